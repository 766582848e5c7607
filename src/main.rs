//! The program `faltung`: parse, run, print the error, exit code.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::Cli::from_process() {
        Ok(cli) => {
            let json = cli.json;
            cli::run(cli).unwrap_or_else(|failure| cli::output::fail(failure, json))
        }
        Err(usage) => cli::output::usage(usage),
    }
}
