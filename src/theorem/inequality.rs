//! Inequalities for all entries of a shape: sizes term by term, and sums of squares.
//!
//! For `left <= right` over an ordered ring (ℤ, ℚ, ℝ or every ordered one) both sides are evaluated on formal entries, with
//! new variables that are not negative for absolute values and maxima (`sizes` says what is known of them). It is to
//! be shown that the difference D = right − left, a polynomial, is at least 0. Each step replaces D by something that
//! is at most D, or by several of which D is one, and the last compares coefficients.
//!
//! * **A maximum that is taken away** (D has a negative term with it) is one of its list: D is shown for each.
//! * **The size of a sum that is taken away**, |f|, is at most the sum of the sizes of the terms of f. In a term
//!   `−c |f|^n m` with c > 0 and m not negative, it is replaced by that sum, which makes D smaller or leaves it. Where
//!   this leads nowhere and there are no more than two such sizes, |f| is f or −f, and D is shown for both.
//! * **A maximum that is added** is at least each of its list: where |x_i| is in the list of t, |x_i| = t − s with s ≥ 0.
//! * **Coefficients.** Let T be the entries of which a size occurs in D. A product of powers of such entries is ± the
//!   product of their sizes, the sign being that of the entries with odd exponents. So D = Σ_M M (p₀ ± p₁ ± …): M runs
//!   over the products of sizes, and the p are polynomials in the other entries, p₀ having the sign +. If for every
//!   choice of the signs the sum in parentheses is a sum of squares (`squares`), then D ≥ 0, because each M ≥ 0. Where no
//!   other entries are left, this says p₀ ≥ |p₁| + |p₂| + …, numbers. D ≥ 0 as well where D is a sum of squares with
//!   sizes for unknowns like any others.
//!
//! All of these are facts of every totally ordered commutative ring: sizes are multiplicative and obey the triangle
//! inequality, squares are not negative, and neither is p where a positive multiple of it is a sum of such things.
//! They are sufficient. Where they fail, nothing is said.
//!
//! **Equality** is tried first. Sides that are the same polynomial in entries and sizes are equal whatever these stand
//! for, and what is equal is at most itself wherever it can be compared. So this needs no bound on anything: divisors
//! may be unknown, and over ℂ, too, it settles what is fixed by conjugation, `norm2sq(x * w) <= norm2sq(w * x)`. What is
//! not real has no order there, so it is not said of that. Every pair is held against each other that an inequality
//! compares, on ℤ the zeros outside a support too.
//!
//! **Hypotheses** only take instances away: what is shown for all entries is true under them. Where they are linear
//! equations, the entries may be the solutions (`eliminate`), polynomials themselves; every step above is about the value of
//! a polynomial at any point, so it stands.
//!
//! **Extreme points.** For ‖B(x, w)‖ ≤ C ‖x‖₁ ‖w‖₁ with B bilinear and ‖·‖ the norm ‖·‖₁ or ‖·‖∞ this is the criterion
//! of extreme points, and not only sufficient: the coefficient of |x_i| |w_j| in C ‖x‖₁ ‖w‖₁ is C, and on the left, the
//! triangle inequality used (and one entry chosen, for ‖·‖∞), it is ‖B(e_i, e_j)‖ (or the size of that entry of it). So the
//! coefficients say that the claim is true of all pairs of basis vectors, whose multiples ±e_i are the extreme points
//! of the ball of ‖·‖₁; on these a convex function has its maximum. `norm2sq(x * w) <= norm1(x)^2 *
//! norm2sq(w)` takes x by its sizes and w by squares: for |x_i| |x_j| it is left to show that 2 Σ w_k² ± 2 Σ w_{k−i} w_{k−j} is a
//! sum of squares.

use super::{
    Method,
    basis::Instance,
    domain::Domain,
    sizes::{Known, Sizes},
    squares,
    terms::{self, Terms, add, plus_multiple, power, replaced},
    truth,
    value::{Halt, Value},
    world::{Needs, World},
};
use crate::{
    expr::{Class, Op},
    scalar::exact::{Element, Monomial, Ring, Variable, exhausted, judge, spend},
};
use dashu_ratio::RBig;
use std::collections::{BTreeMap, BTreeSet};

/// How one shape was settled for these formal entries, and what was needed; `None` where nothing is said.
///
/// # Errors
/// As the evaluation of the sides, and where the budget ran out.
pub(super) fn prove(
    domain: &Domain,
    instance: &Instance,
    slots: &[Value],
) -> Result<Option<(Method, Needs)>, Halt> {
    let statement = &domain.program.statement;
    let ordered = domain.ordered();
    let spoken_of = ordered || domain.class == Some(Class::C);
    if !spoken_of || !matches!(statement.op, Op::Le | Op::Ge) {
        return Ok(None);
    }
    let ring = Ring::Polynomials(Box::new(domain.coefficients()));
    let world = if ordered { World::with_sizes(ring, instance.entries()) } else { World::new(ring) };
    let (left, right) = statement.sides(slots, &world)?;
    let Some(differences) = truth::differences(&left, &right, &world)? else { return Ok(None) };
    let needs = world.needs();
    let equal = differences.iter().all(|(left, right)| judge::same(left, right));
    if exhausted() {
        return Err(Halt::Large("more work than is allowed here"));
    }
    if equal && (domain.class != Some(Class::Ordered) || needs.roots.is_empty()) {
        let real = |(side, _): &(Element, Element)| judge::same(side, &world.conj(side));
        return Ok(differences.iter().all(real).then_some((Method::Variables, needs)));
    }
    // no ordered ring has roots of unity beyond −1, and a divisor that is unknown may be negative
    if !ordered || needs.units || !needs.roots.is_empty() {
        return Ok(None);
    }
    let sizes = world.sizes().expect("the world was made with sizes");
    let mut methods = BTreeSet::new();
    for (left, right) in &differences {
        let (small, large) = if statement.op == Op::Le { (left, right) } else { (right, left) };
        let both = terms::of(large).zip(terms::of(small));
        let found = both
            .and_then(|(large, small)| not_negative(&plus_multiple(large, &RBig::NEG_ONE, &small), sizes));
        if exhausted() {
            return Err(Halt::Large("more work than is allowed here"));
        }
        let Some(method) = found else { return Ok(None) };
        methods.insert(method);
    }
    // where there was nothing to compare, coefficients were: none
    Ok(Some((methods.first().copied().unwrap_or(Method::Sizes), needs)))
}

/// The most sizes of sums for which both signs are tried.
const SIGNS: usize = 2;

/// How it was shown that d, in entries and sizes, is at least 0; `None` where it was not.
fn not_negative(d: &Terms, sizes: &Sizes) -> Option<Method> {
    if !spend(d.len()) {
        return None;
    }
    let negative = d.iter().filter(|(_, c)| **c < RBig::ZERO).flat_map(|(m, _)| m.powers());
    let taken_away: BTreeMap<Variable, Known> = negative
        .filter_map(|(v, _)| Some((*v, sizes.known(*v)?)))
        .filter(|(_, known)| matches!(known, Known::Sum(_) | Known::Largest(_)))
        .collect();
    let for_each = |v: Variable, values: &[Terms]| {
        let one = |value: &Terms| not_negative(&replaced(d, |own| (own == v).then(|| value.clone()))?, sizes);
        values.iter().map(one).collect::<Option<BTreeSet<Method>>>()?.first().copied()
    };
    // the newest first: it may be made of older ones
    match taken_away.last_key_value() {
        Some((v, Known::Largest(list))) => for_each(*v, list),
        Some((v, Known::Sum(f))) => {
            let by_terms = term_by_term(d, *v, f, sizes).and_then(|d| not_negative(&d, sizes));
            by_terms.or_else(|| {
                let sums = taken_away.values().filter(|known| matches!(known, Known::Sum(_))).count();
                let negated = plus_multiple(Terms::new(), &RBig::NEG_ONE, f);
                (sums <= SIGNS).then(|| for_each(*v, &[f.clone(), negated]))?
            })
        }
        _ => by_coefficients(d, sizes)
            .or_else(|| as_unknowns(d, sizes))
            .or_else(|| by_coefficients(&below_maxima(d, sizes)?, sizes)),
    }
}

/// At most d: where v = |f| is taken away, the sizes of the terms of f are. `None` where a sign is not known.
fn term_by_term(d: &Terms, v: Variable, f: &Terms, sizes: &Sizes) -> Option<Terms> {
    let with = |monomial: &Monomial| monomial.powers().iter().any(|(own, _)| *own == v);
    let (taken_away, rest): (Terms, Terms) =
        d.clone().into_iter().partition(|(monomial, c)| *c < RBig::ZERO && with(monomial));
    if !taken_away.keys().all(|monomial| sizes.positive(monomial)) {
        return None;
    }
    let bound = sizes.of_terms(f);
    let lower = replaced(&taken_away, |own| (own == v).then(|| bound.clone()))?;
    Some(plus_multiple(rest, &RBig::ONE, &lower))
}

/// The same number, where a maximum t stands in d: with t − s for each |x| in its list, s being a new size. `None` where
/// there is none, or the sign of such an x matters.
fn below_maxima(d: &Terms, sizes: &Sizes) -> Option<Terms> {
    let mut below = BTreeMap::<Variable, Terms>::new();
    let variables: BTreeSet<Variable> = d.keys().flat_map(Monomial::powers).map(|(v, _)| *v).collect();
    for t in variables {
        let Some(Known::Largest(list)) = sizes.known(t) else { continue };
        for one in &list {
            let Some((u, Known::Entry(x))) = sizes.alone(one) else { continue };
            if !below.contains_key(&u) {
                let slack = terms::variable(sizes.variable(Known::Slack(t, u)));
                let value = plus_multiple(terms::variable(t), &RBig::NEG_ONE, &slack);
                // an even power of x is that of |x|
                below.extend([(x, value.clone()), (u, value)]);
            }
        }
    }
    let odd = |(v, n): &(Variable, i32)| n % 2 == 1 && below.contains_key(v) && !sizes.is_size(*v);
    if below.is_empty() || d.keys().any(|m| m.powers().iter().any(odd)) {
        return None;
    }
    replaced(d, |v| below.get(&v).cloned())
}

/// The entries of which a size occurs, each with its size.
fn entries_by_size(d: &Terms, sizes: &Sizes) -> BTreeMap<Variable, Variable> {
    let variables = d.keys().flat_map(Monomial::powers).map(|(v, _)| *v);
    let entry = |v: Variable| match sizes.known(v)? {
        Known::Entry(x) => Some((x, v)),
        _ => None,
    };
    variables.filter_map(entry).collect()
}

/// Whether d is a sum of squares even if sizes could be any numbers, but for |x|² = x².
fn as_unknowns(d: &Terms, sizes: &Sizes) -> Option<Method> {
    let size_of = entries_by_size(d, sizes);
    let mut same = Terms::new();
    for (monomial, c) in d {
        let powers = monomial.powers().iter().map(|(v, n)| match size_of.get(v) {
            Some(size) => power(*size, n - n % 2).times(&power(*v, n % 2)),
            None => power(*v, *n),
        });
        add(&mut same, powers.fold(Monomial::one(), |all, one| all.times(&one)), c.clone());
    }
    squares::is_sum_of_squares(&same).then_some(Method::Squares)
}

/// The most polynomials with signs of their own that one product of sizes may have, where they are no numbers.
const CHARACTERS: usize = 4;

/// Whether d = Σ_M M (p₀ ± p₁ ± …) is at least 0, product of sizes by product of sizes.
fn by_coefficients(d: &Terms, sizes: &Sizes) -> Option<Method> {
    let size_of = entries_by_size(d, sizes);
    // for each M, for each set of entries whose signs stand before it, the polynomial in the rest
    let mut groups = BTreeMap::<Monomial, BTreeMap<BTreeSet<Variable>, Terms>>::new();
    for (monomial, c) in d {
        let (mut product, mut signs, mut rest) = (Monomial::one(), BTreeSet::new(), Monomial::one());
        for (v, n) in monomial.powers() {
            match size_of.get(v) {
                Some(size) => {
                    product = product.times(&power(*size, *n));
                    if n % 2 == 1 {
                        signs.insert(*v);
                    }
                }
                None if sizes.is_size(*v) => product = product.times(&power(*v, *n)),
                None => rest = rest.times(&power(*v, *n)),
            }
        }
        add(groups.entry(product).or_default().entry(signs).or_default(), rest, c.clone());
    }
    let mut method = Method::Sizes;
    for mut characters in groups.into_values() {
        let certain = characters.remove(&BTreeSet::new()).unwrap_or_default();
        characters.retain(|_, p| !p.is_empty());
        let number = |p: &Terms| p.keys().all(|m| *m == Monomial::one());
        let value = |p: &Terms| p.get(&Monomial::one()).cloned().unwrap_or_default();
        if number(&certain) && characters.values().all(number) {
            let size = |p: &Terms| if value(p) < RBig::ZERO { -value(p) } else { value(p) };
            let uncertain = characters.values().fold(RBig::ZERO, |sum, p| sum + size(p));
            if value(&certain) < uncertain {
                return None;
            }
            continue;
        }
        method = Method::Squares;
        if characters.len() > CHARACTERS {
            return None;
        }
        for choice in 0..1u32 << characters.len() {
            let sum = characters.values().enumerate().fold(certain.clone(), |sum, (k, p)| {
                plus_multiple(sum, &if choice >> k & 1 == 1 { RBig::NEG_ONE } else { RBig::ONE }, p)
            });
            if !squares::is_sum_of_squares(&sum) {
                return None;
            }
        }
    }
    Some(method)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

    const ENTRIES: u32 = 3;

    fn x(k: u32) -> Terms {
        terms::variable(Variable::Real(k))
    }

    fn sum(parts: &[(i64, &Terms)]) -> Terms {
        parts.iter().fold(Terms::new(), |sum, (c, p)| plus_multiple(sum, &RBig::from(*c), p))
    }

    fn absolute(f: &Terms, sizes: &Sizes) -> Terms {
        terms::of(&sizes.absolute(&terms::element(f)).expect("rational")).expect("rational")
    }

    fn larger(f: &Terms, g: &Terms, sizes: &Sizes) -> Terms {
        let larger = sizes.larger(&terms::element(f), &terms::element(g));
        terms::of(&larger.expect("not negative")).expect("rational")
    }

    /// The value where the entries have these values, sizes being what they mean.
    fn value(d: &Terms, sizes: &Sizes, point: &[RBig]) -> RBig {
        let size = |a: RBig| if a < RBig::ZERO { -a } else { a };
        let at = |v: Variable| match (v, sizes.known(v)) {
            (Variable::Real(k), None) => point[k as usize].clone(),
            (_, Some(Known::Entry(x))) => size(value(&terms::variable(x), sizes, point)),
            (_, Some(Known::Sum(f))) => size(value(&f, sizes, point)),
            (_, Some(Known::Largest(list))) => {
                list.iter().map(|f| value(f, sizes, point)).max().expect("a list")
            }
            other => panic!("{other:?} in a claim"),
        };
        d.iter().fold(RBig::ZERO, |sum, (m, c)| {
            let product = m.powers().iter().fold(c.clone(), |p, (v, n)| (0..*n).fold(p, |p, _| p * at(*v)));
            sum + product
        })
    }

    fn points() -> impl Iterator<Item = Vec<RBig>> {
        let values = [-3, -1, 0, 1, 2];
        (0..125).map(move |k| [1, 5, 25].map(|step| RBig::from(values[k / step % 5])).to_vec())
    }

    fn negative_somewhere(d: &Terms, sizes: &Sizes) -> bool {
        points().any(|point| value(d, sizes, &point) < RBig::ZERO)
    }

    /// Sizes of which something wrong is known: each proves what is false, and values tell.
    #[test]
    fn wrong_facts_about_sizes_are_caught() {
        let right = Sizes::from(ENTRIES);
        let of_sum = absolute(&sum(&[(1, &x(0)), (1, &x(1))]), &right);
        let (u, v, w) = (absolute(&x(0), &right), absolute(&x(1), &right), absolute(&x(2), &right));
        let maximum = larger(&u, &v, &right);
        let mutants: [(&Terms, Known, Terms); 4] = [
            // |f| of a sum that lost a term
            (&of_sum, Known::Sum(x(0)), sum(&[(1, &u), (-1, &of_sum)])),
            // |y| taken for |x|
            (&v, Known::Entry(Variable::Real(0)), sum(&[(1, &v), (-1, &x(0))])),
            // a maximum that lost an entry, and one that found one
            (&maximum, Known::Largest(vec![u.clone()]), sum(&[(1, &u), (-1, &maximum)])),
            (
                &maximum,
                Known::Largest(vec![u.clone(), v.clone(), w.clone()]),
                sum(&[(1, &maximum), (-1, &w)]),
            ),
        ];
        for (size, lie, d) in mutants {
            assert_eq!(not_negative(&d, &right), None, "{d:?}");
            assert!(negative_somewhere(&d, &right), "{d:?}");
            let (variable, _) = right.alone(size).expect("a size alone");
            let wrong = right.told(variable, lie);
            assert!(not_negative(&d, &wrong).is_some(), "the mutant proves it: {d:?}");
        }
    }

    /// Random differences of sizes and products: what is proved is negative nowhere.
    #[test]
    fn what_is_proved_is_nowhere_negative() {
        let mut runner = TestRunner::deterministic();
        let (mut proved, mut refuted) = (0, 0);
        for _ in 0..4000 {
            let sizes = Sizes::from(ENTRIES);
            let mut draw =
                |least: i64, most: i64| (least..=most).new_tree(&mut runner).expect("a range").current();
            let mut atoms: Vec<Terms> = (0..ENTRIES).map(x).collect();
            for _ in 0..3 {
                let f = sum(&[(draw(-1, 1), &x(0)), (draw(-2, 2), &x(1)), (draw(-1, 1), &x(2))]);
                atoms.push(absolute(&f, &sizes));
            }
            atoms.push(larger(&atoms[3], &atoms[4], &sizes));
            let mut d = Terms::new();
            for _ in 0..draw(1, 5) {
                let (mut i, j) = (draw(0, 6) as usize, draw(0, 6) as usize);
                if draw(0, 2) == 0 {
                    i = j;
                }
                let pair = Terms::from([(
                    power(Variable::Real(0), 1).times(&power(Variable::Real(1), 1)),
                    RBig::ONE,
                )]);
                let product =
                    replaced(&pair, |v| Some(atoms[if v == Variable::Real(0) { i } else { j }].clone()));
                d = plus_multiple(d, &RBig::from(draw(-1, 3)), &product.expect("no budget"));
            }
            match not_negative(&d, &sizes) {
                Some(_) => {
                    proved += 1;
                    assert!(!negative_somewhere(&d, &sizes), "{d:?}");
                }
                None => refuted += usize::from(negative_somewhere(&d, &sizes)),
            }
        }
        assert!(proved > 400 && refuted > 400, "{proved} proved, {refuted} negative somewhere");
    }
}
