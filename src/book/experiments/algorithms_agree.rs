//! Every algorithm of every scalar against the definition, on all small shapes, in every mode.

use super::{Broken, Found};
use crate::{
    book::portable::integers,
    conv::{self, Algorithm, Facts, Mode, PlanError, Scalar, Spec, definition},
    signal::Boundary,
    theorem::Level,
};
use dashu_int::IBig;
use ndarray::{ArrayD, Dimension, IxDyn};
use num_complex::Complex;

pub(super) const ID: &str = "every-algorithm-agrees";

const SHOWS: &str =
    "every algorithm of every list computes what the definition says, floats to within their bound";
/// The longest x and w with one axis, and with two.
const LONGEST: [usize; 2] = [7, 3];
const SEED: u64 = 2026;

/// What was tried.
#[derive(Default)]
struct Tally {
    scalars: u64,
    algorithms: Vec<&'static str>,
    cases: u64,
    declined: u64,
}

/// What an algorithm gives; a test plants a wrong twin here.
type Run<S> = fn(ArrayD<S>) -> ArrayD<S>;

pub(super) fn run() -> Result<Found, Broken> {
    let mut tally = Tally::default();
    judge::<i64>(&mut tally, |n| n, |y| *y as f64, |y| y)?;
    judge::<IBig>(&mut tally, IBig::from, |y| y.to_f64().value(), |y| y)?;
    judge::<f32>(&mut tally, |n| n as f32, |y| f64::from(*y), |y| y)?;
    judge::<f64>(&mut tally, |n| n as f64, |y| *y, |y| y)?;
    judge::<Complex<f32>>(&mut tally, |n| Complex::new(n as f32, 0.0), |y| f64::from(y.re), |y| y)?;
    judge::<Complex<f64>>(&mut tally, |n| Complex::new(n as f64, 0.0), |y| y.re, |y| y)?;
    let Tally { scalars, mut algorithms, cases, declined } = tally;
    algorithms.sort_unstable();
    algorithms.dedup();
    let also = if declined > 0 {
        format!(" {declined} times an algorithm declined, with a reason.")
    } else {
        String::new()
    };
    Ok(Found {
        statement: format!(
            "Over {scalars} types of numbers, in every mode and with every continuation, for all shapes up to {} entries \
             on one axis and {} by {} on two, the algorithms {} agree with the definition on arrays of small integers: \
             exactly where the numbers are exact, and to within the bound on rounding where they are not.{also}",
            LONGEST[0],
            LONGEST[1],
            LONGEST[1],
            algorithms.join(", ")
        ),
        level: Level::Sampled,
        cases,
        seed: Some(SEED),
        worst: None,
    })
}

/// Every shape with one axis and with two, up to the longest.
fn shapes() -> Vec<Vec<usize>> {
    let line = (1..=LONGEST[0]).map(|n| vec![n]);
    let plane = (1..=LONGEST[1]).flat_map(|n| (1..=LONGEST[1]).map(move |m| vec![n, m]));
    line.chain(plane).collect()
}

/// Every mode, and every boundary that it looks at; convolution and correlation.
fn specs() -> Vec<Spec> {
    let plain = Mode::ALL.map(|mode| Spec { mode, ..Spec::default() });
    let same = Boundary::ALL.map(|boundary| Spec { mode: Mode::Same, boundary, correlate: false });
    let all: Vec<Spec> = plain.into_iter().chain(same).collect();
    let correlations = all.iter().map(|spec| Spec { correlate: true, ..*spec });
    all.iter().copied().chain(correlations).collect()
}

/// The convolution by definition: continue x, convolve, take the window.
fn by_definition(x: &ArrayD<i64>, w: &ArrayD<i64>, spec: Spec) -> Option<ArrayD<i64>> {
    let reduction = spec.reduce(x.shape(), w.shape()).ok()?;
    let (x, w) = (reduction.extended(x.view()), spec.kernel(w.view()));
    let full = definition::full(x.view(), w.view());
    let shape: Vec<usize> = reduction.window.iter().map(|range| range.len()).collect();
    Some(ArrayD::from_shape_fn(IxDyn(&shape), |k| {
        let at: Vec<usize> =
            k.as_array_view().iter().zip(&reduction.window).map(|(k, r)| k + r.start).collect();
        full[IxDyn(&at)]
    }))
}

fn judge<S: Scalar>(
    tally: &mut Tally,
    from: fn(i64) -> S,
    part: fn(&S) -> f64,
    twin: Run<S>,
) -> Result<(), Broken> {
    tally.scalars += 1;
    let algorithms = S::algorithms();
    tally.algorithms.extend(algorithms.iter().map(|algorithm| algorithm.name()));
    let mut entries = integers(SEED, 3);
    for (n, m) in shapes().iter().flat_map(|n| shapes().into_iter().map(move |m| (n.clone(), m))) {
        if n.len() != m.len() {
            continue;
        }
        let mut draw =
            |shape: &[usize]| ArrayD::from_shape_simple_fn(IxDyn(shape), || entries.next().unwrap_or(0));
        let (x, w) = (draw(&n), draw(&m));
        let (own_x, own_w) = (x.mapv(from), w.mapv(from));
        for spec in specs() {
            let Some(expected) = by_definition(&x, &w, spec) else { continue };
            for algorithm in algorithms {
                let facts = Facts::of(own_x.view(), own_w.view());
                let plan = match conv::plan::<S>(&n, &m, facts, spec, Some(algorithm.name())) {
                    Ok(plan) => plan,
                    Err(PlanError::Declined { .. }) => {
                        tally.declined += 1;
                        continue;
                    }
                    Err(other) => return Err(wrong::<S>(*algorithm, &n, &m, spec, other.to_string())),
                };
                let found = twin(plan.run(own_x.view(), own_w.view()));
                let bound = conv::bound(own_x.view(), own_w.view(), spec, *algorithm)
                    .map_err(|error| wrong::<S>(*algorithm, &n, &m, spec, error.to_string()))?;
                tally.cases += 1;
                let off = expected.indexed_iter().find(|(k, y)| {
                    let distance =
                        found.get(k.clone()).map_or(f64::INFINITY, |own| (part(own) - **y as f64).abs());
                    // written so that NaN is too far
                    let near = distance <= bound.at(k.slice());
                    !near
                });
                if found.shape() != expected.shape() || off.is_some() {
                    return Err(wrong::<S>(
                        *algorithm,
                        &n,
                        &m,
                        spec,
                        format!("it is {found:?}, not {expected}"),
                    ));
                }
            }
        }
    }
    Ok(())
}

fn wrong<S: Scalar>(
    algorithm: &dyn Algorithm<S>,
    n: &[usize],
    m: &[usize],
    spec: Spec,
    what: String,
) -> Broken {
    let found =
        format!("{} over {} on shapes {n:?} and {m:?} with {spec:?}: {what}", algorithm.name(), S::NAME);
    Broken { experiment: ID, shows: SHOWS, found }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wrong_entry_one_missing_entry_and_a_nan_are_caught() {
        let last = |mut y: ArrayD<i64>| {
            if let Some(entry) = y.iter_mut().last() {
                *entry += 1;
            }
            y
        };
        assert!(judge::<i64>(&mut Tally::default(), |n| n, |y| *y as f64, last).is_err());
        let reversed = |mut y: ArrayD<i64>| {
            y.invert_axis(ndarray::Axis(0));
            y
        };
        assert!(judge::<i64>(&mut Tally::default(), |n| n, |y| *y as f64, reversed).is_err());
        let lost = |y: ArrayD<f64>| if y.len() > 3 { y.mapv(|_| f64::NAN) } else { y };
        assert!(judge::<f64>(&mut Tally::default(), |n| n as f64, |y| *y, lost).is_err());
        // an error of a millionth is beyond the bound of doubles
        let rough = |y: ArrayD<f64>| y.mapv(|y| y * (1.0 + 1e-6));
        assert!(judge::<f64>(&mut Tally::default(), |n| n as f64, |y| *y, rough).is_err());
    }
}
