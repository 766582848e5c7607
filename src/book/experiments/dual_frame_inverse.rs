//! A wavelet transform on a finite grid, undone by the dual frame: to rounding, within the proved bound.

use super::{Found, Unmet};
use crate::{
    book::portable::integers,
    figure::number,
    fourier::Transform,
    signal::Boundary,
    theorem::Level,
    wavelet::{Cwt, LIST, Plan, Signals, Wavelet, WaveletError, scales},
};
use ndarray::{Array1, ArrayD};
use num_complex::Complex;

pub(super) const ID: &str = "dual-frame-inverse";

const SHOWS: &str = "the dual frame restores a signal from its wavelet transform, within the bound";
const SAMPLES: usize = 240;
const WAVELETS: [&str; 5] = ["morse", "morlet", "paul", "mexican-hat", "bump"];
const SEED: u64 = 6;
/// In cycles per sample; below the lowest a low-pass filter takes over.
const BAND: [f64; 2] = [0.02, 0.5];

/// A way back, for floats of one type.
type Inverse<T> = fn(&Plan<T>, ArrayD<Complex<T>>, Signals) -> Result<ArrayD<Complex<T>>, WaveletError>;

pub(super) fn run() -> Result<Found, Unmet> {
    judge(
        |plan, y, signals| plan.inverse(y.view(), signals),
        |plan, y, signals| plan.inverse(y.view(), signals),
    )
}

/// The bank of a wavelet and a low-pass filter; for complex signals scales of both signs.
fn plan<T: Transform>(
    wavelet: &dyn Wavelet,
    signals: Signals,
    boundary: Boundary,
) -> Result<Plan<T>, WaveletError> {
    let mut scales = scales::voices(wavelet, 1.0, BAND, 8)?;
    // faster than the last frequency there is: half of its bell covers that
    let fastest = scales::geometric(scales[0] / 2.0, scales[0] / 1.1, 7)?;
    scales.extend(fastest);
    if signals == Signals::Complex {
        scales.extend(scales.clone().into_iter().map(|s| -s));
    }
    let plan = Cwt { boundary, ..Cwt::new(wavelet, scales) }.plan(SAMPLES)?;
    Ok(plan.with_low_pass(std::f64::consts::TAU * BAND[0] * 1.5, signals))
}

/// The relative error and the bound on it.
fn tried<T: Transform>(
    wavelet: &dyn Wavelet,
    (signals, boundary): (Signals, Boundary),
    inverse: Inverse<T>,
    draw: &mut impl Iterator<Item = i64>,
) -> Result<(f64, f64), String> {
    let said = |error: WaveletError| error.to_string();
    let plan = plan::<T>(wavelet, signals, boundary).map_err(said)?;
    let bound = plan.bank().rounding(signals).ok_or("there is no bound")?;
    let mut next = || T::nearest(draw.next().unwrap_or(0) as f64);
    let x = Array1::from_shape_simple_fn(SAMPLES, || {
        let re = next();
        Complex::new(re, if signals == Signals::Real { T::nearest(0.0) } else { next() })
    });
    let y = plan.whole(x.view().into_dyn()).map_err(said)?;
    let back = inverse(&plan, y, signals).map_err(said)?;
    let wide = |v: &Complex<T>| Complex::<f64>::new(v.re.into(), v.im.into());
    let size = x.iter().map(|v| wide(v).norm_sqr()).sum::<f64>();
    let off = x.iter().zip(&back).map(|(x, back)| (wide(x) - wide(back)).norm_sqr()).sum::<f64>();
    Ok(((off / size).sqrt(), bound))
}

fn judge(double: Inverse<f64>, single: Inverse<f32>) -> Result<Found, Unmet> {
    let unmet = |found: String| Unmet { id: ID, shows: SHOWS, found };
    let mut draw = integers(SEED, 6);
    let (mut cases, mut bounds) = (0, [0.0_f64; 2]);
    for name in WAVELETS {
        let Some(entry) = LIST.iter().find(|entry| entry.name == name) else {
            return Err(unmet(format!("there is no {name}")));
        };
        let wavelet = entry.make().map_err(|error| unmet(error.to_string()))?;
        for signals in [Signals::Real, Signals::Complex] {
            // zeros add nothing to the norm that the bound is relative to, and round a circle nothing is added
            for boundary in [Boundary::Zero, Boundary::Wrap] {
                let case = (signals, boundary);
                let both = [
                    tried(wavelet.as_ref(), case, double, &mut draw).map_err(unmet)?,
                    tried(wavelet.as_ref(), case, single, &mut draw).map_err(unmet)?,
                ];
                for ((off, bound), largest) in both.into_iter().zip(&mut bounds) {
                    // written so that NaN is refused
                    let within = off <= bound;
                    if !within {
                        return Err(unmet(format!(
                            "with {name} it is off by {off:e}, and {bound:e} is the bound"
                        )));
                    }
                    *largest = largest.max(bound);
                    cases += 1;
                }
            }
        }
    }
    // what an analytic wavelet does not see of a complex signal no dual restores
    let paul = crate::wavelet::Paul::new(4).map_err(|error| unmet(error.to_string()))?;
    let half = plan::<f64>(&paul, Signals::Real, Boundary::Wrap).map_err(|error| unmet(error.to_string()))?;
    let y = half
        .whole(ArrayD::from_elem(vec![SAMPLES], Complex::from(1.0)).view())
        .map_err(|error| unmet(error.to_string()))?;
    let refused = matches!(half.inverse(y.view(), Signals::Complex), Err(WaveletError::NoFrame { .. }));
    Unmet::unless(refused, ID, "half of the frequencies are no frame", || "they pass for one".to_owned())?;
    Ok(Found {
        statement: format!(
            "Signals of {SAMPLES} samples, real and complex, on a circle and with zeros beyond the ends, are restored by the dual \
             frame from their transforms by {} wavelets, with 8 voices an octave from {} cycles per sample on and a low-pass filter below. \
             The relative error is within the proved bound, which is at most {} for doubles and {} for floats of 32 bits. With \
             scales of one sign, an analytic wavelet is no frame for complex signals, and the inverse is refused.",
            WAVELETS.len(),
            number(BAND[0]),
            number(bounds[0]),
            number(bounds[1])
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
    fn a_sum_without_the_dual_and_a_small_error_are_caught() {
        let right: [(Inverse<f64>, Inverse<f32>); 1] = [(
            |plan, y, signals| plan.inverse(y.view(), signals),
            |plan, y, signals| plan.inverse(y.view(), signals),
        )];
        let summed: Inverse<f64> = |plan, y, signals| {
            let weights = vec![1.0 / plan.bank().bounds(signals).upper; plan.bank().len()];
            let mut x = plan.bank().weighted(y.view(), &weights, signals)?;
            x.slice_axis_inplace(ndarray::Axis(0), ndarray::Slice::from(plan.window()));
            Ok(x)
        };
        let louder: Inverse<f32> =
            |plan, y, signals| Ok(plan.inverse(y.view(), signals)? * Complex::from(1.001));
        let [(double, single)] = right;
        assert!(judge(double, single).is_ok());
        assert!(judge(summed, single).is_err() && judge(double, louder).is_err());
    }
}
