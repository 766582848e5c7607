//! Signals on Z/n1 × … × Z/nd.

use ndarray::{ArrayD, IxDyn};

/// A signal on a product of cyclic groups: an array whose indices wrap.
///
/// ```
/// use faltung::signal::Cyclic;
/// let x = Cyclic::circle(vec![10, 20, 30]);
/// assert_eq!(*x.at(&[-1]), 30);
/// ```
#[derive(Clone, Debug)]
pub struct Cyclic<T>(ArrayD<T>);

impl<T> Cyclic<T> {
    /// The cyclic signal with these entries.
    ///
    /// # Panics
    /// When an axis is empty: Z/n has n ≥ 1.
    pub fn new(entries: ArrayD<T>) -> Self {
        assert!(!entries.is_empty(), "a cyclic group has at least one element");
        Cyclic(entries)
    }

    /// On Z/n, from its n entries.
    pub fn circle(entries: Vec<T>) -> Self {
        let shape = IxDyn(&[entries.len()]);
        Cyclic::new(ArrayD::from_shape_vec(shape, entries).expect("one axis, as long as the entries"))
    }

    /// The entry at an index, each coordinate taken modulo its axis.
    pub fn at(&self, index: &[isize]) -> &T {
        let place: Vec<usize> =
            index.iter().zip(self.0.shape()).map(|(i, n)| i.rem_euclid(*n as isize) as usize).collect();
        &self.0[IxDyn(&place)]
    }

    /// The entries, index 0 first.
    pub fn entries(&self) -> &ArrayD<T> {
        &self.0
    }

    /// n1, …, nd.
    pub fn shape(&self) -> &[usize] {
        self.0.shape()
    }

    /// The signal of the same shape whose entry at each index is `entry(index)`.
    pub fn from_fn(shape: &[usize], mut entry: impl FnMut(&[isize]) -> T) -> Self {
        use ndarray::Dimension;
        Cyclic::new(ArrayD::from_shape_fn(IxDyn(shape), |k| {
            let index: Vec<isize> = k.as_array_view().iter().map(|k| *k as isize).collect();
            entry(&index)
        }))
    }

    /// Every entry mapped.
    pub fn map<U>(&self, f: impl FnMut(&T) -> U) -> Cyclic<U> {
        Cyclic(self.0.map(f))
    }
}
