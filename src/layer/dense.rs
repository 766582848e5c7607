//! The fully connected layer, and how it and convolution are one another's special case.
//!
//! A convolution whose kernel covers its whole input is a dense layer on the flattened input; one with a single tap is a
//! dense layer at every pixel. And every convolution, on an input of a given size, is a dense layer with a sparse
//! matrix whose entries repeat: [`Dense::of`] writes it down.

use super::{
    Bias, Conv, Gradients, Layer, LayerError, Reads, Sharing, Sliding, Window,
    conv::{array, conjugate},
    grid::{room, volume},
    lipschitz,
};
use crate::scalar::{Real, Ring, Semiring};
use ndarray::{ArrayD, ArrayViewD};

/// y = Wx + b, for every entry of the batch, whose other axes are flattened (ONNX: `Flatten`, then `Gemm`).
#[derive(Clone, PartialEq, Debug)]
pub struct Dense<S> {
    /// Outputs × inputs.
    pub weights: ArrayD<S>,
    /// One number per output, if anything is added.
    pub bias: Option<ArrayD<S>>,
}

impl<S: Semiring> Dense<S> {
    /// N, the inputs and the outputs.
    fn sizes(&self, input: &[usize]) -> Result<[usize; 3], LayerError> {
        let hint =
            "the weights of a dense layer are outputs × inputs, inputs being all axes but N, flattened";
        let [outputs, inputs] = *self.weights.shape() else {
            return Err(LayerError::shape(
                "the array of weights",
                self.weights.shape(),
                "outputs × inputs",
                hint,
            ));
        };
        volume("the input", input)?;
        match input {
            [n, rest @ ..] if !rest.is_empty() && rest.iter().product::<usize>() == inputs => {
                if let Some(bias) = &self.bias {
                    LayerError::unless(
                        "the bias",
                        bias.shape(),
                        &[outputs],
                        "a bias has an entry per output",
                    )?;
                }
                volume("the output", &[*n, outputs])?;
                Ok([*n, inputs, outputs])
            }
            _ => {
                let expected = format!("N × {inputs} entries, on any axes,");
                Err(LayerError::shape("the input", input, expected, hint))
            }
        }
    }

    /// y = Wx + b over any semiring.
    ///
    /// # Errors
    /// Weights that are no matrix, an input of another size, a bias of another size.
    pub fn apply(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        let [n, inputs, outputs] = self.sizes(x.shape())?;
        let (x, w) = (x.as_standard_layout(), self.weights.as_standard_layout());
        let (x, w) = (x.as_slice().expect("standard layout"), w.as_slice().expect("standard layout"));
        let mut y = Vec::with_capacity(n * outputs);
        for batch in 0..n {
            for o in 0..outputs {
                let (row, x) = (&w[o * inputs..(o + 1) * inputs], &x[batch * inputs..(batch + 1) * inputs]);
                let mut sum = S::zero();
                row.iter().zip(x).for_each(|(w, x)| S::mul_add_into(&mut sum, w, x));
                y.push(self.bias.iter().fold(sum, |sum, bias| sum.plus(&bias[[o]])));
            }
        }
        Ok(array(&[n, outputs], y))
    }

    /// The dense layer that does what a layer does to inputs of one shape (without N), if it is affine: column by column,
    /// by basis vectors. Of a convolution it is the (doubly block) Toeplitz matrix of all its channels.
    ///
    /// Cost: a forward pass per entry of the input.
    ///
    /// # Errors
    /// What the layer refuses; sizes beyond what can be addressed. Whether the layer is affine is not checked.
    pub fn of(layer: &dyn Layer<S>, input: &[usize]) -> Result<Dense<S>, LayerError>
    where
        S: Ring,
    {
        let shape = [&[1], input].concat();
        let (inputs, output) = (volume("the input", &shape)?, layer.output_shape(&shape)?);
        let outputs = volume("the output", &output)?;
        room::<S>("the input", &shape)?;
        room::<S>("the matrix", &[outputs, inputs])?;
        let zero = ArrayD::from_shape_simple_fn(shape, S::zero);
        let bias = layer.forward(zero.view())?.into_shape_with_order(vec![outputs]).expect("as many entries");
        let mut weights = ArrayD::from_shape_simple_fn(vec![outputs, inputs], S::zero);
        for i in 0..inputs {
            let mut basis = zero.clone();
            *basis.iter_mut().nth(i).expect("an entry") = S::one();
            let column = layer.forward(basis.view())?;
            column.iter().zip(&bias).enumerate().for_each(|(o, (y, b))| weights[[o, i]] = y.minus(b));
        }
        Ok(Dense { weights, bias: Some(bias) })
    }

    /// The same layer as a convolution of inputs with these channels and spatial axes, by a kernel as large as they are:
    /// on a larger input it is applied at every place (Long, Shelhamer & Darrell 2015).
    ///
    /// # Errors
    /// When the number of inputs is another.
    pub fn to_convolution(&self, input: &[usize]) -> Result<Conv<S>, LayerError> {
        let [_, _, outputs] = self.sizes(&[&[1], input].concat())?;
        let shape = [&[outputs], input].concat();
        let weights = array(&shape, self.weights.iter().cloned().collect());
        let convolution = Conv::new(Sliding::of(&input[1..]), weights);
        Ok(match &self.bias {
            Some(bias) => convolution.bias(&bias.iter().cloned().collect::<Vec<S>>()),
            None => convolution,
        })
    }

    /// The same layer at every pixel: a convolution with one tap along each of so many spatial axes.
    ///
    /// # Errors
    /// When the weights are no matrix.
    pub fn to_pointwise(&self, axes: usize) -> Result<Conv<S>, LayerError> {
        let inputs = self.weights.shape().get(1).copied().unwrap_or(0);
        self.to_convolution(&[&[inputs], &vec![1; axes][..]].concat())
    }
}

impl<S: Semiring> Conv<S> {
    /// The dense layer of a convolution whose kernel covers inputs of this shape (without N) exactly, without padding.
    ///
    /// # Errors
    /// What the layer refuses; groups, tables or reversed kernels, whose matrix [`Dense::of`] gives; more than one place.
    pub fn to_dense(&self, input: &[usize]) -> Result<Dense<S>, LayerError> {
        let output = self.shape(&[&[1], input].concat())?;
        let windows = self.sliding.resolve(&input[1..])?;
        let whole = windows
            .iter()
            .zip(&input[1..])
            .all(|(window, n)| *window == Window { stride: window.stride, ..Window::of(*n) });
        let shared = |bias: &Bias<S>| bias.sharing == Sharing::Shared;
        let plain = self.reads == Reads::Groups(1) && self.sharing == Sharing::Shared && !self.flip;
        if !(whole && plain && self.bias.iter().all(shared)) {
            let expected = format!("{:?}, not padded, reversed, grouped or unshared", &input[1..]);
            let hint =
                "only a kernel that covers its input is a dense layer as it stands; Dense::of takes any";
            return Err(LayerError::shape("the kernel", &self.sliding.taps(), expected, hint));
        }
        let shape = [output[1], input.iter().product()];
        let weights = array(&shape, self.weights.iter().cloned().collect());
        let bias = self.bias.as_ref().map(|bias| array(&[output[1]], bias.values.iter().cloned().collect()));
        Ok(Dense { weights, bias })
    }
}

impl<S: Ring> Layer<S> for Dense<S> {
    fn name(&self) -> &'static str {
        "Gemm"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        let [n, _, outputs] = self.sizes(input)?;
        Ok(vec![n, outputs])
    }

    fn lipschitz(&self, input: &[usize]) -> Result<f64, LayerError>
    where
        S: Real,
    {
        let [_, inputs, outputs] = self.sizes(input)?;
        lipschitz::known("Gemm", lipschitz::dense(&self.weights, [outputs, inputs])?)
    }

    fn forward(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        self.apply(x)
    }

    fn backward(&self, x: ArrayViewD<S>, dy: ArrayViewD<S>) -> Result<Gradients<S>, LayerError> {
        let [n, inputs, outputs] = self.sizes(x.shape())?;
        LayerError::unless_matching(dy.shape(), &[n, outputs])?;
        let shape = x.shape().to_vec();
        let (x, w, dy) = (conjugate(x), conjugate(self.weights.view()), dy.as_standard_layout());
        let (x, w) = (x.as_slice().expect("standard layout"), w.as_slice().expect("standard layout"));
        let dy = dy.as_slice().expect("standard layout");
        let (mut dx, mut dw) = (vec![S::zero(); n * inputs], vec![S::zero(); outputs * inputs]);
        let mut db = vec![S::zero(); outputs];
        for (place, dy) in dy.iter().enumerate() {
            let (batch, o) = (place / outputs, place % outputs);
            for i in 0..inputs {
                S::mul_add_into(&mut dx[batch * inputs + i], &w[o * inputs + i], dy);
                S::mul_add_into(&mut dw[o * inputs + i], &x[batch * inputs + i], dy);
            }
            db[o] = db[o].plus(dy);
        }
        let mut parameters = vec![array(self.weights.shape(), dw)];
        parameters.extend(self.bias.iter().map(|_| array(&[outputs], db.clone())));
        Ok(Gradients { input: array(&shape, dx), parameters })
    }

    fn parameters(&self) -> Vec<(&'static str, &ArrayD<S>)> {
        [("weights", &self.weights)].into_iter().chain(self.bias.iter().map(|bias| ("bias", bias))).collect()
    }

    fn parameters_mut(&mut self) -> Vec<&mut ArrayD<S>> {
        [&mut self.weights].into_iter().chain(self.bias.as_mut()).collect()
    }
}
