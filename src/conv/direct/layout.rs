//! The sum laid out flat: rows of x in memory, and each tap as one offset into it, in the order of the sum.

use crate::scalar::Semiring;
use ndarray::{ArrayViewD, Dimension, IxDyn};
use std::ops::Range;

/// What is swept: rows along the last axis, and along those before it for as long as w has one entry on the later
/// ones; so an interleaved image, or a table of short rows, is swept like a long signal.
pub(super) struct Layout<'x, S> {
    /// The entries of x.
    pub x: &'x [S],
    /// The taps with their offsets in x, in the order of the sum.
    pub taps: Vec<(isize, S)>,
    /// The taps, row by row of w.
    pub rows: Vec<Taps>,
    /// Entries of a row of the output.
    pub width: usize,
    /// How two rows of the output are swept at a time, if that pays.
    pub pairs: Option<Pairs>,
    /// Entries of a row of x.
    pub length: usize,
    /// The first entry of a row of the full convolution that is wanted.
    first: usize,
    /// Entries of x from one tap along the row to the next.
    stride: usize,
    /// Taps along the row.
    along: usize,
    /// The other axes.
    outer: Vec<Outer>,
}

/// An axis other than the one that is swept.
struct Outer {
    n: usize,
    m: usize,
    window: Range<usize>,
    /// Entries of x from one index to the next.
    stride: usize,
}

/// How the sums of two neighbouring rows of the output go through the same rows of x, in the same order: in each plane of
/// w, the one is a row of w ahead of the other.
pub(super) struct Pairs {
    /// Taps of a row of w.
    pub row: usize,
    /// Taps of a plane of it, all of its rows along the axis of these neighbours.
    pub plane: usize,
    /// Entries of x from where the first one starts to where the next one does.
    pub step: isize,
    /// Whether it is the next one that is ahead.
    pub exchanged: bool,
}

/// Rows of w, from which on two rows of the output at a time are faster than one after the other.
const PAIRED: usize = 4;

/// Neighbouring taps of a row of w, all at one index of the other axes.
pub(super) struct Taps {
    /// Counted from the last one of w, as the index of x runs.
    outer: Vec<usize>,
    /// The place along the row of the first of them, counted in the same way.
    first: usize,
    /// Whether those after it lie at falling places.
    falling: bool,
    /// Where they stand in the list.
    list: Range<usize>,
    /// The offset of the place 0 along their row.
    pub offset: isize,
}

impl Taps {
    /// Where those with a place in `along` stand in the list; an empty range at the right end where there is none.
    #[inline(always)]
    pub fn places(&self, along: &Range<usize>) -> Range<usize> {
        let count = self.list.len();
        let [from, to] = if self.falling {
            [along.end, along.start].map(|place| (self.first + 1).saturating_sub(place).min(count))
        } else {
            [along.start, along.end].map(|place| place.saturating_sub(self.first).min(count))
        };
        self.list.start + from..self.list.start + to
    }
}

/// The rows of w that meet x in one row of the output.
pub(super) struct Meeting<S> {
    /// Where the first entry of the row of x lies that the last tap of w meets; before x, if that tap does not.
    pub base: isize,
    /// The rows of w, as ranges of neighbours.
    pub rows: Vec<Range<usize>>,
    /// Their taps, if those are not neighbours in the list: the hot loop wants one list.
    gathered: Vec<(isize, S)>,
    corner: Vec<isize>,
}

impl<S> Default for Meeting<S> {
    fn default() -> Self {
        Meeting { base: 0, rows: Vec::new(), gathered: Vec::new(), corner: Vec::new() }
    }
}

impl<'x, S: Semiring> Layout<'x, S> {
    /// Whether each entry is one number in a vector register.
    pub const REAL: bool = S::VECTORS && size_of::<S>() == align_of::<S>();

    /// For x of shape `n`, its axes in the order in which they lie in memory: `order` of those of w and of the window.
    ///
    /// The sum runs through w backward, or where `exchanged` forward: x and w have changed places, and it is w's own
    /// index that the definition runs forward through.
    pub fn new(
        x: &'x [S],
        n: &[usize],
        w: ArrayViewD<S>,
        window: &[Range<usize>],
        order: &[usize],
        exchanged: bool,
    ) -> Self {
        // Where w has one entry and the window is the whole axis, an entry only meets those at its own place.
        let window: Vec<Range<usize>> = order.iter().map(|axis| window[*axis].clone()).collect();
        let m: Vec<usize> = order.iter().map(|axis| w.shape()[*axis]).collect();
        let single = |axis: &usize| m[*axis] == 1 && window[*axis] == (0..n[*axis]);
        let last = n.len() - 1 - (1..n.len()).rev().take_while(single).count();
        let stride: usize = n[last + 1..].iter().product();
        let length = n[last] * stride;
        let outer: Vec<Outer> = (0..last)
            .map(|axis| Outer {
                n: n[axis],
                m: m[axis],
                window: window[axis].clone(),
                stride: n[axis + 1..].iter().product(),
            })
            .collect();
        let mut taps: Vec<(isize, S)> = Vec::with_capacity(w.len());
        let mut rows: Vec<Taps> = Vec::new();
        let mut weights: Vec<S> = w.iter().cloned().collect();
        if !exchanged {
            weights.reverse();
        }
        for (index, weight) in ndarray::indices(IxDyn(w.shape())).into_iter().zip(weights) {
            let index = index.as_array_view();
            let place = |axis: usize| {
                let index = index[order[axis]];
                if exchanged { m[axis] - 1 - index } else { index }
            };
            let along = place(last);
            let offset: usize = (0..last).map(|axis| place(axis) * outer[axis].stride).sum();
            let number = taps.len();
            taps.push(((offset + along * stride) as isize, weight));
            let neighbour = |row: &&mut Taps| {
                let count = row.list.len();
                let next = if exchanged { along + count == row.first } else { along == row.first + count };
                next && (0..last).all(|axis| row.outer[axis] == place(axis))
            };
            match rows.last_mut().filter(neighbour) {
                Some(row) => row.list.end += 1,
                None => rows.push(Taps {
                    outer: (0..last).map(place).collect(),
                    first: along,
                    falling: exchanged,
                    list: number..number + 1,
                    offset: offset as isize,
                }),
            }
        }
        // In another order the rows of w are not neighbours in the list.
        let neighbours = outer.last().filter(|axis| Self::REAL && order.is_sorted() && axis.m >= PAIRED);
        let pairs = neighbours.map(|axis| Pairs {
            row: m[last],
            plane: m[last] * axis.m,
            step: axis.stride as isize,
            exchanged,
        });
        Layout {
            x,
            taps,
            rows,
            pairs,
            width: window[last].len() * stride,
            length,
            first: window[last].start * stride,
            stride,
            along: m[last],
            outer,
        }
    }

    /// Where in a row of x the entry of this column meets the first tap along the row: before it, if it does not.
    #[inline(always)]
    pub fn start(&self, column: usize) -> isize {
        (self.first + column) as isize - ((self.along - 1) * self.stride) as isize
    }

    /// The columns whose entries meet x with every tap along the row.
    pub fn inside(&self) -> Range<usize> {
        let reach = (self.along - 1) * self.stride;
        reach.saturating_sub(self.first)..self.length.saturating_sub(self.first)
    }

    /// The taps along the row that meet x for all entries that start here.
    #[inline(always)]
    pub fn along_all(&self, starts: &Range<isize>) -> Range<usize> {
        // start + tap · stride, from 0 for the first one to below the length for the last one
        let (from, to) = (self.taps_in(-starts.start), self.taps_in(self.length as isize - (starts.end - 1)));
        from..to.max(from)
    }

    /// The taps along the row that meet x for any entry that starts here.
    #[inline(always)]
    pub fn along_some(&self, starts: &Range<isize>) -> Range<usize> {
        let (from, to) = (self.taps_in(1 - starts.end), self.taps_in(self.length as isize - starts.start));
        from..to.max(from)
    }

    /// The taps along the row that meet x for the entry that starts here.
    #[inline(always)]
    pub fn along_one(&self, start: isize) -> Range<usize> {
        self.along_all(&(start..start + 1))
    }

    /// The taps along the row that begin in so many entries of it.
    #[inline(always)]
    fn taps_in(&self, entries: isize) -> usize {
        let entries = entries.max(0) as usize;
        // A division is slower than all the rest.
        let taps = if self.stride == 1 { entries } else { entries.div_ceil(self.stride) };
        taps.min(self.along)
    }

    /// What row `row` of the output meets.
    pub fn meet(&self, row: usize, meeting: &mut Meeting<S>) {
        let Meeting { base, rows, gathered, corner } = meeting;
        corner.clear();
        corner.resize(self.outer.len(), 0);
        let axes = self.outer.iter().zip(&mut *corner).rev();
        (*base, _) = axes.fold((0, row), |(base, rest), (axis, corner)| {
            let length = axis.window.len();
            *corner = (axis.window.start + rest % length) as isize - (axis.m as isize - 1);
            (base + *corner * axis.stride as isize, rest / length)
        });
        rows.clear();
        for (number, row) in self.rows.iter().enumerate() {
            let meets = |((axis, corner), index): ((&Outer, &isize), &usize)| {
                usize::try_from(corner + *index as isize).is_ok_and(|place| place < axis.n)
            };
            if self.outer.iter().zip(&*corner).zip(&row.outer).all(meets) {
                match rows.last_mut() {
                    Some(rows) if rows.end == number => rows.end += 1,
                    _ => rows.push(number..number + 1),
                }
            }
        }
        gathered.clear();
        if rows.len() > 1 {
            gathered.extend(rows.iter().flat_map(|rows| self.taps_of(rows)).cloned());
        }
    }

    /// Whether two rows of the output are such neighbours, and meet all of w.
    pub fn are_neighbours(&self, pairs: &Pairs, [one, next]: &[Meeting<S>; 2]) -> bool {
        let all = 0..self.rows.len();
        let whole = |meeting: &Meeting<S>| matches!(&meeting.rows[..], [rows] if *rows == all);
        whole(one) && whole(next) && next.base - one.base == pairs.step
    }

    /// The taps of all rows of w that meet.
    pub fn taps<'a>(&'a self, meeting: &'a Meeting<S>) -> &'a [(isize, S)] {
        match &meeting.rows[..] {
            [] => &[],
            [rows] => self.taps_of(rows),
            _ => &meeting.gathered,
        }
    }

    fn taps_of(&self, rows: &Range<usize>) -> &[(isize, S)] {
        &self.taps[self.rows[rows.start].list.start..self.rows[rows.end - 1].list.end]
    }
}
