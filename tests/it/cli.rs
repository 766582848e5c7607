//! The binary, run as a person runs it.

use faltung::io::{self as files, Data, Form, IntType, Range};
use ndarray::arr1;
use serde_json::Value;
use std::{
    env,
    ffi::OsString,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

pub const BINARY: &str = env!("CARGO_BIN_EXE_faltung");

/// Where a shell finds programs, the binary first.
pub fn search_path() -> OsString {
    let own = Path::new(BINARY).parent().unwrap().to_path_buf();
    let others = env::var_os("PATH").unwrap_or_default();
    env::join_paths(std::iter::once(own).chain(env::split_paths(&others))).unwrap()
}

pub struct Ran {
    pub code: i32,
    pub out: Vec<u8>,
    pub err: String,
}

impl Ran {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.out).unwrap()
    }

    pub fn json(&self) -> Value {
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

pub fn ran(arguments: &[&str]) -> Ran {
    fed(arguments, b"")
}

/// A folder that is removed at the end, and files in it.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Folder(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    pub fn with(&self, name: &str, bytes: &[u8]) -> String {
        fs::write(self.0.path().join(name), bytes).unwrap();
        self.path(name)
    }

    pub fn holding(&self, name: &str, data: &Data, form: &Form) -> String {
        files::write(&self.0.path().join(name), data, form, Range::Clip).unwrap();
        self.path(name)
    }

    pub fn read(&self, name: &str) -> Data {
        files::read(&self.0.path().join(name)).unwrap().data
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

pub fn example(name: &str) -> String {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/files").join(name).display().to_string()
}

pub fn ints(entries: &[i64]) -> Data {
    Data::Int(arr1(entries).into_dyn(), IntType::I64)
}

#[test]
fn what_the_first_page_suggests_works_as_typed() {
    let first = ran(&[]);
    assert_eq!(first.code, 0);
    let path = search_path();
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
    assert_eq!(lags["best"], serde_json::json!([{ "lag": [3], "value": 14, "ties": 1 }]));
    assert!(delayed.err.contains("[3], the largest in magnitude: 14"), "{}", delayed.err);
    // The sign does not matter, and NaN is never the best.
    let folder = Folder::new();
    let x = folder.with("x.csv", b"0\n-2\n0\nnan\n");
    assert_eq!(ran(&["compute", "corr", &x, "[1]", "--json"]).json()["lags"]["best"][0]["lag"][0], 1);
}

#[test]
fn a_tie_is_called_a_tie_and_zero_is_no_peak() {
    let tied = ran(&["compute", "corr", "[1, 2, 1, -2]", "[1]", "--json"]);
    assert_eq!(tied.json()["lags"]["best"], serde_json::json!([{ "lag": [1], "value": 2, "ties": 2 }]));
    assert!(tied.err.contains("a tie: the first of 2 lags"), "{}", tied.err);
    let zero = ran(&["compute", "corr", "[1, 2, 3]", "[0, 0]", "--json"]);
    assert_eq!(zero.json()["lags"]["best"], serde_json::json!([{ "lag": null, "value": 0, "ties": 4 }]));
    assert!(zero.err.contains("none: every entry is 0"), "{}", zero.err);
    let folder = Folder::new();
    let nan = ran(&["compute", "corr", &folder.with("x.csv", b"nan\nnan\n"), "[1]"]);
    assert!(nan.err.contains("none: every entry is"), "{}", nan.err);
}

#[test]
fn what_is_said_of_a_border_is_true() {
    let circular = ran(&["compute", "conv", "[1, 2, 3]", "[1, 1]", "--mode", "circular", "--json"]);
    assert!(
        circular.err.contains("circular, indices modulo n") && !circular.err.contains("border"),
        "{}",
        circular.err
    );
    assert!(circular.json()["boundary"].is_null());
    let full = ran(&["compute", "conv", "[1, 2, 3]", "[1, 1]", "--json"]);
    assert!(full.err.contains("border zero") && full.json()["boundary"] == "zero", "{}", full.err);
}

#[test]
fn mistyped_algorithms_and_numbers_are_told() {
    let mistyped = ran(&["compute", "conv", "[1.5, 2]", "[1, 1]", "--algorithm", "fftt"]);
    assert_eq!(mistyped.code, 2);
    let said = ["for float64", "did you mean `fft`?"];
    assert!(said.iter().all(|words| mistyped.err.contains(words)), "{}", mistyped.err);
    assert!(ran(&["list", "scalars"]).text().contains("float64"));
    let folder = Folder::new();
    for (text, words) in [("1..5,2\n1,2\n", "line 1, column 1"), ("1\n1e400\n", "line 2, column 1")] {
        let refused = ran(&["compute", "conv", &folder.with("x.csv", text.as_bytes()), "[1]"]);
        assert!(refused.code == 2 && refused.err.contains(words), "{}", refused.err);
    }
    let header = ran(&["compute", "conv", &folder.with("h.csv", b"left\n1\ninf\n"), "[1]"]);
    assert!(header.code == 0 && header.err.contains("line 1 is a header and was skipped"), "{}", header.err);
    let nan = ran(&["compute", "dft", &folder.with("nan.csv", b"1\nnan\n")]);
    assert!(nan.code == 2 && nan.err.contains("mixes all entries"), "{}", nan.err);
}

#[test]
fn sizes_that_never_fit_are_told_as_such() {
    for (claim, words) in [
        (
            "for x : [n]. given n <= 2. convvalid(x, [1, 2, 3]) = x",
            "a window longer than the array, as with n = 1, x of 1 entry",
        ),
        ("for x : [n], y : [n + 1]. x + y = y + x", "as with n = 1, x of 1 entry, y of 2 entries"),
        ("for x : Z/n -> any, y : Z/(2 * n) -> any. x * y = y * x", "on different cycles, as with n = 1"),
    ] {
        let told = ran(&["prove", claim]);
        assert_eq!(told.code, 3);
        assert!(told.text().contains("do the sizes fit") && told.text().contains(words), "{}", told.text());
    }
    // hypotheses that contradict each other are no matter of sizes
    let empty = ran(&["prove", "for x : [n]. given n >= 2, n <= 1. x = x"]);
    assert!(empty.code == 3 && empty.text().contains("satisfies the hypotheses"), "{}", empty.text());
}

/// Sends what Ctrl-C sends.
#[cfg(unix)]
fn interrupt(id: u32) {
    assert!(Command::new("kill").args(["-INT", &id.to_string()]).status().unwrap().success());
}

#[cfg(unix)]
#[test]
fn whoever_interrupts_hears_what_was_reached() {
    use std::io::{BufRead, BufReader, Read};
    let pipes = || (Stdio::piped(), Stdio::piped());
    let (out, err) = pipes();
    let mut child = Command::new(BINARY).args(["prove", "--all"]).stdout(out).stderr(err).spawn().unwrap();
    // the first claims are printed when the handler is there
    let (mut first, mut out) = (String::new(), BufReader::new(child.stdout.take().unwrap()));
    out.read_line(&mut first).unwrap();
    // whatever else is printed is read, so that the pipe is never full
    let rest = thread::spawn(move || io::copy(&mut out, &mut io::sink()));
    interrupt(child.id());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{said}");
    assert!(said.contains("interrupted: ") && said.contains(" claims done: "), "{said}");
    rest.join().unwrap().unwrap();
}

#[cfg(unix)]
#[test]
fn an_interruption_ends_a_program_whose_output_nobody_reads() {
    use std::io::{BufRead, BufReader};
    let (reader, mut writer) = io::pipe().unwrap();
    let out = writer.try_clone().unwrap();
    let (mut command, mut reader) = (Command::new(BINARY), BufReader::with_capacity(1, reader));
    let mut child = command.args(["prove", "--all"]).stdout(out).stderr(Stdio::null()).spawn().unwrap();
    drop(command);
    let mut first = String::new();
    reader.read_line(&mut first).unwrap();
    // no place is left in the pipe from here on, whatever the program has printed so far
    let filler = thread::spawn(move || while writer.write_all(&[b'\n'; 1 << 16]).is_ok() {});
    // by then the program waits for a place, more likely than not; the code is the same in any case
    thread::sleep(Duration::from_secs(3));
    assert!(child.try_wait().unwrap().is_none(), "it ended before it was interrupted");
    interrupt(child.id());
    let start = Instant::now();
    let ended = loop {
        match child.try_wait().unwrap() {
            None if start.elapsed() < Duration::from_secs(60) => thread::sleep(Duration::from_millis(20)),
            ended => break ended,
        }
    };
    if ended.is_none() {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    drop(reader);
    filler.join().unwrap();
    assert_eq!(ended.expect("it ends within a minute").code(), Some(130));
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

/// Refused: exit code 2, one message with `words`, nothing on standard output, no file where none was.
pub fn refuses(folder: &Folder, arguments: &[&str], words: &[&str]) {
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
        (folder.path("absent.png"), "there is no file"),
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
    for (shape, said) in [
        ("(1000000000,)", "follow the header"),
        ("(4294967296, 4294967296)", "lengths whose product"),
        ("(100000, 100000, 3)", "follow the header"),
    ] {
        let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}\n");
        let start =
            [&b"\x93NUMPY\x01\x00"[..], &(header.len() as u16).to_le_bytes(), header.as_bytes()].concat();
        let path = folder.with("x.npy", &[&start[..], &[0; 16]].concat());
        let line = format!("ulimit -v 1000000; {BINARY} compute conv {path} '[1]'");
        let output = Command::new("sh").args(["-c", &line]).output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && err.contains(said), "{err}");
    }
}

#[test]
fn a_failure_leaves_what_was_there() {
    let folder = Folder::new();
    let y = folder.with("y.png", b"precious");
    refuses(&folder, &["compute", "conv", "[1, 2]", "[1]", "-o", &y], &["rows"]);
    assert_eq!(fs::read(&y).unwrap(), b"precious");
    // An input is not written over.
    let x = folder.holding("x.npy", &ints(&[1, 2]), &Form::Plain);
    refuses(&folder, &["compute", "conv", &x, "[1, 1]", "-o", &x], &["written over"]);
    assert_eq!(folder.read("x.npy"), ints(&[1, 2]));
}

#[test]
fn standard_streams_hold_csv_and_npy() {
    assert_eq!(fed(&["compute", "conv", "-", "[1, 1]", "-o", "-"], b"1\n2\n3\n").text(), "1\n3\n5\n3\n");
    let npy = fs::read(example("big-f4.npy")).unwrap();
    let doubled = fed(&["compute", "conv", "-", "[[2]]", "-o", "-.npy"], &npy);
    let Data::F32(a) = files::decode(&doubled.out, files::Format::Npy).unwrap().data else {
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
fn completions_and_the_manual_are_printed() {
    assert!(ran(&["completions", "bash"]).text().contains("_faltung"));
    assert!(ran(&["man"]).text().starts_with(".ie"));
    let help = ran(&["--help"]);
    assert!(help.code == 0 && help.text().contains("compute") && !help.text().contains("completions"));
    assert_eq!(ran(&["compute"]).code, 2);
}

#[test]
fn a_figure_is_drawn_alone() {
    let folder = Folder::new();
    let file = folder.path("f.svg");
    let drawn = ran(&["figure", "impulse-and-kernel", "-o", &file]);
    assert!(drawn.code == 0 && drawn.out.is_empty() && drawn.err.starts_with("figure "), "{}", drawn.err);
    let printed = ran(&["figure", "impulse-and-kernel", "-q"]);
    assert_eq!((printed.code, printed.err.as_str()), (0, ""));
    assert!(printed.text().starts_with("<svg") && printed.out == fs::read(&file).unwrap());
    let data = ran(&["figure", "impulse-and-kernel", "--json"]).json();
    assert_eq!((&data["schema"], &data["figure"]["id"]), (&1.into(), &"impulse-and-kernel".into()));
    assert!(data["figure"]["panels"].as_array().is_some_and(|panels| !panels.is_empty()));
    for (arguments, words) in [
        (&["figure", "impulse-and-kernels"][..], "did you mean `impulse-and-kernel`?"),
        (&["figure", "impulse-and-kernel", "-o", "f.png"], "end in .svg"),
        (&["figure", "impulse-and-kernel", "-o", "-", "--json"], "leave out -o"),
        (&["figure", "impulse-and-kernel", "-o", "no/such/folder/f.svg"], "directory"),
    ] {
        let refused = ran(arguments);
        let said = format!("{}{}", refused.text(), refused.err);
        assert!(refused.code == 2 && said.contains(words), "{arguments:?}: {said}");
    }
}

#[test]
fn an_experiment_is_carried_out_alone() {
    let listed = ran(&["list", "experiments"]);
    assert!(listed.text().contains("karatsuba-counts-multiplications  "), "{}", listed.text());
    let done = ran(&["experiment", "karatsuba-counts-multiplications"]);
    assert!(done.code == 0 && done.text().contains("  level     exact, "), "{}", done.text());
    let data = ran(&["experiment", "karatsuba-counts-multiplications", "--json"]).json();
    assert_eq!((&data["found"]["held"], &data["found"]["level"]), (&true.into(), &"exact".into()));
    let refused = ran(&["experiment", "karatsuba-counts"]);
    assert!(refused.code == 2 && refused.err.contains("list experiments"), "{}", refused.err);
}
