//! Absolute values and maxima of formal numbers, as further variables that are not negative.
//!
//! A formal number has no sign, so |f| is a new variable of which it is remembered what it is the size of. Sizes of
//! products are products of sizes, exactly, in every ordered ring: |c x_i w_j| = |c| |x_i| |w_j|. The largest of several
//! sizes is a new variable, too. What `inequality` concludes rests on these facts about the new variables and no
//! others: each is at least 0; |x|² = x²; |f| is f or −f, and at most the sum of the sizes of the terms of f; the
//! largest of a list is one of the list, and at least each of them.

use super::terms::{self, Terms, power};
use crate::scalar::exact::{Element, Lacks, Monomial, Variable};
use dashu_ratio::RBig;
use std::cell::RefCell;

/// What a variable that is not negative stands for.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Known {
    /// |x| of one entry.
    Entry(Variable),
    /// |f| of a sum of several terms.
    Sum(Terms),
    /// The largest of these, none of which is negative.
    Largest(Vec<Terms>),
    /// What the first, a maximum, is larger by than the second, one of its list.
    Slack(Variable, Variable),
}

/// The variables that stand for sizes: all real ones from a number on.
pub(super) struct Sizes {
    first: u32,
    known: RefCell<Vec<Known>>,
}

impl Sizes {
    /// Sizes are numbered from `first` on; the variables below are entries.
    pub(super) fn from(first: u32) -> Self {
        Sizes { first, known: RefCell::default() }
    }

    /// What a variable stands for; `None` for an entry.
    pub(super) fn known(&self, v: Variable) -> Option<Known> {
        match v {
            Variable::Real(k) => self.known.borrow().get(k.checked_sub(self.first)? as usize).cloned(),
            _ => None,
        }
    }

    /// The variable for it: one and the same for one and the same thing.
    pub(super) fn variable(&self, what: Known) -> Variable {
        let mut known = self.known.borrow_mut();
        let place = known.iter().position(|old| *old == what).unwrap_or_else(|| {
            known.push(what);
            known.len() - 1
        });
        Variable::Real(self.first + place as u32)
    }

    /// The same, but for a lie about one variable.
    #[cfg(test)]
    pub(super) fn told(&self, v: Variable, lie: Known) -> Self {
        let Variable::Real(k) = v else { panic!("sizes are real") };
        let mut known = self.known.borrow().clone();
        known[(k - self.first) as usize] = lie;
        Sizes { first: self.first, known: RefCell::new(known) }
    }

    /// Whether a variable is a size, and so not negative.
    pub(super) fn is_size(&self, v: Variable) -> bool {
        matches!(v, Variable::Real(k) if k >= self.first)
    }

    /// The size of a product, exactly.
    fn of_product(&self, monomial: &Monomial) -> Monomial {
        let size = |v: Variable| if self.is_size(v) { v } else { self.variable(Known::Entry(v)) };
        let powers = monomial.powers().iter().map(|(v, n)| power(size(*v), *n));
        powers.fold(Monomial::one(), |all, one| all.times(&one))
    }

    /// The sum of the sizes of the terms: at least the size of their sum, and the same for one term.
    pub(super) fn of_terms(&self, f: &Terms) -> Terms {
        let mut sum = Terms::new();
        for (monomial, c) in f {
            let c = if *c < RBig::ZERO { -c.clone() } else { c.clone() };
            terms::add(&mut sum, self.of_product(monomial), c);
        }
        sum
    }

    /// Whether a product cannot be negative, whatever the entries.
    pub(super) fn positive(&self, monomial: &Monomial) -> bool {
        monomial.powers().iter().all(|(v, n)| n % 2 == 0 || self.is_size(*v))
    }

    /// Whether a sum cannot be negative because none of its terms can.
    fn plainly_positive(&self, terms: &Terms) -> bool {
        terms.iter().all(|(m, c)| *c > RBig::ZERO && self.positive(m))
    }

    /// |a|.
    pub(super) fn absolute(&self, a: &Element) -> Result<Element, Lacks> {
        if matches!(a, Element::Unfinished) {
            return Ok(Element::Unfinished);
        }
        let f = terms::of(a).ok_or_else(unordered)?;
        if f.len() <= 1 {
            return Ok(terms::element(&self.of_terms(&f)));
        }
        if self.plainly_positive(&f) {
            return Ok(a.clone());
        }
        Ok(terms::element(&terms::variable(self.variable(Known::Sum(f)))))
    }

    /// The larger of two, neither of them negative.
    pub(super) fn larger(&self, a: &Element, b: &Element) -> Result<Element, Lacks> {
        if matches!(a, Element::Unfinished) || matches!(b, Element::Unfinished) {
            return Ok(Element::Unfinished);
        }
        let mut list: Vec<Terms> = vec![];
        for x in [a, b] {
            let x = terms::of(x).filter(|x| self.plainly_positive(x)).ok_or_else(unordered)?;
            match self.alone(&x) {
                // the larger of a maximum and one more
                Some((_, Known::Largest(known))) => list.extend(known),
                // 0 is at most everything here
                _ if x.is_empty() => {}
                _ => list.push(x),
            }
        }
        match &list[..] {
            [] => Ok(terms::element(&Terms::new())),
            [one] => Ok(terms::element(one)),
            _ => Ok(terms::element(&terms::variable(self.variable(Known::Largest(list))))),
        }
    }

    /// The size that f is, and nothing but it.
    pub(super) fn alone(&self, f: &Terms) -> Option<(Variable, Known)> {
        let (monomial, c) = f.first_key_value().filter(|_| f.len() == 1)?;
        match monomial.powers() {
            [(v, 1)] if *c == RBig::ONE => Some((*v, self.known(*v)?)),
            _ => None,
        }
    }
}

fn unordered() -> Lacks {
    Lacks::Order("unknowns of either sign".into())
}
