//! Curves over logarithmic axes.
//!
//! Logarithms are taken here, by squaring: the ones of the machine may differ in their last place from machine to
//! machine, and a figure may not.

use super::{
    super::{Curves, number},
    Area, CELL, Drawn, FINE, GAP, SMALL, Tone, fine, label,
};
use plotters::{prelude::*, style::text_anchor::HPos};

/// The size of the panel, and the room inside it for the ticks and the legend.
const WIDE: i32 = 2 * CELL.0 + GAP.0;
const HIGH: i32 = 2 * CELL.1 + GAP.1;
const LEFT: i32 = 58;
const TOP: i32 = 44;
const BOTTOM: i32 = 40;

/// The colour of each curve, and the dashes that tell it apart without colour: drawn, left out, in tenths.
const LOOKS: [(Tone, Option<(i32, i32)>); 4] = [
    (Tone::First, None),
    (Tone::Second, Some((90, 60))),
    (Tone::Third, Some((30, 40))),
    (Tone::Fourth, Some((160, 50))),
];

/// The binary logarithm of a positive finite number, to 40 bits behind the point; the same bits everywhere.
fn log2(value: f64) -> f64 {
    let (mut rest, mut whole) = (value, 0.0);
    while rest >= 2.0 {
        (rest, whole) = (rest / 2.0, whole + 1.0);
    }
    while rest < 1.0 {
        (rest, whole) = (rest * 2.0, whole - 1.0);
    }
    let mut step = 0.5;
    for _ in 0..40 {
        rest *= rest;
        if rest >= 2.0 {
            (rest, whole) = (rest / 2.0, whole + step);
        }
        step /= 2.0;
    }
    whole
}

/// One axis: the logarithms of its ends, and where they lie.
struct Axis {
    ends: (f64, f64),
    places: (i32, i32),
}

impl Axis {
    /// From the values that it must show.
    fn over(values: impl Iterator<Item = f64>, places: (i32, i32)) -> Self {
        let (low, high) = values.map(log2).fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(v), b.max(v)));
        Axis { ends: (low, if high > low { high } else { low + 1.0 }), places }
    }

    fn place(&self, value: f64) -> i32 {
        let share = (log2(value) - self.ends.0) / (self.ends.1 - self.ends.0);
        self.places.0 + (share * f64::from(self.places.1 - self.places.0)).round() as i32
    }

    /// Powers of a base within the axis, so far apart that at most `most` remain.
    fn ticks(&self, base: f64, most: usize) -> Vec<(i32, f64)> {
        let powers: Vec<(i32, f64)> = (-80..80)
            .map(|k: i32| (k, (0..k.abs()).fold(1.0, |p, _| if k > 0 { p * base } else { p / base })))
            .filter(|(_, p)| (self.ends.0 - 1e-9..=self.ends.1 + 1e-9).contains(&log2(*p)))
            .collect();
        let every = powers.len().div_ceil(most).max(1) as i32;
        powers.into_iter().filter(|(k, _)| k.rem_euclid(every) == 0).collect()
    }
}

pub(super) fn draw(area: &Area, at: (i32, i32), curves: &Curves) -> Drawn {
    let (left, right) = ((at.0 + LEFT) * FINE, (at.0 + WIDE - 12) * FINE);
    let (top, bottom) = ((at.1 + TOP) * FINE, (at.1 + HIGH - BOTTOM) * FINE);
    let across = Axis::over(curves.places.iter().copied(), (left, right));
    let up = Axis::over(curves.curves.iter().flat_map(|(_, values)| values.iter().copied()), (bottom, top));
    for (_, value) in across.ticks(2.0, 8) {
        let x = across.place(value);
        fine(area, &[(x, bottom), (x, bottom + 40)], Tone::Axis, 8)?;
        label(area, (x, bottom + 110), &number(value), SMALL, Tone::Quiet, false, HPos::Center)?;
    }
    for (power, value) in up.ticks(10.0, 7) {
        let y = up.place(value);
        fine(area, &[(left, y), (right, y)], Tone::Axis, 3)?;
        let text =
            if (0..5).contains(&power) { number(value) } else { format!("10^{}", number(power.into())) };
        label(area, (left - 50, y), &text, SMALL, Tone::Quiet, false, HPos::Right)?;
    }
    fine(area, &[(left, top), (left, bottom), (right, bottom)], Tone::Axis, 10)?;
    let name = |text: &str, at: (i32, i32), side| label(area, at, text, SMALL, Tone::Ink, false, side);
    name(&curves.across, ((left + right) / 2, bottom + 260), HPos::Center)?;
    name(&curves.up, (at.0 * FINE, top - 90), HPos::Left)?;
    for (order, (_, values)) in curves.curves.iter().enumerate() {
        let points: Vec<(i32, i32)> =
            curves.places.iter().zip(values).map(|(x, y)| (across.place(*x), up.place(*y))).collect();
        let (tone, dash) = LOOKS[order % LOOKS.len()];
        line(area, &points, tone, dash)?;
        points.iter().try_for_each(|point| mark(area, *point, order, tone))?;
    }
    legend(area, at, curves)
}

/// A line through points, dashed where it says so; a dash goes on round a corner.
fn line(area: &Area, points: &[(i32, i32)], tone: Tone, dash: Option<(i32, i32)>) -> Drawn {
    let Some((on, off)) = dash else { return fine(area, points, tone, 16) };
    let mut gone = 0.0;
    let period = f64::from(on + off);
    for pair in points.windows(2) {
        let (dx, dy) = (f64::from(pair[1].0 - pair[0].0), f64::from(pair[1].1 - pair[0].1));
        let length = (dx * dx + dy * dy).sqrt();
        let along = |t: f64| {
            let share = if length > 0.0 { t / length } else { 0.0 };
            (pair[0].0 + (dx * share).round() as i32, pair[0].1 + (dy * share).round() as i32)
        };
        let mut t = 0.0;
        while t < length {
            let phase = (gone + t) % period;
            let drawn = phase < f64::from(on);
            let until = (t + if drawn { f64::from(on) } else { period } - phase).min(length);
            if drawn && until > t {
                fine(area, &[along(t), along(until)], tone, 16)?;
            }
            t = until.max(t + 1e-3);
        }
        gone += length;
    }
    Ok(())
}

fn mark(area: &Area, at: (i32, i32), order: usize, tone: Tone) -> Drawn {
    let (x, y) = at;
    let colour = tone.sentinel();
    match order {
        0 => area.draw(&Circle::new(at, 32, colour.filled())),
        1 => area.draw(&Rectangle::new([(x - 28, y - 28), (x + 28, y + 28)], colour.filled())),
        2 => area.draw(&Polygon::new([(x, y - 38), (x + 36, y + 28), (x - 36, y + 28)], colour)),
        _ => area.draw(&Polygon::new([(x, y - 42), (x + 42, y), (x, y + 42), (x - 42, y)], colour)),
    }
}

fn legend(area: &Area, at: (i32, i32), curves: &Curves) -> Drawn {
    let step = (WIDE - LEFT) / curves.curves.len().max(1) as i32;
    let y = (at.1 + 22) * FINE;
    for (order, (name, _)) in curves.curves.iter().enumerate() {
        let (tone, dash) = LOOKS[order % LOOKS.len()];
        let x = (at.0 + LEFT + step * order as i32) * FINE;
        line(area, &[(x, y), (x + 260, y)], tone, dash)?;
        mark(area, (x + 130, y), order, tone)?;
        label(area, (x + 310, y), name, SMALL, Tone::Quiet, false, HPos::Left)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithm_is_the_logarithm() {
        for value in [1.0, 2.0, 3.0, 1e-9, 0.1, 1000.0, 1.5e20, 1023.999] {
            assert!((log2(value) - value.log2()).abs() < 1e-11, "{value}");
        }
        assert_eq!(log2(1024.0), 10.0);
    }

    #[test]
    fn ticks_are_powers_within_the_axis() {
        let axis = Axis::over([1.0, 5000.0].into_iter(), (0, 100));
        let powers: Vec<i32> = axis.ticks(10.0, 7).iter().map(|(k, _)| *k).collect();
        assert_eq!(powers, [0, 1, 2, 3]);
        assert_eq!((axis.place(1.0), axis.place(5000.0)), (0, 100));
        assert!(axis.ticks(2.0, 5).len() <= 5);
    }
}
