//! Which entries each output reads along one axis.

use super::{
    LayerError,
    grid::{Edge, room},
};

/// The graph along one axis: the edges of output o are `edges[starts[o]..starts[o + 1]]`.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    pub entries: usize,
    pub outputs: usize,
    pub taps: usize,
    /// Outputs that are so far apart read through the same taps, but for the ends; and so do the readers of entries.
    periods: [usize; 2],
    starts: Vec<usize>,
    pub edges: Vec<Edge>,
}

/// Outputs of an axis that are equally far apart.
#[derive(Clone, Debug)]
pub(super) struct Class {
    /// They alone, with the taps through which any of them reads.
    pub axis: Axis,
    pub first: usize,
    pub step: usize,
    /// These taps, by their numbers in the whole.
    pub taps: Vec<usize>,
}

/// Who reads what along an axis.
pub(super) struct Reads<'g> {
    axis: &'g Axis,
    pub entries: usize,
    pub outputs: usize,
    pub taps: usize,
}

impl Reads<'_> {
    /// The entry that an output reads through a tap; taps are numbered as if nothing were flipped.
    pub(super) fn read(&self, tap: usize, output: usize) -> Option<usize> {
        let edges = self.axis.of_output(output);
        // most read through all taps
        let full = edges.get(tap).filter(|_| edges.len() == self.taps);
        let edge =
            full.or_else(|| edges.binary_search_by_key(&tap, |edge| edge.tap).ok().map(|at| &edges[at]));
        edge.map(|edge| edge.entry)
    }
}

impl Axis {
    pub(super) fn new(
        entries: usize,
        taps: usize,
        outputs: impl ExactSizeIterator<Item = impl Iterator<Item = (usize, Option<usize>)>>,
    ) -> Axis {
        let (count, mut starts, mut edges) = (outputs.len(), vec![0], vec![]);
        for sources in outputs {
            edges.extend(sources.filter_map(|(tap, entry)| Some(Edge { tap, entry: entry? })));
            starts.push(edges.len());
        }
        Axis { entries, outputs: count, taps, periods: [1, 1], starts, edges }
    }

    /// The same, of windows with these periods.
    pub(super) fn periods(self, periods: [usize; 2]) -> Axis {
        Axis { periods, ..self }
    }

    pub(super) fn of_output(&self, output: usize) -> &[Edge] {
        &self.edges[self.starts[output]..self.starts[output + 1]]
    }

    /// By taps, and through one tap by outputs.
    pub(super) fn transposed(&self) -> Result<Axis, LayerError> {
        let what = "the table of readers of an axis";
        room::<usize>(what, &[2, self.entries + 1])?;
        room::<Edge>(what, &[self.edges.len()])?;
        let mut starts = vec![0; self.entries + 1];
        self.edges.iter().for_each(|edge| starts[edge.entry + 1] += 1);
        (0..self.entries).for_each(|entry| starts[entry + 1] += starts[entry]);
        let (mut next, mut edges) = (starts.clone(), vec![Edge { tap: 0, entry: 0 }; self.edges.len()]);
        for output in 0..self.outputs {
            for edge in self.of_output(output) {
                edges[next[edge.entry]] = Edge { tap: edge.tap, entry: output };
                next[edge.entry] += 1;
            }
        }
        for entry in 0..self.entries {
            edges[starts[entry]..starts[entry + 1]].sort_unstable_by_key(|edge| (edge.tap, edge.entry));
        }
        let [outputs, entries] = self.periods;
        let periods = [entries, outputs];
        Ok(Axis { entries: self.outputs, outputs: self.entries, taps: self.taps, periods, starts, edges })
    }

    pub(super) fn one_per_tap(&self) -> bool {
        (0..self.outputs).all(|o| self.of_output(o).is_sorted_by(|one, next| one.tap < next.tap))
    }

    pub(super) fn reads(&self) -> Reads<'_> {
        Reads { axis: self, entries: self.entries, outputs: self.outputs, taps: self.taps }
    }

    /// The outputs by how they read: each a period apart, where some taps are nobody's then; else all of them.
    pub(super) fn classes(&self) -> Vec<Class> {
        let of = |step: usize| (0..step.min(self.outputs)).map(move |first| self.class(first, step));
        let [period, _] = self.periods;
        let products = |class: &Class| class.axis.taps * class.axis.outputs;
        if period > 1 {
            let all: Vec<Class> = of(period).collect();
            if all.iter().map(products).sum::<usize>() < self.taps * self.outputs {
                return all;
            }
        }
        of(1).collect()
    }

    fn class(&self, first: usize, step: usize) -> Class {
        let outputs = (first..self.outputs).step_by(step);
        let edges = outputs.clone().flat_map(|output| self.of_output(output));
        let mut taps: Vec<usize> = edges.map(|edge| edge.tap).collect();
        taps.sort_unstable();
        taps.dedup();
        let number = |edge: &Edge| (taps.partition_point(|tap| *tap < edge.tap), Some(edge.entry));
        let sources = outputs.map(|output| self.of_output(output).iter().map(number));
        Class { axis: Axis::new(self.entries, taps.len(), sources), first, step, taps }
    }
}
