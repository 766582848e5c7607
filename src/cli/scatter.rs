//! `faltung compute scatter`: the scattering transform of a signal, an image or a body.

use super::{
    account::{affordable, upwards},
    blocks::{self, Scattered, Sink},
    convert::{to_f32, to_f64},
    destination::Destination,
    named::named,
    operand::{self, Operand},
    output::{Failure, Voice},
    paths::Drawn,
    signals::{Done, Origin},
    solid::Solid,
};
use clap::{Args, builder::TypedValueParser};
use faltung::{
    io::{Data, Form, Sound},
    scalar::Interval,
    wavelet::scattering::{Convention, Ledger, Path, Sample, Scattering, Settings},
};
use ndarray::ArrayD;
use serde_json::{Value, json};

/// The largest J that is not asked for: of sound, a fifth of a second.
const USUAL: u32 = 13;

#[derive(Args)]
#[command(allow_negative_numbers = true)]
pub struct Scatter {
    /// A signal or an image: a file, or "[1, 2, 3, 4]"; channels are scattered one by one; drawn by -o y.svg and -o y.png
    x: String,
    /// J: the largest wavelets have about 2^J samples [default: the shortest axis has 4 to 8 times as many, or more: 13 at most]
    #[arg(long, value_name = "J")]
    scale: Option<u32>,
    /// Q: wavelets per octave, for each order
    #[arg(long, value_name = "Q,…", value_delimiter = ',', default_value = "1")]
    per_octave: Vec<usize>,
    /// L: directions of the wavelets of an image [default: 8]
    #[arg(long, value_name = "L")]
    angles: Option<usize>,
    /// T: how many samples are averaged, 1 or more [default: 2^J]
    #[arg(long, value_name = "T")]
    support: Option<usize>,
    /// The length of the longest paths, 0 to 3
    #[arg(long, value_name = "M", default_value_t = 2)]
    order: usize,
    /// Keep 2^N times as many samples of the averages
    #[arg(long, value_name = "N", default_value_t = 0)]
    oversampling: u32,
    /// Whose filters, paths and subsampling
    #[arg(long, value_parser = conventions(), default_value = Convention::KymatioFixed.name())]
    convention: Convention,
    /// Bound what subsampling costs, for each path: makes the filters of the transform that keeps everything, too
    #[arg(long)]
    aliasing: bool,
    /// Say where the energy goes, order by order, if all moduli are kept: makes the filters of that transform, too
    #[arg(long)]
    energy: bool,
    /// An array's last axis is time, and those in front of it count signals
    #[arg(long)]
    signals: bool,
    /// Take a .wav file piece by piece, as long ones are: in memory that does not grow with it
    #[arg(long)]
    blocks: bool,
    #[command(flatten)]
    solid: Solid,
    #[command(flatten)]
    to: Destination,
}

fn conventions() -> impl TypedValueParser<Value = Convention> {
    named(&Convention::ALL, Convention::name, |convention| match convention {
        Convention::Kymatio030 => "What kymatio 0.3.0 computes",
        Convention::KymatioMain => "What its main branch computes: no loss of gain from octave to octave",
        Convention::KymatioFixed => "The same with pi for 3.1415",
        Convention::Parseval => "A tight bank on the circle or torus: all paths, and no energy is lost",
    })
}

/// What is told of a transform beside its coefficients.
struct Told {
    settings: Settings,
    paths: Vec<Path>,
    bounds: Option<[Interval; 2]>,
    lipschitz: f64,
    contractive: bool,
    aliasing: Option<Vec<f64>>,
    /// Of all signals together, if it was asked for.
    energy: Option<Ledger>,
    /// Whether it is one transform, and not one of each piece of a sound: what is known of its filters is about that.
    whole: bool,
}

impl Told {
    fn of<T: Sample>(plan: &Scattering<T>, settings: &Settings, aliasing: bool) -> Result<Self, Failure> {
        let lipschitz = plan.lipschitz();
        Ok(Told {
            settings: settings.clone(),
            paths: plan.paths().to_vec(),
            bounds: plan.bounds(1, 0).map(|bounds| [bounds.lower, bounds.upper]),
            lipschitz: lipschitz.constant,
            contractive: lipschitz.contractive(),
            aliasing: aliasing.then(|| plan.aliasing()).transpose()?,
            energy: None,
            whole: true,
        })
    }

    /// Says it; returned is how it was computed.
    fn say(&self, voice: &Voice) -> String {
        let Settings { convention, scale, orders, .. } = &self.settings;
        let why = format!("scattering, {convention}, J = {scale}");
        voice.say("algorithm", &why);
        let of_order = |order| self.paths.iter().filter(|path| path.wavelets.len() == order).count();
        let counts: Vec<String> = (0..=*orders).map(|order| of_order(order).to_string()).collect();
        voice.say("paths", format!("{} of the orders 0 to {orders}", counts.join(" + ")));
        // whole, for a rounded bound is none
        if let Some([lower, upper]) = self.bounds {
            let of_piece = if self.whole { "" } else { ", on the circle of a piece" };
            voice.say(
                "bank",
                format!(
                    "A >= {}, B <= {}, of order 1, certain in exact arithmetic{of_piece}",
                    lower.low(),
                    upper.high()
                ),
            );
        }
        let verdict =
            if self.contractive { "no two signals come further apart" } else { "not called contractive" };
        if self.whole {
            voice.say("lipschitz", format!("in exact arithmetic, at most {}: {verdict}", self.lipschitz));
        } else {
            voice.say(
                "lipschitz",
                "no bound: pieces overlap, and none is derived for what is put together of them",
            );
        }
        if let Some(bounds) = &self.aliasing {
            let all = upwards(bounds.iter().map(|bound| bound * bound).sum::<f64>().sqrt());
            voice.say(
                "aliasing",
                format!("in exact arithmetic, subsampled moduli change all coefficients by at most {all} of the norm"),
            );
        }
        if let Some(Ledger { signal, averages, rest, defect }) = &self.energy {
            let share = |energy: f64| format!("{:.2} %", 100.0 * energy / signal);
            let kept: Vec<String> = averages[..*orders].iter().map(|energy| share(*energy)).collect();
            let kept = kept.join(", ");
            let said = if *signal == 0.0 {
                "there is none".to_owned()
            } else {
                format!(
                    "averages by order: {kept}; moduli of order {orders}: {}; off by {defect:.1e} of the whole",
                    share(*rest)
                )
            };
            voice.say("energy", said);
        }
        let underived = "none is derived for moduli of rounded transforms";
        voice.say(
            "error",
            if self.whole {
                format!("no bound: {underived}")
            } else {
                format!("no bound: none is derived of what a piece does not see, and {underived}")
            },
        );
        why
    }

    fn done(self, x: Origin, why: &str) -> Done<'_> {
        let Settings { convention, scale, per_octave, orders, oversampling, .. } = &self.settings;
        let path = |path: &Path| {
            json!({
                "order": path.wavelets.len(), "n": path.wavelets, "j": path.octaves, "xi": path.frequencies,
                "angle": path.angles, "degrees": path.angles.iter().map(|angle| self.settings.direction(*angle)).collect::<Vec<_>>(),
            })
        };
        let ends = |interval: Interval| json!([interval.low(), interval.high()]);
        Done {
            x,
            name: "scatter",
            title: "Scattering",
            why,
            sizes: format!(
                "{why}: averages, each order by itself, path below path in the order of the table."
            ),
            own: json!({
                "convention": convention.name(),
                "J": scale,
                "Q": per_octave,
                "order": orders,
                "oversampling": oversampling,
                "paths": self.paths.iter().map(path).collect::<Value>(),
                "frame_bounds": self.bounds.map(|[lower, upper]| json!({ "A": ends(lower), "B": ends(upper) })),
                "lipschitz": self.whole.then_some(self.lipschitz),
                "contractive": self.whole && self.contractive,
                "aliasing": self.aliasing,
                "energy": self.energy.as_ref().map(|Ledger { signal, averages, rest, defect }| {
                    json!({ "signal": signal, "averages": averages, "rest": rest, "defect": defect })
                }),
            }),
        }
    }

    fn drawn(&self, batch: usize) -> Drawn<'_> {
        Drawn { settings: &self.settings, paths: &self.paths, batch }
    }
}

impl Scatter {
    pub fn run(&self, voice: &Voice) -> Result<(), Failure> {
        self.to.check_or_draw(&[&self.x], voice)?;
        if let Some(mut sound) = blocks::piecewise(&self.x, &self.to, false, self.blocks, blocks::LONG)? {
            match self.pieces(&sound) {
                Ok(scattered) => return self.in_blocks(&mut sound, &scattered, voice),
                // the whole, where nothing else is asked for
                Err(_) if !self.blocks => {}
                Err(failure) => return Err(failure),
            }
        }
        let x = operand::one(&self.x)?;
        let plane = self.plane(&x)?;
        let taken = match (x.form, plane.len()) {
            (Form::Plain, 1) if plane.len() < x.plane().len() => ", taken as signals",
            (Form::Plain, 1) => ", taken as a signal",
            (Form::Plain, 2) => ", taken as an image",
            (Form::Plain, 3) => ", taken as a body",
            _ => "",
        };
        voice.say("x", format!("{}{taken}", x.describe()));
        x.notes.iter().for_each(|note| voice.say("", note));
        if !(1..=3).contains(&plane.len()) || x.data.is_empty() {
            let problem = format!("{} has the shape {}", x.source, operand::shape(x.data.shape()));
            return Err(Failure::input(
                problem,
                "give a signal, an image or a body: one axis to three, none empty",
            ));
        }
        if plane.len() == 3 {
            if self.per_octave != [1]
                || self.angles.is_some()
                || self.support.is_some()
                || self.oversampling > 0
                || self.aliasing
                || self.energy
            {
                let problem =
                    format!("{} has three axes, and the wavelets there are solid harmonics", x.source);
                let hint = "leave out --per-octave, --angles, --support, --oversampling, --aliasing and --energy, or take --signals";
                return Err(Failure::input(problem, hint));
            }
            return self.solid.run(&x, (self.convention, self.scale, self.order), &self.to, voice);
        }
        self.solid.unless_given(&x)?;
        let settings = self.settings(plane);
        if self.angles.is_some() && plane.len() == 1 {
            let problem = format!("--angles are directions in the plane, and {} is a signal", x.source);
            return Err(Failure::input(problem, "leave them out"));
        }
        affordable(64 * x.data.len() as u128)?;
        let drawn = self.to.drawing(false).is_some();
        let mut notes = vec![];
        let rate = match x.form {
            Form::Sound { rate, .. } => Some(f64::from(rate)),
            _ => None,
        };
        let bar = voice.progress(1);
        let (told, data) = match &x.data {
            Data::F32(_) => {
                let y = x.channels_first(to_f32(&x, &mut notes)?);
                self.scattered(y, &settings, drawn, Data::F32)?
            }
            Data::C32(_) | Data::C64(_) => {
                let problem =
                    format!("{} is complex, and a scattering transform wants real entries", x.source);
                return Err(Failure::input(problem, "scatter its real and its imaginary part"));
            }
            _ => {
                let y = x.channels_first(to_f64(&x, &mut notes)?);
                self.scattered(y, &settings, drawn, Data::F64)?
            }
        };
        bar.finish_and_clear();
        let batch = |averages: usize| data.len() / (told.paths.len() * averages).max(1);
        let panels = match (plane, data.shape()) {
            _ if !drawn => None,
            ([samples], [.., averages]) => {
                Some(told.drawn(batch(*averages)).signals(*averages, *samples, rate)?)
            }
            (_, [.., rows, columns]) => Some(told.drawn(batch(rows * columns)).images([*rows, *columns])?),
            _ => None,
        };
        let why = told.say(voice);
        let origin = Origin::of(&x, notes);
        told.done(origin, &why).deliver(&data, panels, &self.to, voice)
    }

    /// The axes of one signal, image or body.
    fn plane<'a>(&self, x: &'a Operand) -> Result<&'a [usize], Failure> {
        if !self.signals {
            return Ok(x.plane());
        }
        match (x.form, x.plane()) {
            (Form::Plain, [.., _]) => Ok(&x.plane()[x.plane().len() - 1..]),
            _ => {
                let problem = format!("--signals are the lines of an array, and {} is none", x.source);
                Err(Failure::input(problem, "leave it out"))
            }
        }
    }

    /// A sound in pieces, if it can be scattered so.
    fn pieces(&self, sound: &Sound) -> Result<Scattered, Failure> {
        if self.convention == Convention::Parseval {
            let problem = "the tight bank is on the circle of the whole sound, which is long";
            return Err(Failure::input(problem, "take another --convention, or cut the sound"));
        }
        if self.signals {
            return Err(Failure::input(
                "--signals are the lines of an array, and a sound is none",
                "leave it out",
            ));
        }
        if self.aliasing || self.energy {
            let problem =
                "--aliasing and --energy are about one transform, and a long sound has one of each piece";
            return Err(Failure::input(problem, "leave them out, or cut the sound"));
        }
        Scattered::new(&self.settings(&[sound.frames()]), sound.channels())
    }

    /// A sound piece by piece.
    fn in_blocks(&self, sound: &mut Sound, scattered: &Scattered, voice: &Voice) -> Result<(), Failure> {
        let (samples, channels, rate) = (sound.frames(), sound.channels(), f64::from(sound.rate()));
        voice.say("x", format!("{}, read piece by piece", blocks::describe(&self.x, sound)));
        let settings = self.settings(&[samples]);
        let told = Told { whole: false, ..Told::of(scattered.plan(), &settings, false)? };
        let shape = [channels, told.paths.len(), scattered.averages()];
        let mut sink = match self.to.drawing(false) {
            Some(_) => told.drawn(channels).signals(shape[2], samples, Some(rate))?,
            None => Sink::file(self.to.path(), shape, false, voice)?,
        };
        scattered.run(sound, voice, &mut sink)?;
        let why = told.say(voice);
        let mut done = told.done(Origin::read(&self.x, sound), &why);
        done.x.notes.push("piece by piece, an average sees 16 times its own length to each side; of what lies beyond, no bound is derived"
                .into());
        done.finish(sink, &shape[usize::from(channels == 1)..], "float64", &self.to, voice)
    }

    fn settings(&self, shape: &[usize]) -> Settings {
        let shortest = shape.iter().copied().min().unwrap_or(0).max(1);
        Settings {
            convention: self.convention,
            shape: shape.to_vec(),
            scale: self.scale.unwrap_or(shortest.ilog2().saturating_sub(2).clamp(1, USUAL)),
            per_octave: self.per_octave.clone(),
            angles: self.angles.unwrap_or(8),
            support: self.support,
            orders: self.order,
            oversampling: self.oversampling,
        }
    }

    fn scattered<T: Sample>(
        &self,
        x: ArrayD<T>,
        settings: &Settings,
        drawn: bool,
        data: fn(ArrayD<T>) -> Data,
    ) -> Result<(Told, Data), Failure> {
        let plan = Scattering::<T>::new(settings)?;
        let signals = x.len() / settings.shape.iter().product::<usize>().max(1);
        let values: usize = plan.output_shape().iter().product();
        let entries = signals as u128 * plan.paths().len() as u128 * values as u128;
        if !drawn {
            self.to.check_entries(entries)?;
        }
        affordable(16 * entries)?;
        let energy = if self.energy { Some(energy(&x, settings)?) } else { None };
        let told = Told { energy, ..Told::of(&plan, settings, self.aliasing)? };
        Ok((told, data(plan.forward(x.view())?)))
    }
}

/// Where the energies of all signals go if their moduli are kept whole.
fn energy<T: Sample>(x: &ArrayD<T>, settings: &Settings) -> Result<Ledger, Failure> {
    let whole = Scattering::<T>::new(&Settings { oversampling: u32::MAX, ..settings.clone() })?;
    let x = x.as_standard_layout();
    let signals = x.exact_chunks([vec![1; x.ndim() - settings.shape.len()], settings.shape.clone()].concat());
    let mut sum = Ledger { signal: 0.0, averages: vec![0.0; settings.orders + 1], rest: 0.0, defect: 0.0 };
    for signal in signals {
        let signal = signal.into_shape_with_order(settings.shape.clone()).map_err(|_| nothing_known())?;
        let one = whole.ledger(signal)?.ok_or_else(nothing_known)?;
        sum.averages.iter_mut().zip(&one.averages).for_each(|(sum, energy)| *sum += energy);
        sum.signal += one.signal;
        sum.rest += one.rest;
    }
    let missing = sum.signal - sum.averages[..settings.orders].iter().sum::<f64>() - sum.rest;
    sum.defect = if sum.signal == 0.0 { 0.0 } else { (missing / sum.signal).abs() };
    Ok(sum)
}

fn nothing_known() -> Failure {
    Failure::input(
        "of this transform it is not known where the energy goes",
        "take an order from 1 on, or leave out --energy",
    )
}
