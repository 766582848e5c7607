//! The exponential and the logarithm of doubles by sums, products and quotients in a fixed order: the same bits on every
//! machine, which the mathematical libraries of machines do not promise.

use std::f64::consts::{LN_2, SQRT_2};

/// e^x by its series, after powers of two are taken out: off by less than 10^-13 of it, where it is not subnormal.
///
/// Cost: 18 products and quotients, and a product for each power of two.
pub(crate) fn exp(x: f64) -> f64 {
    // no double is so large or so small
    if x.abs() > 1000.0 {
        return if x > 0.0 { f64::INFINITY } else { 0.0 };
    }
    let turns = (x / LN_2).round();
    let rest = x - turns * LN_2;
    // |rest| < 0.35, and 0.35^18 / 18! is below 2^-80
    let series = (1..=18).rev().fold(1.0, |sum, k| 1.0 + sum * rest / f64::from(k));
    let factor = if turns < 0.0 { 0.5 } else { 2.0 };
    (0..turns.abs() as u32).fold(series, |value, _| value * factor)
}

/// log x to the base e: the power of two that is next to x, and 2 artanh t = 2(t + t³/3 + t⁵/5 + …) of what is left,
/// off by less than 10^-14 of 1 + |log x|. For 0 it is −∞, for what is negative no number.
///
/// Cost: 30 products and quotients, and a product for each power of two.
pub(crate) fn ln(x: f64) -> f64 {
    if x.is_nan() || x < 0.0 {
        return f64::NAN;
    }
    if x == 0.0 || x.is_infinite() {
        return if x == 0.0 { f64::NEG_INFINITY } else { x };
    }
    // products with powers of two are exact here
    let (mut rest, mut power) = (x, 0.0);
    while rest > SQRT_2 {
        (rest, power) = (rest * 0.5, power + 1.0);
    }
    while rest < SQRT_2 / 2.0 {
        (rest, power) = (rest * 2.0, power - 1.0);
    }
    let t = (rest - 1.0) / (rest + 1.0);
    // |t| < 0.172, and 0.172^30 is below 2^-76
    let series = (0..15).rev().fold(0.0, |sum, k| sum * t * t + 1.0 / f64::from(2 * k + 1));
    power * LN_2 + 2.0 * t * series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_what_the_machine_says() {
        for k in -2000..=2000 {
            let x = f64::from(k) / 37.0;
            assert!((exp(x) / x.exp() - 1.0).abs() < 1e-13, "{x}");
            let y = x.exp();
            assert!((ln(y) - y.ln()).abs() < 1e-14 * (1.0 + y.ln().abs()), "{y}");
            assert!((ln(exp(x)) - x).abs() < 2e-13, "{x}");
        }
        assert_eq!((exp(0.0), exp(-800.0), exp(800.0)), (1.0, 0.0, f64::INFINITY));
        for far in [1001.0, 1e30, f64::MAX, f64::INFINITY] {
            assert_eq!((exp(-far), exp(far)), (0.0, f64::INFINITY));
        }
        assert_eq!((ln(1.0), ln(0.0), ln(f64::INFINITY)), (0.0, f64::NEG_INFINITY, f64::INFINITY));
        for x in [f64::MIN_POSITIVE, 5e-324, f64::MAX, SQRT_2, SQRT_2 / 2.0] {
            assert!((ln(x) - x.ln()).abs() < 1e-14 * (1.0 + x.ln().abs()), "{x}");
        }
        assert!(ln(-1.0).is_nan() && ln(f64::NAN).is_nan() && exp(f64::NAN).is_nan());
    }
}
