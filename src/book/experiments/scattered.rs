//! What the experiments on scattering have in common: signals that are the same on any machine, and transforms of them.

use super::Unmet;
use crate::{
    book::portable::{circle, integers},
    wavelet::scattering::{Ledger, Scattering, ScatteringError, Settings},
};
use ndarray::{ArrayD, IxDyn};

pub(super) const SEED: u64 = 2026;

pub(super) type Plan = Scattering<f64>;
pub(super) type Data = ArrayD<f64>;

/// An error of the library is a mistake in the experiment.
pub(super) fn fits<T>(id: &'static str, result: Result<T, ScatteringError>) -> Result<T, Unmet> {
    result.map_err(|error| Unmet { id, shows: "signals and transforms fit", found: error.to_string() })
}

pub(super) fn plan(id: &'static str, settings: &Settings) -> Result<Plan, Unmet> {
    fits(id, Scattering::new(settings))
}

pub(super) fn forward(id: &'static str, plan: &Plan, x: &Data) -> Result<Data, Unmet> {
    fits(id, plan.forward(x.view()))
}

pub(super) fn gradient(id: &'static str, plan: &Plan, x: &Data, c: &Data) -> Result<Data, Unmet> {
    fits(id, plan.gradient(x.view(), c.view()))
}

pub(super) fn ledger(id: &'static str, plan: &Plan, x: &Data) -> Result<Ledger, Unmet> {
    let found = || "something is subsampled".to_owned();
    fits(id, plan.ledger(x.view()))?.ok_or_else(|| Unmet { id, shows: "there is a ledger", found: found() })
}

/// ‖x‖².
pub(super) fn energy(x: &Data) -> f64 {
    x.iter().map(|x| x * x).sum()
}

/// Entries between −1 and 1, all from one generator.
pub(super) fn noise(shape: &[usize], seed: u64) -> Data {
    let mut draw = integers(seed, 20);
    ArrayD::from_shape_simple_fn(shape, || draw.next().unwrap_or(0) as f64 / f64::from(1 << 20))
}

/// cos 2π(ν·t + start), one frequency in cycles per sample for each axis.
pub(super) fn wave(shape: &[usize], frequency: &[f64], start: f64) -> Data {
    ArrayD::from_shape_fn(shape, |t| {
        let turns: f64 = frequency.iter().enumerate().map(|(axis, f)| f * t[axis] as f64).sum();
        circle(turns + start)[0]
    })
}

/// Noises, an impulse, a step, and an oscillation that becomes faster.
pub(super) fn signals(shape: &[usize], noises: usize) -> Vec<Data> {
    let last = shape[shape.len() - 1];
    let at = |t: &IxDyn| t[shape.len() - 1];
    let middle = IxDyn(&shape.iter().map(|n| n / 2).collect::<Vec<_>>());
    let mut impulse = Data::zeros(shape);
    impulse[middle] = 1.0;
    let step = Data::from_shape_fn(shape, |t| f64::from(u8::from(2 * at(&t) < last)));
    let faster = Data::from_shape_fn(shape, |t| {
        let t = at(&t) as f64;
        circle(0.02 * t + 0.15 * t * t / last as f64)[0]
    });
    let noises = (0..noises as u64).map(|seed| noise(shape, SEED + seed));
    noises.chain([impulse, step, faster]).collect()
}

/// A signal moved round the circle of each axis.
pub(super) fn moved(x: &Data, by: &[isize]) -> Data {
    Data::from_shape_fn(x.shape(), |t| {
        let from = |axis: usize| (t[axis] as isize - by[axis]).rem_euclid(x.shape()[axis] as isize) as usize;
        x[IxDyn(&(0..by.len()).map(from).collect::<Vec<_>>())]
    })
}
