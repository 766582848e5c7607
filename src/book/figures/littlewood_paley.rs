//! Two filter banks on the frequency axis, and what their squares add up to, between bounds that are certain.

use super::{Unmet, heading, rounded};
use crate::{
    figure::{Axis, Content, Curves, Figure, Panel, not_above, number},
    wavelet::scattering::{Bounds, Convention, Scattering, ScatteringError, Settings},
};

pub(super) const ID: &str = "littlewood-paley";

const SAMPLES: usize = 128;
const SCALE: u32 = 4;
/// Wavelets to an octave.
const PER_OCTAVE: usize = 2;
/// Far above rounding, and far below what is drawn.
const SLACK: f64 = 1e-12;
const CONVENTIONS: [Convention; 2] = [Convention::Parseval, Convention::Kymatio030];

pub(super) fn make() -> Result<Figure, Unmet> {
    let banks = CONVENTIONS.map(bank).into_iter().collect::<Result<Vec<_>, _>>();
    draw(&banks.map_err(|error| Unmet { id: ID, shows: "there are such banks", found: error.to_string() })?)
}

/// A bank on the frequencies k/n, 0 ≤ k < n, and the bounds that are certain of it.
struct Bank {
    convention: Convention,
    wavelets: Vec<Vec<f64>>,
    average: Vec<f64>,
    bounds: Bounds,
}

fn bank(convention: Convention) -> Result<Bank, ScatteringError> {
    let settings =
        Settings { convention, per_octave: vec![PER_OCTAVE], orders: 1, ..Settings::of(&[SAMPLES], SCALE) };
    let plan = Scattering::<f64>::new(&settings)?;
    let responses = (0..plan.paths().len()).filter_map(|path| plan.response(path));
    let mut all: Vec<Vec<f64>> = responses.map(|response| response.into_iter().collect()).collect();
    let average = all.remove(0);
    let bounds = plan.bounds(1, 0).expect("wavelets are applied to the signal itself");
    Ok(Bank { convention, wavelets: all, average, bounds })
}

impl Bank {
    fn points(&self) -> usize {
        self.average.len()
    }

    /// Half of the energy that a filter lets pass at a frequency and at its opposite, for those from 0 to a half.
    fn passed(&self, filter: &[f64]) -> Vec<f64> {
        let n = self.points();
        (0..=n / 2).map(|k| (filter[k].powi(2) + filter[(n - k) % n].powi(2)) / 2.0).collect()
    }

    /// What all filters let pass together.
    fn sum(&self) -> Vec<f64> {
        let filters = self.wavelets.iter().chain([&self.average]).map(|filter| self.passed(filter));
        filters.fold(vec![0.0; self.points() / 2 + 1], |sum, passed| {
            sum.iter().zip(passed).map(|(sum, passed)| sum + passed).collect()
        })
    }

    fn plot(&self, row: usize) -> Panel {
        let drawn = |values: Vec<f64>| -> Vec<Option<f64>> {
            values.into_iter().map(|value| Some(rounded(value, 4))).collect()
        };
        let level = |value: f64| drawn(vec![value; self.points() / 2 + 1]);
        let wavelet = |wavelet: &Vec<f64>| {
            let mut values = drawn(self.passed(wavelet));
            // where next to nothing passes, nothing is drawn
            let passes: Vec<bool> =
                values.iter().map(|value| value.is_some_and(|value| value > 1e-3)).collect();
            let beside = |k: usize| passes[k.saturating_sub(1)..].iter().take(3).any(|passes| *passes);
            (0..values.len()).filter(|k| !beside(*k)).for_each(|k| values[k] = None);
            values
        };
        let wavelets = self.wavelets.iter().map(|filter| ("wavelets", wavelet(filter)));
        let rest = [
            ("average", drawn(self.passed(&self.average))),
            ("sum", drawn(self.sum())),
            ("A and B", level(self.bounds.lower.low())),
            ("A and B", level(self.bounds.upper.high())),
        ];
        let frequency = |k: usize| k as f64 / self.points() as f64;
        Panel {
            at: (row, 0),
            title: heading(self.convention.name()),
            content: Content::Curves(Curves {
                across: Axis::linear("frequency, cycles per sample"),
                up: Axis::linear("energy that passes"),
                places: (0..=self.points() / 2).map(frequency).collect(),
                curves: wavelets.chain(rest).map(|(name, values)| (name.to_owned(), values)).collect(),
                span: (2, 3),
            }),
        }
    }
}

fn draw(banks: &[Bank]) -> Result<Figure, Unmet> {
    for bank in banks {
        let (lower, upper) = (bank.bounds.lower, bank.bounds.upper);
        let (low, high) = extremes(&bank.sum());
        let shows = "the least and the largest sum are where the certified bounds say";
        // the bounds are of exact sums, and these here are rounded
        let near = |value: f64, low: f64, high: f64| low - SLACK <= value && value <= high + SLACK;
        let inside = near(low, lower.low(), lower.high()) && near(high, upper.low(), upper.high());
        Unmet::unless(inside, ID, shows, || {
            format!(
                "of {} they are {low} and {high}, and the bounds are {lower:?} and {upper:?}",
                bank.convention
            )
        })?;
        let shows = "the bounds are known to twelve digits";
        let width = |low: f64, high: f64| high - low < SLACK;
        let narrow = width(lower.low(), lower.high()) && width(upper.low(), upper.high());
        Unmet::unless(narrow, ID, shows, || format!("they are {lower:?} and {upper:?}"))?;
    }
    let shows =
        "one bank is tight and contractive, and the other does not gain and loses most of some frequency";
    let [tight, other] = banks else {
        return Err(Unmet { id: ID, shows, found: format!("there are {} banks", banks.len()) });
    };
    let near_one = tight.bounds.lower.low() > 1.0 - SLACK && tight.bounds.upper.high() <= 1.0;
    let lossy = other.bounds.lower.high() < 0.5 && other.bounds.upper.high() < 1.0 + SLACK;
    Unmet::unless(near_one && lossy, ID, shows, || format!("{:?} and {:?}", tight.bounds, other.bounds))?;
    let (sum, points) = (other.sum(), other.points());
    let (least, _) = extremes(&sum);
    let place = sum.iter().position(|value| *value == least).unwrap_or(0) as f64 / points as f64;
    // a bound that is rounded downwards is one
    let floor = not_above(other.bounds.lower.low(), 2);
    Ok(Figure {
        id: ID.to_owned(),
        title: "A bank that loses nothing, and one that does".to_owned(),
        caption: format!(
            "For {SAMPLES} samples, averages over $2^{SCALE}$ of them, and {PER_OCTAVE} wavelets to an octave: the energy of a real \
             signal that passes each of {} and {} wavelets, $\\frac12(\\vert\\hat\\psi(\\omega)\\vert^2 + \
             \\vert\\hat\\psi(-\\omega)\\vert^2)$, that which passes the average, $\\vert\\hat\\varphi(\\omega)\\vert^2$, and their \
             sum. Its bounds $A$ and $B$ over all {} and {} frequencies of the circle are certain: they are computed in intervals from the \
             very tables that filter. Of `{}`, $A > 1 - 10^{{-12}}$ and $B \\le 1$: nothing is lost but rounding, and nothing is gained. Of \
             `{}`, whose circle has the padding in it, $A \\ge {}$ and $B < 1 + 10^{{-12}}$; least passes at the frequency {}.",
            tight.wavelets.len(),
            other.wavelets.len(),
            tight.points(),
            points,
            tight.convention,
            other.convention,
            number(floor),
            number(place),
        ),
        alt: format!(
            "Two panels over frequencies from 0 to one half. Above, {} arches that grow wider to the right, neighbours crossing at one \
             half, and a level sum at 1. Below, {} bells no higher than one half, and a sum that falls from 1 to about one half, waves, and \
             ends at {}.",
            tight.wavelets.len(),
            other.wavelets.len(),
            number(floor),
        ),
        panels: banks.iter().enumerate().map(|(row, bank)| bank.plot(2 * row)).collect(),
        ..Figure::default()
    })
}

fn extremes(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(*v), high.max(*v)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn banks() -> Vec<Bank> {
        CONVENTIONS.map(|convention| bank(convention).expect("it exists")).into()
    }

    #[test]
    fn a_filter_that_is_larger_or_missing_and_banks_in_another_order_are_refused() {
        assert!(draw(&banks()).is_ok());
        let mut larger = banks();
        larger[0].wavelets[2].iter_mut().for_each(|value| *value *= 1.0 + 1e-9);
        let mut missing = banks();
        missing[1].wavelets.remove(0);
        let mut exchanged = banks();
        exchanged.swap(0, 1);
        for wrong in [larger, missing, exchanged] {
            assert!(draw(&wrong).is_err());
        }
        assert!(draw(&banks()[..1]).is_err());
    }
}
