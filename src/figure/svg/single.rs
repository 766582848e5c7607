//! The panels of a figure one by one, for a narrow page.

use super::{super::Figure, FINE, GAP, Group, MARGIN, corner, covered, part, span};

/// One panel of a figure by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Single<'a> {
    /// The heading over its columns, if there is one.
    pub heading: Option<&'a str>,
    /// How many columns it covers.
    pub columns: usize,
    /// The panel, drawn by what `inline` has drawn on the same page.
    pub drawing: String,
}

/// The panels one by one, row after row, for a page too narrow for the figure that `inline` puts there too: empty where panels say little alone: joined by arrows, or only one.
pub fn panels(figure: &Figure) -> Vec<Single<'_>> {
    if figure.panels.len() < 2 || !figure.arrows.is_empty() {
        return vec![];
    }
    let mut order: Vec<usize> = (0..figure.panels.len()).collect();
    order.sort_by_key(|n| figure.panels[*n].at);
    let one = |n: usize| {
        let panel = &figure.panels[n];
        let (x, y) = corner(figure, panel.at);
        let (width, height) = covered(span(panel));
        let [x, y, width, height] =
            [x - GAP.0 / 2, y - MARGIN / 2, width + GAP.0, height + MARGIN].map(|v| v * FINE);
        let over = |group: &&Group| (group.columns.0..=group.columns.1).contains(&panel.at.1);
        let (id, heading) = (part(figure, n), figure.groups.iter().find(over));
        Single {
            heading: heading.map(|group| group.title.as_str()),
            columns: span(panel).1,
            drawing: format!("<svg viewBox=\"{x} {y} {width} {height}\"><use href=\"#{id}\"/></svg>"),
        }
    };
    order.into_iter().map(one).collect()
}
