//! The experiments of the book, one file each, called by name from the chapters.
//!
//! An experiment is a check that no claim can state: about programs, counts and rounding. It returns what it found,
//! as data, and fails by an error value; what it says is computed from what it found. Each has a wrong twin in its
//! tests that makes it fail.

mod algorithms_agree;
mod continuous_laws;
mod karatsuba_counts;
pub(super) mod rounding_bounds;

use crate::theorem::Level;

/// An experiment of the book.
#[derive(Clone, Copy, Debug)]
pub struct ExperimentEntry {
    /// The name by which a chapter calls it.
    pub id: &'static str,
    /// Carries it out.
    pub run: fn() -> Result<Found, Broken>,
}

/// What an experiment found where it held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What was checked, in Markdown; computed from what was done.
    pub statement: String,
    /// The level that was reached.
    pub level: Level,
    /// How many cases were tried.
    pub cases: u64,
    /// The seed, where chance was involved.
    pub seed: Option<u64>,
    /// The worst case, in words.
    pub worst: Option<String>,
}

/// What an experiment was to show, and what was found instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the experiment `{experiment}` is to show that {shows}, but {found}")]
pub struct Broken {
    /// The experiment.
    pub experiment: &'static str,
    /// What it is to show.
    pub shows: &'static str,
    /// What was found instead.
    pub found: String,
}

/// Every experiment of the book.
pub const EXPERIMENTS: &[ExperimentEntry] = &[
    ExperimentEntry { id: algorithms_agree::ID, run: algorithms_agree::run },
    ExperimentEntry { id: continuous_laws::DERIVATIVE, run: continuous_laws::derivative },
    ExperimentEntry { id: continuous_laws::DILATION, run: continuous_laws::dilation },
    ExperimentEntry { id: continuous_laws::TRANSFORM, run: continuous_laws::transform },
    ExperimentEntry { id: karatsuba_counts::ID, run: karatsuba_counts::run },
    ExperimentEntry { id: rounding_bounds::ID, run: rounding_bounds::run },
];

/// The experiment of that name.
///
/// ```
/// let entry = faltung::book::experiments::find("karatsuba-counts-multiplications").expect("it is in the list");
/// assert!((entry.run)()?.cases > 0);
/// # Ok::<(), faltung::book::experiments::Broken>(())
/// ```
pub fn find(id: &str) -> Option<&'static ExperimentEntry> {
    EXPERIMENTS.iter().find(|entry| entry.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_experiment_holds_and_says_the_same_twice() {
        for entry in EXPERIMENTS {
            let found = (entry.run)().unwrap_or_else(|broken| panic!("{broken}"));
            assert!(found.cases > 0 && !found.statement.is_empty());
            assert_eq!((entry.run)(), Ok(found));
            assert_eq!(EXPERIMENTS.iter().filter(|other| other.id == entry.id).count(), 1);
        }
    }
}
