//! The program `faltung`: parse, run, print the error, exit code.

mod cli;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::Cli::try_parse() {
        Ok(cli) => {
            let json = cli.json;
            cli::run(cli).unwrap_or_else(|failure| cli::output::fail(failure, json))
        }
        Err(usage) => cli::output::usage(usage),
    }
}
