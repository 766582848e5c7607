//! Donoho and Stark's inequality for all signals on small circles, and Tao's for prime ones: by minors of the Fourier matrix.

use super::{Found, Unmet};
use crate::{
    scalar::{Field, Modular, Ring, Roots, Semiring},
    theorem::Level,
};

pub(super) const ID: &str = "uncertainty-on-small-circles";

const SHOWS: &str = "no signal but zero is concentrated on so few places and frequencies";
/// The largest circle, and the largest prime one.
const MOST: usize = 16;
const MOST_PRIME: usize = 11;

/// Modulo a prime that leaves 1 when it is divided by any of 1 … 16, so that it has roots of unity of all these orders.
type Residue = Modular<2_147_024_881>;

/// Of a circle of n places and signals on at most `a` of them: how many frequencies are claimed, at least.
type Claimed = fn(usize, usize) -> usize;

#[derive(Clone, Copy)]
struct Bounds {
    /// Of every circle.
    product: Claimed,
    /// Of circles with a prime number of places.
    sum: Claimed,
}

const BOUNDS: Bounds = Bounds { product: |n, a| n.div_ceil(a), sum: |n, a| n + 1 - a };

pub(super) fn run() -> Result<Found, Unmet> {
    judge(BOUNDS)
}

fn places(mask: u32) -> Vec<usize> {
    (0..u32::BITS as usize).filter(|place| mask >> place & 1 == 1).collect()
}

/// The sets of so many of n places with 0 among them.
fn sets(n: usize, size: usize) -> impl Iterator<Item = u32> {
    (0..1_u32 << n).filter(move |mask| mask & 1 == 1 && mask.count_ones() as usize == size)
}

/// Whether the only vector that this matrix takes to zero is zero.
fn injective(mut rows: Vec<Vec<Residue>>, columns: usize) -> bool {
    for column in 0..columns {
        let Some(pivot) = (column..rows.len()).find(|row| rows[*row][column] != Residue::zero()) else {
            return false;
        };
        rows.swap(column, pivot);
        let (above, below) = rows.split_at_mut(column + 1);
        let own = &above[column];
        let Some(inverse) = own[column].inverse() else { return false };
        for row in below.iter_mut().filter(|row| row[column] != Residue::zero()) {
            let factor = row[column].times(&inverse);
            for (entry, own) in row[column..].iter_mut().zip(&own[column..]) {
                *entry = entry.minus(&factor.times(own));
            }
        }
    }
    true
}

/// Whether every signal on n places but zero that has at most `a` entries has at least `least` frequencies; the number of cases.
///
/// A signal on the places A whose spectrum vanishes off B is in the kernel of the rows off B and the columns A of the Fourier matrix. A
/// minor that is not 0 modulo a prime is not 0 as a sum of roots of unity, so if there is none in the kernel modulo the prime
/// there is none at all. Shifts of the signal and of the spectrum take each other's sets nowhere and their own round the circle, so 0
/// is in both; and with a set of frequencies goes each smaller one.
fn proved(n: usize, a: usize, least: usize) -> Result<u64, String> {
    let (Some(root), Some(few)) = (Residue::root_of_unity(n), least.checked_sub(1)) else {
        return Err(format!("there is no root of order {n}"));
    };
    let powers: Vec<Residue> = (0..n as u64).map(|k| root.power(k)).collect();
    let mut cases = 0;
    // of no frequencies at all: the transform is injective
    let frequencies: Vec<u32> = if few == 0 { vec![0] } else { sets(n, few).collect() };
    for support in sets(n, a).map(places) {
        for spectrum in &frequencies {
            let off = (0..n).filter(|j| spectrum >> j & 1 == 0);
            let rows = off.map(|j| support.iter().map(|k| powers[j * k % n]).collect()).collect();
            if !injective(rows, a) {
                return Err(format!(
                    "on {n} places a signal on {support:?} may have the frequencies {:?} alone",
                    places(*spectrum)
                ));
            }
            cases += 1;
        }
    }
    Ok(cases)
}

fn judge(bounds: Bounds) -> Result<Found, Unmet> {
    let unmet = |found: String| Unmet { id: ID, shows: SHOWS, found };
    let (mut cases, mut attained) = (0, 0);
    for n in 1..=MOST {
        for a in 1..=n {
            cases += proved(n, a, (bounds.product)(n, a)).map_err(unmet)?;
            // a comb of a teeth has the frequencies of a comb of n/a
            if n.is_multiple_of(a) {
                if (bounds.product)(n, a) * a != n {
                    return Err(unmet(format!("a comb of {a} on {n} places has {} frequencies", n / a)));
                }
                attained += 1;
            }
        }
    }
    let primes: Vec<usize> = (2..=MOST_PRIME).filter(|n| (2..*n).all(|d| !n.is_multiple_of(d))).collect();
    for n in &primes {
        for a in 1..=*n {
            let least = (bounds.sum)(*n, a);
            cases += proved(*n, a, least).map_err(unmet)?;
            // a entries can be chosen so that a − 1 of the frequencies vanish
            if least != n + 1 - a {
                return Err(unmet(format!("on {n} places {a} entries can have {} frequencies", n + 1 - a)));
            }
        }
    }
    let listed = primes.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
    Ok(Found {
        statement: format!(
            "Every complex signal $x \\ne 0$ on a circle of $n \\le {MOST}$ places has $\\lVert x\\rVert_0\\,\\lVert\\hat x\\rVert_0 \\ge n$, and for $n$ = \
             {listed} it has $\\lVert x\\rVert_0 + \\lVert\\hat x\\rVert_0 \\ge n + 1$. For each of {cases} pairs of sets of places and of \
             frequencies, one of every pair that shifts lead to, a minor of the Fourier matrix is not zero, so that no signal lives on the one with its \
             spectrum on the other. Combs attain the product, for {attained} pairs of divisors."
        ),
        level: Level::Formal,
        cases,
        seed: None,
        worst: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_and_less_than_is_true_is_caught() {
        let more: Claimed = |n, a| n / a + 1;
        assert!(judge(Bounds { product: more, ..BOUNDS }).is_err_and(|u| u.found.contains("may have")));
        let sum_for_all: Claimed = |n, a| n + 1 - a;
        assert!(
            judge(Bounds { product: sum_for_all, ..BOUNDS }).is_err_and(|u| u.found.contains("on 4 places"))
        );
        let less: Claimed = |n, a| (n.div_ceil(a)).min(2);
        assert!(judge(Bounds { product: less, ..BOUNDS }).is_err_and(|u| u.found.contains("a comb of 1")));
        assert!(judge(Bounds { sum: |n, a| (n + 1 - a).min(2), ..BOUNDS }).is_err());
        assert!(judge(Bounds { sum: |n, a| n + 2 - a, ..BOUNDS }).is_err());
    }

    #[test]
    fn kernels_are_found() {
        let matrix = |entries: [[u64; 2]; 3]| entries.map(|row| row.map(Residue::new).to_vec()).to_vec();
        assert!(injective(matrix([[0, 1], [0, 2], [3, 1]]), 2));
        assert!(!injective(matrix([[1, 2], [2, 4], [3, 6]]), 2));
        // the comb [1, 0, 1, 0]
        assert!(proved(4, 2, 3).is_err_and(|found| found.contains("[0, 2]")) && proved(4, 2, 2).is_ok());
    }
}
