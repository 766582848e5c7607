//! How weights and biases are shared between the outputs of a channel: by all, by every t-th one, or by none.

use super::{LayerError, grid::volume};
use crate::scalar::Semiring;
use ndarray::ArrayD;
use rayon::prelude::*;

/// Which outputs of a channel use the same weights, or the same bias.
///
/// The three nest: what one set of weights for all can do, sets cycled with a period can, and what those can do, sets of
/// a multiple of that period and separate ones can (see [`local`](super::local)).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Sharing {
    /// All of them: convolution.
    #[default]
    Shared,
    /// Those whose indices agree modulo these periods, one per spatial axis: tiled convolution.
    Tiled(Vec<usize>),
    /// None: locally connected, also called unshared convolution.
    Unshared,
}

impl Sharing {
    /// The leading axes of an array with one set per class, for outputs of this shape: none when there is one class.
    pub fn lead(&self, outputs: &[usize]) -> Vec<usize> {
        match self {
            Sharing::Shared => vec![],
            Sharing::Tiled(periods) => periods.clone(),
            Sharing::Unshared => outputs.to_vec(),
        }
    }

    /// The class of each output by its flat index, and the number of classes.
    ///
    /// # Errors
    /// Periods of 0, or not one per axis.
    pub(super) fn classes(
        &self,
        outputs: &[usize],
    ) -> Result<(impl Fn(usize) -> usize + Sync + use<>, usize), LayerError> {
        let mut periods = self.lead(outputs);
        if *self == Sharing::Shared {
            periods = vec![1; outputs.len()];
        }
        if periods.len() != outputs.len() || periods.contains(&0) {
            let expected = format!("{} periods of at least 1", outputs.len());
            return Err(LayerError::shape(
                "the tiling",
                &periods,
                expected,
                "give one period per spatial axis",
            ));
        }
        let count = volume("the sets of weights", &periods)?;
        let axes: Vec<(usize, usize)> = outputs.iter().copied().zip(periods).rev().collect();
        let class = move |output: usize| {
            let (mut rest, mut class, mut step) = (output, 0, 1);
            for (outputs, period) in &axes {
                class += rest % outputs % period * step;
                (rest, step) = (rest / outputs, step * period);
            }
            class
        };
        Ok((class, count))
    }
}

/// Outputs that one thread adds a bias to, at least.
const BUNCH: usize = 1 << 14;

/// A number that is added to every output of a channel, or of a class of its outputs.
#[derive(Clone, PartialEq, Debug)]
pub struct Bias<S> {
    /// Which outputs have the same one.
    pub sharing: Sharing,
    /// [`Sharing::lead`], then one per output channel.
    pub values: ArrayD<S>,
}

impl<S: Semiring> Bias<S> {
    /// One per output channel.
    pub fn per_channel(values: &[S]) -> Bias<S> {
        let values = ArrayD::from_shape_vec(vec![values.len()], values.to_vec()).expect("one axis");
        Bias { sharing: Sharing::Shared, values }
    }

    /// Whether the values have the shape that goes with these outputs.
    pub(super) fn check(&self, channels: usize, outputs: &[usize]) -> Result<(), LayerError> {
        let _ = self.sharing.classes(outputs)?;
        let mut shape = self.sharing.lead(outputs);
        shape.push(channels);
        let hint = "a bias has an entry per output channel, preceded by the tile's or the output's axes";
        LayerError::unless("the bias", self.values.shape(), &shape, hint)
    }

    /// Adds it to y, which is N × O × outputs.
    pub(super) fn add(&self, y: &mut [S], channels: usize, outputs: &[usize]) -> Result<(), LayerError> {
        let (class, _) = self.sharing.classes(outputs)?;
        let values = self.values.as_standard_layout();
        let values = values.as_slice().expect("standard layout");
        let size = outputs.iter().product();
        let planes = y.par_chunks_mut(size).with_min_len(BUNCH / size + 1).enumerate();
        planes.for_each(|(plane, y)| {
            let channel = plane % channels;
            if self.sharing == Sharing::Shared {
                y.iter_mut().for_each(|y| *y = y.plus(&values[channel]));
                return;
            }
            for (p, y) in y.iter_mut().enumerate() {
                *y = y.plus(&values[class(p) * channels + channel]);
            }
        });
        Ok(())
    }

    /// Its gradient: the sums of dy over all outputs that have the same bias.
    pub(super) fn gradient(
        &self,
        dy: &[S],
        channels: usize,
        outputs: &[usize],
    ) -> Result<ArrayD<S>, LayerError> {
        let (class, _) = self.sharing.classes(outputs)?;
        let mut sums = ArrayD::from_shape_simple_fn(self.values.raw_dim(), S::zero);
        let flat = sums.as_slice_mut().expect("standard layout");
        let size: usize = outputs.iter().product();
        if self.sharing == Sharing::Shared {
            flat.par_iter_mut().enumerate().for_each(|(channel, sum)| {
                let planes = dy.chunks(size).skip(channel).step_by(channels);
                planes.flatten().for_each(|dy| *sum = sum.plus(dy));
            });
            return Ok(sums);
        }
        for (plane, dy) in dy.chunks(size).enumerate() {
            for (p, dy) in dy.iter().enumerate() {
                let sum = &mut flat[class(p) * channels + plane % channels];
                *sum = sum.plus(dy);
            }
        }
        Ok(sums)
    }
}
