//! Number systems: what a signal's entries are.
//!
//! There are two layers, on purpose. The *static* one is this module's small tower of traits: a kernel is
//! generic over the weakest trait that its mathematics needs, so its signature is the theorem's hypothesis
//! (the definition of convolution asks for a [`Semiring`], the Fourier transform for a [`Field`] with roots
//! of unity). The *dynamic* one is [`exact`]: there the ring is a value, and claims are decided in it.

mod complex;
pub mod counted;
mod dual;
mod dyadic;
pub(crate) mod elementary;
mod enclosed;
mod float;
mod fused;
mod integer;
pub mod interval;
pub(crate) mod modular;
mod rational;
pub mod taylor;
pub mod tropical;
mod units;

pub use counted::Counted;
pub use dual::Dual;
pub use dyadic::Dyadic;
pub use float::Real;
pub use fused::Fused;
pub use interval::Interval;
pub use modular::{Mersenne61, Modular, Ntt30, Ntt64};
pub use tropical::{MaxPlus, MinPlus};
pub use units::{Units, natural};

use std::fmt::Debug;

pub mod exact;

/// A commutative semiring: all that the definition of convolution asks for.
///
/// There is no equality and no order here: a kernel that is generic over `Semiring` cannot branch on the
/// values it is given, which is what makes its run on formal variables a proof.
///
/// ```
/// use faltung::scalar::Semiring;
/// let mut sum = <f64 as Semiring>::zero();
/// Semiring::mul_add_into(&mut sum, &2.0, &3.5);
/// assert_eq!(sum, 7.0);
/// ```
pub trait Semiring: Clone + Debug + Send + Sync + 'static {
    /// Whether loops over such scalars fill vector registers: only then kernels are compiled for each set of
    /// instructions.
    const VECTORS: bool = false;

    /// The neutral element of addition.
    fn zero() -> Self;
    /// The neutral element of multiplication.
    fn one() -> Self;
    /// `self + other`.
    fn plus(&self, other: &Self) -> Self;
    /// `self · other`.
    fn times(&self, other: &Self) -> Self;
    /// Whether zero times it is zero: not so for infinity and NaN.
    fn absorbed(&self) -> bool {
        true
    }
    /// `sum ← sum + a·b`, the one hot operation of every kernel: two roundings, but in [`Fused`] floats one.
    #[inline]
    fn mul_add_into(sum: &mut Self, a: &Self, b: &Self) {
        *sum = sum.plus(&a.times(b));
    }
}

/// A commutative ring with an involution, which is the identity unless the ring says otherwise.
pub trait Ring: Semiring {
    /// `self − other`.
    fn minus(&self, other: &Self) -> Self;
    /// The involution: complex conjugation, or the identity.
    fn conj(&self) -> Self {
        self.clone()
    }
}

/// A ring in which every element but zero has an inverse.
pub trait Field: Ring {
    /// The multiplicative inverse, `None` for zero.
    fn inverse(&self) -> Option<Self>;
}

/// A ring that may have principal roots of unity, and the inverse of their order: what a Fourier transform asks for.
pub trait Roots: Ring {
    /// A principal n-th root of unity ω: ω^n = 1, and Σ_{k<n} ω^{jk} = 0 for 0 < j < n. `None` where there is none.
    ///
    /// For the complex numbers it is e^(2πi/n), so that the forward transform uses its inverse, as
    /// [`fourier`](crate::fourier) does.
    fn root_of_unity(n: usize) -> Option<Self>;
    /// The power ω^k of [`root_of_unity`](Roots::root_of_unity). Over floats each power is as accurate as the
    /// first, where repeated multiplication would lose a digit per factor of ten in k.
    fn root_power(n: usize, k: usize) -> Option<Self> {
        let mut square = Self::root_of_unity(n)?;
        let (mut power, mut rest) = (Self::one(), k % n);
        while rest > 0 {
            if rest % 2 == 1 {
                power = power.times(&square);
            }
            square = square.times(&square);
            rest /= 2;
        }
        Some(power)
    }
    /// The inverse of n · 1, `None` where it is not a unit.
    fn inverse_of(n: usize) -> Option<Self>;
}
