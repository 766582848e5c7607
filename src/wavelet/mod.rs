//! Wavelets: filter banks and scattering.

pub mod bank;
pub mod scattering;
