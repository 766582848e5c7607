//! Windowed Fourier transforms, held to their sum, their frames to the matrix of the transform.

use faltung::{
    signal::Boundary,
    wavelet::{Phase, WaveletError, Window, Windowed, WindowedPlan},
};
use nalgebra::DMatrix;
use ndarray::{ArrayD, IxDyn};
use num_complex::Complex;
use std::f64::consts::TAU;

fn signal(n: usize) -> ArrayD<Complex<f64>> {
    ArrayD::from_shape_fn(IxDyn(&[n]), |place| {
        let k = place[0] as f64;
        Complex::new((k * k).sin() + 0.3, (3.0 * k).cos())
    })
}

fn specimen(length: usize, hop: usize, channels: usize, phase: Phase) -> Windowed {
    let window = (0..length).map(|j| Complex::new(1.0 + (j as f64).cos(), 0.3 * (2.0 * j as f64).sin()));
    Windowed { window: window.collect(), origin: length / 3, hop, channels, phase, boundary: Boundary::Wrap }
}

/// The sum that defines it.
fn by_sum(spec: &Windowed, x: &ArrayD<Complex<f64>>, m: usize, k: usize, sign: f64) -> Complex<f64> {
    let n = x.len() as i64;
    let term = |(j, g): (usize, &Complex<f64>)| {
        let off = j as i64 - spec.origin as i64;
        let place = (m * spec.hop) as i64 + off;
        let time = if spec.phase == Phase::Window { off } else { place };
        let turn = (time * k as i64).rem_euclid(spec.channels as i64) as f64 / spec.channels as f64;
        x[place.rem_euclid(n) as usize] * g.conj() * Complex::cis(sign * TAU * turn)
    };
    spec.window.iter().enumerate().map(term).sum()
}

#[test]
fn the_transform_is_its_sum() {
    let x = signal(48);
    for phase in [Phase::Window, Phase::Signal] {
        for (length, hop, channels) in [(12, 4, 12), (9, 3, 16), (20, 6, 8), (5, 8, 6)] {
            let spec = specimen(length, hop, channels, phase);
            let y = spec.plan::<f64>(48).unwrap().forward(x.view()).unwrap();
            assert_eq!(y.shape(), [48 / hop, channels]);
            for ((m, k), value) in y.clone().into_dimensionality::<ndarray::Ix2>().unwrap().indexed_iter() {
                assert!(
                    (value - by_sum(&spec, &x, m, k, -1.0)).norm() < 1e-12,
                    "{length} {hop} {channels} {m} {k}"
                );
            }
            // the conjugated wave is another transform
            assert!((y[[1, 1]] - by_sum(&spec, &x, 1, 1, 1.0)).norm() > 1e-2);
            // and so is the other phase, but at time 0
            let other = if phase == Phase::Window { Phase::Signal } else { Phase::Window };
            let other = Windowed { phase: other, ..spec };
            assert!((y[[1, 1]] - by_sum(&other, &x, 1, 1, -1.0)).norm() > 1e-2);
        }
    }
}

/// The matrix of the transform, column by column.
fn matrix(plan: &WindowedPlan<f64>, n: usize) -> DMatrix<Complex<f64>> {
    let column = |k: usize| {
        let unit =
            ArrayD::from_shape_fn(IxDyn(&[n]), |place| Complex::from(f64::from(u8::from(place[0] == k))));
        plan.forward(unit.view()).unwrap().into_raw_vec_and_offset().0
    };
    let columns: Vec<_> = (0..n).map(column).collect();
    DMatrix::from_fn(columns[0].len(), n, |row, k| columns[k][row])
}

#[test]
fn bounds_are_those_of_the_matrix_and_the_dual_inverts() {
    let n = 48;
    // painless, painless with a long hop, and not painless
    for (length, hop, channels, tolerance) in
        [(12, 4, 12, 1e-12), (9, 3, 16, 1e-12), (20, 4, 8, 1e-10), (24, 2, 6, 1e-10), (15, 4, 6, 1e-10)]
    {
        let plan = specimen(length, hop, channels, Phase::Signal).plan::<f64>(n).unwrap();
        let values = matrix(&plan, n).singular_values();
        let bounds = plan.bounds().unwrap();
        assert!(
            (bounds.upper - values.max().powi(2)).abs() < 1e-9 * bounds.upper,
            "{length} {hop} {channels}"
        );
        assert!(
            (bounds.lower - values.min().powi(2)).abs() < 1e-9 * bounds.upper,
            "{length} {hop} {channels}"
        );
        assert!(bounds.lower < 0.999 * bounds.upper);
        let x = signal(n);
        let y = plan.forward(x.view()).unwrap();
        let back = plan.inverse(y.view()).unwrap();
        assert!((&back - &x).iter().all(|off| off.norm() < tolerance), "{length} {hop} {channels}");
        // off the range it is the least squares solution: what is orthogonal to the range changes nothing
        let noise = signal(y.len()).into_shape_with_order(y.raw_dim()).unwrap();
        let range = plan.forward(plan.inverse(noise.view()).unwrap().view()).unwrap();
        let rest = &noise - &range;
        assert!(rest.iter().map(|value| value.norm_sqr()).sum::<f64>() > 1e-3);
        assert!(plan.inverse(rest.view()).unwrap().iter().all(|value| value.norm() < 1e-9));
    }
}

#[test]
fn no_frame_is_refused() {
    // fewer coefficients than samples, and a hop over places that no window reaches
    for (length, hop, channels) in [(12, 12, 8), (5, 8, 6)] {
        let plan = specimen(length, hop, channels, Phase::Window).plan::<f64>(48).unwrap();
        let y = plan.forward(signal(48).view()).unwrap();
        assert!(
            matches!(plan.inverse(y.view()), Err(WaveletError::NoFrame { .. })),
            "{length} {hop} {channels}"
        );
    }
    let spec = specimen(12, 4, 12, Phase::Window);
    for wrong in [
        Windowed { hop: 0, ..spec.clone() },
        Windowed { channels: 0, ..spec.clone() },
        Windowed { window: vec![], ..spec.clone() },
        Windowed { window: vec![f64::NAN.into()], origin: 0, ..spec.clone() },
        Windowed { origin: 12, ..spec.clone() },
        Windowed { hop: 7, ..spec.clone() },
        Windowed { hop: usize::MAX, channels: usize::MAX - 1, ..spec.clone() },
    ] {
        assert!(wrong.plan::<f64>(48).is_err());
    }
    assert!(spec.plan::<f64>(0).is_err());
    assert!(spec.plan::<f64>(48).unwrap().forward(signal(47).view()).is_err());
    assert!(spec.plan::<f64>(48).unwrap().inverse(signal(48).view()).is_err());
    assert!(spec.plan::<f64>(48).unwrap().forward_real(signal(48).mapv(|z| z.re).view()).is_err());
}

#[test]
fn borders_batches_images_and_single_precision() {
    let window = Window::Hann.values(16);
    for boundary in Boundary::ALL {
        let spec = Windowed { boundary, ..Windowed::new(&window, 4, 20) };
        let n = if boundary == Boundary::Wrap { 60 } else { 53 };
        let plan = spec.plan::<f64>(n).unwrap();
        let x = signal(n).mapv(|z| z.re);
        let y = plan.forward_real(x.view()).unwrap();
        assert_eq!(y.shape(), [plan.frames(), 11]);
        let whole = plan.forward(x.mapv(Complex::from).view()).unwrap();
        assert!(y.indexed_iter().all(|(place, value)| (value - whole[place]).norm() < 1e-12), "{boundary:?}");
        let back = plan.inverse_real(y.view()).unwrap();
        assert!((&back - &x).iter().all(|off| off.abs() < 1e-12), "{boundary:?}");
        // away from the ends the extension does not matter
        let frame = (0..plan.frames()).find(|m| plan.time(*m) == 24).unwrap();
        let alone: Complex<f64> = (0..16)
            .map(|j| x[24 + j - 8] * window[j] * Complex::cis(-TAU * 3.0 * (j as f64 - 8.0) / 20.0))
            .sum();
        assert!((y[[frame, 3]] - alone).norm() < 1e-12, "{boundary:?}");
    }
    // an image: one axis after the other, batch by batch
    let image = ArrayD::from_shape_fn(IxDyn(&[2, 24, 30]), |p| {
        Complex::new((p[0] + p[1] * p[2]) as f64, (p[1] as f64).sin())
    });
    let [rows, columns] =
        [24, 30].map(|n| Windowed::new(&Window::Sine.values(8), 2, 8).plan::<f64>(n).unwrap());
    let once = columns.forward_along(image.view(), 2).unwrap();
    let y = rows.forward_along(once.view(), 1).unwrap();
    assert_eq!(y.shape(), [2, rows.frames(), 8, columns.frames(), 8]);
    let back = columns.inverse_along(rows.inverse_along(y.view(), 1).unwrap().view(), 2).unwrap();
    assert!((&back - &image).iter().all(|off| off.norm() < 1e-9));
    // in single precision too
    let narrow = Windowed::new(&window, 4, 16).plan::<f32>(50).unwrap();
    let x = signal(50).mapv(|z| Complex::new(z.re as f32, z.im as f32));
    let back = narrow.inverse(narrow.forward(x.view()).unwrap().view()).unwrap();
    assert!((back - x).iter().all(|off| off.norm() < 1e-5));
}
