//! The rational numbers, exact and of any size, in lowest terms.

use super::{Dyadic, Field, Ring, Roots, Semiring};
use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;

impl Semiring for RBig {
    fn zero() -> Self {
        RBig::ZERO
    }
    fn one() -> Self {
        RBig::ONE
    }
    fn plus(&self, other: &Self) -> Self {
        self + other
    }
    fn times(&self, other: &Self) -> Self {
        self * other
    }
}

impl Ring for RBig {
    fn minus(&self, other: &Self) -> Self {
        self - other
    }
}

impl Field for RBig {
    fn inverse(&self) -> Option<Self> {
        (!self.is_zero()).then(|| RBig::ONE / self)
    }
}

/// The rational numbers have the roots of unity of orders 1 and 2, and every inverse: on (Z/2)^d the Fourier
/// transform is the one of Walsh and Hadamard.
impl Roots for RBig {
    fn root_of_unity(n: usize) -> Option<Self> {
        IBig::root_of_unity(n).map(RBig::from)
    }
    fn inverse_of(n: usize) -> Option<Self> {
        RBig::from(n).inverse()
    }
}

/// Every dyadic rational is a rational, so every finite float is one exactly.
///
/// ```
/// use dashu_ratio::RBig;
/// use faltung::scalar::Real;
/// let quarter = 0.25_f32.dyadic().map(RBig::from);
/// assert_eq!(quarter, Some(RBig::from_parts(1.into(), 4_u8.into())));
/// let tenth = RBig::from_parts(1.into(), 10_u8.into());
/// assert_ne!(0.1_f64.dyadic().map(RBig::from), Some(tenth)); // no float is a tenth
/// ```
impl From<Dyadic> for RBig {
    fn from(x: Dyadic) -> Self {
        let power = |e: i64| UBig::ONE << usize::try_from(e).expect("an exponent that fits into memory");
        match x.exponent() {
            e if e < 0 && !x.mantissa().is_zero() => RBig::from_parts(x.mantissa().clone(), power(-e)),
            _ => RBig::from(x.over(0)),
        }
    }
}
