//! b − T x for a Toeplitz matrix, in doubles with twice the digits, and a proved bound on what it may be off by.
//!
//! Sums and products of doubles are split without error: `a + b = s + e` (Knuth 1998, §4.2.2, theorem B) and
//! `ab = p + e` with a fused multiplication, where e is a double (for products: unless it underflows). So
//! `b − Σ t x` is exactly a double r plus the sum of N = 2n + LANES + 1 errors e. That sum ê is rounded, in whatever
//! order, by at most γ_N Σ|e| (Higham 2002, §4.2), and Σ|e| is at most its computed value times 1 + γ_N. With
//! half a smallest step lost per product that underflows, the residual is within
//! `γ_N (1 + γ_N)² Σ̂|e| + n·2^−1075` of r + ê, which is rounded once more. (The idea is Dot2 of Ogita, Rump & Oishi 2005; the bound
//! here is computed from the errors that occurred.)

use super::toeplitz::ToeplitzMatrix;
use pulp::{Simd, WithSimd};
use rayon::prelude::*;

/// A residual.
#[derive(Clone, PartialEq, Debug)]
pub struct Residual {
    /// b − T x, each entry rounded.
    pub entries: Vec<f64>,
    /// A number that no entry of |b − T x| exceeds; not finite where numbers leave the range of doubles.
    pub bound: f64,
}

/// Sums that are kept side by side.
const LANES: usize = 8;
/// Rows that a thread takes at a time.
const ROWS: usize = 64;

/// b − T x, in n² products of about fourteen operations each, on all cores.
///
/// ```
/// use faltung::conv::{residual::residual, toeplitz::ToeplitzMatrix};
/// let r = residual(&ToeplitzMatrix::new(&[1.0, 2f64.powi(60)], &[1.0, 0.0]), &[1.0, 1.0], &[2.0, 2f64.powi(60)]);
/// assert_eq!(r.entries, [1.0, -1.0]); // the 1 beside 2^60 is not lost
/// assert!(r.bound >= 1.0 && r.bound < 1.0 + 1e-12);
/// ```
///
/// # Panics
/// When x or b do not fit the matrix.
pub fn residual(matrix: &ToeplitzMatrix<f64>, x: &[f64], b: &[f64]) -> Residual {
    assert_eq!((b.len(), x.len()), (matrix.rows(), matrix.columns()), "T x = b wants vectors that fit T");
    let along: Vec<f64> = matrix.diagonals().iter().rev().copied().collect();
    let rows = matrix.rows();
    let mut entries = vec![0.0; rows];
    let bound = entries
        .par_chunks_mut(ROWS)
        .enumerate()
        .map(|(chunk, entries)| {
            let from = chunk * ROWS;
            let b = &b[from..from + entries.len()];
            // Row i of T starts at rows − 1 − i.
            let along = &along[rows - from - entries.len()..rows - from - 1 + x.len()];
            pulp::Arch::new().dispatch(Rows { along, x, b, entries })
        })
        .reduce(|| 0.0, f64::max);
    Residual { entries, bound }
}

/// Some rows, for the instructions that this processor has: the fused multiplication is one.
struct Rows<'a> {
    /// The diagonals that these rows meet, reversed: the last row starts at the first of them.
    along: &'a [f64],
    x: &'a [f64],
    b: &'a [f64],
    entries: &'a mut [f64],
}

impl WithSimd for Rows<'_> {
    type Output = f64;

    /// The largest of these rows' bounds.
    #[inline(always)]
    fn with_simd<Lanes: Simd>(self, _: Lanes) -> f64 {
        let mut bound = 0.0_f64;
        let rows = self.along.windows(self.x.len()).rev();
        for ((entry, b), t) in self.entries.iter_mut().zip(self.b).zip(rows) {
            let (value, off) = difference(*b, t, self.x);
            *entry = value;
            // Written so that NaN becomes infinite.
            let magnitude = (value.abs() + off).next_up();
            bound = if magnitude.is_finite() { bound.max(magnitude) } else { f64::INFINITY };
        }
        bound
    }
}

/// s and e with s + e = a + b, s the rounded sum.
#[inline(always)]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}

/// b − Σ t x, and how far it can be off.
#[inline(always)]
fn difference(b: f64, t: &[f64], x: &[f64]) -> (f64, f64) {
    let (mut sums, mut errors, mut magnitudes) = ([0.0; LANES], [0.0; LANES], [0.0_f64; LANES]);
    let mut add = |l: usize, t: f64, x: f64| {
        let product = t * x;
        let of_product = t.mul_add(x, -product);
        let (sum, of_sum) = two_sum(sums[l], product);
        sums[l] = sum;
        errors[l] += of_product + of_sum;
        magnitudes[l] += of_product.abs() + of_sum.abs();
    };
    let ((t_lanes, t_rest), (x_lanes, x_rest)) = (t.as_chunks::<LANES>(), x.as_chunks::<LANES>());
    for (t, x) in t_lanes.iter().zip(x_lanes) {
        for l in 0..LANES {
            add(l, t[l], x[l]);
        }
    }
    for (l, (t, x)) in t_rest.iter().zip(x_rest).enumerate() {
        add(l, *t, *x);
    }
    let (mut rest, mut error, mut magnitude) = (b, 0.0, 0.0);
    for l in 0..LANES {
        let (difference, of_sum) = two_sum(rest, -sums[l]);
        rest = difference;
        error += of_sum - errors[l];
        magnitude += of_sum.abs() + magnitudes[l];
    }
    let value = rest + error;
    // γ_N with room for the (1 + γ_N)² and for the roundings of this line; one more for the last sum.
    let count = (2 * x.len() + 4 * LANES) as f64;
    let off =
        count * f64::EPSILON * magnitude + value.abs() * f64::EPSILON + x.len() as f64 * f64::from_bits(1);
    (value, off)
}
