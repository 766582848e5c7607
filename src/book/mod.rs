//! The content: chapters of claims, experiments and figures, and the works they cite.
//!
//! The book is the source: a theorem is a block in a chapter, its id is its name everywhere, and reading order is
//! logical order. [`embedded`] is ours, [`read`] anybody's; both go through the same [parser](chapter::parse) and
//! the same checks across chapters.

mod block;
pub mod chapter;
mod checked;
mod error;
pub mod experiments;
pub mod figures;
mod learning;
mod portable;
mod recognition;
mod references;

pub use block::{Block, Citation, ClaimBlock, ExampleBlock, ExperimentBlock, FalseBlock, FigureBlock, Run};
pub use chapter::{Chapter, Rules};
pub use checked::{Checked, Unmet, find};
pub use error::{ChapterError, Problem, Suggestion};
pub use references::{Reference, References, ReferencesError, references};

use miette::Diagnostic;
use std::{
    collections::BTreeMap,
    io::{self, Read},
    path::{Path, PathBuf},
};
use thiserror::Error;

/// Chapters in reading order, and what they may cite.
#[derive(Clone, Debug, PartialEq)]
pub struct Book {
    /// The chapters.
    pub chapters: Vec<Chapter>,
    /// The works, by key.
    pub references: References,
    /// Whose chapters they are.
    pub rules: Rules,
}

/// Why a book could not be read.
#[derive(Debug, Error, Diagnostic)]
pub enum BookError {
    /// A file could not be read as text.
    #[error("cannot read {path}: {source}; a chapter is a Markdown file in UTF-8", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Something is wrong in a chapter.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Chapter(#[from] ChapterError),
    /// Something is wrong in the bibliography.
    #[error(transparent)]
    References(#[from] ReferencesError),
}

/// The chapters of the book, in reading order: file and text.
const CHAPTERS: &[(&str, &str)] = &[
    ("01-signals.md", include_str!("../../book/01-signals.md")),
    ("02-correlation.md", include_str!("../../book/02-correlation.md")),
    ("03-matrices.md", include_str!("../../book/03-matrices.md")),
    ("04-algorithms.md", include_str!("../../book/04-algorithms.md")),
    ("05-boundaries.md", include_str!("../../book/05-boundaries.md")),
    ("06-fourier.md", include_str!("../../book/06-fourier.md")),
    ("07-inequalities.md", include_str!("../../book/07-inequalities.md")),
    ("08-chance-and-polynomials.md", include_str!("../../book/08-chance-and-polynomials.md")),
    ("09-pictures.md", include_str!("../../book/09-pictures.md")),
    ("10-pooling.md", include_str!("../../book/10-pooling.md")),
    ("11-layers.md", include_str!("../../book/11-layers.md")),
    ("12-motion.md", include_str!("../../book/12-motion.md")),
    ("13-learning.md", include_str!("../../book/13-learning.md")),
    ("14-time-and-frequency.md", include_str!("../../book/14-time-and-frequency.md")),
    ("15-filter-banks.md", include_str!("../../book/15-filter-banks.md")),
    ("16-scattering.md", include_str!("../../book/16-scattering.md")),
];

/// The bibliography of the book.
const REFERENCES: &str = include_str!("../../references.bib");

/// Our book, as it was compiled in.
///
/// ```
/// let book = faltung::book::embedded()?;
/// assert!(book.chapters.iter().any(|chapter| chapter.file == "01-signals.md"));
/// # Ok::<(), faltung::book::BookError>(())
/// ```
///
/// # Errors
/// When a chapter is wrong; a test sees to it that none is.
pub fn embedded() -> Result<Book, BookError> {
    assemble(CHAPTERS.iter().copied(), Rules::Book)
}

/// The most bytes of a chapter that is read.
pub const LARGEST: u64 = 8 << 20;

/// The text of a file that is not too large, whatever it says of its own length.
fn text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let read = std::fs::File::open(path)?.take(LARGEST + 1).read_to_string(&mut text)?;
    if read as u64 > LARGEST {
        let long = format!("a chapter has at most {} MiB; split it into several files", LARGEST >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, long));
    }
    Ok(text)
}

/// A reader's chapters, in that order. They may cite our references and name our claims.
///
/// # Errors
/// With file, line and advice: a file that is no text, a block that is not understood, a name that is not known.
pub fn read(paths: &[impl AsRef<Path>]) -> Result<Book, BookError> {
    let texts = paths
        .iter()
        .map(|path| {
            let path = path.as_ref();
            text(path)
                .map(|text| (path.display().to_string(), text.trim_start_matches('\u{feff}').to_owned()))
                .map_err(|source| BookError::File { path: path.to_owned(), source })
        })
        .collect::<Result<Vec<_>, _>>()?;
    assemble(texts.iter().map(|(file, text)| (file.as_str(), text.as_str())), Rules::Reader)
}

/// A book from texts, each with the name of its file.
///
/// # Errors
/// As [`read`].
pub fn assemble<'a>(
    texts: impl IntoIterator<Item = (&'a str, &'a str)>,
    rules: Rules,
) -> Result<Book, BookError> {
    let chapters = texts
        .into_iter()
        .map(|(file, text)| chapter::parse(file, text, rules))
        .collect::<Result<Vec<_>, _>>()?;
    let book = Book { chapters, references: references(REFERENCES)?, rules };
    book.check()?;
    Ok(book)
}

impl Book {
    /// Every block of every chapter, in reading order.
    pub fn blocks(&self) -> impl Iterator<Item = (&Chapter, &Block)> {
        self.chapters.iter().flat_map(|chapter| chapter.blocks.iter().map(move |block| (chapter, block)))
    }

    /// What no chapter can check alone: ids are unique, and every name that is used is known.
    fn check(&self) -> Result<(), ChapterError> {
        let wrong = |chapter: &Chapter, line, problem| {
            Err(ChapterError::new(&chapter.file, &chapter.text, line, problem))
        };
        let mut places: BTreeMap<&str, String> = BTreeMap::new();
        for (chapter, block) in self.blocks() {
            let Some((id, line)) = block.id() else { continue };
            let place = format!("{}:{line}", chapter.file);
            if let Some(first) = places.insert(id, place) {
                return wrong(chapter, line, Problem::DuplicateId(id.to_owned(), first));
            }
        }
        // What a reader's chapter may name besides its own: all of ours.
        let ours = if self.rules == Rules::Reader { claims_of(CHAPTERS) } else { Vec::new() };
        let ours: Vec<&str> = ours.iter().map(String::as_str).collect();
        let all: Vec<&str> =
            self.blocks().filter_map(|(_, b)| claim_id(b)).chain(ours.iter().copied()).collect();
        let mut above = ours;
        for (chapter, block) in self.blocks() {
            let line = block.id().map_or(1, |(_, line)| line);
            let unknown = |key, id: &String| Problem::UnknownClaim {
                key,
                id: id.clone(),
                suggestion: Suggestion::among(id, all.iter().copied()),
            };
            match block {
                Block::Claim(claim) => {
                    for id in &claim.by {
                        if !all.contains(&id.as_str()) {
                            return wrong(chapter, line, unknown("by", id));
                        }
                        if !above.contains(&id.as_str()) {
                            return wrong(chapter, line, Problem::NotAbove(id.clone()));
                        }
                    }
                }
                Block::False(belief) => {
                    if let Some(id) = belief.instead.as_ref().filter(|id| !all.contains(&id.as_str())) {
                        return wrong(chapter, line, unknown("instead", id));
                    }
                }
                Block::Figure(figure) if find(figures::FIGURES, &figure.id).is_none() => {
                    let near = Suggestion::among(&figure.id, figures::FIGURES.iter().map(|entry| entry.id));
                    return wrong(chapter, line, Problem::UnknownFigure(figure.id.clone(), near));
                }
                Block::Experiment(experiment) if find(experiments::EXPERIMENTS, &experiment.id).is_none() => {
                    let known = experiments::EXPERIMENTS.iter().map(|entry| entry.id);
                    let near = Suggestion::among(&experiment.id, known);
                    return wrong(chapter, line, Problem::UnknownExperiment(experiment.id.clone(), near));
                }
                _ => {}
            }
            above.extend(claim_id(block));
            if let Some(cited) = block.source().iter().find(|cited| !self.references.contains_key(&cited.key))
            {
                let near = Suggestion::among(&cited.key, self.references.keys().map(String::as_str));
                return wrong(chapter, line, Problem::UnknownSource(cited.key.clone(), near));
            }
        }
        Ok(())
    }
}

/// The id of a block that says what holds.
fn claim_id(block: &Block) -> Option<&str> {
    match block {
        Block::Claim(claim) => Some(&claim.id),
        Block::Experiment(experiment) => Some(&experiment.id),
        _ => None,
    }
}

fn claims_of(chapters: &[(&str, &str)]) -> Vec<String> {
    let parsed = chapters.iter().filter_map(|(file, text)| chapter::parse(file, text, Rules::Book).ok());
    parsed
        .flat_map(|chapter| chapter.blocks)
        .filter_map(|block| claim_id(&block).map(str::to_owned))
        .collect()
}
