//! Signals on the line of real numbers, held exactly: piecewise polynomials and sums of Gaussians, and their
//! convolution `(x ∗ w)(t) = ∫ x(a) w(t − a) da`.
//!
//! [`Piecewise`] has rational breakpoints and rational coefficients and is zero outside them; [`Gaussians`] has
//! rational weights, means and variances, and stays a formula. Each of the two kinds is closed under sums, multiples,
//! shifts, reflection and convolution, and every one of these is exact. A convolution across the kinds is neither
//! (it needs the error function), so it [declines](ContinuousError::Mixed).
//!
//! A signal here is a function up to finitely many points: no integral sees the value at a single point. Where a
//! value at a breakpoint is asked for, it is the limit from the right.
//!
//! The average of a noisy sensor, in which a reading of age `a` has the weight `w(a)` (Goodfellow, Bengio and
//! Courville 2016, eq. 9.1: `s(t) = ∫ x(a) w(t − a) da`). A ship that moves away at speed 1 is seen where it was
//! ∫ a w(a) da = 1/3 earlier:
//!
//! ```
//! use dashu_ratio::RBig;
//! use faltung::signal::piecewise::{Piecewise, Polynomial};
//! let q = |n: i64, d: u64| RBig::from_parts(n.into(), d.into());
//! let x = Piecewise::new(vec![q(0, 1), q(10, 1)], vec![Polynomial::new(vec![q(0, 1), q(1, 1)])])?; // t on [0, 10)
//! let w = Piecewise::new(vec![q(0, 1), q(1, 1)], vec![Polynomial::new(vec![q(2, 1), q(-2, 1)])])?; // 2 − 2a on [0, 1)
//! assert_eq!(w.integral(), q(1, 1));
//! let s = x.convolve(&w)?;
//! assert_eq!(s.at(&q(5, 1)), q(5, 1) - q(1, 3));
//! # Ok::<(), faltung::signal::piecewise::ContinuousError>(())
//! ```

mod gaussian;
mod pieces;
mod polynomial;

pub use gaussian::{Gaussian, Gaussians};
pub use pieces::Piecewise;
pub use polynomial::Polynomial;

use dashu_ratio::RBig;

/// A signal on the real line, of either kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Continuous {
    /// A polynomial between any two neighbouring breakpoints, zero outside.
    Piecewise(Piecewise),
    /// A sum of Gaussians.
    Gaussians(Gaussians),
}

/// Why there is no such signal, or none that can be written down here.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ContinuousError {
    /// Breakpoints out of order.
    #[error(
        "breakpoints increase strictly; {0} does not come before {1}; try them sorted, without repetition"
    )]
    Order(RBig, RBig),
    /// n pieces lie between n + 1 breakpoints.
    #[error("{pieces} pieces need {} breakpoints, got {breaks}; try one more breakpoint than pieces", pieces + 1)]
    Count {
        /// Pieces given.
        pieces: usize,
        /// Breakpoints given.
        breaks: usize,
    },
    /// A polyline that does not start and end at zero, or a signal that jumps, where a continuous one is asked for.
    #[error(
        "a continuous signal is expected here, and this one jumps at {0}; try a polyline that begins and ends at 0"
    )]
    Jumps(RBig),
    /// The antiderivative of a signal of integral other than 0 does not return to 0.
    #[error(
        "an antiderivative of finite support needs integral 0, got {0}; try `integral_to(t)` for its values"
    )]
    Integral(RBig),
    /// A Gaussian's variance is positive.
    #[error("a variance is positive, got {0}; try the limit that you mean, such as a shift for variance 0")]
    Variance(RBig),
    /// A convolution of a piecewise polynomial with a Gaussian.
    #[error(
        "two signals of one kind are expected, got a piecewise polynomial and a Gaussian, whose convolution needs the \
         error function and is neither; try a piecewise approximation, such as a B-spline of the same variance"
    )]
    Mixed,
    /// The result has too many pieces, or of too high a degree.
    #[error(
        "the result takes {0} products of coefficients, at most {1} are allowed; try fewer pieces or a lower degree"
    )]
    TooLarge(u128, u128),
}

/// The most products of coefficients that one convolution may take.
const LARGEST: u128 = 1 << 20;

fn allowed(products: u128) -> Result<(), ContinuousError> {
    if products <= LARGEST { Ok(()) } else { Err(ContinuousError::TooLarge(products, LARGEST)) }
}

impl Continuous {
    /// `x + w`.
    ///
    /// # Errors
    /// [`Mixed`](ContinuousError::Mixed) where the two are of different kinds.
    pub fn plus(&self, other: &Self) -> Result<Self, ContinuousError> {
        match (self, other) {
            (Continuous::Piecewise(x), Continuous::Piecewise(w)) => Ok(Continuous::Piecewise(x.plus(w))),
            (Continuous::Gaussians(x), Continuous::Gaussians(w)) => Ok(Continuous::Gaussians(x.plus(w))),
            _ => Err(ContinuousError::Mixed),
        }
    }

    /// `c · x`.
    pub fn scaled(&self, c: &RBig) -> Self {
        match self {
            Continuous::Piecewise(x) => Continuous::Piecewise(x.scaled(c)),
            Continuous::Gaussians(x) => Continuous::Gaussians(x.scaled(c)),
        }
    }

    /// `t ↦ x(t − by)`.
    pub fn shifted(&self, by: &RBig) -> Self {
        match self {
            Continuous::Piecewise(x) => Continuous::Piecewise(x.shifted(by)),
            Continuous::Gaussians(x) => Continuous::Gaussians(x.shifted(by)),
        }
    }

    /// `t ↦ x(−t)`.
    pub fn reflected(&self) -> Self {
        match self {
            Continuous::Piecewise(x) => Continuous::Piecewise(x.reflected()),
            Continuous::Gaussians(x) => Continuous::Gaussians(x.reflected()),
        }
    }

    /// `∫ x`, over the whole line.
    pub fn integral(&self) -> RBig {
        match self {
            Continuous::Piecewise(x) => x.integral(),
            Continuous::Gaussians(x) => x.integral(),
        }
    }

    /// `(x ∗ w)(t) = ∫ x(a) w(t − a) da`, exactly.
    ///
    /// # Errors
    /// [`Mixed`](ContinuousError::Mixed) where the two are of different kinds, and
    /// [`TooLarge`](ContinuousError::TooLarge).
    pub fn convolve(&self, other: &Self) -> Result<Self, ContinuousError> {
        match (self, other) {
            (Continuous::Piecewise(x), Continuous::Piecewise(w)) => x.convolve(w).map(Continuous::Piecewise),
            (Continuous::Gaussians(x), Continuous::Gaussians(w)) => x.convolve(w).map(Continuous::Gaussians),
            _ => Err(ContinuousError::Mixed),
        }
    }
}
