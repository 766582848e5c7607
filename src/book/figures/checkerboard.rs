//! Transposed layers on a constant: how many kernels meet in each place, and what two kernels make of that.

use super::Unmet;
use crate::{
    figure::{Content, Figure, Panel},
    layer::{LayerError, Sliding, Transposed, Window, grid::Connections},
};
use ndarray::ArrayD;
use std::collections::BTreeSet;

pub(super) const ID: &str = "checkerboard";

const STRIDE: usize = 2;
/// Entries along each axis of the input.
const ENTRIES: usize = 3;
/// Three weights that leave no pattern though their number is odd, and four that leave one though it is even.
const HAT: [i64; 3] = [1, 2, 1];
const SLANTED: [i64; 4] = [1, 3, 2, 1];

/// What a transposed layer with stride 2 makes of ones, with the product of weights along both axes as kernel.
type Make = fn(&[i64]) -> Result<ArrayD<i64>, LayerError>;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(transposed)
}

fn transposed(weights: &[i64]) -> Result<ArrayD<i64>, LayerError> {
    let k = weights.len();
    let kernel = ArrayD::from_shape_fn(vec![1, 1, k, k], |i| weights[i[2]] * weights[i[3]]);
    let ones = ArrayD::from_elem(vec![1, 1, ENTRIES, ENTRIES], 1);
    Transposed::new(Sliding::of(&[k, k]).stride(STRIDE), kernel).apply(ones.view())
}

/// How many entries each output reads: edges of the graph of the convolution over zeros between the entries.
fn overlaps(k: usize) -> Result<Vec<i64>, LayerError> {
    let window = Window { spread: STRIDE, before: k - 1, after: k - 1, ..Window::of(k) };
    let grid = Sliding { windows: vec![window; 2], ..Sliding::of(&[k, k]) }.grid(&[ENTRIES; 2])?;
    let mut walked = vec![];
    Ok((0..grid.outputs()).map(|output| grid.edges(output, &mut walked).len() as i64).collect())
}

fn rows(y: &ArrayD<i64>) -> Vec<Vec<i64>> {
    let width = y.shape().last().copied().unwrap_or(1).max(1);
    y.iter().copied().collect::<Vec<i64>>().chunks(width).map(<[i64]>::to_vec).collect()
}

/// The values in the interior, where as many kernels meet as ever do.
fn interior(rows: &[Vec<i64>], k: usize) -> BTreeSet<i64> {
    let within = |n: usize| k - STRIDE..n - (k - STRIDE);
    rows[within(rows.len())].iter().flat_map(|row| row[within(row.len())].iter().copied()).collect()
}

fn draw(make: Make) -> Result<Figure, Unmet> {
    let refused =
        |error: LayerError| Unmet { id: ID, shows: "the layers take a constant", found: error.to_string() };
    let of = |weights: &[i64]| make(weights).map(|y| rows(&y)).map_err(refused);
    let [odd, even, hat, slanted] = [of(&[1; 3])?, of(&[1; 4])?, of(&HAT)?, of(&SLANTED)?];
    for (k, found) in [(3, &odd), (4, &even)] {
        let wanted = overlaps(k).map_err(refused)?;
        let shows = "kernels of ones add up to the number of kernels that meet";
        Unmet::unless(found.concat() == wanted, ID, shows, || {
            format!("for {k} weights they add up to {found:?}")
        })?;
    }
    let within = [interior(&odd, 3), interior(&even, 4), interior(&hat, 3), interior(&slanted, 4)];
    let shows = "three ones and four slanted weights leave a pattern, four ones and the hat leave none";
    let wanted = [false, true, true, false];
    Unmet::unless(within.iter().map(|values| values.len() == 1).eq(wanted), ID, shows, || {
        format!("the values in the interior are {within:?}")
    })?;
    let list = |values: &BTreeSet<i64>| {
        let all: Vec<String> = values.iter().map(i64::to_string).collect();
        all.split_last().map_or_else(String::new, |(last, rest)| {
            if rest.is_empty() { last.clone() } else { format!("{} and {last}", rest.join(", ")) }
        })
    };
    let weights = |all: &[i64]| all.iter().map(i64::to_string).collect::<Vec<_>>().join(" ");
    let grid = |rows: &[Vec<i64>]| rows.iter().map(|row| row.iter().map(|v| *v as f64).collect()).collect();
    let panel = |column, title: String, rows: &[Vec<i64>]| Panel {
        at: (0, column),
        title,
        content: Content::Grid(grid(rows)),
    };
    let meet = |k: usize| format!("kernels that meet, k = {k}");
    let output = |all: &[i64]| format!("output of {}", weights(all));
    Ok(Figure {
        id: ID.to_owned(),
        title: "Checkerboards from a constant".to_owned(),
        caption: format!(
            "Transposed layers with stride {STRIDE}, on {ENTRIES} by {ENTRIES} ones. With three weights along each axis {} kernels meet in a \
             place of the interior; with four it is {} in each. But that is a matter of weights: {}, along both axes, leave {} \
             in the whole interior, and {} leave {}, for the weights in even places and those in odd places have the sums {} and {}.",
            list(&within[0]),
            list(&within[1]),
            weights(&HAT),
            list(&within[2]),
            weights(&SLANTED),
            list(&within[3]),
            SLANTED.iter().step_by(2).sum::<i64>(),
            SLANTED.iter().skip(1).step_by(2).sum::<i64>()
        ),
        alt: format!(
            "Four squares of numbers. The first alternates between {} in rows and columns, the second is {} but for its border, the third \
             is {} but for its border, and the fourth alternates between {}.",
            list(&within[0]),
            list(&within[1]),
            list(&within[2]),
            list(&within[3])
        ),
        panels: vec![
            panel(0, meet(3), &odd),
            panel(1, meet(4), &even),
            panel(2, output(&HAT), &hat),
            panel(3, output(&SLANTED), &slanted),
        ],
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_that_add_up_otherwise_are_refused() {
        let dense: Make = |weights| {
            let k = weights.len();
            let kernel = ArrayD::from_shape_fn(vec![1, 1, k, k], |i| weights[i[2]] * weights[i[3]]);
            Transposed::new(Sliding::of(&[k, k]), kernel)
                .apply(ArrayD::from_elem(vec![1, 1, ENTRIES, ENTRIES], 1).view())
        };
        let last: Make = |weights| transposed(weights).map(|y| y.mapv(|v| v.min(2)));
        // the weights in order of size: the hat is none any more
        let sorted: Make = |weights| {
            let mut weights = weights.to_vec();
            weights.sort_unstable();
            transposed(&weights)
        };
        assert!([dense, last, sorted].into_iter().all(|wrong| draw(wrong).is_err()));
    }

    #[test]
    fn the_numbers_are_those_that_one_counts() {
        assert_eq!(rows(&transposed(&[1; 3]).expect("it fits"))[2][..4], [2, 2, 4, 2]);
        let caption = make().expect("it holds").caption;
        assert!(
            caption.contains("1, 2 and 4 kernels meet") && caption.contains("leave 9, 12 and 16"),
            "{caption}"
        );
    }
}
