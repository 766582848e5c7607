//! What a given deformation of a signal does to its coefficients at most.
//!
//! (Lx)(n) = x(n − τ(n)) reads the trigonometric interpolation of x on Z/N beside its samples. For all x of no frequency beyond K
//! cycles on the circle, with an orthonormal basis of them and the filters as their tables have them, LΨ − ΨL and its kind are
//! matrices of N rows for each filter. Let C be one: ‖C‖² is the norm of CᵀC, and that of a symmetric matrix M is not more than
//! its largest sum of sizes in a row, which is Schur's test; applied to M^(2^k) it comes nearer, as ‖M‖^(2^k) = ‖M^(2^k)‖.
//!
//! L and the modulus do not commute, for the interpolation of |z| is not the modulus of that of z. Reading samples does: let
//! (Gx)(n) = x(n − r(n)), r being τ rounded to integers, and E be the factor e^(−2πiξ(τ − r)) on the wavelet about ξ. By
//! ‖a| − |b‖ ≤ |a − e^(iα) b| and as A, the average, is linear,
//!
//! ‖A|ΨLx| − A|Ψx|‖ ≤ ‖A‖ ‖ΨLx − EGΨx‖ + ‖AG − A‖ ‖Ψx‖.

use super::{ScatteringError, grid::Sample, plan::Scattering};
use std::f64::consts::TAU;

/// The most samples: matrices are this wide.
const MOST: usize = 512;
/// How often a matrix is squared.
const SQUARINGS: usize = 5;
/// How far an entry may be off that is made of sines, which are taken to be off by less than 1e-14 themselves, and of sums of at
/// most 512 products; of signals of norm 1.
const ENTRY: f64 = 1e-11;
const UNIT: f64 = f64::EPSILON / 2.0;

/// Bounds for one deformation and all signals of a band, each in units of ‖x‖.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Deformation {
    /// Of ‖ΨLx − LΨx‖, Ψ being all wavelets of the first order.
    pub commutator: f64,
    /// Of ‖ALx − Ax‖, which are the coefficients of order 0.
    pub average: f64,
    /// Of ‖SLx − Sx‖, all coefficients of the orders 0 and 1.
    pub coefficients: f64,
}

impl<T: Sample> Scattering<T> {
    /// Bounds on what the deformation L, `(Lx)(n) = x(n − τ(n))` by trigonometric interpolation, does to signals without
    /// frequencies beyond `band` cycles on the circle; `None` of pictures, where signals are padded or moduli subsampled, and
    /// where there are no wavelets.
    ///
    /// τ is any, smooth or not, in samples. Rounding is counted; sines are trusted to 14 digits. Without a band below N/2 the
    /// bound of the commutator would be near that of ‖ΨL‖ + ‖LΨ‖, and not by fault of the bound: near N/2 a deformation turns
    /// positive frequencies into negative ones. Cost: at most (6 wavelets + 26) N³ products, for narrow bands fewer.
    ///
    /// ```
    /// use faltung::wavelet::scattering::{Convention, Scattering, Settings};
    /// let tight = Settings { convention: Convention::Parseval, ..Settings::of(&[64], 3) };
    /// let plan = Scattering::<f64>::new(&tight)?;
    /// // filters and shifts commute, and an average over 8 samples minds half a sample little
    /// let shift = plan.deformation_bound(&[0.5; 64], 16)?.expect("a circle");
    /// assert!(shift.commutator < 1e-6 && shift.average < 0.2);
    /// # Ok::<(), faltung::wavelet::scattering::ScatteringError>(())
    /// ```
    ///
    /// # Errors
    /// Another number of displacements than of samples, displacements that are no numbers or more than N, a band of N/2 or
    /// more, and more than 512 samples.
    pub fn deformation_bound(
        &self,
        tau: &[f64],
        band: usize,
    ) -> Result<Option<Deformation>, ScatteringError> {
        let n = self.settings.shape[0];
        if self.settings.shape.len() != 1 || !self.whole() || self.settings.orders == 0 {
            return Ok(None);
        }
        if n > MOST {
            let (got, most) = (n as u128, MOST as u128);
            let hint = "take a part of the signal";
            return Err(ScatteringError::Size { what: "samples to deform", got, most, hint });
        }
        if tau.len() != n {
            let expected = format!("{n} of them");
            let hint = "give one for each sample";
            return Err(ScatteringError::value("the number of displacements", tau.len(), expected, hint));
        }
        if let Some(bad) = tau.iter().find(|tau| tau.is_nan() || tau.abs() > n as f64) {
            let expected = format!("a number of samples of at most {n} in size");
            return Err(ScatteringError::value("a displacement", bad, expected, "go round the circle once"));
        }
        if 2 * band >= n {
            let expected = format!("less than half of the {n} samples");
            return Err(ScatteringError::value("the band", band, expected, "oversample the signal"));
        }
        let circle = Circle { n, band };
        let width = circle.width();
        let filter = |path: usize| -> Vec<f64> { self.response(path).into_iter().flatten().collect() };
        let read = vec![1.0; n];
        let deformed: Vec<f64> =
            (0..n).flat_map(|k| circle.read(&read, k as f64 - tau[k])[0].clone()).collect();
        let (mut commuted, mut modulated) = (Gram::new(width), Gram::new(width));
        for path in self.paths[0].children.clone() {
            let (filter, centre) = (filter(path), self.paths[path].frequencies[0]);
            let after = circle.filtered(&filter, &deformed);
            for (k, tau) in tau.iter().enumerate() {
                let from = after.each_ref().map(|part| &part[k * width..][..width]);
                commuted.add(from, circle.read(&filter, k as f64 - tau), 0.0);
                modulated.add(
                    from,
                    circle.read(&filter, k as f64 - tau.round()),
                    centre * (tau.round() - tau),
                );
            }
        }
        let average = filter(0);
        let after = circle.filtered(&average, &deformed);
        let mut smoothed = Gram::new(width);
        for k in 0..n {
            let from = after.each_ref().map(|part| &part[k * width..][..width]);
            smoothed.add(from, circle.read(&average, k as f64), 0.0);
        }
        // AG − A on all signals, for moduli have no band
        let (impulse, mut jumps) = (circle.impulse(&average), Gram::new(n));
        for k in 0..n {
            let [real, imaginary] = [0, 1].map(|part| {
                let still: Vec<f64> = (0..n).map(|m| impulse[(k + n - m) % n][part]).collect();
                let mut row = vec![0.0; n];
                for (m, (value, tau)) in still.iter().zip(tau).enumerate() {
                    row[(m as f64 - tau.round()).rem_euclid(n as f64) as usize] += value;
                }
                (row, still)
            });
            jumps.add([&real.0, &imaginary.0], [real.1, imaginary.1], 0.0);
        }
        let (commutator, average_apart, behind) = (commuted.norm(), smoothed.norm(), modulated.norm());
        let largest = average.iter().fold(0.0_f64, |a, b| a.max(b.abs())) * (1.0 + ENTRY);
        let upper = self.bounds(1, 0).map_or(f64::INFINITY, |bounds| bounds.upper.high());
        let first = largest * behind + jumps.norm() * upper.sqrt();
        let coefficients = average_apart.hypot(first) * (1.0 + ENTRY);
        Ok(Some(Deformation { commutator, average: average_apart, coefficients }))
    }
}

/// The signals of a band on Z/n, by their coefficients for an orthonormal basis of 1, cosines and sines.
#[derive(Clone, Copy)]
struct Circle {
    n: usize,
    band: usize,
}

impl Circle {
    fn width(self) -> usize {
        2 * self.band + 1
    }

    /// What a filter makes of each function of the basis, at a place between the samples: real and imaginary parts.
    fn read(self, filter: &[f64], place: f64) -> [Vec<f64>; 2] {
        let n = self.n as f64;
        let (one, size) = (n.sqrt().recip(), (2.0 / n).sqrt());
        let mut parts = [vec![filter[0] * one], vec![0.0]];
        for k in 1..=self.band {
            let turns = k as f64 * place / n;
            let (sine, cosine) = (TAU * (turns - turns.round())).sin_cos();
            let [there, opposite] = [filter[k], filter[self.n - k]];
            let (sum, difference) = (size * (there + opposite) / 2.0, size * (there - opposite) / 2.0);
            parts[0].extend([sum * cosine, sum * sine]);
            parts[1].extend([difference * sine, -difference * cosine]);
        }
        parts
    }

    /// A filter in time, real and imaginary part.
    fn impulse(self, filter: &[f64]) -> Vec<[f64; 2]> {
        let part = |t: usize| {
            let wave = |k: usize| (TAU * (k * t % self.n) as f64 / self.n as f64).sin_cos();
            let waves = filter.iter().enumerate().filter(|(_, value)| **value != 0.0);
            let sum = waves.fold([0.0, 0.0], |sum, (k, value)| {
                let (sine, cosine) = wave(k);
                [sum[0] + value * cosine, sum[1] + value * sine]
            });
            sum.map(|sum| sum / self.n as f64)
        };
        (0..self.n).map(part).collect()
    }

    /// A filter and columns of samples, convolved: rows of real and of imaginary parts.
    fn filtered(self, filter: &[f64], columns: &[f64]) -> [Vec<f64>; 2] {
        let (impulse, width) = (self.impulse(filter), self.width());
        let mut out = [vec![0.0; self.n * width], vec![0.0; self.n * width]];
        for (part, out) in out.iter_mut().enumerate() {
            for (k, out) in out.chunks_exact_mut(width).enumerate() {
                for (m, row) in columns.chunks_exact(width).enumerate() {
                    let value = impulse[(k + self.n - m) % self.n][part];
                    out.iter_mut().zip(row).for_each(|(out, x)| *out += value * x);
                }
            }
        }
        out
    }
}

/// CᵀC of a matrix C that is given row by row.
struct Gram {
    width: usize,
    sums: Vec<f64>,
    rows: usize,
    /// The sum of the squares of all entries of C.
    energy: f64,
}

impl Gram {
    fn new(width: usize) -> Self {
        Gram { width, sums: vec![0.0; width * width], rows: 0, energy: 0.0 }
    }

    /// Two rows: the real and the imaginary part of `from`, less `other` times e^(2πi·turns).
    fn add(&mut self, from: [&[f64]; 2], other: [Vec<f64>; 2], turns: f64) {
        let (sine, cosine) = (TAU * turns).sin_cos();
        let entries = |(real, imaginary): (&f64, &f64)| {
            [cosine * real - sine * imaginary, cosine * imaginary + sine * real]
        };
        let turned: Vec<[f64; 2]> = other[0].iter().zip(&other[1]).map(entries).collect();
        for (part, from) in from.into_iter().enumerate() {
            let row: Vec<f64> = from.iter().zip(&turned).map(|(a, b)| a - b[part]).collect();
            for (sums, a) in self.sums.chunks_exact_mut(self.width).zip(&row) {
                sums.iter_mut().zip(&row).for_each(|(sum, b)| *sum += a * b);
            }
            self.energy += row.iter().map(|a| a * a).sum::<f64>();
            self.rows += 1;
        }
    }

    /// Not less than ‖C‖, for every C whose entries are off by at most [`ENTRY`].
    fn norm(&self) -> f64 {
        let rounding = (self.rows + 2) as f64 * 2.0 * UNIT * self.energy;
        let squared = symmetric_norm(&self.sums, self.width, SQUARINGS) + rounding;
        let entries = ENTRY * ((self.rows * self.width) as f64).sqrt();
        (squared.sqrt() + entries) * (1.0 + ENTRY)
    }
}

/// Not less than the norm of a symmetric matrix: its largest sum of sizes in a row, or the root of that of its square, …
///
/// Entries of the square are off by at most (n + 2) roundings of the sums of sizes, which as a matrix have the norm ‖M‖² of
/// Frobenius at most.
fn symmetric_norm(matrix: &[f64], n: usize, squarings: usize) -> f64 {
    let rows = matrix.chunks_exact(n).map(|row| row.iter().map(|a| a.abs()).sum::<f64>());
    let largest = rows.fold(0.0, f64::max) * (1.0 + ENTRY);
    if squarings == 0 || largest == 0.0 {
        return largest;
    }
    let unit: Vec<f64> = matrix.iter().map(|a| a / largest).collect();
    let mut square = vec![0.0; n * n];
    for (out, row) in square.chunks_exact_mut(n).zip(unit.chunks_exact(n)) {
        for (value, other) in row.iter().zip(unit.chunks_exact(n)) {
            out.iter_mut().zip(other).for_each(|(out, x)| *out += value * x);
        }
    }
    let energy: f64 = unit.iter().map(|a| a * a).sum();
    let rounding = (n + 8) as f64 * 2.0 * UNIT * energy + f64::MIN_POSITIVE;
    largest * (symmetric_norm(&square, n, squarings - 1) + rounding).sqrt() * (1.0 + ENTRY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn norms_of_matrices_are_bounded_and_nearly_met() {
        // all ones have the norm n, a projection 1, and [[0, 1], [1, 0]] has −1 and 1
        assert!((7.0..7.0 + 1e-6).contains(&symmetric_norm(&[1.0; 49], 7, 3)));
        let reflected = symmetric_norm(&[0.0, 1.0, 1.0, 0.0], 2, 4);
        assert!((1.0..1.0 + 1e-6).contains(&reflected));
        let projection: Vec<f64> = (0..64).map(|k| f64::from(u8::from(k % 9 == 0)) - 1.0 / 8.0).collect();
        assert!((1.0..1.1).contains(&symmetric_norm(&projection, 8, SQUARINGS)));
        assert!(symmetric_norm(&projection, 8, 0) > 1.5);
        assert_eq!(symmetric_norm(&[0.0; 4], 2, 3), 0.0);
    }
}
