//! Where the energy of three signals goes in a scattering transform, order by order, with a bank that is tight and with one
//! that is not.

use super::{Unmet, heading, rounded};
use crate::{
    book::portable::{circle, exp},
    conv::workload::Dice,
    figure::{Axis, Content, Curves, Figure, Panel, Table, number},
    wavelet::scattering::{Convention, Scattering, ScatteringError, Settings},
};
use ndarray::{Array1, ArrayD};

pub(super) const ID: &str = "energy-by-order";

const SAMPLES: usize = 2048;
const SCALE: u32 = 8;
const ORDERS: usize = 3;
/// Smaller shares are not drawn.
const DRAWN: f64 = 1e-6;
/// Of the energy, that may be missing in the ledger of the tight bank.
const DEFECT: f64 = 1e-13;

type Signal = ArrayD<f64>;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(&signals(), Convention::Parseval)
}

fn signals() -> [(&'static str, Signal); 3] {
    [("chirp", chirp()), ("noise", noise()), ("music", music())]
}

fn samples(value: impl Fn(f64) -> f64) -> Signal {
    Array1::from_shape_fn(SAMPLES, |n| value(n as f64 / SAMPLES as f64)).into_dyn()
}

/// Its frequency rises evenly from 0 to a quarter of a cycle per sample, within a bell.
fn chirp() -> Signal {
    samples(|t| {
        let bell = exp(-18.0 * (t - 0.5) * (t - 0.5));
        bell * circle(SAMPLES as f64 * t * t / 8.0)[0]
    })
}

/// Sums of four uniform numbers, less their mean.
fn noise() -> Signal {
    let mut dice = Dice(16);
    Array1::from_shape_simple_fn(SAMPLES, || (0..4).map(|_| dice.uniform()).sum::<f64>() - 2.0).into_dyn()
}

/// Four notes, each struck and dying away, with four partials that are weaker the higher they are.
fn music() -> Signal {
    const NOTES: [(f64, f64); 4] = [(0.04, 33.0), (0.27, 41.0), (0.5, 49.0), (0.73, 55.0)];
    let note = |(start, cycles): (f64, f64), t: f64| {
        let since = t - start;
        if since < 0.0 {
            return 0.0;
        }
        let partials = (1..=4).map(|k| circle(f64::from(k) * cycles * since)[1] / f64::from(k * k));
        exp(-12.0 * since) * partials.sum::<f64>()
    };
    samples(|t| NOTES.iter().map(|one| note(*one, t)).sum())
}

/// The parts of the energy of a signal.
struct Shares {
    /// In the averages of each order.
    orders: Vec<f64>,
    /// In the moduli of the last order and not in their averages, for a tight bank.
    left: Option<f64>,
}

impl Shares {
    fn sum(&self) -> f64 {
        self.orders.iter().sum::<f64>() + self.left.unwrap_or(0.0)
    }
}

fn plan(convention: Convention) -> Result<Scattering<f64>, ScatteringError> {
    Scattering::new(&Settings { convention, orders: ORDERS, ..Settings::of(&[SAMPLES], SCALE) })
}

/// By the ledger of the transform, which must be in order.
fn conserved(plan: &Scattering<f64>, x: &Signal) -> Result<Result<Shares, String>, ScatteringError> {
    let Some(ledger) = plan.ledger(x.view())? else { return Ok(Err("there is no ledger".to_owned())) };
    if ledger.defect >= DEFECT {
        return Ok(Err(format!("{} of the energy is missing", number(ledger.defect))));
    }
    let orders: Vec<f64> = ledger.averages.iter().map(|energy| energy / ledger.signal).collect();
    let left = ledger.rest / ledger.signal - orders[ORDERS];
    Ok(Ok(Shares { orders, left: Some(left) }))
}

/// The sums of squares of the coefficients of each order, times the samples that each stands for.
fn counted(plan: &Scattering<f64>, x: &Signal) -> Result<Shares, ScatteringError> {
    let y = plan.forward(x.view())?;
    let energy = |x: &mut dyn Iterator<Item = f64>| x.map(|x| x * x).sum::<f64>();
    let rate = (SAMPLES / plan.output_shape()[0]) as f64;
    let mut orders = vec![0.0; ORDERS + 1];
    for (path, average) in plan.paths().iter().zip(y.outer_iter()) {
        orders[path.wavelets.len()] += rate * energy(&mut average.iter().copied());
    }
    let whole = energy(&mut x.iter().copied());
    Ok(Shares { orders: orders.into_iter().map(|energy| energy / whole).collect(), left: None })
}

fn draw(signals: &[(&str, Signal)], tight: Convention) -> Result<Figure, Unmet> {
    let refused =
        |error: ScatteringError| Unmet { id: ID, shows: "the signals fit", found: error.to_string() };
    let other = Convention::Kymatio030;
    let (own, theirs) = (plan(tight).map_err(refused)?, plan(other).map_err(refused)?);
    let (mut kept, mut lossy) = (vec![], vec![]);
    for (name, x) in signals {
        let shares = conserved(&own, x).map_err(refused)?;
        let shows = "of the tight bank all orders and what is left are the whole";
        kept.push(shares.map_err(|found| Unmet {
            id: ID,
            shows,
            found: format!("of the {name}, {found}"),
        })?);
        lossy.push(counted(&theirs, x).map_err(refused)?);
    }
    for ((name, _), shares) in signals.iter().zip(&kept) {
        let shows = "order 1 has most, each later one less than the one before, and little is left";
        let falling = shares.orders[0] < shares.orders[1]
            && shares.orders[1..].windows(2).all(|pair| pair[0] > pair[1]);
        let little = shares.left.is_some_and(|left| (0.0..0.02).contains(&left));
        Unmet::unless(falling && little, ID, shows, || {
            format!("of the {name} there are {:?}, and {:?} is left", shares.orders, shares.left)
        })?;
    }
    let shows = "the coefficients of the other bank have less than the whole energy of each signal";
    let less = lossy.iter().all(|shares| shares.sum() < 0.9);
    let sums = || -> Vec<String> { lossy.iter().map(|shares| number(shares.sum())).collect() };
    Unmet::unless(less, ID, shows, || sums().join(", "))?;

    let names: Vec<&str> = signals.iter().map(|(name, _)| *name).collect();
    let curves = |column: usize, convention: Convention, all: &[Shares]| {
        let point = |share: &f64| (*share > DRAWN).then(|| rounded(*share, 9));
        let curve = |(name, shares): (&&str, &Shares)| {
            ((*name).to_owned(), shares.orders.iter().map(point).collect())
        };
        Panel {
            at: (0, column),
            title: heading(convention.name()),
            content: Content::Curves(Curves {
                across: Axis::named(
                    "order",
                    (0..=ORDERS).map(|order| (order as f64, order.to_string())).collect(),
                ),
                up: Axis::logarithmic("share of the energy"),
                places: (0..=ORDERS).map(|order| order as f64).collect(),
                curves: names.iter().zip(all).map(curve).collect(),
                span: (2, 2),
            }),
        }
    };
    let row = |(name, convention, shares): (&str, Convention, &Shares)| -> Vec<String> {
        let left = shares.left.map_or_else(|| "–".to_owned(), number);
        let orders = shares.orders.iter().map(|share| number(*share));
        let name = format!("{name}, {convention}");
        [name].into_iter().chain(orders).chain([left, number(rounded(shares.sum(), 9))]).collect()
    };
    let rows = [(tight, &kept), (other, &lossy)].into_iter().flat_map(|(convention, all)| {
        names.iter().zip(all).map(move |(name, shares)| (*name, convention, shares))
    });
    let head =
        ["share", "order 0", "order 1", "order 2", "order 3", "left", "sum"].map(str::to_owned).to_vec();
    let left: Vec<String> = kept.iter().map(|shares| number(shares.left.unwrap_or(f64::NAN))).collect();
    let table = Content::Table(Table { head, rows: rows.map(row).collect() });
    Ok(Figure {
        id: ID.to_owned(),
        title: "Where the energy goes".to_owned(),
        caption: format!(
            "Three signals of {SAMPLES} samples, averages over $2^{SCALE}$ of them, one wavelet to an octave: the energy of the \
             coefficients of each order, as a share of that of the signal. With the tight bank of `{tight}` and all paths, the orders 0 to \
             {ORDERS} and the moduli that are left after them have, together, the energy of the signal: the difference is less than \
             $10^{{-13}}$ of it. What is left is {} of the {}, {} of the {} and {} of the {}. In the convention `{other}` the sums are {}: its bank \
             is not tight, its filters get smaller with each octave of subsampling before them, and its paths only go to lower frequencies. \
             Shares below $10^{{-6}}$ are not drawn.",
            left[0],
            names[0],
            left[1],
            names[1],
            left[2],
            names[2],
            sums().join(", "),
        ),
        alt: format!(
            "Two panels, each with three curves over the orders 0 to {ORDERS}, highest at order 1 and, on a logarithmic scale, falling from \
             there, more steeply on the right; and a table of the same shares, with what is left and the sums: 1 for `{tight}`, {} for \
             `{other}`.",
            sums().join(", ")
        ),
        panels: vec![
            curves(0, tight, &kept),
            curves(2, other, &lossy),
            Panel { at: (2, 0), title: String::new(), content: table },
        ],
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bank_that_is_not_tight_and_signals_with_more_in_higher_orders_are_refused() {
        assert!(draw(&signals(), Convention::KymatioMain).is_err_and(|unmet| unmet.found.contains("ledger")));
        let constant = ("constant", samples(|_| 1.0));
        assert!(draw(&[constant], Convention::Parseval).is_err());
        let short = ("short", Array1::zeros(SAMPLES / 2).into_dyn());
        assert!(draw(&[short], Convention::Parseval).is_err());
    }
}
