//! The forward sums of shared weights in the order of the definition, for scalars that fill vector registers.
//!
//! The outputs of a channel are taken in panels of a few neighbours. What a panel reads is packed once, tap by tap, and
//! every kernel of the group passes over it while its sums stay in registers: a product of matrices, of which one is
//! never stored. Each sum is added up channel by channel and tap by tap as [`Trilinear::outputs`] does, with two
//! roundings and never a fused one, so the results are the same to the bit. What lies in the padding is a zero here;
//! that changes nothing as long as zero times every weight is zero, which the caller has looked at.
//!
//! [`Trilinear::outputs`]: super::trilinear::Trilinear::outputs

use super::grid::{Connections, Edge};
use crate::scalar::Semiring;
use pulp::{Arch, WithSimd};
use rayon::prelude::*;
use std::ops::Range;

/// The sizes: a batch of inputs, each with groups of equally many channels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    pub batch: usize,
    pub groups: usize,
    /// Input channels of a group.
    pub reads: usize,
    /// Output channels of a group.
    pub writes: usize,
    pub taps: usize,
}

/// Kernels in a block, each with two registers of sums.
const ROWS: usize = 6;

/// Outputs in a panel: two registers of them, and six where there is one kernel to a group.
const fn panel<S>(writes: usize) -> usize {
    let two = match size_of::<S>() {
        ..=4 => 16,
        5..=8 => 8,
        _ => 4,
    };
    if writes == 1 { 3 * two } else { two }
}

/// y = w · x for `x` of N × C × entries and `w` of O × C/groups × taps. Cost: a product per kernel, tap and output, and a
/// copy of every entry for each tap that reads it.
pub(super) fn outputs<S: Semiring, G: Connections>(grid: &G, sizes: Sizes, x: &[S], w: &[S]) -> Vec<S> {
    let Sizes { batch, groups, writes, .. } = sizes;
    let (w, outputs) = (blocks(&sizes, w, if writes == 1 { 1 } else { ROWS }), grid.outputs());
    let panel = panel::<S>(writes);
    let mut y = vec![S::zero(); batch * groups * writes * outputs];
    // Every thread has the same stretch of all channels, so that what it packs serves them all.
    let stretch = outputs.div_ceil(panel).div_ceil(4 * rayon::current_num_threads()).max(1) * panel;
    let mut stretches: Vec<Vec<&mut [S]>> = (0..outputs).step_by(stretch).map(|_| vec![]).collect();
    for plane in y.chunks_mut(outputs) {
        stretches.iter_mut().zip(plane.chunks_mut(stretch)).for_each(|(all, one)| all.push(one));
    }
    let arch = Arch::new();
    stretches.into_par_iter().enumerate().for_each(|(n, y)| {
        arch.dispatch(Stretch { grid, sizes: &sizes, x, w: &w, from: n * stretch, y });
    });
    y
}

/// The kernels of each group in blocks of so many, a block's weights of one tap side by side; the last is filled up.
fn blocks<S: Semiring>(sizes: &Sizes, w: &[S], rows: usize) -> Vec<S> {
    let length = sizes.reads * sizes.taps;
    let mut packed = vec![];
    for group in w.chunks(sizes.writes * length) {
        for block in group.chunks(rows * length) {
            let weight = |n: usize| block.get(n % rows * length + n / rows).cloned().unwrap_or_else(S::zero);
            packed.extend((0..rows * length).map(weight));
        }
    }
    packed
}

/// Some neighbouring outputs of every channel, the first of them `from`.
struct Stretch<'a, S, G> {
    grid: &'a G,
    sizes: &'a Sizes,
    x: &'a [S],
    w: &'a [S],
    from: usize,
    y: Vec<&'a mut [S]>,
}

impl<S: Semiring, G: Connections> WithSimd for Stretch<'_, S, G> {
    type Output = ();

    #[inline(always)]
    fn with_simd<V: pulp::Simd>(self, _: V) {
        let alone = self.sizes.writes == 1;
        if const { size_of::<S>() <= 4 } {
            if alone { self.fill::<1, 48>() } else { self.fill::<ROWS, 16>() }
        } else if const { size_of::<S>() <= 8 } {
            if alone { self.fill::<1, 24>() } else { self.fill::<ROWS, 8>() }
        } else if alone {
            self.fill::<1, 12>()
        } else {
            self.fill::<ROWS, 4>()
        }
    }
}

impl<S: Semiring, G: Connections> Stretch<'_, S, G> {
    #[inline(always)]
    fn fill<const ROWS: usize, const PANEL: usize>(mut self) {
        let Sizes { batch, groups, reads, writes, taps } = *self.sizes;
        let (length, entries) = (reads * taps, self.grid.entries());
        let mut panel = vec![S::zero(); length * PANEL];
        let mut runs = Runs::default();
        let outputs = self.y.first().map_or(0, |y| y.len());
        for start in (0..outputs).step_by(PANEL) {
            let end = outputs.min(start + PANEL);
            runs.find(self.grid, taps, self.from + start..self.from + end);
            if runs.covered < taps * PANEL {
                panel.fill(S::zero());
            }
            for (group, y) in self.y.chunks_mut(writes).enumerate() {
                let x = &self.x[group * reads * entries..][..reads * entries];
                for (x, panel) in x.chunks_exact(entries).zip(panel.chunks_exact_mut(taps * PANEL)) {
                    runs.copy::<S, PANEL>(x, panel);
                }
                let blocks = writes.div_ceil(ROWS) * ROWS * length;
                let w = &self.w[group % groups * blocks..][..blocks];
                for (w, y) in w.chunks_exact(ROWS * length).zip(y.chunks_mut(ROWS)) {
                    for (y, sums) in y.iter_mut().zip(tile::<S, ROWS, PANEL>(w, &panel)) {
                        y[start..end].clone_from_slice(&sums[..end - start]);
                    }
                }
            }
        }
        debug_assert_eq!(self.y.len(), batch * groups * writes);
    }
}

/// Every kernel of the block with the panel.
#[inline(always)]
fn tile<S: Semiring, const ROWS: usize, const PANEL: usize>(w: &[S], panel: &[S]) -> [[S; PANEL]; ROWS] {
    let mut sums = std::array::from_fn(|_| std::array::from_fn(|_| S::zero()));
    for (w, x) in w.chunks_exact(ROWS).zip(panel.chunks_exact(PANEL)) {
        let sums: &mut [[S; PANEL]; ROWS] = &mut sums;
        for row in 0..ROWS {
            for lane in 0..PANEL {
                S::mul_add_into(&mut sums[row][lane], &w[row], &x[lane]);
            }
        }
    }
    sums
}

/// Neighbouring outputs whose entries of one tap are equally far apart.
#[derive(Clone, Copy, Debug)]
struct Run {
    tap: usize,
    /// The first of the outputs, within the panel.
    lane: usize,
    length: usize,
    /// What it reads, and how far on the next one reads.
    entry: usize,
    step: usize,
}

/// What the outputs of a panel read.
#[derive(Default)]
struct Runs {
    all: Vec<Run>,
    /// The number of edges.
    covered: usize,
    open: Vec<Option<Run>>,
    walked: Vec<Edge>,
}

impl Runs {
    fn find<G: Connections>(&mut self, grid: &G, taps: usize, outputs: Range<usize>) {
        let Runs { all, covered, open, walked } = self;
        all.clear();
        open.clear();
        open.resize(taps, None);
        *covered = 0;
        for (lane, output) in outputs.enumerate() {
            let edges = grid.edges(output, walked);
            *covered += edges.len();
            for &Edge { tap, entry } in edges {
                if let Some(run) = &mut open[tap]
                    && run.lane + run.length == lane
                    && let Some(step) = entry.checked_sub(run.entry + run.step * (run.length - 1))
                    && step > 0
                    && (run.length == 1 || step == run.step)
                {
                    (run.length, run.step) = (run.length + 1, step);
                } else {
                    all.extend(open[tap].replace(Run { tap, lane, length: 1, entry, step: 1 }));
                }
            }
        }
        all.extend(open.iter().flatten());
    }

    #[inline(always)]
    fn copy<S: Semiring, const PANEL: usize>(&self, x: &[S], panel: &mut [S]) {
        for run in &self.all {
            let to = &mut panel[run.tap * PANEL + run.lane..][..run.length];
            let from = &x[run.entry..];
            if run.step != 1 {
                to.iter_mut()
                    .zip(from.iter().step_by(run.step.max(1)))
                    .for_each(|(to, from)| *to = from.clone());
            } else if run.length == PANEL {
                // a length that is known is a few instructions
                to[..PANEL].clone_from_slice(&from[..PANEL]);
            } else {
                to.clone_from_slice(&from[..run.length]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::layer::{Conv, Sliding};
    use crate::scalar::Semiring;
    use crate::signal::Boundary;
    use ndarray::{ArrayD, IxDyn};
    use num_complex::Complex;

    /// Numbers of which `number` makes scalars, two of them for each.
    fn entries<S>(shape: &[usize], number: impl Fn(f64, f64) -> S) -> ArrayD<S> {
        let mut seed = 7_u32;
        let mut draw = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(seed >> 9) / 1e6 - 4.0
        };
        ArrayD::from_shape_simple_fn(IxDyn(shape), || number(draw(), draw()))
    }

    /// The same number, added up as the definition says: it fills no vector registers.
    #[derive(Clone, Debug)]
    struct Plain<S>(S);

    impl<S: Semiring> Semiring for Plain<S> {
        fn zero() -> Plain<S> {
            Plain(S::zero())
        }
        fn one() -> Plain<S> {
            Plain(S::one())
        }
        fn plus(&self, other: &Plain<S>) -> Plain<S> {
            Plain(self.0.plus(&other.0))
        }
        fn times(&self, other: &Plain<S>) -> Plain<S> {
            Plain(self.0.times(&other.0))
        }
    }

    /// Holds layers against the definition, with what is given at both ends of the input, if anything. `parts` are those
    /// of a scalar, in which every NaN is the same.
    fn judge<S: Semiring>(
        ends: Option<f64>,
        number: impl Fn(f64, f64) -> S + Copy,
        parts: impl Fn(&S) -> [f64; 2],
    ) {
        let bits = |s: &S| parts(s).map(|part| if part.is_nan() { u64::MAX } else { part.to_bits() });
        let mut layers = 0;
        for (groups, inputs, outputs) in [(1, 3, 7), (2, 4, 12), (5, 5, 5), (1, 1, 1), (3, 3, 6)] {
            for (stride, dilation, boundary) in [
                (1, 1, Boundary::Zero),
                (2, 1, Boundary::Zero),
                (1, 2, Boundary::Wrap),
                (3, 2, Boundary::Replicate),
            ] {
                for (size, taps) in
                    [(vec![9, 11], vec![3, 2]), (vec![70], vec![4]), (vec![4, 3, 5], vec![1, 3, 2])]
                {
                    let sliding =
                        Sliding::of(&taps).stride(stride).dilation(dilation).pad(2, 1).boundary(boundary);
                    let mut x = entries(&[&[2, inputs], &size[..]].concat(), number);
                    if let Some(end) = ends {
                        let last = x.len() - 1;
                        let flat = x.as_slice_mut().expect("standard layout");
                        (flat[0], flat[last]) = (number(end, end), number(end, 1.0));
                    }
                    let w = entries(&[&[outputs, inputs / groups], &taps[..]].concat(), number);
                    for flip in [false, true] {
                        let layer = Conv { flip, ..Conv::new(sliding.clone(), w.clone()).groups(groups) };
                        let plain = Conv { flip, ..Conv::new(sliding.clone(), w.mapv(Plain)).groups(groups) };
                        let Ok(expected) = plain.apply(x.mapv(Plain).view()) else { continue };
                        let found = layer.apply(x.view()).expect("the other took it");
                        let same = found.iter().zip(&expected).all(|(a, b)| bits(a) == bits(&b.0));
                        assert!(same && found.shape() == expected.shape(), "{layer:?}");
                        layers += 1;
                    }
                }
            }
        }
        assert!(layers > 80, "{layers}");
    }

    /// For every size of the panels; and what is infinite or no number stays with the outputs that read it.
    #[test]
    fn packed_sums_are_those_of_the_definition_to_the_bit() {
        for ends in [None, Some(f64::INFINITY), Some(f64::NAN)] {
            judge(ends, |re, _| re as f32, |x| [f64::from(*x), 0.0]);
            judge(ends, |re, _| re / 3.0, |x| [*x, 0.0]);
            let single = |re, im| Complex::new(re as f32, im as f32);
            judge(ends, single, |z: &Complex<f32>| [z.re, z.im].map(f64::from));
            judge(ends, |re, im| Complex::new(re / 3.0, im), |z: &Complex<f64>| [z.re, z.im]);
        }
    }

    /// A zero of the padding meets no weight, so an infinite one is not multiplied by it.
    #[test]
    fn padding_does_not_meet_infinite_weights() {
        let sliding = Sliding::of(&[3]).pad(1, 1);
        let w = ArrayD::from_shape_vec(vec![1, 1, 3], vec![f32::INFINITY, 1.0, 1.0]).expect("three");
        let x = ArrayD::from_shape_vec(vec![1, 1, 2], vec![1.0, 2.0]).expect("two");
        let y = Conv::new(sliding, w).apply(x.view()).expect("it fits");
        assert_eq!(y.into_raw_vec_and_offset().0, [3.0, f32::INFINITY]);
    }
}
