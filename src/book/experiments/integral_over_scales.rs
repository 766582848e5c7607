//! The inverse by the integral over scales and times, as the scales get dense.

use super::{Found, Unmet};
use crate::{
    book::portable::{circle, integers},
    figure::number,
    signal::Boundary,
    theorem::Level,
    wavelet::{Cwt, Integral, Morlet, Morse, Plan, Signals, Wavelet, WaveletError, scales},
};
use ndarray::Array1;
use num_complex::Complex;

pub(super) const ID: &str = "integral-over-scales";

const SHOWS: &str =
    "the integral over scales with the measure ds db/|s|^(3 − 2p) approaches the signal, for every p";
const SAMPLES: usize = 600;
/// The frequencies of the scales, and those of the signal in whole turns.
const SCALES: [f64; 2] = [0.004, 0.49];
const TONES: std::ops::RangeInclusive<usize> = 24..=72;
const VOICES: [usize; 4] = [1, 2, 3, 8];
const POWERS: [f64; 4] = [0.0, 0.5, 1.0, 2.0];
const SEED: u64 = 77;

/// The integral for a transform, given the plan made of it.
type Made = for<'p> fn(&Cwt, &'p Plan<f64>, Signals) -> Result<Integral<'p, f64>, WaveletError>;

pub(super) fn run() -> Result<Found, Unmet> {
    judge(|cwt, plan, signals| cwt.integral(plan, signals))
}

/// A real signal of tones in a band, with whole numbers for amplitudes.
fn signal() -> Array1<Complex<f64>> {
    let amplitudes: Vec<i64> = integers(SEED, 4).take(2 * TONES.count()).collect();
    let value = |n: usize| {
        let tone = |(k, pair): (usize, &[i64])| {
            let [c, s] = circle((k * n) as f64 / SAMPLES as f64);
            pair[0] as f64 * c + pair[1] as f64 * s
        };
        TONES.zip(amplitudes.chunks(2)).map(tone).sum::<f64>()
    };
    Array1::from_shape_fn(SAMPLES, |n| Complex::from(value(n)))
}

fn cwt(wavelet: &dyn Wavelet, p: f64, voices: usize) -> Result<Cwt<'_>, WaveletError> {
    let scales = scales::voices(wavelet, p, SCALES, voices)?;
    Ok(Cwt { p, boundary: Boundary::Wrap, ..Cwt::new(wavelet, scales) })
}

fn judge(made: Made) -> Result<Found, Unmet> {
    let unmet = |found: String| Unmet { id: ID, shows: SHOWS, found };
    let said = |error: WaveletError| unmet(error.to_string());
    let morse = Morse::new(3.0, 6.0).map_err(said)?;
    let band = *TONES.start() as f64 / SAMPLES as f64 - 1e-6..=*TONES.end() as f64 / SAMPLES as f64 + 1e-6;
    let x = signal();
    let size = x.iter().map(|v| v.norm_sqr()).sum::<f64>().sqrt();
    let (mut cases, mut errors) = (0, vec![]);
    for voices in VOICES {
        let mut largest = 0.0_f64;
        for p in POWERS {
            let cwt = cwt(&morse, p, voices).map_err(said)?;
            let plan = cwt.plan::<f64>(SAMPLES).map_err(said)?;
            let integral = made(&cwt, &plan, Signals::Real).map_err(said)?;
            let error = integral.error(band.clone());
            let y = plan.whole(x.view().into_dyn()).map_err(said)?;
            let back = integral.inverse(y.view()).map_err(said)?;
            let off = x.iter().zip(&back).map(|(x, back)| (x - back).norm_sqr()).sum::<f64>().sqrt() / size;
            // what rounding adds is far below this
            // written so that NaN is refused
            let within = off <= error + 1e-11;
            if !within {
                return Err(unmet(format!(
                    "with {voices} voices and p = {p} it is off by {off}, beyond {error}"
                )));
            }
            largest = largest.max(error);
            cases += 1;
        }
        errors.push(largest);
    }
    let falls = errors.windows(2).all(|pair| pair[1] < pair[0] / 3.0) && errors[errors.len() - 1] < 1e-4;
    Unmet::unless(falls, ID, SHOWS, || format!("the errors are {errors:?}"))?;

    // over s > 0 alone, complex signals need two constants that agree; over both signs, nothing
    let morlet = Morlet::corrected(6.0).map_err(said)?;
    let gabor = Morlet::uncorrected(6.0).map_err(said)?;
    let refusal = |wavelet: &dyn Wavelet, mirrored: bool| -> Result<Option<WaveletError>, WaveletError> {
        let mut cwt = cwt(wavelet, 1.0, 4)?;
        if mirrored {
            cwt.scales.extend(cwt.scales.clone().into_iter().map(|s| -s));
        }
        let plan = cwt.plan::<f64>(SAMPLES)?;
        Ok(made(&cwt, &plan, Signals::Complex).err())
    };
    let refused = [
        matches!(refusal(&morlet, false).map_err(said)?, Some(WaveletError::OneSided { .. })),
        matches!(refusal(&gabor, true).map_err(said)?, Some(WaveletError::NotAdmissible { .. })),
        refusal(&morlet, true).map_err(said)?.is_none(),
    ];
    let shows = "the integral is refused where it would not give the signal";
    Unmet::unless(refused == [true; 3], ID, shows, || format!("it is {refused:?}"))?;
    let errors: Vec<String> = errors.iter().map(|error| number(*error)).collect();
    Ok(Found {
        statement: format!(
            "$f = \\frac2C \\operatorname{{Re}} \\iint_{{s>0}} \\tilde f(s, t)\\, \\overline{{\\psi_s(t - \\cdot)}}\\; \\frac{{ds\\,dt}}{{s^{{3-2p}}}}$ with $C = C_+ + C_-$, as a sum over scales in equal ratios \
             from {} to {} cycles per sample, by a Morse wavelet (3, 6), for real signals of {SAMPLES} samples with frequencies from {} to {}, and \
             $p$ of 0, 1/2, 1 and 2. With {} scales in an octave a signal is restored up to a share of {} at most. Over $s > 0$ \
             alone, the integral is refused for complex signals and Morlet's wavelet, which weighs positive and negative frequencies \
             differently, and for Gabor's function it diverges.",
            number(SCALES[0]),
            number(SCALES[1]),
            number(*TONES.start() as f64 / SAMPLES as f64),
            number(*TONES.end() as f64 / SAMPLES as f64),
            VOICES.map(|voices| voices.to_string()).join(", "),
            errors.join(", ")
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

    #[test]
    fn another_measure_is_caught() {
        // the weights of |s|^(−2) for every p
        let plain: Made = |cwt, plan, signals| {
            let other = Cwt { p: 0.5, ..cwt.clone() };
            other.integral(plan, signals)
        };
        assert!(judge(plain).is_err());
        assert!(judge(|cwt, plan, _| cwt.integral(plan, Signals::Complex)).is_err());
    }
}
