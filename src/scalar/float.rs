//! The floats: f32 and f64, as rings that are not quite rings, and as dyadic rationals, which they are.

use super::{Dyadic, Field, Ring, Semiring};
use realfft::FftNum;

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// The two binary formats of IEEE 754 that kernels run on: `f32` and `f64`. Sealed.
///
/// ```
/// use faltung::scalar::Real;
/// let tenth = 0.1_f64.dyadic().expect("finite");
/// assert_eq!(f64::rounded(&tenth), 0.1);
/// assert_eq!(f32::rounded(&tenth), 0.1_f32);
/// assert_eq!(1.5_f32.scaled(-1), 0.75);
/// ```
pub trait Real: sealed::Sealed + Field + FftNum + PartialOrd + Into<f64> {
    /// Half the distance from 1 to the next float: the relative error of one rounding, 2^-53 or 2^-24.
    const UNIT_ROUNDOFF: f64;
    /// The smallest positive subnormal: twice the largest absolute error of one rounding that underflows.
    const TINY: f64;
    /// The largest finite value.
    const LARGEST: f64;

    /// The exact value, its mantissa odd or zero; `None` for NaN and infinities.
    fn dyadic(self) -> Option<Dyadic>;
    /// The float nearest to a dyadic rational, ties to even, subnormals and overflow to infinity included.
    fn rounded(value: &Dyadic) -> Self;
    /// The float nearest to one of double precision.
    fn nearest(value: f64) -> Self {
        Self::from_f64(value).expect("a float rounds to a float")
    }
    /// `self · factor + term`, rounded once.
    fn fused(self, factor: Self, term: Self) -> Self;
    /// `self · 2^by`, rounded at most twice, and only where it underflows.
    fn scaled(self, by: i32) -> Self;
    /// The e with 2^e ≤ |self| < 2^(e+1), `None` for zero, NaN and infinities.
    fn exponent(self) -> Option<i32>;
}

macro_rules! float {
    ($float:ident, $bits:ident, $mantissa:literal, $bias:literal, $largest_step:literal) => {
        impl Semiring for $float {
            const VECTORS: bool = true;

            #[inline]
            fn zero() -> Self {
                0.0
            }
            #[inline]
            fn one() -> Self {
                1.0
            }
            #[inline]
            fn plus(&self, other: &Self) -> Self {
                self + other
            }
            #[inline]
            fn times(&self, other: &Self) -> Self {
                self * other
            }
            #[inline]
            fn absorbed(&self) -> bool {
                self.is_finite()
            }
            #[inline(always)]
            fn mul_add_into(sum: &mut Self, a: &Self, b: &Self) {
                *sum += a * b;
            }
        }

        impl Ring for $float {
            #[inline]
            fn minus(&self, other: &Self) -> Self {
                self - other
            }
        }

        impl Field for $float {
            fn inverse(&self) -> Option<Self> {
                (*self != 0.0).then(|| 1.0 / self)
            }
        }

        impl Real for $float {
            const UNIT_ROUNDOFF: f64 = $float::EPSILON as f64 / 2.0;
            const TINY: f64 = $float::from_bits(1) as f64;
            const LARGEST: f64 = $float::MAX as f64;

            fn dyadic(self) -> Option<Dyadic> {
                if !self.is_finite() {
                    return None;
                }
                let biased = (self.to_bits() >> $mantissa & (2 * $bias + 1)) as i64;
                let fraction = self.to_bits() & ((1 << $mantissa) - 1);
                // A subnormal has no leading one, and the exponent of the smallest normal number.
                let significand = if biased == 0 { fraction } else { fraction | 1 << $mantissa } as i64;
                if significand == 0 {
                    return Some(Dyadic::new(0.into(), 0));
                }
                let zeros = significand.trailing_zeros();
                let odd = significand >> zeros;
                let signed = if self.is_sign_negative() { -odd } else { odd };
                Some(Dyadic::new(signed.into(), biased.max(1) - $bias - $mantissa + i64::from(zeros)))
            }

            fn rounded(value: &Dyadic) -> Self {
                const LOWEST: i64 = 1 - $bias - $mantissa;
                let (negative, significand, exponent) = value.rounded($mantissa + 1, LOWEST);
                let infinity = $float::INFINITY.to_bits();
                // The leading one of the significand carries into the exponent field, as the format intends.
                let bits = if exponent > $bias {
                    infinity
                } else {
                    infinity.min((((exponent - LOWEST) as $bits) << $mantissa) + significand as $bits)
                };
                let magnitude = $float::from_bits(bits);
                if negative { -magnitude } else { magnitude }
            }

            #[inline(always)]
            fn fused(self, factor: Self, term: Self) -> Self {
                self.mul_add(factor, term)
            }

            fn scaled(self, by: i32) -> Self {
                // Three steps reach from the smallest subnormal to the largest number and back; an upward step
                // is exact until it overflows, so only downward ones round.
                let mut scaled = self;
                let mut left = by;
                while left != 0 {
                    let step = left.clamp(-$largest_step, $largest_step);
                    scaled *= $float::from_bits(((step + $bias as i32) as $bits) << $mantissa);
                    left -= step;
                    if scaled == 0.0 || !scaled.is_finite() {
                        break;
                    }
                }
                scaled
            }

            fn exponent(self) -> Option<i32> {
                if self == 0.0 || !self.is_finite() {
                    return None;
                }
                let magnitude = self.abs();
                if magnitude >= $float::MIN_POSITIVE {
                    Some((magnitude.to_bits() >> $mantissa) as i32 - $bias as i32)
                } else {
                    Some(magnitude.to_bits().ilog2() as i32 + 1 - $bias as i32 - $mantissa)
                }
            }
        }
    };
}

float!(f32, u32, 23, 127, 126);
float!(f64, u64, 52, 1023, 1022);
