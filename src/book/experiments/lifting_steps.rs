//! Lifting computes what a filter bank computes, with fewer products; rounded to integers it comes back all the same.

use super::{Found, Unmet};
use crate::{
    scalar::{
        Semiring,
        exact::{Element, Lacks, Ring, judge},
    },
    theorem::Level,
    wavelet::discrete::{BankError, Extension, Lifting, Step, Wavelet, legall, legall_inverse},
};

pub(super) const ID: &str = "lifting-is-a-filter-bank";

const SHOWS: &str =
    "lifting steps make the averages and the details of the bank, and are undone, rounded or not";
/// The circles, and the shortest and longest signal of integers with ends.
const CIRCLES: [usize; 4] = [4, 6, 8, 10];
const LENGTHS: [usize; 2] = [1, 6];
/// Integers of at most this size.
const LARGEST: i64 = 1;

/// Steps of lifting for a wavelet, and how its halves stand beside those of the bank.
struct Recipe {
    lifting: Lifting<Element>,
    /// How many places round the circle the signal is turned before the steps.
    turned: usize,
    /// How many places later the bank has its details.
    later: isize,
}

type Recipes = fn(Wavelet) -> Result<Recipe, Lacks>;
/// Averages and details of integers, and back.
type Rounded = (fn(&[i64]) -> [Vec<i64>; 2], fn([&[i64]; 2]) -> Option<Vec<i64>>);

pub(super) fn run() -> Result<Found, Unmet> {
    judge(recipe, (legall, legall_inverse))
}

fn unmet(found: impl ToString) -> Unmet {
    Unmet { id: ID, shows: SHOWS, found: found.to_string() }
}

/// 2 cos(2π/n): √2 for n = 8, √3 for n = 12.
fn root(n: u64) -> Result<Element, Lacks> {
    let zeta = Ring::Cyclotomic.root_of_unity(n)?;
    Ok(zeta.plus(&Ring::Cyclotomic.conj(&zeta)))
}

fn ratio(p: i64, q: i64) -> Result<Element, Lacks> {
    Ok(Element::from(p).times(&Ring::Rationals.inverse(&Element::from(q))?))
}

fn step(predicts: bool, start: isize, taps: Vec<Element>) -> Step<Element> {
    Step { predicts, start, taps }
}

fn recipe(wavelet: Wavelet) -> Result<Recipe, Lacks> {
    let (two, half) = (root(8)?, ratio(1, 2)?);
    let half_two = two.times(&half);
    let (steps, scales, turned, later) = match wavelet {
        // the difference, then the mean
        Wavelet::Haar => {
            (vec![step(true, 0, vec![Element::from(-1)]), step(false, 0, vec![half])], [two, half_two], 0, 0)
        }
        // less the mean of the neighbours, then a quarter of the differences on both sides
        Wavelet::Spline53 => (
            vec![
                step(true, 0, vec![ratio(-1, 2)?, ratio(-1, 2)?]),
                step(false, -1, vec![ratio(1, 4)?, ratio(1, 4)?]),
            ],
            [two, half_two],
            0,
            0,
        ),
        Wavelet::Daubechies4 => {
            let three = root(12)?;
            let quarter = |b: i64| Ok(three.plus(&Element::from(b)).times(&ratio(-1, 4)?));
            let scale = |b: i64| three.plus(&Element::from(b)).times(&half_two);
            (
                vec![
                    step(false, 0, vec![three.clone()]),
                    step(true, -1, vec![quarter(-2)?, quarter(0)?]),
                    step(false, 1, vec![Element::from(-1)]),
                ],
                [scale(-1), scale(1)],
                1,
                -1,
            )
        }
    };
    let [low, high] = scales;
    let inverse = |scale: &Element| Ring::Cyclotomic.inverse(scale);
    let scales = [(low.clone(), inverse(&low)?), (high.clone(), inverse(&high)?)];
    Ok(Recipe { lifting: Lifting { steps, scales, minus_one: Element::from(-1) }, turned, later })
}

/// How many products lifting takes for two entries, and how many the two filters take: multiplications by 0, 1 and −1 are none.
fn products(wavelet: Wavelet, lifting: &Lifting<Element>) -> Result<[usize; 2], Lacks> {
    let free = [0, 1, -1].map(Element::from);
    let paid = |tap: &&Element| !free.iter().any(|free| judge::same(free, tap));
    let taps = lifting.steps.iter().flat_map(|step| &step.taps);
    let lifted = taps.chain(lifting.scales.iter().map(|(scale, _)| scale)).filter(paid).count();
    Ok([lifted, wavelet.exact()?.analysis.iter().flatten().filter(paid).count()])
}

/// Every impulse on every circle: both ways give the same halves, and the steps are undone. All is linear, so this proves it
/// for every signal there.
fn linear(wavelet: Wavelet, recipe: &Recipe) -> Result<u64, Unmet> {
    let (filters, mut cases) = (wavelet.exact().map_err(unmet)?, 0);
    let wrong = |error: BankError| unmet(error);
    for (n, k) in CIRCLES.into_iter().flat_map(|n| (0..n).map(move |k| (n, k))) {
        let x: Vec<Element> = (0..n).map(|i| if i == k { Element::one() } else { Element::zero() }).collect();
        let turned: Vec<Element> = (0..n).map(|i| x[(i + n - recipe.turned) % n].clone()).collect();
        let [low, high] = recipe.lifting.analyse(&turned).map_err(wrong)?;
        let [averages, details] = filters.analyse(&x, Extension::Periodised).map_err(wrong)?;
        let at = |k: usize| (k as isize + recipe.later).rem_euclid(details.len() as isize) as usize;
        let opposite = |k: usize| details[at(k)].times(&Element::from(-1));
        let agree =
            (0..n / 2).all(|k| judge::same(&low[k], &averages[k]) && judge::same(&high[k], &opposite(k)));
        Unmet::unless(agree, ID, SHOWS, || {
            format!("an impulse among {n} entries has other halves for {}", wavelet.name())
        })?;
        let back = recipe.lifting.synthesise([&low, &high]).map_err(wrong)?;
        let undone = back.len() == n && back.iter().zip(&turned).all(|(y, x)| judge::same(y, x));
        Unmet::unless(undone, ID, SHOWS, || format!("the steps of {} are not undone", wavelet.name()))?;
        cases += 1;
    }
    Ok(cases)
}

/// All signals of small integers, one after the other, of that length.
fn signals(n: usize) -> impl Iterator<Item = Vec<i64>> {
    let base = 2 * LARGEST + 1;
    (0..base.pow(n as u32))
        .map(move |code| (0..n as u32).map(|place| code / base.pow(place) % base - LARGEST).collect())
}

fn judge(recipes: Recipes, (analyse, synthesise): Rounded) -> Result<Found, Unmet> {
    let (mut cases, mut told) = (0, vec![]);
    for wavelet in Wavelet::ALL {
        let recipe = recipes(wavelet).map_err(unmet)?;
        cases += linear(wavelet, &recipe)?;
        let [lifted, filtered] = products(wavelet, &recipe.lifting).map_err(unmet)?;
        told.push(format!("{lifted} instead of {filtered} for `{}`", wavelet.name()));
    }
    let mut whole = 0;
    for x in (LENGTHS[0]..=LENGTHS[1]).flat_map(signals) {
        let [averages, details] = analyse(&x);
        let back = synthesise([&averages, &details]);
        Unmet::unless(back.as_ref() == Some(&x), ID, SHOWS, || format!("{x:?} comes back as {back:?}"))?;
        whole += 1;
    }
    Ok(Found {
        statement: format!(
            "On circles of {} places, over $\\mathbb Q(\\sqrt 2, \\sqrt 3)$, lifting steps give the averages and the details of \
             the bank, the details with the other sign and up to one place, and are undone. For two entries \
             they take these numbers of products: {}. The 5/3 steps rounded to integers, with mirrored ends, are undone for all {whole} \
             signals of {} to {} entries between −{LARGEST} and {LARGEST}.",
            CIRCLES.map(|n| n.to_string()).join(", "),
            told.join(", "),
            LENGTHS[0],
            LENGTHS[1]
        ),
        level: Level::Formal,
        cases: cases + whole,
        seed: None,
        worst: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_taps_an_unturned_signal_and_other_rounding_are_caught() {
        let right: Rounded = (legall, legall_inverse);
        let tap: Recipes = |wavelet| {
            let mut recipe = recipe(wavelet)?;
            if let Some(tap) = recipe.lifting.steps[1].taps.last_mut() {
                *tap = tap.plus(&ratio(1, 1_000_000)?);
            }
            Ok(recipe)
        };
        let unturned: Recipes = |wavelet| Ok(Recipe { turned: 0, ..recipe(wavelet)? });
        for wrong in [tap, unturned] {
            assert!(judge(wrong, right).is_err_and(|unmet| unmet.found.contains("other halves")));
        }
        let scales: Recipes = |wavelet| {
            let mut recipe = recipe(wavelet)?;
            recipe.lifting.scales[1].1 = Element::one();
            Ok(recipe)
        };
        assert!(judge(scales, right).is_err_and(|unmet| unmet.found.contains("not undone")));
        // the same steps, but undone in the order in which they were done
        let forwards = |parts: [&[i64]; 2]| {
            let back = legall_inverse(parts)?;
            let [averages, details] = legall(&back);
            Some(averages.into_iter().chain(details).collect())
        };
        assert!(judge(recipe, (legall, forwards)).is_err_and(|unmet| unmet.found.contains("comes back as")));
    }
}
