//! Two squares: shifting commutes with convolving, and does not commute with keeping every second entry.

use super::{Line, Unmet, Whole, differing, entry, line, series, window};
use crate::{
    conv::definition,
    figure::{Arrow, Content, Figure, Group, Panel, number},
    signal::Signal,
};

pub(super) const ID: &str = "equivariance-square";

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(&line(0, &[1, 3, 2]), &line(0, &[1, -1]), shift)
}

/// shift(1, x)[n] = x[n−1].
fn shift(x: &Line) -> Line {
    x.clone().shifted(&[1])
}

/// down(2, x)[n] = x[2n].
fn every_second(x: &Line) -> Line {
    let all = window(x, x);
    let (start, end) = (all.start.div_euclid(2), (all.end - 1).div_euclid(2) + 1);
    Signal::line(start, (start..end).map(|n| Whole(entry(x, 2 * n))).collect())
}

/// A square: the signal, it shifted, its image, and the image reached both ways.
struct Square {
    shifted: Line,
    image: Line,
    shift_first: Line,
    shift_last: Line,
}

impl Square {
    fn of(x: &Line, step: impl Fn(&Line) -> Line, shift: fn(&Line) -> Line) -> Square {
        let (shifted, image) = (shift(x), step(x));
        Square { shift_first: step(&shifted), shift_last: shift(&image), shifted, image }
    }

    fn apart(&self) -> usize {
        differing(&self.shift_first, &self.shift_last).len()
    }

    fn panels(&self, column: usize, x: &Line, image: &str, both: &str) -> Vec<Panel> {
        let one = |at, title: &str, signal: &Line| Panel {
            at,
            title: title.to_owned(),
            content: Content::Stems(vec![series(title, signal)]),
        };
        let paths = vec![series("shift first", &self.shift_first), series("shift last", &self.shift_last)];
        vec![
            one((0, column), "x", x),
            one((0, column + 1), image, &self.image),
            one((1, column), "τ x", &self.shifted),
            Panel { at: (1, column + 1), title: both.to_owned(), content: Content::Stems(paths) },
        ]
    }
}

fn draw(x: &Line, kernel: &Line, shift: fn(&Line) -> Line) -> Result<Figure, Unmet> {
    let convolution = Square::of(x, |x| definition::signals(x, kernel), shift);
    let thinning = Square::of(x, every_second, shift);
    let found = |count: usize| format!("the two ways differ at {count} indices");
    if convolution.apart() > 0 {
        let shows = "a shift before a convolution is a shift after it";
        return Err(Unmet { id: ID, shows, found: found(convolution.apart()) });
    }
    if thinning.apart() == 0 {
        let shows = "a shift before keeping every second entry is no shift after it";
        return Err(Unmet { id: ID, shows, found: found(0) });
    }
    if !differing(&every_second(&shift(&shift(x))), &shift(&every_second(x))).is_empty() {
        let shows = "two shifts before keeping every second entry are one after it";
        return Err(Unmet { id: ID, shows, found: "they are not".to_owned() });
    }
    let arrows = |column: usize, step: &str| {
        let arrow = |from, to, label: &str| Arrow { from, to, label: label.to_owned() };
        [
            arrow((0, column), (0, column + 1), step),
            arrow((1, column), (1, column + 1), step),
            arrow((0, column), (1, column), "τ"),
            arrow((0, column + 1), (1, column + 1), "τ"),
        ]
    };
    let counts = |square: &Square| {
        let all = window(&square.shift_first, &square.shift_last).len();
        (number(square.apart() as f64), number(all as f64))
    };
    let ((none, of), (some, out_of)) = (counts(&convolution), counts(&thinning));
    let mut panels = convolution.panels(0, x, "x ∗ w", "both ways round");
    panels.extend(thinning.panels(2, x, "down(2, x)", "both ways round"));
    Ok(Figure {
        id: ID.to_owned(),
        title: "Shifting, before or after".to_owned(),
        caption: format!(
            "Two ways from the upper left to the lower right, where a dot in a ring means that both arrive at the \
             same value. On the left, shifting by one and convolving: the results differ at {none} of {of} indices, \
             so the square commutes. On the right, keeping every second entry instead of convolving: they differ \
             at {some} of {out_of}. Had x been shifted by two, the thinned signal would have been shifted by one."
        ),
        alt: format!(
            "Two squares of stem plots with arrows along their sides. Left: x to x convolved with w, and x to x \
             shifted; in the last corner both results coincide at all {of} indices. Right: the same with keeping \
             every second entry; in the last corner the two results differ at {some} of {out_of} indices."
        ),
        groups: vec![
            Group { title: "Convolving: the square commutes".to_owned(), columns: (0, 1) },
            Group { title: "Thinning by two: it does not".to_owned(), columns: (2, 3) },
        ],
        panels,
        arrows: arrows(0, "∗ w").into_iter().chain(arrows(2, "↓ 2")).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_second_entry_is_at_even_indices() {
        let x = line(-3, &[1, 2, 3, 4, 5]);
        let thin = every_second(&x);
        assert_eq!((-2..=1).map(|n| entry(&thin, n)).collect::<Vec<_>>(), [0, 2, 4, 0]);
    }

    #[test]
    fn a_square_that_does_not_show_it_is_refused() {
        let (x, w) = (line(0, &[1, 3, 2]), line(0, &[1, -1]));
        assert!(draw(&line(0, &[0]), &w, shift).is_err(), "the zero signal commutes with everything");
        assert!(draw(&x, &w, every_second).is_err(), "keeping every second entry is no shift");
        assert!(
            draw(&x, &line(0, &[2, -1]), shift).expect("another kernel will do") != make().expect("it holds")
        );
    }
}
