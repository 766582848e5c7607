//! From a claim to an outcome: refute first, then prove a box, then say what is left.

use super::{
    Evidence, Level, Method, Outcome, Verdict,
    counterexample::Counterexample,
    domain::Domain,
    effort::{Effort, SAMPLES},
    formal::{self, Formal},
    program::Program,
    refute::{Search, Seen},
    scope::Scope,
    value::{Halt, Value},
};
use crate::{
    expr::{Claim, Class, Head, Op},
    scalar::exact::Ring,
};
use std::collections::BTreeMap;

/// Settle a claim as far as the effort goes.
///
/// ```
/// use faltung::{expr, theorem::{Effort, Verdict, prove}};
/// let claim = expr::parse("corr(x, w) = corr(w, x)").unwrap();
/// let outcome = prove(&claim, &Effort::default());
/// assert_eq!(outcome.verdict, Verdict::Refuted);
/// assert_eq!(outcome.counterexample.unwrap().values[1].1, "[0, 1]");
/// ```
pub fn prove(claim: &Claim, effort: &Effort) -> Outcome {
    let program = Program::new(claim);
    let domain = Domain::new(claim, &program);
    let mut evidence = Evidence { seed: Some(effort.seed), ..Evidence::default() };
    let mut halts = BTreeMap::<Halt, Seen>::new();
    for (k, ring) in domain.rings().into_iter().enumerate() {
        let mut search = Search::new(&domain, ring, effort.work);
        // the first ring is the claim's most usual one; the others are asked for what is special about them
        let (enumerated, random) = match k {
            0 => (effort.enumerated, effort.random),
            _ => (effort.enumerated / 8, effort.random.div_ceil(3)),
        };
        // where nothing is free, the one instance there is was enumerated
        let random = if domain.closed() { 0 } else { random };
        let found = search.enumerate(enumerated).or_else(|| search.sample(random, effort.seed, false));
        let broken = found.map(|slots| search.shrink(slots));
        evidence.count(&search);
        if let Some(slots) = broken {
            return refuted(&slots, &search).outcome(claim, evidence);
        }
        search.tally.halts.into_iter().for_each(|(halt, seen)| halts.entry(halt).or_default().join(seen));
    }
    // what no instance was found for is not said to hold, however it was proved
    let conditional =
        !domain.value_hypotheses().is_empty() || halts.keys().any(|h| matches!(h, Halt::Lacks(_)));
    let proof = if evidence.admitted == 0 && conditional {
        Formal::Open("no instance was found".into())
    } else {
        formal::prove(&domain, effort)
    };
    let answer = match proof {
        Formal::Proved { method, scope, hypotheses } => Answer {
            level: Some(Level::Formal),
            method: Some(method),
            hypotheses: hypotheses.iter().map(|g| program.given[*g].text.clone()).collect(),
            ..Answer::of(if scope.everything { Verdict::Holds } else { Verdict::HoldsFor }, Some(scope))
        },
        Formal::Breaks(slots, world) => {
            let mut search = Search::new(&domain, world.ring().clone(), effort.work);
            let slots = search.shrink(slots);
            refuted(&slots, &search)
        }
        Formal::Open(why) => match uniform(&domain, effort, &mut evidence) {
            Some(refuted) => refuted,
            None => undecided(&domain, &why, &evidence, &halts),
        },
    };
    answer.outcome(claim, evidence)
}

impl Evidence {
    fn count(&mut self, search: &Search) {
        self.cases += search.tally.cases;
        self.admitted += search.tally.admitted;
        let ring = search.world().ring().to_string();
        if search.domain.class.is_some() && !self.ring.contains(&ring) {
            self.ring.push(ring);
        }
    }
}

fn refuted(slots: &[Value], search: &Search) -> Answer {
    let counterexample = Counterexample::new(slots, search.domain, search.world());
    Answer { counterexample: Some(counterexample), ..Answer::of(Verdict::Refuted, None) }
}

/// For a polynomial equation that no method settled: trials with uniform entries, of which each would expose a false
/// equation but for a chance that is known (Schwartz 1980, Zippel 1979).
fn uniform<'a>(domain: &'a Domain<'a>, effort: &Effort, evidence: &mut Evidence) -> Option<Answer> {
    let equation = domain.claim.statement.head == Head::Apply(Op::Eq) && domain.value_hypotheses().is_empty();
    // where conjugation plays a part, entries are drawn where it does something
    let complex = domain.conjugates() && matches!(domain.class, Some(Class::Any | Class::Field));
    let ring = if complex { Ring::Cyclotomic } else { domain.rings().swap_remove(0) };
    if !equation || matches!(ring, Ring::Residues(_)) {
        return None;
    }
    let degree = formal::degree(domain)?;
    let mut search = Search::new(domain, ring, effort.work);
    let found = search.sample(effort.random, effort.seed, true).map(|slots| search.shrink(slots));
    evidence.count(&search);
    evidence.degree = Some(degree);
    evidence.uniform = search.tally.admitted;
    evidence.chance = Some(degree as f64 / SAMPLES as f64);
    found.map(|slots| refuted(&slots, &search))
}

fn undecided(domain: &Domain, why: &str, evidence: &Evidence, halts: &BTreeMap<Halt, Seen>) -> Answer {
    let reached = if evidence.admitted == 0 {
        domain.never().unwrap_or_else(|| none_found(halts))
    } else {
        format!(
            "no counterexample among {} admitted instances of {} tried{}; {why}",
            evidence.admitted,
            evidence.cases,
            evidence.over()
        )
    };
    let level = (evidence.admitted > 0).then_some(Level::Exact);
    Answer { level, reached, ..Answer::of(Verdict::Undecided, None) }
}

/// That there was no instance to try, and what was most often in the way.
fn none_found(halts: &BTreeMap<Halt, Seen>) -> String {
    match halts.iter().max_by_key(|(_, seen)| seen.times) {
        Some((Halt::Misfit(what), Seen { first, .. })) if halts.len() == 1 && !first.is_empty() => {
            format!(
                "in no instance that was found do the sizes fit: {what}, as with {first}; try other sizes for the names, or hypotheses under which they fit"
            )
        }
        Some((halt, _)) => {
            format!("no instance that satisfies the hypotheses and is defined was found (most often: {halt})")
        }
        None => "no instance that satisfies the hypotheses and is defined was found".into(),
    }
}

/// The parts of an outcome that differ from answer to answer.
struct Answer {
    verdict: Verdict,
    level: Option<Level>,
    method: Option<Method>,
    scope: Option<Scope>,
    counterexample: Option<Counterexample>,
    hypotheses: Vec<String>,
    reached: String,
}

impl Answer {
    fn of(verdict: Verdict, scope: Option<Scope>) -> Self {
        Answer {
            verdict,
            level: None,
            method: None,
            scope,
            counterexample: None,
            hypotheses: vec![],
            reached: String::new(),
        }
    }

    fn outcome(self, claim: &Claim, evidence: Evidence) -> Outcome {
        Outcome {
            claim: claim.clone(),
            verdict: self.verdict,
            level: self.level,
            method: self.method,
            scope: self.scope,
            counterexample: self.counterexample,
            hypotheses: self.hypotheses,
            evidence,
            reached: self.reached,
        }
    }
}
