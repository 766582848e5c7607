//! Shannon's wavelet: all frequencies of a band alike, and no other.

use super::{Declared, Moments, Normalisation, Wavelet};
use crate::{
    scalar::{Interval, Ring, Semiring, taylor::integral},
    wavelet::WaveletError,
};
use num_complex::Complex;
use std::f64::consts::{PI, TAU};

/// ψ(u) = √B sin(πBu)/(πBu) e^(2πiCu), of energy 1: ψ̂ = 1/√B where |ξ − 2πC| < πB, half of that where they are equal, and 0
/// elsewhere. B and C are in cycles per unit of u, and B < 2C, so that it is analytic and admissible.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Shannon {
    width: f64,
    centre: f64,
}

impl Shannon {
    /// With the bandwidth B ≥ 0.01 and the centre C ≤ 100, 1.001 B ≤ 2C.
    ///
    /// # Errors
    /// Other parameters.
    pub fn new(width: f64, centre: f64) -> Result<Self, WaveletError> {
        let hint = "0.5 and 1 are usual; a band that touches frequency 0 is not admissible";
        WaveletError::unless_within("the centre of Shannon's wavelet", centre, [0.01, 100.0], hint)?;
        WaveletError::unless_within(
            "the bandwidth of Shannon's wavelet",
            width,
            [0.01, 2.0 * centre / 1.001],
            hint,
        )?;
        Ok(Shannon { width, centre })
    }

    fn edges(self) -> [f64; 2] {
        [PI * (2.0 * self.centre - self.width), PI * (2.0 * self.centre + self.width)]
    }
}

impl Wavelet for Shannon {
    fn name(&self) -> String {
        format!("shannon({}, {})", self.width, self.centre)
    }

    fn time(&self, u: f64) -> Complex<f64> {
        let x = PI * self.width * u;
        let sinc = if x == 0.0 { 1.0 } else { x.sin() / x };
        Complex::from_polar(self.width.sqrt() * sinc, TAU * self.centre * u)
    }

    fn frequency(&self, xi: f64) -> Complex<f64> {
        let [low, high] = self.edges();
        let share = if xi < low || xi > high {
            0.0
        } else if xi == low || xi == high {
            0.5
        } else {
            1.0
        };
        (share / self.width.sqrt()).into()
    }

    fn declared(&self) -> Declared {
        // the energy beyond r is about 1/(π² B r)
        let radius = 25.0 / self.width;
        Declared {
            real: false,
            analytic: true,
            moments: Moments::All,
            admissible: true,
            normalisation: Normalisation::Energy,
            centre: TAU * self.centre,
            support: [-radius, radius],
            outside: 5e-3,
            band: self.edges(),
        }
    }

    /// C₊ = ln((2C + B)/(2C − B))/B, C₋ = 0.
    fn admissibility(&self) -> Option<[f64; 2]> {
        // by 1 plus something, of which small widths lose no digits
        Some([(2.0 * self.width / (2.0 * self.centre - self.width)).ln_1p() / self.width, 0.0])
    }

    /// ∫ dξ/(Bξ) with ξ = π(2C − B + 2Bt), 0 < t < 1.
    fn enclosed(&self) -> Option<[Interval; 2]> {
        let width = Interval::from(self.width);
        let from = Interval::from(2.0 * self.centre).minus(&width);
        let step = Interval::from(2.0).times(&width);
        let slack = 1e-13 / self.width;
        let integral = integral([0.0, 1.0], slack, |t| {
            t.scaled(step).shifted(from).inverse().scaled(Interval::from(2.0))
        });
        Some([integral, Interval::zero()])
    }
}
