//! The judge of the convolution algorithms: sums written from the definitions alone, exact, and a bound beside them.

use dashu_int::IBig;
use faltung::{
    conv::{Algorithm, Facts, Mode, Problem, Scalar, Spec, bound, exact::ExactError},
    scalar::{Dyadic, Real, Ring, Semiring},
    signal::boundary::{Boundary, source},
};
use ndarray::{ArrayD, Dimension, IxDyn};
use num_complex::Complex;

/// What the specification asks for, straight from its words; in any ring. Shapes and origins are worked out here
/// again, independently of the library's.
pub fn by_definition<R: Ring>(x: &ArrayD<R>, w: &ArrayD<R>, spec: Spec) -> ArrayD<R> {
    let axes: Vec<(isize, isize)> =
        x.shape().iter().zip(w.shape()).map(|(n, m)| (*n as isize, *m as isize)).collect();
    let shape: Vec<usize> = axes
        .iter()
        .map(|(n, m)| match spec.mode {
            Mode::Full => n + m - 1,
            Mode::Same | Mode::Circular => *n,
            Mode::Valid => n - m + 1,
        } as usize)
        .collect();
    let beyond = if spec.mode == Mode::Circular { Boundary::Wrap } else { spec.boundary };
    ArrayD::from_shape_fn(IxDyn(&shape), |k| {
        let mut sum = R::zero();
        for (j, w) in w.indexed_iter() {
            let mut place = Vec::new();
            for (axis, (n, m)) in axes.iter().enumerate() {
                let (k, j) = (k.as_array_view()[axis] as isize, j.as_array_view()[axis] as isize);
                let first = match spec.mode {
                    Mode::Full | Mode::Circular => 0,
                    Mode::Same => (m - 1) / 2,
                    Mode::Valid => m - 1,
                };
                let lag = if spec.mode == Mode::Circular { 0 } else { first - (m - 1) };
                let i = if spec.correlate { k + lag + j } else { k + first - j };
                place.extend(source(i, *n as usize, beyond));
            }
            if place.len() == axes.len() {
                let w = if spec.correlate { w.conj() } else { w.clone() };
                R::mul_add_into(&mut sum, &x[IxDyn(&place)], &w);
            }
        }
        sum
    })
}

/// A Gaussian integer: the exact world of all scalars here, over a common power of two.
#[derive(Clone, Debug, PartialEq)]
pub struct Gauss(pub IBig, pub IBig);

impl Semiring for Gauss {
    fn zero() -> Self {
        Gauss(IBig::ZERO, IBig::ZERO)
    }
    fn one() -> Self {
        Gauss(IBig::ONE, IBig::ZERO)
    }
    fn plus(&self, other: &Self) -> Self {
        Gauss(&self.0 + &other.0, &self.1 + &other.1)
    }
    fn times(&self, other: &Self) -> Self {
        Gauss(&self.0 * &other.0 - &self.1 * &other.1, &self.0 * &other.1 + &self.1 * &other.0)
    }
}

impl Ring for Gauss {
    fn minus(&self, other: &Self) -> Self {
        Gauss(&self.0 - &other.0, &self.1 - &other.1)
    }
    fn conj(&self) -> Self {
        Gauss(self.0.clone(), -&self.1)
    }
}

/// A scalar type that can be judged: its values are exact complex dyadic rationals.
pub trait Judged: Scalar {
    /// Real and imaginary part; `None` where not finite.
    fn parts(&self) -> Option<(Dyadic, Dyadic)>;
    /// The value that stands for two floats: the first only, where it is real; rounded, where it is an integer.
    fn from_floats(re: f64, im: f64) -> Self;
}

fn dyadic<T: Real>(x: T) -> Option<Dyadic> {
    x.dyadic()
}

macro_rules! judged {
    ($($float:ident),*) => {$(
        impl Judged for $float {
            fn parts(&self) -> Option<(Dyadic, Dyadic)> {
                Some((dyadic(*self)?, Dyadic::new(IBig::ZERO, 0)))
            }
            fn from_floats(re: f64, _im: f64) -> Self {
                re as $float
            }
        }
        impl Judged for Complex<$float> {
            fn parts(&self) -> Option<(Dyadic, Dyadic)> {
                Some((dyadic(self.re)?, dyadic(self.im)?))
            }
            fn from_floats(re: f64, im: f64) -> Self {
                Complex::new(re as $float, im as $float)
            }
        }
    )*};
}

judged!(f32, f64);

impl Judged for i64 {
    fn parts(&self) -> Option<(Dyadic, Dyadic)> {
        Some((Dyadic::new((*self).into(), 0), Dyadic::new(IBig::ZERO, 0)))
    }
    fn from_floats(re: f64, _im: f64) -> Self {
        re as i64
    }
}

impl Judged for IBig {
    fn parts(&self) -> Option<(Dyadic, Dyadic)> {
        Some((Dyadic::new(self.clone(), 0), Dyadic::new(IBig::ZERO, 0)))
    }
    fn from_floats(re: f64, _im: f64) -> Self {
        IBig::from(re as i128)
    }
}

/// The entries over one power of two, and its exponent.
fn exact<S: Judged>(a: &ArrayD<S>) -> (ArrayD<Gauss>, i64) {
    let parts = a.map(|a| a.parts().expect("finite data"));
    let exponents = parts.iter().flat_map(|(re, im)| [re, im]).filter(|part| !part.mantissa().is_zero());
    let common = exponents.map(Dyadic::exponent).min().unwrap_or(0);
    (parts.map(|(re, im)| Gauss(re.over(common), im.over(common))), common)
}

/// What the judge found.
#[derive(Debug, PartialEq)]
pub enum Verdict {
    /// The algorithm declined.
    Declined,
    /// Every entry is within the bound (for integers: equal), the largest error being this part of it.
    Accepted(f64),
    /// It is not a convolution.
    Rejected(String),
}

/// Runs an algorithm on finite data and compares every entry with the exact sum.
///
/// # Panics
/// When the specification does not fit the shapes.
pub fn judge<S: Judged>(algorithm: &dyn Algorithm<S>, x: &ArrayD<S>, w: &ArrayD<S>, spec: Spec) -> Verdict {
    let reduction = spec.reduce(x.shape(), w.shape()).expect("a specification that fits");
    let facts = Facts::of(x.view(), w.view());
    let problem =
        Problem { x: reduction.x.clone(), w: reduction.w.clone(), window: reduction.window.clone(), facts };
    if algorithm.applies(&problem).is_err() {
        return Verdict::Declined;
    }
    let computed = {
        let (x, w) = (reduction.extended(x.view()), spec.kernel(w.view()));
        algorithm.convolve(x.view(), w.view(), &reduction.window)
    };
    let (exact_x, x_exponent) = exact(x);
    let (exact_w, w_exponent) = exact(w);
    let expected = by_definition(&exact_x, &exact_w, spec);
    if computed.shape() != expected.shape() {
        return Verdict::Rejected(format!("shape {:?} for {:?}", computed.shape(), expected.shape()));
    }
    let bound = bound(x.view(), w.view(), spec, algorithm).expect("a specification that fits");
    let mut worst = 0.0_f64;
    for (index, computed) in computed.indexed_iter() {
        let index = index.as_array_view().to_vec();
        let place = format!("{} {spec:?} {:?} {:?} entry {index:?}", algorithm.name(), x.shape(), w.shape());
        let bound = bound.at(&index);
        let Gauss(re, im) = &expected[IxDyn(&index)];
        let wanted = |part: &IBig| Dyadic::new(part.clone(), x_exponent + w_exponent);
        let Some((computed_re, computed_im)) = computed.parts() else {
            return Verdict::Rejected(format!("{place}: {computed:?} is not finite"));
        };
        let Some(allowed) = bound.dyadic() else {
            return Verdict::Rejected(format!("{place}: the bound is {bound}"));
        };
        let error = square(&computed_re.minus(&wanted(re))).plus(&square(&computed_im.minus(&wanted(im))));
        if !error.at_most(&square(&allowed)) {
            let error = f64::rounded(&error).sqrt();
            return Verdict::Rejected(format!("{place}: off by {error:e}, bound {bound:e}"));
        }
        if bound > 0.0 {
            worst = worst.max(f64::rounded(&error).sqrt() / bound);
        }
    }
    Verdict::Accepted(worst)
}

fn square(a: &Dyadic) -> Dyadic {
    Dyadic::new(a.mantissa() * a.mantissa(), 2 * a.exponent())
}

/// The judge of data with NaN and infinities: the same kind of value at every place as in the definition's own sums.
pub fn judge_spread(algorithm: &dyn Algorithm<f64>, x: &ArrayD<f64>, w: &ArrayD<f64>, spec: Spec) -> Verdict {
    let reduction = spec.reduce(x.shape(), w.shape()).expect("a specification that fits");
    let facts = Facts::of(x.view(), w.view());
    let problem =
        Problem { x: reduction.x.clone(), w: reduction.w.clone(), window: reduction.window.clone(), facts };
    if algorithm.applies(&problem).is_err() {
        return Verdict::Declined;
    }
    let (x_on, kernel) = (reduction.extended(x.view()), spec.kernel(w.view()));
    let computed = algorithm.convolve(x_on.view(), kernel.view(), &reduction.window);
    for ((index, computed), expected) in computed.indexed_iter().zip(&by_definition(x, w, spec)) {
        let alike = match expected {
            y if y.is_nan() => computed.is_nan(),
            y if y.is_infinite() => computed == y,
            _ => computed.is_finite(),
        };
        if !alike {
            return Verdict::Rejected(format!("{spec:?} entry {index:?}: {computed} for {expected}"));
        }
    }
    Verdict::Accepted(0.0)
}

/// The exact result of real floats, rounded once, by the definition and the judge's own arithmetic.
pub fn rounded_by_definition<T: Real + Judged>(
    x: &ArrayD<T>,
    w: &ArrayD<T>,
    spec: Spec,
) -> Result<ArrayD<T>, ExactError> {
    let ((exact_x, x_exponent), (exact_w, w_exponent)) = (exact(x), exact(w));
    Ok(by_definition(&exact_x, &exact_w, spec)
        .map(|y| T::rounded(&Dyadic::new(y.0.clone(), x_exponent + w_exponent))))
}
