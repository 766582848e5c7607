//! A chapter: Markdown prose with blocks in it, read strictly.
//!
//! A block is a fenced code block whose first line is its kind, its id and its level; its body is the claim, then
//! `key: value` lines. Whatever is not understood is an [error](ChapterError) with its line: a block that
//! silently vanished would be a theorem that nobody checks.

use super::{
    Level, Problem,
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
    pub(super) text: String,
}

/// A piece of a chapter.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// Markdown, headings included.
    Prose(String),
    /// What holds, and at which level.
    Claim(ClaimBlock),
    /// A belief that must be refuted.
    False(FalseBlock),
    /// A check written in Rust, called by name.
    Experiment(ExperimentBlock),
    /// A figure, called by name.
    Figure(FigureBlock),
    /// Commands and what they print.
    Example(ExampleBlock),
}

/// A work and the place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// A key of `references.bib`.
    pub key: String,
    /// "ch. 2", "prop. 2.9"; empty for the whole work.
    pub place: String,
}

/// A `claim` block.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimBlock {
    /// Its id; made of the file's name and a number where a reader gave none.
    pub id: String,
    /// The level it announces.
    pub level: Option<Level>,
    /// The claim, in the claim language.
    pub text: String,
    /// Where it comes from.
    pub source: Vec<Citation>,
    /// The claims that its proof uses.
    pub by: Vec<String>,
    /// Waypoints of its proof.
    pub via: Vec<String>,
    /// Its name in Coq.
    pub certified: Option<String>,
    /// A remark, in Markdown.
    pub note: Option<String>,
    /// The line of its opener.
    pub line: usize,
}

/// A `false` block.
#[derive(Clone, Debug, PartialEq)]
pub struct FalseBlock {
    /// Its id.
    pub id: String,
    /// The belief, in the claim language.
    pub text: String,
    /// The claim that holds instead.
    pub instead: Option<String>,
    /// Where it comes from.
    pub source: Vec<Citation>,
    /// A remark, in Markdown.
    pub note: Option<String>,
    /// The line of its opener.
    pub line: usize,
}

/// An `experiment` block.
#[derive(Clone, Debug, PartialEq)]
pub struct ExperimentBlock {
    /// Its id.
    pub id: String,
    /// The level it announces.
    pub level: Option<Level>,
    /// Where it comes from.
    pub source: Vec<Citation>,
    /// A remark, in Markdown.
    pub note: Option<String>,
    /// The line of its opener.
    pub line: usize,
}

/// A `figure` block.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureBlock {
    /// The figure's id.
    pub id: String,
    /// The line of its opener.
    pub line: usize,
}

/// An `example` block.
#[derive(Clone, Debug, PartialEq)]
pub struct ExampleBlock {
    /// Its commands, in order.
    pub runs: Vec<Run>,
    /// The line of its opener.
    pub line: usize,
}

/// A command and what it prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The command, without the `$ `.
    pub command: String,
    /// What it prints.
    pub output: String,
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
                chapter.push_prose(&text[..range.start]);
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
                chapter
                    .blocks
                    .push(block(&opener, &info, &body).map_err(|(line, problem)| wrong(line, problem))?);
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

impl Block {
    /// Its id and the line of its opener; prose and examples have none.
    pub fn id(&self) -> Option<(&str, usize)> {
        match self {
            Block::Prose(_) | Block::Example(_) => None,
            Block::Claim(b) => Some((&b.id, b.line)),
            Block::False(b) => Some((&b.id, b.line)),
            Block::Experiment(b) => Some((&b.id, b.line)),
            Block::Figure(b) => Some((&b.id, b.line)),
        }
    }

    /// What it cites.
    pub fn source(&self) -> &[Citation] {
        match self {
            Block::Claim(b) => &b.source,
            Block::False(b) => &b.source,
            Block::Experiment(b) => &b.source,
            Block::Prose(_) | Block::Figure(_) | Block::Example(_) => &[],
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
        let bare = line.trim_start_matches(' ');
        let fence = bare.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let info = bare.trim_start_matches(fence);
        let word = info.split_whitespace().next()?;
        let opens = line.len() - bare.len() <= 3 && bare.len() - info.len() >= 3 && KINDS.contains(&word);
        opens.then(|| (n, Problem::Swallowed(word.to_owned())))
    })
}

/// The first line of a block.
struct Opener {
    kind: &'static str,
    line: usize,
    rules: Rules,
    /// The id of a reader's block that has none.
    spare: String,
}

type Wrong = (usize, Problem);

fn block(opener: &Opener, info: &str, body: &str) -> Result<Block, Wrong> {
    let line = opener.line;
    let (id, level) = opener.id_and_level(info).map_err(|problem| (line, problem))?;
    let allowed: &[&str] = match opener.kind {
        "claim" => &["source", "by", "via", "certified", "note"],
        "false" => &["source", "instead", "note"],
        "experiment" => &["source", "note"],
        _ => &[],
    };
    if opener.kind == "example" {
        return Ok(Block::Example(ExampleBlock {
            runs: runs(body).ok_or((line, Problem::NoCommand))?,
            line,
        }));
    }
    let (text, mut keys) = Keys::read(opener, allowed, body)?;
    let stated = matches!(opener.kind, "claim" | "false");
    if stated && text.is_empty() {
        return Err((line, Problem::Empty));
    }
    if !stated && !text.is_empty() {
        return Err((line, Problem::Text(opener.kind)));
    }
    let source = keys.take("source").iter().flat_map(|list| list.split(';')).map(citation).collect();
    let note = keys.take("note");
    let list = |value: Option<String>| -> Vec<String> {
        value.iter().flat_map(|list| list.split(',')).map(|id| id.trim().to_owned()).collect()
    };
    Ok(match opener.kind {
        "claim" => Block::Claim(ClaimBlock {
            id,
            level,
            text,
            source,
            by: list(keys.take("by")),
            via: keys.all("via"),
            certified: keys.take("certified"),
            note,
            line,
        }),
        "false" => Block::False(FalseBlock { id, text, instead: keys.take("instead"), source, note, line }),
        "experiment" => Block::Experiment(ExperimentBlock { id, level, source, note, line }),
        _ => Block::Figure(FigureBlock { id, line }),
    })
}

impl Opener {
    fn id_and_level(&self, info: &str) -> Result<(String, Option<Level>), Problem> {
        let mut words = info.split_whitespace().skip(1).peekable();
        let levelled = matches!(self.kind, "claim" | "experiment");
        let reader = self.rules == Rules::Reader;
        let shape = match self.kind {
            "example" => "the kind only",
            _ if levelled => "the kind, an id and a level",
            _ => "the kind and an id",
        };
        // A reader may write a level and no id.
        let only_level = reader && levelled && words.peek().is_some_and(|word| word.parse::<Level>().is_ok());
        let id = match words.peek() {
            _ if self.kind == "example" || only_level => self.spare.clone(),
            Some(word) => {
                let id = (*word).to_owned();
                words.next();
                if !is_id(&id) {
                    return Err(Problem::BadId(id));
                }
                id
            }
            None if reader && self.kind != "figure" => self.spare.clone(),
            None => return Err(Problem::MissingId(self.kind)),
        };
        let level = if levelled { words.next().map(str::parse).transpose()? } else { None };
        if levelled && level.is_none() && !reader {
            return Err(Problem::MissingLevel);
        }
        words.next().map_or(Ok((id, level)), |word| Err(Problem::ExtraWord(word.to_owned(), shape)))
    }
}

fn is_id(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.split('-').all(|part| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        })
}

/// The `key: value` lines of a block.
struct Keys(Vec<(String, String)>);

impl Keys {
    /// The text above the first key, and the keys.
    fn read(opener: &Opener, allowed: &[&str], body: &str) -> Result<(String, Keys), Wrong> {
        let (mut text, mut keys) = (Vec::new(), Keys(Vec::new()));
        for (n, line) in (opener.line + 1..).zip(body.lines()) {
            match key_and_value(line) {
                Some((key, value)) => {
                    if !allowed.contains(&key) {
                        let suggestion = Suggestion::among(key, allowed.iter().copied());
                        let allowed = if allowed.is_empty() { "none".to_owned() } else { allowed.join(", ") };
                        let (kind, key) = (opener.kind, key.to_owned());
                        return Err((n, Problem::UnknownKey { kind, key, allowed, suggestion }));
                    }
                    if value.is_empty() {
                        return Err((n, Problem::EmptyValue(key.to_owned())));
                    }
                    if key != "via" && keys.0.iter().any(|(other, _)| other == key) {
                        return Err((n, Problem::DoubleKey(key.to_owned())));
                    }
                    keys.0.push((key.to_owned(), value.to_owned()));
                }
                None if line.trim().is_empty() => {}
                None if !keys.0.is_empty() => return Err((n, Problem::NotAKey(line.trim().to_owned()))),
                None => text.push(line.trim()),
            }
        }
        Ok((text.join("\n"), keys))
    }

    fn take(&mut self, key: &str) -> Option<String> {
        let place = self.0.iter().position(|(other, _)| other == key)?;
        Some(self.0.remove(place).1)
    }

    fn all(&mut self, key: &str) -> Vec<String> {
        std::iter::from_fn(|| self.take(key)).collect()
    }
}

/// `key: value` has a word directly before its colon, and a blank or nothing behind it.
fn key_and_value(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let word = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphabetic() || c == '-' || c == '_');
    (word && (value.is_empty() || value.starts_with(char::is_whitespace))).then(|| (key, value.trim()))
}

fn citation(text: &str) -> Citation {
    let (key, place) = text.split_once(',').unwrap_or((text, ""));
    Citation { key: key.trim().to_owned(), place: place.trim().to_owned() }
}

/// The commands of an example, `None` when it does not begin with one.
fn runs(body: &str) -> Option<Vec<Run>> {
    let mut runs: Vec<Run> = Vec::new();
    for line in body.lines() {
        match line.strip_prefix("$ ") {
            Some(command) => runs.push(Run { command: command.trim().to_owned(), output: String::new() }),
            None => {
                let run = runs.last_mut()?;
                run.output.push_str(line);
                run.output.push('\n');
            }
        }
    }
    (!runs.is_empty()).then_some(runs)
}
