//! Winograd's minimal filtering against the definition: exactly over rationals, within its bound over floats.

use super::{input, kernel};
use dashu_ratio::RBig;
use faltung::{
    conv::Scalar,
    layer::{Conv, LayerError, Sliding, Winograd},
    scalar::Modular,
    signal::Boundary,
};
use ndarray::ArrayD;

/// Layers along one, two and three axes, with all boundaries, padding, several channels, a batch, and both directions.
fn layers() -> Vec<(Vec<usize>, Sliding, Vec<usize>, usize)> {
    let mut all = vec![];
    for boundary in Boundary::ALL {
        for (outputs, taps) in [(2, 3), (4, 3), (6, 3), (1, 3), (3, 1), (4, 5), (3, 2)] {
            let line = Sliding::of(&[taps]).boundary(boundary);
            all.push((vec![2, 3, 11], line.clone().pad(1, 2), vec![2, 3, taps], outputs));
            all.push((vec![1, 1, 40], line, vec![1, 1, taps], outputs));
        }
        for outputs in [2, 4] {
            let plane = Sliding::of(&[3, 3]).boundary(boundary).pad(1, 1);
            all.push((vec![2, 2, 7, 9], plane, vec![7, 2, 3, 3], outputs));
        }
        let space = Sliding::of(&[2, 2, 2]).boundary(boundary).pad(1, 0);
        all.push((vec![1, 2, 4, 3, 5], space, vec![3, 2, 2, 2, 2], 2));
    }
    all
}

#[test]
fn it_is_the_definition_over_the_rationals() {
    for (shape, sliding, weights, outputs) in layers() {
        let f = Winograd::new(outputs, sliding.taps()[0]).expect("few points");
        let x = input(&shape).mapv(RBig::from);
        let bias: Vec<RBig> = (0..weights[0]).map(|o| RBig::from(o) / RBig::from(3)).collect();
        let layer = Conv::new(sliding, kernel(&weights).mapv(RBig::from)).bias(&bias);
        for layer in [layer.clone(), layer.flipped()] {
            assert_eq!(f.apply(&layer, x.view()), layer.apply(x.view()), "{layer:?}");
        }
    }
}

/// An error of the results within its bound, entry by entry; where it is not, the place.
fn beyond<S: Scalar>(
    found: &ArrayD<S>,
    exact: &ArrayD<f64>,
    bound: &ArrayD<f64>,
    value: impl Fn(&S) -> f64,
) -> Option<usize> {
    let off = found
        .iter()
        .zip(exact)
        .zip(bound)
        .map(|((found, exact), bound)| (value(found) - exact).abs() <= *bound);
    off.into_iter().position(|within| !within)
}

/// Entries and sums of them are whole numbers, so doubles know the exact result.
#[test]
fn floats_are_within_the_bound_and_a_wrong_entry_is_not() {
    let mut worst = 0.0_f64;
    for (shape, sliding, weights, outputs) in layers() {
        let f = Winograd::new(outputs, sliding.taps()[0]).expect("few points");
        let (x, w) = (input(&shape).mapv(|v| v as f64), kernel(&weights).mapv(|v| v as f64));
        let double = Conv::new(sliding.clone(), w.clone());
        let exact = double.apply(x.view()).expect("fits");
        let short = Conv::new(sliding, w.mapv(|v| v as f32));
        let mut y = f.apply(&short, x.mapv(|v| v as f32).view()).expect("serves");
        let rounding = f32::ROUNDING.expect("floats round");
        let bound = f.bound(&double, x.view(), rounding).expect("serves");
        assert_eq!(beyond(&y, &exact, &bound, |v| f64::from(*v)), None, "{short:?}");
        let shares = y.iter().zip(&exact).zip(&bound).filter(|(_, bound)| **bound > 0.0);
        worst =
            shares.fold(worst, |worst, ((y, exact), bound)| worst.max((f64::from(*y) - exact).abs() / bound));
        let last = y.len() - 1;
        let slice = y.as_slice_mut().expect("standard layout");
        slice[last] += 2.0 * bound.as_slice().expect("standard layout")[last] as f32 + 1e-3;
        assert_eq!(beyond(&y, &exact, &bound, |v| f64::from(*v)), Some(last));
        let long = f.apply(&double, x.view()).expect("serves");
        let bound = f.bound(&double, x.view(), f64::ROUNDING.expect("floats round")).expect("serves");
        assert_eq!(beyond(&long, &exact, &bound, |v| *v), None);
    }
    // a bound that nothing comes near would prove little
    assert!(worst > 1e-3, "{worst}");
}

/// 32-bit floats near both ends of their range.
#[test]
fn the_bound_knows_underflow_and_overflow() {
    let f = Winograd::new(4, 3).expect("few points");
    let layer = |scale: f64| Conv::new(Sliding::of(&[3]), kernel(&[1, 2, 3]).mapv(|v| v as f64 * scale));
    let x = |scale: f64| input(&[1, 2, 12]).mapv(|v| v as f64 * scale);
    let rounding = f32::ROUNDING.expect("floats round");
    let tiny = 2_f64.powi(-73);
    let short = Conv::new(Sliding::of(&[3]), layer(tiny).weights.mapv(|v| v as f32));
    let y = f.apply(&short, x(tiny).mapv(|v| v as f32).view()).expect("serves");
    let exact = layer(tiny).apply(x(tiny).view()).expect("fits");
    let bound = f.bound(&layer(tiny), x(tiny).view(), rounding).expect("serves");
    assert_eq!(beyond(&y, &exact, &bound, |v| f64::from(*v)), None);
    assert!(y.iter().zip(&exact).any(|(y, exact)| f64::from(*y) != *exact), "nothing has underflowed");
    let huge = f.bound(&layer(2_f64.powi(63)), x(2_f64.powi(62)).view(), rounding).expect("serves");
    assert!(huge.iter().all(|bound| bound.is_infinite()));
}

#[test]
fn what_it_does_not_serve_is_refused() {
    for (m, r) in [(0, 3), (3, 0), (7, 3), (usize::MAX, 2)] {
        let error = Winograd::new(m, r).expect_err("refused").to_string();
        assert!(error.contains("at most 9"), "{error}");
    }
    let f = Winograd::new(2, 3).expect("few points");
    let x = input(&[1, 2, 9]).mapv(RBig::from);
    let plain = || Conv::new(Sliding::of(&[3]), kernel(&[2, 2, 3]).mapv(RBig::from));
    let five = Conv::new(Sliding::of(&[5]), kernel(&[2, 2, 5]).mapv(RBig::from));
    let grouped = Conv::new(Sliding::of(&[3]), kernel(&[2, 1, 3]).mapv(RBig::from)).groups(2);
    let strided = Conv { sliding: Sliding::of(&[3]).stride(2), ..plain() };
    let spread = Conv { sliding: Sliding::of(&[3]).dilation(2), ..plain() };
    for layer in [five, grouped, strided, spread] {
        assert!(matches!(f.apply(&layer, x.view()), Err(LayerError::Shape { .. })), "{layer:?}");
    }
    assert!(f.apply(&plain(), x.view()).is_ok());
    // so many axes that a tile has too many places, or too many to be held
    for axes in [9, 22] {
        let ones = vec![1; axes + 2];
        let x = ArrayD::from_elem(&ones[..], 1_f32);
        let eight = Winograd::new(8, 1).expect("few points");
        let error =
            eight.apply(&Conv::new(Sliding::of(&ones[2..]), x.clone()), x.view()).expect_err("too large");
        assert!(matches!(error, LayerError::Size { .. } | LayerError::Memory { .. }), "{error}");
    }
    // an empty batch of inputs that nobody can hold
    let none = ArrayD::from_shape_vec(vec![0, 1, 1 << 45], vec![]).expect("empty");
    let thin = Conv::new(Sliding::of(&[3]), ArrayD::from_elem(vec![1, 1, 3], 1_f32));
    assert!(f.apply(&thin, none.view()).is_err());
    // a half is not to be had modulo 2, and a sixth not modulo 3
    let two = Conv::new(Sliding::of(&[3]), kernel(&[1, 1, 3]).mapv(Modular::<3>::from));
    let x = input(&[1, 1, 9]).mapv(Modular::<3>::from);
    assert_eq!(f.apply(&two, x.view()), two.apply(x.view()));
    assert!(Winograd::new(4, 3).expect("few points").apply(&two, x.view()).is_err());
}
