//! Numbers of the cyclotomic fields ℚ(ζ_n), all n at once: two numbers meet in the field of the lcm.

use super::Element;
use dashu_int::{
    IBig, UBig,
    ops::{BitTest, Gcd},
};
use dashu_ratio::RBig;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock},
};

/// ℚ(ζ_n): the powers 1, ζ, …, ζ^{n−1} in the basis 1, ζ, …, ζ^{φ(n)−1}.
#[derive(Debug)]
struct Field {
    order: u64,
    degree: usize,
    powers: Vec<Vec<IBig>>,
}

/// A number of ℚ(ζ_n): its coordinates in the basis 1, ζ, …, ζ^{φ(n)−1}, over one denominator ≥ 1.
#[derive(Clone, Debug)]
pub struct Cyclotomic {
    field: Arc<Field>,
    numerators: Vec<IBig>,
    denominator: IBig,
}

/// The n-th cyclotomic polynomial, lowest coefficient first: (xⁿ − 1) divided by Φ_d for every proper divisor d.
fn cyclotomic_polynomial(n: u64) -> Vec<IBig> {
    let mut quotient = vec![IBig::ZERO; n as usize + 1];
    quotient[0] = IBig::NEG_ONE;
    quotient[n as usize] = IBig::ONE;
    for d in (1..n).filter(|d| n.is_multiple_of(*d)) {
        let divisor = cyclotomic_polynomial(d);
        let degree = divisor.len() - 1;
        let mut result = vec![IBig::ZERO; quotient.len() - degree];
        for i in (0..result.len()).rev() {
            let lead = quotient[i + degree].clone(); // Φ_d is monic
            for (j, c) in divisor.iter().enumerate() {
                quotient[i + j] -= &lead * c;
            }
            result[i] = lead;
        }
        quotient = result;
    }
    quotient
}

fn field(order: u64) -> Arc<Field> {
    static FIELDS: OnceLock<Mutex<BTreeMap<u64, Arc<Field>>>> = OnceLock::new();
    let mut fields = FIELDS.get_or_init(Default::default).lock().expect("no holder of this lock panics");
    fields.entry(order).or_insert_with(|| Arc::new(Field::new(order))).clone()
}

impl Field {
    fn new(order: u64) -> Self {
        let phi = cyclotomic_polynomial(order);
        let degree = phi.len() - 1;
        let mut power = vec![IBig::ZERO; degree];
        power[0] = IBig::ONE;
        let mut powers = vec![];
        for _ in 0..order {
            powers.push(power.clone());
            // times ζ: shift up, and ζ^degree = −(the rest of Φ)
            let top = power.pop().expect("a field has degree at least 1");
            power.insert(0, IBig::ZERO);
            power.iter_mut().zip(&phi).for_each(|(p, c)| *p -= &top * c);
        }
        Field { order, degree, powers }
    }

    fn number(self: Arc<Self>, sum: impl IntoIterator<Item = (u64, IBig)>, denominator: IBig) -> Cyclotomic {
        let mut numerators = vec![IBig::ZERO; self.degree];
        for (exponent, factor) in sum {
            for (x, c) in numerators.iter_mut().zip(&self.powers[(exponent % self.order) as usize]) {
                if *c != IBig::ZERO {
                    *x += &factor * c;
                }
            }
        }
        Cyclotomic { field: self, numerators, denominator }.reduced()
    }
}

/// ζ_n^k as an element.
pub(super) fn root(n: u64, k: u64) -> Element {
    Element::Cyclotomic(field(n).number([(k % n, IBig::ONE)], IBig::ONE))
}

impl Cyclotomic {
    pub(super) fn rational_number(q: RBig) -> Self {
        let (numerator, denominator) = q.into_parts();
        field(1).number([(0, numerator)], denominator.into())
    }

    /// The length of all its coordinates, in bits, and 16 for each.
    pub(super) fn size(&self) -> usize {
        self.numerators.iter().map(|n| 16 + n.bit_len()).sum::<usize>() + self.denominator.bit_len()
    }

    /// n, where the number is given in ℚ(ζ_n).
    pub fn order(&self) -> u64 {
        self.field.order
    }

    /// The coordinates in the basis 1, ζ, …, ζ^{φ(n)−1}.
    pub fn coordinates(&self) -> impl Iterator<Item = RBig> {
        self.numerators.iter().map(|n| RBig::from(n.clone()) / RBig::from(self.denominator.clone()))
    }

    fn reduced(mut self) -> Self {
        if self.denominator != IBig::ONE {
            let start = UBig::try_from(self.denominator.clone()).expect("a denominator is positive");
            let nonzero = self.numerators.iter().filter(|n| **n != IBig::ZERO);
            let common: IBig = nonzero.fold(start, |common, n| common.gcd(n)).into();
            self.numerators.iter_mut().for_each(|n| *n /= &common);
            self.denominator /= &common;
        }
        self
    }

    pub(super) fn vanishes(&self) -> bool {
        self.numerators.iter().all(|n| *n == IBig::ZERO)
    }

    pub(super) fn rational(&self) -> Option<RBig> {
        let real = self.numerators[1..].iter().all(|n| *n == IBig::ZERO);
        if real { self.coordinates().next() } else { None }
    }

    fn terms(&self) -> impl Iterator<Item = (u64, &IBig)> {
        self.numerators.iter().enumerate().map(|(k, c)| (k as u64, c)).filter(|(_, c)| **c != IBig::ZERO)
    }

    fn lifted(&self, order: u64) -> Self {
        if order == self.field.order {
            return self.clone();
        }
        let step = order / self.field.order;
        field(order).number(self.terms().map(|(k, c)| (k * step, c.clone())), self.denominator.clone())
    }

    fn together(&self, other: &Self) -> (Self, Self) {
        let order = lcm(self.field.order, other.field.order);
        (self.lifted(order), other.lifted(order))
    }

    pub(super) fn plus(&self, other: &Self) -> Self {
        let (a, b) = self.together(other);
        let numerators = a.numerators.iter().zip(&b.numerators);
        let (numerators, denominator) = if a.denominator == b.denominator {
            (numerators.map(|(x, y)| x + y).collect(), a.denominator)
        } else {
            let cross = |(x, y): (&IBig, &IBig)| x * &b.denominator + y * &a.denominator;
            (numerators.map(cross).collect(), a.denominator * &b.denominator)
        };
        Cyclotomic { field: a.field, numerators, denominator }.reduced()
    }

    pub(super) fn times(&self, other: &Self) -> Self {
        let (a, b) = self.together(other);
        let products = a.terms().flat_map(|(i, x)| b.terms().map(move |(j, y)| (i + j, x * y)));
        a.field.clone().number(products, &a.denominator * &b.denominator)
    }

    pub(super) fn conj(&self) -> Self {
        let n = self.field.order;
        let turned = self.terms().map(|(k, c)| ((n - k) % n, c.clone()));
        self.field.clone().number(turned, self.denominator.clone())
    }

    /// The inverse, by solving `self · z = 1` in coordinates.
    pub(super) fn inverse(&self) -> Option<Self> {
        let d = self.field.degree;
        // column j: self · ζ^j; last column: 1
        let column = |j: u64| {
            let turned = self.terms().map(|(k, c)| (k + j, c.clone()));
            self.field.clone().number(turned, self.denominator.clone()).coordinates().collect()
        };
        let columns: Vec<Vec<RBig>> = (0..d as u64).map(column).collect();
        let mut rows: Vec<Vec<RBig>> = (0..d)
            .map(|i| {
                let one = if i == 0 { RBig::ONE } else { RBig::ZERO };
                columns.iter().map(|column| column[i].clone()).chain([one]).collect()
            })
            .collect();
        for i in 0..d {
            let pivot = (i..d).find(|r| !rows[*r][i].is_zero())?;
            rows.swap(i, pivot);
            let scale = rows[i][i].clone();
            rows[i].iter_mut().for_each(|x| *x = &*x / &scale);
            let row = rows[i].clone();
            for (r, other) in rows.iter_mut().enumerate() {
                if r != i && !other[i].is_zero() {
                    let factor = other[i].clone();
                    other.iter_mut().zip(&row).for_each(|(x, y)| *x -= &factor * y);
                }
            }
        }
        let coordinates: Vec<RBig> =
            rows.into_iter().map(|mut row| row.pop().expect("the last column")).collect();
        let denominator =
            coordinates.iter().fold(IBig::ONE, |product, q| product * IBig::from(q.denominator().clone()));
        let scaled = |q: &RBig| (q * RBig::from(denominator.clone())).into_parts().0;
        let numerators = coordinates.iter().map(scaled).collect();
        Some(Cyclotomic { field: self.field.clone(), numerators, denominator }.reduced())
    }
}

fn lcm(a: u64, b: u64) -> u64 {
    let gcd = |mut a: u64, mut b: u64| {
        while b != 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    a / gcd(a, b) * b
}
