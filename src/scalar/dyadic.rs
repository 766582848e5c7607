//! Dyadic rationals m·2^e: what finite floats are exactly, and how to round them once.

use dashu_int::{
    IBig, Sign, UBig,
    ops::{BitTest, UnsignedAbs},
};

/// The number `mantissa · 2^exponent`.
///
/// ```
/// use faltung::scalar::{Dyadic, Real};
/// // 2^53 + 1 lies halfway between two floats: to even.
/// let halfway = Dyadic::new((1_i64 << 53).into(), 0).plus(&Dyadic::new(1.into(), 0));
/// assert_eq!(f64::rounded(&halfway), 9007199254740992.0);
/// ```
#[derive(Clone, Debug)]
pub struct Dyadic {
    mantissa: IBig,
    exponent: i64,
}

impl Dyadic {
    /// `mantissa · 2^exponent`.
    pub fn new(mantissa: IBig, exponent: i64) -> Self {
        Dyadic { mantissa, exponent }
    }

    /// m of m·2^e.
    pub fn mantissa(&self) -> &IBig {
        &self.mantissa
    }

    /// e of m·2^e.
    pub fn exponent(&self) -> i64 {
        self.exponent
    }

    /// The integer `self · 2^-exponent`, for an exponent that is not above this number's own, or any where it is 0.
    ///
    /// # Panics
    /// When `exponent` is larger than [`Dyadic::exponent`]: the quotient need not be an integer.
    pub fn over(&self, exponent: i64) -> IBig {
        if self.mantissa.is_zero() {
            return IBig::ZERO;
        }
        let shift = usize::try_from(self.exponent - exponent).expect("a common exponent is the smallest one");
        &self.mantissa << shift
    }

    /// The exact sum.
    pub fn plus(&self, other: &Dyadic) -> Dyadic {
        let common = self.exponent.min(other.exponent);
        Dyadic::new(self.over(common) + other.over(common), common)
    }

    /// The exact difference.
    pub fn minus(&self, other: &Dyadic) -> Dyadic {
        self.plus(&Dyadic::new(-other.mantissa.clone(), other.exponent))
    }

    /// Whether this is at most `other`.
    pub fn at_most(&self, other: &Dyadic) -> bool {
        self.minus(other).mantissa <= IBig::ZERO
    }

    /// |self|.
    pub fn abs(&self) -> Dyadic {
        Dyadic::new(self.mantissa.clone().unsigned_abs().into(), self.exponent)
    }

    /// The nearest number of the form ±s·2^e with 0 ≤ s ≤ 2^precision and e ≥ lowest, ties to even s, with e as
    /// small as that allows: whether it is negative, s and e.
    ///
    /// This is rounding to nearest in IEEE 754 (2019, §4.3.1) but for the overflow threshold, which is the
    /// caller's: s reaches 2^precision only when rounding carries into the next binade.
    pub fn rounded(&self, precision: u32, lowest: i64) -> (bool, u64, i64) {
        assert!(precision < 64, "a significand fits in 64 bits with room for a carry");
        let magnitude: UBig = self.mantissa.clone().unsigned_abs();
        let negative = self.mantissa.sign() == Sign::Negative;
        let bits = magnitude.bit_len();
        if bits == 0 {
            return (negative, 0, lowest);
        }
        let exponent = (self.exponent + bits as i64 - i64::from(precision)).max(lowest);
        let word = |n: UBig| u64::try_from(n).expect("at most `precision` bits are kept");
        let dropped = match usize::try_from(exponent - self.exponent) {
            Ok(dropped) if dropped > 0 => dropped,
            _ => return (negative, word(magnitude << (self.exponent - exponent) as usize), exponent),
        };
        if dropped > bits {
            return (negative, 0, exponent);
        }
        let half = magnitude.bit(dropped - 1);
        let beyond = magnitude.trailing_zeros().is_some_and(|zeros| zeros < dropped - 1);
        let kept = word(magnitude >> dropped);
        let up = half && (beyond || kept % 2 == 1);
        (negative, kept + u64::from(up), exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::Dyadic;
    use crate::scalar::Real;
    use dashu_int::IBig;

    fn dyadic(mantissa: i128, exponent: i64) -> Dyadic {
        Dyadic::new(IBig::from(mantissa), exponent)
    }

    #[test]
    fn floats_are_dyadic_and_back() {
        for x in [0.0, 1.0, -1.5, 0.1, f64::MAX, f64::MIN_POSITIVE, f64::from_bits(1), -f64::from_bits(12345)]
        {
            assert_eq!(f64::rounded(&x.dyadic().expect("finite")), x);
        }
        for x in [0.0, 1.0, -1.5, 0.1, f32::MAX, f32::MIN_POSITIVE, f32::from_bits(1), -f32::from_bits(12345)]
        {
            assert_eq!(f32::rounded(&x.dyadic().expect("finite")), x);
        }
        assert!(f64::NAN.dyadic().is_none() && f32::NEG_INFINITY.dyadic().is_none());
    }

    /// The processor's own conversion of integers rounds to nearest even: an independent judge.
    #[test]
    fn rounding_agrees_with_the_processor() {
        let mut state = 1_u128;
        for k in 0..20_000 {
            state = state.wrapping_mul(0xda94_2042_e4dd_58b5_1234_5678_9abc_def1).wrapping_add(12345);
            // Long runs of equal bits, so that ties and carries are met.
            let spread = if k % 3 == 0 { state >> 64 << (k % 40) } else { (1 << (k % 126)) + (state >> 124) };
            let n = (spread >> (k % 60)) as i128 >> 1;
            assert_eq!(f64::rounded(&dyadic(n, 0)), n as f64, "{n}");
            assert_eq!(f32::rounded(&dyadic(-n, 0)), -n as f32, "{n}");
        }
    }

    #[test]
    fn ties_subnormals_and_overflow() {
        let tiny = f64::from_bits(1);
        assert_eq!(f64::rounded(&dyadic(1, -1075)), 0.0); // half the smallest: to even
        assert_eq!(f64::rounded(&dyadic(3, -1076)), tiny);
        assert_eq!(f64::rounded(&dyadic(3, -1075)), 2.0 * tiny); // halfway from 1 to 2: to even
        assert_eq!(f64::rounded(&dyadic(1, -5000)), 0.0);
        assert_eq!(f64::rounded(&dyadic((1 << 53) - 1, -1075)), f64::MIN_POSITIVE); // carries out of the subnormals
        assert_eq!(f64::rounded(&dyadic((1 << 54) - 1, 1024 - 54)), f64::INFINITY); // halfway beyond the largest
        assert_eq!(f64::rounded(&dyadic((1 << 55) - 3, 1024 - 55)), f64::MAX); // and just below halfway
        assert_eq!(f64::rounded(&dyadic(-1, 9999)), f64::NEG_INFINITY);
        assert_eq!(f32::rounded(&dyadic(1, 128)), f32::INFINITY);
        assert_eq!(f32::rounded(&dyadic((1 << 26) - 3, 102)), f32::MAX);
        // Rounding to f64 first would give a tie here, and then the wrong neighbour.
        assert_eq!(f32::rounded(&dyadic((1 << 60) + (1 << 36) + 1, -60)), 1.0 + f32::EPSILON);
    }

    #[test]
    fn scaling_is_exact_or_rounds() {
        assert_eq!(
            f64::from_bits(1).scaled(2097),
            f64::from_bits(1) * 2f64.powi(1000) * 2f64.powi(1000) * 2f64.powi(97)
        );
        assert_eq!(1.5_f32.scaled(-300).scaled(300), 0.0);
        assert_eq!(0.75_f32.scaled(128), 1.5 * 2f32.powi(127));
        for x in [1.0, 0.1, 3.0, 1e300, f64::MIN_POSITIVE, f64::from_bits(1), f64::from_bits(5)] {
            let e = Real::exponent(x).expect("finite and not zero");
            assert!((1.0..2.0).contains(&x.scaled(-e)), "{x}");
        }
    }
}
