//! The largest entry of every region (ONNX `MaxPool`, `GlobalMaxPool`; PyTorch `MaxPool`, `AdaptiveMaxPool`).

use super::{Regions, distribute, summarise};
use crate::{
    layer::{Gradients, Layer, LayerError, conv::array, grid::Edge, lipschitz},
    scalar::{Real, Semiring},
};
use ndarray::{ArrayD, ArrayViewD};

/// Max-pooling. Padding takes no part, whatever the sign of the entries: it is −∞, not zero.
///
/// Among equal entries the first counts, in the order of the window's taps: that is where the index points and where the
/// gradient goes (PyTorch agrees). A NaN in a region is its maximum.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Max {
    /// What is pooled over.
    pub regions: Regions,
}

impl Max {
    /// The maxima, and where they are: the flat index into the whole input N × C × spatial axes, as ONNX has it
    /// (PyTorch's starts anew in every channel).
    ///
    /// # Errors
    /// As [`Regions::shape`], and a window without any entry.
    pub fn select<S: Semiring + PartialOrd>(
        &self,
        x: ArrayViewD<S>,
    ) -> Result<(ArrayD<S>, ArrayD<usize>), LayerError> {
        let shape = self.regions.room::<(S, usize)>(x.shape())?;
        let graph = self.regions.full_graph(&x.shape()[2..], "no maximum")?;
        let entries = graph.entries();
        let indices =
            summarise(x.view(), &*graph, |_, edges, plane, number| number * entries + largest(edges, plane));
        let x = x.as_standard_layout();
        let x = x.as_slice().expect("standard layout");
        let values = indices.iter().map(|index| x[*index].clone()).collect();
        Ok((array(&shape, values), array(&shape, indices)))
    }
}

/// The entry of the first largest, or of the first that is not in order with itself.
fn largest<S: PartialOrd>(edges: &[Edge], x: &[S]) -> usize {
    let beats = |a: &S, b: &S| b.partial_cmp(b).is_some() && (a > b || a.partial_cmp(a).is_none());
    let entries = edges.iter().map(|edge| edge.entry);
    entries.reduce(|best, entry| if beats(&x[entry], &x[best]) { entry } else { best }).expect("a full graph")
}

impl<S: Semiring + PartialOrd> Layer<S> for Max {
    fn name(&self) -> &'static str {
        match self.regions {
            Regions::Global => "GlobalMaxPool",
            _ => "MaxPool",
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
        let graph = self.regions.full_graph(&input[2..], "no maximum")?;
        lipschitz::repeated(&*graph, lipschitz::Again::Same)
    }

    fn forward(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        Ok(self.select(x)?.0)
    }

    /// The gradient of each output goes to the entry it came from; one that was the largest in several windows gets
    /// the sum.
    fn backward(&self, x: ArrayViewD<S>, dy: ArrayViewD<S>) -> Result<Gradients<S>, LayerError> {
        LayerError::unless_matching(dy.shape(), &self.regions.shape(x.shape())?)?;
        let spatial = x.shape()[2..].to_vec();
        let graph = self.regions.full_graph(&spatial, "no maximum")?;
        let input = distribute(x, dy, &*graph, |_, edges, x, dy, dx| {
            let entry = largest(edges, x);
            dx[entry] = dx[entry].plus(dy);
        });
        Ok(Gradients { input, parameters: vec![] })
    }
}
