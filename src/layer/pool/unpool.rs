//! Unpooling: every value back to where it was taken from, zeros elsewhere (ONNX `MaxUnpool`).

use crate::{
    layer::{
        Gradients, Layer, LayerError, Sliding, WindowError, conv::array, conv::split, grid::room,
        grid::volume,
    },
    scalar::Semiring,
};
use ndarray::{ArrayD, ArrayViewD};

/// The partial inverse of a max-pooling with these windows, given its indices.
///
/// An output has (n − 1) · stride + reach − before − after entries along an axis, which the indices are about; with
/// [`output`](Unpool::output) it is then cut or filled with zeros at its end, as ONNX has it. (PyTorch's `output_size`
/// changes what the indices are about, too.) Where two indices agree the later value stands: values are placed, not
/// added, for windows that share their maximum share its value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unpool {
    /// The windows of the pooling that is undone.
    pub sliding: Sliding,
    /// Where each value belongs: flat indices into the whole output, as [`Max::select`](super::Max::select) gives them.
    pub indices: ArrayD<usize>,
    /// The spatial axes of the output, if they are to be those.
    pub output: Option<Vec<usize>>,
}

impl Unpool {
    /// The shape that the indices are about, and the shape of the output.
    fn shapes(&self, input: &[usize]) -> Result<(Vec<usize>, Vec<usize>), LayerError> {
        let (n, channels, spatial) = split(input)?;
        self.sliding.ranks(spatial)?;
        let hint = "there is one index per value";
        LayerError::unless("the array of indices", self.indices.shape(), input, hint)?;
        let axis = |axis: usize| -> Result<usize, WindowError> {
            let (n, window) = (spatial[axis], self.sliding.windows[axis]);
            let (window, extra) = self.sliding.padding.resolve_transposed(n, 0, window)?;
            window.transposed(n, extra)
        };
        let inferred: Vec<usize> = (0..spatial.len())
            .map(|number| axis(number).map_err(|error| LayerError::Window { axis: number, error }))
            .collect::<Result<_, _>>()?;
        let output = self.output.as_ref().unwrap_or(&inferred);
        if output.len() != spatial.len() || output.contains(&0) {
            let expected = format!("{} sizes of at least 1", spatial.len());
            return Err(LayerError::shape("the output shape", output, expected, "give one per spatial axis"));
        }
        let whole = |axes: &[usize]| [&[n, channels], axes].concat();
        let (inferred, output) = (whole(&inferred), whole(output));
        let entries = volume("the output", &inferred)?;
        volume("the output", &output)?;
        if let Some(index) = self.indices.iter().find(|index| **index >= entries) {
            return Err(LayerError::Value {
                what: "an index",
                got: index.to_string(),
                expected: format!("one of 0 … {}", entries as i128 - 1),
                hint: "indices are flat, into the output N × C × spatial axes that the windows make",
            });
        }
        Ok((inferred, output))
    }

    /// For every value the flat index of its place in the output; `None` where that was cut off.
    fn places(&self, inferred: &[usize], output: &[usize]) -> Vec<Option<usize>> {
        let place = |index: &usize| {
            let (mut rest, mut place, mut step) = (*index, 0, 1);
            for (from, to) in inferred.iter().zip(output).rev() {
                let here = rest % from;
                if here >= *to {
                    return None;
                }
                place += here * step;
                (rest, step) = (rest / from, step * to);
            }
            Some(place)
        };
        self.indices.iter().map(place).collect()
    }
}

impl<S: Semiring> Layer<S> for Unpool {
    fn name(&self) -> &'static str {
        "MaxUnpool"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        Ok(self.shapes(input)?.1)
    }

    fn forward(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        let (inferred, output) = self.shapes(x.shape())?;
        let mut y = vec![S::zero(); room::<S>("the output", &output)?];
        for (place, value) in self.places(&inferred, &output).into_iter().zip(x.iter()) {
            if let Some(place) = place {
                y[place] = value.clone();
            }
        }
        Ok(array(&output, y))
    }

    /// Each value gets the gradient of its place; one that a later value has overwritten gets none.
    fn backward(&self, x: ArrayViewD<S>, dy: ArrayViewD<S>) -> Result<Gradients<S>, LayerError> {
        let (inferred, output) = self.shapes(x.shape())?;
        LayerError::unless_matching(dy.shape(), &output)?;
        let places = self.places(&inferred, &output);
        let mut last = vec![None; output.iter().product()];
        for (value, place) in places.iter().enumerate() {
            place.iter().for_each(|place| last[*place] = Some(value));
        }
        let dy = dy.as_standard_layout();
        let dy = dy.as_slice().expect("standard layout");
        let gradient = |(value, place): (usize, &Option<usize>)| match place {
            Some(place) if last[*place] == Some(value) => dy[*place].clone(),
            _ => S::zero(),
        };
        let input = array(x.shape(), places.iter().enumerate().map(gradient).collect());
        Ok(Gradients { input, parameters: vec![] })
    }
}
