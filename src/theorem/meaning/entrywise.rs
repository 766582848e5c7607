//! Entry by entry: sums, products, maxima. On Z^d the entries outside the support are zeros.

use super::{Halt, Value, World, fits, scalar};
use crate::{
    scalar::{
        Semiring,
        exact::{Element, Ring},
    },
    signal::{Cyclic, OnGroup, Signal},
    theorem::value::Left,
};
use dashu_int::IBig;
use ndarray::{ArrayD, Dimension, IxDyn};

const SHAPES: Halt = Halt::Misfit("entry by entry wants two of one shape");

/// `f` of every entry; `f` maps zero to zero.
pub(super) fn map(
    x: &Value,
    world: &World,
    f: impl Fn(&Element) -> Result<Element, Halt>,
) -> Result<Value, Halt> {
    let mut halt = None;
    let mapped = match x {
        Value::Int(_) => Value::Scalar(f(&scalar(x, world)?)?),
        x => x.map(|x| {
            f(x).unwrap_or_else(|why| {
                halt.get_or_insert(why);
                Element::Unfinished
            })
        }),
    };
    halt.map_or(Ok(mapped), Err)
}

/// `f` of every pair of entries; `f(0, 0) = 0`.
pub(super) fn zip(
    x: &Value,
    y: &Value,
    world: &World,
    f: impl Fn(&Element, &Element) -> Result<Element, Halt>,
) -> Result<Value, Halt> {
    match (x, y) {
        (Value::Int(_) | Value::Scalar(_), _) => {
            Ok(Value::Scalar(f(&scalar(x, world)?, &scalar(y, world)?)?))
        }
        (Value::Signal(x), Value::Signal(y)) => zip_signals(x, y, f).map(Value::Signal),
        (Value::Cyclic(x), Value::Cyclic(y)) => {
            Ok(Value::Cyclic(Cyclic::new(zip_arrays(x.entries(), y.entries(), f)?)))
        }
        (Value::Array(x), Value::Array(y)) => zip_arrays(x, y, f).map(Value::Array),
        (Value::OnGroup(x), Value::OnGroup(y)) => {
            let entries: Result<Vec<Element>, Halt> =
                x.entries().iter().zip(y.entries()).map(|(x, y)| f(x, y)).collect();
            Ok(Value::OnGroup(OnGroup::new(x.group(), entries?).expect("as many entries as before")))
        }
        (x, y) => panic!("the checker let {} and {} through entry by entry", x.kind(), y.kind()),
    }
}

fn zip_arrays(
    x: &ArrayD<Element>,
    y: &ArrayD<Element>,
    f: impl Fn(&Element, &Element) -> Result<Element, Halt>,
) -> Result<ArrayD<Element>, Halt> {
    if x.shape() != y.shape() {
        return Err(SHAPES);
    }
    let entries: Result<Vec<_>, _> = x.iter().zip(y).map(|(x, y)| f(x, y)).collect();
    Ok(ArrayD::from_shape_vec(x.raw_dim(), entries?).expect("as many entries as before"))
}

/// The smallest window that holds both: first index and size along each axis. An empty signal adds nothing.
fn union(x: &Signal<Element>, y: &Signal<Element>) -> (Vec<isize>, Vec<usize>) {
    let window = |x: &Signal<Element>| (x.origin().to_vec(), x.entries().shape().to_vec());
    match (x.entries().is_empty(), y.entries().is_empty()) {
        (true, _) => return window(y),
        (_, true) => return window(x),
        _ => {}
    }
    (0..x.rank())
        .map(|axis| {
            let end = |x: &Signal<Element>| x.origin()[axis] + x.entries().shape()[axis] as isize;
            let first = x.origin()[axis].min(y.origin()[axis]);
            (first, end(x).max(end(y)).abs_diff(first))
        })
        .unzip()
}

fn zip_signals(
    x: &Signal<Element>,
    y: &Signal<Element>,
    f: impl Fn(&Element, &Element) -> Result<Element, Halt>,
) -> Result<Signal<Element>, Halt> {
    let (origin, shape) = union(x, y);
    fits(shape.iter().product())?;
    let zero = Element::zero();
    let mut entries = vec![];
    for k in ndarray::indices(IxDyn(&shape)) {
        let index: Vec<isize> = k.as_array_view().iter().zip(&origin).map(|(k, o)| *k as isize + o).collect();
        entries.push(f(x.at(&index).unwrap_or(&zero), y.at(&index).unwrap_or(&zero))?);
    }
    Ok(Signal::new(origin, ArrayD::from_shape_vec(IxDyn(&shape), entries).expect("one entry per index")))
}

pub(super) fn add(x: &Value, y: &Value, world: &World) -> Result<Value, Halt> {
    linear(x, y, world, |x, y| Ok(x.plus(y)))
}

pub(super) fn subtract(x: &Value, y: &Value, world: &World) -> Result<Value, Halt> {
    linear(x, y, world, |x, y| Ok(world.subtract(x, y)?))
}

fn linear(
    x: &Value,
    y: &Value,
    world: &World,
    f: impl Fn(&Element, &Element) -> Result<Element, Halt>,
) -> Result<Value, Halt> {
    let (Value::Left(a), Value::Left(b)) = (x, y) else { return zip(x, y, world, f) };
    // the differences are of the representation, not of the claim: they are taken in any world
    let (sums, own) = (a.sums.max(b.sums), World::new(Ring::Integers));
    let signal = zip_signals(&differenced(a, sums, &own)?, &differenced(b, sums, &own)?, f)?;
    Ok(Value::Left(Left { signal, sums }))
}

/// The signal whose `sums`-fold running sum is `x`: differences undo the running sums that `x` has not.
pub(in crate::theorem) fn differenced(x: &Left, sums: u32, world: &World) -> Result<Signal<Element>, Halt> {
    (x.sums..sums).try_fold(x.signal.clone(), |signal, _| super::line::difference_of(&signal, world))
}

pub(super) fn product(x: &Value, y: &Value) -> Result<Value, Halt> {
    match (x, y) {
        (Value::Signal(x), Value::Signal(y)) => {
            // zero wherever either is: the window of x will do
            let zero = Element::zero();
            let entries: Vec<Element> =
                x.indexed().map(|(n, x)| x.times(y.at(&n).unwrap_or(&zero))).collect();
            let entries =
                ArrayD::from_shape_vec(x.entries().raw_dim(), entries).expect("as many entries as before");
            Ok(Value::Signal(Signal::new(x.origin().to_vec(), entries)))
        }
        (Value::Cyclic(x), Value::Cyclic(y)) => {
            let product = zip_arrays(x.entries(), y.entries(), |x, y| Ok(x.times(y)))?;
            Ok(Value::Cyclic(Cyclic::new(product)))
        }
        (Value::Array(x), Value::Array(y)) => zip_arrays(x, y, |x, y| Ok(x.times(y))).map(Value::Array),
        (Value::OnGroup(x), Value::OnGroup(y)) => {
            Ok(Value::OnGroup(OnGroup::from_fn(x.group(), |g| x.at(g).times(y.at(g)))))
        }
        (x, y) => panic!("the checker let {} .* {} through", x.kind(), y.kind()),
    }
}

pub(super) fn power(x: &Value, n: &IBig) -> Result<Value, Halt> {
    if matches!(x, Value::Signal(_)) && *n < IBig::ONE {
        return Err(Halt::Undefined("on Z an entrywise power wants n >= 1: 0^0 = 1 has no finite support"));
    }
    super::power(&Element::one(), n)?;
    Ok(x.map(|x| super::power(x, n).expect("the exponent was just tried")))
}

pub(super) fn dot(x: &Value, y: &Value, world: &World) -> Result<Value, Halt> {
    let y = y.map(|y| world.conj(y));
    Ok(Value::Scalar(super::total(product(x, &y)?.entries().cloned())))
}
