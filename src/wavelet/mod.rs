//! Wavelets: filter banks and scattering.

pub mod discrete;
pub mod scattering;
