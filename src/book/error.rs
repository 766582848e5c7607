//! What can be wrong with a chapter: the file, the line, what was expected, what came, what to try.

use crate::expr::nearest;
use miette::{Diagnostic, NamedSource, SourceSpan};
use std::sync::Arc;
use thiserror::Error;

/// Something wrong in a chapter, and where.
#[derive(Debug, Error, Diagnostic)]
#[error("{file}:{line}: {problem}")]
pub struct ChapterError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: Box<Problem>,
    #[source_code]
    text: Arc<NamedSource<String>>,
    #[label("here")]
    at: SourceSpan,
}

impl ChapterError {
    /// A problem in that line of that text.
    pub(crate) fn new(file: &str, text: &str, line: usize, problem: Problem) -> Self {
        let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        let length = text[start..].lines().next().map_or(0, str::len);
        ChapterError {
            file: file.to_owned(),
            line,
            problem: Box::new(problem),
            text: Arc::new(NamedSource::new(file, text.to_owned())),
            at: (start, length).into(),
        }
    }
}

/// What is wrong with a block.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[allow(missing_docs)] // the messages say it
pub enum Problem {
    #[error("a chapter begins with its title, `# Title`")]
    NoTitle,
    #[error(
        "no block is called `{0}`{1}; blocks are claim, false, experiment, figure, example, and a listing is `text` or has no word"
    )]
    UnknownKind(String, Suggestion),
    #[error(
        "this `{0}` did not become a block: a fence above it is open, or a backtick stands in its first line; a block opens with ``` and closes with ``` on a line of its own"
    )]
    Swallowed(String),
    #[error("this `{0}` stands inside a list or a quotation; move it to the left margin, outside")]
    Nested(String),
    #[error("this `{0}` is not closed; end it with ``` on a line of its own")]
    Unclosed(String),
    #[error("a `{0}` needs an id: ```{0} some-id")]
    MissingId(&'static str),
    #[error("`{0}` is no id; write a-z, 0-9 and single hyphens, beginning with a letter")]
    BadId(String),
    #[error(
        "the level is missing; write it after the id: stated, sampled, exact, formal, derived or certified"
    )]
    MissingLevel,
    #[error("{0}")]
    UnknownLevel(#[from] crate::theorem::UnknownLevel),
    #[error("`{0}` is one word too many; the first line has {1}")]
    ExtraWord(String, &'static str),
    #[error(
        "a `{kind}` has no key `{key}`{suggestion}; it has {allowed} (in a claim, put a blank before the colon: `x : Z`)"
    )]
    UnknownKey { kind: &'static str, key: String, allowed: String, suggestion: Suggestion },
    #[error("after the first `key: value` every line is one; this is not: `{0}`")]
    NotAKey(String),
    #[error("the key `{0}` stands here twice; keep one")]
    DoubleKey(String),
    #[error("the key `{0}` has no value; write one, or remove the line")]
    EmptyValue(String),
    #[error("the block says nothing; its first lines are the claim")]
    Empty,
    #[error("a `{0}` has no text of its own; leave its body to `key: value` lines")]
    Text(&'static str),
    #[error("an example is `$ command` lines, each followed by its output; it begins with `$ `")]
    NoCommand,
    #[error(
        "no paragraph stands between the heading above and this block; say in a sentence what it is about"
    )]
    NoProse,
    #[error("the id `{0}` is taken: {1}; ids are unique in the whole book")]
    DuplicateId(String, String),
    #[error("`{key}:` names `{id}`, which is no claim{suggestion}")]
    UnknownClaim { key: &'static str, id: String, suggestion: Suggestion },
    #[error("`by:` names `{0}`, which does not stand above; a proof uses only what was proved before")]
    NotAbove(String),
    #[error("`source:` names `{0}`, which is not in references.bib{1}; write `source: key, where`")]
    UnknownSource(String, Suggestion),
    #[error("no figure is called `{0}`{1}")]
    UnknownFigure(String, Suggestion),
    #[error("cannot typeset `{latex}`: {problem}")]
    Formula { latex: String, problem: String },
    #[error(
        "`{0}` leads out of the page, which is one file by itself; a link leads to `#id` in it, to https:// or to mailto:"
    )]
    Link(String),
    #[error("`#{0}` leads nowhere: nothing in the page has that id{1}")]
    Anchor(String, Suggestion),
    #[error("no experiment is called `{0}`{1}; an experiment is a check that is built in")]
    UnknownExperiment(String, Suggestion),
}

/// "; did you mean `…`?", or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suggestion(Option<String>);

impl Suggestion {
    /// The nearest of the known words, if one is near.
    pub(crate) fn among<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        Suggestion(nearest(word, known).map(str::to_owned))
    }

    /// That word.
    pub(crate) fn of(word: &str) -> Self {
        Suggestion(Some(word.to_owned()))
    }
}

impl std::fmt::Display for Suggestion {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        self.0.as_ref().map_or(Ok(()), |word| write!(f, " (did you mean `{word}`?)"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_word_is_suggested_and_a_far_one_is_not() {
        assert_eq!(Suggestion::among("clam", ["claim", "false"]).to_string(), " (did you mean `claim`?)");
        assert_eq!(Suggestion::among("python", ["claim", "false"]).to_string(), "");
    }
}
