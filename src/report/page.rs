//! The page: one file that loads nothing, from the title to the seed.

use super::{
    card, controls,
    data::{Block, Chapter, Report, Tally},
    error::PageError,
    exercise, language, map,
    prose::{Heading, Prose},
};
use crate::{
    figure::{number, svg},
    theorem::Level,
};
use maud::{DOCTYPE, Markup, PreEscaped, html};

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'";
const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The report as one HTML file.
///
/// Deterministic: the same report gives the same bytes.
///
/// # Errors
/// When a formula cannot be typeset, with the place where it stands.
pub fn page(report: &Report) -> Result<String, PageError> {
    let chapters = report
        .chapters
        .iter()
        .map(|chapter| set(report, chapter))
        .collect::<Result<Vec<Set>, PageError>>()?;
    let operators = language::reference(report)?;
    let content = html! {
        main id="page:content" {
            (front(report))
            @for set in &chapters { (set.markup) }
            (map::map(report))
            (operators)
            (references(report))
            (footer(report))
        }
    }
    .into_string();
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (report.title) }
                style { (PreEscaped(STYLE)) (PreEscaped(svg::stylesheet())) (PreEscaped(svg::faces(&content))) }
            }
            body {
                a.skip href="#page:content" { "Skip to the content" }
                (contents(report, &chapters))
                (PreEscaped(&content))
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    Ok(markup.into_string())
}

/// A chapter, typeset, and its headings.
struct Set {
    markup: Markup,
    headings: Vec<Heading>,
}

fn set(report: &Report, chapter: &Chapter) -> Result<Set, PageError> {
    let mut prose = Prose::new(&chapter.name);
    let mut blocks = Vec::new();
    for block in &chapter.blocks {
        let place = |place: &str| {
            let place = place.to_owned();
            move |source| PageError { place, source }
        };
        blocks.push(match block {
            Block::Prose { markdown, exercises } => {
                let answer = |code: &str| {
                    let claim = exercise::claim(code);
                    let asked = exercises.iter().find(|exercise| Some(exercise.claim.as_str()) == claim);
                    asked.map(|exercise| card::answer(&exercise.finding)).transpose()
                };
                let words = prose.html(markdown, answer).map_err(place(&chapter.file))?;
                html! { (PreEscaped(words)) }
            }
            Block::Claim(claim) => card::claim(report, claim).map_err(place(&claim.id))?,
            Block::Experiment(experiment) => card::experiment(experiment).map_err(place(&experiment.id))?,
            Block::Figure(figure) => card::figure(figure).map_err(place(&figure.id))?,
            Block::Example { runs } => card::example(runs),
        });
    }
    let id = anchor(chapter);
    let ordinal = report.chapters.iter().position(|other| other.name == chapter.name).unwrap_or_default() + 1;
    let alone = report.chapters.len() == 1 && chapter.title == report.title;
    let markup = html! {
        section.chapter aria-labelledby=(id) {
            @if alone {
                // Its title is the page's.
                h2.unseen id=(id) { (chapter.title) }
            } @else {
                p.ordinal { "Chapter " (ordinal) }
                h2 id=(id) { (chapter.title) " " (card::pilcrow(&id)) }
            }
            @for block in &blocks { (block) }
        }
    };
    Ok(Set { markup, headings: prose.headings })
}

fn anchor(chapter: &Chapter) -> String {
    format!("ch:{}", chapter.name)
}

fn contents(report: &Report, chapters: &[Set]) -> Markup {
    html! {
        nav.contents aria-label="Contents" {
            a.home href="#page:content" { (report.title) }
            (controls::controls(report))
            ol {
                @for (chapter, set) in report.chapters.iter().zip(chapters) {
                    li {
                        a href={ "#" (anchor(chapter)) } { (chapter.title) }
                        ul {
                            @for heading in &set.headings {
                                li { a href={ "#" (heading.anchor) } { (heading.title) } }
                            }
                        }
                    }
                }
            }
            ul.appendices {
                @if mapped(report) { li { a href="#app:map" { "The map" } } }
                li { a href="#app:language" { "The claim language" } }
                @if !report.references.is_empty() { li { a href="#app:references" { "References" } } }
            }
        }
    }
}

/// Whether there is a statement to map.
fn mapped(report: &Report) -> bool {
    report.tally.claims + report.tally.beliefs + report.tally.experiments > 0
}

fn front(report: &Report) -> Markup {
    html! {
        header.front {
            h1 { (report.title) }
            p.lead {
                "Statements about convolution, written in a small language and put to the proof by a program: \
                 what is typeset here is what was checked, and what is false is shown with the instance that breaks it."
            }
            p.tally {
                (tally(&report.tally))
                @if mapped(report) { " · " a href="#app:map" { "the map of them" } }
            }
            @if report.tally.not_as_announced > 0 {
                p.alarm {
                    (report.tally.not_as_announced) " of them did not come out as the chapters announce; they are marked."
                }
            }
            details.legend {
                summary { "How far a claim was carried" }
                dl {
                    @for (level, means) in Level::ALL.into_iter().zip(MEANINGS) {
                        dt { (card::level_badge(level)) }
                        dd { (means) }
                    }
                    dt { (card::refuted_badge()) }
                    dd { "One instance satisfies the hypotheses and breaks the statement; it is shown." }
                }
            }
        }
    }
}

/// What each level says, in the order of [`Level::ALL`].
const MEANINGS: [&str; 6] = [
    "Written down, with its source; nothing was run.",
    "Random inputs, judged by an error bound that was proved on paper.",
    "Random inputs in exact arithmetic. It may still be false; where the chance of that is known, it is printed.",
    "All inputs in a box, which is printed with it, and beyond which nothing is said; or all inputs there are, where no box is printed.",
    "A chain of rewrites from earlier claims, replayed step by step by a checker of its own.",
    "Accepted by the kernel of Coq, for the statement generated from the claim.",
];

fn tally(tally: &Tally) -> Markup {
    let count =
        |n: usize, one: &str, many: &str| format!("{} {}", number(n as f64), if n == 1 { one } else { many });
    let mut fates = Vec::new();
    for (n, words) in [
        (tally.hold, "without restriction"),
        (tally.hold_in_a_box, "in the box printed with each"),
        (tally.undecided, "undecided"),
        (tally.claims_refuted, "refuted"),
    ] {
        if n > 0 {
            fates.push(format!("{n} {words}"));
        }
    }
    let mut parts = vec![
        count(tally.claims, "claim", "claims")
            + &if fates.is_empty() { String::new() } else { format!(" ({})", fates.join(", ")) },
    ];
    if tally.beliefs > 0 {
        parts.push(format!(
            "{}, {} of them refuted",
            count(tally.beliefs, "false belief", "false beliefs"),
            tally.beliefs_refuted
        ));
    }
    if tally.experiments > 0 {
        parts.push(count(tally.experiments, "experiment", "experiments"));
    }
    if tally.figures > 0 {
        parts.push(count(tally.figures, "checked figure", "checked figures"));
    }
    html! { (parts.join(" · ")) }
}

fn references(report: &Report) -> Markup {
    html! {
        @if !report.references.is_empty() {
            section.appendix aria-labelledby="app:references" {
                h2 id="app:references" { "References" }
                ul.references {
                    @for work in &report.references {
                        li id={ "ref:" (work.key) } {
                            (work.authors.join("; ")) " (" (work.year) "). " cite { (work.title) } ". " (work.publisher) "."
                        }
                    }
                }
            }
        }
    }
}

fn footer(report: &Report) -> Markup {
    html! {
        footer {
            p {
                "Written by faltung " (report.version) " with seed " (report.seed) ". Run "
                code { "faltung report" } " again, and you get this page to the byte; "
                code { "report.json" } " beside it holds the same as data."
            }
        }
    }
}
