//! A tone under a bell, drawn out by a little: how far the sizes of its transforms move, as the tone gets higher.

use super::{Unmet, rounded};
use crate::{
    book::portable::{circle, exp},
    figure::{Axis, Content, Curves, Figure, Panel, number},
    fourier::dft,
    wavelet::{Morse, Wavelet, quadrature::integral},
};
use ndarray::Array1;
use num_complex::Complex;
use std::f64::consts::{LN_2, PI};

pub(super) const ID: &str = "dilated-tone";

/// The dilation: u becomes (1 − ε)u.
const EPSILON: f64 = 0.02;
/// The tones, in radians per width of the bell: powers of √2 from 2² to 2¹².
const TONES: std::ops::RangeInclusive<i32> = 4..=24;
/// The window is so much narrower than the bell.
const WINDOW: f64 = 0.125;
/// Tones for which the formula is held against a transform of samples.
const SAMPLED: [f64; 3] = [8.0, 32.0, 128.0];
const SAMPLES: usize = 4096;

/// The distance of sizes for a tone.
type Distance = fn(f64) -> f64;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw([fourier, windowed, wavelet])
}

/// The energies are bells around ξ and (1 − ε)ξ, of these variances and of the weights 1 and 1/(1 − ε); their roots have the
/// inner product of Bhattacharyya.
fn bells(xi: f64, before: f64, after: f64) -> f64 {
    let a = 1.0 - EPSILON;
    let off = xi * EPSILON;
    let both = before + after;
    let inner = (2.0 * (before * after).sqrt() / both).sqrt() * exp(-off * off / (4.0 * both));
    (1.0 + 1.0 / a - 2.0 * inner / a.sqrt()).sqrt()
}

/// ‖|x̂| − |x̂′|‖ for x = π^(−1/4) e^(−u²/2) e^(iξu), whose norm is one.
fn fourier(xi: f64) -> f64 {
    let a = 1.0 - EPSILON;
    bells(xi, 0.5, a * a * 0.5)
}

/// The same for the root of the energy of each frequency of a windowed transform, over all times: the window adds its own
/// variance.
fn windowed(xi: f64) -> f64 {
    let a = 1.0 - EPSILON;
    let own = 0.5 / (WINDOW * WINDOW);
    bells(xi, 0.5 + own, a * a * 0.5 + own)
}

/// The same for the root of the energy of each scale of a wavelet transform, ∫ |x̂(ω)|² |ψ̂(sω)|² dω/2π, in the measure
/// ds/(sC): by quadrature.
fn wavelet(xi: f64) -> f64 {
    let Ok(morse) = Morse::new(3.0, 20.0) else { return f64::NAN };
    let Some([constant, _]) = morse.admissibility() else { return f64::NAN };
    let centre = morse.declared().centre;
    let a = 1.0 - EPSILON;
    // a bell around ω₀ of variance v, and the power of the wavelet at the scale s
    let energy = |s: f64, middle: f64, variance: f64| {
        let reach = 7.0 * variance.sqrt();
        let density = |omega: f64| {
            let off = omega - middle;
            let bell = exp(-off * off / (2.0 * variance)) / (2.0 * PI * variance).sqrt();
            Complex::from(bell * morse.frequency(s * omega).norm_sqr())
        };
        integral(middle - reach, middle + reach, 2, density).re
    };
    let apart = |log: f64| {
        let s = exp(log) * centre / xi;
        let [before, after] = [energy(s, xi, 0.5), energy(s, a * xi, a * a * 0.5) / a];
        let off = before.sqrt() - after.sqrt();
        Complex::from(off * off / constant)
    };
    integral(-2.0, 2.0, 4, apart).re.sqrt()
}

/// The Fourier distance from samples, which reach eight widths to both sides.
fn from_samples(xi: f64) -> f64 {
    let step = 16.0 / SAMPLES as f64;
    let sizes = |a: f64| {
        let sample = |n: usize| {
            let u = a * (n as f64 - SAMPLES as f64 / 2.0) * step;
            let [c, s] = circle(xi * u / (2.0 * PI));
            Complex::new(c, s) * (exp(-u * u / 2.0) / PI.sqrt().sqrt())
        };
        dft(Array1::from_shape_fn(SAMPLES, sample).into_dyn()).mapv(|value| value.norm())
    };
    let apart = sizes(1.0) - sizes(1.0 - EPSILON);
    (apart.mapv(|off| off * off).sum() * step / SAMPLES as f64).sqrt()
}

fn draw(distances: [Distance; 3]) -> Result<Figure, Unmet> {
    let fourier = distances[0];
    for xi in SAMPLED {
        let (formula, samples) = (fourier(xi), from_samples(xi));
        let shows = "the formula is what a transform of samples gives";
        Unmet::unless((formula - samples).abs() < 1e-9, ID, shows, || {
            format!("at {} it is {formula} and not {samples}", number(xi))
        })?;
    }
    let tones: Vec<f64> = TONES.map(|k| exp(f64::from(k) * LN_2 / 2.0)).collect();
    let curves = distances.map(|distance| tones.iter().map(|xi| distance(*xi)).collect::<Vec<f64>>());
    let [of_fourier, of_window, of_wavelet] = &curves;
    let last = tones.len() - 1;
    let full = (1.0 + 1.0 / (1.0 - EPSILON)).sqrt();
    let shows =
        "the sizes of the Fourier transform move in proportion to the tone, and then no size stays in place";
    let middle = (tones[4], of_fourier[4]);
    // where neither the change of the width nor the end of the growth counts: ε ξ/√2
    let slope = middle.1 / (EPSILON * middle.0 / 2f64.sqrt());
    let grows = (slope - 1.0).abs() < 0.1 && (of_fourier[last] / full - 1.0).abs() < 1e-6;
    Unmet::unless(grows, ID, shows, || format!("they go from {} to {}", of_fourier[4], of_fourier[last]))?;
    let shows = "a window only delays this";
    let late = of_window[last] > 0.99 * full && (0..=8).all(|k| of_window[k] < 0.5 * of_fourier[k]);
    Unmet::unless(late, ID, shows, || format!("it goes from {} to {}", of_window[0], of_window[last]))?;
    let most = of_wavelet.iter().copied().fold(0.0, f64::max);
    let shows = "the sizes of the wavelet transform move no more for a high tone than for a low one";
    let steady = of_wavelet.iter().all(|v| *v > 0.0) && most < 1.05 * of_wavelet[last] && most < full / 10.0;
    Unmet::unless(steady, ID, shows, || format!("they go from {} to {}", of_wavelet[0], of_wavelet[last]))?;

    let curve = |name: &str, values: &[f64]| {
        (name.to_owned(), values.iter().map(|v| Some(rounded(*v, 6))).collect::<Vec<_>>())
    };
    let percent = number(EPSILON * 100.0);
    Ok(Figure {
        id: ID.to_owned(),
        title: "High tones leave their place".to_owned(),
        caption: format!(
            "A tone under a bell, $e^{{-u^2/2}} e^{{i\\xi u}}$ with norm one, against the same drawn out by {percent} %. The sizes of \
             the Fourier transform, two bells around $\\xi$ and {} $\\xi$, move apart in proportion to $\\xi$: the distance \
             of the two, a formula which a transform of {SAMPLES} samples agrees with, is {} at $\\xi = {}$ and then goes to {}, as for two \
             signals that have nothing in common. Seen through a bell that is {} times narrower, the \
             energies of the frequencies do the same for tones that are higher. The energies of the scales, by a Morse wavelet (3, 20), move \
             by {} at most, whatever the tone: for low ones that is more than what the window lets through. Of all energies the roots are \
             compared.",
            number(1.0 - EPSILON),
            number(rounded(middle.1, 3)),
            number(rounded(middle.0, 3)),
            number(rounded(full, 3)),
            number(1.0 / WINDOW),
            number(rounded(most, 4))
        ),
        alt: format!(
            "Three curves over logarithmic axes, for tones from {} to {} radians per width. That of Fourier rises in a straight line \
             and bends to level at {}. That of the window does the same later. That of the wavelet begins a little lower and levels out at {}.",
            number(rounded(tones[0], 3)),
            number(rounded(tones[last], 0)),
            number(rounded(full, 3)),
            number(rounded(most, 4))
        ),
        panels: vec![Panel {
            at: (0, 0),
            title: String::new(),
            content: Content::Curves(Curves {
                across: Axis::logarithmic("tone ξ, radians per width of the bell"),
                up: Axis::logarithmic("distance of sizes"),
                places: tones.iter().map(|xi| rounded(*xi, 6)).collect(),
                curves: vec![
                    curve("Fourier", of_fourier),
                    curve("windowed", of_window),
                    curve("wavelet", of_wavelet),
                ],
                span: (2, 3),
            }),
        }],
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_formulas_and_exchanged_transforms_are_refused() {
        assert!(draw([fourier, windowed, wavelet]).is_ok());
        assert!(draw([|xi| fourier(xi) * (1.0 + 1e-6), windowed, wavelet]).is_err());
        assert!(draw([windowed, fourier, wavelet]).is_err());
        assert!(draw([fourier, fourier, wavelet]).is_err_and(|unmet| unmet.shows.contains("delays")));
        assert!(draw([fourier, windowed, windowed]).is_err_and(|unmet| unmet.shows.contains("wavelet")));
        assert!(draw([fourier, windowed, |_| f64::NAN]).is_err());
    }
}
