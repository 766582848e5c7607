//! `faltung compute dft` and `idft`: the spectrum of an array, and back.

use super::{
    account::{Account, affordable, upwards},
    convert::{to_c32, to_c64},
    destination::Destination,
    operand::{self, Operand},
    output::{Failure, Voice},
};
use clap::Args;
use faltung::{
    conv::{self, Scalar},
    fourier::{self, Stages, Transform as Floats},
    io::{Channels, Data, Form},
};
use ndarray::{ArrayD, Axis, Dimension, indices};
use num_complex::Complex;
use serde_json::json;

/// What both directions are asked.
#[derive(Args)]
pub struct Transform {
    /// A file (.npy .npz:name .csv .png .jpg .wav, - for standard input), a kernel's name, or "[1, 2, 3]"
    x: String,
    /// Along which axes, from 0, or from the end from -1 [default: all; not that of channels]
    #[arg(long, value_name = "AXIS,…", value_delimiter = ',', allow_hyphen_values = true)]
    axes: Vec<isize>,
    #[command(flatten)]
    to: Destination,
}

/// What the inverse is asked.
#[derive(Args)]
pub struct Inverse {
    #[command(flatten)]
    transform: Transform,
    /// Keep the real part only, and say how large an imaginary part is left out
    #[arg(long)]
    real: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Forward,
    /// And whether only the real part is wanted.
    Inverse(bool),
}

impl Transform {
    pub fn run(&self, voice: &Voice) -> Result<(), Failure> {
        self.carry_out(Direction::Forward, voice)
    }

    fn carry_out(&self, direction: Direction, voice: &Voice) -> Result<(), Failure> {
        self.to.check(&[&self.x], voice)?;
        match direction {
            Direction::Forward => self.to.check_complex("")?,
            Direction::Inverse(false) => {
                self.to.check_complex(", or leave the imaginary part out by --real")?
            }
            Direction::Inverse(true) => {}
        }
        let x = operand::one(&self.x)?;
        voice.say("x", x.describe());
        x.notes.iter().for_each(|note| voice.say("", note));
        let axes = self.axes(&x)?;
        self.to.check_entries(x.data.len() as u128)?;
        // The array, as complex numbers, their transform and its copy while axes are exchanged.
        affordable(64 * x.data.len() as u128)?;

        let mut notes = Vec::new();
        if matches!(x.form, Form::Image { channels: Channels::GrayAlpha | Channels::Rgba, .. }) {
            notes.push("opacity is transformed as the other channels are".to_owned());
        }
        let Transformed { data, discarded, relative_error } = match x.data {
            Data::F32(_) | Data::C32(_) => {
                transformed(to_c32(&x, &mut notes)?, &axes, direction, &mut notes, Data::C32, Data::F32)?
            }
            _ => transformed(to_c64(&x, &mut notes)?, &axes, direction, &mut notes, Data::C64, Data::F64)?,
        };
        let (name, verb) = match direction {
            Direction::Forward => ("dft", "forward, unnormalised"),
            Direction::Inverse(_) => ("idft", "inverse, divided by the number of points"),
        };
        let why = format!("fast Fourier transform along {}, {verb}", along(&axes, x.data.shape()));
        voice.say("algorithm", &why);
        let multiplications = multiplications(x.data.shape(), &axes, direction);
        voice.say(
            "work",
            match multiplications {
                Some(n) => format!("at most {}", conv::multiplications(n)),
                None => format!("not counted: a length has {BEYOND}"),
            },
        );
        voice.say("error", accuracy(&relative_error, discarded.is_some()));
        notes.iter().for_each(|note| voice.say("note", note));
        if let Some(discarded) = discarded {
            voice.say("left out", format!("imaginary parts of at most {}", upwards(discarded)));
        }
        voice.say("result", format!("{} {}", operand::shape(data.shape()), data.type_name()));
        let written = self.to.deliver(&data, &Form::Plain, voice)?;
        let account = Account {
            multiplications,
            accuracy: if relative_error.is_ok() { "bounded in the 2-norm" } else { "no bound" },
            written,
            ..Account::of(name, &[("x", &x)], &why, &notes, &data)
        };
        let mut own = json!({ "axes": axes, "relative_error_bound": relative_error.ok() });
        if let Some(discarded) = discarded {
            own["discarded_imaginary"] = json!(discarded);
        }
        account.tell(voice, || own)
    }

    /// The axes to transform along, in order.
    fn axes(&self, x: &Operand) -> Result<Vec<usize>, Failure> {
        let (rank, shape) = (x.data.shape().len(), operand::shape(x.data.shape()));
        if rank == 0 || x.data.is_empty() {
            let problem = if rank == 0 {
                "is one number, without an axis".into()
            } else {
                format!("is empty ({shape})")
            };
            let problem =
                format!("{} {problem}; a transform wants an axis, and an entry along each", x.source);
            return Err(Failure::input(problem, "give an array such as \"[1, 2, 3]\""));
        }
        if self.axes.is_empty() {
            return Ok((0..x.plane().len()).collect());
        }
        let mut axes = Vec::new();
        for asked in &self.axes {
            let axis = if *asked < 0 { asked.checked_add_unsigned(rank) } else { Some(*asked) };
            let axis = axis.and_then(|axis| usize::try_from(axis).ok()).filter(|axis| *axis < rank);
            let Some(axis) = axis else {
                let problem = format!("there is no axis {asked}: {} has {rank} ({shape})", x.source);
                return Err(Failure::input(problem, format!("name axes from 0 to {}", rank - 1)));
            };
            if axes.contains(&axis) {
                let problem = format!("axis {axis} is named twice");
                return Err(Failure::input(problem, "name every axis once"));
            }
            axes.push(axis);
        }
        axes.sort_unstable();
        Ok(axes)
    }
}

impl Inverse {
    pub fn run(&self, voice: &Voice) -> Result<(), Failure> {
        self.transform.carry_out(Direction::Inverse(self.real), voice)
    }
}

/// What is wrong with a length about which nothing is proved.
const BEYOND: &str = "a prime factor above 7";

/// A transform, and what is known of it.
struct Transformed {
    data: Data,
    /// The largest imaginary part that was left out, if one was.
    discarded: Option<f64>,
    /// ‖error‖₂/‖X‖₂ at most, or why there is no bound.
    relative_error: Result<f64, String>,
}

/// The transform of x along some axes.
fn transformed<T: Floats>(
    x: ArrayD<Complex<T>>,
    axes: &[usize],
    direction: Direction,
    notes: &mut Vec<String>,
    complex: fn(ArrayD<Complex<T>>) -> Data,
    real: fn(ArrayD<T>) -> Data,
) -> Result<Transformed, Failure>
where
    Complex<T>: Scalar,
{
    if let Some((index, _)) = x.indexed_iter().find(|(_, value)| !value.is_finite()) {
        let problem = format!(
            "entry {:?} is NaN or infinite; a transform mixes all entries along an axis, and none of them would come out a number",
            index.slice()
        );
        return Err(Failure::input(problem, "replace it first; a convolution takes it as it is"));
    }
    let lengths: Vec<usize> = axes.iter().map(|axis| x.len_of(Axis(*axis))).collect();
    let part = |part: T| -> f64 { part.into().abs() };
    let largest = x.iter().map(|x| part(x.re).max(part(x.im))).fold(0.0, f64::max);
    let y = each(x, axes, if direction == Direction::Forward { fourier::dft } else { fourier::idft });
    let beyond = y.iter().filter(|y| !y.is_finite()).count();
    if beyond > 0 {
        notes.push(format!(
            "{beyond} entries are NaN or infinite: sums left the range of the floats; scale x down"
        ));
    }
    let relative_error = if beyond > 0 {
        Err("is proved where sums leave the range of the floats".to_owned())
    } else if largest > 0.0 && largest < SMALL * T::TINY {
        Err("is proved for entries so small that products underflow; scale x up".to_owned())
    } else {
        fourier::relative_error::<T>(&lengths).ok_or_else(|| format!("is proved for lengths with {BEYOND}"))
    };
    if direction != Direction::Inverse(true) {
        return Ok(Transformed { data: complex(y), discarded: None, relative_error });
    }
    let discarded = Some(y.iter().map(|y| part(y.im)).fold(0.0, f64::max));
    Ok(Transformed { data: real(y.mapv(|y| y.re)), discarded, relative_error })
}

/// 2^109, in smallest subnormals. An operation that underflows is off by half of one, a stage of N entries by less than
/// 20 √N of them in the 2-norm, and what follows enlarges that by √N at most; the result is at least √N times the
/// largest entry. So where that is this large, underflow adds less than 2^-110 · 20 √N for each stage: for the 2^27
/// entries that are allowed far below the slack in the bound, which is 2^-15 of it.
const SMALL: f64 = (1_u128 << 109) as f64;

fn accuracy(relative_error: &Result<f64, String>, real: bool) -> String {
    let before = if real { ", before its imaginary part is left out" } else { "" };
    match relative_error {
        Ok(bound) => format!("at most {} of the 2-norm of the result{before}, a priori", upwards(*bound)),
        Err(why) => format!("no bound: none {why}"),
    }
}

/// A transform of all axes, along some of them: block by block of the others.
fn each<T: Floats>(
    mut x: ArrayD<Complex<T>>,
    axes: &[usize],
    transform: fn(ArrayD<Complex<T>>) -> ArrayD<Complex<T>>,
) -> ArrayD<Complex<T>> {
    if axes.len() == x.ndim() {
        return transform(x);
    }
    let others: Vec<usize> = (0..x.ndim()).filter(|axis| !axes.contains(axis)).collect();
    let lengths: Vec<usize> = others.iter().map(|axis| x.len_of(Axis(*axis))).collect();
    let mut blocks = x.view_mut().permuted_axes([&others[..], axes].concat());
    for index in indices(lengths) {
        let mut block = blocks.view_mut();
        index.slice().iter().for_each(|k| block.index_axis_inplace(Axis(0), *k));
        let transformed = transform(block.to_owned());
        block.assign(&transformed);
    }
    x
}

/// Those of the stages, and two for every entry where it is divided by the number of points. `None` for lengths that
/// are no product of 2, 3, 5 and 7: how many there are then is the library's affair.
fn multiplications(shape: &[usize], axes: &[usize], direction: Direction) -> Option<u128> {
    let lengths: Vec<usize> = axes.iter().map(|axis| shape[*axis]).collect();
    let entries: u128 = shape.iter().map(|n| *n as u128).product();
    let division = if direction == Direction::Forward { 0 } else { 2 * entries };
    Some(Stages::of_all(&lengths)?.multiplications(entries) + division)
}

/// `axis 0 (8 points), axis 1 (5 points)`.
fn along(axes: &[usize], shape: &[usize]) -> String {
    let each = axes.iter().map(|axis| format!("axis {axis} ({} points)", shape[*axis]));
    each.collect::<Vec<_>>().join(", ")
}
