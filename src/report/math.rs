//! LaTeX to MathML. What cannot be read is an error: no page shows a formula in red.

use pulldown_latex::{
    Event, Parser, RenderConfig, Storage, config::DisplayMode, event::Content, push_mathml,
};
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
    let storage = Storage::new();
    // The renderer writes an error into the page and says nothing, so the events are read before they are rendered.
    let events =
        Parser::new(latex, &storage).collect::<Result<Vec<Event>, _>>().map_err(|e| wrong(e.to_string()))?;
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
    Ok(accents(&numbers(&out)))
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

/// A statement: one formula where it is short, otherwise several, between which a line may end. They begin with
/// relations, sums and differences outside of all brackets, as the lines of a long formula do; what is still too long
/// is cut within brackets as well.
///
/// # Errors
/// As [`mathml`].
pub(super) fn statement(latex: &str, place: Place) -> Result<String, MathError> {
    let mut pieces = vec![latex];
    for level in 0..=2 {
        let long = |piece: &&str| signs(piece) > SHORT;
        pieces = pieces.into_iter().flat_map(|p| if long(&p) { cut(p, level) } else { vec![p] }).collect();
    }
    // What begins with a sign is set as if something stood before it.
    let first = |n: usize| if n == 0 { "" } else { "{} " };
    let set = pieces.iter().enumerate().map(|(n, piece)| mathml(&format!("{}{piece}", first(n)), place));
    // Some browsers end no line between two formulas unless they are told that they may.
    Ok(set.collect::<Result<Vec<String>, MathError>>()?.join("<wbr>"))
}

/// The number of signs that fit on a line of a small screen.
const SHORT: usize = 20;

/// Roughly how many signs a formula has: a command is one, a long arrow with its blanks is four, and what only groups
/// is none.
fn signs(latex: &str) -> usize {
    let mut count = 0;
    let mut rest = latex;
    while let Some(sign) = rest.chars().next() {
        rest = &rest[sign.len_utf8()..];
        if sign == '\\' {
            count += usize::from(rest.starts_with("Longrightarrow"));
            rest = rest.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        }
        count += usize::from(!matches!(sign, '{' | '}' | '_' | '^' | ' '));
    }
    count
}

/// A formula cut before every relation, sum and difference, and behind every comma and arrow, that is in no more than
/// so many brackets, and before products that are in fewer.
fn cut(latex: &str, level: usize) -> Vec<&str> {
    // What must stay in one formula, whatever the level.
    const OPEN: [&str; 6] = ["left", "lVert", "lvert", "lfloor", "lceil", "begin"];
    const CLOSE: [&str; 6] = ["right", "rVert", "rvert", "rfloor", "rceil", "end"];
    const RELATIONS: [&str; 4] = ["le", "ge", "ne", "equiv"];
    const PRODUCTS: [&str; 3] = ["star", "odot", "otimes"];
    let (mut found, mut start, mut at) = (Vec::new(), 0, 0);
    let (mut brackets, mut whole) = (0usize, 0usize);
    while let Some(sign) = latex[at..].chars().next() {
        let word =
            latex[at + sign.len_utf8()..].split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
        let command = sign == '\\' && !word.is_empty();
        let spaced = latex[..at].ends_with(' ') && latex[at + sign.len_utf8()..].starts_with(' ');
        let ends = [r",\; ", r"\Longrightarrow\quad ", ", "];
        let behind = ends[..if level == 0 { 2 } else { 3 }].iter().any(|end| latex[..at].ends_with(end));
        let begins = match sign {
            '\\' => command && (RELATIONS.contains(&word) || brackets < level && PRODUCTS.contains(&word)),
            '*' => brackets < level && latex[..at].ends_with(' '),
            '=' | '<' | '>' | '+' | '-' => spaced,
            _ => false,
        };
        if (begins || behind) && brackets <= level && whole == 0 && !latex[start..at].trim().is_empty() {
            found.push(&latex[start..at]);
            start = at;
        }
        match sign {
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets = brackets.saturating_sub(1),
            '{' => whole += 1,
            '}' => whole = whole.saturating_sub(1),
            '\\' if OPEN.contains(&word) => whole += 1,
            '\\' if CLOSE.contains(&word) => whole = whole.saturating_sub(1),
            _ => {}
        }
        at += sign.len_utf8() + if command { word.len() } else { 0 };
        // What follows a backslash and is no letter is a sign of its own: `\;`, `\{`.
        if sign == '\\' && !command {
            at += latex[at..].chars().next().map_or(0, char::len_utf8);
        }
    }
    found.push(&latex[start..]);
    found
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
    fn a_long_statement_may_end_a_line_before_a_relation_or_a_sum_outside_of_brackets() {
        for (latex, cut) in [
            (r"a + b = c - d", &["a ", "+ b ", "= c ", "- d"][..]),
            (r"f(a + b)[n - 1] \le \lVert x + y\rVert_1", &["f(a + b)[n - 1] ", r"\le \lVert x + y\rVert_1"]),
            (
                r"\left\lfloor a - b\right\rfloor = \frac{a - b}{c}",
                &[r"\left\lfloor a - b\right\rfloor ", r"= \frac{a - b}{c}"],
            ),
            (
                r"n \ge k,\; k < n \quad\Longrightarrow\quad x = -y",
                &["n ", r"\ge k,\; ", "k ", r"< n \quad\Longrightarrow\quad ", "x ", "= -y"],
            ),
            (r"x\{a + b\} \lambda < \left(", &[r"x\{a ", r"+ b\} \lambda ", r"< \left("]),
        ] {
            assert_eq!(super::cut(latex, 0), cut);
            assert_eq!(super::cut(latex, 0).concat(), latex, "nothing is lost");
        }
        let inner = r"[(a - c) \cdot e, {b + d}] = \lvert f(x, y + z)\rvert";
        assert_eq!(super::cut(inner, 1), [r"[(a - c) \cdot e, ", "{b + d}] ", r"= \lvert f(x, y + z)\rvert"]);
        assert_eq!(super::cut("x * w *_{n} v = {v}^{*2}", 1), ["x ", "* w ", "*_{n} v ", "= {v}^{*2}"]);
        assert_eq!(super::cut(inner, 2)[..2], ["[(a ", r"- c) \cdot e, "]);
        assert_eq!(signs(r"\tau_{m}x * \hat w"), 6);
        let short = statement(r"x * w = w * x", Place::Display).expect("a formula");
        assert_eq!(short.matches("<math").count(), 1);
        let long = statement(
            r"(x + \tau_{m}y) * (v + \tau_{m}w) = x * v + \tau_{m}((x + y) * (v + w) - x * v)",
            Place::Display,
        )
        .expect("one");
        assert_eq!(long.matches("<math").count(), 3);
        assert!(statement(&r"\nope + x = a + b + c + d + e".repeat(3), Place::Inline).is_err());
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
