//! Transforms along an axis that is not the last: a few columns at a time, gathered side by side in the cache.

use crate::scalar::Real;
use ndarray::{ArrayViewMut2, Axis};
use num_complex::Complex;
use pulp::Arch;
use rustfft::Fft;
use std::sync::Arc;

/// Columns that are gathered at a time: of 8 complex doubles, a row is two lines of the cache.
const WIDTH: usize = 8;
/// Entries by which gathered columns are apart beyond their length: powers of two would meet in the same cache sets.
const APART: usize = 8;
/// Entries below which threads cost more than they save.
const PARALLEL: usize = 1 << 15;

/// What is done with every column of a grid.
pub(super) struct Pass<'a, T: Real> {
    /// The transform, of as many points as the grid has rows.
    pub plan: &'a Arc<dyn Fft<T>>,
    /// Factors for every entry, column by column; multiplied after a forward transform.
    pub twiddles: Option<&'a [Complex<T>]>,
    /// Whether it is an inverse: the conjugate factors are multiplied before it.
    pub inverse: bool,
    /// Whether other threads may help.
    pub parallel: bool,
}

impl<T: Real> Pass<'_, T> {
    /// Transforms every column in place; the first one is column `first` of the factors.
    ///
    /// The grid is cut between columns until pieces are small, and these are shared among threads. Beyond the grid,
    /// each thread uses memory for [`WIDTH`] columns.
    pub fn run(&self, grid: ArrayViewMut2<Complex<T>>, first: usize) {
        let columns = grid.ncols();
        if self.parallel && columns > WIDTH && grid.len() > PARALLEL {
            let half = (columns / 2).next_multiple_of(WIDTH);
            let (left, right) = grid.split_at(Axis(1), half);
            rayon::join(|| self.run(left, first), || self.run(right, first + half));
        } else {
            self.here(grid, first);
        }
    }

    fn here(&self, mut grid: ArrayViewMut2<Complex<T>>, first: usize) {
        let (points, columns) = grid.dim();
        let zero =
            Complex::new(<T as realfft::num_traits::Zero>::zero(), <T as realfft::num_traits::Zero>::zero());
        let stride = points + APART;
        let mut gathered = vec![zero; WIDTH.min(columns) * stride];
        let mut scratch = vec![zero; self.plan.get_inplace_scratch_len()];
        for from in (0..columns).step_by(WIDTH) {
            let width = WIDTH.min(columns - from);
            for (i, row) in grid.rows().into_iter().enumerate() {
                let row = &row.to_slice().expect("rows of a grid are contiguous")[from..from + width];
                for (column, entry) in gathered[i..].iter_mut().step_by(stride).zip(row) {
                    *column = *entry;
                }
            }
            for (column, gathered) in gathered.chunks_mut(stride).take(width).enumerate() {
                let gathered = &mut gathered[..points];
                let twiddles = self.twiddles.map(|all| &all[(first + from + column) * points..][..points]);
                if let (Some(twiddles), true) = (twiddles, self.inverse) {
                    times_conjugates(gathered, twiddles);
                }
                self.plan.process_with_scratch(gathered, &mut scratch);
                if let (Some(twiddles), false) = (twiddles, self.inverse) {
                    times(gathered, twiddles);
                }
            }
            for (i, mut row) in grid.rows_mut().into_iter().enumerate() {
                let row = &mut row.as_slice_mut().expect("rows of a grid are contiguous")[from..from + width];
                for (column, entry) in gathered[i..].iter().step_by(stride).zip(row) {
                    *entry = *column;
                }
            }
        }
    }
}

/// `a[i] ← a[i] · b[i]`.
pub(super) fn times<T: Real>(a: &mut [Complex<T>], b: &[Complex<T>]) {
    Arch::new().dispatch(
        #[inline(always)]
        || a.iter_mut().zip(b).for_each(|(a, b)| *a = by(*a, *b)),
    );
}

/// `a[i] ← a[i] · conj(b[i])`.
fn times_conjugates<T: Real>(a: &mut [Complex<T>], b: &[Complex<T>]) {
    Arch::new().dispatch(
        #[inline(always)]
        || a.iter_mut().zip(b).for_each(|(a, b)| *a = by(*a, b.conj())),
    );
}

/// The product of two complex numbers.
#[inline(always)]
pub(super) fn by<T: Real>(a: Complex<T>, b: Complex<T>) -> Complex<T> {
    Complex::new(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
}
