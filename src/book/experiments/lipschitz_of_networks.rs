//! Lipschitz constants of the networks that have learned, against the worst pairs that a search finds, and what they certify.

use super::{Found, Unmet};
use crate::{
    book::{
        learning::{Network, lessons, picture},
        portable::integers,
    },
    figure::{not_above, not_below},
    layer::{
        Conv, Kept, Layer, LayerError, SideOutputs, Sliding, Stage,
        lipschitz::search,
        network::Part,
        shapes::{Examples, SIZE},
    },
    signal::Boundary,
    theorem::Level,
};
use ndarray::ArrayD;

pub(super) const ID: &str = "networks-amplify-at-most";

const SHOWS: &str =
    "no pair of inputs comes further apart than a Lipschitz constant allows, and none says nothing";
const SHAPE: [usize; 4] = [1, 3, SIZE, SIZE];
/// Pictures around which pairs are searched, and how far a search goes.
const STARTS: usize = 3;
const STEPS: usize = 30;
const SEED: u64 = 13;
/// Of a ratio: the networks compute in single precision, and the constants are about exact arithmetic.
const ROUNDING: f64 = 1e-4;
/// The circle of the layers with outputs on the way.
const PLACES: usize = 16;

/// How a constant is found: of a network, and of layers with outputs on the way.
#[derive(Clone, Copy)]
struct Claimed {
    network: fn(&Network) -> Result<f64, LayerError>,
    side: fn(&SideOutputs<f64>) -> Result<f64, LayerError>,
}

const CLAIMED: Claimed = Claimed {
    network: |network| network.lipschitz(&SHAPE),
    side: |layers| layers.lipschitz(&[1, 1, PLACES]),
};

pub(super) fn run() -> Result<Found, Unmet> {
    judge(CLAIMED)
}

fn unmet(found: String) -> Unmet {
    Unmet { id: ID, shows: SHOWS, found }
}

fn said(error: LayerError) -> Unmet {
    unmet(error.to_string())
}

fn norm(values: impl Iterator<Item = f64>) -> f64 {
    values.map(|value| value * value).sum::<f64>().sqrt()
}

/// The worst ratio of the pairs that searches around some pictures go through, and how many pairs those are.
fn worst(network: &Network, pictures: &Examples<f32>) -> Result<(f64, u64), Unmet> {
    let mut draw = integers(SEED, 7).map(|v| v as f32 / 64.0);
    let (mut worst, mut pairs) = (0.0, 0);
    for start in 0..STARTS {
        let noise: Vec<f32> = draw.by_ref().take(SHAPE.iter().product()).collect();
        let noise = ArrayD::from_shape_vec(SHAPE.to_vec(), noise).expect("as many");
        let found = search(network, picture(pictures, start).view(), noise.view(), STEPS).map_err(said)?;
        pairs += found.len() as u64;
        worst = found.into_iter().fold(worst, f64::max);
    }
    Ok((worst, pairs))
}

/// The median, of pictures that are told right, of the lead of their score divided by √2 L: no picture that is nearer than that
/// is told otherwise, for two scores go apart by at most √2 times what all scores do.
fn radius(network: &Network, constant: f64, pictures: &Examples<f32>) -> Result<f64, Unmet> {
    let scores = network.forward(pictures.inputs.view()).map_err(said)?;
    let lead = |(scores, right): (ndarray::ArrayViewD<f32>, &usize)| {
        let others = (0..scores.len()).filter(|class| class != right).map(|class| scores[[class]]);
        f64::from(scores[[*right]]) - f64::from(others.fold(f32::NEG_INFINITY, f32::max))
    };
    let mut leads: Vec<f64> =
        scores.outer_iter().zip(&pictures.labels).map(lead).filter(|lead| *lead > 0.0).collect();
    leads.sort_by(f64::total_cmp);
    let median = leads.get(leads.len() / 2).copied().unwrap_or(0.0);
    Ok(median / (2_f64.sqrt() * constant))
}

/// Twice an average that is kept and a difference that goes on, both small: what is lost behind the first layer has been kept
/// before.
fn side_outputs() -> SideOutputs<f64> {
    let bank = || -> Part<f64> {
        let weights = ArrayD::from_shape_vec(vec![2, 1, 2], vec![0.25, 0.25, 0.05, -0.05]).expect("four");
        Box::new(Conv::new(Sliding::of(&[2]).pad(0, 1).boundary(Boundary::Wrap), weights))
    };
    let stage = |kept| Stage { layer: bank(), kept };
    SideOutputs(vec![stage(Kept::Channels(1)), stage(Kept::Nothing)])
}

fn judge(claimed: Claimed) -> Result<Found, Unmet> {
    let lessons = lessons(ID)?;
    let pictures = &lessons.data.unseen;
    let (mut cases, mut told) = (0, vec![]);
    for learned in &lessons.learned {
        let (network, name) = (&learned.network, learned.course.name);
        let constant = (claimed.network)(network).map_err(said)?;
        let (found, pairs) = worst(network, pictures)?;
        // so that NaN is no success
        if !(found <= constant * (1.0 + ROUNDING) && found > 0.1 * constant) {
            return Err(unmet(format!("of `{name}` it is {constant}, and a pair has {found}")));
        }
        let radius = radius(network, constant, pictures)?;
        told.push(format!(
            "`{name}` {}, found {found:.2}, radius {}",
            not_below(constant, 2),
            not_above(radius, 2)
        ));
        cases += pairs;
    }
    let layers = side_outputs();
    let side = (claimed.side)(&layers).map_err(said)?;
    let constant_signal = ArrayD::from_elem(vec![1, 1, PLACES], 1.0);
    let outputs = layers.forward(constant_signal.view()).map_err(said)?;
    let attained = norm(outputs.iter().flatten().copied()) / norm(constant_signal.iter().copied());
    let power =
        layers.0.iter().map(|stage| stage.layer.lipschitz(&[1, 1, PLACES])).product::<Result<f64, _>>();
    let power = power.map_err(said)?;
    if !(attained <= side * (1.0 + ROUNDING) && attained > 0.99 * side) {
        return Err(unmet(format!(
            "with outputs on the way it is {side}, and a constant signal has {attained}"
        )));
    }
    let length =
        norm(pictures.inputs.iter().map(|value| f64::from(*value))) / (pictures.labels.len() as f64).sqrt();
    Ok(Found {
        statement: format!(
            "Bounds on the Lipschitz constants of the four networks in the 2-norm, products of those of their layers, in exact arithmetic; the worst \
             ratio among {cases} pairs on the way of searches by gradients; and the radius within which certainly no change of the input \
             changes the answer, which is the lead of the score divided by $\\sqrt2$ times the bound, in the median over \
             unseen pictures that are told right: {}. (The pictures have a norm of about {length:.0}.) With outputs on the way the constants do not \
             multiply: of two layers with {power_root:.2} each, of which the first keeps an average and hands on a difference, it is at most {}, \
             of which a constant signal has {attained:.4}, and not {power:.2}.",
            told.join("; "),
            not_below(side, 5),
            power_root = power.sqrt(),
        ),
        level: Level::Sampled,
        cases: cases + 1,
        seed: Some(SEED),
        worst: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_that_are_too_small_or_say_nothing_are_caught() {
        let tenth = |network: &Network| Ok(network.lipschitz(&SHAPE)? / 10.0);
        assert!(judge(Claimed { network: tenth, ..CLAIMED }).is_err_and(|u| u.found.contains("a pair has")));
        assert!(judge(Claimed { network: |_| Ok(1e4), ..CLAIMED }).is_err());
        assert!(judge(Claimed { network: |_| Ok(f64::NAN), ..CLAIMED }).is_err());
        let power = |layers: &SideOutputs<f64>| {
            layers.0.iter().map(|stage| stage.layer.lipschitz(&[1, 1, PLACES])).product()
        };
        let found = judge(Claimed { side: power, ..CLAIMED });
        assert!(found.is_err_and(|unmet| unmet.found.contains("a constant signal has")));
    }
}
