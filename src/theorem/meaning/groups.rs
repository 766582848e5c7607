//! Finite groups: products of their elements, and the matrix that convolves a signal on one.

use super::{Element, Halt, Kind, OnGroup, Value, matrices, value};
use dashu_int::IBig;

pub(super) fn product(u: &Value, v: &Value) -> Value {
    match (u, v) {
        (Value::Member(group, u), Value::Member(_, v)) => Value::Member(group, group.product(*u, *v)),
        (u, v) => panic!("the checker let {} * {} through in a group", u.kind(), v.kind()),
    }
}

pub(super) fn power(u: &Value, n: &IBig) -> Result<Value, Halt> {
    let Value::Member(group, u) = u else { panic!("the checker let a power of {} through", u.kind()) };
    let n = i64::try_from(n).map_err(|_| Halt::Large("an exponent"))?;
    Ok(Value::Member(group, group.power(*u, n)))
}

/// The element of that name.
pub(super) fn generator(kind: Kind, name: &str) -> Value {
    let place = value::group(kind).and_then(|group| Some((group, group.element(name)?)));
    let (group, place) = place.unwrap_or_else(|| panic!("the checker let {name} through as {kind}"));
    Value::Member(group, place)
}

/// h[i j⁻¹] in row i and column j, so that applying it to x is h ∗ x.
pub(super) fn matrix(h: &OnGroup<Element>) -> Result<Value, Halt> {
    let (group, n) = (h.group(), h.group().order());
    matrices::matrix(n, n, |i, j| h.at(group.product(i, group.inverse(j))).clone())
}
