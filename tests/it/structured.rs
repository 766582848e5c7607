//! Structured matrices: against the definition, Gaussian elimination and exact arithmetic; each judge with a wrong
//! twin that it must catch.

use crate::{
    algorithms::{Stream, fits, specs},
    judge::{Gauss, Judged, by_definition},
};
use dashu_ratio::RBig;
use faltung::{
    conv::{
        Algorithm, Facts, Fft, Mode, Problem, Spec,
        circulant::{CirculantError, CirculantMatrix},
        doubly_block,
        levinson::SolveError,
        residual::residual,
        toeplitz::ToeplitzMatrix,
    },
    fourier::{Packed, definition::Missing},
    scalar::{Dyadic, Field, Real, Ring, Roots, Semiring},
};
use nalgebra::DMatrix;
use ndarray::{Array1, IxDyn};
use num_complex::Complex;

/// Z/P, P prime and small.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Mod<const P: u64>(u64);

impl<const P: u64> Semiring for Mod<P> {
    fn zero() -> Self {
        Mod(0)
    }
    fn one() -> Self {
        Mod(1 % P)
    }
    fn plus(&self, other: &Self) -> Self {
        Mod((self.0 + other.0) % P)
    }
    fn times(&self, other: &Self) -> Self {
        Mod(self.0 * other.0 % P)
    }
}

impl<const P: u64> Ring for Mod<P> {
    fn minus(&self, other: &Self) -> Self {
        Mod((self.0 + P - other.0) % P)
    }
}

impl<const P: u64> Mod<P> {
    fn power(self, n: u64) -> Self {
        (0..n).fold(Mod(1), |power, _| power.times(&self))
    }
}

impl<const P: u64> Field for Mod<P> {
    fn inverse(&self) -> Option<Self> {
        (1..P).map(Mod).find(|b| b.times(self) == Mod(1))
    }
}

impl<const P: u64> Roots for Mod<P> {
    fn root_of_unity(n: usize) -> Option<Self> {
        let order = |a: &Self| (1..P).find(|k| a.power(*k) == Mod(1));
        (1..P).map(Mod).find(|a| order(a) == Some(n as u64))
    }
    fn inverse_of(n: usize) -> Option<Self> {
        Mod(n as u64 % P).inverse()
    }
}

/// The rational numbers.
#[derive(Clone, Debug, PartialEq)]
struct Rational(RBig);

impl Semiring for Rational {
    fn zero() -> Self {
        Rational(RBig::ZERO)
    }
    fn one() -> Self {
        Rational(RBig::ONE)
    }
    fn plus(&self, other: &Self) -> Self {
        Rational(&self.0 + &other.0)
    }
    fn times(&self, other: &Self) -> Self {
        Rational(&self.0 * &other.0)
    }
}

impl Ring for Rational {
    fn minus(&self, other: &Self) -> Self {
        Rational(&self.0 - &other.0)
    }
}

impl Field for Rational {
    fn inverse(&self) -> Option<Self> {
        (self.0 != RBig::ZERO).then(|| Rational(RBig::ONE / &self.0))
    }
}

/// Integers from −reach to reach.
pub fn integers(stream: &mut Stream, n: usize, reach: f64) -> Vec<i64> {
    stream.array::<f64>(&[n], 0, 0).iter().map(|x| (x * (reach + 1.0)) as i64).collect()
}

fn product<S: Semiring>(matrix: &DMatrix<S>, x: &[S]) -> Vec<S> {
    let row = |i: usize| (0..x.len()).fold(S::zero(), |sum, j| sum.plus(&matrix[(i, j)].times(&x[j])));
    (0..matrix.nrows()).map(row).collect()
}

/// Gaussian elimination with row exchanges: the solution, or `None` for a singular matrix.
fn gauss<F: Field + PartialEq>(matrix: &DMatrix<F>, b: &[F]) -> Option<Vec<F>> {
    let n = b.len();
    let mut rows: Vec<Vec<F>> =
        (0..n).map(|i| (0..n).map(|j| matrix[(i, j)].clone()).chain([b[i].clone()]).collect()).collect();
    for k in 0..n {
        let pivot = (k..n).find(|i| rows[*i][k] != F::zero())?;
        rows.swap(k, pivot);
        let inverse = rows[k][k].inverse()?;
        rows[k] = rows[k].iter().map(|entry| entry.times(&inverse)).collect();
        for i in (0..n).filter(|i| *i != k) {
            let factor = rows[i][k].clone();
            rows[i] = (0..=n).map(|j| rows[i][j].minus(&factor.times(&rows[k][j]))).collect();
        }
    }
    Some(rows.into_iter().map(|row| row[n].clone()).collect())
}

/// Levinson's recursion as textbooks have it, or with the sign of one coefficient wrong.
fn textbook<F: Field>(matrix: &DMatrix<F>, b: &[F], wrong: bool) -> Option<Vec<F>> {
    let first = matrix[(0, 0)].inverse()?;
    let (mut f, mut g, mut x) = (vec![first.clone()], vec![first.clone()], vec![b[0].times(&first)]);
    for (k, b) in b.iter().enumerate().skip(1) {
        let sum = |row: usize, from: usize, v: &[F]| {
            (0..k).fold(F::zero(), |sum, j| sum.plus(&matrix[(row, from + j)].times(&v[j])))
        };
        let (ef, eg, ex) = (sum(k, 0, &f), sum(0, 1, &g), sum(k, 0, &x));
        let scale = F::one().minus(&ef.times(&eg)).inverse()?;
        let (left, right) = (
            |v: &[F], j: usize| v.get(j).cloned(),
            |v: &[F], j: usize| j.checked_sub(1).map(|j| v[j].clone()),
        );
        let at = |entry: Option<F>| entry.unwrap_or_else(F::zero);
        let next = |own: Option<F>, factor: &F, other: Option<F>| {
            let product = factor.times(&at(other));
            let own = at(own);
            if wrong { own.plus(&product) } else { own.minus(&product) }.times(&scale)
        };
        let next_f: Vec<F> = (0..=k).map(|j| next(left(&f, j), &ef, right(&g, j))).collect();
        let next_g: Vec<F> = (0..=k).map(|j| next(right(&g, j), &eg, left(&f, j))).collect();
        (f, g) = (next_f, next_g);
        let missing = b.minus(&ex);
        x = (0..=k).map(|j| at(left(&x, j)).plus(&missing.times(&g[j]))).collect();
    }
    Some(x)
}

/// Solved systems and breakdowns of random Toeplitz matrices over a field; panics where Gauss disagrees.
fn levinson_against_gauss<F: Field + PartialEq>(from: impl Fn(i64) -> F, reach: f64) -> (usize, usize) {
    let mut stream = Stream(21);
    let (mut solved, mut broken, mut caught) = (0, 0, 0);
    for case in 0..150 {
        let n = 1 + case % 21;
        let mut vector = |n| integers(&mut stream, n, reach).into_iter().map(&from).collect::<Vec<F>>();
        let (column, row, b) = (vector(n), vector(n), vector(n));
        let matrix = ToeplitzMatrix::new(&column, &row);
        let dense = matrix.dense();
        let regular = |k: usize| gauss(&dense.view((0, 0), (k, k)).into_owned(), &b[..k]).is_some();
        match matrix.solve(&b) {
            Ok(x) => {
                solved += 1;
                assert_eq!(product(&dense, &x), b);
                assert_eq!(gauss(&dense, &b).as_ref(), Some(&x));
                assert_eq!(textbook(&dense, &b, false).as_ref(), Some(&x));
                caught += usize::from(n > 2 && textbook(&dense, &b, true).as_ref() != Some(&x));
                let inverse = matrix.inverse().expect("the same minors");
                assert_eq!(inverse.times(&b), x, "Gohberg and Semencul");
            }
            Err(error) => {
                broken += 1;
                let SolveError::Breakdown { order } = error else { panic!("{error}") };
                assert!(!regular(order) && (1..order).all(regular), "order {order} of {n}");
            }
        }
    }
    assert!(caught > 20, "the wrong sign passes: {caught}");
    (solved, broken)
}

#[test]
fn levinson_is_gauss_where_no_minor_is_zero() {
    let rational = levinson_against_gauss(|n| Rational(RBig::from(n)), 9.0);
    let big = levinson_against_gauss(|n| Mod::<10007>((n + 10007) as u64 % 10007), 5000.0);
    let small = levinson_against_gauss(|n| Mod::<61>((n + 61) as u64 % 61), 30.0);
    assert!(rational.0 > 100 && big.0 > 100 && small.0 > 50, "{rational:?} {big:?} {small:?}");
    assert!(rational.1 > 0 && small.1 > 5, "{rational:?} {small:?}");
    let wide = ToeplitzMatrix::new(&[1.0], &[1.0, 2.0]);
    assert_eq!(wide.solve(&[1.0]), Err(SolveError::Shape { rows: 1, columns: 2 }));
    let square = ToeplitzMatrix::new(&[1.0, 0.0], &[1.0, 2.0]);
    assert_eq!(square.solve(&[1.0]), Err(SolveError::Length { expected: 2, got: 1 }));
    assert_eq!(square.solve_in_doubles(&[f64::NAN, 1.0]), Err(SolveError::Range));
}

#[test]
fn toeplitz_matrices_are_the_convolutions() {
    let mut stream = Stream(4);
    for (n, m) in [(1, 1), (5, 3), (6, 4), (3, 5), (2, 7), (9, 1)] {
        let (x, w) = (stream.array::<i64>(&[n], 2, 4), stream.array::<i64>(&[m], 2, 4));
        for spec in specs().into_iter().filter(|spec| fits(*spec, &[n], &[m])) {
            let w1 = w.view().into_dimensionality().expect("one axis");
            let matrix = ToeplitzMatrix::of(w1, n, spec).expect("a specification that fits");
            let reduction = spec.reduce(&[n], &[m]).expect("a specification that fits");
            let on: Vec<i64> = reduction.extended(x.view()).iter().copied().collect();
            let expected: Vec<i64> = by_definition(&x, &w, spec).iter().copied().collect();
            assert_eq!(matrix.times(&on), expected, "{spec:?}");
            assert_eq!(product(&matrix.dense(), &on), expected, "{spec:?}");
            assert_eq!(matrix.transposed().dense(), matrix.dense().transpose());
            assert_eq!(matrix, ToeplitzMatrix::new(matrix.column(), &matrix.row()));
        }
    }
}

/// The entries over one power of two.
pub fn over<S: Judged>(a: &[S]) -> (Vec<Gauss>, i64) {
    let parts: Vec<(Dyadic, Dyadic)> = a.iter().map(|a| a.parts().expect("finite")).collect();
    let common = parts.iter().flat_map(|(re, im)| [re.exponent(), im.exponent()]).min().unwrap_or(0);
    (parts.iter().map(|(re, im)| Gauss(re.over(common), im.over(common))).collect(), common)
}

fn square(a: &Dyadic) -> Dyadic {
    Dyadic::new(a.mantissa() * a.mantissa(), 2 * a.exponent())
}

/// Whether every entry of y is within the bound of T x.
fn within<S: Judged>(matrix: &ToeplitzMatrix<S>, x: &[S], y: &[S], bound: f64) -> bool {
    let ((diagonals, t), (x, e)) = (over(matrix.diagonals()), over(x));
    let n = matrix.columns();
    let row: Vec<Gauss> = diagonals[..n].iter().rev().cloned().collect();
    let exact = ToeplitzMatrix::new(&diagonals[n - 1..], &row).times(&x);
    let allowed = square(&bound.dyadic().expect("a finite bound"));
    y.len() == exact.len()
        && y.iter().zip(exact).all(|(y, Gauss(re, im))| {
            let (y_re, y_im) = y.parts().expect("finite");
            let error = square(&y_re.minus(&Dyadic::new(re, t + e)))
                .plus(&square(&y_im.minus(&Dyadic::new(im, t + e))));
            error.at_most(&allowed)
        })
}

fn products_by_transforms<S: Judged + Packed>(spread: i32, centre: i32)
where
    Fft: Algorithm<S>,
{
    let mut stream = Stream(31);
    for (m, n) in [(1, 1), (1, 6), (7, 1), (3, 5), (40, 17), (17, 40), (64, 64), (129, 128)] {
        let mut vector = |n: usize| stream.array::<S>(&[n], spread, centre).into_raw_vec_and_offset().0;
        let (matrix, x) = (ToeplitzMatrix::new(&vector(m), &vector(n)), vector(n));
        let bound = matrix.product_bound(&x).expect("small");
        let fast = matrix.symbol().expect("finite").times(&x).expect("finite");
        assert_eq!(fast, matrix.times_by_transforms(&x).expect("finite"));
        assert!(within(&matrix, &x, &fast, bound), "{m} x {n}, 2^{centre}");
        if m == n && n > 1 {
            let twin = matrix.transposed().times_by_transforms(&x).expect("finite");
            assert!(!within(&matrix, &x, &twin, bound), "rows and columns exchanged: {n}");
        }
    }
}

#[test]
fn products_by_transforms_are_within_their_bound() {
    for (spread, centre) in [(0, 0), (30, 0), (3, 300), (3, -300)] {
        products_by_transforms::<f64>(spread, centre);
        products_by_transforms::<Complex<f64>>(spread, centre);
        products_by_transforms::<f32>(spread.min(10), centre / 8);
        products_by_transforms::<Complex<f32>>(spread.min(10), centre / 8);
    }
    let hole = ToeplitzMatrix::new(&[1.0, f64::NAN], &[1.0, 2.0]);
    assert!(hole.symbol().unwrap_err().to_string().contains("NaN"));
    assert!(hole.times(&[1.0, 1.0])[1].is_nan());
    let whole = ToeplitzMatrix::new(&[1.0, 3.0], &[1.0, 2.0]).symbol().expect("finite");
    assert!(whole.times(&[1.0, f64::INFINITY]).is_err());
}

/// The largest |b − T x|, exactly, as a float rounded upward a little.
fn exact_residual(matrix: &ToeplitzMatrix<f64>, x: &[f64], b: &[f64]) -> f64 {
    let ((_, t), (_, e)) = (over(matrix.diagonals()), over(x));
    let (exact_x, _) = over(x);
    let (diagonals, _) = over(matrix.diagonals());
    let n = x.len();
    let row: Vec<Gauss> = diagonals[..n].iter().rev().cloned().collect();
    let product = ToeplitzMatrix::new(&diagonals[n - 1..], &row).times(&exact_x);
    let residual = |(b, Gauss(re, _)): (&f64, Gauss)| {
        f64::rounded(&b.dyadic().expect("finite").minus(&Dyadic::new(re, t + e)).abs())
    };
    b.iter().zip(product).map(residual).fold(0.0, f64::max)
}

#[test]
fn a_solution_in_doubles_says_how_good_it_is() {
    let mut stream = Stream(77);
    let mut corrected = 0;
    for n in [1, 2, 5, 16, 33, 100, 257] {
        for corner in [None, Some(2.0 * n as f64), Some(1e-7), Some(-1e-11)] {
            let mut vector = |n: usize| stream.array::<f64>(&[n], 2, 0).into_raw_vec_and_offset().0;
            let (mut column, row, b) = (vector(n), vector(n), vector(n));
            column[0] = corner.unwrap_or(column[0]);
            let matrix = ToeplitzMatrix::new(&column, &row);
            let raw = matrix.solve(&b).expect("no minor is zero");
            for x in [&raw, &b] {
                let claimed = residual(&matrix, x, &b).bound;
                let exact = exact_residual(&matrix, x, &b);
                assert!(exact <= claimed, "{n}: {exact:e} is more than {claimed:e}");
                assert!(
                    claimed
                        <= exact * (1.0 + 1e-12)
                            + 1e-28 * x.iter().fold(1.0, |l: f64, x| l.max(x.abs())) * n as f64
                );
            }
            let solution = matrix.solve_in_doubles(&b).expect("no minor is zero");
            assert!(exact_residual(&matrix, &solution.x, &b) <= solution.residual);
            assert!(solution.residual <= residual(&matrix, &raw, &b).bound);
            assert!(solution.backward_error < 1e-13, "{n} {corner:?}: {solution:?}");
            corrected += solution.corrections;
        }
    }
    assert!(corrected > 5, "tiny minors lose digits: {corrected}");
}

#[test]
fn circulant_matrices_are_diagonal_after_a_transform() {
    type F = Mod<61>;
    let mut stream = Stream(6);
    let mut singular = 0;
    for n in [1, 2, 3, 4, 5, 6, 10, 12, 15, 20] {
        let mut vector = || {
            integers(&mut stream, n, 30.0).into_iter().map(|k| Mod((k + 61) as u64 % 61)).collect::<Vec<F>>()
        };
        let (h, g, x) = (vector(), vector(), vector());
        let (matrix, other) = (CirculantMatrix::new(&h), CirculantMatrix::new(&g));
        let (dense, theirs) = (matrix.dense(), other.dense());
        let times = |a: &DMatrix<F>, b: &DMatrix<F>| {
            let columns = (0..n).flat_map(|j| product(a, b.column(j).as_slice()));
            DMatrix::from_iterator(n, n, columns)
        };
        // C = F⁻¹ diag(λ) F, multiplied out; and F⁻¹ F = 1.
        let found = matrix.diagonalisation().expect("n divides 60");
        let diagonal = DMatrix::from_fn(n, n, |i, j| if i == j { found.eigenvalues[i] } else { Mod(0) });
        assert_eq!(times(&times(&found.inverse, &diagonal), &found.fourier), dense);
        assert_ne!(
            times(&times(&found.fourier, &diagonal), &found.inverse) == dense,
            n > 2,
            "the wrong way round"
        );
        let one = DMatrix::from_fn(n, n, |i, j| Mod(u64::from(i == j)));
        assert_eq!(times(&found.inverse, &found.fourier), one);
        // It is the cyclic convolution, and its twin that shifts the other way is not.
        let array = |a: &[F]| Array1::from(a.to_vec()).into_dyn();
        let circular = Spec { mode: Mode::Circular, ..Spec::default() };
        let y: Vec<F> = by_definition(&array(&x), &array(&h), circular).iter().copied().collect();
        assert_eq!((matrix.times(&x), product(&dense, &x)), (y.clone(), y.clone()));
        assert_eq!(product(&dense.transpose(), &x) != y, n > 2);
        // They commute.
        assert_eq!(times(&dense, &theirs), times(&theirs, &dense));
        assert_eq!(matrix.product(&other).dense(), times(&dense, &theirs));
        match matrix.solve(&x) {
            Ok(solution) => {
                assert_eq!(product(&dense, &solution), x);
                assert_eq!(times(&matrix.inverse().unwrap().dense(), &dense), one);
            }
            Err(CirculantError::Singular(j)) => {
                singular += 1;
                assert_eq!(found.eigenvalues[j], Mod(0));
                assert!(gauss(&dense, &x).is_none());
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert!(singular < 5);
    let ones = CirculantMatrix::new(&[F::one(); 4]);
    assert!(matches!(ones.inverse(), Err(CirculantError::Singular(1))));
    assert_eq!(
        CirculantMatrix::new(&[F::one(); 7]).eigenvalues(),
        Err(CirculantError::Missing(Missing::Root(7)))
    );
}

#[test]
fn doubly_block_matrices_have_the_pattern_and_the_zeros_they_should() {
    let mut stream = Stream(15);
    let shapes: [(&[usize], &[usize]); 5] =
        [(&[5], &[3]), (&[3, 4], &[2, 3]), (&[2, 3], &[4, 2]), (&[1, 5], &[3, 1]), (&[2, 3, 2], &[2, 1, 3])];
    for (n, m) in shapes {
        let w = stream.array::<i64>(m, 1, 4);
        let full: Vec<usize> = n.iter().zip(m).map(|(n, m)| n + m - 1).collect();
        for window in
            [full.iter().map(|n| 0..*n).collect::<Vec<_>>(), full.iter().map(|n| n / 3..*n).collect()]
        {
            let matrix = doubly_block::toeplitz(w.view(), n, &window);
            let problem =
                Problem { x: n.to_vec(), w: m.to_vec(), window: window.clone(), facts: Facts::default() };
            assert_eq!(matrix.nnz() as u128, problem.products(), "{n:?} {m:?}");
            let dense = doubly_block::dense(&matrix);
            let rows: Vec<Vec<usize>> = indices(&window);
            let columns = indices(&n.iter().map(|n| 0..*n).collect::<Vec<_>>());
            assert_eq!((dense.nrows(), dense.ncols()), (rows.len(), columns.len()));
            for (r, i) in rows.iter().enumerate() {
                for (c, j) in columns.iter().enumerate() {
                    let tap: Option<Vec<usize>> = i.iter().zip(j).map(|(i, j)| i.checked_sub(*j)).collect();
                    let tap = tap.and_then(|tap| w.get(IxDyn(&tap))).copied().unwrap_or(0);
                    assert_eq!(dense[(r, c)], tap, "{n:?} {m:?} row {i:?} column {j:?}");
                }
            }
        }
        // The circulant one, on a group that w just fits into, and on a larger one.
        for extra in [0, 2] {
            let group: Vec<usize> = n.iter().zip(m).map(|(n, m)| n.max(m) + extra).collect();
            let whole: Vec<_> = group.iter().map(|n| 0..*n).collect();
            let matrix = doubly_block::circulant(w.view(), &group, &whole);
            assert_eq!(matrix.nnz(), group.iter().product::<usize>() * w.len());
            let x = stream.array::<i64>(&group, 1, 4);
            let vec: Vec<i64> = x.iter().copied().collect();
            let circular = Spec { mode: Mode::Circular, ..Spec::default() };
            let expected: Vec<i64> = by_definition(&x, &w, circular).iter().copied().collect();
            assert_eq!(doubly_block::times(&matrix, &vec), expected);
            assert_eq!(product(&doubly_block::dense(&matrix), &vec), expected);
        }
    }
}

fn indices(ranges: &[std::ops::Range<usize>]) -> Vec<Vec<usize>> {
    ranges.iter().fold(vec![vec![]], |all, range| {
        all.iter().flat_map(|i| range.clone().map(move |k| [&i[..], &[k]].concat())).collect()
    })
}
