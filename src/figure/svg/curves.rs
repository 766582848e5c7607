//! Curves over two axes, each linear or logarithmic.
//!
//! Logarithms are taken here, by squaring: the ones of the machine may differ in their last place from machine to
//! machine, and a figure may not.

use super::{
    super::{Axis, Curves, number, raised},
    Area, Drawn, FINE, GAP, SMALL, Tone, covered, fine, label, spread,
};
use plotters::{prelude::*, style::text_anchor::HPos};

/// The room inside the panel for the ticks and the legend.
pub(super) const LEFT: i32 = 58;
pub(super) const TOP: i32 = 50;
pub(super) const BOTTOM: i32 = 40;
pub(super) const RIGHT: i32 = 12;
/// From one row of the legend to the next.
const LINE: i32 = 14;
/// The room for a piece of a curve before its name in the legend.
const SAMPLE: i32 = 310;
/// Curves through more points than this are lines without marks.
const MARKED: usize = 16;

/// The colour of each curve, and the dashes that tell it apart without colour: drawn, left out, in tenths.
const LOOKS: [(Tone, Option<(i32, i32)>); 4] = [
    (Tone::First, None),
    (Tone::Second, Some((90, 60))),
    (Tone::Third, Some((30, 40))),
    (Tone::Fourth, Some((160, 50))),
];

/// The binary logarithm of a positive finite number, to 40 bits behind the point; the same bits everywhere.
fn log2(value: f64) -> f64 {
    assert!(value > 0.0 && value.is_finite(), "{value} has no place on a logarithmic axis");
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

/// One axis on paper: the coordinates of its ends, or their logarithms, and where they lie.
pub(super) struct Ruler {
    logarithmic: bool,
    marks: Vec<(f64, String)>,
    ends: (f64, f64),
    places: (i32, i32),
}

impl Ruler {
    /// From the values that it must show.
    pub(super) fn over(axis: &Axis, values: impl Iterator<Item = f64>, places: (i32, i32)) -> Self {
        let (logarithmic, marks) = (axis.logarithmic, axis.marks.clone());
        let mut ruler = Ruler { logarithmic, marks, ends: (0.0, 1.0), places };
        let (low, high) =
            values.map(|v| ruler.measure(v)).fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(v), b.max(v)));
        ruler.ends = (low, if high > low { high } else { low + 1.0 });
        ruler
    }

    fn measure(&self, value: f64) -> f64 {
        if self.logarithmic { log2(value) } else { value }
    }

    pub(super) fn place(&self, value: f64) -> i32 {
        let share = (self.measure(value) - self.ends.0) / (self.ends.1 - self.ends.0);
        self.places.0 + (share * f64::from(self.places.1 - self.places.0)).round() as i32
    }

    /// At most `most` values within the axis, and how they are written: its marks, or round ones.
    fn ticks(&self, base: f64, most: usize) -> Vec<(f64, String)> {
        if !self.marks.is_empty() {
            return self.marks.iter().step_by(self.marks.len().div_ceil(most)).cloned().collect();
        }
        if !self.logarithmic {
            return self.steps(most);
        }
        let power = |k: i32| (0..k.abs()).fold(1.0, |p, _| if k > 0 { p * base } else { p / base });
        let powers: Vec<(i32, f64)> = (-80..80)
            .map(|k| (k, power(k)))
            .filter(|(_, p)| (self.ends.0 - 1e-9..=self.ends.1 + 1e-9).contains(&log2(*p)))
            .collect();
        let every = powers.len().div_ceil(most).max(1) as i32;
        let written = |k: i32, p: f64| match k {
            _ if base == 10.0 && !(0..5).contains(&k) => format!("10{}", raised(k)),
            ..0 => format!("1/{}", number(power(-k))),
            _ => number(p),
        };
        powers
            .into_iter()
            .filter(|(k, _)| k.rem_euclid(every) == 0)
            .map(|(k, p)| (p, written(k, p)))
            .collect()
    }

    /// Multiples of 1, 2 or 5 times a power of ten.
    fn steps(&self, most: usize) -> Vec<(f64, String)> {
        let (low, high) = self.ends;
        let widths = (0..=18).map(|e| e - 9).flat_map(|e: i32| {
            let ten = (0..e.abs()).fold(1.0, |p, _| p * 10.0);
            [1.0, 2.0, 5.0].map(|m| (if e < 0 { m / ten } else { m * ten }, (-e).max(0) as usize))
        });
        let slack = (high - low) * 1e-9;
        let within = |width: f64| {
            let (first, last) = (((low - slack) / width).ceil(), ((high + slack) / width).floor());
            (first, (last - first + 1.0).max(0.0) as usize)
        };
        widths.filter(|(width, _)| within(*width).1 <= most).take(1).fold(vec![], |_, (width, digits)| {
            let (first, count) = within(width);
            let values = (0..count).map(|k| (first + k as f64) * width);
            values.map(|v| (v, format!("{:.digits$}", v + 0.0).replace('-', "−"))).collect()
        })
    }
}

/// Two axes with their ticks and names, and lines at the heights of the ticks; those of a logarithmic axis upwards are powers
/// of the base.
pub(super) fn axes(
    area: &Area,
    at: (i32, i32),
    [(along, across), (over, up)]: [(&Axis, &Ruler); 2],
    base: f64,
    span: (usize, usize),
) -> Drawn {
    let (left, right) = across.places;
    let (bottom, top) = up.places;
    for (value, text) in across.ticks(2.0, if span.1 > 1 { 8 } else { 4 }) {
        let x = across.place(value);
        fine(area, &[(x, bottom), (x, bottom + 40)], Tone::Axis, 8)?;
        label(area, (x, bottom + 110), &text, SMALL, Tone::Quiet, false, HPos::Center)?;
    }
    for (value, text) in up.ticks(base, if span.0 > 1 { 7 } else { 4 }) {
        let y = up.place(value);
        fine(area, &[(left, y), (right, y)], Tone::Axis, 3)?;
        label(area, (left - 50, y), &text, SMALL, Tone::Quiet, false, HPos::Right)?;
    }
    fine(area, &[(left, top), (left, bottom), (right, bottom)], Tone::Axis, 10)?;
    let name = |text: &str, at: (i32, i32), side| label(area, at, text, SMALL, Tone::Ink, false, side);
    name(&along.name, ((left + right) / 2, bottom + 260), HPos::Center)?;
    // clear of the number at the top
    name(&over.name, (at.0 * FINE, top - 140), HPos::Left)
}

pub(super) fn draw(area: &Area, at: (i32, i32), curves: &Curves) -> Drawn {
    let (wide, high) = covered(curves.span);
    let (left, right) = ((at.0 + LEFT) * FINE, (at.0 + wide - RIGHT) * FINE);
    let legend = rows(area, curves, (wide + GAP.0) * FINE)?;
    let below = LINE * legend.len().saturating_sub(1) as i32;
    let (top, bottom) = ((at.1 + TOP + below) * FINE, (at.1 + high - BOTTOM) * FINE);
    let values = curves.curves.iter().flat_map(|(_, values)| values.iter().copied().flatten());
    // heights are compared with nothing
    let floor = if curves.up.logarithmic { None } else { Some(0.0) };
    let across = Ruler::over(&curves.across, curves.places.iter().copied(), (left, right));
    let up = Ruler::over(&curves.up, values.chain(floor), (bottom, top));
    axes(area, at, [(&curves.across, &across), (&curves.up, &up)], 10.0, curves.span)?;
    let names = curves.names();
    for (name, values) in &curves.curves {
        let order = names.iter().position(|other| other == name).unwrap_or(0);
        let points: Vec<Option<(i32, i32)>> = (curves.places.iter().zip(values))
            .map(|(x, y)| y.map(|y| (across.place(*x), up.place(y))))
            .collect();
        let (tone, dash) = LOOKS[order % LOOKS.len()];
        let runs = points.split(Option::is_none).map(|run| run.iter().copied().flatten().collect::<Vec<_>>());
        runs.filter(|run| run.len() > 1).try_for_each(|run| line(area, &run, tone, dash))?;
        if marked(&curves.alike(name)) {
            points.iter().flatten().try_for_each(|point| mark(area, *point, order, tone))?;
        }
    }
    let centre = (at.0 + wide / 2) * FINE;
    (0..)
        .zip(&legend)
        .try_for_each(|(row, names)| explain(area, (centre, (at.1 + 22 + LINE * row) * FINE), curves, names))
}

/// The names of the curves, as many in a row as there is room for.
fn rows<'a>(
    area: &Area,
    curves: &'a Curves,
    room: i32,
) -> Result<Vec<Vec<&'a str>>, DrawingAreaErrorKind<std::io::Error>> {
    let mut rows: Vec<Vec<&str>> = vec![];
    for name in curves.names().into_iter().filter(|name| !name.is_empty()) {
        let longer: Vec<&str> = rows.last().into_iter().flatten().copied().chain([name]).collect();
        // around the centre 0, half of it is to the left
        let fits = -2 * spread(area, longer.iter().copied(), 0, SAMPLE)?[0].1 <= room;
        match rows.last_mut() {
            Some(row) if fits => *row = longer,
            _ => rows.push(vec![name]),
        }
    }
    Ok(rows)
}

/// Whether single points can be told apart, or have to stand for themselves.
fn marked(alike: &[&[Option<f64>]]) -> bool {
    !joined(alike) || alike.iter().copied().flatten().flatten().count() <= MARKED
}

/// Whether there is a line at all.
fn joined(alike: &[&[Option<f64>]]) -> bool {
    alike.iter().any(|values| values.windows(2).any(|pair| pair.iter().all(Option::is_some)))
}

/// A line through points, dashed where it says so; a dash goes on round a corner.
fn line(area: &Area, points: &[(i32, i32)], tone: Tone, dash: Option<(i32, i32)>) -> Drawn {
    let Some((on, off)) = dash else { return fine(area, points, tone, 16) };
    let mut gone = 0.0;
    let period = f64::from(on + off);
    let mut stroke: Vec<(i32, i32)> = vec![];
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
            let end = t + if drawn { f64::from(on) } else { period } - phase;
            let until = end.min(length);
            if drawn && until > t {
                if stroke.is_empty() {
                    stroke.push(along(t));
                }
                stroke.push(along(until));
            }
            if (!drawn || end <= length) && !stroke.is_empty() {
                fine(area, &std::mem::take(&mut stroke), tone, 16)?;
            }
            t = until.max(t + 1e-3);
        }
        gone += length;
    }
    if stroke.is_empty() { Ok(()) } else { fine(area, &stroke, tone, 16) }
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

/// One row of the legend.
fn explain(area: &Area, (centre, y): (i32, i32), curves: &Curves, names: &[&str]) -> Drawn {
    for (name, x) in spread(area, names.iter().copied(), centre, SAMPLE)? {
        let order = curves.names().iter().position(|other| *other == name).unwrap_or(0);
        let alike = curves.alike(name);
        let (tone, dash) = LOOKS[order % LOOKS.len()];
        if joined(&alike) {
            line(area, &[(x, y), (x + 260, y)], tone, dash)?;
        }
        if marked(&alike) {
            mark(area, (x + 130, y), order, tone)?;
        }
        label(area, (x + SAMPLE, y), name, SMALL, Tone::Quiet, false, HPos::Left)?;
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

    fn ruler(logarithmic: bool, ends: [f64; 2]) -> Ruler {
        let axis = Axis { logarithmic, ..Axis::linear("") };
        Ruler::over(&axis, ends.into_iter(), (0, 100))
    }

    fn written(ruler: &Ruler, base: f64, most: usize) -> Vec<String> {
        ruler.ticks(base, most).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn ticks_are_powers_within_a_logarithmic_axis() {
        let ruler = ruler(true, [1.0, 5000.0]);
        assert_eq!(written(&ruler, 10.0, 7), ["1", "10", "100", "1000"]);
        assert_eq!((ruler.place(1.0), ruler.place(5000.0)), (0, 100));
        assert!(ruler.ticks(2.0, 5).len() <= 5);
        assert_eq!(written(&self::ruler(true, [0.2, 2.0]), 2.0, 5), ["1/4", "1/2", "1", "2"]);
        assert_eq!(written(&self::ruler(true, [1e-3, 0.1]), 10.0, 5), ["10⁻³", "10⁻²", "10⁻¹"]);
    }

    #[test]
    fn ticks_are_round_steps_within_a_linear_axis() {
        assert_eq!(written(&ruler(false, [0.0, 0.31]), 10.0, 4), ["0.0", "0.1", "0.2", "0.3"]);
        assert_eq!(written(&ruler(false, [-3.0, 48.0]), 2.0, 6), ["0", "10", "20", "30", "40"]);
        assert_eq!(written(&ruler(false, [-0.1, 0.1]), 2.0, 3), ["−0.1", "0.0", "0.1"]);
        assert_eq!(ruler(false, [2.0, 4.0]).place(3.0), 50);
    }

    #[test]
    fn marks_are_written_as_far_as_there_is_room() {
        let marks = (0..5).map(|k| (f64::from(k), format!("row {k}"))).collect();
        let ruler = Ruler::over(&Axis::named("rows", marks), [-0.5, 4.5].into_iter(), (0, 100));
        assert_eq!(written(&ruler, 2.0, 5).len(), 5);
        assert_eq!(written(&ruler, 2.0, 3), ["row 0", "row 2", "row 4"]);
        assert_eq!(ruler.place(2.0), 50);
    }
}
