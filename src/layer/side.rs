//! Layers one after the other with outputs on the way: side outputs, early exits, and the orders of a scattering network.

use super::{
    LayerError, lipschitz,
    network::{Part, unstack},
};
use crate::scalar::{Real, Semiring};
use ndarray::{ArrayD, ArrayViewD};

/// What of a layer's output is an output of the whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kept {
    /// Nothing: all of it goes on.
    Nothing,
    /// So many of its first channels, and only the others go on, as the average and the moduli of a scattering network do.
    Channels(usize),
    /// All of it, and it goes on as well.
    All,
}

/// A layer, and what is kept of it.
#[derive(Debug)]
pub struct Stage<S> {
    /// The layer.
    pub layer: Part<S>,
    /// What is kept.
    pub kept: Kept,
}

/// Layers one after the other, whose outputs are collected at several depths; of the last layer all that is left is an output.
///
/// ```
/// use faltung::layer::{Conv, Kept, Relu, SideOutputs, Sliding, Stage};
/// use ndarray::ArrayD;
/// let haar = ArrayD::from_shape_vec(vec![2, 1, 2], vec![0.5, 0.5, 0.5, -0.5]).unwrap();
/// let bank = Conv::new(Sliding::of(&[2]), haar);
/// // the average is kept, and of the difference that goes on the positive part
/// let first = Stage { layer: Box::new(bank), kept: Kept::Channels(1) };
/// let network = SideOutputs::<f64>(vec![first, Stage { layer: Box::new(Relu), kept: Kept::Nothing }]);
/// let x = ArrayD::from_shape_fn(vec![1, 1, 9], |i| i[2] as f64);
/// assert_eq!(network.forward(x.view())?.iter().map(|y| y.len()).collect::<Vec<_>>(), [8, 8]);
/// assert!((0.99..1.0001).contains(&network.lipschitz(&[1, 1, 9])?));
/// # Ok::<(), faltung::layer::LayerError>(())
/// ```
#[derive(Debug)]
pub struct SideOutputs<S>(pub Vec<Stage<S>>);

impl<S: Semiring> SideOutputs<S> {
    fn inside(&self, number: usize, error: LayerError) -> LayerError {
        LayerError::Inside { number, name: self.0[number].layer.name(), error: Box::new(error) }
    }

    /// Of each layer the shape of its input, if there are the channels that are kept, and one to go on with.
    fn inputs(&self, input: &[usize]) -> Result<Vec<Vec<usize>>, LayerError> {
        let (mut shape, mut inputs) = (input.to_vec(), vec![]);
        for (number, Stage { layer, kept }) in self.0.iter().enumerate() {
            inputs.push(shape.clone());
            shape = layer.output_shape(&shape).map_err(|error| self.inside(number, error))?;
            if let Kept::Channels(kept) = kept {
                let channels = shape.get(1).copied().unwrap_or(0);
                if *kept >= channels {
                    let error = LayerError::Value {
                        what: "the number of channels that are kept",
                        got: kept.to_string(),
                        expected: format!("less than the {channels} channels that the layer gives"),
                        hint: "some have to go on; to keep all of them, keep all",
                    };
                    return Err(self.inside(number, error));
                }
                shape[1] -= kept;
            }
        }
        Ok(inputs)
    }

    /// The outputs, from the first layer to the last; without layers the input.
    ///
    /// # Errors
    /// What a layer refuses, with its number; more channels to keep than there are.
    pub fn forward(&self, x: ArrayViewD<S>) -> Result<Vec<ArrayD<S>>, LayerError> {
        self.inputs(x.shape())?;
        let (mut outputs, mut on) = (vec![], x.to_owned());
        for (number, Stage { layer, kept }) in self.0.iter().enumerate() {
            on = layer.forward(on.view()).map_err(|error| self.inside(number, error))?;
            match kept {
                Kept::Nothing | Kept::Channels(0) => (),
                // the last one is an output in any case
                Kept::All if number + 1 == self.0.len() => (),
                Kept::All => outputs.push(on.clone()),
                Kept::Channels(kept) => {
                    let (side, rest) = unstack(on.view(), *kept);
                    outputs.push(side);
                    on = rest;
                }
            }
        }
        outputs.push(on);
        Ok(outputs)
    }

    /// A Lipschitz constant of all outputs together in the 2-norm, as [`Layer::lipschitz`](super::Layer::lipschitz).
    ///
    /// From the last layer: V = L² where there is nothing behind it; before that V = L² V′ where nothing is kept, where some
    /// channels are kept and the others go on L² max(1, V′), for a part of what is apart is where nothing follows, and where
    /// all is kept and goes on L² (1 + V′). The constant is the root of the first V.
    ///
    /// # Errors
    /// As [`forward`](SideOutputs::forward), and a layer without a bound.
    pub fn lipschitz(&self, input: &[usize]) -> Result<f64, LayerError>
    where
        S: Real,
    {
        let inputs = self.inputs(input)?;
        let mut squared = 1.0_f64;
        for (number, Stage { layer, kept }) in self.0.iter().enumerate().rev() {
            let inside = |error| self.inside(number, error);
            let bound = layer.lipschitz(&inputs[number]).map_err(inside)?;
            let behind = match kept {
                Kept::Nothing | Kept::Channels(0) => squared,
                Kept::Channels(_) => squared.max(1.0),
                Kept::All if number + 1 == self.0.len() => squared,
                Kept::All => lipschitz::sum(1.0, squared),
            };
            squared = lipschitz::product(lipschitz::product(bound, bound), behind);
        }
        lipschitz::known("a network with outputs at several depths", lipschitz::root(squared))
    }
}
