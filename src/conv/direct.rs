//! The sum itself, any semiring and any dimension: the definition with its loops in the order that registers like.

mod integers;
mod layout;
mod sweep;

use super::{About, Algorithm, Declined, Problem};
use crate::scalar::Semiring;
pub use integers::Integers;
pub(super) use integers::largest_sum;
use layout::Layout;
use ndarray::{ArrayD, ArrayViewD, Axis, CowArray, IxDyn, Zip};
use pulp::Arch;
use rayon::prelude::*;
use std::ops::Range;
use sweep::Stretch;

/// The direct sum. Every product of the window is added once, and no other; of floats some more are computed, where a
/// whole tile is cheaper than a part of it.
///
/// A row of the output is computed in tiles of neighbouring entries, or two rows of real numbers together, so that each
/// entry of x that both meet is loaded once. The sums of a tile stay in registers while every tap of w, of all its
/// rows, is added to them; then they are written. Stretches of the output are computed in parallel. A row runs along
/// the last axis, and through those before it for as long as w has one entry there: an interleaved image, or a table of
/// many short rows, is swept like a long signal. Where rows are short for another reason, x is copied with its longest
/// axis last.
///
/// Each entry is summed in the order of the index of x, whatever the shapes and the number of threads, with two
/// roundings for each term: over the floats it equals the [definition](super::definition) bit for bit (of a NaN,
/// that it is one). Sums start at +0 and are never −0.
#[derive(Clone, Copy, Debug)]
pub struct Direct;

/// Below this many products threads cost more than they save.
const PARALLEL: usize = 1 << 18;
/// Entries of a stretch, at most and at least: a second-level cache holds the rows of x that it meets.
const STRETCH: [usize; 2] = [1 << 14, 1 << 9];
/// Stretches are cut between pairs of rows where there are so many of these, enough for many threads.
const PAIRS: usize = 32;
/// Results of so many bytes lie in fresh memory: allocators keep smaller pieces for the next time.
const FRESH: usize = 1 << 25;
/// Rows below this width are short.
const SHORT: usize = 128;

impl<S: Semiring> Algorithm<S> for Direct {
    fn name(&self) -> &'static str {
        "direct"
    }

    fn about(&self) -> About {
        About {
            cost: "one for every product of the window, n m for the full one",
            source: "the definition; Oppenheim & Schafer 2010, eq. 2.52",
            declines: "where a sum of 64-bit integers might leave 64 bits",
        }
    }

    fn cost(&self, problem: &Problem) -> u128 {
        problem.products()
    }

    fn takes_all_floats(&self) -> bool {
        true
    }

    fn applies(&self, problem: &Problem) -> Result<(), Declined> {
        problem.sums_fit()
    }

    fn convolve(&self, x: ArrayViewD<S>, w: ArrayViewD<S>, window: &[Range<usize>]) -> ArrayD<S> {
        sums(x, w, window, Arch::new())
    }
}

/// The window, with these vector instructions where the scalars fill their registers.
fn sums<S: Semiring>(x: ArrayViewD<S>, w: ArrayViewD<S>, window: &[Range<usize>], arch: Arch) -> ArrayD<S> {
    let order = order(w.shape(), window);
    let along = order[order.len() - 1];
    let exchanged = w.shape()[along] > x.shape()[along];
    let (x, w) = if exchanged { (w, x) } else { (x, w) };
    let x = in_order(x.permuted_axes(IxDyn(&order)), order.len() - 1);
    let layout = Layout::new(x.as_slice().expect("standard layout"), x.shape(), w, window, &order, exchanged);
    let shape: Vec<usize> = order.iter().map(|axis| window[*axis].len()).collect();
    let length: usize = shape.iter().product();
    let each = layout.taps.len();
    let y = if length.saturating_mul(each) < PARALLEL {
        let mut y = vec![S::zero(); length];
        Stretch { layout: &layout, from: 0, y: &mut y }.compute(arch);
        y
    } else {
        // Memory that was used before is cleared by all threads; fresh memory is zeros that the system hands out where
        // a thread first writes.
        let mut y: Vec<S> = if length * size_of::<S>() < FRESH {
            rayon::iter::repeat_n(S::zero(), length).collect()
        } else {
            vec![S::zero(); length]
        };
        let mut stretch = (4 * PARALLEL / each).clamp(STRETCH[1], STRETCH[0]);
        let pair = 2 * layout.width;
        if layout.pairs.is_some() && length >= pair * PAIRS {
            stretch = stretch.next_multiple_of(pair);
        }
        y.par_chunks_mut(stretch).enumerate().for_each(|(number, y)| {
            Stretch { layout: &layout, from: number * stretch, y }.compute(arch);
        });
        y
    };
    let y = ArrayD::from_shape_vec(IxDyn(&shape), y).expect("as many entries as the window");
    if order.is_sorted() {
        return y;
    }
    let mut back = vec![0; order.len()];
    order.iter().enumerate().for_each(|(place, axis)| back[*axis] = place);
    in_order(y.view().permuted_axes(IxDyn(&back)), along).into_owned()
}

/// The axes in the order in which x is swept: the last one last, unless its rows are short and others much longer.
fn order(w: &[usize], window: &[Range<usize>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..window.len()).collect();
    let last = window.len() - 1;
    let longest = order.iter().copied().max_by_key(|axis| window[*axis].len()).unwrap_or(last);
    // Where w has one entry on the last axis, rows run on through the axis before.
    if w[last] > 1 && window[last].len() < SHORT && window[longest].len() > 4 * window[last].len() {
        order.retain(|axis| *axis != longest);
        order.push(longest);
    }
    order
}

/// The entries in standard layout: where they lie, if they lie so; or copied, line by line along this axis.
fn in_order<S: Semiring>(a: ArrayViewD<S>, along: usize) -> CowArray<S, IxDyn> {
    if a.is_standard_layout() {
        return a.into();
    }
    let mut copy = ArrayD::from_elem(a.raw_dim(), S::zero());
    Zip::from(copy.lanes_mut(Axis(along)))
        .and(a.lanes(Axis(along)))
        .for_each(|mut to, from| to.assign(&from));
    copy.into()
}

/// Every set of vector instructions that this machine has, and none of them.
#[cfg(test)]
pub(crate) fn arches() -> Vec<Arch> {
    #[cfg(target_arch = "x86_64")]
    let narrow = pulp::x86::V3::try_new().map(Arch::V3);
    #[cfg(not(target_arch = "x86_64"))]
    let narrow = None;
    [Arch::Scalar, Arch::new()].into_iter().chain(narrow).collect()
}

#[cfg(test)]
mod tests;
