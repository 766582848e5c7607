//! The cubic spline wavelet of Battle and Lemarié.

use super::{Declared, Moments, Normalisation, Wavelet};
use num_complex::Complex;
use std::{
    f64::consts::{PI, TAU},
    sync::LazyLock,
};

/// The orthonormal wavelet that is a cubic spline with knots at the halves: symmetric about ½, with four vanishing moments and
/// exponential decay (Mallat 2009, section 7.3.2).
///
/// ψ̂(ξ) = e^(−iξ/2) P(ξ/2) (sin(ξ/4)/(ξ/4))⁴ with P(θ) = sin⁴(θ/2) √(b(θ + π)/(b(2θ) b(θ))), where b(θ) = Σ_k B₇(k) e^(ikθ) is of
/// the centred B-spline of degree 7.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CubicSpline;

/// Coefficients of P, of both signs.
const TERMS: usize = 256;

/// p_k = (1/2π) ∫ P(θ) cos(kθ) dθ by the trapezoidal rule, which is exact to rounding: they decay exponentially.
static COEFFICIENTS: LazyLock<[f64; TERMS]> = LazyLock::new(|| {
    let points = 2 * TERMS;
    std::array::from_fn(|k| {
        let term = |j: usize| {
            let theta = TAU * j as f64 / points as f64;
            periodic(theta) * (TAU * ((j * k) % points) as f64 / points as f64).cos()
        };
        (0..points).map(term).sum::<f64>() / points as f64
    })
});

fn gram(theta: f64) -> f64 {
    let cosine = |k: f64| (k * theta).cos();
    (2416.0 + 2382.0 * cosine(1.0) + 240.0 * cosine(2.0) + 2.0 * cosine(3.0)) / 5040.0
}

fn periodic(theta: f64) -> f64 {
    (theta / 2.0).sin().powi(4) * (gram(theta + PI) / (gram(2.0 * theta) * gram(theta))).sqrt()
}

/// The centred cubic B-spline.
fn cubic(u: f64) -> f64 {
    let u = u.abs();
    let edge = |width: f64| (width - u).max(0.0).powi(3);
    (edge(2.0) - 4.0 * edge(1.0)) / 6.0
}

impl Wavelet for CubicSpline {
    fn name(&self) -> String {
        "cubic_spline".into()
    }

    fn time(&self, u: f64) -> Complex<f64> {
        // ψ(u + ½) = 2 Σ_k p_k B₃(2u − k)
        let twice = 2.0 * u - 1.0;
        if twice.abs() > (TERMS - 4) as f64 {
            return 0.0.into();
        }
        let nearest = twice.floor() as i64;
        let term = |k: i64| COEFFICIENTS[k.unsigned_abs() as usize] * cubic(twice - k as f64);
        (2.0 * (nearest - 1..=nearest + 2).map(term).sum::<f64>()).into()
    }

    fn frequency(&self, xi: f64) -> Complex<f64> {
        let quarter = xi / 4.0;
        let sinc = if quarter == 0.0 { 1.0 } else { quarter.sin() / quarter };
        Complex::from_polar(periodic(xi / 2.0) * sinc.powi(4), -xi / 2.0)
    }

    fn declared(&self) -> Declared {
        Declared {
            real: true,
            analytic: false,
            moments: Moments::First(4),
            admissible: true,
            normalisation: Normalisation::Energy,
            centre: 4.272_926_267,
            support: [-4.5, 5.5],
            outside: 1e-4,
            band: [0.0, f64::INFINITY],
        }
    }
}
