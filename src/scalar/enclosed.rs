//! Elementary functions of intervals: each result contains the function's values at all members, by series whose remainders are
//! bounded, summed in intervals. Nothing rests on a machine's mathematical library but its square root, which IEEE 754 rounds
//! correctly.
//!
//! At a point near 1 the ends are some 10⁻¹⁵ apart, relative to them.

use super::{Interval, Real, Ring, Semiring};
use std::f64::consts::{FRAC_PI_2, LN_2};

/// Around a float that is nearest to a number: the number is less than a float away.
fn nearest(x: f64) -> Interval {
    Interval::new(x.next_down(), x.next_up()).unwrap_or(Interval::LINE)
}

/// All x with |x| ≤ r.
fn ball(r: f64) -> Interval {
    Interval::new(-r, r).unwrap_or(Interval::LINE)
}

/// Σ of these coefficients times powers of x, the first being the constant.
fn polynomial(x: Interval, coefficients: impl DoubleEndedIterator<Item = Interval>) -> Interval {
    coefficients.rev().fold(Interval::zero(), |sum, c| sum.times(&x).plus(&c))
}

/// 1/n!, for n from `first` in steps of 2 up to `last`, with alternating signs.
fn alternating(first: u32, last: u32) -> impl DoubleEndedIterator<Item = Interval> {
    (0..=(last - first) / 2).map(move |k| {
        let sign = if k % 2 == 0 { 1.0 } else { -1.0 };
        Interval::from(sign).times(&inverse_factorial(first + 2 * k))
    })
}

fn inverse_factorial(n: u32) -> Interval {
    let factorial = (1..=n).fold(Interval::one(), |product, k| product.times(&Interval::from(f64::from(k))));
    factorial.inverse().unwrap_or(Interval::LINE)
}

/// e^x of a float.
fn exp_at(x: f64) -> Interval {
    // e^709 > 8 · 10^307 and e^(−700) < 10^(−304)
    if x.is_nan() || x > 709.0 {
        return Interval::new(if x > 709.0 { 8e307 } else { 0.0 }, f64::INFINITY).unwrap_or(Interval::LINE);
    }
    if x < -700.0 {
        return Interval::new(0.0, 1e-304).unwrap_or(Interval::LINE);
    }
    let turns = (x / LN_2).round();
    let rest = Interval::from(x).minus(&Interval::from(turns).times(&nearest(LN_2)));
    // |rest| < 0.36, and what is left of the series is below 2 · 0.36^19/19! < 2^(−80)
    let series = polynomial(rest, (0..=18).map(inverse_factorial)).plus(&ball(1f64.scaled(-80)));
    // in two steps, for 2^turns may be infinite or subnormal though the result is neither
    let half = (turns / 2.0).floor();
    let [first, second] = [half, turns - half].map(|power| Interval::from(1f64.scaled(power as i32)));
    series.times(&first).times(&second)
}

/// cos x and sin x of a float.
fn turned(x: f64) -> [Interval; 2] {
    // beyond, the quarter turns that are taken away are not known well enough to say much
    if x.is_nan() || x.abs() > 1e6 {
        return [ball(1.0); 2];
    }
    let quarters = (x / FRAC_PI_2).round();
    let rest = Interval::from(x).minus(&Interval::from(quarters).times(&nearest(FRAC_PI_2)));
    // |rest| < 0.8, and 0.8^20/20! < 2^(−67): what is left of an alternating series is less than its next term
    let (square, left) = (rest.times(&rest), ball(1f64.scaled(-67)));
    let cosine = polynomial(square, alternating(0, 18)).plus(&left);
    let sine = polynomial(square, alternating(1, 19)).times(&rest).plus(&left);
    let minus = |x: Interval| Interval::zero().minus(&x);
    match (quarters as i64).rem_euclid(4) {
        0 => [cosine, sine],
        1 => [minus(sine), cosine],
        2 => [minus(cosine), minus(sine)],
        _ => [sine, minus(cosine)],
    }
}

impl Interval {
    /// π, between two floats.
    pub fn pi() -> Self {
        Interval::from(2.0).times(&nearest(FRAC_PI_2))
    }

    /// high − low, rounded upward; infinite where an end is.
    pub fn width(self) -> f64 {
        self.distance(self.low()).min(f64::INFINITY)
    }

    /// A float inside, near the middle where both ends are finite.
    pub fn middle(self) -> f64 {
        let middle = self.low() / 2.0 + self.high() / 2.0;
        if middle.is_finite() {
            middle.clamp(self.low(), self.high())
        } else {
            0f64.clamp(self.low(), self.high())
        }
    }

    /// e^x for all members.
    ///
    /// ```
    /// use faltung::scalar::Interval;
    /// let e = Interval::from(1.0).exp();
    /// assert!(e.low() <= std::f64::consts::E && std::f64::consts::E <= e.high() && e.width() < 1e-14);
    /// ```
    #[must_use]
    pub fn exp(self) -> Self {
        Interval::new(exp_at(self.low()).low().max(0.0), exp_at(self.high()).high()).unwrap_or(Interval::LINE)
    }

    /// cos x and sin x for all members: at the middle, and neither changes faster than x.
    pub fn cos_sin(self) -> [Self; 2] {
        let middle = self.middle();
        let radius = ball(self.distance(middle));
        turned(middle).map(|value| {
            let value = value.plus(&radius);
            Interval::new(value.low().max(-1.0), value.high().min(1.0)).unwrap_or(ball(1.0))
        })
    }

    /// √x for the members that have one; `None` where there are none.
    pub fn sqrt(self) -> Option<Self> {
        let low = if self.low() > 0.0 { self.low().sqrt().next_down() } else { 0.0 };
        (self.high() >= 0.0).then(|| Interval::new(low, self.high().sqrt().next_up())).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a float that is off by a few of its last digits can be a member.
    fn holds(interval: Interval, value: f64) -> bool {
        let slack = 4.0 * f64::EPSILON * value.abs() + 1e-304;
        interval.low() <= value + slack && interval.high() >= value - slack
    }

    #[test]
    fn values_of_members_are_inside_and_points_stay_narrow() {
        for k in -3000..=3000 {
            let x = f64::from(k) / 7.3;
            let (e, [c, s]) = (Interval::from(x).exp(), Interval::from(x).cos_sin());
            assert!(holds(e, x.exp()) && holds(c, x.cos()) && holds(s, x.sin()), "{x}");
            assert!(e.width() < 4e-13 * x.exp(), "{x} {}", e.width() / x.exp());
            assert!(c.width() < 2e-13 && s.width() < 2e-13, "{x}");
            let wide = Interval::new(x, x + 0.7).unwrap();
            for part in [0.0, 0.2, 0.5, 0.7] {
                assert!(holds(wide.exp(), (x + part).exp()), "{x}");
                assert!(holds(wide.cos_sin()[0], (x + part).cos()), "{x}");
                assert!(holds(wide.cos_sin()[1], (x + part).sin()), "{x}");
            }
        }
        assert!(holds(Interval::pi(), std::f64::consts::PI) && Interval::pi().width() < 1e-15);
        assert!(holds(Interval::from(2.0).sqrt().unwrap(), std::f64::consts::SQRT_2));
    }

    #[test]
    fn identities_hold_inside() {
        // not by another library: e^x e^(−x) = 1 and cos² + sin² = 1
        let one = Interval::from(1.0);
        for k in -400..=400 {
            let x = Interval::from(f64::from(k) / 3.0);
            let back = Interval::zero().minus(&x);
            let [c, s] = x.cos_sin();
            for product in [x.exp().times(&back.exp()), c.times(&c).plus(&s.times(&s))] {
                assert!(
                    product.low() <= one.low() && one.high() <= product.high() && product.width() < 1e-12
                );
            }
        }
    }

    #[test]
    fn nothing_is_said_of_what_is_not_known() {
        assert_eq!(Interval::LINE.exp(), Interval::new(0.0, f64::INFINITY).unwrap());
        assert_eq!(Interval::LINE.cos_sin(), [ball(1.0); 2]);
        assert_eq!(Interval::from(1e300).cos_sin(), [ball(1.0); 2]);
        assert_eq!(Interval::from(-1.0).sqrt(), None);
        assert_eq!(Interval::from(-1e5).exp().low(), 0.0);
        assert_eq!(Interval::from(1e5).exp().high(), f64::INFINITY);
    }
}
