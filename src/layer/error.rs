//! Why a layer cannot take its input: one message each, with the formula and the numbers.

use super::window::WindowError;

/// Why a layer cannot be built, or cannot take an input.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum LayerError {
    #[error("spatial axis {axis}: {error}")]
    Window { axis: usize, error: WindowError },
    #[error("{what} has the shape {got:?}, and {expected} is expected: {hint}")]
    Shape { what: &'static str, got: Vec<usize>, expected: String, hint: &'static str },
    #[error(
        "{groups} groups do not divide the {channels} {which} channels: every group has channels/groups of them, so \
         choose a number of groups that divides {channels}"
    )]
    Groups { groups: usize, channels: usize, which: &'static str },
    #[error("{what} of the shape {shape:?} does not fit into this machine's address space")]
    Size { what: &'static str, shape: Vec<usize> },
}
