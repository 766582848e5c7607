//! Transforms: lengths of every radix, tiles, dynamic range; and wrong twins, which the same judges must catch.

use crate::{
    algorithms::{SHAPES, Stream, fits, specs},
    judge::{Judged, Verdict, judge},
};
use faltung::{
    conv::{
        Accuracy, Algorithm, Declined, Direct, Facts, Fft, Mode, OverlapSave, Plan, PlanError, Problem, Spec,
        plan,
    },
    fourier::{self, Stages, definition},
};
use ndarray::{ArrayD, ArrayViewD, IxDyn};
use num_complex::Complex;
use std::ops::Range;

fn accepted<S: Judged>(algorithm: &dyn Algorithm<S>, x: &ArrayD<S>, w: &ArrayD<S>, spec: Spec) -> bool {
    match judge(algorithm, x, w, spec) {
        Verdict::Accepted(_) => true,
        Verdict::Declined => false,
        Verdict::Rejected(why) => panic!("{why}"),
    }
}

/// Short tiles over every shape and specification. One tile for all is declined: that is fft.
fn tiles<S: Judged>(
    algorithm: impl Fn(usize) -> &'static dyn Algorithm<S>,
    spread: i32,
    centre: i32,
) -> usize {
    let mut stream = Stream(4);
    let mut count = 0;
    for (x_shape, w_shape) in SHAPES {
        let (x, w) = (stream.array::<S>(x_shape, spread, centre), stream.array::<S>(w_shape, spread, centre));
        for spec in specs().into_iter().filter(|spec| fits(*spec, x_shape, w_shape)) {
            for longest in [1, 8] {
                count += usize::from(accepted(algorithm(longest), &x, &w, spec));
            }
        }
    }
    count
}

#[test]
fn tiles_are_within_their_bounds() {
    fn short<S>(longest: usize) -> &'static dyn Algorithm<S>
    where
        OverlapSave: Algorithm<S>,
    {
        if longest == 1 { &OverlapSave { longest: 1 } } else { &OverlapSave { longest: 8 } }
    }
    for (spread, centre) in [(0, 0), (60, 0), (3, 300), (3, -300), (4, -537)] {
        assert!(tiles::<f64>(short, spread, centre) > 150);
    }
    for (spread, centre) in [(0, 0), (20, 0), (3, 40), (4, -74)] {
        assert!(tiles::<Complex<f32>>(short, spread, centre) > 150);
    }
}

/// Each length is one that a transform of this data takes: all four radices, and lines long enough to be cut.
#[test]
fn every_radix_is_within_its_bound() {
    let mut stream = Stream(21);
    let mut radices = [0; 4];
    for n in [5, 9, 13, 29, 37, 49, 62, 79, 111, 139, 219, 279, 333, 399, 559, 70_000] {
        let (x, w) = (stream.array::<f64>(&[n], 1, 0), stream.array::<f64>(&[3], 1, 0));
        assert!(accepted(&Fft, &x, &w, Spec::default()), "{n}");
        let problem = problem(&[n], &[3]);
        let Accuracy::Transforms { stages: Stages(stages) } = Algorithm::<f64>::accuracy(&Fft, &problem)
        else {
            panic!("three transforms")
        };
        radices.iter_mut().zip(stages).for_each(|(all, this)| *all += this);
    }
    assert!(radices.iter().all(|count| *count >= 3), "{radices:?}");
    for n in [15, 39, 70, 126, 33_000] {
        let (x, w) = (stream.array::<Complex<f32>>(&[n], 1, 0), stream.array::<Complex<f32>>(&[4], 1, 0));
        assert!(accepted(&Fft, &x, &w, Spec { mode: Mode::Same, ..Spec::default() }), "{n}");
    }
}

fn problem(x: &[usize], w: &[usize]) -> Problem {
    let reduction = Spec::default().reduce(x, w).expect("shapes that fit");
    Problem { x: reduction.x, w: reduction.w, window: reduction.window, facts: Facts::default() }
}

#[test]
fn transforms_of_single_floats_are_within_their_bound() {
    let mut stream = Stream(22);
    for shape in [&[1][..], &[2], &[7], &[30], &[49], &[105], &[128], &[6, 35], &[4, 3, 10]] {
        let x = stream.array::<Complex<f32>>(shape, 2, 0);
        let bound = fourier::relative_error::<f32>(shape).expect("smooth");
        let wide = |a: &ArrayD<Complex<f32>>| a.mapv(|a| Complex::new(f64::from(a.re), f64::from(a.im)));
        // The definition in doubles is exact in comparison.
        let exact = definition::dft(wide(&x).view());
        let norm = |a: &ArrayD<Complex<f64>>| a.iter().map(|a| a.norm_sqr()).sum::<f64>().sqrt();
        let error = |computed: &ArrayD<Complex<f32>>| norm(&(wide(computed) - &exact)) / norm(&exact);
        let computed = fourier::dft(x.clone());
        assert!(error(&computed) <= bound, "{shape:?}: {:e} {bound:e}", error(&computed));
        // A twin that is off by one part in 2^16 in every entry is caught.
        assert!(error(&computed.mapv(|a| a * (1.0 + 2f32.powi(-16)))) > bound, "{shape:?} {bound:e}");

        let real = x.mapv(|x| x.re);
        let half = fourier::rdft(real.view());
        let last = shape[shape.len() - 1];
        let whole = fourier::dft(real.mapv(Complex::from));
        for (index, entry) in half.indexed_iter() {
            assert!((entry - whole[&index]).norm() < 1e-4, "{shape:?}");
        }
        let back = fourier::irdft(half, last);
        assert!(back.iter().zip(&real).all(|(a, b)| (a - b).abs() < 1e-5), "{shape:?}");
    }
    for prime in [11, 22, 13 * 7, 101] {
        assert_eq!(fourier::relative_error::<f64>(&[prime]), None);
    }
}

/// A sum of exponentials over a long range, as probabilities are.
fn decaying(n: usize, bits: f64) -> ArrayD<f64> {
    ArrayD::from_shape_fn(IxDyn(&[n]), |k| {
        (1.0 + (k[0] as f64).sin() / 2.0) * (-bits * k[0] as f64 / n as f64).exp2()
    })
}

fn planned(x: &ArrayD<f64>, w: &ArrayD<f64>, forced: Option<&str>) -> Result<Plan<f64>, PlanError> {
    plan(x.shape(), w.shape(), Facts::of(x.view(), w.view()), Spec::default(), forced)
}

/// Whether every entry of a result of positive data, whose direct sum is relatively exact, has half of its digits.
fn keeps_half(plan: &Plan<f64>, x: &ArrayD<f64>, w: &ArrayD<f64>) -> bool {
    let exact = plan_direct(x, w);
    plan.run(x.view(), w.view()).iter().zip(&exact).all(|(y, e)| (y - e).abs() <= 2f64.powi(-26) * e)
}

fn plan_direct(x: &ArrayD<f64>, w: &ArrayD<f64>) -> ArrayD<f64> {
    planned(x, w, Some("direct")).expect("it always can").run(x.view(), w.view())
}

#[test]
fn small_entries_do_not_drown() {
    let flat = decaying(6000, 0.0);
    let honest = planned(&flat, &flat, None).unwrap();
    assert_eq!(honest.algorithm.name(), "fft", "{}", honest.why);
    assert!(keeps_half(&honest, &flat, &flat));

    // 120 bits from one end to the other: the last entries lie below the noise of a transform.
    let steep = decaying(6000, 120.0);
    let honest = planned(&steep, &steep, None).unwrap();
    assert_eq!(honest.algorithm.name(), "direct", "{}", honest.why);
    assert!(honest.why.contains("small entries may drown"), "{}", honest.why);
    assert!(keeps_half(&honest, &steep, &steep));
    // Mutant: the same plan, blind to the range.
    let blind = plan::<f64>(&[6000], &[6000], Facts::default(), Spec::default(), None).unwrap();
    assert!(!keeps_half(&blind, &steep, &steep));
    // By name it is done, and said.
    let forced = planned(&steep, &steep, Some("fft")).unwrap();
    assert!(forced.why.contains("small entries may drown"), "{}", forced.why);
    let candidate = forced.candidates.iter().find(|candidate| candidate.name == "fft").unwrap();
    assert!(candidate.declined.is_none() && candidate.unwise.is_some(), "{candidate:?}");
    // What cannot be done is not done by name either.
    let mut hole = steep.clone();
    hole[[3]] = f64::NAN;
    assert!(matches!(planned(&hole, &flat, Some("fft")), Err(PlanError::Declined { name: "fft", .. })));

    // Zeros have no digits to lose.
    let mut silent = flat.clone();
    silent.slice_axis_mut(ndarray::Axis(0), (1000..5000).into()).fill(0.0);
    assert_eq!(planned(&silent, &flat, None).unwrap().algorithm.name(), "fft");
    // Steep, but flat within reach of a short kernel: tiles keep what the whole would lose.
    let (slope, kernel) = (decaying(3_000_000, 90.0), decaying(1500, 0.0));
    let honest = planned(&slope, &kernel, None).unwrap();
    assert_eq!(honest.algorithm.name(), "overlap-save", "{}", honest.why);
    let fft = honest.candidates.iter().find(|candidate| candidate.name == "fft").unwrap();
    assert!(fft.unwise.is_some(), "{fft:?}");
}

/// Cyclic convolution with N points of one axis, block by block: right, or wrong in one way.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Blocks {
    Right,
    KeepsOneTooMany,
    DropsTheLast,
    OnePointShort,
    NotNormalised,
}

/// Entry k of the cyclic convolution of n points, for k = 0 … n − 1.
fn cyclic(x: ArrayViewD<f64>, w: ArrayViewD<f64>, n: usize) -> Vec<f64> {
    let spectrum = |a: ArrayViewD<f64>| {
        let mut padded = ArrayD::zeros(IxDyn(&[n]));
        a.iter().enumerate().for_each(|(k, a)| padded[[k % n]] += Complex::from(*a));
        fourier::dft(padded)
    };
    fourier::idft(spectrum(x) * spectrum(w)).iter().map(|y| y.re).collect()
}

impl Algorithm<f64> for Blocks {
    fn name(&self) -> &'static str {
        "blocks"
    }
    fn cost(&self, problem: &Problem) -> u128 {
        problem.products()
    }
    fn accuracy(&self, problem: &Problem) -> Accuracy {
        Algorithm::<f64>::accuracy(&Fft, problem)
    }
    fn applies(&self, _problem: &Problem) -> Result<(), Declined> {
        Ok(())
    }
    fn convolve(&self, x: ArrayViewD<f64>, w: ArrayViewD<f64>, window: &[Range<usize>]) -> ArrayD<f64> {
        let (n, m) = (x.len(), w.len());
        if matches!(self, Blocks::OnePointShort | Blocks::NotNormalised) {
            let points = if *self == Blocks::OnePointShort { n + m - 2 } else { n + m - 1 };
            let factor = if *self == Blocks::NotNormalised { points as f64 } else { 1.0 };
            let y = cyclic(x, w, points);
            return window[0]
                .clone()
                .map(|k| y[k % points] * factor)
                .collect::<ndarray::Array1<_>>()
                .into_dyn();
        }
        let lost = if *self == Blocks::KeepsOneTooMany { m - 2 } else { m - 1 };
        let points = 4 * m;
        let mut padded = vec![0.0; lost];
        padded.extend(x.iter());
        padded.resize(lost + n + m - 1 + points, 0.0);
        let mut y = vec![0.0; n + m - 1];
        let count = y.len().div_ceil(points - lost);
        for (block, y) in y.chunks_mut(points - lost).enumerate() {
            if *self == Blocks::DropsTheLast && block + 1 == count {
                continue;
            }
            let from = block * (points - lost);
            let part =
                ArrayD::from_shape_vec(IxDyn(&[points]), padded[from..from + points].to_vec()).unwrap();
            y.copy_from_slice(&cyclic(part.view(), w.view(), points)[lost..lost + y.len()]);
        }
        ArrayD::from_shape_vec(IxDyn(&[window[0].len()]), y[window[0].clone()].to_vec()).unwrap()
    }
}

#[test]
fn wrong_blocks_are_caught() {
    let mut stream = Stream(23);
    let (x, w) = (stream.array::<f64>(&[70], 1, 0), stream.array::<f64>(&[6], 1, 0));
    use Blocks::*;
    for twin in [Right, KeepsOneTooMany, DropsTheLast, OnePointShort, NotNormalised] {
        let caught = matches!(judge(&twin, &x, &w, Spec::default()), Verdict::Rejected(_));
        assert_eq!(caught, twin != Right, "{twin:?}");
    }
}

#[test]
fn large_tiles_agree_with_the_direct_sum() {
    let mut stream = Stream(24);
    for (x, w, longest) in [(&[20_000][..], &[77][..], 1 << 22), (&[150, 170], &[9, 12], 64)] {
        let (x, w) = (stream.array::<f32>(x, 1, 0), stream.array::<f32>(w, 1, 0));
        assert!(accepted(&OverlapSave { longest }, &x, &w, Spec::default()));
        assert!(accepted(&Direct, &x, &w, Spec::default()));
    }
}
