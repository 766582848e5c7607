//! Refutation: small instances in order of size, then random ones, then shrinking to a fixpoint.

use super::{
    domain::Domain,
    effort::SAMPLES,
    eliminate,
    instance::{self, Size, Trial, assemble, integer_at, integer_rank},
    value::{Halt, Value},
    world::World,
};
use crate::{
    expr::{Class, Kind},
    scalar::{
        Semiring,
        exact::{Budget, Element, Ring},
    },
};
use dashu_int::IBig;
use proptest::{
    prelude::Strategy,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use std::collections::BTreeMap;

/// How many instances were tried, and what came of them.
#[derive(Clone, Default, Debug)]
pub(super) struct Tally {
    pub(super) cases: u64,
    pub(super) admitted: u64,
    /// Why instances were inadmissible, and how often, for the answer "no instance was found".
    pub(super) halts: BTreeMap<Halt, u64>,
}

/// The search for an instance that breaks a claim, over one ring.
pub(super) struct Search<'a> {
    pub(super) domain: &'a Domain<'a>,
    world: World,
    pub(super) tally: Tally,
    alphabets: Vec<Vec<Element>>,
    /// Trials that are left, steps of the enumeration between them, and work.
    left: u64,
    steps: u64,
    work: u64,
}

/// The work that shrinking may take.
const SHRINKING: u64 = 5_000_000;

/// A name's values in the making: its window, and how many entries it has.
#[derive(Clone)]
struct Template {
    slot: usize,
    kind: Kind,
    origin: Vec<isize>,
    shape: Vec<usize>,
}

impl Template {
    fn len(&self) -> usize {
        self.shape.iter().product()
    }
}

impl<'a> Search<'a> {
    pub(super) fn new(domain: &'a Domain<'a>, ring: Ring, work: u64) -> Self {
        let alphabets = domain.claim.binders.iter().map(|b| domain.alphabet(b, &ring)).collect();
        Search {
            domain,
            world: World::new(ring),
            tally: Tally::default(),
            alphabets,
            left: 0,
            steps: 0,
            work,
        }
    }

    pub(super) fn world(&self) -> &World {
        &self.world
    }

    /// Try an instance; true when it breaks the claim.
    fn breaks(&mut self, slots: &[Value]) -> bool {
        self.tally.cases += 1;
        match instance::attempt(slots, self.domain, &self.world, &mut self.work) {
            Trial::Breaks => {
                self.tally.admitted += 1;
                return true;
            }
            Trial::Holds => self.tally.admitted += 1,
            Trial::Inadmissible(Some(halt)) => *self.tally.halts.entry(halt).or_default() += 1,
            Trial::Inadmissible(None) => {}
        }
        false
    }

    /// Every instance in order of total length, then of the sum of ranks, up to so many trials.
    pub(super) fn enumerate(&mut self, trials: u64) -> Option<Vec<Value>> {
        self.left = trials;
        self.steps = 50 * trials;
        let blank = self.domain.blank(&self.world).ok()?;
        for length in 0..=7usize {
            for rank in 0..=(6 + length as u64) {
                let found = self.integers(0, rank, length, &mut blank.clone());
                if found.is_some() || self.left == 0 {
                    return found;
                }
            }
        }
        None
    }

    /// One step of the enumeration; without any left, or any work, it ends.
    fn step(&mut self) {
        self.steps = self.steps.saturating_sub(1);
        if self.steps == 0 || self.work == 0 {
            self.left = 0;
        }
    }

    /// Integers first: they decide the sizes.
    fn integers(
        &mut self,
        slot: usize,
        rank: u64,
        length: usize,
        slots: &mut Vec<Value>,
    ) -> Option<Vec<Value>> {
        self.step();
        let Some(binder) = self.domain.claim.binders.get(slot) else {
            if !self.domain.integers_admitted(slots, &self.world).unwrap_or(false) {
                self.left = self.left.saturating_sub(1);
                return None;
            }
            return self.shapes(0, rank, length, slots, &mut vec![]);
        };
        if binder.kind != Kind::Int || self.domain.pinned(slot) {
            return self.integers(slot + 1, rank, length, slots);
        }
        for own in 0..=rank {
            slots[slot] = Value::Int(integer_at(own, binder.nat));
            let found = self.integers(slot + 1, rank - own, length, slots);
            if found.is_some() || self.left == 0 {
                return found;
            }
        }
        None
    }

    /// Then windows: sizes are decided, lengths of signals on Z are shared out.
    fn shapes(
        &mut self,
        slot: usize,
        rank: u64,
        length: usize,
        slots: &mut Vec<Value>,
        templates: &mut Vec<Template>,
    ) -> Option<Vec<Value>> {
        self.step();
        let Some(binder) = self.domain.claim.binders.get(slot) else {
            if length > 0 {
                return None;
            }
            let count = templates.iter().map(Template::len).sum();
            return self.entries(rank, &mut vec![0; count], 0, slots, templates);
        };
        let kind = binder.kind;
        let windows: Vec<(usize, Vec<isize>, Vec<usize>)> = match kind {
            Kind::Int => return self.shapes(slot + 1, rank, length, slots, templates),
            _ if self.domain.pinned(slot) => {
                let shape = self.domain.shape(slot, slots, &self.world).ok()??;
                slots[slot] = self.domain.pin(slot, slots, Some(&shape), &self.world).ok()??;
                if slots[slot].shape().is_some_and(|own| own != shape) {
                    return None;
                }
                return self.shapes(slot + 1, rank, length, slots, templates);
            }
            Kind::Scalar => vec![(0, vec![], vec![])],
            Kind::Line => {
                let within = |len: usize| {
                    (0..len.max(1)).map(move |before| (len, vec![-(before as isize)], vec![len]))
                };
                (0..=length).flat_map(within).collect()
            }
            Kind::Left => (0..=length).map(|len| (len, vec![0], vec![len])).collect(),
            Kind::Plane => (0..=length)
                .flat_map(|len| {
                    (1..=len.max(1))
                        .filter(move |h| len % h == 0)
                        .map(move |h| (len, vec![0, 0], vec![h, len / h]))
                })
                .collect(),
            _ => {
                let shape = self.domain.shape(slot, slots, &self.world).ok()??;
                vec![(shape.iter().product(), vec![], shape)]
            }
        };
        for (len, origin, shape) in windows {
            if len > length {
                continue;
            }
            templates.push(Template { slot, kind, origin, shape });
            let found = self.shapes(slot + 1, rank, length - len, slots, templates);
            templates.pop();
            if found.is_some() || self.left == 0 {
                return found;
            }
        }
        None
    }

    /// Then entries, their ranks adding up to what is left; the ends of a window on Z are not zero.
    fn entries(
        &mut self,
        rank: u64,
        ranks: &mut Vec<usize>,
        at: usize,
        slots: &mut Vec<Value>,
        templates: &[Template],
    ) -> Option<Vec<Value>> {
        self.step();
        if at == ranks.len() {
            if rank > 0 || !tight(ranks, templates) {
                return None;
            }
            self.left = self.left.saturating_sub(1);
            let mut next = 0;
            for t in templates {
                let own = &ranks[next..next + t.len()];
                let entries = own.iter().map(|r| self.alphabets[t.slot][*r].clone()).collect();
                slots[t.slot] = assemble(t.kind, t.origin.clone(), &t.shape, entries);
                next += t.len();
            }
            return self.breaks(slots).then(|| slots.clone());
        }
        let mut end = 0;
        let slot = templates
            .iter()
            .find(|t| {
                end += t.len();
                at < end
            })?
            .slot;
        let most = (self.alphabets[slot].len() as u64 - 1).min(rank);
        // the last entry takes what is left
        let least = if at + 1 == ranks.len() { rank } else { 0 };
        for own in least..=most {
            ranks[at] = own as usize;
            let found = self.entries(rank - own, ranks, at + 1, slots, templates);
            if found.is_some() || self.left == 0 {
                return found;
            }
        }
        ranks[at] = 0;
        None
    }

    /// Random instances of moderate size, from small values and large, or with entries from the sampling set only.
    pub(super) fn sample(&mut self, trials: u64, seed: u64, uniform: bool) -> Option<Vec<Value>> {
        let mut bytes = [0u8; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut runner =
            TestRunner::new_with_rng(Config { failure_persistence: None, ..Config::default() }, rng);
        // a claim that writes out a number may fail just beyond it
        let far = self.domain.program.literals().iter().sum::<usize>().min(120) + 2;
        (0..trials).find_map(|trial| {
            if self.work == 0 {
                return None;
            }
            let reach = if trial % 16 == 7 { far } else { 2 + (trial % 7) as usize };
            let slots = self.random(&mut runner, reach, uniform)?;
            self.breaks(&slots).then_some(slots)
        })
    }

    /// A random instance; hypotheses that are linear are solved, so that it has a chance to satisfy them.
    fn random(&mut self, runner: &mut TestRunner, reach: usize, uniform: bool) -> Option<Vec<Value>> {
        let blank = self.domain.blank(&self.world).ok()?;
        let literals = self.domain.program.literals();
        let mut slots = blank.clone();
        for _ in 0..64 {
            slots = blank.clone();
            for slot in self.domain.free_integers() {
                let nat = self.domain.claim.binders[slot].nat;
                let least = if nat { 0 } else { -(reach as i64) };
                let mut n = (least..=reach as i64 + 1).new_tree(runner).ok()?.current();
                // the numbers that the claim writes out, and their neighbours, are tried too
                if let Some(literal) = literals.get(below(runner, 4 * literals.len().max(1) as u64) as usize)
                {
                    n = (*literal as i64 + below(runner, 3) as i64 - 1).max(least);
                }
                slots[slot] = Value::Int(n.into());
            }
            if self.domain.integers_admitted(&slots, &self.world).unwrap_or(false) {
                break;
            }
        }
        let mut templates = vec![];
        for (slot, binder) in self.domain.claim.binders.iter().enumerate() {
            let r = if reach > 8 { reach } else { reach.min(5) };
            let (origin, shape) = match binder.kind {
                Kind::Int => continue,
                Kind::Scalar => (vec![], vec![]),
                Kind::Line => (vec![-(r as isize)], vec![2 * r + 1]),
                Kind::Left => (vec![0], vec![r + 1]),
                Kind::Plane => (vec![-1, -1], vec![3, 3]),
                _ => (vec![], self.domain.shape(slot, &slots, &self.world).ok().flatten()?),
            };
            if self.domain.pinned(slot) {
                slots[slot] = self.domain.pin(slot, &slots, Some(&shape), &self.world).ok().flatten()?;
            } else {
                templates.push(Template { slot, kind: binder.kind, origin, shape });
            }
        }
        let draws: Vec<Vec<Element>> = templates.iter().map(|t| self.draw(t, runner, uniform)).collect();
        for (t, draw) in templates.iter().zip(&draws) {
            slots[t.slot] = assemble(t.kind, t.origin.clone(), &t.shape, draw.clone());
        }
        Some(self.solved(&slots).unwrap_or(slots))
    }

    /// The instance made to satisfy the linear hypotheses, within a case's work.
    fn solved(&self, slots: &[Value]) -> Option<Vec<Value>> {
        let _budget = Budget::of(SHRINKING / 5);
        eliminate::solution(self.domain, slots, &self.world)
    }

    fn draw(&self, t: &Template, runner: &mut TestRunner, uniform: bool) -> Vec<Element> {
        if uniform {
            return (0..t.len()).map(|_| self.uniform(t.slot, runner)).collect();
        }
        let alphabet = &self.alphabets[t.slot];
        let (sparse, small) = (below(runner, 3) == 0, below(runner, 3) > 0);
        (0..t.len())
            .map(|_| {
                if sparse && below(runner, 2) == 0 {
                    Element::zero()
                } else if small {
                    alphabet[below(runner, alphabet.len() as u64) as usize].clone()
                } else {
                    self.uniform(t.slot, runner)
                }
            })
            .collect()
    }

    /// An entry from the uniform sampling set of [`SAMPLES`] values (of its square, for complex entries).
    fn uniform(&self, slot: usize, runner: &mut TestRunner) -> Element {
        let class = self.domain.claim.binders[slot].class;
        let mut centred = || Element::Integer(IBig::from(below(runner, SAMPLES)) - IBig::from(SAMPLES / 2));
        match self.world.ring() {
            Ring::Naturals => Element::Integer(below(runner, SAMPLES).into()),
            Ring::MaxPlus => self.world.integer(&below(runner, 2).into()).expect("no negative integer"),
            Ring::Residues(m) => {
                self.world.integer(&below(runner, *m).into()).expect("an integer is in every ring")
            }
            Ring::Cyclotomic if matches!(class, Class::Any | Class::Field | Class::C) => {
                let i = self.world.roots(4).expect("i is cyclotomic").swap_remove(1);
                centred().plus(&centred().times(&i))
            }
            _ => centred(),
        }
    }

    /// Make a breaking instance smaller until no neighbour of it breaks the claim.
    pub(super) fn shrink(&mut self, mut slots: Vec<Value>) -> Vec<Value> {
        // shrinking has work of its own: what was found late deserves to be small too
        self.work = self.work.max(SHRINKING);
        let mut size = instance::size(&slots, self.domain, &self.world);
        'smaller: loop {
            // where hypotheses tie entries together, a neighbour is first made to satisfy them
            let tied = !self.domain.value_hypotheses().is_empty();
            let solved = |n: &Vec<Value>| if tied { self.solved(n) } else { None };
            let neighbours: Vec<Vec<Value>> =
                self.neighbours(&slots).into_iter().flat_map(|n| [solved(&n), Some(n)]).flatten().collect();
            for neighbour in neighbours {
                let own: Size = instance::size(&neighbour, self.domain, &self.world);
                if own < size && self.breaks(&neighbour) {
                    (slots, size) = (neighbour, own);
                    continue 'smaller;
                }
            }
            return slots;
        }
    }

    /// Instances one step away: an integer or an entry simplified, an end cut off, a signal moved towards 0.
    fn neighbours(&self, slots: &[Value]) -> Vec<Vec<Value>> {
        let mut found = vec![];
        for (slot, value) in slots.iter().enumerate().filter(|(slot, _)| !self.domain.pinned(*slot)) {
            let mut with = |value: Value| {
                let mut next = slots.to_vec();
                next[slot] = value;
                found.push(next);
            };
            match value {
                Value::Int(n) => {
                    let nat = self.domain.claim.binders[slot].nat;
                    let rank = if nat { u64::try_from(n).unwrap_or(0) } else { integer_rank(n) };
                    for lower in 0..rank.min(16) {
                        let mut next = slots.to_vec();
                        next[slot] = Value::Int(integer_at(lower, nat));
                        found.extend(self.resized(slots, next));
                    }
                    continue;
                }
                Value::Signal(x) if x.rank() == 1 => {
                    let entries: Vec<Element> = x.entries().iter().cloned().collect();
                    let line = |origin: isize, entries: &[Element]| {
                        assemble(Kind::Line, vec![origin], &[entries.len()], entries.to_vec())
                    };
                    let first = x.origin()[0];
                    if let [_, rest @ ..] = &entries[..] {
                        with(line(first + 1, rest));
                        with(line(first, &entries[..entries.len() - 1]));
                    }
                    for step in [0, first / 2, first - first.signum()] {
                        with(line(step, &entries));
                    }
                    for k in 1..entries.len() {
                        // an inner entry left out: the rest moves up
                        let mut shorter = entries.clone();
                        shorter.remove(k);
                        with(line(first, &shorter));
                    }
                }
                _ => {}
            }
            for place in 0..value.entries().count() {
                for simpler in &self.alphabets[slot] {
                    let mut k = 0;
                    with(value.map(|x| {
                        k += 1;
                        if k == place + 1 { simpler.clone() } else { x.clone() }
                    }));
                }
            }
        }
        found
    }

    /// The instance with its sized values cut to the sizes that its integers now ask for.
    fn resized(&self, before: &[Value], mut slots: Vec<Value>) -> Option<Vec<Value>> {
        for slot in 0..slots.len() {
            let kind = self.domain.claim.binders[slot].kind;
            if !kind.sized() {
                continue;
            }
            let shape = self.domain.shape(slot, &slots, &self.world).ok()??;
            let zero = Element::zero();
            let entries = ndarray::indices(ndarray::IxDyn(&shape)).into_iter().map(|k| match &before[slot] {
                Value::Cyclic(x) => x.entries().get(k).unwrap_or(&zero).clone(),
                Value::Array(x) => x.get(k).unwrap_or(&zero).clone(),
                _ => zero.clone(),
            });
            slots[slot] = assemble(kind, vec![], &shape, entries.collect());
        }
        Some(slots)
    }
}

/// A random number below `bound`.
fn below(runner: &mut TestRunner, bound: u64) -> u64 {
    (0..bound).new_tree(runner).expect("a range is never rejected").current()
}

/// Whether every signal on Z uses its whole window: an end away from 0 is not zero, nor is a lone entry.
fn tight(ranks: &[usize], templates: &[Template]) -> bool {
    let mut next = 0;
    templates.iter().all(|t| {
        let own = &ranks[next..next + t.len()];
        next += t.len();
        match (t.kind, own) {
            (Kind::Line | Kind::Left, [lone]) => *lone != 0,
            (Kind::Line | Kind::Left, [first, .., last]) => {
                let before = t.origin[0] < 0;
                let after = t.origin[0] + (t.len() as isize) > 1;
                (!before || *first != 0) && (!after || *last != 0)
            }
            _ => true,
        }
    })
}
