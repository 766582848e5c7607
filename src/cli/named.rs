//! One of a list of values by its name, as an argument.

use super::output::Failure;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use faltung::{
    book::{self, Checked},
    expr,
};

/// A parser of the names; `about` is what help says of each.
pub fn named<T: Copy + Send + Sync + 'static>(
    all: &[T],
    name: fn(T) -> &'static str,
    about: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    let all = all.to_vec();
    let values = all.iter().map(|value| PossibleValue::new(name(*value)).help(about(*value)));
    PossibleValuesParser::new(values.collect::<Vec<_>>())
        .map(move |text| *all.iter().find(|value| name(**value) == text).expect("clap lets only these pass"))
}

/// The figure or the experiment of that id; `kind` is which of the two.
pub fn checked<T>(all: &'static [Checked<T>], kind: &str, id: &str) -> Result<&'static Checked<T>, Failure> {
    book::find(all, id).ok_or_else(|| {
        let near = expr::nearest(id, all.iter().map(|entry| entry.id));
        let near = near.map(|id| format!("did you mean `{id}`? ")).unwrap_or_default();
        Failure::input(
            format!("no {kind} is called `{id}`"),
            format!("{near}`faltung list {kind}s` lists them"),
        )
    })
}
