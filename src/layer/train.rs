//! Learning by gradient descent: what a network gets wrong, and a step against it. Everything in one order, and exponentials
//! by sums and products alone, so that a run repeats itself to the bit, whatever the number of threads and the machine.

use super::{Layer, LayerError, activation::shares, conv::array, shapes::Examples};
use crate::{
    conv::workload::Dice,
    scalar::{
        Real,
        elementary::{exp, ln},
    },
};
use ndarray::{ArrayD, ArrayViewD, Axis};

/// The mean of `−log softmax(scores)[label]` over the batch, and its gradient in the scores: (softmax − one-hot)/N.
///
/// `scores` are N × classes.
///
/// # Errors
/// Scores of another rank, not one label per row, a label that is no class.
pub fn cross_entropy<S: Real>(
    scores: ArrayViewD<S>,
    labels: &[usize],
) -> Result<(f64, ArrayD<S>), LayerError> {
    let hint = "the loss compares a row of scores per input with its label";
    let [n, classes] = *scores.shape() else {
        return Err(LayerError::shape("the array of scores", scores.shape(), "N × classes", hint));
    };
    LayerError::unless("the list of labels", &[labels.len()], &[n], hint)?;
    if let Some(label) = labels.iter().find(|label| **label >= classes) {
        let (got, expected) = (label.to_string(), format!("less than the number of classes, {classes}"));
        return Err(LayerError::Value { what: "a label", got, expected, hint });
    }
    let (mut loss, mut gradient) = (0.0, Vec::with_capacity(n * classes));
    for (row, label) in scores.axis_iter(Axis(0)).zip(labels) {
        let row: Vec<f64> = row.iter().map(|score| (*score).into()).collect();
        let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let powers: Vec<f64> = row.iter().map(|score| exp(score - largest)).collect();
        loss += (ln(powers.iter().sum()) + largest - row[*label]) / n as f64;
        let hot = |class: usize| f64::from(u8::from(class == *label));
        // the largest power is 1, so the sum has an inverse, or is no number, and then no share is one
        let shares = shares(&powers).unwrap_or_else(|_| vec![f64::NAN; classes]);
        let entry = |(class, share): (usize, f64)| (share - hot(class)) / n as f64;
        gradient.extend(shares.into_iter().enumerate().map(entry).map(S::nearest));
    }
    Ok((loss, array(&[n, classes], gradient)))
}

/// Weights drawn uniformly from ±√(6/inputs), no biases, and factors of a normalisation that are 1 (He et al. 2015): the same for the same seed.
///
/// The inputs of a weight are counted by all axes of its array but the first.
pub fn initialise<S: Real>(network: &mut dyn Layer<S>, seed: u64) {
    let mut dice = Dice(seed);
    let names: Vec<&str> = network.parameters().into_iter().map(|(name, _)| name).collect();
    for (name, parameter) in names.into_iter().zip(network.parameters_mut()) {
        let inputs = parameter.len() / parameter.shape().first().copied().unwrap_or(1).max(1);
        let (middle, bound) = match name {
            "gamma" => (1.0, 0.0),
            "beta" | "bias" => (0.0, 0.0),
            _ => (0.0, (6.0 / inputs.max(1) as f64).sqrt()),
        };
        for weight in parameter.iter_mut() {
            *weight = S::nearest(middle + bound * (2.0 * dice.uniform() - 1.0));
        }
    }
}

/// Gradient descent with momentum: v ← momentum · v + gradient, w ← w − rate · v (Polyak 1964, in PyTorch's form).
#[derive(Clone, PartialEq, Debug)]
pub struct Descent<S> {
    /// The length of a step.
    pub rate: f64,
    /// How much of the last step is made again: 0 for plain descent.
    pub momentum: f64,
    /// v, one per parameter, of its shape; where they are not, they start from zero.
    pub velocities: Vec<ArrayD<S>>,
}

impl<S: Real> Descent<S> {
    /// From rest.
    pub fn new(rate: f64, momentum: f64) -> Descent<S> {
        Descent { rate, momentum, velocities: vec![] }
    }

    /// One step.
    ///
    /// # Errors
    /// When there is not one gradient per parameter, of its shape.
    pub fn step(&mut self, network: &mut dyn Layer<S>, gradients: &[ArrayD<S>]) -> Result<(), LayerError> {
        let parameters = network.parameters_mut();
        let hint = "a step needs the gradients of this network";
        LayerError::unless("the list of gradients", &[gradients.len()], &[parameters.len()], hint)?;
        for (parameter, gradient) in parameters.iter().zip(gradients) {
            LayerError::unless("a gradient", gradient.shape(), parameter.shape(), hint)?;
        }
        let shapes = |arrays: &[ArrayD<S>]| arrays.iter().map(|a| a.shape().to_vec()).collect::<Vec<_>>();
        if shapes(&self.velocities) != shapes(gradients) {
            self.velocities = gradients.iter().map(|gradient| ArrayD::zeros(gradient.raw_dim())).collect();
        }
        let (rate, momentum) = (S::nearest(self.rate), S::nearest(self.momentum));
        for ((parameter, gradient), velocity) in
            parameters.into_iter().zip(gradients).zip(&mut self.velocities)
        {
            velocity.zip_mut_with(gradient, |v, g| *v = *v * momentum + *g);
            parameter.zip_mut_with(velocity, |w, v| *w = *w - *v * rate);
        }
        Ok(())
    }

    /// All examples once, in an order that the seed says, `batch` at a time; returns the mean loss on the way.
    ///
    /// # Errors
    /// What the network or the loss refuses; a batch of 0; not one label per input.
    pub fn epoch(
        &mut self,
        network: &mut dyn Layer<S>,
        examples: &Examples<S>,
        batch: usize,
        seed: u64,
    ) -> Result<f64, LayerError> {
        if batch == 0 {
            let (got, expected) = ("0".into(), "at least 1".into());
            return Err(LayerError::Value {
                what: "the batch",
                got,
                expected,
                hint: "learn from some examples at a time",
            });
        }
        let inputs = examples.inputs.shape().get(..1).unwrap_or(&[]);
        let hint = "learning needs a label per input";
        LayerError::unless("the list of labels", &[examples.labels.len()], inputs, hint)?;
        let mut order: Vec<usize> = (0..examples.labels.len()).collect();
        let mut dice = Dice(seed);
        for last in (1..order.len()).rev() {
            order.swap(last, (dice.roll() % (last as u64 + 1)) as usize);
        }
        let mut loss = 0.0;
        for numbers in order.chunks(batch) {
            let x = examples.inputs.select(Axis(0), numbers);
            let labels: Vec<usize> = numbers.iter().map(|number| examples.labels[*number]).collect();
            let (batch_loss, dy) = cross_entropy(network.forward(x.view())?.view(), &labels)?;
            loss += batch_loss * numbers.len() as f64 / order.len() as f64;
            let gradients = network.backward(x.view(), dy.view())?;
            self.step(network, &gradients.parameters)?;
        }
        Ok(loss)
    }
}

/// The share of examples whose largest score is that of their label; the first of equal scores counts.
///
/// # Errors
/// What the network refuses, and scores that are not N × classes.
pub fn accuracy<S: Real>(network: &dyn Layer<S>, examples: &Examples<S>) -> Result<f64, LayerError> {
    let scores = network.forward(examples.inputs.view())?;
    cross_entropy(scores.view(), &examples.labels)?;
    let best = |row: ArrayViewD<S>| {
        (0..row.len()).reduce(|best, class| if row[[class]] > row[[best]] { class } else { best })
    };
    let right = scores
        .axis_iter(Axis(0))
        .zip(&examples.labels)
        .filter(|(row, label)| best(row.view()) == Some(**label));
    Ok(right.count() as f64 / examples.labels.len().max(1) as f64)
}
