//! Agreement on basis vectors, and when that is a proof: each variable occurs exactly once in every term of both
//! sides, linearly or conjugate-linearly, the same way on both.
//!
//! That is computed, for each shape, by evaluating both sides on formal variables with the coefficients forgotten
//! (sums are unions, so nothing cancels); it is never taken from a table. `conj(x) = x`, `x .* x = x`,
//! `dot(x, y) = dot(y, x)` and `corr(x, w) = x * rev(w)` agree on every real basis vector and are false.

use super::{
    domain::Domain,
    eliminate,
    instance::assemble,
    truth,
    value::{Halt, Value},
    world::{Needs, World},
};
use crate::{
    expr::Op,
    scalar::{
        Semiring,
        exact::{Element, Monomial, Ring, Variable},
    },
};
use std::collections::BTreeSet;

/// A shape: every integer has a value, every other name a window.
pub(super) struct Instance {
    /// Integers and pinned values in their slots.
    pub(super) integers: Vec<Value>,
    /// Slot, first index and sizes of every name whose entries are free.
    pub(super) windows: Vec<(usize, Vec<isize>, Vec<usize>)>,
}

impl Instance {
    /// How many entries are free.
    pub(super) fn entries(&self) -> u32 {
        self.windows.iter().map(|(_, _, shape)| shape.iter().product::<usize>() as u32).sum()
    }
}

/// One formal variable per name for all its entries, coefficients forgotten.
fn collapsed(domain: &Domain, instance: &Instance) -> Vec<Value> {
    let mut slots = instance.integers.clone();
    for (slot, origin, shape) in &instance.windows {
        let binder = &domain.claim.binders[*slot];
        let variable = Monomial::variable(domain.variable(binder, *slot as u32));
        let entry = Element::Monomials([variable].into());
        slots[*slot] = assemble(binder.kind, origin.clone(), shape, vec![entry; shape.iter().product()]);
    }
    slots
}

/// The monomials that may occur in both sides of an equation of ring elements; `None` where it is no such equation
/// or asks for more than arithmetic.
fn monomials(domain: &Domain, slots: &[Value]) -> Option<BTreeSet<Monomial>> {
    let world = World::new(Ring::Monomials);
    let (left, right) = domain.program.statement.sides(slots, &world).ok()?;
    let mut all = BTreeSet::new();
    for x in left.entries().chain(right.entries()) {
        match x {
            Element::Monomials(set) => all.extend(set.iter().cloned()),
            Element::Integer(n) if *n == dashu_int::IBig::ZERO => {}
            Element::Unfinished => return None,
            _ => drop(all.insert(Monomial::one())),
        }
    }
    let valued = |value: &Value| !matches!(value, Value::Int(_) | Value::Member(..));
    (domain.program.statement.op == Op::Eq && valued(&left) && valued(&right)).then_some(all)
}

/// Whether agreement on basis vectors proves the equation for this shape.
pub(super) fn applies(domain: &Domain, instance: &Instance) -> bool {
    let Some(found) = monomials(domain, &collapsed(domain, instance)) else { return false };
    let Some(first) = found.first() else { return true };
    let once = |slot: usize| {
        let variables = [Variable::Plain, Variable::Conjugate, Variable::Real].map(|v| v(slot as u32));
        first.powers().iter().filter(|(v, n)| variables.contains(v) && *n == 1).count() == 1
    };
    found.len() == 1
        && first.powers().len() == instance.windows.len()
        && instance.windows.iter().all(|(slot, ..)| once(*slot))
}

/// The total degree of both sides in all entries, for a polynomial equation.
pub(super) fn degree(domain: &Domain, instance: &Instance) -> Option<u64> {
    let found = monomials(domain, &collapsed(domain, instance))?;
    let degree = |m: &Monomial| m.powers().iter().map(|(_, n)| u64::try_from(*n).ok()).sum::<Option<u64>>();
    found.iter().map(degree).try_fold(0, |most, d| Some(most.max(d?)))
}

/// What a proof on basis vectors of one shape came to.
pub(super) enum Agreement {
    Proved(Needs),
    Differs,
    Halted(Halt),
}

/// How many evaluations the shape takes: one for every choice of a basis vector per name.
fn choices(instance: &Instance) -> u64 {
    instance.windows.iter().map(|(_, _, shape)| shape.iter().product::<usize>() as u64).product()
}

/// The work of those evaluations, in evaluations on eight entries or fewer: convolutions grow with the square.
pub(super) fn cost(instance: &Instance) -> u64 {
    let entries = u64::from(instance.entries());
    choices(instance) * (1 + entries * entries / 64)
}

/// Evaluate both sides on every choice of basis vectors.
pub(super) fn agree(domain: &Domain, instance: &Instance) -> Agreement {
    let world = World::new(domain.coefficients());
    let sizes: Vec<usize> = instance.windows.iter().map(|(_, _, shape)| shape.iter().product()).collect();
    let mut slots = instance.integers.clone();
    for choice in 0..choices(instance) {
        let mut rest = choice as usize;
        for ((slot, origin, shape), size) in instance.windows.iter().zip(&sizes) {
            let mut entries = vec![Element::zero(); *size];
            entries[rest % size] = Element::one();
            rest /= size;
            slots[*slot] = assemble(domain.claim.binders[*slot].kind, origin.clone(), shape, entries);
        }
        match domain.program.statement.sides(&slots, &world).and_then(|(l, r)| truth::same(&l, &r, &world)) {
            Ok(true) => {}
            Ok(false) => return Agreement::Differs,
            Err(halt) => return Agreement::Halted(halt),
        }
    }
    Agreement::Proved(world.needs())
}

/// Formal variables for every entry of the shape.
pub(super) fn formal(domain: &Domain, instance: &Instance) -> Vec<Value> {
    let mut slots = instance.integers.clone();
    let mut next = 0;
    for (slot, origin, shape) in &instance.windows {
        debug_assert!(!domain.claim.binders[*slot].kind.discrete(), "integers have no window");
        slots[*slot] = eliminate::variables(domain, *slot, origin.clone(), shape, &mut next);
    }
    slots
}
