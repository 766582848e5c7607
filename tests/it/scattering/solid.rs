//! Scattering in three dimensions: what kymatio says (`solid.py` asked it), closed forms, and rotations.

use super::formula;
use faltung::wavelet::scattering::{
    Convention,
    solid::{Scattering, Settings},
};
use ndarray::{ArrayD, Axis, IxDyn};
use serde_json::Value;

fn plan(settings: &Settings) -> Scattering {
    Scattering::new(settings).expect("sound settings")
}

fn forward(settings: &Settings, x: &ArrayD<f64>) -> ArrayD<f64> {
    plan(settings).forward(x.view()).expect("its shape")
}

fn numbers(value: &Value) -> Vec<usize> {
    value.as_array().into_iter().flatten().map(|n| n.as_u64().expect("a size") as usize).collect()
}

fn settings(case: &Value) -> Settings {
    let x = numbers(&case["x"]);
    let whole = |key: &str| case[key].as_u64().expect("a number") as u32;
    Settings {
        convention: Convention::Kymatio030,
        degree: whole("L"),
        width: case["sigma_0"].as_f64().expect("a number"),
        orders: whole("max_order"),
        invariant: case["rotation_covariant"].as_bool().unwrap_or(true),
        ..Settings::of(x[x.len() - 3..].try_into().expect("three axes"), whole("J"))
    }
}

/// The largest distance from what kymatio said, in parts of that.
fn distance(case: &Value, settings: &Settings) -> f64 {
    let x = formula(&numbers(&case["x"]));
    let y = forward(settings, &x);
    // kymatio has no order 0, and an axis for the degrees
    let paths = Axis(y.ndim() - 2);
    let y: Vec<f64> = y.slice_axis(paths, (1..).into()).iter().copied().collect();
    let shape = numbers(&case["shape"]);
    assert_eq!(shape[shape.len() - 2], settings.degree as usize + 1);
    assert_eq!(y.len(), shape.iter().product::<usize>(), "{settings:?}");
    let expected = case["y"].as_array().expect("a list").iter().map(|y| y.as_f64().expect("a number"));
    y.iter().zip(expected).map(|(y, expected)| (y - expected).abs() / expected.abs()).fold(0.0, f64::max)
}

#[test]
fn coefficients_are_those_of_kymatio() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("solid.json")).expect("JSON");
    assert_eq!(cases.len(), 10);
    for case in &cases {
        let settings = settings(case);
        let far = distance(case, &settings);
        // its own numbers are in single precision
        let allowed = if case["double"] == true { 1e-12 } else { 1e-6 };
        assert!(far < allowed, "{far:e}: {settings:?}");
        // its frequencies are not the right ones, in the highest of which wide wavelets have little
        let far = distance(case, &Settings { convention: Convention::KymatioFixed, ..settings });
        assert!(far > 5e-7, "{far:e}");
    }
}

/// Of a Gaussian of mass 1 and variance a² the wavelets of width σ make those of width τ = (σ² + a²)^(1/2), times (σ/τ)^l.
#[test]
fn a_gaussian_has_a_closed_form() {
    let (n, a) = (40, 1.5_f64);
    let settings = Settings { width: 1.25, orders: 1, powers: vec![1.0], ..Settings::of([n, n, n], 1) };
    let square = |t: &IxDyn, k: usize| (t[k] as f64 - n as f64 / 2.0).powi(2);
    let r2 = |t: &IxDyn| square(t, 0) + square(t, 1) + square(t, 2);
    let bell = |r2: f64, width: f64| {
        (-r2 / (2.0 * width * width)).exp() / (std::f64::consts::TAU.sqrt() * width).powi(3)
    };
    let x = ArrayD::from_shape_fn(vec![n, n, n], |t| bell(r2(&t), a));
    let plan = plan(&settings);
    let sums = plan.forward(x.view()).expect("its shape");
    assert!((sums[[0, 0]] - 1.0).abs() < 1e-12);
    for (place, path) in plan.paths().iter().enumerate().skip(1) {
        let sigma = 1.25 * f64::from(1 << path.octaves[0]);
        let (tau, l) = (sigma.hypot(a), path.degree as i32);
        // ∫ r^(l + 2) e^(−r²/2) dr, from 0: each is l + 1 times the one but one before
        let first = [std::f64::consts::FRAC_PI_2.sqrt(), 2.0][l as usize % 2];
        let radial = (1..=l).rev().step_by(2).filter(|k| *k > 1 || l % 2 == 0).map(|k| f64::from(k + 1));
        let radial: f64 = first * radial.product::<f64>();
        let height = (std::f64::consts::FRAC_PI_2).sqrt() / radial * (sigma / tau).powi(l);
        let u = plan.moduli(x.view(), place).expect("a path");
        let wanted = ArrayD::from_shape_fn(vec![n, n, n], |t| {
            height * (r2(&t).sqrt() / tau).powi(l) * bell(r2(&t), tau)
        });
        let far = (&u - &wanted).iter().fold(0.0_f64, |far, d| far.max(d.abs()));
        let largest = wanted.iter().fold(0.0_f64, |a, b| a.max(*b));
        assert!(far < 1e-6 * largest, "{path:?}: {far:e} of {largest:e}");
        let sum = sums[[place, 0]];
        assert!((sum - (sigma / tau).powi(l)).abs() < 1e-3, "{path:?}: {sum}");
    }
}

/// The 48 ways to put a cube onto itself: permutations of the axes and reversals; half of them are rotations.
fn symmetries(x: &ArrayD<f64>) -> Vec<ArrayD<f64>> {
    let mut all = vec![];
    for order in [[0, 1, 2], [1, 2, 0], [2, 0, 1], [1, 0, 2], [0, 2, 1], [2, 1, 0]] {
        for reversals in 0..8 {
            let mut turned = x.clone().permuted_axes(order.to_vec());
            (0..3).filter(|axis| reversals >> axis & 1 == 1).for_each(|axis| turned.invert_axis(Axis(axis)));
            all.push(turned.as_standard_layout().into_owned());
        }
    }
    all
}

/// How far sums are changed by symmetries of the cube, in parts of them.
fn changed(settings: &Settings, x: &ArrayD<f64>) -> f64 {
    let y = forward(settings, x);
    let far = |turned: &ArrayD<f64>| {
        let parts =
            forward(settings, turned).iter().zip(&y).map(|(t, y)| (t - y).abs() / y).collect::<Vec<_>>();
        parts.into_iter().fold(0.0, f64::max)
    };
    symmetries(x).iter().map(far).fold(0.0, f64::max)
}

#[test]
fn rotations_and_reflections_change_nothing() {
    for n in [5, 6] {
        let x = formula(&[n, n, n]);
        let settings = Settings::of([n, n, n], 1);
        let far = changed(&settings, &x);
        assert!(far < 1e-11, "{n}: {far:e}");
        let plan = plan(&settings);
        let moduli = |x: &ArrayD<f64>, path| plan.moduli(x.view(), path).expect("a path");
        for (place, path) in plan.paths().iter().enumerate().step_by(3) {
            let before = symmetries(&moduli(&x, place));
            for (turned, before) in symmetries(&x).iter().zip(before) {
                let far = (moduli(turned, place) - before).iter().fold(0.0_f64, |far, d| far.max(d.abs()));
                assert!(far < 1e-12, "{path:?}: {far:e}");
            }
        }
        // of one m alone, and on the frequencies of kymatio, they do
        let far = changed(&Settings { invariant: false, ..settings.clone() }, &x);
        assert!(far > 1e-2, "{n}: {far:e}");
        let far = changed(&Settings { convention: Convention::Kymatio030, ..settings }, &x);
        assert!(far > if n == 5 { 1e-2 } else { 1e-6 }, "{n}: {far:e}");
    }
}

#[test]
fn sums_grow_with_powers_and_stay_in_range() {
    let x = formula(&[4, 4, 4]);
    let settings = Settings { powers: vec![1.0, 2.0], ..Settings::of([4, 4, 4], 1) };
    let y = forward(&settings, &x);
    for factor in [-3.0, 1e-200, 1e150] {
        let scaled = forward(&settings, &x.mapv(|x| x * factor));
        for path in 0..y.shape()[0] {
            let wanted = y[[path, 0]] * f64::abs(factor);
            assert!((scaled[[path, 0]] - wanted).abs() <= 1e-12 * wanted, "{factor} {path}");
        }
    }
    // a constant has no variation but that of degree 0
    let y = forward(&settings, &ArrayD::from_elem(vec![2, 4, 4, 4], 2.0));
    assert_eq!(y.shape(), [2, 13, 2]);
    for (place, path) in plan(&settings).paths().iter().enumerate() {
        let wanted = if path.degree == 0 { 128.0 } else { 0.0 };
        assert!((y[[1, place, 0]] - wanted).abs() < 1e-12, "{path:?}");
    }
}

#[test]
fn what_makes_no_sense_is_refused_in_words() {
    let sound = Settings::of([4, 4, 4], 1);
    let said = |settings: Settings, words: &str| {
        let error = Scattering::new(&settings).expect_err("no sense").to_string();
        assert!(error.contains(words), "{error}");
    };
    said(Settings { convention: Convention::Parseval, ..sound.clone() }, "kymatio-0.3.0 or kymatio-fixed");
    said(Settings { shape: [4, 0, 4], ..sound.clone() }, "at least one sample along each axis");
    said(Settings { shape: [usize::MAX; 3], ..sound.clone() }, "samples, and at most");
    said(Settings { scale: 17, ..sound.clone() }, "the scale J is 17; expected a number from 0 to 16");
    said(Settings { degree: 17, ..sound.clone() }, "the degree L is 17");
    said(Settings { orders: 3, ..sound.clone() }, "the order is 3");
    said(Settings { width: f64::NAN, ..sound.clone() }, "the width of the wavelets is NaN");
    said(Settings { powers: vec![], ..sound.clone() }, "the list of powers is []");
    said(Settings { powers: vec![1.0, 0.0], ..sound.clone() }, "above 0");
    let plan = plan(&sound);
    let error = |x: ArrayD<f64>| plan.forward(x.view()).expect_err("no sense").to_string();
    assert!(error(ArrayD::zeros(vec![4, 4])).contains("the shape of x is [4, 4]"));
    assert!(error(ArrayD::from_elem(vec![4, 4, 4], f64::NAN)).contains("an entry of x is NaN"));
    let one = ArrayD::zeros(vec![4, 4, 4]);
    let error = plan.moduli(one.view(), 99).expect_err("no path").to_string();
    assert!(error.contains("the path is 99; expected a number from 0 to 12"), "{error}");
    let error = plan.moduli(ArrayD::zeros(vec![2, 4, 4, 4]).view(), 0).expect_err("two").to_string();
    assert!(error.contains("the number of arrays is 2"), "{error}");
}
