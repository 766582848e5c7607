//! The inverse by the integral over scales and times, and what the sum over finitely many scales leaves of a signal.

use super::{
    Cwt, Plan, Signals, WaveletError,
    admissible::{Scales, constant},
    angular,
};
use crate::fourier::Transform;
use ndarray::{ArrayD, ArrayViewD, Axis, Slice};
use num_complex::Complex;
use std::ops::RangeInclusive;

/// f = (1/C) ∫∫ (f * ψ_s)(t) conj(ψ_s(t − ·)) ds dt/|s|^(3−2p), the integral over s by the trapezoidal rule in log|s| on the scales
/// of the plan, positive and negative ones apart.
///
/// What it returns is the signal with its spectrum multiplied by a [multiplier](Self::multiplier) that is near 1 where the scales
/// are dense and reach: so for every signal with frequencies in a band alone, ‖x̂ − x‖₂ ≤ [`error`](Self::error)(band) ‖x‖₂,
/// but for rounding. Of the mean nothing is left.
#[derive(Clone, Debug)]
pub struct Integral<'p, T> {
    plan: &'p Plan<T>,
    weights: Vec<f64>,
    signals: Signals,
}

impl<'w> Cwt<'w> {
    /// The integral over the scales of a plan made of this, which has no low-pass filter.
    ///
    /// # Errors
    /// A wavelet that is not admissible; scales of one sign where the two constants of admissibility differ, unless
    /// the signals are real and the wavelet is analytic; fewer than two scales of a sign that occurs, or scales that do not
    /// grow or fall throughout.
    ///
    /// ```
    /// use faltung::wavelet::{Cwt, Morse, Signals, scales};
    /// use ndarray::Array1;
    /// let morse = Morse::new(3.0, 20.0)?;
    /// let cwt = Cwt::new(&morse, scales::voices(&morse, 1.0, [0.01, 0.45], 16)?);
    /// let plan = cwt.plan::<f64>(1000)?;
    /// let inverse = cwt.integral(&plan, Signals::Real)?;
    /// // in cycles per sample, well within the scales
    /// assert!(inverse.error(0.05..=0.2) < 1e-2 && inverse.error(0.05..=0.2) <= inverse.error(0.005..=0.2));
    /// # Ok::<(), faltung::wavelet::WaveletError>(())
    /// ```
    pub fn integral<'p, T: Transform>(
        &self,
        plan: &'p Plan<T>,
        signals: Signals,
    ) -> Result<Integral<'p, T>, WaveletError> {
        if plan.bank().len() != self.scales.len() {
            let expected = format!("{} filters", self.scales.len());
            let hint = "the integral has no low-pass filter; use the dual frame, Plan::inverse";
            return Err(WaveletError::value("the plan", plan.bank().len(), expected, hint));
        }
        let both = self.scales.iter().any(|s| *s > 0.0) && self.scales.iter().any(|s| *s < 0.0);
        let over = if both { Scales::Both } else { Scales::Positive };
        let constant = constant(self.wavelet, over, signals == Signals::Real)?;
        let factor = if constant.halved { 2.0 } else { 1.0 } / constant.value / self.gain.powi(2);
        let mut weights = vec![0.0; self.scales.len()];
        for sign in [1.0, -1.0] {
            let places: Vec<usize> = (0..weights.len()).filter(|l| self.scales[*l] * sign > 0.0).collect();
            if places.is_empty() {
                continue;
            }
            let steps: Vec<f64> =
                places.windows(2).map(|pair| (self.scales[pair[1]] / self.scales[pair[0]]).ln()).collect();
            if steps.is_empty() || steps.iter().any(|step| *step * steps[0] <= 0.0) {
                let hint = "sort the scales, and give at least two of each sign";
                return Err(WaveletError::value("the scales", "out of order", "two or more in order", hint));
            }
            for (pair, step) in places.windows(2).zip(&steps) {
                pair.iter().for_each(|l| weights[*l] += step.abs() / 2.0);
            }
        }
        for (weight, scale) in weights.iter_mut().zip(&self.scales) {
            // ds/|s|^(3−2p) = |s|^(2p−2) d log|s|
            *weight *= factor * scale.abs().powf(2.0 * self.p - 2.0);
        }
        Ok(Integral { plan, weights, signals })
    }
}

impl<T: Transform> Integral<'_, T> {
    /// The signals that a [whole](Plan::whole) transform came from, but for the [`error`](Self::error).
    ///
    /// # Errors
    /// Another shape.
    pub fn inverse(&self, y: ArrayViewD<Complex<T>>) -> Result<ArrayD<Complex<T>>, WaveletError> {
        let mut x = self.plan.bank().weighted(y, &self.weights, self.signals)?;
        let last = Axis(x.ndim() - 1);
        x.slice_axis_inplace(last, Slice::from(self.plan.window()));
        Ok(x)
    }

    /// What the spectrum of the extended signal is multiplied by, on the plan's circle.
    pub fn multiplier(&self) -> ArrayD<f64> {
        self.plan.bank().multiplier(&self.weights, self.signals)
    }

    /// The greatest |multiplier − 1| at the circle's frequencies of both signs in a band, in cycles per sample; 0 where there is
    /// none.
    pub fn error(&self, band: RangeInclusive<f64>) -> f64 {
        let multiplier = self.multiplier();
        let frequency = |k: usize| angular(k, multiplier.len()).abs() / std::f64::consts::TAU;
        let inside = (0..multiplier.len()).filter(|k| band.contains(&frequency(*k)));
        inside.map(|k| (multiplier[k] - 1.0).abs()).fold(0.0, f64::max)
    }
}
