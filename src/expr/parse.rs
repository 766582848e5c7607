//! From text to tree: a precedence parser for expressions.
//!
//! Kinds are not looked at here, beyond what an expression may be at first sight; see `check`.

use super::error::{ClaimError, Problem};
use super::op::precedence::{ATOM, JOIN, NEGATION, POWER, RELATION};
use super::token::{Lexeme, Token, tokens};
use super::{Expr, Head, Kind, Kinds, Notation, Op, Span, TABLE, nearest};
use dashu_int::IBig;

/// How high an expression's tree may be, so that recursion over it is safe.
const HIGHEST: usize = 200;
/// How many operands may be open at once while parsing; a tree of the greatest height prints with at most these.
const DEEPEST: usize = 2 * HIGHEST + 1;
/// The longest numeral, in digits.
const DIGITS: usize = 400;

/// An expression and the height of its tree.
type Tall = (Expr, usize);
type Parsed<T> = Result<T, ClaimError>;

pub(super) struct Parser<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
    open: usize,
    /// The names that are bound explicitly: none of them is an operator.
    pub bound: Vec<String>,
}

impl<'a> Parser<'a> {
    pub fn of(text: &'a str) -> Parsed<Self> {
        Ok(Parser { tokens: tokens(text)?, at: 0, open: 0, bound: Vec::new() })
    }

    pub fn peek(&self) -> Lexeme<'a> {
        self.tokens[self.at].lexeme
    }

    pub fn after(&self) -> Lexeme<'a> {
        self.tokens[(self.at + 1).min(self.tokens.len() - 1)].lexeme
    }

    pub fn span(&self) -> Span {
        self.tokens[self.at].span.clone()
    }

    /// Moves on; the end stays the end.
    pub fn advance(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len() - 1);
    }

    pub fn takes(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Lexeme::Sign(own) if own == sign);
        if found {
            self.advance();
        }
        found
    }

    /// Takes a word of the grammar, which is no name there.
    pub fn takes_word(&mut self, word: &str) -> bool {
        let found = self.peek() == Lexeme::Name(word);
        if found {
            self.advance();
        }
        found
    }

    pub fn expect(&mut self, sign: &str, expected: &str) -> Parsed<()> {
        if self.takes(sign) { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    pub fn unexpected(&self, expected: impl Into<String>) -> ClaimError {
        let found = match self.peek() {
            Lexeme::End => "the end".into(),
            Lexeme::Name(text) | Lexeme::Numeral(text) => format!("`{}`", shortened(text)),
            Lexeme::Sign(sign) => format!("`{sign}`"),
        };
        ClaimError::at(Problem::Syntax { expected: expected.into(), found }, self.span(), "here")
    }

    /// The infix operator that comes next, and its precedence.
    fn infix(&self) -> Option<(Op, u8)> {
        let Lexeme::Sign(sign) = self.peek() else { return None };
        TABLE.iter().find_map(|row| match row.notation {
            Notation::Infix(own, strength) if own == sign => Some((row.op, strength)),
            _ => None,
        })
    }

    pub fn relation(&self) -> Option<Op> {
        self.infix().filter(|(_, strength)| *strength == RELATION).map(|(op, _)| op)
    }

    /// An expression whose outermost operators bind at least as tightly as `loosest`.
    pub fn expression(&mut self, loosest: u8) -> Parsed<Tall> {
        let start = self.span().start;
        let mut left = self.operand()?;
        while let Some((op, strength)) = self.infix().filter(|(_, strength)| *strength >= loosest) {
            self.advance();
            let right = self.expression(strength + 1)?;
            left = self.node(Head::Apply(op), vec![left, right], start)?;
            if strength == POWER && self.infix().is_some_and(|(_, next)| next == POWER) {
                // a^b^c is read in both ways by different people.
                return Err(self.unexpected("parentheses around one of two powers"));
            }
        }
        Ok(left)
    }

    fn operand(&mut self) -> Parsed<Tall> {
        self.open += 1;
        if self.open > DEEPEST {
            return Err(too_deep(self.span()));
        }
        let start = self.span().start;
        let mut operand = self.atom()?;
        while matches!(operand.0.head, Head::Name(_) | Head::Apply(_) | Head::List(_)) && self.takes("[") {
            let mut args = vec![operand];
            args.extend(self.listed("]")?);
            arity(Op::At, args.len(), start..self.span().start)?;
            operand = self.node(Head::Apply(Op::At), args, start)?;
        }
        self.open -= 1;
        Ok(operand)
    }

    fn atom(&mut self) -> Parsed<Tall> {
        let span = self.span();
        let start = span.start;
        match self.peek() {
            Lexeme::Numeral(digits) => {
                self.advance();
                Ok((Expr { head: Head::Numeral(numeral(digits, &span)?), ..blank(span) }, 1))
            }
            Lexeme::Name(name) => {
                self.advance();
                if self.peek() == Lexeme::Sign("(") {
                    return self.call(name, span);
                }
                Ok((Expr { head: Head::Name(name.into()), ..blank(span) }, 1))
            }
            Lexeme::Sign("(") => {
                self.advance();
                let (mut inner, height) = self.expression(JOIN)?;
                self.expect(")", "an operator, or `)`")?;
                inner.span = start..self.end();
                Ok((inner, height))
            }
            Lexeme::Sign("[") => self.list(),
            Lexeme::Sign(sign) => {
                let prefix =
                    TABLE.iter().find(|row| matches!(row.notation, Notation::Prefix(own, _) if own == sign));
                let Some(row) = prefix else {
                    return Err(self.unexpected("a name, a numeral, a list or `(`"));
                };
                self.advance();
                let arg = self.expression(NEGATION)?;
                self.node(Head::Apply(row.op), vec![arg], start)
            }
            Lexeme::End => Err(self.unexpected("a name, a numeral, a list or `(`")),
        }
    }

    /// Expressions up to the closing sign, commas between them; at least one.
    fn listed(&mut self, closing: &str) -> Parsed<Vec<Tall>> {
        let mut all = vec![self.expression(JOIN)?];
        while self.takes(",") {
            all.push(self.expression(JOIN)?);
        }
        self.expect(closing, &format!("an operator, `,` or `{closing}`"))?;
        Ok(all)
    }

    /// `name(…)`, from the parenthesis on.
    fn call(&mut self, name: &str, span: Span) -> Parsed<Tall> {
        let bound = self.bound.iter().any(|bound| bound == name);
        let Some(op) = Op::find(name).filter(|_| !bound) else {
            return Err(self.no_operator(name, span));
        };
        self.advance();
        let args = if self.takes(")") { Vec::new() } else { self.listed(")")? };
        let whole = span.start..self.end();
        if !matches!(op, Op::Floor | Op::Ceil) {
            arity(op, args.len(), whole)?;
            return self.node(Head::Apply(op), args, span.start);
        }
        match <[Tall; 1]>::try_from(args) {
            Ok([(Expr { head: Head::Apply(Op::Div), args, .. }, height)]) => self.node(
                Head::Apply(op),
                args.into_iter().map(|arg| (arg, height - 1)).collect(),
                span.start,
            ),
            other => {
                let found = match other {
                    Ok([(arg, _)]) => format!("`{}`", shortened(&arg.to_string())),
                    Err(args) => format!("{} arguments", args.len()),
                };
                let expected = format!("one quotient, as in `{name}(a/b)`");
                Err(ClaimError::at(Problem::Syntax { expected, found }, whole, "not a quotient"))
            }
        }
    }

    fn no_operator(&self, name: &str, span: Span) -> ClaimError {
        let name: String = shortened(name);
        let follows =
            |pair: &[Token]| pair[0].lexeme == Lexeme::Name(&name) && pair[1].lexeme != Lexeme::Sign("(");
        let is_name =
            self.bound.contains(&name) || name.chars().count() == 1 || self.tokens.windows(2).any(follows);
        if is_name {
            return ClaimError::at(Problem::Called { name }, span, "called like an operator");
        }
        let words = TABLE.iter().filter(|row| row.name.starts_with(char::is_alphabetic)).map(|row| row.name);
        let nearest = nearest(&name, words.chain(["conv"]));
        ClaimError::at(Problem::Unknown { name, nearest }, span, "unknown")
    }

    /// `[1, 2]@-1`, `[[1, 2], [3, 4]]`.
    fn list(&mut self) -> Parsed<Tall> {
        let start = self.span();
        self.advance();
        if self.peek() == Lexeme::Sign("]") {
            return Err(bad_literal("a list has at least one entry; the zero signal is `zero`", start));
        }
        let mut entries = self.listed("]")?;
        let origin = if self.placed() { self.origin()? } else { Vec::new() };
        let span = start.start..self.end();
        let rank = self.rank(&mut entries, &span)?;
        if !origin.is_empty() && (origin.len() != rank || rank > 2) {
            return Err(bad_literal(
                "a list is placed at one integer for each axis: [1]@-1, [[1]]@(-1,0)",
                span,
            ));
        }
        let kinds = match (rank, origin.is_empty()) {
            (1, true) => {
                [Kind::Line, Kind::Left, Kind::Circle, Kind::Array, Kind::OnS3, Kind::OnD4].as_slice()
            }
            (1, false) => &[Kind::Line, Kind::Left],
            (2, true) => &[Kind::Plane, Kind::Torus, Kind::Array2],
            (2, false) => &[Kind::Plane],
            _ => &[Kind::Array3],
        };
        // An origin of zeros is none, so that the same signal is the same tree.
        let origin = if origin.iter().all(|at| *at == 0) { Vec::new() } else { origin };
        let mut list = self.node(Head::List(origin), entries, start.start)?;
        list.0.kinds = kinds.iter().fold(Kinds::NONE, |all, kind| all.or((*kind).into()));
        Ok(list)
    }

    /// How many axes a list with these entries has; rows become plain arrays.
    fn rank(&self, entries: &mut [Tall], span: &Span) -> Parsed<usize> {
        let shape = shape(&entries[0].0);
        if entries.iter().any(|(entry, _)| self::shape(entry) != shape) {
            return Err(bad_literal("the rows of a list are of different lengths", span.clone()));
        }
        let placed = |(entry, _): &Tall| matches!(&entry.head, Head::List(origin) if !origin.is_empty());
        if shape.len() > 2 || entries.iter().any(placed) {
            return Err(bad_literal(
                "a list is nested at most three deep, and only as a whole placed with `@`",
                span.clone(),
            ));
        }
        let row = if shape.len() == 1 { Kind::Array } else { Kind::Array2 };
        for (entry, _) in entries.iter_mut().filter(|_| !shape.is_empty()) {
            entry.kinds = row.into();
        }
        Ok(shape.len() + 1)
    }

    /// Takes the `@` of a place, `@-1` or `@(-1,0)`; before anything else it applies a matrix.
    fn placed(&mut self) -> bool {
        let ahead = |k: usize| self.tokens[(self.at + k).min(self.tokens.len() - 1)].lexeme;
        let number = |k: usize| matches!(ahead(k), Lexeme::Numeral(_) | Lexeme::Sign("-"));
        let place = number(1) || ahead(1) == Lexeme::Sign("(") && number(2);
        place && self.takes("@")
    }

    fn origin(&mut self) -> Parsed<Vec<i64>> {
        if !self.takes("(") {
            return Ok(vec![self.integer()?]);
        }
        let mut origin = vec![self.integer()?];
        while self.takes(",") {
            origin.push(self.integer()?);
        }
        self.expect(")", "`,` or `)`")?;
        Ok(origin)
    }

    fn integer(&mut self) -> Parsed<i64> {
        let negative = self.takes("-");
        let (Lexeme::Numeral(digits), span) = (self.peek(), self.span()) else {
            return Err(self.unexpected("an integer"));
        };
        self.advance();
        let size = digits.parse::<i64>().ok().filter(|size| *size <= i64::from(i32::MAX));
        let size = size.ok_or_else(|| bad_literal("a list is placed between -2^31 and 2^31", span))?;
        Ok(if negative { -size } else { size })
    }

    fn end(&self) -> usize {
        self.tokens[self.at.saturating_sub(1)].span.end
    }

    pub fn node(&self, head: Head, args: Vec<Tall>, start: usize) -> Parsed<Tall> {
        let height = 1 + args.iter().map(|(_, height)| *height).max().unwrap_or(0);
        let span = start..self.end();
        if height > HIGHEST {
            return Err(too_deep(span));
        }
        let args = args.into_iter().map(|(arg, _)| arg).collect();
        Ok((Expr { head, args, ..blank(span) }, height))
    }
}

/// Whether the operator can be given so many arguments.
pub(super) fn arity(op: Op, given: usize, span: Span) -> Parsed<()> {
    if op.signatures().iter().any(|signature| signature.fits(given)) {
        return Ok(());
    }
    let row = op.row();
    let problem = Problem::Arity { name: row.name, given, forms: row.forms().join(", ") };
    Err(ClaimError::at(problem, span, "here"))
}

/// An expression of any kind, without a head yet.
fn blank(span: Span) -> Expr {
    Expr { head: Head::List(Vec::new()), args: Vec::new(), kinds: Kinds::VALUES.or(Kind::Truth.into()), span }
}

/// The lengths of a nested list, outermost first; none for anything else.
fn shape(expr: &Expr) -> Vec<usize> {
    match (&expr.head, expr.args.first()) {
        (Head::List(_), Some(first)) => [vec![expr.args.len()], shape(first)].concat(),
        _ => Vec::new(),
    }
}

fn numeral(digits: &str, span: &Span) -> Parsed<IBig> {
    let value = if digits.len() <= DIGITS { digits.parse().ok() } else { None };
    let problem = || Problem::Limit { what: "the numeral is longer than 400 digits", most: DIGITS };
    value.ok_or_else(|| ClaimError::at(problem(), span.clone(), "this numeral"))
}

fn too_deep(span: Span) -> ClaimError {
    let problem = Problem::Limit { what: "the expression is nested more than 200 deep", most: HIGHEST };
    ClaimError::at(problem, span, "too deep here")
}

fn bad_literal(message: &str, span: Span) -> ClaimError {
    ClaimError::at(Problem::Literal(message.into()), span, "here")
}

/// The beginning of a text, for messages.
pub(super) fn shortened(text: &str) -> String {
    let kept: String = text.chars().take(40).collect();
    if kept.len() < text.len() { kept + "…" } else { kept }
}

/// The precedence at which an expression stands when printed.
pub(super) fn strength(expr: &Expr) -> u8 {
    match &expr.head {
        Head::Numeral(value) if *value < IBig::ZERO => NEGATION,
        Head::Apply(op) => match op.row().notation {
            Notation::Infix(_, strength) | Notation::Prefix(_, strength) => strength,
            Notation::Call | Notation::Index => ATOM,
        },
        _ => ATOM,
    }
}
