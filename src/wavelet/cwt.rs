//! The continuous wavelet transform of samples.
//!
//! With ψ_s(u) = |s|^(−p) ψ(u/s), for any p ≥ 0 and any s ≠ 0, the transform of f is (f * ψ_s)(t) = ∫ f(u) ψ_s(t − u) du, and in
//! the convention of correlations ∫ f(u) conj(ψ_s(u − t)) du. ψ need not be symmetric, nor live on both sides of 0: a negative
//! scale mirrors it.
//!
//! Samples are made a function by their trigonometric interpolation on the extended, cyclic grid: for that function what is
//! computed is the transform itself, with no other error than rounding. Its factor at the frequency ω is
//! |s|^(1−p) ψ̂(sω), or for correlations the conjugate.

use super::{
    Bank, Signals, Wavelet, WaveletError,
    extension::Extension,
    scales::{self, cone},
};
use crate::{fourier::Transform, signal::Boundary};
use ndarray::{ArrayD, ArrayViewD, ArrayViewMutD};
use num_complex::Complex;
use std::ops::Range;

/// What is to be computed.
#[derive(Clone, Debug)]
pub struct Cwt<'w> {
    /// The mother wavelet.
    pub wavelet: &'w dyn Wavelet,
    /// The scales, in units of time; negative ones mirror.
    pub scales: Vec<f64>,
    /// The power of the scale: 1 keeps ∫|ψ_s| (amplitudes are read off), ½ keeps ∫|ψ_s|².
    pub p: f64,
    /// A factor of all coefficients.
    pub gain: f64,
    /// The time from one sample to the next.
    pub step: f64,
    /// f * ψ_s, or the correlation with ψ_s.
    pub pairing: Pairing,
    /// What stands beyond the ends.
    pub boundary: Boundary,
    /// How many samples of it are put at each end, at most the signal's length; if not given, enough for the support of ψ at
    /// all scales. None for [`Boundary::Wrap`], where the signal is the whole circle.
    pub padding: Option<usize>,
}

/// How signal and wavelet are brought together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pairing {
    /// f * ψ_s.
    Convolve,
    /// ⟨f, ψ_s(· − t)⟩: the wavelet conjugated and not mirrored.
    Correlate,
}

impl<'w> Cwt<'w> {
    /// The convolution with p = 1, a step of 1 and zeros beyond the ends.
    pub fn new(wavelet: &'w dyn Wavelet, scales: Vec<f64>) -> Self {
        let (pairing, boundary) = (Pairing::Convolve, Boundary::Zero);
        Cwt { wavelet, scales, p: 1.0, gain: 1.0, step: 1.0, pairing, boundary, padding: None }
    }

    /// All filters for signals of n samples, once.
    ///
    /// # Errors
    /// A scale that is zero, tiny, huge or not a number, p outside [0, 10], a step that is not positive, no samples, a padding
    /// beyond the signal's length.
    ///
    /// ```
    /// use faltung::wavelet::{Cwt, Morse, Wavelet, scales};
    /// use ndarray::Array1;
    /// // a tone of 50 Hz, sampled 1000 times a second
    /// let x = Array1::from_shape_fn(2000, |n| (std::f64::consts::TAU * 50.0 * n as f64 / 1000.0).cos()).into_dyn();
    /// let morse = Morse::new(3.0, 60.0)?;
    /// let scales = scales::voices(&morse, 1.0, [20.0, 200.0], 16)?;
    /// let plan = Cwt { step: 1e-3, ..Cwt::new(&morse, scales) }.plan::<f64>(2000)?;
    /// let y = plan.forward_real(x.view())?;
    /// let row = (0..y.shape()[0]).max_by(|a, b| y[[*a, 1000]].norm().total_cmp(&y[[*b, 1000]].norm())).unwrap();
    /// assert!((plan.frequencies()[row] - 50.0).abs() < 1.1);
    /// assert!((y[[row, 1000]].norm() - 1.0).abs() < 0.01); // the amplitude: ψ̂ peaks at 2
    /// # Ok::<(), faltung::wavelet::WaveletError>(())
    /// ```
    pub fn plan<T: Transform>(&self, samples: usize) -> Result<Plan<T>, WaveletError> {
        WaveletError::unless_within("p", self.p, [0.0, 10.0], "1 keeps amplitudes, 0.5 energies")?;
        WaveletError::unless_within(
            "the step",
            self.step,
            [1e-100, 1e100],
            "give the time between two samples",
        )?;
        for scale in &self.scales {
            let samples = scale.abs() / self.step;
            WaveletError::unless_within(
                "a scale, in samples,",
                samples,
                [1e-9, 1e12],
                "any but zero, within reason",
            )?;
        }
        let in_samples: Vec<f64> = self.scales.iter().map(|scale| scale / self.step).collect();
        let declared = self.wavelet.declared();
        let reach = declared.support.map(f64::abs).into_iter().fold(0.0, f64::max);
        let widest = in_samples.iter().map(|scale| scale.abs()).fold(0.0, f64::max);
        let around = Extension::new(&[samples], self.boundary, self.padding, reach * widest)?;
        let bank = self.bank(around.points()[0], |_| 1.0.into())?;
        let first = scales::frequency(self.wavelet, self.p, 1.0);
        let frequencies = self.scales.iter().map(|s| first / s.abs()).collect();
        let cone = cone(self.wavelet, &in_samples, samples);
        Ok(Plan { bank, around, frequencies, cone })
    }

    /// The filters on a circle, each times a function of the angular frequency in radians per sample.
    pub(super) fn bank<T: Transform>(
        &self,
        points: usize,
        also: impl Fn(f64) -> Complex<f64> + Sync,
    ) -> Result<Bank<T>, WaveletError> {
        let [low, high] = self.wavelet.declared().band;
        let band = |l: usize| [low, high].map(|xi: f64| xi * self.step / self.scales[l].abs());
        // |s|^(1−p) with the scale in units of time: the integral is over time
        let factor = |scale: &f64| self.gain * scale.abs().powf(1.0 - self.p);
        let factors: Vec<f64> = self.scales.iter().map(factor).collect();
        let transfer = |l: usize, omega: f64| {
            let value = self.wavelet.frequency(self.scales[l] / self.step * omega) * factors[l];
            also(omega) * if self.pairing == Pairing::Correlate { value.conj() } else { value }
        };
        Bank::line(points, self.scales.len(), band, transfer)
    }
}

/// The filters of a transform for signals of one length, and how those are extended.
#[derive(Clone, Debug)]
pub struct Plan<T> {
    bank: Bank<T>,
    around: Extension,
    frequencies: Vec<f64>,
    cone: Vec<Range<usize>>,
}

impl<T: Transform> Plan<T> {
    /// The filters, on the extended grid.
    pub fn bank(&self) -> &Bank<T> {
        &self.bank
    }

    /// The same with a filter more, the last: a low-pass that fills the bank up to its upper bound at all frequencies with
    /// |ω| ≤ `below` radians per sample, so that slow parts and the mean are kept.
    pub fn with_low_pass(self, below: f64, signals: Signals) -> Self {
        Plan { bank: self.bank.with_low_pass(below, signals), ..self }
    }

    /// Where the signal stands in the extended one.
    pub fn window(&self) -> Range<usize> {
        self.around.window()[0].clone()
    }

    /// For each scale the frequency of the tone whose ridge is there, in cycles per unit of time.
    pub fn frequencies(&self) -> &[f64] {
        &self.frequencies
    }

    /// For each scale the samples out of reach of the ends; see [`cone`](super::scales::cone).
    pub fn cone(&self) -> &[Range<usize>] {
        &self.cone
    }

    /// The transform of complex signals of the shape batch × samples: an array batch × scales × samples.
    ///
    /// # Errors
    /// Another number of samples, or more entries than memory.
    pub fn forward(&self, x: ArrayViewD<Complex<T>>) -> Result<ArrayD<Complex<T>>, WaveletError> {
        self.through(&self.bank, x)
    }

    /// The transform by other filters on the same circle.
    pub(super) fn through(
        &self,
        bank: &Bank<T>,
        x: ArrayViewD<Complex<T>>,
    ) -> Result<ArrayD<Complex<T>>, WaveletError> {
        bank.analyse(self.around.of(x)?.view(), &[self.window()])
    }

    /// The same, written over an array of that shape; see [`Bank::analyse_into`].
    ///
    /// # Errors
    /// As [`forward`](Self::forward), and an array of another shape or layout.
    pub fn forward_into(
        &self,
        x: ArrayViewD<Complex<T>>,
        y: ArrayViewMutD<Complex<T>>,
    ) -> Result<(), WaveletError> {
        self.bank.analyse_into(self.around.of(x)?.view(), &[self.window()], y)
    }

    /// The transform of real signals.
    ///
    /// # Errors
    /// As [`forward`](Self::forward).
    pub fn forward_real(&self, x: ArrayViewD<T>) -> Result<ArrayD<Complex<T>>, WaveletError> {
        self.forward(x.mapv(Complex::from).view())
    }

    /// The transform on the whole extended grid, from which [`inverse`](Self::inverse) restores the signal.
    ///
    /// # Errors
    /// As [`forward`](Self::forward).
    pub fn whole(&self, x: ArrayViewD<Complex<T>>) -> Result<ArrayD<Complex<T>>, WaveletError> {
        let all = 0..self.bank.points()[0];
        self.bank.analyse(self.around.of(x)?.view(), std::slice::from_ref(&all))
    }

    /// The signal from its transform on the whole extended grid, by the canonical dual frame; see
    /// [`Bank::synthesise`] and, for the bound on its error, [`Bank::rounding`].
    ///
    /// # Errors
    /// Another shape, or a bank that is no frame.
    pub fn inverse(
        &self,
        y: ArrayViewD<Complex<T>>,
        signals: Signals,
    ) -> Result<ArrayD<Complex<T>>, WaveletError> {
        Ok(self.around.cut(self.bank.synthesise(y, signals)?))
    }
}
