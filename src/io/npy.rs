//! NumPy's NPY files (NEP 1): read in every version, order and byte order; written as version 1, little-endian, C order.

use super::{
    Data, Fault, Form, IntType, IoError, Loaded, MAX_BYTES, Rendering, Written,
    place::{self, Part},
};
use ndarray::{ArrayD, IxDyn, ShapeBuilder};
use num_complex::Complex;
use std::{
    io::{Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

const MAGIC: &[u8] = b"\x93NUMPY";

/// ndarray and NumPy stop at 32 axes or so; a header with more is a mistake.
const MAX_AXES: usize = 32;

/// Whether the bytes begin as an NPY file does.
pub fn is_npy(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Reads an NPY file. The size that the header declares is held against the bytes that follow it, by
/// checked arithmetic, before anything is allocated.
pub fn decode(bytes: &[u8]) -> Result<Loaded, Fault> {
    let (header, body) = split(bytes)?;
    let Header { descr, fortran, shape } = Header::parse(header)?;
    let (entry, little) = Entry::parse(&descr)?;
    if shape.len() > MAX_AXES {
        return Err(Fault::new(
            format!("at most {MAX_AXES} axes are read, not {}", shape.len()),
            "reshape it",
        ));
    }
    // An empty axis makes the product 0 however long the others are, and ndarray wants those bounded too.
    let bounded = shape
        .iter()
        .filter(|n| **n > 0)
        .try_fold(1isize, |n, axis| n.checked_mul(isize::try_from(*axis).ok()?));
    if bounded.is_none() {
        let problem =
            format!("shape {shape:?} has lengths whose product, but for zeros, is more than {}", isize::MAX);
        return Err(Fault::new(problem, "the header is wrong: save it again with numpy.save"));
    }
    let count = shape.iter().product::<usize>();
    let size = count.checked_mul(entry.size());
    if size != Some(body.len()) {
        let expected = size.map_or("more bytes than there are addresses".into(), |n| format!("{n} bytes"));
        let problem =
            format!("shape {shape:?} of {descr} asks for {expected}, {} follow the header", body.len());
        return Err(Fault::new(
            problem,
            "the file is truncated, has trailing bytes or a wrong header: save it again",
        ));
    }
    // A byte becomes eight: an archive that packs zeros tightly would take more memory than any file may.
    let widened = count as u128 * entry.widened() as u128;
    if widened > u128::from(MAX_BYTES) {
        let problem = format!(
            "at most {MAX_BYTES} bytes of entries are held, {descr} takes {widened} once it is widened"
        );
        return Err(Fault::new(problem, "split it into parts"));
    }
    let layout = Layout { shape, fortran, little };
    let mut notes = Vec::new();
    let data = match entry {
        Entry::Bool => {
            if let Some(odd) = body.iter().find(|b| **b > 1) {
                return Err(Fault::new(format!("a bool is stored as 0 or 1, not as {odd}"), "save it again"));
            }
            notes.push("bool is read as uint8, 0 or 1".into());
            Data::Int(layout.array(body, |[b]: [u8; 1]| b as i64), IntType::U8)
        }
        Entry::Int(kind) => Data::Int(layout.integers(body, kind)?, kind),
        Entry::F32 => Data::F32(layout.array(body, f32::from_le_bytes)),
        Entry::F64 => Data::F64(layout.array(body, f64::from_le_bytes)),
        Entry::C32 => Data::C32(layout.pairs(body, f32::from_le_bytes)),
        Entry::C64 => Data::C64(layout.pairs(body, f64::from_le_bytes)),
    };
    Ok(Loaded { data, form: Form::Plain, notes })
}

/// The array as an NPY file of version 1, little-endian, in C order.
pub fn encode(data: &Data) -> Result<Vec<u8>, Fault> {
    let descr = match data {
        Data::F32(_) => "<f4".to_string(),
        Data::F64(_) => "<f8".into(),
        Data::C32(_) => "<c8".into(),
        Data::C64(_) => "<c16".into(),
        Data::Int(_, kind) => {
            let order = if kind.size() == 1 { '|' } else { '<' };
            format!("{order}{}{}", if kind.is_signed() { 'i' } else { 'u' }, kind.size())
        }
    };
    let mut out = header(&descr, data.shape())?;
    match data {
        Data::F32(a) => a.iter().for_each(|v| out.extend(v.to_le_bytes())),
        Data::F64(a) => a.iter().for_each(|v| out.extend(v.to_le_bytes())),
        Data::C32(a) => a.iter().for_each(|v| out.extend([v.re.to_le_bytes(), v.im.to_le_bytes()].concat())),
        Data::C64(a) => a.iter().for_each(|v| out.extend([v.re.to_le_bytes(), v.im.to_le_bytes()].concat())),
        Data::Int(a, kind) => {
            let (least, greatest) = kind.range();
            for v in a {
                if !(least..=greatest).contains(v) {
                    let problem = format!("{v} does not fit {kind} ({least} … {greatest})");
                    return Err(Fault::new(problem, "give an input of a wider integer type"));
                }
                out.extend(&v.to_le_bytes()[..kind.size()]);
            }
        }
    }
    Ok(out)
}

/// What stands before the entries, for entries of that description.
fn header(descr: &str, shape: &[usize]) -> Result<Vec<u8>, Fault> {
    let axes: String = shape.iter().map(|n| format!("{n}, ")).collect();
    let axes = if shape.len() == 1 { axes.trim_end() } else { axes.trim_end_matches(", ") };
    let mut header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({axes}), }}");
    while !(MAGIC.len() + 4 + header.len() + 1).is_multiple_of(64) {
        header.push(' ');
    }
    header.push('\n');
    let length = u16::try_from(header.len())
        .map_err(|_| Fault::new("the header is longer than NPY version 1 allows", "use fewer axes"))?;
    Ok([MAGIC, &[1, 0], &length.to_le_bytes(), header.as_bytes()].concat())
}

/// An NPY file of float64 or complex128 that is written piece by piece, in any order; it is there whole or not at all.
///
/// ```
/// # let folder = std::env::temp_dir().join(format!("faltung-pieces-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder).unwrap();
/// use faltung::io::{self, Pieces};
/// let path = folder.join("y.npy");
/// let mut pieces = Pieces::create(&path, &[2, 2], false)?;
/// pieces.put(2, &[3.0, 4.0])?;
/// pieces.put(0, &[1.0, 2.0])?;
/// assert!(!path.exists());
/// pieces.finish()?;
/// assert_eq!(io::read(&path)?.data.shape(), [2, 2]);
/// # std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), io::IoError>(())
/// ```
pub struct Pieces {
    path: PathBuf,
    part: Part,
    start: u64,
    numbers: u64,
}

impl Pieces {
    /// A file of that shape, of complex numbers or of real ones; zeros where nothing is put.
    ///
    /// # Errors
    /// A folder that does not exist, a shape that no file can have, and what the operating system says.
    pub fn create(path: &Path, shape: &[usize], complex: bool) -> Result<Pieces, IoError> {
        place::writable(path)?;
        let start = header(if complex { "<c16" } else { "<f8" }, shape);
        let bad = |fault| IoError::Contents { name: place::destination_name(path), fault };
        let start = start.map_err(bad)?;
        let entries = shape.iter().try_fold(1_u64, |n, axis| n.checked_mul(*axis as u64));
        let numbers = entries.and_then(|n| n.checked_mul(1 + u64::from(complex)));
        let size = numbers.and_then(|n| n.checked_mul(8)?.checked_add(start.len() as u64));
        let (Some(numbers), Some(size)) = (numbers, size) else {
            return Err(bad(Fault::new(format!("no file holds {shape:?} entries"), "keep fewer of them")));
        };
        let cannot = |e| place::failed(place::destination_name(path), "cannot be written")(e);
        let mut part = Part::create(path).map_err(cannot)?;
        part.file.set_len(size).and_then(|()| part.file.write_all(&start)).map_err(cannot)?;
        Ok(Pieces { path: path.to_owned(), part, start: start.len() as u64, numbers })
    }

    /// Writes floats from a place on, in row-major order; a complex entry is two of them.
    ///
    /// # Errors
    /// What the operating system says.
    ///
    /// # Panics
    /// Beyond the last entry.
    pub fn put(&mut self, at: u64, values: &[f64]) -> Result<(), IoError> {
        assert!(at + values.len() as u64 <= self.numbers, "within the file");
        let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        let file = &mut self.part.file;
        file.seek(SeekFrom::Start(self.start + 8 * at))
            .and_then(|_| file.write_all(&bytes))
            .map_err(place::failed(place::destination_name(&self.path), "cannot be written"))
    }

    /// The file takes its place.
    ///
    /// # Errors
    /// What the operating system says; nothing is left behind then.
    pub fn finish(self) -> Result<Written, IoError> {
        let name = place::destination_name(&self.path);
        let bytes = (self.start + 8 * self.numbers) as usize;
        self.part.finish().map_err(place::failed(name.clone(), "cannot be written"))?;
        Ok(Written { name, bytes, rendering: Rendering::default() })
    }
}

/// The header's text and the bytes after it.
fn split(bytes: &[u8]) -> Result<(&str, &[u8]), Fault> {
    let truncated =
        || Fault::new(format!("the header is cut off after {} bytes", bytes.len()), "copy the file again");
    if !is_npy(bytes) {
        return Err(Fault::new(
            "an NPY file begins with \\x93NUMPY, this one does not",
            "save it with numpy.save",
        ));
    }
    let version = *bytes.get(MAGIC.len()).ok_or_else(truncated)?;
    let rest = bytes.get(MAGIC.len() + 2..).ok_or_else(truncated)?;
    let (length, rest) = match version {
        1 => rest.split_first_chunk().map(|(n, rest)| (u16::from_le_bytes(*n) as usize, rest)),
        2 | 3 => rest.split_first_chunk().map(|(n, rest)| (u32::from_le_bytes(*n) as usize, rest)),
        _ => {
            return Err(Fault::new(
                format!("NPY versions 1, 2 and 3 are read, not {version}"),
                "save it again",
            ));
        }
    }
    .ok_or_else(truncated)?;
    let (header, body) = rest.split_at_checked(length).ok_or_else(truncated)?;
    let header = std::str::from_utf8(header)
        .map_err(|_| Fault::new("the header is not text", "the file is damaged: save it again"))?;
    Ok((header, body))
}

/// The three facts of a header.
#[derive(Debug, PartialEq)]
struct Header {
    descr: String,
    fortran: bool,
    shape: Vec<usize>,
}

impl Header {
    /// Reads `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`: these three keys, in any order.
    fn parse(text: &str) -> Result<Header, Fault> {
        let mut cursor = Cursor(text);
        let (mut descr, mut fortran, mut shape) = (None, None, None);
        cursor.expect('{')?;
        while !cursor.skip('}') {
            let key = cursor.string()?;
            cursor.expect(':')?;
            let repeated = match key {
                "descr" => descr.replace(cursor.descr()?).is_some(),
                "fortran_order" => fortran.replace(cursor.truth()?).is_some(),
                "shape" => shape.replace(cursor.tuple()?).is_some(),
                _ => return Err(cursor.wrong("one of the keys descr, fortran_order, shape")),
            };
            if repeated {
                return Err(cursor.wrong("each key once"));
            }
            if !cursor.skip(',') {
                cursor.expect('}')?;
                break;
            }
        }
        match (descr, fortran, shape, cursor.0.trim()) {
            (Some(descr), Some(fortran), Some(shape), "") => Ok(Header { descr, fortran, shape }),
            _ => Err(cursor.wrong("the keys descr, fortran_order and shape, and nothing after them")),
        }
    }
}

/// What is left of the header's text.
struct Cursor<'a>(&'a str);

impl<'a> Cursor<'a> {
    fn wrong(&self, expected: &str) -> Fault {
        let here: String = self.0.chars().take(20).collect();
        Fault::new(format!("the header should have {expected} before {here:?}"), "save it with numpy.save")
    }

    fn skip(&mut self, c: char) -> bool {
        self.0 = self.0.trim_start();
        let rest = self.0.strip_prefix(c);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn expect(&mut self, c: char) -> Result<(), Fault> {
        if self.skip(c) { Ok(()) } else { Err(self.wrong(&format!("{c:?}"))) }
    }

    fn string(&mut self) -> Result<&'a str, Fault> {
        let quote = if self.skip('"') { '"' } else { self.expect('\'').map(|()| '\'')? };
        let (text, rest) = self.0.split_once(quote).ok_or_else(|| self.wrong("a closing quote"))?;
        self.0 = rest;
        Ok(text)
    }

    fn descr(&mut self) -> Result<String, Fault> {
        if self.0.trim_start().starts_with(['[', '(']) {
            let advice = "save each field as its own array: numpy.save(\"x.npy\", a[\"field\"])";
            return Err(Fault::new("arrays of numbers are read, this one is structured", advice));
        }
        self.string().map(str::to_owned)
    }

    fn truth(&mut self) -> Result<bool, Fault> {
        self.0 = self.0.trim_start();
        for (word, value) in [("True", true), ("False", false)] {
            if let Some(rest) = self.0.strip_prefix(word) {
                self.0 = rest;
                return Ok(value);
            }
        }
        Err(self.wrong("True or False"))
    }

    /// `()`, `(3,)`, `(3, 4)`; Python 2 wrote `3L`.
    fn tuple(&mut self) -> Result<Vec<usize>, Fault> {
        let mut axes = Vec::new();
        self.expect('(')?;
        while !self.skip(')') {
            self.0 = self.0.trim_start();
            let digits = self.0.len() - self.0.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (number, rest) = self.0.split_at(digits);
            axes.push(number.parse().map_err(|_| self.wrong("a length that fits 64 bits"))?);
            self.0 = rest.strip_prefix('L').unwrap_or(rest);
            if !self.skip(',') {
                self.expect(')')?;
                break;
            }
        }
        Ok(axes)
    }
}

/// The entry types that are read.
#[derive(Clone, Copy, Debug)]
enum Entry {
    Bool,
    Int(IntType),
    F32,
    F64,
    C32,
    C64,
}

impl Entry {
    /// The entry type and whether it is little-endian.
    fn parse(descr: &str) -> Result<(Entry, bool), Fault> {
        let refuse = |what: &str, advice: &str| {
            let problem =
                format!("expected bool, integers, f4, f8, c8 or c16, the file has {what} ({descr:?})");
            Err(Fault::new(problem, format!("convert it: a.astype({advice:?})")))
        };
        let mut chars = descr.chars();
        let (order, kind) = (chars.next().unwrap_or(' '), chars.next().unwrap_or(' '));
        // of digits alone: a number that is parsed may begin with a plus
        let digits = Some(chars.as_str()).filter(|text| text.bytes().all(|c| c.is_ascii_digit()));
        let size: Option<usize> = digits.and_then(|digits| digits.parse().ok());
        let entry = match (kind, size) {
            ('b', Some(1)) => Entry::Bool,
            ('i' | 'u', Some(n)) => match IntType::of(kind == 'i', n) {
                Some(int) => Entry::Int(int),
                None => return refuse("integers of an unusual width", "int64"),
            },
            ('f', Some(4)) => Entry::F32,
            ('f', Some(8)) => Entry::F64,
            ('c', Some(8)) => Entry::C32,
            ('c', Some(16)) => Entry::C64,
            ('f', Some(2)) => return refuse("half precision", "float32"),
            ('f', _) => return refuse("extended precision", "float64"),
            ('c', _) => return refuse("extended precision", "complex128"),
            ('O', _) => return refuse("Python objects", "float64"),
            ('S' | 'U' | 'a', _) => return refuse("text", "float64"),
            ('M' | 'm', _) => return refuse("dates", "int64"),
            ('V', _) => return refuse("raw bytes", "uint8"),
            _ => return refuse("a type that is not known", "float64"),
        };
        match order {
            '<' => Ok((entry, true)),
            '>' => Ok((entry, false)),
            '|' if entry.size() == 1 => Ok((entry, true)),
            _ => refuse("no byte order", "float64"),
        }
    }

    fn size(self) -> usize {
        match self {
            Entry::Bool => 1,
            Entry::Int(kind) => kind.size(),
            Entry::F32 => 4,
            Entry::F64 | Entry::C32 => 8,
            Entry::C64 => 16,
        }
    }

    /// The bytes of an entry in memory: every integer is held in 64 bits.
    fn widened(self) -> usize {
        match self {
            Entry::Bool | Entry::Int(_) => size_of::<i64>(),
            Entry::F32 | Entry::F64 | Entry::C32 | Entry::C64 => self.size(),
        }
    }
}

/// How the entries lie in the body, whose length is known to be right.
struct Layout {
    shape: Vec<usize>,
    fortran: bool,
    little: bool,
}

impl Layout {
    fn array<const N: usize, T: Clone>(&self, body: &[u8], entry: impl Fn([u8; N]) -> T) -> ArrayD<T> {
        let (chunks, _) = body.as_chunks::<N>();
        let entries = chunks.iter().map(|chunk| {
            let mut bytes = *chunk;
            if !self.little {
                bytes.reverse();
            }
            entry(bytes)
        });
        self.arranged(entries.collect())
    }

    fn pairs<const N: usize, T: Clone>(
        &self,
        body: &[u8],
        part: impl Fn([u8; N]) -> T,
    ) -> ArrayD<Complex<T>> {
        let parts = Layout { shape: vec![body.len() / N], fortran: false, little: self.little };
        let parts = parts.array(body, part).into_raw_vec_and_offset().0;
        let (pairs, _) = parts.as_chunks::<2>();
        self.arranged(pairs.iter().map(|[re, im]| Complex::new(re.clone(), im.clone())).collect())
    }

    fn integers(&self, body: &[u8], kind: IntType) -> Result<ArrayD<i64>, Fault> {
        Ok(match kind {
            IntType::I8 => self.array(body, |b| i8::from_le_bytes(b) as i64),
            IntType::I16 => self.array(body, |b| i16::from_le_bytes(b) as i64),
            IntType::I32 => self.array(body, |b| i32::from_le_bytes(b) as i64),
            IntType::I64 => self.array(body, i64::from_le_bytes),
            IntType::U8 => self.array(body, |b| u8::from_le_bytes(b) as i64),
            IntType::U16 => self.array(body, |b| u16::from_le_bytes(b) as i64),
            IntType::U32 => self.array(body, |b| u32::from_le_bytes(b) as i64),
            IntType::U64 => {
                let wide = self.array(body, u64::from_le_bytes);
                if let Some(v) = wide.iter().find(|v| i64::try_from(**v).is_err()) {
                    let problem = format!("integers up to {} are computed with, the file has {v}", i64::MAX);
                    return Err(Fault::new(problem, "convert it: a.astype(\"float64\")"));
                }
                wide.mapv(|v| v as i64)
            }
        })
    }

    /// The entries in C order.
    fn arranged<T: Clone>(&self, entries: Vec<T>) -> ArrayD<T> {
        let array = ArrayD::from_shape_vec(IxDyn(&self.shape).set_f(self.fortran), entries)
            .expect("the length was held against the shape");
        if self.fortran { array.as_standard_layout().into_owned() } else { array }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_in_any_order_and_from_python_2() {
        let header =
            Header::parse("{\"shape\": (3L, 4L), 'fortran_order': True, 'descr': '>c16'}  \n").unwrap();
        assert_eq!(header, Header { descr: ">c16".into(), fortran: true, shape: vec![3, 4] });
    }

    #[test]
    fn a_header_that_is_not_exact_is_refused() {
        for text in [
            "",
            "{",
            "{}",
            "{'descr': '<f8', 'fortran_order': False}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), 'more': 1}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), 'shape': (3,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (-3,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}",
            "{'descr': '<f8', 'fortran_order': 0, 'shape': (3,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (3,)} x",
        ] {
            assert!(Header::parse(text).is_err(), "{text}");
        }
    }
}
