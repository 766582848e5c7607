//! Instances: one value for every name of a claim, in the one total order that makes a counterexample smallest.

use super::{
    domain::Domain,
    value::{self, Halt, Left, Value},
    world::World,
};
use crate::{
    expr::{Binder, Kind},
    scalar::exact::{Budget, Element, judge},
    signal::{Cyclic, OnGroup, Signal},
};
use dashu_int::IBig;
use ndarray::{ArrayD, IxDyn};

/// A value of a kind from its window and entries.
pub(super) fn assemble(kind: Kind, origin: Vec<isize>, shape: &[usize], mut entries: Vec<Element>) -> Value {
    if kind == Kind::Scalar {
        return Value::Scalar(entries.pop().expect("a scalar is one entry"));
    }
    if let Some(group) = value::group(kind) {
        return Value::OnGroup(OnGroup::new(group, entries).expect("one entry per element"));
    }
    let entries = ArrayD::from_shape_vec(IxDyn(shape), entries).expect("one entry per index");
    match kind {
        Kind::Line | Kind::Plane => Value::Signal(Signal::new(origin, entries)),
        Kind::Left => Value::Left(Left { signal: Signal::new(origin, entries), sums: 0 }),
        Kind::Circle | Kind::Torus => Value::Cyclic(Cyclic::new(entries)),
        _ => Value::Array(entries),
    }
}

/// The place of an integer in 0, 1, −1, 2, −2, ….
fn integer_rank(n: &IBig) -> u64 {
    let double = if *n > IBig::ZERO { IBig::from(2) * n - IBig::ONE } else { IBig::from(-2) * n };
    u64::try_from(&double).unwrap_or(u64::MAX >> 8)
}

/// The integer at a place of 0, 1, −1, 2, −2, … (of 0, 1, 2, … for a `Nat`).
fn integer_at(rank: u64, nat: bool) -> IBig {
    match (nat, rank % 2) {
        (true, _) => rank.into(),
        (false, 1) => IBig::from(rank / 2 + 1),
        (false, _) => -IBig::from(rank / 2),
    }
}

/// The value of a discrete kind at a rank, simplest first; of a group as many as it has elements.
pub(super) fn discrete_at(rank: u64, binder: &Binder) -> Option<Value> {
    match value::group(binder.kind) {
        None => Some(Value::Int(integer_at(rank, binder.nat))),
        Some(group) => (rank < group.order() as u64).then(|| Value::Member(group, rank as usize)),
    }
}

/// The rank of a value of a discrete kind.
pub(super) fn discrete_rank(value: &Value, binder: &Binder) -> u64 {
    match value {
        Value::Int(n) if binder.nat => u64::try_from(n).unwrap_or(u64::MAX >> 8),
        Value::Int(n) => integer_rank(n),
        Value::Member(_, place) => *place as u64,
        other => panic!("{} is not discrete", other.kind()),
    }
}

fn rank(element: &Element, alphabet: &[Element]) -> u64 {
    let place = alphabet.iter().position(|a| judge::same(a, element));
    place.map_or_else(|| 100 + 10 * element.to_string().len() as u64, |place| place as u64)
}

/// The window of a signal on Z that holds index 0 and every non-zero entry: entries before 0, and length.
fn window(x: &Signal<Element>) -> usize {
    let zero = Element::from(0);
    let mut ends: Option<(isize, isize)> = None;
    for (n, _) in x.indexed().filter(|(_, x)| !judge::same(x, &zero)) {
        let (first, last) = ends.get_or_insert((n[0].min(0), n[0].max(0)));
        (*first, *last) = ((*first).min(n[0]), (*last).max(n[0]));
    }
    ends.map_or(0, |(first, last)| first.abs_diff(last) + 1)
}

/// The size of an instance: total length, then the sum of ranks, then the lengths in order, then the text.
/// Smaller is simpler.
pub(super) type Size = (usize, u64, Vec<usize>, String);

pub(super) fn size(slots: &[Value], domain: &Domain, world: &World) -> Size {
    let mut ranks = 0u64;
    let mut lengths = vec![];
    let mut text = String::new();
    for (value, binder) in slots.iter().zip(&domain.claim.binders) {
        let alphabet = domain.alphabet(binder, world.ring());
        ranks += value.entries().map(|x| rank(x, &alphabet)).sum::<u64>();
        match value {
            Value::Int(_) | Value::Member(..) => ranks += discrete_rank(value, binder),
            Value::Signal(x) if x.rank() == 1 => lengths.push(window(x)),
            Value::Left(x) => lengths.push(window(&x.signal)),
            Value::Scalar(_) => {}
            other => lengths.push(other.entries().count()),
        }
        text.push_str(&format!("{} = {value}; ", binder.name));
    }
    (lengths.iter().sum(), ranks, lengths, text)
}

/// The integers, elements of groups and sizes of an instance, in words: "n = 2, x of 2 entries".
pub(super) fn sizes(slots: &[Value], domain: &Domain) -> String {
    let named = || slots.iter().zip(&domain.claim.binders).map(|(value, binder)| (&binder.name, value));
    let integers = named().filter_map(|(name, value)| match value {
        Value::Int(_) | Value::Member(..) => Some(format!("{name} = {value}")),
        _ => None,
    });
    let arrays = named().filter_map(|(name, value)| {
        let shape = value.shape()?;
        let entries = if shape.iter().product::<usize>() == 1 { "entry" } else { "entries" };
        let lengths: Vec<String> = shape.iter().map(usize::to_string).collect();
        Some(format!("{name} of {} {entries}", lengths.join(" x ")))
    });
    integers.chain(arrays).collect::<Vec<_>>().join(", ")
}

/// What a trial of one instance came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Trial {
    /// The hypotheses are true and so is the statement.
    Holds,
    /// The hypotheses are true, both sides are defined, and the statement is false.
    Breaks,
    /// A hypothesis is false, or something is undefined.
    Inadmissible(Option<Halt>),
}

/// The work that one instance may take.
const CASE: u64 = 300_000;

/// Try one instance; the work it took is taken from `work`.
pub(super) fn attempt(slots: &[Value], domain: &Domain, world: &World, work: &mut u64) -> Trial {
    let _budget = Budget::of(CASE.min(*work));
    let trial = judged(slots, domain, world);
    // a little for the case itself, so that even those that compute nothing come to an end
    *work = work.saturating_sub(CASE.min(*work) - Budget::left() + 16);
    trial
}

fn judged(slots: &[Value], domain: &Domain, world: &World) -> Trial {
    if !slots.iter().enumerate().all(|(slot, value)| domain.admits(slot, value, world.ring())) {
        return Trial::Inadmissible(None);
    }
    for hypothesis in &domain.program.given {
        match hypothesis.holds(slots, world) {
            Ok(true) => {}
            Ok(false) => return Trial::Inadmissible(None),
            Err(halt) => return Trial::Inadmissible(Some(halt)),
        }
    }
    match domain.program.statement.holds(slots, world) {
        Ok(true) => Trial::Holds,
        Ok(false) => Trial::Breaks,
        Err(halt) => Trial::Inadmissible(Some(halt)),
    }
}
