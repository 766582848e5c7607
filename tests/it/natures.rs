//! What the operator table says of each argument, held to what the operators do.

use super::random::written;
use faltung::{
    expr::{self, Kind, Nature, Op, TABLE},
    theorem::{Effort, Verdict, prove},
};
use std::collections::BTreeMap;

/// For each operator and each of its signatures and arguments: what its nature says, as a claim.
fn nature_claims(row: &expr::Row, nature: Nature) -> Vec<(usize, String)> {
    let mut claims = vec![];
    for own in row.op.signatures() {
        for (k, _) in own.args.iter().enumerate().filter(|(k, _)| row.natures.get(*k) == Some(&nature)) {
            let ring = !own.result.discrete() && !own.args[k].discrete() && own.args[k] != Kind::Left;
            if !ring || own.result == Kind::Left {
                continue;
            }
            let one_shape = matches!(row.op, Op::Add | Op::Sub | Op::Pointwise | Op::Dot | Op::Min | Op::Max);
            let class = if nature == Nature::Monotone { "Q" } else { "C" };
            let domain = |kind: Kind, k: usize| {
                let n = if one_shape || k == 0 { ["n", "m", "h"] } else { ["n1", "m1", "h1"] };
                match kind {
                    Kind::Int => "Nat".to_owned(),
                    Kind::Scalar => class.into(),
                    Kind::Line => format!("Z -> {class}"),
                    Kind::Plane => format!("Z^2 -> {class}"),
                    Kind::Left => format!("Z+ -> {class}"),
                    Kind::Circle => format!("Z/n -> {class}"),
                    Kind::Torus => format!("Z/n x Z/m -> {class}"),
                    Kind::Array => format!("[{}] -> {class}", n[0]),
                    Kind::Array2 => format!("[{}, {}] -> {class}", n[0], n[1]),
                    Kind::OnS3 => format!("S3 -> {class}"),
                    Kind::OnD4 => format!("D4 -> {class}"),
                    Kind::InS3 => "S3".into(),
                    Kind::InD4 => "D4".into(),
                    _ => format!("[{}, {}, {}] -> {class}", n[2], n[0], n[1]),
                }
            };
            let call = |arg: &str| {
                let args: Vec<String> =
                    (0..own.args.len()).map(|j| if j == k { arg.into() } else { format!("y{j}") }).collect();
                written(row.op, &args)
            };
            let others: Vec<String> = own
                .args
                .iter()
                .enumerate()
                .filter(|(j, _)| *j != k)
                .map(|(j, kind)| format!(", y{j} : {}", domain(*kind, j)))
                .collect();
            let others = others.concat();
            let own = domain(own.args[k], k);
            // an operator at an index needs a name before its bracket
            let argument = |text: &str| {
                if row.op == Op::At { text.trim_matches(['(', ')']).to_owned() } else { text.into() }
            };
            claims.push((
                k,
                match nature {
                    Nature::Linear if row.op == Op::At => {
                        format!("for c : C, a, b : {own}{others}. conv(c, a) = conv(c, a)").replace(
                            "conv(c, a) = conv(c, a)",
                            &format!(
                                "conv(c, {0}) = conv(c, a){1}",
                                call("a"),
                                call("a").trim_start_matches('a')
                            ),
                        )
                    }
                    Nature::Linear => format!(
                        "for c : C, a, b : {own}{others}. {} = {} + c * {}",
                        call(&argument("(a + c * b)")),
                        call("a"),
                        call("b")
                    ),
                    Nature::Conjugate => format!(
                        "for c : C, a, b : {own}{others}. {} = {} + conj(c) * {}",
                        call("(a + c * b)"),
                        call("a"),
                        call("b")
                    ),
                    _ => format!("for a, b : {own}{others}. given a <= b. {} <= {}", call("a"), call("b")),
                },
            ));
        }
    }
    claims
}

#[test]
fn the_natures_of_the_table_are_those_of_the_operators() {
    let effort = Effort {
        enumerated: 250,
        random: 40,
        work: 400_000,
        evaluations: 2_000,
        max_size: Some(2),
        ..Effort::default()
    };
    let (mut tested, mut proved, mut unread) = (BTreeMap::new(), 0, vec![]);
    for row in TABLE {
        for nature in [Nature::Linear, Nature::Conjugate, Nature::Monotone] {
            for (_, text) in nature_claims(row, nature) {
                let Ok(claim) = expr::parse(&text) else {
                    unread.push(text);
                    continue;
                };
                let outcome = prove(&claim, &effort);
                assert_ne!(outcome.verdict, Verdict::Refuted, "{text}: {:?}", outcome.counterexample);
                if outcome.evidence.admitted > 0 {
                    *tested.entry((row.name, format!("{nature:?}"))).or_insert(0) += 1;
                }
                proved += usize::from(outcome.scope.is_some());
            }
        }
    }
    assert!(unread.len() <= 8, "{}", unread.join("\n"));
    let claimed = TABLE.iter().flat_map(|row| row.natures.iter().map(move |n| (row.name, format!("{n:?}"))));
    let wanted = ["Linear", "Conjugate", "Monotone"];
    let missed: Vec<_> = claimed
        .filter(|(name, n)| wanted.contains(&n.as_str()) && !tested.contains_key(&(*name, n.clone())))
        .collect();
    assert!(missed.is_empty(), "no instance was admitted: {missed:?}");
    assert!(proved > 60, "{proved} proved");
}

#[test]
fn a_wrong_nature_is_noticed() {
    let effort = Effort { enumerated: 1_500, random: 40, ..Effort::low() };
    // the same claims with the nature exchanged, operator by operator
    for (op, wrong) in [
        (Op::Corr, Nature::Conjugate),
        (Op::Dot, Nature::Linear),
        (Op::Conj, Nature::Linear),
        (Op::Rev, Nature::Conjugate),
        (Op::Abs, Nature::Linear),
        (Op::Norm2Sq, Nature::Linear),
        (Op::Pointwise, Nature::Monotone),
        (Op::Abs, Nature::Monotone),
        (Op::Sub, Nature::Monotone),
        (Op::Power, Nature::Linear),
        (Op::Adjoint, Nature::Linear),
        (Op::Transpose, Nature::Conjugate),
    ] {
        let natures: &'static [Nature] = match wrong {
            Nature::Linear => &[Nature::Linear; 2],
            Nature::Conjugate => &[Nature::Conjugate; 2],
            _ => &[Nature::Monotone; 2],
        };
        let row = expr::Row { natures, ..*op.row() };
        let caught = nature_claims(&row, wrong)
            .iter()
            .filter_map(|(_, text)| {
                expr::parse(&text.replace(": C", ": Q").replace(
                    "-> C",
                    if wrong == Nature::Linear && matches!(op, Op::Abs) { "-> Q" } else { "-> C" },
                ))
                .ok()
            })
            .any(|claim| prove(&claim, &effort).verdict == Verdict::Refuted)
            || nature_claims(&row, wrong)
                .iter()
                .filter_map(|(_, text)| expr::parse(text).ok())
                .any(|claim| prove(&claim, &effort).verdict == Verdict::Refuted);
        assert!(caught, "{op:?} is {wrong:?}: nobody objects");
    }
}
