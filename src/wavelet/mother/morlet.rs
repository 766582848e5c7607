//! Morlet's wavelet: a wave under a bell, with and without the correction that makes its mean zero.

use super::{Declared, Moments, Normalisation, Wavelet};
use crate::{
    scalar::{
        Interval, Ring, Semiring,
        taylor::{Taylor, integral},
    },
    wavelet::WaveletError,
};
use num_complex::Complex;
use std::f64::consts::PI;

/// ψ(u) = c π^(−1/4) e^(−u²/2) (e^(iωu) − κ), of energy 1.
///
/// Corrected, κ = e^(−ω²/2), and the mean is zero. Uncorrected, κ = 0, c = 1: that is Gabor's function, whose mean is not
/// zero, so that it is not admissible however small the mean (at ω = 6, 4 · 10⁻⁸ of the maximum).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Morlet {
    omega: f64,
    corrected: bool,
}

impl Morlet {
    /// With zero mean, and the frequency ω ∈ [1, 1000] of the wave.
    ///
    /// # Errors
    /// Another ω.
    pub fn corrected(omega: f64) -> Result<Self, WaveletError> {
        Morlet { omega, corrected: true }.checked()
    }

    /// Without the correction.
    ///
    /// # Errors
    /// An ω outside [1, 1000].
    pub fn uncorrected(omega: f64) -> Result<Self, WaveletError> {
        Morlet { omega, corrected: false }.checked()
    }

    fn checked(self) -> Result<Self, WaveletError> {
        let hint = "6 is usual; below 1 hardly a wave is left";
        WaveletError::unless_within("the frequency of Morlet's wavelet", self.omega, [1.0, 1e3], hint)?;
        Ok(self)
    }

    /// c and κ.
    fn constants(self) -> [f64; 2] {
        if !self.corrected {
            return [1.0, 0.0];
        }
        let square = self.omega * self.omega;
        let energy = 1.0 + (-square).exp() - 2.0 * (-0.75 * square).exp();
        [1.0 / energy.sqrt(), (-square / 2.0).exp()]
    }
}

impl Wavelet for Morlet {
    fn name(&self) -> String {
        let kind = if self.corrected { "morlet" } else { "gabor" };
        format!("{kind}({})", self.omega)
    }

    fn time(&self, u: f64) -> Complex<f64> {
        let [c, kappa] = self.constants();
        (Complex::cis(self.omega * u) - kappa) * (c * PI.powf(-0.25) * (-u * u / 2.0).exp())
    }

    fn frequency(&self, xi: f64) -> Complex<f64> {
        let [c, _] = self.constants();
        let off = xi - self.omega;
        let bell = (-off * off / 2.0).exp();
        // κ e^(−ξ²/2) = e^(−(ξ−ω)²/2) e^(−ωξ): as a factor of the bell nothing cancels near 0
        let rest = if self.corrected { -(-self.omega * xi).exp_m1() } else { 1.0 };
        let value = if bell == 0.0 { 0.0 } else { bell * rest };
        (c * 2f64.sqrt() * PI.powf(0.25) * value).into()
    }

    fn declared(&self) -> Declared {
        let mut centre = self.omega;
        if self.corrected {
            // where the derivative vanishes: ξ (1 − e^(−ωξ)) = ω
            for _ in 0..60 {
                centre = self.omega / -(-self.omega * centre).exp_m1();
            }
        }
        Declared {
            real: false,
            analytic: false,
            moments: Moments::First(usize::from(self.corrected)),
            admissible: self.corrected,
            normalisation: Normalisation::Energy,
            centre,
            support: [-3.5, 3.5],
            outside: 1e-6,
            band: [0.0, centre + 9.0],
        }
    }

    /// ∫ 2c²√π e^(−(ξ∓ω)²) (1 − e^(∓ωξ))² dξ/ξ over ξ > 0, for the corrected wavelet.
    fn enclosed(&self) -> Option<[Interval; 2]> {
        if !self.corrected {
            return None;
        }
        let number = Interval::from;
        let omega = number(self.omega);
        let square = omega.times(&omega);
        let bells = square.times(&number(-0.75)).exp().times(&number(2.0));
        let energy = number(1.0).plus(&square.times(&number(-1.0)).exp()).minus(&bells);
        let factor = Interval::pi().sqrt()?.times(&number(2.0)).times(&energy.inverse()?);
        // e^(−(ξ+ω)²) (e^(ωξ) − 1)² = e^(−ω²−ξ²) (1 − e^(−ωξ))²: on both sides the same, around ω and around 0
        let side = |centre: Interval| {
            let lowest = 1e-9 / self.omega;
            let highest = centre.high() + 7.0;
            let density = |xi: &Taylor| {
                let off = xi.minus(&Taylor::constant(centre));
                let bell = off.times(&off).scaled(number(-1.0)).exp();
                let rest = Taylor::constant(number(1.0)).minus(&xi.scaled(omega).scaled(number(-1.0)).exp());
                bell.times(&rest.times(&rest)).times(&xi.inverse())
            };
            // below, the bell is at most 1 and the rest ωξ; above, it falls faster than e^(−7(ξ − centre − 7)), and the rest is below 1
            let below = omega.times(&number(lowest));
            let after = number(-49.0).exp().times(&number(highest).inverse()?);
            let outside = below.times(&below).plus(&after);
            let joint = centre.high().max(1.0) / 2.0;
            let rise = integral([lowest, joint], 1e-13 / self.omega, density);
            let fall = integral([joint, highest], 1e-13 / self.omega, density);
            Some(rise.plus(&fall).plus(&Interval::new(0.0, outside.high())?).times(&factor))
        };
        let mirrored = square.times(&number(-1.0)).exp();
        Some([side(omega)?, side(Interval::zero())?.times(&mirrored)])
    }
}
