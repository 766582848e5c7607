//! The README's tour, as a reader would type it: every line runs, and prints what stands below it.

use crate::{
    cli::{Folder, search_path},
    files::jpeg_with_orientation,
};
use faltung::io::{Data, Form, Samples};
use ndarray::Array1;
use std::process::Command;

/// A line after `$`, without its remark, and what the README says it prints.
#[derive(Debug, PartialEq)]
struct Step {
    line: String,
    printed: String,
}

/// The steps of all console blocks that show a prompt.
fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = vec![];
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if let Some(typed) = line.strip_prefix("$ ").filter(|_| inside) {
            let typed = typed.split(" #").next().unwrap_or(typed).trim_end();
            steps.push(Step { line: typed.into(), printed: String::new() });
        } else if let Some(step) = steps.last_mut().filter(|_| inside) {
            step.printed += &format!("{line}\n");
        }
    }
    steps
}

/// Whether it ran as the README says; a step without output is one that succeeds.
fn judge(step: &Step, folder: &Folder) -> Result<(), String> {
    let mut shell = Command::new("sh");
    let run = shell
        .args(["-c", &step.line])
        .env("PATH", search_path())
        .env("NO_COLOR", "1")
        .current_dir(folder.path(""));
    let output = run.output().unwrap();
    let (text, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if step.printed.is_empty() {
        return if output.status.success() { Ok(()) } else { Err(format!("{}: {errors}", step.line)) };
    }
    if text.trim_end() == step.printed.trim_end() {
        Ok(())
    } else {
        Err(format!("{}: {text}{errors}", step.line))
    }
}

/// The files that the tour names.
fn desk() -> Folder {
    let folder = Folder::new();
    let wave = |n: usize| Data::F64(Array1::from_shape_fn(n, |k| (k as f64 * 0.1).sin() / 4.0).into_dyn());
    folder.with("photo.jpg", &jpeg_with_orientation(&[128; 3 * 24 * 16], 24, 16, 1));
    for (name, n) in [("speech.wav", 400), ("room.wav", 20)] {
        folder.holding(name, &wave(n), &Form::Sound { rate: 8000, channels: 1, samples: Samples::Int(16) });
    }
    for (name, n) in [("x.npy", 40), ("w.npy", 5)] {
        folder.holding(name, &wave(n), &Form::Plain);
    }
    folder
}

#[test]
fn the_tour_runs_as_written() {
    let steps = steps(include_str!("../../README.md"));
    assert!(steps.len() >= 8, "the tour is gone: {steps:?}");
    assert!(steps.iter().filter(|step| !step.printed.is_empty()).count() >= 2);
    let folder = desk();
    for step in steps {
        judge(&step, &folder).unwrap_or_else(|said| panic!("{said}"));
    }
}

#[test]
fn a_wrong_tour_is_caught() {
    let folder = desk();
    let wrong = "```console\n$ faltung compute conv \"[1]\" \"[2]\"   # a remark\n3\n$ faltung compute conv none.npy none.npy\n```\n";
    let steps = steps(wrong);
    assert_eq!(steps[0], Step { line: r#"faltung compute conv "[1]" "[2]""#.into(), printed: "3\n".into() });
    assert!(steps.iter().all(|step| judge(step, &folder).is_err()));
}
