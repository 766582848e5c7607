//! Two dimensions, on Z², on a torus and for arrays: [i, j] is row i, counted downwards, and column j.

use super::{Element, Halt, Signal, Value, array, convolve, fits, total};
use crate::{scalar::Semiring, signal::Cyclic, theorem::world::World};
use ndarray::{ArrayD, Axis, IxDyn};

/// `x[j,i]` at i, j; a third axis stays.
pub(super) fn transposed(x: &Value) -> Value {
    match x {
        Value::Signal(x) => {
            Value::Signal(Signal::new(vec![x.origin()[1], x.origin()[0]], x.entries().t().to_owned()))
        }
        Value::Cyclic(x) => Value::Cyclic(Cyclic::new(x.entries().t().to_owned())),
        x => {
            let mut exchanged = array(x).clone();
            exchanged.swap_axes(0, 1);
            Value::Array(exchanged)
        }
    }
}

/// The index of one axis negated; an array is read backwards along it.
pub(super) fn flipped(x: &Value, axis: usize) -> Value {
    let backwards = |entries: &ArrayD<Element>| {
        let mut entries = entries.clone();
        entries.invert_axis(Axis(axis));
        entries
    };
    match x {
        Value::Signal(x) => {
            let mut origin = x.origin().to_vec();
            origin[axis] = 1 - origin[axis] - x.entries().len_of(Axis(axis)) as isize;
            Value::Signal(Signal::new(origin, backwards(x.entries())))
        }
        Value::Cyclic(x) => Value::Cyclic(Cyclic::from_fn(x.shape(), |n| {
            let mut from = n.to_vec();
            from[axis] = -from[axis];
            x.at(&from).clone()
        })),
        x => Value::Array(backwards(array(x))),
    }
}

/// Anticlockwise: x[j,−i] is the transpose at −i, j.
pub(super) fn turned(x: &Value) -> Value {
    flipped(&transposed(x), 0)
}

/// Every line along an axis convolved with `w`, which is `x` convolved with `w` laid along that axis.
pub(super) fn along(x: &Value, w: &Value, axis: usize, world: &World) -> Result<Value, Halt> {
    let across = Axis(1 - axis);
    let laid = match (x, w) {
        (Value::Array(x), w) => {
            return super::arrays::full(x, &array(w).clone().insert_axis(across));
        }
        (Value::Cyclic(x), Value::Cyclic(w)) => {
            if x.shape()[axis] != w.shape()[0] {
                return Err(Halt::Misfit("a convolution of signals on different cycles"));
            }
            Value::Cyclic(Cyclic::from_fn(x.shape(), |n| match n[across.0] {
                0 => w.at(&n[axis..=axis]).clone(),
                _ => Element::zero(),
            }))
        }
        (_, Value::Signal(w)) => {
            let mut origin = w.origin().to_vec();
            origin.insert(across.0, 0);
            Value::Signal(Signal::new(origin, w.entries().clone().insert_axis(across)))
        }
        (x, w) => panic!("the checker let {} along {} through", w.kind(), x.kind()),
    };
    convolve(x, &laid, world)
}

/// The sum over one axis; the other stays.
pub(super) fn summed(x: &Value, axis: usize) -> Value {
    let sums = |entries: &ArrayD<Element>| entries.map_axis(Axis(axis), |line| total(line.iter().cloned()));
    match x {
        Value::Signal(x) => Value::Signal(Signal::new(vec![x.origin()[1 - axis]], sums(x.entries()))),
        Value::Cyclic(x) => Value::Cyclic(Cyclic::new(sums(x.entries()))),
        x => Value::Array(sums(array(x))),
    }
}

/// `u[i] v[j]` at i, j.
pub(super) fn outer(u: &Value, v: &Value) -> Result<Value, Halt> {
    let (column, row): (Vec<&Element>, Vec<&Element>) = (u.entries().collect(), v.entries().collect());
    fits(column.len() * row.len())?;
    let shape = IxDyn(&[column.len(), row.len()]);
    let products = ArrayD::from_shape_fn(shape, |ij| column[ij[0]].times(row[ij[1]]));
    Ok(match (u, v) {
        (Value::Signal(u), Value::Signal(v)) => {
            Value::Signal(Signal::new([u.origin(), v.origin()].concat(), products))
        }
        (Value::Cyclic(_), _) => Value::Cyclic(Cyclic::new(products)),
        _ => Value::Array(products),
    })
}
