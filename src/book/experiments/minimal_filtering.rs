//! Winograd's minimal filtering with more and more points: exact over rationals, and what rounding makes of it.

use super::{Found, Unmet};
use crate::{
    book::portable::integers,
    conv::{Rounding, Scalar},
    figure::number,
    layer::{Conv, Sliding, Winograd},
    scalar::Field,
    theorem::Level,
};
use dashu_ratio::RBig;
use ndarray::{ArrayD, IxDyn};

pub(super) const ID: &str = "more-points-larger-errors";

const SHOWS: &str = "minimal filtering is exact over rationals, within its bound over floats, and errs the more the more \
                     points it takes";
const SEED: u64 = 2026;
/// Outputs of a tile along an axis; the kernels are 3 × 3.
const OUTPUTS: [usize; 3] = [2, 4, 6];
const TAPS: usize = 3;
/// Batch, channels, and axes.
const INPUT: [usize; 4] = [1, 24, 26, 26];
const KERNELS: usize = 6;
/// Entries have so many bits, and are divided by SCALE to lie between −1 and 1.
const BITS: u32 = 12;
const SCALE: i64 = 1 << BITS;

/// The largest error of a method, and the largest fraction of its bound.
struct Measured {
    error: f64,
    share: f64,
}

/// A minimal filtering; a test plants a wrong one.
type Method<S> = fn(&Winograd, &Conv<S>, &ArrayD<S>) -> ArrayD<S>;

fn minimal<S: Field>(f: &Winograd, layer: &Conv<S>, x: &ArrayD<S>) -> ArrayD<S> {
    f.apply(layer, x.view()).expect("it serves this layer")
}

pub(super) fn run() -> Result<Found, Unmet> {
    judge(minimal, minimal)
}

fn unless(held: bool, found: impl FnOnce() -> String) -> Result<(), Unmet> {
    Unmet::unless(held, ID, SHOWS, found)
}

fn judge(method: Method<f32>, exactly: Method<RBig>) -> Result<Found, Unmet> {
    let shape = IxDyn(&[KERNELS, INPUT[1], TAPS, TAPS]);
    let mut entries = integers(SEED, BITS);
    let mut draw = |shape: IxDyn| ArrayD::from_shape_simple_fn(shape, || entries.next().unwrap_or(0));
    let (x, w) = (draw(IxDyn(&INPUT)), draw(shape));
    let sliding = Sliding::of(&[TAPS, TAPS]);
    // in whole numbers, whose sums are exact; all are smaller than 2^53 in doubles
    let exact = Conv::new(sliding.clone(), w.clone()).apply(x.view()).expect("it fits");
    let mut cases = exact_cases(exactly)?;
    let short = |v: &ArrayD<i64>| v.map(|v| *v as f32 / SCALE as f32);
    let long = |v: &ArrayD<i64>| v.map(|v| *v as f64 / SCALE as f64);
    let (layer, double) = (Conv::new(sliding.clone(), short(&w)), Conv::new(sliding, long(&w)));
    let scale = (SCALE * SCALE) as f64;
    let error = |found: &ArrayD<f32>| {
        let off =
            found.iter().zip(&exact).map(|(found, exact)| (f64::from(*found) - *exact as f64 / scale).abs());
        off.fold(0.0, |worst: f64, off| if off <= worst { worst } else { off })
    };
    let direct = error(&layer.apply(short(&x).view()).expect("it fits"));
    let rounding: Rounding = <f32 as Scalar>::ROUNDING.expect("floats round");
    let mut found = vec![];
    for outputs in OUTPUTS {
        let f = Winograd::new(outputs, TAPS).expect("few points");
        let y = method(&f, &layer, &short(&x));
        let bounds = f.bound(&double, long(&x).view(), rounding).expect("it serves this layer");
        let mut share = 0.0_f64;
        for ((found, exact), bound) in y.iter().zip(&exact).zip(&bounds) {
            let off = (f64::from(*found) - *exact as f64 / scale).abs();
            unless(off <= *bound, || {
                format!("with {outputs} outputs a result is off by {}, bound {}", number(off), number(*bound))
            })?;
            share = share.max(off / bound);
            cases += 1;
        }
        found.push(Measured { error: error(&y), share });
    }
    let errors: Vec<f64> = found.iter().map(|found| found.error).collect();
    unless(errors.is_sorted_by(|less, more| less < more), || {
        format!("the errors are {}", errors.iter().map(|error| number(*error)).collect::<Vec<_>>().join(", "))
    })?;
    let told = OUTPUTS.iter().zip(&found).map(|(outputs, found)| {
        let (tile, products) = (outputs * outputs, (outputs + TAPS - 1).pow(2));
        format!(
            "{} products instead of {} for {outputs} by {outputs} outputs, {} times that error ({} of the bound)",
            products,
            tile * TAPS * TAPS,
            number((found.error / direct * 10.0).round() / 10.0),
            number((found.share * 1e4).round() / 1e4)
        )
    });
    Ok(Found {
        statement: format!(
            "For {} outputs of a filter with {TAPS} taps along one axis, minimal filtering agrees with the definition exactly \
             over rational numbers, for all pairs of basis vectors. In `f32`, with {} channels and kernels of {TAPS} by {TAPS}, \
             the largest error of the direct sum over {} outputs is {}; minimal filtering takes {}.",
            OUTPUTS.map(|outputs| outputs.to_string()).join(", "),
            INPUT[1],
            exact.len(),
            number((direct * 1e9).round() / 1e9),
            told.collect::<Vec<_>>().join("; ")
        ),
        level: Level::Sampled,
        cases,
        seed: Some(SEED),
        worst: None,
    })
}

/// Every pair of basis vectors, over the rationals, for all outputs: a proof for these sizes, since both sides are bilinear.
fn exact_cases(method: Method<RBig>) -> Result<u64, Unmet> {
    let mut cases = 0;
    for outputs in OUTPUTS {
        let f = Winograd::new(outputs, TAPS).expect("few points");
        let n = f.products();
        for (i, j) in (0..n).flat_map(|i| (0..TAPS).map(move |j| (i, j))) {
            let unit = |length: usize, at: usize| {
                ArrayD::from_shape_fn(IxDyn(&[1, 1, length]), |k| RBig::from(u8::from(k[2] == at)))
            };
            let layer = Conv::new(Sliding::of(&[TAPS]), unit(TAPS, j));
            let x = unit(n, i);
            let (found, wanted) = (method(&f, &layer, &x), layer.apply(x.view()).expect("it fits"));
            unless(found == wanted, || {
                format!("with {outputs} outputs, entry {i} and weight {j} it gives {found}, not {wanted}")
            })?;
            cases += 1;
        }
    }
    Ok(cases)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_result_and_a_better_one_than_announced_are_caught() {
        let off: Method<f32> = |f, layer, x| minimal(f, layer, x).mapv(|y| y * 1.001);
        assert!(judge(off, minimal).is_err_and(|unmet| unmet.found.contains("bound")));
        // the direct sum has no larger errors
        let direct: Method<f32> = |_, layer, x| layer.apply(x.view()).expect("fits");
        assert!(judge(direct, minimal).is_err_and(|unmet| unmet.found.contains("the errors are")));
        let nothing: Method<f32> = |f, layer, x| minimal(f, layer, x).mapv(|_| f32::NAN);
        assert!(judge(nothing, minimal).is_err());
    }

    #[test]
    fn a_wrong_fraction_is_caught() {
        // only one of the tiles gives a last output that is not its own
        let off: Method<RBig> = |f, layer, x| {
            let mut y = minimal(f, layer, x);
            if f.products() == 8
                && let Some(last) = y.iter_mut().last()
            {
                *last += RBig::from_parts(1.into(), 1_000_000_u32.into());
            }
            y
        };
        assert!(judge(minimal, off).is_err_and(|unmet| unmet.found.contains("with 6 outputs")));
    }
}
