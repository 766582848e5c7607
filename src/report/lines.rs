//! Long formulas on several lines.
//!
//! Browsers end no line within a formula, so a long one is set as several, between which a line may end: before a
//! relation where that is enough, before a sum or a product where it is not, and within brackets only where a part
//! would not fit on a line by itself.

use super::math::{MathError, Place, fenced, mathml};

/// The number of signs that fit on a line of a small screen.
const SHORT: usize = 20;

/// The deepest brackets within which a formula is cut.
const DEEPEST: usize = 5;

/// What a formula may be cut at, the first first.
const RANKS: usize = rank(DEEPEST, PRODUCT) + 1;
const RELATION: usize = 0;
const SUM: usize = 1;
const PRODUCT: usize = 2;

/// Formulas that stand beside each other are parted first, at rank 0; then what stands in no brackets is cut, then what
/// stands in one pair, and so on.
const fn rank(brackets: usize, kind: usize) -> usize {
    1 + 3 * brackets + kind
}

/// A formula, between the parts of which a line may end where it is long.
///
/// # Errors
/// As [`mathml`].
pub(super) fn formula(latex: &str, place: Place) -> Result<String, MathError> {
    let whole = mathml(latex, place)?;
    // What can be read as a whole and not in parts, stays whole.
    Ok(parts(&fenced(latex), place, 0, false).map_or(whole, |parts| parts.join(BREAK)))
}

/// Some browsers end no line between two formulas unless they are told that they may.
const BREAK: &str = "<wbr>";

/// A formula with what stands before and behind it without a blank, which begins no line, and ends none.
pub(super) fn held(before: &str, formula: &str, behind: &str) -> String {
    const OPEN: &str = "<span class=\"whole\">";
    let (first, last) = (formula.find("<math").unwrap_or(0), formula.rfind("<math").unwrap_or(0));
    if first == last {
        return format!("{OPEN}{before}{formula}{behind}</span>");
    }
    // Between its parts a line may end as before.
    let close = "</math>";
    let ends = |from: usize| formula[from..].find(close).map_or(formula.len(), |at| from + at + close.len());
    let (start, end) = (&formula[first..ends(first)], &formula[last..ends(last)]);
    format!(
        "{}{OPEN}{before}{start}</span>{}{OPEN}{end}{behind}</span>{}",
        &formula[..first],
        &formula[ends(first)..last],
        &formula[ends(last)..]
    )
}

/// The parts of a formula, cut at that rank or a later one; those that are themselves cut keep their parts together as
/// long as they fit on a line. `led`: whether the formula goes on with a sign.
fn parts(latex: &str, place: Place, first: usize, led: bool) -> Result<Vec<String>, MathError> {
    let ranks = if signs(latex) > SHORT { first..RANKS } else { 0..0 };
    let mut cuts = ranks.map(|rank| (rank, cut(latex, rank)));
    let Some((rank, pieces)) = cuts.find(|(_, pieces)| pieces.len() > 1) else {
        // What begins with a sign is set as if something stood before it.
        let before = if led { "{} " } else { "" };
        return Ok(vec![mathml(&format!("{before}{latex}"), place)?]);
    };
    let mut set = Vec::new();
    for (n, piece) in pieces.iter().enumerate() {
        let led = if n == 0 { led } else { !apart(pieces[n - 1]) };
        let inner = parts(piece, place, rank + 1, led)?;
        set.push(match &inner[..] {
            [one] => one.clone(),
            several => format!("<span class=\"part\">{}</span>", several.join(BREAK)),
        });
    }
    Ok(set)
}

/// What stands between formulas.
const BETWEEN: [&str; 3] = [r",\; ", r"\quad ", r"\qquad "];

/// Whether what follows is a formula of its own, or another argument.
fn apart(piece: &str) -> bool {
    comma(piece) || BETWEEN.iter().any(|end| piece.ends_with(end))
}

/// Whether it ends with a comma, and not with the narrow space that is written `\,`.
fn comma(piece: &str) -> bool {
    let piece = piece.trim_end();
    piece.ends_with(',') && !piece.ends_with(r"\,")
}

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

/// A formula cut wherever that rank or an earlier one allows: before relations, sums and products, and behind commas and
/// arrows.
fn cut(latex: &str, most: usize) -> Vec<&str> {
    // What must stay in one formula, whatever the rank.
    const WHOLE: [&str; 2] = ["left", "begin"];
    const ENDS: [&str; 2] = ["right", "end"];
    const OPEN: [&str; 4] = ["lVert", "lvert", "lfloor", "lceil"];
    const CLOSE: [&str; 4] = ["rVert", "rvert", "rfloor", "rceil"];
    const RELATIONS: [&str; 8] = ["le", "ge", "ne", "equiv", "approx", "in", "to", "mapsto"];
    const PRODUCTS: [&str; 4] = ["star", "odot", "otimes", "cdot"];
    let (mut found, mut start, mut at) = (Vec::new(), 0, 0);
    let (mut brackets, mut whole) = (0usize, 0usize);
    while let Some(sign) = latex[at..].chars().next() {
        let (before, after) = (&latex[..at], &latex[at + sign.len_utf8()..]);
        let word = after.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
        let command = sign == '\\' && !word.is_empty();
        let spaced = before.ends_with(' ') && after.starts_with(' ');
        let kind = match sign {
            '\\' if RELATIONS.contains(&word) => Some(RELATION),
            '\\' if PRODUCTS.contains(&word) => Some(PRODUCT),
            '*' if before.ends_with(' ') => Some(PRODUCT),
            '=' | '<' | '>' if spaced => Some(RELATION),
            '+' | '-' if spaced => Some(SUM),
            _ => None,
        };
        // the blank behind a comma, if there is one, stays with it
        let blank = sign == ' ' || sign == '\\' && !command;
        let earliest = if brackets == 0 && BETWEEN.iter().any(|end| before.ends_with(end)) {
            Some(0)
        } else if comma(before) && !blank {
            // arguments stand within brackets, of which the first may be in another part
            Some(rank(brackets.max(1), RELATION))
        } else {
            kind.map(|kind| rank(brackets, kind))
        };
        if earliest.is_some_and(|rank| rank <= most) && whole == 0 && !latex[start..at].trim().is_empty() {
            found.push(&latex[start..at]);
            start = at;
        }
        match sign {
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets = brackets.saturating_sub(1),
            '{' => whole += 1,
            '}' => whole = whole.saturating_sub(1),
            '\\' if OPEN.contains(&word) => brackets += 1,
            '\\' if CLOSE.contains(&word) => brackets = brackets.saturating_sub(1),
            '\\' if WHOLE.contains(&word) => whole += 1,
            '\\' if ENDS.contains(&word) => whole = whole.saturating_sub(1),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn outer(latex: &str, kind: usize) -> Vec<&str> {
        let pieces = cut(latex, rank(0, kind));
        assert_eq!(pieces.concat(), latex, "nothing is lost");
        pieces
    }

    #[test]
    fn relations_come_before_sums_and_sums_before_products_outside_of_brackets() {
        assert_eq!(outer("a + b = c - d", RELATION), ["a + b ", "= c - d"]);
        assert_eq!(outer("a + b = c - d", SUM), ["a ", "+ b ", "= c ", "- d"]);
        let norm = r"f(a + b)[n - 1] \le \lVert x + y\rVert_1 \cdot 2";
        assert_eq!(outer(norm, SUM), ["f(a + b)[n - 1] ", r"\le \lVert x + y\rVert_1 \cdot 2"]);
        assert_eq!(outer(norm, PRODUCT)[1..], [r"\le \lVert x + y\rVert_1 ", r"\cdot 2"]);
        let floor = r"\left(a - b\right) = \frac{a - b}{c}";
        assert_eq!(outer(floor, PRODUCT), [r"\left(a - b\right) ", r"= \frac{a - b}{c}"]);
        assert_eq!(outer(r"x\{a + b\} < \left(", SUM), [r"x\{a ", r"+ b\} ", r"< \left("]);
        assert_eq!(outer("x * w *_{n} v = {v}^{*2}", PRODUCT), ["x ", "* w ", "*_{n} v ", "= {v}^{*2}"]);
    }

    #[test]
    fn formulas_beside_each_other_are_parted_first_and_arguments_behind_what_is_outside() {
        let arrow = r"n \ge k,\; k < n \quad\Longrightarrow\quad x = -y";
        assert_eq!(cut(arrow, 0), [r"n \ge k,\; ", r"k < n \quad\Longrightarrow\quad ", "x = -y"]);
        let inner = r"[(a - c) \cdot e, {b + d}] = \lvert f(x, y + z)\rvert ";
        assert_eq!(outer(inner, PRODUCT).len(), 2);
        assert_eq!(
            cut(inner, rank(1, RELATION)),
            [r"[(a - c) \cdot e, ", "{b + d}] ", r"= \lvert f(x, y + z)\rvert "]
        );
        assert_eq!(cut(inner, rank(1, PRODUCT))[..2], ["[(a - c) ", r"\cdot e, "]);
        assert_eq!(cut(inner, rank(2, SUM))[..2], ["[(a ", "- c) "]);
        assert_eq!(cut("f(a,b, c)", rank(1, RELATION)), ["f(a,", "b, ", "c)"]);
        assert_eq!(cut(r"(a\,x)", RANKS), [r"(a\,x)"], "no product without a sign is cut");
    }

    #[test]
    fn a_long_formula_is_several_and_its_parts_stay_together_where_they_fit() {
        assert_eq!(signs(r"\tau_{m}x * \hat w"), 6);
        let set = |latex: &str| formula(latex, Place::Display).expect("a formula");
        assert_eq!(set(r"x * w = w * x").matches("<math").count(), 1);
        let short = set(r"(x + \tau_{m}y) * (v + \tau_{m}w) = x * v + \tau_{m}((x + y))");
        assert_eq!((short.matches("<math").count(), short.matches("part").count()), (2, 0), "{short}");
        let side = r"\max(\max(x \star w, x \star v), \max(y \star w, y \star v)) + x \cdot y";
        let long = set(&format!("{side} = {side}"));
        assert!(long.contains("</span><wbr><span class=\"part\">"), "cut at the relation first: {long}");
        assert_eq!(long.matches("<span").count(), long.matches("</span>").count());
        assert!(formula(&r"\nope + x = a + b + c + d + e".repeat(3), Place::Inline).is_err());
    }

    #[test]
    fn a_sign_that_belongs_to_an_argument_is_no_difference() {
        let set = formula("[a + b + c + d + e + f + g + h + k, -1 + n]", Place::Display).expect("a formula");
        assert!(
            !set.contains("<mrow></mrow><mo>−</mo><mn>1") && !set.contains("<mrow></mrow><mi>−"),
            "{set}"
        );
    }

    #[test]
    fn what_stands_at_a_formula_stays_with_it_and_with_its_first_and_last_part() {
        assert_eq!(held("(", "<math>x</math>", ")."), "<span class=\"whole\">(<math>x</math>).</span>");
        let three = "<math>x</math><wbr><math>y</math><wbr><span class=\"part\"><math>z</math></span>";
        assert_eq!(
            held("", three, ","),
            "<span class=\"whole\"><math>x</math></span><wbr><math>y</math><wbr>\
             <span class=\"part\"><span class=\"whole\"><math>z</math>,</span></span>"
        );
    }

    #[test]
    fn a_bar_that_opens_and_one_that_closes_stay_what_they_are_in_parts() {
        let set = formula(r"|a + b + c + d + e + f| + \|x + y + z + a + b + c\|^2", Place::Display);
        let set = set.expect("a formula");
        assert!(!set.contains("stretchy=\"true\"") && set.matches("<math").count() > 1, "{set}");
    }
}
