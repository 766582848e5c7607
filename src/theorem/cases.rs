//! Claims that are linear case by case: every maximum is one of its list.
//!
//! **What is shown.** Both sides are evaluated on formal numbers, with new variables for maxima and minima (`extremes`),
//! |a| being max(a, −a). A pair `small <= large` is broken where `small − large` is positive. It is to be shown that no
//! entries do that: the positive form, together with forms that are not negative, is taken apart until no maximum is left
//! to speak of, and then a contradiction is looked for by exact linear programming (`linear`).
//!
//! **The steps.** The newest maximum t = max(a, b, …) goes first; it is in the lists of no older ones. (A minimum is
//! treated alike, with the order turned round.)
//!
//! * If a larger t makes no form larger, t may be any number that is at least a, b, …. This says less than t = max, so if
//!   it is contradictory, so is what was to be shown.
//! * If a larger t makes no form smaller, put a for t, then b, and so on: if all of these are contradictory, so is t.
//! * Else do the same, and add that a − b, … are not negative where t is a.
//!
//! All cells are closed and together they are everything, ties included; none is left out, whatever its dimension, so that
//! it does not matter whether an operator is continuous. That t is one of its list and at least each is true in every
//! totally ordered set, and the contradictions in every ordered ring in which the coefficients exist: the scope says so.
//! Products of entries are unknowns like any others, which says less than what is known of them. A product with a
//! maximum in it is not linear: there, and where a step fails, the claim is left to `pieces`.
//!
//! **Hypotheses** that are equations or comparisons are forms that are not negative. They are used where it fails without.

use super::{
    basis::Instance,
    domain::Domain,
    extremes::{self, Extremes},
    linear, pieces,
    terms::{Terms, plus_multiple, replaced},
    truth::Compared,
    value::{Halt, Value},
    world::{Needs, World},
};
use crate::scalar::exact::{Monomial, Ring, Variable, exhausted, spend};
use dashu_ratio::RBig;
use std::collections::{BTreeMap, BTreeSet};

/// What was needed, and the hypotheses that were used, where the statement holds for all entries of the shape.
///
/// # Errors
/// As the evaluation of the sides, and where the budget ran out.
pub(super) fn prove(
    domain: &Domain,
    instance: &Instance,
    slots: &[Value],
) -> Result<Option<(Needs, Vec<usize>)>, Halt> {
    let Some(statement) = domain.comparison() else { return Ok(None) };
    let ring = Ring::Polynomials(Box::new(domain.coefficients()));
    let world = World::with_extremes(ring, Extremes::of_numbers(instance.entries()));
    let Some(goals) = statement.compared(slots, &world)?.and_then(differences) else { return Ok(None) };
    let mut given = vec![];
    for g in domain.value_hypotheses() {
        // what is not defined or not linear is not used
        let forms = domain.program.given[g].compared(slots, &world).ok().flatten().and_then(differences);
        given.extend(forms.into_iter().flatten().map(|form| Form { terms: negated(&form), from: Some(g) }));
    }
    let needs = world.needs();
    if needs.units || !needs.roots.is_empty() {
        return Ok(None);
    }
    let cases = Cases { extremes: world.extremes().expect("the world was made with extremes") };
    let forms: Vec<&Terms> = given.iter().map(|form: &Form| &form.terms).collect();
    let (mut used, mut known) = (BTreeSet::new(), BTreeSet::new());
    for goal in goals {
        // the same up to the names of the unknowns, as it is at one place after the other
        let name = cases.name(&goal);
        if known.contains(&name) {
            continue;
        }
        let extremes = cases.extremes;
        let without = cases.contradictory(&goal, vec![], &mut used)
            || pieces::not_negative(&negated(&goal), &[], extremes).is_some();
        if without {
            known.insert(name);
        }
        let shown = without
            || !given.is_empty()
                && (cases.contradictory(&goal, cases.near(&goal, &given), &mut used)
                    || pieces::not_negative(&negated(&goal), &forms, extremes)
                        .map(|taken| used.extend(taken.iter().filter_map(|k| given[*k].from)))
                        .is_some());
        if exhausted() {
            return Err(Halt::Large("more work than is allowed here"));
        }
        if !shown {
            return Ok(None);
        }
    }
    Ok(Some((needs, used.into_iter().collect())))
}

/// For every pair small − large, which is positive where it is broken, and for equations large − small, too.
fn differences(compared: Compared) -> Option<Vec<Terms>> {
    let mut all = vec![];
    for (small, large) in &compared.pairs {
        let form = plus_multiple(extremes::terms(small)?, &RBig::NEG_ONE, &extremes::terms(large)?);
        all.extend(compared.equal.then(|| negated(&form)));
        all.push(form);
    }
    Some(all)
}

fn negated(form: &Terms) -> Terms {
    plus_multiple(Terms::new(), &RBig::NEG_ONE, form)
}

/// A form that is not negative, and the hypothesis that says so.
#[derive(Clone)]
struct Form {
    terms: Terms,
    from: Option<usize>,
}

struct Cases<'a> {
    extremes: &'a Extremes,
}

impl Cases<'_> {
    /// The newest extreme below a number that occurs.
    fn newest<'a>(&self, forms: impl Iterator<Item = &'a Terms>, below: u32) -> Option<u32> {
        let variables = forms.flat_map(|form| form.keys()).flat_map(Monomial::powers);
        let extreme = |v: &Variable| match v {
            Variable::Real(v) if *v < below && self.extremes.is_known(*v) => Some(*v),
            _ => None,
        };
        variables.filter_map(|(v, _)| extreme(v)).max()
    }

    /// Whether `positive` cannot be above 0 where all forms are at least 0; what hypotheses that took is added.
    fn contradictory(&self, positive: &Terms, given: Vec<Form>, used: &mut BTreeSet<usize>) -> bool {
        self.apart(positive.clone(), given, u32::MAX, used)
    }

    fn apart(&self, positive: Terms, mut forms: Vec<Form>, below: u32, used: &mut BTreeSet<usize>) -> bool {
        let terms = positive.len() + forms.iter().map(|form| form.terms.len()).sum::<usize>();
        if !spend(linear::FRACTION * (1 + terms)) {
            return false;
        }
        if extremes::number(&positive).is_some_and(|c| c <= RBig::ZERO) {
            return true;
        }
        forms.retain(|form| extremes::number(&form.terms).is_none_or(|c| c < RBig::ZERO));
        let all = || [&positive].into_iter().chain(forms.iter().map(|form| &form.terms));
        let Some(v) = self.newest(all(), below) else {
            let terms: Vec<&Terms> = forms.iter().map(|form| &form.terms).collect();
            let Some(taken) = linear::contradiction(&terms, &positive) else { return false };
            used.extend(taken.iter().filter_map(|k| forms[*k].from));
            return true;
        };
        let extreme = self.extremes.known(v).expect("it was found");
        let t = super::terms::variable(Variable::Real(v));
        let alone =
            |m: &Monomial| m.powers().iter().all(|(own, _)| *own != Variable::Real(v)) || t.contains_key(m);
        if !all().flat_map(|form| form.keys()).all(alone) {
            return false;
        }
        let monomial = t.first_key_value().expect("a variable").0;
        let signs: BTreeSet<bool> = all()
            .filter_map(|form| form.get(monomial))
            .map(|c| (*c > RBig::ZERO) == extreme.largest)
            .collect();
        // a form that is not negative because t is at least a, or at most
        let above = |t: &Terms, a: &Terms| {
            let form = plus_multiple(t.clone(), &RBig::NEG_ONE, a);
            Form { terms: if extreme.largest { form } else { negated(&form) }, from: None }
        };
        if !signs.contains(&true) {
            forms.extend(extreme.of.iter().map(|a| above(&t, a)));
            return self.apart(positive, forms, v, used);
        }
        extreme.of.iter().all(|a| {
            let put = |form: &Terms| replaced(form, |own| (own == Variable::Real(v)).then(|| a.clone()));
            let Some(positive) = put(&positive) else { return false };
            let forms: Option<Vec<Form>> =
                forms.iter().map(|form| Some(Form { terms: put(&form.terms)?, from: form.from })).collect();
            let Some(mut forms) = forms else { return false };
            if signs.len() == 2 {
                forms.extend(extreme.of.iter().filter(|b| *b != a).map(|b| above(a, b)));
            }
            self.apart(positive, forms, v, used)
        })
    }

    /// The unknowns of a form, those that its extremes are made of included.
    fn unknowns(&self, form: &Terms, found: &mut BTreeSet<Monomial>) {
        for m in form.keys().filter(|m| **m != Monomial::one()) {
            if found.insert(m.clone()) {
                let lists = m.powers().iter().filter_map(|(v, _)| self.list(*v));
                lists.flatten().for_each(|x| self.unknowns(&x, found));
            }
        }
    }

    fn list(&self, v: Variable) -> Option<Vec<Terms>> {
        let Variable::Real(v) = v else { return None };
        self.extremes.known(v).map(|extreme| extreme.of)
    }

    /// The forms about the same unknowns, or about unknowns that those speak of.
    fn near(&self, goal: &Terms, given: &[Form]) -> Vec<Form> {
        let (mut unknowns, mut near) = (BTreeSet::new(), vec![]);
        self.unknowns(goal, &mut unknowns);
        let mut rest: Vec<(&Form, BTreeSet<Monomial>)> = given
            .iter()
            .map(|form| {
                let mut own = BTreeSet::new();
                self.unknowns(&form.terms, &mut own);
                (form, own)
            })
            .collect();
        loop {
            let (found, far): (Vec<_>, Vec<_>) =
                rest.into_iter().partition(|(_, own)| !own.is_disjoint(&unknowns));
            if found.is_empty() {
                return near;
            }
            for (form, own) in found {
                unknowns.extend(own);
                near.push(form.clone());
            }
            rest = far;
        }
    }

    /// A goal as text, its unknowns numbered as they occur.
    fn name(&self, goal: &Terms) -> String {
        let (mut numbers, mut text) = (BTreeMap::new(), String::new());
        self.write(goal, &mut numbers, &mut text);
        text
    }

    fn write(&self, form: &Terms, numbers: &mut BTreeMap<Variable, usize>, text: &mut String) {
        for (m, c) in form {
            text.push_str(&format!(" {c}"));
            for (v, n) in m.powers() {
                let next = numbers.len();
                let number = *numbers.entry(*v).or_insert(next);
                text.push_str(&format!(" x{number}^{n}"));
                let Variable::Real(place) = v else { continue };
                if let (true, Some(extreme)) = (number == next, self.extremes.known(*place)) {
                    text.push_str(if extreme.largest { " max" } else { " min" });
                    for x in &extreme.of {
                        text.push('(');
                        self.write(x, numbers, text);
                        text.push(')');
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        scalar::{Semiring, exact::Element},
        theorem::extremes::Extreme,
    };
    use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

    const ENTRIES: u32 = 2;

    fn x(k: u32) -> Element {
        Element::Polynomial(crate::scalar::exact::Polynomial::variable(Variable::Real(k)))
    }

    fn minus(a: &Element, b: &Element) -> Element {
        a.plus(&b.times(&Element::from(-1)))
    }

    /// Whether it is shown that `form` is nowhere positive.
    fn nowhere_positive(form: &Terms, extremes: &Extremes) -> bool {
        Cases { extremes }.contradictory(form, vec![], &mut BTreeSet::new())
    }

    fn positive_somewhere(form: &Terms, extremes: &Extremes) -> bool {
        let half = |k: i64| RBig::from_parts((k - 8).into(), 2u8.into());
        (0..17 * 17).any(|k| extremes.value(form, &[half(k % 17), half(k / 17)]) > RBig::ZERO)
    }

    /// Random forms in maxima of maxima: what is shown is positive nowhere, and most that is not shown is somewhere.
    #[test]
    fn what_is_shown_is_nowhere_positive() {
        let mut runner = TestRunner::deterministic();
        let (mut shown, mut positive, mut open) = (0, 0, 0);
        for _ in 0..3000 {
            let extremes = Extremes::of_numbers(ENTRIES);
            let mut draw =
                |least: i64, most: i64| (least..=most).new_tree(&mut runner).expect("a range").current();
            let mut all = vec![x(0), x(1), Element::from(0), Element::from(1)];
            for _ in 0..4 {
                let mut sum = || {
                    let (a, b) = (draw(0, all.len() as i64 - 1), draw(0, all.len() as i64 - 1));
                    let a = all[a as usize].times(&Element::from(draw(-1, 2)));
                    if draw(0, 1) == 0 { a } else { minus(&a, &all[b as usize]) }
                };
                let (a, b) = (sum(), sum());
                let new = if draw(0, 1) == 0 { extremes.largest(&a, &b) } else { extremes.smallest(&a, &b) };
                all.push(new.expect("numbers"));
            }
            let mut form = Terms::new();
            for part in &all {
                form = plus_multiple(form, &draw(-1, 1).into(), &extremes::terms(part).expect("rational"));
            }
            if nowhere_positive(&form, &extremes) {
                shown += 1;
                assert!(!positive_somewhere(&form, &extremes), "{form:?}");
            } else if positive_somewhere(&form, &extremes) {
                positive += 1;
            } else {
                open += 1;
            }
        }
        assert!(shown > 150 && positive > 1000 && open < 300, "{shown} {positive} {open}");
    }

    /// Something wrong known of a maximum: each of these proves what is false, and values tell.
    #[test]
    fn wrong_facts_about_maxima_are_caught() {
        let right = Extremes::of_numbers(ENTRIES);
        let terms = |a: &Element| extremes::terms(a).expect("rational");
        let (a, b) = (terms(&x(0)), terms(&x(1)));
        let larger = right.largest(&x(0), &x(1)).expect("numbers");
        let smaller = right.smallest(&x(0), &x(1)).expect("numbers");
        let [t, s] = [&larger, &smaller].map(|one| extremes::variable(&terms(one)).expect("a variable"));
        let negative = minus(&Element::zero(), &x(0));
        let lies = [
            // max(x, y) <= x, if y is forgotten
            (terms(&minus(&larger, &x(0))), t, Extreme { largest: true, of: vec![a.clone()] }),
            // max(x, y) >= −x, if that is thought to be in the list
            (
                terms(&minus(&negative, &larger)),
                t,
                Extreme { largest: true, of: vec![a.clone(), b.clone(), terms(&negative)] },
            ),
            // max(x, y) <= y, if it is taken for the minimum; min(x, y) >= x, for the maximum
            (terms(&minus(&larger, &x(1))), t, Extreme { largest: false, of: vec![a.clone(), b.clone()] }),
            (terms(&minus(&x(0), &smaller)), s, Extreme { largest: true, of: vec![a, b] }),
        ];
        for (form, v, lie) in lies {
            assert!(!nowhere_positive(&form, &right) && positive_somewhere(&form, &right), "{form:?}");
            assert!(nowhere_positive(&form, &right.told(v, lie)), "the mutant proves it: {form:?}");
        }
    }

    #[test]
    fn what_a_maximum_is_multiplied_by_is_not_linear() {
        let extremes = Extremes::of_numbers(ENTRIES);
        let relu = extremes.largest(&x(0), &Element::zero()).expect("numbers");
        // −relu(x)² is nowhere positive, and nothing is said of it; nor of x y relu(x)
        for product in [relu.times(&relu), relu.times(&x(1))] {
            let form = extremes::terms(&minus(&Element::zero(), &product)).expect("rational");
            assert!(!nowhere_positive(&form, &extremes), "{product}");
        }
    }
}
