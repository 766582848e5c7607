//! How far a shift moves the scattering of a signal, against the bound for all signals, for averages of growing size.

use super::{
    Found, Unmet,
    scattered::{self, Plan},
};
use crate::{
    figure::not_below,
    theorem::Level,
    wavelet::scattering::{Convention, Settings},
};

pub(super) const ID: &str = "a-shift-within-its-bound";
const SHOWS: &str = "a shift moves the coefficients of no signal farther than its bound, which falls with J";
const SAMPLES: usize = 128;
const SCALES: std::ops::RangeInclusive<u32> = 2..=5;
const SHIFTS: [isize; 4] = [1, 2, -3, 8];
const NOISES: usize = 4;

pub(super) fn run() -> Result<Found, Unmet> {
    judge(scattered::moved)
}

/// The signals of all experiments, and slow waves, which an average lets through and a shift moves most.
fn signals() -> Vec<scattered::Data> {
    let slow = (1..=SAMPLES / 8).map(|k| scattered::wave(&[SAMPLES], &[k as f64 / SAMPLES as f64], 0.1));
    scattered::signals(&[SAMPLES], NOISES).into_iter().chain(slow).collect()
}

fn judge(moved: impl Fn(&scattered::Data, &[isize]) -> scattered::Data) -> Result<Found, Unmet> {
    let (mut cases, mut nearest) = (0, 0.0_f64);
    let mut ones: Vec<[f64; 2]> = vec![]; // by J: the bound and the farthest for a shift by one
    for scale in SCALES {
        let settings = Settings {
            convention: Convention::Parseval,
            oversampling: scale,
            ..Settings::of(&[SAMPLES], scale)
        };
        let plan = scattered::plan(ID, &settings)?;
        let all = signals();
        let at_rest = all.iter().map(|x| scattered::forward(ID, &plan, x)).collect::<Result<Vec<_>, _>>()?;
        for shift in SHIFTS {
            let bound = bound(&plan, shift)?;
            let mut farthest = 0.0_f64;
            for (x, rest) in all.iter().zip(&at_rest) {
                let there = scattered::forward(ID, &plan, &moved(x, &[shift]))?;
                let far = (scattered::energy(&(there - rest)) / scattered::energy(x)).sqrt();
                Unmet::unless(far <= bound, ID, SHOWS, || {
                    format!("a shift by {shift} moves them by {far:.4}, and the bound is {bound:.4}")
                })?;
                farthest = farthest.max(far);
                cases += 1;
            }
            nearest = nearest.max(farthest / bound);
            if shift == 1 {
                ones.push([bound, farthest]);
            }
        }
    }
    let falls = |which: usize| ones.windows(2).all(|pair| pair[1][which] < 0.8 * pair[0][which]);
    Unmet::unless(falls(0) && falls(1), ID, "both fall with J", || format!("they are {ones:?}"))?;
    let shows = "the bound is no empty one";
    Unmet::unless(nearest > 0.4, ID, shows, || format!("only {nearest:.3} of it was reached"))?;
    let list = |said: fn(&[f64; 2]) -> String| ones.iter().map(said).collect::<Vec<_>>().join(", ");
    Ok(Found {
        statement: format!(
            "For the bank `parseval`, two orders and {SAMPLES} samples on a circle, none of {cases} triples of a scale $J$, a signal and a \
             shift exceeds the bound, in which $\\min(2, |\\omega c|)$ stands for $|e^{{-i\\omega c}} - 1|$ and is at least that. For a shift \
             by one the bounds are {} times $\\|x\\|$ for $J = {}, \\dots, {}$, and the farthest that was found {}.",
            list(|[bound, _]| not_below(*bound, 2).to_string()),
            SCALES.start(),
            SCALES.end(),
            list(|[_, farthest]| format!("{farthest:.3}"))
        ),
        level: Level::Sampled,
        cases,
        seed: Some(scattered::SEED),
        worst: Some(format!("{nearest:.2} of its bound")),
    })
}

fn bound(plan: &Plan, shift: isize) -> Result<f64, Unmet> {
    let bound = plan.translation_bound(&[shift]).ok().flatten();
    bound.ok_or(Unmet { id: ID, shows: "there is a bound", found: "something is subsampled".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_that_are_moved_farther_or_not_at_all_are_caught() {
        let farther = |x: &scattered::Data, by: &[isize]| scattered::moved(x, &[4 * by[0]]);
        assert!(judge(farther).is_err_and(|unmet| unmet.found.contains("moves them")));
        assert!(judge(|x, _| x.clone()).is_err());
    }
}
