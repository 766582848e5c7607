//! `faltung compute dwt`: the discrete wavelet transform of a signal, an image or any array, and back.

use super::{
    account::{Account, affordable},
    convert::to_f64,
    destination::Destination,
    named::named,
    operand,
    output::{Failure, Voice},
};
use clap::{Args, builder::TypedValueParser};
use faltung::{
    io::{Data, Form},
    signal::Boundary,
    wavelet::discrete::{Bands, Extension, Filters, Wavelet},
};
use serde_json::json;

#[derive(Args)]
#[command(allow_negative_numbers = true)]
pub struct Dwt {
    /// A signal, an image, an array: a file, or "[1, 2, 3, 4]"; channels are transformed one by one, other axes all
    x: String,
    /// Which wavelet
    #[arg(long, value_parser = banks(), default_value = Bank::Known(Wavelet::Haar).name())]
    wavelet: Bank,
    /// How often the averages are transformed again
    #[arg(long, value_name = "N", default_value_t = 1)]
    levels: usize,
    /// What stands beyond the ends
    #[arg(long, value_parser = extensions(), default_value = "periodised")]
    extension: Extension,
    /// X is a transform, of a signal of so many entries along each axis, which is wanted
    #[arg(long, value_name = "LENGTH,…", value_delimiter = ',')]
    inverse: Option<Vec<usize>>,
    #[command(flatten)]
    to: Destination,
}

/// The filters of a wavelet.
#[derive(Clone, Copy)]
enum Bank {
    /// Known exactly.
    Known(Wavelet),
    /// With so many vanishing moments, and a name.
    Daubechies(usize, &'static str),
}

impl Bank {
    const ALL: [Bank; 11] = [
        Bank::Known(Wavelet::Haar),
        Bank::Known(Wavelet::Daubechies4),
        Bank::Daubechies(3, "db3"),
        Bank::Daubechies(4, "db4"),
        Bank::Daubechies(5, "db5"),
        Bank::Daubechies(6, "db6"),
        Bank::Daubechies(7, "db7"),
        Bank::Daubechies(8, "db8"),
        Bank::Daubechies(9, "db9"),
        Bank::Daubechies(10, "db10"),
        Bank::Known(Wavelet::Spline53),
    ];

    fn name(self) -> &'static str {
        match self {
            Bank::Known(wavelet) => wavelet.name(),
            Bank::Daubechies(_, name) => name,
        }
    }

    fn filters(self) -> Result<Filters<f64>, Failure> {
        match self {
            Bank::Known(wavelet) => Ok(wavelet.floats()),
            Bank::Daubechies(moments, _) => Ok(Filters::daubechies(moments)?),
        }
    }
}

fn banks() -> impl TypedValueParser<Value = Bank> {
    named(&Bank::ALL, Bank::name, |bank| match bank {
        Bank::Known(Wavelet::Haar) => "Two taps",
        Bank::Known(Wavelet::Daubechies4) => "Daubechies' four taps, two vanishing moments",
        Bank::Known(Wavelet::Spline53) => "The spline of 5 and 3 taps, biorthogonal",
        Bank::Daubechies(..) => "Daubechies' with more vanishing moments, and twice as many taps",
    })
}

fn extensions() -> impl TypedValueParser<Value = Extension> {
    named(&Extension::ALL, Extension::name, |extension| match extension {
        Extension::Periodised => "The circle: n entries, rounded up to even numbers",
        Extension::Continued(Boundary::Zero) => "0 0 | a b c | 0 0, with more coefficients than entries",
        Extension::Continued(Boundary::Reflect) => "c b | a b c | b a",
        Extension::Continued(Boundary::Symmetric) => "b a | a b c | c b",
        Extension::Continued(Boundary::Replicate) => "a a | a b c | c c",
        Extension::Continued(Boundary::Wrap) => "b c | a b c | a b",
    })
}

impl Dwt {
    pub fn run(&self, voice: &Voice) -> Result<(), Failure> {
        self.to.check(&[&self.x], voice)?;
        let x = operand::one(&self.x)?;
        voice.say("x", x.describe());
        x.notes.iter().for_each(|note| voice.say("", note));
        if matches!(x.data, Data::C32(_) | Data::C64(_)) {
            let problem = format!("{} is complex, and a wavelet transform here wants real entries", x.source);
            return Err(Failure::input(problem, "transform its real and its imaginary part"));
        }
        affordable(64 * x.data.len() as u128)?;
        let mut notes = vec![];
        let entries = to_f64(&x, &mut notes)?;
        let rank = self.inverse.as_ref().map_or(x.plane().len(), Vec::len);
        if rank == 0 || rank > entries.ndim() {
            let got = operand::shape(entries.shape());
            let problem = format!("{} has the shape {got}, expected {} axes or more", x.source, rank.max(1));
            return Err(Failure::input(problem, "give a signal such as \"[1, 2, 3, 4]\", or fewer lengths"));
        }
        if self.inverse.is_some() && rank < entries.ndim() {
            let others = operand::shape(&entries.shape()[rank..]);
            notes.push(format!(
                "--inverse names {rank} of {} axes: along the others, {others}, nothing was transformed",
                entries.ndim()
            ));
        }
        if entries.is_empty() {
            let problem = format!("{} has no entries", x.source);
            return Err(Failure::input(problem, "give a signal such as \"[1, 2, 3, 4]\""));
        }
        let filters = self.wavelet.filters()?;
        let axes: Vec<usize> = (0..rank).collect();
        let lengths = self.inverse.as_deref().unwrap_or(&entries.shape()[..rank]);
        let shape = [lengths, &entries.shape()[rank..]].concat();
        let count =
            |shape: &[usize]| shape.iter().fold(1_u128, |n, length| n.saturating_mul(*length as u128));
        affordable(count(&shape).saturating_mul(64))?;
        // of the array, and of the averages and details of each level
        let mut lengths = vec![shape];
        for level in 0..self.levels {
            let next = filters.lengths(&lengths[level], &axes, 1, self.extension)?.swap_remove(1);
            if let Some(axis) = axes.iter().find(|axis| next[**axis] >= lengths[level][**axis]) {
                let left = lengths[level][*axis];
                let problem = match level {
                    0 => format!("the averages of {left} entries, along axis {axis}, are no fewer"),
                    _ => format!(
                        "--levels is {}, and after {level} the averages, {left} of them along axis {axis}, get no fewer",
                        self.levels
                    ),
                };
                return Err(Failure::input(problem, "take fewer levels, or a longer signal"));
            }
            lengths.push(next);
        }
        let tiled = Bands::<f64>::tiled_shape(&axes, &lengths)?;
        self.to.check_entries(count(if self.inverse.is_some() { &lengths[0] } else { &tiled }))?;
        affordable(count(&tiled).saturating_mul(64))?;
        let data = if self.inverse.is_some() {
            if entries.shape() != tiled {
                let problem = format!(
                    "{} has {} entries, expected {}, those of {} levels of a signal of {} entries",
                    x.source,
                    operand::shape(entries.shape()),
                    operand::shape(&tiled),
                    self.levels,
                    operand::shape(&lengths[0])
                );
                return Err(Failure::input(problem, "give the transform whole, with the same options"));
            }
            let bands = Bands::untiled(entries.view(), &axes, &lengths)?;
            filters.recompose_axes(&bands, &lengths[0], self.extension)?
        } else {
            filters.decompose_axes(entries.view(), &axes, self.levels, self.extension)?.tiled(&lengths)?
        };
        let bands = (1_u128 << rank) - 1;
        let used =
            lengths[1..].iter().fold(count(&lengths[self.levels]), |n, shape| n + bands * count(shape));
        if used < count(&tiled) {
            notes.push("the bands leave gaps between them, which are filled with zeros".into());
        }
        let data = Data::F64(data);
        let way = if self.inverse.is_some() { "inverse wavelet transform" } else { "wavelet transform" };
        let along = if rank == 1 { "along one axis".to_owned() } else { format!("along {rank} axes") };
        let why = format!(
            "{way} {along}, {}, levels: {}, {}",
            self.wavelet.name(),
            self.levels,
            self.extension.name()
        );
        voice.say("algorithm", &why);
        // of the averages of the last level, and of the details from the last level to the first
        let parts: Vec<&[usize]> =
            lengths.last().into_iter().chain(lengths[1..].iter().rev()).map(|shape| &shape[..rank]).collect();
        let told = match rank {
            1 => json!(parts.concat()),
            _ => json!(parts),
        };
        let names = Bands::<f64>::names(rank)[1..].join(", ");
        let details = if rank == 1 { "details".to_owned() } else { format!("the bands {names}") };
        voice.say("parts", format!("averages, then {details}, coarsest first: {told}"));
        if let Data::F64(values) = &data {
            let lost = values.iter().filter(|v| !v.is_finite()).count();
            if lost > 0 {
                let cause = if entries.iter().all(|v| v.is_finite()) { "overflow" } else { "the input" };
                notes.push(format!("{lost} entries are not finite, from {cause}"));
            }
        }
        voice.say("error", "no bound is derived for it");
        let account = Account::of("dwt", &[("x", &x)], &why, &notes, &data);
        account.deliver(&self.to, &Form::Plain, voice, || {
            json!({
                "wavelet": self.wavelet.name(),
                "levels": self.levels,
                "extension": self.extension.name(),
                "lengths": told,
                "inverse": self.inverse.is_some(),
            })
        })
    }
}
