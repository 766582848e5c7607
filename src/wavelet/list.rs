//! The wavelets of the line by name, with their usual parameters.

use super::{
    Bump, CubicSpline, Daubechies, GaussianDerivative, Haar, MexicanHat, Meyer, Morlet, Morse, Paul, Shannon,
    Wavelet, WaveletError,
};
use std::fmt::Debug;

/// A wavelet with its usual parameters.
#[derive(Clone, Copy)]
pub struct Named {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, in a line.
    pub about: &'static str,
    /// Makes it; an error would be a fault of the list.
    pub make: fn() -> Result<Box<dyn Wavelet>, WaveletError>,
}

impl Debug for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

const fn named(
    name: &'static str,
    about: &'static str,
    make: fn() -> Result<Box<dyn Wavelet>, WaveletError>,
) -> Named {
    Named { name, about, make }
}

/// All of them.
pub static LIST: [Named; 21] = [
    named("morse", "generalised Morse, gamma 3 and beta 60: analytic", || {
        Ok(Box::new(Morse::new(3.0, 60.0)?))
    }),
    named("morlet", "Morlet, omega 6, of zero mean", || Ok(Box::new(Morlet::corrected(6.0)?))),
    named("gabor", "Morlet, omega 6, without the correction", || Ok(Box::new(Morlet::uncorrected(6.0)?))),
    named("bump", "the bump, mu 5 and sigma 0.6: analytic", || Ok(Box::new(Bump::new(5.0, 0.6)?))),
    named("paul", "Paul, order 4: analytic", || Ok(Box::new(Paul::new(4)?))),
    named("shannon", "Shannon, bandwidth 0.5 and centre 1: analytic", || {
        Ok(Box::new(Shannon::new(0.5, 1.0)?))
    }),
    named("mexican-hat", "the second derivative of a bell: real", || Ok(Box::new(MexicanHat))),
    named("dog-1", "the first derivative of a bell: real", || Ok(Box::new(GaussianDerivative::new(1)?))),
    named("dog-6", "the sixth derivative of a bell: real", || Ok(Box::new(GaussianDerivative::new(6)?))),
    named("meyer", "Meyer: real, orthonormal", || Ok(Box::new(Meyer))),
    named("cubic-spline", "Battle and Lemarie: real, orthonormal", || Ok(Box::new(CubicSpline))),
    named("haar", "Haar: real, orthonormal, on [0, 1]", || Ok(Box::new(Haar))),
    named("db2", "Daubechies, two vanishing moments: real, orthonormal, on [0, 3]", || {
        Ok(Box::new(Daubechies::new(2)?))
    }),
    named("db3", "Daubechies, three vanishing moments", || Ok(Box::new(Daubechies::new(3)?))),
    named("db4", "Daubechies, four vanishing moments", || Ok(Box::new(Daubechies::new(4)?))),
    named("db5", "Daubechies, five vanishing moments", || Ok(Box::new(Daubechies::new(5)?))),
    named("db6", "Daubechies, six vanishing moments", || Ok(Box::new(Daubechies::new(6)?))),
    named("db7", "Daubechies, seven vanishing moments", || Ok(Box::new(Daubechies::new(7)?))),
    named("db8", "Daubechies, eight vanishing moments", || Ok(Box::new(Daubechies::new(8)?))),
    named("db9", "Daubechies, nine vanishing moments", || Ok(Box::new(Daubechies::new(9)?))),
    named("db10", "Daubechies, ten vanishing moments", || Ok(Box::new(Daubechies::new(10)?))),
];
