//! Exact convolution by number theoretic transforms, modulo as many primes as a proved bound asks for.

use super::{About, Algorithm, Declined, Problem, Scalar, plan};
use crate::{
    fourier::{
        ntt,
        prime::{self, PRIMES, Prime},
        residue,
    },
    scalar::{Modular, Roots},
};
use dashu_int::{IBig, Sign, Word};
use ndarray::{ArrayD, ArrayViewD, Dimension, IxDyn};
use rayon::prelude::*;
use std::{mem::size_of, ops::Range};

/// Integers: modulo primes of 49 bits, and back by the Chinese remainder theorem. Residues: by roots of unity of their own.
///
/// *One axis is enough.* With a stride of L or more entries a row, L as long as the window needs, the rows of a convolution in
/// several dimensions follow one another without meeting in the window (Kronecker substitution). Integers of several words are one
/// more axis, of words: the convolution of the words, with carries, is the product of the integers.
///
/// *The number of primes.* Of words below 2^a and 2^b, t pairs at most in a sum, no sum reaches 2^(a+b+⌈log₂ t⌉) in absolute value. Modulo
/// a product of primes above twice that, the centred residue is the sum itself. t is the product of min(n, m) over the axes, and of
/// the number of words. Four primes have 195 bits, more than any sum that memory holds can ask for.
#[derive(Clone, Copy, Debug)]
pub struct Ntt;

/// Entries that are brought back together: their mixed-radix digits stay in the cache.
const BLOCK: usize = 1024;
/// The bits of a word of an integer.
const WORD: usize = Word::BITS as usize;
/// The words of the product of all primes but the last.
const COLUMNS: usize = 192 / WORD;

/// Where the entries lie on the one axis.
struct Layout {
    /// Places from one entry to the next, axis by axis; the last is the number of words of a result.
    strides: Vec<usize>,
    /// Places of x, of w and of the full result.
    x: usize,
    w: usize,
    full: usize,
    /// The first place of the window, and one behind its last.
    window: Range<usize>,
}

impl Layout {
    /// For entries of this many words. `None` beyond what can be addressed.
    fn of(x: &[usize], w: &[usize], window: &[Range<usize>], words: [usize; 2]) -> Option<Self> {
        let mut strides = vec![words[0] + words[1] - 1; x.len()];
        for axis in (1..x.len()).rev() {
            // Entry k of a row that is longer than this falls on entry k − length of the next row, before the window.
            let length = x[axis].max(w[axis]).max(window[axis].end);
            let length = length.max(x[axis] + w[axis] - 1 - window[axis].start);
            strides[axis - 1] = strides[axis].checked_mul(length)?;
        }
        let place = |index: &mut dyn Iterator<Item = usize>| {
            index.zip(&strides).try_fold(0_usize, |sum, (i, stride)| sum.checked_add(i.checked_mul(*stride)?))
        };
        let last = |shape: &[usize]| place(&mut shape.iter().map(|n| n - 1));
        let (x, w) = (last(x)?.checked_add(words[0])?, last(w)?.checked_add(words[1])?);
        let first = place(&mut window.iter().map(|range| range.start))?;
        let end =
            place(&mut window.iter().map(|range| range.end - 1))?.checked_add(words[0] + words[1] - 1)?;
        Some(Layout { strides, x, w, full: x.checked_add(w)? - 1, window: first..end })
    }

    /// The points of a cyclic convolution that is right in the window: what wraps round falls before it.
    fn cyclic(&self) -> usize {
        self.x.max(self.w).max(self.window.end).max(self.full - self.window.start)
    }

    /// The shortest length of [`residue::points`] that serves.
    fn points(&self) -> Option<usize> {
        let lengths = [residue::points(self.full, false), residue::points(self.cyclic(), true)];
        lengths.into_iter().flatten().min()
    }

    /// The places of the rows of an array that begins at an index, in order.
    fn rows<'a>(
        &'a self,
        shape: &[usize],
        start: impl Fn(usize) -> usize + 'a,
    ) -> impl Iterator<Item = usize> + 'a {
        let outer = ndarray::indices(IxDyn(&shape[..shape.len() - 1])).into_iter();
        outer.map(move |index| {
            let index = (0..index.ndim()).map(|axis| index[axis] + start(axis));
            let last = start(self.strides.len() - 1) * self.strides[self.strides.len() - 1];
            index.zip(&self.strides).map(|(i, stride)| i * stride).sum::<usize>() + last
        })
    }

    /// Calls `put` with every entry and its place.
    fn place<S>(&self, a: ArrayViewD<S>, mut put: impl FnMut(usize, &S)) {
        let stride = self.strides[a.ndim() - 1];
        for (row, from) in a.rows().into_iter().zip(self.rows(a.shape(), |_| 0)) {
            for (k, entry) in row.iter().enumerate() {
                put(from + k * stride, entry);
            }
        }
    }
}

/// What the bits of the data ask for: the words of an entry of x and of w, and the number of primes; more than there are, if
/// they are not enough.
fn demand<Z: Integer>(x: &[usize], w: &[usize], bits: [usize; 2]) -> ([usize; 2], usize) {
    let words = bits.map(|bits| if Z::WORDS { bits.div_ceil(WORD).max(1) } else { 1 });
    let [a, b] = bits.map(|bits| if Z::WORDS { bits.min(WORD) } else { bits });
    let terms: u128 = x.iter().zip(w).map(|(n, m)| *n.min(m) as u128).product();
    let terms = terms.saturating_mul(words[0].min(words[1]) as u128);
    let needed = a + b + terms.next_power_of_two().ilog2() as usize + 1;
    // 48.99 bits each: the k first have a product above 2^⌊48.99 k⌋.
    let enough = (1..=PRIMES.len()).find(|count| count * 4899 / 100 >= needed);
    (words, enough.unwrap_or(PRIMES.len() + 1))
}

/// The window modulo the product of the first `count` primes, each entry centred. [`Ntt`] takes as many as make that the
/// convolution itself.
///
/// Cost: [`residue::cost`] products modulo each prime.
///
/// # Panics
/// When `count` is not 1 … 4; where the axis is too long; and as an [`Algorithm`] may.
pub fn modulo<Z: Integer>(
    x: ArrayViewD<Z>,
    w: ArrayViewD<Z>,
    window: &[Range<usize>],
    count: usize,
) -> ArrayD<Z> {
    let (words, _) = demand::<Z>(x.shape(), w.shape(), [&x, &w].map(plan::largest_bits));
    let layout =
        Layout::of(x.shape(), w.shape(), window, words).expect("declined where the axis is too long");
    let points = layout.points().expect("declined where the axis is too long");
    let residues: Vec<Vec<f64>> = (0..count)
        .into_par_iter()
        .map(|index| {
            let prime = Prime::number(index);
            let read = |a: &ArrayViewD<Z>| {
                let mut residues = vec![0.0; points];
                layout.place(a.view(), |place, entry| entry.write(prime, &mut residues[place..]));
                residues
            };
            let (mut x, mut w) = rayon::join(|| read(&x), || read(&w));
            residue::multiply(prime, &mut x, &mut w);
            x
        })
        .collect();
    let garner = Garner::new(residues);
    let shape: Vec<usize> = window.iter().map(Range::len).collect();
    let (width, stride) = (shape[shape.len() - 1], layout.strides[shape.len() - 1]);
    let rows: Vec<usize> = layout.rows(&shape, |axis| window[axis].start).collect();
    let mut y = ArrayD::from_shape_simple_fn(IxDyn(&shape), Z::zero);
    let entries = y.as_slice_mut().expect("a new array has standard layout");
    let block = (BLOCK / stride).max(1);
    let bunch = BLOCK.div_ceil(width * stride);
    entries.par_chunks_mut(width).zip(rows).with_min_len(bunch).for_each(|(row, from)| {
        row.par_chunks_mut(block).enumerate().for_each(|(k, y)| {
            let from = from + k * block * stride;
            let digits = garner.digits(from..from + y.len() * stride);
            for (k, y) in y.iter_mut().enumerate() {
                *y = Z::read(&garner, &digits, k * stride..(k + 1) * stride);
            }
        });
    });
    y
}

/// Mixed-radix digits, and what they stand for: d₀ + d₁p₀ + d₂p₀p₁ + … with centred dᵢ, which is the centred residue modulo the
/// product (Garner 1959; Knuth, vol. 2, §4.3.2).
pub struct Garner {
    residues: Vec<Vec<f64>>,
    primes: Vec<Prime>,
    /// 1/pᵢ modulo pⱼ for i < j: `inverses[j][i]`.
    inverses: Vec<Vec<f64>>,
    /// The words of p₀ … pᵢ₋₁.
    weights: Vec<Vec<Word>>,
}

impl Garner {
    fn new(residues: Vec<Vec<f64>>) -> Self {
        let primes: Vec<Prime> = (0..residues.len()).map(Prime::number).collect();
        let inverses = primes.iter().enumerate().map(|(j, prime)| {
            primes[..j].iter().map(|other| prime.inverse(other.modulus())).collect::<Vec<f64>>()
        });
        let weights = (0..primes.len()).map(|i| {
            let product = primes[..i].iter().fold(IBig::ONE, |product, prime| product * prime.modulus());
            product.as_sign_words().1.to_vec()
        });
        Garner { inverses: inverses.collect(), weights: weights.collect(), primes, residues }
    }

    /// The digits at these places, prime by prime.
    fn digits(&self, places: Range<usize>) -> Vec<Vec<f64>> {
        let mut all: Vec<Vec<f64>> = Vec::new();
        for (j, prime) in self.primes.iter().enumerate() {
            let mut digits = self.residues[j][places.clone()].to_vec();
            let (lower, inverses) = (&all, &self.inverses[j]);
            pulp::Arch::new().dispatch(NextDigits { prime: *prime, digits: &mut digits, lower, inverses });
            all.push(digits);
        }
        all
    }
}

/// One more digit at each place, from the residues modulo the next prime and the digits below.
struct NextDigits<'a> {
    prime: Prime,
    digits: &'a mut [f64],
    lower: &'a [Vec<f64>],
    inverses: &'a [f64],
}

impl pulp::WithSimd for NextDigits<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _simd: S) {
        let prime = self.prime;
        for (lower, inverse) in self.lower.iter().zip(self.inverses) {
            for (digit, lower) in self.digits.iter_mut().zip(lower) {
                // At most 2.7p and 0.51p.
                *digit = prime.times(*digit - lower, *inverse);
            }
        }
        for digit in self.digits {
            *digit = prime.centred(*digit);
        }
    }
}

/// The integers that are transformed.
pub trait Integer: Scalar {
    /// Whether one entry may be several words, each with a place of its own.
    const WORDS: bool;
    /// The time of one product modulo a prime, as a multiple of one of [`Direct`](super::Direct)'s of entries of so
    /// many bits: measured.
    fn weight(bits: [usize; 2]) -> f64;
    /// Writes the centred residues of its words.
    fn write(&self, prime: Prime, residues: &mut [f64]);
    /// From the digits at its places.
    fn read(garner: &Garner, digits: &[Vec<f64>], places: Range<usize>) -> Self;
}

/// ± a word, centred.
#[inline]
fn word_residue(prime: Prime, negative: bool, word: u64) -> f64 {
    let residue = prime.residue(word);
    if negative { -residue } else { residue }
}

impl Integer for i64 {
    const WORDS: bool = false;

    fn weight(_bits: [usize; 2]) -> f64 {
        5.0
    }

    fn write(&self, prime: Prime, residues: &mut [f64]) {
        residues[0] = word_residue(prime, *self < 0, self.unsigned_abs());
    }

    /// Modulo 2^64, which is the sum itself where it was proved to fit: the products may wrap.
    fn read(garner: &Garner, digits: &[Vec<f64>], places: Range<usize>) -> Self {
        let digits = digits.iter().map(|digits| digits[places.start] as i64);
        let terms = digits.zip(&garner.primes).scan(1_i64, |weight, (digit, prime)| {
            let term = digit.wrapping_mul(*weight);
            *weight = weight.wrapping_mul(prime.modulus() as i64);
            Some(term)
        });
        terms.fold(0, i64::wrapping_add)
    }
}

impl Integer for IBig {
    const WORDS: bool = true;

    /// About 2.3 ns, against 12 ns and 0.65 ns for each pair of words.
    fn weight(bits: [usize; 2]) -> f64 {
        let [x, w] = bits.map(|bits| bits.div_ceil(64).max(1) as f64);
        2.3 / (12.0 + 0.65 * x * w)
    }

    fn write(&self, prime: Prime, residues: &mut [f64]) {
        let (sign, words) = self.as_sign_words();
        for (residue, word) in residues.iter_mut().zip(words) {
            // On some machines a word has 32 bits.
            #[allow(clippy::unnecessary_cast)]
            let word = *word as u64;
            *residue = word_residue(prime, sign == Sign::Negative, word);
        }
    }

    fn read(garner: &Garner, digits: &[Vec<f64>], places: Range<usize>) -> Self {
        if let (1, [low, high @ ..]) = (places.len(), digits)
            && high.len() < 2
        {
            // Below 2^98.
            let high = high.first().map_or(0, |high| high[places.start] as i64);
            return IBig::from(
                i128::from(low[places.start] as i64) + i128::from(high) * i128::from(PRIMES[0]),
            );
        }
        // Columns of words, each a sum of four products below 2^48 · 2^64, and a carry of what came before.
        let mut columns = [0_i128; COLUMNS];
        let mut words = Vec::with_capacity(places.len() + COLUMNS);
        let mut carry = |columns: &mut [i128; COLUMNS]| {
            words.push(columns[0] as Word); // its lowest bits; the rest moves on
            let rest = columns[0] >> WORD;
            columns.rotate_left(1);
            columns[COLUMNS - 1] = 0;
            columns[0] += rest;
        };
        for place in places {
            for (digits, weight) in digits.iter().zip(&garner.weights) {
                let digit = i128::from(digits[place] as i64);
                for (column, weight) in columns.iter_mut().zip(weight) {
                    *column += digit * i128::from(*weight);
                }
            }
            carry(&mut columns);
        }
        for _ in 0..COLUMNS {
            carry(&mut columns);
        }
        let negative = columns[0] < 0;
        if negative {
            let mut one = true;
            for word in &mut words {
                (*word, one) = (!*word).overflowing_add(one.into());
            }
        }
        IBig::from_sign_words(if negative { Sign::Negative } else { Sign::Positive }, &words)
    }
}

/// The layout of a problem, its words and its primes.
fn shape<Z: Integer>(problem: &Problem) -> Result<(Layout, usize, usize), Declined> {
    let (words, primes) = demand::<Z>(&problem.x, &problem.w, problem.facts.bits);
    let layout = Layout::of(&problem.x, &problem.w, &problem.window, words);
    let layout = layout.and_then(|layout| layout.points().map(|points| (layout, points)));
    let Some((layout, points)) = layout else {
        let longest = prime::LARGEST;
        return Err(Declined(format!(
            "its transforms would have more than 2^{longest} points, and the primes have no such roots"
        )));
    };
    if primes > PRIMES.len() {
        return Err(Declined(format!("a sum may be too large for {} primes of 49 bits", PRIMES.len())));
    }
    Ok((layout, points, primes))
}

macro_rules! integers {
    ($($integer:ident),*) => {$(
        impl Algorithm<$integer> for Ntt {
            fn name(&self) -> &'static str {
                "ntt"
            }

            fn about(&self) -> About {
                About {
                    cost: "those of three transforms modulo each prime, and of bringing the residues together",
                    source: "Pollard 1971; Knuth, volume 2, section 4.3.2 (residues)",
                    declines: "beyond the memory allowed, beyond 2^36 points, and where a sum is too large for four primes; and as direct",
                }
            }

            /// Modulo each prime those of [`residue::cost`]; and of each pair of primes one for every word of the window.
            fn cost(&self, problem: &Problem) -> u128 {
                let Ok((layout, points, primes)) = shape::<$integer>(problem) else { return u128::MAX };
                let window: u128 = problem.window.iter().map(|range| range.len() as u128).product();
                let words = window * layout.strides[problem.x.len() - 1] as u128;
                let primes = primes as u128;
                primes * residue::cost(points as u128) + primes * (primes - 1) / 2 * words
            }

            fn weight(&self, problem: &Problem) -> f64 {
                <$integer as Integer>::weight(problem.facts.bits)
            }

            fn work(&self, problem: &Problem) -> String {
                let cost = super::multiplications(Algorithm::<$integer>::cost(self, problem));
                match shape::<$integer>(problem) {
                    Ok((_, points, primes)) => format!(
                        "3 transforms of {points} points modulo {primes} prime{}, {cost}",
                        if primes == 1 { "" } else { "s" },
                    ),
                    Err(declined) => declined.to_string(),
                }
            }

            fn applies(&self, problem: &Problem) -> Result<(), Declined> {
                problem.sums_fit()?;
                let (_, points, primes) = shape::<$integer>(problem)?;
                let needed = 2 * (primes * points) as u128 * size_of::<f64>() as u128;
                if needed > u128::from(problem.facts.memory) {
                    return Err(Declined(format!("its transforms take {needed} bytes, more than are allowed")));
                }
                Ok(())
            }

            fn convolve(
                &self,
                x: ArrayViewD<$integer>,
                w: ArrayViewD<$integer>,
                window: &[Range<usize>],
            ) -> ArrayD<$integer> {
                let (_, primes) = demand::<$integer>(x.shape(), w.shape(), [&x, &w].map(plan::largest_bits));
                modulo(x, w, window, primes)
            }
        }
    )*};
}

integers!(i64, IBig);

/// The window by three transforms over the ring itself, on a power of two of points. `None` where it has no such root.
///
/// Cost: three times [`ntt::cost`], and two products a point.
pub fn over<S: Roots>(x: ArrayViewD<S>, w: ArrayViewD<S>, window: &[Range<usize>]) -> Option<ArrayD<S>> {
    let layout = Layout::of(x.shape(), w.shape(), window, [1, 1])?;
    let points = layout.cyclic().checked_next_power_of_two()?;
    S::root_of_unity(points)?;
    let spectrum = |a: ArrayViewD<S>| {
        let mut flat = vec![S::zero(); points];
        layout.place(a, |place, entry| flat[place] = entry.clone());
        ntt::forward(&flat)
    };
    let mut product = spectrum(x)?;
    product.iter_mut().zip(spectrum(w)?).for_each(|(x, w)| *x = x.times(&w));
    let flat = ntt::inverse(&product)?;
    let shape: Vec<usize> = window.iter().map(Range::len).collect();
    let width = shape[shape.len() - 1];
    let rows = layout.rows(&shape, |axis| window[axis].start);
    let entries = rows.flat_map(|from| flat[from..from + width].iter().cloned()).collect();
    Some(ArrayD::from_shape_vec(IxDyn(&shape), entries).expect("the rows of the window"))
}

/// The points of [`over`].
fn points_over(problem: &Problem) -> Option<usize> {
    let layout = Layout::of(&problem.x, &problem.w, &problem.window, [1, 1])?;
    layout.cyclic().checked_next_power_of_two()
}

impl<const P: u64> Algorithm<Modular<P>> for Ntt {
    fn name(&self) -> &'static str {
        "ntt"
    }

    fn about(&self) -> About {
        About {
            cost: "about 3/2 N log2 N: three transforms over the ring itself, of N points, the power of two from n + m - 1 on",
            source: "Pollard 1971; Cormen et al. 2009, section 30.3",
            declines: "beyond the memory allowed, and where the modulus has no root of unity of order N",
        }
    }

    fn cost(&self, problem: &Problem) -> u128 {
        points_over(problem).map_or(u128::MAX, |points| 3 * ntt::cost(points as u128) + 2 * points as u128)
    }

    fn applies(&self, problem: &Problem) -> Result<(), Declined> {
        let points = points_over(problem).filter(|points| Modular::<P>::root_of_unity(*points).is_some());
        match points {
            Some(points) if 3 * points as u128 * 8 <= u128::from(problem.facts.memory) => Ok(()),
            Some(_) => Err(Declined("its transforms take more bytes than are allowed".into())),
            None => Err(Declined(format!(
                "its transforms have a power of two of points, and modulo {P} there is no root of unity of that order"
            ))),
        }
    }

    fn convolve(
        &self,
        x: ArrayViewD<Modular<P>>,
        w: ArrayViewD<Modular<P>>,
        window: &[Range<usize>],
    ) -> ArrayD<Modular<P>> {
        over(x, w, window).expect("declined where there is no root")
    }
}
