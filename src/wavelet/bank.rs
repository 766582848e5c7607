//! Banks of filters on a cyclic grid: made once, applied to any number of signals, and inverted where they are a frame.
//!
//! A filter is its transfer function H at the frequencies of the discrete Fourier transform, and its output is the inverse
//! transform of X · H. So with S = Σ_l |H_l|² the energy of all outputs is Σ_k S[k] |X[k]|²/N: the extremes of S are the frame
//! bounds for complex signals. For real ones, of which X[−k] = conj(X[k]), they are the extremes of ½(S[k] + S[−k]).

use super::{
    WaveletError,
    filter::{Filter, mirrored, rounded, trimmed, zero, zeros},
};
use crate::{
    fourier::{Transform, dft, idft, relative_error},
    scalar::Real,
};
use ndarray::{ArrayD, ArrayViewD, ArrayViewMutD, Axis, Dimension, IxDyn, Slice};
use num_complex::Complex;
use rayon::prelude::*;
use rustfft::FftDirection;
use std::ops::Range;

/// Filters on Z/n₁ × … × Z/n_d, as floats of a type.
#[derive(Clone, PartialEq, Debug)]
pub struct Bank<T> {
    points: Vec<usize>,
    filters: Vec<Filter<T>>,
}

/// A least and a greatest frame bound: A ‖x‖² ≤ Σ_l ‖x * h_l‖² ≤ B ‖x‖², both attained.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Bounds {
    /// A.
    pub lower: f64,
    /// B.
    pub upper: f64,
}

/// Which signals a bank is applied to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signals {
    /// Real ones: half of the frequencies say it all, and of a synthesis the real part is taken.
    Real,
    /// Complex ones.
    Complex,
}

/// The angular frequency of place k of n, per sample, of both signs: from −π to π.
pub fn angular(k: usize, n: usize) -> f64 {
    let signed = if 2 * k > n { k as f64 - n as f64 } else { k as f64 };
    std::f64::consts::TAU * signed / n as f64
}

impl<T: Transform> Bank<T> {
    /// The filters on n points whose transfer functions are `transfer(l, ω)`, ω in radians per sample, for l < `count`. It is
    /// asked only for frequencies with |ω| in `band(l)`, and what is below u/16 of the filter's maximum is left out, u the
    /// unit roundoff. Where n is even, −π and π are one place, which takes the mean of both.
    ///
    /// Cost: one evaluation for each filter and frequency in its band.
    ///
    /// # Errors
    /// No points, or no filters.
    pub fn line(
        points: usize,
        count: usize,
        band: impl Fn(usize) -> [f64; 2] + Sync,
        transfer: impl Fn(usize, f64) -> Complex<f64> + Sync,
    ) -> Result<Self, WaveletError> {
        unless_empty(&[points], count)?;
        let step = std::f64::consts::TAU / points as f64;
        let filter = |l: usize| {
            let [low, high] = band(l).map(|omega| (omega / step).clamp(0.0, points as f64));
            let half = points / 2;
            // from the most negative frequency of the band to the largest: one interval of signed places
            let places = low.floor() as usize..=(high.ceil() as usize).min(half);
            let at = |omega: f64| transfer(l, omega);
            let value = |place: i64| {
                let omega = place as f64 * step;
                // the last place of an even number of points is both ends of the band
                if 2 * place.unsigned_abs() as usize == points {
                    (at(omega) + at(-omega)) / 2.0
                } else {
                    at(omega)
                }
            };
            let positive = places.clone().map(|place| (place as i64, value(place as i64)));
            let negative = places.rev().filter(|place| *place > 0 && 2 * place < points);
            let both = negative.map(|place| (-(place as i64), value(-(place as i64)))).chain(positive);
            trimmed(points, both.collect())
        };
        Ok(Bank { points: vec![points], filters: (0..count).into_par_iter().map(filter).collect() })
    }

    /// The filters on n₁ × … × n_d points whose transfer functions are `transfer(l, ω)`. At the places that are both ends of
    /// an axis it is the mean over both.
    ///
    /// # Errors
    /// No points, or no filters.
    pub fn grid(
        points: &[usize],
        count: usize,
        transfer: impl Fn(usize, &[f64]) -> Complex<f64> + Sync,
    ) -> Result<Self, WaveletError> {
        unless_empty(points, count)?;
        let filter = |l: usize| {
            let values = ArrayD::from_shape_fn(IxDyn(points), |place| {
                let place = place.as_array_view().to_vec();
                let omega: Vec<f64> = place.iter().zip(points).map(|(k, n)| angular(*k, *n)).collect();
                let ends: Vec<usize> =
                    (0..points.len()).filter(|axis| 2 * place[*axis] == points[*axis]).collect();
                let mut sum = Complex::new(0.0, 0.0);
                for signs in 0..1_usize << ends.len() {
                    let mut turned = omega.clone();
                    for (bit, axis) in ends.iter().enumerate() {
                        if signs >> bit & 1 == 1 {
                            turned[*axis] = -turned[*axis];
                        }
                    }
                    sum += transfer(l, &turned);
                }
                rounded(sum / (1_usize << ends.len()) as f64)
            });
            Filter { start: vec![0; points.len()], values }
        };
        Ok(Bank { points: points.to_vec(), filters: (0..count).into_par_iter().map(filter).collect() })
    }

    /// The points of the grid.
    pub fn points(&self) -> &[usize] {
        &self.points
    }

    /// The number of filters.
    pub fn len(&self) -> usize {
        self.filters.len()
    }

    /// Whether there is none; there always is one.
    pub fn is_empty(&self) -> bool {
        self.filters.is_empty()
    }

    /// The transfer function of a filter at every frequency.
    ///
    /// # Panics
    /// Where there is no such filter.
    pub fn transfer(&self, l: usize) -> ArrayD<Complex<T>> {
        let mut all = ArrayD::from_elem(IxDyn(&self.points), zero());
        self.filters[l].visit(&self.points, |place, value| all[place] = value);
        all
    }

    /// Calls with each place and value of each filter.
    pub(super) fn each(&self, mut with: impl FnMut(IxDyn, Complex<T>)) {
        self.filters.iter().for_each(|filter| filter.visit(&self.points, &mut with));
    }

    /// The sum of Littlewood and Paley, `S[k] = Σ_l |H_l[k]|²`, of the filters as they are stored.
    pub fn littlewood_paley(&self) -> ArrayD<f64> {
        self.energies(&vec![1.0; self.len()])
    }

    /// Σ_l w_l |H_l[k]|².
    fn energies(&self, weights: &[f64]) -> ArrayD<f64> {
        let mut sum = ArrayD::zeros(IxDyn(&self.points));
        for (filter, weight) in self.filters.iter().zip(weights) {
            filter.visit(&self.points, |place, value| {
                let [re, im]: [f64; 2] = [value.re.into(), value.im.into()];
                sum[place] += weight * (re * re + im * im);
            });
        }
        sum
    }

    /// The eigenvalues of the frame operator: S, or for real signals `½(S[k] + S[−k])`.
    fn eigenvalues(&self, signals: Signals) -> ArrayD<f64> {
        self.multiplier(&vec![1.0; self.len()], signals)
    }

    /// What [`weighted`](Self::weighted) multiplies the spectrum by, after [`analyse`](Self::analyse):
    /// `M[k] = Σ_l w_l |H_l[k]|²`, for real signals `½(M[k] + M[−k])`.
    ///
    /// # Panics
    /// Where there is not a weight for each filter.
    pub fn multiplier(&self, weights: &[f64], signals: Signals) -> ArrayD<f64> {
        assert_eq!(weights.len(), self.len(), "a weight for each filter");
        let sum = self.energies(weights);
        if signals == Signals::Complex {
            return sum;
        }
        ArrayD::from_shape_fn(sum.raw_dim(), |place| {
            (sum[&place] + sum[mirrored(&place, &self.points)]) / 2.0
        })
    }

    /// The frame bounds, of the filters as they are stored; each is attained, by a wave of one frequency.
    pub fn bounds(&self, signals: Signals) -> Bounds {
        let sum = self.eigenvalues(signals);
        let lower = sum.iter().copied().fold(f64::INFINITY, f64::min);
        Bounds { lower, upper: sum.iter().copied().fold(0.0, f64::max) }
    }

    /// Adds the filter that fills the bank up to its upper bound at all frequencies with |ω| ≤ `below`, the mean included:
    /// real and even, so that a signal's slow part is kept. With several axes |ω| is the length of the vector.
    #[must_use]
    pub fn with_low_pass(mut self, below: f64, signals: Signals) -> Self {
        let sum = self.eigenvalues(signals);
        let upper = sum.iter().copied().fold(0.0, f64::max);
        let filled = |(place, sum): (IxDyn, &f64)| {
            let squares = place.slice().iter().zip(&self.points).map(|(k, n)| angular(*k, *n).powi(2));
            let within = squares.sum::<f64>().sqrt() <= below;
            rounded(if within { (upper - sum).max(0.0).sqrt() } else { 0.0 }.into())
        };
        let values = sum.indexed_iter().map(filled).collect();
        let values = ArrayD::from_shape_vec(IxDyn(&self.points), values).expect("the grid");
        self.filters.push(Filter { start: vec![0; self.points.len()], values });
        self
    }

    /// The outputs of all filters: of x with the shape batch × points, an array of the shape batch × filters × window, the
    /// window a range of places along each axis.
    ///
    /// Cost: a transform of x, and an inverse transform for each filter.
    ///
    /// # Errors
    /// An x whose last axes are not the grid, a window beyond it, or more entries than memory.
    pub fn analyse(
        &self,
        x: ArrayViewD<Complex<T>>,
        window: &[Range<usize>],
    ) -> Result<ArrayD<Complex<T>>, WaveletError> {
        let mut outputs = zeros(&self.shape_of_outputs(x.shape(), window)?)?;
        self.analyse_into(x, window, outputs.view_mut())?;
        Ok(outputs)
    }

    /// The same, written over an array of that shape in standard layout. Where transforms with large results follow one another,
    /// that saves time: new memory is zeroed by the system, and once more here, before it is written.
    ///
    /// # Errors
    /// As [`analyse`](Self::analyse), and an array of another shape or layout.
    pub fn analyse_into(
        &self,
        x: ArrayViewD<Complex<T>>,
        window: &[Range<usize>],
        mut outputs: ArrayViewMutD<Complex<T>>,
    ) -> Result<(), WaveletError> {
        let shape = self.shape_of_outputs(x.shape(), window)?;
        let got = outputs.shape().to_vec();
        let Some(rows) = outputs.as_slice_mut().filter(|_| got == shape) else {
            let (what, hint) = ("the array for the outputs", "make it by the same bank and window");
            let expected = format!("{shape:?} in standard layout");
            return Err(WaveletError::Shape { what, got, expected, hint });
        };
        let size: usize = self.points.iter().product();
        let cut = window.iter().map(Range::len).product::<usize>().max(1);
        let x = x.as_standard_layout();
        let signals = x.as_slice().expect("standard layout").par_chunks(size);
        let grid = |values| ArrayD::from_shape_vec(IxDyn(&self.points), values).expect("the grid");
        let spectra: Vec<_> = signals.map(|signal| dft(grid(signal.to_vec()))).collect();
        // all signals and filters are one list, so that every core has work whichever are many
        let rows = rows.par_chunks_mut(cut).enumerate();
        let parts = |row| (&spectra[row / self.len()], &self.filters[row % self.len()]);
        let ([points], [range]) = (&self.points[..], window) else {
            rows.for_each(|(row, output)| {
                let (spectrum, filter) = parts(row);
                let whole = idft(filter.product(&self.points, spectrum));
                let mut part = whole.view();
                for (axis, range) in window.iter().enumerate() {
                    part.slice_axis_inplace(Axis(axis), Slice::from(range.clone()));
                }
                output.iter_mut().zip(part).for_each(|(output, value)| *output = *value);
            });
            return Ok(());
        };
        let plan = T::complex(*points, FftDirection::Inverse);
        let scale = T::nearest(1.0 / *points as f64);
        let buffers = || (vec![zero(); *points], vec![zero(); plan.get_inplace_scratch_len()]);
        rows.for_each_init(buffers, |(buffer, scratch), (row, output)| {
            let (spectrum, filter) = parts(row);
            filter.multiply(spectrum.as_slice().expect("standard layout"), buffer);
            plan.process_with_scratch(buffer, scratch);
            output
                .iter_mut()
                .zip(&buffer[range.start..])
                .for_each(|(output, value)| *output = value.scale(scale));
        });
        Ok(())
    }

    /// The shape of the outputs in a window.
    fn shape_of_outputs(&self, x: &[usize], window: &[Range<usize>]) -> Result<Vec<usize>, WaveletError> {
        let batch = self.batch(x, 0)?;
        let inside = |(range, n): (&Range<usize>, &usize)| range.start <= range.end && range.end <= *n;
        if window.len() != self.points.len() || !window.iter().zip(&self.points).all(inside) {
            let (expected, hint) =
                (format!("a range within each of {:?}", self.points), "stay within the grid");
            return Err(WaveletError::value("the window", format!("{window:?}"), expected, hint));
        }
        let extents: Vec<usize> = window.iter().map(Range::len).collect();
        Ok([batch, &[self.len()], &extents].concat())
    }

    /// The signal that the outputs of all filters came from, by the canonical dual frame: exact but for rounding where the
    /// lower bound is positive, and the least squares solution where the outputs were changed.
    ///
    /// If they were changed by E, it is off by at most ‖E‖₂/√A; for [`Signals::Real`] the imaginary parts are zero.
    ///
    /// # Errors
    /// Outputs that are not batch × filters × points, and a lower bound that is not above rounding, 10⁶ roundoffs of the
    /// upper one.
    pub fn synthesise(
        &self,
        outputs: ArrayViewD<Complex<T>>,
        signals: Signals,
    ) -> Result<ArrayD<Complex<T>>, WaveletError> {
        self.batch_of_outputs(outputs.shape())?;
        let Bounds { lower, upper } = self.bounds(signals);
        if lower.is_nan() || lower <= upper * T::UNIT_ROUNDOFF * 1e6 {
            let hint = "add a low-pass filter, or scales until all frequencies are covered; of complex signals an \
                        analytic wavelet sees only half";
            return Err(WaveletError::NoFrame { lower, upper, hint });
        }
        let inverse = self.eigenvalues(signals).mapv(|sum| Complex::from(T::nearest(1.0 / sum)));
        self.summed(outputs, &vec![1.0; self.len()], signals, |spectrum| spectrum * &inverse)
    }

    /// Σ_l w_l Y_l * h̃_l, where h̃_l is the mirrored conjugate of the filter, and for real signals the real part of it.
    ///
    /// # Errors
    /// Outputs that are not batch × filters × points.
    ///
    /// # Panics
    /// Where there is not a weight for each filter.
    pub fn weighted(
        &self,
        outputs: ArrayViewD<Complex<T>>,
        weights: &[f64],
        signals: Signals,
    ) -> Result<ArrayD<Complex<T>>, WaveletError> {
        assert_eq!(weights.len(), self.len(), "a weight for each filter");
        self.summed(outputs, weights, signals, |spectrum| spectrum)
    }

    fn summed(
        &self,
        outputs: ArrayViewD<Complex<T>>,
        weights: &[f64],
        signals: Signals,
        then: impl Fn(ArrayD<Complex<T>>) -> ArrayD<Complex<T>>,
    ) -> Result<ArrayD<Complex<T>>, WaveletError> {
        let batch = self.batch_of_outputs(outputs.shape())?;
        let size: usize = self.points.iter().product();
        let outputs = outputs.as_standard_layout();
        let blocks = outputs.as_slice().expect("standard layout").chunks(size * self.len());
        let spectra = blocks.map(|block| idft(then(self.adjoint(block, weights, signals))));
        let x: Vec<Complex<T>> = spectra.flatten().collect();
        Ok(ArrayD::from_shape_vec(IxDyn(&[batch, &self.points].concat()), x).expect("as many as the grid"))
    }

    /// Σ_l w_l conj(H_l) Y_l, the spectrum of the adjoint; for real signals that of its real part.
    fn adjoint(&self, outputs: &[Complex<T>], weights: &[f64], signals: Signals) -> ArrayD<Complex<T>> {
        let size: usize = self.points.iter().product();
        let empty = || ArrayD::from_elem(IxDyn(&self.points), zero::<T>());
        // fixed groups of filters, so that the order of the sums does not depend on the threads
        let parts: Vec<_> = outputs
            .par_chunks(size * GROUP)
            .zip(self.filters.par_chunks(GROUP).zip(weights.par_chunks(GROUP)))
            .map(|(block, (filters, weights))| {
                let mut sum = empty();
                for ((output, filter), weight) in block.chunks(size).zip(filters).zip(weights) {
                    let weight = T::nearest(*weight);
                    let output =
                        ArrayD::from_shape_vec(IxDyn(&self.points), output.to_vec()).expect("the grid");
                    let spectrum = dft(output);
                    filter.visit(&self.points, |place, value| {
                        sum[&place] = sum[&place] + (value.conj() * spectrum[&place]).scale(weight);
                    });
                }
                sum
            })
            .collect();
        let sum = parts.into_iter().reduce(|a, b| a + b).unwrap_or_else(empty);
        if signals == Signals::Complex {
            return sum;
        }
        let half = T::nearest(0.5);
        ArrayD::from_shape_fn(sum.raw_dim(), |place| {
            (sum[&place] + sum[mirrored(&place, &self.points)].conj()).scale(half)
        })
    }

    /// A bound on ‖x̂ − x‖₂/‖x‖₂ where x̂ is what [`synthesise`](Self::synthesise) makes of what [`analyse`](Self::analyse)
    /// returned for x; `None` where the lower bound is zero, or a prime beyond 7 divides the number of points.
    ///
    /// With e the relative error of a transform, u the unit roundoff and κ = √(B/A): the outputs are off by at most
    /// ((1 + e)²(1 + √5u) − 1)√B‖x‖₂, which the dual stretches by at most 1/√A; their transforms, the products and the sums of L
    /// terms in any order by (1 + e)(1 + √5u)(1 + u)^L, against Σ_l|H_l||Y_l| ≤ √S(Σ_l|Y_l|²)^½; the multiplication by 1/S, rounded
    /// twice and computed to (L + 4) roundings of doubles, and the last transform by the rest.
    pub fn rounding(&self, signals: Signals) -> Option<f64> {
        let Bounds { lower, upper } = self.bounds(signals);
        let e = relative_error::<T>(&self.points)?.ln_1p();
        if lower.is_nan() || lower <= 0.0 {
            return None;
        }
        let (unit, terms) = (T::UNIT_ROUNDOFF.ln_1p(), self.len() as f64);
        let product = (5f64.sqrt() * T::UNIT_ROUNDOFF).ln_1p();
        let sum = 4.0 * e + 2.0 * product + (terms + 8.0) * unit + (terms + 4.0) * f64::UNIT_ROUNDOFF;
        Some((upper / lower).sqrt() * sum.exp_m1() * (1.0 + 1e-9))
    }

    /// The axes in front of what all filters returned.
    fn batch_of_outputs<'a>(&self, shape: &'a [usize]) -> Result<&'a [usize], WaveletError> {
        let batch = self.batch(shape, 1)?;
        if shape[batch.len()] == self.len() {
            return Ok(batch);
        }
        let expected = format!("batch × {} filters × {:?}", self.len(), self.points);
        let hint = "invert what the same bank returned, uncut";
        Err(WaveletError::Shape { what: "the array of outputs", got: shape.to_vec(), expected, hint })
    }

    /// The axes before the grid and `between` more.
    fn batch<'a>(&self, shape: &'a [usize], between: usize) -> Result<&'a [usize], WaveletError> {
        let axes = shape.len().checked_sub(self.points.len() + between);
        match axes {
            Some(axes) if shape[axes + between..] == self.points => Ok(&shape[..axes]),
            _ => {
                let expected = format!("last axes of {:?}", self.points);
                let hint =
                    "the bank was made for a grid; make one for these points, or cut or extend the signal";
                Err(WaveletError::Shape { what: "the signal", got: shape.to_vec(), expected, hint })
            }
        }
    }
}

/// Filters that are summed one after the other.
const GROUP: usize = 16;

fn unless_empty(points: &[usize], count: usize) -> Result<(), WaveletError> {
    if points.is_empty() || points.contains(&0) {
        let hint = "give at least one point along each axis";
        return Err(WaveletError::value("the grid", format!("{points:?}"), "at least one point", hint));
    }
    if count == 0 {
        return Err(WaveletError::value(
            "the number of filters",
            0,
            "at least one",
            "give at least one scale",
        ));
    }
    Ok(())
}
