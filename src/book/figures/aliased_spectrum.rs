//! What thinning makes of a spectrum: with nothing before it, and behind a low filter.

use super::{Unmet, plot};
use crate::{
    book::portable::circle,
    figure::{Axis, Figure, number},
    wavelet::discrete::Wavelet,
};

pub(super) const ID: &str = "aliased-spectrum";

/// A hump and a fast wave on a circle: the wave goes round FAST times, and after thinning PLACES/2 − FAST times.
const PLACES: usize = 64;
const FAST: usize = 29;
const HUMP: [f64; 9] = [1.0, 8.0, 28.0, 56.0, 70.0, 56.0, 28.0, 8.0, 1.0];
/// Of what is largest.
const HEIGHT: f64 = 1.0 / 256.0;
/// Rounding stays below this.
const SMALL: f64 = 1e-12;

/// Keeps some of the entries.
type Thinning = fn(&[f64]) -> Vec<f64>;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(every_second, FAST)
}

fn every_second(x: &[f64]) -> Vec<f64> {
    x.iter().step_by(2).copied().collect()
}

/// cos and sin of 2πk/n for k < n.
fn roots(n: usize) -> Vec<[f64; 2]> {
    (0..n).map(|k| circle(k as f64 / n as f64)).collect()
}

/// The transform at each frequency, real and imaginary part, by its definition.
fn transform(x: &[f64]) -> Vec<[f64; 2]> {
    let n = x.len();
    let roots = roots(n);
    let at = |j: usize| {
        x.iter().enumerate().fold([0.0, 0.0], |[re, im], (k, x)| {
            let [c, s] = roots[j * k % n];
            [re + x * c, im - x * s]
        })
    };
    (0..n).map(at).collect()
}

fn size([re, im]: [f64; 2]) -> f64 {
    (re * re + im * im).sqrt()
}

/// The low filter of analysis of Daubechies' bank, scaled to let a constant through, round the circle.
fn averaged(x: &[f64]) -> Vec<f64> {
    let [low, _] = Wavelet::Daubechies4.floats().analysis;
    let n = x.len();
    let tap = |k: usize| low.iter().enumerate().map(|(j, h)| h * x[(k + n - j) % n]).sum::<f64>();
    (0..n).map(|k| tap(k) / 2.0_f64.sqrt()).collect()
}

fn draw(thinning: Thinning, fast: usize) -> Result<Figure, Unmet> {
    let unless =
        |held: bool, shows: &'static str, found: &dyn Fn() -> String| Unmet::unless(held, ID, shows, found);
    let n = PLACES;
    let roots = roots(n);
    let mut x: Vec<f64> = (0..n).map(|k| HUMP[4] * HEIGHT / 4.0 * roots[fast * k % n][0]).collect();
    HUMP.iter().enumerate().for_each(|(k, h)| x[k] += h * HEIGHT * 4.0);
    let before = transform(&x);
    let half = n / 2;
    let thin = |x: &[f64]| {
        let y = thinning(x);
        let found = y.len();
        unless(found == half, "half of the entries are kept", &|| format!("there are {found}"))?;
        Ok::<_, Unmet>(transform(&y))
    };
    let filtered = averaged(&x);
    let [plain, clean] = [thin(&x)?, thin(&filtered)?];
    let smooth = transform(&filtered);
    for (name, wide, narrow) in [("signal", &before, &plain), ("filtered signal", &smooth, &clean)] {
        let off = (0..half).map(|j| {
            let [a, b] = [wide[j], wide[j + half]];
            size([narrow[j][0] - (a[0] + b[0]) / 2.0, narrow[j][1] - (a[1] + b[1]) / 2.0])
        });
        let off = off.fold(0.0, f64::max);
        unless(off < SMALL * n as f64, "the thinned spectrum is the mean of two", &|| {
            format!("that of the {name} is off by {}", number(off))
        })?;
    }
    // twice, since the mean of two is half of one where the other is 0
    let drawn = |spectrum: &[[f64; 2]], factor: f64, last: usize| -> Vec<Option<f64>> {
        (0..=half).map(|j| (j <= last).then(|| factor * size(spectrum[j % spectrum.len()]))).collect()
    };
    let alias = half - fast.min(half);
    let [was, comes, is] = [size(before[alias]), 2.0 * size(plain[alias]), 2.0 * size(clean[alias])];
    let shows = "the fast wave comes back as a slow one, and hardly so behind the filter";
    let folded = (comes - was).abs() > 1.0 && (is - was).abs() < (comes - was).abs() / 4.0;
    unless(folded, shows, &|| {
        format!("at {alias} there was {}, and is {} and {}", number(was), number(comes), number(is))
    })?;
    Ok(Figure {
        id: ID.to_owned(),
        title: "A spectrum, thinned".to_owned(),
        caption: format!(
            "The absolute values of the transform of a signal on a circle of {n} places: a hump, which is slow, and a wave that goes round {fast} \
             times. Of the signal with every second entry only, and of the signal that was first sent through Daubechies' low filter and \
             then thinned, twice the values are drawn, for the {} frequencies that are left up to the middle. The wave comes back as one that goes round {alias} \
             times: the value there is {} in the signal, {} if it is thinned, and {} if it is filtered and thinned.",
            half / 2 + 1,
            number(was),
            number(comes),
            number(is)
        ),
        alt: format!(
            "Three curves over the frequency from 0 to {half}. The first falls from its height at 0 and has a narrow peak at {fast}. The other \
             two end at {}; one of them has a peak at {alias}, and the other follows the first without one.",
            half / 2
        ),
        panels: plot(
            [Axis::linear("times round the circle"), Axis::linear("size of the transform")],
            (0..=half).map(|j| j as f64).collect(),
            vec![
                ("signal".to_owned(), drawn(&before, 1.0, half)),
                ("thinned".to_owned(), drawn(&plain, 2.0, half / 2)),
                ("filtered, thinned".to_owned(), drawn(&clean, 2.0, half / 2)),
            ],
        ),
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_thinnings_and_slow_waves_are_refused() {
        let refused = |thinning: Thinning, fast, words: &str| {
            let unmet = draw(thinning, fast).expect_err("it is wrong");
            assert!(unmet.to_string().contains(words), "{unmet}");
        };
        let odd: Thinning = |x| x.iter().skip(1).step_by(2).copied().collect();
        refused(odd, FAST, "mean of two");
        let pairs: Thinning = |x| x.chunks(2).map(|pair| (pair[0] + pair[1]) / 2.0).collect();
        refused(pairs, FAST, "mean of two");
        refused(|x| x.to_vec(), FAST, "half of the entries");
        // what is slow is not folded, and the filter lets it through
        refused(every_second, 3, "comes back as a slow one");
        refused(every_second, 18, "comes back as a slow one");
    }
}
