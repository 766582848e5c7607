//! What can be wrong with a claim, said in one sentence, with the places in the text it is about.

use super::{Kind, Kinds, Op, Span};
use miette::{Diagnostic, LabeledSpan, SourceCode, SourceSpan};
use std::fmt;

/// Why a text is no claim. Its message is one sentence; as a [`miette::Diagnostic`] it also points into the text,
/// has a code `faltung::…` and says what to try.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[error("{problem}")]
pub struct ClaimError {
    /// What is wrong.
    pub problem: Problem,
    text: String,
    labels: Vec<(Span, String)>,
}

/// The kinds of mistakes.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[allow(missing_docs)] // the fields are the blanks of the message above each
pub enum Problem {
    /// The grammar asks for something else here.
    #[error("expected {expected}, found {found}")]
    Syntax { expected: String, found: String },
    /// Too long, too deep, too many.
    #[error("{what}; at most {most} can be read")]
    Limit { what: &'static str, most: usize },
    /// A numeral or list that means nothing.
    #[error("{0}")]
    Literal(String),
    /// A call of something that is no operator.
    #[error("there is no operator `{name}`")]
    Unknown { name: String, nearest: Option<&'static str> },
    /// A call of a name.
    #[error("`{name}` is a name, not an operator, and takes no arguments in parentheses")]
    Called { name: String },
    /// The wrong number of arguments.
    #[error("`{name}` is given {given}; it is written {forms}", given = arguments(*.given))]
    Arity { name: &'static str, given: usize, forms: String },
    /// Arguments that would fit in another order.
    #[error("the arguments of `{}` stand in another order; this is how it is defined: {}", .op.row().name, .op.row().means)]
    Order { op: Op, wanted: String },
    /// A word or sign of other languages.
    #[error("`{found}` is no word of this language")]
    Foreign { found: String, advice: &'static str },
    /// A binder that cannot be.
    #[error("{0}")]
    Binder(String),
    /// Arguments of kinds that an operator does not take.
    #[error("{0}")]
    Kinds(String),
    /// `*` between arrays, or arrays of different ranks for one name: a product of arrays has other names.
    #[error("{0}")]
    Arrays(String),
    /// A relation that a statement may not have.
    #[error(
        "a statement is an equation or an inequality with `<=` or `>=`; `{0}` may stand after `given` only"
    )]
    Relation(&'static str),
    /// `Nat` or `Int` where a class of entries belongs.
    #[error("`{0}` is what a name may be, not a class of entries: `Z ->` asks for one of Z Q R C, any, …")]
    Entries(String),
    /// The sides of a relation are of different kinds.
    #[error("{}", sides(relation, *left, *right))]
    Sides { relation: &'static str, left: Kinds, right: Kinds },
    /// An element that nothing ties to one of the finite groups.
    #[error("`{0}` may be in S3 or in D4 here")]
    EitherGroup(String),
    /// A class that is none, or classes that do not go together.
    #[error("{0}")]
    Class(String),
}

fn sides(relation: &str, left: Kinds, right: Kinds) -> String {
    if left == right {
        return format!("`{relation}` compares no two of this kind: each side is {left}");
    }
    format!("the sides of `{relation}` do not match: the left is {left}, the right is {right}")
}

fn arguments(count: usize) -> String {
    match count {
        0 => "no arguments".into(),
        1 => "1 argument".into(),
        _ => format!("{count} arguments"),
    }
}

impl ClaimError {
    pub(super) fn at(problem: Problem, span: Span, label: impl Into<String>) -> Self {
        Self { problem, text: String::new(), labels: vec![(span, label.into())] }
    }

    pub(super) fn and(mut self, span: Span, label: impl Into<String>) -> Self {
        self.labels.push((span, label.into()));
        self
    }

    pub(super) fn within(mut self, text: &str) -> Self {
        self.text = text.into();
        self
    }

    fn advice(&self) -> Option<String> {
        Some(match &self.problem {
            Problem::Syntax { found, .. } if found == "`⋆`" => "write the correlation as corr(x, w)".into(),
            Problem::Syntax { found, .. } if found == "`=`" => "an equality is written with one `=`: SIDE = SIDE".into(),
            Problem::Syntax { found, .. } if found == "`@`" => "`@` places a list: [1, 2]@-1".into(),
            Problem::Syntax { expected, .. } if expected.contains("an operator") => {
                "a product is written with `*`, and a claim has exactly one of = <= >=".into()
            }
            Problem::Syntax { .. } => {
                "the shape of a claim is: for x : Z -> any, m : Nat. given m >= 1. SIDE = SIDE".into()
            }
            Problem::Arity { name, .. } => {
                let means = Op::find(name)?.row().means;
                format!("this is how `{name}` is defined: {means}")
            }
            Problem::Order { wanted, .. } => format!("try: {wanted}"),
            Problem::Foreign { advice, .. } => (*advice).into(),
            Problem::Unknown { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Problem::Unknown { nearest: None, .. } => "`faltung list operators` names them all".into(),
            Problem::Called { name } => {
                format!("for an entry write {name}[3], for a product {name} * (…)")
            }
            Problem::Sides { left, right, .. } if left.has(Kind::Scalar) || right.has(Kind::Scalar) => {
                "a scalar is no signal: zero everywhere is `zero`, the constant c on a cycle or an array c * ones"
                    .into()
            }
            Problem::Arrays(_) => {
                "arrays are convolved by convfull(x, w), convvalid(x, w) or convsame(x, w); a matrix is applied by @, as in A @ x"
                    .into()
            }
            Problem::Relation("!=") => "say what is equal, or bound one side: SIDE = SIDE, SIDE <= SIDE".into(),
            Problem::Relation(relation) => {
                let (weak, shifted) = if *relation == "<" { ("<=", "a + 1 <= b") } else { (">=", "a >= b + 1") };
                format!("write SIDE {weak} SIDE; between integers a {relation} b is {shifted}")
            }
            Problem::Entries(name) => {
                let more = if name == "Nat" { ", and after that: given x >= 0." } else { "." };
                format!("for entries that are integers write x : Z -> Z{more}")
            }
            Problem::Sides { left, right, .. } if left == right => {
                "say whether they are equal: SIDE = SIDE, SIDE != SIDE".into()
            }
            Problem::EitherGroup(name) => {
                format!("say in which, by a name that is bound to it: for g : S3. given g = {name}. …")
            }
            Problem::Kinds(_) | Problem::Sides { .. } => {
                "say what the names are with a prefix such as: for x : Z/n -> C, a : Int.".into()
            }
            Problem::Class(_) => {
                "classes are Z Q R C (which may be mixed) and any semiring field ordered F(p) Z/m (which may not)"
                    .into()
            }
            _ => return None,
        })
    }
}

impl Diagnostic for ClaimError {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(match self.problem {
            Problem::Syntax { .. } | Problem::Relation(_) | Problem::Foreign { .. } => "faltung::syntax",
            Problem::Limit { .. } => "faltung::limit",
            Problem::Literal(_) => "faltung::literal",
            Problem::Unknown { .. } | Problem::Called { .. } => "faltung::operator",
            Problem::Arity { .. } => "faltung::arity",
            Problem::Binder(_) => "faltung::binder",
            Problem::Kinds(_)
            | Problem::Order { .. }
            | Problem::Arrays(_)
            | Problem::Sides { .. }
            | Problem::EitherGroup(_) => "faltung::kinds",
            Problem::Class(_) | Problem::Entries(_) => "faltung::class",
        }))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.advice().map(|advice| Box::new(advice) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.text)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().map(|(span, label)| {
            LabeledSpan::new_with_span(Some(label.clone()), SourceSpan::from(span.clone()))
        })))
    }
}

/// What other programs and books call our operators.
const SYNONYMS: [(&str, &str); 24] = [
    ("convolve", "conv"),
    ("convolution", "conv"),
    ("product", "conv"),
    ("correlate", "corr"),
    ("correlation", "corr"),
    ("xcorr", "corr"),
    ("reverse", "rev"),
    ("flip", "rev"),
    ("fft", "dft"),
    ("fourier", "dft"),
    ("ifft", "idft"),
    ("norm2", "norm2sq"),
    ("roll", "shift"),
    ("translate", "shift"),
    ("impulse", "delta"),
    ("upsample", "up"),
    ("upsampling", "up"),
    ("downsample", "down"),
    ("downsampling", "down"),
    ("decimate", "down"),
    ("padding", "pad"),
    ("stride", "strided"),
    ("dilation", "dilated"),
    ("inner", "dot"),
];

/// The name of our operator that others call so.
pub fn synonym(word: &str) -> Option<&'static str> {
    SYNONYMS.iter().find(|(theirs, _)| *theirs == word).map(|(_, ours)| *ours)
}

/// The candidate nearest to `name`, if one is near enough to be what was meant: at most one slip (a letter too many,
/// missing, wrong, or two exchanged) for every three letters, capitals not counted.
///
/// ```
/// let operators = ["shift", "conv", "norm1"];
/// assert_eq!(faltung::expr::nearest("shfit", operators), Some("shift"));
/// assert_eq!(faltung::expr::nearest("banana", operators), None);
/// ```
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let lower = name.to_lowercase();
    let meant = synonym(&lower);
    if let Some(ours) = candidates.iter().find(|candidate| Some(**candidate) == meant) {
        return Some(ours);
    }
    let name: Vec<char> = name.to_lowercase().chars().collect();
    let near = |candidate: &'a str| {
        let other: Vec<char> = candidate.to_lowercase().chars().collect();
        let allowed = 1.max(name.len().max(other.len()) / 3);
        // Lengths differ by at most the slips, and a one-letter name is near to every other one.
        let comparable = name.len().abs_diff(other.len()) <= allowed && name.len().min(other.len()) > 1;
        let slips = if comparable { slips(&name, &other) } else { usize::MAX };
        (slips <= allowed).then_some((slips, candidate))
    };
    candidates.into_iter().filter_map(near).min_by_key(|(slips, _)| *slips).map(|(_, candidate)| candidate)
}

/// The Damerau–Levenshtein distance, adjacent exchanges only.
fn slips(a: &[char], b: &[char]) -> usize {
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let kept = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = kept.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}
