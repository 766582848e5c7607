//! Linear inequalities that contradict each other: exact linear programming over ℚ.
//!
//! **What is looked for** (Farkas' lemma): multiples λ ≥ 0 of forms that are not negative, and μ ≥ 0 of one that is
//! positive, whose sum is a number c with c < 0, or c = 0 and μ > 0. They are found by the simplex algorithm, its first
//! phase, with Bland's rule, so that it comes to an end (Bland 1977). Where the inequalities contradict each other over
//! ℚ, there are such multiples.
//!
//! **Why it is sound.** How they were found is not trusted: they are looked at, multiplied out and summed. The common
//! denominator taken out, the sum says in every ordered ring, and in every ordered abelian group where the forms are
//! homogeneous, that something positive is not positive.

use super::terms::{Terms, plus_multiple};
use crate::scalar::exact::{Monomial, spend};
use dashu_ratio::RBig;
use std::collections::{BTreeMap, BTreeSet};

/// The work of a sum and a product of fractions.
pub(super) const FRACTION: usize = 4;

/// Which of the forms it takes to show that they cannot all be at least 0 while `positive` is above 0; `None` where they
/// can, or the budget ran out. Every product of unknowns is an unknown of its own.
pub(super) fn contradiction(forms: &[&Terms], positive: &Terms) -> Option<Vec<usize>> {
    let kept = relevant(forms, positive);
    let columns: Vec<&Terms> = kept.iter().map(|k| forms[*k]).chain([positive]).collect();
    let multiples = combination(&columns)?;
    // the proof itself
    let zero = RBig::ZERO;
    let sum = columns.iter().zip(&multiples).fold(Terms::new(), |sum, (form, c)| plus_multiple(sum, c, form));
    let number = sum.get(&Monomial::one()).cloned().unwrap_or_default();
    let constant = sum.keys().all(|m| *m == Monomial::one());
    let least = multiples.iter().all(|c| *c >= zero);
    let strict = multiples.last().is_some_and(|c| *c > zero);
    let proved = constant && least && (number < zero || number == zero && strict);
    let used = kept.iter().zip(&multiples).filter(|(_, c)| **c > zero).map(|(k, _)| *k).collect();
    proved.then_some(used)
}

/// The forms that may take part: an unknown that occurs with one sign only cannot cancel.
fn relevant(forms: &[&Terms], positive: &Terms) -> Vec<usize> {
    let mut kept: Vec<usize> = (0..forms.len()).collect();
    loop {
        let mut signs = BTreeMap::<&Monomial, BTreeSet<bool>>::new();
        let all = kept.iter().map(|k| forms[*k]).chain([positive]);
        for (m, c) in all.flatten().filter(|(m, _)| **m != Monomial::one()) {
            signs.entry(m).or_default().insert(*c > RBig::ZERO);
        }
        let cancels = |k: &usize| forms[*k].keys().all(|m| signs.get(m).is_none_or(|signs| signs.len() == 2));
        let before = kept.len();
        let next: Vec<usize> = kept.iter().copied().filter(cancels).collect();
        if next.len() == before {
            return kept;
        }
        kept = next;
    }
}

/// Multiples of the columns, not negative, whose sum is a number −σ with σ ≥ 0, the last multiple and σ being 1 together.
fn combination(columns: &[&Terms]) -> Option<Vec<RBig>> {
    let mut unknowns: BTreeSet<&Monomial> = columns.iter().flat_map(|form| form.keys()).collect();
    let one = Monomial::one();
    unknowns.insert(&one);
    // an equation a row: each unknown cancels, the numbers and σ cancel, and the last says how large it all is
    let (sigma, height) = (columns.len(), unknowns.len() + 1);
    if !spend(height * (sigma + 2)) {
        return None;
    }
    let mut rows: Vec<Vec<RBig>> = unknowns
        .iter()
        .map(|m| {
            let own = columns.iter().map(|form| form.get(m).cloned().unwrap_or_default());
            let slack = if **m == one { RBig::ONE } else { RBig::ZERO };
            own.chain([slack, RBig::ZERO]).collect()
        })
        .collect();
    let scale = |k: usize| if k + 1 >= sigma { RBig::ONE } else { RBig::ZERO };
    rows.push((0..=sigma + 1).map(scale).collect());
    let right = sigma + 1;
    // to begin with, each row holds an unknown of its own that is to become 0
    let mut basis: Vec<usize> = (0..height).map(|row| right + row).collect();
    // how fast the sum of these falls with each column
    let mut falls: Vec<RBig> =
        (0..=right).map(|k| rows.iter().fold(RBig::ZERO, |sum, row| sum + &row[k])).collect();
    while let Some(entering) = (0..=sigma).find(|k| falls[*k] > RBig::ZERO) {
        let ratio = |row: &usize| &rows[*row][right] / &rows[*row][entering];
        let candidates = (0..height).filter(|row| rows[*row][entering] > RBig::ZERO);
        let leaving = candidates.min_by_key(|row| (ratio(row), basis[*row]))?;
        let factor = RBig::ONE / &rows[leaving][entering];
        rows[leaving].iter_mut().filter(|x| !x.is_zero()).for_each(|x| *x *= &factor);
        let pivot: Vec<(usize, RBig)> =
            rows[leaving].iter().cloned().enumerate().filter(|(_, x)| !x.is_zero()).collect();
        let others = rows.iter_mut().enumerate().filter(|(row, _)| *row != leaving).map(|(_, row)| row);
        for row in others.chain([&mut falls]).filter(|row| !row[entering].is_zero()) {
            if !spend(FRACTION * pivot.len()) {
                return None;
            }
            let times = row[entering].clone();
            pivot.iter().for_each(|(k, x)| row[*k] -= &times * x);
        }
        basis[leaving] = entering;
    }
    if !falls[right].is_zero() {
        return None;
    }
    let value = |k: usize| {
        let row = basis.iter().position(|own| *own == k);
        row.map_or(RBig::ZERO, |row| rows[row][right].clone())
    };
    Some((0..sigma).map(value).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{scalar::exact::Variable, theorem::terms};
    use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

    /// c + Σ a_k x_k.
    fn form(c: i64, a: &[i64]) -> Terms {
        let unknown = |k: usize| Monomial::variable(Variable::Real(k as u32));
        let all = a.iter().enumerate().map(|(k, a)| (unknown(k), *a)).chain([(Monomial::one(), c)]);
        let mut form = Terms::new();
        all.for_each(|(m, a)| terms::add(&mut form, m, a.into()));
        form
    }

    fn contradicts(forms: &[Terms], positive: &Terms) -> bool {
        contradiction(&forms.iter().collect::<Vec<_>>(), positive).is_some()
    }

    #[test]
    fn boundaries_are_told_from_what_is_beyond_them() {
        let (x, minus_x) = (form(0, &[1]), form(0, &[-1]));
        // x >= 0 and −x >= 0: x is 0, neither above nor below, and nothing else contradicts
        assert!(contradicts(&[x.clone(), minus_x.clone()], &x));
        assert!(contradicts(&[x.clone(), minus_x.clone()], &minus_x));
        assert!(!contradicts(&[x.clone(), minus_x], &form(1, &[0])));
        assert!(!contradicts(std::slice::from_ref(&x), &x));
        // x >= 1 and x <= 1/2; x >= 1 and 2 x < 2, but not <= 2
        assert!(contradicts(&[form(-1, &[1]), form(1, &[-2])], &form(1, &[])));
        assert!(contradicts(&[form(-1, &[1])], &form(2, &[-2])));
        assert!(!contradicts(&[form(-1, &[1]), form(2, &[-2])], &form(1, &[])));
        assert!(contradicts(&[], &form(0, &[])) && contradicts(&[], &form(-1, &[])));
        assert!(contradicts(&[form(-1, &[])], &form(1, &[])) && !contradicts(&[form(0, &[])], &form(1, &[])));
        // over Z there is no number between 0 and 1; over Q there is
        assert!(!contradicts(&[form(-1, &[2])], &form(1, &[-1])));
    }

    /// Random inequalities in three unknowns: what is contradictory has no point, and the multiples that say so are few.
    #[test]
    fn a_contradiction_has_no_point() {
        let mut runner = TestRunner::deterministic();
        let (mut contradictory, mut possible) = (0, 0);
        for _ in 0..500 {
            let mut draw = |most: i64| (-most..=most).new_tree(&mut runner).expect("a range").current();
            let mut own = || form(draw(2), &[draw(2), draw(2), draw(2)]);
            let forms: Vec<Terms> = (0..5).map(|_| own()).collect();
            let positive = own();
            let value = |form: &Terms, point: &[RBig]| {
                form.iter().fold(RBig::ZERO, |sum, (m, c)| {
                    sum + m.powers().iter().fold(c.clone(), |p, (v, _)| match v {
                        Variable::Real(k) => p * &point[*k as usize],
                        other => panic!("{other:?}"),
                    })
                })
            };
            // halves from −2 to 2
            let coordinate = |k: usize| RBig::from_parts((k as i64 - 4).into(), 2u8.into());
            let mut points = (0..9usize.pow(3)).map(|k| [k % 9, k / 9 % 9, k / 81].map(coordinate));
            let meets = |point: &[RBig; 3]| {
                forms.iter().all(|form| value(form, point) >= RBig::ZERO)
                    && value(&positive, point) > RBig::ZERO
            };
            if contradicts(&forms, &positive) {
                contradictory += 1;
                assert!(!points.any(|point| meets(&point)), "{forms:?} {positive:?}");
            } else {
                possible += usize::from(points.any(|point| meets(&point)));
            }
        }
        assert!(contradictory > 30 && possible > 200, "{contradictory} {possible}");
    }
}
