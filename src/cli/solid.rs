//! `faltung compute scatter` of three axes: solid-harmonic scattering.

use super::{
    account::{Account, affordable},
    convert::to_f64,
    destination::Destination,
    operand::Operand,
    output::{Failure, Voice},
};
use clap::Args;
use faltung::{
    io::{Data, Form},
    wavelet::scattering::{
        Convention,
        solid::{Path, Scattering, Settings},
    },
};
use serde_json::{Value, json};

/// What is asked of three axes only.
#[derive(Args)]
pub struct Solid {
    /// L: the highest degree of the wavelets of three axes [default: 3]
    #[arg(long, value_name = "L")]
    degree: Option<u32>,
    /// Samples: how wide the smallest wavelets of three axes are [default: 1]
    #[arg(long, value_name = "SIGMA")]
    width: Option<f64>,
    /// Of three axes: which powers of moduli are summed [default: 0.5,1,2]
    #[arg(long, value_name = "Q,…", value_delimiter = ',')]
    powers: Option<Vec<f64>>,
}

impl Solid {
    /// Refuses what an array of other axes was given.
    pub fn unless_given(&self, x: &Operand) -> Result<(), Failure> {
        if self.degree.is_none() && self.width.is_none() && self.powers.is_none() {
            return Ok(());
        }
        let problem = format!("--degree, --width and --powers are of three axes, which {} has not", x.source);
        Err(Failure::input(problem, "leave them out"))
    }

    pub fn run(
        &self,
        x: &Operand,
        (convention, scale, orders): (Convention, Option<u32>, usize),
        to: &Destination,
        voice: &Voice,
    ) -> Result<(), Failure> {
        if matches!(x.data, Data::C32(_) | Data::C64(_)) {
            let problem = format!("{} is complex, and a scattering transform wants real entries", x.source);
            return Err(Failure::input(problem, "scatter its real and its imaginary part"));
        }
        if to.is_svg() {
            let problem = format!("{} is no signal, and only transforms of signals are drawn", x.source);
            return Err(Failure::input(problem, "write .npy"));
        }
        affordable(256 * x.data.len() as u128)?;
        let shape = <[usize; 3]>::try_from(x.plane()).map_err(|_| {
            Failure::input(format!("{} has not three axes", x.source), "give an array of three")
        })?;
        let shortest = shape.into_iter().min().unwrap_or(0).max(1);
        // the largest wavelets have an eighth of the shortest axis for their width, if the smallest have a sample
        let scale = scale.unwrap_or(shortest.ilog2().saturating_sub(3));
        let usual = Settings::of(shape, scale);
        let settings = Settings {
            convention,
            degree: self.degree.unwrap_or(usual.degree),
            width: self.width.unwrap_or(usual.width),
            powers: self.powers.clone().unwrap_or(usual.powers),
            orders: u32::try_from(orders).unwrap_or(u32::MAX),
            ..usual
        };
        let plan = Scattering::new(&settings)?;
        to.check_entries(plan.paths().len() as u128 * settings.powers.len() as u128)?;
        let mut notes = vec![];
        let data = Data::F64(plan.forward(to_f64(x, &mut notes)?.view())?);
        Account::note_overflow(&data, &mut notes);
        let why = format!("solid-harmonic scattering, {convention}, J = {scale}, L = {}", settings.degree);
        voice.say("algorithm", &why);
        voice.say("paths", format!("{} of the orders 0 to {orders}", plan.paths().len()));
        voice.say("error", "no bound: none is derived for moduli of rounded transforms");
        let path = |path: &Path| json!({ "order": path.octaves.len(), "j": path.octaves, "l": path.degree });
        Account::of("scatter", &[("x", x)], &why, &notes, &data).deliver(to, &Form::Plain, voice, || {
            json!({
                "convention": convention.name(),
                "J": scale,
                "L": settings.degree,
                "width": settings.width,
                "order": orders,
                "powers": settings.powers,
                "paths": plan.paths().iter().map(path).collect::<Vec<Value>>(),
            })
        })
    }
}
