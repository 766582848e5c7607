//! Claims about maxima and minima alone, decided by zeros and ones.
//!
//! **What is shown.** Both sides are evaluated on symbols, which can be held against each other and have neither sums nor
//! products (`Element::Symbol`). Where this comes through, each side is made of entries and numbers by maxima and minima
//! and by nothing else; that is computed for each shape and never taken from a table. Two such terms are then compared
//! at every threshold.
//!
//! **Why it is sound.** Let t be an element of a totally ordered set, and φ(v) = 1 for v ≥ t, else 0. Then φ max(a, b) =
//! max(φ a, φ b), and the same for min, so φ of a term is the term of the φ of its entries and numbers. If a > b, then
//! φ a = 1 and φ b = 0 for t = a. So `a <= b` for all entries, if it is true of all entries in {0, 1} and of everything
//! that φ can make of the numbers c₁ < … < c_m in it: for some i the first i become 0, and the others 1. All these i = 0 … m
//! are looked at. For one number, 0, as in relu, these are the points of {−1, 0}ⁿ and of {0, 1}ⁿ, and both are needed:
//! `relu(x) = x` is true on the second. What lies outside a support, and what pads or fills up, is the number 0.
//!
//! The numbers need no arithmetic either: what is proved is true in every totally ordered set with as many elements in
//! that order. In an ordered ring it is also necessary, but where it fails nothing is said.
//!
//! **Hypotheses** that compare such terms are true of the φ as well, by the same argument; zeros and ones of which they
//! are not true are left out.
//!
//! Each pair is compared on its own entries only, all zeros and ones at once: the values of a term at 64 points are the
//! bits of one word.

use super::{
    basis::Instance,
    domain::Domain,
    extremes::{self, Extremes},
    truth::Compared,
    value::{Halt, Value},
    world::{Needs, World},
};
use crate::{
    expr::Kind,
    scalar::exact::{Element, Ring, spend},
};
use dashu_ratio::RBig;
use std::collections::{BTreeMap, BTreeSet};

/// The most entries that one pair may be made of.
const MOST: usize = 16;

/// What a term is: a number, or an entry or an extreme by its variable.
#[derive(Clone, Debug)]
enum Point {
    Number(RBig),
    Unknown(u32),
}

/// `small <= large`, or `small = large`.
#[derive(Clone, Debug)]
struct Link {
    equal: bool,
    small: Point,
    large: Point,
}

/// What was needed, and the hypotheses that were used, where the statement holds for all entries of the shape.
///
/// # Errors
/// As the evaluation of the sides, and where it takes too long.
pub(super) fn prove(
    domain: &Domain,
    instance: &Instance,
    slots: &[Value],
) -> Result<Option<(Needs, Vec<usize>)>, Halt> {
    let Some(statement) = domain.comparison() else { return Ok(None) };
    let symbols: Vec<Value> = slots.iter().map(|value| value.map(symbol)).collect();
    let ring = Ring::Polynomials(Box::new(domain.coefficients()));
    let world = World::with_extremes(ring, Extremes::of_symbols(instance.entries()));
    let Some(goals) = statement.compared(&symbols, &world)?.and_then(links) else { return Ok(None) };
    let hypotheses = domain.value_hypotheses().into_iter().filter_map(|g| {
        // what is not defined or takes a sum is not used
        let links = domain.program.given[g].compared(&symbols, &world).ok().flatten().and_then(links)?;
        Some((g, links))
    });
    let hypotheses: Vec<(usize, Vec<Link>)> = hypotheses.collect();
    let given: Vec<(usize, &Link)> =
        hypotheses.iter().flat_map(|(g, links)| links.iter().map(|link| (*g, link))).collect();
    let extremes = world.extremes().expect("the world was made with extremes");
    // numbers that stand against each other, and those of which one was chosen, are spoken of as well
    let (mut used, mut numbers) = (BTreeSet::new(), extremes.compared());
    if !statement.discrete() {
        let settled = goals.iter().filter(|goal| goal.of_numbers());
        let both = settled.flat_map(|goal| [&goal.small, &goal.large]);
        numbers.extend(both.filter_map(|point| match point {
            Point::Number(c) => Some(c.clone()),
            Point::Unknown(_) => None,
        }));
    }
    for goal in goals.iter().filter(|goal| !goal.of_numbers()) {
        let Some(met) = shown(goal, &given, extremes)? else { return Ok(None) };
        used.extend(met.hypotheses);
        numbers.extend(met.numbers);
    }
    // outside its support a signal is 0
    let bounded = domain.claim.binders.iter().any(|b| matches!(b.kind, Kind::Line | Kind::Plane));
    numbers.extend(bounded.then_some(RBig::ZERO));
    let needs = Needs { constants: numbers, ..world.needs() };
    let ordered = needs.roots.is_empty() && !needs.units;
    Ok(ordered.then(|| (needs, used.into_iter().collect())))
}

impl Link {
    /// Whether it says something of two numbers, and that is true.
    fn of_numbers(&self) -> bool {
        match (&self.small, &self.large) {
            (Point::Number(a), Point::Number(b)) => a == b || a < b && !self.equal,
            _ => false,
        }
    }
}

/// A formal variable made a symbol; numbers stay, and nothing else is spoken of.
fn symbol(x: &Element) -> Element {
    let terms = extremes::terms(x);
    let variable = terms.as_ref().and_then(extremes::variable).map(Element::Symbol);
    let number = || terms.as_ref().and_then(extremes::number).map(Element::Rational);
    variable.or_else(number).unwrap_or(Element::Unfinished)
}

/// Both sides of every pair; `None` where one is not made by maxima and minima alone.
fn links(compared: Compared) -> Option<Vec<Link>> {
    let point = |x: &Element| match x {
        Element::Symbol(v) => Some(Point::Unknown(*v)),
        x => x.rational().map(Point::Number),
    };
    let link = |(small, large): &(Element, Element)| {
        Some(Link { equal: compared.equal, small: point(small)?, large: point(large)? })
    };
    compared.pairs.iter().map(link).collect()
}

/// What a pair took.
struct Met {
    numbers: BTreeSet<RBig>,
    hypotheses: BTreeSet<usize>,
}

/// The unknowns and the numbers that terms are made of.
#[derive(Default)]
struct Parts {
    unknowns: BTreeSet<u32>,
    numbers: BTreeSet<RBig>,
}

impl Parts {
    fn of(link: &Link, extremes: &Extremes) -> Parts {
        let mut parts = Parts::default();
        [&link.small, &link.large].into_iter().for_each(|point| parts.collect(point, extremes));
        parts
    }

    fn collect(&mut self, point: &Point, extremes: &Extremes) {
        match point {
            Point::Number(c) => drop(self.numbers.insert(c.clone())),
            Point::Unknown(v) if self.unknowns.insert(*v) => {
                let of = extremes.known(*v).map_or(vec![], |extreme| extreme.of);
                of.iter().for_each(|x| self.collect(&point_of(x), extremes));
            }
            Point::Unknown(_) => {}
        }
    }
}

/// Whether the goal is true of all zeros and ones of which hypotheses near it are, at every threshold; `None` where it is
/// not.
///
/// # Errors
/// `Halt::Large` where that takes too long.
fn shown(goal: &Link, given: &[(usize, &Link)], extremes: &Extremes) -> Result<Option<Met>, Halt> {
    let mut parts = Parts::of(goal, extremes);
    let mut rest: Vec<_> = given.iter().map(|(g, link)| (*g, *link, Parts::of(link, extremes))).collect();
    let mut near: Vec<(usize, &Link)> = vec![];
    // without hypotheses, then with those about the same entries, then with those about entries that these speak of
    loop {
        if holds(goal, &near, &parts, extremes)? {
            let hypotheses = near.iter().map(|(g, _)| *g).collect();
            return Ok(Some(Met { numbers: parts.numbers, hypotheses }));
        }
        let (found, far): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|(_, _, own)| !own.unknowns.is_disjoint(&parts.unknowns));
        if found.is_empty() {
            return Ok(None);
        }
        for (g, link, own) in found {
            parts.unknowns.extend(own.unknowns);
            parts.numbers.extend(own.numbers);
            near.push((g, link));
        }
        rest = far;
    }
}

/// Whether the goal is true of all zeros and ones of which the hypotheses are, all of them made of these parts.
fn holds(goal: &Link, given: &[(usize, &Link)], parts: &Parts, extremes: &Extremes) -> Result<bool, Halt> {
    let entries: Vec<u32> = parts.unknowns.iter().copied().filter(|v| extremes.known(*v).is_none()).collect();
    let numbers: Vec<RBig> = parts.numbers.iter().cloned().collect();
    if entries.len() > MOST {
        return Err(Halt::Large("zeros and ones for so many entries"));
    }
    for below in 0..=numbers.len() {
        let mut cut = Cut { extremes, entries: &entries, numbers: &numbers, below, known: BTreeMap::new() };
        let mut broken = cut.broken(goal)?;
        for (_, link) in given {
            let left_out = cut.broken(link)?;
            broken.iter_mut().zip(&left_out).for_each(|(word, out)| *word &= !out);
        }
        if broken.iter().any(|word| *word != 0) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn point_of(x: &super::terms::Terms) -> Point {
    match (extremes::variable(x), extremes::number(x)) {
        (Some(v), _) => Point::Unknown(v),
        (_, Some(c)) => Point::Number(c),
        _ => unreachable!("symbols have no sums"),
    }
}

/// One threshold: which of the numbers are below it.
struct Cut<'a> {
    extremes: &'a Extremes,
    entries: &'a [u32],
    numbers: &'a [RBig],
    below: usize,
    /// The values at all zeros and ones of what was computed.
    known: BTreeMap<u32, Vec<u64>>,
}

impl Cut<'_> {
    fn words(&self) -> usize {
        1 << self.entries.len().saturating_sub(6)
    }

    /// The zeros and ones of which it is false.
    fn broken(&mut self, link: &Link) -> Result<Vec<u64>, Halt> {
        let (small, large) = (self.values(&link.small)?, self.values(&link.large)?);
        let both = small.iter().zip(&large);
        Ok(both.map(|(a, b)| if link.equal { a ^ b } else { a & !b }).collect())
    }

    /// The values of a term.
    ///
    /// # Errors
    /// `Halt::Large` where the budget ran out.
    fn values(&mut self, point: &Point) -> Result<Vec<u64>, Halt> {
        let v = match point {
            Point::Unknown(v) => *v,
            Point::Number(c) => {
                let place = self.numbers.iter().position(|own| own == c).expect("every number was collected");
                return Ok(vec![if place < self.below { 0 } else { u64::MAX }; self.words()]);
            }
        };
        if let Some(known) = self.known.get(&v) {
            return Ok(known.clone());
        }
        let values = match self.extremes.known(v) {
            None => {
                let k = self.entries.iter().position(|own| *own == v).expect("every entry was collected");
                (0..self.words()).map(|word| digit(k, word)).collect()
            }
            Some(extreme) => {
                let mut all = vec![if extreme.largest { 0 } else { u64::MAX }; self.words()];
                for x in &extreme.of {
                    let own = self.values(&point_of(x))?;
                    if !spend(1 + own.len()) {
                        return Err(Halt::Large("more work than is allowed here"));
                    }
                    let join = |(a, b): (&mut u64, &u64)| if extreme.largest { *a |= b } else { *a &= b };
                    all.iter_mut().zip(&own).for_each(join);
                }
                all
            }
        };
        self.known.insert(v, values.clone());
        Ok(values)
    }
}

/// Digit k of the 64 numbers from 64 · word on, in binary.
fn digit(k: usize, word: usize) -> u64 {
    const LOW: [u64; 6] = [
        0xAAAA_AAAA_AAAA_AAAA,
        0xCCCC_CCCC_CCCC_CCCC,
        0xF0F0_F0F0_F0F0_F0F0,
        0xFF00_FF00_FF00_FF00,
        0xFFFF_0000_FFFF_0000,
        0xFFFF_FFFF_0000_0000,
    ];
    LOW.get(k).copied().unwrap_or_else(|| if word >> (k - 6) & 1 == 1 { u64::MAX } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

    const ENTRIES: u32 = 3;

    /// Where a goal is broken, cut by cut.
    fn broken(goal: &Link, extremes: &Extremes) -> Vec<bool> {
        let parts = Parts::of(goal, extremes);
        let entries: Vec<u32> = parts.unknowns.into_iter().filter(|v| *v < ENTRIES).collect();
        let numbers: Vec<RBig> = parts.numbers.into_iter().collect();
        let at = |below| {
            let mut cut =
                Cut { extremes, entries: &entries, numbers: &numbers, below, known: BTreeMap::new() };
            cut.broken(goal).expect("no budget").iter().any(|word| *word != 0)
        };
        (0..=numbers.len()).map(at).collect()
    }

    fn goal(equal: bool, small: &Element, large: &Element) -> Link {
        links(Compared { equal, pairs: vec![(small.clone(), large.clone())] }).expect("symbols").remove(0)
    }

    /// The constants left out, each cut is the only one that objects to something: a method without it proves that.
    #[test]
    fn every_cut_is_needed() {
        let extremes = Extremes::of_symbols(ENTRIES);
        let (x, y) = (Element::Symbol(0), Element::Symbol(1));
        let (zero, one) = (Element::from(0), Element::from(1));
        let larger = |a: &Element, b: &Element| extremes.largest(a, b).expect("symbols");
        let smaller = |a: &Element, b: &Element| extremes.smallest(a, b).expect("symbols");
        // relu(x) = x: true on {0, 1}, and only {−1, 0} objects
        assert_eq!(broken(&goal(true, &larger(&x, &zero), &x), &extremes), [true, false]);
        // min(x, 0) = x: the other way round
        assert_eq!(broken(&goal(true, &smaller(&x, &zero), &x), &extremes), [false, true]);
        // the middle one of x, 0 and 1 is x: true where 0 and 1 are apart, and false below and above
        let clipped = smaller(&larger(&x, &zero), &one);
        assert_eq!(broken(&goal(true, &clipped, &x), &extremes), [true, false, true]);
        // max(min(x, 1), 0) = min(max(x, 0), 1) needs 0 < 1 and no more
        assert_eq!(broken(&goal(true, &larger(&smaller(&x, &one), &zero), &clipped), &extremes), [false; 3]);
        // what is between the numbers: max(min(x, 1), 0) <= max(min(x, 0), 0)
        let low = larger(&smaller(&x, &one), &zero);
        assert_eq!(broken(&goal(false, &low, &zero), &extremes), [false, true, false]);
        // no constant, one cut; <= is not <, and not =
        assert_eq!(broken(&goal(false, &smaller(&x, &y), &larger(&x, &y)), &extremes), [false]);
        assert_eq!(broken(&goal(true, &smaller(&x, &y), &larger(&x, &y)), &extremes), [true]);
        assert_eq!(broken(&goal(false, &larger(&x, &y), &smaller(&x, &y)), &extremes), [true]);
    }

    /// Random terms, held against their values on a chain that has room below, between and above the numbers.
    #[test]
    fn what_is_shown_is_what_is_true_on_a_chain() {
        let mut runner = TestRunner::deterministic();
        let (mut shown_true, mut shown_false) = (0, 0);
        for _ in 0..3000 {
            let extremes = Extremes::of_symbols(ENTRIES);
            let mut draw = |most: usize| (0..most).new_tree(&mut runner).expect("a range").current();
            let mut all: Vec<Element> = (0..ENTRIES).map(Element::Symbol).collect();
            all.extend([0, 2].map(Element::from));
            for _ in 0..4 {
                let (a, b) = (all[draw(all.len())].clone(), all[draw(all.len())].clone());
                let new = if draw(2) == 0 { extremes.largest(&a, &b) } else { extremes.smallest(&a, &b) };
                all.push(new.expect("symbols"));
            }
            let link = goal(draw(2) == 0, &all[7], &all[8]);
            let met = shown(&link, &[], &extremes).expect("no budget").is_some();
            let chain = [-1, 0, 1, 2, 3];
            let point = |k: usize| [k % 5, k / 5 % 5, k / 25].map(|n| RBig::from(chain[n]));
            let holds = |point: [RBig; 3]| {
                let (a, b) = (value(&link.small, &extremes, &point), value(&link.large, &extremes, &point));
                if link.equal { a == b } else { a <= b }
            };
            assert_eq!(met, (0..125).all(|k| holds(point(k))), "{link:?}");
            shown_true += usize::from(met);
            shown_false += usize::from(!met);
        }
        assert!(shown_true > 300 && shown_false > 300, "{shown_true} {shown_false}");
    }

    fn value(point: &Point, extremes: &Extremes, at: &[RBig]) -> RBig {
        match point {
            Point::Number(c) => c.clone(),
            Point::Unknown(v) => match extremes.known(*v) {
                None => at[*v as usize].clone(),
                Some(extreme) => {
                    let values = extreme.of.iter().map(|x| value(&point_of(x), extremes, at));
                    if extreme.largest { values.max() } else { values.min() }.expect("a list")
                }
            },
        }
    }

    #[test]
    fn symbols_have_no_arithmetic() {
        use crate::scalar::Semiring;
        let (x, zero) = (Element::Symbol(0), Element::zero());
        for sum in [x.plus(&zero), zero.plus(&x), x.times(&Element::one()), x.times(&x)] {
            assert!(matches!(sum, Element::Unfinished), "{sum}");
        }
        let mut sum = Element::zero();
        Element::mul_add_into(&mut sum, &x, &zero);
        assert!(matches!(sum, Element::Unfinished), "{sum}");
    }
}
