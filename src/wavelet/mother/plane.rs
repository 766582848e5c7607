//! Morlet's and Gabor's wavelets of the plane.

use super::{Wavelet, morlet::Morlet};
use crate::wavelet::WaveletError;
use num_complex::Complex;
use std::f64::consts::{PI, TAU};

/// ψ(x, y) = c √(ε/π) e^(−(x² + ε²y²)/2) (e^(iωx) − κ), of energy 1: waves along the first axis under a bell that is 1/ε
/// as long across.
///
/// Corrected, κ = e^(−ω²/2), and the mean is zero; uncorrected, κ = 0, which is Gabor's function.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct PlaneMorlet {
    omega: f64,
    slant: f64,
    corrected: bool,
}

impl PlaneMorlet {
    /// With zero mean; ω ∈ [1, 1000], ε ∈ [1/16, 16].
    ///
    /// # Errors
    /// Other parameters.
    pub fn corrected(omega: f64, slant: f64) -> Result<Self, WaveletError> {
        PlaneMorlet { omega, slant, corrected: true }.checked()
    }

    /// Without the correction.
    ///
    /// # Errors
    /// As of [`corrected`](Self::corrected).
    pub fn uncorrected(omega: f64, slant: f64) -> Result<Self, WaveletError> {
        PlaneMorlet { omega, slant, corrected: false }.checked()
    }

    fn checked(self) -> Result<Self, WaveletError> {
        let hint = "6 is usual; below 1 hardly a wave is left";
        WaveletError::unless_within("the frequency of Morlet's wavelet", self.omega, [1.0, 1e3], hint)?;
        let hint = "1 is round, ½ twice as long across the waves as along";
        WaveletError::unless_within("the slant of Morlet's wavelet", self.slant, [1.0 / 16.0, 16.0], hint)?;
        Ok(self)
    }

    /// Morlet's wavelet of the line with the same ω and correction: what this is along its waves, but for a factor.
    pub fn along(&self) -> Morlet {
        let made =
            if self.corrected { Morlet::corrected(self.omega) } else { Morlet::uncorrected(self.omega) };
        made.expect("the same parameters are allowed")
    }

    /// The radius beyond which nothing is left but what the wavelet of the line leaves beyond its support.
    pub fn radius(&self) -> f64 {
        let along = self.along().declared().support.map(f64::abs).into_iter().fold(0.0, f64::max);
        along * self.slant.recip().max(1.0)
    }

    fn factor(self) -> f64 {
        let square = self.omega * self.omega;
        let energy = if self.corrected { 1.0 + (-square).exp() - 2.0 * (-0.75 * square).exp() } else { 1.0 };
        (self.slant / (PI * energy)).sqrt()
    }

    /// ψ(x, y).
    pub fn space(&self, [x, y]: [f64; 2]) -> Complex<f64> {
        let across = self.slant * y;
        let kappa = if self.corrected { (-self.omega * self.omega / 2.0).exp() } else { 0.0 };
        (Complex::cis(self.omega * x) - kappa) * (self.factor() * (-(x * x + across * across) / 2.0).exp())
    }

    /// ψ̂(ξ, η) = ∫∫ ψ(x, y) e^(−i(ξx + ηy)) dx dy, which is real.
    pub fn frequency(&self, [xi, eta]: [f64; 2]) -> f64 {
        let (off, across) = (xi - self.omega, eta / self.slant);
        let bell = (-(off * off + across * across) / 2.0).exp();
        let rest = if self.corrected { -(-self.omega * xi).exp_m1() } else { 1.0 };
        if bell == 0.0 { 0.0 } else { self.factor() * TAU / self.slant * bell * rest }
    }
}
