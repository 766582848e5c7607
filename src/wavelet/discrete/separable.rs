//! Wavelet transforms of arrays: each level splits every axis in turn, and only what is averaged along all of them is
//! transformed again (Mallat 1989).

use super::{
    BankError, Extension, Filters,
    dwt::{divides, few},
};
use crate::scalar::Semiring;
use ndarray::{ArrayD, ArrayViewD, Axis, IxDyn, Slice};

/// Each axis doubles the number of bands.
const MOST_AXES: usize = 20;

/// A transform along several axes.
#[derive(Clone, PartialEq, Debug)]
pub struct Bands<S> {
    /// The axes that were transformed, in their order.
    pub axes: Vec<usize>,
    /// What was averaged along all of them, at the last level.
    pub averages: ArrayD<S>,
    /// The other bands of each level, from the last level to the first, in the order of [`Bands::names`].
    pub details: Vec<Vec<ArrayD<S>>>,
}

impl<S: Semiring> Bands<S> {
    /// The bands of a level by a letter for each axis that is transformed, `a` for averages and `d` for details, as PyWavelets
    /// has them. The first name is that of the averages.
    ///
    /// ```
    /// use faltung::wavelet::discrete::Bands;
    /// assert_eq!(Bands::<f64>::names(2), ["aa", "ad", "da", "dd"]);
    /// ```
    ///
    /// # Panics
    /// For more than 20 axes, which no transform has.
    pub fn names(axes: usize) -> Vec<String> {
        assert!(axes <= MOST_AXES, "2^{axes} bands are too many to be named");
        let letter = |band: usize, place: usize| if is_detail(band, place, axes) { 'd' } else { 'a' };
        (0..1 << axes).map(|band| (0..axes).map(|place| letter(band, place)).collect()).collect()
    }

    /// One array of all bands: the averages in the corner, and the bands of each level about what is coarser, the details of an
    /// axis behind its averages. Where what is coarser is longer than a band beside it, zeros fill the gap; there is none on
    /// circles whose lengths 2^levels divides, and the array then has the shape of the one that was transformed.
    ///
    /// `lengths` are those of the [filters](Filters::lengths).
    ///
    /// # Errors
    /// Bands that have not these lengths.
    pub fn tiled(&self, lengths: &[Vec<usize>]) -> Result<ArrayD<S>, BankError> {
        self.fit(lengths)?;
        let mut all = ArrayD::from_elem(IxDyn(&Self::tiled_shape(&self.axes, lengths)?), S::zero());
        let mut put = |level: usize, band: usize, part: &ArrayD<S>| {
            let tile = tile(&self.axes, lengths, level, band);
            all.slice_each_axis_mut(|axis| tile[axis.axis.index()]).assign(part);
        };
        put(self.details.len(), 0, &self.averages);
        for (level, bands) in (1..=self.details.len()).rev().zip(&self.details) {
            bands.iter().enumerate().for_each(|(place, part)| put(level, place + 1, part));
        }
        Ok(all)
    }

    /// The shape of the [tiled](Bands::tiled) array of bands of such lengths.
    ///
    /// # Errors
    /// Lengths of no level, or of different ranks, and axes that there are not.
    pub fn tiled_shape(axes: &[usize], lengths: &[Vec<usize>]) -> Result<Vec<usize>, BankError> {
        sound(axes, lengths)?;
        let along =
            |axis: usize| if axes.contains(&axis) { start(lengths, 0, axis) } else { lengths[0][axis] };
        Ok((0..lengths[0].len()).map(along).collect())
    }

    /// The bands of a [tiled](Bands::tiled) array.
    ///
    /// # Errors
    /// An array that has not the shape of such tiles.
    pub fn untiled(tiled: ArrayViewD<S>, axes: &[usize], lengths: &[Vec<usize>]) -> Result<Self, BankError> {
        let expected = Self::tiled_shape(axes, lengths)?;
        if tiled.shape() != expected {
            let (got, expected) = (format!("{:?}", tiled.shape()), format!("{expected:?}"));
            let hint = "give the transform whole, with the same options";
            return Err(BankError::of("the shape of the transform", got, expected, hint));
        }
        let part = |level: usize, band: usize| {
            let tile = tile(axes, lengths, level, band);
            tiled.slice_each_axis(|axis| tile[axis.axis.index()]).to_owned()
        };
        let levels = lengths.len() - 1;
        let bands = |level: usize| (1..1 << axes.len()).map(|band| part(level, band)).collect();
        Ok(Bands {
            axes: axes.to_vec(),
            averages: part(levels, 0),
            details: (1..=levels).rev().map(bands).collect(),
        })
    }

    /// Whether these are all bands of such lengths.
    fn fit(&self, lengths: &[Vec<usize>]) -> Result<(), BankError> {
        sound(&self.axes, lengths)?;
        let levels = lengths.len() - 1;
        if self.details.len() != levels {
            let hint = "give the bands of every level";
            return Err(BankError::of("the number of levels", self.details.len(), levels.to_string(), hint));
        }
        let unless = |part: &ArrayD<S>, shape: &[usize]| {
            if part.shape() == shape {
                return Ok(());
            }
            let (got, expected) = (format!("{:?}", part.shape()), format!("{shape:?}"));
            Err(BankError::of("the shape of a band", got, expected, "give the bands of this array"))
        };
        unless(&self.averages, &lengths[levels])?;
        for (bands, shape) in self.details.iter().zip(lengths.iter().rev()) {
            let wanted = (1 << self.axes.len()) - 1;
            if bands.len() != wanted {
                let expected = format!("{wanted} for {} axes", self.axes.len());
                return Err(BankError::of("the number of bands", bands.len(), expected, "give all of them"));
            }
            bands.iter().try_for_each(|band| unless(band, shape))?;
        }
        Ok(())
    }
}

/// Whether a band has the details of the axis at that place among so many.
fn is_detail(band: usize, place: usize, axes: usize) -> bool {
    band >> (axes - 1 - place) & 1 == 1
}

/// Where details of a level begin along an axis: behind the averages and what is coarser. Of level 0 it is the end of all.
fn start(lengths: &[Vec<usize>], level: usize, axis: usize) -> usize {
    let last = lengths[lengths.len() - 1][axis];
    lengths[level + 1..].iter().fold(last, |sum, shape| sum.saturating_add(shape[axis]))
}

fn tile(axes: &[usize], lengths: &[Vec<usize>], level: usize, band: usize) -> Vec<Slice> {
    let along = |(axis, length): (usize, &usize)| {
        let detail = axes.iter().position(|at| *at == axis).is_some_and(|at| is_detail(band, at, axes.len()));
        let from = if detail { start(lengths, level, axis) } else { 0 };
        Slice::from(from..from + length)
    };
    lengths[level].iter().enumerate().map(along).collect()
}

impl<S: Semiring> Filters<S> {
    /// The transform along some axes of an array, of so many levels; other axes are a batch.
    ///
    /// Shape: an axis of n entries that is transformed has [`length`](Filters::length) of n in every band of the first
    /// level, of that in those of the second, and so on. Cost: F products for each axis, for every entry of each level.
    ///
    /// ```
    /// use faltung::wavelet::discrete::{Extension, Wavelet};
    /// use ndarray::arr2;
    /// let haar = Wavelet::Haar.floats();
    /// let edge = arr2(&[[1.0, 3.0], [1.0, 3.0]]).into_dyn();
    /// let bands = haar.decompose_axes(edge.view(), &[0, 1], 1, Extension::Periodised)?;
    /// // it changes along the second axis only: "ad", and neither "da" nor "dd"
    /// let sizes: Vec<f64> = bands.details[0].iter().map(|band| band[[0, 0]].abs()).collect();
    /// assert!((sizes[0] - 2.0).abs() < 1e-15 && sizes[1] < 1e-15 && sizes[2] < 1e-15);
    /// let back = haar.recompose_axes(&bands, &[2, 2], Extension::Periodised)?;
    /// assert!((back - edge).iter().all(|error| error.abs() < 1e-15));
    /// # Ok::<(), faltung::wavelet::discrete::BankError>(())
    /// ```
    ///
    /// # Errors
    /// Axes that there are not, or that occur twice, and as [`analyse`](Filters::analyse).
    pub fn decompose_axes(
        &self,
        x: ArrayViewD<S>,
        axes: &[usize],
        levels: usize,
        extension: Extension,
    ) -> Result<Bands<S>, BankError> {
        let lengths = self.lengths(x.shape(), axes, levels, extension)?;
        split_all(x, axes, &lengths, &|_, line| self.analyse(line, extension))
    }

    /// The array of this shape of which [`decompose_axes`](Filters::decompose_axes) made the bands.
    ///
    /// # Errors
    /// Where a band has not the shape that it has for such an array, and as
    /// [`decompose_axes`](Filters::decompose_axes).
    pub fn recompose_axes(
        &self,
        bands: &Bands<S>,
        shape: &[usize],
        extension: Extension,
    ) -> Result<ArrayD<S>, BankError> {
        let lengths = self.lengths(shape, &bands.axes, bands.details.len(), extension)?;
        join_all(bands, &lengths, &|_, parts, n| self.synthesise(parts, n, extension))
    }

    /// The shape of an array, and those of the bands of its first level, of its second, and so on.
    ///
    /// # Errors
    /// As [`decompose_axes`](Filters::decompose_axes).
    pub fn lengths(
        &self,
        shape: &[usize],
        axes: &[usize],
        levels: usize,
        extension: Extension,
    ) -> Result<Vec<Vec<usize>>, BankError> {
        few(levels)?;
        there_are(axes, shape.len())?;
        let mut lengths = vec![shape.to_vec()];
        for level in 0..levels {
            let mut next = lengths[level].clone();
            for axis in axes {
                next[*axis] = self.length(next[*axis], extension)?;
            }
            lengths.push(next);
        }
        Ok(lengths)
    }

    /// The stationary transform along some axes, on the circle of each: all bands have the shape of the array.
    ///
    /// Cost: (2^(k+1) − 2) F products for every entry and level, for k axes.
    ///
    /// # Errors
    /// A length that 2^levels does not divide, and as [`decompose_axes`](Filters::decompose_axes).
    pub fn stationary_axes(
        &self,
        x: ArrayViewD<S>,
        axes: &[usize],
        levels: usize,
    ) -> Result<Bands<S>, BankError> {
        let lengths = circles(x.shape(), axes, levels)?;
        split_all(x, axes, &lengths, &|level, line| self.spread(line, level))
    }

    /// The array of which [`stationary_axes`](Filters::stationary_axes) made the bands. `half` is ½.
    ///
    /// # Errors
    /// Bands of different shapes, and as [`stationary_axes`](Filters::stationary_axes).
    pub fn from_stationary_axes(&self, bands: &Bands<S>, half: &S) -> Result<ArrayD<S>, BankError> {
        let lengths = circles(bands.averages.shape(), &bands.axes, bands.details.len())?;
        join_all(bands, &lengths, &|level, parts, _| self.unspread(parts, level, half))
    }
}

/// The lengths of a stationary transform: always the same.
fn circles(shape: &[usize], axes: &[usize], levels: usize) -> Result<Vec<Vec<usize>>, BankError> {
    few(levels)?;
    there_are(axes, shape.len())?;
    axes.iter().try_for_each(|axis| divides(shape[*axis], levels))?;
    Ok(vec![shape.to_vec(); levels + 1])
}

/// Whether there are these axes.
fn there_are(axes: &[usize], rank: usize) -> Result<(), BankError> {
    let twice = axes.iter().enumerate().any(|(place, axis)| axes[..place].contains(axis));
    if twice || axes.iter().any(|axis| *axis >= rank) {
        let expected = format!("different numbers below {rank}");
        return Err(BankError::of("the list of axes", format!("{axes:?}"), expected, "count axes from 0"));
    }
    if axes.len() > MOST_AXES {
        let hint = "each axis doubles the number of bands";
        return Err(BankError::of("the number of axes", axes.len(), format!("at most {MOST_AXES}"), hint));
    }
    Ok(())
}

/// Whether there are lengths of a level at least, with these axes.
fn sound(axes: &[usize], lengths: &[Vec<usize>]) -> Result<(), BankError> {
    let rank = lengths.first().map_or(0, Vec::len);
    if lengths.is_empty() || lengths.iter().any(|shape| shape.len() != rank) {
        let got = format!("{lengths:?}");
        return Err(BankError::of("the list of shapes", got, "some of one rank", "ask the filters for it"));
    }
    there_are(axes, rank)
}

/// One level along one axis, counted from 0: the averages and the details of a line.
type Split<'a, S> = &'a dyn Fn(usize, &[S]) -> Result<[Vec<S>; 2], BankError>;
/// And back, to a line of so many entries.
type Join<'a, S> = &'a dyn Fn(usize, [&[S]; 2], usize) -> Result<Vec<S>, BankError>;

fn split_all<S: Semiring>(
    x: ArrayViewD<S>,
    axes: &[usize],
    lengths: &[Vec<usize>],
    split: Split<S>,
) -> Result<Bands<S>, BankError> {
    let (mut averages, mut details) = (x.to_owned(), vec![]);
    for level in 0..lengths.len() - 1 {
        let mut bands = vec![averages];
        for axis in axes {
            let mut halves = vec![];
            for band in &bands {
                let (mut low, mut high) = (vec![], vec![]);
                for line in band.lanes(Axis(*axis)) {
                    let [averages, details] = split(level, &line.to_vec())?;
                    low.extend(averages);
                    high.extend(details);
                }
                halves
                    .extend([low, high].map(|lines| of_lines(lines, band, *axis, lengths[level + 1][*axis])));
            }
            bands = halves;
        }
        averages = bands.remove(0);
        details.push(bands);
    }
    details.reverse();
    Ok(Bands { axes: axes.to_vec(), averages, details })
}

fn join_all<S: Semiring>(
    bands: &Bands<S>,
    lengths: &[Vec<usize>],
    join: Join<S>,
) -> Result<ArrayD<S>, BankError> {
    bands.fit(lengths)?;
    let mut averages = bands.averages.clone();
    for (level, details) in (0..bands.details.len()).rev().zip(&bands.details) {
        let mut parts = vec![averages];
        parts.extend(details.iter().cloned());
        for axis in bands.axes.iter().rev() {
            let n = lengths[level][*axis];
            let joined = |pair: &[ArrayD<S>]| {
                let mut lines = vec![];
                for (low, high) in pair[0].lanes(Axis(*axis)).into_iter().zip(pair[1].lanes(Axis(*axis))) {
                    lines.extend(join(level, [&low.to_vec(), &high.to_vec()], n)?);
                }
                Ok(of_lines(lines, &pair[0], *axis, n))
            };
            parts = parts.chunks(2).map(joined).collect::<Result<_, _>>()?;
        }
        averages = parts.remove(0);
    }
    Ok(averages)
}

/// An array like another, of these lines of n entries along an axis.
fn of_lines<S: Semiring>(lines: Vec<S>, like: &ArrayD<S>, axis: usize, n: usize) -> ArrayD<S> {
    let last = like.ndim() - 1;
    let mut shape = like.shape().to_vec();
    shape.remove(axis);
    shape.push(n);
    let mut order: Vec<usize> = (0..last).collect();
    order.insert(axis, last);
    let array = ArrayD::from_shape_vec(IxDyn(&shape), lines).expect("each line has the length of its level");
    array.permuted_axes(order).as_standard_layout().into_owned()
}
