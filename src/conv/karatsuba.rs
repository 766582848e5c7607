//! Karatsuba's product over any ring: three products of half the length instead of four.

use super::{About, Algorithm, Declined, Problem, Scalar, support};
use crate::scalar::Ring;
use ndarray::{ArrayD, ArrayViewD, IxDyn};
use rayon::join;
use std::ops::Range;

/// Karatsuba & Ofman (1962): with x = x₀ + x₁X^h and w likewise, the middle product is
/// (x₀ + x₁)(w₀ + w₁) − x₀w₀ − x₁w₁. One axis.
///
/// The longer array is cut into pieces of the shorter one's length; short products are the direct sum. It asks for negation, so a
/// semiring will not do; and for floats it declines, because its differences of larger products lose the small entries.
#[derive(Clone, Copy, Debug)]
pub struct Karatsuba;

/// Up to this length the direct sum is faster: measured for 64-bit and for big integers.
const SHORT: usize = 32;
/// From this length on the three products are computed in parallel.
const PARALLEL: usize = 1024;

/// The product of two polynomials, of n + m − 1 coefficients.
///
/// Cost: [`cost`] products in the ring.
///
/// ```
/// use faltung::conv::karatsuba::product;
/// assert_eq!(product(&[1_i64, 2, 3], &[1, -1]), [1, 1, 1, -3]);
/// ```
///
/// # Panics
/// When one of them is empty.
pub fn product<S: Ring>(x: &[S], w: &[S]) -> Vec<S> {
    assert!(!x.is_empty() && !w.is_empty(), "polynomials have coefficients");
    let (x, w) = if x.len() < w.len() { (w, x) } else { (x, w) };
    let mut y = vec![S::zero(); x.len() + w.len() - 1];
    if w.len() <= SHORT {
        for (i, x) in x.iter().enumerate() {
            for (y, w) in y[i..].iter_mut().zip(w) {
                S::mul_add_into(y, x, w);
            }
        }
    } else if x.len() == w.len() {
        let h = x.len().div_ceil(2);
        let ((x0, x1), (w0, w1)) = (x.split_at(h), w.split_at(h));
        let outer = || (product(x0, w0), product(x1, w1));
        let middle = || product(&sum(x0, x1), &sum(w0, w1));
        let ((low, high), mut middle) =
            if x.len() < PARALLEL { (outer(), middle()) } else { join(outer, middle) };
        for part in [&low, &high] {
            middle.iter_mut().zip(part).for_each(|(middle, part)| *middle = middle.minus(part));
        }
        for (place, part) in [(0, &low), (h, &middle), (2 * h, &high)] {
            add(&mut y[place..], part);
        }
    } else {
        for (k, piece) in x.chunks(w.len()).enumerate() {
            add(&mut y[k * w.len()..], &product(piece, w));
        }
    }
    y
}

/// The products in the ring that [`product`] performs for n and m coefficients, exactly.
///
/// ```
/// use faltung::conv::karatsuba::cost;
/// assert_eq!((cost(32, 32), cost(64, 64), cost(128, 64)), (1024, 3 * 1024, 6 * 1024));
/// ```
pub fn cost(n: usize, m: usize) -> u128 {
    let (n, m) = (n.max(m), n.min(m));
    match n.checked_rem(m) {
        None => 0,
        _ if m <= SHORT => n as u128 * m as u128,
        Some(rest) => (n / m) as u128 * costs(m)[0] + cost(m, rest),
    }
}

/// For lengths n, n and n + 1, n + 1: two neighbours have halves among two neighbours.
fn costs(n: usize) -> [u128; 2] {
    let square = |n: usize| n as u128 * n as u128;
    if n < SHORT {
        return [square(n), square(n + 1)];
    }
    let [less, more] = costs(n / 2);
    let costs = if n.is_multiple_of(2) { [3 * less, 2 * more + less] } else { [2 * more + less, 3 * more] };
    if n == SHORT { [square(n), costs[1]] } else { costs }
}

/// x₀ + x₁, where x₁ may be shorter.
fn sum<S: Ring>(x0: &[S], x1: &[S]) -> Vec<S> {
    let mut sum = x0.to_vec();
    add(&mut sum, x1);
    sum
}

fn add<S: Ring>(y: &mut [S], part: &[S]) {
    y.iter_mut().zip(part).for_each(|(y, part)| *y = y.plus(part));
}

impl<S: Scalar> Algorithm<S> for Karatsuba {
    fn name(&self) -> &'static str {
        "karatsuba"
    }

    fn about(&self) -> About {
        About {
            cost: "n^1.585 for n = m, three products of half the length each time; below 33 coefficients as direct",
            source: "Karatsuba & Ofman 1962",
            declines: "for floats, beyond one axis, and where sums in between might leave 64 bits",
        }
    }

    fn cost(&self, problem: &Problem) -> u128 {
        problem.axes().map(|(n, m, window)| cost(support(n, m, window).len(), m)).product()
    }

    /// Its sums are copied.
    fn weight(&self, _problem: &Problem) -> f64 {
        1.5
    }

    /// Where the type has a limit, it must hold the sums in between as well. Let entries be below X and W, m the shorter length.
    /// After d halvings they are below 2^d X and 2^d W, and there are at most m/2^d + 1 in a sum, which is then below
    /// (2^d m + 4^d)XW ≤ 2m²XW, for 2^d ≤ m. A difference is made of at most three such sums, and an entry of at most three: 8m²XW
    /// covers them all.
    fn applies(&self, problem: &Problem) -> Result<(), Declined> {
        problem.sums_fit()?;
        if S::ROUNDING.is_some() {
            return Err(Declined(
                "its differences of larger products would lose small entries, and no useful bound on its rounding errors is known here"
                    .into(),
            ));
        }
        let [(n, m, _)] = problem.axes().collect::<Vec<_>>()[..] else {
            let axes = problem.x.len();
            return Err(Declined(format!(
                "it multiplies polynomials in one variable; here there are {axes} axes"
            )));
        };
        if let Some(limit) = S::LIMIT {
            let [x, w] = problem.facts.bits;
            let needed = x + w + 2 * n.min(m).next_power_of_two().ilog2() as usize + 3;
            if n.min(m) > SHORT && needed > limit {
                return Err(Declined(format!(
                    "the sums in between may take {needed} bits, more than {limit}"
                )));
            }
        }
        Ok(())
    }

    fn convolve(&self, x: ArrayViewD<S>, w: ArrayViewD<S>, window: &[Range<usize>]) -> ArrayD<S> {
        let [window] = window else { panic!("declined where there is more than one axis") };
        let met = support(x.len(), w.len(), window);
        let x: Vec<S> = x.iter().skip(met.start).take(met.len()).cloned().collect();
        let w: Vec<S> = w.iter().cloned().collect();
        let mut y = product(&x, &w);
        y.truncate(window.end - met.start);
        y.drain(..window.start - met.start);
        ArrayD::from_shape_vec(IxDyn(&[window.len()]), y).expect("the window")
    }
}

#[cfg(test)]
mod tests {
    use super::{cost, product};
    use crate::scalar::{Ring, Semiring};
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

    static PRODUCTS: AtomicU64 = AtomicU64::new(0);

    /// An integer that counts the products.
    #[derive(Clone, Debug, PartialEq)]
    struct Counting(i64);

    impl Semiring for Counting {
        fn zero() -> Self {
            Counting(0)
        }
        fn one() -> Self {
            Counting(1)
        }
        fn plus(&self, other: &Self) -> Self {
            Counting(self.0.plus(&other.0))
        }
        fn times(&self, other: &Self) -> Self {
            PRODUCTS.fetch_add(1, Relaxed);
            Counting(self.0.times(&other.0))
        }
    }

    impl Ring for Counting {
        fn minus(&self, other: &Self) -> Self {
            Counting(self.0.minus(&other.0))
        }
    }

    #[test]
    fn its_products_are_counted_and_right() {
        let lengths = [1, 2, 31, 32, 33, 34, 63, 64, 65, 66, 67, 97, 128, 131, 200, 257, 1025];
        let mut fewer = 0;
        for n in lengths {
            for m in lengths {
                let entries = |n: usize, by: i64| -> Vec<Counting> {
                    (0..n as i64).map(|k| Counting(k * k % by - by / 2)).collect()
                };
                let (x, w) = (entries(n, 101), entries(m, 89));
                PRODUCTS.store(0, Relaxed);
                let y = product(&x, &w);
                assert_eq!(u128::from(PRODUCTS.load(Relaxed)), cost(n, m), "{n} {m}");
                let expected = (0..n + m - 1).map(|k| {
                    let terms = (k.saturating_sub(m - 1)..=k.min(n - 1)).map(|i| x[i].0 * w[k - i].0);
                    Counting(terms.sum())
                });
                assert_eq!(y, expected.collect::<Vec<_>>(), "{n} {m}");
                fewer += usize::from(cost(n, m) < n as u128 * m as u128);
            }
        }
        assert!(fewer > 100);
        assert_eq!(cost(1 << 20, 1 << 20), 3_u128.pow(15) << 10);
    }
}
