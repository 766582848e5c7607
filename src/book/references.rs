//! References: a small strict reader of `references.bib`.
//!
//! It knows what we write and nothing more: `@book{key, field = {value}, … }` with author, title, year and
//! publisher (a journal for an article); an unknown kind, an unknown or double field, or a missing one is an error.

use serde::Serialize;
use std::collections::BTreeMap;

/// A work that is cited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// The key by which chapters cite it.
    pub key: String,
    /// Its authors, each as "Family, Given".
    pub authors: Vec<String>,
    /// Its title.
    pub title: String,
    /// The year it appeared.
    pub year: u16,
    /// Its publisher, or the journal with volume and pages.
    pub publisher: String,
}

impl Reference {
    /// How the running text names it: "Goodfellow et al. 2016".
    pub fn label(&self) -> String {
        let family = |author: &String| author.split(',').next().unwrap_or_default().trim().to_owned();
        let names = match self.authors.as_slice() {
            [] => String::new(),
            [one] => family(one),
            [one, two] => format!("{} and {}", family(one), family(two)),
            [first, ..] => format!("{} et al.", family(first)),
        };
        format!("{names} {}", self.year)
    }
}

/// The references by key.
pub type References = BTreeMap<String, Reference>;

/// Why a bibliography could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("references.bib:{line}: {problem}")]
pub struct ReferencesError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there, and what to try.
    pub problem: String,
}

const FIELDS: [&str; 5] = ["author", "title", "year", "publisher", "journal"];

/// Reads a bibliography.
///
/// ```
/// let text = "@book{mallat2009,\n  author = {Mallat, Stéphane},\n  title = {A Wavelet Tour of Signal Processing},\n  \
///             year = {2009},\n  publisher = {Academic Press},\n}\n";
/// let references = faltung::book::references(text)?;
/// assert_eq!(references["mallat2009"].label(), "Mallat 2009");
/// # Ok::<(), faltung::book::ReferencesError>(())
/// ```
///
/// # Errors
/// With the line, at the first thing that is not as the module says.
pub fn references(text: &str) -> Result<References, ReferencesError> {
    let mut references = References::new();
    let mut lines =
        text.lines().map(str::trim).zip(1..).filter(|(l, _)| !l.is_empty() && !l.starts_with('%'));
    while let Some((opener, line)) = lines.next() {
        let wrong = |line, problem: String| ReferencesError { line, problem };
        let key = ["@book{", "@article{"]
            .iter()
            .find_map(|kind| opener.strip_prefix(kind)?.strip_suffix(','))
            .filter(|key| {
                !key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
            })
            .ok_or_else(|| {
                wrong(
                    line,
                    format!("expected `@book{{key,` or `@article{{key,`, key of a-z and 0-9, not `{opener}`"),
                )
            })?;
        let mut fields = BTreeMap::new();
        loop {
            let (text, at) = lines
                .next()
                .ok_or_else(|| wrong(line, format!("`{key}` is not closed: end it with a line `}}`")))?;
            if text == "}" {
                break;
            }
            let (name, value) = text
                .split_once('=')
                .and_then(|(name, value)| {
                    let value = value.trim().trim_end_matches(',').strip_prefix('{')?.strip_suffix('}')?;
                    Some((name.trim(), value.trim()))
                })
                .filter(|(_, value)| !value.is_empty() && !value.contains(['{', '}', '\\']))
                .ok_or_else(|| {
                    wrong(at, format!("expected `name = {{plain text}},` on one line, not `{text}`"))
                })?;
            if !FIELDS.contains(&name) {
                return Err(wrong(
                    at,
                    format!("no field is called `{name}`; use one of {}", FIELDS.join(", ")),
                ));
            }
            if fields.insert(name, value.to_owned()).is_some() {
                return Err(wrong(at, format!("`{key}` has two fields `{name}`; keep one")));
            }
        }
        let mut field = |name: &str| fields.remove(name);
        let missing = |name: &str| wrong(line, format!("`{key}` has no {name}; add `{name} = {{…}},`"));
        let reference = Reference {
            key: key.to_owned(),
            authors: field("author")
                .ok_or_else(|| missing("author"))?
                .split(" and ")
                .map(|author| author.trim().to_owned())
                .collect(),
            title: field("title").ok_or_else(|| missing("title"))?,
            year: field("year").ok_or_else(|| missing("year"))?.parse().map_err(|_| {
                wrong(line, format!("the year of `{key}` is no year; write `year = {{2016}},`"))
            })?,
            publisher: field("publisher").or_else(|| field("journal")).ok_or_else(|| missing("publisher"))?,
        };
        if references.insert(key.to_owned(), reference).is_some() {
            return Err(wrong(line, format!("`{key}` is defined twice; rename or remove one")));
        }
    }
    Ok(references)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "@book{a1,\n author = {Able, A. and Baker, B.},\n title = {T},\n year = {1999},\n publisher = {P},\n}\n";

    #[test]
    fn the_label_names_one_two_or_the_first_of_many() {
        let label = |authors: &str| {
            references(&GOOD.replace("Able, A. and Baker, B.", authors)).expect("good")["a1"].label()
        };
        assert_eq!(label("Able, A."), "Able 1999");
        assert_eq!(label("Able, A. and Baker, B."), "Able and Baker 1999");
        assert_eq!(label("Able, A. and Baker, B. and Cook, C."), "Able et al. 1999");
    }

    #[test]
    fn what_is_not_as_we_write_it_is_an_error_with_its_line() {
        for (from, to, line, word) in [
            ("@book{", "@thesis{", 1, "@article"),
            ("{T}", "\"T\"", 3, "plain text"),
            (" title = {T},\n", "", 1, "no title"),
            ("{1999}", "{MCM}", 1, "no year"),
            ("publisher", "editor", 5, "no field is called `editor`"),
            (" title = {T},", " title = {T},\n title = {T},", 4, "two fields"),
            ("\n}\n", "\n", 1, "not closed"),
        ] {
            let error = references(&GOOD.replace(from, to)).expect_err(word);
            assert!(error.line == line && error.problem.contains(word), "{error}");
        }
        assert!(references(&format!("{GOOD}{GOOD}")).expect_err("twice").problem.contains("twice"));
    }
}
