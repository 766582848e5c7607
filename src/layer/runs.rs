//! What neighbouring outputs read through one tap, where that is evenly spaced: few numbers instead of many edges.

use super::grid::{Edge, Grid};
use crate::scalar::Semiring;
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

/// What the outputs of a panel read.
pub(super) struct Runs {
    pub all: Vec<Run>,
    /// The number of edges.
    pub covered: usize,
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
    pub(super) fn runs(&mut self, outputs: Range<usize>) -> Runs {
        let Walk { grid, last, open, rows } = self;
        let (mut all, mut covered) = (vec![], 0);
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
                    covered += next.length;
                    let open = &mut open[tap];
                    if !open.as_mut().is_some_and(|run| run.joined(next)) {
                        all.extend(open.replace(next));
                    }
                }
            }
        }
        all.extend(open.iter().flatten());
        Runs { all, covered }
    }
}

impl Runs {
    #[inline(always)]
    pub(super) fn copy<S: Semiring, const PANEL: usize>(&self, x: &[S], panel: &mut [S]) {
        for run in &self.all {
            let to = &mut panel[run.tap * PANEL + run.lane..][..run.length];
            let from = &x[run.entry..];
            match run.step {
                1 => copy(from, to),
                // pairs are loaded whole
                2 if run.length == PANEL && from.len() >= 2 * PANEL => {
                    let pairs = from[..2 * PANEL].chunks_exact(2);
                    to[..PANEL].iter_mut().zip(pairs).for_each(|(to, pair)| *to = pair[0].clone());
                }
                step => {
                    to.iter_mut().zip(from.iter().step_by(step)).for_each(|(to, from)| *to = from.clone())
                }
            }
        }
    }
}

/// The first of these entries, as many as there is room for, which are a register or a few.
#[inline(always)]
fn copy<S: Semiring>(from: &[S], to: &mut [S]) {
    match to.len() {
        8.. => whole::<S, 8>(from, to),
        4.. => whole::<S, 4>(from, to),
        2.. => whole::<S, 2>(from, to),
        _ => to.clone_from_slice(&from[..to.len()]),
    }
}

/// The same in parts of a length that is known, each a few instructions; what the last two share is copied twice.
#[inline(always)]
fn whole<S: Semiring, const PART: usize>(from: &[S], to: &mut [S]) {
    let last = to.len() - PART;
    for at in (0..last).step_by(PART).chain([last]) {
        to[at..at + PART].clone_from_slice(&from[at..at + PART]);
    }
}
