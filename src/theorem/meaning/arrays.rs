//! Arrays: the modes of convolution, strides, dilations, and what is put beyond a border. Every size is at least 1.

use super::{Element, Halt, Value, array, fits, products, size};
use crate::{conv::definition, scalar::Semiring};
use ndarray::{ArrayD, Axis, Dimension, IxDyn, Slice};

pub(super) fn reversed(x: &ArrayD<Element>) -> ArrayD<Element> {
    let mut y = x.clone();
    (0..y.ndim()).for_each(|axis| y.invert_axis(Axis(axis)));
    y
}

pub(super) fn line(entries: Vec<Element>) -> Value {
    Value::Array(ArrayD::from_shape_vec(IxDyn(&[entries.len()]), entries).expect("one axis"))
}

pub(super) fn full(x: &ArrayD<Element>, w: &ArrayD<Element>) -> Result<Value, Halt> {
    fits(x.shape().iter().zip(w.shape()).map(|(n, k)| n + k - 1).product())?;
    products(x.len(), w.len())?;
    Ok(Value::Array(definition::full(x.view(), w.view())))
}

/// `Σ_j x[i+j] w[j]` wherever the whole window lies in `x`.
pub(super) fn valid(x: &ArrayD<Element>, w: &ArrayD<Element>) -> Result<Value, Halt> {
    if x.shape().iter().zip(w.shape()).any(|(n, k)| n < k) {
        return Err(Halt::Misfit("a window longer than the array"));
    }
    products(x.len(), w.len())?;
    let shape: Vec<usize> = x.shape().iter().zip(w.shape()).map(|(n, k)| n - k + 1).collect();
    Ok(Value::Array(ArrayD::from_shape_fn(IxDyn(&shape), |i| {
        let mut sum = Element::zero();
        for (j, w_j) in w.indexed_iter() {
            let at: Vec<usize> =
                i.as_array_view().iter().zip(j.as_array_view()).map(|(i, j)| i + j).collect();
            Element::mul_add_into(&mut sum, &x[IxDyn(&at)], w_j);
        }
        sum
    })))
}

/// The centre of the full convolution, of the shape of `x`.
pub(super) fn same(x: &ArrayD<Element>, w: &ArrayD<Element>) -> Result<Value, Halt> {
    let Value::Array(mut y) = full(x, w)? else { unreachable!("a convolution of arrays is an array") };
    for axis in 0..y.ndim() {
        let start = (w.shape()[axis] - 1) / 2;
        y.slice_axis_inplace(Axis(axis), Slice::from(start..start + x.shape()[axis]));
    }
    Ok(Value::Array(y))
}

pub(super) fn join(x: &ArrayD<Element>, y: &ArrayD<Element>) -> Result<Value, Halt> {
    if x.shape()[1..] != y.shape()[1..] {
        return Err(Halt::Misfit("arrays joined whose other sizes differ"));
    }
    fits(x.len() + y.len())?;
    let mut shape = x.shape().to_vec();
    shape[0] += y.shape()[0];
    let entries = x.iter().chain(y).cloned().collect();
    Ok(Value::Array(ArrayD::from_shape_vec(IxDyn(&shape), entries).expect("the entries of both")))
}

pub(super) fn pad(args: &[Value]) -> Result<Value, Halt> {
    let (a, b) = borders(args)?;
    let zeros = |n| std::iter::repeat_n(Element::zero(), n);
    Ok(line(zeros(a).chain(array(&args[2]).iter().cloned()).chain(zeros(b)).collect()))
}

pub(super) fn crop(args: &[Value]) -> Result<Value, Halt> {
    let ((a, b), x) = (borders(args)?, array(&args[2]));
    if a + b >= x.len() {
        return Err(Halt::Misfit("a crop that leaves nothing"));
    }
    Ok(line(x.iter().skip(a).take(x.len() - a - b).cloned().collect()))
}

fn borders(args: &[Value]) -> Result<(usize, usize), Halt> {
    let side = |value| size(value, 0, "a border of negative width");
    let (a, b) = (side(&args[0])?, side(&args[1])?);
    fits(a + b + array(&args[2]).len())?;
    Ok((a, b))
}

/// Every s-th entry along the last axis.
pub(super) fn thinned(s: usize, x: &ArrayD<Element>) -> Value {
    let last = Axis(x.ndim() - 1);
    Value::Array(x.slice_axis(last, Slice::new(0, None, s as isize)).to_owned())
}

/// Zeros put between the entries along the last axis: s(k−1) + 1 of them in all.
pub(super) fn stuffed(s: usize, w: &ArrayD<Element>) -> Result<Value, Halt> {
    let last = Axis(w.ndim() - 1);
    let mut shape = w.shape().to_vec();
    shape[last.0] = fits(s * (w.len_of(last) - 1) + 1)?;
    fits(shape.iter().fold(1, |all: usize, n| all.saturating_mul(*n)))?;
    let mut stuffed = ArrayD::from_elem(IxDyn(&shape), Element::zero());
    stuffed.slice_axis_mut(last, Slice::new(0, None, s as isize)).assign(w);
    Ok(Value::Array(stuffed))
}

/// The index in `0..n` that the entry at `i` is copied from, or why there is none.
type Source = fn(i: isize, n: isize) -> Result<isize, Halt>;

pub(super) fn extend(args: &[Value], source: Source) -> Result<Value, Halt> {
    let ((a, b), x) = (borders(args)?, array(&args[2]));
    let n = x.len() as isize;
    let entries: Result<Vec<Element>, Halt> =
        (-(a as isize)..n + b as isize).map(|i| Ok(x[source(i, n)? as usize].clone())).collect();
    Ok(line(entries?))
}

pub(super) fn reflect(i: isize, n: isize) -> Result<isize, Halt> {
    let j = if i < 0 {
        -i
    } else if i >= n {
        2 * (n - 1) - i
    } else {
        i
    };
    if (0..n).contains(&j) { Ok(j) } else { Err(Halt::Misfit("a reflection wider than the array")) }
}

pub(super) fn symmetric(i: isize, n: isize) -> Result<isize, Halt> {
    let j = if i < 0 {
        -1 - i
    } else if i >= n {
        2 * n - 1 - i
    } else {
        i
    };
    if (0..n).contains(&j) { Ok(j) } else { Err(Halt::Misfit("a reflection wider than the array")) }
}

pub(super) fn wrap(i: isize, n: isize) -> Result<isize, Halt> {
    if (-n..2 * n).contains(&i) {
        Ok(i.rem_euclid(n))
    } else {
        Err(Halt::Misfit("a wrap wider than the array"))
    }
}

pub(super) fn replicate(i: isize, n: isize) -> Result<isize, Halt> {
    Ok(i.clamp(0, n - 1))
}
