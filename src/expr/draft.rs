//! A claim as it is written: `[for BINDERS.] [given HYPOTHESES.] SIDE REL SIDE`.

use super::domain::Domain;
use super::error::{ClaimError, Problem};
use super::op::precedence::JOIN;
use super::parse::Parser;
use super::token::Lexeme;
use super::{Expr, Family, Head, Op, Span};

/// The most names a claim may have.
pub(super) const NAMES: usize = 64;
/// The most hypotheses a claim may have.
const HYPOTHESES: usize = 32;

/// A claim as written: kinds unchecked, free names not yet bound.
#[derive(Debug)]
pub(super) struct Draft {
    pub binders: Vec<Bound>,
    pub given: Vec<Expr>,
    pub statement: Expr,
}

/// A name and what the claim says of it.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub name: String,
    pub span: Span,
    pub domain: Domain,
}

type Parsed<T> = Result<T, ClaimError>;

pub(super) fn draft(text: &str) -> Parsed<Draft> {
    let mut parser = Parser::of(text)?;
    parser.quantifier(&["forall", "∀"])?;
    let binders = if parser.takes_word("for") { parser.binders()? } else { Vec::new() };
    let mut given = Vec::new();
    while parser.takes_word("given") {
        given.push(parser.hypothesis()?);
        while parser.takes(",") {
            given.push(parser.hypothesis()?);
        }
        if given.len() > HYPOTHESES {
            let problem = Problem::Limit { what: "the claim has more than 32 hypotheses", most: HYPOTHESES };
            return Err(ClaimError::at(problem, parser.span(), "too many by here"));
        }
        parser.expect(".", "`,` or `.` after a hypothesis")?;
    }
    let statement = parser.statement()?;
    Ok(Draft { binders, given, statement })
}

impl Parser<'_> {
    /// `for all x`, `forall x`, `∀ x`, which are how others write `for x : …`: the word that should not be here.
    fn quantifier(&self, words: &[&str]) -> Parsed<()> {
        match (self.peek(), self.after()) {
            (Lexeme::Name(word), Lexeme::Name(_)) if words.contains(&word) => {
                let advice = "every name is quantified over: write `for x : Z -> any. SIDE = SIDE`, or the equation alone";
                Err(ClaimError::at(Problem::Foreign { found: word.into(), advice }, self.span(), "here"))
            }
            _ => Ok(()),
        }
    }

    fn binders(&mut self) -> Parsed<Vec<Bound>> {
        self.quantifier(&["all", "every", "each", "any"])?;
        let mut binders: Vec<Bound> = Vec::new();
        loop {
            let mut names = vec![self.binder_name()?];
            while self.takes(",") {
                names.push(self.binder_name()?);
            }
            if let Lexeme::Name(word @ "in") = self.peek() {
                let advice = "what a name ranges over stands after a colon: `x : Z -> any`";
                let problem = Problem::Foreign { found: word.into(), advice };
                return Err(ClaimError::at(problem, self.span(), "here"));
            }
            self.expect(":", "`:` and what the name is, as in `x : Z -> any`")?;
            let domain = self.domain()?;
            for (name, span) in names {
                if let Some(first) = binders.iter().find(|bound| bound.name == name) {
                    let problem = Problem::Binder(format!("`{name}` is bound twice"));
                    return Err(
                        ClaimError::at(problem, first.span.clone(), "first here").and(span, "and here")
                    );
                }
                if binders.len() == NAMES {
                    let problem = Problem::Limit { what: "the claim binds more than 64 names", most: NAMES };
                    return Err(ClaimError::at(problem, span, "one too many"));
                }
                self.bound.push(name.clone());
                binders.push(Bound { name, span, domain: domain.clone() });
            }
            if !self.takes(",") {
                self.expect(".", "`,` and another name, or `.` at the end of the names")?;
                return Ok(binders);
            }
        }
    }

    fn binder_name(&mut self) -> Parsed<(String, Span)> {
        let (Lexeme::Name(name), span) = (self.peek(), self.span()) else {
            return Err(self.unexpected("a name"));
        };
        let standing_alone = |op: Op| op.signatures().iter().any(|signature| signature.fits(0));
        if ["for", "given"].contains(&name) || Op::find(name).is_some_and(|op| !standing_alone(op)) {
            let problem = Problem::Binder(format!("`{name}` is a word of the language and cannot be a name"));
            return Err(ClaimError::at(problem, span, "choose another name"));
        }
        self.advance();
        Ok((name.into(), span))
    }

    /// A comparison, or a predicate such as `even(x)`.
    fn hypothesis(&mut self) -> Parsed<Expr> {
        let start = self.span();
        let left = self.expression(JOIN)?;
        let Some(relation) = self.relation() else {
            return match left.0.head {
                Head::Apply(op) if op.row().family == Family::Relations => Ok(left.0),
                _ if self.peek() == Lexeme::Sign(".") || self.peek() == Lexeme::Sign(",") => {
                    let problem = Problem::Kinds("a hypothesis is a comparison or a predicate".into());
                    Err(ClaimError::at(problem, left.0.span, "this is neither true nor false"))
                }
                _ => Err(self.unexpected("an operator, a relation, `,` or `.`")),
            };
        };
        self.advance();
        let right = self.expression(JOIN)?;
        self.node(Head::Apply(relation), vec![left, right], start.start).map(|(expr, _)| expr)
    }

    fn statement(&mut self) -> Parsed<Expr> {
        let start = self.span().start;
        let left = self.expression(JOIN)?;
        let Some(relation) = self.relation() else {
            return Err(self.unexpected("an operator, or one of the relations `=`, `<=`, `>=`"));
        };
        if !matches!(relation, Op::Eq | Op::Le | Op::Ge) {
            return Err(ClaimError::at(Problem::Relation(relation.row().name), self.span(), "here"));
        }
        self.advance();
        let right = self.expression(JOIN)?;
        match self.peek() {
            Lexeme::End => self.node(Head::Apply(relation), vec![left, right], start).map(|(expr, _)| expr),
            _ if self.relation().is_some() => {
                Err(self.unexpected("the end of the claim, which has one relation"))
            }
            _ => Err(self.unexpected("an operator, or the end of the claim")),
        }
    }
}
