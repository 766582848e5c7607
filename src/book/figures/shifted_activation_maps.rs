//! A picture and the same picture moved, in a network that has learned: what its layers make of the two.

use super::Unmet;
use crate::{
    book::learning::{Network, PLACED, Pictures, lessons, moved, picture},
    figure::{Content, Figure, Heat, Panel, Shades, number},
    layer::shapes::SIZE,
};

pub(super) const ID: &str = "shifted-activation-maps";

/// The number of the picture, and how far it is moved to the right: by no multiple of the stride, and by one.
const NUMBER: usize = 3;
const ODD: usize = 3;
const EVEN: usize = 4;
const STRIDE: usize = 2;

pub(super) fn make() -> Result<Figure, Unmet> {
    let lessons = lessons(ID)?;
    draw(&lessons.learned[PLACED].network, &picture(&lessons.data.unseen, NUMBER))
}

/// What the rectifier and the pool make of a picture.
fn maps(network: &Network, x: &Pictures) -> Result<[Pictures; 2], Unmet> {
    let all = network.activations(x.view());
    let all = all.map_err(|error| Unmet { id: ID, shows: "the layers fit", found: error.to_string() })?;
    Ok([all[2].clone(), all[3].clone()])
}

/// The columns in which two arrays differ, in any channel and row.
fn columns(a: &Pictures, b: &Pictures) -> Vec<usize> {
    let differs = |j: &usize| {
        let column = |x: &Pictures| x.index_axis(ndarray::Axis(3), *j).to_owned();
        column(a) != column(b)
    };
    (0..a.shape()[3]).filter(differs).collect()
}

/// One channel, or the mean of all.
fn rows(x: &Pictures, channel: Option<usize>) -> Vec<Vec<f64>> {
    let (channels, height, width) = (x.shape()[1], x.shape()[2], x.shape()[3]);
    let pixel = |i: usize, j: usize| match channel {
        Some(channel) => f64::from(x[[0, channel, i, j]]),
        None => (0..channels).map(|c| f64::from(x[[0, c, i, j]])).sum::<f64>() / channels as f64,
    };
    (0..height).map(|i| (0..width).map(|j| pixel(i, j)).collect()).collect()
}

fn draw(network: &Network, x: &Pictures) -> Result<Figure, Unmet> {
    let (odd, even) = (moved(x, [0, ODD]), moved(x, [0, EVEN]));
    let [map, pooled] = maps(network, x)?;
    let [odd_map, odd_pooled] = maps(network, &odd)?;
    let [even_map, even_pooled] = maps(network, &even)?;
    // a window of three reads zeros beyond the border of the one picture or of the other there, and nowhere else
    let border = |by: usize| [0, by - 1, by, SIZE - 1];
    let astray = |own: &Pictures, other: &Pictures, by: usize| {
        columns(own, other).into_iter().filter(|j| !border(by).contains(j)).collect::<Vec<_>>()
    };
    let strays =
        [astray(&odd_map, &moved(&map, [0, ODD]), ODD), astray(&even_map, &moved(&map, [0, EVEN]), EVEN)];
    let shows = "the activation maps move along with the picture, away from the border";
    Unmet::unless(strays.iter().all(Vec::is_empty), ID, shows, || {
        format!("in columns {strays:?} they do not")
    })?;
    // pooled columns whose two columns are not at the border
    let inner = |own: &Pictures, by: usize, places: usize| {
        let differing = columns(own, &moved(&pooled, [0, places]));
        differing.into_iter().filter(|j| border(by).iter().all(|column| column / STRIDE != *j)).count()
    };
    let whole = inner(&even_pooled, EVEN, EVEN / STRIDE);
    let half = [ODD / STRIDE, ODD / STRIDE + 1].map(|places| inner(&odd_pooled, ODD, places));
    let shows = "after a stride they move along with a shift by whole strides, and not with another";
    Unmet::unless(whole == 0 && half.iter().all(|count| *count > 0), ID, shows, || {
        format!("{whole} columns differ for {EVEN}, and {half:?} for {ODD}")
    })?;
    // the channel that has most to say
    let energy = |channel: usize| rows(&map, Some(channel)).concat().iter().map(|v| v * v).sum::<f64>();
    let order = |a: &usize, b: &usize| energy(*a).total_cmp(&energy(*b));
    let channel = (0..map.shape()[1]).max_by(order).unwrap_or(0);
    let picture = |at, title: &str, x: &Pictures| Panel {
        at,
        title: title.to_owned(),
        content: Content::Heat(Heat { rows: rows(x, None), shades: Shades::Grey { low: 0.0, high: 1.0 } }),
    };
    let reach = rows(&map, Some(channel)).concat().into_iter().fold(0.0, f64::max);
    let heat = |at, title: &str, x: &Pictures| Panel {
        at,
        title: title.to_owned(),
        content: Content::Heat(Heat { rows: rows(x, Some(channel)), shades: Shades::Diverging { reach } }),
    };
    let apart = |a: &Pictures, b: Pictures| a - b;
    let map_apart = apart(&odd_map, moved(&map, [0, ODD]));
    let nearest = if half[0] <= half[1] { ODD / STRIDE } else { ODD / STRIDE + 1 };
    let pooled_apart = apart(&odd_pooled, moved(&pooled, [0, nearest]));
    let differing = columns(&odd_map, &moved(&map, [0, ODD])).len();
    let moved_title = format!("moved by {ODD}");
    Ok(Figure {
        id: ID.to_owned(),
        title: "Activation maps of a picture and of the moved picture".to_owned(),
        caption: format!(
            "A picture that the network has not learned from, and the same moved to the right by {ODD} on a circle; the activation map of \
             filter {channel}, rectified; and the largest of every {STRIDE} by {STRIDE} of it. The maps of all filters move along: those of the \
             moved picture differ from the moved maps in {differing} columns, where a window reaches beyond the border, and nowhere \
             else. Behind the stride there is no shift that fits: moved by {} or by {}, the pooled maps are off in {} and {} \
             columns away from the border. Had the picture been moved by {EVEN}, there would be {}.",
            ODD / STRIDE,
            ODD / STRIDE + 1,
            half[0],
            half[1],
            number(whole as f64)
        ),
        alt: format!(
            "Three rows. A picture and the same moved to the right by {ODD}. Their activation maps, in blue where the filter answers, \
             the second moved as the picture is, and their difference, blank but for columns where the border is. The pooled maps \
             at half the size, and their difference, which is not blank."
        ),
        panels: vec![
            picture((0, 0), "picture", x),
            picture((0, 1), &moved_title, &odd),
            heat((1, 0), "its activation map", &map),
            heat((1, 1), "that of the moved one", &odd_map),
            heat((1, 2), "less the moved map", &map_apart),
            heat((2, 0), "pooled, stride 2", &pooled),
            heat((2, 1), "that of the moved one", &odd_pooled),
            heat((2, 2), &format!("less it, moved by {nearest}"), &pooled_apart),
        ],
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        book::learning::DENSE,
        layer::{
            Conv, Layer, Relu, Sharing, Sliding,
            pool::{Max, Regions},
        },
    };
    use ndarray::ArrayD;

    #[test]
    fn weights_that_differ_from_place_to_place_and_pools_without_a_stride_are_refused() {
        let lessons = lessons(ID).expect("they fit");
        let x = picture(&lessons.data.unseen, NUMBER);
        let network = |sharing: Sharing, pool: Sliding| {
            let lead = sharing.lead(&[SIZE, SIZE]);
            let mut number = 0;
            let weights = ArrayD::from_shape_simple_fn([lead, vec![2, 3, 3, 3]].concat(), || {
                number = (number + 7) % 11;
                number as f32 / 8.0
            });
            let conv = Conv { sharing, ..Conv::new(Sliding::of(&[3, 3]).pad(1, 1), weights) };
            let pool = Max { regions: Regions::Sliding(pool) };
            Network { 0: vec![Box::new(conv), Box::new(Relu), Box::new(pool)] }
        };
        let strided = || Sliding::of(&[2, 2]).stride(STRIDE);
        assert!(draw(&network(Sharing::Shared, strided()), &x).is_ok());
        assert!(draw(&network(Sharing::Unshared, strided()), &x).is_err());
        assert!(draw(&network(Sharing::Tiled(vec![1, 2]), strided()), &x).is_err());
        let still = x.mapv(|_| 0.5);
        assert!(draw(&network(Sharing::Shared, strided()), &still).is_err(), "nothing to see");
        let dense = &lessons.learned[DENSE].network;
        assert!(dense.forward(x.view()).is_ok());
    }
}
