//! Three signals, and what the Fourier transform, a windowed one and wavelets say of each.

use super::{Unmet, rounded};
use crate::{
    book::portable::{circle, exp},
    figure::{Axis, Content, Curves, Figure, Map, Panel, Shades, number},
    fourier::dft,
    wavelet::{Cwt, Morse, Wavelet, Window, Windowed, scales},
};
use ndarray::{Array1, Array2, ArrayD};
use num_complex::Complex;
use std::f64::consts::LN_2;

pub(super) const ID: &str = "three-transforms";

const SAMPLES: usize = 512;
/// The window's length, its hop, and the number of frequencies; the standard deviation of the bell.
const WINDOW: usize = 64;
const HOP: usize = 4;
const CHANNELS: usize = 256;
const SIGMA: f64 = 10.0;
/// Octaves and voices of the wavelets, down from a quarter of the rate.
const OCTAVES: usize = 5;
const VOICES: usize = 12;
/// Of how many samples one is drawn.
const DRAWN: usize = 2;

/// A signal of so many samples a second.
struct Signal {
    name: &'static str,
    rate: f64,
    values: Vec<f64>,
}

/// Amplitudes over frequencies, the highest first, and times.
struct Amplitudes {
    frequencies: Vec<f64>,
    times: Vec<f64>,
    values: Array2<f64>,
    /// For each frequency the first and the last time out of reach of the ends, where there are any.
    inside: Vec<Option<(f64, f64)>>,
    /// The frequencies at the lower and the upper edge: half a step beyond the last ones.
    edges: (f64, f64),
}

type Transform = fn(&Signal) -> Result<Amplitudes, String>;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(&signals(), [windowed, wavelets])
}

/// When the heart beats, in seconds: once too early.
const BEATS: [f64; 5] = [0.5, 1.3, 2.1, 2.6, 3.5];
/// The notes C, E and G, in hertz, and when they begin.
const NOTES: [(f64, f64); 3] = [(130.8, 0.005), (164.8, 0.085), (196.0, 0.165)];
/// The frequency of the chirp at its beginning and at its end, in hertz.
const CHIRP: (f64, f64) = (8.0, 104.0);

fn signals() -> [Signal; 3] {
    let bell = |t: f64, middle: f64, width: f64| exp(-(t - middle) * (t - middle) / (2.0 * width * width));
    let of = |name, rate: f64, value: &dyn Fn(f64) -> f64| Signal {
        name,
        rate,
        values: (0..SAMPLES).map(|n| value(n as f64 / rate)).collect(),
    };
    // the phase is the integral of the frequency
    let chirp = |t: f64| circle(CHIRP.0 * t + (CHIRP.1 - CHIRP.0) / 2.0 * t * t)[0];
    let beat = |t: f64| {
        let waves = [
            (-0.16, 0.12, 0.025),
            (-0.035, -0.15, 0.012),
            (0.0, 1.0, 0.014),
            (0.04, -0.25, 0.014),
            (0.26, 0.25, 0.05),
        ];
        BEATS
            .iter()
            .map(|start| {
                waves.iter().map(|(at, size, width)| size * bell(t, start + at, *width)).sum::<f64>()
            })
            .sum()
    };
    let tune = |t: f64| {
        let note = |(pitch, start): &(f64, f64)| {
            let since = t - start;
            if since < 0.0 {
                return 0.0;
            }
            let loud = exp(-since / 0.03) * (1.0 - exp(-since / 0.003));
            loud * (circle(pitch * since)[1] + 0.5 * circle(2.0 * pitch * since)[1])
        };
        NOTES.iter().map(note).sum()
    };
    [of("Chirp", 512.0, &chirp), of("Heartbeat", 128.0, &beat), of("Three notes", 2048.0, &tune)]
}

/// 2|X|/N: the amplitudes of tones.
fn fourier(signal: &Signal) -> Vec<f64> {
    let x: ArrayD<Complex<f64>> =
        Array1::from_iter(signal.values.iter().map(|v| Complex::from(*v))).into_dyn();
    dft(x).iter().take(SAMPLES / 4 + 1).map(|v| v.norm() * 2.0 / SAMPLES as f64).collect()
}

/// Divided by half the sum of the window.
fn windowed(signal: &Signal) -> Result<Amplitudes, String> {
    let window = Window::Gaussian(SIGMA).values(WINDOW);
    let plan =
        Windowed::new(&window, HOP, CHANNELS).plan::<f64>(SAMPLES).map_err(|error| error.to_string())?;
    let x = Array1::from(signal.values.clone()).into_dyn();
    let y = plan.forward_real(x.view()).map_err(|error| error.to_string())?;
    let frames: Vec<usize> =
        (0..plan.frames()).filter(|m| (0..SAMPLES as i64).contains(&plan.time(*m))).collect();
    let rows = CHANNELS / 4;
    let unit = window.iter().sum::<f64>() / 2.0;
    let seconds = |m: usize| plan.time(frames[m]) as f64 / signal.rate;
    let half = WINDOW as f64 / 2.0 / signal.rate;
    Ok(Amplitudes {
        frequencies: (0..rows).map(|r| (rows - 1 - r) as f64 * signal.rate / CHANNELS as f64).collect(),
        times: (0..frames.len()).map(seconds).collect(),
        values: Array2::from_shape_fn((rows, frames.len()), |(r, m)| {
            y[[frames[m], rows - 1 - r]].norm() / unit
        }),
        inside: vec![Some((half, SAMPLES as f64 / signal.rate - half)); rows],
        edges: (-0.5 * signal.rate / CHANNELS as f64, (rows as f64 - 0.5) * signal.rate / CHANNELS as f64),
    })
}

/// By a Morse wavelet whose transform has the maximum 2, with p = 1.
fn wavelets(signal: &Signal) -> Result<Amplitudes, String> {
    let morse = Morse::new(3.0, 20.0).map_err(|error| error.to_string())?;
    let highest = signal.rate / 4.0;
    let lowest = highest / f64::from(1_u32 << OCTAVES);
    // a little lower, so that the last one is counted however the logarithm is rounded
    let scales =
        scales::voices(&morse, 1.0, [lowest * 0.999, highest], VOICES).map_err(|error| error.to_string())?;
    let plan = Cwt { step: 1.0 / signal.rate, ..Cwt::new(&morse, scales) }
        .plan::<f64>(SAMPLES)
        .map_err(|error| error.to_string())?;
    let x = Array1::from(signal.values.clone()).into_dyn();
    let y = plan.forward_real(x.view()).map_err(|error| error.to_string())?;
    let columns = SAMPLES / HOP;
    let half = exp(LN_2 / (2 * VOICES) as f64);
    let seconds = |n: usize| n as f64 / signal.rate;
    let free = |range: &std::ops::Range<usize>| {
        (range.end > range.start).then(|| (seconds(range.start), seconds(range.end - 1)))
    };
    Ok(Amplitudes {
        frequencies: plan.frequencies().to_vec(),
        times: (0..columns).map(|m| seconds(m * HOP)).collect(),
        values: Array2::from_shape_fn((plan.frequencies().len(), columns), |(l, m)| y[[l, m * HOP]].norm()),
        inside: plan.cone().iter().map(free).collect(),
        edges: (lowest / half, highest * half),
    })
}

impl Amplitudes {
    /// The column nearest to a time, and the row nearest to a frequency.
    fn column(&self, time: f64) -> usize {
        nearest(&self.times, time)
    }

    fn row(&self, frequency: f64) -> usize {
        nearest(&self.frequencies, frequency)
    }

    /// The loudest row of a column.
    fn loudest(&self, column: usize) -> usize {
        let column = self.values.column(column);
        (0..column.len()).fold(0, |best, row| if column[row] > column[best] { row } else { best })
    }

    /// The times at which a row is locally loudest, and louder than half of its maximum.
    fn peaks(&self, row: usize) -> Vec<f64> {
        let row = self.values.row(row);
        let most = row.iter().copied().fold(0.0, f64::max);
        (1..row.len() - 1)
            .filter(|m| row[*m] > most / 2.0 && row[*m] > row[m - 1] && row[*m] >= row[m + 1])
            .map(|m| self.times[m])
            .collect()
    }
}

fn nearest(values: &[f64], wanted: f64) -> usize {
    (0..values.len())
        .fold(0, |best, k| if (values[k] - wanted).abs() < (values[best] - wanted).abs() { k } else { best })
}

/// What must be seen; the error says what is.
fn check(signals: &[Signal; 3], all: &[[Amplitudes; 2]; 3]) -> Result<(), String> {
    // the chirp, in the middle half of its time
    for amplitudes in &all[0] {
        for k in 0..=8 {
            let time = 0.25 + f64::from(k) / 16.0;
            let wanted = CHIRP.0 + (CHIRP.1 - CHIRP.0) * time;
            let (found, place) = (amplitudes.loudest(amplitudes.column(time)), amplitudes.row(wanted));
            if found.abs_diff(place) > 1 {
                return Err(format!(
                    "at {time} s the chirp is at {} Hz",
                    number(amplitudes.frequencies[found])
                ));
            }
        }
    }
    // its sizes are those of the chirp backwards
    let backwards = Signal { values: signals[0].values.iter().rev().copied().collect(), ..signals[0] };
    if fourier(&signals[0]).iter().zip(fourier(&backwards)).any(|(a, b)| (a - b).abs() > 1e-12) {
        return Err("the Fourier transform knows the chirp from itself backwards".to_owned());
    }
    // the beats, from a quarter of the highest frequency
    for amplitudes in &all[1] {
        let peaks = amplitudes.peaks(amplitudes.row(signals[1].rate / 8.0));
        let found = peaks.len() == BEATS.len() && peaks.iter().zip(BEATS).all(|(a, b)| (a - b).abs() < 0.05);
        if !found {
            return Err(format!("the heart beats at {peaks:?}"));
        }
    }
    // the notes, 35 milliseconds after they begin
    for amplitudes in &all[2] {
        for (pitch, start) in NOTES {
            let (found, place) =
                (amplitudes.loudest(amplitudes.column(start + 0.035)), amplitudes.row(pitch));
            if found.abs_diff(place) > 1 {
                return Err(format!(
                    "a note of {pitch} Hz is at {} Hz",
                    number(amplitudes.frequencies[found])
                ));
            }
        }
    }
    Ok(())
}

fn draw(signals: &[Signal; 3], [windowed, wavelets]: [Transform; 2]) -> Result<Figure, Unmet> {
    let shows =
        "both follow the chirp, find the beats and tell the notes, and the Fourier transform has no times";
    let unmet = |found: String| Unmet { id: ID, shows, found };
    let of = |signal: &Signal| Ok([windowed(signal)?, wavelets(signal)?]);
    let [chirp, beat, tune] = signals;
    let all = [of(chirp).map_err(unmet)?, of(beat).map_err(unmet)?, of(tune).map_err(unmet)?];
    check(signals, &all).map_err(unmet)?;
    let morse = Morse::new(3.0, 20.0).map_err(|error| unmet(error.to_string()))?;
    let mut panels = vec![];
    for (column, (signal, [short, scales])) in signals.iter().zip(&all).enumerate() {
        let seconds = SAMPLES as f64 / signal.rate;
        let places =
            |count: usize, unit: f64| (0..count).map(|n| rounded(n as f64 * unit, 6)).collect::<Vec<f64>>();
        let curve = |across: &str, up: &str, unit: f64, values: Vec<f64>| {
            Content::Curves(Curves {
                across: Axis::linear(across),
                up: Axis::linear(up),
                places: places(values.len(), unit),
                curves: vec![(String::new(), values.into_iter().map(|v| Some(rounded(v, 3))).collect())],
                span: (1, 1),
            })
        };
        let drawn: Vec<f64> = signal.values.iter().step_by(DRAWN).copied().collect();
        let spectrum = fourier(signal);
        let bin = signal.rate / SAMPLES as f64;
        let contents = [
            curve("time, s", "signal", DRAWN as f64 / signal.rate, drawn),
            curve("frequency, Hz", "amplitude", bin, spectrum),
            map(short, Axis::linear("frequency, Hz"), seconds),
            map(scales, Axis::logarithmic("frequency, Hz"), seconds),
        ];
        for (row, content) in contents.into_iter().enumerate() {
            let what = ["", ": Fourier", ": windowed", ": wavelets"][row];
            panels.push(Panel { at: (row, column), title: format!("{}{what}", signal.name), content });
        }
    }
    Ok(Figure {
        id: ID.to_owned(),
        title: "Three signals under three transforms".to_owned(),
        caption: format!(
            "A chirp from {} to {} Hz, a made-up heartbeat, one of whose {} beats comes too early, and three notes with one overtone each. Below: the \
             Fourier transform, a windowed one (a bell of {WINDOW} samples, with a standard deviation of {}; frequencies at equal \
             distances), and a transform by Morse wavelets (3, 20), $p = 1$ (frequencies in equal ratios, {VOICES} in an octave: the \
             scale is $s = {}/f$). All show amplitudes: a tone of amplitude one has the value one (the mean comes twice in the Fourier transform), black is none, and the bar says what white is. Between \
             the orange lines the window lies within the signal, and so do the wavelets but for {} of their energy (the *cone of \
             influence*). The Fourier transform of the chirp has the same sizes as that of \
             the chirp backwards. In the other two its line is found, and so are the times of the beats and the pitch of each note.",
            number(CHIRP.0),
            number(CHIRP.1),
            BEATS.len(),
            number(SIGMA),
            number(rounded(scales::frequency(&morse, 1.0, 1.0), 4)),
            number(morse.declared().outside)
        ),
        alt: "Twelve panels, a column for each signal. The signals; their spectra; pictures over time and frequency by a windowed transform, \
              in which the chirp is a straight rising line, the beats are upright streaks and the notes are level streaks, one after the other; and the same \
              by wavelets over a logarithmic axis, where the chirp is a curve and the beats are wedges that get narrower upwards."
            .to_owned(),
        panels,
        ..Figure::default()
    })
}

/// The picture, and lines where the ends of the signal begin to be seen.
fn map(amplitudes: &Amplitudes, up: Axis, seconds: f64) -> Content {
    let step = seconds * HOP as f64 / SAMPLES as f64;
    let edge = |f: f64| rounded(f, 6);
    let most = amplitudes.values.iter().copied().fold(0.0, f64::max);
    let row = |row: ndarray::ArrayView1<f64>| row.iter().map(|v| rounded(*v, 2)).collect();
    let free: Vec<(f64, (f64, f64))> = (amplitudes.frequencies.iter().zip(&amplitudes.inside))
        .filter_map(|(frequency, inside)| inside.map(|ends| (*frequency, ends)))
        .collect();
    let line = |end: fn(&(f64, f64)) -> f64| {
        free.iter().map(|(frequency, ends)| (rounded(end(ends), 5), rounded(*frequency, 4))).collect()
    };
    Content::Map(Map {
        across: Axis::linear("time, s"),
        up,
        ends: [(-step / 2.0, seconds - step / 2.0), (edge(amplitudes.edges.0), edge(amplitudes.edges.1))],
        rows: amplitudes.values.rows().into_iter().map(row).collect(),
        shades: Shades::Grey { low: 0.0, high: rounded(most, 1).max(0.1) },
        lines: vec![line(|ends| ends.0), line(|ends| ends.1)],
        span: (1, 1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_frequencies_and_other_times_are_refused() {
        let sharp: Transform = |signal| {
            let mut all = wavelets(signal)?;
            all.frequencies.iter_mut().for_each(|f| *f *= exp(LN_2 / 4.0));
            Ok(all)
        };
        let backwards: Transform = |signal| {
            let mut all = windowed(signal)?;
            all.values.invert_axis(ndarray::Axis(1));
            Ok(all)
        };
        let none: Transform = |_| Err("there is none".to_owned());
        assert!(draw(&signals(), [windowed, wavelets]).is_ok());
        for wrong in [[windowed, sharp], [backwards, wavelets], [none, wavelets]] {
            assert!(draw(&signals(), wrong).is_err());
        }
        let [chirp, mut beat, tune] = signals();
        beat.values[..128].fill(0.0);
        assert!(
            draw(&[chirp, beat, tune], [windowed, wavelets])
                .is_err_and(|unmet| unmet.found.contains("heart"))
        );
    }
}
