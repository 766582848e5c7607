//! The mean of every region, and means with weights (ONNX `AveragePool`, `GlobalAveragePool`; PyTorch `AvgPool`,
//! `AdaptiveAvgPool`).

use super::{Regions, distribute, summarise};
use crate::{
    layer::{
        Gradients, Layer, LayerError,
        conv::{array, conjugate},
        grid::room,
        lipschitz,
    },
    scalar::{Interval, Real, Ring, Semiring, Units, natural},
};
use ndarray::{ArrayD, ArrayViewD};

/// Average-pooling: sums, divided by how many entries they have.
///
/// Over (max, +), where a sum is a maximum and every n · 1 is 0, it is max-pooling.
///
/// | | the divisor of a window |
/// |---|---|
/// | ONNX by default, TensorFlow | its entries; padding does not count |
/// | ONNX `count_include_pad`, PyTorch by default | its taps inside the padded input; what `ceil` adds beyond never counts |
/// | PyTorch `divisor_override` | another number: multiply |
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Average {
    /// What is averaged over.
    pub regions: Regions,
    /// Whether the places of padding count.
    pub include_pad: bool,
}

impl Average {
    /// The sums over the regions, for semirings without inverses.
    ///
    /// # Errors
    /// As [`Regions::shape`].
    pub fn sums<S: Semiring>(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        let shape = self.regions.room::<S>(x.shape())?;
        let graph = self.regions.graph(&x.shape()[2..])?;
        let sum = |sum: S, x: &S| sum.plus(x);
        let sums = summarise(x, &*graph, |_, edges, x, _| {
            edges.iter().fold(S::zero(), |so_far, edge| sum(so_far, &x[edge.entry]))
        });
        Ok(array(&shape, sums))
    }

    /// What each output's sum is divided by, for an input with these spatial axes.
    ///
    /// # Errors
    /// As [`Regions::outputs`], and a window without any entry, unless padding counts.
    pub fn divisors(&self, spatial: &[usize]) -> Result<Vec<usize>, LayerError> {
        let padded = match &self.regions {
            Regions::Sliding(sliding) if self.include_pad && sliding.boundary == Default::default() => {
                Some((sliding.resolve(spatial)?, self.regions.outputs(spatial)?))
            }
            _ => None,
        };
        if let Some((windows, outputs)) = padded {
            room::<usize>("the table of divisors", &outputs)?;
            let mut divisors = vec![1];
            for (axis, (window, outputs)) in windows.iter().zip(outputs).enumerate() {
                let inside = |o| window.inside(o, spatial[axis]);
                let inside: Result<Vec<usize>, _> = (0..outputs).map(inside).collect();
                let inside = inside.map_err(|error| LayerError::Window { axis, error })?;
                let product = |so_far: &usize| inside.iter().map(|n| so_far * n).collect::<Vec<_>>();
                divisors = divisors.iter().flat_map(product).collect();
            }
            return Ok(divisors);
        }
        let graph = self.regions.full_graph(spatial, "no mean")?;
        let mut walked = vec![];
        let count = |output| graph.edges(output, &mut walked).len();
        Ok((0..graph.outputs()).map(count).collect())
    }

    fn inverses<S: Units>(&self, spatial: &[usize]) -> Result<Vec<S>, LayerError> {
        let divisors = self.divisors(spatial)?;
        // few different ones, each inverted once
        let mut known = std::collections::BTreeMap::<usize, S>::new();
        for n in &divisors {
            if !known.contains_key(n) {
                let hint = "an average divides by the number of its entries: use rationals, floats or a field of \
                            another characteristic, or take the sums and divide later";
                let none =
                    || LayerError::Inverse { what: "the number of entries", value: n.to_string(), hint };
                known.insert(*n, natural::<S>(*n).unit_inverse().ok_or_else(none)?);
            }
        }
        Ok(divisors.iter().map(|n| known[n].clone()).collect())
    }
}

impl<S: Units> Layer<S> for Average {
    fn name(&self) -> &'static str {
        match self.regions {
            Regions::Global => "GlobalAveragePool",
            _ => "AveragePool",
        }
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        self.regions.shape(input)
    }

    fn lipschitz(&self, input: &[usize]) -> Result<f64, LayerError>
    where
        S: Real,
    {
        self.regions.shape(input)?;
        lipschitz::known("AveragePool", lipschitz::linear(self, input)?)
    }

    fn forward(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        self.regions.room::<(usize, S, S)>(x.shape())?;
        let inverses = self.inverses::<S>(&x.shape()[2..])?;
        let mut y = self.sums(x)?;
        y.iter_mut().enumerate().for_each(|(p, y)| *y = y.times(&inverses[p % inverses.len()]));
        Ok(y)
    }

    fn backward(&self, x: ArrayViewD<S>, dy: ArrayViewD<S>) -> Result<Gradients<S>, LayerError> {
        LayerError::unless_matching(dy.shape(), &self.regions.shape(x.shape())?)?;
        let spatial = x.shape()[2..].to_vec();
        let (inverses, graph) = (self.inverses::<S>(&spatial)?, self.regions.graph(&spatial)?);
        let input = distribute(x, dy, &*graph, |output, edges, _, dy, dx| {
            let share = dy.times(&inverses[output]);
            edges.iter().for_each(|edge| dx[edge.entry] = dx[edge.entry].plus(&share));
        });
        Ok(Gradients { input, parameters: vec![] })
    }
}

/// Means with weights: `Σ w[t] · x / Σ w[t]`, both over the taps of a window that read an entry, so that a constant stays
/// one up to its border. The weights are no parameters; a weighted sum to be learned is a
/// [depthwise convolution](crate::layer::conv).
#[derive(Clone, PartialEq, Debug)]
pub struct Weighted<S> {
    /// What is averaged over.
    pub regions: Regions,
    /// One weight per tap, in order; for regions that are no windows, per entry in the order of the region.
    pub weights: Vec<S>,
}

impl<S: Units> Weighted<S> {
    /// The weights of every output, divided by their sum.
    fn shares(&self, spatial: &[usize]) -> Result<Vec<Vec<S>>, LayerError> {
        let graph = self.regions.full_graph(spatial, "no mean")?;
        let (mut walked, mut shares) = (vec![], vec![]);
        for output in 0..graph.outputs() {
            let edges = graph.edges(output, &mut walked);
            let weights: Option<Vec<&S>> = edges.iter().map(|edge| self.weights.get(edge.tap)).collect();
            let few = || {
                let taps = edges.iter().map(|edge| edge.tap + 1).max().unwrap_or(0);
                let hint = "a weighted average has a weight per tap of its window";
                LayerError::shape(
                    "the list of weights",
                    &[self.weights.len()],
                    format!("[{taps}] or more"),
                    hint,
                )
            };
            let weights = weights.ok_or_else(few)?;
            let sum = weights.iter().fold(S::zero(), |sum, w| sum.plus(w));
            let hint = "the weights that a window uses must not add up to zero: take others, or no padding";
            let value =
                || LayerError::Inverse { what: "the sum of the weights", value: format!("{sum:?}"), hint };
            let inverse = sum.unit_inverse().ok_or_else(value)?;
            shares.push(weights.into_iter().map(|w| w.times(&inverse)).collect());
        }
        Ok(shares)
    }
}

impl<S: Units + Ring> Layer<S> for Weighted<S> {
    fn name(&self) -> &'static str {
        "WeightedAveragePool"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        self.regions.shape(input)
    }

    fn lipschitz(&self, input: &[usize]) -> Result<f64, LayerError>
    where
        S: Real,
    {
        self.regions.shape(input)?;
        let weights = self.weights.iter().map(|weight| Interval::from((*weight).into())).collect();
        let means = Weighted { regions: self.regions.clone(), weights };
        let (graph, shares) = (self.regions.graph(&input[2..])?, means.shares(&input[2..])?);
        let bound = lipschitz::summed(&*graph, |output, _| shares[output].clone())?;
        lipschitz::known("WeightedAveragePool", bound)
    }

    fn forward(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        let shape = self.regions.room::<S>(x.shape())?;
        let spatial = x.shape()[2..].to_vec();
        let (graph, shares) = (self.regions.graph(&spatial)?, self.shares(&spatial)?);
        let means = summarise(x, &*graph, |output, edges, x, _| {
            let mut sum = S::zero();
            let terms = edges.iter().zip(&shares[output]);
            terms.for_each(|(edge, share)| S::mul_add_into(&mut sum, &x[edge.entry], share));
            sum
        });
        Ok(array(&shape, means))
    }

    fn backward(&self, x: ArrayViewD<S>, dy: ArrayViewD<S>) -> Result<Gradients<S>, LayerError> {
        LayerError::unless_matching(dy.shape(), &self.regions.shape(x.shape())?)?;
        let spatial = x.shape()[2..].to_vec();
        let (graph, shares) = (self.regions.graph(&spatial)?, self.shares(&spatial)?);
        let conjugate =
            |shares: Vec<S>| conjugate(array(&[shares.len()], shares).view()).into_raw_vec_and_offset().0;
        let shares: Vec<Vec<S>> = shares.into_iter().map(conjugate).collect();
        let input = distribute(x, dy, &*graph, |output, edges, _, dy, dx| {
            let terms = edges.iter().zip(&shares[output]);
            terms.for_each(|(edge, share)| S::mul_add_into(&mut dx[edge.entry], share, dy));
        });
        Ok(Gradients { input, parameters: vec![] })
    }
}
