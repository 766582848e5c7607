//! The continuous wavelet transform goes along with shifts and with scales, to rounding and no more.

use super::{Found, Unmet};
use crate::{
    book::portable::{circle, integers},
    figure::number,
    fourier::relative_error,
    signal::Boundary,
    theorem::Level,
    wavelet::{Cwt, LIST, Plan, Signals, Wavelet, WaveletError},
};
use ndarray::{Array1, ArrayD};
use num_complex::Complex;

pub(super) const ID: &str = "wavelet-transform-covariance";

const SHOWS: &str = "a wavelet transform goes along with shifts and scales within the bound on rounding";
const POINTS: usize = 120;
/// Frequencies of the random signals, of both signs.
const TONES: i64 = 25;
const WAVELETS: [&str; 5] = ["morlet", "paul", "mexican-hat", "meyer", "haar"];
const POWERS: [f64; 3] = [0.0, 0.5, 1.0];
const SHIFTS: [usize; 3] = [1, 7, 60];
const FACTORS: [usize; 2] = [2, 4];
const SEED: u64 = 14;
/// The error of one term of a sample, for an amplitude of one: of the portable circle, of its argument of up to 25 turns, and of
/// the sum of 51 terms.
const CIRCLE: f64 = 5e-14;

/// The transform of a signal on a circle at some scales: scales × samples.
type Transform = fn(&Plan<f64>, &Array1<Complex<f64>>) -> Result<ArrayD<Complex<f64>>, WaveletError>;

pub(super) fn run() -> Result<Found, Unmet> {
    judge(|plan, x| plan.forward(x.view().into_dyn()))
}

/// f(t) = Σ c_k e^(2πikt/POINTS), at the times n/factor, n < factor · POINTS.
fn samples(coefficients: &[Complex<f64>], factor: usize) -> Array1<Complex<f64>> {
    Array1::from_shape_fn(factor * POINTS, |n| {
        let term = |(k, c): (usize, &Complex<f64>)| {
            let [re, im] = circle((k as f64 - TONES as f64) * n as f64 / (factor * POINTS) as f64);
            c * Complex::new(re, im)
        };
        coefficients.iter().enumerate().map(term).sum::<Complex<f64>>()
    })
}

fn norm(x: impl IntoIterator<Item = Complex<f64>>) -> f64 {
    x.into_iter().map(|v| v.norm_sqr()).sum::<f64>().sqrt()
}

/// By how much all rows of a transform together are off at most, for each unit of the signal's norm: a transform, products and an
/// inverse transform (see `Bank::rounding`).
fn error(plan: &Plan<f64>) -> Option<f64> {
    let unit = f64::EPSILON / 2.0;
    let e = relative_error::<f64>(plan.bank().points())?;
    let once = (1.0 + e) * (1.0 + e) * (1.0 + 5f64.sqrt() * unit) - 1.0;
    Some(once * plan.bank().bounds(Signals::Complex).upper.sqrt())
}

fn plan(wavelet: &dyn Wavelet, p: f64, factor: usize) -> Result<Plan<f64>, WaveletError> {
    let scales = [1.5, 2.2, -3.1, 7.0].map(|s| s * factor as f64).into();
    Cwt { p, boundary: Boundary::Wrap, ..Cwt::new(wavelet, scales) }.plan(factor * POINTS)
}

/// Checks one wavelet; returns the largest relative bound, and the number of cases.
fn check(
    wavelet: &dyn Wavelet,
    transform: Transform,
    coefficients: &[Complex<f64>],
) -> Result<(f64, u64), String> {
    let said = |error: WaveletError| error.to_string();
    let none = || "there is no bound for that length".to_owned();
    let (mut cases, mut largest) = (0, 0.0_f64);
    let x = samples(coefficients, 1);
    let size = norm(x.iter().copied());
    let input = CIRCLE * coefficients.iter().map(|c| c.norm()).sum::<f64>();
    for p in POWERS {
        let base = plan(wavelet, p, 1).map_err(said)?;
        let own = error(&base).ok_or_else(none)?;
        let top = base.bank().bounds(Signals::Complex).upper.sqrt();
        let y = transform(&base, &x).map_err(said)?;
        for shift in SHIFTS {
            let later = Array1::from_shape_fn(POINTS, |n| x[(n + POINTS - shift) % POINTS]);
            let moved = transform(&base, &later).map_err(said)?;
            let off = norm(y.indexed_iter().map(|(at, v)| v - moved[[at[0], (at[1] + shift) % POINTS]]));
            let bound = 2.0 * own * size;
            // written so that NaN is refused
            let within = off <= bound;
            if !within {
                return Err(format!(
                    "for {} a shift by {shift} leaves {off:e}, beyond {bound:e}",
                    wavelet.name()
                ));
            }
            largest = largest.max(bound / (top * size));
            cases += 1;
        }
        for factor in FACTORS {
            let wide = plan(wavelet, p, factor).map_err(said)?;
            let drawn = samples(coefficients, factor);
            let stretched = transform(&wide, &drawn).map_err(said)?;
            // f(·/a) at the scale as and the time at is a^(1 − p) times f at s and t
            let gain = (factor as f64).powf(1.0 - p);
            let off = norm(y.indexed_iter().map(|(at, v)| v * gain - stretched[[at[0], at[1] * factor]]));
            let wide_top = wide.bank().bounds(Signals::Complex).upper.sqrt();
            let points = (POINTS as f64).sqrt();
            // the rounding of both, the error of both inputs, and powers of scales that are rounded
            let bound = own * size * gain
                + error(&wide).ok_or_else(none)? * norm(drawn.iter().copied())
                + input * points * (top * gain + wide_top * (factor as f64).sqrt())
                + 8.0 * f64::EPSILON * top * gain * size;
            // written so that NaN is refused
            let within = off <= bound;
            if !within {
                return Err(format!(
                    "for {} a scale by {factor} leaves {off:e}, beyond {bound:e}",
                    wavelet.name()
                ));
            }
            largest = largest.max(bound / (top * gain * size));
            cases += 1;
        }
    }
    Ok((largest, cases))
}

fn judge(transform: Transform) -> Result<Found, Unmet> {
    let unmet = |found: String| Unmet { id: ID, shows: SHOWS, found };
    let mut draw = integers(SEED, 4).map(|v| v as f64);
    let mut next = || draw.next().unwrap_or(0.0);
    let coefficients: Vec<Complex<f64>> = (0..=2 * TONES).map(|_| Complex::new(next(), next())).collect();
    let (mut cases, mut largest) = (0, 0.0_f64);
    for name in WAVELETS {
        let Some(entry) = LIST.iter().find(|entry| entry.name == name) else {
            return Err(unmet(format!("there is no {name}")));
        };
        let wavelet = entry.make().map_err(|error| unmet(error.to_string()))?;
        let (bound, tried) = check(wavelet.as_ref(), transform, &coefficients).map_err(unmet)?;
        (cases, largest) = (cases + tried, largest.max(bound));
    }
    Ok(Found {
        statement: format!(
            "On circles of {POINTS}, {} and {} samples, for {} wavelets, four scales, one of them negative, and $p$ of 0, 1/2 and 1: the transform of the \
             shifted signal is the shifted transform, and $\\tilde g(as, at) = a^{{1-p}} \\tilde f(s, t)$ for $g(u) = f(u/a)$. Signals \
             are sums of tones with whole numbers for amplitudes. All coefficients of both sides together differ by no more than the \
             rounding of the Fourier transforms, of the products, and of the samples can do: at most {} of the norm of the signal times \
             the largest gain.",
            FACTORS[0] * POINTS,
            FACTORS[1] * POINTS,
            WAVELETS.len(),
            number(largest)
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
    fn a_louder_sample_and_another_power_are_caught() {
        let fixed: Transform = |plan, x| {
            // the first sample of each row counts a little more
            let mut y = plan.forward(x.view().into_dyn())?;
            y.iter_mut().step_by(POINTS).for_each(|v| *v *= 1.0 + 1e-9);
            Ok(y)
        };
        let other_power: Transform =
            |plan, x| Ok(plan.forward(x.view().into_dyn())? * Complex::from(x.len() as f64));
        assert!(judge(fixed).is_err_and(|unmet| unmet.found.contains("shift")));
        assert!(judge(other_power).is_err_and(|unmet| unmet.found.contains("scale")));
    }
}
