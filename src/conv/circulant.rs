//! Circulant matrices: every row is the one above it, shifted by one round the corner. The Fourier matrix
//! diagonalises them all.
//!
//! `C[i, j] = h[(i − j) mod n]` is the matrix of the cyclic convolution with h on Z/n. Over a ring with a principal
//! n-th root of unity ω whose n is a unit, let `F[j, k] = ω^(−jk)`. Then `F⁻¹[k, j] = ω^(jk)/n` and
//! **C = F⁻¹ diag(F h) F**: the eigenvalues are the discrete Fourier transform of h, and the eigenvectors, the
//! columns of F⁻¹, are the same for every h. So circulant matrices commute, and products, inverses and systems are
//! those of the eigenvalues (Davis 1979, §3.2; Golub & Van Loan 2013, §4.8).

use super::{About, Algorithm, Declined, Problem, toeplitz};
use crate::{
    fourier::definition::{Missing, forward, inverse},
    scalar::{Field, Roots, Semiring},
    signal::Cyclic,
};
use nalgebra::DMatrix;
use ndarray::{ArrayD, ArrayView1, ArrayViewD};
use std::ops::Range;

/// The circulant matrix of h on Z/n, by its first column h.
///
/// ```
/// use faltung::conv::circulant::CirculantMatrix;
/// use nalgebra::DMatrix;
/// let matrix = CirculantMatrix::new(&[1, 2, 3_i64]);
/// assert_eq!(matrix.dense(), DMatrix::from_row_slice(3, 3, &[1, 3, 2, 2, 1, 3, 3, 2, 1]));
/// assert_eq!(matrix.times(&[0, 1, 0]), [3, 1, 2]);
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct CirculantMatrix<S> {
    column: Vec<S>,
}

/// C = `inverse` · diag(`eigenvalues`) · `fourier`.
#[derive(Clone, PartialEq, Debug)]
pub struct Diagonalisation<S: nalgebra::Scalar> {
    /// F⁻¹: its columns are the eigenvectors.
    pub inverse: DMatrix<S>,
    /// F h.
    pub eigenvalues: Vec<S>,
    /// F.
    pub fourier: DMatrix<S>,
}

/// Why a circulant matrix cannot be diagonalised or inverted here.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum CirculantError {
    #[error(transparent)]
    Missing(#[from] Missing),
    #[error("eigenvalue {0} is zero, so the matrix has no inverse: a system has no solution, or many")]
    Singular(usize),
    #[error(
        "the right-hand side has {got} entries, where the matrix has {expected} rows: give one entry a row"
    )]
    Length { expected: usize, got: usize },
}

impl<S: Semiring> CirculantMatrix<S> {
    /// By its first column.
    ///
    /// # Panics
    /// When it is empty.
    pub fn new(column: &[S]) -> Self {
        assert!(!column.is_empty(), "a matrix has at least one row and one column");
        CirculantMatrix { column: column.to_vec() }
    }

    /// The first column h.
    pub fn column(&self) -> &[S] {
        &self.column
    }

    /// All n² entries.
    pub fn dense(&self) -> DMatrix<S>
    where
        S: PartialEq,
    {
        let n = self.column.len();
        rows(&self.column, n, 0..n)
    }

    /// The product with x: the cyclic convolution of h and x, n² products.
    ///
    /// # Panics
    /// When x has not n entries.
    pub fn times(&self, x: &[S]) -> Vec<S> {
        assert_eq!(x.len(), self.column.len(), "an n x n matrix multiplies vectors of n entries");
        let on_group = |a: &[S]| Cyclic::circle(a.to_vec());
        let y = super::definition::cyclic(&on_group(x), &on_group(&self.column));
        y.entries().iter().cloned().collect()
    }

    /// The product of two circulant matrices, which is circulant, whichever comes first.
    ///
    /// # Panics
    /// When they differ in size.
    #[must_use]
    pub fn product(&self, other: &Self) -> Self {
        CirculantMatrix { column: self.times(&other.column) }
    }
}

impl<S: Roots> CirculantMatrix<S> {
    /// The eigenvalues: `λ[j] = Σ_k h[k] ω^(−jk)`, the discrete Fourier transform of h by its definition, n² products.
    ///
    /// The j-th belongs to the eigenvector `v[k] = ω^(jk)`.
    ///
    /// # Errors
    /// A ring without a principal n-th root of unity.
    pub fn eigenvalues(&self) -> Result<Vec<S>, CirculantError> {
        Ok(forward(line(&self.column))?.into_raw_vec_and_offset().0)
    }

    /// F⁻¹, the eigenvalues and F, whose product is this matrix.
    ///
    /// # Errors
    /// A ring without a principal n-th root of unity, or without the inverse of n.
    pub fn diagonalisation(&self) -> Result<Diagonalisation<S>, CirculantError>
    where
        S: PartialEq,
    {
        let n = self.column.len();
        // The transform of the impulse at 1 is the powers of which both matrices consist.
        let mut impulse = vec![S::zero(); n];
        impulse[1 % n] = S::one();
        let powers = |transform: fn(ArrayViewD<S>) -> Result<ArrayD<S>, Missing>| {
            let powers = transform(line(&impulse))?.into_raw_vec_and_offset().0;
            Ok::<_, Missing>(DMatrix::from_fn(n, n, |j, k| powers[j * k % n].clone()))
        };
        Ok(Diagonalisation {
            inverse: powers(inverse)?,
            eigenvalues: self.eigenvalues()?,
            fourier: powers(forward)?,
        })
    }

    /// The inverse, which is circulant: its eigenvalues are the inverses of this one's. 2n² products.
    ///
    /// Over the floats an eigenvalue is only zero where it is computed as 0, and the result is as good as the
    /// smallest eigenvalue is large.
    ///
    /// # Errors
    /// A ring without the root of unity, and an eigenvalue that is zero.
    pub fn inverse(&self) -> Result<Self, CirculantError>
    where
        S: Field,
    {
        let inverted = |(j, value): (usize, S)| value.inverse().ok_or(CirculantError::Singular(j));
        let inverses: Vec<S> =
            self.eigenvalues()?.into_iter().enumerate().map(inverted).collect::<Result<_, _>>()?;
        Ok(CirculantMatrix { column: inverse(line(&inverses))?.into_raw_vec_and_offset().0 })
    }

    /// The x with C x = b.
    ///
    /// # Errors
    /// As [`CirculantMatrix::inverse`], and a right-hand side of another length.
    pub fn solve(&self, b: &[S]) -> Result<Vec<S>, CirculantError>
    where
        S: Field,
    {
        let expected = self.column.len();
        if b.len() != expected {
            return Err(CirculantError::Length { expected, got: b.len() });
        }
        Ok(self.inverse()?.times(b))
    }
}

fn line<S>(entries: &[S]) -> ArrayViewD<'_, S> {
    ArrayView1::from(entries).into_dyn()
}

/// The rows in `window` of the circulant matrix of w, continued by zeros to n entries.
fn rows<S: Semiring + PartialEq>(w: &[S], n: usize, window: Range<usize>) -> DMatrix<S> {
    let entry = |row, column| w.get((window.start + row + n - column) % n).cloned().unwrap_or_else(S::zero);
    DMatrix::from_fn(window.len(), n, entry)
}

/// The convolution as a circulant matrix, written out: on Z/N with N = n + m − 1 nothing wraps round. One dimension.
#[derive(Clone, Copy, Debug)]
pub struct Circulant;

impl<S: Semiring + PartialEq> Algorithm<S> for Circulant {
    fn name(&self) -> &'static str {
        "circulant"
    }

    fn about(&self) -> About {
        About {
            cost: "one for every entry of the rows of the window, (n + m - 1) times the window",
            source: "Golub & Van Loan 2013, section 4.8",
            declines: "beyond one axis and where the matrix is too large to write out; for NaN and infinity; and as direct",
        }
    }

    /// One product per entry of the rows that are wanted, those that meet x's zeros too.
    fn cost(&self, problem: &Problem) -> u128 {
        problem.axes().map(|(n, m, window)| (n + m - 1) as u128 * window.len() as u128).product()
    }

    /// Writing the matrix costs more than reading it once: 8 to 13 where it stays in the caches, as for 300 entries; about 100
    /// to 200 beyond.
    fn weight(&self, _problem: &Problem) -> f64 {
        10.0
    }

    fn applies(&self, problem: &Problem) -> Result<(), Declined> {
        toeplitz::dense(problem, "circulant", Algorithm::<S>::cost(self, problem))
    }

    fn convolve(&self, x: ArrayViewD<S>, w: ArrayViewD<S>, window: &[Range<usize>]) -> ArrayD<S> {
        let w: Vec<S> = w.iter().cloned().collect();
        let (n, zero) = (x.len() + w.len() - 1, S::zero());
        let padded = x.iter().chain(std::iter::repeat(&zero));
        toeplitz::times(&rows(&w, n, window[0].clone()), padded.take(n))
    }
}
