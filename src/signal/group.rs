//! Finite groups by their multiplication tables, and signals on them. Here a·b need not be b·a.

use std::sync::LazyLock;

/// A finite group: the names of its elements, and their products. The first element is the neutral one.
///
/// An element is known by its place among the names.
///
/// ```
/// use faltung::signal::Group;
/// let group = Group::s3();
/// let [turn, mirror] = ["turn", "mirror"].map(|name| group.element(name).unwrap());
/// assert_ne!(group.product(turn, mirror), group.product(mirror, turn));
/// assert_eq!(group.names()[group.product(mirror, turn)], "turn^2 * mirror");
/// assert_eq!(group.product(turn, group.inverse(turn)), 0);
/// ```
#[derive(PartialEq, Eq, Debug)]
pub struct Group {
    name: &'static str,
    elements: Vec<String>,
    products: Vec<Vec<usize>>,
}

static S3: LazyLock<Group> = LazyLock::new(|| Group::dihedral("S3", 3));
static D4: LazyLock<Group> = LazyLock::new(|| Group::dihedral("D4", 4));

impl Group {
    /// The six symmetries of a triangle, which are all permutations of its corners.
    pub fn s3() -> &'static Group {
        &S3
    }

    /// The eight symmetries of a square.
    pub fn d4() -> &'static Group {
        &D4
    }

    /// The symmetries of a polygon of n corners: `turn^k`, then `turn^k * mirror`, for 0 ≤ k < n, of which the mirror is
    /// done first. A mirror exchanges the senses of turning: mirror · turn = turn⁻¹ · mirror.
    fn dihedral(name: &'static str, n: usize) -> Group {
        let parts = |g: usize| (g % n, g / n);
        let called = |g: usize| match parts(g) {
            (0, 0) => "turn^0".to_owned(),
            (1, 0) => "turn".to_owned(),
            (k, 0) => format!("turn^{k}"),
            (0, _) => "mirror".to_owned(),
            (1, _) => "turn * mirror".to_owned(),
            (k, _) => format!("turn^{k} * mirror"),
        };
        let product = |g: usize, h: usize| {
            let ((a, mirrored), (b, other)) = (parts(g), parts(h));
            let turns = if mirrored == 1 { a + n - b } else { a + b };
            turns % n + n * ((mirrored + other) % 2)
        };
        Group {
            name,
            elements: (0..2 * n).map(called).collect(),
            products: (0..2 * n).map(|g| (0..2 * n).map(|h| product(g, h)).collect()).collect(),
        }
    }

    /// Its name: `S3`, `D4`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// How many elements it has.
    pub fn order(&self) -> usize {
        self.elements.len()
    }

    /// What its elements are called: products of powers of its generators.
    pub fn names(&self) -> &[String] {
        &self.elements
    }

    /// The element of that name.
    pub fn element(&self, name: &str) -> Option<usize> {
        self.elements.iter().position(|own| own == name)
    }

    /// g·h.
    ///
    /// # Panics
    /// When one of the two is no element.
    pub fn product(&self, g: usize, h: usize) -> usize {
        self.products[g][h]
    }

    /// g⁻¹.
    ///
    /// # Panics
    /// When g is no element.
    pub fn inverse(&self, g: usize) -> usize {
        self.products[g].iter().position(|product| *product == 0).expect("every element has an inverse")
    }

    /// gⁿ, for negative n the power of the inverse.
    ///
    /// # Panics
    /// When g is no element.
    pub fn power(&self, g: usize, n: i64) -> usize {
        let base = if n < 0 { self.inverse(g) } else { g };
        let turns = n.unsigned_abs() % self.order() as u64; // g to the order of the group is neutral
        (0..turns).fold(0, |power, _| self.product(power, base))
    }
}

/// A signal on a finite group: an entry for each element, in the order of the group's names.
///
/// ```
/// use faltung::signal::{Group, OnGroup};
/// let group = Group::d4();
/// let x = OnGroup::from_fn(group, |g| g);
/// let turn = group.element("turn").unwrap();
/// assert_eq!(*x.left_shifted(turn).at(turn), 0);
/// assert_eq!(*x.right_shifted(turn).at(0), turn);
/// ```
#[derive(Clone, Debug)]
pub struct OnGroup<T> {
    group: &'static Group,
    entries: Vec<T>,
}

impl<T> OnGroup<T> {
    /// The signal with these entries; `None` where there is not one for each element.
    pub fn new(group: &'static Group, entries: Vec<T>) -> Option<Self> {
        (entries.len() == group.order()).then_some(OnGroup { group, entries })
    }

    /// The signal whose entry at each element is `entry(element)`.
    pub fn from_fn(group: &'static Group, entry: impl FnMut(usize) -> T) -> Self {
        OnGroup { group, entries: (0..group.order()).map(entry).collect() }
    }

    /// The group it is on.
    pub fn group(&self) -> &'static Group {
        self.group
    }

    /// The entries, that of the neutral element first.
    pub fn entries(&self) -> &[T] {
        &self.entries
    }

    /// The entry at an element.
    ///
    /// # Panics
    /// When g is no element.
    pub fn at(&self, g: usize) -> &T {
        &self.entries[g]
    }

    /// Every entry mapped.
    pub fn map<U>(&self, f: impl FnMut(&T) -> U) -> OnGroup<U> {
        OnGroup { group: self.group, entries: self.entries.iter().map(f).collect() }
    }
}

impl<T: Clone> OnGroup<T> {
    /// `lshift(u, x)[g] = x[u⁻¹ g]`.
    ///
    /// # Panics
    /// When u is no element.
    pub fn left_shifted(&self, u: usize) -> Self {
        let back = self.group.inverse(u);
        OnGroup::from_fn(self.group, |g| self.at(self.group.product(back, g)).clone())
    }

    /// `rshift(u, x)[g] = x[g u]`.
    ///
    /// # Panics
    /// When u is no element.
    pub fn right_shifted(&self, u: usize) -> Self {
        OnGroup::from_fn(self.group, |g| self.at(self.group.product(g, u)).clone())
    }

    /// `rev(x)[g] = x[g⁻¹]`.
    pub fn reversed(&self) -> Self {
        OnGroup::from_fn(self.group, |g| self.at(self.group.inverse(g)).clone())
    }
}

#[cfg(test)]
mod tests {
    use super::Group;
    use std::collections::BTreeSet;

    /// What an element does to the corners of a polygon, found by doing what its name says, the last factor first.
    fn corners(name: &str, n: usize) -> Vec<usize> {
        let step = |factor: &str| -> (usize, bool) {
            match factor.split_once('^') {
                Some(("turn", power)) => (power.parse().unwrap(), false),
                None if factor == "turn" => (1, false),
                None if factor == "mirror" => (0, true),
                _ => panic!("{factor}"),
            }
        };
        let done = |corner: usize| {
            name.rsplit(" * ")
                .map(step)
                .fold(corner, |at, (turns, mirrored)| (if mirrored { n - at } else { at } + turns) % n)
        };
        (0..n).map(done).collect()
    }

    #[test]
    fn the_tables_are_those_of_the_symmetries_of_polygons() {
        for (group, n, order) in [(Group::s3(), 3, 6), (Group::d4(), 4, 8)] {
            let all: Vec<Vec<usize>> = group.names().iter().map(|name| corners(name, n)).collect();
            assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), order, "no two names for one symmetry");
            for (g, first) in all.iter().enumerate() {
                for (h, second) in all.iter().enumerate() {
                    let both: Vec<usize> = (0..n).map(|corner| first[second[corner]]).collect();
                    assert_eq!(all[group.product(g, h)], both, "{} {g} {h}", group.name());
                }
                assert_eq!(group.product(group.inverse(g), g), 0);
                assert_eq!([-1, 0, 1, 9].map(|n| group.power(g, n)), {
                    let nine = (0..9).fold(0, |power, _| group.product(power, g));
                    [group.inverse(g), 0, g, nine]
                });
            }
        }
    }
}
