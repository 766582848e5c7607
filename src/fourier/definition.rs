//! The discrete Fourier transform by its definition, over any ring with the roots of unity. Slow, and a judge of the
//! fast ones.

use crate::scalar::{Real, Roots, Semiring};
use ndarray::{ArrayD, ArrayViewD, Dimension};
use num_complex::Complex;

/// What a ring does not have and a transform of this length needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Missing {
    /// A principal root of unity.
    #[error(
        "expected a ring with a principal {0}-th root of unity, got one without; try a length that it has, or complex numbers"
    )]
    Root(usize),
    /// The inverse of a length.
    #[error(
        "expected a ring in which {0} has an inverse, got one where it has none; try a field of another characteristic"
    )]
    Inverse(usize),
}

/// `X[j] = Σ_k x[k] Π_a ω_a^(−j_a k_a)`, over any number of axes, where ω_a is the ring's principal n_a-th root of unity
/// (Pollard 1971; for e^(2πi/n), Oppenheim & Schafer 2010, eq. 8.11).
///
/// Shape: that of x. Cost: the square of the number of entries, times the number of axes.
///
/// ```
/// use dashu_int::IBig;
/// use faltung::fourier::definition::{Missing, forward};
/// use ndarray::ArrayD;
/// let integers = |shape: &[usize]| ArrayD::from_elem(shape, IBig::from(1));
/// // On (Z/2)^2 no other root than −1 is needed: the transform of Walsh and Hadamard, over the integers.
/// let walsh = forward(integers(&[2, 2]).view())?;
/// assert_eq!(walsh.into_raw_vec_and_offset().0, [4, 0, 0, 0].map(IBig::from));
/// assert_eq!(forward(integers(&[3]).view()), Err(Missing::Root(3)));
/// # Ok::<(), Missing>(())
/// ```
///
/// # Errors
/// Where the ring lacks the root of an axis.
pub fn forward<S: Roots>(x: ArrayViewD<S>) -> Result<ArrayD<S>, Missing> {
    let mut powers = roots(x.shape())?;
    // ω^(−k) = ω^(n−k)
    powers.iter_mut().for_each(|powers| powers[1..].reverse());
    Ok(sums(x, &powers))
}

/// `x[k] = (Π_a n_a)⁻¹ Σ_j X[j] Π_a ω_a^(j_a k_a)`: what [`forward`] undoes and is undone by.
///
/// Shape, cost: as [`forward`].
///
/// # Errors
/// Where the ring lacks the root of an axis, or the inverse of its length.
pub fn inverse<S: Roots>(x: ArrayViewD<S>) -> Result<ArrayD<S>, Missing> {
    let y = sums(x.view(), &roots(x.shape())?);
    let mut scale = S::one();
    for n in x.shape().iter().filter(|_| !x.is_empty()) {
        scale = scale.times(&S::inverse_of(*n).ok_or(Missing::Inverse(*n))?);
    }
    Ok(y.map(|y| y.times(&scale)))
}

/// [`forward`] over the complex numbers, which lack nothing.
///
/// ```
/// use faltung::fourier::definition;
/// use ndarray::arr1;
/// use num_complex::Complex;
/// let delta = arr1(&[1.0, 0.0, 0.0]).mapv(Complex::from).into_dyn();
/// assert_eq!(definition::dft(delta.view()), arr1(&[1.0; 3]).mapv(Complex::from).into_dyn());
/// ```
pub fn dft<T: Real>(x: ArrayViewD<Complex<T>>) -> ArrayD<Complex<T>> {
    forward(x).expect("the complex numbers have every root of unity")
}

/// [`inverse`] over the complex numbers, which lack nothing.
pub fn idft<T: Real>(x: ArrayViewD<Complex<T>>) -> ArrayD<Complex<T>> {
    inverse(x).expect("the complex numbers have every root of unity")
}

/// ω⁰, …, ω^(n−1) for each axis; none where an axis is empty, for then there is nothing to transform.
fn roots<S: Roots>(shape: &[usize]) -> Result<Vec<Vec<S>>, Missing> {
    if shape.contains(&0) {
        return Ok(vec![]);
    }
    let powers =
        |n: usize| (0..n).map(|k| S::root_power(n, k)).collect::<Option<_>>().ok_or(Missing::Root(n));
    shape.iter().map(|n| powers(*n)).collect()
}

/// `y[j] = Σ_k x[k] Π_a powers[a][j_a k_a mod n_a]`.
fn sums<S: Semiring>(x: ArrayViewD<S>, powers: &[Vec<S>]) -> ArrayD<S> {
    ArrayD::from_shape_fn(x.raw_dim(), |j| {
        let mut sum = S::zero();
        for (k, x_k) in x.indexed_iter() {
            let mut factor = S::one();
            for ((j, k), powers) in j.as_array_view().iter().zip(k.as_array_view()).zip(powers) {
                // A product of indices need not fit into a word.
                let place = *j as u128 * *k as u128 % powers.len() as u128;
                factor = factor.times(&powers[place as usize]);
            }
            S::mul_add_into(&mut sum, x_k, &factor);
        }
        sum
    })
}
