//! The transform held to its integral, by quadrature, in time; and wrong twins of it.

use super::specimens;
use faltung::{
    signal::{Boundary, boundary::source},
    wavelet::{Cwt, Pairing, Wavelet, angular, quadrature::integral},
};
use ndarray::{Array1, ArrayD, IxDyn};
use num_complex::Complex;

const N: usize = 20;

fn signal(n: usize) -> ArrayD<Complex<f64>> {
    let entry = |k: usize| {
        let k = k as f64;
        Complex::new((k * k).sin() + 0.3, (3.0 * k).cos())
    };
    Array1::from_shape_fn(n, entry).into_dyn()
}

/// The trigonometric polynomial through samples at 0, step, 2 step, …, of even length with the last frequency as a cosine.
fn interpolated(x: &ArrayD<Complex<f64>>, step: f64) -> impl Fn(f64) -> Complex<f64> {
    let n = x.len();
    let spectrum = faltung::fourier::definition::dft(x.view());
    move |t| {
        let term = |k: usize| {
            let omega = angular(k, n) / step;
            let wave = if 2 * k == n { (omega * t).cos().into() } else { Complex::cis(omega * t) };
            spectrum[k] * wave
        };
        (0..n).map(term).sum::<Complex<f64>>() / n as f64
    }
}

/// ∫ f(t − sv) |s|^(1−p) ψ(v) dv, which is (f * ψ_s)(t), or the correlation.
fn by_integral(
    wavelet: &dyn Wavelet,
    f: &impl Fn(f64) -> Complex<f64>,
    (scale, p, pairing): (f64, f64, Pairing),
    t: f64,
) -> Complex<f64> {
    let declared = wavelet.declared();
    let [mut from, mut to] = declared.support;
    if declared.outside > 0.0 {
        // an exponential decays more slowly than a bell
        let wide = (to - from) * if wavelet.name() == "cubic_spline" { 3.0 } else { 1.0 };
        (from, to) = (from - wide, to + wide);
    }
    // panels of a half, so that kinks at the halves are between them
    let (from, to) = (from.floor(), to.ceil());
    let integrand = |v: f64| match pairing {
        Pairing::Convolve => f(t - scale * v) * wavelet.time(v),
        Pairing::Correlate => f(t + scale * v) * wavelet.time(v).conj(),
    };
    integral(from, to, 2 * (to - from) as usize, integrand) * scale.abs().powf(1.0 - p)
}

#[test]
fn the_transform_is_its_integral() {
    let x = signal(N);
    let cases = [
        (2.0, 1.0, Pairing::Convolve, 1.0),
        (-1.3, 0.5, Pairing::Convolve, 0.5),
        (1.1, 2.0, Pairing::Correlate, 1.0),
        (-0.8, 0.0, Pairing::Correlate, 0.5),
    ];
    for (wavelet, _) in specimens() {
        let tolerance = if wavelet.name().starts_with("paul") { 1e-5 } else { 1e-9 };
        // values of these are sums of many terms at every place, or decay too slowly to be integrated
        if ["shannon", "daubechies", "morse", "meyer", "bump"]
            .iter()
            .any(|name| wavelet.name().starts_with(name))
        {
            continue;
        }
        for (scale, p, pairing, step) in cases {
            let cwt =
                Cwt { p, step, pairing, boundary: Boundary::Wrap, ..Cwt::new(&*wavelet, vec![scale * step]) };
            let y = cwt.plan(N).unwrap().forward(x.view()).unwrap();
            let f = interpolated(&x, step);
            for k in [0, 7] {
                let exact = by_integral(&*wavelet, &f, (scale * step, p, pairing), k as f64 * step);
                let off = (y[[0, k]] - exact).norm();
                assert!(
                    off < tolerance,
                    "{} {scale} {p} {pairing:?} at {k}: {} {exact}",
                    wavelet.name(),
                    y[[0, k]]
                );
            }
            // the mirrored, the conjugated and the differently scaled wavelet are other ones
            let other = if pairing == Pairing::Convolve { Pairing::Correlate } else { Pairing::Convolve };
            for twin in
                [(-scale * step, p, pairing), (scale * step * 1.1, p, pairing), (scale * step, p, other)]
            {
                let even = ["mexican", "dog(6", "morlet", "gabor", "morse", "paul"]
                    .iter()
                    .any(|name| wavelet.name().starts_with(name));
                let sign = twin.0 * scale < 0.0 && wavelet.declared().real || twin.2 != pairing;
                if even && sign {
                    continue;
                }
                let wrong = by_integral(&*wavelet, &f, twin, 7.0 * step);
                assert!((y[[0, 7]] - wrong).norm() > 1e-4, "{} {twin:?}", wavelet.name());
            }
        }
    }
}

#[test]
fn daubechies_too_at_the_values_of_its_own_refinement() {
    use faltung::wavelet::Daubechies;
    let (x, scale) = (signal(N), -1.5);
    let f = interpolated(&x, 1.0);
    for order in [3, 4] {
        let wavelet = Daubechies::new(order).unwrap();
        let cwt = Cwt { boundary: Boundary::Wrap, ..Cwt::new(&wavelet, vec![scale]) };
        let y = cwt.plan(N).unwrap().forward(x.view()).unwrap();
        let fine = 2048;
        let sum: Complex<f64> = (0..fine * (2 * order - 1))
            .map(|k| k as f64 / fine as f64)
            .map(|v| f(5.0 - scale * v) * wavelet.time(v))
            .sum();
        assert!((y[[0, 5]] - sum / fine as f64).norm() < 1e-5, "{order}");
        assert!((y[[0, 6]] - sum / fine as f64).norm() > 1e-3, "{order}");
    }
}

#[test]
fn boundaries_batches_and_single_precision() {
    let wavelet = faltung::wavelet::Morlet::corrected(5.0).unwrap();
    let scales = vec![1.5, -3.0];
    for boundary in Boundary::ALL {
        let cwt = Cwt { boundary, padding: Some(N), ..Cwt::new(&wavelet, scales.clone()) };
        let plan = cwt.plan::<f64>(N).unwrap();
        let y = plan.forward(signal(N).view()).unwrap();
        // the same by hand: extended first, then transformed as the whole circle
        let points = plan.bank().points()[0];
        let extended = ArrayD::from_shape_fn(IxDyn(&[points]), |place| {
            let k = place[0] as isize - N as isize;
            source(k, N, boundary).map_or(Complex::from(0.0), |k| signal(N)[k])
        });
        let whole =
            Cwt { boundary: Boundary::Wrap, ..Cwt::new(&wavelet, scales.clone()) }.plan(points).unwrap();
        let all = whole.forward(extended.view()).unwrap();
        for l in 0..2 {
            for k in 0..N {
                assert!((y[[l, k]] - all[[l, k + N]]).norm() < 1e-13, "{boundary:?} {l} {k}");
            }
        }
    }
    let cwt = Cwt::new(&wavelet, scales);
    let (double, single) = (cwt.plan::<f64>(N).unwrap(), cwt.plan::<f32>(N).unwrap());
    let batch = ArrayD::from_shape_fn(IxDyn(&[3, N]), |place| signal(N)[place[1]] * (place[0] as f64 + 1.0));
    let y = double.forward(batch.view()).unwrap();
    assert_eq!(y.shape(), [3, 2, N]);
    let narrow = single.forward(batch.mapv(|z| Complex::new(z.re as f32, z.im as f32)).view()).unwrap();
    let one = double.forward(signal(N).view()).unwrap();
    for (place, value) in y.indexed_iter() {
        let expected = one[[place[1], place[2]]] * (place[0] as f64 + 1.0);
        assert!((value - expected).norm() < 1e-13);
        let narrow = narrow[&place];
        assert!((value - Complex::new(f64::from(narrow.re), f64::from(narrow.im))).norm() < 1e-5);
    }
    // over whatever stands in the memory, which has to be of the shape and in order
    let mut used = ArrayD::from_elem(IxDyn(&[3, 2, N]), Complex::from(f64::NAN));
    double.forward_into(batch.view(), used.view_mut()).unwrap();
    assert_eq!(used, y);
    for wrong in [&[2, 3, N][..], &[3, 2, N + 1], &[6, N]] {
        let mut memory = ArrayD::from_elem(IxDyn(wrong), Complex::from(0.0));
        assert!(double.forward_into(batch.view(), memory.view_mut()).is_err(), "{wrong:?}");
    }
    let mut turned = ArrayD::from_elem(IxDyn(&[N, 2, 3]), Complex::from(0.0));
    assert!(double.forward_into(batch.view(), turned.view_mut().reversed_axes()).is_err());
    let real = batch.mapv(|z| z.re);
    let y = double.forward_real(real.view()).unwrap();
    assert_eq!(y, double.forward(real.mapv(Complex::from).view()).unwrap());
}
