//! What a claim quantifies over: rings to look in, names that a hypothesis pins, sizes.

use super::{
    meaning,
    program::{Program, Statement},
    value::{self, Halt, LARGEST, Value},
    world::World,
};
use crate::{
    expr::{Asks, Binder, Claim, Class, Kind, Op},
    scalar::exact::{Element, Ring, Variable, judge},
};
use dashu_int::IBig;

/// A claim with its program and what can be said about its quantifiers beforehand.
pub(super) struct Domain<'a> {
    pub(super) claim: &'a Claim,
    pub(super) program: &'a Program,
    /// For each binder, the hypothesis `name = closed expression` that fixes it, and the side of the expression.
    pins: Vec<Option<(usize, usize)>>,
    /// The class that all entries live in.
    pub(super) class: Option<Class>,
    operators: Vec<Op>,
}

impl<'a> Domain<'a> {
    pub(super) fn new(claim: &'a Claim, program: &'a Program) -> Self {
        let mut pins = vec![None; claim.binders.len()];
        for (g, hypothesis) in program.given.iter().enumerate().filter(|(_, h)| h.op == Op::Eq) {
            for side in [0, 1] {
                let slot = hypothesis.args[side].slot().filter(|_| hypothesis.args[1 - side].closed());
                if let Some(slot) = slot {
                    pins[slot].get_or_insert((g, 1 - side));
                }
            }
        }
        let mut operators = vec![];
        for statement in program.given.iter().chain([&program.statement]) {
            operators.push(statement.op);
            statement.args.iter().for_each(|arg| arg.operators(&mut operators));
        }
        let classes = claim.binders.iter().filter(|b| !b.kind.discrete()).map(|b| b.class);
        let class = classes.reduce(|a, b| if subring(a) >= subring(b) { a } else { b });
        Domain { claim, program, pins, class, operators }
    }

    /// Whether any operator asks for as much.
    pub(super) fn asks(&self, asks: Asks) -> bool {
        self.operators.iter().any(|op| op.row().asks == asks)
    }

    /// Whether every scalar is real, so that any two of them compare.
    pub(super) fn ordered(&self) -> bool {
        matches!(self.class, Some(Class::Ordered | Class::Z | Class::Q | Class::R))
    }

    /// The statement, where it compares two sides in an order.
    pub(super) fn comparison(&self) -> Option<&Statement> {
        let statement = &self.program.statement;
        (self.ordered() && matches!(statement.op, Op::Eq | Op::Le | Op::Ge)).then_some(statement)
    }

    /// Whether conjugation plays a part.
    pub(super) fn conjugates(&self) -> bool {
        let conjugating =
            |op: &Op| matches!(op, Op::Conj | Op::Corr | Op::Dot | Op::Norm2Sq | Op::Real | Op::Adjoint);
        self.operators.iter().any(conjugating)
    }

    /// Whether left-bounded signals occur.
    fn left_bounded(&self) -> bool {
        self.operators.contains(&Op::CumSum) || self.claim.binders.iter().any(|b| b.kind == Kind::Left)
    }

    /// The rings to look for counterexamples in: each is one of those that the claim speaks of.
    pub(super) fn rings(&self) -> Vec<Ring> {
        let complex = |ring: Ring| if self.asks(Asks::Roots) { Ring::Cyclotomic } else { ring };
        match self.class {
            // a root of unity comes with conj(ω) = ω⁻¹, which no ring with the identity as involution has
            Some(Class::Any) if self.asks(Asks::Roots) => vec![Ring::Cyclotomic],
            Some(Class::Any) => [Ring::Integers, Ring::Cyclotomic]
                .into_iter()
                .chain([2, 3, 4, 6].map(Ring::Residues))
                .collect(),
            // left-bounded signals are compared below their running sums, which takes a ring that cancels
            Some(Class::Semiring) if self.left_bounded() => vec![Ring::Naturals],
            // one that cancels and one that does not: a + a = a
            Some(Class::Semiring) => vec![Ring::Naturals, Ring::MaxPlus],
            Some(Class::Field) if self.asks(Asks::Roots) => vec![Ring::Cyclotomic],
            Some(Class::Field) => {
                [Ring::Rationals, Ring::Cyclotomic].into_iter().chain([2, 3, 5].map(Ring::Residues)).collect()
            }
            Some(Class::Ordered) => vec![Ring::Integers, Ring::Rationals],
            Some(Class::Z) => vec![complex(Ring::Integers)],
            Some(Class::Q | Class::R) => vec![complex(Ring::Rationals)],
            Some(Class::C) | None => vec![Ring::Cyclotomic],
            Some(Class::Residues(p)) => vec![Ring::Residues(p)],
        }
    }

    /// The coefficients for formal variables: an identity over them holds in every ring of the class where what
    /// was needed on the way exists.
    pub(super) fn coefficients(&self) -> Ring {
        match self.class {
            Some(Class::Semiring) => Ring::Naturals,
            Some(Class::Z) if !self.asks(Asks::Roots) => Ring::Integers,
            Some(Class::Residues(p)) => Ring::Residues(p),
            _ => Ring::Cyclotomic,
        }
    }

    /// The k-th formal variable of a binder's entries.
    pub(super) fn variable(&self, binder: &Binder, k: u32) -> Variable {
        match binder.class {
            Class::Any | Class::Semiring | Class::Field | Class::C => Variable::Plain(k),
            Class::Ordered | Class::Z | Class::Q | Class::R | Class::Residues(_) => Variable::Real(k),
        }
    }

    /// The slots of integers and of elements of groups that no hypothesis pins.
    pub(super) fn free_discrete(&self) -> Vec<usize> {
        let binders = self.claim.binders.iter().enumerate();
        binders
            .filter(|(slot, b)| b.kind.discrete() && self.pins[*slot].is_none())
            .map(|(slot, _)| slot)
            .collect()
    }

    /// Whether every name is pinned, or there is none.
    pub(super) fn closed(&self) -> bool {
        self.pins.iter().all(Option::is_some)
    }

    /// Whether a hypothesis fixes this slot.
    pub(super) fn pinned(&self, slot: usize) -> bool {
        self.pins[slot].is_some()
    }

    /// Whether this hypothesis is one that fixes a slot.
    pub(super) fn is_pin(&self, hypothesis: usize) -> bool {
        self.pins.iter().flatten().any(|(g, _)| *g == hypothesis)
    }

    /// Whether the claim quantifies over finitely many shapes and integers.
    pub(super) fn finite(&self) -> bool {
        self.claim.binders.iter().enumerate().all(|(slot, b)| {
            self.pinned(slot) || !matches!(b.kind, Kind::Int | Kind::Line | Kind::Plane | Kind::Left)
        })
    }

    /// The slots with pinned integers and elements of groups filled in, the rest zero.
    pub(super) fn blank(&self, world: &World) -> Result<Vec<Value>, Halt> {
        let mut slots = vec![Value::Int(IBig::ZERO); self.claim.binders.len()];
        for slot in (0..slots.len()).filter(|slot| self.claim.binders[*slot].kind.discrete()) {
            if let Some(value) = self.pin(slot, &slots, None, world)? {
                slots[slot] = value;
            }
        }
        Ok(slots)
    }

    /// The value that a hypothesis fixes this slot to.
    pub(super) fn pin(
        &self,
        slot: usize,
        slots: &[Value],
        hint: Option<&[usize]>,
        world: &World,
    ) -> Result<Option<Value>, Halt> {
        let Some((g, side)) = self.pins[slot] else { return Ok(None) };
        let value = self.program.given[g].args[side].evaluate(slots, hint, world)?;
        let value = match (value, self.claim.binders[slot].kind) {
            (Value::Int(n), Kind::Scalar) => Value::Scalar(meaning::scalar(&Value::Int(n), world)?),
            (value, _) => value,
        };
        match self.admits(slot, &value, world.ring()) {
            true => Ok(Some(value)),
            false => Err(Halt::Undefined("a name is given a value outside its range")),
        }
    }

    /// The sizes of a binder for these integers; `None` where one is below 1.
    pub(super) fn shape(
        &self,
        slot: usize,
        slots: &[Value],
        world: &World,
    ) -> Result<Option<Vec<usize>>, Halt> {
        if let Some(group) = value::group(self.claim.binders[slot].kind) {
            return Ok(Some(vec![group.order()]));
        }
        let mut shape = vec![];
        for size in &self.program.sizes[slot] {
            let Value::Int(n) = size.evaluate(slots, None, world)? else { panic!("a size is an integer") };
            if n < IBig::ONE {
                return Ok(None);
            }
            shape.push(usize::try_from(&n).ok().filter(|n| *n <= LARGEST).ok_or(Halt::Large("a size"))?);
        }
        if shape.iter().try_fold(1usize, |p, n| p.checked_mul(*n)).is_none_or(|p| p > LARGEST) {
            return Err(Halt::Large("an array"));
        }
        Ok(Some(shape))
    }

    /// The first name that has no value in any instance, because of sizes that are the same in all of them; and why.
    pub(super) fn never(&self) -> Option<String> {
        let world = World::new(Ring::Integers);
        self.claim.binders.iter().enumerate().find_map(|(slot, binder)| {
            if !self.program.sizes[slot].iter().all(|size| size.closed()) {
                return None;
            }
            let why = match self.shape(slot, &[], &world) {
                Ok(Some(_)) => return None,
                Ok(None) => "sizes begin at 1".to_owned(),
                Err(Halt::Large(_)) => format!("values of more than {LARGEST} entries are not computed"),
                Err(halt) => halt.to_string(),
            };
            Some(format!("{} : {} has no instance: {why}", binder.name, binder.domain()))
        })
    }

    /// Whether the hypotheses on integers and elements of groups alone are true of these values, and false also where one is undefined.
    ///
    /// # Errors
    /// `Halt::Large` where one may well be true and was not computed.
    pub(super) fn discrete_admitted(&self, slots: &[Value], world: &World) -> Result<bool, Halt> {
        let mut unknown = Ok(true);
        for hypothesis in self.program.given.iter().filter(|h| h.discrete()) {
            match hypothesis.holds(slots, world) {
                Ok(true) => {}
                Err(halt @ Halt::Large(_)) => unknown = Err(halt),
                _ => return Ok(false),
            }
        }
        unknown
    }

    /// The hypotheses in which the ring has a say and that fix no slot.
    pub(super) fn value_hypotheses(&self) -> Vec<usize> {
        let given = self.program.given.iter().enumerate();
        given.filter(|(g, h)| !self.is_pin(*g) && !h.discrete()).map(|(g, _)| g).collect()
    }

    /// Whether a value lies in what its name ranges over: a `Nat` is not negative, an entry of a `Z -> Z` an integer.
    pub(super) fn admits(&self, slot: usize, value: &Value, ring: &Ring) -> bool {
        let binder = &self.claim.binders[slot];
        let inside = |x: &Element| match (ring, binder.class) {
            _ if matches!(x, Element::Unfinished) => false,
            (Ring::Naturals, _) => matches!(x, Element::Integer(n) if *n >= IBig::ZERO),
            (Ring::MaxPlus, _) => match x {
                Element::Integer(n) => *n >= IBig::ZERO,
                x => matches!(x, Element::Tropical(_)),
            },
            (_, Class::Z) => matches!(x, Element::Polynomial(_)) || x.rational().is_some_and(|q| q.is_int()),
            (_, Class::Q) => matches!(x, Element::Polynomial(_)) || x.rational().is_some(),
            (_, Class::R) => real(x),
            _ => true,
        };
        match value {
            Value::Int(n) => !binder.nat || *n >= IBig::ZERO,
            value => value.entries().all(inside),
        }
    }

    /// Values to try for the entries of a binder over a ring, simplest first; the place is the rank.
    pub(super) fn alphabet(&self, binder: &Binder, ring: &Ring) -> Vec<Element> {
        let numbers = |list: &[i64]| list.iter().map(|n| Element::from(*n)).collect::<Vec<_>>();
        let integers = [0, 1, -1, 2, -2, 3, -3, 4, -4];
        let half = |sign: i64| {
            let half = Ring::Rationals.inverse(&Element::from(2)).expect("1/2");
            crate::scalar::Semiring::times(&half, &Element::from(sign))
        };
        match (ring, binder.class) {
            (Ring::Naturals, _) => numbers(&[0, 1, 2, 3, 4, 5]),
            // −∞ and 0, which the language writes 0 and 1; it has no word for the others
            (Ring::MaxPlus, _) => {
                [0, 1].map(|n| ring.integer(&n.into()).expect("no negative integer")).to_vec()
            }
            (Ring::Residues(m), _) => (0..(*m).min(9))
                .map(|n| ring.integer(&n.into()).expect("an integer is in every ring"))
                .collect(),
            (Ring::Integers, _) | (_, Class::Z) => numbers(&integers),
            (Ring::Rationals, _) | (_, Class::Q | Class::R) => {
                let mut all = numbers(&integers[..5]);
                all.extend([half(1), half(-1)]);
                all.extend(numbers(&integers[5..7]));
                all
            }
            _ => {
                let i = Ring::Cyclotomic.root_of_unity(4).expect("i");
                let times = |n: i64| crate::scalar::Semiring::times(&i, &Element::from(n));
                let mut all = numbers(&integers[..3]);
                all.extend([i.clone(), times(-1), crate::scalar::Semiring::plus(&i, &Element::from(1))]);
                all.extend(numbers(&integers[3..5]));
                all
            }
        }
    }
}

/// Whether the involution fixes a number; of a formal variable that is known from its kind.
fn real(x: &Element) -> bool {
    judge::same(x, &Ring::Cyclotomic.conj(x))
}

/// Where a class stands in ℤ ⊂ ℚ ⊂ ℝ ⊂ ℂ; abstract classes are never mixed with others.
fn subring(class: Class) -> u8 {
    match class {
        Class::Z => 0,
        Class::Q => 1,
        Class::R => 2,
        _ => 3,
    }
}
