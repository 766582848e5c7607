//! The cubic spline wavelet of Battle and Lemarié.

use super::{Declared, Moments, Normalisation, Wavelet};
use crate::scalar::{
    Interval, Semiring,
    taylor::{Taylor, integral},
};
use num_complex::Complex;
use std::{
    f64::consts::{LN_2, PI, TAU},
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

    /// ln 2, both: ∑|ψ̂(2^j ξ)|² = 1 over all j, as of every orthonormal wavelet, so that what is left is ∫ dξ/ξ over an octave.
    fn admissibility(&self) -> Option<[f64; 2]> {
        Some([LN_2; 2])
    }

    /// ∫ P² (sin x/x)⁸ dx/x with x = ξ/4, θ = 2x.
    fn enclosed(&self) -> Option<[Interval; 2]> {
        Some([inner().plus(&beyond()?); 2])
    }
}

/// Between these x = ξ/4 the integral of |ψ̂|²/ξ is cut into cells.
const RANGE: [f64; 2] = [1.0 / 256.0, 64.0];

/// 5040 b(θ), given cos θ = c: 2176 + 2376c + 480c² + 8c³, which grows with c, from 272 to 5040.
fn enclosed_gram(c: &Taylor) -> Taylor {
    let number = Interval::from;
    let inner = c.scaled(number(8.0)).shifted(number(480.0)).times(c).shifted(number(2376.0));
    inner.times(c).shifted(number(2176.0))
}

/// ∫ sin¹⁶x/x⁹ · b(2x + π)/(b(4x) b(2x)) dx over the range.
fn inner() -> Interval {
    let [minus, one, two] = [-1.0, 1.0, 2.0].map(Interval::from);
    let density = |x: &Taylor| {
        let sine = x.cos_sin()[1].clone();
        let cosine = x.scaled(two).cos_sin()[0].clone();
        let double = cosine.times(&cosine).scaled(two).minus(&Taylor::constant(one));
        let below = enclosed_gram(&double).times(&enclosed_gram(&cosine));
        let shares = enclosed_gram(&cosine.scaled(minus)).times(&below.inverse());
        let inverse = x.inverse();
        let wave = sine.times(&inverse).power(8).times(&sine.power(8));
        wave.times(&shares).times(&inverse).scaled(Interval::from(5040.0))
    };
    let rise = integral([RANGE[0], 1.0], 1e-13, density);
    rise.plus(&integral([1.0, RANGE[1]], 1e-13, density))
}

/// At most what lies on both sides: the quotient of the b is at most (5040/272)², and sin¹⁶x/x⁹ at most x⁷ or x^(−9).
fn beyond() -> Option<Interval> {
    let [from, to] = RANGE.map(Interval::from);
    let quotient = Interval::from(5040.0).times(&Interval::from(272.0).inverse()?);
    let eighth = |x: Interval| {
        let mut power = x;
        for _ in 0..3 {
            power = power.times(&power);
        }
        power
    };
    let sides = eighth(from).plus(&eighth(to.inverse()?)).times(&Interval::from(0.125));
    Interval::new(0.0, sides.times(&quotient).times(&quotient).high())
}
