//! How rough a modulus can be, and so how much what follows can see of it.
//!
//! With w(ν) = Σ |e^(iν) − 1|² over the axes, Σ w(ν) |û(ν)|² is the energy of the steps of u. For u = |v * ψ| it is at most that of
//! the steps of (v * ψ)(t) e^(−iξt), whatever frequency ξ is, as ‖a| − |b‖ ≤ |a e^(iα) − b e^(iβ)|. Therefore, for every s ≥ 0,
//!
//! Σ (1 + s w(ν)) |û(ν)|² ≤ Σ (1 + s w(ν − ξ)) |ψ̂(ν)|² |v̂(ν)|².

use super::grid::Grid;
use crate::scalar::{Interval, Ring, Semiring};
use std::f64::consts::TAU;

/// The s of the inequality above that are tried where all wavelets of an order are taken together.
pub(super) const TRIED: [f64; 5] = [0.0, 1.0, 8.0, 64.0, 512.0];

/// |e^(iν) − 1|², summed over the axes, on every frequency of a grid: not more than it, and not less.
pub(super) struct Roughness {
    grid: Grid,
    pub low: Vec<f64>,
    high: Vec<f64>,
}

impl Roughness {
    /// ν²(1 − ν²/24)² ≤ |e^(iν) − 1|² ≤ ν² for |ν| ≤ π, as x − x³/6 ≤ sin x ≤ x.
    pub fn new(grid: Grid) -> Self {
        let number = Interval::from;
        let inverse = |n: f64| number(n).inverse().unwrap_or(Interval::LINE);
        let turn = Interval::new(TAU.next_down(), TAU.next_up()).unwrap_or(Interval::LINE);
        let axis = |k: usize, n: usize| {
            let angle = number(k.min(n - k) as f64).times(&turn).times(&inverse(n as f64));
            let square = angle.times(&angle);
            let factor = number(1.0).minus(&square.times(&inverse(24.0)));
            (square.times(&factor).times(&factor).low(), square.high())
        };
        let all = (0..grid.columns).flat_map(|x| (0..grid.rows).map(move |y| (x, y)));
        let both = all.map(|(x, y)| {
            let (across, down) = (axis(x, grid.columns), axis(y, grid.rows));
            ((across.0 + down.0).next_down().max(0.0), (across.1 + down.1).next_up())
        });
        let (low, high) = both.unzip();
        Roughness { grid, low, high }
    }

    /// Not less than it at the difference of two frequencies.
    pub fn between(&self, place: usize, other: usize) -> f64 {
        let Grid { rows, columns } = self.grid;
        let x = (place / rows + columns - other / rows) % columns;
        let y = (place % rows + rows - other % rows) % rows;
        self.high[x * rows + y]
    }
}

/// A wavelet on a circle: its values on all frequencies, and the one that it is about.
#[derive(PartialEq)]
pub(super) struct Wavelet {
    pub response: Vec<f64>,
    pub centre: usize,
}

/// T with Q(|v * ψ₁|) + Q(|v * ψ₂|) + … ≤ Σ T(ν) |v̂(ν)|² for all real v without frequencies beyond `band`, T being even, where
/// Q(u) ≤ `seen[k]` Σ (1 + s w(ν)) |û(ν)|² for s = `TRIED[k]`. For each wavelet the s is taken with which the sum is least.
///
/// It is computed in floats, with less than 10 roundings for a wavelet, all of them relative.
pub(super) fn before_moduli(
    wavelets: &[Wavelet],
    seen: [f64; TRIED.len()],
    roughness: &Roughness,
    band: usize,
) -> Vec<f64> {
    let n = roughness.low.len();
    let within = |place: usize| place.min(n - place) <= band;
    let mut sum = vec![0.0; n];
    for Wavelet { response, centre } in wavelets {
        let table = |(s, seen): (f64, f64)| -> Vec<f64> {
            let at = |(place, value): (usize, &f64)| {
                seen * (1.0 + s * roughness.between(place, *centre)) * value * value
            };
            response.iter().enumerate().map(at).collect()
        };
        let most = |table: &Vec<f64>| {
            let inside = table.iter().enumerate().filter(|(place, _)| within(*place));
            inside.map(|(_, value)| *value).fold(0.0, f64::max)
        };
        let tables = TRIED.into_iter().zip(seen).map(table);
        let least = tables.min_by(|a, b| most(a).total_cmp(&most(b))).unwrap_or_default();
        sum.iter_mut().zip(least).for_each(|(sum, value)| *sum += value);
    }
    (0..n).map(|k| if within(k) { f64::midpoint(sum[k], sum[(n - k) % n]) } else { 0.0 }).collect()
}

/// The least t with Σ T(ν) |û(ν)|² ≤ t Σ (1 + s w(ν)) |û(ν)|² for all u, for each s that is tried; a bound, as w is one from below.
pub(super) fn against_roughness(table: &[f64], roughness: &Roughness) -> [f64; TRIED.len()] {
    TRIED.map(|s| {
        let parts = table.iter().zip(&roughness.low).map(|(value, low)| value / (1.0 + s * low));
        parts.fold(0.0, f64::max)
    })
}
