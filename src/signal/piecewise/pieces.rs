//! Piecewise polynomials of bounded support, and their convolution by the jumps at the breakpoints.

use super::{ContinuousError, Polynomial, allowed};
use dashu_ratio::RBig;
use std::{collections::BTreeMap, fmt};

/// A piecewise polynomial on the real line: a polynomial between neighbouring breakpoints, zero outside them.
///
/// There is one representation of each function: neighbouring pieces differ, and the first and the last are not
/// zero. So `==` is equality of functions, up to their values at finitely many points.
///
/// ```
/// use dashu_ratio::RBig;
/// use faltung::signal::piecewise::Piecewise;
/// let q = |n: i64| RBig::from(n);
/// let window = Piecewise::indicator(q(0), q(1))?;
/// let triangle = Piecewise::polyline(&[(q(0), q(0)), (q(1), q(1)), (q(2), q(0))])?;
/// assert_eq!(window.convolve(&window)?, triangle);
/// assert_eq!(triangle.to_string(), "t on [0, 1), 2 - t on [1, 2)");
/// # Ok::<(), faltung::signal::piecewise::ContinuousError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Piecewise {
    breaks: Vec<RBig>,
    /// `pieces[k]` holds from `breaks[k]` to `breaks[k + 1]`.
    pieces: Vec<Polynomial>,
}

impl Piecewise {
    /// The signal that is `pieces[k]`, a polynomial in t itself, from `breaks[k]` to `breaks[k + 1]`.
    ///
    /// # Errors
    /// Where the breakpoints do not increase strictly, or are not one more than the pieces. Nothing at all is zero.
    pub fn new(breaks: Vec<RBig>, pieces: Vec<Polynomial>) -> Result<Self, ContinuousError> {
        if breaks.len() != pieces.len() + 1 && !(breaks.is_empty() && pieces.is_empty()) {
            return Err(ContinuousError::Count { pieces: pieces.len(), breaks: breaks.len() });
        }
        if let Some(pair) = breaks.windows(2).find(|pair| pair[0] >= pair[1]) {
            return Err(ContinuousError::Order(pair[0].clone(), pair[1].clone()));
        }
        Ok(Piecewise::joined(breaks, pieces))
    }

    /// Of increasing breakpoints: pieces that continue one another made one, zeros at the ends left out.
    fn joined(breaks: Vec<RBig>, pieces: Vec<Polynomial>) -> Self {
        let mut signal = Piecewise::default();
        let mut before = Polynomial::default();
        for (at, piece) in breaks.into_iter().zip(pieces.into_iter().chain([Polynomial::default()])) {
            if piece != before {
                signal.breaks.push(at);
                signal.pieces.push(piece.clone());
                before = piece;
            }
        }
        // the last piece is the zero after everything
        signal.pieces.pop();
        signal
    }

    /// 1 from `from` to `to`, 0 elsewhere.
    ///
    /// # Errors
    /// Where `from < to` is false.
    pub fn indicator(from: RBig, to: RBig) -> Result<Self, ContinuousError> {
        Piecewise::new(vec![from, to], vec![Polynomial::new(vec![RBig::ONE])])
    }

    /// The continuous signal that runs straight from each point (t, value) to the next.
    ///
    /// # Errors
    /// Where the times do not increase strictly, or the first or last value is not 0.
    pub fn polyline(points: &[(RBig, RBig)]) -> Result<Self, ContinuousError> {
        if let Some((at, _)) = points.first().into_iter().chain(points.last()).find(|(_, y)| !y.is_zero()) {
            return Err(ContinuousError::Jumps(at.clone()));
        }
        if let [_] = points {
            return Ok(Piecewise::default());
        }
        let pieces = points.windows(2).map(|pair| {
            let ((s, x), (t, y)) = (&pair[0], &pair[1]);
            if s >= t {
                return Err(ContinuousError::Order(s.clone(), t.clone()));
            }
            let slope = (y - x) / (t - s);
            Ok(Polynomial::new(vec![x - &slope * s, slope]))
        });
        let pieces = pieces.collect::<Result<_, _>>()?;
        Ok(Piecewise::joined(points.iter().map(|(t, _)| t.clone()).collect(), pieces))
    }

    /// The breakpoints, increasing: where the signal is not given by one polynomial on both sides.
    pub fn breaks(&self) -> &[RBig] {
        &self.breaks
    }

    /// The pieces with their ends.
    pub fn pieces(&self) -> impl Iterator<Item = (&RBig, &RBig, &Polynomial)> {
        self.breaks.windows(2).zip(&self.pieces).map(|(ends, piece)| (&ends[0], &ends[1], piece))
    }

    /// The first and the last breakpoint; none for zero.
    pub fn support(&self) -> Option<(&RBig, &RBig)> {
        self.breaks.first().zip(self.breaks.last())
    }

    /// The value at t; at a breakpoint the limit from the right.
    pub fn at(&self, t: &RBig) -> RBig {
        self.piece(self.breaks.partition_point(|at| at <= t)).map_or(RBig::ZERO, |piece| piece.at(t))
    }

    /// The limit at t from the left.
    pub fn left_limit(&self, t: &RBig) -> RBig {
        self.piece(self.breaks.partition_point(|at| at < t)).map_or(RBig::ZERO, |piece| piece.at(t))
    }

    /// The piece after that many breakpoints.
    fn piece(&self, breaks: usize) -> Option<&Polynomial> {
        self.pieces.get(breaks.checked_sub(1)?)
    }

    /// Piece by piece between the breakpoints of both; `f` of zeros is zero.
    fn zip(&self, other: &Self, f: impl Fn(&Polynomial, &Polynomial) -> Polynomial) -> Self {
        let mut breaks: Vec<RBig> = self.breaks.iter().chain(&other.breaks).cloned().collect();
        breaks.sort();
        breaks.dedup();
        let zero = Polynomial::default();
        let on = |x: &'_ Self, from: &RBig| {
            x.piece(x.breaks.partition_point(|at| at <= from)).unwrap_or(&zero).clone()
        };
        let pieces = breaks.windows(2).map(|ends| f(&on(self, &ends[0]), &on(other, &ends[0]))).collect();
        Piecewise::joined(breaks, pieces)
    }

    /// `x + w`.
    pub fn plus(&self, other: &Self) -> Self {
        self.zip(other, Polynomial::plus)
    }

    /// `x − w`.
    pub fn minus(&self, other: &Self) -> Self {
        self.zip(other, Polynomial::minus)
    }

    /// The product of the values, `t ↦ x(t) w(t)`.
    pub fn times(&self, other: &Self) -> Self {
        self.zip(other, Polynomial::times)
    }

    /// `c · x`.
    pub fn scaled(&self, c: &RBig) -> Self {
        Piecewise::joined(self.breaks.clone(), self.pieces.iter().map(|piece| piece.scaled(c)).collect())
    }

    /// `t ↦ x(t − by)`.
    pub fn shifted(&self, by: &RBig) -> Self {
        Piecewise {
            breaks: self.breaks.iter().map(|at| at + by).collect(),
            pieces: self.pieces.iter().map(|piece| piece.shifted(by)).collect(),
        }
    }

    /// `t ↦ x(−t)`.
    pub fn reflected(&self) -> Self {
        Piecewise {
            breaks: self.breaks.iter().rev().map(|at| -at.clone()).collect(),
            pieces: self.pieces.iter().rev().map(Polynomial::reflected).collect(),
        }
    }

    /// `t ↦ x(t / by)`: drawn to another scale, and turned round where `by` is negative.
    ///
    /// ```
    /// use dashu_ratio::RBig;
    /// use faltung::signal::piecewise::Piecewise;
    /// let window = Piecewise::indicator(RBig::ZERO, RBig::from(1))?;
    /// assert_eq!(window.dilated(&RBig::from(-3)), Piecewise::indicator(RBig::from(-3), RBig::ZERO)?);
    /// # Ok::<(), faltung::signal::piecewise::ContinuousError>(())
    /// ```
    ///
    /// # Panics
    /// Where `by` is 0.
    pub fn dilated(&self, by: &RBig) -> Self {
        assert!(!by.is_zero(), "a scale is not 0");
        if *by < RBig::ZERO {
            return self.reflected().dilated(&-by.clone());
        }
        let pieces = self.pieces.iter().map(|piece| piece.dilated(by));
        Piecewise { breaks: self.breaks.iter().map(|at| at * by).collect(), pieces: pieces.collect() }
    }

    /// `∫ x`, over the whole line.
    pub fn integral(&self) -> RBig {
        self.pieces().fold(RBig::ZERO, |sum, (from, to, piece)| {
            let antiderivative = piece.antiderivative();
            sum + antiderivative.at(to) - antiderivative.at(from)
        })
    }

    /// `∫ x` from −∞ to t.
    pub fn integral_to(&self, t: &RBig) -> RBig {
        self.pieces().filter(|(from, ..)| *from < t).fold(RBig::ZERO, |sum, (from, to, piece)| {
            let antiderivative = piece.antiderivative();
            sum + antiderivative.at(to.min(t)) - antiderivative.at(from)
        })
    }

    /// The first breakpoint at which the limits from the left and from the right differ.
    pub fn jump(&self) -> Option<&RBig> {
        self.breaks.iter().find(|at| self.at(at) != self.left_limit(at))
    }

    /// `x′`, of a continuous signal.
    ///
    /// # Errors
    /// Where x jumps: then its derivative is no function.
    pub fn derivative(&self) -> Result<Self, ContinuousError> {
        match self.jump() {
            Some(at) => Err(ContinuousError::Jumps(at.clone())),
            None => Ok(Piecewise::joined(
                self.breaks.clone(),
                self.pieces.iter().map(Polynomial::derivative).collect(),
            )),
        }
    }

    /// `t ↦ ∫_{−∞}^t x`, of a signal of integral 0: the continuous signal whose derivative is x.
    ///
    /// # Errors
    /// Where the integral is not 0: then it does not return to 0.
    pub fn antiderivative(&self) -> Result<Self, ContinuousError> {
        let mut sum = RBig::ZERO;
        let mut pieces = vec![];
        for (from, to, piece) in self.pieces() {
            let antiderivative = piece.antiderivative();
            let constant = &sum - antiderivative.at(from);
            sum = &constant + antiderivative.at(to);
            pieces.push(antiderivative.plus(&Polynomial::new(vec![constant])));
        }
        match sum.is_zero() {
            true => Ok(Piecewise::joined(self.breaks.clone(), pieces)),
            false => Err(ContinuousError::Integral(sum)),
        }
    }

    /// The polynomials `J_b` with `x(t) = Σ_b J_b(t − b)₊`, each with k! times its k-th coefficient in place of that:
    /// what each breakpoint b adds to all that comes after it.
    fn jumps(&self) -> impl Iterator<Item = (&RBig, Polynomial)> {
        let zero = Polynomial::default();
        self.breaks.iter().enumerate().map(move |(k, at)| {
            let after = self.pieces.get(k).unwrap_or(&zero);
            let jump = after.minus(self.piece(k).unwrap_or(&zero));
            (at, with_factorials(&jump.shifted(&-at.clone()), |c, factorial| c * factorial))
        })
    }

    /// `(x ∗ w)(t) = ∫ x(a) w(t − a) da`, exactly: a piecewise polynomial with breakpoints among the sums of those of
    /// x and w, whose degree is one more than the sum of the degrees.
    ///
    /// A piecewise polynomial of bounded support is a sum of truncated powers `(t − b)₊^k / k!` (which are 0 for
    /// t < b) with b a breakpoint, and two of them have the convolution
    /// `(t − a)₊^i / i! ∗ (t − b)₊^j / j! = (t − a − b)₊^(i+j+1) / (i+j+1)!`, as their Laplace transforms
    /// `e^(−as) / s^(i+1)` say (Schoenberg 1946 builds splines so). So the polynomials of the jumps, their
    /// coefficients times factorials, are multiplied as polynomials, once for each pair of breakpoints.
    ///
    /// Cost: the product of the numbers of breakpoints times the square of the resulting degree.
    ///
    /// # Errors
    /// [`TooLarge`](ContinuousError::TooLarge) beyond 2²⁰ of that. The sizes of numerators and denominators are not
    /// bounded.
    pub fn convolve(&self, other: &Self) -> Result<Self, ContinuousError> {
        let length = |x: &Self| x.pieces.iter().map(|p| p.coefficients().len()).max().unwrap_or(0);
        let degree = (length(self) + length(other)) as u128;
        let pairs = self.breaks.len() as u128 * other.breaks.len() as u128;
        allowed(pairs.saturating_mul(degree.saturating_mul(degree)))?;
        let of_other: Vec<_> = other.jumps().collect();
        let mut jumps = BTreeMap::<RBig, Polynomial>::new();
        for (a, p) in self.jumps() {
            for (b, q) in &of_other {
                let jump = jumps.entry(a + *b).or_default();
                *jump = jump.plus(&p.times(q));
            }
        }
        let integrated = jumps.iter().map(|(at, jump)| {
            let coefficients = std::iter::once(RBig::ZERO).chain(jump.coefficients().iter().cloned());
            let jump = Polynomial::new(coefficients.collect());
            with_factorials(&jump, |c, factorial| c / factorial).shifted(at)
        });
        let mut running = Polynomial::default();
        let mut pieces = vec![];
        for jump in integrated {
            running = running.plus(&jump);
            pieces.push(running.clone());
        }
        // after the last breakpoint all jumps together are zero
        debug_assert!(running.is_zero(), "the support of a convolution ends");
        pieces.pop();
        Ok(Piecewise::joined(jumps.into_keys().collect(), pieces))
    }
}

/// The k-th coefficient and k! combined.
fn with_factorials(p: &Polynomial, f: impl Fn(&RBig, &RBig) -> RBig) -> Polynomial {
    let mut factorial = RBig::ONE;
    let coefficients = p.coefficients().iter().enumerate().map(|(k, c)| {
        if k > 0 {
            factorial *= RBig::from(k);
        }
        f(c, &factorial)
    });
    Polynomial::new(coefficients.collect())
}

/// `t on [0, 1), 2 - t on [1, 2)`.
impl fmt::Display for Piecewise {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let pieces = self.pieces().map(|(from, to, piece)| format!("{piece} on [{from}, {to})"));
        let text: Vec<String> = pieces.collect();
        f.write_str(if text.is_empty() { "0" } else { "" })?;
        f.write_str(&text.join(", "))
    }
}
