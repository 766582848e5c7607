//! What a computation answers for: the memory that it may take, and the JSON document that says what was done.

use super::{
    destination::Destination,
    operand::{self, Operand},
    output::{Failure, Voice},
};
use faltung::{
    conv::count,
    io::{Data, Form, Written},
};
use serde_json::{Value, json};

/// What a whole computation may take, all its arrays together.
pub const MAX_MEMORY: u128 = 8 << 30;

/// Whether so many bytes may be taken.
pub fn affordable(needed: u128) -> Result<(), Failure> {
    affordable_or(needed, "cut the input into parts")
}

/// The same, where something else can be done than to give less.
pub fn affordable_or(needed: u128, advice: &str) -> Result<(), Failure> {
    if needed <= MAX_MEMORY {
        return Ok(());
    }
    let problem =
        format!("this takes up to {} bytes of memory, and at most {MAX_MEMORY} are taken", count(needed));
    Err(Failure::input(problem, advice))
}

/// How far an entry can be from the exact one, in words.
pub fn within(bound: f64) -> String {
    if bound.is_finite() {
        format!("at most {} in any entry, a priori", upwards(bound))
    } else {
        "no bound: a sum may overflow, or meets NaN or infinity".into()
    }
}

/// A bound to three digits, rounded upwards.
pub fn upwards(bound: f64) -> String {
    // half a unit of the last digit is half a hundredth of the bound at most, and the bound itself may be a sum
    format!("{:.2e}", bound * 1.0051)
}

/// What every operation says of itself in JSON.
pub struct Account<'a> {
    /// Its name on the command line.
    pub operation: &'a str,
    /// What it was given, each under its name, as [`Operand::told`].
    pub operands: Vec<(&'a str, Value)>,
    /// How it was computed, and why so.
    pub why: &'a str,
    /// `None` where they are not counted.
    pub multiplications: Option<u128>,
    /// How far the result can be from the exact one, in a word.
    pub accuracy: &'a str,
    /// How far any entry can be, where that is known.
    pub error_bound: Option<f64>,
    /// What was converted on the way.
    pub notes: &'a [String],
    /// The shape of the result, and NumPy's name of the type of its entries.
    pub shape: Vec<usize>,
    pub kind: &'a str,
    /// The result, unless it was written as it came.
    pub data: Option<&'a Data>,
    /// Where it went; it is in the document where it went nowhere else.
    pub written: Option<Written>,
}

impl<'a> Account<'a> {
    /// Of an operation whose multiplications are not counted, and of whose error nothing is derived; not yet written.
    pub fn of(
        operation: &'a str,
        operands: &[(&'a str, &Operand)],
        why: &'a str,
        notes: &'a [String],
        data: &'a Data,
    ) -> Self {
        Account {
            operands: operands.iter().map(|(name, operand)| (*name, operand.told())).collect(),
            data: Some(data),
            ..Account::written(operation, why, notes, data.shape(), data.type_name())
        }
    }

    /// The same of a result that was written as it came, and is not at hand.
    pub fn written(
        operation: &'a str,
        why: &'a str,
        notes: &'a [String],
        shape: &[usize],
        kind: &'a str,
    ) -> Self {
        Account {
            operation,
            operands: vec![],
            why,
            multiplications: None,
            accuracy: "no bound",
            error_bound: None,
            notes,
            shape: shape.to_vec(),
            kind,
            data: None,
            written: None,
        }
    }

    /// Says what was noted and what the result is.
    pub fn say(&self, voice: &Voice) {
        self.notes.iter().for_each(|note| voice.say("note", note));
        voice.say("result", format!("{} {}", operand::shape(&self.shape), self.kind));
    }

    /// What is noted of so many entries that are not finite, of a result whose input was.
    pub fn overflow(lost: usize) -> Option<String> {
        (lost > 0).then(|| {
            format!("{lost} entries are not finite: sums left the range of the floats; scale the input down")
        })
    }

    /// Notes how many entries are not finite, of a result whose input was.
    pub fn note_overflow(data: &Data, notes: &mut Vec<String>) {
        notes.extend(Self::overflow(match data {
            Data::F32(a) => a.iter().filter(|v| !v.is_finite()).count(),
            Data::F64(a) => a.iter().filter(|v| !v.is_finite()).count(),
            Data::C32(a) => a.iter().filter(|v| !v.is_finite()).count(),
            Data::C64(a) => a.iter().filter(|v| !v.is_finite()).count(),
            Data::Int(..) => 0,
        }));
    }

    /// Says what was noted and what the result is, puts it where it is to go, and tells of it.
    pub fn deliver(
        mut self,
        to: &Destination,
        form: &Form,
        voice: &Voice,
        own: impl FnOnce() -> Value,
    ) -> Result<(), Failure> {
        self.say(voice);
        if let Some(data) = self.data {
            self.written = to.deliver_lines(data, form, voice)?;
        }
        self.tell(voice, own)
    }

    /// The document, where one is asked for, with what only this operation has to say.
    pub fn tell(self, voice: &Voice, own: impl FnOnce() -> Value) -> Result<(), Failure> {
        if voice.json { voice.document(&self.document(own())) } else { Ok(()) }
    }

    fn document(self, own: Value) -> Value {
        let mut document = json!({
            "schema": 1,
            "command": "compute",
            "operation": self.operation,
            "why": self.why,
            "multiplications": self.multiplications.map_or(Value::Null, exact_count),
            "accuracy": self.accuracy,
            "error_bound": self.error_bound,
            "notes": self.notes,
            "shape": self.shape,
            "type": self.kind,
        });
        self.operands.into_iter().for_each(|(name, operand)| document[name] = operand);
        match self.written {
            Some(Written { name, bytes, rendering }) => {
                document["output"] = json!({
                    "name": name, "bytes": bytes, "clipped": rendering.clipped, "peak": rendering.peak,
                    "notes": rendering.notes,
                });
            }
            None => document["values"] = self.data.map_or(Value::Null, values),
        }
        if let Value::Object(own) = own {
            own.into_iter().for_each(|(key, value)| document[key] = value);
        }
        document
    }
}

/// A count as a JSON number while that is exact everywhere, else as text.
pub fn exact_count(n: u128) -> Value {
    u64::try_from(n).ok().filter(|n| *n < 1 << 53).map_or(json!(n.to_string()), |n| json!(n))
}

/// The entries in row-major order.
fn values(data: &Data) -> Value {
    match data {
        Data::Int(a, _) => a.iter().map(|v| json!(v)).collect(),
        Data::F32(a) => a.iter().map(|v| short(*v)).collect(),
        Data::F64(a) => a.iter().map(|v| real(*v)).collect(),
        Data::C32(a) => a.iter().map(|v| json!([short(v.re), short(v.im)])).collect(),
        Data::C64(a) => a.iter().map(|v| json!([real(v.re), real(v.im)])).collect(),
    }
}

/// One entry.
pub fn value(data: &Data, index: &[usize]) -> Value {
    match data {
        Data::Int(a, _) => json!(a[index]),
        Data::F32(a) => short(a[index]),
        Data::F64(a) => real(a[index]),
        Data::C32(a) => json!([short(a[index].re), short(a[index].im)]),
        Data::C64(a) => json!([real(a[index].re), real(a[index].im)]),
    }
}

/// A float as JSON; NaN and the infinities as text.
fn real(v: f64) -> Value {
    if v.is_finite() { json!(v) } else { json!(v.to_string()) }
}

fn short(v: f32) -> Value {
    if v.is_finite() { json!(v) } else { json!(v.to_string()) }
}

#[cfg(test)]
mod tests {
    use super::upwards;

    #[test]
    fn a_bound_is_never_said_smaller_than_it_is() {
        let mut bound = 1.0e-300;
        while bound < 1e300 {
            let said: f64 = upwards(bound).parse().expect("a number");
            assert!(said >= bound && said <= bound * 1.011, "{bound:e} {said:e}");
            bound *= 1.0173;
        }
        // rounded to nearest this would be 1.00
        assert_eq!((upwards(1.004), upwards(0.0)), ("1.01e0".to_owned(), "0.00e0".to_owned()));
    }
}
