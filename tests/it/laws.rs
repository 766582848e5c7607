//! The laws of semirings, rings and fields, for every scalar, from one list; and two libraries of big integers.

use crate::judge::{Gauss, Judged};
use dashu_int::IBig;
use dashu_ratio::RBig;
use faltung::scalar::{
    Counted, Dual, Field, Fused, MaxPlus, Mersenne61, MinPlus, Modular, Ntt30, Ntt64, Real, Ring, Semiring,
    exact::{self, Element, judge},
};
use num_bigint::{BigInt, BigUint, Sign};
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

fn field<F: Field + PartialEq + Debug>(a: &F, b: &F, c: &F) {
    ring(a, b, c);
    for x in [a, b, c] {
        let inverse = x.inverse().map(|inverse| x.times(&inverse));
        assert_eq!(inverse, (*x != F::zero()).then(F::one));
    }
}

/// Scalars that stand for two small integers: all of them compute exactly there.
fn small<S: Judged>() -> impl Strategy<Value = S> {
    (-60_i32..60, -60_i32..60).prop_map(|(re, im)| S::from_floats(re.into(), im.into()))
}

fn big() -> impl Strategy<Value = IBig> {
    any::<i128>().prop_map(IBig::from)
}

fn rational() -> impl Strategy<Value = RBig> {
    (any::<i128>(), 1_u64..).prop_map(|(n, d)| RBig::from_parts(n.into(), d.into()))
}

fn dual<S: Debug, T: Strategy<Value = S>>(part: impl Fn() -> T) -> impl Strategy<Value = Dual<S>> {
    (part(), part()).prop_map(|(value, derivative)| Dual { value, derivative })
}

/// Powers of two and zero: there the floats divide exactly.
fn power() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), (-90..90).prop_map(|k| 2_f64.powi(k)), (-90..90).prop_map(|k| -(2_f64.powi(k)))]
}

/// Numbers and, one time in ten, the infinity that is zero.
fn tropical<T: Clone + Debug>(number: impl Strategy<Value = T>) -> impl Strategy<Value = Option<T>> {
    prop::option::weighted(0.9, number)
}

/// An element of the exact world, with the judge's equality.
#[derive(Clone, Debug)]
struct Judicial(Element);

impl PartialEq for Judicial {
    fn eq(&self, other: &Self) -> bool {
        judge::same(&self.0, &other.0)
    }
}

impl Semiring for Judicial {
    fn zero() -> Self {
        Judicial(Element::zero())
    }
    fn one() -> Self {
        Judicial(Element::one())
    }
    fn plus(&self, other: &Self) -> Self {
        Judicial(self.0.plus(&other.0))
    }
    fn times(&self, other: &Self) -> Self {
        Judicial(self.0.times(&other.0))
    }
}

/// Elements of a ring and, as an operator's constants are, plain integers beside them.
fn exact(ring: exact::Ring) -> impl Strategy<Value = Judicial> {
    let natural = any::<u32>().prop_map(|n| Judicial(Element::Integer(n.into())));
    let (one, root) = (ring.clone(), ring.root_of_unity(5));
    let own = (any::<u32>(), any::<i64>()).prop_map(move |(n, m)| {
        let integer = one.integer(&n.into()).expect("a natural number is in every ring");
        Judicial(match (&one, &root) {
            (exact::Ring::MaxPlus, _) => Element::Tropical(MaxPlus(Some(m.into()))),
            (_, Ok(root)) => integer.plus(&root.times(&Element::from(m))),
            _ => integer,
        })
    });
    prop_oneof![1 => natural, 1 => Just(Judicial(Element::zero())), 6 => own]
}

/// The one list: every scalar, what it is, and where its laws hold exactly.
macro_rules! laws {
    ($($name:ident: $law:ident of $elements:expr),* $(,)?) => {
        proptest! {$(
            #[test]
            fn $name((a, b, c) in ($elements, $elements, $elements)) {
                $law(&a, &b, &c);
            }
        )*}
    };
}

laws! {
    f32_is_a_ring: ring of small::<f32>(),
    f64_is_a_ring: ring of small::<f64>(),
    complex_f32_is_a_ring: ring of small::<Complex<f32>>(),
    complex_f64_is_a_ring: ring of small::<Complex<f64>>(),
    fused_f32_is_a_ring: ring of small::<f32>().prop_map(Fused),
    fused_f64_is_a_ring: ring of small::<f64>().prop_map(Fused),
    i64_is_a_ring: ring of small::<i64>(),
    big_integers_are_a_ring: ring of big(),
    gaussian_integers_are_a_ring: ring of (big(), big()).prop_map(|(re, im)| Gauss(re, im)),
    rationals_are_a_field: field of rational(),
    residues_of_two_to_the_61_minus_1_are_a_field: field of any::<u64>().prop_map(Mersenne61::new),
    residues_of_64_bits_are_a_field: field of any::<u64>().prop_map(Ntt64::new),
    residues_of_30_bits_are_a_field: field of any::<u64>().prop_map(Ntt30::new),
    residues_of_two_are_a_field: field of any::<u64>().prop_map(Modular::<2>::new),
    counted_rationals_are_a_field: field of rational().prop_map(Counted),
    dual_integers_are_a_ring: ring of dual(big),
    dual_complex_numbers_are_a_ring: ring of dual(small::<Complex<f64>>),
    dual_duals_are_a_ring: ring of dual(|| dual(rational)),
    max_plus_is_a_semiring: semiring of tropical(any::<i32>()).prop_map(|n| MaxPlus(n.map(i64::from))),
    max_plus_of_rationals_is_a_semiring: semiring of tropical(rational()).prop_map(MaxPlus),
    max_plus_of_floats_is_a_semiring: semiring of tropical(small::<f64>()).prop_map(MaxPlus),
    min_plus_is_a_semiring: semiring of tropical(big()).prop_map(MinPlus),
    exact_max_plus_is_a_semiring: semiring of exact(exact::Ring::MaxPlus),
    exact_residues_are_a_semiring: semiring of exact(exact::Ring::Residues(6)),
    exact_roots_of_unity_are_a_semiring: semiring of exact(exact::Ring::Cyclotomic),
    min_plus_of_floats_is_a_semiring: semiring of tropical(small::<f32>()).prop_map(MinPlus),
}

proptest! {
    /// The laws of a field hold over floats only where nothing is rounded: one product, of powers of two.
    #[test]
    fn floats_have_inverses(a in power()) {
        prop_assert_eq!(a.inverse().map(|b| a.times(&b)), (a != 0.0).then_some(1.0));
        for z in [Complex::new(a, 0.0), Complex::new(0.0, a)] {
            prop_assert_eq!(z.inverse().map(|b| z.times(&b)), (a != 0.0).then(Complex::one));
        }
    }

    /// (a + bε)(a + bε)⁻¹ = 1 wherever a is not 0; and ε has no inverse.
    #[test]
    fn dual_numbers_have_the_inverses_there_are(x in dual(rational)) {
        let inverse = x.inverse().map(|inverse| x.times(&inverse));
        prop_assert_eq!(inverse, (!x.value.is_zero()).then(Dual::one));
        prop_assert_eq!(Dual { value: RBig::zero(), derivative: x.value }.inverse(), None);
    }
}

/// A semiring that is another one but for one operation: each must be caught by the list above.
macro_rules! mutant {
    ($name:ident of $inner:ty: zero $zero:expr, plus $plus:expr, times $times:expr) => {
        #[derive(Clone, Debug, PartialEq)]
        struct $name($inner);
        impl Semiring for $name {
            fn zero() -> Self {
                $name($zero)
            }
            fn one() -> Self {
                $name(<$inner>::one())
            }
            fn plus(&self, other: &Self) -> Self {
                let plus: fn(&$inner, &$inner) -> $inner = $plus;
                $name(plus(&self.0, &other.0))
            }
            fn times(&self, other: &Self) -> Self {
                let times: fn(&$inner, &$inner) -> $inner = $times;
                $name(times(&self.0, &other.0))
            }
        }
    };
}

mutant!(HalfProductRule of Dual<i64>: zero Dual::zero(), plus Dual::plus,
    times |a, b| Dual { value: a.value * b.value, derivative: a.value * b.derivative });
mutant!(ZeroIsZero of MaxPlus<i64>: zero MaxPlus(Some(0)), plus MaxPlus::plus, times MaxPlus::times);
mutant!(AbsorbsNothing of MinPlus<i64>: zero MinPlus::zero(), plus MinPlus::plus,
    times |a, b| if a.0.is_none() { *b } else if b.0.is_none() { *a } else { a.times(b) });
// Addition that saturates is not associative.
mutant!(Saturating of i64: zero 0, plus |a, b| (a + b).clamp(-128, 127), times |a, b| (a * b).clamp(-128, 127));

#[test]
#[should_panic]
fn a_broken_ring_is_caught() {
    let [a, b] = [100, -100].map(Saturating);
    semiring(&a, &a, &b);
}

#[test]
#[should_panic]
fn half_a_product_rule_is_caught() {
    semiring(
        &HalfProductRule(Dual::variable(2)),
        &HalfProductRule(Dual::constant(3)),
        &HalfProductRule(Dual::one()),
    );
}

#[test]
#[should_panic]
fn a_maximum_with_zero_for_its_zero_is_caught() {
    let [a, b, c] = [-1, -2, -3].map(|n| ZeroIsZero(MaxPlus::from(n)));
    semiring(&a, &b, &c);
}

#[test]
#[should_panic]
fn an_infinity_that_does_not_absorb_is_caught() {
    let [a, b, c] = [1, 2, 3].map(|n| AbsorbsNothing(MinPlus::from(n)));
    semiring(&a, &b, &c);
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

proptest! {
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
    /// The exact rationals against fractions of another library's integers: the same number, in lowest terms.
    #[test]
    fn two_libraries_of_fractions_agree(terms in prop::collection::vec((any::<i128>(), 1_u64..), 1..6)) {
        let (mut ours, mut numerator, mut denominator) = (RBig::zero(), BigInt::from(0), BigInt::from(1));
        for (n, d) in &terms {
            let ratio = RBig::from_parts((*n).into(), (*d).into());
            ours = ours.plus(&ratio.times(&ratio)).minus(&ratio);
            // n²/d² − n/d = n(n − d)/d²
            let (n, d) = (BigInt::from(*n), BigInt::from(*d));
            numerator = numerator * &d * &d + &n * (&n - &d) * &denominator;
            denominator = denominator * &d * &d;
        }
        let common = gcd(numerator.clone(), denominator.clone());
        prop_assert_eq!(ours.numerator().to_string(), (numerator / &common).to_string());
        prop_assert_eq!(ours.denominator().to_string(), (denominator / &common).to_string());
    }

    /// Every finite float is the rational that its bits say, read by another library's integers.
    #[test]
    fn floats_are_rationals(bits: u64, subnormal: bool) {
        let x = f64::from_bits(if subnormal { bits & !(0x7ff << 52) } else { bits });
        let y = x as f32;
        if x.is_finite() {
            let (negative, biased, fraction) = (x < 0.0, (x.to_bits() >> 52) as i32 & 0x7ff, x.to_bits() << 12 >> 12);
            let significand = if biased == 0 { fraction } else { fraction + (1 << 52) };
            same_rational(x, negative, significand, biased.max(1) - 1075);
        } else {
            prop_assert!(x.dyadic().is_none());
        }
        if y.is_finite() {
            let (negative, biased, fraction) = (y < 0.0, (y.to_bits() >> 23) as i32 & 0xff, y.to_bits() << 9 >> 9);
            let significand = if biased == 0 { fraction } else { fraction + (1 << 23) };
            same_rational(y, negative, significand.into(), biased.max(1) - 150);
        }
    }
}

fn gcd(a: BigInt, b: BigInt) -> BigInt {
    let magnitude = |n: BigInt| BigInt::from_biguint(Sign::Plus, n.magnitude().clone());
    let (mut a, mut b) = (magnitude(a), magnitude(b));
    while b != BigInt::from(0) {
        (a, b) = (b.clone(), a % b);
    }
    a
}

/// Whether the float's rational is ±s·2^e, by cross multiplication.
fn same_rational<T: Real>(x: T, negative: bool, significand: u64, exponent: i32) {
    let ours = RBig::from(x.dyadic().expect("finite"));
    let theirs = |n: &str| n.parse::<BigInt>().expect("digits");
    let (numerator, denominator) =
        (theirs(&ours.numerator().to_string()), theirs(&ours.denominator().to_string()));
    let power = |e: i32| BigInt::from(BigUint::from(1_u8) << e.max(0));
    let signed = if negative { -BigInt::from(significand) } else { BigInt::from(significand) };
    assert_eq!(numerator * power(-exponent), signed * power(exponent) * denominator, "{x:?}");
}
