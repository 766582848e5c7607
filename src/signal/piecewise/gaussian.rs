//! Sums of Gaussians with rational weights, means and variances, kept as formulas.

use super::{ContinuousError, allowed};
use dashu_ratio::RBig;
use std::{collections::BTreeMap, fmt};

/// One Gaussian: `weight · exp(−(t − mean)² / (2 variance)) / √(2π variance)`, so that its integral is the weight.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Gaussian {
    /// Its integral.
    pub weight: RBig,
    /// Where its peak lies.
    pub mean: RBig,
    /// The square of its width; positive.
    pub variance: RBig,
}

impl Gaussian {
    /// Its value at t, computed in `f64` and rounded several times: the one number here that is not exact.
    pub fn approximately_at(&self, t: &RBig) -> f64 {
        let distance = t - &self.mean;
        let exponent = (&distance * &distance / (RBig::from(2) * &self.variance)).to_f64_fast();
        let variance = self.variance.to_f64_fast();
        self.weight.to_f64_fast() * (-exponent).exp() / (2.0 * std::f64::consts::PI * variance).sqrt()
    }
}

/// A finite sum of Gaussians.
///
/// Gaussians of different mean or variance are linearly independent, so weights by mean and variance, without zeros,
/// are the one representation of each function, and `==` is equality of functions.
///
/// ```
/// use dashu_ratio::RBig;
/// use faltung::signal::piecewise::{Gaussian, Gaussians};
/// let q = |n: i64| RBig::from(n);
/// let of = |weight, mean, variance| Gaussians::one(Gaussian { weight: q(weight), mean: q(mean), variance: q(variance) });
/// assert_eq!(of(2, 1, 9)?.convolve(&of(5, -4, 16)?)?, of(10, -3, 25)?);
/// # Ok::<(), faltung::signal::piecewise::ContinuousError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Gaussians {
    /// Weights, none of them 0, by variance and mean.
    weights: BTreeMap<(RBig, RBig), RBig>,
}

impl Gaussians {
    /// A single Gaussian.
    ///
    /// # Errors
    /// Where the variance is not positive.
    pub fn one(gaussian: Gaussian) -> Result<Self, ContinuousError> {
        if gaussian.variance <= RBig::ZERO {
            return Err(ContinuousError::Variance(gaussian.variance));
        }
        let mut sum = Gaussians::default();
        sum.add(gaussian);
        Ok(sum)
    }

    fn add(&mut self, Gaussian { weight, mean, variance }: Gaussian) {
        let key = (variance, mean);
        let sum = self.weights.remove(&key).unwrap_or_default() + weight;
        if !sum.is_zero() {
            self.weights.insert(key, sum);
        }
    }

    /// Its terms, in order of variance, then mean.
    pub fn terms(&self) -> impl Iterator<Item = Gaussian> {
        self.weights.iter().map(|((variance, mean), weight)| Gaussian {
            weight: weight.clone(),
            mean: mean.clone(),
            variance: variance.clone(),
        })
    }

    /// Of terms whose variances are positive.
    fn of(terms: impl Iterator<Item = Gaussian>) -> Self {
        let mut sum = Gaussians::default();
        terms.for_each(|term| sum.add(term));
        sum
    }

    /// `x + w`.
    pub fn plus(&self, other: &Self) -> Self {
        Gaussians::of(self.terms().chain(other.terms()))
    }

    /// `c · x`.
    pub fn scaled(&self, c: &RBig) -> Self {
        Gaussians::of(self.terms().map(|term| Gaussian { weight: c * &term.weight, ..term }))
    }

    /// `t ↦ x(t − by)`.
    pub fn shifted(&self, by: &RBig) -> Self {
        Gaussians::of(self.terms().map(|term| Gaussian { mean: by + &term.mean, ..term }))
    }

    /// `t ↦ x(−t)`.
    pub fn reflected(&self) -> Self {
        Gaussians::of(self.terms().map(|term| Gaussian { mean: -term.mean, ..term }))
    }

    /// `∫ x`: the sum of the weights.
    pub fn integral(&self) -> RBig {
        self.weights.values().fold(RBig::ZERO, |sum, weight| sum + weight)
    }

    /// `x ∗ w`: for each pair of terms weights are multiplied, means and variances add, because their Fourier
    /// transforms `weight · exp(−iω mean − ω² variance / 2)` are multiplied.
    ///
    /// # Errors
    /// [`TooLarge`](ContinuousError::TooLarge) beyond 2²⁰ pairs of terms.
    pub fn convolve(&self, other: &Self) -> Result<Self, ContinuousError> {
        allowed(self.weights.len() as u128 * other.weights.len() as u128)?;
        let pair = |x: &Gaussian, w: Gaussian| Gaussian {
            weight: &x.weight * w.weight,
            mean: &x.mean + w.mean,
            variance: &x.variance + w.variance,
        };
        Ok(Gaussians::of(self.terms().flat_map(|x| other.terms().map(move |w| pair(&x, w)))))
    }
}

/// `2 N(1, 9) + 1/2 N(0, 1)`: weight, mean, variance.
impl fmt::Display for Gaussians {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let terms = self.terms().map(|g| format!("{} N({}, {})", g.weight, g.mean, g.variance));
        let text: Vec<String> = terms.collect();
        f.write_str(if text.is_empty() { "0" } else { "" })?;
        f.write_str(&text.join(" + "))
    }
}
