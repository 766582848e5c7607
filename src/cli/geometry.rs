//! How windows slide, as options: what layers and pooling are asked alike.

use super::{
    named::named,
    operand::{self, Operand},
    output::Failure,
};
use clap::{Args, builder::TypedValueParser};
use faltung::{
    io::Form,
    layer::{Padding, Sliding, Window},
};

/// Strides, padding and dilations: one number for all spatial axes, or one for each.
#[derive(Args)]
pub struct Geometry {
    /// Places between two windows, along all axes or each
    #[arg(long, value_name = "S,…", value_delimiter = ',')]
    stride: Vec<usize>,
    /// Padding: for all sides, for each axis, or in front of every axis and then behind every axis
    #[arg(long, value_name = "P,…", value_delimiter = ',')]
    padding: Vec<usize>,
    /// Padding that follows from the size
    #[arg(long, value_parser = paddings(), conflicts_with = "padding")]
    auto_pad: Option<Padding>,
    /// Places between two taps
    #[arg(long, value_name = "D,…", value_delimiter = ',')]
    dilation: Vec<usize>,
}

fn paddings() -> impl TypedValueParser<Value = Padding> {
    named(&[Padding::SameUpper, Padding::SameLower, Padding::Valid], Padding::name, |padding| match padding {
        Padding::SameUpper => "n/stride outputs, rounded up; where the padding is odd, one more behind",
        Padding::SameLower => "The same, but one more in front",
        _ => "None",
    })
}

impl Geometry {
    /// Windows of this shape, with this stride where none was given.
    pub fn sliding(&self, taps: &[usize], stride: &[usize]) -> Result<Sliding, Failure> {
        let axes = taps.len();
        let strides =
            if self.stride.is_empty() { stride.to_vec() } else { each("--stride", &self.stride, axes)? };
        let dilations =
            if self.dilation.is_empty() { vec![1; axes] } else { each("--dilation", &self.dilation, axes)? };
        let (before, after) = match &self.padding[..] {
            [] => (vec![0; axes], vec![0; axes]),
            all if all.len() == 2 * axes && axes > 0 => (all[..axes].to_vec(), all[axes..].to_vec()),
            some => {
                let both = each("--padding", some, axes).map_err(|_| {
                    let problem =
                        format!("--padding has {} numbers, expected 1, {axes} or {}", some.len(), 2 * axes);
                    Failure::input(problem, "give all paddings in front, then all behind")
                })?;
                (both.clone(), both)
            }
        };
        let window = |axis: usize| Window {
            stride: strides[axis],
            dilation: dilations[axis],
            before: before[axis],
            after: after[axis],
            ..Window::of(taps[axis])
        };
        let windows = (0..axes).map(window).collect();
        Ok(Sliding { windows, padding: self.auto_pad.unwrap_or_default(), boundary: Default::default() })
    }

    /// Whether any of the options was given.
    pub fn is_given(&self) -> bool {
        self.auto_pad.is_some()
            || ![&self.stride, &self.padding, &self.dilation].into_iter().all(Vec::is_empty)
    }

    /// What was asked, for a person.
    pub fn describe(sliding: &Sliding) -> String {
        let list = |of: fn(&Window) -> usize| {
            let all: Vec<String> = sliding.windows.iter().map(|window| of(window).to_string()).collect();
            all.join(",")
        };
        let padding = match sliding.padding {
            Padding::Explicit => format!("{} in front, {} behind", list(|w| w.before), list(|w| w.after)),
            derived => derived.name().to_owned(),
        };
        format!("stride {}, dilation {}, padding {padding}", list(|w| w.stride), list(|w| w.dilation))
    }
}

/// One number for every axis.
pub fn each(option: &str, numbers: &[usize], axes: usize) -> Result<Vec<usize>, Failure> {
    match numbers {
        [one] => Ok(vec![*one; axes]),
        all if all.len() == axes => Ok(all.to_vec()),
        all => {
            let problem = format!("{option} has {} numbers, and there are {axes} spatial axes", all.len());
            let example = if axes == 1 { "2" } else { "2,1" };
            Err(Failure::input(
                problem,
                format!("give one number, or one for every spatial axis, such as {example}"),
            ))
        }
    }
}

/// Whether the array is N × C × spatial axes, or as many of weights.
pub fn spatial(operand: &Operand) -> Result<(), Failure> {
    plain(operand)?;
    if operand.data.shape().len() < 3 {
        let problem = format!(
            "{} has the shape {:?}; expected N × C × spatial axes (weights: channels out, channels in, taps)",
            operand.source,
            operand.data.shape()
        );
        let hint = "give it two axes more in front: [[[1, 2, 3]]], or x[None, None] in numpy";
        return Err(Failure::input(problem, hint));
    }
    Ok(())
}

/// Whether the array can be read axis by axis: what pictures and sounds are not.
pub fn plain(operand: &Operand) -> Result<(), Failure> {
    if operand.form == Form::Plain {
        return Ok(());
    }
    let problem = format!(
        "{} is a picture or a sound ({}), and a layer takes an array N x C x spatial axes",
        operand.source,
        operand::shape(operand.data.shape())
    );
    Err(Failure::input(problem, "save it as such an array: numpy.moveaxis(picture, -1, 0)[None]"))
}
