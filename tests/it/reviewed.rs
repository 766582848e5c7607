//! What reviewers found to be said wrongly, or to take work without end, stays found.

use super::evidence::parsed;
use faltung::theorem::{Effort, Verdict, prove};

/// Claims that reviewers found to be said to hold, or refuted, and should not have been; each fell to a planted cause.
#[test]
fn what_was_once_said_wrongly_is_not_said_again() {
    let once_held = [
        // one variable stood for all entries, and its inverse for the inverse of a sum
        "for x : [2] -> Q. given x[0] * (x[1] - 123457) = 0. x[0]*x[0]/(x[0]+x[1]) = x[0]",
        // stored entries of left-bounded signals were compared without their running sums
        "for x : Z+ -> any. given cumsum(diff(x)) = x. x[0]*x[1]*x[2]*x[3]*x[4]*x[5]*x[6]*x[7] = 0",
        "for x : Z+ -> Z. given cumsum(diff(x)) = x. x[0]*(x[0]-1)*(x[0]+1)*(x[0]-2)*(x[0]+2)*(x[0]-3)*(x[0]+3) = 0",
        // a hypothesis between numbers of the ring was decided in characteristic 0
        "for n, m : Nat, x : Z -> any. given n <= 5, m <= 5, n mod 5 = 0, m mod 5 = 0, n * delta = m * delta. shift(n, x) = shift(m, x)",
        "for n, m : Nat, c : any. given n <= 5, m <= 5, n mod 5 = 0, m mod 5 = 0, n/1 = m/1. c^n = c^m",
        // names were pinned to values outside their range
        "for n : Nat. given n = -1. n = -1",
        "for c : R. given c = i. c*c = -1",
        // the box did not reach the literals
        "for n : Nat. n <= 1000",
        "for x : Z -> any. x[100] = 0",
        "for x : Z -> any. (x * x)[20] = 0",
    ];
    for text in once_held {
        let verdict = prove(&parsed(text), &Effort::default()).verdict;
        assert!(matches!(verdict, Verdict::Refuted | Verdict::Undecided), "{text}: {verdict}");
    }
    let once_refuted = [
        // solutions of the hypotheses left the ring of a name
        "for x : Z, y : Q. given x = y. x*(x-1) >= 0",
        "for c : R, d : C. given c = 2*d. c*c >= 0",
        "for c : R, d : C. given c = 2*d. conj(c) = c",
        "for n : Nat. given n = 0-1. n >= 0",
        "for x : Z -> Z. given x = [i]. conj(x) = x",
    ];
    for text in once_refuted {
        assert_ne!(prove(&parsed(text), &Effort::default()).verdict, Verdict::Refuted, "{text}");
    }
}

/// One instance, one search and one box each have their work, however a claim is built.
#[test]
fn no_claim_takes_work_without_end() {
    let nested = |open: &str, inner: &str, close: &str, n: usize| {
        format!("{}{inner}{}", open.repeat(n), close.repeat(n))
    };
    let many: Vec<String> = (0..12).map(|k| format!("n{k}")).collect();
    let reversed: Vec<String> = many.iter().rev().cloned().collect();
    for text in [
        format!("for x : Z -> Z. {} = x", nested("up(2, ", "x", ")", 20)),
        format!("for x : Z -> Z. {} = x", nested("rev(", "x", ")", 150)),
        format!("for x : Z/n -> C. {} = x", nested("dft(", "x", ")", 16)),
        format!("for x, y : Z -> Z. {} = x", nested("(", "x", "+y)^*2", 20)),
        format!("for {} : Int. {} = {}", many.join(", "), many.join(" + "), reversed.join(" + ")),
    ] {
        let outcome = prove(&parsed(&text), &Effort::low());
        assert!(outcome.evidence.cases < 20_000, "{text}: {}", outcome.evidence.cases);
    }
}
