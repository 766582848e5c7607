//! What the script puts at the reader's disposal, as a template: without a script it is not there.

use super::{
    data::Report,
    fate::{Fate, statements},
};
use crate::theorem::Level;
use maud::{Markup, html};

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
