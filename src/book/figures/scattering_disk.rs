//! Two textures with one Fourier modulus: the first order of their scattering transforms is nearly the same, the second is not.

use super::{Unmet, rounded};
use crate::{
    book::portable::circle,
    conv::workload::Dice,
    figure::{Content, Figure, Heat, Panel, Shades, number},
    fourier::{dft, idft},
    wavelet::scattering::{Convention, Scattering, ScatteringError, Settings},
};
use ndarray::{Array2, ArrayD, Axis, Ix2};
use num_complex::Complex;

pub(super) const ID: &str = "scattering-disk";

const SIDE: usize = 64;
const SCALE: u32 = 4;
const ANGLES: usize = 6;
/// The direction of waves from the left to the right; they are counted from the way down.
const ACROSS: usize = ANGLES / 2;
/// How often the contrast rises and falls from the left to the right.
const WAVES: usize = 4;
/// By how much it does.
const DEPTH: f64 = 0.7;
/// Pixels of a disk along an axis.
const PIXELS: usize = 96;
/// The radius of what is left empty in the middle, in that of the disk.
const EMPTY: f64 = 0.2;

type Picture = ArrayD<f64>;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(&modulated(), scrambled)
}

/// Sums of four uniform numbers, less their mean.
fn noise(seed: u64) -> Picture {
    let mut dice = Dice(seed);
    let mut draw = || (0..4).map(|_| dice.uniform()).sum::<f64>() - 2.0;
    Array2::from_shape_simple_fn((SIDE, SIDE), &mut draw).into_dyn()
}

/// Noise whose contrast goes in waves.
fn modulated() -> Picture {
    let mut x = noise(5);
    let contrast = |j: usize| 1.0 + DEPTH * circle((WAVES * j) as f64 / SIDE as f64)[0];
    x.indexed_iter_mut().for_each(|(at, x)| *x *= contrast(at[1]));
    x
}

/// The texture with the phases of noise and its own moduli.
fn scrambled(x: &Picture) -> Picture {
    let phases = dft(noise(6).mapv(Complex::from));
    let sizes = dft(x.mapv(Complex::from));
    let spectrum = ndarray::Zip::from(&sizes).and(&phases).map_collect(|size, phase| {
        let turned = size.norm_sqr().sqrt() / phase.norm_sqr().sqrt();
        phase.scale(turned)
    });
    idft(spectrum).mapv(|x| x.re)
}

/// The means over the picture of all coefficients of the first order, and of those of the second whose wavelet has lower
/// frequencies, each divided by that of the first order before it.
struct Coefficients {
    rings: usize,
    /// By ring from the highest frequencies, and direction.
    first: Vec<[f64; ANGLES]>,
    /// By the two rings, the first before the second, and the two directions.
    second: Vec<Vec<[[f64; ANGLES]; ANGLES]>>,
}

fn coefficients(x: &Picture) -> Result<Coefficients, ScatteringError> {
    let settings =
        Settings { convention: Convention::Parseval, angles: ANGLES, ..Settings::of(&[SIDE, SIDE], SCALE) };
    let plan = Scattering::<f64>::new(&settings)?;
    let y = plan.forward(x.view())?;
    let rings = plan.paths().iter().filter(|path| path.wavelets.len() == 1).count() / ANGLES;
    let mut all = Coefficients {
        rings,
        first: vec![[0.0; ANGLES]; rings],
        second: vec![vec![[[0.0; ANGLES]; ANGLES]; rings]; rings],
    };
    for (path, average) in plan.paths().iter().zip(y.axis_iter(Axis(0))) {
        let mean = average.sum() / average.len() as f64;
        let cell = |wavelet: usize| (wavelet / ANGLES, wavelet % ANGLES);
        match path.wavelets[..] {
            [one] => all.first[cell(one).0][cell(one).1] = mean,
            [one, two] if cell(one).0 < cell(two).0 => {
                let ((ring, angle), (next, turned)) = (cell(one), cell(two));
                all.second[ring][next][angle][turned] = mean / all.first[ring][angle];
            }
            _ => {}
        }
    }
    Ok(all)
}

impl Coefficients {
    fn order(&self, order: usize) -> Vec<f64> {
        if order == 1 { self.first.concat() } else { self.second.concat().concat().concat() }
    }

    /// The value at a point of the disk: at which part of its radius, and which of the finest sectors of the circle.
    fn at(&self, order: usize, radius: f64, sector: usize) -> f64 {
        if !(EMPTY..1.0).contains(&radius) {
            return 0.0;
        }
        let along = (1.0 - radius) / (1.0 - EMPTY) * self.rings as f64;
        let ring = (along as usize).min(self.rings - 1);
        let angle = sector / ANGLES % ANGLES;
        if order == 1 {
            return self.first[ring][angle];
        }
        let below = self.rings - 1 - ring;
        let next = ring + 1 + ((along - ring as f64) * below as f64) as usize;
        if next < self.rings { self.second[ring][next][angle][sector % ANGLES] } else { 0.0 }
    }

    /// Of the second order after one wavelet: the ring and the direction of the largest, and itself.
    fn largest(&self, ring: usize, angle: usize) -> ((usize, usize), f64) {
        let cells = (ring + 1..self.rings).flat_map(|next| (0..ANGLES).map(move |turned| (next, turned)));
        let values = cells.map(|(next, turned)| ((next, turned), self.second[ring][next][angle][turned]));
        values.fold(((0, 0), 0.0), |most, one| if one.1 > most.1 { one } else { most })
    }

    fn disk(&self, order: usize) -> Vec<Vec<f64>> {
        // sectors of a direction and of its opposite, each divided by the second directions; the first about the way down
        let sectors = 2 * ANGLES * ANGLES;
        let middle = |sector: usize| {
            let turns = (sector as f64 + 0.5) / sectors as f64 - 0.25 / ANGLES as f64;
            circle(turns)
        };
        let middles: Vec<[f64; 2]> = (0..sectors).map(middle).collect();
        let pixel = |i: usize, j: usize| {
            let place = |k: usize| (2 * k + 1) as f64 / PIXELS as f64 - 1.0;
            let (y, x) = (place(i), place(j));
            let nearest = (0..sectors).max_by(|a, b| {
                let along = |sector: usize| y * middles[sector][0] + x * middles[sector][1];
                along(*a).total_cmp(&along(*b))
            });
            rounded(self.at(order, (x * x + y * y).sqrt(), nearest.unwrap_or(0)), 3)
        };
        (0..PIXELS).map(|i| (0..PIXELS).map(|j| pixel(i, j)).collect()).collect()
    }
}

/// The distance of two lists in units of the size of the first.
fn apart(a: &[f64], b: &[f64]) -> f64 {
    let size = |x: &mut dyn Iterator<Item = f64>| x.map(|x| x * x).sum::<f64>().sqrt();
    size(&mut a.iter().zip(b).map(|(a, b)| a - b)) / size(&mut a.iter().copied())
}

fn draw(x: &Picture, scramble: fn(&Picture) -> Picture) -> Result<Figure, Unmet> {
    let textures = [x.clone(), scramble(x)];
    let sizes = |x: &Picture| -> Vec<f64> {
        dft(x.mapv(Complex::from)).iter().map(|z| z.norm_sqr().sqrt()).collect()
    };
    let spectra = apart(&sizes(&textures[0]), &sizes(&textures[1]));
    let shows = "two different textures have the same Fourier modulus";
    let differ = apart(textures[0].as_slice().unwrap_or(&[]), textures[1].as_slice().unwrap_or(&[]));
    Unmet::unless(spectra < 1e-12 && differ > 0.5, ID, shows, || {
        format!("the moduli are {spectra} apart, and the textures {differ}")
    })?;
    let refused = |error: ScatteringError| Unmet {
        id: ID,
        shows: "textures can be scattered",
        found: error.to_string(),
    };
    let [a, b] = [coefficients(&textures[0]).map_err(refused)?, coefficients(&textures[1]).map_err(refused)?];
    let [first, second] = [1, 2].map(|order| apart(&a.order(order), &b.order(order)));
    let shows = "the first order hardly tells them apart, and the second does";
    Unmet::unless(first < 0.15 && second > 3.0 * first, ID, shows, || {
        format!("they are {first} apart by the first and {second} by the second")
    })?;
    let shows = "above every wavelet of the highest ring, the largest of the second order is that of the waves, and only there";
    let [brightest, next] =
        [&a, &b].map(|all| (0..ANGLES).map(|angle| all.largest(0, angle)).collect::<Vec<_>>());
    let same = brightest.iter().all(|(place, _)| *place == brightest[0].0 && place.1 == ACROSS);
    let least = brightest.iter().fold(f64::INFINITY, |least, (_, value)| least.min(*value));
    let other = next.iter().fold(0.0_f64, |most, (_, value)| most.max(*value));
    Unmet::unless(same && other < 0.8 * least, ID, shows, || format!("they are {brightest:?} and {next:?}"))?;
    let most = |order: usize| {
        let all = [a.order(order), b.order(order)].concat();
        rounded(all.into_iter().fold(0.0, f64::max), 3)
    };
    let heat = |at, title: &str, rows: Vec<Vec<f64>>, low: f64, high: f64| Panel {
        at,
        title: title.to_owned(),
        content: Content::Heat(Heat { rows, shades: Shades::Grey { low, high } }),
    };
    let rows = |x: &Picture| -> Vec<Vec<f64>> {
        let plane = x.view().into_dimensionality::<Ix2>();
        plane.map_or_else(
            |_| vec![],
            |plane| plane.outer_iter().map(|row| row.iter().map(|v| rounded(*v, 2)).collect()).collect(),
        )
    };
    let names = ["contrast in waves", "phases exchanged"];
    let mut panels = vec![];
    for (row, (texture, scattered)) in textures.iter().zip([&a, &b]).enumerate() {
        panels.push(heat((row, 0), names[row], rows(texture), -2.0, 2.0));
        panels.push(heat((row, 1), "order 1", scattered.disk(1), 0.0, most(1)));
        panels.push(heat((row, 2), "order 2, by order 1", scattered.disk(2), 0.0, most(2)));
    }
    Ok(Figure {
        id: ID.to_owned(),
        title: "Two textures with one Fourier modulus".to_owned(),
        caption: format!(
            "Noise whose contrast rises and falls {WAVES} times from left to right, and the same with the phases of other noise: every \
             Fourier coefficient has kept its modulus. Beside them the means of their scattering coefficients (`parseval`, averages over \
             $2^{SCALE}$ by $2^{SCALE}$ pixels, {ANGLES} directions) on disks: the radius is the ring of frequencies, the highest outside, the \
             angle the direction of the waves. For order 2 every sector is divided, by its radius for the ring of the second wavelet, lower than the \
             first, and by its angle for the second direction; these coefficients are divided by that of order 1 before them. \
             Directions begin at the way down. Order 1 is {} of its size apart, order 2 {}. In every sector of the outer ring of the first \
             texture the largest coefficient of order 2 is that of ring {} from outside and of the direction of the waves, {} or more; in \
             the second texture none there is larger than {}.",
            number(first),
            number(second),
            brightest[0].0.0 + 1,
            number(least),
            number(other),
        ),
        alt: format!(
            "Two rows of three pictures. Grey noise with {WAVES} upright bands of more contrast, and even noise; two disks of {} rings and {} \
             sectors that look alike, brighter outside; and two disks with finer sectors: in the upper one, one small cell in each \
             sector of the outer ring is bright, and in the lower one none is.",
            a.rings,
            2 * ANGLES
        ),
        panels,
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn textures_with_other_spectra_or_without_waves_are_refused() {
        assert!(draw(&modulated(), |_| noise(7)).is_err_and(|unmet| unmet.shows.contains("modulus")));
        assert!(draw(&modulated(), Picture::clone).is_err());
        assert!(draw(&noise(5), scrambled).is_err_and(|unmet| unmet.shows.contains("second")));
    }
}
