//! Filters and a deformation: how much it matters which comes first, for filters as broad as their frequency and for others.
//!
//! On a circle the trigonometric interpolation of a signal, read at t − τ(t), is a matrix L of the signal, and a filter is a
//! circulant matrix H. The norm of HL − LH says how far the two orders are apart at most. Schur's test bounds it by the root of
//! the largest sum of sizes in a row times the largest in a column.

use super::{Found, Unmet};
use crate::{
    book::portable::{circle, exp},
    figure::number,
    theorem::Level,
};
use nalgebra::{Complex, DMatrix};
use std::f64::consts::TAU;

pub(super) const ID: &str = "filters-meet-a-deformation";
const SHOWS: &str = "how much a wavelet minds a deformation levels off with its frequency, and for filters of one width it grows";
/// An odd number, so that every frequency has its opposite.
const POINTS: usize = 127;
/// sup|τ′|.
const SLOPE: f64 = 0.03;
const FREQUENCIES: [f64; 4] = [0.025, 0.05, 0.1, 0.2];
/// The standard deviation in time of a wavelet times its frequency, and of the windows in samples: the same at the lowest.
const CYCLES: f64 = 0.6;
const WINDOW: f64 = 24.0;

type Matrix = DMatrix<Complex<f64>>;

pub(super) fn run() -> Result<Found, Unmet> {
    judge(|frequency| CYCLES / frequency, |_| WINDOW)
}

/// The interpolation at t − τ(t), τ being a sine of one period.
fn deformation() -> Matrix {
    let n = POINTS as f64;
    Matrix::from_fn(POINTS, POINTS, |t, u| {
        let tau = SLOPE * n / TAU * circle(t as f64 / n)[1];
        // (1/n) Σ e^(2πik z/n) over |k| ≤ (n − 1)/2 is sin(πz)/(n sin(πz/n))
        let z = t as f64 - tau - u as f64;
        let (above, below) = (circle(z / 2.0)[1], circle(z / (2.0 * n))[1]);
        Complex::from(if below.abs() < 1e-12 { 1.0 } else { above / (n * below) })
    })
}

/// The filter whose transform is a Gaussian about a frequency, of the standard deviation 1/(2π spread), with the largest value 1.
fn filter(frequency: f64, spread: f64) -> Matrix {
    let n = POINTS as f64;
    let response = |k: isize| {
        let from = k as f64 / n - frequency;
        exp(-(TAU * spread * from).powi(2) / 2.0)
    };
    let half = (POINTS / 2) as isize;
    let impulse = |t: usize| -> Complex<f64> {
        let part = |k: isize| {
            let [c, s] = circle((k * t as isize).rem_euclid(POINTS as isize) as f64 / n);
            Complex::new(c, s) * (response(k) / n)
        };
        (-half..=half).map(part).sum()
    };
    let impulses: Vec<_> = (0..POINTS).map(impulse).collect();
    Matrix::from_fn(POINTS, POINTS, |t, u| impulses[(t + POINTS - u) % POINTS])
}

/// The norm of HL − LH, and Schur's bound on it.
fn apart(filter: &Matrix, deformation: &Matrix) -> [f64; 2] {
    let between = filter * deformation - deformation * filter;
    let sizes = between.map(|z| z.norm_sqr().sqrt());
    let [rows, columns] = [sizes.column_sum().max(), sizes.row_sum().max()];
    [between.singular_values().max(), (rows * columns).sqrt()]
}

fn judge(wavelets: impl Fn(f64) -> f64, windows: impl Fn(f64) -> f64) -> Result<Found, Unmet> {
    let deformation = deformation();
    let of = |spread: &dyn Fn(f64) -> f64| {
        FREQUENCIES.map(|frequency| apart(&filter(frequency, spread(frequency)), &deformation))
    };
    let [wavelets, windows] = [of(&wavelets), of(&windows)];
    let list = |of: &[[f64; 2]; 4], which: usize| {
        of.iter().map(|pair| number(pair[which])).collect::<Vec<_>>().join(", ")
    };
    let found = || format!("the norms are {} and {}", list(&wavelets, 0), list(&windows, 0));
    let most = wavelets.iter().map(|pair| pair[0]).fold(0.0, f64::max);
    let levels_off = wavelets[3][0] < 1.2 * wavelets[2][0] && most < 2.2 * wavelets[0][0];
    let grows = windows.windows(2).all(|pair| pair[1][0] > 1.3 * pair[0][0]);
    Unmet::unless(levels_off && grows && windows[3][0] > 2.5 * most, ID, SHOWS, found)?;
    let bounded = wavelets.iter().chain(&windows).all(|[norm, bound]| norm <= bound && *bound < 4.0 * norm);
    Unmet::unless(bounded, ID, "Schur's test bounds the norms, and is no empty bound", || {
        format!("{}; the bounds are {} and {}", found(), list(&wavelets, 1), list(&windows, 1))
    })?;
    Ok(Found {
        statement: format!(
            "On a circle of {POINTS} places, a deformation $L$ with $\\sup|\\tau'| = {SLOPE}$ and filters $H$ with Gaussian \
             transforms, of largest value 1, about the frequencies {}. If the filters are wavelets, each with a standard deviation of {CYCLES} periods in time, the norms of \
             $HL - LH$ are {}; Schur's test bounds them by {}. If all have a standard deviation of {WINDOW} samples, as those of a windowed transform have, they \
             are {}, and the bounds {}.",
            FREQUENCIES.map(|frequency| frequency.to_string()).join(", "),
            list(&wavelets, 0),
            list(&wavelets, 1),
            list(&windows, 0),
            list(&windows, 1)
        ),
        level: Level::Sampled,
        cases: 2 * FREQUENCIES.len() as u64,
        seed: None,
        worst: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_in_each_others_place_and_of_one_kind_are_caught() {
        assert!(judge(|_| WINDOW, |frequency| CYCLES / frequency).is_err());
        assert!(judge(|f| CYCLES / f, |f| CYCLES / f).is_err());
    }

    #[test]
    fn the_deformation_reads_where_it_says() {
        let x = nalgebra::DVector::from_fn(POINTS, |t, _| {
            Complex::from(circle(3.0 * t as f64 / POINTS as f64)[0])
        });
        let y = deformation() * x;
        for t in 0..POINTS {
            let place = t as f64 - SLOPE * POINTS as f64 / TAU * (TAU * t as f64 / POINTS as f64).sin();
            assert!((y[t].re - (TAU * 3.0 * place / POINTS as f64).cos()).abs() < 1e-10, "{t}");
        }
        // a filter does not mind a shift
        let still = filter(0.2, 5.0);
        assert!(apart(&still, &filter(0.1, 3.0))[0] < 1e-12);
    }
}
