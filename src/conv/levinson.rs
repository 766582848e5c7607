//! Toeplitz systems T x = b by Levinson's recursion, in any field; for doubles with a proved residual.
//!
//! Let T_k be the leading k × k block of T, and δ_k = det T_k / det T_{k−1}. There are vectors a and c with
//! `T_k a = δ_k e_1`, `a_1 = 1` and `T_k c = δ_k e_k`, `c_k = 1`. One row and column more turn (a, 0) and (0, c) into
//! vectors with two entries that are not zero, `T (a, 0) = (δ, 0, …, 0, ε)` and `T (0, c) = (η, 0, …, 0, δ)`, and
//! two combinations of them are the next pair:
//!
//! * α = ε/δ, γ = η/δ, a ← (a, 0) − α (0, c), c ← (0, c) − γ (a, 0), δ ← δ − αη;
//! * x ← (x, 0) + (b_{k+1} − t·x)/δ · c, where t is the new row: only its last equation changed.
//!
//! (Levinson 1947; Golub & Van Loan 2013, §4.7.) It
//! takes 6 products per entry of each step, 3n² in all, and memory for three vectors. It divides by every δ_k, so
//! it asks that no leading minor is zero; where one is, it says which.
//!
//! **The inverse** is not Toeplitz, but a sum of two products of triangular Toeplitz matrices, which the last a and c
//! give (Gohberg & Semencul 1972): see [`Inverse`].
//!
//! **Rounding.** The recursion is not backward stable unless T is positive definite or nearly so (Cybenko 1980):
//! where a leading minor is almost zero, its digits are lost, and x may be far from solving the system. Therefore
//! [`ToeplitzMatrix::solve_in_doubles`] computes b − T x with a proved bound ([`residual`]), and
//! returns it with x.

use super::{Direct, Fft, residual, toeplitz::ToeplitzMatrix};
use crate::{conv::Algorithm, scalar::Field};
use ndarray::ArrayView1;
use pulp::{Simd, WithSimd};
use std::ops::Range;

/// Why there is no solution to return.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum SolveError {
    #[error("a system wants a square matrix, and this one is {rows} x {columns}: take a square part of it")]
    Shape { rows: usize, columns: usize },
    #[error(
        "the right-hand side has {got} entries, where the matrix has {expected} rows: give one entry a row"
    )]
    Length { expected: usize, got: usize },
    #[error(
        "the leading {order} x {order} minor is zero, and Levinson's recursion divides by it: \
         use an elimination that exchanges rows"
    )]
    Breakdown { order: usize },
    #[error(
        "numbers left the range of doubles, or were NaN or infinite from the start: scale the system, or solve it \
         over the rationals"
    )]
    Range,
}

/// The inverse of a Toeplitz matrix T in O(n) memory: `T a = δ e_1`, `T c = δ e_n`, `a_1 = c_n = 1`.
///
/// `δ T⁻¹ = L(a) U(c_n, …, c_1) − L(0, c_1, …, c_{n−1}) U(0, a_n, …, a_2)`, where L has the given first column and
/// is lower triangular, and U has the given first row and is upper triangular (Gohberg & Semencul 1972).
///
/// ```
/// use faltung::conv::toeplitz::ToeplitzMatrix;
/// let inverse = ToeplitzMatrix::new(&[2.0, 1.0], &[2.0, 0.0]).inverse()?;
/// assert_eq!(inverse.times(&[2.0, 5.0]), [1.0, 2.0]);
/// # Ok::<(), faltung::conv::levinson::SolveError>(())
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct Inverse<S> {
    forward: Vec<S>,
    backward: Vec<S>,
    reciprocal: S,
}

impl<S: Field> Inverse<S> {
    /// a, the first column of T⁻¹ times δ.
    pub fn forward(&self) -> &[S] {
        &self.forward
    }

    /// c, the last column of T⁻¹ times δ.
    pub fn backward(&self) -> &[S] {
        &self.backward
    }

    /// T⁻¹ b, by four triangular products: 2n² products and a few n.
    ///
    /// # Panics
    /// When b has not n entries.
    pub fn times(&self, b: &[S]) -> Vec<S> {
        self.by(&Direct, b)
    }

    fn by(&self, algorithm: &dyn Algorithm<S>, b: &[S]) -> Vec<S> {
        let n = self.forward.len();
        assert_eq!(b.len(), n, "the inverse of an n x n matrix multiplies vectors of n entries");
        let product = |column: &[S], z: &[S], window: Range<usize>| {
            let view = |a| ArrayView1::from(a).into_dyn();
            algorithm.convolve(view(column), view(z), &[window]).into_raw_vec_and_offset().0
        };
        let (lower, upper) = (0..n, n - 1..2 * n - 1);
        let mut rest = self.forward[1..].to_vec();
        rest.push(S::zero());
        let mut shifted = vec![S::zero()];
        shifted.extend_from_slice(&self.backward[..n - 1]);
        let first = product(&self.forward, &product(&self.backward, b, upper.clone()), lower.clone());
        let second = product(&shifted, &product(&rest, b, upper), lower);
        first.iter().zip(&second).map(|(a, b)| a.minus(b).times(&self.reciprocal)).collect()
    }
}

impl<S: Field> ToeplitzMatrix<S> {
    /// The x with T x = b, by Levinson's recursion: 3n² products, memory for a few vectors. Exact in an exact field.
    ///
    /// Over the floats it says nothing about its error: see [`ToeplitzMatrix::solve_in_doubles`].
    ///
    /// ```
    /// use faltung::conv::{levinson::SolveError, toeplitz::ToeplitzMatrix};
    /// let matrix = ToeplitzMatrix::new(&[2.0, 1.0], &[2.0, 0.0]);
    /// assert_eq!(matrix.solve(&[2.0, 5.0])?, [1.0, 2.0]);
    /// let swap = ToeplitzMatrix::new(&[0.0, 1.0], &[0.0, 1.0]); // regular, but its first minor is zero
    /// assert_eq!(swap.solve(&[2.0, 5.0]), Err(SolveError::Breakdown { order: 1 }));
    /// # Ok::<(), SolveError>(())
    /// ```
    ///
    /// # Errors
    /// A matrix that is not square, a right-hand side of another length, a leading minor that is zero.
    pub fn solve(&self, b: &[S]) -> Result<Vec<S>, SolveError> {
        Ok(self.solve_and_invert(b)?.0)
    }

    /// The inverse, by the same recursion.
    ///
    /// # Errors
    /// As [`ToeplitzMatrix::solve`].
    pub fn inverse(&self) -> Result<Inverse<S>, SolveError> {
        Ok(self.solve_and_invert(&vec![S::zero(); self.rows()])?.1)
    }

    fn solve_and_invert(&self, b: &[S]) -> Result<(Vec<S>, Inverse<S>), SolveError> {
        let (rows, columns) = (self.rows(), self.columns());
        if rows != columns {
            return Err(SolveError::Shape { rows, columns });
        }
        if b.len() != rows {
            return Err(SolveError::Length { expected: rows, got: b.len() });
        }
        // A constant, so that the other branch is not compiled.
        if const { S::VECTORS } {
            pulp::Arch::new().dispatch(Recursion { t: self.diagonals(), b })
        } else {
            recursion(self.diagonals(), b)
        }
    }
}

/// The recursion, for the instructions that this processor has. (A closure need not be inlined where they are known.)
struct Recursion<'a, S> {
    t: &'a [S],
    b: &'a [S],
}

impl<S: Field> WithSimd for Recursion<'_, S> {
    type Output = Result<(Vec<S>, Inverse<S>), SolveError>;

    #[inline(always)]
    fn with_simd<Lanes: Simd>(self, _: Lanes) -> Self::Output {
        recursion(self.t, self.b)
    }
}

/// A solution in doubles, and what is known about it.
#[derive(Clone, PartialEq, Debug)]
pub struct Solution {
    /// x.
    pub x: Vec<f64>,
    /// A number that no entry of |b − T x| exceeds: proved, for this x, whatever the recursion lost.
    pub residual: f64,
    /// A number η such that x solves a system (T + E) x = b + f exactly with ‖E‖∞ ≤ η‖T‖∞ and ‖f‖∞ ≤ η‖b‖∞
    /// (Rigal & Gaches 1967; E need not be Toeplitz): proved likewise. Near 1e-16 it is as good as data can be.
    pub backward_error: f64,
    /// How often x was corrected by the inverse times its residual.
    pub corrections: usize,
}

/// A backward error that no correction is tried below: a few roundings of the data.
const GOOD: f64 = 8.0 * f64::EPSILON;
/// Corrections at most; each has to halve the residual.
const CORRECTIONS: usize = 3;

impl ToeplitzMatrix<f64> {
    /// The x with T x = b in doubles, and a proof of how well it solves the system.
    ///
    /// 3n² products for the recursion; then b − T x with twice the digits ([`residual`]), n²
    /// products, and while that is not small and shrinks, a correction by [`Inverse`] through transforms.
    ///
    /// ```
    /// use faltung::conv::toeplitz::ToeplitzMatrix;
    /// let matrix = ToeplitzMatrix::new(&[3.0, 0.1, 0.2], &[3.0, -0.3, 0.7]);
    /// let solution = matrix.solve_in_doubles(&[1.0, 2.0, 3.0])?;
    /// assert!(solution.residual < 1e-14 && solution.backward_error < 1e-15);
    /// # Ok::<(), faltung::conv::levinson::SolveError>(())
    /// ```
    ///
    /// # Errors
    /// As [`ToeplitzMatrix::solve`], and where numbers leave the range of doubles.
    pub fn solve_in_doubles(&self, b: &[f64]) -> Result<Solution, SolveError> {
        let (x, inverse) = self.solve_and_invert(b)?;
        let mut best = self.examined(x, b)?;
        while best.0.backward_error > GOOD && best.0.corrections < CORRECTIONS {
            let correction = inverse.by(&Fft, &best.1);
            let corrected = best.0.x.iter().zip(&correction).map(|(x, d)| x + d).collect();
            let Ok(mut next) = self.examined(corrected, b) else { break };
            next.0.corrections = best.0.corrections + 1;
            let halved = next.0.residual <= best.0.residual / 2.0;
            if next.0.residual < best.0.residual {
                best = next;
            }
            if !halved {
                break;
            }
        }
        Ok(best.0)
    }

    /// x with what is proved about it, and its residual.
    fn examined(&self, x: Vec<f64>, b: &[f64]) -> Result<(Solution, Vec<f64>), SolveError> {
        let residual = residual::residual(self, &x, b);
        let largest = |a: &[f64]| a.iter().fold(0.0, |largest: f64, a| largest.max(a.abs()));
        if !residual.bound.is_finite() {
            return Err(SolveError::Range);
        }
        // ‖T‖∞ is at least the absolute sum of any row; computed, it is off by less than 2n roundings.
        let n = x.len();
        let row = |i: usize| self.diagonals()[i..i + n].iter().map(|t| t.abs()).sum::<f64>();
        let sums = row(0).max(row(n - 1)).max(row(n / 2)) * (1.0 - 2.0 * n as f64 * f64::EPSILON);
        let scale = (sums * largest(&x) + largest(b)) * (1.0 - 4.0 * f64::EPSILON);
        if !scale.is_finite() {
            return Err(SolveError::Range);
        }
        let backward_error = if residual.bound == 0.0 { 0.0 } else { (residual.bound / scale).next_up() };
        Ok((Solution { x, residual: residual.bound, backward_error, corrections: 0 }, residual.entries))
    }
}

/// Entries that are added side by side: enough for two vectors of four doubles in flight for each of three sums.
const LANES: usize = 8;

/// The whole recursion. `t` holds the 2n − 1 diagonals from the upper right corner on.
///
/// c grows at its front: in a buffer whose end is fixed, entry j of (0, c) is where the next c wants it.
#[inline(always)]
fn recursion<S: Field>(t: &[S], b: &[S]) -> Result<(Vec<S>, Inverse<S>), SolveError> {
    let n = b.len();
    // Reversed, so that rows of T run forward: T[i, j] is along[n − i + j]. The zeros pad the last step's sums.
    let mut along = vec![S::zero()];
    along.extend(t.iter().rev().cloned());
    along.push(S::zero());
    let mut delta = t[n - 1].clone();
    let mut reciprocal = delta.inverse().ok_or(SolveError::Breakdown { order: 1 })?;
    let (mut a, mut c, mut x) = (vec![S::zero(); n], vec![S::zero(); n], vec![S::zero(); n]);
    a[0] = S::one();
    c[n - 1] = S::one();
    x[0] = b[0].times(&reciprocal);
    // The sums of the next step: ε, η, and the new row of T times x.
    let mut sums = [S::zero(), S::zero(), S::zero()];
    if n > 1 {
        sums = [along[n - 1].clone(), along[n + 1].clone(), along[n - 1].times(&x[0])];
    }
    for k in 1..n {
        let [epsilon, eta, known] = &sums;
        let (alpha, gamma) = (epsilon.times(&reciprocal), eta.times(&reciprocal));
        delta = delta.minus(&alpha.times(eta));
        reciprocal = delta.inverse().ok_or(SolveError::Breakdown { order: k + 1 })?;
        let mu = b[k].minus(known).times(&reciprocal);
        // Row k + 1 of T up to its diagonal, and row 0 from column 1 on.
        let (below, right) = (&along[n - 1 - k..n], &along[n + 1..n + 2 + k]);
        sums = step(&mut a[..=k], &mut c[n - 1 - k..], &mut x[..=k], [&alpha, &gamma, &mu], below, right);
    }
    Ok((x, Inverse { forward: a, backward: c, reciprocal }))
}

/// One step, and the sums of the next one, in one pass through memory.
#[inline(always)]
fn step<S: Field>(
    a: &mut [S],
    c: &mut [S],
    x: &mut [S],
    factors: [&S; 3],
    below: &[S],
    right: &[S],
) -> [S; 3] {
    let [alpha, gamma, mu] = factors.map(S::clone);
    let mut lanes: [[S; LANES]; 3] = std::array::from_fn(|_| std::array::from_fn(|_| S::zero()));
    let ((a, a_rest), (c, c_rest), (x, x_rest)) =
        (a.as_chunks_mut::<LANES>(), c.as_chunks_mut::<LANES>(), x.as_chunks_mut::<LANES>());
    let ((below, below_rest), (right, right_rest)) = (below.as_chunks::<LANES>(), right.as_chunks::<LANES>());
    for ((((a, c), x), below), right) in a.iter_mut().zip(c).zip(x).zip(below).zip(right) {
        // Through values of their own: what is read cannot be what was just written, and the lanes fill registers.
        let new_a: [S; LANES] = std::array::from_fn(|l| a[l].minus(&alpha.times(&c[l])));
        let new_c: [S; LANES] = std::array::from_fn(|l| c[l].minus(&gamma.times(&a[l])));
        let new_x: [S; LANES] = std::array::from_fn(|l| x[l].plus(&mu.times(&new_c[l])));
        let [epsilon, eta, known] = &mut lanes;
        for l in 0..LANES {
            S::mul_add_into(&mut epsilon[l], &below[l], &new_a[l]);
            S::mul_add_into(&mut eta[l], &right[l], &new_c[l]);
            S::mul_add_into(&mut known[l], &below[l], &new_x[l]);
        }
        (*a, *c, *x) = (new_a, new_c, new_x);
    }
    let rests = a_rest.iter_mut().zip(c_rest).zip(x_rest).zip(below_rest).zip(right_rest);
    for ((((a, c), x), below), right) in rests {
        let next = a.minus(&alpha.times(c));
        *c = c.minus(&gamma.times(a));
        *a = next;
        S::mul_add_into(x, &mu, c);
        let [epsilon, eta, known] = &mut lanes;
        S::mul_add_into(&mut epsilon[0], below, a);
        S::mul_add_into(&mut eta[0], right, c);
        S::mul_add_into(&mut known[0], below, x);
    }
    lanes.map(|lanes| lanes.into_iter().fold(S::zero(), |sum, lane| sum.plus(&lane)))
}
