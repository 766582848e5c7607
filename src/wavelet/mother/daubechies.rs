//! Daubechies' wavelets of compact support and extremal phase.

use super::{Declared, Moments, Normalisation, Wavelet};
use crate::wavelet::WaveletError;
use num_complex::Complex;
use std::f64::consts::{PI, SQRT_2};

/// The wavelet with N vanishing moments and the support [0, 2N − 1], orthonormal; 2 ≤ N ≤ 10 (Daubechies 1992, ch. 6).
///
/// m₀(ξ) = ((1 + Z)/2)^N Π (1 − z_k Z)/(1 − z_k) with Z = e^(−iξ), where the z_k are the roots inside the unit circle of what
/// makes |m₀(ξ)|² + |m₀(ξ + π)|² = 1; φ̂(ξ) = Π_j m₀(ξ/2^j), and ψ̂(ξ) = −Z^(2N−1) conj(m₀(ξ + π)) φ̂(ξ), each at ξ/2.
#[derive(Clone, PartialEq, Debug)]
pub struct Daubechies {
    roots: Vec<Complex<f64>>,
    /// √2 times the coefficients of m₀.
    low: Vec<f64>,
    /// φ at 0, 1, …, 2N − 2.
    integers: Vec<f64>,
    centre: f64,
}

impl Daubechies {
    /// With N vanishing moments.
    ///
    /// # Errors
    /// N outside 2 … 10; with one vanishing moment it is [Haar's](super::haar::Haar).
    pub fn new(moments: usize) -> Result<Self, WaveletError> {
        let hint = "with one it is haar, and beyond 10 the roots are not found to full precision";
        WaveletError::unless_counted("the number of vanishing moments", moments, [2, 10], hint)?;
        let roots = roots(moments);
        let mut product = vec![Complex::new(SQRT_2, 0.0)];
        let times = |product: &mut Vec<Complex<f64>>, constant: Complex<f64>, slope: Complex<f64>| {
            product.push(0.0.into());
            for k in (0..product.len()).rev() {
                let before = if k > 0 { product[k - 1] } else { 0.0.into() };
                product[k] = product[k] * constant + before * slope;
            }
        };
        for z in &roots {
            times(&mut product, (1.0 - z).inv(), -z / (1.0 - z));
        }
        for _ in 0..moments {
            times(&mut product, 0.5.into(), 0.5.into());
        }
        let low: Vec<f64> = product.iter().map(|c| c.re).collect();
        // φ at the integers is the fixed point of the refinement; all else shrinks at least by half
        let mut integers = vec![1.0 / (low.len() - 1) as f64; low.len() - 1];
        for _ in 0..120 {
            integers = refined(&low, &integers, 0);
        }
        let mut wavelet = Daubechies { roots, low, integers, centre: 0.0 };
        // the only maximum of |ψ̂| between π and 2π
        let (mut left, mut right) = (PI, 2.0 * PI);
        while right - left > 1e-9 {
            let third = (right - left) / 3.0;
            let height = |xi: f64| wavelet.frequency(xi).norm();
            if height(left + third) < height(right - third) { left += third } else { right -= third }
        }
        wavelet.centre = (left + right) / 2.0;
        Ok(wavelet)
    }

    /// The coefficients h₀ … h_{2N−1} of φ(u) = √2 Σ h_k φ(2u − k): their squares add up to 1.
    ///
    /// ```
    /// use faltung::wavelet::Daubechies;
    /// let two = Daubechies::new(2)?;
    /// assert!((two.low_pass()[0] - (1.0 + 3f64.sqrt()) / 32f64.sqrt()).abs() < 1e-15);
    /// # Ok::<(), faltung::wavelet::WaveletError>(())
    /// ```
    pub fn low_pass(&self) -> &[f64] {
        &self.low
    }

    fn moments(&self) -> usize {
        self.low.len() / 2
    }

    /// φ at y, y + 1, …, y + 2N − 2, for y in [0, 1). A float has finitely many binary digits, so refining once for each
    /// ends at the integers, whatever y is.
    fn shifts(&self, y: f64) -> Vec<f64> {
        if y == 0.0 {
            return self.integers.clone();
        }
        let mut digits = vec![];
        let mut rest = y;
        while rest != 0.0 {
            rest *= 2.0;
            let digit = usize::from(rest >= 1.0);
            rest -= digit as f64;
            digits.push(digit);
        }
        let values = self.integers.clone();
        digits.iter().rev().fold(values, |values, digit| refined(&self.low, &values, *digit))
    }

    /// m₀ at an angle θ, given cos(θ/2) too, which may be near 0.
    fn filter(&self, theta: f64, cosine: f64) -> Complex<f64> {
        let n = self.moments() as i32;
        let z = Complex::cis(-theta);
        let start = Complex::from_polar(cosine.powi(n), -theta * f64::from(n) / 2.0);
        self.roots.iter().fold(start, |product, root| product * (1.0 - root * z) / (1.0 - root))
    }
}

/// √2 Σ_k h_k φ(2x − k) at x = (y + digit)/2 + i, given φ at y + j.
fn refined(low: &[f64], values: &[f64], digit: usize) -> Vec<f64> {
    (0..values.len())
        .map(|i| {
            let terms = values.iter().enumerate();
            let term = |(j, value): (usize, &f64)| {
                (2 * i + digit).checked_sub(j).and_then(|k| low.get(k)).map_or(0.0, |h| h * value)
            };
            SQRT_2 * terms.map(term).sum::<f64>()
        })
        .collect()
}

/// The z inside the unit circle where Σ_k C(N−1+k, k) y^k vanishes, k < N, and z + 1/z = 2 − 4y.
fn roots(moments: usize) -> Vec<Complex<f64>> {
    let degree = moments - 1;
    let mut polynomial = vec![1.0];
    for k in 1..=degree {
        polynomial.push(polynomial[k - 1] * (degree + k) as f64 / k as f64);
    }
    let leading = polynomial[degree];
    let value =
        |y: Complex<f64>| polynomial.iter().rev().fold(Complex::from(0.0), |sum, c| sum * y + c) / leading;
    // Weierstrass' iteration on all roots at once
    let mut ys: Vec<Complex<f64>> =
        (0..degree).map(|k| Complex::new(0.4, 0.9).powu(k as u32) * 0.5).collect();
    for _ in 0..500 {
        for k in 0..degree {
            let others = (0..degree).filter(|j| *j != k).map(|j| ys[k] - ys[j]);
            let step = value(ys[k]) / others.product::<Complex<f64>>();
            ys[k] -= step;
        }
    }
    let inside = |y: Complex<f64>| {
        let half = 1.0 - 2.0 * y;
        let root = (half * half - 1.0).sqrt();
        let [a, b] = [half + root, half - root];
        // the larger is found without cancellation, and the product of both is 1
        (if a.norm() > b.norm() { a } else { b }).inv()
    };
    ys.into_iter().map(inside).collect()
}

impl Wavelet for Daubechies {
    fn name(&self) -> String {
        format!("daubechies({})", self.moments())
    }

    fn time(&self, u: f64) -> Complex<f64> {
        let length = self.low.len();
        if !(0.0..(length - 1) as f64).contains(&u) {
            return 0.0.into();
        }
        // ψ(u) = √2 Σ_k (−1)^k h_{2N−1−k} φ(2u − k)
        let whole = (2.0 * u).floor();
        let values = self.shifts(2.0 * u - whole);
        let term = |k: usize| {
            let value = (whole as usize).checked_sub(k).and_then(|n| values.get(n)).copied().unwrap_or(0.0);
            let sign = if k.is_multiple_of(2) { 1.0 } else { -1.0 };
            sign * self.low[length - 1 - k] * value
        };
        (SQRT_2 * (0..length).map(term).sum::<f64>()).into()
    }

    fn frequency(&self, xi: f64) -> Complex<f64> {
        let half = xi / 2.0;
        let turned = self.filter(half + PI, -(half / 2.0).sin()).conj();
        let turn = Complex::cis(-half * (self.low.len() - 1) as f64);
        let mut product = -turn * turned;
        let mut theta = half / 2.0;
        while theta.abs() > 1e-9 {
            product *= self.filter(theta, (theta / 2.0).cos());
            theta /= 2.0;
        }
        // m₀(θ) = e^(−iμθ) (1 + O(θ²)), and θ + θ/2 + … = 2θ
        let mean: f64 = self.low.iter().enumerate().map(|(k, h)| k as f64 * h / SQRT_2).sum();
        product * Complex::cis(-mean * 2.0 * theta)
    }

    fn declared(&self) -> Declared {
        Declared {
            real: true,
            analytic: false,
            moments: Moments::First(self.moments()),
            admissible: true,
            normalisation: Normalisation::Energy,
            centre: self.centre,
            support: [0.0, (self.low.len() - 1) as f64],
            outside: 0.0,
            band: [0.0, f64::INFINITY],
        }
    }
}
