//! Convolution of integers that stand for other numbers (ONNX `ConvInteger`): x and w each have a zero point.
//!
//! y = Σ (w − w₀)(x − x₀), summed exactly. Padding stands for zero, that is, for the entry x₀: it adds nothing.

use super::{
    Conv, Gradients, Layer, LayerError,
    conv::{array, split},
};
use crate::scalar::Ring;
use ndarray::{ArrayD, ArrayViewD};

/// A convolution of shifted integers, or of shifted anything.
#[derive(Clone, PartialEq, Debug)]
pub struct Quantised<S> {
    /// The convolution, with weights as they are stored.
    pub conv: Conv<S>,
    /// What stands for zero in the input.
    pub input_zero: S,
    /// What stands for zero in the weights: one for all, or one per output channel.
    pub weight_zero: Vec<S>,
}

impl<S: Ring> Quantised<S> {
    /// The convolution with its weights shifted.
    fn shifted(&self, input: &[usize]) -> Result<Conv<S>, LayerError> {
        let outputs = self.conv.shape(input)?[1];
        let zeros = self.weight_zero.len();
        let grouped = matches!(self.conv.reads, super::Reads::Groups(_));
        if zeros != 1 && (zeros != outputs || !grouped || self.conv.sharing != super::Sharing::Shared) {
            let hint =
                "weights have one zero point, or one per output channel where they are O × C/groups × taps";
            return Err(LayerError::shape("the zero points", &[zeros], format!("[1] or [{outputs}]"), hint));
        }
        let mut conv = self.conv.clone();
        let kernel = (conv.weights.len() / zeros).max(1);
        for (place, weight) in conv.weights.iter_mut().enumerate() {
            *weight = weight.minus(&self.weight_zero[place / kernel]);
        }
        Ok(conv)
    }

    fn input(&self, x: ArrayViewD<S>) -> ArrayD<S> {
        array(x.shape(), x.iter().map(|x| x.minus(&self.input_zero)).collect())
    }
}

impl<S: Ring> Layer<S> for Quantised<S> {
    fn name(&self) -> &'static str {
        "ConvInteger"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        split(input)?;
        self.shifted(input)?.shape(input)
    }

    fn forward(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        self.shifted(x.shape())?.apply(self.input(x).view())
    }

    fn backward(&self, x: ArrayViewD<S>, dy: ArrayViewD<S>) -> Result<Gradients<S>, LayerError> {
        self.shifted(x.shape())?.backward(self.input(x).view(), dy)
    }

    fn parameters(&self) -> Vec<(&'static str, &ArrayD<S>)> {
        self.conv.parameters()
    }

    fn parameters_mut(&mut self) -> Vec<&mut ArrayD<S>> {
        self.conv.parameters_mut()
    }
}
