//! LaTeX to MathML. What cannot be read is an error: no page shows a formula in red.

use pulldown_latex::{
    Event, Parser, RenderConfig, Storage, config::DisplayMode, event::Content, push_mathml,
};
use std::borrow::Cow;
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
    if depth(latex) > DEEPEST {
        return Err(wrong(format!("braces within braces, more than {DEEPEST} deep")));
    }
    let fenced = fenced(latex);
    let storage = Storage::new();
    // The renderer writes an error into the page and says nothing, so the events are read before they are rendered.
    let events = Parser::new(&fenced, &storage)
        .collect::<Result<Vec<Event>, _>>()
        .map_err(|e| wrong(e.to_string()))?;
    // It writes the name of an operator as it stands, and a name could be a tag.
    let tag = |event: &Event| matches!(event, Event::Content(Content::Function(name)) if name.contains(['<', '>', '&', '"', '\'']));
    if events.iter().any(tag) {
        return Err(wrong("the name of an operator has letters, digits and blanks".to_owned()));
    }
    let display_mode = match place {
        Place::Inline => DisplayMode::Inline,
        Place::Display => DisplayMode::Block,
    };
    let config = RenderConfig { display_mode, ..RenderConfig::default() };
    let mut out = String::new();
    push_mathml(&mut out, events.into_iter().map(Ok::<_, std::fmt::Error>), config)
        .map_err(|e| wrong(e.to_string()))?;
    // `\bigl` and its kin run two attributes together.
    let out = out.replace("\"minsize", "\" minsize").replace("\"maxsize", "\" maxsize");
    // The space before the name of an operator with an index belongs before both: an index has one base.
    let out = out.replace(&format!("<msub>{THIN}"), &format!("{THIN}<msub>"));
    // Between others a bar would be a relation, with the space of one.
    let out = out.replace(">|</mo>", " lspace=\"0\" rspace=\"0\">|</mo>");
    // It takes the space from an operator that has an index.
    let out = OPERATORS.iter().fold(out, |out, sign| {
        out.replace(&format!("<msub><mi>{sign}</mi>"), &format!("<msub><mo>{sign}</mo>"))
    });
    Ok(accents(&numbers(&out)))
}

/// The operators that have an index somewhere.
const OPERATORS: [char; 4] = ['∗', '⋆', '⊙', '⊗'];

/// The formula with bars for brackets: a bar is one sign, whether it opens or closes, and the renderer, which does not
/// ask, stretches it over the whole line and leaves a space on both sides. It closes where its like is open and
/// something stands before it. Bars that do not come in pairs are left as they are.
pub(super) fn fenced(latex: &str) -> Cow<'_, str> {
    // What something has to follow: behind these, a bar opens.
    const LEADS: [&str; 22] = [
        "cdot", "times", "star", "odot", "otimes", "ast", "pm", "le", "ge", "ne", "equiv", "approx", "in",
        "to", "quad", "qquad", "sup", "inf", "max", "min", "lvert", "lVert",
    ];
    // There a bar is a line between columns.
    if latex.contains(r"\begin{array}") {
        return latex.into();
    }
    let (mut text, mut open) = (String::new(), Vec::new());
    let (mut rest, mut stands, mut fixed) = (latex, false, false);
    while let Some(sign) = rest.chars().next() {
        let after = &rest[sign.len_utf8()..];
        let letters = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let length = match sign {
            '\\' if letters > 0 => 1 + letters,
            '\\' => 1 + after.chars().next().map_or(0, char::len_utf8),
            _ => sign.len_utf8(),
        };
        // Words are no formula.
        let words = if rest.starts_with(r"\text{") { rest.find('}').unwrap_or(0) } else { 0 };
        let (token, behind) = rest.split_at(length.max(words));
        let bar = [["|", r"\vert"], [r"\|", r"\Vert"]].iter().position(|bars| bars.contains(&token));
        match bar.filter(|_| !fixed) {
            Some(kind) if stands && open.last() == Some(&kind) => {
                open.pop();
                text += [r"\rvert ", r"\rVert "][kind];
            }
            Some(kind) => {
                open.push(kind);
                text += [r"\lvert ", r"\lVert "][kind];
                stands = false;
            }
            None => {
                text += token;
                stands = match token {
                    " " | r"\," | r"\;" | r"\!" | r"\big" | r"\Big" => stands,
                    "+" | "-" | "=" | "<" | ">" | "*" | "/" | "," | "(" | "[" | "{" | r"\{" | "_" | "^" => {
                        false
                    }
                    r"\bigl" | r"\Bigl" => false,
                    r"\bigr" | r"\Bigr" => true,
                    word => !word.strip_prefix('\\').is_some_and(|word| LEADS.contains(&word)),
                };
            }
        }
        fixed = [r"\left", r"\right"].contains(&token);
        rest = behind;
    }
    if open.is_empty() { text.into() } else { latex.into() }
}

/// The renderer reads `1,2` as one number; here it is always two.
fn numbers(math: &str) -> String {
    let apart = |part: &str| match part.split_once("</mn>") {
        Some((number, rest)) => format!("<mn>{}</mn>{rest}", number.replace(',', "</mn><mo>,</mo><mn>")),
        None => part.to_owned(),
    };
    let (first, rest) = math.split_once("<mn>").unwrap_or((math, ""));
    rest.split("<mn>")
        .filter(|part| !part.is_empty())
        .fold(first.to_owned(), |text, part| text + &apart(part))
}

/// The space before the name of an operator.
const THIN: &str = "<mspace width=\"0.1667em\" />";

/// The deepest nesting of braces: reading a formula takes the square of it.
const DEEPEST: usize = 100;

fn depth(latex: &str) -> usize {
    let (mut now, mut deepest) = (0_usize, 0);
    for letter in latex.bytes() {
        match letter {
            b'{' => now += 1,
            b'}' => now = now.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(now);
    }
    deepest
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
        let list = mathml("[1,2, 3.5] + x_{1}", Place::Inline).expect("numbers");
        assert!(list.contains("<mn>1</mn><mo>,</mo><mn>2</mn><mo>,</mo><mn>3.5</mn>"), "{list}");
        let after = mathml(r"{} \operatorname{per}_{n}(x)", Place::Display).expect("known macros");
        assert!(after.contains("<msub><mi>per</mi>"), "{after}");
        let sum = mathml(r"\overset{a}{b} + \sum_{k}^{n}", Place::Display).expect("known macros");
        assert!(!sum.contains("accent"), "{sum}");
    }

    #[test]
    fn bars_are_brackets_and_keep_no_space() {
        for (latex, brackets) in [
            (r"|x| + \vert y\vert", r"\lvert x\rvert  + \lvert  y\rvert "),
            (r"\|Sx - Sy\| \le L\|x\|_2", r"\lVert Sx - Sy\rVert  \le L\lVert x\rVert _2"),
            (r"\big\||z| - y\big\|", r"\big\lVert \lvert z\rvert  - y\big\rVert "),
            (r"||x| - |y||", r"\lvert \lvert x\rvert  - \lvert y\rvert \rvert "),
            (r"|\cdots||x * \psi|", r"\lvert \cdots\rvert \lvert x * \psi\rvert "),
            (r"\sup|\tau'|^{|a|}", r"\sup\lvert \tau'\rvert ^{\lvert a\rvert }"),
            (r"\left| x\right| |", r"\left| x\right| |"),
            (r"\text{a |b| c}", r"\text{a |b| c}"),
            (r"\begin{array}{c|c|c} 1 & 2 & 3 \end{array}", r"\begin{array}{c|c|c} 1 & 2 & 3 \end{array}"),
        ] {
            assert_eq!(fenced(latex), brackets);
            assert_eq!(fenced(&fenced(latex)), brackets, "once is enough");
            assert!(mathml(latex, Place::Inline).is_ok(), "{latex}");
        }
        let sum = mathml("|x| + 1", Place::Inline).expect("a formula");
        assert_eq!(sum.matches("lspace=\"0\" rspace=\"0\">|<").count(), 2, "{sum}");
        assert!(sum.contains("<mo>+</mo>") && !sum.contains("stretchy=\"true\""), "{sum}");
    }

    #[test]
    fn an_operator_with_an_index_keeps_its_space() {
        let math = mathml(r"x \star_{\mathrm{valid}} w *_{n} v", Place::Inline).expect("a formula");
        assert!(math.contains("<msub><mo>⋆</mo>") && math.contains("<msub><mo>∗</mo>"), "{math}");
    }

    #[test]
    fn text_in_a_formula_is_escaped() {
        let math = mathml(r"\text{<script>} a < b", Place::Inline).expect("it is text");
        assert!(!math.contains("<script>"), "{math}");
        for macros in [r"\operatorname", r"\mathop"] {
            let set = mathml(&format!("{macros}{{<img src=q onerror=x>}}"), Place::Inline);
            assert!(set.is_err() || set.is_ok_and(|math| !math.contains("<img")), "{macros}");
        }
        assert!(mathml(r"\operatorname{rank} A", Place::Inline).is_ok());
    }

    #[test]
    fn what_is_nested_too_deep_is_refused_at_once() {
        let nested = |n: usize| format!("{}x{}", r"\sqrt{".repeat(n), "}".repeat(n));
        assert!(mathml(&nested(20), Place::Inline).is_ok());
        let error = mathml(&nested(30_000), Place::Inline).expect_err("it is too deep");
        assert!(error.problem.contains("deep"), "{error}");
    }
}
