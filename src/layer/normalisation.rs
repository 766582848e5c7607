//! Batch normalisation with fixed statistics, as in inference (ONNX `BatchNormalization`; Ioffe & Szegedy 2015), and how it
//! is folded into a convolution next to it.
//!
//! y = γ · (x − μ)/σ + β per channel, σ = √(variance + ε). The layer takes σ, so that it is exact over any field;
//! [`BatchNorm::of_variance`] makes it from the variance, over floats.

use super::{
    Bias, Conv, Gradients, Layer, LayerError, Reads, Sharing,
    conv::{array, conjugate, split},
    lipschitz,
};
use crate::{
    scalar::{Interval, Real, Ring, Semiring, Units},
    signal::Boundary,
};
use ndarray::{ArrayD, ArrayViewD};

/// Batch normalisation in inference. γ and β can be learned; μ and σ are statistics.
#[derive(Clone, PartialEq, Debug)]
pub struct BatchNorm<S> {
    /// γ, one per channel.
    pub gamma: ArrayD<S>,
    /// β.
    pub beta: ArrayD<S>,
    /// μ.
    pub mean: Vec<S>,
    /// σ = √(variance + ε), invertible.
    pub deviation: Vec<S>,
}

const LENGTHS: &str = "gamma, beta, mean and deviation have one entry per channel";

impl<S: Real> BatchNorm<S> {
    /// From the variance and ε.
    ///
    /// # Errors
    /// When variance + ε is not positive: then σ is zero or no number.
    pub fn of_variance(
        gamma: ArrayD<S>,
        beta: ArrayD<S>,
        mean: Vec<S>,
        variance: &[S],
        epsilon: S,
    ) -> Result<Self, LayerError> {
        let deviation = |variance: &S| {
            let square: f64 = (*variance).into() + epsilon.into();
            let positive =
                (square > 0.0).then(|| S::from_f64(square.sqrt()).expect("a float rounds to a float"));
            positive.ok_or_else(|| LayerError::Value {
                what: "variance + ε",
                got: format!("{variance:?} + {epsilon:?} = {square}"),
                expected: "a positive number".into(),
                hint: "its root is divided by: take an ε > 0, and variances that are not negative",
            })
        };
        let deviation = variance.iter().map(deviation).collect::<Result<_, _>>()?;
        Ok(BatchNorm { gamma, beta, mean, deviation })
    }
}

impl<S: Units + Ring> BatchNorm<S> {
    /// 1/σ per channel, once everything has been seen to have one entry per channel.
    fn inverses(&self, channels: usize) -> Result<Vec<S>, LayerError> {
        for (what, shape) in [("gamma", self.gamma.shape()), ("beta", self.beta.shape())] {
            LayerError::unless(what, shape, &[channels], LENGTHS)?;
        }
        for (what, vector) in [("the mean", &self.mean), ("the deviation", &self.deviation)] {
            LayerError::unless(what, &[vector.len()], &[channels], LENGTHS)?;
        }
        let hint = "σ is divided by, and it is positive where ε is";
        let inverse = |sigma: &S| {
            let value =
                || LayerError::Inverse { what: "the deviation σ", value: format!("{sigma:?}"), hint };
            sigma.unit_inverse().ok_or_else(value)
        };
        self.deviation.iter().map(inverse).collect()
    }

    /// The layer as x · scale + shift per channel: scale = γ/σ, shift = β − μγ/σ.
    ///
    /// # Errors
    /// Another number of channels, a σ without inverse.
    pub fn affine(&self, channels: usize) -> Result<(Vec<S>, Vec<S>), LayerError> {
        let scale: Vec<S> = self
            .inverses(channels)?
            .iter()
            .zip(&self.gamma)
            .map(|(inverse, gamma)| gamma.times(inverse))
            .collect();
        let shift = |((beta, mean), scale): ((&S, &S), &S)| beta.minus(&mean.times(scale));
        let shift = self.beta.iter().zip(&self.mean).zip(&scale).map(shift).collect();
        Ok((scale, shift))
    }

    /// What the layer takes to 0, per channel: μ − βσ/γ. In front of a convolution that pads with zeros, it is what to pad
    /// the input of the normalisation with so that folding is right; `None` where γ has no inverse.
    pub fn neutral(&self) -> Option<Vec<S>> {
        let entries = self.gamma.iter().zip(&self.beta).zip(&self.mean).zip(&self.deviation);
        let neutral = |(((gamma, beta), mean), sigma): (((&S, &S), &S), &S)| {
            Some(mean.minus(&beta.times(sigma).times(&gamma.unit_inverse()?)))
        };
        entries.map(neutral).collect()
    }

    /// The convolution that does what `conv`, followed by this layer, does: always possible.
    ///
    /// # Errors
    /// As [`affine`](BatchNorm::affine), with as many channels as `conv` has outputs.
    pub fn fold_after(&self, conv: &Conv<S>) -> Result<Conv<S>, LayerError> {
        let (scale, shift) = self.affine(self.mean.len())?;
        let (outputs, scale_of_pair) = rows(conv, &scale)?;
        LayerError::unless("the mean", &[self.mean.len()], &[outputs], LENGTHS)?;
        let taps: usize = conv.sliding.taps().iter().product();
        let mut folded = conv.clone();
        for (place, weight) in folded.weights.iter_mut().enumerate() {
            *weight = weight.times(&scale_of_pair[place / taps.max(1) % scale_of_pair.len()]);
        }
        let mut bias = folded.bias.unwrap_or_else(|| Bias::per_channel(&vec![S::zero(); outputs]));
        for (place, value) in bias.values.iter_mut().enumerate() {
            *value = value.times(&scale[place % outputs]).plus(&shift[place % outputs]);
        }
        folded.bias = Some(bias);
        Ok(folded)
    }

    /// The convolution that does what this layer, followed by `conv`, does to inputs of this shape.
    ///
    /// A zero of the padding does not go through the normalisation, so where `conv` reads zeros there is none unless
    /// these stood for the [neutral](BatchNorm::neutral) value: then an error says so.
    ///
    /// # Errors
    /// As [`affine`](BatchNorm::affine) and [`Conv::shape`]; zeros in the padding or in gaps; unshared weights, tables.
    pub fn fold_before(&self, conv: &Conv<S>, input: &[usize]) -> Result<Conv<S>, LayerError> {
        let (_, channels, spatial) = split(input)?;
        let (scale, shift) = self.affine(channels)?;
        conv.shape(input)?;
        let windows = conv.sliding.resolve(spatial)?;
        let padded = conv.sliding.boundary == Boundary::Zero
            && windows.iter().any(|window| window.before + window.after > 0);
        let groups = match conv.reads {
            Reads::Groups(groups) if conv.sharing == Sharing::Shared => groups,
            _ => 0,
        };
        if padded || groups == 0 || windows.iter().any(|window| window.spread > 1 || window.ceil) {
            return Err(LayerError::Value {
                what: "a convolution to fold a normalisation into from the front",
                got: "one that reads zeros which are not normalised, or with unshared weights or a table"
                    .into(),
                expected: "no zeros in padding or gaps, one set of weights, and groups".into(),
                hint: "pad the input of the normalisation with μ − βσ/γ instead, which it takes to zero",
            });
        }
        let mut folded = conv.clone();
        let (outputs, read) = (conv.weights.shape()[0], conv.weights.shape()[1]);
        let taps: usize = conv.sliding.taps().iter().product();
        let mut sums = vec![S::zero(); outputs];
        for (place, weight) in folded.weights.iter_mut().enumerate() {
            let (o, j) = (place / taps / read, place / taps % read);
            let c = o / (outputs / groups) * read + j;
            S::mul_add_into(&mut sums[o], weight, &shift[c]);
            *weight = weight.times(&scale[c]);
        }
        let mut bias = folded.bias.unwrap_or_else(|| Bias::per_channel(&vec![S::zero(); outputs]));
        for (place, value) in bias.values.iter_mut().enumerate() {
            *value = value.plus(&sums[place % outputs]);
        }
        folded.bias = Some(bias);
        Ok(folded)
    }
}

/// The number of output channels of a convolution, and for every pair of channels the number of its output.
fn rows<S: Semiring>(conv: &Conv<S>, per_output: &[S]) -> Result<(usize, Vec<S>), LayerError> {
    let lead = match &conv.sharing {
        Sharing::Shared => 0,
        Sharing::Tiled(periods) => periods.len(),
        Sharing::Unshared => conv.sliding.windows.len(),
    };
    let outputs = match &conv.reads {
        Reads::Groups(_) => conv.weights.shape().get(lead).copied().unwrap_or(0),
        Reads::Table(rows) => rows.len(),
    };
    LayerError::unless("the mean", &[per_output.len()], &[outputs], LENGTHS)?;
    let pairs = |o: usize| match &conv.reads {
        Reads::Groups(_) => conv.weights.shape().get(lead + 1).copied().unwrap_or(0),
        Reads::Table(rows) => rows[o].len(),
    };
    let scales = (0..outputs).flat_map(|o| vec![per_output[o].clone(); pairs(o)]).collect::<Vec<S>>();
    if scales.is_empty() {
        let hint = "there is nothing to fold into";
        return Err(LayerError::shape(
            "the array of weights",
            conv.weights.shape(),
            "at least one kernel",
            hint,
        ));
    }
    Ok((outputs, scales))
}

impl<S: Units + Ring> Layer<S> for BatchNorm<S> {
    fn name(&self) -> &'static str {
        "BatchNormalization"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        let (_, channels, _) = split(input)?;
        self.inverses(channels)?;
        Ok(input.to_vec())
    }

    fn lipschitz(&self, input: &[usize]) -> Result<f64, LayerError>
    where
        S: Real,
    {
        let (_, channels, _) = split(input)?;
        self.inverses(channels)?;
        let interval = |value: &S| Interval::from((*value).into());
        let scale = |(gamma, sigma): (&S, &S)| {
            let inverse = interval(sigma).inverse().unwrap_or(Interval::LINE);
            lipschitz::size(interval(gamma).times(&inverse)).high()
        };
        let largest = self.gamma.iter().zip(&self.deviation).map(scale).fold(0.0, f64::max);
        lipschitz::known("BatchNormalization", largest)
    }

    fn forward(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        let (_, channels, spatial) = split(x.shape())?;
        let (scale, _) = self.affine(channels)?;
        let size: usize = spatial.iter().product();
        let normalised = |(place, x): (usize, &S)| {
            let c = place / size % channels;
            x.minus(&self.mean[c]).times(&scale[c]).plus(&self.beta[[c]])
        };
        Ok(array(x.shape(), x.iter().enumerate().map(normalised).collect()))
    }

    /// dx = dy · γ/σ, dγ = Σ dy · (x − μ)/σ, dβ = Σ dy: the statistics do not depend on x here. (While training they do.)
    fn backward(&self, x: ArrayViewD<S>, dy: ArrayViewD<S>) -> Result<Gradients<S>, LayerError> {
        let (_, channels, spatial) = split(x.shape())?;
        let (inverses, (scale, _)) = (self.inverses(channels)?, self.affine(channels)?);
        LayerError::unless_matching(dy.shape(), x.shape())?;
        let size: usize = spatial.iter().product();
        let scale = conjugate(array(&[channels], scale).view());
        let (mut gamma, mut beta) = (vec![S::zero(); channels], vec![S::zero(); channels]);
        let mut dx = Vec::with_capacity(x.len());
        for (place, (x, dy)) in x.iter().zip(&dy).enumerate() {
            let c = place / size % channels;
            dx.push(dy.times(&scale[[c]]));
            S::mul_add_into(&mut gamma[c], dy, &x.minus(&self.mean[c]).times(&inverses[c]).conj());
            beta[c] = beta[c].plus(dy);
        }
        let parameters = vec![array(&[channels], gamma), array(&[channels], beta)];
        Ok(Gradients { input: array(x.shape(), dx), parameters })
    }

    fn parameters(&self) -> Vec<(&'static str, &ArrayD<S>)> {
        vec![("gamma", &self.gamma), ("beta", &self.beta)]
    }

    fn parameters_mut(&mut self) -> Vec<&mut ArrayD<S>> {
        vec![&mut self.gamma, &mut self.beta]
    }
}
