//! The page: everything that was found, as [data], then as one offline file.
//!
//! [`weave`] judges a [book](crate::book) and gives a [`Report`]; [`page()`] typesets it; [`write()`] puts both into
//! a directory, with every figure as a file of its own. The page loads nothing, and is whole without its script.

mod card;
mod controls;
pub mod data;
mod error;
mod exercise;
mod fate;
mod judge;
mod language;
mod lines;
mod map;
pub mod math;
mod page;
mod proofread;
mod prose;
mod weave;
mod write;

pub use data::Report;
pub use error::PageError;
pub use judge::{Prover, questions};
pub use page::page;
pub use proofread::{Misprint, anchored, proofread};
pub use weave::{Failure, Judge, WeaveError, as_announced, weave};
pub use write::{WriteError, write};
