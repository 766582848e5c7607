//! The prover held to the truth: false claims that may never be said to hold, true ones that may never be refuted,
//! and every counterexample computed again by the naive evaluator.

use super::naive::{Env, No, Over, same};
use faltung::{
    expr::{self, Claim, Head, Kind, Op},
    theorem::{Counterexample, Effort, Outcome, Verdict, prove},
};
use std::time::Instant;

/// One claim a line, `#` before a remark.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

pub fn effort() -> Effort {
    Effort { enumerated: 3_000, random: 60, work: 1_200_000, evaluations: 8_000, ..Effort::default() }
}

#[track_caller]
pub fn parsed(text: &str) -> Claim {
    expr::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn timed(claim: &str, effort: &Effort) -> Outcome {
    let start = Instant::now();
    let outcome = prove(&parsed(claim), effort);
    if std::env::var("EVIDENCE_TIMES").is_ok() {
        println!("{:6} ms {:?} {claim}", start.elapsed().as_millis(), outcome.verdict);
    }
    outcome
}

pub fn over(ring: &str) -> Over {
    match ring {
        "Z" | "N" => Over::Z,
        "Q" => Over::Q,
        "maxplus" => Over::MaxPlus,
        // of integers and numbers written out no ring is spoken
        "Q(zeta)" | "" => Over::C,
        ring => {
            let digits: String = ring.chars().filter(char::is_ascii_digit).collect();
            Over::Mod(digits.parse().expect("a modulus"))
        }
    }
}

/// The instance as its pasteable text says it, in the naive evaluator's terms.
pub fn instance(found: &Counterexample) -> Result<Env, No> {
    let pasted = expr::parse(&found.pasteable).unwrap_or_else(|e| panic!("{}: {e}", found.pasteable));
    let mut env = Env::new();
    for pin in &pasted.given {
        let (Head::Apply(Op::Eq), [name, value]) = (&pin.head, &pin.args[..]) else {
            panic!("{pin} pins no name")
        };
        let Head::Name(name) = &name.head else { panic!("{pin} pins no name") };
        env.insert(name.clone(), over(&found.ring).eval(value, &Env::new(), None)?);
    }
    Ok(env)
}

/// Recomputes a counterexample: the hypotheses are true, the statement is false, and both sides are what was printed.
/// `None` where the naive evaluator does not go.
pub fn recheck(claim: &Claim, found: &Counterexample) -> Option<()> {
    let ring = over(&found.ring);
    let beyond = |no: No| assert_eq!(no, No::Beyond, "{claim}\n{found:#?}");
    let env = instance(found).map_err(beyond).ok()?;
    for hypothesis in &claim.given {
        assert!(ring.holds(hypothesis, &env).map_err(beyond).ok()?, "{hypothesis} is false: {found:#?}");
    }
    assert!(!ring.holds(&claim.statement, &env).map_err(beyond).ok()?, "{claim} is true: {found:#?}");
    let sides = ring.args(Op::Eq, &claim.statement, &env, None).map_err(beyond).ok()?;
    let sides = sides.iter().zip(&claim.statement.args).zip([&found.left, &found.right]);
    for ((side, expr), printed) in sides {
        let space = match expr.kinds.only().expect("checked") {
            Kind::Int => "Int",
            Kind::Scalar => "any",
            Kind::Line => "Z -> any",
            Kind::Plane => "Z^2 -> any",
            Kind::Left => "Z+ -> any",
            Kind::Circle => "Z/1 -> any",
            Kind::Torus => "Z/1 x Z/1 -> any",
            Kind::Array => "[1]",
            Kind::Array2 => "[1, 1]",
            Kind::OnS3 => "S3 -> any",
            Kind::OnD4 => "D4 -> any",
            Kind::InS3 => "S3",
            Kind::InD4 => "D4",
            _ => "[1, 1, 1]",
        };
        let literal = parsed(&format!("for q : {space}. q = {printed}")).statement.args.remove(1);
        let literal = ring.eval(&literal, &Env::new(), None).map_err(beyond).ok()?;
        assert!(same(side, &literal), "{expr} is {side:?}: {found:#?}");
    }
    Some(())
}

/// False, and refuted: by a small instance that the naive evaluator recomputes.
const REFUTED: &str = "
# agree on every real basis vector
conj(x) = x
x .* x = x
dot(x, y) = dot(y, x)
corr(x, w) = x * rev(w)
corr(x, y) = corr(y, x)
for x : Z/n -> any. dot(x, x) = sum(x .* x)
norm2sq(x) = sum(x .* x)
x .* w .* x = w .* x
conj(x) .* x = x .* x
for c : any, x : Z -> any. conj(c * x) = c * conj(x)
# true over N, where sums cancel
for a, b : semiring. given a + a = a + b. a = b
for x, y : Z -> semiring. given x + y = x. y = zero
for x, y, w : [n] -> semiring. given x + w = y + w. x = y
# true on {0, 1}
relu(x) = x
for x : [n] -> R. relu(x) = x
abs(x) = x
max(x, y) = x + y
for x : Z -> R. norm1(x) = sum(x)
power(x, 2) = x
for c : any. c * c = c
norminf(x * w) <= norminf(x) * norminf(w)
norm1(x * w) = norm1(x) * norm1(w)
for x, w : Z -> R. norm2sq(x * w) <= norm2sq(x) * norm2sq(w)
relu(x * w) = relu(x) * relu(w)
relu(x + w) = relu(x) + relu(w)
abs(x * w) = abs(x) * abs(w)
for x : Z -> Z. x .* x <= x + x
# algebra
(x * w) .* v = x * (w .* v)
rev(x * w) = rev(x) * w
corr(corr(x, y), z) = corr(x, corr(y, z))
shift(a, x) * shift(b, w) = shift(a - b, x * w)
x * x = x .* x
diff(x * w) = diff(x) * diff(w)
diff(x .* w) = diff(x) .* w + x .* diff(w)
index(x * w) = index(x) * index(w)
for f : Z -> any, m, n : Nat. f^*m * f^*n = f^*(m*n)
for f : Z -> any, n : Nat. (f + f)^*n = f^*n + f^*n
for x, w : Z -> any, m : Nat. given m >= 1. up(m, x .* w) = up(m, x) * up(m, w)
for c : any, m, n : Nat. c^m * c^n = c^(m*n)
for c : any. c^0 = c
x * delta = delta
sum(x .* w) = sum(x) * sum(w)
altsum(x * w) = sum(x) * altsum(w)
altsum(shift(a, x)) = altsum(x)
rev(shift(a, x)) = shift(a, rev(x))
for x, w : Z -> any. x - w = w - x
x + delta = x
# false at some residues only
for x, w : Z -> any, m : Nat. given m >= 1. down(m, x * w) = down(m, x) * down(m, w)
for x : Z -> any, m : Nat. given m >= 1. up(m, down(m, x)) = x
for x : Z -> any, a : Int. down(2, shift(a, x)) = shift(floor(a/2), down(2, x))
for x : Z -> any, m, n : Nat. given m >= 1, n >= 1. down(m, up(n, x)) = up(n, down(m, x))
for a, b : Int. (a + b) mod 3 = a mod 3 + b mod 3
for n : Nat. n * n mod 4 = 0
for n : Nat. given n mod 2 = 1. n mod 4 = 1
for n, s : Nat. given s >= 1. s * floor(n/s) = n
for a, b, c : Nat. given c >= 1. floor((a+b)/c) = floor(a/c) + floor(b/c)
for n : Nat. n * n + n + 41 <= 1000 * n + 41 - 1
for a, b : Nat. gcd(a, b) = gcd(a + 1, b + 1)
# false only over small or strange rings
for c : any. given 2 * c = 0. c = 0
for c : any. given 3 * c = 0. c = 0
for c : any. given c * c = 0. c = 0
for c, d : any. given c * d = 0, c != 0. d = 0
for x, w : Z -> any. given x * w = zero, w != 0. x = zero
for x : Z -> any. given odd(x). x[0] = 0
for x : Z/3 -> any. given odd(x). x[0] = 0
for x : Z -> any. given x + x = zero. x = zero
for c : field. given 2 * c = 0. c = 0
for c : F(2). c = 0
for c : F(5). c^3 = c
for x : Z -> F(2). x .* x = zero
for c : any. given c * c = 1. c = 1
for x : Z -> field. given 3 * x = zero. x = zero
# false only where conj is not the identity
for c : any, x, w : Z -> any. dot(x, c * w) = c * dot(x, w)
for c : C. conj(c) = c
for c : C. c * conj(c) = c * c
for x : Z/n -> C. conj(dft(x)) = dft(conj(x))
for x, w : Z/n -> C. dft(corr(x, w)) = dft(x) .* dft(w)
for x, w : Z/n -> C. dft(x .* w) = dft(x) * dft(w)
for x : Z/n -> C. dft(dft(x)) = rev(x)
for x : Z/n -> C. idft(x) = dft(x)
i * i = 1
for n : Nat. given n >= 1. zeta(n)^2 = 1
# sizes
for x, w : Z/n -> any. up(2, x) = tile(2, x)
convfull(x, w) = convsame(x, w)
for x : [n], w : [k]. convvalid(x, w) = convsame(x, w)
for x : [n], w : [k]. corrvalid(x, w) = convvalid(x, w)
for x, y : [n]. x ++ y = y ++ x
x ++ y = y ++ x
for x : [n]. x = ones
for x : [n], a, b : Nat. pad(a, b, x) = pad(b, a, x)
for x : [n], a, b : Nat. len(pad(a, b, x)) = n
for x : [n], a : Nat. reflectpad(a, a, x) = wrappad(a, a, x)
for x : [n], a : Nat. replicatepad(a, 0, x) = pad(a, 0, x)
for x : [n], w : [k], s : Nat. given s >= 1. strided(s, x, w) = corrvalid(x, w)
for x : [n], w : [k], s : Nat. given s >= 1. convT(s, x, w) = convT(s, w, x)
for x : [n], w : [k], d : Nat. given d >= 1. dilated(d, x, w) = dilated(1, x, w)
listrev(x) = x
for x : [n]. cumsum(listrev(x)) = listrev(cumsum(x))
for x : [n], k : Nat. given k >= 1, n >= k. len(im2col(k, x)[0, 0] * x) = k
for n, k, s : Nat. given n >= k, k >= 1, s >= 1. outsize(n, k, s, 0, 1) * s = n - k + s
for k : Nat. given k >= 1. receptive(k, 2, k, 1) = 2*k - 1
for x : Z -> any, n : Nat. given n >= 1. sum(box(n)) * x = x
for n : Nat. given n >= 1. box(n) * box(n) = box(2*n - 1)
for x : Z/n -> any. wht(wht(x)) = x
for x : Z/n -> any, a : Int. shift(a, x) .* x = x .* shift(-a, x)
for x : Z -> any, n : Nat. given n >= 1. sum(periodize(n, x)) = n * sum(x)
for x, w : Z -> any, n : Nat. given n >= 1. periodize(n, x .* w) = periodize(n, x) .* periodize(n, w)
# left-bounded
for x, w : Z+ -> any. cumsum(x * w) = cumsum(x) * cumsum(w)
for x : Z+ -> any. cumsum(x) = x
for x : Z+ -> any. cumsum(diff(x)) = diff(diff(x))
for x : Z+ -> any, a : Int. shift(a, x) = x
# definedness
for x : Z -> Q, n : Nat. 1/n * x = x
for c : Q. c / c = c
for c : field, x : Z -> field. modulate(c, x) = c * x
for x : Z/n -> any, m : Nat. given m >= 1. up(m, down(m, x)) = x
for x : Z -> Q. extent(x) = norm0(x)
for x, w : Z -> Q. norm0(x * w) = norm0(x) * norm0(w)
for x, w : Z -> Q. extent(x * w) = extent(x) + extent(w)
# the plane
for x, w : Z^2 -> any. x * w = x .* w
for x : Z^2 -> any. rev(x) = x
for x : Z/n x Z/m -> any. rev(x) = x
for x : Z^2 -> any, a, b : Int. shift(a, b, x) = shift(b, a, x)
";

/// False, and out of reach of a small search: no more may be said than that nothing was found.
const UNDECIDED: &str = "
for x : Z -> Q. norm0(x * x) >= norm0(x)
for c : any. given 5 * c = 0. c = 0
for x : Z -> any. given 35 * x = zero. x = zero
for n : Nat. n <= 1000
for n : Nat. given n >= 100. n mod 7 = 0
for a : Int. a * a <= 100000
for n : Nat. given n mod 1000 = 17. n = 17
for c : semiring. conj(c) = c
for x : Z -> any, a : Int. given a >= 50. shift(a, x) = x
";

/// False exactly where a hypothesis is too large to be evaluated, or at exponents and sizes beyond all reason.
const ENORMOUS: &str = "
for a, b : Nat. given 2^(a*b*1000000) >= 1. a * b = 0
for a, b : Nat. given 2^(a*b*10000000000000) >= 1. a * b = 0
for c : any. c^99999999999 = c
for c : any. c^3000000000 * c^3000000000 = c
for x : Z -> any. x^*1000000000 = x
for x : Z -> any. power(x, 1000000000000) = x
for x : Z -> any. shift(99999999999999999999, x) = x
for x : Z -> any. shift(9223372036854775807, shift(9223372036854775807, x)) = x
for x : Z -> any. up(1000000000000, x) = x
for x : Z -> any. up(9223372036854775807, shift(1, x)) = delta
for x : Z -> any. box(1000000000000) * x = x
for x : Z/1000000000 -> any. x = rev(x)
for x : Z/n -> any. tile(100000000000, x) = x
for x : [n]. pad(10000000000000, 0, x) = x
for x : [n]. zerostuff(9223372036854775807, x) = x
for x : [9223372036854775807, 9223372036854775807]. listrev(x) = x
for n : Nat. 2^(2^n) <= 2^(2^5)
for n : Nat. 10^(10^(10^n)) = 10^10
for x : Z -> any, n : Nat. given n >= 1. periodize(n * 1000000000000, x) = periodize(n * 1000000000000, x + delta)
for x : Z+ -> any. cumsum(cumsum(cumsum(cumsum(cumsum(x))))) = x
for c : C. zeta(1000000007) * c = c
zeta(30030) * zeta(1009) = 1
";

/// True, or true for want of instances: undecided, and the reason is that no instance was found.
const VACUOUS: &str = "
for n : Nat. given n < 0. n = n + 1
for n : Nat. given n mod 2 = 1, n mod 2 = 0. n = 7
for x : Z -> any. given x != 0, x = zero. x = delta
for x : Z -> Q. given x > 0, x < 0. x = x
for x, w : Z -> any. given x != x. x * w = w * x
for c : Z. given 2 * c = 1. c = c
for x : Z -> Z. 1/2 * x = x
for c : F(3). zeta(4) * c = zeta(4) * c
for x : Z -> ordered. i * x = x * i
for x : Z -> any. down(0, x) = down(0, x)
for x : Z/3 -> any. down(2, x) = down(2, x)
";

/// True: never refuted, and most of them proved.
const TRUE: &str = "
x * w = w * x
for x, y : Z+ -> semiring. cumsum(x) + y = y + cumsum(x)
for x : Z+ -> semiring. cumsum(0 * x) = 0 * x
for x : Z+ -> semiring, c : semiring. given c + c = c. cumsum(c * (x + shift(1, x))) = cumsum(c * x)
x * (w * v) = (x * w) * v
x * (w + v) = x * w + x * v
x * delta = x
x * delta(a) = shift(a, x)
shift(a, x) * w = shift(a, x * w)
rev(x * w) = rev(x) * rev(w)
conj(x * w) = conj(x) * conj(w)
corr(x, w) = x * rev(conj(w))
corr(x, y) = rev(conj(corr(y, x)))
corr(corr(x, y), z) = corr(x, y * z)
dot(x * w, y) = dot(x, corr(y, w))
dot(x, y) = conj(dot(y, x))
corr(x, x)[0] = norm2sq(x)
sum(x * w) = sum(x) * sum(w)
altsum(x * w) = altsum(x) * altsum(w)
index(x * w) = index(x) * w + x * index(w)
diff(x * w) = diff(x) * w
diff(x) = x - shift(1, x)
norm2sq(shift(a, x)) = norm2sq(x)
power(x, 2) = x .* x
rev(rev(x)) = x
rev(shift(a, x)) = shift(-a, rev(x))
for f : Z -> any, m, n : Nat. f^*m * f^*n = f^*(m+n)
for c : any, m, n : Nat. c^m * c^n = c^(m+n)
for x : Z -> any, m : Nat. given m >= 1. down(m, up(m, x)) = x
for x, w : Z -> any, m : Nat. given m >= 1. up(m, x * w) = up(m, x) * up(m, w)
for x, w : Z -> any, m : Nat. given m >= 1. down(m, up(m, x) * w) = x * down(m, w)
given m >= 1. given supported(m, x). up(m, down(m, x)) = x
given even(x). rev(x) = x
given even(x), even(w). rev(x * w) = x * w
given odd(x), odd(w). rev(x * w) = x * w
given odd(x). sum(x) + sum(x) = 0
given real(x). corr(w, x) = w * rev(x)
given real(x). conj(x) = x
for x : Z -> any. given rev(x) = x. dot(x, delta(3)) = dot(x, delta(-3))
for x : [n], w : [k]. given symmetric(w). corrvalid(x, w) = convvalid(x, w)
for x, w : Z/n -> C. dft(x * w) = dft(x) .* dft(w)
for x : Z/n -> C. idft(dft(x)) = x
for x : Z/n -> C. sum(dft(x)) = n * x[0]
for x, w : Z/n -> F(97). ntt(x * w) = ntt(x) .* ntt(w)
for x : Z/n -> any. x * ones = sum(x) * ones
for x : Z/n -> any. sum(wht(x)) = n * x[0]
for x : Z/n -> any, m : Nat. given m >= 1. sum(tile(m, x)) = m * sum(x)
for x, w : Z -> any, n : Nat. given n >= 1. periodize(n, x * w) = periodize(n, x) * periodize(n, w)
for c : field, x, w : Z -> field. modulate(c, x * w) = modulate(c, x) * modulate(c, w)
for c : any. c / c = 1
1/2 * (x + x) = x
for x : Z+ -> any. diff(cumsum(x)) = x
for x, w : Z+ -> any. cumsum(x * w) = cumsum(x) * w
convfull(x, w) = convfull(w, x)
convvalid(x, w) = corrvalid(x, listrev(w))
listrev(convfull(x, w)) = convfull(listrev(x), listrev(w))
listrev(x ++ y) = listrev(y) ++ listrev(x)
for x : [n], w : [k]. len(convsame(x, w)) = n
for x : [n], a, b : Nat. crop(a, b, pad(a, b, x)) = x
for x : [n], a, b : Nat. crop(a, b, wrappad(a, b, x)) = x
for x : [n], a, b : Nat. crop(a, b, reflectpad(a, b, x)) = x
for x : [n], w : [k]. strided(1, x, w) = corrvalid(x, w)
for d : Nat, x : [n], w : [k]. given d >= 1. dilated(d, x, w) = corrvalid(x, zerostuff(d, w))
for s : Nat, x : [n], w : [k]. given s >= 1. convT(s, x, w) = convfull(zerostuff(s, x), w)
for n : Nat, s : Nat. given s >= 1. n = s * floor(n/s) + n mod s
for a, b : Int. gcd(a, b) = gcd(b, a)
for n, s : Nat. given s >= 1. ceil(n/s) = floor((n+s-1)/s)
for k : Nat. given k >= 1. receptive(k, 1, k, 1) = 2*k - 1
for x, w : Z^2 -> any. x * w = w * x
for x, w : Z/n x Z/m -> any. x * w = w * x
for n : Nat. given n >= 1. zeta(n)^n = 1
i * i = -1
for c : F(5). c^5 = c
for x : Z -> F(2). x + x = zero
for x : Z -> F(2). delta + delta = x - x
for c : F(3). c * c * c = c
for x, w : Z -> semiring. (x + w) * (x + w) = x * x + x * w + x * w + w * w
# inequalities
norm1(x * w) <= norm1(x) * norm1(w)
norminf(x * w) <= norm1(x) * norminf(w)
abs(x + y) <= abs(x) + abs(y)
relu(relu(x)) = relu(x)
for x : Z -> R. dot(x, x) >= 0
for x, w : Z -> Q. extent(x * w) = extent(x) + extent(w) - 1
for x : Z -> Q. given x != 0. norm0(x) >= 1
";

#[test]
fn what_is_false_is_refuted_and_the_counterexample_is_one() {
    let (mut count, mut rechecked, mut wrong) = (0, 0, vec![]);
    for text in lines(REFUTED) {
        let outcome = timed(text, &effort());
        count += 1;
        if outcome.verdict != Verdict::Refuted {
            let scope = outcome.scope.map(|scope| scope.to_string());
            wrong.push(format!("{text}: {} {scope:?} {}", outcome.verdict, outcome.reached));
            continue;
        }
        let found = outcome.counterexample.expect("what is refuted has a counterexample");
        rechecked += usize::from(recheck(&outcome.claim, &found).is_some());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 80 && rechecked + 3 >= count, "{rechecked} of {count} recomputed");
}

#[test]
fn a_pasted_counterexample_refutes_by_itself() {
    for text in lines(REFUTED).step_by(3) {
        let outcome = prove(&parsed(text), &effort());
        let Some(found) = outcome.counterexample else { continue };
        let again = prove(&parsed(&found.pasteable), &effort());
        assert_eq!(again.verdict, Verdict::Refuted, "{}", found.pasteable);
        assert_eq!(again.counterexample.expect("refuted").values, found.values, "{}", found.pasteable);
    }
}

#[test]
fn what_is_false_beyond_the_search_is_never_said_to_hold_everywhere() {
    for text in lines(UNDECIDED) {
        let outcome = timed(text, &effort());
        match outcome.verdict {
            Verdict::Refuted => drop(recheck(&outcome.claim, &outcome.counterexample.expect("refuted"))),
            // true in its box, which is printed: "0 <= n <= 6", "where 5 is invertible"
            Verdict::HoldsFor => {
                let scope = outcome.scope.expect("a box").to_string();
                let bounded = scope.contains("<=") || scope.contains("invertible") || scope.contains(" = ");
                assert!(bounded, "{text}: {scope}");
            }
            Verdict::Undecided => {}
            Verdict::Holds => panic!("{text}"),
        }
    }
}

#[test]
fn nothing_enormous_hangs_panics_or_holds() {
    for text in lines(ENORMOUS) {
        let Ok(claim) = expr::parse(text) else { panic!("{text} does not parse") };
        let start = Instant::now();
        let outcome = prove(&claim, &Effort { enumerated: 200, random: 10, ..Effort::low() });
        assert!(start.elapsed().as_secs() < 20, "{text} took {:?}", start.elapsed());
        assert!(
            !matches!(outcome.verdict, Verdict::Holds | Verdict::HoldsFor),
            "{text}: {:?}",
            outcome.scope
        );
    }
}

#[test]
fn a_spent_budget_proves_nothing() {
    for text in lines(REFUTED) {
        // no search to speak of, so that all that stands between a false claim and a proof is the formal part
        let tiny = Effort { enumerated: 1, random: 0, max_size: Some(2), ..Effort::low() };
        for (work, evaluations) in [(0, 0), (40, 40), (6_000, 500)] {
            let outcome = prove(&parsed(text), &Effort { work, evaluations, ..tiny.clone() });
            // true in so small a box, perhaps: then every instance of it is
            if let Some(scope) = outcome.scope {
                super::fuzz::attack(&outcome.claim, &scope, 40, &mut super::random::Dice(work + 7));
            }
        }
    }
}

#[test]
fn what_has_no_instance_is_undecided() {
    for text in lines(VACUOUS) {
        let Ok(claim) = expr::parse(text) else { continue };
        let outcome = prove(&claim, &effort());
        assert_eq!(outcome.verdict, Verdict::Undecided, "{text}");
        assert!(outcome.reached.contains("no instance"), "{text}: {}", outcome.reached);
        assert_eq!((outcome.evidence.admitted, outcome.level), (0, None), "{text}");
    }
}

#[test]
fn what_is_true_is_never_refuted_and_mostly_proved() {
    let (mut count, mut proved) = (0, 0);
    for text in lines(TRUE) {
        let outcome = timed(text, &effort());
        assert_ne!(outcome.verdict, Verdict::Refuted, "{text}: {:?}", outcome.counterexample);
        count += 1;
        let holds = matches!(outcome.verdict, Verdict::Holds | Verdict::HoldsFor);
        proved += usize::from(holds);
        if !holds {
            println!("open: {text}: {}", outcome.reached);
        }
    }
    assert!(count >= 60 && proved * 10 >= count * 8, "{proved} of {count} proved");
}
