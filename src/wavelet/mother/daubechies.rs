//! Daubechies' wavelets of compact support and extremal phase.

use super::{Declared, Moments, Normalisation, Wavelet};
use crate::wavelet::WaveletError;
use num_complex::Complex;
use std::f64::consts::{LN_2, PI, SQRT_2};

/// The wavelet with N vanishing moments and the support [0, 2N − 1], orthonormal; 2 ≤ N ≤ 10 (Daubechies 1992, ch. 6).
///
/// m₀(ξ) = ((1 + Z)/2)^N Π (1 − z_k Z)/(1 − z_k) with Z = e^(−iξ), where the z_k are the roots inside the unit circle of what
/// makes |m₀(ξ)|² + |m₀(ξ + π)|² = 1; φ̂(ξ) = Π_j m₀(ξ/2^j), and ψ̂(ξ) = −Z^(2N−1) conj(m₀(ξ + π)) φ̂(ξ), each at ξ/2.
#[derive(Clone, PartialEq, Debug)]
pub struct Daubechies {
    /// The coefficients of Π (1 − z_k Z)/(1 − z_k).
    factor: Vec<f64>,
    /// Those of log φ̂(2θ) as a power series in −iθ, from the first power on.
    near: [f64; TERMS],
    /// √2 times the coefficients of m₀.
    low: Vec<f64>,
    /// φ at 0, 1, …, 2N − 2.
    integers: Vec<f64>,
    centre: f64,
}

/// Of the series of log φ̂, and up to which |θ| they are enough: the series converges as far as m₀ has no zero, beyond 0.9.
const TERMS: usize = 10;
const NEAR: f64 = 0.02;

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
        let factor = product.iter().map(|c| c.re / SQRT_2).collect();
        for _ in 0..moments {
            times(&mut product, 0.5.into(), 0.5.into());
        }
        let low: Vec<f64> = product.iter().map(|c| c.re).collect();
        // φ at the integers is the fixed point of the refinement; all else shrinks at least by half
        let mut integers = vec![1.0 / (low.len() - 1) as f64; low.len() - 1];
        for _ in 0..120 {
            integers = refined(&low, &integers, 0);
        }
        let near = near(&low);
        let mut wavelet = Daubechies { factor, near, low, integers, centre: 0.0 };
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

    /// m₀ at θ, given e^(−iθ/2), whose real part may be near 0 and has to be known to its last digits.
    fn filter(&self, half: Complex<f64>) -> Complex<f64> {
        let z = half * half;
        let factor = self.factor.iter().rev().fold(Complex::from(0.0), |sum, c| sum * z + c);
        // ((1 + Z)/2)^N = (e^(−iθ/2) cos θ/2)^N
        (half * half.re).powu(self.moments() as u32) * factor
    }
}

/// The coefficients of log φ̂(2θ) = Σ_j log m₀(θ/2^j), j ≥ 0: those of log m₀, each divided by 1 − 2^(−k).
fn near(low: &[f64]) -> [f64; TERMS] {
    // m₀ without its mean is a series with the coefficients Σ h (k − mean)^n/n!/√2, and l its logarithm: n mₙ = Σ j lⱼ mₙ₋ⱼ
    let mean: f64 = low.iter().enumerate().map(|(k, h)| k as f64 * h / SQRT_2).sum();
    let moment = |n: usize| -> f64 {
        let power = |k: usize| (1..=n).fold(1.0, |power, m| power * (k as f64 - mean) / m as f64);
        low.iter().enumerate().map(|(k, h)| power(k) * h / SQRT_2).sum()
    };
    let mut log = [0.0; TERMS + 1];
    for n in 1..=TERMS {
        let known: f64 = (1..n).map(|j| j as f64 * log[j] * moment(n - j)).sum();
        log[n] = moment(n) - known / n as f64;
    }
    log[1] = mean;
    std::array::from_fn(|k| log[k + 1] / (1.0 - 0.5f64.powi(k as i32 + 1)))
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
        // at ξ/2 + π, of which half is a quarter turn beyond ξ/4
        let quarter = Complex::cis(-half / 2.0);
        let turned = self.filter(Complex::new(quarter.im, -quarter.re)).conj();
        let mut product = -Complex::cis(-half * (self.low.len() - 1) as f64) * turned;
        let mut theta = half / 2.0;
        while theta.abs() > NEAR {
            product *= self.filter(Complex::cis(-theta / 2.0));
            theta /= 2.0;
        }
        let t = Complex::new(0.0, -theta);
        product * (self.near.iter().rev().fold(Complex::from(0.0), |sum, c| (sum + c) * t)).exp()
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

    /// ln 2, both: ∑|ψ̂(2^j ξ)|² = 1 over all j, as of every orthonormal wavelet, so that what is left is ∫ dξ/ξ over an octave.
    fn admissibility(&self) -> Option<[f64; 2]> {
        Some([LN_2; 2])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_near_zero_is_the_product_of_all_further_filters() {
        for moments in 2..=10 {
            let wavelet = Daubechies::new(moments).expect("between 2 and 10");
            let roots = roots(moments);
            for xi in [0.07, 0.5, 1.9, 4.7, 6.1, 30.0, -3.3] {
                // as the definition has it, down to angles at which m₀ is a turn
                let at = |theta: f64| -> Complex<f64> {
                    let z = Complex::cis(-theta);
                    let factor: Complex<f64> =
                        roots.iter().map(|root| (1.0 - root * z) / (1.0 - root)).product();
                    ((1.0 + z) / 2.0).powu(moments as u32) * factor
                };
                let high = at(xi / 2.0 + PI).conj() * Complex::cis(-xi / 2.0 * (2.0 * moments as f64 - 1.0));
                let long = (2..60).fold(-high, |product, j| product * at(xi / 2f64.powi(j)));
                let off = (wavelet.frequency(xi) - long).norm();
                assert!(off < 1e-13, "{moments} {xi}: {off:e}");
            }
        }
    }
}
