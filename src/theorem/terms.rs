//! Polynomials over ℚ in real variables as plain tables, for what asks about signs of coefficients.

use crate::scalar::exact::{Element, Monomial, Polynomial, Variable, spend};
use dashu_ratio::RBig;
use std::collections::BTreeMap;

/// Monomials to coefficients that are not zero.
pub(super) type Terms = BTreeMap<Monomial, RBig>;

/// The terms of a number of ℚ, or of a polynomial over ℚ in real variables; `None` for anything else.
pub(super) fn of(a: &Element) -> Option<Terms> {
    let Element::Polynomial(p) = a else {
        let c = a.rational()?;
        return Some((!c.is_zero()).then_some((Monomial::one(), c)).into_iter().collect());
    };
    let real = |m: &Monomial| m.powers().iter().all(|(v, n)| matches!(v, Variable::Real(_)) && *n > 0);
    p.terms().map(|(m, c)| Some((real(m).then(|| m.clone())?, c.rational()?))).collect()
}

/// The number with these terms.
pub(super) fn element(terms: &Terms) -> Element {
    use crate::scalar::Semiring;
    let term = |(m, c): (&Monomial, &RBig)| {
        Element::Polynomial(Polynomial::term(m.clone(), Element::Rational(c.clone())))
    };
    terms.iter().map(term).fold(Element::zero(), |sum, term| sum.plus(&term))
}

/// A variable.
pub(super) fn variable(v: Variable) -> Terms {
    [(Monomial::variable(v), RBig::ONE)].into()
}

/// `v^n`.
pub(super) fn power(v: Variable, n: i32) -> Monomial {
    (0..n).fold(Monomial::one(), |power, _| power.times(&Monomial::variable(v)))
}

/// Adds a term; what comes to zero is left out.
pub(super) fn add(terms: &mut Terms, monomial: Monomial, c: RBig) {
    let sum = terms.remove(&monomial).unwrap_or_default() + c;
    if !sum.is_zero() {
        terms.insert(monomial, sum);
    }
}

/// `a + c b`.
pub(super) fn plus_multiple(mut a: Terms, c: &RBig, b: &Terms) -> Terms {
    b.iter().for_each(|(m, own)| add(&mut a, m.clone(), c * own));
    a
}

/// Every variable v to the power n replaced by the n-th power of `at(v)`, where that is something; `None` where the
/// budget ran out.
pub(super) fn replaced(terms: &Terms, at: impl Fn(Variable) -> Option<Terms>) -> Option<Terms> {
    let mut sum = Terms::new();
    for (monomial, c) in terms {
        let mut product = Terms::from([(Monomial::one(), c.clone())]);
        for (v, n) in monomial.powers() {
            match at(*v) {
                Some(value) => {
                    for _ in 0..*n {
                        product = times(&product, &value)?;
                    }
                }
                None => {
                    let power = power(*v, *n);
                    product = product.into_iter().map(|(m, c)| (m.times(&power), c)).collect();
                }
            }
        }
        if !spend(product.len()) {
            return None;
        }
        product.into_iter().for_each(|(m, c)| add(&mut sum, m, c));
    }
    Some(sum)
}

/// The product; `None` where the budget ran out.
pub(super) fn times(a: &Terms, b: &Terms) -> Option<Terms> {
    if !spend(a.len() * b.len()) {
        return None;
    }
    let mut product = Terms::new();
    for (m, x) in a {
        b.iter().for_each(|(n, y)| add(&mut product, m.times(n), x * y));
    }
    Some(product)
}
