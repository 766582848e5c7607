//! Mutants: an operator defined wrongly, in identities that hold for the right one, is refuted; and the smallest
//! counterexample is the smallest.

use super::{
    evidence::{instance, over, parsed},
    naive::{Env, Over, V},
    random::written,
};
use faltung::{
    expr::{Expr, Head, Op},
    theorem::{Effort, Verdict, prove},
};

/// An operator, what is put in its place (`#0` its first argument), and an identity that tells the difference.
const MUTANTS: &[(Op, &str, &str, &str)] = &[
    (Op::Corr, "(#0 * rev(#1))", "for x, w, y : Z -> any. ", "dot(x * w, y) = dot(x, corr(y, w))"),
    (Op::Corr, "corr(#1, #0)", "for x, w, y : Z -> any. ", "dot(x * w, y) = dot(x, corr(y, w))"),
    (Op::Dft, "(n * idft(#0))", "for n : Nat, x : Z/n -> C. ", "idft(dft(x)) = x"),
    (Op::Idft, "(n * idft(#0))", "for n : Nat, x : Z/n -> C. ", "idft(dft(x)) = x"),
    (Op::Rev, "shift(1, rev(#0))", "for x, w : Z -> any. ", "rev(x * w) = rev(x) * rev(w)"),
    (Op::Rev, "shift(-1, rev(#0))", "for n : Nat, x : Z/n -> any. ", "rev(x)[0] = x[0]"),
    (Op::Up, "shift(1, up(#0, #1))", "for x, w : Z -> any, m : Nat. ", "up(m, x * w) = up(m, x) * up(m, w)"),
    (Op::Down, "down(#0, shift(1, #1))", "for x : Z -> any, m : Nat. ", "down(m, up(m, x)) = x"),
    (Op::Shift, "shift(-#0, #1)", "for x : Z -> any, a : Int. ", "x * delta(a) = shift(a, x)"),
    (Op::Dot, "sum(#0 .* #1)", "for x, y : Z -> any. ", "dot(x, y) = conj(dot(y, x))"),
    (Op::Norm2Sq, "sum(#0 .* #0)", "for x : Z -> any. ", "corr(x, x)[0] = norm2sq(x)"),
    (Op::Index, "(index(#0) + #0)", "for x, w : Z -> any. ", "index(x * w) = index(x) * w + x * index(w)"),
    (Op::AltSum, "-altsum(#0)", "for x, w : Z -> any. ", "altsum(x * w) = altsum(x) * altsum(w)"),
    (Op::Diff, "shift(-1, diff(#0))", "for x : Z+ -> any. ", "diff(cumsum(x)) = x"),
    (Op::ConvPow, "#0^*(#1 + 1)", "for f : Z -> any, m, n : Nat. ", "f^*m * f^*n = f^*(m + n)"),
    (Op::CorrValid, "convvalid(#0, #1)", "for x : [n], w : [k]. ", "dilated(1, x, w) = corrvalid(x, w)"),
    (
        Op::ConvT,
        "convT(#0, #1, listrev(#2))",
        "for s : Nat, x : [n], w : [k]. ",
        "convT(s, x, w) = convfull(zerostuff(s, x), w)",
    ),
    (
        Op::ConvSame,
        "crop(floor(len(#1)/2), len(#1) - 1 - floor(len(#1)/2), convfull(#0, #1))",
        "for x : [n], w : [k]. ",
        "convsame(x, w)[0] = convfull(x, w)[floor((k - 1)/2)]",
    ),
    (Op::ReplicatePad, "pad(#0, #1, #2)", "for x : [n], a : Nat. ", "replicatepad(a, 0, x)[0] = x[0]"),
    (
        Op::Periodize,
        "shift(1, periodize(#0, #1))",
        "for x, w : Z -> any, n : Nat. ",
        "periodize(n, x * w) = periodize(n, x) * periodize(n, w)",
    ),
    (Op::Rot90, "transpose(#0)", "for x : Z^2 -> any. ", "rot90(rot90(x)) = rev(x)"),
    (Op::Rot90, "flipud(#0)", "for x : Z^2 -> any. ", "rot90(transpose(x)) = flipud(x)"),
    (Op::Rot90, "rot90(rot90(rot90(#0)))", "for h, w : Nat, x : [h, w]. ", "rot90(transpose(x)) = flipud(x)"),
    (
        Op::Rot90,
        "rot90(rot90(rot90(#0)))",
        "for n, m : Nat, x : Z/n x Z/m -> any. ",
        "rot90(x)[0, 1] = x[1, 0]",
    ),
    (
        Op::FlipLr,
        "flipud(#0)",
        "for x : Z^2 -> any, u, v : Z -> any. ",
        "fliplr(outer(u, v)) = outer(u, rev(v))",
    ),
    (
        Op::FlipLr,
        "shift(0, 1, fliplr(#0))",
        "for n, m : Nat, x : Z/n x Z/m -> any. ",
        "fliplr(x)[0, 0] = x[0, 0]",
    ),
    (Op::FlipUd, "listrev(#0)", "for h, w : Nat, x : [h, w]. ", "rot90(transpose(x)) = flipud(x)"),
    (Op::Transpose, "rot90(#0)", "for u, v : Z -> any. ", "transpose(outer(u, v)) = outer(v, u)"),
    (Op::Outer, "outer(#1, #0)", "for u, v : Z -> any. ", "rowsum(outer(u, v)) = sum(v) * u"),
    (Op::Rows, "cols(#0, #1)", "for x : Z^2 -> any, u : Z -> any. ", "rows(x, u) = x * outer(delta, u)"),
    (Op::Cols, "rows(#0, rev(#1))", "for x : Z^2 -> any, u : Z -> any. ", "cols(x, u) = x * outer(u, delta)"),
    (Op::RowSum, "colsum(#0)", "for u, v : Z -> any. ", "rowsum(outer(u, v)) = sum(v) * u"),
    (Op::ColSum, "rowsum(#0)", "for x : Z^2 -> any, w : Z -> any. ", "colsum(rows(x, w)) = colsum(x) * w"),
    (Op::Up, "up(#0 + 1, #1)", "for x : Z^2 -> any, m : Nat. ", "up(m, x)[m, 0] = x[1, 0]"),
    (Op::Down, "transpose(down(#0, #1))", "for x : Z^2 -> any, m : Nat. ", "down(m, up(m, x)) = x"),
    (Op::Binomial, "binomial(#0 + 1, #1)", "for n : Nat. ", "sum([1, 1]^*n) = 2^n - 1 + binomial(n, n)"),
    (Op::Binomial, "binomial(#0, #1 + 1)", "for n, k : Nat. ", "([1, 1]^*n)[k] = binomial(n, k)"),
    (Op::Floor, "ceil(#0/#1)", "for n, s : Nat. ", "n = s * floor(n/s) + n mod s"),
    (Op::Relu, "abs(#0)", "for x : Z -> Q. ", "max(x, zero) = relu(x)"),
    (
        Op::MaxPool,
        "minpool(#0, #1, #2)",
        "for x : [n] -> Q, k : Nat. ",
        "maxpool(k, 1, -x) = -minpool(k, 1, x)",
    ),
    (
        Op::MinPool,
        "maxpool(#0, #1, #2)",
        "for x : [n] -> Q, k : Nat. ",
        "maxpool(k, 1, -x) = -minpool(k, 1, x)",
    ),
    (
        Op::AvgPool,
        "maxpool(#0, #1, #2)",
        "for x, y : [n] -> Q. ",
        "avgpool(2, 1, x + y) = avgpool(2, 1, x) + avgpool(2, 1, y)",
    ),
    (
        Op::GlobalMax,
        "sum(#0)",
        "for x, y : [n] -> Q. ",
        "globalmax(x ++ y) = max(globalmax(x), globalmax(y))",
    ),
    (Op::Dilate, "shift(1, dilate(#0, #1))", "for x : Z -> Q. ", "dilate(1, x) = x"),
    (Op::Erode, "rev(erode(#0, rev(#1)))", "for x : Z/n -> Q, k : Nat. ", "erode(k, x) = minpool(k, 1, x)"),
    (
        Op::Median,
        "avgpool(#0, 1, #1)",
        "for x : [n] -> Q. ",
        "median(3, power(x, 3)) = power(median(3, x), 3)",
    ),
    (Op::MConv, "mconv(listrev(#0), #1)", "for x : [c, n], w : [o, c, k]. ", "gconv(1, x, w) = mconv(x, w)"),
    (
        Op::GConv,
        "gconv(#0, flipud(#1), #2)",
        "for x, y : [c, n], v, w : [o, c, k]. ",
        "gconv(2, x ++ y, v ++ w) = mconv(x, v) ++ mconv(y, w)",
    ),
    (
        Op::LocalConv,
        "tiledconv(#0, flipud(#1))",
        "for x : [n], w : [m, k]. ",
        "localconv(x, w) = rowsum(im2col(k, x) .* w)",
    ),
    (
        Op::TiledConv,
        "tiledconv(#0, flipud(#1))",
        "for x : [n], u, v : [k]. ",
        "tiledconv(x, outer([1], u) ++ outer([1], v))[1] = corrvalid(x, v)[1]",
    ),
    (Op::Repeat, "zerostuff(#0, #1)", "for x : [n], m : Nat. ", "sum(repeat(m, x)) = m * sum(x)"),
    (
        Op::MatMul,
        "(#1 @ #0)",
        "for x : [2, n], w : [2, 2, 1]. ",
        "mconv(mconv(x, w), [[[0], [1]], [[0], [0]]]) = mconv(x, [[[0], [1]], [[0], [0]]] @ w)",
    ),
    (
        Op::Adjoint,
        "transpose(#0)",
        "for x : [c, n], w : [o, c, k], y : [o, n - k + 1]. ",
        "dot(mconv(x, w), y) = dot(x, adjoint(w) @ y)",
    ),
    (
        Op::Join,
        "(#1 ++ #0)",
        "for x : [c, n], v, w : [o, c, k]. ",
        "mconv(x, v ++ w)[0, 0] = mconv(x, v)[0, 0]",
    ),
    (
        Op::Conv,
        "conv(#1, #0)",
        "for x : D4 -> any, u, v : D4. ",
        "lshift(u, lshift(v, x)) = lshift(u * v, x)",
    ),
    (Op::LShift, "rshift(#0, #1)", "for x, w : S3 -> any, u : S3. ", "lshift(u, x) * w = lshift(u, x * w)"),
    (Op::LShift, "lshift(#0^(-1), #1)", "for x : D4 -> any, u : D4. ", "delta(u) * x = lshift(u, x)"),
    (Op::RShift, "lshift(#0, #1)", "for x, w : D4 -> any, u : D4. ", "x * rshift(u, w) = rshift(u, x * w)"),
    (
        Op::RShift,
        "rshift(#0^(-1), #1)",
        "for x : S3 -> any, u, v : S3. ",
        "rshift(u, rshift(v, x)) = rshift(u * v, x)",
    ),
    (Op::Rev, "lshift(turn, rev(#0))", "for x, w : S3 -> any. ", "rev(x * w) = rev(w) * rev(x)"),
    (Op::Corr, "corr(#1, #0)", "for x, w, y : S3 -> any. ", "dot(x * w, y) = dot(x, corr(y, w))"),
    (Op::Turn, "mirror", "for x : S3 -> any. ", "lshift(turn^3, x) = x"),
    (Op::MirrorImage, "turn", "for x : D4 -> any. ", "rshift(mirror^2, x) = x"),
    (Op::Delta, "lshift(turn, delta(#0))", "for u : D4. ", "delta(u)[u] = 1"),
    (Op::Circ, "transpose(circ(#0))", "for h, x : D4 -> any. ", "circ(h) @ x = h * x"),
    (
        Op::Strided,
        "strided(#0, listrev(#1), #2)",
        "for x : [1, n], w : [1, 1, k], s, i : Nat. ",
        "strided(s, x, w)[0, i] = mconv(x, w)[0, s * i]",
    ),
    (
        Op::Dilated,
        "strided(#0, #1, #2)",
        "for x : [c, n], w : [o, c, 1], d : Nat. ",
        "dilated(d, x, w) = mconv(x, w)",
    ),
    (
        Op::ConvT,
        "convT(#0, listrev(#1), #2)",
        "for x : [o, n], w : [o, c, k]. ",
        "convT(1, x, w) = transpose(w) @ x",
    ),
    (
        Op::Im2Col,
        "im2col(#0, flipud(#1))",
        "for x : [c, n], w : [1, c, k]. ",
        "im2col(k, x) @ ravel(w) = ravel(mconv(x, w))",
    ),
    (
        Op::MaxPool,
        "maxpool(#0, #1, transpose(#2))",
        "for x, y : [c, h, w] -> Q. ",
        "maxpool(2, 2, x ++ y) = maxpool(2, 2, x) ++ maxpool(2, 2, y)",
    ),
    (Op::Tile, "up(#0, #1)", "for n, m : Nat, x : Z/n -> any. ", "sum(tile(m, x)) = m * sum(x)"),
];

/// The expression as text, an operator replaced.
fn mutated(e: &Expr, mutant: Op, template: &str) -> String {
    let Head::Apply(op) = e.head else { return e.to_string() };
    let args: Vec<String> = e.args.iter().map(|arg| mutated(arg, mutant, template)).collect();
    if op != mutant {
        return written(op, &args);
    }
    args.iter().enumerate().fold(template.to_owned(), |text, (k, arg)| text.replace(&format!("#{k}"), arg))
}

#[test]
fn every_mutant_is_caught_and_the_original_is_not() {
    let effort = Effort { enumerated: 2_000, random: 40, ..Effort::low() };
    for (op, template, binders, identity) in MUTANTS {
        let original = parsed(&format!("{binders}{identity}"));
        assert_ne!(prove(&original, &effort).verdict, Verdict::Refuted, "{original}");
        let [left, right] = &original.statement.args[..] else { panic!("two sides") };
        let [left, right] = [left, right].map(|side| mutated(side, *op, template));
        assert_ne!(format!("{left} = {right}"), *identity);
        let text = format!("{binders}{left} = {right}");
        assert_eq!(prove(&parsed(&text), &effort).verdict, Verdict::Refuted, "{op:?}: {text}");
    }
}

#[test]
fn hypotheses_are_solved_as_far_as_they_may_be() {
    let said = |text: &str| {
        let outcome = prove(&parsed(text), &Effort::low());
        (outcome.verdict, outcome.scope.map(|s| s.to_string()).unwrap_or_default(), outcome.hypotheses)
    };
    let (verdict, scope, used) = said("given even(x). rev(x) = x");
    assert_eq!((verdict, used), (Verdict::HoldsFor, vec!["even(x)".to_string()]), "{scope}");
    assert!(scope.contains("every commutative") && !scope.contains("invertible"), "{scope}");
    assert_eq!(said("given m >= 1. given supported(m, x). up(m, down(m, x)) = x").0, Verdict::HoldsFor);
    assert_eq!(said("given real(x). corr(w, x) = w * rev(x)").0, Verdict::HoldsFor);
    let (verdict, scope, _) = said("for x : Z -> any. given 5 * x = zero. x = zero");
    assert!(verdict == Verdict::HoldsFor && scope.contains("5 is invertible"), "{verdict}: {scope}");
    // the same for finitely many entries is not said of every ring either
    let (verdict, scope, _) = said("for x : Z/2 -> any. given 5 * x = zero. x = zero");
    assert!(verdict == Verdict::HoldsFor && scope.contains("5 is invertible"), "{verdict}: {scope}");
    assert_eq!(said("for c : Z. given c * c = 1. c * c * c = c").0, Verdict::Undecided);
    assert_eq!(said("for x, w : Z -> any. given x * w = w. x * x * w = w").0, Verdict::Undecided);
    // a hypothesis that is not needed is not named
    assert_eq!(said("given even(x). x * w = w * x").2, Vec::<String>::new());
}

/// All signals with entries 0, 1, -1, 2, -2 at -2 … 2, with their length from 0 on and their rank.
fn signals() -> Vec<(usize, usize, V)> {
    let entry = |digit: usize| [0, 1, -1, 2, -2][digit];
    (0..5usize.pow(5))
        .map(|code| {
            let digits: Vec<usize> = (0..5u32).map(|k| code / 5usize.pow(k) % 5).collect();
            let support: Vec<i64> = (0..5).filter(|k| digits[*k as usize] > 0).map(|k| k - 2).collect();
            let length = support.iter().fold((0, 0), |(a, b), k| (a.min(*k), b.max(*k)));
            let length = if support.is_empty() { 0 } else { (length.1 - length.0 + 1) as usize };
            let one = |k: &i64| (vec![*k], Over::Z.g(entry(digits[(*k + 2) as usize]), 0, 1).expect("small"));
            (length, digits.iter().sum(), V::Map(1, support.iter().map(one).collect()))
        })
        .collect()
}

#[test]
fn no_counterexample_is_smaller() {
    let all = signals();
    for statement in [
        "corr(x, w) = corr(w, x)",
        "x .* w = x * w",
        "norm1(x * w) = norm1(x) * norm1(w)",
        "rev(x) * w = x * rev(w)",
        "x * x = w * w",
        "relu(x * w) = relu(x) * relu(w)",
        "power(x, 2) = x .* abs(x) + w - w",
        "down(2, x * w) = down(2, x) * down(2, w)",
        "sum(x) * sum(x) * sum(w) = sum(x) * sum(w)",
    ] {
        let claim = parsed(&format!("for x, w : Z -> Z. {statement}"));
        let found = prove(&claim, &Effort::default()).counterexample.unwrap_or_else(|| panic!("{claim}"));
        let env = instance(&found).expect("integers");
        let size = |name: &str| {
            let own = all.iter().find(|(_, _, value)| *value == env[name]);
            own.map(|(length, rank, _)| (*length, *rank)).unwrap_or_else(|| panic!("{claim}: large: {env:?}"))
        };
        let (x, w) = (size("x"), size("w"));
        let least = (x.0 + w.0, x.1 + w.1);
        let small: Vec<_> = all.iter().filter(|(length, ..)| *length <= least.0).collect();
        for (x, w) in small.iter().flat_map(|x| small.iter().map(move |w| (x, w))) {
            if (x.0 + w.0, x.1 + w.1) < least {
                let env: Env = [("x".into(), x.2.clone()), ("w".into(), w.2.clone())].into();
                let holds = over(&found.ring).holds(&claim.statement, &env);
                assert_eq!(holds, Ok(true), "{claim}: {env:?} is smaller than {:?}", found.values);
            }
        }
    }
}
