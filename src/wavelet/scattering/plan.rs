//! A scattering transform with its filters computed: made once, used for any number of signals.

use super::{
    Convention, ScatteringError, Settings,
    bank::{Bank, Coarsening},
    grid::{Grid, Sample},
    morlet, oriented, parseval,
    stage::Stage,
};
use crate::signal::Boundary;
use std::{collections::BTreeMap, ops::Range};

/// The most values that the coefficients of one signal may have, and frequencies that filters may have.
const MOST: u128 = 1 << 28;
/// The most samples that a signal may have, and the most paths.
const MOST_SAMPLES: u128 = 1 << 26;
const MOST_PATHS: u128 = 1 << 18;

/// A path: which wavelets, in the order in which they come.
#[derive(Clone, PartialEq, Debug)]
pub struct Path {
    /// The number of each wavelet in the bank of its order, the highest frequency first; in the plane angles are fastest.
    pub wavelets: Vec<usize>,
    /// The octave of each: its modulus may be kept at every 2^octave-th sample.
    pub octaves: Vec<u32>,
    /// The centre frequency of each, in cycles per sample.
    pub frequencies: Vec<f64>,
    /// The direction of each, 0 ≤ angle < L; empty on the line.
    pub angles: Vec<usize>,
    /// The moduli are kept at every 2^level-th sample.
    pub(super) level: u32,
    /// The paths that are one wavelet longer.
    pub(super) children: Range<usize>,
    /// The last wavelet, on the grid of the path before it.
    pub(super) stage: usize,
}

/// A scattering transform, its filters computed for one shape.
///
/// Cost of making it: a transform or two for each wavelet. Of using it: two transforms for each path, of as many points as
/// are left after subsampling.
///
/// ```
/// use faltung::wavelet::scattering::{Scattering, Settings};
/// use ndarray::ArrayD;
/// let scattering = Scattering::<f64>::new(&Settings::of(&[64], 3))?;
/// // order 0, and what is constant has no variation that a wavelet could see
/// let y = scattering.forward(ArrayD::from_elem(vec![64], 2.0).view())?;
/// assert_eq!(y.shape(), [scattering.paths().len(), 8]);
/// assert!((y[[0, 0]] - 2.0).abs() < 1e-12 && y[[1, 0]].abs() < 1e-12);
/// # Ok::<(), faltung::wavelet::scattering::ScatteringError>(())
/// ```
pub struct Scattering<T> {
    pub(super) settings: Settings,
    pub(super) grid: Grid,
    /// Samples before the first, along rows and columns.
    pub(super) before: [usize; 2],
    pub(super) boundary: Boundary,
    /// What is kept of the averages, along rows and columns.
    pub(super) kept: [Range<usize>; 2],
    /// The averages are kept at every 2^level-th sample.
    pub(super) level: u32,
    pub(super) paths: Vec<Path>,
    pub(super) stages: Vec<Stage<T>>,
    /// Which of the stages is the wavelet of an order, by order, number and level.
    pub(super) wavelets: BTreeMap<(usize, usize, u32), usize>,
    /// Which of the stages is the average, by level.
    pub(super) averages: BTreeMap<u32, usize>,
}

/// What is asked, checked, with what it leaves open filled in.
struct Checked {
    grid: Grid,
    before: [usize; 2],
    boundary: Boundary,
    support: usize,
    plane: bool,
}

fn checked(settings: &Settings) -> Result<Checked, ScatteringError> {
    let Settings { convention, shape, scale, per_octave, angles, support, orders, .. } = settings;
    let parseval = *convention == Convention::Parseval;
    let (rows, columns) = match shape[..] {
        [columns] => (1, columns),
        [rows, columns] => (rows, columns),
        _ => {
            return Err(ScatteringError::value(
                "the shape",
                shape,
                "one length or two",
                "scatter other axes one by one",
            ));
        }
    };
    let plane = shape.len() == 2;
    let least = *shape.iter().min().expect("one length or two");
    if *scale < 1 || scale >= &usize::BITS || 1 << scale > least {
        let expected = match least.checked_ilog2() {
            Some(1) => "1, for 2^J is at most the shortest length".to_owned(),
            Some(most @ 2..) => {
                format!("a number from 1 to {most}, for 2^J is at most the shortest length {least}")
            }
            _ => "at least two samples along each axis".to_owned(),
        };
        return Err(ScatteringError::value(
            "the scale J",
            scale,
            expected,
            "take a smaller scale or a longer signal",
        ));
    }
    if *orders > 3 {
        return Err(ScatteringError::value(
            "the order",
            orders,
            "0, 1, 2 or 3",
            "longer paths have hardly any energy left",
        ));
    }
    if per_octave.is_empty() || per_octave.iter().any(|q| *q < 1 || *q > 1024) {
        return Err(ScatteringError::value(
            "Q",
            per_octave,
            "a number from 1 to 1024 for each order",
            "give 8, or 8 and 1",
        ));
    }
    if per_octave.len() > (*orders).max(1) {
        let expected = match orders {
            0 | 1 => "one number at most".to_owned(),
            _ => format!("at most one for each of the {orders} orders"),
        };
        return Err(ScatteringError::value("Q", per_octave, expected, "leave out the last ones"));
    }
    if plane && !parseval && per_octave.iter().any(|q| *q != 1) {
        return Err(ScatteringError::value(
            "Q",
            per_octave,
            "1 in the plane",
            "the bank of this convention has one ring an octave",
        ));
    }
    if plane && (*angles < 1 || *angles > 1024) {
        return Err(ScatteringError::value(
            "the number of angles L",
            angles,
            "a number from 1 to 1024",
            "8 is usual",
        ));
    }
    if *support == Some(0) {
        let hint = "moduli are not returned without an average: Scattering::moduli has those of one path";
        return Err(ScatteringError::value("the support T", 0, "a number from 1 on", hint));
    }
    let usual = 1 << scale;
    let support = support.unwrap_or(usual);
    if support != usual && (plane || parseval) {
        let hint = "leave T out; only kymatio's conventions on the line have another";
        return Err(ScatteringError::value("the support T", support, format!("2^J, {usual}"), hint));
    }
    if support > least {
        let expected = format!("a number from 1 to the length {least}");
        return Err(ScatteringError::value(
            "the support T",
            support,
            expected,
            "an average over more samples sees only the border",
        ));
    }
    let samples = shape.iter().map(|n| *n as u128).product();
    if samples > MOST_SAMPLES {
        let hint = "cut it into pieces";
        return Err(ScatteringError::Size { what: "samples", got: samples, most: MOST_SAMPLES, hint });
    }
    let (grid, before, boundary) = if parseval {
        (Grid { rows, columns }, [0, 0], Boundary::Wrap)
    } else if plane {
        let padded = |n: usize| ((n >> scale) + 2) << scale;
        let grid = Grid { rows: padded(rows), columns: padded(columns) };
        (grid, [(grid.rows - rows) / 2, (grid.columns - columns) / 2], Boundary::Reflect)
    } else {
        let (padded, before) = morlet::padding(columns, support);
        (Grid { rows: 1, columns: padded }, [0, before], Boundary::Reflect)
    };
    Ok(Checked { grid, before, boundary, support, plane })
}

impl<T: Sample> Scattering<T> {
    /// Computes the filters.
    ///
    /// # Errors
    /// Settings that make no sense, or would take too much memory.
    pub fn new(settings: &Settings) -> Result<Self, ScatteringError> {
        let Checked { grid, before, boundary, support, plane } = checked(settings)?;
        let convention = settings.convention;
        let level = support.ilog2().saturating_sub(settings.oversampling);
        let parseval = convention == Convention::Parseval;
        if parseval && settings.shape.iter().any(|n| !n.is_multiple_of(1 << level)) {
            let expected =
                format!("a multiple of 2^{level} samples, of which every 2^{level}-th average is kept");
            let hint = "oversample by J, which keeps all averages, or cut the signal";
            return Err(ScatteringError::value("the shape", &settings.shape, expected, hint));
        }
        let angles = plane.then_some(settings.angles);
        let q = |order: usize| settings.per_octave[(order - 1).min(settings.per_octave.len() - 1)];
        let estimated =
            settings.scale as u128 * q(1) as u128 * angles.unwrap_or(1) as u128 * grid.points() as u128;
        if estimated > MOST {
            let hint = "take fewer wavelets, or a shorter signal";
            return Err(ScatteringError::Size {
                what: "frequencies of filters",
                got: estimated,
                most: MOST,
                hint,
            });
        }
        let bank = |order: usize| match (convention, plane) {
            (Convention::Parseval, _) => parseval::bank(grid, q(order), angles, support, T::UNIT_ROUNDOFF),
            (_, false) => morlet::bank(grid.columns, settings.scale, q(order), support),
            (Convention::KymatioFixed, true) => {
                oriented::bank(grid, settings.scale, settings.angles, oriented::Precision::EXACT)
            }
            (_, true) => oriented::bank(grid, settings.scale, settings.angles, oriented::Precision::KYMATIO),
        };
        let mut plan = Scattering {
            settings: settings.clone(),
            grid,
            before,
            boundary,
            kept: kept(settings, grid, before, level, plane),
            level,
            paths: vec![],
            stages: vec![],
            wavelets: BTreeMap::new(),
            averages: BTreeMap::new(),
        };
        let coarsening = match (convention, plane) {
            (_, true) => Coarsening::Crop,
            (Convention::Kymatio030, false) => Coarsening::Mean,
            _ => Coarsening::Sum,
        };
        plan.grow(bank, q, coarsening)?;
        Ok(plan)
    }

    /// All paths, and the filters that they need on the grids on which they need them.
    fn grow(
        &mut self,
        bank: impl Fn(usize) -> Bank,
        q: impl Fn(usize) -> usize,
        coarsening: Coarsening,
    ) -> Result<(), ScatteringError> {
        let parseval = self.settings.convention == Convention::Parseval;
        let empty = Path {
            wavelets: vec![],
            octaves: vec![],
            frequencies: vec![],
            angles: vec![],
            level: 0,
            children: 0..0,
            stage: 0,
        };
        self.paths.push(empty);
        let mut last = 0..1;
        let mut current = bank(1);
        for order in 1..=self.settings.orders {
            if order > 1 && q(order) != q(order - 1) {
                current = bank(order);
            }
            if current.filters.is_empty() {
                let (q, j) = (q(order), self.settings.scale);
                let expected = "one for which there are wavelets at this scale";
                return Err(ScatteringError::value("Q and J", (q, j), expected, "take a larger scale"));
            }
            let first = self.paths.len();
            for parent in last.clone() {
                let (from, before) = (self.paths[parent].level, self.paths[parent].octaves.last().copied());
                let start = self.paths.len();
                for (number, filter) in current.filters.iter().enumerate() {
                    if !parseval && before.is_some_and(|before| filter.octave <= before) {
                        continue;
                    }
                    let level = if parseval { 0 } else { filter.octave.min(self.support_level()) };
                    let level = if self.settings.convention == Convention::Kymatio030 {
                        level.saturating_sub(self.settings.oversampling)
                    } else {
                        level.min(self.level)
                    };
                    let level = level.max(from);
                    let stage = *self.wavelets.entry((order, number, from)).or_insert_with(|| {
                        let carried = coarsening.carry(&filter.spectrum, self.grid, from);
                        let (fine, coarse) = (self.grid.coarser(from), self.grid.coarser(level));
                        self.stages.push(Stage::new(&carried, fine, coarse));
                        self.stages.len() - 1
                    });
                    let mut path = self.paths[parent].clone();
                    path.wavelets.push(number);
                    path.octaves.push(filter.octave);
                    path.frequencies.push(filter.frequency);
                    path.angles.extend(filter.angle);
                    (path.level, path.stage, path.children) = (level, stage, 0..0);
                    self.paths.push(path);
                }
                self.paths[parent].children = start..self.paths.len();
                let paths = self.paths.len() as u128;
                let values = paths * self.values() as u128;
                let hint = "take fewer orders or wavelets, or sample less often";
                for (what, got, most) in [("paths", paths, MOST_PATHS), ("coefficients", values, MOST)] {
                    if got > most {
                        return Err(ScatteringError::Size { what, got, most, hint });
                    }
                }
            }
            last = first..self.paths.len();
        }
        for level in self.paths.iter().map(|path| path.level).collect::<std::collections::BTreeSet<_>>() {
            let carried = coarsening.carry(&current.average, self.grid, level);
            let (fine, coarse) = (self.grid.coarser(level), self.grid.coarser(self.level));
            self.averages.insert(level, self.stages.len());
            self.stages.push(Stage::new(&carried, fine, coarse));
        }
        Ok(())
    }

    /// log₂ T, rounded down.
    fn support_level(&self) -> u32 {
        self.settings.support.map_or(self.settings.scale, usize::ilog2)
    }

    /// What was asked for.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The paths in the order of the coefficients: by order, and the paths of one order as numbers are ordered.
    pub fn paths(&self) -> &[Path] {
        &self.paths
    }

    /// The shape of the averages of one path.
    pub fn output_shape(&self) -> Vec<usize> {
        let lengths = self.kept.iter().map(Range::len);
        lengths.skip(2 - self.settings.shape.len()).collect()
    }

    /// How many values a path has.
    pub(super) fn values(&self) -> usize {
        self.kept.iter().map(Range::len).product()
    }
}

/// What is kept of the averages: those of the signal, not of its padding.
fn kept(settings: &Settings, grid: Grid, before: [usize; 2], level: u32, plane: bool) -> [Range<usize>; 2] {
    let coarse = grid.coarser(level);
    if settings.convention == Convention::Parseval {
        return [0..coarse.rows, 0..coarse.columns];
    }
    if plane {
        // kymatio drops the outermost sample of those that are 2^J apart
        let border = 1 << (settings.scale - level);
        return [border..coarse.rows - border, border..coarse.columns - border];
    }
    let halved = |n: usize| n.div_ceil(1 << level);
    [0..1, halved(before[1])..halved(before[1] + settings.shape[0])]
}
