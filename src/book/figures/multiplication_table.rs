//! The table of all products, its antidiagonals, and long multiplication.

use super::{Operation, Unmet, entry, line, series, window};
use crate::{
    conv::definition,
    figure::{Content, Figure, Panel, Pattern, number},
};

pub(super) const ID: &str = "multiplication-table";

const LEFT: i64 = 312;
const RIGHT: i64 = 475;

/// Digits of a number, the lowest first: the coefficients of a polynomial whose value at 10 it is.
type Digits = fn(i64) -> Vec<i64>;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(definition::signals, digits)
}

fn digits(mut number: i64) -> Vec<i64> {
    let mut digits = vec![];
    while number > 0 {
        digits.push(number % 10);
        number /= 10;
    }
    digits
}

fn draw(convolve: Operation, digits: Digits) -> Result<Figure, Unmet> {
    let (x, w) = (digits(LEFT), digits(RIGHT));
    let table: Vec<Vec<i64>> = x.iter().map(|x| w.iter().map(|w| x * w).collect()).collect();
    let y = convolve(&line(0, &x), &line(0, &w));
    let places = x.len() + w.len() - 1;
    let mut sums = vec![0; places];
    for (i, row) in table.iter().enumerate() {
        row.iter().enumerate().for_each(|(j, product)| sums[i + j] += product);
    }
    let own: Vec<i64> = (0..places as isize).map(|n| entry(&y, n)).collect();
    let within = window(&y, &y) == (0..places as isize);
    let shows = "the antidiagonals of the table add up to the convolution";
    Unmet::unless(within && own == sums, ID, shows, || {
        format!("they add up to {sums:?}, and it is {own:?}")
    })?;
    let at_ten = |a: &[i64]| a.iter().rev().fold(0, |value, digit| 10 * value + digit);
    let product = LEFT * RIGHT;
    let shows = "its value at 10 is the product of the numbers";
    Unmet::unless(at_ten(&own) == product, ID, shows, || format!("{} is not {product}", at_ten(&own)))?;
    // from the lowest place upwards: what each place hands on to the next
    let mut carry = 0;
    let mut carries = vec![];
    let mut written = vec![];
    let mut rest = own.iter().copied();
    while written.len() < places || carry > 0 {
        carries.push(carry);
        let here = rest.next().unwrap_or(0) + carry;
        written.push(here % 10);
        carry = here / 10;
    }
    let shows = "carrying makes it the digits of the product";
    Unmet::unless(written == digits(product), ID, shows, || format!("it makes it {written:?}"))?;
    Unmet::unless(carries.iter().any(|c| *c > 0), ID, "there is something to carry", || {
        "nothing is".to_owned()
    })?;

    let said = |a: &[i64]| a.iter().map(|v| number(*v as f64)).collect::<Vec<String>>();
    let headed = |head: &str, row: &[i64]| [vec![head.to_owned()], said(row)].concat();
    let classes: Vec<String> = (0..places).map(|n| n.to_string()).collect();
    let mut labels = vec![headed("", &w)];
    labels.extend(x.iter().zip(&table).map(|(x, row)| headed(&number(*x as f64), row)));
    let of_row = |i: usize| std::iter::once(None).chain((0..w.len()).map(move |j| Some(i + j))).collect();
    let mut cells: Vec<Vec<Option<usize>>> = vec![vec![None; w.len() + 1]];
    cells.extend((0..x.len()).map(of_row));
    let whole = (cells.len(), cells[0].len());
    let all = written.len();
    let places_row: Vec<i64> = (0..all as i64).collect();
    let mut sum_row = headed("sum", &own);
    sum_row.resize(all + 1, String::new());
    let coloured = |n: usize| (n < places).then_some(n);
    let empty = || vec![None; all + 1];
    let pattern = |classes: &[String], cells: Vec<_>, labels: Vec<_>, block| {
        Content::Pattern(Pattern { classes: classes.to_vec(), cells, labels, block })
    };
    Ok(Figure {
        id: ID.to_owned(),
        title: "A multiplication table and its antidiagonals".to_owned(),
        caption: format!(
            "Left: all products of a digit of {LEFT} with a digit of {RIGHT}, lowest digits first. Products of one colour \
             belong to one power of ten. Middle: they add up to $[{}]$, which is the convolution of the digits, and the product \
             of the two polynomials. Carrying turns it into the digits of {}.",
            said(&own).join(", "),
            number(product as f64)
        ),
        alt: format!(
            "A table with the digits {} down the side, {} along the top and their products inside, coloured by antidiagonal. \
             Beside it the sums of the antidiagonals, {}, what is carried, and the digits {}. Then the sums as a stem plot.",
            said(&x).join(", "),
            said(&w).join(", "),
            said(&own).join(", "),
            said(&written).join(", ")
        ),
        panels: vec![
            Panel {
                at: (0, 0),
                title: "products x[i] w[j], by i + j".to_owned(),
                content: pattern(&classes, cells, labels, whole),
            },
            Panel {
                at: (0, 1),
                title: "sums, and what is carried".to_owned(),
                content: pattern(
                    &classes,
                    vec![
                        empty(),
                        std::iter::once(None).chain((0..all).map(coloured)).collect(),
                        empty(),
                        empty(),
                    ],
                    vec![
                        headed("n", &places_row),
                        sum_row,
                        headed("carry", &carries),
                        headed("digit", &written),
                    ],
                    (4, all + 1),
                ),
            },
            Panel {
                at: (0, 2),
                title: "the convolution of the digits".to_owned(),
                content: Content::Stems(vec![series("x ∗ w", &y)]),
            },
        ],
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_products_and_other_orders_of_digits_are_refused() {
        let pointwise: Operation = |x, w| {
            let entries: Vec<i64> = window(x, w).map(|n| entry(x, n) * entry(w, n)).collect();
            line(0, &entries)
        };
        assert!(draw(pointwise, digits).is_err());
        assert!(draw(|x, w| definition::signals(x, &w.reversed()), digits).is_err(), "a correlation");
        let highest_first: Digits = |n| digits(n).into_iter().rev().collect();
        assert!(draw(definition::signals, highest_first).is_err());
    }

    #[test]
    fn the_caption_says_what_the_data_say() {
        assert_eq!(digits(1205), [5, 0, 2, 1]);
        let caption = make().expect("it holds").caption;
        assert!(caption.contains(&format!("the digits of {}", LEFT * RIGHT)), "{caption}");
    }
}
