//! Unfolding (im2col): every window a column; and folding (col2im), its transpose, which adds columns back up.
//!
//! The columns of N × C × spatial axes are N × C·taps × outputs; row c·taps + t, column p is what tap t of output p reads
//! in channel c, zero where it reads padding. A convolutional layer without groups is a product of matrices: its weights as
//! O × C·taps, times these columns. Folding is ONNX's `Col2Im` and PyTorch's `Fold`; it is no inverse, for an entry
//! that k windows read comes back k times.

use super::{
    Gradients, Layer, LayerError, Sliding,
    conv::{array, split},
    grid::{Connections, Edge, room, volume},
    lipschitz,
};
use crate::scalar::{Real, Semiring};
use ndarray::{ArrayD, ArrayViewD};

/// Windows as columns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unfold {
    /// The windows.
    pub sliding: Sliding,
}

/// Columns as windows, added up: for arrays N × C·taps × outputs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fold {
    /// The windows, over the image.
    pub sliding: Sliding,
    /// The spatial axes of the image: many sizes have the same number of windows.
    pub image: Vec<usize>,
}

fn columns(sliding: &Sliding, channels: usize, spatial: &[usize]) -> Result<[usize; 2], LayerError> {
    let rows = volume("a column", &[&[channels], &sliding.taps()[..]].concat())?;
    Ok([rows, volume("a row of columns", &sliding.outputs(spatial)?)?])
}

/// Runs through every place of the columns that reads an entry: calls with the flat index of each.
fn pairs(
    sliding: &Sliding,
    planes: usize,
    spatial: &[usize],
    mut pair: impl FnMut(usize, usize),
) -> Result<(), LayerError> {
    let grid = sliding.grid(spatial)?;
    let (taps, outputs, entries) = (grid.taps(), grid.outputs(), grid.entries());
    let mut walked: Vec<Edge> = vec![];
    for p in 0..outputs {
        let edges = grid.edges(p, &mut walked);
        for plane in 0..planes {
            for edge in edges {
                pair((plane * taps + edge.tap) * outputs + p, plane * entries + edge.entry);
            }
        }
    }
    Ok(())
}

impl Unfold {
    /// The columns.
    ///
    /// # Errors
    /// As [`Layer::output_shape`].
    pub fn apply<S: Semiring>(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        let shape = self.shape(x.shape())?;
        let mut y = vec![S::zero(); room::<S>("the output", &shape)?];
        let entries = x.as_standard_layout();
        let entries = entries.as_slice().expect("standard layout");
        let planes = x.shape()[0] * x.shape()[1];
        pairs(&self.sliding, planes, &x.shape()[2..], |to, from| y[to] = entries[from].clone())?;
        Ok(array(&shape, y))
    }

    fn shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        let (n, channels, spatial) = split(input)?;
        let [rows, outputs] = columns(&self.sliding, channels, spatial)?;
        let shape = vec![n, rows, outputs];
        volume("the array of columns", &shape)?;
        Ok(shape)
    }
}

impl Fold {
    /// The image: every entry the sum of all places of the columns that read it.
    ///
    /// # Errors
    /// As [`Layer::output_shape`].
    pub fn apply<S: Semiring>(&self, columns: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        let shape = self.shape(columns.shape())?;
        let mut y = vec![S::zero(); room::<S>("the output", &shape)?];
        let entries = columns.as_standard_layout();
        let entries = entries.as_slice().expect("standard layout");
        pairs(&self.sliding, shape[0] * shape[1], &self.image, |from, to| {
            y[to] = y[to].plus(&entries[from])
        })?;
        Ok(array(&shape, y))
    }

    fn shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        let [taps, outputs] = columns(&self.sliding, 1, &self.image)?;
        let channels = match input {
            [_, rows, columns] if *rows > 0 && rows % taps == 0 && *columns == outputs => rows / taps,
            _ => {
                let expected = format!("N × C·{taps} × {outputs}");
                let hint =
                    "columns have C · taps rows, and there are as many of them as windows on the image";
                return Err(LayerError::shape("the array of columns", input, expected, hint));
            }
        };
        let shape = [&[input[0], channels], &self.image[..]].concat();
        volume("the image", &shape)?;
        Ok(shape)
    }
}

impl<S: Semiring> Layer<S> for Unfold {
    fn name(&self) -> &'static str {
        "Im2Col"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        self.shape(input)
    }

    fn lipschitz(&self, input: &[usize]) -> Result<f64, LayerError>
    where
        S: Real,
    {
        self.shape(input)?;
        lipschitz::known("Im2Col", lipschitz::linear(self, input)?)
    }

    fn forward(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        self.apply(x)
    }

    fn backward(&self, x: ArrayViewD<S>, dy: ArrayViewD<S>) -> Result<Gradients<S>, LayerError> {
        let expected = self.shape(x.shape())?;
        LayerError::unless_matching(dy.shape(), &expected)?;
        let fold = Fold { sliding: self.sliding.clone(), image: x.shape()[2..].to_vec() };
        Ok(Gradients { input: fold.apply(dy)?, parameters: vec![] })
    }
}

impl<S: Semiring> Layer<S> for Fold {
    fn name(&self) -> &'static str {
        "Col2Im"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        self.shape(input)
    }

    fn lipschitz(&self, input: &[usize]) -> Result<f64, LayerError>
    where
        S: Real,
    {
        self.shape(input)?;
        lipschitz::known("Col2Im", lipschitz::linear(self, input)?)
    }

    fn forward(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        self.apply(x)
    }

    fn backward(&self, x: ArrayViewD<S>, dy: ArrayViewD<S>) -> Result<Gradients<S>, LayerError> {
        let expected = self.shape(x.shape())?;
        LayerError::unless_matching(dy.shape(), &expected)?;
        Ok(Gradients { input: Unfold { sliding: self.sliding.clone() }.apply(dy)?, parameters: vec![] })
    }
}
