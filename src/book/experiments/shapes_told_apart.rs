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
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let told = |what: &str, points: &[Point]| -> String {
        let cells = |point: &Point| {
            let shares = found.shares(point).map(percent);
            row([format!("{what} {}", point.size)].into_iter().chain(shares).collect())
        };
        points.iter().map(cells).collect()
    };
    let head = row(["pictures"].iter().chain(&NAMES).map(|name| (*name).to_owned()).collect());
    Ok(Found {
        statement: format!(
            "Learned from {SEEN} pictures with the shape in the middle. Three linear classifiers, by ridge regression with a penalty of \
             {PENALTY} of the mean energy, see {} grey pixels, {} moduli of their Fourier transform, and {} averages of scattering of up \
             to two orders over the whole picture; the network is that of the chapter on learning which takes the largest of each channel. \
             Of {} other pictures the following parts are told right: of those moved at random round the circle of each axis, by so many pixels \
             along one and no more along the other; and of those bent by a random smooth field which moves no place by more than so many \
             pixels.\n\n{head}|:--|--:|--:|--:|--:|\n{}{}",
            found.features[0],
            found.features[1],
            found.features[2],
            found.judged,
            told("moved by", &found.shifts),
            told("bent by", &found.bends)
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
