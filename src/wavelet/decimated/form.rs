//! The extremes of a sum of squares Σ w |Σ_r c_r x_r|² over unit vectors x of ℂ^D, between bounds that are certain.
//!
//! Floats find vectors V that nearly diagonalise the form, and intervals say what they are: with W = V*MV, G = V*V and x = Vc the
//! quotient x*Mx / x*x is c*Wc / c*Gc. By Gershgorin's theorem c*Wc ≥ g c*c, where g is the least of the W_ii − Σ_{j≠i} |W_ij|,
//! and likewise above; and |c*Gc / c*c − 1| ≤ e < 1, where e is the greatest row sum of |G − 1|, by which V is invertible as
//! well, so that every x is such a Vc. However bad the vectors are, the bounds hold; if they are good, they are narrow. Each vector
//! by itself is a bound from the other side.

use crate::scalar::{Interval, Ring, Semiring};
use nalgebra::{DMatrix, SymmetricEigen};
use num_complex::Complex;

/// w |Σ_r c_r x_r|²: the places r with their c_r, and w, which is not negative.
pub(super) struct Square {
    pub weight: Interval,
    pub terms: Vec<(usize, Complex<f64>)>,
}

/// What is known of the extremes of a form.
pub(super) struct Extremes {
    /// No quotient is below the first or above the second.
    pub beyond: [f64; 2],
    /// A vector whose quotient is near the least, and one whose quotient is near the greatest.
    pub vectors: [Vec<Complex<f64>>; 2],
}

/// Complex numbers within a rectangle.
#[derive(Clone, Copy)]
struct Rectangle {
    re: Interval,
    im: Interval,
}

impl Rectangle {
    const ZERO: fn() -> Self = || Rectangle { re: Interval::zero(), im: Interval::zero() };

    fn plus(&self, other: &Self) -> Self {
        Rectangle { re: self.re.plus(&other.re), im: self.im.plus(&other.im) }
    }

    fn times(&self, z: Complex<f64>) -> Self {
        let (re, im) = (Interval::from(z.re), Interval::from(z.im));
        Rectangle {
            re: self.re.times(&re).minus(&self.im.times(&im)),
            im: self.re.times(&im).plus(&self.im.times(&re)),
        }
    }

    /// The conjugate of it, times the other.
    fn conjugate_times(&self, other: &Self) -> Self {
        Rectangle {
            re: self.re.times(&other.re).plus(&self.im.times(&other.im)),
            im: self.re.times(&other.im).minus(&self.im.times(&other.re)),
        }
    }

    fn scaled(&self, by: &Interval) -> Self {
        Rectangle { re: self.re.times(by), im: self.im.times(by) }
    }

    /// Not less than any absolute value.
    fn size(&self) -> Interval {
        let part = |x: Interval| Interval::from(x.low().abs().max(x.high().abs()));
        Interval::from(part(self.re).plus(&part(self.im)).high())
    }
}

/// V*MV, the part on and above the diagonal, row by row: of the form, and of vectors that are columns.
fn conjugated(form: &[Square], vectors: &[Vec<Complex<f64>>]) -> Vec<Vec<Rectangle>> {
    let count = vectors.len();
    let mut product: Vec<Vec<Rectangle>> = (0..count).map(|i| vec![Rectangle::ZERO(); count - i]).collect();
    for Square { weight, terms } in form {
        let answer = |vector: &Vec<Complex<f64>>| {
            terms.iter().fold(Rectangle::ZERO(), |sum, (r, c)| {
                let x = Rectangle { re: Interval::from(vector[*r].re), im: Interval::from(vector[*r].im) };
                sum.plus(&x.times(*c))
            })
        };
        let answers: Vec<Rectangle> = vectors.iter().map(answer).collect();
        for (i, row) in product.iter_mut().enumerate() {
            let first = answers[i].scaled(weight);
            for (entry, other) in row.iter_mut().zip(&answers[i..]) {
                *entry = entry.plus(&first.conjugate_times(other));
            }
        }
    }
    product
}

/// Σ |x_r|².
fn lengths(size: usize) -> Vec<Square> {
    let one = |r| Square { weight: Interval::one(), terms: vec![(r, Complex::from(1.0))] };
    (0..size).map(one).collect()
}

/// An interval around x*Mx / x*x.
pub(super) fn quotient(form: &[Square], vector: &[Complex<f64>]) -> Interval {
    let vector = [vector.to_vec()];
    let value = |form: &[Square]| conjugated(form, &vector)[0][0].re;
    divided(value(form), value(&lengths(vector[0].len())))
}

/// Of what is not negative by something positive.
fn divided(value: Interval, by: Interval) -> Interval {
    let quotient = by.inverse().map_or(Interval::LINE, |inverse| value.times(&inverse));
    Interval::new(quotient.low().max(0.0), quotient.high()).unwrap_or(Interval::LINE)
}

/// How far every row of a Hermitian matrix reaches from its diagonal, above the diagonal and below it.
fn radii(upper: &[Vec<Rectangle>]) -> Vec<Interval> {
    let mut radii = vec![Interval::zero(); upper.len()];
    for (i, row) in upper.iter().enumerate() {
        for (j, entry) in row.iter().enumerate().skip(1) {
            let size = entry.size();
            radii[i] = radii[i].plus(&size);
            radii[i + j] = radii[i + j].plus(&size);
        }
    }
    radii
}

/// The bounds by these vectors, as many as there are places; `None` where they are too far from orthonormal.
fn by_vectors(form: &[Square], vectors: &[Vec<Complex<f64>>]) -> Option<Extremes> {
    let (squares, lengths) = (conjugated(form, vectors), conjugated(&lengths(vectors.len()), vectors));
    let off = |(radius, row): (Interval, &Vec<Rectangle>)| {
        radius.plus(&Interval::from(row[0].re.distance(1.0))).high()
    };
    // of NaN, which comes of no interval, the maximum would know nothing
    let defect = radii(&lengths).into_iter().zip(&lengths).map(off).fold(0.0, f64::max);
    if defect >= 1.0 {
        return None;
    }
    let discs = radii(&squares)
        .into_iter()
        .zip(&squares)
        .map(|(radius, row)| [row[0].re.minus(&radius).low(), row[0].re.plus(&radius).high()]);
    let [low, high] = discs.reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])])?;
    let (one, defect) = (Interval::one(), Interval::from(defect));
    let quotients: Vec<Interval> =
        squares.iter().zip(&lengths).map(|(square, length)| divided(square[0].re, length[0].re)).collect();
    let best = |wins: fn(f64, f64) -> bool| {
        let low = |i: usize| quotients[i].low();
        (1..quotients.len()).fold(0, |best, i| if wins(low(i), low(best)) { i } else { best })
    };
    // a sum of squares is not negative, whatever the discs say
    let floor = divided(Interval::from(low.max(0.0)), one.plus(&defect)).low();
    let ceiling = divided(Interval::from(high), one.minus(&defect)).high();
    let (least, greatest) = (best(|a, b| a < b), best(|a, b| a > b));
    Some(Extremes { beyond: [floor, ceiling], vectors: [least, greatest].map(|i| vectors[i].clone()) })
}

/// What is certain of the extremes of a form in so many variables, at least one.
///
/// Cost: the eigenvectors of a matrix of D rows, and D²/2 products of intervals for each square and each variable.
pub(super) fn extremes(form: &[Square], size: usize) -> Extremes {
    let mut matrix = DMatrix::from_element(size, size, Complex::from(0.0));
    for Square { weight, terms } in form {
        for (r, c) in terms {
            for (s, d) in terms {
                matrix[(*r, *s)] += c.conj() * d * weight.high();
            }
        }
    }
    let unit =
        |i: usize| -> Vec<_> { (0..size).map(|r| Complex::from(f64::from(u8::from(r == i)))).collect() };
    let near = SymmetricEigen::try_new(matrix, f64::EPSILON, 100 * (size + 1)).and_then(|eigen| {
        let vector = |i: usize| eigen.eigenvectors.column(i).iter().copied().collect();
        by_vectors(form, &(0..size).map(vector).collect::<Vec<_>>())
    });
    near.or_else(|| by_vectors(form, &(0..size).map(unit).collect::<Vec<_>>()))
        .unwrap_or_else(|| Extremes { beyond: [0.0, f64::INFINITY], vectors: [unit(0), unit(0)] })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// |x_0 + x_1|² + 3 |x_1|², whose matrix has the eigenvalues (5 ± √13)/2.
    fn form() -> Vec<Square> {
        let one = Complex::from(1.0);
        vec![
            Square { weight: Interval::one(), terms: vec![(0, one), (1, one)] },
            Square { weight: Interval::from(3.0), terms: vec![(1, one)] },
        ]
    }

    #[test]
    fn eigenvalues_lie_between_the_bounds() {
        let Extremes { beyond: [floor, ceiling], vectors } = extremes(&form(), 2);
        let wanted = [(5.0 - 13_f64.sqrt()) / 2.0, (5.0 + 13_f64.sqrt()) / 2.0];
        assert!(floor <= wanted[0] && wanted[0] - floor < 1e-14);
        assert!(ceiling >= wanted[1] && ceiling - wanted[1] < 1e-14);
        for (vector, wanted) in vectors.iter().zip(wanted) {
            assert!(quotient(&form(), vector).distance(wanted) < 1e-14);
        }
    }

    #[test]
    fn bounds_by_bad_vectors_hold_and_those_by_none_are_refused() {
        let vectors = |rows: [[f64; 2]; 2]| rows.map(|row| row.map(Complex::from).to_vec());
        // neither orthogonal nor of length one, and far from the eigenvectors
        let bad = by_vectors(&form(), &vectors([[1.1, 0.2], [0.1, 0.9]])).unwrap();
        assert!(bad.beyond[0] < 0.697 && bad.beyond[1] > 4.303);
        let dependent = vectors([[1.0, 0.0], [1.0, 0.0]]);
        assert!(by_vectors(&form(), &dependent).is_none());
        // their discs alone would leave out the greatest eigenvalue
        let discs = conjugated(&form(), &vectors([[0.5, 0.0], [0.0, 0.5]]));
        assert!(discs[1][0].re.plus(&radii(&discs)[1]).high() < 4.3);
    }
}
