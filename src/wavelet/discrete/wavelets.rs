//! The filters of wavelets: Haar's, Daubechies' of four taps and the spline 5/3, whose taps are numbers of ℚ(√2, √3), and Daubechies'
//! of more in floats.

use super::Filters;
use crate::scalar::exact::{Element, Lacks, Ring};
use crate::wavelet::{Daubechies, WaveletError};
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

/// To low filters of analysis and synthesis the high ones: the others, with signs that alternate.
fn with_high<S: Clone>([analysis, synthesis]: [Vec<S>; 2], negated: impl Fn(&S) -> S) -> Filters<S> {
    let alternating = |taps: &[S], first: usize| -> Vec<S> {
        let sign =
            |(k, tap): (usize, &S)| if (k + first).is_multiple_of(2) { tap.clone() } else { negated(tap) };
        taps.iter().enumerate().map(sign).collect()
    };
    let [high, back] = [alternating(&synthesis, 1), alternating(&analysis, 0)];
    Filters { analysis: [analysis, high], synthesis: [synthesis, back] }
}

impl Filters<f64> {
    /// Daubechies' orthonormal filters of 2N taps, with N vanishing moments and of extremal phase (Daubechies 1992, §6.4): PyWavelets'
    /// `db2` to `db10`, each tap within 1e-13.
    ///
    /// For more than two moments the taps are algebraic numbers in no field of ours, so that they come in floats alone.
    ///
    /// ```
    /// use faltung::wavelet::discrete::{Extension, Filters};
    /// let filters = Filters::daubechies(4)?;
    /// // a line has no details but where the eight taps reach over the end
    /// let line: Vec<f64> = (0..32).map(f64::from).collect();
    /// let [_, details] = filters.analyse(&line, Extension::Periodised)?;
    /// assert_eq!(details.iter().filter(|detail| detail.abs() > 1e-10).count(), 4);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// N outside 2 … 10.
    pub fn daubechies(moments: usize) -> Result<Self, WaveletError> {
        let synthesis = Daubechies::new(moments)?.low_pass().to_vec();
        let analysis = synthesis.iter().rev().copied().collect();
        Ok(with_high([analysis, synthesis], |tap| -tap))
    }
}

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

    /// The low filters of analysis and synthesis.
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
        let Filters { analysis, synthesis } = with_high(self.low(), |(a, b)| (-a, -b));
        let all = |taps: Vec<Surd>| taps.into_iter().map(&number).collect();
        Filters { analysis: analysis.map(all), synthesis: synthesis.map(all) }
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
