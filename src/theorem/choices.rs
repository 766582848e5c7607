//! What a box is made of: the choices of integers and of elements of groups, and the shape of the instance for each.

use super::{
    basis::Instance,
    domain::Domain,
    effort::Effort,
    value::{self, Halt, Value},
    world::World,
};
use crate::expr::Kind;

/// A value for each name that is gone through one by one: integers and elements of groups.
pub(super) type Choice = Vec<(usize, Value)>;

/// The shape for this choice, or `None` where a hypothesis on it is false or a size is below 1.
pub(super) fn shape(
    domain: &Domain,
    choice: &[(usize, Value)],
    n: usize,
    world: &World,
) -> Result<Option<Instance>, Halt> {
    let mut slots = domain.blank(world)?;
    choice.iter().for_each(|(slot, value)| slots[*slot] = value.clone());
    if !domain.discrete_admitted(&slots, world)? {
        return Ok(None);
    }
    let mut windows = vec![];
    for (slot, binder) in domain.claim.binders.iter().enumerate() {
        let (origin, shape) = match binder.kind {
            kind if kind.discrete() => continue,
            Kind::Scalar => (vec![], vec![]),
            Kind::Line => (vec![-(n as isize)], vec![2 * n + 1]),
            Kind::Left => (vec![-(n as isize)], vec![2 * n + 1]),
            Kind::Plane => (vec![-(n as isize); 2], vec![2 * n + 1; 2]),
            _ => match domain.shape(slot, &slots, world)? {
                Some(shape) => (vec![], shape),
                None => return Ok(None),
            },
        };
        if domain.pinned(slot) {
            slots[slot] = domain.pin(slot, &slots, Some(&shape), world)?.expect("it is pinned");
            if slots[slot].shape().is_some_and(|own| own != shape) {
                return Ok(None);
            }
        } else {
            windows.push((slot, origin, shape));
        }
    }
    Ok(Some(Instance { integers: slots, windows }))
}

/// The most choices that one box may have.
const COMBINATIONS: u64 = 5_000;

/// The largest value of the free integers that is tried first.
pub(super) fn wanted(domain: &Domain, effort: &Effort) -> i64 {
    let integers =
        domain.free_discrete().into_iter().filter(|slot| domain.claim.binders[*slot].kind == Kind::Int);
    effort.max_size.unwrap_or(match integers.count() {
        0..=2 => 6,
        3 => 4,
        4 => 3,
        _ => 2,
    }) as i64
}

/// Every choice of integers up to `most` and of elements of groups; `None` where there are too many.
pub(super) fn choices(domain: &Domain, most: i64) -> Option<Vec<Choice>> {
    let values = |slot: usize| -> Vec<Value> {
        let binder = &domain.claim.binders[slot];
        match value::group(binder.kind) {
            Some(group) => (0..group.order()).map(|place| Value::Member(group, place)).collect(),
            None if binder.nat => (0..=most).map(|n| Value::Int(n.into())).collect(),
            None => (-most.min(4)..=most.min(4)).map(|n| Value::Int(n.into())).collect(),
        }
    };
    let slots: Vec<(usize, Vec<Value>)> =
        domain.free_discrete().into_iter().map(|slot| (slot, values(slot))).collect();
    slots
        .iter()
        .try_fold(1u64, |all, (_, values)| all.checked_mul(values.len() as u64))
        .filter(|all| *all <= COMBINATIONS)?;
    let mut all = vec![vec![]];
    for (slot, values) in &slots {
        let with = |known: Choice| {
            values.iter().map(move |value| [known.clone(), vec![(*slot, value.clone())]].concat())
        };
        all = all.into_iter().flat_map(with).collect();
    }
    Some(all)
}
