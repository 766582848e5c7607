//! Which convolution of two arrays: mode, boundary, flip; its shape, and its reduction to one window of the full one.

use crate::{
    scalar::Ring,
    signal::boundary::{self, Boundary},
};
use ndarray::{ArrayD, ArrayViewD, Axis, CowArray, IxDyn};
use std::ops::Range;

/// Which entries are wanted, for x of n and w of m entries along an axis. SciPy's definitions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Mode {
    /// All n + m − 1.
    #[default]
    Full,
    /// n of them, from entry ⌊(m − 1)/2⌋ of the full result on. (MATLAB starts one later where m is even.)
    Same,
    /// The n − m + 1 whose sums use all of w; w has to fit into x.
    Valid,
    /// n, with indices modulo n: on the group of x's shape. A longer w wraps round as often as it needs to.
    Circular,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Mode; 4] = [Mode::Full, Mode::Same, Mode::Valid, Mode::Circular];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Full => "full",
            Mode::Same => "same",
            Mode::Valid => "valid",
            Mode::Circular => "circular",
        }
    }
}

/// Which convolution.
///
/// With `correlate` it is `corr(x, w)[k] = Σ_i x[i + k] · conj(w[i])`: the convolution with w reversed and
/// conjugated. The modes crop its full result, whose first entry has the lag −(m − 1), as they crop a
/// convolution's; `Circular` starts at lag 0.
///
/// ```
/// use faltung::conv::{Mode, Spec};
/// let spec = Spec { mode: Mode::Same, correlate: true, ..Spec::default() };
/// assert_eq!(spec.output_shape(&[3], &[2]).unwrap(), [3]);
/// // The lags are −1, 0, 1. (SciPy 1.17's `correlation_lags` says 0, 1, 2 here: an error of its own.)
/// assert_eq!(spec.origin(&[3], &[2]).unwrap(), [-1]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Spec {
    /// Which entries.
    pub mode: Mode,
    /// How x continues beyond its border. Other than `Zero` only with [`Mode::Same`].
    pub boundary: Boundary,
    /// Whether it is the correlation.
    pub correlate: bool,
}

/// Why two shapes cannot be convolved in this way.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum SpecError {
    #[error(
        "{which} is empty: its shape is {shape:?}; convolution wants at least one entry along every axis"
    )]
    Empty { which: &'static str, shape: Vec<usize> },
    #[error(
        "x has {x} axes and w has {w}; both want the same number: reshape one of them (a row kernel for an \
         image is 1 x m), or convolve channel by channel"
    )]
    Rank { x: usize, w: usize },
    #[error("x and w are scalars, without an axis to convolve along: give them the shape [1]")]
    Scalar,
    #[error(
        "mode valid wants w to fit into x, but along axis {axis} w has {m} entries and x {n}: swap x and w, or \
         use mode full or same"
    )]
    Fit { axis: usize, n: usize, m: usize },
    #[error(
        "boundary {} goes with mode same only, and the mode is {}: {}",
        boundary.name(),
        mode.name(),
        if *mode == Mode::Circular { "circular wraps by itself" } else { "mode full and valid look at zeros only" }
    )]
    Boundary { boundary: Boundary, mode: Mode },
    #[error("an array of {shape:?} entries does not fit into this machine's address space")]
    Size { shape: Vec<usize> },
}

/// A convolution reduced to a window of the full linear one: continue x, then take the window.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reduction {
    /// Entries to continue x by, in front of each axis.
    pub before: Vec<usize>,
    /// And behind each.
    pub after: Vec<usize>,
    /// How to continue it.
    pub boundary: Boundary,
    /// The shape of x after that.
    pub x: Vec<usize>,
    /// The shape of w.
    pub w: Vec<usize>,
    /// The part of the full convolution of the two that is wanted.
    pub window: Vec<Range<usize>>,
}

impl Spec {
    /// The shape of the result.
    ///
    /// # Errors
    /// As [`Spec::reduce`].
    pub fn output_shape(&self, x: &[usize], w: &[usize]) -> Result<Vec<usize>, SpecError> {
        Ok(self.reduce(x, w)?.window.iter().map(Range::len).collect())
    }

    /// The index of the first entry of the result; for a correlation its lag.
    ///
    /// # Errors
    /// As [`Spec::reduce`].
    pub fn origin(&self, x: &[usize], w: &[usize]) -> Result<Vec<isize>, SpecError> {
        self.reduce(x, w)?;
        let start = |m: usize| match self.mode {
            Mode::Full => 0,
            Mode::Same => (m - 1) / 2,
            Mode::Valid => m - 1,
            Mode::Circular => 0,
        };
        let flipped = self.correlate && self.mode != Mode::Circular;
        Ok(w.iter().map(|m| start(*m) as isize - if flipped { *m as isize - 1 } else { 0 }).collect())
    }

    /// The same result as a window of a full linear convolution. Nothing is allocated but the answer.
    ///
    /// # Errors
    /// Empty arrays, arrays of different rank, a w that mode valid has no room for, a boundary that the mode does
    /// not look at, and sizes that cannot be addressed.
    pub fn reduce(&self, x: &[usize], w: &[usize]) -> Result<Reduction, SpecError> {
        for (which, shape) in [("x", x), ("w", w)] {
            if shape.contains(&0) {
                return Err(SpecError::Empty { which, shape: shape.to_vec() });
            }
        }
        if x.len() != w.len() {
            return Err(SpecError::Rank { x: x.len(), w: w.len() });
        }
        if x.is_empty() {
            return Err(SpecError::Scalar);
        }
        if self.boundary != Boundary::Zero && self.mode != Mode::Same {
            return Err(SpecError::Boundary { boundary: self.boundary, mode: self.mode });
        }
        let full: Vec<usize> = x.iter().zip(w).map(|(n, m)| n.saturating_add(m - 1)).collect();
        let entries = full.iter().try_fold(1_usize, |product, n| product.checked_mul(*n));
        if entries.is_none_or(|entries| entries > isize::MAX as usize / 64) {
            return Err(SpecError::Size { shape: full });
        }
        let axes: Vec<(usize, usize, Range<usize>)> = x
            .iter()
            .zip(w)
            .enumerate()
            .map(|(axis, (&n, &m))| {
                let start = (m - 1) / 2;
                Ok(match self.mode {
                    Mode::Full => (0, 0, 0..n + m - 1),
                    Mode::Same if self.boundary == Boundary::Zero => (0, 0, start..start + n),
                    Mode::Same => (m - 1 - start, start, m - 1..m - 1 + n),
                    Mode::Valid if m <= n => (0, 0, m - 1..n),
                    Mode::Valid => return Err(SpecError::Fit { axis, n, m }),
                    Mode::Circular if self.correlate => (0, m - 1, m - 1..m - 1 + n),
                    Mode::Circular => (m - 1, 0, m - 1..m - 1 + n),
                })
            })
            .collect::<Result<_, _>>()?;
        let before: Vec<usize> = axes.iter().map(|(before, _, _)| *before).collect();
        let after: Vec<usize> = axes.iter().map(|(_, after, _)| *after).collect();
        Ok(Reduction {
            x: x.iter().zip(&axes).map(|(n, (before, after, _))| n + before + after).collect(),
            before,
            after,
            boundary: if self.mode == Mode::Circular { Boundary::Wrap } else { self.boundary },
            w: w.to_vec(),
            window: axes.into_iter().map(|(_, _, window)| window).collect(),
        })
    }

    /// The kernel that turns this into a convolution: w, or for a correlation w reversed and conjugated.
    pub fn kernel<'a, S: Ring>(&self, w: ArrayViewD<'a, S>) -> CowArray<'a, S, IxDyn> {
        if !self.correlate {
            return w.into();
        }
        let mut reversed = w;
        (0..reversed.ndim()).for_each(|axis| reversed.invert_axis(Axis(axis)));
        ArrayD::from_shape_vec(reversed.raw_dim(), reversed.iter().map(Ring::conj).collect())
            .expect("as many entries as before")
            .into()
    }
}

impl Reduction {
    /// x, continued as far as the window looks.
    pub fn extended<'a, S: Ring>(&self, x: ArrayViewD<'a, S>) -> CowArray<'a, S, IxDyn> {
        if self.x == x.shape() {
            return x.into();
        }
        boundary::extend(x, &self.before, &self.after, self.boundary).into()
    }
}
