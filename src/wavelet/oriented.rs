//! The continuous wavelet transform of images: at scales and angles (Antoine, Carrette, Murenzi & Piette 1993; Mallat 2009,
//! section 5.5).
//!
//! With ψ_{s,θ}(u) = s^(−p) ψ(R_{−θ} u/s), s > 0 and R_θ a turn by θ, the transform of f is f * ψ_{s,θ}, which is the correlation with
//! ψ_{s,θ} as well: ψ̂ is real. The first axis of an image is the first of the plane: with θ = 0 the waves of ψ run along it, with θ = π/2 along the second.
//! As along a line, pixels are made a function by trigonometric interpolation, so that the transform has no other error than rounding:
//! its factor at the frequency ω is s^(2−p) ψ̂(s R_{−θ} ω).

use super::{Bank, PlaneMorlet, Signals, WaveletError, extension::Extension, scales};
use crate::{fourier::Transform, signal::Boundary};
use ndarray::{ArrayD, ArrayViewD};
use num_complex::Complex;

/// What is to be computed.
#[derive(Clone, Debug)]
pub struct Oriented {
    /// The wavelet of the plane.
    pub wavelet: PlaneMorlet,
    /// The scales, in pixels.
    pub scales: Vec<f64>,
    /// The angles θ, in radians.
    pub angles: Vec<f64>,
    /// The power of the scale: 2 keeps ∫|ψ_{s,θ}| (amplitudes are read off), 1 keeps ∫|ψ_{s,θ}|².
    pub p: f64,
    /// What stands beyond the borders.
    pub boundary: Boundary,
    /// How many pixels of it are put at each border, at most the image's extent; if not given, enough for the wavelet at
    /// all scales. None for [`Boundary::Wrap`], where the image is a torus.
    pub padding: Option<usize>,
}

impl Oriented {
    /// With p = 2 and zeros beyond the borders, at `angles` angles of equal distance in [0, π), which is enough for
    /// real images.
    pub fn new(wavelet: PlaneMorlet, scales: Vec<f64>, angles: usize) -> Self {
        let angles = (0..angles).map(|j| std::f64::consts::PI * j as f64 / angles as f64).collect();
        Oriented { wavelet, scales, angles, p: 2.0, boundary: Boundary::Zero, padding: None }
    }

    /// How many values the filters have together for images of this shape, with what stands beyond the borders.
    ///
    /// # Errors
    /// No pixels, sizes beyond the integers, a padding beyond the image.
    pub fn entries(&self, shape: [usize; 2]) -> Result<u128, WaveletError> {
        let filters = self.scales.len() as u128 * self.angles.len() as u128;
        let around = self.around(shape)?;
        Ok(around.points().iter().fold(filters, |entries, n| entries.saturating_mul(*n as u128)))
    }

    fn around(&self, shape: [usize; 2]) -> Result<Extension, WaveletError> {
        let widest = self.scales.iter().copied().fold(0.0, f64::max);
        Extension::new(&shape, self.boundary, self.padding, self.wavelet.radius() * widest)
    }

    /// All filters for images of this shape, once.
    ///
    /// Cost: an evaluation of ψ̂ for each filter and pixel, of which all are kept.
    ///
    /// # Errors
    /// A scale that is not positive, tiny or huge, an angle that is no number, no scales or angles, p outside [0, 10], no pixels, a
    /// padding beyond the image.
    ///
    /// ```
    /// use faltung::wavelet::{Oriented, PlaneMorlet};
    /// use ndarray::ArrayD;
    /// // waves of 8 pixels along the second axis
    /// let x = ArrayD::from_shape_fn(vec![48, 64], |i| (std::f64::consts::TAU * i[1] as f64 / 8.0).cos());
    /// let morlet = PlaneMorlet::corrected(6.0, 1.0)?;
    /// let transform = Oriented::new(morlet, vec![4.0, 7.6, 12.0], 4);
    /// let plan = transform.plan::<f64>([48, 64])?;
    /// let y = plan.forward(x.mapv(Into::into).view())?;
    /// assert_eq!(y.shape(), [12, 48, 64]);
    /// // the second scale, and the third angle, π/2
    /// assert!((0..12).all(|l| y[[l, 24, 32]].norm() <= y[[4 + 2, 24, 32]].norm()));
    /// # Ok::<(), faltung::wavelet::WaveletError>(())
    /// ```
    pub fn plan<T: Transform>(&self, shape: [usize; 2]) -> Result<OrientedPlan<T>, WaveletError> {
        WaveletError::unless_within("p", self.p, [0.0, 10.0], "2 keeps amplitudes, 1 energies")?;
        for scale in &self.scales {
            WaveletError::unless_within(
                "a scale, in pixels,",
                *scale,
                [1e-9, 1e12],
                "a positive one, within reason",
            )?;
        }
        for angle in &self.angles {
            WaveletError::unless_within("an angle", *angle, [-1e3, 1e3], "give it in radians")?;
        }
        let around = self.around(shape)?;
        let turns: Vec<_> = self.angles.iter().map(|angle| angle.sin_cos()).collect();
        let factors: Vec<f64> = self.scales.iter().map(|scale| scale.powf(2.0 - self.p)).collect();
        let transfer = |l: usize, omega: &[f64]| {
            let (scale, (sine, cosine)) = (self.scales[l / turns.len()], turns[l % turns.len()]);
            let turned = [cosine * omega[0] + sine * omega[1], cosine * omega[1] - sine * omega[0]];
            let value = self.wavelet.frequency(turned.map(|omega| scale * omega));
            Complex::from(value * factors[l / turns.len()])
        };
        let (count, entries) = (self.scales.len().saturating_mul(self.angles.len()), self.entries(shape)?);
        let most = isize::MAX as u128 / size_of::<Complex<T>>() as u128;
        if entries > most {
            let hint = "take fewer scales or angles, or a smaller image";
            return Err(WaveletError::Size { what: "the filters", entries, most, hint });
        }
        let bank = Bank::grid(around.points(), count, transfer)?;
        // along its waves ψ_{s,θ} is that of the line, with one power of s less
        let first = scales::frequency(&self.wavelet.along(), self.p - 1.0, 1.0);
        let frequencies = self.scales.iter().map(|scale| first / scale).collect();
        Ok(OrientedPlan { bank, around, frequencies })
    }
}

/// The filters of a transform for images of one shape, and how those are extended: first all angles of the first scale.
#[derive(Clone, Debug)]
pub struct OrientedPlan<T> {
    bank: Bank<T>,
    around: Extension,
    frequencies: Vec<f64>,
}

impl<T: Transform> OrientedPlan<T> {
    /// The filters, on the extended grid.
    pub fn bank(&self) -> &Bank<T> {
        &self.bank
    }

    /// The same with a filter more, the last: a low-pass that fills the bank up to its upper bound at all |ω| ≤ `below`, in radians
    /// per pixel.
    #[must_use]
    pub fn with_low_pass(self, below: f64, signals: Signals) -> Self {
        OrientedPlan { bank: self.bank.with_low_pass(below, signals), ..self }
    }

    /// For each scale the frequency, in cycles per pixel, of the plane wave that it answers most of all scales.
    pub fn frequencies(&self) -> &[f64] {
        &self.frequencies
    }

    /// The transform of images of the shape batch × rows × columns: an array batch × filters × rows × columns.
    ///
    /// Cost: a transform of the extended image, and an inverse one for each filter.
    ///
    /// # Errors
    /// Another shape, or more entries than memory.
    pub fn forward(&self, x: ArrayViewD<Complex<T>>) -> Result<ArrayD<Complex<T>>, WaveletError> {
        self.bank.analyse(self.around.of(x)?.view(), &self.around.window())
    }

    /// The transform on the whole extended grid, from which [`inverse`](Self::inverse) restores the image.
    ///
    /// # Errors
    /// As [`forward`](Self::forward).
    pub fn whole(&self, x: ArrayViewD<Complex<T>>) -> Result<ArrayD<Complex<T>>, WaveletError> {
        let all: Vec<_> = self.around.points().iter().map(|n| 0..*n).collect();
        self.bank.analyse(self.around.of(x)?.view(), &all)
    }

    /// The image from its transform on the whole extended grid, by the canonical dual frame; see [`Bank::synthesise`] and, for
    /// the bound on its error, [`Bank::rounding`].
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
