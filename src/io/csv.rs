//! Numbers as text: one row a line, separated by commas, semicolons, tabs or blanks.
//!
//! A complex number is one field, as Python writes it: `1.5-2.0j`, with `i` for `j` and parentheses around it as one
//! likes. So an array keeps its shape, and its text reads back as complex numbers in NumPy too
//! (`numpy.loadtxt(f, dtype=complex, delimiter=",")`).

use super::{Data, Fault, Form, IntType, Loaded};
use ndarray::ArrayD;
use num_complex::Complex64;
use std::fmt::{Debug, Write};

/// Reads numbers as text. `#` starts a comment; a first line in which no field is a number, or begins like one, is a
/// header and is skipped, which is noted. Integers give int64, complex numbers complex128, anything else float64; one row or one column
/// gives one axis.
pub fn decode(bytes: &[u8]) -> Result<Loaded, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let line = 1 + bytes[..e.valid_up_to()].iter().filter(|b| **b == b'\n').count();
        Fault::new(
            format!("expected text in UTF-8, line {line} is not"),
            "save it as UTF-8, or name the right ending",
        )
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text
        .lines()
        .enumerate()
        .map(|(k, line)| (k + 1, line.split('#').next().unwrap_or_default().trim()))
        .filter(|(_, line)| !line.is_empty())
        .peekable();
    let mut notes = Vec::new();
    if let Some((number, line)) = lines.next_if(|(_, line)| is_header(line)) {
        notes.push(format!("line {number} is a header and was skipped: {}", shortened(line)));
    }
    let Some((_, first)) = lines.peek() else {
        return Err(Fault::new("expected numbers, there are none", "put one row of numbers on each line"));
    };
    let separator = Separator::of(first);
    let mut table = Table { entries: Entries::Integers(Vec::new()), columns: 0, rows: 0 };
    for (number, line) in lines {
        table.push(number, separator.fields(line))?;
    }
    let data = table.into_data();
    Ok(Loaded { data, form: Form::Plain, notes })
}

/// The array as text: one entry a line for one axis, one row a line for two. Floats are written with the
/// fewest digits that read back the same, and always so that they read back as floats.
pub fn encode(data: &Data) -> Result<Vec<u8>, Fault> {
    let text = match data {
        Data::F32(a) => rows(a, |v| format!("{v:?}")),
        Data::F64(a) => rows(a, |v| format!("{v:?}")),
        Data::Int(a, _) => rows(a, i64::to_string),
        Data::C32(a) => rows(a, |v| sum(v.re, v.im.is_nan() || v.im.is_sign_positive(), v.im)),
        Data::C64(a) => rows(a, |v| sum(v.re, v.im.is_nan() || v.im.is_sign_positive(), v.im)),
    };
    text.map(String::into_bytes)
}

/// `re+imj`; the sign of a negative part is its own.
fn sum<T: Debug>(re: T, plus: bool, im: T) -> String {
    format!("{re:?}{}{im:?}j", if plus { "+" } else { "" })
}

fn rows<T>(array: &ArrayD<T>, entry: impl Fn(&T) -> String) -> Result<String, Fault> {
    let columns = match array.shape() {
        _ if array.is_empty() => return Err(Fault::new("an empty array has no CSV", "write .npy")),
        [] | [_] => 1,
        [_, columns] => *columns,
        shape => {
            return Err(Fault::new(format!("CSV holds one or two axes, not {shape:?}"), "write .npy"));
        }
    };
    let mut text = String::new();
    for (k, value) in array.iter().enumerate() {
        let end = if (k + 1) % columns == 0 { '\n' } else { ',' };
        write!(text, "{}{end}", entry(value)).expect("a string grows");
    }
    Ok(text)
}

/// A line in which no field is a number, and some field has a letter. What begins like a number is a mistyped one.
fn is_header(line: &str) -> bool {
    let numeric = |field: &str| {
        let digits = field.trim_start_matches(['(', '+', '-', '.']);
        digits.starts_with(|c: char| c.is_ascii_digit())
            || field.parse::<f64>().is_ok()
            || complex(field).is_some()
    };
    let mut fields = line.split([',', ';', '\t', ' ']).map(unquoted).filter(|f| !f.is_empty());
    line.chars().any(char::is_alphabetic) && !fields.any(numeric)
}

fn unquoted(field: &str) -> &str {
    let field = field.trim();
    field.strip_prefix('"').and_then(|f| f.strip_suffix('"')).unwrap_or(field).trim()
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}

#[derive(Clone, Copy)]
enum Separator {
    Mark(char),
    Blanks,
}

impl Separator {
    /// The separator of a line of numbers: the first of `;`, tab and `,` that occurs, else blanks.
    fn of(line: &str) -> Separator {
        [';', '\t', ','].into_iter().find(|c| line.contains(*c)).map_or(Separator::Blanks, Separator::Mark)
    }

    fn fields(self, line: &str) -> Box<dyn Iterator<Item = &str> + '_> {
        match self {
            Separator::Mark(mark) => Box::new(line.split(mark).map(unquoted)),
            Separator::Blanks => Box::new(line.split_whitespace().map(unquoted)),
        }
    }
}

/// `a+bj` or `bj`: a number with an imaginary part. A bare `j` is none: headers say it.
fn complex(field: &str) -> Option<Complex64> {
    let field = field.strip_prefix('(').and_then(|f| f.strip_suffix(')')).unwrap_or(field).trim();
    let parts = field.strip_suffix(['j', 'i', 'J', 'I'])?;
    // The sign between the parts is the last one that is not an exponent's.
    let split = parts
        .char_indices()
        .rev()
        .find(|(k, c)| matches!(c, '+' | '-') && !parts[..*k].ends_with(['e', 'E']))
        .map_or(0, |(k, _)| k);
    let (re, im) = parts.split_at(split);
    let re = if re.is_empty() { 0.0 } else { re.parse().ok()? };
    Some(Complex64::new(re, im.parse().ok()?))
}

/// The entries read so far, of the narrowest kind that holds them.
enum Entries {
    Integers(Vec<i64>),
    Floats(Vec<f64>),
    Complex(Vec<Complex64>),
}

impl Entries {
    fn len(&self) -> usize {
        match self {
            Entries::Integers(v) => v.len(),
            Entries::Floats(v) => v.len(),
            Entries::Complex(v) => v.len(),
        }
    }

    /// Adds one; all become of the kind that it asks for.
    fn push(&mut self, entry: Entry) {
        match (&mut *self, entry) {
            (Entries::Integers(all), Entry::Integer(v)) => all.push(v),
            (Entries::Floats(all), Entry::Integer(v)) => all.push(v as f64),
            (Entries::Floats(all), Entry::Float(v)) => all.push(v),
            (Entries::Complex(all), Entry::Integer(v)) => all.push((v as f64).into()),
            (Entries::Complex(all), Entry::Float(v)) => all.push(v.into()),
            (Entries::Complex(all), Entry::Complex(v)) => all.push(v),
            (Entries::Integers(all), entry) => {
                *self = Entries::Floats(all.iter().map(|v| *v as f64).collect());
                self.push(entry);
            }
            (Entries::Floats(all), entry @ Entry::Complex(_)) => {
                *self = Entries::Complex(all.iter().map(Complex64::from).collect());
                self.push(entry);
            }
        }
    }
}

/// One field.
enum Entry {
    Integer(i64),
    Float(f64),
    Complex(Complex64),
}

impl Entry {
    /// What is expected in its place, and what to try, where it is none.
    fn of(field: &str) -> Result<Entry, (&'static str, &'static str)> {
        if let Ok(integer) = field.parse() {
            return Ok(Entry::Integer(integer));
        }
        // A whole number beyond 64 bits would silently lose digits as a float: it has to say that it is one.
        let digits = field.trim_start_matches(['+', '-']);
        if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(("an integer of at most 64 bits", "append .0 to read it as a float"));
        }
        let parsed = field.parse().map(Entry::Float).ok().or_else(|| complex(field).map(Entry::Complex));
        let infinite = match parsed {
            Some(Entry::Float(v)) => usize::from(v.is_infinite()),
            Some(Entry::Complex(v)) => [v.re, v.im].iter().filter(|part| part.is_infinite()).count(),
            _ => 0,
        };
        // `inf` spelled out is meant; digits that come out as infinity are too large a number
        if infinite > field.to_ascii_lowercase().matches("inf").count() {
            return Err((
                "a number of magnitude below 1.8e308",
                "scale the data down, or write inf if that is meant",
            ));
        }
        let advice = if field.contains(',') {
            "write decimals with a point"
        } else {
            "mend it; comments and headers are marked with #"
        };
        parsed.ok_or(("a number", advice))
    }
}

/// The rows read so far.
struct Table {
    entries: Entries,
    columns: usize,
    rows: usize,
}

impl Table {
    fn push<'a>(&mut self, line: usize, fields: impl Iterator<Item = &'a str>) -> Result<(), Fault> {
        let before = self.entries.len();
        for (column, field) in (1..).zip(fields) {
            let entry = Entry::of(field).map_err(|(expected, advice)| {
                let found = shortened(field);
                Fault::new(
                    format!("line {line}, column {column}: expected {expected}, found {found}"),
                    advice,
                )
            })?;
            self.entries.push(entry);
        }
        let columns = self.entries.len() - before;
        if self.rows == 0 {
            self.columns = columns;
        } else if columns != self.columns {
            let problem = format!(
                "line {line}, column {}: expected {} numbers, found {columns}",
                columns.min(self.columns) + 1,
                self.columns
            );
            return Err(Fault::new(problem, "give every row the same number of entries"));
        }
        self.rows += 1;
        Ok(())
    }

    fn into_data(self) -> Data {
        let shape = if self.rows == 1 || self.columns == 1 {
            vec![self.rows * self.columns]
        } else {
            vec![self.rows, self.columns]
        };
        let sized = "every row was counted";
        match self.entries {
            Entries::Integers(v) => Data::Int(ArrayD::from_shape_vec(shape, v).expect(sized), IntType::I64),
            Entries::Floats(v) => Data::F64(ArrayD::from_shape_vec(shape, v).expect(sized)),
            Entries::Complex(v) => Data::C64(ArrayD::from_shape_vec(shape, v).expect(sized)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{arr1, arr2};

    fn read(text: &str) -> Data {
        decode(text.as_bytes()).unwrap().data
    }

    fn problem(text: &str) -> String {
        decode(text.as_bytes()).unwrap_err().problem
    }

    #[test]
    fn separators_headers_and_comments() {
        let expected = Data::Int(arr2(&[[1, -2], [3, 4]]).into_dyn(), IntType::I64);
        for text in [
            "1,-2\n3,4\n",
            "a,b\n1,-2\n3,4",
            "# x\n1;-2\r\n3;4 # y",
            "\u{feff}1\t-2\n\n3\t4\n",
            " 1   -2\n3 4",
        ] {
            assert_eq!(read(text), expected, "{text:?}");
        }
        assert_eq!(decode(b"left right\n1 2").unwrap().notes.len(), 1);
        assert_eq!(read("1\n2\n3"), Data::Int(arr1(&[1, 2, 3]).into_dyn(), IntType::I64));
        assert_eq!(read("1,2.5"), Data::F64(arr1(&[1.0, 2.5]).into_dyn()));
        assert_eq!(read("\"1\",\"2.5\""), Data::F64(arr1(&[1.0, 2.5]).into_dyn()));
    }

    #[test]
    fn complex_numbers_are_one_field() {
        let c = Complex64::new;
        let (nan, inf) = (f64::NAN, f64::INFINITY);
        for (text, expected) in [
            ("1.5-2j,3", vec![c(1.5, -2.0), c(3.0, 0.0)]),
            ("(1e-3+2e+1j);(-0.5-1E-2i)", vec![c(1e-3, 20.0), c(-0.5, -0.01)]),
            ("1j -1j +0.5I", vec![c(0.0, 1.0), c(0.0, -1.0), c(0.0, 0.5)]),
            ("nan+infj,inf+nanj,-infj", vec![c(nan, inf), c(inf, nan), c(0.0, -inf)]),
        ] {
            let Data::C64(found) = read(text) else { panic!("{text} is complex") };
            assert_eq!(format!("{:?}", found.as_slice().unwrap()), format!("{expected:?}"), "{text}");
            let written = encode(&Data::C64(found)).unwrap();
            let Data::C64(back) = decode(&written).unwrap().data else { panic!("{text} stays complex") };
            assert_eq!(format!("{:?}", back.as_slice().unwrap()), format!("{expected:?}"), "{text}");
        }
        assert_eq!(decode(b"i,j\n1,2j").unwrap().notes.len(), 1);
        for text in ["1+2", "1+j2", "j", "1++2j", "(1+2j", "1e5j6"] {
            assert!(decode(format!("0\n{text}\n").as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_by_line_and_column() {
        assert!(problem("1,2\n3,x").starts_with("line 2, column 2: expected a number"));
        assert!(problem("1,2\n\n3").starts_with("line 3, column 2: expected 2 numbers, found 1"));
        assert!(problem("1,2,\n").starts_with("line 1, column 3"));
        assert!(
            problem("1\n99999999999999999999\n")
                .starts_with("line 2, column 1: expected an integer of at most")
        );
        assert!(problem("1,5;2,5").starts_with("line 1, column 1"));
        // a mistyped row is no header, and a number that is too large is not infinite
        assert!(problem("1..5,x\n1,2").starts_with("line 1, column 1: expected a number, found \"1..5\""));
        assert!(problem("-2O;+3O\n1;2").starts_with("line 1, column 1"));
        assert!(problem("a,.5e\n1,2").starts_with("line 1, column 1"));
        assert!(problem("1\n1e400").starts_with("line 2, column 1: expected a number of magnitude below"));
        assert!(problem("inf-1e999j").starts_with("line 1, column 1: expected a number of magnitude below"));
        assert!(problem("1,2-1e999j").starts_with("line 1, column 2: expected a number of magnitude below"));
        assert_eq!(read("inf,-Infinity"), Data::F64(arr1(&[f64::INFINITY, -f64::INFINITY]).into_dyn()));
        assert!(problem("").starts_with("expected numbers"));
        assert!(problem("a,b\n").starts_with("expected numbers"));
    }
}
