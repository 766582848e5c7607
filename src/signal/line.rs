//! Signals of finite support on Z^d.

use super::array;
use crate::scalar::{Ring, Semiring};
use ndarray::{ArrayD, Axis, Dimension, IxDyn};
use std::ops::Range;

/// A signal on Z^d of finite support: its entries, and where the first of them lies.
///
/// Outside the array the signal is zero; zeros inside it are allowed, so a signal has many
/// representations, and equality is for those who know what zero is.
///
/// ```
/// use faltung::signal::Signal;
/// let x = Signal::line(-1, vec![1, 2, 3]);
/// assert_eq!(x.at(&[0]), Some(&2));
/// assert_eq!(x.reversed().at(&[1]), Some(&1));
/// assert_eq!(x.shifted(&[5]).at(&[5]), Some(&2));
/// ```
#[derive(Clone, Debug)]
pub struct Signal<T> {
    origin: Vec<isize>,
    entries: ArrayD<T>,
}

impl<T> Signal<T> {
    /// The signal whose entry at `origin + k` is `entries[k]`.
    ///
    /// # Panics
    /// When `origin` and `entries` differ in dimension.
    pub fn new(origin: Vec<isize>, entries: ArrayD<T>) -> Self {
        assert_eq!(origin.len(), entries.ndim(), "an origin has one coordinate per axis");
        Signal { origin, entries }
    }

    /// A one-dimensional signal whose first entry is at `origin`.
    pub fn line(origin: isize, entries: Vec<T>) -> Self {
        let shape = IxDyn(&[entries.len()]);
        Signal::new(
            vec![origin],
            ArrayD::from_shape_vec(shape, entries).expect("one axis, as long as the entries"),
        )
    }

    /// Where the first entry lies.
    pub fn origin(&self) -> &[isize] {
        &self.origin
    }

    /// The entries of the window that is stored.
    pub fn entries(&self) -> &ArrayD<T> {
        &self.entries
    }

    /// The dimension d of the domain Z^d.
    pub fn rank(&self) -> usize {
        self.origin.len()
    }

    /// The entry at an index of Z^d, `None` outside the stored window (where the signal is zero).
    pub fn at(&self, index: &[isize]) -> Option<&T> {
        let mut place = IxDyn::zeros(self.rank());
        for (axis, (i, o)) in index.iter().zip(&self.origin).enumerate() {
            place[axis] = usize::try_from(i.checked_sub(*o)?).ok()?;
        }
        self.entries.get(place)
    }

    /// `shift(a, x)[n] = x[n − a]`.
    pub fn shifted(mut self, by: &[isize]) -> Self {
        self.origin.iter_mut().zip(by).for_each(|(o, a)| *o += a);
        self
    }

    /// Every entry mapped.
    pub fn map<U>(&self, f: impl FnMut(&T) -> U) -> Signal<U> {
        Signal { origin: self.origin.clone(), entries: self.entries.map(f) }
    }

    /// Every stored entry with its index in Z^d, in row-major order.
    pub fn indexed(&self) -> impl Iterator<Item = (Vec<isize>, &T)> {
        self.entries.indexed_iter().map(|(k, entry)| {
            (k.as_array_view().iter().zip(&self.origin).map(|(k, o)| *k as isize + o).collect(), entry)
        })
    }
}

impl<T: Clone> Signal<T> {
    /// `rev(x)[n] = x[−n]`.
    pub fn reversed(&self) -> Self {
        let mut entries = self.entries.clone();
        let mut origin = self.origin.clone();
        for (axis, o) in origin.iter_mut().enumerate() {
            entries.invert_axis(Axis(axis));
            *o = 1 - *o - entries.len_of(Axis(axis)) as isize;
        }
        Signal { origin, entries }
    }
    /// `down(m, x)[n] = x[m n]`, with one factor per axis.
    ///
    /// ```
    /// use faltung::signal::Signal;
    /// let x = Signal::line(-3, vec![1, 2, 3, 4, 5]);
    /// assert_eq!(x.down(&[2]).indexed().collect::<Vec<_>>(), [(vec![-1], &2), (vec![0], &4)]);
    /// ```
    ///
    /// # Panics
    /// When a factor is 0, or there is not one per axis.
    pub fn down(&self, by: &[usize]) -> Self {
        assert_eq!(by.len(), self.rank(), "one factor per axis");
        // The first multiple that is stored, divided: ⌈origin / factor⌉.
        let origin: Vec<isize> =
            self.origin.iter().zip(by).map(|(o, m)| -(-o).div_euclid(array::step(*m))).collect();
        let places = origin.iter().zip(&self.origin).zip(by);
        let first: Vec<usize> = places.map(|((n, o), m)| (n * *m as isize - o) as usize).collect();
        Signal { origin, entries: array::every(&self.entries, &first, by) }
    }
}

impl<T: Ring> Signal<T> {
    /// `conj(x)[n]` is the conjugate of `x[n]`.
    pub fn conj(&self) -> Self {
        self.map(Ring::conj)
    }
}

impl<T: Semiring> Signal<T> {
    /// `up(m, x)[m n] = x[n]`, and zeros between, with one factor per axis.
    ///
    /// ```
    /// use faltung::signal::Signal;
    /// let x = Signal::line(-1, vec![1, 2_i64]).up(&[3]);
    /// assert_eq!((x.origin(), x.entries().as_slice()), (&[-3][..], Some(&[1, 0, 0, 2][..])));
    /// ```
    ///
    /// # Panics
    /// When a factor is 0, or there is not one per axis.
    pub fn up(&self, by: &[usize]) -> Self {
        assert_eq!(by.len(), self.rank(), "one factor per axis");
        let origin = self.origin.iter().zip(by).map(|(o, m)| o * array::step(*m)).collect();
        let wide = |(n, m): (&usize, &usize)| if *n == 0 { 0 } else { (n - 1) * m + 1 };
        let shape: Vec<usize> = self.entries.shape().iter().zip(by).map(wide).collect();
        Signal { origin, entries: array::spread(&self.entries, &shape, by) }
    }

    /// The signal on a window of Z^d, zero elsewhere: cropped where it is larger, padded with zeros where it is
    /// smaller. Exactly the window is stored.
    ///
    /// ```
    /// use faltung::signal::Signal;
    /// let x = Signal::line(-1, vec![1, 2, 3_i64]).window(&[0..4]);
    /// assert_eq!((x.origin(), x.entries().as_slice()), (&[0][..], Some(&[2, 3, 0, 0][..])));
    /// ```
    ///
    /// # Panics
    /// When there is not one range per axis.
    pub fn window(&self, window: &[Range<isize>]) -> Self {
        assert_eq!(window.len(), self.rank(), "one range per axis");
        let origin: Vec<isize> = window.iter().map(|range| range.start).collect();
        let shape: Vec<usize> = window.iter().map(ExactSizeIterator::len).collect();
        let entries = ArrayD::from_shape_fn(IxDyn(&shape), |k| {
            let index: Vec<isize> =
                k.as_array_view().iter().zip(&origin).map(|(k, o)| *k as isize + o).collect();
            self.at(&index).cloned().unwrap_or_else(T::zero)
        });
        Signal { origin, entries }
    }
}
