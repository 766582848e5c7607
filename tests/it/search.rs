//! What the search finds: the smallest counterexample, in bounded work, over every ring that the claim speaks of.

use super::evidence::{parsed, recheck};
use faltung::theorem::{Counterexample, Effort, Evidence, Verdict, prove};

fn refuted(text: &str) -> (Counterexample, Evidence) {
    let claim = parsed(text);
    let outcome = prove(&claim, &Effort::default());
    assert_eq!(outcome.verdict, Verdict::Refuted, "{text}: {}", outcome.reached);
    let found = outcome.counterexample.expect("a refutation has its counterexample");
    recheck(&claim, &found);
    (found, outcome.evidence)
}

fn values(text: &str) -> String {
    let values = refuted(text).0.values;
    values.iter().map(|(name, value)| format!("{name} = {value}")).collect::<Vec<_>>().join("; ")
}

/// Two matrices of entries 0 and 1 with ones at these places.
fn pairs_of_matrices() -> impl Iterator<Item = ([usize; 4], [usize; 4])> {
    (0..256).map(|code: usize| {
        let bit = |k: usize| code >> (7 - k) & 1;
        ([0, 1, 2, 3].map(bit), [4, 5, 6, 7].map(bit))
    })
}

#[test]
fn matrices_of_size_two_are_found_before_those_of_size_three() {
    let product = |a: [usize; 4], b: [usize; 4]| {
        [0, 1, 2, 3].map(|k| a[k / 2 * 2] * b[k % 2] + a[k / 2 * 2 + 1] * b[k % 2 + 2])
    };
    let text = |m: [usize; 4]| format!("[[{}, {}], [{}, {}]]", m[0], m[1], m[2], m[3]);
    let smallest = pairs_of_matrices()
        .filter(|(a, b)| product(*a, *b) != product(*b, *a))
        .map(|(a, b)| {
            let ones: usize = a.iter().chain(&b).sum();
            (ones, format!("A = {}; B = {}; n = 2", text(a), text(b)))
        })
        .min()
        .expect("matrices do not commute");
    assert_eq!(values("for A, B : [n, n] -> R. A @ B = B @ A"), smallest.1);
}

#[test]
fn sizes_are_the_smallest_that_the_hypotheses_admit() {
    for (least, size) in [(9, 9), (20, 20), (40, 40)] {
        let zeros = "0, ".repeat(size - 1);
        let found = values(&format!("for x : Z/n -> any. given n >= {least}. x = x * x"));
        assert_eq!(found, format!("x = [{zeros}1]; n = {size}"));
    }
    assert!(values("for x : [n] -> R, w : [n, n] -> R. given n >= 20. w @ x = x").ends_with("n = 20"));
}

#[test]
fn shrinking_ends_and_ends_small() {
    let (found, evidence) = refuted("for A : [n, n] -> R. norm1(A) <= 36 * norminf(A)");
    assert_eq!(found.values[1].1, "7");
    // seven by seven with 37 ones is the least that there is
    assert_eq!(found.values[0].1.matches('1').count(), 37, "{}", found.values[0].1);
    assert!(!found.values[0].1.contains(|c: char| c.is_ascii_digit() && c > '1'), "{}", found.values[0].1);
    assert!(evidence.cases < 20_000, "{}", evidence.cases);
    // nothing but large instances, tied by a hypothesis: whatever comes of it, it ends
    let tied = parsed("for x, y : [n, n] -> R. given n >= 18, x + y = 0 * x. norm1(x) <= 100 * norminf(y)");
    let outcome = prove(&tied, &Effort::low());
    assert!(matches!(outcome.verdict, Verdict::Refuted | Verdict::Undecided), "{}", outcome.verdict);
    assert!(outcome.evidence.cases < 20_000, "{}", outcome.evidence.cases);
}

#[test]
fn numbers_beyond_the_small_ones_are_brought_down() {
    assert_eq!(values("for x : Z -> R. norminf(x) <= 5"), "x = [6]");
    assert_eq!(values("for x : Z -> Z. x <= 1000"), "x = [1001]");
    assert_eq!(values("for c : Q. c >= -70"), "c = -71");
}

#[test]
fn real_instances_refute_claims_over_the_complex_numbers() {
    for statement in ["norminf(x) <= 5", "norm1(x) <= 77", "norm1(x) <= 10 * norminf(x)", "abs(x) <= 30"] {
        for class in ["Z", "R", "C", "field", "any"] {
            let (found, _) = refuted(&format!("for x : Z -> {class}. {statement}"));
            assert!(!found.values[0].1.contains('i'), "{class}: {found:?}");
        }
    }
}
