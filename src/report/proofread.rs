//! Proofreading: what a page could not show of a chapter, found in the chapter's own lines before anything is proved.

use super::{
    exercise,
    math::{Place, mathml},
    prose,
};
use crate::{
    book::{Block, Book, Chapter, ChapterError, Problem, Suggestion, chapter::dialect},
    expr::{self, ClaimError},
};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use std::collections::BTreeSet;
use thiserror::Error;

/// Something in a chapter that no page can be made of.
#[derive(Debug, Error)]
pub enum Misprint {
    /// A formula that cannot be typeset, or a link that leads nowhere.
    #[error(transparent)]
    Chapter(#[from] Box<ChapterError>),
    /// A claim that cannot be read.
    #[error("{origin}: {source}")]
    Claim {
        /// The file, the line, and what the claim is called there.
        origin: String,
        /// What is wrong with it.
        source: Box<ClaimError>,
    },
}

impl Misprint {
    fn at(chapter: &Chapter, line: usize, problem: Problem) -> Misprint {
        Misprint::Chapter(Box::new(ChapterError::new(&chapter.file, &chapter.text, line, problem)))
    }
}

/// Reads every claim, formula and link of the chapters; and says of every image, which no page shows because it loads
/// nothing, where it stands.
///
/// # Errors
/// At the first formula that cannot be typeset, claim that cannot be read, or link to another file.
pub fn proofread(book: &Book) -> Result<Vec<String>, Misprint> {
    let mut unseen = Vec::new();
    for chapter in &book.chapters {
        let at = |line, problem| Err(Misprint::at(chapter, line, problem));
        let mut items = 0;
        for (event, line) in events(chapter) {
            match event {
                Event::InlineMath(latex) => formula(&latex, Place::Inline).or_else(|p| at(line, p))?,
                Event::DisplayMath(latex) => formula(&latex, Place::Display).or_else(|p| at(line, p))?,
                Event::Start(Tag::Link { link_type, dest_url, .. }) if !prose::leads(link_type, &dest_url) => {
                    at(line, Problem::Link(dest_url.to_string()))?;
                }
                Event::Start(Tag::Image { dest_url, .. }) => unseen.push(format!(
                    "{}:{line}: the image {dest_url} is not shown, only its words: the page is one file that loads nothing",
                    chapter.file
                )),
                Event::Start(Tag::Item) => items += 1,
                Event::End(TagEnd::Item) => items -= 1,
                Event::Code(code) if items > 0 => {
                    let Some(text) = exercise::claim(&code) else { continue };
                    claim(text, || format!("{}:{line}: the exercise `{text}`", chapter.file))?;
                }
                _ => {}
            }
        }
        for block in &chapter.blocks {
            let (id, line) = block.id().unwrap_or_default();
            let (text, note) = match block {
                Block::Claim(block) => (Some(&block.text), block.note.as_ref()),
                Block::False(block) => (Some(&block.text), block.note.as_ref()),
                Block::Experiment(block) => (None, block.note.as_ref()),
                _ => continue,
            };
            if let Some(text) = text {
                claim(text, || format!("{}:{line}: `{id}`", chapter.file))?;
            }
            if let Some(Err(error)) = note.map(|note| prose::inline(note)) {
                at(line, Problem::Formula { latex: error.latex, problem: error.problem })?;
            }
        }
    }
    Ok(unseen)
}

/// Holds every link of the chapters into the page against the page.
///
/// # Errors
/// At the first that leads to nothing in it.
pub fn anchored(book: &Book, page: &str) -> Result<(), Misprint> {
    let ids: BTreeSet<&str> =
        page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    for chapter in &book.chapters {
        for (event, line) in events(chapter) {
            let Event::Start(Tag::Link { dest_url, .. }) = event else { continue };
            let Some(id) = dest_url.strip_prefix('#').map(decoded) else { continue };
            if !ids.contains(id.as_str()) {
                // a heading of the chapter by its words alone, as other programs call it
                let heading = ids.iter().find(|own| own.rsplit(':').next() == Some(&id)).copied();
                let near =
                    heading.map_or_else(|| Suggestion::among(&id, ids.iter().copied()), Suggestion::of);
                return Err(Misprint::at(chapter, line, Problem::Anchor(id, near)));
            }
        }
    }
    Ok(())
}

/// What a chapter is made of, each with its line.
fn events(chapter: &Chapter) -> impl Iterator<Item = (Event<'_>, usize)> {
    let ends: Vec<usize> = chapter.text.match_indices('\n').map(|(at, _)| at).collect();
    let line = move |offset: usize| ends.partition_point(|end| *end < offset) + 1;
    Parser::new_ext(&chapter.text, dialect())
        .into_offset_iter()
        .map(move |(event, range)| (event, line(range.start)))
}

fn formula(latex: &str, place: Place) -> Result<(), Problem> {
    let set = mathml(latex, place).map(drop);
    set.map_err(|error| Problem::Formula { latex: error.latex, problem: error.problem })
}

fn claim(text: &str, origin: impl Fn() -> String) -> Result<(), Misprint> {
    expr::parse(text).map(drop).map_err(|source| Misprint::Claim { origin: origin(), source: source.into() })
}

/// An anchor as it is written in an address, its percent signs and two digits read as bytes.
fn decoded(anchor: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = anchor.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let byte = after.get(..2).and_then(|two| u8::from_str_radix(str::from_utf8(two).ok()?, 16).ok());
        let escaped = byte.filter(|_| *first == b'%');
        bytes.push(escaped.unwrap_or(*first));
        rest = &after[if escaped.is_some() { 2 } else { 0 }..];
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
