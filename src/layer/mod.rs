//! The layers of convolutional networks, forward and backward, over any scalars.
//!
//! Arrays are in the order N, C, spatial axes: a batch of N inputs with C channels each on a grid of any number of
//! axes (1, 2 and 3 are what networks use). The weights of a convolution are O, C/groups, spatial; of a transposed one
//! C, O/groups, spatial. The definitions are those of the ONNX operators; where PyTorch or TensorFlow differ, the
//! documentation of the layer says so.

pub mod activation;
pub mod conv;
pub mod dense;
mod error;
pub mod grid;
pub mod local;
pub mod network;
pub mod normalisation;
pub mod pad;
pub mod pool;
pub mod quantised;
pub mod sharing;
pub mod stack;
pub mod transposed;
pub mod trilinear;
pub mod unfold;
pub mod window;

pub use activation::{LeakyRelu, Relu, Sigmoid, Softmax, Tanh};
pub use conv::{Conv, Reads};
pub use dense::Dense;
pub use error::LayerError;
pub use grid::Sliding;
pub use network::{Recurrent, Residual, Sequential, Skip, Upsample};
pub use normalisation::BatchNorm;
pub use pad::{Fill, Pad};
pub use quantised::Quantised;
pub use sharing::{Bias, Sharing};
pub use transposed::Transposed;
pub use unfold::{Fold, Unfold};
pub use window::{Padding, Window, WindowError};

use crate::scalar::Semiring;
use ndarray::{ArrayD, ArrayViewD};
use std::fmt::Debug;

/// What a layer's backward pass returns: the gradients of ⟨output, dy⟩.
#[derive(Clone, PartialEq, Debug)]
pub struct Gradients<S> {
    /// In the input.
    pub input: ArrayD<S>,
    /// In each of the [parameters](Layer::parameters), in their order.
    pub parameters: Vec<ArrayD<S>>,
}

/// A layer: a function of an array, with parameters.
pub trait Layer<S: Semiring>: Debug + Send + Sync {
    /// The ONNX operator's name where there is one, for tables and messages.
    fn name(&self) -> &'static str;

    /// The shape of the output for an input of this shape. Nothing is computed and no memory taken.
    ///
    /// # Errors
    /// An input that the layer cannot take, in words: what was expected, what came, what to do.
    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError>;

    /// The output.
    ///
    /// # Errors
    /// As [`output_shape`](Layer::output_shape).
    fn forward(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError>;

    /// The gradients at x, for the gradient `dy` in the output.
    ///
    /// For a linear layer y = Ax the gradient in the input is Aᴴ dy, whatever x: over complex numbers the weights are
    /// conjugated, so that ⟨Ax, y⟩ = ⟨x, Aᴴy⟩.
    ///
    /// # Errors
    /// As [`output_shape`](Layer::output_shape), and a `dy` that has not the output's shape.
    fn backward(&self, x: ArrayViewD<S>, dy: ArrayViewD<S>) -> Result<Gradients<S>, LayerError>;

    /// What can be learned, by name.
    fn parameters(&self) -> Vec<(&'static str, &ArrayD<S>)> {
        vec![]
    }

    /// The same, to be changed.
    fn parameters_mut(&mut self) -> Vec<&mut ArrayD<S>> {
        vec![]
    }
}
