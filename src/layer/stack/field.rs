//! Receptive fields: which entries of the input an output depends on, by walking back through the layers.
//!
//! Along an axis an output o reads the entries first … last; a window with stride s and reach k turns an interval of its
//! outputs [first, last] into [first·s − before, last·s − before + k − 1] of its inputs (Araujo, Norris & Sim 2019). Padding
//! counts as if the axis went on. Of two ways that are joined, the hull counts.

use crate::layer::Window;

/// The entries of the input that a layer's outputs depend on, along one axis.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// How many: from the first to the last, of the output in the middle. (Only behind upsampling do outputs differ.)
    pub size: u128,
    /// By how many entries it moves from one output to the next, as a fraction in lowest terms; `None` where there is no
    /// such number, as behind a layer that reads everything.
    pub jump: Option<(u128, u128)>,
    /// The first entry that output 0 depends on; negative where that is padding.
    pub start: i128,
}

/// What a layer does along the axes.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Windows slide over the input.
    Slide(Vec<Window>),
    /// Windows slide over the output.
    Transposed(Vec<Window>),
    /// Every entry is repeated.
    Repeat(Vec<usize>),
    /// So many regions of so many entries, by ⌊i·n/k⌋.
    Adaptive(Vec<(usize, usize)>),
    /// Everything is read; the sizes of the axes.
    Whole(Vec<usize>),
    /// One way and another.
    Either(Vec<Step>, Vec<Step>),
}

/// A number that has left 127 bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beyond;

/// First and last entry; `None` when there are none.
type Interval = Option<(i128, i128)>;

impl Field {
    /// Of the outputs behind these steps, along one axis of the input; `outputs` are those along it.
    pub(super) fn behind(steps: &[Step], axis: usize, outputs: usize) -> Result<Field, Beyond> {
        let middle = (outputs / 2) as i128;
        let (first, own) = (back(steps, axis, Some((0, 0)))?, back(steps, axis, Some((middle, middle)))?);
        Ok(Field {
            size: own.map_or(0, |(first, last)| (last - first + 1) as u128),
            jump: jump(steps, axis)?,
            start: first.map_or(0, |(first, _)| first),
        })
    }
}

/// The interval of inputs that an interval of outputs depends on.
fn back(steps: &[Step], axis: usize, outputs: Interval) -> Result<Interval, Beyond> {
    let mut interval = outputs;
    for step in steps.iter().rev() {
        let Some((first, last)) = interval else { return Ok(None) };
        interval = match step {
            Step::Slide(windows) => {
                let (stride, before, span) = places(&windows[axis])?;
                let place = |o: i128| o.checked_mul(stride).and_then(|place| place.checked_sub(before));
                let last = place(last).and_then(|place| place.checked_add(span));
                Some((place(first).ok_or(Beyond)?, last.ok_or(Beyond)?))
            }
            Step::Transposed(windows) => {
                let (stride, before, span) = places(&windows[axis])?;
                let first =
                    first.checked_add(before).and_then(|place| place.checked_sub(span)).ok_or(Beyond)?;
                let last = last.checked_add(before).ok_or(Beyond)?;
                let (first, last) = (-(-first).div_euclid(stride), last.div_euclid(stride));
                (first <= last).then_some((first, last))
            }
            Step::Repeat(factors) => {
                let factor = factors[axis] as i128;
                Some((first.div_euclid(factor), last.div_euclid(factor)))
            }
            Step::Adaptive(axes) => {
                let (n, k) = (axes[axis].0 as i128, axes[axis].1 as i128);
                let product = |i: i128| i.checked_mul(n).ok_or(Beyond);
                Some((product(first)?.div_euclid(k), (product(last + 1)? - 1).div_euclid(k)))
            }
            Step::Whole(sizes) => sizes.get(axis).map_or(interval, |n| Some((0, *n as i128 - 1))),
            Step::Either(one, other) => match (back(one, axis, interval)?, back(other, axis, interval)?) {
                (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
                (a, b) => a.or(b),
            },
        };
    }
    Ok(interval)
}

/// Stride, places in front, and reach − 1.
fn places(window: &Window) -> Result<(i128, i128, i128), Beyond> {
    let reach = window.reach().map_err(|_| Beyond)?;
    Ok((window.stride as i128, window.before as i128, reach as i128 - 1))
}

/// The product of the strides, those of transposed windows inverted.
fn jump(steps: &[Step], axis: usize) -> Result<Option<(u128, u128)>, Beyond> {
    let mut jump = (1_u128, 1_u128);
    for step in steps {
        let (up, down) = match step {
            Step::Slide(windows) => (windows[axis].stride as u128, 1),
            Step::Transposed(windows) => (1, windows[axis].stride as u128),
            Step::Repeat(factors) => (1, factors[axis] as u128),
            Step::Adaptive(axes) if axes[axis].0 % axes[axis].1 == 0 => {
                ((axes[axis].0 / axes[axis].1) as u128, 1)
            }
            Step::Whole(sizes) if axis >= sizes.len() => (1, 1),
            Step::Adaptive(_) | Step::Whole(_) => return Ok(None),
            Step::Either(one, other) => match (self::jump(one, axis)?, self::jump(other, axis)?) {
                (Some(a), Some(b)) if a == b => a,
                _ => return Ok(None),
            },
        };
        let (a, b) = (common(jump.0, down), common(up, jump.1));
        let product = |x: u128, y: u128| x.checked_mul(y).ok_or(Beyond);
        jump = (product(jump.0 / a, up / b)?, product(jump.1 / b, down / a)?);
    }
    Ok(Some(jump))
}

/// The greatest common divisor.
pub(super) fn common(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { common(b, a % b) }
}
