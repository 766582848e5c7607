//! The generalised Morse wavelets: every analytic wavelet of the form ξ^β e^(−ξ^γ).

use super::{Declared, Moments, Normalisation, Wavelet, from_band};
use crate::{
    scalar::{Interval, Semiring},
    wavelet::{
        WaveletError,
        quadrature::{enclosed_gamma, scaled_gamma},
    },
};
use num_complex::Complex;

/// ψ̂(ξ) = 2 (eγ/β)^(β/γ) ξ^β e^(−ξ^γ) for ξ > 0 and 0 elsewhere: its maximum is 2, at (β/γ)^(1/γ) (Olhede & Walden 2002;
/// Lilly & Olhede 2009). γ = 3, β = 60 is the usual choice.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Morse {
    gamma: f64,
    beta: f64,
}

impl Morse {
    /// With 1 ≤ γ ≤ 9 and 1 ≤ β ≤ 120.
    ///
    /// # Errors
    /// Other parameters.
    pub fn new(gamma: f64, beta: f64) -> Result<Self, WaveletError> {
        let hint = "gamma = 3 and beta = 60 are usual";
        WaveletError::unless_within("gamma of the Morse wavelet", gamma, [1.0, 9.0], hint)?;
        WaveletError::unless_within("beta of the Morse wavelet", beta, [1.0, 120.0], hint)?;
        Ok(Morse { gamma, beta })
    }

    /// ∫₀^∞ ψ̂(ξ) dξ/ξ = 2 (eγ/β)^(β/γ) Γ(β/γ)/γ: the constant of the inverse by a single integral over the scales.
    pub fn reconstruction(&self) -> f64 {
        2.0 * scaled_gamma(self.beta / self.gamma) / self.gamma
    }

    fn value(&self, xi: f64) -> f64 {
        if xi <= 0.0 {
            return 0.0;
        }
        // relative to the maximum, at the centre: no factor overflows
        let ratio = self.beta / self.gamma;
        let log = (xi / self.centre()).ln();
        2.0 * (ratio * (self.gamma * log - (self.gamma * log).exp_m1())).exp()
    }

    fn centre(&self) -> f64 {
        (self.beta / self.gamma).powf(1.0 / self.gamma)
    }

    /// Where ψ̂ is 2 · 10⁻¹⁷ of its maximum, above the centre or (at most) below.
    fn edge(&self, above: bool) -> f64 {
        let (mut near, mut far): (f64, f64) = (0.0, if above { 1.0 } else { -1.0 });
        let value = |log: f64| self.value(self.centre() * log.exp());
        while value(far) > 4e-17 && far.abs() < 50.0 {
            far *= 2.0;
        }
        for _ in 0..60 {
            let middle = (near + far) / 2.0;
            if value(middle) > 4e-17 { near = middle } else { far = middle }
        }
        self.centre() * far.exp()
    }
}

impl Wavelet for Morse {
    fn name(&self) -> String {
        format!("morse({}, {})", self.gamma, self.beta)
    }

    fn time(&self, u: f64) -> Complex<f64> {
        from_band(u, [self.edge(false), self.edge(true)], |xi| self.value(xi))
    }

    fn frequency(&self, xi: f64) -> Complex<f64> {
        self.value(xi).into()
    }

    fn declared(&self) -> Declared {
        // √(βγ) over the centre is the standard deviation of the bell with the curvature of ψ̂; the tail is |u|^(−β−1)
        let radius = 3.6 * (self.beta * self.gamma).sqrt() / self.centre();
        Declared {
            real: false,
            analytic: true,
            moments: Moments::First(self.beta.ceil() as usize),
            admissible: true,
            normalisation: Normalisation::Peak(2.0),
            centre: self.centre(),
            support: [-radius, radius],
            outside: if self.beta < 20.0 { 1e-2 } else { 1e-5 },
            band: [self.edge(false), self.edge(true)],
        }
    }

    /// C₊ = 4 (eγ/β)^(2β/γ) Γ(2β/γ)/(γ 2^(2β/γ)), C₋ = 0.
    fn admissibility(&self) -> Option<[f64; 2]> {
        Some([4.0 * scaled_gamma(2.0 * self.beta / self.gamma) / self.gamma, 0.0])
    }

    /// The closed form, with Γ by an enclosed integral: ψ̂ is a function of ξ^γ.
    fn enclosed(&self) -> Option<[Interval; 2]> {
        let inverse = Interval::from(self.gamma).inverse()?;
        let ratio = Interval::from(2.0 * self.beta).times(&inverse);
        let factor = Interval::from(4.0).times(&inverse);
        Some([enclosed_gamma(ratio)?.times(&factor), Interval::zero()])
    }
}
