//! Separable kernels: the exact rank-one test, sums axis by axis within their bound, and what plans make of it.

use crate::{
    algorithms::{Stream, fits, specs},
    judge::{Gauss, Judged, Verdict, judge, judge_spread},
    structured::{integers, over},
};
use dashu_int::IBig;
use faltung::{
    conv::{
        Algorithm, Circulant, Direct, DoublyBlockCirculant, DoublyBlockToeplitz, Facts, Separable, Spec,
        plan, separable::factors,
    },
    scalar::{Dyadic, Real, Semiring},
};
use ndarray::{ArrayD, Dimension, IxDyn, arr1, arr2};
use num_complex::Complex;

/// A kernel that is a product of one random factor per axis, some entries zero, times 2^centre: exact even in f32.
fn separable_kernel<S: Judged>(stream: &mut Stream, shape: &[usize], centre: i32) -> ArrayD<S> {
    let mut w = ArrayD::from_elem(IxDyn(shape), Gauss::one());
    for (axis, m) in shape.iter().enumerate() {
        let mut factor = || integers(stream, *m, 40.0);
        let (re, im) = (factor(), factor());
        for (index, w) in w.indexed_iter_mut() {
            let k = index.as_array_view()[axis];
            *w = w.times(&Gauss(IBig::from(if re[k] == 0 { 7 } else { re[k] }), IBig::from(im[k])));
        }
    }
    // A real type sees products of real factors only if the imaginary parts are dropped before they mix.
    if S::from_floats(0.0, 1.0).parts().is_some_and(|(_, im)| im.mantissa().is_zero()) {
        let mut real = ArrayD::from_elem(IxDyn(shape), 1.0);
        for (axis, m) in shape.iter().enumerate() {
            let factor = integers(stream, *m, 40.0);
            for (index, w) in real.indexed_iter_mut() {
                let k = index.as_array_view()[axis];
                *w *= if k == 0 && factor[k] == 0 { 5.0 } else { factor[k] as f64 };
            }
        }
        return real.map(|w| S::from_floats(w.scaled(centre), 0.0));
    }
    let float = |n: &IBig| n.to_f64().value().scaled(centre);
    w.map(|Gauss(re, im)| S::from_floats(float(re), float(im)))
}

/// Accepted cases and the largest part of a bound that was used.
fn separable_cases<S: Judged>(x_centre: i32, w_centre: i32) -> (usize, f64) {
    let mut stream = Stream(40);
    let (mut accepted, mut worst) = (0, 0.0_f64);
    let shapes: [(&[usize], &[usize]); 6] = [
        (&[4, 5], &[3, 2]),
        (&[2, 3], &[3, 4]),
        (&[9, 12], &[5, 5]),
        (&[3, 4, 5], &[2, 3, 2]),
        (&[7, 5, 3], &[3, 2, 1]),
        (&[5, 2, 6], &[3, 1, 4]),
    ];
    for (n, m) in shapes {
        let (x, w) = (stream.array::<S>(n, 3, x_centre), separable_kernel::<S>(&mut stream, m, w_centre));
        // The factors multiply to w exactly.
        let found = factors(w.view()).unwrap_or_else(|why| panic!("{m:?}: {why}"));
        for (index, w) in w.indexed_iter() {
            let parts = found.iter().enumerate().map(|(axis, factor)| {
                let (one, exponent) = over(&factor[index.as_array_view()[axis]..][..1]);
                (one[0].clone(), exponent)
            });
            let (Gauss(re, im), e) = parts.reduce(|(a, d), (b, e)| (a.times(&b), d + e)).expect("an axis");
            let (w_re, w_im) = w.parts().expect("finite");
            assert!(w_re.minus(&Dyadic::new(re, e)).mantissa().is_zero());
            assert!(w_im.minus(&Dyadic::new(im, e)).mantissa().is_zero());
        }
        for spec in specs().into_iter().filter(|spec| fits(*spec, n, m)) {
            match judge::<S>(&Separable, &x, &w, spec) {
                Verdict::Accepted(part) => (accepted, worst) = (accepted + 1, worst.max(part)),
                Verdict::Declined => {}
                Verdict::Rejected(why) => panic!("{}: {why}", S::NAME),
            }
        }
    }
    (accepted, worst)
}

#[test]
fn separable_kernels_go_axis_by_axis() {
    let shapes = 5 * 18 + 16; // one shape has no mode valid, which are two specifications
    for (x, w) in [(0, 0), (200, 100), (-520, -10), (-10, -530), (-530, -530)] {
        assert_eq!(separable_cases::<f64>(x, w).0, shapes);
        assert_eq!(separable_cases::<Complex<f64>>(x, w).0, shapes);
    }
    for (x, w) in [(0, 0), (50, 30), (-70, -5), (-5, -70), (-75, -60)] {
        assert_eq!(separable_cases::<f32>(x, w).0, shapes);
        assert_eq!(separable_cases::<Complex<f32>>(x, w).0, shapes);
    }
    assert_eq!((separable_cases::<i64>(10, 0).0, separable_cases::<IBig>(70, 0).0), (shapes, shapes));
    assert!(separable_cases::<f64>(0, 0).1 > 0.05 && separable_cases::<f32>(0, 0).1 > 0.05);
}

/// The rank of a small integer matrix is at most one, by all of its minors; or by those of its first two rows only.
fn rank_one(w: &ArrayD<i64>, first_row_only: bool) -> bool {
    let (rows, columns) = (w.shape()[0], w.shape()[1]);
    let last = if first_row_only { 2 } else { rows };
    (0..last).all(|i| {
        (0..last).all(|k| {
            (0..columns).all(|j| (0..columns).all(|l| w[[i, j]] * w[[k, l]] == w[[i, l]] * w[[k, j]]))
        })
    })
}

#[test]
fn the_rank_one_test_is_exact() {
    let mut stream = Stream(55);
    let (mut ones, mut fooled) = (0, 0);
    for case in 0..4000 {
        let entries = integers(&mut stream, 6, if case % 2 == 0 { 1.0 } else { 0.7 });
        let w = ArrayD::from_shape_vec(IxDyn(&[3, 2]), entries).expect("six entries");
        if w.iter().all(|w| *w == 0) {
            continue;
        }
        let expected = rank_one(&w, false);
        assert_eq!(factors(w.view()).is_ok(), expected, "{w:?}");
        assert_eq!(factors(w.mapv(|w| w as f64 * 0.1875).view()).is_ok(), expected, "{w:?}");
        ones += usize::from(expected);
        fooled += usize::from(rank_one(&w, true) != expected);
    }
    assert!(ones > 100 && fooled > 100, "{ones} {fooled}");
    // 0.1 is no tenth, and 0.3 is not three of them.
    let nearly = arr2(&[[0.1, 0.2], [0.3, 0.6]]).into_dyn();
    assert!(factors(nearly.view()).is_ok(), "0.6 is twice 0.3, as 0.2 is twice 0.1");
    assert!(factors(arr2(&[[0.1, 0.3], [1.0, 3.0]]).into_dyn().view()).is_err());
    // A product of numbers that are no floats: 2^-1500.
    let apart = arr2(&[[2f64.powi(1000), 2f64.powi(1001)], [2f64.powi(-500), 2f64.powi(-499)]]).into_dyn();
    assert!(factors(apart.view()).unwrap_err().to_string().contains("not exact in float64"));
    for refused in [arr2(&[[f64::NAN, 1.0], [1.0, 1.0]]), arr2(&[[0.0, 0.0], [0.0, 0.0]])] {
        assert!(factors(refused.into_dyn().view()).is_err());
    }
}

#[test]
fn separable_sums_that_overflow_have_no_bound() {
    let largest = f32::MAX;
    // The first stage overflows beside the window, where the second factor is tiny inside it.
    let x = arr2(&[[largest, largest], [0.0, 0.0]]).into_dyn();
    let w = arr2(&[[2f32.powi(-20), 2f32.powi(-20)], [1.0, 1.0]]).into_dyn();
    let bound = faltung::conv::bound(x.view(), w.view(), Spec::default(), &Separable).unwrap();
    assert_eq!(bound.largest(), f64::INFINITY);
    assert_eq!(bound.at(&[0, 0]), f64::INFINITY);
}

#[test]
fn holes_spread_as_the_definition_says() {
    let mut stream = Stream(9);
    let mut x = stream.array::<f64>(&[8, 9], 2, 0);
    (x[[2, 3]], x[[2, 4]], x[[6, 6]]) = (f64::NAN, f64::INFINITY, f64::NEG_INFINITY);
    let w = arr2(&[[1.0, 0.0, -1.0], [0.0, 0.0, 0.0], [2.0, 0.0, -2.0]]).into_dyn();
    let accepted = Verdict::Accepted(0.0);
    for spec in specs() {
        assert_eq!(judge_spread(&Separable, &x, &w, spec), accepted, "{spec:?}");
        assert_eq!(judge_spread(&DoublyBlockToeplitz, &x, &w, spec), accepted, "{spec:?}");
        assert_eq!(judge_spread(&DoublyBlockCirculant, &x, &w, spec), Verdict::Declined);
    }
}

#[test]
fn they_decline_in_words_and_plans_use_what_they_know() {
    let declined = |x: &[usize], w: &[usize], name: &str| {
        plan::plan::<f64>(x, w, Facts::default(), Spec::default(), Some(name)).unwrap_err().to_string()
    };
    assert!(declined(&[9, 9], &[3, 3], "circulant").contains("for one axis"));
    assert!(declined(&[100_000], &[9000], "circulant").contains("entries"));
    assert!(declined(&[3000, 3000], &[3, 3], "doubly-block-toeplitz").contains("not structurally zero"));
    assert!(declined(&[3000, 3000], &[3, 3], "doubly-block-circulant").contains("not structurally zero"));
    assert!(declined(&[9, 9], &[3, 3], "separable").contains("not known to be an exact product"));
    assert!(declined(&[9, 9], &[1, 3], "separable").contains("nothing to separate"));
    assert!(declined(&[900, 900], &[200, 200], "separable").contains("only up to 16384"));
    // A box of ones is a product, and the plan finds out.
    let (x, w) = (ArrayD::from_elem(IxDyn(&[300, 300]), 0.5), ArrayD::from_elem(IxDyn(&[15, 15]), 1.0));
    let facts = Facts::of(x.view(), w.view());
    let plan = plan::plan::<f64>(x.shape(), w.shape(), facts, Spec::default(), None).unwrap();
    assert_eq!(plan.algorithm.name(), "separable", "{}", plan.why);
    assert_eq!(plan.run(x.view(), w.view()), Direct.convolve(x.view(), w.view(), &plan.problem.window));
    // Costs are exact: 15 taps along each axis.
    assert_eq!(Algorithm::<f64>::cost(&Separable, &plan.problem), 300 * 300 * 15 + 314 * 300 * 15);
    assert_eq!(Algorithm::<f64>::cost(&DoublyBlockToeplitz, &plan.problem), 300 * 300 * 225);
    assert_eq!(Algorithm::<f64>::cost(&DoublyBlockCirculant, &plan.problem), 314 * 314 * 225);
    let line = plan::plan::<f64>(
        &[9],
        &[4],
        Facts::of(arr1(&[1.0]).into_dyn().view(), arr1(&[1.0]).into_dyn().view()),
        Spec::default(),
        None,
    );
    assert_eq!(Algorithm::<f64>::cost(&Circulant, &line.unwrap().problem), 144);
}
