//! Real and complex data on Z/n or Z/m × Z/n, and the transforms between them and their spectra.
//!
//! Samples stand row by row, spectra column by column: the frequency along the rows is the slow one. So a transform is one
//! along the rows, a transposition, and one along what have become rows, and its inverse is the same backwards.

use crate::fourier::Transform;
use num_complex::Complex;
use rustfft::FftDirection;

/// The floats that scattering runs on, `f32` and `f64`.
pub trait Sample: Transform {
    /// 0.
    const ZERO: Self;
    /// The square root, rounded to nearest.
    fn root(self) -> Self;
}

impl Sample for f32 {
    const ZERO: Self = 0.0;
    #[inline(always)]
    fn root(self) -> Self {
        self.sqrt()
    }
}

impl Sample for f64 {
    const ZERO: Self = 0.0;
    #[inline(always)]
    fn root(self) -> Self {
        self.sqrt()
    }
}

/// A torus of samples: of one dimension where there is one row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Grid {
    pub rows: usize,
    pub columns: usize,
}

/// The buffers of one thread, kept for the next transform.
pub(super) struct Buffers<T> {
    complex: Vec<Vec<Complex<T>>>,
    real: Vec<Vec<T>>,
}

impl<T> Default for Buffers<T> {
    fn default() -> Self {
        Buffers { complex: vec![], real: vec![] }
    }
}

impl<T: Sample> Buffers<T> {
    /// So many zeros.
    pub fn complex(&mut self, length: usize) -> Vec<Complex<T>> {
        let mut buffer = self.complex.pop().unwrap_or_default();
        buffer.clear();
        buffer.resize(length, Complex::new(T::ZERO, T::ZERO));
        buffer
    }

    /// So many zeros.
    pub fn real(&mut self, length: usize) -> Vec<T> {
        let mut buffer = self.real.pop().unwrap_or_default();
        buffer.clear();
        buffer.resize(length, T::ZERO);
        buffer
    }

    pub fn keep(&mut self, buffer: Vec<Complex<T>>) {
        self.complex.push(buffer);
    }

    pub fn keep_real(&mut self, buffer: Vec<T>) {
        self.real.push(buffer);
    }
}

impl Grid {
    pub fn points(self) -> usize {
        self.rows * self.columns
    }

    /// Every 2^level-th sample along each axis that has more than one row.
    pub fn coarser(self, level: u32) -> Grid {
        let rows = if self.rows == 1 { 1 } else { self.rows >> level };
        Grid { rows, columns: self.columns >> level }
    }

    /// The frequencies of real data that are not conjugates of others.
    pub fn half(self) -> usize {
        (self.columns / 2 + 1) * self.rows
    }

    /// The frequencies of real data; `u` is used up.
    pub fn forward<T: Sample>(self, u: &mut [T], buffers: &mut Buffers<T>) -> Vec<Complex<T>> {
        let Grid { rows, columns } = self;
        let width = columns / 2 + 1;
        let plan = T::real(columns);
        let mut scratch = buffers.complex(plan.get_scratch_len());
        let mut half = buffers.complex(self.half());
        for (row, half) in u.chunks_exact_mut(columns).zip(half.chunks_exact_mut(width)) {
            plan.process_with_scratch(row, half, &mut scratch).expect("buffers of the plan's own lengths");
        }
        buffers.keep(scratch);
        if rows == 1 {
            return half;
        }
        let mut turned = buffers.complex(self.half());
        transpose(&half, &mut turned, width);
        buffers.keep(half);
        self.along(&mut turned, FftDirection::Forward, buffers);
        turned
    }

    /// The adjoint of [`forward`](Grid::forward); `half` is used up.
    pub fn forward_adjoint<T: Sample>(self, mut half: Vec<Complex<T>>, buffers: &mut Buffers<T>) -> Vec<T> {
        let Grid { rows, columns } = self;
        let width = columns / 2 + 1;
        if rows > 1 {
            self.along(&mut half, FftDirection::Inverse, buffers);
            let mut turned = buffers.complex(self.half());
            transpose(&half, &mut turned, rows);
            buffers.keep(std::mem::replace(&mut half, turned));
        }
        let plan = T::real_inverse(columns);
        let mut scratch = buffers.complex(plan.get_scratch_len());
        let mut u = buffers.real(self.points());
        let two = T::nearest(2.0);
        for (row, half) in u.chunks_exact_mut(columns).zip(half.chunks_exact_mut(width)) {
            // The plan adds the conjugates of all but the frequencies that are their own.
            for (k, x) in half.iter_mut().enumerate() {
                if k == 0 || 2 * k == columns {
                    x.im = T::ZERO;
                } else {
                    *x = Complex::new(x.re / two, x.im / two);
                }
            }
            plan.process_with_scratch(half, row, &mut scratch).expect("buffers of the plan's own lengths");
        }
        buffers.keep(scratch);
        buffers.keep(half);
        u
    }

    /// Samples of a spectrum, not divided by their number; `spectrum` is used up.
    pub fn inverse<T: Sample>(self, spectrum: Vec<Complex<T>>, buffers: &mut Buffers<T>) -> Vec<Complex<T>> {
        self.complex(spectrum, FftDirection::Inverse, buffers)
    }

    /// The adjoint of [`inverse`](Grid::inverse), which is the forward transform; `z` is used up.
    pub fn inverse_adjoint<T: Sample>(self, z: Vec<Complex<T>>, buffers: &mut Buffers<T>) -> Vec<Complex<T>> {
        self.complex(z, FftDirection::Forward, buffers)
    }

    /// From spectra to samples, or back.
    fn complex<T: Sample>(
        self,
        mut x: Vec<Complex<T>>,
        direction: FftDirection,
        buffers: &mut Buffers<T>,
    ) -> Vec<Complex<T>> {
        let turned = Grid { rows: self.columns, columns: self.rows };
        let (first, second) =
            if direction == FftDirection::Inverse { (self, turned) } else { (turned, self) };
        if self.rows > 1 {
            first.along(&mut x, direction, buffers);
            let mut other = buffers.complex(x.len());
            transpose(&x, &mut other, first.rows);
            buffers.keep(std::mem::replace(&mut x, other));
            second.along(&mut x, direction, buffers);
        } else {
            turned.along(&mut x, direction, buffers);
        }
        x
    }

    /// Transforms of consecutive `rows` entries, not divided by their number.
    fn along<T: Sample>(self, x: &mut [Complex<T>], direction: FftDirection, buffers: &mut Buffers<T>) {
        let plan = T::complex(self.rows, direction);
        let mut scratch = buffers.complex(plan.get_inplace_scratch_len());
        plan.process_with_scratch(x, &mut scratch);
        buffers.keep(scratch);
    }
}

/// A matrix whose rows have this width, turned.
fn transpose<T: Copy>(x: &[T], turned: &mut [T], width: usize) {
    let height = x.len() / width;
    const BLOCK: usize = 16;
    for top in (0..height).step_by(BLOCK) {
        for left in (0..width).step_by(BLOCK) {
            for i in top..height.min(top + BLOCK) {
                for j in left..width.min(left + BLOCK) {
                    turned[j * height + i] = x[i * width + j];
                }
            }
        }
    }
}
