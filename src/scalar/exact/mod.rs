//! The exact world: the ring is a value, elements are values, and what a ring cannot do it says.
//!
//! Sums and products always exist and are [`Semiring`] operations of [`Element`], so the kernels of `conv` run
//! here unchanged; an integer is an element of every ring. Everything else is asked of the [`Ring`], which
//! answers `Err(`[`Lacks`]`)` where it has no such thing. Formal variables have no order and no way to tell
//! whether they are zero, so nothing that is computed on them can depend on their values.

use super::{MaxPlus, Semiring};
use dashu_int::{IBig, ops::BitTest};
use dashu_ratio::RBig;
use std::{cmp::Ordering, fmt};

mod cyclotomic;
pub mod judge;
mod polynomial;
mod text;

pub use cyclotomic::Cyclotomic;
pub use polynomial::{Budget, Monomial, Polynomial, Variable, exhausted, spend};

/// A number system, as a value.
///
/// ```
/// use faltung::scalar::{Semiring, exact::{Ring, judge}};
/// let f7 = Ring::Residues(7);
/// let three = f7.integer(&3.into()).unwrap();
/// assert!(judge::same(&three.times(&f7.inverse(&three).unwrap()), &f7.integer(&1.into()).unwrap()));
/// assert!(Ring::Integers.inverse(&three).is_err());
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ring {
    /// ℕ: no differences.
    Naturals,
    /// (ℤ ∪ {−∞}, max, +): no differences, and every element but zero has an inverse. The integer 0 is −∞ here, and
    /// every larger one is 0, for n · 1 = max(0, …, 0).
    MaxPlus,
    /// ℤ.
    Integers,
    /// ℚ.
    Rationals,
    /// ℤ/m, with the identity as its involution; a field when m is prime. m < 2³².
    Residues(u64),
    /// All roots of unity over ℚ: the union of the fields ℚ(ζ_n), with complex conjugation.
    Cyclotomic,
    /// Laurent polynomials in formal variables and their conjugates over one of the rings above.
    Polynomials(std::boxed::Box<Ring>),
    /// Which monomials may occur in a result, coefficients forgotten: sums are unions, nothing cancels.
    Monomials,
}

/// An element of a [`Ring`]. It has no equality and no order; see [`judge`] and [`Ring::compare`].
#[derive(Clone, Debug)]
pub enum Element {
    /// An integer: an element of every ring.
    Integer(IBig),
    /// A rational number that need not be an integer.
    Rational(RBig),
    /// A residue class, 0 ≤ value < modulus.
    Residue {
        /// The representative.
        value: u64,
        /// The modulus.
        modulus: u64,
    },
    /// A number of some ℚ(ζ_n).
    Cyclotomic(Cyclotomic),
    /// A number of (max, +).
    Tropical(MaxPlus<IBig>),
    /// A polynomial.
    Polynomial(Polynomial),
    /// A set of monomials.
    Monomials(std::collections::BTreeSet<Monomial>),
    /// An unknown of which nothing is known but that it has a place in an order: its sums and products do not exist.
    Symbol(u32),
    /// The budget ran out before this was computed, or it does not exist: a number of (max, +) plus or times a number
    /// that (max, +) has not, or what a symbol has not. It equals nothing, not even itself.
    Unfinished,
}

/// What a ring was asked for and does not have.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, thiserror::Error)]
pub enum Lacks {
    /// Differences.
    #[error("there is no subtraction in {0}")]
    Subtraction(String),
    /// The inverse of some element.
    #[error("{0} has no inverse in {1}")]
    Inverse(String, String),
    /// A principal root of unity.
    #[error("there is no principal {0}-th root of unity in {1}")]
    Root(u64, String),
    /// An order.
    #[error("there is no order on {0}")]
    Order(String),
    /// Deciding whether an element is zero.
    #[error("whether an unknown of {0} is zero cannot be decided")]
    Decision(String),
}

impl Ring {
    /// The integer `n` in this ring.
    pub fn integer(&self, n: &IBig) -> Result<Element, Lacks> {
        match self.coefficients() {
            Ring::Naturals | Ring::MaxPlus if *n < IBig::ZERO => Err(Lacks::Subtraction(self.to_string())),
            Ring::MaxPlus => Ok(Element::Tropical(tropical(n))),
            Ring::Residues(m) => Ok(residue(n, *m)),
            _ => Ok(Element::Integer(n.clone())),
        }
    }

    /// The ring that coefficients come from: itself, but for polynomials.
    pub fn coefficients(&self) -> &Ring {
        match self {
            Ring::Polynomials(over) => over,
            ring => ring,
        }
    }

    /// `−a`.
    pub fn negate(&self, a: &Element) -> Result<Element, Lacks> {
        match self.coefficients() {
            Ring::Naturals | Ring::MaxPlus => Err(Lacks::Subtraction(self.to_string())),
            _ => Ok(a.times(&Element::Integer(IBig::NEG_ONE))),
        }
    }

    /// `a − b`.
    pub fn subtract(&self, a: &Element, b: &Element) -> Result<Element, Lacks> {
        Ok(a.plus(&self.negate(b)?))
    }

    /// `a⁻¹`. A formal variable is inverted as a Laurent variable: what follows holds where it is a unit.
    pub fn inverse(&self, a: &Element) -> Result<Element, Lacks> {
        let lacks = || Lacks::Inverse(a.to_string(), self.to_string());
        match (self.coefficients(), a) {
            // one variable may stand for many entries there, and the inverse of a sum is no monomial
            (Ring::Monomials, a) => match a.monomials().iter().collect::<Vec<_>>()[..] {
                [one] if *one == Monomial::one() => Ok(Element::Monomials([Monomial::one()].into())),
                _ => Err(Lacks::Decision(self.to_string())),
            },
            (ring, Element::Polynomial(p)) => {
                // whether a sum of several unknown terms is a unit cannot be known; the zero polynomial is none
                let undecided = || if p.vanishes() { lacks() } else { Lacks::Decision(self.to_string()) };
                let (monomial, coefficient) = p.only_term().ok_or_else(undecided)?;
                Ok(Element::Polynomial(Polynomial::term(monomial.inverse(), ring.inverse(coefficient)?)))
            }
            (Ring::Naturals | Ring::Integers | Ring::Rationals | Ring::Cyclotomic, Element::Integer(n))
                if *n == IBig::ONE || *n == IBig::NEG_ONE =>
            {
                Ok(a.clone())
            }
            (Ring::MaxPlus, _) => {
                let number = a.tropical().and_then(|a| a.0);
                number.map(|n| Element::Tropical(MaxPlus(Some(-n)))).ok_or_else(lacks)
            }
            (Ring::Residues(m), _) => inverse_modulo(a, *m).ok_or_else(lacks),
            (Ring::Rationals | Ring::Cyclotomic, Element::Integer(n)) if *n != IBig::ZERO => {
                Ok(Element::Rational(RBig::ONE / RBig::from(n.clone())))
            }
            (Ring::Rationals | Ring::Cyclotomic, Element::Rational(q)) if !q.is_zero() => {
                Ok(Element::Rational(RBig::ONE / q.clone()))
            }
            (Ring::Cyclotomic, Element::Cyclotomic(z)) => {
                z.inverse().map(Element::Cyclotomic).ok_or_else(lacks)
            }
            _ => Err(lacks()),
        }
    }

    /// The involution: complex conjugation where there is one, the identity elsewhere.
    pub fn conj(&self, a: &Element) -> Element {
        match a {
            Element::Cyclotomic(z) => Element::Cyclotomic(z.conj()),
            Element::Polynomial(p) => Element::Polynomial(p.conj(|c| self.coefficients().conj(c))),
            Element::Monomials(set) => Element::Monomials(set.iter().map(Monomial::conj).collect()),
            _ => a.clone(),
        }
    }

    /// A principal `n`-th root of unity ω (Σ_k ω^{jk} = 0 for 0 < j < n): e^{2πi/n} where the ring has it, and in
    /// ℤ/p the power (p−1)/n of the least primitive root.
    pub fn root_of_unity(&self, n: u64) -> Result<Element, Lacks> {
        let lacks = || Lacks::Root(n, self.to_string());
        match self.coefficients() {
            _ if n == 0 => Err(lacks()),
            _ if n == 1 => self.integer(&IBig::ONE),
            Ring::Cyclotomic => Ok(cyclotomic::root(n, 1)),
            Ring::Monomials => Ok(Element::Monomials([Monomial::one()].into())),
            // 1 + (−1) = 0 makes −1 principal of order 2 wherever there is a −1
            _ if n == 2 => self.integer(&IBig::NEG_ONE),
            Ring::Residues(p) => root_modulo(n, *p).ok_or_else(lacks),
            _ => Err(lacks()),
        }
    }

    /// The order of two elements, where the ring is ordered and knows its elements.
    pub fn compare(&self, a: &Element, b: &Element) -> Result<Ordering, Lacks> {
        match (self, a, b) {
            (Ring::Residues(_) | Ring::Polynomials(_) | Ring::Monomials, ..) => {
                Err(Lacks::Order(self.to_string()))
            }
            (Ring::MaxPlus, a, b) => match (a.tropical(), b.tropical()) {
                (Some(a), Some(b)) => Ok(a.0.cmp(&b.0)), // None, which is −∞, is below all numbers
                _ => Err(Lacks::Order(self.to_string())),
            },
            (_, Element::Integer(a), Element::Integer(b)) => Ok(a.cmp(b)),
            (_, a, b) => match (a.rational(), b.rational()) {
                (Some(a), Some(b)) => Ok(a.cmp(&b)),
                _ => Err(Lacks::Order(self.to_string())),
            },
        }
    }

    /// Whether an element is zero; formal variables do not say.
    pub fn is_zero(&self, a: &Element) -> Result<bool, Lacks> {
        match self {
            Ring::Polynomials(_) | Ring::Monomials => Err(Lacks::Decision(self.to_string())),
            _ => Ok(a.vanishes()),
        }
    }
}

impl Element {
    /// Whether this is the zero of its representation. Not for `meaning`: it would be a branch on values.
    fn vanishes(&self) -> bool {
        match self {
            Element::Integer(n) => *n == IBig::ZERO,
            Element::Rational(q) => q.is_zero(),
            Element::Residue { value, .. } => *value == 0,
            Element::Cyclotomic(z) => z.vanishes(),
            Element::Tropical(t) => t.0.is_none(),
            Element::Polynomial(p) => p.vanishes(),
            Element::Monomials(set) => set.is_empty(),
            Element::Symbol(_) | Element::Unfinished => false,
        }
    }

    /// The rational number it is, if it is one.
    pub fn rational(&self) -> Option<RBig> {
        match self {
            Element::Integer(n) => Some(RBig::from(n.clone())),
            Element::Rational(q) => Some(q.clone()),
            Element::Cyclotomic(z) => z.rational(),
            _ => None,
        }
    }

    /// The number of (max, +) it is, if it is one.
    fn tropical(&self) -> Option<MaxPlus<IBig>> {
        match self {
            Element::Tropical(t) => Some(t.clone()),
            Element::Integer(n) if *n >= IBig::ZERO => Some(tropical(n)),
            _ => None,
        }
    }

    fn monomials(&self) -> std::collections::BTreeSet<Monomial> {
        match self {
            Element::Monomials(set) => set.clone(),
            constant if constant.vanishes() => [].into(),
            _ => [Monomial::one()].into(),
        }
    }
}

impl From<i64> for Element {
    fn from(n: i64) -> Self {
        Element::Integer(n.into())
    }
}

/// n · 1 in (max, +), for n ≥ 0.
fn tropical(n: &IBig) -> MaxPlus<IBig> {
    if *n == IBig::ZERO { MaxPlus::zero() } else { MaxPlus::one() }
}

fn residue(n: &IBig, modulus: u64) -> Element {
    use dashu_int::ops::RemEuclid;
    let value = n.rem_euclid(&IBig::from(modulus));
    Element::Residue { value: u64::try_from(&value).expect("a remainder is below the modulus"), modulus }
}

fn inverse_modulo(a: &Element, m: u64) -> Option<Element> {
    let value = match a {
        Element::Residue { value, .. } => *value,
        Element::Integer(n) => match residue(n, m) {
            Element::Residue { value, .. } => value,
            _ => return None,
        },
        _ => return None,
    };
    // extended Euclid in i128: u64 operands cannot overflow it
    let (mut r, mut t) = ((m as i128, value as i128), (0i128, 1i128));
    while r.1 != 0 {
        let q = r.0 / r.1;
        r = (r.1, r.0 - q * r.1);
        t = (t.1, t.0 - q * t.1);
    }
    (r.0 == 1).then(|| Element::Residue { value: t.0.rem_euclid(m as i128) as u64, modulus: m })
}

fn power_modulo(base: u64, mut exponent: u64, p: u64) -> u64 {
    let (mut result, mut base) = (1u128, base as u128);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % p as u128;
        }
        base = base * base % p as u128;
        exponent >>= 1;
    }
    result as u64
}

/// Whether `p` is prime, by trial division: moduli stay below 2³².
pub fn is_prime(p: u64) -> bool {
    p >= 2 && (2..).take_while(|d| d * d <= p).all(|d| !p.is_multiple_of(d))
}

fn root_modulo(n: u64, p: u64) -> Option<Element> {
    if !is_prime(p) || !(p - 1).is_multiple_of(n) {
        return None;
    }
    let factors: Vec<u64> = (1..p)
        .take_while(|d| d * d < p)
        .flat_map(|d| [d, (p - 1) / d])
        .filter(|d| (p - 1).is_multiple_of(*d) && is_prime(*d))
        .collect();
    let primitive = (1..p).find(|g| factors.iter().all(|f| power_modulo(*g, (p - 1) / f, p) != 1))?;
    Some(Element::Residue { value: power_modulo(primitive, (p - 1) / n, p), modulus: p })
}

impl Semiring for Element {
    fn zero() -> Self {
        Element::Integer(IBig::ZERO)
    }

    fn one() -> Self {
        Element::Integer(IBig::ONE)
    }

    fn plus(&self, other: &Self) -> Self {
        use Element::*;
        match (self, other) {
            (Unfinished | Symbol(_), _) | (_, Unfinished | Symbol(_)) => Unfinished,
            _ if !spend(1) => Unfinished,
            (Integer(a), Integer(b)) => Integer(a + b),
            (Monomials(_), _) | (_, Monomials(_)) => Monomials(&self.monomials() | &other.monomials()),
            (Polynomial(p), Polynomial(q)) => p.plus(q),
            (Polynomial(p), c) | (c, Polynomial(p)) => {
                p.plus(&polynomial::Polynomial::term(Monomial::one(), c.clone()))
            }
            (Residue { value, modulus }, c) | (c, Residue { value, modulus }) => {
                let other = c.residue(*modulus);
                Residue { value: (value + other) % modulus, modulus: *modulus }
            }
            (Tropical(_), _) | (_, Tropical(_)) => match (self.tropical(), other.tropical()) {
                (Some(a), Some(b)) => Tropical(a.plus(&b)),
                _ => Unfinished,
            },
            (Cyclotomic(z), c) | (c, Cyclotomic(z)) => Cyclotomic(z.plus(&c.cyclotomic())),
            (Rational(a), b) | (b, Rational(a)) => {
                Rational(a + b.rational().expect("an integer or a rational"))
            }
        }
    }

    fn mul_add_into(sum: &mut Self, a: &Self, b: &Self) {
        use Element::*;
        if !spend(work(a, b)) {
            *sum = Unfinished;
            return;
        }
        match (&mut *sum, a, b) {
            // Most factors of a proof on basis vectors are zero.
            (Integer(_), Integer(a), Integer(b)) if a.is_zero() || b.is_zero() => {}
            (Integer(sum), Integer(a), Integer(b)) => *sum += a * b,
            (Polynomial(p), Polynomial(a), Polynomial(b)) => {
                if !p.add_product(a, b) {
                    *sum = Unfinished;
                }
            }
            (sum, a, b) => *sum = sum.plus(&a.times(b)),
        }
    }

    fn times(&self, other: &Self) -> Self {
        use Element::*;
        match (self, other) {
            (Unfinished | Symbol(_), _) | (_, Unfinished | Symbol(_)) => Unfinished,
            _ if !spend(work(self, other)) => Unfinished,
            (Integer(a), Integer(b)) => Integer(a * b),
            (Monomials(_), _) | (_, Monomials(_)) => {
                let (a, b) = (self.monomials(), other.monomials());
                if !polynomial::spend(a.len() * b.len()) {
                    return Unfinished;
                }
                Monomials(a.iter().flat_map(|a| b.iter().map(|b| a.times(b))).collect())
            }
            (Polynomial(p), Polynomial(q)) => p.times(q),
            (Polynomial(p), c) | (c, Polynomial(p)) => p.scaled(c),
            (Residue { value, modulus }, c) | (c, Residue { value, modulus }) => {
                let other = c.residue(*modulus);
                Residue {
                    value: (*value as u128 * other as u128 % *modulus as u128) as u64,
                    modulus: *modulus,
                }
            }
            (Tropical(_), _) | (_, Tropical(_)) => match (self.tropical(), other.tropical()) {
                (Some(a), Some(b)) => Tropical(a.times(&b)),
                _ => Unfinished,
            },
            (Cyclotomic(z), c) | (c, Cyclotomic(z)) => Cyclotomic(z.times(&c.cyclotomic())),
            (Rational(a), b) | (b, Rational(a)) => {
                Rational(a * b.rational().expect("an integer or a rational"))
            }
        }
    }
}

/// The work of a product, beyond what polynomials count themselves.
fn work(a: &Element, b: &Element) -> usize {
    match (a, b) {
        (Element::Integer(a), Element::Integer(b)) => 1 + a.bit_len() * b.bit_len() / 4096,
        (Element::Cyclotomic(a), Element::Cyclotomic(b)) => 4 + a.size() * b.size() / 4096,
        (Element::Cyclotomic(z), _) | (_, Element::Cyclotomic(z)) => 4 + z.size() / 64,
        _ => 2,
    }
}

impl Element {
    fn residue(&self, modulus: u64) -> u64 {
        match self {
            Element::Residue { value, modulus: own } if *own == modulus => *value,
            Element::Integer(n) => match residue(n, modulus) {
                Element::Residue { value, .. } => value,
                _ => unreachable!("a residue is a residue"),
            },
            _ => panic!("{self} is no element of Z/{modulus}"),
        }
    }

    fn cyclotomic(&self) -> Cyclotomic {
        match self {
            Element::Cyclotomic(z) => z.clone(),
            constant => {
                Cyclotomic::rational_number(constant.rational().expect("a number of characteristic zero"))
            }
        }
    }
}

impl fmt::Display for Ring {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Ring::Naturals => write!(f, "N"),
            Ring::MaxPlus => write!(f, "maxplus"),
            Ring::Integers => write!(f, "Z"),
            Ring::Rationals => write!(f, "Q"),
            Ring::Residues(m) if is_prime(*m) => write!(f, "F({m})"),
            Ring::Residues(m) => write!(f, "Z/{m}"),
            Ring::Cyclotomic => write!(f, "Q(zeta)"),
            Ring::Polynomials(over) => write!(f, "{over}[x]"),
            Ring::Monomials => write!(f, "monomials"),
        }
    }
}
