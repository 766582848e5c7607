//! The map of theorems: every statement of the report as a link, by chapter and in reading order, and what leads
//! from one to another.
//!
//! Rows of statements and curves between them, placed by arithmetic alone: the same report, the same map. The shape
//! says what became of a statement, and so does the colour. A statement that is the page's target, or under the
//! pointer, or has the focus, shows its own relations by the style sheet; no script is needed.

use super::{
    card,
    data::Report,
    fate::{Fate, Statement, statements},
};
use crate::{
    expr::{Family, Op},
    figure::Table,
};
use maud::{Markup, PreEscaped, html};
use std::{collections::BTreeMap, fmt::Write};

/// Statements in a row.
const COLUMNS: usize = 25;
const PITCH: (i32, i32) = (38, 46);
const MARGIN: i32 = 24;
/// The height of a chapter's heading.
const HEADING: i32 = 40;
/// How wide a letter of a heading is taken to be, a small one and any other: more than fonts give them on average.
const LETTER: (i32, i32) = (9, 13);
/// How far from a statement's centre an arrow ends.
const CLEAR: f64 = 12.0;

/// What one statement has to do with another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Relation {
    /// The proof of the first uses the second.
    Uses,
    /// The first is false, and the second holds instead.
    Instead,
    /// Both speak of the same operators, relations aside.
    Alike,
}

impl Relation {
    const ALL: [Relation; 3] = [Relation::Uses, Relation::Instead, Relation::Alike];

    fn class(self) -> &'static str {
        match self {
            Relation::Uses => "uses",
            Relation::Instead => "instead",
            Relation::Alike => "alike",
        }
    }
}

/// From one statement to another, by their places in reading order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Link {
    from: usize,
    to: usize,
    relation: Relation,
}

/// The map, with its caption and its data; nothing where there is no statement.
pub(super) fn map(report: &Report) -> Markup {
    let all = statements(report);
    if all.is_empty() {
        return Markup::default();
    }
    let links = links(&all);
    let (places, headings, height) = layout(report, &all);
    let width = 2 * MARGIN + PITCH.0 * COLUMNS.min(all.len()).max(12) as i32;
    html! {
        section.appendix aria-labelledby="app:map" {
            h2 id="app:map" { "The map" }
            figure.map id="fig:map" {
                figcaption { (caption(&all, &links)) " " (card::pilcrow("fig:map")) }
                div.drawing tabindex="0" role="group" aria-label="The map of statements, may be scrolled sideways" {
                    svg xmlns="http://www.w3.org/2000/svg" width=(width) height=(height) viewBox={ "0 0 " (width) " " (height) }
                        role="group" aria-labelledby="map-of:title map-of:desc" {
                        title id="map-of:title" { "The map of statements" }
                        desc id="map-of:desc" { (described(&all, &links)) }
                        @for (title, y) in &headings { (heading(title, *y, width)) }
                        g.all aria-hidden="true" { @for link in &links { (curve(&places, link)) } }
                        @for (place, statement) in all.iter().enumerate() {
                            g.node {
                                g.own aria-hidden="true" {
                                    @for link in links.iter().filter(|l| l.from == place || l.to == place) { (curve(&places, link)) }
                                }
                                a.(statement.fate.class()) id={ "map:" (statement.id) } href={ "#" (statement.id) } {
                                    title { (statement.number) " " (statement.id) ": " (statement.fate.words()) }
                                    (PreEscaped(shape(places[place], statement.fate)))
                                    text x=(places[place].0) y=(places[place].1 + 21) { (statement.number) }
                                }
                            }
                        }
                    }
                }
                details { summary { "The data" } (card::table(&table(&all, &links))) }
            }
        }
    }
}

/// What the data say of how statements hang together, in reading order.
fn links(all: &[Statement]) -> Vec<Link> {
    let place: BTreeMap<&str, usize> = all.iter().enumerate().map(|(n, s)| (s.id, n)).collect();
    let mut links = Vec::new();
    let mut last: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
    for (from, claim) in all.iter().enumerate().filter_map(|(n, s)| Some((n, s.claim?))) {
        let premises = claim.finding.rests_on.iter().map(|premise| &premise.id);
        let uses = claim.by.iter().chain(premises).map(|id| (id, Relation::Uses));
        let instead = claim.instead.iter().map(|id| (id, Relation::Instead));
        for (id, relation) in uses.chain(instead) {
            // What a reader's chapter takes from our book is not on its page.
            let to = place.get(id.as_str()).filter(|to| **to != from);
            links.extend(to.map(|&to| Link { from, to, relation }));
        }
        let speaks_of = |name: &&str| Op::find(name).is_none_or(|op| op.row().family != Family::Relations);
        let operators: Vec<&str> =
            claim.finding.operators.iter().map(String::as_str).filter(speaks_of).collect();
        if !operators.is_empty()
            && let Some(to) = last.insert(operators, from)
        {
            links.push(Link { from: to, to: from, relation: Relation::Alike });
        }
    }
    links.sort_unstable();
    links.dedup();
    links
}

type Places = Vec<(i32, i32)>;

/// Where the statements lie, the chapters' headings with their heights, and the height of the whole.
fn layout(report: &Report, all: &[Statement]) -> (Places, Vec<(String, i32)>, i32) {
    let (mut places, mut headings) = (Vec::new(), Vec::new());
    let (mut y, mut column, mut chapter) = (0, 0, None);
    for statement in all {
        if chapter != Some(statement.chapter) {
            chapter = Some(statement.chapter);
            let title = format!("{} {}", statement.chapter + 1, report.chapters[statement.chapter].title);
            headings.push((title, y + 20));
            (y, column) = (y + HEADING + PITCH.1 / 2, 0);
        } else if column == COLUMNS {
            (y, column) = (y + PITCH.1, 0);
        }
        places.push((MARGIN + PITCH.0 * column as i32 + PITCH.0 / 2 - 8, y));
        column += 1;
        if all.get(places.len()).is_none_or(|next| next.chapter != statement.chapter) {
            y += PITCH.1 / 2 + 12;
        }
    }
    (places, headings, y)
}

/// As much of a chapter's heading as fits; where that is not all, the whole is told to whoever points at it.
fn heading(whole: &str, y: i32, width: i32) -> Markup {
    let left = MARGIN - 8;
    let letter = |c: char| if c.is_ascii() && !c.is_ascii_uppercase() { LETTER.0 } else { LETTER.1 };
    let mut used = 0;
    let fits = whole.chars().take_while(|c| {
        used += letter(*c);
        used <= width - 2 * left
    });
    let fits = fits.count();
    let cut = (fits < whole.chars().count()).then(|| {
        // two letters less, for the three points
        let start: String = whole.chars().take(fits.saturating_sub(2)).collect();
        format!("{}…", start.trim_end())
    });
    html! {
        text.heading font-weight="bold" x=(left) y=(y) {
            @if let Some(cut) = cut { title { (whole) } (cut) } @else { (whole) }
        }
    }
}

/// A curve from one statement towards the other: above their row where they share one, and for what is merely alike
/// below it; an arrow's head where the relation has a direction.
fn curve(places: &Places, link: &Link) -> Markup {
    let point = |(x, y): (i32, i32)| (f64::from(x), f64::from(y));
    let (from, to) = (point(places[link.from]), point(places[link.to]));
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let side = if link.relation == Relation::Alike { 1.0 } else { -1.0 };
    let bend = if dy == 0.0 {
        (0.0, side * (12.0 + dx.abs() / 6.0).min(34.0))
    } else {
        // A fifth of the way off to the side, at most as far as half a row.
        let off = (PITCH.0 as f64 / 2.0 / dx.hypot(dy)).min(0.2);
        (side * dy * off, -side * dx * off)
    };
    let control = ((from.0 + to.0) / 2.0 + bend.0, (from.1 + to.1) / 2.0 + bend.1);
    let towards = |a: (f64, f64), b: (f64, f64)| {
        let length = (b.0 - a.0).hypot(b.1 - a.1).max(1.0);
        ((b.0 - a.0) / length, (b.1 - a.1) / length)
    };
    let (out, inward) = (towards(from, control), towards(control, to));
    let start = (from.0 + out.0 * CLEAR, from.1 + out.1 * CLEAR);
    let end = (to.0 - inward.0 * CLEAR, to.1 - inward.1 * CLEAR);
    let mut path =
        format!("M{:.1} {:.1}Q{:.1} {:.1} {:.1} {:.1}", start.0, start.1, control.0, control.1, end.0, end.1);
    if link.relation != Relation::Alike {
        for turn in [-0.45, 0.45] {
            let back = (-inward.0 - turn * inward.1, -inward.1 + turn * inward.0);
            let _ = write!(path, "M{:.1} {:.1}l{:.1} {:.1}", end.0, end.1, back.0 * 6.0, back.1 * 6.0);
        }
    }
    html! { path.(link.relation.class()) d=(path) {} }
}

/// The shape says what the colour says: a disc, a disc in a box, a hexagon, an empty triangle, a cross.
fn shape((x, y): (i32, i32), fate: Fate) -> String {
    match fate {
        Fate::Holds => format!("<circle class=\"full\" cx=\"{x}\" cy=\"{y}\" r=\"8\"/>"),
        Fate::InABox => format!(
            "<rect x=\"{}\" y=\"{}\" width=\"17\" height=\"17\" rx=\"2\"/><circle class=\"full\" cx=\"{x}\" cy=\"{y}\" r=\"4.5\"/>",
            f64::from(x) - 8.5,
            f64::from(y) - 8.5
        ),
        Fate::Held => format!("<path class=\"full\" d=\"M{} {y}l4.5 -8h9l4.5 8l-4.5 8h-9z\"/>", x - 9),
        Fate::Undecided => format!("<path d=\"M{x} {}l9.5 16h-19z\"/>", y - 9),
        Fate::Refuted => format!(
            "<circle class=\"hit\" cx=\"{x}\" cy=\"{y}\" r=\"9\"/><path d=\"M{} {}l13 13m0 -13l-13 13\"/>",
            f64::from(x) - 6.5,
            f64::from(y) - 6.5
        ),
    }
}

/// How many statements have that fate, with its shape in words.
fn counted(all: &[Statement], fate: Fate) -> Option<String> {
    let n = all.iter().filter(|statement| statement.fate == fate).count();
    let (one, many) = match fate {
        Fate::Holds => ("holds without restriction (disc)", "hold without restriction (discs)"),
        Fate::InABox => ("holds in a box (disc in a box)", "hold in a box (discs in boxes)"),
        Fate::Held => ("held in an experiment (hexagon)", "held in experiments (hexagons)"),
        Fate::Undecided => ("is undecided (empty triangle)", "are undecided (empty triangles)"),
        Fate::Refuted => ("is refuted (cross)", "are refuted (crosses)"),
    };
    (n > 0).then(|| format!("{n} {}", if n == 1 { one } else { many }))
}

/// How many links there are of a relation, and what they mean.
fn drawn(links: &[Link], relation: Relation) -> Option<String> {
    let n = links.iter().filter(|link| link.relation == relation).count();
    let words = match (relation, n) {
        (_, 0) => return None,
        (Relation::Uses, 1) => "One solid arrow leads from a claim to one that its proof uses.",
        (Relation::Uses, _) => "solid arrows lead from a claim to one that its proof uses.",
        (Relation::Instead, 1) => "One dashed arrow leads from a false belief to what holds instead.",
        (Relation::Instead, _) => "dashed arrows lead from a false belief to what holds instead.",
        (Relation::Alike, 1) => "One dotted line joins two claims that speak of the same operators.",
        (Relation::Alike, _) => {
            "dotted lines join claims that speak of the same operators, each to the next in reading order."
        }
    };
    Some(if n == 1 { words.to_owned() } else { format!("{n} {words}") })
}

fn caption(all: &[Statement], links: &[Link]) -> Markup {
    let fates: Vec<String> = Fate::ALL.into_iter().filter_map(|fate| counted(all, fate)).collect();
    let relations: Vec<String> =
        Relation::ALL.into_iter().filter_map(|relation| drawn(links, relation)).collect();
    html! {
        b { "The map of statements." }
        " Chapter by chapter, in reading order: " (fates.join(", ")) ". " (relations.join(" "))
        " Each statement leads to its card, and shows what it is tied to when it is pointed at."
    }
}

/// The picture in words.
fn described(all: &[Statement], links: &[Link]) -> String {
    let chapters = all.iter().map(|statement| statement.chapter).max().map_or(0, |last| last + 1);
    let fates: Vec<String> = Fate::ALL.into_iter().filter_map(|fate| counted(all, fate)).collect();
    format!(
        "{} statements of {chapters} {}, each a link to its card, in rows by chapter and in reading order: {}. {} \
         relations are drawn between them; the table below lists them.",
        all.len(),
        if chapters == 1 { "chapter" } else { "chapters" },
        fates.join(", "),
        links.len()
    )
}

fn table(all: &[Statement], links: &[Link]) -> Table {
    let head = ["statement", "id", "verdict", "level", "uses", "instead", "same operators as"];
    let row = |(place, statement): (usize, &Statement)| {
        let tied = |relation: Relation| {
            let ends = links.iter().filter(|link| link.relation == relation && link.from == place);
            ends.map(|link| all[link.to].id).collect::<Vec<_>>().join(", ")
        };
        vec![
            statement.number.to_owned(),
            statement.id.to_owned(),
            statement.fate.words().to_owned(),
            statement.level.map(|level| level.to_string()).unwrap_or_default(),
            tied(Relation::Uses),
            tied(Relation::Instead),
            tied(Relation::Alike),
        ]
    };
    Table { head: head.map(str::to_owned).into(), rows: all.iter().enumerate().map(row).collect() }
}
