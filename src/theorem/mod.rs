//! The bridge: what words mean in numbers; search, evidence, verdict.
//!
//! [`prove`] is the whole of it: a checked [`Claim`] in, an [`Outcome`] out. It refutes first (small instances
//! in order, then random ones, both exact), and then tries to prove every instance of a box. Nothing false is
//! said to hold, and nothing bounded without its bound.

mod basis;
mod cases;
mod choices;
mod counterexample;
mod domain;
mod effort;
mod eliminate;
mod example;
mod extremes;
mod formal;
mod inequality;
mod instance;
mod level;
mod linear;
mod meaning;
mod pieces;
mod program;
mod prove;
mod refute;
mod scope;
mod shrink;
mod sizes;
mod squares;
mod terms;
mod text;
mod threshold;
mod truth;
mod value;
mod world;

pub use counterexample::{Counterexample, prove_command};
pub use effort::Effort;
pub use example::{ExampleError, example};
pub use level::{Level, UnknownLevel};
pub use program::Program;
pub use prove::prove;
pub use scope::Scope;
pub use value::{Halt, Left, Value};
pub use world::{Needs, World};

use crate::expr::Claim;
use serde::Serialize;
use std::fmt;

/// What the evidence comes to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// For everything the claim quantifies over.
    Holds,
    /// For all inputs of a box, which is always printed with it.
    HoldsFor,
    /// One instance satisfies the hypotheses and breaks the claim.
    Refuted,
    /// Anything else.
    Undecided,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Verdict::Holds => "holds",
            Verdict::HoldsFor => "holds-for",
            Verdict::Refuted => "refuted",
            Verdict::Undecided => "undecided",
        })
    }
}

/// How a claim was settled for all inputs of a box.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Every maximum is one of its list; linear programming, or sums of squares, for each case.
    Cases,
    /// Sums of squares, and sizes.
    Squares,
    /// Absolute values term by term, their coefficients compared.
    Sizes,
    /// Both sides are the same polynomial in formal variables.
    Variables,
    /// Both sides are linear in each variable, the same way, and agree on all basis vectors.
    Basis,
    /// Formal variables over the cyclotomic numbers.
    Roots,
    /// Every instance of the box was evaluated.
    Exhaustion,
    /// Maxima and minima alone: zeros and ones at every threshold.
    Threshold,
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Method::Variables => "variables",
            Method::Basis => "basis",
            Method::Roots => "roots",
            Method::Cases => "cases",
            Method::Threshold => "threshold",
            Method::Squares => "squares",
            Method::Sizes => "sizes",
            Method::Exhaustion => "exhaustion",
        })
    }
}

/// What was tried, in numbers.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Evidence {
    /// The rings that instances were taken from.
    pub ring: Vec<String>,
    /// How many instances were tried in all.
    pub cases: u64,
    /// How many of them satisfied the hypotheses and were defined on both sides.
    pub admitted: u64,
    /// The seed, where chance was involved.
    pub seed: Option<u64>,
    /// For a polynomial equation: the total degree of both sides in all sampled variables.
    pub degree: Option<u64>,
    /// How many of the admitted instances had uniform entries.
    pub uniform: u64,
    /// How probably a false equation of that degree survives one such instance, at most: the degree over the size
    /// of the sampling set.
    pub chance: Option<f64>,
}

impl Evidence {
    /// ", over Z, Q": the rings in words, empty where only integers were looked at.
    pub fn over(&self) -> String {
        if self.ring.is_empty() { String::new() } else { format!(", over {}", self.ring.join(", ")) }
    }
}

/// The answer to a claim.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The claim.
    pub claim: Claim,
    /// The verdict.
    pub verdict: Verdict,
    /// The level the evidence reached; none where not one instance was found (and none for a refutation).
    pub level: Option<Level>,
    /// How it was settled, where it was.
    pub method: Option<Method>,
    /// What it holds for.
    pub scope: Option<Scope>,
    /// What breaks it.
    pub counterexample: Option<Counterexample>,
    /// The hypotheses that the proof used.
    pub hypotheses: Vec<String>,
    /// What was tried, in numbers.
    pub evidence: Evidence,
    /// For an undecided claim: what was tried, in words.
    pub reached: String,
}

impl Outcome {
    /// The exit code of the command line: 0 holds, 1 refuted, 3 undecided; `strict` asks for more than a box.
    pub fn exit_code(&self, strict: bool) -> u8 {
        match self.verdict {
            Verdict::Holds => 0,
            Verdict::HoldsFor => u8::from(strict) * 3,
            Verdict::Refuted => 1,
            Verdict::Undecided => 3,
        }
    }
}
