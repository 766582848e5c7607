//! Signals on Z (and what has the same name on Z/n): differences, running sums, resampling.

use super::{Cyclic, Element, Halt, Signal, Value, World, circle, fits, total};
use crate::{expr::Kind, scalar::Semiring, theorem::value::Left};
use dashu_int::IBig;
use ndarray::{ArrayD, IxDyn};

fn line(value: &Value) -> &Signal<Element> {
    match value {
        Value::Signal(x) => x,
        other => panic!("the checker let {} through where a signal on Z stands", other.kind()),
    }
}

pub(super) fn alternating_sum(x: &Value, world: &World) -> Result<Value, Halt> {
    let origin = match x {
        Value::Signal(x) => x.origin()[0],
        Value::Cyclic(x) if x.shape()[0] % 2 == 1 => {
            return Err(Halt::Undefined("altsum on Z/n for odd n: (-1)^n is not 1"));
        }
        _ => 0,
    };
    let signed: Result<Vec<Element>, Halt> = x
        .entries()
        .enumerate()
        .map(|(k, x)| Ok(if (origin + k as isize).rem_euclid(2) == 1 { world.negate(x)? } else { x.clone() }))
        .collect();
    Ok(Value::Scalar(total(signed?.into_iter())))
}

pub(super) fn extent(x: &Value, world: &World) -> Result<IBig, Halt> {
    let mut ends = None;
    for (k, x) in line(x).entries().iter().enumerate() {
        if !world.is_zero(x)? {
            ends = Some((ends.map_or(k, |(first, _)| first), k));
        }
    }
    let (first, last) = ends.ok_or(Halt::Undefined("the extent of the zero signal"))?;
    Ok((last - first + 1).into())
}

pub(super) fn difference_of(x: &Signal<Element>, world: &World) -> Result<Signal<Element>, Halt> {
    let entries: Vec<Element> = x.entries().iter().cloned().collect();
    let mut difference = entries.clone();
    if !entries.is_empty() {
        difference.push(Element::zero());
    }
    for (k, x) in entries.iter().enumerate() {
        difference[k + 1] = world.subtract(&difference[k + 1], x)?;
    }
    Ok(Signal::line(x.origin()[0], difference))
}

pub(super) fn difference(x: &Value, world: &World) -> Result<Value, Halt> {
    match x {
        Value::Signal(x) => difference_of(x, world).map(Value::Signal),
        Value::Left(x) if x.sums > 0 => {
            // nothing is computed, and still a difference is only defined where there is subtraction
            world.negate(&Element::one())?;
            Ok(Value::Left(Left { signal: x.signal.clone(), sums: x.sums - 1 }))
        }
        Value::Left(x) => Ok(Value::Left(Left { signal: difference_of(&x.signal, world)?, sums: 0 })),
        x => {
            let x = circle(x);
            let n = x.shape()[0] as isize;
            let entries: Result<Vec<_>, _> =
                (0..n).map(|k| world.subtract(x.at(&[k]), x.at(&[k - 1]))).collect();
            Ok(Value::Cyclic(Cyclic::circle(entries?)))
        }
    }
}

pub(super) fn running_sum(x: &Value) -> Result<Value, Halt> {
    match x {
        Value::Signal(x) => Ok(Value::Left(Left { signal: x.clone(), sums: 1 })),
        Value::Left(x) => Ok(Value::Left(Left { signal: x.signal.clone(), sums: x.sums + 1 })),
        x => {
            // in the order of the indices, which `map` does not promise: an array read backwards lies backwards
            let sums = x.entries().scan(Element::zero(), |sum, x| {
                *sum = sum.plus(x);
                Some(sum.clone())
            });
            Ok(super::arrays::line(sums.collect()))
        }
    }
}

/// The entry at n: the running sums are taken up to n.
pub(super) fn left_entry(x: &Left, n: isize) -> Element {
    let first = x.signal.origin()[0];
    let mut entries: Vec<Element> =
        (first..=n).map(|k| x.signal.at(&[k]).cloned().unwrap_or_else(Element::zero)).collect();
    for _ in 0..x.sums {
        for k in 1..entries.len() {
            entries[k] = entries[k].plus(&entries[k - 1]);
        }
    }
    entries.pop().unwrap_or_else(Element::zero)
}

pub(super) fn index(x: &Value, world: &World) -> Result<Value, Halt> {
    let x = line(x);
    let entries: Result<Vec<Element>, Halt> =
        x.indexed().map(|(n, x)| Ok(x.times(&world.integer(&n[0].into())?))).collect();
    Ok(Value::Signal(Signal::line(x.origin()[0], entries?)))
}

pub(super) fn modulate(c: &Element, x: &Value, world: &World) -> Result<Value, Halt> {
    let raise = |base: &Element, n: usize| (0..n).fold(Element::one(), |power, _| power.times(base));
    match x {
        Value::Signal(x) => {
            let inverse = world.inverse(c)?;
            let entries = x.indexed().map(|(n, x)| {
                let base = if n[0] < 0 { &inverse } else { c };
                raise(base, n[0].unsigned_abs()).times(x)
            });
            Ok(Value::Signal(Signal::line(x.origin()[0], entries.collect())))
        }
        x => {
            let x = circle(x);
            let n = x.shape()[0];
            if !world.is_zero(&world.subtract(&raise(c, n), &Element::one())?)? {
                return Err(Halt::Undefined("modulate(c, x) on Z/n where c^n is not 1"));
            }
            Ok(Value::Cyclic(Cyclic::circle(
                (0..n).map(|k| raise(c, k).times(x.at(&[k as isize]))).collect(),
            )))
        }
    }
}

pub(super) fn ones(kind: Kind, n: usize) -> Result<Value, Halt> {
    let entries = vec![Element::one(); n];
    Ok(match kind {
        Kind::Line => Value::Signal(Signal::line(0, entries)),
        _ => Value::Array(ArrayD::from_shape_vec(IxDyn(&[n]), entries).expect("n entries")),
    })
}

pub(super) fn up(m: usize, x: &Value) -> Result<Value, Halt> {
    Ok(match x {
        Value::Signal(x) => {
            fits(x.entries().shape().iter().map(|n| n.saturating_sub(1) * m + 1).product())?;
            Value::Signal(x.up(&vec![m; x.rank()]))
        }
        x => {
            let x = circle(x);
            fits(x.shape().iter().map(|n| n * m).product())?;
            Value::Cyclic(x.up(&vec![m; x.shape().len()]))
        }
    })
}

pub(super) fn down(m: usize, x: &Value) -> Result<Value, Halt> {
    Ok(match x {
        Value::Signal(x) => Value::Signal(x.down(&vec![m; x.rank()])),
        x => {
            let x = circle(x);
            let kept = x.down(&vec![m; x.shape().len()]);
            Value::Cyclic(kept.ok_or(Halt::Undefined("down(m, x) on Z/n where m does not divide n"))?)
        }
    })
}

pub(super) fn periodize(n: usize, x: &Value) -> Value {
    Value::Cyclic(Cyclic::periodize(line(x), &[n]))
}
