//! The sum itself, any semiring and any dimension: the definition with its loops in the order that caches like.

use super::{About, Algorithm, Declined, Problem};
use crate::scalar::Semiring;
use ndarray::{ArrayD, ArrayViewD, Dimension, IxDyn};
use rayon::prelude::*;
use std::ops::Range;

/// The direct sum. Every product of the window is computed, and no other.
///
/// A row of the output is swept once per row of w that meets it, several taps at a time, in blocks that stay in
/// the cache; blocks are computed in parallel. A row runs along the last axis, and through those before it for as
/// long as w has one entry there: an interleaved image, or a table of many short rows, is swept like a long signal. Each entry is summed in the order of the
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

    fn about(&self) -> About {
        About {
            cost: "one for every product of the window, n m for the full one",
            source: "the definition; Oppenheim & Schafer 2010, eq. 2.52",
            declines: "where a sum of 64-bit integers might leave 64 bits",
        }
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
        let mut y = ArrayD::from_shape_simple_fn(IxDyn(&shape), S::zero);
        let x = x.as_standard_layout();
        let sums = Sums::new(x.as_slice().expect("standard layout"), x.shape(), &w, window);
        let width = sums.window[sums.window.len() - 1].len();
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

struct Sums<'a, S> {
    x: &'a [S],
    /// The shape of x, its last axes joined into one.
    n: Vec<usize>,
    /// The shape of w, without those that were joined.
    m: Vec<usize>,
    /// The window, joined like x.
    window: Vec<Range<usize>>,
    /// Entries of x from one tap of a row of w to the next.
    stride: usize,
    /// The rows of w and their indices on the other axes, all reversed: so the sum runs forward through x and w alike.
    rows: Vec<(Vec<usize>, Vec<S>)>,
}

impl<'a, S: Semiring> Sums<'a, S> {
    fn new(x: &'a [S], n: &[usize], w: &ArrayViewD<S>, window: &[Range<usize>]) -> Self {
        // Where w has one entry and the window is the whole axis, an entry only meets those at its own place.
        let single = |axis: &usize| w.shape()[*axis] == 1 && window[*axis] == (0..n[*axis]);
        let joined = (1..n.len()).rev().take_while(single).count();
        let last = n.len() - 1 - joined;
        let stride: usize = n[last + 1..].iter().product();
        let (mut n, mut window) = (n[..=last].to_vec(), window[..=last].to_vec());
        n[last] *= stride;
        window[last] = window[last].start * stride..window[last].end * stride;
        let m = w.shape()[..=last].to_vec();
        let mut reversed: Vec<S> = w.iter().cloned().collect();
        reversed.reverse();
        let rows = ndarray::indices(IxDyn(&m[..last]))
            .into_iter()
            .zip(reversed.chunks(m[last]))
            .map(|(index, row)| (index.as_array_view().to_vec(), row.to_vec()))
            .collect();
        Sums { x, n, m, window, stride, rows }
    }

    /// Adds the sums of row `row` of the window, from column `column` on, into `y`.
    fn add_row(&self, row: usize, column: usize, y: &mut [S]) {
        let last = self.window.len() - 1;
        // Where the reversed kernel's first row meets x, on each outer axis.
        let mut corner = vec![0_isize; last];
        let mut rest = row;
        for axis in (0..last).rev() {
            let length = self.window[axis].len();
            let place = self.window[axis].start + rest % length;
            corner[axis] = place as isize - (self.m[axis] as isize - 1);
            rest /= length;
        }
        let length = self.n[last];
        for (index, taps) in &self.rows {
            let mut from = Some(0_usize);
            for axis in 0..last {
                let place = usize::try_from(corner[axis] + index[axis] as isize).ok();
                let place = place.filter(|place| *place < self.n[axis]);
                from = from.zip(place).map(|(from, place)| from * self.n[axis] + place);
            }
            if let Some(from) = from {
                let x = &self.x[from * length..(from + 1) * length];
                let reach = (taps.len() - 1) * self.stride;
                let start = (self.window[last].start + column) as isize - reach as isize;
                sweep(y, start, x, taps, self.stride);
            }
        }
    }
}

/// `y[i] ← y[i] + Σ_t w[t] · x[start + i + t · stride]`, where x has such an entry.
fn sweep<S: Semiring>(y: &mut [S], start: isize, x: &[S], w: &[S], stride: usize) {
    let mut start = start;
    let (eights, rest) = w.as_chunks::<8>();
    for taps in eights {
        add_taps(y, start, x, taps, stride);
        start += 8 * stride as isize;
    }
    let (fours, rest) = rest.as_chunks::<4>();
    for taps in fours {
        add_taps(y, start, x, taps, stride);
        start += 4 * stride as isize;
    }
    match rest {
        [a, b, c] => add_taps(y, start, x, &[a.clone(), b.clone(), c.clone()], stride),
        [a, b] => add_taps(y, start, x, &[a.clone(), b.clone()], stride),
        [a] => add_taps(y, start, x, std::array::from_ref(a), stride),
        _ => {}
    }
}

/// The same for a few taps at once: an entry of y stays in a register while they are added.
fn add_taps<S: Semiring, const T: usize>(y: &mut [S], start: isize, x: &[S], w: &[S; T], stride: usize) {
    let all = meeting(y.len(), start, x.len() as isize - ((T - 1) * stride) as isize);
    let (left, rest) = y.split_at_mut(all.start);
    let (middle, right) = rest.split_at_mut(all.len());
    if !middle.is_empty() {
        let from = (start + all.start as isize) as usize;
        let shifted: [&[S]; T] = std::array::from_fn(|t| &x[from + t * stride..][..middle.len()]);
        for (i, y) in middle.iter_mut().enumerate() {
            for t in 0..T {
                S::mul_add_into(y, &w[t], &shifted[t][i]);
            }
        }
    }
    for (y, offset) in [(left, 0), (right, all.end as isize)] {
        for (t, tap) in w.iter().enumerate() {
            let start = start + offset + (t * stride) as isize;
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
