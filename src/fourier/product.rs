//! Products through spectra: a transform, a product entry by entry and the inverse, where nobody looks at the order of
//! the frequencies in between.
//!
//! That nobody looks saves work. *Real data* of 2L points is packed as L complex ones, x_k + i x_{k+L}, multiplied by
//! e^(2πik/4L): polynomials modulo t^L − i, whose products are those of real polynomials modulo t^2L + 1 (the
//! right-angle convolution of Crandall & Fagin 1994). Entries that wrap round come back with the other sign, and a linear
//! convolution asks for none of them. *A long line* is cut into a grid of rows, and is transformed by columns, a layer
//! of roots of unity, and rows (Bailey 1990), without ever being put in order: each pass meets data in the cache, and
//! threads share it. Rows are transformed, multiplied and transformed back in one go.

use super::{
    Stages, Transform,
    columns::{Pass, by, times},
    plan::Table,
};
use ndarray::{ArrayViewD, ArrayViewMut2, ArrayViewMutD, Axis, IxDyn};
use num_complex::Complex;
use pulp::Arch;
use rayon::prelude::*;
use realfft::num_traits::Zero;
use rustfft::{Fft, FftDirection};
use std::{ops::Range, sync::Arc};

/// Lines of at least so many complex points are cut.
const LONG: usize = 1 << 15;
/// Entries that one thread takes at a time, at least.
const BUNCH: usize = 1 << 13;

/// What an array of these entries looks like to a complex transform: floats and complex numbers of them.
pub trait Packed: Copy + Send + Sync + 'static {
    /// The floats of which it is made.
    type Float: Transform;
    /// Entries in one complex point: 2 for real numbers, the second of them L further on.
    const IN_ONE: usize;

    /// Scales by 2^by.
    fn shifted(self, by: i32) -> Self;
    /// The complex point of two entries.
    fn pack(low: Self, high: Option<Self>) -> Complex<Self::Float>;
    /// One of them back.
    fn unpack(point: Complex<Self::Float>, high: bool) -> Self;
    /// The absolute value of its largest part.
    fn size(self) -> Self::Float;
}

macro_rules! packed {
    ($($float:ident),*) => {$(
        impl Packed for $float {
            type Float = $float;
            const IN_ONE: usize = 2;
            #[inline(always)]
            fn shifted(self, by: i32) -> Self {
                crate::scalar::Real::scaled(self, by)
            }
            #[inline(always)]
            fn pack(low: Self, high: Option<Self>) -> Complex<$float> {
                Complex::new(low, high.unwrap_or(0.0))
            }
            #[inline(always)]
            fn unpack(point: Complex<$float>, high: bool) -> Self {
                if high { point.im } else { point.re }
            }
            #[inline(always)]
            fn size(self) -> $float {
                self.abs()
            }
        }

        impl Packed for Complex<$float> {
            type Float = $float;
            const IN_ONE: usize = 1;
            #[inline(always)]
            fn shifted(self, by: i32) -> Self {
                Complex::new(self.re.shifted(by), self.im.shifted(by))
            }
            #[inline(always)]
            fn pack(low: Self, _high: Option<Self>) -> Complex<$float> {
                low
            }
            #[inline(always)]
            fn unpack(point: Complex<$float>, _high: bool) -> Self {
                point
            }
            #[inline(always)]
            fn size(self) -> $float {
                self.re.abs().max(self.im.abs())
            }
        }
    )*};
}

packed!(f32, f64);

/// The complex points of an axis on which `n` entries of S have room without wrapping, at the good size for it.
pub(crate) fn good_points<S: Packed>(n: usize, last: bool) -> Option<usize> {
    super::good_size(if last { n.div_ceil(S::IN_ONE) } else { n })
}

/// The transforms of one shape, and what they need.
pub(crate) struct Product<T: Transform> {
    /// The complex points of each axis.
    points: Vec<usize>,
    /// The same, a long line cut into two axes.
    grid: Vec<usize>,
    /// Forward and inverse, axis by axis of the grid.
    plans: Vec<[Arc<dyn Fft<T>>; 2]>,
    /// The layer between the two axes of a line that is cut.
    twiddles: Option<Arc<[Complex<T>]>>,
    /// Of packed data: e^(−2πik/4L) for the k that begin rows, and for the k of the first row.
    weights: Option<[Arc<[Complex<T>]>; 2]>,
    parallel: bool,
}

impl<T: Transform> Product<T> {
    /// For so many complex points along each axis (those of the last one hold [`Packed::IN_ONE`] entries each), with
    /// the help of other threads or not.
    pub fn new<S: Packed<Float = T>>(points: &[usize], parallel: bool) -> Self {
        let (outer, length) = (&points[..points.len() - 1], points[points.len() - 1]);
        let cut = if length >= LONG && outer.iter().all(|n| *n == 1) { divisor_near_root(length) } else { 1 };
        let row = length / cut;
        let grid = if cut == 1 { points.to_vec() } else { vec![cut, row] };
        let plan = |n: &usize| [FftDirection::Forward, FftDirection::Inverse].map(|way| T::complex(*n, way));
        let weights = (S::IN_ONE == 2).then(|| {
            [(row, cut), (1, row)]
                .map(|(step, count)| T::table(Table::Powers { order: 4 * length, step, count }))
        });
        let twiddles = (cut > 1).then(|| T::table(Table::Grid { rows: cut, columns: row }));
        let plans = grid.iter().map(plan).collect();
        Product { points: points.to_vec(), grid, plans, twiddles, weights, parallel }
    }

    /// The complex points in all.
    pub fn len(&self) -> usize {
        self.points.iter().product()
    }

    fn length(&self) -> usize {
        self.points[self.points.len() - 1]
    }

    fn row(&self) -> usize {
        self.grid[self.grid.len() - 1]
    }

    /// Lays out x · 2^by, continued by zeros. The last axis of x is contiguous.
    pub fn load<S: Packed<Float = T>>(&self, data: &mut [Complex<T>], x: &ArrayViewD<S>, by: i32) {
        let (width, rows) = (self.row(), self.length() / self.row());
        let fill = |(r, row): (usize, &mut [Complex<T>])| match self.line(x, r / rows) {
            Some(line) if by == 0 => self.load_row(row, r % rows, line, |x| x),
            Some(line) => self.load_row(row, r % rows, line, |x| x.shifted(by)),
            None => row.fill(Complex::zero()),
        };
        if self.parallel {
            data.par_chunks_mut(width).with_min_len(BUNCH / width + 1).enumerate().for_each(fill);
        } else {
            data.chunks_mut(width).enumerate().for_each(fill);
        }
    }

    /// Line `line` of x along the last axis, where lines are counted in the array of points; `None` beyond x.
    fn line<'a, S>(&self, x: &ArrayViewD<'a, S>, line: usize) -> Option<&'a [S]> {
        let mut rest = line;
        let mut view = x.clone();
        for axis in (0..self.points.len() - 1).rev() {
            let place = rest % self.points[axis];
            rest /= self.points[axis];
            if place >= view.len_of(Axis(axis)) {
                return None;
            }
            view.collapse_axis(Axis(axis), place);
        }
        let line =
            view.into_shape_with_order(x.len_of(Axis(x.ndim() - 1))).expect("all other axes collapsed");
        Some(line.to_slice().expect("the last axis is contiguous"))
    }

    fn load_row<S: Packed<Float = T>>(
        &self,
        row: &mut [Complex<T>],
        i: usize,
        line: &[S],
        scaled: impl Fn(S) -> S + Copy,
    ) {
        let part = |from: usize| &line[from.min(line.len())..(from + row.len()).min(line.len())];
        let first = i * row.len();
        let low = part(first);
        // Beyond the last point the low part would run into the high one.
        let low = &low[..low.len().min(self.length() - first)];
        let high = if S::IN_ONE == 2 { part(self.length() + first) } else { &[] };
        Arch::new().dispatch(
            #[inline(always)]
            || {
                let (both, rest) = row.split_at_mut(high.len());
                let (some, none) = rest.split_at_mut(low.len() - high.len());
                for ((point, low), high) in both.iter_mut().zip(low).zip(high) {
                    *point = S::pack(scaled(*low), Some(scaled(*high)));
                }
                for (point, low) in some.iter_mut().zip(&low[high.len()..]) {
                    *point = S::pack(scaled(*low), None);
                }
                none.fill(Complex::zero());
                if let Some([starts, steps]) = &self.weights {
                    let weighted = &mut row[..low.len()];
                    let start = starts[i].conj();
                    if i == 0 {
                        weighted
                            .iter_mut()
                            .zip(&**steps)
                            .for_each(|(point, step)| *point = by(*point, step.conj()));
                    } else {
                        let steps = weighted.iter_mut().zip(&**steps);
                        steps.for_each(|(point, step)| *point = by(by(*point, step.conj()), start));
                    }
                }
            },
        );
    }

    /// The spectrum of what was laid out, in an order of its own.
    pub fn forward(&self, data: &mut [Complex<T>]) {
        self.columns(data, false);
        let plan = &self.plans[self.plans.len() - 1][0];
        self.each_row(data, |_, row, scratch| plan.process_with_scratch(row, scratch));
    }

    /// The inverse transform, without 1/points, of the product of the transform of what was laid out and a spectrum.
    pub fn through(&self, data: &mut [Complex<T>], spectrum: &[Complex<T>]) {
        self.columns(data, false);
        let [forward, inverse] = &self.plans[self.plans.len() - 1];
        self.each_row(data, |from, row, scratch| {
            forward.process_with_scratch(row, scratch);
            times(row, &spectrum[from..from + row.len()]);
            inverse.process_with_scratch(row, scratch);
        });
        self.columns(data, true);
    }

    fn each_row(
        &self,
        data: &mut [Complex<T>],
        work: impl Fn(usize, &mut [Complex<T>], &mut [Complex<T>]) + Sync,
    ) {
        let width = self.row();
        let length = self.plans[self.plans.len() - 1].iter().map(|plan| plan.get_inplace_scratch_len()).max();
        let scratch = || vec![Complex::zero(); length.unwrap_or(0)];
        if self.parallel {
            let rows = data.par_chunks_mut(width).with_min_len(BUNCH / width + 1).enumerate();
            rows.for_each_init(scratch, |scratch, (r, row)| work(r * width, row, scratch));
        } else {
            let mut scratch = scratch();
            data.chunks_mut(width).enumerate().for_each(|(r, row)| work(r * width, row, &mut scratch));
        }
    }

    /// The transforms along all axes of the grid but the last.
    fn columns(&self, data: &mut [Complex<T>], inverse: bool) {
        for axis in 0..self.grid.len() - 1 {
            if self.grid[axis] == 1 {
                continue;
            }
            let rest = self.grid[axis + 1..].iter().product();
            let pass = Pass {
                plan: &self.plans[axis][usize::from(inverse)],
                twiddles: self.twiddles.as_deref(),
                inverse,
                parallel: self.parallel,
            };
            for block in data.chunks_mut(self.grid[axis] * rest) {
                let grid =
                    ArrayViewMut2::from_shape((self.grid[axis], rest), block).expect("as many as the shape");
                pass.run(grid, 0);
            }
        }
    }

    /// Writes y: the entries of what [`Product::through`] left from `start` on, divided by the points, times 2^by. The
    /// last axis of y is contiguous.
    pub fn unload<S: Packed<Float = T>>(
        &self,
        data: &[Complex<T>],
        start: &[usize],
        mut y: ArrayViewMutD<S>,
        by: i32,
    ) {
        if self.parallel && y.len() > 4 * BUNCH {
            let axis = (0..y.ndim()).max_by_key(|axis| y.len_of(Axis(*axis))).expect("at least one axis");
            let half = y.len_of(Axis(axis)) / 2;
            let mut later = start.to_vec();
            later[axis] += half;
            let (left, right) = y.split_at(Axis(axis), half);
            rayon::join(|| self.unload(data, start, left, by), || self.unload(data, &later, right, by));
            return;
        }
        let last = start.len() - 1;
        let outer = ndarray::indices(IxDyn(&y.shape()[..last]));
        for (index, mut line) in outer.into_iter().zip(y.rows_mut()) {
            let place =
                (0..last).fold(0, |place, axis| place * self.points[axis] + start[axis] + index[axis]);
            let points = &data[place * self.length()..][..self.length()];
            let line = line.as_slice_mut().expect("the last axis is contiguous");
            if by == 0 {
                self.unload_line(points, start[last], line, |y| y);
            } else {
                self.unload_line(points, start[last], line, |y| y.shifted(by));
            }
        }
    }

    fn unload_line<S: Packed<Float = T>>(
        &self,
        points: &[Complex<T>],
        start: usize,
        line: &mut [S],
        scaled: impl Fn(S) -> S + Copy,
    ) {
        let scale = T::from_usize(self.len()).and_then(|n| crate::scalar::Field::inverse(&n));
        let scale = scale.expect("a positive count has a nearest float");
        let (mut k, mut rest) = (start, line);
        while !rest.is_empty() {
            let (high, place) = (k >= points.len(), k % points.len());
            let (i, j) = (place / self.row(), place % self.row());
            let (part, later) = rest.split_at_mut((self.row() - j).min(rest.len()));
            let from = &points[place..][..part.len()];
            k += part.len();
            rest = later;
            Arch::new().dispatch(
                #[inline(always)]
                || match &self.weights {
                    None => {
                        for (y, point) in part.iter_mut().zip(from) {
                            *y = scaled(S::unpack(point.scale(scale), high));
                        }
                    }
                    Some([starts, steps]) => {
                        let start = starts[i];
                        for ((y, point), step) in part.iter_mut().zip(from).zip(&steps[j..]) {
                            let turned = by_two(*point, *step, start, i);
                            *y = scaled(S::unpack(turned.scale(scale), high));
                        }
                    }
                },
            );
        }
    }
}

/// `point · step · start`, where start is 1 for the first row.
#[inline(always)]
fn by_two<T: Transform>(point: Complex<T>, step: Complex<T>, start: Complex<T>, i: usize) -> Complex<T> {
    let once = by(point, step);
    if i == 0 { once } else { by(once, start) }
}

/// The divisor of a length, a product of 2, 3, 5 and 7, that is nearest to its root by ratio, from below.
fn divisor_near_root(length: usize) -> usize {
    (1..=length.isqrt()).rev().find(|n| length.is_multiple_of(*n)).unwrap_or(1)
}

/// The points of a convolution along each axis: room for both arrays, and such that no entry of the full result that wraps
/// round lands in the window. `None` beyond what can be addressed.
pub(crate) fn points_for<S: Packed>(x: &[usize], w: &[usize], window: &[Range<usize>]) -> Option<Vec<usize>> {
    let last = x.len() - 1;
    let axes = x.iter().zip(w).zip(window).enumerate();
    axes.map(|(axis, ((n, m), window))| {
        let full = n + m - 1;
        // Entry k of the circular result is the sum of the entries k, k + N, … of the full one, up to signs.
        good_points::<S>((*n).max(*m).max(window.end).max(full - window.start), axis == last)
    })
    .collect()
}

/// The multiplications of scalars in one transform of these points, with the packing of real data: four real ones count as
/// one of complex numbers. Saturated.
pub(crate) fn multiplications<S: Packed>(points: &[usize]) -> u128 {
    let all = points.iter().fold(1_u128, |all, n| all.saturating_mul(*n as u128));
    let stages = Stages::of_all(points).expect("good sizes");
    match S::IN_ONE {
        2 => stages.multiplications(all).saturating_add(all.saturating_mul(4)),
        _ => stages.multiplications(all) / 4,
    }
}

/// The same in the product of two spectra.
pub(crate) fn products<S: Packed>(points: &[usize]) -> u128 {
    let each = if S::IN_ONE == 2 { 4 } else { 1 };
    points.iter().fold(each, |all, n| all.saturating_mul(*n as u128))
}
