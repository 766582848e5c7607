//! Roots of unity and the Fourier transform by definition, over rings that have them and rings that have not.

use dashu_int::IBig;
use dashu_ratio::RBig;
use faltung::{
    conv::definition::cyclic,
    fourier::definition::{Missing, dft, forward, idft, inverse},
    scalar::{Counted, Real, Ring, Roots, Semiring},
    signal::Cyclic,
};
use ndarray::{ArrayD, IxDyn};
use num_complex::Complex;
use proptest::prelude::*;
use std::fmt::Debug;

/// Z/m for small m, with the residue `G` as root of the order that it has: written for these tests alone.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Modulo<const M: u64, const G: u64>(u64);

impl<const M: u64, const G: u64> Semiring for Modulo<M, G> {
    fn zero() -> Self {
        Modulo(0)
    }
    fn one() -> Self {
        Modulo(1)
    }
    fn plus(&self, other: &Self) -> Self {
        Modulo((self.0 + other.0) % M)
    }
    fn times(&self, other: &Self) -> Self {
        Modulo(self.0 * other.0 % M)
    }
}

impl<const M: u64, const G: u64> Ring for Modulo<M, G> {
    fn minus(&self, other: &Self) -> Self {
        Modulo((self.0 + M - other.0) % M)
    }
}

impl<const M: u64, const G: u64> Roots for Modulo<M, G> {
    fn root_of_unity(n: usize) -> Option<Self> {
        let power = |base: u64, k: usize| (0..k).fold(1, |power, _| power * base % M);
        let order = (1..).find(|k| power(G, *k) == 1)?;
        (n > 0 && order % n == 0).then(|| Modulo(power(G, order / n)))
    }
    fn inverse_of(n: usize) -> Option<Self> {
        (1..M).find(|inverse| n as u64 % M * inverse % M == 1).map(Modulo)
    }
}

/// 3 generates the units of Z/17.
type F17 = Modulo<17, 3>;
/// In Z/15 the powers of 2 are four, but 2² − 1 = 3 is no unit: 2 is a fourth root of one, and not a principal one.
type Z15 = Modulo<15, 2>;

/// What [`Roots`] promises of one order: ω^n = 1, and the powers of every ω^j but 1 add up to nothing.
fn principal<R: Roots + PartialEq + Debug>(n: usize) -> bool {
    let power = |k: usize| R::root_power(n, k).expect("a root of this order");
    let root = R::root_of_unity(n).expect("a root of this order");
    let walked = |k: usize| (0..k).fold(R::one(), |power, _| power.times(&root));
    (0..2 * n).all(|k| power(k) == walked(k))
        && walked(n) == R::one()
        && (1..n).all(|j| (0..n).fold(R::zero(), |sum, k| sum.plus(&power(j * k))) == R::zero())
        && R::inverse_of(n)
            .is_none_or(|inverse| (0..n).fold(R::zero(), |sum, _| sum.plus(&inverse)) == R::one())
}

#[test]
fn roots_are_principal() {
    assert!([1, 2, 4, 8, 16].into_iter().all(principal::<F17>));
    assert!([1, 2].into_iter().all(principal::<RBig>));
    assert!([1, 2].into_iter().all(principal::<IBig>));
    assert!([1, 2].into_iter().all(principal::<Counted<RBig>>));
    assert_eq!((F17::root_of_unity(3), F17::root_of_unity(0), F17::root_power(0, 1)), (None, None, None));
    assert_eq!((IBig::inverse_of(2), RBig::inverse_of(0)), (None, None));
    assert!(!principal::<Z15>(4), "a root that is not principal is caught");
}

/// cos and sin of 2πk/n by their Taylor series, in fixed point with 200 bits after the point.
fn cis(n: u64, k: u64) -> [RBig; 2] {
    const BITS: usize = 200;
    let digits = "31415926535897932384626433832795028841971693993751058209749445923078164062862";
    let pi: IBig = digits.parse().expect("digits");
    let angle = ((pi * IBig::from(2 * k)) << BITS) / (IBig::from(10).pow(digits.len() - 1) * IBig::from(n));
    let (mut term, mut sums) = (IBig::ONE << BITS, [IBig::ZERO, IBig::ZERO]);
    for i in 0..80_u32 {
        let sum = &mut sums[i as usize % 2];
        if i / 2 % 2 == 0 {
            *sum += &term
        } else {
            *sum -= &term
        }
        term = ((term * &angle) >> BITS) / IBig::from(i + 1);
    }
    sums.map(|sum| RBig::from(sum) / RBig::from(IBig::ONE << BITS))
}

/// The error of a complex float against exact parts, in units of roundoff.
fn error<T: Real>(z: Complex<T>, exact: &[RBig; 2]) -> f64 {
    [z.re, z.im]
        .into_iter()
        .zip(exact)
        .map(|(part, exact)| {
            let error = RBig::from(part.dyadic().expect("finite")) - exact;
            error.to_f64().value().abs() / T::UNIT_ROUNDOFF
        })
        .fold(0.0, f64::max)
}

fn root<T: Real>(n: u64, k: u64) -> Complex<T> {
    Complex::root_power(n as usize, k as usize).expect("a root")
}

proptest! {
    #[test]
    fn complex_roots_are_accurate(n in 1_u64..1 << 40, k: u64, small in any::<bool>()) {
        let n = if small { n % 200 + 1 } else { n };
        let k = k % n;
        let exact = cis(n, k);
        prop_assert!(error(root::<f64>(n, k), &exact) <= 4.0);
        prop_assert!(error(root::<f32>(n, k), &exact) <= 1.0 + 1e-6);
        prop_assert_eq!(root::<f64>(n, (n - k) % n), root::<f64>(n, k).conj());
    }
}

#[test]
fn quarter_turns_are_exact_and_repeated_multiplication_is_not() {
    let (one, i) = (Complex::new(1.0, 0.0), Complex::new(0.0, 1.0));
    for n in [4, 12, 1 << 20, 3 << 30] {
        let quarters = [0, 1, 2, 3].map(|quarter| root::<f64>(n, quarter * n / 4));
        assert_eq!(quarters, [one, i, -one, -i]);
        let eighth: Complex<f64> = root(2 * n, n / 4);
        assert_eq!(eighth.re, eighth.im);
    }
    let (n, mut power) = (1_u64 << 16, one);
    for _ in 0..n - 1 {
        power = power.times(&root(n, 1));
    }
    assert!(error(power, &cis(n, n - 1)) > 100.0, "else the bound above would test nothing");
}

fn array<S>(shape: &[usize], numbers: &[i32], entry: impl Fn(i32) -> S) -> ArrayD<S> {
    let entries = (0..shape.iter().product()).map(|k: usize| entry(numbers[k % numbers.len()])).collect();
    ArrayD::from_shape_vec(IxDyn(shape), entries).expect("as many entries as the shape says")
}

/// x comes back, the delta is flat, and convolution turns into products.
fn transforms<S: Roots + PartialEq>(x: &ArrayD<S>, w: &ArrayD<S>) -> bool {
    let there = |x: &ArrayD<S>| forward(x.view()).expect("the roots");
    let back = |x: &ArrayD<S>| inverse(x.view()).expect("the roots and the inverse");
    let mut delta = ArrayD::from_shape_simple_fn(x.raw_dim(), S::zero);
    *delta.first_mut().expect("not empty") = S::one();
    let flat = ArrayD::from_shape_simple_fn(x.raw_dim(), S::one);
    let y = cyclic(&Cyclic::new(x.clone()), &Cyclic::new(w.clone()));
    let mut product = there(x);
    product.zip_mut_with(&there(w), |a, b| *a = a.times(b));
    back(&there(x)) == *x && there(&back(x)) == *x && there(&delta) == flat && there(y.entries()) == product
}

proptest! {
    #[test]
    fn transforms_over_exact_rings(
        shape in prop::collection::vec(prop::sample::select(vec![1_usize, 2, 4, 8]), 0..3),
        x in prop::array::uniform16(0_i32..17),
        w in prop::array::uniform16(0_i32..17),
    ) {
        let f17 = |n: &[i32]| array(&shape, n, |n| F17 { 0: n as u64 });
        prop_assert!(transforms(&f17(&x), &f17(&w)));
        let walsh = vec![2; shape.len() + 1];
        let rational = |n: &[i32]| array(&walsh, n, |n| RBig::from(n) / RBig::from(7));
        prop_assert!(transforms(&rational(&x), &rational(&w)));
    }

    #[test]
    fn transforms_over_the_complex_numbers(
        shape in prop::collection::vec(1_usize..8, 1..3),
        x in prop::array::uniform16(-60_i32..60),
    ) {
        let x = array(&shape, &x, |n| Complex::new(f64::from(n), f64::from(n * n % 7)));
        let gap = (idft(dft(x.view()).view()) - &x).iter().map(|z| z.norm()).fold(0.0, f64::max);
        prop_assert!(gap < 1e-11, "{gap}");
        // From its own formula, with the angle summed over the axes.
        let spectrum = dft(x.view());
        for (j, value) in spectrum.indexed_iter() {
            let turns = |k: &IxDyn| (0..shape.len()).map(|a| (j[a] * k[a] % shape[a]) as f64 / shape[a] as f64).sum::<f64>();
            let sum: Complex<f64> =
                x.indexed_iter().map(|(k, x)| x * Complex::cis(-std::f64::consts::TAU * turns(&k))).sum();
            prop_assert!((sum - value).norm() < 1e-10);
        }
    }
}

#[test]
fn what_a_ring_lacks_is_said() {
    let ones = |shape: &[usize]| ArrayD::from_elem(shape, IBig::ONE);
    assert_eq!(forward(ones(&[2, 3]).view()), Err(Missing::Root(3)));
    assert_eq!(inverse(ones(&[2]).view()), Err(Missing::Inverse(2)));
    assert!(forward(ones(&[2, 2]).view()).is_ok());
    assert_eq!(forward(ones(&[3, 0]).view()), Ok(ones(&[3, 0])));
    let said = Missing::Root(3).to_string();
    assert!(["expected", "got", "try"].iter().all(|word| said.contains(word)), "{said}");
    // Over Z/15 the transform of length 4 exists by a root that is not principal, and is caught.
    assert!(!transforms(
        &array(&[4], &[1, 2, 3, 4], |n| Z15 { 0: n as u64 }),
        &array(&[4], &[5, 6, 7, 8], |n| Z15 { 0: n as u64 })
    ));
}
