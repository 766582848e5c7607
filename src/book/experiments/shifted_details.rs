//! The energy of the details of a shifted signal, decimated and stationary, in integers.

use super::{Found, Unmet};
use crate::{
    book::portable::integers,
    figure::number,
    theorem::Level,
    wavelet::discrete::{Extension, Filters},
};

pub(super) const ID: &str = "energy-of-shifted-details";

const SHOWS: &str = "the details of the stationary transform go along with every shift, those of the decimated one with the \
                     shifts by whole steps, and all its phases together are the stationary ones";
/// Entries of a signal, signals, and levels.
const ENTRIES: usize = 64;
const DRAWS: usize = 4;
const LEVELS: usize = 4;
const SEED: u64 = 15;
const BITS: u32 = 4;

/// The parts of a signal, averages first, then the details from the last level to the first.
type Transform = fn(&Filters<i64>, &[i64], usize) -> Option<Vec<Vec<i64>>>;

pub(super) fn run() -> Result<Found, Unmet> {
    judge(decimated, stationary)
}

fn decimated(filters: &Filters<i64>, x: &[i64], levels: usize) -> Option<Vec<Vec<i64>>> {
    filters.decompose(x, levels, Extension::Periodised).ok()
}

fn stationary(filters: &Filters<i64>, x: &[i64], levels: usize) -> Option<Vec<Vec<i64>>> {
    filters.stationary(x, levels).ok()
}

/// Haar's filters and the 5/3 ones, times what makes their taps integers; nothing is put together again here.
fn banks() -> [(&'static str, Filters<i64>); 2] {
    let bank = |low: &[i64], high: &[i64]| Filters {
        analysis: [low.to_vec(), high.to_vec()],
        synthesis: [vec![0; low.len()], vec![0; low.len()]],
    };
    [("haar", bank(&[1, 1], &[-1, 1])), ("bior2.2", bank(&[0, -1, 2, 6, 2, -1], &[0, 1, -2, 1, 0, 0]))]
}

fn energy(x: &[i64]) -> i64 {
    x.iter().map(|x| x * x).sum()
}

fn turned(x: &[i64], by: usize) -> Vec<i64> {
    let mut x = x.to_vec();
    let n = x.len().max(1);
    x.rotate_right(by % n);
    x
}

fn judge(thinned: Transform, whole: Transform) -> Result<Found, Unmet> {
    let unless = |held: bool, found: &dyn Fn() -> String| Unmet::unless(held, ID, SHOWS, found);
    let parts = |transform: Transform, filters: &Filters<i64>, x: &[i64]| {
        let parts = transform(filters, x, LEVELS).filter(|parts| parts.len() == LEVELS + 1);
        parts.ok_or(Unmet { id: ID, shows: SHOWS, found: "there are not as many parts as levels".to_owned() })
    };
    let mut entries = integers(SEED, BITS);
    let (mut cases, mut told) = (0, vec![]);
    for (name, filters) in banks() {
        // the largest energy over the smallest, for each level, of the signal for which it is largest
        let mut spread = [1.0_f64; LEVELS];
        for _ in 0..DRAWS {
            let x: Vec<i64> = entries.by_ref().take(ENTRIES).collect();
            let all = parts(whole, &filters, &x)?;
            // for each shift the energies of all levels
            let mut energies = vec![];
            let kept = parts(thinned, &filters, &x)?;
            for shift in 0..ENTRIES {
                let moved = turned(&x, shift);
                let (there, thin) = (parts(whole, &filters, &moved)?, parts(thinned, &filters, &moved)?);
                energies.push([0; LEVELS]);
                for level in 1..=LEVELS {
                    let (place, step) = (LEVELS + 1 - level, 1 << level);
                    unless(there[place] == turned(&all[place], shift), &|| {
                        format!("the stationary details of level {level} do not go along with {shift}")
                    })?;
                    if shift % step == 0 {
                        unless(thin[place] == turned(&kept[place], shift / step), &|| {
                            format!("the decimated details of level {level} do not go along with {shift}")
                        })?;
                    }
                    energies[shift][level - 1] = energy(&thin[place]);
                    cases += 1;
                }
            }
            for level in 1..=LEVELS {
                let (step, stationary) = (1_usize << level, energy(&all[LEVELS + 1 - level]));
                let energies: Vec<i64> = energies.iter().map(|levels| levels[level - 1]).collect();
                // all shifts, and on round the circle
                let round = [&energies[..], &energies[..step - 1]].concat();
                for successive in round.windows(step) {
                    let phases: i64 = successive.iter().sum();
                    unless(phases == stationary, &|| {
                        format!("on level {level} the phases have {phases}, not the stationary {stationary}")
                    })?;
                }
                let (least, most) =
                    energies.iter().fold((i64::MAX, 0), |(least, most), e| (least.min(*e), most.max(*e)));
                unless(least < most, &|| format!("on level {level} no shift changes the energy"))?;
                spread[level - 1] = spread[level - 1].max(most as f64 / least as f64);
            }
        }
        let spread = spread.map(|ratio| number((ratio * 100.0).round() / 100.0)).join(", ");
        told.push(format!("{spread} for `{name}`"));
    }
    Ok(Found {
        statement: format!(
            "{DRAWS} random signals of {ENTRIES} integers on a circle, in all {ENTRIES} places, with Haar's filters and the 5/3 ones in \
             integers. The stationary details of the levels 1 to {LEVELS} go along with every shift, the decimated ones of level $l$ \
             with the shifts by multiples of $2^l$, and over $2^l$ successive shifts the energies of the decimated details \
             add up to the stationary one. The energy of the decimated details depends on the shift: the largest is up to so many times the smallest, \
             for the levels in turn: {}.",
            told.join("; ")
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
    fn transforms_with_ends_exchanged_ones_and_one_that_forgets_are_caught() {
        let ends: Transform = |filters, x, levels| {
            let how = Extension::Continued(crate::signal::Boundary::Symmetric);
            filters.decompose(x, levels, how).ok()
        };
        assert!(judge(ends, stationary).is_err_and(|unmet| unmet.found.contains("decimated details")));
        assert!(judge(decimated, decimated).is_err_and(|unmet| unmet.found.contains("stationary details")));
        assert!(judge(stationary, stationary).is_err());
        // the levels of the one with the spread of the other
        let coarse: Transform = |filters, x, levels| {
            let mut parts = stationary(filters, x, levels)?;
            parts[1..].reverse();
            Some(parts)
        };
        assert!(judge(decimated, coarse).is_err_and(|unmet| unmet.found.contains("phases")));
        let nothing: Transform = |_, _, levels| Some(vec![vec![]; levels + 1]);
        assert!(judge(nothing, nothing).is_err_and(|unmet| unmet.found.contains("no shift changes")));
        assert!(judge(|_, _, _| None, stationary).is_err());
    }
}
