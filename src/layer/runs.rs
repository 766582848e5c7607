//! What neighbouring outputs read through one tap, where that is evenly spaced: few numbers instead of many edges.

use super::grid::{Edge, Grid};
use std::ops::Range;

/// Neighbouring outputs whose entries of one tap are equally far apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub tap: usize,
    /// The first of the outputs, within the panel.
    pub lane: usize,
    pub length: usize,
    /// What it reads, and how far on the next one reads.
    pub entry: usize,
    pub step: usize,
}

impl Run {
    /// What is left of it within these lanes.
    pub(super) fn within(self, lanes: &Range<usize>) -> Option<Run> {
        let (first, end) = (self.lane.max(lanes.start), (self.lane + self.length).min(lanes.end));
        (first < end).then(|| Run {
            lane: first,
            length: end - first,
            entry: self.entry + (first - self.lane) * self.step,
            ..self
        })
    }

    /// Takes in the next run of the tap, where it goes on in the same steps.
    fn joined(&mut self, next: Run) -> bool {
        let Some(step) = next.entry.checked_sub(self.entry + self.step * (self.length - 1)) else {
            return false;
        };
        let goes_on = self.lane + self.length == next.lane
            && step > 0
            && (self.length == 1 || step == self.step)
            && (next.length == 1 || step == next.step);
        if goes_on {
            (self.length, self.step) = (self.length + next.length, step);
        }
        goes_on
    }
}

/// The runs along the last axis, by taps and then by lanes.
pub(super) fn along_last(grid: &Grid) -> Vec<Vec<Run>> {
    let mut taps: Vec<Vec<Run>> = vec![vec![]; grid.last_taps()];
    for lane in 0..grid.row_length() {
        for &Edge { tap, entry } in grid.along_last(lane) {
            let next = Run { tap, lane, length: 1, entry, step: 1 };
            if !taps[tap].last_mut().is_some_and(|run| run.joined(next)) {
                taps[tap].push(next);
            }
        }
    }
    taps
}

/// Finds runs in a graph in which no output reads two entries through one tap.
pub(super) struct Walk<'g> {
    grid: &'g Grid,
    last: Vec<Vec<Run>>,
    open: Vec<Option<Run>>,
    rows: Vec<Edge>,
}

impl<'g> Walk<'g> {
    pub(super) fn new(grid: &'g Grid) -> Walk<'g> {
        Walk { grid, last: along_last(grid), open: vec![], rows: vec![] }
    }

    /// Those of neighbouring outputs. Cost: for each row of outputs, a look at every tap.
    pub(super) fn runs(&mut self, outputs: Range<usize>) -> Vec<Run> {
        let Walk { grid, last, open, rows } = self;
        let mut all = vec![];
        open.clear();
        open.resize(grid.taps(), None);
        let width = grid.row_length().max(1);
        for row in outputs.start / width..outputs.end.div_ceil(width) {
            let first = row * width;
            let lanes = outputs.start.max(first) - first..outputs.end.min(first + width) - first;
            grid.across_rows(row, rows);
            for (row, runs) in rows.iter().flat_map(|row| last.iter().map(move |runs| (row, runs))) {
                let from = runs.partition_point(|run| run.lane + run.length <= lanes.start);
                for run in runs[from..].iter().map_while(|run| run.within(&lanes)) {
                    let (tap, entry) = grid.joined(*row, Edge { tap: run.tap, entry: run.entry });
                    let next = Run { tap, lane: first + run.lane - outputs.start, entry, ..run };
                    let open = &mut open[tap];
                    if !open.as_mut().is_some_and(|run| run.joined(next)) {
                        all.extend(open.replace(next));
                    }
                }
            }
        }
        all.extend(open.iter().flatten());
        all
    }
}
