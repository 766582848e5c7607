//! The discrete Fourier transform: by definition, and fast.
//!
//! Unnormalised forward, `X[j] = Σ_k x[k] e^(−2πi jk/n)`, and 1/n in the inverse, axis by axis.

pub mod definition;
pub mod ntt;
pub mod plan;
pub mod prime;
pub mod residue;

pub use plan::{Transform, dft, idft};
