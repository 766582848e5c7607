//! Four networks learn to tell shapes in the middle of pictures, and are judged by pictures with the shapes anywhere.

use super::{Found, Unmet};
use crate::{
    book::learning::{
        AUGMENTED, DENSE, EPOCHS, Learned, Lessons, Network, PLACED, POOLED, SEEN, UNSEEN, lessons, moved,
        picture,
    },
    figure::number,
    layer::{Layer, shapes::SIZE},
    theorem::Level,
};

pub(super) const ID: &str = "network-learns-shapes";

const SHOWS: &str =
    "what is shared and pooled is learned everywhere at once, and the rest only where it was shown";
/// How many pictures are moved to all places.
const MOVED: usize = 4;

/// Who is expected to learn what; a test exchanges two of them.
const ROLES: [usize; 4] = [POOLED, PLACED, AUGMENTED, DENSE];

pub(super) fn run() -> Result<Found, Unmet> {
    let lessons = lessons(ID)?;
    judge(lessons, ROLES, &lessons.learned[POOLED].network)
}

/// Whether the scores of some unseen pictures are the same, to the bit, wherever these are moved.
fn scores_stay(network: &Network, lessons: &Lessons) -> bool {
    let places = || (0..SIZE * SIZE).map(|place| [place / SIZE, place % SIZE]);
    (0..MOVED).all(|number| {
        let x = picture(&lessons.data.anywhere, number);
        let scores = network.forward(x.view());
        scores.is_ok() && places().all(|by| network.forward(moved(&x, by).view()) == scores)
    })
}

fn judge(lessons: &Lessons, roles: [usize; 4], still: &Network) -> Result<Found, Unmet> {
    let unmet = |found| Unmet { id: ID, shows: SHOWS, found };
    let [pooled, placed, augmented, dense] = roles.map(|number| &lessons.learned[number]);
    let percent = |share: f64| format!("{} %", number((1000.0 * share).round() / 10.0));
    for learned in [pooled, placed, dense] {
        if learned.seen < 0.95 || learned.unseen < 0.9 {
            let found = (percent(learned.seen), percent(learned.unseen));
            return Err(unmet(format!(
                "`{}` tells {} of the seen and {} of the unseen pictures right",
                learned.course.name, found.0, found.1
            )));
        }
    }
    let of_anywhere = [pooled, placed, augmented, dense].map(|learned| learned.last().anywhere);
    let lost = |share: f64| share < 0.5;
    if of_anywhere[0] < 0.9 || !lost(of_anywhere[1]) || of_anywhere[2] < 0.8 || !lost(of_anywhere[3]) {
        return Err(unmet(format!(
            "with the shape anywhere they tell {} right",
            of_anywhere.map(percent).join(", ")
        )));
    }
    if !scores_stay(still, lessons) {
        return Err(unmet("the scores of the first network change when a picture is moved".to_owned()));
    }
    let said = |learned: &Learned| {
        format!(
            "`{}`, with {} parameters, tells {} and {} right",
            learned.course.name,
            learned.parameters(),
            percent(learned.unseen),
            percent(learned.last().anywhere)
        )
    };
    let all = [pooled, placed, augmented, dense];
    let worst = all.iter().min_by(|a, b| a.last().anywhere.total_cmp(&b.last().anywhere)).expect("four");
    Ok(Found {
        statement: format!(
            "Four networks learn for {EPOCHS} epochs from {SEEN} pictures with a shape in the middle, and are judged by \
             {UNSEEN} others, with the shape in the middle and anywhere: {}. Guessing would tell 25 % right. The scores of the \
             first are the same, to the bit, for {MOVED} pictures moved to all {} places of the circle.",
            all.map(said).join("; "),
            SIZE * SIZE
        ),
        level: Level::Sampled,
        cases: (8 * UNSEEN + MOVED * SIZE * SIZE) as u64,
        seed: Some(2),
        worst: Some(format!(
            "{} of the shapes anywhere, by “{}”",
            percent(worst.last().anywhere),
            worst.course.name
        )),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_that_knows_places_or_has_learned_nothing_is_caught() {
        let lessons = lessons(ID).expect("they fit");
        let placed = &lessons.learned[PLACED].network;
        assert!(judge(lessons, ROLES, placed).is_err_and(|unmet| unmet.found.contains("is moved")));
        let untaught = lessons.learned[POOLED].course.untaught();
        assert!(judge(lessons, ROLES, &untaught).is_ok(), "it does not move before it learns either");
        let still = &lessons.learned[POOLED].network;
        for exchanged in [[DENSE, PLACED, AUGMENTED, POOLED], [POOLED, AUGMENTED, PLACED, DENSE]] {
            let found = judge(lessons, exchanged, still);
            assert!(
                found.is_err_and(|unmet| unmet.found.contains("with the shape anywhere")),
                "{exchanged:?}"
            );
        }
    }
}
