//! `faltung compute`: types, channels, bounds and ends of the range.

use crate::{
    cli::{Folder, example, ints, ran, refuses},
    files::jpeg_with_orientation,
};
use faltung::io::{self, Channels, Data, Form, IntType, Samples};
use ndarray::{Array1, ArrayD, IxDyn, arr1};
use serde_json::Value;
use std::{fs, path::Path};

#[test]
fn floats_come_with_a_bound_and_exactly_if_asked() {
    let arguments = ["compute", "conv", "[1e16, 1.0, -1e16]", "[1.0, 1.0, 1.0]", "--json"];
    let rounded = ran(&arguments).json();
    let bound = rounded["error_bound"].as_f64().unwrap();
    assert_eq!((&rounded["accuracy"], &rounded["values"][2]), (&"bounded".into(), &0.0.into()));
    assert!((1.0..100.0).contains(&bound), "{bound}");
    let exact = ran(&[&arguments[..], &["--exact"]].concat()).json();
    assert_eq!((&exact["accuracy"], &exact["values"][2]), (&"rounded-once".into(), &1.0.into()));
    // Which algorithm multiplied the integers is not known here, so none is named and nothing is counted.
    assert_eq!((&exact["multiplications"], &exact["candidates"]), (&Value::Null, &serde_json::json!([])));
    assert!(exact["why"].as_str().unwrap().starts_with("exact, by integers"), "{}", exact["why"]);
    let said = ran(&["compute", "conv", "[0.5]", "[0.5]", "--exact"]).err;
    assert!(said.contains("work       not counted") && !said.contains("direct"), "{said}");
    // Two small kernels agree, whichever algorithm.
    for algorithm in ["direct", "toeplitz", "fft"] {
        let y =
            ran(&["compute", "conv", "[0.5, 0.25, 1]", "[1, 2]", "--json", "--algorithm", algorithm]).json();
        let (values, bound) = (y["values"].as_array().unwrap(), y["error_bound"].as_f64().unwrap());
        for (value, expected) in values.iter().zip([0.5, 1.25, 1.5, 2.0]) {
            assert!((value.as_f64().unwrap() - expected).abs() <= bound && bound < 1e-12);
        }
        assert!(y["why"].as_str().unwrap().starts_with(algorithm));
    }
    let folder = Folder::new();
    let infinite = folder.with("x.csv", b"1.0\ninf\n");
    let y = ran(&["compute", "conv", &infinite, "[1, 1]", "--json"]).json();
    assert_eq!((&y["error_bound"], &y["values"][1]), (&Value::Null, &"inf".into()));
    refuses(&folder, &["compute", "conv", &infinite, "[1, 1]", "--exact"], &["NaN or infinite"]);
    refuses(
        &folder,
        &["compute", "conv", &infinite, "[1, 1]", "--algorithm", "fft"],
        &["fft cannot be used here"],
    );
    refuses(
        &folder,
        &["compute", "conv", "[1, 2]", "[1, 1]", "--algorithm", "fft"],
        &["fft cannot be used here"],
    );
}

/// 120 bits from one end to the other: what lies below the noise of a transform is told in both ways.
#[test]
fn what_is_unwise_is_told_beside_what_declines() {
    let folder = Folder::new();
    let steep: Array1<f64> = (0..6000).map(|k| (-f64::from(k) / 50.0).exp2()).collect();
    let x = folder.holding("x.npy", &Data::F64(steep.into_dyn()), &Form::Plain);
    let done = ran(&["compute", "conv", &x, &x, "-o", &folder.path("y.npy"), "--json"]).json();
    let candidates = done["candidates"].as_array().unwrap();
    let of = |name: &str| candidates.iter().find(|candidate| candidate["name"] == name).unwrap();
    assert!(of("fft")["unwise"].as_str().unwrap().contains("small entries may drown"), "{}", of("fft"));
    assert_eq!((&of("fft")["declined"], &of("direct")["unwise"]), (&Value::Null, &Value::Null));
    assert!(done["why"].as_str().unwrap().contains("small entries may drown"), "{}", done["why"]);
}

#[test]
fn types_are_kept_and_conversions_told() {
    let folder = Folder::new();
    let plain = |name: &str, data: Data| folder.holding(name, &data, &Form::Plain);
    let of = |kind| Data::Int(arr1(&[100, 100]).into_dyn(), kind);
    let i1 = plain("i1.npy", of(IntType::I8));
    let u1 = plain("u1.npy", of(IntType::U8));
    let i4 = plain("i4.npy", of(IntType::I32));
    let f4 = plain("f4.npy", Data::F32(arr1(&[0.1_f32, 0.5]).into_dyn()));
    let f8 = plain("f8.npy", Data::F64(arr1(&[0.1, 0.5]).into_dyn()));
    let c8 = plain("c8.npy", Data::C32(arr1(&[num_complex::Complex32::new(0.0, 2.0)]).into_dyn()));
    let large = plain("large.npy", ints(&[(1 << 53) + 1]));
    for (x, w, kind, told) in [
        (&i1, &i4, "int32", ""),
        (&u1, &i1, "int16", ""),
        (&i1, &"sharpen".into(), "int64", ""),
        (&f4, &f4, "float32", ""),
        (&f4, &"diff".into(), "float32", ""),
        (&f4, &"gaussian:1".into(), "float32", "rounded to float32"),
        (&f4, &f8, "float64", "computed with in float64"),
        (&f4, &i4, "float64", "int32 and is computed with in float64"),
        (&f4, &c8, "complex64", ""),
        (&c8, &f8, "complex128", "computed with in complex128"),
    ] {
        let done = ran(&["compute", "conv", x, w, "--json"]);
        assert_eq!((done.code, done.json()["type"].as_str()), (0, Some(kind)), "{x} {w} {}", done.err);
        let notes = done.json()["notes"].to_string();
        assert!(if told.is_empty() { notes == "[]" } else { notes.contains(told) }, "{x} {w} {notes}");
    }
    refuses(&folder, &["compute", "conv", &large, &f8], &["9007199254740993"]);
    refuses(&folder, &["compute", "conv", &i1, &i1], &["entry [0]", "10000", "int8"]);
    refuses(
        &folder,
        &["compute", "conv", "[4611686018427387904, 1]", "[2, 0, 3]"],
        &["9223372036854775808", "int64"],
    );
    // Sums that leave 64 bits on their way and come back are right.
    let back = ran(&[
        "compute",
        "conv",
        "[9223372036854775807, 9223372036854775807]",
        "[1, 1]",
        "--mode",
        "circular",
    ]);
    assert_eq!(back.code, 2);
    let back = ran(&[
        "compute",
        "corr",
        "[9223372036854775807, 5, 9223372036854775807]",
        "[1, 1, -1]",
        "--mode",
        "valid",
    ]);
    assert_eq!(back.text(), "5\n");
}

#[test]
fn images_are_filtered_by_channel_and_keep_their_opacity() {
    let folder = Folder::new();
    let same = ran(&["compute", "conv", &example("rgba8.png"), "identity", "-o", &folder.path("y.png")]);
    assert!(same.err.contains("same, border symmetric"), "{}", same.err);
    assert_eq!(fs::metadata(folder.path("y.png")).unwrap().len() > 0, same.code == 0);
    assert_eq!(folder.read("y.png"), io::read(Path::new(&example("rgba8.png"))).unwrap().data);

    // The ramp rises by 20, 10 and 5 to the right: inside, sobel-x is 8 times that; opacity stays.
    ran(&["compute", "conv", &example("rgba8.png"), "sobel-x", "-o", &folder.path("y.npy")]);
    let Data::Int(edges, IntType::I64) = folder.read("y.npy") else { panic!("integers stay integers") };
    assert_eq!([0, 1, 2, 3].map(|c| edges[[1, 1, c]]), [160, 80, 40, 250]);

    let clipped = ran(&["compute", "conv", &example("gray8.png"), "[[3]]", "-o", &folder.path("y.png")]);
    assert!(
        clipped.err.contains("7 of 12 entries") && clipped.err.contains("--range centre"),
        "{}",
        clipped.err
    );
    let centred = ran(&[
        "compute",
        "conv",
        &example("gray16.png"),
        "laplacian",
        "-o",
        &folder.path("c.png"),
        "--range",
        "centre",
    ]);
    assert!(centred.code == 0 && !centred.err.contains("clipped"), "{}", centred.err);
    let Data::Int(levels, IntType::U16) = folder.read("c.png") else { panic!("16 bits stay 16") };
    assert_eq!(levels[[1, 1]], 32768);

    refuses(
        &folder,
        &["compute", "conv", &example("gray8.png"), &example("rgb8.png")],
        &["channels", "two axes"],
    );
    refuses(
        &folder,
        &["compute", "conv", &example("rgba8.png"), "identity", "-o", &folder.path("z.jpg")],
        &["alpha"],
    );
    refuses(&folder, &["compute", "conv", &example("rgba8.png"), "box:3", "--mode", "full"], &["opacity"]);
    // Two images of 8 bits: the sums are not.
    let squared = ran(&["compute", "corr", &example("gray8.png"), &example("gray8.png"), "--mode", "valid"]);
    assert_eq!(squared.text(), format!("{}\n", (0..12).map(|k| 400 * k * k).sum::<i64>()));
    refuses(
        &folder,
        &["compute", "conv", &example("gray8.png"), "box:3", "--range", "stretch"],
        &["--range"],
    );
    refuses(&folder, &["compute", "conv", &example("gray8.png"), "diff"], &["one dimension"]);
}

#[test]
fn sounds_are_filtered_by_channel_and_keep_their_rate() {
    let folder = Folder::new();
    let sound = |name: &str, rate, channels: u16, entries: &[f64]| {
        let shape: &[usize] = if channels == 1 {
            &[entries.len()]
        } else {
            &[entries.len() / channels as usize, channels as usize]
        };
        let data = Data::F64(ArrayD::from_shape_vec(IxDyn(shape), entries.to_vec()).unwrap());
        folder.holding(name, &data, &Form::Sound { rate, channels, samples: Samples::Int(16) })
    };
    let stereo = sound("x.wav", 8000, 2, &[0.5, 0.25, 0.0, -0.5]);
    let mono = sound("w.wav", 8000, 1, &[0.5, -0.5]);
    let other = sound("other.wav", 44100, 1, &[0.5]);
    let y = folder.path("y.wav");
    assert_eq!(ran(&["compute", "conv", &stereo, &mono, "-o", &y]).code, 0);
    let expected = [0.25, 0.125, -0.25, -0.375, 0.0, 0.25];
    assert_eq!(
        folder.read("y.wav"),
        Data::F64(ArrayD::from_shape_vec(IxDyn(&[3, 2]), expected.to_vec()).unwrap())
    );
    assert!(matches!(io::read(Path::new(&y)).unwrap().form, Form::Sound { rate: 8000, channels: 2, .. }));
    // Channel by channel where both have two.
    ran(&["compute", "conv", &stereo, &stereo, "-o", &y]);
    let expected = [0.25, 0.0625, 0.0, -0.25, 0.0, 0.25];
    assert_eq!(
        folder.read("y.wav"),
        Data::F64(ArrayD::from_shape_vec(IxDyn(&[3, 2]), expected.to_vec()).unwrap())
    );

    let loud = ran(&["compute", "conv", &mono, "[4, 0]", "-o", &y]);
    assert!(loud.err.contains("2.0000 of full scale") && loud.err.contains("2 of 3 entries"), "{}", loud.err);
    refuses(&folder, &["compute", "conv", &stereo, &other], &["8000", "44100"]);
}

#[test]
fn nan_spreads_to_the_sums_that_contain_it_and_no_further() {
    let folder = Folder::new();
    let x = folder.with("x.csv", b"1\n2\nnan\n4\n5\n6\n");
    assert_eq!(ran(&["compute", "conv", &x, "[1, 1]"]).text(), "1.0\n3.0\nNaN\nNaN\n9.0\n11.0\n6.0\n");
}

#[test]
fn a_large_result_wants_a_destination() {
    let folder = Folder::new();
    let x = folder.holding("x.npy", &Data::F64(Array1::ones(10_001).into_dyn()), &Form::Plain);
    let refused = ran(&["compute", "conv", &x, "[1]"]);
    assert!(
        refused.code == 2 && refused.text().is_empty() && refused.err.contains("-o result.npy"),
        "{}",
        refused.err
    );
    assert_eq!(ran(&["compute", "conv", &x, "[1, 1]", "--mode", "valid"]).text().lines().count(), 10_000);
}

/// A photograph as a telephone takes it: 12 megapixels, lying on its side. (An eighth of that where the
/// program is not optimised.)
#[test]
fn a_photograph_is_filtered_upright_and_soon() {
    let folder = Folder::new();
    let (width, height) = if cfg!(debug_assertions) { (1000, 750) } else { (4000, 3000) };
    let rgb: Vec<u8> =
        (0..width * height * 3).map(|k: u32| (k / 3 % width * 255 / width) as u8 ^ (k % 3) as u8).collect();
    let photo = folder.with("photo.jpg", &jpeg_with_orientation(&rgb, width, height, 6));
    let start = std::time::Instant::now();
    let done = ran(&["compute", "conv", &photo, "sobel-x", "-o", &folder.path("edges.jpg"), "--json"]);
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(done.json()["shape"], serde_json::json!([width, height, 3]));
    assert_eq!(done.json()["accuracy"], "exact");
    let edges = io::read(Path::new(&folder.path("edges.jpg"))).unwrap();
    assert_eq!(edges.form, Form::Image { channels: Channels::Rgb, bits: 8 });
    assert!(seconds < 10.0, "{seconds}");
}
