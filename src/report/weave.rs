//! Weaving: a book and what a judge found of each block make a report.

use super::{data::*, exercise};
use crate::{
    book::{self, Book, ClaimBlock, ExperimentBlock, FalseBlock, Rules, figures::FIGURES},
    theorem::{Level, Verdict, prove_command},
};
use std::{collections::BTreeSet, error::Error};
use thiserror::Error;

/// Whatever went wrong while a block was judged.
pub type Failure = Box<dyn Error + Send + Sync>;

/// Who judges the blocks of a book, in reading order.
pub trait Judge {
    /// What is found of a claim.
    ///
    /// # Errors
    /// When it cannot be read; that it does not hold is a finding.
    fn claim(&mut self, claim: &ClaimBlock) -> Result<Finding, Failure>;
    /// What is found of a belief that is to be refuted.
    ///
    /// # Errors
    /// When it cannot be read.
    fn belief(&mut self, belief: &FalseBlock) -> Result<Finding, Failure>;
    /// What is found of the claim of an exercise.
    ///
    /// # Errors
    /// When it cannot be read.
    fn exercise(&mut self, claim: &str) -> Result<Finding, Failure>;
    /// What an experiment finds.
    ///
    /// # Errors
    /// When there is none of that name.
    fn experiment(&mut self, experiment: &ExperimentBlock) -> Result<Trial, Failure>;
}

/// Why a book could not be woven.
#[derive(Debug, Error)]
pub enum WeaveError {
    /// An exercise in the prose could not be judged.
    #[error("{file}: {source}")]
    Prose {
        /// The chapter.
        file: String,
        /// What went wrong, with the exercise.
        source: Failure,
    },
    /// A block could not be judged.
    #[error("{file}:{line}: `{id}`: {source}")]
    Block {
        /// The chapter.
        file: String,
        /// The block's line.
        line: usize,
        /// The block's id.
        id: String,
        /// What went wrong.
        source: Failure,
    },
}

/// Judges every block of a book, in reading order, and makes every figure.
///
/// Cost: the judge's.
///
/// # Errors
/// At the first block that cannot be judged, or figure that does not show what it is drawn to show.
pub fn weave(book: &Book, title: &str, seed: u64, judge: &mut dyn Judge) -> Result<Report, WeaveError> {
    let mut chapters = Vec::new();
    for (chapter, place) in book.chapters.iter().zip(1..) {
        let mut blocks = Vec::new();
        let mut ordinal = 0;
        for block in &chapter.blocks {
            ordinal += usize::from(matches!(
                block,
                book::Block::Claim(_) | book::Block::False(_) | book::Block::Experiment(_)
            ));
            let number = format!("{place}.{ordinal}");
            blocks.push(woven(book, block, number, judge).map_err(|source| {
                let file = chapter.file.clone();
                match block.id() {
                    Some((id, line)) => WeaveError::Block { file, line, id: id.to_owned(), source },
                    None => WeaveError::Prose { file, source },
                }
            })?);
        }
        let taken = |name: &String| chapters.iter().any(|other: &Chapter| other.name == *name);
        let name = Some(chapter.name()).filter(|name| !taken(name));
        let name = name.unwrap_or_else(|| format!("{}-{place}", chapter.name()));
        chapters.push(Chapter { name, title: chapter.title.clone(), file: chapter.file.clone(), blocks });
    }
    let cited: BTreeSet<&str> =
        book.blocks().flat_map(|(_, b)| b.source()).map(|cited| cited.key.as_str()).collect();
    Ok(Report {
        schema: 1,
        title: title.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        seed,
        tally: Tally::of(&chapters),
        references: cited.iter().filter_map(|key| book.references.get(*key).cloned()).collect(),
        chapters,
    })
}

/// The exercises in a piece of prose, with what is found of each.
fn exercises(markdown: &str, judge: &mut dyn Judge) -> Result<Vec<Exercise>, Failure> {
    let settled = exercise::claims(markdown).into_iter().map(|claim| match judge.exercise(&claim) {
        Ok(finding) => Ok(Exercise { claim, finding }),
        Err(failure) => Err(format!("the exercise `{claim}`: {failure}").into()),
    });
    settled.collect()
}

/// The command that settles a block's claim again: the program knows the ids of our book, and no reader's.
fn command(rules: Rules, id: &str, claim: &str) -> String {
    match rules {
        Rules::Book => format!("faltung prove {id}"),
        Rules::Reader => prove_command(&claim.split_whitespace().collect::<Vec<_>>().join(" ")),
    }
}

fn woven(book: &Book, block: &book::Block, number: String, judge: &mut dyn Judge) -> Result<Block, Failure> {
    let source = block
        .source()
        .iter()
        .map(|cited| Source {
            label: book.references.get(&cited.key).map_or_else(|| cited.key.clone(), book::Reference::label),
            key: cited.key.clone(),
            place: cited.place.clone(),
        })
        .collect();
    Ok(match block {
        book::Block::Prose(markdown) => {
            Block::Prose { markdown: markdown.clone(), exercises: exercises(markdown, judge)? }
        }
        book::Block::Claim(claim) => {
            let finding = judge.claim(claim)?;
            Block::Claim(Box::new(Claim {
                id: claim.id.clone(),
                number,
                affirmed: true,
                claim: claim.text.clone(),
                announced: claim.level,
                as_announced: as_announced(claim.level, book.rules, finding.verdict, finding.level),
                finding,
                instead: None,
                by: claim.by.clone(),
                command: command(book.rules, &claim.id, &claim.text),
                source,
                note: claim.note.clone(),
            }))
        }
        book::Block::False(belief) => {
            let finding = judge.belief(belief)?;
            Block::Claim(Box::new(Claim {
                id: belief.id.clone(),
                number,
                affirmed: false,
                claim: belief.text.clone(),
                announced: None,
                as_announced: finding.verdict == Verdict::Refuted,
                finding,
                instead: belief.instead.clone(),
                by: Vec::new(),
                command: command(book.rules, &belief.id, &belief.text),
                source,
                note: belief.note.clone(),
            }))
        }
        book::Block::Experiment(experiment) => {
            let trial = judge.experiment(experiment)?;
            Block::Experiment(Experiment {
                id: experiment.id.clone(),
                number,
                announced: experiment.level,
                as_announced: trial.held && reaches(experiment.level, book.rules, Some(trial.level)),
                trial,
                source,
                note: experiment.note.clone(),
            })
        }
        book::Block::Figure(figure) => {
            let entry = book::find(FIGURES, &figure.id)
                .ok_or_else(|| format!("no figure is called `{}`", figure.id))?;
            Block::Figure((entry.run)()?)
        }
        book::Block::Example(example) => Block::Example {
            runs: example.runs.iter().map(|run| (run.command.clone(), run.output.clone())).collect(),
        },
    })
}

/// Whether a claim came out as its block announces.
///
/// Exact evidence leaves a claim undecided; a chapter may announce just that, and must say so.
pub fn as_announced(announced: Option<Level>, rules: Rules, verdict: Verdict, level: Option<Level>) -> bool {
    let holds = match verdict {
        Verdict::Holds | Verdict::HoldsFor => true,
        Verdict::Refuted => false,
        Verdict::Undecided => announced.is_some(),
    };
    holds && reaches(announced, rules, level)
}

/// Our chapters announce exactly what is reached; a reader's, at least.
fn reaches(announced: Option<Level>, rules: Rules, level: Option<Level>) -> bool {
    match (announced, rules) {
        (Some(announced), Rules::Book) => level == Some(announced),
        (Some(announced), Rules::Reader) => level >= Some(announced),
        (None, _) => true,
    }
}
