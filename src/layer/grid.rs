//! Which entries each output reads: the edges of a layer's graph, and windows along several axes that draw it.
//!
//! A layer that is local is a bipartite graph between the entries and the outputs of a channel, with a tap written on each
//! edge. Forward gathers along the edges, backward scatters along the same ones: no gradient can see another padding,
//! boundary or dropped tail than the forward pass did.

use super::{
    LayerError, Padding, Window,
    axis::{self, Axis, Reads},
    classes::Class,
    window::LIMIT,
};
use crate::signal::Boundary;
use std::sync::OnceLock;

/// An output reads this entry through this tap.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Edge {
    /// The tap, as a flat index into the kernel.
    pub tap: usize,
    /// The entry, as a flat index into a channel of the input.
    pub entry: usize,
}

/// A graph between the entries and the outputs of one channel.
pub trait Connections: Sync {
    /// The number of entries.
    fn entries(&self) -> usize;
    /// The number of outputs.
    fn outputs(&self) -> usize;
    /// The edges of this output, in the order of their taps. `walked` is room to find them in, if they are not at hand.
    fn edges<'a>(&'a self, output: usize, walked: &'a mut Vec<Edge>) -> &'a [Edge];
    /// The first output without edges.
    fn idle(&self) -> Option<usize> {
        let mut walked = vec![];
        (0..self.outputs()).find(|output| self.edges(*output, &mut walked).is_empty())
    }
}

/// Windows along every spatial axis: what a layer says of its geometry before it knows the size of its input.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sliding {
    /// One per spatial axis.
    pub windows: Vec<Window>,
    /// Whether their padding is meant, or is to be derived.
    pub padding: Padding,
    /// What lies in the padding.
    pub boundary: Boundary,
}

impl Sliding {
    /// Dense kernels of this shape, with stride 1 and no padding.
    pub fn of(taps: &[usize]) -> Sliding {
        let windows = taps.iter().map(|taps| Window::of(*taps)).collect();
        Sliding { windows, padding: Padding::Explicit, boundary: Boundary::Zero }
    }

    fn each(mut self, change: impl Fn(&mut Window)) -> Sliding {
        self.windows.iter_mut().for_each(change);
        self
    }

    /// The same with this stride along every axis.
    pub fn stride(self, stride: usize) -> Sliding {
        self.each(|window| window.stride = stride)
    }

    /// The same with this dilation along every axis.
    pub fn dilation(self, dilation: usize) -> Sliding {
        self.each(|window| window.dilation = dilation)
    }

    /// The same with this padding along every axis.
    pub fn pad(self, before: usize, after: usize) -> Sliding {
        self.each(|window| (window.before, window.after) = (before, after))
    }

    /// The same with the padding derived.
    pub fn padding(self, padding: Padding) -> Sliding {
        Sliding { padding, ..self }
    }

    /// The same with that in the padding.
    pub fn boundary(self, boundary: Boundary) -> Sliding {
        Sliding { boundary, ..self }
    }

    /// The same with last windows that do not fit.
    pub fn ceil(self) -> Sliding {
        self.each(|window| window.ceil = true)
    }

    /// The shape of the kernel.
    pub fn taps(&self) -> Vec<usize> {
        self.windows.iter().map(|window| window.taps).collect()
    }

    /// The windows with their padding, for an input with these spatial axes.
    ///
    /// # Errors
    /// Another number of axes, and what [`Padding::resolve`] refuses.
    pub fn resolve(&self, spatial: &[usize]) -> Result<Vec<Window>, LayerError> {
        self.ranks(spatial)?;
        let padded = |(axis, (window, n)): (usize, (&Window, &usize))| {
            self.padding.resolve(*n, *window).map_err(|error| LayerError::Window { axis, error })
        };
        self.windows.iter().zip(spatial).enumerate().map(padded).collect()
    }

    /// The outputs along each axis. Nothing is allocated but the answer.
    ///
    /// # Errors
    /// As [`resolve`](Sliding::resolve), and windows that do not fit.
    pub fn outputs(&self, spatial: &[usize]) -> Result<Vec<usize>, LayerError> {
        let windows = self.resolve(spatial)?;
        let outputs = |(axis, (window, n)): (usize, (&Window, &usize))| {
            window.outputs(*n).map_err(|error| LayerError::Window { axis, error })
        };
        windows.iter().zip(spatial).enumerate().map(outputs).collect()
    }

    pub(super) fn ranks(&self, spatial: &[usize]) -> Result<(), LayerError> {
        if self.windows.len() == spatial.len() {
            return Ok(());
        }
        Err(LayerError::Shape {
            what: "the input without its axes N and C",
            got: spatial.to_vec(),
            expected: format!("{} spatial axes", self.windows.len()),
            hint: "there is one window per spatial axis, and arrays are in the order N, C, spatial axes",
        })
    }

    /// The graph over an input with these spatial axes.
    ///
    /// # Errors
    /// As [`outputs`](Sliding::outputs).
    pub fn grid(&self, spatial: &[usize]) -> Result<Grid, LayerError> {
        let outputs = self.outputs(spatial)?;
        Grid::new(&self.resolve(spatial)?, spatial, &outputs, self.boundary)
    }
}

/// The graph of windows along every axis: the product of one graph per axis.
#[derive(Clone, Debug)]
pub struct Grid {
    axes: Vec<Axis>,
    flip: bool,
    /// Where each output's edges start, and all of them: written down when first asked for, where they are few, for every
    /// channel wants them.
    listed: OnceLock<Option<(Vec<usize>, Vec<Edge>)>>,
}

/// Up to so many edges are written down: 16 MiB.
const LISTED: u128 = 1 << 20;

impl Grid {
    fn of(axes: Vec<Axis>, flip: bool) -> Grid {
        Grid { axes, flip, listed: OnceLock::new() }
    }

    fn list(&self) -> Option<(Vec<usize>, Vec<Edge>)> {
        // outputs without edges, too, take their place in the list
        if self.connections() > LISTED || self.outputs() as u128 > LISTED {
            return None;
        }
        let (mut starts, mut edges, mut walked) = (vec![0], vec![], vec![]);
        for output in 0..self.outputs() {
            self.walk(output, &mut walked);
            edges.extend_from_slice(&walked);
            starts.push(edges.len());
        }
        Some((starts, edges))
    }

    /// The edges of an output, and nothing else in the list.
    fn walk(&self, output: usize, walked: &mut Vec<Edge>) {
        walked.clear();
        walk(&self.axes, self.outputs(), output, Edge { tap: 0, entry: 0 }, walked);
        if self.flip {
            let last = self.taps() - 1;
            walked.iter_mut().for_each(|edge| edge.tap = last - edge.tap);
            walked.reverse();
        }
    }

    /// The outputs along the last axis.
    pub(super) fn row_length(&self) -> usize {
        self.axes.last().map_or(1, |axis| axis.outputs)
    }

    /// The taps along the last axis.
    pub(super) fn last_taps(&self) -> usize {
        self.axes.last().map_or(1, |axis| axis.taps)
    }

    /// The edges of an output along the last axis; their taps are numbered as if nothing were flipped.
    pub(super) fn along_last(&self, output: usize) -> &[Edge] {
        self.axes.last().map_or(&[Edge { tap: 0, entry: 0 }], |axis| axis.of_output(output))
    }

    /// The edges of a row of outputs along all other axes, in the order of the graph's taps.
    pub(super) fn across_rows(&self, row: usize, edges: &mut Vec<Edge>) {
        edges.clear();
        let others = self.axes.split_last().map_or(&[][..], |(_, others)| others);
        let rows = others.iter().map(|axis| axis.outputs).product();
        walk(others, rows, row, Edge { tap: 0, entry: 0 }, edges);
        if self.flip {
            edges.reverse();
        }
    }

    /// Of an edge across rows and one along them: the tap and the entry.
    pub(super) fn joined(&self, row: Edge, last: Edge) -> (usize, usize) {
        let tap = row.tap * self.last_taps() + last.tap;
        let entry = row.entry * self.axes.last().map_or(1, |axis| axis.entries) + last.entry;
        (if self.flip { self.taps() - 1 - tap } else { tap }, entry)
    }

    /// What the outputs along an axis read, where none reads two entries through one tap.
    pub(super) fn reads(&self, axis: usize) -> Reads<'_> {
        self.axes[axis].reads()
    }

    /// The entries along an axis.
    pub(super) fn entries_along(&self, axis: usize) -> usize {
        self.axes[axis].entries
    }

    /// Whether the taps are numbered from the other end.
    pub(super) fn is_flipped(&self) -> bool {
        self.flip
    }

    /// The outputs that read anything, by the taps through which they do.
    pub(super) fn classes(&self) -> Vec<Class> {
        let mut all = vec![vec![]];
        for axis in &self.axes {
            let classes: Vec<_> = axis.classes().into_iter().filter(|class| !class.taps.is_empty()).collect();
            let next = |so_far: &Vec<axis::Class>| {
                let of = |class| [so_far, std::slice::from_ref(class)].concat();
                classes.iter().map(of).collect::<Vec<_>>()
            };
            all = all.iter().flat_map(next).collect();
        }
        all.into_iter().map(|classes| self.class(classes)).collect()
    }

    /// The product of a class of each axis.
    fn class(&self, classes: Vec<axis::Class>) -> Class {
        let (mut taps, mut rows) = (vec![0], vec![0]);
        for (at, (axis, class)) in self.axes.iter().zip(&classes).enumerate() {
            let joined = |tap: usize| class.taps.iter().map(move |here| tap * axis.taps + here);
            taps = taps.into_iter().flat_map(joined).collect();
            // of the last axis the first output says where the row begins
            let end = if at + 1 < classes.len() { axis.outputs } else { class.first + 1 };
            let joined = |row: usize| {
                (class.first..end).step_by(class.step).map(move |output| row * axis.outputs + output)
            };
            rows = rows.into_iter().flat_map(joined).collect();
        }
        if self.flip {
            let last = self.taps() - 1;
            taps = taps.into_iter().rev().map(|tap| last - tap).collect();
        }
        let step = classes.last().map_or(1, |class| class.step);
        let axes = classes.into_iter().map(|class| class.axis).collect();
        Class { grid: Grid::of(axes, self.flip), taps, rows, step }
    }

    /// Windows over an input, with as many outputs as are asked for. Takes memory for outputs × taps of each axis.
    pub(super) fn new(
        windows: &[Window],
        spatial: &[usize],
        outputs: &[usize],
        boundary: Boundary,
    ) -> Result<Grid, LayerError> {
        for (window, outputs) in windows.iter().zip(outputs) {
            room::<Edge>("the table of taps of an axis", &[*outputs, window.taps])?;
        }
        let axis = |((window, n), outputs): ((&Window, &usize), &usize)| {
            let sources = |o: usize| (0..window.taps).map(move |t| (t, window.source(o, t, *n, boundary)));
            Axis::new(*n, window.taps, (0..*outputs).map(sources)).periods([window.spread, window.stride])
        };
        Ok(Grid::of(windows.iter().zip(spatial).zip(outputs).map(axis).collect(), false))
    }

    /// Outputs that read given ranges of entries along each axis.
    pub(super) fn ranges(spatial: &[usize], ranges: &[Vec<std::ops::Range<usize>>]) -> Grid {
        let axis = |(n, ranges): (&usize, &Vec<std::ops::Range<usize>>)| {
            let taps = ranges.iter().map(|range| range.len()).max().unwrap_or(0);
            let sources = ranges.iter().map(|range| range.clone().map(Some).enumerate());
            Axis::new(*n, taps, sources)
        };
        Grid::of(spatial.iter().zip(ranges).map(axis).collect(), false)
    }

    /// The same graph with the taps numbered from the other end along every axis: true convolution.
    pub(super) fn flipped(self, flip: bool) -> Grid {
        if flip == self.flip { self } else { Grid::of(self.axes, flip) }
    }

    /// The same edges read from the other side: the entries are the outputs of this one. Takes as much memory.
    ///
    /// # Errors
    /// When there is no memory for that.
    pub fn transposed(&self) -> Result<Grid, LayerError> {
        let axes = self.axes.iter().map(Axis::transposed).collect::<Result<_, _>>()?;
        Ok(Grid::of(axes, self.flip))
    }

    /// Whether no output reads two entries through one tap. Windows never do; seen from the other side they do where
    /// the padding repeats entries.
    pub fn one_per_tap(&self) -> bool {
        self.axes.iter().all(Axis::one_per_tap)
    }

    /// The outputs along each axis.
    pub fn shape(&self) -> Vec<usize> {
        self.axes.iter().map(|axis| axis.outputs).collect()
    }

    /// The number of taps.
    pub fn taps(&self) -> usize {
        self.axes.iter().map(|axis| axis.taps).product()
    }

    /// Whether every output reads an entry through every tap: nothing lies in any padding.
    pub(super) fn reads_all(&self) -> bool {
        self.connections() == self.outputs() as u128 * self.taps() as u128
    }

    /// The number of edges: how many products a channel's output takes.
    pub fn connections(&self) -> u128 {
        self.axes.iter().map(|axis| axis.edges.len() as u128).product()
    }
}

impl Connections for Grid {
    fn entries(&self) -> usize {
        self.axes.iter().map(|axis| axis.entries).product()
    }

    fn outputs(&self) -> usize {
        self.axes.iter().map(|axis| axis.outputs).product()
    }

    fn edges<'a>(&'a self, output: usize, walked: &'a mut Vec<Edge>) -> &'a [Edge] {
        if let Some((starts, edges)) = self.listed.get_or_init(|| self.list()) {
            return &edges[starts[output]..starts[output + 1]];
        }
        self.walk(output, walked);
        walked
    }

    /// It has none along one axis, and is the first along the others.
    fn idle(&self) -> Option<usize> {
        let (mut below, mut first) = (1, None);
        for axis in self.axes.iter().rev() {
            let idle = (0..axis.outputs).find(|o| axis.of_output(*o).is_empty());
            first = first.into_iter().chain(idle.map(|o| o * below)).min();
            below *= axis.outputs;
        }
        first
    }
}

/// The edges of output `o` of the axes, appended; `outputs` is their number together, `from` the edge so far.
fn walk(axes: &[Axis], outputs: usize, o: usize, from: Edge, edges: &mut Vec<Edge>) {
    let Some((axis, rest)) = axes.split_first() else {
        edges.push(from);
        return;
    };
    let below = outputs / axis.outputs;
    let here = o / below;
    for edge in axis.of_output(here) {
        let (tap, entry) = (from.tap * axis.taps + edge.tap, from.entry * axis.entries + edge.entry);
        walk(rest, below, o % below, Edge { tap, entry }, edges);
    }
}

/// The number of entries of an array, if it can be addressed.
///
/// # Errors
/// When it cannot.
pub fn volume(what: &'static str, shape: &[usize]) -> Result<usize, LayerError> {
    let product = shape.iter().try_fold(1_usize, |product, n| product.checked_mul(*n));
    product
        .filter(|entries| *entries <= LIMIT)
        .ok_or_else(|| LayerError::Size { what, shape: shape.to_vec() })
}

/// The number of entries of an array, if there is memory for it: asked for and given back, before any is taken for good.
///
/// # Errors
/// When there is not.
pub fn room<T>(what: &'static str, shape: &[usize]) -> Result<usize, LayerError> {
    let entries = volume(what, shape)?;
    let bytes = entries.saturating_mul(size_of::<T>());
    let none = |_| LayerError::Memory { what, shape: shape.to_vec(), bytes };
    Vec::<T>::new().try_reserve_exact(entries).map_err(none)?;
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::{Connections, Edge, Grid, Sliding};
    use crate::signal::Boundary;
    use std::sync::OnceLock;

    #[test]
    fn edges_that_are_written_down_are_those_that_are_walked() {
        for (flip, boundary) in [(false, Boundary::Zero), (true, Boundary::Reflect), (true, Boundary::Zero)] {
            let sliding = Sliding::of(&[2, 1, 3]).stride(2).pad(2, 1).boundary(boundary);
            let listed = sliding.grid(&[3, 2, 4]).expect("fits").flipped(flip);
            let walked = Grid { listed: OnceLock::from(None), ..listed.clone() };
            let (mut one, mut other, mut compared) = (vec![], vec![], 0);
            for output in 0..listed.outputs() {
                assert_eq!(listed.edges(output, &mut one), walked.edges(output, &mut other));
                compared += other.len();
            }
            assert!(
                one.is_empty() && compared as u128 == listed.connections() && compared > 10,
                "{compared}"
            );
        }
        let large = Sliding::of(&[3, 3]).pad(1, 1).grid(&[400, 400]).expect("fits");
        assert!(large.list().is_none() && large.connections() > super::LISTED);
    }

    #[test]
    fn the_other_side_has_the_same_edges() {
        for (boundary, flip) in Boundary::ALL.into_iter().flat_map(|b| [(b, false), (b, true)]) {
            let sliding = Sliding::of(&[3, 2]).stride(2).pad(2, 1).boundary(boundary);
            let grid = sliding.grid(&[4, 3]).expect("fits").flipped(flip);
            let edges = |grid: &Grid| {
                let all = (0..grid.outputs()).flat_map(|o| {
                    let edges = grid.edges(o, &mut vec![]).to_vec();
                    assert!(edges.is_sorted_by_key(|edge| edge.tap) || !grid.one_per_tap());
                    edges.into_iter().map(move |Edge { tap, entry }| (tap, o, entry))
                });
                all.collect::<std::collections::BTreeSet<_>>()
            };
            let (here, back) = (edges(&grid), grid.transposed().expect("there is room"));
            let there = edges(&back).into_iter().map(|(tap, entry, o)| (tap, o, entry)).collect();
            assert_eq!(here, there);
            assert_eq!(here.len() as u128, grid.connections());
            assert!(grid.one_per_tap());
            for grid in [&grid, &back] {
                let mut empty = (0..grid.outputs()).filter(|o| grid.edges(*o, &mut vec![]).is_empty());
                assert_eq!(grid.idle(), empty.next());
            }
            if let Boundary::Zero | Boundary::Replicate = boundary {
                assert_eq!(back.one_per_tap(), boundary == Boundary::Zero);
            }
        }
    }
}
