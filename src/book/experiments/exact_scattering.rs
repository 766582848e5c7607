//! Signals whose scattering has a closed form: a constant, a tone, an impulse, a Gaussian.
//!
//! A Gaussian about frequency 0 behind a wavelet whose transform is a Gaussian is a wave under a Gaussian, and its modulus is
//! that Gaussian: about frequency 0 again, narrower there, and smaller. So it goes on through all orders.

use super::{
    Found, Unmet,
    scattered::{self, Data, Plan},
};
use crate::{
    book::portable::exp,
    figure::{number, power},
    theorem::Level,
    wavelet::scattering::{Convention, Path, Settings},
};
use std::f64::consts::{LN_2, TAU};

pub(super) const ID: &str = "exact-cases-of-scattering";
const SHOWS: &str = "scattering is what its closed form says";
/// Samples, on a circle of twice as many less two: a signal that is even about its ends is reflected to itself.
const SAMPLES: usize = 1025;
const CIRCLE: usize = 2 * (SAMPLES - 1);
const SCALE: u32 = 5;
const VOICES: usize = 8;
/// The width of the average about frequency 0, in cycles per sample: that of kymatio.
const AVERAGE: f64 = 0.1 / (1 << SCALE) as f64;
/// Of the largest coefficient. Filters are sums over periods, of which the program leaves out what is below 1e-7.
const CLOSE: f64 = 1e-6;
/// Where there is nothing to be left out.
const ROUNDING: f64 = 1e-12;

/// A spectrum height · e^(−f²/(2 width²)), whose signal is centred in the middle; of an impulse the sharpness 1/width² is 0.
#[derive(Clone, Copy)]
struct Bump {
    height: f64,
    sharpness: f64,
}

impl Bump {
    /// The modulus behind a wavelet e^(−(f − centre)²/(2 width²)).
    fn behind(self, centre: f64, width: f64) -> Bump {
        let (p, q) = (self.sharpness, 1.0 / (width * width));
        Bump { height: self.height * exp(-centre * centre * p * q / (2.0 * (p + q))), sharpness: p + q }
    }

    /// Its value so many samples from the middle.
    fn at(self, t: f64) -> f64 {
        let width = 1.0 / self.sharpness.sqrt();
        self.height * width * TAU.sqrt() * exp(-(TAU * width * t).powi(2) / 2.0)
    }
}

/// The width of a wavelet, as a part of its centre frequency, where there are eight to an octave.
fn relative_width(per_octave: usize) -> f64 {
    // 2^(1/8) by roots: the same on any machine
    let step = (0..per_octave.trailing_zeros()).fold(2.0_f64, |step, _| step.sqrt());
    (1.0 - 1.0 / step) / (1.0 + 1.0 / step) / LN_2.sqrt()
}

/// Whether all wavelets of a path are of those whose widths are in proportion to their frequencies.
fn proportional(path: &Path, relative: f64) -> bool {
    path.frequencies.iter().all(|centre| centre * relative >= AVERAGE)
}

fn plan() -> Result<Plan, Unmet> {
    let settings = Settings {
        convention: Convention::KymatioFixed,
        per_octave: vec![VOICES],
        oversampling: SCALE,
        ..Settings::of(&[SAMPLES], SCALE)
    };
    scattered::plan(ID, &settings)
}

pub(super) fn run() -> Result<Found, Unmet> {
    judge(relative_width(VOICES))
}

fn judge(relative: f64) -> Result<Found, Unmet> {
    let plan = plan()?;
    let middle = SAMPLES / 2;
    let unmet = |what: &str, far: f64| Unmet {
        id: ID,
        shows: SHOWS,
        found: format!("of {what} it is off by {}", number(far)),
    };
    let orders = |path: &Path| path.wavelets.len();
    let paths: Vec<(usize, &Path)> =
        plan.paths().iter().enumerate().filter(|(_, path)| proportional(path, relative)).collect();
    let second = paths.iter().filter(|(_, path)| orders(path) == 2).count();
    Unmet::unless(second > 20, ID, "there are paths of order 2", || format!("there are {second}"))?;

    // a constant: itself, and nothing beyond
    let constant = scattered::forward(ID, &plan, &Data::from_elem(vec![SAMPLES], 3.0))?;
    let far = constant.indexed_iter().map(|(at, s)| (s - if at[0] == 0 { 3.0 } else { 0.0 }).abs());
    let far = far.fold(0.0, f64::max);
    Unmet::unless(far < ROUNDING, ID, SHOWS, || unmet("a constant", far).found)?;

    // a tone: what each wavelet has at its frequency, half of it being at the opposite, and nothing beyond
    let frequency = 400.0 / CIRCLE as f64;
    let tone = scattered::forward(ID, &plan, &scattered::wave(&[SAMPLES], &[frequency], 0.0))?;
    for (place, path) in &paths {
        let wanted = match path.frequencies[..] {
            [centre] => exp(-((frequency - centre) / (centre * relative)).powi(2) / 2.0) / 2.0,
            [_, _] => 0.0,
            _ => continue,
        };
        let far = (0..SAMPLES).map(|t| (tone[[*place, t]] - wanted).abs()).fold(0.0, f64::max);
        Unmet::unless(far < CLOSE, ID, SHOWS, || unmet("a tone", far).found)?;
    }

    // an impulse, and a Gaussian: bumps through all orders
    let (mut checked, mut largest_of_second) = (0, 0.0_f64);
    for (what, start) in [
        ("an impulse", Bump { height: 1.0, sharpness: 0.0 }),
        ("a Gaussian", Bump { height: 2.0, sharpness: 200.0 }),
    ] {
        let x = Data::from_shape_fn(vec![SAMPLES], |t| {
            let from = t[0] as f64 - middle as f64;
            if start.sharpness == 0.0 { f64::from(u8::from(from == 0.0)) } else { start.at(from) }
        });
        let found = scattered::forward(ID, &plan, &x)?;
        for (place, path) in &paths {
            let last = path.frequencies.iter().fold(start, |bump, f| bump.behind(*f, f * relative));
            let average = last.behind(0.0, AVERAGE);
            let of_order = average.at(0.0).max(start.behind(0.0, AVERAGE).at(0.0) / 100.0);
            let far = (0..SAMPLES)
                .map(|t| (found[[*place, t]] - average.at(t as f64 - middle as f64)).abs())
                .fold(0.0, f64::max);
            Unmet::unless(far < CLOSE * of_order, ID, SHOWS, || unmet(what, far / of_order).found)?;
            if orders(path) == 2 {
                largest_of_second =
                    largest_of_second.max(average.at(0.0) / start.behind(0.0, AVERAGE).at(0.0));
            }
            checked += SAMPLES as u64;
        }
    }
    let close = power(CLOSE, 0);
    Ok(Found {
        statement: format!(
            "With Morlet wavelets, {VOICES} to an octave, {SAMPLES} samples reflected to a circle of {CIRCLE}, and no subsampling: the \
             scattering of a constant is that constant and zero in all {} further paths, up to {}; that of a tone is half of what each \
             wavelet has at its frequency, and zero in order 2, and those of an impulse and of a Gaussian are Gaussians, of known height and \
             width, in {} paths of the orders 0, 1 and 2 whose wavelets have widths in proportion to their frequencies. All samples agree \
             with the closed form: of the tone, in these paths of the orders 1 and 2, up to {close}, of the impulse and the Gaussian up to {close} of the \
             largest of their path, or of a hundredth of the largest of order 0 where this is more. \
             In order 2 the largest is {} of that of order 0.",
            plan.paths().len() - 1,
            power(ROUNDING, 0),
            paths.len(),
            number(largest_of_second)
        ),
        level: Level::Sampled,
        cases: checked + (plan.paths().len() + paths.len()) as u64 * SAMPLES as u64,
        seed: None,
        worst: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wavelets_of_another_width_are_caught() {
        let width = relative_width(VOICES);
        assert!((width - 0.052).abs() < 1e-3);
        assert!(judge(width * 1.01).is_err_and(|unmet| unmet.found.contains("of a tone")));
    }
}
