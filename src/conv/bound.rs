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
//! **Transforms.** Of N = 2^a 3^b 5^c 7^d complex points, with the constants F and G of
//! `fourier::rounding`, where they are derived stage by stage: a transform is off by at most (F − 1) of its 2-norm, and
//! each entry of an inverse by at most (G − 1)/N of the 1-norm of the spectrum. By Cauchy and Schwarz the product of the two
//! spectra is off by at most N‖x‖₂‖w‖₂ (F²(1 + √5u) − 1) in the 1-norm, and the spectra's exact product is at most
//! N‖x‖₂‖w‖₂. The inverse is multiplied by a rounded 1/N, (1 + u)². Hence
//! ‖ŷ − y‖∞ ≤ ‖x‖₂ ‖w‖₂ (F²G(1 + √5u)(1 + u)² − 1)
//! (for powers of two Percival 2003; Brent & Zimmermann 2010, theorem 3.6). The bound is *normwise*: small entries may be
//! all error.
//!
//! **Real data.** 2N real points are packed as N complex ones, which keeps the 2-norm, and multiplied by roots of unity
//! before the forward transforms and after the inverse: unitary diagonal matrices, with two products by roots for
//! each (a long table is the product of two short ones), so F²G becomes F²G((1 + √5u)(1 + μ))⁶. What wraps round modulo t^(2N) + 1 is
//! part of the exact result here, and no entry of the window meets it.
//!
//! **Tiles.** The same for each tile of the result, with the norm of that part of x on which it depends.
//!
//! **Underflow and overflow.** Transformed data has its largest entry near 1 (`conv::fft` scales it), where the
//! underflows of all operations together stay far below 2^-16 of the bound; the final scaling adds 2η. Where sums could
//! overflow the bound is infinite. Bounds are evaluated in doubles and enlarged by more than that evaluation's own
//! error.

use super::{Accuracy, Algorithm, Direct, Facts, Problem, Rounding, Scalar, Spec, SpecError, support, terms};
use crate::fourier::{Stages, rounding};
use ndarray::{ArrayD, ArrayViewD, Axis, Dimension, IxDyn, Slice};

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
/// Cost: for [`Accuracy::Sums`] that of the direct sum; for the others a pass through the data.
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
    match algorithm.accuracy(&problem) {
        Accuracy::Transforms { stages } => {
            let x = reduction.extended(x);
            return Ok(Bound::Normwise(rounding.of_transforms(stages, norm2(x.view()), norm2(w))));
        }
        Accuracy::Tiles { stages, tile } => {
            let x = reduction.extended(x);
            return Ok(Bound::Componentwise(of_tiles(x.view(), w, &problem, rounding, stages, &tile)));
        }
        Accuracy::Sums | Accuracy::AxisByAxis => {}
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
    if !matches!(algorithm.accuracy(&problem), Accuracy::Sums | Accuracy::AxisByAxis) {
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

/// The bounds of a window that is computed tile by tile.
fn of_tiles<S: Scalar>(
    x: ArrayViewD<S>,
    w: ArrayViewD<S>,
    problem: &Problem,
    rounding: Rounding,
    stages: Stages,
    tile: &[usize],
) -> ArrayD<f64> {
    let w_norm = norm2(w);
    let shape: Vec<usize> = problem.window.iter().map(|window| window.len()).collect();
    let mut bounds = ArrayD::zeros(IxDyn(&shape));
    let counts: Vec<usize> = shape.iter().zip(tile).map(|(all, tile)| all.div_ceil(*tile)).collect();
    for index in ndarray::indices(IxDyn(&counts)) {
        let (mut part, mut entries) = (x.view(), bounds.view_mut());
        for (axis, (n, m, window)) in problem.axes().enumerate() {
            let from = index[axis] * tile[axis];
            let to = (from + tile[axis]).min(window.len());
            part.slice_axis_inplace(
                Axis(axis),
                Slice::from(support(n, m, &(window.start + from..window.start + to))),
            );
            entries.slice_axis_inplace(Axis(axis), Slice::from(from..to));
        }
        entries.fill(rounding.of_transforms(stages, norm2(part), w_norm));
    }
    bounds
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

    /// What three transforms in these stages lose, relative to ‖x‖₂ ‖w‖₂.
    pub(super) fn relative(&self, stages: Stages) -> f64 {
        let u = self.unit;
        let packing = if self.complex { 0.0 } else { 6.0 * rounding::by_root(u) };
        let transforms = 2.0 * stages.forward(u) + stages.entrywise(u);
        (transforms + packing + rounding::product(u) + 2.0 * u.ln_1p()).exp_m1() * (1.0 + 2f64.powi(-15))
    }

    /// The bound for three transforms in these stages.
    fn of_transforms(&self, stages: Stages, x: f64, w: f64) -> f64 {
        // The norms first: a small one times the relative error could underflow before it meets a large one.
        self.unless_overflow(self.relative(stages) * (x * w) + 8.0 * self.tiny, x * w)
    }

    fn unless_overflow(&self, bound: f64, magnitude: f64) -> f64 {
        // Written so that NaN is infinite too.
        if bound + magnitude < self.largest * (1.0 - 2f64.powi(-20)) { bound } else { f64::INFINITY }
    }
}
