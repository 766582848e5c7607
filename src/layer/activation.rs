//! What is applied entry by entry, and softmax: ONNX `Relu`, `LeakyRelu`, `Sigmoid`, `Tanh`, `Softmax`.
//!
//! Rectifiers need an order and nothing else; sigmoid, tanh and softmax need exponentials, so they are for floats. What
//! does not depend on the exponential, that the shares of a whole add up to it, is [`shares`], over any field.

use super::{Gradients, Layer, LayerError, conv::array, lipschitz};
use crate::scalar::{Interval, Real, Ring, Semiring, Units};
use ndarray::{ArrayD, ArrayViewD, Axis, Zip};

/// max(x, 0). Its derivative at 0 is taken to be 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Relu;

/// x where x ≥ 0, and slope · x elsewhere. Its derivative at 0 is taken to be the slope, as PyTorch does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LeakyRelu<S> {
    /// The slope of the negative part.
    pub slope: S,
}

/// 1/(1 + e^(−x)).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sigmoid;

/// The hyperbolic tangent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tanh;

/// e^x/Σ e^x along one axis: over channels (axis 1) a distribution for every pixel, as segmentation wants it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Softmax {
    /// The axis that is summed along.
    pub axis: usize,
}

/// The shares of numbers in their sum, e/Σe: softmax of exponentials. They add up to one in every field where the sum is
/// not zero, identically in the numbers; in floats up to rounding.
///
/// ```
/// use dashu_ratio::RBig;
/// use faltung::layer::activation::shares;
/// let shares = shares(&[1, 2, 4].map(|n: u8| RBig::from(n))).unwrap();
/// assert_eq!(&shares[0] + &shares[1] + &shares[2], RBig::ONE);
/// ```
///
/// # Errors
/// When the sum has no inverse.
pub fn shares<S: Units>(numbers: &[S]) -> Result<Vec<S>, LayerError> {
    let sum = numbers.iter().fold(S::zero(), |sum, number| sum.plus(number));
    let none = || LayerError::Inverse {
        what: "the sum of the numbers",
        value: format!("{sum:?}"),
        hint: "shares are shares in a sum that can be divided by",
    };
    let inverse = sum.unit_inverse().ok_or_else(none)?;
    Ok(numbers.iter().map(|number| number.times(&inverse)).collect())
}

/// dy, entry by entry times what `slope` makes of x.
fn entrywise<S: Semiring>(
    x: ArrayViewD<S>,
    dy: ArrayViewD<S>,
    slope: impl Fn(&S, &S) -> S,
) -> Result<Gradients<S>, LayerError> {
    LayerError::unless_matching(dy.shape(), x.shape())?;
    Ok(Gradients { input: Zip::from(x).and(dy).map_collect(slope), parameters: vec![] })
}

/// NaN is not smaller than zero, and stays.
impl<S: Semiring + PartialOrd> Layer<S> for Relu {
    fn name(&self) -> &'static str {
        "Relu"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        Ok(input.to_vec())
    }

    fn lipschitz(&self, input: &[usize]) -> Result<f64, LayerError>
    where
        S: Real,
    {
        let _ = input;
        Ok(1.0)
    }

    fn forward(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        Ok(x.map(|x| if *x < S::zero() { S::zero() } else { x.clone() }))
    }

    fn backward(&self, x: ArrayViewD<S>, dy: ArrayViewD<S>) -> Result<Gradients<S>, LayerError> {
        entrywise(x, dy, |x, dy| if *x <= S::zero() { S::zero() } else { dy.clone() })
    }
}

impl<S: Ring + PartialOrd> Layer<S> for LeakyRelu<S> {
    fn name(&self) -> &'static str {
        "LeakyRelu"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        Ok(input.to_vec())
    }

    fn lipschitz(&self, input: &[usize]) -> Result<f64, LayerError>
    where
        S: Real,
    {
        let _ = input;
        let slope = lipschitz::size(Interval::from(self.slope.into())).high();
        lipschitz::known("LeakyRelu", slope.max(1.0))
    }

    fn forward(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        Ok(x.map(|x| if *x < S::zero() { x.times(&self.slope) } else { x.clone() }))
    }

    fn backward(&self, x: ArrayViewD<S>, dy: ArrayViewD<S>) -> Result<Gradients<S>, LayerError> {
        entrywise(x, dy, |x, dy| if *x <= S::zero() { dy.times(&self.slope) } else { dy.clone() })
    }
}

// Computed in double precision and rounded once.

fn sigmoid(x: f64) -> f64 {
    // the exponential never overflows
    let e = (-x.abs()).exp();
    if x >= 0.0 { 1.0 / (1.0 + e) } else { e / (1.0 + e) }
}

impl<S: Real> Layer<S> for Sigmoid {
    fn name(&self) -> &'static str {
        "Sigmoid"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        Ok(input.to_vec())
    }

    fn lipschitz(&self, input: &[usize]) -> Result<f64, LayerError>
    where
        S: Real,
    {
        let _ = input;
        Ok(0.25)
    }

    fn forward(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        Ok(x.map(|x| S::nearest(sigmoid((*x).into()))))
    }

    fn backward(&self, x: ArrayViewD<S>, dy: ArrayViewD<S>) -> Result<Gradients<S>, LayerError> {
        entrywise(x, dy, |x, dy| {
            let x: f64 = (*x).into();
            S::nearest((*dy).into() * sigmoid(x) * sigmoid(-x))
        })
    }
}

impl<S: Real> Layer<S> for Tanh {
    fn name(&self) -> &'static str {
        "Tanh"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        Ok(input.to_vec())
    }

    fn lipschitz(&self, input: &[usize]) -> Result<f64, LayerError>
    where
        S: Real,
    {
        let _ = input;
        Ok(1.0)
    }

    fn forward(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        Ok(x.map(|x| S::nearest(Into::<f64>::into(*x).tanh())))
    }

    /// 1 − tanh² = 4 σ(2x) σ(−2x), without the cancellation.
    fn backward(&self, x: ArrayViewD<S>, dy: ArrayViewD<S>) -> Result<Gradients<S>, LayerError> {
        entrywise(x, dy, |x, dy| {
            let x: f64 = (*x).into();
            S::nearest((*dy).into() * 4.0 * sigmoid(2.0 * x) * sigmoid(-2.0 * x))
        })
    }
}

impl Softmax {
    fn check(&self, input: &[usize]) -> Result<(), LayerError> {
        if input.get(self.axis).is_some_and(|n| *n > 0) {
            return Ok(());
        }
        let expected = format!("an array with an axis {} that is not empty", self.axis);
        Err(LayerError::shape("the input", input, expected, "axes are counted from 0; channels are axis 1"))
    }

    /// The softmax of one lane: shares of exponentials, of which the largest is 1.
    fn lane<S: Real>(lane: impl Iterator<Item = S> + Clone) -> Vec<f64> {
        let entries = lane.map(Into::<f64>::into);
        let largest = entries.clone().fold(f64::NEG_INFINITY, f64::max);
        let powers: Vec<f64> = entries.map(|x| (x - largest).exp()).collect();
        // the largest power is 1, so the sum has an inverse, or is no number, and then no share is one
        shares(&powers).unwrap_or_else(|_| vec![f64::NAN; powers.len()])
    }
}

impl<S: Real> Layer<S> for Softmax {
    fn name(&self) -> &'static str {
        "Softmax"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
        self.check(input)?;
        Ok(input.to_vec())
    }

    fn lipschitz(&self, input: &[usize]) -> Result<f64, LayerError>
    where
        S: Real,
    {
        self.check(input)?;
        Ok(0.5)
    }

    fn forward(&self, x: ArrayViewD<S>) -> Result<ArrayD<S>, LayerError> {
        self.check(x.shape())?;
        let mut y = x.to_owned();
        for mut lane in y.lanes_mut(Axis(self.axis)) {
            let shares = Softmax::lane(lane.iter().copied());
            lane.iter_mut().zip(shares).for_each(|(y, share)| *y = S::nearest(share));
        }
        Ok(y)
    }

    /// dx = y · (dy − Σ y · dy).
    fn backward(&self, x: ArrayViewD<S>, dy: ArrayViewD<S>) -> Result<Gradients<S>, LayerError> {
        self.check(x.shape())?;
        LayerError::unless_matching(dy.shape(), x.shape())?;
        let mut dx = array(x.shape(), dy.iter().copied().collect());
        for (mut dx, x) in dx.lanes_mut(Axis(self.axis)).into_iter().zip(x.lanes(Axis(self.axis))) {
            let shares = Softmax::lane(x.iter().copied());
            let mean: f64 = shares.iter().zip(&dx).map(|(y, dy)| y * Into::<f64>::into(*dy)).sum();
            for (dx, y) in dx.iter_mut().zip(shares) {
                *dx = S::nearest(y * (Into::<f64>::into(*dx) - mean));
            }
        }
        Ok(Gradients { input: dx, parameters: vec![] })
    }
}
