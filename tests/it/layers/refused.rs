//! Whatever cannot be is refused in words that name the formula and the numbers; nothing panics.

use super::{input, kernel, specimens};
use faltung::{
    layer::{
        BatchNorm, Bias, Conv, Dense, Fill, Fold, Layer, Pad, Padding, Reads, Recurrent, Residual,
        Sequential, Sharing, Skip, Sliding, Softmax, Transposed, Unfold, Upsample, Window,
        pool::{Average, Max, Maxout, Norm, Regions, Unpool, Weighted, dynamic},
    },
    scalar::Modular,
};
use ndarray::ArrayD;

/// The message of a refusal, which `output_shape` and `forward` agree in.
fn refusal(layer: &dyn Layer<i64>, shape: &[usize]) -> String {
    let promised = layer.output_shape(shape).expect_err("refused").to_string();
    if shape.iter().product::<usize>() < 1000 {
        let x = ArrayD::<i64>::zeros(shape);
        assert_eq!(layer.forward(x.view()).expect_err("refused").to_string(), promised);
        let dy = ArrayD::<i64>::zeros(vec![1]);
        assert!(layer.backward(x.view(), dy.view()).is_err());
    }
    promised
}

fn conv(sliding: Sliding) -> Conv<i64> {
    let shape = [&[1, 1], &sliding.taps()[..]].concat();
    Conv::new(sliding, kernel(&shape))
}

fn mentions(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "{message}\nlacks: {part}");
    }
}

#[test]
fn windows_that_cannot_be() {
    let window = |window: Window| Sliding { windows: vec![window], ..Sliding::of(&[3]) };
    let base = Window::of(3);
    let cases: Vec<(Sliding, &[&str])> = vec![
        (
            window(Window { stride: 0, ..base }),
            &["spatial axis 0", "stride is 0", "⌊(n + before + after − reach)/stride⌋ + 1"],
        ),
        (window(Window { dilation: 0, ..base }), &["dilation is 0", "t · dilation"]),
        (window(Window { spread: 0, ..base }), &["input dilation is 0"]),
        (
            window(Window { before: 1, dilation: 3, ..base }),
            &["(3 − 1) · 3 + 1 = 7", "1 + 5 + 0 = 6", "pad with 1 more"],
        ),
        (window(Window { stride: usize::MAX, ..base }), &["the stride is 18446744073709551615"]),
        (
            window(Window { dilation: usize::MAX, ..base }),
            &["(taps − 1) · dilation + 1", "is 36893488147419103231"],
        ),
        (
            window(Window { before: usize::MAX, after: usize::MAX, ..base }),
            &["before + n + after", "more than"],
        ),
        (window(Window { spread: usize::MAX, ..base }), &["(n − 1) · input dilation + 1"]),
        (Sliding::of(&[3, 3]), &["[5]", "2 spatial axes"]),
    ];
    for (sliding, parts) in cases {
        mentions(&refusal(&conv(sliding.clone()), &[1, 1, 5]), parts);
        let unfold = Unfold { sliding: sliding.clone() };
        mentions(&refusal(&unfold, &[1, 1, 5]), parts);
        mentions(&refusal(&Max { regions: Regions::Sliding(sliding) }, &[1, 1, 5]), parts);
    }
    let none = Conv::new(
        Sliding { windows: vec![Window::of(0)], ..Sliding::of(&[3]) },
        ArrayD::zeros(vec![1, 1, 0]),
    );
    mentions(&refusal(&none, &[1, 1, 5]), &["kernel's size is 0"]);
    // where a window goes on for ever, its output is refused before memory is taken for it
    let long = Window { before: 1 << 55, after: 1 << 55, ..Window::of(1) };
    let layer = Max { regions: Regions::Sliding(Sliding { windows: vec![long; 2], ..Sliding::of(&[1, 1]) }) };
    mentions(&refusal(&layer, &[1, 1, 2, 2]), &["address space"]);
    // and where it could be addressed, and there is no such memory, before the machine is brought down
    let vast =
        |taps| Sliding { windows: vec![Window { before: 1 << 50, ..Window::of(taps) }], ..Sliding::of(&[1]) };
    let x = input(&[1, 1, 2]);
    let says_so = |refused: Result<ArrayD<i64>, faltung::layer::LayerError>| {
        mentions(&refused.expect_err("refused").to_string(), &["bytes", "memory"]);
    };
    says_so(Max { regions: Regions::Sliding(vast(1)) }.forward(x.view()));
    says_so(Max { regions: Regions::Sliding(vast(1 << 50)) }.forward(x.view()));
    says_so(Max { regions: Regions::Adaptive(vec![1 << 50]) }.forward(x.view()));
    for (include_pad, batch) in [(false, 1), (true, 1), (false, 0), (true, 0)] {
        let average = Average { regions: Regions::Sliding(vast(1)), include_pad };
        says_so(average.forward(input(&[batch, 1, 2]).view()));
    }
    says_so(conv(vast(1)).forward(x.view()));
    says_so(Unfold { sliding: vast(1) }.forward(x.view()));
    says_so(
        Transposed::new(Sliding::of(&[1]).stride(1 << 50), kernel(&[2, 1, 1]))
            .forward(input(&[1, 2, 2]).view()),
    );
    let pad = Pad { before: vec![1 << 50], after: vec![0], fill: Fill::Value(0_i64) };
    says_so(pad.forward(x.view()));
    says_so(pad.forward(input(&[0, 1, 2]).view()));
    says_so(Upsample { factors: vec![1 << 50] }.forward(x.view()));
    says_so(
        Fold { sliding: Sliding::of(&[1]).stride(1 << 56), image: vec![1 << 50] }
            .forward(input(&[1, 1, 1]).view()),
    );
}

#[test]
fn convolutions_that_cannot_be() {
    let with = |weights: &[usize]| Conv::new(Sliding::of(&[2]), kernel(weights));
    mentions(&refusal(&with(&[4, 2, 2]).groups(3), &[1, 6, 4]), &["3 groups", "4 output channels"]);
    mentions(&refusal(&with(&[3, 2, 2]).groups(3), &[1, 7, 4]), &["3 groups", "7 input channels"]);
    mentions(&refusal(&with(&[3, 2, 2]).groups(0), &[1, 6, 4]), &["0 groups"]);
    mentions(&refusal(&with(&[3, 2, 2]), &[1, 3, 4]), &["[3, 2, 2]", "[3, 3, 2]", "O × C/groups × taps"]);
    mentions(&refusal(&with(&[3, 2, 3]), &[1, 2, 4]), &["[3, 2, 3]", "[3, 2, 2]"]);
    // groups forgotten: refused before there is a table of all pairs of channels
    let forgotten = Conv::new(Sliding::of(&[1]), ArrayD::<i64>::zeros(vec![200_000, 1, 1]));
    let wide = ArrayD::zeros(vec![1, 200_000, 1]);
    mentions(&refusal(&forgotten, wide.shape()), &["[200000, 200000, 1]"]);
    mentions(&forgotten.forward(wide.view()).expect_err("refused").to_string(), &["[200000, 200000, 1]"]);
    mentions(&refusal(&with(&[3, 2]), &[1, 2, 4]), &["[3, 2]"]);
    mentions(&refusal(&with(&[0, 2, 2]), &[1, 2, 4]), &["not empty"]);
    mentions(&refusal(&with(&[3, 2, 2]).bias(&[1, 2]), &[1, 2, 4]), &["the bias", "[2]", "[3]"]);
    for shape in [&[1, 2][..], &[1], &[], &[1, 2, 3, 4], &[1, 0, 4], &[1, 2, 0]] {
        refusal(&with(&[3, 2, 2]), shape);
    }
    let table = |rows: Vec<Vec<usize>>, pairs| Conv { reads: Reads::Table(rows), ..with(&[pairs, 2]) };
    mentions(&refusal(&table(vec![vec![0, 2]], 2), &[1, 2, 4]), &["channel 2", "0 … 1"]);
    mentions(&refusal(&table(vec![vec![1, 0, 1]], 3), &[1, 2, 4]), &["twice", "channel 1"]);
    mentions(&refusal(&table(vec![], 0), &[1, 2, 4]), &["not empty"]);
    for periods in [vec![0], vec![], vec![2, 2], vec![usize::MAX]] {
        refusal(&Conv { sharing: Sharing::Tiled(periods), ..with(&[3, 2, 2]) }, &[1, 2, 4]);
    }
    let bias = Bias { sharing: Sharing::Unshared, values: kernel(&[2, 3]) };
    mentions(&refusal(&Conv { bias: Some(bias), ..with(&[3, 2, 2]) }, &[1, 2, 4]), &["[2, 3]", "[3, 3]"]);
    let layer = with(&[3, 2, 2]);
    assert!(
        layer
            .tied(Sharing::Tiled(vec![9]), &[1, 2, 4])
            .is_err_and(|error| error.to_string().contains("period"))
    );
    mentions(
        &layer.backward(input(&[1, 2, 4]).view(), input(&[1, 3, 4]).view()).expect_err("short").to_string(),
        &["[1, 3, 4]", "[1, 3, 3]"],
    );
    // no batch at all is no mistake
    assert_eq!(layer.forward(ArrayD::zeros(vec![0, 2, 4]).view()).expect("nothing").shape(), [0, 3, 3]);
}

#[test]
fn transposed_convolutions_that_cannot_be() {
    let with = |sliding: Sliding| Transposed::new(sliding, kernel(&[2, 1, 3]));
    let base = || with(Sliding::of(&[3]).stride(2));
    mentions(&refusal(&base().extra(&[2]), &[1, 2, 4]), &["output padding is 2", "stride 2"]);
    mentions(&refusal(&base().extra(&[0, 0]), &[1, 2, 4]), &["output padding", "1 entries"]);
    mentions(
        &refusal(&base().to(&[11]), &[1, 2, 4]),
        &["output of 11", "(4 − 1) · 2 + 3 + 0 = 9", "padding of −2"],
    );
    mentions(&refusal(&base().to(&[0]), &[1, 2, 4]), &["= 0 outputs"]);
    mentions(
        &refusal(&with(Sliding::of(&[3]).stride(2).pad(5, 6)), &[1, 2, 4]),
        &["(4 − 1) · 2 + 3 + 0 − 5 − 6 = -2"],
    );
    mentions(&refusal(&with(Sliding::of(&[3]).stride(0)), &[1, 2, 4]), &["stride is 0"]);
    mentions(&refusal(&with(Sliding::of(&[3]).stride(1 << 57)), &[1, 2, 4]), &["more than"]);
    mentions(&refusal(&with(Sliding::of(&[3]).ceil()), &[1, 2, 4]), &["ceiling"]);
    mentions(&refusal(&base().groups(4), &[1, 2, 4]), &["4 groups", "2 output channels"]);
    mentions(&refusal(&base().groups(0), &[1, 2, 4]), &["0 groups"]);
    mentions(&refusal(&base(), &[1, 3, 4]), &["[2, 1, 3]", "[3, 1, 3]"]);
    assert_eq!(base().to(&[10]).output_shape(&[1, 2, 4]).expect("a zero more"), [1, 1, 10]);
}

#[test]
fn pools_that_cannot_be() {
    let far = Regions::Sliding(Sliding::of(&[2]).pad(2, 0));
    mentions(
        &Max { regions: far.clone() }.forward(input(&[1, 1, 3]).view()).expect_err("nothing").to_string(),
        &["output 0", "no maximum of nothing"],
    );
    let excluded = Average { regions: far.clone(), include_pad: false };
    mentions(
        &excluded.forward(input(&[1, 1, 3]).mapv(|n| n as f64).view()).expect_err("nothing").to_string(),
        &["no mean of nothing"],
    );
    let included = Average { regions: far, include_pad: true };
    assert_eq!(included.forward(input(&[1, 1, 3]).mapv(|n| n as f64).view()).expect("zeros").len(), 4);
    // seven has no inverse modulo seven, and no number but one among the integers
    let seven = Average { regions: Regions::Global, include_pad: false };
    let residues = input(&[1, 1, 7]).mapv(Modular::<7>::from);
    mentions(&seven.forward(residues.view()).expect_err("no inverse").to_string(), &["is 7", "no inverse"]);
    assert!(
        seven.forward(input(&[1, 1, 2]).view()).is_err() && seven.forward(input(&[1, 1, 1]).view()).is_ok()
    );
    for outputs in [vec![], vec![0], vec![2, 2]] {
        refusal(&Max { regions: Regions::Adaptive(outputs) }, &[1, 1, 3]);
    }
    let fixed = |spatial: &[usize], regions: Vec<Vec<usize>>| Max {
        regions: Regions::Fixed { spatial: spatial.to_vec(), regions },
    };
    mentions(&refusal(&fixed(&[3], vec![vec![3]]), &[1, 1, 3]), &["is 3", "0 … 2"]);
    mentions(&refusal(&fixed(&[4], vec![vec![3]]), &[1, 1, 3]), &["[3]", "[4]"]);
    refusal(&fixed(&[3], vec![]), &[1, 1, 3]);
    assert!(fixed(&[3], vec![vec![]]).forward(input(&[1, 1, 3]).view()).is_err());
    mentions(&refusal(&Maxout { pieces: 2 }, &[1, 3, 2]), &["2", "3 channels"]);
    refusal(&Maxout { pieces: 0 }, &[1, 3, 2]);
    let norm = Norm { regions: Regions::Global, p: 0 };
    assert!(
        Layer::<f64>::output_shape(&norm, &[1, 1, 3]).is_err()
            && norm.powers(input(&[1, 1, 3]).view()).is_err()
    );
    let few = Weighted { regions: Regions::Sliding(Sliding::of(&[3])), weights: vec![1.0, 2.0] };
    mentions(
        &few.forward(ArrayD::zeros(vec![1, 1, 4]).view()).expect_err("few").to_string(),
        &["[2]", "[3] or more"],
    );
    let cancelling = Weighted { regions: Regions::Sliding(Sliding::of(&[2])), weights: vec![1.0, -1.0] };
    mentions(
        &cancelling.forward(ArrayD::zeros(vec![1, 1, 4]).view()).expect_err("zero").to_string(),
        &["no inverse"],
    );
    let unpool = |indices: Vec<usize>| {
        let indices = ArrayD::from_shape_vec(vec![1, 1, indices.len()], indices).expect("as many");
        Unpool { sliding: Sliding::of(&[2]).stride(2), indices, output: None }
    };
    mentions(&refusal(&unpool(vec![4, 1]), &[1, 1, 2]), &["index is 4", "0 … 3"]);
    refusal(&unpool(vec![1]), &[1, 1, 2]);
    refusal(&Unpool { output: Some(vec![0]), ..unpool(vec![1, 2]) }, &[1, 1, 2]);
    let dark = ArrayD::<i64>::zeros(vec![1, 4]);
    mentions(&dynamic::regions(dark.view(), &0, 1).expect_err("dark").to_string(), &["is 1", "0 of them"]);
    assert!(
        dynamic::regions(dark.view(), &-1, 0).is_err()
            && dynamic::regions(ArrayD::<i64>::zeros(vec![0, 4]).view(), &-1, 1).is_err()
    );
    assert!(dynamic::cluster(&[vec![usize::MAX], vec![0]], 1).is_err());
}

#[test]
fn other_layers_that_cannot_be() {
    let pad = |before: isize, after: isize| Pad {
        before: vec![before],
        after: vec![after],
        fill: Fill::Value(0_i64),
    };
    mentions(&refusal(&pad(-2, -1), &[1, 1, 3]), &["-2 + 3 + -1 = 0"]);
    mentions(&refusal(&pad(-3, 1), &[1, 1, 3]), &["an entry left"]);
    mentions(&refusal(&pad(isize::MAX, isize::MAX), &[1, 1, 3]), &["+ 3 +"]);
    mentions(&refusal(&pad(isize::MIN, isize::MIN), &[1, 1, 3]), &["+ 3 +"]);
    refusal(&pad(1, 1), &[1, 1, 3, 3]);
    let dense = Dense { weights: kernel(&[2, 6]), bias: None };
    mentions(&refusal(&dense, &[1, 5]), &["[1, 5]", "6 entries"]);
    refusal(&dense, &[6]);
    refusal(&Dense { weights: kernel(&[6]), bias: None }, &[1, 6]);
    refusal(&Dense { bias: Some(kernel(&[3])), ..dense.clone() }, &[1, 6]);
    assert!(dense.to_convolution(&[2, 2]).is_err());
    let large = Conv::new(Sliding::of(&[2]), kernel(&[2, 3, 2]));
    assert!(
        large.to_dense(&[3, 3]).is_err()
            && large.clone().flipped().to_dense(&[3, 2]).is_err()
            && large.to_dense(&[3, 2]).is_ok()
    );
    let padded = Conv::new(Sliding::of(&[2]).pad(1, 1).stride(5), kernel(&[2, 3, 2]));
    assert!(padded.to_dense(&[3, 2]).is_err(), "one output, but not of the whole input");
    let fold = Fold { sliding: Sliding::of(&[2]), image: vec![4] };
    mentions(&refusal(&fold, &[1, 4, 2]), &["C·2 × 3"]);
    refusal(&fold, &[1, 3, 3]);
    refusal(&Upsample { factors: vec![0] }, &[1, 1, 3]);
    refusal(&Upsample { factors: vec![usize::MAX] }, &[1, 1, 3]);
    refusal(&Upsample { factors: vec![2, 2] }, &[1, 1, 3]);
    assert!(Layer::<f64>::output_shape(&Softmax { axis: 3 }, &[1, 1, 3]).is_err());
    let vector = |n: usize| kernel(&[n]).mapv(|n| n as f64);
    let norm = |n: usize, deviation: f64| BatchNorm {
        gamma: vector(n),
        beta: vector(2),
        mean: vec![0.0; 2],
        deviation: vec![deviation; 2],
    };
    let refuses = |norm: BatchNorm<f64>| norm.forward(ArrayD::zeros(vec![1, 2, 3]).view()).is_err();
    assert!(refuses(norm(3, 1.0)) && refuses(norm(2, 0.0)) && !refuses(norm(2, 1.0)));
    let negative = BatchNorm::of_variance(vector(2), vector(2), vec![0.0; 2], &[1.0, -1.0], 1.0);
    mentions(&negative.expect_err("zero").to_string(), &["variance + ε", "= 0"]);
    let conv = |channels| Conv::new(Sliding::of(&[3]).padding(Padding::SameUpper), kernel(&[channels, 2, 3]));
    let residual = Residual::<i64> { branch: Box::new(conv(3)), shortcut: None };
    mentions(&refusal(&residual, &[1, 2, 4]), &["[1, 3, 4]", "[1, 2, 4]", "1 × 1 convolution"]);
    let narrow = Conv::new(Sliding::of(&[3]), kernel(&[3, 2, 3]));
    refusal(&Skip::<i64> { inner: Box::new(narrow) }, &[1, 2, 4]);
    let recurrent = |state, times| Recurrent::<i64> { step: Box::new(conv(1)), state, times };
    assert!(Layer::output_shape(&recurrent(1, 2), &[1, 1, 4]).is_ok());
    refusal(&recurrent(2, 2), &[1, 1, 4]);
    refusal(&recurrent(1, 0), &[1, 1, 4]);
    let stack = Sequential::<i64>(vec![Box::new(conv(2)), Box::new(conv(3)), Box::new(conv(1))]);
    mentions(&refusal(&stack, &[1, 2, 4]), &["layer 2 (Conv)"]);
}

/// Every layer refuses shapes that are not its own, or does what it promises; a gradient of the wrong shape it refuses.
#[test]
fn no_layer_panics_at_another_shape() {
    let shapes: [&[usize]; 9] =
        [&[], &[0], &[3], &[2, 3], &[1, 2, 0], &[0, 2, 4], &[1, 4, 5], &[2, 6, 3, 4], &[1, 1, 2, 2, 2]];
    let (mut taken, mut refused) = (0, 0);
    let rational = |n: i64| dashu_ratio::RBig::from(n);
    let layers = specimens::linear(&rational).into_iter().chain(specimens::ordered(&rational));
    for (name, own, layer) in layers {
        for shape in shapes.into_iter().chain([&own[..]]) {
            let x = input(shape).mapv(dashu_ratio::RBig::from);
            let wrong = input(&[1, 2, 3, 1]).mapv(dashu_ratio::RBig::from);
            match (layer.output_shape(shape), layer.forward(x.view())) {
                (Ok(promised), Ok(y)) => {
                    assert_eq!(y.shape(), promised, "{name} {shape:?}");
                    assert!(
                        promised == wrong.shape() || layer.backward(x.view(), wrong.view()).is_err(),
                        "{name} {shape:?}"
                    );
                    taken += 1;
                }
                (Err(_), Err(_)) => {
                    assert!(layer.backward(x.view(), wrong.view()).is_err(), "{name} {shape:?}");
                    refused += 1;
                }
                (promised, y) => assert!(
                    promised.is_ok() && y.is_err(),
                    "{name} {shape:?}: an output, and none was promised"
                ),
            }
        }
    }
    assert!(taken > 60 && refused > 200, "{taken} {refused}");
}
