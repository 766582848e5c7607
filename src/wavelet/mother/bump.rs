//! The bump wavelet: smooth, and of compact support in frequency.

use super::{Declared, Moments, Normalisation, Wavelet, from_band};
use crate::wavelet::WaveletError;
use num_complex::Complex;

/// ψ̂(ξ) = exp(1 − 1/(1 − (ξ − μ)²/σ²)) where |ξ − μ| < σ, and 0 elsewhere: its maximum is 1.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Bump {
    mu: f64,
    sigma: f64,
}

impl Bump {
    /// With the centre 0.1 ≤ μ ≤ 1000 and the half width μ/100 ≤ σ ≤ μ; 5 and 0.6 are usual.
    ///
    /// # Errors
    /// Other parameters.
    pub fn new(mu: f64, sigma: f64) -> Result<Self, WaveletError> {
        let hint = "5 and 0.6 are usual; a half width beyond the centre would reach negative frequencies";
        WaveletError::unless_within("the centre of the bump wavelet", mu, [0.1, 1e3], hint)?;
        WaveletError::unless_within("the half width of the bump wavelet", sigma, [mu / 100.0, mu], hint)?;
        Ok(Bump { mu, sigma })
    }

    fn value(&self, xi: f64) -> f64 {
        let off = (xi - self.mu) / self.sigma;
        if off.abs() >= 1.0 { 0.0 } else { (-off * off / (1.0 - off * off)).exp() }
    }
}

impl Wavelet for Bump {
    fn name(&self) -> String {
        format!("bump({}, {})", self.mu, self.sigma)
    }

    fn time(&self, u: f64) -> Complex<f64> {
        from_band(u, self.declared().band, |xi| self.value(xi))
    }

    fn frequency(&self, xi: f64) -> Complex<f64> {
        self.value(xi).into()
    }

    fn declared(&self) -> Declared {
        Declared {
            real: false,
            analytic: true,
            moments: Moments::All,
            admissible: true,
            normalisation: Normalisation::Peak(1.0),
            centre: self.mu,
            support: [-16.0 / self.sigma, 16.0 / self.sigma],
            outside: 1e-3,
            band: [self.mu - self.sigma, self.mu + self.sigma],
        }
    }
}
