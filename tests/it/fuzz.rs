//! Random expressions and claims: the prover's evaluator against the naive one, its verdicts against instances, and
//! the operator table's natures against what the operators do.

use super::{
    evidence::{parsed, recheck},
    naive::{Env, G, No, Over, V, same},
};
use faltung::{
    expr::{self, Claim, Kind, Notation, Op, TABLE},
    scalar::{
        Semiring,
        exact::{Element, Lacks, Ring},
    },
    signal::{Cyclic, Signal},
    theorem::{Effort, Halt, Left, Program, Scope, Value, Verdict, World, prove},
};
use ndarray::{ArrayD, IxDyn};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Dice: Marsaglia's xorshift.
#[derive(Clone)]
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 20) as usize % bound
    }
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// A call as it is written.
pub fn written(op: Op, args: &[String]) -> String {
    match (op, op.row().notation) {
        (Op::Floor | Op::Ceil, _) => format!("{}({}/{})", op.row().name, args[0], args[1]),
        (_, Notation::Infix(sign, _)) => format!("({} {sign} {})", args[0], args[1]),
        (_, Notation::Prefix(sign, _)) => format!("({sign}{})", args[0]),
        (_, Notation::Index) => format!("{}[{}]", args[0], args[1..].join(", ")),
        (_, Notation::Call) if args.is_empty() => op.row().name.into(),
        (_, Notation::Call) => format!("{}({})", op.row().name, args.join(", ")),
    }
}

/// A random expression of a kind, over names of that kind (`names`) and integers.
fn expression(
    kind: Kind,
    depth: usize,
    names: &dyn Fn(Kind) -> &'static [&'static str],
    dice: &mut Dice,
) -> String {
    let leaves = names(kind);
    if !leaves.is_empty() && (depth == 0 || dice.below(6) == 0) {
        return (*dice.pick(leaves)).into();
    }
    for _ in 0..200 {
        let op = dice.pick(TABLE).op;
        let all: Vec<_> = op.signatures().iter().filter(|s| s.result == kind).collect();
        let index = op == Op::At && depth == 0;
        let Some(own) = (!all.is_empty() && !index).then(|| *dice.pick(&all)) else { continue };
        if own.args.iter().any(|arg| names(*arg).is_empty()) || (depth == 0 && !own.args.is_empty()) {
            continue;
        }
        let extra = if own.repeats { 2 } else { 0 };
        let args: Vec<String> = (0..own.args.len() + extra)
            .map(|k| {
                let deeper = if op == Op::At && k == 0 { 0 } else { depth - 1 };
                expression(own.arg(k), deeper, names, dice)
            })
            .collect();
        return written(op, &args);
    }
    leaves.first().map_or("0".into(), |leaf| (*leaf).into())
}

const BINDERS: &str = "for a, b : Int, m, n, k : Nat, c, d : any, x, w : Z -> any, p, q : Z^2 -> any, l : Z+ -> any, \
    u, v : Z/n -> any, t : Z/n x Z/m -> any, r, s : [n] -> any, e : [k] -> any, g, h : [n, m] -> any, j : [2, n, m] -> any. ";

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
        Kind::Truth => &[],
    }
}

fn entry(ring: &Ring, dice: &mut Dice) -> G {
    let n = |dice: &mut Dice, most: usize| dice.below(most) as i128;
    match ring {
        Ring::Residues(m) => G { re: n(dice, *m as usize), im: 0, den: 1 },
        Ring::Rationals if dice.below(3) == 0 => G { re: 2 * n(dice, 5) - 5, im: 0, den: 2 },
        Ring::Cyclotomic if dice.below(2) == 0 => {
            Over::C.g(n(dice, 5) - 2, n(dice, 5) - 2, 1).expect("small")
        }
        _ => G { re: n(dice, 7) - 3, im: 0, den: 1 },
    }
}

fn element(x: G, ring: &Ring) -> Element {
    let part = |n: i128| ring.integer(&n.into()).expect("an integer");
    let whole = if x.im == 0 {
        part(x.re)
    } else {
        part(x.re).plus(&part(x.im).times(&ring.root_of_unity(4).expect("i")))
    };
    if x.den == 1 { whole } else { whole.times(&ring.inverse(&part(x.den)).expect("a denominator")) }
}

fn sizes(kind: Kind, shape: &[usize]) -> Vec<usize> {
    match kind {
        Kind::Line | Kind::Left => vec![4],
        Kind::Plane => vec![2, 2],
        _ => shape.to_vec(),
    }
}

/// One value, twice.
fn value(kind: Kind, shape: &[usize], ring: &Ring, dice: &mut Dice) -> (Value, V) {
    let shape = sizes(kind, shape);
    let entries: Vec<G> = (0..shape.iter().product()).map(|_| entry(ring, dice)).collect();
    let origin: Vec<isize> = shape.iter().map(|_| dice.below(4) as isize - 2).collect();
    let own = || {
        ArrayD::from_shape_vec(IxDyn(&shape), entries.iter().map(|x| element(*x, ring)).collect())
            .expect("one entry per index")
    };
    let nonzero = |x: &G| x.re != 0 || x.im != 0;
    match kind {
        Kind::Scalar => (Value::Scalar(element(entries[0], ring)), V::Scalar(entries[0])),
        Kind::Line | Kind::Plane => {
            let signal = Signal::new(origin, own());
            let places: Vec<Vec<i64>> =
                signal.indexed().map(|(k, _)| k.iter().map(|k| *k as i64).collect()).collect();
            let map: BTreeMap<_, _> = places.into_iter().zip(entries).filter(|(_, x)| nonzero(x)).collect();
            (Value::Signal(signal), V::Map(shape.len(), map))
        }
        Kind::Left => {
            let map = entries
                .iter()
                .enumerate()
                .map(|(k, x)| (k as i64 + origin[0] as i64, *x))
                .filter(|(_, x)| nonzero(x));
            let map = map.collect();
            (Value::Left(Left { signal: Signal::new(origin, own()), sums: 0 }), V::Left(map, 40))
        }
        Kind::Circle | Kind::Torus => (Value::Cyclic(Cyclic::new(own())), V::Cyclic(shape.clone(), entries)),
        _ => (Value::Array(own()), V::Array(shape.clone(), entries)),
    }
}

/// An element as re + im·i, where it is one.
fn number(x: &Element) -> Option<G> {
    let rational = |x: &Element| {
        let q = x.rational()?;
        let den = dashu_int::IBig::from(q.denominator().clone());
        Some((i128::try_from(q.numerator()).ok()?, i128::try_from(&den).ok()?))
    };
    if let Element::Residue { value, .. } = x {
        return Some(G { re: *value as i128, im: 0, den: 1 });
    }
    let field = Ring::Cyclotomic;
    let half = field.inverse(&Element::from(2)).ok()?;
    let bar = field.conj(x);
    let i = field.root_of_unity(4).ok()?;
    let (re, d) = rational(&x.plus(&bar).times(&half))?;
    let (im, e) = rational(&field.subtract(&bar, x).ok()?.times(&half).times(&i))?;
    Over::C.g(re * e, im * d, d * e).ok()
}

/// What the prover computed, in the naive evaluator's terms; `None` for numbers beyond it.
fn translated(value: &Value, over: Over) -> Option<V> {
    let all: Option<Vec<G>> = value.entries().map(number).collect();
    let all = all?;
    let map = |signal: &Signal<Element>| {
        let places = signal.indexed().map(|(k, _)| k.iter().map(|k| *k as i64).collect::<Vec<i64>>());
        places.zip(all.clone()).filter(|(_, x)| x.re != 0 || x.im != 0).collect::<BTreeMap<_, _>>()
    };
    Some(match value {
        Value::Int(n) => V::Int(i128::try_from(n).ok()?),
        Value::Scalar(_) => V::Scalar(all[0]),
        Value::Signal(x) => V::Map(x.rank(), map(x)),
        Value::Left(x) => {
            let mut entries: BTreeMap<i64, G> = map(&x.signal).into_iter().map(|(k, x)| (k[0], x)).collect();
            let first = entries.keys().next().map_or(0, |k| *k);
            for _ in 0..x.sums {
                let mut sum = G { re: 0, im: 0, den: 1 };
                for k in first..=40 {
                    sum = over.add(sum, *entries.get(&k).unwrap_or(&G { re: 0, im: 0, den: 1 })).ok()?;
                    entries.insert(k, sum);
                }
            }
            V::Left(entries, 40)
        }
        Value::Cyclic(x) => V::Cyclic(x.shape().to_vec(), all),
        Value::Array(x) => V::Array(x.shape().to_vec(), all),
    })
}

/// The sizes of a binder for known integers.
fn shape_of(binder: &expr::Binder, env: &Env) -> Option<Vec<usize>> {
    let size = |e: &expr::Expr| match Over::Z.eval(e, env, None) {
        Ok(V::Int(n)) if (1..=8).contains(&n) => Some(n as usize),
        _ => None,
    };
    binder.sizes.iter().map(size).collect()
}

/// Values for all names of a claim; integers within the ranges given for them, or small.
fn instance(
    claim: &Claim,
    ring: &Ring,
    ranges: &BTreeMap<String, Vec<i64>>,
    dice: &mut Dice,
) -> Option<(Vec<Value>, Env)> {
    let mut env = Env::new();
    for binder in claim.binders.iter().filter(|b| b.kind == Kind::Int) {
        let small: Vec<i64> = if binder.nat { (0..5).collect() } else { (-3..4).collect() };
        let n = *dice.pick(ranges.get(&binder.name).unwrap_or(&small));
        env.insert(binder.name.clone(), V::Int(n as i128));
    }
    let mut slots = vec![];
    for binder in &claim.binders {
        if binder.kind == Kind::Int {
            let V::Int(n) = env[&binder.name] else { unreachable!() };
            slots.push(Value::Int(n.into()));
            continue;
        }
        let (own, naive) = value(binder.kind, &shape_of(binder, &env)?, ring, dice);
        slots.push(own);
        env.insert(binder.name.clone(), naive);
    }
    Some((slots, env))
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
        let kind = *dice.pick(&Kind::ALL[..10]);
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
        _ => &[],
    }
}
const FEW: &str = "for a : Int, m, n, k : Nat, c : CLASS, x, w : Z -> CLASS, l : Z+ -> CLASS, u, v : Z/n -> CLASS, \
    r : [n] -> CLASS, e : [k] -> CLASS. ";

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
    let class = claim.binders.iter().find(|b| b.kind != Kind::Int).map_or(Z, |b| b.class);
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
