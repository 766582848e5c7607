//! Which part of time and frequency each atom of a transform looks at: boxes computed from the atoms themselves.

use super::{Unmet, rounded};
use crate::{
    figure::{Axis, Content, Figure, Map, Panel, Shades, number},
    fourier::{dft, idft},
    wavelet::{Bank, Cwt, Morse, WaveletError, Window, angular, scales},
};
use ndarray::{Array1, ArrayD};
use num_complex::Complex;
use std::f64::consts::{PI, TAU};

pub(super) const ID: &str = "tilings";

/// Atoms are measured on a circle of so many samples, so many of them a second.
const POINTS: usize = 4096;
const RATE: f64 = 256.0;
/// What is drawn: a second, and frequencies up to this, in hertz; wavelets from the lower one on.
const SECONDS: f64 = 1.0;
const HERTZ: f64 = 32.0;
const LOWEST: f64 = 2.0;
/// The standard deviation of the window, in samples.
const WIDTH: f64 = 16.0;

type Atom = Array1<Complex<f64>>;

/// Where an atom is: its middle and its standard deviation in time, in seconds, and in frequency, in hertz.
#[derive(Clone, Copy, Debug)]
struct Place {
    time: [f64; 2],
    frequency: [f64; 2],
}

/// What is tiled: the atoms at the time 0, one for each frequency.
struct Tiling {
    atoms: Vec<Atom>,
}

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(windows(), wavelets().map_err(|error| unmet(error.to_string()))?)
}

fn unmet(found: String) -> Unmet {
    Unmet { id: ID, shows: "there are such atoms", found }
}

/// Middle and standard deviation of the places, weighted by energy.
fn spread(atom: &Atom, place: impl Fn(usize) -> f64) -> [f64; 2] {
    let energy = atom.iter().map(Complex::norm_sqr).sum::<f64>();
    let mean = |value: &dyn Fn(f64) -> f64| {
        atom.iter().enumerate().map(|(n, v)| value(place(n)) * v.norm_sqr()).sum::<f64>() / energy
    };
    let middle = mean(&|t| t);
    [middle, mean(&|t| (t - middle) * (t - middle)).sqrt()]
}

fn place(atom: &Atom) -> Place {
    // both signs: a place beyond the middle of the circle is one before its beginning
    let signed = |n: usize| angular(n, POINTS) / TAU * POINTS as f64;
    let spectrum: ArrayD<Complex<f64>> = dft(atom.clone().into_dyn());
    let spectrum = Atom::from_iter(spectrum);
    Place {
        time: spread(atom, |n| signed(n) / RATE),
        frequency: spread(&spectrum, |k| signed(k) * RATE / POINTS as f64),
    }
}

/// A Gaussian window around time 0, turned by multiples of twice its spread in frequency, from half of that on.
fn windows() -> Tiling {
    let window = Window::Gaussian(WIDTH * 2f64.sqrt()).values(POINTS);
    // σ_t σ_f = 1/4π
    let height = RATE / (4.0 * PI * WIDTH) * 2.0;
    let count = (HERTZ / height).ceil() as usize;
    let atom = |m: usize| {
        let tone = (m as f64 + 0.5) * height / RATE;
        Atom::from_shape_fn(POINTS, |n| {
            let off = (n + POINTS / 2) % POINTS;
            Complex::cis(TAU * tone * (off as f64 - POINTS as f64 / 2.0)) * window[off]
        })
    };
    Tiling { atoms: (0..count).map(atom).collect() }
}

/// The filters of a wavelet transform whose scales are in such ratios that the boxes touch.
fn wavelets() -> Result<Tiling, WaveletError> {
    let morse = Morse::new(3.0, 6.0)?;
    let atoms = |scales: Vec<f64>| -> Result<Vec<Atom>, WaveletError> {
        let bank: Bank<f64> =
            Cwt { step: 1.0 / RATE, boundary: crate::signal::Boundary::Wrap, ..Cwt::new(&morse, scales) }
                .plan(POINTS)?
                .bank()
                .clone();
        Ok((0..bank.len()).map(|l| Atom::from_iter(idft(bank.transfer(l)))).collect())
    };
    let tone = scales::frequency(&morse, 1.0, 1.0);
    let [middle, off] = atoms(vec![tone / 8.0])?.first().map_or([0.0; 2], |atom| place(atom).frequency);
    let ratio = (middle + off) / (middle - off);
    // the upper edge of the first box is the upper end
    let mut scales = vec![tone / 8.0 * (middle + off) / HERTZ];
    while let Some(last) = scales.last()
        && tone / last > LOWEST
    {
        scales.push(last * ratio);
    }
    Ok(Tiling { atoms: atoms(scales)? })
}

/// The boxes of one row: a standard deviation to each side, moved by twice that in time.
fn boxes(place: Place) -> Vec<Vec<(f64, f64)>> {
    let [middle, off] = place.frequency;
    let (low, high) = ((middle - off).max(0.0), (middle + off).min(HERTZ));
    let width = 2.0 * place.time[1];
    let count = (SECONDS / width - 1e-9).ceil() as usize;
    let one = |k: usize| {
        let (from, to) = (k as f64 * width, ((k + 1) as f64 * width).min(SECONDS));
        corners([from, to], [low, high])
    };
    (0..count).map(one).collect()
}

fn corners([from, to]: [f64; 2], [low, high]: [f64; 2]) -> Vec<(f64, f64)> {
    [(from, low), (to, low), (to, high), (from, high), (from, low)]
        .map(|(t, f)| (rounded(t, 5), rounded(f, 4)))
        .into()
}

fn draw(windows: Tiling, wavelets: Tiling) -> Result<Figure, Unmet> {
    let [windows, wavelets] =
        [&windows, &wavelets].map(|tiling| tiling.atoms.iter().map(place).collect::<Vec<Place>>());
    let (Some(window), Some(wavelet)) = (windows.first(), wavelets.first()) else {
        return Err(unmet("there are none".to_owned()));
    };
    let area = |place: &Place| place.time[1] * place.frequency[1];
    let least = 1.0 / (4.0 * PI);
    let shows = "no box is smaller than Heisenberg allows, and those of the Gaussian window are as small";
    let small = windows.iter().chain(&wavelets).all(|place| area(place) > least * (1.0 - 1e-9))
        && windows.iter().all(|place| area(place) < least * (1.0 + 1e-6));
    Unmet::unless(small, ID, shows, || {
        format!("the first ones have {} and {}", area(window), area(wavelet))
    })?;
    let same = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-6;
    let shows = "all boxes of a window have one shape";
    let one =
        windows.iter().all(|p| same(p.time[1], window.time[1]) && same(p.frequency[1], window.frequency[1]));
    Unmet::unless(one, ID, shows, || format!("they are {windows:?}"))?;
    let shows = "boxes of wavelets are as high as their frequency is, and as short";
    let scaled = wavelets.iter().all(|p| {
        let ratio = p.frequency[0] / wavelet.frequency[0];
        same(p.frequency[1], wavelet.frequency[1] * ratio) && same(p.time[1], wavelet.time[1] / ratio)
    });
    let tall = wavelets.last().is_some_and(|last| last.frequency[0] < wavelet.frequency[0] / 4.0);
    Unmet::unless(scaled && tall, ID, shows, || format!("they are {wavelets:?}"))?;
    let shows = "the boxes touch and do not overlap";
    let touch = [&windows, &wavelets].iter().all(|row| {
        row.windows(2).all(|pair| {
            let [mut low, mut high] = [pair[0].frequency, pair[1].frequency];
            if low[0] > high[0] {
                (low, high) = (high, low);
            }
            same(low[0] + low[1], high[0] - high[1])
        })
    });
    Unmet::unless(touch, ID, shows, || "they do not".to_owned())?;

    // a tone on a circle of a second has one frequency and all times
    let tones = (0..HERTZ as usize).map(|k| corners([0.0, SECONDS], [k as f64, k as f64 + 1.0]));
    let panel = |at, title: &str, lines: Vec<Vec<(f64, f64)>>| Panel {
        at,
        title: title.to_owned(),
        content: Content::Map(Map {
            across: Axis::linear("time, s"),
            up: Axis::linear("frequency, Hz"),
            ends: [(0.0, SECONDS), (0.0, HERTZ)],
            rows: vec![],
            shades: Shades::Grey { low: 0.0, high: 1.0 },
            lines,
            span: (2, 1),
        }),
    };
    let (width, height) = (2.0 * window.time[1], 2.0 * window.frequency[1]);
    let Some(low) = wavelets.last() else { return Err(unmet("there are none".to_owned())) };
    let said = |v: f64| number(rounded(v, 3));
    Ok(Figure {
        id: ID.to_owned(),
        title: "Who looks where".to_owned(),
        caption: format!(
            "A second of signal and frequencies up to {} Hz. A value of the Fourier transform looks at one frequency and at all times. The \
             other boxes have their middle in the middle of an atom, and are as wide and as high as two standard deviations of \
             its energy in time and in frequency, measured on the atoms. For a Gaussian window all are {} s by {} Hz, and no atom \
             has a smaller product than this, $1/\\pi$ or {}. For a Morse wavelet (3, 6) they are {} s by {} Hz around {} Hz, and {} s \
             by {} Hz around {} Hz: at high frequencies times are sharp, at low ones frequencies. Their product is {}.",
            number(HERTZ),
            said(width),
            said(height),
            number(rounded(width * height, 5)),
            said(2.0 * wavelet.time[1]),
            said(2.0 * wavelet.frequency[1]),
            said(wavelet.frequency[0]),
            said(2.0 * low.time[1]),
            said(2.0 * low.frequency[1]),
            said(low.frequency[0]),
            number(rounded(4.0 * area(wavelet), 5))
        ),
        alt: "Three panels over one second and frequencies from zero up. Fourier: flat strips from end to end. Windowed: equal boxes in rows and columns. Wavelets: rows of boxes, broad and flat below, narrow and tall above."
            .to_owned(),
        panels: vec![
            panel((0, 0), "Fourier", tones.collect()),
            panel((0, 1), "Windowed Fourier", windows.iter().copied().flat_map(boxes).collect()),
            panel((0, 2), "Wavelets", wavelets.iter().copied().flat_map(boxes).collect()),
        ],
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_for_wavelets_and_impulses_are_refused() {
        let wavelets = || wavelets().expect("they exist");
        assert!(draw(windows(), wavelets()).is_ok());
        assert!(draw(windows(), windows()).is_err_and(|unmet| unmet.shows.contains("as high")));
        assert!(draw(wavelets(), wavelets()).is_err_and(|unmet| unmet.shows.contains("Heisenberg")));
        let every_other = Tiling { atoms: wavelets().atoms.into_iter().step_by(2).collect() };
        assert!(draw(windows(), every_other).is_err_and(|unmet| unmet.shows.contains("touch")));
        assert!(draw(windows(), Tiling { atoms: vec![] }).is_err());
    }
}
