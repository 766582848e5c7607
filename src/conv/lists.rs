//! The lists of algorithms, scalar by scalar, and what else is particular to a type of entries.

use super::{
    Algorithm, Circulant, Direct, DoublyBlockCirculant, DoublyBlockToeplitz, Fft, Integers, Karatsuba, Ntt,
    OverlapSave, Rounding, Scalar, Separable, Toeplitz,
};
use crate::{
    fourier::Packed,
    scalar::{Counted, Dyadic, Modular, Real},
};
use dashu_int::{IBig, ops::BitTest};
use dashu_ratio::RBig;
use ndarray::ArrayViewD;
use num_complex::Complex;

const fn rounding<T: Real>(complex: bool) -> Option<Rounding> {
    Some(Rounding { unit: T::UNIT_ROUNDOFF, tiny: T::TINY, largest: T::LARGEST, complex })
}

// `algorithms` is never inlined, or every crate that asks for them would compile them all once more.
macro_rules! floats {
    ($($float:ident $real:literal $complex:literal),*) => {$(
        impl Scalar for $float {
            const NAME: &'static str = $real;
            const ROUNDING: Option<Rounding> = rounding::<$float>(false);
            #[inline(never)]
            fn algorithms() -> &'static [&'static dyn Algorithm<Self>] {
                any_float()
            }
            fn is_finite(&self) -> bool {
                $float::is_finite(*self)
            }
            fn magnitude(&self) -> f64 {
                self.abs().into()
            }
            fn gaussian(&self) -> Option<(Dyadic, Dyadic)> {
                Some((self.dyadic()?, Dyadic::new(IBig::ZERO, 0)))
            }
            fn from_gaussian(re: &Dyadic, im: &Dyadic) -> Option<Self> {
                let nearest = $float::rounded(re);
                (im.mantissa().is_zero() && nearest.dyadic()?.minus(re).mantissa().is_zero()).then_some(nearest)
            }
        }

        impl Scalar for Complex<$float> {
            const NAME: &'static str = $complex;
            const ROUNDING: Option<Rounding> = rounding::<$float>(true);
            #[inline(never)]
            fn algorithms() -> &'static [&'static dyn Algorithm<Self>] {
                any_float()
            }
            fn is_finite(&self) -> bool {
                self.re.is_finite() && self.im.is_finite()
            }
            fn magnitude(&self) -> f64 {
                // hypot is within one unit in the last place: two steps up are above the exact value.
                match f64::from(self.re).hypot(self.im.into()) {
                    0.0 => 0.0,
                    radius => radius.next_up().next_up(),
                }
            }
            fn gaussian(&self) -> Option<(Dyadic, Dyadic)> {
                Some((self.re.dyadic()?, self.im.dyadic()?))
            }
            fn from_gaussian(re: &Dyadic, im: &Dyadic) -> Option<Self> {
                let part = |part| $float::from_gaussian(part, &Dyadic::new(IBig::ZERO, 0));
                Some(Complex::new(part(re)?, part(im)?))
            }
        }
    )*};
}

floats!(f32 "float32" "complex64", f64 "float64" "complex128");

impl Scalar for IBig {
    const NAME: &'static str = "integer";
    const ROUNDING: Option<Rounding> = None;
    #[inline(never)]
    fn algorithms() -> &'static [&'static dyn Algorithm<Self>] {
        &[
            &Direct,
            &Ntt,
            &Separable,
            &Karatsuba,
            &Fft,
            &Toeplitz,
            &Circulant,
            &DoublyBlockToeplitz,
            &DoublyBlockCirculant,
        ]
    }
    fn magnitude(&self) -> f64 {
        self.to_f64().value().abs().next_up()
    }
    fn bits(&self) -> usize {
        self.bit_len()
    }
    fn gaussian(&self) -> Option<(Dyadic, Dyadic)> {
        Some((Dyadic::new(self.clone(), 0), Dyadic::new(IBig::ZERO, 0)))
    }
    fn from_gaussian(re: &Dyadic, im: &Dyadic) -> Option<Self> {
        (im.mantissa().is_zero() && re.exponent() >= 0).then(|| re.over(0))
    }
}

impl Scalar for i64 {
    const NAME: &'static str = "int64";
    const ROUNDING: Option<Rounding> = None;
    #[inline(never)]
    fn algorithms() -> &'static [&'static dyn Algorithm<Self>] {
        &[
            &Integers,
            &Ntt,
            &Separable,
            &Karatsuba,
            &Fft,
            &Toeplitz,
            &Circulant,
            &DoublyBlockToeplitz,
            &DoublyBlockCirculant,
        ]
    }
    fn magnitude(&self) -> f64 {
        (self.unsigned_abs() as f64).next_up()
    }
    fn bits(&self) -> usize {
        (u64::BITS - self.unsigned_abs().leading_zeros()) as usize
    }
    const LIMIT: Option<usize> = Some(63);
    fn gaussian(&self) -> Option<(Dyadic, Dyadic)> {
        Some((Dyadic::new((*self).into(), 0), Dyadic::new(IBig::ZERO, 0)))
    }
    fn from_gaussian(re: &Dyadic, im: &Dyadic) -> Option<Self> {
        i64::try_from(IBig::from_gaussian(re, im)?).ok()
    }
    /// ‖x‖∞ · ‖w‖₁ < 2^63: then every partial sum of every mode stays inside, for continuing x beyond its border
    /// does not change its maximum.
    fn sums_fit(x: ArrayViewD<Self>, w: ArrayViewD<Self>) -> bool {
        super::direct::largest_sum(x, w).is_some_and(|bound| bound < 1 << 63)
    }
}

impl<const P: u64> Scalar for Modular<P> {
    const NAME: &'static str = "residue";
    const ROUNDING: Option<Rounding> = None;
    #[inline(never)]
    fn algorithms() -> &'static [&'static dyn Algorithm<Self>] {
        &[&Direct, &Ntt, &Karatsuba, &Toeplitz, &Circulant, &DoublyBlockToeplitz, &DoublyBlockCirculant]
    }
    /// Of its centred representative.
    fn magnitude(&self) -> f64 {
        (self.centred().unsigned_abs() as f64).next_up()
    }
}

/// The algorithms for floats and complex numbers.
fn any_float<S: Scalar + Packed>() -> &'static [&'static dyn Algorithm<S>] {
    &[
        &Direct,
        &Fft,
        &OverlapSave::BY_COST,
        &Separable,
        &Karatsuba,
        &Toeplitz,
        &Circulant,
        &DoublyBlockToeplitz,
        &DoublyBlockCirculant,
    ]
}

/// The algorithms that run over every ring.
fn any_ring<S: Scalar>() -> &'static [&'static dyn Algorithm<S>] {
    &[&Direct, &Karatsuba, &Toeplitz, &Circulant, &DoublyBlockToeplitz, &DoublyBlockCirculant]
}

impl Scalar for RBig {
    const NAME: &'static str = "rational";
    const ROUNDING: Option<Rounding> = None;
    #[inline(never)]
    fn algorithms() -> &'static [&'static dyn Algorithm<Self>] {
        any_ring()
    }
    fn magnitude(&self) -> f64 {
        self.to_f64().value().abs().next_up()
    }
}

/// What is counted is what any ring can do, whatever faster ways its own scalar may have.
impl<S: Scalar> Scalar for Counted<S> {
    const NAME: &'static str = "counted";
    const ROUNDING: Option<Rounding> = S::ROUNDING;
    fn algorithms() -> &'static [&'static dyn Algorithm<Self>] {
        any_ring()
    }
    fn is_finite(&self) -> bool {
        self.0.is_finite()
    }
    fn magnitude(&self) -> f64 {
        self.0.magnitude()
    }
    fn sums_fit(x: ArrayViewD<Self>, w: ArrayViewD<Self>) -> bool {
        let own = |a: ArrayViewD<Self>| a.map(|a| a.0.clone());
        S::sums_fit(own(x).view(), own(w).view())
    }
}
