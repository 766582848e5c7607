//! What transforms in time and frequency are given and give: real signals along the last axis (sound: along time), and their
//! coefficients, whole or piece by piece.

use super::{
    account::{Account, affordable},
    blocks::{self, Sink},
    convert::{to_c64, to_f64},
    destination::Destination,
    operand::{self, Operand},
    output::{Failure, Voice},
};
use faltung::{
    figure::Axis,
    io::{Data, Form, Samples, Sound},
};
use ndarray::{ArrayD, Axis as Along};
use num_complex::Complex64;
use serde_json::{Value, json};

/// Real signals.
pub enum Input {
    /// At hand.
    Signals {
        operand: Box<Operand>,
        /// Signals along the last axis.
        signals: ArrayD<f64>,
        rate: Option<f64>,
        notes: Vec<String>,
    },
    /// To be read piece by piece.
    Sound { name: String, sound: Sound },
}

impl Input {
    /// What stands on the command line, once the result has a place to go to; a sound piece by piece if that is asked for, or
    /// if it has more samples than `most`.
    pub fn of(
        text: &str,
        to: &Destination,
        magnitude: bool,
        (blocks, most): (bool, usize),
        voice: &Voice,
    ) -> Result<Self, Failure> {
        to.check_or_draw(&[&text.to_owned()], voice)?;
        if !magnitude && to.drawing(false).is_none() {
            to.check_complex(", or take --magnitude")?;
        }
        if let Some(sound) = blocks::piecewise(text, to, magnitude, blocks, most)? {
            voice.say("x", format!("{}, read piece by piece", blocks::describe(text, &sound)));
            return Ok(Input::Sound { name: text.to_owned(), sound });
        }
        let operand = operand::one(text)?;
        let mut notes = operand.notes.clone();
        if matches!(operand.data, Data::C32(_) | Data::C64(_)) {
            return Err(Failure::input(format!("{} is complex", operand.source), "give a real signal"));
        }
        let signals = operand.channels_first(to_f64(&operand, &mut notes)?).as_standard_layout().into_owned();
        let rate = match operand.form {
            Form::Sound { rate, .. } => Some(f64::from(rate)),
            _ => None,
        };
        if signals.ndim() == 0 || signals.is_empty() {
            let problem = format!("{} has no samples", operand.source);
            return Err(Failure::input(problem, "give an array such as \"[1, 2, 3]\""));
        }
        finite(signals.iter().all(|value| value.is_finite()), &operand)?;
        let samples = signals.len_of(Along(signals.ndim() - 1));
        let taken = match signals.len() / samples {
            1 => String::new(),
            batch => format!(", taken as {batch} signals of {samples} samples"),
        };
        voice.say("x", format!("{}{taken}", operand.describe()));
        Ok(Input::Signals { operand: Box::new(operand), signals, rate, notes })
    }

    /// How many samples a signal has.
    pub fn samples(&self) -> usize {
        match self {
            Input::Signals { signals, .. } => signals.len_of(Along(signals.ndim() - 1)),
            Input::Sound { sound, .. } => sound.frames(),
        }
    }

    /// How many signals there are.
    pub fn batch(&self) -> usize {
        match self {
            Input::Signals { signals, .. } => signals.len() / self.samples(),
            Input::Sound { sound, .. } => sound.channels(),
        }
    }

    /// Samples a second, where that is known.
    pub fn rate(&self) -> Option<f64> {
        match self {
            Input::Signals { rate, .. } => *rate,
            Input::Sound { sound, .. } => Some(sound.rate().into()),
        }
    }

    /// What is told of them.
    pub fn origin(&self) -> Origin {
        match self {
            Input::Signals { operand, notes, .. } => Origin::of(operand, notes.clone()),
            Input::Sound { name, sound } => Origin::read(name, sound),
        }
    }
}

/// Where signals came from.
pub struct Origin {
    name: String,
    told: Value,
    /// What was converted on the way, and what else is noted.
    pub notes: Vec<String>,
}

impl Origin {
    /// An array, and what was noted of it.
    pub fn of(operand: &Operand, notes: Vec<String>) -> Self {
        Origin { name: operand.source.clone(), told: operand.told(), notes }
    }

    /// A sound that is read piece by piece.
    pub fn read(name: &str, sound: &Sound) -> Self {
        let notes = [&["read piece by piece".to_owned()], sound.notes()].concat();
        let told = json!({
            "source": name, "shape": &[sound.frames(), sound.channels()][..1 + usize::from(sound.channels() > 1)],
            "type": "float64", "notes": notes,
        });
        Origin { name: name.to_owned(), told, notes: sound.notes().to_vec() }
    }
}

/// Axes of time: from one sample to the next, and what lies along it.
pub fn time(rate: Option<f64>) -> (f64, Axis) {
    match rate {
        Some(rate) => (1.0 / rate, Axis::linear("time, s")),
        None => (1.0, Axis::linear("sample")),
    }
}

/// What frequencies are called.
pub fn hertz(rate: Option<f64>) -> &'static str {
    if rate.is_some() { "frequency, Hz" } else { "cycles per sample" }
}

/// A transform that is done, and what is told of it.
pub struct Done<'a> {
    pub x: Origin,
    /// Its name on the command line, and what a drawing of it is called.
    pub name: &'a str,
    pub title: &'a str,
    /// How it was computed.
    pub why: &'a str,
    /// What the sizes in a drawing are.
    pub sizes: String,
    /// What else a program is told.
    pub own: Value,
}

impl Done<'_> {
    /// What is at hand is written, or drawn by the sink.
    pub fn deliver(
        mut self,
        data: &Data,
        sink: Option<Sink>,
        to: &Destination,
        voice: &Voice,
    ) -> Result<(), Failure> {
        if let Some(mut sink) = sink {
            match data {
                Data::C64(y) => sink.put_all(y)?,
                Data::F64(y) => sink.put_all(&y.mapv(Complex64::from))?,
                Data::F32(y) => sink.put_all(&y.mapv(|v| Complex64::from(f64::from(v))))?,
                Data::C32(_) | Data::Int(..) => {}
            }
            return self.finish(sink, data.shape(), data.type_name(), to, voice);
        }
        Account::note_overflow(data, &mut self.x.notes);
        let account = Account {
            operands: vec![("x", self.x.told)],
            data: Some(data),
            ..Account::written(self.name, self.why, &self.x.notes, data.shape(), data.type_name())
        };
        account.deliver(to, &Form::Plain, voice, || self.own)
    }

    /// What a sink was given is written.
    pub fn finish(
        self,
        sink: Sink,
        shape: &[usize],
        kind: &str,
        to: &Destination,
        voice: &Voice,
    ) -> Result<(), Failure> {
        let (mut own, mut x) = (self.own, self.x);
        x.notes.extend(Account::overflow(sink.lost()));
        if let Some(panels) = sink.told() {
            own["display"] = panels;
        }
        let title = format!("{} of {}", self.title, x.name);
        let written = sink.finish(to.path(), &title, &self.sizes)?;
        let account = Account {
            operands: vec![("x", x.told)],
            ..Account::written(self.name, self.why, &x.notes, shape, kind)
        };
        account.say(voice);
        Destination::say(&written, voice);
        Account { written: Some(written), ..account }.tell(voice, || own)
    }
}

/// What a transform wrote.
pub struct Coefficients {
    pub operand: Operand,
    pub y: ArrayD<Complex64>,
    pub notes: Vec<String>,
}

impl Coefficients {
    pub fn of(text: &str, to: &Destination, voice: &Voice) -> Result<Self, Failure> {
        to.check(&[&text.to_owned()], voice)?;
        let operand = operand::one(text)?;
        voice.say("y", operand.describe());
        let mut notes = operand.notes.clone();
        affordable(48 * operand.data.len() as u128)?;
        let y = to_c64(&operand, &mut notes)?;
        finite(y.iter().all(|value| value.is_finite()), &operand)?;
        if y.ndim() < 2 || y.is_empty() {
            let problem = format!("{} is {}", operand.source, operand::shape(y.shape()));
            return Err(Failure::input(problem, "give what the transform wrote: two axes at least"));
        }
        Ok(Coefficients { operand, y, notes })
    }

    /// What comes back is written, and how far the coefficients are from `again`, those that it has itself; a sound has the
    /// rate that was given.
    pub fn restored(
        mut self,
        (name, why): (&str, &str),
        (x, again): (ArrayD<f64>, ArrayD<Complex64>),
        form: &Form,
        to: &Destination,
        voice: &Voice,
    ) -> Result<(), Failure> {
        self.notes.push("what is written is real".into());
        let distance = distance(&self.y, &again);
        voice
            .say("distance", format!("{distance:.2e} of the norm of y, from the coefficients of the result"));
        if distance > CHANGED {
            self.notes.push(
                "no real signal has these coefficients with these options: give those that y was written with, unless y was \
                 changed since"
                    .into(),
            );
        }
        let x = match form {
            Form::Sound { .. } if x.ndim() > 1 => x.reversed_axes().as_standard_layout().into_owned(),
            _ => x,
        };
        voice.say("algorithm", why);
        let data = Data::F64(x);
        Account::note_overflow(&data, &mut self.notes);
        let account = Account::of(name, &[("y", &self.operand)], why, &self.notes, &data);
        account.deliver(to, form, voice, || json!({ "distance": distance }))
    }
}

/// Coefficients further than this share of their norm from those of what comes back were not written with the same options:
/// those of floats of 32 bits are nearer.
const CHANGED: f64 = 1e-6;

/// ‖y − again‖₂/‖y‖₂, of what is not zero.
fn distance(y: &ArrayD<Complex64>, again: &ArrayD<Complex64>) -> f64 {
    // so that no square leaves the range
    let largest = y.iter().fold(0.0, |most: f64, v| most.max(v.re.abs()).max(v.im.abs()));
    if largest == 0.0 {
        return 0.0;
    }
    let [whole, off] = y.iter().zip(again).fold([0.0, 0.0], |[whole, off], (y, again)| {
        [whole + (y / largest).norm_sqr(), off + ((y - again) / largest).norm_sqr()]
    });
    (off / whole).sqrt()
}

/// What is written of signals, `batch` of them with axes of these lengths in front: a sound of the rate, if it is to be one.
pub fn written_as(to: &Destination, rate: Option<f64>, batch: &[usize]) -> Result<Form, Failure> {
    if !to.is_sound() {
        return Ok(Form::Plain);
    }
    let channels = match batch {
        [] => Some(1),
        [channels] => u16::try_from(*channels).ok(),
        _ => None,
    };
    let Some(channels) = channels else {
        let problem = format!("a sound has one axis of channels, and these are {batch:?} signals");
        return Err(Failure::input(problem, "write .npy"));
    };
    let whole = rate.filter(|rate| rate.fract() == 0.0 && (1.0..=f64::from(u32::MAX)).contains(rate));
    let Some(whole) = whole else {
        let given = rate.map_or("none is given".to_owned(), |rate| format!("--rate is {rate}"));
        let problem = format!("a sound has a whole number of samples a second, and {given}");
        return Err(Failure::input(problem, "give it, as in --rate 44100, or write .npy"));
    };
    Ok(Form::Sound { rate: whole as u32, channels, samples: Samples::Float })
}

fn finite(holds: bool, operand: &Operand) -> Result<(), Failure> {
    if holds {
        return Ok(());
    }
    let problem =
        format!("{} has NaN or infinity, which a transform spreads over all entries", operand.source);
    Err(Failure::input(problem, "replace it first"))
}
