//! The tropical semirings: (max, +) and (min, +), where a sum is an extremum and a product is a sum.
//!
//! The entries are those of any ordered number system: i64, integers of any size, rationals, floats. Over them the
//! definition of convolution is `max_k (x[k] + w[n − k])`: the grey-scale dilation of x by w, which is max-pooling
//! where w is flat; with min, and w reversed and negated, erosion (Serra 1982, ch. 12; Butkovič 2010, ch. 1). There
//! are no differences, so there is no [`Ring`] here: the definition and
//! [`Direct`](crate::conv::Direct) run, the Fourier transform has nothing to stand on.

use super::{Ring, Semiring};

macro_rules! tropical {
    ($(#[$doc:meta])* $name:ident, $first:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Debug)]
        pub struct $name<T>(pub Option<T>);

        /// A number; `$name(None)` is the infinity that is zero.
        impl<T> From<T> for $name<T> {
            fn from(number: T) -> Self {
                $name(Some(number))
            }
        }

        /// Over floats the laws hold but for the rounding of the products; NaN spreads through both operations.
        impl<T: Ring + PartialOrd> Semiring for $name<T> {
            fn zero() -> Self {
                $name(None)
            }
            fn one() -> Self {
                $name(Some(T::zero()))
            }
            #[inline]
            fn plus(&self, other: &Self) -> Self {
                match (&self.0, &other.0) {
                    (None, _) => other.clone(),
                    (_, None) => self.clone(),
                    // What is not in order with itself is NaN, and stays.
                    (Some(a), Some(b)) if a.$first(b) || a.partial_cmp(a).is_none() => self.clone(),
                    _ => other.clone(),
                }
            }
            #[inline]
            fn times(&self, other: &Self) -> Self {
                $name(self.0.as_ref().zip(other.0.as_ref()).map(|(a, b)| a.plus(b)))
            }
        }
    };
}

tropical! {
    /// The semiring (T ∪ {−∞}, max, +): zero is −∞, written `None`, and one is 0.
    ///
    /// ```
    /// use faltung::{conv::definition, scalar::MaxPlus};
    /// use ndarray::arr1;
    /// let x = arr1(&[3, 1, 4, 1, 5_i64]).mapv(MaxPlus::from).into_dyn();
    /// let flat = arr1(&[0, 0, 0_i64]).mapv(MaxPlus::from).into_dyn();
    /// let pooled = definition::full(x.view(), flat.view()); // the largest of every three neighbours
    /// assert_eq!(pooled, arr1(&[3, 3, 4, 4, 5, 5, 5]).mapv(MaxPlus::from).into_dyn());
    /// ```
    MaxPlus, ge
}

tropical! {
    /// The semiring (T ∪ {∞}, min, +): zero is ∞, written `None`, and one is 0.
    ///
    /// ```
    /// use faltung::scalar::{MinPlus, Semiring};
    /// let (a, b) = (MinPlus::from(2_i64), MinPlus::from(5));
    /// assert_eq!(a.plus(&b), a);
    /// assert_eq!(a.times(&b), MinPlus::from(7));
    /// assert_eq!(a.times(&MinPlus(None)), MinPlus(None));
    /// ```
    MinPlus, le
}
