//! Wavelets and their transforms, held to their definitions.

mod commands;
mod definition;
mod inverses;
mod oriented;
mod other_engines;
mod properties;
mod sounds;
mod windows;

use faltung::wavelet::{
    Bump, CubicSpline, Daubechies, GaussianDerivative, Haar, MexicanHat, Meyer, Morlet, Morse, Paul, Shannon,
    Wavelet,
};

/// Every wavelet of the line, some with two choices of parameters, and how precisely sums can measure it.
fn specimens() -> Vec<(Box<dyn Wavelet>, f64)> {
    let mut all: Vec<(Box<dyn Wavelet>, f64)> = vec![
        (Box::new(Morlet::corrected(6.0).unwrap()), 1e-10),
        (Box::new(Morlet::corrected(2.0).unwrap()), 1e-10),
        (Box::new(Morlet::uncorrected(6.0).unwrap()), 1e-10),
        (Box::new(Morse::new(3.0, 60.0).unwrap()), 1e-10),
        (Box::new(Morse::new(2.0, 3.5).unwrap()), 1e-3),
        (Box::new(MexicanHat), 1e-10),
        (Box::new(GaussianDerivative::new(1).unwrap()), 1e-10),
        (Box::new(GaussianDerivative::new(6).unwrap()), 1e-10),
        (Box::new(Paul::new(4).unwrap()), 1e-4),
        (Box::new(Shannon::new(0.5, 1.0).unwrap()), 2e-3),
        (Box::new(Meyer), 1e-3),
        (Box::new(Bump::new(5.0, 0.6).unwrap()), 1e-3),
        (Box::new(Haar), 1e-2),
        (Box::new(CubicSpline), 1e-3),
    ];
    for order in [2, 3, 5, 10] {
        all.push((Box::new(Daubechies::new(order).unwrap()), if order == 2 { 2e-3 } else { 1e-5 }));
    }
    all
}
