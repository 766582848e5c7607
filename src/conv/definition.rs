//! THE definition of convolution, over any commutative semiring, in any dimension. Slow, and the judge of everything.
//!
//! `(x ∗ w)[n] = Σ_k x[k] · w[n − k]` (Goodfellow, Bengio & Courville 2016, eq. 9.3; Oppenheim & Schafer 2010, §2.3).

use crate::{
    scalar::Semiring,
    signal::{Cyclic, OnGroup, Signal},
};
use ndarray::{ArrayD, ArrayViewD, AxisDescription, Dimension, IxDyn, Slice, Zip};

/// The convolution of two arrays that start at 0: axis by axis, n + m − 1 entries (none if n or m is 0).
///
/// Every stored entry takes part, zeros too, in the order of the index of `x`: over the floats a NaN in `x`
/// reaches exactly the outputs whose sum contains it. Cost: one product per pair of entries.
///
/// ```
/// use faltung::conv::definition;
/// use ndarray::arr1;
/// let (x, w) = (arr1(&[1.0, 2.0]).into_dyn(), arr1(&[1.0, 0.0, -1.0]).into_dyn());
/// assert_eq!(definition::full(x.view(), w.view()), arr1(&[1.0, 2.0, -1.0, -2.0]).into_dyn());
/// ```
///
/// # Panics
/// When the two arrays differ in dimension.
pub fn full<S: Semiring>(x: ArrayViewD<S>, w: ArrayViewD<S>) -> ArrayD<S> {
    assert_eq!(x.ndim(), w.ndim(), "convolution wants two arrays of one dimension");
    let size = |(n, m): (&usize, &usize)| if *n == 0 || *m == 0 { 0 } else { n + m - 1 };
    let shape: Vec<usize> = x.shape().iter().zip(w.shape()).map(size).collect();
    let mut y = ArrayD::from_shape_simple_fn(IxDyn(&shape), S::zero);
    if y.is_empty() {
        return y;
    }
    for (k, x_k) in x.indexed_iter() {
        // y[k + j] += x[k] · w[j], for every j at once: a copy of w, shifted by k and scaled by x[k]
        let shifted =
            |axis: AxisDescription| Slice::from(k[axis.axis.0]..k[axis.axis.0] + w.len_of(axis.axis));
        Zip::from(y.slice_each_axis_mut(shifted)).and(&w).for_each(|y, w_j| S::mul_add_into(y, x_k, w_j));
    }
    y
}

/// The convolution of two signals of finite support on Z^d.
///
/// # Panics
/// When they differ in dimension.
pub fn signals<S: Semiring>(x: &Signal<S>, w: &Signal<S>) -> Signal<S> {
    let origin = x.origin().iter().zip(w.origin()).map(|(a, b)| a + b).collect();
    Signal::new(origin, full(x.entries().view(), w.entries().view()))
}

/// The convolution of two cyclic signals: the same sum, indices modulo n1, …, nd.
///
/// # Panics
/// When they live on different groups.
pub fn cyclic<S: Semiring>(x: &Cyclic<S>, w: &Cyclic<S>) -> Cyclic<S> {
    assert_eq!(x.shape(), w.shape(), "cyclic convolution wants two signals on one group");
    Cyclic::from_fn(x.shape(), |n| {
        let mut sum = S::zero();
        for (k, x_k) in x.entries().indexed_iter() {
            let rest: Vec<isize> = n.iter().zip(k.as_array_view()).map(|(n, k)| n - *k as isize).collect();
            S::mul_add_into(&mut sum, x_k, w.at(&rest));
        }
        sum
    })
}

/// The convolution of two signals on a finite group: `(x ∗ w)[g] = Σ_h x[h] · w[h⁻¹ g]`, in general not `w ∗ x`.
///
/// ```
/// use faltung::{conv::definition, signal::{Group, OnGroup}};
/// let impulse = |name| OnGroup::from_fn(Group::s3(), |g| i64::from(Group::s3().names()[g] == name));
/// let product = definition::on_group(&impulse("turn"), &impulse("mirror"));
/// assert_eq!(product.entries(), impulse("turn * mirror").entries());
/// ```
///
/// # Panics
/// When they live on different groups.
pub fn on_group<S: Semiring>(x: &OnGroup<S>, w: &OnGroup<S>) -> OnGroup<S> {
    let group = x.group();
    assert_eq!(group, w.group(), "a convolution wants two signals on one group");
    OnGroup::from_fn(group, |g| {
        let mut sum = S::zero();
        for (h, x_h) in x.entries().iter().enumerate() {
            S::mul_add_into(&mut sum, x_h, w.at(group.product(group.inverse(h), g)));
        }
        sum
    })
}
