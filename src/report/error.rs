//! Why a page could not be made.

use super::math::MathError;
use thiserror::Error;

/// Why a report could not be typeset.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{place}: {source}")]
pub struct PageError {
    /// The chapter's file or the block's id.
    pub place: String,
    /// The formula that is to blame.
    pub source: MathError,
}
