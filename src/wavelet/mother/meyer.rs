//! Meyer's wavelet: orthonormal, and of compact support in frequency.

use super::{Declared, Moments, Normalisation, Wavelet};
use crate::{
    scalar::{Interval, Semiring, taylor},
    wavelet::quadrature::integral,
};
use num_complex::Complex;
use std::f64::consts::{FRAC_PI_2, LN_2, PI};

/// |ψ̂(ξ)| = sin(½π ν(3|ξ|/2π − 1)) from 2π/3 to 4π/3, cos(½π ν(3|ξ|/4π − 1)) from there to 8π/3, and 0 elsewhere, with
/// ν(x) = x⁴(35 − 84x + 70x² − 20x³); the phase is e^(−iξ/2), so ψ is real and symmetric about ½ (Daubechies 1992, ch. 4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Meyer;

/// Where one piece of ψ̂ ends and the next begins.
const JOINTS: [f64; 3] = [2.0 * PI / 3.0, 4.0 * PI / 3.0, 8.0 * PI / 3.0];

fn size(xi: f64) -> f64 {
    let step = |x: f64| x.powi(4) * (35.0 - 84.0 * x + 70.0 * x * x - 20.0 * x.powi(3));
    let xi = xi.abs();
    if xi <= JOINTS[0] || xi >= JOINTS[2] {
        0.0
    } else if xi <= JOINTS[1] {
        (FRAC_PI_2 * step(xi / JOINTS[0] - 1.0)).sin()
    } else {
        (FRAC_PI_2 * step(xi / JOINTS[1] - 1.0)).cos()
    }
}

impl Wavelet for Meyer {
    fn name(&self) -> String {
        "meyer".into()
    }

    fn time(&self, u: f64) -> Complex<f64> {
        // both signs of the frequency together, piece by piece
        let turn = u - 0.5;
        let panels = 8 + turn.abs() as usize;
        let piece = |from, to| integral(from, to, panels, |xi| (size(xi) * (xi * turn).cos()).into());
        ((piece(JOINTS[0], JOINTS[1]) + piece(JOINTS[1], JOINTS[2])).re / PI).into()
    }

    fn frequency(&self, xi: f64) -> Complex<f64> {
        Complex::from_polar(size(xi), -xi / 2.0)
    }

    fn declared(&self) -> Declared {
        Declared {
            real: true,
            analytic: false,
            moments: Moments::All,
            admissible: true,
            normalisation: Normalisation::Energy,
            centre: JOINTS[1],
            support: [-7.5, 8.5],
            outside: 1e-4,
            band: [JOINTS[0], JOINTS[2]],
        }
    }

    /// ln 2, both: ∑|ψ̂(2^j ξ)|² = 1 over all j, as of every orthonormal wavelet, so that what is left is ∫ dξ/ξ over an octave.
    fn admissibility(&self) -> Option<[f64; 2]> {
        Some([LN_2; 2])
    }

    /// ∫ sin²(½πν(t)) dt/(1 + t) and the same with cos², 0 < t < 1: both pieces begin where they are half as high up.
    fn enclosed(&self) -> Option<[Interval; 2]> {
        let number = Interval::from;
        let quarter = Interval::pi().times(&number(0.5));
        let sum = taylor::integral([0.0, 1.0], 1e-13, |t| {
            let inner = t.scaled(number(-20.0)).shifted(number(70.0)).times(t).shifted(number(-84.0));
            let step = inner.times(t).shifted(number(35.0)).times(&t.power(4));
            let squares = step.scaled(quarter).cos_sin().map(|wave| wave.times(&wave));
            squares[0].plus(&squares[1]).times(&t.shifted(number(1.0)).inverse())
        });
        Some([sum; 2])
    }
}
