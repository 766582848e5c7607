//! Blurring twice: exact for Gaussians as formulas and for binomial kernels, and only nearly so for samples.

use super::Unmet;
use crate::{
    book::portable::normal_density,
    conv::definition,
    figure::{Axis, Content, Curves, Figure, Panel, number},
    signal::{
        Signal,
        piecewise::{Gaussian, Gaussians},
    },
};
use dashu_ratio::RBig;

pub(super) const ID: &str = "gaussian-semigroup";

/// Standard deviations k/8, for k from the first to the last.
const EIGHTHS: std::ops::RangeInclusive<u32> = 3..=12;
/// Samples are taken so far to both sides: of what lies beyond, the largest is below 10^-40.
const REACH: isize = 32;
/// Variances and orders of binomials up to this are combined.
const TRIED: u32 = 8;

/// A kernel of that variance, around 0.
type Kernel = fn(f64) -> Signal<f64>;
/// Two Gaussians as formulas.
type Combine = fn(&Gaussians, &Gaussians) -> Option<Gaussians>;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw([sampled, of_sum_one, cut], |x, w| x.convolve(w).ok())
}

fn samples(variance: f64, reach: isize) -> Signal<f64> {
    Signal::line(-reach, (-reach..=reach).map(|n| normal_density(n as f64, variance)).collect())
}

fn divided_by_its_sum(kernel: &Signal<f64>) -> Signal<f64> {
    let sum: f64 = kernel.entries().iter().sum();
    kernel.map(|v| v / sum)
}

fn sampled(variance: f64) -> Signal<f64> {
    samples(variance, REACH)
}

fn of_sum_one(variance: f64) -> Signal<f64> {
    divided_by_its_sum(&sampled(variance))
}

/// As the built-in kernel `gaussian:SIGMA` is.
fn cut(variance: f64) -> Signal<f64> {
    divided_by_its_sum(&samples(variance, (3.0 * variance.sqrt()).ceil() as isize))
}

/// Σ |(g ∗ g)[n] − h[n]| for g of one variance and h of twice that.
fn defect(kernel: Kernel, variance: f64) -> f64 {
    let (once, wanted) = (kernel(variance), kernel(2.0 * variance));
    let twice = definition::signals(&once, &once);
    let at = |x: &Signal<f64>, n: isize| x.at(&[n]).copied().unwrap_or(0.0);
    (-2 * REACH..=2 * REACH).map(|n| (at(&twice, n) - at(&wanted, n)).abs()).sum()
}

/// [1, 1]^{∗m} / 2^m around its mean m/2, and its variance.
fn binomial(m: u32) -> (Signal<RBig>, RBig) {
    let half = RBig::ONE / RBig::from(2);
    let step = Signal::line(0, vec![half.clone(), half]);
    let row = (0..m).fold(Signal::line(0, vec![RBig::ONE]), |row, _| definition::signals(&row, &step));
    let mean = RBig::from(m) / RBig::from(2);
    let variance = row.indexed().fold(RBig::ZERO, |sum, (n, v)| {
        let off = RBig::from(n[0] as i64) - &mean;
        sum + &off * &off * v
    });
    (row, variance)
}

fn draw(kernels: [Kernel; 3], combine: Combine) -> Result<Figure, Unmet> {
    let gaussian = |variance: u32| {
        let one =
            Gaussian { weight: RBig::ONE, mean: RBig::ZERO, variance: RBig::from(variance) / RBig::from(8) };
        Gaussians::one(one).ok()
    };
    let orders = || (1..=TRIED).flat_map(|s| (1..=TRIED).map(move |t| (s, t)));
    for (s, t) in orders() {
        let both = gaussian(s).zip(gaussian(t)).and_then(|(x, w)| combine(&x, &w));
        let shows = "for Gaussians as formulas variances add";
        let exactly = both.is_some() && both == gaussian(s + t);
        Unmet::unless(exactly, ID, shows, || format!("those of {s}/8 and {t}/8 do not"))?;
        let ((x, of_x), (w, of_w), (y, of_y)) = (binomial(s), binomial(t), binomial(s + t));
        let product = definition::signals(&x, &w);
        let exactly = product.entries() == y.entries() && of_x + of_w == of_y;
        let shows = "for binomial kernels orders and variances add";
        Unmet::unless(exactly, ID, shows, || format!("those of orders {s} and {t} do not"))?;
    }
    let widths: Vec<f64> = EIGHTHS.map(|k| f64::from(k) / 8.0).collect();
    let [plain, normed, short] =
        kernels.map(|kernel| widths.iter().map(|s| defect(kernel, s * s)).collect::<Vec<f64>>());
    let falls = |defects: &[f64]| defects.windows(2).all(|pair| 0.0 < pair[1] && pair[1] < pair[0]);
    let last = |defects: &[f64]| defects.last().copied().unwrap_or(f64::NAN);
    let shows = "samples have a defect, which falls as they get wider";
    for defects in [&plain, &normed] {
        Unmet::unless(falls(defects) && last(defects) < 1e-7, ID, shows, || format!("it goes {defects:?}"))?;
    }
    let least = short.iter().copied().fold(f64::INFINITY, f64::min);
    let shows = "where samples are cut off, a defect remains";
    Unmet::unless(least > 1e-4, ID, shows, || format!("it falls to {least}"))?;

    let at = |defects: &[f64], width: f64| {
        let found = widths.iter().zip(defects).find(|(s, _)| **s == width);
        found.map_or_else(String::new, |(_, defect)| number(*defect))
    };
    let curve = |name: &str, values: &[f64]| (name.to_owned(), values.iter().copied().map(Some).collect());
    Ok(Figure {
        id: ID.to_owned(),
        title: "Blurring twice is blurring once, nearly".to_owned(),
        caption: format!(
            "How far $g_\\sigma * g_\\sigma$ is from the kernel of twice the variance, as a sum of absolute values. For Gaussians \
             as formulas the difference is exactly zero, and so it is for binomial kernels, whose variances of a quarter of \
             their order add as well: {} pairs of each were multiplied out. Sampled Gaussians miss by {} at $\\sigma = 1/2$ and \
             by {} at $\\sigma = 1$; divided by their sum, by {} and {}. Cut off at $3\\sigma$, as in the \
             built-in kernel, they get no closer than {} at any width shown.",
            orders().count(),
            at(&plain, 0.5),
            at(&plain, 1.0),
            at(&normed, 0.5),
            at(&normed, 1.0),
            number(least)
        ),
        alt: format!(
            "Three curves over σ from {} to {}, the defect on a logarithmic axis. Those of the samples and of the samples divided \
             by their sum plunge from about {} and {} to below 10⁻⁷. That of the samples cut off at 3σ levels out near {}.",
            number(widths[0]),
            number(last(&widths)),
            number(plain[0]),
            number(normed[0]),
            number(last(&short))
        ),
        panels: vec![Panel {
            at: (0, 0),
            title: String::new(),
            content: Content::Curves(Curves {
                across: Axis::linear("σ, in samples"),
                up: Axis::logarithmic("defect"),
                places: widths.clone(),
                curves: vec![
                    curve("sampled", &plain),
                    curve("of sum 1", &normed),
                    curve("and cut at 3σ", &short),
                ],
                span: (2, 3),
            }),
        }],
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn right(x: &Gaussians, w: &Gaussians) -> Option<Gaussians> {
        x.convolve(w).ok()
    }

    #[test]
    fn standard_deviations_that_add_and_kernels_without_a_defect_are_refused() {
        let widths_add: Combine = |x, w| {
            let (x, w) = (x.terms().next()?, w.terms().next()?);
            // (√s + √t)² = s + t + 2√(st)
            let both = (&x.variance * &w.variance * RBig::from(64)).to_f64_fast().sqrt();
            let variance = &x.variance + &w.variance + RBig::try_from(both / 4.0).ok()?;
            Gaussians::one(Gaussian { variance, ..x }).ok()
        };
        assert!(draw([sampled, of_sum_one, cut], widths_add).is_err());
        assert!(draw([sampled, of_sum_one, cut], |_, _| None).is_err());
        let impulse: Kernel = |_| Signal::line(0, vec![1.0]);
        assert!(draw([impulse, of_sum_one, cut], right).is_err(), "it has no defect");
        assert!(draw([sampled, cut, cut], right).is_err(), "it does not fall");
        assert!(draw([sampled, of_sum_one, sampled], right).is_err(), "no defect remains");
    }

    #[test]
    fn the_cut_kernel_is_the_built_in_one() {
        let crate::io::Data::F64(own) = crate::io::kernels::kernel("gaussian:1.5", 1).expect("it exists")
        else {
            panic!("floats")
        };
        let here = cut(2.25);
        assert_eq!(own.shape(), here.entries().shape());
        assert!(own.iter().zip(here.entries()).all(|(a, b)| (a - b).abs() < 1e-14));
    }
}
