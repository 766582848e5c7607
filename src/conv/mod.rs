//! Convolution: its definition, and every algorithm that must agree with it.

pub mod definition;
