//! The banks of Daubechies' wavelets in floats: how far they are from reconstructing, as proved with rational numbers.

use super::{Found, Unmet};
use crate::{
    figure::number,
    scalar::{Real, Ring, Semiring},
    theorem::Level,
    wavelet::{
        Daubechies,
        discrete::{Multirate, Taps},
    },
};
use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;

pub(super) const ID: &str = "daubechies-banks-reconstruct";

const SHOWS: &str = "the banks made of Daubechies' taps in floats reconstruct, and their high filters have vanishing moments, all but for rounding";
/// Numbers of vanishing moments.
const MOMENTS: std::ops::RangeInclusive<usize> = 2..=10;
/// All but for 10 to this power.
const BOUND: i32 = -12;

/// The taps of the low filter for a number of vanishing moments.
type Low = fn(usize) -> Vec<f64>;

pub(super) fn run() -> Result<Found, Unmet> {
    judge(|moments| Daubechies::new(moments).map_or(vec![], |wavelet| wavelet.low_pass().to_vec()))
}

fn unmet(found: impl ToString) -> Unmet {
    Unmet { id: ID, shows: SHOWS, found: found.to_string() }
}

fn size(x: &RBig) -> RBig {
    if *x < RBig::ZERO { RBig::ZERO.minus(x) } else { x.clone() }
}

fn judge(low: Low) -> Result<Found, Unmet> {
    let bound = RBig::from_parts(IBig::ONE, UBig::from(10_u8).pow(BOUND.unsigned_abs() as usize));
    let mut cases = 0;
    for moments in MOMENTS {
        let taps: Option<Vec<RBig>> = low(moments).iter().map(|tap| tap.dyadic().map(RBig::from)).collect();
        let low = taps.filter(|taps| taps.len() == 2 * moments).ok_or_else(|| {
            unmet(format!("there are no {} finite taps for {moments} vanishing moments", 2 * moments))
        })?;
        let signed = |(n, tap): (usize, &RBig)| if n % 2 == 0 { tap.clone() } else { RBig::ZERO.minus(tap) };
        let high: Vec<RBig> = low.iter().rev().enumerate().map(signed).collect();
        let channel = |taps: &[RBig]| {
            let mirrored = taps.iter().rev().cloned().collect();
            (Taps { start: 1 - taps.len() as isize, taps: mirrored }, Taps { start: 0, taps: taps.to_vec() })
        };
        let bank = Multirate::new(2, vec![channel(&low), channel(&high)]).map_err(unmet)?;
        // |output − input| is at most this times the largest entry
        let mut off = [RBig::ZERO, RBig::ZERO];
        let mut kept = off.clone();
        for (phase, lag, response) in bank.responses() {
            match lag {
                0 => kept[phase] = response,
                _ => off[phase] = off[phase].plus(&size(&response)),
            }
            cases += 1;
        }
        for (off, kept) in off.iter_mut().zip(&kept) {
            *off = off.plus(&size(&kept.minus(&RBig::ONE)));
        }
        for (phase, off) in off.iter().enumerate() {
            Unmet::unless(*off <= bound, ID, SHOWS, || {
                format!("with {moments} vanishing moments phase {phase} is off by up to {off}")
            })?;
        }
        for power in 0..moments {
            let weight = |n: usize| (0..power).fold(RBig::ONE, |w, _| w.times(&RBig::from(n)));
            let terms: Vec<RBig> = high.iter().enumerate().map(|(n, tap)| weight(n).times(tap)).collect();
            let sum = |terms: &mut dyn Iterator<Item = RBig>| terms.fold(RBig::ZERO, |sum, x| sum.plus(&x));
            let (moment, all) = (sum(&mut terms.iter().cloned()), sum(&mut terms.iter().map(size)));
            Unmet::unless(size(&moment) <= bound.times(&all), ID, SHOWS, || {
                format!("of {moments} moments number {power} is {moment}")
            })?;
            cases += 1;
        }
    }
    Ok(Found {
        statement: format!(
            "For Daubechies' wavelets of {} to {} vanishing moments, with their taps as 64-bit floats have them, which are \
             rational numbers, and no other rounding: for every bounded signal no output of analysis and synthesis differs from its \
             input by more than $10^{{{BOUND}}}$ times the largest entry; and each moment that should vanish is at most \
             $10^{{{BOUND}}}$ times the sum of the sizes of its terms.",
            number(*MOMENTS.start() as f64),
            number(*MOMENTS.end() as f64)
        ),
        level: Level::Exact,
        cases,
        seed: None,
        worst: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taps(moments: usize) -> Vec<f64> {
        Daubechies::new(moments).map_or(vec![], |wavelet| wavelet.low_pass().to_vec())
    }

    #[test]
    fn other_taps_are_caught() {
        let rounded: Low = |moments| taps(moments).iter().map(|tap| (tap * 1e10).round() / 1e10).collect();
        assert!(judge(rounded).is_err_and(|unmet| unmet.found.contains("is off by")));
        // [0, …, 0, 1/√2, 1/√2] reconstructs, and has one vanishing moment
        let haar: Low = |moments| {
            let mut taps = vec![0.0; 2 * moments - 2];
            taps.extend([0.5_f64.sqrt(); 2]);
            taps
        };
        assert!(judge(haar).is_err_and(|unmet| unmet.found.contains("number 1 is")));
        // what lets nothing through has moments that vanish
        let silent: Low = |moments| vec![0.0; 2 * moments];
        assert!(judge(silent).is_err_and(|unmet| unmet.found.contains("off by up to 1")));
        let none: Low = |_| vec![];
        assert!(judge(none).is_err_and(|unmet| unmet.found.contains("no 4 finite taps")));
    }
}
