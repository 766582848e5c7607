//! Mistakes that engines have made, made again: every one of them is told from what is right by a small case.

use super::{array, input, kernel};
use faltung::{
    layer::{
        Conv, Layer, Padding, Sliding, Transposed, Window,
        pool::{Average, Max, Regions, Unpool},
    },
    signal::Boundary,
};
use ndarray::ArrayD;

fn flat<S>(x: ArrayD<S>) -> Vec<S> {
    x.into_raw_vec_and_offset().0
}

/// `SAME` with an even kernel: the odd zero on the other side is another layer, and stride 2 makes its own odd zeros.
#[test]
fn same_padding_on_the_wrong_side() {
    let mut told = 0;
    for (n, taps, stride) in [(4, 2, 1), (5, 4, 1), (6, 3, 2), (5, 3, 2), (7, 2, 2)] {
        let x = input(&[1, 1, n]);
        let run = |padding| {
            Conv::new(Sliding::of(&[taps]).stride(stride).padding(padding), kernel(&[1, 1, taps]))
                .forward(x.view())
                .expect("fits")
        };
        let odd = {
            let window = Padding::SameUpper.resolve(n, Window { stride, ..Window::of(taps) }).expect("sizes");
            (window.before + window.after) % 2 == 1
        };
        assert_eq!(run(Padding::SameUpper) != run(Padding::SameLower), odd, "{n} {taps} {stride}");
        told += usize::from(odd);
    }
    assert_eq!(told, 4);
}

/// The padding of a strided `SAME` layer is derived from the input, not from the kernel alone.
#[test]
fn same_padding_from_the_kernel_only() {
    let (n, taps, stride) = (6, 3, 2);
    let right = Padding::SameUpper.resolve(n, Window { stride, ..Window::of(taps) }).expect("sizes");
    let wrong = Window { before: (taps - 1) / 2, after: taps / 2, stride, ..Window::of(taps) };
    assert_eq!(right.outputs(n), wrong.outputs(n));
    assert_ne!((right.before, right.after), (wrong.before, wrong.after));
}

/// ceil_mode × count_include_pad: dividing by all taps, by the entries, or by the taps inside the padding are three things.
#[test]
fn the_divisor_of_the_last_window() {
    let sliding = Sliding {
        windows: vec![Window { stride: 3, after: 1, ceil: true, ..Window::of(4) }],
        ..Sliding::of(&[4])
    };
    let pool = |include_pad| Average { regions: Regions::Sliding(sliding.clone()), include_pad };
    let last = |divisors: Vec<usize>| *divisors.last().expect("a window");
    let (included, excluded) =
        (last(pool(true).divisors(&[4]).expect("fits")), last(pool(false).divisors(&[4]).expect("fits")));
    assert_eq!((included, excluded, sliding.windows[0].taps), (2, 1, 4));
}

/// A reference implementation centres what ceiling adds, shifting every window; at the end it belongs.
#[test]
fn what_ceiling_adds_lies_at_the_end() {
    let window = Window { stride: 3, ceil: true, ..Window::of(4) };
    assert_eq!((window.outputs(5), window.inside(1, 5)), (Ok(2), Ok(2)));
    let x = array(&[1, 1, 5], [5, 4, 3, 2, 9]);
    let right = Max { regions: Regions::Sliding(Sliding { windows: vec![window], ..Sliding::of(&[4]) }) };
    let centred = Window { before: 1, after: 1, ceil: false, ..window };
    let wrong = Max { regions: Regions::Sliding(Sliding { windows: vec![centred], ..Sliding::of(&[4]) }) };
    assert_eq!(flat(right.forward(x.view()).expect("fits")), [5, 9]);
    assert_eq!(flat(wrong.forward(x.view()).expect("fits")), [5, 9]);
    let x = array(&[1, 1, 5], [1, 2, 3, 7, 4]);
    assert_ne!(right.forward(x.view()), wrong.forward(x.view()));
}

/// A window that would start in the padding behind the end is dropped; counted, it would be a window of nothing.
#[test]
fn a_window_that_starts_behind_the_end() {
    let window = Window { stride: 2, before: 1, after: 1, ceil: true, ..Window::of(2) };
    let counted = (5_usize + 2 - 2).div_ceil(2) + 1;
    assert_eq!((window.outputs(5), counted), (Ok(3), 4));
    let window = Window { taps: 1, before: 0, after: 0, ..window };
    assert_eq!(window.outputs(4), Ok(2));
}

/// Unpooling places values. Adding them is wrong where windows overlap; and where values tie, the first one is the place.
#[test]
fn unpooling_overlaps_and_ties() {
    let x = array(&[1, 1, 4], [1, 6, 6, 2]);
    let sliding = Sliding::of(&[2]);
    let (values, indices) =
        Max { regions: Regions::Sliding(sliding.clone()) }.select(x.view()).expect("fits");
    assert_eq!(flat(indices.clone()), [1, 1, 2]);
    let placed =
        Unpool { sliding, indices: indices.clone(), output: None }.forward(values.view()).expect("fits");
    assert_eq!(flat(placed), [0, 6, 6, 0]);
    let mut added = vec![0; 4];
    indices.iter().zip(&values).for_each(|(i, value)| added[*i] += value);
    assert_eq!(added, [0, 12, 6, 0]);
    // backward of the pooling does add, and to the first of the tied only
    let dy = array(&[1, 1, 3], [1, 10, 100]);
    let max = Max { regions: Regions::Sliding(Sliding::of(&[2])) };
    assert_eq!(flat(max.backward(x.view(), dy.view()).expect("fits").input), [0, 11, 100, 0]);
}

/// Where the stride drops a tail, the gradient in the input has the input's size, with zeros there. An engine has
/// returned the size that a transposed convolution infers from the output.
#[test]
fn a_gradient_that_forgets_the_tail() {
    let sliding = Sliding::of(&[2]).stride(3);
    let (x, w) = (input(&[1, 1, 10]), array(&[1, 1, 2], [5, 7]));
    let conv = Conv::new(sliding.clone(), w.clone());
    let dy = array(&[1, 1, 3], [1, 10, 100]);
    let gradient = conv.backward(x.view(), dy.view()).expect("fits").input;
    assert_eq!(flat(gradient.clone()), [5, 7, 0, 50, 70, 0, 500, 700, 0, 0]);
    let short = Transposed::new(sliding.clone(), w.clone()).forward(dy.view()).expect("fits");
    assert_eq!(short.shape(), [1, 1, 8]);
    // with the tail as output padding it is the gradient
    assert_eq!(Transposed::new(sliding, w).extra(&[2]).forward(dy.view()).expect("fits"), gradient);
}

/// The gradient of a layer round a circle wraps too; with zeros at the border it is another.
#[test]
fn a_gradient_with_another_boundary() {
    let layer =
        |boundary| Conv::new(Sliding::of(&[3]).pad(1, 1).boundary(boundary), array(&[1, 1, 3], [1, 10, 100]));
    let (x, dy) = (input(&[1, 1, 4]), array(&[1, 1, 4], [1, 0, 0, 0]));
    let gradient = |boundary| flat(layer(boundary).backward(x.view(), dy.view()).expect("fits").input);
    assert_eq!(gradient(Boundary::Wrap), [10, 100, 0, 1]);
    assert_eq!(gradient(Boundary::Zero), [10, 100, 0, 0]);
    assert_eq!(gradient(Boundary::Replicate), [11, 100, 0, 0]);
}

/// The odd place of padding of `output_shape`: in front unless same-upper is asked for. Specification and engines have had
/// it on either side.
#[test]
fn the_odd_place_of_a_transposed_padding() {
    let window = Window { stride: 2, ..Window::of(3) };
    let split = |padding| {
        window.transposed_to(3, 0, 6, padding).map(|(window, extra)| (window.before, window.after, extra))
    };
    assert_eq!(split(Padding::SameUpper), Ok((0, 1, 0)));
    assert_eq!(split(Padding::SameLower), Ok((1, 0, 0)));
    assert_eq!(split(Padding::Explicit), Ok((1, 0, 0)));
    // a kernel shorter than its stride cannot fill n · stride places: zeros, at the end
    let short = Window { stride: 3, ..Window::of(2) };
    assert_eq!(
        Padding::SameUpper.resolve_transposed(2, 0, short).map(|(window, extra)| (
            window.before,
            window.after,
            extra
        )),
        Ok((0, 0, 1))
    );
}

/// Correlation and convolution are told apart by a kernel that is not symmetric, along each axis by itself.
#[test]
fn a_kernel_reversed_along_one_axis_only() {
    let (x, w) = (input(&[1, 1, 4, 4]), kernel(&[1, 1, 2, 3]));
    let right = Conv::new(Sliding::of(&[2, 3]), w.clone()).flipped().forward(x.view()).expect("fits");
    let mut turned = w;
    turned.invert_axis(ndarray::Axis(2));
    let half = Conv::new(Sliding::of(&[2, 3]), turned.clone()).forward(x.view()).expect("fits");
    assert_ne!(half, right);
    turned.invert_axis(ndarray::Axis(3));
    assert_eq!(Conv::new(Sliding::of(&[2, 3]), turned).forward(x.view()).expect("fits"), right);
}
