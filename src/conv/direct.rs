//! The sum itself, any semiring and any dimension: the definition with its loops in the order that caches like.

use super::{Algorithm, Declined, Problem};
use crate::scalar::Semiring;
use ndarray::{ArrayD, ArrayViewD, Dimension, IxDyn};
use rayon::prelude::*;
use std::ops::Range;

/// The direct sum. Every product of the window is computed, and no other.
///
/// A row of the output (along the last axis) is swept once per row of w that meets it, several taps at a time,
/// in blocks that stay in the cache; blocks are computed in parallel. Each entry is summed in the order of the
/// index of x, whatever the number of threads; so over the floats it equals the [definition](super::definition)
/// bit for bit, unless w is longer than x along the last axis and the two change places.
#[derive(Clone, Copy, Debug)]
pub struct Direct;

/// Entries of a block: two such blocks of f64 fit into a first-level cache of 32 KiB.
const BLOCK: usize = 2048;
/// Below this many products threads cost more than they save.
const PARALLEL: u128 = 1 << 16;

impl<S: Semiring> Algorithm<S> for Direct {
    fn name(&self) -> &'static str {
        "direct"
    }

    fn cost(&self, problem: &Problem) -> u128 {
        problem.products()
    }

    fn applies(&self, problem: &Problem) -> Result<(), Declined> {
        problem.sums_fit()
    }

    fn convolve(&self, x: ArrayViewD<S>, w: ArrayViewD<S>, window: &[Range<usize>]) -> ArrayD<S> {
        let last = window.len() - 1;
        let (x, w) = if w.shape()[last] > x.shape()[last] { (w, x) } else { (x, w) };
        let shape: Vec<usize> = window.iter().map(Range::len).collect();
        let width = shape[last];
        let mut y = ArrayD::from_shape_simple_fn(IxDyn(&shape), S::zero);
        let kernel = Rows::of(&w);
        let x = x.as_standard_layout();
        let sums = Sums { x: x.as_slice().expect("standard layout"), n: x.shape(), kernel, window };

        let per_entry: u128 = w.len() as u128;
        let entries = y.as_slice_mut().expect("a new array has standard layout");
        if per_entry * (entries.len() as u128) < PARALLEL {
            for (row, y) in entries.chunks_mut(width).enumerate() {
                sums.add_row(row, 0, y);
            }
        } else {
            // Short rows go to a thread in bunches.
            let bunch = (PARALLEL / (per_entry * width as u128) + 1) as usize;
            entries.par_chunks_mut(width).with_min_len(bunch).enumerate().for_each(|(row, y)| {
                y.par_chunks_mut(BLOCK)
                    .enumerate()
                    .for_each(|(block, y)| sums.add_row(row, block * BLOCK, y));
            });
        }
        y
    }
}

/// The rows of w, reversed along every axis: with them the sum runs forward through x and w alike.
struct Rows<S> {
    /// All axes but the last.
    outer: Vec<usize>,
    /// The index of each row on them, and its entries.
    rows: Vec<(Vec<usize>, Vec<S>)>,
}

impl<S: Semiring> Rows<S> {
    fn of(w: &ArrayViewD<S>) -> Self {
        let (outer, length) = w.shape().split_at(w.ndim() - 1);
        let mut reversed: Vec<S> = w.iter().cloned().collect();
        reversed.reverse();
        let indices = ndarray::indices(IxDyn(outer)).into_iter();
        let rows = indices
            .zip(reversed.chunks(length[0]))
            .map(|(index, row)| (index.as_array_view().to_vec(), row.to_vec()))
            .collect();
        Rows { outer: outer.to_vec(), rows }
    }
}

struct Sums<'a, S> {
    x: &'a [S],
    n: &'a [usize],
    kernel: Rows<S>,
    window: &'a [Range<usize>],
}

impl<S: Semiring> Sums<'_, S> {
    /// Adds the sums of row `row` of the window, from column `column` on, into `y`.
    fn add_row(&self, row: usize, column: usize, y: &mut [S]) {
        let last = self.window.len() - 1;
        // Where the reversed kernel's first row meets x, on each outer axis.
        let mut corner = vec![0_isize; last];
        let mut rest = row;
        for axis in (0..last).rev() {
            let length = self.window[axis].len();
            let place = self.window[axis].start + rest % length;
            corner[axis] = place as isize - (self.kernel.outer[axis] as isize - 1);
            rest /= length;
        }
        let length = self.n[last];
        for (index, taps) in &self.kernel.rows {
            let mut from = Some(0_usize);
            for axis in 0..last {
                let place = usize::try_from(corner[axis] + index[axis] as isize).ok();
                let place = place.filter(|place| *place < self.n[axis]);
                from = from.zip(place).map(|(from, place)| from * self.n[axis] + place);
            }
            if let Some(from) = from {
                let x = &self.x[from * length..(from + 1) * length];
                let start = (self.window[last].start + column) as isize - (taps.len() as isize - 1);
                sweep(y, start, x, taps);
            }
        }
    }
}

/// `y[i] ← y[i] + Σ_t w[t] · x[start + i + t]`, where x has such an entry.
fn sweep<S: Semiring>(y: &mut [S], start: isize, x: &[S], w: &[S]) {
    let mut start = start;
    let (eights, rest) = w.as_chunks::<8>();
    for taps in eights {
        add_taps(y, start, x, taps);
        start += 8;
    }
    let (fours, rest) = rest.as_chunks::<4>();
    for taps in fours {
        add_taps(y, start, x, taps);
        start += 4;
    }
    match rest {
        [a, b, c] => add_taps(y, start, x, &[a.clone(), b.clone(), c.clone()]),
        [a, b] => add_taps(y, start, x, &[a.clone(), b.clone()]),
        [a] => add_taps(y, start, x, std::array::from_ref(a)),
        _ => {}
    }
}

/// The same for a few taps at once: an entry of y stays in a register while they are added.
fn add_taps<S: Semiring, const T: usize>(y: &mut [S], start: isize, x: &[S], w: &[S; T]) {
    let all = meeting(y.len(), start, x.len() as isize - (T as isize - 1));
    let (left, rest) = y.split_at_mut(all.start);
    let (middle, right) = rest.split_at_mut(all.len());
    if !middle.is_empty() {
        let from = (start + all.start as isize) as usize;
        for (y, x) in middle.iter_mut().zip(x[from..].windows(T)) {
            for t in 0..T {
                S::mul_add_into(y, &w[t], &x[t]);
            }
        }
    }
    for (y, offset) in [(left, 0), (right, all.end as isize)] {
        for (t, tap) in w.iter().enumerate() {
            let start = start + offset + t as isize;
            let some = meeting(y.len(), start, x.len() as isize);
            let from = (start + some.start as isize).max(0) as usize;
            for (y, x) in y[some].iter_mut().zip(&x[from.min(x.len())..]) {
                S::mul_add_into(y, tap, x);
            }
        }
    }
}

/// The i in 0 … length − 1 with 0 ≤ start + i < n.
fn meeting(length: usize, start: isize, n: isize) -> Range<usize> {
    let place = |i: isize| i.clamp(0, length as isize) as usize;
    let (from, to) = (place(-start), place(n - start));
    from..to.max(from)
}

#[cfg(test)]
mod tests {
    use super::Direct;
    use crate::conv::{Algorithm, definition};
    use ndarray::{ArrayD, Ix1, IxDyn};

    #[test]
    fn it_is_the_definition_bit_for_bit() {
        let entries = |n: usize| ArrayD::from_shape_fn(IxDyn(&[n]), |i| ((i[0] * 37 + 11) as f64).sin());
        for (n, m) in [(1, 1), (4, 1), (9, 9), (20, 13), (40, 7), (5000, 31), (30, 28)] {
            let (x, w) = (entries(n), entries(m));
            let expected = definition::full(x.view(), w.view());
            for window in [0..n + m - 1, m - 1..n, 1.min(n + m - 2)..n + m - 1] {
                let got = Direct.convolve(x.view(), w.view(), std::slice::from_ref(&window));
                let wanted = expected.view().into_dimensionality::<Ix1>().expect("one axis");
                assert_eq!(got.as_slice(), Some(&wanted.as_slice().expect("contiguous")[window]));
            }
        }
    }
}
