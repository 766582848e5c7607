//! Words and numbers in rows and columns: the first column begins at the left, the others end at the right.

use super::{super::Table, Area, CELL, Drawn, FINE, GAP, SMALL, Tone, covered, fine, label};
use plotters::{prelude::*, style::text_anchor::HPos};

/// The least and the greatest height of a row.
const ROW: (i32, i32) = (18, 26);
/// The room above for the title of the panel.
const ABOVE: i32 = 24;

/// As many rows of panels as it needs, and the whole width.
pub(super) fn span(table: &Table) -> (usize, usize) {
    let height = ABOVE + ROW.0 * (table.rows.len() as i32 + 1) + GAP.1;
    (((height + CELL.1 + GAP.1 - 1) / (CELL.1 + GAP.1)).max(1) as usize, 4)
}

pub(super) fn draw(area: &Area, at: (i32, i32), table: &Table) -> Drawn {
    let font = ("sans-serif", f64::from(SMALL * FINE)).into_font();
    let measure = |text: &str| area.estimate_text_size(text, &font.clone().into()).map(|size| size.0 as i32);
    let columns = table.head.len();
    let mut widths = vec![0; columns];
    for row in std::iter::once(&table.head).chain(&table.rows) {
        for (width, text) in widths.iter_mut().zip(row) {
            *width = measure(text)?.max(*width);
        }
    }
    let (left, whole) = (at.0 * FINE, covered(span(table)).0 * FINE);
    // what is left over is shared between the columns
    let spare = (whole - widths.iter().sum::<i32>()).max(0) / columns.max(2).saturating_sub(1).max(1) as i32;
    let gap = spare.min(48 * FINE);
    let used = widths.iter().sum::<i32>() + gap * (columns.max(1) as i32 - 1);
    let start = left + (whole - used).max(0) / 2;
    let room = covered(span(table)).1 - ABOVE;
    let high = (room / (table.rows.len() as i32 + 1)).clamp(ROW.0, ROW.1);
    let y = |row: i32| (at.1 + ABOVE + high * row + high / 2) * FINE;
    for (n, row) in (0..).zip(std::iter::once(&table.head).chain(&table.rows)) {
        let tone = if n == 0 { Tone::Quiet } else { Tone::Ink };
        let mut x = start;
        for (column, (text, width)) in row.iter().zip(&widths).enumerate() {
            let (place, side) = if column == 0 { (x, HPos::Left) } else { (x + width, HPos::Right) };
            label(area, (place, y(n)), text, SMALL, tone, false, side)?;
            x += width + gap;
        }
        let (low, width) = (y(n) + high * FINE / 2, if n == 0 { 10 } else { 3 });
        fine(area, &[(start, low), (start + used, low)], Tone::Axis, width)?;
    }
    Ok(())
}
