//! The naive evaluator's pooling, by the defining lines: sort the window and take the entry.

use super::{
    naive::{
        G, Maybe,
        No::Beyond,
        Over,
        V::{self, Array, Cyclic, Map, Scalar},
        ZERO, map, need, shape,
    },
    naive_operators::{array, at, cyclic, index},
};
use faltung::expr::Op;

/// In order, the smallest first.
fn sorted(r: Over, mut all: Vec<G>) -> Maybe<Vec<G>> {
    for a in &all {
        r.order(*a, all[0])?;
    }
    all.sort_by(|a, b| r.order(*a, *b).expect("numbers that compare"));
    Ok(all)
}

fn summary(r: Over, op: Op, window: Vec<G>) -> Maybe<G> {
    let k = window.len();
    Ok(match op {
        Op::AvgPool => {
            let count = r.inverse(r.g(k as i128, 0, 1)?)?;
            r.mul(count, r.sum(window.into_iter().map(Ok))?)?
        }
        Op::MaxPool | Op::GlobalMax | Op::Dilate => sorted(r, window)?[k - 1],
        Op::MinPool | Op::Erode => sorted(r, window)?[0],
        _ => sorted(r, window)?[k / 2],
    })
}

/// How much of a window or a stride there is along an axis: the first of three is one of channels.
fn along(axes: usize, axis: usize, k: i64) -> i64 {
    if axes == 3 && axis == 0 { 1 } else { k }
}

/// x[start + j] for j in a cube of k entries a side.
fn window(x: &V, start: &[i64], k: i64) -> Maybe<Vec<G>> {
    let (Array(s, all) | Cyclic(s, all)) = x else { panic!("kinds") };
    let wraps = matches!(x, Cyclic(..));
    let axes = start.iter().enumerate();
    let cube = axes.fold(vec![vec![]], |cube: Vec<Vec<i64>>, (axis, from)| {
        let k = along(start.len(), axis, k);
        cube.iter().flat_map(|j| (0..k).map(move |n| [j.clone(), vec![from + n]].concat())).collect()
    });
    Ok(cube.iter().map(|n| at(s, all, n, wraps).expect("inside")).collect())
}

pub fn apply(r: Over, op: Op, args: &[V]) -> Maybe<V> {
    let x = args.last().expect("an argument");
    if op == Op::GlobalMax {
        return Ok(Scalar(summary(r, op, x.entries())?));
    }
    let k = index(&args[0])?;
    let stride = if args.len() == 3 { index(&args[1])? } else { 1 };
    need(k >= 1 && stride >= 1 && (op != Op::Median || k % 2 == 1))?;
    if k > 50 {
        return Err(Beyond);
    }
    if let (Op::Dilate | Op::Erode, _) = (op, x) {
        let step = if op == Op::Dilate { -1 } else { 1 };
        let of =
            |entry: &dyn Fn(i64) -> G, i: i64| summary(r, op, (0..k).map(|j| entry(i + step * j)).collect());
        return match x {
            Map(_, x) => {
                let places = x.keys().flat_map(|n| (1 - k..k).map(|j| n[0] + j));
                let entry = |n: i64| *x.get(&vec![n]).unwrap_or(&ZERO);
                let all: Maybe<Vec<_>> = places.map(|i| Ok((vec![i], of(&entry, i)?))).collect();
                Ok(map(1, all?.into_iter()))
            }
            Cyclic(s, x) => cyclic(s.clone(), |i| of(&|n| at(s, x, &[n], true).expect("it wraps"), i[0])),
            _ => panic!("kinds"),
        };
    }
    let entry = |i: &Vec<i64>| {
        let start: Vec<i64> =
            i.iter().enumerate().map(|(axis, n)| along(i.len(), axis, stride) * n).collect();
        summary(r, op, window(x, &start, k)?)
    };
    let axes = shape(x).len();
    let n = |count: &dyn Fn(usize, i64) -> i64| {
        shape(x).iter().enumerate().map(|(axis, n)| count(axis, *n as i64) as usize).collect()
    };
    if let Cyclic(s, _) = x {
        need(s.iter().all(|n| *n as i64 % stride == 0))?;
        cyclic(n(&|_, n| n / stride), entry)
    } else {
        let own = |axis: usize, k: i64| along(axes, axis, k);
        need(shape(x).iter().enumerate().all(|(axis, n)| *n as i64 >= own(axis, k)))?;
        array(n(&|axis, n| (n - own(axis, k)) / own(axis, stride) + 1), entry)
    }
}
