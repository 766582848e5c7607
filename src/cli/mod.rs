//! The command line: one file per command. Data on standard output, everything else on standard error.

mod account;
mod bench;
mod blocks;
mod channels;
mod compute;
mod convert;
mod destination;
mod display;
mod dwt;
mod exactly;
mod experiment;
mod explain;
mod figure;
mod geometry;
mod interrupt;
mod layer;
mod list;
mod named;
mod number;
mod operand;
mod oriented;
pub mod output;
mod paths;
mod peak;
mod pool;
mod prove;
mod report;
mod scatter;
mod shape;
mod signals;
mod solid;
mod transform;
mod verdict;
mod wavelet;
mod windowed;

use clap::{CommandFactory, Parser, Subcommand};
use output::Voice;
use std::{ffi::OsString, process::ExitCode};

/// What there is to do first; every line of it works as typed, anywhere.
const WELCOME: &str = r#"faltung verifies the theory of convolution, and computes with it.

  faltung prove "x * w = w * x"
  faltung compute conv "[1, 2, 3]" "[1, 1]"
  faltung compute dft "[1, 2, 3, 4]"

A claim is proved or gets its smallest counterexample. Data may be files (.npy .npz .csv .png .jpg .wav), and kernels
have names: faltung compute conv photo.jpg sobel-x -o edges.png --range centre

`faltung list claims` shows the book, `faltung explain up` an operator, `faltung help` every command.
"#;

/// Verify the theory of convolution, and compute with it.
#[derive(Parser)]
#[command(name = "faltung", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Print one JSON document on standard output
    #[arg(long, global = true)]
    pub json: bool,
    /// The seed of everything that is left to chance
    #[arg(long, global = true, default_value_t = 2026, value_name = "N")]
    seed: u64,
    /// Say nothing on standard error unless it is an error
    #[arg(long, short, global = true)]
    quiet: bool,
}

#[derive(Subcommand)]
enum Command {
    Prove(prove::Prove),
    Explain(explain::Explain),
    List(list::List),
    Report(report::ReportCommand),
    Figure(figure::FigureCommand),
    Experiment(experiment::ExperimentCommand),
    /// Real data in, real data out
    Compute(compute::Compute),
    Bench(bench::Bench),
    /// Print the completions of a shell
    #[command(hide = true)]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    #[command(hide = true)]
    Man,
}

impl Cli {
    /// The command line of this process.
    ///
    /// A claim may begin with a minus and is no option then: `faltung prove "-x = 0 - x" --strict`.
    ///
    /// # Errors
    /// Wrong usage; help and version are "errors" too.
    pub fn from_process() -> Result<Cli, clap::Error> {
        let mut arguments: Vec<OsString> = std::env::args_os().collect();
        if let Some(place) = arguments.iter().position(|argument| argument == "prove") {
            for argument in &mut arguments[place + 1..] {
                if argument.to_str().is_some_and(|text| {
                    text.starts_with('-') && text.contains(['=', '<', '>']) && text.contains(' ')
                }) {
                    // Whatever begins with a blank is no option to clap, and none to a claim.
                    let mut claim = OsString::from(" ");
                    claim.push(&*argument);
                    *argument = claim;
                }
            }
        }
        Cli::try_parse_from(arguments)
    }
}

/// Runs the command that was given.
///
/// # Errors
/// Whatever stops it: the exit code is then 2.
pub fn run(cli: Cli) -> miette::Result<ExitCode> {
    let voice = Voice { json: cli.json, quiet: cli.quiet };
    interrupt::listen();
    match cli.command {
        None => voice.print(WELCOME.as_bytes())?,
        Some(Command::Prove(prove)) => return prove.run(&voice, cli.seed),
        Some(Command::Explain(explain)) => return explain.run(&voice, cli.seed),
        Some(Command::List(list)) => return list.run(&voice),
        Some(Command::Report(report)) => return report.run(&voice, cli.seed),
        Some(Command::Figure(figure)) => return figure.run(&voice),
        Some(Command::Experiment(experiment)) => return experiment.run(&voice),
        Some(Command::Compute(compute)) => compute.run(&voice)?,
        Some(Command::Bench(bench)) => bench.run(&voice)?,
        Some(Command::Completions { shell }) => {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "faltung", &mut text);
            voice.print(&text)?;
        }
        Some(Command::Man) => {
            let mut text = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut text).map_err(output::Failure::Stream)?;
            voice.print(&text)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
