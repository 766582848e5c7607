//! Norms of matrices, bounded from above in floats.
//!
//! ‖C‖² is the norm of CᵀC, and that of a symmetric matrix M is not more than its largest sum of sizes in a row, which is Schur's
//! test; applied to M^(2^k) it comes nearer, as ‖M‖^(2^k) = ‖M^(2^k)‖.

use std::f64::consts::TAU;

/// How often a matrix is squared.
const SQUARINGS: usize = 5;
/// How far an entry may be off that is made of sines, which are taken to be off by less than 1e-14 themselves, and of sums of at
/// most 512 products; of signals of norm 1.
pub(crate) const ENTRY: f64 = 1e-11;
const UNIT: f64 = f64::EPSILON / 2.0;

/// CᵀC of a matrix C that is given row by row.
pub(crate) struct Gram {
    width: usize,
    sums: Vec<f64>,
    rows: usize,
    /// The sum of the squares of all entries of C.
    energy: f64,
}

impl Gram {
    pub fn new(width: usize) -> Self {
        Gram { width, sums: vec![0.0; width * width], rows: 0, energy: 0.0 }
    }

    /// Two rows: the real and the imaginary part of `from`, less `other` times e^(2πi·turns).
    pub fn add(&mut self, from: [&[f64]; 2], other: [Vec<f64>; 2], turns: f64) {
        let (sine, cosine) = (TAU * turns).sin_cos();
        let entries = |(real, imaginary): (&f64, &f64)| {
            [cosine * real - sine * imaginary, cosine * imaginary + sine * real]
        };
        let turned: Vec<[f64; 2]> = other[0].iter().zip(&other[1]).map(entries).collect();
        for (part, from) in from.into_iter().enumerate() {
            let row: Vec<f64> = from.iter().zip(&turned).map(|(a, b)| a - b[part]).collect();
            self.row(&row);
        }
    }

    /// One row.
    pub fn row(&mut self, row: &[f64]) {
        for (sums, a) in self.sums.chunks_exact_mut(self.width).zip(row) {
            sums.iter_mut().zip(row).for_each(|(sum, b)| *sum += a * b);
        }
        self.energy += row.iter().map(|a| a * a).sum::<f64>();
        self.rows += 1;
    }

    /// The same of C with each column times a number of at most 1.
    pub fn weighted(&self, weights: &[f64]) -> Gram {
        let row = |(row, a): (&[f64], &f64)| {
            row.iter().zip(weights).map(|(sum, b)| sum * a * b).collect::<Vec<_>>()
        };
        let sums = self.sums.chunks_exact(self.width).zip(weights).flat_map(row).collect();
        Gram { sums, ..*self }
    }

    /// Not less than ‖C‖, for every C whose entries are off by at most [`ENTRY`].
    pub fn norm(&self) -> f64 {
        self.norm_within(ENTRY * ((self.rows * self.width) as f64).sqrt())
    }

    /// The same for every C that differs by a matrix of at most this norm; C is not so small that squares underflow, or what it
    /// may be off is more than these.
    pub fn norm_within(&self, off: f64) -> f64 {
        // two more for the sum of squares, and six for weights
        let rounding = (self.rows + 8) as f64 * 2.0 * UNIT * self.energy;
        let squared = symmetric_norm(&self.sums, self.width, SQUARINGS) + rounding;
        (squared.sqrt() + off) * (1.0 + ENTRY)
    }
}

/// How many multiplications it takes to bound the norm of a matrix of this size.
pub(crate) fn products(rows: usize, columns: usize) -> f64 {
    let (less, more) = (rows.min(columns) as f64, rows.max(columns) as f64);
    less * less * (more + SQUARINGS as f64 * less)
}

/// Not less than the norm of any matrix that differs from this one by a matrix of norm `off` at most. The largest entries
/// are near 1, or `off` is more than the underflow of squares.
pub(crate) fn above(rows: usize, columns: usize, off: f64, entry: impl Fn(usize, usize) -> f64) -> f64 {
    let mut gram = Gram::new(rows.min(columns));
    let mut line = vec![0.0; gram.width];
    for long in 0..rows.max(columns) {
        let place = |short| if rows < columns { (short, long) } else { (long, short) };
        line.iter_mut().enumerate().for_each(|(short, value)| {
            let (row, column) = place(short);
            *value = entry(row, column);
        });
        gram.row(&line);
    }
    // Frobenius' norm is the norm itself where the rank is one
    let rounding = (gram.rows * gram.width + 8) as f64 * 2.0 * UNIT;
    gram.norm_within(off).min((gram.energy.sqrt() * (1.0 + rounding) + off) * (1.0 + ENTRY))
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
