//! Algorithms for the figures and experiments of the book: the same bits on any machine, every multiplication counted.
//!
//! They use sums, differences and products in a fixed order, and nothing of the machine's mathematical library. The
//! roots of unity are computed with integers and rounded once. They are short rather than fast; the library's own
//! algorithms are in `conv`.

pub(super) use crate::scalar::elementary::exp;
use crate::scalar::{Ring, Semiring};

/// A complex number, two `f32`.
pub(super) type Pair = [f32; 2];

/// The direct sum: n·k multiplications.
pub(super) fn direct<S: Semiring>(x: &[S], w: &[S], count: &mut u64) -> Vec<S> {
    let mut y = vec![S::zero(); x.len() + w.len() - 1];
    for (i, x) in x.iter().enumerate() {
        for (j, w) in w.iter().enumerate() {
            S::mul_add_into(&mut y[i + j], x, w);
            *count += 1;
        }
    }
    y
}

/// Karatsuba's method down to single entries: 3^t multiplications for 2^t entries (Knuth 1997, §4.3.3).
///
/// # Panics
/// When the lengths differ, or are no power of two.
pub(super) fn karatsuba<S: Ring>(x: &[S], w: &[S], count: &mut u64) -> Vec<S> {
    let n = x.len();
    assert!(n == w.len() && n.is_power_of_two(), "two arrays of 2^t entries");
    if n == 1 {
        *count += 1;
        return vec![x[0].times(&w[0])];
    }
    let half = n / 2;
    let ((x0, x1), (w0, w1)) = (x.split_at(half), w.split_at(half));
    let sum = |a: &[S], b: &[S]| -> Vec<S> { a.iter().zip(b).map(|(a, b)| a.plus(b)).collect() };
    let (low, high) = (karatsuba(x0, w0, count), karatsuba(x1, w1, count));
    let both = karatsuba(&sum(x0, x1), &sum(w0, w1), count);
    let mut y = vec![S::zero(); 2 * n - 1];
    for k in 0..n - 1 {
        y[k] = y[k].plus(&low[k]);
        y[k + half] = y[k + half].plus(&both[k].minus(&low[k]).minus(&high[k]));
        y[k + n] = y[k + n].plus(&high[k]);
    }
    y
}

/// Fixed-point numbers with so many bits behind the point.
const BITS: u32 = 60;
const ONE: i128 = 1 << BITS;

/// e^(2πi k/n) as fixed-point numbers for n = 2^t and k/n at most an eighth: products of half-angles.
fn root(k: usize, t: u32) -> (i128, i128) {
    let (mut c, mut s) = (ONE, 0);
    let (mut cos, mut sin) = (0, ONE); // of a quarter turn, then of half of that, and so on
    for bit in (0..t.saturating_sub(2)).rev() {
        cos = (((ONE + cos) * ONE / 2) as u128).isqrt() as i128;
        sin = sin * ONE / (2 * cos);
        if k >> bit & 1 == 1 {
            (c, s) = ((c * cos - s * sin) >> BITS, (c * sin + s * cos) >> BITS);
        }
    }
    (c, s)
}

/// The nearest `f32`. The computed number is off by less than 2^-50, which decides it in all lengths that a test tries.
fn nearest(value: i128) -> f32 {
    let slack = 1 << (BITS - 50);
    let (low, high) = ((value - slack) as f32, (value + slack) as f32);
    assert!(low == high || value == 0, "2^-50 of doubt are too many for this root of unity");
    let nearest = if value == 0 { 0.0 } else { low };
    // a power of two is exact, and 2^-60 times these is not subnormal
    nearest / ONE as f32
}

/// A Fourier transform of 2^t points, by butterflies of two.
pub(super) struct Transform {
    /// e^(−2πi k/n) for k below n/2, each part correctly rounded.
    roots: Vec<Pair>,
    points: usize,
}

impl Transform {
    /// Of 2^t points, for t at most 16.
    pub(super) fn new(t: u32) -> Self {
        assert!(t <= 16, "lengths beyond 2^16 are not tried");
        let n = 1_usize << t;
        let part = |k: usize| {
            // by symmetry from the first eighth of the circle; one of fewer than four points has its places on four
            let quarter = n.max(4) / 4;
            let place = k * (4 * quarter / n);
            let (turns, rest) = (place / quarter, place % quarter);
            let (c, s) = if 2 * rest <= quarter {
                root(rest, t)
            } else {
                let (c, s) = root(quarter - rest, t);
                (s, c)
            };
            let (c, s) = (nearest(c), nearest(s));
            match turns % 4 {
                0 => [c, -s],
                1 => [-s, -c],
                2 => [-c, s],
                _ => [s, c],
            }
        };
        Transform { roots: (0..n / 2).map(part).collect(), points: n }
    }

    /// With the roots of unity changed, so that a test can plant wrong ones.
    #[cfg(test)]
    pub(super) fn with_roots(mut self, change: impl Fn(Pair) -> Pair) -> Self {
        self.roots.iter_mut().for_each(|root| *root = change(*root));
        self
    }

    /// In place; each product of complex numbers is four multiplications, and those by 1 are left out.
    fn run(&self, data: &mut [Pair], inverse: bool, count: &mut u64) {
        let n = self.points;
        for k in 0..n {
            let turned = k.reverse_bits().checked_shr(usize::BITS - n.trailing_zeros()).unwrap_or(0);
            if k < turned {
                data.swap(k, turned);
            }
        }
        let mut half = 1;
        while half < n {
            for start in (0..n).step_by(2 * half) {
                for j in 0..half {
                    let (a, mut b) = (data[start + j], data[start + j + half]);
                    if j > 0 {
                        let [re, im] = self.roots[j * (n / (2 * half))];
                        b = times(b, [re, if inverse { -im } else { im }], count);
                    }
                    data[start + j] = [a[0] + b[0], a[1] + b[1]];
                    data[start + j + half] = [a[0] - b[0], a[1] - b[1]];
                }
            }
            half *= 2;
        }
    }

    /// The cyclic convolution of two arrays of at most n entries, continued by zeros: three transforms.
    pub(super) fn cyclic(&self, x: &[f32], w: &[f32], count: &mut u64) -> Vec<f32> {
        let spectrum = |a: &[f32], count: &mut u64| {
            let mut data: Vec<Pair> = a.iter().map(|a| [*a, 0.0]).collect();
            data.resize(self.points, [0.0, 0.0]);
            self.run(&mut data, false, count);
            data
        };
        let (mut x, w) = (spectrum(x, count), spectrum(w, count));
        x.iter_mut().zip(w).for_each(|(x, w)| *x = times(*x, w, count));
        self.run(&mut x, true, count);
        // n is a power of two, so that this division is exact
        x.iter().map(|y| y[0] / self.points as f32).collect()
    }

    /// All n + k − 1 entries of a convolution, in blocks by overlap-save (Oppenheim & Schafer 2010, §8.7).
    ///
    /// # Panics
    /// When the kernel does not fit into the transform.
    pub(super) fn overlap_save(&self, x: &[f32], w: &[f32]) -> Vec<f32> {
        let (n, spoilt) = (self.points, w.len() - 1);
        assert!(spoilt < n, "a kernel of at most {n} entries");
        let full = x.len() + w.len() - 1;
        let mut y = Vec::with_capacity(full);
        while y.len() < full {
            // the block begins before the outputs that it gives, by those that wrap round
            let entry =
                |k: usize| (y.len() + k).checked_sub(spoilt).and_then(|i| x.get(i)).copied().unwrap_or(0.0);
            let block: Vec<f32> = (0..n).map(entry).collect();
            let whole = self.cyclic(&block, w, &mut 0);
            let wanted = (full - y.len()).min(n - spoilt);
            y.extend_from_slice(&whole[spoilt..spoilt + wanted]);
        }
        y
    }
}

fn times(a: Pair, b: Pair, count: &mut u64) -> Pair {
    *count += 4;
    [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]]
}

/// The transform that has room for the full convolution of n and k entries.
pub(super) fn with_room_for(n: usize, k: usize) -> Transform {
    Transform::new((n + k - 1).next_power_of_two().trailing_zeros())
}

/// The density of the normal distribution of that variance, at that distance from its mean.
pub(super) fn normal_density(distance: f64, variance: f64) -> f64 {
    exp(-distance * distance / (2.0 * variance)) / (std::f64::consts::TAU * variance).sqrt()
}

/// The standard normal distribution function: 1/2 + φ(z) (z + z³/3 + z⁵/15 + …) (Abramowitz & Stegun 1964, 26.2.11).
pub(super) fn normal_distribution(z: f64) -> f64 {
    let (mut term, mut sum, mut odd) = (z, 0.0, 1.0);
    while sum + term != sum {
        sum += term;
        odd += 2.0;
        term *= z * z / odd;
    }
    0.5 + normal_density(z, 1.0) * sum
}

/// The cosine and the sine of so many turns: their series for a sixteenth of a turn or less, whose angle is doubled three
/// times. Off by less than 10^-14, where the turns are fewer than a thousand.
pub(super) fn circle(turns: f64) -> [f64; 2] {
    let angle = (turns - turns.round()) * (std::f64::consts::TAU / 8.0);
    let square = angle * angle;
    // 0.4^18 / 18! is below 2^-80
    let series = |first: u32| {
        (1..=8).rev().fold(1.0, |sum, k| {
            let k = 2 * k + first;
            1.0 - sum * square / f64::from(k * (k - 1))
        })
    };
    let start = [series(0), angle * series(1)];
    (0..3).fold(start, |[c, s], _| [c * c - s * s, 2.0 * c * s])
}

/// Integers below 2^bits in absolute value, by a linear congruential generator (Knuth 1997, §3.3.4, MMIX).
pub(super) fn integers(seed: u64, bits: u32) -> impl Iterator<Item = i64> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        // modulo 2^64 is what the generator is
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let size = (state >> 32 & ((1 << bits) - 1)) as i64;
        if state >> 63 == 1 { -size } else { size }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(x: &[i64], w: &[i64]) -> Vec<i64> {
        direct(x, w, &mut 0)
    }

    #[test]
    fn roots_are_the_nearest_floats() {
        for t in 0..=13 {
            let n = 1 << t;
            for (k, [re, im]) in Transform::new(t).roots.iter().enumerate() {
                let angle = -std::f64::consts::TAU * k as f64 / f64::from(n);
                // the doubles are right to 2^-52, and none of them lies so near to the middle of two floats
                let close = |own: f32, wide: f64| own == wide as f32 || own == 0.0 && wide.abs() < 1e-15;
                assert!(close(*re, angle.cos()) && close(*im, angle.sin()), "{k} of {n}: {re} {im}");
            }
        }
    }

    #[test]
    fn the_normal_distribution_is_what_tables_say() {
        // from tables, to all of their digits
        let table = [
            (0.0, 0.5),
            (1.0, 0.841_344_746_068_543),
            (-1.96, 0.024_997_895_148_220),
            (3.0, 0.998_650_101_968_370),
        ];
        for (z, wanted) in table {
            assert!((normal_distribution(z) - wanted).abs() < 1e-14, "{z}");
        }
        // its derivative is the density
        let slope = (normal_distribution(0.7 + 1e-5) - normal_distribution(0.7 - 1e-5)) / 2e-5;
        assert!((slope - normal_density(0.7, 1.0)).abs() < 1e-9);
        assert!((normal_density(3.0, 4.0) - normal_density(1.5, 1.0) / 2.0).abs() < 1e-16);
    }

    #[test]
    fn the_circle_is_what_the_machine_says() {
        for k in -4000..4000 {
            let turns = f64::from(k) / 1234.0;
            let (sin, cos) = (turns * std::f64::consts::TAU).sin_cos();
            let [c, s] = circle(turns);
            assert!((c - cos).abs() < 1e-14 && (s - sin).abs() < 1e-14, "{turns}");
        }
        assert_eq!(circle(7.0), [1.0, 0.0]);
    }

    #[test]
    fn all_ways_agree_where_nothing_is_rounded() {
        for (n, k) in [(1, 1), (2, 1), (5, 3), (8, 8), (3, 7), (16, 16)] {
            let draw = |seed, n| integers(seed, 4).take(n).collect::<Vec<i64>>();
            let (x, w) = (draw(1, n), draw(2, k));
            let y = exact(&x, &w);
            let float = |a: &[i64]| a.iter().map(|a| *a as f32).collect::<Vec<f32>>();
            let rounded = |y: &[f32]| y.iter().map(|y| y.round() as i64).collect::<Vec<i64>>();
            let whole = with_room_for(n, k).cyclic(&float(&x), &float(&w), &mut 0);
            assert_eq!(rounded(&whole[..n + k - 1]), y);
            assert_eq!(rounded(&Transform::new(4).overlap_save(&float(&x), &float(&w[..k.min(16)]))), y);
            if n == k && n.is_power_of_two() {
                let mut count = 0;
                assert_eq!(karatsuba(&x, &w, &mut count), y);
                assert_eq!(count, 3_u64.pow(n.trailing_zeros()));
            }
        }
    }
}
