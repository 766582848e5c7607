//! What joins panels: headings over columns, and arrows.

use super::{
    super::{Arrow, Figure},
    Area, CELL, Drawn, FINE, MARGIN, TEXT, Tone, corner, stroke, words,
};
use plotters::{prelude::*, style::text_anchor::HPos};

pub(super) fn draw(area: &Area, figure: &Figure) -> Drawn {
    for group in &figure.groups {
        let (left, right) =
            (corner(figure, (0, group.columns.0)).0, corner(figure, (0, group.columns.1)).0 + CELL.0);
        words(area, ((left + right) / 2, MARGIN + 6), &group.title, TEXT + 1, Tone::Ink, true, HPos::Center)?;
        stroke(area, &[(left, MARGIN + 18), (right, MARGIN + 18)], Tone::Axis, 8)?;
    }
    figure.arrows.iter().try_for_each(|arrow| self::arrow(area, figure, arrow))
}

fn arrow(area: &Area, figure: &Figure, arrow: &Arrow) -> Drawn {
    let (from, to) = (corner(figure, arrow.from), corner(figure, arrow.to));
    let (inset, head) = (4, 6);
    if arrow.from.0 == arrow.to.0 {
        let y = from.1 + CELL.1 / 2;
        let (a, b) = (from.0 + CELL.0 + inset, to.0 - inset);
        stroke(area, &[(a, y), (b - head, y)], Tone::Quiet, 14)?;
        triangle(area, [(b, y), (b - head - 2, y - head + 1), (b - head - 2, y + head - 1)])?;
        // above the head of the arrow
        words(area, ((a + b) / 2, y - head - 9), &arrow.label, TEXT, Tone::Ink, false, HPos::Center)
    } else {
        let x = from.0 + CELL.0 / 2;
        let (a, b) = (from.1 + CELL.1 + inset, to.1 - inset);
        stroke(area, &[(x, a), (x, b - head)], Tone::Quiet, 14)?;
        triangle(area, [(x, b), (x - head + 1, b - head - 2), (x + head - 1, b - head - 2)])?;
        words(area, (x + 9, (a + b) / 2), &arrow.label, TEXT, Tone::Ink, false, HPos::Left)
    }
}

fn triangle(area: &Area, corners: [(i32, i32); 3]) -> Drawn {
    area.draw(&Polygon::new(corners.map(|(x, y)| (x * FINE, y * FINE)), Tone::Quiet.sentinel()))
}
