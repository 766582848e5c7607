//! The one-dimensional bank of kymatio: Morlet wavelets on the padded circle, a Gaussian average, and its padding.
//!
//! Frequencies are in cycles per sample. A wavelet is a Gaussian about ξ of width σ, less a multiple of the one about 0 that
//! takes its mean away, both summed over some periods of the frequency axis, and divided by the sum of its moduli in time.

use super::bank::{Bank, Filter};
use crate::fourier::idft;
use ndarray::arr1;
use num_complex::Complex;
use rayon::prelude::*;

/// The width of the average over T samples is this over T.
const SIGMA: f64 = 0.1;
/// A wavelet is taken for zero beyond ξ plus this many widths.
const WIDTHS: f64 = 5.0;

/// Centre, width and octave of each wavelet: `per_octave` of them in each octave down to the narrowest width, and from there
/// to frequency 0 in equal steps.
pub(super) fn parameters(scale: u32, per_octave: usize) -> Vec<(f64, f64, u32)> {
    let q = per_octave as f64;
    let step = 2.0_f64.powf(1.0 / q);
    let narrowest = SIGMA / 2.0_f64.powi(scale as i32);
    let ratio = 1.0 / step;
    let mut centre = (1.0 / (1.0 + 2.0_f64.powf(3.0 / q))).max(0.35);
    let mut width =
        centre * ((1.0 - ratio) / (1.0 + ratio)) * (1.0 / (2.0 * (1.0 / 0.5_f64.sqrt()).ln()).sqrt());
    let mut all = vec![];
    if width <= narrowest {
        // kymatio takes the width for the centre here
        centre = width;
    } else {
        all.push((centre, width));
        while width > narrowest * step {
            (centre, width) = (centre / step, width / step);
            all.push((centre, width));
        }
    }
    all.extend((1..per_octave).map(|i| (centre - i as f64 / q * centre, narrowest)));
    let octave = |(centre, width): (f64, f64)| {
        let end = (centre + WIDTHS * width).min(0.5);
        (centre, width, (-end.log2()).floor() as u32 - 1)
    };
    all.into_iter().map(octave).collect()
}

/// A Gaussian about a frequency, summed over the periods that matter, on n frequencies.
fn gaussian(n: usize, centre: f64, width: f64) -> Vec<f64> {
    let periods = ((-2.0 * width * width * 1e-7_f64.ln()).sqrt() + 1.0).ceil().min(5.0) as i64;
    let mut sums = vec![0.0; n];
    // beyond so many widths the exponential is zero
    let reach = 39.0 * width;
    for period in 1 - periods..periods {
        let middle = centre - period as f64;
        let first = ((middle - reach) * n as f64).floor().clamp(0.0, n as f64) as usize;
        let end = ((middle + reach) * n as f64).ceil().clamp(0.0, n as f64) as usize;
        for (k, sum) in (first..end).zip(&mut sums[first..end]) {
            let from = (k as f64 / n as f64 + period as f64 - centre) / width;
            *sum += (-from * from / 2.0).exp();
        }
    }
    sums
}

/// The moduli of the filter in time.
fn impulse_response(filter: &[f64]) -> Vec<f64> {
    idft(arr1(filter).mapv(Complex::from).into_dyn()).iter().map(|x| x.norm_sqr().sqrt()).collect()
}

/// Divided by the sum of its moduli in time.
fn normalised(mut filter: Vec<f64>) -> Vec<f64> {
    let sum: f64 = impulse_response(&filter).iter().sum();
    filter.iter_mut().for_each(|x| *x /= sum);
    filter
}

fn average(n: usize, support: usize) -> Vec<f64> {
    normalised(gaussian(n, 0.0, SIGMA / support as f64))
}

fn wavelet(n: usize, centre: f64, width: f64) -> Vec<f64> {
    let (mut gabor, low) = (gaussian(n, centre, width), gaussian(n, 0.0, width));
    let part = gabor[0] / low[0];
    gabor.iter_mut().zip(low).for_each(|(gabor, low)| *gabor -= part * low);
    normalised(gabor)
}

/// How many samples the circle has on which n samples are padded, and how many come before them.
pub(super) fn padding(n: usize, support: usize) -> (usize, usize) {
    let response = impulse_response(&average(n, support));
    // the first sample beyond which the average has less than a thousandth of its weight
    let (mut tail, mut reach) = (0.0, n / 2);
    for (place, h) in response[..n / 2].iter().enumerate().rev() {
        tail += h;
        if tail > 1e-3 {
            break;
        }
        reach = place + 1;
    }
    // the largest that reflects no sample twice to one side
    let wanted = (n + 6 * reach).next_power_of_two();
    let most = 1 << (3 * n - 2).ilog2();
    let padded = wanted.min(most);
    (padded, (padded - n) / 2)
}

/// The wavelets of one order, and the average.
pub(super) fn bank(n: usize, scale: u32, per_octave: usize, support: usize) -> Bank {
    let filter = |(frequency, width, octave): (f64, f64, u32)| Filter {
        spectrum: wavelet(n, frequency, width),
        octave,
        frequency,
        angle: None,
    };
    let filters = parameters(scale, per_octave).into_par_iter().map(filter).collect();
    Bank { filters, average: average(n, support) }
}
