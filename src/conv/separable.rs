//! Separable kernels, w = u ⊗ v ⊗ …: convolution axis by axis, and the exact test of whether a kernel is one.
//!
//! If `w[i, j] = u[i] v[j]`, then w ∗ x is u ∗ (v ∗ x), each along its own axis, at m1 + m2 products per entry where
//! the sum has m1·m2 (Smith 1997, ch. 24). So it is for any number of axes and over any commutative semiring.
//!
//! **The test is exact.** Unfold w into a matrix, its first axis against the others. It is a product if and only if
//! every 2 × 2 minor with the row and column of one entry p that is not zero vanishes,
//! `w[i, r] w[p, q] = w[i, q] w[p, r]`; then the row of p is tested in the same way. No tolerance: floats are taken as
//! the dyadic numbers that they are, over one power of two, so the minors are of (Gaussian) integers.
//!
//! **The factors are exact.** u is the column of p divided by the greatest common divisor of its entries, so the row
//! of p is divisible by `u[p]`: the integers factor whenever the numbers do. For floats u is then scaled by a power of
//! two until the larger part of its largest entry lies in [1, 2). A factor that is no float (its exponents are too
//! far apart) is refused in words, and nothing is rounded: `u[i] v[j] = w[i, j]` holds in exact arithmetic, always.
//!
//! **Rounding.** The stages are sums of products, each with its own γ of as many terms as w has along that axis; see
//! [`bound`](mod@super::bound). **Overflow.** All factors but that of the last axis, which comes first, have an entry p
//! with |`u[p]`| ≥ 1; so a sum of an early stage is at most an entry of |x| ∗ |w|, possibly beside the window. For
//! 64-bit integers |`u[p]`| ≥ 1 likewise, and no stage exceeds ‖x‖∞‖w‖₁, which the facts have tested.

use super::{About, Accuracy, Algorithm, Declined, Direct, Facts, Problem, Scalar, support};
use crate::scalar::Dyadic;
use dashu_int::IBig;
use ndarray::{ArrayD, ArrayViewD, Axis, IxDyn, Slice};
use std::ops::Range;

/// One convolution along each axis.
#[derive(Clone, Copy, Debug)]
pub struct Separable;

/// Kernels of more entries are not tested: the test must stay cheap beside the convolution.
pub const LARGEST: usize = 1 << 14;

/// The factors of a separable kernel, one per axis: `w[i, j, …] = u[i] v[j] …` exactly.
///
/// Cost: a kernel that is not separable is usually found out at the first minor; otherwise four products of integers
/// of the entries' size per entry, and a greatest common divisor along each axis.
///
/// ```
/// use faltung::conv::separable::factors;
/// use ndarray::arr2;
/// let sobel = arr2(&[[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]]).into_dyn();
/// assert_eq!(factors(sobel.view()).unwrap(), [vec![0.5, 1.0, 0.5], vec![2.0, 0.0, -2.0]]);
/// let mut other = sobel.clone();
/// other[[2, 2]] = -1.0000000000000002; // the next float
/// assert!(factors(other.view()).is_err());
/// ```
///
/// # Errors
/// Why it is not separable, or not into numbers of this type.
pub fn factors<S: Scalar>(w: ArrayViewD<S>) -> Result<Vec<Vec<S>>, Declined> {
    let declined = |why: &str| Err(Declined(why.to_owned()));
    if w.ndim() == 0 || w.is_empty() {
        return declined("w has no entries along some axis");
    }
    let parts: Option<Vec<(Dyadic, Dyadic)>> = w.iter().map(Scalar::gaussian).collect();
    let Some(parts) = parts else {
        return declined("there is an exact test for finite floats and for integers only");
    };
    let exponents = parts.iter().flat_map(|(re, im)| [re, im]).filter(|part| !part.mantissa().is_zero());
    let Some(common) = exponents.map(Dyadic::exponent).min() else {
        return declined("w is zero");
    };
    let numbers = parts.iter().map(|(re, im)| Gauss(re.over(common), im.over(common))).collect();
    let mut rest = ArrayD::from_shape_vec(w.raw_dim(), numbers).expect("one number per entry");
    let mut exponent = common;
    let mut factors = Vec::new();
    while rest.ndim() > 1 {
        let Some((u, slice)) = peel(&rest) else {
            return declined(
                "w is not a product of one factor per axis: two of its rows are not proportional",
            );
        };
        let scale = if S::ROUNDING.is_some() { largest_exponent(&u) } else { 0 };
        factors.push(numbers_of::<S>(&u, -scale)?);
        exponent += scale;
        rest = slice;
    }
    factors.push(numbers_of::<S>(&rest.into_raw_vec_and_offset().0, exponent)?);
    Ok(factors)
}

/// Whether it has factors, and is small enough to be asked. A kernel along one axis only has nothing to separate.
pub(super) fn is_separable<S: Scalar>(w: ArrayViewD<S>) -> bool {
    w.len() <= LARGEST && w.shape().iter().filter(|m| **m > 1).count() > 1 && factors(w).is_ok()
}

/// A Gaussian integer.
#[derive(Clone, PartialEq, Debug)]
struct Gauss(IBig, IBig);

impl Gauss {
    fn is_zero(&self) -> bool {
        self.0.is_zero() && self.1.is_zero()
    }

    fn times(&self, other: &Gauss) -> Gauss {
        if self.1.is_zero() && other.1.is_zero() {
            return Gauss(&self.0 * &other.0, IBig::ZERO);
        }
        Gauss(&self.0 * &other.0 - &self.1 * &other.1, &self.0 * &other.1 + &self.1 * &other.0)
    }

    /// The quotient with both parts rounded to nearest, which is exact where it divides.
    fn over(&self, other: &Gauss) -> Gauss {
        let square = &other.0 * &other.0 + &other.1 * &other.1;
        let Gauss(re, im) = self.times(&Gauss(other.0.clone(), -&other.1));
        // Truncation of (2a ± b)/2b is a/b rounded.
        let rounded = |part: IBig| {
            let half = if part < IBig::ZERO { -&square } else { square.clone() };
            (part * 2 + half) / (&square * IBig::from(2))
        };
        Gauss(rounded(re), rounded(im))
    }

    /// A greatest common divisor, by Euclid: the remainder's norm is at most half the divisor's.
    fn gcd(self, other: Gauss) -> Gauss {
        let (mut a, mut b) = (self, other);
        while !b.is_zero() {
            let Gauss(re, im) = a.over(&b).times(&b);
            let remainder = Gauss(a.0 - re, a.1 - im);
            (a, b) = (b, remainder);
        }
        a
    }
}

/// The factor of the first axis, without a common divisor, and what is left; `None` where it is no product.
fn peel(w: &ArrayD<Gauss>) -> Option<(Vec<Gauss>, ArrayD<Gauss>)> {
    let rows = w.len_of(Axis(0));
    let width = w.len() / rows;
    let entries: Vec<&Gauss> = w.iter().collect();
    let at = |row: usize, column: usize| entries[row * width + column];
    let pivot = entries.iter().position(|entry| !entry.is_zero())?;
    let (p, q) = (pivot / width, pivot % width);
    for i in (0..rows).filter(|i| *i != p) {
        for r in (0..width).filter(|r| *r != q) {
            if at(i, r).times(at(p, q)) != at(i, q).times(at(p, r)) {
                return None;
            }
        }
    }
    let column = (0..rows).map(|i| at(i, q).clone());
    let divisor = column.clone().reduce(Gauss::gcd)?;
    let u: Vec<Gauss> = column.map(|entry| entry.over(&divisor)).collect();
    let rest = w.index_axis(Axis(0), p).map(|entry| entry.over(&u[p]));
    Some((u, rest))
}

/// The e with 2^e ≤ the largest part < 2^(e+1).
fn largest_exponent(u: &[Gauss]) -> i64 {
    use dashu_int::ops::{BitTest, UnsignedAbs};
    let bits = u.iter().flat_map(|Gauss(re, im)| [re, im]).map(|part| part.clone().unsigned_abs().bit_len());
    bits.max().unwrap_or(0) as i64 - 1
}

fn numbers_of<S: Scalar>(a: &[Gauss], exponent: i64) -> Result<Vec<S>, Declined> {
    let number = |Gauss(re, im): &Gauss| {
        S::from_gaussian(&Dyadic::new(re.clone(), exponent), &Dyadic::new(im.clone(), exponent))
    };
    let numbers: Option<Vec<S>> = a.iter().map(number).collect();
    numbers.ok_or_else(|| Declined(format!("w is a product, but a factor of it is not exact in {}", S::NAME)))
}

/// The convolutions, last axis first: of which shape, with how many taps, in which window.
///
/// Only the part of x is taken that the window looks at: it starts at `from`.
struct Stages {
    from: Vec<usize>,
    problems: Vec<Problem>,
}

fn stages(problem: &Problem) -> Stages {
    let axes: Vec<(usize, usize, &Range<usize>)> = problem.axes().collect();
    let looked_at: Vec<Range<usize>> = axes.iter().map(|(n, m, window)| support(*n, *m, window)).collect();
    let from: Vec<usize> = looked_at.iter().map(|range| range.start).collect();
    let mut shape: Vec<usize> = looked_at.iter().map(Range::len).collect();
    let mut problems = Vec::new();
    for axis in (0..axes.len()).rev() {
        let (_, m, wanted) = axes[axis];
        let mut window: Vec<Range<usize>> = shape.iter().map(|n| 0..*n).collect();
        window[axis] = wanted.start - from[axis]..wanted.end - from[axis];
        let mut w = vec![1; axes.len()];
        w[axis] = m;
        problems.push(Problem { x: shape.clone(), w, window, facts: Facts::default() });
        shape[axis] = wanted.len();
    }
    Stages { from, problems }
}

impl<S: Scalar> Algorithm<S> for Separable {
    fn name(&self) -> &'static str {
        "separable"
    }

    fn about(&self) -> About {
        About {
            cost: "the direct sums of one factor of w along each axis",
            source: "Smith 1997, chapter 24",
            declines: "where w is no exact product of one factor for each axis, or has too many entries to test; and as direct",
        }
    }

    /// The products of the direct sum of every stage.
    fn cost(&self, problem: &Problem) -> u128 {
        stages(problem).problems.iter().map(Problem::products).sum()
    }

    /// Short sums spend more of their time on what is around them: 1.1 to 4.6 with 3² to 41² taps on images of 32² to
    /// 1000², the most with 3².
    fn weight(&self, _problem: &Problem) -> f64 {
        2.0
    }

    fn work(&self, problem: &Problem) -> String {
        let cost = super::multiplications(Algorithm::<S>::cost(self, problem));
        format!("one sum along each of {} axes, {cost}", problem.x.len())
    }

    fn accuracy(&self, _problem: &Problem) -> Accuracy {
        Accuracy::AxisByAxis
    }

    fn applies(&self, problem: &Problem) -> Result<(), Declined> {
        problem.sums_fit()?;
        if problem.w.iter().filter(|m| **m > 1).count() < 2 {
            return Err(Declined(
                "w has more than one entry along one axis at most: there is nothing to separate".into(),
            ));
        }
        if !problem.facts.separable {
            let size: usize = problem.w.iter().product();
            return Err(Declined(if size > LARGEST {
                format!("w has {size} entries, and only up to {LARGEST} are tested for being a product")
            } else {
                format!("w is not known to be an exact product of one factor per axis in {}", S::NAME)
            }));
        }
        Ok(())
    }

    /// # Panics
    /// When w has no [factors]: the facts say whether it has.
    fn convolve(&self, x: ArrayViewD<S>, w: ArrayViewD<S>, window: &[Range<usize>]) -> ArrayD<S> {
        let factors =
            factors(w.view()).unwrap_or_else(|why| panic!("an algorithm that declines is not run: {why}"));
        let problem = Problem {
            x: x.shape().to_vec(),
            w: w.shape().to_vec(),
            window: window.to_vec(),
            facts: Facts::default(),
        };
        let Stages { from, problems } = stages(&problem);
        let taken = |axis: usize| Slice::from(from[axis]..from[axis] + problems[0].x[axis]);
        let mut y = x.slice_each_axis(|axis| taken(axis.axis.0)).to_owned();
        for (stage, factor) in problems.iter().zip(factors.into_iter().rev()) {
            let factor = ArrayD::from_shape_vec(IxDyn(&stage.w), factor).expect("a factor per axis");
            y = Direct.convolve(y.view(), factor.view(), &stage.window);
        }
        y
    }
}
