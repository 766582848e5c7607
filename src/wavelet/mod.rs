//! Wavelets: filter banks and scattering.

pub mod scattering;
