//! The commands beside convolution, run as a person runs them: transforms, --exact for complex numbers, prove, list, bench.

use crate::cli::{Folder, example, ints, ran, refuses};
use faltung::{
    conv::{About, Scalar},
    fourier::{self, Stages, definition},
    io::{self, Data, Form},
};
use ndarray::{ArrayD, Axis, IxDyn, arr1};
use num_complex::{Complex, Complex32, Complex64};
use serde_json::json;
use std::path::Path;

fn complex128(path: &str) -> ArrayD<Complex64> {
    match io::read(Path::new(path)).unwrap().data {
        Data::C64(a) => a,
        other => panic!("expected complex128, got {}", other.type_name()),
    }
}

fn near(a: &ArrayD<Complex64>, b: &ArrayD<Complex64>) -> bool {
    a.shape() == b.shape() && a.iter().zip(b).all(|(a, b)| (a - b).norm() < 1e-12)
}

/// A few numbers that repeat nothing.
fn wave(shape: &[usize]) -> ArrayD<f64> {
    let mut k = 0.0_f64;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        k += 1.0;
        (k * k).sin()
    })
}

#[test]
fn the_transform_is_the_definition_and_its_inverse_comes_back() {
    let folder = Folder::new();
    for shape in [&[1][..], &[7], &[8], &[3, 4], &[2, 3, 5]] {
        let data = wave(shape);
        let x = folder.holding("x.npy", &Data::F64(data.clone()), &Form::Plain);
        let (spectrum, back) = (folder.path("y.npz"), folder.path("z.npy"));
        let done = ran(&["compute", "dft", &x, "-o", &spectrum]);
        assert_eq!((done.code, done.text()), (0, ""), "{}", done.err);
        let expected = definition::dft(data.mapv(Complex::from).view());
        assert!(near(&complex128(&spectrum), &expected), "{shape:?}");
        // What the library gives, bit for bit: nothing is rounded on the way out.
        assert_eq!(complex128(&spectrum), fourier::dft(data.mapv(Complex::from)));
        assert_eq!(ran(&["compute", "idft", &spectrum, "-o", &back]).code, 0);
        assert!(near(&complex128(&back), &data.mapv(Complex::from)), "{shape:?}");
        let real = ran(&["compute", "idft", &spectrum, "--real", "-o", &back, "--json"]);
        assert_eq!(real.json()["type"], "float64");
        assert!(real.json()["discarded_imaginary"].as_f64().unwrap() < 1e-14);
        assert!(real.err.contains("left out   imaginary parts of at most"), "{}", real.err);
        let Data::F64(back) = folder.read("z.npy") else { panic!("the real part is real") };
        assert!(near(&back.mapv(Complex::from), &data.mapv(Complex::from)));
    }
}

#[test]
fn a_transform_runs_along_the_axes_that_are_named() {
    let folder = Folder::new();
    let data = wave(&[2, 3, 4]);
    let x = folder.holding("x.npy", &Data::F64(data.clone()), &Form::Plain);
    let y = folder.path("y.npy");
    // The judge: the definition, for every row of the axis.
    let mut expected = data.mapv(Complex::from);
    for mut row in expected.lanes_mut(Axis(1)) {
        let transformed = definition::dft(row.to_owned().into_dyn().view());
        row.assign(&transformed.into_dimensionality::<ndarray::Ix1>().unwrap());
    }
    for axes in ["1", "-2"] {
        assert_eq!(ran(&["compute", "dft", &x, "--axes", axes, "-o", &y]).code, 0);
        assert!(near(&complex128(&y), &expected), "{axes}");
    }
    for axes in ["0,1,2", "2,0,-2"] {
        assert_eq!(ran(&["compute", "dft", &x, "--axes", axes, "-o", &y]).code, 0);
        assert!(near(&complex128(&y), &definition::dft(data.mapv(Complex::from).view())), "{axes}");
    }
    for (axes, words) in
        [("3", &["no axis 3", "0 to 2"][..]), ("-4", &["no axis -4"]), ("1,-2", &["axis 1 is named twice"])]
    {
        refuses(&folder, &["compute", "dft", &x, "--axes", axes], words);
    }
}

#[test]
fn a_transform_tells_what_is_proved_of_its_rounding_and_counted_of_its_work() {
    let folder = Folder::new();
    let held = |name: &str, data: Data| folder.holding(name, &data, &Form::Plain);
    let long = held("long.npy", Data::F64(wave(&[6, 11])));
    let short = held("short.npy", Data::F32(wave(&[8]).mapv(|v| v as f32)));
    let (of_6, of_8) = (fourier::relative_error::<f64>(&[6]), fourier::relative_error::<f32>(&[8]));
    let stages = |n: usize| Stages::of(n).unwrap();
    for (arguments, error, work) in [
        (&["dft", &long, "--axes", "0"][..], of_6, Some(stages(6).multiplications(66))),
        (&["dft", &long], None, None),
        (&["idft", &short], of_8, Some(stages(8).multiplications(8) + 16)),
        // Where products underflow, and where sums overflow, nothing is proved.
        (&["dft", "[1e-320, 0]"], None, Some(stages(2).multiplications(2))),
        (&["dft", "[1e308, 1e308]"], None, Some(stages(2).multiplications(2))),
    ] {
        let done = ran(&[&["compute"], arguments, &["--json"]].concat());
        let document = done.json();
        // as text it may lose its last bit
        let told = document["relative_error_bound"].as_f64();
        let near = |(told, error): (f64, f64)| (told / error - 1.0).abs() < 1e-15;
        assert!(
            told.is_some() == error.is_some() && told.zip(error).is_none_or(near),
            "{arguments:?} {told:?}"
        );
        assert_eq!(document["multiplications"].as_u64().map(u128::from), work, "{arguments:?}");
        let words = if error.is_some() { "of the 2-norm of the result" } else { "no bound: none is proved" };
        assert!(done.err.contains(words), "{}", done.err);
    }
    assert!(ran(&["compute", "dft", &long]).err.contains("a prime factor above 7"));
}

#[test]
fn transforms_keep_precision_and_leave_channels_apart() {
    let folder = Folder::new();
    let y = folder.path("y.npy");
    let short = folder.holding("x.npy", &Data::F32(wave(&[6]).mapv(|v| v as f32)), &Form::Plain);
    assert_eq!(ran(&["compute", "dft", &short, "--json"]).json()["type"], "complex64");
    assert_eq!(ran(&["compute", "dft", &example("rgb8.png"), "-o", &y]).code, 0);
    let Data::Int(pixels, _) = io::read(Path::new(&example("rgb8.png"))).unwrap().data else {
        panic!("levels")
    };
    let spectrum = complex128(&y);
    for channel in 0..3 {
        let plane = pixels.index_axis(Axis(2), channel).mapv(|v| Complex64::from(v as f64));
        let own = spectrum.index_axis(Axis(2), channel).to_owned();
        assert!((own - definition::dft(plane.view())).iter().all(|d| d.norm() < 1e-9));
    }
    assert_eq!(ran(&["compute", "dft", &example("int8.wav"), "--json"]).json()["axes"], json!([0]));
    let text = folder.path("y.csv");
    assert_eq!(ran(&["compute", "dft", "[1, 2, 3, 4]", "-o", &text]).code, 0);
    assert_eq!(std::fs::read_to_string(&text).unwrap(), "10.0+0.0j\n-2.0+2.0j\n-2.0+0.0j\n-2.0-2.0j\n");
    assert_eq!(ran(&["compute", "idft", &text, "--real"]).text(), "1.0\n2.0\n3.0\n4.0\n");
}

#[test]
fn what_cannot_be_transformed_or_held_is_refused_before_it_is_computed() {
    let folder = Folder::new();
    let bad = folder.with("x.csv", b"1\ninf\n");
    for (arguments, words) in [
        (&["compute", "dft", &bad][..], &["entry [1]", "infinite"][..]),
        (&["compute", "dft", "[9007199254740993]"], &["9007199254740993", "float64"]),
        (&["compute", "dft", "[]"], &["empty"]),
        (&["compute", "dft", &example("scalar.npy")], &["without an axis"]),
        (&["compute", "idft", "[1]", "-o", &folder.path("y.png")], &["complex", "--real"]),
        (&["compute", "dft", "[1]", "-o", &folder.path("y.wav")], &["complex", "write .npy"]),
        (&["compute", "idft", "[1]", "--real", "-o", &folder.path("y.wav")], &["sampling rate"]),
    ] {
        refuses(&folder, arguments, words);
    }
    // Sums that leave the range are told, not hidden.
    let beyond = ran(&["compute", "dft", "[1e308, 1e308]"]);
    assert!(beyond.err.contains("1 entries are NaN or infinite"), "{}", beyond.err);
}

/// The judge: Gaussian integers, in 128 bits.
#[test]
fn complex_numbers_are_convolved_exactly_and_rounded_once() {
    let folder = Folder::new();
    let x = [(1_i128 << 60, 1), (1, 1 << 40), (-(1 << 60), -3), (5, 7)];
    let w = [(1_i128, 1_i128), (1 << 30, -2), (1, 1)];
    let held = |name: &str, a: &[(i128, i128)]| {
        let entries: Vec<Complex64> = a.iter().map(|(re, im)| Complex::new(*re as f64, *im as f64)).collect();
        folder.holding(name, &Data::C64(arr1(&entries).into_dyn()), &Form::Plain)
    };
    let (x_path, w_path, y) = (held("x.npy", &x), held("w.npy", &w), folder.path("y.npy"));
    for verb in ["conv", "corr"] {
        let mut expected = vec![(0, 0); x.len() + w.len() - 1];
        for (i, (a, b)) in x.iter().enumerate() {
            for j in 0..w.len() {
                let (c, d) =
                    if verb == "corr" { (w[w.len() - 1 - j].0, -w[w.len() - 1 - j].1) } else { w[j] };
                expected[i + j].0 += a * c - b * d;
                expected[i + j].1 += a * d + b * c;
            }
        }
        let done = ran(&["compute", verb, &x_path, &w_path, "--exact", "-o", &y, "--json"]);
        assert_eq!(done.json()["accuracy"], "rounded-once", "{}", done.err);
        let expected: Vec<_> = expected.iter().map(|(re, im)| Complex::new(*re as f64, *im as f64)).collect();
        assert_eq!(complex128(&y).into_raw_vec_and_offset().0, expected, "{verb}");
        // The wrong twin rounds at every step, and the judge sees it.
        assert_eq!(ran(&["compute", verb, &x_path, &w_path, "--algorithm", "direct", "-o", &y]).code, 0);
        assert_ne!(complex128(&y).into_raw_vec_and_offset().0, expected, "{verb}");
    }
}

#[test]
fn prove_goes_on_after_a_claim_that_it_cannot_read() {
    let folder = Folder::new();
    let claims = folder.with("claims.txt", b"x * w = w * x\nx *= w\n-- a remark\nx + w = w + x\n");
    let done = ran(&["prove", &claims, "--effort", "low"]);
    assert_eq!(done.code, 2);
    assert!(
        done.err.contains("claims.txt:2") && done.err.matches("faltung::syntax").count() == 1,
        "{}",
        done.err
    );
    assert_eq!(done.text().matches("holds").count(), 2, "{}", done.text());
    let document = ran(&["prove", &claims, "--effort", "low", "--json"]).json();
    let results = document["results"].as_array().unwrap();
    let errors: Vec<_> = results.iter().filter(|result| result["error"].is_object()).collect();
    assert_eq!((results.len(), errors.len()), (3, 1));
    assert_eq!(errors[0]["error"]["code"], "faltung::syntax");
    // One claim alone that cannot be read is the error of the command.
    assert_eq!(ran(&["prove", "x *= w", "--json"]).json()["error"]["code"], "faltung::syntax");
}

#[test]
fn options_follow_claims_and_a_minus_begins_one() {
    let done = ran(&["prove", "-x = 0 - x", "--effort", "low", "--json"]);
    assert_eq!((done.code, &done.json()["results"][0]["claim"]), (0, &json!("-x = 0 - x")), "{}", done.err);
    assert_eq!(ran(&["prove", "--effort", "low", "-x = 0 - x", "--quiet"]).code, 0);
    assert_eq!(ran(&["prove", "x = x", "--no-such-option"]).code, 2);
}

#[test]
fn every_algorithm_says_what_it_costs_where_it_is_from_and_when_it_declines() {
    fn silent<S: Scalar>() -> Vec<&'static str> {
        let says = |About { cost, source, declines }: About| {
            [cost, source, declines].iter().all(|text| !text.is_empty())
        };
        S::algorithms().iter().filter(|a| !says(a.about())).map(|a| a.name()).collect()
    }
    let silent = [
        silent::<f32>(),
        silent::<f64>(),
        silent::<Complex32>(),
        silent::<Complex64>(),
        silent::<i64>(),
        silent::<dashu_int::IBig>(),
    ];
    assert_eq!(silent.concat(), Vec::<&str>::new());
    let listed = ran(&["list", "algorithms", "--json"]).json();
    for algorithm in f64::algorithms() {
        let of = |item: &&serde_json::Value| item["name"] == algorithm.name();
        let item = listed["items"].as_array().unwrap().iter().find(of).expect("every algorithm is listed");
        assert_eq!(item["multiplications"], algorithm.about().cost);
    }
    assert!(ran(&["list", "scalars"]).text().contains("complex128"));
}

#[test]
fn bench_prints_one_object_a_line() {
    let done = ran(&["bench", "conv1d/n=1000,", "--json"]);
    let lines: Vec<serde_json::Value> =
        done.text().lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    assert_eq!((done.code, lines.len()), (0, 1), "{}", done.err);
    assert_eq!((&lines[0]["id"], &lines[0]["peer"]), (&json!("conv1d/n=1000,k=31"), &json!("faltung")));
    let (median, least) = (lines[0]["median_s"].as_f64().unwrap(), lines[0]["min_s"].as_f64().unwrap());
    assert!(0.0 < least && least <= median);
    let table = ran(&["bench", "conv1d/n=1000,"]);
    assert!(table.text().lines().count() == 2 && table.text().contains("direct"), "{}", table.text());
    let unknown = ran(&["bench", "conv9d/"]);
    assert!(unknown.code == 2 && unknown.err.contains("conv1d/n=1000,k=31"), "{}", unknown.err);
}

#[test]
fn integers_and_kernels_are_arrays_too() {
    let folder = Folder::new();
    let x = folder.holding("x.npy", &ints(&[1, 0, 0]), &Form::Plain);
    assert_eq!(ran(&["compute", "dft", &x]).text(), "1.0+0.0j\n".repeat(3));
    assert_eq!(ran(&["compute", "dft", "diff", "--json"]).json()["shape"], json!([2]));
    assert_eq!(ran(&["compute", "dft", "box:3", "--json"]).json()["shape"], json!([3, 3]));
}

#[test]
fn explain_finds_what_an_everyday_word_is_about() {
    for (word, found) in [
        ("convolution", "\n  *  "),
        ("correlation", "\n  corr  "),
        ("fourier", "\n  dft  "),
        ("padding", "\n  pad  "),
        ("padding", "\n  reflectpad  "),
        ("stride", "\n  strided  "),
        ("Dilation", "\n  dilated  "),
        ("transposes", "\n  transpose  "),
        ("upsampling", "\n  up  "),
        ("commutative", "\n  commutativity  "),
    ] {
        let done = ran(&["explain", word]);
        let squeezed: String = done.text().lines().map(|line| format!("\n{}", line.trim_end())).collect();
        let name = found.trim();
        let named = squeezed
            .lines()
            .any(|line| line.starts_with("  ") && line.split_whitespace().next() == Some(name));
        assert!(done.code == 0 && named, "{word}: {}{}", done.text(), done.err);
    }
    // A word that nothing is about is an error still, and what is drawn or carried out is said to be.
    let unknown = ran(&["explain", "zebra"]);
    assert!(unknown.code == 2 && unknown.err.contains("named after"), "{}", unknown.err);
    assert!(ran(&["explain", "impulse-and-kernel"]).text().contains("faltung figure impulse-and-kernel"));
    let up = ran(&["explain", "up"]);
    let kinds = up.text();
    assert!(kinds.contains("up(integer, signal) is a signal") && !kinds.contains("int s"), "{kinds}");
}
