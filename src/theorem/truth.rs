//! Whether a statement is true of values: the only place where results are compared.

use super::{
    meaning,
    program::{Statement, within_budget},
    value::{Halt, Left, Value},
    world::World,
};
use crate::{
    expr::Op,
    scalar::{
        Semiring,
        exact::{Element, Ring, judge},
    },
};
use std::cmp::Ordering;

impl Statement {
    /// Whether it is true of these values.
    pub(super) fn holds(&self, slots: &[Value], world: &World) -> Result<bool, Halt> {
        within_budget(self.judged(slots, world)?)
    }

    fn judged(&self, slots: &[Value], world: &World) -> Result<bool, Halt> {
        match self.op {
            Op::Le | Op::Ge | Op::Lt | Op::Gt => {
                let (left, right) = self.sides(slots, world)?;
                compare(self.op, &left, &right, world)
            }
            Op::Ne => {
                let (left, right) = self.sides(slots, world)?;
                Ok(!same(&left, &right, world)?)
            }
            _ => {
                let (left, right) =
                    self.equation(slots, world)?.expect("what is no comparison is an equation");
                same(&left, &right, world)
            }
        }
    }

    /// The two sides whose equality it says, for an equation or a predicate that is one; none for comparisons.
    pub(super) fn equation(&self, slots: &[Value], world: &World) -> Result<Option<(Value, Value)>, Halt> {
        if self.op == Op::Eq {
            return self.sides(slots, world).map(Some);
        }
        let argument = |k: usize| self.args[k].evaluate(slots, None, world);
        let apply =
            |op: Op, args: &[Value]| meaning::apply(op, args[args.len() - 1].kind(), args, None, world);
        Ok(Some(match self.op {
            Op::Even => {
                let x = argument(0)?;
                (apply(Op::Rev, std::slice::from_ref(&x))?, x)
            }
            Op::Odd => {
                let x = argument(0)?;
                (apply(Op::Rev, std::slice::from_ref(&x))?, apply(Op::Neg, &[x])?)
            }
            Op::Real => {
                let x = argument(0)?;
                (apply(Op::Conj, std::slice::from_ref(&x))?, x)
            }
            Op::Symmetric => {
                let x = argument(0)?;
                let reversal = if matches!(x, Value::Array(_)) { Op::ListRev } else { Op::Rev };
                (apply(reversal, std::slice::from_ref(&x))?, x)
            }
            Op::Supported => {
                let (m, x) = (argument(0)?, argument(1)?);
                let kept = apply(Op::Down, &[m.clone(), x.clone()])?;
                (apply(Op::Up, &[m, kept])?, x)
            }
            _ => return Ok(None),
        }))
    }

    /// What it says, or a part of it, between scalars: whether they are equal, and otherwise the smaller ones first. `None`
    /// where it is no equation and no comparison, or false for want of one shape, or of a kind that has no order.
    pub(super) fn compared(&self, slots: &[Value], world: &World) -> Result<Option<Compared>, Halt> {
        let less = match self.op {
            Op::Le | Op::Lt => Some(true),
            Op::Ge | Op::Gt => Some(false),
            _ => None,
        };
        let sides =
            if less.is_some() { self.sides(slots, world).map(Some) } else { self.equation(slots, world) };
        let Some((left, right)) = sides? else { return Ok(None) };
        let pairs = differences(&left, &right, world)?;
        within_budget(pairs.map(|pairs| Compared {
            equal: less.is_none(),
            pairs:
                pairs.into_iter().map(|(l, r)| if less == Some(false) { (r, l) } else { (l, r) }).collect(),
        }))
    }
}

/// Pairs of scalars that are equal, or of which the first is at most the second.
pub(super) struct Compared {
    pub(super) equal: bool,
    pub(super) pairs: Vec<(Element, Element)>,
}

/// Strong equality: of one shape, and every entry the same.
pub(super) fn same(left: &Value, right: &Value, world: &World) -> Result<bool, Halt> {
    Ok(match (left, right) {
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Member(_, a), Value::Member(_, b)) => a == b,
        (Value::Int(_) | Value::Scalar(_), Value::Int(_) | Value::Scalar(_)) => {
            decided(&meaning::scalar(left, world)?, &meaning::scalar(right, world)?)?
        }
        (Value::Left(_), Value::Left(_)) => {
            let (left, right) = aligned(left, right)?;
            same(&left, &right, world)?
        }
        (_, Value::Int(_) | Value::Scalar(_)) => {
            // `x != 0` and its like: every entry against the scalar
            let c = meaning::scalar(right, world)?;
            left.entries().try_fold(true, |all, x| Ok::<_, Halt>(decided(x, &c)? && all))?
        }
        _ if left.shape() != right.shape() => false,
        _ => pairs(left, right).try_fold(true, |all, (a, b)| Ok::<_, Halt>(decided(&a, &b)? && all))?,
    })
}

/// Whether two elements are the same; what was not computed is not known to differ either.
fn decided(a: &Element, b: &Element) -> Result<bool, Halt> {
    if matches!(a, Element::Unfinished) || matches!(b, Element::Unfinished) {
        return Err(Halt::Large("an element"));
    }
    Ok(judge::same(a, b))
}

fn compare(op: Op, left: &Value, right: &Value, world: &World) -> Result<bool, Halt> {
    let wanted = |order: Ordering| match op {
        Op::Le => order != Ordering::Greater,
        Op::Ge => order != Ordering::Less,
        Op::Lt => order == Ordering::Less,
        _ => order == Ordering::Greater,
    };
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => Ok(wanted(a.cmp(b))),
        (Value::Int(_) | Value::Scalar(_), Value::Int(_) | Value::Scalar(_)) => {
            let (a, b) = (meaning::scalar(left, world)?, meaning::scalar(right, world)?);
            Ok(wanted(world.compare(&a, &b)?))
        }
        (_, Value::Int(_) | Value::Scalar(_)) => {
            let c = meaning::scalar(right, world)?;
            // on Z the zeros outside the support count too
            let outside = matches!(left, Value::Signal(_)).then(Element::zero);
            left.entries().chain(&outside).try_fold(true, |all, x| Ok(all && wanted(world.compare(x, &c)?)))
        }
        _ if left.shape() != right.shape() => Ok(false),
        _ => pairs(left, right).try_fold(true, |all, (a, b)| Ok(all && wanted(world.compare(&a, &b)?))),
    }
}

/// Left and right of every inequality between scalars that the statement comes to; `None` where it is false for want of
/// one shape, or is of a kind that has no order.
pub(super) fn differences(
    left: &Value,
    right: &Value,
    world: &World,
) -> Result<Option<Vec<(Element, Element)>>, Halt> {
    Ok(match (left, right) {
        (Value::Left(_), _) | (_, Value::Left(_)) => None,
        (Value::Int(_) | Value::Scalar(_), Value::Int(_) | Value::Scalar(_)) => {
            Some(vec![(meaning::scalar(left, world)?, meaning::scalar(right, world)?)])
        }
        (_, Value::Int(_) | Value::Scalar(_)) => {
            let c = meaning::scalar(right, world)?;
            // on Z the zeros outside the support count too
            let outside = matches!(left, Value::Signal(_)).then(Element::zero);
            Some(left.entries().chain(&outside).map(|x| (x.clone(), c.clone())).collect())
        }
        (Value::Int(_) | Value::Scalar(_), _) => None,
        _ if left.shape() != right.shape() => None,
        _ => Some(pairs(left, right).collect()),
    })
}

/// Two left-bounded signals brought to one number of running sums: then they are equal where the signals of finite
/// support under the sums are. The judge may subtract, whatever the world. Other values stay as they are.
pub(super) fn aligned(left: &Value, right: &Value) -> Result<(Value, Value), Halt> {
    let (Value::Left(a), Value::Left(b)) = (left, right) else { return Ok((left.clone(), right.clone())) };
    let judge = World::new(Ring::Integers);
    let sums = a.sums.max(b.sums);
    let at = |x: &Left| meaning::differenced(x, sums, &judge).map(Value::Signal);
    Ok((at(a)?, at(b)?))
}

/// The entries of two values of one kind and shape, side by side; on Z^d wherever one of the two has an entry.
///
/// # Panics
/// On left-bounded signals, whose stored entries say nothing side by side: see [`aligned`].
pub(super) fn pairs<'a>(
    left: &'a Value,
    right: &'a Value,
) -> Box<dyn Iterator<Item = (Element, Element)> + 'a> {
    assert!(!matches!(left, Value::Left(_)), "left-bounded signals are aligned first");
    let (Value::Signal(x), Value::Signal(y)) = (left, right) else {
        return Box::new(left.entries().cloned().zip(right.entries().cloned()));
    };
    let both = x.indexed().map(|(n, a)| (a.clone(), y.at(&n).cloned().unwrap_or_else(Element::zero)));
    let rest = y.indexed().filter(|(n, _)| x.at(n).is_none()).map(|(_, b)| (Element::zero(), b.clone()));
    Box::new(both.chain(rest))
}
