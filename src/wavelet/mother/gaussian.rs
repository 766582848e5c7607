//! The derivatives of a bell.

use super::{Declared, Moments, Normalisation, Wavelet};
use crate::{
    scalar::{Interval, Semiring},
    wavelet::{
        WaveletError,
        quadrature::{enclosed_gamma, gamma},
    },
};
use num_complex::Complex;
use std::f64::consts::{PI, TAU};

/// ψ(u) = (−1)^(m+1) Γ(m + ½)^(−1/2) (d/du)^m e^(−u²/2), of energy 1: the m-th derivative of a Gaussian (Torrence & Compo 1998,
/// table 1). m = 2 is the [Mexican hat](super::mexican_hat::MexicanHat).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GaussianDerivative {
    order: usize,
}

impl GaussianDerivative {
    /// The derivative of order m, from 1 to 40.
    ///
    /// # Errors
    /// Another order.
    pub fn new(order: usize) -> Result<Self, WaveletError> {
        let hint = "2 is the Mexican hat; a higher order has more waves";
        WaveletError::unless_counted("the order of the derivative", order, [1, 40], hint)?;
        Ok(GaussianDerivative { order })
    }

    fn factor(self) -> f64 {
        let sign = if self.order.is_multiple_of(2) { -1.0 } else { 1.0 };
        sign / gamma(self.order as f64 + 0.5).sqrt()
    }
}

impl Wavelet for GaussianDerivative {
    fn name(&self) -> String {
        format!("dog({})", self.order)
    }

    fn time(&self, u: f64) -> Complex<f64> {
        // (d/du)^m e^(−u²/2) = (−1)^m He_m(u) e^(−u²/2), with Hermite's recursion on He_k e^(−u²/4)
        let bell = (-u * u / 4.0).exp();
        let (mut before, mut value) = (0.0, bell);
        for k in 0..self.order {
            (before, value) = (value, u * value - k as f64 * before);
        }
        let sign = if self.order.is_multiple_of(2) { 1.0 } else { -1.0 };
        (sign * self.factor() * value * bell).into()
    }

    fn frequency(&self, xi: f64) -> Complex<f64> {
        let size = self.factor() * TAU.sqrt() * (-xi * xi / 2.0).exp() * xi.powi(self.order as i32);
        size * Complex::i().powu(self.order as u32)
    }

    fn declared(&self) -> Declared {
        let order = self.order as f64;
        let radius = 3.5 + 1.1 * order.sqrt();
        Declared {
            real: true,
            analytic: false,
            moments: Moments::First(self.order),
            admissible: true,
            normalisation: Normalisation::Energy,
            centre: order.sqrt(),
            support: [-radius, radius],
            outside: 1e-5,
            band: [0.0, order.sqrt() + 9.0],
        }
    }

    /// C₊ = C₋ = π Γ(m)/Γ(m + ½).
    fn admissibility(&self) -> Option<[f64; 2]> {
        let order = self.order as f64;
        Some([PI * gamma(order) / gamma(order + 0.5); 2])
    }

    /// ∫ 2π/Γ(m + ½) ξ^(2m) e^(−ξ²) dξ/ξ, with ξ² as the variable.
    fn enclosed(&self) -> Option<[Interval; 2]> {
        let order = Interval::from(self.order as f64);
        // Γ(m + ½) = √π ½ (3/2) … (m − ½), and half of (m/e)^m beside it
        let step = order.times(&Interval::from(-1.0).exp());
        let mut factor = Interval::pi().sqrt()?;
        for k in 0..self.order {
            factor = factor.times(&step).times(&Interval::from(k as f64 + 0.5).inverse()?);
        }
        Some([enclosed_gamma(order)?.times(&factor); 2])
    }
}
