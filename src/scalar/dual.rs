//! Dual numbers a + bε with ε² = 0: a value and its derivative, carried through any algorithm.

use super::{Field, Ring, Semiring};

/// `value + derivative · ε`, where ε² = 0.
///
/// A polynomial f with coefficients in `S` takes a + ε to f(a) + f′(a)ε, by the ring's own operations: that is
/// differentiation in forward mode (Griewank & Walther 2008, §3.1), exact over an exact ring. Run on an input with ε
/// in one entry, an algorithm returns its output and the derivative of the output with respect to that entry.
///
/// In an ordered ring ε counts as positive and smaller than every positive number, so the order is that of the values,
/// and of the derivatives where the values agree: the maximum of a and a + ε is a + ε, and derivatives of maxima are
/// those to the right.
///
/// Dual numbers over a field are no field: a multiple of ε has no inverse. [`Dual::inverse`] gives the ones there are.
///
/// ```
/// use faltung::scalar::{Dual, Semiring};
/// let x = Dual::variable(5_i64);
/// let cube = x.times(&x).times(&x);
/// assert_eq!(cube, Dual { value: 125, derivative: 75 }); // 3x²
/// ```
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug)]
pub struct Dual<S> {
    /// The part without ε.
    pub value: S,
    /// The factor of ε.
    pub derivative: S,
}

impl<S: Semiring> Dual<S> {
    /// A number that does not depend on the variable.
    pub fn constant(value: S) -> Self {
        Dual { value, derivative: S::zero() }
    }

    /// The variable, at this value.
    pub fn variable(value: S) -> Self {
        Dual { value, derivative: S::one() }
    }
}

impl<S: Field> Dual<S> {
    /// (a + bε)⁻¹ = a⁻¹ − b a⁻² ε; `None` where a has no inverse.
    pub fn inverse(&self) -> Option<Self> {
        let value = self.value.inverse()?;
        let derivative = S::zero().minus(&self.derivative.times(&value).times(&value));
        Some(Dual { value, derivative })
    }
}

impl<S: Semiring> Semiring for Dual<S> {
    fn zero() -> Self {
        Dual::constant(S::zero())
    }
    fn one() -> Self {
        Dual::constant(S::one())
    }
    fn plus(&self, other: &Self) -> Self {
        Dual { value: self.value.plus(&other.value), derivative: self.derivative.plus(&other.derivative) }
    }
    fn times(&self, other: &Self) -> Self {
        let derivative = self.value.times(&other.derivative).plus(&self.derivative.times(&other.value));
        Dual { value: self.value.times(&other.value), derivative }
    }
}

/// ε is its own conjugate: the derivative is with respect to a real variable.
impl<S: Ring> Ring for Dual<S> {
    fn minus(&self, other: &Self) -> Self {
        Dual { value: self.value.minus(&other.value), derivative: self.derivative.minus(&other.derivative) }
    }
    fn conj(&self) -> Self {
        Dual { value: self.value.conj(), derivative: self.derivative.conj() }
    }
}
