//! Layers that read entries as they are: how often each is read, and what regions sum.

use super::{known, root, size};
use crate::{
    layer::{
        LayerError,
        grid::{Connections, room},
    },
    scalar::{Interval, Semiring},
};

/// What an entry is that a region reads twice, as it may where padding repeats entries.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::layer) enum Again {
    /// The same: a maximum does not mind.
    Same,
    /// One more: a norm counts it.
    Counts,
}

/// The root of the largest number of regions that an entry is in, or of how often they read it.
pub(in crate::layer) fn repeated(graph: &dyn Connections, again: Again) -> Result<f64, LayerError> {
    room::<u64>("a channel", &[graph.entries()])?;
    let (mut counts, mut walked) = (vec![0_u64; graph.entries()], vec![]);
    for output in 0..graph.outputs() {
        let mut entries: Vec<usize> =
            graph.edges(output, &mut walked).iter().map(|edge| edge.entry).collect();
        if again == Again::Same {
            entries.sort_unstable();
            entries.dedup();
        }
        entries.into_iter().for_each(|entry| counts[entry] += 1);
    }
    known("a pool", root(counts.into_iter().max().unwrap_or(0) as f64))
}

/// Schur's test of sums over regions with weights: the root of the largest entry of |A|ᵀ|A|1. `weights` gives those of an
/// output, one an edge, of the output's number and its edges.
pub(in crate::layer) fn summed(
    graph: &dyn Connections,
    weights: impl Fn(usize, usize) -> Vec<Interval>,
) -> Result<f64, LayerError> {
    room::<Interval>("a channel", &[graph.entries()])?;
    let (mut columns, mut walked) = (vec![<Interval as Semiring>::zero(); graph.entries()], vec![]);
    for output in 0..graph.outputs() {
        let edges = graph.edges(output, &mut walked);
        let weights: Vec<Interval> = weights(output, edges.len()).into_iter().map(size).collect();
        let sum = weights.iter().fold(<Interval as Semiring>::zero(), |sum, w| sum.plus(w));
        for (edge, weight) in edges.iter().zip(&weights) {
            columns[edge.entry] = columns[edge.entry].plus(&weight.times(&sum));
        }
    }
    known("a pool", root(columns.iter().fold(0.0, |most, column| column.high().max(most))))
}
