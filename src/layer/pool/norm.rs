//! The p-norm of every region: (Σ |x|^p)^(1/p) (ONNX `LpPool`, `GlobalLpPool`; PyTorch `LPPool`, which does not take
//! absolute values, so that for odd p its result is NaN where the sum is negative).

use super::{Regions, distribute, summarise};
use crate::{
    layer::{Gradients, Layer, LayerError, conv::array, lipschitz},
    scalar::{Interval, Real, Ring, Semiring},
};
use ndarray::{ArrayD, ArrayViewD};

/// L^p-pooling, p ≥ 1: p = 1 is a sum of absolute values, p = 2 the Euclidean norm, and the limit is the largest |x|.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Norm {
    /// What is summarised.
    pub regions: Regions,
    /// The exponent.
    pub p: u32,
}

impl Norm {
    /// The sums Σ |x|^p before the root, over any ordered ring: exact where the scalars are.
    ///
    /// # Errors
    /// As [`Regions::shape`], and p = 0.
    pub fn powers<S: Ring + PartialOrd>(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        let shape = self.shape(x.shape())?;
        self.regions.room::<S>(x.shape())?;
        let graph = self.regions.graph(&x.shape()[2..])?;
        let sums = summarise(x, &*graph, |_, edges, x, _| {
            let size = |x: &S| if *x < S::zero() { S::zero().minus(x) } else { x.clone() };
            let power = |x: &S| (1..self.p).fold(size(x), |power, _| power.times(&size(x)));
            edges.iter().fold(S::zero(), |sum, edge| sum.plus(&power(&x[edge.entry])))
        });
        Ok(array(&shape, sums))
    }

    fn shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        if self.p == 0 {
            let (got, expected) = ("0".into(), "at least 1".into());
            let hint = "a norm takes the p-th root; the number of entries is no norm";
            return Err(LayerError::Value { what: "the exponent p", got, expected, hint });
        }
        self.regions.shape(input)
    }
}

impl<S: Real> Layer<S> for Norm {
    fn name(&self) -> &'static str {
        match self.regions {
            Regions::Global => "GlobalLpPool",
            _ => "LpPool",
        }
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        self.shape(input)
    }

    fn lipschitz(&self, input: &[usize]) -> Result<f64, LayerError>
    where
        S: Real,
    {
        self.shape(input)?;
        let graph = self.regions.graph(&input[2..])?;
        let one = <Interval as Semiring>::one();
        // a p-norm with p of at least 2 is no larger than the 2-norm
        if self.p >= 2 {
            lipschitz::repeated(&*graph, lipschitz::Again::Counts)
        } else {
            lipschitz::summed(&*graph, |_, edges| vec![one; edges])
        }
    }

    /// The sums are formed of |x|/m, where m is the largest, so that no power overflows or vanishes.
    fn forward(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        let shape = self.shape(x.shape())?;
        self.regions.room::<S>(x.shape())?;
        let graph = self.regions.graph(&x.shape()[2..])?;
        let norms = summarise(x, &*graph, |_, edges, x, _| {
            S::nearest(norm(edges.iter().map(|edge| x[edge.entry].into()), self.p))
        });
        Ok(array(&shape, norms))
    }

    /// ∂y/∂x = sign(x) · (|x|/y)^(p − 1), and 0 where y is 0.
    fn backward(&self, x: ArrayViewD<S>, dy: ArrayViewD<S>) -> Result<Gradients<S>, LayerError> {
        LayerError::unless_matching(dy.shape(), &self.shape(x.shape())?)?;
        let spatial = x.shape()[2..].to_vec();
        let graph = self.regions.graph(&spatial)?;
        let input = distribute(x, dy, &*graph, |_, edges, x, dy, dx| {
            let y = norm(edges.iter().map(|edge| x[edge.entry].into()), self.p);
            for edge in edges {
                let x: f64 = x[edge.entry].into();
                if y != 0.0 && x != 0.0 {
                    let slope = x.signum() * power(x.abs() / y, self.p - 1);
                    dx[edge.entry] = Ring::minus(&dx[edge.entry], &S::nearest(-slope * (*dy).into()));
                }
            }
        });
        Ok(Gradients { input, parameters: vec![] })
    }
}

/// (Σ |x|^p)^(1/p).
fn norm(entries: impl Iterator<Item = f64> + Clone, p: u32) -> f64 {
    // `max` takes the number where the other one is none
    let larger = |most: f64, x: f64| if most.is_nan() || x.is_nan() { f64::NAN } else { x.abs().max(most) };
    let largest = entries.clone().fold(0.0, larger);
    if largest == 0.0 || !largest.is_finite() {
        return largest;
    }
    let sum: f64 = entries.map(|x| power(x.abs() / largest, p)).sum();
    largest
        * match p {
            1 => sum,
            2 => sum.sqrt(),
            p => sum.powf(1.0 / f64::from(p)),
        }
}

fn power(x: f64, p: u32) -> f64 {
    i32::try_from(p).map_or_else(|_| x.powf(f64::from(p)), |p| x.powi(p))
}

#[cfg(test)]
mod tests {
    use super::norm;

    #[test]
    fn what_is_no_number_has_no_norm() {
        for entries in [[f64::NAN, f64::INFINITY], [f64::INFINITY, f64::NAN], [f64::NAN, 1.0]] {
            for p in [1, 2, 3] {
                assert!(norm(entries.into_iter(), p).is_nan(), "{entries:?} {p}");
            }
        }
        assert_eq!(norm([1.0, f64::NEG_INFINITY].into_iter(), 2), f64::INFINITY);
    }
}
