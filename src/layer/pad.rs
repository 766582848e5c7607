//! Padding as a layer of its own (ONNX `Pad`, in its four modes and one more; negative amounts crop).
//!
//! A convolution that pads by itself is this layer followed by one that does not, whenever the value is zero or the
//! boundary is the same; with another value (what a batch normalisation in front makes of zero, say) it is not.

use super::{
    Gradients, Layer, LayerError,
    conv::{array, split},
    grid::{room, volume},
    lipschitz,
    window::LIMIT,
};
use crate::{
    scalar::{Interval, Real, Semiring},
    signal::boundary::{self, Boundary},
};
use ndarray::{ArrayD, ArrayViewD, Dimension, IxDyn};

/// What is put around.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fill<S> {
    /// A constant (ONNX: `constant`).
    Value(S),
    /// The array, continued (ONNX: `reflect`, `edge`, `wrap`). Zeros, too, are a continuation.
    Boundary(Boundary),
}

/// Entries in front of each spatial axis and behind it; where the amount is negative, so many entries less.
///
/// An axis is cropped before it is continued: reflections see what is left.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pad<S> {
    /// In front of each spatial axis.
    pub before: Vec<isize>,
    /// Behind it.
    pub after: Vec<isize>,
    /// With what.
    pub fill: Fill<S>,
}

impl<S: Semiring> Pad<S> {
    fn shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        let (n, channels, spatial) = split(input)?;
        if self.before.len() != spatial.len() || self.after.len() != spatial.len() {
            let expected = format!("{} amounts in front and {0} behind", spatial.len());
            let got = [self.before.len(), self.after.len()];
            return Err(LayerError::shape(
                "the padding",
                &got,
                expected,
                "give two amounts per spatial axis",
            ));
        }
        let mut shape = vec![n, channels];
        for (axis, size) in spatial.iter().enumerate() {
            let (before, after) = (self.before[axis] as i128, self.after[axis] as i128);
            let left = *size as i128 + before.min(0) + after.min(0);
            let padded = *size as i128 + before + after;
            if left < 1 || padded > LIMIT as i128 {
                return Err(LayerError::Value {
                    what: "a padded axis, before + n + after,",
                    got: format!("{before} + {size} + {after} = {padded}"),
                    expected: format!("1 … {LIMIT}, with an entry left after cropping"),
                    hint: "negative amounts crop; leave at least one entry",
                });
            }
            shape.push(padded as usize);
        }
        volume("the padded array", &shape)?;
        Ok(shape)
    }

    /// For every entry of a padded channel the entry of the channel that stands there, `None` for the value.
    fn sources(&self, spatial: &[usize], padded: &[usize]) -> Result<Vec<Option<usize>>, LayerError> {
        // an empty batch has channels too
        room::<Option<usize>>("a padded channel", padded)?;
        let boundary = match self.fill {
            Fill::Value(_) => Boundary::Zero,
            Fill::Boundary(boundary) => boundary,
        };
        let axis = |axis: usize, i: usize| -> Option<usize> {
            let cropped = (-self.before[axis]).max(0) as usize;
            let left = spatial[axis] - cropped - (-self.after[axis]).max(0) as usize;
            Some(cropped + boundary::source(i as isize - self.before[axis].max(0), left, boundary)?)
        };
        let source = |index: IxDyn| {
            let mut axes =
                index.as_array_view().into_iter().copied().enumerate().collect::<Vec<_>>().into_iter();
            axes.try_fold(0, |flat, (number, i)| Some(flat * spatial[number] + axis(number, i)?))
        };
        Ok(ndarray::indices(IxDyn(padded)).into_iter().map(source).collect())
    }
}

impl<S: Semiring> Layer<S> for Pad<S> {
    fn name(&self) -> &'static str {
        "Pad"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        self.shape(input)
    }

    fn lipschitz(&self, input: &[usize]) -> Result<f64, LayerError>
    where
        S: Real,
    {
        self.shape(input)?;
        let fill = match self.fill {
            Fill::Value(_) => Fill::Value(<Interval as Semiring>::zero()),
            Fill::Boundary(boundary) => Fill::Boundary(boundary),
        };
        let copies = Pad { before: self.before.clone(), after: self.after.clone(), fill };
        lipschitz::known("Pad", lipschitz::linear(&copies, input)?)
    }

    fn forward(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        let shape = self.shape(x.shape())?;
        room::<(S, Option<usize>)>("the padded array", &shape)?;
        let value = match &self.fill {
            Fill::Value(value) => value.clone(),
            Fill::Boundary(_) => S::zero(),
        };
        let sources = self.sources(&x.shape()[2..], &shape[2..])?;
        let entries = x.shape()[2..].iter().product();
        let x = x.as_standard_layout();
        let planes = x.as_slice().expect("standard layout").chunks(entries);
        let read = |x: &[S]| {
            let entry = |source: &Option<usize>| source.map_or_else(|| value.clone(), |i| x[i].clone());
            sources.iter().map(entry).collect::<Vec<S>>()
        };
        Ok(array(&shape, planes.flat_map(read).collect()))
    }

    /// Every entry gets the sum of the gradients of its copies.
    fn backward(&self, x: ArrayViewD<S>, dy: ArrayViewD<S>) -> Result<Gradients<S>, LayerError> {
        let shape = self.shape(x.shape())?;
        LayerError::unless_matching(dy.shape(), &shape)?;
        let sources = self.sources(&x.shape()[2..], &shape[2..])?;
        let entries = x.shape()[2..].iter().product();
        let mut dx = vec![S::zero(); x.len()];
        let dy = dy.as_standard_layout();
        let dy = dy.as_slice().expect("standard layout");
        for (dx, dy) in dx.chunks_mut(entries).zip(dy.chunks(sources.len())) {
            for (source, dy) in sources.iter().zip(dy) {
                source.iter().for_each(|i| dx[*i] = dx[*i].plus(dy));
            }
        }
        Ok(Gradients { input: array(x.shape(), dx), parameters: vec![] })
    }
}
