//! A small matrix, its entries printed.

use super::{super::number, Area, CELL, Drawn, FINE, SMALL, Tone, fine, tiny};
use plotters::prelude::*;

/// Entries are printed, and shaded by their size: blue for positive, orange for negative.
pub(super) fn draw(area: &Area, at: (i32, i32), rows: &[Vec<f64>]) -> Drawn {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let side = ((CELL.0 / columns.max(1) as i32).min((CELL.1 - 24) / rows.len().max(1) as i32)).min(34);
    let left = at.0 + (CELL.0 - side * columns as i32) / 2;
    let corner = |i: usize, j: usize| ((left + side * j as i32) * FINE, (at.1 + 22 + side * i as i32) * FINE);
    let largest = rows.iter().flatten().fold(0.0, |m: f64, v| m.max(v.abs()));
    for (i, row) in rows.iter().enumerate() {
        for (j, v) in row.iter().enumerate() {
            let (x, y) = corner(i, j);
            let corners = [(x, y), corner(i + 1, j + 1)];
            if *v != 0.0 {
                let tone = if *v > 0.0 { Tone::First } else { Tone::Second };
                // Percent steps: opacity is printed as it is.
                let share = (50.0 * v.abs() / largest).round() / 100.0;
                area.draw(&Rectangle::new(corners, tone.sentinel().mix(share).filled()))?;
            }
            let size = if side < 24 { SMALL - 2 } else { SMALL };
            tiny(area, (x + side * FINE / 2, y + side * FINE / 2), &number(*v), size, Tone::Ink)?;
        }
    }
    for i in 0..=rows.len() {
        fine(area, &[corner(i, 0), corner(i, columns)], Tone::Axis, 5)?;
    }
    for j in 0..=columns {
        fine(area, &[corner(0, j), corner(rows.len(), j)], Tone::Axis, 5)?;
    }
    Ok(())
}
