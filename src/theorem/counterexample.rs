//! A refutation is a value: the smallest counterexample found, and how to paste it back.

use super::{domain::Domain, value::Value, world::World};
use crate::{
    expr::{Binder, Class, Kind},
    scalar::exact::Ring,
};
use serde::Serialize;

/// An instance that satisfies the hypotheses and breaks the claim.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Counterexample {
    /// The ring it lives in; empty where the claim speaks of integers only.
    pub ring: String,
    /// Every name with its value, in the claim language.
    pub values: Vec<(String, String)>,
    /// The left side, evaluated.
    pub left: String,
    /// The right side, evaluated.
    pub right: String,
    /// In what the sides differ, in words: lengths, or the first entry.
    pub difference: String,
    /// A claim that is refuted by this instance alone.
    pub pasteable: String,
}

/// The command that settles a claim, for a POSIX shell: the claim is one word of it.
pub fn prove_command(claim: &str) -> String {
    format!("faltung prove '{}'", claim.replace('\'', r"'\''"))
}

impl Counterexample {
    /// The command that shows this refutation again, for a POSIX shell: the claim is one word of it.
    pub fn command(&self) -> String {
        prove_command(&self.pasteable)
    }

    pub(super) fn new(slots: &[Value], domain: &Domain, world: &World) -> Self {
        let (left, right) =
            domain.program.sides(slots, world).expect("a counterexample is defined on both sides");
        let binders = &domain.claim.binders;
        let values: Vec<(String, String)> =
            binders.iter().zip(slots).map(|(b, value)| (b.name.clone(), value.to_string())).collect();
        Counterexample {
            ring: if domain.class.is_some() { world.ring().to_string() } else { String::new() },
            difference: difference(&left, &right),
            pasteable: pasteable(slots, domain, world, &values),
            values,
            left: left.to_string(),
            right: right.to_string(),
        }
    }
}

fn difference(left: &Value, right: &Value) -> String {
    if let (Some(a), Some(b)) = (left.shape(), right.shape())
        && a != b
    {
        let sizes = |shape: &[usize]| shape.iter().map(usize::to_string).collect::<Vec<_>>().join(" x ");
        let noun = if a.len() == 1 && a[0] == 1 { "entry" } else { "entries" };
        return format!("left has {} {noun}, right {}", sizes(a), sizes(b));
    }
    format!("left is {left}, right is {right}")
}

/// The claim with its names bound to concrete spaces and pinned to their values.
fn pasteable(slots: &[Value], domain: &Domain, world: &World, values: &[(String, String)]) -> String {
    let binders = &domain.claim.binders;
    let binders: Vec<String> = binders.iter().zip(slots).map(|(b, value)| binding(b, value, world)).collect();
    let pins: Vec<String> = values.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    let statement = &domain.claim.statement;
    if binders.is_empty() {
        return statement.to_string();
    }
    format!("for {}. given {}. {statement}", binders.join(", "), pins.join(", "))
}

fn binding(binder: &Binder, value: &Value, world: &World) -> String {
    let class = match (world.ring(), binder.class) {
        (_, class @ (Class::Semiring | Class::Z | Class::Q | Class::R | Class::Residues(_))) => {
            class.to_string()
        }
        (Ring::Integers, _) => "Z".into(),
        (Ring::Rationals, _) => "Q".into(),
        (ring @ Ring::Residues(_), _) => ring.to_string(),
        _ => "C".into(),
    };
    let sizes: Vec<String> = value.shape().unwrap_or(&[]).iter().map(usize::to_string).collect();
    let domain = match binder.kind {
        Kind::Int if binder.nat => "Nat".into(),
        Kind::Int | Kind::Truth => "Int".into(),
        Kind::InS3 | Kind::InD4 => binder.domain(),
        Kind::OnS3 => format!("S3 -> {class}"),
        Kind::OnD4 => format!("D4 -> {class}"),
        Kind::Scalar => class,
        Kind::Line => format!("Z -> {class}"),
        Kind::Plane => format!("Z^2 -> {class}"),
        Kind::Left => format!("Z+ -> {class}"),
        Kind::Circle | Kind::Torus => {
            let cycles: Vec<String> = sizes.iter().map(|n| format!("Z/{n}")).collect();
            format!("{} -> {class}", cycles.join(" x "))
        }
        Kind::Array | Kind::Array2 | Kind::Array3 => format!("[{}] -> {class}", sizes.join(", ")),
    };
    format!("{} : {domain}", binder.name)
}

#[cfg(test)]
mod tests {
    use super::Counterexample;

    #[test]
    fn a_claim_is_one_word_of_the_shell() {
        let empty = String::new;
        let pasteable = "x = 'a'".into();
        let (values, ring, left, right, difference) = (vec![], empty(), empty(), empty(), empty());
        let witness = Counterexample { ring, values, left, right, difference, pasteable };
        assert_eq!(witness.command(), r"faltung prove 'x = '\''a'\'''");
    }
}
