//! The worked examples: small numbers that can be followed by hand, and the sizes that lecture notes quote.

use super::{array, input, kernel};
use faltung::{
    layer::{
        Conv, Fold, Layer, Padding, Recurrent, Relu, Residual, Sequential, Skip, Sliding, Softmax,
        Transposed, Unfold, Upsample, Window,
        pool::{Average, Max, Maxout, Norm, Regions, Unpool, Weighted, dynamic},
    },
    signal::Boundary,
};
use ndarray::{ArrayD, Axis};

fn flat<S>(x: ArrayD<S>) -> Vec<S> {
    x.into_raw_vec_and_offset().0
}

/// Two filters 3 × 3 × 3 with stride 2 and padding 1 on an input 5 × 5 × 3: computed from the formula, one loop per index,
/// and one corner by hand. (PyTorch agrees: it is among the cases of `peers.py`.)
#[test]
fn two_filters_on_an_input_of_three_channels() {
    let (x, w, bias) = (input(&[1, 3, 5, 5]), kernel(&[2, 3, 3, 3]), [1, 0]);
    let y = Conv::new(Sliding::of(&[3, 3]).stride(2).pad(1, 1), w.clone())
        .bias(&bias)
        .forward(x.view())
        .expect("fits");
    assert_eq!(y.shape(), [1, 2, 3, 3]);
    for o in 0..2 {
        for row in 0..3_i64 {
            for column in 0..3_i64 {
                let mut sum = bias[o];
                for c in 0..3 {
                    for i in 0..3_i64 {
                        for j in 0..3_i64 {
                            let (r, s) = (2 * row + i - 1, 2 * column + j - 1);
                            if (0..5).contains(&r) && (0..5).contains(&s) {
                                sum += w[[o, c, i as usize, j as usize]] * x[[0, c, r as usize, s as usize]];
                            }
                        }
                    }
                }
                assert_eq!(y[[0, o, row as usize, column as usize]], sum);
            }
        }
    }
    // the upper left output of the first filter reads entries (0, 0), (0, 1), (1, 0), (1, 1) through its last four weights
    let corner = |c: usize| {
        w[[0, c, 1, 1]] * x[[0, c, 0, 0]]
            + w[[0, c, 1, 2]] * x[[0, c, 0, 1]]
            + w[[0, c, 2, 1]] * x[[0, c, 1, 0]]
            + w[[0, c, 2, 2]] * x[[0, c, 1, 1]]
    };
    assert_eq!(y[[0, 0, 0, 0]], 1 + corner(0) + corner(1) + corner(2));
}

#[test]
fn the_sizes_that_the_notes_quote() {
    let shape = |input: &[usize], weights: &[usize], stride: usize, pad: usize| {
        let weights = ArrayD::<i64>::zeros(weights);
        Conv::new(Sliding::of(&weights.shape()[2..]).stride(stride).pad(pad, pad), weights.clone())
            .shape(input)
            .expect("fits")
    };
    assert_eq!(shape(&[1, 3, 32, 32], &[6, 3, 5, 5], 1, 0), [1, 6, 28, 28]);
    assert_eq!(shape(&[1, 3, 32, 32], &[12, 3, 3, 3], 1, 1), [1, 12, 32, 32]);
    assert_eq!(shape(&[1, 3, 32, 32], &[10, 3, 5, 5], 1, 2), [1, 10, 32, 32]);
    let pool = Regions::Sliding(Sliding::of(&[2, 2]).stride(2));
    assert_eq!(pool.shape(&[1, 12, 32, 32]), Ok(vec![1, 12, 16, 16]));
    // 6 · 6 · 3 weights of a neuron with a receptive field, 64 · 64 · 3 of one without
    let field = ArrayD::<i64>::zeros(vec![1, 3, 6, 6]);
    assert_eq!((field.len(), 64 * 64 * 3), (108, 12_288));
    // 10 filters 5 × 5 × 3 with a bias each
    let layer = Conv::new(Sliding::of(&[5, 5]), ArrayD::<i64>::zeros(vec![10, 3, 5, 5])).bias(&[0; 10]);
    assert_eq!(layer.parameters().iter().map(|(_, parameter)| parameter.len()).sum::<usize>(), 760);
    // volumes: a filter 5 × 5 × 2 has 51 parameters; 31 × 31 × 4 outputs; then 3 × 3 × 2 with stride 2
    let volume = Conv::new(Sliding::of(&[5, 5, 2]), ArrayD::<i64>::zeros(vec![1, 1, 5, 5, 2])).bias(&[0]);
    assert_eq!(volume.parameters().iter().map(|(_, parameter)| parameter.len()).sum::<usize>(), 51);
    let shape = volume.shape(&[1, 1, 35, 35, 5]).expect("fits");
    assert_eq!((&shape[2..], shape.iter().product()), (&[31, 31, 4][..], 3_844_usize));
    let next = Conv::new(Sliding::of(&[3, 3, 2]).stride(2), ArrayD::<i64>::zeros(vec![1, 1, 3, 3, 2]));
    assert_eq!(next.shape(&shape).expect("fits").iter().product::<usize>(), 450);
}

/// One signal, one filter of three weights: O₁ = S₁W₁ + S₂W₂ + S₃W₃, and so on. It is a correlation.
#[test]
fn a_filter_slides_and_is_not_reversed() {
    let layer = Conv::new(Sliding::of(&[3]), array(&[1, 1, 3], [1, 10, 100]));
    let x = array(&[1, 1, 5], [1, 2, 3, 4, 5]);
    assert_eq!(flat(layer.forward(x.view()).expect("fits")), [321, 432, 543]);
    assert_eq!(flat(layer.flipped().forward(x.view()).expect("fits")), [123, 234, 345]);
}

/// A textbook's figure: this patch under this kernel. As printed in one source the result is −8; its own numbers give −4 for
/// the correlation, and 4 for the convolution.
#[test]
fn a_figure_whose_numbers_do_not_give_its_result() {
    let patch = array(&[1, 1, 3, 3], [0, 0, 0, 0, 1, 2, 0, 1, 1]);
    let layer = Conv::new(Sliding::of(&[3, 3]), array(&[1, 1, 3, 3], [4, 0, 0, 0, 0, 0, 0, 0, -4]));
    assert_eq!(flat(layer.forward(patch.view()).expect("fits")), [-4]);
    assert_eq!(flat(layer.flipped().forward(patch.view()).expect("fits")), [4]);
}

#[test]
fn transposed_by_hand() {
    // 1, 2 with the kernel a b c, two apart: a b c+2a 2b 2c
    let layer = Transposed::new(Sliding::of(&[3]).stride(2), array(&[1, 1, 3], [1, 10, 100]));
    let x = array(&[1, 1, 2], [1, 2]);
    let run = |layer: &Transposed<i64>| flat(layer.forward(x.view()).expect("fits"));
    assert_eq!(run(&layer), [1, 10, 102, 20, 200]);
    assert_eq!(run(&layer.clone().extra(&[1])), [1, 10, 102, 20, 200, 0]);
    // four outputs of five: the odd place of padding is in front, or behind with same-upper
    assert_eq!(run(&layer.clone().to(&[4])), [10, 102, 20, 200]);
    let upper = Transposed { sliding: layer.sliding.clone().padding(Padding::SameUpper), ..layer.clone() };
    assert_eq!(run(&upper.clone().to(&[4])), [1, 10, 102, 20]);
    // and same-upper by itself: n · stride = 4 of them
    assert_eq!(run(&upper), [1, 10, 102, 20]);
}

#[test]
fn ceiling_with_padding_that_counts() {
    // 1 2 3 4 5 | windows of 2, stride 3, a place of padding on either side: (·1) (34) and (·): the last one starts in the
    // padding behind the end, and is dropped
    let x = array(&[1, 1, 5], [2.0, 4.0, 6.0, 8.0, 10.0]);
    let regions = |sliding: Sliding| Regions::Sliding(sliding.ceil());
    let run = |regions: Regions, include_pad| {
        flat(Average { regions, include_pad }.forward(x.view()).expect("fits"))
    };
    let padded = regions(Sliding::of(&[2]).stride(3).pad(1, 1));
    assert_eq!(run(padded.clone(), true), [1.0, 7.0]);
    assert_eq!(run(padded, false), [2.0, 7.0]);
    // windows of 3, stride 2, one place behind the end only by ceiling: it never counts in the divisor
    let x = array(&[1, 1, 4], [3.0, 6.0, 9.0, 12.0]);
    let run = |regions: Regions, include_pad| {
        flat(Average { regions, include_pad }.forward(x.view()).expect("fits"))
    };
    assert_eq!(run(regions(Sliding::of(&[3]).stride(2)), true), [6.0, 10.5]);
    // with padding behind, that counts, and the place beyond it does not
    let behind = Sliding {
        windows: vec![Window { stride: 3, after: 1, ceil: true, ..Window::of(4) }],
        ..Sliding::of(&[4])
    };
    assert_eq!(run(Regions::Sliding(behind), true), [7.5, 6.0]);
}

#[test]
fn max_pooling_and_back() {
    let x = array(&[1, 2, 2, 4], [1, 5, 5, 2, 3, 0, 5, 4, -1, -2, -3, -4, -5, -6, -7, -8]);
    let sliding = Sliding::of(&[2, 2]).stride(2);
    let (values, indices) =
        Max { regions: Regions::Sliding(sliding.clone()) }.select(x.view()).expect("fits");
    assert_eq!(flat(values.clone()), [5, 5, -1, -3]);
    // the first of equals; and ONNX counts on through the channels
    assert_eq!(flat(indices.clone()), [1, 2, 8, 10]);
    let back = Unpool { sliding, indices, output: None }.forward(values.view()).expect("fits");
    assert_eq!(flat(back), [0, 5, 5, 0, 0, 0, 0, 0, -1, 0, -3, 0, 0, 0, 0, 0]);
    // padding is no entry: the maximum of negative numbers stays negative
    let padded = Max { regions: Regions::Sliding(Sliding::of(&[3]).pad(1, 1)) };
    assert_eq!(flat(padded.forward(array(&[1, 1, 2], [-3, -5]).view()).expect("fits")), [-3, -3]);
    let nan = array(&[1, 1, 4], [1.0, f64::NAN, 3.0, 2.0]);
    let pooled = Max { regions: Regions::Sliding(Sliding::of(&[2])) }.forward(nan.view()).expect("fits");
    assert!(pooled[[0, 0, 0]].is_nan() && pooled[[0, 0, 1]].is_nan() && pooled[[0, 0, 2]] == 3.0);
}

#[test]
fn four_summaries_of_any_picture() {
    for (height, width) in [(2, 2), (5, 4), (7, 9)] {
        let regions = Regions::Adaptive(vec![2, 2]);
        assert_eq!(regions.shape(&[1, 3, height, width]), Ok(vec![1, 3, 2, 2]));
        // every entry is in a quadrant, and the middle row of an odd height is in two
        let ones = ArrayD::from_elem(vec![1, 1, height, width], 1_i64);
        let sums = flat(Average { regions, include_pad: false }.sums(ones.view()).expect("fits"));
        assert_eq!(sums.iter().sum::<i64>() as usize, (height + height % 2) * (width + width % 2));
    }
}

#[test]
fn columns_by_hand() {
    let x = array(&[1, 2, 3], [1, 2, 3, 4, 5, 6]);
    let sliding = Sliding::of(&[2]).pad(1, 0);
    let columns = Unfold { sliding: sliding.clone() }.forward(x.view()).expect("fits");
    assert_eq!(
        (columns.shape(), flat(columns.clone())),
        (&[1, 4, 3][..], vec![0, 1, 2, 1, 2, 3, 0, 4, 5, 4, 5, 6])
    );
    // every entry comes back as often as it was read
    let back = Fold { sliding, image: vec![3] }.forward(columns.view()).expect("fits");
    assert_eq!(flat(back), [2, 4, 3, 8, 10, 6]);
}

#[test]
fn a_distribution_for_every_pixel() {
    let scores = input(&[2, 3, 2, 2]).mapv(|n| n as f64 * 300.0);
    let y = Softmax { axis: 1 }.forward(scores.view()).expect("fits");
    for pixel in y.lanes(Axis(1)) {
        assert!((pixel.sum() - 1.0).abs() < 1e-15 && pixel.iter().all(|share| (0.0..=1.0).contains(share)));
    }
}

/// Dynamic regions follow what they are about: pooled over them, a shifted picture gives the same summaries.
#[test]
fn regions_found_in_a_picture_move_with_it() {
    let mut picture = ArrayD::<i64>::zeros(vec![1, 1, 7, 8]);
    for (row, column, value) in [(0, 0, 3), (0, 1, 9), (1, 0, 1), (4, 5, 2), (5, 5, 7), (5, 6, 4)] {
        picture[[0, 0, row, column]] = value;
    }
    let pooled = |picture: &ArrayD<i64>| {
        let regions = dynamic::regions(picture.index_axis(Axis(0), 0), &0, 2).expect("enough locations");
        flat(Max { regions }.forward(picture.view()).expect("fits"))
    };
    assert_eq!(pooled(&picture), [9, 7]);
    let shifted = ArrayD::from_shape_fn(vec![1, 1, 7, 8], |i| {
        if i[2] >= 1 && i[3] >= 1 { picture[[0, 0, i[2] - 1, i[3] - 1]] } else { 0 }
    });
    assert_eq!(pooled(&shifted), [9, 7]);
    // a fixed grid does not follow
    let fixed = Max { regions: Regions::Adaptive(vec![1, 2]) };
    let left = ArrayD::from_shape_fn(vec![1, 1, 7, 8], |i| {
        if i[3] + 2 < 8 { picture[[0, 0, i[2], i[3] + 2]] } else { 0 }
    });
    assert_ne!(fixed.forward(left.view()), fixed.forward(picture.view()));
}

#[test]
fn a_stack_of_detector_and_pooling_stages() {
    let edges = Conv::new(Sliding::of(&[2]), array(&[1, 1, 2], [-1, 1]));
    let pool = Max { regions: Regions::Sliding(Sliding::of(&[2]).stride(2).ceil()) };
    let stack = Sequential::<i64>(vec![Box::new(edges), Box::new(Relu), Box::new(pool)]);
    let stages = stack.activations(array(&[1, 1, 6], [0, 3, 3, 1, 5, 5]).view()).expect("fits");
    let stages: Vec<Vec<i64>> = stages.into_iter().map(flat).collect();
    assert_eq!(stages[1..], [vec![3, 0, -2, 4, 0], vec![3, 0, 0, 4, 0], vec![3, 4, 0]]);
}

#[test]
fn every_boundary_by_hand() {
    let sums = |boundary| {
        let layer = Conv::new(Sliding::of(&[3]).pad(1, 1).boundary(boundary), array(&[1, 1, 3], [1, 0, 0]));
        flat(layer.forward(array(&[1, 1, 3], [5, 7, 9]).view()).expect("fits"))
    };
    let expected = [[0, 5, 7], [7, 5, 7], [5, 5, 7], [5, 5, 7], [9, 5, 7]];
    assert_eq!(Boundary::ALL.map(sums), expected.map(|row| row.to_vec()));
}

#[test]
fn other_summaries_by_hand() {
    let x = array(&[1, 1, 4], [3.0, 6.0, 9.0, 12.0]);
    let round = Regions::Sliding(Sliding::of(&[3]).pad(1, 1).boundary(Boundary::Wrap));
    let average = Average { regions: round, include_pad: true };
    assert_eq!(flat(average.forward(x.view()).expect("fits")), [7.0, 6.0, 9.0, 8.0]);
    // 1 2 1 over 3 6 9 12: at the border (2 · 3 + 6)/3; a constant stays one
    let regions = Regions::Sliding(Sliding::of(&[3]).pad(1, 1));
    let weighted = Weighted { regions, weights: vec![1.0, 2.0, 1.0] };
    let means = flat(weighted.forward(x.view()).expect("fits"));
    assert!(
        means.iter().zip([4.0, 6.0, 9.0, 11.0]).all(|(mean, expected)| f64::abs(mean - expected) < 1e-12),
        "{means:?}"
    );
    // the largest of channels 0 and 1, and of 2 and 3, entry by entry
    let channels = array(&[1, 4, 2], [1, 9, 5, 2, -3, -8, -4, -7]);
    assert_eq!(flat(Maxout { pieces: 2 }.forward(channels.view()).expect("fits")), [5, 9, -3, -7]);
    let regions = Regions::Fixed { spatial: vec![2, 2], regions: vec![vec![3, 0], vec![1, 2, 3]] };
    let corners = array(&[1, 1, 2, 2], [4, 1, 2, 8]);
    assert_eq!(flat(Max { regions: regions.clone() }.forward(corners.view()).expect("fits")), [8, 8]);
    assert_eq!(flat(Average { regions, include_pad: false }.sums(corners.view()).expect("fits")), [12, 11]);
    let norm = Norm { regions: Regions::Global, p: 2 };
    assert_eq!(flat(norm.forward(array(&[1, 1, 2], [3.0, -4.0]).view()).expect("fits")), [5.0]);
    assert_eq!(flat(norm.powers(array(&[1, 1, 2], [3, -4]).view()).expect("fits")), [25]);
    // nothing overflows on the way to a norm that fits
    let large = flat(norm.forward(array(&[1, 1, 2], [3e200, -4e200]).view()).expect("fits"))[0];
    assert!(f64::abs(large / 5e200 - 1.0) < 1e-15, "{large}");
}

#[test]
fn networks_by_hand() {
    let x = array(&[1, 1, 3], [1, 2, 3]);
    let sums = || Conv::new(Sliding::of(&[2]).pad(1, 0), array(&[1, 1, 2], [1, 1]));
    let residual = Residual::<i64> { branch: Box::new(sums()), shortcut: None };
    assert_eq!(flat(residual.forward(x.view()).expect("fits")), [2, 5, 8]);
    let twice = Residual::<i64> { branch: Box::new(sums()), shortcut: Some(Box::new(sums())) };
    assert_eq!(flat(twice.forward(x.view()).expect("fits")), [2, 6, 10]);
    let skip = Skip::<i64> { inner: Box::new(sums()) };
    assert_eq!(flat(skip.forward(x.view()).expect("fits")), [1, 2, 3, 1, 3, 5]);
    // a batch of two: channels of one input stay together
    let two = array(&[2, 1, 2], [1, 2, 10, 20]);
    assert_eq!(flat(skip.forward(two.view()).expect("fits")), [1, 2, 1, 3, 10, 20, 10, 30]);
    let up = Upsample { factors: vec![2, 3] };
    let picture = array(&[1, 1, 2, 2], [1, 2, 3, 4]);
    let rows = [[1, 1, 1, 2, 2, 2], [1, 1, 1, 2, 2, 2], [3, 3, 3, 4, 4, 4], [3, 3, 3, 4, 4, 4]];
    assert_eq!(flat(up.forward(picture.view()).expect("fits")), rows.concat());
    // s ← x + 2s, three times from 0: x, 3x, 7x
    let step = || Box::new(Conv::new(Sliding::of(&[1]), array(&[1, 2, 1], [1, 2])));
    for (times, factor) in [(1, 1), (2, 3), (3, 7)] {
        let recurrent = Recurrent::<i64> { step: step(), state: 1, times };
        assert_eq!(flat(recurrent.forward(x.view()).expect("fits")), [factor, 2 * factor, 3 * factor]);
    }
}
