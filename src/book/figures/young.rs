//! Young's inequality: how large a convolution is, beside what its factors allow.

use super::{Line, Operation, Unmet, line, plot};
use crate::{
    book::portable::integers,
    conv::definition,
    figure::{Axis, Figure, number},
};

pub(super) const ID: &str = "young";

const SEED: u64 = 11;
/// So many pairs of random signals of so many entries.
const PAIRS: usize = 48;
const ENTRIES: usize = 6;
/// Entries below 2^bits.
const BITS: u32 = 4;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(definition::signals)
}

/// Exact: Σ|x|, Σx², max|x|.
struct Sizes {
    sum: i64,
    squares: i64,
    largest: i64,
}

impl Sizes {
    fn of(x: &Line) -> Sizes {
        let all = || x.entries().iter().map(|v| v.0.abs());
        Sizes { sum: all().sum(), squares: all().map(|v| v * v).sum(), largest: all().max().unwrap_or(0) }
    }
}

/// The left and the right side of ‖x ∗ w‖_r ≤ ‖x‖_p ‖w‖_q for (p, q, r) = (1, 1, 1), (1, 2, 2), (2, 2, ∞), the last two
/// squared, so that they are integers.
fn sides(x: &Line, w: &Line, convolve: Operation) -> [(i64, i64); 3] {
    let (a, b, y) = (Sizes::of(x), Sizes::of(w), Sizes::of(&convolve(x, w)));
    [
        (y.sum, a.sum * b.sum),
        (y.squares, a.sum * a.sum * b.squares),
        (y.largest * y.largest, a.squares * b.squares),
    ]
}

const NAMES: [&str; 3] = ["(1, 1, 1)", "(1, 2, 2)", "(2, 2, ∞)"];

fn draw(convolve: Operation) -> Result<Figure, Unmet> {
    let mut entries = integers(SEED, BITS);
    let mut random = || line(0, &entries.by_ref().take(ENTRIES).collect::<Vec<i64>>());
    let pairs: Vec<(Line, Line)> = (0..PAIRS).map(|_| (random(), random())).collect();
    let mut ratios: [Vec<f64>; 3] = Default::default();
    for (x, w) in &pairs {
        for (k, (left, right)) in sides(x, w, convolve).into_iter().enumerate() {
            let shows = "no convolution is larger than Young's inequality allows";
            Unmet::unless(left <= right, ID, shows, || format!("for {} it is: {left} > {right}", NAMES[k]))?;
            let ratio = left as f64 / right as f64;
            ratios[k].push(if k == 0 { ratio } else { ratio.sqrt() });
        }
    }
    // where nothing cancels, where nothing is smeared, where all meets at one place
    let positive = line(0, &[1, 5, 2, 7]);
    let signed = line(0, &[2, -3, 1, 4]);
    let equal = [
        sides(&positive, &line(0, &[3, 1, 4]), convolve)[0],
        sides(&line(2, &[-5]), &signed, convolve)[1],
        sides(&signed, &signed.reversed(), convolve)[2],
    ];
    for (name, (left, right)) in NAMES.iter().zip(equal) {
        let shows = "each of the three inequalities is an equality somewhere";
        Unmet::unless(left == right, ID, shows, || format!("{name} is {left} < {right} there"))?;
    }
    ratios.iter_mut().for_each(|ratios| ratios.sort_by(|a, b| b.total_cmp(a)));
    let said: Vec<String> = NAMES
        .iter()
        .zip(&ratios)
        .map(|(name, ratios)| {
            format!(
                "{} to {} for ${}$",
                number(ratios[PAIRS - 1]),
                number(ratios[0]),
                name.replace('∞', "\\infty")
            )
        })
        .collect();
    let mut curves: Vec<(String, Vec<Option<f64>>)> = NAMES
        .iter()
        .zip(&ratios)
        .map(|(name, ratios)| ((*name).to_owned(), ratios.iter().copied().map(Some).collect()))
        .collect();
    curves.push(("allowed".to_owned(), vec![Some(1.0); PAIRS]));
    Ok(Figure {
        id: ID.to_owned(),
        title: "Young's inequality".to_owned(),
        caption: format!(
            "The ratio of $\\lVert x * w\\rVert_r$ to $\\lVert x\\rVert_p\\lVert w\\rVert_q$ for three triples $(p, q, r)$ with \
             $1/p + 1/q = 1 + 1/r$, over {PAIRS} pairs of random signals of {ENTRIES} integers, in falling order. It is {}, and \
             never above 1, compared in integers. It is 1, exactly, for two signals without negative entries in the first case, an impulse in the \
             second, and a signal with its own mirror image in the third.",
            said.join(", ")
        ),
        alt: format!(
            "Three falling rows of {PAIRS} points each, all below a level line at 1: the ratios for {}.",
            NAMES.join(", ")
        ),
        panels: plot(
            [Axis::linear("pair, in falling order"), Axis::linear("ratio")],
            (1..=PAIRS).map(|k| k as f64).collect(),
            curves,
        ),
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_larger_or_never_equal_is_refused() {
        let doubled: Operation = |x, w| {
            let y = definition::signals(x, w);
            y.map(|v| super::super::Whole(2 * v.0))
        };
        let nothing: Operation = |_, _| line(0, &[0]);
        let correlation: Operation = |x, w| definition::signals(x, &w.reversed());
        assert!([doubled, nothing, correlation].into_iter().all(|wrong| draw(wrong).is_err()));
    }
}
