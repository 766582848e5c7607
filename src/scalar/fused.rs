//! Floats whose products are added before anything is rounded.

use super::{Real, Ring, Semiring};

/// A float with the fused multiply-add of IEEE 754 (§5.4.1): `sum ← sum + a·b` is rounded once, where [`f32`] and [`f64`]
/// alone round the product and then the sum.
///
/// A sum of n products is then no further from the exact one than γₙ Σ|a||b|, as before (Higham 2002, §3.1): no bound gets
/// worse, and the kernels have half as much to do. Results are the same on every machine; where the instruction is not used, for
/// want of it or in code that is compiled for any processor, they take some fifty times as long.
///
/// The sum of a zero and a product that is rounded to zero has a sign: −10⁻²⁰⁰ · 10⁻²⁰⁰ added to 0 is −0. Sums in another order
/// of zeros, or with zeros where the definition has no term, as those of [layers](crate::layer) with padding, may have the other
/// sign where the definition gives a zero, and are the same in all else.
///
/// ```
/// use faltung::{conv::definition, scalar::Fused};
/// use ndarray::arr1;
/// let a = 1.0 + f64::EPSILON;
/// let (x, w) = (arr1(&[1.0, a]).mapv(Fused).into_dyn(), arr1(&[a, -a * a]).mapv(Fused).into_dyn());
/// let middle = |y: ndarray::ArrayD<Fused<f64>>| y[[1]].0;
/// // a · a − round(a · a): what the rounding of the product has lost
/// assert_eq!(middle(definition::full(x.view(), w.view())), f64::EPSILON * f64::EPSILON);
/// ```
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug)]
pub struct Fused<T>(pub T);

impl<T: Real> Semiring for Fused<T> {
    const VECTORS: bool = true;

    #[inline]
    fn zero() -> Self {
        Fused(<T as Semiring>::zero())
    }
    #[inline]
    fn one() -> Self {
        Fused(<T as Semiring>::one())
    }
    #[inline]
    fn plus(&self, other: &Self) -> Self {
        Fused(self.0 + other.0)
    }
    #[inline]
    fn times(&self, other: &Self) -> Self {
        Fused(self.0 * other.0)
    }
    #[inline]
    fn absorbed(&self) -> bool {
        self.0.absorbed()
    }
    #[inline(always)]
    fn mul_add_into(sum: &mut Self, a: &Self, b: &Self) {
        sum.0 = a.0.fused(b.0, sum.0);
    }
}

impl<T: Real> Ring for Fused<T> {
    #[inline]
    fn minus(&self, other: &Self) -> Self {
        Fused(self.0 - other.0)
    }
}
