//! Levels: how far a claim was carried, from written down to accepted by the kernel of a proof assistant.

use serde::Serialize;
use std::{fmt, str::FromStr};

/// How far a claim was carried; each level says more than the one before.
///
/// ```
/// use faltung::theorem::Level;
/// assert!("formal".parse::<Level>()? > Level::Exact);
/// # Ok::<(), faltung::theorem::UnknownLevel>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Written down, with its source.
    Stated,
    /// Experiments only, judged by a bound proved on paper.
    Sampled,
    /// Random instances in exact arithmetic.
    Exact,
    /// All inputs of a box.
    Formal,
    /// A replayed chain of rewrites from earlier claims.
    Derived,
    /// Accepted by the Coq kernel.
    Certified,
}

/// A word that is no level.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no level; the levels are stated, sampled, exact, formal, derived, certified")]
pub struct UnknownLevel(pub String);

impl Level {
    /// Every level, the weakest first.
    pub const ALL: [Level; 6] =
        [Level::Stated, Level::Sampled, Level::Exact, Level::Formal, Level::Derived, Level::Certified];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Level::Stated => "stated",
            Level::Sampled => "sampled",
            Level::Exact => "exact",
            Level::Formal => "formal",
            Level::Derived => "derived",
            Level::Certified => "certified",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Level {
    type Err = UnknownLevel;
    fn from_str(word: &str) -> Result<Self, UnknownLevel> {
        Level::ALL.into_iter().find(|level| level.name() == word).ok_or_else(|| UnknownLevel(word.to_owned()))
    }
}
