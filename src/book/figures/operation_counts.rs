//! Multiplications of the definition, of Karatsuba's method and of three transforms, counted while they compute.

use super::{Unmet, plot};
use crate::{
    book::portable::{direct, integers, karatsuba, with_room_for},
    figure::{Axis, Figure, number},
};

pub(super) const ID: &str = "operation-counts";

/// n = 2^t entries by as many, for t up to this.
const LARGEST: u32 = 13;

/// A way to convolve small integers, its multiplications counted.
type Method = fn(&[i64], &[i64], &mut u64) -> Vec<i64>;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw([direct, karatsuba, by_transforms])
}

/// Over floats, and rounded to the integers that they are near.
fn by_transforms(x: &[i64], w: &[i64], count: &mut u64) -> Vec<i64> {
    let float = |a: &[i64]| a.iter().map(|a| *a as f32).collect::<Vec<f32>>();
    let y = with_room_for(x.len(), w.len()).cyclic(&float(x), &float(w), count);
    y[..x.len() + w.len() - 1].iter().map(|y| y.round() as i64).collect()
}

fn draw(methods: [Method; 3]) -> Result<Figure, Unmet> {
    let unmet = |shows, found| Unmet { id: ID, shows, found };
    let mut counts: [Vec<u64>; 3] = Default::default();
    let places: Vec<usize> = (0..=LARGEST).map(|t| 1 << t).collect();
    for n in &places {
        let draw = |seed| integers(seed, 2).take(*n).collect::<Vec<i64>>();
        let (x, w) = (draw(1), draw(2));
        let mut results = vec![];
        for (method, counts) in methods.iter().zip(&mut counts) {
            let mut count = 0;
            results.push(method(&x, &w, &mut count));
            counts.push(count);
        }
        if results.iter().any(|y| *y != results[0]) {
            return Err(unmet("all three compute the same", format!("for {n} entries they do not")));
        }
    }
    // from where on a method takes fewer than another, to the end
    let from = |cheap: &[u64], dear: &[u64]| {
        let first = (0..cheap.len()).find(|k| cheap[*k..].iter().zip(&dear[*k..]).all(|(c, d)| c < d));
        first.filter(|k| *k > 0).map(|k| places[k])
    };
    let [definition, three_for_four, transforms] = &counts;
    let crossings = [
        ("Karatsuba's method overtakes the definition", from(three_for_four, definition)),
        ("the transforms overtake the definition", from(transforms, definition)),
        ("the transforms overtake Karatsuba's method", from(transforms, three_for_four)),
    ];
    let mut at = vec![];
    for (shows, place) in crossings {
        at.push(number(place.ok_or_else(|| unmet(shows, "they do not cross".to_owned()))? as f64));
    }
    let last = |counts: &[u64]| number(counts.last().map_or(0.0, |count| *count as f64));
    let curve =
        |name: &str, counts: &[u64]| (name.to_owned(), counts.iter().map(|c| Some(*c as f64)).collect());
    Ok(Figure {
        id: ID.to_owned(),
        title: "Multiplications for n entries by n".to_owned(),
        caption: format!(
            "Counted while computing, for lengths that are powers of two; a product of complex numbers counts as four, and \
             products by 1 are left out. Karatsuba's method takes fewer than the definition from $n = {}$ on, three \
             transforms from $n = {}$ on, and fewer than Karatsuba's method from $n = {}$ on. At $n = {}$ they take {}, {} \
             and {}.",
            at[0],
            at[1],
            at[2],
            places.last().map_or(0, |n| *n),
            last(definition),
            last(three_for_four),
            last(transforms)
        ),
        alt: format!(
            "Three rising curves over logarithmic axes. The definition is steepest, Karatsuba's method less steep, the \
             transforms flattest but highest at the start; they cross the definition at {} and Karatsuba's method at {}.",
            at[1], at[2]
        ),
        panels: plot(
            [Axis::logarithmic("n, entries of each"), Axis::logarithmic("multiplications")],
            places.iter().map(|n| *n as f64).collect(),
            vec![
                curve("definition", definition),
                curve("Karatsuba", three_for_four),
                curve("three transforms", transforms),
            ],
        ),
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_results_and_curves_that_do_not_cross_are_refused() {
        assert!(draw([direct, direct, by_transforms]).is_err(), "equal counts do not cross");
        assert!(draw([direct, karatsuba, karatsuba]).is_err());
        let wrong: Method = |x, w, count| {
            let mut y = karatsuba(x, w, count);
            y[0] += 1;
            y
        };
        assert!(draw([direct, wrong, by_transforms]).is_err());
    }

    #[test]
    fn the_caption_says_what_the_data_say() {
        let caption = make().expect("it holds").caption;
        let (square, cube) = (number(4_f64.powi(13)), number(3_f64.powi(13)));
        assert!(caption.contains(&format!("take {square}, {cube}")), "{caption}");
    }
}
