//! What it costs to keep the moduli of scattering at fewer samples, and what a filter that is averaged too often costs.

use super::{
    Found, Unmet,
    scattered::{self, Data, Plan},
};
use crate::{
    figure::{number, power},
    theorem::Level,
    wavelet::scattering::{Convention, Settings},
};

pub(super) const ID: &str = "subsampling-costs-little";
const SHOWS: &str = "moduli kept at every 2^octave-th sample have nearly the same averages";
const SAMPLES: usize = 1024;
const SCALE: u32 = 6;
/// What rounding may do.
const ROUNDING: f64 = 1e-12;
const NOISES: usize = 3;

fn plan(convention: Convention, oversampling: u32) -> Result<Plan, Unmet> {
    let of = Settings::of(&[SAMPLES], SCALE);
    scattered::plan(ID, &Settings { convention, per_octave: vec![8, 1], oversampling, ..of })
}

pub(super) fn run() -> Result<Found, Unmet> {
    judge(Convention::KymatioMain, Convention::Kymatio030)
}

/// By order: how far the coefficients are from those with all moduli kept, in the norm of these, over all signals.
fn costs(few: &Plan, all: &Plan, signals: &[Data]) -> Result<[f64; 3], Unmet> {
    let (mut off, mut whole) = ([0.0; 3], [0.0; 3]);
    for x in signals {
        let [few_kept, all_kept] = [scattered::forward(ID, few, x)?, scattered::forward(ID, all, x)?];
        for (place, path) in few.paths().iter().enumerate() {
            let order = path.wavelets.len();
            for k in 0..few_kept.shape()[1] {
                // averages stand at every 2^J-th sample
                let (value, wanted) = (few_kept[[place, k]], all_kept[[place, k << SCALE]]);
                off[order] += (value - wanted).powi(2);
                whole[order] += wanted * wanted;
            }
        }
    }
    Ok([0, 1, 2].map(|order| (off[order] / whole[order]).sqrt()))
}

/// How far coefficients of order 1 are from 2^(−octave) times those of another transform, at most, of the largest.
fn halvings(few: &Plan, other: &Plan, signals: &[Data]) -> Result<f64, Unmet> {
    let (mut off, mut largest) = (0.0_f64, 0.0_f64);
    for x in signals {
        let [right, halved] = [scattered::forward(ID, few, x)?, scattered::forward(ID, other, x)?];
        let first = |place: &usize| few.paths()[*place].wavelets.len() == 1;
        for place in (0..few.paths().len()).filter(first) {
            for k in 0..right.shape()[1] {
                let wanted = right[[place, k]] * 0.5_f64.powi(few.paths()[place].octaves[0] as i32);
                off = off.max((halved[[place, k]] - wanted).abs());
                largest = largest.max(wanted.abs());
            }
        }
    }
    Ok(off / largest)
}

fn judge(sums: Convention, means: Convention) -> Result<Found, Unmet> {
    let signals: Vec<Data> = scattered::signals(&[SAMPLES], NOISES);
    let [few, other] = [plan(sums, 0)?, plan(means, 0)?];
    let cost = costs(&few, &plan(sums, SCALE)?, &signals)?;
    let little = cost[0] < ROUNDING && cost[1..].iter().all(|cost| (1e-8..1e-2).contains(cost));
    Unmet::unless(little, ID, SHOWS, || format!("by order they are off by {}", cost.map(number).join(", ")))?;
    let shows = "averaged filters halve the coefficients with each octave";
    let off = halvings(&few, &other, &signals)?;
    Unmet::unless(off < ROUNDING, ID, shows, || format!("they are off by {}", number(off)))?;
    let rounding = power(ROUNDING, 0);
    Ok(Found {
        statement: format!(
            "With the bank of `{sums}`, eight wavelets to an octave and then one, $J = {SCALE}$, and {} signals of {SAMPLES} samples: keeping \
             the moduli behind a wavelet of octave $j$ at every $2^j$-th sample changes the averages of order 1 by {} of their norm, \
             and those of order 2 by {}; those of order 0 are as they were, up to {rounding}. `{means}` does the same, and takes means where the periods of \
             a filter's transform are to be added up: its coefficients of order 1 are those, times $2^{{-j}}$, up to {rounding} of the largest.",
            signals.len(),
            number(cost[1]),
            number(cost[2])
        ),
        level: Level::Sampled,
        cases: (signals.len() * few.paths().len()) as u64,
        seed: Some(scattered::SEED),
        worst: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conventions_in_each_others_place_are_caught() {
        assert!(judge(Convention::Kymatio030, Convention::Kymatio030).is_err());
        let same = judge(Convention::KymatioMain, Convention::KymatioMain);
        assert!(same.is_err_and(|unmet| unmet.shows.contains("halve")));
    }
}
