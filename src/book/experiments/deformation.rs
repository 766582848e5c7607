//! What a small smooth deformation does to three descriptions of a wave packet, measured in Mallat's size of deformations.

use super::{
    Found, Unmet,
    scattered::{self, Data, Plan},
};
use crate::{
    book::portable::{circle, exp, integers},
    figure::number,
    fourier::dft,
    scalar::elementary::ln,
    signal::Boundary,
    theorem::Level,
    wavelet::{
        Window, Windowed, WindowedPlan,
        scattering::{Convention, Settings},
    },
};
use num_complex::Complex;
use std::f64::consts::TAU;

pub(super) const ID: &str = "deformation-is-measured";
const SAMPLES: usize = 512;
const SCALE: u32 = 5;
/// The standard deviation of the packets, in samples, and their frequencies in cycles per sample.
const SPREAD: f64 = 32.0;
const FREQUENCIES: [f64; 5] = [0.02, 0.05, 0.1, 0.2, 0.4];
/// Deformations of chance, for each frequency, beside one that stretches.
const CHANCE: usize = 5;
/// sup|τ′|.
const SLOPE: f64 = 0.02;
const WINDOW: usize = 64;

/// τ = Σ a_k sin 2π(kt/N + start_k), or a constant.
struct Deformation {
    constant: f64,
    waves: Vec<[f64; 2]>,
}

impl Deformation {
    /// τ, τ′ or τ″ at a time.
    fn at(&self, t: f64, derivative: i32) -> f64 {
        let wave = |(k, [size, start]): (usize, &[f64; 2])| {
            let rate = (k + 1) as f64 / SAMPLES as f64;
            // a derivative is a quarter of a turn ahead
            let turns = rate * t + start + 0.25 * f64::from(derivative);
            size * (TAU * rate).powi(derivative) * circle(turns)[1]
        };
        let constant = if derivative == 0 { self.constant } else { 0.0 };
        constant + self.waves.iter().enumerate().map(wave).sum::<f64>()
    }

    /// sup|τ|, sup|τ′| and sup|τ″|, and the largest τ(t) − τ(u), over the samples.
    fn sizes(&self) -> [f64; 4] {
        let values = |derivative| (0..SAMPLES).map(move |t| self.at(t as f64, derivative));
        let [largest, slope, bend] = [0, 1, 2].map(|k| values(k).map(f64::abs).fold(0.0, f64::max));
        let range = values(0).fold(f64::MIN, f64::max) - values(0).fold(f64::MAX, f64::min);
        [largest, slope, bend, range]
    }

    /// K(τ).
    fn size(&self) -> f64 {
        let [largest, slope, bend, range] = self.sizes();
        let logarithm = if slope > 0.0 { ln(range / slope).max(1.0) } else { 1.0 };
        largest / f64::from(1 << SCALE) + slope * logarithm + bend
    }
}

/// One that stretches in the middle, and some of chance, of one sup|τ′|.
fn deformations() -> Vec<Deformation> {
    let unit = TAU / SAMPLES as f64;
    // the sine has its steepest descent or ascent where the packet is
    let stretch = Deformation { constant: 0.0, waves: vec![[SLOPE / unit, 0.5]] };
    let mut draw = integers(scattered::SEED, 16);
    let mut uniform = || draw.next().unwrap_or(0) as f64 / f64::from(1 << 16);
    let chance = (0..CHANCE).map(|_| {
        let waves: Vec<[f64; 2]> = (1..=3).map(|k| [uniform() / (unit * f64::from(k)), uniform()]).collect();
        let free = Deformation { constant: 0.0, waves };
        let slope = free.sizes()[1];
        let waves = free.waves.iter().map(|[size, start]| [size * SLOPE / slope, *start]).collect();
        Deformation { constant: 0.0, waves }
    });
    std::iter::once(stretch).chain(chance).collect()
}

/// A wave packet, read at t − τ(t).
fn packet(frequency: f64, deformation: &Deformation) -> Data {
    Data::from_shape_fn(vec![SAMPLES], |t| {
        let t = t[0] as f64;
        let from = t - deformation.at(t, 0) - SAMPLES as f64 / 2.0;
        exp(-from * from / (2.0 * SPREAD * SPREAD)) * circle(frequency * from)[0]
    })
}

/// The three descriptions.
struct Descriptions {
    windowed: WindowedPlan<f64>,
    scattering: Plan,
}

const NAMES: [&str; 3] =
    ["the modulus of the Fourier transform", "that of the windowed transform", "scattering"];

impl Descriptions {
    fn new() -> Result<Self, Unmet> {
        let settings = Settings {
            convention: Convention::Parseval,
            oversampling: SCALE,
            ..Settings::of(&[SAMPLES], SCALE)
        };
        let window = Windowed::new(&Window::Hann.values(WINDOW), WINDOW / 8, WINDOW);
        let windowed = Windowed { boundary: Boundary::Wrap, ..window }.plan(SAMPLES);
        let fits = |error: String| Unmet { id: ID, shows: "signals and transforms fit", found: error };
        Ok(Descriptions {
            windowed: windowed.map_err(|error| fits(error.to_string()))?,
            scattering: scattered::plan(ID, &settings)?,
        })
    }

    fn of(&self, x: &Data) -> Result<[Data; 3], Unmet> {
        let moduli = |z: ndarray::ArrayD<Complex<f64>>| z.mapv(|z| z.norm_sqr().sqrt());
        let windowed = self.windowed.forward(x.mapv(Complex::from).view());
        let windowed =
            windowed.map_err(|error| Unmet { id: ID, shows: "they fit", found: error.to_string() })?;
        Ok([
            moduli(dft(x.mapv(Complex::from))),
            moduli(windowed),
            scattered::forward(ID, &self.scattering, x)?,
        ])
    }

    /// How far apart two signals are described, in the norm of the description of the first.
    fn distances(&self, x: &Data, y: &Data) -> Result<[f64; 3], Unmet> {
        let (x, y) = (self.of(x)?, self.of(y)?);
        Ok([0, 1, 2]
            .map(|which| (scattered::energy(&(&x[which] - &y[which])) / scattered::energy(&x[which])).sqrt()))
    }
}

pub(super) fn run() -> Result<Found, Unmet> {
    judge([0, 1, 2])
}

/// Which of the descriptions takes which part; a test exchanges two.
fn judge(roles: [usize; 3]) -> Result<Found, Unmet> {
    let descriptions = Descriptions::new()?;
    let still = Deformation { constant: 0.0, waves: vec![] };
    let mut cases = 0;
    // by frequency: the largest distance over K(τ), and the distance for the stretch
    let (mut ratios, mut stretched) = (vec![], vec![]);
    for frequency in FREQUENCIES {
        let x = packet(frequency, &still);
        let mut largest = [0.0_f64; 3];
        for (number, deformation) in deformations().iter().enumerate() {
            let far = descriptions.distances(&x, &packet(frequency, deformation))?;
            for which in 0..3 {
                largest[which] = largest[which].max(far[which] / deformation.size());
            }
            if number == 0 {
                stretched.push(roles.map(|which| far[which]));
            }
            cases += 1;
        }
        ratios.push(roles.map(|which| largest[which]));
    }
    // a shift by a whole number of samples has τ′ = 0
    let shift = Deformation { constant: 8.0, waves: vec![] };
    let x = packet(FREQUENCIES[1], &still);
    let by_shift = descriptions.distances(&x, &packet(FREQUENCIES[1], &shift))?;
    let by_shift = roles.map(|which| by_shift[which]);
    let over = |of: &[[f64; 3]], which: usize| of.iter().map(|row| row[which]).fold(0.0, f64::max);
    let list = |of: &[[f64; 3]], which: usize| {
        of.iter().map(|row| number(row[which])).collect::<Vec<_>>().join(", ")
    };
    let shows =
        "a shift, for which τ′ = 0, changes scattering, and the modulus of the Fourier transform not at all";
    Unmet::unless(by_shift[0] < 1e-12 && by_shift[2] > 0.05, ID, shows, || {
        format!("it changes them by {} and {}", number(by_shift[0]), number(by_shift[2]))
    })?;
    let shows = "the change of the Fourier modulus grows with the frequency, and that of scattering does not";
    let [fourier, _, scattering] = [0, 1, 2].map(|which| over(&ratios, which));
    let grows = stretched[4][0] > 5.0 * stretched[0][0] && stretched.windows(2).all(|p| p[1][0] > p[0][0]);
    Unmet::unless(grows && scattering < fourier / 2.5, ID, shows, || {
        format!("the ratios are {} and {}", list(&ratios, 0), list(&ratios, 2))
    })?;
    let frequencies = FREQUENCIES.map(|frequency| frequency.to_string()).join(", ");
    Ok(Found {
        statement: format!(
            "Wave packets of the standard deviation {SPREAD} on a circle of {SAMPLES}, with the frequencies {frequencies}, read at \
             $t - \\tau(t)$ for {} smooth deformations with $\\sup|\\tau'| = {SLOPE}$ over the samples. A stretching changes {} by {}, {} by {}, and {} by {} \
             of their norms. Divided by $K(\\tau)$, $J = {SCALE}$, no change is more than {}, {} and {}, in this order. A shift by 8 samples, for which \
             $\\tau' = 0$, changes scattering by {} of its norm, so no multiple of $\\sup|\\tau'|$ alone bounds it; the Fourier \
             modulus it does not change.",
            CHANCE + 1,
            NAMES[roles[0]],
            list(&stretched, 0),
            NAMES[roles[1]],
            list(&stretched, 1),
            NAMES[roles[2]],
            list(&stretched, 2),
            number(over(&ratios, 0)),
            number(over(&ratios, 1)),
            number(over(&ratios, 2)),
            number(by_shift[2])
        ),
        level: Level::Sampled,
        cases,
        seed: Some(scattered::SEED),
        worst: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_in_each_others_place_are_caught() {
        assert!(judge([2, 1, 0]).is_err());
        assert!(judge([0, 1, 0]).is_err());
        assert!(judge([1, 2, 1]).is_err());
    }

    #[test]
    fn deformations_have_the_derivatives_they_claim() {
        for deformation in deformations() {
            assert!((deformation.sizes()[1] - SLOPE).abs() < 1e-12);
            let h = 1e-3;
            for t in (0..SAMPLES).map(|t| t as f64) {
                for derivative in [0, 1] {
                    let [before, after] = [t - h, t + h].map(|t| deformation.at(t, derivative));
                    let slope = deformation.at(t, derivative + 1);
                    assert!(((after - before) / (2.0 * h) - slope).abs() < 1e-7, "{t}");
                }
            }
        }
    }
}
