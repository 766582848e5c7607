//! `faltung compute cwt2` and `icwt2`: the wavelet transform of images at scales and angles, and back.

use super::{
    account::{affordable_or, upwards},
    blocks::Sink,
    convert::to_f64,
    destination::Destination,
    display::unless_many,
    number::positive,
    operand,
    output::{Failure, Voice},
    paths::Board,
    signals::{Coefficients, Done, Origin, written_as},
};
use clap::Args;
use faltung::{
    figure::{not_above, not_below, number},
    io::Data,
    signal::Boundary,
    wavelet::{Bank, Oriented, OrientedPlan, PlaneMorlet, Signals, scales},
};
use ndarray::{ArrayD, Axis as Along, IxDyn, Slice};
use num_complex::Complex64;
use serde_json::json;
use std::f64::consts::{PI, TAU};

/// A wavelet, its scales and its angles, the same for both directions.
#[derive(Args, Clone)]
struct Scales {
    /// The frequency of Morlet's wavelet, in radians for a bell of width 1
    #[arg(long, default_value_t = 6.0, value_name = "OMEGA")]
    omega: f64,
    /// Its slant: 1 is round, 0.5 twice as long across the waves as along them
    #[arg(long, default_value_t = 1.0, value_name = "E")]
    slant: f64,
    /// Angles in half a turn: the first waves run down the image, and 90 degrees on to the right
    #[arg(long, default_value_t = 8, value_name = "N")]
    angles: usize,
    /// Scales in an octave
    #[arg(long, default_value_t = 2, value_name = "N")]
    voices: usize,
    /// The lowest frequency, in cycles per pixel [default: 4 periods in the shorter side]
    #[arg(long, value_name = "F", value_parser = positive)]
    lowest: Option<f64>,
    /// The highest frequency, in cycles per pixel
    #[arg(long, default_value_t = 0.5, value_name = "F", value_parser = positive)]
    highest: f64,
    /// The power p of the scale: 2 for amplitudes, 1 for energies
    #[arg(long, default_value_t = 2.0, value_name = "P")]
    power: f64,
}

/// What makes a transform smaller.
const LESS: &str = "take fewer --voices or --angles, a higher --lowest, or a smaller image";

impl Scales {
    /// What a plane wave comes to, where that is the same at all scales.
    fn of_a_wave(&self, transform: &Oriented) -> String {
        let most =
            transform.wavelet.frequency([TAU * scales::frequency(&transform.wavelet.along(), 1.0, 1.0), 0.0]);
        match self.power {
            2.0 => format!(
                "; a wave of amplitude 1 has the size {} at its frequency and direction",
                number(most / 2.0)
            ),
            _ => String::new(),
        }
    }

    fn lowest(&self, [rows, columns]: [usize; 2]) -> f64 {
        self.lowest.unwrap_or(4.0 / rows.min(columns) as f64)
    }

    /// The transform of images of this shape.
    fn transform(&self, shape: [usize; 2], boundary: Boundary) -> Result<Oriented, Failure> {
        if !(1..=360).contains(&self.angles) {
            let problem = format!("--angles is {}", self.angles);
            return Err(Failure::input(problem, "take 1 to 360 of them"));
        }
        let lowest = self.lowest(shape);
        if self.lowest.is_none() && lowest >= self.highest {
            let problem = format!(
                "the lowest frequency is 4 periods in {} pixels, {lowest}, and so not below the highest, {}",
                shape[0].min(shape[1]),
                self.highest
            );
            return Err(Failure::input(
                problem,
                format!("give --lowest, as in --lowest {}", self.highest / 4.0),
            ));
        }
        let wavelet = PlaneMorlet::corrected(self.omega, self.slant)?;
        let scales = scales::voices(&wavelet.along(), self.power - 1.0, [lowest, self.highest], self.voices)?;
        Ok(Oriented { p: self.power, boundary, ..Oriented::new(wavelet, scales, self.angles) })
    }

    /// With the low-pass filter that lets it be inverted, on the torus.
    fn invertible(&self, transform: &Oriented, shape: [usize; 2]) -> Result<OrientedPlan<f64>, Failure> {
        let filters = 1 + transform.scales.len() * transform.angles.len();
        affordable_or(64 * filters as u128 * shape[0] as u128 * shape[1] as u128, LESS)?;
        Ok(transform.plan(shape)?.with_low_pass(TAU * self.lowest(shape), Signals::Real))
    }
}

/// The frame bounds of a bank, rounded outward.
pub fn frame(bank: &Bank<f64>) -> ([f64; 2], String) {
    let [lower, upper] = bank.enclosed_bounds(Signals::Real);
    let ends = [lower.low(), upper.high()];
    let said = format!("{} to {} times the energy, certain", not_above(ends[0], 4), not_below(ends[1], 4));
    (ends, said)
}

/// The wavelet transform of images.
#[derive(Args)]
pub struct Plane {
    /// An image: a file (.png .jpg .npy .npz:name .csv, - for standard input), or "[[1, 2], [3, 4]]"; channels one by one;
    /// drawn by -o y.svg and -o y.png
    x: String,
    #[command(flatten)]
    grid: Scales,
    /// Take the image as periodic and add a low-pass filter as the last one, so that icwt2 restores it
    #[arg(long, conflicts_with = "magnitude")]
    invertible: bool,
    /// The absolute values instead of complex numbers
    #[arg(long)]
    magnitude: bool,
    #[command(flatten)]
    to: Destination,
}

impl Plane {
    pub fn run(&self, voice: &Voice) -> Result<(), Failure> {
        self.to.check_or_draw(&[&self.x], voice)?;
        let drawn = self.to.drawing(self.magnitude).is_some();
        if !self.magnitude && !drawn {
            self.to.check_complex(", or take --magnitude")?;
        }
        let operand = operand::one(&self.x)?;
        voice.say("x", operand.describe());
        let mut notes = operand.notes.clone();
        notes.iter().for_each(|note| voice.say("", note));
        if matches!(operand.data, Data::C32(_) | Data::C64(_)) {
            return Err(Failure::input(format!("{} is complex", operand.source), "give a real image"));
        }
        let ([rows, columns], false) = (operand.plane(), operand.data.is_empty()) else {
            let problem =
                format!("{} has the shape {}", operand.source, operand::shape(operand.data.shape()));
            return Err(Failure::input(
                problem,
                "give an image: two axes, neither empty; signals are for cwt",
            ));
        };
        let shape = [*rows, *columns];
        let x = operand.channels_first(to_f64(&operand, &mut notes)?);
        if !x.iter().all(|value| value.is_finite()) {
            let problem =
                format!("{} has NaN or infinity, which a transform spreads over all entries", operand.source);
            return Err(Failure::input(problem, "replace it first"));
        }
        let x = x.mapv(Complex64::from);
        let batch = x.len() / (rows * columns);
        let boundary = if self.invertible { Boundary::Wrap } else { Boundary::Reflect };
        let transform = self.grid.transform(shape, boundary)?;
        let filters = transform.scales.len() * transform.angles.len() + usize::from(self.invertible);
        let entries = (batch * filters) as u128 * (rows * columns) as u128;
        if !drawn {
            self.to.check_entries(entries)?;
        }
        affordable_or(48 * entries, LESS)?;
        let along = transform.wavelet.along();
        let first = scales::frequency(&along, self.grid.power - 1.0, 1.0);
        let frequencies: Vec<f64> = transform.scales.iter().map(|s| first / s).collect();
        let degrees: Vec<f64> = transform.angles.iter().map(|angle| 180.0 * angle / PI).collect();
        if let (Some(highest), Some(lowest)) = (frequencies.first(), frequencies.last()) {
            let count = frequencies.len();
            voice.say(
                "scales",
                format!("{count}, of waves from {highest:.4e} down to {lowest:.4e} cycles per pixel"),
            );
        }
        let why = "a filter for each scale and angle, by fast Fourier transforms: batch x filters x image, the angles of a scale \
                   one after the other";
        voice.say("algorithm", why);
        let bar = voice.progress(transform.scales.len() as u64);
        let mut bounds = None;
        let y = if self.invertible {
            let plan = self.grid.invertible(&transform, shape)?;
            let (ends, said) = frame(plan.bank());
            voice.say("frame", said);
            bounds = Some(ends);
            plan.forward(x.view())?
        } else {
            let axis = x.ndim() - 2;
            let mut y = ArrayD::zeros(IxDyn(&[&x.shape()[..axis], &[filters], &shape[..]].concat()));
            // scale by scale, since small ones see little beyond the border and need no large grid
            for (number, scale) in transform.scales.iter().enumerate() {
                let one = Oriented { scales: vec![*scale], ..transform.clone() };
                affordable_or(64 * one.entries(shape)?, LESS)?;
                let part = one.plan::<f64>(shape)?.forward(x.view())?;
                let angles = Slice::from(number * self.grid.angles..(number + 1) * self.grid.angles);
                y.slice_axis_mut(Along(axis), angles).assign(&part);
                bar.inc(1);
            }
            y
        };
        bar.finish_and_clear();
        let panels = if drawn { Some(self.panels(batch, &frequencies, &degrees, shape)?) } else { None };
        let done = Done {
            x: Origin::of(&operand, notes),
            name: "cwt2",
            title: "Wavelet transform",
            why,
            sizes: format!(
                "Sizes of f * psi with psi(u) = s^-{} psi(u/s), turned, Morlet's wavelet of {}{}.",
                self.grid.power,
                self.grid.omega,
                self.grid.of_a_wave(&transform)
            ),
            own: json!({
                "frequencies": frequencies, "scales": transform.scales, "degrees": degrees, "omega": self.grid.omega,
                "slant": self.grid.slant, "p": self.grid.power, "frame_bounds": bounds,
            }),
        };
        let data = if self.magnitude { Data::F64(y.mapv(Complex64::norm)) } else { Data::C64(y) };
        done.deliver(&data, panels, &self.to, voice)
    }

    /// A board of small pictures for each image or channel: frequencies downwards, directions to the right. A low-pass filter has
    /// neither, and is not drawn.
    fn panels(
        &self,
        batch: usize,
        frequencies: &[f64],
        degrees: &[f64],
        shape: [usize; 2],
    ) -> Result<Sink<'static>, Failure> {
        unless_many(batch)?;
        let count = [frequencies.len(), degrees.len()];
        let rounded = |angle: f64| format!("{}°", (10.0 * angle).round() / 10.0);
        let board = || {
            let cells = (0..count[0] * count[1]).map(|l| [l / count[1], l % count[1]]);
            let named = |[s, a]: [usize; 2]| {
                format!("of waves of {} cycles per pixel at {}", number(frequencies[s]), rounded(degrees[a]))
            };
            let mark = |texts: Vec<String>| {
                texts.into_iter().enumerate().map(|(n, text)| (n as f64, text)).collect()
            };
            let marks = [
                mark(frequencies.iter().map(|f| number(*f)).collect()),
                mark(degrees.iter().map(|a| rounded(*a)).collect()),
            ];
            let names = [
                "frequency, cycles per pixel",
                "direction of the waves, from 0° downwards over 90° to the right",
            ];
            Board::new(
                cells.map(|cell| (cell, named(cell))).collect(),
                count,
                marks,
                names,
                ("coefficients", shape),
            )
        };
        let title =
            |c: usize| if batch == 1 { "|cwt2|".to_owned() } else { format!("|cwt2| of channel {c}") };
        let panels = (0..batch).map(|c| board().panel(title(c))).collect();
        let (seen, drawn, filters) =
            (board(), count[0] * count[1], count[0] * count[1] + usize::from(self.invertible));
        let places = move |[picture, i, j]: [usize; 3]| {
            let (c, l) = (picture / filters, picture % filters);
            (l < drawn).then(|| (c, seen.pixel(l, [i, j])))
        };
        Ok(Sink::Panels(panels, Box::new(places)))
    }
}

/// Its inverse.
#[derive(Args)]
pub struct PlaneInverse {
    /// What cwt2 --invertible wrote: a file
    y: String,
    #[command(flatten)]
    scales: Scales,
    #[command(flatten)]
    to: Destination,
}

impl PlaneInverse {
    pub fn run(&self, voice: &Voice) -> Result<(), Failure> {
        let coefficients = Coefficients::of(&self.y, &self.to, voice)?;
        let y = coefficients.y.view();
        let &[.., filters, rows, columns] = y.shape() else {
            let problem = format!("{} is {}", coefficients.operand.source, operand::shape(y.shape()));
            return Err(Failure::input(
                problem,
                "give what cwt2 --invertible wrote: filters x rows x columns",
            ));
        };
        let form = written_as(&self.to, None, &y.shape()[..y.ndim() - 3])?;
        self.to.check_entries(y.len() as u128 / filters.max(1) as u128)?;
        let transform = self.scales.transform([rows, columns], Boundary::Wrap)?;
        let expected = transform.scales.len() * transform.angles.len() + 1;
        if filters != expected {
            let problem = format!(
                "{} has {filters} filters, and cwt2 --invertible writes {expected} with these options",
                self.y
            );
            return Err(Failure::input(
                problem,
                "give --invertible to cwt2, and cwt2's other options to icwt2",
            ));
        }
        let plan = self.scales.invertible(&transform, [rows, columns])?;
        let x = plan.inverse(y, Signals::Real)?.mapv(|value| value.re);
        if let Some(bound) = plan.bank().rounding(Signals::Real) {
            let most = upwards(bound);
            voice.say(
                "error",
                format!("of coefficients that cwt2 wrote with these options, at most {most} of the 2-norm"),
            );
        }
        let again = plan.forward(x.mapv(Complex64::from).view())?;
        coefficients.restored(("icwt2", "the canonical dual frame"), (x, again), &form, &self.to, voice)
    }
}
