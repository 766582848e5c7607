//! The naive evaluator's operators: one arm per defining line of the operator table.

use super::naive::{
    G, HORIZON, Maybe,
    No::{Beyond, Floating, Undefined},
    ONE, Over,
    V::{self, Array, Cyclic, Int, Left, Map, Scalar},
    ZERO, big, gcd, map, need, shape,
};
use faltung::expr::{Kind, Op};
use std::collections::BTreeMap;

pub type Place = Vec<i64>;

/// All indices of an array of these sizes, in order.
fn indices(shape: &[usize]) -> Vec<Place> {
    shape.iter().fold(vec![vec![]], |all, n| {
        all.iter().flat_map(|k| (0..*n as i64).map(move |j| [k.clone(), vec![j]].concat())).collect()
    })
}
/// The entry at an index, modulo the sizes where it wraps; `None` outside.
pub fn at(shape: &[usize], x: &[G], k: &[i64], wraps: bool) -> Option<G> {
    let mut place = 0;
    for (n, k) in shape.iter().zip(k) {
        let k = if wraps { k.rem_euclid(*n as i64) } else { *k };
        if k < 0 || k >= *n as i64 {
            return None;
        }
        place = place * n + k as usize;
    }
    Some(x[place])
}
fn plus(a: &[i64], b: &[i64], times: i64) -> Place {
    a.iter().zip(b).map(|(a, b)| a + times * b).collect()
}
pub fn index(n: &V) -> Maybe<i64> {
    let Int(n) = n else { panic!("an integer") };
    i64::try_from(*n).ok().filter(|n| n.abs() < 10_000).ok_or(Beyond)
}
pub fn array(shape: Vec<usize>, entry: impl FnMut(&Place) -> Maybe<G>) -> Maybe<V> {
    need(shape.iter().all(|n| *n >= 1))?;
    Ok(Array(shape.clone(), indices(&shape).iter().map(entry).collect::<Maybe<_>>()?))
}
pub fn cyclic(shape: Vec<usize>, entry: impl FnMut(&Place) -> Maybe<G>) -> Maybe<V> {
    need(shape.iter().all(|n| *n >= 1))?;
    Ok(Cyclic(shape.clone(), indices(&shape).iter().map(entry).collect::<Maybe<_>>()?))
}
fn sizes(a: &[usize], b: &[usize], f: impl Fn(i64, i64) -> i64) -> Maybe<Vec<usize>> {
    a.iter().zip(b).map(|(a, b)| usize::try_from(f(*a as i64, *b as i64)).map_err(|_| Undefined)).collect()
}

pub fn apply(r: Over, op: Op, kind: Kind, args: &[V], hint: Option<&[usize]>) -> Maybe<V> {
    use Op::*;
    let scalar = |k: usize| r.scalar(&args[k]);
    let whole = |k: usize| index(&args[k]);
    let x = args.last();
    if let (Kind::Int, Some(Int(_))) = (kind, x) {
        let ints: Maybe<Vec<i128>> =
            args.iter().map(|a| if let Int(n) = a { Ok(*n) } else { Err(Beyond) }).collect();
        if let Some(value) = integer(op, &ints?) {
            return value.map(Int);
        }
    }
    if let Some(value) = super::naive_groups::apply(r, op, kind, args) {
        return value;
    }
    Ok(match op {
        Add => r.zip(&args[0], &args[1], &|a, b| r.add(a, b))?,
        Sub => r.zip(&args[0], &args[1], &|a, b| r.add(a, r.neg(b)?))?,
        Neg => r.each(&args[0], &|a| r.neg(a))?,
        Pointwise => r.zip(&args[0], &args[1], &|a, b| r.mul(a, b))?,
        Min => r.zip(&args[0], &args[1], &|a, b| r.max(a, b, false))?,
        Max => r.zip(&args[0], &args[1], &|a, b| r.max(a, b, true))?,
        Abs => r.each(&args[0], &|a| r.abs(a))?,
        Relu => r.each(&args[0], &|a| r.max(a, ZERO, true))?,
        Conj => {
            r.each(&args[0], &|a| if matches!(r, Over::Mod(_)) { Ok(a) } else { r.g(a.re, -a.im, a.den) })?
        }
        Conv => match (&args[0], &args[1]) {
            (c @ (Int(_) | Scalar(_)), x) | (x, c @ (Int(_) | Scalar(_))) => {
                let c = r.scalar(c)?;
                r.each(x, &|x| r.mul(c, x))?
            }
            (x, w) => convolve(r, x, w)?,
        },
        Div => Scalar(r.mul(scalar(0)?, r.inverse(scalar(1)?)?)?),
        Pow => {
            let Int(n) = args[1] else { panic!("an integer") };
            need(n >= 0)?;
            Scalar(r.pow(scalar(0)?, n)?)
        }
        ConvPow => {
            let n = whole(1)?;
            need(n >= 0)?;
            let unit = apply(r, Delta, kind, &[], Some(shape(&args[0])))?;
            (0..n).try_fold(unit, |p, _| convolve(r, &p, &args[0]))?
        }
        At => {
            let k: Place = args[1..].iter().map(index).collect::<Maybe<_>>()?;
            Scalar(match &args[0] {
                Map(_, x) => *x.get(&k).unwrap_or(&ZERO),
                Left(x, end) => *if k[0] <= *end { Ok(x.get(&k[0]).unwrap_or(&ZERO)) } else { Err(Beyond) }?,
                Cyclic(s, x) => at(s, x, &k, true).ok_or(Undefined)?,
                Array(s, x) => at(s, x, &k, false).ok_or(Undefined)?,
                _ => panic!("kinds"),
            })
        }
        ImaginaryUnit => Scalar(r.root(4, 1)?),
        Zeta => {
            let n = whole(0)?;
            need(n >= 1)?;
            Scalar(r.root(n as usize, 1)?)
        }
        Corr => {
            let w = apply(r, Conj, kind, &[apply(r, Rev, kind, &args[1..], None)?], None)?;
            convolve(r, &args[0], &w)?
        }
        Shift => {
            let a: Place = args[..args.len() - 1].iter().map(index).collect::<Maybe<_>>()?;
            match x {
                Some(Map(d, x)) => map(*d, x.iter().map(|(k, x)| (plus(k, &a, 1), *x))),
                Some(Left(x, end)) => Left(x.iter().map(|(k, x)| (k + a[0], *x)).collect(), end + a[0]),
                Some(Cyclic(s, x)) => {
                    cyclic(s.clone(), |k| at(s, x, &plus(k, &a, -1), true).ok_or(Undefined))?
                }
                _ => panic!("kinds"),
            }
        }
        Rev => match &args[0] {
            Map(d, x) => map(*d, x.iter().map(|(k, x)| (k.iter().map(|k| -k).collect(), *x))),
            Cyclic(s, x) => cyclic(s.clone(), |k| at(s, x, &plus(k, k, -2), true).ok_or(Undefined))?,
            _ => panic!("kinds"),
        },
        Delta => {
            let a: Place = args.iter().map(index).collect::<Maybe<_>>()?;
            let place = |rank: usize| if a.is_empty() { vec![0; rank] } else { a.clone() };
            match kind {
                Kind::Line | Kind::Plane => map(kind.rank(), [(place(kind.rank()), ONE)].into_iter()),
                Kind::Left => Left([(place(1)[0], ONE)].into(), HORIZON),
                _ => {
                    let s = hint.ok_or(Floating)?.to_vec();
                    let home = |k: &Place| {
                        plus(k, &place(s.len()), -1).iter().zip(&s).all(|(k, n)| k % *n as i64 == 0)
                    };
                    cyclic(s.clone(), |k| Ok(if home(k) { ONE } else { ZERO }))?
                }
            }
        }
        Zero | Ones => {
            let value = if op == Ones { ONE } else { ZERO };
            match kind {
                Kind::Line | Kind::Plane => Map(kind.rank(), BTreeMap::new()),
                Kind::Left => Left(BTreeMap::new(), HORIZON),
                Kind::Circle | Kind::Torus => cyclic(hint.ok_or(Floating)?.to_vec(), |_| Ok(value))?,
                _ => array(hint.ok_or(Floating)?.to_vec(), |_| Ok(value))?,
            }
        }
        Sum => Scalar(r.sum(args[0].entries().into_iter().map(Ok))?),
        AltSum => {
            let signed = |(k, x): (i64, G)| if k % 2 == 0 { Ok(x) } else { r.neg(x) };
            Scalar(match &args[0] {
                Map(_, x) => r.sum(x.iter().map(|(k, x)| signed((k[0], *x))))?,
                x => {
                    need(matches!(x, Array(..)) || shape(x)[0].is_multiple_of(2))?;
                    r.sum((0..).zip(x.entries()).map(signed))?
                }
            })
        }
        Dot => {
            let w = apply(r, Conj, kind, &args[1..], None)?;
            Scalar(
                r.sum(apply(r, Pointwise, kind, &[args[0].clone(), w], None)?.entries().into_iter().map(Ok))?,
            )
        }
        Norm2Sq => apply(r, Dot, kind, &[args[0].clone(), args[0].clone()], None)?,
        Norm1 => Scalar(r.sum(args[0].entries().into_iter().map(|x| r.abs(x)))?),
        NormInf => Scalar(args[0].entries().into_iter().try_fold(ZERO, |m, x| r.max(m, r.abs(x)?, true))?),
        Norm0 => Int(args[0].entries().iter().filter(|x| **x != ZERO).count() as i128),
        Extent => {
            let Map(_, x) = &args[0] else { panic!("kinds") };
            let ends = x.first_key_value().zip(x.last_key_value()).ok_or(Undefined)?;
            Int((ends.1.0[0] - ends.0.0[0] + 1) as i128)
        }
        Diff => {
            let later = apply(r, Shift, kind, &[Int(1), args[0].clone()], None)?;
            apply(r, Sub, kind, &[args[0].clone(), later], None)?
        }
        CumSum => {
            let running = |entry: &dyn Fn(i64) -> G, first: i64, last: i64| -> Maybe<Vec<(i64, G)>> {
                (first..=last).map(|n| Ok((n, r.sum((first..=n).map(|k| Ok(entry(k))))?))).collect()
            };
            match &args[0] {
                Array(s, x) => Array(
                    s.clone(),
                    running(&|k| x[k as usize], 0, s[0] as i64 - 1)?.into_iter().map(|(_, x)| x).collect(),
                ),
                Map(_, x) => {
                    let first = x.keys().next().map_or(0, |k| k[0]);
                    Left(
                        running(&|k| *x.get(&vec![k]).unwrap_or(&ZERO), first, HORIZON)?
                            .into_iter()
                            .collect(),
                        HORIZON,
                    )
                }
                Left(x, end) => {
                    let first = x.keys().next().map_or(0, |k| *k);
                    Left(running(&|k| *x.get(&k).unwrap_or(&ZERO), first, *end)?.into_iter().collect(), *end)
                }
                _ => panic!("kinds"),
            }
        }
        Index => {
            let Map(_, x) = &args[0] else { panic!("kinds") };
            let all: Maybe<Vec<_>> =
                x.iter().map(|(k, x)| Ok((k.clone(), r.mul(r.g(k[0] as i128, 0, 1)?, *x)?))).collect();
            map(1, all?.into_iter())
        }
        Modulate => {
            let c = scalar(0)?;
            match &args[1] {
                Map(_, x) => {
                    r.inverse(c)?;
                    let all: Maybe<Vec<_>> =
                        x.iter().map(|(k, x)| Ok((k.clone(), r.mul(r.pow(c, k[0] as i128)?, *x)?))).collect();
                    map(1, all?.into_iter())
                }
                Cyclic(s, x) => {
                    need(r.pow(c, s[0] as i128)? == r.g(1, 0, 1)?)?;
                    cyclic(s.clone(), |k| r.mul(r.pow(c, k[0] as i128)?, x[k[0] as usize]))?
                }
                _ => panic!("kinds"),
            }
        }
        Box => {
            let n = whole(0)?;
            need(n >= 1)?;
            if kind == Kind::Line {
                map(1, (0..n).map(|k| (vec![k], ONE)))
            } else {
                array(vec![n as usize], |_| Ok(ONE))?
            }
        }
        Up | Down | Tile | Periodize => resample(r, op, whole(0)?, &args[1])?,
        Power => {
            let n = whole(1)?;
            need(n >= i64::from(matches!(args[0], Map(..))))?;
            r.each(&args[0], &|x| r.pow(x, n as i128))?
        }
        Dft | Idft | Ntt => transform(r, op, &args[0])?,
        Wht => {
            let (s, x) = (shape(&args[0]), args[0].entries());
            need(s[0].is_power_of_two())?;
            let sign = |j: i64, k: usize, x: G| {
                if (j as usize & k).count_ones().is_multiple_of(2) { Ok(x) } else { r.neg(x) }
            };
            cyclic(s.to_vec(), |j| r.sum(x.iter().enumerate().map(|(k, x)| sign(j[0], k, *x))))?
        }
        MConv | GConv | LocalConv | TiledConv | Repeat => super::naive_channels::apply(r, op, args)?,
        MatMul | Transpose | Adjoint | Toeplitz | Strided | Dilated | ConvT
            if args.iter().any(|a| shape(a).len() == 3) =>
        {
            super::naive_channels::apply(r, op, args)?
        }
        Im2Col | ZeroStuff if shape(&args[1]).len() == 2 => super::naive_channels::apply(r, op, args)?,
        Diag if kind == Kind::Array3 => super::naive_channels::apply(r, op, args)?,
        Transpose | Rot90 | FlipLr | FlipUd | Rows | Cols | RowSum | ColSum | Outer => {
            super::naive_planes::apply(r, op, args)?
        }
        MatMul | Adjoint | Identity | Diag | Kron | Ravel | Toeplitz | Circ | DbToeplitz | Bccb => {
            super::naive_matrices::apply(r, op, args)?
        }
        MaxPool | MinPool | AvgPool | GlobalMax | Dilate | Erode | Median => {
            super::naive_pooling::apply(r, op, args)?
        }
        _ => arrays(r, op, args)?,
    })
}

fn integer(op: Op, n: &[i128]) -> Option<Maybe<i128>> {
    let quotient = |a: i128, b: i128| need(b >= 1).map(|()| a.div_euclid(b));
    Some(match (op, n) {
        (Op::Add, [a, b]) => big(a.checked_add(*b)),
        (Op::Sub, [a, b]) => big(a.checked_sub(*b)),
        (Op::Conv, [a, b]) => big(a.checked_mul(*b)),
        (Op::Neg, [a]) => Ok(-a),
        (Op::Abs, [a]) => Ok(a.abs()),
        (Op::Min, [a, b]) => Ok(*a.min(b)),
        (Op::Max, [a, b]) => Ok(*a.max(b)),
        (Op::Pow, [a, b]) => {
            need(*b >= 0).and_then(|()| big(u32::try_from(*b).ok().and_then(|b| a.checked_pow(b))))
        }
        (Op::Mod, [a, b]) => need(*b >= 1).map(|()| a.rem_euclid(*b)),
        (Op::Floor, [a, b]) => quotient(*a, *b),
        (Op::Ceil, [a, b]) => quotient(a + b - 1, *b),
        (Op::Gcd, [a, b]) => Ok(gcd(*a, *b)),
        // Pascal's triangle, row by row
        (Op::Binomial, [n, k]) if *n < 0 || *k < 0 || k > n => Ok(0),
        (Op::Binomial, [n, k]) => (0..*n)
            .try_fold(vec![1i128], |row, _| {
                let next = |k: usize| big(row[k - 1].checked_add(row[k]));
                let inner: Maybe<Vec<i128>> = (1..row.len()).map(next).collect();
                Ok([vec![1], inner?, vec![1]].concat())
            })
            .map(|row| row[*k as usize]),
        (Op::OutSize, [n, k, s, p, d]) => {
            let fits = *k >= 1 && *s >= 1 && *d >= 1 && *p >= 0 && n + 2 * p > d * (k - 1);
            need(fits).and_then(|()| Ok(quotient(n + 2 * p - d * (k - 1) - 1, *s)? + 1))
        }
        (Op::Receptive, layers) => need(layers.len() % 2 == 0 && layers.iter().all(|n| *n >= 1)).map(|()| {
            layers
                .chunks(2)
                .fold((1, 1), |(field, jump), layer| (field + (layer[0] - 1) * jump, jump * layer[1]))
                .0
        }),
        _ => return None,
    })
}

fn convolve(r: Over, x: &V, w: &V) -> Maybe<V> {
    Ok(match (x, w) {
        (Map(d, x), Map(_, w)) => {
            let mut sum: BTreeMap<_, G> = BTreeMap::new();
            for ((j, a), (k, b)) in x.iter().flat_map(|x| w.iter().map(move |w| (x, w))) {
                let entry = sum.entry(plus(j, k, 1)).or_insert(ZERO);
                *entry = r.add(*entry, r.mul(*a, *b)?)?;
            }
            map(*d, sum.into_iter())
        }
        (Left(x, m), Left(w, n)) => {
            // beyond these nothing is known: the first index of the one meets the unknown of the other
            let first = |x: &BTreeMap<i64, G>| x.keys().next().map_or(0, |k| *k);
            let end = (m + first(w)).min(n + first(x));
            let mut sum: BTreeMap<i64, G> = BTreeMap::new();
            for ((j, a), (k, b)) in
                x.iter().flat_map(|x| w.iter().map(move |w| (x, w))).filter(|((j, _), (k, _))| *j + *k <= end)
            {
                let entry = sum.entry(j + k).or_insert(ZERO);
                *entry = r.add(*entry, r.mul(*a, *b)?)?;
            }
            Left(sum, end)
        }
        (Cyclic(s, x), Cyclic(t, w)) => {
            need(s == t)?;
            let term = |n: &Place, k: &Place| {
                r.mul(at(s, x, k, true).unwrap(), at(s, w, &plus(n, k, -1), true).unwrap())
            };
            cyclic(s.clone(), |n| r.sum(indices(s).iter().map(|k| term(n, k))))?
        }
        _ => panic!("kinds"),
    })
}

fn resample(r: Over, op: Op, m: i64, x: &V) -> Maybe<V> {
    need(m >= 1)?;
    if m > 500 {
        return Err(Beyond);
    }
    Ok(match (op, x) {
        (Op::Up, Map(d, x)) => map(*d, x.iter().map(|(k, x)| (k.iter().map(|k| m * k).collect(), *x))),
        (Op::Down, Map(d, x)) => {
            let kept = x.iter().filter(|(k, _)| k.iter().all(|k| k % m == 0));
            map(*d, kept.map(|(k, x)| (k.iter().map(|k| k / m).collect(), *x)))
        }
        (Op::Periodize, Map(_, x)) => {
            let class = |k: i64| x.iter().filter(move |(n, _)| (n[0] - k) % m == 0).map(|(_, x)| Ok(*x));
            cyclic(vec![m as usize], |k| r.sum(class(k[0])))?
        }
        (Op::Up, Cyclic(s, x)) => cyclic(s.iter().map(|n| n * m as usize).collect(), |k| {
            let from: Place = k.iter().map(|k| k / m).collect();
            Ok(if k.iter().all(|k| k % m == 0) { at(s, x, &from, false).unwrap() } else { ZERO })
        })?,
        (Op::Down, Cyclic(s, x)) => {
            need(s.iter().all(|n| *n as i64 % m == 0))?;
            cyclic(s.iter().map(|n| n / m as usize).collect(), |k| {
                Ok(at(s, x, &k.iter().map(|k| k * m).collect::<Place>(), false).unwrap())
            })?
        }
        (_, Cyclic(s, x)) => cyclic(vec![s[0] * m as usize], |k| Ok(x[k[0] as usize % s[0]]))?,
        _ => panic!("kinds"),
    })
}

fn transform(r: Over, op: Op, x: &V) -> Maybe<V> {
    let Cyclic(s, x) = x else { panic!("kinds") };
    let sign = if op == Op::Dft { -1 } else { 1 };
    let weight = |j: &Place, k: &Place| {
        s.iter().enumerate().try_fold(ONE, |w, (axis, n)| r.mul(w, r.root(*n, sign * j[axis] * k[axis])?))
    };
    let factor = if op == Op::Idft { r.inverse(r.g(x.len() as i128, 0, 1)?)? } else { ONE };
    let entry = |j: &Place| r.sum(indices(s).iter().zip(x).map(|(k, x)| r.mul(weight(j, k)?, *x)));
    cyclic(s.clone(), |j| r.mul(factor, entry(j)?))
}

fn arrays(r: Over, op: Op, args: &[V]) -> Maybe<V> {
    use Op::*;
    let Some(last @ Array(t, w)) = args.last() else { panic!("{op:?}: kinds") };
    let ints: Maybe<Vec<i64>> = args.iter().filter(|a| matches!(a, Int(_))).map(index).collect();
    let ints = ints?;
    let (s, x) = match &args[args.len().saturating_sub(2)] {
        Array(s, x) => (s, x),
        _ => (t, w),
    };
    // Σ_j x[start + step j] w[j], nothing outside
    let term =
        |k: &Place, j: &Place| at(s, x, k, false).map_or(Ok(ZERO), |x| r.mul(x, at(t, w, j, false).unwrap()));
    let sum = |k: &dyn Fn(&Place) -> Place| r.sum(indices(t).iter().map(|j| term(&k(j), j)));
    let last_of = |i: &Place, shift: &dyn Fn(i64) -> i64, j: &Place| -> Place {
        (0..i.len()).map(|a| i[a] + shift(t[a] as i64) - j[a]).collect()
    };
    let fits = || need(s.iter().zip(t).all(|(n, k)| n >= k));
    match op {
        ConvFull => array(sizes(s, t, |n, k| n + k - 1)?, |i| sum(&|j| plus(i, j, -1))),
        ConvSame => array(s.clone(), |i| sum(&|j| last_of(i, &|k| (k - 1) / 2, j))),
        ConvValid => {
            fits()?;
            array(sizes(s, t, |n, k| n - k + 1)?, |i| sum(&|j| last_of(i, &|k| k - 1, j)))
        }
        CorrValid => {
            fits()?;
            array(sizes(s, t, |n, k| n - k + 1)?, |i| sum(&|j| plus(i, j, 1)))
        }
        Strided => {
            need(ints[0] >= 1)?;
            fits()?;
            array(sizes(s, t, |n, k| (n - k) / ints[0] + 1)?, |i| sum(&|j| vec![ints[0] * i[0] + j[0]]))
        }
        Dilated => {
            need(ints[0] >= 1)?;
            array(sizes(s, t, |n, k| n - ints[0] * (k - 1))?, |i| sum(&|j| vec![i[0] + ints[0] * j[0]]))
        }
        ConvT => {
            need(ints[0] >= 1)?;
            let entry = |i: &Place| {
                let all = x
                    .iter()
                    .enumerate()
                    .filter_map(|(j, x)| Some((x, at(t, w, &[i[0] - ints[0] * j as i64], false)?)));
                r.sum(all.map(|(x, w)| r.mul(*x, w)))
            };
            array(sizes(s, t, |n, k| ints[0] * (n - 1) + k)?, entry)
        }
        Join => {
            need(s[1..] == t[1..])?;
            Ok(Array([&[s[0] + t[0]], &s[1..]].concat(), [x.clone(), w.clone()].concat()))
        }
        Len => Ok(Int(t[0] as i128)),
        ListRev => array(t.clone(), |i| {
            Ok(at(t, w, &(0..i.len()).map(|a| t[a] as i64 - 1 - i[a]).collect::<Place>(), false).unwrap())
        }),
        ZeroStuff => {
            let d = ints[0];
            need(d >= 1)?;
            array(sizes(t, t, |k, _| d * (k - 1) + 1)?, |i| {
                Ok(if i[0] % d == 0 { w[(i[0] / d) as usize] } else { ZERO })
            })
        }
        Im2Col => {
            need(ints[0] >= 1 && ints[0] <= t[0] as i64)?;
            array(vec![t[0] - ints[0] as usize + 1, ints[0] as usize], |i| Ok(w[(i[0] + i[1]) as usize]))
        }
        Pad | Crop | ReflectPad | SymmetricPad | WrapPad | ReplicatePad => {
            let (a, b, n) = (ints[0], ints[1], shape(last)[0] as i64);
            let most = match op {
                ReflectPad => n - 1,
                WrapPad | SymmetricPad => n,
                _ => i64::MAX,
            };
            need(a >= 0 && b >= 0 && a <= most && b <= most)?;
            let size = if op == Crop { n - a - b } else { n + a + b };
            need(size >= 1)?;
            array(vec![size as usize], |i| {
                let k = if op == Crop { i[0] + a } else { i[0] - a };
                Ok(match op {
                    ReflectPad => {
                        w[(if k < 0 {
                            -k
                        } else if k >= n {
                            2 * (n - 1) - k
                        } else {
                            k
                        }) as usize]
                    }
                    SymmetricPad if k < 0 => w[(-k - 1) as usize],
                    SymmetricPad if k >= n => w[(n - 1 - (k - n)) as usize],
                    SymmetricPad => w[k as usize],
                    WrapPad => w[k.rem_euclid(n) as usize],
                    ReplicatePad => w[k.clamp(0, n - 1) as usize],
                    _ => at(t, w, &[k], false).unwrap_or(ZERO),
                })
            })
        }
        _ => panic!("{op:?} has no arm"),
    }
}
