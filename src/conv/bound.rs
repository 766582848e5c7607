//! A-priori bounds on rounding errors: from the data, the specification and the algorithm, before anything is computed.
//!
//! Throughout, u is the unit roundoff, γ_n = nu/(1 − nu), η half the smallest subnormal, |·| entrywise. An operation
//! of IEEE arithmetic without overflow gives fl(a ± b) = (a ± b)(1 + δ) and fl(ab) = ab(1 + δ) + ε with |δ| ≤ u and
//! |ε| ≤ η (sums do not underflow: they are exact where they are subnormal).
//!
//! **Sums of products, real.** An entry with n terms passes through one multiplication and at most n − 1 additions,
//! in whatever order, so |ŷ − y| ≤ γ_n (|x| ∗ |w|) + nη(1 + γ_n) (Higham 2002, §3.1). The bound is *componentwise*:
//! small entries are small in error.
//!
//! **Complex.** Re(zw) = ac − bd is rounded twice per product, and at most n − 1 times in the sum, so the real part
//! is off by at most γ_{n+1} Σ(|ac| + |bd|), the imaginary one by γ_{n+1} Σ(|ad| + |bc|). Since
//! (|ac| + |bd|)² + (|ad| + |bc|)² = |z|²|w|² + 4|abcd| ≤ 2|z|²|w|², together |ŷ − y| ≤ √2 γ_{n+1} (|x| ∗ |w|), and
//! 2√2 nη(1 + γ_{n+1}) for underflow.
//!
//! **Axis by axis.** For w = w₁ ⊗ … ⊗ w_d exactly, summed along axis d first: with g_a the factor γ of the sums along
//! axis a (γ_n, or √2 γ_{n+1}; n terms at most), a stage turns s + δ into a sum that is off by at most
//! g_a |w_a| ∗ |s| + (1 + g_a)|w_a| ∗ |δ| and its own underflow. As |w_1| ∗ (… ∗ (|w_d| ∗ |x|)) is |w| ∗ |x|, together
//! |ŷ − y| ≤ (Π (1 + g_a) − 1)(|x| ∗ |w|): fewer roundings than the sum of all products has (Higham 2002, lemma 3.3).
//! The underflow of a stage passes through the later ones, each a sum of m_a terms at most, whose factors have parts
//! below 2 (`conv::separable` scales them): times (1 + g_a) 2√2 m_a < 3 m_a, where g_a < 0.06. Sums between the stages
//! are at most an entry of the full |x| ∗ |w|, so none overflows if ‖x‖∞‖w‖₁ does not.
//!
//! **Transforms of 2^t points, complex.** A butterfly (a, b) ↦ (a + ωb, a − ωb) is √2 times a unitary map, and is
//! computed with three relative errors: of ω (μ), of the product (√5u: Brent, Percival & Zimmermann 2007; with a
//! fused multiplication 2u, which is less) and of the sum (u). So each of the t stages has a relative error of at
//! most (1 + u)(1 + √5u)(1 + μ) − 1 in the 2-norm, and a forward transform at most F − 1 with
//! F = ((1 + u)(1 + √5u)(1 + μ))^t. (Higher radices are made of these butterflies with fewer factors ω, and their
//! rotations by 45°, three roundings, stay below (1 + √5u)(1 + μ) because μ ≥ u.) By Cauchy and Schwarz the product
//! of the spectra is off by at most N‖x‖₂‖w‖₂ (F²(1 + √5u) − 1) in the 1-norm. In the inverse each output is the sum
//! over all inputs of input times root of unity, each such path meeting t stages: another F. Hence (Percival 2003;
//! Brent & Zimmermann 2010, theorem 3.6)
//! ‖ŷ − y‖∞ ≤ ‖x‖₂ ‖w‖₂ (F³(1 + √5u) − 1). The bound is *normwise*: small entries may be all error.
//!
//! **Real data.** The 2^t real points are transformed as 2^(t−1) complex ones, e + io, and split: E and O are half
//! the sum and half the difference of two conjugate frequencies, an orthogonal map up to scale with one rounding,
//! followed by a butterfly E ± ωO. Against t complex stages this is one more rounding: F = (1 + u)^(t+1) ((1 + √5u)(1 + μ))^t.
//! Backward, each frequency X reaches an output along two paths, through E and through O, of weights 1/2 + 1/2 where
//! the definition has one; e is the real part, and the paths through O only contribute their error to it. Summed over
//! the N/2 pairs, |E| + |O| ≤ |X| + |X'|, and the inverse is normalised by 2/N: the error is at most twice that of N
//! complex points. Hence ‖ŷ − y‖∞ ≤ ‖x‖₂ ‖w‖₂ (F²(1 + √5u)(1 + 2(F − 1)) − 1).
//!
//! **The roots of unity.** For f64 the angle is fl(fl(−2π/N) k): π is off by 0.36u, the product by u, so the angle, at
//! most 2π, by 8.6u; cosine and sine to within a unit in the last place add 2u: μ = 12u. For f32 they are computed in
//! f64 and rounded: μ = u(1 + 2^-20).
//!
//! **Underflow and overflow.** Transformed data has its largest entry near 1 (`conv::fft` scales it), where the
//! underflows of all operations together stay far below 2^-16 of the bound; the final scaling adds 2η. Where sums could
//! overflow the bound is infinite. Bounds are evaluated in doubles and enlarged by more than that evaluation's own
//! error.

use super::{Accuracy, Algorithm, Direct, Facts, Problem, Rounding, Scalar, Spec, SpecError, terms};
use ndarray::{ArrayD, ArrayViewD, Dimension};

/// How far a computed result can be from the exact one, in absolute value.
#[derive(Clone, PartialEq, Debug)]
pub enum Bound {
    /// Not at all.
    Exact,
    /// Entry by entry.
    Componentwise(ArrayD<f64>),
    /// The same for every entry.
    Normwise(f64),
}

impl Bound {
    /// Of one entry.
    ///
    /// # Panics
    /// When the result has no such entry.
    pub fn at(&self, index: &[usize]) -> f64 {
        match self {
            Bound::Exact => 0.0,
            Bound::Componentwise(bounds) => bounds[index],
            Bound::Normwise(bound) => *bound,
        }
    }

    /// Of all entries.
    pub fn largest(&self) -> f64 {
        match self {
            Bound::Exact => 0.0,
            Bound::Componentwise(bounds) => bounds.iter().copied().fold(0.0, f64::max),
            Bound::Normwise(bound) => *bound,
        }
    }
}

/// The bound on |ŷ − y| for this algorithm on this data; infinite where a sum may overflow or meets NaN or infinity.
///
/// Cost: for [`Accuracy::Sums`] that of the direct sum.
///
/// ```
/// use faltung::conv::{Direct, Fft, Spec, bound};
/// use ndarray::arr1;
/// let (x, w) = (arr1(&[1.0, 1e-9]).into_dyn(), arr1(&[1.0]).into_dyn());
/// let direct = bound(x.view(), w.view(), Spec::default(), &Direct)?;
/// let fft = bound(x.view(), w.view(), Spec::default(), &Fft)?;
/// assert!(direct.at(&[1]) < 1e-24); // componentwise: small entries have small errors
/// assert!(fft.at(&[1]) > 1e-16); // normwise: they have not
/// # Ok::<(), faltung::conv::SpecError>(())
/// ```
///
/// # Errors
/// A specification that the shapes do not meet.
pub fn bound<S: Scalar>(
    x: ArrayViewD<S>,
    w: ArrayViewD<S>,
    spec: Spec,
    algorithm: &dyn Algorithm<S>,
) -> Result<Bound, SpecError> {
    let reduction = spec.reduce(x.shape(), w.shape())?;
    let Some(rounding) = S::ROUNDING else { return Ok(Bound::Exact) };
    let problem = problem(&spec, x.shape(), w.shape())?;
    if let Accuracy::Transforms { stages } = algorithm.accuracy(&problem) {
        let x = reduction.extended(x);
        return Ok(Bound::Normwise(rounding.of_transforms(stages, norm2(x.view()), norm2(w))));
    }
    let axis_by_axis = algorithm.accuracy(&problem) == Accuracy::AxisByAxis;
    let highest = if axis_by_axis { ceiling(x.view(), w.view(), rounding) } else { 0.0 };
    let (x, w) = (x.map(S::magnitude), w.map(S::magnitude));
    let (x, w) = (reduction.extended(x.view()), spec.kernel(w.view()));
    let mut bounds = Direct.convolve(x.view(), w.view(), &reduction.window);
    if axis_by_axis {
        bounds.mapv_inplace(|entry| rounding.of_stages(&problem, entry, highest));
        return Ok(Bound::Componentwise(bounds));
    }
    for (index, entry) in bounds.indexed_iter_mut() {
        let index = index.as_array_view();
        let counts =
            problem.axes().zip(index.iter()).map(|((n, m, window), k)| terms(n, m, window.start + k));
        *entry = rounding.of_sum(counts.product(), *entry);
    }
    Ok(Bound::Componentwise(bounds))
}

/// A number that no entry of [`bound`] exceeds, from the norms of the data: one pass instead of a convolution.
///
/// # Errors
/// As [`bound`].
pub fn worst<S: Scalar>(
    x: ArrayViewD<S>,
    w: ArrayViewD<S>,
    spec: Spec,
    algorithm: &dyn Algorithm<S>,
) -> Result<f64, SpecError> {
    let Some(rounding) = S::ROUNDING else { return Ok(0.0) };
    let problem = problem(&spec, x.shape(), w.shape())?;
    if let Accuracy::Transforms { .. } = algorithm.accuracy(&problem) {
        return Ok(bound(x, w, spec, algorithm)?.largest());
    }
    let highest = ceiling(x, w, rounding);
    if algorithm.accuracy(&problem) == Accuracy::AxisByAxis {
        return Ok(rounding.of_stages(&problem, highest, highest));
    }
    let terms: usize = problem.axes().map(|(n, m, _)| n.min(m)).product();
    Ok(rounding.of_sum(terms, highest))
}

/// ‖x‖∞ ‖w‖₁, not rounded downward: |x| ∗ |w| is at most that, for every continuation of x.
fn ceiling<S: Scalar>(x: ArrayViewD<S>, w: ArrayViewD<S>, rounding: Rounding) -> f64 {
    let largest = x.iter().map(S::magnitude).fold(0.0, max_or_nan);
    let sum: f64 = w.iter().map(S::magnitude).sum();
    largest * sum * enlarged(w.len()) + rounding.tiny
}

fn problem(spec: &Spec, x: &[usize], w: &[usize]) -> Result<Problem, SpecError> {
    let reduction = spec.reduce(x, w)?;
    Ok(Problem { x: reduction.x, w: reduction.w, window: reduction.window, facts: Facts::default() })
}

/// `f64::max`, but NaN stays.
fn max_or_nan(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.max(b) }
}

/// A factor that covers n + 8 roundings of doubles.
fn enlarged(n: usize) -> f64 {
    1.0 + (n as f64 + 10.0) * f64::EPSILON
}

/// ‖a‖₂, not rounded downward; NaN or infinite where an entry is.
fn norm2<S: Scalar>(a: ArrayViewD<S>) -> f64 {
    let largest = a.iter().map(S::magnitude).fold(0.0, max_or_nan);
    if largest == 0.0 || !largest.is_finite() {
        return largest;
    }
    // Relative to the largest entry, so that no square overflows, and the ones that underflow do not count.
    let squares: f64 = a.iter().map(|a| (a.magnitude() / largest).powi(2)).sum();
    largest * squares.sqrt() * enlarged(a.len())
}

impl Rounding {
    /// nu/(1 − nu), infinite where n is too large for it.
    fn gamma(&self, n: usize) -> f64 {
        let nu = n as f64 * self.unit;
        if nu < 0.5 { nu / (1.0 - nu) } else { f64::INFINITY }
    }

    /// The bound on an entry with this many terms, given the sum of their absolute values as doubles compute it.
    fn of_sum(&self, terms: usize, magnitudes: f64) -> f64 {
        let (factor, underflow) =
            if self.complex { (2f64.sqrt() * self.gamma(terms + 1), 4.0) } else { (self.gamma(terms), 1.0) };
        // The sum of magnitudes may itself have lost γ_n of its value, and half its smallest steps.
        let relative = factor * magnitudes * enlarged(4 * terms);
        let bound = (relative + underflow * terms as f64 * self.tiny).next_up();
        self.unless_overflow(bound, magnitudes)
    }

    /// The bound on an entry that is summed axis by axis, given the sum of absolute values, and its ceiling.
    fn of_stages(&self, problem: &Problem, magnitudes: f64, highest: f64) -> f64 {
        let (mut relative, mut underflows, mut later) = (0.0, 0.0, 1.0);
        let mut terms = 1;
        for (n, m, _) in problem.axes() {
            let n = n.min(m);
            let factor = if self.complex { 2f64.sqrt() * self.gamma(n + 1) } else { self.gamma(n) };
            if factor >= 0.06 {
                return f64::INFINITY;
            }
            relative += factor.ln_1p();
            // The sums along the first axis come last: what is lost there meets no factor.
            underflows += if self.complex { 4.0 } else { 1.0 } * n as f64 * later;
            later *= 3.0 * m as f64;
            terms *= n;
        }
        let bound = relative.exp_m1() * magnitudes * enlarged(4 * terms + 16);
        let bound = (bound + underflows * self.tiny * enlarged(8)).next_up();
        self.unless_overflow(bound, highest)
    }

    /// The bound for three transforms of 2^stages points.
    fn of_transforms(&self, stages: u32, x: f64, w: f64) -> f64 {
        let u = self.unit;
        let root = if u < 1e-10 { 12.0 * u } else { u * (1.0 + 2f64.powi(-20)) };
        let product = (5f64.sqrt() * u).ln_1p();
        let t = f64::from(stages);
        let sums = if self.complex { t } else { t + 1.0 };
        let transform = sums * u.ln_1p() + t * (product + root.ln_1p());
        let inverse = if self.complex { transform } else { (2.0 * transform.exp_m1()).ln_1p() };
        let relative = (2.0 * transform + product + inverse).exp_m1() * (1.0 + 2f64.powi(-15));
        self.unless_overflow(relative * x * w + 8.0 * self.tiny, x * w)
    }

    fn unless_overflow(&self, bound: f64, magnitude: f64) -> f64 {
        // Written so that NaN is infinite too.
        if bound + magnitude < self.largest * (1.0 - 2f64.powi(-20)) { bound } else { f64::INFINITY }
    }
}
