//! What can be wrong with a stack: a word of its text, or a size that comes of it.

use crate::layer::LayerError;

/// Why a stack cannot be read, or has no sizes.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum StackError {
    #[error("line {line}, column {column}: expected {expected}, got {got}: {hint}")]
    Text {
        line: usize,
        column: usize,
        expected: String,
        got: String,
        hint: &'static str,
        /// The words that could stand here, if it is one of a list.
        names: Vec<&'static str>,
    },
    #[error("line {line} ({layer}): {error}")]
    Layer { line: usize, layer: String, error: Box<LayerError> },
    #[error("line {line} ({layer}): {what} is more than 2^112, and is not counted: make the sizes smaller")]
    Size { line: usize, layer: String, what: &'static str },
    #[error("there is no stack `{name}`, expected one of {}: or write one to a file", names.join(", "))]
    Preset { name: String, names: Vec<&'static str> },
    #[error("nothing to measure: {problem}: {hint}")]
    Measure { problem: String, hint: &'static str },
}
