//! The Laplacian pyramid of Burt and Adelson: an average at half the rate, and what it does not predict.

use super::{
    BankError,
    dwt::few,
    kernel::{down, up},
};
use crate::{
    scalar::Semiring,
    signal::{Boundary, boundary::source},
};

/// A pyramid: a filter before every second entry is kept, one after zeros are put back between them, and −1.
#[derive(Clone, PartialEq, Debug)]
pub struct Pyramid<S> {
    /// Taps about the middle one, of odd number.
    pub reduce: Vec<S>,
    /// Taps about the middle one, of odd number; twice those of `reduce` as a rule.
    pub expand: Vec<S>,
    /// What stands beyond the ends.
    pub boundary: Boundary,
    /// −1.
    pub minus_one: S,
}

impl<S: Semiring> Pyramid<S> {
    /// The details of each level, the finest first, and the last average: n, ⌈n/2⌉, … entries.
    ///
    /// Cost: a product for every tap, of both filters, and every other entry.
    ///
    /// ```
    /// use faltung::{signal::Boundary, wavelet::discrete::Pyramid};
    /// let taps = [1.0, 4.0, 6.0, 4.0, 1.0].map(|h| h / 16.0).to_vec();
    /// let pyramid = Pyramid {
    ///     expand: taps.iter().map(|h| 2.0 * h).collect(),
    ///     reduce: taps,
    ///     boundary: Boundary::Reflect,
    ///     minus_one: -1.0,
    /// };
    /// let x = [3.0, 3.0, 3.0, 3.0, 3.0];
    /// let levels = pyramid.analyse(&x, 1)?;
    /// assert_eq!(levels, [vec![0.0; 5], vec![3.0; 3]]);
    /// assert_eq!(pyramid.synthesise(&levels)?, x);
    /// # Ok::<(), faltung::wavelet::discrete::BankError>(())
    /// ```
    ///
    /// # Errors
    /// No entries, or filters of an even number of taps.
    pub fn analyse(&self, x: &[S], levels: usize) -> Result<Vec<Vec<S>>, BankError> {
        self.check()?;
        few(levels)?;
        if x.is_empty() {
            return Err(BankError::of("the length of the signal", 0, "1 or more", "give a signal"));
        }
        let (mut x, mut all) = (x.to_vec(), vec![]);
        for _ in 0..levels {
            let at = |i: isize| source(i, x.len(), self.boundary).map(|i| &x[i]);
            let middle = (self.reduce.len() / 2) as isize;
            let average = down(at, &self.reduce, [2, middle, 1], x.len().div_ceil(2));
            let predicted = self.expanded(&average, x.len());
            let rest = |(x, p): (&S, &S)| x.plus(&p.times(&self.minus_one));
            all.push(x.iter().zip(&predicted).map(rest).collect());
            x = average;
        }
        all.push(x);
        Ok(all)
    }

    /// The signal of a pyramid: exactly, whatever the filters.
    ///
    /// # Errors
    /// No levels, or lengths that no signal has.
    pub fn synthesise(&self, all: &[Vec<S>]) -> Result<Vec<S>, BankError> {
        self.check()?;
        let Some((last, details)) = all.split_last().filter(|(last, _)| !last.is_empty()) else {
            return Err(BankError::of(
                "the pyramid",
                "empty",
                "an average, after details",
                "give every level",
            ));
        };
        let mut x = last.clone();
        for details in details.iter().rev() {
            if x.len() != details.len().div_ceil(2) {
                let expected = format!("{} or {}", 2 * x.len() - 1, 2 * x.len());
                return Err(BankError::of(
                    "the number of details",
                    details.len(),
                    expected,
                    "give every level whole",
                ));
            }
            let predicted = self.expanded(&x, details.len());
            x = details.iter().zip(&predicted).map(|(d, p)| d.plus(p)).collect();
        }
        Ok(x)
    }

    /// Zeros between the entries, continued beyond the ends, and the filter.
    fn expanded(&self, average: &[S], n: usize) -> Vec<S> {
        let middle = (self.expand.len() / 2) as isize;
        let far = middle / 2 + 1;
        let count = average.len() as isize;
        let around = -far..count + far;
        let zero = S::zero();
        let continued: Vec<S> = around
            .map(|k| source(k, average.len(), self.boundary).map_or(zero.clone(), |k| average[k].clone()))
            .collect();
        let mut x = vec![zero; n];
        let place = |i: isize| usize::try_from(i).ok().filter(|i| *i < n);
        up(&continued, &self.expand, [2, middle + 2 * far, 1], &mut x, place);
        x
    }

    fn check(&self) -> Result<(), BankError> {
        let lengths = [self.reduce.len(), self.expand.len()];
        if lengths.iter().any(|n| n % 2 == 0) {
            let hint = "a middle tap says where a filter stands";
            return Err(BankError::of("the numbers of taps", format!("{lengths:?}"), "odd ones", hint));
        }
        Ok(())
    }
}
