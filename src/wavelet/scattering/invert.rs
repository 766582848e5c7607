//! A signal from its scattering coefficients, by descent: the transform has no inverse that is a formula.

use super::{Scattering, ScatteringError, grid::Sample};
use ndarray::{ArrayD, ArrayViewD};

/// The losses that a step is compared with: it may exceed the last, not the largest of these.
const MEMORY: usize = 10;

/// Where a descent came to.
#[derive(Clone, PartialEq, Debug)]
pub struct Descent<T> {
    /// The signal.
    pub x: ArrayD<T>,
    /// ‖S(x) − s‖/‖s‖ at the start and after each step.
    pub distances: Vec<f64>,
}

impl<T: Sample> Scattering<T> {
    /// A signal whose coefficients are near to s: `steps` steps down the gradient of ‖S(x) − s‖², from a start.
    ///
    /// A step is as long as the last change of the gradient suggests (Barzilai & Borwein 1988), halved while the loss would
    /// exceed the largest of the last ten. Coefficients do not determine a signal: it comes out up to what they do not see,
    /// such as its sign where S_0 is 0. Cost: a transform and a gradient a step, and a transform for each halving.
    ///
    /// ```
    /// use faltung::wavelet::scattering::{Scattering, Settings};
    /// use ndarray::ArrayD;
    /// let plan = Scattering::<f64>::new(&Settings::of(&[32], 2))?;
    /// let signal = |by: usize| ArrayD::from_shape_fn(vec![32], |t| (by * t[0] * t[0] % 11) as f64);
    /// let wanted = plan.forward(signal(1).view())?;
    /// let found = plan.invert(wanted.view(), signal(3), 40)?;
    /// assert!(found.distances[40] < found.distances[0] / 4.0);
    /// # Ok::<(), faltung::wavelet::scattering::ScatteringError>(())
    /// ```
    ///
    /// # Errors
    /// As [`forward`](Scattering::forward), and where s has not the shape of the coefficients of the start.
    pub fn invert(
        &self,
        s: ArrayViewD<T>,
        start: ArrayD<T>,
        steps: usize,
    ) -> Result<Descent<T>, ScatteringError> {
        let size = |x: &ArrayD<T>| x.iter().map(|x| Into::<f64>::into(*x).powi(2)).sum::<f64>();
        let dot = |a: &ArrayD<T>, b: &ArrayD<T>| -> f64 {
            a.iter().zip(b).map(|(a, b)| Into::<f64>::into(*a) * Into::<f64>::into(*b)).sum()
        };
        let residual = |x: &ArrayD<T>| -> Result<ArrayD<T>, ScatteringError> {
            let y = self.forward(x.view())?;
            if y.shape() != s.shape() {
                let hint = "give the coefficients of as many signals as there are in the start";
                let expected = format!("{:?}", y.shape());
                return Err(ScatteringError::value(
                    "the shape of the coefficients",
                    s.shape(),
                    expected,
                    hint,
                ));
            }
            Ok(y - &s)
        };
        let whole = size(&s.to_owned());
        let relative = |loss: f64| if whole > 0.0 { (loss / whole).sqrt() } else { loss.sqrt() };
        let mut x = start;
        let mut r = residual(&x)?;
        let mut losses = vec![size(&r)];
        let mut gradient = self.gradient(x.view(), r.view())?;
        // the first step is the one that a linear transform would take
        let mut length = size(&r) / size(&gradient).max(f64::MIN_POSITIVE);
        for _ in 0..steps {
            let most = losses.iter().rev().take(MEMORY).fold(0.0, |a: f64, b| a.max(*b));
            let mut halvings = 0;
            let next = loop {
                let step = T::nearest(length);
                let next = ndarray::Zip::from(&x).and(&gradient).map_collect(|x, g| *x - step * *g);
                // too long a step may leave the range of the floats
                if next.iter().all(|x| Into::<f64>::into(*x).is_finite()) {
                    r = residual(&next)?;
                    if size(&r) <= most {
                        break Some(next);
                    }
                }
                length /= 2.0;
                halvings += 1;
                if halvings == 60 {
                    break None;
                }
            };
            let Some(next) = next else { break };
            let after = self.gradient(next.view(), r.view())?;
            let (moved, bent) = (&next - &x, &after - &gradient);
            let curvature = dot(&moved, &bent);
            if curvature > 0.0 {
                length = size(&moved) / curvature;
            }
            (x, gradient) = (next, after);
            losses.push(size(&r));
        }
        Ok(Descent { x, distances: losses.into_iter().map(relative).collect() })
    }
}
