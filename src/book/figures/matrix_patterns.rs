//! The matrices of four convolutions, each place coloured by the weight that stands there.

use super::Unmet;
use crate::{
    conv::definition,
    figure::{Content, Figure, Panel, Pattern},
    signal::Cyclic,
};
use ndarray::{ArrayD, IxDyn};

pub(super) const ID: &str = "matrix-patterns";

/// A kernel with as many weights as this on a line; two by two on the plane.
const TAPS: usize = 3;
/// Entries of the signal, places on the circle, sides of the picture and of the torus.
const SIGNAL: usize = 5;
const CIRCLE: usize = 6;
const PICTURE: usize = 2;
const TORUS: usize = 3;

/// A linear map on arrays of integers.
type Map = fn(&ArrayD<i64>) -> ArrayD<i64>;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw([toeplitz, circulant, blocks, torus])
}

/// The kernel 1, 2, …: what stands at a place tells which weight it is.
fn kernel(shape: &[usize]) -> ArrayD<i64> {
    let mut next = 0;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        next += 1;
        next
    })
}

fn toeplitz(x: &ArrayD<i64>) -> ArrayD<i64> {
    definition::full(x.view(), kernel(&[TAPS]).view())
}

fn blocks(x: &ArrayD<i64>) -> ArrayD<i64> {
    definition::full(x.view(), kernel(&[2, 2]).view())
}

/// Cyclic convolution with the kernel in a corner, zeros elsewhere.
fn wound(x: &ArrayD<i64>, small: &ArrayD<i64>) -> ArrayD<i64> {
    let padded = ArrayD::from_shape_fn(x.raw_dim(), |k| small.get(k).copied().unwrap_or(0));
    definition::cyclic(&Cyclic::new(x.clone()), &Cyclic::new(padded)).entries().clone()
}

fn circulant(x: &ArrayD<i64>) -> ArrayD<i64> {
    wound(x, &kernel(&[TAPS]))
}

fn torus(x: &ArrayD<i64>) -> ArrayD<i64> {
    wound(x, &kernel(&[2, 2]))
}

/// A matrix shows its columns to whoever feeds in impulses.
struct Matrix {
    /// Row by row: 0, or the number of a weight.
    rows: Vec<Vec<i64>>,
    block: (usize, usize),
}

impl Matrix {
    fn of(map: Map, shape: &[usize]) -> Matrix {
        let impulse = |at: usize| {
            let mut x = ArrayD::from_elem(IxDyn(shape), 0);
            x.iter_mut().skip(at).take(1).for_each(|x| *x = 1);
            x
        };
        let count: usize = shape.iter().product();
        let columns: Vec<ArrayD<i64>> = (0..count).map(|at| map(&impulse(at))).collect();
        let height = columns[0].len();
        let entry = |i: usize, column: &ArrayD<i64>| column.iter().nth(i).copied().unwrap_or(0);
        let rows = (0..height).map(|i| columns.iter().map(|column| entry(i, column)).collect()).collect();
        let last = |shape: &[usize], all: usize| if shape.len() == 1 { all } else { shape[shape.len() - 1] };
        Matrix { rows, block: (last(columns[0].shape(), height), last(shape, count)) }
    }

    fn pattern(&self, weights: usize) -> Pattern {
        Pattern {
            classes: (0..weights).map(|tap| format!("w{tap}")).collect(),
            cells: self
                .rows
                .iter()
                .map(|row| row.iter().map(|v| usize::try_from(v - 1).ok()).collect())
                .collect(),
            block: self.block,
            ..Pattern::default()
        }
    }

    fn size(&self) -> (usize, usize) {
        (self.rows.len(), self.rows[0].len())
    }

    /// Whether the entry one down and one right is the same; `wraps`: indices are those of a circle.
    fn constant_along_diagonals(&self, wraps: bool) -> bool {
        let (m, n) = self.size();
        let next =
            |k: usize, n: usize| if wraps { Some((k + 1) % n) } else { Some(k + 1).filter(|k| *k < n) };
        (0..m).all(|i| {
            (0..n).all(|j| match (next(i, m), next(j, n)) {
                (Some(below), Some(right)) => self.rows[below][right] == self.rows[i][j],
                _ => true,
            })
        })
    }

    /// The block in that place.
    fn block_at(&self, i: usize, j: usize) -> Matrix {
        let (h, w) = self.block;
        let rows = self.rows[i * h..(i + 1) * h].iter().map(|row| row[j * w..(j + 1) * w].to_vec()).collect();
        Matrix { rows, block: (h, w) }
    }

    /// Whether blocks are constant along diagonals of blocks, and within each block entries along diagonals.
    fn doubly(&self, wraps: bool) -> bool {
        let (m, n) = (self.size().0 / self.block.0, self.size().1 / self.block.1);
        let whole = |i: usize, j: usize| self.block_at(i, j).rows;
        let inside = (0..m).all(|i| (0..n).all(|j| self.block_at(i, j).constant_along_diagonals(wraps)));
        let next =
            |k: usize, n: usize| if wraps { Some((k + 1) % n) } else { Some(k + 1).filter(|k| *k < n) };
        inside
            && (0..m).all(|i| {
                (0..n).all(|j| next(i, m).zip(next(j, n)).is_none_or(|(b, r)| whole(b, r) == whole(i, j)))
            })
    }

    fn filled(&self) -> usize {
        self.rows.iter().flatten().filter(|v| **v != 0).count()
    }
}

fn draw(maps: [Map; 4]) -> Result<Figure, Unmet> {
    let shapes: [&[usize]; 4] = [&[SIGNAL], &[CIRCLE], &[PICTURE, PICTURE], &[TORUS, TORUS]];
    let [line, circle, picture, torus] = [0, 1, 2, 3].map(|k| Matrix::of(maps[k], shapes[k]));
    let unmet = |shows: &'static str| Unmet { id: ID, shows, found: "it is not".to_owned() };
    let conditions = [
        (line.constant_along_diagonals(false), "a convolution on the line is constant along diagonals"),
        (!line.constant_along_diagonals(true), "it is not so round the corner"),
        (circle.constant_along_diagonals(true), "a convolution on a circle is so round the corner too"),
        (picture.doubly(false), "a convolution of pictures is so by blocks and within blocks"),
        (!picture.constant_along_diagonals(false), "it is not so as a whole"),
        (!picture.doubly(true), "it is not so round the corners"),
        (torus.doubly(true), "a convolution on a torus is so round both corners"),
        (
            [&line, &circle].iter().all(|m| m.filled() == TAPS * m.size().1)
                && [&picture, &torus].iter().all(|m| m.filled() == 4 * m.size().1),
            "each weight stands once in each column",
        ),
    ];
    if let Some((_, shows)) = conditions.iter().find(|(holds, _)| !holds) {
        return Err(unmet(shows));
    }
    let said = |m: &Matrix| format!("{} of {}", m.filled(), m.size().0 * m.size().1);
    let panel = |column, title: &str, matrix: &Matrix, weights| Panel {
        at: (0, column),
        title: title.to_owned(),
        content: Content::Pattern(matrix.pattern(weights)),
    };
    Ok(Figure {
        id: ID.to_owned(),
        title: "Four convolutions as matrices".to_owned(),
        caption: format!(
            "Each place is coloured by the weight that stands there, and empty where there is none: {} places are \
             filled on the line, {} on the circle, {} for the picture, {} on the torus. Thick lines separate blocks. \
             On the line, each column is the kernel one step lower. On the circle, what leaves below comes in above. \
             For pictures of {PICTURE} by {PICTURE} the blocks themselves stand in that pattern.",
            said(&line),
            said(&circle),
            said(&picture),
            said(&torus)
        ),
        alt: format!(
            "Four matrices of coloured squares. A Toeplitz matrix, {} by {}, with {TAPS} bands. A circulant, {} by {}, \
             whose bands go round the corners. A doubly block Toeplitz matrix, {} by {}, and a doubly block circulant \
             one, {} by {}, both with four weights.",
            line.size().0,
            line.size().1,
            circle.size().0,
            circle.size().1,
            picture.size().0,
            picture.size().1,
            torus.size().0,
            torus.size().1
        ),
        panels: vec![
            panel(0, "Toeplitz", &line, TAPS),
            panel(1, "circulant", &circle, TAPS),
            panel(2, "doubly block Toeplitz", &picture, 4),
            panel(3, "doubly block circulant", &torus, 4),
        ],
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matrix_of_a_convolution_is_what_one_writes_by_hand() {
        let matrix = Matrix::of(toeplitz, &[2]);
        assert_eq!(matrix.rows, [[1, 0], [2, 1], [3, 2], [0, 3]]);
        assert!(make().expect("it holds").caption.contains("15 of 35"));
    }

    #[test]
    fn other_maps_are_refused() {
        let planted = |place: usize, wrong: Map| {
            let mut maps: [Map; 4] = [toeplitz, circulant, blocks, torus];
            maps[place] = wrong;
            draw(maps)
        };
        for place in 0..4 {
            assert!(planted(place, |x| x.mapv(|x| 2 * x)).is_err(), "a multiple of the identity at {place}");
            let reversal: Map = |x| {
                let mut y = x.clone();
                y.invert_axis(ndarray::Axis(0));
                y
            };
            assert!(planted(place, reversal).is_err(), "a reversal at {place}");
        }
        assert!(planted(0, circulant).is_err() && planted(1, toeplitz).is_err());
        assert!(planted(2, torus).is_err() && planted(3, blocks).is_err());
    }
}
