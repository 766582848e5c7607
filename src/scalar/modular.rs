//! The integers modulo a prime that is known when the program is compiled.

use super::{Field, Ring, Roots, Semiring};

/// A residue modulo the prime P, kept in 0 … P − 1.
///
/// A modulus that is not prime is refused when the program is compiled. Every prime below 2^64 is allowed: products
/// are formed in 128 bits, sums in 128 bits where they need them, and nothing wraps.
///
/// ```
/// use faltung::scalar::{Field, Modular, Ring, Semiring};
/// type F7 = Modular<7>;
/// assert_eq!(F7::new(3).times(&F7::new(5)), F7::one());
/// assert_eq!(F7::new(3).inverse(), Some(F7::new(5)));
/// assert_eq!(F7::zero().minus(&F7::new(1)).value(), 6);
/// assert_eq!(F7::from(-1_i64).centred(), -1);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Modular<const P: u64>(u64);

/// Modulo the Mersenne prime 2^61 − 1: large enough that a wrong polynomial identity rarely passes by accident. It has
/// no 4th root of unity.
pub type Mersenne61 = Modular<{ (1 << 61) - 1 }>;
/// Modulo 119 · 2^23 + 1 = 998244353, with roots of unity of every order 2^k up to 2^23.
pub type Ntt30 = Modular<998_244_353>;
/// Modulo 2^64 − 2^32 + 1, with roots of unity of every order 2^k up to 2^32.
pub type Ntt64 = Modular<0xffff_ffff_0000_0001>;

impl<const P: u64> Modular<P> {
    /// Whether P is prime: evaluated when the program is compiled, and an error there.
    const PRIME: () = assert!(is_prime(P), "the modulus of `Modular` must be a prime");

    /// The residue of a number.
    pub const fn new(value: u64) -> Self {
        let () = Self::PRIME;
        Modular(value % P)
    }

    /// Its representative in 0 … P − 1.
    pub const fn value(self) -> u64 {
        self.0
    }

    /// Its representative of least absolute value, in −(P − 1)/2 … (P − 1)/2; for P = 2 in 0 … 1.
    pub const fn centred(self) -> i128 {
        let value = self.0 as i128;
        if value > P as i128 / 2 { value - P as i128 } else { value }
    }

    /// Its power; 0^0 = 1. At most 128 products.
    pub const fn power(self, exponent: u64) -> Self {
        Modular(power(self.0, exponent, P))
    }
}

impl<const P: u64> From<i64> for Modular<P> {
    fn from(n: i64) -> Self {
        let magnitude = Modular::new(n.unsigned_abs());
        if n < 0 { Modular::zero().minus(&magnitude) } else { magnitude }
    }
}

impl<const P: u64> Semiring for Modular<P> {
    fn zero() -> Self {
        Modular::new(0)
    }
    fn one() -> Self {
        Modular::new(1)
    }
    #[inline]
    fn plus(&self, other: &Self) -> Self {
        // P − other is at least 1, so neither branch leaves 64 bits.
        let room = P - other.0;
        Modular(if self.0 >= room { self.0 - room } else { self.0 + other.0 })
    }
    #[inline]
    fn times(&self, other: &Self) -> Self {
        Modular(times(self.0, other.0, P))
    }
}

impl<const P: u64> Ring for Modular<P> {
    #[inline]
    fn minus(&self, other: &Self) -> Self {
        Modular(if self.0 >= other.0 { self.0 - other.0 } else { self.0 + (P - other.0) })
    }
}

impl<const P: u64> Field for Modular<P> {
    /// By Fermat: a^(P−2).
    fn inverse(&self) -> Option<Self> {
        (self.0 != 0).then(|| self.power(P - 2))
    }
}

impl<const P: u64> Roots for Modular<P> {
    /// In a field every root of unity of exact order n is principal: Σ_k ω^{jk} (ω^j − 1) = 0, and ω^j ≠ 1.
    fn root_of_unity(n: usize) -> Option<Self> {
        let () = Self::PRIME;
        root_of_order(n as u64, P).map(Modular)
    }
    fn inverse_of(n: usize) -> Option<Self> {
        Modular::new(n as u64).inverse()
    }
}

/// ab mod p, for a, b < p.
pub(crate) const fn times(a: u64, b: u64, p: u64) -> u64 {
    if p >> 32 == 0 {
        return a * b % p; // both factors are below 2^32, and 64 bits divide faster
    }
    (a as u128 * b as u128 % p as u128) as u64
}

/// a^exponent mod p, for a < p.
pub(crate) const fn power(mut a: u64, mut exponent: u64, p: u64) -> u64 {
    let mut result = 1 % p;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = times(result, a, p);
        }
        a = times(a, a, p);
        exponent >>= 1;
    }
    result
}

/// An element of exact order n modulo the prime p: `None` unless n divides p − 1.
///
/// a^((p−1)/n) has an order that divides n, and it is n unless some prime q | n has it to the n/q equal to 1. That
/// happens for few a, and the smallest one that serves is taken. Cost: √n to factor n, then some powers.
pub(crate) fn root_of_order(n: u64, p: u64) -> Option<u64> {
    if n == 0 || !(p - 1).is_multiple_of(n) {
        return None;
    }
    let primes = prime_factors(n);
    (1..p).map(|a| power(a, (p - 1) / n, p)).find(|root| primes.iter().all(|q| power(*root, n / q, p) != 1))
}

/// The primes that divide n, by trial division.
pub(crate) fn prime_factors(mut n: u64) -> Vec<u64> {
    let mut primes = Vec::new();
    let mut divisor = 2;
    while divisor * divisor <= n {
        if n.is_multiple_of(divisor) {
            primes.push(divisor);
            while n.is_multiple_of(divisor) {
                n /= divisor;
            }
        }
        divisor += 1;
    }
    if n > 1 {
        primes.push(n);
    }
    primes
}

/// Whether n is prime: Miller and Rabin's test on the first 12 primes as bases, which no composite number below
/// 3.18 · 10^23 passes (Sorenson & Webster 2017).
pub(crate) const fn is_prime(n: u64) -> bool {
    const BASES: [u64; 12] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];
    if n < 2 {
        return false;
    }
    let twos = (n - 1).trailing_zeros();
    let mut i = 0;
    while i < BASES.len() {
        if n.is_multiple_of(BASES[i]) {
            return n == BASES[i];
        }
        let mut a = power(BASES[i], (n - 1) >> twos, n);
        let mut squarings = 1;
        while a != 1 && a != n - 1 {
            if squarings >= twos {
                return false;
            }
            a = times(a, a, n);
            // A square root of 1 other than 1 and -1: there is none modulo a prime.
            if a == 1 {
                return false;
            }
            squarings += 1;
        }
        i += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn primes_below_ten_thousand_are_the_ones_that_nothing_divides() {
        for n in 0..10_000 {
            assert_eq!(is_prime(n), n > 1 && prime_factors(n) == [n], "{n}");
        }
        // Strong pseudoprimes to the first 1, 2, … 9 bases.
        for n in [2047, 1_373_653, 25_326_001, 3_215_031_751, 2_152_302_898_747, 3_825_123_056_546_413_051] {
            assert!(!is_prime(n), "{n}");
        }
        // Euler pseudoprimes to all bases here: 1 has another root modulo these.
        for n in [3_057_601, 3_828_001, 56_052_361] {
            assert!(prime_factors(n).len() > 1 && !is_prime(n), "{n}");
        }
    }

    /// Pocklington: where p − 1 is factored whole, and some a has a^(p−1) = 1 and a^((p−1)/q) ≠ 1 for every prime
    /// q | p − 1, then a has order p − 1 and p is prime, whatever Miller and Rabin say.
    #[test]
    fn the_named_moduli_are_prime_and_have_their_roots() {
        for (p, twos) in [((1 << 61) - 1, 1), (998_244_353, 23), (0xffff_ffff_0000_0001, 32)] {
            let factors = prime_factors(p - 1);
            for factor in &factors {
                assert_eq!(prime_factors(*factor), [*factor]);
            }
            let generator = (2..100).find(|a| factors.iter().all(|q| power(*a, (p - 1) / q, p) != 1));
            assert_eq!(generator.map(|a| power(a, p - 1, p)), Some(1));
            assert_eq!((p - 1).trailing_zeros(), twos);
            let order = 1 << twos;
            let root = root_of_order(order, p).expect("the order divides p − 1");
            assert_eq!((power(root, order, p), power(root, order / 2, p)), (1, p - 1));
            assert_eq!(root_of_order(2 * order, p), None);
        }
    }

    #[test]
    fn roots_are_principal() {
        for n in [1, 2, 3, 4, 6, 8, 12] {
            let root = Modular::<73>::root_of_unity(n).expect("12 and 8 divide 72");
            for j in 0..n as u64 {
                let sum = (0..n as u64).fold(Modular::<73>::zero(), |sum, k| sum.plus(&root.power(j * k)));
                assert_eq!(sum, Modular::new(if j == 0 { n as u64 } else { 0 }));
            }
            let inverse = Modular::<73>::inverse_of(n).expect("n < 73");
            assert_eq!(inverse.times(&Modular::new(n as u64)), Modular::one());
        }
        for n in [0, 5, 16] {
            assert_eq!(Modular::<73>::root_of_unity(n), None);
        }
        assert_eq!(Modular::<73>::inverse_of(146), None);
    }

    #[test]
    fn nothing_wraps_at_the_edge() {
        type F = Ntt64;
        let p = 0xffff_ffff_0000_0001_u64;
        let last = F::new(p - 1);
        assert_eq!(last.plus(&last).value(), p - 2);
        assert_eq!(last.times(&last), F::one());
        assert_eq!(F::zero().minus(&last), F::one());
        for n in [-(1 << 62), 1 << 62, 0x7fff_ffff_8000_0000] {
            assert_eq!(F::from(n).centred(), i128::from(n));
        }
        assert_eq!(F::from(i64::MAX).centred(), i128::from(i64::MAX) - i128::from(p));
        assert_eq!(F::new(u64::MAX).value(), u64::MAX - p);
        for (a, b) in [(0, 0), (1, 1), (2, 0), (3, 1)] {
            assert_eq!(Modular::<2>::new(a).value(), b);
        }
    }
}
