//! Windowed Fourier transforms, wavelets, the continuous wavelet transform, discrete filter banks, and scattering.
//!
//! | wavelet | ψ̂ | moments | |
//! |---|---|---|---|
//! | [`Morlet`] | a bell at ω, corrected or not | 1, 0 | complex |
//! | [`Morse`] | ξ^β e^(−ξ^γ) | β | analytic |
//! | [`MexicanHat`], [`GaussianDerivative`] | (iξ)^m e^(−ξ²/2) | 2, m | real |
//! | [`Paul`] | ξ^m e^(−ξ) | m | analytic |
//! | [`Shannon`] | a box | all | analytic |
//! | [`Meyer`] | two joined steps | all | real, orthonormal |
//! | [`Bump`] | smooth on an interval | all | analytic |
//! | [`Haar`] | – | 1 | real, on [0, 1], orthonormal |
//! | [`Daubechies`] | a product | N | real, on [0, 2N − 1], orthonormal |
//! | [`CubicSpline`] | – | 4 | real, orthonormal |
//! | [`PlaneMorlet`] | a bell of the plane | 1, 0 | complex |
//!
//! A transform is a [bank](Bank) of filters on a cyclic grid, made once; [`Cwt`] makes it from a wavelet and scales, [`Oriented`] from
//! a wavelet of the plane, scales and angles.
//! [`discrete`] has the filter banks that are decimated, [`decimated`] the frame bounds of any bank on a circle that is, and
//! [`scattering`] what comes of wavelets and moduli in turn.

pub mod admissible;
mod bank;
mod certified;
pub mod conventions;
mod cwt;
pub mod decimated;
pub mod discrete;
mod dual;
mod error;
mod extension;
mod filter;
mod inverse;
mod list;
pub mod mother;
mod oriented;
pub mod pywavelets;
pub mod quadrature;
pub mod ridge;
pub mod scales;
pub mod scattering;
mod squeeze;
mod window;
mod windowed;
pub mod workload;

pub use bank::{Bank, Bounds, Signals, angular};
pub use cwt::{Cwt, Pairing, Plan};
pub use error::WaveletError;
pub use inverse::Integral;
pub use list::{LIST, Named};
pub use mother::{
    Declared, Moments, Normalisation, Wavelet, bump::Bump, daubechies::Daubechies,
    gaussian::GaussianDerivative, haar::Haar, mexican_hat::MexicanHat, meyer::Meyer, morlet::Morlet,
    morse::Morse, paul::Paul, peak, plane::PlaneMorlet, shannon::Shannon, spline::CubicSpline,
};
pub use oriented::{Oriented, OrientedPlan};
pub use squeeze::Squeezed;
pub use window::Window;
pub use windowed::{Phase, Windowed, WindowedPlan};
