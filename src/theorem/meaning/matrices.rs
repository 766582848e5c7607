//! Matrices: products, and the matrices that convolutions are. A matrix is an array with two axes.

use super::{Element, Halt, Value, fits, products};
use crate::{
    scalar::Semiring,
    signal::{Cyclic, OnGroup},
};
use ndarray::{ArrayD, IxDyn};

pub(super) fn matrix(
    rows: usize,
    columns: usize,
    mut entry: impl FnMut(usize, usize) -> Element,
) -> Result<Value, Halt> {
    fits(rows.saturating_mul(columns))?;
    Ok(Value::Array(ArrayD::from_shape_fn(IxDyn(&[rows, columns]), |ij| entry(ij[0], ij[1]))))
}

/// A @ x: of a matrix by a matrix, an array, or a signal on a cycle or a group, which a square matrix maps to one.
pub(super) fn apply(a: &ArrayD<Element>, x: &Value) -> Result<Value, Halt> {
    let (rows, inner) = (a.shape()[0], a.shape()[1]);
    let (columns, length) = match x {
        Value::Array(x) if x.ndim() == 2 => (x.shape()[1], x.shape()[0]),
        Value::Array(x) => (1, x.len()),
        Value::Cyclic(_) if rows != inner => {
            return Err(Halt::Misfit("a matrix that is not square, applied on Z/n"));
        }
        Value::Cyclic(x) => (1, x.entries().len()),
        Value::OnGroup(x) if rows == x.group().order() => (1, rows),
        Value::OnGroup(_) => {
            return Err(Halt::Misfit("a matrix with another number of rows than the group has elements"));
        }
        other => panic!("the checker let A @ {} through", other.kind()),
    };
    if inner != length {
        return Err(Halt::Misfit("a matrix with another number of columns than there are rows to meet"));
    }
    products(rows * columns, inner)?;
    let flat: Vec<&Element> = x.entries().collect();
    let product = |i: usize, j: usize| {
        let mut sum = Element::zero();
        for k in 0..inner {
            Element::mul_add_into(&mut sum, &a[[i, k].as_slice()], flat[k * columns + j]);
        }
        sum
    };
    Ok(match x {
        Value::Array(x) if x.ndim() == 2 => return matrix(rows, columns, product),
        Value::Cyclic(x) => Value::Cyclic(Cyclic::from_fn(x.shape(), |n| product(n[0] as usize, 0))),
        Value::OnGroup(x) => Value::OnGroup(OnGroup::from_fn(x.group(), |i| product(i, 0))),
        _ => super::arrays::line((0..rows).map(|i| product(i, 0)).collect()),
    })
}

pub(super) fn identity(n: usize) -> Result<Value, Halt> {
    matrix(n, n, |i, j| if i == j { Element::one() } else { Element::zero() })
}

pub(super) fn diagonal(x: &Value) -> Result<Value, Halt> {
    let entries: Vec<Element> = x.entries().cloned().collect();
    let n = entries.len();
    matrix(n, n, |i, j| if i == j { entries[i].clone() } else { Element::zero() })
}

pub(super) fn kronecker(a: &ArrayD<Element>, b: &ArrayD<Element>) -> Result<Value, Halt> {
    let (p, q) = (b.shape()[0], b.shape()[1]);
    matrix(a.shape()[0].saturating_mul(p), a.shape()[1].saturating_mul(q), |i, j| {
        a[[i / p, j / q].as_slice()].times(&b[[i % p, j % q].as_slice()])
    })
}

/// The place of a row-major index, axis by axis.
fn place(mut index: usize, sizes: &[usize]) -> Vec<usize> {
    let mut place = vec![0; sizes.len()];
    for (own, n) in place.iter_mut().zip(sizes).rev() {
        (*own, index) = (index % n, index / n);
    }
    place
}

/// The matrix that convolves an array of these sizes with `w`, both read row by row: w[i−j] in row i and column j.
pub(super) fn toeplitz(w: &ArrayD<Element>, sizes: &[usize]) -> Result<Value, Halt> {
    let full: Vec<usize> = w.shape().iter().zip(sizes).map(|(k, n)| n + k - 1).collect();
    let count = |sizes: &[usize]| sizes.iter().fold(1, |all: usize, n| all.saturating_mul(*n));
    matrix(count(&full), count(sizes), |i, j| {
        let (i, j) = (place(i, &full), place(j, sizes));
        let apart: Option<Vec<usize>> = i.iter().zip(&j).map(|(i, j)| i.checked_sub(*j)).collect();
        apart.and_then(|apart| w.get(IxDyn(&apart)).cloned()).unwrap_or_else(Element::zero)
    })
}

/// The matrix that convolves on the cycle of `h`, or on its torus read row by row: h[i−j] in row i and column j.
pub(super) fn circulant(h: &Value) -> Result<Value, Halt> {
    let Value::Cyclic(h) = h else { panic!("the checker let a circulant of {} through", h.kind()) };
    let sizes = h.shape();
    let n = h.entries().len();
    matrix(n, n, |i, j| {
        let apart: Vec<isize> =
            place(i, sizes).iter().zip(place(j, sizes)).map(|(i, j)| *i as isize - j as isize).collect();
        h.at(&apart).clone()
    })
}
