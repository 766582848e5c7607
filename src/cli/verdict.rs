//! A verdict in words, for the terminal.

use super::output::painted_out;
use faltung::{expr, report::data::Finding, theorem::Verdict};
use std::fmt::Write;

/// How a claim was read, what became of it, and why.
pub fn text(
    claim: &str,
    id: Option<&str>,
    finding: &Finding,
    as_announced: Option<bool>,
    proof: bool,
) -> String {
    let mut text = String::new();
    let mut line = |about: &str, what: &str| {
        let what = if about == "paste" { what.to_owned() } else { shortened(what) };
        writeln!(text, "  {about:<9} {what}").expect("a string takes all");
    };
    if finding.read_as != claim {
        line("read as", &finding.read_as);
    }
    let rings = if finding.rings.is_empty() { String::new() } else { format!(", {}", finding.rings) };
    match finding.verdict {
        Verdict::Holds => {
            line(&painted_out("holds", "32"), &format!("for everything it quantifies over{rings}"))
        }
        Verdict::HoldsFor => line(&painted_out("holds for", "32"), &format!("{}{rings}", finding.scope)),
        Verdict::Refuted => {
            let witness = finding.counterexample.as_ref().expect("a refutation has its counterexample");
            line(
                &painted_out("refuted", "31"),
                &if witness.ring.is_empty() {
                    witness.difference.clone()
                } else {
                    format!("over {}: {}", witness.ring, witness.difference)
                },
            );
            for (name, value) in &witness.values {
                line("", &format!("{name} = {value}"));
            }
            line("left", &witness.left);
            line("right", &witness.right);
            line("paste", &witness.command());
        }
        Verdict::Undecided => line(&painted_out("undecided", "33"), &finding.reached),
    }
    if let (Some(level), Some(method)) = (finding.level, &finding.method) {
        line("level", &format!("{level}, by {method}"));
    } else if let Some(level) = finding.level {
        line("level", level.name());
    }
    let numbers = numbers(claim);
    if !numbers.is_empty() {
        let names = numbers.join(", ");
        line(
            "note",
            &format!(
                "{names} was read as a number; for a signal write `for {names} : Z -> any.` before the claim"
            ),
        );
    }
    if !finding.hypotheses.is_empty() {
        line("using", &finding.hypotheses.join(", "));
    }
    if proof && finding.verdict != Verdict::Refuted {
        if let Some(method) = &finding.method {
            line("proof", explained(method));
        }
        let evidence = &finding.evidence;
        let tried = format!("{} tried, {} admitted{}", evidence.cases, evidence.admitted, evidence.over());
        line("searched", &tried);
        if let (Some(degree), Some(chance)) = (evidence.degree, evidence.chance) {
            line(
                "chance",
                &format!(
                    "{} trials were uniform; a false equation of degree {degree} survives one with probability at most {chance:.1e}",
                    evidence.uniform
                ),
            );
        }
    }
    match as_announced {
        Some(true) => line("announced", "and so it is"),
        Some(false) => {
            line(&painted_out("announced", "31"), "something else: the chapter does not say what was found")
        }
        None => {}
    }
    let head = id.map_or_else(|| claim.to_owned(), |id| format!("{id}: {claim}"));
    format!("{}\n{text}", painted_out(&shortened(&head.replace('\n', " ")), "1"))
}

/// The text, its middle left out where it is too long for a terminal; `--json` has it whole.
pub fn shortened(text: &str) -> String {
    const MOST: usize = 600;
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= MOST {
        return text.to_owned();
    }
    let end = |from: usize| letters[from..].iter().collect::<String>();
    format!(
        "{} … {} letters … {}",
        letters[..MOST / 2].iter().collect::<String>(),
        letters.len() - MOST,
        end(letters.len() - MOST / 2)
    )
}

/// What a method does, in a sentence.
fn explained(method: &str) -> &'static str {
    match method {
        "basis" => {
            "each name occurs once in every term of both sides, the same way; so they agree everywhere if they agree on every choice of basis vectors, and they do"
        }
        "variables" => "both sides were evaluated on formal variables and are the same polynomials",
        "roots" => "both sides were evaluated with exact roots of unity and are the same",
        _ => "every instance of the box was evaluated exactly",
    }
}

/// The names that were read as scalars although nobody said so.
fn numbers(claim: &str) -> Vec<String> {
    let Ok(claim) = expr::parse(claim) else { return vec![] };
    let scalar = |b: &&expr::Binder| !b.explicit && b.kind == expr::Kind::Scalar;
    claim.binders.iter().filter(scalar).map(|b| b.name.clone()).collect()
}
