//! Pooling: one summary of every region. What is summarised ([`Regions`]) and how ([`Max`], [`Average`], …) are
//! independent of each other.
//!
//! | regions | ONNX, PyTorch |
//! |---|---|
//! | [`Sliding`](Regions::Sliding) | `MaxPool`, `AveragePool`, `LpPool` |
//! | [`Global`](Regions::Global) | `GlobalMaxPool`, `GlobalAveragePool`, `GlobalLpPool` |
//! | [`Adaptive`](Regions::Adaptive) | PyTorch's `AdaptiveMaxPool`, `AdaptiveAvgPool`: any input to one output size |
//! | [`Fixed`](Regions::Fixed) | one structure for all inputs (Jia, Huang & Darrell 2012 learn such) |
//!
//! [`dynamic`] finds regions for one input at a time. [`Maxout`] pools over channels.

mod average;
pub mod dynamic;
mod max;
mod maxout;
mod norm;
mod unpool;

pub use average::{Average, Weighted};
pub use max::Max;
pub use maxout::Maxout;
pub use norm::Norm;
pub use unpool::Unpool;

use super::{
    LayerError, Sliding,
    conv::{array, split},
    grid::{Connections, Edge, Grid, room, volume},
};
use crate::scalar::Semiring;
use ndarray::{ArrayD, ArrayViewD};
use rayon::prelude::*;

/// Which entries of a channel are summarised together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Regions {
    /// Those of a window that slides.
    Sliding(Sliding),
    /// All of them: one output.
    Global,
    /// For k outputs of n entries along an axis, output i takes the entries ⌊i·n/k⌋ … ⌈(i + 1)·n/k⌉ − 1. Every entry is
    /// in a region, and where k does not divide n some are in two.
    Adaptive(Vec<usize>),
    /// Those of a list, as flat indices into a channel with these spatial axes: one output per list, on one axis.
    Fixed {
        /// The spatial axes that the indices are about.
        spatial: Vec<usize>,
        /// The regions.
        regions: Vec<Vec<usize>>,
    },
}

/// Regions as lists.
struct Lists<'a> {
    entries: usize,
    regions: &'a [Vec<usize>],
}

impl Connections for Lists<'_> {
    fn entries(&self) -> usize {
        self.entries
    }

    fn outputs(&self) -> usize {
        self.regions.len()
    }

    fn edges<'a>(&'a self, output: usize, walked: &'a mut Vec<Edge>) -> &'a [Edge] {
        walked.clear();
        walked
            .extend(self.regions[output].iter().enumerate().map(|(tap, entry)| Edge { tap, entry: *entry }));
        walked
    }
}

impl Regions {
    /// The spatial axes of the output.
    ///
    /// # Errors
    /// What [`Sliding::outputs`] refuses, adaptive outputs of another rank or of size 0, and fixed regions that are
    /// about another size, or have indices beyond it.
    pub fn outputs(&self, spatial: &[usize]) -> Result<Vec<usize>, LayerError> {
        match self {
            Regions::Sliding(sliding) => sliding.outputs(spatial),
            Regions::Global => Ok(vec![1; spatial.len()]),
            Regions::Adaptive(outputs) if outputs.len() == spatial.len() && !outputs.contains(&0) => {
                volume("the adaptive output", outputs)?;
                Ok(outputs.clone())
            }
            Regions::Adaptive(outputs) => {
                let expected = format!("{} sizes of at least 1", spatial.len());
                let hint = "adaptive pooling makes a given number of outputs along every spatial axis";
                Err(LayerError::shape("the adaptive output", outputs, expected, hint))
            }
            Regions::Fixed { spatial: about, regions } => {
                let hint = "fixed regions are lists of entries of an input of one size";
                LayerError::unless("the input without its axes N and C", spatial, about, hint)?;
                let entries = volume("a channel", spatial)?;
                let beyond = regions.iter().flatten().find(|entry| **entry >= entries);
                match beyond {
                    _ if regions.is_empty() => {
                        Err(LayerError::shape("the list of regions", &[0], "at least one region", hint))
                    }
                    Some(entry) => Err(LayerError::Value {
                        what: "an entry of a region",
                        got: entry.to_string(),
                        expected: format!("an index in 0 … {}", entries - 1),
                        hint,
                    }),
                    None => Ok(vec![regions.len()]),
                }
            }
        }
    }

    /// The shape of the pooled array.
    ///
    /// # Errors
    /// As [`outputs`](Regions::outputs), and an input without N, C or entries.
    pub fn shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        let (n, channels, spatial) = split(input)?;
        let shape = [&[n, channels], &self.outputs(spatial)?[..]].concat();
        volume("the output", &shape)?;
        Ok(shape)
    }

    /// The shape of the pooled array, if there is memory for it.
    fn room<S>(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        let shape = self.shape(input)?;
        room::<S>("the output", &shape)?;
        Ok(shape)
    }

    /// The graph over an input with these spatial axes.
    ///
    /// # Errors
    /// As [`outputs`](Regions::outputs), and no memory for it.
    pub fn graph(&self, spatial: &[usize]) -> Result<Box<dyn Connections + '_>, LayerError> {
        let outputs = self.outputs(spatial)?;
        Ok(match self {
            Regions::Sliding(sliding) => Box::new(sliding.grid(spatial)?),
            Regions::Global | Regions::Adaptive(_) => {
                // along an axis every entry is in one region or two
                spatial.iter().zip(&outputs).try_for_each(|(n, k)| {
                    room::<Edge>("the table of regions of an axis", &[n.saturating_add(*k), 2]).map(drop)
                })?;
                // i · n and k fit in 128 bits, whatever they are
                let place = |i: usize, n: usize, k: usize| i as u128 * n as u128 / k as u128;
                let region = |i: usize, n: usize, k: usize| {
                    let end = ((i + 1) as u128 * n as u128).div_ceil(k as u128);
                    place(i, n, k) as usize..end as usize
                };
                let ranges = |(n, k): (&usize, &usize)| (0..*k).map(|i| region(i, *n, *k)).collect();
                Box::new(Grid::ranges(spatial, &spatial.iter().zip(&outputs).map(ranges).collect::<Vec<_>>()))
            }
            Regions::Fixed { regions, .. } => Box::new(Lists { entries: spatial.iter().product(), regions }),
        })
    }

    /// The graph, if every output has an entry to summarise.
    ///
    /// # Errors
    /// As [`graph`](Regions::graph), and a window that lies in the padding altogether.
    fn full_graph(
        &self,
        spatial: &[usize],
        statistic: &'static str,
    ) -> Result<Box<dyn Connections + '_>, LayerError> {
        let graph = self.graph(spatial)?;
        // whatever is asked of every output is kept, of an empty batch too
        room::<usize>("a channel of the output", &self.outputs(spatial)?)?;
        match graph.idle() {
            Some(output) => Err(LayerError::Nothing { output, statistic }),
            None => Ok(graph),
        }
    }
}

/// `summary` of every output: of its number, its edges, and the plane they are about.
fn summarise<S: Semiring, T: Send>(
    x: ArrayViewD<S>,
    graph: &dyn Connections,
    summary: impl Fn(usize, &[Edge], &[S], usize) -> T + Sync,
) -> Vec<T> {
    let x = x.as_standard_layout();
    let planes = x.as_slice().expect("standard layout").par_chunks(graph.entries()).enumerate();
    let pooled = planes.map_init(Vec::new, |walked: &mut Vec<Edge>, (plane, x)| {
        let one = |output| summary(output, graph.edges(output, walked), x, plane);
        (0..graph.outputs()).map(one).collect::<Vec<T>>()
    });
    pooled.collect::<Vec<_>>().into_iter().flatten().collect()
}

/// The gradient in the input: `spread` adds what an output passes on, of its number, its edges, the plane of x, the
/// gradient in the output, and the plane of the gradient in the input.
fn distribute<S: Semiring>(
    x: ArrayViewD<S>,
    dy: ArrayViewD<S>,
    graph: &dyn Connections,
    spread: impl Fn(usize, &[Edge], &[S], &S, &mut [S]) + Sync,
) -> ArrayD<S> {
    let (entries, outputs) = (graph.entries(), graph.outputs());
    let (shape, x, dy) = (x.shape().to_vec(), x.as_standard_layout(), dy.as_standard_layout());
    let (x, dy) = (x.as_slice().expect("standard layout"), dy.as_slice().expect("standard layout"));
    let mut dx = vec![S::zero(); x.len()];
    dx.par_chunks_mut(entries).zip(x.par_chunks(entries)).zip(dy.par_chunks(outputs)).for_each_init(
        Vec::new,
        |walked: &mut Vec<Edge>, ((dx, x), dy)| {
            for (output, dy) in dy.iter().enumerate() {
                spread(output, graph.edges(output, walked), x, dy, dx);
            }
        },
    );
    array(&shape, dx)
}
