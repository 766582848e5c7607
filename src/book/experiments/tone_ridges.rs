//! A pure tone, in the conventions of other programs: its ridge is where its frequency is written.

use super::{Found, Unmet};
use crate::{
    book::portable::circle,
    figure::number,
    theorem::Level,
    wavelet::{
        Cwt, GaussianDerivative, MexicanHat, Morlet, Morse, Paul, WaveletError, conventions,
        pywavelets::{Psi, Pywavelets},
    },
};
use ndarray::{Array1, Array2};

pub(super) const ID: &str = "tone-ridges";

const SHOWS: &str = "the ridge of a tone lies at its frequency in every named convention";
const SAMPLES: usize = 810;
/// In cycles per sample.
const TONES: [f64; 2] = [0.05, 0.083];
/// Rows in an octave, and octaves to each side of the tone.
const VOICES: i32 = 12;

/// The frequency, in cycles per sample, that is written at a scale.
type Written = fn(&Cwt, f64) -> f64;

pub(super) fn run() -> Result<Found, Unmet> {
    judge(|cwt, scale| crate::wavelet::scales::frequency(cwt.wavelet, cwt.p, scale) * cwt.step)
}

/// Scales around that of a tone, which is the middle one: first, those of an octave higher.
fn around(scale: f64) -> Vec<f64> {
    (-VOICES..=VOICES).map(|k| scale * (f64::from(k) / f64::from(VOICES)).exp2()).collect()
}

fn tone(frequency: f64) -> Array1<f64> {
    Array1::from_shape_fn(SAMPLES, |n| circle(frequency * n as f64)[0])
}

/// The row that is loudest, over all samples in the middle third; a real wavelet swings with the tone.
fn loudest(sizes: &Array2<f64>) -> usize {
    let of =
        |row: usize| sizes.row(row).iter().skip(SAMPLES / 3).take(SAMPLES / 3).map(|v| v * v).sum::<f64>();
    (0..sizes.nrows()).fold(0, |best, row| if of(row) > of(best) { row } else { best })
}

fn judge(written: Written) -> Result<Found, Unmet> {
    let unmet = |found: String| Unmet { id: ID, shows: SHOWS, found };
    let said = |error: WaveletError| unmet(error.to_string());
    let (morlet, gabor, paul) = (
        Morlet::corrected(6.0).map_err(said)?,
        conventions::fcwt_wavelet(1.0).map_err(said)?,
        Paul::new(4).map_err(said)?,
    );
    let (morse, second, sixth) = (
        Morse::new(3.0, 60.0).map_err(said)?,
        GaussianDerivative::new(2).map_err(said)?,
        GaussianDerivative::new(6).map_err(said)?,
    );
    let named: [(&str, Cwt); 10] = [
        ("Torrence and Compo", conventions::torrence_compo(&morlet, vec![1.0], 0.25)),
        ("Torrence and Compo", conventions::torrence_compo(&paul, vec![1.0], 0.25)),
        ("Torrence and Compo", conventions::torrence_compo(&second, vec![1.0], 0.25)),
        ("Torrence and Compo", conventions::torrence_compo(&sixth, vec![1.0], 0.25)),
        ("ssqueezepy, L1", conventions::ssqueezepy(&morse, vec![1.0], true)),
        ("ssqueezepy, L2", conventions::ssqueezepy(&morlet, vec![1.0], false)),
        ("MATLAB", conventions::matlab(&morse, vec![1.0])),
        ("fCWT", conventions::fcwt(&gabor, &[0.1])),
        ("the notes, p = 0", Cwt { p: 0.0, ..Cwt::new(&paul, vec![1.0]) }),
        ("the notes, p = 2", Cwt { p: 2.0, ..Cwt::new(&MexicanHat, vec![1.0]) }),
    ];
    let (mut cases, mut largest) = (0, (0.0_f64, String::new()));
    for (name, base) in &named {
        for frequency in TONES {
            // at the scale 1 the frequency is written(1), and it falls in proportion
            let scale = written(base, 1.0) / frequency;
            let cwt = Cwt { scales: around(scale), ..base.clone() };
            let plan = cwt.plan::<f64>(SAMPLES).map_err(said)?;
            let y = plan.forward_real(tone(frequency).view().into_dyn()).map_err(said)?;
            let sizes = Array2::from_shape_fn((y.shape()[0], SAMPLES), |(l, n)| y[[l, n]].norm());
            let found = loudest(&sizes) as i32 - VOICES;
            if found != 0 {
                let found = format!("by {name} with {} the ridge is {found} rows off", base.wavelet.name());
                return Err(unmet(found));
            }
            cases += 1;
        }
        // who takes the frequency where the transform of the wavelet is largest reads another number, unless p = 1
        let naive =
            base.wavelet.declared().centre / (std::f64::consts::TAU * written(base, 1.0) / base.step) - 1.0;
        if naive.abs() > largest.0 {
            largest = (naive.abs(), format!("{name}, {}", base.wavelet.name()));
        }
    }
    for psi in [Psi::MexicanHat, Psi::Morlet, Psi::ComplexMorlet(1.5, 1.0), Psi::Gaussian(4)] {
        let pywavelets = Pywavelets::new(psi, 12).map_err(said)?;
        for frequency in TONES {
            let scales = around(pywavelets.frequency(1.0) / frequency);
            let y = pywavelets.cwt(tone(frequency).view(), &scales).map_err(said)?;
            let found = loudest(&y.mapv(|v| v.norm())) as i32 - VOICES;
            if found != 0 {
                return Err(unmet(format!("by PyWavelets with {psi:?} the ridge is {found} rows off")));
            }
            cases += 1;
        }
    }
    Ok(Found {
        statement: format!(
            "Tones of {} cycles per sample, under {} transforms in the conventions of Torrence and Compo, ssqueezepy (both norms), MATLAB, fCWT \
             and the notes, and four of PyWavelets: among scales in {VOICES} steps an octave the loudest is the one at which the tone's \
             frequency is written, the one where $\\xi^{{1-p}} |\\hat\\psi(\\xi)|$ peaks. Whoever leaves out the factor, \
             and takes the peak of $|\\hat\\psi|$ for every $p$, reads frequencies that are off by up to {} % ({}).",
            TONES.map(number).join(", "),
            named.len(),
            number((largest.0 * 1000.0).round() / 10.0),
            largest.1
        ),
        level: Level::Sampled,
        cases,
        seed: None,
        worst: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_without_the_factor_is_caught() {
        let naive: Written =
            |cwt, scale| cwt.wavelet.declared().centre / (std::f64::consts::TAU * scale) * cwt.step;
        assert!(judge(naive).is_err_and(|unmet| unmet.found.contains("rows off")));
        let samples: Written = |cwt, scale| crate::wavelet::scales::frequency(cwt.wavelet, cwt.p, scale);
        assert!(judge(samples).is_err_and(|unmet| unmet.found.contains("Torrence")));
    }
}
