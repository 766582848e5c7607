//! The integers: exact ones of any size, and 64-bit ones as their fast path.

use super::{Ring, Roots, Semiring};
use dashu_int::IBig;

impl Semiring for IBig {
    fn zero() -> Self {
        IBig::ZERO
    }
    fn one() -> Self {
        IBig::ONE
    }
    fn plus(&self, other: &Self) -> Self {
        self + other
    }
    fn times(&self, other: &Self) -> Self {
        self * other
    }
    fn mul_add_into(sum: &mut Self, a: &Self, b: &Self) {
        *sum += a * b;
    }
}

impl Ring for IBig {
    fn minus(&self, other: &Self) -> Self {
        self - other
    }
}

/// The integers have the roots of unity of orders 1 and 2, and 1 is the only inverse of a length.
impl Roots for IBig {
    fn root_of_unity(n: usize) -> Option<Self> {
        match n {
            1 => Some(IBig::ONE),
            2 => Some(IBig::NEG_ONE),
            _ => None,
        }
    }
    fn inverse_of(n: usize) -> Option<Self> {
        (n == 1).then_some(IBig::ONE)
    }
}

const OVERFLOW: &str = "64-bit integers are for sums that were proved to fit";

/// The guarded fast path of the integers: the caller has proved that no sum leaves 64 bits (as
/// [`conv::exact`](crate::conv::exact) does). A sum that does is a programmer's mistake and panics, in every
/// build: it never wraps, because a wrapped integer is a false theorem.
impl Semiring for i64 {
    #[inline]
    fn zero() -> Self {
        0
    }
    #[inline]
    fn one() -> Self {
        1
    }
    #[inline]
    fn plus(&self, other: &Self) -> Self {
        self.checked_add(*other).expect(OVERFLOW)
    }
    #[inline]
    fn times(&self, other: &Self) -> Self {
        self.checked_mul(*other).expect(OVERFLOW)
    }
}

impl Ring for i64 {
    #[inline]
    fn minus(&self, other: &Self) -> Self {
        self.checked_sub(*other).expect(OVERFLOW)
    }
}
