//! One binary for all that is not the book itself.

mod algorithms;
mod judge;
mod language;
mod laws;
mod report;
