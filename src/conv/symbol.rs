//! The product of a Toeplitz matrix and a vector by transforms: the transform of its symbol is planned once.
//!
//! An m × n Toeplitz matrix is a block of a circulant one of N ≥ m + n − 1 points, which the Fourier transform
//! diagonalises (Golub & Van Loan 2013, §4.8.4). So a product is two transforms and N products, once the
//! matrix's own transform is there.

use super::{Declined, Fft, Mode, Scalar, Spec, SpecError, bound, fft, toeplitz::ToeplitzMatrix};
use crate::{
    fourier::{Transform, plan as fourier},
    scalar::Semiring,
};
use ndarray::{ArrayD, ArrayView1, Zip};
use num_complex::Complex;
use std::ops::Range;

/// The scalars whose convolution can go through transforms: the floats, real and complex.
pub trait Spectral: Scalar {
    /// The floats of its parts.
    type Float: Transform;
    /// The spectrum of 2^e·a, continued by zeros to so many points, and the e that keeps every step in range.
    fn spectrum(a: &[Self], points: usize) -> (ArrayD<Complex<Self::Float>>, i32);
    /// The entries in `window` of 2^−e times the array with this spectrum.
    fn back(spectrum: ArrayD<Complex<Self::Float>>, points: usize, window: Range<usize>, e: i32)
    -> Vec<Self>;
}

impl<T: Transform + Scalar> Spectral for T {
    type Float = T;

    fn spectrum(a: &[T], points: usize) -> (ArrayD<Complex<T>>, i32) {
        let e = fft::scaling(a.iter().copied());
        let scaled: Vec<T>;
        let a = if e == 0 {
            a
        } else {
            scaled = a.iter().map(|a| a.scaled(e)).collect();
            &scaled
        };
        (fourier::forward_real(ArrayView1::from(a).into_dyn(), &[points]), e)
    }

    fn back(spectrum: ArrayD<Complex<T>>, points: usize, window: Range<usize>, e: i32) -> Vec<T> {
        let mut y = fourier::inverse_real(spectrum, points, &[window]);
        if e != 0 {
            y.mapv_inplace(|y| y.scaled(-e));
        }
        y.into_raw_vec_and_offset().0
    }
}

impl<T: Transform> Spectral for Complex<T>
where
    Complex<T>: Scalar,
{
    type Float = T;

    fn spectrum(a: &[Self], points: usize) -> (ArrayD<Complex<T>>, i32) {
        let e = fft::scaling(a.iter().flat_map(|a| [a.re, a.im]));
        let a = ArrayView1::from(a).mapv(|a| Complex::new(a.re.scaled(e), a.im.scaled(e))).into_dyn();
        (fourier::forward(a, &[points]), e)
    }

    fn back(spectrum: ArrayD<Complex<T>>, _points: usize, window: Range<usize>, e: i32) -> Vec<Self> {
        let y = fourier::inverse(spectrum, &[window]);
        y.iter().map(|y| Complex::new(y.re.scaled(-e), y.im.scaled(-e))).collect()
    }
}

/// A Toeplitz matrix by the transform of its diagonals.
///
/// Memory: N entries, N the power of two from m + n − 1 on.
///
/// ```
/// use faltung::conv::toeplitz::ToeplitzMatrix;
/// let matrix = ToeplitzMatrix::new(&[1.0, 4.0], &[1.0, 2.0, 3.0]);
/// let symbol = matrix.symbol()?;
/// for (fast, sum) in symbol.times(&[1.0, 0.0, 1.0])?.iter().zip(matrix.times(&[1.0, 0.0, 1.0])) {
///     assert!((fast - sum).abs() < 1e-14);
/// }
/// # Ok::<(), faltung::conv::Declined>(())
/// ```
#[derive(Clone, Debug)]
pub struct Symbol<S: Spectral> {
    columns: usize,
    window: Range<usize>,
    points: usize,
    spectrum: ArrayD<Complex<S::Float>>,
    scaled: i32,
}

fn finite<S: Scalar>(what: &str, a: &[S]) -> Result<(), Declined> {
    match a.iter().position(|a| !a.is_finite()) {
        None => Ok(()),
        Some(place) => Err(Declined(format!(
            "entry {place} of {what} is NaN or infinite, and a transform would spread it to every entry: use `times`"
        ))),
    }
}

impl<S: Spectral> Symbol<S> {
    /// The product with x: two transforms.
    ///
    /// Its rounding error is bounded by [`ToeplitzMatrix::product_bound`].
    ///
    /// # Errors
    /// NaN or infinity in x.
    ///
    /// # Panics
    /// When x has not n entries.
    pub fn times(&self, x: &[S]) -> Result<Vec<S>, Declined> {
        assert_eq!(x.len(), self.columns, "a matrix of n columns multiplies vectors of n entries");
        finite("x", x)?;
        Ok(self.product(S::spectrum(x, self.points)))
    }

    fn product(&self, (mut spectrum, scaled): (ArrayD<Complex<S::Float>>, i32)) -> Vec<S> {
        Zip::from(&mut spectrum).and(&self.spectrum).for_each(|x, t| *x = x.times(t));
        S::back(spectrum, self.points, self.window.clone(), self.scaled + scaled)
    }
}

impl<S: Spectral> ToeplitzMatrix<S> {
    fn points(&self) -> usize {
        let points = fft::points(&[self.diagonals().len()], &[self.columns()], &[self.window()]);
        points.expect("the diagonals are in memory, and there are at most twice as many points")[0]
    }

    /// Plans products with it: one transform.
    ///
    /// # Errors
    /// NaN or infinity in the matrix.
    pub fn symbol(&self) -> Result<Symbol<S>, Declined> {
        finite("the diagonals", self.diagonals())?;
        let points = self.points();
        let (spectrum, scaled) = S::spectrum(self.diagonals(), points);
        Ok(Symbol { columns: self.columns(), window: self.window(), points, spectrum, scaled })
    }

    /// The product with x by three transforms, the first two at once on two cores.
    ///
    /// # Errors
    /// NaN or infinity in the matrix or in x.
    ///
    /// # Panics
    /// When x has not n entries.
    pub fn times_by_transforms(&self, x: &[S]) -> Result<Vec<S>, Declined> {
        assert_eq!(x.len(), self.columns(), "a matrix of n columns multiplies vectors of n entries");
        finite("x", x)?;
        let (symbol, x) = rayon::join(|| self.symbol(), || S::spectrum(x, self.points()));
        Ok(symbol?.product(x))
    }

    /// How far each entry of a product with x by transforms can be from the exact one.
    ///
    /// The product is mode `valid` of the diagonals and x, computed as [`Fft`] does; so the bound is that one's.
    ///
    /// # Errors
    /// Lengths beyond this machine's address space.
    ///
    /// # Panics
    /// When x has not n entries.
    pub fn product_bound(&self, x: &[S]) -> Result<f64, SpecError>
    where
        Fft: super::Algorithm<S>,
    {
        assert_eq!(x.len(), self.columns(), "a matrix of n columns multiplies vectors of n entries");
        let view = |a| ArrayView1::from(a).into_dyn();
        let spec = Spec { mode: Mode::Valid, ..Spec::default() };
        Ok(bound(view(self.diagonals()), view(x), spec, &Fft)?.largest())
    }
}
