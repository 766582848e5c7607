//! Scattering by its definition: sums over samples on the padded circle, without a transform, and every r-th sample kept.
//!
//! The filters are those of kymatio, from their formulas, summed as complex exponentials; every convolution is a sum.

use super::formula;
use faltung::wavelet::scattering::{Convention, Scattering, Settings};
use num_complex::Complex;
use std::f64::consts::TAU;

type C = Complex<f64>;

/// The samples of a filter given on frequencies: its inverse transform as a sum.
fn samples(filter: &[f64]) -> Vec<C> {
    let n = filter.len();
    let sum = |t: usize| -> C {
        filter
            .iter()
            .enumerate()
            .map(|(k, f)| C::cis(TAU * (k * t % n) as f64 / n as f64) * f / n as f64)
            .sum()
    };
    (0..n).map(sum).collect()
}

fn gaussian(n: usize, centre: f64, width: f64) -> Vec<f64> {
    let bump = |f: f64| (-(f - centre).powi(2) / (2.0 * width * width)).exp();
    (0..n).map(|k| (-9..=9).map(|p| bump(k as f64 / n as f64 + f64::from(p))).sum()).collect()
}

fn unit(filter: Vec<f64>) -> Vec<C> {
    let h = samples(&filter);
    let sum: f64 = h.iter().map(|h| h.norm()).sum();
    h.into_iter().map(|h| h / sum).collect()
}

/// The samples of ψ and the octave that it may be subsampled by.
fn wavelet(n: usize, centre: f64, width: f64) -> (Vec<C>, u32) {
    let (gabor, low) = (gaussian(n, centre, width), gaussian(n, 0.0, width));
    let filter = gabor.iter().zip(&low).map(|(g, l)| g - gabor[0] / low[0] * l).collect();
    let octave = (1..30).take_while(|j| centre + 5.0 * width < 0.5_f64.powi(j + 1)).count() as u32;
    (unit(filter), octave)
}

/// Every r-th sample of x * h on the circle.
fn filtered(x: &[C], h: &[C], r: usize) -> Vec<C> {
    let n = x.len();
    let at = |t: usize| (0..n).map(|s| x[s] * h[(t + n - s) % n]).sum();
    (0..n).step_by(r).map(at).collect()
}

/// A filter for signals of which every r-th sample is left.
fn thinned(h: &[C], r: usize, gain: f64) -> Vec<C> {
    h.iter().step_by(r).map(|h| h * gain).collect()
}

fn moduli(z: Vec<C>) -> Vec<C> {
    z.iter().map(|z| C::from(z.norm())).collect()
}

/// Coefficients of one signal for Q = 1: order 0, 1 and 2, as kymatio orders them.
fn scattering(x: &[f64], padded: usize, scale: u32, main: bool) -> Vec<Vec<f64>> {
    let before = (padded - x.len()) / 2;
    let last = x.len() as i64 - 1;
    let mirrored = |t: i64| {
        let t = t.rem_euclid(2 * last);
        x[t.min(2 * last - t) as usize]
    };
    let u: Vec<C> = (0..padded as i64).map(|t| C::from(mirrored(t - before as i64))).collect();
    let (narrow, ratio) = (0.1 / f64::from(1 << scale), 2.0_f64);
    let mut parameters = vec![(0.35, 0.35 / 3.0 / (2.0_f64.ln()).sqrt())];
    while parameters[parameters.len() - 1].1 > narrow * ratio {
        let (centre, width) = parameters[parameters.len() - 1];
        parameters.push((centre / ratio, width / ratio));
    }
    let psi: Vec<(Vec<C>, u32)> = parameters.iter().map(|(c, w)| wavelet(padded, *c, *w)).collect();
    let phi = unit(gaussian(padded, 0.0, narrow));
    let support = 1 << scale;
    let gain = |r: usize| if main { r as f64 } else { 1.0 };
    let average = |u: &[C], r: usize| -> Vec<f64> {
        let s = filtered(u, &thinned(&phi, r, gain(r)), support / r);
        s[before.div_ceil(support)..(before + x.len()).div_ceil(support)].iter().map(|s| s.re).collect()
    };
    let (mut all, mut second) = (vec![average(&u, 1)], vec![]);
    for (h, octave) in &psi {
        let r = 1 << (*octave).min(scale);
        let u1 = moduli(filtered(&u, h, r));
        all.push(average(&u1, r));
        for (h, _) in psi.iter().filter(|(_, after)| after > octave) {
            let after = 1 << psi.iter().find(|(other, _)| other == h).expect("itself").1.min(scale);
            let u2 = moduli(filtered(&u1, &thinned(h, r, gain(r)), after / r));
            second.push(average(&u2, after));
        }
    }
    all.extend(second);
    all
}

#[test]
fn fast_scattering_is_the_definition() {
    for (length, padded, scale) in [(32, 64, 2), (50, 128, 3), (64, 128, 4)] {
        let x = formula(&[length]);
        for convention in [Convention::Kymatio030, Convention::KymatioMain] {
            let settings = Settings { convention, ..Settings::of(&[length], scale) };
            let y = Scattering::<f64>::new(&settings).expect("sound").forward(x.view()).expect("its shape");
            let main = convention == Convention::KymatioMain;
            let slow = scattering(x.as_slice().expect("one axis"), padded, scale, main);
            assert_eq!(y.shape()[0], slow.len(), "{length} {scale}");
            // 1e-7 is where kymatio stops to add up periods of its filters
            for (fast, slow) in y.iter().zip(slow.iter().flatten()) {
                assert!((fast - slow).abs() < 1e-9, "{fast} {slow}: {settings:?}");
            }
            // a gain planted at one octave does not pass
            let planted = scattering(x.as_slice().expect("one axis"), padded, scale, !main);
            let far = y.iter().zip(planted.iter().flatten()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            assert!(scale == 2 || far > 1e-3, "{far}");
        }
    }
}

/// Coefficients of a constant are that constant and zeros, of a pure tone at a bin those of the one wavelet response.
#[test]
fn tones_have_the_response_of_the_bank() {
    let n = 256;
    let settings = Settings {
        convention: Convention::Parseval,
        per_octave: vec![2],
        orders: 1,
        oversampling: 5,
        ..Settings::of(&[n], 5)
    };
    let plan = Scattering::<f64>::new(&settings).expect("sound");
    let tone = |k: usize| {
        ndarray::ArrayD::from_shape_fn(vec![n], |t| (TAU * (k * t[0] % n) as f64 / n as f64).cos())
    };
    for k in [20, 33, 64, 101] {
        let y = plan.forward(tone(k).view()).expect("its shape");
        // |ψ̂(k)|/2 everywhere, and the energies of all wavelets are 2
        let energy: f64 = (1..plan.paths().len()).map(|path| 4.0 * y[[path, 7]] * y[[path, 7]]).sum();
        assert!((energy - 2.0).abs() < 1e-12, "{k}: {energy}");
        assert!(y.iter().skip(n).all(|y| *y >= -1e-15));
        for path in 1..plan.paths().len() {
            let first = y[[path, 0]];
            assert!((0..n).all(|t| (y[[path, t]] - first).abs() < 1e-13), "{k} {path}");
        }
    }
    assert!(plan.forward(tone(64).view()).expect("its shape")[[1, 0]].abs() < 1.0);
}
