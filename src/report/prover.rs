//! The prover as judge of a book's claims.

use super::{
    data::{Finding, Trial},
    weave::{Failure, Judge},
};
use crate::{
    book::{ClaimBlock, ExperimentBlock, FalseBlock},
    expr::{self, Expr, Head},
    theorem::{self, Effort},
};
use std::collections::BTreeSet;

/// Judges claims and beliefs by [`theorem::prove`].
///
/// ```
/// use faltung::{book, report::{Prover, weave}, theorem::Effort};
/// let text = "Order does not matter.\n\n```claim order formal\nx * w = w * x\n```\n";
/// let book = book::assemble([("mine.md", text)], book::Rules::Reader)?;
/// let effort = Effort::low();
/// let report = weave(&book, "Mine", effort.seed, &mut Prover { effort })?;
/// assert_eq!((report.tally.claims, report.tally.hold_in_a_box), (1, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Prover {
    /// How hard it tries.
    pub effort: Effort,
}

impl Prover {
    fn find(&self, text: &str) -> Result<Finding, Failure> {
        let claim = expr::parse(text)?;
        let outcome = theorem::prove(&claim, &self.effort);
        let mut operators = BTreeSet::new();
        claim.given.iter().chain([&claim.statement]).for_each(|side| collect(side, &mut operators));
        Ok(Finding {
            latex: claim.latex(),
            latex_hypotheses: claim.latex_hypotheses(),
            latex_binders: claim.latex_binders(),
            read_as: claim.read_as(),
            verdict: outcome.verdict,
            scope: outcome.scope.map_or(outcome.reached, |scope| scope.to_string()),
            level: outcome.level,
            method: outcome.method,
            counterexample: outcome.counterexample,
            derivation: Vec::new(),
            rests_on: Vec::new(),
            hypotheses: outcome.hypotheses,
            evidence: outcome.evidence,
            operators: operators.into_iter().collect(),
        })
    }
}

/// The operators in an expression, by name.
fn collect(expr: &Expr, names: &mut BTreeSet<&'static str>) {
    if let Head::Apply(op) = expr.head {
        names.insert(op.row().name);
    }
    expr.args.iter().for_each(|arg| collect(arg, names));
}

impl Judge for Prover {
    fn claim(&mut self, claim: &ClaimBlock) -> Result<Finding, Failure> {
        self.find(&claim.text)
    }

    fn belief(&mut self, belief: &FalseBlock) -> Result<Finding, Failure> {
        self.find(&belief.text)
    }

    fn experiment(&mut self, experiment: &ExperimentBlock) -> Result<Trial, Failure> {
        Err(format!("no experiment is called `{}`", experiment.id).into())
    }
}
