//! Claims about maxima, proved by thresholds or by cases, and those that may not be: with no search to help, so that all
//! that stands between a false claim and a proof is the method.

use super::{evidence::parsed, fuzz::attack, random::Dice};
use faltung::theorem::{Effort, Method, Outcome, Verdict, prove};
use std::collections::BTreeSet;

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// A few small instances are tried, and then the methods have their say.
fn without_search(text: &str) -> Outcome {
    let effort = Effort { enumerated: 60, random: 0, max_size: Some(5), ..Effort::default() };
    prove(&parsed(text), &effort)
}

/// True in every totally ordered set.
const BY_THRESHOLD: &str = "
max(x, y) = max(y, x)
max(x, min(y, z)) = min(max(x, y), max(x, z))
max(x, min(x, y)) = x
min(x, y) <= max(x, y)
relu(relu(x)) = relu(x)
relu(x) >= x
relu(max(x, y)) = max(relu(x), relu(y))
max(min(x, y), min(max(x, y), z)) = min(max(x, y), max(min(x, y), z))
for x : R. max(min(x, 1), 0) = min(max(x, 0), 1)
for x : [n] -> R, k, s : Nat. relu(maxpool(k, s, x)) = maxpool(k, s, relu(x))
for x : [n, m] -> R. relu(maxpool(2, 2, x)) = maxpool(2, 2, relu(x))
for x : [n] -> R, j, k : Nat. maxpool(j, 1, maxpool(k, 1, x)) = maxpool(j + k - 1, 1, x)
for x : [n] -> R. maxpool(2, 2, maxpool(2, 2, x)) = maxpool(4, 4, x)
for x, y : [n] -> R, k, s : Nat. maxpool(k, s, max(x, y)) = max(maxpool(k, s, x), maxpool(k, s, y))
for x : [n] -> R, k, s : Nat. minpool(k, s, x) <= maxpool(k, s, x)
for x : Z/n -> R, k : Nat, a : Int. maxpool(k, 1, shift(a, x)) = shift(a, maxpool(k, 1, x))
for x : Z/n -> R, a : Int. given n mod 2 = 0. maxpool(2, 2, shift(2 * a, x)) = shift(a, maxpool(2, 2, x))
for x : Z/n -> R, a : Int. globalmax(shift(a, x)) = globalmax(x)
for x : Z/n x Z/m -> R, a, b : Int. maxpool(2, 1, shift(a, b, x)) = shift(a, b, maxpool(2, 1, x))
for x : Z -> R, k : Nat, a : Int. dilate(k, shift(a, x)) = shift(a, dilate(k, x))
for x : Z -> R, k : Nat. dilate(k, erode(k, dilate(k, x))) = dilate(k, x)
for x : Z -> R. erode(3, dilate(3, x)) >= x
for x : [n] -> R. median(3, x) <= maxpool(3, 1, x)
for x : [n] -> R. median(5, relu(x)) = relu(median(5, x))
for x : [n] -> R. median(3, x) <= minpool(2, 1, maxpool(2, 1, x))
for x : [n] -> R. median(3, x) >= maxpool(2, 1, minpool(2, 1, x))
for x : [n] -> R. maxpool(2, 1, minpool(2, 1, x)) >= minpool(3, 1, x)
for x : [n] -> R. maxpool(3, 1, pad(1, 1, x)) >= x
for x : [n] -> R. maxpool(3, 1, pad(1, 1, relu(x))) = relu(maxpool(3, 1, pad(1, 1, x)))
for x : [n] -> R. maxpool(3, 1, replicatepad(1, 1, x)) >= x
for x : [n] -> R. globalmax(pad(1, 1, x)) >= 0
for x, y : [n] -> R. globalmax(x ++ y) = max(globalmax(x), globalmax(y))
# a hypothesis that compares
for x, y : [n] -> R, k, s : Nat. given x <= y. maxpool(k, s, x) <= maxpool(k, s, y)
for x : [n] -> R. given x >= 0. relu(x) = x
for x, y, z : [n] -> R. given x <= y, y <= z. max(x, z) = z
for x, y : Z -> R. given max(x, y) = y. x <= y
for x : Z/n -> R. given even(x). rev(dilate(2, x)) = shift(-1, dilate(2, x))
for x, y : [3] -> R. given x <= y. median(3, x) <= median(3, y)
";

/// True, and linear in each case.
const BY_CASES: &str = "
relu(x) - relu(-x) = x
abs(x) = relu(x) + relu(-x)
abs(x) = max(x, -x)
max(x, y) + min(x, y) = x + y
max(x, y) - min(x, y) = abs(x - y)
2 * max(x, y) = x + y + abs(x - y)
abs(abs(x) - abs(y)) <= abs(x - y)
abs(relu(x) - relu(y)) <= abs(x - y)
relu(x + y) <= relu(x) + relu(y)
relu(x + relu(y)) >= relu(x)
norm1(relu(x) - relu(y)) <= norm1(x - y)
for x : Z -> R. 2 * norminf(x) <= norm1(diff(x))
for x, y : Z -> Z. abs(norm1(x) - norm1(y)) <= norm1(x - y)
for x : [n] -> R, k : Nat. maxpool(k, 1, -x) = -minpool(k, 1, x)
for x : [n] -> R, k, s : Nat. avgpool(k, s, x) <= maxpool(k, s, x)
for x : [n] -> R, k, s : Nat. minpool(k, s, x) <= avgpool(k, s, x)
for x, y : [n] -> R, k, s : Nat. norminf(maxpool(k, s, x) - maxpool(k, s, y)) <= norminf(x - y)
for x, y : [n] -> R. maxpool(2, 1, x + y) <= maxpool(2, 1, x) + maxpool(2, 1, y)
for x : [n] -> R, c : R. maxpool(2, 1, x + c * ones) = maxpool(2, 1, x) + c * ones
for x : [n] -> R, c : R. median(3, x + c * ones) = median(3, x) + c * ones
for x : [n] -> R. relu(avgpool(2, 1, x)) <= avgpool(2, 1, relu(x))
for x : [n] -> R. max(x, 1/10 * x) = relu(x) - 1/10 * relu(-x)
for x : [n] -> R. 2 * maxpool(2, 1, x) = maxpool(2, 1, 2 * x)
for x : R. max(x, 1 - x) >= 1/2
for x, w : Z -> R. relu(x * w) - relu(-(x * w)) = x * w
# a hypothesis that is linear, used
for x : [n] -> R. given norminf(x) <= 1. relu(x) <= ones
for x : [n] -> R. given x >= 0. avgpool(2, 1, x) <= 2 * maxpool(2, 1, x)
for x, y : [n] -> R. given x <= y. avgpool(2, 1, x) <= avgpool(2, 1, y)
for a, b : R. given a + b = 1. max(a, b) >= 1/2
for x : Z -> R. given even(x). abs(x) - rev(relu(x)) = relu(-x)
for a, b : R. given a < b. max(a, b) + a = min(a, b) + b
# maxima that are multiplied
for x : R, a : R. given a >= 0. relu(a * x) = a * relu(x)
for x, y : R. abs(x * y) = abs(x) * abs(y)
for x : R. max(x^2, 0) = x^2
for x, y : R. relu(x)^2 + relu(y)^2 + 1 >= 2 * relu(x)
for x, y : R. max(x, y)^2 <= x^2 + y^2
for x, y : [n] -> R. norm2sq(relu(x) - relu(y)) <= norm2sq(x - y)
for x, y : [n] -> R. norm2sq(maxpool(2, 2, x) - maxpool(2, 2, y)) <= norm2sq(x - y)
for x, y : [n] -> ordered. norm2sq(minpool(2, 2, x) - minpool(2, 2, y)) <= norm2sq(x - y)
for x : [n] -> R, y : [n] -> R. dot(relu(x), relu(y)) >= dot(relu(x), y)
";

/// Not true of everything in the box (or not even meant so): never proved, in whatever box.
const NEVER: &str = "
# true on {0, 1}
relu(x) = x
for x : [n] -> R. relu(x) = x
abs(x) = x
max(x, y) = x + y - 2 * min(x, y)
max(x, y) = x + y - x .* y
min(x, y) = x .* y
for x : [n] -> R. globalmax(x) <= sum(x)
for x, y : [n] -> R. max(x, y) = x + y
for x : R. min(x, 1) = x
for x : R. max(min(x, 1), 0) = x
# true on {-1, 0}
min(x, 0 * x) = x
relu(x) = 0 * x
# true where the numbers are apart, or between them
for x : R. max(min(x, 1), 0) <= 0
for x : R. max(x, 2) = max(x, 3)
for x : R. min(max(x, 0), 1) = min(max(x, 0), 2)
for x : R. max(x, 1/2) >= 1
for x : R. min(x, 1) <= min(x, 0)
for x : R. max(min(x, 2), 1) = max(min(x, 1), 1)
# ties, boundaries, and strictness
min(x, y) >= max(x, y)
max(x, y) <= x
for x, y : R. given x <= y. max(x, y) <= x
for x : [n] -> R. maxpool(2, 1, x) <= minpool(2, 1, x)
for x, y : R. given x < y. y <= x
for x, y : R. given x <= y, y <= x. x + 1 <= y
for x : R. given x >= 0. x >= 1
for x : R. given x >= 0, x <= 0. x >= 1/1000000
for x, y : R. abs(x - y) >= 1/100000000
for x : R. max(x, 1 - x) >= 1/2 + 1/1000000000
# zero padding is a number
for x : [n] -> R. pad(1, 1, x) >= pad(1, 1, relu(x))
for x : [n] -> R. maxpool(3, 1, pad(1, 1, x)) = maxpool(3, 1, replicatepad(1, 1, x))
for x : [n] -> R. minpool(2, 1, pad(1, 1, x)) = minpool(2, 1, replicatepad(1, 1, x))
for x : [n] -> R. maxpool(3, 1, pad(1, 1, x)) <= relu(x)
for x : [n] -> R. globalmax(pad(1, 1, x)) = globalmax(x)
for x : [n] -> R. globalmax(zerostuff(2, x)) = globalmax(x)
for x : Z -> R. dilate(2, x) >= x + delta - delta + relu(shift(1, x))
for x : Z -> R. erode(2, x) >= x
for x : Z -> R. dilate(3, erode(3, x)) >= x
# the median is neither linear nor a maximum
for x, y : [n] -> R. median(3, x + y) = median(3, x) + median(3, y)
for x : [n] -> R. median(3, x) = avgpool(3, 1, x)
for x : [n] -> R. median(3, x) = maxpool(3, 1, x)
for x : [n] -> R. median(3, median(3, x)) = median(5, x)
for x : [n] -> R. minpool(2, 1, maxpool(2, 1, x)) <= median(3, x)
for x : [n] -> R. median(3, x) <= maxpool(2, 1, minpool(2, 1, x))
# signs and slopes
relu(-x) = -relu(x)
for x : Z -> R, a : R. relu(a * x) = a * relu(x)
for x : Z -> R, a : R. max(a * x, a * x) = a * relu(x)
for x : [n] -> R. maxpool(2, 1, -x) = -maxpool(2, 1, x)
for x : [n] -> R. relu(avgpool(2, 1, x)) = avgpool(2, 1, relu(x))
for x : [n] -> R. relu(avgpool(2, 1, x)) >= avgpool(2, 1, relu(x))
for x : [n] -> R. max(x, 2 * x) = relu(x) - 2 * relu(-x)
for x : [n] -> R. avgpool(2, 1, x) >= maxpool(2, 1, x)
for x, y : [n] -> R. maxpool(2, 1, x + y) = maxpool(2, 1, x) + maxpool(2, 1, y)
for x, y : [n] -> R. maxpool(2, 1, x + y) >= maxpool(2, 1, x) + maxpool(2, 1, y)
for x, y : [n] -> R. 2 * norminf(maxpool(2, 1, x) - maxpool(2, 1, y)) <= norminf(x - y)
for x, y : [n] -> R. norm1(maxpool(2, 1, x) - maxpool(2, 1, y)) <= norm1(x - y)
for x, y : [n] -> R. norminf(maxpool(2, 1, x) - maxpool(2, 1, y)) <= norminf(x) - norminf(y)
abs(relu(x) - relu(y)) >= abs(x - y)
relu(x + y) = relu(x) + relu(y)
relu(x - y) <= relu(x) - relu(y)
abs(x - y) <= abs(abs(x) - abs(y))
norm1(x + y) >= norm1(x) + norm1(y)
norminf(x) <= norminf(relu(x))
for x : Z -> R. 3 * norminf(x) <= norm1(diff(x))
# strides and shifts
for x : Z/n -> R, a : Int. given n mod 2 = 0. maxpool(2, 2, shift(a, x)) = shift(a, maxpool(2, 2, x))
for x : [n] -> R. maxpool(2, 1, maxpool(2, 2, x)) = maxpool(4, 2, x) + maxpool(4, 2, relu(x))
for x : [n] -> R. maxpool(2, 2, maxpool(2, 1, x)) = maxpool(2, 2, x)
for x : [n] -> R. minpool(2, 1, maxpool(2, 1, x)) = maxpool(2, 1, minpool(2, 1, x))
for x : [n] -> R, k : Nat. maxpool(k, 1, x) = maxpool(k + 1, 1, x)
for x : Z/n -> R, k : Nat. maxpool(k, 1, x) = globalmax(x) * ones
# products
relu(x * y) = relu(x) * relu(y)
relu(x .* y) = relu(x) .* relu(y)
abs(x * w) = abs(x) * abs(w)
max(x .* x, y) = x .* max(x, y)
for x, w : Z -> R. relu(x * w) - relu(-(w .* x)) = x * w
for a, b : R. max(a * b, 1) = max(a, 1) * max(b, 1)
# hypotheses that help only in part
for x, y : [n] -> R. given x <= y. minpool(2, 1, y) <= minpool(2, 1, x)
for x : [n] -> R. given x <= 0. relu(x) = x
for x : [n] -> R. given norminf(x) <= 1. relu(x) <= zero
for x, y : R. given x != y. max(x, y) <= x
for x : [n] -> R. given x[0] >= 0. relu(x) = x
for x : [n] -> R. given sum(x) >= 0. relu(x) = x
for a, b : R. given a + b = 1. max(a, b) >= 1
for x, y : Z -> R. given even(x). dilate(2, x) = rev(dilate(2, x))
# maxima that are multiplied
for x, a : R. relu(a * x) = a * relu(x)
for x, a : R. given a <= 0. relu(a * x) = a * relu(x)
for x, y : R. abs(x * y) <= x * y
for x, y : R. max(x, y)^2 >= x * y
for x, y : R. max(x, y) * max(x, y) >= min(x, y) * min(x, y)
for x, y : R. relu(x) * relu(y) = relu(x * y)
for x, y : [n] -> R. norm2sq(relu(x) - relu(y)) >= norm2sq(x - y)
for x, y : [n] -> R. norm2sq(maxpool(2, 1, x) - maxpool(2, 1, y)) <= norm2sq(x - y)
for x, y : [n] -> R. 2 * norm2sq(maxpool(2, 2, x) - maxpool(2, 2, y)) <= norm2sq(x - y)
for x, y : [n] -> R. dot(relu(x), relu(y)) <= dot(relu(x), y)
";

/// True over Z, and nothing that a method for ordered fields may use; zeros counted; another ring; undefined everywhere.
const DECLINED: &str = "
for x : Z. max(x, 1 - x) >= 1
for x : Z. abs(2 * x - 1) >= 1
for x : Z -> Q. norm0(relu(x)) <= norm0(x)
for x : Z -> C. relu(x) <= relu(x)
for x : Z -> F(5). relu(x) = relu(x)
for x : Z -> C. max(x, x) = x
for x : [n] -> R. median(2, x) <= maxpool(2, 1, x)
for x : [n] -> R. maxpool(0, 1, x) = maxpool(0, 1, x)
for x : Z/3 -> R. relu(dft(x)) = relu(dft(x))
";

fn proved(list: &str, method: Method, scope: impl Fn(&str, &str)) -> usize {
    let mut dice = Dice(0x0d0e);
    let mut attacked = 0;
    for text in lines(list) {
        let outcome = without_search(text);
        let held = matches!(outcome.verdict, Verdict::HoldsFor | Verdict::Holds);
        assert!(held, "{text}: {} {}", outcome.verdict, outcome.reached);
        assert_eq!(outcome.method, Some(method), "{text}");
        assert_eq!(
            outcome.hypotheses.is_empty(),
            !text.contains("given") || text.contains(" mod "),
            "{text}"
        );
        let found = outcome.scope.expect("a box");
        scope(text, &found.rings);
        attacked += attack(&outcome.claim, &found, 60, &mut dice);
    }
    attacked
}

#[test]
fn thresholds_prove_what_they_should() {
    let attacked = proved(BY_THRESHOLD, Method::Threshold, |text, rings| {
        assert!(rings.starts_with("in every totally ordered set"), "{text}: {rings}");
    });
    assert!(attacked > 1000, "{attacked} instances tried");
}

#[test]
fn cases_prove_what_they_should() {
    let attacked = proved(BY_CASES, Method::Cases, |text, rings| {
        assert!(
            ["over R", "over Z"].contains(&rings) || rings.starts_with("in every ordered"),
            "{text}: {rings}"
        );
    });
    assert!(attacked > 1000, "{attacked} instances tried");
}

#[test]
fn false_claims_are_proved_by_no_method() {
    let mut dice = Dice(0xfa15e);
    let (mut reached, mut small) = (BTreeSet::new(), 0);
    for text in lines(NEVER).chain(lines(DECLINED)) {
        // what a hypothesis speaks of must have an instance before it is proved: as few as there may be
        for (enumerated, work, max_size) in
            [(0, 1_000_000, 5), (3, 1_000_000, 4), (12, 300_000, 4), (0, 30_000, 2), (3, 300, 3), (0, 0, 2)]
        {
            let effort = Effort { enumerated, random: 0, work, max_size: Some(max_size), ..Effort::low() };
            let outcome = prove(&parsed(text), &effort);
            if outcome.reached.contains("cases do not settle it") {
                reached.insert(text);
            }
            // true in so small a box, perhaps: then every instance of it is
            if let Some(scope) = outcome.scope {
                assert!(max_size < 4 || work < 1_000_000, "{text}: {scope} {:?}", outcome.method);
                small += 1;
                attack(&outcome.claim, &scope, 200, &mut dice);
            }
        }
    }
    assert!(
        reached.len() >= 50 && small < 20,
        "{} claims got as far as the methods, {small} held",
        reached.len()
    );
}

/// That they are false is not taken on trust: but for the subtlest, a search finds out.
#[test]
fn false_claims_are_false() {
    let effort = Effort { enumerated: 3_000, random: 60, ..Effort::default() };
    let open: Vec<&str> =
        lines(NEVER).filter(|text| prove(&parsed(text), &effort).verdict != Verdict::Refuted).collect();
    assert!(open.len() <= 3, "{open:#?}");
}

#[test]
fn the_scope_says_what_was_needed() {
    let rings = |text: &str| {
        let outcome = without_search(text);
        outcome.scope.unwrap_or_else(|| panic!("{text}: {}", outcome.reached)).rings
    };
    let set = "in every totally ordered set";
    assert_eq!(rings("for x, y : [n] -> R. max(x, y) = max(y, x)"), set);
    assert_eq!(rings("for x, y : Z -> ordered. max(x, y) = max(y, x)"), format!("{set} with an element 0"));
    assert_eq!(
        rings("for x : [n] -> R. maxpool(3, 1, pad(1, 1, x)) >= x"),
        format!("{set} with an element 0")
    );
    assert_eq!(
        rings("for x : R. max(min(x, 1), 0) = min(max(x, 0), 1)"),
        format!("{set} with elements 0 < 1")
    );
    // numbers of which one was chosen, though the other is seen no more; and what is calculated wants a ring
    assert_eq!(rings("for x : R. max(max(x, 1), 2) = max(x, 2)"), format!("{set} with elements 1 < 2"));
    assert_eq!(rings("for x : R. max(relu(x), 1) = max(x, 1)"), format!("{set} with elements 0 < 1"));
    assert_eq!(rings("for x : R. max(x, 3 - 1) = max(x, 2)"), "over R");
    // one shape that takes a sum, and it is no longer said of sets
    assert_eq!(rings("for x, y : [n] -> R. max(x, y) + zero = max(y, x)"), "over R");
    assert_eq!(
        rings("for x, y : [n] -> ordered. max(x, y) + min(x, y) = x + y"),
        "in every ordered commutative ring"
    );
    assert_eq!(
        rings("for x : [3] -> ordered. avgpool(2, 1, x) <= maxpool(2, 1, x)"),
        "in every ordered commutative ring where 2 is invertible"
    );
    // the method that needed most is said of the whole box
    let mixed = without_search(
        "for x : Z/n -> R, k : Nat. given k >= 1. maxpool(k, 1, x) + zero >= minpool(k, 1, x)",
    );
    assert_eq!((mixed.verdict, mixed.method), (Verdict::HoldsFor, Some(Method::Cases)));
}

/// A hypothesis that was not needed is not said to have been used.
#[test]
fn only_what_was_used_is_named() {
    let used = |text: &str| without_search(text).hypotheses;
    assert_eq!(used("for x, y : [n] -> R. given x <= y. relu(x) >= x"), Vec::<String>::new());
    assert_eq!(used("for x, y : [n] -> R. given x <= y. relu(x) - relu(-x) = x"), Vec::<String>::new());
    assert_eq!(used("for x, y, z : [n] -> R. given x <= y, z >= 0. max(x, y) = y"), ["x <= y"]);
    assert_eq!(used("for x, y, z : [n] -> R. given x <= y, z >= x. abs(y - x) = y - x"), ["x <= y"]);
}

/// A random term in maxima, minima and a little arithmetic.
fn term(depth: usize, dice: &mut Dice) -> String {
    if depth == 0 || dice.below(5) == 0 {
        return (*dice.pick(&["x", "y", "z", "x", "y", "zero", "ones"])).into();
    }
    let mut inner = || term(depth - 1, dice);
    let (a, b) = (inner(), inner());
    match dice.below(12) {
        0..=2 => format!("max({a}, {b})"),
        3..=5 => format!("min({a}, {b})"),
        6 => format!("relu({a})"),
        7 => format!("abs({a})"),
        8 => format!("({a} + {b})"),
        9 => format!("({a} - {b})"),
        10 => format!("maxpool(2, 1, {a})"),
        _ => format!("dilate(2, {a})"),
    }
}

/// Random claims, most of them false, with hardly any search: what is said to hold is attacked.
#[test]
fn what_is_said_of_random_maxima_survives_an_attack() {
    let mut dice = Dice(0x0dd_ba11);
    let (mut held, mut attacked, mut used, mut open) = (0, 0, 0, 0);
    for round in 0..800 {
        let (left, right) = (term(3, &mut dice), term(2, &mut dice));
        let relation = *dice.pick(&["=", "<=", "<=", ">="]);
        let given = *dice.pick(&[
            "",
            "given x <= y. ",
            "given x >= 0. ",
            "given y + z = x. ",
            "given max(x, y) = z. ",
        ]);
        // what is in a maximum with others, or under one, now and then; otherwise hardly anything is true
        let right = if dice.below(2) == 0 { format!("max({left}, {right})") } else { right };
        let text = format!("for x, y, z : Z/3 -> R. {given}{left} {relation} {right}");
        let Ok(claim) = faltung::expr::parse(&text) else { continue };
        let enumerated = [0, 20, 60][round % 3];
        let effort = Effort { enumerated, random: 0, max_size: Some(3), work: 200_000, ..Effort::low() };
        let outcome = prove(&claim, &effort);
        open += usize::from(outcome.verdict == Verdict::Undecided);
        let Some(scope) = outcome.scope else { continue };
        held += 1;
        used += usize::from(!outcome.hypotheses.is_empty());
        attacked += attack(&claim, &scope, 40, &mut dice);
    }
    assert!(held > 100 && attacked > 1500 && used > 5 && open > 50, "{held} {attacked} {used} {open}");
}
