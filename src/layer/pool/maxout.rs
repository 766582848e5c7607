//! Pooling over channels: the largest of every k neighbouring channels (Goodfellow et al. 2013, maxout).
//!
//! Over channels that answer to rotated copies of one filter it is how a network can learn invariance to rotation.

use super::{Max, Regions};
use crate::{
    layer::{Gradients, Layer, LayerError, Sliding, Window, conv::split},
    scalar::{Real, Semiring},
};
use ndarray::{ArrayD, ArrayViewD, IxDyn};

/// Output channel o is the maximum of the input channels o·k … o·k + k − 1, entry by entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Maxout {
    /// k.
    pub pieces: usize,
}

impl Maxout {
    /// The channels as one more spatial axis, each a group of k, and the pooling over it.
    fn regrouped(&self, input: &[usize]) -> Result<(Vec<usize>, Max), LayerError> {
        let (n, channels, spatial) = split(input)?;
        if self.pieces == 0 || channels % self.pieces != 0 {
            return Err(LayerError::Value {
                what: "the number of channels that are pooled together",
                got: self.pieces.to_string(),
                expected: format!("a divisor of the {channels} channels"),
                hint: "every output channel is the maximum of equally many",
            });
        }
        let channel = Window { stride: self.pieces, ..Window::of(self.pieces) };
        let windows = [vec![channel], vec![Window::of(1); spatial.len()]].concat();
        let sliding = Sliding { windows, ..Sliding::of(&[]) };
        let shape = [&[n, channels / self.pieces, self.pieces], spatial].concat();
        Ok((shape, Max { regions: Regions::Sliding(sliding) }))
    }

    fn shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        self.regrouped(input)?;
        let mut shape = input.to_vec();
        shape[1] /= self.pieces;
        Ok(shape)
    }
}

fn reshaped<S: Clone>(x: ArrayViewD<S>, shape: &[usize]) -> ArrayD<S> {
    x.to_shape(IxDyn(shape)).expect("as many entries").into_owned()
}

impl<S: Semiring + PartialOrd> Layer<S> for Maxout {
    fn name(&self) -> &'static str {
        "Maxout"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        self.shape(input)
    }

    fn lipschitz(&self, input: &[usize]) -> Result<f64, LayerError>
    where
        S: Real,
    {
        self.shape(input)?;
        Ok(1.0) // no channel is in two groups
    }

    fn forward(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        let (shape, max) = self.regrouped(x.shape())?;
        let output = self.shape(x.shape())?;
        Ok(reshaped(max.forward(reshaped(x, &shape).view())?.view(), &output))
    }

    fn backward(&self, x: ArrayViewD<S>, dy: ArrayViewD<S>) -> Result<Gradients<S>, LayerError> {
        let (shape, max) = self.regrouped(x.shape())?;
        LayerError::unless_matching(dy.shape(), &self.shape(x.shape())?)?;
        let mut pooled = shape.clone();
        pooled[2] = 1;
        let gradients = max.backward(reshaped(x.view(), &shape).view(), reshaped(dy, &pooled).view())?;
        Ok(Gradients { input: reshaped(gradients.input.view(), x.shape()), parameters: vec![] })
    }
}
