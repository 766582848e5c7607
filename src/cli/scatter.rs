//! `faltung compute scatter`: the scattering transform of a signal or an image.

use super::{
    account::{Account, affordable},
    convert::{to_f32, to_f64},
    destination::Destination,
    named::named,
    operand::{self, Operand},
    output::{Failure, Voice},
};
use clap::{Args, builder::TypedValueParser};
use faltung::{
    io::Data,
    scalar::Interval,
    wavelet::scattering::{Convention, Sample, Scattering, Settings},
};
use ndarray::ArrayD;
use serde_json::{Value, json};

#[derive(Args)]
#[command(allow_negative_numbers = true)]
pub struct Scatter {
    /// A signal or an image: a file, or "[1, 2, 3, 4]"; channels are scattered one by one
    x: String,
    /// J: the largest wavelets have about 2^J samples [default: the shortest axis has 4 to 8 times as many]
    #[arg(long, value_name = "J")]
    scale: Option<u32>,
    /// Q: wavelets per octave, for each order
    #[arg(long, value_name = "Q,…", value_delimiter = ',', default_value = "1")]
    per_octave: Vec<usize>,
    /// L: directions of the wavelets of an image [default: 8]
    #[arg(long, value_name = "L")]
    angles: Option<usize>,
    /// T: how many samples are averaged [default: 2^J]
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
    data: Data,
    paths: Value,
    counts: Vec<usize>,
    bounds: Option<[Interval; 2]>,
    lipschitz: f64,
    contractive: bool,
}

impl Scatter {
    pub fn run(&self, voice: &Voice) -> Result<(), Failure> {
        self.to.check(&[&self.x], voice)?;
        let x = operand::one(&self.x)?;
        voice.say("x", x.describe());
        x.notes.iter().for_each(|note| voice.say("", note));
        let settings = self.settings(&x);
        if self.angles.is_some() && x.plane().len() == 1 {
            let problem = format!("--angles are directions in the plane, and {} is a signal", x.source);
            return Err(Failure::input(problem, "leave them out"));
        }
        affordable(64 * x.data.len() as u128)?;
        let mut notes = vec![];
        let told = match &x.data {
            Data::F32(_) => scattered(channels_first(to_f32(&x, &mut notes)?, &x), &settings, Data::F32)?,
            Data::C32(_) | Data::C64(_) => {
                let problem =
                    format!("{} is complex, and a scattering transform wants real entries", x.source);
                return Err(Failure::input(problem, "scatter its real and its imaginary part"));
            }
            _ => scattered(channels_first(to_f64(&x, &mut notes)?, &x), &settings, Data::F64)?,
        };
        let why = format!("scattering, {}, J = {}", settings.convention, settings.scale);
        voice.say("algorithm", &why);
        let counts: Vec<String> = told.counts.iter().map(usize::to_string).collect();
        voice.say("paths", format!("{} of the orders 0 to {}", counts.join(" + "), settings.orders));
        // whole, for a rounded bound is none
        if let Some([lower, upper]) = told.bounds {
            voice.say("bank", format!("A >= {}, B <= {}, certain", lower.low(), upper.high()));
        }
        let verdict =
            if told.contractive { "no two signals come further apart" } else { "not called contractive" };
        voice.say("lipschitz", format!("at most {}: {verdict}", told.lipschitz));
        voice.say("error", "no bound: none is derived for moduli of rounded transforms");
        notes.iter().for_each(|note| voice.say("note", note));
        voice.say("result", format!("{} {}", operand::shape(told.data.shape()), told.data.type_name()));
        self.to.check_entries(told.data.len() as u128)?;
        let written = self.to.deliver_lines(&told.data, voice)?;
        let account = Account {
            operation: "scatter",
            operands: &[("x", &x)],
            why: &why,
            multiplications: None,
            accuracy: "no bound",
            error_bound: None,
            notes: &notes,
            data: &told.data,
            written,
        };
        let ends = |interval: Interval| json!([interval.low(), interval.high()]);
        account.tell(voice, || json!({
            "convention": settings.convention.name(),
            "J": settings.scale,
            "Q": settings.per_octave,
            "order": settings.orders,
            "oversampling": settings.oversampling,
            "paths": told.paths,
            "frame_bounds": told.bounds.map(|[lower, upper]| json!({ "A": ends(lower), "B": ends(upper) })),
            "lipschitz": told.lipschitz,
            "contractive": told.contractive,
        }))
    }

    fn settings(&self, x: &Operand) -> Settings {
        let shortest = x.plane().iter().copied().min().unwrap_or(0).max(1);
        Settings {
            convention: self.convention,
            shape: x.plane().to_vec(),
            scale: self.scale.unwrap_or(shortest.ilog2().saturating_sub(2).max(1)),
            per_octave: self.per_octave.clone(),
            angles: self.angles.unwrap_or(8),
            support: self.support,
            orders: self.order,
            oversampling: self.oversampling,
        }
    }
}

/// The last axis to the front, where it is one of channels.
fn channels_first<T>(x: ArrayD<T>, operand: &Operand) -> ArrayD<T> {
    if operand.channels().is_none() {
        return x;
    }
    let last = x.ndim() - 1;
    let axes: Vec<usize> = std::iter::once(last).chain(0..last).collect();
    x.permuted_axes(axes)
}

fn scattered<T: Sample>(
    x: ArrayD<T>,
    settings: &Settings,
    data: fn(ArrayD<T>) -> Data,
) -> Result<Told, Failure> {
    let plan = Scattering::<T>::new(settings)?;
    let signals = x.len() / settings.shape.iter().product::<usize>().max(1);
    let values: usize = plan.output_shape().iter().product();
    affordable(16 * signals as u128 * plan.paths().len() as u128 * values as u128)?;
    let y = plan.forward(x.view())?;
    let path = |path: &faltung::wavelet::scattering::Path| {
        json!({
            "order": path.wavelets.len(), "n": path.wavelets, "j": path.octaves, "xi": path.frequencies,
            "angle": path.angles,
        })
    };
    let of_order = |order| plan.paths().iter().filter(|path| path.wavelets.len() == order).count();
    let lipschitz = plan.lipschitz();
    Ok(Told {
        paths: plan.paths().iter().map(path).collect(),
        counts: (0..=settings.orders).map(of_order).collect(),
        bounds: plan.bounds(1, 0).map(|bounds| [bounds.lower, bounds.upper]),
        lipschitz: lipschitz.constant,
        contractive: lipschitz.contractive(),
        data: data(y),
    })
}
