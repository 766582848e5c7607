//! The sums of a stretch of a row: tiles of entries that stay in registers while all their taps are added.

use super::layout::{Layout, Meeting};
use crate::scalar::Semiring;
use pulp::{Arch, WithSimd};
use std::ops::Range;

/// Entries of the smaller tiles, for what the large ones leave.
const SMALL: [usize; 5] = [24, 8, 4, 2, 1];

/// The entries of the output from `from` on, counted row by row. Output: `y`, which holds zeros.
pub(super) struct Stretch<'a, 'x, S> {
    pub layout: &'a Layout<'x, S>,
    pub from: usize,
    pub y: &'a mut [S],
}

/// Compiled once for each set of vector instructions, so everything below is inlined into it. Only for scalars with
/// [`Semiring::VECTORS`].
impl<S: Semiring> WithSimd for Stretch<'_, '_, S> {
    type Output = ();

    #[inline(always)]
    fn with_simd<V: pulp::Simd>(self, _: V) {
        // As many sums as twelve to fourteen registers of 256 bits hold; the others are for x and the tap. Below
        // about fifty the compiler writes the loop out and finds only half of each register.
        // The conditions are constants, so that each type of scalar is compiled for one size only.
        if const { size_of::<S>() <= 4 } {
            self.fill::<96>()
        } else if const { size_of::<S>() <= 8 } {
            self.fill::<56>()
        } else {
            self.fill::<16>()
        }
    }
}

impl<S: Semiring> Stretch<'_, '_, S> {
    pub fn compute(self, arch: Arch) {
        // A constant, so that the other branch is not compiled. Other scalars gain nothing from registers: small tiles
        // only, compiled once, and each sum in the same order.
        if const { S::VECTORS } { arch.dispatch(self) } else { self.fill::<{ SMALL[1] }>() }
    }

    #[inline(always)]
    fn fill<const TILE: usize>(self) {
        let Stretch { layout, mut from, mut y } = self;
        let mut meeting = Meeting::default();
        while !y.is_empty() {
            let (row, column) = (from / layout.width, from % layout.width);
            let length = y.len().min(layout.width - column);
            let (now, later) = y.split_at_mut(length);
            layout.meet(row, &mut meeting);
            Row { layout, meeting: &meeting }.fill::<TILE>(column, now);
            (from, y) = (from + length, later);
        }
    }
}

/// One row of the output.
struct Row<'a, 'x, S> {
    layout: &'a Layout<'x, S>,
    meeting: &'a Meeting<S>,
}

impl<S: Semiring> Row<'_, '_, S> {
    /// The columns from `column` on. In the middle every tap along the row meets x; left and right some do not.
    #[inline(always)]
    fn fill<const TILE: usize>(&self, column: usize, y: &mut [S]) {
        let inside = self.layout.inside();
        let [from, to] =
            [inside.start, inside.end].map(|place| place.clamp(column, column + y.len()) - column);
        // Along rows that run on through an axis w may be longer than x: then no entry meets every tap.
        let to = to.max(from);
        let (left, rest) = y.split_at_mut(from);
        let (middle, right) = rest.split_at_mut(to - from);
        let mut done = self.inside::<TILE>(column + from, middle);
        // Tiles that are not smaller find nothing, and are not compiled.
        if const { SMALL[0] < TILE } {
            done += self.inside::<{ SMALL[0] }>(column + from + done, &mut middle[done..]);
        }
        if const { SMALL[1] < TILE } {
            done += self.inside::<{ SMALL[1] }>(column + from + done, &mut middle[done..]);
        }
        done += self.inside::<{ SMALL[2] }>(column + from + done, &mut middle[done..]);
        done += self.inside::<{ SMALL[3] }>(column + from + done, &mut middle[done..]);
        self.inside::<{ SMALL[4] }>(column + from + done, &mut middle[done..]);
        for (column, y) in [(column, left), (column + to, right)] {
            self.edge::<TILE>(column, y);
        }
    }

    /// As many whole tiles as there are; how many entries that were.
    #[inline(always)]
    fn inside<const TILE: usize>(&self, column: usize, y: &mut [S]) -> usize {
        let taps = self.layout.taps(self.meeting);
        let mut start = self.meeting.base + self.layout.start(column);
        for tile in y.chunks_exact_mut(TILE) {
            let sums = self.add(std::array::from_fn(|_| S::zero()), start, taps);
            let tile: &mut [S; TILE] = tile.try_into().expect("a chunk of that length");
            *tile = sums;
            start += TILE as isize;
        }
        y.len() / TILE * TILE
    }

    /// Adds these taps to neighbouring sums, the first of which meets x at `start` plus a tap's offset: the hot loop.
    #[inline(always)]
    fn add<const TILE: usize>(&self, mut sums: [S; TILE], start: isize, taps: &[(isize, S)]) -> [S; TILE] {
        for (offset, tap) in taps {
            let x = &self.layout.x[(start + offset) as usize..][..TILE];
            for i in 0..TILE {
                S::mul_add_into(&mut sums[i], tap, &x[i]);
            }
        }
        sums
    }

    /// Columns where the taps meet the border of x.
    #[inline(always)]
    fn edge<const TILE: usize>(&self, column: usize, y: &mut [S]) {
        let mut done = 0;
        while done < y.len() {
            let (column, y) = (column + done, &mut y[done..]);
            done += if self.across::<TILE>(column, y) {
                TILE
            } else if const { SMALL[0] < TILE } && self.across::<{ SMALL[0] }>(column, y) {
                SMALL[0]
            } else if const { SMALL[1] < TILE } && self.across::<{ SMALL[1] }>(column, y) {
                SMALL[1]
            } else {
                let few = SMALL[1].min(y.len());
                self.singles(column, &mut y[..few]);
                few
            };
        }
    }

    /// The first tile, if there is one and enough taps meet x for all of its entries; whether it did.
    #[inline(always)]
    fn across<const TILE: usize>(&self, column: usize, y: &mut [S]) -> bool {
        let start = self.layout.start(column);
        let all = self.layout.along(start..start + TILE as isize);
        let Some(tile) = y.first_chunk_mut::<TILE>().filter(|_| all.len() >= TILE) else { return false };
        for row in self.meeting.rows.iter().flat_map(|rows| &self.layout.rows[rows.clone()]) {
            let all = row.places(&all);
            for (i, y) in tile.iter_mut().enumerate() {
                let own = row.places(&self.layout.along_one(start + i as isize));
                self.add_to(y, start + i as isize, own.start..all.start);
            }
            *tile = self.add(tile.clone(), self.meeting.base + start, &self.layout.taps[all.clone()]);
            for (i, y) in tile.iter_mut().enumerate() {
                let own = row.places(&self.layout.along_one(start + i as isize));
                self.add_to(y, start + i as isize, all.end..own.end);
            }
        }
        true
    }

    /// Entry by entry; a row of w after the other, so that several sums are under way at a time.
    #[inline(always)]
    fn singles(&self, column: usize, y: &mut [S]) {
        for row in self.meeting.rows.iter().flat_map(|rows| &self.layout.rows[rows.clone()]) {
            for (i, y) in y.iter_mut().enumerate() {
                let start = self.layout.start(column + i);
                self.add_to(y, start, row.places(&self.layout.along_one(start)));
            }
        }
    }

    #[inline(always)]
    fn add_to(&self, sum: &mut S, start: isize, taps: Range<usize>) {
        // In a variable of its own: one that others can see is written after every term, and waits for that.
        let mut own = std::mem::replace(sum, S::zero());
        for (offset, tap) in &self.layout.taps[taps] {
            S::mul_add_into(&mut own, tap, &self.layout.x[(self.meeting.base + start + offset) as usize]);
        }
        *sum = own;
    }
}
