//! `faltung compute layer`: a convolutional layer, or its transpose, on arrays of any type.

use super::{
    account::{Account, affordable, within},
    channels::{Common, MAX_WIDE, common, overflow},
    convert::{to_c32, to_c64, to_f32, to_f64},
    destination::Destination,
    geometry::{self, Geometry, each, plain},
    operand::{self, Operand},
    output::{Failure, Voice},
};
use clap::Args;
use dashu_int::IBig;
use faltung::{
    conv::{Scalar, count},
    io::{Data, Form, IntType},
    layer::{self, Bias, Conv, Sliding, Transposed, Winograd},
    scalar::{Field, Fused, Real, Ring},
};
use ndarray::{ArrayD, Axis};
use serde_json::json;

#[derive(Args)]
#[command(allow_negative_numbers = true)]
pub struct Layer {
    /// The input, N x C x spatial axes: a file, or "[[[1, 2, 3]]]"
    x: String,
    /// The weights, O x C/groups x taps; of a transposed layer C x O/groups x taps
    w: String,
    /// What is added: one number per output channel
    #[arg(long)]
    bias: Option<String>,
    #[command(flatten)]
    geometry: Geometry,
    /// Into how many groups the channels fall, each with kernels of its own
    #[arg(long, default_value_t = 1)]
    groups: usize,
    /// The transpose: every entry lays down a kernel, and padding is cut off
    #[arg(long)]
    transposed: bool,
    /// Entries more at the end of every axis
    #[arg(long, value_name = "E,…", value_delimiter = ',', requires = "transposed")]
    output_padding: Vec<usize>,
    /// The spatial axes of the output; the padding follows
    #[arg(
        long,
        value_name = "N,…",
        value_delimiter = ',',
        requires = "transposed",
        conflicts_with = "padding"
    )]
    output_shape: Vec<usize>,
    /// Minimal filtering with tiles of M outputs along each axis: fewer products, other errors, and the bound says
    /// how large
    #[arg(long, value_name = "M", conflicts_with = "transposed")]
    winograd: Option<usize>,
    /// Each product is added before anything is rounded: other last digits, the same bound, half the work
    #[arg(long, conflicts_with = "winograd")]
    fused: bool,
    #[command(flatten)]
    to: Destination,
}

/// A result, and what is known of it.
struct Done {
    data: Data,
    products: u128,
    /// How far any entry can be from the exact one; `None` for integers.
    bound: Option<f64>,
}

impl Layer {
    pub fn run(&self, voice: &Voice) -> Result<(), Failure> {
        let inputs: Vec<&String> = [&self.x, &self.w].into_iter().chain(&self.bias).collect();
        self.to.check(&inputs, voice)?;
        if inputs.iter().filter(|input| input.as_str() == "-").count() > 1 {
            let problem = "several arrays are to come from standard input";
            return Err(Failure::input(problem, "name a file for all but one of them"));
        }
        let (x, w) = operand::pair(&self.x, &self.w)?;
        let bias = self.bias.as_ref().map(|bias| operand::one(bias)).transpose()?;
        let operands: Vec<(&str, &Operand)> =
            [("x", &x), ("w", &w)].into_iter().chain(bias.as_ref().map(|bias| ("bias", bias))).collect();
        for (name, operand) in &operands {
            if *name == "bias" {
                plain(operand)?
            } else {
                geometry::spatial(operand)?
            };
            voice.say(name, operand.describe());
            operand.notes.iter().for_each(|note| voice.say("", note));
        }
        let taps = w.data.shape().get(2..).unwrap_or(&[]).to_vec();
        let sliding = self.geometry.sliding(&taps, &vec![1; taps.len()])?;
        voice.say("windows", Geometry::describe(&sliding));
        let mut notes = vec![];
        let done = self.carry_out(&operands, &sliding, &mut notes)?;
        let why = match (self.transposed, self.winograd) {
            (true, _) => "the transpose of a direct sum over windows",
            (false, Some(_)) => "minimal filtering of tiles, by Winograd",
            (false, None) => "the direct sum over windows",
        };
        let why = if self.fused {
            format!("{why}, each product added before it is rounded")
        } else {
            why.to_owned()
        };
        voice.say("algorithm", &why);
        voice.say("work", format!("at most {} multiplications", count(done.products)));
        let (accuracy, error) = match done.bound {
            None => ("exact", "none: integers are exact".to_owned()),
            Some(bound) => (if bound.is_finite() { "bounded" } else { "no bound" }, within(bound)),
        };
        voice.say("error", error);
        let account = Account {
            multiplications: Some(done.products),
            accuracy,
            error_bound: done.bound.map_or(Some(0.0), |bound| Some(bound).filter(|bound| bound.is_finite())),
            ..Account::of("layer", &operands, &why, &notes, &done.data)
        };
        account.deliver(&self.to, &Form::Plain, voice, || {
            json!({
                "windows": Geometry::describe(&sliding),
                "groups": self.groups,
                "transposed": self.transposed,
                "winograd": self.winograd,
                "fused": self.fused,
            })
        })
    }

    fn carry_out(
        &self,
        operands: &[(&str, &Operand)],
        sliding: &Sliding,
        notes: &mut Vec<String>,
    ) -> Result<Done, Failure> {
        let all: Vec<&Operand> = operands.iter().map(|(_, operand)| *operand).collect();
        let mut integers = vec![];
        let mut kind = None;
        for operand in &all {
            if let Data::Int(entries, of) = &operand.data {
                integers.push(entries);
                kind = Some(kind.map_or(*of, |kind: IntType| kind.promoted(*of)));
            }
        }
        if let Some(outputs) = self.winograd {
            return match common(&all) {
                Common::F32 => self.filtered(outputs, &all, sliding, |o| to_f32(o, notes), Data::F32),
                Common::F64 if integers.len() < all.len() => {
                    self.filtered(outputs, &all, sliding, |o| to_f64(o, notes), Data::F64)
                }
                Common::F64 => {
                    let problem =
                        "--winograd is for floats: its matrices have fractions, and these are integers";
                    Err(Failure::input(problem, "leave it out: the direct sum is exact for integers"))
                }
                _ => {
                    let problem = "--winograd is for real floats, and an array is complex";
                    Err(Failure::input(
                        problem,
                        "leave it out, or filter real and imaginary parts by themselves",
                    ))
                }
            };
        }
        if self.fused {
            return match common(&all) {
                Common::F32 => self.fused(&all, sliding, |o| to_f32(o, notes), Data::F32),
                Common::F64 if integers.len() < all.len() => {
                    self.fused(&all, sliding, |o| to_f64(o, notes), Data::F64)
                }
                Common::F64 => {
                    let problem = "--fused is for floats: integers are added without any rounding";
                    Err(Failure::input(problem, "leave it out"))
                }
                _ => {
                    let problem = "--fused is for real floats, and an array is complex";
                    Err(Failure::input(
                        problem,
                        "leave it out, or take real and imaginary parts by themselves",
                    ))
                }
            };
        }
        if let Some(kind) = kind.filter(|_| integers.len() == all.len()) {
            let (array, products) = self.integers(&integers, kind, sliding)?;
            let (least, greatest) = kind.range();
            if let Some(place) = array.iter().position(|v| !(least..=greatest).contains(v)) {
                return Err(overflow(&array.mapv(IBig::from), place, kind));
            }
            return Ok(Done { data: Data::Int(array, kind), products, bound: None });
        }
        match common(&all) {
            Common::F32 => self.floats(&all, sliding, |o| to_f32(o, notes), Data::F32),
            Common::F64 => self.floats(&all, sliding, |o| to_f64(o, notes), Data::F64),
            Common::C32 => self.floats(&all, sliding, |o| to_c32(o, notes), Data::C32),
            Common::C64 => self.floats(&all, sliding, |o| to_c64(o, notes), Data::C64),
        }
    }

    /// In 64 bits where no sum can leave them, else over integers of any size.
    fn integers(
        &self,
        all: &[&ArrayD<i64>],
        kind: IntType,
        sliding: &Sliding,
    ) -> Result<(ArrayD<i64>, u128), Failure> {
        let size =
            |array: &ArrayD<i64>| array.iter().map(|v| u128::from(v.unsigned_abs())).max().unwrap_or(0);
        let weights = all[1].iter().map(|v| u128::from(v.unsigned_abs())).sum::<u128>();
        let bias = all.get(2).map_or(0, |bias| size(bias));
        let fits = size(all[0])
            .checked_mul(weights)
            .and_then(|sum| sum.checked_add(bias))
            .is_some_and(|sum| sum < 1 << 63);
        if fits {
            return self.apply(
                all[0].clone(),
                all[1].clone(),
                all.get(2).map(|bias| (*bias).clone()),
                sliding,
                8,
            );
        }
        let wide = |array: &ArrayD<i64>| array.mapv(IBig::from);
        if all.iter().map(|array| array.len()).sum::<usize>() > MAX_WIDE {
            let problem = "sums may leave 64 bits, and so many integers of any size take too much memory";
            return Err(Failure::input(problem, "save the inputs as float64, or cut them into parts"));
        }
        let bias = all.get(2).map(|bias| wide(bias));
        // an integer of any size takes three words here, and these may have a fourth outside
        let (array, products) = self.apply(wide(all[0]), wide(all[1]), bias, sliding, 32)?;
        if let Some(place) = array.iter().position(|v| i64::try_from(v).is_err()) {
            return Err(overflow(&array, place, kind));
        }
        Ok((array.mapv(|v| i64::try_from(&v).unwrap_or_default()), products))
    }

    fn floats<S: Scalar>(
        &self,
        all: &[&Operand],
        sliding: &Sliding,
        mut convert: impl FnMut(&Operand) -> Result<ArrayD<S>, Failure>,
        data: impl Fn(ArrayD<S>) -> Data,
    ) -> Result<Done, Failure> {
        let (x, w) = (convert(all[0])?, convert(all[1])?);
        let bias = all.get(2).map(|bias| convert(bias)).transpose()?;
        let bound = self.bound(&x, &w, bias.as_ref());
        let (array, products) = self.apply(x, w, bias, sliding, size_of::<S>() as u128)?;
        Ok(Done { data: data(array), products, bound: Some(bound) })
    }

    /// The bound is that of the sums that round twice: it is one for sums that round once.
    fn fused<T: Scalar + Real>(
        &self,
        all: &[&Operand],
        sliding: &Sliding,
        mut convert: impl FnMut(&Operand) -> Result<ArrayD<T>, Failure>,
        data: impl Fn(ArrayD<T>) -> Data,
    ) -> Result<Done, Failure> {
        let (x, w) = (convert(all[0])?, convert(all[1])?);
        let bias = all.get(2).map(|bias| convert(bias)).transpose()?;
        let bound = self.bound(&x, &w, bias.as_ref());
        let fused = |array: ArrayD<T>| array.mapv(Fused);
        let bytes = size_of::<T>() as u128;
        let (array, products) = self.apply(fused(x), fused(w), bias.map(fused), sliding, bytes)?;
        Ok(Done { data: data(array.mapv(|value| value.0)), products, bound: Some(bound) })
    }

    fn filtered<S: Scalar + Field + Copy + Into<f64>>(
        &self,
        outputs: usize,
        all: &[&Operand],
        sliding: &Sliding,
        mut convert: impl FnMut(&Operand) -> Result<ArrayD<S>, Failure>,
        data: impl Fn(ArrayD<S>) -> Data,
    ) -> Result<Done, Failure> {
        let (x, w) = (convert(all[0])?, convert(all[1])?);
        let bias = all.get(2).map(|bias| convert(bias)).transpose()?;
        let filter = Winograd::new(outputs, sliding.taps().first().copied().unwrap_or(1))?;
        let conv = |bias| Conv { bias, ..Conv::new(sliding.clone(), w.clone()).groups(self.groups) };
        let layer = conv(bias.map(|values| Bias { sharing: Default::default(), values }));
        let shape = layer.shape(x.shape())?;
        let entries = shape.iter().map(|n| *n as u128).product::<u128>();
        self.to.check_entries(entries)?;
        affordable(8 * (4 * (x.len() + w.len()) as u128 + 4 * entries))?;
        let y = filter.apply(&layer, x.view())?;
        let bound = match S::ROUNDING.filter(|_| x.iter().chain(&w).chain(&y).all(|v| v.is_finite())) {
            Some(rounding) => {
                let double = Conv { bias: None, ..Conv::new(sliding.clone(), w.mapv(S::into)) };
                let bounds = filter.bound(&double, x.mapv(S::into).view(), rounding)?;
                // the bias is one more sum
                let largest = y.iter().map(|y| y.magnitude()).fold(0.0, f64::max);
                let last = if layer.bias.is_some() { 2.0 * rounding.unit * largest } else { 0.0 };
                bounds.iter().copied().fold(0.0, f64::max) * (1.0 + 4.0 * rounding.unit) + last
            }
            None => f64::INFINITY,
        };
        let tiles: u128 = shape[2..].iter().map(|n| n.div_ceil(outputs) as u128).product();
        let each = (filter.products() as u128).saturating_pow(shape.len() as u32 - 2);
        let pairs = shape[0] as u128 * shape[1] as u128 * x.shape()[1] as u128;
        Ok(Done {
            data: data(y),
            products: tiles.saturating_mul(each).saturating_mul(pairs),
            bound: Some(bound),
        })
    }

    /// How far an entry can be from the exact one: γ_n Σ |w||x| for n terms in whatever order (Higham 2002, §3.1; complex
    /// ones √2 γ_{n+1}), and what underflow adds; every output with the largest |x| and the largest Σ |w| of an output.
    fn bound<S: Scalar>(&self, x: &ArrayD<S>, w: &ArrayD<S>, bias: Option<&ArrayD<S>>) -> f64 {
        let Some(rounding) = S::ROUNDING else { return 0.0 };
        if ![Some(x), Some(w), bias].into_iter().flatten().all(|array| array.iter().all(|v| v.is_finite())) {
            return f64::INFINITY;
        }
        let most = |array: &ArrayD<S>| array.iter().map(|v| v.magnitude()).fold(0.0, f64::max);
        if w.ndim() < 2 || w.is_empty() {
            return f64::INFINITY; // and will be refused
        }
        // the axis of the outputs; a sum has a term for each of the others at most
        let axis = Axis(usize::from(self.transposed));
        let sums =
            w.axis_iter(axis).map(|w| w.iter().map(|v| v.magnitude()).sum::<f64>()).fold(0.0, f64::max);
        let terms = (w.len() / w.len_of(axis)) as f64 + 2.0;
        let (root, underflow) = if rounding.complex { (2_f64.sqrt(), 4.0) } else { (1.0, 1.0) };
        let gamma = terms * rounding.unit / (1.0 - terms * rounding.unit);
        let largest = most(x) * sums + bias.map_or(0.0, most);
        if 2.0 * largest * (1.0 + gamma) >= rounding.largest || gamma < 0.0 {
            return f64::INFINITY;
        }
        // enlarged by more than the error of this evaluation, whose sum is the longest of it
        let own = 1.0 + (terms + 16.0) * f64::EPSILON;
        (root * gamma * largest + underflow * terms * rounding.tiny) * own
    }

    /// The layer, once its sizes are known to be affordable; and its products.
    fn apply<S: Ring>(
        &self,
        x: ArrayD<S>,
        w: ArrayD<S>,
        bias: Option<ArrayD<S>>,
        sliding: &Sliding,
        bytes: u128,
    ) -> Result<(ArrayD<S>, u128), Failure> {
        let bias = bias.map(|values| Bias { sharing: Default::default(), values });
        let held = (x.len() + w.len()) as u128;
        let per_output =
            (w.len() / w.shape().get(usize::from(self.transposed)).copied().unwrap_or(1).max(1)) as u128;
        let taps = sliding.taps();
        let afford = |shape: &[usize], slid: &[usize]| -> Result<u128, Failure> {
            let entries = shape.iter().map(|n| *n as u128).product::<u128>();
            self.to.check_entries(entries)?;
            // an edge for each output and tap of an axis
            let edges =
                slid.iter().zip(&taps).map(|(n, taps)| *n as u128 * (*taps as u128 + 1) * 16).sum::<u128>();
            // and what is laid out for the sums: twice the input and the output at most
            affordable(bytes * (4 * held + 3 * entries) + edges)?;
            Ok(entries)
        };
        if !self.transposed {
            let mut conv = Conv::new(sliding.clone(), w).groups(self.groups);
            conv.bias = bias;
            let shape = conv.shape(x.shape())?;
            let entries = afford(&shape, &shape[2..])?;
            return Ok((conv.apply(x.view())?, entries.saturating_mul(per_output)));
        }
        let spatial = x.shape().get(2..).unwrap_or(&[]).to_vec();
        let mut transposed = Transposed::new(sliding.clone(), w).groups(self.groups);
        if !self.output_padding.is_empty() {
            transposed = transposed.extra(&each("--output-padding", &self.output_padding, spatial.len())?);
        }
        if !self.output_shape.is_empty() {
            transposed = transposed.to(&each("--output-shape", &self.output_shape, spatial.len())?);
        }
        transposed.bias = bias;
        let shape = layer::Layer::output_shape(&transposed, x.shape())?;
        // an output looks at every tap, even where a stride leaves it nothing to read
        let products = afford(&shape, &spatial)?.saturating_mul(per_output / self.groups.max(1) as u128);
        Ok((transposed.apply(x.view())?, products))
    }
}
