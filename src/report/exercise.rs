//! Exercises: the items of lists in a chapter that end in a claim to type, as ``faltung prove "CLAIM"``. Each is
//! settled like a claim of the chapter, and the page keeps the answer folded up.

use crate::book::chapter::dialect;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// The claim that a command gives to `faltung prove`, in double or in single quotes; `None` for any other code.
pub(super) fn claim(code: &str) -> Option<&str> {
    let word = code.trim().strip_prefix("faltung prove ")?.trim();
    ['"', '\''].into_iter().find_map(|quote| {
        let text = word.strip_prefix(quote)?.strip_suffix(quote)?;
        (!text.contains(quote)).then_some(text)
    })
}

/// The claims of the exercises in a piece of Markdown, in reading order.
pub(super) fn claims(markdown: &str) -> Vec<String> {
    let mut depth = 0;
    let mut found = Vec::new();
    for event in Parser::new_ext(markdown, dialect()) {
        match event {
            Event::Start(Tag::Item) => depth += 1,
            Event::End(TagEnd::Item) => depth -= 1,
            Event::Code(code) if depth > 0 => found.extend(claim(&code).map(str::to_owned)),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exercise_is_a_claim_to_type_in_an_item_of_a_list() {
        let text = "Type `faltung prove \"x = x\"`.\n\n1. Is it so? `faltung prove \"x = w\"`\n2. And `faltung prove 'a = b'`, \
                    with `x`?\n   - below: `faltung prove \"u = v\"`\n3. `faltung prove commutativity`";
        assert_eq!(claims(text), ["x = w", "a = b", "u = v"]);
        for other in ["faltung prove \"x = x\" --strict", "faltung prove \"x = x", "faltung prove x", "x = x"]
        {
            assert_eq!(claim(other), None, "{other}");
        }
    }
}
