//! The number theoretic transform: the fast Fourier transform over any ring with roots of unity.

use crate::scalar::Roots;

/// `X[j] = Σ_k x[k] ω^(−jk)`, ω being [`Roots::root_of_unity`] of n: the transform of one axis, whose length is a power of two.
///
/// Cooley and Tukey's, decimated in time (Cormen et al. 2009, §30.3). It asks for the ring and the root only, so it runs
/// over a scalar that counts as well. Cost: [`cost`] products, and n log2 n sums and differences.
///
/// ```
/// use faltung::{fourier::ntt, scalar::{Ntt30, Semiring}};
/// let delta = [1, 0, 0, 0].map(Ntt30::new);
/// assert_eq!(ntt::forward(&delta), Some(vec![Ntt30::one(); 4]));
/// assert_eq!(ntt::inverse(&[Ntt30::one(); 4]), Some(delta.to_vec()));
/// assert_eq!(ntt::forward(&[Ntt30::one(); 3]), None);
/// ```
///
/// `None` where n is not a power of two, or the ring has no such root.
pub fn forward<S: Roots>(x: &[S]) -> Option<Vec<S>> {
    // Σ x[k] ω^(−jk) is the sum with ω at place −j.
    let mut y = transform(x)?;
    y[1..].reverse();
    Some(y)
}

/// `x[k] = 1/n Σ_j X[j] ω^(jk)`. Cost: [`cost`] products and n more for 1/n.
///
/// `None` where n is not a power of two, or the ring has no such root or no 1/n.
pub fn inverse<S: Roots>(x: &[S]) -> Option<Vec<S>> {
    let scale = S::inverse_of(x.len())?;
    Some(transform(x)?.iter().map(|x| x.times(&scale)).collect())
}

/// The products of one transform of n = 2^k points: n/2 log2 n − (n − 1) in its butterflies, for those by 1 are left out, and n/2 − 2
/// for the powers of ω. (From n = 4 on; none before.)
pub const fn cost(n: u128) -> u128 {
    if n < 4 { 0 } else { n / 2 * n.ilog2() as u128 - (n - 1) + n / 2 - 2 }
}

/// The sums with ω itself.
fn transform<S: Roots>(x: &[S]) -> Option<Vec<S>> {
    let n = x.len();
    if !n.is_power_of_two() {
        return None;
    }
    let root = S::root_of_unity(n)?;
    let mut powers = vec![S::one(), root.clone()];
    while powers.len() < n / 2 {
        powers.push(powers[powers.len() - 1].times(&root));
    }
    let bits = n.ilog2();
    let reversed = |k: usize| if bits == 0 { 0 } else { k.reverse_bits() >> (usize::BITS - bits) };
    let mut y: Vec<S> = (0..n).map(|k| x[reversed(k)].clone()).collect();
    let mut half = 1;
    while half < n {
        for pair in y.chunks_exact_mut(2 * half) {
            let (even, odd) = pair.split_at_mut(half);
            for (k, (even, odd)) in even.iter_mut().zip(odd).enumerate() {
                let turned = if k == 0 { odd.clone() } else { odd.times(&powers[k * (n / 2 / half)]) };
                (*even, *odd) = (even.plus(&turned), even.minus(&turned));
            }
        }
        half *= 2;
    }
    Some(y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scalar::{Field, Modular, Ntt30, Ntt64, Ring, Semiring};
    use std::cell::Cell;

    thread_local!(static PRODUCTS: Cell<u128> = const { Cell::new(0) });

    /// A residue that counts the products.
    #[derive(Clone, Debug)]
    struct Counting(Modular<97>);

    impl Semiring for Counting {
        fn zero() -> Self {
            Counting(Modular::zero())
        }
        fn one() -> Self {
            Counting(Modular::one())
        }
        fn plus(&self, other: &Self) -> Self {
            Counting(self.0.plus(&other.0))
        }
        fn times(&self, other: &Self) -> Self {
            PRODUCTS.set(PRODUCTS.get() + 1);
            Counting(self.0.times(&other.0))
        }
    }

    impl Ring for Counting {
        fn minus(&self, other: &Self) -> Self {
            Counting(self.0.minus(&other.0))
        }
    }

    impl Roots for Counting {
        fn root_of_unity(n: usize) -> Option<Self> {
            Modular::root_of_unity(n).map(Counting)
        }
        fn inverse_of(n: usize) -> Option<Self> {
            Modular::inverse_of(n).map(Counting)
        }
    }

    #[test]
    fn its_products_are_counted() {
        for n in [1, 2, 4, 8, 16, 32] {
            PRODUCTS.set(0);
            forward(&vec![Counting::one(); n]).expect("32 divides 96");
            assert_eq!(PRODUCTS.replace(0), cost(n as u128), "{n}");
            inverse(&vec![Counting::one(); n]).expect("32 divides 96");
            assert_eq!(PRODUCTS.get(), cost(n as u128) + n as u128, "{n}");
        }
        assert!(forward(&vec![Counting::one(); 64]).is_none());
    }

    fn is_the_sum<const P: u64>(n: usize) {
        let x: Vec<Modular<P>> = (0..n as u64).map(|k| Modular::new(k * k * k + 7 * k + 1)).collect();
        let root = Modular::<P>::root_of_unity(n).and_then(|root| root.inverse()).expect("a root");
        let y = forward(&x).expect("a power of two");
        for (j, y) in y.iter().enumerate() {
            let terms = x.iter().enumerate().map(|(k, x)| x.times(&root.power((j * k) as u64)));
            assert_eq!(*y, terms.fold(Modular::zero(), |sum, term| sum.plus(&term)), "{n} {j}");
        }
        assert_eq!(inverse(&y), Some(x));
    }

    #[test]
    fn it_is_the_transform_by_definition() {
        for n in [1, 2, 4, 8, 64] {
            is_the_sum::<998_244_353>(n);
            is_the_sum::<0xffff_ffff_0000_0001>(n);
        }
        assert_eq!(forward::<Ntt30>(&[]), None);
        assert_eq!(forward(&[Ntt64::one(); 6]), None);
        // 2^61 − 1 has no 4th root of unity, and modulo 2 there is no 1/2.
        assert_eq!(forward(&[Modular::<{ (1 << 61) - 1 }>::one(); 4]), None);
        assert_eq!(inverse(&[Modular::<2>::one(); 2]), None);
    }
}
