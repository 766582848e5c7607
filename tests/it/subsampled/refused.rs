//! What makes no sense, refused in words.

use faltung::{
    signal::Boundary,
    wavelet::discrete::{Extension, Filters, Lifting, Multirate, Pyramid, Taps, Wavelet},
};

#[test]
fn what_makes_no_sense_is_refused_in_words() {
    let haar = Wavelet::Haar.floats();
    let said = |error: String, words: &str| assert!(error.contains(words), "{error}");
    let zero = Extension::Continued(Boundary::Zero);
    for how in [zero, Extension::Periodised] {
        said(haar.analyse(&[], how).expect_err("nothing").to_string(), "the length of the signal is 0");
        let error = haar.synthesise([&[1.0], &[1.0, 2.0]], 2, how).expect_err("too many");
        said(error.to_string(), "is 2; expected 1 for a signal of 2 entries");
    }
    let odd = Filters { analysis: [vec![1.0], vec![1.0]], synthesis: [vec![1.0], vec![1.0]] };
    said(odd.analyse(&[1.0], zero).expect_err("odd").to_string(), "[1, 1, 1, 1]; expected the same even one");
    let unlike = Filters { analysis: [vec![1.0; 2], vec![1.0; 4]], ..haar.clone() };
    said(unlike.analyse(&[1.0], zero).expect_err("unlike").to_string(), "[2, 4, 2, 2]");
    said(haar.decompose(&[1.0], 65, zero).expect_err("levels").to_string(), "at most 64");
    said(haar.recompose(&[], 4, zero).expect_err("nothing").to_string(), "the number of parts is 0");
    let error = haar.recompose(&[vec![1.0], vec![1.0, 2.0]], 4, zero).expect_err("too few");
    said(error.to_string(), "the number of averages is 1; expected 2");
    said(haar.stationary(&[1.0; 6], 2).expect_err("6").to_string(), "a positive multiple of 2^2");
    said(haar.stationary(&[], 1000).expect_err("0").to_string(), "a positive multiple of 2^1000");
    let error = haar.from_stationary(&[vec![1.0; 4], vec![1.0; 3]], &0.5).expect_err("3");
    said(error.to_string(), "the number of details is 3");

    said(Multirate::<f64>::new(0, vec![]).expect_err("0").to_string(), "the factor M is 0");
    let far = Taps { start: isize::MIN, taps: vec![1.0] };
    said(Multirate::new(2, vec![(far.clone(), far)]).expect_err("far").to_string(), "within 2^32");
    let bank = Multirate::of(&haar).expect("taps");
    said(bank.analyse(&[1.0; 3]).expect_err("3").to_string(), "a positive multiple of 2");
    said(bank.synthesise(&[vec![1.0]]).expect_err("one").to_string(), "[1]; expected 2 times the same");
    assert_eq!(Multirate::<f64>::new(3, vec![]).expect("of nothing").delay(|a, b| a == b), None);

    let lifting = Lifting { steps: vec![], scales: [(1.0, 1.0), (1.0, 1.0)], minus_one: -1.0 };
    said(lifting.analyse(&[1.0]).expect_err("odd").to_string(), "is 1; expected an even one");
    said(lifting.synthesise([&[], &[]]).expect_err("none").to_string(), "the same twice, not 0");
    let pyramid =
        Pyramid { reduce: vec![1.0], expand: vec![1.0; 2], boundary: Boundary::Zero, minus_one: -1.0 };
    said(pyramid.analyse(&[1.0], 1).expect_err("even").to_string(), "[1, 2]; expected odd ones");
    let pyramid = Pyramid { expand: vec![2.0], ..pyramid };
    said(pyramid.analyse(&[], 1).expect_err("nothing").to_string(), "the length of the signal is 0");
    said(pyramid.synthesise(&[]).expect_err("nothing").to_string(), "the pyramid is empty");
    let error = pyramid.synthesise(&[vec![1.0; 5], vec![1.0]]).expect_err("5");
    said(error.to_string(), "the number of details is 5; expected 1 or 2");
}
