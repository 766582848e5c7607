//! `faltung list`: what there is.

use super::output::Voice;
use clap::{Args, ValueEnum};
use dashu_int::IBig;
use faltung::{
    book::{self, Block},
    conv::{About, Scalar},
    expr::TABLE,
    io::kernels,
    wavelet,
};
use num_complex::{Complex32, Complex64};
use serde_json::{Value, json};
use std::process::ExitCode;

/// What there is: claims, experiments, figures, algorithms, scalars, operators, wavelets, kernels
#[derive(Args)]
pub struct List {
    /// Of what
    #[arg(value_enum)]
    of: Of,
}

#[derive(Clone, Copy, ValueEnum)]
enum Of {
    Claims,
    Experiments,
    Figures,
    Algorithms,
    Scalars,
    Operators,
    Wavelets,
    Kernels,
}

/// A type of entries that algorithms are listed for.
struct Listed {
    name: &'static str,
    what: &'static str,
    algorithms: Vec<(&'static str, About)>,
}

fn scalars() -> Vec<Listed> {
    fn of<S: Scalar>(what: &'static str) -> Listed {
        let algorithms = S::algorithms().iter().map(|algorithm| (algorithm.name(), algorithm.about()));
        Listed { name: S::NAME, what, algorithms: algorithms.collect() }
    }
    vec![
        of::<f32>("32-bit floating point"),
        of::<f64>("64-bit floating point"),
        of::<Complex32>("complex, two float32"),
        of::<Complex64>("complex, two float64"),
        of::<i64>("integers, where no sum can overflow"),
        of::<IBig>("integers of any size"),
    ]
}

/// The algorithms, each with what there is to say of it and the scalars that it is listed for.
fn algorithms() -> Vec<(&'static str, About, Vec<&'static str>)> {
    let mut all: Vec<(&str, About, Vec<&str>)> = Vec::new();
    for scalar in scalars() {
        for (name, about) in scalar.algorithms {
            match all.iter_mut().find(|(known, ..)| *known == name) {
                Some((.., over)) => over.push(scalar.name),
                None => all.push((name, about, vec![scalar.name])),
            }
        }
    }
    all
}

impl List {
    pub fn run(&self, voice: &Voice) -> miette::Result<ExitCode> {
        if voice.json && matches!(self.of, Of::Algorithms) {
            let item = |(name, About { cost, source, declines }, over): (&str, About, Vec<&str>)| {
                json!({
                    "name": name, "what": format!("over {}", over.join(", ")), "scalars": over,
                    "multiplications": cost, "source": source, "declines": declines,
                })
            };
            let items: Vec<Value> = algorithms().into_iter().map(item).collect();
            voice.document(&json!({ "schema": 1, "items": items }))?;
            return Ok(ExitCode::SUCCESS);
        }
        let rows = self.rows()?;
        if voice.json {
            let items: Vec<Value> =
                rows.iter().map(|(name, what)| json!({ "name": name, "what": what })).collect();
            voice.document(&json!({ "schema": 1, "items": items }))?;
        } else {
            let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
            let lines: Vec<String> =
                rows.iter().map(|(name, what)| format!("{name:<width$}  {what}\n")).collect();
            voice.print(lines.concat().as_bytes())?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn rows(&self) -> miette::Result<Vec<(String, String)>> {
        let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(match self.of {
            Of::Claims => book::embedded()?
                .blocks()
                .filter_map(|(_, block)| match block {
                    Block::Claim(b) => Some((b.id.clone(), one_line(&b.text))),
                    Block::False(b) => Some((b.id.clone(), format!("FALSE: {}", one_line(&b.text)))),
                    _ => None,
                })
                .collect(),
            // What an experiment says is computed by carrying it out; its chapter is what is known before.
            Of::Experiments => book::embedded()?
                .blocks()
                .filter_map(|(chapter, block)| match block {
                    Block::Experiment(b) => {
                        Some((b.id.clone(), format!("{} ({})", chapter.title, chapter.file)))
                    }
                    _ => None,
                })
                .collect(),
            Of::Algorithms => algorithms()
                .into_iter()
                .flat_map(|(name, About { cost, source, declines }, over)| {
                    let said =
                        |text: &str| if text.is_empty() { "not said".to_owned() } else { text.to_owned() };
                    [
                        (name.to_owned(), format!("over {}", over.join(", "))),
                        (String::new(), format!("multiplications: {}", said(cost))),
                        (String::new(), format!("source: {}", said(source))),
                        (String::new(), format!("declines: {}", said(declines))),
                    ]
                })
                .collect(),
            Of::Scalars => scalars()
                .into_iter()
                .map(|Listed { name, what, algorithms }| {
                    let names: Vec<&str> = algorithms.iter().map(|(name, _)| *name).collect();
                    (name.to_owned(), format!("{what}: {}", names.join(", ")))
                })
                .collect(),
            Of::Operators => TABLE.iter().map(|row| (row.name.to_owned(), row.means.to_owned())).collect(),
            Of::Wavelets => {
                wavelet::LIST.iter().map(|entry| (entry.name.to_owned(), entry.about.to_owned())).collect()
            }
            Of::Figures => book::figures::FIGURES
                .iter()
                .map(|entry| {
                    Ok((entry.id.to_owned(), (entry.run)().map_err(|e| miette::miette!("{e}"))?.title))
                })
                .collect::<miette::Result<_>>()?,
            Of::Kernels => kernels::LIST
                .iter()
                .map(|kernel| {
                    let parameter = kernel.parameter.map(|p| format!(":{p}")).unwrap_or_default();
                    (
                        format!("{}{parameter}", kernel.name),
                        format!("{} ({})", kernel.about, kernel.dimensions),
                    )
                })
                .collect(),
        })
    }
}
