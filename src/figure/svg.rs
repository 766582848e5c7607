//! Drawing a figure: SVG by plotters, its colours rewritten to classes so that it follows the reader's theme.
//!
//! plotters writes every colour as `#RRGGBB`. We draw with sentinel colours, one for each `Tone`, and rewrite
//! them to `class="fill-…"` and `class="stroke-…"`; what a class looks like is said once, in [`stylesheet`].
//! Coordinates are whole numbers in plotters, so everything is drawn ten times too large and the root is
//! scaled down. Text metrics come from the bundled DejaVu Sans, never from the machine: the same figure is the
//! same bytes everywhere.

mod curves;
mod pattern;

use super::{Arrow, Content, Figure, Panel, Series, font, number};
use plotters::{
    coord::Shift,
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};
use std::{fmt::Write, sync::OnceLock};

/// What a stroke or an area is for. Each has a colour for light and for dark paper (Okabe & Ito's palette).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
enum Tone {
    Ink,
    Quiet,
    Axis,
    First,
    Second,
    SecondStem,
    Third,
    Fourth,
}

impl Tone {
    const ALL: [(Tone, &str, &str, &str); 8] = [
        (Tone::Ink, "ink", "#22262b", "#e7e4dc"),
        (Tone::Quiet, "quiet", "#5a6068", "#a9adb3"),
        (Tone::Axis, "axis", "#8b9097", "#7d828a"),
        (Tone::First, "first", "#0072b2", "#56b4e9"),
        (Tone::Second, "second", "#c24e00", "#f0a04b"),
        (Tone::SecondStem, "second-stem", "#c24e00", "#f0a04b"),
        (Tone::Third, "third", "#007a59", "#2fc79a"),
        (Tone::Fourth, "fourth", "#a3478a", "#d98cc0"),
    ];

    /// The colour that stands for it until the text is rewritten.
    fn sentinel(self) -> RGBColor {
        RGBColor(0xF1, 0x7A, self as u8)
    }
}

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
    rewrite(&draw(figure), figure, "")
}

/// The figure as a file of its own, with its rules inside.
pub fn standalone(figure: &Figure) -> String {
    let drawn = draw(figure);
    let style = format!(
        "<style>{}text{{font-family:{},sans-serif}}{}@media (prefers-color-scheme:dark){{{}}}</style>\n",
        font::faces(&drawn),
        font::FAMILY,
        rules(|light, _| light.to_owned()),
        rules(|_, dark| dark.to_owned())
    );
    rewrite(&drawn, figure, &style)
}

fn rules(colour: impl Fn(&str, &str) -> String) -> String {
    let mut css = String::new();
    for (tone, class, light, dark) in Tone::ALL {
        let colour = colour(light, dark);
        let dash = if tone == Tone::SecondStem { ";stroke-dasharray:40 30" } else { "" };
        let _ = write!(css, ".fill-{class}{{fill:{colour}}}.stroke-{class}{{stroke:{colour}{dash}}}");
    }
    css
}

/// Colours to classes, the root to a scalable and labelled one. Everything drawn has one colour, in `fill` or
/// in `stroke`, so an element gets one class.
fn rewrite(drawn: &str, figure: &Figure, style: &str) -> String {
    let mut text = drawn.to_owned();
    for (tone, class, ..) in Tone::ALL {
        let RGBColor(r, g, b) = tone.sentinel();
        let hex = format!("#{r:02X}{g:02X}{b:02X}");
        for property in ["fill", "stroke"] {
            text = text.replace(&format!("{property}=\"{hex}\""), &format!("class=\"{property}-{class}\""));
        }
    }
    text = text.replace(" opacity=\"1\"", "").replace(" stroke=\"none\"", "").replace("\n</text>", "</text>");
    let (width, height) = size(figure);
    let body = text.split_once('>').map_or("", |(_, body)| body);
    let id = escape(&figure.id);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {} {}\" \
         role=\"img\" aria-labelledby=\"fig:{id}:title fig:{id}:desc\">\n\
         <title id=\"fig:{id}:title\">{}</title>\n<desc id=\"fig:{id}:desc\">{}</desc>\n{style}{}",
        width * FINE,
        height * FINE,
        escape(&figure.title),
        escape(&figure.alt),
        body.trim_start()
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn size(figure: &Figure) -> (i32, i32) {
    let rows = figure.panels.iter().map(|p| p.at.0 + span(p)).max().unwrap_or(1) as i32;
    let columns = figure.panels.iter().map(|p| p.at.1 + span(p)).max().unwrap_or(1) as i32;
    let (x, y) = corner(figure, (rows as usize, columns as usize));
    (x - GAP.0 + MARGIN, y - GAP.1 + MARGIN)
}

/// How many rows and columns a panel covers.
fn span(panel: &Panel) -> usize {
    if matches!(panel.content, Content::Curves(_)) { 2 } else { 1 }
}

/// The upper left corner of the panel in that row and column.
fn corner(figure: &Figure, (row, column): (usize, usize)) -> (i32, i32) {
    let top = if figure.groups.is_empty() { MARGIN } else { MARGIN + GROUP };
    (MARGIN + column as i32 * (CELL.0 + GAP.0), top + row as i32 * (CELL.1 + GAP.1))
}

/// What plotters makes of it. Writing into a string does not fail, and the one font is registered.
fn draw(figure: &Figure) -> String {
    static FONT: OnceLock<bool> = OnceLock::new();
    let registered = *FONT.get_or_init(|| {
        plotters::style::register_font("sans-serif", FontStyle::Normal, dejavu::sans::regular()).is_ok()
            && plotters::style::register_font("sans-serif", FontStyle::Bold, dejavu::sans::bold()).is_ok()
    });
    assert!(registered, "the bundled DejaVu Sans is a valid font");
    let (width, height) = size(figure);
    let mut text = String::new();
    let area = SVGBackend::with_string(&mut text, ((width * FINE) as u32, (height * FINE) as u32))
        .into_drawing_area();
    let drawn = everything(&area, figure).and_then(|()| area.present());
    drop(area);
    assert!(drawn.is_ok(), "drawing into a string does not fail: {drawn:?}");
    text
}

fn everything(area: &Area, figure: &Figure) -> Drawn {
    for group in &figure.groups {
        let (left, right) =
            (corner(figure, (0, group.columns.0)).0, corner(figure, (0, group.columns.1)).0 + CELL.0);
        words(area, ((left + right) / 2, MARGIN + 6), &group.title, TEXT + 1, Tone::Ink, true, HPos::Center)?;
        stroke(area, &[(left, MARGIN + 18), (right, MARGIN + 18)], Tone::Axis, 8)?;
    }
    let scale = Scale::of(figure);
    for panel in &figure.panels {
        let at = corner(figure, panel.at);
        let width = if span(panel) == 2 { 2 * CELL.0 + GAP.0 } else { CELL.0 };
        words(area, (at.0 + width / 2, at.1 + 8), &panel.title, TEXT, Tone::Ink, false, HPos::Center)?;
        match &panel.content {
            Content::Stems(series) => stems(area, at, series, &scale)?,
            Content::Grid(rows) => grid(area, at, rows)?,
            Content::Pattern(pattern) => pattern::draw(area, at, pattern)?,
            Content::Curves(curves) => curves::draw(area, at, curves)?,
        }
    }
    figure.arrows.iter().try_for_each(|arrow| draw_arrow(area, figure, arrow))
}

/// One scale for all stems of a figure, so that heights compare across panels.
struct Scale {
    first: i64,
    last: i64,
    low: f64,
    high: f64,
    legend: bool,
}

impl Scale {
    fn of(figure: &Figure) -> Scale {
        let (first, last) = figure.domain().map_or((0, 1), |domain| domain.into_inner());
        let values = || figure.series().flat_map(|(_, series)| series.values.iter().copied());
        let (low, high) = (values().fold(0.0, f64::min), values().fold(0.0, f64::max));
        let high = if high == low { low + 1.0 } else { high };
        let several = |panel: &Panel| matches!(&panel.content, Content::Stems(series) if series.len() > 1);
        Scale { first, last, low, high, legend: figure.panels.iter().any(several) }
    }

    /// Where index n and value v lie in a panel.
    fn place(&self, at: (i32, i32), n: i64, v: f64) -> (i32, i32) {
        let (left, right) = (at.0 + 12, at.0 + CELL.0 - 12);
        let (top, bottom) =
            (at.1 + if self.legend { 50 } else { 38 }, at.1 + CELL.1 - if self.low < 0.0 { 38 } else { 26 });
        let across = (n - self.first) as f64 / (self.last - self.first).max(1) as f64;
        let up = (v - self.low) / (self.high - self.low);
        let whole = |share: f64, from: i32, to: i32| {
            from * FINE + (share * f64::from((to - from) * FINE)).round() as i32
        };
        (whole(across, left, right), whole(up, bottom, top))
    }
}

fn stems(area: &Area, at: (i32, i32), all: &[Series], scale: &Scale) -> Drawn {
    let (_, zero) = scale.place(at, scale.first, 0.0);
    fine(area, &[(at.0 * FINE, zero), ((at.0 + CELL.0) * FINE, zero)], Tone::Axis, 10)?;
    let step =
        [1, 2, 5, 10, 20, 50, 100].into_iter().find(|s| (scale.last - scale.first) / s < 12).unwrap_or(1000);
    let foot = at.1 + CELL.1 - 6;
    for n in (scale.first..=scale.last).filter(|n| n.rem_euclid(step) == 0) {
        let (x, _) = scale.place(at, n, 0.0);
        fine(area, &[(x, zero - 20), (x, zero + 20)], Tone::Axis, 8)?;
        tiny(area, (x, foot * FINE), &number(n as f64), SMALL, Tone::Quiet)?;
    }
    for (order, series) in all.iter().enumerate() {
        let (mark, stem) = tones(order);
        for (n, v) in series.indexed() {
            let (x, y) = scale.place(at, n, v);
            fine(area, &[(x, zero), (x, y)], stem, 16)?;
            shape(area, (x, y), order, mark)?;
            if all.len() == 1 && v != 0.0 {
                let above = if v > 0.0 { y - 110 } else { y + 110 };
                tiny(area, (x, above), &number(v), SMALL, Tone::Ink)?;
            }
        }
    }
    if all.len() > 1 { legend(area, at, all) } else { Ok(()) }
}

/// Marks differ in shape as well as in colour; a dot inside a ring is two signals that agree.
fn shape(area: &Area, at: (i32, i32), order: usize, tone: Tone) -> Drawn {
    let (x, y) = at;
    match order {
        0 => area.draw(&Circle::new(at, 34, tone.sentinel().filled())),
        1 => area.draw(&Circle::new(at, 62, tone.sentinel().stroke_width(16))),
        _ => area.draw(&Polygon::new([(x, y - 48), (x + 48, y), (x, y + 48), (x - 48, y)], tone.sentinel())),
    }
}

/// The colours of the mark and of the stem of the signal in that place.
fn tones(order: usize) -> (Tone, Tone) {
    match order {
        0 => (Tone::First, Tone::First),
        1 => (Tone::Second, Tone::SecondStem),
        _ => (Tone::Third, Tone::Third),
    }
}

fn legend(area: &Area, at: (i32, i32), all: &[Series]) -> Drawn {
    let font = ("sans-serif", f64::from(SMALL * FINE)).into_font();
    let widths: Vec<i32> = all
        .iter()
        .map(|series| Ok(area.estimate_text_size(&series.name, &font.clone().into())?.0 as i32 + 20 * FINE))
        .collect::<Result<_, DrawingAreaErrorKind<std::io::Error>>>()?;
    let apart = 16 * FINE;
    let all_widths = widths.iter().sum::<i32>() + apart * (all.len() as i32 - 1);
    let mut x = (at.0 + CELL.0 / 2) * FINE - all_widths / 2;
    let y = (at.1 + 25) * FINE;
    for (order, (series, width)) in all.iter().zip(widths).enumerate() {
        shape(area, (x + 70, y), order, tones(order).0)?;
        label(area, (x + 170, y), &series.name, SMALL, Tone::Quiet, false, HPos::Left)?;
        x += width + apart;
    }
    Ok(())
}

/// Entries are printed, and shaded by their size: blue for positive, orange for negative.
fn grid(area: &Area, at: (i32, i32), rows: &[Vec<f64>]) -> Drawn {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let side = ((CELL.0 / columns.max(1) as i32).min((CELL.1 - 24) / rows.len().max(1) as i32)).min(34);
    let left = at.0 + (CELL.0 - side * columns as i32) / 2;
    let largest = rows.iter().flatten().fold(0.0, |m: f64, v| m.max(v.abs()));
    for (i, row) in rows.iter().enumerate() {
        for (j, v) in row.iter().enumerate() {
            let (x, y) = ((left + side * j as i32) * FINE, (at.1 + 22 + side * i as i32) * FINE);
            let corners = [(x, y), (x + side * FINE, y + side * FINE)];
            if *v != 0.0 {
                let tone = if *v > 0.0 { Tone::First } else { Tone::Second };
                // Percent steps: opacity is printed as it is.
                let share = (50.0 * v.abs() / largest).round() / 100.0;
                area.draw(&Rectangle::new(corners, tone.sentinel().mix(share).filled()))?;
            }
            area.draw(&Rectangle::new(corners, Tone::Axis.sentinel().stroke_width(5)))?;
            let size = if side < 24 { SMALL - 2 } else { SMALL };
            tiny(area, (x + side * FINE / 2, y + side * FINE / 2), &number(*v), size, Tone::Ink)?;
        }
    }
    Ok(())
}

fn draw_arrow(area: &Area, figure: &Figure, arrow: &Arrow) -> Drawn {
    let (from, to) = (corner(figure, arrow.from), corner(figure, arrow.to));
    let (inset, head) = (4, 6);
    if arrow.from.0 == arrow.to.0 {
        let y = from.1 + CELL.1 / 2;
        let (a, b) = (from.0 + CELL.0 + inset, to.0 - inset);
        stroke(area, &[(a, y), (b - head, y)], Tone::Quiet, 14)?;
        triangle(area, [(b, y), (b - head - 2, y - head + 1), (b - head - 2, y + head - 1)])?;
        words(area, ((a + b) / 2, y - 11), &arrow.label, TEXT, Tone::Ink, false, HPos::Center)
    } else {
        let x = from.0 + CELL.0 / 2;
        let (a, b) = (from.1 + CELL.1 + inset, to.1 - inset);
        stroke(area, &[(x, a), (x, b - head)], Tone::Quiet, 14)?;
        triangle(area, [(x, b), (x - head + 1, b - head - 2), (x + head - 1, b - head - 2)])?;
        words(area, (x + 9, (a + b) / 2), &arrow.label, TEXT, Tone::Ink, false, HPos::Left)
    }
}

fn triangle(area: &Area, corners: [(i32, i32); 3]) -> Drawn {
    area.draw(&Polygon::new(corners.map(|(x, y)| (x * FINE, y * FINE)), Tone::Quiet.sentinel()))
}

fn stroke(area: &Area, points: &[(i32, i32)], tone: Tone, width: u32) -> Drawn {
    let points: Vec<_> = points.iter().map(|(x, y)| (x * FINE, y * FINE)).collect();
    fine(area, &points, tone, width)
}

fn fine(area: &Area, points: &[(i32, i32)], tone: Tone, width: u32) -> Drawn {
    area.draw(&PathElement::new(points.to_vec(), tone.sentinel().stroke_width(width)))
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
    use crate::figure::{Curves, Group, Pattern};

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
                    }),
                },
                Panel {
                    at: (0, 2),
                    title: "curves".into(),
                    content: Content::Curves(Curves {
                        across: "n <".into(),
                        up: "cost".into(),
                        places: vec![1.0, 2.0, 64.0],
                        curves: vec![
                            ("f".into(), vec![1.0, 4.0, 4096.0]),
                            ("g".into(), vec![3.0, 5.0, 200.0]),
                            ("h".into(), vec![1e-3, 5.0, 200.0]),
                            ("k".into(), vec![3.0, 5.0, 1.0]),
                        ],
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
        assert!(!svg.contains("\"#"), "a colour was not rewritten");
        for (_, class, ..) in Tone::ALL {
            assert!(stylesheet().contains(&format!(".fill-{class}{{")));
        }
        for class in svg.split("class=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(stylesheet().contains(&format!(".{class}{{")), "no rule for {class}");
        }
    }

    #[test]
    fn tones_are_told_from_the_paper() {
        let luminance = |hex: &str| {
            let part = |at: usize| {
                let share = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("two digits")) / 255.0;
                if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
        };
        for (tone, _, light, dark) in Tone::ALL {
            let least = if matches!(tone, Tone::Ink | Tone::Quiet) { 4.5 } else { 3.0 };
            assert!(1.05 / (luminance(light) + 0.05) >= least, "{tone:?} on white");
            assert!((luminance(dark) + 0.05) / (luminance("#17191c") + 0.05) >= least, "{tone:?} on black");
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
    fn drawing_is_a_function_of_the_figure() {
        assert_eq!(standalone(&sample()), standalone(&sample()));
        let mut other = sample();
        other.panels[1].title = "two".into();
        assert_ne!(standalone(&sample()), standalone(&other));
        assert!(standalone(&sample()).len() < 100_000);
    }
}
