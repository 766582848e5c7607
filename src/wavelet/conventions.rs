//! The conventions of other programs, each as a [`Cwt`] of ours: what they call a coefficient, in our terms.
//!
//! | program | p | factor | wavelet | beyond the ends |
//! |---|---|---|---|---|
//! | Torrence & Compo 1998 | ½ | step^(−½) | of energy 1 | zeros |
//! | ssqueezepy, `l1_norm=True` | 1 | 1 | corrected Morlet, Morse of maximum 2 | reflected |
//! | ssqueezepy, `l1_norm=False` | ½ | step^(−½) | the same | reflected |
//! | fCWT | 1 | 1 | Gabor's function, ω = 2π·fb | zeros |
//! | MATLAB `cwt` | 1 | 1 | Morse of maximum 2 | reflected with the end repeated |
//! | [PyWavelets](super::pywavelets) | ½ | – | its own, integrated in steps | zeros |
//!
//! All of them correlate. Their scales are in samples, but for those of Torrence & Compo, which are times. What is the same
//! in all: the ridge of a tone is where ξ^(1−p) |ψ̂(ξ)| peaks, which [`Plan::frequencies`](super::Plan::frequencies) is
//! computed from.
//!
//! Where the programs differ from this: Torrence & Compo and fCWT set the wavelet's transform to 0 at negative frequencies. At
//! the last frequency of an even number of points ssqueezepy takes one end, and here the mean of both is taken. fCWT reads the
//! transform from a table, with errors up to 0.61 · 4π·fb/N of the maximum, N the power of two it extends to; and of version
//! 0.1.18 all rows after the first were observed to differ from ours on noise by far more than that. What the cause is was not
//! established.

use super::{Cwt, Morlet, Pairing, Wavelet, WaveletError, mother::Normalisation, quadrature::integral};
use crate::signal::Boundary;
use std::f64::consts::{LN_2, TAU};

/// A program, or a paper, by whose conventions a transform of samples is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    /// [`torrence_compo`].
    TorrenceCompo,
    /// [`ssqueezepy`] with `l1_norm=True`, its default.
    Ssqueezepy,
    /// [`ssqueezepy`] with `l1_norm=False`.
    SsqueezepyL2,
    /// [`fcwt`], whose wavelet is [`Gabor's function`](Morlet::uncorrected), by scales.
    Fcwt,
    /// [`matlab`].
    Matlab,
}

impl Engine {
    /// Every one.
    pub const ALL: [Engine; 5] =
        [Engine::TorrenceCompo, Engine::Ssqueezepy, Engine::SsqueezepyL2, Engine::Fcwt, Engine::Matlab];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Engine::TorrenceCompo => "torrence-compo",
            Engine::Ssqueezepy => "ssqueezepy",
            Engine::SsqueezepyL2 => "ssqueezepy-l2",
            Engine::Fcwt => "fcwt",
            Engine::Matlab => "matlab",
        }
    }

    /// Its transform with scales in units of time, of samples so far apart.
    ///
    /// ```
    /// use faltung::wavelet::{Morlet, conventions::Engine};
    /// let morlet = Morlet::corrected(6.0)?;
    /// let cwt = Engine::SsqueezepyL2.cwt(&morlet, vec![0.5], 0.01);
    /// // it is told of samples alone
    /// assert_eq!((cwt.p, cwt.step, &cwt.scales[..]), (0.5, 1.0, &[50.0][..]));
    /// # Ok::<(), faltung::wavelet::WaveletError>(())
    /// ```
    pub fn cwt<'w>(self, wavelet: &'w dyn Wavelet, scales: Vec<f64>, step: f64) -> Cwt<'w> {
        let samples = || scales.iter().map(|scale| scale / step).collect();
        match self {
            Engine::TorrenceCompo => torrence_compo(wavelet, scales, step),
            Engine::Ssqueezepy => ssqueezepy(wavelet, samples(), true),
            Engine::SsqueezepyL2 => ssqueezepy(wavelet, samples(), false),
            Engine::Fcwt => Cwt { pairing: Pairing::Correlate, ..Cwt::new(wavelet, samples()) },
            Engine::Matlab => matlab(wavelet, samples()),
        }
    }
}

/// Torrence and Compo's transform: W(s) has the factors √(2πs/δt) ψ̂₀*(sω), ∫|ψ̂₀|² = 1, so that white noise has the same power
/// at all scales. The scales are times.
pub fn torrence_compo<'w>(wavelet: &'w dyn Wavelet, scales: Vec<f64>, step: f64) -> Cwt<'w> {
    let gain = step.sqrt().recip();
    Cwt { p: 0.5, gain, step, pairing: Pairing::Correlate, ..Cwt::new(wavelet, scales) }
}

/// The constant C_δ of Torrence and Compo's reconstruction x = δj √δt/(C_δ ψ₀(0)) Σ_j Re W(s_j)/√s_j, scales in the
/// ratio 2^δj: what the sum gives for a unit impulse as δj goes to 0 and the scales go over all numbers, by quadrature.
///
/// Their table 2 was made with finitely many scales: it prints 0.776, 1.132, 3.541 and 1.966 for Morlet's wavelet of 6, Paul's of 4,
/// and the derivatives of orders 2 and 6, and the limits are 0.7784, 1.1331, 3.6163 and 1.9287. A reconstruction with
/// theirs is off by the quotient.
///
/// ```
/// use faltung::wavelet::{Paul, conventions::reconstruction};
/// assert!((reconstruction(&Paul::new(4)?)? - 1.1331).abs() < 1e-4);
/// # Ok::<(), faltung::wavelet::WaveletError>(())
/// ```
///
/// # Errors
/// A wavelet that is not of energy 1, or whose value at 0 is 0, for which the formula divides by zero.
pub fn reconstruction(wavelet: &dyn Wavelet) -> Result<f64, WaveletError> {
    let declared = wavelet.declared();
    if declared.normalisation != Normalisation::Energy {
        let hint = "their formulas are for wavelets of energy 1";
        return Err(WaveletError::value("the wavelet", wavelet.name(), "one of energy 1", hint));
    }
    let middle = wavelet.time(0.0).re;
    if middle.abs() < 1e-9 {
        let hint = "an odd wavelet says nothing of the sample at its middle";
        return Err(WaveletError::value("the wavelet at 0", middle, "a value other than 0", hint));
    }
    // δj Σ_j over the ratio 2^δj is ∫ ds/(s ln 2), and Re of half a spectrum is half of it: that of ξ > 0, and of ξ < 0
    // where the wavelet is real
    let [low, high] = declared.band;
    let low = low.max(declared.centre * 1e-9);
    let over = |f: &dyn Fn(f64) -> f64| {
        integral(low.ln(), high.min(declared.centre * 1e3).ln(), 400, |log| f(log.exp()).into()).re
    };
    let whole = if declared.real { 2.0 } else { 1.0 };
    Ok(whole * over(&|xi| wavelet.frequency(xi).re) / (2.0 * LN_2 * middle))
}

/// ssqueezepy's `cwt` with scales in samples, in its norm L1 (`true`, its default) or L2.
pub fn ssqueezepy<'w>(wavelet: &'w dyn Wavelet, scales: Vec<f64>, l1: bool) -> Cwt<'w> {
    let p = if l1 { 1.0 } else { 0.5 };
    Cwt { p, pairing: Pairing::Correlate, boundary: Boundary::Reflect, ..Cwt::new(wavelet, scales) }
}

/// MATLAB's `cwt` with scales in samples: amplitudes, and a signal reflected with its end repeated.
pub fn matlab<'w>(wavelet: &'w dyn Wavelet, scales: Vec<f64>) -> Cwt<'w> {
    let boundary = Boundary::Symmetric;
    Cwt { pairing: Pairing::Correlate, boundary, ..Cwt::new(wavelet, scales) }
}

/// fCWT's wavelet of the bandwidth parameter fb: [`Gabor's function`](Morlet::uncorrected) with the frequency 2π·fb.
///
/// # Errors
/// An fb outside 0.16 … 159.
pub fn fcwt_wavelet(fb: f64) -> Result<Morlet, WaveletError> {
    Morlet::uncorrected(TAU * fb)
}

/// fCWT's transform at frequencies in cycles per sample: its scale is 1/f, which for the wavelet is fb/f samples.
pub fn fcwt<'w>(wavelet: &'w Morlet, frequencies: &[f64]) -> Cwt<'w> {
    let centre = wavelet.declared().centre;
    let scales = frequencies.iter().map(|frequency| centre / (TAU * frequency)).collect();
    Engine::Fcwt.cwt(wavelet, scales, 1.0)
}
