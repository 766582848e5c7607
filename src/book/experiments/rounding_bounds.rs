//! The rounding errors of a direct sum and of three transforms in `f32`, measured exactly and held to their bounds.

use super::{Found, Unmet};
use crate::{
    book::portable::{Transform, direct, integers, with_room_for},
    figure::number,
    theorem::Level,
};

pub(super) const ID: &str = "rounding-stays-within-bounds";

const SHOWS: &str = "no rounding error exceeds its bound";
const SEEDS: u64 = 20;
/// n = 2^t entries for t up to this.
pub(in crate::book) const LARGEST: u32 = 10;
const FIRST: u64 = 2026;
/// The unit roundoff of `f32`.
const UNIT: f64 = 1.0 / 16_777_216.0;
/// √5, rounded upward.
const ROOT_OF_FIVE: f64 = 2.236_067_977_499_79;

/// Errors and bounds of one convolution, divided by ‖x‖₂‖w‖₂.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::book) struct Measured {
    /// The largest error of the direct sum.
    pub direct: f64,
    /// The largest of its bounds, γ_n (|x| ∗ |w|).
    pub direct_bound: f64,
    /// The largest fraction of its own bound that an entry of the direct sum errs by.
    pub direct_worst: f64,
    /// The largest error of the transforms.
    pub transforms: f64,
    /// Their bound.
    pub transforms_bound: f64,
}

pub(super) fn run() -> Result<Found, Unmet> {
    judge(with_room_for)
}

/// A choice of a transform for n and k entries; a test plants a wrong one.
pub(in crate::book) type Choice = fn(usize, usize) -> Transform;

fn judge(choice: Choice) -> Result<Found, Unmet> {
    let (mut cases, mut direct_worst, mut transforms_worst) = (0, 0.0_f64, 0.0_f64);
    for t in 0..=LARGEST {
        for seed in FIRST..FIRST + SEEDS {
            let found = measure(1 << t, seed, choice);
            let share = found.transforms / found.transforms_bound;
            // written so that NaN is beyond
            let within = found.direct_worst <= 1.0 && share <= 1.0;
            if !within {
                return Err(Unmet {
                    id: ID,
                    shows: SHOWS,
                    found: format!(
                        "for {} entries and seed {seed} the direct sum reaches {} of its bound and the transforms {} of \
                         theirs",
                        1 << t,
                        number(found.direct_worst),
                        number(share)
                    ),
                });
            }
            (direct_worst, transforms_worst) =
                (direct_worst.max(found.direct_worst), transforms_worst.max(share));
            cases += 1;
        }
    }
    Ok(Found {
        statement: format!(
            "For $2^t$ random entries by as many, $t$ from 0 to {LARGEST}, {SEEDS} times each: every entry of a direct sum \
             in `f32` is as near to the exact convolution as its own bound $\\gamma_n (|x| * |w|)$ says, and every entry of \
             three transforms in `f32` as near as the bound for the whole. Errors are measured with integers, exactly."
        ),
        level: Level::Sampled,
        cases,
        seed: Some(FIRST),
        worst: Some(format!(
            "{} of the bound for the direct sum, {} for the transforms",
            number(direct_worst),
            number(transforms_worst)
        )),
    })
}

/// A float times 2^80, exactly.
///
/// # Panics
/// When it is no integer, or too large: sums of up to 2^10 products of multiples of 2^-23 below 1 are neither, nor
/// is what rounding makes of them.
fn fixed(value: f32) -> i128 {
    let wide = f64::from(value) * 2_f64.powi(80);
    assert!(wide.fract() == 0.0 && wide.abs() < 2_f64.powi(120), "{value} is out of range");
    wide as i128
}

/// Convolves 2^t by 2^t random multiples of 2^-23 below 1 in both ways.
pub(in crate::book) fn measure(n: usize, seed: u64, choice: Choice) -> Measured {
    let draw = |seed: u64| integers(seed, 23).take(n).collect::<Vec<i64>>();
    let (x, w) = (draw(seed), draw(seed ^ 0xFA17));
    let float = |a: &[i64]| a.iter().map(|a| *a as f32 / 8_388_608.0).collect::<Vec<f32>>();
    let (own_x, own_w) = (float(&x), float(&w));
    // in units of 2^-46: below 2^56
    let exact = direct(&x, &w, &mut 0);
    let absolute = |a: &[i64]| a.iter().map(|a| a.abs()).collect::<Vec<i64>>();
    let sizes = direct(&absolute(&x), &absolute(&w), &mut 0);
    let error = |own: f32, exact: i64| (fixed(own) - (i128::from(exact) << 34)).abs() as f64;
    let scale = |a: &[i64]| (a.iter().map(|a| i128::from(*a) * i128::from(*a)).sum::<i128>() as f64).sqrt();
    // ‖x‖₂‖w‖₂ in units of 2^-80
    let norms = scale(&x) * scale(&w) * 2_f64.powi(34);
    let mut found = Measured {
        direct: 0.0,
        direct_bound: 0.0,
        direct_worst: 0.0,
        transforms: 0.0,
        transforms_bound: 0.0,
    };
    let sums = direct(&own_x, &own_w, &mut 0);
    for (k, (own, exact)) in sums.iter().zip(&exact).enumerate() {
        let terms = (k + 1).min(2 * n - 1 - k) as f64;
        let bound = terms * UNIT / (1.0 - terms * UNIT) * sizes[k] as f64 * 2_f64.powi(34);
        let off = error(*own, *exact);
        found.direct = found.direct.max(off / norms);
        found.direct_bound = found.direct_bound.max(bound / norms);
        // 0 of 0 is no fraction: where the bound is 0, so must be the error
        found.direct_worst = found.direct_worst.max(if off > 0.0 { off / bound } else { 0.0 });
    }
    let transform = choice(n, n);
    let whole = transform.cyclic(&own_x, &own_w, &mut 0);
    for (own, exact) in whole.iter().zip(&exact) {
        found.transforms = found.transforms.max(error(*own, *exact) / norms);
    }
    found.transforms_bound = bound_of_transforms((2 * n - 1).next_power_of_two().trailing_zeros());
    found
}

/// F³(1 + √5u) − 1 with F = ((1 + u)(1 + √5u)(1 + μ))^t; see `conv::bound` for what it bounds and why. The roots are
/// rounded once, so μ is u up to the error of a double.
fn bound_of_transforms(stages: u32) -> f64 {
    let product = 1.0 + ROOT_OF_FIVE * UNIT;
    let stage = (1.0 + UNIT) * product * (1.0 + UNIT * (1.0 + 1e-6));
    (0..3 * stages).fold(product, |all, _| all * stage) - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conv::{Fft, Spec, bound};
    use ndarray::ArrayD;
    use num_complex::Complex;

    #[test]
    fn the_bound_is_below_that_of_the_library() {
        for n in [1, 4, 512] {
            let ones = ArrayD::from_elem(ndarray::IxDyn(&[n]), Complex::new(1.0_f32, 0.0));
            let theirs = bound(ones.view(), ones.view(), Spec::default(), &Fft).expect("a bound").largest();
            let ours = bound_of_transforms((2 * n - 1).next_power_of_two().trailing_zeros()) * n as f64;
            // The library's transforms also divide by the number of points, and have stages of three and more points.
            assert!(ours <= theirs && theirs < 2.0 * ours, "{n}: {theirs} and {ours}");
        }
    }

    #[test]
    fn rough_roots_of_unity_are_caught() {
        let rough: Choice = |n, k| with_room_for(n, k).with_roots(|[re, im]| [re * 1.001, im * 1.001]);
        assert!(judge(rough).is_err());
        let mirrored: Choice = |n, k| with_room_for(n, k).with_roots(|[re, im]| [im, re]);
        assert!(judge(mirrored).is_err());
        let short: Choice = |n, _| with_room_for(n, 1);
        assert!(judge(short).is_err(), "a circle that is too small");
    }
}
