//! A bank as it is designed: filters on all frequencies of the finest grid, and what they become on coarser ones.

use super::grid::Grid;

/// One wavelet.
pub(super) struct Filter {
    /// On every frequency of the grid, in the order of spectra.
    pub spectrum: Vec<f64>,
    /// What it lets pass can be kept at every 2^octave-th sample.
    pub octave: u32,
    /// Its centre in cycles per sample.
    pub frequency: f64,
    /// Which of the angles, where there are any.
    pub angle: Option<usize>,
}

/// The wavelets of one order, and the average of all orders.
pub(super) struct Bank {
    pub filters: Vec<Filter>,
    pub average: Vec<f64>,
}

/// How a filter is carried over to a coarser grid.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Coarsening {
    /// The frequencies that become one are added up: the samples of the filter, times the factor.
    Sum,
    /// They are averaged: the samples of the filter, as kymatio 0.3.0 has it in one dimension.
    Mean,
    /// Those of the coarser grid are kept, the others dropped.
    Crop,
}

impl Coarsening {
    /// A filter of the grid `fine` on the grid with every 2^level-th sample.
    pub fn carry(self, filter: &[f64], fine: Grid, level: u32) -> Vec<f64> {
        let coarse = fine.coarser(level);
        let mut carried = vec![0.0; coarse.points()];
        let factor = (fine.points() / coarse.points()) as f64;
        for x in 0..fine.columns {
            for y in 0..fine.rows {
                let place = x % coarse.columns * coarse.rows + y % coarse.rows;
                let value = filter[x * fine.rows + y];
                let inside = |k: usize, fine: usize, coarse: usize| k < coarse / 2 || k >= fine - coarse / 2;
                carried[place] += match self {
                    Coarsening::Sum => value,
                    Coarsening::Mean => value / factor,
                    Coarsening::Crop
                        if level == 0
                            || inside(x, fine.columns, coarse.columns)
                                && inside(y, fine.rows, coarse.rows) =>
                    {
                        value
                    }
                    Coarsening::Crop => 0.0,
                };
            }
        }
        carried
    }
}
