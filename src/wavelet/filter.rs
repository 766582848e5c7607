//! One filter of a bank: its transfer function in a box of frequencies.

use super::WaveletError;
use crate::{fourier::Transform, scalar::Real};
use ndarray::{Array1, ArrayD, Dimension, IxDyn};
use num_complex::Complex;
use rayon::prelude::*;

/// Entries that one core writes at a time, at least.
const PAGES: usize = 1 << 18;

/// A filter: zero outside a box of frequencies.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Filter<T> {
    /// The first frequency of the box along each axis; the box may wrap round.
    pub start: Vec<usize>,
    /// The values in the box.
    pub values: ArrayD<Complex<T>>,
}

impl<T: Transform> Filter<T> {
    /// Calls with each place and value.
    pub fn visit(&self, points: &[usize], mut with: impl FnMut(IxDyn, Complex<T>)) {
        if self.values.shape() == points && self.start.iter().all(|start| *start == 0) {
            self.values.indexed_iter().for_each(|(place, value)| with(place, *value));
            return;
        }
        for (offset, value) in self.values.indexed_iter() {
            let offset = offset.as_array_view();
            let places = self.start.iter().zip(offset).zip(points);
            let place: Vec<usize> = places.map(|((start, offset), n)| (start + offset) % n).collect();
            with(IxDyn(&place), *value);
        }
    }

    /// X · H, zero outside the box.
    pub fn product(&self, points: &[usize], spectrum: &ArrayD<Complex<T>>) -> ArrayD<Complex<T>> {
        let mut product = ArrayD::from_elem(IxDyn(points), zero());
        self.visit(points, |place, value| product[&place] = spectrum[&place] * value);
        product
    }

    /// The same on one axis, over what is there.
    pub fn multiply(&self, spectrum: &[Complex<T>], product: &mut [Complex<T>]) {
        product.fill(zero());
        let (start, values) = (self.start[0], self.values.as_slice().expect("one axis"));
        let (before, after) = values.split_at((product.len() - start).min(values.len()));
        for (from, values) in [(start, before), (0, after)] {
            let part = product[from..].iter_mut().zip(&spectrum[from..]).zip(values);
            part.for_each(|((product, x), h)| *product = *x * *h);
        }
    }
}

/// The place of the opposite frequency.
pub(super) fn mirrored(place: &IxDyn, points: &[usize]) -> IxDyn {
    let place = place.as_array_view();
    IxDyn(&place.iter().zip(points).map(|(k, n)| (n - k) % n).collect::<Vec<_>>())
}

pub(super) fn zero<T: Real>() -> Complex<T> {
    Complex::new(T::nearest(0.0), T::nearest(0.0))
}

pub(super) fn rounded<T: Transform>(value: Complex<f64>) -> Complex<T> {
    Complex::new(T::nearest(value.re), T::nearest(value.im))
}

/// The filter of these values at signed places in order, without what is negligible at both ends.
pub(super) fn trimmed<T: Transform>(points: usize, values: Vec<(i64, Complex<f64>)>) -> Filter<T> {
    let most = values.iter().map(|(_, value)| value.norm()).fold(0.0, f64::max);
    let least = most * T::UNIT_ROUNDOFF / 16.0;
    let counts = |(_, value): &(i64, Complex<f64>)| value.norm() > least;
    let (Some(first), Some(last)) = (values.iter().position(counts), values.iter().rposition(counts)) else {
        return Filter { start: vec![0], values: ArrayD::from_elem(IxDyn(&[0]), zero()) };
    };
    let (low, high) = (values[first].0, values[last].0);
    let mut box_values = vec![zero(); (high - low + 1) as usize];
    for (place, value) in &values[first..=last] {
        box_values[(place - low) as usize] = rounded(*value);
    }
    let values = Array1::from(box_values).into_dyn();
    Filter { start: vec![low.rem_euclid(points as i64) as usize], values }
}

/// Zeros, where there is memory.
pub(super) fn zeros<T: Real>(shape: &[usize]) -> Result<ArrayD<Complex<T>>, WaveletError> {
    let entries = shape.iter().fold(1_u128, |all, n| all.saturating_mul(*n as u128));
    let most = (isize::MAX as u128) / size_of::<Complex<T>>() as u128;
    let hint = "use fewer scales, or a shorter signal";
    let refused = WaveletError::Size { what: "the result", entries, most, hint };
    if entries > most {
        return Err(refused);
    }
    let mut values = vec![];
    values.try_reserve_exact(entries as usize).map_err(|_| refused)?;
    // memory comes a page at a time, at the first write: by all cores where there is much
    values.par_extend(rayon::iter::repeat_n(zero(), entries as usize).with_min_len(PAGES));
    Ok(ArrayD::from_shape_vec(IxDyn(shape), values).expect("as many as the shape"))
}
