//! What is said, and where: data and JSON on standard output, reports and errors on standard error.

use super::number;
use clap::error::ErrorKind;
use faltung::{
    conv::{PlanError, SpecError, exact::ExactError},
    io::{IoError, kernels::KernelError},
    layer::{LayerError, stack::StackError},
    wavelet::{WaveletError, discrete::BankError, scattering::ScatteringError},
};
use miette::{Diagnostic, Report};
use serde::Serialize;
use serde_json::{Value, json};
use std::{
    fmt::Display,
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

/// Where errors of usage, files and data end.
const WRONG_INPUT: u8 = 2;

/// Why a command did not do what it was asked to.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[allow(missing_docs)]
pub enum Failure {
    #[error(transparent)]
    #[diagnostic(code(file))]
    File(#[from] IoError),
    #[error(transparent)]
    #[diagnostic(code(kernel))]
    Kernel(#[from] KernelError),
    #[error(transparent)]
    #[diagnostic(code(bank))]
    Bank(#[from] BankError),
    #[error(transparent)]
    #[diagnostic(code(scattering))]
    Scattering(#[from] ScatteringError),
    #[error(transparent)]
    #[diagnostic(code(shape))]
    Spec(#[from] SpecError),
    #[error(transparent)]
    #[diagnostic(code(plan))]
    Plan(#[from] PlanError),
    #[error("{error}")]
    #[diagnostic(code(plan))]
    Algorithm {
        error: PlanError,
        #[help]
        advice: String,
    },
    #[error(transparent)]
    #[diagnostic(code(exact))]
    Exact(#[from] ExactError),
    #[error(transparent)]
    #[diagnostic(code(layer))]
    Layer(Box<LayerError>),
    #[error(transparent)]
    #[diagnostic(code(wavelet))]
    Wavelet(Box<WaveletError>),
    #[error("{error}")]
    #[diagnostic(code(stack))]
    Stack {
        error: Box<StackError>,
        #[help]
        advice: Option<String>,
    },
    #[error("{problem}")]
    #[diagnostic(code(input))]
    Input {
        problem: String,
        #[help]
        advice: String,
    },
    #[error("there is no file {name:?}")]
    #[diagnostic(code(file))]
    Missing {
        name: String,
        #[help]
        advice: String,
    },
    #[error("standard output: {0}")]
    #[diagnostic(code(stream))]
    Stream(io::Error),
}

impl From<LayerError> for Failure {
    fn from(error: LayerError) -> Failure {
        Failure::Layer(Box::new(error))
    }
}

impl From<WaveletError> for Failure {
    fn from(error: WaveletError) -> Failure {
        Failure::Wavelet(Box::new(error))
    }
}

impl Failure {
    /// An input that cannot be used, and what to try.
    pub fn input(problem: impl Into<String>, advice: impl Into<String>) -> Failure {
        Failure::Input { problem: problem.into(), advice: advice.into() }
    }
}

/// How a command speaks.
#[derive(Clone, Copy, Debug)]
pub struct Voice {
    /// One JSON document on standard output.
    pub json: bool,
    /// Nothing on standard error.
    pub quiet: bool,
}

impl Voice {
    /// A line of the report, on standard error: what it is about, and what there is to say.
    pub fn say(&self, about: &str, text: impl Display) {
        if !self.quiet {
            // Standard error may be closed; the result is what counts.
            let _ = writeln!(io::stderr(), "{about:<10} {text}");
        }
    }

    /// Data, on standard output.
    ///
    /// # Errors
    /// When standard output does not take it.
    pub fn print(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        out.write_all(bytes).and_then(|()| out.flush()).map_err(Failure::Stream)
    }

    /// One JSON document, on standard output.
    ///
    /// # Errors
    /// When standard output does not take it.
    pub fn document(&self, document: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(document).map_err(|e| Failure::Stream(e.into()))?;
        self.print(format!("{text}\n").as_bytes())
    }
}

/// Prints an error and gives its exit code; whoever has closed our standard output is not told.
pub fn fail(failure: Report, json: bool) -> ExitCode {
    let broken = failure.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
            || matches!(cause.downcast_ref(), Some(Failure::Stream(e)) if e.kind() == io::ErrorKind::BrokenPipe)
    });
    if broken {
        return ExitCode::SUCCESS;
    }
    if json {
        in_json(error(&failure));
    } else {
        complain(&failure);
    }
    ExitCode::from(WRONG_INPUT)
}

/// Prints an error for a person.
pub fn complain(failure: &Report) {
    let colour = io::stderr().is_terminal();
    if failure.labels().is_some() {
        // Points into a text: miette draws it, in colour where that is welcome.
        let _ = writeln!(io::stderr(), "{failure:?}");
        return;
    }
    let _ = writeln!(io::stderr(), "{} {failure}", painted("error:", "31", colour));
    if let Some(help) = failure.help() {
        let _ = writeln!(io::stderr(), "{} {help}", painted("help:", "36", colour));
    }
}

/// An error for a program.
pub fn error(failure: &Report) -> Value {
    let code = failure.code().map_or("error".into(), |code| code.to_string());
    let chain: Vec<String> = failure.chain().map(ToString::to_string).collect();
    json!({ "code": code, "message": chain.join(": "), "help": failure.help().map(|help| help.to_string()) })
}

/// Prints what clap has to say: help and version on standard output, wrong usage on standard error.
pub fn usage(usage: clap::Error) -> ExitCode {
    let wrong = usage.use_stderr();
    let text = number::meant(&usage.render().to_string());
    if wrong && std::env::args_os().any(|argument| argument == "--json") {
        let message = text.trim_start_matches("error: ").trim();
        in_json(json!({ "code": "usage", "message": message, "help": null }));
    } else if wrong && usage.kind() == ErrorKind::ValueValidation {
        let message = text.trim_start_matches("error: ");
        let _ = write!(io::stderr(), "{} {message}", painted("error:", "31", io::stderr().is_terminal()));
    } else {
        let _ = usage.print();
    }
    ExitCode::from(if wrong { WRONG_INPUT } else { 0 })
}

fn in_json(error: Value) {
    let document = json!({ "schema": 1, "error": error });
    if writeln!(io::stdout(), "{document:#}").is_err() {
        let _ = writeln!(io::stderr(), "{document:#}");
    }
}

/// A word in colour on standard output, where that is a terminal and colour is welcome.
pub fn painted_out(word: &str, colour: &str) -> String {
    painted(word, colour, io::stdout().is_terminal())
}

fn painted(word: &str, colour: &str, terminal: bool) -> String {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) || !terminal;
    if plain { word.into() } else { format!("\x1b[1;{colour}m{word}\x1b[0m") }
}
