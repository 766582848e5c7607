//! Polynomials in one variable over the rational numbers.

use dashu_ratio::RBig;
use std::fmt;

/// A polynomial over ℚ: its coefficients, the constant first and the last of them not zero.
///
/// ```
/// use dashu_ratio::RBig;
/// use faltung::signal::piecewise::Polynomial;
/// let p = Polynomial::new([1, 0, 3].map(RBig::from).to_vec()); // 1 + 3t²
/// assert_eq!(p.at(&RBig::from(2)), RBig::from(13));
/// assert_eq!(p.antiderivative().derivative(), p);
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Polynomial {
    coefficients: Vec<RBig>,
}

impl Polynomial {
    /// `Σ_k coefficients[k] t^k`.
    pub fn new(mut coefficients: Vec<RBig>) -> Self {
        let degree = coefficients.iter().rposition(|c| !c.is_zero());
        coefficients.truncate(degree.map_or(0, |degree| degree + 1));
        Polynomial { coefficients }
    }

    /// The coefficients, the constant first; none for zero.
    pub fn coefficients(&self) -> &[RBig] {
        &self.coefficients
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        self.coefficients.is_empty()
    }

    /// Its value at t.
    pub fn at(&self, t: &RBig) -> RBig {
        self.coefficients.iter().rev().fold(RBig::ZERO, |value, c| value * t + c)
    }

    /// `p + q`.
    pub fn plus(&self, other: &Self) -> Self {
        let (long, short) = match self.coefficients.len() < other.coefficients.len() {
            true => (other, self),
            false => (self, other),
        };
        let mut sum = long.coefficients.clone();
        sum.iter_mut().zip(&short.coefficients).for_each(|(sum, c)| *sum += c);
        Polynomial::new(sum)
    }

    /// `p − q`.
    pub fn minus(&self, other: &Self) -> Self {
        self.plus(&other.scaled(&RBig::NEG_ONE))
    }

    /// `c · p`.
    pub fn scaled(&self, c: &RBig) -> Self {
        Polynomial::new(self.coefficients.iter().map(|own| own * c).collect())
    }

    /// `p · q`.
    pub fn times(&self, other: &Self) -> Self {
        let length = (self.coefficients.len() + other.coefficients.len()).saturating_sub(1);
        let mut product = vec![RBig::ZERO; length];
        for (i, a) in self.coefficients.iter().enumerate() {
            for (j, b) in other.coefficients.iter().enumerate() {
                product[i + j] += a * b;
            }
        }
        Polynomial::new(product)
    }

    /// `t ↦ p(t − by)`, by Horner's scheme, in the square of the degree.
    pub fn shifted(&self, by: &RBig) -> Self {
        let step = Polynomial::new(vec![-by.clone(), RBig::ONE]);
        self.coefficients.iter().rev().fold(Polynomial::default(), |shifted, c| {
            shifted.times(&step).plus(&Polynomial::new(vec![c.clone()]))
        })
    }

    /// `t ↦ p(−t)`.
    pub fn reflected(&self) -> Self {
        let sign = |(k, c): (usize, &RBig)| if k % 2 == 1 { -c.clone() } else { c.clone() };
        Polynomial { coefficients: self.coefficients.iter().enumerate().map(sign).collect() }
    }

    /// `t ↦ p(t / by)`, for a `by` other than 0.
    pub(super) fn dilated(&self, by: &RBig) -> Self {
        let mut power = RBig::ONE;
        let coefficient = |c: &RBig| {
            let own = c / &power;
            power *= by;
            own
        };
        Polynomial { coefficients: self.coefficients.iter().map(coefficient).collect() }
    }

    /// `p′`.
    pub fn derivative(&self) -> Self {
        let powers = self.coefficients.iter().enumerate().skip(1);
        Polynomial { coefficients: powers.map(|(k, c)| c * RBig::from(k)).collect() }
    }

    /// The antiderivative that is 0 at 0.
    pub fn antiderivative(&self) -> Self {
        let powers = self.coefficients.iter().enumerate().map(|(k, c)| c / RBig::from(k + 1));
        Polynomial::new(std::iter::once(RBig::ZERO).chain(powers).collect())
    }
}

/// `1/2 - t + 3 t^2`.
impl fmt::Display for Polynomial {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let mut first = true;
        for (k, c) in self.coefficients.iter().enumerate().filter(|(_, c)| !c.is_zero()) {
            let negative = *c < RBig::ZERO;
            let size = if negative { -c.clone() } else { c.clone() };
            match (first, negative) {
                (true, true) => write!(f, "-")?,
                (true, false) => {}
                (false, true) => write!(f, " - ")?,
                (false, false) => write!(f, " + ")?,
            }
            first = false;
            match (k, size == RBig::ONE) {
                (0, _) => write!(f, "{size}")?,
                (_, false) => write!(f, "{size} ")?,
                (_, true) => {}
            }
            match k {
                0 => {}
                1 => write!(f, "t")?,
                _ => write!(f, "t^{k}")?,
            }
        }
        if first { write!(f, "0") } else { Ok(()) }
    }
}
