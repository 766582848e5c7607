//! What is certain of a scattering transform as it is computed: frame bounds, a Lipschitz constant, where energy goes.
//!
//! Bounds are about the filters in the tables, whose values are floats and so exact numbers, in exact arithmetic: sums over
//! all frequencies in intervals. Rounding in the transforms is not in them.

use super::{
    Convention,
    grid::{Buffers, Grid, Sample},
    plan::Scattering,
};
use crate::scalar::{Interval, Real, Semiring};
use num_complex::Complex;
use std::collections::BTreeMap;
use std::f64::consts::TAU;

/// A ‖x‖² ≤ ‖x * φ‖² + Σ ‖x * ψ‖² ≤ B ‖x‖² for real x on the circle or torus, and both cannot be improved by more than the
/// width of their intervals.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Bounds {
    /// An interval around A.
    pub lower: Interval,
    /// An interval around B.
    pub upper: Interval,
}

/// How much further apart the coefficients of two signals can be than the signals are, in the 2-norm.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Lipschitz {
    /// No pair is taken further apart by the transform with its padding than this many times.
    pub constant: f64,
    /// Nor by the network on the padded signals than this many times.
    pub network: f64,
    /// Nor by the padding than the root of this number, which is how often it repeats an entry at most.
    pub repetitions: usize,
}

impl Lipschitz {
    /// Whether it is certain that no two signals come further apart.
    pub fn contractive(&self) -> bool {
        self.constant <= 1.0
    }
}

/// Where the energy of a signal goes. Energies are sums over the circle or torus, at the full rate.
#[derive(Clone, PartialEq, Debug)]
pub struct Ledger {
    /// ‖x‖² of the signal with its padding; beyond the range of the floats infinite or 0, as the others.
    pub signal: f64,
    /// ‖S_k x‖² of the averages of each order.
    pub averages: Vec<f64>,
    /// ‖U_m x‖² of the moduli of the last order.
    pub rest: f64,
    /// | ‖x‖² − Σ_{k<m} ‖S_k x‖² − ‖U_m x‖² | / ‖x‖²: of a tight bank with all paths 0 but for rounding, of any other what
    /// its orders lose or gain; 0 of the signal 0.
    pub defect: f64,
}

impl<T: Sample> Scattering<T> {
    /// The frame bounds of the wavelets that are applied on some order, 1 or more, to moduli of which every 2^level-th sample
    /// is left, and of the average. `None` where none are.
    ///
    /// Of all of them together: where a path goes on with some of them only, as kymatio's do, the upper bound holds for these
    /// as well, and the lower one need not.
    ///
    /// Of the N values of |φ̂|² + ½ Σ (|ψ̂(ω)|² + |ψ̂(−ω)|²) they are the least and the largest. Cost: one squared
    /// interval for each frequency at which a filter is not negligible.
    pub fn bounds(&self, order: usize, level: u32) -> Option<Bounds> {
        let wavelets = self.wavelets.range((order, 0, 0)..(order + 1, 0, 0));
        let wavelets: Vec<usize> =
            wavelets.filter(|((.., from), _)| *from == level).map(|(_, stage)| *stage).collect();
        let average = self.averages.get(&level)?;
        (!wavelets.is_empty()).then(|| self.littlewood_paley(wavelets.iter().chain([average]), level))
    }

    fn littlewood_paley<'a>(&self, stages: impl Iterator<Item = &'a usize>, level: u32) -> Bounds {
        let grid = self.grid.coarser(level);
        let mut sums = vec![<Interval as Semiring>::zero(); grid.points()];
        for stage in stages {
            for (place, value) in self.stages[*stage].response() {
                sums[place] = sums[place].plus(&value.times(&value));
            }
        }
        let half = Interval::from(0.5);
        let opposite = |place: usize| {
            let (x, y) = (place / grid.rows, place % grid.rows);
            (grid.columns - x) % grid.columns * grid.rows + (grid.rows - y) % grid.rows
        };
        let both = (0..sums.len()).map(|place| sums[place].plus(&sums[opposite(place)]).times(&half));
        let (mut lower, mut upper) = ((f64::INFINITY, f64::INFINITY), (0.0_f64, 0.0_f64));
        for sum in both {
            lower = (lower.0.min(sum.low()), lower.1.min(sum.high()));
            upper = (upper.0.max(sum.low()), upper.1.max(sum.high()));
        }
        let interval = |(low, high)| Interval::new(low, high).unwrap_or(Interval::LINE);
        Bounds { lower: interval(lower), upper: interval(upper) }
    }

    /// The filter at the end of one of the [paths](Scattering::paths), on all frequencies of the circle or torus that it is
    /// applied on, padding included: the last wavelet, or the average for the empty path. `None` where there is no such path.
    ///
    /// Entry k of n along an axis is the frequency k/n in cycles per sample, or (k − n)/n. The values are those of the tables,
    /// up to one rounding, and 0 where the tables leave frequencies out.
    ///
    /// ```
    /// use faltung::wavelet::scattering::{Scattering, Settings};
    /// let plan = Scattering::<f64>::new(&Settings::of(&[64], 3))?;
    /// // a constant passes the average, and no wavelet
    /// let at_zero = |path| plan.response(path).expect("it exists")[[0]];
    /// assert!((at_zero(0) - 1.0).abs() < 1e-12 && at_zero(1).abs() < 1e-12);
    /// # Ok::<(), faltung::wavelet::scattering::ScatteringError>(())
    /// ```
    pub fn response(&self, path: usize) -> Option<ndarray::ArrayD<f64>> {
        let end = self.paths.get(path)?;
        let stage = if end.wavelets.is_empty() { self.averages[&end.level] } else { end.stage };
        let grid = self.stages[stage].from;
        let plane = self.settings.shape.len() == 2;
        let shape = if plane { vec![grid.rows, grid.columns] } else { vec![grid.columns] };
        let mut response = ndarray::ArrayD::zeros(shape);
        for (place, value) in self.stages[stage].response() {
            let (x, y) = (place / grid.rows, place % grid.rows);
            response[&[y, x][usize::from(!plane)..]] = f64::midpoint(value.low(), value.high());
        }
        Some(response)
    }

    /// A Lipschitz constant of the whole transform, with its padding and subsampling.
    ///
    /// On the orders from the last: what is kept of a modulus, and all that follows from it, is at most `V = B max(1, V′)`
    /// times as far apart, squared, where B is the upper frame bound on its grid and V′ the largest V after it; for a last
    /// order V = sup |φ̂|². Moduli, subsampling, real parts and leaving samples out take nothing further apart.
    ///
    /// ```
    /// use faltung::wavelet::scattering::{Convention, Scattering, Settings};
    /// let tight = Settings { convention: Convention::Parseval, ..Settings::of(&[64], 3) };
    /// assert!(Scattering::<f64>::new(&tight)?.lipschitz().contractive());
    /// // 8 samples reflected to 16: one of them stands there three times
    /// let padded = Scattering::<f64>::new(&Settings::of(&[8], 1))?.lipschitz();
    /// assert!(padded.repetitions == 3 && !padded.contractive());
    /// # Ok::<(), faltung::wavelet::scattering::ScatteringError>(())
    /// ```
    pub fn lipschitz(&self) -> Lipschitz {
        let mut beyond = BTreeMap::<usize, f64>::new(); // by path: the largest V of its children
        let mut known = BTreeMap::<(usize, u32), f64>::new();
        let mut network = 0.0;
        for (place, path) in self.paths.iter().enumerate().rev() {
            let order = path.wavelets.len();
            let after =
                path.children.clone().filter_map(|child| beyond.get(&child)).fold(1.0_f64, |a, b| a.max(*b));
            let own = if path.children.is_empty() { 0 } else { order + 1 };
            let bound =
                *known.entry((own, path.level)).or_insert_with(|| match self.bounds(own, path.level) {
                    Some(bounds) if own > 0 => bounds.upper.high(),
                    _ => self
                        .littlewood_paley([&self.averages[&path.level]].into_iter(), path.level)
                        .upper
                        .high(),
                });
            let squared = Interval::from(bound).times(&Interval::from(after)).high();
            beyond.insert(place, squared);
            network = squared;
        }
        let repetitions = self.repetitions();
        let whole = Interval::from(network).times(&Interval::from(repetitions as f64)).high();
        let root = |x: f64| Interval::from(x).root().map_or(f64::INFINITY, Interval::high);
        Lipschitz { constant: root(whole), network: root(network), repetitions }
    }

    /// A bound on ‖S x_c − S x‖/‖x‖, where x_c is x shifted on its circle or torus by so many samples along each axis; `None`
    /// where shifts and the transform need not go together, for there is padding or moduli are subsampled.
    ///
    /// It is sup |φ̂(ω)| min(2, |ω·c|) times the root of 1 + B + … + B^m, for |e^(iω·c) − 1| is at most that, rounded up; where
    /// the banks of the orders differ, B^k is the product of the upper bounds of the first k.
    /// A shift by a part of a sample does not go together with moduli, so c is integers.
    ///
    /// # Errors
    /// Where there is not one number for each axis.
    pub fn translation_bound(&self, shift: &[isize]) -> Result<Option<f64>, super::ScatteringError> {
        if shift.len() != self.settings.shape.len() {
            let expected = format!("one number for each of {} axes", self.settings.shape.len());
            return Err(super::ScatteringError::value(
                "the shift",
                shift,
                expected,
                "give one amount an axis",
            ));
        }
        if !self.whole() {
            return Ok(None);
        }
        let number = Interval::from;
        // a float near an integer, and those beside it
        let amount = |c: isize| {
            let c = c as f64;
            Interval::new(c.next_down(), c.next_up()).unwrap_or(Interval::LINE)
        };
        let turn = Interval::new(TAU.next_down(), TAU.next_up()).unwrap_or(Interval::LINE);
        let signed = |k: usize, n: usize| if 2 * k > n { k as f64 - n as f64 } else { k as f64 };
        let (across, down) = (shift[shift.len() - 1], if shift.len() == 2 { shift[0] } else { 0 });
        let part = |k: usize, n: usize, c: isize| {
            let inverse = number(n as f64).inverse().unwrap_or(Interval::LINE);
            number(signed(k, n)).times(&amount(c)).times(&turn).times(&inverse)
        };
        let mut largest = 0.0_f64;
        for (place, value) in self.stages[self.averages[&0]].response() {
            let (x, y) = (place / self.grid.rows, place % self.grid.rows);
            let angle = part(x, self.grid.columns, across).plus(&part(y, self.grid.rows, down));
            let distance = angle.low().abs().max(angle.high().abs()).min(2.0);
            let size = value.low().abs().max(value.high().abs());
            largest = largest.max(number(size).times(&number(distance)).high());
        }
        let (mut power, mut sum) = (number(1.0), number(1.0));
        for order in 1..=self.settings.orders {
            let upper = self.bounds(order, 0).map_or(Interval::LINE, |bounds| number(bounds.upper.high()));
            power = power.times(&upper);
            sum = sum.plus(&power);
        }
        Ok(Some(number(sum.high().sqrt().next_up()).times(&number(largest)).high()))
    }

    /// Whether nothing is padded, and nothing but averages subsampled.
    pub(super) fn whole(&self) -> bool {
        self.settings.convention == Convention::Parseval && self.paths.iter().all(|path| path.level == 0)
    }

    /// Where the energy of one signal, of the shape of the settings, goes; `None` where moduli are subsampled, where averages are
    /// that may not be, and where there are no wavelets.
    ///
    /// For the convention `parseval` it is always there; for the others with an oversampling of J. Cost: that of the
    /// coefficients.
    ///
    /// ```
    /// use faltung::wavelet::scattering::{Convention, Scattering, Settings};
    /// use ndarray::ArrayD;
    /// let x = ArrayD::from_shape_fn(vec![64], |t| (t[0] * t[0] % 17) as f64);
    /// let tight = Settings { convention: Convention::Parseval, ..Settings::of(&[64], 3) };
    /// let ledger = Scattering::<f64>::new(&tight)?.ledger(x.view())?.expect("nothing is subsampled");
    /// assert!(ledger.defect < 1e-13);
    /// let other = Settings { oversampling: 3, ..Settings::of(&[64], 3) };
    /// let ledger = Scattering::<f64>::new(&other)?.ledger(x.view())?.expect("nothing is subsampled");
    /// assert!(ledger.defect > 1e-3);
    /// # Ok::<(), faltung::wavelet::scattering::ScatteringError>(())
    /// ```
    ///
    /// # Errors
    /// As [`forward`](Scattering::forward).
    pub fn ledger(&self, x: ndarray::ArrayViewD<T>) -> Result<Option<Ledger>, super::ScatteringError> {
        let orders = self.settings.orders;
        let (batch, signals) = self.signals(x)?;
        let [signal] = &signals[..] else { return Ok(None) };
        // where φ̂ vanishes beyond half the rate at which averages are kept, their energy is that of the samples
        let kept = self.settings.convention == Convention::Parseval || self.level == 0;
        if !batch.is_empty() || orders == 0 || !kept || self.paths.iter().any(|path| path.level > 0) {
            return Ok(None);
        }
        // divided by a power of two as the signal is, so that squares stay in the range of the floats
        let start = self.start(signal.clone());
        let buffers = &mut Buffers::default();
        let mut averages = vec![0.0; orders + 1];
        averages[0] = self.energy_of_average(0, &start.half, buffers);
        let children = self.paths[0].children.clone();
        let rest =
            children.map(|path| self.energy_below(path, &start.half, &mut averages, buffers)).sum::<f64>();
        let signal = self.energy_of(&start.half);
        let missing = signal - averages[..orders].iter().sum::<f64>() - rest;
        let defect = if signal == 0.0 { 0.0 } else { (missing / signal).abs() };
        let whole = |energy: f64| energy.scaled(start.exponent).scaled(start.exponent);
        let averages = averages.into_iter().map(whole).collect();
        Ok(Some(Ledger { signal: whole(signal), averages, rest: whole(rest), defect }))
    }

    /// ‖x‖² on the finest grid, of the half spectrum of x.
    fn energy_of(&self, half: &[Complex<T>]) -> f64 {
        let Grid { rows, columns } = self.grid;
        let twice = |column: usize| if column == 0 || 2 * column == columns { 1.0 } else { 2.0 };
        let sum: f64 = half.iter().enumerate().map(|(place, z)| twice(place / rows) * square(z)).sum();
        sum / self.grid.points() as f64
    }

    /// The energy of an average at the full rate, of the half spectrum before it.
    fn energy_of_average(&self, path: usize, half: &[Complex<T>], buffers: &mut Buffers<T>) -> f64 {
        let stage = &self.stages[self.averages[&self.paths[path].level]];
        let mut spectrum = buffers.complex(stage.grid.points());
        stage.apply(half, &mut spectrum);
        let sum: f64 = spectrum.iter().map(square).sum();
        buffers.keep(spectrum);
        sum * self.grid.points() as f64
    }

    /// ‖U_m‖² of the paths that continue one, of the half spectrum before its last wavelet; the energies of averages are added.
    fn energy_below(
        &self,
        path: usize,
        before: &[Complex<T>],
        averages: &mut [f64],
        buffers: &mut Buffers<T>,
    ) -> f64 {
        let z = self.filtered(path, before, buffers);
        let half = self.modulus(path, &z, buffers);
        let order = self.paths[path].wavelets.len();
        averages[order] += self.energy_of_average(path, &half, buffers);
        let energy = if order == self.settings.orders {
            z.iter().map(square).sum()
        } else {
            let children = self.paths[path].children.clone();
            children.map(|child| self.energy_below(child, &half, averages, buffers)).sum()
        };
        buffers.keep(half);
        buffers.keep(z);
        energy
    }
}

fn square<T: Sample>(z: &Complex<T>) -> f64 {
    Into::<f64>::into(z.re).powi(2) + Into::<f64>::into(z.im).powi(2)
}
