//! The naive evaluator's layers, by the defining lines, and the operators on matrices of filters.

use super::{
    naive::{G, Maybe, No::Beyond, Over, V, ZERO, need, shape},
    naive_operators::{Place, array, at, index},
};
use faltung::expr::Op;

/// The sizes of an array, and its entry at a place; zero where there is none.
fn read(x: &V) -> (Vec<i64>, impl Fn(&[i64]) -> G) {
    let (sizes, entries) = (shape(x).to_vec(), x.entries());
    let own = sizes.iter().map(|n| *n as i64).collect();
    (own, move |place: &[i64]| at(&sizes, &entries, place, false).unwrap_or(ZERO))
}

fn made(sizes: &[i64], mut entry: impl FnMut(&[i64]) -> Maybe<G>) -> Maybe<V> {
    need(sizes.iter().all(|n| *n >= 1))?;
    if sizes.iter().product::<i64>() > 20_000 {
        return Err(Beyond);
    }
    array(sizes.iter().map(|n| *n as usize).collect(), |k: &Place| entry(k))
}

pub fn apply(r: Over, op: Op, args: &[V]) -> Maybe<V> {
    let (count, (t, w)) = (args.len(), read(args.last().expect("an argument")));
    let (s, x) = read(&args[count.saturating_sub(2)]);
    // Σ over two indices below these bounds
    let sum = |a: i64, b: i64, term: &dyn Fn(i64, i64) -> Maybe<G>| {
        r.sum((0..a).flat_map(|p| (0..b).map(move |j| (p, j))).map(|(p, j)| term(p, j)))
    };
    match op {
        Op::MConv | Op::GConv => {
            let g = if op == Op::GConv { index(&args[0])? } else { 1 };
            need(g >= 1 && s[0] == g * t[1] && t[0] % g == 0)?;
            made(&[t[0], s[1] - t[2] + 1], |at| {
                // the part that the output lies in, each of t[0] / g outputs
                let part = (0..g).find(|part| at[0] < (part + 1) * (t[0] / g)).expect("it lies in one");
                sum(t[1], t[2], &|c, j| r.mul(x(&[part * t[1] + c, at[1] + j]), w(&[at[0], c, j])))
            })
        }
        Op::Strided | Op::Dilated | Op::ConvT => {
            let by = index(&args[0])?;
            need(by >= 1)?;
            match op {
                Op::Strided => {
                    need(s[0] == t[1] && s[1] >= t[2])?;
                    made(&[t[0], (s[1] - t[2]).div_euclid(by) + 1], |at| {
                        sum(t[1], t[2], &|c, j| r.mul(x(&[c, by * at[1] + j]), w(&[at[0], c, j])))
                    })
                }
                Op::Dilated => {
                    need(s[0] == t[1])?;
                    made(&[t[0], s[1] - by * (t[2] - 1)], |at| {
                        sum(t[1], t[2], &|c, j| r.mul(x(&[c, at[1] + by * j]), w(&[at[0], c, j])))
                    })
                }
                _ => {
                    need(s[0] == t[0])?;
                    made(&[t[1], by * (s[1] - 1) + t[2]], |at| {
                        sum(t[0], s[1], &|o, j| r.mul(x(&[o, j]), w(&[o, at[0], at[1] - by * j])))
                    })
                }
            }
        }
        Op::ZeroStuff => {
            let d = index(&args[0])?;
            need(d >= 1)?;
            made(&[t[0], d.saturating_mul(t[1] - 1).saturating_add(1)], |at| {
                Ok(if at[1] % d == 0 { w(&[at[0], at[1] / d]) } else { ZERO })
            })
        }
        Op::Im2Col => {
            let k = index(&args[0])?;
            need(k >= 1 && k <= t[1])?;
            made(&[t[1] - k + 1, k * t[0]], |at| Ok(w(&[at[1].div_euclid(k), at[0] + at[1].rem_euclid(k)])))
        }
        Op::LocalConv | Op::TiledConv => {
            let places = s[0] - t[1] + 1;
            need(op == Op::TiledConv || places == t[0])?;
            made(&[places], |i| {
                r.sum((0..t[1]).map(|j| r.mul(x(&[i[0] + j]), w(&[i[0].rem_euclid(t[0]), j]))))
            })
        }
        Op::Repeat => {
            let m = index(&args[0])?;
            need(m >= 1)?;
            made(&[m.saturating_mul(t[0])], |i| Ok(w(&[i[0].div_euclid(m)])))
        }
        Op::MatMul => {
            // numbers on the left are filters of one entry, rows on the right the filters of one column
            let (k, n) = (if s.len() == 3 { s[2] } else { 1 }, t[t.len() - 1]);
            let a = |o: i64, p: i64, j: i64| if s.len() == 3 { x(&[o, p, j]) } else { x(&[o, p]) };
            need(s[1] == t[0])?;
            if t.len() == 3 {
                made(&[s[0], t[1], n + k - 1], |at| {
                    sum(s[1], k, &|p, j| r.mul(a(at[0], p, j), w(&[p, at[1], at[2] - j])))
                })
            } else {
                made(&[s[0], n + k - 1], |at| sum(s[1], k, &|p, j| r.mul(a(at[0], p, j), w(&[p, at[1] - j]))))
            }
        }
        Op::Transpose => made(&[t[1], t[0], t[2]], |at| Ok(w(&[at[1], at[0], at[2]]))),
        Op::Adjoint => made(&[t[1], t[0], t[2]], |at| {
            let x = w(&[at[1], at[0], at[2]]);
            if let Over::Mod(_) = r { Ok(x) } else { r.g(x.re, -x.im, x.den) }
        }),
        Op::Diag => {
            made(&[t[0], t[0], t[1]], |at| Ok(if at[0] == at[1] { w(&[at[0], at[2]]) } else { ZERO }))
        }
        Op::Toeplitz => {
            let n = index(&args[1])?;
            need(n >= 1)?;
            let (s, x) = read(&args[0]);
            let tall = n + s[2] - 1;
            made(&[tall.saturating_mul(s[0]), n.saturating_mul(s[1])], |at| {
                Ok(x(&[at[0] / tall, at[1] / n, at[0] % tall - at[1] % n]))
            })
        }
        _ => panic!("{op:?} is no layer"),
    }
}
