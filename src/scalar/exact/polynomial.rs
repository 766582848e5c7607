//! Laurent polynomials in formal variables and their conjugates: evaluate on them, and the result is a proof.

use super::{Element, Semiring};
use std::{cell::Cell, collections::BTreeMap};

/// A formal variable: a number, and how the involution acts on it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Variable {
    /// x_i, moved by the involution to its conjugate.
    Plain(u32),
    /// The conjugate of x_i.
    Conjugate(u32),
    /// A variable that the involution fixes.
    Real(u32),
}

impl Variable {
    fn conj(self) -> Self {
        match self {
            Variable::Plain(i) => Variable::Conjugate(i),
            Variable::Conjugate(i) => Variable::Plain(i),
            real => real,
        }
    }
}

/// A product of powers of variables, exponents non-zero (negative ones for Laurent variables).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Monomial(Vec<(Variable, i32)>);

impl Monomial {
    /// The empty product.
    pub fn one() -> Self {
        Monomial(vec![])
    }

    /// A variable to the first power.
    pub fn variable(variable: Variable) -> Self {
        Monomial(vec![(variable, 1)])
    }

    /// The variables and their exponents, sorted.
    pub fn powers(&self) -> &[(Variable, i32)] {
        &self.0
    }

    /// The product of two monomials.
    pub fn times(&self, other: &Self) -> Self {
        let (mut a, mut b) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut product = Vec::with_capacity(self.0.len() + other.0.len());
        loop {
            match (a.peek(), b.peek()) {
                (Some((u, i)), Some((v, j))) if u == v => {
                    // exponents are bounded by the number of factors, far below 2³¹
                    if i + j != 0 {
                        product.push((*u, i + j));
                    }
                    a.next();
                    b.next();
                }
                (Some((u, i)), Some((v, _))) if u < v => {
                    product.push((*u, *i));
                    a.next();
                }
                (Some(_) | None, Some((v, j))) => {
                    product.push((*v, *j));
                    b.next();
                }
                (Some((u, i)), None) => {
                    product.push((*u, *i));
                    a.next();
                }
                (None, None) => return Monomial(product),
            }
        }
    }

    pub(super) fn inverse(&self) -> Self {
        Monomial(self.0.iter().map(|(v, i)| (*v, -i)).collect())
    }

    pub(super) fn conj(&self) -> Self {
        let mut powers: Vec<_> = self.0.iter().map(|(v, i)| (v.conj(), *i)).collect();
        powers.sort_unstable();
        Monomial(powers)
    }
}

/// A polynomial: monomials to non-zero coefficients.
#[derive(Clone, Debug)]
pub struct Polynomial(BTreeMap<Monomial, Element>);

thread_local! {
    static LEFT: Cell<u64> = const { Cell::new(u64::MAX) };
    static EXHAUSTED: Cell<bool> = const { Cell::new(false) };
}

/// A bound on the work that may be done while it lives, on this thread: one for a sum or product of small numbers,
/// more for long ones and for polynomials.
///
/// Beyond it results are [`Element::Unfinished`], which equals nothing, and [`exhausted`] says so to those who judge:
/// running out can hide a proof or a counterexample, it cannot make one.
pub struct Budget(u64, bool);

impl Budget {
    /// Allow so much work from here on.
    pub fn of(work: u64) -> Self {
        Budget(LEFT.replace(work), EXHAUSTED.replace(false))
    }

    /// What is left of the innermost budget.
    pub fn left() -> u64 {
        LEFT.get()
    }
}

impl Drop for Budget {
    fn drop(&mut self) {
        LEFT.set(self.0);
        EXHAUSTED.set(self.1);
    }
}

/// Whether the innermost budget has run out, so that nothing computed since is to be judged.
pub fn exhausted() -> bool {
    EXHAUSTED.get()
}

/// Take work from the innermost budget; false where it does not allow it.
pub fn spend(work: usize) -> bool {
    let left = LEFT.get().checked_sub(work as u64);
    LEFT.set(left.unwrap_or(0));
    if left.is_none() {
        EXHAUSTED.set(true);
    }
    left.is_some()
}

/// The work of one product of terms of polynomials.
const TERM: usize = 8;

impl Polynomial {
    /// A variable.
    pub fn variable(variable: Variable) -> Self {
        Polynomial::term(Monomial::variable(variable), Element::one())
    }

    /// One term, or none if the coefficient is zero.
    pub fn term(monomial: Monomial, coefficient: Element) -> Self {
        let zero = coefficient.vanishes();
        Polynomial((!zero).then_some((monomial, coefficient)).into_iter().collect())
    }

    /// Every monomial with its coefficient, sorted.
    pub fn terms(&self) -> impl Iterator<Item = (&Monomial, &Element)> {
        self.0.iter()
    }

    pub(super) fn only_term(&self) -> Option<(&Monomial, &Element)> {
        self.0.first_key_value().filter(|_| self.0.len() == 1)
    }

    pub(super) fn vanishes(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn plus(&self, other: &Self) -> Element {
        if !spend(self.0.len() + other.0.len()) {
            return Element::Unfinished;
        }
        let (mut sum, small) = if self.0.len() >= other.0.len() {
            (self.0.clone(), &other.0)
        } else {
            (other.0.clone(), &self.0)
        };
        small.iter().for_each(|(monomial, c)| add(&mut sum, monomial.clone(), c.clone()));
        Element::Polynomial(Polynomial(sum))
    }

    pub(super) fn times(&self, other: &Self) -> Element {
        let mut product = Polynomial(BTreeMap::new());
        if product.add_product(self, other) { Element::Polynomial(product) } else { Element::Unfinished }
    }

    /// `self ← self + a·b`; false, and nothing done, where the budget does not allow it.
    pub(super) fn add_product(&mut self, a: &Self, b: &Self) -> bool {
        let allowed = spend(TERM * a.0.len() * b.0.len());
        if allowed {
            for (m, x) in &a.0 {
                b.0.iter().for_each(|(n, y)| add(&mut self.0, m.times(n), x.times(y)));
            }
        }
        allowed
    }

    pub(super) fn scaled(&self, by: &Element) -> Element {
        if !spend(self.0.len()) {
            return Element::Unfinished;
        }
        let terms = self.0.iter().map(|(m, c)| (m.clone(), c.times(by)));
        Element::Polynomial(Polynomial(terms.filter(|(_, c)| !c.vanishes()).collect()))
    }

    pub(super) fn conj(&self, coefficient: impl Fn(&Element) -> Element) -> Self {
        Polynomial(self.0.iter().map(|(m, c)| (m.conj(), coefficient(c))).collect())
    }
}

fn add(sum: &mut BTreeMap<Monomial, Element>, monomial: Monomial, coefficient: Element) {
    use std::collections::btree_map::Entry;
    match sum.entry(monomial) {
        Entry::Vacant(place) => {
            if !coefficient.vanishes() {
                place.insert(coefficient);
            }
        }
        Entry::Occupied(mut place) => {
            let total = place.get().plus(&coefficient);
            if total.vanishes() {
                place.remove();
            } else {
                place.insert(total);
            }
        }
    }
}
