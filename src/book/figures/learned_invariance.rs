//! Pooling over turned copies of one filter: what the input's turn does to the answers, to their maps, and to the largest.

use super::{
    Unmet,
    rotation_is_not_free::{Picture, letter, quarter},
};
use crate::{
    figure::{Content, Figure, Heat, Panel, Shades},
    layer::{
        Conv, Layer, LayerError, Sequential, Sliding,
        pool::{Max, Maxout, Regions},
    },
};
use ndarray::{Array2, ArrayD, IxDyn};

pub(super) const ID: &str = "learned-invariance";

const TURNS: usize = 4;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(&turned_copies(&kernel()))
}

/// Brighter above than below.
fn kernel() -> Picture {
    Array2::from_shape_vec((3, 3), vec![1, 2, 1, 0, 0, 0, -1, -2, -1]).expect("three by three").into_dyn()
}

fn turned_copies(w: &Picture) -> Vec<Picture> {
    std::iter::successors(Some(w.clone()), |w| Some(quarter(w))).take(TURNS).collect()
}

/// The letter, brighter to the right, so that its edges differ.
fn shaded() -> Picture {
    let mut x = letter();
    x.indexed_iter_mut().for_each(|(at, pixel)| *pixel *= 2 + at[1] as i64);
    x
}

/// What the layers say of a picture.
struct Answers {
    /// The largest answer of each filter in all places.
    each: Vec<i64>,
    /// In each place the largest of all filters' answers.
    map: Picture,
    /// The largest of all.
    largest: i64,
}

fn answers(filters: &[Picture], x: &Picture) -> Result<Answers, LayerError> {
    let weights = filters.iter().flat_map(|w| w.iter().copied()).collect();
    let weights =
        ArrayD::from_shape_vec(vec![filters.len(), 1, 3, 3], weights).expect("filters of three by three");
    let conv = Conv::new(Sliding::of(&[3, 3]), weights);
    let input =
        x.clone().into_shape_with_order(IxDyn(&[1, 1, x.shape()[0], x.shape()[1]])).expect("one picture");
    let over_places = Max { regions: Regions::Global };
    let each = over_places.forward(conv.forward(input.view())?.view())?;
    let layers =
        Sequential(vec![Box::new(conv), Box::new(Maxout { pieces: filters.len() }), Box::new(over_places)]);
    let all = layers.activations(input.view())?;
    let map = all[2].index_axis(ndarray::Axis(0), 0).index_axis(ndarray::Axis(0), 0).to_owned();
    Ok(Answers { each: each.iter().copied().collect(), map, largest: all[3][[0, 0, 0, 0]] })
}

fn draw(filters: &[Picture]) -> Result<Figure, Unmet> {
    let shows = "there is a filter for each turn";
    Unmet::unless(filters.len() == TURNS, ID, shows, || format!("there are {}", filters.len()))?;
    let refused = |error: LayerError| Unmet { id: ID, shows: "the layers fit", found: error.to_string() };
    let inputs = turned_copies(&shaded());
    let all = inputs.iter().map(|x| answers(filters, x)).collect::<Result<Vec<_>, _>>().map_err(refused)?;
    let each: Vec<&Vec<i64>> = all.iter().map(|answers| &answers.each).collect();
    let said = || format!("the answers are {each:?}");
    let shows = "a quarter turn of the picture hands the answer of each filter to the next, and changes them";
    let handed_on = (1..TURNS)
        .all(|turn| (0..TURNS).all(|filter| each[turn][filter] == each[0][(filter + TURNS - turn) % TURNS]));
    let differ = (1..TURNS).all(|turn| each[turn] != each[0]);
    Unmet::unless(handed_on && differ, ID, shows, said)?;
    let shows = "the largest of all answers does not change";
    Unmet::unless(all.iter().all(|answers| answers.largest == all[0].largest), ID, shows, said)?;
    let shows = "the map of the largest answers is turned along, and changes";
    let turned =
        (1..TURNS).all(|turn| all[turn].map == quarter(&all[turn - 1].map) && all[turn].map != all[0].map);
    Unmet::unless(turned, ID, shows, || "it is not".to_owned())?;
    let rows = |x: &Picture| x.outer_iter().map(|row| row.iter().map(|v| *v as f64).collect()).collect();
    let heat = |at, title: String, x: &Picture, high: i64| Panel {
        at,
        title,
        content: Content::Heat(Heat { rows: rows(x), shades: Shades::Grey { low: 0.0, high: high as f64 } }),
    };
    let brightest = inputs[0].iter().copied().max().unwrap_or(1);
    let largest = all[0].largest;
    let mut panels = vec![];
    for turn in 0..TURNS {
        let words = ["as it is", "a quarter turn", "a half turn", "three quarters"][turn];
        panels.push(heat((0, turn), words.to_owned(), &inputs[turn], brightest));
        panels.push(heat((1, turn), "largest of four filters".to_owned(), &all[turn].map, largest));
        let row = |answers: &Answers| [&answers.each[..], &[answers.largest]].concat();
        let row = row(&all[turn]).into_iter().map(|v| v as f64).collect();
        panels.push(Panel {
            at: (2, turn),
            title: "best answers; largest".to_owned(),
            content: Content::Grid(vec![row]),
        });
    }
    let list = |row: &[i64]| row.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    Ok(Figure {
        id: ID.to_owned(),
        title: "Four turned copies of one filter".to_owned(),
        caption: format!(
            "A filter that asks how much brighter it is above than below, and the same filter turned by one, two and three \
             quarters. Above, a picture in four positions; in the middle, the largest answer of the four filters in each place, a map \
             which is turned with the picture; below, the best answer of each filter anywhere, {} at first, which go round with every \
             quarter turn, and the largest of all, which is {largest} in all four positions.",
            list(each[0])
        ),
        alt: format!(
            "Three rows of four panels. A letter F, brighter to the right, turned by quarters to the left; maps of its edges, turned in \
             the same way; and rows of five numbers: {}, each the one before moved round by one, and {largest} at the end of each.",
            each.iter().map(|row| list(row)).collect::<Vec<_>>().join("; ")
        ),
        panels,
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_filters_are_refused() {
        let w = kernel();
        let copies = turned_copies(&w);
        let mirrored = vec![w.clone(), copies[1].clone(), w.clone().reversed_axes(), copies[3].clone()];
        let reordered = vec![copies[0].clone(), copies[2].clone(), copies[1].clone(), copies[3].clone()];
        for wrong in [vec![w.clone(); 4], copies[..2].to_vec(), mirrored, reordered] {
            assert!(draw(&wrong).is_err());
        }
        let even = ArrayD::from_elem(IxDyn(&[3, 3]), 1);
        assert!(draw(&turned_copies(&even)).is_err(), "a filter that is its own turn shows nothing");
    }
}
