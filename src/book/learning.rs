//! What the networks of the chapter on learning have learned: trained once for all its figures and experiments.
//!
//! The pictures to learn from have their shape in the middle; those to be judged by have it in the middle, or anywhere.

use super::Unmet;
use crate::{
    conv::workload::Dice,
    layer::{
        Conv, Dense, Layer, LayerError, Relu, Sequential, Sliding,
        pool::{Max, Regions},
        shapes::{CLASSES, Examples, SIZE, shapes},
        train::{Descent, accuracy, initialise},
    },
    signal::Boundary,
};
use ndarray::{ArrayD, Axis, Slice};
use std::sync::OnceLock;

pub(super) type Network = Sequential<f32>;
pub(super) type Pictures = ArrayD<f32>;

/// The filters of the first layer, and of how many taps they are along an axis.
pub(super) const FILTERS: usize = 8;
pub(super) const TAPS: usize = 3;
pub(super) const EPOCHS: u64 = 12;
const BATCH: usize = 16;
/// Of pictures to learn from, and of pictures to be judged by.
pub(super) const SEEN: usize = 240;
pub(super) const UNSEEN: usize = 100;
const WEIGHTS: u64 = 7;

/// How a network is made and taught.
#[derive(Clone, Copy)]
pub(super) struct Course {
    /// What it is called in figures.
    pub name: &'static str,
    make: fn() -> Network,
    /// Whether every epoch moves the pictures anew.
    augmented: bool,
    rate: f64,
}

pub(super) const POOLED: usize = 0;
pub(super) const PLACED: usize = 1;
pub(super) const AUGMENTED: usize = 2;
pub(super) const DENSE: usize = 3;

/// By their numbers above.
const COURSES: [Course; 4] = [
    Course { name: "largest of all", make: pooled, augmented: false, rate: 0.1 },
    Course { name: "dense on top", make: placed, augmented: false, rate: 0.03 },
    Course { name: "the same, moved", make: placed, augmented: true, rate: 0.03 },
    Course { name: "dense only", make: dense, augmented: false, rate: 0.03 },
];

/// A convolution, a rectifier, and of each channel the largest entry of all.
fn pooled() -> Network {
    let circle = Sliding::of(&[TAPS, TAPS]).pad(TAPS / 2, TAPS / 2).boundary(Boundary::Wrap);
    let pool = Max { regions: Regions::Global };
    Sequential(vec![filters(circle), Box::new(Relu), Box::new(pool), layer(FILTERS, CLASSES.len())])
}

/// INPUT – CONV – RELU – POOL – FC: the dense layer knows of each entry where it is.
fn placed() -> Network {
    let pool = Max { regions: Regions::Sliding(Sliding::of(&[2, 2]).stride(2)) };
    let entries = FILTERS * (SIZE / 2).pow(2);
    let zeros = Sliding::of(&[TAPS, TAPS]).pad(TAPS / 2, TAPS / 2);
    Sequential(vec![filters(zeros), Box::new(Relu), Box::new(pool), layer(entries, CLASSES.len())])
}

/// Two dense layers, and nothing shared.
fn dense() -> Network {
    const HIDDEN: usize = 24;
    Sequential(vec![layer(3 * SIZE * SIZE, HIDDEN), Box::new(Relu), layer(HIDDEN, CLASSES.len())])
}

fn filters(sliding: Sliding) -> Box<Conv<f32>> {
    let weights = ArrayD::zeros(vec![FILTERS, 3, TAPS, TAPS]);
    Box::new(Conv::new(sliding, weights).bias(&[0.0; FILTERS]))
}

fn layer(inputs: usize, outputs: usize) -> Box<Dense<f32>> {
    Box::new(Dense {
        weights: ArrayD::zeros(vec![outputs, inputs]),
        bias: Some(ArrayD::zeros(vec![outputs])),
    })
}

impl Course {
    /// The network as it is before it has seen anything.
    pub(super) fn untaught(&self) -> Network {
        let mut network = (self.make)();
        initialise(&mut network, WEIGHTS);
        network
    }

    fn taught(self, data: &Data) -> Result<Learned, LayerError> {
        let (mut network, mut descent) = (self.untaught(), Descent::new(self.rate, 0.9));
        let mut epochs = vec![];
        for epoch in 0..EPOCHS {
            let loss = if self.augmented {
                descent.epoch(&mut network, &anywhere(&data.seen, epoch), BATCH, epoch)?
            } else {
                descent.epoch(&mut network, &data.seen, BATCH, epoch)?
            };
            epochs.push(Epoch { loss, anywhere: accuracy(&network, &data.anywhere)? });
        }
        let (seen, unseen) = (accuracy(&network, &data.seen)?, accuracy(&network, &data.unseen)?);
        Ok(Learned { course: self, network, epochs, seen, unseen })
    }
}

/// After one epoch: the mean loss on the way, and the share of unseen pictures that are told right, the shape anywhere.
#[derive(Clone, Copy)]
pub(super) struct Epoch {
    pub loss: f64,
    pub anywhere: f64,
}

/// A network after its course.
pub(super) struct Learned {
    pub course: Course,
    pub network: Network,
    pub epochs: Vec<Epoch>,
    /// The share of the pictures it has learned from that it tells right.
    pub seen: f64,
    /// And of others, with the shape in the middle.
    pub unseen: f64,
}

impl Learned {
    /// How many numbers were learned.
    pub(super) fn parameters(&self) -> usize {
        self.network.parameters().iter().map(|(_, values)| values.len()).sum()
    }

    /// How it ended.
    pub(super) fn last(&self) -> Epoch {
        *self.epochs.last().expect("at least one epoch")
    }
}

/// The pictures.
pub(super) struct Data {
    /// To learn from.
    pub seen: Examples<f32>,
    /// Others, with the shape in the middle.
    pub unseen: Examples<f32>,
    /// The same others as they were drawn, with the shape anywhere.
    pub anywhere: Examples<f32>,
}

/// All that was learned.
pub(super) struct Lessons {
    pub data: Data,
    /// By the numbers of the courses.
    pub learned: Vec<Learned>,
}

impl Lessons {
    fn given() -> Result<Lessons, LayerError> {
        let anywhere = shapes(UNSEEN, 2);
        let data = Data { seen: centred(&shapes(SEEN, 1)), unseen: centred(&anywhere), anywhere };
        let learned = COURSES.map(|course| course.taught(&data)).into_iter().collect::<Result<_, _>>()?;
        Ok(Lessons { data, learned })
    }
}

/// What was learned, for the figure or experiment of this name. The first call trains, which takes a second or two.
///
/// # Errors
/// When a network and its pictures do not fit, which would be a mistake in this file.
pub(super) fn lessons(id: &'static str) -> Result<&'static Lessons, Unmet> {
    static LESSONS: OnceLock<Result<Lessons, LayerError>> = OnceLock::new();
    let lessons = LESSONS.get_or_init(Lessons::given).as_ref();
    lessons.map_err(|error| Unmet { id, shows: "the networks can be trained", found: error.to_string() })
}

/// Pictures moved round the circle of each axis, downwards and to the right.
pub(super) fn moved<S: Clone>(x: &ArrayD<S>, [down, right]: [usize; 2]) -> ArrayD<S> {
    let roll = |x: &ArrayD<S>, axis: usize, by: usize| {
        let cut = x.len_of(Axis(axis)) - by % x.len_of(Axis(axis));
        let part = |slice: Slice| x.slice_axis(Axis(axis), slice);
        ndarray::concatenate(Axis(axis), &[part(Slice::from(cut..)), part(Slice::from(..cut))])
            .expect("parts of one array")
            .as_standard_layout()
            .into_owned()
    };
    roll(&roll(x, 2, down), 3, right)
}

/// One picture of several.
pub(super) fn picture(examples: &Examples<f32>, number: usize) -> Pictures {
    examples.inputs.slice_axis(Axis(0), Slice::from(number..=number)).to_owned()
}

/// Each picture moved by its own.
fn each(examples: &Examples<f32>, mut by: impl FnMut(&Pictures) -> [usize; 2]) -> Examples<f32> {
    let one = |number: usize| {
        let picture = picture(examples, number);
        moved(&picture, by(&picture))
    };
    let all: Vec<Pictures> = (0..examples.labels.len()).map(one).collect();
    let views: Vec<_> = all.iter().map(|picture| picture.view()).collect();
    let inputs = ndarray::concatenate(Axis(0), &views).expect("pictures of one size");
    Examples { inputs, labels: examples.labels.clone() }
}

/// Every picture moved at random.
fn anywhere(examples: &Examples<f32>, seed: u64) -> Examples<f32> {
    let mut dice = Dice(seed);
    each(examples, |_| [0, 1].map(|_| (dice.roll() % SIZE as u64) as usize))
}

/// Every picture with its shape in the middle.
fn centred(examples: &Examples<f32>) -> Examples<f32> {
    each(examples, |x| {
        // noise is below 0.3, and no channel of a colour below 0.4
        let shape = |i: usize, j: usize| (0..3).all(|channel| x[[0, channel, i, j]] >= 0.35);
        let rows = (0..SIZE).filter(|i| (0..SIZE).any(|j| shape(*i, j)));
        let columns = (0..SIZE).filter(|j| (0..SIZE).any(|i| shape(i, *j)));
        [middle(rows), middle(columns)].map(|middle| SIZE + SIZE / 2 - middle)
    })
}

fn middle(mut places: impl Iterator<Item = usize>) -> usize {
    let first = places.next().unwrap_or(0);
    (first + places.last().unwrap_or(first)) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_put_in_the_middle_and_moved_round() {
        let drawn = shapes::<f32>(12, 5);
        let middles = centred(&drawn);
        assert_eq!(middles.labels, drawn.labels);
        assert!(middles.inputs != drawn.inputs);
        assert!(centred(&middles).inputs == middles.inputs, "what is in the middle stays");
        assert!(anywhere(&middles, 3).inputs != middles.inputs);
        let x = picture(&drawn, 3);
        let there = moved(&x, [2, 5]);
        assert_eq!(there[[0, 1, 4, 9]], x[[0, 1, 2, 4]]);
        assert_eq!((moved(&there, [SIZE - 2, SIZE - 5]), moved(&x, [0, SIZE])), (x.clone(), x));
    }

    #[test]
    fn what_is_learned_is_kept() {
        let first = lessons("a test").expect("they fit");
        assert!(std::ptr::eq(first, lessons("another").expect("they fit")));
        assert_eq!(first.learned.iter().map(Learned::parameters).collect::<Vec<_>>()[..2], [260, 2276]);
    }
}
