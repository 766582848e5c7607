//! Sounds piece by piece against the whole, drawings, and sounds that come back.

use crate::cli::{BINARY, Folder, ran, refuses};
use faltung::io::{self, Data, Form, Samples};
use ndarray::{ArrayD, Axis, IxDyn, Slice};
use num_complex::Complex64;
use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

const RATE: u32 = 8000;

/// A rising tone and clicks: in both channels, the other way round in the second.
fn recording(folder: &Folder, name: &str, frames: usize, channels: u16) -> String {
    let value = |n: usize| {
        let t = n as f64 / f64::from(RATE);
        let click = if n % 9973 < 3 { 0.3 } else { 0.0 };
        0.5 * (600.0 * t + 40.0 * t * t).sin() + click - 0.05
    };
    let many = channels as usize;
    let array = ArrayD::from_shape_fn(IxDyn(&[frames, many]), |k| {
        if k[1] == 0 { value(k[0]) } else { value(frames - 1 - k[0]) }
    });
    let array = if many == 1 { array.into_shape_with_order(vec![frames]).unwrap() } else { array };
    let form = Form::Sound { rate: RATE, channels, samples: Samples::Float };
    folder.holding(name, &Data::F64(array), &form)
}

fn read(path: &str) -> ArrayD<Complex64> {
    match io::read(Path::new(path)).unwrap().data {
        Data::C64(a) => a,
        Data::F64(a) => a.mapv(Complex64::from),
        other => panic!("expected floats, got {}", other.type_name()),
    }
}

fn apart(a: &ArrayD<Complex64>, b: &ArrayD<Complex64>) -> f64 {
    assert_eq!(a.shape(), b.shape());
    a.iter().zip(b).map(|(a, b)| (a - b).norm()).fold(0.0, f64::max)
}

/// The transform whole, and piece by piece.
fn both(folder: &Folder, words: &[&str]) -> [ArrayD<Complex64>; 2] {
    [&[][..], &["--blocks"]].map(|how| {
        let y = folder.path("y.npy");
        let done = ran(&[words, how, &["-o", &y]].concat());
        assert_eq!(done.code, 0, "{}", done.err);
        assert_eq!(done.err.contains("piece by piece"), !how.is_empty(), "{}", done.err);
        read(&y)
    })
}

#[test]
fn windows_of_pieces_are_those_of_the_whole_to_the_bit() {
    let folder = Folder::new();
    let x = recording(&folder, "x.wav", 30_000, 2);
    // so many channels that there are several pieces
    for [length, hop, channels] in
        [["50", "48", "4096"], ["3001", "1000", "80000"], ["64", "441", "4096"], ["5000", "96", "4096"]]
    {
        let words =
            ["compute", "stft", &x, "--length", length, "--hop", hop, "--channels", channels].to_vec();
        let [whole, pieces] = both(&folder, &words);
        assert_eq!(whole, pieces);
        let [whole, pieces] = both(&folder, &[&words[..], &["--magnitude"]].concat());
        assert_eq!(whole, pieces);
    }
}

#[test]
fn scales_of_pieces_are_those_of_the_whole_but_for_what_is_said() {
    let folder = Folder::new();
    let x = recording(&folder, "x.wav", 150_000, 1);
    for wavelet in ["morse", "morlet", "mexican-hat"] {
        let words =
            ["compute", "cwt", &x, "--wavelet", wavelet, "--lowest", "8", "--voices", "2", "--hop", "7"];
        let [whole, pieces] = both(&folder, &words);
        let said = ran(&[&words[..], &["--blocks", "--json", "-o", &folder.path("y.npy")]].concat()).json();
        let beyond = said["beyond"].as_array().unwrap();
        assert_eq!(beyond.len(), whole.shape()[0]);
        for (l, beyond) in beyond.iter().enumerate() {
            let row = |y: &ArrayD<Complex64>, ends: usize| {
                let row = y.index_axis(Axis(0), l).to_owned();
                let last = row.len() - ends;
                row.slice_axis(Axis(0), Slice::from(ends..last)).to_owned()
            };
            // samples are at most 0.85, and from the seven-thousandth on no coefficient sees the end
            let (off, beyond) = (apart(&row(&whole, 1000), &row(&pieces, 1000)), beyond.as_f64().unwrap());
            assert!(off <= beyond + 1e-13, "{wavelet}: {off:e}, said {beyond:e}");
            assert!(l < 4 || beyond < 1e-6, "{wavelet}: {beyond:e}");
            let all = apart(&row(&whole, 0), &row(&pieces, 0));
            assert!(all < 1e-3, "{wavelet}: {all:e}");
        }
        // a twin a sample late is far off
        let late = |n: usize| pieces[[3, n + 1]] - whole[[3, n]];
        assert!((0..1000).any(|n| late(n).norm() > 1e-3));
    }
    refuses(&folder, &["compute", "cwt", &x, "--blocks", "--lowest", "0.01"], &["--lowest 20"]);
    refuses(&folder, &["compute", "cwt", &x, "--blocks", "--invertible"], &["--invertible"]);
}

#[test]
fn averages_of_pieces_lie_where_those_of_the_whole_do() {
    let folder = Folder::new();
    // lengths of every kind, for the whole begins with the half of its padding
    for frames in [100_001, 100_014] {
        let x = recording(&folder, "x.wav", frames, 1);
        for more in [&["--per-octave", "4,1"][..], &["--oversampling", "2"], &["--support", "128"]] {
            let words = [&["compute", "scatter", &x, "--scale", "6"], more].concat();
            let [whole, pieces] = both(&folder, &words);
            let most = whole.iter().map(|v| v.norm()).fold(0.0, f64::max);
            assert!(whole.iter().any(|v| v.re < 0.0), "averages have signs");
            // at the ends the whole sees its other end
            let last = whole.shape()[1];
            let from = |a: &ArrayD<Complex64>, first: usize| {
                a.slice_axis(Axis(1), Slice::from(first..last - 130 + first)).to_owned()
            };
            let off = apart(&from(&whole, 64), &from(&pieces, 64)) / most;
            assert!(off < 1e-9, "{frames} {more:?}: {off:e}");
            assert!(apart(&whole, &pieces) / most < 1e-2);
            let late = apart(&from(&whole, 64), &from(&pieces, 65)) / most;
            assert!(late > 1e-4, "a twin an average late is far off");
        }
        refuses(
            &folder,
            &["compute", "scatter", &x, "--blocks", "--convention", "parseval", "--scale", "4"],
            &["tight bank", "--convention"],
        );
    }
    let bytes = fs::read(folder.path("x.wav")).unwrap();
    let cut = folder.with("cut.wav", &bytes[..bytes.len() - 1000]);
    refuses(&folder, &["compute", "scatter", &cut, "--blocks", "--scale", "4"], &["cut off"]);
    let x = folder.with("x.csv", b"1\n2\n3\n4\n");
    refuses(&folder, &["compute", "scatter", &x, "--blocks"], &[".wav", "--blocks"]);
    let missing = folder.path("missing.wav");
    let y = folder.path("y.npy");
    refuses(&folder, &["compute", "stft", &missing, "--blocks", "-o", &y], &["there is no file"]);
    let x = recording(&folder, "y.wav", 3_000, 1);
    let wide = ["compute", "scatter", &x, "--blocks", "--scale", "4", "--support", "2048"];
    refuses(&folder, &[&wide[..], &["-o", &y]].concat(), &["hardly more", "--blocks"]);
}

#[test]
fn transforms_are_drawn() {
    let folder = Folder::new();
    let x = recording(&folder, "x.wav", 12_000, 1);
    let (svg, png) = (folder.path("y.svg"), folder.path("y.png"));
    for words in [&["stft"][..], &["cwt", "--lowest", "50"], &["scatter", "--scale", "5"]] {
        let words = [&["compute", words[0], &x], &words[1..]].concat();
        for how in [&[][..], &["--blocks"]] {
            let done = ran(&[&words[..], how, &["-o", &svg, "--json"]].concat());
            assert_eq!(done.code, 0, "{}", done.err);
            let drawing = fs::read_to_string(&svg).unwrap();
            assert!(drawing.contains("<image") && drawing.contains("time, s"), "{words:?}");
            let told = &done.json()["display"][0];
            let greatest = told["greatest"].as_f64().unwrap();
            assert!(greatest > 0.1 && done.err.contains("white"), "{}", done.err);
            if words[1] != "scatter" {
                // the tone rises from 95 Hz to 115 Hz or so
                let hertz = told["at"][1].as_f64().unwrap();
                assert!((60.0..160.0).contains(&hertz), "{words:?}: {hertz}");
            } else {
                assert!(drawing.contains("centre frequency, Hz"));
                // of wavelets of an octave
                let row = told["row"].as_str().unwrap();
                let hertz: f64 = row.split(' ').nth(2).unwrap().parse().unwrap();
                assert!((50.0..200.0).contains(&hertz) && row.ends_with(" Hz"), "{row}");
                let unseen = done.err.contains("none is derived of what a piece does not see");
                assert_eq!(unseen, !how.is_empty(), "{}", done.err);
            }
        }
        let done = ran(&[&words[..], &["-o", &png]].concat());
        assert_eq!(done.code, 0, "{}", done.err);
        let Data::Int(levels, _) = io::read(Path::new(&png)).unwrap().data else { panic!("levels") };
        assert_eq!((levels.iter().max(), levels.ndim()), (Some(&255), 2));
        assert!(levels.shape()[0] <= 512 && levels.shape()[1] <= 640);
    }
    // levels of an image are not written piece by piece
    for name in ["stft", "cwt"] {
        let raw = ["compute", name, &x, "--magnitude", "--blocks", "-o", &folder.path("raw.png")];
        refuses(&folder, &raw, &[".npy file or a drawing"]);
    }
    let large = "[1.7e308, 1.7e308, -1.7e308, 1.7e308, 1.7e308, 1.7e308, 1.7e308, -1.7e308]";
    let lost = ["compute", "stft", large, "--length", "4"];
    refuses(&folder, &[&lost[..], &["-o", &folder.path("lost.svg")]].concat(), &["scale the signal down"]);
    assert!(ran(&lost).err.contains("entries are not finite"));
    let other = ["compute", "dwt", "[1, 2, 3, 4]", "-o", &svg];
    fs::remove_file(&svg).unwrap();
    refuses(&folder, &other, &["names no known format"]);
    refuses(
        &folder,
        &["compute", "scatter", "[[[1, 2], [3, 4]], [[1, 2], [3, 4]]]", "-o", &svg],
        &["write .npy"],
    );
    refuses(&folder, &["compute", "scatter", &x, "--blocks", "--signals", "-o", &svg], &["--signals"]);
    refuses(&folder, &["compute", "stft", &x, "-o", &svg, "--range", "stretch"], &["--range"]);
    refuses(&folder, &["compute", "cwt", "[1, 2, 3, 4]"], &["4 samples", "--lowest"]);
}

#[test]
fn sounds_come_back() {
    let folder = Folder::new();
    let x = recording(&folder, "x.wav", 4000, 2);
    let (y, z) = (folder.path("y.npy"), folder.path("z.wav"));
    let wanted = read(&x);
    assert_eq!(ran(&["compute", "stft", &x, "-o", &y]).code, 0);
    let back = ["compute", "istft", &y, "--samples", "4000", "-o", &z];
    assert_eq!(ran(&[&back[..], &["--rate", "8000"]].concat()).code, 0);
    assert!(apart(&read(&z), &wanted) < 1e-6);
    assert!(matches!(io::read(Path::new(&z)).unwrap().form, Form::Sound { rate: RATE, channels: 2, .. }));
    fs::remove_file(&z).unwrap();
    refuses(&folder, &back, &["samples a second", "--rate"]);
    refuses(&folder, &[&back[..], &["--rate", "0.5"]].concat(), &["whole number"]);
    assert_eq!(ran(&["compute", "cwt", &x, "--invertible", "-o", &y]).code, 0);
    assert_eq!(ran(&["compute", "icwt", &y, "--rate", "8000", "-o", &z]).code, 0);
    assert!(apart(&read(&z), &wanted) < 1e-6);
}

/// Whoever ends a program that writes as it computes finds no part of a file.
#[cfg(unix)]
#[test]
fn a_program_that_is_told_to_end_leaves_nothing() {
    for signal in ["-INT", "-TERM"] {
        let folder = Folder::new();
        let x = recording(&folder, "x.wav", 3_000_000, 1);
        let names = || {
            let entries = fs::read_dir(Path::new(&x).parent().unwrap()).unwrap();
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
        };
        let y = folder.path("y.npy");
        let words = ["compute", "cwt", &x, "--blocks", "--lowest", "20", "--voices", "32", "-o", &y];
        let mut child = Command::new(BINARY).args(words).stderr(Stdio::piped()).spawn().unwrap();
        while names().len() < 2 && child.try_wait().unwrap().is_none() {
            thread::sleep(Duration::from_millis(5));
        }
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        let ended = child.wait_with_output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!((ended.status.code(), names()), (Some(130), vec!["x.wav".to_owned()]), "{said}");
        assert!(said.contains("interrupted: nothing is written"), "{said}");
    }
}
