//! Random expressions and claims: the prover's evaluator against the naive one, its verdicts against instances, and
//! the operator table's natures against what the operators do.

use super::{
    evidence::{parsed, recheck},
    naive::{No, Over, V, same},
    random::{Dice, expression, instance, translated},
};
use faltung::{
    expr::{self, Claim, Kind, Op, TABLE},
    scalar::exact::{Lacks, Ring},
    theorem::{Effort, Halt, Program, Scope, Verdict, World, prove},
};
use proptest::prelude::*;
use std::collections::BTreeMap;

const BINDERS: &str = "for a, b : Int, m, n, k : Nat, c, d : any, x, w : Z -> any, p, q : Z^2 -> any, l : Z+ -> any, \
    u, v : Z/n -> any, t : Z/n x Z/m -> any, r, s : [n] -> any, e : [k] -> any, g, h : [n, m] -> any, j : [2, n, m] -> any, \
    y3, z3 : S3 -> any, y4 : D4 -> any, u3, v3 : S3, u4 : D4. ";

fn every_name(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Int => &["a", "b", "m", "n", "k", "0", "1", "2", "3"],
        Kind::Scalar => &["c", "d", "2"],
        Kind::Line => &["x", "w"],
        Kind::Plane => &["p", "q"],
        Kind::Left => &["l"],
        Kind::Circle => &["u", "v"],
        Kind::Torus => &["t"],
        Kind::Array => &["r", "s", "e"],
        Kind::Array2 => &["g", "h"],
        Kind::Array3 => &["j"],
        Kind::OnS3 => &["y3", "z3"],
        Kind::OnD4 => &["y4"],
        Kind::InS3 => &["u3", "v3"],
        Kind::InD4 => &["u4"],
        Kind::Truth => &[],
    }
}

const RINGS: [(Ring, Over); 5] = [
    (Ring::Integers, Over::Z),
    (Ring::Rationals, Over::Q),
    (Ring::Cyclotomic, Over::C),
    (Ring::Residues(2), Over::Mod(2)),
    (Ring::Residues(6), Over::Mod(6)),
];

#[test]
fn both_evaluators_agree_on_random_expressions() {
    let mut dice = Dice(0x2026_0731);
    let (mut compared, mut defined, mut wrong) = (0, 0, vec![]);
    let mut used: BTreeMap<Op, usize> = BTreeMap::new();
    for round in 0..9_000 {
        let kind = *dice.pick(&Kind::ALL[..14]);
        let side = expression(kind, 1 + dice.below(3), &every_name, &mut dice);
        let text = format!("{BINDERS}{side} = {side}");
        let Ok(claim) = expr::parse(&text) else { continue };
        let (ring, over) = &RINGS[round % RINGS.len()];
        let Some((slots, env)) = instance(&claim, ring, &BTreeMap::new(), &mut dice) else { continue };
        let own = Program::new(&claim).sides(&slots, &World::new(ring.clone()));
        // both sides at once, so that each may take its size from the other, as the language has it
        let naive = over.args(Op::Eq, &claim.statement, &env, None).map(|mut sides| sides.swap_remove(0));
        let agree = match (&own, &naive) {
            (Err(Halt::Large(_)), _) | (_, Err(No::Beyond)) => continue,
            // an order is asked for, and of an empty signal the naive evaluator does not ask it
            (Err(Halt::Lacks(Lacks::Order(_))), _) => continue,
            // what a constant takes its size from is said in no defining line
            (Ok(_), Err(No::Floating)) => continue,
            (Ok((left, _)), Ok(value)) => {
                let Some(left) = translated(left, *over) else { continue };
                defined += 1;
                operators(&claim.statement, &mut used);
                same(&left, value)
                    || matches!((&left, value), (V::Int(_), V::Scalar(_)))
                        && over.scalar(&left) == over.scalar(value)
            }
            (Err(_), Err(_)) => true,
            _ => false,
        };
        compared += 1;
        if !agree {
            let occurs = |name: &str| side.split(|c: char| !c.is_alphanumeric()).any(|word| word == name);
            let env: Vec<_> = env.iter().filter(|(name, _)| occurs(name)).collect();
            wrong.push(format!("{side} over {ring} at {env:?}\n  own {own:?}\n  naive {naive:?}"));
        }
    }
    wrong.sort_by_key(String::len);
    assert!(wrong.is_empty(), "{} of {compared}\n{}", wrong.len(), wrong[..wrong.len().min(6)].join("\n"));
    assert!(compared > 3_000 && defined > 1_500, "{compared} compared, {defined} defined");
    let never: Vec<&str> = TABLE
        .iter()
        .filter(|row| row.family != expr::Family::Relations && !used.contains_key(&row.op))
        .map(|row| row.name)
        .collect();
    assert!(never.len() <= 4, "never evaluated: {never:?}");
}

fn operators(e: &expr::Expr, used: &mut BTreeMap<Op, usize>) {
    if let expr::Head::Apply(op) = e.head {
        *used.entry(op).or_default() += 1;
    }
    e.args.iter().for_each(|arg| operators(arg, used));
}

fn few_names(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Int => &["a", "m", "1", "2"],
        Kind::Scalar => &["c"],
        Kind::Line => &["x", "w"],
        Kind::Left => &["l"],
        Kind::Circle => &["u", "v"],
        Kind::Array => &["r", "e"],
        Kind::OnS3 => &["y3", "z3"],
        Kind::InS3 => &["u3"],
        _ => &[],
    }
}
const FEW: &str = "for a : Int, m, n, k : Nat, c : CLASS, x, w : Z -> CLASS, l : Z+ -> CLASS, u, v : Z/n -> CLASS, \
    r : [n] -> CLASS, e : [k] -> CLASS, y3, z3 : S3 -> CLASS, u3 : S3. ";

/// A claim, likely false: two random sides, or one side and the same with a name or an operator changed.
fn claim(dice: &mut Dice) -> Option<Claim> {
    let kind = *dice.pick(&[
        Kind::Scalar,
        Kind::Line,
        Kind::Line,
        Kind::Left,
        Kind::Circle,
        Kind::Circle,
        Kind::Array,
        Kind::OnS3,
        Kind::Int,
    ]);
    let left = expression(kind, 1 + dice.below(2), &few_names, dice);
    let right = match dice.below(3) {
        0 => expression(kind, 1 + dice.below(2), &few_names, dice),
        1 => {
            let swaps = [
                ("x", "w"),
                ("conj", "rev"),
                ("rev", "conj"),
                ("up(", "down("),
                ("max", "min"),
                ("u", "v"),
                ("2", "m"),
                ("corr", "conv"),
                (" + ", " - "),
                ("conv", "corr"),
                ("reflect", "wrap"),
                ("wrap", "replicate"),
            ];
            let (from, to) = dice.pick(&swaps);
            left.replacen(from, to, 1)
        }
        _ => format!("{left} + zero"),
    };
    let class = *dice
        .pick(&["any", "any", "any", "field", "semiring", "ordered", "Z", "Q", "C", "F(2)", "F(3)", "F(5)"]);
    let given = *dice.pick(&[
        "",
        "",
        "",
        "given even(x). ",
        "given odd(x), m >= 1. ",
        "given real(x). ",
        "given supported(2, x). ",
        "given x != 0. ",
        "given u + u = zero. ",
        "given symmetric(r). ",
        "given m mod 2 = 1. ",
        "given c * c = c. ",
    ]);
    let full = expr::parse(&format!("{}{given}{left} = {right}", FEW.replace("CLASS", class))).ok()?;
    // the names that occur, and their sizes
    let text = format!("{given}{left} = {right}");
    let occurs = |name: &str| text.split(|c: char| !c.is_alphanumeric()).any(|word| word == name);
    let sized = |name: &str| {
        full.binders.iter().any(|b| occurs(&b.name) && b.sizes.iter().any(|size| size.to_string() == name))
    };
    let binders: Vec<String> = full
        .binders
        .iter()
        .filter(|b| occurs(&b.name) || sized(&b.name))
        .map(|b| format!("{} : {}", b.name, b.domain()))
        .collect();
    if binders.is_empty() {
        return None;
    }
    expr::parse(&format!("for {}. {text}", binders.join(", "))).ok()
}

/// Rings that a claim speaks of, and what was said about which.
fn rings(claim: &Claim, scope: &str) -> Vec<(Ring, Over)> {
    use expr::Class::*;
    let class = claim.binders.iter().find(|b| !b.kind.discrete()).map_or(Z, |b| b.class);
    let finite = !scope.contains("invertible") && !scope.contains("principal");
    let residues = |all: &[u64]| {
        all.iter().filter(|_| finite).map(|m| (Ring::Residues(*m), Over::Mod(*m as i128))).collect::<Vec<_>>()
    };
    match class {
        Any => [vec![(Ring::Cyclotomic, Over::C)], residues(&[2, 4, 6])].concat(),
        Field => [vec![(Ring::Cyclotomic, Over::C)], residues(&[2, 3, 5])].concat(),
        C => vec![(Ring::Cyclotomic, Over::C)],
        Q | R => vec![(Ring::Rationals, Over::Q)],
        Semiring | Ordered | Z => vec![(Ring::Integers, Over::Z)],
        Residues(p) => vec![(Ring::Residues(p), Over::Mod(p as i128))],
    }
}

/// Random instances inside the box, over rings that were spoken of: not one breaks the claim. How many were tried.
pub fn attack(claim: &Claim, scope: &Scope, tries: usize, dice: &mut Dice) -> usize {
    let said = scope.to_string();
    let ranges: BTreeMap<String, Vec<i64>> = scope.ranges.iter().cloned().collect();
    let mut attacked = 0;
    for (ring, over) in rings(claim, &said) {
        for _ in 0..tries {
            let Some((_, mut env)) = instance(claim, &ring, &ranges, dice) else { continue };
            for name in scope.windows.iter().flat_map(|(_, names)| names) {
                let near = |k: &i64| k.unsigned_abs() as usize <= scope.reach;
                match env.get_mut(name) {
                    Some(V::Map(_, x)) => x.retain(|k, _| k.iter().all(near)),
                    Some(V::Left(x, _)) => x.retain(|k, _| near(k)),
                    other => panic!("{name} has a window: {other:?}"),
                }
            }
            if claim.given.iter().any(|given| over.holds(given, &env) != Ok(true)) {
                continue;
            }
            match over.holds(&claim.statement, &env) {
                Ok(true) => attacked += 1,
                Ok(false) => panic!("{claim}\nsaid to hold {said}\nbut over {ring}: {env:?}"),
                Err(_) => {}
            }
        }
    }
    attacked
}

#[test]
fn what_is_said_to_hold_survives_an_attack_and_what_is_refuted_is_false() {
    let mut dice = Dice(0x5eed_f00d);
    let (mut held, mut attacked, mut refuted, mut rechecked) = (0, 0, 0, 0);
    // hardly any search, so that false claims reach the formal methods
    let weak = Effort {
        enumerated: 2,
        random: 0,
        work: 60_000,
        evaluations: 400,
        max_size: Some(2),
        ..Effort::default()
    };
    let usual = Effort {
        enumerated: 150,
        random: 8,
        work: 60_000,
        evaluations: 400,
        max_size: Some(2),
        ..Effort::default()
    };
    for round in 0..1_800 {
        let Some(claim) = claim(&mut dice) else { continue };
        let outcome = prove(&claim, if round % 3 == 0 { &usual } else { &weak });
        if let Some(found) = &outcome.counterexample {
            refuted += 1;
            rechecked += usize::from(recheck(&claim, found).is_some());
        }
        let Some(scope) = outcome.scope else { continue };
        held += 1;
        attacked += attack(&claim, &scope, 12, &mut dice);
    }
    assert!(
        held > 80 && attacked > 800 && refuted > 200,
        "{held} held, {attacked} attacks, {refuted} refuted"
    );
    assert!(rechecked * 10 >= refuted * 8, "{rechecked} of {refuted} recomputed");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn proving_never_panics(seed in 1u64.., enumerated in 0u64..60, work in 0u64..40_000, max_size in 0usize..3) {
        let mut dice = Dice(seed);
        if let Some(claim) = claim(&mut dice) {
            let effort = Effort { seed, enumerated, random: 3, work, evaluations: 200, max_size: Some(max_size) };
            let outcome = prove(&claim, &effort);
            prop_assert_eq!(outcome.verdict == Verdict::Refuted, outcome.counterexample.is_some());
            prop_assert_eq!(outcome.scope.is_some(), matches!(outcome.verdict, Verdict::Holds | Verdict::HoldsFor));
        }
    }
}

#[test]
fn the_names_of_the_random_claims_are_bound() {
    parsed(&format!("{BINDERS}x = x"));
    parsed(&format!("{}x = x", FEW.replace("CLASS", "any")));
}
