//! Wavelet transforms along several axes: what PyWavelets says, and what is exactly so.

use super::{
    exact::{exact, ratio, same, unknowns},
    peers::{cases, distance, extension, formula},
};
use faltung::{
    scalar::{
        Semiring,
        exact::{Element, judge},
    },
    wavelet::discrete::{Bands, Extension, Filters, Wavelet},
};
use ndarray::{ArrayD, arr2};
use serde_json::Value;

fn numbers(value: &Value) -> Vec<usize> {
    value.as_array().into_iter().flatten().map(|n| n.as_u64().expect("a size") as usize).collect()
}

fn flat<S: Semiring>(x: &ArrayD<S>) -> Vec<S> {
    x.iter().cloned().collect()
}

fn parts<S: Semiring>(bands: &Bands<S>) -> Vec<Vec<S>> {
    std::iter::once(&bands.averages).chain(bands.details.iter().flatten()).map(flat).collect()
}

fn array<S: Semiring>(shape: &[usize], entries: Vec<S>) -> ArrayD<S> {
    ArrayD::from_shape_vec(shape, entries).expect("as many as the shape")
}

/// The bands of a case of PyWavelets, which come back.
fn ours(case: &Value, filters: &Filters<f64>) -> Bands<f64> {
    let (shape, axes) = (numbers(&case["shape"]), numbers(&case["axes"]));
    let levels = case["levels"].as_u64().expect("levels") as usize;
    let x = array(&shape, formula(shape.iter().product()));
    let (bands, back) = if case["op"] == "swtn" {
        let bands = filters.stationary_axes(x.view(), &axes, levels).expect("an array");
        let back = filters.from_stationary_axes(&bands, &0.5);
        (bands, back)
    } else {
        let how = extension(case["mode"].as_str().expect("a mode"));
        let bands = filters.decompose_axes(x.view(), &axes, levels, how).expect("an array");
        let back = filters.recompose_axes(&bands, &shape, how);
        let lengths = filters.lengths(&shape, &axes, levels, how).expect("axes");
        let tiled = bands.tiled(&lengths).expect("bands of these lengths");
        assert_eq!(Bands::untiled(tiled.view(), &axes, &lengths).expect("tiles"), bands);
        (bands, back)
    };
    let back = back.expect("whole bands");
    assert_eq!(back.shape(), x.shape());
    assert!((back - x).iter().all(|far| far.abs() < 1e-13), "{case}");
    bands
}

#[test]
fn bands_are_those_of_pywavelets() {
    let cases = cases(|op| op == "wavedecn" || op == "swtn");
    assert_eq!(cases.len(), 3 * (5 + 1));
    for case in &cases {
        let name = case["wavelet"].as_str().expect("a name");
        let wavelet = Wavelet::ALL.into_iter().find(|wavelet| wavelet.name() == name).expect("a wavelet");
        let bands = ours(case, &wavelet.floats());
        let far = distance(&parts(&bands), &case["parts"]);
        assert!(far < 4e-14, "{far:e}: {case}");
        // planted: the first two bands of details under each other's names
        let mut exchanged = bands;
        exchanged.details[0].swap(0, 1);
        assert!(distance(&parts(&exchanged), &case["parts"]) > 1e-3, "{case}");
    }
}

/// With unknown entries: what comes back is what there was, whatever it was.
#[test]
fn every_array_comes_back_exactly() {
    for wavelet in Wavelet::ALL {
        let filters = exact(wavelet);
        for how in Extension::ALL {
            let x = array(&[3, 4], unknowns(12));
            let bands = filters.decompose_axes(x.view(), &[0, 1], 2, how).expect("an array");
            let back = filters.recompose_axes(&bands, &[3, 4], how).expect("whole bands");
            assert!(same(&flat(&back), &flat(&x)), "{wavelet:?} {how:?}");
        }
        let x = array(&[4, 2], unknowns(8));
        let bands = filters.stationary_axes(x.view(), &[1, 0], 1).expect("an array");
        let back = filters.from_stationary_axes(&bands, &ratio(1, 2)).expect("whole bands");
        assert!(same(&flat(&back), &flat(&x)), "{wavelet:?}");
        // planted: without the band of details along both axes
        let mut wrong = bands;
        wrong.details[0][2].fill(Element::zero());
        let back = filters.from_stationary_axes(&wrong, &ratio(1, 2)).expect("whole bands");
        assert!(!same(&flat(&back), &flat(&x)), "{wavelet:?}");
    }
}

/// On the torus the bands of an orthonormal wavelet have the energy of the array, and the inverse is the adjoint:
/// ⟨Wx, y⟩ = ⟨x, W⁻¹y⟩. Both are polynomials in the entries; neither holds of the spline.
#[test]
fn orthonormal_wavelets_stay_so_in_the_plane() {
    let dot = |x: &[Element], y: &[Element]| {
        x.iter().zip(y).fold(Element::zero(), |sum, (x, y)| sum.plus(&x.times(y)))
    };
    let how = Extension::Periodised;
    for wavelet in Wavelet::ALL {
        let filters = exact(wavelet);
        let x = array(&[4, 2], unknowns(8));
        let y = array(&[4, 2], unknowns(16).split_off(8));
        let lengths = filters.lengths(&[4, 2], &[0, 1], 1, how).expect("axes");
        let bands = filters.decompose_axes(x.view(), &[0, 1], 1, how).expect("an array");
        let transformed = flat(&bands.tiled(&lengths).expect("bands"));
        let orthonormal = wavelet != Wavelet::Spline53;
        let kept = judge::same(&dot(&transformed, &transformed), &dot(&flat(&x), &flat(&x)));
        assert_eq!(kept, orthonormal, "{wavelet:?}");
        let other = Bands::untiled(y.view(), &[0, 1], &lengths).expect("tiles");
        let inverse = filters.recompose_axes(&other, &[4, 2], how).expect("whole bands");
        let adjoint = judge::same(&dot(&transformed, &flat(&y)), &dot(&flat(&x), &flat(&inverse)));
        assert_eq!(adjoint, orthonormal, "{wavelet:?}");
    }
}

#[test]
fn tiles_stand_where_they_should() {
    let haar = Wavelet::Haar.floats();
    let band = |k: f64, n: usize| ArrayD::from_elem(vec![n, n], k);
    let details =
        vec![vec![band(2.0, 1), band(3.0, 1), band(4.0, 1)], vec![band(5.0, 2), band(6.0, 2), band(7.0, 2)]];
    let bands = Bands { axes: vec![0, 1], averages: band(1.0, 1), details };
    let lengths = haar.lengths(&[4, 4], &[0, 1], 2, Extension::Periodised).expect("axes");
    let tiled = bands.tiled(&lengths).expect("bands");
    let wanted = arr2(&[[1, 2, 5, 5], [3, 4, 5, 5], [6, 6, 7, 7], [6, 6, 7, 7]]);
    assert_eq!(tiled, wanted.mapv(f64::from).into_dyn());
}

#[test]
fn what_makes_no_sense_is_refused_in_words() {
    let haar = Wavelet::Haar.floats();
    let said = |error: String, words: &str| assert!(error.contains(words), "{error}");
    let (x, how) = (ArrayD::<f64>::zeros(vec![4, 2]), Extension::Periodised);
    for axes in [&[2][..], &[0, 0]] {
        let error = haar.decompose_axes(x.view(), axes, 1, how).expect_err("no such axes");
        said(error.to_string(), "different numbers below 2");
    }
    let many = ArrayD::<f64>::zeros(vec![1; 21]);
    let axes: Vec<usize> = (0..21).collect();
    said(haar.decompose_axes(many.view(), &axes, 1, how).expect_err("many").to_string(), "at most 20");
    let none = ArrayD::<f64>::zeros(vec![0, 2]);
    said(haar.decompose_axes(none.view(), &[0, 1], 1, how).expect_err("0").to_string(), "1 or more");
    assert!(haar.decompose_axes(none.view(), &[1], 1, how).is_ok_and(|bands| bands.averages.is_empty()));
    said(haar.decompose_axes(x.view(), &[0], 65, how).expect_err("levels").to_string(), "at most 64");
    let error = haar.stationary_axes(x.view(), &[0, 1], 2).expect_err("2");
    said(error.to_string(), "a positive multiple of 2^2");

    let bands = haar.decompose_axes(x.view(), &[0, 1], 1, how).expect("an array");
    let error = haar.recompose_axes(&bands, &[6, 2], how).expect_err("another array");
    said(error.to_string(), "the shape of a band is [2, 1]; expected [3, 1]");
    let error = haar.recompose_axes(&bands, &[4], how).expect_err("another rank");
    said(error.to_string(), "different numbers below 1");
    let mut short = bands.clone();
    short.details[0].pop();
    let error = haar.recompose_axes(&short, &[4, 2], how).expect_err("a band short");
    said(error.to_string(), "the number of bands is 2; expected 3 for 2 axes");
    said(bands.tiled(&[]).expect_err("nothing").to_string(), "some of one rank");
    said(
        bands.tiled(&[vec![4, 2]]).expect_err("a level").to_string(),
        "the number of levels is 1; expected 0",
    );
    let lengths = haar.lengths(&[4, 2], &[0, 1], 1, how).expect("axes");
    let other = ArrayD::<f64>::zeros(vec![4, 4]);
    let error = Bands::untiled(other.view(), &[0, 1], &lengths).expect_err("another shape");
    said(error.to_string(), "is [4, 4]; expected [4, 2]");
}
