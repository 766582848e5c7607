//! Ctrl-C and what else ends a program: unfinished files are removed, and a long command says in one line what it reached.

use super::output::Voice;
use faltung::io::abandon;
use std::{
    io::{self, Write},
    process,
    sync::Mutex,
};

/// What a shell reports of a program that was interrupted.
const INTERRUPTED: i32 = 130;

/// What the command has reached, if it says so.
static REACHED: Mutex<Option<Reached>> = Mutex::new(None);

type Reached = Box<dyn Fn() -> String + Send>;

/// From here on an interruption leaves no unfinished file, and ends the program.
///
/// The handler waits for nobody but who makes a file: no lock of the progress bar, whose holder may be writing into a pipe that
/// is full, and no standard error, which may be closed.
pub fn listen() {
    let handler = || {
        abandon();
        if let Some(reached) = REACHED.try_lock().ok().as_deref().and_then(Option::as_ref) {
            let _ = writeln!(io::stderr(), "\ninterrupted: {}", reached());
        }
        process::exit(INTERRUPTED);
    };
    // where no handler can be set, an interruption ends the program as it always does
    let _ = ctrlc::set_handler(handler);
}

/// From here on an interruption prints what was reached.
pub fn tell(voice: &Voice, reached: impl Fn() -> String + Send + 'static) {
    if !voice.quiet
        && let Ok(mut told) = REACHED.lock()
    {
        *told = Some(Box::new(reached));
    }
}
