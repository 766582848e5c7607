//! What it costs at most to keep moduli at fewer samples, by path and certain, against the worst signals that a search finds.

use super::{
    Found, Unmet,
    scattered::{self, Data, Plan},
};
use crate::{
    figure::{not_below, number, power},
    theorem::Level,
    wavelet::scattering::{Convention, Settings},
};
use ndarray::Dimension;

pub(super) const ID: &str = "aliasing-stays-within-its-bound";
const SHOWS: &str =
    "no signal is further from its coefficients with all moduli kept than is certified for the path";
const STARTS: u64 = 2;
const STEPS: usize = 40;
/// Of the norm of the signal: the bound is about exact arithmetic.
const ROUNDING: f64 = 1e-12;

/// In the words of the statement, and what is asked; the padding before the signals is a multiple of 2^J.
fn transforms() -> [(&'static str, Settings); 2] {
    let of = |shape: &[usize], scale| Settings {
        convention: Convention::KymatioFixed,
        ..Settings::of(shape, scale)
    };
    [
        ("128 samples, one wavelet to an octave", of(&[128], 4)),
        (
            "256 samples, four wavelets to an octave and then one",
            Settings { per_octave: vec![4, 1], ..of(&[256], 5) },
        ),
    ]
}

pub(super) fn run() -> Result<Found, Unmet> {
    judge(certified)
}

fn certified(plan: &Plan) -> Result<Vec<f64>, Unmet> {
    plan.aliasing().map_err(|error| Unmet { id: ID, shows: SHOWS, found: error.to_string() })
}

/// The same transform with all moduli kept, of whose averages every 2^J-th is one of the others.
fn whole(settings: &Settings) -> Result<Plan, Unmet> {
    scattered::plan(ID, &Settings { oversampling: settings.scale, ..settings.clone() })
}

/// By path and place: the coefficients less those with all moduli kept, which are at every 2^J-th place of theirs.
fn apart(few: &Plan, all: &Plan, x: &Data) -> Result<Data, Unmet> {
    let (mut apart, wanted) = (scattered::forward(ID, few, x)?, scattered::forward(ID, all, x)?);
    let scale = few.settings().scale;
    for (at, value) in apart.indexed_iter_mut() {
        *value -= wanted[&there(at.slice(), scale)[..]];
    }
    Ok(apart)
}

fn there(at: &[usize], scale: u32) -> Vec<usize> {
    at.iter().enumerate().map(|(axis, k)| if axis == 0 { *k } else { k << scale }).collect()
}

/// By path, how far apart they are, and the signal that a step of a search makes of x: what the gradient of the distance
/// suggests, of all paths or of one.
fn step(few: &Plan, all: &Plan, x: &Data, aim: Option<usize>) -> Result<(Vec<f64>, Data), Unmet> {
    let mut apart = apart(few, all, x)?;
    let paths = apart.outer_iter().map(|path| scattered::energy(&path.to_owned()).sqrt()).collect();
    for (path, mut row) in apart.outer_iter_mut().enumerate() {
        row.mapv_inplace(|value| if aim.is_none_or(|aim| aim == path) { value } else { 0.0 });
    }
    let mut spread = Data::zeros(scattered::forward(ID, all, x)?.shape());
    for (at, value) in apart.indexed_iter() {
        spread[&there(at.slice(), few.settings().scale)[..]] = *value;
    }
    let next = scattered::gradient(ID, few, x, &apart)? - scattered::gradient(ID, all, x, &spread)?;
    Ok((paths, next))
}

/// By path of a transform: its bound, and the furthest that signals are found.
pub(in crate::book) struct Measured {
    pub plan: Plan,
    pub bounds: Vec<f64>,
    pub worst: Vec<f64>,
    cases: u64,
}

/// Of the second of the transforms, whose words come with it.
pub(in crate::book) fn measured() -> Result<(&'static str, Measured), Unmet> {
    let [_, (words, settings)] = transforms();
    Ok((words, of(words, &settings, certified)?))
}

fn of(
    words: &str,
    settings: &Settings,
    bounds: impl Fn(&Plan) -> Result<Vec<f64>, Unmet>,
) -> Result<Measured, Unmet> {
    let (few, all) = (scattered::plan(ID, settings)?, whole(settings)?);
    let bounds = bounds(&few)?;
    let (mut worst, mut cases) = (vec![0.0_f64; bounds.len()], 0);
    let mut see = |x: &Data, aim| -> Result<Data, Unmet> {
        let unit = x / scattered::energy(x).sqrt();
        let (paths, next) = step(&few, &all, &unit, aim)?;
        for ((worst, off), bound) in worst.iter_mut().zip(paths).zip(&bounds) {
            Unmet::unless(off <= bound + ROUNDING, ID, SHOWS, || {
                format!("of {words} a path is {} off, and {} was certified", number(off), number(*bound))
            })?;
            *worst = worst.max(off);
        }
        cases += 1;
        Ok(next)
    };
    for x in scattered::signals(&settings.shape, 2) {
        see(&x, None)?;
    }
    let coarse = (0..bounds.len()).filter(|path| bounds[*path] > 0.0).map(Some);
    for aim in coarse.chain([None]) {
        for start in 0..STARTS {
            let mut x = scattered::noise(&settings.shape, scattered::SEED + start);
            for _ in 0..STEPS {
                x = see(&x, aim)?;
            }
        }
    }
    Ok(Measured { plan: few, bounds, worst, cases })
}

fn judge(certified: impl Fn(&Plan) -> Result<Vec<f64>, Unmet>) -> Result<Found, Unmet> {
    let (mut cases, mut said) = (0, vec![]);
    for (words, settings) in transforms() {
        let Measured { bounds, worst, cases: more, .. } = of(words, &settings, &certified)?;
        cases += more;
        let exact = bounds.iter().filter(|bound| **bound == 0.0).count();
        let closest = worst.iter().zip(&bounds).filter(|(_, bound)| **bound > 0.0);
        let closest = closest.map(|(off, bound)| off / bound).fold(0.0, f64::max);
        let most = bounds.iter().copied().fold(0.0, f64::max);
        let found = worst.into_iter().fold(0.0, f64::max);
        let shows =
            "the bounds are small, are 0 where nothing is left out, and are no thousand times too large";
        Unmet::unless(exact > 1 && most < MOST && closest > CLOSE, ID, shows, || {
            format!(
                "of {words}: {exact} are 0, the largest is {}, the closest {}",
                number(most),
                number(closest)
            )
        })?;
        said.push(format!(
            "for {words}, $J = {}$, {exact} of {} paths have the bound 0, for all their moduli are kept; the largest of the others is {}, and the \
             largest that was found {}, which for the path where they are closest is {:.1} % of its bound",
            settings.scale,
            bounds.len(),
            power(not_below(most, 2), 2),
            power(found, 1),
            100.0 * closest
        ));
    }
    Ok(Found {
        statement: format!(
            "Bounds on $\\|\\tilde S_p x - S_p x\\|/\\|x\\|$ for each path $p$ of two transforms `{}`, $\\tilde S$ with subsampled moduli and $S$ without, \
             their padding included, against noise, an impulse, an edge, a wave that becomes faster, and what searches by gradients find, \
             for each path and for all together: {}.",
            Convention::KymatioFixed,
            said.join("; ")
        ),
        level: Level::Sampled,
        cases,
        seed: Some(scattered::SEED),
        worst: None,
    })
}

/// Of the norm of the signal, and of a bound.
const MOST: f64 = 0.1;
const CLOSE: f64 = 1e-3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_that_are_too_small_or_say_nothing_are_caught() {
        let times = |factor: f64| {
            move |plan: &Plan| Ok(certified(plan)?.into_iter().map(|bound| factor * bound).collect())
        };
        assert!(judge(times(1e-3)).is_err_and(|unmet| unmet.found.contains("was certified")));
        assert!(judge(times(1e3)).is_err_and(|unmet| unmet.shows.contains("small")));
    }
}
