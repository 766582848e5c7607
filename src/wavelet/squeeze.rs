//! Synchrosqueezing: each coefficient is moved to the frequency at which it turns.

use super::{Cwt, Plan, WaveletError, mother::Declared, quadrature::integral};
use ndarray::{Array2, ArrayView1};
use num_complex::Complex;
use std::f64::consts::TAU;

/// A synchrosqueezed transform of a real signal.
#[derive(Clone, PartialEq, Debug)]
pub struct Squeezed {
    /// Frequencies × samples.
    pub coefficients: Array2<Complex<f64>>,
    /// The frequency of each row, in cycles per unit of time, as of the transform's scales.
    pub frequencies: Vec<f64>,
    /// R = ∫₀^∞ ψ̂(ξ) dξ/ξ: the signal, but for its mean and what the scales do not reach, is (2/R) Re of the sum over all rows.
    pub constant: f64,
}

impl Squeezed {
    /// The part of the signal in some rows: (2/R) Re Σ.
    pub fn part(&self, rows: std::ops::Range<usize>) -> Vec<f64> {
        let sum = |column: ndarray::ArrayView1<Complex<f64>>| {
            let rows = column.iter().skip(rows.start).take(rows.len());
            2.0 / self.constant * rows.map(|value| value.re).sum::<f64>()
        };
        self.coefficients.columns().into_iter().map(sum).collect()
    }
}

impl Cwt<'_> {
    /// The synchrosqueezed transform (Daubechies, Lu & Wu 2011): W(s, t) with p = 1 goes, times d log s, to the row whose
    /// frequency is nearest, in ratio, to Im(∂W/∂t / W)/2π; what turns backwards, or is smaller than `threshold` times the
    /// greatest coefficient, is dropped, and so is what turns faster or slower than half a step beyond the ends.
    ///
    /// Cost: two transforms.
    ///
    /// # Errors
    /// A wavelet that is not analytic with a real transform; scales that are not positive and growing, at least two; p other than 1;
    /// a threshold outside [0, 1]; and as [`Cwt::plan`].
    pub fn synchrosqueezed(&self, x: ArrayView1<f64>, threshold: f64) -> Result<Squeezed, WaveletError> {
        WaveletError::unless_within(
            "the threshold",
            threshold,
            [0.0, 1.0],
            "a share of the greatest coefficient",
        )?;
        let Declared { analytic, centre, band, .. } = self.wavelet.declared();
        let real = (1..200).all(|k| self.wavelet.frequency(centre * f64::from(k) / 50.0).im == 0.0);
        if !analytic || !real {
            let hint = "take a Morse wavelet, or the bump";
            return Err(WaveletError::value(
                "the wavelet",
                self.wavelet.name(),
                "analytic, its transform real",
                hint,
            ));
        }
        let growing = self.scales.windows(2).all(|pair| pair[0] < pair[1]);
        if self.scales.len() < 2 || self.scales[0] <= 0.0 || !growing {
            let hint = "give them as scales::voices does";
            return Err(WaveletError::value(
                "the scales",
                "out of order",
                "two or more, positive and growing",
                hint,
            ));
        }
        if self.p != 1.0 || self.gain != 1.0 {
            let hint = "squeezing adds up amplitudes";
            return Err(WaveletError::value("p", self.p, "1, and no gain", hint));
        }
        let plan: Plan<f64> = self.plan(x.len())?;
        let points = plan.bank().points()[0];
        // a signal that the interpolation makes a wave of both signs at the last frequency has no derivative there
        let slope = |omega: f64| {
            if omega.abs() * (1.0 + 1e-12) < TAU / 2.0 {
                Complex::new(0.0, omega / self.step)
            } else {
                0.0.into()
            }
        };
        let derivative = self.bank::<f64>(points, slope)?;
        let data = x.mapv(Complex::from).into_dyn();
        let values = plan.forward(data.view())?;
        let slopes = plan.through(&derivative, data.view())?;
        let most = values.iter().map(|value| value.norm()).fold(0.0, f64::max);
        let rows = self.scales.len();
        let logs: Vec<f64> = plan.frequencies().iter().map(|frequency| frequency.ln()).collect();
        let mut coefficients = Array2::from_elem((rows, x.len()), Complex::from(0.0));
        for l in 0..rows {
            let half = |a: usize, b: usize| (self.scales[b] / self.scales[a]).ln() / 2.0;
            let weight =
                if l > 0 { half(l - 1, l) } else { 0.0 } + if l + 1 < rows { half(l, l + 1) } else { 0.0 };
            for t in 0..x.len() {
                let (value, slope) = (values[[l, t]], slopes[[l, t]]);
                let turns = (slope / value).im / TAU;
                if value.norm() <= threshold * most || value.norm() == 0.0 || turns.is_nan() || turns <= 0.0 {
                    continue;
                }
                // frequencies fall from row to row
                let log = turns.ln();
                let row = logs.partition_point(|own| *own > log);
                let near = |row: &usize| (logs[*row] - log).abs();
                let candidates = [row.saturating_sub(1), row.min(rows - 1)];
                let row =
                    if near(&candidates[0]) <= near(&candidates[1]) { candidates[0] } else { candidates[1] };
                let width = logs[row.saturating_sub(1)] - logs[(row + 1).min(rows - 1)];
                if near(&row) <= width / if row == 0 || row + 1 == rows { 2.0 } else { 1.0 } {
                    coefficients[[row, t]] += value * weight;
                }
            }
        }
        let low = band[0].max(centre * 1e-12);
        let density = |log: f64| self.wavelet.frequency(log.exp());
        let constant = integral(low.ln(), band[1].ln(), 64, density).re;
        Ok(Squeezed { coefficients, frequencies: plan.frequencies().to_vec(), constant })
    }
}
