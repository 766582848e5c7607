//! A chapter: Markdown prose with blocks in it, read strictly.
//!
//! A block is a fenced code block whose first line is its kind, its id and its level; its body is the claim, then
//! `key: value` lines. Whatever is not understood is an [error](ChapterError) with its line: a block that
//! silently vanished would be a theorem that nobody checks.

use super::{
    Problem,
    block::{self, Block, Opener},
    error::{ChapterError, Suggestion},
};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// Whose chapter it is. A reader's may leave out ids, levels and prose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rules {
    /// The book's own.
    Book,
    /// A reader's.
    Reader,
}

/// A chapter: its title, then prose and blocks in reading order.
#[derive(Clone, Debug, PartialEq)]
pub struct Chapter {
    /// What stands in its first heading.
    pub title: String,
    /// The file it was read from.
    pub file: String,
    /// Prose and blocks.
    pub blocks: Vec<Block>,
    /// The text it was read from.
    pub(crate) text: String,
}

const KINDS: [&str; 5] = ["claim", "false", "experiment", "figure", "example"];

/// The dialect of Markdown that chapters are written in.
pub(crate) fn dialect() -> Options {
    Options::ENABLE_MATH | Options::ENABLE_TABLES
}

/// Reads a chapter.
///
/// ```
/// use faltung::book::{Block, Rules, chapter};
/// let text = "# Signals\n\nOrder does not matter.\n\n```claim commutativity formal\nx * w = w * x\n```\n";
/// let chapter = chapter::parse("01-signals.md", text, Rules::Book)?;
/// let Block::Claim(claim) = &chapter.blocks[1] else { panic!("a claim") };
/// assert_eq!((claim.id.as_str(), claim.text.as_str()), ("commutativity", "x * w = w * x"));
/// # Ok::<(), faltung::book::ChapterError>(())
/// ```
///
/// # Errors
/// At the first thing that is not understood, with file, line and advice.
pub fn parse(file: &str, text: &str, rules: Rules) -> Result<Chapter, ChapterError> {
    let line_of = |offset: usize| text[..offset].matches('\n').count() + 1;
    let wrong = |line, problem| ChapterError::new(file, text, line, problem);
    let mut chapter =
        Chapter { title: String::new(), file: file.to_owned(), blocks: Vec::new(), text: text.to_owned() };
    let mut found_lines = Vec::new();
    let (mut depth, mut paragraph, mut prose_from) = (0usize, false, 0);
    let mut events = Parser::new_ext(text, dialect()).into_offset_iter();
    while let Some((event, range)) = events.next() {
        match event {
            Event::Start(Tag::Heading { level: HeadingLevel::H1, .. })
                if depth == 0 && chapter.title.is_empty() =>
            {
                if !text[..range.start].trim().is_empty() && rules == Rules::Book {
                    return Err(wrong(1, Problem::NoTitle));
                }
                let inside = events.by_ref().map(|(event, _)| event);
                chapter.title = plain(inside.take_while(|e| !matches!(e, Event::End(TagEnd::Heading(_)))));
                // A reader's words above the title are kept below it.
                chapter.push_prose(&text[prose_from..range.start]);
                (paragraph, prose_from) = (false, range.end);
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info.to_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                let inside = events.by_ref().map(|(event, _)| event);
                let body = plain(inside.take_while(|e| !matches!(e, Event::End(TagEnd::CodeBlock))));
                let word = info.split_whitespace().next().unwrap_or_default();
                let line = line_of(range.start);
                if word.is_empty() || word == "text" {
                    continue;
                }
                let Some(kind) = KINDS.into_iter().find(|kind| *kind == word) else {
                    return Err(wrong(
                        line,
                        Problem::UnknownKind(word.to_owned(), Suggestion::among(word, KINDS)),
                    ));
                };
                if depth > 0 {
                    return Err(wrong(line, Problem::Nested(word.to_owned())));
                }
                found_lines.push(line);
                swallowed(text, line_of(range.start) + 1..line_of(range.end), &[])
                    .map_or(Ok(()), |(l, p)| Err(wrong(l, p)))?;
                if !closed(&text[range.clone()]) {
                    return Err(wrong(line, Problem::Unclosed(word.to_owned())));
                }
                if rules == Rules::Book && !paragraph && matches!(kind, "claim" | "false" | "experiment") {
                    return Err(wrong(line, Problem::NoProse));
                }
                chapter.push_prose(&text[prose_from..range.start]);
                prose_from = range.end;
                let ordinal = chapter.blocks.iter().filter(|b| !matches!(b, Block::Prose(_))).count() + 1;
                let opener = Opener { kind, line, rules, spare: format!("{}-{ordinal}", slug(stem(file))) };
                chapter.blocks.push(
                    block::read(&opener, &info, &body).map_err(|(line, problem)| wrong(line, problem))?,
                );
            }
            Event::Start(tag) => {
                match (&tag, depth) {
                    (Tag::Heading { .. }, 0) => paragraph = false,
                    (Tag::Paragraph, 0) => paragraph = true,
                    _ => {}
                }
                depth += 1;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    if let Some((line, problem)) = swallowed(text, 1..text.lines().count() + 1, &found_lines) {
        return Err(wrong(line, problem));
    }
    chapter.push_prose(&text[prose_from..]);
    if chapter.title.is_empty() {
        match rules {
            Rules::Book => return Err(wrong(1, Problem::NoTitle)),
            Rules::Reader => chapter.title = stem(file).to_owned(),
        }
    }
    Ok(chapter)
}

impl Chapter {
    /// The file's name without its ending and leading number: "signals" for "01-signals.md".
    pub fn name(&self) -> String {
        slug(stem(&self.file).trim_start_matches(|c: char| c.is_ascii_digit() || c == '-'))
    }

    fn push_prose(&mut self, markdown: &str) {
        if !markdown.trim().is_empty() {
            self.blocks.push(Block::Prose(markdown.trim().to_owned()));
        }
    }
}

/// The words of a run of events, without their markup.
fn plain<'a>(events: impl Iterator<Item = Event<'a>>) -> String {
    events
        .filter_map(|event| match event {
            Event::Text(t) | Event::Code(t) | Event::InlineMath(t) => Some(t.to_string()),
            Event::SoftBreak => Some(" ".to_owned()),
            _ => None,
        })
        .collect()
}

fn stem(file: &str) -> &str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Letters and digits, everything else a single hyphen.
pub(crate) fn slug(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("-").to_lowercase();
    if slug.is_empty() { "chapter".to_owned() } else { slug }
}

/// Whether the last line of a fenced block closes it.
fn closed(block: &str) -> bool {
    let mut lines = block.trim_end().lines();
    let opener = lines.next().map_or("", str::trim_start);
    let fence = opener.chars().next().unwrap_or('`');
    lines.last().is_some_and(|line| line.trim().len() >= 3 && line.trim().chars().all(|c| c == fence))
}

/// The first line of the range that looks like an opener and is not in the list of those that became blocks.
fn swallowed(text: &str, lines: Range<usize>, blocks: &[usize]) -> Option<(usize, Problem)> {
    (1..).zip(text.lines()).filter(|(n, _)| lines.contains(n) && !blocks.contains(n)).find_map(|(n, line)| {
        let bare = line.trim_start();
        let fence = bare.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let info = bare.trim_start_matches(fence);
        let word = info.split_whitespace().next()?;
        // a fence that is too short or too far to the right opens nothing; one backtick may be inline code
        let fences = bare.len() - info.len();
        let opens = KINDS.contains(&word) && (fences > 1 || !info.contains(fence));
        opens.then(|| (n, Problem::Swallowed(word.to_owned())))
    })
}
