//! How much of a summary changes when a picture moves: four ways to make sixteen places out of two hundred and fifty-six.

use super::{Unmet, plot};
use crate::{
    book::learning::moved,
    figure::{Axis, Figure, number},
    layer::{
        Conv, Layer, Sliding,
        pool::{Average, Max, Regions},
        shapes::{SIZE, shapes},
    },
    signal::Boundary,
};
use ndarray::{ArrayD, ArrayViewD, Axis as Direction};

pub(super) const ID: &str = "shift-invariance";

const PICTURES: usize = 40;
const STRIDE: usize = 4;
/// The binomial blur along one axis, and its sum.
const BLUR: [f64; 7] = [1.0, 6.0, 15.0, 20.0, 15.0, 6.0, 1.0];
const SUM: f64 = 64.0;

type Way = Box<dyn Layer<f64>>;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(ways())
}

fn windows(taps: usize) -> Sliding {
    let around = (taps - 1) / 2;
    Sliding::of(&[taps, taps]).stride(STRIDE).pad(around, taps - 1 - around).boundary(Boundary::Wrap)
}

/// A filter for each of the three channels by itself, its entries a product of two.
fn filter(axis: &[f64]) -> Way {
    let weights = ArrayD::from_shape_fn(vec![3, 1, axis.len(), axis.len()], |at| axis[at[2]] * axis[at[3]]);
    Box::new(Conv::new(windows(axis.len()), weights).groups(3))
}

/// By name, from the one that minds most.
fn ways() -> [(&'static str, Way); 4] {
    let regions = || Regions::Sliding(windows(STRIDE));
    [
        ("every fourth", filter(&[1.0])),
        ("largest", Box::new(Max { regions: regions() })),
        ("average", Box::new(Average { regions: regions(), include_pad: false })),
        ("blurred, every fourth", filter(&BLUR.map(|weight| weight / SUM))),
    ]
}

/// The mean distance of the summaries of pictures from those of the pictures moved to the right by d, for d to half the
/// width, in units of that for half the width.
fn distances(way: &Way, x: &ArrayD<f64>) -> Result<Vec<f64>, Unmet> {
    let refused = |found: String| Unmet { id: ID, shows: "the pictures can be summarised", found };
    let summary = |x: &ArrayD<f64>| way.forward(x.view()).map_err(|error| refused(error.to_string()));
    let still = summary(x)?;
    let mut all = vec![];
    for d in 0..=SIZE / 2 {
        let moved = summary(&moved(x, [0, d]))?;
        let apart = |(a, b): (ArrayViewD<f64>, ArrayViewD<f64>)| {
            a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
        };
        let pairs = still.axis_iter(Direction(0)).zip(moved.axis_iter(Direction(0)));
        all.push(pairs.map(apart).sum::<f64>() / PICTURES as f64);
    }
    let whole = all[SIZE / 2];
    Ok(all.into_iter().map(|distance| distance / whole).collect())
}

fn draw(ways: [(&'static str, Way); 4]) -> Result<Figure, Unmet> {
    let x = shapes::<f64>(PICTURES, 3).inputs;
    let mut curves = vec![];
    for (name, way) in ways {
        curves.push((name, distances(&way, &x)?));
    }
    let shows = "after a step by one the four are in order, the first more than halfway";
    let first: Vec<f64> = curves.iter().map(|(_, distances)| distances[1]).collect();
    let ordered = first.windows(2).all(|pair| pair[0] > pair[1]);
    let far = first[0] > 0.5 && curves.iter().all(|(_, distances)| distances[0] == 0.0);
    Unmet::unless(ordered && far, ID, shows, || {
        format!("they are {}", first.iter().map(|v| number(*v)).collect::<Vec<_>>().join(", "))
    })?;
    let shows = "the summaries with windows go farther off with every step of the first four";
    let rising = curves[1..].iter().all(|(_, all)| all[..=STRIDE].windows(2).all(|pair| pair[0] < pair[1]));
    Unmet::unless(rising, ID, shows, || "they do not".to_owned())?;
    Ok(Figure {
        id: ID.to_owned(),
        title: "How far a summary is from that of the moved picture".to_owned(),
        caption: format!(
            "{PICTURES} pictures of shapes on circles of {SIZE} places, each made into {} by {} in four ways, and the same after a move \
             to the right: the mean distance, in units of that for half the circle. One step by one takes the picture of every \
             fourth pixel {} of the way, the largest of four by four {}, their average {}, and every fourth pixel after a blur {}. None \
             of them is 0: none is invariant.",
            SIZE / STRIDE,
            SIZE / STRIDE,
            number(first[0]),
            number(first[1]),
            number(first[2]),
            number(first[3])
        ),
        alt: format!(
            "Four curves over the shift from 0 to {}, all from 0 to 1. That for every fourth pixel jumps to {} at once; the largest, the \
             average and the blurred rise in this order below it, the last to {} at the first step.",
            SIZE / 2,
            number(first[0]),
            number(first[3])
        ),
        panels: plot(
            [Axis::linear("shift"), Axis::linear("distance")],
            (0..=SIZE / 2).map(|d| d as f64).collect(),
            curves
                .into_iter()
                .map(|(name, all)| (name.to_owned(), all.into_iter().map(Some).collect()))
                .collect(),
        ),
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_in_another_order_and_one_that_never_minds_are_refused() {
        let [a, b, c, d] = ways();
        assert!(draw([a, c, b, d]).is_err());
        let [a, b, c, _] = ways();
        assert!(draw([a, b, c, ("all", Box::new(Max { regions: Regions::Global }))]).is_err());
    }
}
