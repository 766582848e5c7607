//! The rounding errors of a direct sum and of three transforms in `f32`, and their bounds.

use super::{Unmet, plot};
use crate::{
    book::{
        experiments::rounding_bounds::{Choice, LARGEST, Measured, measure},
        portable::with_room_for,
    },
    figure::{Axis, Figure, number},
};

pub(super) const ID: &str = "rounding-errors";

const SEED: u64 = 7;
/// The smallest t of n = 2^t; below, a result may be exact, and an error of 0 has no logarithm.
const SMALLEST: u32 = 2;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(with_room_for)
}

fn draw(choice: Choice) -> Result<Figure, Unmet> {
    let places: Vec<usize> = (SMALLEST..=LARGEST).map(|t| 1 << t).collect();
    let all: Vec<Measured> = places.iter().map(|n| measure(*n, SEED, choice)).collect();
    // written so that NaN is beyond
    let within = |share: f64| share <= 1.0;
    for (n, found) in places.iter().zip(&all) {
        let said = |what: &str, share: f64| {
            let found = format!("for {n} entries {what} reaches {} of its bound", number(share));
            Err(Unmet { id: ID, shows: "no error exceeds its bound", found })
        };
        if !within(found.direct_worst) {
            return said("the direct sum", found.direct_worst);
        }
        let share = found.transforms / found.transforms_bound;
        if !within(share) {
            return said("the transform", share);
        }
        if found.direct == 0.0 || found.transforms == 0.0 {
            let found = format!("for {n} entries there is none");
            return Err(Unmet { id: ID, shows: "something is rounded", found });
        }
    }
    let worst = |share: fn(&Measured) -> f64| number(all.iter().map(share).fold(0.0, f64::max));
    let curve = |name: &str, value: fn(&Measured) -> f64| {
        (name.to_owned(), all.iter().map(value).map(Some).collect())
    };
    Ok(Figure {
        id: ID.to_owned(),
        title: "Rounding errors in 32-bit floats, and their bounds".to_owned(),
        caption: format!(
            "The largest error among the outputs of $n$ by $n$ random entries, measured against exact integers and divided by \
             $\\lVert x\\rVert_2\\lVert w\\rVert_2$. The direct sum comes to at most {} of its bound and the transforms to {} of \
             theirs: bounds allow for all roundings to push in one direction, and they do not. The bound of the direct sum is \
             the largest of its entries' bounds.",
            worst(|m| m.direct / m.direct_bound),
            worst(|m| m.transforms / m.transforms_bound)
        ),
        alt: format!(
            "Four curves over logarithmic axes for {} to {} entries. The two errors, nearly flat, lie below the two bounds; \
             the bound of the direct sum rises faster than that of the transforms.",
            places[0],
            places[places.len() - 1]
        ),
        panels: plot(
            [Axis::logarithmic("n, entries of each"), Axis::logarithmic("error")],
            places.iter().map(|n| *n as f64).collect(),
            vec![
                curve("direct", |m| m.direct),
                curve("its bound", |m| m.direct_bound),
                curve("transforms", |m| m.transforms),
                curve("their bound", |m| m.transforms_bound),
            ],
        ),
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rough_roots_of_unity_are_refused() {
        assert!(draw(|n, k| with_room_for(n, k).with_roots(|[re, im]| [re * 1.001, im])).is_err());
        assert!(draw(|n, _| with_room_for(n, 1)).is_err(), "a circle that is too small");
    }
}
