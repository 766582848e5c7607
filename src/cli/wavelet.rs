//! `faltung compute cwt` and `icwt`: the continuous wavelet transform along the last axis (sound: along time), and back.

use super::{
    account::{affordable_or, upwards},
    blocks::{self, Sink},
    destination::Destination,
    display::{Axes, Panel, Places, unless_many},
    named::named,
    number::positive,
    oriented::frame,
    output::{Failure, Voice},
    signals::{self, Coefficients, Done, Input, Origin},
};
use clap::{Args, builder::TypedValueParser};
use faltung::{
    expr,
    figure::{Axis, number},
    io::Data,
    signal::Boundary,
    wavelet::{Cwt, LIST, Plan, Signals, Wavelet, conventions::Engine, peak, pywavelets::Pywavelets, scales},
};
use ndarray::{ArrayD, ArrayViewD, Axis as Along, IxDyn, Slice};
use num_complex::Complex64;
use serde_json::json;
use std::f64::consts::{SQRT_2, TAU};

/// A wavelet and its scales, the same for both directions.
#[derive(Args, Clone)]
struct Scales {
    /// The wavelet's name, with parameters if they are not the usual ones, as in morse:3,20; faltung list wavelets
    #[arg(long, default_value = "morse")]
    wavelet: String,
    /// Scales in an octave
    #[arg(long, default_value_t = 12, value_name = "N")]
    voices: usize,
    /// Samples in a unit of time
    #[arg(long, value_name = "HZ", value_parser = positive)]
    rate: Option<f64>,
    /// The lowest frequency [default: 4 periods in the signal]
    #[arg(long, value_name = "HZ", value_parser = positive)]
    lowest: Option<f64>,
    /// The highest frequency [default: half the rate]
    #[arg(long, value_name = "HZ", value_parser = positive)]
    highest: Option<f64>,
    /// The power p of the scale: 1 for amplitudes, 0.5 for energies
    #[arg(long, default_value_t = 1.0, value_name = "P")]
    power: f64,
}

/// What makes a transform smaller.
const LESS: &str =
    "take fewer --voices, a higher --lowest, or cut the signal into parts; of a .wav file, take --blocks";

/// The wavelet of that name, with parameters behind a colon.
fn wavelet(text: &str) -> Result<Box<dyn Wavelet>, Failure> {
    let (name, parameters) = text.split_once(':').map_or((text, None), |(name, rest)| (name, Some(rest)));
    let Some(entry) = LIST.iter().find(|entry| entry.name == name) else {
        let near = expr::nearest(name, LIST.iter().map(|entry| entry.name));
        let near = near.map(|name| format!("did you mean {name}? ")).unwrap_or_default();
        let problem = format!("no wavelet is called {name:?}");
        return Err(Failure::input(problem, format!("{near}`faltung list wavelets` lists them")));
    };
    let Some(parameters) = parameters else { return Ok(entry.make()?) };
    let numbers: Result<Vec<f64>, _> = parameters.split(',').map(str::parse).collect();
    let usual = entry.usual.iter().map(f64::to_string).collect::<Vec<_>>().join(",");
    match numbers {
        Ok(numbers) if !entry.usual.is_empty() => Ok(entry.with(&numbers)?),
        Ok(_) => Err(Failure::input(format!("{name} has no parameters"), "leave out what follows the colon")),
        Err(_) => {
            let problem = format!("the parameters {parameters:?} of {name} are no numbers");
            Err(Failure::input(problem, format!("write them as in {name}:{usual}")))
        }
    }
}

/// Whose numbers are wanted.
#[derive(Clone, Copy)]
enum Convention {
    Of(Engine),
    Pywavelets,
}

impl Convention {
    const ALL: [Convention; 6] = [
        Convention::Of(Engine::TorrenceCompo),
        Convention::Of(Engine::Ssqueezepy),
        Convention::Of(Engine::SsqueezepyL2),
        Convention::Of(Engine::Fcwt),
        Convention::Of(Engine::Matlab),
        Convention::Pywavelets,
    ];

    fn name(self) -> &'static str {
        match self {
            Convention::Of(engine) => engine.name(),
            Convention::Pywavelets => "pywavelets",
        }
    }
}

fn conventions() -> impl TypedValueParser<Value = Convention> {
    named(&Convention::ALL, Convention::name, |convention| match convention {
        Convention::Of(Engine::TorrenceCompo) => "Torrence & Compo 1998: scales are times, p = 1/2",
        Convention::Of(Engine::Ssqueezepy) => "ssqueezepy, norm L1: p = 1",
        Convention::Of(Engine::SsqueezepyL2) => "ssqueezepy, norm L2: p = 1/2",
        Convention::Of(Engine::Fcwt) => "fCWT: p = 1; its wavelet of bandwidth fb is gabor:2*pi*fb",
        Convention::Of(Engine::Matlab) => "MATLAB's cwt: p = 1",
        Convention::Pywavelets => {
            "PyWavelets' cwt, with --scales, and its names of wavelets: mexh, morl, cmor1.5-1.0, …"
        }
    })
}

/// The scales of a transform, and what made them.
struct Grid {
    wavelet: Box<dyn Wavelet>,
    scales: Vec<f64>,
    rate: f64,
    lowest: f64,
}

impl Scales {
    fn grid(&self, samples: usize, rate: Option<f64>) -> Result<Grid, Failure> {
        let rate = self.rate.or(rate).unwrap_or(1.0);
        let wavelet = wavelet(&self.wavelet)?;
        let lowest = self.lowest.unwrap_or(4.0 * rate / samples as f64);
        let highest = self.highest.unwrap_or(rate / 2.0);
        if highest > rate / 2.0 {
            let problem = format!(
                "--highest is {highest}, and {rate} samples a second have no frequency above {}",
                rate / 2.0
            );
            return Err(Failure::input(
                problem,
                "take a lower one; --rate is 1 unless it is given, or a sound's own",
            ));
        }
        if self.lowest.is_none() && lowest >= highest {
            let problem = format!(
                "the lowest frequency is 4 periods in {samples} samples, {lowest}, and so not below the highest, {highest}"
            );
            return Err(Failure::input(problem, format!("give --lowest, as in --lowest {}", highest / 4.0)));
        }
        let scales = scales::voices(&*wavelet, self.power, [lowest, highest], self.voices)?;
        Ok(Grid { wavelet, scales, rate, lowest })
    }

    fn cwt<'w>(&self, grid: &'w Grid, boundary: Boundary) -> Cwt<'w> {
        let scales = grid.scales.clone();
        Cwt { p: self.power, step: 1.0 / grid.rate, boundary, ..Cwt::new(&*grid.wavelet, scales) }
    }

    /// These scales, in samples.
    fn at(&self, scales: &[f64], rate: Option<f64>) -> Result<Grid, Failure> {
        let rate = self.rate.or(rate).unwrap_or(1.0);
        let scales = scales.iter().map(|scale| scale / rate).collect();
        Ok(Grid { wavelet: wavelet(&self.wavelet)?, scales, rate, lowest: 0.0 })
    }

    /// The filters, and the transform of one signal.
    fn afford(&self, grid: &Grid, samples: usize) -> Result<(), Failure> {
        affordable_or(64 * 3 * samples as u128 * (grid.scales.len() + 1) as u128, LESS)
    }

    fn plan(&self, grid: &Grid, samples: usize, boundary: Boundary, low: bool) -> Result<Plan<f64>, Failure> {
        self.afford(grid, samples)?;
        let plan = self.cwt(grid, boundary).plan(samples)?;
        let below = TAU * grid.lowest / grid.rate;
        Ok(if low { plan.with_low_pass(below, Signals::Real) } else { plan })
    }

    /// The scalogram of so many signals at every `hop`-th sample: panels, and where in them a coefficient is seen.
    fn panels(
        &self,
        grid: &Grid,
        samples: usize,
        batch: usize,
        hop: usize,
        rate: Option<f64>,
    ) -> Result<Sink<'static>, Failure> {
        unless_many(batch)?;
        let rate = self.rate.or(rate);
        let (step, across) = signals::time(rate);
        let first = scales::frequency(&*grid.wavelet, self.power, 1.0);
        let frequencies: Vec<f64> = grid.scales.iter().map(|s| first / s).collect();
        let in_samples: Vec<f64> = grid.scales.iter().map(|s| s * grid.rate).collect();
        // out of reach of the ends, between two lines
        let cone = scales::cone(&*grid.wavelet, &in_samples, samples);
        let inside = || frequencies.iter().zip(&cone).filter(|(_, range)| !range.is_empty());
        let lines = [
            inside().map(|(f, range)| (range.start as f64 * step, *f)).collect::<Vec<_>>(),
            inside().map(|(f, range)| ((range.end - 1) as f64 * step, *f)).collect(),
        ];
        let (rows, columns) = (frequencies.len(), samples.div_ceil(hop));
        let half = SQRT_2.powf(1.0 / self.voices as f64);
        let [high, low] = [frequencies[0] * half, frequencies[rows - 1] / half];
        let edge = |column: f64| column * hop as f64 * step;
        let axes = |c: usize| Axes {
            title: if batch == 1 { "|cwt|".to_owned() } else { format!("|cwt| of signal {c}") },
            across: across.clone(),
            up: Axis::logarithmic(signals::hertz(rate)),
            ends: [(edge(-0.5), edge(columns as f64 - 0.5)), (low, high)],
            lines: if lines[0].is_empty() { vec![] } else { lines.to_vec() },
            places: Places::Values,
            height: 2,
        };
        // a low-pass filter has no frequency of its own
        let places = move |[c, l, n]: [usize; 3]| (l < rows).then_some((c, [l, n]));
        let panels = (0..batch).map(|c| Panel::new(axes(c), [rows, columns])).collect();
        Ok(Sink::Panels(panels, Box::new(places)))
    }

    /// What the sizes are.
    fn sizes(&self, wavelet: &dyn Wavelet) -> String {
        let name = wavelet.name();
        let what = format!("Sizes of f * psi_s with psi_s(u) = s^-{} psi(u/s), {name}", self.power);
        if self.power == 1.0 && wavelet.declared().analytic {
            let most = wavelet.frequency(peak(wavelet, 1.0)).norm() / 2.0;
            return format!("{what}; a tone of amplitude 1 has the size {} at its frequency.", number(most));
        }
        format!("{what}.")
    }
}

/// The continuous wavelet transform.
#[derive(Args)]
#[command(allow_negative_numbers = true)]
pub struct Continuous {
    /// A real signal: a file (.npy .npz:name .csv .wav, - for standard input), or "[1, 2, 3]"; drawn by -o y.svg and -o y.png
    x: String,
    #[command(flatten)]
    grid: Scales,
    /// Whose transform, in place of the convolution with psi_s
    #[arg(long, value_parser = conventions(), conflicts_with_all = ["power", "invertible", "blocks"])]
    convention: Option<Convention>,
    /// The scales, in samples, in place of a grid of frequencies; they are written, not drawn
    #[arg(long, value_name = "S,…", value_delimiter = ',', value_parser = positive,
          conflicts_with_all = ["voices", "lowest", "highest", "invertible", "blocks"])]
    scales: Option<Vec<f64>>,
    /// 2^N values of the wavelet, of --convention pywavelets
    #[arg(long, value_name = "N", default_value_t = 12)]
    precision: u32,
    /// Keep every N-th sample of the result
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u32).range(1..))]
    hop: u32,
    /// Take the signal as periodic and add a low-pass filter as the last row, so that icwt restores it
    #[arg(long, conflicts_with_all = ["magnitude", "hop", "blocks"])]
    invertible: bool,
    /// The absolute values instead of complex numbers; one pixel each with -o y.png --range stretch
    #[arg(long)]
    magnitude: bool,
    /// Take a .wav file piece by piece, as long ones are: in memory that does not grow with it, each coefficient seeing twice
    /// the support of its wavelet
    #[arg(long)]
    blocks: bool,
    #[command(flatten)]
    to: Destination,
}

impl Continuous {
    pub fn run(&self, voice: &Voice) -> Result<(), Failure> {
        // a periodic signal is taken whole, and so are those of other programs
        let whole = self.invertible || self.convention.is_some() || self.scales.is_some();
        let most = if whole { usize::MAX } else { blocks::LONG };
        let mut x = Input::of(&self.x, &self.to, self.magnitude, (self.blocks, most), voice)?;
        let (samples, batch, rate, hop) = (x.samples(), x.batch(), x.rate(), self.hop as usize);
        let drawing = self.to.drawing(self.magnitude);
        if self.scales.is_some() && drawing.is_some() {
            let problem = "--scales may be any, and a drawing has a grid of frequencies";
            return Err(Failure::input(problem, "take --lowest, --highest and --voices, or write .npy"));
        }
        if let (Some(Convention::Pywavelets), Input::Signals { signals, .. }) = (self.convention, &x) {
            return self.pywavelets(signals.view(), x.origin(), rate, voice);
        }
        let power = match self.convention {
            Some(Convention::Of(Engine::TorrenceCompo | Engine::SsqueezepyL2)) => 0.5,
            Some(_) => 1.0,
            None => self.grid.power,
        };
        let own = Scales { power, ..self.grid.clone() };
        let grid = match &self.scales {
            None => own.grid(samples, rate)?,
            Some(scales) => own.at(scales, rate)?,
        };
        let panels = drawing.map(|_| own.panels(&grid, samples, batch, hop, rate)).transpose()?;
        let first = scales::frequency(&*grid.wavelet, own.power, 1.0);
        let frequencies: Vec<f64> = grid.scales.iter().map(|s| first / s).collect();
        if let (Some(first), Some(last)) = (frequencies.first(), frequencies.last()) {
            let count = frequencies.len();
            voice.say("scales", format!("{count}, of tones from {first:.4e} down to {last:.4e}"));
        }
        let mut done = Done {
            x: x.origin(),
            name: "cwt",
            title: "Scalogram",
            why: "a filter for each scale, by fast Fourier transforms: batch x scales x samples",
            sizes: own.sizes(&*grid.wavelet),
            own: json!({
                "frequencies": frequencies, "hop": hop, "scales": grid.scales, "wavelet": grid.wavelet.name(),
                "convention": self.convention.map(Convention::name),
            }),
        };
        voice.say("algorithm", done.why);
        let rows = grid.scales.len() + usize::from(self.invertible);
        let shape = [batch, rows, samples.div_ceil(hop)];
        let entries = shape.iter().map(|n| *n as u128).product::<u128>();
        match &mut x {
            Input::Sound { sound, .. } => {
                let cwt = own.cwt(&grid, Boundary::Reflect);
                let mut sink = match panels {
                    Some(panels) => panels,
                    None => Sink::file(self.to.path(), shape, !self.magnitude, voice)?,
                };
                let beyond = blocks::cwt(sound, &cwt, hop, voice, &mut sink)?;
                let most = beyond.iter().copied().fold(0.0, f64::max);
                let least = beyond.iter().copied().fold(f64::INFINITY, f64::min);
                done.x.notes.push(format!(
                    "a coefficient sees twice the support of its wavelet to each side; beyond that the sizes of its filter add up to \
                     {least:.2e} to {most:.2e}, by scale; of the difference to the transform of the whole no bound is derived"
                ));
                done.own["beyond"] = json!(beyond);
                let kind = if self.magnitude { "float64" } else { "complex128" };
                done.finish(sink, &shape[usize::from(batch == 1)..], kind, &self.to, voice)
            }
            Input::Signals { signals, .. } => {
                if panels.is_none() {
                    self.to.check_entries(entries)?;
                }
                affordable_or(64 * rows as u128 * samples as u128 * batch as u128, LESS)?;
                let boundary = if self.invertible { Boundary::Wrap } else { Boundary::Reflect };
                let bar = voice.progress(1);
                let plan = match self.convention {
                    Some(Convention::Of(engine)) => {
                        own.afford(&grid, samples)?;
                        engine.cwt(&*grid.wavelet, grid.scales.clone(), 1.0 / grid.rate).plan(samples)?
                    }
                    _ => own.plan(&grid, samples, boundary, self.invertible)?,
                };
                let mut y = plan.forward_real(signals.view())?;
                bar.finish_and_clear();
                let last = Along(y.ndim() - 1);
                y.slice_axis_inplace(last, Slice::from(..).step_by(hop as isize));
                if let (true, None, Some(rate)) = (self.invertible, own.rate, rate) {
                    voice.say("note", format!("icwt wants --rate {rate}, which the sound has said"));
                }
                if self.invertible {
                    let (bounds, said) = frame(plan.bank());
                    voice.say("frame", said);
                    done.own["frame_bounds"] = json!(bounds);
                }
                let data = if self.magnitude { Data::F64(y.mapv(Complex64::norm)) } else { Data::C64(y) };
                done.deliver(&data, panels, &self.to, voice)
            }
        }
    }

    /// PyWavelets' numbers, which are sums of its own.
    fn pywavelets(
        &self,
        x: ArrayViewD<f64>,
        origin: Origin,
        rate: Option<f64>,
        voice: &Voice,
    ) -> Result<(), Failure> {
        let Some(scales) = &self.scales else {
            let problem = "PyWavelets is given scales, and here there are none";
            return Err(Failure::input(problem, "give them in samples, as in --scales 2,4,8"));
        };
        let own = Pywavelets::new(self.grid.wavelet.parse()?, self.precision)?;
        let rate = self.grid.rate.or(rate).unwrap_or(1.0);
        let frequencies: Vec<f64> = scales.iter().map(|scale| own.frequency(*scale) * rate).collect();
        let samples = x.len_of(Along(x.ndim() - 1));
        let shape = [&x.shape()[..x.ndim() - 1], &[scales.len(), samples]].concat();
        let entries = shape.iter().map(|n| *n as u128).product::<u128>();
        self.to.check_entries(entries.div_ceil(self.hop.into()))?;
        affordable_or(64 * entries, LESS)?;
        let why = "differences of the wavelet's integral in steps, convolved: batch x scales x samples";
        voice.say("algorithm", why);
        let mut y = ArrayD::zeros(IxDyn(&shape));
        for (signal, mut rows) in x
            .lanes(Along(x.ndim() - 1))
            .into_iter()
            .zip(y.exact_chunks_mut([vec![1; x.ndim() - 1], vec![scales.len(), samples]].concat()))
        {
            let all = own.cwt(signal, scales)?;
            rows.iter_mut().zip(&all).for_each(|(to, from)| *to = *from);
        }
        let last = Along(y.ndim() - 1);
        y.slice_axis_inplace(last, Slice::from(..).step_by(self.hop as isize));
        let done = Done {
            x: origin,
            name: "cwt",
            title: "Scalogram",
            why,
            sizes: String::new(),
            own: json!({
                "frequencies": frequencies, "hop": self.hop, "scales": scales, "wavelet": self.grid.wavelet,
                "convention": Convention::Pywavelets.name(),
            }),
        };
        let data = if self.magnitude { Data::F64(y.mapv(Complex64::norm)) } else { Data::C64(y) };
        done.deliver(&data, None, &self.to, voice)
    }
}

/// Its inverse.
#[derive(Args)]
#[command(allow_negative_numbers = true)]
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
        let coefficients = Coefficients::of(&self.y, &self.to, voice)?;
        if self.scales.power != 1.0 && self.scales.rate.is_none() {
            let problem = format!("with --power {} the coefficients depend on the rate", self.scales.power);
            let advice = "give --rate as cwt had it: of a sound its own, else 1 if none was given";
            return Err(Failure::input(problem, advice));
        }
        let y = coefficients.y.view();
        let axes = &y.shape()[..y.ndim() - 2];
        let form = signals::written_as(&self.to, self.scales.rate, axes)?;
        let samples = y.len_of(Along(y.ndim() - 1));
        self.to.check_entries(samples as u128 * axes.iter().map(|n| *n as u128).product::<u128>())?;
        let grid = self.scales.grid(samples, None)?;
        let (rows, expected) = (y.len_of(Along(y.ndim() - 2)), grid.scales.len() + 1);
        if rows != expected {
            let problem = format!(
                "{} has {rows} rows, and cwt --invertible writes {expected} with these options",
                self.y
            );
            return Err(Failure::input(problem, "give --invertible to cwt, and cwt's other options to icwt"));
        }
        let plan = self.scales.plan(&grid, samples, Boundary::Wrap, true)?;
        let x = plan.inverse(y, Signals::Real)?.mapv(|value| value.re);
        if let Some(bound) = plan.bank().rounding(Signals::Real) {
            let most = upwards(bound);
            voice.say(
                "error",
                format!("of coefficients that cwt wrote with these options, at most {most} of the 2-norm"),
            );
        }
        let again = plan.forward_real(x.view())?;
        coefficients.restored(("icwt", "the canonical dual frame"), (x, again), &form, &self.to, voice)
    }
}
