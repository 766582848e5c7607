//! By how much max-pooling can enlarge the distance of two signals: the norm of the peak, and that of energies.

use super::{Found, Unmet};
use crate::{
    book::portable::integers,
    layer::{
        Layer, Sliding, Window,
        pool::{Max, Regions},
    },
    theorem::Level,
};
use ndarray::{ArrayD, Axis};

pub(super) const ID: &str = "pooling-norm";

const SHOWS: &str = "the squared constant of max-pooling is the product of min(o, ⌈k/s⌉) over the axes";
/// The most entries along one axis, and along each of two.
const LINE: usize = 9;
const PLANE: usize = 4;
const LARGEST_STRIDE: usize = 4;
/// Pairs of random signals for each size.
const PAIRS: usize = 20;
const SEED: u64 = 2026;

type Pool = fn(Sliding) -> Box<dyn Layer<i64>>;

pub(super) fn run() -> Result<Found, Unmet> {
    judge(|sliding| Box::new(Max { regions: Regions::Sliding(sliding) }))
}

/// An axis: its entries, the window, the stride.
type Side = [usize; 3];

/// In how many windows each entry of an axis is, counted from the definition: window i has the entries si … si + k − 1.
fn windows_of([n, k, s]: Side) -> Vec<i64> {
    let windows = || (0..).map(|i| i * s).take_while(|first| first + k <= n);
    (0..n).map(|j| windows().filter(|first| (*first..first + k).contains(&j)).count() as i64).collect()
}

/// What the square of the constant is said to be along an axis.
fn square([n, k, s]: Side) -> i64 {
    (((n - k) / s + 1).min(k.div_ceil(s))) as i64
}

/// Checks one size; the error says what was found instead.
fn check(pool: Pool, sides: &[Side], entries: &mut impl Iterator<Item = i64>) -> Result<(), String> {
    let windows = sides.iter().map(|[_, k, s]| Window { stride: *s, ..Window::of(*k) }).collect();
    let layer = pool(Sliding { windows, ..Sliding::of(&[]) });
    let spatial: Vec<usize> = sides.iter().map(|[n, ..]| *n).collect();
    let size: usize = spatial.iter().product();
    let claimed: i64 = sides.iter().map(|side| square(*side)).product();
    let pooled = |rows: usize, x: Vec<i64>| {
        let shape = [&[rows, 1], &spatial[..]].concat();
        let x = ArrayD::from_shape_vec(shape, x).expect("as many entries");
        layer.forward(x.view()).map_err(|error| error.to_string())
    };
    let energy = |row: ndarray::ArrayViewD<i64>| row.iter().map(|v| v * v).sum::<i64>();
    // the bound: each output differs by no more than some entry of its window does, and no entry is in more windows
    let most: i64 = sides.iter().map(|side| windows_of(*side).into_iter().max().unwrap_or(0)).product();
    if most != claimed {
        return Err(format!("an entry is in {most} windows, and not in {claimed}"));
    }
    // the pair that attains it: nothing, and a single one in the entry that is in most windows
    let ones: Vec<i64> = (0..size * size).map(|place| i64::from(place / size == place % size)).collect();
    let attained = pooled(size, ones)?.axis_iter(Axis(0)).map(energy).max();
    if attained != Some(claimed) || pooled(1, vec![0; size])?.iter().any(|y| *y != 0) {
        return Err(format!("single ones come to {attained:?} of {claimed}"));
    }
    // and no random pair goes beyond it, in either norm
    let (x, y): (Vec<i64>, Vec<i64>) =
        (entries.take(PAIRS * size).collect(), entries.take(PAIRS * size).collect());
    let before = ArrayD::from_shape_vec(vec![PAIRS, size], x.iter().zip(&y).map(|(x, y)| x - y).collect());
    let before = before.expect("as many entries");
    let after = pooled(PAIRS, x)? - pooled(PAIRS, y)?;
    let peak = |row: ndarray::ArrayViewD<i64>| row.iter().map(|v| v.abs()).max().unwrap_or(0);
    for (before, after) in before.axis_iter(Axis(0)).zip(after.axis_iter(Axis(0))) {
        if energy(after.view()) > claimed * energy(before.view()) || peak(after) > peak(before) {
            return Err("two signals are driven farther apart than that".to_owned());
        }
    }
    Ok(())
}

fn judge(pool: Pool) -> Result<Found, Unmet> {
    let mut entries = integers(SEED, 6);
    let side = |largest: usize| {
        (1..=largest)
            .flat_map(move |n| (1..=n).flat_map(move |k| (1..=LARGEST_STRIDE).map(move |s| [n, k, s])))
    };
    let lines = side(LINE).map(|side| vec![side]);
    let planes = side(PLANE).flat_map(|down| side(PLANE).map(move |right| vec![down, right]));
    let (mut cases, mut largest) = (0, (0, vec![]));
    for sides in lines.chain(planes) {
        check(pool, &sides, &mut entries).map_err(|found| Unmet {
            id: ID,
            shows: SHOWS,
            found: format!("for [n, k, s] = {sides:?} {found}"),
        })?;
        let claimed = sides.iter().map(|side| square(*side)).product::<i64>();
        largest = largest.max((claimed, sides));
        cases += 1;
    }
    Ok(Found {
        statement: format!(
            "Max-pooling of $n$ entries by windows of $k$ with stride $s$ has $o = \\lfloor (n-k)/s \\rfloor + 1$ outputs. \
             The squared distance of two results, $\\lVert \\mathrm{{maxpool}}(x) - \\mathrm{{maxpool}}(y)\\rVert_2^2$, is at most \
             $\\min(o, \\lceil k/s \\rceil)$ times $\\lVert x - y\\rVert_2^2$; with several axes the factors multiply. For all sizes with $n \\le {LINE}$ along one axis, or $n \\le {PLANE}$ along each of two, and \
             $s \\le {LARGEST_STRIDE}$: no entry is in more windows than that, which gives the bound, a single one attains it, \
             and {PAIRS} random pairs of signals stay within it, and within the bound 1 for the norm of the peak."
        ),
        level: Level::Exact,
        cases,
        seed: Some(SEED),
        worst: Some(format!("{} times the energy, for [n, k, s] = {:?}", largest.0, largest.1)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::Conv;

    #[test]
    fn sums_and_other_strides_are_caught() {
        let sum: Pool = |sliding| {
            let shape = [vec![1, 1], sliding.taps()].concat();
            Box::new(Conv::new(sliding, ArrayD::from_elem(shape, 1)))
        };
        let negated: Pool = |sliding| {
            let shape = [vec![1, 1], sliding.taps()].concat();
            Box::new(Conv::new(sliding, ArrayD::from_elem(shape, -1)))
        };
        let denser: Pool = |sliding| Box::new(Max { regions: Regions::Sliding(sliding.stride(1)) });
        for wrong in [sum, negated, denser] {
            assert!(judge(wrong).is_err());
        }
        assert!(check(sum, &[[3, 2, 1]], &mut integers(1, 6)).is_err_and(|found| found.contains("farther")));
    }

    #[test]
    fn windows_are_counted() {
        assert_eq!(windows_of([7, 3, 2]), [1, 1, 2, 1, 2, 1, 1]);
        assert_eq!((square([7, 3, 2]), square([5, 5, 1]), square([5, 4, 1])), (2, 1, 2));
    }
}
