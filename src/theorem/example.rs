//! The example of an operator in the language reference: what it is is computed, so it cannot be wrong.

use super::{program::Program, value::Halt, world::World};
use crate::{
    expr::{self, Asks, ClaimError, Family, Row},
    scalar::exact::Ring,
};

/// Why an example shows nothing; no row of the table has such an example.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum ExampleError {
    /// It is no expression of the claim language.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// It has no value.
    #[error(transparent)]
    Halt(#[from] Halt),
}

/// What the row's expression without names is: a value, in the claim language, or `true` or `false`.
///
/// Cost: that of the operators in it, on a handful of entries.
///
/// ```
/// use faltung::{expr::Op, theorem::example};
/// let row = Op::ConvPow.row();
/// assert_eq!((row.shows, example(row)?.as_str()), ("[1, 1]^*4", "[1, 4, 6, 4, 1]"));
/// # Ok::<(), faltung::theorem::ExampleError>(())
/// ```
///
/// # Errors
/// Where the expression does not parse, has names, or has no value.
pub fn example(row: &Row) -> Result<String, ExampleError> {
    // complex numbers are enough for all but an order
    let world = World::new(if row.asks == Asks::Order { Ring::Rationals } else { Ring::Cyclotomic });
    let said = row.family == Family::Relations;
    let claim = expr::parse(&match said {
        true => format!("given {}. 0 = 0", row.shows),
        false => format!("{0} = {0}", row.shows),
    })?;
    if !claim.binders.is_empty() {
        return Err(Halt::Undefined("an example has no names").into());
    }
    let program = Program::new(&claim);
    Ok(match said {
        true => program.given[0].holds(&[], &world)?.to_string(),
        false => program.sides(&[], &world)?.0.to_string(),
    })
}
