//! The transform of images, held to its definition, to waves, to turns and to its inverse; its commands; and certain frame bounds.

use crate::cli::{Folder, ran, refuses};
use faltung::{
    fourier::Transform,
    io::{self, Data, Form},
    signal::Boundary,
    wavelet::{
        Bank, Cwt, Morse, Oriented, OrientedPlan, PlaneMorlet, Signals, WaveletError, angular, scales,
    },
};
use ndarray::{Array1, ArrayD, IxDyn};
use num_complex::Complex;
use std::f64::consts::{FRAC_PI_2, PI, TAU};

fn image(rows: usize, columns: usize) -> ArrayD<Complex<f64>> {
    ArrayD::from_shape_fn(vec![rows, columns], |i| {
        Complex::new(((i[0] * i[0] + 3 * i[1]) as f64).sin() + 0.3, (2.0 * i[0] as f64 - i[1] as f64).cos())
    })
}

fn norm(x: &ArrayD<Complex<f64>>) -> f64 {
    x.iter().map(|value| value.norm_sqr()).sum::<f64>().sqrt()
}

fn morlet() -> PlaneMorlet {
    PlaneMorlet::corrected(5.0, 0.7).unwrap()
}

/// s^(−p) ψ(R_{−θ} u/s), from the definition.
fn daughter(wavelet: &PlaneMorlet, scale: f64, angle: f64, p: f64, [down, right]: [f64; 2]) -> Complex<f64> {
    let (sine, cosine) = angle.sin_cos();
    let turned = [cosine * down + sine * right, cosine * right - sine * down];
    wavelet.space(turned.map(|u| u / scale)) * scale.powf(-p)
}

#[test]
fn coefficients_are_sums_of_the_definition() {
    // the bands of these end before the last frequency, so that sums over pixels are integrals, but for 1e-9
    let (wavelet, rows, columns) = (morlet(), 40, 36);
    let transform = Oriented { p: 1.3, ..Oriented::new(wavelet, vec![3.0, 4.5], 3) };
    let x = image(rows, columns);
    // what oscillates faster than the wavelets' bands is not seen by the transform, and not by the sums
    for (boundary, places) in
        [(Boundary::Zero, [[0, 0], [20, 17], [39, 5]]), (Boundary::Wrap, [[0, 0], [11, 30], [39, 35]])]
    {
        let plan = Oriented { boundary, ..transform.clone() }.plan::<f64>([rows, columns]).unwrap();
        let y = plan.forward(x.view()).unwrap();
        assert_eq!(y.shape(), [6, rows, columns]);
        for (l, place) in (0..6).flat_map(|l| places.map(|place| (l, place))) {
            let (scale, angle) = (transform.scales[l / 3], transform.angles[l % 3]);
            let mut sum = Complex::from(0.0);
            let copies = if boundary == Boundary::Wrap { -2..=2 } else { 0..=0 };
            for (i, value) in x.indexed_iter() {
                for (a, b) in copies.clone().flat_map(|a| copies.clone().map(move |b| (a, b))) {
                    let down = place[0] as f64 - i[0] as f64 + f64::from(a) * rows as f64;
                    let right = place[1] as f64 - i[1] as f64 + f64::from(b) * columns as f64;
                    sum += value * daughter(&wavelet, scale, angle, 1.3, [down, right]);
                }
            }
            let off = (sum - y[[l, place[0], place[1]]]).norm();
            assert!(off < 1e-6, "{boundary:?} {l} {place:?} {off:e}");
        }
        // planted: a turn the other way is something else
        let other =
            Oriented { angles: transform.angles.iter().map(|a| -a).collect(), boundary, ..transform.clone() };
        let other = other.plan::<f64>([rows, columns]).unwrap().forward(x.view()).unwrap();
        assert!(norm(&(&other - &y)) > 0.1 * norm(&y), "{boundary:?}");
    }
}

#[test]
fn a_wave_is_multiplied_by_its_factor_and_seen_at_its_frequency_and_angle() {
    let (wavelet, n) = (PlaneMorlet::corrected(6.0, 1.0).unwrap(), 64);
    let grid: Vec<f64> = (0..13).map(|j| 3.0 * f64::from(j).exp2().powf(1.0 / 6.0)).collect();
    let transform = Oriented { boundary: Boundary::Wrap, ..Oriented::new(wavelet, grid, 8) };
    let plan = transform.plan::<f64>([n, n]).unwrap();
    for (wave, angle) in [([10, 0], 0), ([0, 10], 4), ([7, 7], 2), ([n - 7, 7], 6)] {
        let turn = |i: IxDyn| TAU * (wave[0] * i[0] + wave[1] * i[1]) as f64 / n as f64;
        let x = ArrayD::from_shape_fn(vec![n, n], |i| Complex::cis(turn(i)));
        let y = plan.forward(x.view()).unwrap();
        let omega = wave.map(|k| angular(k, n));
        let mut best = (0.0, 0);
        for l in 0..plan.bank().len() {
            let (scale, (sine, cosine)) = (transform.scales[l / 8], transform.angles[l % 8].sin_cos());
            let turned = [cosine * omega[0] + sine * omega[1], cosine * omega[1] - sine * omega[0]];
            let factor = wavelet.frequency(turned.map(|o| scale * o));
            let row = y.index_axis(ndarray::Axis(0), l);
            let off = row.iter().zip(&x).map(|(y, x)| (y - x * factor).norm());
            assert!(off.fold(0.0, f64::max) < 1e-12, "{wave:?} {l}");
            // of two waves in opposite directions the angles in [0, π) see one
            if factor > best.0 {
                best = (factor, l);
            }
        }
        // [−7, 7] is in the direction 3π/4
        assert_eq!(best.1 % 8, angle, "{wave:?}");
        let frequency = omega.iter().map(|o| o * o).sum::<f64>().sqrt() / TAU;
        let step = 2f64.powf(1.0 / 12.0);
        let ratio = plan.frequencies()[best.1 / 8] / frequency;
        assert!((1.0 / step..=step).contains(&ratio), "{wave:?} {ratio}");
    }
}

#[test]
fn turns_of_the_image_are_turns_of_the_angles_and_shifts_are_shifts() {
    let n = 33;
    let transform = Oriented { boundary: Boundary::Wrap, ..Oriented::new(morlet(), vec![2.0, 3.0], 4) };
    let plan = transform.plan::<f64>([n, n]).unwrap();
    let x = image(n, n);
    let y = plan.forward(x.view()).unwrap();
    // a quarter turn takes the first axis to the second
    let turned = |x: &ArrayD<Complex<f64>>| ArrayD::from_shape_fn(vec![n, n], |i| x[[i[1], (n - i[0]) % n]]);
    let z = plan.forward(turned(&x).view()).unwrap();
    for (scale, angle) in (0..2).flat_map(|scale| (0..2).map(move |angle| (scale, angle))) {
        let from = turned(&y.index_axis(ndarray::Axis(0), 4 * scale + angle).to_owned());
        let to = z.index_axis(ndarray::Axis(0), 4 * scale + angle + 2).to_owned();
        assert!(norm(&(&from - &to)) < 1e-11 * norm(&from) && norm(&from) > 1.0, "{scale} {angle}");
    }
    let shifted = |x: &ArrayD<Complex<f64>>| {
        ArrayD::from_shape_fn(vec![n, n], |i| x[[(i[0] + 5) % n, (i[1] + 31) % n]])
    };
    let z = plan.forward(shifted(&x).view()).unwrap();
    for l in 0..8 {
        let part = |y: &ArrayD<Complex<f64>>| y.index_axis(ndarray::Axis(0), l).to_owned();
        assert!(norm(&(shifted(&part(&y)) - part(&z))) < 1e-11 * norm(&x));
    }
}

fn restores<T: Transform>(signals: Signals, boundary: Boundary) -> (f64, f64) {
    let angles = match signals {
        Signals::Real => (0..8).map(|j| PI * f64::from(j) / 8.0).collect(),
        Signals::Complex => (0..16).map(|j| PI * f64::from(j) / 8.0).collect(),
    };
    let wavelet = PlaneMorlet::corrected(3.5, 1.0).unwrap();
    let grid = (0..9).map(|j| 0.8 * f64::from(j).exp2().powf(0.5)).collect();
    let transform = Oriented { angles, boundary, ..Oriented::new(wavelet, grid, 1) };
    let bare = transform.plan::<T>([21, 30]).unwrap();
    let x = image(21, 30).mapv(|v| if signals == Signals::Real { Complex::from(v.re) } else { v });
    let round = |v: &Complex<f64>| Complex::new(T::nearest(v.re), T::nearest(v.im));
    let x = ArrayD::from_shape_vec(vec![2, 21, 30], x.iter().chain(&x).map(round).collect()).unwrap();
    let refused = bare.inverse(bare.whole(x.view()).unwrap().view(), signals);
    assert!(matches!(refused, Err(WaveletError::NoFrame { .. })), "the mean is lost");
    let plan: OrientedPlan<T> = bare.with_low_pass(0.4, signals);
    let y = plan.whole(x.view()).unwrap();
    let back = plan.inverse(y.view(), signals).unwrap();
    assert_eq!(back.shape(), x.shape());
    let (mut off, mut energy) = (0.0, 0.0);
    for (x, back) in x.iter().zip(&back) {
        let apart = [back.re - x.re, back.im - x.im].map(Into::<f64>::into);
        off += apart[0].powi(2) + apart[1].powi(2);
        energy += Into::<f64>::into(x.re).powi(2) + Into::<f64>::into(x.im).powi(2);
    }
    (off.sqrt() / energy.sqrt(), plan.bank().rounding(signals).unwrap())
}

#[test]
fn images_come_back_within_the_bound() {
    for (signals, boundary) in [(Signals::Real, Boundary::Wrap), (Signals::Complex, Boundary::Reflect)] {
        let (off, bound) = restores::<f64>(signals, boundary);
        // the extension has at most nine times the energy, and the bound is relative to it
        assert!(off <= 9.0 * bound && off < 1e-13 && bound < 1e-11, "{off:e} {bound:e}");
        let (off, bound) = restores::<f32>(signals, boundary);
        assert!(off <= 9.0 * bound && off < 1e-4 && off > 1e-9, "{off:e} {bound:e}");
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let with = |scales: &[f64], angles| Oriented::new(morlet(), scales.to_vec(), angles).plan::<f64>([8, 8]);
    for refused in [with(&[], 2), with(&[1.0], 0), with(&[0.0], 1), with(&[f64::NAN], 1), with(&[-2.0], 1)] {
        assert!(refused.unwrap_err().to_string().contains("expected"));
    }
    let whole = Oriented::new(morlet(), vec![2.0], 2);
    assert!(whole.plan::<f64>([0, 8]).is_err() && whole.plan::<f64>([usize::MAX, 8]).is_err());
    assert!(whole.plan::<f64>([1 << 40, 1 << 40]).is_err());
    assert!(Oriented { p: f64::NAN, ..whole.clone() }.plan::<f64>([8, 8]).is_err());
    assert!(Oriented { padding: Some(9), ..whole.clone() }.plan::<f64>([8, 8]).is_err());
    assert!(Oriented { angles: vec![f64::INFINITY], ..whole.clone() }.plan::<f64>([8, 8]).is_err());
    let plan = whole.plan::<f64>([8, 9]).unwrap();
    let error = plan.forward(image(9, 8).view()).unwrap_err().to_string();
    assert!(error.contains("last axes of [8, 9]"), "{error}");
    assert!(plan.forward(Array1::from(vec![Complex::from(0.0); 8]).into_dyn().view()).is_err());
}

#[test]
fn frame_bounds_are_enclosed() {
    let morse = Morse::new(3.0, 20.0).unwrap();
    let cwt = Cwt {
        boundary: Boundary::Wrap,
        ..Cwt::new(&morse, scales::voices(&morse, 1.0, [0.02, 0.5], 6).unwrap())
    };
    let line = cwt.plan::<f64>(210).unwrap().with_low_pass(0.1, Signals::Real);
    let plane = Oriented { boundary: Boundary::Wrap, ..Oriented::new(morlet(), vec![1.5, 2.5], 4) };
    let plane = plane.plan::<f64>([20, 21]).unwrap();
    let check = |bank: &Bank<f64>, signals| {
        let ([lower, upper], bounds) = (bank.enclosed_bounds(signals), bank.bounds(signals));
        for (interval, value) in [(lower, bounds.lower), (upper, bounds.upper)] {
            assert!(
                interval.distance(value) <= 1e-13 * bounds.upper && interval.width() <= 1e-13 * bounds.upper
            );
        }
        // attained by a wave of the frequency where it is greatest
        let sum = bank.littlewood_paley();
        let most = sum.iter().copied().fold(0.0, f64::max);
        let (place, _) = sum.indexed_iter().find(|(_, s)| **s == most).unwrap();
        if signals == Signals::Complex {
            let turn = |i: IxDyn| {
                (0..bank.points().len())
                    .map(|a| place[a] as f64 * i[a] as f64 / bank.points()[a] as f64)
                    .sum::<f64>()
            };
            let x = ArrayD::from_shape_fn(bank.points(), |i| Complex::cis(TAU * turn(i)));
            let all: Vec<_> = bank.points().iter().map(|n| 0..*n).collect();
            let gain = norm(&bank.analyse(x.view(), &all).unwrap()).powi(2) / norm(&x).powi(2);
            assert!((gain / upper.middle() - 1.0).abs() < 1e-11, "{gain} {upper:?}");
        }
    };
    for signals in [Signals::Real, Signals::Complex] {
        check(line.bank(), signals);
        check(plane.bank(), signals);
    }
    let half = FRAC_PI_2;
    let none = Bank::<f64>::line(8, 1, |_| [half, half], |_, _| 1.0.into()).unwrap();
    assert_eq!(none.enclosed_bounds(Signals::Complex)[0].high(), 0.0);
}

#[test]
fn commands_are_the_library_s_and_come_back() {
    let folder = Folder::new();
    let image =
        ArrayD::from_shape_fn(vec![24, 32], |i| (TAU * i[1] as f64 / 8.0).cos() + 0.1 * (i[0] as f64).sin());
    let x = folder.holding("x.npy", &Data::F64(image.clone()), &Form::Plain);
    let (y, z) = (folder.path("y.npy"), folder.path("z.npy"));
    let grid = ["--omega", "5", "--angles", "4", "--lowest", "0.1", "--highest", "0.4"];
    let done = ran(&[&["compute", "cwt2", &x, "-o", &y, "--json"], &grid[..]].concat());
    assert_eq!(done.code, 0, "{}", done.err);
    let read = |path: &str| match io::read(std::path::Path::new(path)).unwrap().data {
        Data::C64(y) => y,
        other => panic!("expected complex128, got {}", other.type_name()),
    };
    let wavelet = PlaneMorlet::corrected(5.0, 1.0).unwrap();
    let all = scales::voices(&wavelet.along(), 1.0, [0.1, 0.4], 2).unwrap();
    let found = read(&y);
    assert_eq!(found.shape(), [all.len() * 4, 24, 32]);
    for (number, scale) in all.iter().enumerate() {
        let one = Oriented { boundary: Boundary::Reflect, ..Oriented::new(wavelet, vec![*scale], 4) };
        let plan = one.plan::<f64>([24, 32]).unwrap();
        let points = plan.bank().points();
        assert_eq!(one.entries([24, 32]).unwrap(), 4 * (points[0] * points[1]) as u128);
        let expected = plan.forward(image.mapv(Complex::from).view()).unwrap();
        let part = found.slice_axis(ndarray::Axis(0), ndarray::Slice::from(4 * number..4 * (number + 1)));
        assert_eq!(part, expected);
    }
    let told = done.json();
    assert_eq!(told["degrees"][2], 90.0);
    let size = |l: &usize| found[[*l, 12, 16]].norm();
    let loudest = (0..found.shape()[0]).max_by(|a, b| size(a).total_cmp(&size(b))).unwrap();
    // waves of 8 pixels to the right, between two of the scales
    let frequency = told["frequencies"][loudest / 4].as_f64().unwrap();
    assert!(loudest % 4 == 2 && (frequency * 8.0).log2().abs() < 0.26, "{loudest} {frequency}");

    assert_eq!(ran(&[&["compute", "cwt2", &x, "--invertible", "-o", &y], &grid[..]].concat()).code, 0);
    let back = ran(&[&["compute", "icwt2", &y, "-o", &z], &grid[..]].concat());
    assert_eq!(back.code, 0, "{}", back.err);
    let Data::F64(restored) = io::read(std::path::Path::new(&z)).unwrap().data else { panic!("real") };
    assert!((&restored - &image).iter().all(|off| off.abs() < 1e-12));
    for drawing in ["w.svg", "w.png"] {
        let path = folder.path(drawing);
        let drawn = ran(&[&["compute", "cwt2", &x, "-o", &path], &grid[..]].concat());
        assert!(drawn.code == 0 && drawn.err.contains("at 90°"), "{}", drawn.err);
        assert!(std::fs::metadata(path).unwrap().len() > 500);
    }
    let other = [&["compute", "icwt2", &y, "-o", &z], &grid[..4], &["--lowest", "0.2"]].concat();
    refuses(&folder, &other, &["filters"]);
    refuses(&folder, &["compute", "cwt2", "[1, 2, 3]"], &["an image: two axes"]);
    refuses(&folder, &["compute", "cwt2", &x, "--angles", "0"], &["1 to 360"]);
    refuses(&folder, &["compute", "cwt2", &x, "--slant", "nan"], &["0.0625 to 16"]);
    refuses(&folder, &["compute", "cwt2", &x, "--highest", "inf"], &["--highest"]);
    refuses(&folder, &["compute", "cwt2", "[[1, 2], [3, 4]]"], &["--lowest"]);
}
