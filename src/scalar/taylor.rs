//! Taylor series of intervals, cut off: the coefficients of a function at a point, or enclosures of them at all points of a cell.
//!
//! With them an integral is enclosed: over a cell around m, ∫ f = Σ_{k<K} f_k(m) ∫ (x − m)^k dx + f_K ∫ (x − m)^K dx, where K is
//! even and f_K is in the K-th coefficient over the whole cell (Moore, Kearfott & Cloud 2009, §9.3). Halving the cells divides
//! that remainder by 2^K.

use super::{Interval, Ring, Semiring};
use std::array::from_fn;

/// K, even.
const ORDER: usize = 10;

/// At most so many cells; what is then not yet narrow enough stays as wide as it is.
const CELLS: usize = 20_000;

/// f, f′, f″/2, …, f^(K)/K!, each in an interval.
#[derive(Clone, PartialEq, Debug)]
pub struct Taylor([Interval; ORDER + 1]);

fn number(k: usize) -> Interval {
    Interval::from(k as f64)
}

fn inverse(x: Interval) -> Interval {
    x.inverse().unwrap_or(Interval::LINE)
}

impl Taylor {
    /// x itself, at all members.
    pub fn variable(x: Interval) -> Self {
        let mut series = Taylor::constant(x);
        series.0[1] = Interval::one();
        series
    }

    /// What does not depend on x.
    pub fn constant(c: Interval) -> Self {
        Taylor(from_fn(|k| if k == 0 { c } else { Interval::zero() }))
    }

    /// The sum.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Taylor(from_fn(|k| self.0[k].plus(&other.0[k])))
    }

    /// The difference.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        Taylor(from_fn(|k| self.0[k].minus(&other.0[k])))
    }

    /// The product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        Taylor(from_fn(|n| sum((0..=n).map(|k| self.0[k].times(&other.0[n - k])))))
    }

    /// A number times this.
    #[must_use]
    pub fn scaled(&self, by: Interval) -> Self {
        Taylor(from_fn(|k| self.0[k].times(&by)))
    }

    /// A number more than this.
    #[must_use]
    pub fn shifted(&self, by: Interval) -> Self {
        self.plus(&Taylor::constant(by))
    }

    /// The n-th power, n ≥ 1, by squares.
    #[must_use]
    pub fn power(&self, n: u32) -> Self {
        match n {
            0 => Taylor::constant(Interval::one()),
            1 => self.clone(),
            _ => {
                let half = self.power(n / 2);
                let square = half.times(&half);
                if n.is_multiple_of(2) { square } else { square.times(self) }
            }
        }
    }

    /// 1/f; the whole line where f may vanish.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let first = inverse(self.0[0]);
        let mut series = Taylor::constant(first);
        for n in 1..=ORDER {
            let rest = sum((1..=n).map(|k| self.0[k].times(&series.0[n - k])));
            series.0[n] = Interval::zero().minus(&first.times(&rest));
        }
        series
    }

    /// e^f, by n e_n = Σ k f_k e_(n−k).
    #[must_use]
    pub fn exp(&self) -> Self {
        let mut series = Taylor::constant(self.0[0].exp());
        for n in 1..=ORDER {
            series.0[n] = self.slope(&series, n);
        }
        series
    }

    /// cos f and sin f.
    pub fn cos_sin(&self) -> [Self; 2] {
        let [mut cosine, mut sine] = self.0[0].cos_sin().map(Taylor::constant);
        for n in 1..=ORDER {
            (cosine.0[n], sine.0[n]) =
                (Interval::zero().minus(&self.slope(&sine, n)), self.slope(&cosine, n));
        }
        [cosine, sine]
    }

    /// The n-th coefficient of ∫ f′ g.
    fn slope(&self, other: &Self, n: usize) -> Interval {
        let terms = (1..=n).map(|k| number(k).times(&self.0[k]).times(&other.0[n - k]));
        sum(terms).times(&inverse(number(n)))
    }
}

fn sum(terms: impl Iterator<Item = Interval>) -> Interval {
    terms.fold(Interval::zero(), |sum, term| sum.plus(&term))
}

/// A part of an integral.
struct Cell {
    ends: [f64; 2],
    part: Interval,
    /// It is not to be cut any further.
    done: bool,
}

impl Cell {
    fn new([a, b]: [f64; 2], f: impl Fn(&Taylor) -> Taylor) -> Self {
        let middle = a / 2.0 + b / 2.0;
        // an end may be the neighbour of the other, or no number
        Cell { ends: [a, b], part: cell([a, b], middle, f), done: !(a < middle && middle < b) }
    }

    /// Its halves; itself, where only rounding is left of its width, which would be more in more parts.
    fn halved(self, f: impl Fn(&Taylor) -> Taylor) -> Vec<Self> {
        let ([a, b], middle) = (self.ends, self.ends[0] / 2.0 + self.ends[1] / 2.0);
        let halves = [Cell::new([a, middle], &f), Cell::new([middle, b], &f)];
        let together = halves[0].part.width() + halves[1].part.width();
        let rounding = self.part.width() < 1e-10 * self.part.middle().abs();
        if rounding && together > 0.75 * self.part.width() {
            vec![Cell { done: true, ..self }]
        } else {
            halves.into()
        }
    }
}

/// An interval that contains ∫ f over [from, to]. Cells that are wider than their share of `slack` are cut in halves, round by
/// round, until they all together are no wider, or nothing but rounding is left.
///
/// Proved: that the integral is inside, if `f` is made of operations on [`Taylor`]. Not promised: how wide the result is, which
/// is to be looked at. Cost: two evaluations of `f` a cell, and 20 000 cells at most. The whole line where an end is not finite.
///
/// ```
/// use faltung::scalar::{Interval, taylor::integral};
/// let bell = integral([-7.0, 7.0], 1e-13, |x| x.times(x).scaled(Interval::from(-1.0)).exp());
/// let pi = std::f64::consts::PI;
/// assert!(bell.low() <= pi.sqrt() && pi.sqrt() <= bell.high() && bell.width() < 1e-12);
/// ```
pub fn integral([from, to]: [f64; 2], slack: f64, f: impl Fn(&Taylor) -> Taylor) -> Interval {
    let mut cells = vec![Cell::new([from, to], &f)];
    loop {
        let share = slack / cells.len() as f64;
        let wide = |cell: &Cell| !cell.done && cell.part.width() > share;
        let count = cells.iter().filter(|cell| wide(cell)).count();
        if count == 0 || cells.len() + count > CELLS {
            return sum(cells.into_iter().map(|cell| cell.part));
        }
        let cut = |cell: Cell| if wide(&cell) { cell.halved(&f) } else { vec![cell] };
        cells = cells.into_iter().flat_map(cut).collect();
    }
}

/// ∫ f over [a, b], which holds m.
fn cell([a, b]: [f64; 2], m: f64, f: impl Fn(&Taylor) -> Taylor) -> Interval {
    let Some(all) = Interval::new(a, b).filter(|all| all.width().is_finite()) else {
        return Interval::LINE;
    };
    let (at, over) = (f(&Taylor::variable(Interval::from(m))), f(&Taylor::variable(all)));
    let off = |x: f64| Interval::from(x).minus(&Interval::from(m));
    let [left, right] = [off(a), off(b)];
    let (mut below, mut above) = (Interval::one(), Interval::one());
    let mut fine = Interval::zero();
    for k in 0..=ORDER {
        (below, above) = (below.times(&left), above.times(&right));
        let moment = above.minus(&below).times(&inverse(number(k + 1)));
        let coefficient = if k == ORDER { over.0[k] } else { at.0[k] };
        fine = fine.plus(&coefficient.times(&moment));
    }
    // and it is the width times a value: far out, where derivatives are not known, that is the better of the two
    let coarse = over.0[0].times(&Interval::from(b).minus(&Interval::from(a)));
    if coarse.width() < fine.width() { coarse } else { fine }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{E, LN_2};

    fn inside(x: f64, interval: Interval) -> bool {
        interval.low() <= x && x <= interval.high()
    }

    #[test]
    fn one_cell_holds_the_integral_and_without_its_remainder_it_would_not() {
        let exp = |x: &Taylor| x.exp();
        let one = cell([0.0, 4.0], 2.0, exp);
        assert!(inside(4f64.exp_m1(), one), "{one:?}");
        // planted: the last coefficient at the middle only
        let cut = cell([0.0, 4.0], 2.0, |x| {
            let mut series = x.exp();
            series.0[ORDER] = Taylor::variable(Interval::from(2.0)).exp().0[ORDER];
            series
        });
        assert!(!inside(4f64.exp_m1(), cut), "{cut:?}");
        let fine = integral([0.0, 1.0], 1e-14, exp);
        assert!(inside(E - 1.0, fine) && fine.width() < 1e-13, "{fine:?}");
    }

    #[test]
    fn every_operation_is_that_of_functions() {
        let one = Interval::one();
        let quotient = integral([1.0, 2.0], 1e-14, Taylor::inverse);
        assert!(inside(LN_2, quotient) && quotient.width() < 1e-13);
        let power = integral([-1.0, 2.0], 1e-14, |x| x.power(5));
        assert!(inside(10.5, power) && power.width() < 1e-12);
        let waves = integral([0.0, 3.0], 1e-14, |x| x.cos_sin()[0].plus(&x.cos_sin()[1]));
        assert!(inside(3f64.sin() + 1.0 - 3f64.cos(), waves) && waves.width() < 1e-12);
        let square = integral([0.0, 3.0], 1e-14, |x| x.shifted(one).minus(x).times(x).scaled(number(2)));
        assert!(inside(9.0, square) && square.width() < 1e-12);
    }

    #[test]
    fn where_nothing_is_known_nothing_is_said() {
        // 1/x has no integral around 0
        assert!(integral([-1.0, 1.0], 1e-9, Taylor::inverse).width().is_infinite());
        assert!(integral([0.0, f64::INFINITY], 1e-9, Taylor::clone).width().is_infinite());
        assert!(integral([f64::NAN, 1.0], 1e-9, Taylor::clone).width().is_infinite());
    }
}
