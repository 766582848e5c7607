//! What a computation answers for: the memory that it may take, and the JSON document that says what was done.

use super::{
    operand::Operand,
    output::{Failure, Voice},
};
use faltung::{
    conv::count,
    io::{Data, Written},
};
use serde_json::{Value, json};

/// What a whole computation may take, all its arrays together.
pub const MAX_MEMORY: u128 = 8 << 30;

/// Whether so many bytes may be taken.
pub fn affordable(needed: u128) -> Result<(), Failure> {
    if needed <= MAX_MEMORY {
        return Ok(());
    }
    let problem = format!("this takes up to {} bytes of memory", count(needed));
    Err(Failure::input(problem, "cut the input into parts"))
}

/// How far an entry can be from the exact one, in words.
pub fn within(bound: f64) -> String {
    if bound.is_finite() {
        // half a unit of the last digit is half a hundredth at most
        format!("at most {:.2e} in any entry, a priori", bound * 1.005)
    } else {
        "no bound: a sum may overflow, or meets NaN or infinity".into()
    }
}

/// What every operation says of itself in JSON.
pub struct Account<'a> {
    /// Its name on the command line.
    pub operation: &'a str,
    /// What it was given, each under its name.
    pub operands: &'a [(&'a str, &'a Operand)],
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
    /// The result.
    pub data: &'a Data,
    /// Where it went; it is in the document where it went nowhere else.
    pub written: Option<Written>,
}

impl Account<'_> {
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
            "shape": self.data.shape(),
            "type": self.data.type_name(),
        });
        for (name, operand) in self.operands {
            document[name] = json!({
                "source": operand.source, "shape": operand.data.shape(), "type": operand.data.type_name(),
                "notes": operand.notes,
            });
        }
        match self.written {
            Some(Written { name, bytes, rendering }) => {
                document["output"] = json!({
                    "name": name, "bytes": bytes, "clipped": rendering.clipped, "peak": rendering.peak,
                    "notes": rendering.notes,
                });
            }
            None => document["values"] = values(self.data),
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
