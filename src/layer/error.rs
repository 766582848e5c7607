//! Why a layer cannot take its input: one message each, with the formula and the numbers.

use super::window::WindowError;

/// Why a layer cannot be built, or cannot take an input.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum LayerError {
    #[error("spatial axis {axis}: {error}")]
    Window { axis: usize, error: WindowError },
    #[error("{what} has the shape {got:?}; expected {expected}: {hint}")]
    Shape { what: &'static str, got: Vec<usize>, expected: String, hint: &'static str },
    #[error(
        "F({outputs}, {taps}): minimal filtering F(m, r) needs m and r of at least 1, and m + r of at most {most}, for \
         the errors of more are large: with {taps} taps take at most {} outputs at a time, or the direct sum",
        most.saturating_sub(*taps)
    )]
    Tile { outputs: usize, taps: usize, most: usize },
    #[error(
        "{groups} groups do not divide the {channels} {which} channels: every group has channels/groups of them, so \
         choose a number of groups that divides {channels}"
    )]
    Groups { groups: usize, channels: usize, which: &'static str },
    #[error(
        "output channel {output} reads input channel {read}, and the input has the channels 0 … {}: correct the \
         table of channels",
        *inputs as i128 - 1
    )]
    Channel { output: usize, read: usize, inputs: usize },
    #[error(
        "output channel {output} lists input channel {read} twice, the second time as its number {place}: a pair of \
         channels has one kernel, so list it once"
    )]
    Twice { output: usize, read: usize, place: usize },
    #[error("{what} of the shape {shape:?} does not fit into this machine's address space: make it smaller")]
    Size { what: &'static str, shape: Vec<usize> },
    #[error(
        "{what} of the shape {shape:?} takes {bytes} bytes, and this machine does not give that much memory: make it \
         smaller"
    )]
    Memory { what: &'static str, shape: Vec<usize>, bytes: usize },
    #[error(
        "output {output} pools over no entry at all, only over padding, and there is {statistic} of nothing: use less \
         padding or dilation"
    )]
    Nothing { output: usize, statistic: &'static str },
    #[error("{what} is {value}, which has no inverse among these scalars: {hint}")]
    Inverse { what: &'static str, value: String, hint: &'static str },
    #[error("{what} is {got}; expected {expected}: {hint}")]
    Value { what: &'static str, got: String, expected: String, hint: &'static str },
    #[error("{name} has no Lipschitz constant that is certain: {why}")]
    Unbounded { name: &'static str, why: &'static str },
    #[error("layer {number} ({name}): {error}")]
    Inside { number: usize, name: &'static str, error: Box<LayerError> },
}

impl LayerError {
    /// `got` is not `expected`.
    pub(super) fn shape(
        what: &'static str,
        got: &[usize],
        expected: impl Into<String>,
        hint: &'static str,
    ) -> LayerError {
        LayerError::Shape { what, got: got.to_vec(), expected: expected.into(), hint }
    }

    /// Unless the gradient in the output has the output's shape.
    pub(super) fn unless_matching(dy: &[usize], output: &[usize]) -> Result<(), LayerError> {
        LayerError::unless("dy", dy, output, "the gradient in the output has the output's shape")
    }

    /// Unless `got` is exactly that shape.
    pub(super) fn unless(
        what: &'static str,
        got: &[usize],
        expected: &[usize],
        hint: &'static str,
    ) -> Result<(), LayerError> {
        if got == expected {
            return Ok(());
        }
        Err(LayerError::shape(what, got, format!("{expected:?}"), hint))
    }
}
