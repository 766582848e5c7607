//! Ctrl-C: a long command says in one line what it reached before it ends.

use super::output::Voice;
use std::{
    io::{self, Write},
    process,
};

/// What a shell reports of a program that was interrupted.
const INTERRUPTED: i32 = 130;

/// From here on an interruption prints what was reached, and ends the program.
///
/// The handler waits for nobody: no lock of the progress bar, whose holder may be writing into a pipe that is full, and
/// no standard error, which may be closed.
pub fn tell(voice: &Voice, reached: impl Fn() -> String + Send + 'static) {
    let quiet = voice.quiet;
    let handler = move || {
        if !quiet {
            let _ = writeln!(io::stderr(), "\ninterrupted: {}", reached());
        }
        process::exit(INTERRUPTED);
    };
    // where no handler can be set, an interruption ends the program as it always does
    let _ = ctrlc::set_handler(handler);
}
