//! What lies beyond the border of an array.
//!
//! The same five continuations have many names, and two libraries use `reflect` for different ones:
//!
//! | here | abcd continues as | NumPy `pad` | SciPy `ndimage` | PyTorch |
//! |---|---|---|---|---|
//! | [`Zero`](Boundary::Zero) | 0 0 0 \| abcd \| 0 0 0 | `constant` | `constant`, `grid-constant` | `zeros`, `constant` |
//! | [`Reflect`](Boundary::Reflect) | d c b \| abcd \| c b a | `reflect` | `mirror` | `reflect` |
//! | [`Symmetric`](Boundary::Symmetric) | c b a \| abcd \| d c b | `symmetric` | `reflect`, `grid-mirror` | – |
//! | [`Replicate`](Boundary::Replicate) | a a a \| abcd \| d d d | `edge` | `nearest` | `replicate` |
//! | [`Wrap`](Boundary::Wrap) | b c d \| abcd \| a b c | `wrap` | `grid-wrap` | `circular` |

use crate::scalar::Semiring;
use ndarray::{ArrayD, ArrayViewD, Axis, IxDyn, Slice};

/// How an array continues beyond its border, axis by axis.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Boundary {
    /// Zeros.
    #[default]
    Zero,
    /// Mirrored at the outermost entries, which are not repeated: period 2(n − 1).
    Reflect,
    /// Mirrored beyond the outermost entries, which are repeated: period 2n.
    Symmetric,
    /// The outermost entries, for ever.
    Replicate,
    /// From the other end: period n.
    Wrap,
}

impl Boundary {
    /// Every continuation.
    pub const ALL: [Boundary; 5] =
        [Boundary::Zero, Boundary::Reflect, Boundary::Symmetric, Boundary::Replicate, Boundary::Wrap];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Boundary::Zero => "zero",
            Boundary::Reflect => "reflect",
            Boundary::Symmetric => "symmetric",
            Boundary::Replicate => "replicate",
            Boundary::Wrap => "wrap",
        }
    }
}

/// The index in 0 … n − 1 whose entry stands at index `i` of the continued axis; `None` where a zero does.
///
/// Any distance from the border is allowed: reflections are reflected again. On an axis of one entry `Reflect`
/// repeats it.
///
/// ```
/// use faltung::signal::boundary::{Boundary, source};
/// assert_eq!(source(-2, 4, Boundary::Reflect), Some(2));
/// assert_eq!(source(-2, 4, Boundary::Symmetric), Some(1));
/// ```
///
/// # Panics
/// When n is 0.
pub fn source(i: isize, n: usize, boundary: Boundary) -> Option<usize> {
    assert!(n > 0, "an empty axis has no border");
    let last = n as isize - 1;
    // One period of the mirrored axis runs up and comes back down.
    let mirrored = |period: isize| {
        let place = i.rem_euclid(period);
        if place <= last { place } else { period - place }
    };
    let place = match boundary {
        Boundary::Zero => return usize::try_from(i).ok().filter(|i| *i < n),
        Boundary::Replicate => i.clamp(0, last),
        Boundary::Wrap => i.rem_euclid(n as isize),
        Boundary::Reflect if n == 1 => 0,
        Boundary::Reflect => mirrored(2 * last),
        Boundary::Symmetric => {
            let place = i.rem_euclid(2 * last + 2);
            if place <= last { place } else { 2 * last + 1 - place }
        }
    };
    Some(place as usize)
}

/// An array continued by `before` entries in front of and `after` behind each axis.
///
/// Shape: n + before + after on each axis. Cost: one copy per axis that grows.
///
/// ```
/// use faltung::signal::boundary::{Boundary, extend};
/// use ndarray::arr1;
/// let x = arr1(&[1, 2, 3_i64]).into_dyn();
/// assert_eq!(extend(x.view(), &[2], &[1], Boundary::Wrap), arr1(&[2, 3, 1, 2, 3, 1]).into_dyn());
/// ```
///
/// # Panics
/// When an axis is empty, or there is not one amount per axis.
pub fn extend<S: Semiring>(
    x: ArrayViewD<S>,
    before: &[usize],
    after: &[usize],
    boundary: Boundary,
) -> ArrayD<S> {
    assert!(before.len() == x.ndim() && after.len() == x.ndim(), "one amount per axis");
    let mut extended = x.to_owned();
    for (axis, (before, after)) in before.iter().zip(after).enumerate() {
        if before + after == 0 {
            continue;
        }
        let n = extended.len_of(Axis(axis));
        let mut shape = extended.shape().to_vec();
        shape[axis] += before + after;
        let mut grown = ArrayD::from_shape_simple_fn(IxDyn(&shape), S::zero);
        grown.slice_axis_mut(Axis(axis), Slice::from(*before..before + n)).assign(&extended);
        for place in (0..*before).chain(before + n..shape[axis]) {
            if let Some(from) = source(place as isize - *before as isize, n, boundary) {
                let border = extended.index_axis(Axis(axis), from);
                grown.index_axis_mut(Axis(axis), place).assign(&border);
            }
        }
        extended = grown;
    }
    extended
}

#[cfg(test)]
mod tests {
    use super::{Boundary, extend, source};
    use ndarray::{arr1, arr2};

    /// By walking: one step at a time, turning round or jumping where the border is met.
    fn walked(i: isize, n: usize, boundary: Boundary) -> Option<usize> {
        let (last, mut place) = (n as isize - 1, 0_isize);
        let mut direction = i.signum();
        for _ in 0..i.abs() {
            let next = place + direction;
            let inside = (0..=last).contains(&next);
            match boundary {
                Boundary::Zero if i < 0 || i > last => return None,
                Boundary::Replicate if !inside => {}
                Boundary::Wrap if !inside => place = if direction > 0 { 0 } else { last },
                Boundary::Symmetric if !inside => direction = -direction,
                Boundary::Reflect if !inside => {
                    direction = -direction;
                    place = (place + direction).clamp(0, last);
                }
                _ => place = next,
            }
        }
        Some(place as usize)
    }

    #[test]
    fn the_index_map_is_a_walk() {
        for boundary in Boundary::ALL {
            for n in 1..6 {
                for i in -20..20 {
                    assert_eq!(source(i, n, boundary), walked(i, n, boundary), "{boundary:?} {i} of {n}");
                }
            }
        }
    }

    #[test]
    fn corners_are_continued_axis_by_axis() {
        let x = arr2(&[[1, 2], [3, 4_i64]]).into_dyn();
        let expected = arr2(&[[4, 3, 4, 3], [2, 1, 2, 1], [4, 3, 4, 3]]).into_dyn();
        assert_eq!(extend(x.view(), &[1, 1], &[0, 1], Boundary::Reflect), expected);
        let x = arr1(&[7_i64]).into_dyn();
        assert_eq!(extend(x.view(), &[2], &[3], Boundary::Reflect), arr1(&[7; 6]).into_dyn());
    }
}
