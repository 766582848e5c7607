//! Signals of finite support on Z^d.

use ndarray::{ArrayD, Axis, Dimension, IxDyn};

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
        let place: Option<Vec<usize>> =
            index.iter().zip(&self.origin).map(|(i, o)| usize::try_from(i.checked_sub(*o)?).ok()).collect();
        self.entries.get(IxDyn(&place?))
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
}
