//! Discrete convolutions of samples approach the convolution of functions: errors against the step, and their orders.

use super::{Unmet, plot};
use crate::{
    conv::definition,
    figure::{Axis, Figure, number},
    signal::{Signal, piecewise::Piecewise},
};
use dashu_ratio::RBig;

pub(super) const ID: &str = "riemann-sums";

/// Steps 2^−t.
const FINENESS: std::ops::RangeInclusive<u32> = 2..=6;
/// The errors are taken at multiples of a quarter.
const QUARTERS: i64 = 4;

/// The sum that stands for the integral: of samples at (j + o) h of both, for a step 1/n.
type Approach = fn(&Piecewise, &Piecewise, i64, &RBig) -> Signal<RBig>;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(sum)
}

/// h Σ_j x((j + o) h) w((k − j − o) h), which is (x ∗ w)(k h) in the limit.
fn sum(x: &Piecewise, w: &Piecewise, n: i64, o: &RBig) -> Signal<RBig> {
    let y = definition::signals(&samples(x, n, o), &samples(w, n, &-o.clone()));
    y.map(|v| v / RBig::from(n))
}

/// x((j + o) / n), from the first j of the support to the last.
fn samples(x: &Piecewise, n: i64, o: &RBig) -> Signal<RBig> {
    let Some((from, to)) = x.support() else { return Signal::line(0, vec![]) };
    let whole = |t: &RBig| (t * RBig::from(n)).to_f64_fast();
    // one more on either side, so that no offset loses a sample
    let (first, last) = (whole(from).floor() as i64 - 1, whole(to).ceil() as i64 + 1);
    let at = |j: i64| x.at(&((RBig::from(j) + o) / RBig::from(n)));
    Signal::line(first as isize, (first..=last).map(at).collect())
}

/// Where the samples lie in the cells.
fn offset(middle: bool) -> RBig {
    if middle { RBig::ONE / RBig::from(2) } else { RBig::ZERO }
}

struct Case {
    name: &'static str,
    x: Piecewise,
    w: Piecewise,
    middle: bool,
    /// The power of the step with which the error falls.
    order: u32,
}

fn cases() -> Result<[Case; 4], crate::signal::piecewise::ContinuousError> {
    let window = Piecewise::indicator(RBig::ZERO, RBig::ONE)?;
    let hat = window.convolve(&window)?;
    let smooth = hat.convolve(&window)?;
    let case = |name, x: &Piecewise, w: &Piecewise, middle, order| Case {
        name,
        x: x.clone(),
        w: w.clone(),
        middle,
        order,
    };
    Ok([
        case("box, hat; left", &window, &hat, false, 1),
        case("box, spline; middle", &window, &smooth, true, 2),
        case("hat, hat; left", &hat, &hat, false, 2),
        case("spline, spline; left", &smooth, &smooth, false, 4),
    ])
}

/// The largest error at the quarters.
fn error(case: &Case, exact: &Piecewise, n: i64, approach: Approach) -> RBig {
    let y = approach(&case.x, &case.w, n, &offset(case.middle));
    let last = exact.support().map_or(0.0, |(_, to)| to.to_f64_fast()).ceil() as i64;
    let off = |k: i64| {
        let found = y.at(&[(k * n / QUARTERS) as isize]).cloned().unwrap_or(RBig::ZERO);
        let off = found - exact.at(&(RBig::from(k) / RBig::from(QUARTERS)));
        if off < RBig::ZERO { -off } else { off }
    };
    (-QUARTERS..=(last + 1) * QUARTERS).map(off).max().unwrap_or(RBig::ZERO)
}

fn draw(approach: Approach) -> Result<Figure, Unmet> {
    let unmet = |error| Unmet { id: ID, shows: "there are such signals", found: format!("{error}") };
    let cases = cases().map_err(unmet)?;
    let mut curves = vec![];
    let mut said = vec![];
    for case in &cases {
        let exact = case.x.convolve(&case.w).map_err(unmet)?;
        let errors: Vec<RBig> = FINENESS.map(|t| error(case, &exact, 1 << t, approach)).collect();
        let shows = "the sums are not the integral, and approach it";
        let approaches = errors.windows(2).all(|pair| RBig::ZERO < pair[1] && pair[1] < pair[0]);
        Unmet::unless(approaches, ID, shows, || format!("the errors of {} are {errors:?}", case.name))?;
        let quotients: Vec<f64> = errors.windows(2).map(|pair| (&pair[0] / &pair[1]).to_f64_fast()).collect();
        let wanted = f64::from(1_u32 << case.order);
        let last = quotients.last().copied().unwrap_or(f64::NAN);
        let shows = "half the step divides the error by two to the order";
        Unmet::unless((last / wanted - 1.0).abs() < 0.05, ID, shows, || {
            format!("for {} it divides it by {quotients:?}", case.name)
        })?;
        said.push(format!("by {} ({})", number(last), case.name));
        curves.push((case.name.to_owned(), errors.iter().map(|e| Some(e.to_f64_fast())).collect()));
    }
    let steps = FINENESS.map(|t| 1.0 / f64::from(1_u32 << t));
    // places rise
    let places: Vec<f64> = steps.rev().collect();
    curves.iter_mut().for_each(|(_, values): &mut (String, Vec<Option<f64>>)| values.reverse());
    Ok(Figure {
        id: ID.to_owned(),
        title: "Sums approach the integral".to_owned(),
        caption: format!(
            "The largest error, at multiples of a quarter, of the discrete convolution of samples times the step. All errors are \
             exact fractions. From the second smallest step to the smallest they are divided {}. With samples on the left, the \
             rougher the integrand, the slower; in the middle of the steps a jump costs no more than a kink. A box jumps, a hat is a box convolved with a box, a spline is a hat convolved with a box; left and middle say where in each \
             step the samples lie.",
            said.join(", ")
        ),
        alt: format!(
            "Four rising straight lines over logarithmic axes, for steps from {} to {}: one of slope 1, two of slope 2, one of \
             slope 4.",
            number(places[0]),
            number(places[places.len() - 1])
        ),
        panels: plot([Axis::logarithmic("step"), Axis::logarithmic("error")], places, curves),
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_that_lose_a_factor_or_their_place_are_refused() {
        let without_step: Approach = |x, w, n, o| sum(x, w, n, o).map(|v| v * RBig::from(n));
        let late: Approach = |x, w, n, o| sum(x, w, n, o).shifted(&[1]);
        let both_left: Approach =
            |x, w, n, o| definition::signals(&samples(x, n, o), &samples(w, n, o)).map(|v| v / RBig::from(n));
        let correlation: Approach = |x, w, n, o| sum(x, &w.reflected(), n, o);
        for wrong in [without_step, late, both_left, correlation] {
            assert!(draw(wrong).is_err());
        }
    }

    #[test]
    fn samples_are_values() {
        let window = Piecewise::indicator(RBig::ZERO, RBig::ONE).expect("increasing");
        let x = samples(&window, 4, &offset(true));
        let ones = x.indexed().filter(|(_, v)| **v == RBig::ONE).map(|(j, _)| j[0]).collect::<Vec<_>>();
        assert_eq!(ones, [0, 1, 2, 3]);
    }
}
