//! Integrals of smooth functions, panel by panel (Gauss and Legendre), and the Γ function, also enclosed.

use crate::scalar::{Interval, Ring, Semiring, taylor};
use num_complex::Complex;
use std::{
    f64::consts::{E, PI, TAU},
    sync::LazyLock,
};

/// Nodes in a panel.
const NODES: usize = 24;

/// The nodes in [−1, 1] and their weights: the rule is exact for polynomials of degree 2 · NODES − 1.
static RULE: LazyLock<[(f64, f64); NODES]> = LazyLock::new(|| {
    std::array::from_fn(|i| {
        // Newton's method on the Legendre polynomial, from Tricomi's guess
        let n = NODES as f64;
        let mut x = (PI * (i as f64 + 0.75) / (n + 0.5)).cos();
        let mut slope = 1.0;
        for _ in 0..8 {
            let (mut before, mut value) = (1.0, x);
            for k in 2..=NODES {
                let k = k as f64;
                (before, value) = (value, ((2.0 * k - 1.0) * x * value - (k - 1.0) * before) / k);
            }
            slope = n * (x * value - before) / (x * x - 1.0);
            x -= value / slope;
        }
        (x, 2.0 / ((1.0 - x * x) * slope * slope))
    })
});

/// ∫ f over [from, to], cut into so many panels of equal width, each with 24 nodes of Gauss and Legendre.
///
/// Cost: 24 evaluations a panel. Where f is analytic and turns at most a few times a panel, the error is rounding.
///
/// ```
/// use faltung::wavelet::quadrature::integral;
/// use num_complex::Complex;
/// let bell = integral(-9.0, 9.0, 8, |u| Complex::from((-u * u).exp()));
/// assert!((bell.re - std::f64::consts::PI.sqrt()).abs() < 1e-14);
/// ```
pub fn integral(from: f64, to: f64, panels: usize, f: impl Fn(f64) -> Complex<f64>) -> Complex<f64> {
    let half = (to - from) / (2.0 * panels as f64);
    let mut sum = Complex::new(0.0, 0.0);
    for panel in 0..panels {
        let middle = from + half * (2 * panel + 1) as f64;
        for (node, weight) in RULE.iter() {
            sum += f(middle + half * node) * *weight;
        }
    }
    sum * half
}

/// Γ(x) for x > 0; infinite beyond 171.
///
/// ```
/// use faltung::wavelet::quadrature::gamma;
/// assert!((gamma(6.0) - 120.0).abs() < 1e-12);
/// assert!((gamma(0.5) - std::f64::consts::PI.sqrt()).abs() < 1e-14);
/// ```
pub fn gamma(x: f64) -> f64 {
    // in two halves, so that the power does not overflow before the exponential comes
    let half = (x / E).powf(x / 2.0);
    half * scaled_gamma(x) * half
}

/// Γ(x) (e/x)^x for x > 0, which is near √(2π/x) and neither overflows nor underflows.
pub fn scaled_gamma(x: f64) -> f64 {
    // Γ(x) = Γ(x + m)/(x (x + 1) … (x + m − 1)): Stirling's series wants a large argument
    let mut shift = 1.0;
    let mut large = x;
    while large < 16.0 {
        shift *= large;
        large += 1.0;
    }
    // B_{2k}/(2k (2k − 1)), for k = 1 … 7
    const SERIES: [f64; 7] = [
        1.0 / 12.0,
        -1.0 / 360.0,
        1.0 / 1260.0,
        -1.0 / 1680.0,
        1.0 / 1188.0,
        -691.0 / 360_360.0,
        1.0 / 156.0,
    ];
    let square = 1.0 / (large * large);
    let tail = SERIES.iter().rev().fold(0.0, |sum, term| sum * square + term) / large;
    let stirling = (TAU / large).sqrt() * tail.exp();
    if large == x { stirling } else { stirling * (large / E).powf(large) / shift * (E / x).powf(x) }
}

/// An interval that contains Γ(κ) (e/κ)^κ = ∫ e^(κ(1 + u − e^u)) du for all κ > 0 of an interval, the substitution being
/// ξ = κe^u in ∫ ξ^(κ−1) e^(−ξ) dξ; `None` for a κ below 0.1.
pub fn enclosed_gamma(kappa: Interval) -> Option<Interval> {
    let (least, one) = (Interval::from(kappa.low()), Interval::one());
    if kappa.low() < 0.1 {
        return None;
    }
    let slope = least.inverse()?;
    // below, the integrand is at most e^(κ(1 + u)), of which the integral is e^(κ(1 + from))/κ
    let from = -1.0 - (40.0 / kappa.low()).ceil();
    let before = one.plus(&Interval::from(from)).times(&least).exp().times(&slope);
    // above, e^u − 1 − u grows at least as fast as at `to`
    let to = Interval::from(6.0);
    let rise = to.exp().minus(&one);
    let after = to.minus(&rise).times(&least).exp().times(&slope).times(&rise.inverse()?);
    let inner =
        taylor::integral([from, to.low()], 1e-13, |u| u.shifted(one).minus(&u.exp()).scaled(kappa).exp());
    Some(inner.plus(&Interval::new(0.0, before.plus(&after).high())?))
}
