//! What a claim holds for: a box, and the rings.

use super::{Method, domain::Domain, value::Value, world::Needs};
use crate::expr::{Class, Kind};
use dashu_int::IBig;
use dashu_ratio::RBig;
use serde::Serialize;
use std::{collections::BTreeMap, fmt};

/// What a proof covers. A range is the list of values that were met by at least one admitted instance.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Scope {
    /// Whether the box is everything the claim quantifies over.
    pub everything: bool,
    /// For each dimension d, the names of the signals on Z^d whose support is bounded.
    pub windows: Vec<(usize, Vec<String>)>,
    /// N, where those supports lie in [−N, N]^d.
    pub reach: usize,
    /// For every integer name, the values that were covered.
    pub ranges: Vec<(String, Vec<i64>)>,
    /// For every divisibility hypothesis, each modulus with its number of admitted instances; zeros are not covered.
    pub residues: Vec<(String, BTreeMap<i64, u64>)>,
    /// The rings, in words.
    pub rings: String,
    /// How many instances (of sizes and integers) were proved.
    pub instances: u64,
    /// How many were left out because a hypothesis is false or a size is below 1.
    pub excluded: u64,
    /// How many satisfy the hypotheses and leave a side undefined: the claim says nothing there.
    pub undefined: u64,
}

/// Which integers were met, as instances are proved one by one.
#[derive(Default)]
pub(super) struct Coverage {
    seen: BTreeMap<usize, BTreeMap<IBig, u64>>,
    pub(super) admitted: u64,
    pub(super) excluded: u64,
    pub(super) undefined: u64,
}

impl Coverage {
    /// Of elements of groups nothing is noted: all are gone through in every box.
    pub(super) fn admit(&mut self, choice: &[(usize, Value)]) {
        self.admitted += 1;
        for (slot, value) in choice {
            if let Value::Int(n) = value {
                *self.seen.entry(*slot).or_default().entry(n.clone()).or_default() += 1;
            }
        }
    }

    /// The scope of a proof, or `None` where not one instance was admitted.
    pub(super) fn scope(
        self,
        domain: &Domain,
        reach: usize,
        method: Method,
        needs: &Needs,
        residues: Vec<(String, BTreeMap<i64, u64>)>,
    ) -> Option<Scope> {
        if self.admitted == 0 {
            return None;
        }
        let name = |slot: usize| domain.claim.binders[slot].name.clone();
        let bounded = |rank: usize| {
            let unbounded =
                |kind: Kind| matches!(kind, Kind::Line | Kind::Plane | Kind::Left) && kind.rank() == rank;
            let binders = domain.claim.binders.iter().enumerate();
            let names: Vec<String> = binders
                .filter(|(slot, b)| unbounded(b.kind) && !domain.pinned(*slot))
                .map(|(slot, _)| name(slot))
                .collect();
            (!names.is_empty()).then_some((rank, names))
        };
        let covered =
            |values: &BTreeMap<IBig, u64>| values.keys().filter_map(|n| i64::try_from(n).ok()).collect();
        Some(Scope {
            everything: domain.finite() && (needs.inverses.is_empty() || !general(domain)),
            windows: [1, 2].into_iter().filter_map(bounded).collect(),
            reach,
            ranges: self.seen.iter().map(|(slot, values)| (name(*slot), covered(values))).collect(),
            residues,
            // where numbers were calculated, a set with an order is not enough
            rings: match method {
                Method::Threshold if !needs.subtraction && needs.inverses.is_empty() => sets(needs),
                _ => rings(domain, needs),
            },
            instances: self.admitted,
            excluded: self.excluded,
            undefined: self.undefined,
        })
    }
}

/// Whether the claim speaks of rings in which integers may fail to be invertible, and cancellable.
fn general(domain: &Domain) -> bool {
    matches!(domain.class, Some(Class::Any | Class::Field | Class::Ordered))
}

/// The sets that a proof by thresholds speaks of, in words: "in every totally ordered set with elements 0 < 1".
fn sets(needs: &Needs) -> String {
    let set = "in every totally ordered set";
    let constants: Vec<String> = needs.constants.iter().map(RBig::to_string).collect();
    match &constants[..] {
        [] => set.into(),
        [one] => format!("{set} with an element {one}"),
        _ => format!("{set} with elements {}", constants.join(" < ")),
    }
}

/// The rings that a proof with these needs speaks of, in words.
fn rings(domain: &Domain, needs: &Needs) -> String {
    let involution = if domain.conjugates() { " with an involution" } else { "" };
    let plain = !needs.subtraction && needs.inverses.is_empty() && needs.roots.is_empty() && !needs.units;
    let mut words = match domain.class {
        None => return String::new(), // only integers and numbers that are written out: no ring is spoken of
        Some(Class::Any) if plain => format!("in every commutative semiring{involution}"),
        Some(Class::Any) => format!("in every commutative ring{involution}"),
        Some(Class::Semiring) => format!("in every commutative semiring{involution}"),
        Some(Class::Field) => format!("in every field{involution}"),
        Some(Class::Ordered) => "in every ordered commutative ring".into(),
        // no root of unity but 1 and -1 is real: what is said is said in a larger ring
        Some(class @ (Class::Z | Class::Q | Class::R)) if !needs.roots.is_empty() => {
            format!("over {class}, with roots of unity in C")
        }
        Some(class @ (Class::Z | Class::Q | Class::R)) => format!("over {class}"),
        Some(Class::C) => "over C".into(),
        Some(class @ Class::Residues(_)) => format!("over {class}"),
    };
    let general = general(domain);
    if general && needs.roots.len() > 1 {
        words += " where zeta(n) = w^(N/n) for one principal N-th root of unity w, N the least common multiple of the orders used, N invertible, with conj(w) = 1/w";
    } else if general && !needs.roots.is_empty() {
        words += " where zeta is a principal root of unity of every order used, those orders invertible, with conj(zeta) = 1/zeta";
    }
    if general && !needs.inverses.is_empty() {
        let divisors: Vec<String> = needs.inverses.iter().map(u64::to_string).collect();
        let verb = if divisors.len() == 1 { "is" } else { "are" };
        words += &format!(" where {} {verb} invertible", listed(&divisors));
    }
    if needs.units {
        words += " wherever every divisor is invertible";
    }
    words
}

fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [init @ .., last] => format!("{} and {last}", init.join(", ")),
    }
}

impl Scope {
    /// "all", or the box in words: "all x, w with support in [-6, 6], -4 <= a <= 4".
    pub fn extent(&self) -> String {
        if self.everything {
            return "all".into();
        }
        let mut parts = vec![];
        let (from, to) = (-(self.reach as isize), self.reach);
        for (rank, names) in &self.windows {
            let power = if *rank == 1 { String::new() } else { format!("^{rank}") };
            parts.push(format!("all {} with support in [{from}, {to}]{power}", names.join(", ")));
        }
        // integers with one range are said together
        let mut ranges: Vec<(Vec<&str>, &Vec<i64>)> = vec![];
        for (name, values) in &self.ranges {
            match ranges.iter_mut().find(|(_, known)| *known == values) {
                Some((names, _)) => names.push(name),
                None => ranges.push((vec![name], values)),
            }
        }
        for (names, values) in ranges {
            let names = names.join(", ");
            let (Some(first), Some(last)) = (values.first(), values.last()) else { continue };
            if values.len() == 1 {
                parts.push(format!("{names} = {first}"));
            } else if (last - first) as usize + 1 == values.len() {
                parts.push(format!("{first} <= {names} <= {last}"));
            } else {
                let values: Vec<String> = values.iter().map(i64::to_string).collect();
                parts.push(format!("{names} in {{{}}}", values.join(", ")));
            }
        }
        for (modulus, counts) in &self.residues {
            let missed: Vec<String> =
                counts.iter().filter(|(_, n)| **n == 0).map(|(m, _)| m.to_string()).collect();
            if !missed.is_empty() {
                parts.push(format!("not covered: {modulus} = {}", missed.join(", ")));
            }
        }
        let mut extent = if parts.is_empty() { "every instance".into() } else { parts.join(", ") };
        if self.undefined > 0 {
            let all = self.instances + self.undefined;
            extent += &format!(
                ", wherever both sides are defined ({} of {all} choices of sizes and integers)",
                self.instances
            );
        }
        extent
    }
}

/// "for all x, w with support in [-6, 6], -4 <= a <= 4, in every commutative ring".
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let extent = if self.everything { "everything it quantifies over".into() } else { self.extent() };
        let rings = if self.rings.is_empty() { String::new() } else { format!(", {}", self.rings) };
        write!(f, "for {extent}{rings}")
    }
}
