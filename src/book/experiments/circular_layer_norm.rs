//! The largest factor by which a circular layer with channels enlarges a signal, from its matrices of frequencies.

use super::{Found, Unmet};
use crate::{
    book::portable::integers,
    layer::{Conv, Dense, Sliding},
    signal::Boundary,
    theorem::Level,
};
use ndarray::{Array2, ArrayD};
use num_complex::Complex;

pub(super) const ID: &str = "circular-layer-norm";

const SHOWS: &str =
    "the singular values of a circular layer are those of its matrices of frequencies, all together";
const DRAWS: usize = 5;
const SEED: u64 = 2026;

/// Gaussian integers.
type Gauss = Complex<i128>;
/// The matrix of a layer with these weights on circles of so many places.
type Matrix = fn(&ArrayD<i64>, usize) -> Result<Array2<i128>, String>;

pub(super) fn run() -> Result<Found, Unmet> {
    judge(of_the_layer)
}

/// By running the layer on single ones.
fn of_the_layer(w: &ArrayD<i64>, n: usize) -> Result<Array2<i128>, String> {
    let taps = w.shape()[2];
    let layer = Conv::new(Sliding::of(&[taps]).pad(0, taps - 1).boundary(Boundary::Wrap), w.clone());
    let matrix = Dense::of(&layer, &[w.shape()[1], n]).map_err(|error| error.to_string())?.weights;
    matrix.mapv(i128::from).into_dimensionality().map_err(|error| error.to_string())
}

/// Σ_t w[o, c, t] i^(4ft/n), for n of 1, 2 and 4, whose roots of unity are Gaussian integers.
fn symbol(w: &ArrayD<i64>, n: usize, f: usize) -> Array2<Gauss> {
    let root = |power: usize| match power % 4 {
        0 => Gauss::new(1, 0),
        1 => Gauss::new(0, 1),
        2 => Gauss::new(-1, 0),
        _ => Gauss::new(0, -1),
    };
    let [outputs, inputs, taps] = [0, 1, 2].map(|axis| w.shape()[axis]);
    Array2::from_shape_fn((outputs, inputs), |(o, c)| {
        (0..taps).fold(Gauss::new(0, 0), |sum, t| {
            sum + root(4 * f * t / n) * Gauss::new(i128::from(w[[o, c, t]]), 0)
        })
    })
}

fn product(a: &Array2<Gauss>, b: &Array2<Gauss>) -> Array2<Gauss> {
    Array2::from_shape_fn((a.nrows(), b.ncols()), |(i, j)| {
        (0..a.ncols()).fold(Gauss::new(0, 0), |sum, k| sum + a[[i, k]] * b[[k, j]])
    })
}

/// A*A, whose eigenvalues are the squares of the singular values of A.
fn gram(a: &Array2<Gauss>) -> Array2<Gauss> {
    product(&a.t().mapv(|v| v.conj()), a)
}

/// The coefficients of det(λ − A), that of the largest power first (Faddeev and LeVerrier): every division is exact.
fn characteristic(a: &Array2<Gauss>) -> Vec<Gauss> {
    let n = a.nrows();
    let mut coefficients = vec![Gauss::new(1, 0)];
    let mut power = Array2::from_elem((n, n), Gauss::new(0, 0));
    for k in 1..=n {
        // M ← AM + c, c ← −tr(AM)/k
        let last = coefficients[k - 1];
        power = product(a, &power);
        (0..n).for_each(|i| power[[i, i]] += last);
        let trace = product(a, &power).diag().iter().fold(Gauss::new(0, 0), |sum, v| sum + v);
        coefficients.push(-Gauss::new(trace.re / k as i128, trace.im / k as i128));
    }
    coefficients
}

fn times(p: &[Gauss], q: &[Gauss]) -> Vec<Gauss> {
    let mut product = vec![Gauss::new(0, 0); p.len() + q.len() - 1];
    for (i, p) in p.iter().enumerate() {
        q.iter().enumerate().for_each(|(j, q)| product[i + j] += p * q);
    }
    product
}

/// Whether no root of a polynomial that has none but real ones is beyond x: then all derivatives are positive or zero
/// there, and only then.
fn none_beyond(p: &[Gauss], x: i128) -> bool {
    let mut rest: Vec<i128> = p.iter().map(|c| c.re).collect();
    while !rest.is_empty() {
        // Horner's scheme: the value is the last of the sums, and the others are the quotient by λ − x
        let step = |sum: &mut i128, c: &i128| {
            *sum = *sum * x + c;
            Some(*sum)
        };
        let sums: Vec<i128> = rest.iter().scan(0, step).collect();
        if sums.last().is_some_and(|value| *value < 0) {
            return false;
        }
        rest = sums[..sums.len() - 1].to_vec();
    }
    true
}

/// The least whole number that no root is beyond; it is at most `most`, or there is none.
fn enclosed(p: &[Gauss], most: i128) -> Option<i128> {
    (0..=most).find(|x| none_beyond(p, *x))
}

fn judge(matrix: Matrix) -> Result<Found, Unmet> {
    let unmet = |found: String| Unmet { id: ID, shows: SHOWS, found };
    let mut numbers = integers(SEED, 2);
    let (mut cases, mut attained) = (0, 0);
    for (n, taps) in [(1, 1), (1, 3), (2, 1), (2, 2), (2, 3), (4, 1), (4, 2), (4, 3), (4, 4)] {
        for (inputs, outputs) in [(1, 1), (1, 2), (2, 1), (2, 2), (2, 3)] {
            for _ in 0..DRAWS {
                let w = numbers.by_ref().take(outputs * inputs * taps).collect();
                let w = ArrayD::from_shape_vec(vec![outputs, inputs, taps], w).expect("as many entries");
                let whole = matrix(&w, n).map_err(unmet)?.mapv(|v| Gauss::new(v, 0));
                let parts: Vec<Vec<Gauss>> =
                    (0..n).map(|f| characteristic(&gram(&symbol(&w, n, f)))).collect();
                let together = parts.iter().fold(vec![Gauss::new(1, 0)], |p, q| times(&p, q));
                if characteristic(&gram(&whole)) != together {
                    return Err(unmet(format!("for {n} places they differ for the kernels {w:?}")));
                }
                // by Schur's test: the largest sum of sizes in a row times that in a column
                let sums = |matrix: &Array2<Gauss>| {
                    let row = |row: ndarray::ArrayView1<Gauss>| row.iter().map(|v| v.re.abs()).sum::<i128>();
                    matrix.rows().into_iter().map(row).max().unwrap_or(0)
                };
                let bound = sums(&whole) * sums(&whole.t().to_owned());
                let largest = parts.iter().map(|p| enclosed(p, bound)).collect::<Option<Vec<i128>>>();
                let Some(largest) = largest.and_then(|all| all.into_iter().max()) else {
                    return Err(unmet(format!("a square is beyond the bound {bound} for the kernels {w:?}")));
                };
                attained += u64::from(largest == bound);
                cases += 1;
            }
        }
    }
    // the same two weights as a matrix of one row, and as a layer
    let pair = ArrayD::from_elem(vec![1, 1, 2], 1);
    let layer = characteristic(&gram(&matrix(&pair, 4).map_err(unmet)?.mapv(|v| Gauss::new(v, 0))));
    let (as_row, as_layer) = (2, enclosed(&layer, 4).unwrap_or(0));
    if as_layer <= as_row {
        return Err(unmet(format!("the layer [1, 1] has the squared norm {as_layer}")));
    }
    Ok(Found {
        statement: format!(
            "A layer on circles of $n$ places, with $c$ channels before and $o$ behind, has for each frequency $f$ a matrix $\\hat w(f)$ \
             of $o$ by $c$ numbers, the transforms of its filters. Over Gaussian integers, for $n$ of 1, 2 and 4 and up to two and three \
             channels: the characteristic polynomial of $A^{{\\mathsf T}}A$, where $A$ is the whole layer, is the product of those of all \
             $\\hat w(f)^* \\hat w(f)$. So the norm of the layer is the largest singular value of all its frequencies. Its square is at most \
             the largest sum of sizes in a row of $A$ times the largest in a column; in {attained} of {cases} draws it comes within \
             one of that. It is not the norm of the weights written as a matrix of $o$ rows: for the filter $[1, 1]$ that has the square \
             {as_row}, and the layer {as_layer}."
        ),
        level: Level::Exact,
        cases,
        seed: Some(SEED),
        worst: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_at_the_border_and_a_transposed_kernel_are_caught() {
        let zeros: Matrix = |w, n| {
            let layer = Conv::new(Sliding::of(&[w.shape()[2]]).pad(0, w.shape()[2] - 1), w.clone());
            let matrix = Dense::of(&layer, &[w.shape()[1], n]).map_err(|error| error.to_string())?.weights;
            matrix.mapv(i128::from).into_dimensionality().map_err(|error| error.to_string())
        };
        let doubled: Matrix = |w, n| Ok(of_the_layer(w, n)? * 2);
        for wrong in [zeros, doubled] {
            assert!(judge(wrong).is_err_and(|unmet| unmet.found.contains("differ")));
        }
    }

    #[test]
    fn polynomials_and_their_roots() {
        let real = |v: i128| Gauss::new(v, 0);
        let a = Array2::from_shape_vec((2, 2), [2, 1, 1, 2].map(real).to_vec()).expect("a square");
        let p = characteristic(&a);
        assert_eq!(p, [1, -4, 3].map(real));
        assert_eq!((enclosed(&p, 9), enclosed(&p, 2)), (Some(3), None));
        assert!(!none_beyond(&p, 1), "one is a root, and three is beyond");
        // (λ − 1)(λ + 1)(λ − 2)
        assert_eq!(times(&[real(1), real(0), real(-1)], &[real(1), real(-2)]), [1, -2, -1, 2].map(real));
        // det(λ − [[0, i], [−i, 0]])
        let spin = [Gauss::new(0, 0), Gauss::new(0, 1), Gauss::new(0, -1), Gauss::new(0, 0)];
        let spin = Array2::from_shape_vec((2, 2), spin.to_vec()).expect("a square");
        assert_eq!(characteristic(&spin), [1, 0, -1].map(real));
    }
}
