//! A linear convolution wound round circles: which entries are spoilt, and from which length on none is.

use super::{Line, Unmet, Whole, described, entry, line, series, window};
use crate::{
    conv::definition,
    figure::{Content, Figure, Group, Panel, Pattern, Series, number},
    signal::Cyclic,
};

pub(super) const ID: &str = "linear-from-circular";

const SIGNAL: [i64; 6] = [1, 2, 1, 3, 2, 1];
const KERNEL: [i64; 4] = [2, 1, 1, 1];
/// The circle that the left panel shows.
const SHOWN: usize = 6;

/// A convolution on a circle.
type Circular = fn(&Cyclic<Whole>, &Cyclic<Whole>) -> Cyclic<Whole>;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(definition::cyclic)
}

/// What falls on each place when the line is wound round a circle of n places, added up.
fn wound(x: &Line, n: usize) -> Cyclic<Whole> {
    let mut places = vec![Whole(0); n];
    for k in window(x, x) {
        places[k.rem_euclid(n as isize) as usize].0 += entry(x, k);
    }
    Cyclic::circle(places)
}

fn draw(circular: Circular) -> Result<Figure, Unmet> {
    let (x, w) = (line(0, &SIGNAL), line(0, &KERNEL));
    let y = definition::signals(&x, &w);
    let full = SIGNAL.len() + KERNEL.len() - 1;
    let lengths: Vec<usize> = (KERNEL.len()..=full).collect();
    let on = |n: usize| {
        let found = circular(&wound(&x, n), &wound(&w, n));
        found.entries().iter().map(|v| v.0).collect::<Vec<i64>>()
    };
    // how many entries of the line fall on that place
    let terms = |n: usize, k: usize| (k..full).step_by(n).count();
    let mut spoilt = vec![];
    for n in &lengths {
        let found = on(*n);
        let wanted: Vec<i64> = wound(&y, *n).entries().iter().map(|v| v.0).collect();
        let shows = "on a circle one finds the linear convolution, wound";
        Unmet::unless(found == wanted, ID, shows, || format!("on {n} places {found:?} is not {wanted:?}"))?;
        let places: Vec<usize> = (0..*n).filter(|k| found[*k] != entry(&y, *k as isize)).collect();
        let shows = "the spoilt places are the first ones, one for each place that is missing";
        let first: Vec<usize> = (0..(full - n).min(*n)).collect();
        Unmet::unless(places == first, ID, shows, || format!("on {n} places they are {places:?}"))?;
        spoilt.push(places.len());
    }
    let by_number = (1..).take_while(|t| lengths.iter().any(|n| terms(*n, 0) >= *t));
    let classes: Vec<String> =
        by_number.map(|t: usize| if t == 1 { "right".to_owned() } else { format!("{t} added up") }).collect();
    let row = |n: usize| {
        let found = on(n);
        let cells = (0..full).map(|k| (k < n).then(|| terms(n, k) - 1));
        let labels = (0..full).map(|k| found.get(k).map_or_else(String::new, |v| number(*v as f64)));
        (
            std::iter::once(None).chain(cells).collect::<Vec<Option<usize>>>(),
            std::iter::once(n.to_string()).chain(labels).collect::<Vec<String>>(),
        )
    };
    let (cells, labels): (Vec<_>, Vec<_>) = lengths.iter().map(|n| row(*n)).unzip();
    let shown = Series { name: format!("on {SHOWN} places"), ..series("", &line(0, &on(SHOWN))) };
    let counts: Vec<String> = lengths.iter().zip(&spoilt).map(|(n, s)| format!("{s} on {n}")).collect();
    let block = (lengths.len(), full + 1);
    let stems = |column, title: &str, all| Panel {
        at: (0, column),
        title: title.to_owned(),
        content: Content::Stems(all),
    };
    Ok(Figure {
        id: ID.to_owned(),
        title: "A linear convolution on circles that are too small".to_owned(),
        caption: format!(
            "{} by {} entries have {full} on the line. On a circle of $n$ places, whatever does not fit falls on the places \
             from 0 on and is added there. Spoilt are {}: one place for each that is missing, until all are. The rest is the linear convolution, and on {full} places all of it is.",
            SIGNAL.len(),
            KERNEL.len(),
            counts.join(", ")
        ),
        alt: format!(
            "Stem plots of the linear convolution, {}, and of it on the line and on {SHOWN} places together, where {} places \
             differ. A table with a row for each circle, from {} to {full} places, coloured by the number of entries that fall \
             on a place: a triangle at the left is spoilt.",
            described(&y),
            full - SHOWN,
            KERNEL.len()
        ),
        groups: vec![
            Group { title: "What does not fit comes round".to_owned(), columns: (0, 1) },
            Group { title: "n, and what is on n places".to_owned(), columns: (2, 2) },
        ],
        panels: vec![
            stems(0, "x ∗ w", vec![series("x ∗ w", &y)]),
            stems(1, &format!("too small by {}", full - SHOWN), vec![series("on the line", &y), shown]),
            Panel {
                at: (0, 2),
                title: String::new(),
                content: Content::Pattern(Pattern { classes, cells, labels, block }),
            },
        ],
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_convolution_on_a_circle_is_refused() {
        let late: Circular = |x, w| definition::cyclic(x, w).shifted(&[1]);
        let correlation: Circular = |x, w| definition::cyclic(x, &w.reversed());
        let cut: Circular = |x, w| {
            let n = x.shape()[0] as isize;
            let sum = |i: isize| (0..=i).map(|k| x.at(&[k]).0 * w.at(&[i - k]).0).sum();
            Cyclic::circle((0..n).map(|i| Whole(sum(i))).collect())
        };
        assert!([late, correlation, cut].into_iter().all(|circular| draw(circular).is_err()));
    }

    #[test]
    fn the_caption_says_what_the_data_say() {
        let caption = make().expect("it holds").caption;
        assert!(caption.contains("4 on 4, 4 on 5, 3 on 6, 2 on 7, 1 on 8, 0 on 9"), "{caption}");
    }
}
