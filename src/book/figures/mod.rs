//! The figures of the book, one file each, called by name from the chapters.
//!
//! A figure is *checked*: it computes its data, over the integers or by `portable` algorithms, and is made only if
//! what it is drawn to show is so. Its caption is computed from the data.

mod boundary_gallery;
mod equivariance_square;
mod impulse_and_kernel;
mod matrix_patterns;
mod nan_spreading;
mod operation_counts;
mod rounding_errors;

use crate::{
    figure::{Figure, Series, number},
    scalar::Semiring,
    signal::Signal,
};

/// A figure of the book.
#[derive(Clone, Copy, Debug)]
pub struct FigureEntry {
    /// The name by which a chapter calls it.
    pub id: &'static str,
    /// Computes it, and checks what it is drawn to show.
    pub make: fn() -> Result<Figure, Unmet>,
}

/// What a figure was drawn to show, and the data do not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the figure `{figure}` shows that {shows}, but {found}")]
pub struct Unmet {
    /// The figure.
    pub figure: &'static str,
    /// What it shows.
    pub shows: &'static str,
    /// What was found instead.
    pub found: String,
}

/// Every figure of the book.
pub const FIGURES: &[FigureEntry] = &[
    FigureEntry { id: impulse_and_kernel::ID, make: impulse_and_kernel::make },
    FigureEntry { id: equivariance_square::ID, make: equivariance_square::make },
    FigureEntry { id: matrix_patterns::ID, make: matrix_patterns::make },
    FigureEntry { id: operation_counts::ID, make: operation_counts::make },
    FigureEntry { id: rounding_errors::ID, make: rounding_errors::make },
    FigureEntry { id: boundary_gallery::ID, make: boundary_gallery::make },
    FigureEntry { id: nan_spreading::ID, make: nan_spreading::make },
];

/// The figure of that name.
///
/// ```
/// let entry = faltung::book::figures::find("impulse-and-kernel").expect("it is in the list");
/// let figure = (entry.make)()?;
/// assert_eq!(figure.id, entry.id);
/// # Ok::<(), faltung::book::figures::Unmet>(())
/// ```
pub fn find(id: &str) -> Option<&'static FigureEntry> {
    FIGURES.iter().find(|entry| entry.id == id)
}

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
    fn every_figure_is_made_named_captioned_and_small() {
        for entry in FIGURES {
            let figure = (entry.make)().expect("the figure holds");
            assert_eq!(figure.id, entry.id);
            assert!(!figure.caption.is_empty() && !figure.alt.is_empty() && !figure.tables().is_empty());
            assert!(crate::figure::svg::standalone(&figure).len() < 100_000);
            assert_eq!(FIGURES.iter().filter(|other| other.id == entry.id).count(), 1);
        }
    }

    #[test]
    fn signals_differ_where_one_is_stored_and_the_other_is_zero() {
        assert_eq!(differing(&line(0, &[1, 0]), &line(-1, &[0, 1, 0, 7])), [2]);
        assert_eq!(described(&line(-1, &[1, -2])), "[1, −2] on −1 … 0");
    }
}
