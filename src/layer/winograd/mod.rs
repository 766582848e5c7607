//! Minimal filtering: m outputs of a filter with r taps from m + r − 1 products, along every axis.
//!
//! A filter's outputs are the transpose of a product of polynomials, and a product of polynomials is found from its
//! values at m + r − 2 points and at infinity (Toom and Cook; Winograd 1980). So y = Aᵀ((G w) ⊙ (B x)) with three small
//! matrices of rational numbers: A and G hold powers of the points, B the coefficients of the polynomials that vanish at
//! all points but one. F(2 × 2, 3 × 3) takes 16 products instead of 36, F(4 × 4, 3 × 3) takes 36 instead of 144 (Lavin
//! & Gray 2016). In a layer the products of all channels are added up before A is applied: a product of matrices for each
//! of (m + r − 1)^d places.
//!
//! The identity is exact over every field in which no denominator is zero. Over floats it is not the definition: the
//! sums pass through numbers that are larger than their result, and the more so the more points there are.
//! [`Winograd::bound`] says how far an entry can be off.
//!
//! *Derivation.* Let n = m + r − 1. Along each axis an entry of x passes through at most n + 3 roundings in B: two in the
//! constant (a numerator times a rounded inverse), one in the product, and n − 1 in the sum, of which we do not save the
//! one to zero; an entry of w through at most r + 3 in G, and both together through n + 3 in A; in between there are one
//! product and the sum over C channels. All ways lead into the terms of T = |A|ᵀ((|G||w|) ⊙ (|B||x|)), so
//! |ŷ − y| ≤ γ_K T with K = d(2n + r + 9) + C + 1 (Higham 2002, lemma 3.1), as long as no product underflows. One that
//! does is off by η; what follows multiplies that by no more than the largest row of |A|ᵀ, |G| and |B| and by the largest
//! entries of |G||w| and |B||x|.

mod tiles;

use super::{Conv, LayerError};
use crate::{
    conv::Rounding,
    scalar::{Field, natural},
};
use dashu_int::{IBig, ops::UnsignedAbs};
use dashu_ratio::RBig;
use ndarray::{ArrayD, ArrayViewD};
use tiles::Rows;

/// The points, but for infinity: small, with small inverses.
const POINTS: [(i32, u32); 7] = [(0, 1), (1, 1), (-1, 1), (2, 1), (-2, 1), (1, 2), (-1, 2)];

/// The matrices for m outputs and r taps along an axis.
///
/// ```
/// use faltung::layer::{Conv, Sliding, Winograd};
/// use ndarray::{ArrayD, IxDyn};
/// let two = Winograd::new(2, 3)?;
/// assert_eq!(two.products(), 4);
/// let x = ArrayD::from_shape_fn(IxDyn(&[1, 1, 6]), |at| at[2] as f64);
/// let layer = Conv::new(Sliding::of(&[3]), ArrayD::from_elem(IxDyn(&[1, 1, 3]), 1.0));
/// assert_eq!(two.apply(&layer, x.view())?.as_slice(), Some(&[3.0, 6.0, 9.0, 12.0][..]));
/// # Ok::<(), faltung::layer::LayerError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Winograd {
    outputs: usize,
    taps: usize,
    /// n × m, n × r and n × n, where n = m + r − 1.
    a: Vec<Vec<RBig>>,
    g: Vec<Vec<RBig>>,
    b: Vec<Vec<RBig>>,
}

impl Winograd {
    /// F(m, r).
    ///
    /// # Errors
    /// When m or r is 0, or m + r − 1 is more than 8: the points would be large, and so would be the errors.
    pub fn new(outputs: usize, taps: usize) -> Result<Winograd, LayerError> {
        let most = POINTS.len() + 2;
        if outputs == 0 || taps == 0 || outputs.saturating_add(taps) > most {
            return Err(LayerError::Tile { outputs, taps, most });
        }
        let points: Vec<RBig> = POINTS[..outputs + taps - 2]
            .iter()
            .map(|(p, q)| RBig::from_parts(IBig::from(*p), (*q).into()))
            .collect();
        let powers = |point: &RBig, n: usize| -> Vec<RBig> {
            std::iter::successors(Some(RBig::ONE), |power| Some(power * point)).take(n).collect()
        };
        // the value at infinity is the leading coefficient
        let leading = |n: usize| -> Vec<RBig> { (1..=n).map(|k| RBig::from(usize::from(k == n))).collect() };
        // the coefficients of Π (t − p)
        let vanishing = |at: &mut dyn Iterator<Item = &RBig>| -> Vec<RBig> {
            at.fold(vec![RBig::ONE], |product, point| {
                let mut next = [&[RBig::ZERO], &product[..]].concat();
                next.iter_mut().zip(&product).for_each(|(next, c)| *next -= c * point);
                next
            })
        };
        let (mut a, mut g, mut b) = (vec![], vec![], vec![]);
        for (i, point) in points.iter().enumerate() {
            let others = || points.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, other)| other);
            let weight = others().fold(RBig::ONE, |product, other| product * (point - other));
            a.push(powers(point, outputs));
            g.push(powers(point, taps).into_iter().map(|power| power / &weight).collect());
            b.push([vanishing(&mut others()), vec![RBig::ZERO]].concat());
        }
        a.push(leading(outputs));
        g.push(leading(taps));
        b.push(vanishing(&mut points.iter()));
        Ok(Winograd { outputs, taps, a, g, b })
    }

    /// The number of products along an axis: n = m + r − 1.
    pub fn products(&self) -> usize {
        self.b.len()
    }

    /// A, G and B: n × m, n × r and n × n.
    pub fn matrices(&self) -> [&[Vec<RBig>]; 3] {
        [&self.a, &self.g, &self.b]
    }

    /// Aᵀ, G and B in other numbers, if they can be had there.
    fn rows<S>(&self, number: impl Fn(&RBig) -> Option<S>) -> Option<[Rows<S>; 3]> {
        let column = |j: usize| self.a.iter().map(|row| row[j].clone()).collect();
        let columns: Vec<Vec<RBig>> = (0..self.outputs).map(column).collect();
        let rows = |matrix: &[Vec<RBig>]| Rows::new(matrix, &number);
        Some([rows(&columns)?, rows(&self.g)?, rows(&self.b)?])
    }

    /// The layer's output, over any field in which the denominators have inverses. Cost: n^d products per pair of
    /// channels and m^d outputs, and the three transforms.
    ///
    /// # Errors
    /// As [`Conv::shape`]; a layer with another number of taps, a stride, a dilation, gaps, groups, a table of
    /// channels, or weights that are not shared; a field in which a denominator is zero; no memory.
    pub fn apply<S: Field>(&self, layer: &Conv<S>, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        let number = |q: &RBig| {
            let size = |n: &dashu_int::UBig| usize::try_from(n).ok().map(natural::<S>);
            let size = size(&q.numerator().clone().unsigned_abs())?.times(&size(q.denominator())?.inverse()?);
            Some(if q.sign() == dashu_int::Sign::Negative { S::zero().minus(&size) } else { size })
        };
        let Some(matrices) = self.rows(number) else {
            let (shape, expected) = ([self.products(), self.taps], "a field in which no denominator is zero");
            return Err(LayerError::shape("the matrix G", &shape, expected.to_owned(), "take fewer outputs"));
        };
        self.carry_out(layer, x, matrices)
    }

    /// How far each entry of [`apply`](Winograd::apply) over floats with this rounding, on the layer without its bias,
    /// can be from the exact output of that; a bias is one more rounding of the result. Infinite where what is in
    /// between could overflow. Cost: as `apply` over `f64`.
    ///
    /// # Errors
    /// As [`apply`](Winograd::apply).
    pub fn bound(
        &self,
        layer: &Conv<f64>,
        x: ArrayViewD<f64>,
        Rounding { unit, tiny, largest, .. }: Rounding,
    ) -> Result<ArrayD<f64>, LayerError> {
        let size = |q: &RBig| Some(q.to_f64().value().abs());
        let all = self.rows(size).expect("all have a size");
        let d = x.ndim().saturating_sub(2) as i32;
        let [a, g, b] = all.each_ref().map(|matrix| {
            let sums = matrix.rows.iter().map(|row| row.iter().map(|(_, size)| size).sum::<f64>());
            sums.fold(1.0, f64::max).powi(d)
        });
        let [w, top] =
            [layer.weights.view(), x.view()].map(|of| of.iter().fold(0.0, |top: f64, v| top.max(v.abs())));
        let plain = Conv { weights: layer.weights.mapv(f64::abs), bias: None, ..layer.clone() };
        let terms = self.carry_out(&plain, x.mapv(f64::abs).view(), all)?;
        let (d, n, r, channels) =
            (f64::from(d), self.products() as f64, self.taps as f64, x.shape()[1] as f64);
        let roundings = (d * (2.0 * n + r + 9.0) + channels + 1.0) * unit;
        // a product in G, in B, in the middle and in A
        let lost = tiny * a * (d * channels * (r * g * b * top + n * b * g * w) + channels + d * n);
        let reach = (channels * a * (g * w).max(1.0) * (b * top).max(1.0)).max(lost);
        let known = roundings < 0.01 && reach < largest / 2.0;
        // the doubles of this evaluation are off by less than a thousandth
        let bound = |terms: &f64| (roundings / (1.0 - roundings) * terms + 2.0 * lost) * 1.001;
        Ok(terms.map(|terms| if known { bound(terms) } else { f64::INFINITY }))
    }
}
