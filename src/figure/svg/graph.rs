//! Rows of nodes, the lowest below; what is marked is drawn over the rest.

use super::{super::Graph, Area, CELL, Drawn, FINE, SMALL, Tone, fine, label};
use plotters::{prelude::*, style::text_anchor::HPos};

/// The room above for the title, at the left for the names of rows, and for the discs.
const ABOVE: i32 = 30;
const LEFT: i32 = 26;
const RADIUS: i32 = 6;

pub(super) fn draw(area: &Area, at: (i32, i32), graph: &Graph) -> Drawn {
    let widest = graph.rows.iter().flat_map(|row| &row.places).fold(1.0, |a: f64, b| a.max(*b));
    let (left, right) = (at.0 + LEFT + RADIUS, at.0 + CELL.0 - RADIUS);
    let (top, bottom) = (at.1 + ABOVE, at.1 + CELL.1 - RADIUS - 2);
    let steps = (graph.rows.len().max(2) - 1) as i32;
    let down = |row: usize| bottom * FINE - (bottom - top) * FINE * row as i32 / steps;
    let across =
        |place: f64| left * FINE + (place / widest * f64::from((right - left) * FINE)).round() as i32;
    let point = |row: usize, node: usize| {
        graph.rows.get(row).and_then(|row| row.places.get(node)).map(|place| (across(*place), down(row)))
    };
    for marked in [false, true] {
        for edge in graph.edges.iter().filter(|edge| edge.marked == marked) {
            if let (Some(a), Some(b)) = (point(edge.row, edge.from), point(edge.row + 1, edge.to)) {
                let (tone, width) = if marked { (Tone::Second, 18) } else { (Tone::Axis, 6) };
                fine(area, &[a, b], tone, width)?;
            }
        }
    }
    for (n, row) in graph.rows.iter().enumerate() {
        label(area, (at.0 * FINE, down(n)), &row.name, SMALL, Tone::Ink, false, HPos::Left)?;
        for (node, marked) in row.marked.iter().enumerate() {
            let Some(centre) = point(n, node) else { continue };
            let tone = if *marked { Tone::Second } else { Tone::First };
            let radius = (if *marked { RADIUS } else { RADIUS - 2 }) * FINE;
            area.draw(&Circle::new(centre, radius, tone.sentinel().filled()))?;
        }
    }
    Ok(())
}
