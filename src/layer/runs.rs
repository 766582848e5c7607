//! What neighbouring outputs read through one tap, where that is evenly spaced: few numbers instead of many edges.

use super::grid::{Connections, Edge};
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

/// What the outputs of a panel read.
pub(super) struct Runs {
    pub all: Vec<Run>,
    /// The number of edges.
    pub covered: usize,
}

/// Room to find runs in.
#[derive(Default)]
pub(super) struct Walk {
    open: Vec<Option<Run>>,
    walked: Vec<Edge>,
}

impl Walk {
    pub(super) fn runs<G: Connections>(&mut self, grid: &G, taps: usize, outputs: Range<usize>) -> Runs {
        let Walk { open, walked } = self;
        let (mut all, mut covered) = (vec![], 0);
        open.clear();
        open.resize(taps, None);
        for (lane, output) in outputs.enumerate() {
            let edges = grid.edges(output, walked);
            covered += edges.len();
            for &Edge { tap, entry } in edges {
                if let Some(run) = &mut open[tap]
                    && run.lane + run.length == lane
                    && let Some(step) = entry.checked_sub(run.entry + run.step * (run.length - 1))
                    && step > 0
                    && (run.length == 1 || step == run.step)
                {
                    (run.length, run.step) = (run.length + 1, step);
                } else {
                    all.extend(open[tap].replace(Run { tap, lane, length: 1, entry, step: 1 }));
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
            if run.step != 1 {
                to.iter_mut()
                    .zip(from.iter().step_by(run.step.max(1)))
                    .for_each(|(to, from)| *to = from.clone());
            } else if run.length == PANEL {
                // a length that is known is a few instructions
                to[..PANEL].clone_from_slice(&from[..PANEL]);
            } else {
                to.clone_from_slice(&from[..run.length]);
            }
        }
    }
}
