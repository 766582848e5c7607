//! A claim, compiled once to be evaluated many times: names are slots, kinds are decided, floating sizes are known.

use super::{
    meaning,
    value::{Halt, LARGEST, Value},
    world::World,
};
use crate::{
    expr::{Claim, Expr, Head, Kind, Op},
    scalar::exact::{Element, exhausted, spend},
};
use dashu_int::IBig;

/// An expression with its names resolved.
#[derive(Clone, Debug)]
pub(super) struct Node {
    what: What,
    kind: Kind,
    args: Vec<Node>,
    /// Whether its sizes come from its surroundings: a constant such as `ones`, or made of nothing else.
    floating: bool,
}

#[derive(Clone, Debug)]
enum What {
    Slot(usize),
    Numeral(IBig),
    List { origin: Vec<i64>, shape: Vec<usize> },
    Apply(Op),
}

/// A relation or a predicate with its arguments.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub(super) op: Op,
    pub(super) args: Vec<Node>,
    /// How it is written.
    pub(super) text: String,
}

/// A compiled claim; slot k is the k-th binder.
#[derive(Clone, Debug)]
pub struct Program {
    pub(super) given: Vec<Statement>,
    pub(super) statement: Statement,
    /// The sizes of each binder, as expressions in the integer slots.
    pub(super) sizes: Vec<Vec<Node>>,
}

impl Program {
    /// Compile a checked claim.
    pub fn new(claim: &Claim) -> Self {
        let slot = |name: &str| claim.binders.iter().position(|b| b.name == name);
        Program {
            given: claim.given.iter().map(|h| Statement::new(h, &slot)).collect(),
            statement: Statement::new(&claim.statement, &slot),
            sizes: claim
                .binders
                .iter()
                .map(|b| b.sizes.iter().map(|s| Node::new(s, &slot)).collect())
                .collect(),
        }
    }

    /// The integers that the claim writes out, and the lengths of its lists, as far as they are small.
    pub(super) fn literals(&self) -> Vec<usize> {
        let mut found = vec![];
        let statements = self.given.iter().chain([&self.statement]);
        statements.flat_map(|statement| &statement.args).for_each(|node| node.literals(&mut found));
        found.retain(|n| *n < 1 << 16);
        found
    }

    /// Both sides of the statement for these values of the names.
    pub fn sides(&self, slots: &[Value], world: &World) -> Result<(Value, Value), Halt> {
        self.statement.sides(slots, world)
    }
}

impl Statement {
    fn new(expr: &Expr, slot: &impl Fn(&str) -> Option<usize>) -> Self {
        let Head::Apply(op) = expr.head else { panic!("a checked statement is a relation or a predicate") };
        let args: Vec<Node> = expr.args.iter().map(|arg| Node::new(arg, slot)).collect();
        Statement { op, args, text: expr.to_string() }
    }

    /// Whether it speaks of integers and of elements of groups only, so that no ring has a say in it.
    pub(super) fn discrete(&self) -> bool {
        self.args.iter().all(|arg| arg.kind.discrete())
    }

    /// For `a mod m = c`: m, and how it is written.
    pub(super) fn modulus(&self) -> Option<(String, &Node)> {
        let side = self
            .args
            .first()
            .filter(|side| self.op == Op::Eq && matches!(side.what, What::Apply(Op::Mod)))?;
        let text = self.text.split(" mod ").nth(1)?.split(" = ").next()?;
        Some((text.to_owned(), &side.args[1]))
    }

    /// Both arguments of a relation, evaluated.
    pub(super) fn sides(&self, slots: &[Value], world: &World) -> Result<(Value, Value), Halt> {
        let values = evaluate_all(&self.args, slots, None, true, world)?;
        let [left, right] = <[Value; 2]>::try_from(values).expect("a relation has two sides");
        Ok((left, right))
    }
}

impl Node {
    fn new(expr: &Expr, slot: &impl Fn(&str) -> Option<usize>) -> Self {
        let kind = expr.kinds.only().expect("a checked expression has one kind");
        if let Head::List(origin) = &expr.head {
            let (shape, entries) = flatten(expr);
            let args = entries.into_iter().map(|entry| Node::new(entry, slot)).collect();
            let what = What::List { origin: origin.clone(), shape };
            return Node { what, kind, args, floating: false };
        }
        let args: Vec<Node> = expr.args.iter().map(|arg| Node::new(arg, slot)).collect();
        let what = match &expr.head {
            Head::Name(name) => What::Slot(slot(name).expect("a checked claim binds every name")),
            Head::Numeral(n) => What::Numeral(n.clone()),
            Head::Apply(op) => What::Apply(*op),
            Head::List(_) => unreachable!("lists were taken above"),
        };
        let mut sized = args.iter().filter(|arg| arg.kind.sized()).peekable();
        let floating = match what {
            What::Apply(Op::Zero | Op::Ones | Op::Delta) => kind.sized(),
            What::Apply(op) => {
                kind.sized() && keeps_shape(op) && sized.peek().is_some() && sized.all(|arg| arg.floating)
            }
            _ => false,
        };
        Node { what, kind, args, floating }
    }

    /// Whether no name stands in it.
    pub(super) fn closed(&self) -> bool {
        !matches!(self.what, What::Slot(_)) && self.args.iter().all(Node::closed)
    }

    /// The slot, where the expression is one name.
    pub(super) fn slot(&self) -> Option<usize> {
        if let What::Slot(slot) = self.what { Some(slot) } else { None }
    }

    fn literals(&self, found: &mut Vec<usize>) {
        match &self.what {
            What::Numeral(n) => found.extend(usize::try_from(n).ok()),
            What::List { shape, .. } => found.extend(shape),
            _ => {}
        }
        self.args.iter().for_each(|arg| arg.literals(found));
    }

    /// Every operator in it.
    pub(super) fn operators(&self, found: &mut Vec<Op>) {
        if let What::Apply(op) = self.what {
            found.push(op);
        }
        self.args.iter().for_each(|arg| arg.operators(found));
    }

    /// Its value, `hint` being the shape its surroundings ask for.
    pub(super) fn evaluate(
        &self,
        slots: &[Value],
        hint: Option<&[usize]>,
        world: &World,
    ) -> Result<Value, Halt> {
        match &self.what {
            What::Slot(slot) => Ok(slots[*slot].clone()),
            What::Numeral(n) if self.kind == Kind::Int => Ok(Value::Int(n.clone())),
            What::Numeral(n) => Ok(Value::Scalar(world.integer(n)?)),
            What::List { origin, shape } => {
                let entries: Result<Vec<Element>, Halt> = self
                    .args
                    .iter()
                    .map(|x| meaning::scalar(&x.evaluate(slots, None, world)?, world))
                    .collect();
                meaning::list(self.kind, origin, shape, entries?)
            }
            What::Apply(op) => {
                let passed = if keeps_shape(*op) { hint } else { None };
                let args = evaluate_all(&self.args, slots, passed, keeps_shape(*op), world)?;
                let value = near(world.canonical(meaning::apply(*op, self.kind, &args, hint, world)?))?;
                spend(value.entries().count() / 4);
                within_budget(value)
            }
        }
    }
}

/// The value, if no index of it is so large that another operator or two could leave the range of indices.
fn near(value: Value) -> Result<Value, Halt> {
    let far = |origin: &[isize]| origin.iter().any(|o| o.unsigned_abs() > 4 * LARGEST);
    match &value {
        Value::Signal(x) if far(x.origin()) => Err(Halt::Large("an index")),
        Value::Left(x) if far(x.signal.origin()) => Err(Halt::Large("an index")),
        _ => Ok(value),
    }
}

/// What was computed, if the work that it took was allowed: otherwise it is not to be judged.
pub(super) fn within_budget<T>(computed: T) -> Result<T, Halt> {
    if exhausted() { Err(Halt::Large("more work than is allowed here")) } else { Ok(computed) }
}

/// The arguments' values; where they share a shape, those that float take it from one that does not, or from the hint.
fn evaluate_all(
    nodes: &[Node],
    slots: &[Value],
    hint: Option<&[usize]>,
    shared: bool,
    world: &World,
) -> Result<Vec<Value>, Halt> {
    if !nodes.iter().any(|node| node.floating) {
        return nodes.iter().map(|node| node.evaluate(slots, hint, world)).collect();
    }
    let mut shape = hint.map(<[usize]>::to_vec);
    let mut values = vec![None; nodes.len()];
    for floating in [false, true] {
        for (node, value) in nodes.iter().zip(&mut values).filter(|(node, _)| node.floating == floating) {
            let found = node.evaluate(slots, shape.as_deref(), world)?;
            shape = found.shape().filter(|_| shared).map(<[usize]>::to_vec).or(shape);
            *value = Some(found);
        }
    }
    Ok(values.into_iter().map(|value| value.expect("every argument floats or does not")).collect())
}

/// Whether the operator's sized arguments and its result have one shape.
fn keeps_shape(op: Op) -> bool {
    use Op::*;
    matches!(
        op,
        Eq | Ne
            | Le
            | Ge
            | Add
            | Sub
            | Neg
            | Conv
            | Pointwise
            | Conj
            | Rev
            | FlipLr
            | FlipUd
            | Shift
            | Corr
            | Abs
            | Relu
            | Min
            | Max
            | Power
            | Modulate
            | Dft
            | Idft
            | Ntt
            | Wht
            | Diff
            | Dot
    )
}

/// The shape of a nested list and its entries in order.
fn flatten(expr: &Expr) -> (Vec<usize>, Vec<&Expr>) {
    match &expr.head {
        Head::List(_) => {
            let mut shape = vec![expr.args.len()];
            let mut entries = vec![];
            for arg in &expr.args {
                let (inner, mut own) = flatten(arg);
                shape.truncate(1);
                shape.extend(inner);
                entries.append(&mut own);
            }
            (shape, entries)
        }
        _ => (vec![], vec![expr]),
    }
}
