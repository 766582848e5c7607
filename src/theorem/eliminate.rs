//! Linear hypotheses, eliminated by substitution: `even(x)`, `supported(m, x)`, `rev(w) = w`, `real(x)`, ….
//!
//! An equation with a coefficient ±1 is solved for that variable, in every commutative ring. Where all coefficients
//! share a factor d, dividing by it asks that d be invertible, and the answer says so. Anything else declines.

use super::{domain::Domain, instance::assemble, truth, value::Value, world::World};
use crate::{
    expr::Op,
    scalar::{
        Semiring,
        exact::{Element, Polynomial, Ring, Variable, judge, spend},
    },
};
use dashu_int::{IBig, UBig, ops::Gcd};
use std::collections::{BTreeMap, BTreeSet};

/// Variables to linear polynomials in the variables that stay free.
#[derive(Default)]
struct Substitution(BTreeMap<Variable, Element>);

/// Formal values that satisfy the hypotheses, whatever their variables are.
pub(super) struct Solved {
    pub(super) slots: Vec<Value>,
    /// The integers that had to be invertible.
    pub(super) inverses: BTreeSet<u64>,
    /// The hypotheses that were solved.
    pub(super) hypotheses: Vec<usize>,
}

/// Solve those hypotheses of the list that are linear equations; `None` where one is a non-linear equation, or
/// contradicts the others.
pub(super) fn solve(domain: &Domain, slots: &[Value], hypotheses: &[usize], world: &World) -> Option<Solved> {
    let mut substitution = Substitution::default();
    let mut inverses = BTreeSet::new();
    let mut solved = vec![];
    for g in hypotheses {
        let Some((left, right)) = domain.program.given[*g].equation(slots, world).ok()? else { continue };
        let (left, right) = truth::aligned(&left, &right).ok()?;
        if left.shape() != right.shape() {
            return None;
        }
        solved.push(*g);
        for (a, b) in truth::pairs(&left, &right) {
            substitution.solve(world.subtract(&a, &b).ok()?, world, &mut inverses)?;
        }
    }
    let slots: Vec<Value> = slots.iter().map(|value| value.map(|x| substitution.apply(x, world))).collect();
    // every step was an equivalence, so no solution is lost; that all these are solutions is looked at again
    let satisfied = |g: &usize| domain.program.given[*g].holds(&slots, world) == Ok(true);
    solved.iter().all(satisfied).then_some(Solved { slots, inverses, hypotheses: solved })
}

impl Substitution {
    fn apply(&self, x: &Element, world: &World) -> Element {
        let Element::Polynomial(p) = x else { return x.clone() };
        evaluate(p, |v| match self.0.get(&v) {
            Some(value) => value.clone(),
            None => match self.0.get(&conjugate(v)) {
                Some(value) => world.conj(value),
                None => Element::Polynomial(Polynomial::variable(v)),
            },
        })
    }

    /// Make `equation = 0` true by one more substitution.
    fn solve(&mut self, equation: Element, world: &World, inverses: &mut BTreeSet<u64>) -> Option<()> {
        let Element::Polynomial(p) = self.apply(&equation, world) else {
            return judge::same(&equation, &Element::zero()).then_some(());
        };
        let terms: Vec<(Option<Variable>, Element)> = p
            .terms()
            .map(|(m, c)| match m.powers() {
                [] => Some((None, c.clone())),
                [(v, 1)] => Some((Some(*v), c.clone())),
                _ => None,
            })
            .collect::<Option<_>>()?;
        if terms.is_empty() {
            return Some(());
        }
        let content = content(terms.iter().map(|(_, c)| c))?;
        if content != UBig::ONE {
            inverses.insert(u64::try_from(&content).ok()?);
        }
        let primitive: Vec<(Option<Variable>, Element)> =
            terms.into_iter().map(|(v, c)| (v, divided(&c, &content))).collect();
        let unit = |c: &Element| [1, -1].iter().any(|n| judge::same(c, &Element::from(*n)));
        if let [(Some(Variable::Plain(i)), a), (Some(Variable::Conjugate(j)), b)] = &primitive[..] {
            // x − conj(x) = 0: the involution fixes the variable
            if i == j && unit(a) && judge::same(&a.plus(b), &Element::zero()) {
                let real = Element::Polynomial(Polynomial::variable(Variable::Real(*i)));
                self.add(Variable::Plain(*i), real, world);
                return Some(());
            }
        }
        let pivot = primitive.iter().find_map(|(v, c)| {
            let v = (*v)?;
            let alone = !primitive.iter().any(|(u, _)| *u == Some(conjugate(v)) && conjugate(v) != v);
            (unit(c) && alone).then(|| (v, c.clone()))
        });
        let (pivot, coefficient) = pivot?;
        let rest =
            primitive.iter().filter(|(v, _)| *v != Some(pivot)).fold(Element::zero(), |sum, (v, c)| {
                let term = v.map_or(Element::one(), |v| Element::Polynomial(Polynomial::variable(v)));
                sum.plus(&term.times(c))
            });
        // a unit is its own inverse, so pivot = −coefficient · rest
        let value = world.negate(&rest.times(&coefficient)).ok()?;
        match pivot {
            Variable::Conjugate(i) => self.add(Variable::Plain(i), world.conj(&value), world),
            v => self.add(v, value, world),
        }
        Some(())
    }

    fn add(&mut self, v: Variable, value: Element, world: &World) {
        // to look for v everywhere is work, too
        spend(self.0.len());
        let one = Substitution([(v, value.clone())].into());
        let affected = |old: &Element| match old {
            Element::Polynomial(p) => {
                p.terms().any(|(m, _)| m.powers().iter().any(|(u, _)| *u == v || conjugate(*u) == v))
            }
            _ => false,
        };
        self.0.values_mut().filter(|old| affected(old)).for_each(|old| *old = one.apply(old, world));
        self.0.insert(v, value);
    }
}

fn conjugate(v: Variable) -> Variable {
    match v {
        Variable::Plain(i) => Variable::Conjugate(i),
        Variable::Conjugate(i) => Variable::Plain(i),
        real => real,
    }
}

fn evaluate(p: &Polynomial, at: impl Fn(Variable) -> Element) -> Element {
    p.terms().fold(Element::zero(), |sum, (monomial, c)| {
        let product = monomial
            .powers()
            .iter()
            .fold(c.clone(), |product, (v, n)| (0..*n).fold(product, |product, _| product.times(&at(*v))));
        sum.plus(&product)
    })
}

/// The greatest common divisor of integer coefficients; `None` where one is no integer. Residues have content 1.
fn content<'a>(coefficients: impl Iterator<Item = &'a Element>) -> Option<UBig> {
    let mut content = UBig::ZERO;
    for c in coefficients {
        let n = match c {
            Element::Integer(n) => {
                UBig::try_from(n.clone()).unwrap_or_else(|_| UBig::try_from(-n.clone()).expect("one sign"))
            }
            Element::Residue { .. } => UBig::ONE,
            _ => return None,
        };
        content = if content == UBig::ZERO { n } else { content.gcd(n) };
    }
    Some(content)
}

fn divided(c: &Element, by: &UBig) -> Element {
    match c {
        Element::Integer(n) => Element::Integer(n / IBig::from(by.clone())),
        other => other.clone(),
    }
}

/// The instance made to satisfy the linear hypotheses, and `x >= 0` where the claim asks for it; `None` where the
/// claim has no such hypotheses, or they are not solved.
pub(super) fn solution(domain: &Domain, slots: &[Value], world: &World) -> Option<Vec<Value>> {
    let hypotheses = domain.value_hypotheses();
    if hypotheses.is_empty() {
        return None;
    }
    let formal = World::new(Ring::Polynomials(Box::new(Ring::Cyclotomic)));
    let mut entries: Vec<Element> = vec![];
    let variables: Vec<Value> = slots
        .iter()
        .zip(&domain.claim.binders)
        .enumerate()
        .map(|(slot, (value, binder))| match binder.kind {
            kind if kind.discrete() => value.clone(),
            _ if domain.pinned(slot) => value.clone(),
            _ => value.map(|x| {
                entries.push(x.clone());
                Element::Polynomial(Polynomial::variable(domain.variable(binder, entries.len() as u32 - 1)))
            }),
        })
        .collect();
    let solved = solve(domain, &variables, &hypotheses, &formal)?;
    let at = |v: Variable| match v {
        Variable::Plain(i) => entries[i as usize].clone(),
        Variable::Conjugate(i) => world.conj(&entries[i as usize]),
        // a real entry stays; of another the real part, twice
        Variable::Real(i) if judge::same(&entries[i as usize], &world.conj(&entries[i as usize])) => {
            entries[i as usize].clone()
        }
        Variable::Real(i) => entries[i as usize].plus(&world.conj(&entries[i as usize])),
    };
    let mut concrete: Vec<Value> = solved
        .slots
        .iter()
        .map(|value| value.map(|x| if let Element::Polynomial(p) = x { evaluate(p, at) } else { x.clone() }))
        .collect();
    for g in hypotheses {
        let hypothesis = &domain.program.given[g];
        let slot = hypothesis.args.first().and_then(|arg| arg.slot());
        if let (Op::Ge, Some(slot), true) = (hypothesis.op, slot, concrete.len() == slots.len()) {
            concrete[slot] = concrete[slot].map(|x| world.abs(x).unwrap_or_else(|_| x.clone()));
        }
    }
    Some(concrete)
}

/// A formal value for every name that is not an integer and not pinned, over windows that the caller chose.
pub(super) fn variables(
    domain: &Domain,
    slot: usize,
    origin: Vec<isize>,
    shape: &[usize],
    next: &mut u32,
) -> Value {
    let binder = &domain.claim.binders[slot];
    let count: usize = shape.iter().product();
    let entries = (0..count)
        .map(|_| {
            *next += 1;
            Element::Polynomial(Polynomial::variable(domain.variable(binder, *next - 1)))
        })
        .collect();
    assemble(binder.kind, origin, shape, entries)
}
