//! Where a result goes: to a file by its ending, to standard output, or into the JSON document.

use super::{
    named::named,
    output::{Failure, Voice},
};
use clap::{Args, builder::TypedValueParser};
use faltung::io::{self, Data, Form, Format, Range, Written};
use ndarray::ArrayD;
use std::path::{Path, PathBuf};

/// A result without a destination is printed up to this size.
const MAX_PRINTED: u128 = 10_000;

/// Where to, and how.
#[derive(Args)]
pub struct Destination {
    /// Where to: a file by its ending, - for CSV and -.npy for NPY on standard output, x.npz:name for one array of
    /// an archive, whose others stay (by one program at a time: of two that write at once, the array of one is lost)
    #[arg(long, short, value_name = "FILE", allow_hyphen_values = true)]
    output: Option<PathBuf>,
    /// How entries become levels of an image
    #[arg(long, value_parser = ranges(), default_value = Range::Clip.name())]
    range: Range,
}

fn ranges() -> impl TypedValueParser<Value = Range> {
    named(&Range::ALL, Range::name, |range| match range {
        Range::Clip => "v is level v; beyond black and white it is clipped, and that is counted",
        Range::Centre => "0 is the middle grey, the greatest magnitude is black or white",
        Range::Stretch => "The least entry is black, the greatest white",
    })
}

impl Destination {
    /// Whether the result can go where it should: asked before anything is computed.
    pub fn check(&self, inputs: &[&String], voice: &Voice) -> Result<(), Failure> {
        let format = self.format()?;
        if voice.json && self.output.as_deref().is_some_and(io::is_stream) {
            let problem = "the result and the JSON document are both to go to standard output";
            return Err(Failure::input(problem, "leave out -o: the document has the entries then"));
        }
        if let Some(output) = &self.output {
            inputs.iter().try_for_each(|input| not_over(input, output))?;
        }
        if self.range != Range::Clip && !matches!(format, Some(Format::Png | Format::Jpeg)) {
            let problem = "--range says how entries become levels of an image, and the result is none";
            return Err(Failure::input(problem, "name an image for it: -o result.png"));
        }
        Ok(())
    }

    /// As [`check`](Self::check), of a command whose result can be drawn.
    pub fn check_or_draw(&self, inputs: &[&String], voice: &Voice) -> Result<(), Failure> {
        if self.is_sound() {
            let problem = "coefficients of time and frequency are no sound";
            return Err(Failure::input(problem, "write .npy, .npz or .csv, or draw them: -o y.svg"));
        }
        if let Some(output) = self.output.as_deref()
            && !io::is_stream(output)
            && !self.ends_in("svg")
            && Format::of(output).is_err()
        {
            let problem = format!("{}: the ending names no known format", output.display());
            return Err(Failure::input(problem, "write .npy, .npz or .csv, or draw: -o y.svg, -o y.png"));
        }
        let Some(output) = self.output.as_deref().filter(|_| self.ends_in("svg")) else {
            return self.check(inputs, voice);
        };
        if self.range != Range::Clip || io::is_stream(output) {
            let problem = "a drawing is a file, whose levels go from 0 to the greatest size";
            return Err(Failure::input(problem, "leave out --range, and name a file: -o y.svg"));
        }
        inputs.iter().try_for_each(|input| not_over(input, output))?;
        Ok(io::writable(output)?)
    }

    /// The file that sizes are to be drawn into: .svg; or .png, unless its levels are to be the entries, by `raw` or --range.
    pub fn drawing(&self, raw: bool) -> Option<&Path> {
        let pixels = self.ends_in("png") && !raw && self.range == Range::Clip;
        self.output.as_deref().filter(|output| self.ends_in("svg") || pixels && !io::is_stream(output))
    }

    /// The file that is named; none is standard output.
    pub fn path(&self) -> &Path {
        self.output.as_deref().unwrap_or(Path::new("-"))
    }

    /// The .npy file that the result is to be written into.
    pub fn npy(&self) -> Option<&Path> {
        self.output.as_deref().filter(|output| self.ends_in("npy") && !io::is_stream(output))
    }

    /// Whether the result is to be a drawing with axes.
    pub fn is_svg(&self) -> bool {
        self.ends_in("svg")
    }

    /// Whether the result is to be a sound.
    pub fn is_sound(&self) -> bool {
        self.ends_in("wav")
    }

    fn ends_in(&self, wanted: &str) -> bool {
        let ending = self.output.as_deref().and_then(Path::extension);
        ending.is_some_and(|ending| ending.eq_ignore_ascii_case(wanted))
    }

    /// Says where a result went that is written already.
    pub fn say(written: &Written, voice: &Voice) {
        voice.say("output", format!("{}, {} bytes", written.name, written.bytes));
        written.rendering.notes.iter().for_each(|note| voice.say("", note));
    }

    /// Whether complex numbers can go there: asked before they are computed.
    pub fn check_complex(&self, advice: &str) -> Result<(), Failure> {
        match self.format()? {
            Some(format) if !format.is_complex() => {
                let name = self.output.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
                let problem = format!("the result is complex, and {name} would be a file of real numbers");
                Err(Failure::input(problem, format!("write .npy, .npz or .csv{advice}")))
            }
            _ => Ok(()),
        }
    }

    /// Whether so many entries can go there.
    pub fn check_entries(&self, entries: u128) -> Result<(), Failure> {
        if self.output.is_none() && entries > MAX_PRINTED {
            let problem = format!("the result has {entries} entries, at most {MAX_PRINTED} are printed");
            return Err(Failure::input(problem, "name a file for it: -o result.npy"));
        }
        Ok(())
    }

    /// Whether the result goes to that file.
    pub fn is(&self, path: &Path) -> bool {
        self.output.as_deref().is_some_and(|output| output == path)
    }

    fn format(&self) -> Result<Option<Format>, Failure> {
        Ok(self.output.as_deref().map(io::output_format).transpose()?)
    }

    /// Writes an array with any number of axes, or prints its lines along the last one below each other.
    pub fn deliver_lines(&self, data: &Data, form: &Form, voice: &Voice) -> Result<Option<Written>, Failure> {
        let shape = data.shape();
        if self.output.is_some() || shape.len() < 3 {
            return self.deliver(data, form, voice);
        }
        let lines = [shape[..shape.len() - 1].iter().product(), shape[shape.len() - 1]];
        voice.say("printed", format!("{} lines along the last axis", lines[0]));
        let data = match data.clone() {
            Data::Int(a, kind) => Data::Int(as_lines(a, lines), kind),
            Data::F32(a) => Data::F32(as_lines(a, lines)),
            Data::F64(a) => Data::F64(as_lines(a, lines)),
            Data::C32(a) => Data::C32(as_lines(a, lines)),
            Data::C64(a) => Data::C64(as_lines(a, lines)),
        };
        self.deliver(&data, &Form::Plain, voice)
    }

    /// Writes the result, or prints it where no file was named.
    pub fn deliver(&self, data: &Data, form: &Form, voice: &Voice) -> Result<Option<Written>, Failure> {
        let Some(path) = &self.output else {
            if !voice.json {
                let (text, _) = io::encode(data, &Form::Plain, Format::Csv, Range::Clip)
                    .map_err(|fault| Failure::input(fault.problem, "name a file for it: -o result.npy"))?;
                voice.print(&text)?;
            }
            return Ok(None);
        };
        let written = io::write(path, data, form, self.range)?;
        Self::say(&written, voice);
        if let Some(peak) = written.rendering.peak {
            let peak = if peak < 1e4 { format!("{peak:.4}") } else { format!("{peak:.3e}") };
            voice.say("peak", format!("{peak} of full scale"));
        }
        if written.rendering.clipped > 0 {
            let advice = match form {
                Form::Sound { .. } => "scale the kernel down, or write .npy",
                _ => "try --range centre, or write .npy",
            };
            voice
                .say("clipped", format!("{} of {} entries: {advice}", written.rendering.clipped, data.len()));
        }
        Ok(Some(written))
    }
}

/// The entries in order, in so many lines.
fn as_lines<S: Clone>(array: ArrayD<S>, lines: [usize; 2]) -> ArrayD<S> {
    let entries = array.as_standard_layout().iter().cloned().collect();
    ArrayD::from_shape_vec(lines.to_vec(), entries).expect("as many entries")
}

/// Refuses an output that would replace an input: the same file, and in an archive the same array.
pub fn not_over(input: &str, output: &Path) -> Result<(), Failure> {
    let ((input_file, read), (output_file, written)) = (io::address(Path::new(input)), io::address(output));
    let place = |file: &Path| file.canonicalize().ok();
    if place(&output_file).is_none() || place(&input_file) != place(&output_file) {
        return Ok(());
    }
    match (read, written) {
        (Some(read), Some(written)) if read != written => Ok(()),
        // The only array of an archive is read without its name, which may be any.
        (None, Some(written)) => {
            let problem =
                format!("the result might be written over the array of {input}, which it is computed from");
            let advice = format!("name the array that is read, as in {input}:a, if it is not {written}");
            Err(Failure::input(problem, advice))
        }
        _ => {
            let problem = format!("the result would be written over {input}, which it is computed from");
            Err(Failure::input(problem, "give another file, or another array of an archive, to -o"))
        }
    }
}
