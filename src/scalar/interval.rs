//! Closed intervals of reals between two doubles, rounded outward: bounds that are computed, not proved beforehand.
//!
//! Intervals are **no ring**: x − x is not 0, and x(y + z) only lies inside xy + xz. They have the operations of
//! [`Ring`], so the definition and every algorithm run on them, and what holds is *inclusion*: an operation's
//! result contains every result of the operation on members of its operands (Moore, Kearfott & Cloud 2009, §2 and
//! §5.2). So any algorithm that is right over the reals, run on intervals, returns intervals around the exact
//! entries, however its sums are ordered; and the [distance](Interval::distance) of a float from the far end is a
//! bound on that float's error, known after the fact. Equality is of ends, as of sets.
//!
//! An end is moved outward by one float only where the operation on floats was inexact, or may have been: what
//! floats compute exactly remains a point.

use super::{Dyadic, Real, Ring, Semiring};

/// The real numbers x with low ≤ x ≤ high; an infinite end is no end. Never empty.
///
/// ```
/// use faltung::{conv::definition, scalar::Interval};
/// use ndarray::arr1;
/// let (x, w) = (arr1(&[0.1, 0.7, 1e17]).into_dyn(), arr1(&[0.3, 1.0]).into_dyn());
/// let floats = definition::full(x.view(), w.view());
/// let intervals = definition::full(x.mapv(Interval::from).view(), w.mapv(Interval::from).view());
/// for (y, interval) in floats.iter().zip(&intervals) {
///     assert!(interval.distance(*y) <= 2e-16 * y.abs());
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Interval {
    low: f64,
    high: f64,
}

impl Interval {
    /// All real numbers: what is said of a result about which nothing is known.
    pub const LINE: Interval = Interval { low: f64::NEG_INFINITY, high: f64::INFINITY };

    /// The reals from `low` to `high`; `None` where there are none, or an end is NaN.
    pub fn new(low: f64, high: f64) -> Option<Self> {
        (low <= high && low < f64::INFINITY && high > f64::NEG_INFINITY).then_some(Interval { low, high })
    }

    /// The lower end, −∞ where there is none.
    pub fn low(self) -> f64 {
        self.low
    }

    /// The upper end, ∞ where there is none.
    pub fn high(self) -> f64 {
        self.high
    }

    /// Whether a number lies inside.
    pub fn contains(self, x: &Dyadic) -> bool {
        self.low.dyadic().is_none_or(|low| low.at_most(x))
            && self.high.dyadic().is_none_or(|high| x.at_most(&high))
    }

    /// A number, rounded upward, that no |x − from| with x inside exceeds; infinite where `from` is not finite.
    pub fn distance(self, from: f64) -> f64 {
        let gap = Interval::from(from).minus(&self);
        (-gap.low).max(gap.high)
    }

    /// The inverses of the members, rounded outward; `None` where zero is one of them.
    pub fn inverse(self) -> Option<Self> {
        if self.low <= 0.0 && self.high >= 0.0 {
            return None;
        }
        let (low, high) = (reciprocal(self.high).0, reciprocal(self.low).1);
        Some(Interval { low, high })
    }

    /// The roots of the members, rounded outward; `None` where one is negative.
    pub fn root(self) -> Option<Self> {
        (self.low >= 0.0).then(|| Interval { low: root(self.low).0, high: root(self.high).1 })
    }

    /// The smallest interval with all these ends, lower ones rounded down and upper ones up.
    fn around(ends: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let hull = ends.into_iter().reduce(|(a, b), (low, high)| (a.min(low), b.max(high)));
        let (low, high) = hull.expect("an operation has a result");
        // `min` and `max` skip NaN, and there is none: `directed` gives the whole line for it.
        Interval { low, high }
    }
}

/// The float itself, where it is a number; the whole line for infinities and NaN, which are none.
impl From<f64> for Interval {
    fn from(x: f64) -> Self {
        if x.is_finite() { Interval { low: x, high: x } } else { Interval::LINE }
    }
}

/// `rounded` rounded down and up instead of to nearest, where `error` is the exact result less the rounded one, or
/// NaN where that is not known.
///
/// An overflow to infinity rounds down to the largest float: the exact result is beyond it.
fn directed(rounded: f64, error: f64) -> (f64, f64) {
    match error {
        _ if rounded.is_nan() => (f64::NEG_INFINITY, f64::INFINITY),
        0.0 => (rounded, rounded),
        e if e > 0.0 => (rounded, rounded.next_up()),
        e if e < 0.0 => (rounded.next_down(), rounded),
        _ => (rounded.next_down(), rounded.next_up()),
    }
}

/// a + b, both ways. The error of a sum is a float, and six operations find it (Knuth 1997, §4.2.2, theorem B).
fn sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    if a.is_infinite() || b.is_infinite() {
        return directed(sum, 0.0);
    }
    let back = sum - a;
    let error = (a - (sum - back)) + (b - back);
    // Where the sum overflowed, or a step on the way, the error is not known.
    directed(sum, if error.is_finite() { error } else { f64::NAN })
}

/// Below this a product's error may be too small to be a float: 2^-1022 times 2^53, and some room.
const SMALL: f64 = f64::MIN_POSITIVE * (1_u64 << 60) as f64;

/// ab, both ways; 0 · ∞ = 0, for an infinite end stands for large numbers. The error of a product that is not
/// small is a float, and a fused multiplication finds it.
fn product(a: f64, b: f64) -> (f64, f64) {
    if a == 0.0 || b == 0.0 {
        return (0.0, 0.0);
    }
    let product = a * b;
    if a.is_infinite() || b.is_infinite() {
        return (product, product);
    }
    let known = product.is_finite() && product.abs() >= SMALL;
    directed(product, if known { a.mul_add(b, -product) } else { f64::NAN })
}

/// 1/a for an a other than 0, both ways. What 1 − (1/a)a is, a fused multiplication says up to a rounding that keeps
/// its sign.
fn reciprocal(a: f64) -> (f64, f64) {
    let inverse = 1.0 / a;
    // An infinite end stands for large numbers, whose inverses come as near to zero as one likes.
    if a.is_infinite() {
        return (0.0, 0.0);
    }
    directed(inverse, if inverse.is_finite() { (-inverse).mul_add(a, 1.0) * a.signum() } else { f64::NAN })
}

/// The root of a, both ways, for an a of at least 0. Rounded to nearest it is at most one float off, and exact where its
/// square, by a fused multiplication, is.
fn root(a: f64) -> (f64, f64) {
    let root = a.sqrt();
    if a.is_infinite() {
        return (f64::MAX.sqrt(), a);
    }
    let known = a == 0.0 || a >= SMALL;
    let (low, high) = directed(root, if known { -root.mul_add(root, -a) } else { f64::NAN });
    (low.max(0.0), high)
}

/// The operations of a semiring, without its laws: see the [module](self).
impl Semiring for Interval {
    fn zero() -> Self {
        Interval { low: 0.0, high: 0.0 }
    }
    fn one() -> Self {
        Interval { low: 1.0, high: 1.0 }
    }
    fn plus(&self, other: &Self) -> Self {
        Interval { low: sum(self.low, other.low).0, high: sum(self.high, other.high).1 }
    }
    fn times(&self, other: &Self) -> Self {
        let ends = |a: f64| [product(a, other.low), product(a, other.high)];
        Interval::around(ends(self.low).into_iter().chain(ends(self.high)))
    }
}

/// The operations of a ring, without its laws: see the [module](self).
impl Ring for Interval {
    fn minus(&self, other: &Self) -> Self {
        self.plus(&Interval { low: -other.high, high: -other.low })
    }
}
