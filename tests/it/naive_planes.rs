//! The naive evaluator's two dimensions: one arm per defining line of the operator table.

use super::{
    naive::{
        G, Maybe, Over,
        V::{self, Array, Cyclic, Map},
        ZERO, map, need, shape,
    },
    naive_operators::{array, at, cyclic},
};
use faltung::expr::Op;
use std::collections::BTreeMap;

/// The entry at i, j where it is there: zero elsewhere on Z², modulo the sizes on a torus, none outside an array.
fn entry(x: &V, i: i64, j: i64) -> Option<G> {
    match x {
        Map(_, x) => Some(*x.get(&vec![i, j]).unwrap_or(&ZERO)),
        Cyclic(s, x) => at(s, x, &[i, j], true),
        Array(s, x) => at(s, x, &[i, j], false),
        _ => panic!("kinds"),
    }
}

/// The entry of a signal or an array with one index, nothing outside.
fn entry_of_one(w: &V, k: i64) -> G {
    match w {
        Map(_, w) => *w.get(&vec![k]).unwrap_or(&ZERO),
        Cyclic(s, w) => at(s, w, &[k], true).expect("it wraps"),
        Array(s, w) => at(s, w, &[k], false).unwrap_or(ZERO),
        _ => panic!("kinds"),
    }
}

/// Where a signal on Z² may have entries: no index of either axis is larger than this in size.
fn reach(x: &V) -> i64 {
    if let Map(_, x) = x { x.keys().flatten().map(|k| k.abs()).max().unwrap_or(0) } else { 0 }
}

/// One of the kind of `like`, of these sizes where it has sizes, on −reach … reach elsewhere.
fn plane(like: &V, sizes: [i64; 2], reach: i64, f: impl Fn(i64, i64) -> Maybe<G>) -> Maybe<V> {
    let sizes = vec![sizes[0] as usize, sizes[1] as usize];
    match like {
        Map(..) => {
            let mut all = BTreeMap::new();
            for (i, j) in (-reach..=reach).flat_map(|i| (-reach..=reach).map(move |j| (i, j))) {
                all.insert(vec![i, j], f(i, j)?);
            }
            Ok(map(2, all.into_iter()))
        }
        Cyclic(..) => cyclic(sizes, |k| f(k[0], k[1])),
        _ => array(sizes, |k| f(k[0], k[1])),
    }
}

/// The same with one axis.
fn line(like: &V, size: i64, reach: i64, f: impl Fn(i64) -> Maybe<G>) -> Maybe<V> {
    match like {
        Map(..) => {
            let all: Maybe<Vec<_>> = (-reach..=reach).map(|k| Ok((vec![k], f(k)?))).collect();
            Ok(map(1, all?.into_iter()))
        }
        Cyclic(..) => cyclic(vec![size as usize], |k| f(k[0])),
        _ => array(vec![size as usize], |k| f(k[0])),
    }
}

pub fn apply(r: Over, op: Op, args: &[V]) -> Maybe<V> {
    let x = &args[0];
    let s: Vec<i64> = shape(x).iter().map(|n| *n as i64).collect();
    let (h, w) = if s.len() == 2 { (s[0], s[1]) } else { (0, 0) };
    let far = args.iter().map(reach).sum::<i64>();
    let is_array = matches!(x, Array(..));
    let there = |i: i64, j: i64| Ok(entry(x, i, j).expect("inside"));
    match op {
        Op::Transpose => plane(x, [w, h], far, |i, j| there(j, i)),
        Op::Rot90 => plane(x, [w, h], far, |i, j| if is_array { there(j, w - 1 - i) } else { there(j, -i) }),
        Op::FlipLr => plane(x, [h, w], far, |i, j| if is_array { there(i, w - 1 - j) } else { there(i, -j) }),
        Op::FlipUd => plane(x, [h, w], far, |i, j| if is_array { there(h - 1 - i, j) } else { there(-i, j) }),
        Op::Rows | Op::Cols => {
            let (axis, n) = (usize::from(op == Op::Rows), shape(&args[1]).first().map_or(0, |n| *n as i64));
            // the k that meet an entry of w, on a cycle each once
            let all = if let Map(..) = x { -far..=far } else { 0..=n - 1 };
            let mut sizes = [h, w];
            if let Cyclic(..) = x {
                need(sizes[axis] == n)?;
            } else {
                sizes[axis] += n - 1;
            }
            plane(x, sizes, far, |i, j| {
                r.sum(all.clone().map(|k| {
                    let x = if op == Op::Rows { entry(x, i, j - k) } else { entry(x, i - k, j) };
                    r.mul(x.unwrap_or(ZERO), entry_of_one(&args[1], k))
                }))
            })
        }
        Op::RowSum => {
            let all = if let Map(..) = x { -far..=far } else { 0..=w - 1 };
            line(x, h, far, |i| r.sum(all.clone().map(|j| there(i, j))))
        }
        Op::ColSum => {
            let all = if let Map(..) = x { -far..=far } else { 0..=h - 1 };
            line(x, w, far, |j| r.sum(all.clone().map(|i| there(i, j))))
        }
        Op::Outer => {
            let n = |x: &V| shape(x).first().map_or(0, |n| *n as i64);
            plane(x, [n(x), n(&args[1])], far, |i, j| r.mul(entry_of_one(x, i), entry_of_one(&args[1], j)))
        }
        _ => panic!("{op:?} is not of two dimensions"),
    }
}
