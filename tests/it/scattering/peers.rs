//! What kymatio says (`peers.py` asked it), against what we compute.

use super::formula;
use faltung::wavelet::scattering::{Convention, Scattering, Settings};
use ndarray::ArrayD;
use serde_json::Value;

fn numbers(value: &Value) -> Vec<usize> {
    value.as_array().into_iter().flatten().map(|n| n.as_u64().expect("a size") as usize).collect()
}

fn input(case: &Value) -> ArrayD<f64> {
    let shape = numbers(&case["x"]);
    match case["input"].as_str().expect("a name") {
        "formula" => formula(&shape),
        "constant" => ArrayD::from_elem(shape, 0.75),
        "delta" => {
            let size: usize = shape.iter().product();
            let entries = (0..size).map(|i| f64::from(u8::from(i == size / 2 + 3))).collect();
            ArrayD::from_shape_vec(shape, entries).expect("as many as the shape")
        }
        other => panic!("nobody makes {other}"),
    }
}

fn settings(case: &Value) -> Settings {
    let x = numbers(&case["x"]);
    let whole = |key: &str, default| case[key].as_u64().unwrap_or(default);
    let plane = !case["L"].is_null();
    let mut settings = Settings::of(&x[x.len() - if plane { 2 } else { 1 }..], whole("J", 0) as u32);
    let name = case["convention"].as_str().expect("a name");
    settings.convention = *Convention::ALL.iter().find(|c| c.name() == name).expect("a convention");
    settings.orders = whole("order", 2) as usize;
    settings.angles = whole("L", 8) as usize;
    settings.support = case["T"].as_u64().map(|t| t as usize);
    settings.oversampling = whole("oversampling", 0) as u32;
    if !plane {
        settings.per_octave = numbers(&case["Q"]);
        // kymatio is given two, whatever the order
        settings.per_octave.truncate(settings.orders.max(1));
    }
    settings
}

/// The largest distance from what kymatio said.
fn distance(case: &Value, settings: &Settings) -> f64 {
    let y =
        Scattering::new(settings).expect("sound settings").forward(input(case).view()).expect("its shape");
    assert_eq!(y.shape(), numbers(&case["shape"]), "{settings:?}");
    let expected = case["y"].as_array().expect("a list").iter().map(|y| y.as_f64().expect("a number"));
    y.iter().zip(expected).map(|(y, expected)| (y - expected).abs()).fold(0.0, f64::max)
}

fn cases() -> Vec<Value> {
    serde_json::from_str(include_str!("peers.json")).expect("JSON")
}

#[test]
fn coefficients_are_those_of_kymatio() {
    let cases = cases();
    assert_eq!(cases.len(), 17);
    for case in &cases {
        let settings = settings(case);
        let far = distance(case, &settings);
        assert!(far < 1e-7, "{far:e}: {settings:?}");
    }
}

/// The conventions differ by what they are said to differ by.
#[test]
fn no_convention_is_another() {
    let cases = cases();
    let with = |case: &Value, convention| Settings { convention, ..settings(case) };
    // gains of 2^-j on the line, 3.1415 in the plane
    let (line, plane) = (&cases[1], &cases[12]);
    assert!(distance(line, &with(line, Convention::KymatioMain)) > 1e-3);
    assert!(distance(line, &with(line, Convention::KymatioFixed)) > 1e-3);
    assert!(distance(plane, &with(plane, Convention::KymatioMain)) < 1e-7);
    let far = distance(plane, &with(plane, Convention::KymatioFixed));
    assert!((1e-6..1e-4).contains(&far), "{far:e}");
}
