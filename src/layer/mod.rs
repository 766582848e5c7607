//! The layers of convolutional networks, forward and backward, over any scalars.
//!
//! Arrays are in the order N, C, spatial axes: a batch of N inputs with C channels each on a grid of any number of
//! axes (1, 2 and 3 are what networks use). The weights of a convolution are O, C/groups, spatial; of a transposed one
//! C, O/groups, spatial. The definitions are those of the ONNX operators; where PyTorch or TensorFlow differ, the
//! documentation of the layer says so.
//!
//! | layer | scalars | ONNX |
//! |---|---|---|
//! | [`Conv`], [locally connected and tiled](local) | [`Ring`](crate::scalar::Ring); forward any semiring | `Conv` |
//! | the same by [`Winograd`]'s minimal filtering | [`Field`](crate::scalar::Field) | |
//! | [`Quantised`] | `Ring` | `ConvInteger` |
//! | [`Transposed`] | `Ring`; forward any semiring | `ConvTranspose` |
//! | [`Unfold`], [`Fold`] | semiring | `Col2Im` |
//! | [`Pad`], [`Upsample`] | semiring | `Pad`, `Resize` |
//! | [`Max`](pool::Max), [`Maxout`](pool::Maxout), [`Unpool`](pool::Unpool) | ordered | `MaxPool`, `MaxUnpool` |
//! | [`Average`](pool::Average), [`Weighted`](pool::Weighted) | [`Units`](crate::scalar::Units) | `AveragePool` |
//! | [`Norm`](pool::Norm) | floats; powers any ordered ring | `LpPool` |
//! | [`Relu`], [`LeakyRelu`] | ordered | `Relu`, `LeakyRelu` |
//! | [`Sigmoid`], [`Tanh`], [`Softmax`] | floats; [shares](activation::shares) any field | the same |
//! | [`BatchNorm`] | `Ring` and `Units` | `BatchNormalization` |
//! | [`Dense`] | `Ring`; forward any semiring | `Gemm` |
//! | [`Sequential`], [`Residual`], [`Skip`], [`Recurrent`] | semiring | – |
//!
//! A convolution is a graph between entries and outputs ([`grid`]), and one [trilinear form](trilinear) on it; its gradients
//! are the form's other two operations.
//!
//! ```
//! use faltung::layer::{Conv, Layer, Relu, Sequential, Sliding, pool::{Max, Regions}};
//! use ndarray::ArrayD;
//! let edges = ArrayD::from_shape_vec(vec![1, 1, 1, 2], vec![-1.0, 1.0]).unwrap();
//! let pool = Max { regions: Regions::Sliding(Sliding::of(&[2, 2]).stride(2)) };
//! let network = Sequential::<f64>(vec![Box::new(Conv::new(Sliding::of(&[1, 2]), edges)), Box::new(Relu), Box::new(pool)]);
//! assert_eq!(network.output_shape(&[1, 1, 8, 9])?, [1, 1, 4, 4]);
//! let x = ArrayD::from_shape_fn(vec![1, 1, 8, 9], |i| if i[3] > 4 { 1.0 } else { 0.0 });
//! let y = network.forward(x.view())?;
//! assert_eq!((y[[0, 0, 0, 1]], y[[0, 0, 0, 2]]), (0.0, 1.0));
//! # Ok::<(), faltung::layer::LayerError>(())
//! ```

pub mod activation;
mod axis;
mod classes;
pub mod conv;
pub mod dense;
mod error;
pub mod grid;
mod layout;
mod lines;
pub mod lipschitz;
pub mod local;
pub mod network;
pub mod normalisation;
mod packed;
pub mod pad;
mod plan;
pub mod pool;
pub mod quantised;
mod registers;
mod runs;
pub mod shapes;
pub mod sharing;
pub mod side;
pub mod stack;
pub mod train;
pub mod transposed;
pub mod trilinear;
pub mod unfold;
pub mod window;
pub mod winograd;
pub mod workload;

pub use activation::{LeakyRelu, Relu, Sigmoid, Softmax, Tanh};
pub use conv::{Conv, Reads};
pub use dense::Dense;
pub use error::LayerError;
pub use grid::Sliding;
pub use network::{Recurrent, Residual, Sequential, Skip, Upsample};
pub use normalisation::BatchNorm;
pub use pad::{Fill, Pad};
pub use plan::Plan;
pub use quantised::Quantised;
pub use sharing::{Bias, Sharing};
pub use side::{Kept, SideOutputs, Stage};
pub use transposed::Transposed;
pub use unfold::{Fold, Unfold};
pub use window::{Padding, Window, WindowError};
pub use winograd::Winograd;

use crate::scalar::{Real, Semiring};
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

    /// A Lipschitz constant of the layer in the 2-norm, for inputs of this shape: ‖f(x) − f(y)‖ is at most so many times
    /// ‖x − y‖, in exact arithmetic, whatever real x and y. It is rounded up, and no pair need attain it; what it is made of,
    /// and what is assumed, is in the [module](lipschitz).
    ///
    /// Cost: a convolution takes one pass forward and one backward in intervals, and where it is not more than some 10^10
    /// products the singular values of a matrix for each frequency.
    ///
    /// ```
    /// use faltung::layer::{Conv, Layer, Relu, Sequential, Sliding};
    /// use ndarray::ArrayD;
    /// let difference = ArrayD::from_shape_vec(vec![1, 1, 2], vec![1.0, -1.0]).unwrap();
    /// let network = Sequential::<f64>(vec![Box::new(Conv::new(Sliding::of(&[2]), difference)), Box::new(Relu)]);
    /// let bound = network.lipschitz(&[1, 1, 100])?;
    /// assert!((1.99..2.0001).contains(&bound));
    /// # Ok::<(), faltung::layer::LayerError>(())
    /// ```
    ///
    /// # Errors
    /// As [`output_shape`](Layer::output_shape), no memory, weights that are no numbers, and a layer for which no bound is
    /// known: [`LayerError::Unbounded`].
    fn lipschitz(&self, input: &[usize]) -> Result<f64, LayerError>
    where
        S: Real,
    {
        self.output_shape(input)?;
        Err(LayerError::Unbounded { name: self.name(), why: "no bound is known for this kind of layer" })
    }

    /// What can be learned, by name.
    fn parameters(&self) -> Vec<(&'static str, &ArrayD<S>)> {
        vec![]
    }

    /// The same, to be changed.
    fn parameters_mut(&mut self) -> Vec<&mut ArrayD<S>> {
        vec![]
    }
}
