//! The norm of a convolution on a circle that holds its input and all that its windows reach.

use super::{PRODUCTS, normalised, scaled};
use crate::{conv::norm, layer::Window, scalar::Real, signal::Boundary};
use ndarray::ArrayD;
use rayon::prelude::*;
use std::f64::consts::TAU;

/// A convolution as its geometry: what slides over what, with which weights.
pub(in crate::layer) struct Symbol<'a, S> {
    /// With their padding, one per spatial axis.
    pub windows: &'a [Window],
    /// The entries along each axis.
    pub entries: &'a [usize],
    /// The outputs along each axis.
    pub outputs: &'a [usize],
    /// Zero or wrap; of others nothing is known here.
    pub boundary: Boundary,
    pub groups: usize,
    pub flip: bool,
    /// O × C/groups × taps.
    pub weights: &'a ArrayD<S>,
}

/// The longest circle whose turns are tabulated, in 256 MiB.
const LONGEST: usize = 1 << 24;

/// One axis of a circle: every `stride`-th place is an output.
struct Circle {
    /// How many outputs go round.
    length: usize,
    /// For each tap the number of its phase, and how many outputs' distance it is from the output.
    taps: Vec<(usize, usize)>,
    /// How many phases any tap reads.
    phases: usize,
    /// Cosine and sine of k/length turns.
    turns: Vec<[f64; 2]>,
}

impl<S: Real> Symbol<'_, S> {
    /// The circle of an axis, `None` where there is none.
    fn circle(&self, axis: usize) -> Option<Circle> {
        let (window, outputs) = (self.windows[axis], self.outputs[axis]);
        let places = window.places(self.entries[axis]).ok()?;
        let stride = window.stride;
        let length = match self.boundary {
            // positions go from −before to the last output's last tap: those beyond the input must not come round to it
            Boundary::Zero => {
                let last = (outputs - 1) as u128 * stride as u128 + window.reach().ok()? as u128;
                let before = window.before as u128;
                let round = (places as u128 + before).max(last.saturating_sub(before));
                usize::try_from(round.div_ceil(stride as u128)).ok()?.max(outputs)
            }
            // the input is the circle
            Boundary::Wrap if places.is_multiple_of(stride) && outputs <= places / stride => places / stride,
            _ => return None,
        };
        // it is as long as padding and windows reach, however short the input
        if length > LONGEST || (length as f64) * (stride as f64) > 1e15 {
            return None;
        }
        let around = (length * stride) as i128;
        let place = |tap: usize| {
            let tap = if self.flip { window.taps - 1 - tap } else { tap };
            ((tap as i128 * window.dilation as i128 - window.before as i128).rem_euclid(around)) as usize
        };
        let places: Vec<usize> = (0..window.taps).map(place).collect();
        let mut phases: Vec<usize> = places.iter().map(|place| place % stride).collect();
        phases.sort_unstable();
        phases.dedup();
        let tap = |place: &usize| (phases.partition_point(|phase| *phase < place % stride), place / stride);
        let taps = places.iter().map(tap).collect();
        Some(Circle { length, taps, phases: phases.len(), turns: vec![] })
    }

    /// Not less than the norm of the layer; `None` where none is known in this way, or it takes too long.
    pub fn norm(&self) -> Option<f64> {
        let axes = self.windows.len();
        let mut circles = (0..axes).map(|axis| self.circle(axis)).collect::<Option<Vec<_>>>()?;
        let [outputs, inputs, ..] = *self.weights.shape() else { return None };
        let taps: usize = self.windows.iter().map(|window| window.taps).product();
        let phases: usize = circles.iter().map(|circle| circle.phases).product();
        let (rows, columns) = (outputs / self.groups, inputs.checked_mul(phases)?);
        let frequencies = circles.iter().map(|circle| circle.length as f64).product::<f64>();
        let each = (taps * inputs * rows) as f64 + norm::products(2 * rows, 2 * columns);
        if frequencies * self.groups as f64 * each > PRODUCTS {
            return None;
        }
        let (weights, exponent) = normalised(self.weights.iter().copied())?;
        for circle in &mut circles {
            let turn = |k: usize| (TAU * (k as f64 / circle.length as f64)).sin_cos();
            circle.turns = (0..circle.length).map(turn).map(|(sine, cosine)| [cosine, sine]).collect();
        }
        let kernel = rows * inputs * taps;
        let bounds = weights.chunks_exact(kernel).map(|weights| {
            let group = Group { circles: &circles, taps, phases, rows, inputs, weights };
            let all = (0..frequencies as usize).into_par_iter();
            all.map_init(Vec::new, |matrix, k| group.at(k, matrix)).reduce(|| 0.0, f64::max)
        });
        Some(scaled(bounds.fold(0.0, f64::max), exponent))
    }
}

/// The kernels of one group of channels.
struct Group<'a> {
    circles: &'a [Circle],
    taps: usize,
    phases: usize,
    rows: usize,
    inputs: usize,
    weights: &'a [f64],
}

impl Group<'_> {
    /// A bound on the norm at one frequency, by its flat index; 0 at one of two that are opposite, where the norms are equal.
    fn at(&self, frequency: usize, matrix: &mut Vec<[f64; 2]>) -> f64 {
        let (mut rest, mut opposite, mut below) = (frequency, 0, 1);
        let mut along = vec![0; self.circles.len()];
        for (axis, circle) in self.circles.iter().enumerate().rev() {
            along[axis] = rest % circle.length;
            opposite += (circle.length - along[axis]) % circle.length * below;
            (rest, below) = (rest / circle.length, below * circle.length);
        }
        if opposite < frequency {
            return 0.0;
        }
        let columns = self.inputs * self.phases;
        matrix.clear();
        matrix.resize(self.rows * columns, [0.0; 2]);
        for tap in 0..self.taps {
            let (phase, turn) = self.turn(tap, &along);
            for (pair, weights) in self.weights.chunks_exact(self.taps).enumerate() {
                let entry = &mut matrix[pair * self.phases + phase];
                *entry = [entry[0] + weights[tap] * turn[0], entry[1] + weights[tap] * turn[1]];
            }
        }
        // each product of turns is off by 2e-14 an axis, and sums of them by a rounding a term
        let off = self.circles.len() as f64 * 2e-14 + (self.taps + 8) as f64 * 4.0 * f64::EPSILON;
        let energy: f64 = self
            .weights
            .chunks_exact(self.taps)
            .map(|weights| weights.iter().map(|w| w.abs()).sum::<f64>().powi(2))
            .sum();
        let off = off * energy.sqrt() * (1.0 + 1e-9);
        if self.rows == 1 || columns == 1 {
            return norm::above(1, 2 * self.rows * columns, off, |_, at| matrix[at / 2][at % 2]);
        }
        // of A + iB the matrix [[A, −B], [B, A]] has the norm
        norm::above(2 * self.rows, 2 * columns, 2.0 * off, |row, column| {
            let [real, imaginary] = matrix[row % self.rows * columns + column % columns];
            match (row < self.rows, column < columns) {
                (true, false) => -imaginary,
                (false, true) => imaginary,
                _ => real,
            }
        })
    }

    /// The phase that a tap reads, and e^(2πi·turns) of its place.
    fn turn(&self, tap: usize, along: &[usize]) -> (usize, [f64; 2]) {
        let (mut rest, mut phase, mut below, mut turn) = (tap, 0, 1, [1.0, 0.0]);
        for (circle, k) in self.circles.iter().zip(along).rev() {
            let (here, place) = circle.taps[rest % circle.taps.len()];
            rest /= circle.taps.len();
            phase += here * below;
            below *= circle.phases;
            let at = (*k as u128 * place as u128 % circle.length as u128) as usize;
            let [cosine, sine] = circle.turns[at];
            turn = [turn[0] * cosine - turn[1] * sine, turn[0] * sine + turn[1] * cosine];
        }
        (phase, turn)
    }
}
