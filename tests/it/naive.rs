//! A second evaluator, naive on purpose: plain integers over a denominator, Gaussian, checked; one arm per defining
//! line of the operator table, and nothing shared with `theorem::meaning`.

use faltung::expr::{Expr, Head, Kind, Op};
use std::collections::BTreeMap;

/// Why there is no value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum No {
    /// The definition says so.
    Undefined,
    /// This evaluator does not go there: an overflow, a root beyond ±1, ±i, an order on complex numbers.
    Beyond,
    /// A constant that takes its size from its surroundings, and there is none.
    Floating,
}
pub type Maybe<T> = Result<T, No>;

/// (re + im·i) / den, lowest terms, den ≥ 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct G {
    pub re: i128,
    pub im: i128,
    pub den: i128,
}

/// Which scalars there are; it decides what is invertible and which roots exist.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Over {
    Z,
    Q,
    C,
    Mod(i128),
    /// −∞ and 0 of (max, +), written 0 and 1: closed under all that is asked of it here.
    MaxPlus,
}

#[derive(Clone, PartialEq, Debug)]
pub enum V {
    Int(i128),
    Scalar(G),
    /// Z or Z²: index to non-zero value.
    Map(usize, BTreeMap<Vec<i64>, G>),
    /// Left-bounded, known up to an index.
    Left(BTreeMap<i64, G>, i64),
    /// Sizes and entries: on a cycle, or an array.
    Cyclic(Vec<usize>, Vec<G>),
    Array(Vec<usize>, Vec<G>),
    /// The corners of a polygon, and the entries of a signal on its symmetries, in the order of the language.
    OnGroup(usize, Vec<G>),
    /// A symmetry, as what it does to the corners.
    Member(Vec<usize>),
}
use No::{Beyond, Floating, Undefined};
use V::{Array, Cyclic, Int, Left, Map, OnGroup, Scalar};

pub const ZERO: G = G { re: 0, im: 0, den: 1 };
pub const HORIZON: i64 = 40;
pub const ONE: G = G { re: 1, im: 0, den: 1 };
pub type Env = BTreeMap<String, V>;

pub fn need(condition: bool) -> Maybe<()> {
    if condition { Ok(()) } else { Err(Undefined) }
}
pub fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}
pub fn big<T>(checked: Option<T>) -> Maybe<T> {
    checked.ok_or(Beyond)
}

impl Over {
    pub fn g(self, re: i128, im: i128, den: i128) -> Maybe<G> {
        if let Over::Mod(m) = self {
            return if im == 0 && den == 1 { Ok(G { re: re.rem_euclid(m), im, den }) } else { Err(Beyond) };
        }
        if let Over::MaxPlus = self {
            let natural = im == 0 && den == 1 && re >= 0;
            return if natural { Ok(G { re: re.min(1), im, den }) } else { Err(Beyond) };
        }
        let d = gcd(gcd(re, im), den) * den.signum();
        Ok(G { re: re / d, im: im / d, den: den / d })
    }
    pub fn add(self, a: G, b: G) -> Maybe<G> {
        let part = |x: i128, y: i128| big(big(x.checked_mul(b.den))?.checked_add(big(y.checked_mul(a.den))?));
        self.g(part(a.re, b.re)?, part(a.im, b.im)?, big(a.den.checked_mul(b.den))?)
    }
    pub fn mul(self, a: G, b: G) -> Maybe<G> {
        let m = |x: i128, y: i128| big(x.checked_mul(y));
        let re = big(m(a.re, b.re)?.checked_sub(m(a.im, b.im)?))?;
        self.g(re, big(m(a.re, b.im)?.checked_add(m(a.im, b.re)?))?, m(a.den, b.den)?)
    }
    pub fn neg(self, a: G) -> Maybe<G> {
        self.g(-a.re, -a.im, a.den)
    }
    pub fn inverse(self, a: G) -> Maybe<G> {
        match self {
            Over::Mod(m) => {
                (1..m).find(|b| a.re * b % m == 1 % m).map_or(Err(Undefined), |b| self.g(b, 0, 1))
            }
            Over::Z | Over::MaxPlus => need(a.den == 1 && a.im == 0 && a.re.abs() == 1).map(|()| a),
            _ => {
                let norm = big(big(a.re.checked_mul(a.re))?.checked_add(big(a.im.checked_mul(a.im))?))?;
                need(norm != 0)?;
                self.g(big(a.re.checked_mul(a.den))?, -big(a.im.checked_mul(a.den))?, norm)
            }
        }
    }
    pub fn pow(self, a: G, n: i128) -> Maybe<G> {
        let base = if n < 0 { self.inverse(a)? } else { a };
        if n.abs() > 300 {
            return Err(Beyond);
        }
        (0..n.abs()).try_fold(self.g(1, 0, 1)?, |p, _| self.mul(p, base))
    }
    /// i^k, for the n-th roots of unity with n | 4.
    pub fn root(self, n: usize, k: i64) -> Maybe<G> {
        let available = match self {
            Over::C => 4 % n == 0,
            Over::Z | Over::Q => n <= 2,
            Over::Mod(_) | Over::MaxPlus => n == 1,
        };
        if !available {
            return Err(Beyond);
        }
        let [re, im] = [[1, 0], [0, 1], [-1, 0], [0, -1]][(k * 4 / n as i64).rem_euclid(4) as usize];
        self.g(re, im, 1)
    }
    pub fn order(self, a: G, b: G) -> Maybe<std::cmp::Ordering> {
        if matches!(self, Over::Mod(_)) || a.im != 0 || b.im != 0 {
            return Err(Beyond);
        }
        Ok(big(a.re.checked_mul(b.den))?.cmp(&big(b.re.checked_mul(a.den))?))
    }
    pub fn max(self, a: G, b: G, largest: bool) -> Maybe<G> {
        Ok(if self.order(a, b)?.is_lt() == largest { b } else { a })
    }
    pub fn abs(self, a: G) -> Maybe<G> {
        self.max(a, self.neg(a)?, true)
    }
    pub fn sum(self, all: impl IntoIterator<Item = Maybe<G>>) -> Maybe<G> {
        all.into_iter().try_fold(ZERO, |s, x| self.add(s, x?))
    }
    pub fn scalar(self, v: &V) -> Maybe<G> {
        match v {
            Int(n) => self.g(*n, 0, 1),
            Scalar(c) => Ok(*c),
            _ => panic!("kinds are checked"),
        }
    }

    /// The value of a checked expression.
    pub fn eval(self, e: &Expr, env: &Env, hint: Option<&[usize]>) -> Maybe<V> {
        let kind = e.kinds.only().expect("checked");
        let value = match &e.head {
            Head::Name(name) => env[name].clone(),
            Head::Numeral(n) => Int(big(i128::try_from(n).ok())?),
            Head::List(origin) => self.list(kind, origin, e, env)?,
            Head::Apply(op) => {
                let args = self.args(*op, e, env, hint)?;
                self.apply(*op, kind, &args, hint)?
            }
        };
        if kind == Kind::Scalar { self.scalar(&value).map(Scalar) } else { Ok(value) }
    }

    /// The arguments; a constant without a size takes that of its neighbours, or the surroundings'.
    pub fn args(self, op: Op, e: &Expr, env: &Env, hint: Option<&[usize]>) -> Maybe<Vec<V>> {
        use Op::*;
        let one_shape = matches!(
            op,
            Eq | Ne | Le | Ge | Add | Sub | Neg | Conv | Pointwise | Conj | Rev | Shift | Corr | Abs
        ) || matches!(
            op,
            FlipLr | FlipUd | Relu | Min | Max | Power | Modulate | Dft | Idft | Ntt | Wht | Diff | Dot
        );
        let first: Vec<Maybe<V>> = e.args.iter().map(|a| self.eval(a, env, None)).collect();
        let own = first
            .iter()
            .find_map(|v| if let Ok(Cyclic(s, _) | Array(s, _)) = v { Some(s.clone()) } else { None });
        let shape = own.or(hint.map(<[usize]>::to_vec)).filter(|_| one_shape);
        // a neighbour that is not gone to here would have had a size
        if shape.is_none() && first.contains(&Err(Beyond)) {
            return Err(Beyond);
        }
        let again = |(v, a)| if v == Err(Floating) { self.eval(a, env, shape.as_deref()) } else { v };
        first.into_iter().zip(&e.args).map(again).collect()
    }

    fn list(self, kind: Kind, origin: &[i64], e: &Expr, env: &Env) -> Maybe<V> {
        fn flat<'a>(e: &'a Expr, shape: &mut Vec<usize>, depth: usize, all: &mut Vec<&'a Expr>) {
            if !matches!(e.head, Head::List(_)) {
                return all.push(e);
            }
            shape.truncate(depth);
            shape.push(e.args.len());
            e.args.iter().for_each(|a| {
                let mut own = shape[..=depth].to_vec();
                flat(a, &mut own, depth + 1, all);
                *shape = own;
            });
        }
        let (mut shape, mut all) = (vec![], vec![]);
        flat(e, &mut shape, 0, &mut all);
        let xs: Vec<G> = all.iter().map(|a| self.scalar(&self.eval(a, env, None)?)).collect::<Maybe<_>>()?;
        let at = |k: usize| {
            let d = shape.len();
            let own: Vec<i64> =
                if d == 1 { vec![k as i64] } else { vec![(k / shape[1]) as i64, (k % shape[1]) as i64] };
            own.iter().enumerate().map(|(a, n)| n + origin.get(a).unwrap_or(&0)).collect::<Vec<i64>>()
        };
        Ok(match kind {
            Kind::Line | Kind::Plane => map(shape.len(), xs.iter().enumerate().map(|(k, x)| (at(k), *x))),
            Kind::Left => Left(xs.iter().enumerate().map(|(k, x)| (at(k)[0], *x)).collect(), HORIZON),
            Kind::Circle | Kind::Torus => Cyclic(shape, xs),
            Kind::OnS3 | Kind::OnD4 => {
                let n = super::naive_groups::corners(kind).expect("on a group");
                need(xs.len() == 2 * n)?;
                OnGroup(n, xs)
            }
            _ => Array(shape, xs),
        })
    }

    /// Whether a relation or a predicate is true.
    pub fn holds(self, e: &Expr, env: &Env) -> Maybe<bool> {
        let Head::Apply(op) = e.head else { panic!("a statement") };
        let args = self.args(op, e, env, None)?;
        let run = |op: Op, args: &[V]| self.apply(op, Kind::Line, args, None);
        match op {
            Op::Eq => Ok(same(&args[0], &args[1])),
            Op::Ne => match (&args[0], &args[1]) {
                (Int(_) | Scalar(_), _) => Ok(self.scalar(&args[0])? != self.scalar(&args[1])?),
                (x, Int(0)) | (x, Scalar(ZERO)) => Ok(x.entries().iter().any(|x| *x != ZERO)),
                (x, y) => Ok(!same(x, y)),
            },
            Op::Even => Ok(same(&run(Op::Rev, &args)?, &args[0])),
            Op::Odd => Ok(same(&run(Op::Rev, &args)?, &run(Op::Neg, &args)?)),
            Op::Real => Ok(same(&run(Op::Conj, &args)?, &args[0])),
            Op::Symmetric => match &args[0] {
                Array(..) => Ok(same(&run(Op::ListRev, &args)?, &args[0])),
                _ => Ok(same(&run(Op::Rev, &args)?, &args[0])),
            },
            Op::Supported => {
                let Int(m) = args[0] else { panic!("an integer") };
                need(m >= 1)?;
                match &args[1] {
                    Map(_, x) => Ok(x.keys().flatten().all(|k| *k as i128 % m == 0)),
                    Cyclic(s, x) => {
                        need(s.iter().all(|n| *n as i128 % m == 0))?;
                        let kept = |k: usize| k as i128 % m == 0;
                        let place = |k: usize| {
                            s[1..].iter().fold((k, true), |(k, all), n| (k / n, all && kept(k % n)))
                        };
                        let on = |k: usize| matches!(place(k), (k, true) if kept(k));
                        Ok(x.iter().enumerate().all(|(k, x)| on(k) || *x == ZERO))
                    }
                    _ => panic!("kinds"),
                }
            }
            Op::Le | Op::Ge | Op::Lt | Op::Gt => {
                let wanted = |o: std::cmp::Ordering| match op {
                    Op::Le => o.is_le(),
                    Op::Ge => o.is_ge(),
                    Op::Lt => o.is_lt(),
                    _ => o.is_gt(),
                };
                if let [Int(a), Int(b)] = args[..] {
                    return Ok(wanted(a.cmp(&b)));
                }
                let right = match (&args[0], &args[1]) {
                    (Int(_) | Scalar(_), c)
                    | (Cyclic(..) | Array(..) | OnGroup(..), c @ (Int(_) | Scalar(_))) => {
                        vec![self.scalar(c)?; args[0].entries().len().max(1)]
                    }
                    (Map(..), c @ (Int(_) | Scalar(_))) => {
                        let c = self.scalar(c)?;
                        return args[0]
                            .entries()
                            .iter()
                            .chain([&ZERO])
                            .try_fold(true, |all, x| Ok(all && wanted(self.order(*x, c)?)));
                    }
                    (Map(d, _), y) => {
                        let difference = self.zip(&args[0], y, &|a, b| self.add(a, self.neg(b)?))?;
                        debug_assert!(*d > 0);
                        return difference
                            .entries()
                            .iter()
                            .try_fold(true, |all, x| Ok(all && wanted(self.order(*x, ZERO)?)));
                    }
                    (x, y) if shape(x) != shape(y) => return Ok(false),
                    (_, y) => y.entries(),
                };
                let left = if matches!(args[0], Int(_) | Scalar(_)) {
                    vec![self.scalar(&args[0])?]
                } else {
                    args[0].entries()
                };
                left.iter().zip(&right).try_fold(true, |all, (a, b)| Ok(all && wanted(self.order(*a, *b)?)))
            }
            _ => panic!("a statement is a relation or a predicate"),
        }
    }

    /// Entry by entry, on the union of the supports; of one shape.
    pub fn zip(self, x: &V, y: &V, f: &dyn Fn(G, G) -> Maybe<G>) -> Maybe<V> {
        Ok(match (x, y) {
            (Map(d, a), Map(_, b)) => {
                let at = |m: &BTreeMap<Vec<i64>, G>, k: &Vec<i64>| *m.get(k).unwrap_or(&ZERO);
                let all: Maybe<Vec<_>> =
                    a.keys().chain(b.keys()).map(|k| Ok((k.clone(), f(at(a, k), at(b, k))?))).collect();
                map(*d, all?.into_iter())
            }
            (Left(a, m), Left(b, n)) => {
                let at = |m: &BTreeMap<i64, G>, k: &i64| *m.get(k).unwrap_or(&ZERO);
                let end = *m.min(n);
                let all = a.keys().chain(b.keys()).filter(|k| **k <= end);
                Left(all.map(|k| Ok((*k, f(at(a, k), at(b, k))?))).collect::<Maybe<_>>()?, end)
            }
            (Cyclic(s, a), Cyclic(t, b)) if s == t => {
                Cyclic(s.clone(), a.iter().zip(b).map(|(a, b)| f(*a, *b)).collect::<Maybe<_>>()?)
            }
            (Array(s, a), Array(t, b)) if s == t => {
                Array(s.clone(), a.iter().zip(b).map(|(a, b)| f(*a, *b)).collect::<Maybe<_>>()?)
            }
            (OnGroup(n, a), OnGroup(_, b)) => {
                OnGroup(*n, a.iter().zip(b).map(|(a, b)| f(*a, *b)).collect::<Maybe<_>>()?)
            }
            (Cyclic(..) | Array(..), _) => return Err(Undefined),
            _ => Scalar(f(self.scalar(x)?, self.scalar(y)?)?),
        })
    }
    pub fn each(self, x: &V, f: &dyn Fn(G) -> Maybe<G>) -> Maybe<V> {
        self.zip(x, x, &|a, _| f(a))
    }

    fn apply(self, op: Op, kind: Kind, args: &[V], hint: Option<&[usize]>) -> Maybe<V> {
        super::naive_operators::apply(self, op, kind, args, hint)
    }
}

pub fn map(d: usize, entries: impl Iterator<Item = (Vec<i64>, G)>) -> V {
    Map(d, entries.filter(|(_, x)| *x != ZERO).collect())
}
pub fn shape(x: &V) -> &[usize] {
    if let Cyclic(s, _) | Array(s, _) = x { s } else { &[] }
}
impl V {
    pub fn entries(&self) -> Vec<G> {
        match self {
            Map(_, x) => x.values().copied().collect(),
            Left(x, _) => x.values().copied().collect(),
            Cyclic(_, x) | Array(_, x) | OnGroup(_, x) => x.clone(),
            _ => vec![],
        }
    }
}
/// Equal, left-bounded signals as far as both are known.
pub fn same(x: &V, y: &V) -> bool {
    match (x, y) {
        (Left(a, m), Left(b, n)) => {
            let known = |m: &BTreeMap<i64, G>, end: i64| {
                m.iter().filter(|(k, x)| **k <= end && **x != ZERO).map(|(k, x)| (*k, *x)).collect::<Vec<_>>()
            };
            known(a, *m.min(n)) == known(b, *m.min(n))
        }
        (Int(n), Scalar(c)) | (Scalar(c), Int(n)) => *c == G { re: *n, im: 0, den: 1 },
        _ => x == y,
    }
}
