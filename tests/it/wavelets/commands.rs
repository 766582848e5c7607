//! The commands, run as a person runs them.

use crate::cli::{Folder, ran, refuses};
use faltung::io::{self, Data, Form};
use faltung::signal::Boundary;
use faltung::wavelet::{
    Cwt, LIST, Morse, Window, Windowed,
    conventions::Engine,
    pywavelets::{Psi, Pywavelets},
    scales,
};
use ndarray::{ArrayD, IxDyn};
use num_complex::Complex64;
use std::{f64::consts::TAU, fs, path::Path};

fn tone(n: usize) -> ArrayD<f64> {
    ArrayD::from_shape_fn(IxDyn(&[n]), |k| (TAU * 0.05 * k[0] as f64).cos() + 0.25)
}

fn complex(path: &str) -> ArrayD<Complex64> {
    match io::read(Path::new(path)).unwrap().data {
        Data::C64(a) => a,
        other => panic!("expected complex128, got {}", other.type_name()),
    }
}

fn real(path: &str) -> ArrayD<f64> {
    match io::read(Path::new(path)).unwrap().data {
        Data::F64(a) => a,
        other => panic!("expected float64, got {}", other.type_name()),
    }
}

#[test]
fn transforms_are_the_library_s_and_their_inverses_come_back() {
    let folder = Folder::new();
    let x = folder.holding("x.npy", &Data::F64(tone(240)), &Form::Plain);
    let (y, z) = (folder.path("y.npy"), folder.path("z.npy"));
    let window = ["--window", "sine", "--length", "32", "--hop", "8"];
    assert_eq!(ran(&[&["compute", "stft", &x, "-o", &y], &window[..]].concat()).code, 0);
    let plan = Windowed::new(&Window::Sine.values(32), 8, 32).plan::<f64>(240).unwrap();
    assert_eq!(complex(&y), plan.forward_real(tone(240).view()).unwrap());
    assert_eq!(ran(&[&["compute", "istft", &y, "--samples", "240", "-o", &z], &window[..]].concat()).code, 0);
    assert!((real(&z) - tone(240)).iter().all(|off| off.abs() < 1e-12));

    let grid = ["--rate", "100", "--lowest", "2", "--voices", "6"];
    let done = ran(&[&["compute", "cwt", &x, "-o", &y, "--json"], &grid[..]].concat());
    assert_eq!(done.code, 0, "{}", done.err);
    let morse = Morse::new(3.0, 60.0).unwrap();
    let all = scales::voices(&morse, 1.0, [2.0, 50.0], 6).unwrap();
    let cwt = Cwt { step: 0.01, boundary: Boundary::Reflect, ..Cwt::new(&morse, all) };
    let expected = cwt.plan::<f64>(240).unwrap().forward_real(tone(240).view()).unwrap();
    assert_eq!(complex(&y), expected);
    // the loudest row is the tone's, of 5 Hz
    let loudest = |l: &usize| expected[[*l, 120]].norm();
    let row = (0..expected.shape()[0]).max_by(|a, b| loudest(a).total_cmp(&loudest(b))).unwrap();
    let frequency = done.json()["frequencies"][row].as_f64().unwrap();
    assert!((frequency / 5.0).log2().abs() < 1.0 / 12.0, "{frequency}");

    assert_eq!(ran(&[&["compute", "cwt", &x, "--invertible", "-o", &y], &grid[..]].concat()).code, 0);
    assert_eq!(complex(&y).shape()[0], expected.shape()[0] + 1);
    assert_eq!(ran(&[&["compute", "icwt", &y, "-o", &z], &grid[..]].concat()).code, 0);
    assert!((real(&z) - tone(240)).iter().all(|off| off.abs() < 1e-12));
    // with another wavelet of the same scales something comes back, and how far it is off is said
    let own = ran(&[&["compute", "icwt", &y, "--json"], &grid[..]].concat()).json();
    assert!(own["distance"].as_f64().unwrap() < 1e-12 && own["notes"].as_array().unwrap().len() == 1);
    let other = ran(&[&["compute", "icwt", &y, "--wavelet", "morlet", "--json"], &grid[..]].concat());
    assert!(other.json()["distance"].as_f64().unwrap() > 1e-2);
    assert!(other.err.contains("give those that y was written with"), "{}", other.err);
    // other scales are not its own
    refuses(&folder, &["compute", "icwt", &y, "-o", &z, "--rate", "100", "--lowest", "3"], &["29 rows"]);
    let picture = folder.path("y.png");
    assert_eq!(ran(&["compute", "cwt", &x, "--magnitude", "-o", &picture, "--range", "stretch"]).code, 0);
    assert!(Path::new(&picture).exists());
}

/// A signal shorter than the window is reached by windows that begin before it, at the times that are said.
#[test]
fn short_signals_lie_where_the_times_say() {
    let window = Window::Hann.values(16);
    let plan = Windowed::new(&window, 1, 16).plan::<f64>(4).unwrap();
    let x = ndarray::arr1(&[1.0, 2.0, 3.0, 4.0]).into_dyn();
    let y = plan.forward_real(x.view()).unwrap();
    for frame in 0..plan.frames() {
        let value =
            |n: i64| usize::try_from(n - plan.time(frame) + 8).ok().and_then(|place| window.get(place));
        let expected: f64 = (0..4).map(|n| x[[n]] * value(n as i64).copied().unwrap_or(0.0)).sum();
        assert!((y[[frame, 0]].re - expected).abs() < 1e-12, "{frame}: {} {expected}", y[[frame, 0]]);
    }
}

#[test]
fn what_cannot_be_done_is_refused() {
    let folder = Folder::new();
    refuses(&folder, &["compute", "cwt", "[1]", "--lowest", "0.4", "--highest", "0.3"], &["lowest"]);
    // the circle is laid for the hop, and is too long
    let far = ["compute", "stft", "[1, 2, 3, 4]", "--length", "2", "--hop", "1000000000"];
    refuses(&folder, &far, &["bytes of memory"]);
    refuses(
        &folder,
        &["compute", "istft", "[[1, 1], [1, 1]]", "--samples", "4", "--hop", "1000000000"],
        &["bytes"],
    );
    // what the sound has said is not in the coefficients
    refuses(
        &folder,
        &["compute", "icwt", "[[1, 1], [1, 1]]", "--power", "0.5"],
        &["depend on the rate", "--rate"],
    );
    refuses(&folder, &["compute", "cwt", "[]"], &["no samples"]);
    refuses(&folder, &["compute", "stft", "[1, 2, 3]", "--hop", "0"], &["hop"]);
    refuses(&folder, &["compute", "icwt", "[1, 2, 3]"], &["two axes"]);
    refuses(&folder, &["compute", "istft", "[[1, 2], [3, 4]]", "--samples", "0"], &["samples"]);
    refuses(&folder, &["compute", "istft", "[[1, 2], [3, 4]]", "--samples", "9"], &["frames and channels"]);
}

#[test]
fn what_is_wrong_with_an_option_is_said_of_the_option() {
    let folder = Folder::new();
    let wave = folder.holding("wave.npy", &Data::F64(tone(64)), &Form::Plain);
    let file = folder.path("y.txt");
    let sound = folder.path("y.wav");
    let wrong: [(&str, &[&str], &str); 14] = [
        ("stft", &["--hop", "-3"], "expected a whole number from 1"),
        ("stft", &["--length", "2.5"], "expected a whole number from 1"),
        ("cwt", &["--voices", "-1"], "expected a whole number"),
        ("cwt", &["--rate", "0"], "expected a number above 0"),
        ("cwt", &["--rate", "inf"], "expected a number above 0"),
        ("cwt", &["--lowest", "-1"], "expected a number above 0"),
        ("cwt", &["--power", "x"], "expected a number, such as 0.5"),
        ("cwt", &["--highest", "51", "--rate", "100"], "no frequency above 50"),
        ("stft", &["--length", "99999999999999"], "take a shorter --length"),
        ("cwt", &["-o", &file], "-o y.svg"),
        ("stft", &["--magnitude", "-o", &sound], "are no sound"),
        ("scatter", &["-o", &sound], "are no sound"),
        ("scatter", &["--order", "x"], "expected a whole number without a sign"),
        ("dwt", &["--levels", "x"], "expected a whole number without a sign"),
    ];
    for (command, options, said) in wrong {
        refuses(&folder, &[&["compute", command, &wave], options].concat(), &[said]);
    }
    let near = folder.path("wav.npy");
    refuses(&folder, &["compute", "cwt", &near], &["there is no file", "did you mean", "wave.npy"]);
    let itself = folder.path("");
    refuses(&folder, &["compute", "cwt", &itself], &["this is a directory"]);
    let windows = ran(&["compute", "stft", "[1, 2, 3, 4]", "--length", "2", "--hop", "3", "--json"]);
    assert!(windows.err.contains("some signals leave no trace"), "{}", windows.err);
    let rows =
        ran(&["compute", "cwt", "[[1, 2, 3, 4, 5, 6, 7, 8, 9], [9, 8, 7, 6, 5, 4, 3, 2, 1]]", "--json"]);
    assert!(rows.err.contains("taken as 2 signals of 9 samples"), "{}", rows.err);
    let part = ran(&["compute", "dwt", "[[1, 2], [3, 4]]", "--inverse", "2"]);
    assert!(part.err.contains("names 1 of 2 axes: along the others, 2, nothing"), "{}", part.err);
    refuses(&folder, &["compute", "scatter", "[[[[1, 2]]]]"], &["one axis to three"]);
}

#[test]
fn every_wavelet_of_the_list_is_made_and_transforms() {
    let listed = ran(&["list", "wavelets"]);
    for entry in &LIST {
        assert!(listed.text().contains(entry.name));
        let wavelet = entry.make().unwrap();
        let y =
            Cwt::new(&*wavelet, vec![3.0]).plan::<f64>(50).unwrap().forward_real(tone(50).view()).unwrap();
        assert!(
            y.iter().all(|value| value.is_finite()) && y.iter().any(|value| value.norm() > 1e-6),
            "{}",
            entry.name
        );
    }
}

/// The command computes what the library does by each program's conventions, whose numbers are held to those programs.
#[test]
fn transforms_of_other_programs() {
    let folder = Folder::new();
    let entries: Vec<f64> = (0..90).map(|k| f64::from(k * k % 17) - 8.0).collect();
    let x = ArrayD::from_shape_vec(vec![2, 45], entries).unwrap();
    let (path, y) = (folder.holding("x.npy", &Data::F64(x.clone()), &Form::Plain), folder.path("y.npy"));
    let written = |words: &[&str]| {
        let told =
            ran(&[&["compute", "cwt", &path, "--scales", "2,5.5,9", "-o", &y, "--json"], words].concat());
        assert_eq!(told.code, 0, "{}", told.err);
        (complex(&y), told.json())
    };
    let (scales, morse) = (vec![2.0, 5.5, 9.0], Morse::new(3.0, 20.0).unwrap());
    let mut seen: Vec<ArrayD<Complex64>> = vec![];
    for engine in Engine::ALL {
        let (values, told) =
            written(&["--convention", engine.name(), "--wavelet", "morse:3,20", "--rate", "4"]);
        let times = scales.iter().map(|scale| scale / 4.0).collect();
        let plan = engine.cwt(&morse, times, 0.25).plan::<f64>(45).unwrap();
        assert_eq!(values, plan.forward_real(x.view()).unwrap(), "{}", engine.name());
        assert_eq!(told["wavelet"], "morse(3, 20)");
        seen.push(values);
    }
    // fCWT's differs from the others in what lies beyond the ends, and all in something
    assert!((0..5).all(|a| (0..a).all(|b| seen[a] != seen[b])));
    let own = Pywavelets::new(Psi::ComplexMorlet(1.5, 1.0), 9).unwrap();
    let (values, _) =
        written(&["--convention", "pywavelets", "--wavelet", "cmor1.5-1.0", "--precision", "9"]);
    for (line, got) in x.outer_iter().zip(values.outer_iter()) {
        let line = line.into_dimensionality().unwrap();
        assert_eq!(got, own.cwt(line, &scales).unwrap().into_dyn());
    }
    let words = |words: &[&'static str]| [&["compute", "cwt", &path[..]], words].concat();
    let svg = folder.path("y.svg");
    fs::remove_file(&y).unwrap();
    refuses(
        &folder,
        &words(&["--convention", "pywavelets"]),
        &["PyWavelets is given scales", "--scales 2,4,8"],
    );
    refuses(
        &folder,
        &words(&["--convention", "pywavelets", "--scales", "2"]),
        &["the wavelet of PyWavelets is morse; expected mexh"],
    );
    refuses(&folder, &words(&["--wavelet", "morlett"]), &["did you mean morlet?"]);
    refuses(&folder, &words(&["--wavelet", "morse:3"]), &["the number of parameters is 1; expected 2"]);
    refuses(&folder, &words(&["--wavelet", "haar:3"]), &["haar has no parameters"]);
    refuses(&folder, &words(&["--wavelet", "paul:2.5"]), &["the order is 2.5; expected a whole number"]);
    refuses(&folder, &words(&["--wavelet", "paul:x"]), &["no numbers", "paul:4"]);
    refuses(
        &folder,
        &[&words(&["--scales", "2", "-o"])[..], &[&svg[..]]].concat(),
        &["a grid of frequencies"],
    );
}
