//! How far four descriptions of a picture move when the picture is shifted or dilated, and what theory allows one of them.

use super::{Unmet, rounded};
use crate::{
    book::{
        learning::{PLACED, lessons, moved},
        portable::{circle, exp},
    },
    figure::{Axis, Content, Curves, Figure, Panel, not_below, number},
    fourier::dft,
    layer::{Layer, shapes::SIZE},
    wavelet::{
        Window,
        scattering::{Convention, Scattering, ScatteringError, Settings},
    },
};
use ndarray::{Array4, ArrayD, ArrayViewD, IxDyn};
use num_complex::Complex;

pub(super) const ID: &str = "invariance-curves";

/// The two movements, in the order of the panels.
const SHIFTED: usize = 0;
const DILATED: usize = 1;
const PICTURES: usize = 5;
const CHANNELS: usize = 3;
/// Pixels by which pictures are shifted, at most.
const FARTHEST: usize = SIZE / 2;
/// Steps of dilation, and how much each adds to the size.
const STEPS: usize = 8;
const STEP: f64 = 0.025;
const ANGLES: usize = 4;
/// J of the scattering transform that is compared, and of those that are held to their bounds.
const SCALE: u32 = 2;
const SCALES: [u32; 2] = [1, 2];
/// The side of the windows, and from one to the next.
const WINDOW: usize = 8;
const HOP: usize = 2;

type Pictures = ArrayD<f64>;
/// What is said of pictures, in rows.
type Description = Box<dyn Fn(&Pictures) -> Result<Vec<Vec<f64>>, Unmet>>;

/// A description by name, and how far it moves under shifts and dilations.
type Measured = (&'static str, [Vec<f64>; 2]);

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(&measured()?, &SCALES.map(limit).into_iter().collect::<Result<Vec<_>, _>>()?)
}

/// The size after so many steps.
fn factor(step: usize) -> f64 {
    1.0 + STEP * step as f64
}

fn refused(found: String) -> Unmet {
    Unmet { id: ID, shows: "the pictures can be described", found }
}

/// Bars, a disc, and two discs with stripes, on a plain ground: drawn by formulas, so that a dilation is one of the plane. The
/// centre stays where it is.
fn pictures(size: f64) -> Pictures {
    let square = |t: f64| t * t;
    let bar = |along: f64, across: f64| exp(-square(square(along / 4.0)) - square(square(across / 1.2)));
    let disc = |u: f64, v: f64| exp(-square((square(u) + square(v)) / 16.0));
    let stripes = |turns: f64| 0.5 + 0.5 * circle(turns)[0];
    let middle = (SIZE - 1) as f64 / 2.0;
    let pixel = |(number, channel, i, j): (usize, usize, usize, usize)| {
        let (v, u) = ((i as f64 - middle) / size, (j as f64 - middle) / size);
        let shape = match number {
            0 => bar(u, v),
            1 => bar(v, u),
            2 => disc(u, v),
            3 => disc(u, v) * stripes(0.3 * u),
            _ => disc(u, v) * stripes(0.2 * u + 0.25 * v),
        };
        let colour = [[0.9, 0.6, 0.5], [0.5, 0.9, 0.7], [0.6, 0.5, 0.9]][channel][number % 3];
        0.15 + (colour - 0.15) * shape
    };
    Array4::from_shape_fn((PICTURES, CHANNELS, SIZE, SIZE), pixel).into_dyn()
}

/// One row of numbers for each picture.
fn rows(x: ArrayViewD<f64>) -> Vec<Vec<f64>> {
    x.outer_iter().map(|one| one.iter().copied().collect()).collect()
}

fn sizes(x: ArrayViewD<f64>) -> Vec<f64> {
    dft(x.mapv(Complex::from)).iter().map(|z| z.norm_sqr().sqrt()).collect()
}

/// Every picture by all its channels, described one by one.
fn by_channel(x: &Pictures, plane: impl Fn(ArrayViewD<f64>) -> Vec<f64>) -> Vec<Vec<f64>> {
    x.outer_iter().map(|one| one.outer_iter().flat_map(&plane).collect()).collect()
}

fn fourier(x: &Pictures) -> Vec<Vec<f64>> {
    by_channel(x, sizes)
}

/// The moduli of the Fourier coefficients of all windows on the torus.
fn windowed(x: &Pictures) -> Vec<Vec<f64>> {
    let window = Window::Hann.values(WINDOW);
    by_channel(x, |plane| {
        let corners = (0..SIZE).step_by(HOP).flat_map(|i| (0..SIZE).step_by(HOP).map(move |j| (i, j)));
        let part = |(i, j): (usize, usize)| {
            let entry =
                |at: IxDyn| window[at[0]] * window[at[1]] * plane[[(i + at[0]) % SIZE, (j + at[1]) % SIZE]];
            sizes(ArrayD::from_shape_fn(IxDyn(&[WINDOW, WINDOW]), entry).view())
        };
        corners.flat_map(part).collect()
    })
}

/// All averages are kept, so that energies are those of the theory.
fn plan(scale: u32) -> Result<Scattering<f64>, ScatteringError> {
    Scattering::new(&Settings {
        convention: Convention::Parseval,
        angles: ANGLES,
        oversampling: scale,
        ..Settings::of(&[SIZE, SIZE], scale)
    })
}

/// By name, in the order of the figure.
fn descriptions() -> Result<[(&'static str, Description); 4], Unmet> {
    let scattering = plan(SCALE).map_err(|error| refused(error.to_string()))?;
    let network = &lessons(ID)?.learned[PLACED].network;
    Ok([
        ("Fourier modulus", Box::new(|x| Ok(fourier(x)))),
        ("windowed Fourier", Box::new(|x| Ok(windowed(x)))),
        (
            "scattering",
            Box::new(move |x| {
                scattering
                    .forward(x.view())
                    .map(|y| rows(y.view()))
                    .map_err(|error| refused(error.to_string()))
            }),
        ),
        (
            "CNN",
            Box::new(|x| {
                let scores = network.forward(x.mapv(|v| v as f32).view());
                scores.map(|y| rows(y.mapv(f64::from).view())).map_err(|error| refused(error.to_string()))
            }),
        ),
    ])
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

/// The mean distance of two descriptions of the same pictures.
fn mean(a: &[Vec<f64>], b: &[Vec<f64>]) -> f64 {
    a.iter().zip(b).map(|(a, b)| distance(a, b)).sum::<f64>() / a.len() as f64
}

/// Shifted to the right by 0, 1, …, and dilated by 0, 1, … steps: the mean distances from what is said of the pictures as they
/// are, in units of the mean distance of two different pictures.
fn curves(description: &Description) -> Result<[Vec<f64>; 2], Unmet> {
    let x = pictures(1.0);
    let still = description(&x)?;
    let n = still.len();
    let pairs = (0..n).flat_map(|a| (0..n).filter(move |b| *b != a).map(move |b| (a, b)));
    let different: Vec<f64> = pairs.map(|(a, b)| distance(&still[a], &still[b])).collect();
    let unit = different.iter().sum::<f64>() / different.len() as f64;
    let along = |all: Vec<Pictures>| -> Result<Vec<f64>, Unmet> {
        all.iter().map(|x| Ok(mean(&still, &description(x)?) / unit)).collect()
    };
    let shifted = along((0..=FARTHEST).map(|d| moved(&x, [0, d])).collect())?;
    Ok([shifted, along((0..=STEPS).map(|step| pictures(factor(step))).collect())?])
}

/// The largest distance of a picture and a channel from itself shifted, in units of its size less its mean; and the bound.
struct Limit {
    scale: u32,
    measured: Vec<f64>,
    allowed: Vec<f64>,
}

/// Of one scattering transform, under shifts by 0, 1, …
fn limit(scale: u32) -> Result<Limit, Unmet> {
    let failed = |error: ScatteringError| refused(error.to_string());
    let plan = plan(scale).map_err(failed)?;
    let x = pictures(1.0);
    let planes = |x: &Pictures| -> Result<Vec<Vec<f64>>, Unmet> {
        let y = plan.forward(x.view()).map_err(failed)?;
        Ok(y.outer_iter().flat_map(|one| rows(one.view())).collect())
    };
    let still = planes(&x)?;
    let size = |plane: ArrayViewD<f64>| {
        let mean = plane.sum() / plane.len() as f64;
        plane.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>().sqrt()
    };
    let sizes: Vec<f64> =
        x.outer_iter().flat_map(|one| one.outer_iter().map(size).collect::<Vec<_>>()).collect();
    let (mut measured, mut allowed) = (vec![], vec![]);
    for d in 0..=FARTHEST {
        let there = planes(&moved(&x, [0, d]))?;
        let ratios = still.iter().zip(&there).zip(&sizes).map(|((a, b), size)| distance(a, b) / size);
        measured.push(ratios.fold(0.0, f64::max));
        let bound = plan.translation_bound(&[0, d as isize]).map_err(failed)?;
        allowed.push(bound.ok_or_else(|| refused("there is no bound".to_owned()))?);
    }
    Ok(Limit { scale, measured, allowed })
}

fn measured() -> Result<[Measured; 4], Unmet> {
    let [a, b, c, d] = descriptions()?.map(|(name, description)| Ok((name, curves(&description)?)));
    Ok([a?, b?, c?, d?])
}

fn draw(all: &[Measured; 4], limits: &[Limit]) -> Result<Figure, Unmet> {
    let at =
        |which: usize, place: usize| -> Vec<f64> { all.iter().map(|(_, both)| both[which][place]).collect() };
    let list = |values: &[f64]| values.iter().map(|v| number(rounded(*v, 3))).collect::<Vec<_>>().join(", ");
    let (one, last) = (at(SHIFTED, 1), at(DILATED, STEPS));
    let shows =
        "no shift moves the Fourier modulus, and a shift by one moves scattering least of the other three";
    let still = all[0].1[SHIFTED].iter().all(|distance| *distance < 1e-12);
    // written so that NaN is refused
    let least = 1e-3 < one[2] && one[2] < 0.8 * one[1] && one[2] < 0.8 * one[3];
    Unmet::unless(still && least, ID, shows, || format!("they move by {}", list(&one)))?;
    let shows = "the largest dilation moves the Fourier modulus most, then the windowed one, then scattering, then the network";
    let ordered = last.windows(2).all(|pair| 0.0 < pair[1] && pair[1] < 0.95 * pair[0]);
    Unmet::unless(ordered, ID, shows, || format!("they move by {}", list(&last)))?;
    for Limit { scale, measured, allowed } in limits {
        let shows = "no shift moves scattering farther than theory allows";
        let within = measured.iter().zip(allowed).skip(1).all(|(measured, allowed)| measured < allowed);
        Unmet::unless(within, ID, shows, || format!("for J = {scale} it is {}", list(measured)))?;
    }
    let shows = "with a larger J a shift moves scattering less, and less is allowed to small shifts";
    let less = limits.windows(2).all(|pair| {
        let falls =
            |a: &[f64], b: &[f64], count: usize| a.iter().zip(b).skip(1).take(count).all(|(a, b)| b < a);
        falls(&pair[0].measured, &pair[1].measured, FARTHEST) && falls(&pair[0].allowed, &pair[1].allowed, 2)
    });
    Unmet::unless(less && limits.len() == SCALES.len(), ID, shows, || "it is not so".to_owned())?;

    let curve = |values: &[f64]| values.iter().map(|v| Some(rounded(*v, 4))).collect::<Vec<_>>();
    let panel = |at, title: &str, [across, up]: [&str; 2], places, curves, columns| {
        let (across, up, span) = (Axis::linear(across), Axis::linear(up), (2, columns));
        let content = Content::Curves(Curves { across, up, places, curves, span });
        Panel { at, title: title.to_owned(), content }
    };
    let of =
        |which: usize| all.iter().map(|(name, both)| ((*name).to_owned(), curve(&both[which]))).collect();
    let shifts = || (0..=FARTHEST).map(|d| d as f64).collect::<Vec<_>>();
    let factors = (0..=STEPS).map(factor).collect();
    let pairs = limits.iter().flat_map(|limit| {
        let name = |what: &str| format!("J = {}, {what}", limit.scale);
        [
            (name("measured"), curve(&limit.measured)),
            (name("allowed"), limit.allowed.iter().map(|bound| Some(not_below(*bound, 3))).collect()),
        ]
    });
    let pairs = pairs.collect();
    let unit = "distance, in that of two pictures";
    let first =
        |values: fn(&Limit) -> &Vec<f64>| limits.iter().map(|limit| values(limit)[1]).collect::<Vec<_>>();
    Ok(Figure {
        id: ID.to_owned(),
        title: "Who minds a shift, and who a dilation".to_owned(),
        caption: format!(
            "{PICTURES} pictures of bars and discs, {SIZE} by {SIZE} pixels on a torus, described by the moduli of their Fourier \
             coefficients, by those of windows of {WINDOW} by {WINDOW} pixels (Hann, every {HOP} pixels), by scattering to order 2 \
             (`parseval`, J = {SCALE}, {ANGLES} directions), and by the four scores of a network that has learned shapes in the middle \
             (chapter on learning). Distances are 2-norms, averaged over the pictures, in units of the mean distance of two different pictures in the \
             same description. One pixel to the right moves the four by {}; a dilation by {} moves them by {}. Below, for single channels, how \
             far scattering moves at most, in units of the norm of the channel less its mean, and what is allowed, \
             $\\sup_\\omega\\vert\\hat\\varphi(\\omega)\\vert\\min(2, \\vert\\omega\\cdot c\\vert)(1 + B + B^2)^{{1/2}}$, which is at \
             least the bound with $\\vert e^{{i\\omega\\cdot c}} - 1\\vert$. For one pixel and J = {}: {}, allowed {}.",
            list(&one),
            number(factor(STEPS)),
            list(&last),
            SCALES.map(|scale| scale.to_string()).join(" and "),
            list(&first(|limit| &limit.measured)),
            list(
                &first(|limit| &limit.allowed)
                    .into_iter()
                    .map(|bound| not_below(bound, 2))
                    .collect::<Vec<_>>()
            ),
        ),
        alt: format!(
            "Three panels. Over shifts from 0 to {FARTHEST} pixels, the Fourier modulus stays at 0, scattering rises below the windowed \
             Fourier modulus, and the network ends at {}. Over sizes from 1 to {}, four rising curves, in this order from above: {}. Below, \
             for each J, a measured curve well below the one that is allowed.",
            number(rounded(at(SHIFTED, FARTHEST)[3], 3)),
            number(factor(STEPS)),
            all.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "),
        ),
        panels: vec![
            panel((0, 0), "Shifted", ["pixels to the right", unit], shifts(), of(SHIFTED), 2),
            panel((0, 2), "Dilated", ["size", unit], factors, of(DILATED), 2),
            panel(
                (2, 0),
                "Scattering, shifted, and what is allowed",
                ["pixels to the right", "distance, in the norm"],
                shifts(),
                pairs,
                4,
            ),
        ],
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_in_another_order_and_limits_that_are_too_low_are_refused() {
        let (all, limits) =
            (measured().expect("they exist"), || SCALES.map(|scale| limit(scale).expect("it has one")));
        let [a, b, c, d] = &all;
        let one = |one: &Measured| one.clone();
        let shifted = draw(&[one(b), one(a), one(c), one(d)], &limits());
        assert!(shifted.is_err_and(|unmet| unmet.shows.contains("no shift moves the Fourier")));
        assert!(draw(&[one(a), one(c), one(b), one(d)], &limits()).is_err());
        let dilated = draw(&[one(a), one(b), one(c), ("still", [d.1[0].clone(), c.1[1].clone()])], &limits());
        assert!(dilated.is_err_and(|unmet| unmet.shows.contains("dilation")));
        let constant: Description = Box::new(|x| Ok(vec![vec![1.0]; x.shape()[0]]));
        let constant = ("constant", curves(&constant).expect("it says something"));
        assert!(draw(&[one(a), one(b), constant, one(d)], &limits()).is_err());
        let [mut low, other] = limits();
        low.allowed.iter_mut().for_each(|allowed| *allowed /= 4.0);
        assert!(draw(&all, &[low, other]).is_err_and(|unmet| unmet.shows.contains("theory")));
        let [first, second] = limits();
        assert!(draw(&all, &[second, first]).is_err_and(|unmet| unmet.shows.contains("larger J")));
    }
}
