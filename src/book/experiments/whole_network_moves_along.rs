//! A whole network on a circle: with stride 1 it goes along with every shift, with strides only with some.

use super::{Found, Unmet};
use crate::{
    book::{learning::moved, portable::integers},
    layer::{
        Conv, Layer, Relu, Sequential, Sliding,
        pool::{Max, Regions},
    },
    signal::Boundary,
    theorem::Level,
};
use ndarray::ArrayD;

pub(super) const ID: &str = "whole-network-moves-along";

const SHOWS: &str = "a network on a circle goes along with the shifts by multiples of its strides' product, and with no others";
/// The side of the square circle, the channels of the input, of the layer between and of the output.
const SIDE: usize = 8;
const CHANNELS: [usize; 3] = [2, 3, 2];
const DRAWS: usize = 10;
const SEED: u64 = 2026;

type Network = Sequential<i64>;
type Picture = ArrayD<i64>;
/// Windows of three by three, on what continues a picture.
type Windows = fn() -> Sliding;

pub(super) fn run() -> Result<Found, Unmet> {
    judge(|| Sliding::of(&[3, 3]).pad(1, 1).boundary(Boundary::Wrap))
}

/// CONV – RELU – POOL – CONV – RELU, with weights and biases between −7 and 7; the pool has the one stride, the second
/// convolution the other.
fn network(windows: Windows, strides: [usize; 2], entries: &mut impl Iterator<Item = i64>) -> Network {
    let mut conv = |[inputs, outputs]: [usize; 2], stride: usize| {
        let weights = entries.take(outputs * inputs * 9).collect();
        let weights = ArrayD::from_shape_vec(vec![outputs, inputs, 3, 3], weights).expect("as many entries");
        let bias: Vec<i64> = entries.take(outputs).collect();
        Box::new(Conv::new(windows().stride(stride), weights).bias(&bias))
    };
    let [inputs, between, outputs] = CHANNELS;
    let (first, second) = (conv([inputs, between], 1), conv([between, outputs], strides[1]));
    let pool = Max { regions: Regions::Sliding(windows().stride(strides[0])) };
    Sequential(vec![first, Box::new(Relu), Box::new(pool), second, Box::new(Relu)])
}

fn shifts(side: usize) -> impl Iterator<Item = [usize; 2]> {
    (0..side * side).map(move |place| [place / side, place % side])
}

fn judge(windows: Windows) -> Result<Found, Unmet> {
    let unmet = |found: String| Unmet { id: ID, shows: SHOWS, found };
    let mut entries = integers(SEED, 3);
    let mut cases = 0;
    for strides in [[1, 1], [2, 1], [1, 2], [2, 2]] {
        let total = strides[0] * strides[1];
        // for which shifts by no multiple some weights have been found with which no shift of the output will do
        let mut fails = vec![false; SIDE * SIDE];
        let mut left_alone = 0;
        for _ in 0..DRAWS {
            let network = network(windows, strides, &mut entries);
            let x = entries.by_ref().take(CHANNELS[0] * SIDE * SIDE).collect();
            let x = Picture::from_shape_vec(vec![1, CHANNELS[0], SIDE, SIDE], x).expect("as many entries");
            let run = |x: &Picture| network.forward(x.view()).map_err(|error| unmet(error.to_string()));
            let y = run(&x)?;
            if y.iter().all(|entry| *entry == y[[0, 0, 0, 0]]) {
                left_alone += 1;
                continue;
            }
            for (number, by) in shifts(SIDE).enumerate() {
                let there = run(&moved(&x, by))?;
                if by.iter().all(|by| by % total == 0) {
                    if there != moved(&y, by.map(|by| by / total)) {
                        return Err(unmet(format!(
                            "strides {strides:?} do not go along with the shift by {by:?}"
                        )));
                    }
                } else if shifts(SIDE / total).all(|other| there != moved(&y, other)) {
                    fails[number] = true;
                }
                cases += 1;
            }
        }
        if 2 * left_alone > DRAWS {
            return Err(unmet(format!(
                "{left_alone} outputs for strides {strides:?} are constant, and show nothing"
            )));
        }
        let spared =
            shifts(SIDE).zip(&fails).find(|(by, fails)| by.iter().any(|by| by % total != 0) && !**fails);
        if let Some((by, _)) = spared {
            return Err(unmet(format!("strides {strides:?} always go along with the shift by {by:?}")));
        }
    }
    Ok(Found {
        statement: format!(
            "A network CONV – RELU – POOL – CONV – RELU with {}, {} and {} channels and biases, on pictures of {SIDE} by {SIDE} \
             that wrap round, over the integers; for {DRAWS} random choices of weights and picture for each pair of strides. With stride 1 throughout, every one of the {} shifts of the picture shifts the \
             output. With stride 2 in the pool, in the second convolution, or in both, this is so for the shifts by multiples of \
             2, 2 and 4; for each of the others there are weights and a picture for which the output is not even some other shift \
             of what it was.",
            CHANNELS[0],
            CHANNELS[1],
            CHANNELS[2],
            SIDE * SIDE
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
    fn other_borders_are_caught() {
        for boundary in [Boundary::Zero, Boundary::Symmetric] {
            let wrong: Windows = match boundary {
                Boundary::Zero => || Sliding::of(&[3, 3]).pad(1, 1),
                _ => || Sliding::of(&[3, 3]).pad(1, 1).boundary(Boundary::Symmetric),
            };
            assert!(judge(wrong).is_err_and(|unmet| unmet.found.contains("do not go along")));
        }
    }

    #[test]
    fn windows_that_do_nothing_but_skip_are_caught() {
        let skip: Windows = || Sliding::of(&[3, 3]).pad(1, 1).boundary(Boundary::Wrap).dilation(SIDE);
        assert!(judge(skip).is_err());
    }
}
