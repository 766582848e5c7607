//! The arithmetic of one axis: which entries of the input each output reads, how many outputs there are, what is left over.
//!
//! Everything that slides (convolution, its transpose, pooling, unfolding) is a [`Window`] per spatial axis, so the
//! formulas that engines disagree about stand here and nowhere else. They are those of the ONNX operators `Conv`,
//! `ConvTranspose`, `MaxPool` and `AveragePool`; for the pictures behind them see Dumoulin & Visin 2016.
//!
//! ```
//! use faltung::layer::window::{Padding, Window};
//! // 5 entries, a kernel of 3 with stride 2, one zero on either side: 3 outputs.
//! let window = Window { stride: 2, before: 1, after: 1, ..Window::of(3) };
//! assert_eq!(window.outputs(5)?, 3);
//! // Without the zeros, and with 6 entries, the last one is read by nobody.
//! let window = Padding::Valid.resolve(6, Window { stride: 2, ..Window::of(3) })?;
//! assert_eq!((window.outputs(6)?, window.dropped(6)?), (2, 1));
//! # Ok::<(), faltung::layer::window::WindowError>(())
//! ```

use crate::signal::boundary::{self, Boundary};

/// The largest number of entries that an axis or an array of a layer may have: the entries are addressable, and so are
/// the sums of a few such numbers.
pub const LIMIT: usize = isize::MAX as usize / 64;

/// How a kernel slides along one axis.
///
/// Tap t of output o lies at place o · stride + t · dilation − before of the axis, whose entry i is at place i · spread.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// The number of entries of the kernel.
    pub taps: usize,
    /// Places between two neighbouring outputs.
    pub stride: usize,
    /// Places between two neighbouring taps; 1 when the kernel is dense.
    pub dilation: usize,
    /// Places of padding in front of the axis.
    pub before: usize,
    /// Places of padding behind it.
    pub after: usize,
    /// Places between two neighbouring entries of the input (JAX: `lhs_dilation`); 1 when it is dense. There are zeros
    /// in the gaps.
    pub spread: usize,
    /// Whether a last window that does not fit counts too (`ceil_mode`), unless it would start behind the last entry.
    pub ceil: bool,
}

/// How much padding: given, or derived from the size of the axis.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Padding {
    /// What the window says (ONNX: `NOTSET` with `pads`).
    #[default]
    Explicit,
    /// ⌈n/stride⌉ outputs; where the padding is odd, the larger half comes behind (TensorFlow's `SAME`, PyTorch's
    /// `padding='same'`, which wants stride 1).
    SameUpper,
    /// ⌈n/stride⌉ outputs; where the padding is odd, the larger half comes in front (ONNX and JAX).
    SameLower,
    /// None.
    Valid,
    /// reach − 1 on either side: every place where kernel and input meet.
    Full,
}

impl Padding {
    /// Every way.
    pub const ALL: [Padding; 5] =
        [Padding::Explicit, Padding::SameUpper, Padding::SameLower, Padding::Valid, Padding::Full];

    /// Its name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Padding::Explicit => "explicit",
            Padding::SameUpper => "same-upper",
            Padding::SameLower => "same-lower",
            Padding::Valid => "valid",
            Padding::Full => "full",
        }
    }

    /// The window with the padding that an axis of `n` entries gets.
    ///
    /// With total = max(0, (⌈n/stride⌉ − 1) · stride + reach − n), `SameUpper` puts ⌊total/2⌋ in front and the rest
    /// behind, `SameLower` the other way round. A spread input counts with its gaps.
    ///
    /// # Errors
    /// A stride, dilation, spread or number of taps of 0, an empty axis, sizes beyond [`LIMIT`].
    pub fn resolve(self, n: usize, window: Window) -> Result<Window, WindowError> {
        let reach = window.reach()?;
        let places = window.places(n)?;
        let (before, after) = match self {
            Padding::Explicit => (window.before, window.after),
            Padding::Valid => (0, 0),
            Padding::Full => (reach - 1, reach - 1),
            Padding::SameUpper | Padding::SameLower => {
                // (⌈n/s⌉ − 1) · s ≤ n − 1, so nothing overflows
                let total =
                    ((places.div_ceil(window.stride) - 1) * window.stride + reach).saturating_sub(places);
                let (less, more) = (total / 2, total - total / 2);
                if self == Padding::SameUpper { (less, more) } else { (more, less) }
            }
        };
        Ok(Window { before, after, ..window })
    }

    /// The window with the padding of a transposed convolution of an axis of `n` entries, which is cut off its output,
    /// and its output padding: `SameUpper` and `SameLower` leave n · stride outputs, see [`Window::transposed_to`].
    ///
    /// # Errors
    /// As [`Window::transposed`] and [`Window::transposed_to`].
    pub fn resolve_transposed(
        self,
        n: usize,
        extra: usize,
        window: Window,
    ) -> Result<(Window, usize), WindowError> {
        let cut = match self {
            Padding::Explicit => (window.before, window.after),
            Padding::Valid => (0, 0),
            Padding::Full => (window.reach()? - 1, window.reach()? - 1),
            Padding::SameUpper | Padding::SameLower => {
                let wanted = wide(n).saturating_mul(wide(window.stride));
                let wanted = addressable("the output of n · stride entries", wanted)?;
                return window.transposed_to(n, extra, wanted, self);
            }
        };
        let window = Window { before: cut.0, after: cut.1, ..window };
        window.transposed(n, extra)?;
        Ok((window, extra))
    }
}

/// Why a window does not go with an axis. The messages name the formula and the numbers.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum WindowError {
    #[error(
        "{what} is 0, and it has to be at least 1 ({why}): give it the value 1 where it is not meant to matter"
    )]
    Zero { what: &'static str, why: &'static str },
    #[error("the axis has no entries: a window needs at least one to slide over")]
    Empty,
    #[error(
        "the kernel does not fit: it reaches over (taps − 1) · dilation + 1 = ({taps} − 1) · {dilation} + 1 = {reach} \
         places, and the padded input has before + n + after = {before} + {n} + {after} = {padded}: use a smaller \
         kernel or dilation, or pad with {} more",
        reach - padded
    )]
    Fit { taps: usize, dilation: usize, reach: usize, before: usize, n: usize, after: usize, padded: usize },
    #[error(
        "a transposed window has (n − 1) · stride + reach + output padding − before − after = ({n} − 1) · {stride} + \
         {reach} + {extra} − {before} − {after} = {} outputs, and there has to be at least one: pad less",
        (*n as i128 - 1) * *stride as i128 + *reach as i128 + *extra as i128 - *before as i128 - *after as i128
    )]
    Negative { n: usize, stride: usize, reach: usize, extra: usize, before: usize, after: usize },
    #[error(
        "the output padding is {extra}, and has to be less than the stride {stride} or the dilation {dilation}: more \
         of it would be outputs that no tap reaches; a larger output wants less padding"
    )]
    Extra { extra: usize, stride: usize, dilation: usize },
    #[error(
        "an output of {wanted} entries is wanted, and without padding there are (n − 1) · stride + reach + output \
         padding = ({n} − 1) · {stride} + {reach} + {extra} = {}: that would be a padding of −{missing}, and output \
         padding {} is not less than the stride {stride} or the dilation {dilation}; ask for less",
        wanted - missing,
        extra + missing
    )]
    Wanted {
        wanted: usize,
        n: usize,
        stride: usize,
        dilation: usize,
        reach: usize,
        extra: usize,
        missing: usize,
    },
    #[error("{formula} is {value}, more than the {LIMIT} that can be addressed")]
    Size { formula: &'static str, value: String },
}

/// A size that was computed in 128 bits, saturating, if it can be addressed.
fn addressable(formula: &'static str, value: u128) -> Result<usize, WindowError> {
    let size = usize::try_from(value).ok().filter(|size| *size <= LIMIT);
    let saturated = if value == u128::MAX { "at least 2^128 − 1".to_owned() } else { value.to_string() };
    size.ok_or(WindowError::Size { formula, value: saturated })
}

/// Numbers of places, in 128 bits: a product of two of them fits, and whatever does not saturates.
fn wide(size: usize) -> u128 {
    size as u128
}

impl Window {
    /// A dense kernel of that many taps with stride 1 and no padding.
    pub const fn of(taps: usize) -> Window {
        Window { taps, stride: 1, dilation: 1, before: 0, after: 0, spread: 1, ceil: false }
    }

    /// The places from its first tap to its last: (taps − 1) · dilation + 1.
    ///
    /// # Errors
    /// A stride, dilation, spread or number of taps of 0; sizes beyond [`LIMIT`].
    pub fn reach(&self) -> Result<usize, WindowError> {
        let zeros = [
            (self.taps, "the kernel's size", "its reach is (taps − 1) · dilation + 1"),
            (self.stride, "the stride", "outputs = ⌊(n + before + after − reach)/stride⌋ + 1 divides by it"),
            (self.dilation, "the dilation", "tap t lies at place t · dilation"),
            (self.spread, "the input dilation", "entry i lies at place i · dilation"),
        ];
        if let Some((_, what, why)) = zeros.into_iter().find(|(size, ..)| *size == 0) {
            return Err(WindowError::Zero { what, why });
        }
        let reach = wide(self.taps - 1).saturating_mul(wide(self.dilation)).saturating_add(1);
        addressable("the stride", wide(self.stride))?;
        addressable("the reach (taps − 1) · dilation + 1", reach)
    }

    /// The places that an axis of `n` entries takes, gaps included: (n − 1) · spread + 1.
    ///
    /// # Errors
    /// As [`reach`](Window::reach), and an empty axis.
    pub fn places(&self, n: usize) -> Result<usize, WindowError> {
        self.reach()?;
        let gaps = wide(n.checked_sub(1).ok_or(WindowError::Empty)?).saturating_mul(wide(self.spread));
        addressable("the axis with its gaps, (n − 1) · input dilation + 1,", gaps.saturating_add(1))
    }

    /// The places of the padded axis: before + places + after.
    ///
    /// # Errors
    /// As [`places`](Window::places).
    pub fn padded(&self, n: usize) -> Result<usize, WindowError> {
        let padded = wide(self.before).saturating_add(wide(self.places(n)?)).saturating_add(wide(self.after));
        addressable("the padded axis, before + n + after,", padded)
    }

    /// How many outputs an axis of `n` entries gives: ⌊(padded − reach)/stride⌋ + 1; with `ceil` rounded up, but
    /// without windows that would start behind the last entry. (ONNX 22; PyTorch drops at most one, which is the same
    /// for as long as there is less padding than reach.)
    ///
    /// # Errors
    /// As [`padded`](Window::padded), and a kernel that does not fit into the padded axis.
    pub fn outputs(&self, n: usize) -> Result<usize, WindowError> {
        let (reach, places, padded) = (self.reach()?, self.places(n)?, self.padded(n)?);
        let room = if self.ceil { padded + (self.stride - 1) } else { padded };
        let fit = WindowError::Fit {
            taps: self.taps,
            dilation: self.dilation,
            reach,
            before: self.before,
            n: places,
            after: self.after,
            padded,
        };
        let outputs = room.checked_sub(reach).ok_or(fit)? / self.stride + 1;
        let starts = (self.before + places).div_ceil(self.stride);
        Ok(if self.ceil { outputs.min(starts) } else { outputs })
    }

    /// How many entries at the end of the axis no window reaches: what a gradient must answer with zeros.
    ///
    /// Entries that lie in the gaps of a dilated kernel, or between windows whose stride exceeds their reach, are not
    /// counted: the tail only.
    ///
    /// # Errors
    /// As [`outputs`](Window::outputs).
    pub fn dropped(&self, n: usize) -> Result<usize, WindowError> {
        let end = (self.outputs(n)? - 1) * self.stride + self.reach()?;
        let seen = end.saturating_sub(self.before).div_ceil(self.spread);
        Ok(n.saturating_sub(seen))
    }

    /// The entry of an axis of `n` that tap `t` of output `o` reads; `None` for a zero of the padding, of a gap, or
    /// beyond the padded axis.
    ///
    /// With another boundary than zero the axis continues accordingly, gaps and all.
    ///
    /// # Panics
    /// When the axis is empty, or the place is beyond what can be addressed: ask for [`outputs`](Window::outputs) first.
    pub fn source(&self, o: usize, t: usize, n: usize, boundary: Boundary) -> Option<usize> {
        let place = (o * self.stride + t * self.dilation) as isize - self.before as isize;
        let place = boundary::source(place, (n - 1) * self.spread + 1, boundary)?;
        place.is_multiple_of(self.spread).then_some(place / self.spread)
    }

    /// How many taps of output `o` lie inside the padded axis of `n` entries: all of them, but for the last window of
    /// `ceil`, and what an average that counts its padding divides by.
    ///
    /// # Errors
    /// As [`padded`](Window::padded).
    pub fn inside(&self, o: usize, n: usize) -> Result<usize, WindowError> {
        let left = self.padded(n)?.saturating_sub(o.saturating_mul(self.stride));
        Ok(left.div_ceil(self.dilation).min(self.taps))
    }

    /// How many outputs the transposed window makes of an axis of `n` entries: (n − 1) · stride + reach + `extra` −
    /// before − after, where `extra` is the output padding.
    ///
    /// # Errors
    /// As [`places`](Window::places), an output padding that is not less than stride or dilation, and no outputs.
    pub fn transposed(&self, n: usize, extra: usize) -> Result<usize, WindowError> {
        let whole = self.unpadded(n, extra)?;
        let outputs = whole as i128 - wide(self.before).saturating_add(wide(self.after)) as i128;
        if outputs >= 1 {
            return Ok(outputs as usize);
        }
        let (stride, reach) = (self.stride, self.reach()?);
        Err(WindowError::Negative { n, stride, reach, extra, before: self.before, after: self.after })
    }

    /// The transposed window with the padding that makes `wanted` outputs of `n` entries (ONNX: `output_shape`), and its
    /// output padding.
    ///
    /// The padding may be odd: then the larger half goes behind with [`Padding::SameUpper`], and in front otherwise, as
    /// the definition of `ConvTranspose` has it. (Engines have had this the wrong way round, and so had its text.) Where
    /// more outputs are wanted than there are without padding, these are further output padding, zeros at the end: so
    /// the node tests of ONNX, TensorFlow's `SAME` with a kernel shorter than its stride, and PyTorch's `output_size` have
    /// it.
    ///
    /// # Errors
    /// As [`transposed`](Window::transposed), and more outputs than even output padding makes.
    pub fn transposed_to(
        self,
        n: usize,
        extra: usize,
        wanted: usize,
        padding: Padding,
    ) -> Result<(Window, usize), WindowError> {
        let whole = self.unpadded(n, extra)?;
        let (total, missing) = (whole.saturating_sub(wanted), wanted.saturating_sub(whole));
        let (less, more) = (total / 2, total - total / 2);
        let (before, after) = if padding == Padding::SameUpper { (less, more) } else { (more, less) };
        let (window, stride, dilation) = (Window { before, after, ..self }, self.stride, self.dilation);
        if missing > 0 && extra + missing >= stride.max(dilation) {
            let reach = self.reach()?;
            return Err(WindowError::Wanted { wanted, n, stride, dilation, reach, extra, missing });
        }
        window.transposed(n, extra + missing)?;
        Ok((window, extra + missing))
    }

    /// The outputs of the transposed window before any are cut off: (n − 1) · stride + reach + output padding.
    fn unpadded(&self, n: usize, extra: usize) -> Result<usize, WindowError> {
        let reach = self.reach()?;
        if extra > 0 && extra >= self.stride.max(self.dilation) {
            return Err(WindowError::Extra { extra, stride: self.stride, dilation: self.dilation });
        }
        let steps = wide(n.checked_sub(1).ok_or(WindowError::Empty)?).saturating_mul(wide(self.stride));
        let whole = steps.saturating_add(wide(reach)).saturating_add(wide(extra));
        addressable("the transposed axis, (n − 1) · stride + reach + output padding,", whole)
    }
}
