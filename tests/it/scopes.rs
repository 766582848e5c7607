//! What is said of a proof: the rings it holds in, and a smaller box where a larger one is too much work.

use crate::evidence::effort;
use faltung::{
    expr,
    theorem::{Effort, Outcome, Verdict, prove},
};

fn settled(text: &str, effort: &Effort) -> Outcome {
    prove(&expr::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")), effort)
}

fn rings(text: &str) -> String {
    settled(text, &effort()).scope.unwrap_or_else(|| panic!("{text} holds")).rings
}

/// What a hypothesis writes out is needed of the ring as much as what the statement does.
#[test]
fn pinned_values_say_in_which_rings_they_exist() {
    for text in [
        "for x, w : Z -> any. given w = [1, -1]. sum(x * w) = 0",
        "for x, w : Z -> any. given w = [1, -1]. x * w = x - shift(1, x)",
    ] {
        assert_eq!(rings(text), "in every commutative ring", "{text}");
    }
    assert_eq!(
        rings("for x, w : Z -> any. given w = [1, 1]. x * w = x + shift(1, x)"),
        "in every commutative semiring"
    );
    let halves = rings("for x, w : Z -> any. given w = [1/2]. 2 * (x * w) = x");
    assert!(halves.contains("2 is invertible"), "{halves}");
}

/// Work that runs out while the hypotheses are solved ends the search for a larger box, and not the proof of a smaller one.
#[test]
fn a_smaller_box_survives_a_hypothesis_too_large_to_solve() {
    let claim = "given sum(x) = 1, sum(w) = 1. sum(index(index(x * w))) - sum(index(x * w))^2 = \
                 sum(index(index(x))) - sum(index(x))^2 + sum(index(index(w))) - sum(index(w))^2";
    for work in [400_000, 800_000, 1_500_000, 2_200_000] {
        let outcome = settled(claim, &Effort { work, ..effort() });
        assert_eq!(outcome.verdict, Verdict::HoldsFor, "{work}: {}", outcome.reached);
    }
}

/// Z has no i: a claim over Z that uses one speaks of a larger ring, and says so.
#[test]
fn roots_of_unity_are_said_to_live_in_the_complex_numbers() {
    assert_eq!(rings("for a : Z. (a + i) * (a - i) <= a^2 + 1"), "over Z, with roots of unity in C");
    assert_eq!(rings("for a : Z. (a + 1) * (a - 1) <= a^2 + 1"), "over Z");
    assert_eq!(rings("for x : Z/n -> R. conj(dft(x)) = rev(dft(x))"), "over R, with roots of unity in C");
}
