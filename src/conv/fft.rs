//! Convolution by the fast Fourier transform: a product of spectra is the spectrum of the convolution.

use super::{About, Accuracy, Algorithm, Declined, Problem, Scalar, plan};
use crate::{
    fourier::{Transform, plan as fourier},
    scalar::Semiring,
};
use dashu_int::IBig;
use ndarray::{ArrayD, ArrayViewD, Zip};
use num_complex::Complex;
use std::{mem::size_of, ops::Range};

/// Three transforms, of real data where the data is real, on powers of two.
///
/// The transform is as long as the window needs, not as the full result does: entries that wrap round may fall
/// beside the window. Data of extreme size is scaled by a power of two first, so that no step in between overflows
/// and the [bound](mod@super::bound) holds for every finite input.
#[derive(Clone, Copy, Debug)]
pub struct Fft;

const ABOUT: About = About {
    cost: "3 N log2 N + 2 N for real data of N points, N the product over the axes of powers of two from n + m - 1 on",
    source: "Cooley & Tukey 1965; Brent & Zimmermann 2010, theorem 3.6 (its error)",
    declines: "for NaN and infinity, which it would spread; for integers, whose ring has no roots of unity",
};

/// The number of points along each axis: a power of two that holds both arrays, and on which no entry of the full
/// result that wraps round lands in the window. `None` beyond what can be addressed.
pub(super) fn points(x: &[usize], w: &[usize], window: &[Range<usize>]) -> Option<Vec<usize>> {
    let axes = x.iter().zip(w).zip(window);
    axes.map(|((n, m), window)| {
        let full = n + m - 1;
        // Entry k of the circular result is the sum of the entries k, k + N, … of the full one.
        (*n).max(*m).max(window.end).max(full - window.start).checked_next_power_of_two()
    })
    .collect()
}

fn stages(points: &[usize]) -> u32 {
    points.iter().map(|n| n.ilog2()).sum()
}

/// The points of a problem, and log2 of their number; saturated beyond 2^63.
fn size(problem: &Problem) -> (Vec<usize>, u32) {
    let points = points(&problem.x, &problem.w, &problem.window).unwrap_or_else(|| vec![1 << 63]);
    let stages = stages(&points).min(63);
    (points, stages)
}

fn work(problem: &Problem, cost: u128) -> String {
    let points: Vec<String> = size(problem).0.iter().map(usize::to_string).collect();
    format!("3 transforms of {} points, {} multiplications", points.join(" x "), plan::count(cost))
}

fn applies<S: Scalar>(problem: &Problem) -> Result<(), Declined> {
    if !problem.facts.finite {
        return Err(Declined("NaN or infinity would spread to entries whose sum does not contain it".into()));
    }
    // Two spectra live at once, and one of them has a copy while its axes are exchanged.
    let needed = (3 * size_of::<S>() as u128) << size(problem).1;
    if needed > u128::from(problem.facts.memory) {
        return Err(Declined(format!("its transforms take {needed} bytes, more than are allowed")));
    }
    Ok(())
}

/// Data whose largest entry is 2^e with |e| at most this is transformed as it is: neither its products nor sums of
/// 2^36 of them leave the format, nor do its underflows add up to anything near one rounding.
fn quiet<T: Transform>() -> i32 {
    T::LARGEST.log2() as i32 / 16
}

/// By which power of two to scale an array, given the exponents of its parts.
pub(super) fn scaling<T: Transform>(parts: impl Iterator<Item = T>) -> i32 {
    let largest = parts.filter_map(T::exponent).max().unwrap_or(0);
    if largest.abs() <= quiet::<T>() { 0 } else { -largest }
}

impl<T: Transform + Scalar> Algorithm<T> for Fft {
    fn name(&self) -> &'static str {
        "fft"
    }

    fn about(&self) -> About {
        ABOUT
    }

    /// Of 2^t points: three transforms by butterflies with one complex product per pair of points and stage, at half
    /// price because the data is real, and a product of spectra of half length; four multiplications each.
    fn cost(&self, problem: &Problem) -> u128 {
        let stages = size(problem).1;
        (3 * u128::from(stages) + 2) << stages
    }

    fn weight(&self) -> f64 {
        2.0
    }

    fn work(&self, problem: &Problem) -> String {
        work(problem, Algorithm::<T>::cost(self, problem))
    }

    fn accuracy(&self, problem: &Problem) -> Accuracy {
        Accuracy::Transforms { stages: size(problem).1 }
    }

    fn applies(&self, problem: &Problem) -> Result<(), Declined> {
        applies::<T>(problem)
    }

    fn convolve(&self, x: ArrayViewD<T>, w: ArrayViewD<T>, window: &[Range<usize>]) -> ArrayD<T> {
        let points =
            points(x.shape(), w.shape(), window).expect("declined when the points cannot be addressed");
        let transform = |a: ArrayViewD<T>| {
            let by = scaling(a.iter().copied());
            let scaled = if by == 0 { a.into() } else { a.mapv(|a| a.scaled(by)).into() };
            let scaled: ndarray::CowArray<T, _> = scaled;
            (fourier::forward_real(scaled.view(), &points), by)
        };
        let ((mut product, x_by), (w, w_by)) = (transform(x), transform(w));
        Zip::from(&mut product).and(&w).for_each(|x, w| *x = x.times(w));
        let mut y = fourier::inverse_real(product, points[points.len() - 1], window);
        if x_by + w_by != 0 {
            y.mapv_inplace(|y| y.scaled(-(x_by + w_by)));
        }
        y
    }
}

impl<T: Transform> Algorithm<Complex<T>> for Fft
where
    Complex<T>: Scalar,
{
    fn name(&self) -> &'static str {
        "fft"
    }

    fn about(&self) -> About {
        ABOUT
    }

    /// Of 2^t points: three transforms by butterflies with one product per pair of points and stage, and one product
    /// per point.
    fn cost(&self, problem: &Problem) -> u128 {
        let stages = size(problem).1;
        (3 * u128::from(stages) + 2) << stages >> 1
    }

    fn weight(&self) -> f64 {
        1.5
    }

    fn work(&self, problem: &Problem) -> String {
        work(problem, Algorithm::<Complex<T>>::cost(self, problem))
    }

    fn accuracy(&self, problem: &Problem) -> Accuracy {
        Accuracy::Transforms { stages: size(problem).1 }
    }

    fn applies(&self, problem: &Problem) -> Result<(), Declined> {
        applies::<Complex<T>>(problem)
    }

    fn convolve(
        &self,
        x: ArrayViewD<Complex<T>>,
        w: ArrayViewD<Complex<T>>,
        window: &[Range<usize>],
    ) -> ArrayD<Complex<T>> {
        let points =
            points(x.shape(), w.shape(), window).expect("declined when the points cannot be addressed");
        let scaled = |a: Complex<T>, by| Complex::new(a.re.scaled(by), a.im.scaled(by));
        let transform = |a: ArrayViewD<Complex<T>>| {
            let by = scaling(a.iter().flat_map(|a| [a.re, a.im]));
            (fourier::forward(a.mapv(|a| scaled(a, by)), &points), by)
        };
        let ((mut product, x_by), (w, w_by)) = (transform(x), transform(w));
        Zip::from(&mut product).and(&w).for_each(|x, w| *x = x.times(w));
        let y = fourier::inverse(product, window);
        y.mapv_into(|y| scaled(y, -(x_by + w_by)))
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
                let stages = size(problem).1;
                (3 * u128::from(stages) + 2) << stages >> 1
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
