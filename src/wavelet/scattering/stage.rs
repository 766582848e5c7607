//! One convolution by a filter that is given on frequencies, and the subsampling after it: a product and a fold.
//!
//! Keeping every r-th sample of n adds up the r frequencies that become one, divided by r. So a filter, followed by
//! subsampling, is a table: this frequency, times this number, goes to that one. Frequencies where the filter is far below
//! one rounding of its largest value are left out of the table.

use super::grid::{Grid, Sample};
use crate::scalar::{Interval, Semiring};
use num_complex::Complex;

/// Frequencies whose filter is smaller than this part of one rounding of its largest value have no entry.
const NEGLIGIBLE: f64 = 1.0 / 1024.0;

/// Consecutive entries of a table: `target + i` gets `values[first + i]` times the spectrum at `source + i`, or, where
/// they are mirrored, times the conjugate at `source − i`.
#[derive(Clone, Copy)]
struct Run {
    source: usize,
    mirrored: bool,
    target: usize,
    first: usize,
    length: usize,
}

/// The table of a filter and the subsampling after it, the factor of the inverse transform included.
pub(super) struct Stage<T> {
    runs: Vec<Run>,
    values: Vec<T>,
    /// The grid that it reads.
    pub from: Grid,
    /// The grid that is left.
    pub grid: Grid,
}

impl<T: Sample> Stage<T> {
    /// A filter, its values on all frequencies of the grid `from` in the order of spectra, followed by the subsampling to
    /// the grid `to`.
    pub fn new(filter: &[f64], from: Grid, to: Grid) -> Self {
        let largest = filter.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
        let least = largest * T::UNIT_ROUNDOFF * NEGLIGIBLE;
        // 1/r of the fold, and 1/n of the inverse transform on the grid that is left
        let scale = 1.0 / from.points() as f64;
        let (mut runs, mut values): (Vec<Run>, Vec<T>) = (vec![], vec![]);
        for x in 0..from.columns {
            for y in 0..from.rows {
                let value = filter[x * from.rows + y];
                if value == 0.0 || value.abs() < least {
                    continue;
                }
                let target = x % to.columns * to.rows + y % to.rows;
                let mirrored = x > from.columns / 2;
                let source = if mirrored {
                    (from.columns - x) * from.rows + (from.rows - y) % from.rows
                } else {
                    x * from.rows + y
                };
                let follows = |run: &Run| {
                    let next = if mirrored {
                        run.source.checked_sub(run.length)
                    } else {
                        Some(run.source + run.length)
                    };
                    run.mirrored == mirrored && next == Some(source) && run.target + run.length == target
                };
                match runs.last_mut().filter(|run| follows(run)) {
                    Some(run) => run.length += 1,
                    None => runs.push(Run { source, mirrored, target, first: values.len(), length: 1 }),
                }
                values.push(T::nearest(value * scale));
            }
        }
        Stage { runs, values, from, grid: to }
    }

    /// Adds the spectrum after the filter and the fold, of half a spectrum, to what `out` holds.
    pub fn apply(&self, half: &[Complex<T>], out: &mut [Complex<T>]) {
        for run in &self.runs {
            let values = &self.values[run.first..][..run.length];
            let out = &mut out[run.target..][..run.length];
            if run.mirrored {
                let source = half[run.source + 1 - run.length..=run.source].iter().rev();
                for ((out, value), x) in out.iter_mut().zip(values).zip(source) {
                    *out = Complex::new(out.re + x.re * *value, out.im - x.im * *value);
                }
            } else {
                let source = &half[run.source..][..run.length];
                for ((out, value), x) in out.iter_mut().zip(values).zip(source) {
                    *out = Complex::new(out.re + x.re * *value, out.im + x.im * *value);
                }
            }
        }
    }

    /// The adjoint of [`apply`](Stage::apply), added to what is there.
    pub fn adjoint(&self, out: &[Complex<T>], half: &mut [Complex<T>]) {
        for run in &self.runs {
            for i in 0..run.length {
                let (value, y) = (self.values[run.first + i], out[run.target + i]);
                let x = &mut half[if run.mirrored { run.source - i } else { run.source + i }];
                let im = if run.mirrored { x.im - y.im * value } else { x.im + y.im * value };
                *x = Complex::new(x.re + y.re * value, im);
            }
        }
    }

    /// The filter as the table has it: every frequency that has an entry, in the order of spectra, and its value.
    pub fn response(&self) -> impl Iterator<Item = (usize, Interval)> {
        let Grid { rows, columns } = self.from;
        let points = Interval::from(self.from.points() as f64);
        self.runs.iter().flat_map(move |run| {
            (0..run.length).map(move |i| {
                let source = if run.mirrored { run.source - i } else { run.source + i };
                let (x, y) = (source / rows, source % rows);
                let place = if run.mirrored { (columns - x) * rows + (rows - y) % rows } else { source };
                (place, Interval::from(self.values[run.first + i].into()).times(&points))
            })
        })
    }
}
