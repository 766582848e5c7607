//! One binary for all that is not the book itself.

mod algorithms;
mod cli;
mod compute;
mod continuous;
mod evidence;
mod files;
mod fuzz;
mod inequalities;
mod judge;
mod language;
mod laws;
mod mutants;
mod naive;
mod naive_operators;
mod natures;
mod report;
mod reviewed;
mod tidy;
mod twins;
