//! One binary for all that is not the book itself.

mod language;
mod report;
