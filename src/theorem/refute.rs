//! Refutation: small instances in order of size, then random ones. What is found is made smaller by `shrink`.

use super::{
    domain::Domain,
    effort::SAMPLES,
    eliminate,
    instance::{self, Trial, assemble, discrete_at},
    value::{self, Halt, Value},
    world::World,
};
use crate::{
    expr::{Asks, Class, Kind},
    scalar::{
        Semiring,
        exact::{Budget, Element, Ring, exhausted},
    },
};
use dashu_int::IBig;
use proptest::{
    prelude::Strategy,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use std::collections::{BTreeMap, HashSet};

/// How many instances were tried, and what came of them.
#[derive(Clone, Default, Debug)]
pub(super) struct Tally {
    pub(super) cases: u64,
    pub(super) admitted: u64,
    /// Why instances were inadmissible, and how often, for the answer "no instance was found".
    pub(super) halts: BTreeMap<Halt, Seen>,
}

/// How often something was seen, and the sizes where it was first.
#[derive(Clone, Default, Debug)]
pub(super) struct Seen {
    pub(super) times: u64,
    pub(super) first: String,
}

impl Seen {
    pub(super) fn join(&mut self, other: Seen) {
        self.times += other.times;
        if self.first.is_empty() {
            self.first = other.first;
        }
    }
}

/// The search for an instance that breaks a claim, over one ring.
pub(super) struct Search<'a> {
    pub(super) domain: &'a Domain<'a>,
    world: World,
    pub(super) tally: Tally,
    pub(super) alphabets: Vec<Vec<Element>>,
    /// Trials that are left, steps of the enumeration between them.
    left: u64,
    steps: u64,
    /// Work that is left for trials and making instances, and for solving hypotheses.
    pub(super) work: u64,
    pub(super) solving: u64,
    /// Choices of integers and elements of groups, by their ranks, that a hypothesis does not admit.
    refused: HashSet<Vec<u64>>,
}

/// The greatest total length that is enumerated.
const LONGEST: usize = 24;

/// The work that solving the hypotheses for one instance may take.
const SOLVING: u64 = 1_000_000;

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
            solving: work,
            refused: HashSet::new(),
        }
    }

    pub(super) fn world(&self) -> &World {
        &self.world
    }

    /// Try an instance; true when it breaks the claim.
    pub(super) fn breaks(&mut self, slots: &[Value]) -> bool {
        self.tally.cases += 1;
        match instance::attempt(slots, self.domain, &self.world, &mut self.work) {
            Trial::Breaks => {
                self.tally.admitted += 1;
                return true;
            }
            Trial::Holds => self.tally.admitted += 1,
            Trial::Inadmissible(Some(halt)) => {
                let seen = self.tally.halts.entry(halt).or_default();
                seen.times += 1;
                if seen.times == 1 {
                    seen.first = instance::sizes(slots, self.domain);
                }
            }
            Trial::Inadmissible(None) => {}
        }
        false
    }

    /// Every instance in order of total length, then of the sum of ranks, up to so many trials.
    pub(super) fn enumerate(&mut self, trials: u64) -> Option<Vec<Value>> {
        self.left = trials;
        self.steps = 50 * trials;
        let blank = self.domain.blank(&self.world).ok()?;
        for length in 0..=LONGEST {
            for rank in 0..=(6 + length as u64) {
                let found = self.discrete(0, rank, length, &mut blank.clone());
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

    /// Integers and elements of groups first: integers decide the sizes.
    fn discrete(
        &mut self,
        slot: usize,
        rank: u64,
        length: usize,
        slots: &mut Vec<Value>,
    ) -> Option<Vec<Value>> {
        self.step();
        let Some(binder) = self.domain.claim.binders.get(slot) else {
            if !self.admitted(slots) {
                return None;
            }
            return self.shapes(0, rank, length, slots, &mut vec![]);
        };
        if !binder.kind.discrete() || self.domain.pinned(slot) {
            return self.discrete(slot + 1, rank, length, slots);
        }
        for own in 0..=rank {
            let Some(value) = discrete_at(own, binder) else { break };
            slots[slot] = value;
            let found = self.discrete(slot + 1, rank - own, length, slots);
            if found.is_some() || self.left == 0 {
                return found;
            }
        }
        None
    }

    /// Whether the hypotheses admit this choice; one that they do not admit counts as a trial, once.
    fn admitted(&mut self, slots: &[Value]) -> bool {
        let binders = slots.iter().zip(&self.domain.claim.binders).filter(|(_, b)| b.kind.discrete());
        let ranks: Vec<u64> = binders.map(|(value, b)| instance::discrete_rank(value, b)).collect();
        if self.refused.contains(&ranks) {
            return false;
        }
        let admitted = self.domain.discrete_admitted(slots, &self.world).unwrap_or(false);
        if !admitted {
            self.left = self.left.saturating_sub(1);
            self.refused.insert(ranks);
        }
        admitted
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
            kind if kind.discrete() => return self.shapes(slot + 1, rank, length, slots, templates),
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
            for slot in self.domain.free_discrete() {
                let binder = &self.domain.claim.binders[slot];
                if let Some(group) = value::group(binder.kind) {
                    slots[slot] = Value::Member(group, below(runner, group.order() as u64) as usize);
                    continue;
                }
                let nat = binder.nat;
                let least = if nat { 0 } else { -(reach as i64) };
                let mut n = (least..=reach as i64 + 1).new_tree(runner).ok()?.current();
                // the numbers that the claim writes out, and their neighbours, are tried too
                if let Some(literal) = literals.get(below(runner, 4 * literals.len().max(1) as u64) as usize)
                {
                    n = (*literal as i64 + below(runner, 3) as i64 - 1).max(least);
                }
                slots[slot] = Value::Int(n.into());
            }
            if self.domain.discrete_admitted(&slots, &self.world).unwrap_or(false) {
                break;
            }
        }
        let mut templates = vec![];
        for (slot, binder) in self.domain.claim.binders.iter().enumerate() {
            let r = if reach > 8 { reach } else { reach.min(5) };
            let (origin, shape) = match binder.kind {
                kind if kind.discrete() => continue,
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
        self.work = self.work.saturating_sub(templates.iter().map(|t| t.len() as u64).sum());
        let draws: Vec<Vec<Element>> = templates.iter().map(|t| self.draw(t, runner, uniform)).collect();
        for (t, draw) in templates.iter().zip(&draws) {
            slots[t.slot] = assemble(t.kind, t.origin.clone(), &t.shape, draw.clone());
        }
        Some(self.solved(&slots).unwrap_or(slots))
    }

    /// The instance made to satisfy the linear hypotheses.
    pub(super) fn solved(&mut self, slots: &[Value]) -> Option<Vec<Value>> {
        let allowed = SOLVING.min(self.solving);
        if allowed == 0 {
            return None;
        }
        let _budget = Budget::of(allowed);
        let solved = eliminate::solution(self.domain, slots, &self.world);
        // a little for the attempt itself, so that even those that compute nothing come to an end
        self.solving = self.solving.saturating_sub(allowed - Budget::left() + 16);
        solved.filter(|_| !exhausted())
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
            // where an order is asked for, entries that are not real admit nothing
            Ring::Cyclotomic
                if matches!(class, Class::Any | Class::Field | Class::C)
                    && !self.domain.asks(Asks::Order) =>
            {
                let i = self.world.roots(4).expect("i is cyclotomic").swap_remove(1);
                centred().plus(&centred().times(&i))
            }
            _ => centred(),
        }
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
