//! Heisenberg's inequality: the spreads of wavelets in time and in frequency.

use super::{Found, Unmet};
use crate::{
    theorem::Level,
    wavelet::{GaussianDerivative, LIST, Morlet, Paul, Wavelet, WaveletError, quadrature::integral},
};
use num_complex::Complex;
use std::f64::consts::PI;

pub(super) const ID: &str = "heisenberg";

const SHOWS: &str = "no product of spreads is below one half, and that of a Gaussian is one half";
/// Those of the list whose spreads are finite, with frequencies that end or fall fast.
const MEASURED: [&str; 7] = ["gabor", "morlet", "morse", "paul", "mexican-hat", "dog-6", "meyer"];

/// The standard deviations of |ψ|² and |ψ̂|².
type Spreads = fn(&dyn Wavelet) -> [f64; 2];

pub(super) fn run() -> Result<Found, Unmet> {
    judge(spreads)
}

/// In frequency by quadrature, and in time too: the transform of uψ is i times the derivative of ψ̂, taken by differences.
fn spreads(wavelet: &dyn Wavelet) -> [f64; 2] {
    let declared = wavelet.declared();
    let high = declared.band[1];
    let low = if declared.analytic { 0.0 } else { -high };
    let step = 2e-3;
    let slope = |xi: f64| {
        let at = |k: f64| wavelet.frequency(xi + k * step);
        ((at(1.0) - at(-1.0)) * 8.0 - (at(2.0) - at(-2.0))) / (12.0 * step)
    };
    let over = |f: &dyn Fn(f64) -> Complex<f64>| integral(low, high, 60, f);
    let energy = over(&|xi| wavelet.frequency(xi).norm_sqr().into()).re;
    let spread = |mean: f64, square: f64| (square / energy - (mean / energy) * (mean / energy)).sqrt();
    let frequency = spread(
        over(&|xi| (xi * wavelet.frequency(xi).norm_sqr()).into()).re,
        over(&|xi| (xi * xi * wavelet.frequency(xi).norm_sqr()).into()).re,
    );
    // the mean of u is that of i ψ̂′ conj ψ̂
    let time = spread(
        over(&|xi| Complex::<f64>::i() * slope(xi) * wavelet.frequency(xi).conj()).re,
        over(&|xi| slope(xi).norm_sqr().into()).re,
    );
    [time, frequency]
}

fn judge(spreads: Spreads) -> Result<Found, Unmet> {
    let unmet = |found: String| Unmet { id: ID, shows: SHOWS, found };
    let said = |error: WaveletError| unmet(error.to_string());
    let product = |wavelet: &dyn Wavelet| spreads(wavelet).iter().product::<f64>();
    let near = |found: f64, wanted: f64| (found - wanted).abs() < 1e-8;
    let mut table = vec![];
    for name in MEASURED {
        let entry = LIST
            .iter()
            .find(|entry| entry.name == name)
            .ok_or_else(|| unmet(format!("there is no {name}")))?;
        let wavelet = entry.make().map_err(said)?;
        let found = product(wavelet.as_ref());
        // written so that NaN is refused
        let allowed = found > 0.5 - 1e-9;
        Unmet::unless(allowed, ID, SHOWS, || format!("that of {} is {found}", wavelet.name()))?;
        table.push(format!("{found:.4} ({})", wavelet.name()));
    }
    // closed forms: a Gaussian, Paul's wavelets, and derivatives of a Gaussian
    let mut cases = MEASURED.len() as u64;
    for omega in [1.0, 6.0, 20.0] {
        let gaussian = Morlet::uncorrected(omega).map_err(said)?;
        let [time, frequency] = spreads(&gaussian);
        let exactly = near(time, 0.5f64.sqrt()) && near(frequency, 0.5f64.sqrt());
        Unmet::unless(exactly, ID, SHOWS, || {
            format!("the spreads of a Gaussian are {time} and {frequency}")
        })?;
        cases += 1;
    }
    for m in [2, 4, 7] {
        let order = m as f64;
        let paul = product(&Paul::new(m).map_err(said)?);
        let derivative = product(&GaussianDerivative::new(m).map_err(said)?);
        let square = 2.0 * order * order / (2.0 * order - 1.0) - 2.0 * order + order + 0.5;
        let wanted =
            [0.5 * ((2.0 * order + 1.0) / (2.0 * order - 1.0)).sqrt(), (square * (order + 0.5)).sqrt()];
        let exactly = near(paul, wanted[0]) && near(derivative, wanted[1]);
        Unmet::unless(exactly, ID, SHOWS, || format!("of the order {m} they are {paul} and {derivative}"))?;
        cases += 2;
    }
    Ok(Found {
        statement: format!(
            "The spread of a function in time, $\\sigma_t$, is the standard deviation of $|\\psi|^2$, and that in frequency, $\\sigma_\\omega$, the one of \
             $|\\hat\\psi|^2$. Heisenberg's inequality says $\\sigma_t \\sigma_\\omega \\ge \\frac12$. By quadrature the product is $\\frac12$ for a Gaussian at \
             three frequencies, $\\frac12\\sqrt{{(2m+1)/(2m-1)}}$ for Paul's wavelets of the orders $m$ of 2, 4 and 7, and {}. Real wavelets have a large one, \
             as both signs of the frequency count. In hertz the least product is $1/4\\pi$, or {:.4}.",
            table.join(", "),
            0.25 / PI
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
    fn spreads_in_hertz_and_spreads_around_zero_are_caught() {
        let hertz: Spreads = |wavelet| {
            let [time, frequency] = spreads(wavelet);
            [time, frequency / (2.0 * PI)]
        };
        let around_zero: Spreads = |wavelet| {
            let [time, frequency] = spreads(wavelet);
            [time, frequency.hypot(wavelet.declared().centre)]
        };
        for wrong in [hertz, around_zero, |_| [f64::NAN; 2]] {
            assert!(judge(wrong).is_err());
        }
    }
}
