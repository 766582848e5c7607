//! A bank of two channels with numbers on their way through it, and what comes out if the details are dropped.

use super::{Unmet, Whole};
use crate::{
    conv::definition,
    figure::{Arrow, Content, Figure, Panel, number},
    scalar::Semiring,
    signal::Cyclic,
};

pub(super) const ID: &str = "two-channel-bank";

const INPUT: [i64; 8] = [3, 4, 6, 5, 1, 1, 2, 7];
/// The low and the high filter of analysis, the entry at −1 first, and of synthesis, the entry at 0 first.
const ANALYSIS: [[i64; 2]; 2] = [[1, 1], [-1, 1]];
const SYNTHESIS: [[i64; 2]; 2] = [[1, 1], [1, -1]];

type Circle = Cyclic<Whole>;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(&INPUT, ANALYSIS, SYNTHESIS)
}

/// Two taps on that circle, the first at `start`.
fn filter(n: usize, start: isize, taps: [i64; 2]) -> Circle {
    let mut entries = vec![Whole(0); n];
    for (place, tap) in (start..).zip(taps) {
        let entry = &mut entries[place.rem_euclid(n as isize) as usize];
        *entry = entry.plus(&Whole(tap));
    }
    Circle::circle(entries)
}

fn numbers(x: &Circle) -> Vec<i64> {
    x.entries().iter().map(|v| v.0).collect()
}

fn rows(all: &[Vec<i64>]) -> Content {
    Content::Grid(all.iter().map(|row| row.iter().map(|v| *v as f64).collect()).collect())
}

/// What synthesis makes of each of two channels.
fn parts(kept: &[Circle; 2], synthesis: [[i64; 2]; 2]) -> [Vec<i64>; 2] {
    [0, 1].map(|c| {
        let spread = kept[c].up(&[2]);
        let n = spread.entries().len();
        numbers(&definition::cyclic(&spread, &filter(n, 0, synthesis[c])))
    })
}

fn sum(parts: &[Vec<i64>; 2]) -> Vec<i64> {
    parts[0].iter().zip(&parts[1]).map(|(low, high)| low + high).collect()
}

fn draw(input: &[i64], analysis: [[i64; 2]; 2], synthesis: [[i64; 2]; 2]) -> Result<Figure, Unmet> {
    let unless =
        |held: bool, shows: &'static str, found: &dyn Fn() -> String| Unmet::unless(held, ID, shows, found);
    let n = input.len();
    unless(n > 0 && n.is_multiple_of(2), "half of the entries can be kept", &|| format!("there are {n}"))?;
    let x = Circle::circle(input.iter().copied().map(Whole).collect());
    let filtered = analysis.map(|taps| definition::cyclic(&x, &filter(n, -1, taps)));
    let halved = |y: &Circle| y.down(&[2]).unwrap_or_else(|| y.clone());
    let kept = [halved(&filtered[0]), halved(&filtered[1])];
    let back = parts(&kept, synthesis);
    let out = sum(&back);
    let twice: Vec<i64> = input.iter().map(|v| 2 * v).collect();
    unless(out == twice, "twice the input comes out", &|| format!("it is {out:?}"))?;
    let alone = back.iter().all(|part| *part != twice);
    unless(alone, "no channel alone gives it back", &|| "one does".to_owned())?;
    let silent = [kept[0].clone(), kept[1].map(|_| Whole(0))];
    let rough = parts(&silent, synthesis);
    let means = sum(&rough);
    let paired = means.chunks(2).zip(twice.chunks(2)).all(|(a, b)| a[0] == a[1] && 2 * a[0] == b[0] + b[1]);
    unless(paired, "without the details the means of pairs come out", &|| format!("it is {means:?}"))?;
    let panel = |at, title: &str, content| Panel { at, title: title.to_owned(), content };
    let table =
        |parts: &[Vec<i64>; 2], sum: &[i64]| rows(&[parts[0].clone(), parts[1].clone(), sum.to_vec()]);
    let pair = |pair: &[Circle; 2]| rows(&[numbers(&pair[0]), numbers(&pair[1])]);
    let arrow = |from, to, label: &str| Arrow { from, to, label: label.to_owned() };
    let most = twice.iter().zip(&means).map(|(a, b)| (a - b).abs()).max().unwrap_or(0);
    Ok(Figure {
        id: ID.to_owned(),
        title: "Numbers on their way through a bank".to_owned(),
        caption: format!(
            "A signal of {n} entries on a circle goes through Haar's bank. Filtered: the sum of each entry and the next in the upper \
             row, their difference in the lower one. Every second column is kept (↓), and {n} numbers are left in all. Then zeros are put between them (↑), \
             each row is filtered, and the two are added: twice the signal. Below, the details are set to 0: every pair \
             becomes its sum, and twice the signal is missed by up to {}.",
            number(most as f64)
        ),
        alt: format!(
            "A chain of four tables with arrows: the {n} entries; two rows of {n} filtered ones; two rows of {}; and three rows of {n}, the \
             last of which is the sum of the two above it and twice the first table. Below the third table it stands again with zeros in its second row, and \
             leads to a table whose last row has equal numbers in pairs.",
            n / 2
        ),
        panels: vec![
            panel((0, 0), "the signal", rows(&[numbers(&x)])),
            panel((0, 1), "sums and differences", pair(&filtered)),
            panel((0, 2), "every second kept", pair(&kept)),
            panel((0, 3), "two parts and their sum", table(&back, &out)),
            panel((1, 2), "without the details", pair(&silent)),
            panel((1, 3), "parts and sum without them", table(&rough, &means)),
        ],
        arrows: vec![
            arrow((0, 0), (0, 1), "∗ h"),
            arrow((0, 1), (0, 2), "↓"),
            arrow((0, 2), (0, 3), "↑∗g"),
            arrow((0, 2), (1, 2), "details to 0"),
            arrow((1, 2), (1, 3), "↑∗g"),
        ],
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn banks_that_do_not_reconstruct_and_signals_without_details_are_refused() {
        let refused = |input: &[i64], analysis, synthesis, words: &str| {
            let unmet = draw(input, analysis, synthesis).expect_err("it is wrong");
            assert!(unmet.to_string().contains(words), "{unmet}");
        };
        // the difference with the other sign
        refused(&INPUT, ANALYSIS, [[1, 1], [-1, 1]], "twice the input");
        refused(&INPUT, [[1, 1], [1, 1]], SYNTHESIS, "twice the input");
        // what only keeps and puts back, twice
        refused(&INPUT, [[0, 1], [1, 0]], [[2, 0], [0, 2]], "the means of pairs");
        // pairs that are equal need no details
        refused(&[5, 5, 2, 2], ANALYSIS, SYNTHESIS, "no channel alone");
        refused(&INPUT[..7], ANALYSIS, SYNTHESIS, "half of the entries");
        assert!(draw(&[1, 0, 0, 0], ANALYSIS, SYNTHESIS).is_ok());
    }
}
