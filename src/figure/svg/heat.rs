//! A matrix as a picture: a PNG inside the drawing, one pixel for each entry, and a scale of its colours below.
//!
//! plotters draws the frame and the words; the pictures are put into its text afterwards.

use super::{
    super::{Heat, Shades, data_uri, number},
    Area, CELL, Drawn, FINE, SMALL, Tone, label, outline,
};
use image::{
    ExtendedColorType, ImageEncoder,
    codecs::png::{CompressionType, FilterType, PngEncoder},
};
use plotters::style::text_anchor::HPos;
use std::fmt::Write;

/// The room above a picture for its title, its greatest side, and the scale below it.
const ABOVE: i32 = 20;
const SIDE: i32 = 128;
const SCALE: (i32, i32) = (80, 8);
/// Colours on the scale.
const STEPS: usize = 64;

/// From one end to the other: colours at equal distances, between which all others lie.
const GREY: [[u8; 3]; 2] = [[0, 0, 0], [255, 255, 255]];
/// As light on the one side as on the other, so that sizes compare, and blue against orange, which all eyes tell apart.
const DIVERGING: [[u8; 3]; 7] = [
    [0x5c, 0x25, 0x00],
    [0xc2, 0x4e, 0x00],
    [0xf2, 0xb4, 0x82],
    [0xf7, 0xf7, 0xf7],
    [0x8c, 0xbf, 0xe2],
    [0x00, 0x72, 0xb2],
    [0x00, 0x34, 0x54],
];

impl Shades {
    /// The two ends of the scale.
    pub(super) fn ends(self) -> (f64, f64) {
        match self {
            Shades::Grey { low, high } => (low, high),
            Shades::Diverging { reach } => (-reach, reach),
        }
    }

    /// The colour of a number: rounded once, from sums and products alone, so that it is the same everywhere.
    pub(super) fn colour(self, value: f64) -> [u8; 3] {
        let anchors: &[[u8; 3]] = match self {
            Shades::Grey { .. } => &GREY,
            Shades::Diverging { .. } => &DIVERGING,
        };
        let (low, high) = self.ends();
        let share = if high > low { ((value - low) / (high - low)).clamp(0.0, 1.0) } else { 0.5 };
        let along = share * (anchors.len() - 1) as f64;
        let from = (along as usize).min(anchors.len() - 2);
        let rest = along - from as f64;
        let mixed = |k: usize| {
            let (a, b) = (f64::from(anchors[from][k]), f64::from(anchors[from + 1][k]));
            (a + (b - a) * rest).round() as u8
        };
        [0, 1, 2].map(mixed)
    }
}

/// Where the picture lies in a panel, in whole units of the figure: left, top, width, height.
fn place(at: (i32, i32), heat: &Heat) -> [i32; 4] {
    let (rows, columns) =
        (heat.rows.len().max(1) as i32, heat.rows.first().map_or(1, Vec::len).max(1) as i32);
    let (width, height) = (SIDE * columns / rows.max(columns), SIDE * rows / rows.max(columns));
    [at.0 + (CELL.0 - width) / 2, at.1 + ABOVE + (SIDE - height) / 2, width.max(1), height.max(1)]
}

/// Where the scale lies.
fn scale(at: (i32, i32)) -> [i32; 4] {
    [at.0 + (CELL.0 - SCALE.0) / 2, at.1 + CELL.1 - SCALE.1, SCALE.0, SCALE.1]
}

/// The frame of the picture and the words of its scale.
pub(super) fn frame(area: &Area, at: (i32, i32), heat: &Heat) -> Drawn {
    for [x, y, width, height] in [place(at, heat), scale(at)] {
        let corners = [(x * FINE, y * FINE), ((x + width) * FINE, (y + height) * FINE)];
        outline(area, corners, 6)?;
    }
    let [x, y, width, height] = scale(at).map(|v| v * FINE);
    let (low, high) = heat.shades.ends();
    let middle = y + height / 2;
    label(area, (x - 60, middle), &number(low), SMALL, Tone::Quiet, false, HPos::Right)?;
    label(area, (x + width + 60, middle), &number(high), SMALL, Tone::Quiet, false, HPos::Left)
}

/// The picture and its scale, as elements.
pub(super) fn pictures(at: (i32, i32), heat: &Heat) -> String {
    let colours = |row: &Vec<f64>| row.iter().map(|v| heat.shades.colour(*v)).collect();
    let picture = element(place(at, heat), &heat.rows.iter().map(colours).collect::<Vec<_>>());
    picture + &bar(scale(at), heat.shades)
}

/// All colours in order.
pub(super) fn bar(place: [i32; 4], shades: Shades) -> String {
    let (low, high) = shades.ends();
    let step = |k: usize| shades.colour(low + (high - low) * k as f64 / (STEPS - 1) as f64);
    element(place, &[(0..STEPS).map(step).collect()])
}

pub(super) fn element([x, y, width, height]: [i32; 4], colours: &[Vec<[u8; 3]>]) -> String {
    let [x, y, width, height] = [x, y, width, height].map(|v| v * FINE);
    let mut text = String::new();
    let _ = writeln!(
        text,
        "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" preserveAspectRatio=\"none\" \
         image-rendering=\"pixelated\" href=\"{}\"/>",
        data_uri("image/png", &png(colours))
    );
    text
}

fn png(colours: &[Vec<[u8; 3]>]) -> Vec<u8> {
    let (columns, rows) = (colours.first().map_or(0, Vec::len) as u32, colours.len() as u32);
    let bytes: Vec<u8> = colours.iter().flatten().flatten().copied().collect();
    let mut file = vec![];
    let written = PngEncoder::new_with_quality(&mut file, CompressionType::Best, FilterType::NoFilter)
        .write_image(&bytes, columns, rows, ExtendedColorType::Rgb8);
    assert!(written.is_ok(), "a picture has rows of one length, and memory takes it: {written:?}");
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_in_the_middle_of_a_diverging_scale() {
        let shades = Shades::Diverging { reach: 3.0 };
        assert_eq!(shades.colour(0.0), DIVERGING[3]);
        assert_eq!((shades.colour(-3.0), shades.colour(9.0)), (DIVERGING[0], DIVERGING[6]));
        let grey = Shades::Grey { low: 10.0, high: 20.0 };
        assert_eq!((grey.colour(10.0), grey.colour(15.0), grey.colour(21.0)), ([0; 3], [128; 3], [255; 3]));
        // one value everywhere, and no scale
        assert_eq!(Shades::Diverging { reach: 0.0 }.colour(0.0), DIVERGING[3]);
    }

    /// Relative luminance: sizes of both signs compare if it falls towards both ends, equally far.
    #[test]
    fn both_ends_of_the_diverging_scale_are_dark() {
        let shades = Shades::Diverging { reach: 1.0 };
        let light = |v: f64| {
            let [r, g, b] = shades.colour(v).map(f64::from);
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        for k in 0..20 {
            let (inner, outer) = (f64::from(k) / 20.0, f64::from(k + 1) / 20.0);
            assert!(light(outer) < light(inner) && light(-outer) < light(-inner));
            assert!((light(outer) - light(-outer)).abs() < 24.0, "{outer}");
        }
    }

    #[test]
    fn what_is_written_is_the_picture() {
        let colours = [vec![[1, 2, 3], [4, 5, 6]], vec![[7, 8, 9], [0, 0, 0]], vec![[255; 3], [9; 3]]];
        let read = image::load_from_memory(&png(&colours)).expect("a PNG").into_rgb8();
        assert_eq!(read.dimensions(), (2, 3));
        assert_eq!(read.into_raw(), colours.concat().concat());
    }
}
