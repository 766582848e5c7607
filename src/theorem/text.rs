//! How values are written: in the claim language, so that they can be pasted back.

use super::value::{Left, Value};
use crate::{scalar::exact::Element, signal::Signal};
use ndarray::{ArrayViewD, Axis};
use std::fmt;

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Value::Int(n) => write!(f, "{n}"),
            Value::Scalar(c) => write!(f, "{c}"),
            Value::Signal(x) if x.rank() == 1 => write_line(f, x),
            Value::Signal(x) if x.entries().is_empty() => write!(f, "[[0]]"),
            Value::Signal(x) => {
                write_list(f, x.entries().view())?;
                let origin: Vec<String> = x.origin().iter().map(isize::to_string).collect();
                if x.origin().iter().all(|o| *o == 0) {
                    Ok(())
                } else {
                    write!(f, "@({})", origin.join(", "))
                }
            }
            Value::Left(Left { signal, sums }) => {
                (0..*sums).try_for_each(|_| write!(f, "cumsum("))?;
                write_line(f, signal)?;
                (0..*sums).try_for_each(|_| write!(f, ")"))
            }
            Value::Cyclic(x) => write_list(f, x.entries().view()),
            Value::Array(x) => write_list(f, x.view()),
            Value::OnGroup(x) => {
                let entries: Vec<String> = x.entries().iter().map(Element::to_string).collect();
                write!(f, "[{}]", entries.join(", "))
            }
            Value::Member(group, place) => f.write_str(&group.names()[*place]),
        }
    }
}

/// A signal on Z from index 0 on, or from its first non-zero entry if that is before 0; zeros at the end left out.
fn write_line(f: &mut fmt::Formatter, x: &Signal<Element>) -> fmt::Result {
    let entries: Vec<String> = x.entries().iter().map(Element::to_string).collect();
    let Some(first) = entries.iter().position(|x| x != "0") else { return write!(f, "[0]") };
    let last = entries.iter().rposition(|x| x != "0").expect("there is a first");
    let origin = x.origin()[0] + first as isize;
    let zeros = if (1..=8).contains(&origin) { origin as usize } else { 0 };
    let shown: Vec<&str> =
        std::iter::repeat_n("0", zeros).chain(entries[first..=last].iter().map(String::as_str)).collect();
    write!(f, "[{}]", shown.join(", "))?;
    if origin == zeros as isize { Ok(()) } else { write!(f, "@{origin}") }
}

fn write_list(f: &mut fmt::Formatter, x: ArrayViewD<Element>) -> fmt::Result {
    write!(f, "[")?;
    for (k, part) in x.axis_iter(Axis(0)).enumerate() {
        if k > 0 {
            write!(f, ", ")?;
        }
        if part.ndim() == 0 {
            write!(f, "{}", part.first().expect("an entry"))?
        } else {
            write_list(f, part)?
        }
    }
    write!(f, "]")
}
