//! Filter banks that are subsampled: discrete wavelet transforms, lifting, Laplacian pyramids, and banks of M channels.
//!
//! All of them are two sums, in `kernel`: `y[k] = Σ_j h[j] x[Mk + o − j]`, every M-th output of a filter, and its transpose.
//! They ask for a semiring, so they run on floats and, to the letter, on the exact numbers in which √2 and √3 are what they
//! are: there a bank that reconstructs does so without an error, and [`Multirate::delay`] decides whether it does for every
//! signal. Where a sum is to be taken back, −1 is a number that the caller gives.

mod dwt;
mod kernel;
mod lifting;
mod multirate;
mod pyramid;
mod separable;
mod wavelets;

pub use dwt::{Extension, Filters};
pub use lifting::{Lifting, Step, legall, legall_inverse};
pub use multirate::{Multirate, Taps};
pub use pyramid::Pyramid;
pub use separable::Bands;
pub use wavelets::Wavelet;

/// Why a filter bank cannot be built, or cannot take a signal.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{what} is {got}; expected {expected}: {hint}")]
#[allow(missing_docs)]
pub struct BankError {
    pub what: &'static str,
    pub got: String,
    pub expected: String,
    pub hint: &'static str,
}

impl BankError {
    fn of(what: &'static str, got: impl ToString, expected: impl Into<String>, hint: &'static str) -> Self {
        BankError { what, got: got.to_string(), expected: expected.into(), hint }
    }
}
