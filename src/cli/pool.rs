//! `faltung compute pool`: one summary of every window, of a channel as a whole, or of a given number of regions.

use super::{
    account::{Account, affordable, within},
    channels::{Common, common, index_at},
    convert::{to_c32, to_c64, to_f32, to_f64},
    destination::{Destination, not_over},
    geometry::{self, Geometry, each},
    operand::{self, Operand},
    output::{Failure, Voice},
};
use clap::{Args, ValueEnum};
use dashu_int::IBig;
use faltung::{
    conv::Scalar,
    io::{self, Data, Form, Format, Range},
    layer::{
        Layer,
        pool::{Average, Max, Norm, Regions},
    },
    scalar::{Real, Semiring, Units},
};
use ndarray::ArrayD;
use serde_json::json;
use std::path::PathBuf;

#[derive(Args)]
#[command(allow_negative_numbers = true)]
pub struct Pool {
    /// The input, N x C x spatial axes: a file, or "[[[1, 2, 3, 4]]]"
    x: String,
    /// What is taken of every region
    #[arg(long)]
    kind: Kind,
    /// The size of the windows, along all axes or each; their stride too where none is given (so PyTorch; ONNX has 1)
    #[arg(long, value_name = "K,…", value_delimiter = ',')]
    window: Vec<usize>,
    /// The exponent of lp: 2 where none is given
    #[arg(long)]
    p: Option<u32>,
    #[command(flatten)]
    geometry: Geometry,
    /// How many regions adaptive pooling makes, along all axes or each
    #[arg(long, value_name = "N,…", value_delimiter = ',')]
    output_shape: Vec<usize>,
    /// A last window that does not fit counts too
    #[arg(long)]
    ceil: bool,
    /// An average divides by the places of padding too
    #[arg(long)]
    count_include_pad: bool,
    /// Where the maxima are, as int64: flat indices into the whole input, as ONNX has it
    #[arg(long, value_name = "FILE.npy")]
    indices: Option<PathBuf>,
    #[command(flatten)]
    to: Destination,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Kind {
    /// The largest entry; padding takes no part
    Max,
    /// The mean
    Avg,
    /// (Σ |x|^p)^(1/p)
    Lp,
    /// The largest of a channel
    GlobalMax,
    /// The mean of a channel
    GlobalAvg,
    /// The largest of each of a given number of regions
    AdaptiveMax,
    /// The mean of each of a given number of regions
    AdaptiveAvg,
}

impl Kind {
    fn windows(self) -> bool {
        matches!(self, Kind::Max | Kind::Avg | Kind::Lp)
    }

    fn largest(self) -> bool {
        matches!(self, Kind::Max | Kind::GlobalMax | Kind::AdaptiveMax)
    }

    fn adaptive(self) -> bool {
        matches!(self, Kind::AdaptiveMax | Kind::AdaptiveAvg)
    }
}

/// A result, where its entries come from, and how far they can be from the exact ones.
struct Done {
    data: Data,
    indices: Option<ArrayD<usize>>,
    bound: Option<f64>,
}

impl Pool {
    pub fn run(&self, voice: &Voice) -> Result<(), Failure> {
        self.to.check(&[&self.x], voice)?;
        self.check_options()?;
        let x = operand::one(&self.x)?;
        geometry::spatial(&x)?;
        voice.say("x", x.describe());
        x.notes.iter().for_each(|note| voice.say("", note));
        let spatial = x.data.shape().get(2..).unwrap_or(&[]);
        let regions = self.regions(spatial)?;
        let what = match &regions {
            Regions::Sliding(sliding) => Geometry::describe(sliding),
            Regions::Global => "a channel as a whole".into(),
            _ => format!("{} regions", operand::shape(&regions.outputs(spatial)?)),
        };
        voice.say("windows", &what);
        self.afford(&x, &regions)?;
        let mut notes = vec![];
        let done = self.carry_out(&x, &regions, &mut notes)?;
        let (accuracy, error) = match done.bound {
            Some(0.0) => ("exact", "none: every entry is exact".to_owned()),
            Some(bound) => (if bound.is_finite() { "bounded" } else { "no bound" }, within(bound)),
            None => ("no bound", "no bound: none is derived for roots".into()),
        };
        voice.say("error", error);
        let mut own = json!({ "regions": what });
        if let (Some(path), Some(indices)) = (&self.indices, done.indices) {
            let entries = Data::Int(indices.mapv(|index| index as i64), io::IntType::I64);
            let written = io::write(path, &entries, &Form::Plain, Range::Clip)?;
            voice.say("indices", format!("{}, {} bytes", written.name, written.bytes));
            own["indices"] = json!({ "name": written.name, "bytes": written.bytes });
        }
        let account = Account {
            accuracy,
            error_bound: done.bound.filter(|bound| bound.is_finite()),
            ..Account::of("pool", &[("x", &x)], "every region by itself", &notes, &done.data)
        };
        account.deliver(&self.to, &Form::Plain, voice, || own)
    }

    /// Options that say nothing about this kind are refused.
    fn check_options(&self) -> Result<(), Failure> {
        let kind = self.kind.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
        let cases = [
            (!self.window.is_empty(), self.kind.windows(), "--window"),
            (
                self.geometry.is_given() || self.ceil,
                self.kind.windows(),
                "a stride, padding, dilation or --ceil",
            ),
            (!self.output_shape.is_empty(), self.kind.adaptive(), "--output-shape"),
            (self.indices.is_some(), self.kind.largest(), "--indices"),
            (self.count_include_pad, self.kind == Kind::Avg, "--count-include-pad"),
            (self.p.is_some(), self.kind == Kind::Lp, "--p"),
        ];
        if let Some((.., option)) = cases.iter().find(|(given, applies, _)| *given && !*applies) {
            let problem = format!("{option} says nothing about --kind {kind}");
            return Err(Failure::input(problem, "leave it out, or take another kind"));
        }
        let missing = if self.kind.windows() {
            ("--window", &self.window)
        } else {
            ("--output-shape", &self.output_shape)
        };
        if (self.kind.windows() || self.kind.adaptive()) && missing.1.is_empty() {
            let problem = format!("--kind {kind} needs {}, and it is not given", missing.0);
            return Err(Failure::input(
                problem,
                format!("say {} 2, or a number for every spatial axis", missing.0),
            ));
        }
        if let Some(path) = &self.indices {
            if Format::of(path).ok() != Some(Format::Npy) {
                let problem = format!("--indices {}: expected a name that ends in .npy", path.display());
                return Err(Failure::input(problem, "indices are int64, which .npy keeps"));
            }
            not_over(&self.x, path)?;
            if self.to.is(path) {
                let problem = format!("{} is to have both the result and the indices", path.display());
                return Err(Failure::input(problem, "give two files"));
            }
        }
        Ok(())
    }

    fn regions(&self, spatial: &[usize]) -> Result<Regions, Failure> {
        if self.kind.adaptive() {
            return Ok(Regions::Adaptive(each("--output-shape", &self.output_shape, spatial.len())?));
        }
        if !self.kind.windows() {
            return Ok(Regions::Global);
        }
        let taps = each("--window", &self.window, spatial.len())?;
        let sliding = self.geometry.sliding(&taps, &taps)?;
        Ok(Regions::Sliding(if self.ceil { sliding.ceil() } else { sliding }))
    }

    /// Whether the result may be printed, and the memory taken.
    fn afford(&self, x: &Operand, regions: &Regions) -> Result<(), Failure> {
        let shape = regions.shape(x.data.shape())?;
        let entries = shape.iter().map(|n| *n as u128).product::<u128>();
        self.to.check_entries(entries)?;
        let edges = edges(regions, &x.data.shape()[2..], &shape[2..]) * 16;
        // the input and a copy, the result, its indices and divisors; an integer of any size takes 32 bytes
        affordable(64 * x.data.len() as u128 + 64 * entries + edges)
    }

    fn carry_out(&self, x: &Operand, regions: &Regions, notes: &mut Vec<String>) -> Result<Done, Failure> {
        let average = Average { regions: regions.clone(), include_pad: self.count_include_pad };
        let complex = matches!(x.data, Data::C32(_) | Data::C64(_));
        if complex && (self.kind.largest() || self.kind == Kind::Lp) {
            let problem =
                format!("{} is complex, and a maximum or a norm of it is not defined here", x.source);
            return Err(Failure::input(problem, "pool the magnitudes, or take --kind avg"));
        }
        if self.kind.largest() {
            let max = Max { regions: regions.clone() };
            return match &x.data {
                Data::Int(entries, kind) => largest(&max, entries, |array| Data::Int(array, *kind)),
                Data::F32(entries) => largest(&max, entries, Data::F32),
                _ => largest(&max, &to_f64(x, notes)?, Data::F64),
            };
        }
        if self.kind == Kind::Lp {
            let norm = Norm { regions: regions.clone(), p: self.p.unwrap_or(2) };
            return match &x.data {
                Data::F32(entries) => norms(&norm, entries, Data::F32),
                _ => norms(&norm, &to_f64(x, notes)?, Data::F64),
            };
        }
        if let Data::Int(entries, kind) = &x.data {
            let data = Data::Int(integer_means(&average, entries)?, *kind);
            return Ok(Done { data, indices: None, bound: Some(0.0) });
        }
        match common(&[x]) {
            Common::F32 => means(&average, &to_f32(x, notes)?, Data::F32),
            Common::F64 => means(&average, &to_f64(x, notes)?, Data::F64),
            Common::C32 => means(&average, &to_c32(x, notes)?, Data::C32),
            Common::C64 => means(&average, &to_c64(x, notes)?, Data::C64),
        }
    }
}

/// The edges along all axes: adaptive regions share at most an entry with the next one.
fn edges(regions: &Regions, spatial: &[usize], outputs: &[usize]) -> u128 {
    let wide = |n: &usize| *n as u128;
    match regions {
        Regions::Sliding(sliding) => {
            sliding.taps().iter().zip(outputs).map(|(taps, k)| wide(k) * (wide(taps) + 1)).sum()
        }
        _ => spatial.iter().chain(outputs).map(wide).sum(),
    }
}

fn largest<S: Semiring + PartialOrd>(
    max: &Max,
    x: &ArrayD<S>,
    data: impl Fn(ArrayD<S>) -> Data,
) -> Result<Done, Failure> {
    let (values, indices) = max.select(x.view())?;
    Ok(Done { data: data(values), indices: Some(indices), bound: Some(0.0) })
}

fn norms<S: Real>(norm: &Norm, x: &ArrayD<S>, data: impl Fn(ArrayD<S>) -> Data) -> Result<Done, Failure> {
    Ok(Done { data: data(norm.forward(x.view())?), indices: None, bound: None })
}

/// A mean of n entries is off by at most γ_n max|x|, for n − 1 sums, a rounded inverse and a product, and as many
/// roundings more as a number n beyond the floats' integers needs (Higham 2002, §3.1).
fn means<S: Scalar + Units>(
    average: &Average,
    x: &ArrayD<S>,
    data: impl Fn(ArrayD<S>) -> Data,
) -> Result<Done, Failure> {
    let y = average.forward(x.view())?;
    let bound = S::ROUNDING.map_or(0.0, |rounding| {
        let n = average
            .divisors(&x.shape()[2..])
            .map_or(f64::INFINITY, |all| all.into_iter().max().unwrap_or(1) as f64);
        let most = x.iter().map(|v| v.magnitude()).fold(0.0, f64::max);
        let (root, more) = if rounding.complex { (2_f64.sqrt(), 2.0) } else { (1.0, 0.0) };
        let counted = if n * rounding.unit > 0.5 { 128.0 } else { 0.0 };
        let roundings = n + 1.0 + more + counted;
        let gamma = roundings * rounding.unit / (1.0 - roundings * rounding.unit);
        let sound = x.iter().all(|v| v.is_finite()) && gamma >= 0.0 && 4.0 * n * most < rounding.largest;
        if sound { (root * gamma * most + 4.0 * rounding.tiny) * (1.0 + 1e-12) } else { f64::INFINITY }
    });
    Ok(Done { data: data(y), indices: None, bound: Some(bound) })
}

/// Means that are integers, or an error that names one that is not.
fn integer_means(average: &Average, x: &ArrayD<i64>) -> Result<ArrayD<i64>, Failure> {
    // the shape first: without N and C there are no spatial axes
    average.regions.shape(x.shape())?;
    let divisors = average.divisors(&x.shape()[2..])?;
    let most = x.iter().map(|v| u128::from(v.unsigned_abs())).max().unwrap_or(0);
    let entries: u128 = x.shape()[2..].iter().map(|n| *n as u128).product();
    let sums = if most.checked_mul(entries).is_some_and(|sum| sum < 1 << 63) {
        average.sums(x.view())?.mapv(IBig::from)
    } else {
        average.sums(x.mapv(IBig::from).view())?
    };
    let mut means = Vec::with_capacity(sums.len());
    for (place, sum) in sums.iter().enumerate() {
        let divisor = IBig::from(divisors[place % divisors.len()]);
        let mean = sum / &divisor;
        let exact = &mean * &divisor == *sum;
        let Some(mean) = i64::try_from(&mean).ok().filter(|_| exact) else {
            let index = index_at(sums.shape(), place);
            let problem = format!("entry {index:?} of the result is {sum}/{divisor}, which is no integer");
            return Err(Failure::input(problem, "save the input as float64: a.astype(\"float64\")"));
        };
        means.push(mean);
    }
    Ok(ArrayD::from_shape_vec(sums.raw_dim(), means).expect("as many means as sums"))
}

#[cfg(test)]
mod tests {
    use super::edges;
    use faltung::layer::{Sliding, pool::Regions};

    #[test]
    fn adaptive_regions_have_few_edges() {
        let (n, k) = (1_000_000, 500_000);
        assert_eq!(edges(&Regions::Adaptive(vec![k]), &[n], &[k]), 1_500_000);
        assert_eq!(edges(&Regions::Global, &[n], &[1]), 1_000_001);
        assert_eq!(edges(&Regions::Sliding(Sliding::of(&[3, 2])), &[9, 9], &[7, 8]), 7 * 4 + 8 * 3);
    }
}
