//! The product of a Toeplitz matrix and a vector by transforms: the transform of its symbol is planned once.
//!
//! An m × n Toeplitz matrix is a block of a circulant one of N ≥ m + n − 1 points, which the Fourier transform
//! diagonalises (Golub & Van Loan 2013, §4.8.4). So a product is two transforms and N products, once the
//! matrix's own transform is there.

use super::{Declined, Fft, Mode, Scalar, Spec, SpecError, bound, fft, toeplitz::ToeplitzMatrix};
use crate::fourier::product::{Packed, Product, points_for};
use ndarray::{ArrayView1, ArrayViewMut1};
use num_complex::Complex;
use realfft::num_traits::Zero;
use std::{fmt, ops::Range};

/// A Toeplitz matrix by the transform of its diagonals.
///
/// Memory: N entries, N the good size from m + n − 1 on.
///
/// ```
/// use faltung::conv::toeplitz::ToeplitzMatrix;
/// let matrix = ToeplitzMatrix::new(&[1.0, 4.0_f64], &[1.0, 2.0, 3.0]);
/// let symbol = matrix.symbol()?;
/// for (fast, sum) in symbol.times(&[1.0, 0.0, 1.0])?.iter().zip(matrix.times(&[1.0, 0.0, 1.0])) {
///     assert!((fast - sum).abs() < 1e-14);
/// }
/// # Ok::<(), faltung::conv::Declined>(())
/// ```
pub struct Symbol<S: Scalar + Packed> {
    columns: usize,
    window: Range<usize>,
    product: Product<S::Float>,
    spectrum: Vec<Complex<S::Float>>,
    scaled: i32,
}

impl<S: Scalar + Packed> fmt::Debug for Symbol<S> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Symbol")
            .field("rows", &self.window.len())
            .field("columns", &self.columns)
            .field("points", &self.product.len())
            .finish_non_exhaustive()
    }
}

fn finite<S: Scalar>(what: &str, a: &[S]) -> Result<(), Declined> {
    match a.iter().position(|a| !a.is_finite()) {
        None => Ok(()),
        Some(place) => Err(Declined(format!(
            "entry {place} of {what} is NaN or infinite, and a transform would spread it to every entry: use `times`"
        ))),
    }
}

impl<S: Scalar + Packed> Symbol<S> {
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
        Ok(self.product(laid_out(&self.product, x)))
    }

    fn product(&self, (mut data, by): (Vec<Complex<S::Float>>, i32)) -> Vec<S> {
        self.product.through(&mut data, &self.spectrum);
        let mut y = vec![S::zero(); self.window.len()];
        let view = ArrayViewMut1::from(&mut y).into_dyn();
        self.product.unload(&data, &[self.window.start], view, -(self.scaled + by));
        y
    }
}

/// 2^e·a, continued by zeros, and the e that keeps every step in range.
fn laid_out<S: Scalar + Packed>(product: &Product<S::Float>, a: &[S]) -> (Vec<Complex<S::Float>>, i32) {
    let a = ArrayView1::from(a);
    let by = fft::scaling(&a);
    let mut data = vec![Complex::zero(); product.len()];
    product.load(&mut data, &a.into_dyn(), by);
    (data, by)
}

impl<S: Scalar + Packed> ToeplitzMatrix<S> {
    fn transforms(&self) -> Product<S::Float> {
        let points = points_for::<S>(&[self.diagonals().len()], &[self.columns()], &[self.window()]);
        Product::new::<S>(
            &points.expect("the diagonals are in memory, and the points are not twice as many"),
            true,
        )
    }

    /// Plans products with it: one transform.
    ///
    /// # Errors
    /// NaN or infinity in the matrix.
    pub fn symbol(&self) -> Result<Symbol<S>, Declined> {
        finite("the diagonals", self.diagonals())?;
        let product = self.transforms();
        let (mut spectrum, scaled) = laid_out(&product, self.diagonals());
        product.forward(&mut spectrum);
        Ok(Symbol { columns: self.columns(), window: self.window(), product, spectrum, scaled })
    }

    /// The product with x by three transforms.
    ///
    /// # Errors
    /// NaN or infinity in the matrix or in x.
    ///
    /// # Panics
    /// When x has not n entries.
    pub fn times_by_transforms(&self, x: &[S]) -> Result<Vec<S>, Declined> {
        self.symbol()?.times(x)
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
