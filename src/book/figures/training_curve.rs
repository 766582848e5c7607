//! Four networks while they learn: the loss, and how many shapes they tell right that may be anywhere.

use super::Unmet;
use crate::{
    book::learning::{AUGMENTED, DENSE, EPOCHS, Epoch, Learned, PLACED, POOLED, lessons},
    figure::{Axis, Content, Curves, Figure, Panel, number},
};

pub(super) const ID: &str = "training-curve";

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(&lessons(ID)?.learned)
}

fn draw(learned: &[Learned]) -> Result<Figure, Unmet> {
    let shows = "every network gets better at what it is taught";
    for one in learned {
        let (first, last) = (one.epochs[0].loss, one.last().loss);
        // written so that NaN is refused
        let better = last < first / 2.0;
        Unmet::unless(better, ID, shows, || {
            format!("the loss of `{}` goes from {} to {}", one.course.name, number(first), number(last))
        })?;
    }
    let anywhere = |number_of: usize| learned[number_of].last().anywhere;
    let shows = "with the shape anywhere the pooled network is best, then the one that has seen it moved";
    let order = [POOLED, AUGMENTED, PLACED].map(anywhere);
    let apart = order[0] >= order[1] && order[1] > order[2] + 0.2 && order[1] > anywhere(DENSE) + 0.2;
    Unmet::unless(apart, ID, shows, || format!("the shares are {}", order.map(number).join(", ")))?;
    let curves = |value: fn(&Epoch) -> f64| -> Vec<(String, Vec<Option<f64>>)> {
        let one =
            |one: &Learned| (one.course.name.to_owned(), one.epochs.iter().map(value).map(Some).collect());
        learned.iter().map(one).collect()
    };
    let plot = |row: usize, title: &str, up: Axis, value: fn(&Epoch) -> f64| Panel {
        at: (row, 0),
        title: title.to_owned(),
        content: Content::Curves(Curves {
            across: Axis::linear("epoch"),
            up,
            places: (1..=EPOCHS).map(|epoch| epoch as f64).collect(),
            curves: curves(value),
            span: (2, 3),
        }),
    };
    let last = |number_of: usize| {
        format!("{} and {}", number(learned[number_of].unseen), number(anywhere(number_of)))
    };
    Ok(Figure {
        id: ID.to_owned(),
        title: "Four networks while they learn".to_owned(),
        caption: format!(
            "The loss on the pictures that are learned from, with the shape in the middle (for the third network, moved), and the share \
             of other pictures, with the shape anywhere, that is told right after each epoch. At the end the shares of unseen pictures \
             told right, with the shape in the middle and anywhere, are {} for a convolution of which the largest entries are \
             kept, {} with a dense layer on top, {} if this one sees every picture moved at random, and {} for two dense layers. \
             Guessing gives one quarter.",
            last(POOLED),
            last(PLACED),
            last(AUGMENTED),
            last(DENSE)
        ),
        alt: format!(
            "Two panels with four curves over {EPOCHS} epochs. Above, all losses fall to less than half. \
             Below, the pooled network ends at {}, the one with moved pictures at {}, and the other two at {} and {}.",
            number(anywhere(POOLED)),
            number(anywhere(AUGMENTED)),
            number(anywhere(PLACED)),
            number(anywhere(DENSE))
        ),
        panels: vec![
            plot(0, "Loss on seen pictures", Axis::logarithmic("loss"), |epoch| epoch.loss),
            plot(2, "Unseen pictures, the shape anywhere", Axis::linear("share told right"), |epoch| {
                epoch.anywhere
            }),
        ],
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_in_another_order_and_losses_that_rise_are_refused() {
        let fresh = || {
            let all = &lessons(ID).expect("they fit").learned;
            let copy = |one: &Learned| {
                let (network, epochs) = (one.course.untaught(), one.epochs.clone());
                Learned { course: one.course, network, epochs, seen: one.seen, unseen: one.unseen }
            };
            all.iter().map(copy).collect::<Vec<Learned>>()
        };
        assert!(draw(&fresh()).is_ok());
        let mut exchanged = fresh();
        exchanged.swap(POOLED, DENSE);
        assert!(draw(&exchanged).is_err());
        let mut rising = fresh();
        rising[PLACED].epochs.reverse();
        assert!(draw(&rising).is_err_and(|unmet| unmet.shows.contains("better")));
        let mut lost = fresh();
        lost[DENSE].epochs[EPOCHS as usize - 1].loss = f64::NAN;
        assert!(draw(&lost).is_err());
    }
}
