//! The judge of our book: the prover, with every claim settled beforehand and in parallel.

use super::{
    data::{Finding, Trial},
    exercise,
    weave::{Failure, Judge},
};
use crate::{
    book::{
        Block, Book, ClaimBlock, ExperimentBlock, FalseBlock, Unmet,
        experiments::{EXPERIMENTS, Found},
        find,
    },
    expr::{self, ClaimError, Expr, Head},
    theorem::{Effort, Evidence, Level, Outcome, prove},
};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The prover's findings on every claim, belief and exercise of a book, by its text.
pub struct Prover(BTreeMap<String, Result<Finding, ClaimError>>);

impl Prover {
    /// Settles every claim of the book on all cores; `done` is told the [name](questions) of each as it is settled.
    ///
    /// The findings do not depend on the number of cores.
    pub fn new(book: &Book, effort: &Effort, done: impl Fn(&str) + Sync) -> Self {
        let settle = |(name, text): (String, String)| {
            let finding = expr::parse(&text).map(|claim| Finding::of(&prove(&claim, effort)));
            done(&name);
            (text, finding)
        };
        Prover(questions(book).into_par_iter().map(settle).collect())
    }

    fn find(&self, text: &str) -> Result<Finding, Failure> {
        let finding = self.0.get(text).ok_or_else(|| format!("`{text}` is in another book"))?;
        Ok(finding.clone()?)
    }
}

/// Everything in a book that is to be settled, in reading order: what it is called, and the text of the claim. A text
/// that stands there twice is asked once.
pub fn questions(book: &Book) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (_, block) in book.blocks() {
        match block {
            Block::Claim(claim) => all.push((claim.id.clone(), claim.text.clone())),
            Block::False(belief) => all.push((belief.id.clone(), belief.text.clone())),
            Block::Prose(markdown) => {
                all.extend(exercise::claims(markdown).into_iter().map(|claim| (claim.clone(), claim)));
            }
            _ => {}
        }
    }
    let mut asked = BTreeSet::new();
    all.retain(|(_, text): &(String, String)| asked.insert(text.clone()));
    all
}

impl Judge for Prover {
    fn claim(&mut self, claim: &ClaimBlock) -> Result<Finding, Failure> {
        self.find(&claim.text)
    }

    fn belief(&mut self, belief: &FalseBlock) -> Result<Finding, Failure> {
        self.find(&belief.text)
    }

    fn exercise(&mut self, claim: &str) -> Result<Finding, Failure> {
        self.find(claim)
    }

    fn experiment(&mut self, experiment: &ExperimentBlock) -> Result<Trial, Failure> {
        let entry = find(EXPERIMENTS, &experiment.id)
            .ok_or_else(|| format!("no experiment is called `{}`", experiment.id))?;
        Ok(Trial::of((entry.run)()))
    }
}

impl Trial {
    /// What is printed of an experiment; one that failed says what it found instead.
    pub fn of(run: Result<Found, Unmet>) -> Self {
        match run {
            Ok(Found { statement, level, cases, seed, worst }) => {
                let evidence = Evidence { cases, admitted: cases, seed, ..Evidence::default() };
                Trial { statement, held: true, level, worst, evidence }
            }
            Err(unmet) => Trial {
                statement: format!("It does not hold: {unmet}."),
                held: false,
                level: Level::Stated,
                worst: None,
                evidence: Evidence::default(),
            },
        }
    }
}

impl Finding {
    /// What is printed of an outcome, here and on the command line.
    pub fn of(outcome: &Outcome) -> Self {
        let claim = &outcome.claim;
        let hypotheses = claim.latex_hypotheses();
        let statement = claim.latex();
        let scope = outcome.scope.as_ref();
        let mut operators = vec![];
        claim.given.iter().chain([&claim.statement]).for_each(|e| collect(e, &mut operators));
        operators.sort_unstable();
        operators.dedup();
        Finding {
            latex: if hypotheses.is_empty() {
                statement
            } else {
                format!(r"{hypotheses} \quad\Longrightarrow\quad {statement}")
            },
            quantifiers: claim.latex_binders(),
            read_as: claim.read_as(),
            verdict: outcome.verdict,
            scope: scope.map(|scope| scope.extent()).unwrap_or_default(),
            rings: scope.map(|scope| scope.rings.clone()).unwrap_or_default(),
            level: outcome.level,
            reached: outcome.reached.clone(),
            method: outcome.method.map(|method| method.to_string()),
            counterexample: outcome.counterexample.clone(),
            derivation: vec![],
            rests_on: vec![],
            hypotheses: outcome.hypotheses.clone(),
            evidence: outcome.evidence.clone(),
            operators,
        }
    }
}

fn collect(e: &Expr, operators: &mut Vec<String>) {
    if let Head::Apply(op) = e.head {
        operators.push(op.row().name.to_owned());
    }
    e.args.iter().for_each(|arg| collect(arg, operators));
}
