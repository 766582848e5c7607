//! The discrete Fourier transform by its definition, over the complex doubles. Slow, and a judge of the fast ones.

use ndarray::{ArrayD, ArrayViewD, Dimension};
use num_complex::Complex;
use std::f64::consts::TAU;

/// `X[j] = Σ_k x[k] Π_a e^(−2πi j_a k_a / n_a)`, over any number of axes (Oppenheim & Schafer 2010, eq. 8.11).
///
/// Cost: the square of the number of entries.
///
/// ```
/// use faltung::fourier::definition;
/// use ndarray::arr1;
/// use num_complex::Complex;
/// let delta = arr1(&[1.0, 0.0, 0.0]).mapv(Complex::from).into_dyn();
/// assert_eq!(definition::dft(delta.view()), arr1(&[1.0; 3]).mapv(Complex::from).into_dyn());
/// ```
pub fn dft(x: ArrayViewD<Complex<f64>>) -> ArrayD<Complex<f64>> {
    let shape = x.shape().to_vec();
    ArrayD::from_shape_fn(x.raw_dim(), |j| {
        let mut sum = Complex::new(0.0, 0.0);
        for (k, x_k) in x.indexed_iter() {
            let indices = j.as_array_view().to_vec().into_iter().zip(k.as_array_view().to_vec());
            // jk is reduced modulo n first, so that the angle is small and its rounding with it.
            let turns: f64 = indices
                .zip(&shape)
                .map(|((j, k), n)| (j as u128 * k as u128 % *n as u128) as f64 / *n as f64)
                .sum();
            sum += x_k * Complex::cis(-TAU * turns);
        }
        sum
    })
}
