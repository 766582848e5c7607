//! The conventions of other programs, held to what those programs compute.

use faltung::wavelet::{
    Cwt, Daubechies, GaussianDerivative, Haar, Morlet, Morse, Paul, Wavelet, conventions, peak,
    pywavelets::{Psi, Pywavelets},
    scales,
};
use ndarray::{Array1, ArrayD};
use num_complex::Complex;
use serde_json::Value;
use std::f64::consts::TAU;

fn cases() -> Vec<Value> {
    serde_json::from_str(include_str!("../../data/wavelets.json")).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn signal(case: &Value) -> Array1<f64> {
    Array1::from_shape_fn(case["n"].as_u64().unwrap() as usize, |k| {
        let k = k as f64;
        (0.01 * k * k).sin() + 0.25 * (3.0 * k).cos() + 0.125
    })
}

/// The greatest difference from a case's columns.
fn distance(case: &Value, y: impl Fn(usize, usize) -> Complex<f64>) -> f64 {
    let mut most: f64 = 0.0;
    for (l, (re, im)) in case["re"].as_array().unwrap().iter().zip(case["im"].as_array().unwrap()).enumerate()
    {
        for ((column, re), im) in numbers(&case["columns"]).iter().zip(numbers(re)).zip(numbers(im)) {
            most = most.max((y(l, *column as usize) - Complex::new(re, im)).norm());
        }
    }
    most
}

fn psi(name: &str) -> Psi {
    let order = |prefix: &str| name.strip_prefix(prefix).and_then(|order| order.parse().ok());
    match name {
        "mexh" => Psi::MexicanHat,
        "morl" => Psi::Morlet,
        "cmor1.5-1.0" => Psi::ComplexMorlet(1.5, 1.0),
        "shan0.5-1.0" => Psi::Shannon(0.5, 1.0),
        "fbsp2-1.5-1.0" => Psi::FrequencyBSpline(2, 1.5, 1.0),
        _ => order("cgau").map(Psi::ComplexGaussian).or_else(|| order("gaus").map(Psi::Gaussian)).unwrap(),
    }
}

#[test]
fn pywavelets() {
    let mut seen = 0;
    for case in cases().iter().filter(|case| case["peer"] == "pywt") {
        seen += 1;
        let name = case["name"].as_str().unwrap();
        let run = |precision| {
            let own = Pywavelets::new(psi(name), precision).unwrap();
            own.cwt(signal(case).view(), &numbers(&case["scales"])).unwrap()
        };
        let y = run(10);
        let off = distance(case, |l, k| y[[l, k]]);
        assert!(off < 1e-12, "{name}: {off}");
        // another precision, and the coefficients mirrored, are others
        let other = run(9);
        assert!(distance(case, |l, k| other[[l, k]]) > 1e-7, "{name}");
        assert!(distance(case, |l, k| y[[l, 49 - k]]) > 1e-7, "{name}");
    }
    assert_eq!(seen, 21);
    assert!(Pywavelets::new(Psi::Gaussian(9), 10).is_err() && Pywavelets::new(Psi::Morlet, 40).is_err());
    let own = Pywavelets::new(Psi::Morlet, 10).unwrap();
    assert!(
        own.cwt(Array1::zeros(0).view(), &[1.0]).is_err()
            && own.cwt(Array1::zeros(9).view(), &[0.0]).is_err()
    );
}

#[test]
fn daubechies_coefficients() {
    let mut seen = 0;
    for case in cases().iter().filter(|case| case["peer"] == "pywt.Wavelet") {
        seen += 1;
        let low = numbers(&case["low"]);
        let own = Daubechies::new(low.len() / 2).unwrap();
        let off = own.low_pass().iter().zip(&low).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(own.low_pass().len() == low.len() && off < 1e-12, "{}: {off}", case["name"]);
    }
    assert_eq!(seen, 9);
}

#[test]
fn ssqueezepy() {
    let mut seen = 0;
    for case in cases().iter().filter(|case| case["peer"] == "ssqueezepy") {
        seen += 1;
        let (morse, morlet) = (Morse::new(3.0, 60.0).unwrap(), Morlet::corrected(13.4).unwrap());
        let wavelet: &dyn Wavelet = if case["name"] == "gmw" { &morse } else { &morlet };
        let cwt = |l1| conventions::ssqueezepy(wavelet, numbers(&case["scales"]), l1);
        let l1 = case["l1"].as_bool().unwrap();
        let run = |cwt: Cwt| cwt.plan(128).unwrap().forward_real(signal(case).into_dyn().view()).unwrap();
        let y = run(Cwt { padding: Some(64), ..cwt(l1) });
        let off = distance(case, |l, k| y[[l, k]]);
        assert!(off < 1e-9, "{} {l1}: {off}", case["name"]);
        let other = run(cwt(!l1));
        assert!(distance(case, |l, k| other[[l, k]]) > 1e-2);
    }
    assert_eq!(seen, 3);
}

#[test]
fn fcwt_within_the_error_of_its_table() {
    let all = cases();
    let case = all.iter().find(|case| case["peer"] == "fcwt").unwrap();
    let wavelet = conventions::fcwt_wavelet(2.0).unwrap();
    let frequencies = numbers(&case["frequencies"]);
    let run = |frequencies: &[f64]| {
        let cwt = conventions::fcwt(&wavelet, frequencies);
        cwt.plan(4000).unwrap().forward_real(signal(case).into_dyn().view()).unwrap()
    };
    let y = run(&frequencies);
    // on 4096 points the table is off by up to 0.6065 · 4π · 2/4096 of a maximum of 1.9, at each frequency; away from the ends
    let off = distance(case, |l, k| y[[l, k]]);
    assert!(off < 0.01, "{off}");
    let other = run(&frequencies.iter().map(|f| f * 1.2).collect::<Vec<_>>());
    assert!(distance(case, |l, k| other[[l, k]]) > 0.05);
}

#[test]
fn the_constants_of_torrence_and_compo() {
    let wavelets: [(&dyn Wavelet, f64, f64); 4] = [
        // what their table prints, and the limit, which is not that
        (&Morlet::uncorrected(6.0).unwrap(), 0.776, 0.7784),
        (&Paul::new(4).unwrap(), 1.132, 1.1331),
        (&GaussianDerivative::new(2).unwrap(), 3.541, 3.6163),
        (&GaussianDerivative::new(6).unwrap(), 1.966, 1.9287),
    ];
    for (wavelet, printed, limit) in wavelets {
        let constant = conventions::reconstruction(wavelet).unwrap();
        assert!((constant - limit).abs() < 5e-5, "{}: {constant}", wavelet.name());
        assert!((constant / printed - 1.0).abs() < 0.022 && (constant - printed).abs() > 1e-3);
        // the sum that defines it, for a unit impulse
        let (voices, n, step) = (16.0_f64, 512, 0.5);
        let grid: Vec<f64> = (0..256).map(|j| 0.01 * (f64::from(j) / voices).exp2() * step).collect();
        let plan = conventions::torrence_compo(wavelet, grid.clone(), step);
        let plan = Cwt { boundary: faltung::signal::Boundary::Wrap, ..plan }.plan::<f64>(n).unwrap();
        let impulse = ArrayD::from_shape_fn(vec![n], |place| f64::from(u8::from(place[0] == 100)));
        let y = plan.forward_real(impulse.view()).unwrap();
        let sum: f64 = grid.iter().enumerate().map(|(j, s)| y[[j, 100]].re / s.sqrt()).sum();
        let sum = sum * step.sqrt() / voices / wavelet.time(0.0).re;
        assert!((sum / constant - 1.0).abs() < 3e-3, "{}: {sum} {constant}", wavelet.name());
        assert!((sum / (1.05 * constant) - 1.0).abs() > 3e-3);
    }
    assert!(conventions::reconstruction(&GaussianDerivative::new(1).unwrap()).is_err());
    assert!(conventions::reconstruction(&Morse::new(3.0, 60.0).unwrap()).is_err());
    assert!(conventions::reconstruction(&Haar).is_ok());
}

#[test]
fn the_ridge_of_a_tone_is_at_its_frequency() {
    let tone = Array1::from_shape_fn(1024, |k| (TAU * 0.0625 * k as f64 + 0.4).cos()).into_dyn();
    let morlet = Morlet::corrected(6.0).unwrap();
    let hat = faltung::wavelet::MexicanHat;
    let (morse, paul) = (Morse::new(3.0, 60.0).unwrap(), Paul::new(4).unwrap());
    let wavelets: [&dyn Wavelet; 4] = [&morlet, &morse, &paul, &hat];
    for wavelet in wavelets {
        for p in [0.0, 0.5, 1.0] {
            let grid = scales::voices(wavelet, p, [0.03, 0.125], 32).unwrap();
            let plan = Cwt { p, ..Cwt::new(wavelet, grid) }.plan::<f64>(1024).unwrap();
            let y = plan.forward_real(tone.view()).unwrap();
            // over a period, for a real wavelet's coefficients pass through zero
            let height = |l: usize| (504..520).map(|k| y[[l, k]].norm_sqr()).sum::<f64>();
            let ridge = (0..y.shape()[0]).max_by(|a, b| height(*a).total_cmp(&height(*b))).unwrap();
            let frequency = plan.frequencies()[ridge];
            assert!(
                (frequency / 0.0625).log2().abs() <= 0.5 / 32.0 + 1e-9,
                "{} {p}: {frequency}",
                wavelet.name()
            );
        }
        // an axis made for amplitudes is wrong for energies
        assert!((peak(wavelet, 0.5) / peak(wavelet, 1.0)).log2() > 0.002);
    }
    for (psi, octaves) in [(Psi::Morlet, 0.05), (Psi::MexicanHat, 0.02), (Psi::Gaussian(1), 0.02)] {
        let own = Pywavelets::new(psi, 12).unwrap();
        let grid: Vec<f64> = (0..160).map(|j| 2.0 * (f64::from(j) / 32.0).exp2()).collect();
        let y = own.cwt(tone.view().into_dimensionality().unwrap(), &grid).unwrap();
        let height = |l: usize| (504..520).map(|k| y[[l, k]].norm_sqr()).sum::<f64>();
        let ridge = (0..grid.len()).max_by(|a, b| height(*a).total_cmp(&height(*b))).unwrap();
        let off = (own.frequency(grid[ridge]) / 0.0625).log2().abs();
        assert!(off < octaves, "{psi:?} {off}");
    }
}
