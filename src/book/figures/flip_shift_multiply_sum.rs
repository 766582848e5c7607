//! One entry of a convolution: flip the kernel, shift it, multiply, sum. For three places.

use super::{Line, Unmet, Whole, described, entry, line, series, window};
use crate::{
    conv::definition,
    figure::{Content, Figure, Group, Panel, Series, number},
    signal::Signal,
};

pub(super) const ID: &str = "flip-shift-multiply-sum";

/// The readings and the weights of the noisy sensor, divided and multiplied by 6.
const SIGNAL: [i64; 4] = [1, 2, 0, 1];
const KERNEL: [i64; 3] = [3, 2, 1];
/// The kernel hangs over the beginning, lies inside, and hangs over the end.
const PLACES: [isize; 3] = [1, 3, 4];

/// The kernel laid over the signal at place n.
type Laid = fn(&Line, isize) -> Line;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(|w, n| w.reversed().shifted(&[n]))
}

fn draw(lay: Laid) -> Result<Figure, Unmet> {
    let (x, w) = (line(0, &SIGNAL), line(0, &KERNEL));
    let y = definition::signals(&x, &w);
    let products = |n: isize| {
        let over = lay(&w, n);
        let all = window(&over, &over);
        let products = all.clone().map(|k| Whole(entry(&x, k) * entry(&over, k))).collect();
        (over, Signal::line(all.start, products))
    };
    let sum = |products: &Line| products.entries().iter().map(|v| v.0).sum::<i64>();
    for n in window(&y, &y) {
        let (found, wanted) = (sum(&products(n).1), entry(&y, n));
        let shows = "the products under the flipped and shifted kernel add up to the entry";
        Unmet::unless(found == wanted, ID, shows, || {
            format!("at {n} they add up to {found}, not to {wanted}")
        })?;
    }
    let stems = |at, title: String, all: Vec<Series>| Panel { at, title, content: Content::Stems(all) };
    let mut panels = vec![];
    let mut sums = vec![];
    for (row, n) in PLACES.into_iter().enumerate() {
        let (over, products) = products(n);
        let value = entry(&y, n);
        let terms: Vec<String> = window(&products, &products)
            .filter(|k| (0..SIGNAL.len() as isize).contains(k))
            .map(|k| number(entry(&products, k) as f64))
            .collect();
        sums.push(format!("$(x * w)[{n}] = {} = {}$", terms.join(" + "), number(value as f64)));
        let marked = Series { name: format!("entry {n}"), ..series("", &line(n, &[value])) };
        panels.extend([
            stems((row, 0), "x[k]".to_owned(), vec![series("x", &x)]),
            stems((row, 1), format!("w[{n} − k]"), vec![series(&format!("w[{n} − k]"), &over)]),
            stems((row, 2), format!("x[k] w[{n} − k]"), vec![series(&format!("product for {n}"), &products)]),
            stems(
                (row, 3),
                format!("(x ∗ w)[{n}] = {}", number(value as f64)),
                vec![series("x ∗ w", &y), marked],
            ),
        ]);
    }
    let heading = |column, title: &str| Group { title: title.to_owned(), columns: (column, column) };
    Ok(Figure {
        id: ID.to_owned(),
        title: "Flip, shift, multiply, sum".to_owned(),
        caption: format!(
            "Three entries of one convolution, one in each row. The kernel {} is flipped and shifted so that its entry 0 \
             stands at $n$; what lies on top of each other is multiplied, and the products are summed: {}. Beyond its ends \
             the signal is zero, so a kernel that hangs over has fewer terms. The same holds at all {} places of the result.",
            described(&w),
            sums.join(", "),
            y.entries().len()
        ),
        alt: format!(
            "Stem plots in three rows of four. In each row the signal {}, the kernel read backwards and moved to the right \
             from row to row, the products of the two, and the convolution {} with the entry that is their sum in a ring.",
            described(&x),
            described(&y)
        ),
        groups: vec![
            heading(0, "the signal"),
            heading(1, "flip and shift"),
            heading(2, "multiply"),
            heading(3, "sum"),
        ],
        panels,
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_that_is_not_flipped_or_not_in_its_place_is_refused() {
        let not_flipped: Laid = |w, n| w.clone().shifted(&[n]);
        let late: Laid = |w, n| w.reversed().shifted(&[n + 1]);
        let backwards: Laid = |w, n| w.reversed().shifted(&[-n]);
        assert!([not_flipped, late, backwards].into_iter().all(|lay| draw(lay).is_err()));
    }

    #[test]
    fn the_caption_says_what_the_data_say() {
        let caption = make().expect("it holds").caption;
        assert!(caption.contains("$(x * w)[1] = 2 + 6 = 8$, $(x * w)[3] = 2 + 0 + 3 = 5$"), "{caption}");
    }
}
