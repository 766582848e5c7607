//! One binary for the tests across modules.

mod language;
//! One binary for all that is not the book itself.

mod report;
