//! Solid-harmonic scattering of a cube in all its positions, and of a Gaussian, where it has a closed form.

use super::{
    Found, Unmet,
    scattered::{Data, SEED, energy, fits, noise},
};
use crate::{
    book::portable::exp,
    figure::{number, power},
    theorem::Level,
    wavelet::scattering::{
        Convention,
        solid::{Scattering, Settings},
    },
};
use ndarray::{Axis, IxDyn};
use std::f64::consts::TAU;

pub(super) const ID: &str = "a-cube-in-all-positions";
const SHOWS: &str = "moduli are turned with the cube, and their sums stay";
/// An odd side and an even one: on the even one a frequency is its own opposite.
const SIDES: [usize; 2] = [7, 8];
const SCALE: u32 = 1;
/// In parts of the largest.
const ROUNDING: f64 = 1e-10;
/// For the Gaussian: samples along each axis, its width and that of the first wavelets.
const WIDE: usize = 32;
const WIDTHS: [f64; 2] = [1.5, 1.25];
const CLOSE: f64 = 1e-8;

/// An array with its axes permuted and some of them reversed, in all 48 ways; the rotations, 24 of them, first.
fn positions(x: &Data) -> Vec<Data> {
    let cycles = [[0, 1, 2], [1, 2, 0], [2, 0, 1]].map(|order| (order, 0));
    let swaps = [[1, 0, 2], [0, 2, 1], [2, 1, 0]].map(|order| (order, 1));
    let all = cycles
        .into_iter()
        .chain(swaps)
        .flat_map(|(order, swaps)| (0..8_u32).map(move |which| (order, swaps, which)));
    let mut all: Vec<_> = all.collect();
    // a rotation is an even number of exchanges and reversals
    all.sort_by_key(|(_, swaps, which)| (swaps + which.count_ones()) % 2);
    let position = |(order, _, which): ([usize; 3], u32, u32)| {
        let mut turned = x.clone().permuted_axes(order.to_vec());
        (0..3).filter(|axis| which >> axis & 1 == 1).for_each(|axis| turned.invert_axis(Axis(axis)));
        turned.as_standard_layout().into_owned()
    };
    all.into_iter().map(position).collect()
}

fn plan(settings: &Settings) -> Result<Scattering, Unmet> {
    fits(ID, Scattering::new(settings))
}

fn largest(x: impl Iterator<Item = f64>) -> f64 {
    x.fold(0.0, |a, b| a.max(b.abs()))
}

/// By how much a position changes a sum, in parts of it: the most that occurs.
fn change(settings: &Settings, x: &Data) -> Result<f64, Unmet> {
    let plan = plan(settings)?;
    let rest = fits(ID, plan.forward(x.view()))?;
    let mut most = 0.0_f64;
    for turned in positions(x) {
        let sums = fits(ID, plan.forward(turned.view()))?;
        most = most.max(largest(sums.iter().zip(&rest).map(|(sum, rest)| (sum - rest) / rest)));
    }
    Ok(most)
}

pub(super) fn run() -> Result<Found, Unmet> {
    judge(true, WIDTHS[0])
}

fn judge(invariant: bool, width: f64) -> Result<Found, Unmet> {
    let (mut cases, mut alone, mut kymatio) = (0, vec![], vec![]);
    for side in SIDES {
        let x = noise(&[side; 3], SEED);
        let settings = Settings { invariant, ..Settings::of([side; 3], SCALE) };
        let plan = plan(&settings)?;
        for path in 0..plan.paths().len() {
            let moduli = |x: &Data| fits(ID, plan.moduli(x.view(), path));
            for (turned, wanted) in positions(&x).iter().zip(positions(&moduli(&x)?)) {
                let far = largest((moduli(turned)? - &wanted).into_iter()) / largest(wanted.into_iter());
                Unmet::unless(far < ROUNDING, ID, SHOWS, || format!("moduli are off by {}", number(far)))?;
                cases += 1;
            }
        }
        let far = change(&settings, &x)?;
        Unmet::unless(far < ROUNDING, ID, SHOWS, || format!("sums change by {}", number(far)))?;
        alone.push(change(&Settings { invariant: false, ..settings.clone() }, &x)?);
        kymatio.push(change(&Settings { convention: Convention::Kymatio030, ..settings }, &x)?);
    }
    for (what, found) in
        [("with one m alone sums change", &alone), ("with frequencies of kymatio they do", &kymatio)]
    {
        Unmet::unless(found.iter().all(|far| *far > 1e-6), ID, what, || format!("by {found:?}"))?;
    }
    let gaussian = gaussian(width)?;
    let percent = |part: f64| number(100.0 * part);
    Ok(Found {
        statement: format!(
            "For the degrees 0 to 3, the scales 0 and 1, the orders 0, 1 and 2, and noise on cubes of the sides {} and {}: the moduli \
             of each path are turned with the cube in its 24 positions, and mirrored with its 24 mirror images, up to {} of the \
             largest of them, and the sums of their powers ½, 1 and 2 stay, up to {}. With one wavelet of each degree alone, that of \
             $m = -l$, the sum that changes most does so by {} and {} per cent. With the frequencies that kymatio 0.3.0 takes it is \
             {} and {} per cent. And of a Gaussian of mass 1 and width {width}, on {WIDE} samples along each axis, the sums of squared \
             moduli of order 1 are those of the closed form for {gaussian} pairs of a scale and a degree, up to {} of them.",
            SIDES[0],
            SIDES[1],
            power(ROUNDING, 0),
            power(ROUNDING, 0),
            percent(alone[0]),
            percent(alone[1]),
            percent(kymatio[0]),
            percent(kymatio[1]),
            power(CLOSE, 0),
        ),
        level: Level::Sampled,
        cases: cases + gaussian,
        seed: Some(SEED),
        worst: None,
    })
}

/// The sum of U² of a Gaussian: a wavelet of width σ makes of it that of width τ, times (σ/τ)^l.
fn gaussian(width: f64) -> Result<u64, Unmet> {
    let middle = WIDE as f64 / 2.0;
    let square = |t: &IxDyn| (0..3).map(|axis| (t[axis] as f64 - middle).powi(2)).sum::<f64>();
    let height = 1.0 / (TAU * WIDTHS[0] * WIDTHS[0]).powi(3).sqrt();
    let x = Data::from_shape_fn(vec![WIDE; 3], |t| height * exp(-square(&t) / (2.0 * WIDTHS[0] * WIDTHS[0])));
    let settings = Settings { width: WIDTHS[1], orders: 1, ..Settings::of([WIDE; 3], SCALE) };
    let plan = plan(&settings)?;
    let mut cases = 0;
    for (place, path) in plan.paths().iter().enumerate() {
        let [j] = path.octaves[..] else { continue };
        let sigma = WIDTHS[1] * f64::from(1 << j);
        let tau = (sigma * sigma + width * width).sqrt();
        // ∫ r^(l + 2) e^(−r²/2) dr, and ∫ r^(2l + 2) e^(−r²) dr, over r > 0, by parts from their first ones
        let l = path.degree;
        let up =
            |first: f64, steps: &mut dyn Iterator<Item = f64>| steps.fold(first, |product, k| product * k);
        let first = if l.is_multiple_of(2) { (TAU / 4.0).sqrt() } else { 2.0 };
        let radial = up(first, &mut (2..=l).rev().step_by(2).map(|k| f64::from(k + 1)));
        let squares = up((TAU / 2.0).sqrt() / 4.0, &mut (1..=l).map(|k| f64::from(k) + 0.5));
        let wanted = (sigma / tau).powi(2 * l as i32) * squares / (2.0 * TAU * radial * radial * tau.powi(3));
        let found = energy(&fits(ID, plan.moduli(x.view(), place))?);
        let far = (found - wanted).abs() / wanted;
        Unmet::unless(far < CLOSE, ID, "a Gaussian has its closed form", || {
            format!("it is off by {}", number(far))
        })?;
        cases += 1;
    }
    Ok(cases)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wavelet_alone_and_another_gaussian_are_caught() {
        assert!(judge(false, WIDTHS[0]).is_err_and(|unmet| unmet.found.contains("moduli are off")));
        assert!(judge(true, 1.501).is_err_and(|unmet| unmet.found.contains("it is off by")));
    }

    #[test]
    fn positions_are_48_and_half_of_them_rotations() {
        // a corner with its three edges marked in turn: a rotation keeps the sense in which they follow each other
        let x = noise(&[2; 3], SEED);
        let all = positions(&x);
        assert_eq!(all.len(), 48);
        assert!((0..48).all(|i| (0..i).all(|j| all[i] != all[j])));
        // what is turned twice is turned
        let twice: Vec<Data> = positions(&all[5]).into_iter().take(24).collect();
        assert!(twice.iter().all(|x| all[..24].contains(x)));
    }
}
