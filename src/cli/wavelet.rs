//! `faltung compute stft`, `istft`, `cwt` and `icwt`: transforms in time and frequency, along the last axis (sound: along time).

use super::{
    account::{Account, affordable},
    convert::to_c64,
    destination::Destination,
    named::named,
    operand::{self, Operand},
    output::{Failure, Voice},
};
use clap::{Args, builder::TypedValueParser};
use faltung::{
    io::{Data, Form},
    signal::Boundary,
    wavelet::{Cwt, LIST, Named, Plan, Signals, Window, Windowed, WindowedPlan, scales},
};
use ndarray::{ArrayD, Axis};
use num_complex::Complex64;
use serde_json::{Value, json};

/// A window and its steps, the same for both directions.
#[derive(Args)]
struct Frames {
    /// The window's name: hann, hamming, sine, rectangle
    #[arg(long, default_value = "hann", value_parser = windows())]
    window: Window,
    /// The window's length in samples
    #[arg(long, default_value_t = 256, value_name = "N")]
    length: usize,
    /// From one window to the next [default: a quarter of the length]
    #[arg(long, value_name = "N")]
    hop: Option<usize>,
    /// The number of frequencies [default: the length]
    #[arg(long, value_name = "N")]
    channels: Option<usize>,
}

fn windows() -> impl TypedValueParser<Value = Window> {
    const ALL: [Window; 4] = [Window::Hann, Window::Hamming, Window::Sine, Window::Rectangle];
    named(&ALL, Window::name, |window| match window {
        Window::Hann => "1/2 - 1/2 cos",
        Window::Hamming => "0.54 - 0.46 cos",
        Window::Sine => "the root of hann",
        Window::Rectangle => "ones",
        Window::Gaussian(_) => "a bell",
    })
}

impl Frames {
    fn plan(&self, samples: usize, batch: usize) -> Result<WindowedPlan<f64>, Failure> {
        // the window and what becomes of it
        affordable(64 * self.length as u128)?;
        let hop = self.hop.unwrap_or((self.length / 4).max(1));
        let channels = self.channels.unwrap_or(self.length);
        let plan = Windowed::new(&self.window.values(self.length), hop, channels).plan(samples)?;
        // the circle that the signal is laid on
        affordable(64 * plan.frames() as u128 * hop as u128 * batch as u128)?;
        Ok(plan)
    }
}

/// The windowed Fourier transform.
#[derive(Args)]
pub struct Stft {
    /// A real signal: a file (.npy .npz:name .csv .wav, - for standard input), or "[1, 2, 3]"
    x: String,
    #[command(flatten)]
    frames: Frames,
    /// The absolute values instead of complex numbers, for a picture: -o x.png --range stretch
    #[arg(long)]
    magnitude: bool,
    #[command(flatten)]
    to: Destination,
}

impl Stft {
    pub fn run(&self, voice: &Voice) -> Result<(), Failure> {
        let x = signal(&self.x, &self.to, self.magnitude, voice)?;
        let samples = x.signals.len_of(Axis(x.signals.ndim() - 1));
        let batch = x.signals.len() / samples;
        let plan = self.frames.plan(samples, batch)?;
        let half = (self.frames.channels.unwrap_or(self.frames.length) / 2 + 1) as u128;
        let batch = batch as u128;
        affordable(96 * half * plan.frames() as u128 * batch)?;
        let y = plan.forward_real(x.signals.view())?;
        let why = "windows, each transformed: batch x windows x frequencies";
        if let Ok(bounds) = plan.bounds() {
            voice.say("frame", format!("{:.4e} to {:.4e} times the energy", bounds.lower, bounds.upper));
        }
        let own = json!({ "first_sample": plan.time(0), "hop": plan.time(1) - plan.time(0) });
        delivered("stft", why, x, y, self.magnitude, &self.to, own, voice)
    }
}

/// Its inverse.
#[derive(Args)]
pub struct Istft {
    /// What stft wrote: a file
    y: String,
    /// The number of samples of the signal
    #[arg(long, value_name = "N")]
    samples: usize,
    #[command(flatten)]
    frames: Frames,
    #[command(flatten)]
    to: Destination,
}

impl Istft {
    pub fn run(&self, voice: &Voice) -> Result<(), Failure> {
        let (operand, y, mut notes) = coefficients(&self.y, &self.to, voice)?;
        affordable(96 * self.samples as u128)?;
        let batch = y.shape()[..y.ndim() - 2].iter().product();
        let x = self.frames.plan(self.samples, batch)?.inverse_real(y.view())?;
        restored("istft", "the canonical dual window", &operand, x, &mut notes, &self.to, voice)
    }
}

/// A wavelet and its scales, the same for both directions.
#[derive(Args)]
struct Scales {
    /// The wavelet's name; faltung list wavelets
    #[arg(long, default_value = "morse", value_parser = wavelets())]
    wavelet: Named,
    /// Scales in an octave
    #[arg(long, default_value_t = 12, value_name = "N")]
    voices: usize,
    /// Samples in a unit of time
    #[arg(long, value_name = "HZ")]
    rate: Option<f64>,
    /// The lowest frequency [default: 4 periods in the signal]
    #[arg(long, value_name = "HZ")]
    lowest: Option<f64>,
    /// The highest frequency [default: half the rate]
    #[arg(long, value_name = "HZ")]
    highest: Option<f64>,
    /// The power p of the scale: 1 for amplitudes, 0.5 for energies
    #[arg(long, default_value_t = 1.0, value_name = "P")]
    power: f64,
}

fn wavelets() -> impl TypedValueParser<Value = Named> {
    named(&LIST, |wavelet| wavelet.name, |wavelet| wavelet.about)
}

impl Scales {
    fn plan(
        &self,
        samples: usize,
        rate: Option<f64>,
        boundary: Boundary,
        low: bool,
    ) -> Result<Plan<f64>, Failure> {
        let rate = self.rate.or(rate).unwrap_or(1.0);
        let wavelet = (self.wavelet.make)()?;
        let lowest = self.lowest.unwrap_or(4.0 * rate / samples as f64);
        let highest = self.highest.unwrap_or(rate / 2.0);
        let grid = scales::voices(&*wavelet, self.power, [lowest, highest], self.voices)?;
        // the filters, and the transform of one signal
        affordable(64 * 3 * samples as u128 * (grid.len() + 1) as u128)?;
        let cwt = Cwt { p: self.power, step: 1.0 / rate, boundary, ..Cwt::new(&*wavelet, grid) };
        let plan = cwt.plan(samples)?;
        Ok(if low { plan.with_low_pass(std::f64::consts::TAU * lowest / rate, Signals::Real) } else { plan })
    }
}

/// The continuous wavelet transform.
#[derive(Args)]
pub struct Continuous {
    /// A real signal: a file (.npy .npz:name .csv .wav, - for standard input), or "[1, 2, 3]"
    x: String,
    #[command(flatten)]
    scales: Scales,
    /// Take the signal as periodic and add a low-pass filter as the last row, so that icwt restores it
    #[arg(long, conflicts_with = "magnitude")]
    invertible: bool,
    /// The absolute values instead of complex numbers, for a picture: -o x.png --range stretch
    #[arg(long)]
    magnitude: bool,
    #[command(flatten)]
    to: Destination,
}

impl Continuous {
    pub fn run(&self, voice: &Voice) -> Result<(), Failure> {
        let x = signal(&self.x, &self.to, self.magnitude, voice)?;
        let samples = x.signals.len_of(Axis(x.signals.ndim() - 1));
        let boundary = if self.invertible { Boundary::Wrap } else { Boundary::Reflect };
        let plan = self.scales.plan(samples, x.rate, boundary, self.invertible)?;
        let batch = (x.signals.len() / samples) as u128;
        affordable(64 * plan.bank().len() as u128 * (samples as u128) * batch)?;
        let y = plan.forward_real(x.signals.view())?;
        let frequencies = plan.frequencies();
        if let (Some(first), Some(last)) = (frequencies.first(), frequencies.last()) {
            voice.say(
                "scales",
                format!("{}, of tones from {first:.4e} down to {last:.4e}", frequencies.len()),
            );
        }
        let mut own = json!({ "frequencies": frequencies });
        if let (true, None, Some(rate)) = (self.invertible, self.scales.rate, x.rate) {
            voice.say("note", format!("icwt wants --rate {rate}, which the sound has said"));
        }
        if self.invertible {
            let bounds = plan.bank().bounds(Signals::Real);
            voice.say("frame", format!("{:.4e} to {:.4e} times the energy", bounds.lower, bounds.upper));
            own["frame_bounds"] = json!([bounds.lower, bounds.upper]);
        }
        let why = "a filter for each scale, by fast Fourier transforms: batch x scales x samples";
        delivered("cwt", why, x, y, self.magnitude, &self.to, own, voice)
    }
}

/// Its inverse.
#[derive(Args)]
pub struct ContinuousInverse {
    /// What cwt --invertible wrote: a file
    y: String,
    #[command(flatten)]
    scales: Scales,
    #[command(flatten)]
    to: Destination,
}

impl ContinuousInverse {
    pub fn run(&self, voice: &Voice) -> Result<(), Failure> {
        let (operand, y, mut notes) = coefficients(&self.y, &self.to, voice)?;
        if self.scales.power != 1.0 && self.scales.rate.is_none() {
            let problem = format!("with --power {} the coefficients depend on the rate", self.scales.power);
            let advice = "give --rate as cwt had it: of a sound its own, else 1 if none was given";
            return Err(Failure::input(problem, advice));
        }
        let samples = y.len_of(Axis(y.ndim() - 1));
        let plan = self.scales.plan(samples, None, Boundary::Wrap, true)?;
        if let Some(bound) = plan.bank().rounding(Signals::Real) {
            voice.say("error", format!("from its own coefficients at most {bound:.2e} of the 2-norm"));
        }
        let x = plan.inverse(y.view(), Signals::Real)?.mapv(|value| value.re);
        restored("icwt", "the canonical dual frame", &operand, x, &mut notes, &self.to, voice)
    }
}

/// Real signals along the last axis.
struct Signal {
    operand: Operand,
    signals: ArrayD<f64>,
    rate: Option<f64>,
    notes: Vec<String>,
}

fn signal(text: &str, to: &Destination, magnitude: bool, voice: &Voice) -> Result<Signal, Failure> {
    to.check(&[&text.to_owned()], voice)?;
    if !magnitude {
        to.check_complex(", or take --magnitude")?;
    }
    let operand = operand::one(text)?;
    voice.say("x", operand.describe());
    let mut notes = operand.notes.clone();
    if matches!(operand.data, Data::C32(_) | Data::C64(_)) {
        return Err(Failure::input(format!("{} is complex", operand.source), "give a real signal"));
    }
    let mut signals = to_c64(&operand, &mut notes)?.mapv(|value| value.re);
    let mut rate = None;
    if let Form::Sound { rate: samples, channels, .. } = operand.form {
        rate = Some(f64::from(samples));
        if channels > 1 {
            signals = signals.reversed_axes().as_standard_layout().into_owned();
        }
    }
    if signals.ndim() == 0 || signals.is_empty() {
        let problem = format!("{} has no samples", operand.source);
        return Err(Failure::input(problem, "give an array such as \"[1, 2, 3]\""));
    }
    finite(signals.iter().all(|value| value.is_finite()), &operand)?;
    Ok(Signal { operand, signals, rate, notes })
}

fn coefficients(
    text: &str,
    to: &Destination,
    voice: &Voice,
) -> Result<(Operand, ArrayD<Complex64>, Vec<String>), Failure> {
    to.check(&[&text.to_owned()], voice)?;
    let operand = operand::one(text)?;
    voice.say("y", operand.describe());
    let mut notes = operand.notes.clone();
    let y = to_c64(&operand, &mut notes)?;
    finite(y.iter().all(|value| value.is_finite()), &operand)?;
    if y.ndim() < 2 || y.is_empty() {
        let problem = format!("{} is {}", operand.source, operand::shape(y.shape()));
        return Err(Failure::input(problem, "give what the transform wrote: two axes at least"));
    }
    Ok((operand, y, notes))
}

fn finite(holds: bool, operand: &Operand) -> Result<(), Failure> {
    if holds {
        return Ok(());
    }
    let problem =
        format!("{} has NaN or infinity, which a transform spreads over all entries", operand.source);
    Err(Failure::input(problem, "replace it first"))
}

#[allow(clippy::too_many_arguments)]
fn delivered(
    name: &str,
    why: &str,
    x: Signal,
    y: ArrayD<Complex64>,
    magnitude: bool,
    to: &Destination,
    own: Value,
    voice: &Voice,
) -> Result<(), Failure> {
    let data = if magnitude { Data::F64(y.mapv(Complex64::norm)) } else { Data::C64(y) };
    answered(name, why, ("x", &x.operand), data, &x.notes, to, own, voice)
}

fn restored(
    name: &str,
    why: &str,
    operand: &Operand,
    x: ArrayD<f64>,
    notes: &mut Vec<String>,
    to: &Destination,
    voice: &Voice,
) -> Result<(), Failure> {
    notes.push("what is written is real".into());
    answered(name, why, ("y", operand), Data::F64(x), notes, to, json!({}), voice)
}

#[allow(clippy::too_many_arguments)]
fn answered(
    name: &str,
    why: &str,
    operand: (&str, &Operand),
    data: Data,
    notes: &[String],
    to: &Destination,
    own: Value,
    voice: &Voice,
) -> Result<(), Failure> {
    to.check_entries(data.len() as u128)?;
    voice.say("algorithm", why);
    notes.iter().for_each(|note| voice.say("note", note));
    voice.say("result", format!("{} {}", operand::shape(data.shape()), data.type_name()));
    let written = to.deliver_lines(&data, voice)?;
    let (multiplications, error_bound) = (None, None);
    let account = Account {
        operation: name,
        operands: &[operand],
        why,
        multiplications,
        accuracy: "no bound",
        error_bound,
        notes,
        data: &data,
        written,
    };
    account.tell(voice, || own)
}
