//! What each operator means, over any ring: one match arm per operator.
//!
//! The code below this module computes with entries and never compares them: there is no equality of elements
//! in reach, and what it asks of an order or of zero goes to the [`World`], whose ring of formal variables has
//! neither. So a result on formal variables holds for all values of them.

mod arrays;
mod channels;
mod cyclic;
mod entrywise;
mod groups;
mod integers;
mod line;
mod matrices;
mod plane;
mod pooling;

pub(super) use entrywise::differenced;

use super::{
    value::{self, Halt, LARGEST, Value},
    world::World,
};
use crate::{
    expr::{Kind, Op},
    scalar::{Semiring, exact::Element},
    signal::{Cyclic, OnGroup, Signal},
};
use dashu_int::IBig;
use ndarray::{ArrayD, IxDyn};

/// The value of an operator at its arguments. `kind` is the kind of the result; `hint` is the shape that the
/// surroundings ask for, which only `zero`, `ones` and `delta` on a sized kind need.
///
/// # Panics
/// On relations and predicates, which are judged and have no value, and on arguments of kinds that the operator's
/// row does not list: a checked claim has neither.
pub(super) fn apply(
    op: Op,
    kind: Kind,
    args: &[Value],
    hint: Option<&[usize]>,
    world: &World,
) -> Result<Value, Halt> {
    use Value::{Int, Scalar};
    match op {
        Op::Eq | Op::Le | Op::Ge | Op::Lt | Op::Gt | Op::Ne => panic!("a relation is judged, not evaluated"),
        Op::Even | Op::Odd | Op::Real | Op::Symmetric | Op::Supported => {
            panic!("a predicate is judged, not evaluated")
        }

        Op::Add if kind == Kind::Int => Ok(Int(int(&args[0]) + int(&args[1]))),
        Op::Sub if kind == Kind::Int => Ok(Int(int(&args[0]) - int(&args[1]))),
        Op::Neg if kind == Kind::Int => Ok(Int(-int(&args[0]).clone())),
        Op::Conv if kind == Kind::Int => Ok(Int(int(&args[0]) * int(&args[1]))),
        Op::Pow if kind == Kind::Int => integers::power(int(&args[0]), int(&args[1])).map(Int),
        Op::Abs if kind == Kind::Int => Ok(Int(integers::abs(int(&args[0])))),
        Op::Min if kind == Kind::Int => Ok(Int(int(&args[0]).min(int(&args[1])).clone())),
        Op::Conv if kind.discrete() => Ok(groups::product(&args[0], &args[1])),
        Op::Pow if kind.discrete() => groups::power(&args[0], int(&args[1])),
        Op::Max if kind == Kind::Int => Ok(Int(int(&args[0]).max(int(&args[1])).clone())),
        Op::Mod => integers::modulo(int(&args[0]), int(&args[1])).map(Int),
        Op::Floor => integers::floor(int(&args[0]), int(&args[1])).map(Int),
        Op::Ceil => integers::ceil(int(&args[0]), int(&args[1])).map(Int),
        Op::Gcd => Ok(Int(integers::gcd(int(&args[0]), int(&args[1])))),
        Op::Binomial => integers::binomial(int(&args[0]), int(&args[1])).map(Int),
        Op::OutSize => integers::outsize(args).map(Int),
        Op::Receptive => integers::receptive(args).map(Int),
        Op::Len => Ok(Int(args[0].shape().expect("an array has sizes")[0].into())),

        Op::Add => entrywise::add(&args[0], &args[1], world),
        Op::Sub => entrywise::subtract(&args[0], &args[1], world),
        Op::Neg => entrywise::map(&args[0], world, |x| Ok(world.negate(x)?)),
        Op::Conj => entrywise::map(&args[0], world, |x| Ok(world.conj(x))),
        Op::Abs => entrywise::map(&args[0], world, |x| world.abs(x)),
        Op::Relu => entrywise::map(&args[0], world, |x| world.max(x, &Element::zero())),
        Op::Min => entrywise::zip(&args[0], &args[1], world, |x, y| world.min(x, y)),
        Op::Max => entrywise::zip(&args[0], &args[1], world, |x, y| world.max(x, y)),
        Op::Pointwise => entrywise::product(&args[0], &args[1]),
        Op::Power => entrywise::power(&args[0], int(&args[1])),

        Op::Conv => convolve(&args[0], &args[1], world),
        Op::ConvPow => convolution_power(&args[0], int(&args[1]), world),
        Op::Div => Ok(Scalar(scalar(&args[0], world)?.times(&world.inverse(&scalar(&args[1], world)?)?))),
        Op::Pow => power(&scalar(&args[0], world)?, int(&args[1])).map(Scalar),
        Op::At => at(&args[0], &args[1..]),
        Op::ImaginaryUnit => Ok(Scalar(world.roots(4)?.swap_remove(1))),
        Op::Zeta => {
            let n = size(&args[0], 1, "zeta(n) with n < 1")?;
            Ok(Scalar(if n == 1 { Element::one() } else { world.roots(n)?.swap_remove(1) }))
        }

        Op::Corr => {
            let flipped = reverse(&args[1]).map(|x| world.conj(x));
            convolve(&args[0], &flipped, world)
        }
        Op::Rev => Ok(reverse(&args[0])),
        Op::Shift => shift(args),
        Op::Zero => constant(kind, hint, Element::zero()),
        Op::Ones => constant(kind, hint, Element::one()),
        Op::Delta => delta(kind, args, hint),
        Op::Sum => Ok(Scalar(total(args[0].entries().cloned()))),
        Op::AltSum => line::alternating_sum(&args[0], world),
        Op::Dot => entrywise::dot(&args[0], &args[1], world),
        Op::Norm2Sq => entrywise::dot(&args[0], &args[0], world),
        Op::Norm1 => {
            let sizes: Result<Vec<_>, _> = args[0].entries().map(|x| world.abs(x)).collect();
            Ok(Scalar(total(sizes?.into_iter())))
        }
        Op::NormInf => {
            let largest =
                args[0].entries().try_fold(Element::zero(), |m, x| world.max(&m, &world.abs(x)?))?;
            Ok(Scalar(largest))
        }
        Op::Norm0 => {
            let mut count = 0i64;
            for x in args[0].entries() {
                count += i64::from(!world.is_zero(x)?);
            }
            Ok(Int(count.into()))
        }
        Op::Extent => line::extent(&args[0], world).map(Int),
        Op::Diff => line::difference(&args[0], world),
        Op::CumSum => line::running_sum(&args[0]),
        Op::Index => line::index(&args[0], world),
        Op::Modulate => line::modulate(&scalar(&args[0], world)?, &args[1], world),
        Op::Box => line::ones(kind, size(&args[0], 1, "box(n) with n < 1")?),
        Op::Up => line::up(size(&args[0], 1, "up(m, x) with m < 1")?, &args[1]),
        Op::Down => line::down(size(&args[0], 1, "down(m, x) with m < 1")?, &args[1]),
        Op::Periodize => Ok(line::periodize(size(&args[0], 1, "periodize(n, x) with n < 1")?, &args[1])),

        Op::Dft => cyclic::dft(circle(&args[0]), false, world),
        Op::Idft => cyclic::dft(circle(&args[0]), true, world),
        Op::Ntt => cyclic::ntt(circle(&args[0]), world),
        Op::Wht => cyclic::wht(circle(&args[0]), world),
        Op::Tile => cyclic::tile(size(&args[0], 1, "tile(m, x) with m < 1")?, circle(&args[1])),

        Op::Turn | Op::MirrorImage => Ok(groups::generator(kind, op.row().name)),
        Op::LShift => Ok(Value::OnGroup(on_group(&args[1]).left_shifted(member(&args[0])))),
        Op::RShift => Ok(Value::OnGroup(on_group(&args[1]).right_shifted(member(&args[0])))),

        Op::ConvFull => arrays::full(array(&args[0]), array(&args[1])),
        Op::ConvValid => arrays::valid(array(&args[0]), &arrays::reversed(array(&args[1]))),
        Op::CorrValid => arrays::valid(array(&args[0]), array(&args[1])),
        Op::ConvSame => arrays::same(array(&args[0]), array(&args[1])),
        Op::Join => arrays::join(array(&args[0]), array(&args[1])),
        Op::ListRev => Ok(Value::Array(arrays::reversed(array(&args[0])))),
        Op::Pad => arrays::pad(args),
        Op::Crop => arrays::crop(args),
        Op::Strided => {
            let s = size(&args[0], 1, "strided(s, x, w) with s < 1")?;
            Ok(arrays::thinned(s, array(&channels::layer(array(&args[1]), array(&args[2]))?)))
        }
        Op::Dilated => {
            let w = arrays::stuffed(size(&args[0], 1, "dilated(d, x, w) with d < 1")?, array(&args[2]))?;
            channels::layer(array(&args[1]), array(&w))
        }
        Op::ConvT => {
            let x = arrays::stuffed(size(&args[0], 1, "convT(s, x, w) with s < 1")?, array(&args[1]))?;
            match array(&args[2]) {
                w if w.ndim() == 3 => channels::product(array(&plane::transposed(&args[2])), array(&x)),
                w => arrays::full(array(&x), w),
            }
        }
        Op::ZeroStuff => arrays::stuffed(size(&args[0], 1, "zerostuff(d, w) with d < 1")?, array(&args[1])),
        Op::Im2Col => channels::windows(size(&args[0], 1, "im2col(k, x) with k < 1")?, array(&args[1])),
        Op::ReflectPad => arrays::extend(args, arrays::reflect),
        Op::SymmetricPad => arrays::extend(args, arrays::symmetric),
        Op::WrapPad => arrays::extend(args, arrays::wrap),
        Op::ReplicatePad => arrays::extend(args, arrays::replicate),

        Op::Rot90 => Ok(plane::turned(&args[0])),
        Op::FlipLr => Ok(plane::flipped(&args[0], 1)),
        Op::FlipUd => Ok(plane::flipped(&args[0], 0)),
        Op::Rows => plane::along(&args[0], &args[1], 1, world),
        Op::Cols => plane::along(&args[0], &args[1], 0, world),
        Op::RowSum => Ok(plane::summed(&args[0], 1)),
        Op::ColSum => Ok(plane::summed(&args[0], 0)),

        Op::MatMul if args.iter().any(|arg| arg.kind() == Kind::Array3) => {
            channels::product(array(&args[0]), array(&args[1]))
        }
        Op::MatMul => matrices::apply(array(&args[0]), &args[1]),
        Op::Transpose => Ok(plane::transposed(&args[0])),
        Op::Adjoint => Ok(plane::transposed(&args[0]).map(|x| world.conj(x))),
        Op::Identity => matrices::identity(size(&args[0], 1, "id(n) with n < 1")?),
        Op::Diag if kind == Kind::Array3 => channels::diagonal(array(&args[0])),
        Op::Diag => matrices::diagonal(&args[0]),
        Op::Outer => plane::outer(&args[0], &args[1]),
        Op::Kron => matrices::kronecker(array(&args[0]), array(&args[1])),
        Op::Ravel => Ok(arrays::line(args[0].entries().cloned().collect())),
        Op::Toeplitz => {
            let n = size(&args[1], 1, "toeplitz(w, n) with n < 1")?;
            match array(&args[0]) {
                w if w.ndim() == 3 => channels::toeplitz(w, n),
                w => matrices::toeplitz(w, &[n]),
            }
        }
        Op::DbToeplitz => {
            let n = |k: usize| size(&args[k], 1, "dbtoeplitz(w, h, k) with h < 1 or k < 1");
            matrices::toeplitz(array(&args[0]), &[n(1)?, n(2)?])
        }
        Op::Circ if matches!(args[0], Value::OnGroup(_)) => groups::matrix(on_group(&args[0])),
        Op::Circ | Op::Bccb => matrices::circulant(&args[0]),

        Op::MConv => channels::layer(array(&args[0]), array(&args[1])),
        Op::GConv => {
            let g = size(&args[0], 1, "gconv(g, x, w) with g < 1")?;
            channels::grouped(g, array(&args[1]), array(&args[2]))
        }
        Op::LocalConv => channels::local(array(&args[0]), array(&args[1])),
        Op::TiledConv => channels::tiled(array(&args[0]), array(&args[1])),
        Op::Repeat => channels::repeated(size(&args[0], 1, "repeat(m, x) with m < 1")?, array(&args[1])),

        Op::MaxPool => pooling::pooled(args, |window| pooling::largest(window, world)),
        Op::MinPool => pooling::pooled(args, |window| pooling::smallest(window, world)),
        Op::AvgPool => pooling::pooled(args, |window| {
            Ok(total(window.iter().cloned()).times(&world.inverse(&world.integer(&window.len().into())?)?))
        }),
        Op::GlobalMax => pooling::largest(&args[0].entries().cloned().collect::<Vec<_>>(), world).map(Scalar),
        Op::Dilate => {
            let k = size(&args[0], 1, "dilate(k, x) with k < 1")?;
            pooling::morphed(k, &args[1], -1, |window| pooling::largest(window, world))
        }
        Op::Erode => {
            let k = size(&args[0], 1, "erode(k, x) with k < 1")?;
            pooling::morphed(k, &args[1], 1, |window| pooling::smallest(window, world))
        }
        Op::Median => pooling::median(size(&args[0], 1, "median(k, x) with k < 1")?, &args[1], world),
    }
}

/// A value of a known kind, from the entries of a list and the index of the first.
pub(super) fn list(
    kind: Kind,
    origin: &[i64],
    shape: &[usize],
    entries: Vec<Element>,
) -> Result<Value, Halt> {
    if let Some(group) = value::group(kind) {
        let signal = OnGroup::new(group, entries);
        return signal
            .map(Value::OnGroup)
            .ok_or(Halt::Misfit("a list on a group has an entry for each element"));
    }
    let entries = ArrayD::from_shape_vec(IxDyn(shape), entries).expect("the parser read a full list");
    let origin: Vec<isize> = match origin {
        [] => vec![0; shape.len()],
        given => given.iter().map(|o| *o as isize).collect(),
    };
    if origin.iter().any(|o| o.unsigned_abs() > LARGEST) {
        return Err(Halt::Large("an index of a list"));
    }
    let displaced = origin.iter().any(|o| *o != 0);
    Ok(match kind {
        Kind::Line | Kind::Plane => Value::Signal(Signal::new(origin, entries)),
        Kind::Left => Value::Left(super::value::Left { signal: Signal::new(origin, entries), sums: 0 }),
        _ if displaced => return Err(Halt::Undefined("only signals on Z^d have entries before index 0")),
        Kind::Circle | Kind::Torus => Value::Cyclic(Cyclic::new(entries)),
        _ => Value::Array(entries),
    })
}

fn int(value: &Value) -> &IBig {
    match value {
        Value::Int(n) => n,
        other => panic!("the checker let {} through where an integer stands", other.kind()),
    }
}

fn array(value: &Value) -> &ArrayD<Element> {
    match value {
        Value::Array(x) => x,
        other => panic!("the checker let {} through where an array stands", other.kind()),
    }
}

fn circle(value: &Value) -> &Cyclic<Element> {
    match value {
        Value::Cyclic(x) => x,
        other => panic!("the checker let {} through where a cyclic signal stands", other.kind()),
    }
}

fn on_group(value: &Value) -> &OnGroup<Element> {
    match value {
        Value::OnGroup(x) => x,
        other => panic!("the checker let {} through where a signal on a group stands", other.kind()),
    }
}

fn member(value: &Value) -> usize {
    match value {
        Value::Member(_, place) => *place,
        other => panic!("the checker let {} through where an element of a group stands", other.kind()),
    }
}

pub(super) fn scalar(value: &Value, world: &World) -> Result<Element, Halt> {
    match value {
        Value::Scalar(c) => Ok(c.clone()),
        Value::Int(n) => Ok(world.integer(n)?),
        other => panic!("the checker let {} through where a scalar stands", other.kind()),
    }
}

/// An integer that is a size: at least `least`, and small enough to be computed with.
fn size(value: &Value, least: usize, undefined: &'static str) -> Result<usize, Halt> {
    let n = int(value);
    if *n < IBig::from(least) {
        return Err(Halt::Undefined(undefined));
    }
    usize::try_from(n).ok().filter(|n| *n <= LARGEST).ok_or(Halt::Large("a size"))
}

fn offset(value: &Value) -> Result<isize, Halt> {
    isize::try_from(int(value)).ok().filter(|n| n.unsigned_abs() <= LARGEST).ok_or(Halt::Large("an index"))
}

fn fits(entries: usize) -> Result<usize, Halt> {
    if entries <= LARGEST { Ok(entries) } else { Err(Halt::Large("a signal or an array")) }
}

/// Whether a convolution of n by m entries is small enough to be summed out.
fn products(n: usize, m: usize) -> Result<(), Halt> {
    if n.saturating_mul(m) <= 4 * LARGEST { Ok(()) } else { Err(Halt::Large("a convolution")) }
}

fn total(entries: impl Iterator<Item = Element>) -> Element {
    entries.fold(Element::zero(), |sum, x| sum.plus(&x))
}

fn reverse(value: &Value) -> Value {
    match value {
        Value::Signal(x) => Value::Signal(x.reversed()),
        Value::Cyclic(x) => Value::Cyclic(cyclic::reversed(x)),
        Value::OnGroup(x) => Value::OnGroup(x.reversed()),
        other => panic!("the checker let rev of {} through", other.kind()),
    }
}

fn convolve(x: &Value, w: &Value, world: &World) -> Result<Value, Halt> {
    use crate::conv::definition;
    let scaled = |c: &Value, x: &Value| {
        let c = scalar(c, world)?;
        Ok(x.map(|x| c.times(x)))
    };
    match (x, w) {
        (Value::Int(_) | Value::Scalar(_), Value::Int(_) | Value::Scalar(_)) => {
            Ok(Value::Scalar(scalar(x, world)?.times(&scalar(w, world)?)))
        }
        (Value::Int(_) | Value::Scalar(_), w) => scaled(x, w),
        (x, Value::Int(_) | Value::Scalar(_)) => scaled(w, x),
        (Value::Signal(x), Value::Signal(w)) => {
            products(x.entries().len(), w.entries().len())?;
            Ok(Value::Signal(definition::signals(x, w)))
        }
        (Value::Left(x), Value::Left(w)) => {
            products(x.signal.entries().len(), w.signal.entries().len())?;
            let signal = definition::signals(&x.signal, &w.signal);
            Ok(Value::Left(super::value::Left { signal, sums: x.sums + w.sums }))
        }
        (Value::Cyclic(x), Value::Cyclic(w)) if x.shape() == w.shape() => {
            products(x.entries().len(), w.entries().len())?;
            Ok(Value::Cyclic(definition::cyclic(x, w)))
        }
        (Value::Cyclic(_), Value::Cyclic(_)) => {
            Err(Halt::Misfit("a convolution of signals on different cycles"))
        }
        (Value::OnGroup(x), Value::OnGroup(w)) => Ok(Value::OnGroup(definition::on_group(x, w))),
        (x, w) => panic!("the checker let {} * {} through", x.kind(), w.kind()),
    }
}

fn power(c: &Element, n: &IBig) -> Result<Element, Halt> {
    if *n < IBig::ZERO {
        return Err(Halt::Undefined("a negative power"));
    }
    let n = u32::try_from(n).ok().filter(|n| *n <= 256).ok_or(Halt::Large("an exponent"))?;
    Ok((0..n).fold(Element::one(), |power, _| power.times(c)))
}

fn convolution_power(f: &Value, n: &IBig, world: &World) -> Result<Value, Halt> {
    if *n < IBig::ZERO {
        return Err(Halt::Undefined("a negative convolution power"));
    }
    let n = u32::try_from(n).ok().filter(|n| *n <= 64).ok_or(Halt::Large("an exponent"))?;
    let one = delta(f.kind(), &[], f.shape())?;
    (0..n).try_fold(one, |power, _| convolve(&power, f, world))
}

fn at(x: &Value, index: &[Value]) -> Result<Value, Halt> {
    if let Value::OnGroup(x) = x {
        return Ok(Value::Scalar(x.at(member(&index[0])).clone()));
    }
    let index: Vec<isize> = index.iter().map(offset).collect::<Result<_, _>>()?;
    let entry = match x {
        Value::Signal(x) => x.at(&index).cloned().unwrap_or_else(Element::zero),
        Value::Left(x) => line::left_entry(x, index[0]),
        Value::Cyclic(x) => x.at(&index).clone(),
        Value::Array(x) => {
            let place: Option<Vec<usize>> = index.iter().map(|i| usize::try_from(*i).ok()).collect();
            let entry = place.and_then(|place| x.get(IxDyn(&place)));
            entry.cloned().ok_or(Halt::Undefined("an entry outside the array"))?
        }
        other => panic!("the checker let an entry of {} through", other.kind()),
    };
    Ok(Value::Scalar(entry))
}

fn shift(args: &[Value]) -> Result<Value, Halt> {
    let (x, by) = args.split_last().expect("shift has arguments");
    let by: Vec<isize> = by.iter().map(offset).collect::<Result<_, _>>()?;
    Ok(match x {
        Value::Signal(x) => Value::Signal(x.clone().shifted(&by)),
        Value::Left(x) => {
            Value::Left(super::value::Left { signal: x.signal.clone().shifted(&by), sums: x.sums })
        }
        Value::Cyclic(x) => Value::Cyclic(Cyclic::from_fn(x.shape(), |n| {
            let from: Vec<isize> = n.iter().zip(&by).map(|(n, a)| n - a).collect();
            x.at(&from).clone()
        })),
        other => panic!("the checker let a shift of {} through", other.kind()),
    })
}

/// The constant signal; on Z^d only the constant 0 exists.
fn constant(kind: Kind, hint: Option<&[usize]>, c: Element) -> Result<Value, Halt> {
    if let Some(group) = value::group(kind) {
        return Ok(Value::OnGroup(OnGroup::from_fn(group, |_| c.clone())));
    }
    let nothing = |rank: usize| {
        Signal::new(vec![0; rank], ArrayD::from_shape_vec(IxDyn(&vec![0; rank]), vec![]).expect("no entries"))
    };
    match kind {
        Kind::Line | Kind::Plane => Ok(Value::Signal(nothing(kind.rank()))),
        Kind::Left => Ok(Value::Left(super::value::Left { signal: nothing(1), sums: 0 })),
        _ => {
            let shape = hint.ok_or(Halt::Undefined("the size of a constant is not determined here"))?;
            let entries = ArrayD::from_elem(IxDyn(shape), c);
            Ok(if matches!(kind, Kind::Circle | Kind::Torus) {
                Value::Cyclic(Cyclic::new(entries))
            } else {
                Value::Array(entries)
            })
        }
    }
}

fn delta(kind: Kind, place: &[Value], hint: Option<&[usize]>) -> Result<Value, Halt> {
    if let Some(group) = value::group(kind) {
        let here = place.first().map_or(0, member);
        let one = |g| if g == here { Element::one() } else { Element::zero() };
        return Ok(Value::OnGroup(OnGroup::from_fn(group, one)));
    }
    let place: Vec<isize> = match place {
        [] => vec![0; kind.rank()],
        given => given.iter().map(offset).collect::<Result<_, _>>()?,
    };
    let one = Signal::new(place.clone(), ArrayD::from_elem(IxDyn(&vec![1; place.len()]), Element::one()));
    match kind {
        Kind::Line | Kind::Plane => Ok(Value::Signal(one)),
        Kind::Left => Ok(Value::Left(super::value::Left { signal: one, sums: 0 })),
        _ => {
            let shape = hint.ok_or(Halt::Undefined("the size of delta is not determined here"))?;
            let here: Vec<isize> = place.iter().zip(shape).map(|(a, n)| a.rem_euclid(*n as isize)).collect();
            Ok(Value::Cyclic(Cyclic::from_fn(shape, |n| {
                if n == here { Element::one() } else { Element::zero() }
            })))
        }
    }
}
