//! Convolution as a matrix times a vector: the matrix is Toeplitz, constant along its diagonals.
//!
//! With w fixed, x ↦ w ∗ x is linear, and every mode takes a window of its rows. Three things are here: the
//! [matrix](fn@matrix) written out, the matrix [as its diagonals](ToeplitzMatrix), and the [algorithm](Toeplitz) that
//! multiplies by the first. Products by transforms are in [`symbol`](super::symbol), systems in
//! [`levinson`](super::levinson).

use super::{About, Algorithm, Declined, Direct, Problem, Spec, SpecError};
use crate::scalar::{Ring, Semiring};
use nalgebra::DMatrix;
use ndarray::{ArrayD, ArrayView1, ArrayViewD, IxDyn};
use std::ops::Range;

/// The matrix, written out, times x. One dimension.
#[derive(Clone, Copy, Debug)]
pub struct Toeplitz;

/// The entries of the largest matrix that an algorithm writes out.
pub(super) const LARGEST: u128 = 1 << 26;

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
    ToeplitzMatrix::of_window(w, n, window).dense()
}

/// A Toeplitz matrix: m + n − 1 numbers, one per diagonal, for its m·n entries.
///
/// `T[i, j] = t[i − j]`, where t is the first column for i ≥ j and the first row for i ≤ j.
///
/// ```
/// use faltung::conv::toeplitz::ToeplitzMatrix;
/// use nalgebra::DMatrix;
/// let matrix = ToeplitzMatrix::new(&[1, 4], &[1, 2, 3_i64]);
/// assert_eq!(matrix.dense(), DMatrix::from_row_slice(2, 3, &[1, 2, 3, 4, 1, 2]));
/// assert_eq!(matrix.times(&[1, 0, 1]), [4, 6]);
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct ToeplitzMatrix<S> {
    rows: usize,
    columns: usize,
    /// t[1 − n], …, t[m − 1].
    diagonals: Vec<S>,
}

impl<S: Semiring> ToeplitzMatrix<S> {
    /// By its first column and its first row. The corner is the column's; `row[0]` is not looked at, as in SciPy.
    ///
    /// # Panics
    /// When one of them is empty.
    pub fn new(column: &[S], row: &[S]) -> Self {
        assert!(!column.is_empty() && !row.is_empty(), "a matrix has at least one row and one column");
        let diagonals = row[1..].iter().rev().chain(column).cloned().collect();
        ToeplitzMatrix { rows: column.len(), columns: row.len(), diagonals }
    }

    /// The rows in `window` of the matrix T with `w ∗ x = T x` for every x of n entries: `t[k] = w[window.start + k]`.
    ///
    /// # Panics
    /// When n is 0 or the window is empty.
    pub fn of_window(w: &[S], n: usize, window: Range<usize>) -> Self {
        assert!(n > 0 && !window.is_empty(), "a matrix has at least one row and one column");
        let tap = |k: usize| k.checked_sub(n - 1).and_then(|k| w.get(k)).cloned().unwrap_or_else(S::zero);
        let diagonals = (window.start..window.end + n - 1).map(tap).collect();
        ToeplitzMatrix { rows: window.len(), columns: n, diagonals }
    }

    /// The matrix of the convolution or correlation that `spec` asks for, with w, of an x of n entries.
    ///
    /// It acts on x *continued* as the specification says ([`Reduction::extended`](super::Reduction::extended)); so
    /// there are n columns where zeros lie beyond the border, and n + m − 1 where they do not: a reflection of x
    /// inside the matrix would not be Toeplitz.
    ///
    /// ```
    /// use faltung::conv::{Mode, Spec, toeplitz::ToeplitzMatrix};
    /// use ndarray::arr1;
    /// let spec = Spec { mode: Mode::Valid, correlate: true, ..Spec::default() };
    /// let matrix = ToeplitzMatrix::of(arr1(&[1, 2_i64]).view(), 4, spec)?;
    /// assert_eq!((matrix.rows(), matrix.columns()), (3, 4));
    /// assert_eq!(matrix.times(&[1, 0, 3, 0]), [1, 6, 3]);
    /// # Ok::<(), faltung::conv::SpecError>(())
    /// ```
    ///
    /// # Errors
    /// A specification that the lengths do not meet.
    pub fn of(w: ArrayView1<S>, n: usize, spec: Spec) -> Result<Self, SpecError>
    where
        S: Ring,
    {
        let mut reduction = spec.reduce(&[n], w.shape())?;
        let kernel: Vec<S> = spec.kernel(w.into_dyn()).iter().cloned().collect();
        Ok(Self::of_window(&kernel, reduction.x[0], reduction.window.swap_remove(0)))
    }

    /// The number of rows m.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns n.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The diagonals from the upper right corner to the lower left: t[1 − n], …, t[m − 1].
    pub fn diagonals(&self) -> &[S] {
        &self.diagonals
    }

    /// The first column: `t[0]`, …, `t[m − 1]`.
    pub fn column(&self) -> &[S] {
        &self.diagonals[self.columns - 1..]
    }

    /// The first row: `t[0]`, `t[−1]`, …, `t[1 − n]`.
    pub fn row(&self) -> Vec<S> {
        self.diagonals[..self.columns].iter().rev().cloned().collect()
    }

    /// The transposed matrix: row and column exchanged.
    #[must_use]
    pub fn transposed(&self) -> Self {
        let diagonals = self.diagonals.iter().rev().cloned().collect();
        ToeplitzMatrix { rows: self.columns, columns: self.rows, diagonals }
    }

    /// All m·n entries.
    pub fn dense(&self) -> DMatrix<S>
    where
        S: PartialEq,
    {
        let entry = |i: usize, j: usize| self.diagonals[i + self.columns - 1 - j].clone();
        DMatrix::from_fn(self.rows, self.columns, entry)
    }

    /// The product with x, by its sums: m·n products. It is mode `valid` of the convolution of the diagonals with x.
    ///
    /// # Panics
    /// When x has not n entries.
    pub fn times(&self, x: &[S]) -> Vec<S> {
        assert_eq!(x.len(), self.columns, "a matrix of n columns multiplies vectors of n entries");
        let (diagonals, x) = (ArrayView1::from(self.diagonals()), ArrayView1::from(x));
        let y = Direct.convolve(diagonals.into_dyn(), x.into_dyn(), &[self.window()]);
        y.into_raw_vec_and_offset().0
    }

    /// Which part of the convolution of the diagonals with x is the product.
    pub(super) fn window(&self) -> Range<usize> {
        self.columns - 1..self.columns - 1 + self.rows
    }
}

impl<S: Semiring + PartialEq> Algorithm<S> for Toeplitz {
    fn name(&self) -> &'static str {
        "toeplitz"
    }

    fn about(&self) -> About {
        About {
            cost: "n times the entries of the window, zeros of the matrix included",
            source: "Golub & Van Loan 2013, section 4.7",
            declines: "beyond one axis and beyond 2^26 entries of the matrix; for NaN and infinity; and as direct",
        }
    }

    fn cost(&self, problem: &Problem) -> u128 {
        problem.axes().map(|(n, _, window)| n as u128 * window.len() as u128).product()
    }

    /// Writing the matrix costs more than reading it once: 5 to 8 where it stays in the caches, as for 300 entries; about 100
    /// to 200 beyond.
    fn weight(&self, _problem: &Problem) -> f64 {
        8.0
    }

    fn applies(&self, problem: &Problem) -> Result<(), Declined> {
        dense(problem, "Toeplitz", Algorithm::<S>::cost(self, problem))
    }

    fn convolve(&self, x: ArrayViewD<S>, w: ArrayViewD<S>, window: &[Range<usize>]) -> ArrayD<S> {
        let w: Vec<S> = w.iter().cloned().collect();
        times(&matrix(&w, x.len(), window[0].clone()), x.iter())
    }
}

/// What an algorithm asks that multiplies by a dense matrix for one axis.
pub(super) fn dense(problem: &Problem, kind: &str, entries: u128) -> Result<(), Declined> {
    problem.sums_fit()?;
    if problem.x.len() != 1 {
        let axes = problem.x.len();
        return Err(Declined(format!("the matrix is {kind} for one axis; here there are {axes}")));
    }
    if !problem.facts.finite {
        return Err(Declined(
            "a zero of the matrix times NaN or infinity is NaN, where the sum has no such term".into(),
        ));
    }
    if entries > LARGEST {
        return Err(Declined(format!("its matrix has {entries} entries, more than {LARGEST}")));
    }
    Ok(())
}

/// The product of a dense matrix and a vector. nalgebra's own asks for more than a semiring has; its columns are
/// contiguous.
pub(super) fn times<'a, S: Semiring + PartialEq>(
    matrix: &DMatrix<S>,
    x: impl Iterator<Item = &'a S>,
) -> ArrayD<S> {
    let mut y = ArrayD::from_shape_simple_fn(IxDyn(&[matrix.nrows()]), S::zero);
    for (column, x) in matrix.column_iter().zip(x) {
        for (y, entry) in y.iter_mut().zip(column.iter()) {
            S::mul_add_into(y, entry, x);
        }
    }
    y
}
