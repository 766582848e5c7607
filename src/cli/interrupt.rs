//! Ctrl-C: a long command says in one line what it reached before it ends.

use super::output::Voice;
use indicatif::ProgressBar;
use std::process;

/// What a shell reports of a program that was interrupted.
const INTERRUPTED: i32 = 130;

/// From here on an interruption prints what was reached, and ends the program.
pub fn tell(voice: &Voice, bar: &ProgressBar, reached: impl Fn() -> String + Send + 'static) {
    let (quiet, bar) = (voice.quiet, bar.clone());
    let handler = move || {
        if !quiet {
            bar.suspend(|| eprintln!("interrupted: {}", reached()));
        }
        process::exit(INTERRUPTED);
    };
    // where no handler can be set, an interruption ends the program as it always does
    let _ = ctrlc::set_handler(handler);
}
