//! Convolution in any dimension as a matrix times vec(x): doubly block Toeplitz, or doubly block circulant.
//!
//! vec(x) lists the entries of x row by row. On two axes the matrix then has blocks, one per pair of a row of y and a
//! row of x; the blocks are constant along their diagonals, and each block is a Toeplitz (circulant) matrix itself
//! (Goodfellow, Bengio & Courville 2016, §9.1; Jain 1989, §2.8). On d axes this nests d times. Nearly all entries
//! are zero, so the matrices come dense and in compressed rows.
//!
//! **What is stored.** Every tap of w is stored wherever it stands, a tap that is zero too: the pattern depends on
//! shapes only, and a NaN in x meets the same taps as in the definition. Hence the number of stored entries:
//!
//! * Toeplitz, rows `window`: the number of products of the window ([`Problem::products`]); nm for the full one;
//! * circulant on Z/N1 × … × Z/Nd, for w that fits into the group: N1 ⋯ Nd · |w|, as each tap stands once in every row.

use super::{About, Algorithm, Declined, Problem};
use crate::scalar::Semiring;
use nalgebra::DMatrix;
use nalgebra_sparse::CsrMatrix;
use ndarray::{ArrayD, ArrayViewD, IxDyn};
use std::ops::Range;

/// The rows in `window` (row by row) of the doubly block Toeplitz matrix T with `vec(w ∗ x) = T vec(x)`, for x of
/// this shape: `T[i, j] = w[i − j]`, with indices of one entry per axis.
///
/// ```
/// use faltung::conv::doubly_block;
/// use ndarray::arr2;
/// let w = arr2(&[[1, 2], [3, 4_i64]]).into_dyn();
/// let matrix = doubly_block::toeplitz(w.view(), &[2, 2], &[0..3, 0..3]);
/// assert_eq!((matrix.nrows(), matrix.ncols(), matrix.nnz()), (9, 4, 16));
/// // Row (1, 1) holds the whole kernel, turned round.
/// assert_eq!(matrix.row(4).values(), [4, 3, 2, 1]);
/// ```
///
/// # Panics
/// When ranks differ, or a window leaves the full convolution.
pub fn toeplitz<S: Semiring>(w: ArrayViewD<S>, x: &[usize], window: &[Range<usize>]) -> CsrMatrix<S> {
    let axes = axes(&w, x, window);
    assert!(axes.iter().all(|(n, m, window)| window.end < n + m), "a window of the full convolution");
    assemble(&axes, w, |i, n, m| {
        // The entries of x from first to last, so the taps from last to first.
        (i.saturating_sub(m - 1)..(i + 1).min(n)).map(|j| (j, i - j)).collect()
    })
}

/// The rows in `window` of the doubly block circulant matrix C of the cyclic convolution with w on
/// Z/N1 × … × Z/Nd: `C[i, j] = w[(i − j) mod N]`. A w smaller than the group is continued by zeros, which are not
/// stored.
///
/// ```
/// use faltung::conv::doubly_block;
/// use ndarray::arr2;
/// let w = arr2(&[[1, 2], [3, 4_i64]]).into_dyn();
/// let matrix = doubly_block::circulant(w.view(), &[3, 3], &[0..3, 0..3]);
/// assert_eq!((matrix.nrows(), matrix.ncols(), matrix.nnz()), (9, 9, 36));
/// ```
///
/// # Panics
/// When ranks differ, w does not fit into the group, or a window leaves it.
pub fn circulant<S: Semiring>(w: ArrayViewD<S>, group: &[usize], window: &[Range<usize>]) -> CsrMatrix<S> {
    let axes = axes(&w, group, window);
    assert!(
        axes.iter().all(|(n, m, window)| m <= n && window.end <= *n),
        "a kernel and a window on the group"
    );
    assemble(&axes, w, |i, n, m| {
        let mut places: Vec<(usize, usize)> = (0..m).map(|tap| ((i + n - tap) % n, tap)).collect();
        places.sort_unstable();
        places
    })
}

/// A sparse matrix with its zeros written out.
pub fn dense<S: Semiring + PartialEq>(matrix: &CsrMatrix<S>) -> DMatrix<S> {
    let mut dense = DMatrix::from_element(matrix.nrows(), matrix.ncols(), S::zero());
    for (i, j, entry) in matrix.triplet_iter() {
        dense[(i, j)] = entry.clone();
    }
    dense
}

/// The product with a vector, by the entries that are stored. nalgebra-sparse's own asks for more than a semiring has.
///
/// # Panics
/// When x has not as many entries as the matrix has columns.
pub fn times<S: Semiring>(matrix: &CsrMatrix<S>, x: &[S]) -> Vec<S> {
    assert_eq!(x.len(), matrix.ncols(), "a matrix of n columns multiplies vectors of n entries");
    let row = |row: nalgebra_sparse::csr::CsrRow<S>| {
        let mut sum = S::zero();
        for (j, entry) in row.col_indices().iter().zip(row.values()) {
            S::mul_add_into(&mut sum, &x[*j], entry);
        }
        sum
    };
    matrix.row_iter().map(row).collect()
}

/// Columns, taps and the rows wanted, axis by axis.
type Axes = Vec<(usize, usize, Range<usize>)>;

fn axes<S>(w: &ArrayViewD<S>, columns: &[usize], window: &[Range<usize>]) -> Axes {
    assert!(w.ndim() == columns.len() && w.ndim() == window.len(), "one size and one range per axis of w");
    let axes = columns.iter().zip(w.shape()).zip(window);
    axes.map(|((n, m), window)| (*n, *m, window.clone())).collect()
}

/// The matrix whose rows are the products, over the axes, of the places (column, tap) of a row of each axis.
fn assemble<S: Semiring>(
    axes: &Axes,
    w: ArrayViewD<S>,
    places: impl Fn(usize, usize, usize) -> Vec<(usize, usize)>,
) -> CsrMatrix<S> {
    let taps: Vec<S> = w.iter().cloned().collect();
    // Per axis and row: where it has which taps, the columns ascending.
    let lists: Vec<Vec<Vec<(usize, usize)>>> =
        axes.iter().map(|(n, m, window)| window.clone().map(|i| places(i, *n, *m)).collect()).collect();
    let (mut offsets, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
    let shape: Vec<usize> = axes.iter().map(|(_, _, window)| window.len()).collect();
    for index in ndarray::indices(IxDyn(&shape)) {
        // Column and tap as numbers in row-by-row order: last axis fastest, so ascending.
        let mut row = vec![(0, 0)];
        for (axis, (n, m, _)) in axes.iter().enumerate() {
            let list = &lists[axis][index[axis]];
            let joined = |(j, tap): &(usize, usize)| {
                let (j, tap) = (j * n, tap * m);
                list.iter().map(move |(next, next_tap)| (j + next, tap + next_tap))
            };
            row = row.iter().flat_map(joined).collect();
        }
        columns.extend(row.iter().map(|(j, _)| *j));
        values.extend(row.iter().map(|(_, tap)| taps[*tap].clone()));
        offsets.push(columns.len());
    }
    let size = axes.iter().map(|(n, _, _)| n).product();
    CsrMatrix::try_from_csr_data(offsets.len() - 1, size, offsets, columns, values)
        .expect("each row's columns ascend and lie in the matrix")
}

/// The sparse doubly block Toeplitz matrix times vec(x).
#[derive(Clone, Copy, Debug)]
pub struct DoublyBlockToeplitz;

/// The sparse doubly block circulant matrix, on a group so large that nothing wraps round, times vec(x).
#[derive(Clone, Copy, Debug)]
pub struct DoublyBlockCirculant;

/// The stored entries of the largest matrix that is built: with their column indices 16 bytes each for doubles. An x
/// that is continued by zeros is no longer either.
const LARGEST: u128 = 1 << 22;

fn small(entries: u128) -> Result<(), Declined> {
    if entries <= LARGEST {
        return Ok(());
    }
    Err(Declined(format!(
        "its matrix has {entries} entries that are not structurally zero, more than {LARGEST}"
    )))
}

fn shaped<S: Semiring>(y: Vec<S>, window: &[Range<usize>]) -> ArrayD<S> {
    let shape: Vec<usize> = window.iter().map(Range::len).collect();
    ArrayD::from_shape_vec(IxDyn(&shape), y).expect("one row of the matrix per entry of the window")
}

impl<S: Semiring> Algorithm<S> for DoublyBlockToeplitz {
    fn name(&self) -> &'static str {
        "doubly-block-toeplitz"
    }

    fn about(&self) -> About {
        About {
            cost: "one for every stored entry: the products of the direct sum",
            source: "Goodfellow et al. 2016, section 9.1",
            declines: "where there are too many stored entries; and as direct",
        }
    }

    /// One product per stored entry.
    fn cost(&self, problem: &Problem) -> u128 {
        problem.products()
    }

    fn weight(&self, _problem: &Problem) -> f64 {
        WEIGHT
    }

    fn applies(&self, problem: &Problem) -> Result<(), Declined> {
        problem.sums_fit()?;
        small(Algorithm::<S>::cost(self, problem))
    }

    fn convolve(&self, x: ArrayViewD<S>, w: ArrayViewD<S>, window: &[Range<usize>]) -> ArrayD<S> {
        let vec: Vec<S> = x.iter().cloned().collect();
        shaped(times(&toeplitz(w, x.shape(), window), &vec), window)
    }
}

impl<S: Semiring> Algorithm<S> for DoublyBlockCirculant {
    fn name(&self) -> &'static str {
        "doubly-block-circulant"
    }

    fn about(&self) -> About {
        About {
            cost: "one for every stored entry, m times the window",
            source: "Goodfellow et al. 2016, section 9.1",
            declines: "where there are too many stored entries, or too many of x continued by zeros; for NaN and infinity; and as direct",
        }
    }

    /// One product per stored entry, those that meet x's zeros too.
    fn cost(&self, problem: &Problem) -> u128 {
        problem.axes().map(|(_, m, window)| m as u128 * window.len() as u128).product()
    }

    fn weight(&self, _problem: &Problem) -> f64 {
        WEIGHT
    }

    fn applies(&self, problem: &Problem) -> Result<(), Declined> {
        problem.sums_fit()?;
        if !problem.facts.finite {
            return Err(Declined("NaN or infinity in w, times the zeros that continue x, is NaN".into()));
        }
        small(Algorithm::<S>::cost(self, problem))?;
        // A small window has a small matrix, but x is continued by zeros to the whole group.
        let group = problem
            .axes()
            .try_fold(1_u128, |all, (n, m, _)| all.checked_mul((n as u128 + m as u128).saturating_sub(1)));
        match group {
            Some(..=LARGEST) => Ok(()),
            Some(group) => {
                Err(Declined(format!("x continued by zeros has {group} entries, more than {LARGEST}")))
            }
            None => Err(Declined(format!("x continued by zeros has far more than {LARGEST} entries"))),
        }
    }

    fn convolve(&self, x: ArrayViewD<S>, w: ArrayViewD<S>, window: &[Range<usize>]) -> ArrayD<S> {
        let group: Vec<usize> = x.shape().iter().zip(w.shape()).map(|(n, m)| n + m - 1).collect();
        let mut padded = ArrayD::from_shape_simple_fn(IxDyn(&group), S::zero);
        padded.slice_each_axis_mut(|axis| (..x.len_of(axis.axis)).into()).assign(&x);
        let vec = padded.into_raw_vec_and_offset().0;
        shaped(times(&circulant(w, &group, window), &vec), window)
    }
}

/// Building a matrix to use it once: 24 to 73 with 3² to 9² taps on an image of 32², and up to 1000 for larger ones.
const WEIGHT: f64 = 50.0;
