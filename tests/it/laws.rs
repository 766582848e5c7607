//! The laws of semirings, rings and fields, for every scalar, from one list; and two libraries of big integers.

use crate::judge::{Gauss, Judged};
use dashu_int::IBig;
use faltung::scalar::{Field, Mersenne61, Modular, Ntt30, Ntt64, Ring, Semiring};
use num_bigint::BigInt;
use num_complex::Complex;
use proptest::prelude::*;
use std::fmt::Debug;

fn semiring<R: Semiring + PartialEq + Debug>(a: &R, b: &R, c: &R) {
    assert_eq!(a.plus(b), b.plus(a));
    assert_eq!(a.plus(b).plus(c), a.plus(&b.plus(c)));
    assert_eq!(a.plus(&R::zero()), *a);
    assert_eq!(a.times(b), b.times(a));
    assert_eq!(a.times(b).times(c), a.times(&b.times(c)));
    assert_eq!(a.times(&R::one()), *a);
    assert_eq!(a.times(&R::zero()), R::zero());
    assert_eq!(a.times(&b.plus(c)), a.times(b).plus(&a.times(c)));
    let mut sum = c.clone();
    R::mul_add_into(&mut sum, a, b);
    assert_eq!(sum, c.plus(&a.times(b)));
}

fn ring<R: Ring + PartialEq + Debug>(a: &R, b: &R, c: &R) {
    semiring(a, b, c);
    assert_eq!(a.minus(b).plus(b), *a);
    assert_eq!(a.minus(a), R::zero());
    assert_eq!(a.conj().conj(), *a);
    assert_eq!(a.plus(b).conj(), a.conj().plus(&b.conj()));
    assert_eq!(a.times(b).conj(), a.conj().times(&b.conj()));
    assert_eq!(R::one().conj(), R::one());
}

/// The scalar types, judged on integers that are small enough for all of them to be exact.
macro_rules! laws {
    ($($name:ident: $scalar:ty),* $(,)?) => {
        proptest! {$(
            #[test]
            fn $name(parts in prop::array::uniform6(-60_i32..60)) {
                let [a, b, c] = [0, 2, 4]
                    .map(|k| <$scalar>::from_floats(f64::from(parts[k]), f64::from(parts[k + 1])));
                ring(&a, &b, &c);
            }
        )*}
    };
}

laws! {
    f32_is_a_ring: f32,
    f64_is_a_ring: f64,
    complex_f32_is_a_ring: Complex<f32>,
    complex_f64_is_a_ring: Complex<f64>,
    i64_is_a_ring: i64,
    big_integers_are_a_ring: IBig,
}

#[test]
#[should_panic]
fn a_broken_ring_is_caught() {
    /// Addition that saturates is not associative.
    #[derive(Clone, Debug, PartialEq)]
    struct Saturating(i8);
    impl Semiring for Saturating {
        fn zero() -> Self {
            Saturating(0)
        }
        fn one() -> Self {
            Saturating(1)
        }
        fn plus(&self, other: &Self) -> Self {
            Saturating(self.0.saturating_add(other.0))
        }
        fn times(&self, other: &Self) -> Self {
            Saturating(self.0.saturating_mul(other.0))
        }
    }
    semiring(&Saturating(100), &Saturating(100), &Saturating(-100));
}

#[test]
fn fields_have_inverses() {
    for power in -20..20 {
        let a = 2f64.powi(power);
        assert_eq!(a.inverse().map(|b| a.times(&b)), Some(1.0));
        let z = Complex::new(0.0, a);
        assert_eq!(z.inverse().map(|b| z.times(&b)), Some(Complex::one()));
    }
    assert_eq!(Field::inverse(&0.0_f32), None);
    assert_eq!(Field::inverse(&Complex::new(0.0, 0.0)), None);
}

#[test]
#[should_panic = "64-bit integers are for sums that were proved to fit"]
fn sixty_four_bits_never_wrap() {
    let _ = i64::MAX.plus(&1);
}

#[test]
#[should_panic = "64-bit integers are for sums that were proved to fit"]
fn nor_do_their_products() {
    let _ = (1_i64 << 32).times(&(1 << 31));
}

/// A field's laws, on residues spread over all of it.
fn field<F: Field + PartialEq + Debug>(a: &F, b: &F, c: &F) {
    ring(a, b, c);
    match a.inverse() {
        Some(inverse) => assert_eq!(a.times(&inverse), F::one()),
        None => assert_eq!(*a, F::zero()),
    }
}

proptest! {
    #[test]
    fn residues_are_a_field(n in prop::array::uniform3(any::<u64>())) {
        field(&Mersenne61::new(n[0]), &Mersenne61::new(n[1]), &Mersenne61::new(n[2]));
        field(&Ntt64::new(n[0]), &Ntt64::new(n[1]), &Ntt64::new(n[2]));
        field(&Ntt30::new(n[0]), &Ntt30::new(n[1]), &Ntt30::new(n[2]));
        field(&Modular::<2>::new(n[0]), &Modular::<2>::new(n[1]), &Modular::<2>::new(n[2]));
    }

    #[test]
    fn gaussian_integers_are_a_ring(n in prop::array::uniform6(any::<i128>())) {
        let gauss = |k: usize| Gauss(n[k].into(), n[k + 1].into());
        ring(&gauss(0), &gauss(2), &gauss(4));
    }

    /// The exact integers against another library's: sums of products of up to 4000 bits, and printed digits.
    #[test]
    fn two_libraries_of_integers_agree(
        pairs in prop::collection::vec((any::<[u64; 31]>(), any::<[u64; 31]>(), any::<bool>()), 1..6),
    ) {
        let mut ours = IBig::zero();
        let mut theirs = BigInt::default();
        for (a, b, negative) in &pairs {
            let dashu = |words: &[u64]| words.iter().fold(IBig::ZERO, |n, word| (n << 64) + IBig::from(*word));
            let bigint = |words: &[u64]| words.iter().fold(BigInt::default(), |n, word| (n << 64) + BigInt::from(*word));
            let sign = if *negative { -1 } else { 1 };
            Semiring::mul_add_into(&mut ours, &(dashu(a) * sign), &dashu(b));
            theirs += bigint(a) * sign * bigint(b);
        }
        prop_assert_eq!(ours.to_string(), theirs.to_string());
    }
}
