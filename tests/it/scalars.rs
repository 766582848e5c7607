//! What each of the scalars is for: intervals include, counts are exact, ε differentiates, the tropics pool.

use crate::judge::Judged;
use dashu_int::IBig;
use dashu_ratio::RBig;
use faltung::{
    conv::{Algorithm, Declined, Direct, Facts, Problem, Scalar, Toeplitz, definition},
    scalar::{
        Counted, Dual, Interval, MaxPlus, MinPlus, Real, Ring, Semiring,
        counted::count,
        exact::{self, Element, judge},
    },
};
use ndarray::{ArrayD, ArrayViewD, Dimension, IxDyn};
use num_complex::Complex;
use proptest::prelude::*;
use std::{cmp::Ordering, ops::Range};

/// Floats of every kind: any bits, the borders of the format, and small numbers, whose sums are exact.
fn float() -> impl Strategy<Value = f64> {
    let tiny = f64::from_bits(1);
    let borders = [0.0, -0.0, 1.0, 1.0 + f64::EPSILON, f64::MAX, f64::MIN, f64::MIN_POSITIVE, tiny, -tiny]
        .into_iter()
        .chain([f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1e-160, -1e-162, 1e154, f64::MAX / 2.0])
        .collect::<Vec<_>>();
    prop_oneof![
        any::<u64>().prop_map(f64::from_bits),
        prop::sample::select(borders),
        (-1e3..1e3_f64),
        (-40_i8..40).prop_map(f64::from)
    ]
}

/// An interval with two of its members, its ends among them where they are numbers.
fn interval() -> impl Strategy<Value = (Interval, Vec<f64>)> {
    (float(), float(), float()).prop_map(|(a, b, c)| {
        let interval = Interval::new(a.min(b), a.max(b)).unwrap_or(Interval::from(a));
        let members = [a, b, c.clamp(interval.low(), interval.high())];
        (interval, members.into_iter().filter(|x| x.is_finite()).collect())
    })
}

fn rational(x: f64) -> RBig {
    RBig::from(x.dyadic().expect("finite"))
}

/// Whether a rational lies between two ends: judged here, not by the interval.
fn includes((low, high): (f64, f64), x: &RBig) -> bool {
    let below = low == f64::NEG_INFINITY || low.is_finite() && rational(low) <= *x;
    below && (high == f64::INFINITY || high.is_finite() && *x <= rational(high))
}

/// Whether sums, differences and products of members lie in those of their intervals.
fn inclusion<I: Ring>(ends: impl Fn(&I) -> (f64, f64), a: (&I, &[f64]), b: (&I, &[f64])) -> bool {
    let [sum, difference, product] =
        [a.0.plus(b.0), a.0.minus(b.0), a.0.times(b.0)].map(|result| ends(&result));
    let mut fused = b.0.clone();
    I::mul_add_into(&mut fused, a.0, b.0);
    a.1.iter().flat_map(|x| b.1.iter().map(move |y| (rational(*x), rational(*y)))).all(|(x, y)| {
        includes(sum, &(&x + &y))
            && includes(difference, &(&x - &y))
            && includes(product, &(&x * &y))
            && includes(ends(&fused), &(&y + &x * &y))
    })
}

fn ends(interval: &Interval) -> (f64, f64) {
    (interval.low(), interval.high())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn intervals_include((a, x) in interval(), (b, y) in interval()) {
        prop_assert!(inclusion(ends, (&a, &x), (&b, &y)), "{a:?} {x:?} {b:?} {y:?}");
        for (result, members) in [(a, &x), (b, &y)] {
            prop_assert!(members.iter().all(|x| result.contains(&x.dyadic().expect("finite"))));
        }
        // Not only wide enough, but not wider than one float at each end, where the floats' own results are ends.
        if let ([x, ..], [y, ..]) = (&x[..], &y[..]) {
            let sum = Interval::from(*x).plus(&Interval::from(*y));
            prop_assert!(sum.low().next_up() >= x + y || sum.low() == f64::MAX);
            prop_assert!(sum.high().next_down() <= x + y || sum.high() == f64::MIN);
        }
    }
}

proptest! {
    /// The definition, run on intervals around floats, holds the exact result; the distance to its ends bounds the
    /// error of the floats' own.
    #[test]
    fn intervals_bound_errors_after_the_fact(
        x in prop::collection::vec(float().prop_filter("finite", |x| x.is_finite()), 1..9),
        w in prop::collection::vec(float().prop_filter("finite", |x| x.is_finite()), 1..9),
    ) {
        let [x, w] = [x, w].map(|a| ArrayD::from_shape_vec(vec![a.len()], a).expect("one axis"));
        let exact = definition::full(x.map(|x| rational(*x)).view(), w.map(|w| rational(*w)).view());
        let floats = definition::full(x.view(), w.view());
        let [x, w] = [x, w].map(|a| a.mapv(Interval::from));
        let window: Vec<_> = exact.shape().iter().map(|n| 0..*n).collect();
        for intervals in [
            definition::full(x.view(), w.view()),
            Direct.convolve(x.view(), w.view(), &window),
            Toeplitz.convolve(x.view(), w.view(), &window),
        ] {
            for ((interval, exact), float) in intervals.iter().zip(&exact).zip(&floats) {
                prop_assert!(includes(ends(interval), exact));
                let bound = interval.distance(*float);
                if bound.is_finite() {
                    let error = exact - rational(*float);
                    prop_assert!(error <= rational(bound) && -error <= rational(bound));
                }
            }
        }
    }
}

#[test]
fn what_floats_compute_exactly_stays_a_point() {
    let [x, w] = [[3.0, -0.25, 7.5], [0.5, 1e9, -2.0]].map(|a| ndarray::arr1(&a).into_dyn());
    let floats = definition::full(x.view(), w.view());
    let [x, w] = [x, w].map(|a| a.mapv(Interval::from));
    assert_eq!(definition::full(x.view(), w.view()), floats.mapv(Interval::from));
    assert_eq!(Interval::from(f64::NAN).plus(&Interval::one()), Interval::LINE);
    assert_eq!(Interval::LINE.times(&Interval::zero()), Interval::zero());
    assert_eq!(Interval::new(1.0, 0.0), None);
    assert_eq!(Interval::new(f64::INFINITY, f64::INFINITY), None);
}

/// Intervals whose ends are rounded the wrong way, or to nearest.
#[derive(Clone, Debug)]
struct Careless<const INWARD: bool>(f64, f64);

impl<const INWARD: bool> Careless<INWARD> {
    fn of(low: f64, high: f64) -> Self {
        if INWARD { Careless(low.next_up(), high.next_down()) } else { Careless(low, high) }
    }
}

impl<const INWARD: bool> Semiring for Careless<INWARD> {
    fn zero() -> Self {
        Careless(0.0, 0.0)
    }
    fn one() -> Self {
        Careless(1.0, 1.0)
    }
    fn plus(&self, other: &Self) -> Self {
        Self::of(self.0 + other.0, self.1 + other.1)
    }
    fn times(&self, other: &Self) -> Self {
        let ends = [self.0 * other.0, self.0 * other.1, self.1 * other.0, self.1 * other.1];
        Self::of(ends.into_iter().fold(f64::MAX, f64::min), ends.into_iter().fold(f64::MIN, f64::max))
    }
}

impl<const INWARD: bool> Ring for Careless<INWARD> {
    fn minus(&self, other: &Self) -> Self {
        Self::of(self.0 - other.1, self.1 - other.0)
    }
}

#[test]
fn careless_intervals_are_caught() {
    let (x, y): (&[f64], &[f64]) = (&[0.1, 0.5], &[0.2, 0.7]);
    let (a, b) = (Interval::new(0.1, 0.5).expect("not empty"), Interval::new(0.2, 0.7).expect("not empty"));
    assert!(inclusion(ends, (&a, x), (&b, y)));
    assert!(!inclusion(|i: &Careless<true>| (i.0, i.1), (&Careless(0.1, 0.5), x), (&Careless(0.2, 0.7), y)));
    assert!(!inclusion(|i: &Careless<false>| (i.0, i.1), (&Careless(0.1, 0.5), x), (&Careless(0.2, 0.7), y)));
}

fn array<S>(shape: &[usize], entry: impl Fn(usize) -> S) -> ArrayD<S> {
    let entries = (0..shape.iter().product()).map(entry).collect();
    ArrayD::from_shape_vec(IxDyn(shape), entries).expect("as many entries as the shape says")
}

/// Whether an algorithm performs as many multiplications as its cost says, and computes what the definition does.
fn cost_is_kept<S: Judged>(
    algorithm: &dyn Algorithm<Counted<S>>,
    x: &[usize],
    w: &[usize],
    window: &[Range<usize>],
) -> Result<(), String> {
    let [x, w] = [x, w].map(|shape| array(shape, |k| Counted(S::from_floats((k * k % 7) as f64 - 3.0, 1.0))));
    let problem = Problem {
        x: x.shape().to_vec(),
        w: w.shape().to_vec(),
        window: window.to_vec(),
        facts: Facts::of(x.view(), w.view()),
    };
    if algorithm.applies(&problem).is_err() {
        return Ok(());
    }
    let (y, counted) = count(|| algorithm.convolve(x.view(), w.view(), window));
    let full = definition::full(x.view(), w.view());
    let wanted = full.slice_each_axis(|axis| window[axis.axis.0].clone().into());
    assert_eq!(y, wanted);
    match algorithm.cost(&problem) {
        cost if cost == u128::from(counted.multiplications) => Ok(()),
        cost => Err(format!("{} of {problem:?}: {cost}, and {counted:?}", algorithm.name())),
    }
}

/// The shapes of x and of w, and a window.
type Shapes = (Vec<usize>, Vec<usize>, Vec<Range<usize>>);

/// Problems in one to three dimensions; the last ones are computed on several threads.
#[allow(clippy::single_range_in_vec_init)] // one axis, one range
fn problems() -> Vec<Shapes> {
    vec![
        (vec![1], vec![1], vec![0..1]),
        (vec![9], vec![4], vec![0..12]),
        (vec![9], vec![4], vec![3..9]),
        (vec![4], vec![9], vec![2..11]),
        (vec![6, 5], vec![3, 2], vec![1..7, 0..4]),
        (vec![2, 3, 4], vec![2, 1, 3], vec![0..3, 0..3, 1..5]),
        (vec![3000], vec![90], vec![0..3089]),
        (vec![70, 60], vec![9, 8], vec![5..70, 0..67]),
    ]
}

#[test]
fn algorithms_cost_what_they_say() {
    for (x, w, window) in problems() {
        for algorithm in Counted::<i64>::algorithms() {
            assert_eq!(cost_is_kept(*algorithm, &x, &w, &window), Ok(()));
        }
        for algorithm in Counted::<Complex<f64>>::algorithms() {
            assert_eq!(cost_is_kept(*algorithm, &x, &w, &window), Ok(()));
        }
        for algorithm in Counted::<IBig>::algorithms() {
            assert_eq!(cost_is_kept(*algorithm, &x, &w, &window), Ok(()));
        }
    }
}

/// Right, but it multiplies by one where it need not, and does not say so.
struct Wasteful;

impl<S: Semiring> Algorithm<S> for Wasteful {
    fn name(&self) -> &'static str {
        "wasteful"
    }
    fn cost(&self, problem: &Problem) -> u128 {
        problem.products()
    }
    fn applies(&self, _problem: &Problem) -> Result<(), Declined> {
        Ok(())
    }
    fn convolve(&self, x: ArrayViewD<S>, w: ArrayViewD<S>, window: &[Range<usize>]) -> ArrayD<S> {
        let mut y = Direct.convolve(x, w, window);
        y[IxDyn(&vec![0; window.len()])] = y[IxDyn(&vec![0; window.len()])].times(&S::one());
        y
    }
}

#[test]
fn one_multiplication_more_is_noticed() {
    for (x, w, window) in problems() {
        assert!(cost_is_kept::<i64>(&Wasteful, &x, &w, &window).is_err());
    }
}

/// Counts that run at the same time, one inside another, and beside work that nobody counts.
#[test]
fn counts_do_not_mix() {
    let work = |n: u64| (0..n).fold(Counted(0_i64), |sum, _| sum.plus(&Counted::one()));
    std::thread::scope(|threads| {
        threads.spawn(|| work(200_000));
        for n in [1_000, 50_000, 3] {
            threads.spawn(move || {
                for _ in 0..5 {
                    assert_eq!(count(|| work(n)).1.additions, n);
                }
            });
        }
    });
    let ((inner, _), outer) = count(|| {
        let inner = count(|| work(7)).1;
        (inner, work(4).minus(&Counted(1)).times(&Counted(2)))
    });
    assert_eq!((inner.additions, inner.multiplications), (7, 0));
    assert_eq!((outer.additions, outer.multiplications, outer.inversions), (7 + 4 + 1, 1, 0));
}

proptest! {
    /// ∂(x ∗ w)/∂w[j] is x, shifted by j, whatever the algorithm.
    #[test]
    fn convolution_differentiates_to_a_shift(
        shape in prop::array::uniform4(1_usize..5),
        place in any::<prop::sample::Index>(),
        numbers in prop::collection::vec(any::<i128>(), 16),
    ) {
        let [n, m] = [&shape[..2], &shape[2..]];
        let x = array(n, |k| IBig::from(numbers[k % 16]));
        let place = place.index(m[0] * m[1]);
        let w = array(m, |k| {
            let value = IBig::from(numbers[15 - k % 16]);
            if k == place { Dual::variable(value) } else { Dual::constant(value) }
        });
        let (x_dual, window) = (x.mapv(Dual::constant), [0..n[0] + m[0] - 1, 0..n[1] + m[1] - 1]);
        for y in [definition::full(x_dual.view(), w.view()), Direct.convolve(x_dual.view(), w.view(), &window)] {
            prop_assert_eq!(y.mapv(|y| y.value), definition::full(x.view(), w.mapv(|w| w.value).view()));
            for (index, y) in y.indexed_iter() {
                let index = index.as_array_view();
                let from = index[0].checked_sub(place / m[1]).zip(index[1].checked_sub(place % m[1]));
                let shifted = from.and_then(|(i, j)| x.get(IxDyn(&[i, j]))).cloned().unwrap_or(IBig::ZERO);
                prop_assert_eq!(&y.derivative, &shifted);
            }
        }
    }

    /// Dilation and erosion, from their own formulas: the direct sum runs on semirings that have no differences.
    #[test]
    fn tropical_convolution_is_dilation(
        x in prop::collection::vec(prop::option::of(-50_i64..50), 1..40),
        w in prop::collection::vec(prop::option::of(-50_i64..50), 1..12),
    ) {
        let full = x.len() + w.len() - 1;
        let sums = |n: usize| {
            let pairs = (0..=n).map(|k| (x.get(k).copied().flatten(), w.get(n - k).copied().flatten()));
            pairs.filter_map(|(x, w)| Some(x? + w?)).collect::<Vec<_>>()
        };
        let [a, b] = [&x, &w].map(|a| array(&[a.len()], |k| MaxPlus(a[k])));
        let largest = array(&[full], |n| MaxPlus(sums(n).into_iter().max()));
        prop_assert_eq!(&definition::full(a.view(), b.view()), &largest);
        let window = 1.min(full - 1)..full;
        let direct = Direct.convolve(a.view(), b.view(), std::slice::from_ref(&window));
        prop_assert_eq!(direct.iter().collect::<Vec<_>>(), largest.iter().skip(window.start).collect::<Vec<_>>());
        let [a, b] = [&x, &w].map(|a| array(&[a.len()], |k| MinPlus(a[k])));
        let smallest = array(&[full], |n| MinPlus(sums(n).into_iter().min()));
        prop_assert_eq!(&definition::full(a.view(), b.view()), &smallest);
    }
}

#[test]
fn nan_spreads_in_the_tropics() {
    let (a, nan) = (MaxPlus::from(1.0), MaxPlus::from(f64::NAN));
    for sum in [a.plus(&nan), nan.plus(&a), nan.plus(&nan), a.times(&nan), nan.plus(&MaxPlus(None))] {
        assert!(sum.0.is_some_and(f64::is_nan), "{sum:?}");
    }
    assert_eq!(nan.times(&MaxPlus(None)), MaxPlus(None));
}

/// (max, +) as a value: how integers are embedded, what it has, and what it lacks.
#[test]
fn max_plus_in_the_exact_world() {
    let ring = exact::Ring::MaxPlus;
    let integer = |n: i64| ring.integer(&n.into());
    let number = |n: i64| Element::Tropical(MaxPlus(Some(n.into())));
    let is = |a: &Element, b: &Element| judge::same(a, b);
    let (zero, one) = (integer(0).expect("−∞"), integer(1).expect("0"));
    assert!(is(&zero, &Element::Tropical(MaxPlus(None))) && is(&one, &number(0)) && !is(&zero, &one));
    assert!(
        is(&one.plus(&one), &one) && is(&integer(7).expect("one"), &one) && is(&one.plus(&2.into()), &one)
    );
    assert!(is(&number(3).times(&number(-5)), &number(-2)) && is(&number(3).plus(&number(-5)), &number(3)));
    assert!(is(&ring.inverse(&number(3)).expect("−3"), &number(-3)));
    assert!(ring.inverse(&zero).is_err() && ring.inverse(&Element::zero()).is_err());
    assert!(integer(-1).is_err() && ring.negate(&one).is_err() && ring.subtract(&one, &one).is_err());
    assert!(
        ring.root_of_unity(1).is_ok() && ring.root_of_unity(2).is_err() && ring.root_of_unity(3).is_err()
    );
    let order = [zero.clone(), number(-5), one.clone(), number(3)];
    assert!(order.windows(2).all(|pair| ring.compare(&pair[0], &pair[1]) == Ok(Ordering::Less)));
    assert_eq!((ring.is_zero(&zero), ring.is_zero(&one)), (Ok(true), Ok(false)));
    // What (max, +) has not equals nothing, and does not end the program.
    let missing = number(1).times(&(-1).into());
    assert!(!is(&missing, &missing) && !is(&number(1), &(-1).into()));
    assert_eq!([&zero, &one, &number(-4)].map(Element::to_string), ["0", "1", "t^-4"]);
    // The definition runs on it as on the static semiring.
    let numbers = [3, 1, 4, 1, 5, 9, 2, 6];
    let y = definition::full(
        array(&[8], |k| number(numbers[k])).view(),
        array(&[3], |k| number(-(k as i64))).view(),
    );
    let wanted = definition::full(
        array(&[8], |k| MaxPlus::from(numbers[k])).view(),
        array(&[3], |k| MaxPlus::from(-(k as i64))).view(),
    );
    assert!(y.iter().zip(&wanted).all(|(y, wanted)| is(y, &number(wanted.0.expect("a number")))));
}
