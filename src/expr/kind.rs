//! Kinds: what an expression is, up to rank and space. Lengths are for evaluation.

use std::fmt;

/// What an expression is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u16)]
pub enum Kind {
    /// An integer: a size, a shift, an exponent.
    Int = 1,
    /// A scalar of the ring.
    Scalar = 1 << 1,
    /// A signal of finite support on Z.
    Line = 1 << 2,
    /// A signal of finite support on Z².
    Plane = 1 << 3,
    /// A left-bounded signal on Z.
    Left = 1 << 4,
    /// A signal on Z/n.
    Circle = 1 << 5,
    /// A signal on Z/n × Z/m.
    Torus = 1 << 6,
    /// An array `[n]`.
    Array = 1 << 7,
    /// An array `[h, w]`.
    Array2 = 1 << 8,
    /// An array `[c, h, w]`.
    Array3 = 1 << 9,
    /// A signal on the symmetric group S3.
    OnS3 = 1 << 10,
    /// A signal on the dihedral group D4.
    OnD4 = 1 << 11,
    /// An element of S3.
    InS3 = 1 << 12,
    /// An element of D4.
    InD4 = 1 << 13,
    /// True or false.
    Truth = 1 << 14,
}

impl Kind {
    /// Every kind, simplest first.
    pub const ALL: [Kind; 15] = [
        Kind::Int,
        Kind::Scalar,
        Kind::Line,
        Kind::Plane,
        Kind::Left,
        Kind::Circle,
        Kind::Torus,
        Kind::Array,
        Kind::Array2,
        Kind::Array3,
        Kind::OnS3,
        Kind::OnD4,
        Kind::InS3,
        Kind::InD4,
        Kind::Truth,
    ];

    /// How many axes it has: 0 for integers, scalars, elements of groups and truths.
    pub fn rank(self) -> usize {
        match self {
            Kind::Int | Kind::Scalar | Kind::InS3 | Kind::InD4 | Kind::Truth => 0,
            Kind::Line | Kind::Left | Kind::Circle | Kind::Array | Kind::OnS3 | Kind::OnD4 => 1,
            Kind::Plane | Kind::Torus | Kind::Array2 => 2,
            Kind::Array3 => 3,
        }
    }

    /// Whether its values are gone through one by one, and no ring has a say in them: integers and elements of groups.
    pub fn discrete(self) -> bool {
        matches!(self, Kind::Int | Kind::InS3 | Kind::InD4)
    }

    /// Whether its axes have sizes that differ from value to value: cyclic signals and arrays.
    pub fn sized(self) -> bool {
        matches!(self, Kind::Circle | Kind::Torus | Kind::Array | Kind::Array2 | Kind::Array3)
    }
}

/// In words, for messages: "a signal on Z", "an integer".
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Kind::Int => "an integer",
            Kind::Scalar => "a scalar",
            Kind::Line => "a signal on Z",
            Kind::Plane => "a signal on Z^2",
            Kind::Left => "a left-bounded signal",
            Kind::Circle => "a cyclic signal on Z/n",
            Kind::Torus => "a cyclic signal on Z/n x Z/m",
            Kind::Array => "an array [n]",
            Kind::Array2 => "an array [h, w]",
            Kind::Array3 => "an array [c, h, w]",
            Kind::OnS3 => "a signal on S3",
            Kind::OnD4 => "a signal on D4",
            Kind::InS3 => "an element of S3",
            Kind::InD4 => "an element of D4",
            Kind::Truth => "a statement",
        })
    }
}

/// A set of kinds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kinds(u16);

impl Kinds {
    /// Every kind but truth.
    pub const VALUES: Kinds = Kinds(0x3FFF);
    /// None.
    pub const NONE: Kinds = Kinds(0);

    /// Whether `kind` is one of them.
    pub fn has(self, kind: Kind) -> bool {
        self.0 & kind as u16 != 0
    }

    /// The kinds in both.
    pub fn and(self, other: Kinds) -> Kinds {
        Kinds(self.0 & other.0)
    }

    /// The kinds in either.
    pub fn or(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }

    /// The kinds but one.
    pub fn without(self, kind: Kind) -> Kinds {
        Kinds(self.0 & !(kind as u16))
    }

    /// The one kind, where there is exactly one.
    pub fn only(self) -> Option<Kind> {
        let mut all = self.iter();
        all.next().filter(|_| all.next().is_none())
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The kinds, simplest first.
    pub fn iter(self) -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().filter(move |kind| self.has(*kind))
    }
}

/// In words, for messages: "a signal on Z or an array"; "a signal" where it may be any of them.
impl fmt::Display for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if *self == Kinds::VALUES {
            return f.write_str("anything");
        }
        let mut rest = *self;
        let mut words = Vec::new();
        for (letter, word) in [("u", "a signal"), ("f", "a signal"), ("s", "a signal"), ("r", "an array")] {
            let all = group(letter)
                .unwrap_or_default()
                .iter()
                .fold(Kinds::NONE, |all, kind| all.or((*kind).into()));
            if rest.and(all) == all {
                words.push(word.to_string());
                rest = Kinds(rest.0 & !all.0);
            }
        }
        words.splice(0..0, rest.iter().map(|kind| kind.to_string()));
        match words.split_last() {
            None => f.write_str("nothing"),
            Some((last, [])) => f.write_str(last),
            Some((last, others)) => write!(f, "{} or {last}", others.join(", ")),
        }
    }
}

impl From<Kind> for Kinds {
    fn from(kind: Kind) -> Self {
        Kinds(kind as u16)
    }
}

/// One alternative of an operator: the kinds of its arguments and of its result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signature {
    /// The kinds of the arguments.
    pub args: Vec<Kind>,
    /// Whether the last argument may stand any number of times, also never.
    pub repeats: bool,
    /// The kind of the result.
    pub result: Kind,
}

impl Signature {
    /// Every alternative of a row's `kinds`, letters expanded, in the order written.
    ///
    /// # Panics
    /// On a word that is no kind; a test reads every row.
    pub fn all(kinds: &str) -> Vec<Signature> {
        kinds.split('|').flat_map(Signature::alternatives).collect()
    }

    /// Whether it takes so many arguments.
    pub fn fits(&self, count: usize) -> bool {
        if self.repeats { count + 1 >= self.args.len() } else { count == self.args.len() }
    }

    /// The kind asked of the argument at a position, for a number of arguments that [fits](Self::fits).
    pub fn arg(&self, position: usize) -> Kind {
        self.args[position.min(self.args.len() - 1)]
    }

    fn alternatives(text: &str) -> Vec<Signature> {
        let (args, result) = text.split_once("->").unwrap_or_else(|| panic!("no arrow in `{text}`"));
        let words: Vec<&str> = args.split_whitespace().collect();
        let letter = words.iter().chain([&result.trim()]).copied().find_map(group);
        let over = letter.unwrap_or(&[Kind::Int]); // no letter: one alternative, whatever stands here
        over.iter()
            .map(|own| Signature {
                args: words.iter().map(|word| ground(word, *own)).collect(),
                repeats: words.last().is_some_and(|word| word.ends_with('…')),
                result: ground(result.trim(), *own),
            })
            .collect()
    }
}

fn group(letter: &str) -> Option<&'static [Kind]> {
    use Kind::*;
    Some(match letter {
        "s" => &[Line, Plane, Circle, Torus],
        "f" => &[Line, Plane, Circle, Torus, OnS3, OnD4],
        "u" => &[Line, Plane, Circle, Torus, Left, OnS3, OnD4],
        "r" => &[Array, Array2, Array3],
        // a literal is the first of these that it can be: indices modulo n are for those that ask for them
        "v" => &[Line, Plane, Array, Array2, Array3, Circle, Torus, OnS3, OnD4],
        "w" => &[Line, Plane, Array, Array2, Array3, Circle, Torus, Left, OnS3, OnD4],
        _ => return None,
    })
}

fn ground(word: &str, own: Kind) -> Kind {
    match word.trim_end_matches('…') {
        "int" => Kind::Int,
        "k" => Kind::Scalar,
        "z" => Kind::Line,
        "z2" => Kind::Plane,
        "l" => Kind::Left,
        "c" => Kind::Circle,
        "c2" => Kind::Torus,
        "a" => Kind::Array,
        "a2" => Kind::Array2,
        "a3" => Kind::Array3,
        "s3" => Kind::OnS3,
        "d4" => Kind::OnD4,
        "in-s3" => Kind::InS3,
        "in-d4" => Kind::InD4,
        "truth" => Kind::Truth,
        word if group(word).is_some() => own,
        word => panic!("`{word}` is no kind"),
    }
}
