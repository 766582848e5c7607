//! `faltung compute`: real data in, real data out, and an account of how.

use super::{
    account::{Account, affordable, exact_count, value, within},
    channels::{self, Accuracy, Outcome, Task},
    destination::Destination,
    dwt::Dwt,
    layer::Layer,
    named::named,
    operand::{self, Operand},
    oriented::{Plane, PlaneInverse},
    output::{Failure, Voice},
    pool::Pool,
    scatter::Scatter,
    shape::Shape,
    transform::{Inverse, Transform},
    wavelet::{Continuous, ContinuousInverse},
    windowed::{Istft, Stft},
};
use clap::{Args, Subcommand, builder::TypedValueParser};
use faltung::{
    conv::{Mode, PlanError, Spec, multiplications},
    expr,
    io::{Data, Form},
    signal::Boundary,
};
use serde_json::{Value, json};
use std::fmt;

#[derive(Args)]
pub struct Compute {
    #[command(subcommand)]
    operation: Operation,
}

#[derive(Subcommand)]
enum Operation {
    /// Convolution: y[n] = sum over k of x[k] w[n - k]
    Conv {
        #[command(flatten)]
        request: Request,
        /// Do not flip w: y[k] = sum over i of x[i + k] conj(w[i])
        #[arg(long)]
        correlate: bool,
    },
    /// Correlation: z[k] = sum over i of x[i + k] conj(y[i]); tells the lags, and the best of them
    Corr {
        #[command(flatten)]
        request: Request,
    },
    /// Discrete Fourier transform: X[j] = sum over k of x[k] e^(-2 pi i jk/n), along every axis
    Dft(Transform),
    /// Its inverse: x[k] = 1/n times the sum over j of X[j] e^(2 pi i jk/n)
    Idft(Inverse),
    /// Discrete wavelet transform of a signal, or back: averages, then details from the coarsest level to the finest
    Dwt(Dwt),
    /// Scattering transform of a signal, an image or a body: averages of moduli of wavelet transforms, path by path
    Scatter(Scatter),
    /// Windowed Fourier transform of real signals: windows x frequencies, from 0 to half the rate
    Stft(Stft),
    /// Its inverse, by the canonical dual window
    Istft(Istft),
    /// Continuous wavelet transform of real signals: scales x samples, high frequencies first
    Cwt(Continuous),
    /// The inverse of cwt --invertible, by the canonical dual frame
    Icwt(ContinuousInverse),
    /// Continuous wavelet transform of an image: scales and angles x image, high frequencies first
    #[command(name = "cwt2")]
    Plane(Plane),
    /// The inverse of cwt2 --invertible, by the canonical dual frame
    #[command(name = "icwt2")]
    PlaneInverse(PlaneInverse),
    /// A convolutional layer, as ONNX defines it: arrays N, C, spatial axes; weights O, C/groups, taps
    Layer(Layer),
    /// Pooling of an array N, C, spatial axes
    Pool(Pool),
    /// Sizes, parameters, connections, products and receptive fields of a stack of layers, exactly
    Shape(Shape),
}

#[derive(Args)]
struct Request {
    /// A file (.npy .npz:name .csv .png .jpg .wav, - for standard input), a kernel such as gaussian:1.5, or "[1, 2, 3]"
    x: String,
    /// The kernel, or the other array: as X
    w: String,
    #[command(flatten)]
    to: Destination,
    /// Which entries [default: same for images, full otherwise]
    #[arg(long, value_parser = modes())]
    mode: Option<Mode>,
    /// How x continues beyond its border [default: symmetric for images, zero otherwise]
    #[arg(long, value_parser = boundaries())]
    boundary: Option<Boundary>,
    /// auto, or the name of an algorithm
    #[arg(long, default_value = "auto", value_name = "NAME")]
    algorithm: String,
    /// Compute floats exactly and round once
    #[arg(long, conflicts_with = "algorithm")]
    exact: bool,
}

fn modes() -> impl TypedValueParser<Value = Mode> {
    named(&Mode::ALL, Mode::name, |mode| match mode {
        Mode::Full => "All n + m - 1",
        Mode::Same => "n of them, from the middle",
        Mode::Valid => "Those whose sums use all of w",
        Mode::Circular => "n, with indices modulo n",
    })
}

fn boundaries() -> impl TypedValueParser<Value = Boundary> {
    named(&Boundary::ALL, Boundary::name, |boundary| match boundary {
        Boundary::Zero => "0 0 | a b c | 0 0",
        Boundary::Reflect => "c b | a b c | b a",
        Boundary::Symmetric => "b a | a b c | c b",
        Boundary::Replicate => "a a | a b c | c c",
        Boundary::Wrap => "b c | a b c | a b",
    })
}

impl Compute {
    pub fn run(&self, voice: &Voice) -> Result<(), Failure> {
        match &self.operation {
            Operation::Conv { request, correlate } => request.run("conv", *correlate, voice),
            Operation::Corr { request } => request.run("corr", true, voice),
            Operation::Dft(transform) => transform.run(voice),
            Operation::Idft(inverse) => inverse.run(voice),
            Operation::Dwt(dwt) => dwt.run(voice),
            Operation::Scatter(scatter) => scatter.run(voice),
            Operation::Stft(stft) => stft.run(voice),
            Operation::Istft(istft) => istft.run(voice),
            Operation::Cwt(cwt) => cwt.run(voice),
            Operation::Icwt(icwt) => icwt.run(voice),
            Operation::Plane(plane) => plane.run(voice),
            Operation::PlaneInverse(inverse) => inverse.run(voice),
            Operation::Layer(layer) => layer.run(voice),
            Operation::Pool(pool) => pool.run(voice),
            Operation::Shape(shape) => shape.run(voice),
        }
    }
}

impl Request {
    fn run(&self, name: &str, correlate: bool, voice: &Voice) -> Result<(), Failure> {
        self.to.check(&[&self.x, &self.w], voice)?;
        let (x, w) = operand::pair(&self.x, &self.w)?;
        for operand in [&x, &w] {
            voice.say(if std::ptr::eq(operand, &x) { "x" } else { "w" }, operand.describe());
            operand.notes.iter().for_each(|note| voice.say("", note));
        }
        agree(&x, &w)?;
        let (spec, by_default) = self.spec(&x, correlate);
        let verb = if correlate { "correlation" } else { "convolution" };
        let why = if by_default { " (the default here)" } else { "" };
        // Circular indices have no border.
        let border = if spec.mode == Mode::Circular { None } else { Some(spec.boundary.name()) };
        let beyond = border.map_or("indices modulo n".to_owned(), |name| format!("border {name}"));
        voice.say("mode", format!("{verb}, {}, {beyond}{why}", spec.mode.name()));

        let channels = x.filtered().max(w.filtered());
        let plane = spec.output_shape(x.plane(), w.plane())?;
        self.check_size(&x, &w, &plane, channels)?;
        let algorithm = Some(self.algorithm.as_str()).filter(|name| *name != "auto");
        let task = Task { spec, algorithm, exact: self.exact };
        let outcome = channels::convolve(&x, &w, task).map_err(meant)?;

        voice.say("algorithm", &outcome.why);
        let each = if channels > 1 { format!(" in {channels} channels") } else { String::new() };
        voice.say(
            "work",
            match outcome.operations {
                Some(operations) => format!("{}{each}", multiplications(operations)),
                None => format!("not counted{each}: products of integers of any size"),
            },
        );
        voice.say("error", accuracy(outcome.accuracy));
        outcome.notes.iter().for_each(|note| voice.say("note", note));
        voice.say("result", format!("{} {}", operand::shape(outcome.data.shape()), outcome.data.type_name()));
        let lags = if name == "corr" { Some(lags(&spec, &x, &w, &plane, &outcome)?) } else { None };
        if let Some(lags) = &lags {
            voice.say("lags", format!("{:?} to {:?}", lags.first, lags.last));
            lags.best.iter().for_each(|best| voice.say("best lag", best));
        }
        let form = form(&x, &w);
        let written = self.to.deliver(&outcome.data, &form, voice)?;
        let account = Account {
            multiplications: outcome.operations,
            accuracy: match outcome.accuracy {
                Accuracy::Exact => "exact",
                Accuracy::RoundedOnce => "rounded-once",
                Accuracy::Within(bound) if bound.is_finite() => "bounded",
                Accuracy::Within(_) => "no bound",
            },
            error_bound: match outcome.accuracy {
                Accuracy::Within(bound) => Some(bound),
                Accuracy::Exact => Some(0.0),
                Accuracy::RoundedOnce => None,
            },
            written,
            ..Account::of(name, &[("x", &x), ("w", &w)], &outcome.why, &outcome.notes, &outcome.data)
        };
        let mut own = json!({
            "mode": spec.mode.name(),
            "boundary": border,
            "correlate": correlate,
            "channels": channels,
            "origin": spec.origin(x.plane(), w.plane())?,
            "candidates": outcome.candidates.iter().map(|c| json!({
                "name": c.name, "multiplications": exact_count(c.cost), "declined": c.declined,
                "unwise": c.unwise,
            })).collect::<Vec<_>>(),
        });
        if let Some(Lags { first, last, best }) = lags {
            let best: Vec<_> = best.iter().map(Best::json).collect();
            own["lags"] = json!({ "first": first, "last": last, "best": best });
        }
        account.tell(voice, || own)
    }

    fn check_size(&self, x: &Operand, w: &Operand, plane: &[usize], channels: usize) -> Result<(), Failure> {
        let entries = plane.iter().product::<usize>() as u128 * channels as u128;
        self.to.check_entries(entries)?;
        // Both arrays and a converted copy of each; the result by channel, and together.
        let needed =
            entry_bytes(x).max(entry_bytes(w)) * 2 * (x.data.len() as u128 + w.data.len() as u128 + entries);
        affordable(needed)
    }

    /// Mode and border, and whether both are defaults.
    fn spec(&self, x: &Operand, correlate: bool) -> (Spec, bool) {
        let is_image = matches!(x.form, Form::Image { .. });
        // A border that is not zero is there to keep the size.
        let bordered = self.boundary.is_some_and(|boundary| boundary != Boundary::Zero);
        let keeps_size = is_image || bordered;
        let mode = self.mode.unwrap_or(if keeps_size { Mode::Same } else { Mode::Full });
        let default = match (is_image, mode) {
            (true, Mode::Same) => Boundary::Symmetric,
            _ => Boundary::Zero,
        };
        let spec = Spec { mode, boundary: self.boundary.unwrap_or(default), correlate };
        (spec, self.mode.is_none() && self.boundary.is_none())
    }
}

/// The failure, with the algorithm that was meant where its name was mistyped.
fn meant(failure: Failure) -> Failure {
    match failure {
        Failure::Plan(error @ PlanError::Unknown { .. }) => {
            let PlanError::Unknown { name, names, .. } = &error else { unreachable!("it was matched") };
            let near = expr::nearest(name, names.iter().copied());
            let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            let advice = format!("{near}`faltung list algorithms` says what each does");
            Failure::Algorithm { error, advice }
        }
        other => other,
    }
}

fn entry_bytes(operand: &Operand) -> u128 {
    match operand.data {
        Data::F32(_) => 4,
        Data::F64(_) | Data::Int(..) | Data::C32(_) => 8,
        Data::C64(_) => 16,
    }
}

/// Whether the channels of the two belong together.
fn agree(x: &Operand, w: &Operand) -> Result<(), Failure> {
    if let (Form::Sound { rate: a, .. }, Form::Sound { rate: b, .. }) = (x.form, w.form)
        && a != b
    {
        let problem = format!("{} has {a} samples a second, {} has {b}", x.source, w.source);
        return Err(Failure::input(problem, "resample one of them to the rate of the other"));
    }
    let colour_kernel = match (x.form, w.form) {
        (_, Form::Image { .. }) => w.channels().is_some(),
        (Form::Image { .. }, _) => w.data.shape().len() > 2,
        _ => false,
    };
    if colour_kernel {
        let problem = format!(
            "the kernel {} has channels ({}); a kernel has two axes, and every channel of an image is filtered with it",
            w.source,
            operand::shape(w.data.shape()),
        );
        return Err(Failure::input(problem, "save it as grey without alpha, or give a rows x columns array"));
    }
    if x.filtered() > 1 && w.filtered() > 1 && x.filtered() != w.filtered() {
        let problem =
            format!("{} has {} channels, {} has {}", x.source, x.filtered(), w.source, w.filtered());
        return Err(Failure::input(problem, "give a kernel of one channel, which serves all, or of as many"));
    }
    Ok(())
}

/// What the result is: what x is, or a sound where the kernel is one.
fn form(x: &Operand, w: &Operand) -> Form {
    match (x.form, w.form) {
        (Form::Sound { rate, channels: a, samples }, Form::Sound { channels: b, .. }) => {
            Form::Sound { rate, channels: a.max(b), samples }
        }
        (Form::Plain, sound @ Form::Sound { .. }) => sound,
        (form, _) => form,
    }
}

/// Which lags a correlation has, and for each channel the one where it is greatest in magnitude, with its value.
struct Lags {
    first: Vec<isize>,
    last: Vec<isize>,
    best: Vec<Best>,
}

/// The first lag at which a correlation is greatest in magnitude, and how many there are.
struct Best {
    /// `None` where no entry is larger than another: all are zero, or none is a number.
    lag: Option<Vec<isize>>,
    value: Value,
    ties: usize,
}

impl fmt::Display for Best {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Some(lag) = &self.lag else { return write!(f, "none: every entry is {}", self.value) };
        write!(f, "{lag:?}, the largest in magnitude: {}", self.value)?;
        if self.ties > 1 {
            write!(f, " (a tie: the first of {} lags of this magnitude)", self.ties)?;
        }
        Ok(())
    }
}

impl Best {
    fn json(&self) -> Value {
        json!({ "lag": self.lag, "value": self.value, "ties": self.ties })
    }
}

fn lags(spec: &Spec, x: &Operand, w: &Operand, plane: &[usize], outcome: &Outcome) -> Result<Lags, Failure> {
    let first = spec.origin(x.plane(), w.plane())?;
    let from_first = |index: &[usize]| -> Vec<isize> {
        first.iter().zip(index).map(|(origin, k)| origin + *k as isize).collect()
    };
    let ends: Vec<usize> = plane.iter().map(|n| n - 1).collect();
    let is_split = outcome.data.shape().len() > plane.len();
    let best = outcome.peaks.iter().enumerate().map(|(channel, peak)| {
        let index = channels::index_at(plane, peak.place);
        let lag = peak.stands_out.then(|| from_first(&index));
        let mut place = index;
        place.extend(is_split.then_some(channel));
        Best { lag, value: value(&outcome.data, &place), ties: peak.ties }
    });
    let best = best.collect();
    Ok(Lags { last: from_first(&ends), best, first })
}

fn accuracy(accuracy: Accuracy) -> String {
    match accuracy {
        Accuracy::Exact => "none: integers are exact".into(),
        Accuracy::RoundedOnce => "every entry is the exact one, rounded once".into(),
        Accuracy::Within(bound) => within(bound),
    }
}
