//! Perfect reconstruction over the numbers in which √2 and √3 are what they are, and what is no reconstruction.

use faltung::{
    scalar::{
        Semiring,
        exact::{Element, Polynomial, Ring, Variable, judge},
    },
    signal::Boundary,
    wavelet::discrete::{
        Extension, Filters, Lifting, Multirate, Pyramid, Step, Taps, Wavelet, legall, legall_inverse,
    },
};

pub(super) fn exact(wavelet: Wavelet) -> Filters<Element> {
    wavelet.exact().expect("√2 and √3 are cyclotomic")
}

pub(super) fn same(a: &[Element], b: &[Element]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| judge::same(a, b))
}

/// A signal of unknowns: what holds of it holds of every signal.
pub(super) fn unknowns(n: usize) -> Vec<Element> {
    let variable = |k: u32| Element::Polynomial(Polynomial::variable(Variable::Real(k)));
    (0..n as u32).map(variable).collect()
}

pub(super) fn ratio(p: i64, q: i64) -> Element {
    let inverse = Ring::Rationals.inverse(&Element::from(q)).expect("not 0");
    Element::from(p).times(&inverse)
}

#[test]
fn every_wavelet_reconstructs_every_signal_exactly() {
    for wavelet in Wavelet::ALL {
        let filters = exact(wavelet);
        // for all lengths at once
        assert_eq!(Multirate::of(&filters).expect("taps").delay(judge::same), Some(0), "{wavelet:?}");
        // and with unknown entries, ends included
        for n in [4, 5, 8] {
            let x = unknowns(n);
            for how in Extension::ALL {
                let [low, high] = filters.analyse(&x, how).expect("a signal");
                let back = filters.synthesise([&low, &high], n, how).expect("whole parts");
                assert!(same(&back, &x), "{wavelet:?} {n} {how:?}");
                let parts = filters.decompose(&x, 2, how).expect("a signal");
                let back = filters.recompose(&parts, n, how).expect("whole parts");
                assert!(same(&back, &x), "{wavelet:?} {n} {how:?}");
            }
        }
        for levels in [1, 2, 3] {
            let x = unknowns(8);
            let parts = filters.stationary(&x, levels).expect("a signal");
            let back = filters.from_stationary(&parts, &ratio(1, 2)).expect("whole parts");
            assert!(same(&back, &x), "{wavelet:?} {levels}");
        }
    }
}

/// Orthonormal: the energy of the parts is that of the signal, as polynomials.
#[test]
fn orthonormal_wavelets_keep_energy_and_the_spline_does_not() {
    let energy = |x: &[Element]| x.iter().fold(Element::zero(), |sum, x| sum.plus(&x.times(x)));
    for wavelet in Wavelet::ALL {
        let x = unknowns(6);
        let parts = exact(wavelet).analyse(&x, Extension::Periodised).expect("a signal");
        let kept = judge::same(&energy(&parts.concat()), &energy(&x));
        assert_eq!(kept, wavelet != Wavelet::Spline53, "{wavelet:?}");
    }
}

/// The details of a line are 0 where the wavelet has two vanishing moments, and not with Haar's one.
#[test]
fn vanishing_moments_vanish() {
    let x: Vec<Element> = (0..12).map(|k| Element::from(3 * k - 5)).collect();
    for wavelet in Wavelet::ALL {
        let [_, details] = exact(wavelet).analyse(&x, Extension::Periodised).expect("a signal");
        let inside = &details[2..4];
        let vanish = inside.iter().all(|d| judge::same(d, &Element::zero()));
        assert_eq!(vanish, wavelet != Wavelet::Haar, "{wavelet:?}");
    }
}

#[test]
fn planted_banks_do_not_reconstruct() {
    for wavelet in Wavelet::ALL {
        for channel in 0..2 {
            for (place, side) in [(1, true), (1, false), (2, true)] {
                let mut wrong = exact(wavelet);
                let filters = if side { &mut wrong.analysis } else { &mut wrong.synthesis };
                let taps = filters[channel].len();
                let tap = &mut filters[channel][place % taps];
                *tap = tap.plus(&ratio(1, 1000));
                assert_eq!(Multirate::of(&wrong).expect("taps").delay(judge::same), None, "{wavelet:?}");
                let x = unknowns(4);
                let [low, high] = wrong.analyse(&x, Extension::Periodised).expect("a signal");
                let back = wrong.synthesise([&low, &high], 4, Extension::Periodised).expect("whole parts");
                assert!(!same(&back, &x), "{wavelet:?}");
            }
        }
    }
    // √3 rounded to a float is not √3
    let rounded = Wavelet::Daubechies4.floats();
    assert_eq!(Multirate::of(&rounded).expect("taps").delay(|a, b| a == b), None);
    let near = |a: &f64, b: &f64| (a - b).abs() < 1e-15;
    assert_eq!(Multirate::of(&rounded).expect("taps").delay(near), Some(0));
}

/// The lazy bank of M channels, with a delay, and one channel short.
#[test]
fn banks_of_many_channels() {
    let one = || vec![Element::one()];
    for m in 1..6_isize {
        let channel = |c: isize| (Taps { start: -c, taps: one() }, Taps { start: c + 3, taps: one() });
        let bank = Multirate::new(m as usize, (0..m).map(channel).collect()).expect("a bank");
        assert_eq!(bank.delay(judge::same), Some(3));
        let x = unknowns(2 * m as usize);
        let parts = bank.analyse(&x).expect("whole");
        let back = bank.synthesise(&parts).expect("whole parts");
        let n = x.len();
        let late: Vec<Element> = (0..n).map(|k| x[(k + n - 3 % n) % n].clone()).collect();
        assert!(same(&back, &late), "{m}");
        let short = Multirate::new(m as usize, (1..m).map(channel).collect()).expect("a bank");
        assert_eq!(short.delay(judge::same), None);
    }
    // of the discrete Fourier transform of three points, over the cyclotomic numbers
    let zeta = Ring::Cyclotomic.root_of_unity(3).expect("cyclotomic");
    let power = |k: usize| (0..k % 3).fold(Element::one(), |p, _| p.times(&zeta));
    let channel = |c: usize| {
        let h = (0..3).map(|j| power(c * j)).collect();
        let g = (0..3).map(|j| power(c * (j + 1)).times(&ratio(1, 3))).collect();
        (Taps { start: -2, taps: h }, Taps { start: 0, taps: g })
    };
    let bank = Multirate::new(3, (0..3).map(channel).collect()).expect("a bank");
    assert_eq!(bank.delay(judge::same), Some(0));
}

fn lifting(steps: &[(bool, isize, &[Element])], scale: (Element, Element)) -> Lifting<Element> {
    let step = |(predicts, start, taps): &(bool, isize, &[Element])| Step {
        predicts: *predicts,
        start: *start,
        taps: taps.to_vec(),
    };
    let other = (scale.1.clone(), scale.0.clone());
    Lifting { steps: steps.iter().map(step).collect(), scales: [scale, other], minus_one: Element::from(-1) }
}

#[test]
fn lifting_takes_itself_back_and_is_the_same_wavelet() {
    let ring = Ring::Cyclotomic;
    let twice_real = |n: u64| {
        let zeta = ring.root_of_unity(n).expect("cyclotomic");
        zeta.plus(&ring.conj(&zeta))
    };
    let two = twice_real(8);
    let half_two = two.times(&ratio(1, 2));
    // 5/3: the details predicted by the mean of neighbours, the averages by a quarter of details
    let halves = [ratio(-1, 2), ratio(-1, 2)];
    let quarters = [ratio(1, 4), ratio(1, 4)];
    let spline = lifting(&[(true, 0, &halves), (false, -1, &quarters)], (two.clone(), half_two.clone()));
    for n in [2, 4, 6, 10] {
        let x = unknowns(n);
        let [low, high] = spline.analyse(&x).expect("even");
        assert!(same(&spline.synthesise([&low, &high]).expect("halves"), &x));
        // the bank's averages are these, up to where they are counted from
        let [averages, details] =
            exact(Wavelet::Spline53).analyse(&x, Extension::Periodised).expect("a signal");
        let moved = |part: &[Element], by: usize| {
            (0..part.len()).map(|k| part[(k + by) % part.len()].clone()).collect::<Vec<_>>()
        };
        let signs = |part: Vec<Element>| part.iter().map(|x| x.times(&Element::from(-1))).collect::<Vec<_>>();
        let found = (0..n / 2).any(|by| same(&moved(&averages, by), &low));
        assert!(found, "{n}");
        let found = (0..n / 2)
            .any(|by| same(&moved(&details, by), &high) || same(&signs(moved(&details, by)), &high));
        assert!(found, "{n}");
    }
    let wrong = lifting(&[(true, 0, &quarters), (false, -1, &quarters)], (two, half_two));
    let x = unknowns(6);
    let [low, _] = wrong.analyse(&x).expect("even");
    let [averages, _] = exact(Wavelet::Spline53).analyse(&x, Extension::Periodised).expect("a signal");
    assert!(!(0..3).any(|by| judge::same(&averages[by], &low[0])));
}

#[test]
fn integers_come_back_from_rounded_lifting() {
    let mut state = 1_u64;
    for n in 0..40 {
        let x: Vec<i64> = (0..n)
            .map(|k| {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                if k % 7 == 3 { i64::MAX - (state >> 62) as i64 } else { (state >> 40) as i64 - (1 << 23) }
            })
            .collect();
        let [averages, details] = legall(&x);
        assert_eq!((averages.len(), details.len()), (n - n / 2, n / 2));
        assert_eq!(legall_inverse([&averages, &details]), Some(x));
    }
    assert_eq!(legall_inverse([&[1], &[2, 3]]), None);
    // a line has no details inside
    let [_, details] = legall(&(0..20).map(|k| 5 * k - 7).collect::<Vec<_>>());
    assert!(details[..9].iter().all(|d| *d == 0), "{details:?}");
}

#[test]
fn pyramids_come_back_whatever_the_filters() {
    let taps = [1, 4, 6, 4, 1].map(|h| ratio(h, 16)).to_vec();
    let twice: Vec<Element> = taps.iter().map(|h| h.times(&Element::from(2))).collect();
    let odd = vec![ratio(3, 7), ratio(-1, 5), ratio(2, 1)];
    for boundary in Boundary::ALL {
        for (reduce, expand) in [(&taps, &twice), (&odd, &taps), (&taps, &odd)] {
            let pyramid = Pyramid {
                reduce: reduce.clone(),
                expand: expand.clone(),
                boundary,
                minus_one: Element::from(-1),
            };
            for n in [1, 2, 5, 8] {
                let x = unknowns(n);
                let levels = pyramid.analyse(&x, 3).expect("a signal");
                assert_eq!(levels.len(), 4);
                assert!(same(&pyramid.synthesise(&levels).expect("whole"), &x), "{boundary:?} {n}");
                // with another prediction it does not come back
                let mut other = pyramid.clone();
                let middle = &mut other.expand[expand.len() / 2];
                *middle = middle.plus(&ratio(1, 1000));
                assert!(!same(&other.synthesise(&levels).expect("whole"), &x), "{boundary:?} {n}");
            }
        }
    }
}

/// Daubechies' four taps in three steps over ℚ(√2, √3) (Daubechies & Sweldens 1998): they keep energy, as the filters do.
#[test]
fn lifting_of_four_taps_keeps_energy() {
    let ring = Ring::Cyclotomic;
    let root = |order: u64| {
        let zeta = ring.root_of_unity(order).expect("cyclotomic");
        zeta.plus(&ring.conj(&zeta))
    };
    let (two, three) = (root(8), root(12));
    let quarter = |a: &Element, b: i64| a.plus(&Element::from(b)).times(&ratio(-1, 4));
    let predicted = [quarter(&three, -2), quarter(&three, 0)];
    let half_two = two.times(&ratio(1, 2));
    let scale = |sign: i64| three.plus(&Element::from(sign)).times(&half_two);
    let energy = |x: &[Element]| x.iter().fold(Element::zero(), |sum, x| sum.plus(&x.times(x)));
    let x = unknowns(8);
    for (minus, keeps) in [(-1, true), (-2, false)] {
        let steps: [(bool, isize, &[Element]); 3] = [
            (false, 0, std::slice::from_ref(&three)),
            (true, -1, &predicted),
            (false, 1, &[Element::from(minus)]),
        ];
        let lifting = lifting(&steps, (scale(-1), scale(1)));
        let [low, high] = lifting.analyse(&x).expect("even");
        assert!(same(&lifting.synthesise([&low, &high]).expect("halves"), &x));
        assert_eq!(judge::same(&energy(&[low, high].concat()), &energy(&x)), keeps);
    }
}
