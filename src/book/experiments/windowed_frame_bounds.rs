//! The frame bounds of windowed Fourier transforms, and signals that attain them.

use super::{Found, Unmet};
use crate::{
    book::portable::integers,
    figure::number,
    signal::Boundary,
    theorem::Level,
    wavelet::{Bounds, WaveletError, Window, Windowed, WindowedPlan},
};
use nalgebra::DMatrix;
use ndarray::Array1;
use num_complex::Complex;

pub(super) const ID: &str = "windowed-frame-bounds";

const SHOWS: &str = "the frame bounds of a windowed transform are attained, and no signal is beyond them";
const POINTS: usize = 48;
/// Random signals for each transform.
const SIGNALS: usize = 20;
const SEED: u64 = 48;

/// The bounds of a plan.
type Claimed = fn(&WindowedPlan<f64>) -> Result<Bounds, WaveletError>;

pub(super) fn run() -> Result<Found, Unmet> {
    judge(|plan| plan.bounds())
}

/// The window, its length, the hop and the number of frequencies.
const CASES: [(Window, usize, usize, usize); 8] = [
    (Window::Hann, 16, 4, 16),
    (Window::Hann, 16, 8, 16),
    (Window::Sine, 16, 8, 16),
    (Window::Rectangle, 8, 8, 8),
    (Window::Gaussian(3.0), 24, 6, 12),
    (Window::Gaussian(4.0), 48, 4, 8),
    (Window::Hamming, 24, 8, 12),
    (Window::Rectangle, 8, 12, 8),
];

/// The energy of the transform of a signal, over that of the signal.
fn gain(plan: &WindowedPlan<f64>, x: &Array1<Complex<f64>>) -> Result<f64, WaveletError> {
    let y = plan.forward(x.view().into_dyn())?;
    let energy = |v: &Complex<f64>| v.norm_sqr();
    Ok(y.iter().map(energy).sum::<f64>() / x.iter().map(energy).sum::<f64>())
}

/// The eigenvectors of the frame operator with the least and the greatest eigenvalue, from the transforms of all impulses, which know
/// nothing of windows and hops.
fn extremes(plan: &WindowedPlan<f64>) -> Result<[Array1<Complex<f64>>; 2], WaveletError> {
    let impulse = |k: usize| Array1::from_shape_fn(POINTS, |n| Complex::from(if n == k { 1.0 } else { 0.0 }));
    let columns: Result<Vec<_>, WaveletError> =
        (0..POINTS).map(|k| plan.forward(impulse(k).view().into_dyn())).collect();
    let columns = columns?;
    let inner = |i: usize, j: usize| {
        columns[i].iter().zip(&columns[j]).map(|(a, b)| a.conj() * b).sum::<Complex<f64>>()
    };
    let eigen = DMatrix::from_fn(POINTS, POINTS, inner).symmetric_eigen();
    let vector = |k: usize| Array1::from_iter(eigen.eigenvectors.column(k).iter().copied());
    let values = &eigen.eigenvalues;
    let better = |wins: fn(f64, f64) -> bool| {
        (0..POINTS).fold(0, |best, k| if wins(values[k], values[best]) { k } else { best })
    };
    Ok([vector(better(|a, b| a < b)), vector(better(|a, b| a > b))])
}

fn judge(claimed: Claimed) -> Result<Found, Unmet> {
    let unmet = |found: String| Unmet { id: ID, shows: SHOWS, found };
    let said = |error: WaveletError| unmet(error.to_string());
    let mut draw = integers(SEED, 6).map(|v| v as f64);
    let mut next = || draw.next().unwrap_or(0.0);
    let (mut cases, mut table, mut none) = (0, vec![], vec![]);
    for (window, length, hop, channels) in CASES {
        let spec =
            Windowed { boundary: Boundary::Wrap, ..Windowed::new(&window.values(length), hop, channels) };
        let plan = spec.plan::<f64>(POINTS).map_err(said)?;
        let Bounds { lower, upper } = claimed(&plan).map_err(said)?;
        let slack = 1e-9 * upper;
        let [least, greatest] = extremes(&plan).map_err(said)?;
        let attained = [gain(&plan, &least).map_err(said)?, gain(&plan, &greatest).map_err(said)?];
        let name = format!("{} of {length}, hop {hop}, {channels} frequencies", window.name());
        if (attained[0] - lower).abs() > slack || (attained[1] - upper).abs() > slack || upper.is_nan() {
            return Err(unmet(format!(
                "with {name}, {attained:?} are attained where {lower} and {upper} are the bounds"
            )));
        }
        for _ in 0..SIGNALS {
            let x = Array1::from_shape_simple_fn(POINTS, || Complex::new(next(), next()));
            let gain = gain(&plan, &x).map_err(said)?;
            if !(lower - slack..=upper + slack).contains(&gain) {
                return Err(unmet(format!("with {name} a signal has {gain}, beyond {lower} and {upper}")));
            }
            cases += 1;
        }
        if lower < slack {
            let lost = plan.inverse(plan.forward(least.view().into_dyn()).map_err(said)?.view());
            let refused = matches!(lost, Err(WaveletError::NoFrame { .. }));
            Unmet::unless(refused, ID, SHOWS, || format!("with {name} something is restored from nothing"))?;
            none.push(name);
        } else {
            // what is a whole number is off by rounding alone
            let said = |bound: f64| number((bound * 1e6).round() / 1e6);
            table.push(format!("{} and {} ({name})", said(lower), said(upper)));
        }
    }
    Ok(Found {
        statement: format!(
            "On a circle of {POINTS} places, the energy of a windowed transform is between $A$ and $B$ times that of the signal, and both are \
             attained, by eigenvectors of a matrix that is made from the transforms of all impulses. The bounds are {}. No frame comes \
             of the {}: some signal leaves no trace, and the inverse is refused. {SIGNALS} random signals each stay within the bounds.",
            table.join("; "),
            none.join("; ")
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
    fn bounds_that_are_not_attained_and_bounds_that_do_not_hold_are_caught() {
        let wide: Claimed = |plan| plan.bounds().map(|b| Bounds { upper: b.upper * 1.001, ..b });
        let narrow: Claimed = |plan| plan.bounds().map(|b| Bounds { lower: b.lower * 1.001 + 1e-3, ..b });
        let none: Claimed = |_| Ok(Bounds { lower: f64::NAN, upper: f64::NAN });
        for wrong in [wide, narrow, none] {
            assert!(judge(wrong).is_err());
        }
    }
}
