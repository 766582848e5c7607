//! The gradients of a network, from the three operations of its layers, are the derivatives that dual numbers give.

use super::{Found, Unmet};
use crate::{
    book::portable::integers,
    layer::{
        Conv, Dense, Gradients, Layer, LayerError, Relu, Sequential, Sliding,
        pool::{Max, Regions},
    },
    scalar::{Dual, Ring},
    theorem::Level,
};
use ndarray::ArrayD;

pub(super) const ID: &str = "three-operations-suffice";

const SHOWS: &str = "every gradient is the derivative";
const DRAWS: usize = 5;
const SEED: u64 = 2026;

type Whole = ArrayD<i64>;
type Gradient = fn(&Sequential<i64>, &Whole, &Whole) -> Result<Gradients<i64>, LayerError>;

pub(super) fn run() -> Result<Found, Unmet> {
    judge(|network, x, dy| network.backward(x.view(), dy.view()))
}

/// CONV – RELU – POOL – FC, with these weights.
fn network<S: Ring + PartialOrd>(parameters: &[ArrayD<S>]) -> Sequential<S> {
    let [weights, bias, dense, offsets] = [0, 1, 2, 3].map(|number: usize| parameters[number].clone());
    let bias: Vec<S> = bias.iter().cloned().collect();
    let conv = Conv::new(Sliding::of(&[3, 3]).pad(1, 1), weights).bias(&bias);
    let pool = Max { regions: Regions::Sliding(Sliding::of(&[2, 2]).stride(2)) };
    let dense = Dense { weights: dense, bias: Some(offsets) };
    Sequential(vec![Box::new(conv), Box::new(Relu), Box::new(pool), Box::new(dense)])
}

fn judge(gradient: Gradient) -> Result<Found, Unmet> {
    let unmet = |found: String| Unmet { id: ID, shows: SHOWS, found };
    let refused = |error: LayerError| unmet(error.to_string());
    // so large that no two entries of a window are equal, and none is 0, where there are several derivatives
    let mut numbers = integers(SEED, 16);
    let (mut cases, mut counted) = (0, 0);
    for _ in 0..DRAWS {
        let mut array = |shape: &[usize]| {
            let entries = numbers.by_ref().take(shape.iter().product()).collect();
            Whole::from_shape_vec(shape, entries).expect("as many entries")
        };
        let shapes: [&[usize]; 4] = [&[3, 2, 3, 3], &[3], &[4, 12], &[4]];
        let parameters = shapes.map(&mut array);
        let (x, dy) = (array(&[1, 2, 4, 4]), array(&[1, 4]) % 8);
        let own = gradient(&network(&parameters), &x, &dy).map_err(refused)?;
        // the derivative of ⟨dy, y⟩ in entry i of array number k, the last being the input
        let all = [&parameters[..], &[x]].concat();
        let lifted: Vec<ArrayD<Dual<i64>>> = all.iter().map(|array| array.mapv(Dual::constant)).collect();
        let gradients = own.parameters.iter().chain([&own.input]);
        for (k, gradient) in gradients.enumerate() {
            if gradient.shape() != all[k].shape() {
                return Err(unmet(format!("the gradient in array {k} has the shape {:?}", gradient.shape())));
            }
            for (i, own) in gradient.iter().enumerate() {
                let mut here = lifted.clone();
                here[k].iter_mut().nth(i).expect("an entry").derivative = 1;
                let y = network(&here[..4]).forward(here[4].view()).map_err(refused)?;
                let slope: i64 = y.iter().zip(&dy).map(|(y, dy)| y.derivative * dy).sum();
                if slope != *own {
                    return Err(unmet(format!(
                        "entry {i} of array {k} is {own}, and the derivative {slope}"
                    )));
                }
                counted += u64::from(slope != 0);
                cases += 1;
            }
        }
    }
    Ok(Found {
        statement: format!(
            "A network CONV – RELU – POOL – FC with several channels over the integers, {DRAWS} times. Each layer brings back what \
             the next one hands it by its own operations: from outputs to inputs, and to weights. All {cases} entries of the gradients, \
             of which {counted} are not 0, are the derivatives: the network run forward on numbers $a + b\\varepsilon$ with \
             $\\varepsilon^2 = 0$ and $b = 1$ in that entry alone."
        ),
        level: Level::Exact,
        cases,
        seed: Some(SEED),
        worst: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gradients_that_are_turned_or_forget_the_rectifier_are_caught() {
        let flipped: Gradient = |network, x, dy| {
            let mut own = network.backward(x.view(), dy.view())?;
            own.parameters[0].invert_axis(ndarray::Axis(3));
            Ok(own)
        };
        let straight: Gradient = |network, x, dy| {
            let parameters: Vec<Whole> = network.parameters().into_iter().map(|(_, w)| w.clone()).collect();
            let mut other = super::network(&parameters);
            other.0.remove(1);
            other.backward(x.view(), dy.view())
        };
        for wrong in [flipped, straight] {
            assert!(judge(wrong).is_err());
        }
    }
}
