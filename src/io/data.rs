//! What a file holds: an array with its entry type, and the form it came in.

use ndarray::ArrayD;
use num_complex::{Complex32, Complex64};
use std::fmt;

/// An array of one of the entry types that files know. Integers are all held in `i64`, exactly, beside
/// the type that they had in the file.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// 32-bit floats.
    F32(ArrayD<f32>),
    /// 64-bit floats.
    F64(ArrayD<f64>),
    /// Complex numbers of two 32-bit floats.
    C32(ArrayD<Complex32>),
    /// Complex numbers of two 64-bit floats.
    C64(ArrayD<Complex64>),
    /// Integers of the named type.
    Int(ArrayD<i64>, IntType),
}

/// Runs one expression on the array of whatever entry type.
macro_rules! on_array {
    ($data:expr, $array:ident => $body:expr) => {
        match $data {
            Data::F32($array) => $body,
            Data::F64($array) => $body,
            Data::C32($array) => $body,
            Data::C64($array) => $body,
            Data::Int($array, _) => $body,
        }
    };
}

impl Data {
    /// The length of every axis.
    pub fn shape(&self) -> &[usize] {
        on_array!(self, a => a.shape())
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        on_array!(self, a => a.len())
    }

    /// Whether there is no entry at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// NumPy's name of the entry type.
    pub fn type_name(&self) -> &'static str {
        match self {
            Data::F32(_) => "float32",
            Data::F64(_) => "float64",
            Data::C32(_) => "complex64",
            Data::C64(_) => "complex128",
            Data::Int(_, kind) => kind.name(),
        }
    }
}

/// The integer types of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum IntType {
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
}

impl IntType {
    /// All of them.
    pub const ALL: [IntType; 8] = {
        use IntType::*;
        [I8, I16, I32, I64, U8, U16, U32, U64]
    };

    /// NumPy's name.
    pub fn name(self) -> &'static str {
        use IntType::*;
        match self {
            I8 => "int8",
            I16 => "int16",
            I32 => "int32",
            I64 => "int64",
            U8 => "uint8",
            U16 => "uint16",
            U32 => "uint32",
            U64 => "uint64",
        }
    }

    /// Bytes of one entry.
    pub fn size(self) -> usize {
        use IntType::*;
        match self {
            I8 | U8 => 1,
            I16 | U16 => 2,
            I32 | U32 => 4,
            I64 | U64 => 8,
        }
    }

    /// Whether negative numbers belong to it.
    pub fn is_signed(self) -> bool {
        matches!(self, IntType::I8 | IntType::I16 | IntType::I32 | IntType::I64)
    }

    /// The type of this many bytes.
    pub fn of(signed: bool, size: usize) -> Option<IntType> {
        Self::ALL.into_iter().find(|t| t.is_signed() == signed && t.size() == size)
    }

    /// The least and the greatest number of the type that an `i64` can hold.
    pub fn range(self) -> (i64, i64) {
        let bits = 8 * self.size() as u32;
        match self {
            IntType::U64 => (0, i64::MAX),
            _ if self.is_signed() => (i64::MIN >> (64 - bits), i64::MAX >> (64 - bits)),
            _ => (0, (1 << bits) - 1),
        }
    }

    /// The least type that holds both, as NumPy promotes; uint64 with a signed type is int64.
    ///
    /// ```
    /// use faltung::io::IntType;
    /// assert_eq!(IntType::U8.promoted(IntType::I8), IntType::I16);
    /// assert_eq!(IntType::U8.promoted(IntType::U16), IntType::U16);
    /// ```
    pub fn promoted(self, other: IntType) -> IntType {
        let size = |t: IntType, signed: bool| if signed && !t.is_signed() { 2 * t.size() } else { t.size() };
        let signed = self.is_signed() || other.is_signed();
        let bytes = size(self, signed).max(size(other, signed)).min(8);
        IntType::of(signed, bytes).unwrap_or(IntType::I64)
    }
}

impl fmt::Display for IntType {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What an array is, beyond its entries: what a writer needs in order to give back what a reader was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// An array and nothing else.
    Plain,
    /// Pixels: rows × columns for grey, rows × columns × channels otherwise; levels 0 … 2^bits − 1.
    Image {
        /// What a pixel consists of.
        channels: Channels,
        /// 8 or 16.
        bits: u8,
    },
    /// Samples: frames for one channel, frames × channels otherwise; full scale is [−1, 1).
    Sound {
        /// Frames per second.
        rate: u32,
        /// How many.
        channels: u16,
        /// How the file stores a sample.
        samples: Samples,
    },
}

/// What a pixel consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Channels {
    Gray,
    GrayAlpha,
    Rgb,
    Rgba,
}

impl Channels {
    /// Numbers per pixel.
    pub fn count(self) -> usize {
        self.colours() + usize::from(self.has_alpha())
    }

    /// Numbers per pixel, opacity not counted.
    pub fn colours(self) -> usize {
        if matches!(self, Channels::Gray | Channels::GrayAlpha) { 1 } else { 3 }
    }

    /// Whether the last number is opacity.
    pub fn has_alpha(self) -> bool {
        matches!(self, Channels::GrayAlpha | Channels::Rgba)
    }

    /// Of so many numbers per pixel.
    pub fn of(count: usize) -> Option<Channels> {
        use Channels::*;
        [Gray, GrayAlpha, Rgb, Rgba].into_iter().find(|c| c.count() == count)
    }
}

/// How a sound file stores a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Samples {
    /// Integers of so many bits: 8, 16, 24 or 32; v stands for v / 2^(bits − 1).
    Int(u16),
    /// 32-bit floats.
    Float,
}
