//! `faltung compute stft` and `istft`: the windowed Fourier transform along the last axis (sound: along time), and back.

use super::{
    account::affordable_or,
    blocks::{self, Sink},
    destination::Destination,
    display::{Axes, Panel, Places, unless_many},
    named::named,
    number::{count, positive},
    output::{Failure, Voice},
    signals::{self, Coefficients, Done, Input},
};
use clap::{Args, builder::TypedValueParser};
use faltung::{
    figure::{Axis, number},
    io::Data,
    wavelet::{Window, Windowed, WindowedPlan},
};
use num_complex::Complex64;
use serde_json::json;

/// A window and its steps, the same for both directions.
#[derive(Args)]
struct Frames {
    /// The window's name: hann, hamming, sine, rectangle
    #[arg(long, default_value = "hann", value_parser = windows())]
    window: Window,
    /// The window's length in samples
    #[arg(long, default_value_t = 256, value_name = "N", value_parser = count)]
    length: usize,
    /// From one window to the next [default: a quarter of the length]
    #[arg(long, value_name = "N", value_parser = count)]
    hop: Option<usize>,
    /// The number of frequencies [default: the length]
    #[arg(long, value_name = "N", value_parser = count)]
    channels: Option<usize>,
}

/// What makes a transform smaller.
const LESS: &str =
    "take a larger --hop, fewer --channels, or cut the signal into parts; of a .wav file, take --blocks";

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
    fn spec(&self) -> Result<Windowed, Failure> {
        // the window and what becomes of it
        affordable_or(64 * self.length as u128, "take a shorter --length")?;
        let hop = self.hop.unwrap_or((self.length / 4).max(1));
        let channels = self.channels.unwrap_or(self.length);
        Ok(Windowed::new(&self.window.values(self.length), hop, channels))
    }

    fn plan(&self, samples: usize, batch: usize) -> Result<WindowedPlan<f64>, Failure> {
        let spec = self.spec()?;
        let plan = spec.plan(samples)?;
        // the circle that the signal is laid on
        affordable_or(64 * plan.frames() as u128 * spec.hop as u128 * batch as u128, LESS)?;
        Ok(plan)
    }

    /// The spectrogram of so many signals: panels, and where in them a coefficient is seen.
    fn panels(&self, samples: usize, batch: usize, rate: Option<f64>) -> Result<Sink<'static>, Failure> {
        unless_many(batch)?;
        let spec = self.spec()?;
        let plan = spec.plan::<f64>(samples)?;
        let (step, across) = signals::time(rate);
        let (hop, half) = (spec.hop as f64 * step, spec.channels / 2 + 1);
        // the windows whose origin is in the signal
        let count = samples.div_ceil(spec.hop);
        let first = (0..plan.frames()).find(|m| plan.time(*m) >= 0).unwrap_or(0);
        let bin = 1.0 / (spec.channels as f64 * step);
        let top = (half as f64 - 0.5) * bin;
        // windows between these lines lie in the signal
        let inside = [spec.origin as f64, samples as f64 - (spec.window.len() - spec.origin) as f64];
        let lines = inside.map(|n| vec![(n * step, -0.5 * bin), (n * step, top)]);
        let axes = |c: usize| Axes {
            title: if batch == 1 { "|stft|".to_owned() } else { format!("|stft| of signal {c}") },
            across: across.clone(),
            up: Axis::linear(signals::hertz(rate)),
            ends: [(-0.5 * hop, (count as f64 - 0.5) * hop), (-0.5 * bin, top)],
            lines: if inside[0] < inside[1] { lines.to_vec() } else { vec![] },
            places: Places::Values,
            height: 2,
        };
        let places = move |[c, m, k]: [usize; 3]| {
            let column = m.checked_sub(first).filter(|column| *column < count)?;
            Some((c, [half - 1 - k, column]))
        };
        let panels = (0..batch).map(|c| Panel::new(axes(c), [half, count])).collect();
        Ok(Sink::Panels(panels, Box::new(places)))
    }
}

/// The windowed Fourier transform.
#[derive(Args)]
#[command(allow_negative_numbers = true)]
pub struct Stft {
    /// A real signal: a file (.npy .npz:name .csv .wav, - for standard input), or "[1, 2, 3]"; drawn by -o y.svg and -o y.png
    x: String,
    #[command(flatten)]
    frames: Frames,
    /// The absolute values instead of complex numbers; one pixel each with -o y.png --range stretch
    #[arg(long)]
    magnitude: bool,
    /// Take a .wav file piece by piece, as long ones are: in memory that does not grow with it, and with the same result
    #[arg(long)]
    blocks: bool,
    #[command(flatten)]
    to: Destination,
}

impl Stft {
    pub fn run(&self, voice: &Voice) -> Result<(), Failure> {
        let mut x = Input::of(&self.x, &self.to, self.magnitude, (self.blocks, blocks::LONG), voice)?;
        let (samples, batch, rate) = (x.samples(), x.batch(), x.rate());
        let spec = self.frames.spec()?;
        let plan = match x {
            Input::Sound { .. } => spec.plan::<f64>(samples)?,
            Input::Signals { .. } => self.frames.plan(samples, batch)?,
        };
        let half = spec.channels / 2 + 1;
        let drawing = self.to.drawing(self.magnitude);
        let panels = drawing.map(|_| self.frames.panels(samples, batch, rate)).transpose()?;
        if let Ok(bounds) = plan.bounds() {
            let lost = if bounds.lower > 0.0 {
                ""
            } else {
                ": some signals leave no trace, and istft cannot restore them"
            };
            voice
                .say("frame", format!("{:.4e} to {:.4e} times the energy{lost}", bounds.lower, bounds.upper));
        }
        let window = self.frames.window.name();
        let gain = spec.window.iter().map(|value| value.re).sum::<f64>() / 2.0;
        let done = Done {
            x: x.origin(),
            name: "stft",
            title: "Spectrogram",
            why: "windows, each transformed: batch x windows x frequencies",
            sizes: format!(
                "Sizes of the windowed Fourier transform, {window} of {} samples, from window to window {}; a tone of \
                 amplitude 1 has the size {} far from the frequency 0.",
                self.frames.length,
                spec.hop,
                number(gain)
            ),
            own: json!({ "first_sample": plan.time(0), "hop": plan.time(1) - plan.time(0) }),
        };
        voice.say("algorithm", done.why);
        let shape = [batch, plan.frames(), half];
        match &mut x {
            Input::Sound { sound, .. } => {
                let mut sink = match panels {
                    Some(panels) => panels,
                    None => Sink::file(self.to.path(), shape, !self.magnitude, voice)?,
                };
                blocks::stft(sound, &plan, half, voice, &mut sink)?;
                let kind = if self.magnitude { "float64" } else { "complex128" };
                done.finish(sink, &shape[usize::from(batch == 1)..], kind, &self.to, voice)
            }
            Input::Signals { signals, .. } => {
                let entries = shape.iter().map(|n| *n as u128).product::<u128>();
                if panels.is_none() {
                    self.to.check_entries(entries)?;
                }
                affordable_or(96 * entries, LESS)?;
                let bar = voice.progress(1);
                let y = plan.forward_real(signals.view())?;
                bar.finish_and_clear();
                let data = if self.magnitude { Data::F64(y.mapv(Complex64::norm)) } else { Data::C64(y) };
                done.deliver(&data, panels, &self.to, voice)
            }
        }
    }
}

/// Its inverse.
#[derive(Args)]
#[command(allow_negative_numbers = true)]
pub struct Istft {
    /// What stft wrote: a file
    y: String,
    /// The number of samples of the signal
    #[arg(long, value_name = "N", value_parser = count)]
    samples: usize,
    /// Samples a second, of a sound: -o x.wav
    #[arg(long, value_name = "HZ", value_parser = positive)]
    rate: Option<f64>,
    #[command(flatten)]
    frames: Frames,
    #[command(flatten)]
    to: Destination,
}

impl Istft {
    pub fn run(&self, voice: &Voice) -> Result<(), Failure> {
        let coefficients = Coefficients::of(&self.y, &self.to, voice)?;
        let y = coefficients.y.view();
        let axes = &y.shape()[..y.ndim() - 2];
        let form = signals::written_as(&self.to, self.rate, axes)?;
        let batch: usize = axes.iter().product();
        affordable_or(
            96 * self.samples as u128 * batch.max(1) as u128,
            "give as many --samples as the signal had",
        )?;
        self.to.check_entries(self.samples as u128 * batch as u128)?;
        let plan = self.frames.plan(self.samples, batch)?;
        let x = plan.inverse_real(y)?;
        let again = plan.forward_real(x.view())?;
        coefficients.restored(("istft", "the canonical dual window"), (x, again), &form, &self.to, voice)
    }
}
