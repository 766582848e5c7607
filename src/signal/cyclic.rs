//! Signals on Z/n1 × … × Z/nd.

use super::{Signal, array};
use crate::scalar::{Ring, Semiring};
use ndarray::{ArrayD, Dimension, IxDyn};

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
        let mut place = IxDyn::zeros(self.0.ndim());
        for (axis, (i, n)) in index.iter().zip(self.0.shape()).enumerate() {
            place[axis] = i.rem_euclid(*n as isize) as usize;
        }
        &self.0[place]
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

impl<T: Clone> Cyclic<T> {
    /// `shift(a, x)[n] = x[n − a]`, indices modulo n1, …, nd.
    ///
    /// ```
    /// use faltung::signal::Cyclic;
    /// let x = Cyclic::circle(vec![1, 2, 3]);
    /// assert_eq!(x.shifted(&[1]).entries().as_slice(), Some(&[3, 1, 2][..]));
    /// assert_eq!(x.reversed().entries().as_slice(), Some(&[1, 3, 2][..]));
    /// ```
    ///
    /// # Panics
    /// When there is not one amount per axis.
    pub fn shifted(&self, by: &[isize]) -> Self {
        assert_eq!(by.len(), self.shape().len(), "one amount per axis");
        // Reduced first, so that no difference leaves the range of indices.
        let by: Vec<isize> = by.iter().zip(self.shape()).map(|(a, n)| a.rem_euclid(*n as isize)).collect();
        self.taken(|n, axis| n - by[axis])
    }

    /// `rev(x)[n] = x[−n]`: entry 0 stays where it is.
    pub fn reversed(&self) -> Self {
        self.taken(|n, _| -n)
    }

    /// `down(m, x)[n] = x[m n]` on Z/(n1/m1) × …; `None` where a factor does not divide its axis, for then `m n` is
    /// no index of the group.
    ///
    /// # Panics
    /// When there is not one factor per axis.
    pub fn down(&self, by: &[usize]) -> Option<Self> {
        assert_eq!(by.len(), self.shape().len(), "one factor per axis");
        let whole = self.shape().iter().zip(by).all(|(n, m)| n.is_multiple_of(*m));
        whole.then(|| Cyclic(array::every(&self.0, &vec![0; by.len()], by)))
    }

    fn taken(&self, from: impl Fn(isize, usize) -> isize) -> Self {
        Cyclic::from_fn(self.shape(), |n| {
            let place: Vec<isize> = n.iter().enumerate().map(|(axis, n)| from(*n, axis)).collect();
            self.at(&place).clone()
        })
    }
}

impl<T: Ring> Cyclic<T> {
    /// `conj(x)[n]` is the conjugate of `x[n]`.
    pub fn conj(&self) -> Self {
        self.map(Ring::conj)
    }
}

impl<T: Semiring> Cyclic<T> {
    /// `up(m, x)[m n] = x[n]` on Z/(m1 n1) × …, and zeros between.
    ///
    /// ```
    /// use faltung::signal::Cyclic;
    /// let x = Cyclic::circle(vec![1, 2_i64]).up(&[2]);
    /// assert_eq!(x.entries().as_slice(), Some(&[1, 0, 2, 0][..]));
    /// assert_eq!(x.down(&[2]).map(|x| x.entries().to_owned()), Some(ndarray::arr1(&[1, 2]).into_dyn()));
    /// assert!(x.down(&[3]).is_none());
    /// ```
    ///
    /// # Panics
    /// When a factor is 0, or there is not one per axis.
    pub fn up(&self, by: &[usize]) -> Self {
        assert_eq!(by.len(), self.shape().len(), "one factor per axis");
        let shape: Vec<usize> = self.shape().iter().zip(by).map(|(n, m)| n * m).collect();
        Cyclic::new(array::spread(&self.0, &shape, by))
    }

    /// `periodize(n, x)[k] = Σ_j x[k + jn]`: a signal on Z^d wrapped round a torus of this shape.
    ///
    /// Cost: one sum per stored entry.
    ///
    /// ```
    /// use faltung::signal::{Cyclic, Signal};
    /// let x = Cyclic::periodize(&Signal::line(-1, vec![1, 2, 3, 4_i64]), &[3]);
    /// assert_eq!(x.entries().as_slice(), Some(&[2, 3, 1 + 4][..]));
    /// ```
    ///
    /// # Panics
    /// When an axis is 0, or there is not one per axis of the signal.
    pub fn periodize(x: &Signal<T>, shape: &[usize]) -> Self {
        assert_eq!(x.rank(), shape.len(), "one length per axis");
        let mut y = ArrayD::from_shape_simple_fn(IxDyn(shape), T::zero);
        for (index, entry) in x.indexed() {
            let place: Vec<usize> =
                index.iter().zip(shape).map(|(i, n)| i.rem_euclid(*n as isize) as usize).collect();
            let sum = &mut y[IxDyn(&place)];
            *sum = sum.plus(entry);
        }
        Cyclic::new(y)
    }
}
