//! The panels of a figure one by one, for a narrow page.

use super::{
    super::{Content, Curves, Figure, Panel},
    FINE, GAP, Group, MARGIN, corner, covered, draw, part, span,
};

/// One panel of a figure by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Single<'a> {
    /// The heading over its columns, if there is one.
    pub heading: Option<&'a str>,
    /// How many columns it covers.
    pub columns: usize,
    /// The panel, drawn by what `inline` has drawn on the same page, or again where that is too wide.
    pub drawing: String,
}

/// The most columns that can be read on a narrow page.
const NARROW: usize = 2;

/// The panels one by one, row after row, for a page too narrow for the figure that `inline` puts there too: empty where
/// panels say little alone, joined by arrows, and where there is only one and it is not drawn any narrower.
pub fn panels(figure: &Figure) -> Vec<Single<'_>> {
    let shrinks = |panel| narrow(figure, panel).is_some();
    if !figure.arrows.is_empty() || figure.panels.len() < 2 && !figure.panels.iter().any(shrinks) {
        return vec![];
    }
    let mut order: Vec<usize> = (0..figure.panels.len()).collect();
    order.sort_by_key(|n| figure.panels[*n].at);
    let one = |n: usize| {
        let panel = &figure.panels[n];
        let over = |group: &&Group| (group.columns.0..=group.columns.1).contains(&panel.at.1);
        let heading = figure.groups.iter().find(over).map(|group| group.title.as_str());
        match narrow(figure, panel) {
            Some(alone) => Single { heading, columns: NARROW, drawing: view(&alone, 0, &draw(&alone)) },
            None => {
                let drawn = format!("<use href=\"#{}\"/>", part(figure, n));
                Single { heading, columns: span(panel).1, drawing: view(figure, n, &drawn) }
            }
        }
    };
    order.into_iter().map(one).collect()
}

/// The part of a drawing that shows one panel.
fn view(figure: &Figure, panel: usize, drawn: &str) -> String {
    let panel = &figure.panels[panel];
    let (x, y) = corner(figure, panel.at);
    let (width, height) = covered(span(panel));
    let [x, y, width, height] =
        [x - GAP.0 / 2, y - MARGIN / 2, width + GAP.0, height + MARGIN].map(|v| v * FINE);
    format!("<svg viewBox=\"{x} {y} {width} {height}\">{drawn}</svg>")
}

/// A panel with curves over more columns as a figure of its own over fewer; others cannot be drawn any narrower.
fn narrow(figure: &Figure, panel: &Panel) -> Option<Figure> {
    let Content::Curves(curves) = &panel.content else { return None };
    let (rows, columns) = curves.span;
    let curves = Curves { span: (rows, NARROW), ..curves.clone() };
    let id = format!("{}:{}:{}", figure.id, panel.at.0, panel.at.1);
    let alone = Panel { at: (0, 0), title: panel.title.clone(), content: Content::Curves(curves) };
    (columns > NARROW).then(|| Figure { id, panels: vec![alone], ..Figure::default() })
}

#[cfg(test)]
mod tests {
    use super::{
        super::{super::Axis, inline},
        *,
    };

    fn figure(columns: usize, names: [&str; 4]) -> Figure {
        let curves = Curves {
            across: Axis::linear("x"),
            up: Axis::linear("y"),
            places: vec![0.0, 1.0],
            curves: names.map(|name| (name.to_owned(), vec![Some(0.0), Some(1.0)])).into(),
            span: (2, columns),
        };
        let panel = Panel { at: (0, 0), title: "wide".into(), content: Content::Curves(curves) };
        Figure { id: "f".into(), panels: vec![panel], ..Figure::default() }
    }

    #[test]
    fn what_is_too_wide_to_be_read_is_drawn_again_and_narrower() {
        assert_eq!(panels(&figure(NARROW, ["a", "b", "c", "d"])), []);
        let figure = figure(4, ["a", "b", "c", "d"]);
        let [one] = &panels(&figure)[..] else { panic!("one panel") };
        assert_eq!(one.columns, NARROW);
        assert!(!one.drawing.contains("<use"), "{}", one.drawing);
        let id = one.drawing.split("id=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an id");
        assert!(!inline(&figure).contains(&format!("id=\"{id}\"")), "{id} stands twice");
    }

    #[test]
    fn a_legend_without_room_goes_on_in_another_row() {
        let heights = |columns, names| {
            let drawn = inline(&figure(columns, names));
            let height = |name: &str| {
                let text = drawn.split("<text ").find(|text| text.contains(&format!("\n{name}</text>")))?;
                text.split("y=\"").nth(1)?.split('"').next()?.parse::<i32>().ok()
            };
            names.map(|name| height(name).expect("it is written"))
        };
        let long = [
            "the first name of four",
            "the second name of four",
            "the third name of four",
            "the last name of four",
        ];
        let [a, b, _, d] = heights(2, long);
        assert!(a == b && b < d, "{a} {b} {d}");
        let [a, _, _, d] = heights(4, long);
        assert_eq!(a, d);
    }
}
