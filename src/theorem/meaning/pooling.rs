//! Pooling: a summary of every window.

use super::{Element, Halt, Signal, Value, World, array, circle, fits, size};
use crate::{
    scalar::{Semiring, exact::spend},
    signal::Cyclic,
};
use ndarray::{ArrayD, Dimension, IxDyn};

pub(super) fn largest(window: &[Element], world: &World) -> Result<Element, Halt> {
    let (first, rest) = window.split_first().expect("a window has an entry");
    rest.iter().try_fold(first.clone(), |most, x| world.max(&most, x))
}

pub(super) fn smallest(window: &[Element], world: &World) -> Result<Element, Halt> {
    let (first, rest) = window.split_first().expect("a window has an entry");
    rest.iter().try_fold(first.clone(), |least, x| world.min(&least, x))
}

/// `f` of x[s i + j] for 0 ≤ j < k along every axis, but of three along the last two: the first is one of channels.
pub(super) fn pooled(args: &[Value], f: impl Fn(&[Element]) -> Result<Element, Halt>) -> Result<Value, Halt> {
    let k = size(&args[0], 1, "pooling with windows of k < 1 entries")?;
    let s = size(&args[1], 1, "pooling with a stride s < 1")?;
    windows(k, s, &args[2], f)
}

fn windows(
    k: usize,
    s: usize,
    x: &Value,
    f: impl Fn(&[Element]) -> Result<Element, Halt>,
) -> Result<Value, Halt> {
    let sizes = x.shape().expect("arrays and cyclic signals have sizes");
    let wraps = matches!(x, Value::Cyclic(_));
    // the window and the stride along each axis
    let along = |axis: usize| if sizes.len() == 3 && axis == 0 { (1, 1) } else { (k, s) };
    let (window, strides): (Vec<usize>, Vec<usize>) = (0..sizes.len()).map(along).unzip();
    if !wraps && sizes.iter().zip(&window).any(|(n, k)| n < k) {
        return Err(Halt::Misfit("a window longer than the array"));
    }
    if wraps && sizes.iter().any(|n| n % s != 0) {
        return Err(Halt::Undefined("pooling on Z/n with a stride that does not divide n"));
    }
    let count = |axis: usize, n: usize| {
        if wraps { n / strides[axis] } else { (n - window[axis]) / strides[axis] + 1 }
    };
    let shape: Vec<usize> = sizes.iter().enumerate().map(|(axis, n)| count(axis, *n)).collect();
    let steps = window.iter().chain(&shape).try_fold(1usize, |all, n| all.checked_mul(*n));
    fits(steps.unwrap_or(usize::MAX) / 4)?;
    spend(steps.unwrap_or(usize::MAX));
    let entry = |at: &[usize]| match x {
        Value::Cyclic(x) => x.at(&at.iter().map(|n| *n as isize).collect::<Vec<_>>()).clone(),
        x => array(x)[IxDyn(at)].clone(),
    };
    let mut entries = vec![];
    for i in ndarray::indices(IxDyn(&shape)) {
        let place = |j: IxDyn| -> Vec<usize> {
            i.as_array_view()
                .iter()
                .zip(&strides)
                .zip(j.as_array_view())
                .map(|((i, s), j)| s * i + j)
                .collect()
        };
        let own: Vec<Element> =
            ndarray::indices(IxDyn(&window)).into_iter().map(|j| entry(&place(j))).collect();
        entries.push(f(&own)?);
    }
    let entries = ArrayD::from_shape_vec(IxDyn(&shape), entries).expect("one entry per window");
    Ok(if wraps { Value::Cyclic(Cyclic::new(entries)) } else { Value::Array(entries) })
}

/// `f` of x[i + direction j] for 0 ≤ j < k, at every i; `f` maps zeros to zero.
pub(super) fn morphed(
    k: usize,
    x: &Value,
    direction: isize,
    f: impl Fn(&[Element]) -> Result<Element, Halt>,
) -> Result<Value, Halt> {
    let reach = k as isize - 1;
    let window = |at: &dyn Fn(isize) -> Element, i: isize| -> Vec<Element> {
        (0..=reach).map(|j| at(i + direction * j)).collect()
    };
    let Value::Signal(x) = x else {
        let x = circle(x);
        fits(x.shape()[0] * k / 4)?;
        spend(x.shape()[0] * k);
        let entries: Result<Vec<Element>, Halt> =
            (0..x.shape()[0] as isize).map(|i| f(&window(&|n| x.at(&[n]).clone(), i))).collect();
        let entries = ArrayD::from_shape_vec(IxDyn(x.shape()), entries?).expect("as many entries as before");
        return Ok(Value::Cyclic(Cyclic::new(entries)));
    };
    if x.entries().is_empty() {
        return Ok(Value::Signal(x.clone()));
    }
    // whatever window meets the support
    let count = x.entries().len() + k - 1;
    fits(count * k / 4)?;
    spend(count * k);
    let first = x.origin()[0] - if direction > 0 { reach } else { 0 };
    let at = |n: isize| x.at(&[n]).cloned().unwrap_or_else(Element::zero);
    let entries: Result<Vec<Element>, Halt> =
        (0..count as isize).map(|i| f(&window(&at, first + i))).collect();
    let entries = ArrayD::from_shape_vec(IxDyn(&[count]), entries?).expect("one entry per window");
    Ok(Value::Signal(Signal::new(vec![first], entries)))
}

/// The middle entry of every window of an odd number, brought into order by exchanges of neighbours.
pub(super) fn median(k: usize, x: &Value, world: &World) -> Result<Value, Halt> {
    if k.is_multiple_of(2) {
        return Err(Halt::Undefined("the median of an even number of entries"));
    }
    windows(k, 1, x, |window| {
        let mut own = window.to_vec();
        for end in (k / 2..k).rev() {
            for i in 0..end {
                let (a, b) = (world.min(&own[i], &own[i + 1])?, world.max(&own[i], &own[i + 1])?);
                (own[i], own[i + 1]) = (a, b);
            }
        }
        Ok(own.swap_remove(k / 2))
    })
}
