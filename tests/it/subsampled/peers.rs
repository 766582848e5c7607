//! What PyWavelets says (`peers.py` asked it), against what we compute.

use faltung::{
    signal::Boundary,
    wavelet::discrete::{Extension, Filters, Wavelet},
};
use serde_json::Value;

pub(super) fn formula(n: usize) -> Vec<f64> {
    (0..n as u64).map(|i| ((7 * i * i + 3 * i + i / 5) % 41) as f64 / 16.0 - 1.25).collect()
}

pub(super) fn extension(mode: &str) -> Extension {
    let boundary = match mode {
        "periodization" => return Extension::Periodised,
        "zero" => Boundary::Zero,
        "symmetric" => Boundary::Symmetric,
        "reflect" => Boundary::Reflect,
        "constant" => Boundary::Replicate,
        "periodic" => Boundary::Wrap,
        other => panic!("nobody knows {other}"),
    };
    Extension::Continued(boundary)
}

/// The largest distance, infinite where lengths differ.
pub(super) fn distance(got: &[Vec<f64>], parts: &Value) -> f64 {
    let parts = parts.as_array().expect("a list");
    assert_eq!(got.len(), parts.len());
    let one = |(got, part): (&Vec<f64>, &Value)| {
        let part = part.as_array().expect("a list");
        if got.len() != part.len() {
            return f64::INFINITY;
        }
        got.iter().zip(part).map(|(a, b)| (a - b.as_f64().expect("a number")).abs()).fold(0.0, f64::max)
    };
    got.iter().zip(parts).map(one).fold(0.0, f64::max)
}

/// What we compute for a case, with some filters; and whether it comes back.
fn ours(case: &Value, filters: &Filters<f64>) -> Vec<Vec<f64>> {
    let whole = |key: &str| case[key].as_u64().unwrap_or(0) as usize;
    let (n, levels) = (whole("n"), whole("levels"));
    let x = formula(n);
    let how = || extension(case["mode"].as_str().expect("a mode"));
    let (parts, back) = match case["op"].as_str().expect("a name") {
        "filters" => return filters.analysis.iter().chain(&filters.synthesis).cloned().collect(),
        "dwt" => {
            let parts = filters.analyse(&x, how()).expect("a signal");
            let back = filters.synthesise([&parts[0], &parts[1]], n, how());
            (parts.to_vec(), back)
        }
        "wavedec" => {
            let parts = filters.decompose(&x, levels, how()).expect("a signal");
            let back = filters.recompose(&parts, n, how());
            (parts, back)
        }
        "swt" => {
            let parts = filters.stationary(&x, levels).expect("a signal");
            let back = filters.from_stationary(&parts, &0.5);
            (parts, back)
        }
        other => panic!("nobody tests {other}"),
    };
    let back = back.expect("whole parts");
    assert!(back.len() == n && back.iter().zip(&x).all(|(a, b)| (a - b).abs() < 1e-13), "{case}: {back:?}");
    parts
}

/// The cases of these operations.
pub(super) fn cases(of: impl Fn(&str) -> bool) -> Vec<Value> {
    let cases: Vec<Value> = serde_json::from_str(include_str!("peers.json")).expect("JSON");
    cases.into_iter().filter(|case| of(case["op"].as_str().expect("a name"))).collect()
}

#[test]
fn wavelet_transforms_are_those_of_pywavelets() {
    let cases = cases(|op| op != "wavedecn" && op != "swtn");
    assert_eq!(cases.len(), 3 * (1 + 12 + 2 + 1) + 8 * (1 + 2 + 1));
    for case in &cases {
        let name = case["wavelet"].as_str().expect("a name");
        let known = Wavelet::ALL.into_iter().find(|wavelet| wavelet.name() == name);
        // of the others the taps of both are as good as the roots of polynomials are found
        let (filters, near) = match known {
            Some(wavelet) => (wavelet.floats(), 2e-14),
            None => {
                let moments = name.strip_prefix("db").and_then(|n| n.parse().ok()).expect("db3 to db10");
                (Filters::daubechies(moments).expect("2 to 10"), 1e-12)
            }
        };
        let far = distance(&ours(case, &filters), &case["parts"]);
        assert!(far < near, "{far:e}: {case}");
        // the same bank with averages and details exchanged is another
        let mut exchanged = filters;
        exchanged.analysis.reverse();
        exchanged.synthesis.reverse();
        assert!(distance(&ours(case, &exchanged), &case["parts"]) > 1e-3, "{case}");
    }
}
