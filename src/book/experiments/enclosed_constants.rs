//! The constants of admissibility between two numbers: nothing in them is believed, neither a quadrature's estimate nor a formula.

use super::{Found, Unmet};
use crate::{
    figure::{not_above, not_below, power},
    scalar::Interval,
    theorem::Level,
    wavelet::{
        Bump, CubicSpline, GaussianDerivative, Haar, MexicanHat, Meyer, Morlet, Morse, Paul, Shannon,
        Wavelet, WaveletError, admissible::constants,
    },
};
use std::f64::consts::LN_2;

pub(super) const ID: &str = "enclosed-constants";

const SHOWS: &str = "intervals of certain constants are narrow, and hold closed forms and quadratures";
/// Of a constant, for the closed forms and quadratures, which are rounded.
const ROUNDING: f64 = 1e-13;
/// The most an interval may be wide, relative to its constant.
const WIDTH: f64 = 1e-11;

type Enclosed = fn(&dyn Wavelet) -> Option<[Interval; 2]>;

pub(super) fn run() -> Result<Found, Unmet> {
    judge(|wavelet| wavelet.enclosed())
}

/// Orthonormal with their translates at all scales 2^j: ∑|ψ̂(2^j ξ)|² = 1, so that the integral is that of dξ/ξ over an octave.
fn orthonormal() -> [Box<dyn Wavelet>; 3] {
    [Box::new(Haar), Box::new(Meyer), Box::new(CubicSpline)]
}

fn others() -> Result<Vec<Box<dyn Wavelet>>, WaveletError> {
    let mut all: Vec<Box<dyn Wavelet>> = vec![Box::new(MexicanHat)];
    for omega in [1.0, 5.0, 6.0, 20.0] {
        all.push(Box::new(Morlet::corrected(omega)?));
    }
    for (gamma, beta) in [(1.0, 2.0), (3.0, 3.0), (3.0, 20.0), (3.0, 60.0)] {
        all.push(Box::new(Morse::new(gamma, beta)?));
    }
    for order in [1, 4, 10] {
        all.push(Box::new(GaussianDerivative::new(order)?));
        all.push(Box::new(Paul::new(order)?));
    }
    all.push(Box::new(Shannon::new(1.0, 1.5)?));
    all.push(Box::new(Bump::new(5.0, 0.6)?));
    Ok(all)
}

fn judge(enclosed: Enclosed) -> Result<Found, Unmet> {
    let unmet = |found: String| Unmet { id: ID, shows: SHOWS, found };
    let said = |error: WaveletError| unmet(error.to_string());
    let (mut cases, mut widest, mut octave) = (0, 0.0_f64, 0.0_f64);
    let between = |wavelet: &dyn Wavelet| {
        enclosed(wavelet).ok_or_else(|| unmet(format!("{} has none", wavelet.name())))
    };
    for wavelet in &orthonormal() {
        for constant in between(wavelet.as_ref())? {
            let width = constant.width() / LN_2;
            let found = || format!("for {} it is in {constant:?}, and not ln 2", wavelet.name());
            let held = constant.low() <= LN_2.next_up() && LN_2.next_down() <= constant.high();
            Unmet::unless(width <= WIDTH && held, ID, SHOWS, found)?;
            octave = octave.max(width);
            cases += 1;
        }
    }
    let mut printed = vec![];
    let others = others().map_err(said)?;
    for wavelet in &others {
        let both = between(wavelet.as_ref())?;
        let (closed, quadrature) = (wavelet.admissibility(), constants(wavelet.as_ref()).map_err(said)?);
        let scale = both[0].high();
        for (k, constant) in both.into_iter().enumerate() {
            let (estimate, name) = (quadrature[k], wavelet.name());
            let apart = |value: f64| (constant.low() - value).max(value - constant.high()).max(0.0);
            let narrow = constant.width() <= WIDTH * scale;
            let near = apart(estimate.value) <= 4.0 * estimate.error + ROUNDING * scale
                && closed.is_none_or(|closed| apart(closed[k]) <= ROUNDING * closed[k]);
            Unmet::unless(narrow && near, ID, SHOWS, || {
                format!(
                    "for {name} it is in {constant:?}; by quadrature it is {}, in closed form {closed:?}",
                    estimate.value
                )
            })?;
            widest = widest.max(constant.width() / scale);
            cases += 1;
        }
        if closed.is_none() {
            let (low, high) = (not_above(both[0].low(), 11), not_below(both[0].high(), 11));
            printed.push(format!("from {low} to {high} for `{}`", wavelet.name()));
        }
    }
    Ok(Found {
        statement: format!(
            "The constants $C_\\pm$ of {} wavelets, enclosed: cells with Taylor series, their remainders in intervals, and a bound for what lies beyond \
             the cells. For Haar's, Meyer's and the cubic spline's wavelet, of which the energies at all octaves \
             add up to one, both hold $\\ln 2$ and are {} of it wide at most; for the others they hold the closed forms, where there are \
             any, and the quadratures, to rounding, and are {} wide at most. Where there is no closed form, this is what is known of $C_+$: {}.",
            orthonormal().len() + others.len(),
            power(not_below(octave, 0), 0),
            power(not_below(widest, 0), 0),
            printed.join("; ")
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
    fn constants_that_are_off_or_unknown_are_caught() {
        let off: Enclosed = |wavelet| {
            let shift =
                |c: Interval| Interval::new(c.low() * (1.0 + 1e-10), c.high() * (1.0 + 1e-10)).unwrap_or(c);
            wavelet.enclosed().map(|both| both.map(shift))
        };
        let wide: Enclosed = |wavelet| {
            let widen = |c: Interval| Interval::new(c.low() * (1.0 - 1e-10), c.high()).unwrap_or(c);
            wavelet.enclosed().map(|both| both.map(widen))
        };
        let one_sided: Enclosed = |wavelet| wavelet.enclosed().map(|[c, _]| [c; 2]);
        let guessed: Enclosed = |wavelet| wavelet.admissibility().map(|both| both.map(Interval::from));
        for wrong in [off, wide, one_sided, guessed, |_| None] {
            assert!(judge(wrong).is_err());
        }
    }
}
