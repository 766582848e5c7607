//! Lengths that transform well: products of 2, 3, 5 and 7.

/// The primes of good lengths; rustfft has a kernel of its own for each.
const PRIMES: [usize; 4] = [2, 3, 5, 7];

/// The time of one stage of p points, per point, as multiples of 1/20 of a stage of 2: measured on transforms of
/// 2^10 to 2^18 points, and only used to choose.
const TIMES: [u128; 4] = [20, 34, 49, 57];

/// A length as a product of stages, `2^a 3^b 5^c 7^d`: the exponents, which are all that the cost and the rounding of
/// its transform depend on.
///
/// ```
/// use faltung::fourier::Stages;
/// assert_eq!(Stages::of(360), Some(Stages([3, 2, 1, 0])));
/// assert_eq!(Stages::of(22), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stages(pub [u32; 4]);

impl Stages {
    /// Of a length; `None` where another prime divides it, and for 0.
    pub fn of(length: usize) -> Option<Self> {
        let mut rest = length;
        if rest == 0 {
            return None;
        }
        let exponents = PRIMES.map(|prime| {
            let mut exponent = 0;
            while rest.is_multiple_of(prime) {
                rest /= prime;
                exponent += 1;
            }
            exponent
        });
        (rest == 1).then_some(Stages(exponents))
    }

    /// Of the product of the lengths of all axes.
    pub fn of_all(lengths: &[usize]) -> Option<Self> {
        lengths.iter().try_fold(Stages::default(), |all, length| Some(all.and(Self::of(*length)?)))
    }

    /// Of the product of two lengths.
    pub fn and(self, other: Self) -> Self {
        Stages(std::array::from_fn(|i| self.0[i] + other.0[i]))
    }

    /// The pairs (p, number of stages of p points).
    pub(super) fn each(self) -> impl Iterator<Item = (usize, u32)> {
        PRIMES.into_iter().zip(self.0)
    }

    /// The real multiplications of a complex transform of `points` points in these stages.
    ///
    /// A stage of p points costs p − 1 complex products by roots of unity for every p points and, where p = 2h + 1, 2h²
    /// products of a real constant and a complex number.
    pub fn multiplications(self, points: u128) -> u128 {
        let each = self.each().map(|(p, count)| {
            let (p, h) = (p as u128, (p as u128 - 1) / 2);
            points.saturating_mul(u128::from(count) * 4 * (h * h + p - 1)) / p
        });
        each.fold(0, u128::saturating_add)
    }

    /// The time of a complex transform by a measured model: only used to choose.
    pub(crate) fn time(self, points: usize) -> u128 {
        let stages: u128 = self.0.iter().zip(TIMES).map(|(count, time)| u128::from(*count) * time).sum();
        // A pass over the data beside the stages.
        points as u128 * (stages + TIMES[0])
    }
}

/// The length ≥ n, a product of 2, 3, 5 and 7, whose complex transform takes the least time by a measured model; the
/// smallest of several. Beyond 64 it is a multiple of 8, as SIMD likes it. `None` where none up to 2^62 is as long.
///
/// ```
/// use faltung::fourier::{good_real_size, good_size};
/// assert_eq!(good_size(1000), Some(1024));
/// assert_eq!(good_size(1025), Some(1080)); // 2^3 · 3^3 · 5
/// assert_eq!(good_real_size(1025), Some(1120)); // even, as transforms of real data like it
/// ```
pub fn good_size(n: usize) -> Option<usize> {
    const MOST: usize = 1 << 62;
    let n = n.max(1);
    if n > MOST {
        return None;
    }
    let mut best = (u128::MAX, usize::MAX);
    // Never beyond the next power of two, which is among them.
    let most = n.next_power_of_two();
    let powers = |p: usize, from: usize| {
        std::iter::successors(Some(from), move |power| power.checked_mul(p))
            .take_while(move |power| *power <= most)
    };
    let good = |length: &usize| *length <= most && (n <= 64 || length.is_multiple_of(8));
    for sevens in powers(7, 1) {
        for fives in powers(5, sevens) {
            for threes in powers(3, fives) {
                let twos = n.div_ceil(threes).next_power_of_two();
                let twos = if n <= 64 { twos } else { twos.max(8) };
                let Some(length) = threes.checked_mul(twos).filter(good) else { continue };
                let stages = Stages::of(length).expect("a product of the four primes");
                best = best.min((stages.time(length), length));
            }
        }
    }
    Some(best.1)
}

/// The even length ≥ n for real data: twice the [`good_size`] of half as many complex points.
pub fn good_real_size(n: usize) -> Option<usize> {
    good_size(n.div_ceil(2))?.checked_mul(2)
}

#[cfg(test)]
mod tests {
    use super::{Stages, good_real_size, good_size};

    #[test]
    fn a_good_size_is_enough_and_not_twice_too_much() {
        for n in (1..3000).chain([65_535, 65_537, 131_071, 1 << 20, (1 << 20) + 1, 10_000_019]) {
            let size = good_size(n).expect("small");
            assert!(size >= n && size <= n.next_power_of_two(), "{n} {size}");
            assert!(Stages::of(size).is_some());
            let real = good_real_size(n).expect("small");
            assert!(real >= n && real.is_multiple_of(2) && Stages::of(real).is_some(), "{n} {real}");
            // What is chosen is never slower, by the model, than the plain choice of a power of two.
            let time = |n: usize| Stages::of(n).expect("smooth").time(n);
            assert!(time(size) <= time(n.next_power_of_two()), "{n} {size}");
        }
        assert_eq!(good_size(usize::MAX), None);
    }

    #[test]
    fn multiplications_are_those_of_the_stages() {
        // 8 points: 3 stages of 4 butterflies with one complex product each.
        assert_eq!(Stages::of(8).expect("smooth").multiplications(8), 3 * 4 * 4);
        // 3 points: 2 products by roots, and 2 by a real constant.
        assert_eq!(Stages::of(3).expect("smooth").multiplications(3), 2 * 4 + 2 * 2);
    }
}
