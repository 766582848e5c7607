//! Blocks: the fenced pieces of a chapter, from claims to examples, and the grammar of one.
//!
//! The first line is the kind, the id and the level; the body is the claim, then `key: value` lines.

use super::{Problem, Rules, error::Suggestion};
use crate::theorem::Level;

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

/// The first line of a block.
pub(super) struct Opener {
    pub kind: &'static str,
    pub line: usize,
    pub rules: Rules,
    /// The id of a reader's block that has none.
    pub spare: String,
}

type Wrong = (usize, Problem);

/// A block from its first line and its body; what is wrong with it, with the line.
pub(super) fn read(opener: &Opener, info: &str, body: &str) -> Result<Block, Wrong> {
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
