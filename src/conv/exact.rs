//! Exact convolution: of integers, in 64 bits where the sums provably fit, and of floats as dyadic rationals, rounded once.

use super::{Facts, PlanError, Scalar, Spec, plan};
use crate::scalar::{Dyadic, Real};
use dashu_int::IBig;
use ndarray::{ArrayD, ArrayViewD, Dimension};

/// Why there is no exact result.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum ExactError {
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(
        "entry {index:?} of the result is {value}, which does not fit into 64 bits; floats would round it"
    )]
    Overflow { index: Vec<usize>, value: IBig },
    #[error(
        "entry {index:?} of {which} is NaN or infinite, and has no exact value: replace it, or compute in floats"
    )]
    NotFinite { which: &'static str, index: Vec<usize> },
}

impl From<super::SpecError> for ExactError {
    fn from(error: super::SpecError) -> Self {
        ExactError::Plan(error.into())
    }
}

/// The convolution of integers, every entry exact.
///
/// Where ‖x‖∞ · ‖w‖₁ < 2^63 no partial sum leaves 64 bits, and they are computed in 64 bits; otherwise in
/// integers of any size.
///
/// ```
/// use faltung::conv::{Spec, exact};
/// use ndarray::arr1;
/// let x = arr1(&[i64::MAX, 1]).into_dyn();
/// let w = arr1(&[1, -1]).into_dyn();
/// assert_eq!(exact::integers(x.view(), w.view(), Spec::default())?, arr1(&[i64::MAX, 1 - i64::MAX, -1]).into_dyn());
/// let error = exact::integers(x.view(), x.view(), Spec::default()).unwrap_err();
/// assert!(error.to_string().starts_with("entry [0] of the result is 85070591730234615847396907784232501249"));
/// # Ok::<(), exact::ExactError>(())
/// ```
///
/// # Errors
/// As [`plan()`](super::plan()); and the first entry, in row-major order, that does not fit into 64 bits.
pub fn integers(x: ArrayViewD<i64>, w: ArrayViewD<i64>, spec: Spec) -> Result<ArrayD<i64>, ExactError> {
    if i64::sums_fit(x.view(), w.view()) {
        return Ok(super::convolve(x, w, spec)?);
    }
    let exact = big(x, w, spec)?;
    for (index, value) in exact.indexed_iter() {
        if i64::try_from(value).is_err() {
            return Err(ExactError::Overflow { index: index.as_array_view().to_vec(), value: value.clone() });
        }
    }
    Ok(exact.map(|value| i64::try_from(value).expect("every entry was seen to fit")))
}

/// The convolution of integers, every entry exact, however large: results of up to 128 bits lie in the array itself.
///
/// ```
/// use faltung::conv::{Spec, exact};
/// use ndarray::arr1;
/// let x = arr1(&[i64::MIN, 1]).into_dyn();
/// let y = exact::big(x.view(), x.view(), Spec::default())?;
/// assert_eq!(y[[0]].to_string(), "85070591730234615865843651857942052864");
/// # Ok::<(), exact::ExactError>(())
/// ```
///
/// # Errors
/// As [`plan()`](super::plan()).
pub fn big(x: ArrayViewD<i64>, w: ArrayViewD<i64>, spec: Spec) -> Result<ArrayD<IBig>, ExactError> {
    if i64::sums_fit(x.view(), w.view()) {
        return Ok(super::convolve(x, w, spec)?.mapv(IBig::from));
    }
    Ok(super::convolve(x.mapv(IBig::from).view(), w.mapv(IBig::from).view(), spec)?)
}

/// The convolution of floats, every entry exact.
///
/// # Errors
/// As [`plan()`](super::plan()); and the first entry that is NaN or infinite.
pub fn dyadic<T: Real>(x: ArrayViewD<T>, w: ArrayViewD<T>, spec: Spec) -> Result<ArrayD<Dyadic>, ExactError> {
    // Before the integers are made: they can be long.
    plan::<IBig>(x.shape(), w.shape(), Facts::default(), spec, None)?;
    let (x, x_exponent) = scaled("x", x)?;
    let (w, w_exponent) = scaled("w", w)?;
    let sums = match (narrow(&x), narrow(&w)) {
        (Some(x), Some(w)) if i64::sums_fit(x.view(), w.view()) => {
            super::convolve(x.view(), w.view(), spec)?.mapv(IBig::from)
        }
        _ => super::convolve(x.view(), w.view(), spec)?,
    };
    Ok(sums.mapv(|sum| Dyadic::new(sum, x_exponent + w_exponent)))
}

/// The convolution of floats, every entry the float nearest to its exact value (ties to even): one rounding in all.
///
/// A sum of zero is +0. Beyond the largest float lies infinity.
///
/// ```
/// use faltung::conv::{Spec, exact};
/// use ndarray::arr1;
/// let (x, w) = (arr1(&[1e16, 1.0, -1e16]).into_dyn(), arr1(&[1.0; 3]).into_dyn());
/// let y = exact::rounded_once(x.view(), w.view(), Spec::default())?;
/// assert_eq!(y[[2]], 1.0); // the floats' own sum gives 0
/// # Ok::<(), exact::ExactError>(())
/// ```
///
/// # Errors
/// As [`dyadic`].
pub fn rounded_once<T: Real>(
    x: ArrayViewD<T>,
    w: ArrayViewD<T>,
    spec: Spec,
) -> Result<ArrayD<T>, ExactError> {
    Ok(dyadic(x, w, spec)?.map(T::rounded))
}

/// The entries as integers over their smallest exponent, and that exponent.
fn scaled<T: Real>(which: &'static str, a: ArrayViewD<T>) -> Result<(ArrayD<IBig>, i64), ExactError> {
    if let Some((index, _)) = a.indexed_iter().find(|(_, a)| a.dyadic().is_none()) {
        return Err(ExactError::NotFinite { which, index: index.as_array_view().to_vec() });
    }
    let exact = a.map(|a| a.dyadic().expect("every entry was seen to be finite"));
    let nonzero = exact.iter().filter(|a| !a.mantissa().is_zero());
    let common = nonzero.map(Dyadic::exponent).min().unwrap_or(0);
    Ok((exact.map(|a| a.over(common)), common))
}

fn narrow(a: &ArrayD<IBig>) -> Option<ArrayD<i64>> {
    let entries: Option<Vec<i64>> = a.iter().map(|a| i64::try_from(a).ok()).collect();
    ArrayD::from_shape_vec(a.raw_dim(), entries?).ok()
}
