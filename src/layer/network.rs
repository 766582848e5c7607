//! Layers put together: one after the other, side by side, and over and over.
//!
//! A network is a layer. ResNet's block is [`Residual`] (He et al. 2016), U-Net's skip connection is [`Skip`] and its
//! up-convolution [`up_convolution`] (Ronneberger, Fischer & Brox 2015), and refinement of a labelling by a convolution with
//! tied weights is [`Recurrent`] (Pinheiro & Collobert 2014). The parameters of the whole are those of its parts, in order.

use super::{
    Conv, Gradients, Layer, LayerError, Padding, Sliding,
    conv::{array, split},
    grid::{room, volume},
    lipschitz,
};
use crate::scalar::{Real, Ring, Semiring};
use ndarray::{ArrayD, ArrayViewD, Axis, IxDyn, Slice};

/// A layer that can be part of another.
pub type Part<S> = Box<dyn Layer<S>>;

/// One layer after the other.
#[derive(Debug)]
pub struct Sequential<S>(pub Vec<Part<S>>);

/// Two ways whose results are added: y = branch(x) + shortcut(x).
#[derive(Debug)]
pub struct Residual<S> {
    /// What is learned.
    pub branch: Part<S>,
    /// What goes round it; `None` for x itself.
    pub shortcut: Option<Part<S>>,
}

/// Two ways whose results are stacked: the channels of x, then those of inner(x).
#[derive(Debug)]
pub struct Skip<S> {
    /// What goes down and comes up again.
    pub inner: Part<S>,
}

/// Every entry repeated: `factors[i]` times along spatial axis i (ONNX `Resize`, mode nearest, integer scales).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Upsample {
    /// How often, along each spatial axis.
    pub factors: Vec<usize>,
}

/// s ← step(x, s), again and again with the same weights, from s = 0: the channels of x are followed by those of s.
#[derive(Debug)]
pub struct Recurrent<S> {
    /// One step: from the channels of x and s to those of s, on the same grid.
    pub step: Part<S>,
    /// The number of channels of s.
    pub state: usize,
    /// How many steps.
    pub times: usize,
}

/// Upsampling by repetition, then a convolution that keeps the size: what U-Net's expanding path does, and no transposed
/// convolution, so there is no checkerboard.
pub fn up_convolution<S: Ring>(factors: &[usize], weights: ArrayD<S>, bias: &[S]) -> Sequential<S> {
    let taps = weights.shape().get(2..).unwrap_or(&[]).to_vec();
    let convolution = Conv::new(Sliding::of(&taps).padding(Padding::SameUpper), weights).bias(bias);
    Sequential(vec![Box::new(Upsample { factors: factors.to_vec() }), Box::new(convolution)])
}

fn sum<S: Semiring>(x: ArrayD<S>, y: &ArrayD<S>) -> ArrayD<S> {
    let mut sum = x;
    sum.zip_mut_with(y, |x, y| *x = x.plus(y));
    sum
}

fn stack<S: Semiring>(x: ArrayViewD<S>, y: ArrayViewD<S>) -> ArrayD<S> {
    let stacked = ndarray::concatenate(Axis(1), &[x, y]).expect("arrays that differ in their channels only");
    stacked.as_standard_layout().into_owned()
}

/// The channels in front of number `at`, and the others.
pub(super) fn unstack<S: Semiring>(x: ArrayViewD<S>, at: usize) -> (ArrayD<S>, ArrayD<S>) {
    let part = |slice: Slice| x.slice_axis(Axis(1), slice).as_standard_layout().into_owned();
    (part(Slice::from(..at)), part(Slice::from(at..)))
}

impl<S: Semiring> Sequential<S> {
    fn inside(&self, number: usize, error: LayerError) -> LayerError {
        LayerError::Inside { number, name: self.0[number].name(), error: Box::new(error) }
    }

    /// The input, and what every layer makes of it: one array more than layers.
    ///
    /// # Errors
    /// What a layer refuses, with its number.
    pub fn activations(&self, x: ArrayViewD<S>) -> Result<Vec<ArrayD<S>>, LayerError> {
        let mut all = vec![x.to_owned()];
        for (number, layer) in self.0.iter().enumerate() {
            let last = all.last().expect("at least the input");
            all.push(layer.forward(last.view()).map_err(|error| self.inside(number, error))?);
        }
        Ok(all)
    }
}

impl<S: Semiring> Layer<S> for Sequential<S> {
    fn name(&self) -> &'static str {
        "Sequential"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        self.0.iter().enumerate().try_fold(input.to_vec(), |shape, (number, layer)| {
            layer.output_shape(&shape).map_err(|error| self.inside(number, error))
        })
    }

    fn lipschitz(&self, input: &[usize]) -> Result<f64, LayerError>
    where
        S: Real,
    {
        let (mut shape, mut bound) = (input.to_vec(), 1.0);
        for (number, layer) in self.0.iter().enumerate() {
            let inside = |error| self.inside(number, error);
            bound = lipschitz::product(bound, layer.lipschitz(&shape).map_err(inside)?);
            shape = layer.output_shape(&shape).map_err(inside)?;
        }
        lipschitz::known("Sequential", bound)
    }

    fn forward(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        let mut y = x.to_owned();
        for (number, layer) in self.0.iter().enumerate() {
            y = layer.forward(y.view()).map_err(|error| self.inside(number, error))?;
        }
        Ok(y)
    }

    fn backward(&self, x: ArrayViewD<S>, dy: ArrayViewD<S>) -> Result<Gradients<S>, LayerError> {
        let inputs = self.activations(x)?;
        LayerError::unless_matching(dy.shape(), inputs.last().expect("at least the input").shape())?;
        let (mut input, mut parameters) = (dy.to_owned(), vec![]);
        for (number, layer) in self.0.iter().enumerate().rev() {
            let gradients = layer.backward(inputs[number].view(), input.view());
            let gradients = gradients.map_err(|error| self.inside(number, error))?;
            input = gradients.input;
            parameters.push(gradients.parameters);
        }
        Ok(Gradients { input, parameters: parameters.into_iter().rev().flatten().collect() })
    }

    fn parameters(&self) -> Vec<(&'static str, &ArrayD<S>)> {
        self.0.iter().flat_map(|layer| layer.parameters()).collect()
    }

    fn parameters_mut(&mut self) -> Vec<&mut ArrayD<S>> {
        self.0.iter_mut().flat_map(|layer| layer.parameters_mut()).collect()
    }
}

/// Whether what two ways give can be added.
pub(super) fn added(branch: &[usize], shortcut: &[usize]) -> Result<(), LayerError> {
    let hint =
        "what is added has one shape: where the branch changes it, the shortcut needs a 1 × 1 convolution";
    LayerError::unless("the branch's output", branch, shortcut, hint)
}

/// Whether what the inner way gives can be stacked on its input: all axes agree but `channels`.
pub(super) fn stacked(input: &[usize], inner: &[usize], channels: usize) -> Result<(), LayerError> {
    let mut expected = input.to_vec();
    expected[channels] = inner.get(channels).copied().unwrap_or(0);
    let hint = "what is stacked agrees in all axes but the channels: pad inside, or crop in front";
    LayerError::unless("the inner output", inner, &expected, hint)
}

impl<S: Semiring> Layer<S> for Residual<S> {
    fn name(&self) -> &'static str {
        "Residual"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        let branch = self.branch.output_shape(input)?;
        let shortcut =
            self.shortcut.as_ref().map_or_else(|| Ok(input.to_vec()), |way| way.output_shape(input))?;
        added(&branch, &shortcut)?;
        Ok(branch)
    }

    fn lipschitz(&self, input: &[usize]) -> Result<f64, LayerError>
    where
        S: Real,
    {
        self.output_shape(input)?;
        let shortcut = self.shortcut.as_ref().map_or(Ok(1.0), |way| way.lipschitz(input))?;
        lipschitz::known("Residual", lipschitz::sum(self.branch.lipschitz(input)?, shortcut))
    }

    fn forward(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        self.output_shape(x.shape())?;
        let branch = self.branch.forward(x.view())?;
        let shortcut =
            self.shortcut.as_ref().map_or_else(|| Ok(x.to_owned()), |way| way.forward(x.view()))?;
        Ok(sum(branch, &shortcut))
    }

    fn backward(&self, x: ArrayViewD<S>, dy: ArrayViewD<S>) -> Result<Gradients<S>, LayerError> {
        LayerError::unless_matching(dy.shape(), &self.output_shape(x.shape())?)?;
        let mut branch = self.branch.backward(x.view(), dy.view())?;
        match &self.shortcut {
            None => branch.input = sum(branch.input, &dy.to_owned()),
            Some(way) => {
                let shortcut = way.backward(x, dy)?;
                branch.input = sum(branch.input, &shortcut.input);
                branch.parameters.extend(shortcut.parameters);
            }
        }
        Ok(branch)
    }

    fn parameters(&self) -> Vec<(&'static str, &ArrayD<S>)> {
        [&self.branch].into_iter().chain(&self.shortcut).flat_map(|way| way.parameters()).collect()
    }

    fn parameters_mut(&mut self) -> Vec<&mut ArrayD<S>> {
        [&mut self.branch]
            .into_iter()
            .chain(&mut self.shortcut)
            .flat_map(|way| way.parameters_mut())
            .collect()
    }
}

impl<S: Semiring> Layer<S> for Skip<S> {
    fn name(&self) -> &'static str {
        "Concat"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        let (_, channels, _) = split(input)?;
        let mut shape = self.inner.output_shape(input)?;
        stacked(input, &shape, 1)?;
        shape[1] = channels.saturating_add(shape[1]);
        volume("the output", &shape)?;
        Ok(shape)
    }

    fn lipschitz(&self, input: &[usize]) -> Result<f64, LayerError>
    where
        S: Real,
    {
        self.output_shape(input)?;
        let inner = self.inner.lipschitz(input)?;
        lipschitz::known("Concat", lipschitz::root(lipschitz::sum(1.0, lipschitz::product(inner, inner))))
    }

    fn forward(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        self.output_shape(x.shape())?;
        Ok(stack(x.view(), self.inner.forward(x.view())?.view()))
    }

    fn backward(&self, x: ArrayViewD<S>, dy: ArrayViewD<S>) -> Result<Gradients<S>, LayerError> {
        LayerError::unless_matching(dy.shape(), &self.output_shape(x.shape())?)?;
        let (direct, inner) = unstack(dy, x.shape()[1]);
        let gradients = self.inner.backward(x, inner.view())?;
        Ok(Gradients { input: sum(gradients.input, &direct), ..gradients })
    }

    fn parameters(&self) -> Vec<(&'static str, &ArrayD<S>)> {
        self.inner.parameters()
    }

    fn parameters_mut(&mut self) -> Vec<&mut ArrayD<S>> {
        self.inner.parameters_mut()
    }
}

impl Upsample {
    /// The outputs along each spatial axis.
    pub(super) fn outputs(&self, spatial: &[usize]) -> Result<Vec<usize>, LayerError> {
        if self.factors.len() != spatial.len() || self.factors.contains(&0) {
            let expected = format!("{} factors of at least 1", spatial.len());
            let hint = "give one factor per spatial axis";
            return Err(LayerError::shape("the list of factors", &self.factors, expected, hint));
        }
        Ok(spatial.iter().zip(&self.factors).map(|(n, factor)| n.saturating_mul(*factor)).collect())
    }

    fn shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        let (n, channels, spatial) = split(input)?;
        let shape = [&[n, channels], &self.outputs(spatial)?[..]].concat();
        volume("the output", &shape)?;
        Ok(shape)
    }

    /// The index of the entry that is repeated at an index.
    fn source(&self, index: &[usize]) -> IxDyn {
        let spatial = index[2..].iter().zip(&self.factors).map(|(i, factor)| i / factor);
        IxDyn(&index[..2].iter().copied().chain(spatial).collect::<Vec<_>>())
    }
}

impl<S: Semiring> Layer<S> for Upsample {
    fn name(&self) -> &'static str {
        "Resize"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        self.shape(input)
    }

    fn lipschitz(&self, input: &[usize]) -> Result<f64, LayerError>
    where
        S: Real,
    {
        self.shape(input)?;
        // every entry is there so often, and no two of them meet
        let copies = self
            .factors
            .iter()
            .fold(1.0, |copies, factor| lipschitz::product(copies, lipschitz::counted(*factor)));
        lipschitz::known("Resize", lipschitz::root(copies))
    }

    fn forward(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        use ndarray::Dimension;
        let shape = self.shape(x.shape())?;
        room::<S>("the output", &shape)?;
        Ok(ArrayD::from_shape_fn(shape, |index| x[self.source(index.slice())].clone()))
    }

    fn backward(&self, x: ArrayViewD<S>, dy: ArrayViewD<S>) -> Result<Gradients<S>, LayerError> {
        use ndarray::Dimension;
        LayerError::unless_matching(dy.shape(), &self.shape(x.shape())?)?;
        let mut dx = ArrayD::from_shape_simple_fn(x.raw_dim(), S::zero);
        for (index, dy) in dy.indexed_iter() {
            let entry = &mut dx[self.source(index.slice())];
            *entry = entry.plus(dy);
        }
        Ok(Gradients { input: dx, parameters: vec![] })
    }
}

impl<S: Semiring> Recurrent<S> {
    fn shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        let (n, channels, spatial) = split(input)?;
        let state = [&[n, self.state], spatial].concat();
        if self.state == 0 || self.times == 0 {
            let (got, expected) = (format!("{} × {}", self.times, self.state), "at least 1 × 1".into());
            let hint = "a recurrent layer makes at least one step, with at least one channel of state";
            return Err(LayerError::Value { what: "steps × channels", got, expected, hint });
        }
        let whole = [&[n, channels.saturating_add(self.state)], spatial].concat();
        volume("the input of a step", &whole)?;
        let hint = "a step returns the next state: its own channels, on the grid of the input";
        LayerError::unless("the output of a step", &self.step.output_shape(&whole)?, &state, hint)?;
        Ok(state)
    }

    /// x together with the state, before every step, and the last state.
    fn unrolled(&self, x: ArrayViewD<S>) -> Result<(Vec<ArrayD<S>>, ArrayD<S>), LayerError> {
        let shape = self.shape(x.shape())?;
        let mut state = array(&shape, vec![S::zero(); shape.iter().product()]);
        let mut inputs = vec![];
        for _ in 0..self.times {
            inputs.push(stack(x.view(), state.view()));
            state = self.step.forward(inputs.last().expect("just pushed").view())?;
        }
        Ok((inputs, state))
    }
}

impl<S: Semiring> Layer<S> for Recurrent<S> {
    fn name(&self) -> &'static str {
        "Recurrent"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        self.shape(input)
    }

    fn lipschitz(&self, input: &[usize]) -> Result<f64, LayerError>
    where
        S: Real,
    {
        let state = self.shape(input)?;
        let mut whole = state;
        whole[1] = whole[1].saturating_add(input[1]);
        let step = self.step.lipschitz(&whole)?;
        let (squared, mut apart) = (lipschitz::product(step, step), 0.0);
        for _ in 0..self.times {
            let next = lipschitz::product(squared, lipschitz::sum(1.0, apart));
            if next == apart || !next.is_finite() {
                apart = next;
                break;
            }
            apart = next;
        }
        lipschitz::known("Recurrent", lipschitz::root(apart))
    }

    fn forward(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        Ok(self.unrolled(x)?.1)
    }

    /// Through time: the weights are tied, so their gradients add up over the steps.
    fn backward(&self, x: ArrayViewD<S>, dy: ArrayViewD<S>) -> Result<Gradients<S>, LayerError> {
        let (inputs, last) = self.unrolled(x.view())?;
        LayerError::unless_matching(dy.shape(), last.shape())?;
        let mut whole: Option<Gradients<S>> = None;
        let mut state = dy.to_owned();
        for input in inputs.iter().rev() {
            let step = self.step.backward(input.view(), state.view())?;
            let (direct, before) = unstack(step.input.view(), x.shape()[1]);
            state = before;
            whole = Some(match whole {
                None => Gradients { input: direct, parameters: step.parameters },
                Some(so_far) => Gradients {
                    input: sum(so_far.input, &direct),
                    parameters: so_far
                        .parameters
                        .into_iter()
                        .zip(&step.parameters)
                        .map(|(a, b)| sum(a, b))
                        .collect(),
                },
            });
        }
        Ok(whole.expect("at least one step"))
    }

    fn parameters(&self) -> Vec<(&'static str, &ArrayD<S>)> {
        self.step.parameters()
    }

    fn parameters_mut(&mut self) -> Vec<&mut ArrayD<S>> {
        self.step.parameters_mut()
    }
}
