//! What subsampled moduli and deformations do to scattering at most, beside the worst that searches find.

use super::Unmet;
use crate::{
    book::experiments::{aliasing_bounds, deformation_bounds},
    figure::{Axis, Content, Curves, Figure, Panel, not_below, number},
    wavelet::scattering::Deformation,
};

pub(super) const ID: &str = "certified-changes";
/// sup|τ′| of a sine of one period.
const SLOPES: [f64; 7] = [0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32];

/// Of a path whose moduli are subsampled.
#[derive(Clone)]
struct Aliased {
    order: usize,
    bound: f64,
    worst: f64,
}

/// For each slope, what is certified and what was found.
type Deformed = Vec<(Deformation, f64)>;

pub(super) fn make() -> Result<Figure, Unmet> {
    let (words, paths) = aliased()?;
    draw(words, &paths, &deformed()?)
}

/// The transform in words, and its paths by order, the largest bound first.
fn aliased() -> Result<(&'static str, Vec<Aliased>), Unmet> {
    let (words, aliasing_bounds::Measured { plan, bounds, worst, .. }) = aliasing_bounds::measured()?;
    let path = |(path, (bound, worst)): (usize, (f64, f64))| Aliased {
        order: plan.paths()[path].wavelets.len(),
        bound,
        worst,
    };
    let mut paths: Vec<Aliased> = bounds.into_iter().zip(worst).enumerate().map(path).collect();
    paths.retain(|path| path.bound > 0.0);
    paths.sort_by(|a, b| a.order.cmp(&b.order).then(b.bound.total_cmp(&a.bound)));
    Ok((words, paths))
}

fn deformed() -> Result<Deformed, Unmet> {
    SLOPES.into_iter().map(deformation_bounds::measured).collect()
}

/// To two digits: a search ends elsewhere on another machine, in the last ones.
fn short(value: f64) -> f64 {
    format!("{value:.1e}").parse().unwrap_or(value)
}

/// The same of a bound.
fn upwards(value: f64) -> f64 {
    not_below(value, 1)
}

fn draw(words: &str, paths: &[Aliased], deformed: &Deformed) -> Result<Figure, Unmet> {
    let shows = "nothing that was found is beyond what is certified";
    let pairs = paths.iter().map(|path| (path.worst, path.bound));
    let all = pairs.chain(deformed.iter().map(|(bound, worst)| (*worst, bound.coefficients)));
    for (worst, bound) in all {
        // written so that NaN is refused
        Unmet::unless(0.0 < worst && worst <= bound, ID, shows, || {
            format!("{} was found, and {} is certified", number(worst), number(bound))
        })?;
    }
    let (small, large) = (&deformed[0], &deformed[deformed.len() - 1]);
    let shows = "of small deformations the bound grows with the slope, and stays within twice what was found";
    let growth = deformed[2].0.coefficients / small.0.coefficients / (SLOPES[2] / SLOPES[0]);
    let near = deformed[..3].iter().all(|(bound, worst)| bound.coefficients < 2.0 * worst);
    Unmet::unless((0.9..1.1).contains(&growth) && near, ID, shows, || {
        format!("from slope to slope it grows by {} of it", number(growth))
    })?;
    let shows = "bounds of aliasing are further from what was found than those of small deformations";
    let ratios: Vec<f64> = paths.iter().map(|path| path.bound / path.worst).collect();
    let [least, most] = [f64::min as fn(f64, f64) -> f64, f64::max]
        .map(|pick| ratios.iter().copied().reduce(pick).unwrap_or(f64::NAN));
    let first = paths.iter().filter(|path| path.order == 1).count();
    let both = first > 0 && first < paths.len();
    Unmet::unless(both && least > small.0.coefficients / small.1, ID, shows, || {
        format!("the nearest is {} times too large", number(least))
    })?;
    let largest = paths.iter().map(|path| path.bound).fold(0.0, f64::max);
    let of_order = |order: usize, value: fn(&Aliased) -> f64| -> Vec<Option<f64>> {
        paths.iter().map(|path| (path.order == order).then(|| value(path))).collect()
    };
    let (certified, found) = (|path: &Aliased| upwards(path.bound), |path: &Aliased| short(path.worst));
    let curve = |name: &str, values: Vec<Option<f64>>| (name.to_owned(), values);
    let change =
        |value: fn(&(Deformation, f64)) -> f64| deformed.iter().map(|pair| Some(value(pair))).collect();
    let panel = |at, title: &str, [across, up]: [Axis; 2], places, curves| {
        let content = Content::Curves(Curves { across, up, places, curves, span: (2, 3) });
        Panel { at, title: title.to_owned(), content }
    };
    Ok(Figure {
        id: ID.to_owned(),
        title: "What is certified, and what was found".to_owned(),
        caption: format!(
            "Above, of {words}, the {} paths whose moduli are subsampled, by order and the largest bound first: how far their coefficients are from those with all \
             moduli kept, as a part of the norm of the signal. The bounds are {} to {} times what was found, and the largest is {}. Below, on a circle of {}, \
             signals of at most a quarter of a cycle per sample are read at $t - \\tau(t)$, $\\tau$ a sine with $\\sup\\vert\\tau'\\vert$ from {} to {}: how far all \
             coefficients of the orders 0 to 2 change, in the same unit. For the smallest $\\tau$ that is certainly at most {}, and {} was found; for the largest {} and {}.",
            paths.len(),
            number(short(least)),
            number(short(most)),
            number(upwards(largest)),
            deformation_bounds::SAMPLES,
            number(SLOPES[0]),
            number(SLOPES[SLOPES.len() - 1]),
            number(upwards(small.0.coefficients)),
            number(short(small.1)),
            number(upwards(large.0.coefficients)),
            number(short(large.1)),
        ),
        alt: format!(
            "Two panels with logarithmic axes upwards. Above, the bounds of {first} paths of order 1, and beside them those of {} of order 2, fall slowly from left to right, and \
             what was found lies far below them. Below, over the slope, two curves rise side by side, the certified one above the one that was found; on the right both bend.",
            paths.len() - first
        ),
        panels: vec![
            panel(
                (0, 0),
                "Subsampled moduli, path by path",
                [
                    Axis::linear("paths of order 1, and then of order 2"),
                    Axis::logarithmic("change, in the norm of the signal"),
                ],
                (0..paths.len()).map(|k| (k + 1) as f64).collect(),
                vec![
                    curve("bound", of_order(1, certified)),
                    curve("bound", of_order(2, certified)),
                    curve("found", of_order(1, found)),
                    curve("found", of_order(2, found)),
                ],
            ),
            panel(
                (2, 0),
                "A dilation here, a compression there",
                [
                    Axis::logarithmic("largest slope of the displacement"),
                    Axis::logarithmic("change, in the norm of the signal"),
                ],
                SLOPES.to_vec(),
                vec![
                    curve("bound", change(|(bound, _)| upwards(bound.coefficients))),
                    curve("found", change(|(_, worst)| short(*worst))),
                ],
            ),
        ],
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_that_are_exceeded_or_grow_otherwise_are_refused() {
        let ((words, paths), deformed) = (aliased().expect("it exists"), deformed().expect("it exists"));
        let refused = |paths: &[Aliased], deformed: &Deformed, what: &str| {
            assert!(draw(words, paths, deformed).is_err_and(|unmet| unmet.shows.contains(what)));
        };
        let mut low = paths.clone();
        low[0].bound = low[0].worst / 2.0;
        refused(&low, &deformed, "nothing that was found");
        // the order 0 alone
        let average = deformed
            .iter()
            .map(|(bound, worst)| (Deformation { coefficients: bound.average, ..*bound }, *worst));
        refused(&paths, &average.collect(), "nothing that was found");
        let mut flat = deformed.clone();
        flat[0].0.coefficients = flat[2].0.coefficients;
        refused(&paths, &flat, "grows with the slope");
        let near: Vec<Aliased> =
            paths.iter().map(|path| Aliased { worst: path.bound, ..path.clone() }).collect();
        refused(&near, &deformed, "further from what was found");
    }

    #[test]
    fn a_printed_bound_is_not_below_the_bound() {
        for value in [0.0744, 0.075, 0.0751, 1.04, 9.97, 3.2e-7] {
            assert!((value..1.1 * value).contains(&upwards(value)), "{value}");
        }
        assert_eq!([0.0225, 0.00623, 9.91, 0.025].map(upwards), [0.023, 0.0063, 10.0, 0.025]);
    }
}
