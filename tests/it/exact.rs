//! Karatsuba and the number theoretic transforms where they recurse, at the edges of what they accept; and their wrong twins.

// One axis has one range.
#![allow(clippy::single_range_in_vec_init)]

use crate::{
    algorithms::{SHAPES, Stream, fits, specs},
    judge::{Verdict, by_definition, judge},
};
use dashu_int::IBig;
use faltung::{
    conv::{
        self, Algorithm, Declined, Direct, Facts, Karatsuba, Ntt, Problem, Scalar, Spec, exact, karatsuba,
        ntt, plan,
    },
    fourier::prime::PRIMES,
    scalar::{Modular, Ntt30, Ntt64, Ring, Roots, Semiring},
};
use ndarray::{ArrayD, ArrayViewD, IxDyn, arr1};
use std::{collections::BTreeMap, ops::Range};

type Shapes = [(&'static [usize], &'static [usize])];

/// Long enough for several levels of Karatsuba's recursion, for pieces, and for transforms of every kind of length.
const LONG: &Shapes = &[
    (&[300], &[70]),
    (&[70], &[300]),
    (&[150], &[150]),
    (&[130], &[33]),
    (&[17, 30], &[9, 7]),
    (&[9, 8, 7], &[4, 8, 3]),
];

/// Integers of up to this many bits, of both signs.
fn integers(stream: &mut Stream, shape: &[usize], bits: usize) -> ArrayD<IBig> {
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        let mut n = (0..bits.div_ceil(64)).fold(IBig::ZERO, |n, _| (n << 64) + IBig::from(stream.bits()));
        n >>= bits.next_multiple_of(64) - bits + (stream.bits() % 3) as usize;
        if stream.bits().is_multiple_of(2) { -n } else { n }
    })
}

#[test]
fn long_integers_are_exact() {
    let mut stream = Stream(21);
    let mut accepted = BTreeMap::<&str, usize>::new();
    for (x_shape, w_shape) in LONG {
        for bits in [[1, 1], [20, 25], [63, 64], [65, 1], [129, 200], [1000, 1000]] {
            let x = integers(&mut stream, x_shape, bits[0]);
            let w = integers(&mut stream, w_shape, bits[1]);
            let specs: Vec<Spec> = specs().into_iter().filter(|spec| fits(*spec, x_shape, w_shape)).collect();
            // All of them for short entries; three for long ones, whose definition is slow.
            for spec in specs.iter().step_by(if bits[0] < 30 { 1 } else { 7 }) {
                for algorithm in [&Karatsuba as &dyn Algorithm<IBig>, &Ntt] {
                    match judge(algorithm, &x, &w, *spec) {
                        Verdict::Accepted(_) => *accepted.entry(algorithm.name()).or_default() += 1,
                        Verdict::Declined => assert!(algorithm.name() == "karatsuba" && x.ndim() > 1),
                        Verdict::Rejected(why) => panic!("{bits:?}: {why}"),
                    }
                }
            }
        }
    }
    assert!(accepted["ntt"] > 200 && accepted["karatsuba"] > 150, "{accepted:?}");
}

/// The sums as large as the number of bits allows, of both signs, for every number of bits: each number of primes at its edge.
#[test]
fn as_many_primes_as_the_bound_asks_for() {
    let mut too_few = 0;
    for bits in 1..=64 {
        for terms in [1_usize, 2, 3, 4, 5, 8] {
            let largest = (IBig::ONE << bits) - IBig::ONE;
            let x = ArrayD::from_elem(IxDyn(&[terms]), largest.clone());
            for w in [x.clone(), x.map(|x| -x)] {
                let window = [0..2 * terms - 1];
                let wanted = Direct.convolve(x.view(), w.view(), &window);
                assert_eq!(Ntt.convolve(x.view(), w.view(), &window), wanted, "{bits} {terms}");
                let needed = 2 * bits + terms.next_power_of_two().ilog2() as usize + 1;
                let primes = needed.div_ceil(49);
                assert_eq!(ntt::modulo(x.view(), w.view(), &window, 4), wanted, "more are no harm");
                if primes > 1 && needed % 49 > 4 {
                    too_few += 1;
                    assert_ne!(
                        ntt::modulo(x.view(), w.view(), &window, primes - 1),
                        wanted,
                        "{bits} {terms}"
                    );
                }
            }
        }
    }
    assert!(too_few > 300, "{too_few}");
}

#[test]
fn sixty_four_bits_at_the_edge() {
    let run = |x: &ArrayD<i64>, w: &ArrayD<i64>, name: &str| {
        let facts = Facts::of(x.view(), w.view());
        let plan = plan::<i64>(x.shape(), w.shape(), facts, Spec::default(), Some(name));
        plan.map(|plan| plan.run(x.view(), w.view())).map_err(|error| error.to_string())
    };
    let of = |n: usize, value: i64| ArrayD::from_elem(IxDyn(&[n]), value);
    let edge = (of(1, i64::MIN), of(1, 1));
    for name in ["ntt", "karatsuba"] {
        assert!(run(&edge.0, &edge.1, name).unwrap_err().contains("64 bits"), "2^63 has no such bound");
        assert_eq!(run(&of(1, -i64::MAX), &edge.1, name).unwrap(), of(1, -i64::MAX));
    }
    let y = exact::big(edge.0.view(), edge.0.view(), Spec::default()).unwrap();
    assert_eq!(y[[0]], IBig::ONE << 126);
    // 64 terms: 24 + 24 + 12 + 3 bits are 63, and no sum in between overflows, whatever the signs.
    let largest = (1 << 24) - 1;
    for w in [
        of(64, largest),
        of(64, -largest),
        ArrayD::from_shape_fn(IxDyn(&[64]), |k| largest * (1 - 2 * (k[0] as i64 % 2))),
    ] {
        let y = run(&of(64, largest), &w, "karatsuba").unwrap();
        assert_eq!(y, run(&of(64, largest), &w, "direct").unwrap());
    }
    let why = run(&of(64, largest + 1), &of(64, largest), "karatsuba").unwrap_err();
    assert!(why.contains("sums in between may take 64 bits"), "{why}");
    // The sums themselves fit, up to the last bit.
    let (x, w) = (of(64, (1 << 28) - 1), of(64, (1 << 29) - 1));
    assert_eq!(run(&x, &w, "ntt").unwrap(), run(&x, &w, "direct").unwrap());
}

/// The workload of the benches, small, by the plan: the transform is chosen and gives the direct sum.
#[test]
fn big_results() {
    let mut stream = Stream(5);
    let mut draw =
        |n: usize| ArrayD::from_shape_simple_fn(IxDyn(&[n]), || (stream.bits() >> 34) as i64 - (1 << 29));
    let (x, w) = (draw(3000), draw(3000));
    let [wide_x, wide_w] = [&x, &w].map(|a| a.mapv(IBig::from));
    let facts = Facts::of(wide_x.view(), wide_w.view());
    let chosen = plan::<IBig>(&[3000], &[3000], facts, Spec::default(), None).unwrap();
    assert_eq!(chosen.algorithm.name(), "ntt", "{}", chosen.why);
    assert!(chosen.why.contains("modulo 2 primes"), "{}", chosen.why);
    let y = exact::big(x.view(), w.view(), Spec::default()).unwrap();
    assert_eq!(y, Direct.convolve(wide_x.view(), wide_w.view(), &[0..5999]));
}

#[test]
fn algorithms_decline_in_words() {
    let problem = |x: &[usize], w: &[usize], facts| Problem {
        x: x.to_vec(),
        w: w.to_vec(),
        window: x.iter().zip(w).map(|(n, m)| 0..n + m - 1).collect(),
        facts,
    };
    let facts = Facts { memory: u64::MAX, ..Facts::default() };
    let why = |declined: Result<(), Declined>| declined.unwrap_err().0;
    let long = problem(&[1 << 36], &[2], facts);
    assert!(why(Algorithm::<i64>::applies(&Ntt, &long)).contains("2^36 points"));
    assert!(
        why(Algorithm::<IBig>::applies(&Ntt, &problem(&[1 << 62, 9], &[5, 5], facts)))
            .contains("2^36 points")
    );
    assert!(
        why(Algorithm::<Ntt30>::applies(&Ntt, &problem(&[1 << 23], &[2], facts)))
            .contains("no root of unity")
    );
    assert!(
        why(Algorithm::<Modular<11>>::applies(&Ntt, &problem(&[3], &[3], facts)))
            .contains("no root of unity")
    );
    assert!(Algorithm::<Ntt64>::applies(&Ntt, &problem(&[1 << 23], &[2], facts)).is_ok());
    let small = Facts { memory: 1 << 10, ..facts };
    assert!(why(Algorithm::<i64>::applies(&Ntt, &problem(&[100], &[100], small))).contains("bytes"));
    assert!(
        why(Algorithm::<f64>::applies(&Karatsuba, &problem(&[9], &[9], facts))).contains("rounding errors")
    );
    assert!(
        why(Algorithm::<IBig>::applies(&Karatsuba, &problem(&[9, 9], &[9, 9], facts))).contains("2 axes")
    );
    // Several words: twice as many places, and a word of carries.
    let bits = |bits| Facts { bits: [bits; 2], ..facts };
    let work = |n| Algorithm::<IBig>::work(&Ntt, &problem(&[4096], &[4096], bits(n)));
    assert!(work(30).starts_with("3 transforms of 8192 points modulo 2 primes"), "{}", work(30));
    assert!(work(1000).starts_with("3 transforms of 262144 points modulo 3 primes"), "{}", work(1000));
}

/// Every algorithm for residues against the definition, by equality.
fn residues<const P: u64>() -> BTreeMap<&'static str, usize> {
    let mut stream = Stream(P);
    let mut accepted = BTreeMap::new();
    for (x_shape, w_shape) in SHAPES.iter().chain(LONG) {
        let mut draw =
            |shape: &[usize]| ArrayD::from_shape_simple_fn(IxDyn(shape), || Modular::<P>::new(stream.bits()));
        let (x, w) = (draw(x_shape), draw(w_shape));
        for spec in specs().into_iter().filter(|spec| fits(*spec, x_shape, w_shape)) {
            let expected = by_definition(&x, &w, spec);
            for algorithm in Modular::<P>::algorithms() {
                let facts = Facts::of(x.view(), w.view());
                if let Ok(plan) = plan::<Modular<P>>(x_shape, w_shape, facts, spec, Some(algorithm.name())) {
                    assert_eq!(
                        plan.run(x.view(), w.view()),
                        expected,
                        "{} {spec:?} {x_shape:?}",
                        algorithm.name()
                    );
                    *accepted.entry(algorithm.name()).or_default() += 1;
                }
            }
        }
    }
    accepted
}

#[test]
fn residues_are_exact() {
    for accepted in [residues::<998_244_353>(), residues::<0xffff_ffff_0000_0001>()] {
        assert!(accepted["direct"] > 300 && accepted["ntt"] == accepted["direct"], "{accepted:?}");
        assert!(accepted["karatsuba"] > 150 && accepted["toeplitz"] == accepted["karatsuba"], "{accepted:?}");
    }
    // No roots but ±1: the transform has two points at most.
    let accepted = residues::<{ (1 << 61) - 1 }>();
    assert!(accepted["ntt"] < 40 && accepted["direct"] > 300, "{accepted:?}");
}

type Run = fn(ArrayViewD<IBig>, ArrayViewD<IBig>, &[Range<usize>]) -> ArrayD<IBig>;

/// Wrong in what it computes.
struct Twin(Run);

impl Algorithm<IBig> for Twin {
    fn name(&self) -> &'static str {
        "twin"
    }
    fn cost(&self, problem: &Problem) -> u128 {
        problem.products()
    }
    fn applies(&self, _problem: &Problem) -> Result<(), Declined> {
        Ok(())
    }
    fn convolve(&self, x: ArrayViewD<IBig>, w: ArrayViewD<IBig>, window: &[Range<usize>]) -> ArrayD<IBig> {
        (self.0)(x, w, window)
    }
}

/// Modulo one prime where the sums need two.
fn one_prime_too_few(x: ArrayViewD<IBig>, w: ArrayViewD<IBig>, window: &[Range<usize>]) -> ArrayD<IBig> {
    ntt::modulo(x, w, window, 1)
}

/// The residues in 0 … p₀p₁ − 1, where the sums have two signs.
fn not_centred(x: ArrayViewD<IBig>, w: ArrayViewD<IBig>, window: &[Range<usize>]) -> ArrayD<IBig> {
    let product = IBig::from(PRIMES[0]) * IBig::from(PRIMES[1]);
    ntt::modulo(x, w, window, 2).mapv(|y| if y < IBig::ZERO { y + &product } else { y })
}

/// Karatsuba's middle product less only the high one.
fn low_not_subtracted(x: ArrayViewD<IBig>, w: ArrayViewD<IBig>, window: &[Range<usize>]) -> ArrayD<IBig> {
    let n = x.len().max(w.len()).next_multiple_of(2);
    let padded =
        |a: ArrayViewD<IBig>| (0..n).map(|k| a.get(k).cloned().unwrap_or_default()).collect::<Vec<_>>();
    let (x, w) = (padded(x), padded(w));
    let sum =
        |a: &[IBig]| a[..n / 2].iter().zip(&a[n / 2..]).map(|(low, high)| low + high).collect::<Vec<_>>();
    let low = karatsuba::product(&x[..n / 2], &w[..n / 2]);
    let high = karatsuba::product(&x[n / 2..], &w[n / 2..]);
    let middle = karatsuba::product(&sum(&x), &sum(&w));
    let mut y = vec![IBig::ZERO; 2 * n];
    for k in 0..n - 1 {
        y[k] += &low[k];
        y[k + n / 2] += &middle[k] - &high[k];
        y[k + n] += &high[k];
    }
    arr1(&y[window[0].clone()]).into_dyn()
}

#[test]
fn wrong_twins_are_caught() {
    let mut stream = Stream(4);
    let (x, w) = (integers(&mut stream, &[60], 30), integers(&mut stream, &[40], 30));
    for (place, twin) in [one_prime_too_few as Run, not_centred, low_not_subtracted].into_iter().enumerate() {
        let verdict = judge(&Twin(twin), &x, &w, Spec::default());
        assert!(matches!(verdict, Verdict::Rejected(_)), "{place}: {verdict:?}");
    }
    // Where they are right, they are accepted: the judge rejects nothing else.
    let [x, w] = [x, w].map(|a| a.mapv(|a| if a < IBig::ZERO { IBig::ONE } else { IBig::from(3) }));
    for twin in [one_prime_too_few as Run, not_centred] {
        assert_eq!(judge(&Twin(twin), &x, &w, Spec::default()), Verdict::Accepted(0.0));
    }
}

/// Residues that believe ω² to be a root of the order of ω.
#[derive(Clone, Debug, PartialEq)]
struct WrongOrder(Ntt30);

impl Semiring for WrongOrder {
    fn zero() -> Self {
        WrongOrder(Ntt30::zero())
    }
    fn one() -> Self {
        WrongOrder(Ntt30::one())
    }
    fn plus(&self, other: &Self) -> Self {
        WrongOrder(self.0.plus(&other.0))
    }
    fn times(&self, other: &Self) -> Self {
        WrongOrder(self.0.times(&other.0))
    }
}

impl Ring for WrongOrder {
    fn minus(&self, other: &Self) -> Self {
        WrongOrder(self.0.minus(&other.0))
    }
}

impl Roots for WrongOrder {
    fn root_of_unity(n: usize) -> Option<Self> {
        Ntt30::root_of_unity(n).map(|root| WrongOrder(root.times(&root)))
    }
    fn inverse_of(n: usize) -> Option<Self> {
        Ntt30::inverse_of(n).map(WrongOrder)
    }
}

#[test]
fn a_root_of_the_wrong_order_is_caught() {
    let mut stream = Stream(6);
    let mut draw = |n: usize| ArrayD::from_shape_simple_fn(IxDyn(&[n]), || Ntt30::new(stream.bits()));
    let (x, w) = (draw(12), draw(5));
    let expected = by_definition(&x, &w, Spec::default());
    let all = [0..16];
    assert_eq!(ntt::over(x.view(), w.view(), &all), Some(expected.clone()));
    let [x, w] = [x, w].map(|a| a.mapv(WrongOrder));
    assert_ne!(ntt::over(x.view(), w.view(), &all), Some(expected.mapv(WrongOrder)));
    // Entries that one point holds are right with any root.
    let one = [conv::Mode::Full].map(|mode| Spec { mode, ..Spec::default() });
    let (x, w) = (x.select(ndarray::Axis(0), &[3]), w.select(ndarray::Axis(0), &[2]));
    assert_eq!(ntt::over(x.view(), w.view(), &[0..1]), Some(by_definition(&x, &w, one[0])));
}
