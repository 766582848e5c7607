//! The language reference, generated from the table of operators.

use super::{
    data::{Block, Report},
    error::PageError,
    math::{Place, mathml},
};
use crate::{
    expr::{Asks, Expr, Family, Head, Kind, Op, Row, TABLE},
    theorem,
};
use maud::{Markup, PreEscaped, html};

const FAMILIES: [(Family, &str); 11] = [
    (Family::Relations, "Relations and predicates"),
    (Family::Arithmetic, "Arithmetic"),
    (Family::Signals, "Signals"),
    (Family::Cyclic, "Cyclic signals"),
    (Family::Groups, "Finite groups"),
    (Family::Arrays, "Arrays"),
    (Family::TwoDimensions, "Two dimensions"),
    (Family::Matrices, "Matrices"),
    (Family::Layers, "Layers"),
    (Family::Pooling, "Pooling"),
    (Family::Sizes, "Sizes"),
];

/// The words in which kinds are written.
const WORDS: [(&str, &str); 9] = [
    ("int", "an integer"),
    ("k", "a scalar of the ring; an integer will do"),
    ("z z2", "signals of finite support on Z and Z²"),
    ("l", "left-bounded signals on Z"),
    ("c c2", "cyclic signals, on Z/n and Z/n × Z/m"),
    (
        "s3 d4 in-s3 in-d4",
        "signals on the symmetric group S3 and the dihedral group D4, and elements of these groups",
    ),
    ("a a2 a3", "arrays with one, two and three axes"),
    ("truth", "what can be true or false"),
    (
        "s f u r v w",
        "one and the same kind throughout: s of z z2 c c2, f of s and s3 d4, u of f and l, r of the arrays, v of f and r, w of u and r",
    ),
];

/// The appendix: every operator by family, with its meaning, its kinds, an example and its value, and the claims it occurs in.
pub(super) fn reference(report: &Report) -> Result<Markup, PageError> {
    let mut families = Vec::new();
    for (family, title) in FAMILIES {
        let rows = TABLE.iter().filter(|row| row.family == family).map(|row| entry(report, row));
        let rows = rows.collect::<Result<Vec<Markup>, PageError>>()?;
        families.push(html! {
            @if !rows.is_empty() {
                h3 id={ "app:language:" (title.to_lowercase().replace(' ', "-")) } { (title) }
                div.operators { @for row in &rows { (row) } }
            }
        });
    }
    Ok(html! {
        section.appendix aria-labelledby="app:language" {
            h2 id="app:language" { "The claim language" }
            p {
                "A claim is " code { "[for BINDERS.] [given HYPOTHESES.] SIDE REL SIDE" } ". Free names are universally \
                 quantified, and a name whose kind nothing decides is a signal of finite support on Z over every \
                 commutative ring. These are the operators; their kinds are written in the following words. The value of \
                 each example was computed when this page was made, by the evaluator that judges the claims: over the \
                 rational numbers where an order is asked for, over the complex numbers elsewhere. A list starts at index \
                 0, or where " code { "@" } " says."
            }
            dl.words { @for (word, means) in WORDS { dt { code { (word) } } dd { (means) } } }
            @for family in &families { (family) }
        }
    })
}

fn entry(report: &Report, row: &Row) -> Result<Markup, PageError> {
    let latex = notation(row.op);
    let place = || format!("the operator `{}`", row.name);
    let math = mathml(&latex, Place::Inline).map_err(|source| PageError { place: place(), source })?;
    let value = theorem::example(row).expect("the example of every row has a value");
    let claims: Vec<&str> = report
        .chapters
        .iter()
        .flat_map(|chapter| &chapter.blocks)
        .filter_map(|block| match block {
            Block::Claim(claim) if claim.finding.operators.iter().any(|name| name == row.name) => {
                Some(claim.id.as_str())
            }
            _ => None,
        })
        .collect();
    Ok(html! {
        article.operator id=(anchor(row.op)) {
            p.head { code { (row.name) } " " (PreEscaped(math)) }
            p { (row.means) "." @if let Some(asks) = asks(row.asks) { " Asks for " (asks) "." } }
            dl {
                dt { "kinds" } dd { code { (row.kinds.trim()) } }
                @if !row.also.is_empty() {
                    dt { "also" } dd { @for (n, other) in row.also.iter().enumerate() { @if n > 0 { ", " } code { (other) } } }
                }
                dt { "example" } dd { code { (row.shows) } " is " code { (value) } }
                dt { "as in" } dd { code { (row.example) } }
            }
            @if !claims.is_empty() {
                details {
                    summary { "in " (claims.len()) @if claims.len() == 1 { " claim" } @else { " claims" } }
                    @for (n, id) in claims.iter().enumerate() { @if n > 0 { ", " } a href={ "#" (id) } { (id) } }
                }
            }
        }
    })
}

/// Its anchor; names such as `<=` would not do.
fn anchor(op: Op) -> String {
    format!("op:{op:?}").to_lowercase()
}

fn asks(asks: Asks) -> Option<&'static str> {
    match asks {
        Asks::Semiring => None,
        Asks::Ring => Some("differences"),
        Asks::Inverse => Some("inverses"),
        Asks::Decision => Some("a test for zero"),
        Asks::Roots => Some("roots of unity"),
        Asks::Order => Some("an order"),
    }
}

/// How it is typeset, with letters for its arguments: those of the first alternative that has a signal in it.
fn notation(op: Op) -> String {
    let plain = |kind: &Kind| kind.rank() == 0;
    let all = op.signatures();
    let Some(signature) = all.iter().find(|one| !one.args.iter().all(plain)).or(all.first()) else {
        return op.row().latex.to_owned();
    };
    let (mut integers, mut scalars, mut elements, mut signals) =
        (["n", "m", "k", "s", "p", "d"].iter(), ["c", "d"].iter(), ["u"].iter(), ["x", "w", "v"].iter());
    let args = signature.args.iter().map(|kind| {
        let letters = match kind {
            Kind::Int => &mut integers,
            Kind::Scalar => &mut scalars,
            Kind::InS3 | Kind::InD4 => &mut elements,
            _ => &mut signals,
        };
        let letter = letters.next().copied().unwrap_or("y").to_owned();
        Expr { head: Head::Name(letter), args: Vec::new(), kinds: (*kind).into(), span: 0..0 }
    });
    Expr { head: Head::Apply(op), args: args.collect(), kinds: signature.result.into(), span: 0..0 }.latex()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_is_typeset_without_holes() {
        for row in TABLE {
            let latex = notation(row.op);
            assert!(!latex.is_empty() && !latex.contains(['#', '@']), "{}: {latex}", row.name);
            assert!(mathml(&latex, Place::Inline).is_ok(), "{}: {latex}", row.name);
        }
    }

    #[test]
    fn every_operator_stands_in_a_family_under_an_anchor_of_its_own() {
        let anchors: std::collections::BTreeSet<_> = TABLE.iter().map(|row| anchor(row.op)).collect();
        assert_eq!(anchors.len(), TABLE.len());
        assert!(TABLE.iter().all(|row| FAMILIES.iter().any(|(family, _)| *family == row.family)));
    }
}
