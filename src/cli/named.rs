//! One of a list of values by its name, as an argument.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

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
