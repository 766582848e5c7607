//! What became of a statement: one word, one shape and one sentence for the cards, the filter and the map alike.

use super::data::{Block, Claim, Experiment, Report};
use crate::theorem::{Level, Verdict};

/// What became of a statement.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Fate {
    /// It holds for everything it quantifies over.
    Holds,
    /// It holds in the box that is printed with it.
    InABox,
    /// An experiment that held wherever it was tried.
    Held,
    /// Neither proved nor refuted.
    Undecided,
    /// False.
    Refuted,
}

impl Fate {
    pub const ALL: [Fate; 5] = [Fate::Holds, Fate::InABox, Fate::Held, Fate::Undecided, Fate::Refuted];

    pub fn of_claim(claim: &Claim) -> Fate {
        match claim.finding.verdict {
            Verdict::Holds => Fate::Holds,
            Verdict::HoldsFor => Fate::InABox,
            Verdict::Undecided => Fate::Undecided,
            Verdict::Refuted => Fate::Refuted,
        }
    }

    pub fn of_experiment(experiment: &Experiment) -> Fate {
        if experiment.trial.held { Fate::Held } else { Fate::Refuted }
    }

    /// Its class in the style sheet and its value in the filter.
    pub fn class(self) -> &'static str {
        match self {
            Fate::Holds => "holds",
            Fate::InABox => "in-a-box",
            Fate::Held => "held",
            Fate::Undecided => "undecided",
            Fate::Refuted => "refuted",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Fate::Holds => "holds",
            Fate::InABox => "holds in a box",
            Fate::Held => "held in an experiment",
            Fate::Undecided => "undecided",
            Fate::Refuted => "refuted",
        }
    }
}

/// A statement of the page: a claim, a belief or an experiment.
pub(super) struct Statement<'a> {
    /// The place of its chapter.
    pub chapter: usize,
    pub id: &'a str,
    pub number: &'a str,
    pub fate: Fate,
    /// The level that was reached; none for what is false.
    pub level: Option<Level>,
    /// The claim behind it; none for an experiment.
    pub claim: Option<&'a Claim>,
}

/// Every statement, in reading order.
pub(super) fn statements(report: &Report) -> Vec<Statement<'_>> {
    let blocks = report
        .chapters
        .iter()
        .enumerate()
        .flat_map(|(place, chapter)| chapter.blocks.iter().map(move |block| (place, block)));
    blocks
        .filter_map(|(chapter, block)| match block {
            Block::Claim(claim) => Some(Statement {
                chapter,
                id: &claim.id,
                number: &claim.number,
                fate: Fate::of_claim(claim),
                level: claim.finding.level,
                claim: Some(claim),
            }),
            Block::Experiment(experiment) => Some(Statement {
                chapter,
                id: &experiment.id,
                number: &experiment.number,
                fate: Fate::of_experiment(experiment),
                level: experiment.trial.held.then_some(experiment.trial.level),
                claim: None,
            }),
            _ => None,
        })
        .collect()
}
