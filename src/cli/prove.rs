//! `faltung prove`: claims typed, named or in files; how each was read, the verdict, and what was done for it.

use super::{
    interrupt,
    output::{self, Failure, Voice},
};
use clap::{Args, ValueEnum};
use faltung::{
    book::{self, Block, Book, Rules},
    expr,
    report::data::Finding,
    theorem::{Effort, Level, Outcome, Verdict, prove},
};
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use serde::Serialize;
use serde_json::json;
use std::{
    fmt, fs,
    io::Read,
    path::Path,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

/// Prove or refute claims
///
/// Each WHAT is a file (a chapter in Markdown, or claims one a line), the id of a claim of the book, or a claim;
/// `-` reads standard input.
#[derive(Args)]
pub struct Prove {
    /// An id, a claim, a chapter.md, a file of claims, or -
    #[arg(value_name = "WHAT", required_unless_present = "all")]
    what: Vec<String>,
    /// Every claim of the book
    #[arg(long)]
    all: bool,
    /// The largest size, integer and support window to prove a claim for
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    max_size: Option<u16>,
    /// The level to reach; less counts as undecided
    #[arg(long, value_name = "LEVEL")]
    level: Option<Level>,
    /// How hard to try
    #[arg(long, value_enum, default_value_t = Pains::Normal)]
    effort: Pains,
    /// Whatever holds only in a box counts as undecided (exit code 3)
    #[arg(long)]
    strict: bool,
    /// Say how it was proved, not only that
    #[arg(long)]
    show_proof: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Pains {
    Low,
    Normal,
    High,
}

/// How many claims came to what, so far.
#[derive(Default)]
struct Counts {
    all: usize,
    hold: AtomicUsize,
    refuted: AtomicUsize,
    undecided: AtomicUsize,
}

impl Counts {
    fn add(&self, verdict: Verdict) {
        let count = match verdict {
            Verdict::Holds | Verdict::HoldsFor => &self.hold,
            Verdict::Refuted => &self.refuted,
            Verdict::Undecided => &self.undecided,
        };
        count.fetch_add(1, Relaxed);
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let [hold, refuted, undecided] =
            [&self.hold, &self.refuted, &self.undecided].map(|count| count.load(Relaxed));
        let (settled, all) = (hold + refuted + undecided, self.all);
        let claims = if all == 1 { "claim" } else { "claims" };
        write!(f, "{settled} of {all} {claims} done: {hold} hold, {refuted} refuted, {undecided} undecided")
    }
}

/// A claim to settle, and what is announced of it.
struct Item {
    /// Its id, where it stands in a chapter.
    id: Option<String>,
    text: String,
    /// Where it was read, for messages: a file and a line; empty for one that was typed.
    origin: String,
    announced: Announced,
}

enum Announced {
    Nothing,
    /// In our book exactly this level, in a reader's at least.
    Holds(Option<Level>, Rules),
    False,
}

/// One result, as `--json` prints it.
#[derive(Serialize)]
struct Record<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    claim: &'a str,
    #[serde(flatten)]
    finding: Finding,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_announced: Option<bool>,
    seconds: f64,
}

struct Settled {
    item: Item,
    outcome: Outcome,
    seconds: f64,
}

impl Prove {
    /// Settles everything that is asked for, and gives the worst exit code (2 > 1 > 3 > 0).
    pub fn run(&self, voice: &Voice, seed: u64) -> miette::Result<ExitCode> {
        let items = self.items()?;
        let effort = self.effort(seed);
        let (mut worst, mut records) = (0, vec![]);
        let alone = items.len() == 1;
        let mut queue: Vec<(Item, expr::Claim)> = vec![];
        for item in items {
            match expr::parse(&item.text) {
                Ok(claim) => queue.push((item, claim)),
                // One that cannot be read is an error of its own; it does not keep the others from being settled.
                Err(error) => {
                    let origin = item.origin.clone();
                    let error = miette::Report::from(error);
                    let error = if origin.is_empty() { error } else { error.wrap_err(origin) };
                    if alone {
                        return Err(error);
                    }
                    worst = 2;
                    if voice.json {
                        records.push(json!({ "claim": item.text, "error": output::error(&error) }));
                    } else {
                        output::complain(&error);
                    }
                }
            }
        }
        let bar = voice.progress(queue.len() as u64);
        if alone {
            bar.set_message("searching for a counterexample, then for a proof");
        }
        let counts = Arc::new(Counts { all: queue.len(), ..Counts::default() });
        let so_far = counts.clone();
        interrupt::tell(voice, move || so_far.to_string());
        // in portions, so that whoever interrupts a long run has seen what was reached
        while !queue.is_empty() {
            let portion: Vec<(Item, expr::Claim)> = queue.drain(..queue.len().min(64)).collect();
            let settle = |(item, claim): (Item, expr::Claim)| {
                let start = Instant::now();
                let outcome = prove(&claim, &effort);
                bar.inc(1);
                counts.add(outcome.verdict);
                Settled { item, outcome, seconds: start.elapsed().as_secs_f64() }
            };
            let settled: Vec<Settled> = portion.into_par_iter().map(settle).collect();
            for s in settled {
                worst = worse(worst, s.code(self));
                let short = s.code(self) == 3 && s.outcome.verdict != Verdict::Undecided;
                let finding = Finding::of(&s.outcome);
                if voice.json {
                    records.push(
                        serde_json::to_value(s.record(finding)).map_err(|e| Failure::Stream(e.into()))?,
                    );
                } else {
                    let text = super::verdict::text(
                        &s.item.text,
                        s.item.id.as_deref(),
                        &finding,
                        s.as_announced(),
                        self.show_proof,
                    );
                    bar.suspend(|| voice.print(text.as_bytes()))?;
                    if short {
                        voice.say("", "  it counts as undecided: more was asked for, by --strict or --level");
                    }
                }
            }
        }
        bar.finish_and_clear();
        if voice.json {
            voice.document(&json!({ "schema": 1, "results": records }))?;
        }
        Ok(ExitCode::from(worst))
    }

    fn effort(&self, seed: u64) -> Effort {
        let effort = match self.effort {
            Pains::Low => Effort::low(),
            Pains::Normal => Effort::default(),
            Pains::High => Effort::high(),
        };
        Effort { seed, max_size: self.max_size.map(usize::from), ..effort }
    }

    fn items(&self) -> miette::Result<Vec<Item>> {
        let ours = book::embedded()?;
        let mut items = if self.all { blocks(&ours) } else { vec![] };
        for what in self.what.iter().map(|what| what.trim_start()) {
            if what == "-" {
                let mut bytes = vec![];
                std::io::stdin().take(book::LARGEST + 1).read_to_end(&mut bytes).map_err(Failure::Stream)?;
                items.extend(contents("standard input", "-", bytes)?);
            } else if Path::new(what).exists() && !Path::new(what).is_dir() {
                let bytes = fs::File::open(what).and_then(|file| {
                    let mut bytes = vec![];
                    file.take(book::LARGEST + 1).read_to_end(&mut bytes).map(|_| bytes)
                });
                let bytes = bytes.map_err(|e| {
                    Failure::input(format!("cannot read {what}: {e}"), "check the path and its permissions")
                })?;
                items.extend(contents(what, what, bytes)?);
            } else if let Some(item) = blocks(&ours).into_iter().find(|item| item.id.as_deref() == Some(what))
            {
                items.push(item);
            } else {
                not_an_id_or_a_file(what, &ours)?;
                let origin = if self.what.len() > 1 {
                    format!("claim `{}`", super::verdict::shortened(what))
                } else {
                    String::new()
                };
                items.push(Item { id: None, text: what.to_owned(), origin, announced: Announced::Nothing });
            }
        }
        Ok(items)
    }
}

/// A word that can only have been meant as an id or a file is an error of its own, not a claim that fails to parse.
fn not_an_id_or_a_file(what: &str, ours: &Book) -> Result<(), Failure> {
    if Path::new(what).is_dir() {
        return Err(Failure::input(
            format!("{what} is a folder"),
            "give a chapter.md or a file of claims in it",
        ));
    }
    let file = [".md", ".txt"].iter().any(|ending| what.ends_with(ending)) && !what.contains(['=', '<', '>']);
    if file {
        return Err(Failure::input(
            format!("there is no file {what}"),
            "check the path; a claim is written in quotes, such as \"x * w = w * x\"",
        ));
    }
    let word = !what.is_empty() && what.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if !word {
        return Ok(());
    }
    let items = blocks(ours);
    let ids = items.iter().filter_map(|item| item.id.as_deref());
    let near = expr::nearest(what, ids).map(|id| format!("did you mean `{id}`? ")).unwrap_or_default();
    Err(Failure::input(
        format!("`{what}` is no claim of the book, no file, and no claim"),
        format!(
            "{near}`faltung list claims` lists the ids; a claim has two sides, such as \"x * w = w * x\""
        ),
    ))
}

fn blocks(book: &Book) -> Vec<Item> {
    let item = |chapter: &book::Chapter, block: &Block| {
        let (id, line) = block.id()?;
        let (text, announced) = match block {
            Block::Claim(b) => (b.text.clone(), Announced::Holds(b.level, book.rules)),
            Block::False(b) => (b.text.clone(), Announced::False),
            _ => return None,
        };
        let origin = format!("{}:{line}: `{id}`", chapter.file);
        Some(Item { id: Some(id.to_owned()), text, origin, announced })
    };
    book.blocks().filter_map(|(chapter, block)| item(chapter, block)).collect()
}

/// The claims of a text: a chapter where it has the ending or a fenced claim, otherwise claims one a line.
fn contents(name: &str, path: &str, bytes: Vec<u8>) -> miette::Result<Vec<Item>> {
    if bytes.len() as u64 > book::LARGEST {
        Err(Failure::input(
            format!("{name} has more than {} MiB", book::LARGEST >> 20),
            "split it into several files",
        ))?;
    }
    let text = String::from_utf8(bytes).map_err(|_| {
        Failure::input(
            format!("{name} is not text in UTF-8"),
            "give a chapter in Markdown, or claims one a line",
        )
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let fenced = text.lines().any(|line| line.starts_with("```claim") || line.starts_with("```false"));
    if path.ends_with(".md") || fenced {
        let book = book::assemble([(name, text)], Rules::Reader)?;
        let items = blocks(&book);
        if items.is_empty() {
            Err(Failure::input(
                format!("{name} has no claim in it"),
                "a claim is a fenced block that opens with ```claim",
            ))?;
        }
        return Ok(items);
    }
    let items: Vec<Item> = text
        .lines()
        .zip(1..)
        .map(|(line, n)| (line.trim(), n))
        .filter(|(line, _)| !line.is_empty() && !line.starts_with("--"))
        .map(|(line, n)| Item {
            id: None,
            text: line.to_owned(),
            origin: format!("{name}:{n}"),
            announced: Announced::Nothing,
        })
        .collect();
    if items.is_empty() {
        Err(Failure::input(
            format!("{name} has no claim in it"),
            "write claims one a line, such as x * w = w * x",
        ))?;
    }
    Ok(items)
}

impl Settled {
    /// Whether a block came out as its chapter announces; nothing is announced of a claim that was typed.
    fn as_announced(&self) -> Option<bool> {
        let (verdict, level) = (self.outcome.verdict, self.outcome.level);
        match &self.item.announced {
            Announced::Nothing => None,
            Announced::False => Some(verdict == Verdict::Refuted),
            Announced::Holds(announced, rules) => {
                Some(faltung::report::as_announced(*announced, *rules, verdict, level))
            }
        }
    }

    fn code(&self, args: &Prove) -> u8 {
        let reached = args.level.is_none_or(|level| self.outcome.level >= Some(level));
        let own = match self.outcome.exit_code(args.strict) {
            0 if !reached => 3,
            code => code,
        };
        match self.as_announced() {
            None => own,
            Some(false) => 1,
            // a block that did what it announces passes, unless more is asked for on the command line
            Some(true) if self.outcome.verdict == Verdict::Refuted => 0,
            Some(true) if args.strict || args.level.is_some() => own,
            Some(true) => 0,
        }
    }

    fn record(&self, finding: Finding) -> Record<'_> {
        Record {
            id: self.item.id.as_deref(),
            claim: &self.item.text,
            finding,
            as_announced: self.as_announced(),
            seconds: (self.seconds * 1e3).round() / 1e3,
        }
    }
}

/// The worse of two exit codes: 2 > 1 > 3 > 0.
fn worse(a: u8, b: u8) -> u8 {
    let rank = |code| [0, 3, 1, 2].iter().position(|c| *c == code);
    if rank(a) >= rank(b) { a } else { b }
}

impl Voice {
    /// Progress on standard error, none where nobody looks: a bar, or for a single thing how long it has taken so far.
    pub fn progress(&self, length: u64) -> ProgressBar {
        if self.quiet || length == 0 {
            return ProgressBar::hidden();
        }
        let template =
            if length > 1 { "{bar:32} {pos}/{len} {elapsed} {msg}" } else { "{spinner} {elapsed} {msg}" };
        let style = ProgressStyle::with_template(template).expect("the template is right");
        let bar = ProgressBar::new(length).with_style(style);
        bar.enable_steady_tick(Duration::from_millis(250));
        bar
    }
}
