//! A picture on its way through a scattering transform: moduli, moduli of moduli, and averages of each.

use super::{Unmet, rounded};
use crate::{
    figure::{Content, Figure, Heat, Panel, Shades, number},
    wavelet::scattering::{Convention, Scattering, ScatteringError, Settings},
};
use ndarray::{Array2, ArrayD, Axis, Ix2};

pub(super) const ID: &str = "scattering-cascade";

const SIDE: usize = 48;
const SCALE: u32 = 3;
/// Directions, a half circle apart from the first to where they begin again.
const ANGLES: usize = 4;
/// The direction whose waves go from the left to the right.
const ACROSS: usize = ANGLES / 2;
/// The ring of lowest frequencies, of those that are 0, 1, 2 from the highest.
const LOWEST: usize = 2;

type Picture = ArrayD<f64>;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(&scene())
}

/// A disc with upright stripes, four pixels from one to the next, and a level bar.
fn scene() -> Picture {
    let pixel = |(i, j): (usize, usize)| {
        let (y, x) = (i as i64 - 18, j as i64 - 20);
        match () {
            _ if y * y + x * x <= 196 => [0.9, 0.9, 0.1, 0.1][j % 4],
            _ if (37..41).contains(&i) && (12..40).contains(&j) => 0.8,
            _ => 0.2,
        }
    };
    Array2::from_shape_fn((SIDE, SIDE), pixel).into_dyn()
}

/// What one path makes of the picture.
struct Step {
    moduli: Picture,
    average: Picture,
}

impl Step {
    fn energy(&self) -> f64 {
        self.moduli.iter().map(|u| u * u).sum()
    }
}

fn steps(x: &Picture, paths: &[Vec<usize>]) -> Result<Result<Vec<Step>, String>, ScatteringError> {
    let settings =
        Settings { convention: Convention::Parseval, angles: ANGLES, ..Settings::of(&[SIDE, SIDE], SCALE) };
    let plan = Scattering::<f64>::new(&settings)?;
    let all = plan.forward(x.view())?;
    let mut steps = vec![];
    for wanted in paths {
        let Some(place) = plan.paths().iter().position(|path| path.wavelets == *wanted) else {
            return Ok(Err(format!("there is no path {wanted:?}")));
        };
        let average = all.index_axis(Axis(0), place).to_owned();
        let moduli = if wanted.is_empty() { x.clone() } else { plan.moduli(x.view(), place)? };
        steps.push(Step { moduli, average });
    }
    Ok(Ok(steps))
}

fn draw(x: &Picture) -> Result<Figure, Unmet> {
    let first = (0..ANGLES).map(|angle| vec![angle]);
    let second = (0..ANGLES).map(|angle| vec![ACROSS, LOWEST * ANGLES + angle]);
    let paths: Vec<Vec<usize>> = std::iter::once(vec![]).chain(first).chain(second).collect();
    let refused = |found: String| Unmet { id: ID, shows: "the picture goes down these paths", found };
    let steps = steps(x, &paths).map_err(|error| refused(error.to_string()))?.map_err(refused)?;
    let shows = "an average has the mean of what is averaged";
    let mean = |x: &Picture| x.sum() / x.len() as f64;
    let same = steps.iter().all(|step| (mean(&step.moduli) - mean(&step.average)).abs() < 1e-12);
    Unmet::unless(same, ID, shows, || "one has another".to_owned())?;
    let (of_first, of_second) = (&steps[1..=ANGLES], &steps[ANGLES + 1..]);
    let energies: Vec<f64> = of_first.iter().map(Step::energy).collect();
    let shows = "the stripes are seen by the wavelet whose waves go across them, and hardly by the others";
    let others =
        (0..ANGLES).filter(|angle| *angle != ACROSS).map(|angle| energies[angle]).fold(0.0, f64::max);
    Unmet::unless(energies[ACROSS] > 4.0 * others, ID, shows, || format!("the energies are {energies:?}"))?;
    let shows = "the outline of the disc is seen on all second paths, each with less energy than the first";
    let outlines: Vec<f64> = of_second.iter().map(|step| step.energy() / energies[ACROSS]).collect();
    let seen = outlines.iter().all(|share| (0.01..0.5).contains(share));
    Unmet::unless(seen, ID, shows, || format!("their shares are {outlines:?}"))?;

    let highest = |steps: &[Step], part: fn(&Step) -> &Picture| {
        rounded(steps.iter().flat_map(|step| part(step).iter()).fold(0.0, |most: f64, u| most.max(*u)), 2)
    };
    let heat = |at, title: String, x: &Picture, high: f64| -> Panel {
        let plane =
            x.view().into_dimensionality::<Ix2>().unwrap_or_else(|_| unreachable!("pictures are planes"));
        let rows = plane.outer_iter().map(|row| row.iter().map(|v| rounded(*v, 3)).collect()).collect();
        Panel { at, title, content: Content::Heat(Heat { rows, shades: Shades::Grey { low: 0.0, high } }) }
    };
    let degrees = |angle: usize| angle * 180 / ANGLES;
    let moduli: fn(&Step) -> &Picture = |step| &step.moduli;
    let average: fn(&Step) -> &Picture = |step| &step.average;
    let mut panels =
        vec![heat((0, 0), "x".to_owned(), x, 1.0), heat((0, 1), "x * φ".to_owned(), &steps[0].average, 1.0)];
    for (row, steps, name) in [(1, of_first, "|x * ψ|"), (3, of_second, "||x * ψ, 90°| * ψ|")] {
        let (high, low) = (highest(steps, moduli), highest(steps, average));
        for (angle, step) in steps.iter().enumerate() {
            let name = if row == 1 {
                name.replace('ψ', &format!("ψ, {}°", degrees(angle)))
            } else {
                name.replace("ψ|", &format!("ψ, {}°|", degrees(angle)))
            };
            panels.push(heat((row, angle), name, &step.moduli, high));
            panels.push(heat((row + 1, angle), "its average".to_owned(), &step.average, low));
        }
    }
    let list = |values: &[f64]| values.iter().map(|v| number(*v)).collect::<Vec<_>>().join(", ");
    Ok(Figure {
        id: ID.to_owned(),
        title: "A picture goes down the cascade".to_owned(),
        caption: format!(
            "A picture of {SIDE} by {SIDE} pixels on a torus, in the convention `parseval` with averages over $2^{SCALE}$ by $2^{SCALE}$ \
             pixels. Above, the picture and its average. Then the moduli after the {ANGLES} wavelets of highest frequency; their energies \
             are {}: the waves at 90° go across the stripes. Below each, its average. Then the third of these moduli, which is large where there are \
             stripes, after the {ANGLES} wavelets of lowest frequency: they see the outline of the striped disc, on shares {} of the energy, and \
             below each its average. Angles are those of the waves, from downwards to rightwards; the scale is one for each row.",
            list(&energies),
            list(&outlines)
        ),
        alt: format!(
            "Five rows of pictures. A disc with upright stripes above a level bar, and the same in {} by {} pixels; four moduli, bright on \
             the striped disc in the first and only on outlines in the others, and their averages; four moduli of the third, each bright on \
             two opposite sides of the disc, and their averages.",
            steps[0].average.shape()[0],
            steps[0].average.shape()[1],
        ),
        panels,
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::IxDyn;

    #[test]
    fn a_turned_picture_a_plain_one_and_one_of_another_size_are_refused() {
        assert!(draw(&scene().reversed_axes()).is_err_and(|unmet| unmet.shows.contains("across")));
        let plain = ArrayD::from_elem(IxDyn(&[SIDE, SIDE]), 0.5);
        let everywhere = Array2::from_shape_fn((SIDE, SIDE), |(_, j)| (j / 2 % 2) as f64).into_dyn();
        let small = ArrayD::from_elem(IxDyn(&[SIDE, SIDE / 2]), 0.5);
        for wrong in [plain, everywhere, small] {
            assert!(draw(&wrong).is_err());
        }
    }
}
