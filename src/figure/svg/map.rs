//! A matrix over two axes: the picture, the axes around it, the lines over it, and above it the scale of its colours.

use super::{
    super::{Map, number},
    Area, Drawn, FINE, SMALL, Tone, covered,
    curves::{BOTTOM, LEFT, RIGHT, Ruler, TOP, axes},
    fine, heat, label, outline,
};
use plotters::style::text_anchor::HPos;

/// The scale of the colours.
const BAR: (i32, i32) = (44, 6);

/// Where the picture lies: left, top, width, height.
fn place(at: (i32, i32), map: &Map) -> [i32; 4] {
    let (wide, high) = covered(map.span);
    [at.0 + LEFT, at.1 + TOP, wide - LEFT - RIGHT, high - TOP - BOTTOM]
}

/// Where the scale lies, at the right end above the picture, with room for its upper number.
fn scale(at: (i32, i32), map: &Map) -> [i32; 4] {
    let [x, y, width, _] = place(at, map);
    [x + width - BAR.0 - 30, y - 12, BAR.0, BAR.1]
}

pub(super) fn draw(area: &Area, at: (i32, i32), map: &Map) -> Drawn {
    let [x, y, width, height] = place(at, map).map(|v| v * FINE);
    let [(left, right), (low, high)] = map.ends;
    let across = Ruler::over(&map.across, [left, right].into_iter(), (x, x + width));
    let up = Ruler::over(&map.up, [low, high].into_iter(), (y + height, y));
    axes(area, at, [(&map.across, &across), (&map.up, &up)], 2.0, map.span)?;
    fine(area, &[(x, y), (x + width, y), (x + width, y + height)], Tone::Axis, 10)?;
    for line in &map.lines {
        let points: Vec<_> = line.iter().map(|(t, f)| (across.place(*t), up.place(*f))).collect();
        fine(area, &points, Tone::Second, 9)?;
    }
    if map.rows.is_empty() {
        return Ok(());
    }
    let [x, y, width, height] = scale(at, map).map(|v| v * FINE);
    outline(area, [(x, y), (x + width, y + height)], 8)?;
    let (low, high) = map.shades.ends();
    let middle = y + height / 2;
    label(area, (x - 40, middle), &number(low), SMALL, Tone::Quiet, false, HPos::Right)?;
    label(area, (x + width + 40, middle), &number(high), SMALL, Tone::Quiet, false, HPos::Left)
}

/// The picture and its scale, as elements.
pub(super) fn pictures(at: (i32, i32), map: &Map) -> String {
    if map.rows.is_empty() {
        return String::new();
    }
    let colours = |row: &Vec<f64>| row.iter().map(|v| map.shades.colour(*v)).collect();
    let picture = map.rows.iter().map(colours).collect::<Vec<_>>();
    heat::element(place(at, map), &picture) + &heat::bar(scale(at, map), map.shades)
}
