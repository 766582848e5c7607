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
    Ok(accents(&out.replace("\"minsize", "\" minsize").replace("\"maxsize", "\" maxsize")))
}

/// Accents as the renderer writes them, and as browsers draw them well: said to be accents, and by the
/// characters for which mathematical fonts have wide variants.
const ACCENTS: [(&str, &str); 4] = [
    ("<mi>^</mi>", "<mo stretchy=\"false\">\u{2c6}</mo>"),
    ("<mi>~</mi>", "<mo stretchy=\"false\">\u{2dc}</mo>"),
    ("<mo stretchy=\"true\">^</mo>", "<mo stretchy=\"true\">\u{302}</mo>"),
    ("<mo stretchy=\"true\">~</mo>", "<mo stretchy=\"true\">\u{303}</mo>"),
];

/// The bar of a conjugate, which no font stretches: the style sheet draws it along the row below.
const BAR: &str = "<mi>‾</mi>";

/// Rewrites hats, tildes and bars.
fn accents(math: &str) -> String {
    const OPEN: &str = "<mover>";
    let mut out = String::new();
    let mut open = Vec::new();
    for piece in math.split_inclusive('>') {
        if piece.ends_with(OPEN) {
            open.push(out.len() + piece.len() - OPEN.len());
        }
        out.push_str(piece);
        let Some(inner) = out.strip_suffix("</mover>") else { continue };
        let Some(start) = open.pop() else { continue };
        let body = &inner[start + OPEN.len()..];
        let better = match ACCENTS.iter().find_map(|(from, to)| Some((body.strip_suffix(from)?, to))) {
            Some((base, accent)) => format!("<mover accent=\"true\">{base}{accent}</mover>"),
            None => match body.strip_suffix(BAR) {
                Some(base) => format!("<mrow class=\"bar\">{base}</mrow>"),
                None => continue,
            },
        };
        out.replace_range(start.., &better);
    }
    out
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
    fn hats_are_accents_and_bars_run_along_the_row() {
        let math = mathml(r"\overline{x * \overline{w}} = \widehat{x * \hat w}", Place::Inline)
            .expect("known macros");
        assert_eq!(math.matches("<mrow class=\"bar\">").count(), 2);
        assert_eq!(math.matches("<mover accent=\"true\">").count(), 2);
        assert!(!math.contains(['‾', '^']), "{math}");
        for element in ["mrow", "mover", "mi", "mo"] {
            let opened =
                math.matches(&format!("<{element}>")).count() + math.matches(&format!("<{element} ")).count();
            assert_eq!(opened, math.matches(&format!("</{element}>")).count(), "{element} in {math}");
        }
        let sum = mathml(r"\overset{a}{b} + \sum_{k}^{n}", Place::Display).expect("known macros");
        assert!(!sum.contains("accent"), "{sum}");
    }

    #[test]
    fn text_in_a_formula_is_escaped() {
        let math = mathml(r"\text{<script>} a < b", Place::Inline).expect("it is text");
        assert!(!math.contains("<script>"), "{math}");
    }
}
