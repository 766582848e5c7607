//! `faltung report`: the book proved, drawn and woven into one page.

use super::{
    interrupt,
    output::{Failure, Voice},
};
use clap::Args;
use faltung::{
    book::{self, Block, Book},
    report::{self, Misprint, Prover, Report},
    theorem::{Effort, Verdict},
};
use serde_json::json;
use std::{
    collections::BTreeMap,
    path::PathBuf,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Instant,
};

/// The title of our book.
const TITLE: &str = "The book of convolution";

/// Prove the book (or the chapters given), draw it, and write it as one page
#[derive(Args)]
pub struct ReportCommand {
    /// Chapters in Markdown, in reading order; our book where there is none
    #[arg(value_name = "CHAPTER.md")]
    chapters: Vec<PathBuf>,
    /// The folder to write index.html, report.json and figures/ to
    #[arg(long, default_value = "reports", value_name = "DIR")]
    out: PathBuf,
    /// One chapter only, by its file's name or the beginning of it
    #[arg(long, value_name = "CHAPTER")]
    only: Option<String>,
}

impl ReportCommand {
    /// Writes the report; the exit code is 1 where a block did not do what it announces.
    pub fn run(&self, voice: &Voice, seed: u64) -> miette::Result<ExitCode> {
        let start = Instant::now();
        let mut book = if self.chapters.is_empty() { book::embedded()? } else { book::read(&self.chapters)? };
        if let Some(only) = &self.only {
            restrict(&mut book, only)?;
        }
        let title = if self.chapters.is_empty() { TITLE.to_owned() } else { book.chapters[0].title.clone() };
        if !book.blocks().any(|(_, b)| !matches!(b, Block::Prose(_))) {
            Err(Failure::input(
                "there is no claim in these chapters",
                "a claim is a fenced block that opens with ```claim",
            ))?;
        }
        for unseen in report::proofread(&book).map_err(misprint)? {
            voice.say("note", unseen);
        }
        let blocks = report::questions(&book).len();
        let bar = voice.progress(blocks as u64);
        let settled = Arc::new(AtomicUsize::new(0));
        let (so_far, out) = (settled.clone(), self.out.display().to_string());
        interrupt::tell(voice, move || match so_far.load(Relaxed) {
            done if done < blocks => {
                format!("{done} of {blocks} claims were settled, and nothing was written")
            }
            _ => format!("all {blocks} claims were settled, and {out} may be written in part"),
        });
        let mut prover = Prover::new(&book, &Effort { seed, ..Effort::default() }, |name| {
            bar.set_message(name.to_owned());
            bar.inc(1);
            settled.fetch_add(1, Relaxed);
        });
        bar.finish_and_clear();
        let report = report::weave(&book, &title, seed, &mut prover).map_err(|e| {
            Failure::input(
                e.to_string(),
                "mend the block; `faltung explain` knows the operators and the error codes",
            )
        })?;
        // what --only leaves out may be linked to, and our own links are held against our own page by a test
        if !self.chapters.is_empty() && self.only.is_none() {
            let page = report::page(&report).map_err(untypeset)?;
            report::anchored(&book, &page).map_err(misprint)?;
        }
        let changed = report::write(&report, &self.out).map_err(|e| match &e {
            report::WriteError::File { .. } => {
                Failure::input(e.to_string(), "choose another folder with --out")
            }
            _ => untypeset(e),
        })?;
        let page = self.out.join("index.html");
        if voice.json {
            let tally = serde_json::to_value(report.tally).map_err(|e| Failure::Stream(e.into()))?;
            voice.document(&json!({ "schema": 1, "page": page, "changed": changed, "tally": tally, "seconds": start.elapsed().as_secs_f64() }))?;
        } else {
            let line = format!(
                "{} · {:.1} s · {}\n",
                summary(&report),
                start.elapsed().as_secs_f64(),
                page.display()
            );
            voice.print(line.as_bytes())?;
        }
        for block in report.chapters.iter().flat_map(|chapter| &chapter.blocks) {
            if let Some(other) = otherwise(block) {
                voice.say("", &other);
            }
        }
        Ok(ExitCode::from(u8::from(report.tally.not_as_announced > 0)))
    }
}

/// A misprint with the lines it is about; of a claim, as `faltung prove` shows it.
fn misprint(misprint: Misprint) -> miette::Report {
    match misprint {
        Misprint::Chapter(error) => miette::Report::from(*error),
        Misprint::Claim { origin, source } => miette::Report::from(*source).wrap_err(origin),
    }
}

fn untypeset(error: impl std::fmt::Display) -> Failure {
    Failure::input(error.to_string(), "mend the LaTeX of that block or paragraph")
}

/// The block that did not come out as announced, in a line.
fn otherwise(block: &report::data::Block) -> Option<String> {
    let (id, what) = match block {
        report::data::Block::Claim(claim) if !claim.as_announced => (
            &claim.id,
            match (claim.affirmed, claim.finding.verdict) {
                (_, Verdict::Refuted) => "a claim, and it is refuted".to_owned(),
                (false, _) => "a false belief, and it is not refuted".to_owned(),
                (true, verdict) => {
                    let level =
                        claim.finding.level.map(|level| format!(", level {level}")).unwrap_or_default();
                    format!("a claim that is {verdict:?}{level}, and not as announced").to_lowercase()
                }
            },
        ),
        report::data::Block::Experiment(experiment) if !experiment.as_announced => {
            (&experiment.id, format!("an experiment, and {}", experiment.trial.statement))
        }
        _ => return None,
    };
    Some(format!("NOT AS ANNOUNCED: {id}: {what}"))
}

fn restrict(book: &mut Book, only: &str) -> Result<(), Failure> {
    let names: Vec<String> = book.chapters.iter().map(|chapter| chapter.file.clone()).collect();
    book.chapters.retain(|chapter| chapter.file.contains(only));
    if book.chapters.is_empty() {
        return Err(Failure::input(
            format!("no chapter is called `{only}`"),
            format!("the chapters are {}", names.join(", ")),
        ));
    }
    Ok(())
}

/// How many blocks came to which verdict and level.
fn summary(report: &Report) -> String {
    let mut counts: BTreeMap<(Verdict, Option<faltung::theorem::Level>), usize> = BTreeMap::new();
    for block in report.chapters.iter().flat_map(|chapter| &chapter.blocks) {
        if let report::data::Block::Claim(claim) = block {
            *counts.entry((claim.finding.verdict, claim.finding.level)).or_default() += 1;
        }
    }
    let words = |verdict: Verdict| match verdict {
        Verdict::Holds => "hold",
        Verdict::HoldsFor => "hold in a box",
        Verdict::Refuted => "refuted",
        Verdict::Undecided => "undecided",
    };
    let mut parts: Vec<String> = counts
        .iter()
        .map(|((verdict, level), n)| {
            let level = level.map(|level| format!(" ({level})")).unwrap_or_default();
            format!("{n} {}{level}", words(*verdict))
        })
        .collect();
    parts.push(format!("{} figures", report.tally.figures));
    parts.push(match report.tally.not_as_announced {
        0 => "all as announced".to_owned(),
        n => format!("{n} NOT AS ANNOUNCED"),
    });
    parts.join(" · ")
}
