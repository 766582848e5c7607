//! Back to text, in ASCII: what is printed parses to what was printed.

use super::domain::is_prime;
use super::op::precedence::{ATOM, JOIN, NEGATION, POWER, PRODUCT};
use super::parse::strength;
use super::{Binder, Claim, Class, Expr, Head, Kind, Notation, Op};
use std::fmt;

/// Prints with the fewest parentheses that its precedences allow.
///
/// ```
/// let claim = faltung::expr::parse("((x) ∗ (w + v)) = (x*w) + x*v")?;
/// assert_eq!(claim.statement.to_string(), "x * (w + v) = x * w + x * v");
/// # Ok::<(), faltung::expr::ClaimError>(())
/// ```
impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match (&self.head, self.args.as_slice()) {
            (Head::Name(name), _) => f.write_str(name),
            (Head::Numeral(value), _) => write!(f, "{value}"),
            (Head::List(origin), entries) => {
                write!(f, "[{}]", joined(entries))?;
                match origin.as_slice() {
                    [] => Ok(()),
                    [at] => write!(f, "@{at}"),
                    [first, others @ ..] => {
                        write!(f, "@({first}")?;
                        others.iter().try_for_each(|at| write!(f, ",{at}"))?;
                        f.write_str(")")
                    }
                }
            }
            (Head::Apply(Op::Floor | Op::Ceil), [a, b]) => {
                let name = if self.head == Head::Apply(Op::Floor) { "floor" } else { "ceil" };
                write!(f, "{name}({}/{})", Within(a, PRODUCT), Within(b, PRODUCT + 1))
            }
            (Head::Apply(op), args) => apply(*op, args, f),
        }
    }
}

fn apply(op: Op, args: &[Expr], f: &mut fmt::Formatter) -> fmt::Result {
    let row = op.row();
    match (row.notation, args) {
        (Notation::Infix(sign, own), [left, right]) => {
            // Powers do not group at all, everything else groups to the left; chains of relations do not exist.
            let left = Within(left, if own == POWER { own + 1 } else { own.max(JOIN) });
            let right = Within(right, own + 1);
            if own == POWER || op == Op::Div {
                write!(f, "{left}{sign}{right}")
            } else if op == Op::MatMul && placing(&left.to_string(), &right.to_string()) {
                write!(f, "({left}) {sign} {right}")
            } else {
                write!(f, "{left} {sign} {right}")
            }
        }
        // Two signs in a row would start a comment.
        (Notation::Prefix(sign, _), [arg]) => write!(f, "{sign}{}", Within(arg, NEGATION + 1)),
        (Notation::Index, [array, at @ ..]) => write!(f, "{}[{}]", Within(array, ATOM), joined(at)),
        (_, []) => f.write_str(row.name),
        _ => write!(f, "{}({})", row.name, joined(args)),
    }
}

/// Whether an `@` between these would be read as saying where a list is placed.
fn placing(left: &str, right: &str) -> bool {
    left.ends_with(']') && right.starts_with(|first: char| first.is_ascii_digit() || "-(".contains(first))
}

/// An expression in parentheses, unless it binds at least so tightly.
struct Within<'a>(&'a Expr, u8);

impl fmt::Display for Within<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if strength(self.0) < self.1 { write!(f, "({})", self.0) } else { write!(f, "{}", self.0) }
    }
}

fn joined(all: &[Expr]) -> String {
    all.iter().map(Expr::to_string).collect::<Vec<_>>().join(", ")
}

/// As it is written in a claim: `any`, `C`, `F(97)`.
impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Class::Any => f.write_str("any"),
            Class::Semiring => f.write_str("semiring"),
            Class::Field => f.write_str("field"),
            Class::Ordered => f.write_str("ordered"),
            Class::Z => f.write_str("Z"),
            Class::Q => f.write_str("Q"),
            Class::R => f.write_str("R"),
            Class::C => f.write_str("C"),
            Class::Residues(p) if is_prime(*p) => write!(f, "F({p})"),
            Class::Residues(m) => write!(f, "Z/{m}"),
        }
    }
}

impl Binder {
    /// What the name ranges over, as it is written in a claim: `Z/n -> C`, `[h, w] -> any`, `Nat`, `field`.
    pub fn domain(&self) -> String {
        let class = self.class;
        let size = |axis: usize| match self.sizes.get(axis) {
            Some(size) => Within(size, POWER).to_string(),
            None => String::new(),
        };
        match self.kind {
            Kind::Int if self.nat => "Nat".into(),
            Kind::Int => "Int".into(),
            Kind::Scalar => class.to_string(),
            Kind::Line => format!("Z -> {class}"),
            Kind::Plane => format!("Z^2 -> {class}"),
            Kind::Left => format!("Z+ -> {class}"),
            Kind::Circle => format!("Z/{} -> {class}", size(0)),
            Kind::Torus => format!("Z/{} x Z/{} -> {class}", size(0), size(1)),
            Kind::Array | Kind::Array2 | Kind::Array3 => format!("[{}] -> {class}", joined(&self.sizes)),
            Kind::OnS3 => format!("S3 -> {class}"),
            Kind::OnD4 => format!("D4 -> {class}"),
            Kind::InS3 => "S3".into(),
            Kind::InD4 => "D4".into(),
            Kind::Truth => "a statement".into(), // no parsed claim binds one
        }
    }
}

/// As it was written: the explicit binders, the hypotheses, the statement. `parse` gives the same claim again.
impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.with(self.binders.iter().filter(|binder| binder.explicit)))
    }
}

impl Claim {
    /// The claim with every binder, the inferred ones too: how it was read.
    pub fn read_as(&self) -> String {
        self.with(self.binders.iter())
    }

    fn with<'a>(&'a self, binders: impl Iterator<Item = &'a Binder>) -> String {
        let groups = grouped(binders, Binder::domain).map(|(names, domain)| format!("{names} : {domain}"));
        let given = joined(&self.given);
        let prefix =
            |word: &str, text: String| if text.is_empty() { text } else { format!("{word} {text}. ") };
        prefix("for", groups.collect::<Vec<_>>().join(", "))
            + &prefix("given", given)
            + &self.statement.to_string()
    }
}

/// Neighbouring binders with the same domain together: `x, w` and what they range over.
pub(super) fn grouped<'a>(
    binders: impl Iterator<Item = &'a Binder>,
    domain: impl Fn(&Binder) -> String,
) -> impl Iterator<Item = (String, String)> {
    let mut groups: Vec<(String, String)> = Vec::new();
    for binder in binders {
        let domain = domain(binder);
        match groups.last_mut() {
            Some((names, last)) if *last == domain => *names = format!("{names}, {}", binder.name),
            _ => groups.push((binder.name.clone(), domain)),
        }
    }
    groups.into_iter()
}
