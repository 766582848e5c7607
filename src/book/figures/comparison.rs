//! How many shapes are told right by four ways, over the size of a shift and of a deformation.

use super::Unmet;
use crate::{
    book::recognition::{Comparison, NAMES, Point, comparison},
    figure::{Axis, Content, Curves, Figure, Panel, number},
};

pub(super) const ID: &str = "comparison";

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(comparison(ID)?)
}

fn draw(found: &Comparison) -> Result<Figure, Unmet> {
    found.holds(ID)?;
    let plot = |row: usize, title: &str, across: &str, points: &[Point]| {
        let curve = |(which, name): (usize, &&str)| {
            ((*name).to_owned(), points.iter().map(|point| Some(found.shares(point)[which])).collect())
        };
        Panel {
            at: (row, 0),
            title: title.to_owned(),
            content: Content::Curves(Curves {
                across: Axis::linear(across),
                up: Axis::linear("share told right"),
                places: points.iter().map(|point| point.size).collect(),
                curves: NAMES.iter().enumerate().map(curve).collect(),
                span: (2, 3),
            }),
        }
    };
    let list = |point: &Point| found.shares(point).map(number).join(", ");
    let (moved, bent) = (&found.shifts[1], &found.bends[3]);
    let last = found.shares(&found.bends[found.bends.len() - 1]);
    Ok(Figure {
        id: ID.to_owned(),
        title: "Shapes told apart in four ways".to_owned(),
        caption: format!(
            "The share of {} pictures of shapes that a linear classifier tells right by their pixels, by the modulus of their Fourier \
             transform and by their scattering, and the share that a trained network tells right; all have learned from pictures with the shape \
             in the middle. Above the pictures are moved at random, up to the given distance along an axis; below they are bent by a smooth \
             random field, which moves no place farther than the given distance. In this order the shares are {} after a shift by {} \
             and {} where places move by {}. Guessing gives one quarter. Between the points nothing was tried.",
            found.judged,
            list(moved),
            number(moved.size),
            list(bent),
            number(bent.size)
        ),
        alt: format!(
            "Two panels with four curves. Above, three stay near 1, and pixels drop from {} to {} with the first step. Below, all \
             fall: at the right end pixels are at {}, the network at {}, Fourier modulus and scattering, which stay close together, at {} \
             and {}.",
            number(found.shares(&found.shifts[0])[0]),
            number(found.shares(moved)[0]),
            number(last[0]),
            number(last[3]),
            number(last[1]),
            number(last[2])
        ),
        panels: vec![
            plot(0, "Moved", "distance, in pixels", &found.shifts),
            plot(2, "Bent", "farthest distance, in pixels", &found.bends),
        ],
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_in_another_order_are_refused() {
        let found = comparison(ID).expect("they fit");
        assert!(draw(found).is_ok());
        let mut other = found.clone();
        other.bends.iter_mut().for_each(|point| point.right.swap(0, 2));
        assert!(draw(&other).is_err());
        other.shifts.clone_from(&found.bends);
        assert!(draw(&other).is_err());
    }
}
