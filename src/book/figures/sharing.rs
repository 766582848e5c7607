//! Four layers with the same sizes as matrices, each place with the parameter that stands there.

use super::Unmet;
use crate::{
    figure::{Content, Figure, Panel, Pattern},
    layer::{Conv, Dense, Layer, Sharing, Sliding, stack::Stack},
};
use ndarray::ArrayD;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const ID: &str = "sharing";

const ENTRIES: usize = 7;
const TAPS: usize = 3;
const OUTPUTS: usize = ENTRIES - TAPS + 1;
const PERIOD: usize = 2;
/// Colours that can be told apart.
const COLOURS: usize = 8;

type Build = fn() -> Box<dyn Layer<i64>>;

/// From all weights shared to none, and then all places filled: what it is called, the line of a stack, and the layer.
const LAYERS: [(&str, &str, Build); 4] = [
    ("convolution", "conv 1 3", || Box::new(Conv::new(Sliding::of(&[TAPS]), numbered(&[1, 1, TAPS])))),
    ("tiled", "tiled 1 3 period 2", || {
        let weights = numbered(&[PERIOD, 1, 1, TAPS]);
        Box::new(Conv { sharing: Sharing::Tiled(vec![PERIOD]), ..Conv::new(Sliding::of(&[TAPS]), weights) })
    }),
    ("locally connected", "local 1 3", || {
        let weights = numbered(&[OUTPUTS, 1, 1, TAPS]);
        Box::new(Conv { sharing: Sharing::Unshared, ..Conv::new(Sliding::of(&[TAPS]), weights) })
    }),
    ("dense", "dense 5", || Box::new(Dense { weights: numbered(&[OUTPUTS, ENTRIES]), bias: None })),
];

/// 1, 2, 3, …: what stands in a place of the matrix tells which parameter it is.
fn numbered(shape: &[usize]) -> ArrayD<i64> {
    let mut next = 0;
    ArrayD::from_shape_simple_fn(shape, || {
        next += 1;
        next
    })
}

/// Row by row the number of a parameter, or 0: the columns are what the layer makes of impulses.
fn matrix(layer: &dyn Layer<i64>) -> Result<Vec<Vec<i64>>, String> {
    let column = |at: usize| {
        let x = ArrayD::from_shape_fn(vec![1, 1, ENTRIES], |i| i64::from(i[2] == at));
        layer
            .forward(x.view())
            .map(|y| y.iter().copied().collect::<Vec<i64>>())
            .map_err(|error| error.to_string())
    };
    let columns = (0..ENTRIES).map(column).collect::<Result<Vec<_>, _>>()?;
    let height = columns.first().map_or(0, Vec::len);
    Ok((0..height).map(|i| columns.iter().map(|column| column[i]).collect()).collect())
}

/// Whether places that hold one parameter here hold one parameter there, too.
fn refines(one: &[Vec<i64>], other: &[Vec<i64>]) -> bool {
    let mut stands_for = BTreeMap::new();
    let mut pairs = one.iter().flatten().zip(other.iter().flatten()).filter(|(v, _)| **v != 0);
    pairs.all(|(v, w)| stands_for.insert(*v, *w).is_none_or(|before| before == *w))
}

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(LAYERS)
}

fn draw(layers: [(&str, &str, Build); 4]) -> Result<Figure, Unmet> {
    let unmet = |shows: &'static str, found: String| Unmet { id: ID, shows, found };
    let (mut matrices, mut counts) = (vec![], vec![]);
    for (name, line, build) in layers {
        let layer = build();
        let rows = matrix(&*layer).map_err(|error| unmet("a layer takes the input", error))?;
        let text = format!("input 1 {ENTRIES}\n{line}");
        let account = Stack::read(&text).and_then(|stack| stack.account());
        let wanted =
            account.map_err(|error| unmet("its sizes can be counted", error.to_string()))?.total.weights;
        let distinct: BTreeSet<i64> = rows.iter().flatten().copied().filter(|v| *v != 0).collect();
        let held: usize = layer.parameters().iter().map(|(_, values)| values.len()).sum();
        let shows = "the matrix has the parameters that the account of its sizes counts";
        Unmet::unless(distinct.len() == held && held as u128 == wanted, ID, shows, || {
            format!("`{name}` has {} of {held}, and {wanted} are counted", distinct.len())
        })?;
        matrices.push(rows);
        counts.push(held);
    }
    let shows = "each layer can do what those before it can: it tells apart whatever they tell apart";
    let nested =
        matrices.windows(2).all(|pair| refines(&pair[1], &pair[0])) && counts.is_sorted_by(|a, b| a < b);
    Unmet::unless(nested, ID, shows, || format!("they have {counts:?} parameters"))?;
    let filled = |rows: &Vec<Vec<i64>>| rows.iter().flatten().filter(|v| **v != 0).count();
    let windows: Vec<usize> = matrices.iter().map(filled).collect();
    let shows = "the first three fill the same places, and the last all of them";
    let wanted = [OUTPUTS * TAPS, OUTPUTS * TAPS, OUTPUTS * TAPS, OUTPUTS * ENTRIES];
    Unmet::unless(windows == wanted, ID, shows, || format!("{windows:?} are filled"))?;
    let panels = (layers.iter().zip(&matrices).zip(&counts).enumerate())
        .map(|(column, (((name, ..), rows), count))| Panel {
            at: (0, column),
            title: format!("{name}: {count}"),
            content: Content::Pattern(Pattern {
                classes: vec![],
                cells: (rows.iter())
                    .map(|row| row.iter().map(|v| usize::try_from(v - 1).ok().map(|v| v % COLOURS)).collect())
                    .collect(),
                labels: (rows.iter())
                    .map(|row| {
                        row.iter().map(|v| if *v == 0 { String::new() } else { v.to_string() }).collect()
                    })
                    .collect(),
                block: (OUTPUTS, ENTRIES),
            }),
        })
        .collect();
    let [shared, tiled, local, dense] = [0, 1, 2, 3].map(|n| counts[n]);
    Ok(Figure {
        id: ID.to_owned(),
        title: "Who shares a parameter".to_owned(),
        caption: format!(
            "The matrices of four layers from {ENTRIES} entries to {OUTPUTS} outputs. In each place is the number of the parameter that \
             stands there; where numbers are the same, it is the same parameter. (Colours go with the numbers, and come again after {COLOURS}.) \
             Convolution has {shared} parameters in {} places, {PERIOD} kernels in turn have {tiled} in the same places, and with \
             {OUTPUTS} kernels, one for each place, nothing is shared: {local}. A dense layer has a parameter in each of {dense} places.",
            windows[0]
        ),
        alt: format!(
            "Four matrices of {OUTPUTS} by {ENTRIES} with numbered and coloured places. The first three have a band of {TAPS} along \
             the diagonal: with the same numbers in each row, with the numbers of every second row the same, with all numbers \
             different. The fourth is filled, with all numbers different."
        ),
        panels,
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_layers_are_refused() {
        let planted = |place: usize, wrong: Build| {
            let mut layers = LAYERS;
            layers[place].2 = wrong;
            draw(layers)
        };
        for (place, other) in [(0, 1), (1, 0), (1, 2), (2, 3), (3, 2)] {
            assert!(planted(place, LAYERS[other].2).is_err(), "{other} in place of {place}");
        }
        let three: Build = || {
            let conv = Conv::new(Sliding::of(&[TAPS]), numbered(&[3, 1, 1, TAPS]));
            Box::new(Conv { sharing: Sharing::Tiled(vec![3]), ..conv })
        };
        let circular: Build = || {
            let sliding = Sliding::of(&[TAPS]).pad(1, 1).boundary(crate::signal::Boundary::Wrap);
            Box::new(Conv::new(sliding, numbered(&[1, 1, TAPS])))
        };
        assert!(planted(1, three).is_err() && planted(0, circular).is_err());
    }

    #[test]
    fn a_partition_that_cuts_across_another_does_not_refine_it() {
        assert!(refines(&[vec![1, 2, 3, 4]], &[vec![7, 8, 7, 8]]));
        assert!(!refines(&[vec![1, 2, 3, 1]], &[vec![7, 8, 7, 8]]));
        let caption = make().expect("it holds").caption;
        assert!(
            caption.contains("has 3 parameters in 15 places") && caption.contains("each of 35 places"),
            "{caption}"
        );
    }
}
