//! Inequalities proved for all entries of a box, and those that may not be: with no search to help, so that all that
//! stands between a false claim and a proof is the method.

use super::{evidence::parsed, fuzz::attack, random::Dice};
use faltung::theorem::{Effort, Method, Outcome, Verdict, prove};

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// One small instance is tried, and then the methods have their say.
fn without_search(text: &str) -> Outcome {
    let effort = Effort { enumerated: 1, random: 0, work: 2_000_000, max_size: Some(3), ..Effort::default() };
    prove(&parsed(text), &effort)
}

/// True, and proved by comparing sizes term by term.
const BY_SIZES: &str = "
norm1(x * w) <= norm1(x) * norm1(w)
norm1(x) * norm1(w) >= norm1(x * w)
norminf(x * w) <= norm1(x) * norminf(w)
norminf(x * w) <= norm1(w) * norminf(x)
norm1(corr(x, w)) <= norm1(x) * norm1(w)
norm1(x .* w) <= norm1(x) * norminf(w)
norminf(x) <= norm1(x)
norm2sq(x) <= norm1(x)^2
abs(x + y) <= abs(x) + abs(y)
abs(x - y) <= abs(x) + abs(y)
abs(x * w) <= abs(x) * abs(w)
abs(sum(x)) <= norm1(x)
sum(x) <= norm1(x)
norm1(diff(x)) <= 2 * norm1(x)
norm1(x) >= 0
norminf(x + y) <= norminf(x) + norminf(y)
for x, w : Z -> Z. norm1(x * w) <= norm1(x) * norm1(w)
for x, w : Z/n -> R. norm1(x * w) <= norm1(x) * norm1(w)
for x, w : Z/n -> ordered. norminf(x * w) <= norm1(x) * norminf(w)
for x : [n] -> R. norm1(x) <= n * norminf(x)
for x : [n] -> Q, w : [k] -> Q. norm1(convfull(x, w)) <= norm1(x) * norm1(w)
for x, w, v : Z -> ordered. norm1(x * w .* v) <= norm1(x) * norm1(w) * norm1(v)
for x : Z -> R. given w = [1, -2, 1]. norm1(x * w) <= 4 * norm1(x)
";

/// True, and proved by sums of squares.
const BY_SQUARES: &str = "
norminf(x)^2 <= norm2sq(x)
for x : Z -> R. dot(x, x) >= 0
for x, w : Z -> R, k : Int. corr(x, w)[k] * corr(x, w)[k] <= norm2sq(x) * norm2sq(w)
for x, w : Z -> R. dot(x, w)^2 <= norm2sq(x) * norm2sq(w)
for x, w : Z -> R. 2 * dot(x, w) <= norm2sq(x) + norm2sq(w)
for x : Z -> R. corr(x, x) <= norm2sq(x)
for x : Z -> R. abs(corr(x, x)) <= norm2sq(x)
for x, w : Z -> R. abs(2 * dot(x, w)) <= norm2sq(x) + norm2sq(w)
for x, y : Z -> ordered. norm2sq(x + y) <= 2 * norm2sq(x) + 2 * norm2sq(y)
for x, w : Z -> R. norm2sq(x * w) <= norm1(x)^2 * norm2sq(w)
for x, w : Z -> R. norm2sq(x .* w) <= norm2sq(x) * norm2sq(w)
for x : [n] -> R. sum(x)^2 <= n * norm2sq(x)
for x : Z -> R. 2 * x[0] <= norm2sq(x) + 1
for x, w : Z/n -> R. norm2sq(x * w) <= norm1(x)^2 * norm2sq(w)
";

/// True, because the sides are equal.
const BY_EQUALITY: &str = "
sum(x * w) <= sum(x) * sum(w)
norm1(x * w) >= norm1(w * x)
for c : R, x : Z -> R. norm1(c * x) <= abs(c) * norm1(x)
for x : Z -> R. given even(x). sum(x .* y) <= sum(rev(x) .* y)
for x, w : Z -> R. given norm1(x) <= 1. norm1(x * w) <= norm1(w * x)
for x, w : Z -> C. norm2sq(x * w) <= norm2sq(w * x)
for x : [n] -> R. x .* ones >= x
";

/// True under a hypothesis that is a linear equation, which is used.
const UNDER_HYPOTHESES: &str = "
for x, y : Z -> R. given x + y = zero. norm1(x * w) <= norm1(y) * norm1(w)
for x, y : Z -> R. given y = rev(x). dot(x, w)^2 <= norm2sq(y) * norm2sq(w)
for x, y : Z -> R. given x + y = zero. 2 * dot(x, y) <= norm2sq(x)
";

/// Not true of everything in the box (or of nothing that is spoken of): never proved, in whatever box.
const NEVER: &str = "
# turned round, with a constant too small or a constant term
norm1(x * w) >= norm1(x) * norm1(w)
norm1(x) * norm1(w) <= norm1(x * w)
2 * norm1(x * w) <= norm1(x) * norm1(w)
norm1(x * w) + 1 <= norm1(x) * norm1(w)
norm1(x * w) <= norm1(x) * norm1(w) - norm1(w)
norm1(diff(x)) <= norm1(x)
for x : [n] -> R. norm1(x) <= (n - 1) * norminf(x)
for x : Z -> R. given w = [1, -2, 1]. norm1(x * w) <= 3 * norm1(x)
for x, w : Z -> R. 3 * dot(x, w) <= norm2sq(x) + norm2sq(w)
for x : Z -> R. 3 * x[0] <= norm2sq(x) + 1
for x : Z -> R. norm2sq(x) >= 1
# the wrong norm
norminf(x * w) <= norminf(x) * norminf(w)
norm1(x * w) <= norm1(x) * norminf(w)
norm1(x) <= norminf(x)
norm1(x)^2 <= norm2sq(x)
norm2sq(x) <= norminf(x)^2
norm2sq(x * w) <= norm2sq(x) * norm2sq(w)
norm2sq(x * w) <= norm1(x)^2 * norminf(w)^2
for x : [n] -> R. sum(x)^2 <= norm2sq(x)
# not of one degree
norm1(x * w) <= norm1(x)
norm1(x * w) <= norm1(x) + norm1(w)
norm1(x * x) <= norm1(x)
norm2sq(x * w) <= norm1(x) * norm2sq(w)
for x, w : Z -> R, k : Int. corr(x, w)[k]^2 <= norm2sq(x)
for x, w : Z -> R, k : Int. corr(x, w)[k] <= norm2sq(x)
for x : Z -> R. x .* x <= x .* x .* x .* x
# signs
abs(x + y) >= abs(x) + abs(y)
abs(x - y) <= abs(x) - abs(y)
abs(x) * abs(w) <= abs(x * w)
abs(x) <= x
relu(x) <= x
max(abs(x), abs(y)) <= abs(x)
norminf(x) + norminf(y) <= norminf(x + y)
norm1(x + y) >= norm1(x)
sum(x) >= 0
sum(x) <= norminf(x)
for x, w : Z -> R. dot(x, w) >= 0
for x : Z -> R. x .* x .* x >= zero
for x, w : Z -> R. norm2sq(x) * norm2sq(w) <= dot(x, w)^2
for x, w : Z -> R. corr(x, w) <= norm2sq(x)
# equal where there are entries, and not at the zeros around them
for x : Z -> R. delta >= 1
for x : Z -> R. given even(x). delta >= 1
for x : Z -> R. given even(x). 2 * dot(x, rev(x)) <= norm2sq(x)
# zeros are counted, or hypotheses are used
for x, w : Z -> Q. norm0(x * w) >= norm0(x)
for x : Z -> R. given norm2sq(x) >= 1. norm2sq(x) <= 1
for x : Z -> R. given sum(x) >= 1. norm1(x) <= 1
";

/// True, false or without meaning, and beyond the methods in any case: another ring, or a hypothesis.
const DECLINED: &str = "
for x, w : Z -> F(5). norm1(x * w) <= norm1(x) * norm1(w)
for x, w : Z -> C. norm1(x * w) <= norm1(x) * norm1(w)
for x : Z -> C. norm2sq(x) >= 0
for x : Z -> any. dot(x, x) >= 0
for x, w : Z -> any. dot(x, x) >= dot(x, x)
for x : Z -> C. sum(x) <= sum(x)
for x : Z/3 -> R. dft(x) <= dft(x)
for x : Z/3 -> ordered. sum(dft(x)) <= sum(dft(x))
for x, w : Z -> F(5). sum(x * w) <= sum(w * x)
for x : Z -> R. given x >= 0. sum(x) >= 0
for x : Z -> R. i * i * norm2sq(x) <= 0
";

fn proved(list: &str, method: Method) {
    let mut dice = Dice(0x0dd5);
    let mut attacked = 0;
    for text in lines(list) {
        let outcome = without_search(text);
        assert!(
            matches!(outcome.verdict, Verdict::HoldsFor | Verdict::Holds),
            "{text}: {} {}",
            outcome.verdict,
            outcome.reached
        );
        assert_eq!(outcome.method, Some(method), "{text}");
        let scope = outcome.scope.expect("a box");
        attacked += attack(&outcome.claim, &scope, 50, &mut dice);
    }
    assert!(attacked > 200, "{attacked} instances tried");
}

#[test]
fn sizes_prove_what_they_should() {
    proved(BY_SIZES, Method::Sizes);
}

#[test]
fn equality_proves_what_it_should() {
    proved(BY_EQUALITY, Method::Variables);
    let parseval = without_search("for x : Z/n -> C. norm2sq(dft(x)) >= n * norm2sq(x)");
    assert_eq!((parseval.verdict, parseval.method), (Verdict::HoldsFor, Some(Method::Roots)));
    // A divisor that is unknown may be 0: there nothing is defined, and elsewhere the sides are equal. The absolute value
    // of what an unknown divides has no formal size.
    let divided = |side: &str| {
        prove(&parsed(&format!("for c : R, x : Z -> R. {side} <= {side}")), &Effort::low()).verdict
    };
    assert_eq!(divided("sum(1/c * x)"), Verdict::HoldsFor);
    assert_eq!(divided("norm1(1/c * x)"), Verdict::Undecided);
}

#[test]
fn hypotheses_help_where_they_are_linear() {
    for text in lines(UNDER_HYPOTHESES) {
        let outcome = without_search(text);
        assert_eq!(outcome.verdict, Verdict::HoldsFor, "{text}: {}", outcome.reached);
        assert_eq!(outcome.hypotheses.len(), 1, "{text}");
    }
}

#[test]
fn squares_prove_what_they_should() {
    proved(BY_SQUARES, Method::Squares);
}

#[test]
fn false_inequalities_are_never_proved() {
    for text in lines(NEVER) {
        let outcome = without_search(text);
        assert!(
            matches!(outcome.verdict, Verdict::Refuted | Verdict::Undecided),
            "{text}: {} {:?}",
            outcome.verdict,
            outcome.scope
        );
    }
}

#[test]
fn false_inequalities_are_not_proved_for_want_of_work_either() {
    let (mut dice, mut small) = (Dice(0x5a11), 0);
    for text in lines(NEVER).chain(lines(DECLINED)) {
        for work in [0, 300, 3_000, 30_000] {
            let Ok(claim) = faltung::expr::parse(text) else { continue };
            let effort = Effort { enumerated: 0, random: 0, work, ..Effort::low() };
            // true in so small a box, perhaps: then every instance of it is
            if let Some(scope) = prove(&claim, &effort).scope {
                small += 1;
                attack(&claim, &scope, 200, &mut dice);
            }
        }
    }
    assert!(small < 6, "{small} of them hold in small boxes");
}

#[test]
fn other_rings_and_hypotheses_are_declined() {
    let mut read = 0;
    for text in lines(DECLINED) {
        let Ok(claim) = faltung::expr::parse(text) else { continue };
        read += 1;
        let outcome = prove(&claim, &Effort { enumerated: 20, random: 5, ..Effort::low() });
        assert!(!matches!(outcome.method, Some(Method::Sizes | Method::Squares)), "{text}");
    }
    assert!(read >= 3, "{read} of them are claims");
}
