//! The energy of the details while a signal moves: of decimated transforms, and of the stationary one.

use super::{Unmet, plot};
use crate::{
    figure::{Axis, Figure, number},
    wavelet::discrete::{Extension, Filters, Wavelet},
};

pub(super) const ID: &str = "energy-under-shifts";

/// A hump on a circle of so many places, so many shifts, and the level of the details.
const HUMP: [f64; 7] = [1.0, 4.0, 9.0, 12.0, 9.0, 4.0, 1.0];
const PLACES: usize = 64;
const SHIFTS: usize = 16;
const LEVEL: usize = 3;
/// Rounding stays below this share.
const SMALL: f64 = 1e-12;

/// The details of the last of the levels.
type Details = fn(&Filters<f64>, &[f64]) -> Vec<f64>;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(decimated, stationary)
}

fn decimated(filters: &Filters<f64>, x: &[f64]) -> Vec<f64> {
    filters.decompose(x, LEVEL, Extension::Periodised).map_or(vec![], |mut parts| parts.swap_remove(1))
}

fn stationary(filters: &Filters<f64>, x: &[f64]) -> Vec<f64> {
    filters.stationary(x, LEVEL).map_or(vec![], |mut parts| parts.swap_remove(1))
}

fn energy(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum()
}

fn draw(thinned: Details, whole: Details) -> Result<Figure, Unmet> {
    let unless =
        |held: bool, shows: &'static str, found: &dyn Fn() -> String| Unmet::unless(held, ID, shows, found);
    let step = 1_usize << LEVEL;
    let signal = |shift: usize| {
        let mut x = vec![0.0; PLACES];
        HUMP.iter().enumerate().for_each(|(n, v)| x[(20 + n + shift) % PLACES] = *v);
        x
    };
    let (mut curves, mut told) = (vec![], vec![]);
    for wavelet in Wavelet::ALL {
        let filters = wavelet.floats();
        let all: Vec<f64> = (0..SHIFTS).map(|shift| energy(&whole(&filters, &signal(shift)))).collect();
        let same = all[0] > 0.0 && all.iter().all(|e| (e - all[0]).abs() < SMALL * all[0]);
        let found = || format!("for {} it is {} and {}", wavelet.name(), number(all[0]), number(all[1]));
        unless(same, "the energy of the stationary details does not change", &found)?;
        // as a share of what it is on average over a step
        let mean = all[0] / step as f64;
        let shares: Vec<f64> =
            (0..SHIFTS).map(|shift| energy(&thinned(&filters, &signal(shift))) / mean).collect();
        let period = shares.iter().zip(&shares[step..]).all(|(now, later)| (now - later).abs() < SMALL);
        unless(period, "the energy of the decimated details comes again after a step", &|| {
            wavelet.name().to_owned()
        })?;
        let average = shares[..step].iter().sum::<f64>() / step as f64;
        unless((average - 1.0).abs() < SMALL, "over a step it is the stationary one on average", &|| {
            format!("for {} it is {} times that", wavelet.name(), number(average))
        })?;
        let (least, most) = shares.iter().fold((f64::MAX, 0.0_f64), |(a, b), v| (a.min(*v), b.max(*v)));
        unless(most > 1.5 * least, "the energy of the decimated details changes much", &|| {
            format!("for {} only from {} to {}", wavelet.name(), number(least), number(most))
        })?;
        told.push(format!("from {} to {} for `{}`", number(least), number(most), wavelet.name()));
        curves.push((wavelet.name().to_owned(), shares.into_iter().map(Some).collect()));
    }
    curves.push(("stationary".to_owned(), vec![Some(1.0); SHIFTS]));
    Ok(Figure {
        id: ID.to_owned(),
        title: "The energy of the details of a moving signal".to_owned(),
        caption: format!(
            "A hump of {} entries on a circle of {PLACES} places is shifted. Drawn is the energy of the decimated details of level {LEVEL}, \
             divided by its mean over {step} shifts, which is a share of $2^{{-{LEVEL}}}$ of the energy of the stationary details. That one does \
             not change. The decimated one comes again after {step} shifts, and in between it goes {}.",
            HUMP.len(),
            told.join(", ")
        ),
        alt: format!(
            "Three curves over the shift from 0 to {} that go up and down with period {step}, around a level line at 1.",
            SHIFTS - 1
        ),
        panels: plot(
            [Axis::linear("shift"), Axis::linear("energy, divided by its mean")],
            (0..SHIFTS).map(|shift| shift as f64).collect(),
            curves,
        ),
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transforms_in_each_others_place_and_averages_are_refused() {
        let refused = |thinned, whole, words: &str| {
            let unmet = draw(thinned, whole).expect_err("it is wrong");
            assert!(unmet.to_string().contains(words), "{unmet}");
        };
        refused(decimated, decimated, "stationary details does not change");
        refused(stationary, stationary, "on average");
        let thin: Details = |filters, x| stationary(filters, x).into_iter().step_by(4).collect();
        refused(thin, stationary, "on average");
        let even: Details = |filters, x| {
            let details = stationary(filters, x);
            details[..PLACES / 8].iter().map(|_| (energy(&details) / PLACES as f64).sqrt()).collect()
        };
        refused(even, stationary, "changes much");
        refused(|_, _| vec![], |_, _| vec![], "stationary details");
    }
}
