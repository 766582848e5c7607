//! One layer of every kind, over any scalars, with the shape of an input that it takes.

use super::{distinct, kernel};
use faltung::{
    layer::{
        BatchNorm, Bias, Conv, Dense, Fill, Fold, Layer, LeakyRelu, Pad, Padding, Quantised, Reads,
        Recurrent, Relu, Residual, Sequential, Sharing, Skip, Sliding, Transposed, Unfold, Upsample, Window,
        network::up_convolution,
        pool::{Average, Max, Maxout, Regions, Unpool, Weighted},
    },
    scalar::{Ring, Units},
    signal::Boundary,
};
use ndarray::ArrayD;

pub type Specimen<S> = (&'static str, Vec<usize>, Box<dyn Layer<S>>);

/// Layers that are linear, or affine: without an order and without inverses.
pub fn linear<S: Ring>(embed: &dyn Fn(i64) -> S) -> Vec<Specimen<S>> {
    let w = |shape: &[usize]| kernel(shape).mapv(embed);
    let b = |n: usize| -> Vec<S> { (0..n as i64).map(|i| embed(i - 1)).collect() };
    let conv = |sliding: Sliding, shape: &[usize]| Conv::new(sliding, w(shape));
    let spread = Sliding {
        windows: vec![Window { spread: 2, before: 2, after: 1, ..Window::of(3) }],
        ..Sliding::of(&[3])
    };
    let mixed = Sliding {
        windows: vec![
            Window { stride: 2, before: 1, ..Window::of(2) },
            Window { dilation: 2, after: 3, ..Window::of(3) },
        ],
        ..Sliding::of(&[2, 3])
    };
    let mut all: Vec<Specimen<S>> = vec![
        (
            "stride, padding",
            vec![2, 2, 5],
            Box::new(conv(Sliding::of(&[3]).stride(2).pad(1, 1), &[3, 2, 3]).bias(&b(3))),
        ),
        (
            "a tail of two is dropped",
            vec![1, 1, 10],
            Box::new(conv(Sliding::of(&[2]).stride(3), &[2, 1, 2]).bias(&b(2))),
        ),
        (
            "a stride beyond the kernel",
            vec![1, 1, 9],
            Box::new(conv(Sliding::of(&[1]).stride(4), &[1, 1, 1])),
        ),
        ("groups, dilation, same lower", vec![1, 4, 6], {
            let sliding = Sliding::of(&[2]).stride(2).dilation(2).padding(Padding::SameLower);
            Box::new(conv(sliding, &[4, 2, 2]).groups(2))
        }),
        ("depthwise, even kernel, same upper", vec![2, 3, 4, 3], {
            Box::new(conv(Sliding::of(&[2, 4]).padding(Padding::SameUpper), &[6, 1, 2, 4]).groups(3))
        }),
        ("asymmetric, two axes", vec![1, 2, 4, 4], Box::new(conv(mixed.clone(), &[2, 2, 2, 3]).bias(&b(2)))),
        (
            "three axes",
            vec![1, 1, 3, 2, 3],
            Box::new(conv(Sliding::of(&[2, 1, 2]).stride(2).pad(0, 1), &[2, 1, 2, 1, 2])),
        ),
        ("pointwise", vec![2, 3, 2, 2], Box::new(conv(Sliding::of(&[1, 1]), &[2, 3, 1, 1]).bias(&b(2)))),
        ("true convolution, full", vec![1, 2, 3, 4], {
            Box::new(conv(Sliding::of(&[3, 2]).padding(Padding::Full), &[2, 2, 3, 2]).flipped())
        }),
        ("input dilation", vec![1, 2, 3], Box::new(conv(spread, &[2, 2, 3]))),
        ("no spatial axes", vec![2, 3], Box::new(conv(Sliding::of(&[]), &[2, 3]))),
        ("a table of channels", vec![1, 3, 5], {
            let reads = Reads::Table(vec![vec![0, 2], vec![1], vec![2, 1, 0]]);
            Box::new(Conv { reads, ..conv(Sliding::of(&[2]).stride(2), &[6, 2]) }.bias(&b(3)))
        }),
        ("locally connected, a bias per output", vec![2, 2, 5], {
            let bias = Bias { sharing: Sharing::Unshared, values: w(&[2, 2]) };
            let layer = conv(Sliding::of(&[2]).stride(2), &[2, 2, 2, 2]);
            Box::new(Conv { sharing: Sharing::Unshared, bias: Some(bias), ..layer })
        }),
        ("tiled, a bias per tile", vec![1, 2, 4, 5], {
            let sharing = Sharing::Tiled(vec![2, 3]);
            let bias = Bias { sharing: sharing.clone(), values: w(&[2, 3, 2]) };
            let layer = conv(Sliding::of(&[2, 2]).pad(1, 0), &[2, 3, 2, 1, 2, 2]).groups(2);
            Box::new(Conv { sharing, bias: Some(bias), ..layer })
        }),
        ("transposed, output padding", vec![1, 2, 3], {
            Box::new(
                Transposed::new(Sliding::of(&[3]).stride(3).pad(1, 0), w(&[2, 2, 3])).extra(&[2]).bias(&b(2)),
            )
        }),
        ("transposed, groups, dilation, two axes", vec![2, 4, 2, 3], {
            let sliding = Sliding::of(&[2, 3]).stride(2).dilation(3).pad(1, 2);
            Box::new(Transposed::new(sliding, w(&[4, 1, 2, 3])).groups(2).extra(&[2, 1]))
        }),
        ("transposed to an odd shape", vec![1, 1, 3, 3], {
            Box::new(Transposed::new(Sliding::of(&[3, 3]).stride(2), w(&[1, 2, 3, 3])).to(&[6, 4]))
        }),
        ("transposed, same upper", vec![1, 2, 3], {
            Box::new(Transposed::new(Sliding::of(&[4]).stride(3).padding(Padding::SameUpper), w(&[2, 1, 4])))
        }),
        ("unfold", vec![1, 2, 4, 3], Box::new(Unfold { sliding: mixed.clone() })),
        ("fold", vec![2, 12, 4], Box::new(Fold { sliding: mixed.clone(), image: vec![3, 3] })),
        ("reflect, and crop", vec![1, 2, 4, 3], {
            Box::new(Pad { before: vec![-1, 2], after: vec![5, -1], fill: Fill::Boundary(Boundary::Reflect) })
        }),
        (
            "pad with a value",
            vec![1, 2, 3],
            Box::new(Pad { before: vec![2], after: vec![1], fill: Fill::Value(embed(4)) }),
        ),
        ("dense", vec![2, 3, 2], Box::new(Dense { weights: w(&[4, 6]), bias: Some(w(&[4])) })),
        ("upsample", vec![1, 2, 2, 3], Box::new(Upsample { factors: vec![2, 3] })),
        ("up-convolution", vec![1, 2, 3], Box::new(up_convolution(&[2], w(&[1, 2, 2]), &b(1)))),
        ("integers with zero points", vec![1, 2, 4], {
            let conv = conv(Sliding::of(&[3]).pad(1, 1), &[2, 2, 3]);
            Box::new(Quantised { conv, input_zero: embed(3), weight_zero: b(2) })
        }),
        ("unpool", vec![1, 2, 2], {
            let indices = ArrayD::from_shape_vec(vec![1, 2, 2], vec![1, 2, 7, 4]).expect("four");
            Box::new(Unpool { sliding: Sliding::of(&[2]).stride(2), indices, output: Some(vec![3]) })
        }),
        ("unpool, shared maximum", vec![1, 1, 3], {
            let indices = ArrayD::from_shape_vec(vec![1, 1, 3], vec![1, 1, 3]).expect("three");
            Box::new(Unpool { sliding: Sliding::of(&[2]), indices, output: None })
        }),
        ("residual", vec![1, 2, 4], {
            let branch = Box::new(conv(Sliding::of(&[3]).stride(2).pad(1, 1), &[3, 2, 3]));
            Box::new(Residual {
                branch,
                shortcut: Some(Box::new(conv(Sliding::of(&[1]).stride(2), &[3, 2, 1]))),
            })
        }),
        ("identity round a convolution", vec![1, 2, 3], {
            let branch = Box::new(conv(Sliding::of(&[3]).pad(1, 1), &[2, 2, 3]).bias(&b(2)));
            Box::new(Residual { branch, shortcut: None })
        }),
        ("skip", vec![2, 2, 4], {
            let down: Box<dyn Layer<S>> = Box::new(conv(Sliding::of(&[2]).stride(2), &[3, 2, 2]));
            Box::new(Skip {
                inner: Box::new(Sequential(vec![down, Box::new(Upsample { factors: vec![2] })])),
            })
        }),
        ("recurrent", vec![1, 2, 4], {
            let step = Box::new(conv(Sliding::of(&[3]).pad(1, 1), &[2, 4, 3]).bias(&b(2)));
            Box::new(Recurrent { step, state: 2, times: 3 })
        }),
    ];
    for boundary in Boundary::ALL {
        let sliding = Sliding::of(&[3, 2]).stride(2).pad(2, 1).boundary(boundary);
        all.push((boundary.name(), vec![1, 2, 3, 4], Box::new(conv(sliding, &[2, 2, 3, 2]))));
    }
    all
}

/// Layers that divide, or compare.
pub fn ordered<S: Ring + Units + PartialOrd>(embed: &dyn Fn(i64) -> S) -> Vec<Specimen<S>> {
    let sliding = |sliding| Regions::Sliding(sliding);
    let odd = Sliding::of(&[3, 2]).stride(2).pad(1, 0).ceil();
    let fixed = Regions::Fixed { spatial: vec![5], regions: vec![vec![4, 0], vec![1], vec![0, 1, 2, 3]] };
    let vector = |n: i64, first: i64| {
        ArrayD::from_shape_vec(vec![3], (0..n).map(|i| embed(first + i)).collect()).expect("three")
    };
    vec![
        ("max, ceiling", vec![2, 2, 4, 5], Box::new(Max { regions: sliding(odd.clone()) })),
        ("max, overlapping", vec![1, 1, 6], Box::new(Max { regions: sliding(Sliding::of(&[3])) })),
        ("max, dilated", vec![1, 1, 6], Box::new(Max { regions: sliding(Sliding::of(&[2]).dilation(3)) })),
        ("global max", vec![2, 2, 3, 2], Box::new(Max { regions: Regions::Global })),
        ("max over fixed regions", vec![1, 2, 5], Box::new(Max { regions: fixed.clone() })),
        ("adaptive max", vec![1, 1, 5, 4], Box::new(Max { regions: Regions::Adaptive(vec![3, 2]) })),
        (
            "average, padding excluded",
            vec![2, 1, 4, 5],
            Box::new(Average { regions: sliding(odd.clone()), include_pad: false }),
        ),
        (
            "average, padding included",
            vec![1, 2, 4, 5],
            Box::new(Average { regions: sliding(odd.clone()), include_pad: true }),
        ),
        (
            "average with a tail",
            vec![1, 1, 8],
            Box::new(Average { regions: sliding(Sliding::of(&[2]).stride(3)), include_pad: true }),
        ),
        ("average round a circle", vec![1, 1, 4], {
            let circle = Sliding::of(&[3]).pad(1, 1).boundary(Boundary::Wrap);
            Box::new(Average { regions: sliding(circle), include_pad: true })
        }),
        ("global average", vec![2, 2, 3], Box::new(Average { regions: Regions::Global, include_pad: false })),
        (
            "adaptive average",
            vec![1, 1, 5, 4],
            Box::new(Average { regions: Regions::Adaptive(vec![3, 7]), include_pad: false }),
        ),
        (
            "average over fixed regions",
            vec![1, 2, 5],
            Box::new(Average { regions: fixed, include_pad: false }),
        ),
        ("weighted average", vec![1, 2, 4], {
            let weights = [1, 2, 1].map(embed).to_vec();
            Box::new(Weighted { regions: sliding(Sliding::of(&[3]).stride(2).pad(1, 1)), weights })
        }),
        ("maxout", vec![2, 6, 2, 2], Box::new(Maxout { pieces: 3 })),
        ("relu", vec![2, 3, 4], Box::new(Relu)),
        ("leaky relu", vec![2, 3, 4], Box::new(LeakyRelu { slope: embed(3) })),
        ("batch normalisation", vec![2, 3, 4], {
            let (mean, deviation) =
                (vector(3, -1).into_raw_vec_and_offset().0, vector(3, 2).into_raw_vec_and_offset().0);
            Box::new(BatchNorm { gamma: vector(3, 3), beta: vector(3, -2), mean, deviation })
        }),
        ("a small network", vec![1, 2, 6], {
            let w = |shape: &[usize]| kernel(shape).mapv(embed);
            let layers: Vec<Box<dyn Layer<S>>> = vec![
                Box::new(
                    Conv::new(Sliding::of(&[3]).pad(1, 1), w(&[4, 2, 3])).bias(&[1, -2, 3, 1].map(embed)),
                ),
                Box::new(Relu),
                Box::new(Max { regions: sliding(Sliding::of(&[2]).stride(2)) }),
                Box::new(Dense { weights: distinct(&[2, 12]).mapv(embed), bias: None }),
            ];
            Box::new(Sequential(layers))
        }),
    ]
}
