//! Lifting: the even and the odd entries of a signal on the circle, each changed by filters of the other, in turns.
//!
//! What a step adds is made of what it leaves alone, so it can be taken back, whatever the filters, and even where they are
//! rounded to integers.

use super::BankError;
use crate::scalar::Semiring;

/// One step: to one half `y[k] += Σ_j taps[j] x[k + start + j]` of the other.
#[derive(Clone, PartialEq, Debug)]
pub struct Step<S> {
    /// Whether it changes the odd entries, which become the details.
    pub predicts: bool,
    /// The index of the first tap.
    pub start: isize,
    /// The taps.
    pub taps: Vec<S>,
}

/// Steps, and what the halves are multiplied with after them.
#[derive(Clone, PartialEq, Debug)]
pub struct Lifting<S> {
    /// In their order.
    pub steps: Vec<Step<S>>,
    /// The factors of the averages and of the details, each with its inverse.
    pub scales: [(S, S); 2],
    /// −1.
    pub minus_one: S,
}

impl<S: Semiring> Lifting<S> {
    /// The averages and the details, n/2 of each.
    ///
    /// Cost: a product for every tap and every other entry.
    ///
    /// ```
    /// use faltung::wavelet::discrete::{Lifting, Step};
    /// // Haar's without roots: the difference, and the mean
    /// let steps = vec![
    ///     Step { predicts: true, start: 0, taps: vec![-1.0] },
    ///     Step { predicts: false, start: 0, taps: vec![0.5] },
    /// ];
    /// let lifting = Lifting { steps, scales: [(1.0, 1.0), (1.0, 1.0)], minus_one: -1.0 };
    /// let [means, differences] = lifting.analyse(&[1.0, 3.0, 2.0, 6.0])?;
    /// assert_eq!((means, differences), (vec![2.0, 4.0], vec![2.0, 4.0]));
    /// # Ok::<(), faltung::wavelet::discrete::BankError>(())
    /// ```
    ///
    /// # Errors
    /// An odd length, or 0.
    pub fn analyse(&self, x: &[S]) -> Result<[Vec<S>; 2], BankError> {
        if x.is_empty() || x.len() % 2 == 1 {
            let hint = "repeat its last entry";
            return Err(BankError::of("the length of the signal", x.len(), "an even one, not 0", hint));
        }
        let half = |odd: usize| x.iter().skip(odd).step_by(2).cloned().collect::<Vec<S>>();
        let mut halves = [half(0), half(1)];
        for step in &self.steps {
            step.change(&mut halves, &S::one());
        }
        let [even, odd] = halves;
        let scaled = |half: Vec<S>, scale: &S| half.iter().map(|x| x.times(scale)).collect();
        Ok([scaled(even, &self.scales[0].0), scaled(odd, &self.scales[1].0)])
    }

    /// The signal that has these averages and details.
    ///
    /// # Errors
    /// Not as many of the ones as of the others, or none.
    pub fn synthesise(&self, parts: [&[S]; 2]) -> Result<Vec<S>, BankError> {
        if parts[0].len() != parts[1].len() || parts[0].is_empty() {
            let got = format!("{:?}", parts.map(<[S]>::len));
            return Err(BankError::of("the lengths", got, "the same twice, not 0", "give both whole"));
        }
        let unscaled = |c: usize| parts[c].iter().map(|x| x.times(&self.scales[c].1)).collect();
        let mut halves: [Vec<S>; 2] = [unscaled(0), unscaled(1)];
        for step in self.steps.iter().rev() {
            step.change(&mut halves, &self.minus_one);
        }
        let [even, odd] = halves;
        Ok(even.into_iter().zip(odd).flat_map(|(even, odd)| [even, odd]).collect())
    }
}

impl<S: Semiring> Step<S> {
    /// Adds `sign` times its sums.
    fn change(&self, halves: &mut [Vec<S>; 2], sign: &S) {
        let [even, odd] = halves;
        let (changed, other) = if self.predicts { (odd, even) } else { (even, odd) };
        let n = other.len() as isize;
        for (k, changed) in changed.iter_mut().enumerate() {
            for (j, tap) in self.taps.iter().enumerate() {
                let place = (k as isize + (self.start + j as isize).rem_euclid(n)).rem_euclid(n);
                S::mul_add_into(changed, &tap.times(sign), &other[place as usize]);
            }
        }
    }
}

/// Which entry a mirrored signal has at an index: about the first entry, and about the last.
fn mirrored(i: isize, n: usize) -> usize {
    crate::signal::boundary::source(i, n, crate::signal::Boundary::Reflect).unwrap_or(0)
}

/// The reversible 5/3 transform of JPEG 2000 on integers: details `x[2k+1] − ⌊(x[2k] + x[2k+2])/2⌋`, averages
/// `x[2k] + ⌊(d[k−1] + d[k] + 2)/4⌋`, the signal mirrored at its ends. Any length; an odd one has one average more.
///
/// Sums wrap at 2^64, and are taken back all the same.
///
/// ```
/// use faltung::wavelet::discrete::{legall, legall_inverse};
/// let [averages, details] = legall(&[10, 12, 14, 16, 5]);
/// assert_eq!((&averages[..], &details[..]), (&[10, 16, 9][..], &[0, 7][..]));
/// assert_eq!(legall_inverse([&averages, &details]), Some(vec![10, 12, 14, 16, 5]));
/// ```
pub fn legall(x: &[i64]) -> [Vec<i64>; 2] {
    let n = x.len();
    let mut y = x.to_vec();
    for (predicts, sign) in [(true, -1), (false, 1)] {
        legall_step(&mut y, n, predicts, sign);
    }
    [0, 1].map(|odd| y.iter().skip(odd).step_by(2).copied().collect())
}

/// The signal of [`legall`]; `None` where there are neither as many averages as details, nor one more.
pub fn legall_inverse(parts: [&[i64]; 2]) -> Option<Vec<i64>> {
    let [averages, details] = parts;
    if averages.len() != details.len() && averages.len() != details.len() + 1 {
        return None;
    }
    let n = averages.len() + details.len();
    let mut y: Vec<i64> = (0..n).map(|i| parts[i % 2][i / 2]).collect();
    for (predicts, sign) in [(false, -1), (true, 1)] {
        legall_step(&mut y, n, predicts, sign);
    }
    Some(y)
}

fn legall_step(y: &mut [i64], n: usize, predicts: bool, sign: i64) {
    // one entry alone is its own average
    if n < 2 {
        return;
    }
    for i in (usize::from(predicts)..n).step_by(2) {
        let neighbours = [i as isize - 1, i as isize + 1].map(|i| i128::from(y[mirrored(i, n)]));
        let sum = neighbours[0] + neighbours[1];
        let change = if predicts { sum.div_euclid(2) } else { (sum + 2).div_euclid(4) };
        y[i] = y[i].wrapping_add((change as i64).wrapping_mul(sign));
    }
}
