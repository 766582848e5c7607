//! How many multiplications Karatsuba's method takes, counted while it computes.

use super::{Found, Unmet};
use crate::{
    book::portable::{direct, integers, karatsuba},
    theorem::Level,
};

pub(super) const ID: &str = "karatsuba-counts-multiplications";

const SHOWS: &str = "2^t entries by 2^t entries take 3^t multiplications, and the result is the convolution";
/// The largest t.
const LARGEST: u32 = 8;
const SEED: u64 = 2026;

/// A method: the product of two arrays of one length, its multiplications counted.
type Method = fn(&[i64], &[i64], &mut u64) -> Vec<i64>;

pub(super) fn run() -> Result<Found, Unmet> {
    judge(karatsuba)
}

fn judge(method: Method) -> Result<Found, Unmet> {
    let unmet = |found| Unmet { id: ID, shows: SHOWS, found };
    let mut cases = 0;
    let (mut fewer, mut all) = (0, 0);
    for t in 0..=LARGEST {
        let n = 1 << t;
        let (x, w): (Vec<i64>, Vec<i64>) =
            (integers(SEED, 10).take(n).collect(), integers(SEED + 1, 10).take(n).collect());
        let (mut own, mut definition) = (0, 0);
        if method(&x, &w, &mut own) != direct(&x, &w, &mut definition) {
            return Err(unmet(format!("for {n} entries the results differ")));
        }
        if own != 3_u64.pow(t) || definition != 4_u64.pow(t) {
            return Err(unmet(format!("for {n} entries {own} were counted against {definition}")));
        }
        (fewer, all, cases) = (own, definition, cases + 1);
    }
    Ok(Found {
        statement: format!(
            "For every $t$ from 0 to {LARGEST}, Karatsuba's method convolves $2^t$ by $2^t$ integers with exactly $3^t$ \
             multiplications, and gives what the definition gives with $4^t$. For $2^{LARGEST}$ entries these are \
             {fewer} against {all}."
        ),
        level: Level::Exact,
        cases,
        seed: Some(SEED),
        worst: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_with_four_products_or_a_wrong_middle_is_caught() {
        let four = |x: &[i64], w: &[i64], count: &mut u64| direct(x, w, count);
        assert!(judge(four).is_err_and(|unmet| unmet.found.contains("4 were counted")));
        let wrong = |x: &[i64], w: &[i64], count: &mut u64| {
            let mut y = karatsuba(x, w, count);
            let middle = y.len() / 2;
            y[middle] += i64::from(y.len() > 1);
            y
        };
        assert!(judge(wrong).is_err_and(|unmet| unmet.found.contains("differ")));
    }
}
