//! How elements are written: numbers in the claim language, so that they can be pasted back.

use super::{Cyclotomic, Element, MaxPlus, Monomial, Semiring, Variable};
use dashu_ratio::RBig;
use std::fmt;

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Element::Integer(n) => write!(f, "{n}"),
            Element::Rational(q) => write!(f, "{q}"),
            Element::Residue { value, .. } => write!(f, "{value}"),
            Element::Cyclotomic(z) => write!(f, "{z}"),
            // zero and one of (max, +) are integers of the language; its other numbers are powers of t, the number 1
            Element::Tropical(MaxPlus(None)) => write!(f, "0"),
            Element::Tropical(t) if *t == MaxPlus::one() => write!(f, "1"),
            Element::Tropical(MaxPlus(Some(n))) => write!(f, "t^{n}"),
            Element::Polynomial(p) => {
                let terms =
                    p.terms().map(|(monomial, c)| match (c.to_string().as_str(), monomial.to_string()) {
                        (c, m) if m.is_empty() => c.to_owned(),
                        ("1", m) => m,
                        ("-1", m) => format!("-{m}"),
                        (c, m) if c.contains(' ') => format!("({c}) {m}"),
                        (c, m) => format!("{c} {m}"),
                    });
                write_sum(f, terms)
            }
            Element::Monomials(set) => write_sum(f, set.iter().map(Monomial::to_string)),
            Element::Symbol(k) => write!(f, "x{k}"),
            Element::Unfinished => write!(f, "?"),
        }
    }
}

fn write_sum(f: &mut fmt::Formatter, terms: impl Iterator<Item = String>) -> fmt::Result {
    let mut empty = true;
    for term in terms {
        match (empty, term.strip_prefix('-')) {
            (true, _) => write!(f, "{term}")?,
            (false, Some(rest)) => write!(f, " - {rest}")?,
            (false, None) => write!(f, " + {term}")?,
        }
        empty = false;
    }
    if empty { write!(f, "0") } else { Ok(()) }
}

impl fmt::Display for Monomial {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (variable, exponent) in self.powers() {
            let (sign, i) = match variable {
                Variable::Plain(i) | Variable::Real(i) => ("", i),
                Variable::Conjugate(i) => ("~", i),
            };
            write!(f, "x{i}{sign}")?;
            if *exponent != 1 {
                write!(f, "^{exponent}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Cyclotomic {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let n = self.order();
        let root = if n == 4 { "i".to_owned() } else { format!("zeta({n})") };
        let one = RBig::ONE;
        let terms = self.coordinates().enumerate().filter(|(_, c)| !c.is_zero()).map(|(k, c)| {
            let power = match k {
                0 => return c.to_string(),
                1 => root.clone(),
                _ => format!("{root}^{k}"),
            };
            match c {
                c if c == one => power,
                c if c == -one.clone() => format!("-{power}"),
                c => format!("{c}*{power}"),
            }
        });
        write_sum(f, terms)
    }
}
