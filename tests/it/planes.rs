//! Two dimensions: values written down by hand, the laws of turns, flips, rows and columns, and their false twins.

use super::evidence::{parsed, recheck};
use faltung::theorem::{Effort, Verdict, prove};

fn effort() -> Effort {
    Effort {
        enumerated: 2_000,
        random: 40,
        work: 400_000,
        evaluations: 6_000,
        max_size: Some(2),
        ..Effort::default()
    }
}

#[test]
fn the_values_are_those_written_down() {
    for text in [
        // NumPy's rot90, fliplr, flipud of [[1, 2, 3], [4, 5, 6]]
        "for x : [2, 3] -> Z. given x = [[1, 2, 3], [4, 5, 6]]. rot90(x) = [[3, 6], [2, 5], [1, 4]]",
        "for x : [2, 3] -> Z. given x = [[1, 2, 3], [4, 5, 6]]. fliplr(x) = [[3, 2, 1], [6, 5, 4]]",
        "for x : [2, 3] -> Z. given x = [[1, 2, 3], [4, 5, 6]]. flipud(x) = [[4, 5, 6], [1, 2, 3]]",
        "for x : [2, 3] -> Z. given x = [[1, 2, 3], [4, 5, 6]]. rowsum(x) = [6, 15]",
        "for x : [2, 3] -> Z. given x = [[1, 2, 3], [4, 5, 6]]. colsum(x) = [5, 7, 9]",
        "for x : [2, 2] -> Z, w : [2] -> Z. given x = [[1, 2], [3, 4]], w = [1, 10]. rows(x, w) = [[1, 12, 20], [3, 34, 40]]",
        "for x : [2, 2] -> Z, w : [2] -> Z. given x = [[1, 2], [3, 4]], w = [1, 10]. cols(x, w) = [[1, 2], [13, 24], [30, 40]]",
        // on Z^2 about the origin: what lies to the right of it comes to lie above it, and that to the left
        "for x : Z^2 -> Z. given x = [[1, 2, 3]]. rot90(x) = [[3], [2], [1]]@(-2, 0)",
        "for x : Z^2 -> Z. given x = [[0], [1]]. rot90(x) = [[0, 1]]",
        "for x : Z^2 -> Z. given x = [[1, 2], [3, 4]]. fliplr(x) = [[2, 1], [4, 3]]@(0, -1)",
        "for x : Z^2 -> Z. given x = [[1, 2], [3, 4]]. flipud(x) = [[3, 4], [1, 2]]@(-1, 0)",
        "for x : Z^2 -> Z. given x = [[1, 2], [3, 4]]@(-1, 5). transpose(x) = [[1, 3], [2, 4]]@(5, -1)",
        "for x : Z^2 -> Z. given x = [[1, 2], [3, 4]]@(-1, 5). rowsum(x) = [3, 7]@-1",
        "for x : Z^2 -> Z. given x = [[1, 2], [3, 4]]@(-1, 5). colsum(x) = [4, 6]@5",
        "for x : Z^2 -> Z. given x = [[1, 2], [3, 4]]. up(2, x) = [[1, 0, 2], [0, 0, 0], [3, 0, 4]]",
        "for x : Z^2 -> Z. given x = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]@(-1, -1). down(2, x) = [[5]]",
        "for x : Z^2 -> Z. given x = [[1, 2]]. rows(x, [1, 10]@-1) = [[1, 12, 20]]@(0, -1)",
        // on a torus: row and column 0 stay where they are
        "for x : Z/2 x Z/3 -> Z. given x = [[1, 2, 3], [4, 5, 6]]. fliplr(x) = [[1, 3, 2], [4, 6, 5]]",
        "for x : Z/2 x Z/3 -> Z. given x = [[1, 2, 3], [4, 5, 6]]. rot90(x) = [[1, 4], [3, 6], [2, 5]]",
        "for x : Z/2 x Z/3 -> Z, w : Z/3 -> Z. given x = [[1, 2, 3], [4, 5, 6]], w = [0, 1, 0]. rows(x, w) = [[3, 1, 2], [6, 4, 5]]",
        "for x : Z/2 x Z/3 -> Z, w : Z/2 -> Z. given x = [[1, 2, 3], [4, 5, 6]], w = [0, 1]. cols(x, w) = [[4, 5, 6], [1, 2, 3]]",
        "for u : Z/2 -> Z. given u = [1, 2]. outer(u, u) = [[1, 2], [2, 4]]",
        "for n, k : Int. given n = 6, k = 3. binomial(n, k) = 20",
        "for n, k : Int. given n = 3, k = 4. binomial(n, k) = 0",
        "for n, k : Int. given n = -1, k = -1. binomial(n, k) = 0",
        "for n, k : Int. given n = 100, k = 50. binomial(n, k) = 100891344545564193334812497256",
    ] {
        let outcome = prove(&parsed(text), &effort());
        assert_eq!(outcome.verdict, Verdict::Holds, "{text}: {:?}", outcome.counterexample);
        // off by one in its last digit it is refuted
        let digit = text.rfind(|c: char| c.is_ascii_digit()).expect("a digit");
        let other = if &text[digit..=digit] == "1" { "2" } else { "1" };
        let twin = format!("{}{other}{}", &text[..digit], &text[digit + 1..]);
        assert_eq!(prove(&parsed(&twin), &effort()).verdict, Verdict::Refuted, "{twin}");
    }
}

#[test]
fn the_laws_of_two_dimensions_hold() {
    let mut wrong = vec![];
    for text in [
        "for x, w : Z^2 -> any. transpose(x) * transpose(w) = transpose(x * w)",
        "for x, w : Z^2 -> any. rot90(x) * rot90(w) = rot90(x * w)",
        "for x, w : Z^2 -> any. fliplr(x) * fliplr(w) = fliplr(x * w)",
        "for x, w : Z^2 -> any. given rot90(w) = w. rot90(x) * w = rot90(x * w)",
        "for x, w : Z^2 -> any. given fliplr(w) = w. fliplr(x) * w = fliplr(x * w)",
        "for x, w : Z^2 -> any. given w = flipud(w). flipud(x) * w = flipud(x * w)",
        "for x, w : Z^2 -> any. given transpose(w) = w, fliplr(w) = w. rot90(x) * w = rot90(x * w)",
        "for n : Nat, x, w : Z/n x Z/n -> any. given rot90(w) = w. rot90(x) * w = rot90(x * w)",
        "for x : Z^2 -> any. rot90(rot90(rot90(rot90(x)))) = x",
        "for h, w : Nat, x : [h, w]. rot90(rot90(x)) = listrev(x)",
        "for x : Z^2 -> any. fliplr(x) = transpose(flipud(transpose(x)))",
        "for a, b, c, d : Z -> any. outer(a, b) * outer(c, d) = outer(a * c, b * d)",
        "for n, m : Nat, a, c : Z/n -> any, b, d : Z/m -> any. outer(a, b) * outer(c, d) = outer(a * c, b * d)",
        "for x : Z^2 -> any, u, v : Z -> any. rows(cols(x, v), u) = x * outer(v, u)",
        "for n, m : Nat, x : Z/n x Z/m -> any, v : Z/n -> any, u : Z/m -> any. rows(cols(x, v), u) = x * outer(v, u)",
        "for h, w, p, q : Nat, x : [h, w], v : [p], u : [q]. rows(cols(x, v), u) = convfull(x, outer(v, u))",
        "for x, w : Z^2 -> any. rowsum(x * w) = rowsum(x) * rowsum(w)",
        "for x : Z^2 -> any. sum(rowsum(x)) = sum(x)",
        "for x, w : Z^2 -> any. down(2, x) * w = down(2, x * up(2, w))",
        "for x : Z^2 -> any, m : Nat. given m >= 1. down(m, up(m, x)) = x",
        "for x : Z^2 -> any, m : Nat. given m >= 1, supported(m, x). up(m, down(m, x)) = x",
        "for n, k : Int. binomial(n, k) = binomial(n, n - k)",
    ] {
        let outcome = prove(&parsed(text), &effort());
        let scope = outcome.scope.as_ref().map(ToString::to_string).unwrap_or_default();
        let every = !text.contains("any") || scope.contains("in every commutative");
        // all hypotheses on signals are named, and only they
        let given = text.split("given ").nth(1).and_then(|rest| rest.split(". ").next()).unwrap_or_default();
        let named = given.matches("w").count() > 0 || given.contains("supported");
        let all = !named
            || outcome.hypotheses.iter().all(|one| given.contains(one.as_str()))
                && !outcome.hypotheses.is_empty();
        if outcome.verdict != Verdict::HoldsFor || !every || !all {
            wrong.push(format!(
                "{text}: {} {scope} {:?} {}",
                outcome.verdict, outcome.hypotheses, outcome.reached
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn their_twins_are_false_and_small_instances_show_it() {
    let mut wrong = vec![];
    for text in [
        "for x, w : Z^2 -> any. transpose(x) * w = transpose(x * w)",
        "for x, w : Z^2 -> any. rot90(x) * w = rot90(x * w)",
        "for x, w : Z^2 -> any. fliplr(x) * w = fliplr(x * w)",
        "for x, w : Z^2 -> any. given fliplr(w) = w. rot90(x) * w = rot90(x * w)",
        "for x : Z^2 -> any. rot90(x) = transpose(x)",
        "for x : Z^2 -> any. rot90(rot90(x)) = x",
        "for h, w : Nat, x : [h, w]. rot90(x) = rot90(rot90(rot90(x)))",
        "for a, b, c, d : Z -> any. outer(a, b) * outer(c, d) = outer(a * d, b * c)",
        "for x, w : Z^2 -> any. down(2, x) * w = down(2, x * w)",
        "for x : Z^2 -> any. up(2, down(2, x)) = x",
        "for x : Z^2 -> any, u, v : Z -> any. rows(cols(x, v), u) = x * outer(u, v)",
        "for h, w : Nat, x : [h, w], v : [w]. rows(x, v) = cols(x, v)",
        "for x : Z^2 -> any. rowsum(x) = colsum(x)",
        "for n, k : Int. binomial(n, k) = binomial(n + 1, k) - binomial(n, k - 1)",
    ] {
        let claim = parsed(text);
        let outcome = prove(&claim, &effort());
        if outcome.counterexample.as_ref().and_then(|found| recheck(&claim, found)).is_none() {
            wrong.push(format!("{text}: {} {:?}", outcome.verdict, outcome.counterexample));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn far_away_is_not_too_far_to_say_so() {
    // what leaves the range of indices is not computed, and nothing panics
    let up = (0..6).fold("delta(1)".to_owned(), |x, _| format!("up(16000, {x})"));
    let power = (0..10).fold("delta(16000)".to_owned(), |x, _| format!("({x}^*64)"));
    for text in [format!("{up} = zero"), format!("{power} = zero")] {
        assert_eq!(prove(&parsed(&text), &effort()).verdict, Verdict::Undecided, "{text}");
    }
    // what lies in it is compared where there is something, not in the window that spans it
    let text = "for x : Z^2 -> Z. shift(16000, 16000, x) = x";
    assert_eq!(prove(&parsed(text), &effort()).verdict, Verdict::Refuted);
}
