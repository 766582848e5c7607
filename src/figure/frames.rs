//! A window on its way over a plane, frame by frame.

use super::Table;
use serde::Serialize;

/// A window on its way over a plane, one frame for each output. All frames show the same plane, the same outputs and the
/// same window; only where the window lies changes.
///
/// ```
/// use faltung::figure::{Frames, Place};
/// // A window of two on a row of two entries and a zero.
/// let plane = vec![vec![Place::Entry, Place::Entry, Place::Zero]];
/// let frames = Frames { plane, outputs: (1, 2), taps: vec![(0, 0), (0, 1)], corners: vec![(0, 0), (0, 1)] };
/// assert_eq!((frames.read(0), frames.read(1)), ((2, 0), (1, 1)));
/// assert!(frames.unread().is_empty());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Frames {
    /// What lies in each place of the plane, row by row.
    pub plane: Vec<Vec<Place>>,
    /// How many rows and columns of outputs there are.
    pub outputs: (usize, usize),
    /// Row and column of each tap, from the corner of the window.
    pub taps: Vec<(usize, usize)>,
    /// For each output, row by row, where in the plane the corner of its window lies: row and column.
    pub corners: Vec<(usize, usize)>,
}

/// What lies in a place of a padded plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// An entry of the input.
    Entry,
    /// A zero that was put around the entries, or between them.
    Zero,
}

impl Frames {
    /// The rows and columns of the plane.
    pub fn size(&self) -> (usize, usize) {
        (self.plane.len(), self.plane.first().map_or(0, Vec::len))
    }

    /// The rows and columns from the first tap to the last.
    pub fn reach(&self) -> (usize, usize) {
        let last = |along: fn(&(usize, usize)) -> usize| self.taps.iter().map(along).max().unwrap_or(0);
        (last(|tap| tap.0) + 1, last(|tap| tap.1) + 1)
    }

    /// The places in which the taps lie in that frame.
    fn under(&self, frame: usize) -> impl Iterator<Item = (usize, usize)> {
        let (row, column) = self.corners[frame];
        self.taps.iter().map(move |tap| (row + tap.0, column + tap.1))
    }

    fn at(&self, (row, column): (usize, usize)) -> Option<Place> {
        self.plane.get(row)?.get(column).copied()
    }

    /// How many entries and how many zeros are read in that frame.
    ///
    /// # Panics
    /// When there is no such frame.
    pub fn read(&self, frame: usize) -> (usize, usize) {
        let count = |what| self.under(frame).filter(|at| self.at(*at) == Some(what)).count();
        (count(Place::Entry), count(Place::Zero))
    }

    /// The places that are read in no frame.
    pub fn unread(&self) -> Vec<(usize, usize)> {
        let read: std::collections::BTreeSet<_> =
            (0..self.corners.len()).flat_map(|frame| self.under(frame)).collect();
        let (rows, columns) = self.size();
        let all = (0..rows).flat_map(|i| (0..columns).map(move |j| (i, j)));
        all.filter(|at| !read.contains(at)).collect()
    }

    /// How many entries each output reads, in its place.
    pub(super) fn table(&self, title: &str) -> Table {
        let (rows, columns) = self.outputs;
        let cell = |i: usize, j: usize| match i * columns + j {
            frame if frame < self.corners.len() => self.read(frame).0.to_string(),
            _ => String::new(),
        };
        Table {
            head: std::iter::once(format!("{title}; entries read"))
                .chain((0..columns).map(|j| j.to_string()))
                .collect(),
            rows: (0..rows)
                .map(|i| std::iter::once(i.to_string()).chain((0..columns).map(|j| cell(i, j))).collect())
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_between_the_taps_and_beyond_the_last_window_are_not_read() {
        let plane = vec![vec![Place::Entry; 6]];
        let frames =
            Frames { plane, outputs: (1, 2), taps: vec![(0, 0), (0, 2)], corners: vec![(0, 0), (0, 2)] };
        assert_eq!((frames.reach(), frames.size()), ((1, 3), (1, 6)));
        assert_eq!(frames.unread(), [(0, 1), (0, 3), (0, 5)]);
        let table = frames.table("holes");
        assert_eq!(
            (table.head[0].as_str(), &table.rows[0][1..]),
            ("holes; entries read", &["2".into(), "2".into()][..])
        );
    }
}
