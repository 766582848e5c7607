//! Drawing a figure: SVG by plotters, its colours rewritten to classes so that it follows the reader's theme.
//!
//! plotters writes every colour as `#RRGGBB`. We draw with sentinel colours, one for each `Tone`, and rewrite
//! them to `class="fill-…"` and `class="stroke-…"`; what a class looks like is said once, in [`stylesheet`].
//! Coordinates are whole numbers in plotters, so everything is drawn ten times too large and the root is
//! scaled down. Text metrics come from the bundled DejaVu Sans, never from the machine: the same figure is the
//! same bytes everywhere.

mod curves;
mod frames;
mod graph;
mod grid;
mod heat;
mod joints;
mod map;
mod pattern;
mod single;
mod stems;
mod table;
mod tone;
mod volume;

pub use frames::{Stepper, steppers};
pub use single::{Single, panels};
use tone::{PAPER, Tone, rules};

use super::{Content, Figure, Group, Panel, font};
use plotters::{
    coord::Shift,
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};
use std::{fmt::Write, sync::OnceLock};

/// How many units plotters draws for one unit of the figure.
const FINE: i32 = 10;
const CELL: (i32, i32) = (208, 166);
const GAP: (i32, i32) = (44, 40);
const MARGIN: i32 = 10;
const GROUP: i32 = 30;
const TEXT: i32 = 13;
const SMALL: i32 = 11;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// The rules for the classes in a figure, for the page that contains it: `light-dark()` follows its scheme.
pub fn stylesheet() -> String {
    rules(|light, dark| format!("light-dark({light},{dark})"))
}

/// The rules that give the words of all drawings in that text the letters they were measured with; only those that
/// occur are carried.
pub fn faces(drawings: &str) -> String {
    font::faces(drawings)
}

/// The figure as an element of a page that has the [`stylesheet`].
///
/// ```
/// use faltung::figure::{Figure, svg};
/// let figure = Figure { title: "a < b".into(), ..Figure::default() };
/// assert!(svg::inline(&figure).contains("a &lt; b</title>"));
/// ```
pub fn inline(figure: &Figure) -> String {
    root(figure, &draw(figure))
}

/// The figure as a file of its own, with its rules and its paper inside.
pub fn standalone(figure: &Figure) -> String {
    let drawn = draw(figure);
    let [light, dark] = PAPER.map(|paper| format!("svg{{background:{paper}}}"));
    let style = format!(
        "<style>{}text{{font-family:{},sans-serif}}{light}{}@media (prefers-color-scheme:dark){{{dark}{}}}</style>\n",
        font::faces(&drawn),
        font::FAMILY,
        rules(|light, _| light.to_owned()),
        rules(|_, dark| dark.to_owned())
    );
    root(figure, &(style + &drawn))
}

/// The name of what draws one panel.
fn part(figure: &Figure, panel: usize) -> String {
    format!("fig:{}:{panel}", escape(&figure.id))
}

/// The root: scalable and labelled.
fn root(figure: &Figure, body: &str) -> String {
    let (width, height) = size(figure);
    let id = escape(&figure.id);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {} {}\" \
         role=\"img\" aria-labelledby=\"fig:{id}:title fig:{id}:desc\">\n\
         <title id=\"fig:{id}:title\">{}</title>\n<desc id=\"fig:{id}:desc\">{}</desc>\n{body}</svg>\n",
        width * FINE,
        height * FINE,
        escape(&figure.title),
        escape(&figure.alt),
    )
}

/// Colours to classes. Everything drawn has one colour, in `fill` or in `stroke`, so an element gets one class.
fn rewrite(drawn: &str) -> String {
    let body = drawn.split_once('>').map_or("", |(_, body)| body).trim();
    let mut text = body.strip_suffix("</svg>").unwrap_or(body).to_owned();
    for (tone, class, ..) in Tone::ALL {
        let RGBColor(r, g, b) = tone.sentinel();
        let hex = format!("#{r:02X}{g:02X}{b:02X}");
        for property in ["fill", "stroke"] {
            text = text.replace(&format!("{property}=\"{hex}\""), &format!("class=\"{property}-{class}\""));
        }
    }
    text.replace(" opacity=\"1\"", "").replace(" stroke=\"none\"", "").replace("\n</text>", "</text>")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn size(figure: &Figure) -> (i32, i32) {
    let rows = figure.panels.iter().map(|p| p.at.0 + span(p).0).max().unwrap_or(1);
    let columns = figure.panels.iter().map(|p| p.at.1 + span(p).1).max().unwrap_or(1);
    let (x, y) = corner(figure, (rows, columns));
    (x - GAP.0 + MARGIN, y - GAP.1 + MARGIN)
}

/// How many rows and columns a panel covers.
fn span(panel: &Panel) -> (usize, usize) {
    match &panel.content {
        Content::Curves(curves) => curves.span,
        Content::Map(map) => map.span,
        Content::Frames(_) => frames::SPAN,
        Content::Volumes(_) => volume::SPAN,
        Content::Table(table) => table::span(table),
        _ => (1, 1),
    }
}

/// The width and the height of so many rows and columns.
fn covered((rows, columns): (usize, usize)) -> (i32, i32) {
    let along = |count: usize, cell: i32, gap: i32| count.max(1) as i32 * (cell + gap) - gap;
    (along(columns, CELL.0, GAP.0), along(rows, CELL.1, GAP.1))
}

/// The upper left corner of the panel in that row and column.
fn corner(figure: &Figure, (row, column): (usize, usize)) -> (i32, i32) {
    let top = if figure.groups.is_empty() { MARGIN } else { MARGIN + GROUP };
    (MARGIN + column as i32 * (CELL.0 + GAP.0), top + row as i32 * (CELL.1 + GAP.1))
}

/// Every panel as a group of its own, then headings and arrows.
fn draw(figure: &Figure) -> String {
    static FONT: OnceLock<bool> = OnceLock::new();
    let registered = *FONT.get_or_init(|| {
        plotters::style::register_font("sans-serif", FontStyle::Normal, dejavu::sans::regular()).is_ok()
            && plotters::style::register_font("sans-serif", FontStyle::Bold, dejavu::sans::bold()).is_ok()
    });
    assert!(registered, "the bundled DejaVu Sans is a valid font");
    let scale = stems::Scale::of(figure);
    let mut text = String::new();
    for (n, panel) in figure.panels.iter().enumerate() {
        let (id, at) = (part(figure, n), corner(figure, panel.at));
        let picture = match &panel.content {
            Content::Heat(heat) => heat::pictures(at, heat),
            Content::Map(map) => map::pictures(at, map),
            Content::Frames(frames) => frames::elements(&id, at, frames),
            _ => String::new(),
        };
        let drawn = drawn(figure, |area| contents(area, at, panel, &scale));
        let _ = write!(text, "<g id=\"{id}\">\n{picture}{drawn}</g>\n");
    }
    text + &drawn(figure, |area| joints::draw(area, figure))
}

/// What plotters makes of it. Writing into a string does not fail, and the one font is registered.
fn drawn(figure: &Figure, what: impl Fn(&Area) -> Drawn) -> String {
    let (width, height) = size(figure);
    let mut text = String::new();
    let area = SVGBackend::with_string(&mut text, ((width * FINE) as u32, (height * FINE) as u32))
        .into_drawing_area();
    let done = what(&area).and_then(|()| area.present());
    drop(area);
    assert!(done.is_ok(), "drawing into a string does not fail: {done:?}");
    rewrite(&text)
}

fn contents(area: &Area, at: (i32, i32), panel: &Panel, scale: &stems::Scale) -> Drawn {
    let width = covered(span(panel)).0;
    words(area, (at.0 + width / 2, at.1 + 8), &panel.title, TEXT, Tone::Ink, false, HPos::Center)?;
    match &panel.content {
        Content::Stems(series) => stems::draw(area, at, series, scale),
        Content::Grid(rows) => grid::draw(area, at, rows),
        Content::Pattern(pattern) => pattern::draw(area, at, pattern),
        Content::Curves(curves) => curves::draw(area, at, curves),
        Content::Heat(heat) => heat::frame(area, at, heat),
        Content::Map(map) => map::draw(area, at, map),
        Content::Frames(frames) => frames::numbers(area, at, frames),
        Content::Volumes(volumes) => volume::draw(area, at, volumes),
        Content::Graph(graph) => graph::draw(area, at, graph),
        Content::Table(table) => table::draw(area, at, table),
    }
}

/// Where each entry of a legend begins, so that all of them together have that centre; a sample comes before each name.
fn spread<'a>(
    area: &Area,
    names: impl Iterator<Item = &'a str>,
    centre: i32,
    sample: i32,
) -> Result<Vec<(&'a str, i32)>, DrawingAreaErrorKind<std::io::Error>> {
    let font = ("sans-serif", f64::from(SMALL * FINE)).into_font();
    let mut places = vec![];
    let mut end = 0;
    for name in names {
        places.push((name, end));
        end += sample + area.estimate_text_size(name, &font.clone().into())?.0 as i32 + 19 * FINE;
    }
    let first = centre - (end - 16 * FINE) / 2;
    Ok(places.into_iter().map(|(name, x)| (name, first + x)).collect())
}

fn stroke(area: &Area, points: &[(i32, i32)], tone: Tone, width: u32) -> Drawn {
    let points: Vec<_> = points.iter().map(|(x, y)| (x * FINE, y * FINE)).collect();
    fine(area, &points, tone, width)
}

fn fine(area: &Area, points: &[(i32, i32)], tone: Tone, width: u32) -> Drawn {
    area.draw(&PathElement::new(points.to_vec(), tone.sentinel().stroke_width(width)))
}

/// The border of a rectangle, by two of its corners; plotters has but one width for those of its own rectangles.
fn outline(area: &Area, [(left, top), (right, bottom)]: [(i32, i32); 2], width: u32) -> Drawn {
    let around = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
    fine(area, &around, Tone::Axis, width)
}

fn words(area: &Area, at: (i32, i32), text: &str, size: i32, tone: Tone, bold: bool, side: HPos) -> Drawn {
    label(area, (at.0 * FINE, at.1 * FINE), text, size, tone, bold, side)
}

fn tiny(area: &Area, at: (i32, i32), text: &str, size: i32, tone: Tone) -> Drawn {
    label(area, at, text, size, tone, false, HPos::Center)
}

fn label(area: &Area, at: (i32, i32), text: &str, size: i32, tone: Tone, bold: bool, side: HPos) -> Drawn {
    // The SVG backend divides by 1.24.
    let font = FontDesc::from(("sans-serif", f64::from(size * FINE) * 1.24));
    let font = if bold { font.style(FontStyle::Bold) } else { font };
    let colour = tone.sentinel();
    let style = TextStyle::from(font).color(&colour).pos(Pos::new(side, VPos::Center));
    area.draw(&Text::new(text.to_owned(), at, style))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::{
        Arrow, Axis, Block, Curves, Edge, Frames, Graph, Heat, Map, Pattern, Place, Row, Series, Shades,
        Table, Volume,
    };

    /// The light and the dark paper of the page.
    pub(super) const PAPER: [&str; 2] = ["#ffffff", "#17191c"];

    pub(super) fn rgb(hex: &str) -> [f64; 3] {
        [1, 3, 5].map(|at| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("two digits")))
    }

    /// As the Web Content Accessibility Guidelines measure it.
    pub(super) fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
        let part = |v: f64| if v <= 10.31475 { v / 3294.6 } else { ((v / 255.0 + 0.055) / 1.055).powf(2.4) };
        let [a, b] = [a, b].map(|[r, g, b]| 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// One place of two is read, which leaves a cross.
    fn frames() -> Frames {
        let plane = vec![vec![Place::Entry, Place::Zero]];
        Frames { plane, outputs: (1, 1), taps: vec![(0, 0)], corners: vec![(0, 0)] }
    }

    fn graph() -> Graph {
        let row = Row { name: "x".into(), places: vec![0.0, 1.0], marked: vec![true, false] };
        let edge = |from, marked| Edge { row: 0, from, to: 1, marked };
        Graph { rows: vec![row; 2], edges: vec![edge(0, true), edge(1, false)] }
    }

    fn volume() -> Volume {
        let mark = Block { name: "part".into(), at: [0, 1, 1], size: [2, 1, 1] };
        Volume { name: "whole".into(), size: [2, 3, 3], mark, leads: "to".into() }
    }

    fn sample() -> Figure {
        let series = |name: &str| Series { name: name.into(), start: -2, values: vec![1.0, -0.5, 3.0] };
        Figure {
            id: "sample".into(),
            title: "<b> & \"c\"".into(),
            alt: "<script>".into(),
            groups: vec![Group { title: "both".into(), columns: (0, 1) }],
            panels: vec![
                Panel {
                    at: (0, 0),
                    title: "stems <i>".into(),
                    content: Content::Stems(vec![series("a"), series("b"), series("c")]),
                },
                Panel { at: (1, 0), title: "one".into(), content: Content::Stems(vec![series("a")]) },
                Panel {
                    at: (0, 1),
                    title: "grid".into(),
                    content: Content::Grid(vec![vec![1.0, -2.0], vec![0.0, 0.25]]),
                },
                Panel {
                    at: (1, 1),
                    title: "pattern".into(),
                    content: Content::Pattern(Pattern {
                        classes: ["p", "q", "r", "s"].map(String::from).into(),
                        cells: vec![vec![Some(0), Some(1), None], vec![Some(2), None, Some(3)]],
                        block: (1, 3),
                        ..Pattern::default()
                    }),
                },
                Panel {
                    at: (0, 2),
                    title: "curves".into(),
                    content: Content::Curves(Curves {
                        across: Axis::logarithmic("n <"),
                        up: Axis::linear("cost"),
                        places: vec![1.0, 2.0, 64.0],
                        curves: [[1.0, 4.0, 4096.0], [3.0, 5.0, 200.0], [1e-3, 5.0, 200.0], [3.0, 5.0, 1.0]]
                            .map(|values| ("f".into(), values.map(Some).into()))
                            .into(),
                        span: (2, 2),
                    }),
                },
                Panel {
                    at: (2, 0),
                    title: "heat".into(),
                    content: Content::Heat(Heat {
                        rows: vec![vec![1.0, -2.0], vec![0.0, 0.5]],
                        shades: Shades::Diverging { reach: 2.0 },
                    }),
                },
                Panel {
                    at: (2, 4),
                    title: "map".into(),
                    content: Content::Map(Map {
                        across: Axis::linear("t <"),
                        up: Axis::logarithmic("f"),
                        ends: [(0.0, 2.0), (1.0, 64.0)],
                        rows: vec![vec![1.0, 2.0], vec![0.0, 0.5]],
                        shades: Shades::Grey { low: 0.0, high: 2.0 },
                        lines: vec![vec![(0.0, 2.0), (2.0, 32.0)]],
                        span: (1, 1),
                    }),
                },
                Panel { at: (3, 0), title: "frames".into(), content: Content::Frames(frames()) },
                Panel { at: (3, 2), title: "graph".into(), content: Content::Graph(graph()) },
                Panel {
                    at: (4, 0),
                    title: "boxes".into(),
                    content: Content::Volumes(vec![volume(), volume()]),
                },
                Panel {
                    at: (6, 0),
                    title: "table".into(),
                    content: Content::Table(Table {
                        head: vec!["<a>".into(); 3],
                        rows: vec![vec!["b".into(); 3]],
                    }),
                },
            ],
            arrows: vec![
                Arrow { from: (0, 0), to: (0, 1), label: "f".into() },
                Arrow { from: (0, 0), to: (1, 0), label: "g".into() },
            ],
            ..Figure::default()
        }
    }

    #[test]
    fn every_colour_is_a_class_and_every_class_has_its_rule() {
        let svg = inline(&sample());
        assert!(!svg.replace("href=\"#", "").contains("\"#"), "a colour was not rewritten");
        for (_, class, ..) in Tone::ALL {
            assert!(stylesheet().contains(&format!(".fill-{class}{{")));
        }
        for class in svg.split("class=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(stylesheet().contains(&format!(".{class}{{")), "no rule for {class}");
        }
    }

    #[test]
    fn tones_are_told_from_the_paper() {
        for (tone, _, light, dark) in Tone::ALL {
            let least = if matches!(tone, Tone::Ink | Tone::Quiet) { 4.5 } else { 3.0 };
            for (colour, paper) in [light, dark].into_iter().zip(PAPER) {
                assert!(contrast(rgb(colour), rgb(paper)) >= least, "{tone:?} on {paper}");
            }
        }
    }

    #[test]
    fn words_are_escaped_and_the_root_is_labelled() {
        let svg = inline(&sample());
        assert!(!svg.contains("<script>") && !svg.contains("<b>") && !svg.contains("<i>"));
        assert!(
            svg.contains("role=\"img\"") && svg.contains("viewBox=") && svg.contains("&lt;script&gt;</desc>")
        );
        assert!(svg.trim_end().ends_with("</svg>"));
    }

    #[test]
    fn every_stroke_says_how_wide_it_is() {
        for element in inline(&sample()).split('<').filter(|element| element.contains("class=\"stroke-")) {
            assert!(element.contains("stroke-width=\""), "{element}");
        }
    }

    #[test]
    fn panels_stand_alone_where_nothing_joins_them() {
        assert_eq!(panels(&sample()), []);
        let figure = Figure { arrows: vec![], ..sample() };
        let (alone, whole) = (panels(&figure), inline(&figure));
        let headings: Vec<_> = alone.iter().map(|panel| panel.heading).collect();
        let both = Some("both");
        assert_eq!(headings, [both, both, None, both, both, both, None, both, None, both, both]);
        assert_eq!(alone[2].columns, 2);
        for Single { drawing: svg, .. } in &alone {
            let part =
                svg.split("href=\"#").nth(1).and_then(|rest| rest.split('"').next()).expect("a reference");
            assert_eq!(whole.matches(&format!("<g id=\"{part}\">")).count(), 1, "{part}");
        }
    }

    #[test]
    fn a_stepper_draws_over_what_the_figure_defines() {
        let (figure, whole) = (sample(), inline(&sample()));
        let [stepper] = &steppers(&figure)[..] else { panic!("one window is on its way") };
        for part in stepper.drawing.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert_eq!(whole.matches(&format!("<g id=\"{part}\">")).count(), 1, "{part}");
        }
        let [height, width, side] = stepper.sizes;
        assert_eq!((stepper.title, &stepper.steps[..]), ("frames", &[[0, 0, 7 * side / 2, 0, 1, 0]][..]));
        assert_eq!((height, width), (side, side));
    }

    #[test]
    fn drawing_is_a_function_of_the_figure() {
        assert_eq!(standalone(&sample()), standalone(&sample()));
        let mut other = sample();
        other.panels[1].title = "two".into();
        assert_ne!(standalone(&sample()), standalone(&other));
        assert!(standalone(&sample()).len() < 100_000);
    }
}
