//! One thing said in two ways is computed the same: layers and the definition of convolution, matrices, each other.

use super::{array, distinct, input, kernel, specimens};
use dashu_int::IBig;
use dashu_ratio::RBig;
use faltung::{
    conv::definition,
    layer::{
        BatchNorm, Bias, Conv, Dense, Fill, Fold, Layer, Pad, Padding, Reads, Sequential, Sharing, Sliding,
        Transposed, Unfold, Window,
        activation::shares,
        pool::{Average, Max, Regions},
    },
    scalar::{
        Counted, Interval, MaxPlus, Modular, Semiring, Units,
        counted::count,
        exact::{Element, judge},
    },
    signal::{Boundary, boundary},
};
use ndarray::{ArrayD, Axis, Slice};

/// A layer with one channel in and out, against the definition: pad as the boundary says, convolve fully, keep what has all
/// of the kernel, and every stride-th of it.
#[test]
fn one_channel_is_the_convolution_by_definition() {
    let mut compared = 0;
    for boundary in Boundary::ALL {
        for (flip, stride, pad) in [(true, 1, 0), (true, 2, 3), (false, 1, 2), (false, 3, 1)] {
            let (x, w) = (input(&[5, 4]), kernel(&[3, 2]));
            let sliding = Sliding::of(&[3, 2]).stride(stride).pad(pad, pad).boundary(boundary);
            let weights =
                w.clone().insert_axis(Axis(0)).insert_axis(Axis(0)).as_standard_layout().into_owned();
            let layer = Conv { flip, ..Conv::new(sliding, weights) };
            let y = layer.forward(x.clone().insert_axis(Axis(0)).insert_axis(Axis(0)).view()).expect("fits");
            let mut w = w;
            if !flip {
                (0..2).for_each(|axis| w.invert_axis(Axis(axis)));
            }
            let extended = boundary::extend(x.view(), &[pad; 2], &[pad; 2], boundary);
            let full = definition::full(extended.view(), w.view());
            let kept = full.slice_each_axis(|axis| {
                let m = w.len_of(axis.axis);
                Slice::new(m as isize - 1, Some((axis.len + 1 - m) as isize), stride as isize)
            });
            assert_eq!(y.index_axis(Axis(0), 0).index_axis(Axis(0), 0), kept, "{boundary:?}");
            compared += 1;
        }
    }
    assert_eq!(compared, 20);
}

/// Several channels are a sum of convolutions, one per channel.
#[test]
fn channels_add_up() {
    let (x, w) = (input(&[1, 3, 6]), kernel(&[2, 3, 3]));
    let whole = Conv::new(Sliding::of(&[3]), w.clone()).forward(x.view()).expect("fits");
    let mut sum = ArrayD::<i64>::zeros(whole.raw_dim());
    for c in 0..3 {
        let part = |a: &ArrayD<i64>| a.slice_axis(Axis(1), Slice::from(c..c + 1)).to_owned();
        sum = sum + Conv::new(Sliding::of(&[3]), part(&w)).forward(part(&x).view()).expect("fits");
    }
    assert_eq!(whole, sum);
}

#[test]
fn a_convolution_is_its_weights_times_columns() {
    let sliding = Sliding::of(&[2, 3]).stride(2).pad(1, 0).dilation(1).boundary(Boundary::Reflect);
    let (x, w) = (input(&[2, 3, 4, 5]), kernel(&[4, 3, 2, 3]));
    let y = Conv::new(sliding.clone(), w.clone()).forward(x.view()).expect("fits");
    let columns = Unfold { sliding }.forward(x.view()).expect("fits");
    let w = w
        .to_shape(vec![4, 18])
        .expect("as many")
        .into_owned()
        .into_dimensionality::<ndarray::Ix2>()
        .expect("a matrix");
    for n in 0..2 {
        let columns = columns
            .index_axis(Axis(0), n)
            .into_dimensionality::<ndarray::Ix2>()
            .expect("a matrix")
            .to_owned();
        assert_eq!(
            w.dot(&columns).into_raw_vec_and_offset().0,
            y.index_axis(Axis(0), n).iter().copied().collect::<Vec<_>>()
        );
    }
}

#[test]
fn a_transposed_layer_is_the_transpose_and_folds_columns() {
    let sliding = Sliding::of(&[3]).stride(2).pad(1, 1);
    let (x, w) = (input(&[1, 2, 4]), kernel(&[2, 3, 3]));
    let layer = Transposed::new(sliding.clone(), w.clone()).extra(&[1]);
    let y = layer.forward(x.view()).expect("fits");
    // the convolution that takes 3 channels of 8 entries to 2 channels of 4, read backward
    let conv = Conv::new(sliding.clone(), w.clone());
    assert_eq!(conv.shape(&[1, 3, 8]).expect("fits"), [1, 2, 4]);
    assert_eq!(conv.transpose(&[1, 3, 8], x.view()).expect("fits"), y);
    // weights transposed times the input are the columns that fold to it
    let mut columns = ArrayD::zeros(vec![1, 9, 4]);
    for (row, p) in (0..9).flat_map(|row| (0..4).map(move |p| (row, p))) {
        columns[[0, row, p]] = (0..2).map(|c| w[[c, row / 3, row % 3]] * x[[0, c, p]]).sum::<i64>();
    }
    assert_eq!(Fold { sliding, image: vec![8] }.forward(columns.view()).expect("fits"), y);
    // it is no inverse
    assert_ne!(conv.forward(y.view()).expect("fits"), x);
}

#[test]
fn a_layer_that_pads_is_a_padding_and_one_that_does_not() {
    for boundary in Boundary::ALL {
        let x = input(&[2, 2, 4, 3]);
        let padded = Conv::new(Sliding::of(&[3, 2]).pad(2, 1).boundary(boundary), kernel(&[2, 2, 3, 2]));
        let pad = Pad { before: vec![2, 2], after: vec![1, 1], fill: Fill::Boundary(boundary) };
        let bare = Conv::new(Sliding::of(&[3, 2]), kernel(&[2, 2, 3, 2]));
        let stack = Sequential::<i64>(vec![Box::new(pad), Box::new(bare)]);
        assert_eq!(padded.forward(x.view()), stack.forward(x.view()), "{boundary:?}");
    }
    let zeros = Pad { before: vec![1], after: vec![2], fill: Fill::Value(0) };
    let other = Pad { before: vec![1], after: vec![2], fill: Fill::Boundary(Boundary::Zero) };
    assert_eq!(zeros.forward(input(&[1, 2, 3]).view()), other.forward(input(&[1, 2, 3]).view()));
}

#[test]
fn a_strided_layer_keeps_every_other_output() {
    let x = input(&[1, 2, 9]);
    let dense = Conv::new(Sliding::of(&[3]).pad(1, 1), kernel(&[2, 2, 3])).forward(x.view()).expect("fits");
    let strided =
        Conv::new(Sliding::of(&[3]).pad(1, 1).stride(2), kernel(&[2, 2, 3])).forward(x.view()).expect("fits");
    assert_eq!(strided, dense.slice_axis(Axis(2), Slice::new(0, None, 2)));
    // a dilated kernel is one with zeros between its taps
    let mut holes = ArrayD::zeros(vec![2, 2, 5]);
    holes.slice_axis_mut(Axis(2), Slice::new(0, None, 2)).assign(&kernel(&[2, 2, 3]));
    let dilated = Conv::new(Sliding::of(&[3]).dilation(2), kernel(&[2, 2, 3])).forward(x.view());
    assert_eq!(dilated, Conv::new(Sliding::of(&[5]), holes).forward(x.view()));
    // a spread input is one with zeros between its entries
    let mut gaps = ArrayD::zeros(vec![1, 2, 17]);
    gaps.slice_axis_mut(Axis(2), Slice::new(0, None, 2)).assign(&x);
    let spread = Sliding { windows: vec![Window { spread: 2, ..Window::of(3) }], ..Sliding::of(&[3]) };
    let spread = Conv::new(spread, kernel(&[2, 2, 3])).forward(x.view());
    assert_eq!(spread, Conv::new(Sliding::of(&[3]), kernel(&[2, 2, 3])).forward(gaps.view()));
}

#[test]
fn groups_are_layers_side_by_side_and_a_table_can_say_so() {
    let (x, w) = (input(&[2, 4, 5]), kernel(&[6, 2, 2]));
    let grouped = Conv::new(Sliding::of(&[2]), w.clone()).groups(2);
    let y = grouped.forward(x.view()).expect("fits");
    for group in 0..2 {
        let part = |a: &ArrayD<i64>, axis, size: usize| {
            a.slice_axis(Axis(axis), Slice::from(group * size..(group + 1) * size)).to_owned()
        };
        let one = Conv::new(Sliding::of(&[2]), part(&w, 0, 3)).forward(part(&x, 1, 2).view()).expect("fits");
        assert_eq!(part(&y, 1, 3), one);
    }
    let rows = (0..6).map(|o| vec![o / 3 * 2, o / 3 * 2 + 1]).collect();
    let table = Conv {
        reads: Reads::Table(rows),
        weights: w.to_shape(vec![12, 2]).expect("as many").into_owned(),
        ..grouped
    };
    assert_eq!(table.forward(x.view()).expect("fits"), y);
}

#[test]
fn dense_and_convolution_are_each_other() {
    let x = input(&[2, 3, 2, 2]);
    let dense = Dense { weights: kernel(&[4, 12]), bias: Some(kernel(&[4])) };
    let y = dense.forward(x.view()).expect("fits");
    let conv = dense.to_convolution(&[3, 2, 2]).expect("as many");
    assert_eq!(conv.forward(x.view()).expect("fits"), y.clone().insert_axis(Axis(2)).insert_axis(Axis(3)));
    assert_eq!(conv.to_dense(&[3, 2, 2]).expect("it covers the input"), dense);
    // on a larger picture it is the dense layer at every place
    assert_eq!(conv.shape(&[1, 3, 5, 4]).expect("fits"), [1, 4, 4, 3]);
    // one tap: the dense layer at every pixel
    let pointwise = Dense { weights: kernel(&[2, 3]), bias: None };
    let y = pointwise.to_pointwise(2).expect("a matrix").forward(x.view()).expect("fits");
    for (row, column) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        let pixel = |a: &ArrayD<i64>| a.index_axis(Axis(3), column).index_axis(Axis(2), row).to_owned();
        assert_eq!(pointwise.forward(pixel(&x).view()).expect("fits"), pixel(&y));
    }
    // and every layer that is affine is dense, with the matrix of its edges
    for (name, shape, layer) in specimens::linear::<i64>(&|n| n) {
        let x = distinct(&shape);
        let dense = Dense::of(&*layer, &shape[1..]).expect("an affine layer");
        let flat = |y: ArrayD<i64>| y.into_raw_vec_and_offset().0;
        assert_eq!(
            flat(dense.forward(x.view()).expect("fits")),
            flat(layer.forward(x.view()).expect("fits")),
            "{name}"
        );
    }
    let conv =
        Conv::new(Sliding::of(&[3]).stride(2).pad(1, 1), array(&[2, 2, 3], (1..=12).collect::<Vec<i64>>()));
    let matrix = Dense::of(&conv, &[2, 5]).expect("affine").weights;
    let edges = matrix.iter().filter(|weight| **weight != 0).count();
    assert_eq!(conv.connections(&[1, 2, 5]), Ok(edges as u128));
}

#[test]
fn layers_with_shared_weights_are_among_those_without() {
    let shape = [1, 2, 7, 6];
    let conv = Conv::new(Sliding::of(&[2, 3]), kernel(&[3, 2, 2, 3]).mapv(RBig::from))
        .bias(&[1, 2, 3].map(RBig::from));
    let x = distinct(&shape).mapv(RBig::from);
    let y = conv.forward(x.view());
    // outputs are 6 × 4: periods that divide, and one that does not
    let tiled =
        |periods: &[usize]| conv.tied(Sharing::Tiled(periods.to_vec()), &shape).expect("short periods");
    for same in [tiled(&[2, 1]), tiled(&[3, 2]), tiled(&[4, 3]), conv.untied(&shape).expect("fits")] {
        assert_eq!(same.forward(x.view()), y, "{:?}", same.sharing);
        assert_eq!(same.tied(Sharing::Shared, &shape).expect("fits"), conv);
    }
    // tied with period t is among those tied with a multiple of t, and not the other way round
    let mut two = tiled(&[2, 1]);
    two.weights = distinct(two.weights.shape()).mapv(RBig::from);
    let back_from = |periods: Vec<usize>| {
        two.tied(Sharing::Tiled(periods), &shape)
            .and_then(|finer| finer.tied(Sharing::Tiled(vec![2, 1]), &shape))
    };
    assert_eq!(back_from(vec![4, 2]).expect("short periods"), two);
    assert_eq!(
        two.tied(Sharing::Tiled(vec![4, 2]), &shape).expect("short").forward(x.view()),
        two.forward(x.view())
    );
    assert_ne!(
        two.tied(Sharing::Tiled(vec![3, 1]), &shape).expect("short").forward(x.view()),
        two.forward(x.view())
    );
    // the projection is the nearest: what is left over is orthogonal to every tied set of weights
    let mut local = conv.untied(&shape).expect("fits");
    local.weights = distinct(local.weights.shape()).mapv(RBig::from);
    let tied = local.tied(Sharing::Shared, &shape).expect("fits").untied(&shape).expect("fits");
    let left = |p: usize, i: usize| {
        let at = |layer: &Conv<RBig>| layer.weights.as_slice().expect("standard")[p * 36 + i].clone();
        at(&local) - at(&tied)
    };
    assert!((0..36).all(|i| (0..24).fold(RBig::ZERO, |sum, p| sum + left(p, i)) == RBig::ZERO));
}

#[test]
fn normalisation_folds_into_its_neighbours() {
    let vector = |first: i64| array(&[3], [first, first + 1, first + 2].map(RBig::from));
    let list = |first: i64| vector(first).into_raw_vec_and_offset().0;
    let norm = BatchNorm { gamma: vector(2), beta: vector(-1), mean: list(1), deviation: list(3) };
    let x = distinct(&[2, 3, 5]).mapv(RBig::from);
    let w = kernel(&[3, 3, 2]).mapv(RBig::from);
    let run = |layers: Vec<Box<dyn Layer<RBig>>>| Sequential(layers).forward(x.view()).expect("fits");
    let padded = Conv::new(Sliding::of(&[2]).pad(1, 1), w.clone()).bias(&list(4));
    let after = norm.fold_after(&padded).expect("three channels");
    assert_eq!(
        after.forward(x.view()).expect("fits"),
        run(vec![Box::new(padded.clone()), Box::new(norm.clone())])
    );
    // with groups, a table, tiles and a bias per tile just as well
    let grouped = Conv::new(Sliding::of(&[2]), kernel(&[3, 1, 2]).mapv(RBig::from)).groups(3);
    let rows = vec![vec![0, 2], vec![1], vec![2, 0, 1]];
    let table =
        Conv { reads: Reads::Table(rows), ..Conv::new(Sliding::of(&[2]), kernel(&[6, 2]).mapv(RBig::from)) };
    let sharing = Sharing::Tiled(vec![2]);
    let bias = Some(Bias { sharing: sharing.clone(), values: kernel(&[2, 3]).mapv(RBig::from) });
    let tiled =
        Conv { sharing, bias, ..Conv::new(Sliding::of(&[2]), kernel(&[2, 3, 3, 2]).mapv(RBig::from)) };
    for conv in [grouped.clone(), table, tiled] {
        let folded = norm.fold_after(&conv).expect("three channels");
        assert_eq!(
            folded.forward(x.view()).expect("fits"),
            run(vec![Box::new(conv), Box::new(norm.clone())])
        );
    }
    let before = norm.fold_before(&grouped, &[2, 3, 5]).expect("no padding");
    assert_eq!(before.forward(x.view()).expect("fits"), run(vec![Box::new(norm.clone()), Box::new(grouped)]));
    let bare = Conv::new(Sliding::of(&[2]), w.clone());
    let before = norm.fold_before(&bare, &[2, 3, 5]).expect("no padding");
    assert_eq!(
        before.forward(x.view()).expect("fits"),
        run(vec![Box::new(norm.clone()), Box::new(bare.clone())])
    );
    // with zeros around it cannot be, but a boundary that repeats entries can
    assert!(norm.fold_before(&padded, &[2, 3, 5]).is_err());
    let round = Conv { sliding: padded.sliding.clone().boundary(Boundary::Wrap), ..padded.clone() };
    let before = norm.fold_before(&round, &[2, 3, 5]).expect("no zeros");
    assert_eq!(before.forward(x.view()).expect("fits"), run(vec![Box::new(norm.clone()), Box::new(round)]));
    // the neutral value is what it takes to zero: one channel, padded with it in front
    let one = |a: &ArrayD<RBig>| a.slice_axis(Axis(0), Slice::from(..1)).to_owned();
    let single = BatchNorm {
        gamma: one(&norm.gamma),
        beta: one(&norm.beta),
        mean: list(1)[..1].to_vec(),
        deviation: list(3)[..1].to_vec(),
    };
    let neutral = single.neutral().expect("a gamma that is not zero").remove(0);
    let x = distinct(&[1, 1, 5]).mapv(RBig::from);
    let w = kernel(&[2, 1, 2]).mapv(RBig::from);
    let zeros = Conv::new(Sliding::of(&[2]).pad(1, 1), w.clone());
    let folded = single.fold_before(&Conv::new(Sliding::of(&[2]), w), &[1, 1, 7]).expect("no padding");
    let run = |layers: Vec<Box<dyn Layer<RBig>>>| Sequential(layers).forward(x.view()).expect("fits");
    let pad = |value: RBig| Pad { before: vec![1], after: vec![1], fill: Fill::Value(value) };
    let right = run(vec![Box::new(single), Box::new(zeros)]);
    assert_eq!(run(vec![Box::new(pad(neutral)), Box::new(folded.clone())]), right);
    assert_ne!(run(vec![Box::new(pad(RBig::ZERO)), Box::new(folded)]), right);
}

#[test]
fn the_same_code_runs_on_other_scalars() {
    let (x, w) = (input(&[2, 2, 6]), kernel(&[3, 2, 3]));
    let sliding = Sliding::of(&[3]).stride(2).padding(Padding::SameLower);
    let y = Conv::new(sliding.clone(), w.clone()).apply(x.view()).expect("fits");
    fn run<S: Semiring>(
        sliding: &Sliding,
        x: &ArrayD<i64>,
        w: &ArrayD<i64>,
        embed: impl Fn(i64) -> S,
    ) -> ArrayD<S> {
        Conv::new(sliding.clone(), w.mapv(&embed)).apply(x.mapv(&embed).view()).expect("fits")
    }
    assert_eq!(run(&sliding, &x, &w, |n| n as f32), y.mapv(|n| n as f32));
    assert_eq!(run(&sliding, &x, &w, IBig::from), y.mapv(IBig::from));
    assert_eq!(run(&sliding, &x, &w, Modular::<7>::from), y.mapv(Modular::<7>::from));
    assert_eq!(run(&sliding, &x, &w, |n| Interval::from(n as f64)), y.mapv(|n| Interval::from(n as f64)));
    let elements = run(&sliding, &x, &w, |n| Element::Integer(n.into()));
    assert!(elements.iter().zip(&y).all(|(a, b)| judge::same(a, &Element::Integer((*b).into()))));
    // over (max, +) a convolution with a flat kernel is max-pooling, and so is the average of anything
    let flat = array(&[1, 1, 3], [0; 3].map(MaxPlus::from));
    let picture = input(&[1, 1, 8]);
    let pooled = Max { regions: Regions::Sliding(Sliding::of(&[3])) }.forward(picture.view()).expect("fits");
    let tropical = picture.mapv(MaxPlus::from);
    assert_eq!(Conv::new(Sliding::of(&[3]), flat).apply(tropical.view()), Ok(pooled.mapv(MaxPlus::from)));
    let average = Average { regions: Regions::Sliding(Sliding::of(&[3])), include_pad: false };
    assert_eq!(average.forward(tropical.view()), Ok(pooled.mapv(MaxPlus::from)));
    // what is counted is what is said: a product and a sum per connection and entry of the batch
    let layer = Conv::new(sliding, w.mapv(Counted));
    let (_, operations) = count(|| layer.apply(x.mapv(Counted).view()));
    assert_eq!(u128::from(operations.multiplications), 2 * layer.connections(x.shape()).expect("fits"));
    assert_eq!(operations.multiplications, operations.additions);
}

/// Softmax adds up to one identically: over Z/p the shares of all numbers whose sum is a unit do.
#[test]
fn shares_are_shares_in_every_field() {
    let all = (0..5_u64)
        .flat_map(|a| (0..5).flat_map(move |b| (0..5).map(move |c| [a, b, c].map(Modular::<5>::new))));
    let mut proper = 0;
    for numbers in all {
        let sum = numbers[0].plus(&numbers[1]).plus(&numbers[2]);
        match shares(&numbers) {
            Ok(shares) => assert_eq!(
                (shares.iter().fold(Modular::new(0), |sum, share| sum.plus(share)), proper += 1),
                (Modular::new(1), ())
            ),
            Err(_) => assert_eq!(sum.unit_inverse(), None),
        }
    }
    assert_eq!(proper, 100);
}

/// ⟨y, outputs(x, w)⟩ = ⟨x, inputs(w, y)⟩ = ⟨w, weights(x, y)⟩: three readings of one form, so its three operations are all
/// that derivatives of any order need.
#[test]
fn three_operations_suffice() {
    let inner = |a: &ArrayD<i64>, b: &ArrayD<i64>| a.iter().zip(b).map(|(a, b)| a * b).sum::<i64>();
    for (stride, dilation, groups, sharing) in [
        (1, 1, 1, Sharing::Shared),
        (3, 2, 2, Sharing::Shared),
        (2, 1, 2, Sharing::Tiled(vec![2, 1])),
        (2, 1, 1, Sharing::Unshared),
    ] {
        let sliding =
            Sliding::of(&[2, 3]).stride(stride).dilation(dilation).pad(1, 2).boundary(Boundary::Reflect);
        let x = distinct(&[2, 2, 5, 6]);
        let outputs = sliding.outputs(&[5, 6]).expect("fits");
        let w = distinct(&[&sharing.lead(&outputs)[..], &[4, 2 / groups, 2, 3]].concat());
        let layer = Conv { sharing, ..Conv::new(sliding, w) }.groups(groups);
        let y = input(&layer.shape(x.shape()).expect("fits"));
        let form = inner(&y, &layer.apply(x.view()).expect("fits"));
        assert_eq!(form, inner(&x, &layer.transpose(x.shape(), y.view()).expect("fits")));
        assert_eq!(form, inner(&layer.weights, &layer.correlate(x.view(), y.view()).expect("fits")));
        assert_ne!(form, 0);
    }
}

/// What the weights get is itself a convolution: of the input, each channel by itself, with the gradient as the kernel,
/// stride and dilation exchanged. What a dropped tail adds at the end is no weight, and is cut off.
#[test]
fn the_gradient_in_the_weights_is_a_convolution_with_stride_and_dilation_exchanged() {
    for (n, taps, stride, dilation) in [(7, 3, 1, 1), (10, 2, 3, 2), (9, 3, 2, 1), (8, 2, 3, 1)] {
        let conv = Conv::new(Sliding::of(&[taps]).stride(stride).dilation(dilation), kernel(&[2, 3, taps]));
        let x = input(&[1, 3, n]);
        let dy = distinct(&conv.shape(x.shape()).expect("fits"));
        let gradient = conv.backward(x.view(), dy.view()).expect("fits").parameters.remove(0);
        let exchanged = Sliding::of(&dy.shape()[2..]).stride(dilation).dilation(stride);
        let turned = Conv::new(exchanged, dy.clone().permuted_axes(vec![1, 0, 2]));
        let all = turned.forward(x.clone().permuted_axes(vec![1, 0, 2]).view()).expect("fits");
        let weights = all.slice_axis(Axis(2), Slice::from(..taps)).to_owned().permuted_axes(vec![1, 0, 2]);
        assert_eq!(weights, gradient);
    }
}
