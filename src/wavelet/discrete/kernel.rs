//! The two sums of which every bank is made.

use crate::scalar::Semiring;

/// `y[k] = Σ_j h[j] x[M k + offset − d j]` for k < count, where `x[i]` is what `at(i)` says.
pub(super) fn down<'a, S: Semiring>(
    at: impl Fn(isize) -> Option<&'a S>,
    h: &[S],
    [factor, offset, dilation]: [isize; 3],
    count: usize,
) -> Vec<S> {
    let output = |k: usize| {
        let mut sum = S::zero();
        for (j, h) in h.iter().enumerate() {
            if let Some(x) = at(factor * k as isize + offset - dilation * j as isize) {
                S::mul_add_into(&mut sum, h, x);
            }
        }
        sum
    };
    (0..count).map(output).collect()
}

/// Adds `Σ_k g[j] y[k]` to `x[place(M k − offset + d j)]`, for every tap j.
pub(super) fn up<S: Semiring>(
    y: &[S],
    g: &[S],
    [factor, offset, dilation]: [isize; 3],
    x: &mut [S],
    place: impl Fn(isize) -> Option<usize>,
) {
    for (k, y) in y.iter().enumerate() {
        for (j, g) in g.iter().enumerate() {
            if let Some(place) = place(factor * k as isize - offset + dilation * j as isize) {
                S::mul_add_into(&mut x[place], g, y);
            }
        }
    }
}

/// The index on Z/n.
pub(super) fn around(n: usize) -> impl Fn(isize) -> Option<usize> + Copy {
    move |i| (n > 0).then(|| i.rem_euclid(n as isize) as usize)
}
