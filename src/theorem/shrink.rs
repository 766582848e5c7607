//! Shrinking: a breaking instance is made smaller, in the one total order, until no step makes it smaller still.
//!
//! The steps are taken in passes: integers lowered, with rows and columns left out anywhere; whole values made 0 or
//! simple; windows cut; blocks of entries cleared; single entries simplified. Large steps come first, so that a large
//! instance is small before its entries are gone through. All of it is counted as work, and ends with it.

use super::{
    instance::{self, Size, assemble, discrete_at, discrete_rank},
    refute::Search,
    value::Value,
};
use crate::{
    expr::Kind,
    scalar::{
        Semiring,
        exact::{Element, judge},
    },
};
use dashu_int::IBig;

/// The work that shrinking may take; as much again for solving hypotheses.
const SHRINKING: u64 = 5_000_000;

/// The work of making a neighbour and telling its size, for each entry.
const LOOK: u64 = 8;

/// So many of the lowest ranks are tried for an integer.
const LOWEST: u64 = 64;

/// The smallest breaking instance so far.
struct Best {
    slots: Vec<Value>,
    size: Size,
}

/// Which of the old indices along an axis that became shorter are kept.
#[derive(Clone, Copy)]
enum Kept {
    First,
    Last,
    AllBut(usize),
    /// None: all entries are the simplest that is not 0, so that an instance of zeros can be smaller without them.
    Ones,
}

impl Kept {
    /// The old index of what is at `index` now.
    fn before(self, index: usize, old: usize, new: usize) -> usize {
        match self {
            Kept::Last if old > new => index + (old - new),
            Kept::AllBut(gone) if old > new && index >= gone => index + 1,
            _ => index,
        }
    }
}

impl Search<'_> {
    /// Make a breaking instance smaller until no step makes it smaller, or the work for that is done.
    pub(super) fn shrink(&mut self, slots: Vec<Value>) -> Vec<Value> {
        // shrinking has work of its own: what was found late deserves to be small too
        self.work = self.work.max(SHRINKING);
        self.solving = self.solving.max(SHRINKING);
        let mut best = Best { size: instance::size(&slots, self.domain, self.world()), slots };
        let free: Vec<usize> = (0..best.slots.len()).filter(|slot| !self.domain.pinned(*slot)).collect();
        loop {
            let before = best.size.clone();
            self.lower_discrete(&mut best);
            free.iter().for_each(|slot| self.simplify_whole(&mut best, *slot));
            // entries that are alike may allow smaller sizes, of which little would be left once they are cleared
            if best.size != before && self.work > 0 {
                continue;
            }
            free.iter().for_each(|slot| self.cut_window(&mut best, *slot));
            free.iter().for_each(|slot| self.clear_blocks(&mut best, *slot));
            free.iter().for_each(|slot| self.simplify_entries(&mut best, *slot));
            if best.size == before || self.work == 0 {
                return best.slots;
            }
        }
    }

    /// Take a neighbour if it breaks the claim and is smaller; where hypotheses tie entries together, it is first made
    /// to satisfy them.
    fn take(&mut self, best: &mut Best, neighbour: Vec<Value>) -> bool {
        let solved = if self.tied() { self.solved(&neighbour) } else { None };
        for slots in solved.into_iter().chain([neighbour]) {
            let entries: usize = slots.iter().map(|value| value.entries().count()).sum();
            self.work = self.work.saturating_sub(LOOK * entries as u64);
            if self.work == 0 {
                return false;
            }
            let size = instance::size(&slots, self.domain, self.world());
            if size < best.size && self.breaks(&slots) {
                *best = Best { slots, size };
                return true;
            }
        }
        false
    }

    fn tied(&self) -> bool {
        !self.domain.value_hypotheses().is_empty()
    }

    fn take_value(&mut self, best: &mut Best, slot: usize, value: Value) -> bool {
        let mut slots = best.slots.clone();
        slots[slot] = value;
        self.take(best, slots)
    }

    /// Integers and elements of groups one by one to any lower rank, and two at a time to the next.
    fn lower_discrete(&mut self, best: &mut Best) {
        let free = self.domain.free_discrete();
        for slot in &free {
            let rank = self.rank(*slot, &best.slots);
            let halfway = if rank > LOWEST { vec![rank / 2, rank - rank / 4, rank - 1] } else { vec![] };
            let lower = (0..rank.min(LOWEST)).chain(halfway);
            lower.into_iter().find(|own| self.take_discrete(best, &[(*slot, *own)]));
        }
        for (k, first) in free.iter().enumerate() {
            for second in &free[k + 1..] {
                let ranks = [*first, *second].map(|slot| (slot, self.rank(slot, &best.slots)));
                if ranks.iter().all(|(_, rank)| *rank > 0) {
                    self.take_discrete(best, &ranks.map(|(slot, rank)| (slot, rank - 1)));
                }
            }
        }
    }

    fn rank(&self, slot: usize, slots: &[Value]) -> u64 {
        discrete_rank(&slots[slot], &self.domain.claim.binders[slot])
    }

    /// Integers and elements of groups at these ranks, and what integers are sizes of cut in one of several ways.
    fn take_discrete(&mut self, best: &mut Best, ranks: &[(usize, u64)]) -> bool {
        let mut lowered = best.slots.clone();
        for (slot, rank) in ranks {
            let Some(value) = discrete_at(*rank, &self.domain.claim.binders[*slot]) else { return false };
            lowered[*slot] = value;
        }
        if !self.domain.discrete_admitted(&lowered, self.world()).unwrap_or(false) {
            return false;
        }
        let Some(shapes) = self.shapes_of(&lowered) else { return false };
        let pairs = || best.slots.iter().zip(&shapes).filter_map(|(value, new)| Some((value.shape()?, new)));
        let axes = || pairs().flat_map(|(old, new)| old.iter().zip(new));
        let shorter = axes().any(|(old, new)| old > new);
        let longest = axes().filter(|(old, new)| **old == **new + 1).map(|(old, _)| *old).max().unwrap_or(0);
        let mut cuts = vec![Kept::First];
        if shorter {
            cuts.extend([Kept::Last, Kept::Ones]);
        }
        // the first and the last index were left out above
        cuts.extend((1..longest.saturating_sub(1)).map(Kept::AllBut));
        cuts.into_iter().any(|kept| {
            let mut slots = lowered.clone();
            for (slot, shape) in shapes.iter().enumerate().filter(|(_, shape)| !shape.is_empty()) {
                slots[slot] = cut(self.domain.claim.binders[slot].kind, &best.slots[slot], shape, kept);
                if let (Kept::Ones, Some(simplest)) = (kept, self.alphabets[slot].get(1)) {
                    slots[slot] = slots[slot].map(|_| simplest.clone());
                }
            }
            self.work > 0 && self.take(best, slots)
        })
    }

    /// The sizes that these integers ask for, empty for what has none.
    fn shapes_of(&self, slots: &[Value]) -> Option<Vec<Vec<usize>>> {
        let of = |slot: usize| match self.domain.claim.binders[slot].kind.sized() {
            true => self.domain.shape(slot, slots, self.world()).ok()?,
            false => Some(vec![]),
        };
        (0..slots.len()).map(of).collect()
    }

    /// All entries 0, or all that are not 0 the simplest that is not.
    fn simplify_whole(&mut self, best: &mut Best, slot: usize) {
        let zero = Element::zero();
        let cleared = best.slots[slot].map(|_| zero.clone());
        if best.slots[slot].entries().next().is_none() || self.take_value(best, slot, cleared) {
            return;
        }
        let Some(simplest) = self.alphabets[slot].get(1).cloned() else { return };
        let simple =
            best.slots[slot].map(|x| if judge::same(x, &zero) { x.clone() } else { simplest.clone() });
        self.take_value(best, slot, simple);
    }

    /// The ends of a signal on Z cut off, an inner entry left out, the signal moved towards 0.
    fn cut_window(&mut self, best: &mut Best, slot: usize) {
        let line = |origin: isize, entries: &[Element]| {
            assemble(Kind::Line, vec![origin], &[entries.len()], entries.to_vec())
        };
        loop {
            let Value::Signal(x) = &best.slots[slot] else { return };
            if x.rank() != 1 {
                return;
            }
            let (first, entries): (isize, Vec<Element>) =
                (x.origin()[0], x.entries().iter().cloned().collect());
            let mut cuts = vec![];
            if let [_, rest @ ..] = &entries[..] {
                cuts.push(line(first + 1, rest));
                cuts.push(line(first, &entries[..entries.len() - 1]));
            }
            cuts.extend([0, first / 2, first - first.signum()].map(|step| line(step, &entries)));
            cuts.extend(
                (1..entries.len()).map(|k| line(first, &[&entries[..k], &entries[k + 1..]].concat())),
            );
            if !cuts.into_iter().any(|cut| self.work > 0 && self.take_value(best, slot, cut)) {
                return;
            }
        }
    }

    /// Halves, quarters, … of the entries made 0.
    fn clear_blocks(&mut self, best: &mut Best, slot: usize) {
        let count = best.slots[slot].entries().count();
        let lengths = std::iter::successors(Some(count / 2), |length| Some(length / 2));
        for length in lengths.take_while(|length| *length > 1) {
            for start in (0..count).step_by(length) {
                if self.work == 0 {
                    return;
                }
                let block = start..start + length;
                let cleared = changed(&best.slots[slot], |k| block.contains(&k).then(Element::zero));
                self.take_value(best, slot, cleared);
            }
        }
    }

    /// Every entry replaced by a simpler one, the simplest first.
    fn simplify_entries(&mut self, best: &mut Best, slot: usize) {
        for place in 0..best.slots[slot].entries().count() {
            loop {
                let Some(entry) = best.slots[slot].entries().nth(place).cloned() else { return };
                // what a hypothesis ties to it may become simpler by more than it becomes less so
                let alphabet = &self.alphabets[slot];
                let rank = alphabet.iter().position(|a| judge::same(a, &entry));
                let most = rank.filter(|_| !self.tied()).unwrap_or(alphabet.len());
                let mut simpler = alphabet[..most].to_vec();
                if rank.is_none() {
                    simpler.extend(self.reduced(&entry));
                }
                let found = simpler.into_iter().any(|x| {
                    let value = changed(&best.slots[slot], |k| (k == place).then(|| x.clone()));
                    self.work > 0 && self.take_value(best, slot, value)
                });
                // a number that is in no alphabet is brought down step by step
                if !found || rank.is_some() {
                    break;
                }
            }
        }
    }

    /// Numbers nearer to 0, far ones first; of a complex number twice its real part.
    fn reduced(&self, x: &Element) -> Vec<Element> {
        let Some(q) = x.rational() else { return vec![x.plus(&self.world().conj(x))] };
        let whole = q.numerator() / IBig::from(q.denominator().clone());
        let steps = std::iter::successors(Some(&whole / IBig::from(2)), |step| Some(step / IBig::from(2)));
        let steps = steps.take_while(|step| *step != IBig::ZERO).map(|step| &whole - step);
        let sign = if whole < IBig::ZERO { IBig::NEG_ONE } else { IBig::ONE };
        let positive = (whole < IBig::ZERO).then(|| -whole.clone());
        let next = &whole - sign;
        let all = positive.into_iter().chain([whole.clone()]).chain(steps).chain([next]);
        all.map(Element::Integer).collect()
    }
}

/// The value with other sizes: what is kept of it, and zeros where it had nothing.
fn cut(kind: Kind, before: &Value, shape: &[usize], kept: Kept) -> Value {
    let old = before.shape().unwrap_or_default();
    let entries = ndarray::indices(ndarray::IxDyn(shape)).into_iter().map(|index| {
        use ndarray::Dimension;
        let place = index.slice().iter().zip(shape).zip(old);
        let place: Vec<usize> = place.map(|((k, new), old)| kept.before(*k, *old, *new)).collect();
        let entry = match before {
            Value::Cyclic(x) => x.entries().get(&place[..]),
            Value::Array(x) => x.get(&place[..]),
            _ => None,
        };
        entry.cloned().unwrap_or_else(Element::zero)
    });
    assemble(kind, vec![], shape, entries.collect())
}

/// The value with other entries where there are some, by their place.
fn changed(value: &Value, mut entry: impl FnMut(usize) -> Option<Element>) -> Value {
    let mut places = 0..;
    value.map(|x| places.next().and_then(&mut entry).unwrap_or_else(|| x.clone()))
}
