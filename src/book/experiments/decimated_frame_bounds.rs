//! What thinning does to the frame bounds of a bank of Morlet's wavelets, while the sum of the squared responses stays as it is.

use super::{Found, Unmet};
use crate::{
    book::portable::{exp, integers},
    figure::{not_above, not_below},
    theorem::Level,
    wavelet::{
        Bank, Bounds, Signals, WaveletError,
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
    let whole = 0..POINTS;
    let y = bank.analyse(Array1::from(x.to_vec()).into_dyn().view(), std::slice::from_ref(&whole))?;
    let kept = y.outer_iter().zip(steps).map(|(output, step)| {
        *step as f64 * output.iter().step_by(*step).map(Complex::norm_sqr).sum::<f64>()
    });
    Ok(kept.sum::<f64>() / x.iter().map(Complex::norm_sqr).sum::<f64>())
}

/// The two largest parts of a signal: frequencies of at most ½, as places, and their parts of the energy.
fn parts(witness: &Witness) -> [(usize, f64); 2] {
    let spectrum = witness.spectrum();
    let all: f64 = spectrum.iter().map(Complex::norm_sqr).sum();
    let part = |k: usize| {
        let opposite = (POINTS - k) % POINTS;
        let both = if opposite == k { 0.0 } else { spectrum[opposite].norm_sqr() };
        (k, (spectrum[k].norm_sqr() + both) / all)
    };
    let mut parts: Vec<(usize, f64)> = (0..=POINTS / 2).map(part).collect();
    parts.sort_by(|a, b| b.1.total_cmp(&a.1));
    [parts[0], parts[1]]
}

fn judge(claimed: Claimed) -> Result<Found, Unmet> {
    let unmet = |found: String| Unmet { id: ID, shows: SHOWS, found };
    let said = |error: WaveletError| unmet(error.to_string());
    let bank = wavelets().map_err(said)?;
    // of |H|² alone, which is what is plotted of a bank
    let Bounds { lower, upper } = bank.bounds(Signals::Real);
    let mut draw = integers(SEED, 6).map(|v| Complex::from(v as f64));
    let (mut cases, mut told, mut exhibited) = (0, vec![], String::new());
    let (mut beyond, mut lost) = (0, 0);
    for steps in &KEPT {
        let bounds = claimed(&thinned(&bank, steps).map_err(said)?).map_err(said)?;
        let name = format!("with every {steps:?}-th output kept");
        for (interval, witness) in [(bounds.lower, &bounds.least), (bounds.upper, &bounds.greatest)] {
            let width = interval.high() - interval.low();
            let attained = gain(&bank, steps, &witness.signal()).map_err(said)?;
            // written so that NaN is no success
            if !(width <= ROUNDING && interval.distance(attained) <= ROUNDING) {
                return Err(unmet(format!("{name}, {attained} is attained where {interval:?} is the bound")));
            }
            cases += 1;
        }
        for _ in 0..SIGNALS {
            let x: Vec<Complex<f64>> = draw.by_ref().take(POINTS).collect();
            let gain = gain(&bank, steps, &x).map_err(said)?;
            if !(bounds.lower.low() - ROUNDING..=bounds.upper.high() + ROUNDING).contains(&gain) {
                return Err(unmet(format!("{name}, a signal has {gain} of its energy left")));
            }
            cases += 1;
        }
        let kept = steps.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
        let share = steps.iter().map(|step| 1.0 / *step as f64).sum::<f64>();
        told.push(format!(
            "for $d$ = {kept}, which keeps {} numbers, $A \\ge {}$ and $B \\le {}$",
            (share * POINTS as f64).round(),
            not_above(bounds.lower.low(), 3),
            not_below(bounds.upper.high(), 3)
        ));
        if bounds.lower.high() < lower - 1e-2 && bounds.upper.low() > upper + 1e-2 {
            beyond += 1;
        }
        // fewer numbers than there are samples
        lost += usize::from(share < 1.0 && bounds.lower.high() < ROUNDING);
        // the last bank that keeps as many numbers as there are samples
        if share >= 1.0 {
            let [first, second] = parts(&bounds.least);
            let percent = |part: f64| (100.0 * part).round();
            exhibited = format!(
                "of which {} % lie at {}/{POINTS} cycles per sample and {} % at {}/{POINTS}",
                percent(first.1),
                first.0,
                percent(second.1),
                second.0
            );
        }
    }
    let shows = "thinning takes the bounds apart, and what keeps too little loses some signal";
    Unmet::unless(beyond >= 2 && lost > 0, ID, shows, || format!("{beyond} are apart, and {lost} lose one"))?;
    Ok(Found {
        statement: format!(
            "On a circle of {POINTS}, six wavelets of Morlet, two to the octave, and a low-pass that fills them up; times $\\sqrt d$ where every \
             $d$-th output is kept. So $\\sum_l |\\hat h_l|^2/d_l$ stays between {} and {}, whatever is kept. The frame bounds for real signals, which are \
             certain, do not: {}. None of {cases} signals leaves them, and for each bound there is one, of frequencies that thinning takes \
             for each other, that attains it: of the last bank that keeps enough, the one with the least energy left is made of waves {exhibited}.",
            not_above(lower, 3),
            not_below(upper, 3),
            told.join("; "),
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

    #[test]
    fn bounds_that_forget_what_thinning_does_are_caught() {
        // the diagonal of the forms, which is all that a plot of squared responses shows
        let diagonal: Claimed = |bank| {
            let whole = bank.channels().iter().map(|Channel { transfer, step }| {
                let factor = (*step as f64).sqrt().recip();
                Channel { transfer: transfer.iter().map(|value| value * factor).collect(), step: 1 }
            });
            Decimated::new(bank.points(), whole.collect())?.bounds(Signals::Real)
        };
        assert!(judge(diagonal).is_err_and(|unmet| unmet.found.contains("is attained where")));
        // without the factor 1/d
        let heavy: Claimed = |bank| {
            let all = bank.channels().iter().map(|Channel { transfer, step }| {
                let factor = (*step as f64).sqrt();
                Channel { transfer: transfer.iter().map(|value| value * factor).collect(), step: *step }
            });
            Decimated::new(bank.points(), all.collect())?.bounds(Signals::Real)
        };
        assert!(judge(heavy).is_err());
        // true of every bank, and attained by none
        let idle: Claimed = |bank| {
            let bounds = bank.bounds(Signals::Real)?;
            let lower = Interval::new(0.0, bounds.lower.high()).unwrap_or(Interval::LINE);
            Ok(DecimatedBounds { lower, ..bounds })
        };
        assert!(judge(idle).is_err());
    }

    #[test]
    fn the_statement_says_what_was_found() {
        let found = run().expect("as announced");
        assert!(
            found.statement.contains("A \\ge 0$") && found.statement.contains("waves of which"),
            "{}",
            found.statement
        );
    }
}
