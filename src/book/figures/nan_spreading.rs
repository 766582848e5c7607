//! Which outputs a single NaN reaches: by the definition, by transforms, and by transforms in blocks.

use super::Unmet;
use crate::{
    book::portable::{Transform, direct, with_room_for},
    figure::{Content, Figure, Panel, Pattern, number},
};

pub(super) const ID: &str = "nan-spreading";

const SIGNAL: usize = 12;
const KERNEL: usize = 3;
/// Blocks of 2^t points.
const STAGES: u32 = 3;

/// A convolution in floating point.
type Convolution = fn(&[f32], &[f32]) -> Vec<f32>;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw([by_definition, by_transforms, by_blocks])
}

fn by_definition(x: &[f32], w: &[f32]) -> Vec<f32> {
    direct(x, w, &mut 0)
}

fn by_transforms(x: &[f32], w: &[f32]) -> Vec<f32> {
    let mut y = with_room_for(x.len(), w.len()).cyclic(x, w, &mut 0);
    y.truncate(x.len() + w.len() - 1);
    y
}

fn by_blocks(x: &[f32], w: &[f32]) -> Vec<f32> {
    Transform::new(STAGES).overlap_save(x, w)
}

/// Row j: whether each output is NaN when entry j of the signal is.
fn reached(convolve: Convolution) -> Vec<Vec<bool>> {
    let w: Vec<f32> = (0..KERNEL).map(|k| k as f32 + 1.0).collect();
    (0..SIGNAL)
        .map(|bad| {
            let x: Vec<f32> = (0..SIGNAL).map(|k| if k == bad { f32::NAN } else { k as f32 }).collect();
            convolve(&x, &w).iter().map(|y| y.is_nan()).collect()
        })
        .collect()
}

fn draw(ways: [Convolution; 3]) -> Result<Figure, Unmet> {
    let [window, whole, blocks] = ways.map(reached);
    let unmet = |shows: &'static str, found: &[Vec<bool>]| {
        Err(Unmet { id: ID, shows, found: format!("{} outputs are NaN", count(found)) })
    };
    let in_window = |j: usize, i: usize| (j..j + KERNEL).contains(&i);
    let each = |rows: &[Vec<bool>], wanted: &dyn Fn(usize, usize) -> bool| {
        rows.iter().enumerate().all(|(j, row)| {
            row.len() == SIGNAL + KERNEL - 1 && row.iter().enumerate().all(|(i, nan)| *nan == wanted(j, i))
        })
    };
    if !each(&window, &in_window) {
        return unmet("by the definition a NaN reaches the outputs whose window contains it", &window);
    }
    if !each(&whole, &|_, _| true) {
        return unmet("by transforms a NaN reaches every output", &whole);
    }
    let useful = (1 << STAGES) - (KERNEL - 1);
    // block b gives the outputs from b·useful on and reads the KERNEL − 1 entries before them too
    let in_block = |j: usize, i: usize| {
        let first = i / useful * useful;
        j + KERNEL > first && j < first + useful
    };
    if !each(&blocks, &in_block) {
        return unmet("by blocks a NaN reaches the outputs of the blocks that read it", &blocks);
    }
    let panel = |column, title: &str, rows: &[Vec<bool>]| Panel {
        at: (0, column),
        title: title.to_owned(),
        content: Content::Pattern(Pattern {
            classes: vec!["NaN".to_owned()],
            cells: rows.iter().map(|row| row.iter().map(|nan| nan.then_some(0)).collect()).collect(),
            block: (SIGNAL, SIGNAL + KERNEL - 1),
            ..Pattern::default()
        }),
    };
    let mean = |rows: &[Vec<bool>]| number(count(rows) as f64 / SIGNAL as f64);
    let outputs = SIGNAL + KERNEL - 1;
    Ok(Figure {
        id: ID.to_owned(),
        title: "How far one NaN travels".to_owned(),
        caption: format!(
            "Row $j$ shows which of the {outputs} outputs are NaN when entry $j$ of {SIGNAL} is. By the definition these are \
             {} of them on average, by transforms {}, by transforms in blocks of {} points {}. The left pattern is that of \
             [the convolution's matrix](#convolution-is-a-matrix), transposed.",
            mean(&window),
            mean(&whole),
            1 << STAGES,
            mean(&blocks)
        ),
        alt: format!(
            "Three grids, a row for each place of the NaN and a column for each output. The definition marks a diagonal band \
             {KERNEL} wide. Transforms mark everything. Blocks mark rectangles {useful} wide along the diagonal, and both \
             neighbours where two blocks read the same entry."
        ),
        panels: vec![
            panel(0, "definition", &window),
            panel(1, "transforms", &whole),
            panel(2, "transforms in blocks", &blocks),
        ],
        ..Figure::default()
    })
}

fn count(rows: &[Vec<bool>]) -> usize {
    rows.iter().flatten().filter(|nan| **nan).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_that_are_exchanged_or_hide_a_nan_are_refused() {
        assert!(draw([by_transforms, by_transforms, by_blocks]).is_err());
        assert!(draw([by_definition, by_definition, by_blocks]).is_err());
        assert!(draw([by_definition, by_transforms, by_transforms]).is_err());
        let hides: Convolution = |x, w| {
            let clean: Vec<f32> = x.iter().map(|x| if x.is_nan() { 0.0 } else { *x }).collect();
            by_definition(&clean, w)
        };
        assert!(draw([hides, by_transforms, by_blocks]).is_err());
    }

    #[test]
    fn the_caption_says_what_the_data_say() {
        let caption = make().expect("it holds").caption;
        assert!(caption.contains("are 3 of them") && caption.contains("by transforms 14,"), "{caption}");
    }
}
