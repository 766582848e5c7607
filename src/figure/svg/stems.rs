//! Signals on Z as stems, with one scale for all panels of a figure.

use super::{
    super::{Content, Figure, Panel, Series, number},
    Area, CELL, Drawn, FINE, SMALL, Tone, fine, label, spread, tiny,
};
use plotters::{prelude::*, style::text_anchor::HPos};

/// One scale for all stems of a figure, so that heights compare across panels.
pub(super) struct Scale {
    first: i64,
    last: i64,
    low: f64,
    high: f64,
    legend: bool,
}

impl Scale {
    pub(super) fn of(figure: &Figure) -> Scale {
        let (first, last) = figure.domain().map_or((0, 1), |domain| domain.into_inner());
        let values = || figure.series().flat_map(|(_, series)| series.values.iter().copied());
        let (low, high) = (values().fold(0.0, f64::min), values().fold(0.0, f64::max));
        let high = if high == low { low + 1.0 } else { high };
        let several = |panel: &Panel| matches!(&panel.content, Content::Stems(series) if series.len() > 1);
        Scale { first, last, low, high, legend: figure.panels.iter().any(several) }
    }

    /// Where index n and value v lie in a panel.
    fn place(&self, at: (i32, i32), n: i64, v: f64) -> (i32, i32) {
        let (left, right) = (at.0 + 12, at.0 + CELL.0 - 12);
        let (top, bottom) =
            (at.1 + if self.legend { 50 } else { 38 }, at.1 + CELL.1 - if self.low < 0.0 { 38 } else { 26 });
        let across = (n - self.first) as f64 / (self.last - self.first).max(1) as f64;
        let up = (v - self.low) / (self.high - self.low);
        let whole = |share: f64, from: i32, to: i32| {
            from * FINE + (share * f64::from((to - from) * FINE)).round() as i32
        };
        (whole(across, left, right), whole(up, bottom, top))
    }
}

pub(super) fn draw(area: &Area, at: (i32, i32), all: &[Series], scale: &Scale) -> Drawn {
    let (_, zero) = scale.place(at, scale.first, 0.0);
    fine(area, &[(at.0 * FINE, zero), ((at.0 + CELL.0) * FINE, zero)], Tone::Axis, 10)?;
    let step =
        [1, 2, 5, 10, 20, 50, 100].into_iter().find(|s| (scale.last - scale.first) / s < 12).unwrap_or(1000);
    let foot = at.1 + CELL.1 - 6;
    for n in (scale.first..=scale.last).filter(|n| n.rem_euclid(step) == 0) {
        let (x, _) = scale.place(at, n, 0.0);
        fine(area, &[(x, zero - 20), (x, zero + 20)], Tone::Axis, 8)?;
        tiny(area, (x, foot * FINE), &number(n as f64), SMALL, Tone::Quiet)?;
    }
    for (order, series) in all.iter().enumerate() {
        let (mark, stem) = tones(order);
        for (n, v) in series.indexed() {
            let (x, y) = scale.place(at, n, v);
            fine(area, &[(x, zero), (x, y)], stem, 16)?;
            shape(area, (x, y), order, mark)?;
            if all.len() == 1 && v != 0.0 {
                let above = if v > 0.0 { y - 110 } else { y + 110 };
                tiny(area, (x, above), &number(v), SMALL, Tone::Ink)?;
            }
        }
    }
    if all.len() > 1 { legend(area, at, all) } else { Ok(()) }
}

/// Marks differ in shape as well as in colour; a dot inside a ring is two signals that agree.
fn shape(area: &Area, at: (i32, i32), order: usize, tone: Tone) -> Drawn {
    let (x, y) = at;
    match order {
        0 => area.draw(&Circle::new(at, 34, tone.sentinel().filled())),
        1 => area.draw(&Circle::new(at, 62, tone.sentinel().stroke_width(16))),
        _ => area.draw(&Polygon::new([(x, y - 48), (x + 48, y), (x, y + 48), (x - 48, y)], tone.sentinel())),
    }
}

/// The colours of the mark and of the stem of the signal in that place.
fn tones(order: usize) -> (Tone, Tone) {
    match order {
        0 => (Tone::First, Tone::First),
        1 => (Tone::Second, Tone::SecondStem),
        _ => (Tone::Third, Tone::Third),
    }
}

fn legend(area: &Area, at: (i32, i32), all: &[Series]) -> Drawn {
    let y = (at.1 + 25) * FINE;
    let centre = (at.0 + CELL.0 / 2) * FINE;
    let names = all.iter().map(|series| series.name.as_str());
    for (order, (name, x)) in spread(area, names, centre, 170)?.into_iter().enumerate() {
        shape(area, (x + 70, y), order, tones(order).0)?;
        label(area, (x + 170, y), name, SMALL, Tone::Quiet, false, HPos::Left)?;
    }
    Ok(())
}
