//! A bound on what deformations do to scattering, from norms of matrices, against the worst signals that a search finds.

use super::{
    Found, Unmet,
    scattered::{self, Data, Plan},
};
use crate::{
    book::portable::circle,
    figure::number,
    scalar::elementary::ln,
    theorem::Level,
    wavelet::scattering::{Convention, Deformation, Settings},
};
use std::f64::consts::{PI, TAU};

pub(super) const ID: &str = "deformation-is-bounded";
const SHOWS: &str = "no signal of the band changes more than is certified";
pub(in crate::book) const SAMPLES: usize = 128;
const SCALE: u32 = 4;
/// Signals have no frequency beyond so many cycles on the circle: a quarter of a cycle per sample.
const BAND: usize = SAMPLES / 4;
/// sup|τ′| of a sine of one period.
const SLOPES: [f64; 4] = [0.01, 0.02, 0.05, 0.1];
/// How many orders there are.
const ORDERS: [usize; 2] = [2, 3];
const STARTS: u64 = 3;
const STEPS: usize = 25;

/// Σ c_k b_k read at some places, and the transpose: the b_k are 1, cosines and sines, of norm 1.
struct Reading {
    rows: Vec<Vec<f64>>,
}

impl Reading {
    fn at(places: impl Iterator<Item = f64>) -> Self {
        let n = SAMPLES as f64;
        let row = |t: f64| {
            let waves = (1..=BAND).flat_map(|k| circle(k as f64 * t / n).map(|x| x * (2.0 / n).sqrt()));
            std::iter::once(n.sqrt().recip()).chain(waves).collect()
        };
        Reading { rows: places.map(row).collect() }
    }

    fn of(&self, c: &[f64]) -> Data {
        let values = self.rows.iter().map(|row| row.iter().zip(c).map(|(a, b)| a * b).sum());
        Data::from_shape_vec(vec![SAMPLES], values.collect()).unwrap_or_default()
    }

    fn transposed(&self, x: &Data) -> Vec<f64> {
        let mut c = vec![0.0; 2 * BAND + 1];
        for (row, x) in self.rows.iter().zip(x) {
            c.iter_mut().zip(row).for_each(|(c, a)| *c += a * x);
        }
        c
    }
}

/// τ, a sine of one period with this slope.
fn displacements(slope: f64) -> Vec<f64> {
    let n = SAMPLES as f64;
    (0..SAMPLES).map(|t| slope * n / TAU * circle(t as f64 / n)[1]).collect()
}

/// K(τ) of the sine: its range is 2 sup|τ|, and sup|τ| = sup|τ′| N/2π.
fn size(slope: f64) -> f64 {
    let n = SAMPLES as f64;
    let largest = slope * n / TAU;
    largest / f64::from(1 << SCALE) + slope * ln(n / PI).max(1.0) + slope * TAU / n
}

/// The largest ‖SLx − Sx‖/‖x‖ on the way of searches by gradients.
fn worst(plan: &Plan, tau: &[f64]) -> Result<f64, Unmet> {
    let still = Reading::at((0..SAMPLES).map(|t| t as f64));
    let moved = Reading::at(tau.iter().enumerate().map(|(t, tau)| t as f64 - tau));
    let mut worst = 0.0_f64;
    for start in 0..STARTS {
        let mut c = scattered::noise(&[2 * BAND + 1], scattered::SEED + start).into_raw_vec_and_offset().0;
        for _ in 0..STEPS {
            let norm = c.iter().map(|c| c * c).sum::<f64>().sqrt();
            c.iter_mut().for_each(|c| *c /= norm);
            let (x, y) = (still.of(&c), moved.of(&c));
            let apart = scattered::forward(ID, plan, &y)? - scattered::forward(ID, plan, &x)?;
            worst = worst.max(scattered::energy(&apart).sqrt());
            let forth = moved.transposed(&scattered::gradient(ID, plan, &y, &apart)?);
            let back = still.transposed(&scattered::gradient(ID, plan, &x, &apart)?);
            c = forth.iter().zip(back).map(|(a, b)| a - b).collect();
        }
    }
    Ok(worst)
}

pub(super) fn run() -> Result<Found, Unmet> {
    judge(|bound, _| bound.coefficients)
}

fn plan(orders: usize) -> Result<Plan, Unmet> {
    let settings = Settings {
        convention: Convention::Parseval,
        oversampling: SCALE,
        orders,
        ..Settings::of(&[SAMPLES], SCALE)
    };
    scattered::plan(ID, &settings)
}

/// What is certified of the sine of this slope, and the worst that is found, both to order 2.
pub(in crate::book) fn measured(slope: f64) -> Result<(Deformation, f64), Unmet> {
    of(&plan(ORDERS[0])?, slope)
}

fn of(plan: &Plan, slope: f64) -> Result<(Deformation, f64), Unmet> {
    let unmet = |found| Unmet { id: ID, shows: "there is a bound", found };
    let tau = displacements(slope);
    let bound = plan.deformation_bound(&tau, BAND).map_err(|error| unmet(error.to_string()))?;
    Ok((bound.ok_or_else(|| unmet("there is none".to_owned()))?, worst(plan, &tau)?))
}

fn judge(certified: impl Fn(Deformation, f64) -> f64) -> Result<Found, Unmet> {
    let list = |values: &[f64]| values.iter().map(|x| format!("{x:.3}")).collect::<Vec<_>>().join(", ");
    // a bound is printed rounded upwards, or what is printed is none
    let upwards =
        |values: &[f64]| list(&values.iter().map(|x| (1000.0 * x).ceil() / 1000.0).collect::<Vec<_>>());
    let mut said = vec![];
    let mut commutators = String::new();
    for orders in ORDERS {
        let plan = plan(orders)?;
        let [mut commuted, mut bounds, mut found, mut parts] = [(); 4].map(|()| vec![]);
        for slope in SLOPES {
            let (bound, worst) = of(&plan, slope)?;
            let certified = certified(bound, slope);
            Unmet::unless(worst <= certified, ID, SHOWS, || {
                format!("one changes by {}, and {} was certified", number(worst), number(certified))
            })?;
            commuted.push(bound.commutator);
            bounds.push(certified);
            found.push(worst);
            parts.push(certified / size(slope));
        }
        let shows =
            "the bounds are not four times what was found, and grow with the deformation about as K(τ) does";
        let close = bounds.iter().zip(&found).all(|(bound, worst)| *bound < 4.0 * worst);
        let [least, most] =
            [f64::min as fn(f64, f64) -> f64, f64::max].map(|pick| parts.iter().copied().reduce(pick));
        let even = least.zip(most).is_some_and(|(least, most)| most < 3.0 * least);
        Unmet::unless(close && even, ID, shows, || {
            format!("they are {}, found {}, over K(τ) {}", list(&bounds), list(&found), list(&parts))
        })?;
        commutators = upwards(&commuted);
        said.push(format!(
            "{}, which over $K(\\tau)$ are {}, for the orders 0 to {orders}, of which the worst that {STARTS} searches by gradients find are {}",
            upwards(&bounds),
            upwards(&parts),
            list(&found)
        ));
    }
    Ok(Found {
        statement: format!(
            "On a circle of {SAMPLES}, with the bank `{}` and $J = {SCALE}$, for all signals of at most a quarter of a cycle per sample, read at \
             $t - \\tau(t)$, where $\\tau$ is a sine with $\\sup|\\tau'|$ of {}. Certain bounds on the norm of $\\Psi L - L\\Psi$, all wavelets together, \
             are {commutators}, and on $\\|SLx - Sx\\|/\\|x\\|$ {}.",
            Convention::Parseval,
            SLOPES.map(|slope| slope.to_string()).join(", "),
            said.join("; and ")
        ),
        level: Level::Sampled,
        cases: (ORDERS.len() * SLOPES.len() * STEPS) as u64 * STARTS,
        seed: Some(scattered::SEED),
        worst: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_that_are_too_small_or_do_not_grow_are_caught() {
        // without the terms of the orders from 1 on
        let small = judge(|bound, _| bound.average);
        assert!(small.is_err_and(|unmet| unmet.found.contains("was certified")));
        // twice the norm: of the right size for no small deformation
        assert!(judge(|_, _| 2.0).is_err_and(|unmet| unmet.found.contains("K(τ)")));
        // never four times what is found, and from one slope to the next too much
        let jumps = |bound: Deformation, slope| bound.coefficients * if slope < 0.05 { 0.6 } else { 2.1 };
        assert!(judge(jumps).is_err_and(|unmet| unmet.found.contains("K(τ)")));
    }

    #[test]
    fn a_sine_has_the_slope_and_the_size_it_claims() {
        for slope in SLOPES {
            let tau = displacements(slope);
            let steepest = tau.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f64::max);
            assert!((steepest / slope - 1.0).abs() < 1e-3);
            let sup = tau.iter().copied().fold(0.0, f64::max);
            assert!(size(slope) > sup / 16.0 + slope && size(slope) < sup / 16.0 + 5.0 * slope);
        }
    }
}
