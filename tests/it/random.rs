//! Random expressions, values and instances, each value twice: the prover's, and the naive evaluator's.

use super::{
    naive::{Env, G, Over, V},
    naive_groups,
};
use faltung::{
    expr::{self, Claim, Kind, Notation, Op, TABLE},
    scalar::{
        Semiring,
        exact::{Element, Ring},
    },
    signal::{Cyclic, Group, OnGroup, Signal},
    theorem::{Left, Value},
};
use ndarray::{ArrayD, IxDyn};
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
pub fn expression(
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
        Kind::OnS3 => vec![6],
        Kind::OnD4 => vec![8],
        _ => shape.to_vec(),
    }
}

/// The group that a kind is on or in, and the corners of the polygon whose symmetries it is.
fn group(kind: Kind) -> (&'static Group, usize) {
    let n = naive_groups::corners(kind).expect("a kind that has a group");
    (if n == 3 { Group::s3() } else { Group::d4() }, n)
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
        Kind::OnS3 | Kind::OnD4 => {
            let (group, n) = group(kind);
            let own = OnGroup::new(group, own().into_iter().collect()).expect("one entry per element");
            (Value::OnGroup(own), V::OnGroup(n, entries))
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
pub fn translated(value: &Value, over: Over) -> Option<V> {
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
        Value::OnGroup(x) => V::OnGroup(x.group().order() / 2, all),
        Value::Member(group, place) => {
            V::Member(naive_groups::elements(group.order() / 2).swap_remove(*place))
        }
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
pub fn instance(
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
        if matches!(binder.kind, Kind::InS3 | Kind::InD4) {
            let (group, n) = group(binder.kind);
            let place = dice.below(group.order());
            slots.push(Value::Member(group, place));
            env.insert(binder.name.clone(), V::Member(naive_groups::elements(n).swap_remove(place)));
            continue;
        }
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
