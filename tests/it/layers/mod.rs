//! The layers: against other engines, their own adjoints and derivatives, worked examples, and planted mistakes.

mod gradients;
mod learning;
mod minimal;
mod other_engines;
mod planted;
mod refused;
mod same;
mod specimens;
mod windows;
mod worked;

use ndarray::ArrayD;

/// An array of this shape whose entries run through a short pattern; `peers.py` has the same formula.
fn pattern(shape: &[usize], [a, b, m]: [usize; 3]) -> ArrayD<i64> {
    let entry = |i: usize| ((a * i + i / b) % m) as i64 - (m / 2) as i64;
    ArrayD::from_shape_vec(shape, (0..shape.iter().product()).map(entry).collect()).expect("as many entries")
}

fn input(shape: &[usize]) -> ArrayD<i64> {
    pattern(shape, [7, 5, 11])
}

fn kernel(shape: &[usize]) -> ArrayD<i64> {
    pattern(shape, [5, 3, 7])
}

/// Entries that are all different, and none of them zero: no ties.
fn distinct(shape: &[usize]) -> ArrayD<i64> {
    let n: usize = shape.iter().product();
    let step =
        [7, 11, 13, 17].into_iter().find(|step| !n.is_multiple_of(*step)).expect("one does not divide");
    let entry = |i: usize| 2 * ((step * i % n) as i64) - n as i64 / 2 * 2 + 1;
    ArrayD::from_shape_vec(shape, (0..n).map(entry).collect()).expect("as many entries")
}

fn array<S>(shape: &[usize], entries: impl IntoIterator<Item = S>) -> ArrayD<S> {
    ArrayD::from_shape_vec(shape, entries.into_iter().collect()).expect("as many entries")
}
