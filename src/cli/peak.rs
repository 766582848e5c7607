//! Where an array is greatest in magnitude, decided exactly.

use faltung::{conv::Scalar, scalar::Dyadic};
use ndarray::ArrayD;

/// Where an array is greatest in magnitude; NaN is passed over.
#[derive(Debug, PartialEq)]
pub struct Peak {
    /// The first such place, in row-major order.
    pub place: usize,
    /// How many there are.
    pub ties: usize,
    /// Whether it is more than zero: otherwise no place is better than another.
    pub stands_out: bool,
}

/// The magnitudes of entries are known to within this factor of them; what is nearer is compared exactly.
const NEAR: f64 = 1.0 - 1e-12;

impl Peak {
    /// Of this array.
    pub fn of<S: Scalar>(array: &ArrayD<S>) -> Peak {
        let greatest = array.iter().map(Scalar::magnitude).fold(f64::NEG_INFINITY, f64::max);
        let near = array.iter().enumerate().filter(|(_, entry)| entry.magnitude() >= greatest * NEAR);
        let mut best: Option<(Peak, &S)> = None;
        for (place, entry) in near {
            let larger = match &best {
                None => true,
                Some((_, known)) if *known == entry => false,
                Some((_, known)) => exceeds(entry, known),
            };
            match &mut best {
                _ if larger => {
                    let stands_out = *entry != S::zero();
                    best = Some((Peak { place, ties: 1, stands_out }, entry));
                }
                Some((peak, known)) if *known == entry || !exceeds(*known, entry) => peak.ties += 1,
                _ => {}
            }
        }
        best.map_or(Peak { place: 0, ties: array.len(), stands_out: false }, |(peak, _)| peak)
    }
}

/// Whether |a| > |b|; of what is infinite, by what the floats say.
fn exceeds<S: Scalar>(a: &S, b: &S) -> bool {
    let square = |x: &S| {
        let (re, im) = x.gaussian()?;
        let square = |part: Dyadic| Dyadic::new(part.mantissa() * part.mantissa(), 2 * part.exponent());
        Some(square(re).plus(&square(im)))
    };
    match square(a).zip(square(b)) {
        Some((a, b)) => !a.at_most(&b),
        None => a.magnitude() > b.magnitude(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::arr1;
    use num_complex::Complex64;

    fn peak<S: Scalar>(entries: &[S]) -> (usize, usize, bool) {
        let Peak { place, ties, stands_out } = Peak::of(&arr1(entries).into_dyn());
        (place, ties, stands_out)
    }

    #[test]
    fn the_largest_is_found_exactly_and_ties_are_counted() {
        assert_eq!(peak(&[1_i64, -3, 2, 3]), (1, 2, true));
        // the nearest floats to these are the same
        assert_eq!(peak(&[(1_i64 << 60) - 1, 1 << 60, (1 << 60) - 2]), (1, 1, true));
        assert_eq!(peak(&[3.0, f64::NAN, -3.0, 2.0]), (0, 2, true));
        assert_eq!(peak(&[1.0, 1.0 + f64::EPSILON]), (1, 1, true));
        assert_eq!(peak(&[1.0, f64::NEG_INFINITY, f64::INFINITY]), (1, 2, true));
        let c = Complex64::new;
        assert_eq!(peak(&[c(3.0, 4.0), c(5.0, 0.0), c(0.0, -5.0), c(4.0, 2.9)]), (0, 3, true));
        assert_eq!(peak(&[c(1.0, 1.0), c(1.0, 1.0 + f64::EPSILON)]), (1, 1, true));
    }

    #[test]
    fn where_nothing_stands_out_that_is_said() {
        assert_eq!(peak(&[0_i64, 0, 0]), (0, 3, false));
        assert_eq!(peak(&[0.0, -0.0]), (0, 2, false));
        assert_eq!(peak(&[f64::NAN, f64::NAN]), (0, 2, false));
    }
}
