//! Bit for bit the definition: every window, the edges of tiles and stretches, all kinds of layouts, special values.

// One axis has one range.
#![allow(clippy::single_range_in_vec_init)]

use super::{Direct, PAIRS, SHORT, STRETCH, order, sums};
use crate::{
    conv::{Algorithm, definition},
    scalar::{Ring, Semiring},
};
use ndarray::{ArrayD, ArrayViewD, Axis, IxDyn, Slice, SliceInfoElem};
use num_complex::Complex;
use std::{fmt::Debug, ops::Range};

/// What is compared: the bits, or that it is NaN, whose bits IEEE 754 leaves open.
trait Bits: Ring {
    type Bits: PartialEq + Debug;
    fn bits(&self) -> Self::Bits;
    /// The value that stands for two floats.
    fn of(re: f64, im: f64) -> Self;
}

macro_rules! bits {
    ($($float:ident),*) => {$(
        impl Bits for $float {
            type Bits = Option<u64>;
            fn bits(&self) -> Option<u64> {
                (!self.is_nan()).then(|| self.to_bits().into())
            }
            fn of(re: f64, _im: f64) -> Self {
                re as $float
            }
        }
        impl Bits for Complex<$float> {
            type Bits = [Option<u64>; 2];
            fn bits(&self) -> [Option<u64>; 2] {
                [self.re, self.im].map(|part| part.bits())
            }
            fn of(re: f64, im: f64) -> Self {
                Complex::new(re as $float, im as $float)
            }
        }
    )*};
}

bits!(f32, f64);

/// Full significands and signs, from a fixed sequence; every `special`-th entry a zero of either sign, a subnormal,
/// an infinity or NaN, where there are such entries at all.
fn entries<S: Bits>(shape: &[usize], seed: u64, special: Option<u64>) -> ArrayD<S> {
    let mut state = seed;
    let mut float = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let unit = (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5;
        match special {
            Some(every) if (state >> 40).is_multiple_of(every) => {
                let tiny = f64::from(f32::from_bits(3)).copysign(unit);
                [-0.0, 0.0, tiny, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, -0.0]
                    [(state >> 50) as usize % 7]
            }
            _ => unit,
        }
    };
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        let re = float();
        S::of(re, float())
    })
}

fn cut<S: Semiring>(full: &ArrayD<S>, window: &[Range<usize>]) -> ArrayD<S> {
    let info: Vec<SliceInfoElem> = window.iter().map(|range| range.clone().into()).collect();
    full.slice(info.as_slice()).to_owned()
}

#[track_caller]
fn check<S: Bits>(x: ArrayViewD<S>, w: ArrayViewD<S>, full: &ArrayD<S>, window: &[Range<usize>]) {
    let expected = cut(full, window).map(S::bits);
    for arch in super::arches() {
        let computed = sums(x.view(), w.view(), window, arch).map(S::bits);
        assert!(computed == expected, "{:?} * {:?}, {window:?}, {arch:?}", x.shape(), w.shape());
    }
}

/// All, the middle (where there is one), each end, and a piece that starts nowhere in particular.
fn windows(n: usize, m: usize) -> Vec<Range<usize>> {
    let all = n + m - 1;
    let mut windows = vec![0..all, 0..all.div_ceil(3), all - all.div_ceil(3)..all, all / 3..all / 3 + 1];
    windows.extend((m <= n).then(|| m - 1..n));
    windows.push((m - 1) / 2..(m - 1) / 2 + n);
    windows
}

fn every<S: Bits>(shapes: &[(&[usize], &[usize])], special: Option<u64>) {
    for (n, m) in shapes {
        let (x, w) = (entries::<S>(n, 1, special), entries::<S>(m, 2, special.map(|every| 2 * every)));
        let full = definition::full(x.view(), w.view());
        let choices: Vec<_> = n.iter().zip(*m).map(|(n, m)| windows(*n, *m)).collect();
        for number in 0..6 {
            // Another window on each axis, so that the middle of one meets the border of the next.
            let window: Vec<_> = (choices.iter().enumerate())
                .map(|(axis, windows)| windows[(number + axis * (number % 2)) % windows.len()].clone())
                .collect();
            check(x.view(), w.view(), &full, &window);
        }
    }
}

const ONE: &[(&[usize], &[usize])] = &[
    (&[1], &[1]),
    (&[4], &[1]),
    (&[9], &[9]),
    (&[20], &[13]),
    (&[13], &[20]),
    (&[40], &[7]),
    (&[7], &[140]),
    (&[5000], &[31]),
    (&[30], &[28]),
    (&[700], &[300]),
    (&[290], &[310]),
];
const MORE: &[(&[usize], &[usize])] = &[
    (&[4, 5], &[3, 2]),
    (&[2, 3], &[3, 4]),
    (&[9, 130], &[11, 7]),
    (&[30, 61], &[5, 63]),
    (&[3, 4, 5], &[2, 3, 2]),
    (&[4, 5, 121], &[3, 2, 9]),
    (&[2, 1, 3], &[3, 1, 2]),
    // Two rows at a time, in planes and with x and w exchanged too.
    (&[12, 150], &[5, 7]),
    (&[7, 9, 70], &[3, 4, 5]),
    (&[5, 6], &[30, 150]),
    (&[2, 4, 3], &[3, 9, 120]),
    (&[40, 60, 3], &[4, 2, 1]),
    // Rows that run on through several axes.
    (&[40, 3], &[5, 1]),
    (&[20, 3, 2], &[9, 1, 1]),
    (&[6, 30, 3], &[3, 4, 1]),
    // Short rows: the longest axis is swept.
    (&[200, 5], &[9, 3]),
    (&[150, 4], &[3, 6]),
    (&[3, 140, 2], &[2, 5, 3]),
    (&[160, 2, 3], &[7, 1, 2]),
    (&[3, 2], &[170, 4]),
];

#[test]
fn it_is_the_definition_bit_for_bit() {
    for special in [None, Some(40), Some(9)] {
        every::<f64>(ONE, special);
        every::<f64>(MORE, special);
        every::<f32>(ONE, special);
        every::<f32>(MORE, special);
        every::<Complex<f32>>(MORE, special);
        every::<Complex<f64>>(MORE, special);
        every::<Complex<f64>>(&ONE[..8], special);
    }
}

/// Every length from one entry to beyond two of the largest tiles, and every window of a short sum.
#[test]
fn tiles_meet_without_a_seam() {
    let w = entries::<f64>(&[5], 3, None);
    for n in 1..=201 {
        let x = entries::<f64>(&[n], n as u64, None);
        let full = definition::full(x.view(), w.view());
        for window in windows(n, 5) {
            check(x.view(), w.view(), &full, &[window]);
        }
        let x = x.map(|x| *x as f32);
        let w = w.map(|w| *w as f32);
        check(x.view(), w.view(), &definition::full(x.view(), w.view()), &[0..n + 4]);
    }
    for (n, m) in [(70, 30), (30, 70), (100, 1)] {
        let (x, w) = (entries::<f64>(&[n], 4, None), entries::<f64>(&[m], 5, Some(20)));
        let full = definition::full(x.view(), w.view());
        for from in 0..n + m - 1 {
            for to in [from + 1, from + 9, from + 57, n + m - 1] {
                check(x.view(), w.view(), &full, &[from..to.clamp(from + 1, n + m - 1)]);
            }
        }
    }
}

/// Several stretches and threads; each ends within a row.
#[test]
fn stretches_meet_without_a_seam() {
    for (n, m) in [
        (vec![3 * STRETCH[0] + 5], vec![24]),
        (vec![2000], vec![900]),
        (vec![300, 301], vec![3, 5]),
        (vec![2 * PAIRS + 3, 301], vec![6, 5]),
    ] {
        let (x, w) = (entries::<f32>(&n, 6, Some(5000)), entries::<f32>(&m, 7, None));
        let full = definition::full(x.view(), w.view());
        let window: Vec<_> = n.iter().zip(&m).map(|(n, m)| 0..n + m - 1).collect();
        check(x.view(), w.view(), &full, &window);
    }
}

/// A sum of products that are all −0 is +0, as one that starts at +0 is.
#[test]
fn no_sum_is_a_negative_zero() {
    for (n, m) in [(200, 3), (3, 200), (1, 1)] {
        let (x, w) = (ArrayD::from_elem(IxDyn(&[n]), -0.0_f64), ArrayD::from_elem(IxDyn(&[m]), 1.0));
        let y = Direct.convolve(x.view(), w.view(), &[0..n + m - 1]);
        assert!(y.iter().all(|y| y.to_bits() == 0), "{n} {m}");
    }
}

/// Views that run backward, or skip entries, or lie transposed.
#[test]
fn x_need_not_lie_in_standard_layout() {
    let (whole, w) = (entries::<f64>(&[40, 61], 8, None), entries::<f64>(&[4, 3], 9, None));
    let mut views = vec![whole.view(), whole.view().reversed_axes(), whole.view()];
    views[2].invert_axis(Axis(1));
    views.push(whole.slice_axis(Axis(1), Slice::new(0, None, 2)));
    for x in views {
        let full = definition::full(x.view(), w.view());
        let window: Vec<_> = full.shape().iter().map(|n| 0..*n).collect();
        check(x.view(), w.view(), &full, &window);
    }
}

#[test]
fn short_rows_are_swept_along_the_longest_axis() {
    let of = |w: &[usize], y: &[usize]| order(w, &y.iter().map(|n| 0..*n).collect::<Vec<_>>());
    assert_eq!(of(&[9, 3], &[1000, 7]), [1, 0]);
    assert_eq!(of(&[3, 9, 3], &[20, 1000, 7]), [0, 2, 1]);
    assert_eq!(of(&[9, 1], &[1000, 7]), [0, 1]); // these rows are joined
    assert_eq!(of(&[9, 3], &[1000, SHORT]), [0, 1]);
    assert_eq!(of(&[9, 3], &[20, 7]), [0, 1]);
}
