//! One binary for all that is not the book itself.

mod algorithms;
mod cli;
mod compute;
mod files;
mod judge;
mod language;
mod laws;
mod report;
