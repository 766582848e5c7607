//! Inverses where there are some: what an average asks for, and no more than that.

use super::{Dual, Field, Interval, MaxPlus, MinPlus, Ring, Semiring};
use dashu_int::IBig;

/// A semiring that knows the inverses of its units.
///
/// Every [`Field`] does. So do duals, where only a multiple of ε has no inverse, the tropical semirings, where the
/// inverse of a number is its negative, the integers, whose units are 1 and −1, and intervals, in their sense.
///
/// ```
/// use faltung::scalar::{Dual, Units};
/// assert_eq!(4.0.unit_inverse(), Some(0.25));
/// assert_eq!(4_i64.unit_inverse(), None);
/// let x = Dual::variable(2.0);
/// assert_eq!(x.unit_inverse(), Some(Dual { value: 0.5, derivative: -0.25 }));
/// ```
pub trait Units: Semiring {
    /// The multiplicative inverse, `None` where there is none.
    fn unit_inverse(&self) -> Option<Self>;
}

impl<S: Field> Units for S {
    fn unit_inverse(&self) -> Option<Self> {
        self.inverse()
    }
}

impl<S: Field> Units for Dual<S> {
    fn unit_inverse(&self) -> Option<Self> {
        self.inverse()
    }
}

impl Units for Interval {
    fn unit_inverse(&self) -> Option<Self> {
        self.inverse()
    }
}

impl Units for i64 {
    fn unit_inverse(&self) -> Option<Self> {
        matches!(*self, 1 | -1).then_some(*self)
    }
}

impl Units for IBig {
    fn unit_inverse(&self) -> Option<Self> {
        (*self == IBig::ONE || *self == IBig::NEG_ONE).then(|| self.clone())
    }
}

impl<T: Ring + PartialOrd> Units for MaxPlus<T> {
    fn unit_inverse(&self) -> Option<Self> {
        self.0.as_ref().map(|number| MaxPlus(Some(T::zero().minus(number))))
    }
}

impl<T: Ring + PartialOrd> Units for MinPlus<T> {
    fn unit_inverse(&self) -> Option<Self> {
        self.0.as_ref().map(|number| MinPlus(Some(T::zero().minus(number))))
    }
}

/// n · 1, by doubling: the number n in this semiring. In (max, +) it is 0 for every n but 0.
///
/// ```
/// use faltung::scalar::{Modular, natural};
/// assert_eq!(natural::<Modular<7>>(25), Modular::new(4));
/// ```
pub fn natural<S: Semiring>(n: usize) -> S {
    let digits = (0..usize::BITS - n.leading_zeros()).rev();
    digits.fold(S::zero(), |half, digit| {
        let double = half.plus(&half);
        if n >> digit & 1 == 1 { double.plus(&S::one()) } else { double }
    })
}

#[cfg(test)]
mod tests {
    use super::{Units, natural};
    use crate::scalar::{Interval, MaxPlus, Modular, Semiring};
    use dashu_ratio::RBig;

    #[test]
    fn an_inverse_times_its_number_is_one() {
        fn judge<S: Units + PartialEq>(x: S) {
            assert_eq!(x.unit_inverse().expect("a unit").times(&x), S::one());
        }
        judge(Modular::<7>::new(3));
        judge(RBig::from_parts(3.into(), 7_u8.into()));
        judge(MaxPlus::from(5_i64));
        judge(-1_i64);
        assert_eq!([0, 2, i64::MIN].map(|n| n.unit_inverse()), [None; 3]);
        assert_eq!(Modular::<7>::new(0).unit_inverse(), None);
        assert_eq!(MaxPlus::<i64>(None).unit_inverse(), None);
    }

    #[test]
    fn the_inverse_of_an_interval_contains_the_inverses() {
        let inverse = Interval::new(3.0, 10.0).and_then(|x| x.unit_inverse()).expect("zero is not inside");
        assert!(inverse.low() < 0.1 && inverse.high() > 1.0 / 3.0 && inverse.high() - inverse.low() < 0.24);
        assert_eq!(Interval::from(4.0).unit_inverse(), Some(Interval::from(0.25)));
        assert_eq!(Interval::new(-1.0, 1.0).expect("an interval").unit_inverse(), None);
        let tiny = Interval::from(f64::from_bits(1)).unit_inverse().expect("not zero");
        assert!(tiny.low() == f64::MAX && tiny.high() == f64::INFINITY);
        let huge = Interval::from(f64::MAX).unit_inverse().expect("not zero");
        assert!(huge.low() > 0.0 && huge.low() < huge.high());
    }

    #[test]
    fn numbers_are_sums_of_ones() {
        for n in 0..40 {
            let sum = (0..n).fold(RBig::ZERO, |sum, _| sum.plus(&RBig::ONE));
            assert_eq!(natural::<RBig>(n), sum);
        }
        assert_eq!(natural::<f64>(1 << 53), 9007199254740992.0);
    }
}
