//! Complex numbers over the floats, with conjugation as the involution.

use super::{Field, Real, Ring, Roots, Semiring};
use num_complex::Complex;
use std::f64::consts::{FRAC_1_SQRT_2, FRAC_PI_4};

/// Products are (ac − bd) + (ad + bc)i, four multiplications: the formula that the error bounds are about, and
/// the one that spreads NaN and infinity as the two real sums do.
impl<T: Real> Semiring for Complex<T> {
    const VECTORS: bool = true;

    #[inline]
    fn zero() -> Self {
        Complex { re: Semiring::zero(), im: Semiring::zero() }
    }
    #[inline]
    fn one() -> Self {
        Complex { re: Semiring::one(), im: Semiring::zero() }
    }
    #[inline]
    fn plus(&self, other: &Self) -> Self {
        Complex { re: self.re + other.re, im: self.im + other.im }
    }
    #[inline]
    fn times(&self, other: &Self) -> Self {
        Complex { re: self.re * other.re - self.im * other.im, im: self.re * other.im + self.im * other.re }
    }
    #[inline]
    fn absorbed(&self) -> bool {
        self.re.absorbed() && self.im.absorbed()
    }
}

impl<T: Real> Ring for Complex<T> {
    #[inline]
    fn minus(&self, other: &Self) -> Self {
        Complex { re: self.re - other.re, im: self.im - other.im }
    }
    #[inline]
    fn conj(&self) -> Self {
        Complex { re: self.re, im: -self.im }
    }
}

impl<T: Real> Field for Complex<T> {
    fn inverse(&self) -> Option<Self> {
        let square = self.re * self.re + self.im * self.im;
        let inverse = square.inverse()?;
        Some(Complex { re: self.re * inverse, im: -self.im * inverse })
    }
}

/// e^(2πik/n) to within 4 units of roundoff in each part, whatever n and k, and exactly at multiples of a quarter turn.
///
/// k/n is reduced to the first octant in integers, so the angle is at most π/4, and correct to three roundings; and
/// the roots are as symmetric as they should be: ω^(n−k) is the conjugate of ω^k, bit for bit.
impl<T: Real> Roots for Complex<T> {
    fn root_of_unity(n: usize) -> Option<Self> {
        Self::root_power(n, 1)
    }

    fn root_power(n: usize, k: usize) -> Option<Self> {
        if n == 0 {
            return None;
        }
        let n = n as u128;
        let eighths = 8 * (k as u128 % n);
        let (octant, rest) = (eighths / n, eighths % n);
        // Every other octant is traversed backward, from its far end.
        let part = if octant % 2 == 0 { rest } else { n - rest };
        let (sine, cosine) = match part {
            0 => (0.0, 1.0),
            part if part == n => (FRAC_1_SQRT_2, FRAC_1_SQRT_2),
            part => (part as f64 / n as f64 * FRAC_PI_4).sin_cos(),
        };
        let (re, im) = match octant {
            0 => (cosine, sine),
            1 => (sine, cosine),
            2 => (-sine, cosine),
            3 => (-cosine, sine),
            4 => (-cosine, -sine),
            5 => (-sine, -cosine),
            6 => (sine, -cosine),
            _ => (cosine, -sine),
        };
        let rounded = T::nearest;
        // No −0 where the angle is a multiple of a quarter turn.
        Some(Complex { re: rounded(re + 0.0), im: rounded(im + 0.0) })
    }

    fn inverse_of(n: usize) -> Option<Self> {
        let inverse = T::nearest(1.0 / n as f64);
        (n > 0).then(|| Complex { re: inverse, im: Semiring::zero() })
    }
}
