//! Sums of layers whose groups have one kernel, as depthwise ones: what an output reads serves no other kernel, so it is
//! read from where it lies.
//!
//! A row of outputs is cut where a tap begins or ceases to read an entry. Within a piece every tap reads entries that are
//! evenly spaced, so neighbouring sums fill registers. Each is added up in the order of the definition, channel by channel
//! and tap by tap, with two roundings: the results are the same to the bit. A tap that reads padding is left out.

use super::{
    grid::{Connections, Edge, Grid},
    packed::Sizes,
    runs::{Run, along_last},
};
use crate::scalar::Semiring;
use pulp::{Arch, WithSimd};
use rayon::prelude::*;
use std::ops::Range;

/// Outputs of a plane that a thread takes at a time, in whole rows.
const JOB: usize = 1 << 12;

/// Planes that a thread takes at a time: what is found out of a row serves them all.
const PLANES: usize = 8;

/// Neighbouring outputs of a row, and what the first reads through each tap that reads, in the order of the taps.
struct Piece {
    lanes: Range<usize>,
    taps: Vec<Run>,
}

/// The pieces of every row.
fn pieces(grid: &Grid) -> Vec<Piece> {
    let taps = along_last(grid);
    let ends = |run: &Run| [run.lane, run.lane + run.length];
    let mut cuts: Vec<usize> = taps.iter().flatten().flat_map(ends).collect();
    cuts.extend([0, grid.row_length()]);
    cuts.sort_unstable();
    cuts.dedup();
    let mut next = vec![0; taps.len()];
    let piece = |lanes: Range<usize>| {
        let read = taps.iter().zip(&mut next).filter_map(|(runs, next)| {
            while runs.get(*next).is_some_and(|run| run.lane + run.length <= lanes.start) {
                *next += 1;
            }
            runs.get(*next)?.within(&lanes)
        });
        let mut taps: Vec<Run> = read.collect();
        if grid.is_flipped() {
            taps.reverse();
        }
        Piece { taps, lanes }
    };
    cuts.windows(2).map(|cut| cut[0]..cut[1]).map(piece).collect()
}

/// The shortest rows that are worth it.
const SHORTEST: usize = 12;

/// Whether rows are long enough to be cut, and so many that every thread has some.
pub(super) fn serves(grid: &Grid, sizes: &Sizes) -> bool {
    let rows = grid.outputs() / grid.row_length().max(1);
    sizes.writes == 1
        && grid.row_length() >= SHORTEST
        && sizes.batch * sizes.groups * rows >= 2 * rayon::current_num_threads()
}

/// y = w · x for `x` of N × C × entries and `w` of O × C/groups × taps, with one output channel in a group, whatever y has
/// been. Cost: a product per edge and channel.
pub(super) fn outputs<S: Semiring>(grid: &Grid, sizes: &Sizes, x: &[S], w: &[S], y: &mut [S]) {
    let (width, outputs) = (grid.row_length(), grid.outputs());
    if y.is_empty() {
        return;
    }
    let (pieces, arch) = (pieces(grid), Arch::new());
    // several planes have the same rows, as long as every thread has some
    let many = (sizes.batch * sizes.groups / (4 * rayon::current_num_threads())).clamp(1, PLANES);
    let rows = if many > 1 { outputs / width } else { (JOB / width).max(1) };
    y.par_chunks_mut(many * outputs).enumerate().for_each(|(job, y)| {
        let plane = job * many;
        let size = if many > 1 { y.len() } else { rows * width };
        y.par_chunks_mut(size).enumerate().for_each(|(part, y)| {
            let (row, rows) = (part * rows, rows.min(y.len() / width));
            arch.dispatch(Rows { grid, pieces: &pieces, sizes, x, w, plane, row, rows, y });
        });
    });
}

/// What a tap reads of a piece: the entry of the first output, and from one to the next.
struct Tap {
    tap: usize,
    entry: usize,
    step: usize,
}

/// Some rows of outputs of some planes, the first of each given.
struct Rows<'a, S> {
    grid: &'a Grid,
    pieces: &'a [Piece],
    sizes: &'a Sizes,
    x: &'a [S],
    w: &'a [S],
    plane: usize,
    row: usize,
    rows: usize,
    y: &'a mut [S],
}

impl<S: Semiring> WithSimd for Rows<'_, S> {
    type Output = ();

    #[inline(always)]
    fn with_simd<V: pulp::Simd>(self, _: V) {
        match size_of::<S>() {
            ..=4 => self.run::<48, 8>(),
            5..=8 => self.run::<24, 4>(),
            _ => self.run::<12, 2>(),
        }
    }
}

impl<S: Semiring> Rows<'_, S> {
    /// With so many neighbours in six registers, and in one.
    #[inline(always)]
    fn run<const SIX: usize, const ONE: usize>(self) {
        let Rows { grid, pieces, sizes, x, w, plane: first, row, rows, y } = self;
        let Sizes { groups, reads, taps: kernel, .. } = *sizes;
        let (width, entries) = (grid.row_length(), grid.entries());
        let (mut across, mut taps) = (vec![], vec![]);
        for (n, piece) in (0..rows).flat_map(|n| pieces.iter().map(move |piece| (n, piece))) {
            if piece.lanes.start == 0 {
                grid.across_rows(row + n, &mut across);
            }
            taps.clear();
            taps.extend(across.iter().flat_map(|row| {
                piece.taps.iter().map(|run| {
                    let (tap, entry) = grid.joined(*row, Edge { tap: run.tap, entry: run.entry });
                    Tap { tap, entry, step: run.step }
                })
            }));
            for (plane, y) in y.chunks_exact_mut(rows * width).enumerate() {
                let plane = first + plane;
                let y = &mut y[n * width..][piece.lanes.clone()];
                let sum = Sum {
                    taps: &taps,
                    entries,
                    kernel,
                    x: &x[plane * reads * entries..][..reads * entries],
                    w: &w[plane % groups * reads * kernel..][..reads * kernel],
                };
                let (mut at, length) = (0, y.len());
                while at + SIX <= length {
                    sum.neighbours::<SIX>(at, y);
                    at += SIX;
                }
                while at + ONE <= length {
                    sum.neighbours::<ONE>(at, y);
                    at += ONE;
                }
                if at < length && length >= ONE {
                    // some of them once more: they come out the same
                    sum.neighbours::<ONE>(length - ONE, y);
                    at = length;
                }
                (at..length).for_each(|at| sum.neighbours::<1>(at, y));
            }
        }
    }
}

/// What the sums of a piece are taken of.
struct Sum<'a, S> {
    taps: &'a [Tap],
    entries: usize,
    kernel: usize,
    /// The channels that are read, and their kernels.
    x: &'a [S],
    w: &'a [S],
}

impl<S: Semiring> Sum<'_, S> {
    #[inline(always)]
    fn neighbours<const LANES: usize>(&self, at: usize, y: &mut [S]) {
        let mut sums: [S; LANES] = std::array::from_fn(|_| S::zero());
        let mut apart: [S; LANES] = std::array::from_fn(|_| S::zero());
        for (x, w) in self.x.chunks_exact(self.entries).zip(self.w.chunks_exact(self.kernel)) {
            for tap in self.taps {
                let x = &x[tap.entry + at * tap.step..];
                let x: &[S; LANES] = if tap.step == 1 {
                    x.first_chunk().expect("every output reads an entry")
                } else {
                    let apart = &mut apart;
                    apart.iter_mut().zip(x.iter().step_by(tap.step)).for_each(|(to, x)| *to = x.clone());
                    apart
                };
                let w = &w[tap.tap];
                // the sums stay in registers: these are as many instructions as there are registers
                for lane in 0..LANES {
                    S::mul_add_into(&mut sums[lane], w, &x[lane]);
                }
            }
        }
        y[at..at + LANES].clone_from_slice(&sums);
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        layer::{Conv, Sliding},
        signal::Boundary,
    };
    use ndarray::{ArrayD, Dimension, IxDyn};

    /// Integers are exact in either type, and have other ways to be added up.
    #[test]
    fn planes_in_parts_and_parts_of_many_planes() {
        for (shape, taps, stride, boundary) in [
            ([1, 1, 100, 70], [3, 5], 1, Boundary::Zero),
            ([1, 2, 130, 90], [2, 3], 2, Boundary::Replicate),
            ([3, 40, 9, 60], [3, 3], 1, Boundary::Wrap),
            ([2, 67, 8, 17], [1, 4], 3, Boundary::Reflect),
        ] {
            let entries = |shape: &[usize]| {
                let place = |at: IxDyn| at.slice().iter().fold(7, |sum, n| (sum * 31 + *n as i64) % 101);
                ArrayD::from_shape_fn(shape, |at| place(at) - 50)
            };
            let (x, w) = (entries(&shape), entries(&[shape[1], 1, taps[0], taps[1]]));
            let sliding = Sliding::of(&taps).stride(stride).pad(1, 2).boundary(boundary);
            let layer = Conv::new(sliding.clone(), w.clone()).groups(shape[1]);
            let expected = layer.apply(x.view()).expect("fits");
            let floats = Conv::new(sliding, w.mapv(|w| w as f32)).groups(shape[1]);
            let found = floats.apply(x.mapv(|x| x as f32).view()).expect("fits");
            assert_eq!(found.mapv(|y| y as i64), expected);
        }
    }
}
