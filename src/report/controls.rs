//! What the script puts at the reader's disposal, as a template: without a script it is not there.

use super::{
    data::Report,
    fate::{Fate, statements},
};
use crate::{
    figure::{Figure, svg},
    theorem::Level,
};
use maud::{Markup, PreEscaped, html};

/// The filter by verdict and by level, with how many statements each choice concerns.
pub(super) fn controls(report: &Report) -> Markup {
    let all = statements(report);
    let fates = Fate::ALL.map(|fate| {
        (fate.class(), fate.words(), all.iter().filter(|statement| statement.fate == fate).count())
    });
    let levels = Level::ALL.map(|level| {
        let reached = all.iter().filter(|statement| statement.level == Some(level)).count();
        (level.name(), level.name(), reached)
    });
    html! {
        div id="page:controls" {}
        template id="page:filter" {
            details.filter {
                summary { "Filter" }
                (choices("Verdict", "fate", &fates))
                (choices("Level reached", "level", &levels))
            }
        }
    }
}

/// Every window of a figure that is on its way, with a slider and two buttons to move it; nothing where there is none.
pub(super) fn steppers(figure: &Figure) -> Markup {
    let steppers = svg::steppers(figure);
    html! {
        @if !steppers.is_empty() {
            template.steppers {
                @for stepper in &steppers {
                    div.stepper role="group" aria-label=(stepper.title) data-sizes=(numbers(&stepper.sizes))
                        data-steps=(stepper.steps.iter().map(|step| numbers(step)).collect::<Vec<_>>().join(";")) {
                        p { (stepper.title) }
                        (PreEscaped(&stepper.drawing))
                        div {
                            button type="button" aria-label="previous output" { "‹" }
                            input type="range" min="0" max=(stepper.steps.len().saturating_sub(1)) value="0" aria-label="output";
                            button type="button" aria-label="next output" { "›" }
                        }
                        output {}
                    }
                }
            }
        }
    }
}

fn numbers(all: &[i32]) -> String {
    all.iter().map(i32::to_string).collect::<Vec<_>>().join(" ")
}

/// A box to tick for everything that occurs: its value, its words, and how often.
fn choices(legend: &str, key: &str, all: &[(&str, &str, usize)]) -> Markup {
    html! {
        fieldset {
            legend { (legend) }
            @for (value, words, n) in all.iter().filter(|(.., n)| *n > 0) {
                label { input type="checkbox" checked name=(key) value=(value); " " (words) " " span.count { (n) } }
            }
        }
    }
}
