//! Convolution tile by tile: each tile of the result by a short transform that stays in the cache.

use super::{About, Accuracy, Algorithm, Declined, Problem, Scalar, Unwise, depth, fft, support};
use crate::fourier::{
    Stages, good_size,
    product::{self, Packed, Product},
};
use ndarray::{ArrayD, ArrayViewD, ArrayViewMutD, Axis, IxDyn, Slice};
use num_complex::Complex;
use realfft::num_traits::Zero;
use std::{
    mem::size_of,
    ops::Range,
    sync::{Mutex, PoisonError},
};

/// Overlap-save along every axis: tiles of the result, each from the part of x that it needs, whose transforms overlap by
/// m − 1 entries (Oppenheim & Schafer 2010, §8.7.3).
///
/// The spectrum of w is computed once; a tile is transformed, multiplied and transformed back in a buffer that its
/// thread keeps, and is written to its place. So beyond x, w and the result it takes the memory of one tile for the
/// spectrum and one for each thread, O(m) where the tile is a few times as long as w, however long x is. Each tile is
/// scaled for itself, and its error is bounded by the norm of its own part of x: where x is small, errors are.
///
/// ```
/// use faltung::conv::{Algorithm, OverlapSave};
/// use ndarray::arr1;
/// let (x, w) = (arr1(&[1.0, 2.0, 3.0, 4.0, 5.0]).into_dyn(), arr1(&[1.0, 1.0]).into_dyn());
/// let y = OverlapSave { longest: 4 }.convolve(x.view(), w.view(), &[0..6]);
/// let expected: [f64; 6] = [1.0, 3.0, 5.0, 7.0, 9.0, 5.0];
/// assert!(y.iter().zip(expected).all(|(y, e)| (y - e).abs() < 1e-14));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct OverlapSave {
    /// No transform is longer than this along any axis, up to the next good size, unless w is.
    pub longest: usize,
}

impl OverlapSave {
    /// Tiles of whatever size a model of their time, with caches of usual sizes, finds best.
    pub const BY_COST: OverlapSave = OverlapSave { longest: 1 << 22 };
}

/// How a window is cut.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Tiling {
    /// Complex points of the transforms along each axis.
    points: Vec<usize>,
    /// Entries of a tile of the result.
    tile: Vec<usize>,
    /// Tiles in all.
    count: u128,
}

impl Tiling {
    fn new<S: Packed>(points: Vec<usize>, w: &[usize], window: &[Range<usize>]) -> Self {
        let last = points.len() - 1;
        let room = |axis: usize| points[axis] * if axis == last { S::IN_ONE } else { 1 };
        // The first m − 1 entries of a transform are those that others wrap onto.
        let tile: Vec<usize> =
            (0..=last).map(|axis| (room(axis) + 1 - w[axis]).min(window[axis].len())).collect();
        let count =
            window.iter().zip(&tile).map(|(window, tile)| window.len().div_ceil(*tile) as u128).product();
        Tiling { points, tile, count }
    }

    /// The points over all axes.
    fn all(&self) -> u128 {
        self.points.iter().fold(1, |all, n| all.saturating_mul(*n as u128))
    }

    /// A model of the time: only used to choose.
    fn time<S: Packed>(&self) -> u128 {
        let stages = Stages::of_all(&self.points).expect("good sizes");
        let Ok(all) = usize::try_from(self.all()) else { return u128::MAX };
        // Two transforms, then loading, multiplying and unloading, each about a stage; dearer out of each cache.
        let bytes = 2 * self.all() * size_of::<Complex<S::Float>>() as u128;
        let memory = [1 << 18, 1 << 20, 1 << 22].iter().zip([4, 5, 10]).find(|(size, _)| bytes <= **size);
        let each = (2 * stages.time(all)).saturating_add(3 * 20 * self.all());
        self.count.saturating_mul(each).saturating_mul(memory.map_or(20, |(_, factor)| factor))
    }
}

impl OverlapSave {
    /// The tiling of the least time; `None` where no transform can be addressed.
    fn tiling<S: Packed>(&self, w: &[usize], window: &[Range<usize>]) -> Option<Tiling> {
        let last = w.len() - 1;
        // Lengths for one axis, each about half as long again as the one before, up to one for the whole window.
        let lengths = |axis: usize| {
            let (m, whole) = (w[axis], w[axis].checked_add(window[axis].len())? - 1);
            let cap = self.longest.max(m).min(whole);
            let in_one = if axis == last { S::IN_ONE } else { 1 };
            let grown = std::iter::successors(Some(m.max(8)), |n| n.checked_mul(3).map(|n| n / 2 + 1));
            // Good sizes are not below what is asked, so w has room in each.
            let lengths = grown.take_while(|n| *n < cap).chain([cap]);
            lengths.map(|n| good_size(n.div_ceil(in_one))).collect::<Option<Vec<usize>>>()
        };
        let lengths: Vec<Vec<usize>> = (0..=last).map(lengths).collect::<Option<_>>()?;
        let first: Option<Vec<usize>> = lengths.iter().map(|lengths| lengths.first().copied()).collect();
        let mut best = Tiling::new::<S>(first?, w, window);
        // One axis after the other, twice: good enough, where all combinations would be too many.
        for axis in (0..=last).chain(0..=last) {
            let others = lengths[axis].iter().map(|length| {
                let mut points = best.points.clone();
                points[axis] = *length;
                Tiling::new::<S>(points, w, window)
            });
            best = others.min_by_key(Tiling::time::<S>)?;
        }
        Some(best)
    }
}

impl<S: Scalar + Packed> Algorithm<S> for OverlapSave {
    fn name(&self) -> &'static str {
        "overlap-save"
    }

    fn about(&self) -> About {
        About {
            cost: "about 2 N log2 N (half that for complex, where products of complex numbers are counted) for each tile of N - m + 1 entries of the result, N of the size that a model of time finds best",
            source: "Oppenheim & Schafer 2010, section 8.7.3",
            declines: "for NaN and infinity; where one tile would hold the whole result; beyond the memory allowed; for integers",
        }
    }

    /// For each tile two transforms and a product of spectra; one transform for w.
    fn cost(&self, problem: &Problem) -> u128 {
        let Some(tiling) = self.tiling::<S>(&problem.w, &problem.window) else { return u128::MAX };
        let one = product::multiplications::<S>(&tiling.points);
        let each = one.saturating_mul(2).saturating_add(product::products::<S>(&tiling.points));
        tiling.count.saturating_mul(each).saturating_add(one)
    }

    /// Where it is near to being chosen, on 3000 to 300 000 entries along one axis 2.2 to 4.4, of complex numbers 2.5 to
    /// 4; on images of 200² to 1000² from 2.1 to 6.7.
    fn weight(&self, problem: &Problem) -> f64 {
        match (S::IN_ONE, problem.x.len()) {
            (2, 1) => 3.5,
            (2, _) => 4.5,
            _ => 2.8,
        }
    }

    fn work(&self, problem: &Problem) -> String {
        let cost = super::multiplications(Algorithm::<S>::cost(self, problem));
        match self.tiling::<S>(&problem.w, &problem.window) {
            Some(tiling) => {
                let entries = fft::entries::<S>(&tiling.points);
                format!("{} tiles by transforms of {entries} points, {cost}", tiling.count)
            }
            None => cost,
        }
    }

    fn accuracy(&self, problem: &Problem) -> Accuracy {
        match self.tiling::<S>(&problem.w, &problem.window) {
            Some(tiling) => {
                let stages = Stages::of_all(&tiling.points).expect("good sizes");
                Accuracy::Tiles { stages, tile: tiling.tile }
            }
            None => Accuracy::Transforms { stages: Stages([64, 0, 0, 0]) },
        }
    }

    fn applies(&self, problem: &Problem) -> Result<(), Declined> {
        fft::finite(problem)?;
        let Some(tiling) = self.tiling::<S>(&problem.w, &problem.window) else {
            return Err(Declined("its transforms cannot be addressed".into()));
        };
        if tiling.count == 1 {
            return Err(Declined("one tile would hold the whole result, which is what fft does".into()));
        }
        // One for each thread, one for the spectrum, and for long tiles a table of as many roots of unity.
        let buffers = rayon::current_num_threads() as u128 + 2;
        let needed = (buffers * size_of::<Complex<S::Float>>() as u128).saturating_mul(tiling.all());
        if needed > u128::from(problem.facts.memory) {
            return Err(Declined(format!("its tiles take {needed} bytes, more than are allowed")));
        }
        Ok(())
    }

    fn suits(&self, problem: &Problem) -> Result<(), Unwise> {
        let Some(tiling) = self.tiling::<S>(&problem.w, &problem.window) else { return Ok(()) };
        let stages = Stages::of_all(&tiling.points).expect("good sizes");
        // What is known about parts of the data is about parts of this size.
        let parts = problem.x.iter().zip(&problem.w).map(|(n, m)| depth::block(*n, *m, problem.x.len()));
        let within = tiling.tile.iter().zip(parts).all(|(tile, part)| *tile <= part);
        let facts = &problem.facts;
        Unwise::where_drowned::<S>(stages, if within { facts.depth_nearby } else { facts.depth })
    }

    fn convolve(&self, x: ArrayViewD<S>, w: ArrayViewD<S>, window: &[Range<usize>]) -> ArrayD<S> {
        let tiling = self.tiling::<S>(w.shape(), window).expect("declined when it cannot be addressed");
        let product = Product::new::<S>(&tiling.points, false);
        let mut spectrum = vec![Complex::zero(); product.len()];
        let w_by = fft::scaling(&w);
        product.load(&mut spectrum, &w.as_standard_layout().view(), w_by);
        product.forward(&mut spectrum);
        let shape: Vec<usize> = window.iter().map(Range::len).collect();
        // Zeros of the system, which each thread touches where it writes.
        let mut y = ArrayD::from_elem(IxDyn(&shape), S::zero());
        let x = x.as_standard_layout();
        let corner = window.iter().map(|range| range.start).collect();
        let tiles = Tiles {
            x: x.view(),
            m: w.shape(),
            product,
            spectrum,
            w_by,
            tile: tiling.tile,
            spare: Mutex::default(),
        };
        tiles.compute(y.view_mut(), corner);
        y
    }
}

/// What all tiles share.
struct Tiles<'a, S: Packed> {
    x: ArrayViewD<'a, S>,
    m: &'a [usize],
    product: Product<S::Float>,
    spectrum: Vec<Complex<S::Float>>,
    w_by: i32,
    tile: Vec<usize>,
    /// Buffers that no thread uses just now: there are never more than threads.
    spare: Mutex<Vec<Vec<Complex<S::Float>>>>,
}

impl<S: Scalar + Packed> Tiles<'_, S> {
    /// Cuts y, whose first entry is entry `corner` of the full result, between tiles until one is left.
    fn compute(&self, y: ArrayViewMutD<S>, corner: Vec<usize>) {
        let tiles = |axis: &usize| y.len_of(Axis(*axis)).div_ceil(self.tile[*axis]);
        let axis = (0..y.ndim()).max_by_key(tiles).expect("at least one axis");
        if tiles(&axis) == 1 {
            return self.one(y, corner);
        }
        let half = tiles(&axis) / 2 * self.tile[axis];
        let mut later = corner.clone();
        later[axis] += half;
        let (left, right) = y.split_at(Axis(axis), half);
        rayon::join(|| self.compute(left, corner), || self.compute(right, later));
    }

    fn one(&self, y: ArrayViewMutD<S>, corner: Vec<usize>) {
        let mut part = self.x.view();
        let mut start = corner;
        for (axis, start) in start.iter_mut().enumerate() {
            let (n, to) = (self.x.len_of(Axis(axis)), *start + y.len_of(Axis(axis)));
            let support = support(n, self.m[axis], &(*start..to));
            *start -= support.start;
            part.slice_axis_inplace(Axis(axis), Slice::from(support));
        }
        let spare = || self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = spare().pop();
        let mut data = kept.unwrap_or_else(|| vec![Complex::zero(); self.product.len()]);
        let by = fft::scaling(&part);
        self.product.load(&mut data, &part, by);
        self.product.through(&mut data, &self.spectrum);
        self.product.unload(&data, &start, y, -(by + self.w_by));
        spare().push(data);
    }
}

#[cfg(test)]
mod tests {
    use super::{OverlapSave, Tiles, Tiling, support};
    use crate::conv::Algorithm;
    use crate::{conv::Direct, fourier::product::Product};
    use ndarray::{ArrayD, IxDyn};
    use num_complex::Complex;
    use std::sync::Mutex;

    #[test]
    fn memory_is_a_tile_for_each_thread_and_one_for_the_spectrum() {
        let (n, m) = (200_000, 50);
        let x = ArrayD::from_shape_fn(IxDyn(&[n]), |k| (k[0] as f64).sin());
        let w = ArrayD::from_shape_fn(IxDyn(&[m]), |k| (k[0] as f64).cos());
        let all = 0..n + m - 1;
        let window = std::slice::from_ref(&all);
        let tiling = OverlapSave { longest: 1000 }.tiling::<f64>(&[m], window).expect("short");
        assert!(tiling.points[0] <= 1024, "{tiling:?}");
        let product = Product::new::<f64>(&tiling.points, false);
        let mut spectrum = vec![Complex::default(); product.len()];
        product.load(&mut spectrum, &w.view(), 0);
        product.forward(&mut spectrum);
        let tile = tiling.tile.clone();
        let tiles = Tiles { x: x.view(), m: &[m], product, spectrum, w_by: 0, tile, spare: Mutex::default() };
        let mut y = ArrayD::zeros(IxDyn(&[n + m - 1]));
        tiles.compute(y.view_mut(), vec![0]);
        let buffers = tiles.spare.into_inner().expect("no panic");
        assert!((1..=rayon::current_num_threads()).contains(&buffers.len()), "{}", buffers.len());
        assert!(buffers.iter().all(|buffer| buffer.len() == tiling.points[0]));
        let expected = Direct.convolve(x.view(), w.view(), window);
        assert!(y.iter().zip(&expected).all(|(y, e): (&f64, &f64)| (y - e).abs() < 1e-10));
    }

    #[test]
    fn a_tile_depends_on_what_it_says() {
        for (n, m) in [(1, 1), (5, 3), (3, 5)] {
            for from in 0..n + m - 1 {
                for to in from + 1..=n + m - 1 {
                    let pairs = (0..n).flat_map(|i| (0..m).map(move |j| (i, i + j)));
                    let used: Vec<usize> =
                        pairs.filter(|(_, k)| (from..to).contains(k)).map(|(i, _)| i).collect();
                    let wanted = *used.iter().min().expect("some")..used.iter().max().expect("some") + 1;
                    assert_eq!(support(n, m, &(from..to)), wanted);
                }
            }
        }
    }

    #[test]
    fn tiles_cover_the_window_and_fit_their_transforms() {
        for (m, window) in [(63, 10_000_000), (4095, 10_000_000), (65, 2048), (1, 7), (9, 1)] {
            let all = 0..window;
            let tiling = OverlapSave::BY_COST.tiling::<f64>(&[m], std::slice::from_ref(&all)).expect("short");
            let Tiling { points, tile, count } = &tiling;
            assert!(tile[0] >= 1 && tile[0] + m - 1 <= 2 * points[0], "{tiling:?}");
            assert!(
                *count * tile[0] as u128 >= window as u128
                    && (*count - 1) * (tile[0] as u128) < window as u128
            );
        }
    }
}
