//! The cards of the page: a claim, a refuted belief, an experiment, a figure, an example.

use super::{
    controls::steppers,
    data::{Block, Claim, Experiment, Finding, Report, Source},
    fate::Fate,
    lines::formula,
    math::{MathError, Place, mathml},
    prose::{paragraphs, remark},
};
use crate::{
    figure::{Figure, Table, power, svg},
    theorem::{Counterexample, Evidence, Level, Verdict},
};
use maud::{Markup, PreEscaped, html};

/// A claim, or a belief that is to be refuted.
pub(super) fn claim(report: &Report, claim: &Claim) -> Result<Markup, MathError> {
    let finding = &claim.finding;
    let fate = Fate::of_claim(claim);
    let refuted = fate == Fate::Refuted;
    let kind = if claim.affirmed { "Claim" } else { "False belief" };
    Ok(html! {
        article.card.(fate.class()) id=(claim.id) aria-labelledby={ "label:" (claim.id) }
            data-fate=(fate.class()) data-level=[finding.level.map(Level::name)] data-latex=(latex(finding)) {
            (header(kind, &claim.number, &claim.id, badge(finding)))
            div.statement { (PreEscaped(formula(&finding.latex, Place::Display)?)) }
            @if !finding.quantifiers.is_empty() {
                p.read { "for all " (quantifiers(finding)?) }
            }
            div.answer {
                p.scope { (scope(finding)) }
                @if !claim.as_announced { (alarm(claim.announced, finding.level, refuted)) }
                @if let Some(witness) = &finding.counterexample { (counterexample(witness)) }
                @if let Some(id) = &claim.instead { (instead(report, id)?) }
                @if let Some(note) = &claim.note { p.note { (remark(note)?) } }
                details {
                    summary { "Text, evidence and sources" }
                    p.text { code data-copy="" { (claim.claim) } }
                    @if finding.read_as != claim.claim { p.text { "read as " code data-copy="" { (finding.read_as) } } }
                    (evidence(finding))
                    @if !finding.derivation.is_empty() { (derivation(report, finding)?) }
                    @if !finding.rests_on.is_empty() {
                        p { "Rests on " @for (n, premise) in finding.rests_on.iter().enumerate() {
                            @if n > 0 { ", " } (named(report, &premise.id)) " (" (premise.level) ")"
                        } "." }
                    }
                    @if !claim.by.is_empty() {
                        p { "Its proof on paper uses " @for (n, id) in claim.by.iter().enumerate() {
                            @if n > 0 { ", " } (named(report, id))
                        } "." }
                    }
                    (sources(&claim.source))
                }
            }
            (foot(&claim.command, Some(&claim.id)))
        }
    })
}

/// What an exercise comes to, folded up.
pub(super) fn answer(finding: &Finding) -> Result<Markup, MathError> {
    Ok(html! {
        details.reveal {
            summary { "Answer" }
            div.statement { (PreEscaped(formula(&finding.latex, Place::Display)?)) }
            p.scope { (badge(finding)) " " (scope(finding)) }
            @if let Some(witness) = &finding.counterexample { (counterexample(witness)) }
        }
    })
}

/// An experiment.
pub(super) fn experiment(experiment: &Experiment) -> Result<Markup, MathError> {
    let trial = &experiment.trial;
    let fate = Fate::of_experiment(experiment);
    let badge = if trial.held { level_badge(trial.level) } else { refuted_badge() };
    Ok(html! {
        article.card.(fate.class()) id=(experiment.id) aria-labelledby={ "label:" (experiment.id) }
            data-fate=(fate.class()) data-level=[trial.held.then_some(trial.level.name())] {
            (header("Experiment", &experiment.number, &experiment.id, badge))
            (paragraphs(&trial.statement)?)
            @if let Some(worst) = &trial.worst { p.scope { "Worst case: " (worst) "." } }
            @if !experiment.as_announced { (alarm(experiment.announced, Some(trial.level), !trial.held)) }
            @if let Some(note) = &experiment.note { p.note { (remark(note)?) } }
            details {
                summary { "Evidence and sources" }
                dl.evidence { (run(&trial.evidence)) }
                (sources(&experiment.source))
            }
            (foot(&format!("faltung experiment {}", experiment.id), Some(&experiment.id)))
        }
    })
}

/// The first line of a card: what it is, and what became of it.
fn header(kind: &str, number: &str, id: &str, badge: Markup) -> Markup {
    html! {
        header {
            p.label id={ "label:" (id) } {
                span.number { span.kind { (kind) } " " (number) } " " span.name { (id) } " " (pilcrow(id))
            }
            (badge)
        }
    }
}

/// The last line of a card or a figure: the command that makes it again, and its place in the map.
fn foot(command: &str, on_map: Option<&str>) -> Markup {
    html! {
        p.foot {
            span { "Reproduce: " code data-copy="" { (command) } }
            @if let Some(id) = on_map { a href={ "#map:" (id) } { "Show in the map" } }
        }
    }
}

/// What a claim quantifies over, one formula for each group of names: a line may end between two, behind the comma.
fn quantifiers(finding: &Finding) -> Result<Markup, MathError> {
    let groups = finding.quantifiers.split(r",\; ").map(|group| mathml(group, Place::Inline));
    let groups = groups.collect::<Result<Vec<String>, MathError>>()?;
    let (last, others) = groups.split_last().expect("splitting gives a part at least");
    Ok(html! {
        @for group in others { span.whole { (PreEscaped(group)) "," } " " }
        (PreEscaped(last))
    })
}

/// The whole statement in LaTeX, for a paper.
fn latex(finding: &Finding) -> String {
    match finding.quantifiers.as_str() {
        "" => finding.latex.clone(),
        quantifiers => format!(r"{} \qquad \text{{for all }} {quantifiers}", finding.latex),
    }
}

/// A claim by its name: a link where it is on the page, and otherwise what to type.
fn named(report: &Report, id: &str) -> Markup {
    let here = report.chapters.iter().flat_map(|chapter| &chapter.blocks).any(|block| match block {
        Block::Claim(claim) => claim.id == id,
        Block::Experiment(experiment) => experiment.id == id,
        _ => false,
    });
    html! { @if here { a href={ "#" (id) } { (id) } } @else { code { "faltung prove " (id) } } }
}

/// A figure with its caption and its data.
pub(super) fn figure(figure: &Figure) -> Result<Markup, MathError> {
    let id = format!("fig:{}", figure.id);
    Ok(html! {
        figure id=(id) {
            div.drawing tabindex="0" role="group" aria-label={ (figure.title) ", may be scrolled sideways" } {
                (PreEscaped(svg::inline(figure)))
            }
            @let panels = svg::panels(figure);
            @if !panels.is_empty() {
                // The same drawing, panel by panel, where there is no room for panels beside each other.
                div.panels aria-hidden="true" {
                    @for panel in &panels {
                        div data-columns=(panel.columns) {
                            @if let Some(heading) = panel.heading { p { (heading) } }
                            (PreEscaped(&panel.drawing))
                        }
                    }
                }
            }
            (steppers(figure))
            figcaption {
                b { (figure.title) "." } " " (remark(&figure.caption)?) " " (pilcrow(&id))
            }
            (foot(&format!("faltung figure {0} -o {0}.svg", figure.id), None))
            details {
                summary { "The data" }
                @for data in figure.tables() { (table(&data)) }
            }
        }
    })
}

/// Commands and what they print.
pub(super) fn example(runs: &[(String, String)]) -> Markup {
    html! {
        pre.example { @for (command, output) in runs { b { "$ " (command) } "\n" (output) } }
    }
}

/// The mark that gives the address of what it stands behind.
pub(super) fn pilcrow(id: &str) -> Markup {
    html! { a.pilcrow href={ "#" (id) } aria-label={ "Link to " (id) } { "¶" } }
}

/// The badge of a claim that was carried to that level.
pub(super) fn level_badge(level: Level) -> Markup {
    marked(level.name(), glyph(level), level.name(), &format!("level: {level}"))
}

/// The badge of what is false.
pub(super) fn refuted_badge() -> Markup {
    marked("refuted", "✕", "refuted", "verdict: refuted")
}

fn badge(finding: &Finding) -> Markup {
    match (finding.verdict, finding.level) {
        (Verdict::Refuted, _) => refuted_badge(),
        (Verdict::Holds, Some(level)) => level_badge(level),
        (Verdict::HoldsFor, Some(level)) => marked(
            level.name(),
            glyph(level),
            &format!("{level}, in a box"),
            &format!("verdict: holds in a box; level: {level}"),
        ),
        (Verdict::Undecided, Some(level)) => marked(
            "undecided",
            glyph(level),
            &format!("undecided, {level}"),
            &format!("verdict: undecided; level: {level}"),
        ),
        (_, None) => marked("undecided", "?", "undecided", "verdict: undecided; no instance was found"),
    }
}

/// Shape, word and colour say the same.
fn marked(class: &str, glyph: &str, word: &str, label: &str) -> Markup {
    html! { span.badge.(class) role="img" aria-label=(label) { span.glyph aria-hidden="true" { (glyph) } " " (word) } }
}

fn glyph(level: Level) -> &'static str {
    match level {
        Level::Stated => "○",
        Level::Sampled => "△",
        Level::Exact => "▲",
        Level::Formal => "●",
        Level::Derived => "◆",
        Level::Certified => "■",
    }
}

fn scope(finding: &Finding) -> Markup {
    let rings = if finding.rings.is_empty() { String::new() } else { format!(", {}", finding.rings) };
    html! {
        @match finding.verdict {
            Verdict::Holds if finding.quantifiers.is_empty() => "Holds: both sides were computed.",
            Verdict::Holds => { "Holds for everything it quantifies over" (rings) "." }
            Verdict::HoldsFor => { "Holds for " b { (finding.scope) } (rings) "." }
            Verdict::Refuted => "Does not hold.",
            Verdict::Undecided => { "Neither proved nor refuted: " (finding.reached) "." }
        }
    }
}

fn alarm(announced: Option<Level>, reached: Option<Level>, refuted: bool) -> Markup {
    let reached = reached.map_or("no level", Level::name);
    html! {
        p.alarm {
            "Not as announced: "
            @match (announced, refuted) {
                (Some(level), true) => { "the chapter says " (level) ", and it is false." }
                (Some(level), false) => { "the chapter says " (level) ", and " (reached) " was reached." }
                (None, true) => "the chapter says that it holds, and it is false.",
                (None, false) => { "the chapter says that it is false, and it was not refuted." }
            }
        }
    }
}

fn counterexample(witness: &Counterexample) -> Markup {
    html! {
        div.counterexample {
            p.heading { "A smallest counterexample" @if !witness.ring.is_empty() { ", over " (witness.ring) } }
            dl {
                @for (name, value) in &witness.values { dt { code { (name) } } dd { code { (value) } } }
                dt { "left side" } dd { code { (witness.left) } }
                dt { "right side" } dd { code { (witness.right) } }
            }
            p.run { "Try it: " code data-copy="" { (witness.command()) } }
        }
    }
}

fn instead(report: &Report, id: &str) -> Result<Markup, MathError> {
    let target = report.chapters.iter().flat_map(|chapter| &chapter.blocks).find_map(|block| match block {
        Block::Claim(claim) if claim.id == id => Some(claim),
        _ => None,
    });
    Ok(html! {
        @if let Some(claim) = target {
            p.instead {
                @match claim.finding.verdict {
                    Verdict::Holds | Verdict::HoldsFor => "What holds instead: ",
                    _ => "Instead, proved on paper and not settled by the program: ",
                }
                a href={ "#" (id) } { (id) } " " (badge(&claim.finding))
            }
            div.statement.truth { (PreEscaped(formula(&claim.finding.latex, Place::Display)?)) }
        } @else {
            p.instead { "What holds instead: " (named(report, id)) }
        }
    })
}

fn evidence(finding: &Finding) -> Markup {
    html! {
        dl.evidence {
            @if let Some(method) = &finding.method { dt { "method" } dd { (method) } }
            @if !finding.hypotheses.is_empty() {
                dt { "hypotheses" }
                dd { @for (n, given) in finding.hypotheses.iter().enumerate() { @if n > 0 { ", " } code { (given) } } }
            }
            (run(&finding.evidence))
        }
    }
}

fn run(evidence: &Evidence) -> Markup {
    html! {
        @if !evidence.ring.is_empty() { dt { "numbers" } dd { (evidence.ring.join(", ")) } }
        @if evidence.cases > 0 { dt { "instances" } dd { (evidence.cases) " tried, " (evidence.admitted) " admitted" } }
        @if let Some(degree) = evidence.degree { dt { "degree" } dd { (degree) } }
        @if let Some(seed) = evidence.seed { dt { "seed" } dd { (seed) } }
        @if let Some(chance) = &evidence.chance { dt { "chance that a false equation survives one uniform trial" } dd { "at most " (power(*chance, 1)) } }
    }
}

fn derivation(report: &Report, finding: &Finding) -> Result<Markup, MathError> {
    Ok(html! {
        p { "The derivation:" }
        ol.derivation {
            @for step in &finding.derivation {
                li {
                    (PreEscaped(formula(&step.latex, Place::Inline)?))
                    @if let Some(by) = &step.by { span.by { " by " (named(report, by)) } }
                }
            }
        }
    })
}

fn sources(sources: &[Source]) -> Markup {
    html! {
        @if !sources.is_empty() {
            p.sources { "Source: " @for (n, source) in sources.iter().enumerate() {
                @if n > 0 { "; " }
                a href={ "#ref:" (source.key) } { (source.label) }
                @if !source.place.is_empty() { ", " (source.place) }
            } "." }
        }
    }
}

/// A table that scrolls where it is too wide.
pub(super) fn table(table: &Table) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label="Data, may be scrolled sideways" {
            table {
                thead { tr { @for head in &table.head { th scope="col" { (head) } } } }
                tbody { @for row in &table.rows {
                    tr {
                        @for (n, cell) in row.iter().enumerate() {
                            @if n == 0 { th scope="row" { (cell) } } @else { td { (cell) } }
                        }
                    }
                } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_levels_share_a_shape() {
        let shapes: std::collections::BTreeSet<_> = Level::ALL.into_iter().map(glyph).collect();
        assert_eq!(shapes.len(), Level::ALL.len());
    }
}
