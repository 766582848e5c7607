//! Entries laid out so that neighbouring outputs read neighbours through every tap: then nothing is packed.
//!
//! The product of the axes' [lines](super::lines) is a set of *planes*, each with rows one after the other. Output number q
//! *of a plane* reads place q + offset(tap), so any neighbours in that count fill a register, those across the ends of rows,
//! too; what is computed between two rows is nobody's output and left out.

use super::{
    LayerError,
    grid::{Connections, Grid},
    lines::Lines,
};
use crate::scalar::Semiring;
use rayon::prelude::*;
use std::{
    ops::Range,
    sync::{Mutex, PoisonError},
};

/// In quarters of the outputs that are kept of a row: where it is longer, every tap gets a line of its own, if there is room.
const LONGER: usize = 6;

/// Entries of a group are laid out in at most so many times as many places as it has entries and outputs, and some more.
const PLACES: [usize; 2] = [2, 1 << 18];

/// Those of a channel in at most as many stretches as it has entries, and so many more.
const STRETCHES: usize = 1 << 20;

/// So many places are worth a task of their own.
const TASK: usize = 1 << 14;

/// Neighbouring places, and what is there: entries that are evenly spaced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Stretch {
    place: usize,
    entry: usize,
    step: usize,
    length: usize,
}

impl Stretch {
    /// Takes in the next one, where its entries go on in the same steps.
    fn joined(&mut self, next: Stretch) -> bool {
        let Some(step) = next.entry.checked_sub(self.entry + self.step * (self.length - 1)) else {
            return false;
        };
        let goes_on = self.place + self.length == next.place
            && step > 0
            && (self.length == 1 || step == self.step)
            && (next.length == 1 || step == next.step);
        if goes_on {
            (self.step, self.length) = (step, self.length + next.length);
        }
        goes_on
    }
}

/// Neighbouring outputs: the first by its number in a plane or a panel, and in the output.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    pub first: usize,
    pub output: usize,
    pub length: usize,
}

/// The layout of a channel.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    entries: usize,
    outputs: usize,
    /// The places of a channel, in all planes together.
    pub places: usize,
    /// Where the first output reads through each tap, in the order in which products are added.
    pub taps: Vec<usize>,
    /// All outputs, in their order.
    rows: Vec<Kept>,
    /// How far the outputs of a plane reach, and how many of them a panel has.
    span: usize,
    lanes: usize,
    /// In the order of their places.
    stretches: Vec<Stretch>,
}

impl Layout {
    /// The layout of a graph in which no output reads two entries through one tap, for panels of so many lanes and groups
    /// that read and write so many channels; none where it would take too much memory.
    pub(super) fn new(grid: &Grid, lanes: usize, [reads, writes]: [usize; 2]) -> Option<Layout> {
        let shape = grid.shape();
        let sized = reads.checked_mul(grid.entries())?.checked_add(writes.checked_mul(grid.outputs())?)?;
        let most = sized.checked_mul(PLACES[0])?.checked_add(PLACES[1])?;
        let fits = |sizes: &[[usize; 2]]| {
            let places = sizes.as_flattened().iter().try_fold(reads, |places, n| places.checked_mul(*n));
            places.is_some_and(|places| places <= most)
        };
        let mut axes: Vec<Lines> = (0..shape.len()).map(|axis| Lines::of(&grid.reads(axis))).collect();
        let mut sizes: Vec<[usize; 2]> = axes.iter().map(Lines::size).collect();
        // only along the first axis there is nothing between the rows
        for (axis, outputs) in shape.iter().enumerate().skip(1) {
            if sizes[axis][1] > outputs.saturating_mul(LONGER) / 4 {
                let reads = grid.reads(axis);
                let shared = std::mem::replace(&mut sizes[axis], [reads.taps, *outputs]);
                if fits(&sizes) {
                    axes[axis] = Lines::apart(&reads);
                } else {
                    sizes[axis] = shared;
                }
            }
        }
        if !fits(&sizes) {
            return None;
        }
        let mut pitch = vec![1; shape.len() + 1];
        for (axis, [_, length]) in sizes.iter().enumerate().rev() {
            pitch[axis] = pitch[axis + 1] * length;
        }
        let mut places = sizes.as_flattened().iter().product();
        let mut taps = vec![0];
        for (lines, spacing) in axes.iter().zip(spacings(&axes, &pitch)) {
            let next = |from: usize| {
                lines.taps.iter().map(move |[line, place]| from + line * spacing[0] + place * spacing[1])
            };
            taps = taps.into_iter().flat_map(next).collect();
        }
        if grid.is_flipped() {
            taps.reverse();
        }
        let last = shape.iter().zip(&pitch[1..]).map(|(outputs, pitch)| (outputs - 1) * pitch);
        let span = last.sum::<usize>() + 1;
        if span < lanes {
            // what the only panel reads beyond the end is nobody's
            places += lanes - span;
        }
        Some(Layout {
            entries: grid.entries(),
            outputs: grid.outputs(),
            places,
            taps,
            rows: rows(&shape, &pitch[1..])?,
            span,
            lanes,
            stretches: stretches(grid, &axes, &pitch)?,
        })
    }

    /// Whether the entries are where they should be.
    fn is_idle(&self) -> bool {
        let whole = Stretch { place: 0, entry: 0, step: 1, length: self.places };
        self.stretches == [whole] && self.places == self.entries
    }

    /// How many places are taken for entries of a channel that are laid out.
    pub(super) fn taken(&self) -> usize {
        if self.is_idle() { 0 } else { self.places }
    }

    /// The entries of some channels, laid out in so many tasks at least if they are many; the room is new, or has been used
    /// for as many before.
    ///
    /// # Errors
    /// When there is no memory for that.
    pub(super) fn lay<'a, S: Semiring>(
        &self,
        x: &'a [S],
        room: &'a mut Room<S>,
        tasks: usize,
    ) -> Result<&'a [S], LayerError> {
        if self.is_idle() {
            return Ok(x);
        }
        let (room, channels) = (&mut room.entries, x.len() / self.entries);
        let places = channels * self.places;
        room.try_reserve_exact(places - room.len()).map_err(|_| LayerError::Memory {
            what: "the input laid out for its sums",
            shape: vec![channels, self.places],
            bytes: places * size_of::<S>(),
        })?;
        // what has no entry is a zero, and stays one
        room.resize(places, S::zero());
        let each = tasks.div_ceil(channels.max(1)).min(self.places / TASK).max(1);
        let some = self.stretches.len().div_ceil(each).max(1);
        let mut parts = vec![];
        for (mut room, x) in room.chunks_mut(self.places).zip(x.chunks(self.entries)) {
            let mut done = 0;
            for stretches in self.stretches.chunks(some) {
                let end = stretches.last().map_or(done, |stretch| stretch.place + stretch.length);
                let (here, others) = room.split_at_mut(end - done);
                parts.push((here, x, done, stretches));
                (room, done) = (others, end);
            }
        }
        parts.into_par_iter().for_each(|(room, x, first, stretches)| {
            for &Stretch { place, entry, step, length } in stretches {
                let (to, from) = (&mut room[place - first..][..length], &x[entry..]);
                if step == 1 {
                    to.clone_from_slice(&from[..length]);
                } else {
                    to.iter_mut().zip(from.iter().step_by(step)).for_each(|(to, from)| *to = from.clone());
                }
            }
        });
        Ok(room)
    }

    /// The number of panels, of which some may keep nothing.
    pub(super) fn panels(&self) -> usize {
        self.span.div_ceil(self.lanes)
    }

    /// How many outputs lie in front of a panel.
    pub(super) fn in_front(&self, panel: usize) -> usize {
        let row = self.rows.get(self.row(panel));
        row.map_or(self.outputs, |row| row.output + (panel * self.lanes).saturating_sub(row.first))
    }

    /// The first row that does not end in front of a panel.
    fn row(&self, panel: usize) -> usize {
        self.rows.partition_point(|row| row.first + row.length <= panel * self.lanes)
    }

    pub(super) fn run(&self, panels: Range<usize>) -> Panels<'_> {
        Panels { layout: self, row: self.row(panels.start), panels, kept: vec![] }
    }
}

/// Panels, one after the other: outputs that fill registers, in the order of a plane.
pub(super) struct Panels<'a> {
    layout: &'a Layout,
    panels: Range<usize>,
    row: usize,
    kept: Vec<Kept>,
}

impl Panels<'_> {
    /// The first output of the next panel that keeps any, by its number in the plane, and those that it keeps, by their
    /// lanes. The last panel overlaps the one in front of it rather than read beyond the end.
    pub(super) fn next(&mut self) -> Option<(usize, &[Kept])> {
        let Layout { rows, span, lanes, .. } = self.layout;
        let mut first = 0;
        self.kept.clear();
        while self.kept.is_empty() {
            let panel = self.panels.next()?;
            let (start, end) = (panel * lanes, (panel + 1) * lanes);
            first = start.min(span.saturating_sub(*lanes));
            while let Some(row) = rows.get(self.row) {
                let (from, to) = (row.first.max(start), (row.first + row.length).min(end));
                if from < to {
                    let output = row.output + from - row.first;
                    self.kept.push(Kept { first: from - first, output, length: to - from });
                }
                if row.first + row.length > end {
                    break;
                }
                self.row += 1;
            }
        }
        Some((first, &self.kept))
    }
}

/// Where entries of as many channels have been laid out and may be again: what is beyond their ends is zero there already.
pub(super) type Rooms<S> = Mutex<Vec<Vec<S>>>;

/// One of the rooms, or a new one; it goes back to them.
pub(super) struct Room<'a, S> {
    rooms: &'a Rooms<S>,
    entries: Vec<S>,
}

impl<'a, S> Room<'a, S> {
    pub(super) fn of(rooms: &'a Rooms<S>) -> Self {
        let entries = rooms.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        Room { rooms, entries }
    }
}

impl<S> Drop for Room<'_, S> {
    fn drop(&mut self) {
        let entries = std::mem::take(&mut self.entries);
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner).push(entries);
    }
}

/// How far apart the lines and the places of each axis are.
fn spacings(axes: &[Lines], pitch: &[usize]) -> Vec<[usize; 2]> {
    let below = |axis: usize| axes[axis + 1..].iter().map(|lines| lines.lines.len()).product::<usize>();
    (0..axes.len()).map(|axis| [below(axis) * pitch[0], pitch[axis + 1]]).collect()
}

/// Where the entries of a channel go; none if they are too scattered.
fn stretches(grid: &Grid, axes: &[Lines], pitch: &[usize]) -> Option<Vec<Stretch>> {
    let most = grid.entries().checked_add(STRETCHES)?;
    let spacings = spacings(axes, pitch);
    let no_axis = Lines { lines: vec![vec![Some(0)]], taps: vec![[0, 0]] };
    let (last, others) = axes.split_last().unwrap_or((&no_axis, &[]));
    let filled = |lines: &Lines| lines.lines.iter().flatten().flatten().count();
    let rows = others.iter().try_fold(1_usize, |rows, lines| rows.checked_mul(filled(lines)));
    rows.filter(|rows| *rows <= most)?;
    let mut rows = vec![[0, 0]];
    for ((axis, lines), spacing) in others.iter().enumerate().zip(&spacings) {
        let entries = grid.entries_along(axis);
        let next = |[place, entry]: [usize; 2]| {
            let of_line = move |(n, line): (usize, &'_ Vec<Option<usize>>)| {
                let of_place = move |(k, here): (usize, &Option<usize>)| {
                    here.map(|here| [place + n * spacing[0] + k * spacing[1], entry * entries + here])
                };
                line.iter().enumerate().filter_map(of_place).collect::<Vec<_>>()
            };
            lines.lines.iter().enumerate().flat_map(of_line)
        };
        rows = rows.into_iter().flat_map(next).collect();
    }
    rows.sort_unstable();
    let spacing = spacings.last().map_or(0, |spacing| spacing[0]);
    let row = axes.len().checked_sub(1).map_or(1, |last| grid.entries_along(last));
    let mut all = vec![];
    for (n, line) in last.lines.iter().enumerate() {
        let mut runs = vec![];
        for (place, here) in line.iter().enumerate() {
            if let Some(entry) = *here {
                push(&mut runs, Stretch { place, entry, step: 1, length: 1 }, most)?;
            }
        }
        for [place, entry] in &rows {
            for run in &runs {
                let (place, entry) = (place + n * spacing + run.place, entry * row + run.entry);
                push(&mut all, Stretch { place, entry, ..*run }, most)?;
            }
        }
    }
    all.sort_unstable_by_key(|stretch| stretch.place);
    Some(all)
}

/// Adds what goes on with the last stretch, or is another; none if there are too many, or is no memory for more.
fn push(all: &mut Vec<Stretch>, next: Stretch, most: usize) -> Option<()> {
    if !all.last_mut().is_some_and(|stretch| stretch.joined(next)) {
        all.try_reserve(usize::from(all.len() < most)).ok().filter(|()| all.len() < most)?;
        all.push(next);
    }
    Some(())
}

/// All outputs, by their numbers in a plane; none if there is no memory for as many rows.
fn rows(shape: &[usize], pitch: &[usize]) -> Option<Vec<Kept>> {
    let (length, others) = shape.split_last().map_or((1, &[][..]), |(length, others)| (*length, others));
    let mut all: Vec<Kept> = vec![];
    for n in 0..others.iter().product() {
        let (mut first, mut rest) = (0, n);
        for (outputs, pitch) in others.iter().zip(pitch).rev() {
            first += rest % outputs * pitch;
            rest /= outputs;
        }
        match all.last_mut() {
            Some(kept) if kept.first + kept.length == first => kept.length += length,
            _ => {
                all.try_reserve(1).ok()?;
                all.push(Kept { first, output: n * length, length });
            }
        }
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::{Layout, Room, Rooms, TASK};
    use crate::{
        layer::{Conv, Sliding, grid::Connections},
        signal::Boundary,
    };
    use ndarray::{ArrayD, Dimension, IxDyn};

    fn layout(sliding: &Sliding, spatial: &[usize], lanes: usize) -> Layout {
        Layout::new(&sliding.grid(spatial).expect("fits"), lanes, [1, 1]).expect("small")
    }

    /// In the laid out entries every output finds through every tap what the graph says, or a zero.
    #[test]
    fn what_is_laid_out_is_what_the_graph_says() {
        let mut shared = 0;
        for (n, boundary) in Boundary::ALL.into_iter().enumerate() {
            for (spatial, taps) in [
                (vec![9, 11], vec![3, 2]),
                (vec![7], vec![5]),
                (vec![5, 1], vec![2, 1]),
                (vec![4, 3, 6], vec![1, 3, 2]),
                (vec![6, 7], vec![6, 7]),
                (vec![], vec![]),
            ] {
                for (stride, dilation, flip) in [(1, 1, false), (2, 1, true), (3, 2, false), (1, 2, true)] {
                    let sliding =
                        Sliding::of(&taps).stride(stride).dilation(dilation).pad(n % 3, 1).boundary(boundary);
                    let Ok(grid) = sliding.grid(&spatial) else { continue };
                    let grid = grid.flipped(flip);
                    let back = grid.transposed().expect("there is room");
                    for grid in [&grid, &back].into_iter().filter(|grid| grid.one_per_tap()) {
                        let layout = Layout::new(grid, 4, [1, 1]).expect("small");
                        let x: Vec<i64> = (1..=grid.entries() as i64).collect();
                        let rooms = Rooms::default();
                        let mut room = Room::of(&rooms);
                        let laid = layout.lay(&x, &mut room, 1).expect("small");
                        let (mut seen, mut panels) = (vec![], layout.run(0..layout.panels()));
                        while let Some((first, kept)) = panels.next() {
                            for (lane, output) in kept
                                .iter()
                                .flat_map(|kept| (0..kept.length).map(|n| (kept.first + n, kept.output + n)))
                            {
                                let read: Vec<i64> =
                                    layout.taps.iter().map(|tap| laid[first + lane + tap]).collect();
                                let mut expected = vec![0; grid.taps()];
                                for edge in grid.edges(output, &mut vec![]) {
                                    expected[edge.tap] = x[edge.entry];
                                }
                                assert_eq!(read, expected, "{sliding:?} {spatial:?} {flip}");
                                seen.push(output);
                            }
                            assert!(layout.taps.iter().all(|tap| first + tap + 4 <= laid.len()));
                        }
                        assert_eq!(seen, (0..grid.outputs()).collect::<Vec<_>>());
                        for panel in 0..=layout.panels() {
                            let mut panels = layout.run(panel..layout.panels());
                            let kept = panels.next().map_or(grid.outputs(), |(_, kept)| kept[0].output);
                            assert_eq!(layout.in_front(panel), kept);
                        }
                        shared += usize::from(layout.places < grid.outputs() * grid.taps());
                    }
                }
            }
        }
        assert!(shared > 50, "{shared}");
    }

    #[test]
    fn lines_are_as_few_as_the_stride() {
        // a plane of 8 × 8 for 6 × 6 outputs, and for stride 2 four planes
        assert_eq!(layout(&Sliding::of(&[3, 3]).pad(1, 1), &[6, 6], 8).places, 8 * 8);
        assert_eq!(layout(&Sliding::of(&[3, 3]).stride(2).pad(1, 1), &[15, 15], 8).places, 4 * 9 * 9);
        // nothing is moved
        let pointwise = layout(&Sliding::of(&[1, 1]), &[4, 4], 8);
        let x: Vec<i64> = (0..16).collect();
        let rooms = Rooms::default();
        assert!(std::ptr::eq(pointwise.lay(&x, &mut Room::of(&rooms), 1).expect("as it is"), &*x));
        // wide kernels over few columns: a line for every tap along that axis, and no lanes between the rows
        let wide = layout(&Sliding::of(&[1, 40]), &[50, 40], 8);
        assert_eq!((wide.places, wide.panels()), (40 * 50, 7));
        // where those would be many times as long as the input, the line is shared
        let long = Sliding::of(&[1, 1000]).grid(&[64, 2000]).expect("fits");
        assert_eq!(Layout::new(&long, 8, [1, 1]).expect("as large as the input").places, 64 * 2000);
        // large inputs are no reason to leave it
        let large = Sliding::of(&[3, 3]).grid(&[1030, 1030]).expect("fits");
        assert_eq!(Layout::new(&large, 8, [64, 6]).expect("as large as the input").places, 1030 * 1030);
    }

    /// A channel that is laid out in several tasks, and several channels in one each.
    #[test]
    fn tasks_share_a_channel() {
        let side = 4 * TASK.isqrt();
        let layout = layout(&Sliding::of(&[3, 3]).stride(2).pad(1, 1), &[side, side], 8);
        let x: Vec<i64> = (1..=2 * (side * side) as i64).collect();
        let of = |tasks| {
            let rooms = Rooms::default();
            layout.lay(&x, &mut Room::of(&rooms), tasks).expect("small").to_vec()
        };
        assert_eq!(of(1), of(9));
    }

    /// Integers are exact in either type, and have other ways to be added up.
    #[test]
    fn planes_in_parts_and_parts_of_many_planes() {
        for (shape, taps, stride, boundary) in [
            ([1, 1, 100, 70], [3, 5], 1, Boundary::Zero),
            ([1, 2, 130, 90], [2, 3], 2, Boundary::Replicate),
            ([3, 40, 9, 60], [3, 3], 1, Boundary::Wrap),
            ([2, 67, 8, 17], [1, 4], 3, Boundary::Reflect),
        ] {
            let entries = |shape: &[usize]| {
                let place = |at: IxDyn| at.slice().iter().fold(7, |sum, n| (sum * 31 + *n as i64) % 101);
                ArrayD::from_shape_fn(shape, |at| place(at) - 50)
            };
            let (x, w) = (entries(&shape), entries(&[shape[1], 1, taps[0], taps[1]]));
            let sliding = Sliding::of(&taps).stride(stride).pad(1, 2).boundary(boundary);
            let layer = Conv::new(sliding.clone(), w.clone()).groups(shape[1]);
            let expected = layer.apply(x.view()).expect("fits");
            let floats = Conv::new(sliding, w.mapv(|w| w as f32)).groups(shape[1]);
            let plan = floats.plan(&shape).expect("fits");
            // what was there does not matter
            let mut found = ArrayD::from_elem(plan.shape(), f32::NAN);
            for _ in 0..2 {
                plan.apply_into(x.mapv(|x| x as f32).view(), found.view_mut()).expect("fits");
                assert_eq!(found.mapv(|y| y as i64), expected);
            }
        }
    }
}
