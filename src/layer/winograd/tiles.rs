//! Tiles of the output, a panel of them at a time: gathered, transformed, multiplied, transformed back, laid down.

use super::Winograd;
use crate::{
    layer::{
        Conv, LayerError, Reads, Sharing, Window,
        conv::{array, split},
        grid::{room, volume},
        registers::{self, Packed, Registers},
    },
    scalar::{Field, Semiring},
    signal::Boundary,
};
use dashu_ratio::RBig;
use ndarray::{ArrayD, ArrayViewD};
use rayon::prelude::*;

/// A small matrix by its rows: the columns of what is not zero, and what it is there.
pub(super) struct Rows<S> {
    columns: usize,
    pub rows: Vec<Vec<(usize, S)>>,
}

impl<S> Rows<S> {
    pub(super) fn new(matrix: &[Vec<RBig>], number: impl Fn(&RBig) -> Option<S>) -> Option<Rows<S>> {
        let row = |row: &Vec<RBig>| {
            let entries = row.iter().enumerate().filter(|(_, q)| **q != RBig::ZERO);
            entries.map(|(column, q)| Some((column, number(q)?))).collect()
        };
        Some(Rows { columns: matrix.first()?.len(), rows: matrix.iter().map(row).collect::<Option<_>>()? })
    }
}

/// The matrix along each of the first axes of a block, all of them as long as its rows; what follows stays.
#[inline(always)]
fn transform<S: Semiring, const LANES: usize>(
    matrix: &Rows<S>,
    axes: usize,
    mut block: Vec<[S; LANES]>,
) -> Vec<[S; LANES]> {
    for _ in 0..axes {
        // along the first axis, which becomes the last of them: after a round all are in order again
        let after = block.len() / matrix.columns;
        let mut next = Vec::with_capacity(after * matrix.rows.len());
        for at in 0..after {
            for row in &matrix.rows {
                let mut sums: [S; LANES] = std::array::from_fn(|_| S::zero());
                for (column, factor) in row {
                    let from = &block[column * after + at];
                    for lane in 0..LANES {
                        S::mul_add_into(&mut sums[lane], factor, &from[lane]);
                    }
                }
                next.push(sums);
            }
        }
        block = next;
    }
    block
}

/// The tiles of an output: where each place of each reads, and where each of its outputs goes.
struct Tiles {
    axes: usize,
    /// n^d and m^d.
    places: usize,
    outputs: usize,
    lanes: usize,
    /// How many tiles there are along each axis, and all together.
    counts: Vec<usize>,
    all: usize,
    /// For each axis, tile and place along it the entry.
    sources: Vec<Vec<Vec<Option<usize>>>>,
    /// The axes of the input and of the output.
    spatial: Vec<usize>,
    sizes: Vec<usize>,
    /// Outputs along an axis.
    step: usize,
}

impl Tiles {
    fn new(
        f: &Winograd,
        windows: &[Window],
        boundary: Boundary,
        [spatial, sizes]: [&[usize]; 2],
        lanes: usize,
    ) -> Result<Tiles, LayerError> {
        for outputs in sizes {
            room::<Option<usize>>(
                "the table of tiles of an axis",
                &[outputs.div_ceil(f.outputs), f.products()],
            )?;
        }
        let places = volume("a tile", &vec![f.products(); spatial.len()])?;
        let counts: Vec<usize> = sizes.iter().map(|n| n.div_ceil(f.outputs)).collect();
        let axis = |((window, entries), outputs): ((&Window, &usize), &usize)| {
            let place = |at: usize| {
                // what only outputs beyond the end would read is nothing
                let tap = at.min(f.taps - 1);
                let inside = at < outputs + f.taps - 1;
                inside.then(|| window.source(at - tap, tap, *entries, boundary)).flatten()
            };
            let tile = |t: usize| (0..f.products()).map(|j| place(t * f.outputs + j)).collect();
            (0..outputs.div_ceil(f.outputs)).map(tile).collect()
        };
        let axes = spatial.len();
        Ok(Tiles {
            axes,
            places,
            outputs: f.outputs.pow(axes as u32),
            lanes,
            all: counts.iter().product(),
            sources: windows.iter().zip(spatial).zip(sizes).map(axis).collect(),
            spatial: spatial.to_vec(),
            sizes: sizes.to_vec(),
            step: f.outputs,
            counts,
        })
    }

    fn panels(&self) -> usize {
        self.all.div_ceil(self.lanes)
    }

    /// A flat index, made of what `of` makes of each axis, the tile along it and the digit of the place along it.
    fn flat(
        &self,
        tile: usize,
        place: usize,
        base: usize,
        shape: &[usize],
        of: impl Fn(usize, usize, usize) -> Option<usize>,
    ) -> Option<usize> {
        let (mut tile, mut place, mut flat, mut step) = (tile, place, 0, 1);
        for axis in (0..self.axes).rev() {
            flat += step * of(axis, tile % self.counts[axis], place % base)?;
            step *= shape[axis];
            tile /= self.counts[axis];
            place /= base;
        }
        Some(flat)
    }

    /// The entry at each place of each tile of a panel.
    fn entries(&self, panel: usize) -> Vec<Option<usize>> {
        let base = self.sources.first().map_or(1, |tiles| tiles[0].len());
        let entry = |(place, tile): (usize, usize)| {
            self.flat(tile, place, base, &self.spatial, |axis, tile, digit| self.sources[axis][tile][digit])
        };
        self.panel(panel, self.places, entry)
    }

    /// The output at each place of each tile of a panel.
    fn targets(&self, panel: usize) -> Vec<Option<usize>> {
        let output = |(place, tile): (usize, usize)| {
            self.flat(tile, place, self.step, &self.sizes, |axis, tile, digit| {
                Some(tile * self.step + digit).filter(|at| *at < self.sizes[axis])
            })
        };
        self.panel(panel, self.outputs, output)
    }

    fn panel(
        &self,
        panel: usize,
        places: usize,
        of: impl Fn((usize, usize)) -> Option<usize>,
    ) -> Vec<Option<usize>> {
        let lanes = panel * self.lanes..(panel + 1) * self.lanes;
        let pairs = (0..places).flat_map(|place| lanes.clone().map(move |tile| (place, tile)));
        pairs.map(|pair| of(pair).filter(|_| pair.1 < self.all)).collect()
    }

    /// G w of every kernel: for each place the kernels in blocks, a block's of one input channel side by side.
    fn weights<S: Field>(
        &self,
        w: &[S],
        flip: bool,
        g: &Rows<S>,
        [reads, writes, rows]: [usize; 3],
    ) -> Vec<S> {
        let length = writes.next_multiple_of(rows) * reads;
        let mut u = vec![S::zero(); self.places * length];
        let kernels = w.par_chunks(g.columns.pow(self.axes as u32)).map(|kernel| {
            let mut kernel: Vec<[S; 1]> = kernel.iter().map(|w| [w.clone()]).collect();
            if flip {
                kernel.reverse();
            }
            transform(g, self.axes, kernel)
        });
        let kernels: Vec<_> = kernels.collect();
        u.par_chunks_mut(length).enumerate().for_each(|(place, u)| {
            for (at, kernel) in kernels.iter().enumerate() {
                let (o, c) = (at / reads, at % reads);
                let [w] = &kernel[place];
                u[(o / rows * reads + c) * rows + o % rows] = w.clone();
            }
        });
        u
    }
}

/// What all panels share.
struct Plan<'a, S> {
    tiles: &'a Tiles,
    a: &'a Rows<S>,
    b: &'a Rows<S>,
    u: &'a [S],
    reads: usize,
    writes: usize,
}

/// One panel of an input.
struct Panel<'a, S> {
    plan: &'a Plan<'a, S>,
    x: &'a [S],
    panel: usize,
    /// For each block of kernels, kernel, output of a tile and tile: the result.
    done: &'a mut Vec<S>,
}

impl<S: Field> Packed for Panel<'_, S> {
    #[inline(always)]
    fn run<const ROWS: usize, const PANEL: usize>(self) {
        let Plan { tiles, a, b, u, reads, writes } = self.plan;
        let (entries, from) = (self.x.len() / reads, tiles.entries(self.panel));
        let mut v = vec![S::zero(); tiles.places * reads * PANEL];
        for (c, x) in self.x.chunks_exact(entries).enumerate() {
            let entry = |from: &Option<usize>| from.map_or_else(S::zero, |from| x[from].clone());
            let gathered =
                from.chunks_exact(PANEL).map(|from| std::array::from_fn(|lane| entry(&from[lane])));
            for (place, sums) in transform::<S, PANEL>(b, tiles.axes, gathered.collect()).iter().enumerate() {
                v[(place * reads + c) * PANEL..][..PANEL].clone_from_slice(sums);
            }
        }
        let blocks = writes.div_ceil(ROWS);
        for block in 0..blocks {
            let mut products = Vec::with_capacity(tiles.places * ROWS);
            for (u, v) in u.chunks_exact(blocks * ROWS * reads).zip(v.chunks_exact(reads * PANEL)) {
                let mut sums = registers::zeros::<S, ROWS, PANEL>();
                let (u, _) = u[block * ROWS * reads..][..ROWS * reads].as_chunks();
                registers::add(&mut sums, u.iter().zip(v.as_chunks().0));
                products.extend(sums);
            }
            // the kernels were the last axis and are the first now
            transform::<S, PANEL>(a, tiles.axes, products)
                .into_iter()
                .for_each(|sums| self.done.extend(sums));
        }
    }
}

impl Winograd {
    /// The windows along each axis of a layer that the method serves.
    fn windows<S: Field>(&self, layer: &Conv<S>, spatial: &[usize]) -> Result<Vec<Window>, LayerError> {
        let windows = layer.sliding.resolve(spatial)?;
        let plain = |w: &Window| w.taps == self.taps && w.stride == 1 && w.dilation == 1 && w.spread == 1;
        if layer.reads == Reads::Groups(1) && layer.sharing == Sharing::Shared && windows.iter().all(plain) {
            return Ok(windows);
        }
        let expected = format!("{} taps along each axis, stride 1, dilation 1, one group", self.taps);
        let hint = "minimal filtering serves no others: take the direct sum";
        Err(LayerError::shape("the layer's kernel", &layer.sliding.taps(), expected, hint))
    }

    pub(super) fn carry_out<S: Field>(
        &self,
        layer: &Conv<S>,
        x: ArrayViewD<S>,
        [a, g, b]: [Rows<S>; 3],
    ) -> Result<ArrayD<S>, LayerError> {
        let shape = layer.shape(x.shape())?;
        room::<S>("the output", &shape)?;
        let (batch, reads, spatial) = split(x.shape())?;
        let windows = self.windows(layer, spatial)?;
        let (writes, sizes) = (shape[1], &shape[2..]);
        let registers = Registers::of_this_machine();
        let (rows, lanes) = registers.tiles::<S>(writes == 1);
        let tiles = Tiles::new(self, &windows, layer.sliding.boundary, [spatial, sizes], lanes)?;
        // what is transformed and not yet added up, and what is added up and not yet in its place
        let kernels = writes.next_multiple_of(rows);
        room::<S>("the transformed weights", &[2, tiles.places, kernels, reads])?;
        let threads = rayon::current_num_threads();
        room::<Option<usize>>("the entries of a panel of tiles", &[threads, tiles.places, lanes])?;
        room::<S>("a transformed panel of tiles", &[2, threads, tiles.places, reads.max(rows), lanes])?;
        room::<Option<usize>>("the places of the output", &[tiles.panels(), tiles.outputs, lanes])?;
        room::<S>("the tiles of the output", &[batch, tiles.panels(), tiles.outputs, kernels, lanes])?;
        let (x, w) = (x.as_standard_layout(), layer.weights.as_standard_layout());
        let (x, w) = (x.as_slice().expect("standard layout"), w.as_slice().expect("standard layout"));
        let u = tiles.weights(w, layer.flip, &g, [reads, writes, rows]);
        let plan = Plan { tiles: &tiles, a: &a, b: &b, u: &u, reads, writes };
        let panels = tiles.panels();
        let entries = reads * spatial.iter().product::<usize>();
        let all = (0..batch * panels).into_par_iter().map(|at| {
            let (i, panel, mut done) = (at / panels, at % panels, vec![]);
            let x = &x[i * entries..][..entries];
            registers.run::<S>(writes == 1, Panel { plan: &plan, x, panel, done: &mut done });
            done
        });
        let done: Vec<Vec<S>> = all.collect();
        let targets: Vec<Vec<Option<usize>>> =
            (0..panels).into_par_iter().map(|panel| tiles.targets(panel)).collect();
        let mut y = vec![S::zero(); shape.iter().product()];
        y.par_chunks_mut(sizes.iter().product()).enumerate().for_each(|(plane, y)| {
            let (i, o) = (plane / writes, plane % writes);
            for (done, targets) in done[i * panels..].iter().zip(&targets) {
                // blocks are full, so a kernel's results lie at its number
                for (target, value) in targets.iter().zip(&done[o * targets.len()..]) {
                    target.iter().for_each(|target| y[*target] = value.clone());
                }
            }
        });
        if let Some(bias) = &layer.bias {
            bias.add(&mut y, writes, sizes)?;
        }
        Ok(array(&shape, y))
    }
}
