//! The world an expression is evaluated in: a ring, asked through a ledger of what was needed of it.

use super::{
    extremes::Extremes,
    sizes::Sizes,
    value::{Halt, Value},
};
use crate::scalar::{
    Semiring,
    exact::{Element, Lacks, Ring},
};
use dashu_int::IBig;
use dashu_ratio::RBig;
use std::{cell::RefCell, cmp::Ordering, collections::BTreeSet};

/// What an evaluation needed beyond sums and products; it says in which rings the result holds.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Needs {
    /// Whether anything was subtracted or negated.
    pub subtraction: bool,
    /// The integers that were inverted, signs and 1 left out.
    pub inverses: BTreeSet<u64>,
    /// Whether an unknown was inverted.
    pub units: bool,
    /// The orders of the principal roots of unity that were used (2 and below left out).
    pub roots: BTreeSet<u64>,
    /// Where nothing but an order was needed: the numbers that entries were held against.
    pub constants: BTreeSet<RBig>,
}

impl Needs {
    /// Both needs together.
    pub fn join(&mut self, other: Needs) {
        self.subtraction |= other.subtraction;
        self.units |= other.units;
        self.inverses.extend(other.inverses);
        self.roots.extend(other.roots);
        self.constants.extend(other.constants);
    }
}

/// A ring and the ledger of what was needed of it.
///
/// All arithmetic of `meaning` goes through here. There is no equality of elements: [`World::compare`] and
/// [`World::is_zero`] ask the ring, and a ring of formal variables lacks both.
pub struct World {
    ring: Ring,
    needs: RefCell<Needs>,
    order: Order,
}

/// Who answers what asks for an order.
enum Order {
    /// The ring, if it has one.
    Ring,
    /// For formal numbers: variables that are not negative, for absolute values and maxima of such.
    Sizes(Sizes),
    /// For formal numbers and for symbols: variables for maxima and minima.
    Extremes(Extremes),
}

impl World {
    /// The world over a ring, nothing needed yet.
    pub fn new(ring: Ring) -> Self {
        World { ring, needs: RefCell::default(), order: Order::Ring }
    }

    /// The world over a ring of formal numbers with variables for absolute values and maxima, from a number on.
    pub(super) fn with_sizes(ring: Ring, first: u32) -> Self {
        World { order: Order::Sizes(Sizes::from(first)), ..World::new(ring) }
    }

    /// The world over a ring of formal numbers, or of symbols, with variables for maxima and minima.
    pub(super) fn with_extremes(ring: Ring, extremes: Extremes) -> Self {
        World { order: Order::Extremes(extremes), ..World::new(ring) }
    }

    /// The absolute values and maxima that were taken, where they are formal.
    pub(super) fn sizes(&self) -> Option<&Sizes> {
        if let Order::Sizes(sizes) = &self.order { Some(sizes) } else { None }
    }

    /// The maxima and minima that were taken, where they are formal.
    pub(super) fn extremes(&self) -> Option<&Extremes> {
        if let Order::Extremes(extremes) = &self.order { Some(extremes) } else { None }
    }

    /// The ring.
    pub fn ring(&self) -> &Ring {
        &self.ring
    }

    /// What has been needed so far.
    pub fn needs(&self) -> Needs {
        self.needs.borrow().clone()
    }

    /// The integer n as a scalar.
    pub fn integer(&self, n: &IBig) -> Result<Element, Lacks> {
        if *n < IBig::ZERO {
            self.needs.borrow_mut().subtraction = true;
        }
        self.ring.integer(n)
    }

    /// `−a`.
    pub fn negate(&self, a: &Element) -> Result<Element, Lacks> {
        self.needs.borrow_mut().subtraction = true;
        self.ring.negate(a)
    }

    /// `a − b`.
    pub fn subtract(&self, a: &Element, b: &Element) -> Result<Element, Lacks> {
        self.needs.borrow_mut().subtraction = true;
        self.ring.subtract(a, b)
    }

    /// `a⁻¹`.
    pub fn inverse(&self, a: &Element) -> Result<Element, Lacks> {
        let inverse = self.ring.inverse(a)?;
        let mut needs = self.needs.borrow_mut();
        match (a.rational(), a) {
            (Some(q), _) => {
                // p/q is a unit where p and q are: the inverse of p is new, that of q was noted when q was inverted
                let n =
                    if *q.numerator() < IBig::ZERO { -q.numerator().clone() } else { q.numerator().clone() };
                match u64::try_from(&n) {
                    Ok(1) => {}
                    Ok(n) => drop(needs.inverses.insert(n)),
                    Err(_) => return Err(Lacks::Inverse(a.to_string(), "this world's ledger".into())),
                }
            }
            (None, _) => needs.units = true,
        }
        Ok(inverse)
    }

    /// The conjugate.
    pub fn conj(&self, a: &Element) -> Element {
        self.ring.conj(a)
    }

    /// The value with its integers made residues where the ring has residues, and numbers of (max, +) there: 1 + 1 = 0
    /// in F(2), also where both ones were constants of an operator.
    pub(super) fn canonical(&self, value: Value) -> Value {
        match self.ring.coefficients() {
            Ring::Residues(_) | Ring::MaxPlus => {
                let one = self.ring.integer(&IBig::ONE).expect("an integer is in every ring");
                value.map(|x| x.times(&one))
            }
            _ => value,
        }
    }

    /// The powers ω⁰, …, ωⁿ⁻¹ of a principal n-th root of unity.
    pub fn roots(&self, n: usize) -> Result<Vec<Element>, Lacks> {
        let root = self.ring.root_of_unity(n as u64)?;
        let mut needs = self.needs.borrow_mut();
        match n {
            0 | 1 => {}
            2 => needs.subtraction = true,
            _ => drop(needs.roots.insert(n as u64)),
        }
        Ok(std::iter::successors(Some(Element::one()), |power| Some(power.times(&root))).take(n).collect())
    }

    /// The order of two elements, where the ring has one.
    pub fn compare(&self, a: &Element, b: &Element) -> Result<Ordering, Lacks> {
        self.ring.compare(a, b)
    }

    /// Whether an element is zero, where the ring can tell.
    pub fn is_zero(&self, a: &Element) -> Result<bool, Lacks> {
        self.ring.is_zero(a)
    }

    /// `|a|` over an ordered ring.
    pub fn abs(&self, a: &Element) -> Result<Element, Halt> {
        match &self.order {
            Order::Sizes(sizes) => Ok(sizes.absolute(a)?),
            Order::Extremes(extremes) => Ok(extremes.largest(a, &self.negate(a)?)?),
            Order::Ring if self.compare(a, &Element::zero())? == Ordering::Less => Ok(self.negate(a)?),
            Order::Ring => Ok(a.clone()),
        }
    }

    /// The larger of two elements of an ordered ring.
    pub fn max(&self, a: &Element, b: &Element) -> Result<Element, Halt> {
        match &self.order {
            Order::Sizes(sizes) => Ok(sizes.larger(a, b)?),
            Order::Extremes(extremes) => Ok(extremes.largest(a, b)?),
            Order::Ring => Ok(if self.compare(a, b)? == Ordering::Less { b.clone() } else { a.clone() }),
        }
    }

    /// The smaller of two elements of an ordered ring.
    pub fn min(&self, a: &Element, b: &Element) -> Result<Element, Halt> {
        match &self.order {
            Order::Extremes(extremes) => Ok(extremes.smallest(a, b)?),
            _ => Ok(if self.compare(a, b)? == Ordering::Greater { b.clone() } else { a.clone() }),
        }
    }
}
