//! Bounds of layers and networks against pairs that searches find, and wrong bounds that pairs refute.

use super::{product, root, search};
use crate::{
    conv::workload::Dice,
    layer::{
        BatchNorm, Conv, Dense, Fill, Fold, Kept, Layer, LayerError, LeakyRelu, Pad, Padding, Quantised,
        Recurrent, Relu, Residual, Sequential, SideOutputs, Sigmoid, Skip, Sliding, Softmax, Stage, Tanh,
        Transposed, Unfold, Upsample,
        network::Part,
        pool::{Average, Max, Maxout, Norm, Regions, Weighted},
    },
    signal::Boundary,
};
use ndarray::ArrayD;
use proptest::prelude::*;

fn noise(shape: &[usize], seed: u64) -> ArrayD<f64> {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    ArrayD::from_shape_simple_fn(shape, || dice.uniform() * 2.0 - 1.0)
}

/// The worst that a few searches find, from far and from near.
fn worst(layer: &dyn Layer<f64>, shape: &[usize], steps: usize) -> f64 {
    let mut most = 0.0_f64;
    for (seed, scale) in [(1, 1.0), (2, 1e-2), (3, 10.0)] {
        let apart = noise(shape, seed) * scale;
        let found = search(layer, noise(shape, seed + 9).view(), apart.view(), steps).expect("it fits");
        most = found.into_iter().fold(most, f64::max);
    }
    most
}

/// The bound and the worst pair, the one not below the other.
fn both(layer: &dyn Layer<f64>, shape: &[usize], steps: usize) -> [f64; 2] {
    let (bound, found) = (layer.lipschitz(shape).expect("there is a bound"), worst(layer, shape, steps));
    assert!(found <= bound * (1.0 + 1e-9), "{}: {found} of {bound}", layer.name());
    [bound, found]
}

fn conv(sliding: Sliding, outputs: usize, inputs: usize, seed: u64) -> Conv<f64> {
    let weights = noise(&[&[outputs, inputs], &sliding.taps()[..]].concat(), seed);
    Conv::new(sliding, weights)
}

#[test]
fn single_convolutions_nearly_meet_their_bounds() {
    let near = |layer: &dyn Layer<f64>, shape: &[usize], share: f64| {
        let [bound, found] = both(layer, shape, 150);
        assert!(found > share * bound, "{found} of {bound} on {shape:?}");
    };
    near(&conv(Sliding::of(&[5]), 1, 1, 1), &[1, 1, 120], 0.98);
    near(&conv(Sliding::of(&[3]).pad(1, 1), 3, 2, 2).bias(&[1.0, 2.0, 3.0]), &[1, 2, 80], 0.95);
    near(&conv(Sliding::of(&[3]).stride(2).pad(1, 0), 3, 2, 3), &[1, 2, 81], 0.95);
    near(&conv(Sliding::of(&[3]).dilation(3), 2, 1, 4).groups(2), &[1, 2, 90], 0.95);
    near(&conv(Sliding::of(&[3, 3]).pad(1, 1), 2, 2, 5), &[1, 2, 14, 15], 0.93);
    near(&conv(Sliding::of(&[3, 2]).boundary(Boundary::Wrap).pad(1, 0), 2, 2, 6), &[1, 2, 8, 9], 0.99);
    near(&Transposed::new(Sliding::of(&[3]).stride(2), noise(&[2, 3, 3], 7)), &[1, 2, 60], 0.95);
    near(&Dense { weights: noise(&[7, 30], 8), bias: None }, &[1, 30], 0.97);
    // two phases of [1, 1] each, at frequency 0
    let ones = Conv::new(Sliding::of(&[4]).stride(2), ArrayD::from_elem(vec![1, 1, 4], 1.0));
    assert!((ones.lipschitz(&[1, 1, 300]).expect("fits") - 8_f64.sqrt()).abs() < 1e-6);
}

#[test]
fn layers_without_weights_have_the_bounds_that_are_known() {
    let x = [2, 4, 9];
    let cases: [(Part<f64>, f64); 14] = [
        (Box::new(Relu), 1.0),
        (Box::new(LeakyRelu { slope: -3.0 }), 3.0),
        (Box::new(Sigmoid), 0.25),
        (Box::new(Tanh), 1.0),
        (Box::new(Softmax { axis: 1 }), 0.5),
        (Box::new(Maxout { pieces: 2 }), 1.0),
        (Box::new(Max { regions: Regions::Sliding(Sliding::of(&[3])) }), 3_f64.sqrt()),
        (Box::new(Max { regions: Regions::Sliding(Sliding::of(&[3]).stride(2)) }), 2_f64.sqrt()),
        (Box::new(Norm { regions: Regions::Sliding(Sliding::of(&[3])), p: 2 }), 3_f64.sqrt()),
        (Box::new(Norm { regions: Regions::Global, p: 1 }), 3.0),
        (Box::new(Average { regions: Regions::Global, include_pad: false }), 1.0 / 3.0),
        (Box::new(Upsample { factors: vec![3] }), 3_f64.sqrt()),
        (Box::new(Unfold { sliding: Sliding::of(&[2]) }), 2_f64.sqrt()),
        (
            Box::new(Pad { before: vec![4], after: vec![4], fill: Fill::Boundary(Boundary::Replicate) }),
            5_f64.sqrt(),
        ),
    ];
    for (layer, expected) in cases {
        let [bound, _] = both(&*layer, &x, 20);
        assert!((bound - expected).abs() < 1e-9 && bound >= expected * (1.0 - 1e-15), "{layer:?}: {bound}");
    }
    let fold = Fold { sliding: Sliding::of(&[2]), image: vec![9] };
    assert!((both(&fold, &[1, 2, 8], 30)[0] - 2_f64.sqrt()).abs() < 1e-9);
    let weighted =
        Weighted { regions: Regions::Sliding(Sliding::of(&[3]).pad(1, 1)), weights: vec![1.0, -0.2, 1.0] };
    both(&weighted, &x, 60);
    let channel = ArrayD::from_shape_vec(vec![2], vec![-2.0, 1.0]).expect("two");
    let norm =
        BatchNorm { gamma: channel.clone(), beta: channel, mean: vec![1.0, 0.0], deviation: vec![0.5, 3.0] };
    assert_eq!(both(&norm, &[1, 2, 5], 30)[0], 4.0);
}

#[test]
fn what_has_no_bound_says_so_and_nothing_panics() {
    let conv = |weight: f64| Conv::new(Sliding::of(&[1]), ArrayD::from_elem(vec![1, 1, 1], weight));
    let quantised = Quantised { conv: conv(1.0), input_zero: 0.0, weight_zero: vec![0.0] };
    let inside = Sequential::<f64>(vec![Box::new(Relu), Box::new(quantised)]);
    let error = inside.lipschitz(&[1, 1, 3]).expect_err("nothing is known");
    assert!(matches!(&error, LayerError::Inside { number: 1, error, .. }
        if matches!(**error, LayerError::Unbounded { .. })));
    assert!(error.to_string().contains("no bound is known"));
    for weight in [f64::NAN, f64::INFINITY, f64::MAX] {
        let twice = Sequential::<f64>(vec![Box::new(conv(weight)), Box::new(conv(2.0))]);
        assert!(twice.lipschitz(&[1, 1, 3]).is_err(), "{weight}");
    }
    for weight in [0.0, 5e-324, 1e-200, 1e300] {
        let bound = conv(weight).lipschitz(&[1, 1, 3]).expect("a number");
        assert!(bound >= weight && bound <= weight * (1.0 + 1e-6) + 1e-320, "{bound} of {weight}");
    }
    for shape in [&[][..], &[1], &[1, 1], &[1, 2, 3], &[0, 1, 3], &[1, 1, 0], &[usize::MAX, 1, usize::MAX]] {
        let _ = conv(1.0).lipschitz(shape);
        let _ = Max { regions: Regions::Global }.lipschitz_of(shape);
        let _ = Dense { weights: ArrayD::from_elem(vec![1, 3], 1.0), bias: None }.lipschitz(shape);
    }
    let far = Conv::new(
        Sliding::of(&[2]).stride(1 << 40).pad(1 << 39, 1 << 39),
        ArrayD::from_elem(vec![1, 1, 2], 1.0),
    );
    let _ = far.lipschitz(&[1, 1, 5]);
    // padding that makes a very long circle is left to the test of Schur
    let wide =
        Conv::new(Sliding::of(&[2]).dilation(1 << 28).pad(1 << 28, 0), ArrayD::from_elem(vec![1, 1, 2], 1.0));
    assert!(wide.lipschitz(&[1, 1, 5]).is_ok_and(|bound| (1.0..2.1).contains(&bound)));
}

impl Max {
    fn lipschitz_of(&self, shape: &[usize]) -> Result<f64, LayerError> {
        Layer::<f64>::lipschitz(self, shape)
    }
}

/// Bounds that are wrong, each of which some pair exceeds.
#[test]
fn wrong_twins_are_refuted_by_pairs() {
    let layer = conv(Sliding::of(&[3]).pad(1, 1), 1, 1, 2);
    let kernel = layer.weights.iter().map(|w| w * w).sum::<f64>().sqrt();
    let network = Sequential::<f64>(vec![Box::new(layer.clone()), Box::new(layer)]);
    assert!(both(&network, &[1, 1, 60], 100)[1] > 1.05 * kernel * kernel, "the energy of the weights");

    // of [1, 1, 1, 1] with stride 2 every entry is in two windows
    let overlapping = Conv::new(Sliding::of(&[4]).stride(2), ArrayD::from_elem(vec![1, 1, 4], 1.0));
    assert!(both(&overlapping, &[1, 1, 60], 100)[1] > 1.3 * 2.0, "windows as if they were disjoint");
    let pool = Max { regions: Regions::Sliding(Sliding::of(&[3]).stride(1)) };
    let mut spike = ArrayD::zeros(vec![1, 1, 9]);
    spike[[0, 0, 4]] = 1.0;
    let found = search(&pool, (&spike * 9.0).view(), spike.view(), 1).expect("it fits")[0];
    assert!(found > 1.7 && found <= pool.lipschitz_of(&[1, 1, 9]).expect("it fits"), "maxima as if disjoint");

    // behind the channel that is kept nothing is left of the rest: V = L² V′ would be 0.01
    let weights = ArrayD::from_shape_vec(vec![2, 1, 1], vec![1.0, 0.1]).expect("two");
    let bank = || Box::new(Conv::new(Sliding::of(&[1]), weights.clone()));
    let small = || Box::new(Conv::new(Sliding::of(&[1]), ArrayD::from_elem(vec![1, 1, 1], 0.1)));
    let kept = |kept| {
        let behind = Stage { layer: small() as Part<f64>, kept: Kept::Nothing };
        SideOutputs(vec![Stage { layer: bank(), kept }, behind])
    };
    let network = kept(Kept::Channels(1));
    let x = ArrayD::from_elem(vec![1, 1, 4], 1.0);
    let energy: f64 = network.forward(x.view()).expect("it fits").iter().flatten().map(|y| y * y).sum();
    let found = (energy / 4.0).sqrt();
    let bound = network.lipschitz(&[1, 1, 4]).expect("it fits");
    assert!(
        found <= bound && bound < 1.01 && found > 5.0 * 0.1 * bound,
        "without max(1, ·): {found} of {bound}"
    );
    assert!(kept(Kept::Channels(2)).lipschitz(&[1, 1, 4]).is_err());
    assert!(kept(Kept::All).lipschitz(&[1, 1, 4]).is_err(), "the layer behind takes one channel");

    // what is kept and goes on counts twice
    let all = SideOutputs::<f64>(vec![
        Stage { layer: Box::new(Relu), kept: Kept::All },
        Stage { layer: Box::new(Relu), kept: Kept::All },
    ]);
    let energy: f64 = all.forward(x.view()).expect("it fits").iter().flatten().map(|y| y * y).sum();
    assert_eq!(energy, 8.0);
    assert!((all.lipschitz(&[1, 1, 4]).expect("it fits") - 2_f64.sqrt()).abs() < 1e-12);
}

#[test]
fn a_norm_counts_what_a_region_reads_twice_and_a_maximum_does_not() {
    let padded = |taps, before: usize, boundary| {
        Sliding::of(&[taps]).stride(taps).pad(before, before).boundary(boundary)
    };
    let twice = Regions::Fixed { spatial: vec![1], regions: vec![vec![0, 0]] };
    for (regions, entries, counted, most) in [
        (twice, 1, 2_f64, 1_f64),
        (Regions::Sliding(padded(3, 2, Boundary::Replicate)), 2, 3.0, 1.0),
        (Regions::Sliding(padded(5, 4, Boundary::Wrap)), 2, 5.0, 2.0),
    ] {
        let shape = [1, 1, entries];
        let [bound, found] = both(&Norm { regions: regions.clone(), p: 2 }, &shape, 60);
        assert!(
            (bound - counted.sqrt()).abs() < 1e-12 && found > 0.99 * bound,
            "{regions:?}: {bound} {found}"
        );
        assert!((both(&Max { regions }, &shape, 60)[0] - most.sqrt()).abs() < 1e-12);
    }
}

#[test]
fn bounds_are_rounded_up() {
    assert_eq!(super::counted(usize::MAX), 18_446_744_073_709_551_616.0);
    assert_eq!(super::counted((1 << 54) + 1), ((1_u64 << 54) as f64).next_up());
    assert!(product(0.1, 0.1) >= 0.010_000_000_000_000_002);
    assert_eq!((root(4.0), root(0.0), product(3.0, 0.0)), (2.0, 0.0, 0.0));
    assert!(root(2.0) > 2_f64.sqrt() || root(2.0) * root(2.0) >= 2.0);
}

#[derive(Debug, Clone)]
struct Drawn {
    stride: usize,
    dilation: usize,
    pads: (usize, usize),
    boundary: usize,
    flip: bool,
    grouped: bool,
    pool: usize,
    join: usize,
    seed: u64,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let geometry = (1_usize..4, 1_usize..3, (0_usize..4, 0_usize..4), 0..Boundary::ALL.len());
    (geometry, any::<bool>(), any::<bool>(), 0_usize..6, 0_usize..5, any::<u64>()).prop_map(
        |((stride, dilation, pads, boundary), flip, grouped, pool, join, seed)| Drawn {
            stride,
            dilation,
            pads,
            boundary,
            flip,
            grouped,
            pool,
            join,
            seed,
        },
    )
}

fn network(drawn: &Drawn) -> Sequential<f64> {
    let Drawn { stride, dilation, pads, boundary, flip, grouped, pool, join, seed } = *drawn;
    let sliding = Sliding::of(&[3]).stride(stride).dilation(dilation).pad(pads.0, pads.1);
    let first = conv(sliding.boundary(Boundary::ALL[boundary]), 4, if grouped { 1 } else { 2 }, seed);
    let first = Conv { flip, ..first.groups(if grouped { 2 } else { 1 }) };
    let same = |outputs, inputs| {
        Box::new(conv(Sliding::of(&[3]).padding(Padding::SameUpper), outputs, inputs, seed ^ 5)) as Part<f64>
    };
    let second: Part<f64> = match join {
        0 => same(3, 4),
        1 => Box::new(Residual { branch: same(4, 4), shortcut: None }),
        2 => Box::new(Skip { inner: same(2, 4) }),
        3 => Box::new(Recurrent { step: same(2, 6), state: 2, times: 3 }),
        _ => {
            let weights = noise(&[4, 2, 3], seed ^ 6);
            Box::new(Transposed::new(Sliding::of(&[3]).stride(2).pad(1, 0), weights))
        }
    };
    let regions = Regions::Sliding(Sliding::of(&[2]));
    let third: Part<f64> = match pool {
        0 => Box::new(Max { regions }),
        1 => Box::new(Average { regions, include_pad: false }),
        2 => Box::new(Norm { regions, p: 2 }),
        3 => Box::new(Norm { regions, p: 1 }),
        4 => Box::new(Tanh),
        _ => Box::new(Softmax { axis: 1 }),
    };
    Sequential(vec![Box::new(first), Box::new(Relu), second, third])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_pair_of_a_random_network_is_worse(drawn in drawn(), extent in 9_usize..14) {
        let network = network(&drawn);
        let shape = [1, 2, extent];
        prop_assume!(network.output_shape(&shape).is_ok());
        // each layer by itself as well, where its bound is nearer to what can be
        let mut here = shape.to_vec();
        for layer in &network.0 {
            both(&**layer, &here, 12);
            here = layer.output_shape(&here).expect("the whole fits");
        }
        both(&network, &shape, 12);
    }
}
