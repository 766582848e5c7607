//! The scaling functions and wavelets of three banks, by refinement from the integers, and the cascade on its way.

use super::Unmet;
use crate::{
    figure::{Axis, Content, Curves, Figure, Panel, number},
    wavelet::discrete::Wavelet,
};

pub(super) const ID: &str = "scaling-functions";

/// The grid has 2^LEVELS points to a unit.
const LEVELS: u32 = 5;
/// No φ and no ψ reaches farther than so many units; Daubechies' reach so far.
const FARTHEST: usize = 4;
const DAUBECHIES: usize = 3;
/// After so many steps the cascade is drawn.
const STEPS: [u32; 3] = [1, 2, 3];
/// Rounding stays below this.
const SMALL: f64 = 1e-11;

/// √2 times the low and the high filter of synthesis, from the first tap of the low one that is not 0.
type Taps = fn(Wavelet) -> [Vec<f64>; 2];

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(synthesis)
}

fn synthesis(wavelet: Wavelet) -> [Vec<f64>; 2] {
    let [low, high] =
        wavelet.floats().synthesis.map(|taps| taps.iter().map(|h| h * 2.0_f64.sqrt()).collect::<Vec<_>>());
    let first = low.iter().position(|h| *h != 0.0).unwrap_or(0);
    let last = low.iter().rposition(|h| *h != 0.0).map_or(0, |last| last + 1);
    [low[first..last].to_vec(), high]
}

/// A function on the points k/2^level.
struct Sampled {
    level: u32,
    values: Vec<f64>,
}

impl Sampled {
    /// At k/2^level, with another level for the same points; 0 outside, and between its own points.
    fn at(&self, k: isize, level: u32) -> f64 {
        let step = 1_isize << (level - self.level);
        let place = usize::try_from(k.div_euclid(step)).ok().filter(|_| k.rem_euclid(step) == 0);
        place.and_then(|k| self.values.get(k)).copied().unwrap_or(0.0)
    }

    /// Σ_j taps\[j\] f(2x − j), on a grid twice as fine.
    fn refined(&self, taps: &[f64]) -> Sampled {
        let level = self.level + 1;
        let unit = 1_isize << self.level;
        let last = (self.values.len() as isize - 1) + (taps.len() as isize - 1) * unit;
        let value = |k: isize| {
            taps.iter().enumerate().map(|(j, h)| h * self.at(k - j as isize * unit, self.level)).sum()
        };
        Sampled { level, values: (0..=last).map(value).collect() }
    }
}

/// φ at the integers: what refining leaves as it is, with sum 1.
fn integers(low: &[f64]) -> Vec<f64> {
    let mut values = vec![0.0; low.len()];
    // Haar's is 1 at 0; the others vanish at both ends of their support, and are found by refining again and again
    values[usize::from(low.len() > 2)] = 1.0;
    for _ in 0..200 {
        let next: Vec<f64> = (0..values.len())
            .map(|k| {
                (0..low.len())
                    .map(|j| (2 * k).checked_sub(j).and_then(|i| values.get(i)).map_or(0.0, |v| low[j] * v))
                    .sum()
            })
            .collect();
        values = next;
    }
    values
}

/// φ on the grid of that level.
fn scaling(low: &[f64], level: u32) -> Sampled {
    (0..level).fold(Sampled { level: 0, values: integers(low) }, |phi, _| phi.refined(low))
}

/// The cascade after some steps: the step function with the entries of h ∗ ↑₂h ∗ … ∗ ↑h, for filters of sum 2.
fn cascade(low: &[f64], steps: u32) -> Vec<f64> {
    (0..steps).fold(vec![1.0], |x, _| {
        let mut y = vec![0.0; 2 * (x.len() - 1) + low.len()];
        for (k, x) in x.iter().enumerate() {
            low.iter().enumerate().for_each(|(j, h)| y[2 * k + j] += h * x);
        }
        y
    })
}

/// Every point to the last, and the point at which a step function has its value there: where it may jump, at so many
/// points each, there are two, one before the jump and one behind it.
fn points(last: usize, jumps: Option<usize>) -> Vec<(usize, isize)> {
    let at = |k: usize| {
        let jumps = jumps.is_some_and(|every| k.is_multiple_of(every));
        jumps.then_some((k, k as isize - 1)).into_iter().chain([(k, k as isize)])
    };
    (0..=last).flat_map(at).collect()
}

struct Pair {
    wavelet: Wavelet,
    phi: Sampled,
    psi: Sampled,
}

impl Pair {
    fn of(wavelet: Wavelet, taps: Taps) -> Pair {
        let [low, high] = taps(wavelet);
        Pair { wavelet, phi: scaling(&low, LEVELS), psi: scaling(&low, LEVELS - 1).refined(&high) }
    }

    /// The largest |value − wanted| over a unit of the grid, for a sum over all shifts of φ by integers.
    fn off(&self, weight: fn(f64) -> f64, wanted: impl Fn(f64) -> f64) -> f64 {
        let unit = 1_isize << LEVELS;
        let shifts = -(FARTHEST as isize)..=FARTHEST as isize;
        let sum = |k: isize| -> f64 {
            shifts.clone().map(|n| weight(n as f64) * self.phi.at(k - n * unit, LEVELS)).sum()
        };
        // every shift that meets the first unit is among those
        (0..unit).map(|k| (sum(k) - wanted(k as f64 / unit as f64)).abs()).fold(0.0, f64::max)
    }
}

fn draw(taps: Taps) -> Result<Figure, Unmet> {
    let unless = |held: bool, shows: &'static str, found: String| Unmet::unless(held, ID, shows, || found);
    let all = Wavelet::ALL.map(|wavelet| Pair::of(wavelet, taps));
    let unit = 1_usize << LEVELS;
    for pair in &all {
        let name = pair.wavelet.name();
        let off = pair.off(|_| 1.0, |_| 1.0);
        unless(
            off < SMALL,
            "the shifts of φ by integers add up to 1",
            format!("those of {name} are off by {}", number(off)),
        )?;
        let whole = [&pair.phi, &pair.psi]
            .iter()
            .all(|f| f.values.iter().skip(FARTHEST * unit + 1).all(|v| *v == 0.0));
        unless(whole, "nothing reaches beyond what is drawn", format!("something of {name} does"))?;
        let total: f64 = pair.psi.values.iter().sum();
        unless(
            total.abs() < SMALL,
            "the values of ψ add up to 0",
            format!("those of {name} to {}", number(total)),
        )?;
        // Σ n φ(x − n) is a line of slope 1, but for Haar's
        let start: f64 = (-(FARTHEST as isize)..=FARTHEST as isize)
            .map(|n| n as f64 * pair.phi.at(-n * unit as isize, LEVELS))
            .sum();
        let bent = pair.off(|n| n, |x| x + start);
        let straight = bent < SMALL;
        let shows = "two moments vanish for all but Haar's, so that their shifts make lines";
        unless(
            straight == (pair.wavelet != Wavelet::Haar),
            shows,
            format!("for {name} a line is off by {}", number(bent)),
        )?;
    }
    let [haar, four, hat] = &all;
    let drawn = |f: &Sampled, last: usize| (0..=last).map(|k| f.at(k as isize, LEVELS)).collect::<Vec<f64>>();
    let values = |pair: &Pair| drawn(&pair.phi, FARTHEST * unit);
    let level = |k: usize| if k < unit { 1.0 } else { 0.0 };
    let off = values(haar).iter().enumerate().map(|(k, v)| (v - level(k)).abs()).fold(0.0, f64::max);
    unless(off < SMALL, "Haar's φ is a box", format!("it is off by {}", number(off)))?;
    let tent = |k: usize| 1.0 - (k as f64 / unit as f64 - 1.0).abs();
    let off = values(hat).iter().enumerate().map(|(k, v)| (v - tent(k).max(0.0)).abs()).fold(0.0, f64::max);
    unless(off < SMALL, "the φ of the spline is a tent", format!("it is off by {}", number(off)))?;
    let root = 3.0_f64.sqrt();
    let known = [0.0, (1.0 + root) / 2.0, (1.0 - root) / 2.0, 0.0];
    let off = known.iter().enumerate().map(|(n, v)| (v - four.phi.at((n * unit) as isize, LEVELS)).abs());
    let off = off.fold(0.0, f64::max);
    unless(
        off < SMALL,
        "Daubechies' φ has the values of its equation at the integers",
        format!("it is off by {}", number(off)),
    )?;
    let low = taps(Wavelet::Daubechies4)[0].clone();
    let step = |steps: u32, jumps: Option<usize>| {
        let entries = cascade(&low, steps);
        let entry = |k: isize| usize::try_from(k >> (LEVELS - steps)).ok().and_then(|k| entries.get(k));
        let all = points(DAUBECHIES * unit, jumps);
        all.into_iter().map(|(_, k)| entry(k).copied().unwrap_or(0.0)).collect::<Vec<f64>>()
    };
    let limit = drawn(&four.phi, DAUBECHIES * unit);
    let apart = STEPS.map(|steps| {
        step(steps, None).iter().zip(&limit).map(|(a, b)| (a - b) * (a - b)).sum::<f64>() / unit as f64
    });
    let nearer = apart.is_sorted_by(|a, b| a > b);
    unless(
        nearer,
        "each step of the cascade comes nearer",
        format!("the squares are {}", apart.map(number).join(", ")),
    )?;
    let some = |values: Vec<f64>| values.into_iter().map(Some).collect::<Vec<_>>();
    let panel = |at, title: &str, places: Vec<(usize, isize)>, curves| Panel {
        at,
        title: title.to_owned(),
        content: Content::Curves(Curves {
            across: Axis::linear("x"),
            up: Axis::linear("value"),
            places: places.into_iter().map(|(k, _)| k as f64 / unit as f64).collect(),
            curves,
            span: (2, 2),
        }),
    };
    let both = |at, title: &str, pair: &Pair, last: usize, jumps: Option<usize>| {
        let places = points(last, jumps);
        let values = |f: &Sampled| some(places.iter().map(|(_, k)| f.at(*k, LEVELS)).collect());
        let curves = [("φ", &pair.phi), ("ψ", &pair.psi)].map(|(name, f)| (name.to_owned(), values(f)));
        panel(at, title, places, curves.into())
    };
    // the last of the steps is the shortest, and all jump where it does
    let shortest = Some(unit >> STEPS[STEPS.len() - 1]);
    let staircase = points(DAUBECHIES * unit, shortest);
    let mut on_its_way: Vec<_> =
        STEPS.iter().map(|n| (format!("step {n}"), some(step(*n, shortest)))).collect();
    on_its_way.push(("φ".to_owned(), some(staircase.iter().map(|(k, _)| limit[*k]).collect())));
    Ok(Figure {
        id: ID.to_owned(),
        title: "Scaling functions and wavelets".to_owned(),
        caption: format!(
            "The scaling function $\\varphi$ and the wavelet $\\psi$ that belong to the filters of synthesis of three banks, computed at \
             {unit} points to a unit. Haar's are a box and two boxes (the upright lines are jumps). Daubechies' have the values {} and {} \
             at 1 and 2. The spline's are a tent and a sum of tents. In all three the shifts of $\\varphi$ by integers \
             add up to 1, and in the last two their sum with the weights $n$ is a line. Lower right, {} steps of the cascade \
             with Daubechies' filter, each a step function; the squared distance from the limit is {}.",
            number(known[1]),
            number(known[2]),
            number(STEPS.len() as f64),
            apart.map(number).join(", then ")
        ),
        alt: "Four plots. Haar: a box on the first unit, and a box that changes sign in its middle. Daubechies: a jagged hump \
              with a dip below zero, and a jagged wave. Spline: a tent from 0 to 2, and a symmetric wave with a deep dip in its middle. The cascade: \
              staircases with finer and finer steps that close in on the jagged hump."
            .to_owned(),
        panels: vec![
            both((0, 0), "Haar", haar, unit + unit / 2, Some(unit / 2)),
            both((0, 2), "Daubechies, four taps", four, DAUBECHIES * unit, None),
            both((2, 0), "Spline 5/3", hat, FARTHEST * unit, None),
            panel((2, 2), "The cascade", staircase, on_its_way),
        ],
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_function_jumps_its_place_comes_twice() {
        assert_eq!(points(3, Some(2)), [(0, -1), (0, 0), (1, 1), (2, 1), (2, 2), (3, 3)]);
        let figure = make().expect("it holds");
        let Content::Curves(haar) = &figure.panels[0].content else { panic!("curves") };
        for (name, values) in &haar.curves {
            let slopes = haar.places.windows(2).zip(values.windows(2));
            let slope = slopes.filter(|(x, y)| x[0] < x[1] && y[0] != y[1]).count();
            assert_eq!(slope, 0, "{name} is made of boxes");
        }
    }

    #[test]
    fn filters_that_are_not_those_are_refused() {
        let refused = |taps: Taps, words: &str| {
            let unmet = draw(taps).expect_err("it is wrong");
            assert!(unmet.to_string().contains(words), "{unmet}");
        };
        let louder: Taps = |wavelet| synthesis(wavelet).map(|taps| taps.iter().map(|h| h * 1.01).collect());
        refused(louder, "add up to 1");
        let swapped: Taps = |wavelet| {
            let [low, _] = synthesis(wavelet);
            [low.clone(), low]
        };
        refused(swapped, "add up to 0");
        // the mirror image of Daubechies' taps has the mirror image of φ
        let mirrored: Taps = |wavelet| {
            let [mut low, high] = synthesis(wavelet);
            low.reverse();
            [low, high]
        };
        refused(mirrored, "the values of its equation");
        let all_tents: Taps = |_| synthesis(Wavelet::Spline53);
        refused(all_tents, "lines");
    }
}
