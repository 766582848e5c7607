//! The wavelets of the line by name, with their usual parameters or others.

use super::{
    Bump, CubicSpline, Daubechies, GaussianDerivative, Haar, MexicanHat, Meyer, Morlet, Morse, Paul, Shannon,
    Wavelet, WaveletError,
};
use std::fmt::Debug;

type Made = Result<Box<dyn Wavelet>, WaveletError>;

/// A wavelet with its usual parameters.
#[derive(Clone, Copy)]
pub struct Named {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, in a line.
    pub about: &'static str,
    /// The parameters that it has there.
    pub usual: &'static [f64],
    of: fn(&[f64]) -> Made,
}

impl Named {
    /// With its usual parameters.
    ///
    /// # Errors
    /// None that occurs: the list is tested.
    pub fn make(&self) -> Made {
        (self.of)(self.usual)
    }

    /// With others, as many.
    ///
    /// ```
    /// use faltung::wavelet::LIST;
    /// let morse = &LIST[0];
    /// assert_eq!(morse.with(&[3.0, 20.0])?.name(), "morse(3, 20)");
    /// assert!(morse.with(&[3.0]).is_err());
    /// # Ok::<(), faltung::wavelet::WaveletError>(())
    /// ```
    ///
    /// # Errors
    /// Another number of parameters, and what the wavelet refuses.
    pub fn with(&self, parameters: &[f64]) -> Made {
        let (got, expected) = (parameters.len(), self.usual.len());
        if got != expected {
            let hint = "leave them out for the usual ones";
            return Err(WaveletError::value("the number of parameters", got, expected.to_string(), hint));
        }
        (self.of)(parameters)
    }
}

/// A parameter that is to be a whole number.
fn whole(what: &'static str, parameter: f64) -> Result<usize, WaveletError> {
    if parameter.fract() == 0.0 && (0.0..1e6).contains(&parameter) {
        return Ok(parameter as usize);
    }
    Err(WaveletError::value(what, parameter, "a whole number", "take a number near it"))
}

impl Debug for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

const fn named(
    name: &'static str,
    about: &'static str,
    usual: &'static [f64],
    of: fn(&[f64]) -> Made,
) -> Named {
    Named { name, about, usual, of }
}

/// All of them.
pub static LIST: [Named; 21] = [
    named("morse", "generalised Morse, gamma 3 and beta 60, or morse:3,20: analytic", &[3.0, 60.0], |p| {
        Ok(Box::new(Morse::new(p[0], p[1])?))
    }),
    named("morlet", "Morlet, omega 6, or morlet:13.4: of zero mean", &[6.0], |p| {
        Ok(Box::new(Morlet::corrected(p[0])?))
    }),
    named("gabor", "Morlet, omega 6, without the correction", &[6.0], |p| {
        Ok(Box::new(Morlet::uncorrected(p[0])?))
    }),
    named("bump", "the bump, mu 5 and sigma 0.6: analytic", &[5.0, 0.6], |p| {
        Ok(Box::new(Bump::new(p[0], p[1])?))
    }),
    named("paul", "Paul, order 4: analytic", &[4.0], |p| Ok(Box::new(Paul::new(whole("the order", p[0])?)?))),
    named("shannon", "Shannon, bandwidth 0.5 and centre 1: analytic", &[0.5, 1.0], |p| {
        Ok(Box::new(Shannon::new(p[0], p[1])?))
    }),
    named("mexican-hat", "the second derivative of a bell: real", &[], |_| Ok(Box::new(MexicanHat))),
    named("dog-1", "the first derivative of a bell: real", &[], |_| {
        Ok(Box::new(GaussianDerivative::new(1)?))
    }),
    named("dog-6", "the sixth derivative of a bell: real", &[], |_| {
        Ok(Box::new(GaussianDerivative::new(6)?))
    }),
    named("meyer", "Meyer: real, orthonormal", &[], |_| Ok(Box::new(Meyer))),
    named("cubic-spline", "Battle and Lemarie: real, orthonormal", &[], |_| Ok(Box::new(CubicSpline))),
    named("haar", "Haar: real, orthonormal, on [0, 1]", &[], |_| Ok(Box::new(Haar))),
    named("db2", "Daubechies, two vanishing moments: real, orthonormal, on [0, 3]", &[], |_| {
        Ok(Box::new(Daubechies::new(2)?))
    }),
    named("db3", "Daubechies, three vanishing moments", &[], |_| Ok(Box::new(Daubechies::new(3)?))),
    named("db4", "Daubechies, four vanishing moments", &[], |_| Ok(Box::new(Daubechies::new(4)?))),
    named("db5", "Daubechies, five vanishing moments", &[], |_| Ok(Box::new(Daubechies::new(5)?))),
    named("db6", "Daubechies, six vanishing moments", &[], |_| Ok(Box::new(Daubechies::new(6)?))),
    named("db7", "Daubechies, seven vanishing moments", &[], |_| Ok(Box::new(Daubechies::new(7)?))),
    named("db8", "Daubechies, eight vanishing moments", &[], |_| Ok(Box::new(Daubechies::new(8)?))),
    named("db9", "Daubechies, nine vanishing moments", &[], |_| Ok(Box::new(Daubechies::new(9)?))),
    named("db10", "Daubechies, ten vanishing moments", &[], |_| Ok(Box::new(Daubechies::new(10)?))),
];
