//! Arithmetic modulo primes of 49 bits in doubles, exact.
//!
//! A residue modulo p is a double that holds an integer, not reduced further than needed; every operation is exact,
//! so a result is the residue and not near it.
//!
//! **One product modulo p** (Dekker's product and a quotient; as in FLINT's `fft_small`, Schultz 2023). Let p < 2^49, and
//! a, b integers with |ab| ≤ Ap², A ≤ 16. In rounding to nearest, u = 2^-53, h = fl(ab) and l = fma(a, b, −h) = ab − h
//! exactly, |l| ≤ u|ab| ≤ 16 · 2^98 · 2^-53 = 2^49. With 1/p rounded, q = round(fl(h · fl(1/p))) differs from ab/p by at most
//! 1/2 + |ab/p|((1 + u)³ − 1) ≤ 1/2 + 3.1 Apu ≤ 1/2 + A/5, and is an integer below 2^53. So r = ab − qp has
//! **|r| ≤ p(1/2 + A/5)** ≤ 2^51, and h − qp = r − l is an integer below 2^53: the fused h − qp is exact, and so is its
//! sum with l. (b is a root of unity, |b| ≤ p/2, in most products: then |a| ≤ Bp gives |r| ≤ p(1/2 + B/10).)
//!
//! **Reduction**: the same with b = 1: a − round(a/p)p, for |a| ≤ 2^52, is at most p(1/2 + 2^-40).

use crate::scalar::modular;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// log2 of the largest length that is a power of two.
pub const LARGEST: u32 = 36;

/// The four largest primes p < 2^49 with p ≡ 1 modulo 2^36.
pub const PRIMES: [u64; 4] = [(8181 << 36) + 1, (8167 << 36) + 1, (8160 << 36) + 1, (8151 << 36) + 1];

/// The roots of each prime that were needed so far, shared by the whole process.
static ROOTS: [LazyLock<Mutex<Arc<Vec<f64>>>>; PRIMES.len()] =
    [const { LazyLock::new(Mutex::default) }; PRIMES.len()];

/// A prime below 2^49, and arithmetic modulo it.
#[derive(Clone, Copy, Debug)]
pub struct Prime {
    index: usize,
    p: f64,
    reciprocal: f64,
}

impl Prime {
    /// The one of this place in [`PRIMES`].
    ///
    /// # Panics
    /// When there is none.
    pub fn number(index: usize) -> Self {
        let p = PRIMES[index] as f64; // 49 bits: exact
        Prime { index, p, reciprocal: 1.0 / p }
    }

    /// p.
    pub fn modulus(&self) -> u64 {
        PRIMES[self.index]
    }

    /// A residue of ab, for integers with |ab| ≤ 16p²: at most p(1/2 + |ab|/5p²) in absolute value.
    #[inline(always)]
    pub fn times(&self, a: f64, b: f64) -> f64 {
        let high = a * b;
        let low = a.mul_add(b, -high);
        let quotient = (high * self.reciprocal).round_ties_even();
        quotient.mul_add(-self.p, high) + low
    }

    /// A residue of a, for an integer |a| ≤ 2^52: at most p(1/2 + 2^-40) in absolute value.
    #[inline(always)]
    pub fn reduced(&self, a: f64) -> f64 {
        (a * self.reciprocal).round_ties_even().mul_add(-self.p, a)
    }

    /// The residue of a in −(p − 1)/2 … (p − 1)/2, for an integer |a| ≤ 2^52.
    #[inline(always)]
    pub fn centred(&self, a: f64) -> f64 {
        let half = 0.5 * self.p;
        let a = self.reduced(a);
        if a > half {
            a - self.p
        } else if a < -half {
            a + self.p
        } else {
            a
        }
    }

    /// The centred residue of a number.
    pub fn residue(&self, a: u64) -> f64 {
        let a = if a < self.modulus() { a } else { a % self.modulus() };
        if 2 * a > self.modulus() { -((self.modulus() - a) as f64) } else { a as f64 }
    }

    /// The centred inverse of a number that p does not divide.
    pub fn inverse(&self, a: u64) -> f64 {
        let p = self.modulus();
        self.residue(modular::power(a % p, p - 2, p))
    }

    /// The square roots s of the transform: 1; i; ζ₈, iζ₈; … At least `count` of them, made once and kept.
    ///
    /// Root 2^j + t is root t times ζ of order 2^(j+2): so root 2b is a square root of root b, and root 2b + 1 is i times that.
    pub(super) fn roots(&self, count: usize) -> Arc<Vec<f64>> {
        let mut kept = ROOTS[self.index].lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < count {
            let mut roots = Vec::with_capacity(count.next_power_of_two());
            roots.extend_from_slice(&kept);
            if roots.is_empty() {
                roots.push(1.0);
            }
            // Of order 2^36, once; its powers are then consistent with each other.
            let p = self.modulus();
            let largest = modular::root_of_order(1 << LARGEST, p).expect("2^36 divides p − 1");
            while roots.len() < count {
                let order = LARGEST - 2 - roots.len().ilog2();
                let factor = self.residue(modular::power(largest, 1 << order, p));
                for t in 0..roots.len() {
                    roots.push(self.centred(self.times(roots[t], factor)));
                }
            }
            *kept = Arc::new(roots);
        }
        Arc::clone(&kept)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// splitmix64
    pub(in crate::fourier) fn stream(seed: u64) -> impl FnMut() -> u64 {
        let mut state = seed;
        move || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        }
    }

    #[test]
    fn the_primes_are_what_they_are_said_to_be() {
        for p in PRIMES {
            assert!(modular::is_prime(p) && p < 1 << 49 && (p - 1).trailing_zeros() >= LARGEST);
            // Pocklington, with p − 1 factored whole.
            let factors = modular::prime_factors(p - 1);
            let order = |a| factors.iter().all(|q| modular::power(a, (p - 1) / q, p) != 1);
            assert!((2..200).any(|a| order(a) && modular::power(a, p - 1, p) == 1));
        }
        let between =
            (8151 << 36..1 << 49_u64).step_by(1 << 36).map(|p| p + 1).filter(|p| modular::is_prime(*p));
        assert_eq!(between.count(), PRIMES.len());
    }

    /// Exact, and within their proved ranges, at the edges of what they accept.
    #[test]
    fn products_and_remainders_are_exact() {
        let mut next = stream(1);
        for index in 0..PRIMES.len() {
            let prime = Prime::number(index);
            let p = i128::from(prime.modulus());
            for round in 0..20_000 {
                // |a| ≤ 2^k p, |b| ≤ 2^(4−k) p, often at the very edge.
                let k = round % 5;
                let mut number = |limit: i128| match next() % 4 {
                    0 => limit - i128::from(next() % 4),
                    1 => i128::from(next() % 4) - limit,
                    _ => i128::from(next() as i64) % (limit + 1),
                };
                let (a, b) = (number(p << k >> 1), number(p << (4 - k) >> 1));
                let r = prime.times(a as f64, b as f64) as i128;
                assert_eq!((a * b - r) % p, 0, "{a} {b}");
                assert!((r.abs() - p / 2 - 1) * 5 * p <= (a * b).abs(), "{a} {b} {r}");
                let a = number(1 << 52);
                let (r, c) = (prime.reduced(a as f64) as i128, prime.centred(a as f64) as i128);
                assert_eq!(((a - r) % p, (a - c) % p), (0, 0), "{a}");
                assert!(r.abs() <= p / 2 + (p >> 40) + 1 && c.abs() <= p / 2, "{a} {r} {c}");
            }
        }
    }
}
