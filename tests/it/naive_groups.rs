//! The naive evaluator's groups: an element is what it does to the corners of a polygon, and nothing is tabulated.

use super::{
    naive::{
        Maybe,
        No::{Beyond, Undefined},
        ONE, Over,
        V::{self, Array, Int, Member, OnGroup, Scalar},
        ZERO, need,
    },
    naive_operators::array,
};
use faltung::expr::{Kind, Op};

/// For each corner the one that it comes to.
pub type Corners = Vec<usize>;

/// First `h`, then `g`.
fn after(g: &Corners, h: &Corners) -> Corners {
    h.iter().map(|corner| g[*corner]).collect()
}
fn turned(n: usize, times: usize) -> Corners {
    (0..n).map(|corner| (corner + times) % n).collect()
}
fn mirrored(n: usize) -> Corners {
    (0..n).map(|corner| (n - corner) % n).collect()
}
fn undone(g: &Corners) -> Corners {
    (0..g.len()).map(|corner| g.iter().position(|to| *to == corner).expect("a permutation")).collect()
}

/// The symmetries of a polygon of n corners: the turns, then the turns after the mirror.
pub fn elements(n: usize) -> Vec<Corners> {
    let turns = || (0..n).map(|k| turned(n, k));
    turns().chain(turns().map(|turn| after(&turn, &mirrored(n)))).collect()
}

/// The corners of the polygon whose group a kind is on or in.
pub fn corners(kind: Kind) -> Option<usize> {
    match kind {
        Kind::OnS3 | Kind::InS3 => Some(3),
        Kind::OnD4 | Kind::InD4 => Some(4),
        _ => None,
    }
}

/// The value, where an argument or the result has to do with a group; none for what is done entry by entry.
pub fn apply(r: Over, op: Op, kind: Kind, args: &[V]) -> Option<Maybe<V>> {
    let mine = args.iter().find_map(|x| match x {
        OnGroup(n, _) => Some(*n),
        Member(u) => Some(u.len()),
        _ => None,
    });
    let n = mine.or(corners(kind))?;
    let all = elements(n);
    let place = |g: &Corners| all.iter().position(|own| own == g).expect("an element");
    let on =
        |entry: &dyn Fn(&Corners) -> Maybe<_>| Ok(OnGroup(n, all.iter().map(entry).collect::<Maybe<_>>()?));
    Some(match (op, args) {
        (Op::Turn, _) => Ok(Member(turned(n, 1))),
        (Op::MirrorImage, _) => Ok(Member(mirrored(n))),
        (Op::Conv, [Member(u), Member(v)]) => Ok(Member(after(u, v))),
        (Op::Pow, [Member(u), Int(k)]) => {
            let base = if *k < 0 { undone(u) } else { u.clone() };
            if k.abs() > 1_000 {
                Err(Beyond)
            } else {
                Ok(Member((0..k.abs()).fold(turned(n, 0), |p, _| after(&p, &base))))
            }
        }
        (Op::Conv, [OnGroup(_, x), OnGroup(_, w)]) => (|| {
            // every product of two elements, where it comes to
            let mut sums = vec![ZERO; all.len()];
            for (h, x) in all.iter().zip(x) {
                for (k, w) in all.iter().zip(w) {
                    let at = place(&after(h, k));
                    sums[at] = r.add(sums[at], r.mul(*x, *w)?)?;
                }
            }
            Ok(OnGroup(n, sums))
        })(),
        (Op::ConvPow, [x, Int(k)]) => need(*k >= 0).and_then(|()| {
            if *k > 40 {
                return Err(Beyond);
            }
            let one = on(&|g| Ok(if *g == turned(n, 0) { ONE } else { ZERO }))?;
            (0..*k).try_fold(one, |p, _| apply(r, Op::Conv, kind, &[p, x.clone()]).expect("on a group"))
        }),
        (Op::Corr, [OnGroup(_, x), OnGroup(_, w)]) => on(&|g| {
            r.sum(all.iter().zip(w).map(|(h, w)| {
                let w = if let Over::Mod(_) = r { *w } else { r.g(w.re, -w.im, w.den)? };
                r.mul(x[place(&after(g, h))], w)
            }))
        }),
        (Op::Rev, [OnGroup(_, x)]) => on(&|g| Ok(x[place(&undone(g))])),
        (Op::LShift, [Member(u), OnGroup(_, x)]) => on(&|g| Ok(x[place(&after(&undone(u), g))])),
        (Op::RShift, [Member(u), OnGroup(_, x)]) => on(&|g| Ok(x[place(&after(g, u))])),
        (Op::At, [OnGroup(_, x), Member(u)]) => Ok(Scalar(x[place(u)])),
        (Op::Delta, at) => {
            let home = if let [Member(u)] = at { u.clone() } else { turned(n, 0) };
            on(&|g| Ok(if *g == home { ONE } else { ZERO }))
        }
        (Op::Zero, []) => on(&|_| Ok(ZERO)),
        (Op::Ones, []) => on(&|_| Ok(ONE)),
        (Op::Circ, [OnGroup(_, h)]) => array(vec![all.len(); 2], |at| {
            let [row, column] = [at[0], at[1]].map(|k| &all[k as usize]);
            Ok(h[place(&after(row, &undone(column)))])
        }),
        (Op::MatMul, [Array(s, a), OnGroup(_, x)]) => {
            if s[..] != [all.len(); 2] {
                return Some(Err(Undefined));
            }
            let row = |g: &Corners| &a[place(g) * all.len()..][..all.len()];
            on(&|g| r.sum(row(g).iter().zip(x).map(|(a, x)| r.mul(*a, *x))))
        }
        (Op::GlobalMax, [OnGroup(_, x)]) => {
            x[1..].iter().try_fold(x[0], |m, x| r.max(m, *x, true)).map(Scalar)
        }
        _ => return None,
    })
}
