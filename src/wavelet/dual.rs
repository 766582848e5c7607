//! The frame of a windowed Fourier transform: its bounds, and the canonical dual window.

use super::{
    Bounds, WaveletError,
    windowed::{Windowed, WindowedPlan, gcd},
};
use crate::fourier::Transform;
use nalgebra::{DMatrix, DVector};
use num_complex::Complex;

/// The most multiplications that a dual window is computed with where it is no division, but for a small factor: N (N/M)²
/// is at least what gcd(a, M) matrices of N/M rows need, each entry a sum over the window in steps of a.
const MOST: u128 = 1 << 31;

impl<T: Transform> WindowedPlan<T> {
    /// The frame bounds: A ‖x‖² ≤ ‖V‖² ≤ B ‖x‖² on the circle, the best ones.
    ///
    /// Cost: in the painless case the window's length; else the eigenvalues of gcd(a, M) matrices of N/M rows.
    ///
    /// # Errors
    /// Matrices that take too long.
    pub fn bounds(&self) -> Result<Bounds, WaveletError> {
        let extremes = |values: &mut dyn Iterator<Item = f64>| {
            let none = Bounds { lower: f64::INFINITY, upper: 0.0 };
            values.fold(none, |bounds, value| Bounds {
                lower: bounds.lower.min(value),
                upper: bounds.upper.max(value),
            })
        };
        if self.painless() {
            // what begins the window, and then, if the hop is longer, a place that no window reaches
            let first = -(self.spec.origin as i64);
            let places = self.spec.hop.min(self.spec.window.len() + 1) as i64;
            return Ok(extremes(&mut (first..first + places).map(|n| self.diagonal(n))));
        }
        self.unless_large()?;
        let classes = 0..gcd(self.spec.hop, self.spec.channels);
        let eigenvalues =
            classes.flat_map(|r| self.block(r).symmetric_eigenvalues().iter().copied().collect::<Vec<_>>());
        Ok(extremes(&mut eigenvalues.map(|value| value.max(0.0))))
    }

    /// The canonical dual window, from a place (relative to the window's origin) on: as long as the window in the painless
    /// case, else the whole circle.
    ///
    /// # Errors
    /// No frame, or matrices that take too long.
    pub fn dual(&self) -> Result<(i64, Vec<Complex<f64>>), WaveletError> {
        let Bounds { lower, upper } = self.bounds()?;
        if lower.is_nan() || lower <= upper * 1e6 * T::UNIT_ROUNDOFF {
            let hint = "use a smaller hop, more channels, or a window without zeros";
            return Err(WaveletError::NoFrame { lower, upper, hint });
        }
        let Windowed { window, origin, channels, .. } = &self.spec;
        if self.painless() {
            let start = -(*origin as i64);
            let value = |(j, g): (usize, &Complex<f64>)| g / self.diagonal(start + j as i64);
            return Ok((start, window.iter().enumerate().map(value).collect()));
        }
        let (rows, classes) = (self.points / channels, gcd(self.spec.hop, *channels));
        let mut dual = vec![Complex::from(0.0); self.points];
        for class in 0..classes {
            let hint = "use a smaller hop or more channels";
            let factors = self.block(class).cholesky().ok_or(WaveletError::NoFrame { lower, upper, hint })?;
            // shifts by the hop commute with the frame operator, and so many reach all residues of the class
            for m in 0..channels / classes {
                let place = |p: usize| (class + m * self.spec.hop + p * channels) % self.points;
                let solved = factors.solve(&DVector::from_fn(rows, |p, _| self.at(place(p) + origin)));
                (0..rows).for_each(|p| dual[place(p)] = solved[p]);
            }
        }
        Ok((0, dual))
    }

    /// Whether the frame operator is a multiplication.
    fn painless(&self) -> bool {
        self.spec.window.len() <= self.spec.channels && self.spec.window.len() <= self.points
    }

    /// M Σ_m |g[n − am]|², n from the window's origin.
    fn diagonal(&self, n: i64) -> f64 {
        let Windowed { window, origin, hop, channels, .. } = &self.spec;
        let first = (n + *origin as i64).rem_euclid(*hop as i64) as usize;
        *channels as f64 * window.iter().skip(first).step_by(*hop).map(Complex::norm_sqr).sum::<f64>()
    }

    /// The window on the circle, j places from its first value on.
    fn at(&self, j: usize) -> Complex<f64> {
        self.spec.window.get(j % self.points).copied().unwrap_or_default()
    }

    /// The frame operator on the places r, r + M, r + 2M, ….
    fn block(&self, r: usize) -> DMatrix<Complex<f64>> {
        let Windowed { window, origin, hop, channels, .. } = &self.spec;
        let rows = self.points / channels;
        DMatrix::from_fn(rows, rows, |p, q| {
            // the values that some window has at the first place, each with that window's value at the second
            let first = (r + p * channels + origin) % hop;
            let apart = (q + rows - p) * channels;
            let values = (first..window.len()).step_by(*hop);
            values.map(|j| window[j] * self.at(j + apart).conj()).sum::<Complex<f64>>() * *channels as f64
        })
    }

    fn unless_large(&self) -> Result<(), WaveletError> {
        let rows = (self.points / self.spec.channels) as u128;
        let entries = rows.saturating_mul(rows).saturating_mul(self.points as u128);
        if entries <= MOST {
            return Ok(());
        }
        let hint = "use at least as many channels as the window has samples, or a shorter signal";
        Err(WaveletError::Size { what: "the frame operator", entries, most: MOST, hint })
    }
}
