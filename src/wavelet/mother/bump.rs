//! The bump wavelet: smooth, and of compact support in frequency.

use super::{Declared, Moments, Normalisation, Wavelet, from_band};
use crate::{
    scalar::{Interval, Semiring, taylor::integral},
    wavelet::WaveletError,
};
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

    /// ∫ e^(−2t²/(1 − t²)) σ dt/(μ + σt), |t| < 1.
    fn enclosed(&self) -> Option<[Interval; 2]> {
        let one = Interval::one();
        let ratio = Interval::from(self.sigma).times(&Interval::from(self.mu).inverse()?);
        // with s = 1 − |t|: the bell is e^(2 − 2/(s(2 − s))) ≤ e^(2 − 1/s), the rest is at most 1/s times σ/μ ≤ 1, and both
        // together grow with s below 1; so each end is at most e^(2 − 64) over a width of 1/64, times 64
        let edge = Interval::from(-62.0).exp().times(&Interval::from(2.0));
        let inner = integral([-1.0 + 1.0 / 64.0, 1.0 - 1.0 / 64.0], 1e-13 * ratio.low(), |t| {
            let square = t.times(t);
            let rest = square.scaled(Interval::from(-1.0)).shifted(one).inverse();
            let bell = square.times(&rest).scaled(Interval::from(-2.0)).exp();
            bell.times(&t.scaled(ratio).shifted(one).inverse()).scaled(ratio)
        });
        Some([inner.plus(&Interval::new(0.0, edge.high())?), Interval::zero()])
    }
}
