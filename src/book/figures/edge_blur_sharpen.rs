//! One picture, made of formulas, and what five small kernels make of it.

use super::Unmet;
use crate::{
    conv::{Mode, Spec, convolve, definition},
    figure::{Content, Figure, Heat, Panel, Shades, number},
    io::{Data, kernels},
    signal::Boundary,
};
use ndarray::{Array2, ArrayD, Dimension, IxDyn, Zip, arr2};

pub(super) const ID: &str = "edge-blur-sharpen";

const SIDE: usize = 64;
/// The sum of the entries of the blur.
const BLUR: i64 = 256;

type Picture = ArrayD<i64>;
/// Each pixel from its neighbours.
type Filter = fn(&Picture, &Picture) -> Option<Picture>;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(&scene(), filter)
}

/// Between mirrors, so that nothing is darker near the border.
fn filter(x: &Picture, w: &Picture) -> Option<Picture> {
    let spec = Spec { mode: Mode::Same, boundary: Boundary::Symmetric, ..Spec::default() };
    convolve(x.view(), w.view(), spec).ok()
}

/// A sky that brightens to the right, a sun, a house with a door, and a field in squares.
fn scene() -> Picture {
    let pixel = |i: i64, j: i64| -> i64 {
        let inside = |rows: std::ops::Range<i64>, columns: std::ops::Range<i64>| {
            rows.contains(&i) && columns.contains(&j)
        };
        match () {
            _ if inside(38..46, 18..23) => 20,
            _ if inside(26..46, 10..31) => 170,
            _ if (14..26).contains(&i) && (j - 20).abs() <= i - 14 => 60,
            _ if i >= 46 => {
                if (i / 3 + j / 3) % 2 == 0 {
                    110
                } else {
                    80
                }
            }
            _ if (i - 14) * (i - 14) + (j - 46) * (j - 46) <= 81 => 235,
            _ => 90 + j,
        }
    };
    Array2::from_shape_fn((SIDE, SIDE), |(i, j)| pixel(i as i64, j as i64)).into_dyn()
}

fn built_in(name: &str) -> Option<Picture> {
    match kernels::kernel(name, 2) {
        Ok(Data::Int(kernel, _)) => Some(kernel),
        _ => None,
    }
}

/// Σ |x[i, j + 1] − x[i, j]| + |x[i + 1, j] − x[i, j]|.
fn variation(x: &Picture) -> i64 {
    let next = |i: usize, j: usize, k: usize, l: usize| {
        x.get(IxDyn(&[k, l])).map_or(0, |there| (there - x[IxDyn(&[i, j])]).abs())
    };
    (0..SIDE).flat_map(|i| (0..SIDE).map(move |j| next(i, j, i, j + 1) + next(i, j, i + 1, j))).sum()
}

fn range(x: &Picture) -> (i64, i64) {
    x.iter().fold((i64::MAX, i64::MIN), |(low, high), v| (low.min(*v), high.max(*v)))
}

fn draw(x: &Picture, filter: Filter) -> Result<Figure, Unmet> {
    let none =
        |what: &str| Unmet { id: ID, shows: "the kernels exist and fit", found: format!("{what} does not") };
    let made = |name: &str| {
        let kernel = built_in(name).ok_or_else(|| none(name))?;
        filter(x, &kernel).ok_or_else(|| none(name))
    };
    let column = arr2(&[[1], [4], [6], [4], [1]]).into_dyn();
    let binomial = definition::full(column.view(), column.clone().reversed_axes().view());
    let blurred = filter(x, &binomial).ok_or_else(|| none("blur"))?;
    let (right, down, sharp) = (made("sobel-x")?, made("sobel-y")?, made("sharpen")?);
    let edges = Zip::from(&right).and(&down).map_collect(|a, b| a.abs() + b.abs());

    let total = |x: &Picture| x.sum();
    let keeps = total(&blurred) == BLUR * total(x) && total(&sharp) == total(x);
    let shows = "between mirrors blurring and sharpening keep the total";
    Unmet::unless(keeps, ID, shows, || {
        format!("{} became {}/{BLUR} and {}", total(x), total(&blurred), total(&sharp))
    })?;
    let ((low, high), (least, most), (under, over)) = (range(x), range(&blurred), range(&sharp));
    let shows = "blurring stays within the range of the picture, and sharpening leaves it on both sides";
    let within = BLUR * low <= least && most <= BLUR * high && under < low && high < over;
    Unmet::unless(within, ID, shows, || {
        format!("{low} … {high} became {least}/{BLUR} … {most}/{BLUR} and {under} … {over}")
    })?;
    let (own, of_blurred, of_sharp) = (variation(x), variation(&blurred), variation(&sharp));
    let shows = "blurring makes neighbours more alike, and sharpening less";
    Unmet::unless(of_blurred < BLUR * own && own < of_sharp, ID, shows, || {
        format!("the differences of neighbours, {own}, became {of_blurred}/{BLUR} and {of_sharp}")
    })?;
    // written out, for all pixels with eight neighbours
    let sobel = |i: usize, j: usize, across: bool| -> i64 {
        let at = |a: i64, b: i64| {
            let (a, b) = if across { (a, b) } else { (b, a) };
            x[IxDyn(&[(i as i64 + a) as usize, (j as i64 + b) as usize])]
        };
        [(-1, 1), (0, 2), (1, 1)].map(|(a, weight)| weight * (at(a, 1) - at(a, -1))).iter().sum()
    };
    let inner = || (1..SIDE - 1).flat_map(|i| (1..SIDE - 1).map(move |j| (i, j)));
    let by_hand = inner().all(|(i, j)| {
        right[IxDyn(&[i, j])] == sobel(i, j, true) && down[IxDyn(&[i, j])] == sobel(i, j, false)
    });
    let shows = "the edges are positive where it gets brighter to the right, and downwards";
    Unmet::unless(by_hand, ID, shows, || "they are not".to_owned())?;
    let flat = edges.indexed_iter().filter(|(_, v)| **v == 0).count();
    let strongest =
        edges.indexed_iter().max_by_key(|(_, v)| **v).map(|(at, v)| (at.as_array_view().to_vec(), *v));
    let (place, strength) = strongest.unwrap_or_default();

    let rows = |x: &Picture, over: i64| -> Vec<Vec<f64>> {
        x.outer_iter().map(|row| row.iter().map(|v| *v as f64 / over as f64).collect()).collect()
    };
    let grey = Shades::Grey { low: 0.0, high: 255.0 };
    let reach = right.iter().chain(&down).fold(0, |m: i64, v| m.max(v.abs())) as f64;
    let panel = |at, title: &str, x: &Picture, over, shades| Panel {
        at,
        title: title.to_owned(),
        content: Content::Heat(Heat { rows: rows(x, over), shades }),
    };
    Ok(Figure {
        id: ID.to_owned(),
        title: "Blur, sharpen, find edges".to_owned(),
        caption: format!(
            "A picture of {SIDE} by {SIDE} pixels, between {low} and {high}. The binomial blur takes the differences of \
             neighbours, added up, from {own} to {}; sharpening takes them to {of_sharp}, and leaves the range, from {} to \
             {over}. Both keep the total. The two Sobel kernels are positive (blue) where it gets brighter to the right or \
             downwards, negative (orange) where it gets darker. Their absolute values added are 0 at {flat} pixels, and at most {}.",
            number((of_blurred as f64 / BLUR as f64).round()),
            number(under as f64),
            number(strength as f64)
        ),
        alt: format!(
            "Six pictures. A house with a roof and a door below a round sun, on a field of squares, under a sky that brightens to \
             the right; the same blurred; the same sharpened, with light and dark seams along its outlines; the upright outlines in \
             blue and orange; the level ones; and all outlines in white on black, strongest in row {} and column {}.",
            place.first().copied().unwrap_or(0),
            place.last().copied().unwrap_or(0)
        ),
        panels: vec![
            panel((0, 0), "picture", x, 1, grey),
            panel((0, 1), "blurred", &blurred, BLUR, grey),
            panel((0, 2), "sharpened", &sharp, 1, grey),
            panel((1, 0), "sobel-x", &right, 1, Shades::Diverging { reach }),
            panel((1, 1), "sobel-y", &down, 1, Shades::Diverging { reach }),
            panel((1, 2), "both, absolute", &edges, 1, Shades::Grey { low: 0.0, high: strength as f64 }),
        ],
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn correlation_another_border_and_a_flat_picture_are_refused() {
        let correlated: Filter = |x, w| {
            let spec = Spec { mode: Mode::Same, boundary: Boundary::Symmetric, correlate: true };
            convolve(x.view(), w.view(), spec).ok()
        };
        let dark_border: Filter =
            |x, w| convolve(x.view(), w.view(), Spec { mode: Mode::Same, ..Spec::default() }).ok();
        let nothing: Filter = |x, _| Some(x.clone());
        for wrong in [correlated, dark_border, nothing, |_, _| None] {
            assert!(draw(&scene(), wrong).is_err());
        }
        assert!(draw(&ArrayD::from_elem(IxDyn(&[SIDE, SIDE]), 7), filter).is_err());
    }
}
