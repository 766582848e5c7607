//! The words and signs of a claim.

use super::error::{ClaimError, Problem};
use super::{Notation, Span, TABLE};
use std::sync::LazyLock;

/// The longest text that is read, in bytes.
const LONGEST: usize = 64 * 1024;

/// A word or sign, and where it stands.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Token<'a> {
    pub lexeme: Lexeme<'a>,
    pub span: Span,
}

/// A word or sign. Signs are given in their first spelling, so `≤` is `<=`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lexeme<'a> {
    Name(&'a str),
    Numeral(&'a str),
    Sign(&'static str),
    End,
}

/// Spelling and sign of everything that is neither a name nor a numeral, the longest spelling first.
static SIGNS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let mut signs: Vec<(&str, &str)> =
        ["(", ")", "[", "]", ",", ":", ".", "@", "->"].into_iter().map(|sign| (sign, sign)).collect();
    signs.extend([("∈", ":"), ("→", "->"), ("×", "×")]);
    for row in TABLE {
        if let Notation::Infix(sign, _) | Notation::Prefix(sign, _) = row.notation {
            signs.push((sign, sign));
            signs.extend(row.also.iter().map(|spelling| (*spelling, sign)));
        }
    }
    signs.retain(|(spelling, _)| !spelling.starts_with(char::is_alphabetic));
    signs.sort_by_key(|(spelling, _)| std::cmp::Reverse(spelling.len()));
    signs
});

/// The tokens of a text, the last of them [`Lexeme::End`]. `--` starts a comment that ends with the line.
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, ClaimError> {
    if text.len() > LONGEST {
        let problem = Problem::Limit { what: "the text is longer than 64 KiB", most: LONGEST };
        return Err(ClaimError::at(problem, 0..0, "from here on"));
    }
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = if rest.starts_with("--") {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        } else if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        } else {
            let (lexeme, length) = lexeme(rest, at)?;
            tokens.push(Token { lexeme, span: at..at + length });
            length
        };
        at += length;
    }
    tokens.push(Token { lexeme: Lexeme::End, span: text.len()..text.len() });
    Ok(tokens)
}

fn lexeme(rest: &str, at: usize) -> Result<(Lexeme<'_>, usize), ClaimError> {
    let length_while = |test: fn(char) -> bool| rest.find(|c| !test(c)).unwrap_or(rest.len());
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        let length = length_while(|c| c.is_ascii_digit());
        let after = rest[length..].strip_prefix('.');
        if after.is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit())) {
            let problem =
                Problem::Literal("numbers are exact: write a decimal as a fraction, 3/2 for 1.5".into());
            return Err(ClaimError::at(problem, at..at + length + 1, "a decimal point"));
        }
        if let Some(power) = exponent(&rest[length..]) {
            let problem = Problem::Literal(
                "numbers are exact and have no exponent: write 3 * 10^400 for 3e400, 3/10^400 for 3e-400"
                    .into(),
            );
            return Err(ClaimError::at(problem, at..at + length + 1 + power.len(), "a power of ten"));
        }
        return Ok((Lexeme::Numeral(&rest[..length]), length));
    }
    if rest.starts_with("**") {
        let advice = "a product and a convolution are x * w; a power of a number is c^2, of a signal entry by entry \
                      power(x, 2), and x * x is x^*2";
        let problem = Problem::Foreign { found: "**".into(), advice };
        return Err(ClaimError::at(problem, at..at + 2, "here"));
    }
    if rest.starts_with('∀') {
        return Ok((Lexeme::Name("∀"), '∀'.len_utf8())); // only to be told how it is written
    }
    if rest.starts_with('⋆') {
        return Ok((Lexeme::Name("⋆"), '⋆'.len_utf8())); // only as the call ⋆(x, w), that is corr(x, w)
    }
    if rest.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        let length = length_while(|c| c.is_alphabetic() || c.is_ascii_digit() || c == '_' || c == '\'');
        let lexeme = match &rest[..length] {
            "ℤ" => Lexeme::Name("Z"),
            "ℚ" => Lexeme::Name("Q"),
            "ℝ" => Lexeme::Name("R"),
            "ℂ" => Lexeme::Name("C"),
            "mod" => Lexeme::Sign("mod"),
            name => Lexeme::Name(name),
        };
        return Ok((lexeme, length));
    }
    if let Some((spelling, sign)) = SIGNS.iter().find(|(spelling, _)| rest.starts_with(spelling)) {
        return Ok((Lexeme::Sign(sign), spelling.len()));
    }
    let stranger: String = rest.chars().take(1).collect();
    let problem = Problem::Syntax {
        expected: "a name, a numeral or an operator".into(),
        found: format!("`{stranger}`"),
    };
    Err(ClaimError::at(problem, at..at + stranger.len(), "no sign of the language"))
}

/// The exponent that follows a numeral in other languages: the `400` of `1e400`, the `-3` of `1E-3`.
fn exponent(rest: &str) -> Option<&str> {
    let after = rest.strip_prefix(['e', 'E'])?;
    let digits = after.strip_prefix(['+', '-']).unwrap_or(after);
    let length = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let goes_on = digits[length..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
    (length > 0 && !goes_on).then(|| &after[..after.len() - digits.len() + length])
}
