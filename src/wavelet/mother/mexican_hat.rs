//! The Mexican hat: the second derivative of a bell.

use super::{Declared, Moments, Normalisation, Wavelet};
use crate::{scalar::Interval, wavelet::GaussianDerivative};
use num_complex::Complex;
use std::f64::consts::PI;

/// ψ(u) = 2/(√3 π^(1/4)) (1 − u²) e^(−u²/2), of energy 1; also called Ricker's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MexicanHat;

impl Wavelet for MexicanHat {
    fn name(&self) -> String {
        "mexican_hat".into()
    }

    fn time(&self, u: f64) -> Complex<f64> {
        (2.0 / (3f64.sqrt() * PI.powf(0.25)) * (1.0 - u * u) * (-u * u / 2.0).exp()).into()
    }

    fn frequency(&self, xi: f64) -> Complex<f64> {
        ((8f64 / 3.0).sqrt() * PI.powf(0.25) * xi * xi * (-xi * xi / 2.0).exp()).into()
    }

    fn declared(&self) -> Declared {
        Declared {
            real: true,
            analytic: false,
            moments: Moments::First(2),
            admissible: true,
            normalisation: Normalisation::Energy,
            centre: 2f64.sqrt(),
            support: [-4.5, 4.5],
            outside: 1e-6,
            band: [0.0, 9.5],
        }
    }

    /// C₊ = C₋ = 4√π/3.
    fn admissibility(&self) -> Option<[f64; 2]> {
        Some([4.0 / 3.0 * PI.sqrt(); 2])
    }

    /// It is the second derivative of a bell, up to the sign.
    fn enclosed(&self) -> Option<[Interval; 2]> {
        GaussianDerivative::new(2).ok()?.enclosed()
    }
}
