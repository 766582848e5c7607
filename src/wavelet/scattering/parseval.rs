//! A tight bank of our own: |φ̂|² + ½ Σ (|ψ̂(ω)|² + |ψ̂(−ω)|²) = 1 on every frequency, so that nothing is lost or gained.
//!
//! A warped frequency λ is 3Tω near 0 and logarithmic, with Q units to an octave, from where its slope becomes that. A smooth
//! step down at 3Tω = 1 is |φ̂|², the difference of the steps at two neighbouring integers the energy of a wavelet: they
//! telescope. In the plane λ is that of |ω|, and each ring is divided among L directions of half the circle by windows
//! whose squares, with those of the opposite directions, sum to 1. φ̂ vanishes beyond 1/(2T), so every T-th sample of an
//! average is all of it.

use super::{
    bank::{Bank, Filter},
    grid::Grid,
};
use std::f64::consts::{LN_2, PI};

/// 1 before −½, 0 beyond ½, and p(t) + p(−t) = 1 between.
fn step(t: f64) -> f64 {
    let x = (t + 0.5).clamp(0.0, 1.0);
    // where the cosine of the float nearest to a quarter turn is not 0
    if x == 1.0 {
        return 0.0;
    }
    let smooth = x.powi(4) * (35.0 - 84.0 * x + 70.0 * x * x - 20.0 * x * x * x);
    (PI / 2.0 * smooth).cos().powi(2)
}

/// The warped frequency.
struct Warp {
    per_octave: f64,
    /// Where the line ends and the logarithm begins.
    knee: f64,
}

impl Warp {
    fn of(per_octave: usize, support: usize) -> Self {
        let q = per_octave as f64;
        Warp { per_octave: q, knee: q / (3.0 * support as f64 * LN_2) }
    }

    fn at(&self, frequency: f64) -> f64 {
        let ratio = frequency / self.knee;
        self.per_octave / LN_2 * if ratio <= 1.0 { ratio } else { 1.0 + ratio.ln() }
    }

    fn inverse(&self, warped: f64) -> f64 {
        let ratio = warped * LN_2 / self.per_octave;
        self.knee * if ratio <= 1.0 { ratio } else { (ratio - 1.0).exp() }
    }
}

/// The frequencies, in cycles per sample, that are the one with this index: two, where it is its own opposite and not 0.
fn names(index: usize, points: usize) -> impl Iterator<Item = f64> + Clone {
    let (k, n) = (index as f64, points as f64);
    let (first, last) = if 2 * index < points {
        (0, 0)
    } else if 2 * index == points {
        (0, 1)
    } else {
        (1, 1)
    };
    (first..=last).map(move |turn: i32| k / n - f64::from(turn))
}

/// The share that a direction has of a frequency, of the circle: of the L angles with their opposites, or of two sides.
fn share(angle: usize, angles: usize, x: f64, y: f64) -> f64 {
    let spacing = PI / angles as f64;
    let t = (y.atan2(x) / spacing - angle as f64).rem_euclid(2.0 * angles as f64);
    let t = t.min(2.0 * angles as f64 - t);
    // the windows of neighbours are t and 1 − t apart
    if t < 1.0 { step(t - 0.5) } else { 0.0 }
}

/// The wavelets and the average; `angles` where the grid is a plane. Everything is smaller by 16 roundings, so that rounding
/// cannot make the bank gain energy.
pub(super) fn bank(
    grid: Grid,
    per_octave: usize,
    angles: Option<usize>,
    support: usize,
    rounding: f64,
) -> Bank {
    let warp = Warp::of(per_octave, support);
    let edges = (warp.at(0.5) - 0.5).floor().max(1.0) as usize;
    let shrink = 1.0 - 16.0 * rounding;
    // the mean over the names of a frequency, in the order of spectra
    let spectrum = |energy: &dyn Fn(f64, f64) -> f64| -> Vec<f64> {
        let mut spectrum = Vec::with_capacity(grid.points());
        for column in 0..grid.columns {
            for row in 0..grid.rows {
                let (across, down) = (names(column, grid.columns), names(row, grid.rows));
                let count = across.clone().count() * down.clone().count();
                let sum: f64 =
                    down.flat_map(|y| across.clone().map(move |x| (y, x))).map(|(y, x)| energy(y, x)).sum();
                spectrum.push((sum / count as f64).sqrt() * shrink);
            }
        }
        spectrum
    };
    // the average is the same for every Q, as orders that differ in it have one: along the line, which for Q = 1 ends before its step
    let below = |edge: usize, y: f64, x: f64| match edge {
        _ if edge > edges => 1.0,
        1 => step(3.0 * support as f64 * x.hypot(y) - 1.0),
        _ => step(warp.at(x.hypot(y)) - edge as f64),
    };
    let filter = |edge: usize, angle: Option<usize>| {
        let energy = |y: f64, x: f64| {
            let ring = below(edge + 1, y, x) - below(edge, y, x);
            let side = match angle {
                Some(angle) => share(angle, angles.unwrap_or(1), y, x),
                None if x > 0.0 => 1.0,
                None => 0.0,
            };
            (2.0 * ring * side).max(0.0)
        };
        let end = if edge == edges { 0.5 } else { warp.inverse(edge as f64 + 1.5).min(0.5) };
        Filter {
            spectrum: spectrum(&energy),
            octave: (-end.log2()).floor() as u32 - 1,
            frequency: warp.inverse(edge as f64 + 0.5).min(0.5),
            angle,
        }
    };
    let mut filters = vec![];
    for edge in (1..=edges).rev() {
        match angles {
            Some(angles) => filters.extend((0..angles).map(|angle| filter(edge, Some(angle)))),
            None => filters.push(filter(edge, None)),
        }
    }
    Bank { filters, average: spectrum(&|y, x| below(1, y, x)) }
}
