//! Long sounds piece by piece: what is read, what is computed of a piece, and where it goes.
//!
//! Memory does not grow with the length of the sound: a piece has at most [`BLOCK`] numbers in each of a few arrays. A piece
//! is read with enough of its neighbours that what is kept of its transform is that of the whole, as [`stft`], [`cwt`] and
//! [`Scattered`] each say.

use super::{
    account::affordable_or,
    destination::Destination,
    display::{self, Panel},
    interrupt, operand,
    output::{Failure, Voice},
};
use faltung::{
    fourier::{good_size, idft},
    io::{self, Pieces, Sound, Written},
    signal::{Boundary, boundary::source},
    wavelet::{
        Bank, Cwt, WindowedPlan,
        scattering::{Scattering, Settings},
    },
};
use ndarray::{Array2, ArrayD, ArrayView1, Axis};
use num_complex::Complex64;
use serde_json::Value;
use std::{ops::Range, path::Path};

/// Sounds of more samples than this are transformed piece by piece where they can be: a minute and a half at 44.1 kHz.
pub const LONG: usize = 1 << 22;
/// The most numbers that one array of a piece has.
const BLOCK: usize = 1 << 22;
/// The fewest samples of a piece, neighbours included.
const LEAST: usize = 1 << 16;

/// Whether a file of so many entries is what is wanted: at most 64 GiB.
fn unless_immense(entries: u128) -> Result<(), Failure> {
    const MOST: u128 = 1 << 32;
    if entries <= MOST {
        return Ok(());
    }
    let problem = format!("the result has {entries} entries, and at most {MOST} are written piece by piece");
    Err(Failure::input(problem, "take a larger --hop, fewer --channels or --voices, a larger --scale"))
}

/// A sound that is to be taken piece by piece: because it is asked for, or because it has more than `most` samples and the
/// result can be written as it comes. `raw` is as for [`Destination::drawing`].
pub fn piecewise(
    text: &str,
    to: &Destination,
    raw: bool,
    asked: bool,
    most: usize,
) -> Result<Option<Sound>, Failure> {
    let path = Path::new(text);
    let is_wav = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("wav"));
    if asked && is_wav && !path.exists() {
        return Err(operand::missing(text));
    }
    let there = is_wav && !io::is_stream(path) && path.is_file();
    let can = there && (to.npy().is_some() || to.drawing(raw).is_some());
    if !can {
        let problem = "--blocks takes a .wav file piece by piece, into an .npy file or a drawing";
        let refused = Failure::input(problem, "name both, as in x.wav -o y.npy, or leave out --blocks");
        return if asked { Err(refused) } else { Ok(None) };
    }
    let sound = Sound::open(path)?;
    let long = asked || sound.frames() as u128 * sound.channels() as u128 > most as u128;
    if sound.frames() == 0 || !long {
        return Ok(None);
    }
    Ok(Some(sound))
}

/// What a sound is, for a person.
pub fn describe(name: &str, sound: &Sound) -> String {
    let of = match sound.channels() {
        1 => String::new(),
        channels => format!(" of {channels} channels"),
    };
    format!("{name}: {} samples, sound{of} at {} Hz", sound.frames(), sound.rate())
}

/// Where coefficients go as they come: a line of the last axis at a time.
pub enum Sink<'a> {
    /// Into a file of the shape signals × rows × columns, or rows × columns of a single signal; `complex` as they are, or else
    /// their sizes.
    File { file: Pieces, shape: [usize; 3], complex: bool, lost: usize },
    /// Into the pixels of a drawing; what says in which panel and where the size of a coefficient is seen, if it is.
    Panels(Vec<Panel>, Places<'a>),
}

/// Signal, row and column to the panel, and the place in it.
pub type Places<'a> = Box<dyn Fn([usize; 3]) -> Option<(usize, [usize; 2])> + 'a>;

impl Sink<'_> {
    /// A file that is written as coefficients come.
    pub fn file(path: &Path, shape: [usize; 3], complex: bool, voice: &Voice) -> Result<Self, Failure> {
        unless_immense(shape.iter().map(|n| *n as u128).product())?;
        let own = if shape[0] == 1 { &shape[1..] } else { &shape[..] };
        interrupt::tell(voice, || "nothing is written".to_owned());
        let file = Pieces::create(path, own, complex)?;
        Ok(Sink::File { file, shape, complex, lost: 0 })
    }

    /// Coefficients of a row from a column on.
    pub fn put(&mut self, [signal, row, column]: [usize; 3], values: &[Complex64]) -> Result<(), Failure> {
        if let Sink::File { file, shape, complex: true, lost } = self {
            *lost += values.iter().filter(|v| !v.is_finite()).count();
            let numbers: Vec<f64> = values.iter().flat_map(|v| [v.re, v.im]).collect();
            return Ok(file.put(2 * place(shape, [signal, row, column]), &numbers)?);
        }
        let sizes: Vec<f64> = values.iter().map(|v| v.norm()).collect();
        self.put_real([signal, row, column], &sizes)
    }

    /// The same of real ones, with their signs; in a drawing their sizes.
    pub fn put_real(&mut self, [signal, row, column]: [usize; 3], values: &[f64]) -> Result<(), Failure> {
        match self {
            Sink::File { file, shape, lost, .. } => {
                *lost += values.iter().filter(|v| !v.is_finite()).count();
                file.put(place(shape, [signal, row, column]), values)?;
            }
            Sink::Panels(panels, places) => {
                for (k, value) in values.iter().enumerate() {
                    if let Some((panel, place)) = places([signal, row, column + k]) {
                        panels[panel].put(place, value.abs());
                    }
                }
            }
        }
        Ok(())
    }

    /// All of an array, signals × rows × columns or rows × columns.
    pub fn put_all(&mut self, y: &ArrayD<Complex64>) -> Result<(), Failure> {
        let rows = y.len_of(Axis(y.ndim() - 2)).max(1);
        for (line, values) in y.lanes(Axis(y.ndim() - 1)).into_iter().enumerate() {
            self.put([line / rows, line % rows, 0], &values.to_vec())?;
        }
        Ok(())
    }

    /// What a program is told of a drawing.
    pub fn told(&self) -> Option<Value> {
        match self {
            Sink::File { .. } => None,
            Sink::Panels(panels, _) => Some(panels.iter().map(Panel::told).collect()),
        }
    }

    /// How many entries of a file are not finite; no drawing has any.
    pub fn lost(&self) -> usize {
        match self {
            Sink::File { lost, .. } => *lost,
            Sink::Panels(..) => 0,
        }
    }

    /// What has come is written; `title` and `what` are for a drawing, into `path`.
    pub fn finish(self, path: &Path, title: &str, what: &str) -> Result<Written, Failure> {
        match self {
            Sink::File { file, .. } => Ok(file.finish()?),
            Sink::Panels(panels, _) => display::draw(path, title, what, &panels),
        }
    }
}

/// Where in a file of this shape an entry is.
fn place(shape: &[usize; 3], [signal, row, column]: [usize; 3]) -> u64 {
    ((signal * shape[1] + row) as u64) * shape[2] as u64 + column as u64
}

/// A piece of a sound, channels × samples, which may begin before its first sample and end after the last.
fn piece(sound: &mut Sound, range: Range<i64>, boundary: Boundary) -> Result<Array2<f64>, Failure> {
    let places: Vec<Option<usize>> = range.map(|n| source(n as isize, sound.frames(), boundary)).collect();
    let known = || places.iter().flatten().copied();
    let read = known().min().unwrap_or(0)..known().max().map_or(0, |last| last + 1);
    let from = read.start;
    let values = sound.piece(read)?;
    let shape = (values.nrows(), places.len());
    if !values.iter().all(|value| value.is_finite()) {
        let problem = "the sound has NaN or infinity, which a transform spreads";
        return Err(Failure::input(problem, "replace it first"));
    }
    Ok(Array2::from_shape_fn(shape, |(c, n)| places[n].map_or(0.0, |place| values[[c, place - from]])))
}

/// The windowed transform: to the bit that of the whole.
pub fn stft(
    sound: &mut Sound,
    plan: &WindowedPlan<f64>,
    rows: usize,
    voice: &Voice,
    sink: &mut Sink,
) -> Result<(), Failure> {
    let hop = (plan.time(1) - plan.time(0)) as usize;
    let each = (BLOCK / 4 / sound.channels() / rows.max(hop)).max(1);
    let samples = plan.over(&(0..each.min(plan.frames())));
    // numbers of 8 bytes, places, complex coefficients and what they are copied to
    let needed = 64 * ((samples.end - samples.start) as u128 + (each * rows) as u128);
    affordable_or(needed * sound.channels() as u128, "take a shorter --length, or fewer --channels")?;
    let bar = voice.progress(plan.frames().div_ceil(each) as u64);
    for first in (0..plan.frames()).step_by(each) {
        let frames = first..(first + each).min(plan.frames());
        let x = piece(sound, plan.over(&frames), Boundary::Zero)?;
        let y = plan.some_real(x.into_dyn().view(), frames)?;
        for (c, y) in y.outer_iter().enumerate() {
            for (m, line) in y.outer_iter().enumerate() {
                sink.put([c, first + m, 0], &line.iter().copied().collect::<Vec<_>>())?;
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

/// The wavelet transform at every `hop`-th sample, a few scales at a time, the coarser ones in longer pieces. A coefficient
/// sees twice the declared support of its wavelet to each side, and [`LEAST`]/8 samples at least, the sound being reflected at
/// its ends. Returned is for each scale the sum of the sizes that the filter has beyond that, on the circle of its piece. That
/// is no bound of the difference to the transform of the whole: the filter of a longer circle has further values, which where
/// it is cut off at half the rate grow fewer as 1/m only. (At the ends the whole transform of a coarse scale sees no more than
/// the support, and then the other end.)
pub fn cwt(
    sound: &mut Sound,
    cwt: &Cwt,
    hop: usize,
    voice: &Voice,
    sink: &mut Sink,
) -> Result<Vec<f64>, Failure> {
    let reach = cwt.wavelet.declared().support.map(f64::abs).into_iter().fold(0.0, f64::max);
    // how many samples the neighbours have, and a piece with them
    let sizes = |scale: f64| {
        let margin = (2.0 * reach * scale.abs() / cwt.step).ceil().clamp(LEAST as f64 / 8.0, 1e15) as usize;
        Some((margin, good_size((4 * margin).max(LEAST).max(2 * margin + hop))?))
    };
    let mut groups = vec![];
    let mut first = 0;
    while first < cwt.scales.len() {
        let mut count = 1;
        let mut found = None;
        while first + count <= cwt.scales.len() {
            let widest = cwt.scales[first..first + count].iter().fold(0.0_f64, |a, b| a.max(b.abs()));
            let fits = |points: usize| points.saturating_mul(count * sound.channels()) <= BLOCK;
            let Some(sizes) = sizes(widest).filter(|sizes| fits(sizes.1)) else { break };
            (found, count) = (Some((first..first + count, sizes)), count + 1);
        }
        let Some((range, sizes)) = found else {
            let problem = "piece by piece, the wavelets of the lowest frequency are too long, or the hop is, or there are \
                           too many channels";
            return Err(Failure::input(problem, "give --lowest, as in --lowest 20, and a smaller --hop"));
        };
        first = range.end;
        groups.push((range, sizes));
    }
    let inner = |margin: usize, points: usize| (points - 2 * margin) / hop * hop;
    let count = |(_, (margin, points)): &(Range<usize>, (usize, usize))| {
        sound.frames().div_ceil(inner(*margin, *points)) as u64
    };
    let bar = voice.progress(groups.iter().map(count).sum());
    let mut beyond = vec![];
    for (range, (margin, points)) in groups {
        let scales = cwt.scales[range.clone()].to_vec();
        let plan = Cwt { scales, boundary: Boundary::Wrap, ..cwt.clone() }.plan::<f64>(points)?;
        beyond.extend((0..range.len()).map(|l| tail(plan.bank(), l, margin)));
        let inner = inner(margin, points);
        for start in (0..sound.frames()).step_by(inner) {
            let from = start as i64 - margin as i64;
            let x = piece(sound, from..from + points as i64, Boundary::Reflect)?;
            let kept = margin..margin + inner.min(sound.frames() - start);
            let y = plan.bank().analyse(x.mapv(Complex64::from).into_dyn().view(), &[kept])?;
            for (c, y) in y.outer_iter().enumerate() {
                for (l, line) in y.outer_iter().enumerate() {
                    let line: Vec<Complex64> = line.iter().copied().step_by(hop).collect();
                    sink.put([c, range.start + l, start / hop], &line)?;
                }
            }
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    Ok(beyond)
}

/// The sum of the sizes of a filter's values in time, further than so many samples from 0.
fn tail(bank: &Bank<f64>, l: usize, margin: usize) -> f64 {
    let response = idft(bank.transfer(l));
    response.iter().take(response.len() - margin).skip(margin + 1).map(|v| v.norm()).sum()
}

/// The scattering transform of one of kymatio's conventions on the line, in pieces that begin where the averages of the whole
/// are sampled. A coefficient sees 16 T samples to each side, five standard deviations of three averages in a row, the sound
/// being reflected at its ends; the whole transform sees less of its reflection.
pub struct Scattered {
    plan: Scattering<f64>,
    margin: usize,
    stride: usize,
    phase: usize,
    frames: usize,
}

impl Scattered {
    /// For these settings, whose shape is that of the whole sound.
    pub fn new(settings: &Settings, channels: usize) -> Result<Self, Failure> {
        let [frames] = settings.shape[..] else {
            return Err(Failure::input("images are not scattered piece by piece", "leave out --blocks"));
        };
        let most =
            settings.support.unwrap_or(1).clamp(1 << settings.scale.min(40), 1 << 40).next_power_of_two();
        let support = settings.support.unwrap_or(1 << settings.scale.min(40)).max(1);
        let (margin, samples) = (16 * most, (64 * most).max(LEAST));
        if frames < 2 * most {
            let problem = format!("{frames} samples are hardly more than an average is over");
            return Err(Failure::input(problem, "leave out --blocks"));
        }
        if samples.saturating_mul(channels) > BLOCK {
            let problem =
                "piece by piece, averages over so many samples of so many channels take too long pieces";
            let smaller = if settings.support.is_some_and(|support| support > 1 << settings.scale.min(40)) {
                "give a smaller --support"
            } else {
                "give a smaller --scale, as in --scale 12"
            };
            return Err(Failure::input(problem, format!("{smaller}, or leave out --blocks")));
        }
        let plan = Scattering::<f64>::new(&Settings { shape: vec![samples], ..settings.clone() })?;
        let stride = 1 << support.ilog2().saturating_sub(settings.oversampling);
        // the whole is padded to a power of two, half of the padding in front, and sampled from there on
        let phase = frames.div_ceil(2) % most;
        Ok(Scattered { plan, margin, stride, phase, frames })
    }

    /// The transform of a piece, whose paths are those of the whole.
    pub fn plan(&self) -> &Scattering<f64> {
        &self.plan
    }

    /// How many averages there are of each path.
    pub fn averages(&self) -> usize {
        (self.frames - (self.phase % self.stride).min(self.frames)).div_ceil(self.stride)
    }

    /// All pieces.
    pub fn run(&self, sound: &mut Sound, voice: &Voice, sink: &mut Sink) -> Result<(), Failure> {
        let samples = self.plan.settings().shape[0];
        let (inner, first) = ((samples - 2 * self.margin) as i64, (self.phase % self.stride) as i64);
        // the margin is sixteen strides of the coarsest grid, on which pieces begin
        let least = self.phase as i64 - self.margin as i64 / 16;
        let starts = || (least..self.frames as i64).step_by(inner as usize);
        let bar = voice.progress(starts().count() as u64);
        for start in starts() {
            let from = start - self.margin as i64;
            let x = piece(sound, from..from + samples as i64, Boundary::Reflect)?;
            let y = self.plan.forward(x.into_dyn().view())?;
            // those of the inner part that lie in the sound
            let place = (start - first).div_euclid(self.stride as i64);
            let low = (-place).clamp(0, inner / self.stride as i64) as usize;
            let high =
                (self.averages() as i64 - place).clamp(low as i64, inner / self.stride as i64) as usize;
            let skipped = self.margin / self.stride;
            for (c, y) in y.outer_iter().enumerate() {
                for (path, line) in y.outer_iter().enumerate() {
                    let line: ArrayView1<f64> = line.into_dimensionality().expect("one axis");
                    let kept: Vec<f64> = line.iter().skip(skipped + low).take(high - low).copied().collect();
                    sink.put_real([c, path, (place + low as i64) as usize], &kept)?;
                }
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(())
    }
}
