//! `faltung figure`: one figure of the book, computed, checked and drawn.

use super::{
    named::checked,
    output::{Failure, Voice},
};
use clap::Args;
use faltung::{book::figures::FIGURES, figure::svg, io};
use serde_json::json;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Draw one figure of the book
///
/// Its data are computed and checked first; what it then says of them goes to standard error.
#[derive(Args)]
pub struct FigureCommand {
    /// Its id, as in `faltung list figures`
    #[arg(value_name = "ID")]
    id: String,
    /// The SVG file to draw it to; standard output where there is none
    #[arg(long, short, value_name = "FILE", allow_hyphen_values = true)]
    output: Option<PathBuf>,
}

impl FigureCommand {
    /// Draws it, or with `--json` prints its data and its words.
    pub fn run(&self, voice: &Voice) -> miette::Result<ExitCode> {
        let entry = checked(FIGURES, "figure", &self.id)?;
        let path = self.output.as_deref().unwrap_or(Path::new("-"));
        if !io::is_stream(path) && path.extension().is_none_or(|ending| ending != "svg") {
            Err(Failure::input(
                format!("{} would be a drawing in SVG under another name", path.display()),
                "let the file end in .svg",
            ))?;
        }
        if voice.json && self.output.is_some() && io::is_stream(path) {
            Err(Failure::input(
                "the figure and the JSON document are both to go to standard output",
                "leave out -o: the document has the data then",
            ))?;
        }
        let figure = (entry.run)().map_err(|unmet| {
            Failure::input(unmet.to_string(), "this is a fault of faltung; please report it")
        })?;
        if !voice.json || self.output.is_some() {
            io::write_bytes(path, svg::standalone(&figure).as_bytes()).map_err(Failure::from)?;
        }
        if voice.json {
            voice.document(&json!({ "schema": 1, "figure": figure, "output": self.output }))?;
        } else {
            voice.say("figure", &figure.title);
            voice.say("", &figure.caption);
        }
        Ok(ExitCode::SUCCESS)
    }
}
