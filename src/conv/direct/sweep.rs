//! The sums of a stretch of a row: tiles of entries that stay in registers while all their taps are added.

use super::layout::{Layout, Meeting, Pairs, Taps};
use crate::scalar::Semiring;
use pulp::{Arch, WithSimd};
use std::{hint::select_unpredictable, ops::Range};

/// Entries of the smallest tiles.
const SMALL: usize = 8;
/// Columns at the border that are computed one by one are fewer.
const FEW: usize = 3;

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
        // As many sums as twelve to fourteen registers of 256 bits hold, in one row or in two; the others are for x and
        // the taps. Below about fifty the compiler writes the loop out and finds only half of each register.
        // The conditions are constants, so that each type of scalar is compiled for one size only.
        if const { size_of::<S>() <= 4 } {
            self.fill::<96, 48>()
        } else if const { size_of::<S>() <= 8 } {
            self.fill::<56, 24>()
        } else {
            self.fill::<16, SMALL>()
        }
    }
}

impl<S: Semiring> Stretch<'_, '_, S> {
    pub fn compute(self, arch: Arch) {
        // A constant, so that the other branch is not compiled. Other scalars gain nothing from registers: small tiles
        // only, compiled once, and each sum in the same order.
        if const { S::VECTORS } { arch.dispatch(self) } else { self.fill::<SMALL, SMALL>() }
    }

    #[inline(always)]
    fn fill<const LARGE: usize, const MEDIUM: usize>(self) {
        let Stretch { layout, mut from, mut y } = self;
        let mut meetings = [Meeting::default(), Meeting::default()];
        while !y.is_empty() {
            let (row, column) = (from / layout.width, from % layout.width);
            let (mut length, mut done) = (y.len().min(layout.width - column), 0..0);
            layout.meet(row, &mut meetings[0]);
            if let Some(pairs) = layout.pairs.as_ref().filter(|_| column == 0 && y.len() >= 2 * length) {
                layout.meet(row + 1, &mut meetings[1]);
                if layout.are_neighbours(pairs, &meetings) {
                    length *= 2;
                    done = Pair { layout, pairs, base: meetings[0].base }.fill::<MEDIUM>(&mut y[..length]);
                }
            }
            let (now, later) = y.split_at_mut(length);
            for (meeting, y) in meetings.iter().zip(now.chunks_mut(layout.width)) {
                Row { layout, meeting }.fill::<LARGE, MEDIUM>(column, y, done.clone());
            }
            (from, y) = (from + length, later);
        }
    }
}

/// Two neighbouring rows of the output that meet all of w.
struct Pair<'a, 'x, S> {
    layout: &'a Layout<'x, S>,
    pairs: &'a Pairs,
    /// As [`Meeting::base`] of the first of them.
    base: isize,
}

impl<S: Semiring> Pair<'_, '_, S> {
    /// As many whole tiles as there are of columns where every tap along the row meets x, in both rows; which columns.
    #[inline(always)]
    fn fill<const TILE: usize>(&self, y: &mut [S]) -> Range<usize> {
        let Pair { layout, pairs, base } = *self;
        let middle = Row::middle(layout, 0, layout.width);
        if middle.len() < TILE {
            return 0..0;
        }
        let (one, next) = y.split_at_mut(layout.width);
        // The row whose sums come first to each row of x is a row of w ahead of the other.
        let start = base + layout.start(0);
        let (first, second, start, step) = if pairs.exchanged {
            (next, one, start + pairs.step, -pairs.step)
        } else {
            (one, next, start, pairs.step)
        };
        // The last tile computes some sums once more.
        for from in middle.clone().step_by(TILE).map(|from| from.min(middle.end - TILE)) {
            let start = start + from as isize;
            let zeros = || std::array::from_fn(|_| S::zero());
            let (mut ahead, mut behind): ([S; TILE], [S; TILE]) = (zeros(), zeros());
            for plane in layout.taps.chunks_exact(pairs.plane) {
                let (lead, shared) = plane.split_at(pairs.row);
                let (lagging, last) = plane.split_at(shared.len());
                ahead = add(layout.x, ahead, start, lead);
                (ahead, behind) = add_to_both(layout.x, ahead, behind, start, shared, lagging);
                behind = add(layout.x, behind, start + step, last);
            }
            first[from..][..TILE].clone_from_slice(&ahead);
            second[from..][..TILE].clone_from_slice(&behind);
        }
        middle
    }
}

/// Adds taps to neighbouring sums, the first of which meets x at `start` plus a tap's offset: the hot loop.
#[inline(always)]
fn add<S: Semiring, const TILE: usize>(
    x: &[S],
    mut sums: [S; TILE],
    start: isize,
    taps: &[(isize, S)],
) -> [S; TILE] {
    for (offset, tap) in taps {
        let x = &x[(start + offset) as usize..][..TILE];
        for i in 0..TILE {
            S::mul_add_into(&mut sums[i], tap, &x[i]);
        }
    }
    sums
}

/// The same for two rows of sums at a time, for which each entry of x is loaded once.
#[inline(always)]
fn add_to_both<S: Semiring, const TILE: usize>(
    x: &[S],
    mut ahead: [S; TILE],
    mut behind: [S; TILE],
    start: isize,
    taps: &[(isize, S)],
    lagging: &[(isize, S)],
) -> ([S; TILE], [S; TILE]) {
    for ((offset, tap), (_, lagging)) in taps.iter().zip(lagging) {
        let x = &x[(start + offset) as usize..][..TILE];
        for i in 0..TILE {
            S::mul_add_into(&mut ahead[i], tap, &x[i]);
            S::mul_add_into(&mut behind[i], lagging, &x[i]);
        }
    }
    (ahead, behind)
}

/// One row of the output.
struct Row<'a, 'x, S> {
    layout: &'a Layout<'x, S>,
    meeting: &'a Meeting<S>,
}

impl<S: Semiring> Row<'_, '_, S> {
    /// The columns from `column` on, of which some may be done.
    #[inline(always)]
    fn fill<const LARGE: usize, const MEDIUM: usize>(&self, column: usize, y: &mut [S], done: Range<usize>) {
        let done = if done.is_empty() {
            let middle = Self::middle(self.layout, column, y.len());
            let from = middle.start;
            from..from + self.inside::<LARGE, MEDIUM>(column + from, &mut y[middle])
        } else {
            done
        };
        let (left, rest) = y.split_at_mut(done.start);
        self.edges::<MEDIUM>([(column, left), (column + done.end, &mut rest[done.len()..])]);
    }

    /// Which of so many columns meet x with every tap along the row; of others some taps do not.
    #[inline(always)]
    fn middle(layout: &Layout<S>, column: usize, length: usize) -> Range<usize> {
        let inside = layout.inside();
        let [mut from, mut to] =
            [inside.start, inside.end].map(|place| place.clamp(column, column + length) - column);
        if Layout::<S>::REAL {
            // So that there are whole tiles left and right, but for two or three columns.
            let whole =
                |columns: usize| if columns < FEW { columns } else { columns.next_multiple_of(SMALL) };
            (from, to) = (whole(from), length.saturating_sub(whole(length - to)));
        }
        // Along rows that run on through an axis w may be longer than x: then no entry meets every tap.
        if from < to { from..to } else { 0..0 }
    }

    /// Tiles of columns where every tap along the row meets x; how many columns they hold.
    #[inline(always)]
    fn inside<const LARGE: usize, const MEDIUM: usize>(&self, column: usize, y: &mut [S]) -> usize {
        let mut done =
            self.tiles::<LARGE>(column, y, 0, if const { MEDIUM < LARGE } { MEDIUM } else { SMALL });
        if const { SMALL < MEDIUM && MEDIUM < LARGE } {
            done = self.tiles::<MEDIUM>(column, y, done, SMALL);
        }
        if const { SMALL < LARGE } {
            done = self.tiles::<SMALL>(column, y, done, 0);
        }
        done
    }

    /// Tiles of the columns from the `done`-th on, as long as more than `few` are left; how many columns are done then.
    /// Of vectors the last tile is whole too: it computes some sums once more.
    #[inline(always)]
    fn tiles<const TILE: usize>(&self, column: usize, y: &mut [S], done: usize, few: usize) -> usize {
        let (taps, mut done) = (self.layout.taps(self.meeting), done);
        while y.len() - done > few && y.len() - if S::VECTORS { 0 } else { done } >= TILE {
            let from = done.min(y.len() - TILE);
            let start = self.meeting.base + self.layout.start(column + from);
            let sums: [S; TILE] = add(self.layout.x, std::array::from_fn(|_| S::zero()), start, taps);
            y[from..][..TILE].clone_from_slice(&sums);
            done = from + TILE;
        }
        done
    }

    /// Columns where some taps meet x and others do not: row of w by row of w, so that several sums are under way.
    #[inline(always)]
    fn edges<const MEDIUM: usize>(&self, mut edges: [(usize, &mut [S]); 2]) {
        for row in self.meeting.rows.iter().flat_map(|rows| &self.layout.rows[rows.clone()]) {
            for (column, y) in &mut edges {
                let mut start = self.layout.start(*column);
                let (medium, rest) = y.as_chunks_mut::<MEDIUM>();
                for tile in medium {
                    self.edge(row, start, tile);
                    start += MEDIUM as isize;
                }
                let (small, rest) = rest.as_chunks_mut::<SMALL>();
                for tile in small {
                    self.edge(row, start, tile);
                    start += SMALL as isize;
                }
                for y in rest {
                    self.add_one(y, start, row.places(&self.layout.along_one(start)));
                    start += 1;
                }
            }
        }
    }

    /// Adds the taps of a row of w to a tile: those that meet x for some entries, for all of them, and again for some.
    #[inline(always)]
    fn edge<const TILE: usize>(&self, row: &Taps, start: isize, y: &mut [S; TILE]) {
        let starts = start..start + TILE as isize;
        let all = row.places(&self.layout.along_all(&starts));
        let some = row.places(&self.layout.along_some(&starts));
        self.add_some(row, start, y, some.start..all.start);
        if !all.is_empty() {
            let taps = &self.layout.taps[all.clone()];
            *y = add(self.layout.x, y.clone(), self.meeting.base + start, taps);
        }
        self.add_some(row, start, y, all.end..some.end);
    }

    /// Adds taps that meet x for some entries of a tile.
    #[inline(always)]
    fn add_some<const TILE: usize>(&self, row: &Taps, start: isize, y: &mut [S; TILE], taps: Range<usize>) {
        if taps.is_empty() {
            return;
        }
        // Beyond its row the neighbouring rows of x follow, but not before the first and after the last.
        let lies_in_x = |place: usize| {
            let from = self.meeting.base + start + self.layout.taps[place].0;
            from >= 0 && from as usize + TILE <= self.layout.x.len()
        };
        let maskable = Layout::<S>::REAL && i32::try_from(self.layout.length).is_ok();
        if maskable && lies_in_x(taps.start) && lies_in_x(taps.end - 1) {
            *y = self.add_masked(row, start, y.clone(), taps);
        } else {
            for (i, y) in y.iter_mut().enumerate() {
                let own = row.places(&self.layout.along_one(start + i as isize));
                let from = own.start.max(taps.start);
                self.add_one(y, start + i as isize, from..own.end.min(taps.end).max(from));
            }
        }
    }

    /// The same, where x has an entry for all of them, though not one of the row: terms that are not there are computed
    /// and not taken, which costs less than to branch. Places along the row fit into 31 bits.
    #[inline(always)]
    fn add_masked<const TILE: usize>(
        &self,
        row: &Taps,
        start: isize,
        mut sums: [S; TILE],
        taps: Range<usize>,
    ) -> [S; TILE] {
        let [base, start] = [self.meeting.base + start, start - row.offset];
        for (offset, tap) in &self.layout.taps[taps] {
            let x = &self.layout.x[(base + offset) as usize..][..TILE];
            let place = (start + offset) as u32;
            for i in 0..TILE {
                let mut sum = sums[i].clone();
                S::mul_add_into(&mut sum, tap, &x[i]);
                // A place before the row wraps to one beyond it.
                let meets = place.wrapping_add(i as u32) < self.layout.length as u32;
                sums[i] = select_unpredictable(meets, sum, sums[i].clone());
            }
        }
        sums
    }

    #[inline(always)]
    fn add_one(&self, sum: &mut S, start: isize, taps: Range<usize>) {
        // In a variable of its own: one that others can see is written after every term, and waits for that.
        let mut own = std::mem::replace(sum, S::zero());
        for (offset, tap) in &self.layout.taps[taps] {
            S::mul_add_into(&mut own, tap, &self.layout.x[(self.meeting.base + start + offset) as usize]);
        }
        *sum = own;
    }
}
