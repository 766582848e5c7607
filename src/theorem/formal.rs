//! All inputs of a box: sizes, integers and elements of groups one by one, entries as formal variables or basis vectors.

use super::{
    Method,
    basis::{self, Agreement, Instance},
    cases,
    choices::{Choice, choices, shape, wanted},
    domain::Domain,
    effort::Effort,
    eliminate, inequality,
    instance::{self, Trial, assemble},
    scope::{Coverage, Scope},
    threshold,
    value::{Halt, Value},
    world::{Needs, World},
};
use crate::{
    expr::{Asks, Class, Kind},
    scalar::exact::{Budget, Element, Lacks, Ring, exhausted},
};
use std::collections::{BTreeMap, BTreeSet};

/// What was proved, or why not.
pub(super) enum Formal {
    Proved { method: Method, scope: Scope, hypotheses: BTreeSet<usize> },
    Breaks(Vec<Value>, World),
    Open(String),
}

/// Why one attempt at a box ended without a proof.
enum Stop {
    /// A smaller box may do.
    Smaller,
    /// No box will do.
    Never(String),
}

/// Prove every instance of the largest box that the effort allows.
pub(super) fn prove(domain: &Domain, effort: &Effort) -> Formal {
    let mut most = wanted(domain, effort);
    let why = loop {
        match largest(domain, effort, most) {
            Ok(proved) => return proved,
            Err(Stop::Smaller) if most > 1 => most /= 2,
            Err(Stop::Smaller) => break "the budget ran out in the smallest box".to_owned(),
            Err(Stop::Never(why)) => break why,
        }
    };
    match domain.class {
        Some(Class::Residues(p)) if p <= 7 => exhaust(domain, effort, p).unwrap_or(Formal::Open(why)),
        _ => Formal::Open(why),
    }
}

/// The largest window for integers up to `most`: upwards, so that only the one that breaks the budget is in vain.
fn largest(domain: &Domain, effort: &Effort, most: i64) -> Result<Formal, Stop> {
    let windows = (1..=effort.max_size.unwrap_or(8)).filter(|n| *n <= 4 || n % 2 == 0);
    let spatial =
        domain.claim.binders.iter().any(|b| matches!(b.kind, Kind::Line | Kind::Plane | Kind::Left));
    let mut largest = Err(Stop::Smaller);
    for n in windows.take(if spatial { usize::MAX } else { 1 }) {
        match attempt(domain, effort, n, most) {
            Ok(proved) => largest = Ok(proved),
            Err(Stop::Smaller) => break,
            // a smaller box was proved and this one cannot be: the claim is not what the small box suggested
            Err(never) => return Err(never),
        }
    }
    largest
}

fn attempt(domain: &Domain, effort: &Effort, n: usize, most: i64) -> Result<Formal, Stop> {
    let _budget = Budget::of(effort.work);
    let mut evaluations = effort.evaluations;
    let (mut coverage, mut needs) = (Coverage::default(), Needs::default());
    let (mut hypotheses, mut methods) = (BTreeSet::new(), BTreeSet::new());
    let mut residues = Residues::default();
    for choice in choices(domain, most).ok_or(Stop::Smaller)? {
        let world = World::new(ring(domain));
        let met = match shape(domain, &choice, n, &world) {
            Ok(Some(instance)) => {
                // what the values of pinned names took, whichever way the statement is settled
                let pinned = world.needs();
                one(domain, &instance, world, &mut evaluations)?.map(|mut met| {
                    met.needs.join(pinned);
                    met
                })
            }
            Ok(None) => {
                coverage.excluded += 1;
                residues.count(domain, &choice, false);
                continue;
            }
            Err(halt) => inadmissible(halt, domain)?,
        };
        residues.count(domain, &choice, met.is_some());
        let Some(met) = met else {
            coverage.undefined += 1;
            continue;
        };
        coverage.admit(&choice);
        needs.join(met.needs);
        hypotheses.extend(met.hypotheses);
        methods.insert(met.method);
    }
    let method = if needs.roots.is_empty() {
        // one word for the whole box, the method that needed most; thresholds, the last, are said of no instance but theirs
        methods.first().copied().unwrap_or(Method::Exhaustion)
    } else {
        Method::Roots
    };
    let scope = coverage.scope(domain, n, method, &needs, residues.0.into_values().collect());
    let scope = scope.ok_or_else(|| {
        Stop::Never("no instance of the box satisfies the hypotheses and is defined".into())
    })?;
    Ok(Formal::Proved { method, scope, hypotheses })
}

/// How one shape was settled.
struct Met {
    method: Method,
    needs: Needs,
    hypotheses: Vec<usize>,
}

/// The world to evaluate in: formal variables, unless nothing is free and the numbers are known.
fn ring(domain: &Domain) -> Ring {
    let free = |(slot, b): (usize, &crate::expr::Binder)| !b.kind.discrete() && !domain.pinned(slot);
    let variables = domain.claim.binders.iter().enumerate().any(free);
    match domain.class {
        _ if variables => Ring::Polynomials(Box::new(domain.coefficients())),
        Some(Class::Any | Class::Field | Class::Semiring) => {
            Ring::Polynomials(Box::new(domain.coefficients()))
        }
        _ => domain.rings().swap_remove(0),
    }
}

/// Settle one shape: by its order alone, by arithmetic, case by case. `Ok(None)` where it is inadmissible.
fn one(
    domain: &Domain,
    instance: &Instance,
    world: World,
    evaluations: &mut u64,
) -> Result<Option<Met>, Stop> {
    let ordered = domain.ordered() && domain.asks(Asks::Order) && !instance.windows.is_empty();
    let slots = if ordered { basis::formal(domain, instance) } else { vec![] };
    let mut large = false;
    if ordered {
        match threshold::prove(domain, instance, &slots) {
            Ok(Some((needs, hypotheses))) => {
                return Ok(Some(Met { method: Method::Threshold, needs, hypotheses }));
            }
            found => large = matches!(found, Err(Halt::Large(_))),
        }
    }
    match by_arithmetic(domain, instance, world, evaluations) {
        Err(Stop::Never(why)) if ordered => match cases::prove(domain, instance, &slots) {
            Ok(Some((needs, hypotheses))) => Ok(Some(Met { method: Method::Cases, needs, hypotheses })),
            Ok(None) if large => Err(Stop::Smaller),
            Ok(None) => Err(Stop::Never(why)),
            // an order was asked for first, and then what is not there
            Err(halt) => inadmissible(halt, domain),
        },
        settled => settled,
    }
}

/// Settle one shape on basis vectors where that is a proof, on formal variables elsewhere.
fn by_arithmetic(
    domain: &Domain,
    instance: &Instance,
    world: World,
    evaluations: &mut u64,
) -> Result<Option<Met>, Stop> {
    let open = |text: &str| Stop::Never(text.to_owned());
    let statement = &domain.program.statement;
    if !instance.windows.is_empty() && basis::applies(domain, instance) {
        *evaluations = evaluations.checked_sub(basis::cost(instance)).ok_or(Stop::Smaller)?;
        match basis::agree(domain, instance) {
            Agreement::Proved(needs) => {
                return Ok(Some(Met { method: Method::Basis, needs, hypotheses: vec![] }));
            }
            Agreement::Differs if domain.value_hypotheses().is_empty() => {
                return Err(open("the sides differ on basis vectors"));
            }
            Agreement::Differs => {}
            Agreement::Halted(halt) => return inadmissible(halt, domain),
        }
    }
    let slots = basis::formal(domain, instance);
    let method = if instance.windows.is_empty() { Method::Exhaustion } else { Method::Variables };
    // formal numbers have no order: there an inequality has methods of its own
    let judged = |slots: &[Value]| match statement.holds(slots, &world) {
        Ok(true) => Ok(Some((method, world.needs()))),
        Ok(false) => Ok(None),
        Err(halt @ Halt::Lacks(Lacks::Order(_))) => {
            inequality::prove(domain, instance, slots)?.map(Some).ok_or(halt)
        }
        Err(halt) => Err(halt),
    };
    let given = domain.value_hypotheses();
    let unordered = match judged(&slots) {
        Ok(Some((method, needs))) => return Ok(Some(Met { method, needs, hypotheses: vec![] })),
        Ok(None) if unfinished(domain, &slots, &world) => return Err(Stop::Smaller),
        Ok(None) if given.is_empty() => {
            return Err(open("the sides differ as polynomials in formal variables"));
        }
        Ok(None) => None,
        Err(halt @ Halt::Lacks(Lacks::Order(_))) if !given.is_empty() => Some(halt),
        Err(halt) => return inadmissible(halt, domain),
    };
    let solved = eliminate::solve(domain, &slots, &given, &world).filter(|own| !own.hypotheses.is_empty());
    let Some(solved) = solved else {
        return match unordered {
            // what was not solved for want of work says nothing of smaller boxes
            _ if exhausted() => Err(Stop::Smaller),
            Some(halt) => inadmissible(halt, domain),
            None => Err(open(
                "the hypotheses are not linear equations that can be solved over every ring of the claim",
            )),
        };
    };
    match judged(&solved.slots) {
        Ok(Some((method, mut needs))) => {
            needs.inverses.extend(solved.inverses);
            Ok(Some(Met { method, needs, hypotheses: solved.hypotheses }))
        }
        Ok(None) if unfinished(domain, &solved.slots, &world) => Err(Stop::Smaller),
        Ok(None) => Err(open("the sides differ as polynomials, the linear hypotheses used")),
        Err(halt) => inadmissible(halt, domain),
    }
}

fn unfinished(domain: &Domain, slots: &[Value], world: &World) -> bool {
    domain.program.sides(slots, world).is_ok_and(|(left, right)| {
        left.entries().chain(right.entries()).any(|x| matches!(x, Element::Unfinished))
    })
}

/// A halt is an inadmissible instance where it says that something does not exist, and no proof where it says that
/// something was not, or cannot be, computed.
fn inadmissible(halt: Halt, domain: &Domain) -> Result<Option<Met>, Stop> {
    match halt {
        Halt::Lacks(why @ (Lacks::Subtraction(_) | Lacks::Inverse(..)))
            if domain.class == Some(Class::Semiring) =>
        {
            Err(Stop::Never(format!("what N lacks another semiring may have: {why}")))
        }
        Halt::Undefined(_)
        | Halt::Misfit(_)
        | Halt::Lacks(Lacks::Subtraction(_) | Lacks::Inverse(..) | Lacks::Root(..)) => Ok(None),
        Halt::Large(_) => Err(Stop::Smaller),
        Halt::Lacks(why @ (Lacks::Order(_) | Lacks::Decision(_))) => Err(Stop::Never(match why {
            Lacks::Order(_) => {
                "it is tried exactly: sizes, squares, thresholds and cases do not settle it".into()
            }
            _ => "what asks which numbers are zero is tried exactly, and no method here proves it".into(),
        })),
    }
}

/// For every divisibility hypothesis, its moduli and how many admitted instances each had.
#[derive(Default)]
struct Residues(BTreeMap<usize, (String, BTreeMap<i64, u64>)>);

impl Residues {
    fn count(&mut self, domain: &Domain, choice: &Choice, admitted: bool) {
        let world = World::new(Ring::Integers);
        let Ok(mut slots) = domain.blank(&world) else { return };
        choice.iter().for_each(|(slot, value)| slots[*slot] = value.clone());
        for (g, hypothesis) in domain.program.given.iter().enumerate() {
            let Some((text, modulus)) = hypothesis.modulus() else { continue };
            let Ok(Value::Int(m)) = modulus.evaluate(&slots, None, &world) else { continue };
            // a modulus below 1 is no modulus: nothing there to cover
            if let Some(m) = i64::try_from(&m).ok().filter(|m| *m >= 1) {
                let counts = &mut self.0.entry(g).or_insert_with(|| (text, BTreeMap::new())).1;
                *counts.entry(m).or_default() += u64::from(admitted);
            }
        }
    }
}

/// Every value of every entry of a finite field, in the largest box whose instances can be counted out.
fn exhaust(domain: &Domain, effort: &Effort, p: u64) -> Option<Formal> {
    let field = Ring::Residues(p);
    for n in (0..=effort.max_size.unwrap_or(3)).rev() {
        let world = World::new(field.clone());
        let shapes: Result<Vec<_>, Halt> = choices(domain, wanted(domain, effort))?
            .into_iter()
            .map(|choice| Ok((shape(domain, &choice, n, &world)?, choice)))
            .collect();
        let shapes = shapes.ok()?;
        let entries = |i: &Instance| {
            i.windows.iter().map(|(_, _, shape)| shape.iter().product::<usize>()).sum::<usize>()
        };
        let count = |i: &Instance| u32::try_from(entries(i)).ok().and_then(|e| p.checked_pow(e));
        let total =
            shapes.iter().filter_map(|(i, _)| i.as_ref()).try_fold(0u64, |sum, i| sum.checked_add(count(i)?));
        if total.is_none_or(|total| total > effort.evaluations) {
            continue;
        }
        return Some(exhaust_box(domain, world, shapes, n, p, 10 * effort.work));
    }
    None
}

type Shapes = Vec<(Option<Instance>, Choice)>;

fn exhaust_box(domain: &Domain, world: World, shapes: Shapes, n: usize, p: u64, mut work: u64) -> Formal {
    let mut coverage = Coverage::default();
    let mut residues = Residues::default();
    for (instance, choice) in shapes {
        let (mut admitted, mut undefined) = (false, false);
        if let Some(instance) = instance {
            let sizes: Vec<usize> =
                instance.windows.iter().map(|(_, _, shape)| shape.iter().product()).collect();
            let count = p.pow(sizes.iter().sum::<usize>() as u32);
            let mut slots = instance.integers.clone();
            for number in 0..count {
                let mut rest = number;
                for ((slot, origin, shape), size) in instance.windows.iter().zip(&sizes) {
                    let entries = (0..*size).map(|_| {
                        let entry = world.integer(&(rest % p).into()).expect("an integer is in every ring");
                        rest /= p;
                        entry
                    });
                    let entries = entries.collect();
                    slots[*slot] = assemble(domain.claim.binders[*slot].kind, origin.clone(), shape, entries);
                }
                match instance::attempt(&slots, domain, &world, &mut work) {
                    Trial::Holds => admitted = true,
                    Trial::Breaks => return Formal::Breaks(slots, world),
                    Trial::Inadmissible(Some(halt)) if inadmissible(halt.clone(), domain).is_err() => {
                        return Formal::Open(halt.to_string());
                    }
                    Trial::Inadmissible(halt) => undefined |= halt.is_some(),
                }
            }
        }
        residues.count(domain, &choice, admitted);
        match (admitted, undefined) {
            (true, _) => coverage.admit(&choice),
            (false, true) => coverage.undefined += 1,
            (false, false) => coverage.excluded += 1,
        }
    }
    let hypotheses = domain.value_hypotheses().into_iter().collect();
    let method = Method::Exhaustion;
    match coverage.scope(domain, n, method, &Needs::default(), residues.0.into_values().collect()) {
        Some(scope) => Formal::Proved { method, scope, hypotheses },
        None => Formal::Open("no instance of the box satisfies the hypotheses and is defined".into()),
    }
}

/// The total degree of a polynomial equation in all entries, where it is the same for all sizes and integers.
pub(super) fn degree(domain: &Domain) -> Option<u64> {
    let world = World::new(ring(domain));
    let _budget = Budget::of(Effort::default().work);
    let mut common = None;
    for choice in choices(domain, 3)? {
        if let Ok(Some(instance)) = shape(domain, &choice, 2, &world) {
            let own = basis::degree(domain, &instance)?;
            if *common.get_or_insert(own) != own {
                return None;
            }
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{expr, theorem::program::Program};

    /// Whether agreement on basis vectors would be taken for a proof, every integer being 2.
    fn by_basis(text: &str) -> bool {
        let claim = expr::parse(text).expect("a claim");
        let program = Program::new(&claim);
        let domain = Domain::new(&claim, &program);
        let two = |slot| (slot, Value::Int(2.into()));
        let choice: Choice = domain.free_discrete().into_iter().map(two).collect();
        let instance = shape(&domain, &choice, 1, &World::new(ring(&domain)));
        basis::applies(&domain, &instance.expect("small").expect("admissible"))
    }

    #[test]
    fn the_basis_is_for_what_is_linear_in_each_name_the_same_way_on_both_sides() {
        for text in ["x * w = w * x", "shift(a, x) * w = shift(a, x * w)", "corr(x, w) = x * rev(conj(w))"] {
            assert!(by_basis(text), "{text}");
        }
        for text in [
            "conj(x) = x",
            "x .* x = x",
            "dot(x, y) = dot(y, x)",
            "corr(x, w) = x * rev(w)",
            "x * x = x .* x",
            "x + delta = x",
            "x + w = w + x",
            "x * w = x",
            "relu(x) = x",
            "norm2sq(x) = sum(x)",
            "for c : any, x : Z -> any. c^2 * x = c * x",
            "for c : any, x : Z -> any. 1/c * x = c * x",
            "for x : Z -> Q. norm0(x) = sum(x)",
        ] {
            assert!(!by_basis(text), "{text}");
        }
    }

    #[test]
    fn the_coverage_of_an_attempt_counts_what_was_proved() {
        let claim = expr::parse("for x : Z/n -> any, m : Nat. given n mod m = 0. down(m, up(m, x)) = x")
            .expect("a claim");
        let program = Program::new(&claim);
        let domain = Domain::new(&claim, &program);
        let Ok(Formal::Proved { scope, .. }) = attempt(&domain, &Effort::default(), 1, 4) else {
            panic!("it holds")
        };
        // n = 1 … 4 with its divisors: 1 + 2 + 2 + 3
        assert_eq!((scope.instances, scope.instances + scope.excluded + scope.undefined), (8, 25));
        assert!(scope.ranges.iter().all(|(_, values)| *values == [1, 2, 3, 4]), "{:?}", scope.ranges);
    }
}
