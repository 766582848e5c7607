//! Entries laid out so that neighbouring outputs read neighbours through every tap: then nothing is packed.
//!
//! Along an axis the outputs read a sequence of entries through each tap. Where one sequence is another one moved on, both
//! are stretches of one *line*: all taps of a window with stride 1 share a line, which is the padded input; with stride 2
//! there are two, the even and the odd places. The product of the axes' lines is a set of *planes*, each with rows one
//! after the other. Output number q *of a plane* reads place q + offset(tap), so any neighbours in that count fill a
//! register, those across the ends of rows, too; what is computed between two rows is nobody's output and left out.

use super::grid::{Connections, Grid, Reads};
use crate::scalar::Semiring;
use rayon::prelude::*;
use std::sync::{Mutex, PoisonError};

/// How much longer, in quarters, a row may be than the outputs that are kept of it: beyond that every tap has its own line.
const LONGER: usize = 6;

/// More places of all channels, or more stretches of one, are not laid out.
const MOST: [usize; 2] = [1 << 26, 1 << 20];

/// The lines of an axis.
struct Lines {
    lines: Vec<Vec<Option<usize>>>,
    /// Where each tap reads: the line, and the place of the first output.
    taps: Vec<[usize; 2]>,
}

impl Lines {
    /// Those that taps share, taken in this order. Cost: a look at each tap of each output.
    fn shared(axis: &Reads, order: impl Iterator<Item = usize>) -> Lines {
        let (mut lines, mut taps) = (Vec::<Vec<Option<usize>>>::new(), vec![[0, 0]; axis.taps]);
        // a line and a place of it where an entry is, and a line of nothing
        let (mut found, mut nothing) = (vec![None::<[usize; 2]>; axis.entries], None);
        for tap in order {
            let read = |output: usize| axis.read(tap, output);
            // if an entry is somewhere, it tells how far this sequence would be moved on
            let known = (axis.outputs / 2..axis.outputs).chain(0..axis.outputs / 2);
            let anchor = known.into_iter().find_map(|output| Some((output, read(output)?)));
            let moved = match anchor {
                Some((output, entry)) => found[entry].and_then(|[n, at]| Some([n, at.checked_sub(output)?])),
                None => nothing,
            };
            let goes_on = |[n, from]: &[usize; 2]| {
                lines[*n][*from..].iter().enumerate().take(axis.outputs).all(|(o, here)| *here == read(o))
            };
            let [n, from] = moved.filter(goes_on).unwrap_or([lines.len(), 0]);
            if n == lines.len() {
                lines.push(vec![]);
            }
            if anchor.is_none() {
                nothing = Some([n, from]);
            }
            for output in lines[n].len() - from..axis.outputs {
                let here = read(output);
                if let Some(entry) = here {
                    found[entry] = Some([n, from + output]);
                }
                lines[n].push(here);
            }
            taps[tap] = [n, from];
        }
        Lines { lines, taps }
    }

    /// A line for every tap.
    fn apart(axis: &Reads) -> Lines {
        let line = |tap: usize| (0..axis.outputs).map(|output| axis.read(tap, output)).collect();
        Lines {
            lines: (0..axis.taps).map(line).collect(),
            taps: (0..axis.taps).map(|tap| [tap, 0]).collect(),
        }
    }

    fn length(&self) -> usize {
        self.lines.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// The best for an axis, with lines that are no longer than this.
    fn of(axis: &Reads, longest: usize) -> Lines {
        let [up, down] = [Lines::shared(axis, 0..axis.taps), Lines::shared(axis, (0..axis.taps).rev())];
        let size = |lines: &Lines| lines.length() * lines.lines.len();
        let best = if size(&up) <= size(&down) { up } else { down };
        if best.length() > longest { Lines::apart(axis) } else { best }
    }
}

/// Neighbouring places, and what is there: entries that are evenly spaced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Stretch {
    place: usize,
    entry: usize,
    step: usize,
    length: usize,
}

/// Neighbouring outputs: the first by its number in a plane or a panel, and in the output.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    pub first: usize,
    pub output: usize,
    pub length: usize,
}

/// Outputs that fill registers, in the order of a plane.
#[derive(Clone, Debug)]
pub(super) struct Panel {
    pub first: usize,
    /// Those that no panel before it has, by their lanes.
    pub kept: Vec<Kept>,
}

/// The layout of a channel.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    entries: usize,
    /// The places of a channel, in all planes together.
    pub places: usize,
    /// Where the first output reads through each tap, in the order in which products are added.
    pub taps: Vec<usize>,
    pub panels: Vec<Panel>,
    stretches: Vec<Stretch>,
}

impl Layout {
    /// The layout of a graph in which no output reads two entries through one tap, for panels of so many lanes; none where
    /// it would take too much memory for so many channels.
    pub(super) fn new(grid: &Grid, lanes: usize, channels: usize) -> Option<Layout> {
        let shape = grid.shape();
        let lines = |(axis, outputs): (usize, &usize)| {
            // only along the first axis there is nothing between the rows
            let longest = if axis == 0 { usize::MAX } else { outputs.saturating_mul(LONGER) / 4 };
            Lines::of(&grid.reads(axis), longest)
        };
        let axes: Vec<Lines> = shape.iter().enumerate().map(lines).collect();
        let mut pitch = vec![1_usize; shape.len() + 1];
        for (axis, lines) in axes.iter().enumerate().rev() {
            pitch[axis] = pitch[axis + 1].checked_mul(lines.length())?;
        }
        let planes = axes.iter().try_fold(1_usize, |planes, lines| planes.checked_mul(lines.lines.len()))?;
        let mut places = planes.checked_mul(pitch[0]).filter(|places| *places <= MOST[0])?;
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
        places.checked_mul(channels).filter(|places| *places <= MOST[0])?;
        let stretches = stretches(grid, &axes, &pitch)?;
        Some(Layout {
            entries: grid.entries(),
            places,
            taps,
            panels: panels(&shape, &pitch[1..], span, lanes),
            stretches,
        })
    }

    /// The entries of some channels, laid out; the room is new, or has been used for as many before.
    pub(super) fn lay<'a, S: Semiring>(&self, x: &'a [S], room: &'a mut Room<S>) -> &'a [S] {
        let whole = Stretch { place: 0, entry: 0, step: 1, length: self.places };
        if self.stretches == [whole] && self.places == self.entries {
            return x;
        }
        let room = &mut room.entries;
        // what has no entry is a zero, and stays one
        room.resize(x.len() / self.entries * self.places, S::zero());
        let channels = room.par_chunks_mut(self.places).zip(x.par_chunks(self.entries));
        channels.for_each(|(room, x)| {
            for &Stretch { place, entry, step, length } in &self.stretches {
                let (to, from) = (&mut room[place..place + length], &x[entry..]);
                if step == 1 {
                    to.clone_from_slice(&from[..length]);
                } else {
                    to.iter_mut().zip(from.iter().step_by(step)).for_each(|(to, from)| *to = from.clone());
                }
            }
        });
        room
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
    let spacings = spacings(axes, pitch);
    let no_axis = Lines { lines: vec![vec![Some(0)]], taps: vec![[0, 0]] };
    let (last, others) = axes.split_last().unwrap_or((&no_axis, &[]));
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
    let mut all: Vec<Stretch> = vec![];
    for (n, line) in last.lines.iter().enumerate() {
        for [place, entry] in &rows {
            for (k, here) in line.iter().enumerate() {
                let Some(here) = here else { continue };
                let (place, entry) = (place + n * spacing + k, entry * row + here);
                if !all.last_mut().is_some_and(|stretch| stretch.takes(place, entry)) {
                    all.push(Stretch { place, entry, step: 1, length: 1 });
                }
            }
        }
        if all.len() > MOST[1] {
            return None;
        }
    }
    Some(all)
}

impl Stretch {
    /// Takes in the next place, where its entry goes on in the same steps.
    fn takes(&mut self, place: usize, entry: usize) -> bool {
        let Some(step) = entry.checked_sub(self.entry + self.step * (self.length - 1)) else { return false };
        let goes_on =
            place == self.place + self.length && step > 0 && (self.length == 1 || step == self.step);
        if goes_on {
            (self.step, self.length) = (step, self.length + 1);
        }
        goes_on
    }
}

/// All panels; the last one overlaps the one before it rather than read beyond the end.
fn panels(shape: &[usize], pitch: &[usize], span: usize, lanes: usize) -> Vec<Panel> {
    let (width, others) = shape.split_last().map_or((1, &[][..]), |(width, others)| (*width, others));
    let mut rows = vec![0];
    for (outputs, pitch) in others.iter().zip(pitch) {
        rows = rows.iter().flat_map(|row| (0..*outputs).map(move |o| row + o * pitch)).collect();
    }
    let mut panels: Vec<Panel> = vec![];
    for first in (0..span).step_by(lanes) {
        panels.push(Panel { first: first.min(span.saturating_sub(lanes)), kept: vec![] });
    }
    for (n, row) in rows.into_iter().enumerate() {
        let end = row + width;
        let mut from = row;
        while from < end {
            let number = from / lanes;
            let to = end.min((number + 1) * lanes);
            let panel = &mut panels[number];
            let (first, output, length) = (from - panel.first, n * width + from - row, to - from);
            match panel.kept.last_mut() {
                Some(kept) if kept.first + kept.length == first => kept.length += length,
                _ => panel.kept.push(Kept { first, output, length }),
            }
            from = to;
        }
    }
    panels.retain(|panel| !panel.kept.is_empty());
    panels
}

#[cfg(test)]
mod tests {
    use super::{Layout, Room, Rooms};
    use crate::{
        layer::{Conv, Sliding, grid::Connections},
        signal::Boundary,
    };
    use ndarray::{ArrayD, Dimension, IxDyn};

    fn layout(sliding: &Sliding, spatial: &[usize], lanes: usize) -> Layout {
        Layout::new(&sliding.grid(spatial).expect("fits"), lanes, 1).expect("small")
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
                        let layout = Layout::new(grid, 4, 1).expect("small");
                        let x: Vec<i64> = (1..=grid.entries() as i64).collect();
                        let rooms = Rooms::default();
                        let mut room = Room::of(&rooms);
                        let laid = layout.lay(&x, &mut room);
                        let mut seen = vec![];
                        for panel in &layout.panels {
                            for lane in panel
                                .kept
                                .iter()
                                .flat_map(|kept| (0..kept.length).map(|n| (kept.first + n, kept.output + n)))
                            {
                                let read: Vec<i64> =
                                    layout.taps.iter().map(|tap| laid[panel.first + lane.0 + tap]).collect();
                                let mut expected = vec![0; grid.taps()];
                                for edge in grid.edges(lane.1, &mut vec![]) {
                                    expected[edge.tap] = x[edge.entry];
                                }
                                assert_eq!(read, expected, "{sliding:?} {spatial:?} {flip}");
                                seen.push(lane.1);
                            }
                            assert!(layout.taps.iter().all(|tap| panel.first + tap + 4 <= laid.len()));
                        }
                        assert_eq!(seen, (0..grid.outputs()).collect::<Vec<_>>());
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
        assert!(std::ptr::eq(pointwise.lay(&x, &mut Room::of(&Rooms::default())), &*x));
        // wide kernels over few columns: a line for every tap along that axis, and no lanes between the rows
        let wide = layout(&Sliding::of(&[1, 40]), &[50, 40], 8);
        assert_eq!((wide.places, wide.panels.len()), (40 * 50, 7));
        assert!(Layout::new(&Sliding::of(&[1]).grid(&[1 << 20]).expect("fits"), 8, 1 << 10).is_none());
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
