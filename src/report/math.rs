//! LaTeX to MathML. What cannot be read is an error: no page shows a formula in red.

use pulldown_latex::{Event, Parser, RenderConfig, Storage, config::DisplayMode, push_mathml};
use thiserror::Error;

/// LaTeX that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("cannot typeset `{latex}`: {problem}")]
pub struct MathError {
    /// The formula.
    pub latex: String,
    /// What is wrong with it.
    pub problem: String,
}

/// How a formula is set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// In a line of text.
    Inline,
    /// On a line of its own.
    Display,
}

/// The formula as a `<math>` element.
///
/// ```
/// use faltung::report::math::{Place, mathml};
/// assert!(mathml(r"\widehat{x * w} = \hat x \cdot \hat w", Place::Inline)?.starts_with("<math"));
/// assert!(mathml(r"\nonsense", Place::Inline).is_err());
/// # Ok::<(), faltung::report::math::MathError>(())
/// ```
///
/// # Errors
/// When the formula has a macro that is not known, or braces that do not match.
pub fn mathml(latex: &str, place: Place) -> Result<String, MathError> {
    // The parser's message draws the formula on several lines; the first says what is wrong.
    let wrong = |problem: String| MathError {
        latex: latex.to_owned(),
        problem: problem.lines().next().unwrap_or_default().to_owned(),
    };
    let storage = Storage::new();
    // The renderer writes an error into the page and says nothing, so the events are read before they are rendered.
    let events =
        Parser::new(latex, &storage).collect::<Result<Vec<Event>, _>>().map_err(|e| wrong(e.to_string()))?;
    let display_mode = match place {
        Place::Inline => DisplayMode::Inline,
        Place::Display => DisplayMode::Block,
    };
    let config = RenderConfig { display_mode, ..RenderConfig::default() };
    let mut out = String::new();
    push_mathml(&mut out, events.into_iter().map(Ok::<_, std::fmt::Error>), config)
        .map_err(|e| wrong(e.to_string()))?;
    // `\bigl` and its kin run two attributes together.
    Ok(out.replace("\"minsize", "\" minsize").replace("\"maxsize", "\" maxsize"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_chapter_may_write_is_typeset() {
        for latex in [
            r"(x * w)[n] = \sum_{k \in \mathbb{Z}} x[k]\, w[n-k]",
            r"\lVert x * w\rVert_1 \le \lVert x\rVert_1 \lVert w\rVert_1",
            r"\left\lfloor n/s\right\rfloor ",
            r"\bigl| a \bigr|",
            r"\overline{x} \odot \begin{pmatrix} a & b \\ c & d \end{pmatrix}",
            r"x\text{ even}, \operatorname{corr}(x, w), \zeta_{n}^{jk}, \tau_{a}x, \bmod",
        ] {
            let math = mathml(latex, Place::Display).expect(latex);
            assert!(
                math.starts_with("<math") && math.ends_with("</math>") && !math.contains("merror"),
                "{math}"
            );
            assert!(!math.contains("\"min"), "attributes run together: {math}");
        }
    }

    #[test]
    fn what_cannot_be_typeset_is_an_error_and_says_so() {
        for latex in [r"\unheardof{x}", r"{x", r"\frac{1}", r"\left( x"] {
            let error = mathml(latex, Place::Inline).expect_err(latex);
            assert!(error.to_string().contains(latex) && !error.problem.is_empty());
        }
    }

    #[test]
    fn text_in_a_formula_is_escaped() {
        let math = mathml(r"\text{<script>} a < b", Place::Inline).expect("it is text");
        assert!(!math.contains("<script>"), "{math}");
    }
}
