//! Stacks of layers: the worked numbers of the notes and of the papers, what is measured, and what is refused.

mod effective;
mod refused;
mod worked;

use faltung::layer::stack::{Account, Stack};

/// What a text holds.
fn counted(text: &str) -> Account {
    let stack = Stack::read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    stack.account().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn preset(name: &str) -> Account {
    Stack::preset(name).unwrap().account().unwrap()
}
