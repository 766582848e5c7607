//! How much further apart a layer can take two inputs, in the 2-norm, bounded from above
//! ([`Layer::lipschitz`]; Szegedy et al. 2014, §4.3).
//!
//! | layer | a bound on ‖f(x) − f(y)‖/‖x − y‖ |
//! |---|---|
//! | convolution, transposed | the less of Schur's test on all its connections, and of the norms of its symbol |
//! | dense | the less of Schur's test, of the norm of Frobenius, and of powers of WᵀW |
//! | average, weighted average, unfold, fold, pad, upsample | Schur's test |
//! | maximum | the root of how many regions an entry is in |
//! | p-norm for p ≥ 2 | the root of how often regions read an entry |
//! | 1-norm | Schur's test, as of sums |
//! | maxout, rectifier, tanh | 1 |
//! | leaky rectifier | max(1, ∣slope∣) |
//! | sigmoid | 1/4 |
//! | softmax | 1/2: the sizes in row i of diag(p) − ppᵀ add up to 2pᵢ(1 − pᵢ) |
//! | batch normalisation in inference | the largest ∣γ/σ∣ |
//! | one after the other | the product |
//! | residual | the sum |
//! | skip | √(1 + L²) |
//! | recurrent, of T steps | √D_T, where D₀ = 0 and D = L²(1 + D) a step |
//! | [outputs at several depths](super::SideOutputs) | √V₁, where V is L² V, L² max(1, V) or L²(1 + V), from the last |
//!
//! Schur's test: with ∣A∣ the sizes of all entries of a matrix, ‖A‖² is not more than the largest entry of ∣A∣ᵀ∣A∣1. It is
//! computed by running the layer with the sizes of its weights forward and backward on ones, in intervals, so strides,
//! overlaps, borders, groups and shared weights count exactly as they are. It forgets signs.
//!
//! The symbol: a convolution with zeros around its input is part of one on a circle that is long enough for nothing to come
//! round, and leaving out entries or outputs takes no norm up. There it is one matrix for each frequency, whose largest
//! norm is the norm on the circle (Sedghi, Gupta & Long 2019); with a stride s the s phases of an input are as many
//! channels. Finitely many frequencies are enough, and nothing is missed between them.
//!
//! What is assumed: the weights are the floats they are and the arithmetic is exact, so that rounding in a forward pass is not
//! in the bound; sines are off by less than 1e-14. A product of constants is no more than a bound: the worst pair of one
//! layer need not be what the layer before it can give, and a rectifier may block it.

mod incidence;
mod search;
mod symbol;

pub use search::search;

pub(super) use incidence::{Again, repeated, summed};
pub(super) use symbol::Symbol;

use super::{
    Layer, LayerError,
    conv::array,
    grid::{room, volume},
};
use crate::{
    conv::norm,
    scalar::{Interval, Real, Semiring},
};
use ndarray::{ArrayD, ArrayViewD};

/// Up to so many multiplications, the norms of matrices are bounded by powers; beyond it Schur's test is all there is.
const PRODUCTS: f64 = 4e10;

/// Why there is no bound for weights that are not numbers, and for sums beyond the floats.
const BEYOND: &str = "its weights are infinite or no numbers, or sums of them are beyond the largest float";

/// Not less than ab, of numbers that are not negative.
pub(super) fn product(a: f64, b: f64) -> f64 {
    Interval::from(a).times(&Interval::from(b)).high()
}

/// Not less than a + b.
pub(super) fn sum(a: f64, b: f64) -> f64 {
    Interval::from(a).plus(&Interval::from(b)).high()
}

/// Not less than n.
pub(super) fn counted(n: usize) -> f64 {
    let nearest = n as f64;
    if nearest as u128 >= n as u128 { nearest } else { nearest.next_up() }
}

/// Not less than √a, of an a that is not negative.
pub(super) fn root(a: f64) -> f64 {
    Interval::from(a).root().map_or(f64::INFINITY, Interval::high)
}

/// The sizes of the members of an interval, from 0 to the largest.
pub(super) fn size(of: Interval) -> Interval {
    Interval::new(0.0, of.high().max(-of.low())).unwrap_or(Interval::LINE)
}

/// The sizes of weights.
pub(super) fn sizes<S: Real>(weights: &ArrayD<S>) -> Result<ArrayD<Interval>, LayerError> {
    room::<Interval>("the sizes of the weights", weights.shape())?;
    Ok(weights.map(|weight| size(Interval::from((*weight).into()))))
}

/// The bound, if it is a number.
pub(super) fn known(name: &'static str, bound: f64) -> Result<f64, LayerError> {
    if bound.is_finite() { Ok(bound) } else { Err(LayerError::Unbounded { name, why: BEYOND }) }
}

/// Schur's test of a linear layer whose weights have no sign: the root of the largest entry of AᵀA1.
pub(super) fn schur(
    input: &[usize],
    forward: impl FnOnce(ArrayViewD<Interval>) -> Result<ArrayD<Interval>, LayerError>,
    backward: impl FnOnce(ArrayViewD<Interval>) -> Result<ArrayD<Interval>, LayerError>,
) -> Result<f64, LayerError> {
    let entries = room::<Interval>("the input", input)?;
    let ones = array(input, vec![<Interval as Semiring>::one(); entries]);
    let sums = backward(forward(ones.view())?.view())?;
    Ok(root(sums.iter().fold(0.0, |most, sum| sum.high().max(most))))
}

/// The same of a layer that is linear with weights that have no sign.
pub(super) fn linear(layer: &dyn Layer<Interval>, input: &[usize]) -> Result<f64, LayerError> {
    let one = single(input);
    let backward = |y: ArrayViewD<Interval>| {
        let x = array(&one, vec![<Interval as Semiring>::zero(); volume("the input", &one)?]);
        Ok(layer.backward(x.view(), y)?.input)
    };
    schur(&one, |x| layer.forward(x), backward)
}

/// The shape of one input, for no linear layer lets the entries of a batch meet.
pub(super) fn single(input: &[usize]) -> Vec<usize> {
    [&[1], input.get(1..).unwrap_or(&[])].concat()
}

/// Weights times 2^−e, the largest between 1 and 2, and e; `None` where all are 0, or one is no number.
fn normalised<S: Real>(weights: impl Iterator<Item = S>) -> Option<(Vec<f64>, i32)> {
    let weights: Vec<f64> = weights.map(Into::into).collect();
    let largest = weights.iter().fold(0.0, |most: f64, w| if w.is_nan() { *w } else { most.max(w.abs()) });
    let exponent = largest.exponent()?;
    weights.iter().all(|w| w.is_finite()).then(|| {
        let scaled = weights.iter().map(|w| w.scaled(-exponent)).collect();
        (scaled, exponent)
    })
}

/// Not less than a · 2^e.
fn scaled(a: f64, exponent: i32) -> f64 {
    a.scaled(exponent).next_up()
}

/// A bound on the norm of a matrix, outputs × inputs; infinite where none is known.
pub(super) fn dense<S: Real>(weights: &ArrayD<S>, [outputs, inputs]: [usize; 2]) -> Result<f64, LayerError> {
    let _ = volume("the array of weights", &[outputs, inputs])?;
    let matrix = sizes(weights)?;
    let (mut columns, zero) = (vec![Interval::from(0.0); inputs], <Interval as Semiring>::zero());
    for row in matrix.rows() {
        let sum = row.iter().fold(zero, |sum, w| sum.plus(w));
        columns.iter_mut().zip(row).for_each(|(column, w)| *column = column.plus(&w.times(&sum)));
    }
    let schur = root(columns.iter().fold(0.0, |most, column| column.high().max(most)));
    if norm::products(outputs, inputs) > PRODUCTS {
        return Ok(schur);
    }
    let Some((flat, exponent)) = normalised(weights.iter().copied()) else { return Ok(schur) };
    // what is left out below the smallest float is less than any rounding of the largest weight
    let bound = norm::above(outputs, inputs, f64::EPSILON, |o, c| flat[o * inputs + c]);
    Ok(schur.min(scaled(bound, exponent)))
}

#[cfg(test)]
mod tests;
