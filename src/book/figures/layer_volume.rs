//! A convolutional layer as a volume: one window through all channels becomes one column of outputs.

use super::Unmet;
use crate::{
    figure::{Block, Content, Figure, Panel, Volume, number},
    layer::{Conv, Layer, LayerError, Sliding, stack::Stack},
};
use ndarray::{ArrayD, Axis};
use std::ops::RangeInclusive;

pub(super) const ID: &str = "layer-volume";

const INPUT: [usize; 3] = [3, 32, 32];
const KERNELS: usize = 6;
const SIDE: usize = 5;
/// The place of the column that is shown.
const SHOWN: (usize, usize) = (12, 9);

/// The layer with these weights.
type Build = fn(ArrayD<i64>) -> Conv<i64>;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(|weights| Conv::new(Sliding::of(&[SIDE, SIDE]), weights))
}

/// The first and the last index at which an array is not zero along an axis.
fn extent(x: &ArrayD<i64>, axis: usize) -> Option<RangeInclusive<usize>> {
    let filled: Vec<usize> = (x.axis_iter(Axis(axis)).enumerate())
        .filter(|(_, lane)| lane.iter().any(|v| *v != 0))
        .map(|(index, _)| index)
        .collect();
    Some(*filled.first()?..=*filled.last()?)
}

/// The part of the input that an output depends on: where the gradient of that output is not zero. `None` where that is no
/// block without holes.
fn window(layer: &Conv<i64>, output: [usize; 3]) -> Result<Option<Block>, LayerError> {
    let [c, h, w] = INPUT;
    let zero = ArrayD::zeros(vec![1, c, h, w]);
    let mut seed = ArrayD::zeros(layer.output_shape(zero.shape())?);
    if let Some(one) = seed.get_mut(&[&[0], &output[..]].concat()[..]) {
        *one = 1;
    }
    let gradient = layer.backward(zero.view(), seed.view())?.input.index_axis_move(Axis(0), 0);
    let filled = gradient.iter().filter(|v| **v != 0).count();
    let Some(axes) = (0..3).map(|axis| extent(&gradient, axis)).collect::<Option<Vec<_>>>() else {
        return Ok(None);
    };
    let block = Block {
        name: "a window through all channels".to_owned(),
        at: [0, 1, 2].map(|axis| *axes[axis].start()),
        size: [0, 1, 2].map(|axis| axes[axis].end() - axes[axis].start() + 1),
    };
    Ok((block.size.iter().product::<usize>() == filled).then_some(block))
}

fn draw(build: Build) -> Result<Figure, Unmet> {
    let refused =
        |error: &dyn ToString| Unmet { id: ID, shows: "the layer takes the input", found: error.to_string() };
    let [channels, rows, columns] = INPUT;
    let layer = build(ArrayD::from_elem(vec![KERNELS, channels, SIDE, SIDE], 1));
    let shape = layer.output_shape(&[1, channels, rows, columns]).map_err(|error| refused(&error))?;
    let output: [usize; 3] = shape[1..].try_into().map_err(|_| refused(&format!("{shape:?}")))?;
    let mut windows = vec![];
    for kernel in 0..output[0] {
        windows.push(window(&layer, [kernel, SHOWN.0, SHOWN.1]).map_err(|error| refused(&error))?);
    }
    let shows = "all outputs of a column read one window, and it goes through all channels";
    let wanted = [channels, SIDE, SIDE];
    let one = windows
        .first()
        .cloned()
        .flatten()
        .filter(|window| window.size == wanted && window.at == [0, SHOWN.0, SHOWN.1]);
    let all = windows.iter().all(|window| *window == one);
    let Some(one) = one.filter(|_| all) else {
        return Err(Unmet { id: ID, shows, found: format!("the windows are {windows:?}") });
    };
    // the same numbers as every other page of the library has them
    let text = format!("input {channels} {rows} {columns}\nconv {KERNELS} {SIDE}x{SIDE}");
    let account = Stack::read(&text).and_then(|stack| stack.account()).map_err(|error| refused(&error))?;
    let counts = account.total;
    let kernel = SIDE * SIDE * channels;
    let shows = "each kernel has a weight for every entry of its window, and a bias";
    let said = (counts.parameters(), counts.neurons, account.layers[0].output.clone());
    let wanted =
        ((KERNELS * (kernel + 1)) as u128, output.iter().product::<usize>() as u128, output.to_vec());
    Unmet::unless(said == wanted && layer.weights.len() as u128 == counts.weights, ID, shows, || {
        format!("{said:?} is not {wanted:?}")
    })?;
    let sizes = |size: [usize; 3]| size.map(|n| n.to_string()).join(" × ");
    let leads = format!("{KERNELS} kernels of {}", sizes([channels, SIDE, SIDE]));
    let column =
        Block { name: "a column of outputs".to_owned(), at: [0, SHOWN.0, SHOWN.1], size: [output[0], 1, 1] };
    let volume = |name: &str, size, mark, leads: &str| Volume {
        name: name.to_owned(),
        size,
        mark,
        leads: leads.to_owned(),
    };
    let read = number(kernel as f64);
    Ok(Figure {
        id: ID.to_owned(),
        title: "A layer as a volume".to_owned(),
        caption: format!(
            "From {} to {}: channels go to the right, rows down, columns into the depth. One window of {SIDE} by {SIDE} goes through \
             all {channels} channels, {read} entries, and each of the {KERNELS} kernels makes one output of it: a column of \
             {KERNELS}, at one place. So there are {KERNELS} · ({read} + 1) = {} weights and biases for {} outputs. With a window for each place and \
             nothing shared there would be {}, and with a dense layer between the same two volumes {}.",
            sizes(INPUT),
            sizes(output),
            number(counts.parameters() as f64),
            number(counts.neurons as f64),
            number(counts.unshared as f64),
            number(counts.dense as f64)
        ),
        alt: format!(
            "Two boxes. In the left one, {}, a small block of {} is marked, which is as deep as the box has channels. Lines lead \
             from it to a row of {KERNELS} cells, side by side along the channels, in the right box, {}.",
            sizes(INPUT),
            sizes(one.size),
            sizes(output)
        ),
        panels: vec![Panel {
            at: (0, 0),
            title: String::new(),
            content: Content::Volumes(vec![
                volume("input", INPUT, one, &leads),
                volume("output", output, column, ""),
            ]),
        }],
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_whose_windows_are_others_are_refused() {
        let square = || Sliding::of(&[SIDE, SIDE]);
        let holes: Build = |w| Conv::new(Sliding::of(&[SIDE, SIDE]).dilation(2), w);
        let padded: Build = |w| Conv::new(Sliding::of(&[SIDE, SIDE]).pad(2, 2), w);
        let strided: Build = |w| Conv::new(Sliding::of(&[SIDE, SIDE]).stride(2), w);
        // a kernel for each channel, so that a window does not go through all of them
        let apart: Build = |_| {
            Conv::new(Sliding::of(&[SIDE, SIDE]), ArrayD::from_elem(vec![KERNELS, 1, SIDE, SIDE], 1))
                .groups(INPUT[0])
        };
        assert!([holes, padded, strided, apart].into_iter().all(|build| draw(build).is_err()));
        let layer = Conv::new(square(), ArrayD::from_elem(vec![1, INPUT[0], SIDE, SIDE], 1));
        assert_eq!(window(&layer, [0, 3, 4]).expect("it fits").expect("a block").at, [0, 3, 4]);
    }

    #[test]
    fn the_numbers_are_those_that_one_counts() {
        let caption = make().expect("it holds").caption;
        assert!(caption.contains("6 · (75 + 1) = 456") && caption.contains("14455392"), "{caption}");
    }
}
