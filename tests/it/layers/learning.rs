//! Gradients that are right make a network learn; and what it has learned moves with the picture.

use super::array;
use faltung::{
    layer::{
        BatchNorm, Bias, Conv, Dense, Layer, Relu, Sequential, Sharing, Sliding,
        pool::{Max, Regions},
        shapes::{CLASSES, Examples, SIZE, shapes},
        train::{Descent, accuracy, cross_entropy, initialise},
    },
    signal::Boundary,
};
use ndarray::{ArrayD, Axis, Slice};

/// The stack of the notes, INPUT – CONV – RELU – POOL – FC, with a border that wraps, pooled globally: where a shape is
/// does not matter.
fn network() -> Sequential<f32> {
    let conv =
        Conv::new(Sliding::of(&[3, 3]).pad(1, 1).boundary(Boundary::Wrap), ArrayD::zeros(vec![6, 3, 3, 3]));
    let pool = Max { regions: Regions::Global };
    let dense = Dense {
        weights: ArrayD::zeros(vec![CLASSES.len(), 6]),
        bias: Some(ArrayD::zeros(vec![CLASSES.len()])),
    };
    let mut network = Sequential::<f32>(vec![
        Box::new(conv.bias(&[0.0; 6])),
        Box::new(Relu),
        Box::new(pool),
        Box::new(dense),
    ]);
    initialise(&mut network, 7);
    network
}

fn learned(examples: &Examples<f32>, epochs: u64, rate: f64) -> (Sequential<f32>, Vec<f64>) {
    let (mut network, mut descent) = (network(), Descent::new(rate, 0.9));
    let losses =
        (0..epochs).map(|epoch| descent.epoch(&mut network, examples, 16, epoch).expect("fits")).collect();
    (network, losses)
}

#[test]
fn a_small_network_learns_shapes_it_has_not_seen() {
    let (seen, unseen) = (shapes::<f32>(160, 1), shapes::<f32>(80, 2));
    let (network, losses) = learned(&seen, 6, 0.1);
    assert!(losses[5] < losses[0] / 2.0, "{losses:?}");
    let (untaught, taught) = (accuracy(&super::learning::network(), &unseen), accuracy(&network, &unseen));
    let (untaught, taught) = (untaught.expect("fits"), taught.expect("fits"));
    assert!(taught > 0.9 && untaught < 0.5, "{taught} {untaught}");
    // the activation maps of a shifted picture are the shifted maps
    let shifted = |x: &ArrayD<f32>| {
        let part = |slice: Slice| x.slice_axis(Axis(3), slice).to_owned();
        let cut = SIZE as isize - 5;
        ndarray::concatenate(Axis(3), &[part(Slice::from(cut..)).view(), part(Slice::from(..cut)).view()])
            .expect("one shape")
    };
    let picture = unseen.inputs.slice_axis(Axis(0), Slice::from(..3)).to_owned();
    let maps = |x: &ArrayD<f32>| network.activations(x.view()).expect("fits")[2].clone();
    assert_eq!(maps(&shifted(&picture)), shifted(&maps(&picture)));
    assert_ne!(maps(&shifted(&picture)), maps(&picture));
}

#[test]
fn learning_repeats_itself_and_uphill_is_not_learning() {
    let examples = shapes::<f32>(32, 3);
    let (first, second) = (learned(&examples, 2, 0.1), learned(&examples, 2, 0.1));
    assert_eq!(first.1, second.1);
    let uphill = learned(&examples, 2, -0.1);
    assert!(uphill.1[1] > uphill.1[0] && first.1[1] < first.1[0], "{:?} {:?}", uphill.1, first.1);
}

#[test]
fn the_loss_and_a_step_by_hand() {
    // equal scores: log 2, and half against each
    let (loss, gradient) = cross_entropy(array(&[1, 2], [3.0, 3.0]).view(), &[1]).expect("fits");
    assert!((loss - 2.0_f64.ln()).abs() < 1e-15);
    assert_eq!(gradient, array(&[1, 2], [0.5, -0.5]));
    assert!(cross_entropy(array(&[1, 2], [3.0, 3.0]).view(), &[2]).is_err());
    assert!(cross_entropy(array(&[1, 2], [3.0, 3.0]).view(), &[]).is_err());
    assert!(cross_entropy(array(&[2], [3.0, 3.0]).view(), &[0]).is_err());
    // v = 4, w = 1 − 4/2; then v = 4/4 + 4, w = −1 − 5/2
    let mut layer = Dense { weights: array(&[1, 1], [1.0]), bias: None };
    let mut descent = Descent::new(0.5, 0.25);
    for expected in [-1.0, -3.5] {
        descent.step(&mut layer, &[array(&[1, 1], [4.0])]).expect("one gradient");
        assert_eq!(layer.weights, array(&[1, 1], [expected]));
    }
    assert!(descent.step(&mut layer, &[]).is_err());
    // a network of another shape starts from rest
    let mut other = Dense { weights: array(&[1, 2], [1.0, 1.0]), bias: None };
    descent.step(&mut other, &[array(&[1, 2], [4.0, 2.0])]).expect("one gradient");
    assert_eq!(other.weights, array(&[1, 2], [-1.0, 0.0]));
    assert!(descent.epoch(&mut layer, &shapes(4, 1), 0, 0).is_err());
    let unlabelled = Examples { inputs: array(&[1, 1], [1.0]), labels: vec![0, 0] };
    let error = descent.epoch(&mut layer, &unlabelled, 2, 0).expect_err("two labels for one input");
    assert!(error.to_string().contains("a label per input"), "{error}");
    // the gradient of the loss is its slope
    let scores = array(&[2, 3], [0.5, -1.0, 2.0, 0.0, 0.25, -0.5]);
    let (_, gradient) = cross_entropy(scores.view(), &[0, 2]).expect("fits");
    for i in 0..6 {
        let at = |by: f64| {
            let mut moved = scores.clone();
            *moved.iter_mut().nth(i).expect("an entry") += by;
            cross_entropy(moved.view(), &[0, 2]).expect("fits").0
        };
        let slope = (at(1e-4) - at(-1e-4)) / 2e-4;
        assert!((slope - gradient.iter().nth(i).expect("an entry")).abs() < 1e-8);
    }
}

/// Whatever its shape: a bias is 0, a normalisation changes nothing, and weights are drawn.
#[test]
fn only_weights_are_drawn() {
    let (fives, vector) = (|shape: &[usize]| ArrayD::<f64>::from_elem(shape, 5.0), array(&[2], [5.0, 5.0]));
    let bias = Bias { sharing: Sharing::Unshared, values: fives(&[4, 2]) };
    let conv = Conv { bias: Some(bias), ..Conv::new(Sliding::of(&[3]), fives(&[2, 1, 3])) };
    let (mean, deviation) = (vec![0.0; 2], vec![1.0; 2]);
    let norm = BatchNorm { gamma: vector.clone(), beta: vector, mean, deviation };
    let mut network = Sequential::<f64>(vec![Box::new(conv), Box::new(norm)]);
    initialise(&mut network, 7);
    let parameters: Vec<Vec<f64>> =
        network.parameters().into_iter().map(|(_, values)| values.iter().copied().collect()).collect();
    assert!(parameters[0].iter().all(|w| *w != 5.0 && w.abs() <= 2_f64.sqrt()), "{parameters:?}");
    assert_eq!(parameters[1..], [vec![0.0; 8], vec![1.0; 2], vec![0.0; 2]]);
}
