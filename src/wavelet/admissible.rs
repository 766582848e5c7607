//! The constants of admissibility, and where the integral over all scales restores a signal.
//!
//! ∫∫ over a measure ds dt/|s|^(3−2p) of (f * ψ_s)(t) times the mirrored conjugate of ψ_s multiplies f̂(ω) by ∫ |ψ̂(sω)|² ds/|s|,
//! whatever p. Over all s ≠ 0 that is C₊ + C₋ for every ω ≠ 0. Over s > 0 it is C₊ for ω > 0 and C₋ for ω < 0: one constant
//! where the two agree; and where f is real and ψ analytic, C₋ = 0, twice the real part restores f with C₊.

use super::{Declared, Wavelet, WaveletError, quadrature::integral};
use crate::scalar::Interval;
use std::f64::consts::LN_2;

/// A number, and an estimate of its error: what halving all panels changes, and what lies beyond them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Estimate {
    /// The number.
    pub value: f64,
    /// How far it may be off, by comparison, which is no proof.
    pub error: f64,
}

/// Octaves on one side of the centre, at most.
const OCTAVES: i32 = 40;

/// C₊ = ∫₀^∞ |ψ̂(ξ)|² dξ/ξ and C₋, by quadrature octave by octave, whether or not there is a closed form.
///
/// ```
/// use faltung::wavelet::{MexicanHat, admissible::constants};
/// let [positive, negative] = constants(&MexicanHat)?;
/// assert!((positive.value - 4.0 / 3.0 * std::f64::consts::PI.sqrt()).abs() < 1e-13);
/// assert_eq!(positive.value, negative.value);
/// # Ok::<(), faltung::wavelet::WaveletError>(())
/// ```
///
/// # Errors
/// A wavelet that is not admissible: the integrals do not exist.
pub fn constants(wavelet: &dyn Wavelet) -> Result<[Estimate; 2], WaveletError> {
    exists(wavelet)?;
    let declared = wavelet.declared();
    let power = |xi: f64| wavelet.frequency(xi).norm_sqr() / xi;
    let positive = over(&declared, power);
    let negative = if declared.analytic {
        Estimate { value: 0.0, error: 0.0 }
    } else {
        over(&declared, |xi| power(-xi).abs())
    };
    Ok([positive, negative])
}

/// Intervals that certainly contain C₊ and C₋: ψ̂ is evaluated in intervals, not floats, the integrals are cut into cells with
/// bounded remainders, and what lies outside the cells is bounded by formulas. `None` where that is not derived for a wavelet
/// (Daubechies'), and never a float that is only likely.
///
/// The parameters are the floats that they are. Ends are rounded outward; how wide the intervals are is to be looked at.
/// Cost: at most 20 000 cells an integral.
///
/// ```
/// use faltung::wavelet::{Haar, admissible::enclosed};
/// let [positive, _] = enclosed(&Haar)?.unwrap();
/// assert!(positive.low() <= std::f64::consts::LN_2 && std::f64::consts::LN_2 <= positive.high());
/// assert!(positive.width() < 1e-10);
/// # Ok::<(), faltung::wavelet::WaveletError>(())
/// ```
///
/// # Errors
/// A wavelet that is not admissible: the integrals do not exist.
pub fn enclosed(wavelet: &dyn Wavelet) -> Result<Option<[Interval; 2]>, WaveletError> {
    exists(wavelet)?;
    Ok(wavelet.enclosed())
}

fn exists(wavelet: &dyn Wavelet) -> Result<(), WaveletError> {
    let hint = "take a wavelet of zero mean, such as the corrected Morlet";
    if wavelet.declared().admissible {
        Ok(())
    } else {
        Err(WaveletError::NotAdmissible { wavelet: wavelet.name(), hint })
    }
}

/// ∫ of a density over the band.
fn over(declared: &Declared, density: impl Fn(f64) -> f64) -> Estimate {
    let [low, high] = declared.band;
    let mut sum = Estimate { value: 0.0, error: 0.0 };
    for up in [true, false] {
        // what decays like a power is followed for ten octaves, and then a geometric series
        let most = if up && high.is_infinite() { 10 } else { OCTAVES };
        let mut last = [0.0; 2];
        for octave in 0..most {
            let at = |k: i32| declared.centre * (f64::from(if up { k } else { -k }) * LN_2).exp();
            let [from, to] = [at(octave), at(octave + 1)];
            let [from, to] = if up { [from, to.min(high)] } else { [to.max(low), from] };
            if from >= to {
                break;
            }
            let panels = 4 + ((to - from) / 4.0) as usize;
            let [coarse, fine] =
                [1, 2].map(|times| integral(from, to, times * panels, |xi| density(xi).into()).re);
            sum.value += fine;
            sum.error += (fine - coarse).abs() + 1e-16 * fine;
            last = [last[1], fine];
            if fine < 1e-18 * sum.value {
                last = [0.0; 2];
                break;
            }
        }
        if up && high.is_infinite() && last[0] > last[1] && last[1] > 0.0 {
            let ratio = last[1] / last[0];
            let rest = last[1] * ratio / (1.0 - ratio);
            sum.value += rest;
            sum.error += rest / 4.0;
        }
    }
    sum
}

/// Which scales an integral runs over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scales {
    /// s > 0.
    Positive,
    /// s ≠ 0.
    Both,
}

/// The constant C of f = (1/C) ∫∫ …, which for `halved` is of (2/C) Re ∫∫ …: for real f, an analytic ψ and s > 0.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Constant {
    /// C.
    pub value: f64,
    /// f is real, and twice the real part is taken.
    pub halved: bool,
}

/// The constant of the integral over these scales, in closed form where there is one.
///
/// # Errors
/// A wavelet that is not admissible; and over s > 0 one whose two constants differ by more than the quadrature's error, unless
/// the signal is real and the wavelet analytic.
pub fn constant(wavelet: &dyn Wavelet, scales: Scales, real: bool) -> Result<Constant, WaveletError> {
    let computed = constants(wavelet)?;
    let error = computed[0].error + computed[1].error;
    let [positive, negative] = wavelet.admissibility().unwrap_or(computed.map(|constant| constant.value));
    match scales {
        Scales::Both => Ok(Constant { value: positive + negative, halved: false }),
        Scales::Positive if real && wavelet.declared().analytic => {
            Ok(Constant { value: positive, halved: true })
        }
        Scales::Positive if (positive - negative).abs() <= error + 1e-12 * positive => {
            Ok(Constant { value: positive, halved: false })
        }
        Scales::Positive => {
            let hint = "use scales of both signs, or a real signal with an analytic wavelet";
            Err(WaveletError::OneSided { wavelet: wavelet.name(), positive, negative, hint })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wavelet::{
        Bump, CubicSpline, Daubechies, GaussianDerivative, Haar, MexicanHat, Meyer, Morlet, Morse, Paul,
        Shannon,
    };

    fn all() -> Result<Vec<Box<dyn Wavelet>>, WaveletError> {
        let mut all: Vec<Box<dyn Wavelet>> =
            vec![Box::new(MexicanHat), Box::new(Meyer), Box::new(Haar), Box::new(CubicSpline)];
        for omega in [1.0, 5.0, 6.0, 30.0, 1000.0] {
            all.push(Box::new(Morlet::corrected(omega)?));
        }
        for (gamma, beta) in [(1.0, 1.0), (9.0, 1.0), (3.0, 60.0), (1.0, 120.0), (3.0, 20.0)] {
            all.push(Box::new(Morse::new(gamma, beta)?));
        }
        for order in [1, 4, 40] {
            all.push(Box::new(GaussianDerivative::new(order)?));
            all.push(Box::new(Paul::new(order)?));
        }
        for (width, centre) in [(1.0, 1.5), (0.01, 100.0), (1.998, 1.0)] {
            all.push(Box::new(Shannon::new(width, centre)?));
        }
        for (mu, sigma) in [(5.0, 0.6), (5.0, 5.0), (1000.0, 10.0)] {
            all.push(Box::new(Bump::new(mu, sigma)?));
        }
        Ok(all)
    }

    /// Whether a float with this relative error can be that of a member.
    fn holds(interval: Interval, value: f64, error: f64) -> bool {
        interval.low() <= value + error && value - error <= interval.high()
    }

    #[test]
    fn closed_forms_and_estimates_are_inside_and_what_is_off_is_not() -> Result<(), WaveletError> {
        for wavelet in all()? {
            let name = wavelet.name();
            let Some(both) = enclosed(wavelet.as_ref())? else { panic!("{name} has no enclosure") };
            let scale = both[0].high();
            println!("{name}: {both:?} {:e}", both[0].width() / scale);
            let floats = constants(wavelet.as_ref())?;
            let closed = wavelet.admissibility();
            for (k, interval) in both.into_iter().enumerate() {
                assert!(interval.width() <= 1e-9 * scale, "{name} {interval:?}");
                let Estimate { value, error } = floats[k];
                assert!(holds(interval, value, 4.0 * error + 1e-12 * value), "{name} {interval:?} {value}");
                let Some(form) = closed.map(|closed| closed[k]) else { continue };
                assert!(holds(interval, form, 3e-14 * form), "{name} {interval:?} {form}");
                for off in [1.0 - 1e-5, 1.0 + 1e-5, 1.0 - 3e-9, 1.0 + 3e-9] {
                    assert!(form == 0.0 || !holds(interval, form * off, 0.0), "{name} {off}");
                }
            }
        }
        Ok(())
    }

    #[test]
    fn where_nothing_is_derived_or_nothing_exists_it_is_said() -> Result<(), WaveletError> {
        assert_eq!(enclosed(&Daubechies::new(4)?)?, None);
        let gabor = Morlet::uncorrected(6.0)?;
        assert!(matches!(enclosed(&gabor), Err(WaveletError::NotAdmissible { .. })));
        assert_eq!(gabor.enclosed(), None);
        Ok(())
    }
}
