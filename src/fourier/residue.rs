//! Products of polynomials modulo primes of 49 bits, by number theoretic transforms in doubles.
//!
//! Arithmetic and its ranges are those of [`prime`](super::prime); every step below says how large its results can be.
//!
//! **The transform.** X^n − 1 is split into (X^(n/2) − 1)(X^(n/2) + 1), these into X^(n/4) ∓ 1 and X^(n/4) ∓ i, and so on
//! down to factors X^4 − r, modulo which polynomials are multiplied by their sums: so every loop runs over four
//! neighbours at least. The factors come in bit-reversed order and nothing is permuted: block b of X^(2m) − s² splits into
//! blocks 2b, X^m − s, and 2b + 1, X^m + s, with s the same for all m, the b-th of `Prime::roots`. (Bernstein,
//! *Multidigit multiplication for mathematicians*, 2001; Harvey, *Faster arithmetic for number-theoretic transforms*, 2014.)
//!
//! **Lengths** 2^k, 3 · 2^k and 5 · 2^k: the second and third are products modulo (X^(2m) − 1)(X^m − i) and
//! (X^(4m) − 1)(X^m − ζ₈), the first blocks of the next power of two; a product of lower degree is recovered from its
//! residues modulo both.

use super::prime::{LARGEST, Prime};
use rayon::join;

/// The shortest length 2^k, 3 · 2^k or 5 · 2^k of at least n, and at least 4; only 2^k, where the product is to be cyclic.
/// `None` beyond 2^36.
pub fn points(n: usize, cyclic: bool) -> Option<usize> {
    let power = n.max(4).checked_next_power_of_two().filter(|n| *n <= 1 << LARGEST)?;
    let shorter = [power / 8 * 5, power / 4 * 3].into_iter().find(|length| *length >= n);
    Some(shorter.filter(|_| !cyclic && power >= 64).unwrap_or(power))
}

/// 1, 3 or 5: the odd part of a length.
fn odd_part(n: usize) -> usize {
    n >> n.trailing_zeros()
}

/// The products modulo p of numbers that [`multiply`] performs on n points, counted.
pub fn cost(n: u128) -> u128 {
    let part = |n: u128| {
        // Three transforms of log2(n/4) stages, each with a product for two points; four products, their
        // normalisation, and three quarters for r, a point.
        let stages = u128::from((n / 4).ilog2());
        3 * stages * (n / 2) + n * 23 / 4
    };
    let odd = n >> n.trailing_zeros();
    let m = n / odd;
    if odd == 1 {
        return part(n);
    }
    // Horner's scheme, twice to split and once to join, and one halving.
    part((odd - 1) * m) + part(m) + m * (3 * odd - 2)
}

/// x ← xw, modulo X^n − 1 where n is a power of two, and otherwise modulo a polynomial of degree n: so it is the
/// product itself if its degree is below n. w is used up. Both at most 1.1p, afterwards at most 2.7p in absolute value.
///
/// # Panics
/// When the lengths are not the same one that [`points`] gives.
pub fn multiply(prime: Prime, x: &mut [f64], w: &mut [f64]) {
    let n = x.len();
    assert!(n == w.len() && points(n, false) == Some(n), "a length of `points`, the same for both");
    let odd = odd_part(n);
    let roots = prime.roots((n / odd * (odd - 1).max(1)).next_power_of_two().max(8) / 4);
    let machine = Machine { prime, roots: &roots, arch: pulp::Arch::new() };
    if odd == 1 {
        join(|| machine.forward(x, 0), || machine.forward(w, 0));
        machine.run(Step::Pointwise, x, w, 0);
        machine.inverse(x, 0);
        return;
    }
    let (m, block) = (n / odd, odd - 1);
    let forward = |a: &mut [f64]| {
        machine.run(Step::Split, a, &[], 0);
        let (first, second) = a.split_at_mut(block * m);
        machine.forward(first, 0);
        machine.forward(second, block);
    };
    join(|| forward(x), || forward(w));
    let (first, second) = x.split_at_mut(block * m);
    for (x, w, b) in [(first, &w[..block * m], 0), (second, &w[block * m..], block)] {
        machine.run(Step::Pointwise, x, w, b);
        machine.inverse(x, b);
    }
    machine.run(Step::Join, x, &[], 0);
}

/// Entries of a block whose stages follow one another while it is in the cache.
const CACHED: usize = 1 << 13;

struct Machine<'a> {
    prime: Prime,
    roots: &'a [f64],
    arch: pulp::Arch,
}

/// What is done to x in one go.
#[derive(Clone, Copy)]
enum Step {
    Split,
    ForwardPass,
    Forward,
    Pointwise,
    Inverse,
    InversePass,
    Join,
}

/// A step, to be compiled for the processor at hand. (A closure would be compiled once for all of them.)
struct Run<'a> {
    machine: &'a Machine<'a>,
    step: Step,
    x: &'a mut [f64],
    w: &'a [f64],
    b: usize,
}

impl pulp::WithSimd for Run<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _simd: S) {
        let Run { machine, step, x, w, b } = self;
        match step {
            Step::Split => machine.split(x),
            Step::ForwardPass => machine.forward_pass(x, b),
            Step::Forward => machine.forward_cached(x, b),
            Step::Pointwise => machine.pointwise(x, w, b),
            Step::Inverse => machine.inverse_cached(x, b),
            Step::InversePass => machine.inverse_pass(x, b),
            Step::Join => machine.join(x),
        }
    }
}

/// The same four neighbours of four quarters.
type Four<'a> = [&'a mut [[f64; 4]]; 4];

fn quarters(x: &mut [f64]) -> Four<'_> {
    let (low, high) = x.split_at_mut(x.len() / 2);
    let (a, b) = low.split_at_mut(low.len() / 2);
    let (c, d) = high.split_at_mut(high.len() / 2);
    [a, b, c, d].map(|quarter| quarter.as_chunks_mut::<4>().0)
}

impl Machine<'_> {
    fn run(&self, step: Step, x: &mut [f64], w: &[f64], b: usize) {
        self.arch.dispatch(Run { machine: self, step, x, w, b });
    }

    /// The inverse of root b: it is minus the root of the mirrored place among those of its order.
    #[inline(always)]
    fn inverse_root(&self, b: usize) -> f64 {
        if b == 0 { 1.0 } else { -self.roots[(3 << b.ilog2()) - 1 - b] }
    }

    /// From a polynomial modulo block b to its residues modulo X^4 − r. Entries at most 2p before and after.
    fn forward(&self, x: &mut [f64], b: usize) {
        if x.len() <= CACHED {
            return self.run(Step::Forward, x, &[], b);
        }
        self.run(Step::ForwardPass, x, &[], b);
        let quarter = x.len() / 4;
        for (k, x) in x.chunks_exact_mut(quarter).enumerate() {
            self.forward(x, 4 * b + k);
        }
    }

    #[inline(always)]
    fn forward_cached(&self, x: &mut [f64], b: usize) {
        let (mut length, mut blocks) = (x.len(), 1);
        while length >= 16 {
            for (k, x) in x.chunks_exact_mut(length).enumerate() {
                self.forward_pass(x, b * blocks + k);
            }
            length /= 4;
            blocks *= 4;
        }
        if length == 8 {
            for (k, x) in x.chunks_exact_mut(8).enumerate() {
                let root = self.roots[b * blocks + k];
                let ([low, high], []) = x.as_chunks_mut::<4>() else { unreachable!("eight entries") };
                for l in 0..4 {
                    let (a, t) = (self.prime.reduced(low[l]), self.prime.times(high[l], root));
                    (low[l], high[l]) = (a + t, a - t);
                }
            }
        }
    }

    /// Two stages at once. Let the entries be at most 2p; t₂, t₃ ≤ 0.7p, t₁ ≤ (1/2 + 2.7/10)p and u₀ ≤ 0.51p, so the results
    /// are at most (0.51 + 0.7 + 0.77)p < 2p.
    #[inline(always)]
    fn forward_pass(&self, x: &mut [f64], b: usize) {
        let prime = self.prime;
        let (root, plus, minus) = (self.roots[b], self.roots[2 * b], self.roots[2 * b + 1]);
        let [x0, x1, x2, x3] = quarters(x);
        for (((x0, x1), x2), x3) in x0.iter_mut().zip(x1).zip(x2).zip(x3) {
            for l in 0..4 {
                let (a, t2, t3) = (prime.reduced(x0[l]), prime.times(x2[l], root), prime.times(x3[l], root));
                let (t1, s1) = (prime.times(x1[l] + t3, plus), prime.times(x1[l] - t3, minus));
                let (u, v) = (a + t2, a - t2);
                (x0[l], x1[l], x2[l], x3[l]) = (u + t1, u - t1, v + s1, v - s1);
            }
        }
    }

    /// The way back, without its factor 1/2 a stage. Entries at most 1.7p before and after.
    fn inverse(&self, x: &mut [f64], b: usize) {
        if x.len() <= CACHED {
            return self.run(Step::Inverse, x, &[], b);
        }
        let quarter = x.len() / 4;
        for (k, x) in x.chunks_exact_mut(quarter).enumerate() {
            self.inverse(x, 4 * b + k);
        }
        self.run(Step::InversePass, x, &[], b);
    }

    #[inline(always)]
    fn inverse_cached(&self, x: &mut [f64], b: usize) {
        let stages = (x.len() / 4).ilog2();
        let mut length = 4;
        if stages % 2 == 1 {
            length = 8;
            let first = b * (x.len() / 8);
            for (k, x) in x.chunks_exact_mut(8).enumerate() {
                let root = self.inverse_root(first + k);
                let ([low, high], []) = x.as_chunks_mut::<4>() else { unreachable!("eight entries") };
                for l in 0..4 {
                    let (sum, difference) = (low[l] + high[l], low[l] - high[l]);
                    (low[l], high[l]) = (self.prime.reduced(sum), self.prime.times(difference, root));
                }
            }
        }
        while length < x.len() {
            length *= 4;
            let first = b * (x.len() / length);
            for (k, x) in x.chunks_exact_mut(length).enumerate() {
                self.inverse_pass(x, first + k);
            }
        }
    }

    /// Two stages at once. Let the entries be at most 1.7p: t₁, s₁ ≤ (1/2 + 3.4/10)p = 0.84p, the second result at most 1.68p,
    /// and the products of the others, of |a| ≤ 6.8p, at most (1/2 + 0.68)p.
    #[inline(always)]
    fn inverse_pass(&self, x: &mut [f64], b: usize) {
        let prime = self.prime;
        let (root, plus, minus) =
            (self.inverse_root(b), self.inverse_root(2 * b), self.inverse_root(2 * b + 1));
        let [x0, x1, x2, x3] = quarters(x);
        for (((x0, x1), x2), x3) in x0.iter_mut().zip(x1).zip(x2).zip(x3) {
            for l in 0..4 {
                let (u, v) = (x0[l] + x1[l], x2[l] + x3[l]);
                let (t1, s1) = (prime.times(x0[l] - x1[l], plus), prime.times(x2[l] - x3[l], minus));
                x0[l] = prime.reduced(u + v);
                x1[l] = t1 + s1;
                x2[l] = prime.times(u - v, root);
                x3[l] = prime.times(t1 - s1, root);
            }
        }
    }

    /// x ← xw/2^stages, modulo the blocks X^4 − r below block b.
    ///
    /// Factors at most 2p: those turned by r are at most 0.7p, a product at most (1/2 + 4/5)p, the sum of four at most 5.2p, and its
    /// normalised residue at most (1/2 + 0.52)p < 1.7p.
    #[inline(always)]
    fn pointwise(&self, x: &mut [f64], w: &[f64], b: usize) {
        let prime = self.prime;
        let first = b * (x.len() / 4);
        let scale = prime.inverse(x.len() as u64 / 4);
        for (k, (x, w)) in x.as_chunks_mut::<4>().0.iter_mut().zip(w.as_chunks::<4>().0).enumerate() {
            let block = first + k;
            let root = if block.is_multiple_of(2) { self.roots[block / 2] } else { -self.roots[block / 2] };
            let [w0, w1, w2, w3] = *w;
            let mut turned = [0.0; 4];
            for l in 0..4 {
                turned[l] = prime.times(w[l], root);
            }
            let [_, r1, r2, r3] = turned;
            let rows = [[w0, w1, w2, w3], [r3, w0, w1, w2], [r2, r3, w0, w1], [r1, r2, r3, w0]];
            let mut sum = [0.0; 4];
            for (x, row) in x.iter().zip(rows) {
                for l in 0..4 {
                    sum[l] += prime.times(*x, row[l]);
                }
            }
            for l in 0..4 {
                x[l] = prime.times(sum[l], scale);
            }
        }
    }

    /// Of f = f₀ + f₁X^m + …, c blocks of m entries, the residues modulo X^((c−1)m) − 1 and X^m − ζ with ζ^(c−1) = −1. From at most
    /// 1.1p to at most 2.2p in the one, which [`forward`](Self::forward) gets reduced, and 1.8p in the other.
    #[inline(always)]
    fn split(&self, x: &mut [f64]) {
        let (prime, zeta) = (self.prime, self.zeta(odd_part(x.len())));
        let m = x.len() / odd_part(x.len());
        let (low, last) = x.split_at_mut(x.len() - m);
        for i in 0..m {
            let first = low[i];
            low[i] = prime.reduced(first + last[i]);
            let mut value = last[i];
            for block in (1..low.len() / m).rev() {
                value = low[block * m + i] + prime.times(value, zeta);
            }
            last[i] = first + prime.times(value, zeta);
        }
    }

    /// Back from the two residues, at most 1.7p: f = A + (X^((c−1)m) − 1)C with C = (A mod (X^m − ζ) − B)/2. The value of A is at most
    /// 2.5p, C at most (1/2 + 0.5)p, and f at most 2.7p.
    #[inline(always)]
    fn join(&self, x: &mut [f64]) {
        let (prime, zeta) = (self.prime, self.zeta(odd_part(x.len())));
        let m = x.len() / odd_part(x.len());
        let half = prime.inverse(2);
        let (low, last) = x.split_at_mut(x.len() - m);
        for i in 0..m {
            let mut value = 0.0;
            for block in (0..low.len() / m).rev() {
                value = low[block * m + i] + prime.times(value, zeta);
            }
            let c = prime.times(value - last[i], half);
            low[i] -= c;
            last[i] = c;
        }
    }

    /// ζ with ζ^(c−1) = −1 such that X^m − ζ is block c − 1.
    #[inline(always)]
    fn zeta(&self, c: usize) -> f64 {
        self.roots[(c - 1) / 2]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fourier::{
            ntt,
            prime::{PRIMES, tests::stream},
        },
        scalar::{Modular, Semiring},
    };

    /// Every length against the sum itself, on random residues and on extreme ones.
    #[test]
    fn products_of_polynomials_are_the_sums() {
        type F = Modular<{ PRIMES[1] }>;
        let mut next = stream(2);
        let field = |a: f64| F::from(a as i64);
        for n in (4..=1 << 12).filter(|n| points(*n, false) == Some(*n)) {
            let prime = Prime::number(1);
            let edge = (prime.modulus() / 2) as f64;
            for extreme in [false, true] {
                // One term more and the product would wrap round.
                let (k, m) = (n - n / 3, n / 3 + 1);
                let mut entries = |count: usize| -> Vec<f64> {
                    let mut entry = || if extreme { edge } else { prime.residue(next()) };
                    (0..n).map(|i| if i < count { entry() } else { 0.0 }).collect()
                };
                let (mut x, mut w) = (entries(k), entries(m));
                let expected: Vec<F> = (0..n)
                    .map(|i| {
                        (i.saturating_sub(k - 1)..=i.min(m - 1))
                            .fold(F::zero(), |sum, j| sum.plus(&field(w[j]).times(&field(x[i - j]))))
                    })
                    .collect();
                multiply(prime, &mut x, &mut w);
                assert!(x.iter().all(|x| x.abs() <= 2.7 * 2.0 * edge));
                assert_eq!(x.into_iter().map(field).collect::<Vec<F>>(), expected, "{n} {extreme}");
            }
        }
    }

    /// Beyond one cached block, cyclic, against the generic transform.
    #[test]
    fn long_products_are_those_of_the_generic_transform() {
        type F = Modular<{ PRIMES[2] }>;
        let mut next = stream(3);
        for n in [1 << 14, 1 << 15] {
            let prime = Prime::number(2);
            let mut entries = || -> Vec<f64> { (0..n).map(|_| prime.residue(next())).collect() };
            let (mut x, mut w) = (entries(), entries());
            let field = |a: &[f64]| a.iter().map(|a| F::from(*a as i64)).collect::<Vec<F>>();
            let spectra = [&x, &w].map(|a| ntt::forward(&field(a)).expect("a power of two"));
            let product: Vec<F> = spectra[0].iter().zip(&spectra[1]).map(|(x, w)| x.times(w)).collect();
            multiply(prime, &mut x, &mut w);
            assert_eq!(field(&x), ntt::inverse(&product).expect("a power of two"));
        }
        let long = 3 << 14;
        let prime = Prime::number(2);
        let mut x: Vec<f64> =
            (0..long).map(|i| if i < 2 << 14 { prime.residue(next()) } else { 0.0 }).collect();
        let mut shift = vec![0.0; long];
        shift[(1 << 14) - 1] = 1.0;
        let before = x.clone();
        multiply(prime, &mut x, &mut shift);
        assert!((0..long).all(|i| {
            let expected = i.checked_sub((1 << 14) - 1).map_or(0.0, |i| before[i]);
            prime.centred(x[i]) == prime.centred(expected)
        }));
    }

    #[test]
    fn lengths_are_short_and_allowed() {
        assert_eq!(
            [1, 4, 5, 33, 40, 41, 48, 49, 65].map(|n| points(n, false)),
            [4, 4, 8, 40, 40, 48, 48, 64, 80].map(Some)
        );
        assert_eq!([33, 65].map(|n| points(n, true)), [64, 128].map(Some));
        assert_eq!([(1 << 36) + 1, usize::MAX].map(|n| points(n, false)), [None; 2]);
    }
}
