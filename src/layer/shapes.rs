//! A data set to learn from that needs no download: coloured shapes at random places, 16 × 16, always the same.

use super::conv::array;
use crate::{conv::workload::Dice, scalar::Real};
use ndarray::ArrayD;

/// Inputs, and what they show.
#[derive(Clone, PartialEq, Debug)]
pub struct Examples<S> {
    /// N × channels × spatial axes.
    pub inputs: ArrayD<S>,
    /// One class per input.
    pub labels: Vec<usize>,
}

/// The classes of [`shapes`], by name.
pub const CLASSES: [&str; 4] = ["horizontal bar", "vertical bar", "diagonal bar", "disc"];

/// The height and the width of a picture of [`shapes`].
pub const SIZE: usize = 16;

/// `count` pictures 3 × 16 × 16 with entries in 0 … 1, the classes taking turns: one shape each, of a random colour at a
/// random place, on a background of noise. The same for the same seed.
///
/// ```
/// use faltung::layer::shapes::shapes;
/// let examples = shapes::<f32>(8, 1);
/// assert_eq!(examples.inputs.shape(), [8, 3, 16, 16]);
/// assert_eq!(examples.labels, [0, 1, 2, 3, 0, 1, 2, 3]);
/// ```
pub fn shapes<S: Real>(count: usize, seed: u64) -> Examples<S> {
    let mut dice = Dice(seed);
    let labels: Vec<usize> = (0..count).map(|number| number % CLASSES.len()).collect();
    let entries = labels.iter().flat_map(|class| picture(*class, &mut dice)).collect::<Vec<f64>>();
    let entries = entries.into_iter().map(S::nearest).collect();
    Examples { inputs: array(&[count, 3, SIZE, SIZE], entries), labels }
}

fn picture(class: usize, dice: &mut Dice) -> Vec<f64> {
    let mut uniform = || dice.uniform();
    // the centre, and how far the shape reaches from it: all of it is inside
    let half = 3.0 + 2.0 * uniform();
    let room = SIZE as f64 - 1.0 - 2.0 * half;
    let (row, column) = (half + room * uniform(), half + room * uniform());
    let colour = [0.4 + 0.6 * uniform(), 0.4 + 0.6 * uniform(), 0.4 + 0.6 * uniform()];
    let inside = |i: usize, j: usize| {
        let (y, x) = (i as f64 - row, j as f64 - column);
        match class {
            0 => y.abs() <= 1.0 && x.abs() <= half,
            1 => x.abs() <= 1.0 && y.abs() <= half,
            2 => (x - y).abs() <= 1.0 && y.abs() <= half,
            _ => x * x + y * y <= 0.6 * half * half,
        }
    };
    let mut entries = vec![];
    for colour in colour {
        for place in 0..SIZE * SIZE {
            let noise = 0.3 * uniform();
            entries.push(if inside(place / SIZE, place % SIZE) { colour } else { noise });
        }
    }
    entries
}
