//! PyWavelets' `cwt`, number by number: ψ is integrated by a sum of 2^precision values, and the coefficients are differences
//! of that integral, read at the nearest place below, convolved with the signal.
//!
//! C(a, b) ≈ a^(−½) ∫ x(t) conj(ψ((t − b)/a)) dt with the scale a in samples, zeros beyond the ends. The frequencies that
//! `pywt.scale2frequency` returns are rounded to multiples of 1/(upper − lower), and so up to 12 % (for `shan0.5-1.0` 22 %)
//! off; [`Pywavelets::frequency`] is where a tone has its ridge.

use super::{WaveletError, mother::peak_of};
use crate::conv::{Spec, convolve};
use ndarray::{Array1, Array2, ArrayView1, Axis};
use num_complex::Complex;
use std::{
    f64::consts::{PI, TAU},
    str::FromStr,
};

/// The continuous wavelets of PyWavelets, with its parameters and its factors.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Psi {
    /// `mexh`.
    MexicanHat,
    /// `morl`: cos(5x) e^(−x²/2), whose energy is not 1.
    Morlet,
    /// `gausP`: the P-th derivative of e^(−x²), of energy 1, with the sign of its table: − for P = 2, 3, 6, 7. P = 1 … 8.
    Gaussian(u32),
    /// `cgauP`: the P-th derivative of e^(−ix) e^(−x²), of energy 1; P = 1 … 8.
    ComplexGaussian(u32),
    /// `cmorB-C`: (πB)^(−½) e^(−x²/B) e^(2πiCx), of ∫|ψ| = 1.
    ComplexMorlet(f64, f64),
    /// `shanB-C`: √B sinc(Bx) e^(2πiCx).
    Shannon(f64, f64),
    /// `fbspM-B-C`: √B sinc(Bx/M)^M e^(2πiCx).
    FrequencyBSpline(u32, f64, f64),
}

impl Psi {
    /// ψ(x).
    pub fn value(self, x: f64) -> Complex<f64> {
        let wave = |centre: f64| Complex::cis(TAU * centre * x);
        let sinc = |x: f64| if x == 0.0 { 1.0 } else { (PI * x).sin() / (PI * x) };
        match self {
            Psi::MexicanHat => {
                (2.0 / (3f64.sqrt() * PI.powf(0.25)) * (1.0 - x * x) * (-x * x / 2.0).exp()).into()
            }
            Psi::Morlet => ((5.0 * x).cos() * (-x * x / 2.0).exp()).into(),
            Psi::Gaussian(order) => {
                let sign = if matches!(order % 4, 2 | 3) { -1.0 } else { 1.0 };
                derivative(order, x, 0.0) * sign
            }
            Psi::ComplexGaussian(order) => derivative(order, x, 1.0),
            Psi::ComplexMorlet(width, centre) => {
                wave(centre) * ((-x * x / width).exp() / (PI * width).sqrt())
            }
            Psi::Shannon(width, centre) => wave(centre) * (width.sqrt() * sinc(width * x)),
            Psi::FrequencyBSpline(order, width, centre) => {
                wave(centre) * (width.sqrt() * sinc(width * x / f64::from(order)).powi(order as i32))
            }
        }
    }

    /// The half width of the interval it is taken on.
    fn reach(self) -> f64 {
        match self {
            Psi::Gaussian(_) | Psi::ComplexGaussian(_) => 5.0,
            Psi::MexicanHat | Psi::Morlet | Psi::ComplexMorlet(..) => 8.0,
            Psi::Shannon(..) | Psi::FrequencyBSpline(..) => 20.0,
        }
    }

    /// Whether the coefficients of a real signal are complex.
    pub fn is_complex(self) -> bool {
        !matches!(self, Psi::MexicanHat | Psi::Morlet | Psi::Gaussian(_))
    }

    /// Near the ξ > 0 where |ψ̂| is greatest.
    fn centre(self) -> f64 {
        match self {
            Psi::MexicanHat => 2f64.sqrt(),
            Psi::Morlet => 5.0,
            Psi::Gaussian(order) => (2.0 * f64::from(order)).sqrt(),
            Psi::ComplexGaussian(order) => (2.0 * f64::from(order)).sqrt() + 0.5,
            Psi::ComplexMorlet(_, centre) | Psi::Shannon(_, centre) | Psi::FrequencyBSpline(_, _, centre) => {
                TAU * centre
            }
        }
    }

    fn checked(self) -> Result<(), WaveletError> {
        let positive =
            |what, value| WaveletError::unless_within(what, value, [1e-3, 1e3], "1.5 and 1 are usual");
        match self {
            Psi::Gaussian(order) | Psi::ComplexGaussian(order) => {
                let hint = "PyWavelets has the orders 1 to 8";
                WaveletError::unless_counted("the order of the derivative", order as usize, [1, 8], hint)
            }
            Psi::ComplexMorlet(width, centre) | Psi::Shannon(width, centre) => {
                positive("the bandwidth", width).and(positive("the centre", centre))
            }
            Psi::FrequencyBSpline(order, width, centre) => {
                let hint = "1 is Shannon's wavelet";
                WaveletError::unless_counted("the order of the spline", order as usize, [1, 64], hint)?;
                positive("the bandwidth", width).and(positive("the centre", centre))
            }
            Psi::MexicanHat | Psi::Morlet => Ok(()),
        }
    }
}

/// As PyWavelets names it: `mexh`, `morl`, `gaus1` to `gaus8`, `cgau1` to `cgau8`, `cmor1.5-1.0`, `shan1.5-1.0`, `fbsp2-1.5-1.0`.
///
/// ```
/// use faltung::wavelet::pywavelets::Psi;
/// assert_eq!("cmor1.5-1.0".parse(), Ok(Psi::ComplexMorlet(1.5, 1.0)));
/// assert!("cmor".parse::<Psi>().is_err() && "gaus9".parse::<Psi>().is_err());
/// ```
impl FromStr for Psi {
    type Err = WaveletError;

    fn from_str(name: &str) -> Result<Self, WaveletError> {
        let unknown = || {
            let expected =
                "mexh, morl, gaus1 to gaus8, cgau1 to cgau8, cmorB-C, shanB-C or fbspM-B-C".to_owned();
            let hint = "B is a bandwidth and C a centre, as in cmor1.5-1.0";
            WaveletError::value("the wavelet of PyWavelets", name, expected, hint)
        };
        let (family, parameters) =
            name.split_at(name.find(|c: char| c.is_ascii_digit()).unwrap_or(name.len()));
        let numbers: Result<Vec<f64>, _> =
            parameters.split('-').filter(|_| !parameters.is_empty()).map(str::parse).collect();
        let numbers = numbers.map_err(|_| unknown())?;
        let order = |number: f64| number as u32;
        let psi = match (family, &numbers[..]) {
            ("mexh", []) => Psi::MexicanHat,
            ("morl", []) => Psi::Morlet,
            ("gaus", [p]) if p.fract() == 0.0 => Psi::Gaussian(order(*p)),
            ("cgau", [p]) if p.fract() == 0.0 => Psi::ComplexGaussian(order(*p)),
            ("cmor", [width, centre]) => Psi::ComplexMorlet(*width, *centre),
            ("shan", [width, centre]) => Psi::Shannon(*width, *centre),
            ("fbsp", [m, width, centre]) if m.fract() == 0.0 => {
                Psi::FrequencyBSpline(order(*m), *width, *centre)
            }
            _ => return Err(unknown()),
        };
        psi.checked().map(|()| psi)
    }
}

/// The derivative of e^(−icx − x²), over the root of its energy.
fn derivative(order: u32, x: f64, c: f64) -> Complex<f64> {
    let start = Complex::cis(-c * x) * (-x * x).exp();
    let slope = Complex::new(-2.0 * x, -c);
    let (mut before, mut value) = (Complex::from(0.0), start);
    for k in 0..order {
        (before, value) = (value, slope * value - before * (2.0 * f64::from(k)));
    }
    // the energy is √(2π)/2 times the mean of (Z − c)^(2P), Z normal
    let mut moment = 0.0;
    let (mut binomial, mut even) = (1.0, 1.0);
    for j in 0..=order {
        // C(2P, 2j) (2j − 1)!! c^(2P − 2j)
        moment += binomial * even * c.powi(2 * (order - j) as i32);
        let (n, k) = (f64::from(2 * order), f64::from(2 * j));
        binomial *= (n - k) * (n - k - 1.0) / ((k + 1.0) * (k + 2.0));
        even *= k + 1.0;
    }
    value / (TAU.sqrt() / 2.0 * moment).sqrt()
}

/// PyWavelets' transform with one wavelet at one precision.
#[derive(Clone, PartialEq, Debug)]
pub struct Pywavelets {
    psi: Psi,
    /// ∫ conj ψ by sums, at 2^precision places.
    integral: Vec<Complex<f64>>,
    /// The distance of the places.
    step: f64,
    /// The width of the interval.
    width: f64,
    peak: f64,
}

impl Pywavelets {
    /// With 2^precision values of ψ: 12 is the default of `pywt.cwt`.
    ///
    /// # Errors
    /// Parameters that PyWavelets does not have, and a precision outside 4 … 20.
    ///
    /// ```
    /// use faltung::wavelet::pywavelets::{Psi, Pywavelets};
    /// use ndarray::Array1;
    /// let pywavelets = Pywavelets::new(Psi::MexicanHat, 10)?;
    /// let y = pywavelets.cwt(Array1::from_elem(40, 1.0).view(), &[2.0, 3.0])?;
    /// assert_eq!(y.shape(), [2, 40]);
    /// // 0.2252 true, where `pywt.scale2frequency('mexh', 1)` says 0.25
    /// assert!((pywavelets.frequency(1.0) - 0.2516).abs() < 1e-3);
    /// # Ok::<(), faltung::wavelet::WaveletError>(())
    /// ```
    pub fn new(psi: Psi, precision: u32) -> Result<Self, WaveletError> {
        psi.checked()?;
        WaveletError::unless_counted(
            "the precision",
            precision as usize,
            [4, 20],
            "12 is the default of pywt.cwt",
        )?;
        let (count, reach) = (1_usize << precision, psi.reach());
        let between = 2.0 * reach / (count - 1) as f64;
        let place = |k: usize| if k + 1 == count { reach } else { k as f64 * between - reach };
        // the difference of rounded places, as there
        let step = place(1) - place(0);
        let mut sum = Complex::from(0.0);
        let values: Vec<Complex<f64>> = (0..count).map(|k| psi.value(place(k))).collect();
        let sums = values.iter().map(|value| {
            sum += value;
            (sum * step).conj()
        });
        let size = |xi: f64| {
            let term = |(k, value): (usize, &Complex<f64>)| value * Complex::cis(-xi * place(k));
            // 256 values are enough for a frequency
            let every = (count / 1024).max(1);
            values.iter().enumerate().step_by(every).map(term).sum::<Complex<f64>>().norm()
        };
        let peak = peak_of(psi.centre(), 0.5, size);
        Ok(Pywavelets { psi, integral: sums.collect(), step, width: 2.0 * reach, peak })
    }

    /// The frequency, in cycles per sample, of the tone whose ridge is at this scale.
    pub fn frequency(&self, scale: f64) -> f64 {
        self.peak / (TAU * scale)
    }

    /// The coefficients of a real signal: scales × samples, real (as complex numbers) unless the
    /// wavelet [is complex](Psi::is_complex).
    ///
    /// Cost: a convolution with as many entries as a scale is wide, for each scale.
    ///
    /// # Errors
    /// An empty signal, and scales that are not from 0.2 to 10⁶: of smaller ones PyWavelets has less than two values.
    pub fn cwt(&self, x: ArrayView1<f64>, scales: &[f64]) -> Result<Array2<Complex<f64>>, WaveletError> {
        WaveletError::unless_counted("the number of samples", x.len(), [1, 1 << 40], "give a signal")?;
        let data = x.mapv(Complex::from).into_dyn();
        let mut all = Array2::from_elem((scales.len(), x.len()), Complex::from(0.0));
        for (scale, mut row) in scales.iter().zip(all.axis_iter_mut(Axis(0))) {
            WaveletError::unless_within("a scale", *scale, [0.2, 1e6], "scales are in samples")?;
            let count = (scale * self.width + 1.0).ceil() as usize;
            let places = (0..count).map(|k| (k as f64 / (scale * self.step)) as usize);
            let mut read: Vec<Complex<f64>> =
                places.filter_map(|place| self.integral.get(place)).copied().collect();
            read.reverse();
            let w = Array1::from(read).into_dyn();
            let full = convolve(data.view(), w.view(), Spec::default()).map_err(|error| {
                let hint = "use a shorter signal, or smaller scales";
                WaveletError::value("the convolution", error, "one that fits into memory", hint)
            })?;
            // the difference has one entry less, and the middle is kept
            let skipped = (full.len() - 1 - x.len()) / 2;
            for (k, value) in row.iter_mut().enumerate() {
                *value = (full[k + skipped + 1] - full[k + skipped]) * -scale.sqrt();
                if !self.psi.is_complex() {
                    value.im = 0.0;
                }
            }
        }
        Ok(all)
    }
}
