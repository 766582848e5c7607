//! The discrete Fourier transform: by definition, and fast.
//!
//! Unnormalised forward, `X[j] = Σ_k x[k] e^(−2πi jk/n)`, and 1/n in the inverse, axis by axis.

mod columns;
pub mod definition;
pub mod ntt;
pub mod plan;
pub mod prime;
pub(crate) mod product;
pub mod residue;
pub(crate) mod rounding;
mod size;

pub use plan::{Transform, dft, idft, irdft, rdft};
pub use product::Packed;
pub use rounding::relative_error;
pub use size::{Stages, good_real_size, good_size};
