//! One binary for the tests across modules.

mod algorithms;
mod judge;
mod laws;
mod twins;
