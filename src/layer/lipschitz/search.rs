//! The other side: pairs of inputs that a layer takes far apart, found by a search.

use super::super::{Layer, LayerError, grid::volume};
use crate::scalar::Real;
use ndarray::{ArrayD, ArrayViewD};

fn norm<S: Real>(x: &ArrayD<S>) -> f64 {
    x.iter().map(|x| Into::<f64>::into(*x).powi(2)).sum::<f64>().sqrt()
}

/// a + by, entry by entry in double precision.
fn along<S: Real>(a: &ArrayD<S>, b: f64, y: &ArrayD<S>) -> ArrayD<S> {
    let mut sum = a.clone();
    sum.zip_mut_with(y, |a, y| *a = S::nearest(Into::<f64>::into(*a) + b * Into::<f64>::into(*y)));
    sum
}

/// ‖f(x) − f(y)‖/‖x − y‖ of the pairs that a search by gradients goes through: x and y stay equally far from `middle` and from
/// each other, and x − y becomes what the gradients of their distance behind the layer suggest at x and at y. For a linear layer
/// that is the power method, which comes to the largest singular value. Each is no more than [`Layer::lipschitz`], but for
/// rounding in the layer.
///
/// Fewer than `steps` where x − y has become 0 or no number. Cost: two passes forward and two backward a step.
///
/// ```
/// use faltung::layer::{Conv, Layer, Sliding, lipschitz::search};
/// use ndarray::ArrayD;
/// let sum = Conv::new(Sliding::of(&[2]), ArrayD::from_elem(vec![1, 1, 2], 1.0));
/// let x = ArrayD::from_elem(vec![1, 1, 30], 0.0);
/// let apart = ArrayD::from_shape_fn(vec![1, 1, 30], |i| i[2] as f64);
/// let found = search(&sum, x.view(), apart.view(), 100)?;
/// assert!(found[99] > 1.98 && found[99] <= sum.lipschitz(&[1, 1, 30])?);
/// # Ok::<(), faltung::layer::LayerError>(())
/// ```
///
/// # Errors
/// As the layer's passes, and an `apart` that has not the shape of `middle`.
pub fn search<S: Real>(
    layer: &dyn Layer<S>,
    middle: ArrayViewD<S>,
    apart: ArrayViewD<S>,
    steps: usize,
) -> Result<Vec<f64>, LayerError> {
    let hint = "a pair is the middle and half of what is between the two, added and taken away";
    LayerError::unless("the difference of a pair", apart.shape(), middle.shape(), hint)?;
    volume("the input", middle.shape())?;
    let (middle, mut apart) = (middle.to_owned(), apart.to_owned());
    let (distance, mut ratios) = (norm(&apart), vec![]);
    for _ in 0..steps {
        let length = norm(&apart);
        if !(length > 0.0 && length.is_finite()) {
            break;
        }
        apart.mapv_inplace(|a| S::nearest(Into::<f64>::into(a) / length * distance));
        let [x, y] = [along(&middle, 0.5, &apart), along(&middle, -0.5, &apart)];
        let between = along(&layer.forward(x.view())?, -1.0, &layer.forward(y.view())?);
        let inputs = norm(&along(&x, -1.0, &y));
        if inputs == 0.0 {
            break;
        }
        ratios.push(norm(&between) / inputs);
        let gradients =
            [layer.backward(x.view(), between.view())?, layer.backward(y.view(), between.view())?];
        apart = along(&gradients[0].input, 1.0, &gradients[1].input);
    }
    Ok(ratios)
}
