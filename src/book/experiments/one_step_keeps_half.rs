//! In how many orderings of its entries a pooled value does not change when the window moves.

use super::{Found, Unmet};
use crate::{
    layer::{
        Layer, Sliding,
        pool::{Max, Regions},
    },
    theorem::Level,
};
use ndarray::ArrayD;

pub(super) const ID: &str = "one-step-keeps-half";

const SHOWS: &str =
    "a share of (k − d)/(k + d) of all orderings keeps the largest entry when the window moves by d";
/// The most entries that are ordered in all ways.
const MOST: usize = 8;

/// A layer that pools windows of k entries, d apart.
type Pool = fn(usize, usize) -> Box<dyn Layer<i64>>;

pub(super) fn run() -> Result<Found, Unmet> {
    judge(|k, d| Box::new(Max { regions: Regions::Sliding(Sliding::of(&[k]).stride(d)) }))
}

/// All orderings of 1 … m, one after the other, by inserting m everywhere.
fn orderings(m: usize) -> Vec<Vec<i64>> {
    if m == 0 {
        return vec![vec![]];
    }
    let insert = |ordering: Vec<i64>| {
        (0..m).map(move |place| [&ordering[..place], &[m as i64], &ordering[place..]].concat())
    };
    orderings(m - 1).into_iter().flat_map(insert).collect()
}

fn judge(pool: Pool) -> Result<Found, Unmet> {
    let unmet = |found| Unmet { id: ID, shows: SHOWS, found };
    let (mut cases, mut halves) = (0, vec![]);
    for m in 2..=MOST {
        let all = orderings(m);
        let count = all.len();
        let x = ArrayD::from_shape_vec(vec![count, 1, m], all.concat()).expect("orderings of m entries");
        // two windows of k entries, d apart, cover m of them
        for (k, d) in (1..m).map(|d| (m - d, d)) {
            let y = pool(k, d).forward(x.view()).map_err(|error| unmet(error.to_string()))?;
            if y.shape() != [count, 1, 2] {
                return Err(unmet(format!("windows of {k}, {d} apart, give {:?}", y.shape())));
            }
            let kept = (0..count).filter(|row| y[[*row, 0, 0]] == y[[*row, 0, 1]]).count();
            if kept * m != count * k.saturating_sub(d) {
                return Err(unmet(format!("of {count} orderings {kept} keep it for k = {k}, d = {d}")));
            }
            if 2 * kept == count {
                halves.push(format!("$k = {k}$, $d = {d}$"));
            }
            cases += count as u64;
        }
    }
    Ok(Found {
        statement: format!(
            "Order $k + d$ different entries in all ways, and move a window of $k$ by $d$. The largest entry in the window is \
             the same before and after in a share of exactly $(k - d)/(k + d)$ of the orderings, and in none where \
             $d \\ge k$: counted for all $k$ and $d \\ge 1$ with $k + d \\le {MOST}$. It is one half for {}.",
            halves.join(" and for ")
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
    use crate::layer::{Conv, pool::Average};

    #[test]
    fn sums_longer_windows_and_windows_that_stand_still_are_caught() {
        // sums of entries are the same less often
        let sum: Pool =
            |k, d| Box::new(Conv::new(Sliding::of(&[k]).stride(d), ArrayD::from_elem(vec![1, 1, k], 1)));
        let still: Pool =
            |k, _| Box::new(Max { regions: Regions::Sliding(Sliding::of(&[k]).stride(k.max(1) * 99)) });
        let all: Pool = |_, _| Box::new(Max { regions: Regions::Adaptive(vec![2]) });
        for wrong in [sum, still, all] {
            assert!(judge(wrong).is_err());
        }
        // over the integers an average does not exist, and that is said
        let average: Pool = |k, d| {
            let regions = Regions::Sliding(Sliding::of(&[k]).stride(d));
            Box::new(Average { regions, include_pad: false })
        };
        assert!(judge(average).is_err());
    }

    #[test]
    fn orderings_are_all_there_are() {
        let mut all = orderings(5);
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 120);
    }
}
