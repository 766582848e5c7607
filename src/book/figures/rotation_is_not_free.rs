//! A quarter turn before a convolution is not one after it, unless the kernel is turned too.

use super::Unmet;
use crate::{
    conv::definition,
    figure::{Content, Figure, Group, Heat, Panel, Shades, number},
    io::{Data, kernels},
};
use ndarray::{Array2, ArrayD, IxDyn};

pub(super) const ID: &str = "rotation-is-not-free";

pub(super) type Picture = ArrayD<i64>;
/// What is done to a picture before or after.
type Turn = fn(&Picture) -> Picture;

/// A letter that no rotation and no mirror leaves as it is.
const LETTER: [&str; 10] = [
    "..........",
    "..######..",
    "..######..",
    "..##......",
    "..####....",
    "..####....",
    "..##......",
    "..##......",
    "..##......",
    "..........",
];

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(["sobel-x", "laplacian"], quarter)
}

/// A quarter turn to the left.
pub(super) fn quarter(x: &Picture) -> Picture {
    let (rows, columns) = (x.shape()[0], x.shape()[1]);
    Array2::from_shape_fn((columns, rows), |(i, j)| x[IxDyn(&[j, columns - 1 - i])]).into_dyn()
}

pub(super) fn letter() -> Picture {
    Array2::from_shape_fn((LETTER.len(), LETTER[0].len()), |(i, j)| {
        i64::from(LETTER[i].as_bytes()[j] == b'#')
    })
    .into_dyn()
}

/// The two ways through the square.
struct Ways {
    turned_first: Picture,
    turned_last: Picture,
    apart: Picture,
}

impl Ways {
    fn of(x: &Picture, w: &Picture, turn: Turn) -> Ways {
        let (turned_first, turned_last) =
            (definition::full(turn(x).view(), w.view()), turn(&definition::full(x.view(), w.view())));
        Ways { apart: &turned_first - &turned_last, turned_first, turned_last }
    }

    fn differing(&self) -> usize {
        self.apart.iter().filter(|v| **v != 0).count()
    }

    fn panels(&self, row: usize, name: &str) -> Vec<Panel> {
        let pictures = [&self.turned_first, &self.turned_last, &self.apart];
        let reach = pictures.iter().flat_map(|x| x.iter()).fold(1, |m: i64, v| m.max(v.abs())) as f64;
        let titles =
            [format!("turned, then {name}"), format!("{name}, then turned"), "difference".to_owned()];
        (1..)
            .zip(titles.into_iter().zip(pictures))
            .map(|(k, (title, x))| heat((row, k), title, x, Shades::Diverging { reach }))
            .collect()
    }
}

fn heat(at: (usize, usize), title: String, x: &Picture, shades: Shades) -> Panel {
    let rows = x.outer_iter().map(|row| row.iter().map(|v| *v as f64).collect()).collect();
    Panel { at, title, content: Content::Heat(Heat { rows, shades }) }
}

fn draw([uneven, even]: [&str; 2], turn: Turn) -> Result<Figure, Unmet> {
    let x = letter();
    let shows = "four quarter turns are none, and two are not";
    let (twice, four) = (turn(&turn(&x)), turn(&turn(&turn(&turn(&x)))));
    Unmet::unless(four == x && twice != x, ID, shows, || "they are not".to_owned())?;
    let kernel = |name: &str| match kernels::kernel(name, 2) {
        Ok(Data::Int(kernel, _)) => Ok(kernel),
        _ => Err(Unmet { id: ID, shows: "the kernels exist", found: format!("{name} does not") }),
    };
    let (lopsided, symmetric) = (kernel(uneven)?, kernel(even)?);
    let shows = "the second kernel is its own quarter turn, and the first is not";
    let kinds = turn(&symmetric) == symmetric && turn(&lopsided) != lopsided;
    Unmet::unless(kinds, ID, shows, || "they are not".to_owned())?;
    let (fails, commutes) = (Ways::of(&x, &lopsided, turn), Ways::of(&x, &symmetric, turn));
    let shows = "a turn before the first kernel is not one after it";
    Unmet::unless(fails.differing() > 0, ID, shows, || "it is".to_owned())?;
    let shows = "a turn before the second kernel is one after it";
    Unmet::unless(commutes.differing() == 0, ID, shows, || {
        format!("{} entries differ", commutes.differing())
    })?;
    let both = definition::full(turn(&x).view(), turn(&lopsided).view()) == fails.turned_last;
    let shows = "a turn of both factors turns the result";
    Unmet::unless(both, ID, shows, || "it does not".to_owned())?;

    let mut panels = vec![
        heat((0, 0), "x".to_owned(), &x, Shades::Grey { low: 0.0, high: 1.0 }),
        heat((1, 0), "x, turned".to_owned(), &turn(&x), Shades::Grey { low: 0.0, high: 1.0 }),
    ];
    panels.extend(fails.panels(0, uneven));
    panels.extend(commutes.panels(1, even));
    let all = fails.apart.len();
    Ok(Figure {
        id: ID.to_owned(),
        title: "Turning, before or after".to_owned(),
        caption: format!(
            "A quarter turn to the left, before and after a convolution. Above, with `{uneven}`, which asks how much brighter it gets \
             to the right: the two ways differ at {} of {all} places, by up to {}. Below, with `{even}`, which is its own quarter turn: they differ at {}. Turn the picture and the kernel, and the result is turned, whatever the kernel.",
            fails.differing(),
            number(fails.apart.iter().fold(0, |m: i64, v| m.max(v.abs())) as f64),
            number(commutes.differing() as f64)
        ),
        alt: format!(
            "Two rows of four pictures. Left, a letter F and the same turned by a quarter to the left. Above, its edges when it is \
             turned first, its edges turned afterwards, and their difference, which shows at {} places. Below, the same with a \
             symmetric kernel: both ways give one picture, and the difference is blank.",
            fails.differing()
        ),
        groups: vec![
            Group { title: "The picture".to_owned(), columns: (0, 0) },
            Group { title: "Two ways round, and how they differ".to_owned(), columns: (1, 3) },
        ],
        panels,
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_turn_takes_right_to_the_top() {
        let x = ndarray::arr2(&[[1, 2], [3, 4]]).into_dyn();
        assert_eq!(quarter(&x), ndarray::arr2(&[[2, 4], [1, 3]]).into_dyn());
    }

    #[test]
    fn squares_that_do_not_show_it_are_refused() {
        assert!(draw(["laplacian", "laplacian"], quarter).is_err());
        assert!(draw(["sobel-x", "sobel-x"], quarter).is_err());
        assert!(draw(["laplacian", "sobel-x"], quarter).is_err());
        assert!(draw(["sobel-x", "laplacian"], Picture::clone).is_err(), "no turn at all");
        let half: Turn = |x| quarter(&quarter(x));
        assert!(draw(["sobel-x", "laplacian"], half).is_err());
        let mirrored: Turn = |x| x.clone().reversed_axes();
        assert!(draw(["sobel-x", "laplacian"], mirrored).is_err());
        assert!(draw(["sobel-y", "sharpen"], quarter).is_ok(), "other kernels of the two kinds will do");
    }
}
