//! A matrix of classes: each place filled with the colour of its class and, where there is room, its number.

use super::{super::Pattern, Area, CELL, Drawn, FINE, SMALL, Tone, fine, label, outline, spread, tiny};
use plotters::{prelude::*, style::text_anchor::HPos};

const TONES: [Tone; 4] = [Tone::First, Tone::Second, Tone::Third, Tone::Fourth];
/// Opacities: neighbouring classes differ in lightness too, and what is written on them can be read.
const SHARES: [f64; 8] = [0.5, 0.2, 0.4, 0.3, 0.25, 0.45, 0.2, 0.5];
/// The least side of a square that has lines around it.
const SMALLEST: i32 = 4;
/// The room above a pattern for its title, and below it for the legend.
const ABOVE: i32 = 22;
const BELOW: i32 = 18;

pub(super) fn draw(area: &Area, at: (i32, i32), pattern: &Pattern) -> Drawn {
    let columns = pattern.cells.iter().map(Vec::len).max().unwrap_or(0).max(1) as i32;
    let rows = pattern.cells.len().max(1) as i32;
    let side = (CELL.0 / columns)
        .min((CELL.1 - ABOVE - BELOW) / rows)
        .clamp(2, if pattern.labels.is_empty() { 24 } else { 30 });
    let left = at.0 + (CELL.0 - side * columns) / 2;
    let top = at.1 + ABOVE;
    let corner = |i: i32, j: i32| ((left + side * j) * FINE, (top + side * i) * FINE);
    // small squares are not drawn one by one, but as bars of one class
    let mut i = 0;
    for same in pattern.cells.chunk_by(PartialEq::eq).filter(|_| side < SMALLEST) {
        let (low, mut j) = (i + same.len() as i32, 0);
        for bar in same[0].chunk_by(PartialEq::eq) {
            let end = j + bar.len() as i32;
            if let Some(class) = bar[0] {
                swatch(area, [corner(i, j), corner(low, end)], class)?;
            }
            j = end;
        }
        i = low;
    }
    for (i, row) in (0..).zip(&pattern.cells).filter(|_| side >= SMALLEST) {
        for (j, class) in (0..).zip(row) {
            let (x, y) = corner(i, j);
            let corners = [(x, y), corner(i + 1, j + 1)];
            if let Some(class) = class {
                swatch(area, corners, *class)?;
            }
            let label = match (pattern.labels.get(i as usize), class) {
                (Some(row), _) => row.get(j as usize).cloned().unwrap_or_default(),
                (None, Some(class)) if pattern.classes.len() > 1 => class.to_string(),
                _ => String::new(),
            };
            if side >= 14 && !label.is_empty() {
                let centre = (x + side * FINE / 2, y + side * FINE / 2);
                tiny(area, centre, &label, (side - 5).min(SMALL), Tone::Ink)?;
            }
            outline(area, corners, 3)?;
        }
    }
    let (height, width) = (pattern.block.0.max(1) as i32, pattern.block.1.max(1) as i32);
    for i in (0..=rows).filter(|i| i % height == 0 || *i == rows) {
        fine(area, &[corner(i, 0), corner(i, columns)], Tone::Quiet, 12)?;
    }
    for j in (0..=columns).filter(|j| j % width == 0 || *j == columns) {
        fine(area, &[corner(0, j), corner(rows, j)], Tone::Quiet, 12)?;
    }
    legend(area, at, pattern)
}

fn swatch(area: &Area, corners: [(i32, i32); 2], class: usize) -> Drawn {
    let (tone, share) = (TONES[class % TONES.len()], SHARES[class % SHARES.len()]);
    area.draw(&Rectangle::new(corners, tone.sentinel().mix(share).filled()))
}

fn legend(area: &Area, at: (i32, i32), pattern: &Pattern) -> Drawn {
    let y = (at.1 + CELL.1 - 6) * FINE;
    let centre = (at.0 + CELL.0 / 2) * FINE;
    let names = pattern.classes.iter().map(String::as_str);
    for (class, (name, x)) in spread(area, names, centre, 140)?.into_iter().enumerate() {
        swatch(area, [(x, y - 50), (x + 100, y + 50)], class)?;
        label(area, (x + 140, y), name, SMALL, Tone::Quiet, false, HPos::Left)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{PAPER, contrast, rgb},
        *,
    };

    #[test]
    fn what_is_written_on_a_class_can_be_read_on_both_papers() {
        let colour = |tone: Tone, dark: bool| {
            let (_, _, light, night) = Tone::ALL[tone as usize];
            rgb(if dark { night } else { light })
        };
        for (class, share) in SHARES.into_iter().enumerate() {
            for (dark, paper) in [false, true].into_iter().zip(PAPER) {
                let (tone, paper) = (colour(TONES[class % TONES.len()], dark), rgb(paper));
                let mixed = [0, 1, 2].map(|k| share * tone[k] + (1.0 - share) * paper[k]);
                assert!(contrast(colour(Tone::Ink, dark), mixed) >= 4.5, "class {class}, dark: {dark}");
            }
        }
    }
}
