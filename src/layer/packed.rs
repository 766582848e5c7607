//! Sums of shared weights in the order of the definition, for scalars that fill vector registers.
//!
//! Outputs are taken in panels of a few neighbours, whose entries are laid out such that they are neighbours through every
//! tap ([`layout`](super::layout)). A block of kernels passes over a panel while their sums stay in registers. The
//! gradient of the weights is a product of matrices, with the weights of a few taps as its panels, which are packed. Each sum
//! is added up in the order of [`Trilinear`], channel by channel and tap by tap, or output by output, some of it at a time,
//! such that what is read stays in the nearest cache. A product is added as [`Semiring::mul_add_into`] says, so the results
//! are the same to the bit. What lies in the padding is a zero here; that changes nothing as long as zero times every factor
//! is zero, which the caller has looked at: in fused floats at most the sign of a zero, where a product underflows.
//!
//! [`Trilinear`]: super::trilinear::Trilinear

use super::{
    LayerError,
    grid::{Connections, Grid, room},
    layout::{Kept, Layout, Room, Rooms},
    registers::{Packed, Registers, add, zeros},
    runs::{Run, Walk},
};
use crate::scalar::Semiring;
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
    pub registers: Registers,
}

impl Sizes {
    /// Those of the form with inputs and outputs exchanged.
    pub(super) fn transposed(self) -> Sizes {
        Sizes { reads: self.writes, writes: self.reads, ..self }
    }

    /// The weights of the form with inputs and outputs exchanged: from O × C/groups × taps to C × O/groups × taps.
    pub(super) fn transpose<S: Semiring>(&self, w: &[S]) -> Vec<S> {
        let Sizes { groups, reads, writes, taps, .. } = *self;
        let mut swapped = Vec::with_capacity(w.len());
        for (group, c) in (0..groups).flat_map(|group| (0..reads).map(move |c| (group, c))) {
            let kernels = (0..writes).map(|o| ((group * writes + o) * reads + c) * taps);
            kernels.for_each(|start| swapped.extend_from_slice(&w[start..start + taps]));
        }
        swapped
    }
}

/// Channels and taps, or outputs where the weights are summed, that are added up at a time: of a panel they take 16 KiB.
const DEPTH: usize = 256;

/// Panels that share a pass over the weights, at least, if there are as many.
const PANELS: usize = 16;

/// The rows of a matrix, each so long, in blocks of so many: a block's entries of one column side by side. The last of
/// each group is filled up with zeros.
fn blocks<S: Semiring>(all: &[S], group: usize, length: usize, rows: usize) -> Vec<S> {
    let (in_group, groups) = (group.div_ceil(rows), all.len() / (group * length));
    let mut packed = vec![S::zero(); groups * in_group * rows * length];
    packed.par_chunks_mut(rows * length).enumerate().for_each(|(n, packed)| {
        let first = n / in_group * group + n % in_group * rows;
        let last = first + rows.min(group - n % in_group * rows);
        for (row, from) in all[first * length..last * length].chunks_exact(length).enumerate() {
            let to = packed[row..].iter_mut().step_by(rows);
            to.zip(from).for_each(|(to, from)| *to = from.clone());
        }
    });
    packed
}

/// Kernels in the order in which their sums read them, made once for any number of inputs.
#[derive(Debug)]
pub(super) struct Kernels<S> {
    blocks: Vec<S>,
    sizes: Sizes,
    entries: usize,
    outputs: usize,
    layout: Layout,
    /// Where the first output of a plane reads through each tap of some channels.
    offsets: Vec<usize>,
    /// Where entries have been laid out and may be again.
    rooms: Rooms<S>,
}

impl<S: Semiring> Kernels<S> {
    /// Of O × C/groups × taps, where there is memory to lay out what they read.
    pub(super) fn new(grid: &Grid, sizes: Sizes, w: &[S]) -> Option<Kernels<S>> {
        let (rows, lanes) = sizes.registers.tiles::<S>(sizes.writes == 1);
        let layout = Layout::new(grid, lanes, [sizes.reads, sizes.writes])?;
        // asked for together with the output, before any is taken
        let groups = sizes.batch.checked_mul(sizes.groups)?;
        let rooms = groups.min(rayon::current_num_threads()).checked_mul(sizes.reads)?;
        let laid = rooms.checked_mul(layout.taken())?;
        let written = groups.checked_mul(sizes.writes)?.checked_mul(grid.outputs())?;
        room::<S>("the input laid out for its sums", &[laid.checked_add(written)?]).ok()?;
        let some = (DEPTH / sizes.taps.max(1)).clamp(1, sizes.reads);
        let of_channel = |c: usize| layout.taps.iter().map(move |place| c * layout.places + place);
        let offsets = (0..some).flat_map(of_channel).collect();
        let blocks = blocks(w, sizes.writes, sizes.reads * sizes.taps, rows);
        let (entries, outputs) = (grid.entries(), grid.outputs());
        Some(Kernels { blocks, sizes, entries, outputs, layout, offsets, rooms: Rooms::default() })
    }

    /// y = w · x for `x` of N × C × entries, whatever y has been. Cost: a product per kernel, tap and output, and a copy of the
    /// entries with what is beyond their ends.
    ///
    /// # Errors
    /// When there is no memory for that copy.
    pub(super) fn outputs(&self, x: &[S], y: &mut [S]) -> Result<(), LayerError> {
        let Sizes { groups, reads, writes, taps, registers, .. } = self.sizes;
        let (entries, outputs, panels) = (self.entries, self.outputs, self.layout.panels());
        let (rows, _) = registers.tiles::<S>(writes == 1);
        let (blocks, block) = (writes.div_ceil(rows), rows * reads * taps);
        // if there are not some groups for every thread, there are some pieces: some panels each of all kernels, or of some
        // kernels where there are few panels
        let (threads, all) = (rayon::current_num_threads(), self.sizes.batch * groups);
        let pieces = if all >= 2 * threads { 1 } else { 4 * threads };
        let shares = pieces.div_ceil((panels / PANELS).max(1)).clamp(1, blocks);
        let some = panels.div_ceil(pieces.div_ceil(shares));
        let room = || Room::of(&self.rooms);
        y.par_chunks_mut(writes * outputs).enumerate().try_for_each_init(room, |room, (group, y)| {
            let x = self.layout.lay(&x[group * reads * entries..][..reads * entries], room, pieces)?;
            let w = &self.blocks[group % groups * blocks * block..][..blocks * block];
            let mut planes = y.chunks_mut(outputs);
            let mut stretches: Vec<Stretch<S>> = vec![];
            for share in 0..shares {
                let [from, to] = [share, share + 1].map(|share| share * blocks / shares);
                let (w, first) = (&w[from * block..to * block], stretches.len());
                let of = |start| {
                    let panels = start..panels.min(start + some);
                    Stretch { kernels: self, x, w, panels, y: vec![] }
                };
                stretches.extend((0..panels).step_by(some).map(of));
                for mut plane in planes.by_ref().take((to - from) * rows) {
                    let mut done = 0;
                    for stretch in &mut stretches[first..] {
                        let end = self.layout.in_front(stretch.panels.end);
                        let (these, others) = plane.split_at_mut(end - done);
                        stretch.y.push(these);
                        (plane, done) = (others, end);
                    }
                }
            }
            stretches.into_par_iter().for_each(|stretch| registers.run::<S>(writes == 1, stretch));
            Ok(())
        })
    }
}

/// Some neighbouring panels of some kernels of a group.
struct Stretch<'a, S> {
    kernels: &'a Kernels<S>,
    x: &'a [S],
    w: &'a [S],
    panels: Range<usize>,
    y: Vec<&'a mut [S]>,
}

impl<S: Semiring> Packed for Stretch<'_, S> {
    #[inline(always)]
    fn run<const ROWS: usize, const PANEL: usize>(mut self) {
        let Kernels { sizes, layout, offsets, .. } = self.kernels;
        let (first, length) = (layout.in_front(self.panels.start), sizes.reads * sizes.taps);
        let some = offsets.len() / sizes.taps;
        for (part, x) in self.x.chunks(some * layout.places).enumerate() {
            let offsets = &offsets[..x.len() / layout.places * sizes.taps];
            let mut panels = layout.run(self.panels.clone());
            while let Some((at, kept)) = panels.next() {
                for (w, y) in self.w.chunks_exact(ROWS * length).zip(self.y.chunks_mut(ROWS)) {
                    let w = &w[part * self.kernels.offsets.len() * ROWS..][..offsets.len() * ROWS];
                    let mut sums = zeros::<S, ROWS, PANEL>();
                    if part > 0 {
                        for (y, sums) in y.iter().zip(&mut sums) {
                            for Kept { first: lane, output, length } in kept {
                                let stored = &y[output - first..][..*length];
                                sums[*lane..lane + length].clone_from_slice(stored);
                            }
                        }
                    }
                    let panel = |offset: &usize| {
                        x[at + offset..].first_chunk().expect("a panel ends within the plane")
                    };
                    add(&mut sums, w.as_chunks().0.iter().zip(offsets.iter().map(panel)));
                    for (y, sums) in y.iter_mut().zip(&sums) {
                        for Kept { first: lane, output, length } in kept {
                            let stored = &mut y[output - first..][..*length];
                            stored.clone_from_slice(&sums[*lane..lane + length]);
                        }
                    }
                }
            }
        }
    }
}

/// w = Σ x · y, what each weight has multiplied, for `x` of N × C × entries and `y` of N × O × outputs: O × C/groups × taps.
/// Cost: a product per kernel, tap and output, and a copy of every entry for each tap that reads it.
pub(super) fn weights<S: Semiring>(grid: &Grid, sizes: Sizes, x: &[S], y: &[S]) -> Vec<S> {
    let Sizes { batch, groups, reads, writes, taps, registers } = sizes;
    let (rows, panel) = registers.tiles::<S>(writes == 1);
    let (length, y) = (reads * taps, blocks(y, writes, grid.outputs(), rows));
    // The sums, a panel of columns of a group after the other, each for all kernels.
    let (panels, all) = (length.div_ceil(panel), writes.div_ceil(rows) * rows * panel);
    let mut sums = vec![S::zero(); groups * panels * all];
    let outputs = grid.outputs();
    let mut walk = Walk::new(grid);
    for (n, start) in (0..batch).flat_map(|n| (0..outputs).step_by(DEPTH).map(move |start| (n, start))) {
        // a walk serves all columns
        let depth = DEPTH.min(outputs - start);
        let mut runs = walk.runs(start..start + depth);
        runs.sort_unstable_by_key(|run| run.tap);
        let firsts: Vec<usize> = (0..=taps).map(|tap| runs.partition_point(|run| run.tap < tap)).collect();
        let part = Part { sizes: &sizes, x, y: &y, runs: &runs, firsts: &firsts, n, start, depth, outputs };
        sums.par_chunks_mut(all).enumerate().for_each(|(at, sums)| {
            registers.run::<S>(writes == 1, Columns { part: &part, entries: grid.entries(), at, sums });
        });
    }
    let mut w = Vec::with_capacity(groups * writes * length);
    for (group, o) in (0..groups).flat_map(|group| (0..writes).map(move |o| (group, o))) {
        let of_panel =
            |n: usize| &sums[(group * panels + n) * all + o * panel..][..panel.min(length - n * panel)];
        (0..panels).for_each(|n| w.extend_from_slice(of_panel(n)));
    }
    w
}

/// Some neighbouring outputs of an input, the first of them `start`.
struct Part<'a, S> {
    sizes: &'a Sizes,
    x: &'a [S],
    y: &'a [S],
    /// By taps, and where those of each tap begin.
    runs: &'a [Run],
    firsts: &'a [usize],
    n: usize,
    start: usize,
    depth: usize,
    outputs: usize,
}

/// The weights of a panel of columns, of which each is an input channel and a tap.
struct Columns<'a, S> {
    part: &'a Part<'a, S>,
    entries: usize,
    /// The number of the panel.
    at: usize,
    sums: &'a mut [S],
}

impl<S: Semiring> Packed for Columns<'_, S> {
    #[inline(always)]
    fn run<const ROWS: usize, const PANEL: usize>(self) {
        let Part { sizes, x, y, runs, firsts, n, start, depth, outputs } = *self.part;
        let Sizes { groups, reads, writes, taps, .. } = *sizes;
        let (length, blocks) = (reads * taps, writes.div_ceil(ROWS));
        let panels = length.div_ceil(PANEL);
        let (group, first) = (self.at / panels, self.at % panels * PANEL);
        let mut panel = vec![S::zero(); depth * PANEL];
        for column in first..length.min(first + PANEL) {
            let (channel, tap) = (column / taps, column % taps);
            let x = &x[((n * groups + group) * reads + channel) * self.entries..];
            for run in &runs[firsts[tap]..firsts[tap + 1]] {
                let from = x[run.entry..].iter().step_by(run.step.max(1));
                let to = panel[run.lane * PANEL + column - first..].iter_mut().step_by(PANEL);
                to.zip(from).take(run.length).for_each(|(to, from)| *to = from.clone());
            }
        }
        let y = &y[(n * groups + group) * blocks * ROWS * outputs..];
        for (y, sums) in y.chunks_exact(ROWS * outputs).zip(self.sums.chunks_exact_mut(ROWS * PANEL)) {
            let mut block = zeros::<S, ROWS, PANEL>();
            block.iter_mut().zip(sums.chunks_exact(PANEL)).for_each(|(to, from)| to.clone_from_slice(from));
            let (y, _) = y[start * ROWS..][..depth * ROWS].as_chunks();
            add(&mut block, y.iter().zip(panel.as_chunks().0));
            block.iter().zip(sums.chunks_exact_mut(PANEL)).for_each(|(from, to)| to.clone_from_slice(from));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Kernels, Registers, Sizes, weights};
    use crate::conv::direct::arches;
    use crate::layer::{Conv, Sliding};
    use crate::scalar::{Fused, Semiring};
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
        fn mul_add_into(sum: &mut Plain<S>, a: &Plain<S>, b: &Plain<S>) {
            S::mul_add_into(&mut sum.0, &a.0, &b.0);
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
        for (groups, inputs, outputs) in [(1, 3, 7), (2, 4, 12), (5, 5, 5), (1, 3, 1), (3, 3, 6)] {
            for (stride, dilation, spread, boundary) in [
                (1, 1, 1, Boundary::Zero),
                (2, 1, 1, Boundary::Zero),
                (1, 2, 1, Boundary::Wrap),
                (3, 2, 1, Boundary::Replicate),
                (2, 1, 3, Boundary::Zero),
            ] {
                for (size, taps) in [
                    (vec![9, 11], vec![3, 2]),
                    (vec![4, 61], vec![2, 3]),
                    (vec![70], vec![4]),
                    (vec![4, 3, 5], vec![1, 3, 2]),
                    // more outputs, or more rows of a panel, than are packed at a time
                    (vec![600], vec![4]),
                    (vec![130], vec![110]),
                ] {
                    let mut sliding =
                        Sliding::of(&taps).stride(stride).dilation(dilation).pad(2, 1).boundary(boundary);
                    sliding.windows.iter_mut().for_each(|window| window.spread = spread);
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
                        let same = |found: &ArrayD<S>, expected: &ArrayD<Plain<S>>| {
                            let same = found.iter().zip(expected).all(|(a, b)| bits(a) == bits(&b.0));
                            same && found.shape() == expected.shape()
                        };
                        assert!(same(&found, &expected), "{layer:?}");
                        let y = entries(found.shape(), number);
                        let (own, other) = (layer.transpose(x.shape(), y.view()), y.mapv(Plain));
                        let expected = plain.transpose(x.shape(), other.view());
                        assert!(same(&own.expect("fits"), &expected.expect("fits")), "{layer:?} backwards");
                        let own = layer.correlate(x.view(), y.view());
                        let expected = plain.correlate(x.mapv(Plain).view(), other.view());
                        assert!(
                            same(&own.expect("fits"), &expected.expect("fits")),
                            "{layer:?}, its weights"
                        );
                        layers += 1;
                    }
                }
            }
        }
        assert!(layers > 80, "{layers}");
    }

    /// Blocks and panels of every size that the registers of this machine can have, forward and for the weights.
    fn judge_registers<S: Semiring + PartialEq>(number: impl Fn(f64, f64) -> S + Copy) {
        for (arch, writes) in arches().into_iter().flat_map(|arch| [1, 5, 19].map(|writes| (arch, writes))) {
            let sliding = Sliding::of(&[2, 3]).pad(1, 2).stride(2);
            let grid = sliding.grid(&[9, 31]).expect("fits");
            let sizes =
                Sizes { batch: 2, groups: 3, reads: 2, writes, taps: 6, registers: Registers::of(arch) };
            let (x, w) = (entries(&[2, 6, 9, 31], number), entries(&[3 * writes, 2, 2, 3], number));
            let plain = Conv::new(sliding, w.mapv(Plain)).groups(3);
            let expected = plain.apply(x.mapv(Plain).view()).expect("fits");
            let kernels = Kernels::new(&grid, sizes, w.as_slice().expect("standard layout")).expect("small");
            let (x, mut y) = (x.as_slice().expect("standard layout"), vec![S::zero(); expected.len()]);
            kernels.outputs(x, &mut y).expect("small");
            assert!(y.iter().eq(expected.iter().map(|y| &y.0)), "{arch:?}, {writes}");
            let x_plain = ArrayD::from_shape_vec(vec![2, 6, 9, 31], x.to_vec()).expect("as many").mapv(Plain);
            let backwards = plain.correlate(x_plain.view(), expected.view()).expect("fits");
            let found = weights(&grid, sizes, x, &y);
            assert!(found.iter().eq(backwards.iter().map(|w| &w.0)), "{arch:?}, {writes}, weights");
        }
    }

    #[test]
    fn registers_of_other_machines_give_the_same() {
        judge_registers(|re, _| re as f32);
        judge_registers(|re, _| Fused(re / 3.0));
        judge_registers(|re, im| Complex::new(re as f32, im as f32));
        judge_registers(Complex::new);
    }

    /// For every size of the panels; and what is infinite or no number stays with the outputs that read it.
    #[test]
    fn packed_sums_are_those_of_the_definition_to_the_bit() {
        for ends in [None, Some(f64::INFINITY), Some(f64::NAN)] {
            judge(ends, |re, _| re as f32, |x| [f64::from(*x), 0.0]);
            judge(ends, |re, _| re / 3.0, |x| [*x, 0.0]);
            judge(ends, |re, _| Fused(re as f32), |x| [f64::from(x.0), 0.0]);
            let single = |re, im| Complex::new(re as f32, im as f32);
            judge(ends, single, |z: &Complex<f32>| [z.re, z.im].map(f64::from));
            judge(ends, |re, im| Complex::new(re / 3.0, im), |z: &Complex<f64>| [z.re, z.im]);
        }
    }
}
