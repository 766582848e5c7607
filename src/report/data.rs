//! The report as data: what is written to `report.json`, and all that the page knows.
//!
//! Times, dates and names of machines have no place here: two runs give the same bytes.

use crate::{
    book::Reference,
    figure::Figure,
    theorem::{Counterexample, Evidence, Level, Verdict},
};
use serde::Serialize;

/// Everything that was found, in reading order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The version of this layout.
    pub schema: u32,
    /// The title of the whole.
    pub title: String,
    /// faltung's version.
    pub version: String,
    /// The seed of every search.
    pub seed: u64,
    /// How many of what.
    pub tally: Tally,
    /// The chapters.
    pub chapters: Vec<Chapter>,
    /// The works that are cited, by key.
    pub references: Vec<Reference>,
}

/// How many of what; counted from the chapters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Claims (`claim` blocks).
    pub claims: usize,
    /// Claims that hold for everything they quantify over.
    pub hold: usize,
    /// Claims that hold in their box.
    pub hold_in_a_box: usize,
    /// Claims that were not decided.
    pub undecided: usize,
    /// Claims that were refuted.
    pub claims_refuted: usize,
    /// Beliefs (`false` blocks).
    pub beliefs: usize,
    /// Beliefs that were refuted.
    pub beliefs_refuted: usize,
    /// Experiments.
    pub experiments: usize,
    /// Figures.
    pub figures: usize,
    /// Claims, beliefs and experiments that did not come out as announced.
    pub not_as_announced: usize,
}

/// A chapter.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Chapter {
    /// Its name in links.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its file.
    pub file: String,
    /// Its content, in reading order.
    pub blocks: Vec<Block>,
}

/// A piece of a chapter.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// Words.
    Prose {
        /// In Markdown.
        markdown: String,
        /// The exercises in it, in reading order.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        exercises: Vec<Exercise>,
    },
    /// A claim, or a belief that is to be refuted, and what was found.
    Claim(Box<Claim>),
    /// A check written in Rust, and what was found.
    Experiment(Experiment),
    /// A figure with its data.
    Figure(Figure),
    /// Commands and what they print.
    Example {
        /// Each command with its output.
        runs: Vec<(String, String)>,
    },
}

/// A claim that an item of a list gives to type, and what was found; nothing is announced of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Exercise {
    /// The claim, in the claim language.
    pub claim: String,
    /// What was found.
    #[serde(flatten)]
    pub finding: Finding,
}

/// A claim, what it announces, and what was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Claim {
    /// Its id.
    pub id: String,
    /// Its number in the report: "2.3".
    pub number: String,
    /// Whether the chapter says that it holds; otherwise it is a belief to be refuted.
    pub affirmed: bool,
    /// The claim, in the claim language.
    pub claim: String,
    /// The level it announces.
    pub announced: Option<Level>,
    /// Whether the outcome is what it announces.
    pub as_announced: bool,
    /// What was found.
    #[serde(flatten)]
    pub finding: Finding,
    /// What holds instead.
    pub instead: Option<String>,
    /// The claims that its proof uses, as the chapter says.
    pub by: Vec<String>,
    /// The command that settles it again.
    pub command: String,
    /// Where it comes from.
    pub source: Vec<Source>,
    /// A remark, in Markdown.
    pub note: Option<String>,
}

/// What the prover found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// The statement in LaTeX, hypotheses included.
    pub latex: String,
    /// What it quantifies over, in LaTeX; empty where nothing is.
    pub quantifiers: String,
    /// How it was read: the claim with every name bound, inferred kinds too.
    pub read_as: String,
    /// The verdict.
    pub verdict: Verdict,
    /// "all", or the box in words: "all x with support in [-6, 6]"; empty where nothing was proved.
    pub scope: String,
    /// The rings it holds in, in words.
    pub rings: String,
    /// The level that was reached; none for a refutation, and where not one instance was found.
    pub level: Option<Level>,
    /// For an undecided claim, what was tried.
    pub reached: String,
    /// How: "variables", "basis", "roots", …
    pub method: Option<String>,
    /// What breaks it.
    pub counterexample: Option<Counterexample>,
    /// The steps of the proof.
    pub derivation: Vec<Step>,
    /// The claims it rests on.
    pub rests_on: Vec<Premise>,
    /// The hypotheses that the proof used, in the claim language.
    pub hypotheses: Vec<String>,
    /// What was run.
    pub evidence: Evidence,
    /// The operators in it, by their fixed names.
    pub operators: Vec<String>,
}

/// A step of a derivation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The term that was reached, in the claim language.
    pub term: String,
    /// The same in LaTeX.
    pub latex: String,
    /// The claim that was used to get here; `None` for the first term.
    pub by: Option<String>,
}

/// A claim that another rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Premise {
    /// Its id.
    pub id: String,
    /// Its level.
    pub level: Level,
}

/// An experiment, what it announces, and what was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Experiment {
    /// Its id.
    pub id: String,
    /// Its number in the report.
    pub number: String,
    /// The level it announces.
    pub announced: Option<Level>,
    /// Whether the outcome is what it announces.
    pub as_announced: bool,
    /// What was found.
    #[serde(flatten)]
    pub trial: Trial,
    /// Where it comes from.
    pub source: Vec<Source>,
    /// A remark, in Markdown.
    pub note: Option<String>,
}

/// What an experiment found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trial {
    /// What it checks, in Markdown.
    pub statement: String,
    /// Whether it held wherever it was tried.
    pub held: bool,
    /// The level that was reached.
    pub level: Level,
    /// The worst case: "0.83 of the bound".
    pub worst: Option<String>,
    /// What was run.
    pub evidence: Evidence,
}

/// A place in a cited work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Its key in the references.
    pub key: String,
    /// How the text names it: "Mallat 2009".
    pub label: String,
    /// The place: "ch. 2"; empty for the whole.
    pub place: String,
}

impl Tally {
    /// Counts.
    pub fn of(chapters: &[Chapter]) -> Tally {
        let mut tally = Tally::default();
        for block in chapters.iter().flat_map(|chapter| &chapter.blocks) {
            match block {
                Block::Claim(claim) => {
                    let verdict = claim.finding.verdict;
                    if claim.affirmed {
                        tally.claims += 1;
                        match verdict {
                            Verdict::Holds => tally.hold += 1,
                            Verdict::HoldsFor => tally.hold_in_a_box += 1,
                            Verdict::Refuted => tally.claims_refuted += 1,
                            Verdict::Undecided => tally.undecided += 1,
                        }
                    } else {
                        tally.beliefs += 1;
                        tally.beliefs_refuted += usize::from(verdict == Verdict::Refuted);
                    }
                    tally.not_as_announced += usize::from(!claim.as_announced);
                }
                Block::Experiment(experiment) => {
                    tally.experiments += 1;
                    tally.not_as_announced += usize::from(!experiment.as_announced);
                }
                Block::Figure(_) => tally.figures += 1,
                Block::Prose { .. } | Block::Example { .. } => {}
            }
        }
        tally
    }
}
