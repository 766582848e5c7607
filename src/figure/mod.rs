//! Figures as data: what is drawn, what is said of it, and the numbers behind it.
//!
//! A figure can be printed, compared and tabulated before anything is drawn; [`svg`] draws it.

mod data_uri;
mod font;
mod frames;
mod graph;
mod map;
pub mod svg;
mod volume;

pub use frames::{Frames, Place};
pub use graph::{Edge, Graph, Row};
pub use map::Map;
pub use volume::{Block, Volume};

use data_uri::data_uri;
use serde::Serialize;
use std::ops::RangeInclusive;

/// A figure: panels on a grid, arrows between them, and the words that go with it.
///
/// ```
/// use faltung::figure::{Content, Figure, Panel, Series};
/// let kernel = Series { name: "w".into(), start: 0, values: vec![1.0, 2.0, 3.0] };
/// let panel = Panel { at: (0, 0), title: "A kernel".into(), content: Content::Stems(vec![kernel]) };
/// let figure = Figure { id: "kernel".into(), title: "A kernel".into(), panels: vec![panel], ..Figure::default() };
/// assert_eq!(figure.tables()[0].rows[2], ["2", "3"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Figure {
    /// The name by which a chapter calls it.
    pub id: String,
    /// What it shows, in a few words of plain text.
    pub title: String,
    /// What the data say, in Markdown; computed from them.
    pub caption: String,
    /// What is to be seen, in plain text, for those who do not see it.
    pub alt: String,
    /// Headings over runs of columns.
    pub groups: Vec<Group>,
    /// The panels.
    pub panels: Vec<Panel>,
    /// Arrows from panel to panel.
    pub arrows: Vec<Arrow>,
}

/// A heading over the columns from `columns.0` to `columns.1`, both included.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// The heading.
    pub title: String,
    /// Its first and its last column.
    pub columns: (usize, usize),
}

/// One panel.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Panel {
    /// Its row and its column, from 0.
    pub at: (usize, usize),
    /// Its heading.
    pub title: String,
    /// What it shows.
    pub content: Content,
}

/// What a panel shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Up to three signals on Z, as stems over one axis.
    Stems(Vec<Series>),
    /// A small matrix, its entries printed and shaded by size, row by row.
    Grid(Vec<Vec<f64>>),
    /// A matrix of places that belong to one of a few classes, or to none.
    Pattern(Pattern),
    /// Curves and points over two axes, large enough to be read.
    Curves(Curves),
    /// A matrix as a picture.
    Heat(Heat),
    /// A matrix as a picture over two axes.
    Map(Map),
    /// A window on its way: its first frame, one in the middle, and its last; on the page all of them.
    Frames(Frames),
    /// Arrays with channels as boxes, from left to right.
    Volumes(Vec<Volume>),
    /// Rows of nodes, and edges between them.
    Graph(Graph),
    /// Words and numbers in rows and columns.
    Table(Table),
}

/// Which class each place of a matrix belongs to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Pattern {
    /// The names of the classes; at most eight, so that they can be told apart.
    pub classes: Vec<String>,
    /// Row by row the class of each place, `None` for those that are empty.
    pub cells: Vec<Vec<Option<usize>>>,
    /// Row by row what is written into each place; the number of its class where there are no such rows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<Vec<String>>,
    /// The rows and columns of a block, between which thicker lines are drawn.
    pub block: (usize, usize),
}

/// Curves over two axes, or points where nothing is to be joined.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Curves {
    /// What lies along the horizontal axis.
    pub across: Axis,
    /// What lies along the vertical axis.
    pub up: Axis,
    /// The horizontal coordinates, rising, which all curves share; one that comes twice is where some may jump.
    pub places: Vec<f64>,
    /// The curves, of at most four names: a name, and a value, or none, at each place. A line joins neighbours. Curves of
    /// one name look alike.
    pub curves: Vec<(String, Vec<Option<f64>>)>,
    /// How many rows and columns of panels it covers.
    pub span: (usize, usize),
}

/// An axis.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Axis {
    /// What lies along it.
    pub name: String,
    /// Whether equal steps along it are equal factors; then the coordinates are positive.
    pub logarithmic: bool,
    /// What is written at which places, or at some of them where all have no room; round values where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<(f64, String)>,
}

impl Axis {
    /// Along which equal steps are equal differences.
    pub fn linear(name: &str) -> Axis {
        Axis { name: name.to_owned(), logarithmic: false, marks: vec![] }
    }

    /// Along which equal steps are equal factors.
    pub fn logarithmic(name: &str) -> Axis {
        Axis { name: name.to_owned(), logarithmic: true, marks: vec![] }
    }

    /// Of places that have names and not values.
    pub fn named(name: &str, marks: Vec<(f64, String)>) -> Axis {
        Axis { marks, ..Axis::linear(name) }
    }
}

/// A matrix as a picture, one pixel for each entry.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Heat {
    /// The entries, row by row; at least one.
    pub rows: Vec<Vec<f64>>,
    /// Which colour each has.
    pub shades: Shades,
}

/// Colours of numbers, told apart by all eyes. Beyond the ends are the colours of the ends.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shades {
    /// From black to white, as in a photograph.
    Grey {
        /// What is black.
        low: f64,
        /// What is white.
        high: f64,
    },
    /// From orange, which is negative, through white, which is 0, to blue.
    Diverging {
        /// What is darkest, in both directions.
        reach: f64,
    },
}

/// A signal on Z: its entries, the first at `start`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// The index of its first entry.
    pub start: i64,
    /// Its entries.
    pub values: Vec<f64>,
}

impl Series {
    /// Every entry with its index.
    pub fn indexed(&self) -> impl Iterator<Item = (i64, f64)> {
        (self.start..).zip(self.values.iter().copied())
    }
}

/// An arrow between two panels in one row or in one column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Arrow {
    /// Where it starts: row and column.
    pub from: (usize, usize),
    /// Where it ends.
    pub to: (usize, usize),
    /// What it does.
    pub label: String,
}

/// Words and numbers in rows and columns, as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Table {
    /// The headings of the columns.
    pub head: Vec<String>,
    /// The rows, each as long as the head; the first column names the row.
    pub rows: Vec<Vec<String>>,
}

impl Figure {
    /// The indices that its stems cover together, `None` where there are none.
    pub fn domain(&self) -> Option<RangeInclusive<i64>> {
        let indices = || self.series().flat_map(|(_, series)| series.indexed().map(|(n, _)| n));
        Some(indices().min()?..=indices().max()?)
    }

    /// The data as tables: one for all its signals (a row for each index; an empty cell lies outside the
    /// stored window), and one for each matrix.
    pub fn tables(&self) -> Vec<Table> {
        let signals = self.domain().map(|domain| Table {
            head: std::iter::once("n".to_owned())
                .chain(self.series().map(|(panel, series)| self.heading(panel, series)))
                .collect(),
            rows: domain
                .map(|n| {
                    let entry = |series: &Series| {
                        let place = usize::try_from(n - series.start).ok();
                        place.and_then(|k| series.values.get(k)).map_or_else(String::new, |v| number(*v))
                    };
                    std::iter::once(number(n as f64))
                        .chain(self.series().map(|(_, series)| entry(series)))
                        .collect()
                })
                .collect(),
        });
        let grids = self.panels.iter().filter_map(|panel| match &panel.content {
            Content::Grid(rows) => {
                let columns = width(rows);
                Some(matrix(&panel.title, rows.len(), columns, |i, j| {
                    entry_of(rows, i, j).map_or_else(String::new, number)
                }))
            }
            Content::Pattern(pattern) => Some(pattern.table(&panel.title)),
            Content::Curves(curves) => Some(curves.table(&panel.title)),
            Content::Heat(heat) => Some(heat.table(&panel.title)),
            Content::Map(map) => Some(map.table(&panel.title)),
            Content::Frames(frames) => Some(frames.table(&panel.title)),
            Content::Volumes(volumes) => Some(Volume::table(volumes)),
            Content::Graph(graph) => Some(graph.table(&panel.title)),
            Content::Table(table) => Some(table.clone()),
            Content::Stems(_) => None,
        });
        signals.into_iter().chain(grids).collect()
    }

    /// What a signal is called in the table: as briefly as its figure allows.
    fn heading(&self, panel: &Panel, series: &Series) -> String {
        let local = |panel: &Panel, name: &str| match &panel.content {
            Content::Stems(all) if all.len() == 1 && name != panel.title => {
                format!("{}: {name}", panel.title)
            }
            _ => name.to_owned(),
        };
        let name = local(panel, &series.name);
        let namesakes = self.series().filter(|(panel, other)| local(panel, &other.name) == name).count();
        let group =
            self.groups.iter().find(|group| (group.columns.0..=group.columns.1).contains(&panel.at.1));
        match group {
            Some(group) if namesakes > 1 => {
                format!("{}: {name}", group.title.split(':').next().unwrap_or_default())
            }
            _ => name,
        }
    }

    /// Every signal with the panel it stands in.
    fn series(&self) -> impl Iterator<Item = (&Panel, &Series)> {
        self.panels.iter().flat_map(|panel| match &panel.content {
            Content::Stems(series) => series.iter().map(|series| (panel, series)).collect(),
            _ => Vec::new(),
        })
    }
}

impl Pattern {
    /// What is written in a place, or else its class.
    fn table(&self, title: &str) -> Table {
        let said = |i: usize, j: usize| match self.labels.get(i).and_then(|row| row.get(j)) {
            Some(label) => label.clone(),
            None => {
                entry_of(&self.cells, i, j).flatten().map_or_else(String::new, |c| self.classes[c].clone())
            }
        };
        matrix(title, self.cells.len(), width(&self.cells), said)
    }
}

impl Curves {
    /// The names in the order in which they first come.
    fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = vec![];
        for (name, _) in &self.curves {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }

    /// The curves of one name.
    fn alike(&self, name: &str) -> Vec<&[Option<f64>]> {
        self.curves.iter().filter(|(other, _)| other == name).map(|(_, values)| &values[..]).collect()
    }

    fn table(&self, title: &str) -> Table {
        let mut place = if title.is_empty() {
            self.across.name.clone()
        } else {
            format!("{title}: {}", self.across.name)
        };
        let every = self.places.len().div_ceil(PLACES).max(1);
        if every > 1 {
            place = format!("{place}, one place in {every}");
        }
        let named = |n: usize| {
            let name = &self.curves[n].0;
            let before = self.curves[..n].iter().filter(|(other, _)| other == name).count();
            if self.alike(name).len() == 1 { name.clone() } else { format!("{name}, {}", before + 1) }
        };
        Table {
            head: std::iter::once(place).chain((0..self.curves.len()).map(named)).collect(),
            rows: (0..self.places.len())
                .step_by(every)
                .map(|k| {
                    let values =
                        self.curves.iter().map(|(_, values)| values[k].map_or_else(String::new, number));
                    std::iter::once(number(self.places[k])).chain(values).collect()
                })
                .collect(),
        }
    }
}

impl Heat {
    fn table(&self, title: &str) -> Table {
        let said = |i: usize, j: usize| entry_of(&self.rows, i, j).map_or_else(String::new, number);
        matrix(title, self.rows.len(), width(&self.rows), said)
    }
}

/// The length of the longest row.
fn width<T>(rows: &[Vec<T>]) -> usize {
    rows.iter().map(Vec::len).max().unwrap_or(0)
}

/// What stands in a place, if the row is that long.
fn entry_of<T: Copy>(rows: &[Vec<T>], i: usize, j: usize) -> Option<T> {
    rows.get(i)?.get(j).copied()
}

/// The most rows and columns that the table of a matrix has.
const TABLED: usize = 16;

/// The most places of curves that a table has.
const PLACES: usize = 64;

/// What stands in the places of a matrix, or of a large one in every k-th row and column, named by their indices.
fn matrix(title: &str, rows: usize, columns: usize, said: impl Fn(usize, usize) -> String) -> Table {
    let every = rows.max(columns).div_ceil(TABLED).max(1);
    let head = if every == 1 { title.to_owned() } else { format!("{title}, one row and column in {every}") };
    let row = |i: usize| {
        std::iter::once(i.to_string()).chain((0..columns).step_by(every).map(|j| said(i, j))).collect()
    };
    Table {
        head: std::iter::once(head).chain((0..columns).step_by(every).map(|j| j.to_string())).collect(),
        rows: (0..rows).step_by(every).map(row).collect(),
    }
}

/// A number as it is printed everywhere in the report: integers exactly, the rest to three digits.
///
/// ```
/// use faltung::figure::number;
/// assert_eq!(number(-12.0), "−12");
/// assert_eq!(number(0.012345), "0.0123");
/// assert_eq!(number(1.5e-9), "1.50×10⁻⁹");
/// ```
pub fn number(value: f64) -> String {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let ascii = if value.fract() == 0.0 && value.abs() < EXACT {
        format!("{}", value as i64)
    } else {
        let scientific = format!("{value:.2e}");
        let exponent = scientific.split_once('e').and_then(|(_, e)| e.parse::<i32>().ok());
        match exponent {
            Some(e @ -4..=2) => format!("{value:.*}", (2 - e) as usize),
            Some(3..=15) => format!("{value:.0}"),
            Some(_) => power(value, 2),
            None => scientific,
        }
    };
    ascii.replace('-', "−")
}

/// The least number of so many digits behind the point of its power of ten that is not below this one: what is printed of an upper
/// bound must be one, too.
///
/// ```
/// use faltung::figure::{not_above, not_below};
/// assert_eq!([not_below(1.7321, 2), not_below(2.0, 2), not_above(-1.7321, 2), not_above(0.0999, 1)], [1.74, 2.0, -1.74, 0.099]);
/// ```
pub fn not_below(value: f64, digits: usize) -> f64 {
    let scientific = format!("{value:.digits$e}");
    let nearest = scientific.parse().unwrap_or(value);
    if nearest >= value || !value.is_finite() {
        return nearest;
    }
    // one in its last digit
    let (factor, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let shifted = (factor.replace('.', "").parse::<i128>(), exponent.parse::<i64>());
    let (Ok(mut factor), Ok(mut exponent)) = shifted else { return value };
    // rounded to the next power of ten, from which the step towards 0 is a tenth
    if factor < 0 && 10_i128.checked_pow(digits as u32) == Some(-factor) {
        (factor, exponent) = (10 * factor, exponent - 1);
    }
    format!("{}e{}", factor + 1, exponent - digits as i64).parse().unwrap_or(value)
}

/// The greatest such number that is not above this one.
pub fn not_above(value: f64, digits: usize) -> f64 {
    -not_below(-value, digits)
}

/// A number with a power of ten, and so many digits behind the point; a power of ten by itself has no factor.
pub(crate) fn power(value: f64, digits: usize) -> String {
    let scientific = format!("{value:.digits$e}");
    let Some((factor, exponent)) = scientific.split_once('e') else { return scientific };
    let ten = format!("10{}", exponent.parse().map_or_else(|_| String::new(), raised));
    if factor == "1" { ten } else { format!("{factor}×{ten}").replace('-', "−") }
}

/// A whole number in superscript characters.
fn raised(n: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digit = |c: char| c.to_digit(10).map_or('⁻', |d| DIGITS[d as usize]);
    n.to_string().chars().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_to_three_digits_and_integers_exactly() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0 / 3.0, "0.333"),
            (99.999, "100"),
            (12345.6, "12346"),
            (1e20, "1.00×10²⁰"),
            (-1.5e-9, "−1.50×10⁻⁹"),
        ] {
            assert_eq!(number(value), text);
        }
        assert_eq!(number(f64::NAN), "NaN");
        for (value, digits, text) in [(1e-12, 0, "10⁻¹²"), (2e-12, 0, "2×10⁻¹²"), (-6.24e-5, 1, "−6.2×10⁻⁵")]
        {
            assert_eq!(power(value, digits), text);
        }
    }

    #[test]
    fn a_table_leaves_a_cell_empty_where_nothing_is_stored() {
        let series = |name: &str, start, values| Series { name: name.into(), start, values };
        let stems = Content::Stems(vec![series("x", -1, vec![1.0, 2.0]), series("y", 1, vec![5.0])]);
        let grid = Content::Grid(vec![vec![1.0, 0.5], vec![-1.0, 0.0]]);
        let figure = Figure {
            panels: vec![
                Panel { at: (0, 0), title: "p".into(), content: stems },
                Panel { at: (0, 1), title: "T".into(), content: grid },
            ],
            ..Figure::default()
        };
        let tables = figure.tables();
        assert_eq!(tables[0].head, ["n", "x", "y"]);
        assert_eq!(tables[0].rows, [["−1", "1", ""], ["0", "2", ""], ["1", "", "5"]]);
        assert_eq!(tables[1].rows, [["0", "1", "0.500"], ["1", "−1", "0"]]);
        assert!(Figure::default().tables().is_empty());
    }
}
