//! A convolutional layer made ready for inputs of one shape: what does not depend on their entries is done once.

use super::{Bias, Conv, LayerError, Sharing, conv::Sizes, trilinear::Kernels};
use crate::scalar::Semiring;
use ndarray::{ArrayD, ArrayViewD, ArrayViewMutD};

/// The checks done, the graph of the windows made, the weights in the order in which they are read; and, once it has been
/// used, memory for the entries of a group of channels as they are laid out for that, about once per thread.
#[derive(Debug)]
pub struct Plan<S> {
    input: Vec<usize>,
    sizes: Sizes,
    sharing: Sharing,
    kernels: Kernels<S>,
    bias: Option<Bias<S>>,
}

impl<S: Semiring> Conv<S> {
    /// The layer made ready for inputs of this shape, N × C × spatial axes. Cost: a copy of the weights, an edge for each
    /// output and tap of an axis, and a table of where the rows of a channel go; once, for any number of inputs.
    ///
    /// ```
    /// use faltung::layer::{Conv, Sliding};
    /// use ndarray::ArrayD;
    /// let layer = Conv::new(Sliding::of(&[2]), ArrayD::from_elem(vec![1, 1, 2], 1.0_f32));
    /// let plan = layer.plan(&[1, 1, 4])?;
    /// let mut y = ArrayD::zeros(plan.shape());
    /// for first in [0.0, 1.0] {
    ///     let x = ArrayD::from_shape_fn(vec![1, 1, 4], |i| first + i[2] as f32);
    ///     plan.apply_into(x.view(), y.view_mut())?; // no memory is taken for the output
    /// }
    /// assert_eq!(y.into_raw_vec_and_offset().0, [3.0, 5.0, 7.0]);
    /// # Ok::<(), faltung::layer::LayerError>(())
    /// ```
    ///
    /// # Errors
    /// As [`shape`](Conv::shape), and [`LayerError::Memory`] where there is none for the output or for these tables.
    pub fn plan(&self, input: &[usize]) -> Result<Plan<S>, LayerError> {
        let sizes = self.prepare(input)?;
        let w = self.weights.as_standard_layout();
        let w = w.as_slice().expect("standard layout");
        let kernels = sizes.with(&self.sharing, |form| form.kernels(input[0], w))?;
        let (sharing, bias) = (self.sharing.clone(), self.bias.clone());
        Ok(Plan { input: input.to_vec(), sizes, sharing, kernels, bias })
    }
}

impl<S: Semiring> Plan<S> {
    /// The shape of the output.
    pub fn shape(&self) -> Vec<usize> {
        self.sizes.shape()
    }

    /// The layer's output. Cost: a product per edge and pair of channels, and what has to be laid out of the input for that.
    ///
    /// # Errors
    /// An input of another shape, and [`LayerError::Memory`] where there is none to lay it out.
    pub fn apply(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        let mut y = ArrayD::from_elem(self.shape(), S::zero());
        self.apply_into(x, y.view_mut())?;
        Ok(y)
    }

    /// The same into memory that is there: whatever y has been, it is overwritten. No memory is taken for it where it is in
    /// standard layout; else there is a copy of it.
    ///
    /// # Errors
    /// As [`apply`](Plan::apply), and an output of another shape. What y is after an error is not said.
    pub fn apply_into(&self, x: ArrayViewD<S>, mut y: ArrayViewMutD<S>) -> Result<(), LayerError> {
        let hint = "a plan is for inputs of one shape: make another";
        LayerError::unless("the input", x.shape(), &self.input, hint)?;
        let hint = "y is overwritten with the layer's output, and has its shape";
        LayerError::unless("the output", y.shape(), &self.shape(), hint)?;
        let Some(flat) = y.as_slice_mut() else {
            y.assign(&self.apply(x)?);
            return Ok(());
        };
        let x = x.as_standard_layout();
        let x = x.as_slice().expect("standard layout");
        self.sizes.with(&self.sharing, |form| form.gather(x, &self.kernels, flat))??;
        match &self.bias {
            Some(bias) => bias.add(flat, self.sizes.channels.outputs(), &self.sizes.outputs),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::layer::{Conv, Sliding};
    use ndarray::ArrayD;

    /// Both shapes are told, and which array it is.
    #[test]
    fn an_output_of_another_shape_is_refused_by_its_name() {
        let layer = Conv::new(Sliding::of(&[2]), ArrayD::<f32>::ones(vec![1, 1, 2]));
        let (plan, x) = (layer.plan(&[1, 1, 4]).expect("fits"), ArrayD::ones(vec![1, 1, 4]));
        let refused =
            plan.apply_into(x.view(), ArrayD::ones(vec![1, 1, 4]).view_mut()).expect_err("not three");
        let said = refused.to_string();
        assert!(said.starts_with("the output has the shape [1, 1, 4]; expected [1, 1, 3]"), "{said}");
        // one that is not contiguous is written all the same
        let mut wide = ArrayD::zeros(vec![1, 1, 6]);
        let every_other =
            wide.slice_each_axis_mut(|axis| ndarray::Slice::new(0, None, if axis.len == 6 { 2 } else { 1 }));
        plan.apply_into(x.view(), every_other).expect("three");
        assert_eq!(wide.into_raw_vec_and_offset().0, [2.0, 0.0, 2.0, 0.0, 2.0, 0.0]);
    }
}
