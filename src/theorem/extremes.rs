//! Maxima and minima of formal numbers, as further variables of which it is remembered what they are of.
//!
//! A formal number has no place in an order, so max(a, b) is a new variable. What `threshold` and `cases` conclude rests
//! on one fact about it, which is true in every totally ordered set: it is one of its list, and at least each of it
//! (at most each, for a minimum). Maxima of maxima are one maximum; numbers that are known are compared at once.

use super::terms::{self, Terms};
use crate::scalar::exact::{Element, Lacks, Monomial, Variable, spend};
use dashu_ratio::RBig;
use std::{cell::RefCell, collections::BTreeSet};

/// What a variable stands for.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Extreme {
    /// Whether it is the largest of the list, or the smallest.
    pub(super) largest: bool,
    /// Two or more, sorted; all of them older than the variable.
    pub(super) of: Vec<Terms>,
}

/// The variables that stand for maxima and minima: all real ones from a number on.
pub(super) struct Extremes {
    first: u32,
    symbols: bool,
    known: RefCell<Vec<Extreme>>,
    /// The numbers that were compared with each other, and so left no trace in what came of it.
    compared: RefCell<BTreeSet<RBig>>,
}

impl Extremes {
    /// Maxima of formal numbers, numbered from `first` on; the variables below are entries.
    pub(super) fn of_numbers(first: u32) -> Self {
        Extremes { first, symbols: false, known: RefCell::default(), compared: RefCell::default() }
    }

    /// The same of symbols, which have no sums and no products.
    pub(super) fn of_symbols(first: u32) -> Self {
        Extremes { symbols: true, ..Extremes::of_numbers(first) }
    }

    /// What a variable stands for; `None` for an entry.
    pub(super) fn known(&self, v: u32) -> Option<Extreme> {
        self.known.borrow().get(v.checked_sub(self.first)? as usize).cloned()
    }

    /// Whether it stands for an extreme.
    pub(super) fn is_known(&self, v: u32) -> bool {
        v.checked_sub(self.first).is_some_and(|place| (place as usize) < self.known.borrow().len())
    }

    /// The numbers whose order was used.
    pub(super) fn compared(&self) -> BTreeSet<RBig> {
        self.compared.borrow().clone()
    }

    /// The same, but for a lie about one variable.
    #[cfg(test)]
    pub(super) fn told(&self, v: u32, lie: Extreme) -> Self {
        let mut known = self.known.borrow().clone();
        known[(v - self.first) as usize] = lie;
        Extremes { symbols: self.symbols, known: RefCell::new(known), ..Extremes::of_numbers(self.first) }
    }

    /// The larger of two.
    pub(super) fn largest(&self, a: &Element, b: &Element) -> Result<Element, Lacks> {
        self.extreme(true, a, b)
    }

    /// The smaller of two.
    pub(super) fn smallest(&self, a: &Element, b: &Element) -> Result<Element, Lacks> {
        self.extreme(false, a, b)
    }

    fn extreme(&self, largest: bool, a: &Element, b: &Element) -> Result<Element, Lacks> {
        if matches!(a, Element::Unfinished) || matches!(b, Element::Unfinished) {
            return Ok(Element::Unfinished);
        }
        let mut of = vec![];
        for x in [a, b] {
            let x = terms(x).ok_or_else(|| Lacks::Order("numbers that are not real".into()))?;
            match variable(&x).and_then(|v| self.known(v)).filter(|known| known.largest == largest) {
                Some(known) => of.extend(known.of),
                None => of.push(x),
            }
        }
        // of the numbers that are known one is enough
        let numbers: BTreeSet<RBig> = of.iter().filter_map(number).collect();
        let number = if largest { numbers.last() } else { numbers.first() }.cloned();
        self.compared.borrow_mut().extend(numbers.into_iter().filter(|c| number.as_ref() != Some(c)));
        of.retain(|x| self::number(x).is_none());
        of.extend(number.iter().map(constant));
        of.sort();
        of.dedup();
        // each is held against all that are known
        if !spend(of.len() + self.known.borrow().len()) {
            return Ok(Element::Unfinished);
        }
        if let [one] = &of[..] {
            return Ok(self.element(one));
        }
        let extreme = Extreme { largest, of };
        let mut known = self.known.borrow_mut();
        let place = known.iter().position(|old| *old == extreme).unwrap_or_else(|| {
            known.push(extreme);
            known.len() - 1
        });
        let v = Variable::Real(self.first + place as u32);
        Ok(self.element(&terms::variable(v)))
    }

    fn element(&self, x: &Terms) -> Element {
        match variable(x) {
            Some(v) if self.symbols => Element::Symbol(v),
            _ => number(x).map_or_else(|| terms::element(x), Element::Rational),
        }
    }
}

/// The terms of a formal number, or of a symbol.
pub(super) fn terms(x: &Element) -> Option<Terms> {
    match x {
        Element::Symbol(k) => Some(terms::variable(Variable::Real(*k))),
        x => terms::of(x),
    }
}

/// The variable that these terms are, and nothing but it.
pub(super) fn variable(x: &Terms) -> Option<u32> {
    let (monomial, c) = x.first_key_value().filter(|_| x.len() == 1)?;
    match monomial.powers() {
        [(Variable::Real(v), 1)] if *c == RBig::ONE => Some(*v),
        _ => None,
    }
}

/// The number that these terms are, if they are one.
pub(super) fn number(x: &Terms) -> Option<RBig> {
    match x.len() {
        0 => Some(RBig::ZERO),
        1 => x.get(&Monomial::one()).cloned(),
        _ => None,
    }
}

fn constant(c: &RBig) -> Terms {
    let mut x = Terms::new();
    terms::add(&mut x, Monomial::one(), c.clone());
    x
}

#[cfg(test)]
impl Extremes {
    /// The value of a form where the entries have these values.
    pub(super) fn value(&self, form: &Terms, at: &[RBig]) -> RBig {
        let unknown = |v: &Variable| match v {
            Variable::Real(k) => match self.known(*k) {
                None => at[*k as usize].clone(),
                Some(extreme) => {
                    let values = extreme.of.iter().map(|x| self.value(x, at));
                    if extreme.largest { values.max() } else { values.min() }.expect("a list")
                }
            },
            other => panic!("{other:?} in a claim"),
        };
        form.iter().fold(RBig::ZERO, |sum, (m, c)| {
            sum + m.powers().iter().fold(c.clone(), |p, (v, n)| (0..*n).fold(p, |p, _| p * unknown(v)))
        })
    }
}
