//! Equality of elements: for those who judge a result, never for those who compute it.
//!
//! `theorem::meaning` may not import this module (a test says so): evaluation that cannot compare cannot branch
//! on values, and so a result on formal variables is a proof.

use super::{Element, Semiring};
use dashu_int::IBig;

/// Whether two elements are equal, structurally: as polynomials, as numbers, as residue classes.
/// What was not computed equals nothing.
pub fn same(a: &Element, b: &Element) -> bool {
    match (a, b) {
        (Element::Integer(a), Element::Integer(b)) => a == b,
        (Element::Unfinished, _) | (_, Element::Unfinished) => false,
        (Element::Tropical(_), _) | (_, Element::Tropical(_)) => match (a.tropical(), b.tropical()) {
            (Some(a), Some(b)) => a == b,
            _ => false,
        },
        (Element::Monomials(_), _) | (_, Element::Monomials(_)) => a.monomials() == b.monomials(),
        _ => a.plus(&b.times(&Element::Integer(IBig::NEG_ONE))).vanishes(),
    }
}
