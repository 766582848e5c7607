//! The algorithms of the exact scalars: one list, since what they can all do is what any ring can do.

use super::{Algorithm, Direct, Rounding, Scalar, Toeplitz};
use crate::scalar::{Counted, Ring};
use dashu_ratio::RBig;
use ndarray::ArrayViewD;

/// The algorithms that run over every ring.
fn any_ring<S: Ring + PartialEq>() -> &'static [&'static dyn Algorithm<S>] {
    &[&Direct, &Toeplitz]
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
