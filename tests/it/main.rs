//! One binary for all that is not the book itself.

mod algorithms;
mod cli;
mod compute;
mod evidence;
mod exact;
mod files;
mod fuzz;
mod judge;
mod language;
mod laws;
mod mutants;
mod naive;
mod naive_matrices;
mod naive_operators;
mod natures;
mod report;
mod reviewed;
mod roots;
mod scalars;
mod separable;
mod signals;
mod structured;
mod tidy;
mod transforms;
mod twins;
