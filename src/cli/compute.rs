//! `faltung compute`: real data in, real data out, and an account of how.

use super::{
    channels::{self, Accuracy, Outcome, Task},
    operand::{self, Operand},
    output::{Failure, Voice},
};
use clap::{Args, Subcommand, ValueEnum};
use faltung::{
    conv::{self, Spec, plan::count},
    io::{self, Data, Form, Format, Range, Written},
    signal,
};
use serde_json::{Value, json};
use std::path::PathBuf;

/// A result without a destination is printed up to this size.
const MAX_PRINTED: usize = 10_000;

/// What a whole computation may take, all its arrays together.
const MAX_MEMORY: u128 = 8 << 30;

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
}

#[derive(Args)]
struct Request {
    /// A file (.npy .csv .png .jpg .wav, - for standard input), a kernel such as gaussian:1.5, or "[1, 2, 3]"
    x: String,
    /// The kernel, or the other array: as X
    w: String,
    /// Where to: a file by its ending, - for CSV and -.npy for NPY on standard output
    #[arg(long, short, value_name = "FILE", allow_hyphen_values = true)]
    output: Option<PathBuf>,
    /// Which entries [default: same for images, full otherwise]
    #[arg(long, value_enum)]
    mode: Option<Mode>,
    /// How x continues beyond its border [default: symmetric for images, zero otherwise]
    #[arg(long, value_enum)]
    boundary: Option<Boundary>,
    /// auto, or the name of an algorithm
    #[arg(long, default_value = "auto", value_name = "NAME")]
    algorithm: String,
    /// Compute floats exactly and round once
    #[arg(long, conflicts_with = "algorithm")]
    exact: bool,
    /// How entries become levels of an image
    #[arg(long, value_enum, default_value_t = Levels::Clip)]
    range: Levels,
}

#[derive(Clone, Copy, ValueEnum)]
enum Mode {
    /// All n + m - 1
    Full,
    /// n of them, from the middle
    Same,
    /// Those whose sums use all of w
    Valid,
    /// n, with indices modulo n
    Circular,
}

#[derive(Clone, Copy, ValueEnum)]
enum Boundary {
    /// 0 0 | a b c | 0 0
    Zero,
    /// c b | a b c | b a
    Reflect,
    /// b a | a b c | c b
    Symmetric,
    /// a a | a b c | c c
    Replicate,
    /// b c | a b c | a b
    Wrap,
}

#[derive(Clone, Copy, ValueEnum)]
enum Levels {
    /// v is level v; beyond black and white it is clipped, and that is counted
    Clip,
    /// 0 is the middle grey, the greatest magnitude is black or white
    Centre,
    /// The least entry is black, the greatest white
    Stretch,
}

impl Compute {
    pub fn run(&self, voice: &Voice) -> Result<(), Failure> {
        match &self.operation {
            Operation::Conv { request, correlate } => request.run("conv", *correlate, voice),
            Operation::Corr { request } => request.run("corr", true, voice),
        }
    }
}

impl Request {
    fn run(&self, name: &str, correlate: bool, voice: &Voice) -> Result<(), Failure> {
        self.check_destination(voice)?;
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
        voice.say("work", format!("{} multiplications{each}", count(outcome.operations)));
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
        let written = self.deliver(&outcome.data, &form, voice)?;
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
            })).collect::<Vec<_>>(),
            "multiplications": exact_count(outcome.operations),
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
        match written {
            Some(Written { name, bytes, rendering }) => {
                document["output"] = json!({
                    "name": name, "bytes": bytes, "clipped": rendering.clipped, "peak": rendering.peak,
                    "notes": rendering.notes,
                });
            }
            None => document["values"] = values(&outcome.data),
        }
        voice.document(&document)
    }

    /// Whether the result can go where it should: asked before anything is computed.
    fn check_destination(&self, voice: &Voice) -> Result<(), Failure> {
        let format = self.output.as_deref().map(io::output_format).transpose()?;
        if voice.json && self.output.as_deref().is_some_and(io::is_stream) {
            let problem = "the result and the JSON document are both to go to standard output";
            return Err(Failure::input(problem, "leave out -o: the document has the entries then"));
        }
        let same = |input: &String| {
            let output = self.output.as_deref().and_then(|path| path.canonicalize().ok());
            output.is_some() && std::path::Path::new(input).canonicalize().ok() == output
        };
        if let Some(input) = [&self.x, &self.w].into_iter().find(|input| same(input)) {
            let problem = format!("the result would be written over {input}, which it is computed from");
            return Err(Failure::input(problem, "give another file to -o"));
        }
        if !matches!(self.range, Levels::Clip) && !matches!(format, Some(Format::Png | Format::Jpeg)) {
            let problem = "--range says how entries become levels of an image, and the result is none";
            return Err(Failure::input(problem, "name an image for it: -o result.png"));
        }
        Ok(())
    }

    fn check_size(&self, x: &Operand, w: &Operand, plane: &[usize], channels: usize) -> Result<(), Failure> {
        let entries = plane.iter().product::<usize>() as u128 * channels as u128;
        if self.output.is_none() && entries > MAX_PRINTED as u128 {
            let problem = format!("the result has {entries} entries, at most {MAX_PRINTED} are printed");
            return Err(Failure::input(problem, "name a file for it: -o result.npy"));
        }
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
        let boundary = self.boundary.map(|boundary| match boundary {
            Boundary::Zero => signal::Boundary::Zero,
            Boundary::Reflect => signal::Boundary::Reflect,
            Boundary::Symmetric => signal::Boundary::Symmetric,
            Boundary::Replicate => signal::Boundary::Replicate,
            Boundary::Wrap => signal::Boundary::Wrap,
        });
        // A border that is not zero is there to keep the size.
        let bordered = boundary.is_some_and(|boundary| boundary != signal::Boundary::Zero);
        let mode = match self.mode {
            Some(Mode::Full) => conv::Mode::Full,
            Some(Mode::Same) => conv::Mode::Same,
            Some(Mode::Valid) => conv::Mode::Valid,
            Some(Mode::Circular) => conv::Mode::Circular,
            None if is_image || bordered => conv::Mode::Same,
            None => conv::Mode::Full,
        };
        let default = match (is_image, mode) {
            (true, conv::Mode::Same) => signal::Boundary::Symmetric,
            _ => signal::Boundary::Zero,
        };
        let spec = Spec { mode, boundary: boundary.unwrap_or(default), correlate };
        (spec, self.mode.is_none() && self.boundary.is_none())
    }

    /// Writes the result, or prints it where no file was named.
    fn deliver(&self, data: &Data, form: &Form, voice: &Voice) -> Result<Option<Written>, Failure> {
        let Some(path) = &self.output else {
            if !voice.json {
                let (text, _) = io::encode(data, &Form::Plain, Format::Csv, Range::Clip)
                    .map_err(|fault| Failure::input(fault.problem, "name a file for it: -o result.npy"))?;
                voice.print(&text)?;
            }
            return Ok(None);
        };
        let range = match self.range {
            Levels::Clip => Range::Clip,
            Levels::Centre => Range::Centre,
            Levels::Stretch => Range::Stretch,
        };
        let written = io::write(path, data, form, range)?;
        voice.say("output", format!("{}, {} bytes", written.name, written.bytes));
        written.rendering.notes.iter().for_each(|note| voice.say("", note));
        if let Some(peak) = written.rendering.peak {
            voice.say("peak", format!("{peak:.4} of full scale"));
        }
        if written.rendering.clipped > 0 {
            let advice = match form {
                Form::Sound { .. } => "scale the kernel down, or write .npy",
                _ => "try --range centre, or write .npy",
            };
            voice
                .say("clipped", format!("{} of {} entries: {advice}", written.rendering.clipped, data.len()));
        }
        Ok(Some(written))
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

fn about(operand: &Operand) -> Value {
    json!({
        "source": operand.source, "shape": operand.data.shape(), "type": operand.data.type_name(),
        "notes": operand.notes,
    })
}

/// A count as a JSON number while that is exact everywhere, else as text.
fn exact_count(n: u128) -> Value {
    u64::try_from(n).ok().filter(|n| *n < 1 << 53).map_or(json!(n.to_string()), |n| json!(n))
}

/// The entries in row-major order.
fn values(data: &Data) -> Value {
    match data {
        Data::Int(a, _) => a.iter().map(|v| json!(v)).collect(),
        Data::F32(a) => a.iter().map(|v| short(*v)).collect(),
        Data::F64(a) => a.iter().map(|v| real(*v)).collect(),
        Data::C32(a) => a.iter().map(|v| json!([short(v.re), short(v.im)])).collect(),
        Data::C64(a) => a.iter().map(|v| json!([real(v.re), real(v.im)])).collect(),
    }
}

/// One entry.
fn value(data: &Data, index: &[usize]) -> Value {
    match data {
        Data::Int(a, _) => json!(a[index]),
        Data::F32(a) => short(a[index]),
        Data::F64(a) => real(a[index]),
        Data::C32(a) => json!([short(a[index].re), short(a[index].im)]),
        Data::C64(a) => json!([real(a[index].re), real(a[index].im)]),
    }
}

/// A float as JSON; NaN and the infinities as text.
fn real(v: f64) -> Value {
    if v.is_finite() { json!(v) } else { json!(v.to_string()) }
}

fn short(v: f32) -> Value {
    if v.is_finite() { json!(v) } else { json!(v.to_string()) }
}
