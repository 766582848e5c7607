//! Convolution by the fast Fourier transform: a product of spectra is the spectrum of the convolution.

use super::{About, Accuracy, Algorithm, Declined, Problem, Scalar, Unwise};
use crate::{
    fourier::{
        Stages, Transform,
        product::{self, Packed, Product},
    },
    scalar::Real,
};
use dashu_int::IBig;
use ndarray::{ArrayD, ArrayView, ArrayViewD, Dimension, IxDyn};
use num_complex::Complex;
use pulp::Arch;
use realfft::num_traits::Zero;
use std::{mem::size_of, ops::Range};

/// Three transforms, of real data as half as many complex points, on products of 2, 3, 5 and 7.
///
/// The transform is as long as the window needs, not as the full result does: entries that wrap round may fall
/// beside the window. Data of extreme size is scaled by a power of two first, so that no step in between overflows
/// and the [bound](mod@super::bound) holds for every finite input.
#[derive(Clone, Copy, Debug)]
pub struct Fft;

/// Complex points that stay in the caches.
const CACHED: f64 = 65_536.0;

const ABOUT: About = About {
    cost: "about 3 N log2 N for real data, half that for complex, where products of complex numbers are counted: three transforms of N points, N the product over the axes of the good sizes from n + m - 1 on",
    source: "Cooley & Tukey 1965; Crandall & Fagin 1994 (real data); Brent & Zimmermann 2010, theorem 3.6 (the error)",
    declines: "for NaN and infinity, which it would spread; beyond the memory allowed; for integers, whose ring has no roots of unity",
};

/// The complex points of a problem along each axis; `None` beyond what can be addressed.
fn points<S: Packed>(problem: &Problem) -> Option<Vec<usize>> {
    product::points_for::<S>(&problem.x, &problem.w, &problem.window)
}

fn stages<S: Packed>(problem: &Problem) -> Stages {
    let stages = points::<S>(problem).and_then(|points| Stages::of_all(&points));
    // Beyond what can be addressed nothing is transformed.
    stages.unwrap_or(Stages([64, 0, 0, 0]))
}

/// The entries for which these complex points have room, axis by axis, for a person.
pub(super) fn entries<S: Packed>(points: &[usize]) -> String {
    let last = points.len() - 1;
    let entries = points.iter().enumerate().map(|(axis, n)| if axis == last { n * S::IN_ONE } else { *n });
    entries.map(|n| n.to_string()).collect::<Vec<_>>().join(" x ")
}

pub(super) fn finite(problem: &Problem) -> Result<(), Declined> {
    if problem.facts.finite {
        return Ok(());
    }
    Err(Declined("NaN or infinity would spread to entries whose sum does not contain it".into()))
}

/// Data whose largest entry is 2^e with |e| at most this is transformed as it is: neither its products nor sums of
/// 2^36 of them leave the format, nor do its underflows add up to anything near one rounding.
fn quiet<S: Scalar>() -> i32 {
    S::ROUNDING.map_or(0, |rounding| rounding.largest.log2() as i32 / 16)
}

/// By which power of two to scale an array before it is transformed.
pub(super) fn scaling<S: Scalar + Packed, D: Dimension>(a: &ArrayView<S, D>) -> i32 {
    let sizes = a.rows().into_iter().map(|row| match row.to_slice() {
        Some(row) => largest(row),
        None => largest(&row.to_vec()),
    });
    let exponent = larger(sizes).exponent().unwrap_or(0);
    if exponent.abs() <= quiet::<S>() { 0 } else { -exponent }
}

/// The largest size in a row, in lanes, so that no comparison waits for the one before.
fn largest<S: Packed>(row: &[S]) -> S::Float {
    const LANES: usize = 32;
    Arch::new().dispatch(
        #[inline(always)]
        || {
            let (pieces, rest) = row.as_chunks::<LANES>();
            let mut lanes = [<S::Float as Zero>::zero(); LANES];
            for piece in pieces {
                for lane in 0..LANES {
                    let size = piece[lane].size();
                    lanes[lane] = if size > lanes[lane] { size } else { lanes[lane] };
                }
            }
            larger(lanes.into_iter().chain(rest.iter().map(|a| a.size())))
        },
    )
}

fn larger<T: Transform>(sizes: impl Iterator<Item = T>) -> T {
    sizes.fold(<T as Zero>::zero(), |most, size| if size > most { size } else { most })
}

impl<S: Scalar + Packed> Algorithm<S> for Fft {
    fn name(&self) -> &'static str {
        "fft"
    }

    fn about(&self) -> About {
        ABOUT
    }

    /// Three transforms and a product of spectra.
    fn cost(&self, problem: &Problem) -> u128 {
        let Some(points) = points::<S>(problem) else { return u128::MAX };
        let transforms = product::multiplications::<S>(&points).saturating_mul(3);
        transforms.saturating_add(product::products::<S>(&points))
    }

    /// Against a direct sum that uses the widest registers, on 300 to 300 000 entries along one axis and on images of
    /// 32² to 1000²: of real numbers 1.2 to 3.5 while the points stay in the caches, and 3 to 9 beyond; of complex ones
    /// 1.8 to 2.4 and 3 to 5.5.
    fn weight(&self, problem: &Problem) -> f64 {
        let points =
            points::<S>(problem).map_or(f64::INFINITY, |all| all.iter().map(|n| *n as f64).product());
        match (S::IN_ONE, points <= CACHED) {
            (2, true) => 2.5,
            (2, false) => 5.0,
            (_, true) => 2.2,
            (_, false) => 4.0,
        }
    }

    fn work(&self, problem: &Problem) -> String {
        let cost = super::multiplications(Algorithm::<S>::cost(self, problem));
        match points::<S>(problem) {
            Some(points) => {
                format!("3 transforms of {} points, {cost}", entries::<S>(&points))
            }
            None => cost,
        }
    }

    fn accuracy(&self, problem: &Problem) -> Accuracy {
        Accuracy::Transforms { stages: stages::<S>(problem) }
    }

    fn applies(&self, problem: &Problem) -> Result<(), Declined> {
        finite(problem)?;
        let points = points::<S>(problem);
        // Two spectra live at once, and for a long line a table of as many roots of unity.
        let each = 3 * size_of::<Complex<S::Float>>() as u128;
        let needed =
            points.map_or(u128::MAX, |all| all.iter().fold(each, |all, n| all.saturating_mul(*n as u128)));
        if needed > u128::from(problem.facts.memory) {
            return Err(Declined(format!("its transforms take {needed} bytes, more than are allowed")));
        }
        Ok(())
    }

    fn suits(&self, problem: &Problem) -> Result<(), Unwise> {
        Unwise::where_drowned::<S>(stages::<S>(problem), problem.facts.depth)
    }

    fn convolve(&self, x: ArrayViewD<S>, w: ArrayViewD<S>, window: &[Range<usize>]) -> ArrayD<S> {
        let points = product::points_for::<S>(x.shape(), w.shape(), window);
        let points = points.expect("declined when the points cannot be addressed");
        let product = Product::new::<S>(&points, true);
        let load = |a: ArrayViewD<S>| {
            let by = scaling(&a);
            let mut data = vec![Complex::zero(); product.len()];
            product.load(&mut data, &a.as_standard_layout().view(), by);
            (data, by)
        };
        let spectrum = |w| {
            let (mut data, by) = load(w);
            product.forward(&mut data);
            (data, by)
        };
        let ((mut data, x_by), (spectrum, w_by)) = rayon::join(|| load(x), || spectrum(w));
        product.through(&mut data, &spectrum);
        drop(spectrum);
        let shape: Vec<usize> = window.iter().map(Range::len).collect();
        let start: Vec<usize> = window.iter().map(|range| range.start).collect();
        let mut y = ArrayD::from_elem(IxDyn(&shape), S::zero());
        product.unload(&data, &start, y.view_mut(), -(x_by + w_by));
        y
    }
}

macro_rules! rootless {
    ($($integer:ident),*) => {$(
        /// Declines: it stands in the list to say why.
        impl Algorithm<$integer> for Fft {
            fn name(&self) -> &'static str {
                "fft"
            }

            fn about(&self) -> About {
                ABOUT
            }

            fn cost(&self, problem: &Problem) -> u128 {
                Algorithm::<Complex<f64>>::cost(self, problem)
            }

            fn applies(&self, _problem: &Problem) -> Result<(), Declined> {
                Err(Declined("the ring of integers has no roots of unity but 1 and -1".into()))
            }

            fn convolve(
                &self,
                _x: ArrayViewD<$integer>,
                _w: ArrayViewD<$integer>,
                _window: &[Range<usize>],
            ) -> ArrayD<$integer> {
                panic!("an algorithm that declines is not run")
            }
        }
    )*};
}

rootless!(i64, IBig);
