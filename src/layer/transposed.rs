//! The transposed convolution: the transpose of a convolutional layer, as a layer forward (ONNX `ConvTranspose`).
//!
//! Every entry of the input lays down a copy of the kernel, `stride` apart, and what lies in the padding is cut off:
//! y[n, o, i · stride + t · dilation − before] += w[c, o, t] · x[n, c, i]. The output padding does not pad: it keeps that
//! many entries more at the end, for several output sizes lead to one input size of the convolution that is transposed.
//!
//! It is the adjoint of a convolution with the same weights if these are real, and its inverse almost never.
//!
//! | | output size along an axis |
//! |---|---|
//! | here, ONNX, PyTorch | (n − 1) · stride + reach + output padding − before − after |
//! | ONNX `output_shape` | given; the padding follows, [`Window::transposed_to`](super::Window::transposed_to) |
//! | TensorFlow, `SAME` | n · stride: `SameUpper` |
//! | JAX `conv_transpose` | n · stride for `SAME`; it is a transpose only with `transpose_kernel`, else the kernel is reversed |
//!
//! ```
//! use faltung::layer::{Layer, Sliding, Transposed};
//! use ndarray::ArrayD;
//! let x = ArrayD::from_shape_vec(vec![1, 1, 3], vec![1, 2, 3_i64]).unwrap();
//! let w = ArrayD::from_shape_vec(vec![1, 1, 3], vec![1, 1, 1]).unwrap();
//! let layer = Transposed::new(Sliding::of(&[3]).stride(2), w);
//! assert_eq!(layer.forward(x.view())?.into_raw_vec_and_offset().0, [1, 1, 3, 2, 5, 3, 3]);
//! # Ok::<(), faltung::layer::LayerError>(())
//! ```

use super::{
    Bias, Gradients, Layer, LayerError, Sliding, Window, WindowError,
    conv::{array, conjugate, split},
    grid::{Grid, room, volume},
    lipschitz,
    trilinear::{Channels, Trilinear},
};
use crate::{
    scalar::{Interval, Real, Ring, Semiring},
    signal::Boundary,
};
use ndarray::{ArrayD, ArrayViewD};

/// A transposed convolution.
#[derive(Clone, PartialEq, Debug)]
pub struct Transposed<S> {
    /// The windows of the convolution that is transposed: they slide over the output.
    pub sliding: Sliding,
    /// Entries more at the end of each axis; empty for none.
    pub extra: Vec<usize>,
    /// The spatial axes of the output, if they are to be those: then the padding is derived.
    pub output: Option<Vec<usize>>,
    /// Groups of channels.
    pub groups: usize,
    /// C × O/groups × taps.
    pub weights: ArrayD<S>,
    /// What is added, if anything.
    pub bias: Option<Bias<S>>,
}

struct Sizes {
    windows: Vec<Window>,
    /// N, O and the spatial axes.
    shape: Vec<usize>,
}

impl<S: Semiring> Transposed<S> {
    /// With weights C × O × taps, without bias.
    pub fn new(sliding: Sliding, weights: ArrayD<S>) -> Transposed<S> {
        Transposed { sliding, extra: vec![], output: None, groups: 1, weights, bias: None }
    }

    /// The same with that many entries more at the end of each axis (`output_padding`).
    pub fn extra(self, extra: &[usize]) -> Transposed<S> {
        Transposed { extra: extra.to_vec(), ..self }
    }

    /// The same with an output of this size (`output_shape`), whatever padding was said.
    pub fn to(self, output: &[usize]) -> Transposed<S> {
        Transposed { output: Some(output.to_vec()), ..self }
    }

    /// The same with that many groups.
    pub fn groups(self, groups: usize) -> Transposed<S> {
        Transposed { groups, ..self }
    }

    /// The same with one number per output channel added.
    pub fn bias(self, bias: &[S]) -> Transposed<S> {
        Transposed { bias: Some(Bias::per_channel(bias)), ..self }
    }

    /// The windows with their padding, and the outputs they make.
    ///
    /// # Errors
    /// As [`Window::transposed`] and [`Window::transposed_to`]; windows with input dilation, ceiling or a boundary,
    /// which a transposed layer does not have.
    fn windows(&self, spatial: &[usize]) -> Result<(Vec<Window>, Vec<usize>), LayerError> {
        self.sliding.ranks(spatial)?;
        let odd = |window: &Window| window.spread != 1 || window.ceil;
        if self.sliding.boundary != Boundary::Zero || self.sliding.windows.iter().any(odd) {
            return Err(LayerError::Value {
                what: "the geometry of a transposed convolution",
                got: "one with input dilation, ceiling or a boundary".into(),
                expected: "stride, dilation and padding only".into(),
                hint: "its padding is cut off the output, where nothing lies beyond it",
            });
        }
        let extra = if self.extra.is_empty() { vec![0; spatial.len()] } else { self.extra.clone() };
        for (what, sizes) in
            [("the output padding", Some(&extra)), ("the output shape", self.output.as_ref())]
        {
            if let Some(sizes) = sizes.filter(|sizes| sizes.len() != spatial.len()) {
                let expected = format!("{} entries", spatial.len());
                return Err(LayerError::shape(what, sizes, expected, "give one entry per spatial axis"));
            }
        }
        let resolve = |axis: usize| -> Result<(Window, usize), WindowError> {
            let (window, n, padding) = (self.sliding.windows[axis], spatial[axis], self.sliding.padding);
            let (window, extra) = match &self.output {
                Some(output) => window.transposed_to(n, extra[axis], output[axis], padding)?,
                None => padding.resolve_transposed(n, extra[axis], window)?,
            };
            Ok((window, window.transposed(n, extra)?))
        };
        (0..spatial.len())
            .map(|axis| resolve(axis).map_err(|error| LayerError::Window { axis, error }))
            .collect::<Result<Vec<_>, _>>()
            .map(|axes| axes.into_iter().unzip())
    }

    fn sizes(&self, input: &[usize]) -> Result<Sizes, LayerError> {
        let (n, inputs, spatial) = split(input)?;
        let (windows, outputs) = self.windows(spatial)?;
        let per_group = self.weights.shape().get(1).copied().unwrap_or(0);
        let expected = [&[inputs, per_group], &self.sliding.taps()[..]].concat();
        let hint = "the weights of a transposed convolution are C × O/groups × taps";
        LayerError::unless("the array of weights", self.weights.shape(), &expected, hint)?;
        if per_group == 0 {
            return Err(LayerError::shape(
                "the array of weights",
                &expected,
                "a second axis that is not empty",
                hint,
            ));
        }
        let overflow = || LayerError::Size { what: "the output", shape: vec![n, per_group, self.groups] };
        let channels = per_group.checked_mul(self.groups).ok_or_else(overflow)?;
        let shape = [&[n, channels], &outputs[..]].concat();
        volume("the output", &shape)?;
        // the roles of the two are exchanged: what slides is over the output
        Channels::check_groups(channels, inputs, self.groups)?;
        if let Some(bias) = &self.bias {
            bias.check(shape[1], &outputs)?;
        }
        Ok(Sizes { windows, shape })
    }

    fn with<T>(
        &self,
        input: &[usize],
        sizes: &Sizes,
        run: impl FnOnce(Trilinear) -> T,
    ) -> Result<T, LayerError> {
        room::<S>("the output", &sizes.shape)?;
        let grid = Grid::new(&sizes.windows, &sizes.shape[2..], &input[2..], Boundary::Zero)?;
        let channels = Channels::grouped(sizes.shape[1], input[1], self.groups)?;
        Ok(run(Trilinear { grid: &grid, channels: &channels, class: &|_| 0, classes: 1 }))
    }

    /// The layer's output, over any semiring.
    ///
    /// # Errors
    /// A wrong rank, weights or a bias of another shape, groups that do not divide, no outputs, an output padding or an
    /// output shape that cannot be, sizes beyond what can be addressed.
    pub fn apply(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        let sizes = self.sizes(x.shape())?;
        let input = x.shape().to_vec();
        let (x, w) = (x.as_standard_layout(), self.weights.as_standard_layout());
        let (x, w) = (x.as_slice().expect("standard layout"), w.as_slice().expect("standard layout"));
        let mut y = self.with(&input, &sizes, |form| form.inputs(w, x))??;
        if let Some(bias) = &self.bias {
            bias.add(&mut y, sizes.shape[1], &sizes.shape[2..])?;
        }
        Ok(array(&sizes.shape, y))
    }
}

impl<S: Ring> Layer<S> for Transposed<S> {
    fn name(&self) -> &'static str {
        "ConvTranspose"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        Ok(self.sizes(input)?.shape)
    }

    fn lipschitz(&self, input: &[usize]) -> Result<f64, LayerError>
    where
        S: Real,
    {
        let sizes = self.sizes(&lipschitz::single(input))?;
        let one = lipschitz::single(input);
        let weights = lipschitz::sizes(&self.weights)?;
        let (flat, layout) = (weights.as_standard_layout(), "standard layout");
        let flat = flat.as_slice().expect(layout);
        let forward = |x: ArrayViewD<Interval>| {
            let y = self.with(&one, &sizes, |form| form.inputs(flat, x.as_slice().expect(layout)))??;
            Ok(array(&sizes.shape, y))
        };
        let backward = |y: ArrayViewD<Interval>| {
            let x = self.with(&one, &sizes, |form| form.outputs(y.as_slice().expect(layout), flat))??;
            Ok(array(&one, x))
        };
        let schur = lipschitz::schur(&one, forward, backward)?;
        // the transpose of a matrix has its norm
        let symbol = lipschitz::Symbol {
            windows: &sizes.windows,
            entries: &sizes.shape[2..],
            outputs: &one[2..],
            boundary: Boundary::Zero,
            groups: self.groups,
            flip: false,
            weights: &self.weights,
        };
        lipschitz::known("ConvTranspose", symbol.norm().map_or(schur, |symbol| symbol.min(schur)))
    }

    fn forward(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        self.apply(x)
    }

    fn backward(&self, x: ArrayViewD<S>, dy: ArrayViewD<S>) -> Result<Gradients<S>, LayerError> {
        let (sizes, input) = (self.sizes(x.shape())?, x.shape().to_vec());
        LayerError::unless_matching(dy.shape(), &sizes.shape)?;
        let (x, w, dy) = (conjugate(x), conjugate(self.weights.view()), dy.as_standard_layout());
        let (x, w) = (x.as_slice().expect("standard layout"), w.as_slice().expect("standard layout"));
        let dy = dy.as_slice().expect("standard layout");
        let (dx, dw) = self.with(&input, &sizes, |form| (form.outputs(dy, w), form.weights(dy, x)))?;
        let dx = dx?;
        let mut parameters = vec![array(self.weights.shape(), dw)];
        if let Some(bias) = &self.bias {
            parameters.push(bias.gradient(dy, sizes.shape[1], &sizes.shape[2..])?);
        }
        Ok(Gradients { input: array(&input, dx), parameters })
    }

    fn parameters(&self) -> Vec<(&'static str, &ArrayD<S>)> {
        let bias = self.bias.iter().map(|bias| ("bias", &bias.values));
        [("weights", &self.weights)].into_iter().chain(bias).collect()
    }

    fn parameters_mut(&mut self) -> Vec<&mut ArrayD<S>> {
        [&mut self.weights].into_iter().chain(self.bias.as_mut().map(|bias| &mut bias.values)).collect()
    }
}
