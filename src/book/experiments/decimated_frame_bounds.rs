//! What thinning does to the frame bounds of a bank of Morlet's wavelets, while the sum of the squared responses stays as it is.

use super::{Found, Unmet};
use crate::{
    book::portable::{exp, integers},
    figure::{not_above, not_below},
    theorem::Level,
    wavelet::{
        Bank, Signals, WaveletError,
        decimated::{Channel, Decimated, DecimatedBounds, Witness},
    },
};
use ndarray::Array1;
use num_complex::Complex;

pub(super) const ID: &str = "decimated-frame-bounds";

const SHOWS: &str = "no signal leaves the frame bounds of a decimated bank, two signals attain them, and the sum of \
                     the squared responses does not know of them";
const POINTS: usize = 64;
/// Of the energy, by which transforms may be off, and the widths of intervals.
const ROUNDING: f64 = 1e-12;
/// Random signals for each choice of what is kept.
const SIGNALS: usize = 20;
const SEED: u64 = 64;
/// Two wavelets to the octave, from the highest, and the low-pass filter: every so many-th output is kept.
const KEPT: [[usize; 7]; 4] =
    [[1, 1, 1, 1, 1, 1, 1], [1, 1, 2, 2, 4, 4, 8], [2, 2, 4, 4, 8, 8, 8], [4, 4, 8, 8, 16, 16, 16]];

/// The bounds of a bank, for real signals.
type Claimed = fn(&Decimated) -> Result<DecimatedBounds, WaveletError>;

pub(super) fn run() -> Result<Found, Unmet> {
    judge(|bank| bank.bounds(Signals::Real))
}

/// Wavelets of Morlet, analytic but for what their bells leave beyond zero, and what fills them up below.
fn wavelets() -> Result<Bank<f64>, WaveletError> {
    let centre = |l: usize| [2.6, 2.6 * 0.5_f64.sqrt()][l % 2] / f64::from(1 << (l / 2));
    let bell = |l: usize, omega: f64| {
        let (centre, width) = (centre(l), 0.3 * centre(l));
        let at = |distance: f64| exp(-distance / (2.0 * width * width));
        Complex::from(at((omega - centre) * (omega - centre)) - at(omega * omega + centre * centre))
    };
    let below = centre(KEPT[0].len() - 2);
    Ok(Bank::line(POINTS, KEPT[0].len() - 1, |_| [-4.0, 4.0], bell)?.with_low_pass(below, Signals::Real))
}

/// The bank with √d times each filter of which every d-th output is kept, so that Σ |H|²/d is as without.
fn thinned(bank: &Bank<f64>, steps: &[usize]) -> Result<Decimated, WaveletError> {
    let channel = |(l, step): (usize, &usize)| {
        let factor = (*step as f64).sqrt();
        Channel { transfer: bank.transfer(l).iter().map(|value| value * factor).collect(), step: *step }
    };
    Decimated::new(POINTS, steps.iter().enumerate().map(channel).collect())
}

/// The energy of the outputs that are kept, times d, over that of the signal: all outputs are computed, and thinned.
fn gain(bank: &Bank<f64>, steps: &[usize], x: &[Complex<f64>]) -> Result<f64, WaveletError> {
    let y = bank.analyse(Array1::from(x.to_vec()).into_dyn().view(), std::slice::from_ref(&(0..POINTS)))?;
    let kept = y.outer_iter().zip(steps).map(|(output, step)| {
        *step as f64 * output.iter().step_by(*step).map(Complex::norm_sqr).sum::<f64>()
    });
    Ok(kept.sum::<f64>() / x.iter().map(Complex::norm_sqr).sum::<f64>())
}

/// The largest part of a signal: its frequency of at most ½, as a place, and its part of the energy.
fn largest_wave(witness: &Witness) -> (usize, f64) {
    let spectrum = witness.spectrum();
    let all: f64 = spectrum.iter().map(Complex::norm_sqr).sum();
    let part = |k: usize| {
        let opposite = (POINTS - k) % POINTS;
        let other = if opposite == k { 0.0 } else { spectrum[opposite].norm_sqr() };
        (k, (spectrum[k].norm_sqr() + other) / all)
    };
    (0..=POINTS / 2).map(part).fold((0, 0.0), |best, wave| if wave.1 > best.1 { wave } else { best })
}

fn judge(claimed: Claimed) -> Result<Found, Unmet> {
    let unmet = |found: String| Unmet { id: ID, shows: SHOWS, found };
    let said = |error: WaveletError| unmet(error.to_string());
    let bank = wavelets().map_err(said)?;
    // of |H|² alone, which is what is plotted of a bank
    let squares = bank.bounds(Signals::Real);
    let mut draw = integers(SEED, 6).map(|v| Complex::from(v as f64));
    let (mut cases, mut told, mut all) = (0, vec![], vec![]);
    for steps in &KEPT {
        let bounds = claimed(&thinned(&bank, steps).map_err(said)?).map_err(said)?;
        for (interval, witness) in [(bounds.lower, &bounds.least), (bounds.upper, &bounds.greatest)] {
            let width = interval.high() - interval.low();
            let attained = gain(&bank, steps, &witness.signal()).map_err(said)?;
            // so that NaN is no success
            let met = width <= ROUNDING && interval.distance(attained) <= ROUNDING;
            let found = || {
                format!("with the steps {steps:?}, {attained} is attained where {interval:?} is the bound")
            };
            Unmet::unless(met, ID, SHOWS, found)?;
            cases += 1;
        }
        for _ in 0..SIGNALS {
            let x: Vec<Complex<f64>> = draw.by_ref().take(POINTS).collect();
            let gain = gain(&bank, steps, &x).map_err(said)?;
            let within = bounds.lower.low() - ROUNDING..=bounds.upper.high() + ROUNDING;
            let found = || format!("with the steps {steps:?}, a signal has {gain} of its energy left");
            Unmet::unless(within.contains(&gain), ID, SHOWS, found)?;
            cases += 1;
        }
        let listed = steps.map(|step| step.to_string()).join(", ");
        let (lower, upper) = (not_above(bounds.lower.low(), 4), not_below(bounds.upper.high(), 4));
        told.push(format!("$A \\ge {lower}$ and $B \\le {upper}$ with the steps {listed}"));
        all.push(bounds);
    }
    let [first, .., last] = &all[..] else { return Err(unmet("nothing was tried".to_owned())) };
    let whole = first.lower.distance(squares.lower).max(first.upper.distance(squares.upper));
    Unmet::unless(whole <= ROUNDING, ID, "they are the squares' where all is kept", || {
        format!("they are {whole} off")
    })?;
    let beyond = last.lower.high() < squares.lower / 2.0 && last.upper.low() > squares.upper * 1.5;
    Unmet::unless(beyond, ID, "they are far beyond the squares where little is kept", || {
        format!("they are {:?} and {:?}", last.lower, last.upper)
    })?;
    let (place, share) = largest_wave(&last.least);
    let (most, share_of_most) = largest_wave(&last.greatest);
    let percent = |share: f64| format!("{} %", (share * 100.0).floor());
    Ok(Found {
        statement: format!(
            "{} wavelets of Morlet, two to the octave, and a low-pass filter, for real signals on a circle of {POINTS} places. Where every $d$-th \
             output of a filter is kept, the filter is multiplied by $\\sqrt d$, so that $\\sum \\lvert H\\rvert^2/d$ is always the same: \
             over all frequencies and their opposites it lies between {} and {}. The frame bounds, in intervals at most 1e-12 wide: {}. \
             For each choice two signals attain them, and {SIGNALS} random signals stay within. With the last steps, the signal that attains $A$ has at least \
             {} of its energy in a wave of {place}/{POINTS} cycles per sample, the one that attains $B$ at least {} in a wave of {most}/{POINTS}.",
            KEPT[0].len() - 1,
            not_above(squares.lower, 4),
            not_below(squares.upper, 4),
            told.join("; "),
            percent(share),
            percent(share_of_most)
        ),
        level: Level::Sampled,
        cases,
        seed: Some(SEED),
        worst: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scalar::Interval;

    /// The bounds of the bank with each filter times a power of √d, of which another part of the outputs is kept.
    fn changed(
        bank: &Decimated,
        power: i32,
        step: fn(usize) -> usize,
    ) -> Result<DecimatedBounds, WaveletError> {
        let channel = |channel: &Channel| {
            let factor = (channel.step as f64).sqrt().powi(power);
            let transfer = channel.transfer.iter().map(|value| value * factor).collect();
            Channel { transfer, step: step(channel.step) }
        };
        Decimated::new(POINTS, bank.channels().iter().map(channel).collect())?.bounds(Signals::Real)
    }

    #[test]
    fn bounds_of_squares_alone_and_bounds_without_the_factor_are_caught() {
        assert!(run().is_ok());
        assert!(judge(|bank| changed(bank, 0, |step| step)).is_ok());
        let diagonal: Claimed = |bank| changed(bank, -1, |_| 1);
        let unweighted: Claimed = |bank| changed(bank, 1, |step| step);
        let whole: Claimed = |bank| changed(bank, 0, |_| 1);
        for wrong in [diagonal, unweighted, whole] {
            assert!(judge(wrong).is_err());
        }
    }

    #[test]
    fn bounds_that_are_left_or_not_attained_are_caught() {
        fn right(bank: &Decimated) -> Result<DecimatedBounds, WaveletError> {
            bank.bounds(Signals::Real)
        }
        let wide: Claimed = |bank| {
            let bounds = right(bank)?;
            let upper = Interval::new(bounds.upper.low(), bounds.upper.high() + 1e-6).unwrap();
            Ok(DecimatedBounds { upper, ..bounds })
        };
        let higher: Claimed = |bank| {
            let bounds = right(bank)?;
            Ok(DecimatedBounds { upper: Interval::from(bounds.upper.high() + 1e-6), ..bounds })
        };
        let exchanged: Claimed = |bank| {
            let bounds = right(bank)?;
            Ok(DecimatedBounds { least: bounds.greatest, greatest: bounds.least, ..bounds })
        };
        for wrong in [wide, higher, exchanged] {
            assert!(judge(wrong).is_err_and(|unmet| unmet.found.contains("is attained where")));
        }
        // attained, and no bound
        let narrow: Claimed = |bank| {
            let bounds = right(bank)?;
            Ok(DecimatedBounds { lower: bounds.upper, least: bounds.greatest.clone(), ..bounds })
        };
        assert!(judge(narrow).is_err_and(|unmet| unmet.found.contains("a signal has")));
        let elsewhere: Claimed = |_| right(&thinned(&wavelets()?, &KEPT[1])?);
        assert!(judge(elsewhere).is_err());
    }
}
