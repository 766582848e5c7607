//! The filters of wavelets whose taps are numbers of ℚ(√2, √3): Haar's, Daubechies' of four taps, and the spline 5/3.

use super::Filters;
use crate::scalar::exact::{Element, Lacks, Ring};
use dashu_int::IBig;

/// A wavelet whose filters are known exactly.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wavelet {
    /// Two taps, orthonormal; PyWavelets' `haar` and `db1`.
    Haar,
    /// Daubechies' four taps, orthonormal, of two vanishing moments; PyWavelets' `db2`.
    Daubechies4,
    /// The biorthogonal spline wavelet of 5 and 3 taps, of two vanishing moments; PyWavelets' `bior2.2`.
    Spline53,
}

/// (a √2 + b √6)/8.
type Surd = (i64, i64);

impl Wavelet {
    /// Every wavelet.
    pub const ALL: [Wavelet; 3] = [Wavelet::Haar, Wavelet::Daubechies4, Wavelet::Spline53];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Wavelet::Haar => "haar",
            Wavelet::Daubechies4 => "db2",
            Wavelet::Spline53 => "bior2.2",
        }
    }

    /// The low filters of analysis and synthesis. The high ones follow: with alternating signs, from the other side.
    fn low(self) -> [Vec<Surd>; 2] {
        match self {
            Wavelet::Haar => [vec![(4, 0), (4, 0)], vec![(4, 0), (4, 0)]],
            Wavelet::Daubechies4 => {
                let taps = vec![(1, -1), (3, -1), (3, 1), (1, 1)];
                [taps.clone(), taps.into_iter().rev().collect()]
            }
            Wavelet::Spline53 => [
                vec![(0, 0), (-1, 0), (2, 0), (6, 0), (2, 0), (-1, 0)],
                vec![(0, 0), (2, 0), (4, 0), (2, 0), (0, 0), (0, 0)],
            ],
        }
    }

    fn filters<S>(self, number: impl Fn(Surd) -> S) -> Filters<S> {
        let [analysis, synthesis] = self.low();
        let signed = |taps: &[Surd], first: i64| -> Vec<Surd> {
            taps.iter()
                .zip([first, -first].into_iter().cycle())
                .map(|((a, b), sign)| (a * sign, b * sign))
                .collect()
        };
        let [high, back] = [signed(&synthesis, -1), signed(&analysis, 1)];
        let all = |taps: Vec<Surd>| taps.into_iter().map(&number).collect();
        Filters { analysis: [all(analysis), all(high)], synthesis: [all(synthesis), all(back)] }
    }

    /// The filters in floats, each tap within a few roundings.
    ///
    /// ```
    /// use faltung::wavelet::discrete::Wavelet;
    /// let low = &Wavelet::Daubechies4.floats().analysis[0];
    /// assert!((low[3] - (1.0 + 3.0_f64.sqrt()) / (4.0 * 2.0_f64.sqrt())).abs() < 1e-15);
    /// ```
    pub fn floats(self) -> Filters<f64> {
        self.filters(|(a, b)| (a as f64 * 2.0_f64.sqrt() + b as f64 * 6.0_f64.sqrt()) / 8.0)
    }

    /// The filters themselves: √2 = ζ₈ + ζ₈⁻¹, √3 = ζ₁₂ + ζ₁₂⁻¹.
    ///
    /// # Errors
    /// None that occurs: cyclotomic numbers have these roots.
    pub fn exact(self) -> Result<Filters<Element>, Lacks> {
        use crate::scalar::Semiring;
        let ring = Ring::Cyclotomic;
        let root = |order: u64| -> Result<Element, Lacks> {
            let zeta = ring.root_of_unity(order)?;
            Ok(zeta.plus(&ring.conj(&zeta)))
        };
        let (two, three) = (root(8)?, root(12)?);
        let eighth = ring.inverse(&Element::Integer(IBig::from(8)))?;
        let number = |(a, b): Surd| {
            let sum = Element::from(a).plus(&Element::from(b).times(&three));
            sum.times(&two).times(&eighth)
        };
        Ok(self.filters(number))
    }
}
