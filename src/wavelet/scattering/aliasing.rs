//! What subsampling costs at most: how far coefficients are from those of the transform that keeps all moduli.
//!
//! Let U be the moduli of a path with everything kept, Ũ those of the plan, ↓ the sampling between their grids, f the filter that
//! comes next and f̃ what the plan applies on its coarser grid, to keep one of R samples of the finest. As two moduli are no
//! further apart than what they are taken of, with e = ‖Ũ − ↓U‖ before the filter it is behind it at most
//!
//! ‖↓f̃‖ e + ‖DU‖, D = ↓(f̃↓ − f): the spectrum of DU is (1/R) Σ d(ν) Û(ν) over the ν that become one frequency, d = f̃ − f.
//!
//! D is large at frequencies that f stops and f̃, being periodic, does not, so U must have little there. It is the modulus of u * ψ,
//! and [how rough it can be](super::roughness) is known: with w and ξ from there, for every s ≥ 0
//!
//! Σ (1 + s w(ν)) |Û(ν)|² ≤ sup (1 + s w(ν − ξ)) |ψ̂(ν)|² Σ |û(ν)|²,
//!
//! and by Cauchy's inequality ‖DU‖² is at most that times sup Σ |d(ν)|²/(R(1 + s w(ν))), the supremum over the frequencies that are
//! left and the sum over what becomes one. Every s gives a bound, and the least of some is taken. No hypothesis on the signal, but
//! that it is real as all are here.

use super::{
    ScatteringError, Settings,
    grid::{Grid, Sample},
    plan::Scattering,
    roughness::Roughness,
    stage::Stage,
};
use crate::scalar::{Interval, Ring, Semiring};
use std::collections::BTreeMap;

/// s, in units of the inverse of how rough z is.
const TRIED: [f64; 4] = [0.0, 4.0, 32.0, 256.0];

/// Not less than the exact sum, product or quotient of what is not negative.
fn plus(a: f64, b: f64) -> f64 {
    (a + b).next_up()
}

fn times(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 { 0.0 } else { (a * b).next_up() }
}

fn root(a: f64) -> f64 {
    if a == 0.0 { 0.0 } else { a.sqrt().next_up() }
}

fn size(value: Interval) -> f64 {
    value.low().abs().max(value.high().abs())
}

/// The least upper bound that is known of the norm of a filter with the subsampling after it.
fn norm<T: Sample>(stage: &Stage<T>) -> f64 {
    let sizes = stage.response().map(|(place, value)| (place, size(value)));
    folded(sizes, stage.from, stage.grid, |_| 1.0)
}

/// sup (Σ |d|²/(R weight))^½ over what becomes one frequency of the grid `to`, R being how many that are.
fn folded(d: impl Iterator<Item = (usize, f64)>, from: Grid, to: Grid, weight: impl Fn(usize) -> f64) -> f64 {
    let mut sums = vec![0.0; to.points()];
    for (place, d) in d {
        let (x, y) = (place / from.rows, place % from.rows);
        let sum = &mut sums[x % to.columns * to.rows + y % to.rows];
        *sum = plus(*sum, (times(d, d) / weight(place)).next_up());
    }
    let largest = sums.into_iter().fold(0.0, f64::max);
    root((largest * to.points() as f64 / from.points() as f64).next_up().next_up())
}

impl<T: Sample> Scattering<T> {
    /// By path, a bound on ‖S̃x − Sx‖/‖x‖ over all x, where S̃ are the coefficients of the path and S those that it has if no moduli
    /// are subsampled, at the same places of the circle or torus.
    ///
    /// It is 0 of paths whose moduli are all kept. It counts the padding, and is about the tables in exact arithmetic, as
    /// [`bounds`](Scattering::bounds) is. For kymatio 0.3.0 on the line it counts the loss of gain, too. The root of the sum
    /// of the squares is a bound on all coefficients together.
    ///
    /// Shape: a number for each path. Cost: the filters of the transform that keeps everything, and some ten operations for each
    /// of their frequencies and each pair of a wavelet and what is applied to its moduli.
    ///
    /// ```
    /// use faltung::wavelet::scattering::{Convention, Scattering, Settings};
    /// let few = Settings { convention: Convention::KymatioFixed, ..Settings::of(&[64], 3) };
    /// let bounds = Scattering::<f64>::new(&few)?.aliasing()?;
    /// assert!(bounds[0] == 0.0 && bounds.iter().any(|bound| (1e-4..0.1).contains(bound)));
    /// let all = Settings { oversampling: 3, ..few };
    /// assert!(Scattering::<f64>::new(&all)?.aliasing()?.iter().all(|bound| *bound == 0.0));
    /// # Ok::<(), faltung::wavelet::scattering::ScatteringError>(())
    /// ```
    ///
    /// # Errors
    /// Where the transform that keeps everything would take too much memory.
    pub fn aliasing(&self) -> Result<Vec<f64>, ScatteringError> {
        if self.paths.iter().all(|path| path.level == 0) {
            return Ok(vec![0.0; self.paths.len()]);
        }
        let whole = Scattering::<T>::new(&Settings { oversampling: u32::MAX, ..self.settings.clone() })?;
        let roughness = Roughness::new(self.grid);
        let mut known = BTreeMap::new();
        let padding = root(self.repetitions() as f64);
        // by path, of the norm of x: ‖Ũ − ↓U‖, and the norm of u before the last wavelet
        let (mut off, mut before) = (vec![0.0; self.paths.len()], vec![padding; self.paths.len()]);
        let mut bounds = vec![];
        for (place, path) in self.paths.iter().enumerate() {
            let wavelet = &whole.stages[whole.paths[place].stage];
            let mut behind = |stage: usize, full: usize, off: f64| {
                let carried = times(norm(&self.stages[stage]), off);
                if path.level == 0 {
                    return carried;
                }
                let wavelet_and_next = (whole.paths[place].stage, stage);
                let aliased = *known.entry(wavelet_and_next).or_insert_with(|| {
                    aliased(wavelet, &self.stages[stage], &whole.stages[full], &roughness)
                });
                plus(carried, times(aliased, before[place]))
            };
            bounds.push(behind(self.averages[&path.level], whole.averages[&0], off[place]));
            let children: Vec<f64> = path
                .children
                .clone()
                .map(|child| behind(self.paths[child].stage, whole.paths[child].stage, off[place]))
                .collect();
            let after = if place == 0 { padding } else { times(before[place], largest(wavelet).1) };
            for (child, value) in path.children.clone().zip(children) {
                (off[child], before[child]) = (value, after);
            }
        }
        Ok(bounds)
    }
}

/// Where a filter is largest, and what it is there.
fn largest<T: Sample>(stage: &Stage<T>) -> (usize, f64) {
    let sizes = stage.response().map(|(place, value)| (place, size(value)));
    sizes.fold((0, 0.0), |a, b| if b.1 > a.1 { b } else { a })
}

/// ‖D|u * ψ|‖ for ‖u‖ = 1, at most: of the wavelet ψ and of what comes next, as it is and with everything kept.
fn aliased<T: Sample>(wavelet: &Stage<T>, next: &Stage<T>, full: &Stage<T>, roughness: &Roughness) -> f64 {
    let (fine, coarse) = (full.from, next.from);
    let mut values = vec![<Interval as Semiring>::zero(); coarse.points()];
    next.response().for_each(|(place, value)| values[place] = value);
    let periodic = |place: usize| {
        let (x, y) = (place / fine.rows, place % fine.rows);
        values[x % coarse.columns * coarse.rows + y % coarse.rows]
    };
    let mut d: Vec<Interval> = (0..fine.points()).map(periodic).collect();
    full.response().for_each(|(place, value)| d[place] = d[place].minus(&value));
    let d: Vec<(usize, f64)> = d.into_iter().map(size).enumerate().filter(|(_, size)| *size > 0.0).collect();
    let (centre, top) = largest(wavelet);
    // sup (whole + s w(ν − ξ)) |ψ̂(ν)|²
    let smooth = |whole: f64, s: f64| {
        let of = |(place, value): (usize, Interval)| {
            let weight = plus(whole, times(s, roughness.between(place, centre)));
            times(times(size(value), size(value)), weight)
        };
        wavelet.response().map(of).fold(0.0, f64::max)
    };
    let spread = (smooth(0.0, 1.0) / (top * top)).max(f64::EPSILON);
    let bound = |tried: f64| {
        let s = tried / spread;
        let weight = |place: usize| (1.0 + (s * roughness.low[place]).next_down()).next_down().max(1.0);
        times(folded(d.iter().copied(), fine, next.grid, weight), root(smooth(1.0, s)))
    };
    TRIED.into_iter().map(bound).fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wavelet::scattering::Convention;
    use ndarray::ArrayD;
    use std::f64::consts::TAU;

    /// Noise, waves, and beats of two waves, whose modulus has a kink.
    fn signals(shape: &[usize]) -> Vec<ArrayD<f64>> {
        let mut state = 7_u32;
        let noise = ArrayD::from_shape_simple_fn(shape, || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 8) / f64::from(1 << 23) - 1.0
        });
        let wave = |f: f64| {
            ArrayD::from_shape_fn(shape, |t| {
                (TAU * f * (0..shape.len()).map(|a| t[a] as f64).sum::<f64>()).cos()
            })
        };
        let beats = (1..9).map(|k| wave(0.03 * f64::from(k)) + wave(0.03 * f64::from(k) + 0.05));
        std::iter::once(noise).chain(beats).collect()
    }

    #[test]
    fn no_signal_is_further_off_and_bounds_are_not_empty() {
        let cases = [
            (Convention::KymatioMain, vec![129], 4, vec![1]),
            (Convention::KymatioFixed, vec![256], 5, vec![8, 1]),
            (Convention::Kymatio030, vec![64], 3, vec![1]),
            (Convention::KymatioFixed, vec![32, 24], 3, vec![1]),
        ];
        for (convention, shape, scale, per_octave) in cases {
            let of = Settings { convention, per_octave, angles: 3, ..Settings::of(&shape, scale) };
            let few = Scattering::<f64>::new(&of).expect("sound settings");
            let all =
                Scattering::<f64>::new(&Settings { oversampling: scale, ..of.clone() }).expect("the same");
            let bounds = few.aliasing().expect("small");
            let mut largest = vec![0.0_f64; bounds.len()];
            // the first average that is kept stands at a multiple of 2^J
            let first = |axis: usize| few.kept[axis].start << few.level;
            for x in signals(&shape) {
                let [rough, fine] = [&few, &all].map(|plan| plan.forward(x.view()).expect("its shape"));
                let energy: f64 = x.iter().map(|x| x * x).sum();
                for (path, largest) in largest.iter_mut().enumerate() {
                    let mut off = 0.0;
                    for (at, value) in rough.index_axis(ndarray::Axis(0), path).indexed_iter() {
                        let at = ndarray::Dimension::slice(&at);
                        let there: Vec<usize> = (0..at.len())
                            .map(|axis| {
                                let side = axis + 2 - at.len();
                                (at[axis] << few.level) + first(side) - all.kept[side].start
                            })
                            .collect();
                        if let Some(fine) = fine.index_axis(ndarray::Axis(0), path).get(&there[..]) {
                            off += (value - fine).powi(2);
                        }
                    }
                    *largest = largest.max((off / energy).sqrt());
                }
            }
            assert!(bounds[0] == 0.0 && largest.iter().any(|off| *off > 1e-7), "{convention} {shape:?}");
            assert!(
                largest.iter().zip(&bounds).all(|(off, bound)| *off <= bound + 1e-14),
                "{convention} {shape:?}"
            );
        }
    }
}
