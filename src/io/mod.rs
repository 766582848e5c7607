//! Files: a path to an array by its ending, and back; `-` is standard input or output.
//!
//! | ending | entries | shape |
//! |---|---|---|
//! | `.npy` | as in the file: integers, float32/64, complex64/128 | any |
//! | `.npz` | as `.npy`; `x.npz:name` is one array of several | any |
//! | `.csv` | int64 if every number is an integer, complex128 if one is complex (`1.5-2j`), else float64 | one or two axes |
//! | `.png` | uint8 or uint16 | rows × columns (× channels) |
//! | `.jpg` `.jpeg` | uint8, EXIF orientation applied | rows × columns (× 3) |
//! | `.wav` | float64, full scale [−1, 1) | frames (× channels) |
//!
//! A reader never believes a header: what it declares is held against the bytes that are there before
//! memory is asked for. A writer makes the whole file beside its destination and then renames it.

mod csv;
mod data;
mod image;
/// Built-in kernels by name.
pub mod kernels;
mod npy;
mod npz;
mod place;
mod wav;

pub use data::{Channels, Data, Form, IntType, Samples};
pub use npy::Pieces;
pub use place::{abandon, address, is_stream, replace, writable, write as write_bytes};
pub use wav::Sound;

use std::path::Path;

/// The largest file that is read, 1 GiB. The entries of NPY, NPZ and WAV take no more than that either once they are
/// widened, integers and samples to 64 bits.
pub const MAX_BYTES: u64 = 1 << 30;

/// What a reader found.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The array.
    pub data: Data,
    /// What it is.
    pub form: Form,
    /// What the reader did that one may want to know: a header line skipped, an orientation applied.
    pub notes: Vec<String>,
}

/// What a writer did.
#[derive(Clone, Debug)]
pub struct Written {
    /// Where it went.
    pub name: String,
    /// The size of the file.
    pub bytes: usize,
    /// What happened to the entries on their way.
    pub rendering: Rendering,
}

/// What happened to the entries of an array when they became pixels or samples. Nothing, for NPY and CSV.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rendering {
    /// Entries that were beyond the range of the format and were set to its nearest end.
    pub clipped: u64,
    /// The greatest magnitude of a sound, 1 being full scale.
    pub peak: Option<f64>,
    /// How levels were assigned, where that was a choice.
    pub notes: Vec<String>,
}

/// How the entries of an array become levels of an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Range {
    /// v is level v; beyond black and white it is clipped.
    #[default]
    Clip,
    /// 0 is the middle grey, and the entry of greatest magnitude is black or white.
    Centre,
    /// The least entry is black, the greatest white.
    Stretch,
}

impl Range {
    /// All of them.
    pub const ALL: [Range; 3] = [Range::Clip, Range::Centre, Range::Stretch];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Range::Clip => "clip",
            Range::Centre => "centre",
            Range::Stretch => "stretch",
        }
    }
}

/// The formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Format {
    Npy,
    Npz,
    Csv,
    Png,
    Jpeg,
    Wav,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 6] =
        [Format::Npy, Format::Npz, Format::Csv, Format::Png, Format::Jpeg, Format::Wav];

    /// Whether it can hold complex numbers.
    pub fn is_complex(self) -> bool {
        matches!(self, Format::Npy | Format::Npz | Format::Csv)
    }

    /// By the ending of a file's name, whatever its case; `x.npz:name` ends in `.npz`.
    ///
    /// # Errors
    /// When the ending is none of the known ones; the message lists them.
    pub fn of(path: &Path) -> Result<Format, IoError> {
        let (file, _) = address(path);
        let ending = file.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        match ending.as_str() {
            "npy" => Ok(Format::Npy),
            "npz" => Ok(Format::Npz),
            "csv" => Ok(Format::Csv),
            "png" => Ok(Format::Png),
            "jpg" | "jpeg" => Ok(Format::Jpeg),
            "wav" => Ok(Format::Wav),
            _ => Err(IoError::Ending { name: path.display().to_string() }),
        }
    }
}

/// Why a file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum IoError {
    /// The ending names no format.
    #[error("{name}: the ending names no known format; expected .npy, .npz, .csv, .png, .jpg, .jpeg or .wav")]
    Ending {
        /// The file.
        name: String,
    },
    /// The operating system said no.
    #[error("{name}: {doing}: {source}")]
    System {
        /// The file.
        name: String,
        /// What was tried.
        doing: &'static str,
        /// What it said.
        source: std::io::Error,
    },
    /// The contents are not what they should be, or cannot be put into the format.
    #[error("{name}: {fault}")]
    Contents {
        /// The file.
        name: String,
        /// What is wrong with them.
        fault: Fault,
    },
}

/// What is wrong with the contents of a file, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}; {advice}")]
pub struct Fault {
    /// What was expected and what came.
    pub problem: String,
    /// What to try.
    pub advice: String,
}

impl Fault {
    fn new(problem: impl Into<String>, advice: impl Into<String>) -> Fault {
        Fault { problem: problem.into(), advice: advice.into() }
    }
}

/// The array in a file, by the file's ending; `x.npz:name` is one array of an archive; `-` is standard input, NPY or
/// NPZ if it begins so and CSV otherwise.
///
/// # Errors
/// An unknown ending, a file that cannot be opened, contents that are not what the ending promises.
///
/// ```
/// # let folder = std::env::temp_dir().join(format!("faltung-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder).unwrap();
/// use faltung::io::{self, Data, Form, IntType, Range};
/// let x = Data::Int(ndarray::arr1(&[1, 2, 3]).into_dyn(), IntType::I16);
/// io::write(&folder.join("x.npy"), &x, &Form::Plain, Range::Clip)?;
/// assert_eq!(io::read(&folder.join("x.npy"))?.data, x);
/// # std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), io::IoError>(())
/// ```
pub fn read(path: &Path) -> Result<Loaded, IoError> {
    let (file, name) = address(path);
    if file.is_dir() {
        // whatever its name ends in
        place::open(&file)?;
    }
    let format = known_format(&file)?;
    let bytes = place::read(&file)?;
    let format = format.unwrap_or_else(|| match &bytes {
        bytes if npy::is_npy(bytes) => Format::Npy,
        bytes if npz::is_npz(bytes) => Format::Npz,
        _ => Format::Csv,
    });
    let loaded = match format {
        Format::Npz => npz::decode(&bytes, name.as_deref()),
        _ => decode(&bytes, format),
    };
    loaded.map_err(|fault| IoError::Contents { name: place::source_name(path), fault })
}

/// Writes an array, by the ending of the path; `-` is standard output as CSV, `-.npy` standard output as NPY.
///
/// The file is made beside its destination and renamed, so that it is there whole or not at all. To `x.npz:name` one
/// array is written, and the others of an archive that is there already stay in it; to `x.npz` an archive of one.
/// The archive is read, and written anew: of two programs that write into one at once, the array of one is lost.
///
/// # Errors
/// An unknown ending, a directory that does not exist, an array that the format cannot hold.
pub fn write(path: &Path, data: &Data, form: &Form, range: Range) -> Result<Written, IoError> {
    let format = output_format(path)?;
    let (file, name) = address(path);
    let faulty = |fault| IoError::Contents { name: place::destination_name(path), fault };
    let (bytes, rendering) = match &name {
        Some(name) => {
            let old = (!is_stream(&file) && file.exists()).then(|| place::read(&file)).transpose()?;
            let bytes = npz::encode(data, Some(name), old.as_deref()).map_err(faulty)?;
            (bytes, Rendering::default())
        }
        None => encode(data, form, format, range).map_err(faulty)?,
    };
    place::write(&file, &bytes)?;
    Ok(Written { name: place::destination_name(path), bytes: bytes.len(), rendering })
}

/// The format in which [`write()`] would write to a path: to be asked before a long computation.
///
/// # Errors
/// An unknown ending, a directory that does not exist.
pub fn output_format(path: &Path) -> Result<Format, IoError> {
    let (file, _) = address(path);
    place::writable(&file)?;
    Ok(known_format(&file)?.unwrap_or(Format::Csv))
}

/// The format that a file's name says; a standard stream need not say any.
fn known_format(file: &Path) -> Result<Option<Format>, IoError> {
    if is_stream(file) && file.extension().is_none() { Ok(None) } else { Format::of(file).map(Some) }
}

/// The array in these bytes; of an archive its only one.
///
/// # Errors
/// When they are not what the format asks for.
pub fn decode(bytes: &[u8], format: Format) -> Result<Loaded, Fault> {
    match format {
        Format::Npy => npy::decode(bytes),
        Format::Npz => npz::decode(bytes, None),
        Format::Csv => csv::decode(bytes),
        Format::Png | Format::Jpeg => image::decode(bytes, format),
        Format::Wav => wav::decode(bytes),
    }
}

/// The array as the bytes of a file.
///
/// # Errors
/// When the format cannot hold it; nothing is converted silently.
pub fn encode(data: &Data, form: &Form, format: Format, range: Range) -> Result<(Vec<u8>, Rendering), Fault> {
    match format {
        Format::Npy => Ok((npy::encode(data)?, Rendering::default())),
        Format::Npz => Ok((npz::encode(data, None, None)?, Rendering::default())),
        Format::Csv => Ok((csv::encode(data)?, Rendering::default())),
        Format::Png | Format::Jpeg => image::encode(data, form, format, range),
        Format::Wav => wav::encode(data, form),
    }
}
