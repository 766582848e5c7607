//! Sums of squares: a polynomial that is one is nowhere negative, in any ordered ring.
//!
//! **What is looked for.** Weights d ≥ 0 and polynomials q with `p = Σ d q²`, over ℚ. A half monomial m is allowed into
//! the q only where m² has a positive coefficient in p: for squares of which no other product of two allowed monomials
//! can make up, one with coefficient 0 cannot take part (its row in a Gram matrix that is positive semidefinite is
//! zero). The Gram matrix G with `p = mᵀ G m` is not unique: where a monomial of p is a product of two half monomials
//! in several ways, its coefficient is divided among them in one of a few fixed manners. For the difference of the
//! sides of Cauchy and Schwarz' inequality no choice is left, and the squares are Lagrange's
//! `Σ_{i<j} (x_i w_j − x_j w_i)²`. Then G is factored exactly, G = L D Lᵀ without pivoting, which for a positive
//! semidefinite matrix meets a zero on the diagonal only where the whole row is zero (Golub and Van Loan 2013, §4.2.8).
//!
//! **Why it is sound.** None of this is trusted: the squares are multiplied out and compared with p, coefficient by
//! coefficient, and the weights are looked at. With N the common denominator, `N p` is a sum of positive multiples of
//! squares of polynomials over ℤ. In an ordered commutative ring a square is at least 0, so `N p ≥ 0`, and so is p:
//! if it were negative, so would be p + … + p.
//!
//! **What is not found.** The factorisation is complete for degree 2. Above that a sum of squares may be missed, and
//! polynomials are missed that are nowhere negative without being one (Motzkin's).

use super::terms::{Terms, add, power};
use crate::scalar::exact::{Monomial, Variable, spend};
use dashu_ratio::RBig;
use std::collections::BTreeMap;

/// A weight, and the polynomial that is squared.
type Square = (RBig, Terms);

/// The monomial whose square it is.
fn root(monomial: &Monomial) -> Option<Monomial> {
    monomial
        .powers()
        .iter()
        .try_fold(Monomial::one(), |root, (v, n)| (n % 2 == 0).then(|| root.times(&power(*v, n / 2))))
}

/// `a / b` where b divides a.
fn quotient(a: &Monomial, b: &Monomial) -> Option<Monomial> {
    let exponent =
        |m: &Monomial, v: Variable| m.powers().iter().find(|(u, _)| *u == v).map_or(0, |(_, n)| *n);
    let divides = b.powers().iter().all(|(v, n)| exponent(a, *v) >= *n);
    let of = |(v, n): &(Variable, i32)| power(*v, n - exponent(b, *v));
    divides.then(|| a.powers().iter().map(of).fold(Monomial::one(), |all, one| all.times(&one)))
}

/// How the coefficient of a product is divided among the pairs of half monomials that make it.
#[derive(Clone, Copy)]
enum Share {
    Evenly,
    First,
    Last,
}

/// Whether the polynomial, in variables of a commutative ring without an involution, was found to be a sum of squares.
///
/// False where none was found, or the budget ran out.
pub(super) fn is_sum_of_squares(p: &Terms) -> bool {
    p.is_empty()
        || [Share::Evenly, Share::First, Share::Last]
            .into_iter()
            .any(|share| squares(p, share).is_some_and(|squares| certifies(&squares, p)))
}

/// Weights and polynomials, which [`certifies`] is to judge.
fn squares(p: &Terms, share: Share) -> Option<Vec<Square>> {
    let halves: Vec<Monomial> =
        p.iter().filter(|(_, c)| **c > RBig::ZERO).filter_map(|(monomial, _)| root(monomial)).collect();
    let place: BTreeMap<&Monomial, usize> = halves.iter().zip(0..).collect();
    let mut gram = vec![BTreeMap::<usize, RBig>::new(); halves.len()];
    for (monomial, c) in p {
        if !spend(halves.len()) {
            return None;
        }
        if let Some(k) = root(monomial).and_then(|root| place.get(&root)) {
            gram[*k].insert(*k, c.clone());
            continue;
        }
        let pair = |(i, half): (usize, &Monomial)| {
            let j = place.get(&quotient(monomial, half)?)?;
            (i < *j).then_some((i, *j))
        };
        let pairs: Vec<(usize, usize)> = halves.iter().enumerate().filter_map(pair).collect();
        let chosen = match share {
            Share::Evenly => &pairs[..],
            Share::First => &pairs[..pairs.len().min(1)],
            Share::Last => &pairs[pairs.len().saturating_sub(1)..],
        };
        // an entry of the matrix stands for two products
        let part = c / RBig::from(2 * chosen.len().max(1));
        chosen.iter().for_each(|(i, j)| drop(gram[*i].insert(*j, part.clone())));
        if chosen.is_empty() {
            return None;
        }
    }
    let mut squares = vec![];
    for k in 0..halves.len() {
        let row = std::mem::take(&mut gram[k]);
        let weight = row.get(&k).cloned().unwrap_or_default();
        if weight.is_zero() && row.values().all(RBig::is_zero) {
            continue;
        }
        if weight <= RBig::ZERO || !spend(row.len() * row.len()) {
            return None;
        }
        let square: Terms = row
            .iter()
            .filter(|(_, g)| !g.is_zero())
            .map(|(j, g)| (halves[*j].clone(), g / &weight))
            .collect();
        for (i, a) in row.range(k + 1..) {
            for (j, b) in row.range(i..) {
                *gram[*i].entry(*j).or_default() -= a * b / &weight;
            }
        }
        squares.push((weight, square));
    }
    Some(squares)
}

/// Whether the weights are not negative, and the weighted squares come to p.
fn certifies(squares: &[Square], p: &Terms) -> bool {
    let mut sum = Terms::new();
    for (weight, q) in squares {
        if *weight < RBig::ZERO || !spend(q.len() * q.len()) {
            return false;
        }
        for (m, a) in q {
            q.iter().for_each(|(n, b)| add(&mut sum, m.times(n), weight * a * b));
        }
    }
    sum == *p
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `Σ c x^i y^j z^k`.
    fn terms(list: &[(i64, [i32; 3])]) -> Terms {
        let mut terms = Terms::new();
        for (c, powers) in list {
            let monomial =
                (0..3).zip(powers).fold(Monomial::one(), |m, (v, n)| m.times(&power(Variable::Real(v), *n)));
            add(&mut terms, monomial, RBig::from(*c));
        }
        terms
    }

    #[test]
    fn sums_of_squares_are_found() {
        for list in [
            &[][..],
            &[(3, [0, 0, 0])],
            &[(1, [2, 0, 0]), (-2, [1, 1, 0]), (1, [0, 2, 0])],
            // (x − 1)² + (x + y + z)²
            &[
                (2, [2, 0, 0]),
                (1, [0, 2, 0]),
                (1, [0, 0, 2]),
                (2, [1, 1, 0]),
                (2, [1, 0, 1]),
                (2, [0, 1, 1]),
                (-2, [1, 0, 0]),
                (1, [0, 0, 0]),
            ],
            // (x² − y²)² and (xy − z)²
            &[(1, [4, 0, 0]), (-2, [2, 2, 0]), (1, [0, 4, 0])],
            &[(1, [2, 2, 0]), (-2, [1, 1, 1]), (1, [0, 0, 2])],
        ] {
            assert!(is_sum_of_squares(&terms(list)), "{list:?}");
        }
    }

    #[test]
    fn what_is_negative_somewhere_is_no_sum_of_squares() {
        for list in [
            &[(-1, [0, 0, 0])][..],
            &[(1, [1, 0, 0])],
            &[(1, [2, 0, 0]), (-3, [1, 1, 0]), (1, [0, 2, 0])],
            &[(1, [2, 0, 0]), (1, [1, 1, 0])],
            &[(1, [2, 0, 0]), (2, [1, 0, 0])],
            &[(1, [4, 0, 0]), (-1, [2, 0, 0])],
            &[(1, [3, 0, 0])],
            // Motzkin's is not negative, and no sum of squares
            &[(1, [4, 2, 0]), (1, [2, 4, 0]), (1, [0, 0, 0]), (-3, [2, 2, 0])],
        ] {
            assert!(!is_sum_of_squares(&terms(list)), "{list:?}");
        }
    }

    #[test]
    fn a_forged_certificate_is_caught() {
        let p = terms(&[(1, [2, 0, 0]), (-2, [1, 1, 0]), (2, [0, 2, 0])]);
        let right = squares(&p, Share::Evenly).expect("it is one");
        assert!(certifies(&right, &p));
        let forged: [fn(&mut Vec<Square>); 5] = [
            |squares| squares[0].0 = RBig::from(2),
            |squares| squares[0].0 = RBig::NEG_ONE,
            |squares| drop(squares.pop()),
            |squares| squares.push(squares[0].clone()),
            |squares| drop(squares[0].1.pop_first()),
        ];
        for forge in forged {
            let mut wrong = right.clone();
            forge(&mut wrong);
            assert!(!certifies(&wrong, &p), "{wrong:?}");
        }
        // weights that cancel give the right polynomial, and prove nothing
        let minus = terms(&[(1, [1, 0, 0])]);
        let cancelling = [(RBig::ONE, minus.clone()), (RBig::NEG_ONE, minus)];
        assert!(!certifies(&cancelling, &Terms::new()));
    }
}
