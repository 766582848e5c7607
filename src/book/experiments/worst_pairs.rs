//! Lipschitz constants of scattering transforms, certain by intervals, against the worst pairs of signals that a search finds.

use super::{
    Found, Unmet,
    scattered::{self, Data, Plan},
};
use crate::{
    figure::not_below,
    theorem::Level,
    wavelet::scattering::{Convention, Settings},
};

pub(super) const ID: &str = "no-worse-pair-is-found";
const SHOWS: &str = "a search by gradients finds no pair that comes further apart than is certified";
const STARTS: u64 = 3;
const STEPS: usize = 25;
/// Of the ratio: the certificate is about exact arithmetic.
const ROUNDING: f64 = 1e-12;

/// In the words of the statement, and what is asked.
fn transforms() -> [(&'static str, Settings); 4] {
    // all averages are kept: of fewer the energy is smaller from the beginning
    let of = |convention, shape: &[usize], scale| Settings {
        convention,
        oversampling: scale,
        angles: 4,
        ..Settings::of(shape, scale)
    };
    [
        ("on a circle of 64", of(Convention::Parseval, &[64], 3)),
        ("of 64 samples with their reflections", of(Convention::KymatioMain, &[64], 3)),
        ("of 8 samples, of which reflection repeats one three times", of(Convention::KymatioMain, &[8], 1)),
        ("of 17 × 17 pixels with their reflections", of(Convention::KymatioFixed, &[17, 17], 2)),
    ]
}

pub(super) fn run() -> Result<Found, Unmet> {
    judge(|plan| plan.lipschitz().constant)
}

/// ‖Sx − Sy‖/‖x − y‖ after every step of a search: x − y becomes what the gradients of the distance at x and y suggest, which
/// for a linear transform is the power method. The middle of x and y stays where it is, or y is 0.
fn search(plan: &Plan, start: u64) -> Result<Vec<f64>, Unmet> {
    let shape = &plan.settings().shape;
    let middle = (start > 0).then(|| scattered::noise(shape, scattered::SEED + start));
    let mut apart = scattered::noise(shape, start);
    let mut ratios = vec![];
    for _ in 0..STEPS {
        // near to each other, so that little but a linear map is between them
        apart *= 1e-2 / scattered::energy(&apart).sqrt();
        let [x, y] = match &middle {
            Some(middle) => [middle + &apart / 2.0, middle - &apart / 2.0],
            None => [apart.clone(), Data::zeros(&shape[..])],
        };
        let between = scattered::forward(ID, plan, &x)? - scattered::forward(ID, plan, &y)?;
        ratios.push((scattered::energy(&between) / scattered::energy(&apart)).sqrt());
        let at_x = scattered::gradient(ID, plan, &x, &between)?;
        apart = match &middle {
            Some(_) => (at_x + scattered::gradient(ID, plan, &y, &between)?) / 2.0,
            None => at_x,
        };
    }
    Ok(ratios)
}

fn judge(constant: impl Fn(&Plan) -> f64) -> Result<Found, Unmet> {
    let (mut cases, mut said, mut expands) = (0, vec![], false);
    for (words, settings) in transforms() {
        let plan = scattered::plan(ID, &settings)?;
        let constant = constant(&plan);
        let (mut worst, mut first) = (0.0_f64, f64::INFINITY);
        for start in 0..STARTS {
            let ratios = search(&plan, start)?;
            cases += ratios.len() as u64;
            first = first.min(ratios[0]);
            worst = ratios.into_iter().fold(worst, f64::max);
        }
        let holds = worst <= constant + ROUNDING;
        Unmet::unless(holds, ID, SHOWS, || {
            format!("{words} it is {worst:.4}, and {constant:.4} was certified")
        })?;
        let shows = "the search finds worse pairs than those of chance, and the certificates are not empty";
        Unmet::unless(worst > 1.2 * first && worst > 0.5 * constant, ID, shows, || {
            format!("{words} it goes from {first:.4} to {worst:.4}, and {constant:.4} was certified")
        })?;
        expands |= worst > 1.0 + 1e-3;
        said.push(format!(
            "`{}` {words}: certified {}, found {worst:.3}",
            settings.convention,
            not_below(constant, 3)
        ));
    }
    Unmet::unless(expands, ID, "one of the transforms takes a pair further apart", || {
        "none does".to_owned()
    })?;
    let each = cases / said.len() as u64;
    Ok(Found {
        statement: format!(
            "Lipschitz constants of four scattering transforms, with their padding, in the 2-norm, nothing subsampled, and the worst among {each} pairs each \
             on the way of a search by gradients: {}. A constant above one is no proof that there is such a pair, and a pair that \
             is found is no proof that there is no worse.",
            said.join("; ")
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

    #[test]
    fn constants_that_are_too_small_or_say_nothing_are_caught() {
        let root = |plan: &Plan| plan.lipschitz().constant / 2.0;
        assert!(judge(root).is_err_and(|unmet| unmet.found.contains("was certified")));
        assert!(judge(|_| 10.0).is_err());
    }
}
