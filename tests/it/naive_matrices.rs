//! The naive evaluator's matrices: one arm per defining line of the operator table.

use super::{
    naive::{
        G, Maybe,
        No::Beyond,
        ONE, Over,
        V::{self, Array, Cyclic},
        ZERO, need, shape,
    },
    naive_operators::{Place, array, at, cyclic, index},
};
use faltung::expr::Op;

/// The largest side of a matrix that is written out here.
const SIDE: i64 = 300;

fn matrix(rows: i64, columns: i64, mut entry: impl FnMut(i64, i64) -> Maybe<G>) -> Maybe<V> {
    if rows > SIDE || columns > SIDE {
        return Err(Beyond);
    }
    array(vec![rows as usize, columns as usize], |k: &Place| entry(k[0], k[1]))
}

pub fn apply(r: Over, op: Op, args: &[V]) -> Maybe<V> {
    let whole = |k: usize| index(&args[k]);
    let x = args[0].entries();
    let s: Vec<i64> = shape(&args[0]).iter().map(|n| *n as i64).collect();
    // an entry of the first argument that is there
    let own = |i: i64, j: i64| x[(i * s[1] + j) as usize];
    match op {
        Op::MatMul => {
            let (t, y) = (shape(&args[1]), args[1].entries());
            need(s[1] == t[0] as i64)?;
            let sum =
                |i: i64, at: &dyn Fn(i64) -> usize| r.sum((0..s[1]).map(|k| r.mul(own(i, k), y[at(k)])));
            match &args[1] {
                Array(t, _) if t.len() == 2 => {
                    matrix(s[0], t[1] as i64, |i, j| sum(i, &|k| k as usize * t[1] + j as usize))
                }
                Array(..) => array(vec![s[0] as usize], |i| sum(i[0], &|k| k as usize)),
                _ => {
                    need(s[0] == s[1])?;
                    cyclic(vec![s[0] as usize], |i| sum(i[0], &|k| k as usize))
                }
            }
        }
        Op::Adjoint => matrix(s[1], s[0], |i, j| {
            let x = own(j, i);
            if let Over::Mod(_) = r { Ok(x) } else { r.g(x.re, -x.im, x.den) }
        }),
        Op::Identity => {
            let n = whole(0)?;
            need(n >= 1)?;
            matrix(n, n, |i, j| Ok(if i == j { ONE } else { ZERO }))
        }
        Op::Diag => matrix(s[0], s[0], |i, j| Ok(if i == j { x[i as usize] } else { ZERO })),
        Op::Kron => {
            let (t, b) = (shape(&args[1]), args[1].entries());
            let (p, q) = (t[0] as i64, t[1] as i64);
            // by the places of the factors, as the line has it
            matrix(s[0] * p, s[1] * q, |row, column| {
                let (i, k) = (row.div_euclid(p), row.rem_euclid(p));
                let (j, l) = (column.div_euclid(q), column.rem_euclid(q));
                r.mul(own(i, j), b[(q * k + l) as usize])
            })
        }
        Op::Ravel => Ok(Array(vec![x.len()], x)),
        Op::Toeplitz => {
            let n = whole(1)?;
            need(n >= 1)?;
            matrix(n + s[0] - 1, n, |i, j| {
                Ok(if (0..s[0]).contains(&(i - j)) { x[(i - j) as usize] } else { ZERO })
            })
        }
        Op::DbToeplitz => {
            let (h, k) = (whole(1)?, whole(2)?);
            need(h >= 1 && k >= 1)?;
            let (p, q) = (s[0], s[1]);
            let wide = k + q - 1;
            matrix((h + p - 1).saturating_mul(wide), h.saturating_mul(k), |row, column| {
                let (a, b, c, d) = (row / wide, row % wide, column / k, column % k);
                let inside = (0..p).contains(&(a - c)) && (0..q).contains(&(b - d));
                Ok(if inside { own(a - c, b - d) } else { ZERO })
            })
        }
        Op::Circ => {
            let n = s[0];
            matrix(n, n, |i, j| Ok(x[(i - j).rem_euclid(n) as usize]))
        }
        Op::Bccb => {
            let Cyclic(sizes, entries) = &args[0] else { panic!("kinds") };
            let (m, n) = (s[0], s[1]);
            matrix(m * n, m * n, |row, column| {
                let apart = [row / n - column / n, row % n - column % n];
                Ok(at(sizes, entries, &apart, true).expect("it wraps"))
            })
        }
        _ => panic!("{op:?} is no matrix"),
    }
}
