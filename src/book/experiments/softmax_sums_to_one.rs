//! The shares of softmax add up to one: as fractions of polynomials always, as floats nearly.

use super::{Found, Unmet};
use crate::{
    book::portable::integers,
    figure::number,
    layer::{LayerError, activation::shares},
    scalar::{
        Semiring, Units,
        elementary::exp,
        exact::{Element, Polynomial, Variable, judge::same},
    },
    theorem::Level,
};

pub(super) const ID: &str = "softmax-sums-to-one";

const SHOWS: &str = "the shares are E_i / (E_1 + … + E_n) and add up to one, and floats come near";
/// The most classes as unknowns, and as floats.
const UNKNOWNS: u32 = 5;
const CLASSES: usize = 10;
const ROWS: usize = 200;
const SEED: u64 = 2026;

/// A fraction of polynomials in E_1, …, E_n, not reduced.
#[derive(Clone, Debug)]
struct Fraction {
    above: Element,
    below: Element,
}

impl Fraction {
    fn whole(above: Element) -> Fraction {
        Fraction { above, below: Element::one() }
    }

    /// E_i = e^(x_i), of which nothing is known.
    fn unknown(i: u32) -> Fraction {
        Fraction::whole(Element::Polynomial(Polynomial::variable(Variable::Real(i))))
    }

    fn equals(&self, other: &Fraction) -> bool {
        let zero = Element::zero();
        let proper = !same(&self.below, &zero) && !same(&other.below, &zero);
        proper && same(&self.above.times(&other.below), &other.above.times(&self.below))
    }
}

impl Semiring for Fraction {
    fn zero() -> Self {
        Fraction::whole(Element::zero())
    }
    fn one() -> Self {
        Fraction::whole(Element::one())
    }
    fn plus(&self, other: &Self) -> Self {
        let above = self.above.times(&other.below).plus(&other.above.times(&self.below));
        Fraction { above, below: self.below.times(&other.below) }
    }
    fn times(&self, other: &Self) -> Self {
        Fraction { above: self.above.times(&other.above), below: self.below.times(&other.below) }
    }
}

impl Units for Fraction {
    fn unit_inverse(&self) -> Option<Self> {
        let unit = !same(&self.above, &Element::zero());
        unit.then(|| Fraction { above: self.below.clone(), below: self.above.clone() })
    }
}

/// The shares of numbers, over both kinds of scalars, so that a test can plant wrong ones.
struct Way {
    fractions: fn(&[Fraction]) -> Result<Vec<Fraction>, LayerError>,
    floats: fn(&[f32]) -> Result<Vec<f32>, LayerError>,
}

pub(super) fn run() -> Result<Found, Unmet> {
    judge(&Way { fractions: shares::<Fraction>, floats: shares::<f32> })
}

fn judge(way: &Way) -> Result<Found, Unmet> {
    let unmet = |found: String| Unmet { id: ID, shows: SHOWS, found };
    let refused = |error: LayerError| unmet(error.to_string());
    let total = |all: &[Fraction]| all.iter().fold(Fraction::zero(), |sum, e| sum.plus(e));
    for n in 1..=UNKNOWNS {
        let powers: Vec<Fraction> = (1..=n).map(Fraction::unknown).collect();
        let all = (way.fractions)(&powers).map_err(refused)?;
        let sum = total(&powers);
        if !all.iter().zip(&powers).all(|(share, power)| share.times(&sum).equals(power)) {
            return Err(unmet(format!("the shares of {n} unknowns are others")));
        }
        if all.len() != powers.len() || !total(&all).equals(&Fraction::one()) {
            return Err(unmet(format!("the shares of {n} unknowns add up to something else")));
        }
        // e^(x + c) = e^x E_0: a number that is added to all scores changes nothing
        let raised: Vec<Fraction> = powers.iter().map(|power| power.times(&Fraction::unknown(0))).collect();
        let same_shares = (way.fractions)(&raised).map_err(refused)?;
        if !same_shares.iter().zip(&all).all(|(raised, share)| raised.equals(share)) {
            return Err(unmet(format!("raising the scores of {n} classes changes their shares")));
        }
    }
    // n − 1 roundings of the sum, one of its inverse, and one of each product
    let bound = (CLASSES + 1) as f64 / f64::from(1 << 24) * 1.001;
    // scores in steps of 2^-10 between −4 and 4
    let mut scores = integers(SEED, 12).map(|score| score as f64 / 1024.0);
    let (mut exactly, mut worst) = (0, 0.0_f64);
    for _ in 0..ROWS {
        let powers: Vec<f32> = scores.by_ref().take(CLASSES).map(|score| exp(score) as f32).collect();
        // the shares are above 2^-19 and have 24 bits, so that their sums are exact in doubles
        let sum: f64 = (way.floats)(&powers).map_err(refused)?.into_iter().map(f64::from).sum();
        let off = (sum - 1.0).abs();
        // NaN is beyond the bound too
        Unmet::unless(off <= bound, ID, SHOWS, || format!("floats miss one by {}", number(off)))?;
        exactly += u32::from(off == 0.0);
        worst = worst.max(off);
    }
    Ok(Found {
        statement: format!(
            "With $E_i = e^{{x_i}}$ the shares of softmax are $E_i/(E_1 + \\dots + E_n)$. For $n \\le {UNKNOWNS}$, as fractions of \
             polynomials in the $E_i$: they add up to one, whatever the $E_i$ are, and a factor common to all $E_i$, which is a number \
             added to all scores, drops out."
        ),
        level: Level::Formal,
        cases: u64::from(UNKNOWNS) + ROWS as u64,
        seed: Some(SEED),
        worst: Some(format!(
            "in 32-bit floats {exactly} of {ROWS} rows of {CLASSES} random scores add up to one exactly, and the others miss it by at \
             most {}, where {} is allowed by {} roundings",
            number(worst),
            number(bound),
            CLASSES + 1
        )),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_shares_and_shares_of_another_sum_are_caught() {
        let floats = shares::<f32>;
        let equal: fn(&[Fraction]) -> Result<Vec<Fraction>, LayerError> =
            |all| shares(&vec![Fraction::one(); all.len()]);
        assert!(judge(&Way { fractions: equal, floats }).is_err_and(|unmet| unmet.found.contains("others")));
        let of_the_rest: fn(&[Fraction]) -> Result<Vec<Fraction>, LayerError> =
            |all| Ok(shares(&[all, &[Fraction::one()]].concat())?[..all.len()].to_vec());
        assert!(judge(&Way { fractions: of_the_rest, floats }).is_err());
        let rough: fn(&[f32]) -> Result<Vec<f32>, LayerError> =
            |all| Ok(shares(all)?.into_iter().map(|share| share * 1.0001).collect());
        assert!(
            judge(&Way { fractions: shares, floats: rough })
                .is_err_and(|unmet| unmet.found.contains("floats"))
        );
    }

    #[test]
    fn fractions_are_told_apart() {
        let [a, b] = [1, 2].map(Fraction::unknown);
        assert!(a.times(&b).equals(&b.times(&a)) && !a.equals(&b) && !a.plus(&b).equals(&a));
        assert!(a.unit_inverse().is_some_and(|inverse| inverse.times(&a).equals(&Fraction::one())));
        assert!(Fraction::zero().unit_inverse().is_none());
        let nothing = Fraction { above: Element::zero(), below: Element::zero() };
        assert!(!nothing.equals(&a), "nothing over nothing equals nothing");
    }
}
