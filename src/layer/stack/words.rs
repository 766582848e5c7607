//! The words of a line, taken one by one, and what is wrong with them.

use super::StackError;
use crate::layer::window::LIMIT;

/// A word, and the column where it begins.
#[derive(Clone, Copy)]
pub(super) struct Word<'a> {
    pub text: &'a str,
    pub column: usize,
}

/// The words of a line that are still to be read.
pub(super) struct Words<'a> {
    pub line: usize,
    pub words: Vec<Word<'a>>,
    pub next: usize,
    /// The column behind the last word.
    end: usize,
    pub axes: usize,
}

impl<'a> Words<'a> {
    pub fn of(line: usize, text: &'a str, axes: usize) -> Words<'a> {
        let text = text.split('#').next().unwrap_or_default();
        let (mut words, mut start) = (vec![], None);
        let places = text.char_indices().map(|(at, c)| (at, Some(c))).chain([(text.len(), None)]);
        for (column, (at, c)) in places.enumerate() {
            let inside = c.is_some_and(|c| !c.is_whitespace());
            match start {
                None if inside => start = Some((at, column)),
                Some((from, column)) if !inside => {
                    words.push(Word { text: &text[from..at], column: column + 1 });
                    start = None;
                }
                _ => {}
            }
        }
        let end = text.trim_end().chars().count() + 2;
        Words { line, words, next: 0, end, axes }
    }

    pub fn peek(&self) -> Option<Word<'a>> {
        self.words.get(self.next).copied()
    }

    pub fn take(&mut self) -> Option<Word<'a>> {
        self.next += 1;
        self.words.get(self.next - 1).copied()
    }

    /// What is wrong with the word taken last, or with there being none.
    pub fn wrong(&self, expected: impl Into<String>, hint: &'static str) -> StackError {
        self.wrong_at(self.words.get(self.next.saturating_sub(1)).copied(), expected, hint)
    }

    pub fn wrong_at(
        &self,
        word: Option<Word>,
        expected: impl Into<String>,
        hint: &'static str,
    ) -> StackError {
        let (column, got) = match word {
            Some(word) => (word.column, format!("`{}`", shortened(word.text))),
            None => (self.end, "the end of the line".into()),
        };
        StackError::Text { line: self.line, column, expected: expected.into(), got, hint, names: vec![] }
    }

    /// A number of at least 1, or of at least 0.
    pub fn number(&mut self, what: &str, least: usize) -> Result<usize, StackError> {
        let number = self.take().and_then(|word| decimal(word.text)).filter(|number| *number >= least);
        number.ok_or_else(|| {
            self.wrong(format!("{what}, an integer from {least} to {LIMIT}"), "as in `conv 6 5x5`")
        })
    }

    /// A number for every axis, or one for all.
    pub fn sizes(&mut self, what: &str, least: usize) -> Result<Vec<usize>, StackError> {
        let (axes, word) = (self.axes, self.take());
        let each = word.and_then(|word| each_axis(word.text, axes, decimal));
        each.filter(|sizes| sizes.iter().all(|size| *size >= least)).ok_or_else(|| {
            let expected = format!("{what}, one integer of at least {least} or {axes} with `x` between them");
            self.wrong(expected, "write 3, or a number for every spatial axis: 3x5 for two")
        })
    }

    /// A number that changes no size.
    pub fn ignored_number(&mut self) -> Result<(), StackError> {
        match self.take().map(|word| word.text.parse::<f64>()) {
            None => Ok(()),
            Some(Ok(number)) if number.is_finite() => Ok(()),
            Some(_) => Err(self.wrong("a number, or the end of the line", "as in `dropout 0.5`")),
        }
    }

    pub fn finished(&mut self) -> Result<(), StackError> {
        match self.peek() {
            None => Ok(()),
            word => Err(self.wrong_at(
                word,
                "the end of the line",
                "write one layer a line, and remarks behind #",
            )),
        }
    }
}

/// A word, cut off where it is long.
fn shortened(text: &str) -> String {
    if text.chars().count() <= 40 { text.into() } else { text.chars().take(40).chain(['…']).collect() }
}

pub(super) fn decimal(text: &str) -> Option<usize> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten().filter(|number| *number <= LIMIT)
}

/// `3x5` or `3×5`: one value for each of the axes, or one for all.
pub(super) fn each_axis<T: Clone>(
    text: &str,
    axes: usize,
    one: impl Fn(&str) -> Option<T>,
) -> Option<Vec<T>> {
    let all: Vec<T> = text.split(['x', '×']).map(one).collect::<Option<_>>()?;
    match all.len() {
        1 => Some(vec![all[0].clone(); axes]),
        n if n == axes => Some(all),
        _ => None,
    }
}
