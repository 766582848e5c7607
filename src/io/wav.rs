//! WAV: samples to floats of full scale [−1, 1) and back; a whole file, or a sound piece by piece.

use super::{Data, Fault, Form, IoError, Loaded, Rendering, Samples, place};
use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use ndarray::{Array2, ArrayD};
use std::{
    fs::File,
    io::{BufReader, Cursor, Read},
    ops::Range,
    path::{Path, PathBuf},
};

/// Reads a sound: frames, or frames × channels where there is more than one channel. An integer sample v
/// of b bits is v / 2^(b − 1), which float64 holds exactly; floats are taken as they are.
pub fn decode(bytes: &[u8]) -> Result<Loaded, Fault> {
    let mut reader = WavReader::new(Cursor::new(bytes)).map_err(damaged)?;
    let samples = checked(&reader, bytes.len() as u64)?;
    let WavSpec { channels, sample_rate: rate, .. } = reader.spec();
    let count = reader.len() as usize;
    let entries = floats(&mut reader, samples, count)?;
    let (frames, many) = (entries.len() / channels as usize, channels as usize);
    let shape = if many == 1 { vec![frames] } else { vec![frames, many] };
    let array =
        ArrayD::from_shape_vec(shape, entries).map_err(|e| Fault::new(e.to_string(), "save it again"))?;
    Ok(Loaded { data: Data::F64(array), form: Form::Sound { rate, channels, samples }, notes: Vec::new() })
}

fn damaged(error: hound::Error) -> Fault {
    match error {
        hound::Error::IoError(_) => Fault::new("the WAV file is cut off", "copy or record it again"),
        e => Fault::new(format!("expected a WAV file: {e}"), "save it as PCM or 32-bit float"),
    }
}

/// How samples are stored, once what the header declares is held against the size of the file.
fn checked<R: Read>(reader: &WavReader<R>, bytes: u64) -> Result<Samples, Fault> {
    let WavSpec { channels, bits_per_sample: bits, sample_format, .. } = reader.spec();
    let (declared, width) = (reader.len() as u64, bits.div_ceil(8) as u64);
    if declared * width > bytes {
        let problem =
            format!("the header declares {declared} samples of {bits} bits, the file has {bytes} bytes");
        return Err(Fault::new(problem, "it is cut off: copy or record it again"));
    }
    if channels == 0 || declared % channels.max(1) as u64 != 0 {
        let problem = format!("expected whole frames of {channels} channels, there are {declared} samples");
        return Err(Fault::new(problem, "save it again"));
    }
    match (sample_format, bits) {
        (SampleFormat::Int, 8 | 16 | 24 | 32) => Ok(Samples::Int(bits)),
        (SampleFormat::Float, 32) => Ok(Samples::Float),
        _ => {
            let problem =
                format!("expected integers of 8, 16, 24 or 32 bits or 32-bit floats, this has {bits} bits");
            Err(Fault::new(problem, "convert it to one of these"))
        }
    }
}

/// The next so many samples, or as many as there are.
fn floats<R: Read>(reader: &mut WavReader<R>, samples: Samples, count: usize) -> Result<Vec<f64>, Fault> {
    let entries: Result<Vec<f64>, _> = match samples {
        Samples::Int(bits) => {
            let scale = full_scale(bits);
            reader.samples::<i32>().take(count).map(|sample| sample.map(|v| v as f64 / scale)).collect()
        }
        Samples::Float => reader.samples::<f32>().take(count).map(|s| s.map(f64::from)).collect(),
    };
    entries.map_err(damaged)
}

/// A WAV file that is read piece by piece, so that memory holds no more of it than one piece.
pub struct Sound {
    path: PathBuf,
    reader: WavReader<BufReader<File>>,
    samples: Samples,
}

impl Sound {
    /// Opens a file; of any size that the format allows.
    ///
    /// # Errors
    /// A file that cannot be opened, or is no WAV file that [`read`](super::read) would take.
    pub fn open(path: &Path) -> Result<Sound, IoError> {
        let bad = |fault| IoError::Contents { name: place::source_name(path), fault };
        let (file, bytes) = place::open(path)?;
        let reader = WavReader::new(BufReader::new(file)).map_err(|e| bad(damaged(e)))?;
        let samples = checked(&reader, bytes).map_err(bad)?;
        Ok(Sound { path: path.to_owned(), reader, samples })
    }

    /// How many samples each channel has.
    pub fn frames(&self) -> usize {
        self.reader.duration() as usize
    }

    /// How many channels there are.
    pub fn channels(&self) -> usize {
        self.reader.spec().channels.into()
    }

    /// Samples a second.
    pub fn rate(&self) -> u32 {
        self.reader.spec().sample_rate
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
        let bad = |fault| IoError::Contents { name: place::source_name(&self.path), fault };
        // as many as the header counts in 32 bits
        self.reader.seek(range.start as u32).map_err(|e| bad(damaged(e.into())))?;
        let shape = (range.len(), self.channels());
        let entries = floats(&mut self.reader, self.samples, shape.0 * shape.1).map_err(bad)?;
        let cut = |_| bad(Fault::new("the WAV file is cut off", "copy or record it again"));
        Ok(Array2::from_shape_vec(shape, entries).map_err(cut)?.reversed_axes())
    }
}

/// The array as a WAV file of the rate, channels and samples that its form names.
pub fn encode(data: &Data, form: &Form) -> Result<(Vec<u8>, Rendering), Fault> {
    let Form::Sound { rate, channels, samples } = *form else {
        let advice = "compute from a .wav input, or write .npy or .csv";
        return Err(Fault::new("a WAV file has a sampling rate, this array has none", advice));
    };
    let (Data::F64(_) | Data::F32(_) | Data::Int(..)) = data else {
        return Err(Fault::new("samples are real, these entries are complex", "write .npy"));
    };
    let (bits, format) = match samples {
        Samples::Int(bits) => (bits, SampleFormat::Int),
        Samples::Float => (32, SampleFormat::Float),
    };
    if data.len() as u64 * (bits as u64 / 8) > u32::MAX as u64 - 100 {
        return Err(Fault::new(
            format!("a WAV file ends at 4 GiB, {} samples do not fit", data.len()),
            "write .npy",
        ));
    }
    let entries: Box<dyn Iterator<Item = f64>> = match data {
        Data::F64(a) => Box::new(a.iter().copied()),
        Data::F32(a) => Box::new(a.iter().map(|v| *v as f64)),
        Data::Int(a, _) => Box::new(a.iter().map(|v| *v as f64)),
        Data::C32(_) | Data::C64(_) => Box::new(std::iter::empty()),
    };
    let bad = |e: hound::Error| Fault::new(e.to_string(), "write .npy");
    let spec = WavSpec { channels, sample_rate: rate, bits_per_sample: bits, sample_format: format };
    let mut out = Vec::new();
    let mut writer = WavWriter::new(Cursor::new(&mut out), spec).map_err(bad)?;
    let (mut clipped, mut peak) = (0, 0.0_f64);
    for v in entries {
        peak = peak.max(v.abs());
        match samples {
            Samples::Float => writer.write_sample(v as f32).map_err(bad)?,
            Samples::Int(_) if v.is_nan() => {
                return Err(Fault::new("an entry is NaN, which is no sample", "write .npy"));
            }
            Samples::Int(bits) => {
                let scale = full_scale(bits);
                let sample = (v * scale).round_ties_even();
                if !(-scale..scale).contains(&sample) {
                    clipped += 1;
                }
                writer.write_sample(sample.clamp(-scale, scale - 1.0) as i32).map_err(bad)?;
            }
        }
    }
    writer.finalize().map_err(bad)?;
    Ok((out, Rendering { clipped, peak: Some(peak), notes: Vec::new() }))
}

fn full_scale(bits: u16) -> f64 {
    (1u64 << (bits - 1)) as f64
}
