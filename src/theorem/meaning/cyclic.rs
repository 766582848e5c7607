//! Signals on Z/n: the discrete Fourier transform by its definition, and its relatives.

use super::{Element, Halt, Value, World, fits};
use crate::{scalar::Semiring, signal::Cyclic};
use ndarray::{ArrayD, Axis};

pub(super) fn reversed(x: &Cyclic<Element>) -> Cyclic<Element> {
    Cyclic::from_fn(x.shape(), |n| x.at(&n.iter().map(|n| -n).collect::<Vec<_>>()).clone())
}

/// Every lane along every axis, transformed by `Σ_k lane[k] · power[jk mod n]`.
fn transform(
    x: &Cyclic<Element>,
    power: impl Fn(usize) -> Result<Vec<Element>, Halt>,
) -> Result<ArrayD<Element>, Halt> {
    let mut y = x.entries().clone();
    for axis in 0..y.ndim() {
        let n = y.shape()[axis];
        let powers = power(n)?;
        for mut lane in y.lanes_mut(Axis(axis)) {
            let x: Vec<Element> = lane.iter().cloned().collect();
            for (j, y_j) in lane.iter_mut().enumerate() {
                let mut sum = Element::zero();
                x.iter()
                    .enumerate()
                    .for_each(|(k, x_k)| Element::mul_add_into(&mut sum, x_k, &powers[j * k % n]));
                *y_j = sum;
            }
        }
    }
    Ok(y)
}

/// The DFT with ζ^(−jk), or its inverse with ζ^(jk) and 1/n.
pub(super) fn dft(x: &Cyclic<Element>, inverse: bool, world: &World) -> Result<Value, Halt> {
    let y = transform(x, |n| {
        let mut powers = world.roots(n)?;
        if !inverse {
            powers[1..].reverse(); // ζ^(−k) = ζ^(n−k)
        }
        Ok(powers)
    })?;
    if !inverse {
        return Ok(Value::Cyclic(Cyclic::new(y)));
    }
    // one inverse per axis, so that what is needed of the ring is n1⁻¹, …, nd⁻¹
    let mut scale = Element::one();
    for n in x.shape() {
        scale = scale.times(&world.inverse(&world.integer(&(*n).into())?)?);
    }
    Ok(Value::Cyclic(Cyclic::new(y.map(|y| y.times(&scale)))))
}

pub(super) fn ntt(x: &Cyclic<Element>, world: &World) -> Result<Value, Halt> {
    Ok(Value::Cyclic(Cyclic::new(transform(x, |n| Ok(world.roots(n)?))?)))
}

pub(super) fn wht(x: &Cyclic<Element>, world: &World) -> Result<Value, Halt> {
    let n = x.shape()[0];
    if !n.is_power_of_two() {
        return Err(Halt::Undefined("wht on Z/n where n is no power of two"));
    }
    let entries: Result<Vec<Element>, Halt> = (0..n)
        .map(|j| {
            x.entries().iter().enumerate().try_fold(Element::zero(), |sum, (k, x)| {
                Ok(if (j & k).count_ones() % 2 == 1 { world.subtract(&sum, x)? } else { sum.plus(x) })
            })
        })
        .collect();
    Ok(Value::Cyclic(Cyclic::circle(entries?)))
}

pub(super) fn tile(m: usize, x: &Cyclic<Element>) -> Result<Value, Halt> {
    let n = fits(x.shape()[0] * m)?;
    Ok(Value::Cyclic(Cyclic::circle((0..n).map(|k| x.at(&[k as isize]).clone()).collect())))
}
