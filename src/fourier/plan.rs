//! Fast transforms of any dimension, on rustfft and realfft: plans are made once and kept, rows run in parallel.
//!
//! Every length is allowed; those of [`good_size`](super::good_size) are fast, and only about products of 2, 3, 5 and 7
//! is there a [bound](super::relative_error) on the rounding errors.

use super::columns::Pass;
use crate::scalar::Real;
use ndarray::{ArrayD, ArrayViewD, ArrayViewMut2, Axis, IxDyn};
use num_complex::Complex;
use rayon::prelude::*;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex, num_traits::Zero};
use rustfft::{Fft, FftDirection, FftPlanner};
use std::{
    collections::{HashMap, HashSet},
    f64::consts::TAU,
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
};

/// The floats that can be transformed: `f32` and `f64`. Plans are made once and shared by the whole process.
pub trait Transform: Real {
    /// The plan of a complex transform.
    fn complex(points: usize, direction: FftDirection) -> Arc<dyn Fft<Self>>;
    /// The plan of a real transform.
    fn real(points: usize) -> Arc<dyn RealToComplex<Self>>;
    /// The plan of the inverse of a real transform.
    fn real_inverse(points: usize) -> Arc<dyn ComplexToReal<Self>>;
    /// A table of roots of unity.
    fn table(table: Table) -> Arc<[Complex<Self>]>;
}

/// A table of roots of unity. Its angles are below a full turn, so their rounding is that of rustfft's own tables.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Table {
    /// e^(−2πi · step · k/order) for the k < count; `step * count` is at most `order`.
    Powers {
        /// The order of the root.
        order: usize,
        /// The step from one power to the next.
        step: usize,
        /// The number of entries.
        count: usize,
    },
    /// e^(−2πi jk/(rows · columns)) for the j < columns and, fastest, the k < rows.
    Grid {
        /// The number of k.
        rows: usize,
        /// The number of j.
        columns: usize,
    },
}

impl Table {
    fn entries<T: Transform>(self) -> Arc<[Complex<T>]> {
        let root = |turns: usize, order: usize| {
            let (sine, cosine) = (-TAU * (turns as f64 / order as f64)).sin_cos();
            let [re, im] = [cosine, sine].map(|part| T::nearest(part));
            Complex::new(re, im)
        };
        match self {
            Table::Powers { order, step, count } => (0..count).map(|k| root(k * step, order)).collect(),
            Table::Grid { rows, columns } => {
                let entry = |place: usize| root(place / rows * (place % rows), rows * columns);
                let entries: Vec<Complex<T>> = (0..rows * columns).into_par_iter().map(entry).collect();
                entries.into()
            }
        }
    }
}

/// Entries of tables that are kept, at most, or those of the last one; and points of all plans that are.
const KEPT: usize = 1 << 22;

/// The plans made so far, for one type of floats. A process may ask for any number of lengths, so plans and tables give
/// way to new ones where they would be more than [`KEPT`] entries with them; whoever uses one has it still.
struct Plans<T: Real> {
    complex: FftPlanner<T>,
    real: RealFftPlanner<T>,
    /// The lengths planned for. A plan has about as many factors as points.
    lengths: HashSet<usize>,
    tables: HashMap<Table, Arc<[Complex<T>]>>,
}

macro_rules! transform {
    ($($float:ident $plans:ident),*) => {$(
        static $plans: LazyLock<Mutex<Plans<$float>>> =
            LazyLock::new(|| Mutex::new(Plans::new()));

        // never inlined, or every crate that transforms would compile the planners once more
        impl Transform for $float {
            #[inline(never)]
            fn complex(points: usize, direction: FftDirection) -> Arc<dyn Fft<Self>> {
                locked(&$plans).room(points).complex.plan_fft(points, direction)
            }
            #[inline(never)]
            fn real(points: usize) -> Arc<dyn RealToComplex<Self>> {
                locked(&$plans).room(points).real.plan_fft_forward(points)
            }
            #[inline(never)]
            fn real_inverse(points: usize) -> Arc<dyn ComplexToReal<Self>> {
                locked(&$plans).room(points).real.plan_fft_inverse(points)
            }
            #[inline(never)]
            fn table(table: Table) -> Arc<[Complex<Self>]> {
                if let Some(known) = locked(&$plans).tables.get(&table) {
                    return known.clone();
                }
                // Not under the lock: threads that help here may want another plan.
                let entries = table.entries();
                locked(&$plans).keep(table, entries)
            }
        }
    )*};
}

impl<T: Real> Plans<T> {
    fn new() -> Self {
        Plans {
            complex: FftPlanner::new(),
            real: RealFftPlanner::new(),
            lengths: HashSet::new(),
            tables: HashMap::new(),
        }
    }

    /// Itself, with room for a plan of so many points.
    fn room(&mut self, points: usize) -> &mut Self {
        if !self.lengths.contains(&points) && self.lengths.iter().sum::<usize>() + points > KEPT {
            (self.complex, self.real) = (FftPlanner::new(), RealFftPlanner::new());
            self.lengths.clear();
        }
        self.lengths.insert(points);
        self
    }

    /// The table, kept for the next time.
    fn keep(&mut self, table: Table, entries: Arc<[Complex<T>]>) -> Arc<[Complex<T>]> {
        if self.tables.values().map(|kept| kept.len()).sum::<usize>() + entries.len() > KEPT {
            self.tables.clear();
        }
        self.tables.entry(table).or_insert(entries).clone()
    }
}

transform!(f32 PLANS_F32, f64 PLANS_F64);

/// The planners are caches: a panic elsewhere leaves them usable.
fn locked<T: Real>(plans: &'static Mutex<Plans<T>>) -> MutexGuard<'static, Plans<T>> {
    plans.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Entries that one thread transforms at a time, at least.
const BUNCH: usize = 1 << 12;

/// The discrete Fourier transform along every axis, unnormalised: `X[j] = Σ_k x[k] e^(−2πi jk/n)`. Of no entries it is
/// no entries, here and below.
///
/// ```
/// use faltung::fourier::{dft, idft};
/// use ndarray::arr1;
/// use num_complex::Complex;
/// let x = arr1(&[1.0, 0.0, -1.0, 0.0]).mapv(Complex::from).into_dyn();
/// let spectrum = dft(x.clone());
/// assert_eq!(spectrum, arr1(&[0.0, 2.0, 0.0, 2.0]).mapv(Complex::from).into_dyn());
/// assert_eq!(idft(spectrum), x);
/// ```
pub fn dft<T: Transform>(x: ArrayD<Complex<T>>) -> ArrayD<Complex<T>> {
    if x.is_empty() {
        return x;
    }
    (0..x.ndim()).fold(x, |x, axis| along(x, axis, FftDirection::Forward))
}

/// The inverse: `x[k] = (1/n) Σ_j X[j] e^(2πi jk/n)` along every axis.
pub fn idft<T: Transform>(x: ArrayD<Complex<T>>) -> ArrayD<Complex<T>> {
    if x.is_empty() {
        return x;
    }
    let scale = reciprocal::<T>(x.len());
    let x = (0..x.ndim()).fold(x, |x, axis| along(x, axis, FftDirection::Inverse));
    x.mapv_into(|x| x.scale(scale))
}

/// The transform of real data: along the last axis the first n/2 + 1 frequencies (none of no points), for the others are
/// their conjugates, `X[−j] = conj(X[j])`; along the other axes all.
///
/// ```
/// use faltung::fourier::{irdft, rdft};
/// use ndarray::arr1;
/// use num_complex::Complex;
/// let x = arr1(&[1.0_f64, 2.0, 0.0, -1.0, 1.0]).into_dyn();
/// let half = rdft(x.view());
/// assert_eq!(half.shape(), [3]);
/// assert!((half[[0]] - 3.0).norm() < 1e-15);
/// assert!((irdft(half, 5) - x).iter().all(|error: &f64| error.abs() < 1e-14));
/// ```
///
/// # Panics
/// Where x has no axis.
pub fn rdft<T: Transform>(x: ArrayViewD<T>) -> ArrayD<Complex<T>> {
    assert!(x.ndim() > 0, "a transform of real data halves the last axis, so it wants one");
    let last = x.ndim() - 1;
    let points = x.len_of(Axis(last));
    let mut half = x.shape().to_vec();
    half[last] = frequencies(points);
    let mut spectrum = ArrayD::from_elem(IxDyn(&half), Complex::<T>::zero());
    if x.is_empty() {
        return spectrum;
    }
    let plan = T::real(points);
    let x = x.as_standard_layout();
    let rows = x.as_slice().expect("standard layout").par_chunks(points);
    let spectra =
        spectrum.as_slice_mut().expect("a new array has standard layout").par_chunks_mut(half[last]);
    spectra.zip(rows).with_min_len(BUNCH / points + 1).for_each_init(
        || (plan.make_input_vec(), plan.make_scratch_vec()),
        |(input, scratch), (spectrum, row)| {
            input.copy_from_slice(row);
            plan.process_with_scratch(input, spectrum, scratch).expect("buffers of the plan's own lengths");
        },
    );
    (0..last).fold(spectrum, |x, axis| along(x, axis, FftDirection::Forward))
}

/// The inverse of [`rdft`]: real data whose last axis has `points` entries. The imaginary parts of the frequencies that are
/// real for real data, 0 and where `points` is even the last, are not looked at.
///
/// # Panics
/// Where the spectrum has no axis, or the last one does not hold `points / 2 + 1` frequencies, for 0 points none.
pub fn irdft<T: Transform>(spectrum: ArrayD<Complex<T>>, points: usize) -> ArrayD<T> {
    assert!(spectrum.ndim() > 0, "a transform of real data halves the last axis, so it wants one");
    let last = spectrum.ndim() - 1;
    assert_eq!(spectrum.len_of(Axis(last)), frequencies(points), "the frequencies of {points} real points");
    let mut shape = spectrum.shape().to_vec();
    shape[last] = points;
    let mut x = ArrayD::from_elem(IxDyn(&shape), <T as Zero>::zero());
    if spectrum.is_empty() {
        return x;
    }
    let scale = reciprocal::<T>(x.len());
    let plan = T::real_inverse(points);
    let spectrum = (0..last).fold(spectrum, |x, axis| along(x, axis, FftDirection::Inverse));
    let spectrum = spectrum.as_standard_layout();
    let spectra = spectrum.as_slice().expect("standard layout").par_chunks(frequencies(points));
    let rows = x.as_slice_mut().expect("a new array has standard layout").par_chunks_mut(points);
    rows.zip(spectra).with_min_len(BUNCH / points + 1).for_each_init(
        || (plan.make_input_vec(), plan.make_scratch_vec()),
        |(half, scratch), (row, spectrum)| {
            half.copy_from_slice(spectrum);
            // The two real frequencies; after transforms along other axes rounding leaves them not quite real.
            half[0].im = <T as Zero>::zero();
            if points.is_multiple_of(2) {
                half[points / 2].im = <T as Zero>::zero();
            }
            plan.process_with_scratch(half, row, scratch).expect("buffers of the plan's own lengths");
            row.iter_mut().for_each(|x| *x = *x * scale);
        },
    );
    x
}

/// The frequencies of so many real points that are not conjugates of others.
fn frequencies(points: usize) -> usize {
    if points == 0 { 0 } else { points / 2 + 1 }
}

/// Transforms along one axis, unnormalised in both directions.
fn along<T: Transform>(x: ArrayD<Complex<T>>, axis: usize, direction: FftDirection) -> ArrayD<Complex<T>> {
    let points = x.len_of(Axis(axis));
    if points == 1 {
        return x;
    }
    let plan = T::complex(points, direction);
    let mut x = if x.is_standard_layout() { x } else { x.as_standard_layout().into_owned() };
    let rest: usize = x.shape()[axis + 1..].iter().product();
    let entries = x.as_slice_mut().expect("standard layout");
    if rest == 1 {
        entries.par_chunks_mut(points).with_min_len(BUNCH / points + 1).for_each_init(
            || vec![Complex::zero(); plan.get_inplace_scratch_len()],
            |scratch, row| plan.process_with_scratch(row, scratch),
        );
    } else {
        let inverse = direction == FftDirection::Inverse;
        let pass = Pass { plan: &plan, twiddles: None, inverse, parallel: true };
        for block in entries.chunks_mut(points * rest) {
            pass.run(ArrayViewMut2::from_shape((points, rest), block).expect("as many as the shape"), 0);
        }
    }
    x
}

/// 1/n, exact for the powers of two that fit.
fn reciprocal<T: Transform>(n: usize) -> T {
    T::from_usize(n).and_then(|n| n.inverse()).expect("a positive count has a nearest float")
}

#[cfg(test)]
mod tests {
    use super::{KEPT, Plans, Table, Transform, dft, idft, irdft, rdft};
    use crate::fourier::definition;
    use ndarray::{ArrayD, IxDyn};
    use num_complex::Complex;

    fn entries(shape: &[usize]) -> ArrayD<Complex<f64>> {
        let mut k = 0.0_f64;
        ArrayD::from_shape_simple_fn(IxDyn(shape), || {
            k += 1.0;
            Complex::new((k * k).sin(), (3.0 * k).cos())
        })
    }

    fn distance<T: Transform>(a: &ArrayD<Complex<T>>, b: &ArrayD<Complex<T>>) -> f64 {
        a.iter().zip(b).map(|(a, b)| ((a.re - b.re).into()).hypot((a.im - b.im).into())).fold(0.0, f64::max)
    }

    #[test]
    fn tables_are_not_kept_for_ever() {
        // What the entries are does not matter here.
        fn keeps(mut plans: Plans<f32>, table: fn(usize) -> Table) -> impl FnMut(usize) -> usize {
            move |count| {
                let kept = plans.keep(table(count), vec![Complex::default(); count].into());
                assert!(kept.len() == count && plans.tables.contains_key(&table(count)));
                plans.tables.len()
            }
        }
        let grid = |columns| Table::Grid { rows: 1, columns };
        let powers = |count| Table::Powers { order: count, step: 1, count };
        for table in [grid as fn(usize) -> Table, powers] {
            let mut keep = keeps(Plans::new(), table);
            assert_eq!([KEPT / 2, KEPT / 2 - 1, 1].map(&mut keep), [1, 2, 3]);
            assert_eq!([2, KEPT + 1, 5].map(keep), [1, 1, 1]);
        }
    }

    #[test]
    fn plans_of_many_lengths_are_not_kept_for_ever() {
        let mut plans = Plans::<f32>::new();
        let mut room = |points: usize| plans.room(points).lengths.len();
        assert_eq!([KEPT / 2, KEPT / 2 - 1, KEPT / 2, 1].map(&mut room), [1, 2, 2, 3]);
        assert_eq!([2, KEPT + 1, KEPT + 1, 5].map(&mut room), [1, 1, 1, 1]);
        // A plan that is dropped here is still whole where it is used, and a new planner plans the same.
        let before = plans.room(8).complex.plan_fft_forward(8);
        let after = plans.room(KEPT + 1).complex.plan_fft_forward(8);
        let [one, other] = [before, after].map(|plan| {
            let mut x = vec![Complex::new(1.0, 2.0); 8];
            x[3] = Complex::new(-1.0, 0.5);
            plan.process(&mut x);
            x
        });
        assert_eq!(one, other);
    }

    #[test]
    fn of_nothing_there_is_nothing() {
        for shape in [&[0][..], &[0, 3], &[3, 0], &[2, 0, 5]] {
            let x = entries(shape);
            assert_eq!(dft(x.clone()).shape(), shape);
            assert_eq!(idft(x.clone()).shape(), shape);
            let last = shape[shape.len() - 1];
            assert_eq!(irdft(rdft(x.mapv(|x| x.re).view()), last).shape(), shape);
        }
        let one = entries(&[]);
        assert_eq!(idft(dft(one.clone())), one);
    }

    #[test]
    fn the_fast_transforms_are_the_definition() {
        for shape in [&[1][..], &[2], &[7], &[16], &[60], &[3, 4], &[1, 8], &[8, 1], &[2, 3, 5], &[4, 4, 4]] {
            let x = entries(shape);
            let spectrum = dft(x.clone());
            assert!(distance(&spectrum, &definition::dft(x.view())) < 1e-12, "{shape:?}");
            assert!(distance(&idft(spectrum), &x) < 1e-13, "{shape:?}");

            let real = x.mapv(|x| x.re);
            let wanted = definition::dft(real.mapv(Complex::from).view());
            let half = rdft(real.view());
            let last = shape.len() - 1;
            let wanted = wanted
                .slice_axis(ndarray::Axis(last), ndarray::Slice::from(..shape[last] / 2 + 1))
                .to_owned();
            assert!(distance(&half, &wanted) < 1e-12, "{shape:?}");
            let back = irdft(half, shape[last]);
            assert_eq!(back.shape(), shape);
            assert!((back - real).iter().all(|error| error.abs() < 1e-13), "{shape:?}");
        }
    }
}
