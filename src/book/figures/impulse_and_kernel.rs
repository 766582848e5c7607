//! An impulse meets an asymmetric kernel: convolution returns the kernel, correlation returns it reversed.

use super::{Line, Operation, Unmet, Whole, described, differing, entry, line, series, window};
use crate::{
    conv::definition,
    figure::{Arrow, Content, Figure, Group, Panel, number},
    signal::Signal,
};

pub(super) const ID: &str = "impulse-and-kernel";

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(&line(0, &[1, 2, 3]), definition::signals, correlation)
}

/// corr(x, w)[k] = Σ_i x[i+k] w[i], summed as it is written; the integers are real.
fn correlation(x: &Line, w: &Line) -> Line {
    let (start, end) =
        (x.origin()[0] - (w.origin()[0] + w.entries().len() as isize - 1), window(x, x).end - w.origin()[0]);
    Signal::line(
        start,
        (start..end).map(|k| Whole(window(w, w).map(|i| entry(x, i + k) * entry(w, i)).sum())).collect(),
    )
}

fn draw(kernel: &Line, convolve: Operation, correlate: Operation) -> Result<Figure, Unmet> {
    let impulse = line(0, &[1]);
    let (convolved, correlated) = (convolve(&impulse, kernel), correlate(&impulse, kernel));
    let unmet = |shows, found: &Line| Unmet { id: ID, shows, found: format!("found {}", described(found)) };
    if !differing(&convolved, kernel).is_empty() {
        return Err(unmet("convolution with an impulse returns the kernel", &convolved));
    }
    if !differing(&correlated, &kernel.reversed()).is_empty() {
        return Err(unmet("correlation of an impulse returns the reversed kernel", &correlated));
    }
    let apart = differing(&convolved, &correlated).len();
    if apart == 0 {
        return Err(unmet("the two answers differ", kernel));
    }
    let stems = |at, title: &str, x: &Line| Panel {
        at,
        title: title.to_owned(),
        content: Content::Stems(vec![series(title, x)]),
    };
    Ok(Figure {
        id: ID.to_owned(),
        title: "An impulse and an asymmetric kernel".to_owned(),
        caption: format!(
            "An impulse asks a machine what it does. Convolution answers with the kernel as it is, {}; \
             correlation answers with the kernel read backwards, {}. The answers differ at {} of the {} indices \
             shown. A kernel that equals its mirror image about 0 would not have told the two apart.",
            described(&convolved),
            described(&correlated),
            number(apart as f64),
            number(window(&convolved, &correlated).len() as f64),
        ),
        alt: format!(
            "Four stem plots. The impulse, 1 at 0. The kernel w, {}. Their convolution, {}, which is w. \
             Their correlation, {}, which is w mirrored at 0.",
            described(kernel),
            described(&convolved),
            described(&correlated)
        ),
        groups: vec![
            Group { title: "What goes in".to_owned(), columns: (0, 1) },
            Group { title: "What comes out".to_owned(), columns: (2, 3) },
        ],
        panels: vec![
            stems((0, 0), "δ", &impulse),
            stems((0, 1), "w", kernel),
            stems((0, 2), "δ ∗ w", &convolved),
            stems((0, 3), "corr(δ, w)", &correlated),
        ],
        arrows: Vec::<Arrow>::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn correlation_is_convolution_with_the_reversed_kernel() {
        let (x, w) = (line(-1, &[2, 0, 5]), line(1, &[1, -3]));
        assert!(differing(&correlation(&x, &w), &definition::signals(&x, &w.reversed())).is_empty());
    }

    #[test]
    fn the_caption_says_what_the_data_say() {
        let figure = make().expect("the figure holds");
        assert!(figure.caption.contains("[3, 2, 1] on −2 … 0") && figure.caption.contains("at 4 of the 5"));
        let other = draw(&line(0, &[1, 2, 4]), definition::signals, correlation).expect("asymmetric too");
        assert!(other.caption.contains("[4, 2, 1]") && other.caption != figure.caption);
    }

    #[test]
    fn a_wrong_kernel_or_a_wrong_machine_is_refused() {
        assert!(
            draw(&line(-1, &[1, 2, 1]), definition::signals, correlation).is_err(),
            "a palindrome shows nothing"
        );
        assert!(draw(&line(0, &[1, 2, 3]), correlation, correlation).is_err());
        assert!(draw(&line(0, &[1, 2, 3]), definition::signals, definition::signals).is_err());
    }
}
