//! Wrong twins of the algorithms: each must be caught by the judge that the right ones pass.

use crate::{
    algorithms::{Stream, with_holes},
    judge::{Judged, Verdict, judge, judge_spread},
};
use dashu_int::IBig;
use faltung::{
    conv::{Accuracy, Algorithm, Declined, Direct, Fft, Mode, Problem, Spec, doubly_block},
    scalar::Ring,
};
use ndarray::{ArrayD, ArrayViewD, Axis, IxDyn};
use num_complex::Complex;
use std::ops::Range;

/// Wrong in one way, for the judge to find.
#[derive(Clone, Copy, Debug)]
enum Wrong {
    Unflipped,
    NextWindow,
    WrapsRound,
    Transposed,
    Conjugated,
    SkipsLastTap,
    Negated,
    ShiftsTheOtherWay,
    VecByColumns,
    /// The second half of each row is a tile that starts one column late.
    LateTile,
    /// Taps go in groups of four, and each group forgets its last one.
    ShortGroups,
}

struct Twin(Wrong);

impl<S: Ring> Algorithm<S> for Twin {
    fn name(&self) -> &'static str {
        "twin"
    }
    fn cost(&self, problem: &Problem) -> u128 {
        problem.products()
    }
    fn applies(&self, _problem: &Problem) -> Result<(), Declined> {
        Ok(())
    }
    fn convolve(&self, x: ArrayViewD<S>, w: ArrayViewD<S>, window: &[Range<usize>]) -> ArrayD<S> {
        let last = w.ndim() - 1;
        match self.0 {
            Wrong::Unflipped => {
                let mut w = w;
                w.invert_axis(Axis(last));
                Direct.convolve(x, w, window)
            }
            Wrong::NextWindow => {
                let next: Vec<_> = window.iter().map(|range| range.start + 1..range.end + 1).collect();
                Direct.convolve(x, w, &next)
            }
            Wrong::WrapsRound => {
                // As a transform without padding would: entries beyond max(n, m) fall on the first ones.
                let (n, m) = (x.shape()[last], w.shape()[last]);
                let mut all = window.to_vec();
                all[last] = 0..n + m - 1;
                let full = Direct.convolve(x, w, &all);
                let mut y = Direct.convolve(
                    full.view(),
                    ArrayD::from_elem(IxDyn(&vec![1; last + 1]), S::one()).view(),
                    &all_of(&full),
                );
                for k in n.max(m)..n + m - 1 {
                    let over = full.index_axis(Axis(last), k).to_owned();
                    y.index_axis_mut(Axis(last), k - n.max(m))
                        .zip_mut_with(&over, |y, over| *y = y.plus(over));
                }
                y.slice_axis(Axis(last), window[last].clone().into()).to_owned()
            }
            Wrong::Transposed => {
                let mut w = w;
                w.swap_axes(0, last);
                Direct.convolve(x, w, window)
            }
            Wrong::Conjugated => Direct.convolve(x, w.map(Ring::conj).view(), window),
            Wrong::SkipsLastTap => {
                let mut w = w.to_owned();
                *w.last_mut().expect("a kernel has entries") = S::zero();
                Direct.convolve(x, w.view(), window)
            }
            Wrong::ShiftsTheOtherWay => {
                // A circulant matrix whose rows move left instead of right.
                let size = x.len() + w.len() - 1;
                let entry = |i: usize| {
                    let mut sum = S::zero();
                    for (j, x) in x.iter().enumerate() {
                        if let Some(w) = w.get([(j + size - i) % size].as_slice()) {
                            S::mul_add_into(&mut sum, x, w);
                        }
                    }
                    sum
                };
                ArrayD::from_shape_vec(IxDyn(&[window[0].len()]), window[0].clone().map(entry).collect())
                    .expect("one axis")
            }
            Wrong::VecByColumns => {
                // The doubly block matrix of vec by rows, given vec by columns.
                let vec: Vec<S> = x.t().iter().cloned().collect();
                let y = doubly_block::times(&doubly_block::toeplitz(w, x.shape(), window), &vec);
                let shape: Vec<usize> = window.iter().map(Range::len).collect();
                ArrayD::from_shape_vec(IxDyn(&shape), y).expect("a row per entry")
            }
            Wrong::LateTile => {
                let mut y = Direct.convolve(x.view(), w.view(), window);
                let (half, length) = (window[last].len() / 2, window[last].len());
                let mut late = window.to_vec();
                late[last].start += half + 1;
                let tile = Direct.convolve(x, w, &late);
                y.slice_axis_mut(Axis(last), (half..length - 1).into()).assign(&tile);
                y
            }
            Wrong::ShortGroups => {
                let mut w = w.to_owned();
                w.iter_mut().skip(3).step_by(4).for_each(|w| *w = S::zero());
                Direct.convolve(x, w.view(), window)
            }
            Wrong::Negated => Direct.convolve(x, w, window).map(|y| S::zero().minus(y)),
        }
    }
}

fn all_of<S>(a: &ArrayD<S>) -> Vec<Range<usize>> {
    a.shape().iter().map(|n| 0..*n).collect()
}

fn caught<S: Judged>(
    algorithm: &dyn Algorithm<S>,
    x: &[usize],
    w: &[usize],
    spec: Spec,
    spread: i32,
) -> bool {
    let mut stream = Stream(99);
    let (x, w) = (stream.array::<S>(x, spread, 4), stream.array::<S>(w, spread, 4));
    matches!(judge(algorithm, &x, &w, spec), Verdict::Rejected(_))
}

#[test]
fn wrong_twins_are_caught() {
    use Wrong::*;
    let (full, valid) = (Spec::default(), Spec { mode: Mode::Valid, ..Spec::default() });
    let all = [Unflipped, WrapsRound, Transposed, SkipsLastTap, Negated, VecByColumns, LateTile, ShortGroups];
    for twin in all.map(Twin) {
        let (x, w): (&[usize], &[usize]) = (&[9, 9], &[3, 3]);
        assert!(caught::<f64>(&twin, x, w, full, 0), "{:?}", twin.0);
        assert!(caught::<f32>(&twin, x, w, full, 0), "{:?}", twin.0);
        assert!(caught::<Complex<f64>>(&twin, x, w, full, 0), "{:?}", twin.0);
        assert!(caught::<i64>(&twin, x, w, full, 4), "{:?}", twin.0);
        assert!(caught::<IBig>(&twin, x, w, full, 4), "{:?}", twin.0);
    }
    assert!(caught::<i64>(&Twin(ShiftsTheOtherWay), &[9], &[3], full, 4));
    assert!(caught::<f64>(&Twin(ShiftsTheOtherWay), &[9], &[3], full, 0));
    assert!(caught::<f64>(&Twin(NextWindow), &[9, 9], &[3, 3], valid, 0));
    assert!(caught::<Complex<f32>>(&Twin(Conjugated), &[9], &[3], full, 0));
    // The judge does not reject everything: a real kernel has nothing to conjugate.
    assert!(!caught::<f64>(&Twin(Conjugated), &[9], &[3], full, 0));
}

/// Right, but computed in f32, or with a claim of another algorithm's accuracy.
struct Imprecise;
struct Boastful;
/// The transform without its refusal of NaN.
struct Careless;

macro_rules! pretender {
    ($twin:ident, $by:expr, $accuracy:expr) => {
        impl Algorithm<f64> for $twin {
            fn name(&self) -> &'static str {
                "pretender"
            }
            fn cost(&self, problem: &Problem) -> u128 {
                problem.products()
            }
            fn accuracy(&self, problem: &Problem) -> Accuracy {
                $accuracy(problem)
            }
            fn applies(&self, _problem: &Problem) -> Result<(), Declined> {
                Ok(())
            }
            fn convolve(
                &self,
                x: ArrayViewD<f64>,
                w: ArrayViewD<f64>,
                window: &[Range<usize>],
            ) -> ArrayD<f64> {
                $by(x, w, window)
            }
        }
    };
}

fn transformed(x: ArrayViewD<f64>, w: ArrayViewD<f64>, window: &[Range<usize>]) -> ArrayD<f64> {
    Fft.convolve(x, w, window)
}

fn in_singles(x: ArrayViewD<f64>, w: ArrayViewD<f64>, window: &[Range<usize>]) -> ArrayD<f64> {
    Direct.convolve(x.mapv(|x| x as f32).view(), w.mapv(|w| w as f32).view(), window).mapv(f64::from)
}

pretender!(Imprecise, in_singles, |_| Accuracy::Sums);
pretender!(Boastful, transformed, |_| Accuracy::Sums);
pretender!(Careless, transformed, |problem| Algorithm::<f64>::accuracy(&Fft, problem));

#[test]
fn imprecise_twins_are_caught() {
    assert!(caught(&Imprecise, &[40], &[7], Spec::default(), 0));
    assert!(caught(&Boastful, &[40], &[7], Spec::default(), 40));
    assert!(!caught(&Careless, &[40], &[7], Spec::default(), 40), "on finite data it is the transform");
    let (x, w) = with_holes();
    assert!(matches!(judge_spread(&Careless, &x, &w, Spec::default()), Verdict::Rejected(_)));
}
