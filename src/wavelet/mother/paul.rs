//! Paul's wavelets: a power of 1/(1 − iu).

use super::{Declared, Moments, Normalisation, Wavelet};
use crate::{
    scalar::{Interval, Semiring},
    wavelet::{
        WaveletError,
        quadrature::{enclosed_gamma, gamma},
    },
};
use num_complex::Complex;
use std::f64::consts::PI;

/// ψ(u) = 2^m m!/√(π (2m)!) (1 − iu)^(−m−1), of energy 1: ψ̂(ξ) = 2^(m+1) √(π/(2m)!) ξ^m e^(−ξ) for ξ > 0 and 0 elsewhere.
///
/// Torrence & Compo (1998, table 1) write a factor i^m before ψ and none before ψ̂; here there is none before either.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Paul {
    order: usize,
}

impl Paul {
    /// Of the order m, from 1 to 40; 4 is usual.
    ///
    /// # Errors
    /// Another order.
    pub fn new(order: usize) -> Result<Self, WaveletError> {
        WaveletError::unless_counted("the order of Paul's wavelet", order, [1, 40], "4 is usual")?;
        Ok(Paul { order })
    }
}

impl Wavelet for Paul {
    fn name(&self) -> String {
        format!("paul({})", self.order)
    }

    fn time(&self, u: f64) -> Complex<f64> {
        let order = self.order as f64;
        let factor = 2f64.powf(order) * gamma(order + 1.0) / (PI * gamma(2.0 * order + 1.0)).sqrt();
        Complex::new(1.0, -u).powi(-(self.order as i32) - 1) * factor
    }

    fn frequency(&self, xi: f64) -> Complex<f64> {
        if xi <= 0.0 {
            return 0.0.into();
        }
        let order = self.order as f64;
        let factor = 2.0 * (PI / gamma(2.0 * order + 1.0)).sqrt();
        (factor * (order * (2.0 * xi).ln() - xi).exp()).into()
    }

    fn declared(&self) -> Declared {
        let order = self.order as f64;
        // |ψ(u)|² is (1 + u²)^(−m−1)
        let outside = 1e-4_f64;
        let radius = (20.0 / outside).powf(0.5 / (order + 0.5)) - 0.5;
        Declared {
            real: false,
            analytic: true,
            moments: Moments::First(self.order),
            admissible: true,
            normalisation: Normalisation::Energy,
            centre: order,
            support: [-radius, radius],
            outside,
            band: [0.0, order + 40.0 + 9.0 * order.sqrt()],
        }
    }

    /// C₊ = 2π/m, C₋ = 0.
    fn admissibility(&self) -> Option<[f64; 2]> {
        Some([2.0 * PI / self.order as f64, 0.0])
    }

    /// ∫ 4π/(2m)! ξ^(2m) e^(−ξ) dξ/ξ, with 2ξ as the variable.
    fn enclosed(&self) -> Option<[Interval; 2]> {
        let number = |k: usize| Interval::from(k as f64);
        let twice = number(2 * self.order);
        // (2m/e)^(2m)/(2m)!, factor by factor
        let step = twice.times(&Interval::from(-1.0).exp());
        let mut factor = Interval::pi().times(&number(4));
        for k in 1..=2 * self.order {
            factor = factor.times(&step).times(&number(k).inverse()?);
        }
        Some([enclosed_gamma(twice)?.times(&factor), Interval::zero()])
    }
}
