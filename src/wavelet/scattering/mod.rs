//! The scattering transform of signals and images: averages of moduli of wavelet transforms of moduli of …
//!
//! `S[p]x = |…||x * ψ₁| * ψ₂| … * ψ_m| * φ` for every path p = (ψ₁, …, ψ_m) of at most three wavelets (Mallat 2012). What
//! wavelets there are, which paths, and what is subsampled, is a [`Convention`]: three are kymatio's, whose numbers differ,
//! and one is a tight bank of our own, for which energy is conserved. [`solid`] is scattering in three dimensions.

mod aliasing;
mod bank;
mod cascade;
mod certificate;
mod deformed;
mod grid;
mod invert;
mod morlet;
mod oriented;
mod parseval;
mod plan;
mod roughness;
pub mod solid;
mod stage;
pub mod workload;

pub use certificate::{Bounds, Ledger, Lipschitz};
pub use deformed::Deformation;
pub use grid::Sample;
pub use invert::Descent;
pub use plan::{Path, Scattering};

use std::fmt;

/// Whose filters, paths and subsampling.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Convention {
    /// What kymatio 0.3.0 computes. In one dimension filters lose a factor of 2 with each octave of subsampling before them.
    Kymatio030,
    /// What the unreleased main branch of kymatio computes: in one dimension without that loss, in two as 0.3.0.
    KymatioMain,
    /// The same wavelets with π for the 3.1415 of both, and rotations that are not rounded.
    KymatioFixed,
    /// A tight bank on the circle or torus: no padding, all paths, and only averages are subsampled.
    Parseval,
}

impl Convention {
    /// Every convention.
    pub const ALL: [Convention; 4] =
        [Convention::Kymatio030, Convention::KymatioMain, Convention::KymatioFixed, Convention::Parseval];

    /// Its name on the command line and in output.
    pub fn name(self) -> &'static str {
        match self {
            Convention::Kymatio030 => "kymatio-0.3.0",
            Convention::KymatioMain => "kymatio-main",
            Convention::KymatioFixed => "kymatio-fixed",
            Convention::Parseval => "parseval",
        }
    }
}

impl fmt::Display for Convention {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a scattering transform is asked for.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// Whose filters.
    pub convention: Convention,
    /// The samples along each axis: one axis or two.
    pub shape: Vec<usize>,
    /// J: the largest wavelets have about 2^J samples.
    pub scale: u32,
    /// Q: wavelets per octave, for each order; the last one is for all further orders. Kymatio's in the plane have 1.
    pub per_octave: Vec<usize>,
    /// L: the number of directions, in the plane.
    pub angles: usize,
    /// T: over how many samples is averaged; 2^J unless it is said. Only kymatio's on the line can have another.
    pub support: Option<usize>,
    /// The length of the longest paths, 0 to 3.
    pub orders: usize,
    /// Averages are sampled, and moduli subsampled, by 2^oversampling less than they could.
    pub oversampling: u32,
}

impl Settings {
    /// Two orders, one wavelet an octave, eight directions, kymatio 0.3.0.
    pub fn of(shape: &[usize], scale: u32) -> Self {
        Settings {
            convention: Convention::Kymatio030,
            shape: shape.to_vec(),
            scale,
            per_octave: vec![1],
            angles: 8,
            support: None,
            orders: 2,
            oversampling: 0,
        }
    }

    /// The direction in which the waves of an angle of the [paths](Path::angles) go, in degrees from 0, downwards, over 90, to the
    /// right, to less than 180: kymatio counts them in another order than the tight bank.
    ///
    /// ```
    /// use faltung::wavelet::scattering::{Convention, Settings};
    /// let kymatio = Settings::of(&[32, 32], 2);
    /// let tight = Settings { convention: Convention::Parseval, ..kymatio.clone() };
    /// assert_eq!([0, 1, 7].map(|angle| tight.direction(angle)), [0.0, 22.5, 157.5]);
    /// assert_eq!([0, 3, 7].map(|angle| kymatio.direction(angle)), [67.5, 0.0, 90.0]);
    /// ```
    pub fn direction(&self, angle: usize) -> f64 {
        let angles = self.angles.max(1);
        let steps = match self.convention {
            Convention::Parseval => angle as i64,
            _ => oriented::steps(angle, angles),
        };
        180.0 * steps.rem_euclid(angles as i64) as f64 / angles as f64
    }
}

/// Why there is no such scattering transform, or not of this array.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum ScatteringError {
    #[error("{what} is {got}; expected {expected}: {hint}")]
    Value { what: &'static str, got: String, expected: String, hint: &'static str },
    #[error("there would be {got} {what}, and at most {most} are allowed: {hint}")]
    Size { what: &'static str, got: u128, most: u128, hint: &'static str },
}

impl ScatteringError {
    fn value(
        what: &'static str,
        got: impl fmt::Debug,
        expected: impl Into<String>,
        hint: &'static str,
    ) -> Self {
        ScatteringError::Value { what, got: format!("{got:?}"), expected: expected.into(), hint }
    }
}
