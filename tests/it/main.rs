//! One binary for the tests across modules.

mod language;
mod report;
