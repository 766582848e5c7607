//! The book as tests: one named test per claim, belief, experiment, figure and example, so `cargo test associativity` proves it.
//!
//! What a machine lacks (a POSIX shell for the examples) is skipped, and the skips are counted and said.

use faltung::{
    book::{self, Block, Rules},
    expr,
    report::as_announced,
    theorem::{Effort, Outcome, Verdict, prove},
};
use libtest_mimic::{Arguments, Failed, Trial};
use std::{path::Path, process::Command};

fn main() {
    let mut arguments = Arguments::from_args();
    // claims are proved on all cores unless somebody asks otherwise
    arguments.test_threads =
        arguments.test_threads.or(std::thread::available_parallelism().ok().map(usize::from));
    let book = book::embedded().unwrap_or_else(|error| panic!("{error}"));
    let shell = Command::new("sh").args(["-c", "true"]).status().is_ok_and(|status| status.success());
    let mut trials = vec![];
    let mut skipped = 0;
    for (chapter, block) in book.blocks() {
        let kind = chapter.file.clone();
        match block.clone() {
            Block::Claim(b) => {
                trials.push(
                    Trial::test(b.id.clone(), move || {
                        let outcome = settle(&b.text)?;
                        let passes = as_announced(b.level, Rules::Book, outcome.verdict, outcome.level);
                        expect(passes, &format!("announced as {:?}", b.level), &outcome)
                    })
                    .with_kind(kind),
                );
            }
            Block::False(b) => {
                trials.push(
                    Trial::test(b.id.clone(), move || {
                        let outcome = settle(&b.text)?;
                        expect(outcome.verdict == Verdict::Refuted, "announced as false", &outcome)?;
                        let pasted =
                            settle(&outcome.counterexample.expect("a refutation has one").pasteable)?;
                        expect(
                            pasted.verdict == Verdict::Refuted,
                            "the counterexample, pasted back, refutes",
                            &pasted,
                        )
                    })
                    .with_kind(kind),
                );
            }
            Block::Figure(b) => {
                trials.push(
                    Trial::test(format!("figure-{}", b.id), move || {
                        let entry =
                            book::find(book::figures::FIGURES, &b.id).ok_or("there is no such figure")?;
                        (entry.run)().map(drop).map_err(Failed::from)
                    })
                    .with_kind(kind),
                );
            }
            Block::Example(b) => {
                skipped += usize::from(!shell);
                let name = format!("example-{}-{}", chapter.name(), b.line);
                trials.push(
                    Trial::test(name, move || {
                        b.runs.iter().try_for_each(|run| example(&run.command, &run.output))
                    })
                    .with_kind(kind)
                    .with_ignored_flag(!shell),
                );
            }
            Block::Experiment(b) => {
                trials.push(
                    Trial::test(b.id.clone(), move || {
                        let entry = book::find(book::experiments::EXPERIMENTS, &b.id)
                            .ok_or("there is no such experiment")?;
                        let found = (entry.run)()?;
                        match b.level == Some(found.level) {
                            true => Ok(()),
                            false => {
                                Err(format!("announced as {:?}, and reached {}", b.level, found.level).into())
                            }
                        }
                    })
                    .with_kind(kind),
                );
            }
            Block::Prose(_) => {}
        }
    }
    if skipped > 0 {
        eprintln!("{skipped} examples are skipped: this machine has no POSIX shell");
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn settle(text: &str) -> Result<Outcome, Failed> {
    Ok(prove(&expr::parse(text)?, &Effort::default()))
}

fn expect(passes: bool, wanted: &str, outcome: &Outcome) -> Result<(), Failed> {
    if passes {
        return Ok(());
    }
    let found = (outcome.verdict, outcome.level, outcome.counterexample.as_ref().map(|c| &c.pasteable));
    Err(format!("{wanted}, and found {found:?}; {}", outcome.reached).into())
}

/// The command prints what the chapter says it prints.
fn example(command: &str, output: &str) -> Result<(), Failed> {
    let program = Path::new(env!("CARGO_BIN_EXE_faltung"));
    let folder = program.parent().ok_or("the program lies in a folder")?;
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    let run = Command::new("sh").args(["-c", command]).env("PATH", path).env("NO_COLOR", "1").output()?;
    let printed = String::from_utf8(run.stdout)?;
    if printed.trim_end() == output.trim_end() {
        Ok(())
    } else {
        Err(format!("`{command}` prints\n{printed}").into())
    }
}
