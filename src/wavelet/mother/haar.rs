//! Haar's wavelet: a step up and a step down.

use super::{Declared, Moments, Normalisation, Wavelet};
use crate::scalar::{
    Interval, Ring, Semiring,
    taylor::{Taylor, integral},
};
use num_complex::Complex;
use std::f64::consts::LN_2;

/// ψ = 1 on [0, ½), −1 on [½, 1), 0 elsewhere: orthonormal (Haar 1910). Its mirror image, supported on one side of 0, is what
/// a negative scale makes of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Haar;

impl Wavelet for Haar {
    fn name(&self) -> String {
        "haar".into()
    }

    fn time(&self, u: f64) -> Complex<f64> {
        let value = if (0.0..0.5).contains(&u) {
            1.0
        } else if (0.5..1.0).contains(&u) {
            -1.0
        } else {
            0.0
        };
        value.into()
    }

    fn frequency(&self, xi: f64) -> Complex<f64> {
        // (1 − e^(−iξ/2))²/(iξ), by half angles
        let quarter = xi / 4.0;
        let size = if quarter == 0.0 { 0.0 } else { quarter.sin() * quarter.sin() / quarter };
        Complex::new(0.0, 1.0) * Complex::cis(-xi / 2.0) * size
    }

    fn declared(&self) -> Declared {
        Declared {
            real: true,
            analytic: false,
            moments: Moments::First(1),
            admissible: true,
            normalisation: Normalisation::Energy,
            // 4x, where tan x = 2x
            centre: 4.662_244_740_828_845,
            support: [0.0, 1.0],
            outside: 0.0,
            band: [0.0, f64::INFINITY],
        }
    }

    /// C₊ = C₋ = ∫₀^∞ sin⁴x/x³ dx = ln 2.
    fn admissibility(&self) -> Option<[f64; 2]> {
        Some([LN_2; 2])
    }

    /// ∫ sin⁴x dx/x³, x = ξ/4.
    fn enclosed(&self) -> Option<[Interval; 2]> {
        Some([inner().plus(&beyond()?); 2])
    }
}

/// Between these x the integral is cut into cells.
const RANGE: [f64; 2] = [1.0 / (1u64 << 22) as f64, 256.0];

/// ∫ sin⁴x dx/x³ over the range.
fn inner() -> Interval {
    let density = |x: &Taylor| {
        let quotient = x.cos_sin()[1].times(&x.inverse());
        quotient.power(3).times(&x.cos_sin()[1])
    };
    let rise = integral([RANGE[0], 1.0], 1e-13, density);
    rise.plus(&integral([1.0, RANGE[1]], 1e-13, density))
}

/// The rest: below, sin⁴x/x³ ≤ x. Beyond R, sin⁴x = 3/8 − ½ cos 2x + ⅛ cos 4x, and ∫ cos(ax) x^(−3) dx is
/// −sin(aR)/(aR³) + 3cos(aR)/(a²R⁴), off by at most 24/(a³R⁵): by parts, thrice.
fn beyond() -> Option<Interval> {
    let number = Interval::from;
    let [from, to] = RANGE.map(number);
    let below = Interval::new(0.0, from.times(&from).high())?;
    let inverse = to.inverse()?;
    let square = inverse.times(&inverse);
    let waves = |a: f64| {
        let [cosine, sine] = to.times(&number(a)).cos_sin();
        let first = sine.times(&inverse).times(&square).times(&number(-1.0 / a));
        let second = cosine.times(&square).times(&square).times(&number(3.0 / (a * a)));
        let error = square.times(&square).times(&inverse).times(&number(24.0 / (a * a * a)));
        Some(first.plus(&second).plus(&Interval::new(-error.high(), error.high())?))
    };
    let mean = square.times(&number(3.0 / 16.0));
    let waves = waves(4.0)?.times(&number(0.125)).minus(&waves(2.0)?.times(&number(0.5)));
    Some(below.plus(&mean).plus(&waves))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_what_lies_beyond_the_constant_is_missed() {
        let whole = Haar.enclosed().unwrap()[0];
        assert!(whole.low() <= LN_2 && LN_2 <= whole.high() && whole.width() < 1e-10, "{whole:?}");
        assert!(inner().high() < LN_2 - 1e-7);
    }
}
