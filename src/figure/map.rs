//! A matrix as a picture over two axes, with lines over it: transforms over time and frequency.

use super::{Axis, Shades, Table, matrix, number};
use serde::Serialize;

/// A matrix over two axes, one pixel for each entry, and lines over it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Map {
    /// What lies along the horizontal axis.
    pub across: Axis,
    /// What lies along the vertical axis.
    pub up: Axis,
    /// The coordinates at the left and the right edge, and at the lower and the upper one.
    pub ends: [(f64, f64); 2],
    /// The entries, row by row from the upper edge to the lower one, of equal height on paper; without any, there are lines
    /// only.
    pub rows: Vec<Vec<f64>>,
    /// Which colour each has; a scale of them is drawn above.
    pub shades: Shades,
    /// Lines from point to point.
    pub lines: Vec<Vec<(f64, f64)>>,
    /// How many rows and columns of panels it covers.
    pub span: (usize, usize),
}

impl Map {
    /// The entries, or else the corners of the lines.
    pub(super) fn table(&self, title: &str) -> Table {
        if let Some(first) = self.rows.first() {
            return matrix(title, self.rows.len(), first.len(), |i, j| {
                self.rows[i].get(j).copied().map_or_else(String::new, number)
            });
        }
        let bounds = |line: &Vec<(f64, f64)>| {
            let over = |value: fn(&(f64, f64)) -> f64| {
                let ends =
                    line.iter().map(value).fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(v), b.max(v)));
                [number(ends.0), number(ends.1)]
            };
            [over(|point| point.0), over(|point| point.1)].concat()
        };
        let named = |(k, line): (usize, &Vec<(f64, f64)>)| [vec![(k + 1).to_string()], bounds(line)].concat();
        let head = [
            title.to_owned(),
            format!("{} from", self.across.name),
            "to".to_owned(),
            format!("{} from", self.up.name),
            "to".to_owned(),
        ];
        Table { head: head.into(), rows: self.lines.iter().enumerate().map(named).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_alone_are_tabled_by_what_they_bound() {
        let map = Map {
            across: Axis::linear("t"),
            up: Axis::linear("f"),
            ends: [(0.0, 1.0), (0.0, 1.0)],
            rows: vec![],
            shades: Shades::Grey { low: 0.0, high: 1.0 },
            lines: vec![vec![(0.0, 0.5), (0.25, 0.5), (0.25, 1.0)]],
            span: (1, 1),
        };
        assert_eq!(map.table("boxes").rows, [["1", "0", "0.250", "0.500", "1"]]);
        let filled = Map { rows: vec![vec![3.0, 4.0]], ..map };
        assert_eq!(filled.table("boxes").rows, [["0", "3", "4"]]);
    }
}
