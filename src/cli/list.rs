//! `faltung list`: what there is.

use super::output::Voice;
use clap::{Args, ValueEnum};
use faltung::{
    book::{self, Block},
    conv::Scalar,
    expr::TABLE,
    io::kernels,
};
use serde_json::{Value, json};
use std::process::ExitCode;

/// What there is: claims, algorithms, scalars, operators, figures, kernels
#[derive(Args)]
pub struct List {
    /// Of what
    #[arg(value_enum)]
    of: Of,
}

#[derive(Clone, Copy, ValueEnum)]
enum Of {
    Claims,
    Algorithms,
    Scalars,
    Operators,
    Figures,
    Kernels,
}

/// The scalars that algorithms are listed for, and the algorithms of each.
fn scalars() -> Vec<(&'static str, &'static str, Vec<&'static str>)> {
    fn names<S: Scalar>() -> Vec<&'static str> {
        S::algorithms().iter().map(|algorithm| algorithm.name()).collect()
    }
    vec![
        ("f32", "32-bit floating point", names::<f32>()),
        ("f64", "64-bit floating point", names::<f64>()),
        ("c64", "complex, two f32", names::<num_complex::Complex<f32>>()),
        ("c128", "complex, two f64", names::<num_complex::Complex<f64>>()),
        ("i64", "integers, where no sum can overflow", names::<i64>()),
        ("Z", "integers of any size", names::<dashu_int::IBig>()),
    ]
}

impl List {
    pub fn run(&self, voice: &Voice) -> miette::Result<ExitCode> {
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
            Of::Algorithms => {
                let mut names: Vec<&str> = scalars().iter().flat_map(|(.., names)| names.clone()).collect();
                names.sort_unstable();
                names.dedup();
                let over = |name: &str| {
                    let scalars = scalars();
                    let over = scalars
                        .iter()
                        .filter(|(.., names)| names.contains(&name))
                        .map(|(scalar, ..)| *scalar);
                    format!("over {}", over.collect::<Vec<_>>().join(", "))
                };
                names.into_iter().map(|name| (name.to_owned(), over(name))).collect()
            }
            Of::Scalars => scalars()
                .into_iter()
                .map(|(name, what, algorithms)| {
                    (name.to_owned(), format!("{what}: {}", algorithms.join(", ")))
                })
                .collect(),
            Of::Operators => TABLE.iter().map(|row| (row.name.to_owned(), row.means.to_owned())).collect(),
            Of::Figures => book::figures::FIGURES
                .iter()
                .map(|entry| {
                    Ok((entry.id.to_owned(), (entry.make)().map_err(|e| miette::miette!("{e}"))?.title))
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
