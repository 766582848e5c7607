//! Binding what a claim leaves free: inferred sizes, inferred classes, and the binders in order.

use super::check::{Checked, Named};
use super::draft::Bound;
use super::error::{ClaimError, Problem};
use super::{Asks, Binder, Claim, Class, Expr, Head, Kind};

/// Makes the claim of its parts; the names come in order of appearance, each with one kind.
pub(super) fn bind(checked: Checked) -> Result<Claim, ClaimError> {
    let Checked { bound, names, given, statement } = checked;
    let class = class(&bound, given.iter().chain([&statement]))?;
    let taken =
        bound.iter().map(|bound| bound.name.clone()).chain(names.iter().map(|named| named.name.clone()));
    let mut sizes = Sizes { taken: taken.collect(), circle: Vec::new(), torus: Vec::new() };
    sizes.adopt(&bound);

    let free = |named: &&Named| bound.iter().all(|bound| bound.name != named.name);
    let mut inferred = Vec::new();
    for named in names.iter().filter(free) {
        let kind = named.kinds.only().expect("every name has one kind by now");
        let (axes, fresh) = sizes.of(kind);
        inferred.extend(
            fresh.into_iter().map(|name| inferred_binder(name, Kind::Int, true, Vec::new(), Class::Any)),
        );
        let class = if kind.discrete() { Class::Any } else { class };
        inferred.push(inferred_binder(named.name.clone(), kind, named.in_size, axes, class));
    }
    let explicit = bound.into_iter().map(|Bound { name, domain, .. }| Binder {
        name,
        kind: domain.kind,
        nat: domain.nat,
        sizes: domain.sizes,
        class: domain.class.unwrap_or(if domain.kind.discrete() { Class::Any } else { class }),
        explicit: true,
    });
    Ok(Claim { binders: explicit.chain(inferred).collect(), given, statement })
}

fn inferred_binder(name: String, kind: Kind, nat: bool, sizes: Vec<Expr>, class: Class) -> Binder {
    Binder { name, kind, nat, sizes, class, explicit: false }
}

/// The class of what is left open: the explicit one, the largest where several are mixed, or else the weakest that
/// the operators ask for.
fn class<'a>(bound: &[Bound], parts: impl Iterator<Item = &'a Expr>) -> Result<Class, ClaimError> {
    let mut explicit = bound.iter().filter_map(|bound| Some((bound.domain.class?, bound)));
    let Some((mut class, mut first)) = explicit.next() else {
        let mut asks = Vec::new();
        parts.for_each(|part| asked(part, &mut asks));
        return Ok(if asks.contains(&Asks::Order) {
            Class::Ordered
        } else if asks.contains(&Asks::Decision) {
            // Lengths and supports of products are counted in a domain: over Z/6, where 2 * 3 = 0, what is said of
            // them fails for that reason alone.
            Class::Q
        } else {
            Class::Any
        });
    };
    for (next, bound) in explicit {
        let joins = next == class || concrete(class).is_some() && concrete(next).is_some();
        if !joins {
            let problem =
                Problem::Class(format!("the classes `{class}` and `{next}` cannot be mixed in one claim"));
            let error = ClaimError::at(problem, first.span.clone(), class.to_string());
            return Err(error.and(bound.span.clone(), next.to_string()));
        }
        if concrete(class) < concrete(next) {
            (class, first) = (next, bound);
        }
    }
    Ok(class)
}

/// The place of a class in Z ⊂ Q ⊂ R ⊂ C.
fn concrete(class: Class) -> Option<usize> {
    [Class::Z, Class::Q, Class::R, Class::C].iter().position(|own| *own == class)
}

/// What the operators ask of the ring; integers, or elements of groups, among themselves ask nothing of it.
fn asked(expr: &Expr, asks: &mut Vec<Asks>) {
    let in_ring = |part: &Expr| !part.kinds.only().is_some_and(|kind| kind.discrete() || kind == Kind::Truth);
    if let Head::Apply(op) = expr.head
        && (in_ring(expr) || expr.args.iter().any(in_ring))
    {
        asks.push(op.row().asks);
    }
    expr.args.iter().for_each(|arg| asked(arg, asks));
}

/// The sizes of names that are not bound explicitly.
struct Sizes {
    taken: Vec<String>,
    /// The size that all cyclic signals share, and the sizes that all signals on Z/n x Z/m share; empty before the first.
    circle: Vec<Expr>,
    torus: Vec<Expr>,
}

impl Sizes {
    /// Cyclic names that are bound explicitly, all of one size, set the size of the others.
    fn adopt(&mut self, bound: &[Bound]) {
        for (kind, shared) in [(Kind::Circle, &mut self.circle), (Kind::Torus, &mut self.torus)] {
            let mut sizes = bound.iter().filter(|own| own.domain.kind == kind).map(|own| &own.domain.sizes);
            if let Some(first) = sizes.next()
                && sizes.all(|other| other == first)
            {
                shared.clone_from(first);
            }
        }
    }

    /// The axes of a name of that kind, and the names of sizes that are new.
    fn of(&mut self, kind: Kind) -> (Vec<Expr>, Vec<String>) {
        let shared = match kind {
            Kind::Circle => &self.circle,
            Kind::Torus => &self.torus,
            _ => &Vec::new(),
        };
        if !kind.sized() || !shared.is_empty() {
            return (shared.clone(), Vec::new());
        }
        let fresh: Vec<String> = (0..kind.rank())
            .map(|axis| match kind {
                Kind::Circle | Kind::Torus => self.fresh(&["n", "m"][axis..=axis]),
                _ => self.fresh(&["n", "m", "k"]),
            })
            .collect();
        let axes: Vec<Expr> = fresh.iter().map(|name| size(name)).collect();
        match kind {
            Kind::Circle => self.circle.clone_from(&axes),
            Kind::Torus => self.torus.clone_from(&axes),
            _ => {}
        }
        (axes, fresh)
    }

    /// The first name not taken among n, m, k, n1, m1, k1, …
    fn fresh(&mut self, letters: &[&str]) -> String {
        let numbered = (1..).flat_map(|round| letters.iter().map(move |letter| format!("{letter}{round}")));
        let mut names = letters.iter().map(|letter| letter.to_string()).chain(numbered);
        let name =
            names.find(|name| !self.taken.contains(name)).expect("there are more names than are taken");
        self.taken.push(name.clone());
        name
    }
}

fn size(name: &str) -> Expr {
    Expr { head: Head::Name(name.into()), args: Vec::new(), kinds: Kind::Int.into(), span: 0..0 }
}
