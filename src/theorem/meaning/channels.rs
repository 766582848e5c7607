//! Layers with channels, and layers that share no weights or only some.
//!
//! A kernel [o, c, k] is a matrix of filters of k entries: a row for each output, a column for each input.

use super::{
    Element, Halt, Value,
    arrays::{self, line},
    fits, products,
};
use crate::scalar::Semiring;
use ndarray::{ArrayD, Dimension, IxDyn};

/// How often a window of k entries fits on n.
fn places(n: usize, k: usize) -> Result<usize, Halt> {
    if n < k { Err(Halt::Misfit("a window longer than the array")) } else { Ok(n - k + 1) }
}

/// Σ_j x[i+j] w[j], or with channels Σ_c Σ_j x[c,i+j] w[o,c,j].
pub(super) fn layer(x: &ArrayD<Element>, w: &ArrayD<Element>) -> Result<Value, Halt> {
    if w.ndim() == 3 { grouped(1, x, w) } else { arrays::valid(x, w) }
}

/// A row for each window of k entries, of channels one after the other.
pub(super) fn windows(k: usize, x: &ArrayD<Element>) -> Result<Value, Halt> {
    let n = *x.shape().last().expect("an array has axes");
    let (rows, channels) = (places(n, k)?, x.len() / n);
    fits(rows.saturating_mul(channels * k))?;
    let entries: Vec<&Element> = x.iter().collect();
    let entry = |i: usize, at: usize| entries[at / k * n + i + at % k].clone();
    Ok(Value::Array(ArrayD::from_shape_fn(IxDyn(&[rows, channels * k]), |at| entry(at[0], at[1]))))
}

/// Σ_c Σ_j x[c,i+j] w[o,c,j] in g groups: an output sees the channels of its own part only.
pub(super) fn grouped(g: usize, x: &ArrayD<Element>, w: &ArrayD<Element>) -> Result<Value, Halt> {
    let (outputs, inputs, k) = (w.shape()[0], w.shape()[1], w.shape()[2]);
    if g.checked_mul(inputs) != Some(x.shape()[0]) {
        return Err(Halt::Misfit("a kernel for another number of channels"));
    }
    if !outputs.is_multiple_of(g) {
        return Err(Halt::Misfit("a number of groups that does not divide the outputs"));
    }
    let places = places(x.shape()[1], k)?;
    products(fits(outputs.saturating_mul(places))?, inputs * k)?;
    Ok(Value::Array(ArrayD::from_shape_fn(IxDyn(&[outputs, places]), |at| {
        let (o, i) = (at[0], at[1]);
        let first = o / (outputs / g) * inputs;
        let mut sum = Element::zero();
        for (c, j) in (0..inputs).flat_map(|c| (0..k).map(move |j| (c, j))) {
            Element::mul_add_into(&mut sum, &x[[first + c, i + j].as_slice()], &w[[o, c, j].as_slice()]);
        }
        sum
    })))
}

/// The product of matrices of filters, which are multiplied by full convolution. A matrix of numbers on the left is one
/// of filters of length 1; on the right its rows are the filters of a single column.
pub(super) fn product(a: &ArrayD<Element>, b: &ArrayD<Element>) -> Result<Value, Halt> {
    let (rows, inner, k) = (a.shape()[0], a.shape()[1], a.shape().get(2).copied().unwrap_or(1));
    let n = *b.shape().last().expect("an array has axes");
    if inner != b.shape()[0] {
        return Err(Halt::Misfit("a matrix with another number of columns than there are rows to meet"));
    }
    let mut shape = b.shape().to_vec();
    (shape[0], *shape.last_mut().expect("an array has axes")) = (rows, n + k - 1);
    let count = shape.iter().fold(1, |all: usize, n| all.saturating_mul(*n));
    products(fits(count)?, inner.saturating_mul(k))?;
    let left: Vec<&Element> = a.iter().collect();
    Ok(Value::Array(ArrayD::from_shape_fn(IxDyn(&shape), |at| {
        let (mut from, last) = (at.slice().to_vec(), at.ndim() - 1);
        let mut sum = Element::zero();
        for (p, j) in (0..inner).flat_map(|p| (0..k).map(move |j| (p, j))) {
            if (j..j + n).contains(&at[last]) {
                (from[0], from[last]) = (p, at[last] - j);
                Element::mul_add_into(&mut sum, left[(at[0] * inner + p) * k + j], &b[IxDyn(&from)]);
            }
        }
        sum
    })))
}

/// Filters on the diagonal of a matrix of filters: every channel by its own.
pub(super) fn diagonal(x: &ArrayD<Element>) -> Result<Value, Halt> {
    let (n, k) = (x.shape()[0], x.shape()[1]);
    fits(n.saturating_mul(n).saturating_mul(k))?;
    Ok(Value::Array(ArrayD::from_shape_fn(IxDyn(&[n, n, k]), |at| {
        if at[0] == at[1] { x[[at[0], at[2]].as_slice()].clone() } else { Element::zero() }
    })))
}

/// The blocks that convolve n entries of each channel, all channels read one after the other.
pub(super) fn toeplitz(w: &ArrayD<Element>, n: usize) -> Result<Value, Halt> {
    let (outputs, inputs, k) = (w.shape()[0], w.shape()[1], w.shape()[2]);
    let (rows, columns) = (outputs.saturating_mul(n + k - 1), inputs.saturating_mul(n));
    fits(rows.saturating_mul(columns))?;
    Ok(Value::Array(ArrayD::from_shape_fn(IxDyn(&[rows, columns]), |at| {
        let (o, i, c, j) = (at[0] / (n + k - 1), at[0] % (n + k - 1), at[1] / n, at[1] % n);
        let tap = i.checked_sub(j).and_then(|tap| w.get([o, c, tap].as_slice()));
        tap.cloned().unwrap_or_else(Element::zero)
    })))
}

/// Σ_j x[i+j] w[i,j]: a row of weights for each place.
pub(super) fn local(x: &ArrayD<Element>, w: &ArrayD<Element>) -> Result<Value, Halt> {
    if places(x.len(), w.shape()[1])? != w.shape()[0] {
        return Err(Halt::Misfit("another number of rows of weights than places"));
    }
    tiled(x, w)
}

/// Σ_j x[i+j] w[i mod t,j]: the rows of weights in turn.
pub(super) fn tiled(x: &ArrayD<Element>, w: &ArrayD<Element>) -> Result<Value, Halt> {
    let (t, k) = (w.shape()[0], w.shape()[1]);
    let places = places(x.len(), k)?;
    products(places, k)?;
    let sum = |i: usize| {
        let mut sum = Element::zero();
        for j in 0..k {
            Element::mul_add_into(&mut sum, &x[i + j], &w[[i % t, j].as_slice()]);
        }
        sum
    };
    Ok(line((0..places).map(sum).collect()))
}

/// Every entry m times.
pub(super) fn repeated(m: usize, x: &ArrayD<Element>) -> Result<Value, Halt> {
    fits(x.len().saturating_mul(m))?;
    Ok(line(x.iter().flat_map(|x| std::iter::repeat_n(x.clone(), m)).collect()))
}
