//! Values of the claim language: what an expression denotes once its names have values.

use crate::{
    expr::Kind,
    scalar::exact::{Element, Lacks},
    signal::{Cyclic, Group, OnGroup, Signal},
};
use dashu_int::IBig;
use ndarray::ArrayD;

/// What an expression denotes.
#[derive(Clone, Debug)]
pub enum Value {
    /// An integer.
    Int(IBig),
    /// A scalar.
    Scalar(Element),
    /// A signal of finite support on Z^d.
    Signal(Signal<Element>),
    /// A left-bounded signal.
    Left(Left),
    /// A signal on Z/n1 × … × Z/nd.
    Cyclic(Cyclic<Element>),
    /// An array.
    Array(ArrayD<Element>),
    /// A signal on a finite group.
    OnGroup(OnGroup<Element>),
    /// An element of a finite group, by its place among the group's names.
    Member(&'static Group, usize),
}

/// The group that a kind is on, or in.
pub(super) fn group(kind: Kind) -> Option<&'static Group> {
    match kind {
        Kind::OnS3 | Kind::InS3 => Some(Group::s3()),
        Kind::OnD4 | Kind::InD4 => Some(Group::d4()),
        _ => None,
    }
}

/// A left-bounded signal: a signal of finite support on Z, summed up `sums` times (divided by (1 − z)^sums).
///
/// These are closed under convolution, sums, differences and running sums, and are compared exactly.
#[derive(Clone, Debug)]
pub struct Left {
    /// The signal of finite support.
    pub signal: Signal<Element>,
    /// How many running sums are taken of it.
    pub sums: u32,
}

/// Why an expression denotes nothing for these values of its names.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, thiserror::Error)]
pub enum Halt {
    /// It is not defined here: a stride of 0, the extent of the zero signal.
    #[error("undefined: {0}")]
    Undefined(&'static str),
    /// Sizes that do not go together: a window longer than the array, a sum of arrays of different lengths.
    #[error("sizes that do not fit: {0}")]
    Misfit(&'static str),
    /// The ring lacks something.
    #[error("{0}")]
    Lacks(#[from] Lacks),
    /// It is defined and too large to be computed here. An instance that halts so decides nothing.
    #[error("too large: {0}")]
    Large(&'static str),
}

/// The most entries a computed value may have.
pub(super) const LARGEST: usize = 1 << 14;

impl Value {
    /// The value's sizes, where its kind has sizes.
    pub fn shape(&self) -> Option<&[usize]> {
        match self {
            Value::Cyclic(x) => Some(x.shape()),
            Value::Array(x) => Some(x.shape()),
            _ => None,
        }
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Value::Int(_) => Kind::Int,
            Value::Scalar(_) => Kind::Scalar,
            Value::Signal(x) if x.rank() == 1 => Kind::Line,
            Value::Signal(_) => Kind::Plane,
            Value::Left(_) => Kind::Left,
            Value::Cyclic(x) if x.shape().len() == 1 => Kind::Circle,
            Value::Cyclic(_) => Kind::Torus,
            Value::Array(x) => match x.ndim() {
                1 => Kind::Array,
                2 => Kind::Array2,
                _ => Kind::Array3,
            },
            Value::OnGroup(x) if x.group() == Group::s3() => Kind::OnS3,
            Value::OnGroup(_) => Kind::OnD4,
            Value::Member(group, _) if *group == Group::s3() => Kind::InS3,
            Value::Member(..) => Kind::InD4,
        }
    }

    /// Its entries, in order; none for an integer or an element of a group.
    pub fn entries(&self) -> Box<dyn Iterator<Item = &Element> + '_> {
        match self {
            Value::Int(_) | Value::Member(..) => Box::new(std::iter::empty()),
            Value::Scalar(c) => Box::new(std::iter::once(c)),
            Value::Signal(x) => Box::new(x.entries().iter()),
            Value::Left(x) => Box::new(x.signal.entries().iter()),
            Value::Cyclic(x) => Box::new(x.entries().iter()),
            Value::Array(x) => Box::new(x.iter()),
            Value::OnGroup(x) => Box::new(x.entries().iter()),
        }
    }

    /// The same value with every entry mapped; integers and elements of groups stay.
    pub fn map(&self, f: impl FnMut(&Element) -> Element) -> Value {
        match self {
            Value::Int(n) => Value::Int(n.clone()),
            Value::Scalar(c) => Value::Scalar({ f }(c)),
            Value::Signal(x) => Value::Signal(x.map(f)),
            Value::Left(x) => Value::Left(Left { signal: x.signal.map(f), sums: x.sums }),
            Value::Cyclic(x) => Value::Cyclic(x.map(f)),
            Value::Array(x) => Value::Array(x.map(f)),
            Value::OnGroup(x) => Value::OnGroup(x.map(f)),
            Value::Member(group, place) => Value::Member(group, *place),
        }
    }
}
