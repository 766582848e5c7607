//! Plain arrays made smaller and wider: what signals on Z^d and on Z/n1 × … × Z/nd share.
//!
//! To make an array larger one has to say how it [continues](super::boundary::extend).

use crate::scalar::Semiring;
use ndarray::{ArrayD, ArrayViewD, AxisDescription, IxDyn, Slice};

/// An array without its `before` first and its `after` last entries along each axis: a view, so it costs nothing.
///
/// It undoes [`extend`](super::boundary::extend), whatever the boundary.
///
/// ```
/// use faltung::signal::{Boundary, array::crop, boundary::extend};
/// use ndarray::arr1;
/// let x = arr1(&[1, 2, 3, 4, 5_i64]).into_dyn();
/// assert_eq!(crop(x.view(), &[1], &[2]), arr1(&[2, 3]).into_dyn());
/// assert_eq!(crop(extend(x.view(), &[3], &[1], Boundary::Wrap).view(), &[3], &[1]), x);
/// ```
///
/// # Panics
/// When an axis has fewer entries than are to go, or there is not one amount per axis.
pub fn crop<'a, T>(x: ArrayViewD<'a, T>, before: &[usize], after: &[usize]) -> ArrayViewD<'a, T> {
    assert!(before.len() == x.ndim() && after.len() == x.ndim(), "one amount per axis");
    let mut x = x;
    x.slice_each_axis_inplace(|axis| {
        let a = axis.axis.0;
        let end = axis.len.checked_sub(after[a]).filter(|end| before[a] <= *end);
        Slice::from(before[a]..end.expect("an axis with as many entries as are to go"))
    });
    x
}

/// Every `by`-th entry along each axis, from `first` on.
pub(super) fn every<T: Clone>(x: &ArrayD<T>, first: &[usize], by: &[usize]) -> ArrayD<T> {
    x.slice_each_axis(|axis| {
        let a = axis.axis.0;
        Slice::new(first[a].min(axis.len) as isize, None, step(by[a]))
    })
    .to_owned()
}

/// An array of this shape with the entries of `x` at multiples of `by`, zeros between them.
pub(super) fn spread<S: Semiring>(x: &ArrayD<S>, shape: &[usize], by: &[usize]) -> ArrayD<S> {
    let mut wide = ArrayD::from_shape_simple_fn(IxDyn(shape), S::zero);
    if !x.is_empty() {
        wide.slice_each_axis_mut(|axis: AxisDescription| Slice::new(0, None, step(by[axis.axis.0])))
            .assign(x);
    }
    wide
}

/// A factor as a step along an axis.
pub(super) fn step(by: usize) -> isize {
    isize::try_from(by).ok().filter(|by| *by > 0).expect("a factor is at least 1, and an index")
}
