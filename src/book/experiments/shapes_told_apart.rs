//! A linear classifier on pixels, on Fourier moduli and on scattering, and a trained network: who minds what.

use super::{Found, Unmet};
use crate::{
    book::{
        learning::SEEN,
        recognition::{Comparison, NAMES, PENALTY, Point, comparison},
    },
    figure::number,
    theorem::Level,
};

pub(super) const ID: &str = "shapes-told-apart";

pub(super) fn run() -> Result<Found, Unmet> {
    judge(comparison(ID)?)
}

fn judge(found: &Comparison) -> Result<Found, Unmet> {
    found.holds(ID)?;
    let percent = |share: f64| format!("{} %", number((1000.0 * share).round() / 10.0));
    let list = |points: &[Point], which: usize| {
        points.iter().map(|point| percent(found.shares(point)[which])).collect::<Vec<_>>().join(", ")
    };
    let sizes =
        |points: &[Point]| points.iter().map(|point| point.size.to_string()).collect::<Vec<_>>().join(", ");
    let said = |points: &[Point]| {
        let one = |(which, name): (usize, &&str)| format!("{name} {}", list(points, which));
        NAMES.iter().enumerate().map(one).collect::<Vec<_>>().join("; ")
    };
    Ok(Found {
        statement: format!(
            "Learned from {SEEN} pictures with the shape in the middle. Three linear classifiers, by ridge regression with a penalty of \
             {PENALTY} of the mean energy, see {} grey pixels, {} moduli of their Fourier transform, and {} averages of scattering of up \
             to two orders over the whole picture; the network is that of the chapter on learning which takes the largest of each channel. \
             Of {} other pictures, moved at random round the circle of each axis, by {} pixels along one and no more along the other, these parts are told right: {}. Of pictures bent by a random smooth field \
             which moves no place by more than {} pixels: {}.",
            found.features[0],
            found.features[1],
            found.features[2],
            found.judged,
            sizes(&found.shifts),
            said(&found.shifts),
            sizes(&found.bends),
            said(&found.bends)
        ),
        level: Level::Sampled,
        cases: (NAMES.len() * found.judged * (found.shifts.len() + found.bends.len())) as u64,
        seed: Some(16),
        worst: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_in_each_others_place_are_caught() {
        let found = comparison(ID).expect("they fit");
        let exchanged = |a: usize, b: usize| {
            let mut other = found.clone();
            other.shifts.iter_mut().chain(&mut other.bends).for_each(|point| point.right.swap(a, b));
            judge(&other)
        };
        assert!(exchanged(0, 2).is_err() && exchanged(0, 3).is_err() && exchanged(2, 3).is_err());
        let mut still = found.clone();
        still.bends = found.shifts.clone();
        assert!(judge(&still).is_err());
    }
}
