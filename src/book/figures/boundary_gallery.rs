//! One signal, continued in five ways.

use super::{Unmet, Whole, line, series};
use crate::{
    figure::{Content, Figure, Panel, Series, number},
    signal::{Boundary, Signal, boundary::source},
};

pub(super) const ID: &str = "boundary-gallery";

/// The signal; its ends differ, and so do their neighbours, or some continuations would look alike.
const SIGNAL: [i64; 5] = [3, 1, 2, 5, 4];
/// Entries made up on either side.
const BEYOND: isize = 3;

/// Which entry stands at an index; see [`source`].
type Source = fn(isize, usize, Boundary) -> Option<usize>;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(&SIGNAL, source)
}

fn continued(x: &[i64], boundary: Boundary, source: Source) -> Vec<i64> {
    let all = -BEYOND..x.len() as isize + BEYOND;
    all.map(|i| source(i, x.len(), boundary).map_or(0, |k| x[k])).collect()
}

/// The same by the drawing in the documentation of `signal::boundary`: what stands before abcd, and what behind.
fn by_hand(x: &[i64], boundary: Boundary) -> Vec<i64> {
    let n = x.len();
    let (first, last) = (x[0], x[n - 1]);
    let beyond = BEYOND as usize;
    let mirrored = |skip: usize| {
        let before: Vec<i64> = x[skip..skip + beyond].iter().rev().copied().collect();
        let after: Vec<i64> = x.iter().rev().skip(skip).take(beyond).copied().collect();
        (before, after)
    };
    let (before, after) = match boundary {
        Boundary::Zero => (vec![0; beyond], vec![0; beyond]),
        Boundary::Replicate => (vec![first; beyond], vec![last; beyond]),
        Boundary::Reflect => mirrored(1),
        Boundary::Symmetric => mirrored(0),
        Boundary::Wrap => (x[n - beyond..].to_vec(), x[..beyond].to_vec()),
    };
    [before, x.to_vec(), after].concat()
}

/// What it is called elsewhere, and what it does, in a word.
fn titled(boundary: Boundary) -> String {
    let what = match boundary {
        Boundary::Zero => "nothing",
        Boundary::Reflect => "a mirror on the edge",
        Boundary::Symmetric => "a mirror behind it",
        Boundary::Replicate => "the edge again",
        Boundary::Wrap => "the other end",
    };
    format!("{}: {what}", boundary.name())
}

fn draw(x: &[i64], source: Source) -> Result<Figure, Unmet> {
    let all: Vec<(Boundary, Vec<i64>)> =
        Boundary::ALL.iter().map(|b| (*b, continued(x, *b, source))).collect();
    for (boundary, found) in &all {
        if *found != by_hand(x, *boundary) {
            let shows = "each continuation is the one that its name says";
            return Err(Unmet { id: ID, shows, found: format!("{} gives {found:?}", boundary.name()) });
        }
    }
    for (k, (boundary, found)) in all.iter().enumerate() {
        if let Some((other, _)) = all[..k].iter().find(|(_, other)| other == found) {
            let shows = "the five continuations differ";
            let found = format!("{} and {} do not", other.name(), boundary.name());
            return Err(Unmet { id: ID, shows, found });
        }
    }
    let name = |text: &str, signal: &Signal<Whole>| Series { name: text.to_owned(), ..series("", signal) };
    let own = line(0, x);
    let mut panels = vec![Panel {
        at: (0, 0),
        title: "the signal x".to_owned(),
        content: Content::Stems(vec![name("x", &own)]),
    }];
    for (k, (boundary, values)) in all.iter().enumerate() {
        panels.push(Panel {
            at: ((k + 1) / 3, (k + 1) % 3),
            title: titled(*boundary),
            content: Content::Stems(vec![name("x", &own), name(boundary.name(), &line(-BEYOND, values))]),
        });
    }
    let sums: Vec<String> = all
        .iter()
        .map(|(b, values)| format!("{} ({})", number(values.iter().sum::<i64>() as f64), b.name()))
        .collect();
    let own_sum = number(x.iter().sum::<i64>() as f64);
    Ok(Figure {
        id: ID.to_owned(),
        title: "Five ways to continue a signal".to_owned(),
        caption: format!(
            "A dot in a ring is an entry of the signal, a ring alone is made up. The signal's entries add up to {own_sum}, \
             those of its continuations by {BEYOND} on either side to {}. No two of the five agree, and two of them are \
             called reflect somewhere.",
            sums.join(", ")
        ),
        alt: format!(
            "Six stem plots over the indices {} to {}: the signal with {} entries, and the signal continued by zeros, by a \
             mirror that does not repeat the edge, by one that does, by copies of the edge, and from the other end.",
            number(-BEYOND as f64),
            number((x.len() as isize + BEYOND - 1) as f64),
            x.len()
        ),
        panels,
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_that_are_confused_are_told_apart() {
        let confused: Source = |i, n, boundary| match boundary {
            Boundary::Reflect => source(i, n, Boundary::Symmetric),
            Boundary::Symmetric => source(i, n, Boundary::Reflect),
            other => source(i, n, other),
        };
        assert!(draw(&SIGNAL, confused).is_err());
        let shifted: Source = |i, n, boundary| source(i + 1, n, boundary);
        assert!(draw(&SIGNAL, shifted).is_err());
        assert!(draw(&[2; 5], source).is_err(), "a constant signal shows nothing");
    }

    #[test]
    fn the_caption_says_what_the_data_say() {
        let figure = make().expect("it holds");
        assert!(figure.caption.contains("add up to 15") && figure.caption.contains("15 (zero)"));
        assert!(draw(&[7, 1, 2, 5, 4], source).expect("it holds too").caption != figure.caption);
    }
}
