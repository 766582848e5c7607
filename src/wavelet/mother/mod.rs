//! The mother wavelets, one file each: values, Fourier transform, and what is declared of them.

pub mod bump;
pub mod daubechies;
pub mod gaussian;
pub mod haar;
pub mod mexican_hat;
pub mod meyer;
pub mod morlet;
pub mod morse;
pub mod paul;
pub mod plane;
pub mod shannon;
pub mod spline;

use super::quadrature::integral;
use crate::scalar::Interval;
use num_complex::Complex;
use std::{f64::consts::TAU, fmt::Debug};

/// A mother wavelet ψ: a function of a real number u, and its transform ψ̂(ξ) = ∫ ψ(u) e^(−iξu) du.
///
/// ```
/// use faltung::wavelet::{Haar, Wavelet};
/// assert_eq!(Haar.time(0.25).re, 1.0);
/// assert_eq!(Haar.time(0.75).re, -1.0);
/// assert_eq!(Haar.frequency(0.0).norm(), 0.0);
/// assert_eq!(Haar.declared().support, [0.0, 1.0]);
/// ```
pub trait Wavelet: Debug + Send + Sync {
    /// Its name with its parameters, for tables and messages.
    fn name(&self) -> String;
    /// ψ(u).
    fn time(&self, u: f64) -> Complex<f64>;
    /// ψ̂(ξ), ξ in radians per unit of u.
    fn frequency(&self, xi: f64) -> Complex<f64>;
    /// What holds of it.
    fn declared(&self) -> Declared;
    /// C₊ = ∫₀^∞ |ψ̂(ξ)|² dξ/ξ and C₋ = ∫₀^∞ |ψ̂(−ξ)|² dξ/ξ in closed form, where there is one and they are finite.
    fn admissibility(&self) -> Option<[f64; 2]> {
        None
    }
    /// Intervals that certainly contain C₊ and C₋, for the parameters as they are: the integrals over cells by
    /// [Taylor series](crate::scalar::taylor::integral), and bounds of what lies beyond. `None` where none is derived.
    fn enclosed(&self) -> Option<[Interval; 2]> {
        None
    }
}

/// What a wavelet declares; the tests measure each of these.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Declared {
    /// ψ is real.
    pub real: bool,
    /// ψ̂(ξ) = 0 for all ξ < 0.
    pub analytic: bool,
    /// How many of ∫ u^n ψ(u) du, n = 0, 1, …, vanish in a row.
    pub moments: Moments,
    /// C₊ and C₋ are finite.
    pub admissible: bool,
    /// What is one.
    pub normalisation: Normalisation,
    /// The ξ > 0 where |ψ̂| is greatest, or the middle of where it is.
    pub centre: f64,
    /// The interval of u that holds the energy ∫ |ψ|², but for the share `outside`.
    pub support: [f64; 2],
    /// At most this share of the energy is outside the support: 0 where ψ vanishes there.
    pub outside: f64,
    /// ψ̂ is negligible, below 10⁻¹⁶ of its maximum, at |ξ| outside this interval; what decays like a power, as where ψ has
    /// kinks, is not, and has an infinite end.
    pub band: [f64; 2],
}

/// Vanishing moments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moments {
    /// The first so many, and not the next.
    First(usize),
    /// All: ψ̂ vanishes to every order at 0.
    All,
}

/// How a wavelet is scaled.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Normalisation {
    /// ∫ |ψ|² = 1.
    Energy,
    /// max |ψ̂| is this.
    Peak(f64),
}

/// The ξ > 0 at which ξ^(1−p) |ψ̂(ξ)| is greatest: with ψ_s(u) = |s|^(−p) ψ(u/s), a pure tone of the angular frequency ω
/// has its ridge at the scale s = peak/ω. For p = 1 it is the declared centre.
///
/// ```
/// use faltung::wavelet::{Morlet, peak};
/// // Torrence and Compo's Fourier wavelength of the Morlet wavelet is 4πs/(6 + √38).
/// let morlet = Morlet::uncorrected(6.0)?;
/// assert!((peak(&morlet, 0.5) - (6.0 + 38f64.sqrt()) / 2.0).abs() < 1e-7);
/// # Ok::<(), faltung::wavelet::WaveletError>(())
/// ```
pub fn peak(wavelet: &dyn Wavelet, p: f64) -> f64 {
    peak_of(wavelet.declared().centre, p, |xi| wavelet.frequency(xi).norm())
}

/// The ξ within three octaves of the centre where ξ^(1−p) size(ξ) is greatest, and of several the one nearest to the centre.
pub(super) fn peak_of(centre: f64, p: f64, size: impl Fn(f64) -> f64) -> f64 {
    let height = |log: f64| (1.0 - p) * log + size(log.exp()).ln();
    const STEPS: i32 = 1024;
    let log = |step: i32| centre.ln() + f64::from(step) * (8f64.ln() / f64::from(STEPS));
    let heights: Vec<(i32, f64)> = (-STEPS..=STEPS).map(|step| (step, height(log(step)))).collect();
    let greatest = heights.iter().map(|(_, height)| *height).fold(f64::NEG_INFINITY, f64::max);
    let near = heights.iter().filter(|(_, height)| *height >= greatest - 1e-13 * greatest.abs().max(1.0));
    let best = near.map(|(step, _)| *step).min_by_key(|step| step.abs()).unwrap_or(0);
    if best == 0 && p == 1.0 {
        return centre;
    }
    // golden section between the neighbours
    let ratio = (5f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (log(best - 1), log(best + 1));
    while high - low > 1e-10 {
        let [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
        if height(left) < height(right) { low = left } else { high = right }
    }
    ((low + high) / 2.0).exp()
}

/// ψ(u) from ψ̂ where that is smooth and lives on [from, to]: (1/2π) ∫ ψ̂(ξ) e^(iξu) dξ.
fn from_band(u: f64, [from, to]: [f64; 2], psi_hat: impl Fn(f64) -> f64) -> Complex<f64> {
    // a panel for every turn of the exponential or so, and enough for ψ̂ itself
    let panels = 12 + ((to - from) * u.abs() / 8.0) as usize;
    integral(from, to, panels, |xi| Complex::from_polar(psi_hat(xi), xi * u)) / TAU
}
