//! The claim language: parse, print, check kinds.
//!
//! A claim is what a lecturer writes on the board, in ASCII:
//! `[for BINDERS.] [given HYPOTHESES.] SIDE REL SIDE`. One `TABLE` holds every operator, and there is
//! one type of node, `Expr`: a head, its arguments, the kinds it may have, and where it stands in the text.

mod bind;
mod check;
mod domain;
mod draft;
mod error;
mod form;
mod kind;
mod latex;
mod op;
mod parse;
mod print;
mod token;

pub use error::{ClaimError, Problem, nearest, synonym};
pub use kind::{Kind, Kinds, Signature};
pub use op::{Asks, Family, Nature, Notation, Op, Row, TABLE};

use dashu_int::IBig;
use std::ops::Range;

/// A place in the text of a claim, in bytes.
pub type Span = Range<usize>;

/// What stands at a node of an expression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Head {
    /// A name: bound, or free and so universally quantified.
    Name(String),
    /// A numeral: an integer, or the scalar 1 + … + 1.
    Numeral(IBig),
    /// A list of entries `[…]`, nested for two axes, and the index of its first entry (empty: all zero).
    List(Vec<i64>),
    /// An operator applied to the arguments.
    Apply(Op),
}

/// A node of an expression. Two expressions are equal when heads and arguments are: the place does not count.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What stands here.
    pub head: Head,
    /// Its arguments, or the entries of a list.
    pub args: Vec<Expr>,
    /// The kinds it may have; exactly one once a claim is checked.
    pub kinds: Kinds,
    /// Where it stands.
    pub span: Span,
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.head == other.head && self.args == other.args
    }
}

/// Where the entries of a claim's signals, or its scalars, come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// Every commutative ring with 1 and an involution, which may be the identity.
    Any,
    /// Every commutative semiring (with an involution, which may be the identity).
    Semiring,
    /// Every field (with an involution).
    Field,
    /// Every ordered commutative ring.
    Ordered,
    /// The integers.
    Z,
    /// The rationals.
    Q,
    /// The reals.
    R,
    /// The complex numbers, with conjugation.
    C,
    /// The integers modulo m, 2 ≤ m < 2³¹, with the identity as involution; a field where m is prime.
    Residues(u64),
}

/// A universally quantified name.
#[derive(Clone, PartialEq, Debug)]
pub struct Binder {
    /// The name.
    pub name: String,
    /// Its kind: an integer, a scalar, an element of a group, a signal, an array.
    pub kind: Kind,
    /// For an integer: whether it is `Nat`, so at least 0.
    pub nat: bool,
    /// For cyclic signals and arrays: the size of each axis, an integer expression.
    pub sizes: Vec<Expr>,
    /// Where its entries come from; `Any` for integers and elements of groups, where it means nothing.
    pub class: Class,
    /// Whether the claim says all this itself; otherwise it was inferred.
    pub explicit: bool,
}

/// A claim, parsed and checked: every name is bound, every node has one kind.
#[derive(Clone, PartialEq, Debug)]
pub struct Claim {
    /// The names it quantifies over, the explicit ones first as written, then the inferred ones in order of appearance
    /// (inferred sizes such as `n` included).
    pub binders: Vec<Binder>,
    /// The hypotheses, each of kind truth.
    pub given: Vec<Expr>,
    /// The statement: an equation or an inequality.
    pub statement: Expr,
}

/// Reads a claim: its grammar, the kind of every node, and what every free name ranges over.
///
/// # Errors
/// A [`ClaimError`] that points into the text: at most 64 KiB, 200 levels of nesting and 64 names are read.
///
/// ```
/// let claim = faltung::expr::parse("x * w = w * x")?;
/// assert_eq!(claim.read_as(), "for x, w : Z -> any. x * w = w * x");
/// assert!(faltung::expr::parse("dft(x) = shift(x)").is_err());
/// # Ok::<(), faltung::expr::ClaimError>(())
/// ```
pub fn parse(text: &str) -> Result<Claim, ClaimError> {
    draft::draft(text).and_then(check::check).and_then(bind::bind).map_err(|error| error.within(text))
}
