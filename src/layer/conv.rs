//! The convolutional layer: several kernels, each over all channels of its group, at every place the windows allow.
//!
//! `y[n, o, p] = b[o] + Σ_c Σ_t w[o, c, t] · x[n, c, p · stride + t · dilation − before]`.
//!
//! That is a *cross-correlation*, which networks call convolution (ONNX `Conv`, PyTorch `ConvNd`, TensorFlow `conv`);
//! with [`flip`](Conv::flip) the kernel is reversed along every spatial axis, and it is the convolution of
//! [`conv::definition`](crate::conv::definition). Nothing is conjugated in the forward pass.
//!
//! Depthwise: as many groups as input channels. Pointwise: a kernel of one tap. Depthwise-separable: the one after the
//! other in a [`Sequential`](super::network::Sequential).
//!
//! ```
//! use faltung::layer::{Conv, Layer, Sliding};
//! use ndarray::{ArrayD, arr1};
//! let x = ArrayD::from_shape_vec(vec![1, 1, 5], vec![1, 2, 3, 4, 5_i64]).unwrap();
//! let w = ArrayD::from_shape_vec(vec![1, 1, 3], vec![1, 0, -1]).unwrap();
//! let layer = Conv::new(Sliding::of(&[3]).stride(2).pad(1, 1), w);
//! assert_eq!(layer.forward(x.view())?.into_raw_vec_and_offset().0, [-2, -2, 4]);
//! # Ok::<(), faltung::layer::LayerError>(())
//! ```

use super::{
    Bias, Gradients, Layer, LayerError, Sharing, Sliding,
    grid::{Grid, room, volume},
    lipschitz,
    trilinear::{Channels, Trilinear},
};
use crate::scalar::{Real, Ring, Semiring};
use ndarray::{ArrayD, ArrayViewD};

/// Which input channels an output channel reads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reads {
    /// Those of its group, of this many groups of equal size: the weights begin with the axes O, C/groups.
    Groups(usize),
    /// Those in its list: the weights begin with one axis, the pairs of an output and an input channel in order.
    Table(Vec<Vec<usize>>),
}

/// A convolutional layer; with [`Sharing`] other than `Shared` a locally connected or tiled one.
#[derive(Clone, PartialEq, Debug)]
pub struct Conv<S> {
    /// The windows along the spatial axes.
    pub sliding: Sliding,
    /// Which channels are connected.
    pub reads: Reads,
    /// Which outputs share their weights.
    pub sharing: Sharing,
    /// Whether the kernel is reversed: convolution instead of cross-correlation.
    pub flip: bool,
    /// [`Sharing::lead`], then the channels as [`Reads`] says, then the taps along each spatial axis.
    pub weights: ArrayD<S>,
    /// What is added, if anything.
    pub bias: Option<Bias<S>>,
}

/// The sizes of a layer on an input.
#[derive(Debug)]
pub(super) struct Sizes {
    pub grid: Grid,
    pub channels: Channels,
    pub batch: usize,
    pub outputs: Vec<usize>,
}

impl Sizes {
    pub(super) fn shape(&self) -> Vec<usize> {
        [&[self.batch, self.channels.outputs()], &self.outputs[..]].concat()
    }

    /// Runs what is to be done with the form that is summed.
    pub(super) fn with<T>(
        &self,
        sharing: &Sharing,
        run: impl FnOnce(Trilinear) -> T,
    ) -> Result<T, LayerError> {
        let (class, classes) = sharing.classes(&self.outputs)?;
        let (grid, channels) = (&self.grid, &self.channels);
        Ok(run(Trilinear { grid, channels, class: &class, classes }))
    }
}

/// N, C and the spatial axes of an input.
pub(super) fn split(input: &[usize]) -> Result<(usize, usize, &[usize]), LayerError> {
    let hint = "arrays are in the order N, C, spatial axes, and only N may be 0";
    match input {
        [n, c, spatial @ ..] if *c > 0 && !spatial.contains(&0) => {
            volume("the input", input)?;
            Ok((*n, *c, spatial))
        }
        _ => Err(LayerError::shape("the input", input, "N × C × spatial axes, none of them empty", hint)),
    }
}

/// Every entry conjugated.
pub(super) fn conjugate<S: Ring>(x: ArrayViewD<S>) -> ArrayD<S> {
    ArrayD::from_shape_vec(x.raw_dim(), x.iter().map(Ring::conj).collect()).expect("as many entries")
}

/// Entries in order, as an array of this shape.
pub(super) fn array<S>(shape: &[usize], entries: Vec<S>) -> ArrayD<S> {
    ArrayD::from_shape_vec(shape, entries).expect("as many entries as the shape says")
}

impl<S: Semiring> Conv<S> {
    /// Cross-correlation with weights O × C × taps and without bias.
    pub fn new(sliding: Sliding, weights: ArrayD<S>) -> Conv<S> {
        Conv { sliding, reads: Reads::Groups(1), sharing: Sharing::Shared, flip: false, weights, bias: None }
    }

    /// The same with that many groups.
    pub fn groups(self, groups: usize) -> Conv<S> {
        Conv { reads: Reads::Groups(groups), ..self }
    }

    /// The same with one number per output channel added.
    pub fn bias(self, bias: &[S]) -> Conv<S> {
        Conv { bias: Some(Bias::per_channel(bias)), ..self }
    }

    /// The same with the kernels reversed.
    pub fn flipped(self) -> Conv<S> {
        Conv { flip: true, ..self }
    }

    /// The outputs' spatial axes and channels. Everything is checked here, and no memory taken.
    fn sizes(&self, input: &[usize]) -> Result<(Vec<usize>, usize), LayerError> {
        let (_, inputs, spatial) = split(input)?;
        let outputs = self.sliding.outputs(spatial)?;
        let _ = self.sharing.classes(&outputs)?;
        let lead = self.sharing.lead(&outputs);
        let (channels, pairs) = match &self.reads {
            Reads::Groups(groups) => {
                let channels = self.weights.shape().get(lead.len()).copied().unwrap_or(0);
                Channels::check_groups(inputs, channels, *groups)?;
                (channels, vec![channels, inputs / groups])
            }
            Reads::Table(rows) => {
                Channels::check_table(inputs, rows)?;
                (rows.len(), vec![rows.iter().map(Vec::len).sum()])
            }
        };
        let expected = [lead, pairs, self.sliding.taps()].concat();
        let hint = "weights are O × C/groups × taps, preceded by the tile's or the output's axes where they are not shared";
        LayerError::unless("the array of weights", self.weights.shape(), &expected, hint)?;
        volume("the array of weights", &expected)?;
        if channels == 0 {
            let hint = "there has to be at least one output channel";
            return Err(LayerError::shape(
                "the array of weights",
                &expected,
                "a first axis that is not empty",
                hint,
            ));
        }
        if let Some(bias) = &self.bias {
            bias.check(channels, &outputs)?;
        }
        Ok((outputs, channels))
    }

    pub(super) fn prepare(&self, input: &[usize]) -> Result<Sizes, LayerError> {
        let (outputs, channels) = self.sizes(input)?;
        room::<S>("the output", &[&[input[0], channels], &outputs[..]].concat())?;
        // eight bytes for each pair and each output channel, of which each has a weight at least
        let channels = match &self.reads {
            Reads::Groups(groups) => Channels::grouped(input[1], channels, *groups)?,
            Reads::Table(rows) => Channels::table(input[1], rows)?,
        };
        let grid = self.sliding.grid(&input[2..])?.flipped(self.flip);
        Ok(Sizes { grid, channels, batch: input[0], outputs })
    }

    /// The shape of the output.
    ///
    /// # Errors
    /// A wrong rank, weights or a bias of another shape, groups that do not divide, windows that do not fit, sizes
    /// beyond what can be addressed.
    pub fn shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        let (outputs, channels) = self.sizes(input)?;
        let shape = [&[input[0], channels], &outputs[..]].concat();
        volume("the output", &shape)?;
        Ok(shape)
    }

    /// The layer's output, over any semiring: over (max, +) it is a dilation, a max-pooling with weights. For many inputs of
    /// one shape, make a [`plan`](Conv::plan).
    ///
    /// # Errors
    /// As [`shape`](Conv::shape).
    pub fn apply(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        self.plan(x.shape())?.apply(x)
    }

    /// The transpose of the layer without its bias, for inputs of the shape `input`: outputs to inputs, nothing
    /// conjugated.
    ///
    /// # Errors
    /// As [`shape`](Conv::shape), and a `y` that has not the output's shape.
    pub fn transpose(&self, input: &[usize], y: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        let sizes = self.prepare(input)?;
        room::<S>("the input", input)?;
        LayerError::unless_matching(y.shape(), &sizes.shape())?;
        let (y, w) = (y.as_standard_layout(), self.weights.as_standard_layout());
        let (y, w) = (y.as_slice().expect("standard layout"), w.as_slice().expect("standard layout"));
        Ok(array(input, sizes.with(&self.sharing, |form| form.inputs(w, y))??))
    }

    /// What each weight has multiplied, summed with y: the gradient of Σ y · layer(x) in the weights, nothing conjugated.
    ///
    /// # Errors
    /// As [`transpose`](Conv::transpose).
    pub fn correlate(&self, x: ArrayViewD<S>, y: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        let sizes = self.prepare(x.shape())?;
        LayerError::unless_matching(y.shape(), &sizes.shape())?;
        let (x, y) = (x.as_standard_layout(), y.as_standard_layout());
        let (x, y) = (x.as_slice().expect("standard layout"), y.as_slice().expect("standard layout"));
        Ok(array(self.weights.shape(), sizes.with(&self.sharing, |form| form.weights(x, y))?))
    }

    /// The number of connections of a channel's outputs with a channel's entries, padding not counted.
    ///
    /// # Errors
    /// As [`shape`](Conv::shape).
    pub fn connections(&self, input: &[usize]) -> Result<u128, LayerError> {
        let sizes = self.prepare(input)?;
        Ok(sizes.grid.connections().saturating_mul(sizes.channels.pairs() as u128))
    }
}

impl<S: Ring> Layer<S> for Conv<S> {
    fn name(&self) -> &'static str {
        match self.sharing {
            Sharing::Shared => "Conv",
            Sharing::Tiled(_) => "TiledConv",
            Sharing::Unshared => "LocallyConnected",
        }
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        self.shape(input)
    }

    fn lipschitz(&self, input: &[usize]) -> Result<f64, LayerError>
    where
        S: Real,
    {
        self.shape(input)?;
        let one = lipschitz::single(input);
        let (sliding, reads, sharing) = (self.sliding.clone(), self.reads.clone(), self.sharing.clone());
        let weights = lipschitz::sizes(&self.weights)?;
        let sizes = Conv { sliding, reads, sharing, flip: self.flip, weights, bias: None };
        let schur = lipschitz::schur(&one, |x| sizes.apply(x), |y| sizes.transpose(&one, y))?;
        let (windows, outputs) = (self.sliding.resolve(&one[2..])?, self.sliding.outputs(&one[2..])?);
        let symbol = match (&self.reads, &self.sharing) {
            (Reads::Groups(groups), Sharing::Shared) => lipschitz::Symbol {
                windows: &windows,
                entries: &one[2..],
                outputs: &outputs,
                boundary: self.sliding.boundary,
                groups: *groups,
                flip: self.flip,
                weights: &self.weights,
            }
            .norm(),
            _ => None,
        };
        lipschitz::known("Conv", symbol.map_or(schur, |symbol| symbol.min(schur)))
    }

    fn forward(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        self.apply(x)
    }

    fn backward(&self, x: ArrayViewD<S>, dy: ArrayViewD<S>) -> Result<Gradients<S>, LayerError> {
        let conjugated = Conv { weights: conjugate(self.weights.view()), ..self.clone() };
        let input = conjugated.transpose(x.shape(), dy.view())?;
        let mut parameters = vec![self.correlate(conjugate(x).view(), dy.view())?];
        if let Some(bias) = &self.bias {
            let (shape, dy) = (dy.shape(), dy.as_standard_layout());
            let dy = dy.as_slice().expect("standard layout");
            parameters.push(bias.gradient(dy, shape[1], &shape[2..])?);
        }
        Ok(Gradients { input, parameters })
    }

    fn parameters(&self) -> Vec<(&'static str, &ArrayD<S>)> {
        let bias = self.bias.iter().map(|bias| ("bias", &bias.values));
        [("weights", &self.weights)].into_iter().chain(bias).collect()
    }

    fn parameters_mut(&mut self) -> Vec<&mut ArrayD<S>> {
        [&mut self.weights].into_iter().chain(self.bias.as_mut().map(|bias| &mut bias.values)).collect()
    }
}
