//! How far rounding can move a transform: proved for lengths 2^a 3^b 5^c 7^d, stage by stage.
//!
//! u is the unit roundoff, γ_n = nu/(1 − nu), μ the relative error of a root of unity. There is no overflow, and
//! underflow is left to the caller: it is negligible where the data is near 1.
//!
//! A transform of p₁ ⋯ p_s points is s *stages*, each a number of transforms of p points side by side, with a layer of
//! products by roots of unity between one stage and the next (Van Loan 1992, ch. 2): s − 1 layers. One layer more is
//! counted, so that cutting a long transform into columns and rows, by one layer whose roots are products of two from
//! shorter tables, is covered too. A product by a root has a relative error of at most (1 + √5u)(1 + μ) − 1 (√5u:
//! Brent, Percival & Zimmermann 2007; with a fused multiplication 2u, which is less).
//!
//! **A stage of 2** is √2 times a unitary map, and each result is rounded once: u. Stages of 4 and 8 points are made of
//! these; rotations by 90° are exact, and those by 45°, three roundings, stay below (1 + √5u)(1 + μ) because μ ≥ u.
//!
//! **A stage of p = 2h + 1** points, p = 3, 5 or 7, is computed in three steps (rustfft's kernels, with and without
//! SIMD): the sums s_k = x_k + x_{p−k} and differences d_k; then y₀ = x₀ + Σ s_k, a_j = x₀ + Σ_k cos(2πjk/p) s_k and
//! b_j = Σ_k sin(2πjk/p) d_k; then y_j = a_j ∓ i b_j. Against ‖F_p x‖₂ = √p ‖x‖₂:
//!
//! * The first step is √2 times an orthogonal map: its roundings are those of exact steps on data off by u‖x‖₂.
//! * In the second, each term meets at most h + 1 roundings in whatever order it is summed. So the error is at most
//!   γ_{h+1} times the same step with absolute values, and the last step stretches it by √2. In coordinates in which
//!   the first step is an isometry, this is two symmetric matrices: of sines, 2|sin(2πjk/p)|, with the row sums
//!   2 Σ_k |sin(2πk/p)|; and of cosines, bordered, with the row (1, √2, …, √2) and 2|cos(2πjk/p)|, whose norm is that of
//!   [[1, √(2h)], [√(2h), C]] with C = 2 Σ_k |cos(2πk/p)|, for by Perron it is taken at a vector that is constant but
//!   for its first entry. The second is the larger; over √p it is at most κ_p: 1.40, 1.67, 1.90.
//! * The constants are off by μ, which changes p − 1 entries in p − 1 rows of F_p by at most μ each: (p − 1)μ/√p.
//! * In the last step each result is rounded once: u.
//!
//! Together (1 + u)²(1 + (p − 1)μ/√p + κ_p γ_{h+1}) − 1. (The absolute values of the stored constants, off by μ, are
//! inside the rounding up of κ_p.)
//!
//! **Forward**, in the 2-norm, ‖ŷ − y‖₂ ≤ (F − 1)‖y‖₂ where F is the product over all stages of those factors, each with
//! its (1 + √5u)(1 + μ). Radix 2 alone is the classical t stages (Higham 2002, theorem 24.2).
//!
//! **Entry by entry**, |ŷ_j − y_j| ≤ (G − 1) Σ_k |x_k|: there is exactly one path from each input to each output through
//! the stages, and along it the root of unity that is the product of its factors is perturbed, at each stage of 2 by u, at each
//! stage of p by (1 + μ)(1 + √2((1 + u)^{h+3} − 1)) − 1: a term c Re x ∓ s Im x meets at most h + 3 roundings, and
//! (|c Re x| + |s Im x|)² + (|c Im x| + |s Re x|)² ≤ 2|x|².
//!
//! **The roots of unity.** For f64 the angle is fl(fl(−2π/N) k): π is off by 0.36u, the quotient and the product by u each,
//! so the angle, at most 2π, by 14.9u; cosine and sine to within a unit in the last place add 2u: μ = 17u. For f32 they
//! are computed in f64 and rounded: μ = u(1 + 2^-20).

use super::{Stages, Transform};

/// h and κ of a stage of p = 2h + 1 points.
fn odd(p: usize) -> (u32, f64) {
    let kappa = match p {
        3 => 1.40,
        5 => 1.67,
        7 => 1.90,
        _ => unreachable!("the stages are of 2, 3, 5 and 7 points"),
    };
    ((p as u32 - 1) / 2, kappa)
}

/// μ, for floats of this unit roundoff.
fn root(unit: f64) -> f64 {
    if unit < 1e-10 { 17.0 * unit } else { unit * (1.0 + 2f64.powi(-20)) }
}

/// log((1 + √5u)(1 + μ)): one product by a root of unity.
pub(crate) fn by_root(unit: f64) -> f64 {
    product(unit) + root(unit).ln_1p()
}

/// log(1 + √5u): one complex product.
pub(crate) fn product(unit: f64) -> f64 {
    (5f64.sqrt() * unit).ln_1p()
}

impl Stages {
    /// log F: the relative error in the 2-norm is at most F − 1.
    pub(crate) fn forward(self, unit: f64) -> f64 {
        self.sum(unit, |p| {
            let (h, kappa) = odd(p);
            let h = f64::from(h);
            let gamma = (h + 1.0) * unit / (1.0 - (h + 1.0) * unit);
            let constants = (p as f64 - 1.0) * root(unit) / (p as f64).sqrt();
            2.0 * unit.ln_1p() + (constants + kappa * gamma).ln_1p()
        })
    }

    /// log G: every entry is off by at most G − 1 times the sum of the absolute values of the data.
    pub(crate) fn entrywise(self, unit: f64) -> f64 {
        self.sum(unit, |p| {
            let roundings = (f64::from(odd(p).0 + 3) * unit.ln_1p()).exp_m1();
            root(unit).ln_1p() + (2f64.sqrt() * roundings).ln_1p()
        })
    }

    fn sum(self, unit: f64, odd: impl Fn(usize) -> f64) -> f64 {
        let each = self.each().map(|(p, count)| {
            let stage = if p == 2 { unit.ln_1p() } else { odd(p) };
            f64::from(count) * (stage + by_root(unit))
        });
        each.sum()
    }
}

/// A bound on ‖X̂ − X‖₂/‖X‖₂ for [`dft`](super::dft) and [`idft`](super::idft) of this shape, and for
/// [`rdft`](super::rdft) of real data (counted over all frequencies, the half that is left out mirrored).
///
/// `None` where a prime beyond 7 divides a length: there rustfft takes the ways of Rader or Bluestein, about which nothing
/// is proved here. Finite data of moderate size is assumed, so that nothing overflows or underflows.
///
/// ```
/// use faltung::fourier::relative_error;
/// assert!(relative_error::<f64>(&[1024]).unwrap() < 3e-14);
/// assert_eq!(relative_error::<f64>(&[11]), None);
/// ```
pub fn relative_error<T: Transform>(shape: &[usize]) -> Option<f64> {
    let unit = T::UNIT_ROUNDOFF;
    // Real data is split with one rounding more than a stage of 2; the inverse is scaled by a rounded 1/n, two more.
    Some((Stages::of_all(shape)?.forward(unit) + 3.0 * unit.ln_1p()).exp_m1() * (1.0 + 2f64.powi(-15)))
}

#[cfg(test)]
mod tests {
    use super::odd;
    use std::f64::consts::TAU;

    /// The norm of the matrix of absolute values, by the power method on the matrix itself.
    #[test]
    fn kappa_is_the_norm_that_the_proof_takes() {
        for p in [3_usize, 5, 7] {
            let (h, kappa) = odd(p);
            let h = h as usize;
            let entry = |j: usize, k: usize| match (j, k) {
                (0, 0) => 1.0,
                (0, _) | (_, 0) => 2f64.sqrt(),
                _ => 2.0 * (TAU * (j * k) as f64 / p as f64).cos().abs(),
            };
            let mut v = vec![1.0; h + 1];
            let mut norm = 0.0;
            for _ in 0..200 {
                let next: Vec<f64> = (0..=h).map(|j| (0..=h).map(|k| entry(j, k) * v[k]).sum()).collect();
                norm = next.iter().map(|x| x * x).sum::<f64>().sqrt();
                v = next.iter().map(|x| x / norm).collect();
            }
            let sines: f64 = (1..=h).map(|k| 2.0 * (TAU * k as f64 / p as f64).sin().abs()).sum();
            let cosines = norm / (p as f64).sqrt();
            assert!(cosines < kappa && kappa < cosines * 1.01, "{p}: {cosines} {kappa}");
            assert!(sines / (p as f64).sqrt() < kappa, "{p}");
        }
    }
}
