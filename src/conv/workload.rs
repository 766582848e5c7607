//! The fixed workloads that `faltung bench` and `cargo bench` time.
//!
//! What is timed is the whole call that a user makes, planning, transforms of kernels and the allocation of the result
//! included. The data is the same in every run. An id says what is computed, so that times of other libraries for the
//! same work can be put beside ours: `conv1d/n=1000,k=31` is mode full of 1000 with 31 doubles, and
//! `conv2d/2048x2048,k=3` mode same of an image of 32-bit floats.

use super::{Facts, Mode, PlanError, Scalar, Spec, convolve, exact, plan, toeplitz::ToeplitzMatrix};
use dashu_int::{IBig, UBig};
use ndarray::{Array1, ArrayD, IxDyn};
use std::hint::black_box;

/// One workload: nothing is made before it is [prepared](Workload::prepare).
pub struct Workload {
    /// What is computed, and of which sizes.
    pub id: String,
    make: Box<dyn Fn() -> Result<Prepared, PlanError> + Send + Sync>,
}

/// A workload with its data at hand.
pub struct Prepared {
    /// The algorithm that does it.
    pub algorithm: String,
    run: Box<dyn FnMut() + Send>,
}

impl Workload {
    pub(crate) fn new(
        id: String,
        make: impl Fn() -> Result<Prepared, PlanError> + Send + Sync + 'static,
    ) -> Self {
        Workload { id, make: Box::new(make) }
    }

    /// Makes its data, and says which algorithm is chosen for it.
    ///
    /// # Errors
    /// When no algorithm takes it.
    pub fn prepare(&self) -> Result<Prepared, PlanError> {
        (self.make)()
    }
}

impl Prepared {
    pub(crate) fn new<T>(algorithm: impl Into<String>, mut run: impl FnMut() -> T + Send + 'static) -> Self {
        // The result is dropped in every run, as it is where an interpreter measures its libraries.
        Prepared { algorithm: algorithm.into(), run: Box::new(move || drop(black_box(run()))) }
    }

    /// Does the work once.
    pub fn run(&mut self) {
        (self.run)();
    }
}

/// All of them, in the order in which they are listed.
///
/// ```
/// let all = faltung::conv::workload::all();
/// let small = all.iter().find(|w| w.id == "conv1d/n=1000,k=31").expect("it is in the list");
/// let mut prepared = small.prepare()?;
/// prepared.run();
/// assert!(!prepared.algorithm.is_empty());
/// # Ok::<(), faltung::conv::PlanError>(())
/// ```
pub fn all() -> Vec<Workload> {
    let lines = [(1000, 31), (65_536, 65_536), (1 << 20, 1 << 20), (10_000_000, 63), (10_000_000, 4095)];
    let line = |(n, k)| {
        Workload::new(format!("conv1d/n={n},k={k}"), move || {
            convolution(normal(&[n], |v| v), normal(&[k], |v| v), Spec::default())
        })
    };
    let image = |k| {
        let same = Spec { mode: Mode::Same, ..Spec::default() };
        Workload::new(format!("conv2d/2048x2048,k={k}"), move || {
            convolution(normal(&[2048, 2048], |v| v as f32), normal(&[k, k], |v| v as f32), same)
        })
    };
    let toeplitz = [
        Workload::new("toeplitz/matvec n=4096".into(), || matvec(4096)),
        Workload::new("toeplitz/solve n=4096".into(), || solve(4096)),
        Workload::new("toeplitz/matvec n=262144".into(), || matvec(1 << 18)),
    ];
    let exact = [
        Workload::new("exact/ZZ[x] degree=16384,bits=30".into(), || product_of_words(1 << 14, 30)),
        Workload::new("exact/ZZ[x] degree=262144,bits=30".into(), || product_of_words(1 << 18, 30)),
        Workload::new("exact/ZZ[x] degree=4096,bits=1000".into(), || product(1 << 12, 1000)),
    ];
    lines.map(line).into_iter().chain([3, 11, 65].map(image)).chain(exact).chain(toeplitz).collect()
}

fn matvec(n: usize) -> Result<Prepared, PlanError> {
    let [column, row, x] = normals(n);
    Ok(Prepared::new("three transforms", move || {
        ToeplitzMatrix::new(&column, &row).times_by_transforms(&x).expect("finite numbers")
    }))
}

fn solve(n: usize) -> Result<Prepared, PlanError> {
    let [column, row, b] = normals(n);
    Ok(Prepared::new("Levinson, with its residual", move || {
        ToeplitzMatrix::new(&column, &row)
            .solve_in_doubles(&b)
            .expect("leading minors of chance are not zero")
    }))
}

/// Three vectors, each of its own numbers.
fn normals(n: usize) -> [Vec<f64>; 3] {
    let all = normal(&[3 * n], |v| v).into_raw_vec_and_offset().0;
    [0, 1, 2].map(|k| all[k * n..(k + 1) * n].to_vec())
}

/// Coefficients in −2^(bits − 1) … 2^(bits − 1) − 1.
fn coefficients(dice: &mut Dice, n: usize, bits: usize) -> ArrayD<IBig> {
    let bytes = bits.div_ceil(8);
    let coefficient = || {
        let random: Vec<u8> = (0..bytes).map(|_| (dice.roll() >> 56) as u8).collect();
        let below = UBig::from_le_bytes(&random) >> (8 * bytes - bits);
        IBig::from(below) - (IBig::ONE << (bits - 1))
    };
    Array1::from_shape_simple_fn(n, coefficient).into_dyn()
}

fn product(n: usize, bits: usize) -> Result<Prepared, PlanError> {
    let mut dice = Dice((n * bits) as u64);
    let (x, w) = (coefficients(&mut dice, n, bits), coefficients(&mut dice, n, bits));
    convolution(x, w, Spec::default())
}

/// As [`product`], of coefficients that are handed over as 64-bit integers; the result may need more.
fn product_of_words(n: usize, bits: usize) -> Result<Prepared, PlanError> {
    let mut dice = Dice((n * bits) as u64);
    let (x, w) = (coefficients(&mut dice, n, bits), coefficients(&mut dice, n, bits));
    let facts = Facts::of(x.view(), w.view());
    let algorithm = plan::<IBig>(x.shape(), w.shape(), facts, Spec::default(), None)?.algorithm.name();
    let words = |a: ArrayD<IBig>| a.mapv(|v| i64::try_from(v).expect("so many bits fit into 64"));
    let (x, w) = (words(x), words(w));
    Ok(Prepared::new(algorithm, move || {
        exact::big(x.view(), w.view(), Spec::default()).expect("what was planned once can be planned again")
    }))
}

fn convolution<S: Scalar>(x: ArrayD<S>, w: ArrayD<S>, spec: Spec) -> Result<Prepared, PlanError> {
    let facts = Facts::of(x.view(), w.view());
    let algorithm = plan::<S>(x.shape(), w.shape(), facts, spec, None)?.algorithm.name();
    Ok(Prepared::new(algorithm, move || {
        convolve(x.view(), w.view(), spec).expect("what was planned once can be planned again")
    }))
}

/// Numbers nearly of the standard normal distribution: sums of twelve uniform ones, less 6 (Irwin and Hall).
pub(crate) fn normal<S>(shape: &[usize], entry: impl Fn(f64) -> S) -> ArrayD<S> {
    let mut dice = Dice(shape.iter().product::<usize>() as u64);
    let mut draw = || (0..12).map(|_| dice.uniform()).sum::<f64>() - 6.0;
    let count: usize = shape.iter().product();
    let entries = Array1::from_shape_simple_fn(count, || entry(draw()));
    entries.into_shape_with_order(IxDyn(shape)).expect("as many entries as the shape has")
}

/// SplitMix64 (Steele, Lea & Flood 2014): its arithmetic is modulo 2^64, hence the wrapping operations.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// At least 0 and below 1, in steps of 2^-53.
    pub(crate) fn uniform(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::{Dice, all, coefficients, normal};
    use dashu_int::IBig;

    #[test]
    fn ids_are_told_apart() {
        let mut ids: Vec<String> = all().into_iter().map(|w| w.id).collect();
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count);
    }

    #[test]
    fn coefficients_fill_their_bits() {
        for bits in [7, 30, 1000] {
            let edge = IBig::ONE << (bits - 1);
            let all = coefficients(&mut Dice(1), 2000, bits);
            assert!(all.iter().all(|v| -&edge <= *v && *v < edge));
            let half = &edge / IBig::from(2);
            assert!(all.iter().any(|v| *v > half) && all.iter().any(|v| *v < -&half));
        }
    }

    #[test]
    fn the_numbers_are_nearly_normal_and_always_the_same() {
        let x = normal(&[10_000], |v| v);
        let (mean, variance) = (x.sum() / 1e4, x.mapv(|v| v * v).sum() / 1e4);
        assert!(mean.abs() < 0.05 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
        assert_eq!(x, normal(&[10_000], |v| v));
    }
}
