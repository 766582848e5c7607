//! Convolution: its definition, and every algorithm that must agree with it.
//!
//! A [`Spec`] says which convolution is wanted; it reduces to one window of a full linear convolution, and that
//! is all an [`Algorithm`] computes. A [`Plan`] chooses one by counted cost and says why.
//!
//! ```
//! use faltung::conv::{self, Mode, Spec};
//! use ndarray::arr1;
//! let (x, w) = (arr1(&[1.0, 2.0, 3.0]).into_dyn(), arr1(&[0.5, 0.5]).into_dyn());
//! let spec = Spec { mode: Mode::Valid, ..Spec::default() };
//! assert_eq!(conv::convolve(x.view(), w.view(), spec)?, arr1(&[1.5, 2.5]).into_dyn());
//! # Ok::<(), conv::PlanError>(())
//! ```

pub mod bound;
pub mod circulant;
pub mod definition;
mod depth;
pub mod direct;
pub mod doubly_block;
pub mod exact;
pub mod fft;
pub mod karatsuba;
pub mod levinson;
mod lists;
pub(crate) mod norm;
pub mod ntt;
pub mod overlap_save;
pub mod plan;
pub mod residual;
pub mod separable;
pub mod spec;
pub mod symbol;
pub mod toeplitz;
pub mod workload;

pub use bound::{Bound, bound, worst};
pub use circulant::Circulant;
pub use depth::Unwise;
pub use direct::{Direct, Integers};
pub use doubly_block::{DoublyBlockCirculant, DoublyBlockToeplitz};
pub use fft::Fft;
pub use karatsuba::Karatsuba;
pub use ntt::Ntt;
pub use overlap_save::OverlapSave;
pub use plan::{Candidate, Facts, Plan, PlanError, plan};
pub use separable::Separable;
pub use spec::{Mode, Reduction, Spec, SpecError};
pub use toeplitz::Toeplitz;

use crate::{
    fourier::Stages,
    scalar::{Dyadic, Ring},
};
use ndarray::{ArrayD, ArrayViewD};
use std::{fmt, ops::Range};

/// What an algorithm is asked: shapes, the window that is wanted, and what is known about the data.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The shape of x, continued as far as the window looks.
    pub x: Vec<usize>,
    /// The shape of w.
    pub w: Vec<usize>,
    /// The part of the full linear convolution that is wanted: one non-empty range per axis.
    pub window: Vec<Range<usize>>,
    /// What is known about the data, and the memory that may be used.
    pub facts: Facts,
}

impl Problem {
    /// The number of products of one entry of x and one of w in the sums of the window.
    pub fn products(&self) -> u128 {
        self.axes()
            .map(|(n, m, window)| terms_before(n, m, window.end) - terms_before(n, m, window.start))
            .product()
    }

    /// n, m and the window, axis by axis.
    pub fn axes(&self) -> impl Iterator<Item = (usize, usize, &Range<usize>)> {
        self.x.iter().zip(&self.w).zip(&self.window).map(|((n, m), window)| (*n, *m, window))
    }
}

/// The part of n entries of x that a window of the full convolution with m entries depends on: not empty, for there is no
/// entry beyond n + m − 2.
pub(crate) fn support(n: usize, m: usize, window: &Range<usize>) -> Range<usize> {
    window.start.saturating_sub(m - 1)..window.end.min(n)
}

/// The number of terms of entry k of the full convolution of n and m entries.
pub(crate) fn terms(n: usize, m: usize, k: usize) -> usize {
    (k + 1).min(n).min(m).min((n + m - 1).saturating_sub(k))
}

/// The number of terms of the entries 0 … k − 1 together: a ramp up, a plateau, a ramp down.
fn terms_before(n: usize, m: usize, k: usize) -> u128 {
    let [low, high, k, all] = [n.min(m), n.max(m), k, n + m - 1].map(|n| n as u128);
    let ramp = |k: u128| k * (k + 1) / 2;
    match k {
        _ if k <= low => ramp(k),
        _ if k <= high => ramp(low) + (k - low) * low,
        _ => low * high - ramp(all - k),
    }
}

/// Why an algorithm cannot be used, in words for a person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Declined(pub String);

impl fmt::Display for Declined {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What there is to say of an algorithm in a list, each in a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct About {
    /// Its cost as a formula: multiplications, for x of n and w of m entries.
    pub cost: &'static str,
    /// Where it is from: a book or paper and the place in it.
    pub source: &'static str,
    /// When it declines.
    pub declines: &'static str,
}

/// What rounding does to an algorithm's results: which bound of `conv::bound` is about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Accuracy {
    /// Each entry is the sum of its products, in some order.
    Sums,
    /// Each entry is a sum along the last axis, those sums along the one before, and so on: see [`separable`].
    AxisByAxis,
    /// Three transforms, of data that is packed two to a complex point where it is real.
    Transforms {
        /// Those of one transform, over all axes.
        stages: Stages,
    },
    /// The same for each tile of the result, of that part of x that it depends on.
    Tiles {
        /// Those of one transform, over all axes.
        stages: Stages,
        /// The shape of a tile; the first one begins where the window does.
        tile: Vec<usize>,
    },
}

/// A way to compute a window of the full linear convolution of two arrays.
///
/// To add one: a file with an implementation, and a line in the lists of [`Scalar::algorithms`] that it serves.
pub trait Algorithm<S>: Sync {
    /// Its name on the command line.
    fn name(&self) -> &'static str;
    /// The scalar multiplications that it performs, counted.
    fn cost(&self, problem: &Problem) -> u128;
    /// The time of one of them, as a multiple of one of [`Direct`]'s: measured, and only used to choose.
    fn weight(&self, _problem: &Problem) -> f64 {
        1.0
    }
    /// Whether NaN, infinity and floats of any range are nothing to it, so that nobody has to look for them.
    fn takes_all_floats(&self) -> bool {
        false
    }
    /// What the cost consists of, for a person.
    fn work(&self, problem: &Problem) -> String {
        multiplications(self.cost(problem))
    }
    /// What rounding does to its results.
    fn accuracy(&self, _problem: &Problem) -> Accuracy {
        Accuracy::Sums
    }
    /// What there is to say of it in a list.
    fn about(&self) -> About {
        About::default()
    }
    /// Whether it can be used here.
    ///
    /// # Errors
    /// The reason why not.
    fn applies(&self, problem: &Problem) -> Result<(), Declined>;
    /// Whether it should be: one that would rather not is chosen only by name, or where nothing else is left.
    ///
    /// # Errors
    /// What would be lost.
    fn suits(&self, _problem: &Problem) -> Result<(), Unwise> {
        Ok(())
    }
    /// The window. The arrays are not empty, of one rank at least 1, and the window lies in the full convolution.
    fn convolve(&self, x: ArrayViewD<S>, w: ArrayViewD<S>, window: &[Range<usize>]) -> ArrayD<S>;
}

/// How a type of floats rounds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Rounding {
    /// The unit roundoff u.
    pub unit: f64,
    /// The smallest positive subnormal.
    pub tiny: f64,
    /// The largest finite value.
    pub largest: f64,
    /// Whether a scalar is a pair of such floats.
    pub complex: bool,
}

/// A type of entries with a list of algorithms.
pub trait Scalar: Ring + PartialEq {
    /// Its name in messages.
    const NAME: &'static str;
    /// How it rounds; `None` for exact ones.
    const ROUNDING: Option<Rounding>;

    /// The algorithms for it, in the order in which they are listed and in which ties are broken.
    fn algorithms() -> &'static [&'static dyn Algorithm<Self>];

    /// Whether it is neither NaN nor infinite.
    fn is_finite(&self) -> bool {
        true
    }

    /// Its absolute value as a float, not rounded downward.
    fn magnitude(&self) -> f64;

    /// The bits of its absolute value, for an integer; 0 for the others.
    fn bits(&self) -> usize {
        0
    }

    /// The bits of the largest absolute value that is not an error; `None` where there is no such limit.
    const LIMIT: Option<usize> = None;
    /// Real and imaginary part, exactly; `None` where it is not finite, or its type is no set of such numbers.
    fn gaussian(&self) -> Option<(Dyadic, Dyadic)> {
        None
    }

    /// The entry with these parts; `None` where the type has no such number.
    fn from_gaussian(_re: &Dyadic, _im: &Dyadic) -> Option<Self> {
        None
    }

    /// Whether no sum of products of these entries can leave the type's range in a way that is an error.
    fn sums_fit(_x: ArrayViewD<Self>, _w: ArrayViewD<Self>) -> bool {
        true
    }
}

/// The convolution that `spec` asks for, by the cheapest algorithm.
///
/// # Errors
/// As [`plan()`].
pub fn convolve<S: Scalar>(x: ArrayViewD<S>, w: ArrayViewD<S>, spec: Spec) -> Result<ArrayD<S>, PlanError> {
    plan::convolve(x, w, spec)
}

/// A count for a person, three digits of it: `812`, `4.19M`.
pub fn count(n: u128) -> String {
    let (scale, unit) = match n {
        0..10_000 => return n.to_string(),
        10_000..1_000_000 => (1e3, "k"),
        1_000_000..1_000_000_000 => (1e6, "M"),
        1_000_000_000..1_000_000_000_000 => (1e9, "G"),
        1_000_000_000_000..1_000_000_000_000_000 => (1e12, "T"),
        _ => return format!("{:.2e}", n as f64),
    };
    let scaled = n as f64 / scale;
    let digits = if scaled < 10.0 {
        2
    } else if scaled < 100.0 {
        1
    } else {
        0
    };
    format!("{scaled:.digits$}{unit}")
}

/// So many multiplications, in words: `1 multiplication`, `4.19M multiplications`.
pub fn multiplications(n: u128) -> String {
    format!("{} multiplication{}", count(n), if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::{terms, terms_before};

    #[test]
    fn terms_add_up() {
        for (n, m) in [(1, 1), (1, 4), (4, 1), (3, 3), (5, 2), (2, 5)] {
            for k in 0..n + m {
                let pairs = (0..n).flat_map(|i| (0..m).map(move |j| i + j));
                assert_eq!(terms_before(n, m, k), pairs.clone().filter(|sum| *sum < k).count() as u128);
                if k < n + m - 1 {
                    assert_eq!(terms(n, m, k), pairs.filter(|sum| *sum == k).count());
                }
            }
        }
    }
}
