//! Windows by name.

use std::f64::consts::{PI, TAU};

/// Windows of the literature, periodic: of n samples the first n of the symmetric window of n + 1.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Window {
    /// All ones.
    Rectangle,
    /// ½ − ½ cos(2πj/n).
    Hann,
    /// 0.54 − 0.46 cos(2πj/n).
    Hamming,
    /// sin(πj/n): the root of Hann's.
    Sine,
    /// e^(−½((j − n/2)/σ)²), σ in samples: Gabor's window.
    Gaussian(f64),
}

impl Window {
    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Window::Rectangle => "rectangle",
            Window::Hann => "hann",
            Window::Hamming => "hamming",
            Window::Sine => "sine",
            Window::Gaussian(_) => "gaussian",
        }
    }

    /// Its n values.
    ///
    /// ```
    /// use faltung::wavelet::Window;
    /// assert!(Window::Hann.values(4).iter().zip([0.0, 0.5, 1.0, 0.5]).all(|(a, b)| (a - b).abs() < 1e-15));
    /// ```
    pub fn values(self, n: usize) -> Vec<f64> {
        let value = |j: usize| {
            let turn = j as f64 / n as f64;
            match self {
                Window::Rectangle => 1.0,
                Window::Hann => 0.5 - 0.5 * (TAU * turn).cos(),
                Window::Hamming => 0.54 - 0.46 * (TAU * turn).cos(),
                Window::Sine => (PI * turn).sin(),
                Window::Gaussian(sigma) => {
                    let off = (j as f64 - n as f64 / 2.0) / sigma;
                    (-off * off / 2.0).exp()
                }
            }
        };
        (0..n).map(value).collect()
    }
}
