//! The wavelets of the library, in time and in frequency.

use super::{Unmet, heading, rounded};
use crate::{
    figure::{Axis, Content, Curves, Figure, Panel, number},
    wavelet::{LIST, Moments, Wavelet, quadrature::integral},
};
use num_complex::Complex;
use std::f64::consts::TAU;

pub(super) const ID: &str = "wavelets-in-time-and-frequency";

/// Which of the list, three in a row.
const SHOWN: [&str; 9] =
    ["morlet", "morse", "paul", "shannon", "mexican-hat", "meyer", "cubic-spline", "haar", "db3"];
/// Columns, and places along each curve.
const COLUMNS: usize = 3;
const PLACES: usize = 80;
/// Frequencies up to so many times the centre, of both signs.
const OCTAVE: f64 = 2.5;

/// ψ̂ of a wavelet.
type Spectrum = fn(&dyn Wavelet, f64) -> Complex<f64>;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(|wavelet, xi| wavelet.frequency(xi))
}

fn named(name: &str) -> Result<Box<dyn Wavelet>, String> {
    let entry = LIST.iter().find(|entry| entry.name == name).ok_or_else(|| format!("there is no {name}"))?;
    entry.make().map_err(|error| error.to_string())
}

/// Holds what is drawn in frequency against what is drawn in time; the error says what differs.
fn check(wavelet: &dyn Wavelet, spectrum: Spectrum) -> Result<(), String> {
    let declared = wavelet.declared();
    let [from, to] = declared.support;
    let panels = 24.max((to - from) as usize);
    // what the support leaves out is small in energy, and on such an interval nearly so in size
    let slack = 0.03 * spectrum(wavelet, declared.centre).norm();
    for multiple in [0.0, 0.5, 1.0, -1.0] {
        let xi = multiple * declared.centre;
        let found = integral(from, to, panels, |u| wavelet.time(u) * Complex::cis(-xi * u));
        let off = (found - spectrum(wavelet, xi)).norm();
        // written so that NaN is refused
        let near = off < slack;
        if !near {
            return Err(format!("at {multiple} times its centre {} is off by {off}", wavelet.name()));
        }
    }
    if spectrum(wavelet, 0.0).norm() > 1e-9 {
        return Err(format!("{} has a mean", wavelet.name()));
    }
    let left = (1..=50)
        .map(|k| spectrum(wavelet, -declared.centre * f64::from(k) / 20.0).norm())
        .fold(0.0, f64::max);
    if declared.analytic && left > 0.0 {
        return Err(format!("{} has negative frequencies", wavelet.name()));
    }
    Ok(())
}

fn draw(spectrum: Spectrum) -> Result<Figure, Unmet> {
    let unmet = |found: String| Unmet {
        id: ID,
        shows: "the two panels of each are a function of mean zero and its transform",
        found,
    };
    let (mut panels, mut said) = (vec![], vec![]);
    for (order, name) in SHOWN.into_iter().enumerate() {
        let wavelet = named(name).map_err(unmet)?;
        check(wavelet.as_ref(), spectrum).map_err(unmet)?;
        let declared = wavelet.declared();
        let at = (2 * (order / COLUMNS), order % COLUMNS);
        let between =
            |[from, to]: [f64; 2]| (0..=PLACES).map(move |k| from + (to - from) * k as f64 / PLACES as f64);
        // six waves to each side are enough
        let reach = 6.0 * TAU / declared.centre;
        let [from, to] = declared.support.map(|end| end.clamp(-reach, reach));
        let times: Vec<f64> = between([from, to]).map(|u| rounded(u, 5)).collect();
        let values: Vec<Complex<f64>> = times.iter().map(|u| wavelet.time(*u)).collect();
        let part =
            |value: fn(&Complex<f64>) -> f64| values.iter().map(|v| Some(rounded(value(v), 3))).collect();
        let mut curves = vec![("real".to_owned(), part(|v| v.re))];
        if declared.real {
            curves[0].0.clear();
        } else {
            curves.push(("imaginary".to_owned(), part(|v| v.im)));
        }
        let reach = OCTAVE * declared.centre;
        let frequencies: Vec<f64> = between([-reach, reach]).map(|xi| rounded(xi, 5)).collect();
        let sizes =
            frequencies.iter().map(|xi| Some(rounded(spectrum(wavelet.as_ref(), *xi).norm(), 3))).collect();
        let panel = |row: usize, title: String, across: &str, up: &str, places, curves| Panel {
            at: (at.0 + row, at.1),
            title,
            content: Content::Curves(Curves {
                across: Axis::linear(across),
                up: Axis::linear(up),
                places,
                curves,
                span: (1, 1),
            }),
        };
        let heading = heading(&wavelet.name());
        panels.push(panel(0, heading.clone(), "u", "ψ", times, curves));
        panels.push(panel(
            1,
            format!("{heading}: transform"),
            "ξ",
            "|ψ̂|",
            frequencies,
            vec![(String::new(), sizes)],
        ));
        let moments = match declared.moments {
            Moments::First(count) => count.to_string(),
            Moments::All => "all".to_owned(),
        };
        said.push(format!("{heading} {moments}"));
    }
    let analytic =
        SHOWN.iter().filter(|name| named(name).is_ok_and(|wavelet| wavelet.declared().analytic)).count();
    Ok(Figure {
        id: ID.to_owned(),
        title: "Wavelets in time and in frequency".to_owned(),
        caption: format!(
            "{} wavelets $\\psi$ on their supports, or where nearly all of their energy is, or six waves to each side, and below each the size of $\\hat\\psi$ up to {} times the \
             frequency where it is largest, on both sides. All have mean zero. {analytic} of them have no negative frequencies at all; the \
             size of the real ones is the same on both sides. Short ones are broad below, and smooth ones have fast \
             decay. The number of moments $\\int u^k \\psi(u)\\,du$, $k = 0, 1, \\dots$, that vanish: {}.",
            SHOWN.len(),
            number(OCTAVE),
            said.join(", ")
        ),
        alt: "Eighteen small panels: for each wavelet a wave that starts and ends near zero, and below it the size of its transform, a \
              bump on the right side only for the analytic ones, and two bumps in a mirror for the real ones."
            .to_owned(),
        panels,
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_spectra_are_refused() {
        assert!(draw(|wavelet, xi| wavelet.frequency(xi)).is_ok());
        let wrong: [Spectrum; 4] = [
            |wavelet, xi| wavelet.frequency(xi) * 1.1,
            |wavelet, xi| wavelet.frequency(-xi),
            |wavelet, xi| wavelet.frequency(1.2 * xi),
            |_, _| f64::NAN.into(),
        ];
        for spectrum in wrong {
            assert!(draw(spectrum).is_err());
        }
    }
}
