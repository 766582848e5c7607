//! The direct sum of 64-bit integers, in floats where these provably hold every sum.

use super::Direct;
use crate::{
    conv::{About, Algorithm, Declined, Problem},
    scalar::Semiring,
};
use ndarray::{ArrayD, ArrayViewD};
use std::ops::Range;

/// [`Direct`] for `i64`: the same sums, the same count, and the pixels of images several times as fast.
///
/// Checked 64-bit products fill no vector registers; floats do. An integer of absolute value at most 2^24 is an f32,
/// one of at most 2^53 an f64. Where ‖x‖∞ · ‖w‖₁ stays below that, so does every product and every partial sum: no
/// operation rounds, and the floats' sums are the integers'. Otherwise the integers are added, checked.
#[derive(Clone, Copy, Debug)]
pub struct Integers;

/// All integers of absolute value up to these are f32s and f64s.
const SINGLE: u128 = 1 << f32::MANTISSA_DIGITS;
const DOUBLE: u128 = 1 << f64::MANTISSA_DIGITS;

impl Algorithm<i64> for Integers {
    fn name(&self) -> &'static str {
        Algorithm::<i64>::name(&Direct)
    }

    fn about(&self) -> About {
        Algorithm::<i64>::about(&Direct)
    }

    fn cost(&self, problem: &Problem) -> u128 {
        Algorithm::<i64>::cost(&Direct, problem)
    }

    fn applies(&self, problem: &Problem) -> Result<(), Declined> {
        Algorithm::<i64>::applies(&Direct, problem)
    }

    fn convolve(&self, x: ArrayViewD<i64>, w: ArrayViewD<i64>, window: &[Range<usize>]) -> ArrayD<i64> {
        match largest_sum(x.view(), w.view()) {
            Some(..SINGLE) => singles(x, w, window),
            Some(..DOUBLE) => within(x, w, window, |n| n as f64, |sum| sum as i64),
            _ => Direct.convolve(x, w, window),
        }
    }
}

/// By way of i32, which holds them too: that conversion fills vector registers.
fn singles(x: ArrayViewD<i64>, w: ArrayViewD<i64>, window: &[Range<usize>]) -> ArrayD<i64> {
    within(x, w, window, |n| n as i32 as f32, |sum| i64::from(sum as i32))
}

fn within<S: Semiring>(
    x: ArrayViewD<i64>,
    w: ArrayViewD<i64>,
    window: &[Range<usize>],
    to: impl Fn(i64) -> S,
    back: impl Fn(S) -> i64,
) -> ArrayD<i64> {
    Direct.convolve(x.mapv(&to).view(), w.mapv(&to).view(), window).mapv(back)
}

/// ‖x‖∞ · ‖w‖₁, and at least the largest entry of either: what no entry, product or partial sum of any mode exceeds,
/// for continuing x beyond its border does not change its maximum. `None` beyond 128 bits.
pub(in crate::conv) fn largest_sum(x: ArrayViewD<i64>, w: ArrayViewD<i64>) -> Option<u128> {
    let largest = x.iter().map(|x| u128::from(x.unsigned_abs())).max().unwrap_or(0);
    let sum: u128 = w.iter().map(|w| u128::from(w.unsigned_abs())).sum();
    largest.checked_mul(sum).map(|bound| bound.max(largest).max(sum))
}

#[cfg(test)]
mod tests {
    // One axis has one range.
    #![allow(clippy::single_range_in_vec_init)]

    use super::{DOUBLE, Integers, SINGLE, largest_sum, singles};
    use crate::conv::{Algorithm, definition};
    use ndarray::{ArrayD, arr1};

    /// Sums that reach `largest` and no further.
    fn reaching(largest: i64) -> (ArrayD<i64>, ArrayD<i64>) {
        let x = [(largest - 1) / 3, -5, (largest - 1) / 3, 0, -((largest - 1) / 3), largest % 3, 1];
        (arr1(&x).into_dyn(), arr1(&[1, -1, 1_i64]).into_dyn())
    }

    #[test]
    fn sums_are_exact_on_both_sides_of_each_limit() {
        for limit in [SINGLE, DOUBLE, 1 << 62] {
            for largest in (limit as i64 - 9..limit as i64 + 9).chain([2, limit as i64 / 2]) {
                for (x, w) in [reaching(largest), (arr1(&[largest, 1]).into_dyn(), arr1(&[1]).into_dyn())] {
                    let all = 0..x.len() + w.len() - 1;
                    let computed = Integers.convolve(x.view(), w.view(), &[all]);
                    assert_eq!(computed, definition::full(x.view(), w.view()), "{largest}");
                }
            }
        }
    }

    /// A limit one too high would be wrong: 2^24 + 1 is no f32.
    #[test]
    fn the_limit_is_the_limit() {
        let (x, w) = (arr1(&[SINGLE as i64, 1]).into_dyn(), arr1(&[1, 1_i64]).into_dyn());
        assert!(largest_sum(x.view(), w.view()) > Some(SINGLE));
        let expected = definition::full(x.view(), w.view());
        assert_ne!(singles(x.view(), w.view(), &[0..3]), expected);
        assert_eq!(Integers.convolve(x.view(), w.view(), &[0..3]), expected);
        // Zeros alone prove nothing about the other array's entries.
        let (x, w) = (arr1(&[i64::MIN, 1 << 40]).into_dyn(), arr1(&[0_i64]).into_dyn());
        assert_eq!(largest_sum(x.view(), w.view()), Some(1 << 63));
        assert_eq!(Integers.convolve(x.view(), w.view(), &[0..2]), arr1(&[0, 0]).into_dyn());
    }
}
