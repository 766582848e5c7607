//! Sums of dice, exactly, against the normal distribution of the same mean and variance.

use super::Unmet;
use crate::{
    book::portable::{normal_density, normal_distribution},
    conv::definition,
    figure::{Axis, Content, Curves, Figure, Panel, number},
    signal::Signal,
};
use dashu_ratio::RBig;

pub(super) const ID: &str = "dice";

const FACES: u64 = 6;
/// So many dice are shown, and up to so many measured.
const SHOWN: [usize; 5] = [1, 2, 3, 4, 8];
const MOST: usize = 8;
/// The normal density is drawn at so many places from one sum to the next.
const FINE: usize = 4;

type Distribution = Signal<RBig>;
/// How the sum of two is distributed.
type Sum = fn(&Distribution, &Distribution) -> Distribution;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(definition::signals)
}

fn die() -> Distribution {
    Signal::line(1, vec![RBig::ONE / RBig::from(FACES); FACES as usize])
}

/// Σ p(s), Σ s p(s), Σ (s − mean)² p(s).
fn moments(p: &Distribution) -> [RBig; 3] {
    let sum = |f: &dyn Fn(RBig) -> RBig| {
        p.indexed().fold(RBig::ZERO, |sum, (s, chance)| sum + f(RBig::from(s[0] as i64)) * chance)
    };
    let mean = sum(&|s| s);
    let variance = sum(&|s| (&s - &mean) * (&s - &mean));
    [sum(&|_| RBig::ONE), mean, variance]
}

/// The largest distance of the distribution function, which jumps at each sum, from the normal one of its moments.
fn distance(p: &Distribution) -> f64 {
    let [_, mean, variance] = moments(p).map(|moment| moment.to_f64_fast());
    let (mut below, mut largest) = (RBig::ZERO, 0.0_f64);
    for (s, chance) in p.indexed() {
        let normal = normal_distribution((s[0] as f64 - mean) / variance.sqrt());
        let upto = &below + chance;
        for side in [&below, &upto] {
            largest = largest.max((side.to_f64_fast() - normal).abs());
        }
        below = upto;
    }
    largest
}

fn draw(sum: Sum) -> Result<Figure, Unmet> {
    let mut all = vec![die()];
    while all.len() < MOST {
        all.push(sum(&all[all.len() - 1], &all[0]));
    }
    let [_, mean, variance] = moments(&all[0]);
    for (k, p) in all.iter().enumerate() {
        let n = RBig::from(k + 1);
        let wanted = [RBig::ONE, &n * &mean, &n * &variance];
        let shows = "the chances add up to 1, and means and variances add";
        let found = moments(p);
        Unmet::unless(found == wanted, ID, shows, || format!("for {n} dice they are {found:?}"))?;
        let ends = (p.origin()[0], p.entries().len());
        let all = (k as isize + 1, (k + 1) * (FACES as usize - 1) + 1);
        let shows = "n dice show from n to 6n";
        Unmet::unless(ends == all, ID, shows, || format!("they show {} sums from {} on", ends.1, ends.0))?;
    }
    let distances: Vec<f64> = all.iter().map(distance).collect();
    let falls = distances.windows(2).all(|pair| pair[1] < pair[0]);
    let shows = "with each die the distance from the normal distribution falls";
    Unmet::unless(falls, ID, shows, || format!("it goes {distances:?}"))?;

    let panel = |(order, n): (usize, usize)| {
        let p = &all[n - 1];
        let [_, mean, variance] = moments(p).map(|moment| moment.to_f64_fast());
        let first = p.origin()[0] as f64;
        let count = (p.entries().len() - 1) * FINE + 1;
        let places: Vec<f64> = (0..count).map(|k| first + k as f64 / FINE as f64).collect();
        let chance = |k: usize| {
            let entry = k.is_multiple_of(FINE).then(|| p.entries().iter().nth(k / FINE)).flatten();
            entry.map(RBig::to_f64_fast)
        };
        let normal = places.iter().map(|s| Some(normal_density(s - mean, variance))).collect();
        Panel {
            at: (order / 2, order % 2 * 2),
            title: format!("{n} {}", if n == 1 { "die" } else { "dice" }),
            content: Content::Curves(Curves {
                across: Axis::linear("sum"),
                up: Axis::linear(""),
                places,
                curves: vec![
                    ("probability".to_owned(), (0..count).map(chance).collect()),
                    ("normal density".to_owned(), normal),
                ],
                span: (1, 2),
            }),
        }
    };
    let mut panels: Vec<Panel> = SHOWN.into_iter().enumerate().map(panel).collect();
    panels.push(Panel {
        at: (SHOWN.len() / 2, SHOWN.len() % 2 * 2),
        title: "distance from the normal distribution".to_owned(),
        content: Content::Curves(Curves {
            across: Axis::linear("dice"),
            up: Axis::linear(""),
            places: (1..=MOST).map(|n| n as f64).collect(),
            curves: vec![("largest distance".to_owned(), distances.iter().copied().map(Some).collect())],
            span: (1, 2),
        }),
    });
    let said: Vec<String> = SHOWN.iter().map(|n| format!("{} for {n}", number(distances[n - 1]))).collect();
    let last = &all[MOST - 1];
    Ok(Figure {
        id: ID.to_owned(),
        title: "Sums of dice".to_owned(),
        caption: format!(
            "Dots are the probabilities, computed as fractions by convolving; the line is the normal density of the same mean \
             and variance, which for $n$ dice are $n$ times ${}$ and $n$ times ${}$, exactly. The largest distance of the two \
             distribution functions is {}, and it falls with each die. The least likely sums of {MOST} dice have the \
             probability $1/{}$.",
            moments(&all[0])[1],
            moments(&all[0])[2],
            said.join(", "),
            RBig::ONE / last.entries().iter().next().cloned().unwrap_or(RBig::ONE)
        ),
        alt: format!(
            "Five plots of dots and a bell curve, for {} dice. The dots of one die lie on a level line, those of two on a \
             triangle; from three on they lie close to the bell, and for {MOST} on it. In a sixth plot the distance falls from \
             {} for one die to {} for {MOST}.",
            SHOWN.map(|n| n.to_string()).join(", "),
            number(distances[0]),
            number(distances[MOST - 1])
        ),
        panels,
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_the_sum_of_dice_is_refused() {
        let difference: Sum = |p, q| definition::signals(p, &q.reversed());
        let mixture: Sum = |p, q| {
            let half = RBig::ONE / RBig::from(2);
            let at = |p: &Distribution, s: isize| p.at(&[s]).cloned().unwrap_or(RBig::ZERO);
            Signal::line(1, (1..48).map(|s| (at(p, s) + at(q, s)) * &half).collect())
        };
        // one throw, told twice: the mean of two dice, and another variance
        let same: Sum = |p, _| {
            let entries = p.entries().len();
            let spread = (0..2 * entries - 1).map(|k| {
                if k % 2 == 0 {
                    p.entries().iter().nth(k / 2).cloned().unwrap_or(RBig::ZERO)
                } else {
                    RBig::ZERO
                }
            });
            Signal::line(2 * p.origin()[0], spread.collect())
        };
        assert!([difference, mixture, same].into_iter().all(|sum| draw(sum).is_err()));
    }

    #[test]
    fn the_caption_says_what_the_data_say() {
        let caption = make().expect("it holds").caption;
        assert!(
            caption.contains("$7/2$") && caption.contains("$35/12$") && caption.contains("$1/1679616$"),
            "{caption}"
        );
        // one die: just below 5 two thirds have come, where the normal distribution has more; at 2 it is the mirror image
        let normal = normal_distribution(1.5 / (35.0_f64 / 12.0).sqrt());
        assert!((distance(&die()) - (normal - 2.0 / 3.0)).abs() < 1e-14);
    }
}
