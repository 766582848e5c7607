//! Banks of which every d-th output is kept, another d for each filter, and their frame bounds between certain numbers.
//!
//! On Z/N, with transfer functions H_l and numbers d_l that divide N, the outputs are y_l\[n\] = (x * h_l)(d_l n). Keeping every d-th
//! sample adds up the frequencies that are N/d apart: Y_l\[j\] = (1/d_l) Σ_{a ≡ j mod N/d_l} H_l\[a\] X\[a\]. So by Parseval, on circles
//! of N and of N/d_l places,
//!
//! N Σ_l ‖y_l‖² = Σ_l (1/d_l) Σ_j |Σ_{a ≡ j mod N/d_l} H_l\[a\] X\[a\]|², where N ‖x‖² = Σ_a |X\[a\]|².
//!
//! That couples a and b only where they differ by a multiple of N/D, D the least common multiple of the d_l: it is one Hermitian form in D
//! variables for each coset k + (N/D)Z, and the frame bounds A and B are the extremes of all of them (in other words those of the
//! bank's polyphase or alias-component matrix: Vaidyanathan 1993, ch. 5). Where nothing is left out D is 1, and they are the extremes
//! of Σ_l |H_l|². The sum Σ_l |H_l|²/d_l, which is the diagonal, lies between them and says no more.
//!
//! Real signals have X\[−a\] = conj(X\[a\]): for them, half of the form and half of the one with conj(H_l\[−a\]) for H_l\[a\], which
//! has the same value there, are a form whose extremes over complex vectors real signals attain.

mod form;
#[cfg(test)]
mod tests;

use super::{Bank, Signals, WaveletError, windowed::lcm};
use crate::{
    fourier::{dft, idft},
    scalar::Interval,
};
use form::{Extremes, Square, extremes, quotient};
use ndarray::Array1;
use num_complex::Complex;
use rayon::prelude::*;

/// A filter and what is kept of its outputs.
#[derive(Clone, PartialEq, Debug)]
pub struct Channel {
    /// The values of its transfer function at the frequencies 0, 1/N, … (N − 1)/N, in cycles per sample.
    pub transfer: Vec<Complex<f64>>,
    /// Every so many-th output is kept: d.
    pub step: usize,
}

/// A bank of filters on Z/N, each with its own decimation.
#[derive(Clone, PartialEq, Debug)]
pub struct Decimated {
    points: usize,
    channels: Vec<Channel>,
    /// D.
    common: usize,
}

/// A ‖x‖² ≤ Σ_l ‖y_l‖² ≤ B ‖x‖², and signals that attain both as far as the widths of the intervals.
///
/// About the filters as they are given, whose values are floats and so exact numbers, in exact arithmetic.
#[derive(Clone, PartialEq, Debug)]
pub struct DecimatedBounds {
    /// An interval around A: its upper end is attained by [`least`](Self::least).
    pub lower: Interval,
    /// An interval around B: its lower end is attained by [`greatest`](Self::greatest).
    pub upper: Interval,
    /// A signal with hardly any energy left.
    pub least: Witness,
    /// A signal with nearly the most energy.
    pub greatest: Witness,
}

/// A signal whose frequencies are those of one coset, for real signals with the opposite ones, and what a bank makes of its energy.
#[derive(Clone, PartialEq, Debug)]
pub struct Witness {
    /// k: the frequencies are the k + rN/D, r = 0, … D − 1.
    pub coset: usize,
    /// The values X of the transform there, in this order: exact as they stand.
    pub vector: Vec<Complex<f64>>,
    /// An interval around Σ_l ‖y_l‖²/‖x‖² of this signal.
    pub ratio: Interval,
    points: usize,
    signals: Signals,
}

impl Witness {
    /// The frequencies of the coset, as places of the transform.
    pub fn frequencies(&self) -> impl Iterator<Item = usize> + '_ {
        let gap = self.points / self.vector.len();
        (0..self.vector.len()).map(move |r| self.coset + r * gap)
    }

    /// The transform at all N frequencies. That of a real signal has the conjugates at the opposite frequencies.
    pub fn spectrum(&self) -> Vec<Complex<f64>> {
        let mut spectrum = vec![Complex::from(0.0); self.points];
        for (place, value) in self.frequencies().zip(&self.vector) {
            spectrum[place] = *value;
            if self.signals == Signals::Real {
                // on a coset that is its own opposite these are the values that stand there anyway
                spectrum[(self.points - place) % self.points] = value.conj();
            }
        }
        spectrum
    }

    /// The signal in time, rounded: its ratio is that of the witness but for rounding.
    pub fn signal(&self) -> Vec<Complex<f64>> {
        let signal = idft(Array1::from(self.spectrum()).into_dyn());
        let real = |z: Complex<f64>| if self.signals == Signals::Real { Complex::from(z.re) } else { z };
        signal.into_iter().map(real).collect()
    }
}

/// The largest part of a transfer function: squares and their sums stay far within the range of the floats.
const LARGEST: f64 = 1e140;
/// The most frequencies that are coupled.
const COUPLED: usize = 512;
/// The most products of intervals: some minutes.
const PRODUCTS: u128 = 1 << 32;

impl Decimated {
    /// The bank of these channels on so many points.
    ///
    /// ```
    /// use faltung::wavelet::{Signals, decimated::{Channel, Decimated}};
    /// use num_complex::Complex;
    /// // two delays by nothing and by one, of which every second output is kept: the even and the odd samples
    /// let delay = |n: f64| (0..8).map(|k| Complex::cis(-std::f64::consts::TAU * n * f64::from(k) / 8.0)).collect();
    /// let both = [0.0, 1.0].map(|n| Channel { transfer: delay(n), step: 2 });
    /// let bounds = Decimated::new(8, both.to_vec())?.bounds(Signals::Complex)?;
    /// assert!(bounds.lower.distance(1.0) < 1e-14 && bounds.upper.distance(1.0) < 1e-14);
    /// // the even samples alone: Σ |H|²/d is ½ everywhere, and some signals leave no trace while others lose nothing
    /// let even = Decimated::new(8, both[..1].to_vec())?.bounds(Signals::Complex)?;
    /// assert!(even.lower.distance(0.0) < 1e-14 && even.upper.distance(1.0) < 1e-14);
    /// # Ok::<(), faltung::wavelet::WaveletError>(())
    /// ```
    ///
    /// # Errors
    /// No points, no channels; a transfer function of another length, or with parts that are not finite or beyond 10¹⁴⁰; a
    /// step that does not divide the number of points.
    pub fn new(points: usize, channels: Vec<Channel>) -> Result<Self, WaveletError> {
        if points == 0 {
            let hint = "give the length of the circle";
            return Err(WaveletError::value("the number of points", 0, "at least one", hint));
        }
        if channels.is_empty() {
            return Err(WaveletError::value("the number of channels", 0, "at least one", "give a filter"));
        }
        let mut common = 1;
        for Channel { transfer, step } in &channels {
            if transfer.len() != points {
                let (expected, hint) =
                    (format!("[{points}]"), "give one value for each frequency of the circle");
                let got = vec![transfer.len()];
                return Err(WaveletError::Shape { what: "a transfer function", got, expected, hint });
            }
            let small = |part: f64| part.abs() <= LARGEST;
            if let Some(value) = transfer.iter().find(|value| !small(value.re) || !small(value.im)) {
                let (expected, hint) =
                    (format!("parts of at most {LARGEST:e}"), "bounds go with the square of a factor");
                return Err(WaveletError::value("a value of a transfer function", value, expected, hint));
            }
            let (what, hint) = ("a step", "keep every sample, or extend the circle to a multiple");
            let refused = || WaveletError::value(what, step, format!("a divisor of {points}"), hint);
            if *step == 0 || !points.is_multiple_of(*step) {
                return Err(refused());
            }
            // divides the number of points as well, and so is no larger
            common = lcm(common, *step).ok_or_else(refused)?;
        }
        Ok(Decimated { points, channels, common })
    }

    /// The filters of a bank on one axis, as they are stored, of which every so many-th output is kept.
    ///
    /// # Errors
    /// More axes, or not a step for each filter; else as [`new`](Self::new).
    pub fn of(bank: &Bank<f64>, steps: &[usize]) -> Result<Self, WaveletError> {
        let [points] = *bank.points() else {
            let hint = "axes are decimated for one axis only";
            return Err(WaveletError::value("the number of axes", bank.points().len(), "one", hint));
        };
        if steps.len() != bank.len() {
            let (expected, hint) = (format!("one for each of {} filters", bank.len()), "1 keeps all outputs");
            return Err(WaveletError::value("the number of steps", steps.len(), expected, hint));
        }
        let channel = |(l, step): (usize, &usize)| Channel {
            transfer: bank.transfer(l).into_iter().collect(),
            step: *step,
        };
        Self::new(points, steps.iter().enumerate().map(channel).collect())
    }

    /// N.
    pub fn points(&self) -> usize {
        self.points
    }

    /// The channels, in order.
    pub fn channels(&self) -> &[Channel] {
        &self.channels
    }

    /// y_l\[n\] = (x * h_l)(d_l n), N/d_l numbers for each channel, in floats.
    ///
    /// Cost: a transform of N points, and one more for each channel.
    ///
    /// # Errors
    /// Another number of samples.
    pub fn analyse(&self, x: &[Complex<f64>]) -> Result<Vec<Vec<Complex<f64>>>, WaveletError> {
        if x.len() != self.points {
            let (expected, hint) =
                (format!("[{}]", self.points), "the bank was made for a circle of that length");
            return Err(WaveletError::Shape { what: "the signal", got: vec![x.len()], expected, hint });
        }
        let spectrum = dft(Array1::from(x.to_vec()).into_dyn());
        let output = |Channel { transfer, step }: &Channel| {
            let product: Array1<_> = transfer.iter().zip(&spectrum).map(|(h, x)| h * x).collect();
            idft(product.into_dyn()).into_iter().step_by(*step).collect()
        };
        Ok(self.channels.iter().map(output).collect())
    }

    /// The frame bounds, over complex or over real signals, and signals that attain them; the intervals are some D roundings of B
    /// wide.
    ///
    /// Where fewer numbers are kept than there are samples, A is 0 over complex signals; over real ones a complex output counts twice. An interval around it says only that it is that small.
    ///
    /// Cost: for each of the N/D cosets (for real signals half as many) the eigenvectors of a matrix of D rows and D² (D + Σ_l D/d_l)
    /// products of intervals, for real signals up to twice as many; on all cores, each with memory for 5 D² intervals.
    ///
    /// ```
    /// use faltung::wavelet::{Signals, decimated::{Channel, Decimated}};
    /// use num_complex::Complex;
    /// // a low-pass and a high-pass filter of phase zero on 16 points, with |H₀|² + |H₁|² = 2
    /// let gain = |turn: f64| Complex::from(2_f64.sqrt() * (turn * std::f64::consts::PI).cos().abs());
    /// let filter = |shift: f64| (0..16).map(|k| gain(f64::from(k) / 16.0 + shift)).collect();
    /// let bank = |step| [0.0, 0.5].map(|shift| Channel { transfer: filter(shift), step }).to_vec();
    /// let whole = Decimated::new(16, bank(1))?.bounds(Signals::Complex)?;
    /// assert!(whole.lower.distance(2.0) < 1e-14 && whole.upper.distance(2.0) < 1e-14);
    /// // the half of this is not what is left of every second output
    /// let half = Decimated::new(16, bank(2))?;
    /// let bounds = half.bounds(Signals::Complex)?;
    /// assert!(bounds.lower.high() < 1e-14 && bounds.upper.low() > 2.0 - 1e-14);
    /// // a signal says so
    /// let x = bounds.least.signal();
    /// let energy = |y: &[Complex<f64>]| y.iter().map(|y| y.norm_sqr()).sum::<f64>();
    /// let left: f64 = half.analyse(&x)?.iter().map(|y| energy(y)).sum();
    /// assert!(left < 1e-14 * energy(&x));
    /// # Ok::<(), faltung::wavelet::WaveletError>(())
    /// ```
    ///
    /// # Errors
    /// More than 512 coupled frequencies D, or more than 2³² products of intervals.
    pub fn bounds(&self, signals: Signals) -> Result<DecimatedBounds, WaveletError> {
        let (common, gap) = (self.common, self.points / self.common);
        let hint = "choose steps with a small common multiple";
        WaveletError::unless_counted("the common multiple of the steps", common, [1, COUPLED], hint)?;
        let squares: u128 = self.channels.iter().map(|channel| (common / channel.step) as u128).sum();
        let products =
            (squares + common as u128).saturating_mul(self.points as u128).saturating_mul(common as u128);
        if products > PRODUCTS {
            let (what, hint) = (
                "the number of products of intervals",
                "use fewer points, channels or a smaller common step",
            );
            return Err(WaveletError::value(what, products, format!("at most {PRODUCTS}"), hint));
        }
        // the coset −k has the conjugate vectors of a real signal
        let cosets = if signals == Signals::Real { gap / 2 + 1 } else { gap };
        let witnesses = |coset: usize| {
            let form = self.form(coset, signals);
            let Extremes { beyond, vectors } = extremes(&form, common);
            let witness = |vector: Vec<Complex<f64>>| {
                let vector = self.symmetric(coset, vector, signals);
                let ratio = quotient(&form, &vector);
                Witness { coset, vector, ratio, points: self.points, signals }
            };
            (beyond, vectors.map(witness))
        };
        let all: Vec<_> = (0..cosets).into_par_iter().map(witnesses).collect();
        let worse = |a: ([f64; 2], [Witness; 2]), b: ([f64; 2], [Witness; 2])| {
            let ([a_least, a_greatest], [b_least, b_greatest]) = (a.1, b.1);
            let least = if b_least.ratio.high() < a_least.ratio.high() { b_least } else { a_least };
            let greatest =
                if b_greatest.ratio.low() > a_greatest.ratio.low() { b_greatest } else { a_greatest };
            ([a.0[0].min(b.0[0]), a.0[1].max(b.0[1])], [least, greatest])
        };
        let ([floor, ceiling], [least, greatest]) =
            all.into_iter().reduce(worse).expect("at least one coset");
        let interval = |low, high| Interval::new(low, high).unwrap_or(Interval::LINE);
        let (lower, upper) = (interval(floor, least.ratio.high()), interval(greatest.ratio.low(), ceiling));
        Ok(DecimatedBounds { lower, upper, least, greatest })
    }

    /// The squares of all outputs, by frequencies, as a form in the values on a coset.
    fn form(&self, coset: usize, signals: Signals) -> Vec<Square> {
        let gap = self.points / self.common;
        let opposite = |place: usize| (self.points - place) % self.points;
        let mut squares = vec![];
        for Channel { transfer, step } in &self.channels {
            let halves = if signals == Signals::Real { 2 } else { 1 };
            // at most twice the number of points, which is a float
            let weight = Interval::from((halves * step) as f64).inverse().unwrap_or(Interval::LINE);
            let classes = self.common / step;
            for half in 0..halves {
                let value = |r: usize| {
                    let place = coset + r * gap;
                    if half == 0 { transfer[place] } else { transfer[opposite(place)].conj() }
                };
                for class in 0..classes {
                    let terms = (class..self.common).step_by(classes).map(|r| (r, value(r)));
                    let terms: Vec<_> = terms.filter(|(_, value)| *value != Complex::from(0.0)).collect();
                    if !terms.is_empty() {
                        squares.push(Square { weight, terms });
                    }
                }
            }
        }
        squares
    }

    /// The vector itself, or on a coset that is its own opposite one of the two real signals that it is made of.
    fn symmetric(&self, coset: usize, vector: Vec<Complex<f64>>, signals: Signals) -> Vec<Complex<f64>> {
        let gap = self.points / self.common;
        if signals == Signals::Complex || !(2 * coset).is_multiple_of(gap) {
            return vector;
        }
        // −(k + r gap) = k + s gap modulo D gap
        let opposite = |r: usize| (2 * self.common - 2 * coset / gap - r) % self.common;
        let part = |turn: Complex<f64>| -> Vec<Complex<f64>> {
            let sum = |r: usize| (turn * vector[r] + (turn * vector[opposite(r)]).conj()) / 2.0;
            (0..self.common).map(sum).collect()
        };
        let energy = |part: &[Complex<f64>]| part.iter().map(Complex::norm_sqr).sum::<f64>();
        let (even, odd) = (part(Complex::from(1.0)), part(Complex::i()));
        // the larger one has at least half of the energy, and so is not all rounding
        if energy(&odd) > energy(&even) { odd } else { even }
    }
}
