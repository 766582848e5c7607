//! One binary for all integration tests but the book's.

mod cli;
mod compute;
mod files;
