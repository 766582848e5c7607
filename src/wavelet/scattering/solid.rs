//! Solid-harmonic scattering of three-dimensional arrays, which rotations of the grid do not change (Eickenberg et al. 2018).
//!
//! `ψ_{j,l,m}(u) = n_l σ^(−3) |u/σ|^l Y_l^m(u/|u|) e^(−|u|²/(2σ²))` with σ = 2^j σ₀ is a polynomial of degree l, harmonic and
//! homogeneous, under a Gaussian. A rotation mixes the 2l + 1 wavelets of a degree by a unitary matrix, so that
//! `U_{j,l} x = (Σ_m |x * ψ_{j,l,m}|²)^(1/2)` is rotated with x, and sums of powers of it over all places stay. n_l makes the
//! integral of (Σ_m |ψ_{j,l,m}|²)^(1/2) equal to 1. The transform of ψ is of the same form, with 1/σ for σ, and here it is
//! that which is sampled, on the frequencies of a torus.
//!
//! A frequency π has two names, π and −π, where a side is even, and they are exchanged by rotations: so a filter has the mean
//! of its values there. kymatio 0.3.0 takes −π alone, and on odd sides frequencies that are one step too low; neither is
//! invariant to rotations.
//!
//! There is no gradient of it here, as there is of scattering on the line and in the plane.

use super::{Convention, ScatteringError};
use crate::{
    fourier::{dft, idft},
    scalar::Real,
};
use ndarray::{ArrayD, ArrayViewD, IxDyn};
use num_complex::Complex;
use rayon::prelude::*;
use std::f64::consts::{FRAC_PI_2, TAU};

/// The most samples of one array, and the highest of degrees, scales and powers.
const MOST_SAMPLES: u128 = 1 << 26;
const MOST: u32 = 16;
/// The widths that a wavelet of scale 0 may have, in samples.
const WIDTHS: [f64; 2] = [1e-3, 1e3];

/// What a solid-harmonic scattering transform is asked for.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// kymatio 0.3.0, or the same on frequencies that are right.
    pub convention: Convention,
    /// The samples along each axis.
    pub shape: [usize; 3],
    /// J: the scales are j = 0, …, J.
    pub scale: u32,
    /// L: the degrees are l = 0, …, L.
    pub degree: u32,
    /// σ₀: the width of the wavelets of scale 0 in samples, a standard deviation of their Gaussian.
    pub width: f64,
    /// The length of the longest paths, 0 to 2.
    pub orders: u32,
    /// q: what is summed are the q-th powers of moduli.
    pub powers: Vec<f64>,
    /// Whether moduli are those of all m together. If not, of m = −l alone, and rotations change them.
    pub invariant: bool,
}

impl Settings {
    /// Two orders, degrees to 3, σ₀ = 1, the powers ½, 1 and 2, and frequencies that are right.
    pub fn of(shape: [usize; 3], scale: u32) -> Self {
        Settings {
            convention: Convention::KymatioFixed,
            shape,
            scale,
            degree: 3,
            width: 1.0,
            orders: 2,
            powers: vec![0.5, 1.0, 2.0],
            invariant: true,
        }
    }
}

/// A path: the scales of its wavelets, which are all of one degree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Path {
    /// j of each wavelet, increasing; none of order 0, where |x| itself is summed.
    pub octaves: Vec<u32>,
    /// l; 0 for order 0.
    pub degree: u32,
}

/// The frequencies of one index along an axis: one, or the two of a frequency that is its own opposite.
type Names = Vec<f64>;

/// A solid-harmonic scattering transform of arrays of one shape.
///
/// ```
/// use faltung::wavelet::scattering::solid::{Scattering, Settings};
/// use ndarray::ArrayD;
/// let scattering = Scattering::new(&Settings::of([6, 6, 6], 1))?;
/// let x = ArrayD::from_shape_fn(vec![6, 6, 6], |t| (t[0] + 2 * t[1] * t[2]) as f64);
/// let mut turned = x.clone().permuted_axes(vec![1, 0, 2]);
/// turned.invert_axis(ndarray::Axis(0));
/// let (s, t) = (scattering.forward(x.view())?, scattering.forward(turned.view())?);
/// assert_eq!(s.shape(), [scattering.paths().len(), 3]);
/// assert!(s.iter().zip(&t).all(|(s, t)| (s - t).abs() <= 1e-9 * s.abs() + 1e-9));
/// # Ok::<(), faltung::wavelet::scattering::ScatteringError>(())
/// ```
#[derive(Debug)]
pub struct Scattering {
    settings: Settings,
    paths: Vec<Path>,
    /// In radians per sample, by axis and index.
    frequencies: [Vec<Names>; 3],
}

fn checked(settings: &Settings) -> Result<(), ScatteringError> {
    let Settings { convention, shape, scale, degree, width, orders, powers, .. } = settings;
    let value =
        |what, got: String, expected: String, hint| Err(ScatteringError::Value { what, got, expected, hint });
    if !matches!(convention, Convention::Kymatio030 | Convention::KymatioFixed) {
        let expected = format!("{} or {}", Convention::Kymatio030, Convention::KymatioFixed);
        let hint = "the others have no filters of three dimensions";
        return value("the convention", convention.to_string(), expected, hint);
    }
    let samples = shape.iter().map(|n| *n as u128).try_fold(1, u128::checked_mul).unwrap_or(u128::MAX);
    if samples == 0 {
        let expected = "at least one sample along each axis".to_owned();
        return value("the shape", format!("{shape:?}"), expected, "give an array with entries");
    }
    if samples > MOST_SAMPLES {
        let hint = "cut it into pieces";
        return Err(ScatteringError::Size { what: "samples", got: samples, most: MOST_SAMPLES, hint });
    }
    let least = "a number from 0";
    for (what, got, most, hint) in [
        ("the scale J", *scale, MOST, "wavelets need not be wider than the array"),
        ("the degree L", *degree, MOST, "3 is usual"),
        ("the order", *orders, 2, "paths of two wavelets are the longest there are here"),
    ] {
        if got > most {
            return value(what, got.to_string(), format!("{least} to {most}"), hint);
        }
    }
    if !(WIDTHS[0]..=WIDTHS[1]).contains(width) {
        let expected = format!("a number from {:?} to {:?}", WIDTHS[0], WIDTHS[1]);
        return value("the width of the wavelets", format!("{width:?}"), expected, "1 is usual");
    }
    if powers.is_empty() || !powers.iter().all(|q| *q > 0.0 && *q <= f64::from(MOST)) {
        let expected = format!("one or more numbers above 0, at most {MOST}");
        return value("the list of powers", format!("{powers:?}"), expected, "½, 1 and 2 are usual");
    }
    Ok(())
}

/// The frequencies along an axis of n samples.
fn frequencies(convention: Convention, n: usize) -> Vec<Names> {
    let angular = |k: f64| TAU * k / n as f64;
    let name = |i: usize| match convention {
        Convention::Kymatio030 => {
            // a grid that begins at −⌈n/2⌉, of which the entry ⌊n/2⌋ is taken for its zero
            vec![angular(((i + n / 2) % n) as f64 - n.div_ceil(2) as f64)]
        }
        _ if 2 * i < n => vec![angular(i as f64)],
        _ if 2 * i == n => vec![angular(i as f64), -angular(i as f64)],
        _ => vec![angular(i as f64 - n as f64)],
    };
    (0..n).map(name).collect()
}

impl Scattering {
    /// The transform; its filters are computed where they are used.
    ///
    /// # Errors
    /// Settings that make no sense, or arrays that would take too much memory.
    pub fn new(settings: &Settings) -> Result<Self, ScatteringError> {
        checked(settings)?;
        let scales = 0..=settings.scale;
        let mut octaves: Vec<Vec<u32>> = vec![];
        if settings.orders > 0 {
            octaves.extend(scales.clone().map(|j| vec![j]));
        }
        if settings.orders > 1 {
            octaves.extend(scales.clone().flat_map(|j| (j + 1..=settings.scale).map(move |k| vec![j, k])));
        }
        let degrees = |octaves: Vec<u32>| {
            (0..=settings.degree).map(move |degree| Path { octaves: octaves.clone(), degree })
        };
        let empty = Path { octaves: vec![], degree: 0 };
        Ok(Scattering {
            settings: settings.clone(),
            paths: std::iter::once(empty).chain(octaves.into_iter().flat_map(degrees)).collect(),
            frequencies: settings.shape.map(|n| frequencies(settings.convention, n)),
        })
    }

    /// What was asked for.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The paths in the order of the coefficients: that of order 0; those of order 1 by j; those of order 2 by j₁, then by j₂;
    /// the degrees fastest. Without the first they are in the order of kymatio.
    pub fn paths(&self) -> &[Path] {
        &self.paths
    }

    /// `Σ_u (U[p]x)(u)^q` of arrays, the last three axes of x: for each path p and each power q.
    ///
    /// Shape: the axes before those three, the number of paths, the number of powers. Cost: l + 1 transforms for each path of
    /// degree l, in the convention of kymatio 2l + 1. Scales and degrees of the first order are spread over the processors.
    ///
    /// # Errors
    /// Where the last axes have not the shape of the settings, or an entry is NaN or infinite.
    pub fn forward(&self, x: ArrayViewD<f64>) -> Result<ArrayD<f64>, ScatteringError> {
        let (batch, arrays) = self.arrays(x)?;
        let Settings { scale, degree, orders, powers, .. } = &self.settings;
        let mut sums = Vec::with_capacity(arrays.len() * self.paths.len() * powers.len());
        for x in arrays {
            // divided by a power of two, so that squares stay in the range of the floats
            let exponent = x.iter().filter_map(|x| x.exponent()).max().unwrap_or(0);
            let x = self.array(x.iter().map(|x| x.scaled(-exponent)).collect());
            let spectrum = dft(x.mapv(Complex::from));
            let first: Vec<(u32, u32)> = match orders {
                0 => vec![],
                _ => (0..=*scale).flat_map(|j| (0..=*degree).map(move |l| (j, l))).collect(),
            };
            let descend = |&(j, l): &(u32, u32)| {
                let u = self.modulus(&spectrum, j, l);
                let mut found = vec![(Path { octaves: vec![j], degree: l }, self.integrals(&u, exponent))];
                if *orders > 1 && j < *scale {
                    let spectrum = dft(u.mapv(Complex::from));
                    for k in j + 1..=*scale {
                        let u = self.modulus(&spectrum, k, l);
                        let path = Path { octaves: vec![j, k], degree: l };
                        found.push((path, self.integrals(&u, exponent)));
                    }
                }
                found
            };
            let mut found: Vec<(Path, Vec<f64>)> =
                first.par_iter().with_max_len(1).flat_map(descend).collect();
            found.push((self.paths[0].clone(), self.integrals(&x.mapv(f64::abs), exponent)));
            let of = |path: &Path| found.iter().find(|(at, _)| at == path).expect("every path is walked");
            self.paths.iter().for_each(|path| sums.extend(&of(path).1));
        }
        let shape = [&batch[..], &[self.paths.len(), powers.len()]].concat();
        Ok(ArrayD::from_shape_vec(IxDyn(&shape), sums).expect("as many sums as the shape"))
    }

    /// `U[p]x` of one array, for one of the [paths](Scattering::paths): `|x|` for that of order 0.
    ///
    /// Shape: that of the array, with which it is rotated.
    ///
    /// # Errors
    /// As [`forward`](Scattering::forward), and where there is no such path, or several arrays.
    pub fn moduli(&self, x: ArrayViewD<f64>, path: usize) -> Result<ArrayD<f64>, ScatteringError> {
        let (_, arrays) = self.arrays(x)?;
        let [x] = <[Vec<f64>; 1]>::try_from(arrays).map_err(|arrays| {
            ScatteringError::value("the number of arrays", arrays.len(), "one", "give them one by one")
        })?;
        let Some(path) = self.paths.get(path) else {
            let expected = format!("a number from 0 to {}", self.paths.len() - 1);
            return Err(ScatteringError::value(
                "the path",
                path,
                expected,
                "take a place in the table of paths",
            ));
        };
        let exponent = x.iter().filter_map(|x| x.exponent()).max().unwrap_or(0);
        let mut u = self.array(x.iter().map(|x| x.abs().scaled(-exponent)).collect());
        let mut spectrum = dft(self.array(x).mapv(|x| Complex::from(x.scaled(-exponent))));
        for j in &path.octaves {
            u = self.modulus(&spectrum, *j, path.degree);
            spectrum = dft(u.mapv(Complex::from));
        }
        Ok(u.mapv(|u| u.scaled(exponent)))
    }

    /// The axes before those of the arrays, and the arrays.
    fn arrays(&self, x: ArrayViewD<f64>) -> Result<(Vec<usize>, Vec<Vec<f64>>), ScatteringError> {
        let shape = &self.settings.shape;
        let before = x.ndim().checked_sub(3).filter(|before| x.shape()[*before..] == shape[..]);
        let Some(before) = before else {
            let hint = "make the transform for the shape of the array";
            return Err(ScatteringError::value("the shape of x", x.shape(), format!("[…, {shape:?}]"), hint));
        };
        if let Some(bad) = x.iter().find(|x| !x.is_finite()) {
            let hint = "every sum would be NaN: replace it first";
            return Err(ScatteringError::value("an entry of x", bad, "a finite number", hint));
        }
        let entries: Vec<f64> = x.iter().copied().collect();
        let arrays = entries.chunks(shape.iter().product()).map(<[f64]>::to_vec).collect();
        Ok((x.shape()[..before].to_vec(), arrays))
    }

    fn array<T>(&self, entries: Vec<T>) -> ArrayD<T> {
        ArrayD::from_shape_vec(IxDyn(&self.settings.shape), entries).expect("as many as the shape")
    }

    /// Σ u^q for every power q, of the array times two to that exponent.
    fn integrals(&self, u: &ArrayD<f64>, exponent: i32) -> Vec<f64> {
        let integral = |q: &f64| {
            let sum: f64 = u.iter().map(|u| u.powf(*q)).sum();
            // in two steps, for the exponent may leave the range where the result does not
            let half = (f64::from(exponent) * q / 2.0).exp2();
            if sum == 0.0 { 0.0 } else { sum * half * half }
        };
        self.settings.powers.iter().map(integral).collect()
    }

    /// (Σ_m |x * ψ_{j,l,m}|²)^(1/2) of the spectrum of real x.
    fn modulus(&self, spectrum: &ArrayD<Complex<f64>>, octave: u32, degree: u32) -> ArrayD<f64> {
        let l = degree as i32;
        let components: Vec<(i32, f64)> = match (self.settings.invariant, self.settings.convention) {
            (false, _) => vec![(-l, 1.0)],
            (true, Convention::Kymatio030) => (-l..=l).map(|m| (m, 1.0)).collect(),
            // −m is conj(ψ) up to its sign, so that of real x it has the same modulus
            _ => (0..=l).map(|m| (m, if m == 0 { 1.0 } else { 2.0 })).collect(),
        };
        let mut energy = ArrayD::<f64>::zeros(spectrum.raw_dim());
        for (m, weight) in components {
            let z = idft(self.filtered(spectrum, octave, degree, m));
            energy.zip_mut_with(&z, |energy, z| *energy += weight * z.norm_sqr());
        }
        energy.mapv_into(f64::sqrt)
    }

    /// The spectrum times that of a wavelet, up to a factor of modulus 1.
    fn filtered(&self, x: &ArrayD<Complex<f64>>, octave: u32, degree: u32, m: i32) -> ArrayD<Complex<f64>> {
        let width = self.settings.width.scaled(octave as i32);
        // σω with its Gaussian
        let bell = |w: &f64| [width * w, (-(width * w).powi(2) / 2.0).exp()];
        let axes: [Vec<Vec<[f64; 2]>>; 3] = [0, 1, 2].map(|axis| {
            self.frequencies[axis].iter().map(|names| names.iter().map(bell).collect()).collect()
        });
        let harmonic = Harmonic::new(degree, m);
        let x = x.as_standard_layout();
        let mut entries = x.iter();
        let mut product = Vec::with_capacity(x.len());
        for zs in &axes[0] {
            for ys in &axes[1] {
                for xs in &axes[2] {
                    let mut sum = Complex::new(0.0, 0.0);
                    for [z, at_z] in zs {
                        for [y, at_y] in ys {
                            for [x, at_x] in xs {
                                sum += harmonic.at([*z, *y, *x]) * (at_z * at_y * at_x);
                            }
                        }
                    }
                    let names = (zs.len() * ys.len() * xs.len()) as f64;
                    product.extend(entries.next().map(|entry| entry * (sum / names)));
                }
            }
        }
        self.array(product)
    }
}

/// The polynomial (2π)^(3/2) n_l |v|^l Y_l^m(v/|v|), up to its sign.
struct Harmonic {
    degree: u32,
    /// |m|, and whether m is negative.
    order: u32,
    conjugate: bool,
    /// c_l ((l − m)!/(l + m)!)^(1/2) (2m − 1)!!, where c_l makes the integral of the modulus 1: it is 1/(l + 1)!!, and
    /// (π/2)^(1/2) of that for odd l.
    factor: f64,
}

impl Harmonic {
    fn new(degree: u32, m: i32) -> Self {
        let order = m.unsigned_abs();
        let double_factorial = |k: u32| (1..=k).rev().step_by(2).map(f64::from).product::<f64>();
        let ratio: f64 = (degree - order + 1..=degree + order).map(f64::from).product();
        let odd = if degree % 2 == 1 { FRAC_PI_2.sqrt() } else { 1.0 };
        // (2m − 1)!!
        let sectoral = double_factorial((2 * order).saturating_sub(1));
        let factor = odd / double_factorial(degree + 1) / ratio.sqrt() * sectoral;
        Harmonic { degree, order, conjugate: m < 0, factor }
    }

    /// By the recurrence of Legendre functions, without angles.
    fn at(&self, [z, y, x]: [f64; 3]) -> Complex<f64> {
        let square = z * z + y * y + x * x;
        let m = f64::from(self.order);
        let (mut before, mut legendre) = (0.0, 1.0);
        for l in self.order + 1..=self.degree {
            let l = f64::from(l);
            let next = ((2.0 * l - 1.0) * z * legendre - (l + m - 1.0) * square * before) / (l - m);
            (before, legendre) = (legendre, next);
        }
        let around = Complex::new(x, if self.conjugate { -y } else { y });
        let mut product = Complex::from(self.factor * legendre);
        for _ in 0..self.order {
            product *= around;
        }
        product
    }
}
