//! Frame bounds of a bank between numbers that are certain.

use super::{Bank, Signals, filter::mirrored};
use crate::{
    fourier::Transform,
    scalar::{Interval, Semiring},
};
use ndarray::{ArrayD, IxDyn};

impl<T: Transform> Bank<T> {
    /// Intervals that contain the frame bounds A and B, over the frequencies of the bank's own grid and no others, with nothing
    /// thinned: the extremes of S = Σ_l |H_l|², for real signals of ½(S\[k\] + S\[−k\]), of the transfer functions as the floats that
    /// are stored.
    ///
    /// For outputs that are thinned see [`decimated`](super::decimated). Cost: two products of intervals for each value stored.
    ///
    /// ```
    /// use faltung::wavelet::{Bank, Signals};
    /// // one filter with the values 3, 1, 2, 1 at the four frequencies
    /// let bank = Bank::<f64>::line(4, 1, |_| [-4.0, 4.0], |_, omega| [3.0, 1.0, 2.0][omega.abs().round() as usize % 3].into())?;
    /// let [lower, upper] = bank.enclosed_bounds(Signals::Complex);
    /// let bounds = bank.bounds(Signals::Complex);
    /// assert!(lower.low() <= bounds.lower && bounds.lower <= lower.high());
    /// assert!(upper.low() <= 9.0 && 9.0 <= upper.high() && upper.width() < 1e-14);
    /// # Ok::<(), faltung::wavelet::WaveletError>(())
    /// ```
    pub fn enclosed_bounds(&self, signals: Signals) -> [Interval; 2] {
        let mut sum = ArrayD::from_elem(IxDyn(self.points()), <Interval as Semiring>::zero());
        self.each(|place, value| {
            for part in [value.re, value.im].map(|part| Interval::from(part.into())) {
                sum[&place] = sum[&place].plus(&part.times(&part));
            }
        });
        if signals == Signals::Real {
            let half = Interval::from(0.5);
            let opposite = |place: IxDyn| sum[mirrored(&place, self.points())];
            sum =
                ArrayD::from_shape_fn(sum.raw_dim(), |place| sum[&place].plus(&opposite(place)).times(&half));
        }
        let extreme = |pick: fn(f64, f64) -> f64, from: f64| {
            let ends =
                sum.iter().fold([from; 2], |ends, s| [pick(ends[0], s.low()), pick(ends[1], s.high())]);
            Interval::new(ends[0], ends[1]).unwrap_or(Interval::LINE)
        };
        [extreme(f64::min, f64::INFINITY), extreme(f64::max, f64::NEG_INFINITY)]
    }
}
