//! WAV: samples to floats of full scale [−1, 1) and back; a whole file, or a sound piece by piece.
//!
//! Microsoft's RIFF: chunks of a name, a length and so many bytes, and one more where that is odd; `fmt ` says what a sample is,
//! `data` has them. Integers of 8 bits are unsigned, longer ones signed; of a sample that is shorter than its bytes the
//! highest bits are meant. (Multimedia Programming Interface and Data Specifications 1.0, 1991; WAVEFORMATEXTENSIBLE, 2001.)

use super::{Data, Fault, Form, IoError, Loaded, MAX_BYTES, Rendering, Samples, place};
use ndarray::{Array2, ArrayD};
use std::{
    fs::File,
    io::{self, BufReader, Cursor, ErrorKind, Read, Seek, SeekFrom},
    ops::Range,
    path::{Path, PathBuf},
};

/// The tag of integers.
const INTEGERS: u16 = 1;
/// The tag of floats.
const FLOATS: u16 = 3;
/// The tag of what an identifier says, whose first two bytes are one of these.
const EXTENSIBLE: u16 = 0xFFFE;
/// The longest format that is read, in bytes; those that there are have 40.
const LONGEST: u32 = 1024;
/// The length of data that is not known when the header is written.
const STREAMED: u32 = u32::MAX;

/// What stands before the samples.
struct Header {
    rate: u32,
    channels: u16,
    samples: Samples,
    /// Bytes of a sample.
    width: usize,
    /// Where the samples begin, and how many there are of each channel.
    begin: u64,
    frames: usize,
    notes: Vec<String>,
}

/// Why a header cannot be had.
enum Broken {
    File(io::Error),
    Contents(Fault),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Broken {
        match error.kind() {
            ErrorKind::UnexpectedEof => Broken::Contents(cut_off("before its samples")),
            _ => Broken::File(error),
        }
    }
}

impl From<Fault> for Broken {
    fn from(fault: Fault) -> Broken {
        Broken::Contents(fault)
    }
}

fn cut_off(place: &str) -> Fault {
    Fault::new(format!("the WAV file is cut off {place}"), "copy or record it again")
}

impl Header {
    /// Of a file of so many bytes.
    fn read(file: &mut (impl Read + Seek), bytes: u64) -> Result<Header, Broken> {
        let mut riff = [0; 12];
        file.read_exact(&mut riff)?;
        if (&riff[..4], &riff[8..]) != (b"RIFF", b"WAVE") {
            let advice = "save it as RIFF/WAVE: integers or floats of 32 bits";
            return Err(Fault::new("expected a WAV file, which begins with RIFF and WAVE", advice).into());
        }
        let riff = u32::from_le_bytes([riff[4], riff[5], riff[6], riff[7]]);
        let mut format: Option<Vec<u8>> = None;
        loop {
            let mut chunk = [0; 8];
            file.read_exact(&mut chunk)?;
            let length = u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]);
            match &chunk[..4] {
                b"data" => {
                    let Some(format) = &format else {
                        let problem = "expected the chunk `fmt ` before the samples";
                        return Err(Fault::new(problem, "save it again").into());
                    };
                    let begin = file.stream_position()?;
                    let left = bytes.saturating_sub(begin);
                    // whoever streams may leave 0, and then what RIFF says of the file goes no further than this
                    let open = riff == STREAMED || u64::from(riff) + 8 <= begin;
                    let streamed = length == STREAMED || length == 0 && left > 0 && open;
                    return Ok(Header::of(format, begin, (!streamed).then_some(length), left)?);
                }
                b"fmt " if length > LONGEST => {
                    let problem = format!("expected a chunk `fmt ` of at most {LONGEST} bytes, got {length}");
                    return Err(Fault::new(problem, "save it again").into());
                }
                b"fmt " => {
                    let mut told = vec![0; length as usize];
                    file.read_exact(&mut told)?;
                    format = Some(told);
                }
                _ => file.seek_relative(length.into())?,
            }
            file.seek_relative(i64::from(length % 2))?;
        }
    }

    /// What a chunk `fmt ` says of data of a declared length, if it is known, with so many bytes from there on.
    fn of(format: &[u8], begin: u64, declared: Option<u32>, left: u64) -> Result<Header, Fault> {
        let word = |at: usize| Some(u16::from_le_bytes([*format.get(at)?, *format.get(at + 1)?]));
        let told = (word(0), word(2), word(4), word(6), word(12), word(14));
        let (Some(mut tag), Some(channels), Some(low), Some(high), Some(block), Some(bits)) = told else {
            let problem =
                format!("expected 16 bytes in the chunk `fmt ` at least, there are {}", format.len());
            return Err(Fault::new(problem, "save it again"));
        };
        let mut valid = bits;
        if tag == EXTENSIBLE {
            (tag, valid) = (word(24).unwrap_or(tag), word(18).unwrap_or(bits));
        }
        let rate = u32::from(high) << 16 | u32::from(low);
        if channels == 0 || rate == 0 || block == 0 || block % channels != 0 {
            let problem = format!(
                "expected whole frames of one channel or more and a rate, got {channels} channels, {block} bytes a frame, {rate} Hz"
            );
            return Err(Fault::new(problem, "save it again"));
        }
        let width = block / channels;
        // 24 bits in 4 bytes are taken for integers by some and for floats by others, unless it is said which are valid
        let whole = bits.div_ceil(8) == width && valid <= bits;
        let samples = match (tag, width) {
            (INTEGERS, 1..=4) if whole => Samples::Int(8 * width),
            (FLOATS, 4 | 8) if whole && bits == 8 * width => Samples::Float,
            _ => {
                let problem = format!(
                    "expected integers of 8, 16, 24 or 32 bits or floats of 32 or 64, got the format {tag} with {} in {width} bytes",
                    if valid > bits { format!("{valid} of {bits} bits") } else { format!("{bits} bits") }
                );
                return Err(Fault::new(problem, "convert it to one of these"));
            }
        };
        let mut notes = vec![];
        if width == 8 {
            notes.push("samples are floats of 64 bits; a sound is written with 32".to_owned());
        }
        let length = declared.map_or_else(
            || {
                let rest = left % u64::from(block);
                let but = if rest > 0 { format!(" but the last {rest} bytes") } else { String::new() };
                notes.push(format!(
                    "the header does not say how long the sound is: all that follows is read{but}"
                ));
                left - rest
            },
            u64::from,
        );
        if length > left {
            let problem = format!("the header declares {length} bytes of samples, {left} follow");
            return Err(Fault::new(problem, "it is cut off: copy or record it again"));
        }
        if !length.is_multiple_of(u64::from(block)) {
            let problem =
                format!("expected whole frames of {block} bytes, there are {length} bytes of samples");
            return Err(Fault::new(problem, "save it again"));
        }
        // at most 4 GiB, of which a process of 32 bits could have no array anyway
        let frames = usize::try_from(length / u64::from(block)).unwrap_or(usize::MAX);
        Ok(Header { rate, channels, samples, width: width.into(), begin, frames, notes })
    }

    /// Samples from their bytes. An integer v of b bits is v / 2^(b − 1), which float64 holds exactly; floats are taken as
    /// they are.
    fn floats(&self, bytes: &[u8]) -> Vec<f64> {
        let all = bytes.chunks_exact(self.width);
        match (self.samples, self.width) {
            (Samples::Float, 4) => {
                all.map(|b| f32::from_le_bytes(b.try_into().expect("four bytes")).into()).collect()
            }
            (Samples::Float, _) => {
                all.map(|b| f64::from_le_bytes(b.try_into().expect("eight bytes"))).collect()
            }
            (Samples::Int(_), 1) => all.map(|b| (f64::from(b[0]) - 128.0) / 128.0).collect(),
            (Samples::Int(_), width) => {
                let number = |b: &[u8]| {
                    let mut highest = [0; 4];
                    highest[4 - width..].copy_from_slice(b);
                    f64::from(i32::from_le_bytes(highest)) / full_scale(32)
                };
                all.map(number).collect()
            }
        }
    }
}

/// Reads a sound: frames, or frames × channels where there is more than one channel.
pub fn decode(bytes: &[u8]) -> Result<Loaded, Fault> {
    let header =
        Header::read(&mut Cursor::new(bytes), bytes.len() as u64).map_err(|broken| match broken {
            Broken::File(error) => Fault::new(error.to_string(), "save it again"),
            Broken::Contents(fault) => fault,
        })?;
    let (frames, many) = (header.frames, usize::from(header.channels));
    let entries = frames as u64 * many as u64;
    if entries * 8 > MAX_BYTES {
        let problem =
            format!("{entries} samples take {} bytes as floats, at most {MAX_BYTES} are read", entries * 8);
        return Err(Fault::new(problem, "take it piece by piece, with --blocks, or cut it into parts"));
    }
    let begin = header.begin as usize;
    let values = header.floats(&bytes[begin..begin + frames * many * header.width]);
    let shape = if many == 1 { vec![frames] } else { vec![frames, many] };
    let array =
        ArrayD::from_shape_vec(shape, values).map_err(|e| Fault::new(e.to_string(), "save it again"))?;
    let Header { rate, channels, samples, notes, .. } = header;
    Ok(Loaded { data: Data::F64(array), form: Form::Sound { rate, channels, samples }, notes })
}

/// A WAV file that is read piece by piece, so that memory holds no more of it than one piece.
pub struct Sound {
    path: PathBuf,
    file: BufReader<File>,
    header: Header,
}

impl Sound {
    /// Opens a file; of any size that the format allows.
    ///
    /// # Errors
    /// A file that cannot be opened, or is no WAV file that [`read`](super::read) would take.
    pub fn open(path: &Path) -> Result<Sound, IoError> {
        let (file, bytes) = place::open(path)?;
        let mut file = BufReader::new(file);
        let header = Header::read(&mut file, bytes).map_err(|broken| match broken {
            Broken::File(error) => place::failed(place::source_name(path), "cannot be read")(error),
            Broken::Contents(fault) => IoError::Contents { name: place::source_name(path), fault },
        })?;
        Ok(Sound { path: path.to_owned(), file, header })
    }

    /// How many samples each channel has.
    pub fn frames(&self) -> usize {
        self.header.frames
    }

    /// How many channels there are.
    pub fn channels(&self) -> usize {
        self.header.channels.into()
    }

    /// Samples a second.
    pub fn rate(&self) -> u32 {
        self.header.rate
    }

    /// What its reader noted.
    pub fn notes(&self) -> &[String] {
        &self.header.notes
    }

    /// A piece of it: channels × samples, the same values as of the whole file.
    ///
    /// # Errors
    /// A file that has become shorter, or cannot be read.
    ///
    /// # Panics
    /// On a range beyond the frames.
    pub fn piece(&mut self, range: Range<usize>) -> Result<Array2<f64>, IoError> {
        assert!(range.start <= range.end && range.end <= self.frames(), "a range of frames");
        let block = self.channels() * self.header.width;
        let mut bytes = vec![0; range.len() * block];
        let place = SeekFrom::Start(self.header.begin + range.start as u64 * block as u64);
        self.file.seek(place).and_then(|_| self.file.read_exact(&mut bytes)).map_err(|error| {
            let name = place::source_name(&self.path);
            match error.kind() {
                ErrorKind::UnexpectedEof => IoError::Contents { name, fault: cut_off("in its samples") },
                _ => place::failed(name, "cannot be read")(error),
            }
        })?;
        let shape = (range.len(), self.channels());
        let values = Array2::from_shape_vec(shape, self.header.floats(&bytes));
        Ok(values.expect("as many samples as bytes were read for").reversed_axes())
    }
}

/// The array as a WAV file of the rate, channels and samples that its form names.
pub fn encode(data: &Data, form: &Form) -> Result<(Vec<u8>, Rendering), Fault> {
    let Form::Sound { rate, channels, samples } = *form else {
        let advice = "compute from a .wav input, or write .npy or .csv";
        return Err(Fault::new("a WAV file has a sampling rate, this array has none", advice));
    };
    let (tag, bits) = match samples {
        Samples::Int(bits) => (INTEGERS, bits),
        Samples::Float => (FLOATS, 32),
    };
    let (width, count) = (u64::from(bits) / 8, data.len() as u64);
    let (block, length) = (u64::from(channels) * width, count.saturating_mul(width));
    let fits = |n: u64, most: u64| (1..=most).contains(&n);
    if !fits(block, u16::MAX.into())
        || !fits(block.saturating_mul(rate.into()), u32::MAX.into())
        || !matches!(bits, 8 | 16 | 24 | 32)
        || count % u64::from(channels) != 0
    {
        let problem = format!(
            "a WAV file has whole frames of at most 65535 bytes and less than 4 GiB a second, not {count} samples of {bits} bits in {channels} channels at {rate} Hz"
        );
        return Err(Fault::new(problem, "write .npy"));
    }
    if length > u64::from(u32::MAX) - 100 {
        return Err(Fault::new(
            format!("a WAV file ends at 4 GiB, {count} samples do not fit"),
            "write .npy",
        ));
    }
    let mut out = Vec::with_capacity(length as usize + 60);
    let riff = 4 + (8 + 16) + (8 + length + length % 2) + if tag == FLOATS { 2 + 12 } else { 0 };
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&(riff as u32).to_le_bytes());
    out.extend_from_slice(b"WAVEfmt ");
    out.extend_from_slice(&(if tag == FLOATS { 18_u32 } else { 16 }).to_le_bytes());
    [tag, channels].iter().for_each(|word| out.extend_from_slice(&word.to_le_bytes()));
    [rate, rate * block as u32].iter().for_each(|word| out.extend_from_slice(&word.to_le_bytes()));
    [block as u16, bits].iter().for_each(|word| out.extend_from_slice(&word.to_le_bytes()));
    if tag == FLOATS {
        // no further parameters; and the number of frames, as is asked for where samples are no integers
        out.extend_from_slice(&[0, 0]);
        out.extend_from_slice(b"fact");
        let frames = (count / u64::from(channels)) as u32;
        [4, frames].iter().for_each(|word| out.extend_from_slice(&word.to_le_bytes()));
    }
    out.extend_from_slice(b"data");
    out.extend_from_slice(&(length as u32).to_le_bytes());
    let (mut clipped, mut peak) = (0, 0.0_f64);
    let mut put = |v: f64| {
        peak = peak.max(v.abs());
        let Samples::Int(bits) = samples else {
            if v.is_finite() && !(v as f32).is_finite() {
                let problem = format!("an entry is {v:e}, which a float of 32 bits cannot be");
                return Err(Fault::new(problem, "scale it down, or write .npy"));
            }
            out.extend_from_slice(&(v as f32).to_le_bytes());
            return Ok(());
        };
        if v.is_nan() {
            return Err(Fault::new("an entry is NaN, which is no sample", "write .npy"));
        }
        let scale = full_scale(bits);
        let sample = (v * scale).round_ties_even();
        if !(-scale..scale).contains(&sample) {
            clipped += 1;
        }
        let sample = sample.clamp(-scale, scale - 1.0) as i32;
        match bits {
            8 => out.push((sample + 128) as u8),
            _ => out.extend_from_slice(&sample.to_le_bytes()[..usize::from(bits) / 8]),
        }
        Ok(())
    };
    match data {
        Data::F64(a) => a.iter().try_for_each(|v| put(*v))?,
        Data::F32(a) => a.iter().try_for_each(|v| put((*v).into()))?,
        Data::Int(a, _) => a.iter().try_for_each(|v| put(*v as f64))?,
        Data::C32(_) | Data::C64(_) => {
            return Err(Fault::new("samples are real, these entries are complex", "write .npy"));
        }
    }
    if out.len() % 2 == 1 {
        out.push(0);
    }
    Ok((out, Rendering { clipped, peak: Some(peak), notes: Vec::new() }))
}

fn full_scale(bits: u16) -> f64 {
    (1u64 << (bits - 1)) as f64
}
