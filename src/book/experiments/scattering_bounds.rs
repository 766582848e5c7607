//! Frame bounds of scattering's banks, certain by intervals, against the energies of signals and of the waves that attain them.

use super::{
    Found, Unmet,
    scattered::{self, Plan},
};
use crate::{
    figure::{not_above, not_below, power},
    theorem::Level,
    wavelet::scattering::{Bounds, Convention, Settings},
};

pub(super) const ID: &str = "scattering-bounds-are-attained";
const SHOWS: &str = "no signal leaves the frame bounds, and a wave attains each";
/// Of the energy: bounds are about exact arithmetic, energies are rounded.
const ROUNDING: f64 = 1e-12;
const NOISES: usize = 40;

/// Banks: a circle without padding, and two that are padded from these lengths by reflection to the circle or torus of twice the
/// length less one, on which a wave that is even stays itself.
fn banks() -> [Settings; 3] {
    let of = |convention, shape: &[usize], scale, q| Settings {
        convention,
        per_octave: vec![q],
        orders: 1,
        oversampling: scale,
        ..Settings::of(shape, scale)
    };
    [
        of(Convention::Parseval, &[64], 4, 2),
        of(Convention::KymatioMain, &[65], 4, 4),
        of(Convention::KymatioFixed, &[17, 17], 3, 1),
    ]
}

pub(super) fn run() -> Result<Found, Unmet> {
    judge(banks(), |plan| plan.bounds(1, 0))
}

/// The frequencies of the circle or torus, in cycles per sample and at most ½, one of each pair ±ω.
fn frequencies(settings: &Settings) -> Vec<Vec<f64>> {
    let points = match settings.convention {
        Convention::Parseval => settings.shape[0],
        _ => 2 * (settings.shape[0] - 1),
    };
    let axis = || (0..=points / 2).map(move |k| k as f64 / points as f64);
    if settings.shape.len() == 1 {
        axis().map(|x| vec![x]).collect()
    } else {
        axis().flat_map(|y| axis().map(move |x| vec![y, x])).collect()
    }
}

/// Which part of the energy of a signal its answers have.
fn share(plan: &Plan, x: &scattered::Data) -> Result<f64, Unmet> {
    let ledger = scattered::ledger(ID, plan, x)?;
    Ok((ledger.averages[0] + ledger.rest) / ledger.signal)
}

fn judge(
    banks: impl IntoIterator<Item = Settings>,
    bounds: impl Fn(&Plan) -> Option<Bounds>,
) -> Result<Found, Unmet> {
    let unmet = |found| Unmet { id: ID, shows: SHOWS, found };
    let (mut cases, mut said, mut gains) = (0, vec![], false);
    for settings in banks {
        let plan = scattered::plan(ID, &settings)?;
        let bounds = bounds(&plan).ok_or_else(|| unmet("there are no wavelets".to_owned()))?;
        let (low, high) = (bounds.lower.low() - ROUNDING, bounds.upper.high() + ROUNDING);
        let mut extremes = [f64::INFINITY, 0.0];
        // an even wave is a product of cosines, whose frequencies ±ω the bank treats alike
        let waves = frequencies(&settings).into_iter().map(|frequency| {
            let factor = |axis: usize| {
                let mut only = vec![0.0; frequency.len()];
                only[axis] = frequency[axis];
                scattered::wave(&settings.shape, &only, 0.0)
            };
            (0..frequency.len()).map(factor).reduce(|a, b| a * b).unwrap_or_default()
        });
        let others = scattered::signals(&settings.shape, NOISES);
        for x in waves.chain(others) {
            let share = share(&plan, &x)?;
            if !(low..=high).contains(&share) {
                return Err(unmet(format!(
                    "a signal has {share:.6} of its energy behind `{}`",
                    settings.convention
                )));
            }
            extremes = [extremes[0].min(share), extremes[1].max(share)];
            cases += 1;
        }
        let near = |a: f64, b: f64| (a - b).abs() <= 2.0 * ROUNDING * b.max(1.0);
        if !near(extremes[0], bounds.lower.low()) || !near(extremes[1], bounds.upper.high()) {
            let [least, most] = extremes;
            return Err(unmet(format!("behind `{}` are {least:.6} to {most:.6}", settings.convention)));
        }
        gains = bounds.upper.low() > 1.0 + 1e-3;
        let shape: Vec<String> = settings.shape.iter().map(usize::to_string).collect();
        said.push(format!(
            "`{}` for {} samples has $A \\ge {}$ and $B \\le {}$",
            settings.convention,
            shape.join(" × "),
            not_above(bounds.lower.low(), 4),
            not_below(bounds.upper.high(), 4)
        ));
    }
    Unmet::unless(gains, ID, "the last bank gains energy", || "it does not".to_owned())?;
    Ok(Found {
        statement: format!(
            "Frame bounds of three banks, sums over all frequencies of their circle or torus in intervals: {}. None of {cases} signals, \
             noise, edges and waves, leaves these bounds by more than {}, and for each bank there are two waves that attain them within \
             {}. The last bank multiplies the energy of a wave by more than one: a step with this bank, its average and its moduli, \
             is not contractive.",
            said.join("; "),
            power(ROUNDING, 0),
            power(2.0 * ROUNDING, 0)
        ),
        level: Level::Sampled,
        cases,
        seed: Some(scattered::SEED),
        worst: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scalar::Interval;

    #[test]
    fn bounds_that_are_left_or_not_attained_are_caught() {
        let wider =
            |plan: &Plan| plan.bounds(1, 0).map(|bounds| Bounds { upper: Interval::from(1.1), ..bounds });
        let narrower = |plan: &Plan| {
            plan.bounds(1, 0).map(|bounds| Bounds { lower: Interval::from(1.1), upper: bounds.upper })
        };
        assert!(judge(banks(), wider).is_err_and(|unmet| unmet.found.contains("behind")));
        assert!(judge(banks(), narrower).is_err_and(|unmet| unmet.found.contains("a signal")));
        assert!(judge(banks(), |_| None).is_err());
        let tight_last = banks().into_iter().rev();
        let said = judge(tight_last, |plan| plan.bounds(1, 0));
        assert!(said.is_err_and(|unmet| unmet.found == "it does not"));
    }
}
