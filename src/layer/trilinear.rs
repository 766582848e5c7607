//! The one form behind every linear layer with weights, and its three operations.
//!
//! T(x, w, y) = Σ y[n, o, p] · w[class(p), o, c, tap] · x[n, c, entry], over all edges (tap, entry) of all outputs p, all
//! channels c that o reads, and the batch. It is linear in each of x, w and y, so three sums are all there is, forward
//! and backward, for convolution and for transposed, unshared, tiled and partially connected layers:
//!
//! | operation | sums over | convolution | transposed convolution |
//! |---|---|---|---|
//! | [`outputs`](Trilinear::outputs) | x, w | forward | gradient in the input |
//! | [`inputs`](Trilinear::inputs) | w, y | gradient in the input | forward |
//! | [`weights`](Trilinear::weights) | x, y | gradient in the weights | gradient in the weights |
//!
//! (Goodfellow, Bengio & Courville 2016, §9.5, say that these three suffice: here it is visible, because each is what is
//! left of T when one argument is taken away.) Nothing is conjugated here. Every sum is formed in one order, whatever
//! the number of threads.

use super::{
    LayerError, classes,
    grid::{Connections, Edge, Grid},
    packed::{self, Sizes},
    registers::Registers,
};
use crate::scalar::Semiring;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Which input channels each output channel reads: all of its group, or what a table says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Channels {
    inputs: usize,
    /// How many groups they are, where they are groups.
    groups: Option<usize>,
    /// The inputs of output o are `reads[starts[o]..starts[o + 1]]`.
    starts: Vec<usize>,
    reads: Vec<usize>,
}

impl Channels {
    /// `groups` groups of equally many channels, each output reading all inputs of its group.
    ///
    /// # Errors
    /// When the groups do not divide the channels.
    pub fn grouped(inputs: usize, outputs: usize, groups: usize) -> Result<Channels, LayerError> {
        Channels::check_groups(inputs, outputs, groups)?;
        let (read, written) = (inputs / groups, outputs / groups.max(1));
        let rows = (0..outputs).map(|o| (o / written * read..(o / written + 1) * read).collect());
        Ok(Channels { groups: Some(groups), ..Channels::of(inputs, rows) })
    }

    /// The table: one list of input channels per output channel (LeNet-5's second convolution has one).
    ///
    /// # Errors
    /// A channel that the input does not have, or that is listed twice in one row.
    pub fn table(inputs: usize, rows: &[Vec<usize>]) -> Result<Channels, LayerError> {
        Channels::check_table(inputs, rows)?;
        Ok(Channels::of(inputs, rows.iter().cloned()))
    }

    /// Whether [`grouped`](Channels::grouped) takes these, without its memory.
    pub(super) fn check_groups(inputs: usize, outputs: usize, groups: usize) -> Result<(), LayerError> {
        for (channels, which) in [(inputs, "input"), (outputs, "output")] {
            if groups == 0 || channels % groups != 0 {
                return Err(LayerError::Groups { groups, channels, which });
            }
        }
        Ok(())
    }

    /// Whether [`table`](Channels::table) takes these.
    pub(super) fn check_table(inputs: usize, rows: &[Vec<usize>]) -> Result<(), LayerError> {
        for (output, row) in rows.iter().enumerate() {
            if let Some(read) = row.iter().find(|read| **read >= inputs) {
                return Err(LayerError::Channel { output, read: *read, inputs });
            }
            let mut seen = BTreeSet::new();
            if let Some((place, read)) = row.iter().enumerate().find(|(_, read)| !seen.insert(**read)) {
                return Err(LayerError::Twice { output, read: *read, place });
            }
        }
        Ok(())
    }

    fn of(inputs: usize, rows: impl Iterator<Item = Vec<usize>>) -> Channels {
        let (mut starts, mut reads) = (vec![0], vec![]);
        for row in rows {
            reads.extend(row);
            starts.push(reads.len());
        }
        Channels { inputs, groups: None, starts, reads }
    }

    /// The number of output channels.
    pub fn outputs(&self) -> usize {
        self.starts.len() - 1
    }

    /// The number of pairs of an output channel and an input channel that it reads.
    pub fn pairs(&self) -> usize {
        self.reads.len()
    }

    /// The pairs of an output channel: number of the pair, input channel.
    fn of_output(&self, o: usize) -> impl Iterator<Item = (usize, usize)> {
        (self.starts[o]..self.starts[o + 1]).map(|pair| (pair, self.reads[pair]))
    }

    /// For every input channel the outputs that read it: output channel, number of the pair.
    fn readers(&self) -> Vec<Vec<(usize, usize)>> {
        let mut readers = vec![vec![]; self.inputs];
        for o in 0..self.outputs() {
            self.of_output(o).for_each(|(pair, c)| readers[c].push((o, pair)));
        }
        readers
    }
}

/// Weights as the sums of outputs read them.
#[derive(Debug)]
pub(super) enum Kernels<S> {
    /// In blocks that fill registers.
    Packed(classes::Kernels<S>),
    /// As they are.
    Plain(Vec<S>),
}

/// The form, for given sizes.
///
/// # Panics
/// Its operations panic, or leave entries out, where the sizes do not go together: a slice has the length that the
/// operation names, and `class` of an output is less than `classes`. [`Conv`](super::Conv) checks all of that.
pub struct Trilinear<'a> {
    /// Which entries each output reads, and through which tap.
    pub grid: &'a Grid,
    /// Which channels read which.
    pub channels: &'a Channels,
    /// Which set of weights each output uses, by its flat index.
    pub class: &'a (dyn Fn(usize) -> usize + Sync),
    /// The number of sets of weights.
    pub classes: usize,
}

impl Trilinear<'_> {
    /// The sizes that packed sums along this graph want, where all share one set of weights, no output reads two entries
    /// through one tap, and what zeros are multiplied by is finite, if there are any: none where all taps read an entry.
    fn packed<S: Semiring>(&self, grid: &Grid, batch: usize, factor: &[S]) -> Option<Sizes> {
        let groups =
            self.channels.groups.filter(|_| S::VECTORS && self.classes == 1 && grid.one_per_tap())?;
        let (reads, writes) = (self.channels.inputs / groups, self.channels.outputs() / groups);
        let registers = Registers::of_this_machine();
        let sizes = Sizes { batch, groups, reads, writes, taps: grid.taps(), registers };
        (grid.reads_all() || factor.iter().all(S::absorbed)).then_some(sizes)
    }

    /// Weights in the order in which [`outputs`](Trilinear::outputs) of such a batch read them.
    pub(super) fn kernels<S: Semiring>(&self, batch: usize, w: &[S]) -> Kernels<S> {
        let packed = self.packed(self.grid, batch, w);
        let packed = packed.and_then(|sizes| classes::Kernels::new(self.grid, sizes, w));
        packed.map_or_else(|| Kernels::Plain(w.to_vec()), Kernels::Packed)
    }

    /// y[n, o, p] = Σ w · x: every output gathers along its edges. `x` is N × C × entries, `w` is classes × pairs × taps.
    /// Cost: a product per edge, pair of channels and batch.
    ///
    /// # Errors
    /// When there is no memory to lay out what is read.
    pub fn outputs<S: Semiring>(&self, x: &[S], w: &[S]) -> Result<Vec<S>, LayerError> {
        let batch = x.len() / (self.channels.inputs * self.grid.entries());
        let kernels = self.kernels(batch, w);
        let mut y = vec![S::zero(); batch * self.channels.outputs() * self.grid.outputs()];
        self.gather(x, &kernels, &mut y)?;
        Ok(y)
    }

    /// The same into y, whatever it has been, with weights that are in order.
    pub(super) fn gather<S: Semiring>(&self, x: &[S], w: &Kernels<S>, y: &mut [S]) -> Result<(), LayerError> {
        let (entries, outputs, taps) = (self.grid.entries(), self.grid.outputs(), self.grid.taps());
        let w = match w {
            Kernels::Packed(kernels) => return kernels.outputs(x, y),
            Kernels::Plain(w) => w,
        };
        y.par_chunks_mut(outputs).enumerate().for_each_init(
            Vec::new,
            |walked: &mut Vec<Edge>, (plane, y)| {
                let (n, o) = (plane / self.channels.outputs(), plane % self.channels.outputs());
                for (p, y) in y.iter_mut().enumerate() {
                    *y = S::zero();
                    let edges = self.grid.edges(p, walked);
                    let w = self.set(w, p);
                    for (pair, c) in self.channels.of_output(o) {
                        let (w, x) = (&w[pair * taps..], self.plane(x, n, c, entries));
                        edges.iter().for_each(|edge| S::mul_add_into(y, &w[edge.tap], &x[edge.entry]));
                    }
                }
            },
        );
        Ok(())
    }

    /// x[n, c, entry] = Σ w · y: every entry gathers from the outputs that read it, the transpose of
    /// [`outputs`](Trilinear::outputs) for fixed weights. `w` is classes × pairs × taps, `y` is N × O × outputs. An entry that
    /// nobody reads gets zero. Cost: the same, and the edges written down along each axis.
    ///
    /// # Errors
    /// When there is no memory for these.
    pub fn inputs<S: Semiring>(&self, w: &[S], y: &[S]) -> Result<Vec<S>, LayerError> {
        let (entries, outputs) = (self.grid.entries(), self.grid.outputs());
        let batch = y.len() / (self.channels.outputs() * outputs);
        let (grid, taps) = (self.grid.transposed()?, self.grid.taps());
        let packed = self
            .packed(&grid, batch, w)
            .and_then(|sizes| classes::Kernels::new(&grid, sizes.transposed(), &sizes.transpose(w)));
        let mut x = vec![S::zero(); batch * self.channels.inputs * entries];
        if let Some(kernels) = packed {
            kernels.outputs(y, &mut x)?;
            return Ok(x);
        }
        let readers = self.channels.readers();
        x.par_chunks_mut(entries).enumerate().for_each_init(
            Vec::new,
            |walked: &mut Vec<Edge>, (plane, x)| {
                let (n, c) = (plane / self.channels.inputs, plane % self.channels.inputs);
                for (entry, x) in x.iter_mut().enumerate() {
                    let edges = grid.edges(entry, walked);
                    for (o, pair) in &readers[c] {
                        let y = &y[(n * self.channels.outputs() + o) * outputs..];
                        for &Edge { tap, entry: output } in edges {
                            S::mul_add_into(x, &self.set(w, output)[pair * taps + tap], &y[output]);
                        }
                    }
                }
            },
        );
        Ok(x)
    }

    /// w[class, pair, tap] = Σ x · y: what each weight has multiplied. `x` is N × C × entries, `y` is N × O × outputs. Cost: the same.
    pub fn weights<S: Semiring>(&self, x: &[S], y: &[S]) -> Vec<S> {
        let (entries, outputs, taps) = (self.grid.entries(), self.grid.outputs(), self.grid.taps());
        let batch = x.len() / (self.channels.inputs * entries);
        if let Some(sizes) = self.packed(self.grid, batch, y) {
            return packed::weights(self.grid, sizes, x, y);
        }
        let mut positions = vec![vec![]; self.classes];
        (0..outputs).for_each(|p| positions[(self.class)(p)].push(p));
        let mut w = vec![S::zero(); self.classes * self.channels.pairs() * taps];
        // the kernels of one class and one output channel lie side by side
        let (mut kernels, mut rest) = (vec![], &mut w[..]);
        for class in 0..self.classes {
            for o in 0..self.channels.outputs() {
                let pairs = self.channels.starts[o + 1] - self.channels.starts[o];
                let (these, others) = rest.split_at_mut(pairs * taps);
                kernels.push((class, o, these));
                rest = others;
            }
        }
        kernels.into_par_iter().for_each_init(Vec::new, |walked: &mut Vec<Edge>, (class, o, w)| {
            for n in 0..batch {
                for &p in &positions[class] {
                    let edges = self.grid.edges(p, walked);
                    let y = &y[(n * self.channels.outputs() + o) * outputs + p];
                    for ((_, c), w) in self.channels.of_output(o).zip(w.chunks_mut(taps)) {
                        let x = self.plane(x, n, c, entries);
                        edges.iter().for_each(|edge| S::mul_add_into(&mut w[edge.tap], &x[edge.entry], y));
                    }
                }
            }
        });
        w
    }

    /// The weights of output p: pairs × taps.
    fn set<'w, S>(&self, w: &'w [S], p: usize) -> &'w [S] {
        let size = self.channels.pairs() * self.grid.taps();
        let class = if self.classes == 1 { 0 } else { (self.class)(p) };
        &w[class * size..(class + 1) * size]
    }

    fn plane<'x, S>(&self, x: &'x [S], n: usize, c: usize, entries: usize) -> &'x [S] {
        let start = (n * self.channels.inputs + c) * entries;
        &x[start..start + entries]
    }
}

#[cfg(test)]
mod tests {
    use super::{Channels, Kernels, Trilinear};
    use crate::layer::{Conv, Sliding};
    use ndarray::ArrayD;

    /// Each entry of a row is looked up, not searched for among those in front of it.
    #[test]
    fn long_rows_are_checked_in_time() {
        let n = 1 << 18;
        let channels = Channels::table(n, &[(0..n).collect()]).expect("all different");
        assert_eq!((channels.outputs(), channels.pairs()), (1, n));
    }

    /// A zero of the padding meets no weight, so an infinite one is not multiplied by it.
    #[test]
    fn padding_does_not_meet_infinite_weights() {
        let sliding = Sliding::of(&[3]).pad(1, 1);
        let w = ArrayD::from_shape_vec(vec![1, 1, 3], vec![f32::INFINITY, 1.0, 1.0]).expect("three");
        let x = ArrayD::from_shape_vec(vec![1, 1, 2], vec![1.0, 2.0]).expect("two");
        let y = Conv::new(sliding, w.clone()).apply(x.view()).expect("it fits");
        assert_eq!(y.into_raw_vec_and_offset().0, [3.0, f32::INFINITY]);
        // where there is no padding nothing has to be looked at
        for (pad, packed) in [(0, true), (1, false)] {
            let sliding = Sliding::of(&[3]).pad(pad, 0);
            let grid = sliding.grid(&[4]).expect("it fits");
            let channels = Channels::grouped(1, 1, 1).expect("one");
            let form = Trilinear { grid: &grid, channels: &channels, class: &|_| 0, classes: 1 };
            let kernels = form.kernels(1, w.as_slice().expect("standard layout"));
            assert_eq!(matches!(kernels, Kernels::Packed(_)), packed);
        }
    }
}
