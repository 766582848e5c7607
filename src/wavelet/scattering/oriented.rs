//! The two-dimensional bank of kymatio: Morlet wavelets of J octaves and L angles, and a Gaussian average.
//!
//! A Gabor function is a Gaussian, 4/L times as wide across the wave as along it, times e^(iξ·u); a Morlet wavelet takes its
//! mean away by a multiple of the Gaussian. Both are sampled, and summed over 5 × 5 periods of the torus.

use super::{
    bank::{Bank, Filter},
    grid::Grid,
};
use crate::fourier::dft;
use ndarray::{ArrayD, IxDyn};
use num_complex::Complex;
use rayon::prelude::*;
use std::f64::consts::PI;

/// How a bank is computed: as kymatio does, or with the numbers it means.
#[derive(Clone, Copy)]
pub(super) struct Precision {
    /// The number by which the Gaussian is normalised.
    pub pi: f64,
    /// Whether the filters are numbers of `f32`, as are the sines and cosines of angles and sums over periods.
    pub single: bool,
}

impl Precision {
    /// π is 3.1415, and all is rounded to `f32` when kymatio rounds it; but its Fourier transforms of filters in `f32` are off by one
    /// more rounding or two, 1e-7 of the largest value.
    pub const KYMATIO: Precision = Precision { pi: 31_415.0 / 10_000.0, single: true };
    pub const EXACT: Precision = Precision { pi: PI, single: false };

    fn rounded(self, x: f64) -> f64 {
        if self.single { f64::from(x as f32) } else { x }
    }

    fn round(self, z: Complex<f64>) -> Complex<f64> {
        Complex::new(self.rounded(z.re), self.rounded(z.im))
    }
}

/// e^−746 is smaller than the smallest float.
const SMALLEST: f64 = 746.0;

struct Gabor {
    sigma: f64,
    theta: f64,
    slant: f64,
}

impl Gabor {
    /// Samples, row by row, of the function at each of some frequencies ξ.
    fn samples(&self, grid: Grid, frequencies: &[f64], precision: Precision) -> Vec<Vec<Complex<f64>>> {
        let (sine, cosine) = self.theta.sin_cos();
        let [s, c] = [sine, cosine].map(|x| precision.rounded(x));
        let square = self.slant * self.slant;
        let scale = 2.0 * self.sigma * self.sigma;
        let curve = [
            (c * c + s * s * square) / scale,
            2.0 * (c * s - s * c * square) / scale,
            (s * s + c * c * square) / scale,
        ];
        let norm = 2.0 * precision.pi * self.sigma * self.sigma / self.slant;
        let wave = |length: usize, factor: f64| -> Vec<Complex<f64>> {
            (-2 * length as i64..3 * length as i64).map(|x| Complex::cis(x as f64 * factor)).collect()
        };
        let waves: Vec<_> = frequencies
            .iter()
            .map(|xi| (wave(grid.rows, xi * cosine), wave(grid.columns, xi * sine)))
            .collect();
        let mut sums = vec![vec![Complex::new(0.0, 0.0); grid.points()]; frequencies.len()];
        // beyond this distance the exponential is smaller than the smallest float
        let reach = (2.0 * SMALLEST).sqrt() * self.sigma / self.slant.min(1.0);
        let places = |length: usize| {
            let (start, end) = (2.0 * length as f64 - reach, 2.0 * length as f64 + reach);
            start.floor().max(0.0) as usize..(5 * length).min(end.ceil() as usize + 1)
        };
        for row in places(grid.rows) {
            let x = row as f64 - 2.0 * grid.rows as f64;
            for column in places(grid.columns) {
                let y = column as f64 - 2.0 * grid.columns as f64;
                let exponent = curve[0] * x * x + curve[1] * x * y + curve[2] * y * y;
                if exponent > SMALLEST {
                    continue;
                }
                let size = (-exponent).exp();
                let place = row % grid.rows * grid.columns + column % grid.columns;
                for (sums, (rows, columns)) in sums.iter_mut().zip(&waves) {
                    sums[place] = precision.round(sums[place] + rows[row] * columns[column] * size);
                }
            }
        }
        sums.iter_mut().flatten().for_each(|sum| *sum = precision.round(*sum / norm));
        sums
    }
}

/// The spectrum, whose imaginary part is rounding, in the order of spectra.
fn spectrum(grid: Grid, samples: Vec<Complex<f64>>, precision: Precision) -> Vec<f64> {
    let samples = ArrayD::from_shape_vec(IxDyn(&[grid.rows, grid.columns]), samples).expect("one a point");
    dft(samples).t().iter().map(|x| precision.rounded(x.re)).collect()
}

/// The direction of a wave, in steps of π/L from that of the rows' numbers towards that of the columns': kymatio's begin in the
/// middle, and go back.
pub(super) fn steps(angle: usize, angles: usize) -> i64 {
    (angles as f64 - angles as f64 / 2.0 - 1.0) as i64 - angle as i64
}

/// The wavelets of every octave and angle, and the average.
pub(super) fn bank(grid: Grid, scale: u32, angles: usize, precision: Precision) -> Bank {
    let wavelet = |place: usize| {
        let (octave, angle) = ((place / angles) as u32, place % angles);
        let size = 2.0_f64.powi(octave as i32);
        let theta = steps(angle, angles) as f64 * PI / angles as f64;
        let gabor = Gabor { sigma: 0.8 * size, theta, slant: 4.0 / angles as f64 };
        let xi = 0.75 * PI / size;
        let [mut wave, still]: [Vec<_>; 2] =
            gabor.samples(grid, &[xi, 0.0], precision).try_into().expect("as many as frequencies");
        let [moving, all] = [&wave, &still].map(|samples| precision.round(samples.iter().sum()));
        let part = precision.round(moving / all);
        for (wave, still) in wave.iter_mut().zip(&still) {
            *wave = precision.round(*wave - precision.round(part * still));
        }
        Filter {
            spectrum: spectrum(grid, wave, precision),
            octave,
            frequency: xi / (2.0 * PI),
            angle: Some(angle),
        }
    };
    let filters = (0..scale as usize * angles).into_par_iter().map(wavelet).collect();
    let gaussian = Gabor { sigma: 0.8 * 2.0_f64.powi(scale as i32 - 1), theta: 0.0, slant: 1.0 };
    let average = gaussian.samples(grid, &[0.0], precision).pop().expect("one frequency");
    Bank { filters, average: spectrum(grid, average, precision) }
}
