//! Kinds, by arc consistency: every node and every name has a set of kinds, the table's alternatives strike out
//! what cannot be, and what stays open is decided by preference, one name at a time.

use super::draft::{Bound, Draft, NAMES};
use super::error::{ClaimError, Problem};
use super::op::precedence::RELATION;
use super::parse::{arity, shortened};
use super::{Expr, Head, Kind, Kinds, Notation, Op, Row, Signature, Span};
use dashu_int::IBig;

/// What a name becomes where several kinds are possible: a signal on Z first, then the others in this order.
const PREFERENCE: [Kind; 14] = [
    Kind::Line,
    Kind::Circle,
    Kind::Array,
    Kind::Plane,
    Kind::Torus,
    Kind::Left,
    Kind::Array2,
    Kind::Array3,
    Kind::OnS3,
    Kind::OnD4,
    Kind::Scalar,
    Kind::Int,
    Kind::InS3,
    Kind::InD4,
];

type Result<T> = std::result::Result<T, ClaimError>;

/// A claim with its kinds decided: every name and every node has one.
pub(super) struct Checked {
    /// What the claim binds itself, and the names in order of appearance.
    pub bound: Vec<Bound>,
    pub names: Vec<Named>,
    pub given: Vec<Expr>,
    pub statement: Expr,
}

/// Decides every kind.
pub(super) fn check(draft: Draft) -> Result<Checked> {
    let Draft { binders: mut bound, given, statement } = draft;
    let sizes: Vec<usize> = bound.iter().map(|bound| bound.domain.sizes.len()).collect();
    let mut roots: Vec<(Expr, Kind)> = bound
        .iter_mut()
        .flat_map(|bound| std::mem::take(&mut bound.domain.sizes))
        .map(|e| (e, Kind::Int))
        .collect();
    let first_hypothesis = roots.len();
    roots.extend(given.into_iter().chain([statement]).map(|e| (e, Kind::Truth)));

    let mut inference = Inference { roots, names: Vec::new() };
    inference.name_everything(&bound)?;
    inference.settle()?;
    // before anything is chosen by preference
    inference.roots.iter_mut().try_for_each(|(root, _)| visit(root, &mut of_one_group))?;
    inference.decide()?;
    let Inference { roots, names } = inference;
    let mut roots: Vec<Expr> = roots.into_iter().map(|(expr, kind)| resolved(expr, kind)).collect();

    let mut statements = roots.split_off(first_hypothesis);
    statements.iter().try_for_each(compares_with_zero)?;
    let mut sizes_of = roots.into_iter();
    for (bound, count) in bound.iter_mut().zip(sizes) {
        bound.domain.sizes = sizes_of.by_ref().take(count).collect();
    }
    let statement = statements.pop().expect("the statement is the last root");
    Ok(Checked { bound, names, given: statements, statement })
}

/// What is known of a name.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub name: String,
    /// What it may be.
    pub kinds: Kinds,
    /// Where it was last found to be less than it was.
    place: Span,
    /// Whether it stands in the size of a bound name.
    pub in_size: bool,
}

#[derive(Clone)]
struct Inference {
    roots: Vec<(Expr, Kind)>,
    /// The names, in order of appearance.
    names: Vec<Named>,
}

impl Inference {
    /// Tells operators that stand alone (`delta`, `i`) from names, and lists the names.
    fn name_everything(&mut self, binders: &[Bound]) -> Result<()> {
        let mut names: Vec<Named> = Vec::new();
        for (root, kind) in &mut self.roots {
            root.kinds = root.kinds.and((*kind).into());
            if root.kinds.is_empty() {
                let problem = Problem::Kinds(format!("{} is needed here", kind));
                return Err(ClaimError::at(problem, root.span.clone(), "not of that kind"));
            }
            visit(root, &mut |node| {
                if let Head::Numeral(_) = node.head {
                    node.kinds = Kinds::from(Kind::Int).or(Kind::Scalar.into());
                }
                let Head::Name(name) = &node.head else { return Ok(()) };
                let bound = binders.iter().find(|bound| bound.name == *name);
                if let (None, Some(op)) = (bound, Op::find(name)) {
                    arity(op, 0, node.span.clone())?;
                    node.head = Head::Apply(op);
                    return Ok(());
                }
                let in_size = *kind == Kind::Int;
                if let Some(known) = names.iter_mut().find(|known| known.name == *name) {
                    known.in_size |= in_size;
                    return Ok(());
                }
                if names.len() == NAMES {
                    let problem = Problem::Limit { what: "the claim has more than 64 names", most: NAMES };
                    return Err(ClaimError::at(problem, node.span.clone(), "one too many"));
                }
                let kinds = bound.map_or(Kinds::VALUES, |bound| bound.domain.kind.into());
                let place = bound.map_or(node.span.clone(), |bound| bound.span.clone());
                names.push(Named { name: name.clone(), kinds, place, in_size });
                Ok(())
            })?;
        }
        // A length must be known before the signal is: no signals in sizes, however they come out as an integer.
        for known in names.iter().filter(|known| known.in_size) {
            if !known.kinds.has(Kind::Int) {
                let problem =
                    Problem::Kinds(format!("`{}` stands in a size, and is {}", known.name, known.kinds));
                return Err(ClaimError::at(problem, known.place.clone(), "no integer"));
            }
        }
        names.iter_mut().filter(|known| known.in_size).for_each(|known| known.kinds = Kind::Int.into());
        self.names = names;
        Ok(())
    }

    /// Strikes out what cannot be, until nothing changes.
    fn settle(&mut self) -> Result<()> {
        let mut changed = true;
        while changed {
            changed = false;
            for (root, _) in &mut self.roots {
                changed |= narrow(root, &mut self.names)?;
            }
        }
        Ok(())
    }

    /// Gives every name one kind, in order of appearance, the preferred one of those that are possible.
    fn decide(&mut self) -> Result<()> {
        for index in 0..self.names.len() {
            let open = self.names[index].kinds;
            if open.only().is_some() {
                continue;
            }
            let mut tried = PREFERENCE.into_iter().filter(|kind| open.has(*kind)).map(|kind| {
                let mut guess = self.clone();
                guess.names[index].kinds = kind.into();
                guess.settle().map(|()| guess)
            });
            let first = tried.next().expect("no name is left without a kind");
            let settled = first.or_else(|error| tried.find_map(|guess| guess.ok()).ok_or(error));
            *self = settled?;
        }
        Ok(())
    }
}

fn visit(expr: &mut Expr, act: &mut impl FnMut(&mut Expr) -> Result<()>) -> Result<()> {
    act(expr)?;
    expr.args.iter_mut().try_for_each(|arg| visit(arg, act))
}

/// Refuses elements that nothing ties to a group: whatever were chosen, a reader could have meant the other.
fn of_one_group(node: &mut Expr) -> Result<()> {
    let open = node.kinds.has(Kind::InS3) && node.kinds.has(Kind::InD4);
    if !open || !matches!(node.head, Head::Apply(Op::Turn | Op::MirrorImage)) {
        return Ok(());
    }
    let problem = Problem::EitherGroup(shortened(&node.to_string()));
    Err(ClaimError::at(problem, node.span.clone(), "in which group?"))
}

/// Whether an argument that may be of these kinds can stand where `asked` is asked for.
fn accepts(asked: Kind, kinds: Kinds) -> bool {
    !kinds.and(accepted(asked)).is_empty()
}

/// The kinds that can stand where one is asked for: an integer is a scalar too.
fn accepted(asked: Kind) -> Kinds {
    let own = Kinds::from(asked);
    if asked == Kind::Scalar { own.or(Kind::Int.into()) } else { own }
}

fn suits(signature: &Signature, args: &[Expr]) -> bool {
    signature.fits(args.len()) && args.iter().enumerate().all(|(i, arg)| accepts(signature.arg(i), arg.kinds))
}

/// Narrows the kinds of a node and of all below it; true where something changed.
fn narrow(expr: &mut Expr, names: &mut [Named]) -> Result<bool> {
    let mut changed = false;
    for arg in &mut expr.args {
        changed |= narrow(arg, names)?;
    }
    let before = expr.kinds;
    match &expr.head {
        Head::Numeral(_) => {}
        Head::Name(name) => {
            let known = names.iter_mut().find(|known| known.name == *name).expect("every name is listed");
            let both = known.kinds.and(expr.kinds);
            if both.is_empty() {
                let message =
                    format!("`{name}` is {} in one place and {} in another", known.kinds, expr.kinds);
                let problem = if all_arrays(known.kinds) && all_arrays(expr.kinds) {
                    Problem::Arrays(message)
                } else {
                    Problem::Kinds(message)
                };
                let error = ClaimError::at(problem, known.place.clone(), known.kinds.to_string());
                return Err(error.and(expr.span.clone(), expr.kinds.to_string()));
            }
            if both != known.kinds {
                (known.kinds, known.place) = (both, expr.span.clone());
                changed = true;
            }
            expr.kinds = both;
        }
        Head::List(_) => {
            let scalars = accepted(Kind::Scalar);
            for entry in expr.args.iter_mut().filter(|entry| !matches!(entry.head, Head::List(_))) {
                let both = entry.kinds.and(scalars);
                if both.is_empty() {
                    let message = format!("an entry of a list is a scalar, not {}", entry.kinds);
                    let label = entry.kinds.to_string();
                    return Err(ClaimError::at(Problem::Kinds(message), entry.span.clone(), label));
                }
                changed |= both != entry.kinds;
                entry.kinds = both;
            }
            // a value for each element
            for (kind, order) in [(Kind::OnS3, 6), (Kind::OnD4, 8)] {
                if expr.args.len() != order && expr.kinds != Kinds::from(kind) {
                    expr.kinds = expr.kinds.without(kind);
                }
            }
        }
        Head::Apply(op) => {
            let op = *op;
            let possible: Vec<&Signature> = op
                .signatures()
                .iter()
                .filter(|signature| suits(signature, &expr.args) && expr.kinds.has(signature.result))
                .collect();
            if possible.is_empty() {
                return Err(misfit(op, expr));
            }
            let union = |kinds: &mut dyn Iterator<Item = Kinds>| kinds.fold(Kinds::NONE, Kinds::or);
            expr.kinds = union(&mut possible.iter().map(|signature| signature.result.into()));
            for (i, arg) in expr.args.iter_mut().enumerate() {
                let both =
                    arg.kinds.and(union(&mut possible.iter().map(|signature| accepted(signature.arg(i)))));
                changed |= both != arg.kinds;
                arg.kinds = both;
            }
        }
    }
    Ok(changed || before != expr.kinds)
}

fn misfit(op: Op, expr: &Expr) -> ClaimError {
    let row = op.row();
    let result = op.signatures().iter().filter(|signature| suits(signature, &expr.args));
    let result = result.fold(Kinds::NONE, |all, signature| all.or(signature.result.into()));
    if !result.is_empty() {
        let message =
            format!("`{}` is {result} where {} is needed", shortened(&expr.to_string()), expr.kinds);
        return ClaimError::at(Problem::Kinds(message), expr.span.clone(), result.to_string());
    }
    let found: Vec<String> = expr.args.iter().map(|arg| arg.kinds.to_string()).collect();
    let reordered = reordered(op, expr);
    let problem = match (row.notation, expr.args.as_slice()) {
        (Notation::Infix(relation, RELATION), [left, right]) => {
            Problem::Sides { relation, left: left.kinds, right: right.kinds }
        }
        (Notation::Infix(sign, _), [left, right])
            if op == Op::Conv && [left, right].iter().any(|arg| all_arrays(arg.kinds)) =>
        {
            Problem::Arrays(format!(
                "`{sign}` convolves signals, and stands here between {}",
                found.join(" and ")
            ))
        }
        _ if reordered.is_some() => Problem::Order { op, wanted: reordered.unwrap_or_default() },
        _ => Problem::Kinds(format!(
            "`{}` takes {}{}, not {}",
            row.name,
            row.forms().join(", "),
            if of_one_kind(row) { " of one kind" } else { "" },
            found.join(" and ")
        )),
    };
    let first = ClaimError::at(problem, expr.args[0].span.clone(), &found[0]);
    expr.args[1..]
        .iter()
        .zip(&found[1..])
        .fold(first, |error, (arg, kinds)| error.and(arg.span.clone(), kinds))
}

/// The operator with the same arguments in another order, where it takes them so: the order nearest to the front.
fn reordered(op: Op, expr: &Expr) -> Option<String> {
    const MOST: usize = 4; // 24 orders; what takes more arguments takes integers only
    let args = &expr.args;
    let mut orders: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in args.iter().take(MOST) {
        let longer = |order: Vec<usize>| {
            let rest: Vec<usize> = (0..args.len()).filter(|i| !order.contains(i)).collect();
            rest.into_iter().map(move |i| [order.as_slice(), &[i]].concat())
        };
        orders = orders.into_iter().flat_map(longer).collect();
    }
    orders.into_iter().filter(|order| order.len() == args.len()).find_map(|order| {
        let args: Vec<Expr> = order.into_iter().map(|i| args[i].clone()).collect();
        let fits = op.signatures().iter().any(|signature| suits(signature, &args));
        fits.then(|| Expr { args, ..expr.clone() }.to_string())
    })
}

/// Whether it is an array, of whatever rank.
fn all_arrays(kinds: Kinds) -> bool {
    !kinds.is_empty() && kinds.iter().all(|kind| matches!(kind, Kind::Array | Kind::Array2 | Kind::Array3))
}

/// Whether some alternative asks two arguments to be of the same kind, by a letter that stands for several.
fn of_one_kind(row: &Row) -> bool {
    row.kinds.split('|').any(|alternative| {
        let args = alternative.split("->").next().unwrap_or_default();
        ["s", "f", "u", "r", "v", "w"]
            .iter()
            .any(|letter| args.split_whitespace().filter(|word| word == letter).count() > 1)
    })
}

/// Decides the kinds from the top: each node the kind asked of it, by the first alternative that is possible.
fn resolved(mut expr: Expr, kind: Kind) -> Expr {
    let wanted = |asked: Kind, arg: &Expr| if arg.kinds.has(asked) { asked } else { Kind::Int };
    let asked: Vec<Kind> = match &expr.head {
        Head::Apply(op) => {
            let mut possible =
                op.signatures().iter().filter(|own| own.result == kind && suits(own, &expr.args));
            let signature =
                possible.next().expect("a consistent tree has an alternative for each kind it may have");
            expr.args.iter().enumerate().map(|(i, arg)| wanted(signature.arg(i), arg)).collect()
        }
        Head::List(_) => expr
            .args
            .iter()
            .map(|entry| match entry.head {
                Head::List(_) => entry.kinds.only().expect("a row has one kind"),
                _ => wanted(Kind::Scalar, entry),
            })
            .collect(),
        _ => Vec::new(),
    };
    expr.args = expr.args.into_iter().zip(asked).map(|(arg, asked)| resolved(arg, asked)).collect();
    expr.kinds = kind.into();
    expr
}

/// `x != c` between a signal and a scalar says "not identically zero", so c must be the numeral 0.
fn compares_with_zero(expr: &Expr) -> Result<()> {
    if let (Head::Apply(Op::Ne), [left, right]) = (&expr.head, expr.args.as_slice()) {
        let rank = |side: &Expr| side.kinds.only().map_or(0, Kind::rank);
        if rank(left) > 0 && rank(right) == 0 && right.head != Head::Numeral(IBig::ZERO) {
            let problem = Problem::Kinds("a signal can be compared by `!=` with a signal, or with 0".into());
            return Err(ClaimError::at(problem, right.span.clone(), "not 0"));
        }
    }
    Ok(())
}
