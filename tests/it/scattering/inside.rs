//! What can be seen of a scattering transform from outside: its filters, and the moduli on the way.

use super::formula;
use faltung::{
    fourier::{dft, idft},
    wavelet::scattering::{Convention, Scattering, Settings},
};
use ndarray::{ArrayD, Axis};
use num_complex::Complex;

fn plan(convention: Convention, shape: &[usize], scale: u32) -> Scattering<f64> {
    let settings = Settings { convention, angles: 3, ..Settings::of(shape, scale) };
    Scattering::new(&settings).expect("sound settings")
}

/// |x * h|, h by its values on frequencies.
fn filtered(x: &ArrayD<f64>, response: &ArrayD<f64>) -> ArrayD<f64> {
    idft(dft(x.mapv(Complex::from)) * response.mapv(Complex::from)).mapv(|z| z.norm())
}

fn same(a: &ArrayD<f64>, b: &ArrayD<f64>) -> bool {
    a.shape() == b.shape() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12)
}

#[test]
fn moduli_are_those_after_the_filters_that_are_shown() {
    for shape in [vec![40], vec![16, 24]] {
        let plan = plan(Convention::Parseval, &shape, 2);
        let x = formula(&shape);
        for (place, path) in plan.paths().iter().enumerate().skip(1) {
            let mut wanted = x.clone();
            for length in 1..=path.wavelets.len() {
                let begins = |other: &faltung::wavelet::scattering::Path| {
                    other.wavelets[..] == path.wavelets[..length]
                };
                let before = plan.paths().iter().position(begins).expect("a path begins with paths");
                wanted = filtered(&wanted, &plan.response(before).expect("it exists"));
            }
            assert!(
                same(&plan.moduli(x.view(), place).expect("one picture"), &wanted),
                "{:?}",
                path.wavelets
            );
        }
        // the average at the full rate, of which the transform keeps every fourth value
        let average =
            idft(dft(x.mapv(Complex::from)) * plan.response(0).expect("it exists").mapv(Complex::from));
        let kept = plan.forward(x.view()).expect("its shape").index_axis(Axis(0), 0).to_owned();
        for (at, value) in kept.indexed_iter() {
            let there: Vec<usize> = ndarray::Dimension::slice(&at).iter().map(|k| 4 * k).collect();
            assert!((average[&there[..]].re - value).abs() < 1e-12);
        }
    }
}

/// The sums of squares of what is shown are those of the certified bounds, on the finest grid and on coarser ones.
#[test]
fn the_filters_that_are_shown_are_those_of_the_bounds() {
    for convention in Convention::ALL {
        let plan = plan(convention, &[64], 2);
        let first = || plan.paths().iter().enumerate().filter(|(_, path)| path.wavelets.len() == 1);
        let filters = first().map(|(place, _)| place).chain([0]).filter_map(|place| plan.response(place));
        let n = plan.response(0).expect("it exists").len();
        let mut sums = vec![0.0; n];
        for filter in filters {
            assert_eq!(filter.len(), n);
            for (k, sum) in sums.iter_mut().enumerate() {
                *sum += (filter[[k]].powi(2) + filter[[(n - k) % n]].powi(2)) / 2.0;
            }
        }
        let bounds = plan.bounds(1, 0).expect("the first order");
        let (low, high) = sums.iter().fold((f64::INFINITY, 0.0_f64), |(a, b), v| (a.min(*v), b.max(*v)));
        assert!(
            (low - bounds.lower.low()).abs() < 1e-12 && (high - bounds.upper.high()).abs() < 1e-12,
            "{convention}"
        );
    }
}

#[test]
fn what_is_not_there_is_refused() {
    let plan = plan(Convention::Kymatio030, &[64], 4);
    let x = formula(&[64]);
    let last = plan.paths().len() - 1;
    assert!(plan.response(last + 1).is_none() && plan.response(last).is_some());
    for path in [0, last + 1] {
        let error = plan.moduli(x.view(), path).expect_err("no such path").to_string();
        assert!(error.contains(&format!("from 1 to {last}")), "{error}");
    }
    let average = Settings { orders: 0, ..Settings::of(&[64], 4) };
    let average = Scattering::<f64>::new(&average).expect("an average alone");
    let none = average.moduli(x.view(), 1).expect_err("no moduli").to_string();
    assert!(none.contains("order 1 at least") && none.contains("set orders to 1"), "{none}");
    assert!(plan.moduli(formula(&[63]).view(), 1).is_err());
    let two = plan.moduli(formula(&[2, 64]).view(), 1).expect_err("two signals").to_string();
    assert!(two.contains("one by one"), "{two}");
    // subsampled, with its padding
    let octave = plan.paths()[last].octaves.last().copied().expect("a wavelet");
    assert!(octave > 0);
    let whole = plan.response(0).expect("it exists").len();
    assert_eq!(plan.moduli(x.view(), last).expect("a path").len(), whole >> octave);
}
