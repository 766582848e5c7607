//! The discrete wavelet transform, subsampled and stationary, with the extensions and lengths of PyWavelets.

use super::{
    BankError,
    kernel::{around, down, up},
};
use crate::{
    scalar::Semiring,
    signal::{Boundary, boundary::source},
};

/// Two filters of analysis and two of synthesis, low one first, all of the same even length.
#[derive(Clone, PartialEq, Debug)]
pub struct Filters<S> {
    /// Of the averages and of the details.
    pub analysis: [Vec<S>; 2],
    /// That put them together again.
    pub synthesis: [Vec<S>; 2],
}

/// What stands beyond the ends of a signal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extension {
    /// The signal continues; a level has ⌊(n + F − 1)/2⌋ averages and as many details for filters of F taps.
    Continued(Boundary),
    /// The circle: n/2 averages and details. An odd length is made even by its last entry once more.
    Periodised,
}

impl Extension {
    /// Every extension.
    pub const ALL: [Extension; 6] = [
        Extension::Periodised,
        Extension::Continued(Boundary::Zero),
        Extension::Continued(Boundary::Reflect),
        Extension::Continued(Boundary::Symmetric),
        Extension::Continued(Boundary::Replicate),
        Extension::Continued(Boundary::Wrap),
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Extension::Periodised => "periodised",
            Extension::Continued(boundary) => boundary.name(),
        }
    }
}

impl<S: Semiring> Filters<S> {
    /// F, if all filters have it and it is even.
    fn taps(&self) -> Result<usize, BankError> {
        let lengths: Vec<usize> = self.analysis.iter().chain(&self.synthesis).map(Vec::len).collect();
        let taps = lengths[0];
        if taps == 0 || taps % 2 == 1 || lengths.iter().any(|n| *n != taps) {
            let hint = "fill the shorter ones up with zeros";
            return Err(BankError::of(
                "the lengths of the filters",
                format!("{lengths:?}"),
                "the same even one",
                hint,
            ));
        }
        Ok(taps)
    }

    /// How many averages, and how many details, a signal of n entries has.
    ///
    /// # Errors
    /// Filters whose lengths differ, or are odd.
    pub fn length(&self, n: usize, extension: Extension) -> Result<usize, BankError> {
        let taps = self.taps()?;
        Ok(match extension {
            Extension::Periodised => n.div_ceil(2),
            Extension::Continued(_) => n.saturating_add(taps - 1) / 2,
        })
    }

    /// The averages and the details of one level.
    ///
    /// Cost: F products for each of them.
    ///
    /// ```
    /// use faltung::{signal::Boundary, wavelet::discrete::{Extension, Wavelet}};
    /// let haar = Wavelet::Haar.floats();
    /// let how = Extension::Continued(Boundary::Zero);
    /// let [averages, details] = haar.analyse(&[1.0, 3.0, 2.0, 2.0], how)?;
    /// assert!((averages[0] - 4.0 / 2.0_f64.sqrt()).abs() < 1e-15 && details[1].abs() < 1e-15);
    /// let back = haar.synthesise([&averages, &details], 4, how)?;
    /// assert!(back.iter().zip([1.0, 3.0, 2.0, 2.0]).all(|(x, y)| (x - y).abs() < 1e-15));
    /// # Ok::<(), faltung::wavelet::discrete::BankError>(())
    /// ```
    ///
    /// # Errors
    /// No entries, or filters whose lengths differ, or are odd.
    pub fn analyse(&self, x: &[S], extension: Extension) -> Result<[Vec<S>; 2], BankError> {
        let (taps, count) = (self.taps()? as isize, self.length(x.len(), extension)?);
        if x.is_empty() {
            return Err(BankError::of("the length of the signal", 0, "1 or more", "give a signal"));
        }
        Ok(match extension {
            Extension::Periodised => {
                let (place, last) = (around(2 * count), x.len() - 1);
                let at = |i: isize| place(i).map(|i| &x[i.min(last)]);
                [0, 1].map(|c| down(at, &self.analysis[c], [2, taps / 2, 1], count))
            }
            Extension::Continued(boundary) => {
                let at = |i: isize| source(i, x.len(), boundary).map(|i| &x[i]);
                [0, 1].map(|c| down(at, &self.analysis[c], [2, 1, 1], count))
            }
        })
    }

    /// The signal of n entries that has these averages and details.
    ///
    /// # Errors
    /// Where they are not as many as n entries have, and as [`analyse`](Filters::analyse).
    pub fn synthesise(&self, parts: [&[S]; 2], n: usize, extension: Extension) -> Result<Vec<S>, BankError> {
        let (taps, count) = (self.taps()? as isize, self.length(n, extension)?);
        if let Some(part) = parts.iter().find(|part| part.len() != count) {
            let expected = format!("{count} for a signal of {n} entries");
            return Err(BankError::of(
                "the number of averages or details",
                part.len(),
                expected,
                "give both whole",
            ));
        }
        let mut x = vec![S::zero(); if extension == Extension::Periodised { 2 * count } else { n }];
        for (part, filter) in parts.into_iter().zip(&self.synthesis) {
            match extension {
                Extension::Periodised => {
                    let place = around(x.len());
                    up(part, filter, [2, taps / 2 - 1, 1], &mut x, place);
                }
                Extension::Continued(_) => {
                    let place = |i: isize| usize::try_from(i).ok().filter(|i| *i < n);
                    up(part, filter, [2, taps - 2, 1], &mut x, place);
                }
            }
        }
        x.truncate(n);
        Ok(x)
    }

    /// Averages of the last of so many levels, then the details from the last level to the first.
    ///
    /// # Errors
    /// As [`analyse`](Filters::analyse).
    pub fn decompose(&self, x: &[S], levels: usize, extension: Extension) -> Result<Vec<Vec<S>>, BankError> {
        few(levels)?;
        let (mut averages, mut all) = (x.to_vec(), vec![]);
        for _ in 0..levels {
            let [low, high] = self.analyse(&averages, extension)?;
            averages = low;
            all.push(high);
        }
        all.push(averages);
        all.reverse();
        Ok(all)
    }

    /// The signal of n entries of what [`decompose`](Filters::decompose) gave.
    ///
    /// # Errors
    /// Where a level has not the number of entries that it has for n, and as [`analyse`](Filters::analyse).
    pub fn recompose(&self, all: &[Vec<S>], n: usize, extension: Extension) -> Result<Vec<S>, BankError> {
        let Some((averages, details)) = all.split_first() else {
            return Err(BankError::of(
                "the number of parts",
                0,
                "1 or more",
                "give the averages and the details",
            ));
        };
        let mut lengths = vec![n];
        for _ in 0..details.len() {
            lengths.push(self.length(lengths[lengths.len() - 1], extension)?);
        }
        if averages.len() != lengths[details.len()] {
            let expected = format!("{} for a signal of {n} entries", lengths[details.len()]);
            return Err(BankError::of(
                "the number of averages",
                averages.len(),
                expected,
                "give all of them",
            ));
        }
        let mut averages = averages.clone();
        for (place, part) in details.iter().enumerate() {
            averages = self.synthesise([&averages, part], lengths[details.len() - 1 - place], extension)?;
        }
        Ok(averages)
    }

    /// The stationary transform on the circle: averages of the last of so many levels, then the details from the last level to
    /// the first, all of n entries. Level l spreads its filters by 2^l, and nothing is left out.
    ///
    /// Cost: 2Fn products a level.
    ///
    /// # Errors
    /// A length that 2^levels does not divide, and as [`analyse`](Filters::analyse).
    pub fn stationary(&self, x: &[S], levels: usize) -> Result<Vec<Vec<S>>, BankError> {
        divides(x.len(), levels)?;
        let (mut averages, mut all) = (x.to_vec(), vec![]);
        for level in 0..levels {
            let [low, high] = self.spread(&averages, level)?;
            averages = low;
            all.push(high);
        }
        all.push(averages);
        all.reverse();
        Ok(all)
    }

    /// One level of the stationary transform.
    pub(super) fn spread(&self, x: &[S], level: usize) -> Result<[Vec<S>; 2], BankError> {
        let (taps, spread, place) = (self.taps()? as isize, 1 << level, around(x.len()));
        let at = |i: isize| place(i).map(|i| &x[i]);
        Ok([0, 1].map(|c| down(at, &self.analysis[c], [1, spread * taps / 2, spread], x.len())))
    }

    /// The signal of one level of the stationary transform.
    pub(super) fn unspread(&self, parts: [&[S]; 2], level: usize, half: &S) -> Result<Vec<S>, BankError> {
        let (taps, spread, n) = (self.taps()? as isize, 1 << level, parts[0].len());
        let mut x = vec![S::zero(); n];
        for (part, filter) in parts.into_iter().zip(&self.synthesis) {
            up(part, filter, [1, spread * (taps / 2 - 1), spread], &mut x, around(n));
        }
        Ok(x.iter().map(|x| x.times(half)).collect())
    }

    /// The signal of a stationary transform: half the sum of what both filters give back, level by level. `half` is ½.
    ///
    /// # Errors
    /// Parts of different lengths, and as [`stationary`](Filters::stationary).
    pub fn from_stationary(&self, all: &[Vec<S>], half: &S) -> Result<Vec<S>, BankError> {
        let Some((averages, details)) = all.split_first() else {
            return Err(BankError::of(
                "the number of parts",
                0,
                "1 or more",
                "give the averages and the details",
            ));
        };
        let n = averages.len();
        divides(n, details.len())?;
        if let Some(part) = details.iter().find(|part| part.len() != n) {
            let expected = format!("{n}, as many as averages");
            return Err(BankError::of("the number of details", part.len(), expected, "give all of them"));
        }
        let mut averages = averages.clone();
        for (place, details) in details.iter().enumerate() {
            averages = self.unspread([&averages, details], all.len() - 2 - place, half)?;
        }
        Ok(averages)
    }
}

pub(super) fn divides(n: usize, levels: usize) -> Result<(), BankError> {
    let whole = u32::try_from(levels).ok().and_then(|levels| 1_usize.checked_shl(levels));
    if n == 0 || !whole.is_some_and(|whole| n.is_multiple_of(whole)) {
        let expected = format!("a positive multiple of 2^{levels}");
        return Err(BankError::of(
            "the length of the signal",
            n,
            expected,
            "take fewer levels, or fill the signal up",
        ));
    }
    Ok(())
}

/// 64 levels are more than any signal has.
pub(super) fn few(levels: usize) -> Result<(), BankError> {
    if levels <= 64 {
        return Ok(());
    }
    Err(BankError::of("the number of levels", levels, "at most 64", "each halves the rate"))
}
