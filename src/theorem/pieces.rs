//! Claims that are polynomials piece by piece: what is left of `cases` where maxima are multiplied.
//!
//! **What is shown.** A polynomial d in entries and in maxima and minima of such (`extremes`) is to be nowhere negative.
//!
//! * **Parts.** Where d is a sum of polynomials that share no unknowns, and of no number, each is shown by itself.
//! * **Pieces.** Each maximum is put as one of its list, a, then as the next, in all combinations; where it is a, the
//!   differences a − b to the others of the list are not negative. (A minimum is treated alike, the order turned round.)
//!   The pieces are closed and together they are everything.
//! * **Slacks.** Where a difference f that is not negative has an entry e in one term of its own, `f = c e + g`, put
//!   `e = (s − g)/c` for a new unknown s ≥ 0. This only gives the value of f a name.
//! * **In each piece** d is a sum of positive multiples of the slacks' products and of the other differences (`linear`), or
//!   a sum of squares (`squares`), or the squares in the other unknowns are completed one after the other, and what is left,
//!   in slacks alone, is a sum of squares and of positive multiples of products.
//!
//! **Why it is sound.** Read with s = f, every step is an identity of polynomials over ℚ. With N the common denominator
//! N d is, on each piece, a sum of squares and of products of things that are not negative, in any ordered commutative ring.
//!
//! **What is not found.** Nothing is said where there are more than a thousand pieces, or where what is left asks for more.

use super::{
    extremes::Extremes,
    linear, squares,
    terms::{Terms, plus_multiple, power, replaced, times},
};
use crate::scalar::exact::{Monomial, Variable, spend};
use dashu_ratio::RBig;
use std::collections::BTreeSet;

/// The most pieces of one part.
const MOST: usize = 1 << 10;

/// Which of the given polynomials, where they are at least 0, were taken to show that d is; `None` where it was not shown.
pub(super) fn not_negative(d: &Terms, given: &[&Terms], extremes: &Extremes) -> Option<BTreeSet<usize>> {
    let mut taken = BTreeSet::new();
    // a number may be what another part lacks
    let parts = if d.contains_key(&Monomial::one()) { vec![d.clone()] } else { parts(d, extremes) };
    for part in parts {
        let near = near(&part, given, extremes);
        let forms: Vec<Terms> = near.iter().map(|k| given[*k].clone()).collect();
        let few = count(&part, &forms, extremes).is_some_and(|count| count <= MOST);
        if !few || !in_pieces(part, forms, extremes) {
            return None;
        }
        taken.extend(near);
    }
    Some(taken)
}

/// The given polynomials that share unknowns with d, or with others that do.
fn near(d: &Terms, given: &[&Terms], extremes: &Extremes) -> BTreeSet<usize> {
    let (mut found, mut near) = (BTreeSet::new(), BTreeSet::new());
    unknowns(d, extremes, &mut found);
    loop {
        let before = near.len();
        for (k, form) in given.iter().enumerate() {
            let mut own = BTreeSet::new();
            unknowns(form, extremes, &mut own);
            if !own.is_disjoint(&found) {
                found.extend(own);
                near.insert(k);
            }
        }
        if near.len() == before {
            return near;
        }
    }
}

fn variables(d: &Terms) -> BTreeSet<Variable> {
    d.keys().flat_map(Monomial::powers).map(|(v, _)| *v).collect()
}

fn negated(d: &Terms) -> Terms {
    plus_multiple(Terms::new(), &RBig::NEG_ONE, d)
}

/// The unknowns, and those that the extremes among them are made of.
fn unknowns(d: &Terms, extremes: &Extremes, found: &mut BTreeSet<Variable>) {
    for v in variables(d) {
        if found.insert(v)
            && let Variable::Real(k) = v
            && let Some(extreme) = extremes.known(k)
        {
            extreme.of.iter().for_each(|one| unknowns(one, extremes, found));
        }
    }
}

/// Polynomials without common unknowns whose sum d is.
fn parts(d: &Terms, extremes: &Extremes) -> Vec<Terms> {
    let mut parts: Vec<(BTreeSet<Variable>, Terms)> = vec![];
    for (monomial, c) in d {
        let mut part = Terms::from([(monomial.clone(), c.clone())]);
        let mut own = BTreeSet::new();
        unknowns(&part, extremes, &mut own);
        let (touched, apart): (Vec<_>, Vec<_>) =
            parts.into_iter().partition(|(others, _)| !others.is_disjoint(&own));
        for (others, terms) in touched {
            own.extend(others);
            part.extend(terms);
        }
        parts = apart;
        parts.push((own, part));
    }
    parts.into_iter().map(|(_, part)| part).collect()
}

/// How many pieces there are: a factor for each extreme.
fn count(d: &Terms, given: &[Terms], extremes: &Extremes) -> Option<usize> {
    let mut all = BTreeSet::new();
    [d].into_iter().chain(given).for_each(|form| unknowns(form, extremes, &mut all));
    let lists = all.into_iter().filter_map(|v| match v {
        Variable::Real(k) => extremes.known(k).map(|extreme| extreme.of.len()),
        _ => None,
    });
    lists.into_iter().try_fold(1usize, |all, n| all.checked_mul(n))
}

/// Whether d is at least 0 wherever the forms are, piece by piece, the newest extreme first.
fn in_pieces(d: Terms, forms: Vec<Terms>, extremes: &Extremes) -> bool {
    if !spend(d.len() + forms.iter().map(Terms::len).sum::<usize>()) {
        return false;
    }
    let extreme = |v: Variable| match v {
        Variable::Real(k) => extremes.known(k).map(|own| (k, own)),
        _ => None,
    };
    let all = [&d].into_iter().chain(&forms).flat_map(variables);
    let Some((k, newest)) = all.filter_map(extreme).max_by_key(|(k, _)| *k) else {
        return piece(d, forms);
    };
    newest.of.iter().all(|a| {
        let put = |form: &Terms| replaced(form, |v| (v == Variable::Real(k)).then(|| a.clone()));
        let differences = newest.of.iter().filter(|b| *b != a).map(|b| {
            let (large, small) = if newest.largest { (a, b) } else { (b, a) };
            plus_multiple(large.clone(), &RBig::NEG_ONE, small)
        });
        let forms: Option<Vec<Terms>> = forms.iter().map(put).chain(differences.map(Some)).collect();
        put(&d).zip(forms).is_some_and(|(d, forms)| in_pieces(d, forms, extremes))
    })
}

/// Whether d, in entries alone, is at least 0 wherever the forms are.
fn piece(mut d: Terms, mut forms: Vec<Terms>) -> bool {
    let last = [&d].into_iter().chain(&forms).flat_map(variables).filter_map(|v| match v {
        Variable::Real(k) => Some(k),
        _ => None,
    });
    let first = last.max().map_or(0, |k| k + 1);
    let (mut slacks, mut others) = (BTreeSet::new(), vec![]);
    forms.reverse();
    while let Some(form) = forms.pop() {
        let Some((entry, value)) = solved(&form, &slacks, first + slacks.len() as u32) else {
            others.push(form);
            continue;
        };
        slacks.insert(Variable::Real(first + slacks.len() as u32));
        let put = |form: &Terms| replaced(form, |v| (v == entry).then(|| value.clone()));
        let every = |all: &[Terms]| all.iter().map(put).collect::<Option<Vec<Terms>>>();
        let (Some(next), Some(rest), Some(decided)) = (put(&d), every(&forms), every(&others)) else {
            return false;
        };
        (d, forms, others) = (next, rest, decided);
    }
    let of_slacks = |m: &&Monomial| m.powers().iter().all(|(v, _)| slacks.contains(v));
    let products = d.keys().filter(of_slacks).map(|m| Terms::from([(m.clone(), RBig::ONE)]));
    others.extend(products);
    let known: Vec<&Terms> = others.iter().collect();
    linear::contradiction(&known, &negated(&d)).is_some()
        || squares::is_sum_of_squares(&d)
        || completed(d, &slacks).is_some_and(|rest| {
            let mixed = |m: &Monomial| m.powers().iter().any(|(_, n)| n % 2 == 1);
            let rest = rest.into_iter().filter(|(m, c)| *c < RBig::ZERO || !mixed(m)).collect();
            squares::is_sum_of_squares(&rest)
        })
}

/// An entry that stands in one term of the form, and alone there; and its value, where the form is the slack of a number.
fn solved(form: &Terms, slacks: &BTreeSet<Variable>, slack: u32) -> Option<(Variable, Terms)> {
    let once = |v: Variable| form.keys().filter(|m| m.powers().iter().any(|(own, _)| *own == v)).count() == 1;
    let (monomial, c, entry) = form.iter().find_map(|(m, c)| match m.powers() {
        [(v, 1)] if !slacks.contains(v) && once(*v) => Some((m, c, *v)),
        _ => None,
    })?;
    let mut rest = form.clone();
    rest.remove(monomial);
    let numerator = plus_multiple(super::terms::variable(Variable::Real(slack)), &RBig::NEG_ONE, &rest);
    Some((entry, plus_multiple(Terms::new(), &(RBig::ONE / c), &numerator)))
}

/// What is left of d when squares are completed and taken away until slacks alone are left; `None` where that fails.
fn completed(mut d: Terms, slacks: &BTreeSet<Variable>) -> Option<Terms> {
    while let Some(e) = variables(&d).into_iter().find(|v| !slacks.contains(v)) {
        // d = c e² + e b + rest, that is c (e + b/2c)² + rest − b²/4c
        let (mut c, mut b, mut rest) = (RBig::ZERO, Terms::new(), Terms::new());
        for (monomial, own) in d {
            let others = monomial.powers().iter().filter(|(v, _)| *v != e);
            let others = others.fold(Monomial::one(), |all, (v, n)| all.times(&power(*v, *n)));
            match monomial.powers().iter().find(|(v, _)| *v == e).map_or(0, |(_, n)| *n) {
                0 => drop(rest.insert(monomial, own)),
                1 => drop(b.insert(others, own)),
                2 if others == Monomial::one() => c = own,
                _ => return None,
            }
        }
        if c <= RBig::ZERO {
            return None;
        }
        d = plus_multiple(rest, &(RBig::NEG_ONE / (RBig::from(4) * c)), &times(&b, &b)?);
    }
    Some(d)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        scalar::{Semiring, exact::Element},
        theorem::{
            extremes::{self, Extreme},
            terms,
        },
    };
    use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

    const ENTRIES: u32 = 3;

    fn x(k: u32) -> Element {
        terms::element(&terms::variable(Variable::Real(k)))
    }

    fn minus(a: &Element, b: &Element) -> Element {
        a.plus(&b.times(&Element::from(-1)))
    }

    fn of(x: &Element) -> Terms {
        extremes::terms(x).expect("rational")
    }

    fn negative_somewhere(d: &Terms, given: &[&Terms], extremes: &Extremes) -> bool {
        let point = |k: i64| [k % 7, k / 7 % 7, k / 49].map(|n| RBig::from(n - 3));
        (0..343).map(point).any(|at| {
            given.iter().all(|form| extremes.value(form, &at) >= RBig::ZERO)
                && extremes.value(d, &at) < RBig::ZERO
        })
    }

    /// Random quadratic polynomials in maxima, with and without a hypothesis: what is shown is negative nowhere.
    #[test]
    fn what_is_shown_is_nowhere_negative() {
        let mut runner = TestRunner::deterministic();
        let (mut shown, mut negative, mut open) = (0, 0, 0);
        for _ in 0..400 {
            let extremes = Extremes::of_numbers(ENTRIES);
            let mut draw =
                |least: i64, most: i64| (least..=most).new_tree(&mut runner).expect("a range").current();
            let mut all: Vec<Element> = (0..ENTRIES).map(x).chain([Element::from(0)]).collect();
            for _ in 0..2 {
                let (a, b) = (draw(0, all.len() as i64 - 1) as usize, draw(0, all.len() as i64 - 1) as usize);
                let new = if draw(0, 2) > 0 {
                    extremes.largest(&all[a], &all[b])
                } else {
                    extremes.smallest(&all[a], &all[b])
                };
                all.push(new.expect("numbers"));
            }
            let mut sum = Element::zero();
            for _ in 0..draw(1, 4) {
                let mut linear = || {
                    let (a, b) =
                        (draw(0, all.len() as i64 - 1) as usize, draw(0, all.len() as i64 - 1) as usize);
                    minus(&all[a], &all[b])
                };
                let (p, q) = (linear(), linear());
                let product = if draw(0, 2) > 0 { p.times(&p) } else { p.times(&q) };
                sum = sum.plus(&product.times(&Element::from(draw(-1, 2))));
            }
            let hypothesis = of(&minus(&x(0), &x(1)));
            let given = if draw(0, 1) == 0 { vec![] } else { vec![&hypothesis] };
            let d = of(&sum);
            if not_negative(&d, &given, &extremes).is_some() {
                shown += 1;
                assert!(!negative_somewhere(&d, &given, &extremes), "{d:?} given {given:?}");
            } else if negative_somewhere(&d, &given, &extremes) {
                negative += 1;
            } else {
                open += 1;
            }
        }
        assert!(shown > 50 && negative > 80 && open < 20, "{shown} {negative} {open}");
    }

    /// Something wrong known of a maximum: each proves what is false, and values tell.
    #[test]
    fn wrong_facts_about_maxima_are_caught() {
        let right = Extremes::of_numbers(ENTRIES);
        let larger = right.largest(&x(0), &x(1)).expect("numbers");
        let t = extremes::variable(&of(&larger)).expect("a variable");
        let (a, b) = (of(&x(0)), of(&x(1)));
        let below = minus(&x(0), &larger);
        for (d, lie) in [
            // −(x − max(x, y))², if y is forgotten
            (minus(&Element::zero(), &below.times(&below)), Extreme { largest: true, of: vec![a.clone()] }),
            // x − max(x, y) + y² is not negative, if it is taken for the minimum
            (below.plus(&x(1).times(&x(1))), Extreme { largest: false, of: vec![a, b] }),
        ] {
            let d = of(&d);
            assert!(not_negative(&d, &[], &right).is_none() && negative_somewhere(&d, &[], &right), "{d:?}");
            assert!(not_negative(&d, &[], &right.told(t, lie)).is_some(), "the mutant proves it: {d:?}");
        }
    }

    #[test]
    fn parts_share_no_unknowns() {
        let extremes = Extremes::of_numbers(ENTRIES);
        let relu = extremes.largest(&x(0), &Element::zero()).expect("numbers");
        let d = of(&relu.times(&relu).plus(&x(0)).plus(&x(1).times(&x(2))).plus(&Element::from(1)));
        let mut sizes: Vec<usize> = parts(&d, &extremes).iter().map(Terms::len).collect();
        sizes.sort_unstable();
        assert_eq!(sizes, [1, 1, 2], "x and its rectifier; y z; the number");
    }
}
