//! The filters of the first layer before and after learning.

use super::Unmet;
use crate::{
    book::learning::{FILTERS, Lessons, Network, PLACED, POOLED, TAPS, lessons},
    figure::{Content, Figure, Heat, Panel, Shades, number},
    layer::Layer,
};
use ndarray::ArrayD;

pub(super) const ID: &str = "learned-filters";

/// The filters side by side, in so many columns.
const COLUMNS: usize = 3;

pub(super) fn make() -> Result<Figure, Unmet> {
    let lessons = lessons(ID)?;
    draw(lessons, |number| lessons.learned[number].course.untaught())
}

/// The filters of the first layer, filters × channels × taps × taps.
fn filters(network: &Network) -> Result<ArrayD<f32>, Unmet> {
    let first = network.parameters().first().map(|(_, weights)| (*weights).clone());
    let fits = first.filter(|weights| weights.shape() == [FILTERS, 3, TAPS, TAPS]);
    fits.ok_or(Unmet { id: ID, shows: "the first layer has filters", found: "it has not".to_owned() })
}

/// The sum over the three colours, filters in rows with a blank line between them.
fn mosaic(w: &ArrayD<f32>) -> Vec<Vec<f64>> {
    let side = TAPS + 1;
    let entry = |i: usize, j: usize| {
        let filter = i / side * COLUMNS + j / side;
        let sum = |t: usize, s: usize| (0..3).map(|c| f64::from(w[[filter, c, t, s]])).sum::<f64>();
        if filter < FILTERS && i % side < TAPS && j % side < TAPS { sum(i % side, j % side) } else { 0.0 }
    };
    let rows = FILTERS.div_ceil(COLUMNS) * side - 1;
    (0..rows).map(|i| (0..COLUMNS * side - 1).map(|j| entry(i, j)).collect()).collect()
}

/// The mean cosine between what a filter does to two colours.
fn agreement(w: &ArrayD<f32>) -> f64 {
    let dot = |o: usize, a: usize, b: usize| {
        let taps = (0..TAPS * TAPS).map(|k| (k / TAPS, k % TAPS));
        taps.map(|(t, s)| f64::from(w[[o, a, t, s]]) * f64::from(w[[o, b, t, s]])).sum::<f64>()
    };
    let pairs = (0..FILTERS).flat_map(|o| [(o, 0, 1), (o, 0, 2), (o, 1, 2)]);
    let cosines = pairs.map(|(o, a, b)| dot(o, a, b) / (dot(o, a, a) * dot(o, b, b)).sqrt());
    cosines.sum::<f64>() / (3 * FILTERS) as f64
}

fn draw(lessons: &Lessons, untaught: impl Fn(usize) -> Network) -> Result<Figure, Unmet> {
    let mut panels = vec![];
    let mut said = vec![];
    for (row, number_of) in [POOLED, PLACED].into_iter().enumerate() {
        let learned = &lessons.learned[number_of];
        let (before, after) = (filters(&untaught(number_of))?, filters(&learned.network)?);
        let change = &after - &before;
        let cosines = [&before, &after, &change].map(agreement);
        let shows = "learning makes a filter treat the three colours more alike, in one direction for all";
        // written so that NaN is refused
        let alike = cosines[1] > cosines[0] && cosines[2] > 0.5;
        Unmet::unless(alike, ID, shows, || {
            format!(
                "the cosines are {} before, {} after, {} of the change",
                number(cosines[0]),
                number(cosines[1]),
                number(cosines[2])
            )
        })?;
        let reach =
            [&before, &after].map(mosaic).concat().concat().into_iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        for (column, (title, w)) in
            [("drawn", &before), ("learned", &after), ("change", &change)].into_iter().enumerate()
        {
            let title = format!("{}: {title}", learned.course.name);
            let heat = Heat { rows: mosaic(w), shades: Shades::Diverging { reach } };
            panels.push(Panel { at: (row, column), title, content: Content::Heat(heat) });
        }
        said.push(cosines);
    }
    let of = |row: usize, column: usize| number(said[row][column]);
    Ok(Figure {
        id: ID.to_owned(),
        title: "First filters before and after learning".to_owned(),
        caption: format!(
            "The {FILTERS} filters of {TAPS} by {TAPS} taps of two networks that begin with the same weights: as they were drawn, as \
             they are after learning, and the difference; summed over the three colours. A colour says nothing about the shape, and this is \
             learned: the mean cosine between the parts of a filter for two colours is {} before and {} after in the network that takes \
             the largest of all, {} before and {} after in the one with a dense layer on top; of the change alone it is {} and {}.",
            of(0, 0),
            of(0, 1),
            of(1, 0),
            of(1, 1),
            of(0, 2),
            of(1, 2)
        ),
        alt: format!(
            "Two rows of three panels, each with {FILTERS} small squares of {TAPS} by {TAPS} places in blue and orange: weights of \
             chance, learned weights, and what was added to the ones to make the others."
        ),
        panels,
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_that_have_learned_nothing_are_refused() {
        let lessons = lessons(ID).expect("they fit");
        let as_learned = |number: usize| {
            let mut network = lessons.learned[number].course.untaught();
            let learned = lessons.learned[number].network.parameters();
            for (own, (_, learned)) in network.parameters_mut().into_iter().zip(learned) {
                own.assign(learned);
            }
            network
        };
        assert!(draw(lessons, as_learned).is_err(), "nothing has changed");
        let dense = |_: usize| lessons.learned[crate::book::learning::DENSE].course.untaught();
        assert!(draw(lessons, dense).is_err_and(|unmet| unmet.found.contains("has not")));
    }
}
