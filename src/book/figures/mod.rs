//! The figures of the book, one file each, called by name from the chapters.
//!
//! A figure is *checked*: it computes its data, exactly or by `portable` algorithms, and is made only if
//! what it is drawn to show is so. Its caption is computed from the data.

mod aliased_spectrum;
mod boundary_gallery;
mod certified_changes;
mod checkerboard;
mod comparison;
mod dice;
mod dilated_tone;
mod edge_blur_sharpen;
mod energy_by_order;
mod energy_under_shifts;
mod equivariance_square;
mod flip_shift_multiply_sum;
mod gaussian_semigroup;
mod gradient_check;
mod impulse_and_kernel;
mod invariance_curves;
mod layer_volume;
mod learned_filters;
mod learned_invariance;
mod linear_from_circular;
mod littlewood_paley;
mod matrix_patterns;
mod multiplication_table;
mod nan_spreading;
mod operation_counts;
mod pooling_after_a_shift;
mod receptive_field;
mod reconstruction_by_order;
mod riemann_sums;
mod rotation_is_not_free;
mod rounding_errors;
mod scaling_functions;
mod scattering_cascade;
mod scattering_disk;
mod sharing;
mod shift_invariance;
mod shifted_activation_maps;
mod sparse_connectivity;
mod three_transforms;
mod tilings;
mod training_curve;
mod two_channel_bank;
mod wavelets;
mod window_steps;
mod young;

use crate::{
    book::{Checked, Unmet},
    figure::{Axis, Content, Curves, Figure, Panel, Series, number},
    scalar::Semiring,
    signal::Signal,
};

/// Every figure of the book.
pub const FIGURES: &[Checked<Figure>] = &[
    Checked { id: aliased_spectrum::ID, run: aliased_spectrum::make },
    Checked { id: boundary_gallery::ID, run: boundary_gallery::make },
    Checked { id: certified_changes::ID, run: certified_changes::make },
    Checked { id: checkerboard::ID, run: checkerboard::make },
    Checked { id: comparison::ID, run: comparison::make },
    Checked { id: dice::ID, run: dice::make },
    Checked { id: dilated_tone::ID, run: dilated_tone::make },
    Checked { id: edge_blur_sharpen::ID, run: edge_blur_sharpen::make },
    Checked { id: energy_by_order::ID, run: energy_by_order::make },
    Checked { id: energy_under_shifts::ID, run: energy_under_shifts::make },
    Checked { id: equivariance_square::ID, run: equivariance_square::make },
    Checked { id: flip_shift_multiply_sum::ID, run: flip_shift_multiply_sum::make },
    Checked { id: gaussian_semigroup::ID, run: gaussian_semigroup::make },
    Checked { id: gradient_check::ID, run: gradient_check::make },
    Checked { id: impulse_and_kernel::ID, run: impulse_and_kernel::make },
    Checked { id: invariance_curves::ID, run: invariance_curves::make },
    Checked { id: layer_volume::ID, run: layer_volume::make },
    Checked { id: learned_filters::ID, run: learned_filters::make },
    Checked { id: learned_invariance::ID, run: learned_invariance::make },
    Checked { id: linear_from_circular::ID, run: linear_from_circular::make },
    Checked { id: littlewood_paley::ID, run: littlewood_paley::make },
    Checked { id: matrix_patterns::ID, run: matrix_patterns::make },
    Checked { id: multiplication_table::ID, run: multiplication_table::make },
    Checked { id: nan_spreading::ID, run: nan_spreading::make },
    Checked { id: operation_counts::ID, run: operation_counts::make },
    Checked { id: pooling_after_a_shift::ID, run: pooling_after_a_shift::make },
    Checked { id: receptive_field::ID, run: receptive_field::make },
    Checked { id: reconstruction_by_order::ID, run: reconstruction_by_order::make },
    Checked { id: riemann_sums::ID, run: riemann_sums::make },
    Checked { id: rotation_is_not_free::ID, run: rotation_is_not_free::make },
    Checked { id: rounding_errors::ID, run: rounding_errors::make },
    Checked { id: scaling_functions::ID, run: scaling_functions::make },
    Checked { id: scattering_cascade::ID, run: scattering_cascade::make },
    Checked { id: scattering_disk::ID, run: scattering_disk::make },
    Checked { id: sharing::ID, run: sharing::make },
    Checked { id: shift_invariance::ID, run: shift_invariance::make },
    Checked { id: shifted_activation_maps::ID, run: shifted_activation_maps::make },
    Checked { id: sparse_connectivity::ID, run: sparse_connectivity::make },
    Checked { id: three_transforms::ID, run: three_transforms::make },
    Checked { id: tilings::ID, run: tilings::make },
    Checked { id: training_curve::ID, run: training_curve::make },
    Checked { id: two_channel_bank::ID, run: two_channel_bank::make },
    Checked { id: wavelets::ID, run: wavelets::make },
    Checked { id: window_steps::SLIDING, run: window_steps::make_sliding },
    Checked { id: window_steps::TRANSPOSED, run: window_steps::make_transposed },
    Checked { id: young::ID, run: young::make },
];

/// An integer; in a debug build and in ours, one that overflows stops the program rather than wrap.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Whole(i64);

impl Semiring for Whole {
    fn zero() -> Self {
        Whole(0)
    }
    fn one() -> Self {
        Whole(1)
    }
    fn plus(&self, other: &Self) -> Self {
        Whole(self.0 + other.0)
    }
    fn times(&self, other: &Self) -> Self {
        Whole(self.0 * other.0)
    }
}

type Line = Signal<Whole>;

/// An operation on signals, so that a test can plant a wrong one.
type Operation = fn(&Line, &Line) -> Line;

fn line(start: isize, entries: &[i64]) -> Line {
    Signal::line(start, entries.iter().copied().map(Whole).collect())
}

/// The entry at n, zero outside the stored window.
fn entry(x: &Line, n: isize) -> i64 {
    x.at(&[n]).map_or(0, |value| value.0)
}

/// The smallest window that holds what is stored of both.
fn window(x: &Line, y: &Line) -> std::ops::Range<isize> {
    let range = |s: &Line| (s.origin()[0], s.origin()[0] + s.entries().len() as isize);
    let ((a, b), (c, d)) = (range(x), range(y));
    a.min(c)..b.max(d)
}

/// The indices at which two signals differ.
fn differing(x: &Line, y: &Line) -> Vec<isize> {
    window(x, y).filter(|n| entry(x, *n) != entry(y, *n)).collect()
}

fn series(name: &str, x: &Line) -> Series {
    Series {
        name: name.to_owned(),
        start: x.origin()[0] as i64,
        values: x.entries().iter().map(|v| v.0 as f64).collect(),
    }
}

/// Curves that are all there is to see: across, up, the places and a value at each.
fn plot(axes: [Axis; 2], places: Vec<f64>, curves: Vec<(String, Vec<Option<f64>>)>) -> Vec<Panel> {
    let [across, up] = axes;
    let curves = Curves { across, up, places, curves, span: (2, 3) };
    vec![Panel { at: (0, 0), title: String::new(), content: Content::Curves(curves) }]
}

/// What the program calls by a name such as `mexican_hat`, as a heading: Mexican hat.
fn heading(name: &str) -> String {
    let words = name.replace(['_', '-'], " ").replace('(', " (");
    words[..1].to_uppercase() + &words[1..]
}

/// To so many digits behind the point. What fast transforms give differs from machine to machine in its last bits, and what is
/// drawn or printed may not.
fn rounded(value: f64, digits: u32) -> f64 {
    let unit = (0..digits).fold(1.0, |unit, _| unit * 10.0);
    // -0 is 0
    (value * unit).round() / unit + 0.0
}

/// "[1, 2, 3] on 0 … 2".
fn described(x: &Line) -> String {
    let entries: Vec<String> = x.entries().iter().map(|v| number(v.0 as f64)).collect();
    let (first, last) = (x.origin()[0], x.origin()[0] + x.entries().len() as isize - 1);
    format!("[{}] on {} … {}", entries.join(", "), number(first as f64), number(last as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_words() {
        let headings = ["mexican_hat", "morse(3, 60)", "kymatio-0.3.0"].map(heading);
        assert_eq!(headings, ["Mexican hat", "Morse (3, 60)", "Kymatio 0.3.0"]);
    }

    #[test]
    fn every_figure_is_made_named_captioned_and_small() {
        for entry in FIGURES {
            let figure = (entry.run)().expect("the figure holds");
            assert_eq!(figure.id, entry.id);
            assert!(!figure.caption.is_empty() && !figure.alt.is_empty() && !figure.tables().is_empty());
            assert!(crate::figure::svg::standalone(&figure).len() < 100_000);
            assert_eq!(FIGURES.iter().filter(|other| other.id == entry.id).count(), 1);
        }
    }

    #[test]
    fn what_is_rounded_has_no_more_digits() {
        let noisy = [0.123_449_999_999_1, 0.123_400_000_000_2, -1e-17].map(|value| rounded(value, 3));
        assert_eq!(noisy, [0.123, 0.123, 0.0]);
        assert!(noisy[2].is_sign_positive());
    }

    #[test]
    fn signals_differ_where_one_is_stored_and_the_other_is_zero() {
        assert_eq!(differing(&line(0, &[1, 0]), &line(-1, &[0, 1, 0, 7])), [2]);
        assert_eq!(described(&line(-1, &[1, -2])), "[1, −2] on −1 … 0");
    }
}
