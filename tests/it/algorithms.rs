//! Every algorithm, scalar, mode and boundary against the definition; and wrong twins, which the same judge must catch.

use crate::judge::{Judged, Verdict, by_definition, judge, judge_spread, rounded_by_definition};
use dashu_int::IBig;
use faltung::{
    conv::{
        self, Algorithm, Direct, Facts, Fft, Integers, Mode, PlanError, Scalar, Spec, SpecError, Toeplitz,
        exact, plan, worst,
    },
    scalar::Real,
    signal::Boundary,
};
use ndarray::{ArrayD, Axis, IxDyn, arr1, arr2};
use num_complex::Complex;
use serde_json::Value;
use std::collections::BTreeMap;

/// Shapes of x and w: short and long kernels, kernels longer than x, single entries, one to three axes.
pub const SHAPES: &[(&[usize], &[usize])] = &[
    (&[1], &[1]),
    (&[5], &[3]),
    (&[6], &[4]),
    (&[3], &[5]),
    (&[2], &[7]),
    (&[33], &[16]),
    (&[70], &[15]),
    (&[4, 5], &[3, 2]),
    (&[2, 3], &[3, 4]),
    (&[6, 1], &[1, 4]),
    (&[5, 9], &[4, 9]),
    (&[3, 4, 5], &[2, 3, 2]),
    (&[2, 1, 3], &[3, 1, 2]),
    (&[7, 5, 3], &[3, 2, 1]),
    (&[20, 3, 2], &[9, 1, 1]),
    (&[3, 2, 1], &[1, 2, 4]),
    (&[2, 3], &[5, 1]),
    (&[2, 3, 2], &[1, 7, 1]),
];

/// Every specification: each mode, each boundary that it looks at, convolution and correlation.
pub fn specs() -> Vec<Spec> {
    let mut specs = Vec::new();
    for correlate in [false, true] {
        specs.extend(Mode::ALL.map(|mode| Spec { mode, correlate, ..Spec::default() }));
        specs.extend(Boundary::ALL.map(|boundary| Spec { mode: Mode::Same, boundary, correlate }));
    }
    specs
}

pub fn fits(spec: Spec, x: &[usize], w: &[usize]) -> bool {
    spec.mode != Mode::Valid || x.iter().zip(w).all(|(n, m)| n >= m)
}

/// A deterministic stream of floats: significands of full length, signs, and exponents within ±spread.
pub struct Stream(pub u64);

impl Stream {
    pub fn bits(&mut self) -> u64 {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn float(&mut self, spread: i32) -> f64 {
        let unit = (self.bits() >> 11) as f64 * 2f64.powi(-52) - 1.0;
        let exponent = (self.bits() % (2 * spread as u64 + 1)) as i32 - spread;
        unit.scaled(exponent)
    }

    pub fn array<S: Judged>(&mut self, shape: &[usize], spread: i32, centre: i32) -> ArrayD<S> {
        ArrayD::from_shape_simple_fn(IxDyn(shape), || {
            S::from_floats(self.float(spread).scaled(centre), self.float(spread).scaled(centre))
        })
    }
}

/// How each algorithm of the list fared: accepted, declined, and the largest part of a bound that was used.
type Tally = BTreeMap<&'static str, (usize, usize, f64)>;

/// Every algorithm, specification and shape on data 2^(centre ± spread). Panics at the first rejection.
fn examine<S: Judged>(spread: i32, centre: i32) -> Tally {
    let mut stream = Stream(spread as u64);
    let mut tally = Tally::new();
    for (x_shape, w_shape) in SHAPES {
        let (x, w) = (stream.array::<S>(x_shape, spread, centre), stream.array::<S>(w_shape, spread, centre));
        for spec in specs().into_iter().filter(|spec| fits(*spec, x_shape, w_shape)) {
            for algorithm in S::algorithms() {
                let entry = tally.entry(algorithm.name()).or_default();
                match judge(*algorithm, &x, &w, spec) {
                    Verdict::Accepted(part) => {
                        entry.0 += 1;
                        entry.2 = entry.2.max(part);
                    }
                    Verdict::Declined => entry.1 += 1,
                    Verdict::Rejected(why) => panic!("{}: {why}", S::NAME),
                }
            }
        }
    }
    tally
}

/// The algorithms that accept every case of theirs, over the integers and over the floats.
const EXACT: &[&str] = &[
    "direct",
    "ntt",
    "karatsuba",
    "toeplitz",
    "circulant",
    "doubly-block-toeplitz",
    "doubly-block-circulant",
];
const ROUNDED: &[&str] =
    &["direct", "fft", "toeplitz", "circulant", "doubly-block-toeplitz", "doubly-block-circulant"];

/// The number of cases: 18 specifications, two of them valid.
fn cases(shapes: impl Fn(&[usize]) -> bool) -> usize {
    let shapes = SHAPES.iter().filter(|(x, _)| shapes(x));
    shapes.map(|(x, w)| specs().into_iter().filter(|spec| fits(*spec, x, w)).count()).sum()
}

#[track_caller]
fn all_accepted(tally: &Tally, names: &[&str]) {
    for name in names {
        let one_axis = ["karatsuba", "toeplitz", "circulant"].contains(name);
        let expected = if one_axis { cases(|x| x.len() == 1) } else { cases(|_| true) };
        assert_eq!(tally[name].0, expected, "{name}: {tally:?}");
    }
}

#[test]
fn integers_are_exact() {
    for (spread, centre) in [(2, 2), (10, 15)] {
        for tally in [examine::<i64>(spread, centre), examine::<IBig>(spread, centre)] {
            all_accepted(&tally, EXACT);
            assert_eq!((tally["fft"].0, tally["fft"].1), (0, cases(|_| true)));
        }
    }
    all_accepted(&examine::<IBig>(40, 60), EXACT);
    // Sums beyond 64 bits: the 64-bit kernels decline and do not wrap.
    assert!(examine::<i64>(2, 60)["direct"].1 > 100);
    assert!(examine::<i64>(2, 60)["ntt"].1 > 100);
}

#[test]
fn floats_are_within_their_bounds() {
    // Near 1, over a wide dynamic range, and far out on both sides, where the transforms scale.
    for (spread, centre) in [(0, 0), (40, 0), (100, 0), (3, 300), (3, -300)] {
        for tally in [examine::<f64>(spread, centre), examine::<Complex<f64>>(spread, centre)] {
            all_accepted(&tally, ROUNDED);
        }
    }
    for (spread, centre) in [(0, 0), (20, 0), (3, 40), (3, -40)] {
        for tally in [examine::<f32>(spread, centre), examine::<Complex<f32>>(spread, centre)] {
            all_accepted(&tally, ROUNDED);
        }
    }
}

#[test]
fn bounds_hold_where_products_underflow() {
    for centre in [-520, -530, -537, -600] {
        all_accepted(&examine::<f64>(4, centre), ROUNDED);
        all_accepted(&examine::<Complex<f64>>(4, centre), ROUNDED);
    }
    for centre in [-66, -74, -140] {
        all_accepted(&examine::<f32>(4, centre), ROUNDED);
        all_accepted(&examine::<Complex<f32>>(4, centre), ROUNDED);
    }
}

/// A bound that is computed in doubles must not underflow before it meets the larger norm.
#[test]
fn bounds_hold_where_one_array_is_tiny_and_the_other_huge() {
    let mut stream = Stream(77);
    let (x, w) = (stream.array::<f64>(&[64], 2, -1032), stream.array::<f64>(&[64], 2, 996));
    let short = conv::OverlapSave { longest: 16 };
    for algorithm in [&Fft as &dyn Algorithm<f64>, &short, &Direct] {
        assert!(
            matches!(judge(algorithm, &x, &w, Spec::default()), Verdict::Accepted(_)),
            "{}",
            algorithm.name()
        );
        let one = worst(x.view(), w.view(), Spec::default(), algorithm).unwrap();
        assert!(one > 1e-290, "{}: {one}", algorithm.name());
    }
}

/// Many short axes: looking at the data, and padding it, must not take memory like the power of their number.
#[test]
fn many_axes_are_planned_in_little_memory() {
    let x = ArrayD::from_elem(IxDyn(&[2; 20]), 1.0_f64);
    let spec = Spec { mode: Mode::Valid, ..Spec::default() };
    let y = conv::convolve(x.view(), x.view(), spec).unwrap();
    assert_eq!(y.iter().copied().collect::<Vec<_>>(), [f64::from(1 << 20)]);
    let facts = Facts::of(x.view(), x.view());
    let padded = plan::<f64>(x.shape(), x.shape(), facts, spec, Some("doubly-block-circulant"));
    assert!(matches!(padded, Err(PlanError::Declined { .. })));
}

/// Large enough for threads, several blocks, and transforms that rustfft composes of several radices.
#[test]
fn large_arrays_are_cut_into_pieces_rightly() {
    let mut stream = Stream(8);
    let shapes: [(&[usize], &[usize]); 4] =
        [(&[6000], &[40]), (&[90, 100], &[5, 4]), (&[2500, 3], &[9, 1]), (&[12, 40, 30], &[3, 3, 2])];
    for (x, w) in shapes {
        for spec in [Spec::default(), Spec { mode: Mode::Same, boundary: Boundary::Reflect, correlate: true }]
        {
            let integers = (stream.array::<i64>(x, 2, 6), stream.array::<i64>(w, 2, 6));
            for algorithm in [&Direct as &dyn Algorithm<i64>, &Integers] {
                assert_eq!(judge(algorithm, &integers.0, &integers.1, spec), Verdict::Accepted(0.0));
            }
            let singles = (stream.array::<f32>(x, 2, 0), stream.array::<f32>(w, 2, 0));
            let complex = (stream.array::<Complex<f64>>(x, 2, 0), stream.array::<Complex<f64>>(w, 2, 0));
            let verdict = judge(&Fft, &singles.0, &singles.1, spec);
            assert!(matches!(verdict, Verdict::Accepted(_)), "{verdict:?}");
            let verdict = judge(&Fft, &complex.0, &complex.1, spec);
            assert!(matches!(verdict, Verdict::Accepted(_)), "{verdict:?}");
        }
    }
}

#[test]
fn bounds_are_not_idle() {
    // A bound a thousand times too large would accept anything; the direct sum uses a good part of its own.
    assert!(examine::<f64>(0, 0)["direct"].2 > 0.1);
    assert!(examine::<f32>(0, 0)["direct"].2 > 0.1);
    assert!(examine::<f64>(0, 0)["fft"].2 > 0.001);
    assert!(examine::<f32>(0, 0)["fft"].2 > 0.001);
}

#[test]
fn one_number_is_above_all_bounds() {
    let mut stream = Stream(5);
    for (x_shape, w_shape) in SHAPES {
        let (x, w) = (stream.array::<f64>(x_shape, 9, 0), stream.array::<f64>(w_shape, 9, 0));
        for spec in specs().into_iter().filter(|spec| fits(*spec, x_shape, w_shape)) {
            for algorithm in f64::algorithms() {
                let all = conv::bound(x.view(), w.view(), spec, *algorithm).unwrap().largest();
                assert!(all <= worst(x.view(), w.view(), spec, *algorithm).unwrap());
            }
        }
    }
}

/// Data with NaN, both infinities, and a zero in the kernel.
pub fn with_holes() -> (ArrayD<f64>, ArrayD<f64>) {
    let mut stream = Stream(3);
    let mut x: ArrayD<f64> = stream.array(&[40], 2, 0);
    let mut w: ArrayD<f64> = stream.array(&[6], 2, 0);
    (x[[7]], x[[20]], x[[23]]) = (f64::NAN, f64::INFINITY, f64::NEG_INFINITY);
    w[[2]] = 0.0; // 0 · ∞ is NaN
    (x, w)
}

#[test]
fn nan_and_infinity_spread_as_the_definition_says() {
    let (x, w) = with_holes();
    let mut huge = w.clone();
    huge[[4]] = f64::NEG_INFINITY;
    let mut accepted = BTreeMap::<&str, usize>::new();
    for w in [&w, &huge] {
        for spec in specs() {
            for algorithm in f64::algorithms() {
                match judge_spread(*algorithm, &x, w, spec) {
                    Verdict::Accepted(_) => *accepted.entry(algorithm.name()).or_default() += 1,
                    Verdict::Declined => {}
                    Verdict::Rejected(why) => panic!("{}: {why}", algorithm.name()),
                }
            }
        }
    }
    assert_eq!(accepted["direct"], 2 * specs().len());
    // Where the transform would be chosen for finite data, one NaN spoils as many entries as w has, and no more.
    let mut x = ArrayD::from_elem(IxDyn(&[6000]), 1.0);
    let w = ArrayD::from_elem(IxDyn(&[5000]), 1.0);
    let chosen = |x: &ArrayD<f64>| {
        plan::<f64>(x.shape(), w.shape(), Facts::of(x.view(), w.view()), Spec::default(), None).unwrap()
    };
    assert_eq!(chosen(&x).algorithm.name(), "fft");
    x[[100]] = f64::NAN;
    assert_eq!(chosen(&x).algorithm.name(), "direct");
    let y = chosen(&x).run(x.view(), w.view());
    assert_eq!(y.iter().filter(|y| y.is_nan()).count(), 5000);
}

#[test]
fn integers_overflow_in_words() {
    let (x, w) = (arr1(&[1, 1 << 40, 7]).into_dyn(), arr1(&[1 << 22, -(1 << 23)]).into_dyn());
    // 2^40 · −2^23 = −2^63 fits, just, though no a-priori bound says so.
    let y = exact::integers(x.view(), w.view(), Spec::default()).unwrap();
    let expected = [1 << 22, (1 << 62) - (1 << 23), i64::MIN + (7 << 22), -7 << 23];
    assert_eq!(y, arr1(&expected).into_dyn());
    let w = arr1(&[1_i64 << 22, 1 << 23]).into_dyn();
    let error = exact::integers(x.view(), w.view(), Spec::default()).unwrap_err();
    let first = matches!(&error, exact::ExactError::Overflow { index, .. } if index == &[2]);
    assert!(first, "{error}");
    let edge = arr1(&[i64::MIN, 0]).into_dyn();
    let unit = arr1(&[1_i64]).into_dyn();
    assert_eq!(exact::integers(edge.view(), unit.view(), Spec::default()).unwrap(), edge);
}

#[test]
fn floats_are_rounded_once() {
    let mut stream = Stream(12);
    for (spread, centre) in [(0, 0), (60, 0), (4, -530), (4, 505)] {
        for (x_shape, w_shape) in SHAPES {
            let (x, w) =
                (stream.array::<f64>(x_shape, spread, centre), stream.array(w_shape, spread, centre));
            let (x32, w32) = (
                stream.array::<f32>(x_shape, spread.min(20), centre / 8),
                stream.array(w_shape, 3, centre / 8),
            );
            for spec in specs().into_iter().filter(|spec| fits(*spec, x_shape, w_shape)) {
                let expected = rounded_by_definition(&x, &w, spec).unwrap();
                assert_eq!(exact::rounded_once(x.view(), w.view(), spec).unwrap(), expected);
                let expected = rounded_by_definition(&x32, &w32, spec).unwrap();
                assert_eq!(exact::rounded_once(x32.view(), w32.view(), spec).unwrap(), expected);
            }
        }
    }
    let hole = arr1(&[1.0, f64::NAN]).into_dyn();
    let error = exact::rounded_once(hole.view(), hole.view(), Spec::default()).unwrap_err();
    assert!(error.to_string().starts_with("entry [1] of x is NaN or infinite"), "{error}");
}

fn recorded(value: &Value) -> ArrayD<Complex<f64>> {
    let numbers = |key: &str| value[key].as_array().expect(key).iter().map(|n| n.as_f64().expect("a number"));
    let shape: Vec<usize> = numbers("shape").map(|n| n as usize).collect();
    let entries = numbers("re").zip(numbers("im")).map(|(re, im)| Complex::new(re, im)).collect();
    ArrayD::from_shape_vec(IxDyn(&shape), entries).expect("as many entries as the shape says")
}

#[test]
fn scipy_agrees() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("../data/convolve.json")).unwrap();
    let mut lags = 0;
    for case in &cases {
        let named = |name: &str, key: &str| case[key] == name;
        let spec = Spec {
            mode: *Mode::ALL.iter().find(|mode| named(mode.name(), "mode")).expect("a mode"),
            boundary: *Boundary::ALL.iter().find(|b| named(b.name(), "boundary")).expect("a boundary"),
            correlate: case["correlate"] == true,
        };
        let (x, w, y) = (recorded(&case["x"]), recorded(&case["w"]), recorded(&case["y"]));
        assert_eq!(by_definition(&x, &w, spec), y, "the judge: {case}");
        let plan = plan(x.shape(), w.shape(), Facts::default(), spec, Some("direct")).unwrap();
        assert_eq!(plan.run(x.view(), w.view()), y, "{case}");
        if let Some(lag) = case["lag"].as_i64() {
            lags += 1;
            assert_eq!(plan.origin, [lag as isize], "{case}");
        }
    }
    assert!(cases.len() > 90 && lags > 15);
}

#[test]
fn the_lag_of_the_peak_is_the_delay() {
    // w delayed by d, correlated with w: the peak lies at lag d, in every mode that can see it, even lengths too.
    for (n, m) in [(12, 5), (12, 4), (11, 4), (11, 5)] {
        for delay in 0..=(n - m) {
            let w: ArrayD<i64> = ArrayD::from_shape_fn(IxDyn(&[m]), |k| k[0] as i64 * 3 + 1);
            let mut x = ArrayD::zeros(IxDyn(&[n]));
            x.slice_axis_mut(Axis(0), (delay..delay + m).into()).assign(&w);
            for mode in Mode::ALL {
                let spec = Spec { mode, correlate: true, ..Spec::default() };
                let y = conv::convolve(x.view(), w.view(), spec).unwrap();
                let origin = spec.origin(&[n], &[m]).unwrap()[0];
                let peak = (0..y.len()).max_by_key(|k| y[[*k]]).unwrap() as isize + origin;
                if mode != Mode::Same || (delay as isize) < origin + n as isize {
                    assert_eq!(peak, delay as isize, "{mode:?} {n} {m}");
                }
            }
        }
    }
}

#[test]
fn plans_say_why() {
    let plan_of = |x: &[usize], w: &[usize], facts, spec, name| plan::<f64>(x, w, facts, spec, name);
    let facts = Facts::default();
    let big = plan_of(&[65536], &[65536], facts, Spec::default(), None).unwrap();
    assert!(big.why.starts_with("fft: 3 transforms of 131072 points"), "{}", big.why);
    assert!(big.why.contains("for direct"), "{}", big.why);
    assert_eq!(plan_of(&[1000], &[3], facts, Spec::default(), None).unwrap().algorithm.name(), "direct");
    let toeplitz =
        big.candidates.iter().find(|candidate| candidate.name == Algorithm::<f64>::name(&Toeplitz)).unwrap();
    assert!(toeplitz.declined.as_ref().unwrap().contains("entries"), "{toeplitz:?}");

    let error = plan_of(&[9], &[3], facts, Spec::default(), Some("dirct")).unwrap_err();
    // only those that would take it: on a line nothing is separable, and floats have no Karatsuba
    let takes = |name: &&str| !["separable", "karatsuba"].contains(name);
    let names = f64::algorithms().iter().map(|algorithm| algorithm.name()).filter(takes);
    assert_eq!(
        error.to_string(),
        format!(
            r#"there is no algorithm "dirct" for float64; here there are {}"#,
            names.collect::<Vec<_>>().join(", ")
        )
    );
    let error = plan::<i64>(&[9], &[3], facts, Spec::default(), Some("fft")).unwrap_err();
    assert!(error.to_string().contains("roots of unity"), "{error}");
    let error =
        plan_of(&[9], &[3], Facts { finite: false, ..facts }, Spec::default(), Some("fft")).unwrap_err();
    assert!(matches!(error, PlanError::Declined { name: "fft", .. }), "{error}");
    let error = plan_of(&[1 << 20, 1 << 20], &[1, 1], facts, Spec::default(), None).unwrap_err();
    assert!(matches!(error, PlanError::Memory { .. }), "{error}");
}

#[test]
fn wrong_shapes_are_refused() {
    let spec = |mode, boundary| Spec { mode, boundary, correlate: false };
    let refused = |x: &[usize], w: &[usize], spec: Spec| spec.reduce(x, w).unwrap_err();
    let full = Spec::default();
    assert!(matches!(refused(&[0, 3], &[1, 1], full), SpecError::Empty { which: "x", .. }));
    assert!(matches!(refused(&[3], &[0], full), SpecError::Empty { which: "w", .. }));
    assert!(matches!(refused(&[3, 3], &[3], full), SpecError::Rank { x: 2, w: 1 }));
    assert!(matches!(refused(&[], &[], full), SpecError::Scalar));
    let error = refused(&[3, 3], &[3, 4], spec(Mode::Valid, Boundary::Zero));
    assert_eq!(error, SpecError::Fit { axis: 1, n: 3, m: 4 });
    let error = refused(&[3], &[3], spec(Mode::Full, Boundary::Wrap));
    assert!(error.to_string().starts_with("boundary wrap goes with mode same only"), "{error}");
    for huge in [&[usize::MAX, 2][..], &[1 << 40, 1 << 40]] {
        assert!(matches!(refused(huge, &[2, 2], full), SpecError::Size { .. }));
    }
}

#[test]
fn a_kernel_on_an_image() {
    let image = arr2(&[[0, 0, 0, 0], [0, 1, 2, 0], [0, 3, 4, 0], [0, 0, 0, 0_i64]]).into_dyn();
    let across = arr2(&[[1, 0, -1], [2, 0, -2], [1, 0, -1]]).into_dyn();
    let spec = Spec { mode: Mode::Valid, ..Spec::default() };
    let y = conv::convolve(image.view(), across.view(), spec).unwrap();
    assert_eq!(y, arr2(&[[8, -5], [10, -7]]).into_dyn());
}
