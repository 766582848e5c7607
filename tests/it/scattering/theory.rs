//! What theory says of scattering, with numbers: frame bounds, contraction, energy, translation, gradients.

use super::formula;
use faltung::wavelet::scattering::{Convention, Scattering, Settings};
use ndarray::ArrayD;
use std::f64::consts::TAU;

fn parseval(shape: &[usize], scale: u32, q: usize, orders: usize) -> Scattering<f64> {
    let settings = Settings {
        convention: Convention::Parseval,
        per_octave: [q, 1][..orders.min(2)].to_vec(),
        angles: 3,
        orders,
        ..Settings::of(shape, scale)
    };
    Scattering::new(&settings).expect("sound")
}

fn square(x: &ArrayD<f64>) -> f64 {
    x.iter().map(|x| x * x).sum()
}

/// Entries that no formula above makes.
fn noise(shape: &[usize], seed: u64) -> ArrayD<f64> {
    let mut state = seed;
    ArrayD::from_shape_simple_fn(shape, || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    })
}

/// The average of the last order is that of all, whatever Q is: between its frequencies 0.48/T and 0.5/T, too.
#[test]
fn orders_of_different_q_are_tight_together() {
    for per_octave in [vec![8, 1], vec![1, 8], vec![2, 1], vec![3, 2, 1]] {
        let settings = Settings {
            convention: Convention::Parseval,
            orders: per_octave.len(),
            per_octave,
            ..Settings::of(&[512], 3)
        };
        let plan = Scattering::<f64>::new(&settings).expect("sound");
        for order in 1..=settings.orders {
            let bounds = plan.bounds(order, 0).expect("wavelets");
            let tight = bounds.lower.low() > 1.0 - 1e-14 && bounds.upper.high() <= 1.0;
            assert!(tight, "{:?} {order}: {bounds:?}", settings.per_octave);
        }
        assert!(plan.lipschitz().contractive());
        // every 8th sample of the average is all of it: nothing passes from half of their rate on
        let average = plan.response(0).expect("the average");
        assert!((32..=480).all(|k| average[[k]] == 0.0) && average[[31]] > 0.0);
    }
}

#[test]
fn the_tight_bank_is_tight_on_any_grid() {
    for (shape, scale, q) in
        [(&[64][..], 3, 1), (&[64], 4, 8), (&[48], 3, 3), (&[40], 2, 2), (&[16, 24], 2, 1), (&[24, 40], 3, 2)]
    {
        let plan = parseval(shape, scale, q, 2);
        for order in 1..=2 {
            let bounds = plan.bounds(order, 0).expect("wavelets");
            assert!(bounds.lower.low() > 1.0 - 1e-14, "{shape:?} {q}: {bounds:?}");
            assert!(bounds.upper.high() <= 1.0, "{shape:?} {q}: {bounds:?}");
        }
        assert!(plan.bounds(3, 0).is_none() && plan.bounds(1, 1).is_none() && plan.bounds(0, 0).is_none());
        let lipschitz = plan.lipschitz();
        assert!(lipschitz.contractive() && lipschitz.repetitions == 1, "{lipschitz:?}");
    }
    // and on an odd one, where all averages are kept
    let settings = Settings { convention: Convention::Parseval, oversampling: 3, ..Settings::of(&[45], 3) };
    let odd = Scattering::<f64>::new(&settings).expect("sound");
    assert!(odd.lipschitz().contractive());
    assert!(odd.ledger(formula(&[45]).view()).expect("its shape").expect("nothing is lost").defect < 1e-13);
    // in f32 too, where rounding is larger
    let settings = Settings { convention: Convention::Parseval, ..Settings::of(&[48, 40], 3) };
    let bounds = Scattering::<f32>::new(&settings).expect("sound").bounds(1, 0).expect("wavelets");
    assert!(bounds.upper.high() <= 1.0 && bounds.lower.low() > 1.0 - 3e-6, "{bounds:?}");
}

/// kymatio's bank in the plane gains energy, and an image shows it; and reflection repeats an entry three times.
#[test]
fn what_gains_energy_is_not_called_contractive() {
    let plan = Scattering::<f64>::new(&Settings::of(&[48, 48], 3)).expect("sound");
    let bounds = plan.bounds(1, 0).expect("wavelets");
    assert!((bounds.upper.low() - 1.0136).abs() < 1e-4, "{bounds:?}");
    assert!(bounds.upper.high() - bounds.upper.low() < 1e-13);
    assert!(!plan.lipschitz().contractive());
    let plan = Scattering::<f64>::new(&Settings::of(&[8], 1)).expect("sound");
    let lipschitz = plan.lipschitz();
    assert_eq!(lipschitz.repetitions, 3);
    assert!(lipschitz.constant > 1.7 && !lipschitz.contractive(), "{lipschitz:?}");
    // on the line the bank itself gains nothing but rounding, and is far from tight
    let bounds =
        Scattering::<f64>::new(&Settings::of(&[64], 3)).expect("sound").bounds(1, 0).expect("wavelets");
    assert!((bounds.upper.high() - 1.0).abs() < 1e-12 && bounds.lower.high() < 0.7, "{bounds:?}");
}

#[test]
fn no_two_signals_come_further_apart_than_certified() {
    let mut closest = 0.0_f64;
    for (convention, shape, scale) in [
        (Convention::Parseval, &[64][..], 3),
        (Convention::Kymatio030, &[64], 3),
        (Convention::KymatioMain, &[50], 4),
        (Convention::KymatioFixed, &[16, 16], 2),
    ] {
        let plan =
            Scattering::<f64>::new(&Settings { convention, ..Settings::of(shape, scale) }).expect("sound");
        let constant = plan.lipschitz().constant;
        for seed in 0..20 {
            let x = noise(shape, seed);
            let y = &x + &(noise(shape, seed + 100) * 1e-3) + 1e-2 * (seed % 3) as f64;
            let [sx, sy] = [&x, &y].map(|x| plan.forward(x.view()).expect("its shape"));
            let ratio = (square(&(sx - sy)) / square(&(x - y))).sqrt();
            assert!(ratio <= constant, "{ratio} {constant} {convention}");
            closest = closest.max(ratio / constant);
        }
    }
    // the bound is no empty one
    assert!(closest > 0.2, "{closest}");
}

#[test]
fn energy_is_conserved_order_by_order() {
    for (plan, shape) in [
        (parseval(&[64], 3, 1, 1), &[64][..]),
        (parseval(&[64], 3, 2, 2), &[64]),
        (parseval(&[48], 4, 2, 3), &[48]),
        (parseval(&[16, 8], 2, 1, 2), &[16, 8]),
    ] {
        for x in [formula(shape), noise(shape, 7) * 1e200, noise(shape, 8) * 1e-200, formula(shape) * 0.0] {
            let ledger = plan.ledger(x.view()).expect("its shape").expect("nothing is lost");
            assert!(ledger.defect < 1e-13, "{ledger:?}");
            assert_eq!(ledger.averages.len(), plan.settings().orders + 1);
            let last = ledger.averages[plan.settings().orders];
            if !ledger.signal.is_normal() {
                continue; // beyond the range of the floats
            }
            assert!(last <= ledger.rest, "an average has no more than it averages: {ledger:?}");
            assert!(ledger.rest > 1e-3 * ledger.signal || ledger.signal == 0.0, "{ledger:?}");
        }
    }
    // the sum without one order is not the whole
    let ledger = parseval(&[64], 3, 2, 2).ledger(formula(&[64]).view()).expect("its shape").expect("no loss");
    assert!(ledger.averages[1] > 1e-3 * ledger.signal, "{ledger:?}");
    let lossy = Scattering::<f64>::new(&Settings::of(&[64], 3)).expect("sound");
    assert_eq!(lossy.ledger(formula(&[64]).view()).expect("its shape"), None);
}

/// The orders of other banks lose and gain what their frame bounds allow, and the energies are those of the coefficients.
#[test]
fn other_ledgers_stay_within_the_frame_bounds() {
    for (shape, scale) in [(&[33][..], 3), (&[17, 17], 3)] {
        let settings = |orders| Settings {
            convention: Convention::KymatioFixed,
            oversampling: scale,
            orders,
            ..Settings::of(shape, scale)
        };
        let plan = Scattering::<f64>::new(&settings(1)).expect("sound");
        let bounds = plan.bounds(1, 0).expect("wavelets");
        for x in [formula(shape), noise(shape, 4), formula(shape) * 0.0 + 1.0] {
            let ledger = plan.ledger(x.view()).expect("its shape").expect("nothing is subsampled");
            let share = (ledger.averages[0] + ledger.rest) / ledger.signal;
            assert!((bounds.lower.low() - 1e-12..bounds.upper.high() + 1e-12).contains(&share), "{ledger:?}");
            // two orders begin as one does, and their averages are not more than the moduli
            let second = Scattering::<f64>::new(&settings(2)).expect("sound");
            let second = second.ledger(x.view()).expect("its shape").expect("nothing is subsampled");
            assert_eq!(second.averages[..2], ledger.averages[..]);
            assert!(second.averages[1] <= ledger.rest * (1.0 + 1e-12));
        }
    }
    // the energies of averages are those of all samples
    let settings = Settings { oversampling: 3, convention: Convention::Parseval, ..Settings::of(&[40], 3) };
    let plan = Scattering::<f64>::new(&settings).expect("sound");
    let (x, orders) = (noise(&[40], 2), plan.paths().iter().map(|path| path.wavelets.len()));
    let y = plan.forward(x.view()).expect("its shape");
    let ledger = plan.ledger(x.view()).expect("its shape").expect("nothing is subsampled");
    let mut sums = [0.0; 3];
    orders.zip(y.outer_iter()).for_each(|(order, y)| sums[order] += y.iter().map(|y| y * y).sum::<f64>());
    for (sum, energy) in sums.iter().zip(&ledger.averages) {
        assert!((sum - energy).abs() < 1e-12 * ledger.signal, "{sums:?} {ledger:?}");
    }
    assert_eq!(plan.ledger(noise(&[1, 40], 2).view()).expect("a batch of one"), None);
}

#[test]
fn a_shift_moves_coefficients_by_no_more_than_its_bound() {
    for (shape, scale, shifts) in
        [(&[64][..], 4, &[&[1_isize][..], &[3], &[-7]][..]), (&[16, 32], 3, &[&[1, 0], &[2, -1], &[0, 5]])]
    {
        let plan = parseval(shape, scale, 1, 2);
        let mut nearest = 0.0_f64;
        for shift in shifts {
            // the slowest wave moves most
            let slow = ArrayD::from_shape_fn(shape, |t| {
                1.0 + (TAU * t[shape.len() - 1] as f64 / shape[shape.len() - 1] as f64).cos()
            });
            for x in [formula(shape), noise(shape, 3), slow] {
                let moved = ArrayD::from_shape_fn(shape, |t| {
                    let from: Vec<usize> = (0..shape.len())
                        .map(|axis| {
                            (t[axis] as isize - shift[axis]).rem_euclid(shape[axis] as isize) as usize
                        })
                        .collect();
                    x[&from[..]]
                });
                let bound = plan.translation_bound(shift).expect("an amount an axis").expect("a torus");
                let [sx, sy] = [&x, &moved].map(|x| plan.forward(x.view()).expect("its shape"));
                let ratio = (square(&(sx - sy)) / square(&x)).sqrt();
                // on this torus one average has no frequency but 0 along the first axis: only rounding is left
                assert!(ratio <= bound + 1e-15, "{shift:?}: {ratio} {bound}");
                if bound > 1e-10 {
                    nearest = nearest.max(ratio / bound);
                }
            }
        }
        assert!(nearest > 0.01, "{nearest}");
    }
    let padded = Scattering::<f64>::new(&Settings::of(&[64], 3)).expect("sound");
    assert_eq!(padded.translation_bound(&[1]).expect("an amount an axis"), None);
    assert!(padded.translation_bound(&[1, 2]).is_err());
}

#[test]
fn gradients_are_those_of_differences() {
    for (settings, batch) in [
        (Settings { per_octave: vec![2, 1], orders: 3, ..Settings::of(&[40], 4) }, 2),
        (Settings { oversampling: 1, convention: Convention::KymatioMain, ..Settings::of(&[33], 3) }, 1),
        (Settings { angles: 3, ..Settings::of(&[12, 9], 2) }, 1),
        (Settings { convention: Convention::Parseval, angles: 2, ..Settings::of(&[8, 12], 2) }, 2),
    ] {
        let plan = Scattering::<f64>::new(&settings).expect("sound");
        let shape = [&[batch], &settings.shape[..]].concat();
        let x = noise(&shape, 5);
        let y = plan.forward(x.view()).expect("its shape");
        let c = noise(y.shape(), 6);
        let gradient = plan.gradient(x.view(), c.view()).expect("its shape");
        assert_eq!(gradient.shape(), x.shape());
        let value = |x: &ArrayD<f64>| (plan.forward(x.view()).expect("its shape") * &c).sum();
        let h = 1e-5;
        for place in (0..x.len()).step_by(7) {
            let moved = |by: f64| {
                let mut x = x.clone();
                x.as_slice_mut().expect("standard layout")[place] += by;
                value(&x)
            };
            let slope = (moved(h) - moved(-h)) / (2.0 * h);
            let got = gradient.as_slice().expect("standard layout")[place];
            assert!((slope - got).abs() < 1e-6 * (1.0 + slope.abs()), "{place}: {slope} {got} {settings:?}");
        }
        // homogeneous of degree 1: the gradient along x is the value
        assert!(((&gradient * &x).sum() - value(&x)).abs() < 1e-10);
        let scaled = plan.gradient((&x * 1e150).view(), c.view()).expect("its shape");
        assert!(square(&(scaled - &gradient)) < 1e-20 * square(&gradient));
        assert!(plan.gradient(x.view(), x.view()).is_err());
    }
}

#[test]
fn descent_finds_a_signal_with_nearly_the_same_coefficients() {
    let settings = Settings { per_octave: vec![4, 1], oversampling: 2, ..Settings::of(&[64], 4) };
    let plan = Scattering::<f64>::new(&settings).expect("sound");
    let wanted = plan.forward(formula(&[64]).view()).expect("its shape");
    let found = plan.invert(wanted.view(), noise(&[64], 9), 150).expect("shapes that fit");
    let last = found.distances.len() - 1;
    assert!(
        found.distances[last] < 0.05 && found.distances[0] > 5.0 * found.distances[last],
        "{:?}",
        &found.distances[last - 3..]
    );
    let again = plan.forward(found.x.view()).expect("its shape");
    let far = (square(&(again - &wanted)) / square(&wanted)).sqrt();
    assert!((far - found.distances[last]).abs() < 1e-12);
    assert!(plan.invert(wanted.view(), noise(&[2, 64], 9), 1).is_err());
}

#[test]
fn single_precision_is_near_double() {
    for settings in [Settings::of(&[200], 5), Settings::of(&[20, 30], 3)] {
        let x = noise(&settings.shape, 1);
        let double = Scattering::<f64>::new(&settings).expect("sound").forward(x.view()).expect("its shape");
        let single = Scattering::<f32>::new(&settings).expect("sound");
        let single = single.forward(x.mapv(|x| x as f32).view()).expect("its shape");
        let far = single.iter().zip(&double).map(|(a, b)| (f64::from(*a) - b).abs()).fold(0.0, f64::max);
        assert!((1e-12..1e-6).contains(&far), "{far:e}");
    }
}

#[test]
fn what_makes_no_sense_is_refused_in_words() {
    let of = Settings::of;
    let refused = |settings: Settings, words: &str| match Scattering::<f64>::new(&settings) {
        Err(error) => assert!(error.to_string().contains(words), "{error}"),
        Ok(_) => panic!("{settings:?}"),
    };
    refused(of(&[], 2), "one length or two");
    refused(of(&[2, 3, 4], 1), "one length or two");
    refused(of(&[0], 1), "the scale J is 1");
    refused(of(&[16], 0), "a number from 1 to 4");
    refused(of(&[16], 5), "a number from 1 to 4");
    refused(of(&[16], u32::MAX), "a number from 1 to 4");
    refused(Settings { orders: 4, ..of(&[16], 2) }, "0, 1, 2 or 3");
    refused(Settings { per_octave: vec![], ..of(&[16], 2) }, "Q is []");
    refused(Settings { per_octave: vec![1, 0], ..of(&[16], 2) }, "Q is [1, 0]");
    refused(Settings { per_octave: vec![2], ..of(&[16, 16], 2) }, "1 in the plane");
    refused(Settings { angles: 0, ..of(&[16, 16], 2) }, "the number of angles L is 0");
    refused(Settings { support: Some(17), ..of(&[16], 2) }, "the support T is 17");
    refused(Settings { support: Some(0), ..of(&[16], 2) }, "Scattering::moduli");
    refused(Settings { support: Some(0), ..of(&[16, 16], 2) }, "Scattering::moduli");
    refused(Settings { support: Some(8), ..of(&[16, 16], 2) }, "2^J, 4");
    refused(Settings { convention: Convention::Parseval, ..of(&[18], 2) }, "a multiple of 2^2");
    refused(Settings { per_octave: vec![1024], ..of(&[1 << 20], 10) }, "at most 268435456 are allowed");
    refused(of(&[1 << 40], 10), "1099511627776 samples");
    refused(of(&[2, usize::MAX], 1), "samples, and at most 67108864");
    let many = Settings { per_octave: vec![32], orders: 3, convention: Convention::Parseval, ..of(&[64], 6) };
    refused(many, "paths, and at most 262144");
    let plan = Scattering::<f64>::new(&of(&[16], 2)).expect("sound");
    let error = plan.forward(formula(&[15]).view()).expect_err("another shape");
    assert!(error.to_string().contains("the shape of x is [15]"), "{error}");
    let error = plan.forward((formula(&[16]) * f64::INFINITY).view()).expect_err("no numbers");
    assert!(error.to_string().contains("a finite number"), "{error}");
    assert_eq!(plan.forward(ArrayD::zeros(vec![0, 16]).view()).expect("of nothing").shape()[0], 0);
}
