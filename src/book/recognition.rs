//! Shapes told apart by a linear classifier on three descriptions of the pictures, and by the network that was trained for
//! it: how many are still told right where pictures are moved or bent. Computed once for a figure and an experiment.

use super::{
    Unmet,
    learning::{Lessons, POOLED, lessons, moved, picture},
    portable::circle,
};
use crate::{
    conv::workload::Dice,
    fourier::dft,
    layer::{
        LayerError,
        shapes::{CLASSES, Examples, SIZE},
        train::accuracy,
    },
    wavelet::scattering::{Convention, Scattering, Settings},
};
use nalgebra::{Cholesky, DMatrix};
use ndarray::{Array2, ArrayD, Axis};
use num_complex::Complex;
use std::sync::OnceLock;

/// By their numbers, the network last.
pub(super) const NAMES: [&str; 4] = ["pixels", "Fourier modulus", "scattering", "network"];

/// The largest steps along an axis by which pictures are moved.
pub(super) const SHIFTS: [usize; 6] = [0, 1, 2, 3, 5, 8];
/// The largest distances, in pixels, by which a place of a picture is moved where it is bent.
pub(super) const BENDS: [f64; 6] = [0.0, 0.5, 1.0, 1.5, 2.0, 3.0];
/// Motions of each picture.
const REPEATS: usize = 2;
/// The penalty on the weights, as a part of the mean energy of the examples.
pub(super) const PENALTY: f64 = 1e-3;
/// Descriptions are rounded to this grid: transforms round differently on different processors.
const GRID: f64 = 1.0 / (1 << 24) as f64;
/// By less than this no score may be the best: an entry of a description that is rounded the other way changes it by less.
const MARGIN: f64 = 1e-6;
/// 2^J is the side of the picture: averages are taken over all of it.
const SCALE: u32 = SIZE.trailing_zeros();
const ANGLES: usize = 4;

/// How many pictures are told right, where they are changed by so much.
#[derive(Clone)]
pub(super) struct Point {
    pub size: f64,
    /// By the numbers of the descriptions.
    pub right: [usize; 4],
}

/// What was found.
#[derive(Clone)]
pub(super) struct Comparison {
    pub shifts: Vec<Point>,
    pub bends: Vec<Point>,
    /// Of how many pictures, at each point.
    pub judged: usize,
    /// How many numbers a description has.
    pub features: [usize; 3],
}

/// What was found, for the figure or experiment of this name. The first call computes it, which takes some seconds.
pub(super) fn comparison(id: &'static str) -> Result<&'static Comparison, Unmet> {
    static FOUND: OnceLock<Result<Comparison, String>> = OnceLock::new();
    let lessons = lessons(id)?;
    let found = FOUND.get_or_init(|| compare(lessons)).as_ref();
    found.map_err(|error| Unmet { id, shows: "pictures can be described", found: error.clone() })
}

impl Comparison {
    /// The share that is told right, by the numbers of the descriptions.
    pub(super) fn shares(&self, point: &Point) -> [f64; 4] {
        point.right.map(|right| right as f64 / self.judged as f64)
    }

    /// What is said of it in words, with room: a few pictures more or less change none of it.
    ///
    /// # Errors
    /// In the name of the figure or experiment, what is not so.
    pub(super) fn holds(&self, id: &'static str) -> Result<(), Unmet> {
        let of = |points: &[Point]| points.iter().map(|point| self.shares(point)).collect::<Vec<_>>();
        let (shifts, bends) = (of(&self.shifts), of(&self.bends));
        let checks = [
            ("unmoved, all tell more than nine tenths right", shifts[0].iter().all(|share| *share > 0.9)),
            (
                "of moved pictures pixels tell hardly half",
                shifts[1..].iter().all(|[pixels, ..]| *pixels < 0.55),
            ),
            (
                "the other three do not mind a shift",
                shifts.iter().all(|now| (1..4).all(|which| (now[which] - shifts[0][which]).abs() < 0.01)),
            ),
            (
                "where pictures are bent by a pixel or more, pixels and the network fall behind",
                BENDS.iter().zip(&bends).all(|(size, [pixels, fourier, scattering, network])| {
                    let others = fourier.min(*scattering);
                    !(1.0..=2.0).contains(size) || others > pixels + 0.05 && others > network + 0.04
                }),
            ),
            (
                "Fourier modulus and scattering do not differ by much",
                bends.iter().all(|[_, fourier, scattering, _]| (fourier - scattering).abs() < 0.12),
            ),
            (
                "none of them is indifferent to bends",
                bends[BENDS.len() - 1].iter().all(|share| *share < 0.85),
            ),
        ];
        checks.into_iter().try_for_each(|(shows, so)| {
            Unmet::unless(so, id, shows, || format!("the shares are {shifts:?} and {bends:?}"))
        })
    }
}

/// The three descriptions that are classified by a linear function.
struct Descriptions(Scattering<f64>);

impl Descriptions {
    fn new() -> Result<Self, String> {
        let settings = Settings {
            convention: Convention::Parseval,
            angles: ANGLES,
            ..Settings::of(&[SIZE, SIZE], SCALE)
        };
        Scattering::new(&settings).map(Descriptions).map_err(|error| error.to_string())
    }

    /// A row for each picture: of the mean of its colours, the pixels, the moduli of the Fourier transform, and the scattering.
    fn of(&self, pictures: &ArrayD<f32>) -> Result<[DMatrix<f64>; 3], String> {
        let count = pictures.len_of(Axis(0));
        let grey = pictures.mean_axis(Axis(1)).ok_or("pictures have channels")?;
        let rows = |values: Vec<f64>| {
            let rounded = values.into_iter().map(|value| (value / GRID).round() * GRID);
            DMatrix::from_row_iterator(count, rounded.len() / count, rounded)
        };
        let spectra = grey.outer_iter().flat_map(|x| {
            let spectrum = dft(x.mapv(|v| Complex::from(f64::from(v))));
            spectrum.into_iter().map(|z| z.norm_sqr().sqrt())
        });
        let scattering = self.0.forward(grey.mapv(f64::from).view()).map_err(|error| error.to_string())?;
        Ok([
            rows(grey.iter().map(|v| f64::from(*v)).collect()),
            rows(spectra.collect()),
            rows(scattering.into_iter().collect()),
        ])
    }
}

/// A linear classifier: ridge regression of the classes, in closed form.
struct Linear {
    mean: nalgebra::RowDVector<f64>,
    /// A column for each class.
    weights: DMatrix<f64>,
}

impl Linear {
    /// (X Xᵀ + λ)⁻¹ Y by Cholesky's method, a row of X for each example and the mean taken off.
    fn learn(x: &DMatrix<f64>, labels: &[usize]) -> Result<Self, String> {
        let mean = x.row_mean();
        let centred = without(x, &mean);
        let gram = &centred * centred.transpose();
        let penalty = PENALTY * gram.trace() / x.nrows() as f64;
        let wanted = DMatrix::from_fn(x.nrows(), CLASSES.len(), |i, class| {
            f64::from(u8::from(labels[i] == class)) - 1.0 / CLASSES.len() as f64
        });
        let regular = gram + DMatrix::identity(x.nrows(), x.nrows()) * penalty;
        let solved = Cholesky::new(regular).ok_or("the examples are all the same")?.solve(&wanted);
        Ok(Linear { mean, weights: centred.transpose() * solved })
    }

    /// How many are told right. Scores that another processor might put in another order are refused.
    fn right(&self, x: &DMatrix<f64>, labels: &[usize]) -> Result<usize, String> {
        let scores = without(x, &self.mean) * &self.weights;
        let mut right = 0;
        for (score, label) in scores.row_iter().zip(labels) {
            let score = score.transpose();
            let (told, best) = score.argmax();
            let next = (0..score.len()).filter(|class| *class != told).map(|class| score[class]);
            if best - next.fold(f64::NEG_INFINITY, f64::max) < MARGIN {
                return Err(format!("two classes have the score {best} but for less than {MARGIN}"));
            }
            right += usize::from(told == *label);
        }
        Ok(right)
    }
}

fn without(x: &DMatrix<f64>, mean: &nalgebra::RowDVector<f64>) -> DMatrix<f64> {
    DMatrix::from_fn(x.nrows(), x.ncols(), |i, j| x[(i, j)] - mean[j])
}

fn compare(lessons: &Lessons) -> Result<Comparison, String> {
    let descriptions = Descriptions::new()?;
    let seen = descriptions.of(&lessons.data.seen.inputs)?;
    let labels = &lessons.data.seen.labels;
    let learned = seen.iter().map(|x| Linear::learn(x, labels)).collect::<Result<Vec<_>, _>>()?;
    let network = &lessons.learned[POOLED];
    let judge = |size: f64, examples: Examples<f32>| -> Result<Point, String> {
        let described = descriptions.of(&examples.inputs)?;
        let mut right = [0; 4];
        for (which, x) in described.iter().enumerate() {
            right[which] = learned[which].right(x, &examples.labels)?;
        }
        let share = accuracy(&network.network, &examples).map_err(|error: LayerError| error.to_string())?;
        right[3] = (share * examples.labels.len() as f64).round() as usize;
        Ok(Point { size, right })
    };
    let mut dice = Dice(16);
    let unseen = &lessons.data.unseen;
    let mut shifts = vec![];
    for size in SHIFTS {
        let examples = changed(unseen, |x| moved(x, step(size, &mut dice)));
        shifts.push(judge(size as f64, examples)?);
    }
    let mut bends = vec![];
    for size in BENDS {
        bends.push(judge(size, changed(unseen, |x| bent(x, &bend(size, &mut dice))))?);
    }
    let features = [0, 1, 2].map(|which| seen[which].ncols());
    Ok(Comparison { shifts, bends, judged: REPEATS * unseen.labels.len(), features })
}

/// Every picture several times, each time changed anew.
fn changed(examples: &Examples<f32>, mut change: impl FnMut(&ArrayD<f32>) -> ArrayD<f32>) -> Examples<f32> {
    let numbers = || (0..REPEATS).flat_map(|_| 0..examples.labels.len());
    let all: Vec<_> = numbers().map(|number| change(&picture(examples, number))).collect();
    let views: Vec<_> = all.iter().map(|picture| picture.view()).collect();
    let inputs = ndarray::concatenate(Axis(0), &views).expect("pictures of one size");
    Examples { inputs, labels: numbers().map(|number| examples.labels[number]).collect() }
}

/// Steps along the two axes, one of them of this size and the other at most, in any direction.
fn step(size: usize, dice: &mut Dice) -> [usize; 2] {
    let mut below = |n: usize| (dice.roll() % n as u64) as usize;
    let other = below(2 * size + 1) + SIZE - size;
    let whole = if below(2) == 0 { SIZE + size } else { SIZE - size };
    let pair = if below(2) == 0 { [whole, other] } else { [other, whole] };
    pair.map(|by| by % SIZE)
}

/// By how much each place is moved, down and to the right: waves of one and two periods, the farthest by `size`.
fn bend(size: f64, dice: &mut Dice) -> [Array2<f64>; 2] {
    let mut field = || {
        let waves: Vec<[f64; 4]> = (0..4)
            .map(|_| {
                let periods = |dice: &mut Dice| (dice.roll() % 5) as f64 - 2.0;
                [periods(dice), periods(dice), dice.uniform(), dice.uniform() - 0.5]
            })
            .collect();
        Array2::from_shape_fn((SIZE, SIZE), |(i, j)| {
            let wave = |[down, right, start, height]: &[f64; 4]| {
                height * circle((down * i as f64 + right * j as f64) / SIZE as f64 + start)[1]
            };
            waves.iter().map(wave).sum::<f64>()
        })
    };
    let [down, right] = [field(), field()];
    let farthest = down.iter().zip(&right).map(|(a, b)| (a * a + b * b).sqrt()).fold(0.0, f64::max);
    [down, right].map(|field| field * (size / farthest.max(f64::MIN_POSITIVE)))
}

/// A picture read at moved places, between pixels by bilinear interpolation, round the circle of each axis.
fn bent(x: &ArrayD<f32>, [down, right]: &[Array2<f64>; 2]) -> ArrayD<f32> {
    ArrayD::from_shape_fn(x.shape(), |t| {
        let place = (t[2], t[3]);
        let [y, z] = [t[2] as f64 - down[place], t[3] as f64 - right[place]];
        let at = |i: f64, j: f64| {
            let round = |k: f64| (k as isize).rem_euclid(SIZE as isize) as usize;
            f64::from(x[[t[0], t[1], round(i), round(j)]])
        };
        let ([i, j], [a, b]) = ([y.floor(), z.floor()], [y - y.floor(), z - z.floor()]);
        let between = |i: f64| at(i, j) * (1.0 - b) + at(i, j + 1.0) * b;
        (between(i) * (1.0 - a) + between(i + 1.0) * a) as f32
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::shapes::shapes;

    #[test]
    fn pictures_are_moved_and_bent_by_what_is_asked() {
        let mut dice = Dice(1);
        let x = picture(&shapes(1, 3), 0);
        for size in SHIFTS {
            let far = step(size, &mut dice).map(|by| by.min(SIZE - by));
            assert_eq!(far.into_iter().max(), Some(size));
        }
        assert_eq!(bent(&x, &bend(0.0, &mut dice)), x);
        let [down, right] = bend(2.0, &mut dice);
        let far = down.iter().zip(&right).map(|(a, b)| (a * a + b * b).sqrt()).fold(0.0, f64::max);
        assert!((far - 2.0).abs() < 1e-12);
        // a constant field of whole pixels is a shift
        let field = |by: f64| Array2::from_elem((SIZE, SIZE), by);
        assert_eq!(bent(&x, &[field(3.0), field(-2.0)]), moved(&x, [3, SIZE - 2]));
    }

    #[test]
    fn a_linear_function_is_learned_and_what_is_not_linear_is_not() {
        let mut dice = Dice(2);
        let x = DMatrix::from_fn(60, 5, |_, _| dice.uniform() - 0.5);
        let first = |i: usize| usize::from(x[(i, 0)] > 0.0);
        let labels: Vec<usize> = (0..60).map(first).collect();
        assert!(Linear::learn(&x, &labels).expect("they differ").right(&x, &labels).expect("far apart") > 54);
        let product: Vec<usize> = (0..60).map(|i| usize::from(x[(i, 0)] * x[(i, 1)] > 0.0)).collect();
        assert!(
            Linear::learn(&x, &product).expect("they differ").right(&x, &product).expect("far apart") < 50
        );
        assert!(Linear::learn(&DMatrix::zeros(3, 2), &[0, 1, 2]).is_err());
    }
}
