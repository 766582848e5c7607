//! The binary, run as a person runs it.

use crate::files::jpeg_with_orientation;
use faltung::io::{self, Channels, Data, Form, IntType, Range, Samples};
use ndarray::{Array1, ArrayD, IxDyn, arr1};
use serde_json::Value;
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_faltung");

struct Ran {
    code: i32,
    out: Vec<u8>,
    err: String,
}

impl Ran {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.out).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.out).unwrap_or_else(|e| panic!("{e}: {} {}", self.text(), self.err))
    }
}

fn fed(arguments: &[&str], input: &[u8]) -> Ran {
    let mut child = Command::new(BINARY)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that fails before it reads is no failure of the test.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(!err.contains("panicked"), "{err}");
    Ran { code: output.status.code().unwrap(), out: output.stdout, err }
}

fn ran(arguments: &[&str]) -> Ran {
    fed(arguments, b"")
}

/// A folder that is removed at the end, and files in it.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn with(&self, name: &str, bytes: &[u8]) -> String {
        fs::write(self.0.path().join(name), bytes).unwrap();
        self.path(name)
    }

    fn holding(&self, name: &str, data: &Data, form: &Form) -> String {
        io::write(&self.0.path().join(name), data, form, Range::Clip).unwrap();
        self.path(name)
    }

    fn read(&self, name: &str) -> Data {
        io::read(&self.0.path().join(name)).unwrap().data
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.0.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn example(name: &str) -> String {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/files").join(name).display().to_string()
}

fn ints(entries: &[i64]) -> Data {
    Data::Int(arr1(entries).into_dyn(), IntType::I64)
}

#[test]
fn what_the_first_page_suggests_works_as_typed() {
    let first = ran(&[]);
    assert_eq!(first.code, 0);
    let path =
        format!("{}:{}", Path::new(BINARY).parent().unwrap().display(), std::env::var("PATH").unwrap());
    let examples: Vec<&str> = first
        .text()
        .lines()
        .filter(|line| line.starts_with("  faltung") && !line.contains("photo"))
        .collect();
    assert!(examples.len() >= 2);
    for line in examples {
        let output = Command::new("sh").args(["-c", line]).env("PATH", &path).output().unwrap();
        assert!(output.status.success() && !output.stdout.is_empty(), "{line}");
    }
}

#[test]
fn arrays_on_the_command_line() {
    let full = ran(&["compute", "conv", "[1, 2, 3]", "[1, 1]"]);
    assert_eq!((full.code, full.text()), (0, "1\n3\n5\n3\n"));
    assert!(full.err.contains("full") && full.err.contains("multiplications"), "{}", full.err);
    let turned = ran(&["compute", "conv", "[[1, 2], [3, 4]]", "[[0, 1], [1, 0]]", "-q"]);
    assert_eq!((turned.text(), turned.err.as_str()), ("0,1,2\n1,5,4\n3,4,0\n", ""));
    assert_eq!(ran(&["compute", "conv", "[1, 2.5]", "diff"]).text(), "1.0\n1.5\n-2.5\n");
    assert_eq!(ran(&["compute", "conv", "diff", "diff"]).text(), "1\n-2\n1\n");
    assert_eq!(
        ran(&["compute", "conv", "[1, 2, 3, 4]", "[1, 10]", "--mode", "circular"]).text(),
        "41\n12\n23\n34\n"
    );
    assert_eq!(ran(&["compute", "conv", "[1, 2]", "[1, 1, 1]", "--boundary", "reflect"]).text(), "5\n4\n");
    assert_eq!(
        ran(&["compute", "conv", "[1, 2, 3]", "[1, 2]", "--mode", "valid", "--correlate"]).text(),
        "5\n8\n"
    );
}

#[test]
fn a_correlation_names_its_lags_and_the_best() {
    let delayed = ran(&["compute", "corr", "[0, 0, 0, 1, -3, 2]", "[1, -3, 2]", "--json"]);
    let lags = &delayed.json()["lags"];
    assert_eq!(lags["first"], serde_json::json!([-2]));
    assert_eq!(lags["last"], serde_json::json!([5]));
    assert_eq!(lags["best"], serde_json::json!([{ "lag": [3], "value": 14 }]));
    assert!(delayed.err.contains("[3], where the correlation is 14"), "{}", delayed.err);
    // The sign does not matter, and NaN is never the best.
    let folder = Folder::new();
    let x = folder.with("x.csv", b"0\n-2\n0\nnan\n");
    assert_eq!(ran(&["compute", "corr", &x, "[1]", "--json"]).json()["lags"]["best"][0]["lag"][0], 1);
}

#[test]
fn json_is_one_document_whatever_happens() {
    let done = ran(&["compute", "conv", "[1, 2]", "[0.5]", "--json"]).json();
    assert_eq!((&done["schema"], &done["values"]), (&1.into(), &serde_json::json!([0.5, 1.0])));
    assert_eq!(done["type"], "float64");
    assert!(done["candidates"].as_array().is_some_and(|list| !list.is_empty()));
    for (arguments, code) in [
        (&["compute", "conv", "[1", "[1]", "--json"][..], "input"),
        (&["compute", "conv", "[1]", "[1]", "--json", "-o", "-"], "input"),
        (&["compute", "conv", "[1]", "[1]", "--json", "--algorithm", "magic"], "plan"),
        (&["compute", "conv", "[1]", "[[1]]", "--json"], "shape"),
        (&["compute", "conv", "[1]", "box:0", "--json"], "kernel"),
        (&["compute", "conv", "absent.npy", "[1]", "--json"], "file"),
        (&["compute", "conv", "--json"], "usage"),
        (&["transmogrify", "--json"], "usage"),
    ] {
        let refused = ran(arguments);
        assert_eq!(refused.code, 2, "{arguments:?}");
        let document = refused.json();
        assert_eq!(
            (&document["schema"], document["error"]["code"].as_str()),
            (&1.into(), Some(code)),
            "{arguments:?}"
        );
        assert!(!document["error"]["message"].as_str().unwrap().is_empty());
    }
}

#[test]
fn floats_come_with_a_bound_and_exactly_if_asked() {
    let arguments = ["compute", "conv", "[1e16, 1.0, -1e16]", "[1.0, 1.0, 1.0]", "--json"];
    let rounded = ran(&arguments).json();
    let bound = rounded["error_bound"].as_f64().unwrap();
    assert_eq!((&rounded["accuracy"], &rounded["values"][2]), (&"bounded".into(), &0.0.into()));
    assert!((1.0..100.0).contains(&bound), "{bound}");
    let exact = ran(&[&arguments[..], &["--exact"]].concat()).json();
    assert_eq!((&exact["accuracy"], &exact["values"][2]), (&"rounded-once".into(), &1.0.into()));
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

/// Refused: exit code 2, one message with `words`, nothing on standard output, no file where none was.
fn refuses(folder: &Folder, arguments: &[&str], words: &[&str]) {
    let before = folder.names();
    let output = folder.path("refused.npy");
    let arguments =
        if arguments.contains(&"-o") { arguments.to_vec() } else { [arguments, &["-o", &output]].concat() };
    let refused = ran(&arguments);
    assert_eq!((refused.code, refused.text()), (2, ""), "{arguments:?} {}", refused.err);
    assert_eq!(refused.err.matches("error: ").count(), 1, "{}", refused.err);
    for word in words {
        assert!(refused.err.contains(word), "{word:?} is not in {}", refused.err);
    }
    assert_eq!(folder.names(), before);
}

#[test]
fn bad_files_are_refused_with_one_message_and_no_output() {
    let folder = Folder::new();
    let npy = fs::read(example("little-f8.npy")).unwrap();
    let wav = fs::read(example("int24.wav")).unwrap();
    let png = fs::read(example("palette.png")).unwrap();
    let cases = [
        (folder.with("cut.npy", &npy[..npy.len() - 3]), "48 bytes"),
        (folder.with("long.npy", &[&npy[..], b"x"].concat()), "48 bytes"),
        (folder.with("header.npy", &npy[..9]), "cut off"),
        (folder.with("nothing.npy", b""), "NUMPY"),
        (folder.with("text.csv", b"1,2\n3,four\n"), "line 2, column 2"),
        (folder.with("ragged.csv", b"1,2\n3\n"), "line 2, column 2"),
        (folder.with("cut.wav", &wav[..wav.len() - 5]), "cut off"),
        (folder.with("cut.png", &png[..png.len() / 2]), "cut.png"),
        (folder.with("text.jpg", b"hello"), "JPEG"),
        (folder.with("x.tiff", b"II*\0"), "ending"),
        (example("empty.npy"), "empty"),
        (example("scalar.npy"), "scalar"),
        (example("refused-half.npy"), "half precision"),
        (folder.path("absent.png"), "opened"),
        (folder.path("."), "."),
    ];
    for (path, word) in &cases {
        refuses(&folder, &["compute", "conv", path, "[1]"], &[word]);
    }
    refuses(&folder, &["compute", "conv", "[1]", "[1]", "-o", &folder.path("absent/y.npy")], &["directory"]);
    refuses(&folder, &["compute", "conv", "[1]", "[1]", "-o", &folder.path("y.tiff")], &["ending"]);
    refuses(&folder, &["compute", "conv", "[1]", "[1]", "-o", &folder.path("y.wav")], &["sampling rate"]);
    refuses(&folder, &["compute", "conv", "-", "-"], &["standard input"]);
    refuses(&folder, &["compute", "conv", "[1, [2]]", "[1]"], &["depth"]);
    refuses(&folder, &["compute", "conv", "[1, \"2\"]", "[1]"], &["expected numbers"]);
    refuses(&folder, &["compute", "conv", "[99999999999999999999]", "[1]"], &["64 bits"]);
    refuses(&folder, &["compute", "conv", "sobelx", "[1]"], &["did you mean sobel-"]);
    refuses(&folder, &["compute", "conv", "[1]", "[1, 2]", "--mode", "valid"], &["fit"]);
    refuses(
        &folder,
        &["compute", "conv", "[1]", "[1]", "--mode", "valid", "--boundary", "wrap"],
        &["boundary"],
    );
}

/// The memory of the process is limited: a reader that believes a header would be killed.
#[test]
fn a_gigantic_declared_shape_takes_no_memory() {
    let folder = Folder::new();
    for shape in ["(1000000000,)", "(4294967296, 4294967296)", "(100000, 100000, 3)"] {
        let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}\n");
        let start =
            [&b"\x93NUMPY\x01\x00"[..], &(header.len() as u16).to_le_bytes(), header.as_bytes()].concat();
        let path = folder.with("x.npy", &[&start[..], &[0; 16]].concat());
        let line = format!("ulimit -v 1000000; {BINARY} compute conv {path} '[1]'");
        let output = Command::new("sh").args(["-c", &line]).output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && err.contains("follow the header"), "{err}");
    }
}

#[test]
fn a_failure_leaves_what_was_there() {
    let folder = Folder::new();
    let y = folder.with("y.png", b"precious");
    refuses(&folder, &["compute", "conv", "[1, 2]", "[1]", "-o", &y], &["rows"]);
    assert_eq!(fs::read(&y).unwrap(), b"precious");
    // An input may be its own output.
    let x = folder.holding("x.npy", &ints(&[1, 2]), &Form::Plain);
    assert_eq!(ran(&["compute", "conv", &x, "[1, 1]", "-o", &x]).code, 0);
    assert_eq!(
        (folder.read("x.npy"), folder.names()),
        (ints(&[1, 3, 2]), vec!["x.npy".into(), "y.png".into()])
    );
}

#[test]
fn standard_streams_hold_csv_and_npy() {
    assert_eq!(fed(&["compute", "conv", "-", "[1, 1]", "-o", "-"], b"1\n2\n3\n").text(), "1\n3\n5\n3\n");
    let npy = fs::read(example("big-f4.npy")).unwrap();
    let doubled = fed(&["compute", "conv", "-", "[[2]]", "-o", "-.npy"], &npy);
    let Data::F32(a) = io::decode(&doubled.out, io::Format::Npy).unwrap().data else {
        panic!("float32 is kept")
    };
    assert_eq!(a.into_raw_vec_and_offset().0, [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = Command::new(BINARY)
        .args(["compute", "conv", "-", "[1]", "-o", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    child.stdin.take().unwrap().write_all("1\n".repeat(100_000).as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !err.contains("panicked") && !err.contains("error:"), "{err}");
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

#[test]
fn completions_and_the_manual_are_printed() {
    assert!(ran(&["completions", "bash"]).text().contains("_faltung"));
    assert!(ran(&["man"]).text().starts_with(".ie"));
    let help = ran(&["--help"]);
    assert!(help.code == 0 && help.text().contains("compute") && !help.text().contains("completions"));
    assert_eq!(ran(&["compute"]).code, 2);
}
