//! One binary for all integration tests but the book's.

mod algorithms;
mod cli;
mod compute;
mod files;
mod judge;
mod laws;
mod twins;
