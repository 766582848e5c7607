//! Which pooled values change when a signal moves by one, and how many of them do.

use super::Unmet;
use crate::{
    book::portable::integers,
    figure::{Axis, Content, Curves, Figure, Panel, Series, number},
    layer::{
        Layer, Sliding,
        pool::{Max, Regions},
    },
};
use ndarray::ArrayD;

pub(super) const ID: &str = "pooling-after-a-shift";

/// The entries that are drawn, and those that are counted.
const SHORT: usize = 14;
const LONG: usize = 4000;
/// The window that is drawn, and the two that are counted.
const DRAWN: usize = 3;
const WINDOWS: [usize; 2] = [3, 9];
const SEED: u64 = 5;

/// One summary of every k neighbouring entries.
type Pool = fn(&[i64], usize) -> Vec<i64>;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(largest)
}

fn largest(x: &[i64], k: usize) -> Vec<i64> {
    let x = ArrayD::from_shape_vec(vec![1, 1, x.len()], x.to_vec()).expect("a row");
    let pool = Max { regions: Regions::Sliding(Sliding::of(&[k])) };
    pool.forward(x.view()).map_or(vec![], |y| y.into_raw_vec_and_offset().0)
}

/// The numbers 1 … n in an order of chance.
fn shuffled(n: usize) -> Vec<i64> {
    let mut keys: Vec<(i64, i64)> = integers(SEED, 30).zip(1..=n as i64).collect();
    keys.sort_unstable();
    keys.into_iter().map(|(_, entry)| entry).collect()
}

/// At how many of the places that both cover a signal has the value that it had d places before, and of how many.
fn staying(x: &[i64], d: usize) -> (usize, usize) {
    (x.iter().zip(&x[d..]).filter(|(before, after)| before == after).count(), x.len() - d)
}

fn draw(pool: Pool) -> Result<Figure, Unmet> {
    let (short, long) = (shuffled(SHORT), shuffled(LONG));
    let pooled = pool(&short, DRAWN);
    if pooled.len() + DRAWN != SHORT + 1 {
        let found = format!("there are {} for {SHORT} entries", pooled.len());
        return Err(Unmet { id: ID, shows: "there is a pooled value for each window", found });
    }
    let (entries, values) = (staying(&short, 1), staying(&pooled, 1));
    let shows = "no entry stays under a step by one, and some pooled values do, but not all";
    Unmet::unless(entries.0 == 0 && values.0 > 0 && values.0 < values.1, ID, shows, || {
        format!("{} of {} entries and {} of {} values stay", entries.0, entries.1, values.0, values.1)
    })?;
    let steps: Vec<usize> = (0..=WINDOWS[1]).collect();
    let formula = |k: usize, d: usize| k.saturating_sub(d) as f64 / (k + d) as f64;
    let mut curves = vec![];
    let mut farthest = 0.0_f64;
    for k in WINDOWS {
        let y = pool(&long, k);
        let counted: Vec<f64> = steps
            .iter()
            .map(|d| {
                let (stay, all) = staying(&y, *d);
                stay as f64 / all as f64
            })
            .collect();
        let law: Vec<f64> = steps.iter().map(|d| formula(k, *d)).collect();
        farthest = counted.iter().zip(&law).fold(farthest, |far, (a, b)| far.max((a - b).abs()));
        curves.push((format!("k = {k}, counted"), counted.into_iter().map(Some).collect()));
        curves.push((format!("formula, {k}"), law.into_iter().map(Some).collect()));
    }
    let shows = "in a long row the share of values that stay is near (k − d)/(k + d)";
    Unmet::unless(farthest < 0.04, ID, shows, || format!("it is off by {}", number(farthest)))?;
    let series = |name: &str, start: i64, values: &[i64]| Series {
        name: name.to_owned(),
        start,
        values: values.iter().map(|v| *v as f64).collect(),
    };
    let stems = |at, title: &str, x: &[i64]| Panel {
        at,
        title: title.to_owned(),
        content: Content::Stems(vec![series("before", 0, x), series("a step later", 1, x)]),
    };
    Ok(Figure {
        id: ID.to_owned(),
        title: "Pooling after a shift by one".to_owned(),
        caption: format!(
            "Left, {SHORT} entries in an order of chance, and the same a step to the right. Where both are, none of the {} places keeps \
             its entry. Right, the largest of every {DRAWN} neighbours, before and after: a dot in a ring is a value that has stayed, \
             and there are {} of {}. Below, the share that stays under a shift by $d$, counted in a row of {LONG} entries, beside \
             $(k - d)/(k + d)$; the two are nowhere farther apart than {}.",
            entries.1,
            values.0,
            values.1,
            number(farthest)
        ),
        alt: format!(
            "Two stem plots with dots and rings. Left, no dot lies in a ring. Right, the pooled signal, {} of {} dots lie in rings. \
             Below, four falling curves from 1 to 0 over the shift: those for windows of {} reach 0 at {}, those for windows of {} at \
             {}, and each counted curve lies on its formula.",
            values.0, values.1, WINDOWS[0], WINDOWS[0], WINDOWS[1], WINDOWS[1]
        ),
        panels: vec![
            stems((0, 0), "x, and x shifted by 1", &short),
            stems((0, 1), &format!("largest of {DRAWN}"), &pooled),
            Panel {
                at: (1, 0),
                title: "Values that stay".to_owned(),
                content: Content::Curves(Curves {
                    across: Axis::linear("shift d"),
                    up: Axis::linear("share"),
                    places: steps.iter().map(|d| *d as f64).collect(),
                    curves,
                    span: (2, 2),
                }),
            },
        ],
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_single_entries_and_longer_windows_are_refused() {
        let sums: Pool = |x, k| x.windows(k).map(|window| window.iter().sum()).collect();
        let first: Pool = |x, k| x.windows(k).map(|window| window[0]).collect();
        let longer: Pool = |x, k| largest(x, k + 1);
        let constant: Pool = |x, k| vec![0; x.len() + 1 - k];
        let middle: Pool = |x, k| {
            let median = |window: &[i64]| {
                let mut window = window.to_vec();
                window.sort_unstable();
                window[k / 2]
            };
            x.windows(k).map(median).collect()
        };
        for wrong in [sums, first, longer, constant, middle] {
            assert!(draw(wrong).is_err());
        }
    }
}
