//! Banks of M channels: C filters, every M-th output of each kept, and C filters that put the channels together.
//!
//! What comes out at n of an impulse at m is `Σ_c Σ_k g_c[n − Mk] h_c[Mk − m]`, which depends on n modulo M and on n − m
//! only: finitely many numbers. The bank reconstructs, with a delay, exactly if they are those of a delay.

use super::{
    BankError, Filters,
    kernel::{around, down, up},
};
use crate::scalar::Semiring;

/// A filter: `taps[j]` stands at `start + j`.
#[derive(Clone, PartialEq, Debug)]
pub struct Taps<S> {
    /// The index of the first tap.
    pub start: isize,
    /// The taps.
    pub taps: Vec<S>,
}

/// A bank of channels, each with its filter of analysis and its filter of synthesis.
#[derive(Clone, PartialEq, Debug)]
pub struct Multirate<S> {
    /// M.
    pub factor: usize,
    /// h_c and g_c.
    pub channels: Vec<(Taps<S>, Taps<S>)>,
}

impl<S: Semiring> Multirate<S> {
    /// A bank that keeps every `factor`-th output.
    ///
    /// # Errors
    /// A factor of 0, or filters or their indices of 2^32 and more.
    pub fn new(factor: usize, channels: Vec<(Taps<S>, Taps<S>)>) -> Result<Self, BankError> {
        const MOST: usize = 1 << 32;
        if factor == 0 || factor > MOST {
            return Err(BankError::of("the factor M", factor, "1 to 2^32", "2 is usual"));
        }
        let far = |f: &Taps<S>| f.taps.len() > MOST || f.start.unsigned_abs() > MOST;
        if channels.iter().any(|(h, g)| far(h) || far(g)) {
            return Err(BankError::of("a filter", "further away", "within 2^32 of 0", "shift it"));
        }
        Ok(Multirate { factor, channels })
    }

    /// The two channels of a wavelet, with delay 0.
    ///
    /// # Errors
    /// Filters without taps.
    pub fn of(filters: &Filters<S>) -> Result<Self, BankError> {
        let channel = |c: usize| {
            let (h, g) = (filters.analysis[c].clone(), filters.synthesis[c].clone());
            let start = 2 - g.len() as isize;
            (Taps { start: -1, taps: h }, Taps { start, taps: g })
        };
        Self::new(2, vec![channel(0), channel(1)])
    }

    /// The channels of a signal on the circle.
    ///
    /// Shape: n/M entries a channel. Cost: a product for every tap and entry.
    ///
    /// # Errors
    /// A length that M does not divide, or 0.
    pub fn analyse(&self, x: &[S]) -> Result<Vec<Vec<S>>, BankError> {
        if x.is_empty() || !x.len().is_multiple_of(self.factor) {
            let expected = format!("a positive multiple of {}", self.factor);
            return Err(BankError::of(
                "the length of the signal",
                x.len(),
                expected,
                "fill it up with zeros",
            ));
        }
        let place = around(x.len());
        let at = |i: isize| place(i).map(|i| &x[i]);
        let count = x.len() / self.factor;
        let channel = |h: &Taps<S>| down(at, &h.taps, [self.factor as isize, -h.start, 1], count);
        Ok(self.channels.iter().map(|(h, _)| channel(h)).collect())
    }

    /// The signal on the circle that the filters of synthesis make of the channels.
    ///
    /// # Errors
    /// Not one part a channel, or parts of different lengths.
    pub fn synthesise(&self, parts: &[Vec<S>]) -> Result<Vec<S>, BankError> {
        let count = parts.first().map_or(0, Vec::len);
        if parts.len() != self.channels.len() || parts.iter().any(|part| part.len() != count) {
            let got = format!("{:?}", parts.iter().map(Vec::len).collect::<Vec<_>>());
            let expected = format!("{} times the same", self.channels.len());
            return Err(BankError::of(
                "the lengths of the channels",
                got,
                expected,
                "give every channel whole",
            ));
        }
        let mut x = vec![S::zero(); count * self.factor];
        let place = around(x.len());
        for (part, (_, g)) in parts.iter().zip(&self.channels) {
            up(part, &g.taps, [self.factor as isize, -g.start, 1], &mut x, place);
        }
        Ok(x)
    }

    /// The responses at the outputs 0 … M − 1 to an impulse that stands `lag` before them, for every lag with a response.
    pub fn responses(&self) -> Vec<(usize, isize, S)> {
        let mut sums = std::collections::BTreeMap::<(usize, isize), S>::new();
        let factor = self.factor as isize;
        for (h, g) in &self.channels {
            for (i, a) in g.taps.iter().enumerate() {
                // n − Mk = start + i for just one k, where n is the phase
                let end = g.start + i as isize;
                let phase = end.rem_euclid(factor);
                let k = (phase - end) / factor;
                for (j, b) in h.taps.iter().enumerate() {
                    let m = factor * k - h.start - j as isize;
                    let sum = sums.entry((phase as usize, phase - m)).or_insert_with(S::zero);
                    S::mul_add_into(sum, a, b);
                }
            }
        }
        sums.into_iter().map(|((phase, lag), sum)| (phase, lag, sum)).collect()
    }

    /// The d with `output[n] = input[n − d]` for every signal on the integers, and on every circle, if there is one. `same`
    /// decides equality, exactly if the answer is to be a proof.
    ///
    /// ```
    /// use faltung::{scalar::exact::judge, wavelet::discrete::{Multirate, Wavelet}};
    /// let exact = Wavelet::Daubechies4.exact().expect("√2 and √3 are cyclotomic");
    /// assert_eq!(Multirate::of(&exact)?.delay(judge::same), Some(0));
    /// # Ok::<(), faltung::wavelet::discrete::BankError>(())
    /// ```
    pub fn delay(&self, same: impl Fn(&S, &S) -> bool) -> Option<isize> {
        let left: Vec<_> = self.responses().into_iter().filter(|(.., sum)| !same(sum, &S::zero())).collect();
        let delay = left.first()?.1;
        let phases = left
            .iter()
            .enumerate()
            .all(|(place, (phase, lag, sum))| *phase == place && *lag == delay && same(sum, &S::one()));
        (phases && left.len() == self.factor).then_some(delay)
    }
}
