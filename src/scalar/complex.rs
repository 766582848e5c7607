//! Complex numbers over the floats, with conjugation as the involution.

use super::{Field, Real, Ring, Semiring};
use num_complex::Complex;

/// Products are (ac − bd) + (ad + bc)i, four multiplications: the formula that the error bounds are about, and
/// the one that spreads NaN and infinity as the two real sums do.
impl<T: Real> Semiring for Complex<T> {
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
