//! A signal in the middle of a cyclic grid: what stands beyond its ends, and how much of it.

use super::{WaveletError, filter::zeros};
use crate::{
    fourier::{Transform, good_size},
    signal::{Boundary, boundary::extend},
};
use ndarray::{ArrayD, ArrayViewD, Axis, Slice};
use num_complex::Complex;
use std::ops::Range;

/// How signals of one shape are extended on each side, to sizes that are good for fast transforms.
#[derive(Clone, Debug)]
pub(super) struct Extension {
    before: Vec<usize>,
    extents: Vec<usize>,
    points: Vec<usize>,
    boundary: Boundary,
}

impl Extension {
    /// With `padding` places at each end of each axis, at most the signal's own; if not given, enough for what reaches so far,
    /// and none for [`Boundary::Wrap`], where the signal is the whole circle.
    ///
    /// # Errors
    /// No samples, and a padding beyond the signal's extents.
    pub fn new(
        extents: &[usize],
        boundary: Boundary,
        padding: Option<usize>,
        reach: f64,
    ) -> Result<Self, WaveletError> {
        let (mut before, mut points) = (vec![], vec![]);
        for samples in extents.iter().copied() {
            if samples == 0 {
                let hint = "give a signal";
                return Err(WaveletError::value("the signal", "no samples", "at least one", hint));
            }
            let at_ends = match (boundary, padding) {
                (Boundary::Wrap, None) => 0,
                (_, None) => samples.min(reach.ceil().min(samples as f64) as usize),
                (_, Some(padding)) => {
                    let hint = "beyond the length of the signal nothing is known of it";
                    WaveletError::unless_counted("the padding", padding, [0, samples], hint)?;
                    padding
                }
            };
            before.push(at_ends);
            points.push(if at_ends == 0 && boundary == Boundary::Wrap {
                samples
            } else {
                let size = samples.checked_add(2 * at_ends).and_then(good_size);
                let (entries, hint) = (samples as u128 + 2 * at_ends as u128, "use a shorter signal");
                let most = 1 << 62;
                size.ok_or(WaveletError::Size { what: "the extended signal", entries, most, hint })?
            });
        }
        Ok(Extension { before, extents: extents.to_vec(), points, boundary })
    }

    /// The grid.
    pub fn points(&self) -> &[usize] {
        &self.points
    }

    /// Where the signal stands in it.
    pub fn window(&self) -> Vec<Range<usize>> {
        self.before.iter().zip(&self.extents).map(|(before, extent)| *before..before + extent).collect()
    }

    /// Signals of the shape batch × extents on the grid.
    ///
    /// # Errors
    /// Another shape.
    pub fn of<T: Transform>(&self, x: ArrayViewD<Complex<T>>) -> Result<ArrayD<Complex<T>>, WaveletError> {
        let batch = x.ndim().checked_sub(self.extents.len());
        let Some(batch) = batch.filter(|batch| x.shape()[*batch..] == self.extents) else {
            let expected = match &self.extents[..] {
                [samples] => format!("a last axis of {samples} samples"),
                extents => format!("last axes of {extents:?}"),
            };
            let hint = "plan for the shape of the signal";
            return Err(WaveletError::Shape { what: "the signal", got: x.shape().to_vec(), expected, hint });
        };
        if x.is_empty() {
            return zeros(&[&x.shape()[..batch], &self.points].concat());
        }
        let none = vec![0; batch];
        let after = self.points.iter().zip(&self.before).zip(&self.extents);
        let after: Vec<usize> = after.map(|((points, before), extent)| points - before - extent).collect();
        Ok(extend(x, &[&none, &self.before[..]].concat(), &[none.clone(), after].concat(), self.boundary))
    }

    /// The signals again, out of their extensions.
    pub fn cut<T>(&self, mut x: ArrayD<T>) -> ArrayD<T> {
        let first = x.ndim() - self.extents.len();
        for (axis, range) in self.window().into_iter().enumerate() {
            x.slice_axis_inplace(Axis(first + axis), Slice::from(range));
        }
        x
    }
}
