//! `faltung compute dwt`: the discrete wavelet transform of a signal, and back.

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
    wavelet::discrete::{Extension, Wavelet},
};
use ndarray::{Array1, Ix1};
use serde_json::json;

#[derive(Args)]
#[command(allow_negative_numbers = true)]
pub struct Dwt {
    /// A signal: a file, or "[1, 2, 3, 4]"
    x: String,
    /// Which wavelet
    #[arg(long, value_parser = wavelets(), default_value = Wavelet::Haar.name())]
    wavelet: Wavelet,
    /// How often the averages are transformed again
    #[arg(long, value_name = "N", default_value_t = 1)]
    levels: usize,
    /// What stands beyond the ends
    #[arg(long, value_parser = extensions(), default_value = "periodised")]
    extension: Extension,
    /// X is a transform, of a signal of so many entries, which is wanted
    #[arg(long, value_name = "LENGTH")]
    inverse: Option<usize>,
    #[command(flatten)]
    to: Destination,
}

fn wavelets() -> impl TypedValueParser<Value = Wavelet> {
    named(&Wavelet::ALL, Wavelet::name, |wavelet| match wavelet {
        Wavelet::Haar => "Two taps",
        Wavelet::Daubechies4 => "Daubechies' four taps",
        Wavelet::Spline53 => "The spline of 5 and 3 taps, biorthogonal",
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
        let shape = operand::shape(entries.shape());
        let entries = entries.into_dimensionality::<Ix1>().map_err(|_| {
            let problem = format!("{} has the shape {shape}, expected one axis", x.source);
            Failure::input(problem, "give a signal such as \"[1, 2, 3, 4]\"")
        })?;
        let filters = self.wavelet.floats();
        let n = self.inverse.unwrap_or(entries.len());
        affordable(64 * n as u128)?;
        // the lengths of the averages of the last level, and of the details from the last level to the first
        let mut lengths = vec![];
        let mut length = n;
        for level in 0..self.levels {
            let next = filters.length(length, self.extension)?;
            if next >= length {
                let problem = format!(
                    "--levels is {}, and after {level} the averages, {length} of them, get no fewer",
                    self.levels
                );
                return Err(Failure::input(problem, "take fewer levels, or a longer signal"));
            }
            length = next;
            lengths.push(length);
        }
        lengths.push(length);
        lengths.reverse();
        let total: usize = lengths.iter().sum();
        self.to.check_entries(self.inverse.unwrap_or(total) as u128)?;
        affordable(64 * total as u128)?;
        let data = match self.inverse {
            None => filters.decompose(&entries.to_vec(), self.levels, self.extension)?.concat(),
            Some(n) => {
                if entries.len() != total {
                    let problem = format!(
                        "{} has {} entries, expected {total}, those of {} levels of a signal of {n} entries",
                        x.source,
                        entries.len(),
                        self.levels
                    );
                    return Err(Failure::input(problem, "give the transform whole, with the same options"));
                }
                let mut rest = entries.to_vec();
                let parts: Vec<Vec<f64>> = lengths.iter().map(|n| rest.drain(..n).collect()).collect();
                filters.recompose(&parts, n, self.extension)?
            }
        };
        let data = Data::F64(Array1::from(data).into_dyn());
        let way = if self.inverse.is_some() { "inverse wavelet transform" } else { "wavelet transform" };
        let why =
            format!("{way}, {}, levels: {}, {}", self.wavelet.name(), self.levels, self.extension.name());
        voice.say("algorithm", &why);
        voice.say("parts", format!("averages, then details, coarsest first: {lengths:?}"));
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
                "lengths": lengths,
                "inverse": self.inverse.is_some(),
            })
        })
    }
}
