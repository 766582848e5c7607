//! What stands on the command line for an array: a file, a built-in kernel, or the array itself.

use super::output::Failure;
use faltung::{
    expr,
    io::{self, Channels, Data, Form, IntType, kernels},
};
use ndarray::{ArrayD, IxDyn};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// An array, and what is known of where it came from.
#[derive(Clone, Debug)]
pub struct Operand {
    /// As it stood on the command line.
    pub source: String,
    /// Its entries.
    pub data: Data,
    /// What it is.
    pub form: Form,
    /// Whether its type is only ours, not a file's: then it takes on the type of its partner.
    pub adaptable: bool,
    /// What the reader noted.
    pub notes: Vec<String>,
}

impl Operand {
    /// The number of entries along the last axis, where that is one of channels.
    pub fn channels(&self) -> Option<usize> {
        match self.form {
            Form::Image { channels, .. } if channels != Channels::Gray => Some(channels.count()),
            Form::Sound { channels, .. } if channels > 1 => Some(channels as usize),
            _ => None,
        }
    }

    /// The channels that are filtered: all but opacity.
    pub fn filtered(&self) -> usize {
        match self.form {
            Form::Image { channels, .. } => channels.colours(),
            _ => self.channels().unwrap_or(1),
        }
    }

    /// The shape of one channel.
    pub fn plane(&self) -> &[usize] {
        let shape = self.data.shape();
        &shape[..shape.len() - usize::from(self.channels().is_some())]
    }

    /// Its entries, converted, with the axis of channels in front, where there is one.
    pub fn channels_first<T>(&self, entries: ArrayD<T>) -> ArrayD<T> {
        if self.channels().is_none() {
            return entries;
        }
        let last = entries.ndim() - 1;
        let axes: Vec<usize> = std::iter::once(last).chain(0..last).collect();
        entries.permuted_axes(axes)
    }

    /// For a program.
    pub fn told(&self) -> Value {
        json!({
            "source": self.source, "shape": self.data.shape(), "type": self.data.type_name(), "notes": self.notes,
        })
    }

    /// The shape, type and kind, for a person.
    pub fn describe(&self) -> String {
        let kind = match self.form {
            Form::Plain => String::new(),
            Form::Image { channels, bits } => format!(", {channels:?} image of {bits} bits"),
            Form::Sound { rate, channels: 1, .. } => format!(", sound at {rate} Hz"),
            Form::Sound { rate, channels, .. } => format!(", sound of {channels} channels at {rate} Hz"),
        };
        format!("{}: {} {}{kind}", self.source, shape(self.data.shape()), self.data.type_name())
    }
}

/// A shape for a person.
pub fn shape(shape: &[usize]) -> String {
    match shape {
        [] => "one".into(),
        _ => shape.iter().map(usize::to_string).collect::<Vec<_>>().join(" x "),
    }
}

/// One array; a kernel's name stands for an image where it can.
pub fn one(text: &str) -> Result<Operand, Failure> {
    match Source::of(text)? {
        Source::Kernel(name) => {
            let rank = if kernels::kernel(&name, 2).is_ok() { 2 } else { 1 };
            kernel(name, rank)
        }
        source => source.load(),
    }
}

/// Both arrays of a convolution. A kernel's name needs a partner that says how many axes there are; two names
/// are two images, or two lines where one of them is a line.
pub fn pair(x: &str, w: &str) -> Result<(Operand, Operand), Failure> {
    let (x, w) = (Source::of(x)?, Source::of(w)?);
    let stream = |s: &Source| matches!(s, Source::File(path) if io::is_stream(&io::address(path).0));
    if stream(&x) && stream(&w) {
        return Err(Failure::input(
            "both arrays are to come from standard input",
            "name a file for one of them",
        ));
    }
    let rank = |operand: &Operand| operand.plane().len();
    match (x, w) {
        (Source::Kernel(x), Source::Kernel(w)) => {
            let rank = if kernels::kernel(&x, 2).and(kernels::kernel(&w, 2)).is_ok() { 2 } else { 1 };
            Ok((kernel(x, rank)?, kernel(w, rank)?))
        }
        (Source::Kernel(x), w) => {
            let w = w.load()?;
            Ok((kernel(x, rank(&w))?, w))
        }
        (x, Source::Kernel(w)) => {
            let x = x.load()?;
            let w = kernel(w, rank(&x))?;
            Ok((x, w))
        }
        (x, w) => Ok((x.load()?, w.load()?)),
    }
}

enum Source {
    Literal(String),
    Kernel(String),
    File(PathBuf),
}

impl Source {
    fn of(text: &str) -> Result<Source, Failure> {
        let path = Path::new(text);
        if text.trim_start().starts_with('[') {
            Ok(Source::Literal(text.into()))
        } else if kernels::is_name(text) {
            Ok(Source::Kernel(text.into()))
        } else if io::is_stream(&io::address(path).0) || io::address(path).0.exists() {
            Ok(Source::File(path.into()))
        } else if io::Format::of(path).is_ok() {
            Err(missing(text))
        } else {
            let kernels = kernels::kernel(text, 2).err().map_or(String::new(), |e| format!(", and {e}"));
            let problem = format!("there is no file {text:?}{kernels}");
            Err(Failure::input(
                problem,
                "name a .npy, .npz, .csv, .png, .jpg or .wav file, or give the array: \"[1, 2, 3]\"",
            ))
        }
    }

    fn load(self) -> Result<Operand, Failure> {
        match self {
            Source::Literal(text) => literal(&text),
            Source::Kernel(name) => kernel(name, 2),
            Source::File(path) => {
                let io::Loaded { data, form, notes } = io::read(&path)?;
                Ok(Operand { source: path.display().to_string(), data, form, adaptable: false, notes })
            }
        }
    }
}

/// That there is no such file.
pub fn missing(text: &str) -> Failure {
    Failure::Missing { name: text.to_owned(), advice: beside(&io::address(Path::new(text)).0) }
}

/// What may have been meant by a file that is not there.
fn beside(path: &Path) -> String {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(entries) = folder.read_dir() else {
        return format!("there is no folder {:?} either", folder.display().to_string());
    };
    let names: Vec<String> =
        entries.flatten().take(1000).map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let wanted = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match expr::nearest(&wanted, names.iter().map(String::as_str)) {
        Some(near) => {
            format!("did you mean {:?}?", folder.join(near).display().to_string().trim_start_matches("./"))
        }
        None => "name a file that is there, or give the array: \"[1, 2, 3]\"".to_owned(),
    }
}

fn kernel(name: String, rank: usize) -> Result<Operand, Failure> {
    let data = kernels::kernel(&name, rank)?;
    Ok(Operand { source: name, data, form: Form::Plain, adaptable: true, notes: Vec::new() })
}

/// `[1, 2, 3]`, `[[0, 1], [1, 0]]`: int64 if every number is an integer, else float64.
fn literal(text: &str) -> Result<Operand, Failure> {
    let wrong = |problem: String| {
        Failure::input(format!("the array {text:?}: {problem}"), "write it as [1, 2, 3] or [[0, 1], [1, 0]]")
    };
    // serde_json would read an integer beyond 64 bits as a float, without a word.
    let is_large = |token: &&str| {
        token.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit())
            && !token.is_empty()
            && token.parse::<i64>().is_err()
    };
    if let Some(large) = text.split(['[', ']', ',', ' ']).find(is_large) {
        return Err(wrong(format!("{large} is no integer of 64 bits (append .0 to make it a float)")));
    }
    let is_infinite =
        |token: &&str| token.parse::<f64>().is_ok_and(f64::is_infinite) && token.contains(['e', 'E', '.']);
    if let Some(large) = text.split(['[', ']', ',', ' ']).find(is_infinite) {
        return Err(wrong(format!("{large} is too large: float64 ends at 1.797e308")));
    }
    let value: Value = serde_json::from_str(text).map_err(|e| wrong(e.to_string()))?;
    let mut shape = Vec::new();
    let mut level = &value;
    while let Value::Array(items) = level {
        shape.push(items.len());
        match items.first() {
            Some(first) => level = first,
            None => break,
        }
    }
    let mut numbers = Vec::new();
    flatten(&value, &shape, &mut numbers).map_err(wrong)?;
    let sized = "every row was held against the shape";
    let integers: Option<Vec<i64>> = numbers.iter().map(|n| n.as_i64()).collect();
    let data = if let Some(integers) = integers {
        Data::Int(ArrayD::from_shape_vec(IxDyn(&shape), integers).expect(sized), IntType::I64)
    } else {
        let floats = numbers.iter().map(|n| n.as_f64().unwrap_or(f64::NAN)).collect();
        Data::F64(ArrayD::from_shape_vec(IxDyn(&shape), floats).expect(sized))
    };
    Ok(Operand { source: text.into(), data, form: Form::Plain, adaptable: true, notes: Vec::new() })
}

fn flatten(value: &Value, shape: &[usize], numbers: &mut Vec<serde_json::Number>) -> Result<(), String> {
    match (value, shape) {
        (Value::Number(number), []) => numbers.push(number.clone()),
        (Value::Array(items), [n, rest @ ..]) if items.len() == *n => {
            for item in items {
                flatten(item, rest, numbers)?;
            }
        }
        (Value::Array(items), [n, ..]) => {
            return Err(format!("its rows differ in length: {n} and {}", items.len()));
        }
        (Value::Number(_), _) | (Value::Array(_), []) => return Err("its rows differ in depth".into()),
        (other, _) => return Err(format!("expected numbers, found {other}")),
    }
    Ok(())
}
