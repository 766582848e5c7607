//! The windowed Fourier transform (Gabor's), its frame bounds, and its inverse by the canonical dual window.
//!
//! On Z/N, with a window g, a hop a that divides N, and M channels, which divide N too where the window is longer than M,
//! V[m, k] = Σ_n x[n] conj(g[n − am]) e^(−2πik(n − am)/M): the frequency k/M cycles per sample around the time am. With
//! [`Phase::Signal`] the exponential is e^(−2πikn/M), which is the integral ∫ f(u) conj(g(u − t)) e^(−iωu) du, sampled.
//!
//! The frame operator takes f to M Σ_j C_j[n] f[n − jM] with C_j[n] = Σ_m g[n − am] conj(g[n − am − jM]) (Walnut's form). Where
//! the window is no longer than M it is the multiplication by M Σ_m |g[n − am]|², whose extremes are the frame bounds (the
//! painless case); else it is one Hermitian matrix of N/M rows for each n mod M, the same for n and n + a up to the order of
//! rows.

use super::{WaveletError, filter};
use crate::{
    fourier::Transform,
    scalar::Semiring,
    signal::{Boundary, boundary::extend},
};
use ndarray::{ArrayD, ArrayViewD, Axis, IxDyn, Slice};
use num_complex::Complex;
use rayon::prelude::*;
use rustfft::FftDirection;
use std::{f64::consts::TAU, ops::Range};

/// Where the exponential has the phase 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// At the origin of each window.
    Window,
    /// At the first sample of the signal.
    Signal,
}

/// What is to be computed.
#[derive(Clone, PartialEq, Debug)]
pub struct Windowed {
    /// The values of the window g.
    pub window: Vec<Complex<f64>>,
    /// The place of g(0) among them.
    pub origin: usize,
    /// From one window to the next: a.
    pub hop: usize,
    /// The number of frequencies: M. It may be less than the window's length.
    pub channels: usize,
    /// Where the exponential has the phase 0.
    pub phase: Phase,
    /// What stands beyond the ends.
    pub boundary: Boundary,
}

/// Entries that one thread transforms at a time, at least.
const BUNCH: usize = 1 << 12;

impl Windowed {
    /// A window with its origin in the middle, phases at the windows and zeros beyond the ends.
    pub fn new(window: &[f64], hop: usize, channels: usize) -> Self {
        let window: Vec<Complex<f64>> = window.iter().map(|value| Complex::from(*value)).collect();
        let (phase, boundary) = (Phase::Window, Boundary::Zero);
        Windowed { origin: window.len() / 2, window, hop, channels, phase, boundary }
    }

    /// The transform of signals of so many samples, on the least circle that a divides, and M where the window is longer than
    /// M, and that holds them with a window's length at each end; for [`Boundary::Wrap`] the signal is the circle.
    ///
    /// # Errors
    /// An empty window, or one that is not finite; an origin outside it; no hop or no channels; for `Wrap` a length that is no
    /// such circle's, or shorter than the window; no samples.
    ///
    /// ```
    /// use faltung::wavelet::{Window, Windowed};
    /// use ndarray::Array1;
    /// let plan = Windowed::new(&Window::Hann.values(64), 16, 64).plan::<f64>(500)?;
    /// let x = Array1::from_shape_fn(500, |n| (0.3 * n as f64).sin()).into_dyn();
    /// let y = plan.forward_real(x.view())?;
    /// assert_eq!(y.shape()[1], 33); // the frequencies 0, 1/64, … ½
    /// let back = plan.inverse_real(y.view())?;
    /// assert!((back - x).iter().all(|error| error.abs() < 1e-12));
    /// let bounds = plan.bounds()?; // tight: the squares of shifted Hann windows add up to 3/2, times 64
    /// assert!((bounds.lower - 96.0).abs() < 1e-9 && (bounds.upper - 96.0).abs() < 1e-9);
    /// # Ok::<(), faltung::wavelet::WaveletError>(())
    /// ```
    pub fn plan<T: Transform>(&self, samples: usize) -> Result<WindowedPlan<T>, WaveletError> {
        const LONGEST: usize = 1 << 40;
        let length = self.window.len();
        let hint = "give the window's values";
        WaveletError::unless_counted("the window's length", length, [1, LONGEST], hint)?;
        if !self.window.iter().all(|value| value.re.is_finite() && value.im.is_finite()) {
            return Err(WaveletError::value("the window", "not finite", "finite values", hint));
        }
        WaveletError::unless_counted(
            "the window's origin",
            self.origin,
            [0, length - 1],
            "one of its places",
        )?;
        WaveletError::unless_counted("the hop", self.hop, [1, LONGEST], "a quarter of the window is usual")?;
        WaveletError::unless_counted(
            "the number of channels",
            self.channels,
            [1, LONGEST],
            "the window's length is usual",
        )?;
        WaveletError::unless_counted("the number of samples", samples, [1, LONGEST], "give a signal")?;
        let common = if length <= self.channels { Some(self.hop) } else { lcm(self.hop, self.channels) };
        let common = common.filter(|common| *common <= LONGEST);
        let hint = "choose a hop and a number of channels with a small common multiple";
        let refused = |what, entries| WaveletError::Size { what, entries, most: LONGEST as u128, hint };
        let Some(common) = common else {
            let product = self.hop as u128 * self.channels as u128;
            return Err(refused("the common period of hop and channels", product));
        };
        let (points, before) = if self.boundary == Boundary::Wrap {
            if !samples.is_multiple_of(common) || samples < length {
                let expected = format!("a multiple of {common} that is at least {length}");
                let hint = "cut the signal, or choose another boundary, which extends it";
                return Err(WaveletError::value("the circle's length", samples, expected, hint));
            }
            (samples, 0)
        } else {
            let before = length.next_multiple_of(self.hop);
            let points = (samples + before + length).next_multiple_of(common);
            (points, before)
        };
        Ok(WindowedPlan { spec: self.clone(), points, before, samples, scalar: std::marker::PhantomData })
    }
}

/// Some windows of a transform, and what they are over.
struct Windows<S> {
    /// Batch × samples, and where in the signal the first of them stands; a circle, which they close only if it is the whole.
    x: ArrayD<S>,
    from: i64,
    frames: Range<usize>,
}

/// A windowed Fourier transform on one circle.
#[derive(Clone, PartialEq, Debug)]
pub struct WindowedPlan<T> {
    pub(super) spec: Windowed,
    pub(super) points: usize,
    before: usize,
    samples: usize,
    scalar: std::marker::PhantomData<T>,
}

impl<T: Transform> WindowedPlan<T> {
    /// The number of windows: N/a.
    pub fn frames(&self) -> usize {
        self.points / self.spec.hop
    }

    /// The sample at which a window has its origin; those in the extension are before 0 or after the end.
    pub fn time(&self, frame: usize) -> i64 {
        (frame * self.spec.hop) as i64 - self.before as i64
    }

    /// The transform of real signals with a real window: batch × samples to batch × frames × (M/2 + 1); the other channels
    /// are conjugates.
    ///
    /// # Errors
    /// A complex window, another number of samples, or more entries than memory.
    pub fn forward_real(&self, x: ArrayViewD<T>) -> Result<ArrayD<Complex<T>>, WaveletError> {
        self.real_windows(&self.all(self.extended(x)?))
    }

    /// The samples that some windows are over, with those beyond the ends of the signal.
    pub fn over(&self, frames: &Range<usize>) -> Range<i64> {
        let first = |frame| self.time(frame) - self.spec.origin as i64;
        first(frames.start)..first(frames.end.max(frames.start + 1) - 1) + self.spec.window.len() as i64
    }

    /// Some windows of [`forward_real`](Self::forward_real) alone, to the bit, of a stretch of the signal, batch × samples: those
    /// that these windows are [over](Self::over). What is beyond the ends of the signal is for the caller to say.
    ///
    /// ```
    /// use faltung::wavelet::{Window, Windowed};
    /// use ndarray::{Array1, s};
    /// let plan = Windowed::new(&Window::Hann.values(16), 4, 16).plan::<f64>(100)?;
    /// let x = Array1::from_shape_fn(100, |n| (n * n % 7) as f64);
    /// let (whole, over) = (plan.forward_real(x.view().into_dyn())?, plan.over(&(9..12)));
    /// let stretch = x.slice(s![over.start as usize..over.end as usize]);
    /// assert_eq!(plan.some_real(stretch.into_dyn(), 9..12)?, whole.slice(s![9..12, ..]).into_dyn());
    /// # Ok::<(), faltung::wavelet::WaveletError>(())
    /// ```
    ///
    /// # Errors
    /// A complex window, another number of samples, or more entries than memory.
    pub fn some_real(
        &self,
        x: ArrayViewD<T>,
        frames: Range<usize>,
    ) -> Result<ArrayD<Complex<T>>, WaveletError> {
        let over = self.over(&frames);
        if x.shape().last().map(|n| *n as i64) != Some(over.end - over.start) {
            let expected = format!("a last axis of {} samples", over.end - over.start);
            let hint = "give those that the windows are over";
            return Err(WaveletError::Shape { what: "the stretch", got: x.shape().to_vec(), expected, hint });
        }
        let x = x.as_standard_layout().into_owned();
        self.real_windows(&Windows { x, from: over.start, frames })
    }

    fn real_windows(&self, windows: &Windows<T>) -> Result<ArrayD<Complex<T>>, WaveletError> {
        self.unless_real()?;
        let window = self.spec.window.iter().map(|value| T::nearest(value.re)).collect();
        let plan = T::real(self.spec.channels);
        self.by_windows(windows, window, self.spec.channels / 2 + 1, |line, scratch, row| {
            scratch.resize(plan.get_scratch_len(), filter::zero());
            plan.process_with_scratch(line, row, scratch).expect("lengths of the plan");
        })
    }

    /// The real signals that [`forward_real`](Self::forward_real) came from; of other coefficients the real part of what
    /// [`inverse`](Self::inverse) makes of them and their conjugates.
    ///
    /// Cost: that of `inverse`, in real numbers.
    ///
    /// # Errors
    /// A complex window, another shape, or no frame.
    pub fn inverse_real(&self, y: ArrayViewD<Complex<T>>) -> Result<ArrayD<T>, WaveletError> {
        self.unless_real()?;
        let (channels, half) = (self.spec.channels, self.spec.channels / 2 + 1);
        let batch = self.unless_coefficients(y.shape(), half)?.to_vec();
        let (start, dual) = self.dual()?;
        let dual: Vec<T> = dual.into_iter().map(|value| T::nearest(value.re)).collect();
        let mut y = self.turned(y.as_standard_layout().into_owned(), 0, true);
        let (plan, none) = (T::real_inverse(channels), T::nearest(0.0));
        let mut lines = vec![none; y.len() / half * channels];
        let rows = y.as_slice_mut().expect("standard layout").par_chunks_mut(half);
        let rows = rows.zip(lines.par_chunks_mut(channels)).with_min_len(BUNCH / channels + 1);
        rows.for_each_init(
            || vec![filter::zero(); plan.get_scratch_len()],
            |scratch, (row, line)| {
                // of frequencies that are their own opposites the imaginary part makes nothing real
                row[0].im = none;
                row[channels / 2].im = if channels.is_multiple_of(2) { none } else { row[channels / 2].im };
                plan.process_with_scratch(row, line, scratch).expect("lengths of the plan");
            },
        );
        Ok(self.overlapped(&lines, &batch, start, &dual))
    }

    /// The transform: batch × samples to batch × frames × channels.
    ///
    /// Cost: the window's length and a transform of M points for each window, on all cores.
    ///
    /// # Errors
    /// Another number of samples, or more entries than memory.
    pub fn forward(&self, x: ArrayViewD<Complex<T>>) -> Result<ArrayD<Complex<T>>, WaveletError> {
        let window = self.spec.window.iter().map(|value| narrowed(value.conj())).collect();
        let plan = T::complex(self.spec.channels, FftDirection::Forward);
        self.by_windows(&self.all(self.extended(x)?), window, self.spec.channels, |line, scratch, row| {
            scratch.resize(plan.get_inplace_scratch_len(), filter::zero());
            row.copy_from_slice(line);
            plan.process_with_scratch(row, scratch);
        })
    }

    /// For each window its samples times its values, those M apart added up, which `transform` makes a row of `kept` entries
    /// of.
    fn by_windows<S: Semiring>(
        &self,
        windows: &Windows<S>,
        window: Vec<S>,
        kept: usize,
        transform: impl Fn(&mut [S], &mut Vec<Complex<T>>, &mut [Complex<T>]) + Sync,
    ) -> Result<ArrayD<Complex<T>>, WaveletError> {
        let (Windowed { origin, channels, .. }, Windows { x, from, frames }) = (&self.spec, windows);
        let (batch, points) = (&x.shape()[..x.ndim() - 1], x.len_of(Axis(x.ndim() - 1)));
        let mut y = filter::zeros(&[batch, &[frames.len(), kept]].concat())?;
        let signals = x.as_slice().expect("standard layout");
        let rows = y.as_slice_mut().expect("a new array has standard layout").par_chunks_mut(kept);
        let rows = rows.with_min_len(BUNCH / channels + 1).enumerate();
        rows.for_each_init(
            || (vec![S::zero(); *channels], vec![]),
            |(line, scratch), (row, output)| {
                let signal = &signals[row / frames.len() * points..][..points];
                line.fill(S::zero());
                // sample n stands at n − am = j − origin from the window's origin
                let first = self.time(frames.start + row % frames.len()) - *origin as i64 - from;
                let mut n = first.rem_euclid(points as i64) as usize;
                let mut place = (channels - origin % channels) % channels;
                for value in &window {
                    S::mul_add_into(&mut line[place], &signal[n], value);
                    n = if n + 1 == points { 0 } else { n + 1 };
                    place = if place + 1 == *channels { 0 } else { place + 1 };
                }
                transform(line, scratch, output);
            },
        );
        Ok(self.turned(y, frames.start, false))
    }

    /// The signals that [`forward`](Self::forward) came from, by the canonical dual window; where the coefficients were
    /// changed, the least squares solution.
    ///
    /// If they were changed by E, it is off by at most ‖E‖₂/√A.
    ///
    /// # Errors
    /// Another shape, no frame, or a dual window that takes too long.
    pub fn inverse(&self, y: ArrayViewD<Complex<T>>) -> Result<ArrayD<Complex<T>>, WaveletError> {
        let channels = &self.spec.channels;
        let batch = self.unless_coefficients(y.shape(), *channels)?.to_vec();
        let (start, dual) = self.dual()?;
        let dual: Vec<Complex<T>> = dual.into_iter().map(narrowed).collect();
        let mut y = self.turned(y.as_standard_layout().into_owned(), 0, true);
        let lines = y.as_slice_mut().expect("standard layout");
        over_rows(lines, *channels, FftDirection::Inverse);
        Ok(self.overlapped(lines, &batch, start, &dual))
    }

    /// The samples of the signals, of the lines of all their windows, each a period of M entries.
    fn overlapped<S: Semiring + Copy>(
        &self,
        lines: &[S],
        batch: &[usize],
        start: i64,
        dual: &[S],
    ) -> ArrayD<S> {
        let Windowed { hop, channels, .. } = &self.spec;
        let mut x = ArrayD::from_elem([batch, &[self.points]].concat(), S::zero());
        let lines = lines.chunks(self.frames() * channels);
        let signals = x.as_slice_mut().expect("a new array has standard layout").chunks_mut(self.points);
        for (signal, block) in signals.zip(lines) {
            for (m, line) in block.chunks(*channels).enumerate() {
                let first = (m * hop) as i64 + start;
                let mut n = first.rem_euclid(self.points as i64) as usize;
                let mut place = start.rem_euclid(*channels as i64) as usize;
                for value in dual {
                    S::mul_add_into(&mut signal[n], &line[place], value);
                    n = if n + 1 == self.points { 0 } else { n + 1 };
                    place = if place + 1 == *channels { 0 } else { place + 1 };
                }
            }
        }
        let last = Axis(x.ndim() - 1);
        x.slice_axis_inplace(last, Slice::from(self.inside()));
        x
    }

    /// The transform along one axis, which two take the place of, frames and channels: one after the other, along the axes of
    /// an image, it is the transform with the product of the windows, and the bounds are the products.
    ///
    /// # Errors
    /// As [`forward`](Self::forward).
    ///
    /// # Panics
    /// Where there is no such axis.
    pub fn forward_along(
        &self,
        x: ArrayViewD<Complex<T>>,
        axis: usize,
    ) -> Result<ArrayD<Complex<T>>, WaveletError> {
        let mut order: Vec<usize> = (0..x.ndim()).filter(|other| *other != axis).collect();
        order.push(axis);
        let y = self.forward(x.permuted_axes(IxDyn(&order)))?;
        let last = y.ndim() - 2;
        let mut back: Vec<usize> = (0..last).collect();
        back.splice(axis..axis, [last, last + 1]);
        Ok(y.permuted_axes(IxDyn(&back)).as_standard_layout().into_owned())
    }

    /// Undoes [`forward_along`](Self::forward_along).
    ///
    /// # Errors
    /// As [`inverse`](Self::inverse).
    ///
    /// # Panics
    /// Where there are no such two axes.
    pub fn inverse_along(
        &self,
        y: ArrayViewD<Complex<T>>,
        axis: usize,
    ) -> Result<ArrayD<Complex<T>>, WaveletError> {
        let mut order: Vec<usize> =
            (0..y.ndim()).filter(|other| *other != axis && *other != axis + 1).collect();
        order.extend([axis, axis + 1]);
        let x = self.inverse(y.permuted_axes(IxDyn(&order)))?;
        let last = x.ndim() - 1;
        let mut back: Vec<usize> = (0..last).collect();
        back.insert(axis, last);
        Ok(x.permuted_axes(IxDyn(&back)).as_standard_layout().into_owned())
    }

    /// All windows.
    fn all<S>(&self, x: ArrayD<S>) -> Windows<S> {
        Windows { x, from: -(self.before as i64), frames: 0..self.frames() }
    }

    fn unless_real(&self) -> Result<(), WaveletError> {
        if self.spec.window.iter().all(|value| value.im == 0.0) {
            return Ok(());
        }
        let hint = "take the transform of complex signals";
        Err(WaveletError::value("the window", "complex", "a real one", hint))
    }

    fn unless_coefficients<'a>(
        &self,
        shape: &'a [usize],
        channels: usize,
    ) -> Result<&'a [usize], WaveletError> {
        let expected = [self.frames(), channels];
        match shape.split_last_chunk::<2>() {
            Some((batch, last)) if *last == expected => Ok(batch),
            _ => {
                let expected = format!("last axes of {expected:?}, frames and channels");
                let hint = "invert what the same plan returned";
                Err(WaveletError::Shape {
                    what: "the array of coefficients",
                    got: shape.to_vec(),
                    expected,
                    hint,
                })
            }
        }
    }

    /// From phases at the windows, from one on, to phases at the signal's first sample, or back.
    fn turned(&self, mut y: ArrayD<Complex<T>>, from: usize, back: bool) -> ArrayD<Complex<T>> {
        if self.spec.phase == Phase::Window {
            return y;
        }
        let channels = self.spec.channels;
        let last = y.ndim() - 1;
        for (place, value) in y.indexed_iter_mut() {
            let time = self.time(from + place[last - 1]).rem_euclid(channels as i64) as u128;
            let turn = -TAU * (time * place[last] as u128 % channels as u128) as f64 / channels as f64;
            *value = *value * narrowed(Complex::cis(if back { -turn } else { turn }));
        }
        y
    }

    /// Where the signal stands on the circle.
    fn inside(&self) -> Range<usize> {
        self.before..self.before + self.samples
    }

    fn extended<S: Semiring>(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, WaveletError> {
        if x.shape().last() != Some(&self.samples) {
            let expected = format!("a last axis of {} samples", self.samples);
            let hint = "plan for the length of the signal";
            return Err(WaveletError::Shape { what: "the signal", got: x.shape().to_vec(), expected, hint });
        }
        let mut amounts = [vec![0; x.ndim()], vec![0; x.ndim()]];
        amounts[0][x.ndim() - 1] = self.before;
        amounts[1][x.ndim() - 1] = self.points - self.before - self.samples;
        if x.is_empty() {
            let mut shape = x.shape().to_vec();
            shape[x.ndim() - 1] = self.points;
            return Ok(ArrayD::from_elem(shape, S::zero()));
        }
        let extended = extend(x, &amounts[0], &amounts[1], self.spec.boundary);
        Ok(extended.as_standard_layout().into_owned())
    }
}

/// The transform of each row, unnormalised in both directions.
fn over_rows<T: Transform>(rows: &mut [Complex<T>], points: usize, direction: FftDirection) {
    let plan = T::complex(points, direction);
    let each = rows.par_chunks_mut(points).with_min_len(BUNCH / points + 1);
    each.for_each_init(
        || vec![Complex::new(T::nearest(0.0), T::nearest(0.0)); plan.get_inplace_scratch_len()],
        |scratch, row| plan.process_with_scratch(row, scratch),
    );
}

fn narrowed<T: Transform>(value: Complex<f64>) -> Complex<T> {
    Complex::new(T::nearest(value.re), T::nearest(value.im))
}

pub(super) fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

pub(super) fn lcm(a: usize, b: usize) -> Option<usize> {
    (a / gcd(a, b)).checked_mul(b)
}
