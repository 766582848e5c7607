//! The page in a browser: it loads nothing and complains of nothing, every link leads somewhere, it works by
//! keyboard, without a script, on a small screen, on light and on dark paper.
//!
//! Where no Chromium is installed, these checks are skipped, and the skips are counted and said; where one is and does
//! not start, they fail.

mod browser;

use browser::{Browser, PROGRAMS, Tab, View};
use faltung::{
    book::{self, ClaimBlock, ExperimentBlock, FalseBlock},
    expr,
    report::{Failure, Judge, Prover, data::*, page, weave},
    theorem::{Counterexample, Effort, Evidence, Level, Outcome, Verdict},
};
use libtest_mimic::{Arguments, Failed, Trial};
use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex, OnceLock},
};

const SHEET: &str = "examples/exercise-sheet.md";

/// Reads every claim and proves none: the page is as long and as wide as with the prover, and made at once.
struct Reader;

impl Reader {
    fn read(text: &str, verdict: Verdict, level: Option<Level>) -> Result<Finding, Failure> {
        let claim = expr::parse(text)?;
        let witness = || Counterexample {
            ring: "Z".to_owned(),
            values: claim
                .binders
                .iter()
                .map(|binder| (binder.name.clone(), "[0, 1, 2]@-1".to_owned()))
                .collect(),
            left: "[1, -2, 3, -4, 5, -6, 7, -8, 9]".to_owned(),
            right: "[9, -8, 7, -6, 5, -4, 3, -2, 1]".to_owned(),
            difference: "the entries at 0 differ".to_owned(),
            pasteable: text.split_whitespace().collect::<Vec<_>>().join(" "),
        };
        let counterexample = (verdict == Verdict::Refuted).then(witness);
        Ok(Finding::of(&Outcome {
            claim,
            verdict,
            level,
            method: None,
            scope: None,
            counterexample,
            hypotheses: vec![],
            evidence: Evidence::default(),
            reached: "nothing was tried".to_owned(),
        }))
    }
}

impl Judge for Reader {
    fn claim(&mut self, claim: &ClaimBlock) -> Result<Finding, Failure> {
        Reader::read(&claim.text, Verdict::HoldsFor, claim.level)
    }

    fn belief(&mut self, belief: &FalseBlock) -> Result<Finding, Failure> {
        Reader::read(&belief.text, Verdict::Refuted, None)
    }

    fn exercise(&mut self, claim: &str) -> Result<Finding, Failure> {
        Reader::read(claim, Verdict::Undecided, Some(Level::Exact))
    }

    fn experiment(&mut self, experiment: &ExperimentBlock) -> Result<faltung::report::data::Trial, Failure> {
        Ok(faltung::report::data::Trial {
            statement: "Nothing was tried.".to_owned(),
            held: true,
            level: experiment.level.unwrap_or(Level::Stated),
            worst: None,
            evidence: Evidence::default(),
        })
    }
}

/// The files that are looked at.
struct Pages {
    /// Our book, read and not proved.
    book: PathBuf,
    /// The exercise sheet of the examples, proved.
    sheet: PathBuf,
    /// A page with every fault that is looked for.
    faulty: PathBuf,
}

const FAULTY: &str = r##"<!DOCTYPE html><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<body><img src="https://example.org/cat.png"><a href="#nowhere" id="a">x</a><p id="a" style="width: 2000px">wide</p>
<div class="statement" id="long" style="overflow: auto"><p style="width: 3000px">long</p></div><p style="width: 0"><span class="whole">x .</span></p>
<script>console.error("oh"); nonsense();</script>"##;

fn written(folder: &Path) -> Result<Pages, Failure> {
    let put = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).map(|()| path)
    };
    let book = weave(&book::embedded()?, "The book", 7, &mut Reader)?;
    Ok(Pages {
        book: put("book.html", &page(&book)?)?,
        sheet: put("sheet.html", &page(sheet()?)?)?,
        faulty: put("faulty.html", FAULTY)?,
    })
}

/// The exercise sheet, woven once, as `faltung report examples/exercise-sheet.md` weaves it.
fn sheet() -> Result<&'static Report, Failure> {
    static WOVEN: OnceLock<Result<Report, String>> = OnceLock::new();
    let woven = WOVEN.get_or_init(|| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(SHEET);
        let book = book::read(&[path]).map_err(|e| e.to_string())?;
        let effort = Effort::default();
        let mut prover = Prover::new(&book, &effort, |_| {});
        weave(&book, "Exercises", effort.seed, &mut prover).map_err(|e| e.to_string())
    });
    woven.as_ref().map_err(|problem| problem.as_str().into())
}

/// The sheet of the examples comes out as it announces, and asks at least eight things.
fn the_exercise_sheet_is_woven() -> Result<(), Failed> {
    let sheet = sheet().map_err(|e| e.to_string())?;
    let asked: Vec<&Exercise> = sheet.chapters[0]
        .blocks
        .iter()
        .filter_map(|block| if let Block::Prose { exercises, .. } = block { Some(exercises) } else { None })
        .flatten()
        .collect();
    let tally = sheet.tally;
    expect(tally.not_as_announced == 0, "a block did not come out as announced")?;
    expect(tally.claims > 0 && tally.beliefs > 0, "it has claims and false beliefs")?;
    expect(tally.claims + tally.beliefs + asked.len() >= 8, "it has eight exercises")?;
    let verdicts = |wanted: fn(Verdict) -> bool| asked.iter().any(|e| wanted(e.finding.verdict));
    expect(verdicts(|v| v == Verdict::Refuted), "one answer is no")?;
    expect(verdicts(|v| matches!(v, Verdict::Holds | Verdict::HoldsFor)), "one answer is yes")?;
    expect(!verdicts(|v| v == Verdict::Undecided), "every exercise has an answer")
}

fn expect(holds: bool, what: &str) -> Result<(), Failed> {
    if holds { Ok(()) } else { Err(what.into()) }
}

const LOST_LINKS: &str = "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => decodeURIComponent(a.getAttribute('href').slice(1)))
    .filter(id => id === '' || !document.getElementById(id))";
const DOUBLE_IDS: &str = "[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, n, all) => all.indexOf(id) !== n).length";
/// Elements that reach beyond the window and that nothing scrolls.
const TOO_WIDE: &str = "document.scrollingElement.scrollWidth <= innerWidth ? '' : [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.drawing, .scroll, pre, .statement, .formula, .read'))
    .slice(0, 5).map(e => e.outerHTML.slice(0, 120)).join(' … ') || 'something is too wide'";
/// Formulas that have to be scrolled, though lines may end in them.
const LONG: &str =
    "[...document.querySelectorAll('.formula, .statement')].filter(e => e.scrollWidth > e.clientWidth + 1)
    .map(e => (e.closest('[id]') || e).id)";
/// What is to stay on one line, and does not.
const BROKEN: &str = "[...document.querySelectorAll('.whole')].filter(e => e.getClientRects().length > 1).map(e => e.textContent)";
/// For each figure of windows on their way, whether the frames that stand still are to be seen.
const FRAMES_SHOWN: &str = "['sliding-windows', 'transposed-windows'].map(id => document.getElementById('fig:' + id).querySelector('.drawing').offsetHeight > 100)";
const HIDDEN_CARDS: &str = "[...document.querySelectorAll('.card')].filter(card => card.offsetHeight === 0 || !card.checkVisibility()).length";

/// Our book with its script: one visit, one check after the other.
fn our_book_works(browser: &mut Browser, pages: &Pages) -> Result<(), Failed> {
    let mut tab = browser.open(&pages.book, &View::default())?;
    the_keyboard_reaches_and_works_the_filter(&mut tab)?;
    links_lead_somewhere(&mut tab)?;
    let long = tab.value(LONG)?;
    expect(
        long.as_array().is_some_and(Vec::is_empty),
        &format!("some formula is longer than a line: {long}"),
    )?;
    claims_are_copied_as_text_and_as_latex(&mut tab)?;
    answers_are_hidden_until_asked_for(&mut tab)?;
    a_claim_is_found_in_the_map(&mut tab)?;
    figures_have_the_letters_they_were_measured_with(&mut tab)?;
    windows_are_moved_by_buttons_and_keys(&mut tab)?;
    nothing_complains(&tab)
}

fn our_book_works_without_its_script(browser: &mut Browser, pages: &Pages) -> Result<(), Failed> {
    let mut tab = browser.open(&pages.book, &View { script: false, ..View::default() })?;
    expect(tab.value("document.querySelectorAll('.card').length > 100")? == true, "there are cards")?;
    expect(tab.value(HIDDEN_CARDS)? == 0, "every card is to be seen")?;
    let hidden = "[...document.querySelectorAll('.answer, .badge')].filter(e => !e.closest('details') && e.offsetHeight === 0).length";
    expect(tab.value(hidden)? == 0, "and so is every answer")?;
    expect(tab.value("document.querySelectorAll('button, input').length")? == 0, "nothing needs a script")?;
    expect(tab.value(FRAMES_SHOWN)? == serde_json::json!([true, true]), "windows are shown frame by frame")?;
    a_claim_is_found_in_the_map(&mut tab)?;
    nothing_complains(&tab)
}

fn our_book_fits_on_a_small_screen_light_and_dark(
    browser: &mut Browser,
    pages: &Pages,
) -> Result<(), Failed> {
    let mut tab = browser.open(&pages.book, &View { width: 360, ..View::default() })?;
    it_fits_light_and_dark(&mut tab)
}

fn a_readers_sheet_works_and_fits(browser: &mut Browser, pages: &Pages) -> Result<(), Failed> {
    let mut tab = browser.open(&pages.sheet, &View { width: 360, ..View::default() })?;
    links_lead_somewhere(&mut tab)?;
    it_fits_light_and_dark(&mut tab)?;
    nothing_complains(&tab)
}

fn what_is_planted_is_seen(browser: &mut Browser, pages: &Pages) -> Result<(), Failed> {
    let mut tab = browser.open(&pages.faulty, &View { width: 360, ..View::default() })?;
    expect(
        tab.value(LOST_LINKS)?[0] == "nowhere" && tab.value(DOUBLE_IDS)? == 1,
        "a dead link, a double id",
    )?;
    expect(tab.value(TOO_WIDE)?.as_str().is_some_and(|wide| wide.contains("2000px")), "what is too wide")?;
    expect(
        tab.value(LONG)?[0] == "long" && tab.value(BROKEN)?[0] == "x .",
        "a long formula, a lost full stop",
    )?;
    let complaints = tab.complaints().join("\n");
    for fault in ["cat.png", "oh", "nonsense"] {
        expect(complaints.contains(fault), &format!("the planted `{fault}` is seen: {complaints}"))?;
    }
    Ok(())
}

fn nothing_complains(tab: &Tab) -> Result<(), Failed> {
    let complaints = tab.complaints();
    expect(complaints.is_empty(), &complaints.join("\n"))
}

fn links_lead_somewhere(tab: &mut Tab) -> Result<(), Failed> {
    expect(tab.value("document.querySelectorAll('a[href^=\"#\"]').length > 20")? == true, "there are links")?;
    let lost = tab.value(LOST_LINKS)?;
    expect(lost.as_array().is_some_and(Vec::is_empty), &format!("lead nowhere: {lost}"))?;
    expect(tab.value(DOUBLE_IDS)? == 0, "an id stands twice")
}

fn it_fits_light_and_dark(tab: &mut Tab) -> Result<(), Failed> {
    // Unfolded it is widest.
    tab.value("document.querySelectorAll('details').forEach(d => d.open = true)")?;
    let mut papers = vec![];
    for dark in [false, true] {
        tab.scheme(dark)?;
        let wide = tab.value(TOO_WIDE)?;
        expect(wide == "", &format!("at 360 px: {wide}"))?;
        let broken = tab.value(BROKEN)?;
        expect(broken.as_array().is_some_and(Vec::is_empty), &format!("broken at 360 px: {broken}"))?;
        papers.push(tab.value("getComputedStyle(document.body).backgroundColor")?);
    }
    expect(papers[0] != papers[1], "light and dark paper differ")
}

/// The filter by keyboard alone, from the first press on.
fn the_keyboard_reaches_and_works_the_filter(tab: &mut Tab) -> Result<(), Failed> {
    let focused =
        |tab: &mut Tab| tab.value("(e => e.className || e.name || e.textContent)(document.activeElement)");
    tab.press("Tab", 9)?;
    expect(focused(tab)? == "skip", "the first stop is the link to the content")?;
    let mut stops = 0;
    while focused(tab)? != "Filter" {
        stops += 1;
        expect(stops < 10, "the filter is among the first stops")?;
        tab.press("Tab", 9)?;
    }
    tab.press("Enter", 13)?;
    tab.press("Tab", 9)?;
    expect(focused(tab)? == "fate", "its first box follows")?;
    let value = tab.value("document.activeElement.value")?;
    let fate = value.as_str().unwrap_or_default();
    let concerned = tab.value(&format!("document.querySelectorAll('.card[data-fate=\"{fate}\"]').length"))?;
    expect(concerned.as_u64().is_some_and(|n| n > 0), "it concerns some cards")?;
    tab.press(" ", 32)?;
    expect(tab.value(HIDDEN_CARDS)? == concerned, "just these cards are hidden")?;
    let left = tab.value("document.querySelectorAll('.card:not([hidden])').length")?;
    let told = tab.value("document.querySelector('[role=status]').textContent")?;
    let words = format!("{left} of ");
    expect(told.as_str().is_some_and(|told| told.starts_with(&words)), &format!("told: {told}"))?;
    tab.press(" ", 32)?;
    expect(tab.value(HIDDEN_CARDS)? == 0, "and shown again")
}

fn answers_are_hidden_until_asked_for(tab: &mut Tab) -> Result<(), Failed> {
    let seen = "[...document.querySelectorAll('.card:has(.answer) :is(.answer, .badge, .kind, .name, .foot)')].filter(e => e.offsetHeight > 0).length";
    let mode = "document.querySelector('[aria-pressed]').click()";
    expect(tab.value(seen)?.as_u64().is_some_and(|n| n > 0), "answers are shown at first")?;
    tab.value(mode)?;
    expect(tab.value(seen)? == 0, "in exercise mode none is")?;
    tab.value("document.querySelector('.ask').click()")?;
    let asked = "[...document.querySelectorAll('.asked')].map(c => [c === document.querySelector('.card'), c.querySelector('.answer').offsetHeight > 0])";
    expect(tab.value(asked)? == serde_json::json!([[true, true]]), "the one that is asked for is")?;
    let reveal = "document.querySelectorAll('details.reveal').length";
    expect(tab.value(&format!("{reveal} > 10"))? == true, "exercises have answers")?;
    expect(tab.value("document.querySelectorAll('details.reveal[open]').length")? == 0, "which are folded")?;
    tab.value(mode)?;
    expect(tab.value(seen)?.as_u64().is_some_and(|n| n > 100), "and all are shown again")
}

fn claims_are_copied_as_text_and_as_latex(tab: &mut Tab) -> Result<(), Failed> {
    let copied = |tab: &mut Tab, label: &str| {
        tab.value(&format!(
            "(() => {{ let taken = null; navigator.clipboard.writeText = async text => {{ taken = text; }};
               document.querySelector('#commutativity button[aria-label^=\"{label}\"]').click(); return taken; }})()"
        ))
    };
    expect(copied(tab, "Copy x * w")? == "x * w = w * x", "the claim as it is typed")?;
    let latex = copied(tab, "Copy the LaTeX")?;
    let latex = latex.as_str().unwrap_or_default();
    expect(latex.starts_with("x * w = w * x") && latex.contains(r"\text{for all } x, w"), latex)
}

fn a_claim_is_found_in_the_map(tab: &mut Tab) -> Result<(), Failed> {
    tab.value("location.hash = 'map:commutativity'")?;
    let found = tab.value(
        "(() => { const node = document.querySelector('.node :target'), box = node.getBoundingClientRect();
           const drawn = [...document.querySelectorAll('.own')].filter(own => getComputedStyle(own).display !== 'none');
           return [node.id, box.top >= 0 && box.bottom <= innerHeight, drawn.length === 1 && drawn[0] === node.previousSibling,
                   drawn[0].querySelectorAll('.uses').length > 5, node.getAttribute('href')]; })()",
    )?;
    let wanted = serde_json::json!(["map:commutativity", true, true, true, "#commutativity"]);
    expect(found == wanted, &found.to_string())
}

/// The browser takes the fonts that the page carries, and draws with them.
fn figures_have_the_letters_they_were_measured_with(tab: &mut Tab) -> Result<(), Failed> {
    let loaded = tab.value(
        "Promise.all([...document.fonts].map(face => face.load())).then(all => all.map(face => face.status))",
    )?;
    expect(loaded == serde_json::json!(["loaded", "loaded"]), &loaded.to_string())?;
    let family = "getComputedStyle(document.querySelector('.drawing text')).fontFamily.startsWith('Figure')";
    expect(tab.value(family)? == true, "figures are drawn in them")
}

/// The window, its output, the lines between them, and the words: they say the same, whoever moves them.
fn windows_are_moved_by_buttons_and_keys(tab: &mut Tab) -> Result<(), Failed> {
    expect(
        tab.value(FRAMES_SHOWN)? == serde_json::json!([false, false]),
        "where they move, no frames stand still",
    )?;
    let state = "(own => { const [, lines, window, output] = own.querySelector('svg').children, box = e => e.getBBox();
         return [own.querySelector('output').textContent, box(window).x, box(window).y, box(output).x, box(output).y,
                 box(lines).x === box(window).x + +own.dataset.sizes.split(' ')[1]]; })(document.querySelectorAll('.stepper')[2])";
    let press = |n: usize| {
        format!("document.querySelectorAll('.stepper')[2].querySelectorAll('button')[{n}].click()")
    };
    let words = |state: &serde_json::Value| state[0].as_str().unwrap_or_default().to_owned();
    let first = tab.value(state)?;
    expect(
        words(&first) == "output 1 of 25 reads 4 entries and 5 zeros" && first[5] == true,
        &first.to_string(),
    )?;
    tab.value(&press(0))?;
    expect(tab.value(state)? == first, "before the first output there is none")?;
    tab.value(&press(1))?;
    let second = tab.value(state)?;
    expect(words(&second) == "output 2 of 25 reads 6 entries and 3 zeros", &second.to_string())?;
    let moved = |n: usize| second[n].as_f64().zip(first[n].as_f64()).map(|(new, old)| new - old);
    let (window, output) = (moved(1), moved(3));
    expect(window == output && window.is_some_and(|by| by > 10.0), "both went on by a place")?;
    expect(moved(2) == Some(0.0) && moved(4) == Some(0.0) && second[5] == true, "and along their row")?;
    tab.value("document.querySelectorAll('.stepper')[2].querySelector('input').focus()")?;
    for (key, code, told) in [
        ("End", 35, "25 of 25 reads 4"),
        ("ArrowLeft", 37, "24 of 25 reads 6"),
        ("Home", 36, "1 of 25 reads 4"),
    ] {
        tab.press(key, code)?;
        let found = tab.value(state)?;
        expect(words(&found).contains(told), &format!("{key}: {found}"))?;
    }
    expect(tab.value(state)? == first, "home again")?;
    let told = "document.activeElement.getAttribute('aria-valuetext')";
    expect(tab.value(told)?.as_str() == Some(&words(&first)), "the slider says the same aloud")?;
    // every window comes to its last place, and what it is told to read lies under it
    let all = "[...document.querySelectorAll('.stepper')].map(own => { const slider = own.querySelector('input');
         slider.value = slider.max; slider.dispatchEvent(new Event('input'));
         const [plane, , window, output] = own.querySelector('svg').children, box = e => e.getBBox();
         const inside = (a, b) => a.x >= b.x - 1 && a.y >= b.y - 1 && a.x + a.width <= b.x + b.width + 1 && a.y + a.height <= b.y + b.height + 1;
         return inside(box(window), box(plane)) && inside(box(output), box(plane)); })";
    let inside = tab.value(all)?;
    let inside = inside.as_array().cloned().unwrap_or_default();
    expect(inside.len() == 15 && inside.iter().all(|one| *one == true), &format!("{inside:?}"))
}

type Check = fn(&mut Browser, &Pages) -> Result<(), Failed>;

const CHECKS: [(&str, Check); 5] = [
    ("our_book_works", our_book_works),
    ("our_book_works_without_its_script", our_book_works_without_its_script),
    ("our_book_fits_on_a_small_screen_light_and_dark", our_book_fits_on_a_small_screen_light_and_dark),
    ("a_readers_sheet_works_and_fits", a_readers_sheet_works_and_fits),
    ("what_is_planted_is_seen", what_is_planted_is_seen),
];

/// Whether a check is among those that are asked for.
fn asked(arguments: &Arguments, name: &str) -> bool {
    let fits = |word: &String| if arguments.exact { name == word } else { name.contains(word.as_str()) };
    arguments.filter.as_ref().is_none_or(fits) && !arguments.skip.iter().any(fits)
}

/// A browser that does not start is a failure of the checks that need it, and of no others.
fn what_is_not_asked_for_needs_no_browser() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let broken = folder.path().join(PROGRAMS[0]);
    std::fs::write(&broken, "#!/bin/sh\nexit 3\n")?;
    let mut path = vec![folder.path().to_owned()];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let path = std::env::join_paths(path)?;
    let passes = |words: &[&str]| {
        let mut own = Command::new(std::env::current_exe()?);
        own.env("PATH", &path).args(words).output().map(|done| done.status.success())
    };
    expect(!passes(&["--exact", CHECKS[4].0])?, "a check fails whose browser does not start")?;
    expect(passes(&["--exact", "our_book"])?, "no check has just that name")?;
    let skipped: Vec<&str> = CHECKS.iter().flat_map(|(name, _)| ["--skip", name]).collect();
    let own = ["--skip", "the_exercise", "--skip", "what_is_not_asked"];
    expect(passes(&[skipped.as_slice(), &own].concat())?, "what is skipped needs none")
}

fn main() {
    let mut arguments = Arguments::from_args();
    // One browser, one page at a time.
    arguments.test_threads = Some(1);
    let folder = tempfile::tempdir().expect("a folder for pages");
    let mut trials = vec![
        Trial::test("the_exercise_sheet_is_woven", the_exercise_sheet_is_woven),
        Trial::test("what_is_not_asked_for_needs_no_browser", what_is_not_asked_for_needs_no_browser),
    ];
    let installed = Browser::installed();
    let needed = !arguments.list && CHECKS.iter().any(|(name, _)| asked(&arguments, name));
    if installed.is_none() && needed {
        let (checks, programs) = (CHECKS.len(), PROGRAMS.join(", "));
        eprintln!("SKIPPED: {checks} checks of the page in a browser: none of {programs} is installed");
    }
    let started = installed.as_deref().filter(|_| needed).map(Browser::start);
    let shared = Arc::new(Mutex::new(started.map(|started| {
        started.map(|browser| {
            (browser, written(folder.path()).unwrap_or_else(|problem| panic!("the pages: {problem}")))
        })
    })));
    for (name, check) in CHECKS {
        let shared = Arc::clone(&shared);
        let run = move || match shared.lock().unwrap_or_else(|e| e.into_inner()).as_mut() {
            Some(Ok((browser, pages))) => check(browser, pages),
            Some(Err(problem)) => Err(problem.as_str().into()),
            None => Err("there is no browser".into()),
        };
        trials.push(Trial::test(name, run).with_ignored_flag(installed.is_none()));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    // The browser ends before the process does.
    drop(shared);
    drop(folder);
    conclusion.exit();
}
