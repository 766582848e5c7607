//! Outputs by the taps through which they read: what a stride leaves of a kernel, seen from the other side.
//!
//! Windows with stride s read an entry through every s-th tap only. Whoever gathers from the other side, a transposed layer
//! or a gradient, or over an input that has been spread, would multiply zeros s times as often as anything else along every
//! axis. The outputs whose numbers differ by multiples of s share their taps, though: they are outputs of a layer without
//! strides that has these taps alone.

use super::{
    LayerError,
    grid::{Connections, Grid, room},
    packed::{self, Sizes},
};
use crate::scalar::Semiring;
use rayon::prelude::*;

/// Some outputs of a graph, equally far apart along every axis, and all taps through which they read.
#[derive(Debug)]
pub(super) struct Class {
    /// They alone, with these taps alone.
    pub grid: Grid,
    /// These taps, by their numbers in the whole.
    pub taps: Vec<usize>,
    /// Where rows of these outputs begin in the whole, and how far apart the outputs of a row are.
    pub rows: Vec<usize>,
    pub step: usize,
}

impl Class {
    /// What has been computed for these outputs, plane by plane, to where it belongs.
    fn spread<S: Semiring>(&self, from: &[S], y: &mut [S], outputs: usize) {
        let planes = y.par_chunks_mut(outputs).zip(from.par_chunks(self.grid.outputs()));
        planes.for_each(|(y, from)| {
            for (first, from) in self.rows.iter().zip(from.chunks(self.grid.row_length())) {
                let to = y[*first..].iter_mut().step_by(self.step);
                to.zip(from).for_each(|(to, from)| *to = from.clone());
            }
        });
    }
}

/// Kernels of a layer in the order in which sums read them, class by class.
#[derive(Debug)]
pub(super) enum Kernels<S> {
    /// All outputs read alike.
    One(Box<packed::Kernels<S>>),
    /// Classes that read anything, of a layer with so many outputs in a plane.
    Classes(Vec<(Class, packed::Kernels<S>)>, usize),
}

impl<S: Semiring> Kernels<S> {
    /// Of O × C/groups × taps, where there is memory to lay out what they read.
    pub(super) fn new(grid: &Grid, sizes: Sizes, w: &[S]) -> Option<Kernels<S>> {
        let classes = grid.classes();
        if let [class] = &classes[..]
            && class.grid.outputs() == grid.outputs()
            && class.taps.len() == sizes.taps
        {
            return packed::Kernels::new(grid, sizes, w).map(|kernels| Kernels::One(Box::new(kernels)));
        }
        let kernels = |class: Class| {
            let of = |kernel: &[S]| class.taps.iter().map(|tap| kernel[*tap].clone()).collect::<Vec<_>>();
            let w: Vec<S> = w.chunks(sizes.taps).flat_map(of).collect();
            let sizes = Sizes { taps: class.taps.len(), ..sizes };
            let kernels = packed::Kernels::new(&class.grid, sizes, &w)?;
            Some((class, kernels))
        };
        let all = classes.into_iter().map(kernels).collect::<Option<_>>()?;
        Some(Kernels::Classes(all, grid.outputs()))
    }

    /// y = w · x for `x` of N × C × entries, whatever y has been. Cost: a product per kernel, tap of a class and output of it, and
    /// a copy of the entries with what is beyond their ends, and of the output, where there are several classes.
    ///
    /// # Errors
    /// When there is no memory for these copies.
    pub(super) fn outputs(&self, x: &[S], y: &mut [S]) -> Result<(), LayerError> {
        let (classes, outputs) = match self {
            Kernels::One(kernels) => return kernels.outputs(x, y),
            Kernels::Classes(classes, outputs) => (classes, *outputs),
        };
        // the others read nothing
        y.par_chunks_mut(outputs).for_each(|y| y.fill(S::zero()));
        let planes = y.len() / outputs;
        for (class, kernels) in classes {
            let shape = [planes, class.grid.outputs()];
            room::<S>("the outputs that share their taps", &shape)?;
            let mut sums = vec![S::zero(); shape[0] * shape[1]];
            kernels.outputs(x, &mut sums)?;
            class.spread(&sums, y, outputs);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::layer::{Sliding, grid::Connections};
    use crate::signal::Boundary;

    /// Every output is in one class at most, reads there what it reads in the whole, and in none only if it reads nothing.
    #[test]
    fn classes_are_parts_of_the_graph() {
        let (mut several, mut idle) = (0, 0);
        for (n, boundary) in Boundary::ALL.into_iter().enumerate() {
            for (stride, dilation, spread) in
                [(1, 1, 1), (2, 1, 1), (3, 2, 1), (2, 3, 2), (4, 2, 1), (1, 1, 3), (9, 1, 1)]
            {
                for (spatial, taps) in [
                    (vec![9, 11], vec![3, 2]),
                    (vec![8], vec![5]),
                    (vec![5, 1, 6], vec![2, 1, 3]),
                    (vec![], vec![]),
                ] {
                    let mut sliding =
                        Sliding::of(&taps).stride(stride).dilation(dilation).pad(n % 3, 1).boundary(boundary);
                    sliding.windows.iter_mut().for_each(|window| window.spread = spread);
                    let Ok(grid) = sliding.grid(&spatial) else { continue };
                    let grid = grid.flipped(n % 2 == 1);
                    for grid in [&grid, &grid.transposed().expect("there is room")] {
                        let classes = grid.classes();
                        let mut found = vec![None; grid.outputs()];
                        for class in &classes {
                            let row = class.grid.row_length();
                            for output in 0..class.grid.outputs() {
                                let whole = class.rows[output / row] + output % row * class.step;
                                let mut edges = class.grid.edges(output, &mut vec![]).to_vec();
                                edges.iter_mut().for_each(|edge| edge.tap = class.taps[edge.tap]);
                                assert!(found[whole].replace(edges).is_none());
                            }
                        }
                        for (output, found) in found.iter().enumerate() {
                            let expected = grid.edges(output, &mut vec![]).to_vec();
                            assert_eq!(
                                found.as_deref().unwrap_or_default(),
                                expected,
                                "{sliding:?} {spatial:?}"
                            );
                            idle += usize::from(found.is_none());
                        }
                        several += usize::from(classes.len() > 1);
                    }
                }
            }
        }
        assert!(several > 50 && idle > 50, "{several}, {idle}");
    }

    /// Nothing is multiplied in vain but at the ends.
    #[test]
    fn strides_leave_a_part_of_the_taps() {
        for (taps, stride, products) in
            [(4, 2, 16 * 16 * 4), (3, 2, 16 * 16 * 9 / 4), (2, 2, 16 * 16), (1, 4, 16)]
        {
            let grid = Sliding::of(&[taps, taps]).stride(stride).grid(&[16, 16]).expect("fits");
            let classes = grid.transposed().expect("there is room").classes();
            let all: usize = classes.iter().map(|class| class.taps.len() * class.grid.outputs()).sum();
            assert_eq!(all, products, "{taps} {stride}");
        }
    }
}
