//! `faltung experiment`: one experiment of the book, carried out again.

use super::{named::checked, output::Voice};
use clap::Args;
use faltung::{book::experiments::EXPERIMENTS, report::data::Trial};
use serde_json::json;
use std::{fmt::Write, process::ExitCode};

/// Carry out one experiment of the book
#[derive(Args)]
pub struct ExperimentCommand {
    /// Its id, as in `faltung list experiments`
    #[arg(value_name = "ID")]
    id: String,
}

impl ExperimentCommand {
    /// Says what it found; the exit code is 1 where it did not hold.
    pub fn run(&self, voice: &Voice) -> miette::Result<ExitCode> {
        let entry = checked(EXPERIMENTS, "experiment", &self.id)?;
        let trial = Trial::of((entry.run)());
        if voice.json {
            voice.document(&json!({ "schema": 1, "id": entry.id, "found": trial }))?;
        } else {
            let mut text = format!("{}\n", trial.statement);
            if trial.held {
                let seed = trial.evidence.seed.map(|seed| format!(", seed {seed}")).unwrap_or_default();
                let _ = writeln!(text, "  level     {}, {} cases{seed}", trial.level, trial.evidence.cases);
            }
            if let Some(worst) = &trial.worst {
                let _ = writeln!(text, "  worst     {worst}");
            }
            voice.print(text.as_bytes())?;
        }
        Ok(ExitCode::from(u8::from(!trial.held)))
    }
}
