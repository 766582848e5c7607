//! Haar's wavelet: a step up and a step down.

use super::{Declared, Moments, Normalisation, Wavelet};
use num_complex::Complex;
use std::f64::consts::LN_2;

/// ψ = 1 on [0, ½), −1 on [½, 1), 0 elsewhere: orthonormal (Haar 1910). Its mirror image, supported on one side of 0, is what
/// a negative scale makes of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Haar;

impl Wavelet for Haar {
    fn name(&self) -> String {
        "haar".into()
    }

    fn time(&self, u: f64) -> Complex<f64> {
        let value = if (0.0..0.5).contains(&u) {
            1.0
        } else if (0.5..1.0).contains(&u) {
            -1.0
        } else {
            0.0
        };
        value.into()
    }

    fn frequency(&self, xi: f64) -> Complex<f64> {
        // (1 − e^(−iξ/2))²/(iξ), by half angles
        let quarter = xi / 4.0;
        let size = if quarter == 0.0 { 0.0 } else { quarter.sin() * quarter.sin() / quarter };
        Complex::new(0.0, 1.0) * Complex::cis(-xi / 2.0) * size
    }

    fn declared(&self) -> Declared {
        Declared {
            real: true,
            analytic: false,
            moments: Moments::First(1),
            admissible: true,
            normalisation: Normalisation::Energy,
            // 4x, where tan x = 2x
            centre: 4.662_244_740_828_845,
            support: [0.0, 1.0],
            outside: 0.0,
            band: [0.0, f64::INFINITY],
        }
    }

    /// C₊ = C₋ = ∫₀^∞ sin⁴x/x³ dx = ln 2.
    fn admissibility(&self) -> Option<[f64; 2]> {
        Some([LN_2; 2])
    }
}
