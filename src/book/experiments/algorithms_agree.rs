//! Every algorithm of every scalar against the definition, on all small shapes, in every mode.

use super::{Found, Unmet};
use crate::{
    book::portable::integers,
    conv::{self, Algorithm, Facts, Mode, OverlapSave, PlanError, Problem, Scalar, Spec, definition},
    signal::Boundary,
    theorem::Level,
};
use dashu_int::IBig;
use ndarray::{ArrayD, Dimension, IxDyn};
use num_complex::{Complex, Complex32, Complex64};
use std::collections::BTreeSet;

pub(super) const ID: &str = "every-algorithm-agrees";

const SHOWS: &str =
    "every algorithm of every list computes what the definition says, floats to within their bound";
/// The longest x and w with one axis, and with two.
const LONGEST: [usize; 2] = [7, 3];
/// An x and a w beside them: Karatsuba's method turns to the direct sum up to 32 coefficients.
const LONG: [usize; 2] = [70, 45];
/// Overlap-save as listed takes one tile for what is so short, and declines.
const TILES: OverlapSave = OverlapSave { longest: 4 };
const SEED: u64 = 2026;

/// What was tried.
#[derive(Default)]
struct Tally {
    scalars: u64,
    /// Those that have computed a result.
    algorithms: BTreeSet<&'static str>,
    /// How many results came from short tiles.
    tiled: u64,
    cases: u64,
    declined: u64,
}

/// How a type of numbers is tried.
struct Trial<S: 'static> {
    /// The number with these parts; where it is real the second is 0.
    from: fn(i64, i64) -> S,
    /// Real and imaginary part.
    parts: fn(&S) -> [f64; 2],
    /// What an algorithm gives; a test plants a wrong twin here.
    twin: fn(ArrayD<S>) -> ArrayD<S>,
    /// Overlap-save in short tiles, where there is one.
    tiles: Option<&'static dyn Algorithm<S>>,
}

pub(super) fn run() -> Result<Found, Unmet> {
    let mut tally = Tally::default();
    judge(
        &mut tally,
        Trial::<i64> { from: |n, _| n, parts: |y| [*y as f64, 0.0], twin: |y| y, tiles: None },
    )?;
    let big = |y: &IBig| [y.to_f64().value(), 0.0];
    judge(&mut tally, Trial { from: |n, _| IBig::from(n), parts: big, twin: |y| y, tiles: None })?;
    let short = |y: &f32| [f64::from(*y), 0.0];
    judge(&mut tally, Trial { from: |n, _| n as f32, parts: short, twin: |y| y, tiles: Some(&TILES) })?;
    judge(
        &mut tally,
        Trial { from: |n, _| n as f64, parts: |y| [*y, 0.0], twin: |y| y, tiles: Some(&TILES) },
    )?;
    let from = |re, im| Complex32::new(re as f32, im as f32);
    let short = |y: &Complex32| [f64::from(y.re), f64::from(y.im)];
    judge(&mut tally, Trial { from, parts: short, twin: |y| y, tiles: Some(&TILES) })?;
    judge(&mut tally, Trial { from: gaussian, parts: |y| [y.re, y.im], twin: |y| y, tiles: Some(&TILES) })?;
    let Tally { scalars, algorithms, tiled, cases, declined } = tally;
    let mut also = String::new();
    if tiled > 0 {
        also += &format!(
            " In {tiled} of these cases overlap-save was made to cut the result into short tiles, of transforms of {} points \
             where the kernel has room in them.",
            TILES.longest
        );
    }
    if declined > 0 {
        also += &format!(" {declined} times an algorithm declined, with a reason.");
    }
    Ok(Found {
        statement: format!(
            "Over {scalars} types of numbers, in every mode and with every continuation, for all shapes up to {} entries \
             on one axis and {} by {} on two, and for {} entries and {}, the algorithms {} agree with the definition \
             on arrays of small integers, complex ones with both parts, wherever they do not decline: exactly where the \
             numbers are exact, and to within the bound on rounding where they are not.{also}",
            LONGEST[0],
            LONGEST[1],
            LONGEST[1],
            LONG[0],
            LONG[1],
            algorithms.into_iter().collect::<Vec<_>>().join(", ")
        ),
        level: Level::Sampled,
        cases,
        seed: Some(SEED),
        worst: None,
    })
}

fn gaussian(re: i64, im: i64) -> Complex64 {
    Complex::new(re as f64, im as f64)
}

/// Every pair of shapes with one axis and with two, up to the longest; and the long one.
fn shapes() -> Vec<[Vec<usize>; 2]> {
    let line = (1..=LONGEST[0]).map(|n| vec![n]);
    let plane = (1..=LONGEST[1]).flat_map(|n| (1..=LONGEST[1]).map(move |m| vec![n, m]));
    let all: Vec<Vec<usize>> = line.chain(plane).collect();
    let pairs = all.iter().flat_map(|n| all.iter().map(|m| [n.clone(), m.clone()]));
    pairs.filter(|[n, m]| n.len() == m.len()).chain([LONG.map(|n| vec![n])]).collect()
}

/// Every mode, and every boundary that it looks at; convolution and correlation.
fn specs() -> Vec<Spec> {
    let plain = Mode::ALL.map(|mode| Spec { mode, ..Spec::default() });
    let same = Boundary::ALL.map(|boundary| Spec { mode: Mode::Same, boundary, correlate: false });
    let all: Vec<Spec> = plain.into_iter().chain(same).collect();
    let correlations = all.iter().map(|spec| Spec { correlate: true, ..*spec });
    all.iter().copied().chain(correlations).collect()
}

/// The convolution by definition: continue x, convolve, take the window. Doubles are exact here, for the integers are small.
fn by_definition(x: &ArrayD<Complex64>, w: &ArrayD<Complex64>, spec: Spec) -> Option<ArrayD<Complex64>> {
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

/// What an algorithm computes as the library calls it, by its name in the list.
fn listed<S: Scalar>(
    algorithm: &dyn Algorithm<S>,
    [x, w]: [&ArrayD<S>; 2],
    facts: Facts,
    spec: Spec,
) -> Result<ArrayD<S>, PlanError> {
    let plan = conv::plan::<S>(x.shape(), w.shape(), facts, spec, Some(algorithm.name()))?;
    Ok(plan.run(x.view(), w.view()))
}

/// What an algorithm computes that is in no list.
fn unlisted<S: Scalar>(
    algorithm: &dyn Algorithm<S>,
    [x, w]: [&ArrayD<S>; 2],
    facts: Facts,
    spec: Spec,
) -> Result<ArrayD<S>, PlanError> {
    let reduction = spec.reduce(x.shape(), w.shape())?;
    let (x, w) = (reduction.extended(x.view()), spec.kernel(w.view()));
    let shape = |a: &[usize]| a.to_vec();
    let window = reduction.window.clone();
    let problem = Problem { x: shape(x.shape()), w: shape(w.shape()), window, facts };
    algorithm
        .applies(&problem)
        .map_err(|why| PlanError::Declined { name: algorithm.name(), why: why.to_string() })?;
    Ok(algorithm.convolve(x.view(), w.view(), &reduction.window))
}

fn judge<S: Scalar>(tally: &mut Tally, trial: Trial<S>) -> Result<(), Unmet> {
    tally.scalars += 1;
    let is_complex = S::ROUNDING.is_some_and(|rounding| rounding.complex);
    let mut entries = integers(SEED, 3);
    let mut next = || entries.next().unwrap_or(0);
    for [n, m] in shapes() {
        let mut draw = |shape: &[usize]| {
            ArrayD::from_shape_simple_fn(IxDyn(shape), || (next(), if is_complex { next() } else { 0 }))
        };
        let (x, w) = (draw(&n), draw(&m));
        let own = |a: &ArrayD<(i64, i64)>| a.map(|(re, im)| (trial.from)(*re, *im));
        let (own_x, own_w) = (own(&x), own(&w));
        let exact = |a: &ArrayD<(i64, i64)>| a.map(|(re, im)| gaussian(*re, *im));
        let (x, w) = (exact(&x), exact(&w));
        let facts = Facts::of(own_x.view(), own_w.view());
        for spec in specs() {
            let Some(expected) = by_definition(&x, &w, spec) else { continue };
            let all = S::algorithms().iter().map(|algorithm| (*algorithm, false));
            for (algorithm, tiled) in all.chain(trial.tiles.map(|tiles| (tiles, true))) {
                let compute = if tiled { unlisted::<S> } else { listed::<S> };
                let found = match compute(algorithm, [&own_x, &own_w], facts, spec) {
                    Ok(found) => (trial.twin)(found),
                    Err(PlanError::Declined { .. }) => {
                        tally.declined += 1;
                        continue;
                    }
                    Err(other) => return Err(wrong::<S>(algorithm, &n, &m, spec, other.to_string())),
                };
                let bound = conv::bound(own_x.view(), own_w.view(), spec, algorithm)
                    .map_err(|error| wrong::<S>(algorithm, &n, &m, spec, error.to_string()))?;
                tally.algorithms.insert(algorithm.name());
                tally.tiled += u64::from(tiled);
                tally.cases += 1;
                let is_near = |k: IxDyn, y: &Complex64| {
                    let Some([re, im]) = found.get(k.clone()).map(trial.parts) else { return false };
                    let (distance, allowed) = ((re - y.re).hypot(im - y.im), bound.at(k.slice()));
                    // a bound of infinity would allow anything, and NaN is never within one
                    distance <= allowed && allowed.is_finite()
                };
                if found.shape() != expected.shape() || !expected.indexed_iter().all(|(k, y)| is_near(k, y)) {
                    let what = format!("it is {found:?}, not {expected}");
                    return Err(wrong::<S>(algorithm, &n, &m, spec, what));
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
) -> Unmet {
    let found =
        format!("{} over {} on shapes {n:?} and {m:?} with {spec:?}: {what}", algorithm.name(), S::NAME);
    Unmet { id: ID, shows: SHOWS, found }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caught<S: Scalar>(trial: Trial<S>) -> Option<String> {
        judge(&mut Tally::default(), trial).err().map(|unmet| unmet.found)
    }

    fn integer(twin: fn(ArrayD<i64>) -> ArrayD<i64>) -> Trial<i64> {
        Trial { from: |n, _| n, parts: |y| [*y as f64, 0.0], twin, tiles: None }
    }

    fn double(twin: fn(ArrayD<f64>) -> ArrayD<f64>) -> Trial<f64> {
        Trial { from: |n, _| n as f64, parts: |y| [*y, 0.0], twin, tiles: Some(&TILES) }
    }

    #[test]
    fn one_wrong_entry_one_missing_entry_and_a_nan_are_caught() {
        let last = |mut y: ArrayD<i64>| {
            if let Some(entry) = y.iter_mut().last() {
                *entry += 1;
            }
            y
        };
        assert!(caught(integer(last)).is_some());
        let reversed = |mut y: ArrayD<i64>| {
            y.invert_axis(ndarray::Axis(0));
            y
        };
        assert!(caught(integer(reversed)).is_some());
        let lost = |y: ArrayD<f64>| if y.len() > 3 { y.mapv(|_| f64::NAN) } else { y };
        assert!(caught(double(lost)).is_some());
        // an error of a millionth is beyond the bound of doubles
        let rough = |y: ArrayD<f64>| y.mapv(|y| y * (1.0 + 1e-6));
        assert!(caught(double(rough)).is_some());
    }

    #[test]
    fn a_wrong_imaginary_part_is_caught() {
        let trial = |twin| Trial::<Complex64> { from: gaussian, parts: |y| [y.re, y.im], twin, tiles: None };
        assert!(caught(trial(|y| y.mapv(|y| y.conj()))).is_some());
        assert!(caught(trial(|y| y.mapv(|y| Complex::new(y.re, f64::NAN)))).is_some());
    }

    /// Only the long shape has such results: there Karatsuba's method halves.
    #[test]
    fn a_mistake_in_long_results_is_caught() {
        let long = |mut y: ArrayD<i64>| {
            if y.len() > 45
                && let Some(entry) = y.iter_mut().nth(45)
            {
                *entry -= 1;
            }
            y
        };
        assert!(caught(integer(long)).is_some_and(|found| found.contains("[70] and [45]")));
    }

    #[test]
    fn a_name_is_told_only_of_what_has_computed() {
        let mut tally = Tally::default();
        judge(&mut tally, double(|y| y)).expect("they agree");
        assert!(tally.algorithms.contains("overlap-save") && tally.tiled > 100, "{}", tally.tiled);
        // over floats it declines, whatever the shape
        assert!(!tally.algorithms.contains("karatsuba") && tally.declined > 0);
    }
}
