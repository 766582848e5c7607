//! How deep the small entries of a result lie below what the norms of the data say: one cheap look before a transform.
//!
//! The error of a transform is *normwise*: E ‖x‖₂ ‖w‖₂ in every entry (see [`bound`](mod@super::bound)). An entry is of
//! the size of its own products, (|x| ∗ |w|)_k, or less, and where that is far below ‖x‖₂ ‖w‖₂ its digits are lost (SciPy issue 22390).
//! To know all of |x| ∗ |w| costs as much as the result. Sums over blocks are cheap: cut x and w into blocks of B
//! entries, with 1-norms s_I and t_J. The products of block I and block J fall into the entries (I + J)B … (I + J + 2)B − 2, so
//! the entries KB … (K + 2)B − 2 hold at least M_K = Σ_{I+J=K} s_I t_J together, and M_K/(2B − 1) on average. The *depth*
//! is the largest of log₂(‖x‖₂ ‖w‖₂ (2B − 1)/M_K) over the K with M_K > 0: some stretch of the result is that far down
//! on average, as far as its own blocks tell. With several axes, the same along each.
//!
//! Stretches of exact zeros, M_K = 0, do not count: they come out as noise of the bound's size, but zero has no digits that
//! could be lost. Nor does a single small entry among large ones: its neighbours hide it, as they do in the bound.

use super::{Algorithm, Direct, Scalar};
use crate::fourier::Stages;
use ndarray::{ArrayD, ArrayViewD, Axis, Dimension, IxDyn, Slice};
use rayon::prelude::*;

/// Blocks along one axis, where there are 1, 2, … axes, and one beyond: at most 64 in all, few enough that looking at
/// pairs costs nothing.
const BLOCKS: [usize; 6] = [64, 8, 4, 2, 2, 2];
/// Bounds were seen to be 46 to 1400 times the errors; that excess shall not forbid a transform. Chosen, not proved: it
/// only decides which algorithm is planned, never what is said of its error.
const EXCESS: f64 = 64.0;
/// A relative size that stands for all smaller ones, so that a product of two does not underflow.
const LEAST: f64 = 1e-150;

/// The length of a block along an axis of n and m entries, of `axes` axes.
pub(super) fn block(n: usize, m: usize, axes: usize) -> usize {
    n.max(m).div_ceil(BLOCKS.get(axes - 1).copied().unwrap_or(1))
}

/// What the blocks of two arrays say.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Depths {
    /// No entry is NaN or infinite.
    pub finite: bool,
    /// In bits, rounded up, at least 0: against the norms of the whole of x and w.
    pub whole: u32,
    /// Against the norm of w and of that part of x that reaches the stretch, with a block beside it.
    pub nearby: u32,
}

/// The sizes of the entries of a block.
#[derive(Clone, Copy, Debug, Default)]
struct Sizes {
    /// The largest, or the smallest normal number where that is larger; 0 where all are.
    largest: f64,
    /// Σ|a| and Σ|a|², over that and its square.
    sum: f64,
    squares: f64,
}

impl Sizes {
    fn and(self, other: Sizes) -> Sizes {
        let largest = self.largest.max(other.largest);
        if largest == 0.0 {
            return self;
        }
        let [a, b] = [self.largest / largest, other.largest / largest];
        Sizes {
            largest,
            sum: self.sum * a + other.sum * b,
            squares: self.squares * a * a + other.squares * b * b,
        }
    }

    /// Of one row; `None` where an entry is not finite.
    fn of<S: Scalar>(row: &[S]) -> Option<Sizes> {
        const LANES: usize = 8;
        let mut all = Sizes::default();
        // Twice over a piece that is in the cache, in lanes, so that sums do not wait for each other.
        for piece in row.chunks(1024) {
            let (eights, rest) = piece.as_chunks::<LANES>();
            let mut largest = [0.0_f64; LANES];
            for eight in eights {
                for lane in 0..LANES {
                    let size = eight[lane].magnitude();
                    largest[lane] = if size > largest[lane] { size } else { largest[lane] };
                }
            }
            let most = largest.into_iter().chain(rest.iter().map(S::magnitude)).fold(0.0, f64::max);
            // A reciprocal is a multiplication for each entry instead of a division; that of a subnormal overflows.
            let unit = most.max(f64::MIN_POSITIVE);
            let factor = 1.0 / unit;
            let (mut sum, mut squares) = ([0.0; LANES], [0.0; LANES]);
            for eight in eights {
                for lane in 0..LANES {
                    let size = eight[lane].magnitude() * factor;
                    sum[lane] += size;
                    squares[lane] += size * size;
                }
            }
            for a in rest {
                let size = a.magnitude() * factor;
                sum[0] += size;
                squares[0] += size * size;
            }
            let largest = if most == 0.0 { 0.0 } else { unit };
            let sizes = Sizes { largest, sum: sum.iter().sum(), squares: squares.iter().sum() };
            // A NaN is not the largest, but it is in the sum; an infinity over itself is NaN.
            if !sizes.sum.is_finite() {
                return None;
            }
            all = all.and(sizes);
        }
        Some(all)
    }
}

/// The sizes of all blocks; `None` where an entry is not finite.
fn blocks<S: Scalar>(a: &ArrayViewD<S>, lengths: &[usize]) -> Option<ArrayD<Sizes>> {
    let grid: Vec<usize> = a.shape().iter().zip(lengths).map(|(n, length)| n.div_ceil(*length)).collect();
    let indices: Vec<IxDyn> = ndarray::indices(IxDyn(&grid)).into_iter().collect();
    let sizes = indices.into_par_iter().map(|index| {
        let mut part = a.view();
        for (axis, length) in lengths.iter().enumerate() {
            let from = index[axis] * length;
            part.slice_axis_inplace(
                Axis(axis),
                Slice::from(from..(from + length).min(part.len_of(Axis(axis)))),
            );
        }
        let rows = part.rows().into_iter().map(|row| match row.to_slice() {
            Some(row) => Sizes::of(row),
            None => Sizes::of(&row.to_vec()),
        });
        rows.into_iter().try_fold(Sizes::default(), |all, row| Some(all.and(row?)))
    });
    let sizes: Option<Vec<Sizes>> = sizes.collect();
    Some(ArrayD::from_shape_vec(IxDyn(&grid), sizes?).expect("one for each block"))
}

impl Depths {
    /// Of these arrays, which have the same number of axes, by one pass through each.
    pub fn of<S: Scalar>(x: &ArrayViewD<S>, w: &ArrayViewD<S>) -> Self {
        let axes = x.ndim();
        if x.is_empty() || w.is_empty() || axes == 0 || w.ndim() != axes {
            let finite = x.iter().chain(w).all(S::is_finite);
            return Depths { finite, ..Depths::default() };
        }
        let lengths: Vec<usize> = x.shape().iter().zip(w.shape()).map(|(n, m)| block(*n, *m, axes)).collect();
        let (Some(x_blocks), Some(w_blocks)) = (blocks(x, &lengths), blocks(w, &lengths)) else {
            return Depths::default();
        };
        let mut depths = Depths { finite: true, ..Depths::default() };
        // Reversed for a correlation: which of the two is asked is not known here, so it is the deeper one.
        let mut reversed = w_blocks.clone();
        (0..axes).for_each(|axis| reversed.invert_axis(Axis(axis)));
        for w_blocks in [w_blocks, reversed] {
            let (whole, nearby) = deepest(&x_blocks, &w_blocks, &lengths, w.shape());
            depths = Depths { whole: depths.whole.max(whole), nearby: depths.nearby.max(nearby), ..depths };
        }
        depths
    }
}

fn deepest(x: &ArrayD<Sizes>, w: &ArrayD<Sizes>, lengths: &[usize], m: &[usize]) -> (u32, u32) {
    let all = |a: &ArrayD<Sizes>| a.iter().fold(Sizes::default(), |all, sizes| all.and(*sizes));
    let (whole_x, whole_w) = (all(x), all(w));
    if whole_x.largest == 0.0 || whole_w.largest == 0.0 {
        return (0, 0);
    }
    let relative = |a: &ArrayD<Sizes>, largest: f64| {
        a.map(
            |sizes| if sizes.largest == 0.0 { 0.0 } else { (sizes.largest / largest * sizes.sum).max(LEAST) },
        )
    };
    let (s, t) = (relative(x, whole_x.largest), relative(w, whole_w.largest));
    let window: Vec<_> = s.shape().iter().zip(t.shape()).map(|(n, m)| 0..n + m - 1).collect();
    let masses = Direct.convolve(s.view(), t.view(), &window);
    let stretch: f64 = lengths.iter().map(|length| 2.0 * *length as f64 - 1.0).product();
    let bits = |squares: f64, mass: f64| {
        let depth = ((squares * whole_w.squares).sqrt() * stretch / mass).log2();
        depth.ceil().max(0.0) as u32
    };
    let mut deepest = (0, 0);
    for (index, mass) in masses.indexed_iter().filter(|(_, mass)| **mass > 0.0) {
        let mut near = x.view();
        for (axis, length) in lengths.iter().enumerate() {
            let (k, n) = (index.as_array_view()[axis], near.len_of(Axis(axis)));
            let from = k.saturating_sub(1 + (m[axis] - 1).div_ceil(*length)).min(n - 1);
            near.slice_axis_inplace(Axis(axis), Slice::from(from..(k + 3).min(n)));
        }
        let near = near.iter().fold(Sizes::default(), |all, sizes| all.and(*sizes));
        let near = near.squares * (near.largest / whole_x.largest).powi(2);
        deepest.0 = deepest.0.max(bits(whole_x.squares, *mass));
        deepest.1 = deepest.1.max(bits(near, *mass));
    }
    deepest
}

/// Why an algorithm would rather not be used, though it can: in words for a person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unwise(pub String);

impl std::fmt::Display for Unwise {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Unwise {
    /// Where transforms in these stages may leave less than half of the digits, relative errors above √u, in parts
    /// of the result that lie 2^-depth below the norms. The bound is divided by 64 first, as it exceeds the errors that are seen.
    ///
    /// # Errors
    /// With the bound and the depth.
    pub(super) fn where_drowned<S: Scalar>(stages: Stages, depth: u32) -> Result<(), Unwise> {
        let Some(rounding) = S::ROUNDING else { return Ok(()) };
        let error = rounding.relative(stages);
        if error / EXCESS * f64::from(depth).exp2() <= rounding.unit.sqrt() {
            return Ok(());
        }
        Err(Unwise(format!(
            "small entries may drown: its errors are bounded by {error:.1e} of the norms of the data, and parts of the \
             result are 2^-{depth} of these"
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::Depths;
    use ndarray::{ArrayD, IxDyn};

    /// Against the definition: a stretch of the result that is as deep as is said, and no more bits than it has.
    #[test]
    fn depth_is_that_of_the_result() {
        let array = |n: usize, bits: f64| {
            ArrayD::from_shape_fn(IxDyn(&[n]), |k| (-bits * k[0] as f64 / n as f64).exp2())
        };
        for bits in [0.0, 20.0, 100.0] {
            let (x, w) = (array(640, bits), array(640, bits));
            let depths = Depths::of(&x.view(), &w.view());
            assert!(depths.finite);
            // The far end of the convolution is 2^(−2 bits) of the products at the near one.
            let extra = f64::from(depths.whole) - 2.0 * bits;
            assert!((-8.0..12.0).contains(&extra), "{bits}: {depths:?}");
        }
        // A short flat kernel does not reach the high end from the low one.
        let depths = Depths::of(&array(64_000, 300.0).view(), &array(10, 0.0).view());
        assert!(depths.whole > 290 && depths.nearby < 40, "{depths:?}");
    }

    #[test]
    fn extremes_are_told_apart() {
        let of = |x: &[f64]| {
            let x = ArrayD::from_shape_vec(IxDyn(&[x.len()]), x.to_vec()).expect("as many");
            Depths::of(&x.view(), &x.view())
        };
        assert!(!of(&[1.0, f64::NAN]).finite && !of(&[f64::NEG_INFINITY, 1.0]).finite);
        assert_eq!(of(&[0.0, 0.0]), Depths { finite: true, whole: 0, nearby: 0 });
        // Zeros do not count; the smallest subnormal beside the largest number does.
        assert!(of(&[f64::MAX, 0.0, 0.0]).whole < 4);
        assert!(of(&[f64::MAX, 0.0, f64::from_bits(1)]).whole > 900);
        let image = ArrayD::from_shape_fn(IxDyn(&[40, 50]), |k| if k[0] < 20 { 1.0_f64 } else { 1e-30 });
        let kernel = ArrayD::from_elem(IxDyn(&[3, 3]), 1.0);
        assert!(Depths::of(&image.view(), &kernel.view()).whole > 90);
    }
}
