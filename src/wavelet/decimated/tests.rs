//! Bounds of decimated banks, held to the matrix of the transform in time, which knows nothing of frequencies and cosets.

use super::*;
use crate::{
    scalar::Semiring,
    wavelet::{Bounds, Daubechies},
};
use nalgebra::DMatrix;
use proptest::prelude::*;

/// The transfer function of taps on a circle.
fn response(points: usize, taps: &[f64]) -> Vec<Complex<f64>> {
    let mut values = vec![Complex::from(0.0); points];
    for (n, tap) in taps.iter().enumerate() {
        values[n % points] += tap;
    }
    dft(Array1::from(values).into_dyn()).into_iter().collect()
}

/// The smallest and the largest eigenvalue of T*T by floats, where row n of a channel of T has the conjugates of what the filter
/// does to each impulse, at the time dn.
fn by_matrix(bank: &Decimated, signals: Signals) -> [f64; 2] {
    let points = bank.points();
    let mut rows = vec![];
    for Channel { transfer, step } in bank.channels() {
        let filter = idft(Array1::from(transfer.clone()).into_dyn());
        for time in (0..points).step_by(*step) {
            rows.push((0..points).map(|m| filter[[(time + points - m) % points]]).collect::<Vec<_>>());
        }
    }
    let matrix = DMatrix::from_fn(rows.len(), points, |row, column| rows[row][column]);
    let frame = matrix.adjoint() * matrix;
    // a real signal has the same energy with the real part of the matrix
    let values = match signals {
        Signals::Complex => frame.symmetric_eigenvalues(),
        Signals::Real => frame.map(|entry| entry.re).symmetric_eigenvalues(),
    };
    [values.min().max(0.0), values.max()]
}

/// The energy of what a bank makes of a signal, over that of the signal.
fn gain(bank: &Decimated, x: &[Complex<f64>]) -> f64 {
    let energy = |y: &[Complex<f64>]| y.iter().map(Complex::norm_sqr).sum::<f64>();
    bank.analyse(x).unwrap().iter().map(|y| energy(y)).sum::<f64>() / energy(x)
}

/// Where claimed bounds are not those of the matrix.
fn differ(bank: &Decimated, signals: Signals, claimed: Bounds) -> bool {
    let wanted = by_matrix(bank, signals);
    let far = |a: f64, b: f64| (a - b).abs() > 1e-11 * wanted[1].max(1e-9);
    far(claimed.lower, wanted[0]) || far(claimed.upper, wanted[1])
}

fn middle(bounds: &DecimatedBounds) -> Bounds {
    let middle = |interval: Interval| f64::midpoint(interval.low(), interval.high());
    Bounds { lower: middle(bounds.lower), upper: middle(bounds.upper) }
}

/// All that is said of the bounds of a bank.
fn examine(bank: &Decimated, signals: Signals) -> DecimatedBounds {
    let bounds = bank.bounds(signals).unwrap();
    let DecimatedBounds { lower, upper, least, greatest } = &bounds;
    let width = 1e-12 * upper.high().max(1e-9);
    assert!(lower.low() >= 0.0 && lower.high() - lower.low() < width, "{lower:?} beside {upper:?}");
    assert!(upper.high() - upper.low() < width, "{upper:?}");
    assert!(!differ(bank, signals, middle(&bounds)), "{bounds:?} {:?}", by_matrix(bank, signals));
    assert_eq!((least.ratio.high(), greatest.ratio.low()), (lower.high(), upper.low()));
    for witness in [least, greatest] {
        assert!(witness.ratio.distance(gain(bank, &witness.signal())) < 2.0 * width, "{witness:?}");
        let own: Vec<usize> = witness.frequencies().collect();
        for (place, value) in witness.spectrum().iter().enumerate() {
            let opposite = (bank.points() - place) % bank.points();
            let known = own.contains(&place) || signals == Signals::Real && own.contains(&opposite);
            assert!(known || *value == Complex::from(0.0));
            // exactly the transform of a real signal
            assert!(signals == Signals::Complex || witness.spectrum()[opposite] == value.conj());
        }
    }
    bounds
}

fn within(interval: Interval, wanted: f64, slack: f64) -> bool {
    interval.distance(wanted) < slack
}

/// Low and high filter of an orthonormal bank, decimated by two, on each level.
fn orthonormal(points: usize, low: &[f64], levels: u32) -> Decimated {
    let high: Vec<f64> =
        low.iter().rev().enumerate().map(|(n, tap)| if n % 2 == 0 { *tap } else { -tap }).collect();
    let (low, high) = (response(points, low), response(points, &high));
    let mut kept = vec![Complex::from(1.0); points];
    let mut channels = vec![];
    for level in 0..levels {
        let spread = |filter: &[Complex<f64>], k: usize| filter[(k << level) % points];
        let transfer = (0..points).map(|k| kept[k] * spread(&high, k)).collect();
        channels.push(Channel { transfer, step: 2 << level });
        kept.iter_mut().enumerate().for_each(|(k, value)| *value *= spread(&low, k));
    }
    channels.push(Channel { transfer: kept, step: 1 << levels });
    Decimated::new(points, channels).unwrap()
}

#[test]
fn orthonormal_banks_keep_energy() {
    let haar = [0.5_f64.sqrt(); 2];
    let four = Daubechies::new(2).unwrap();
    for low in [&haar[..], four.low_pass()] {
        for levels in 1..=4 {
            for signals in [Signals::Complex, Signals::Real] {
                let bounds = examine(&orthonormal(48, low, levels), signals);
                assert!(within(bounds.lower, 1.0, 1e-13) && within(bounds.upper, 1.0, 1e-13), "{bounds:?}");
            }
        }
    }
}

#[test]
fn without_decimation_they_are_those_of_littlewood_and_paley() {
    let bell = |l: usize, omega: f64| Complex::from((-(omega - 0.5 * l as f64).powi(2) / 0.2).exp());
    let bank = Bank::<f64>::line(45, 6, |_| [-4.0, 4.0], bell).unwrap();
    let decimated = Decimated::of(&bank, &[1; 6]).unwrap();
    for signals in [Signals::Complex, Signals::Real] {
        let (own, wanted) = (examine(&decimated, signals), bank.bounds(signals));
        assert!(within(own.lower, wanted.lower, 1e-14) && within(own.upper, wanted.upper, 1e-14));
        assert_eq!(own.least.vector.len(), 1);
    }
}

#[test]
fn too_few_samples_lose_a_signal() {
    let low = response(24, &[0.25, 0.5, 0.25]);
    let high = response(24, &[-0.25, 0.5, -0.25]);
    let channel = |transfer: &[Complex<f64>], step| Channel { transfer: transfer.to_vec(), step };
    let enough = Decimated::new(24, vec![channel(&low, 2), channel(&high, 1)]).unwrap();
    assert!(examine(&enough, Signals::Complex).lower.low() > 0.1);
    for steps in [[3, 2], [4, 6], [24, 12]] {
        let bank = Decimated::new(24, vec![channel(&low, steps[0]), channel(&high, steps[1])]).unwrap();
        for signals in [Signals::Complex, Signals::Real] {
            let bounds = examine(&bank, signals);
            assert!(bounds.lower.low() == 0.0 && bounds.lower.high() < 1e-14, "{bounds:?}");
        }
    }
}

/// Banks whose filters are numbers by chance, each with a divisor of the number of points.
fn banks() -> impl Strategy<Value = Decimated> {
    let values = |points: usize| prop::collection::vec((-8..=8_i32, -8..=8_i32), points);
    let points = prop::sample::select(vec![1_usize, 2, 5, 6, 8, 12, 18, 24, 30]);
    points.prop_flat_map(move |points| {
        let divisors: Vec<usize> = (1..=points).filter(|d| points.is_multiple_of(*d)).collect();
        let channel = (values(points), prop::sample::select(divisors));
        prop::collection::vec(channel, 1..=5).prop_map(move |channels| {
            let number = |(re, im): (i32, i32)| Complex::new(f64::from(re) / 7.0, f64::from(im) / 7.0);
            let channel = |(values, step): (Vec<_>, usize)| Channel {
                transfer: values.into_iter().map(number).collect(),
                step,
            };
            Decimated::new(points, channels.into_iter().map(channel).collect()).unwrap()
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    #[test]
    fn bounds_are_the_eigenvalues_of_the_matrix(bank in banks()) {
        examine(&bank, Signals::Complex);
        examine(&bank, Signals::Real);
    }
}

/// A bank of mixed steps on which every twin is off.
fn mixed() -> Decimated {
    let value = |k: usize, l: usize| {
        let angle = (k * k + 3 * l * k + l) as f64;
        Complex::from_polar(1.0 + (0.7 * angle).sin().abs(), angle)
    };
    let channel = |(l, step): (usize, &usize)| Channel {
        transfer: (0..24).map(|k| value(k, l)).collect(),
        step: *step,
    };
    Decimated::new(24, [1, 2, 3, 4].iter().enumerate().map(channel).collect()).unwrap()
}

#[test]
fn wrong_twins_are_caught() {
    let bank = mixed();
    let right = middle(&examine(&bank, Signals::Complex));
    let changed = |change: fn(&mut Channel)| {
        let mut channels = bank.channels().to_vec();
        channels.iter_mut().for_each(change);
        middle(&Decimated::new(24, channels).unwrap().bounds(Signals::Complex).unwrap())
    };
    // 1/d forgotten, and forgotten that what is left out is left out
    let unweighted = changed(|channel| {
        let step = channel.step as f64;
        channel.transfer.iter_mut().for_each(|value| *value *= step.sqrt());
    });
    let whole = changed(|channel| channel.step = 1);
    let diagonal = changed(|channel| {
        let step = channel.step as f64;
        channel.transfer.iter_mut().for_each(|value| *value /= step.sqrt());
        channel.step = 1;
    });
    // conjugates exchanged are the same up to the order of frequencies only where filters are real
    let real = middle(&bank.bounds(Signals::Real).unwrap());
    assert!(!differ(&bank, Signals::Complex, right));
    for twin in [unweighted, whole, diagonal, real] {
        assert!(differ(&bank, Signals::Complex, twin), "{twin:?} beside {right:?}");
    }
    // the diagonal lies between the bounds
    assert!(right.lower < diagonal.lower && diagonal.upper < right.upper);
    // and a witness of another bank attains nothing here
    let other = Decimated::new(24, bank.channels()[..2].to_vec()).unwrap().bounds(Signals::Complex).unwrap();
    assert!((gain(&bank, &other.greatest.signal()) - right.upper).abs() > 1e-3);
}

#[test]
fn a_delay_and_a_factor_change_what_they_should() {
    let bank = mixed();
    let bounds = bank.bounds(Signals::Complex).unwrap();
    let mut channels = bank.channels().to_vec();
    for channel in &mut channels {
        channel.transfer.iter_mut().for_each(|value| *value *= 1024.0);
    }
    let larger = Decimated::new(24, channels).unwrap().bounds(Signals::Complex).unwrap();
    let square = 1024.0 * 1024.0;
    assert!(within(larger.upper, bounds.upper.low() * square, 1e-12 * square));
    assert_eq!(bounds, bank.bounds(Signals::Complex).unwrap());
}

#[test]
fn what_is_out_of_range_is_refused_and_what_is_extreme_is_not_wrong() {
    let flat = |value: f64, points: usize, step| Channel { transfer: vec![value.into(); points], step };
    let said = |bank: Result<Decimated, WaveletError>| bank.unwrap_err().to_string();
    assert!(said(Decimated::new(0, vec![])).contains("the number of points is 0"));
    assert!(said(Decimated::new(4, vec![])).contains("the number of channels is 0"));
    assert!(said(Decimated::new(4, vec![flat(1.0, 3, 1)])).contains("shape [3]; expected [4]"));
    for value in [f64::NAN, f64::INFINITY, -1e141] {
        assert!(said(Decimated::new(4, vec![flat(value, 4, 1)])).contains("a value of a transfer function"));
    }
    for step in [0, 3, 8, usize::MAX] {
        assert!(said(Decimated::new(4, vec![flat(1.0, 4, step)])).contains("expected a divisor of 4"));
    }
    let bank = Bank::<f64>::line(4, 2, |_| [-4.0, 4.0], |_, _| Complex::from(1.0)).unwrap();
    assert!(said(Decimated::of(&bank, &[1])).contains("one for each of 2 filters"));
    let plane = Bank::<f64>::grid(&[2, 2], 1, |_, _| Complex::from(1.0)).unwrap();
    assert!(said(Decimated::of(&plane, &[1])).contains("the number of axes"));
    let wide = Decimated::new(1024, vec![flat(1.0, 1024, 1024)]).unwrap();
    assert!(wide.bounds(Signals::Complex).unwrap_err().to_string().contains("1024"));
    let long = Decimated::new(1 << 16, vec![flat(1.0, 1 << 16, 512)]).unwrap();
    assert!(long.bounds(Signals::Complex).unwrap_err().to_string().contains("products of intervals"));
    assert!(long.analyse(&[]).unwrap_err().to_string().contains("shape [0]"));
    for value in [0.0, 5e-324, 1e-170, 1e-150, 1e140] {
        for step in [1, 2, 4] {
            let bounds =
                Decimated::new(4, vec![flat(value, 4, step)]).unwrap().bounds(Signals::Real).unwrap();
            let square = Interval::from(value).times(&Interval::from(value));
            assert!(bounds.upper.high() >= square.low() && bounds.upper.low() <= square.high());
            assert!(bounds.upper.high() <= 2.0 * value * value + 1e-300, "{bounds:?}");
        }
    }
}
