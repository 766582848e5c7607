//! A signal, found again from its scattering coefficients: from averages alone, with the first order, and with the second.

use super::{Unmet, rounded};
use crate::{
    book::portable::exp,
    conv::workload::Dice,
    figure::{Axis, Content, Curves, Figure, Panel, number},
    wavelet::scattering::{Convention, Scattering, ScatteringError, Settings},
};
use ndarray::{Array1, ArrayD};

pub(super) const ID: &str = "reconstruction-by-order";

const SAMPLES: usize = 128;
const SCALE: u32 = 4;
const ORDERS: usize = 2;
const STEPS: usize = 40;
/// The noise of the start that is drawn, and others.
const SEED: u64 = 2;
const OTHERS: [u64; 3] = [3, 4, 5];
/// How far a start is moved to see whether what is found hangs on its last digits, and by how much that may move.
const NUDGE: f64 = 1e-12;
const MOVED: f64 = 1e-6;

type Signal = ArrayD<f64>;
type Plan = Scattering<f64>;
/// What is found for these coefficients from a start.
type Search = fn(&Plan, &Signal, Signal) -> Result<Signal, ScatteringError>;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(&signal(), descent)
}

/// A sound that begins suddenly and dies away, one that takes longer, and a click.
fn signal() -> Signal {
    let from = |n: f64, start: f64, length: f64| if n < start { 0.0 } else { exp((start - n) / length) };
    let value = |n: usize| {
        let n = n as f64;
        from(n, 20.0, 6.0) + from(n, 60.0, 12.0) + exp(-(n - 104.0) * (n - 104.0) / 4.5)
    };
    Array1::from_shape_fn(SAMPLES, value).into_dyn()
}

fn descent(plan: &Plan, wanted: &Signal, start: Signal) -> Result<Signal, ScatteringError> {
    Ok(plan.invert(wanted.view(), start, STEPS)?.x)
}

fn plan(orders: usize) -> Result<Plan, ScatteringError> {
    Scattering::new(&Settings { convention: Convention::Parseval, orders, ..Settings::of(&[SAMPLES], SCALE) })
}

/// What is found by the orders up to 0, 1 and 2, each from what was found before. A modulus that is 0 has no slope, so the first
/// start is a little noise.
fn found(x: &Signal, search: Search, seed: u64, nudge: f64) -> Result<Vec<Signal>, ScatteringError> {
    let mut dice = Dice(seed);
    let mut start =
        Array1::from_shape_simple_fn(SAMPLES, || 0.01 * (dice.uniform() - 0.5) + nudge).into_dyn();
    let mut all = vec![];
    for orders in 0..=ORDERS {
        let plan = plan(orders)?;
        start = search(&plan, &plan.forward(x.view())?, start)?;
        all.push(start.clone());
    }
    Ok(all)
}

/// ‖y − x‖/‖x‖.
fn apart(x: &Signal, y: &Signal) -> f64 {
    let size = |x: &Signal| x.iter().map(|x| x * x).sum::<f64>().sqrt();
    size(&(y - x)) / size(x)
}

fn draw(x: &Signal, search: Search) -> Result<Figure, Unmet> {
    let refused =
        |error: ScatteringError| Unmet { id: ID, shows: "there is a descent", found: error.to_string() };
    let all = found(x, search, SEED, 0.0).map_err(refused)?;
    let others = found(x, search, SEED, NUDGE).map_err(refused)?;
    let moved = all.iter().zip(&others).map(|(a, b)| apart(a, b)).fold(0.0, f64::max);
    let shows = "what is found does not hang on the last digits";
    Unmet::unless(moved < MOVED, ID, shows, || format!("it moves by {moved}"))?;
    let whole = plan(ORDERS).map_err(refused)?;
    let coefficients = |y: &Signal| whole.forward(y.view()).map_err(refused);
    let wanted = coefficients(x)?;
    let errors: Vec<f64> = all.iter().map(|y| apart(x, y)).collect();
    let distances =
        all.iter().map(|y| Ok(apart(&wanted, &coefficients(y)?))).collect::<Result<Vec<_>, _>>()?;
    let list = |values: &[f64]| values.iter().map(|v| number(*v)).collect::<Vec<_>>().join(", ");
    let said =
        || format!("the errors are {}, and the coefficients {} apart", list(&errors), list(&distances));
    let shows = "each order brings the coefficients, and from this start the signal, nearer";
    let falling = |values: &[f64]| values.windows(2).all(|pair| pair[1] < 0.95 * pair[0]);
    Unmet::unless(falling(&errors) && falling(&distances), ID, shows, said)?;
    let mut ends = vec![errors[ORDERS]];
    let mut worst = distances[ORDERS];
    for seed in OTHERS {
        let last = found(x, search, seed, 0.0).map_err(refused)?.remove(ORDERS);
        ends.push(apart(x, &last));
        worst = worst.max(apart(&wanted, &coefficients(&last)?));
    }
    let (least, most) = ends.iter().fold((f64::INFINITY, 0.0_f64), |(a, b), v| (a.min(*v), b.max(*v)));
    let shows =
        "coefficients that are nearly the same do not make the signal the same, from any of the starts";
    Unmet::unless(worst < 0.1 && least > 3.0 * worst, ID, shows, || {
        format!("the coefficients are up to {worst} apart, and the signals {}", list(&ends))
    })?;
    let curve = |y: &Signal| y.iter().map(|v| Some(rounded(*v, 3))).collect::<Vec<_>>();
    let panel = |order: usize, y: &Signal| Panel {
        at: (order, 0),
        title: if order == 0 { "order 0".to_owned() } else { format!("orders 0 to {order}") },
        content: Content::Curves(Curves {
            across: Axis::linear("sample"),
            up: Axis::linear("value"),
            places: (0..SAMPLES).map(|n| n as f64).collect(),
            curves: vec![("signal".to_owned(), curve(x)), ("found".to_owned(), curve(y))],
            span: (1, 3),
        }),
    };
    Ok(Figure {
        id: ID.to_owned(),
        title: "Found from its coefficients, and not the same".to_owned(),
        caption: format!(
            "A signal of {SAMPLES} samples, and what {STEPS} steps of descent find from its coefficients (`parseval`, averages over \
             $2^{SCALE}$ samples) of order 0, then from there by the orders 0 and 1, then by 0, 1 and 2. The first start is a little noise. The errors, in \
             units of the signal, are {}; all coefficients up to order {ORDERS} of what is found are {} from those of the signal, in units of theirs. \
             What is found has nearly the coefficients of the signal and is not the signal. With other noise at the start, {} times, other \
             signals are found: all {} have errors between {:.1} and {:.1} and coefficients less than 0.1 apart.",
            list(&errors),
            list(&distances),
            OTHERS.len(),
            ends.len(),
            (least * 10.0).floor() / 10.0,
            (most * 10.0).ceil() / 10.0,
        ),
        alt: format!(
            "Three panels, each with the signal, two sudden rises that die away and a narrow bell, and what is found: a smooth wave through its \
             averages; a curve with sharp rises in the right places; and one a little nearer. The errors are {}.",
            list(&errors)
        ),
        panels: all.iter().enumerate().map(|(order, y)| panel(order, y)).collect(),
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_that_stays_or_knows_too_much_is_refused() {
        assert!(draw(&signal(), |_, _, start| Ok(start)).is_err_and(|unmet| unmet.shows.contains("nearer")));
        assert!(draw(&signal(), |_, _, _| Ok(signal())).is_err());
        // a start that is made larger and larger hangs on its last digits
        assert!(
            draw(&signal(), |_, _, start| Ok(start * 1e9)).is_err_and(|unmet| unmet.shows.contains("nearer"))
        );
    }
}
