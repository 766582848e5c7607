//! `faltung compute`: real data in, real data out, and an account of how.

use super::{
    channels::{self, Accuracy, Outcome, Task},
    destination::{self, Destination, exact_count, value},
    named::named,
    operand::{self, Operand},
    output::{Failure, Voice},
    transform::{Inverse, Transform},
};
use clap::{Args, Subcommand, builder::TypedValueParser};
use faltung::{
    conv::{Mode, Spec, plan::count},
    io::{Data, Form},
    signal::Boundary,
};
use serde_json::{Value, json};

/// What a whole computation may take, all its arrays together.
pub const MAX_MEMORY: u128 = 8 << 30;

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
        voice.say("mode", format!("{verb}, {}, border {}{why}", spec.mode.name(), spec.boundary.name()));

        let channels = x.filtered().max(w.filtered());
        let plane = spec.output_shape(x.plane(), w.plane())?;
        self.check_size(&x, &w, &plane, channels)?;
        let algorithm = Some(self.algorithm.as_str()).filter(|name| *name != "auto");
        let outcome = channels::convolve(&x, &w, Task { spec, algorithm, exact: self.exact })?;

        voice.say("algorithm", &outcome.why);
        let each = if channels > 1 { format!(" in {channels} channels") } else { String::new() };
        voice.say(
            "work",
            match outcome.operations {
                Some(operations) => format!("{} multiplications{each}", count(operations)),
                None => format!("not counted{each}: products of integers of any size"),
            },
        );
        voice.say("error", accuracy(outcome.accuracy));
        outcome.notes.iter().for_each(|note| voice.say("note", note));
        voice.say("result", format!("{} {}", operand::shape(outcome.data.shape()), outcome.data.type_name()));
        let lags = if name == "corr" { Some(lags(&spec, &x, &w, &plane, &outcome)?) } else { None };
        if let Some(lags) = &lags {
            voice.say("lags", format!("{:?} to {:?}", lags.first, lags.last));
            for (lag, entry) in &lags.best {
                voice.say("best lag", format!("{lag:?}, the largest in magnitude: {entry}"));
            }
        }
        let form = form(&x, &w);
        let written = self.to.deliver(&outcome.data, &form, voice)?;
        if !voice.json {
            return Ok(());
        }
        let mut document = json!({
            "schema": 1,
            "command": "compute",
            "operation": name,
            "x": about(&x),
            "w": about(&w),
            "mode": spec.mode.name(),
            "boundary": spec.boundary.name(),
            "correlate": correlate,
            "channels": channels,
            "origin": spec.origin(x.plane(), w.plane())?,
            "why": outcome.why,
            "candidates": outcome.candidates.iter().map(|c| json!({
                "name": c.name, "multiplications": exact_count(c.cost), "declined": c.declined,
                "unwise": c.unwise,
            })).collect::<Vec<_>>(),
            "multiplications": outcome.operations.map_or(Value::Null, exact_count),
            "accuracy": match outcome.accuracy {
                Accuracy::Exact => "exact",
                Accuracy::RoundedOnce => "rounded-once",
                Accuracy::Within(bound) if bound.is_finite() => "bounded",
                Accuracy::Within(_) => "no bound",
            },
            "error_bound": match outcome.accuracy {
                Accuracy::Within(bound) => json!(bound),
                Accuracy::Exact => json!(0.0),
                Accuracy::RoundedOnce => Value::Null,
            },
            "notes": outcome.notes,
            "shape": outcome.data.shape(),
            "type": outcome.data.type_name(),
        });
        if let Some(Lags { first, last, best }) = lags {
            let best: Vec<_> =
                best.iter().map(|(lag, entry)| json!({ "lag": lag, "value": entry })).collect();
            document["lags"] = json!({ "first": first, "last": last, "best": best });
        }
        destination::record(&mut document, &outcome.data, written);
        voice.document(&document)
    }

    fn check_size(&self, x: &Operand, w: &Operand, plane: &[usize], channels: usize) -> Result<(), Failure> {
        let entries = plane.iter().product::<usize>() as u128 * channels as u128;
        self.to.check_entries(entries)?;
        // Both arrays and a converted copy of each; the result by channel, and together.
        let needed =
            entry_bytes(x).max(entry_bytes(w)) * 2 * (x.data.len() as u128 + w.data.len() as u128 + entries);
        if needed > MAX_MEMORY {
            let problem = format!("this takes up to {} bytes of memory", count(needed));
            return Err(Failure::input(problem, "cut the input into parts"));
        }
        Ok(())
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
    best: Vec<(Vec<isize>, Value)>,
}

fn lags(spec: &Spec, x: &Operand, w: &Operand, plane: &[usize], outcome: &Outcome) -> Result<Lags, Failure> {
    let first = spec.origin(x.plane(), w.plane())?;
    let from_first = |index: &[usize]| -> Vec<isize> {
        first.iter().zip(index).map(|(origin, k)| origin + *k as isize).collect()
    };
    let ends: Vec<usize> = plane.iter().map(|n| n - 1).collect();
    let is_split = outcome.data.shape().len() > plane.len();
    let best = outcome.peaks.iter().enumerate().map(|(channel, index)| {
        let mut place = index.clone();
        place.extend(is_split.then_some(channel));
        (from_first(index), value(&outcome.data, &place))
    });
    let best = best.collect();
    Ok(Lags { last: from_first(&ends), best, first })
}

fn accuracy(accuracy: Accuracy) -> String {
    match accuracy {
        Accuracy::Exact => "none: integers are exact".into(),
        Accuracy::RoundedOnce => "every entry is the exact one, rounded once".into(),
        Accuracy::Within(bound) if bound.is_finite() => format!("at most {bound:.2e} in any entry, a priori"),
        Accuracy::Within(_) => "no bound: a sum may overflow, or meets NaN or infinity".into(),
    }
}

/// An operand, for a program.
pub fn about(operand: &Operand) -> Value {
    json!({
        "source": operand.source, "shape": operand.data.shape(), "type": operand.data.type_name(),
        "notes": operand.notes,
    })
}
