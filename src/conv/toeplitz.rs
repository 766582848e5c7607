//! Convolution as a matrix times a vector: the matrix is Toeplitz, constant along its diagonals.

use super::{About, Algorithm, Declined, Problem};
use crate::scalar::Semiring;
use nalgebra::DMatrix;
use ndarray::{ArrayD, ArrayViewD, IxDyn};
use std::ops::Range;

/// The matrix, written out, times x. One dimension.
#[derive(Clone, Copy, Debug)]
pub struct Toeplitz;

/// The entries of the largest matrix that is written out.
const LARGEST: u128 = 1 << 26;

/// The rows in `window` of the matrix T with `w ∗ x = T x` for every x of n entries: `T[i, j] = w[i − j]`.
///
/// Shape: window × n. (Golub & Van Loan 2013, §4.7.)
///
/// ```
/// use faltung::conv::toeplitz::matrix;
/// use nalgebra::DMatrix;
/// let rows = [1, 0, 0, 2, 1, 0, 0, 2, 1, 0, 0, 2_i64];
/// assert_eq!(matrix(&[1, 2], 3, 0..4), DMatrix::from_row_slice(4, 3, &rows));
/// ```
pub fn matrix<S: Semiring + PartialEq>(w: &[S], n: usize, window: Range<usize>) -> DMatrix<S> {
    DMatrix::from_fn(window.len(), n, |row, column| {
        let place = (window.start + row).checked_sub(column);
        place.and_then(|place| w.get(place)).cloned().unwrap_or_else(S::zero)
    })
}

impl<S: Semiring + PartialEq> Algorithm<S> for Toeplitz {
    fn name(&self) -> &'static str {
        "toeplitz"
    }

    fn about(&self) -> About {
        About {
            cost: "n times the entries of the window, zeros of the matrix included",
            source: "Golub & Van Loan 2013, section 4.7",
            declines: "beyond one axis, beyond 2^26 entries of the matrix, and as direct",
        }
    }

    fn cost(&self, problem: &Problem) -> u128 {
        problem.axes().map(|(n, _, window)| n as u128 * window.len() as u128).product()
    }

    /// Writing the matrix costs more than reading it once.
    fn weight(&self) -> f64 {
        4.0
    }

    fn applies(&self, problem: &Problem) -> Result<(), Declined> {
        problem.sums_fit()?;
        if problem.x.len() != 1 {
            let axes = problem.x.len();
            return Err(Declined(format!("the matrix is Toeplitz for one axis; here there are {axes}")));
        }
        if !problem.facts.finite {
            return Err(Declined(
                "a zero of the matrix times NaN or infinity is NaN, where the sum has no such term".into(),
            ));
        }
        let entries = Algorithm::<S>::cost(self, problem);
        if entries > LARGEST {
            return Err(Declined(format!("its matrix has {entries} entries, more than {LARGEST}")));
        }
        Ok(())
    }

    fn convolve(&self, x: ArrayViewD<S>, w: ArrayViewD<S>, window: &[Range<usize>]) -> ArrayD<S> {
        let w: Vec<S> = w.iter().cloned().collect();
        let matrix = matrix(&w, x.len(), window[0].clone());
        // nalgebra's own product asks for more than a semiring has. Its columns are contiguous.
        let mut y = ArrayD::from_shape_simple_fn(IxDyn(&[window[0].len()]), S::zero);
        for (column, x) in matrix.column_iter().zip(&x) {
            for (y, entry) in y.iter_mut().zip(column.iter()) {
                S::mul_add_into(y, entry, x);
            }
        }
        y
    }
}
