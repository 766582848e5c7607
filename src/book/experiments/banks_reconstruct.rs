//! Perfect reconstruction over the numbers in which √2 and √3 are what they are: on the line, round circles, and with every
//! extension at the ends.

use super::{Found, Unmet};
use crate::{
    scalar::{
        Semiring,
        exact::{Element, Lacks, Ring, judge},
    },
    theorem::Level,
    wavelet::discrete::{BankError, Extension, Filters, Multirate, Wavelet},
};
use dashu_int::IBig;

pub(super) const ID: &str = "banks-reconstruct-exactly";

const SHOWS: &str = "each bank gives back every signal, exactly, with every extension";
/// All lengths up to this one, with the ends.
const LONGEST: usize = 8;
const LEVELS: usize = 2;

/// The filters of a wavelet; a test plants wrong ones.
type Taken = fn(Wavelet) -> Result<Filters<Element>, Lacks>;
type Parts = Vec<Vec<Element>>;

pub(super) fn run() -> Result<Found, Unmet> {
    judge(Wavelet::exact)
}

fn unmet(found: impl ToString) -> Unmet {
    Unmet { id: ID, shows: SHOWS, found: found.to_string() }
}

fn same(x: &[Element], y: &[Element]) -> bool {
    x.len() == y.len() && x.iter().zip(y).all(|(x, y)| judge::same(x, y))
}

/// 1 at k and 0 elsewhere. A transform is linear, so what holds of all of these holds of every signal of n entries.
fn impulse(n: usize, k: usize) -> Vec<Element> {
    (0..n).map(|i| if i == k { Element::one() } else { Element::zero() }).collect()
}

fn judge(taken: Taken) -> Result<Found, Unmet> {
    let half = Ring::Rationals.inverse(&Element::Integer(IBig::from(2))).map_err(unmet)?;
    let mut cases = 0;
    for wavelet in Wavelet::ALL {
        let filters = taken(wavelet).map_err(unmet)?;
        let bank = Multirate::of(&filters).map_err(unmet)?;
        let delay = bank.delay(judge::same);
        Unmet::unless(delay == Some(0), ID, SHOWS, || {
            format!("the delay of {} on the line is {delay:?}", wavelet.name())
        })?;
        cases += bank.responses().len() as u64;
        let back = |x: &[Element], said: &str, y: Result<Vec<Element>, BankError>| {
            let y = y.map_err(unmet)?;
            Unmet::unless(same(x, &y), ID, SHOWS, || {
                format!("{} with {} entries, {said}, is not given back", wavelet.name(), x.len())
            })
        };
        for (n, k) in (1..=LONGEST).flat_map(|n| (0..n).map(move |k| (n, k))) {
            let x = impulse(n, k);
            for how in Extension::ALL {
                let parts: Parts = filters.decompose(&x, LEVELS, how).map_err(unmet)?;
                back(&x, how.name(), filters.recompose(&parts, n, how))?;
                cases += 1;
            }
            if n.is_multiple_of(1 << LEVELS) {
                let parts: Parts = filters.stationary(&x, LEVELS).map_err(unmet)?;
                back(&x, "stationary", filters.from_stationary(&parts, &half))?;
                cases += 1;
            }
        }
    }
    let names: Vec<String> = Wavelet::ALL.iter().map(|wavelet| format!("`{}`", wavelet.name())).collect();
    let ends: Vec<&str> = Extension::ALL.iter().map(|how| how.name()).collect();
    Ok(Found {
        statement: format!(
            "The banks {}, with taps in $\\mathbb Q(\\sqrt 2, \\sqrt 3)$ and without rounding. On the line and on every circle of \
             even length, the responses of analysis and synthesis together are those of the identity, so every signal comes back. \
             With ends, every signal of 1 to {LONGEST} entries comes back from {LEVELS} levels, with each of the extensions {}; and \
             from the stationary transform, for the lengths that {} divides.",
            names.join(", "),
            ends.join(", "),
            1 << LEVELS
        ),
        level: Level::Formal,
        cases,
        seed: None,
        worst: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_signs_other_taps_and_an_exchanged_pair_are_caught() {
        let signs: Taken = |wavelet| {
            let mut filters = wavelet.exact()?;
            filters.synthesis[1].iter_mut().for_each(|tap| *tap = tap.times(&Element::from(-1)));
            Ok(filters)
        };
        // only one bank is off, in one tap, by a thousandth of a thousandth
        let tap: Taken = |wavelet| {
            let mut filters = wavelet.exact()?;
            if wavelet == Wavelet::Spline53 {
                let little = Ring::Rationals.inverse(&Element::from(1_000_000))?;
                filters.analysis[0][2] = filters.analysis[0][2].plus(&little);
            }
            Ok(filters)
        };
        let exchanged: Taken = |wavelet| {
            let mut filters = wavelet.exact()?;
            filters.analysis.reverse();
            Ok(filters)
        };
        // with zeros behind them the filters of synthesis stand two places earlier
        let early: Taken = |wavelet| {
            let mut filters = wavelet.exact()?;
            for taps in filters.analysis.iter_mut().chain(&mut filters.synthesis) {
                taps.extend([Element::zero(), Element::zero()]);
            }
            Ok(filters)
        };
        for wrong in [signs, tap, exchanged, early] {
            assert!(judge(wrong).is_err_and(|unmet| unmet.found.contains("delay")));
        }
    }
}
