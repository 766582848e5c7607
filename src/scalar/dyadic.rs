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

    /// The integer `self · 2^-exponent`, for an exponent that is not above this number's own.
    ///
    /// # Panics
    /// When `exponent` is larger than [`Dyadic::exponent`]: the quotient need not be an integer.
    pub fn over(&self, exponent: i64) -> IBig {
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
