//! Scattering of images by its definition: every convolution a sum over the samples of a torus.
//!
//! Only a filter on a coarser grid is made by transforms, those of the definition, for it is one: the frequencies of that grid.

use super::formula;
use faltung::{
    fourier::definition,
    wavelet::scattering::{Convention, Scattering, Settings},
};
use ndarray::ArrayD;
use num_complex::Complex;
use std::f64::consts::PI;

type C = Complex<f64>;

/// A torus of n × n samples, row by row.
struct Torus(usize, Vec<C>);

impl Torus {
    fn of(n: usize, at: impl Fn(usize, usize) -> C) -> Self {
        Torus(n, (0..n * n).map(|k| at(k / n, k % n)).collect())
    }

    /// Every r-th sample of the convolution, or of its modulus.
    fn filtered(&self, h: &Torus, r: usize) -> Torus {
        let n = self.0;
        let sum = |y: usize, x: usize| -> C {
            let term = |k: usize| self.1[k] * h.1[(y + n - k / n) % n * n + (x + n - k % n) % n];
            (0..n * n).map(term).sum()
        };
        Torus::of(n / r, |y, x| sum(r * y, r * x))
    }

    fn modulus(self) -> Torus {
        Torus(self.0, self.1.iter().map(|z| C::from(z.norm())).collect())
    }

    /// The filter for every r-th sample: its low frequencies, so many times as large in time as there are fewer samples.
    fn coarse(&self, r: usize) -> Torus {
        let (n, m) = (self.0, self.0 / r);
        let array = ArrayD::from_shape_vec(vec![n, n], self.1.clone()).expect("square");
        let spectrum = definition::dft(array.view());
        let far = |k: usize| if k < m / 2 { k } else { k + n - m };
        let low = ArrayD::from_shape_fn(vec![m, m], |k| spectrum[[far(k[0]), far(k[1])]].conj());
        // the inverse transform is the conjugate of the transform of the conjugate
        let back = definition::dft(low.view()).mapv(|z| z.conj() / (m * m) as f64);
        Torus(m, back.into_raw_vec_and_offset().0)
    }
}

fn gabor(n: usize, sigma: f64, theta: f64, xi: f64, slant: f64) -> Torus {
    let wave = |y: f64, x: f64| {
        let (along, across) = (y * theta.cos() + x * theta.sin(), x * theta.cos() - y * theta.sin());
        let size = (-(along * along + (slant * across).powi(2)) / (2.0 * sigma * sigma)).exp();
        C::cis(xi * along) * size * slant / (2.0 * PI * sigma * sigma)
    };
    let turns = || (-2..=2).flat_map(|a| (-2..=2).map(move |b| (f64::from(a), f64::from(b))));
    let at = |k: usize, turn: f64| k as f64 + turn * n as f64;
    Torus::of(n, |y, x| turns().map(|(a, b)| wave(at(y, a), at(x, b))).sum())
}

fn morlet(n: usize, octave: i32, theta: f64, slant: f64) -> Torus {
    let (sigma, xi) = (0.8 * 2.0_f64.powi(octave), 0.75 * PI / 2.0_f64.powi(octave));
    let [wave, still] = [xi, 0.0].map(|xi| gabor(n, sigma, theta, xi, slant));
    let part = wave.1.iter().sum::<C>() / still.1.iter().sum::<C>();
    Torus::of(n, |y, x| wave.1[y * n + x] - part * still.1[y * n + x])
}

/// Order 0, 1, 2 of an image of m × m samples for J = 2.
fn scattering(image: &ArrayD<f64>, angles: usize) -> Vec<f64> {
    let m = image.shape()[0];
    let n = (m / 4 + 2) * 4;
    let mirrored = |k: usize| {
        let place = (k as i64 - ((n - m) / 2) as i64).rem_euclid(2 * m as i64 - 2) as usize;
        place.min(2 * m - 2 - place)
    };
    let u = Torus::of(n, |y, x| C::from(image[[mirrored(y), mirrored(x)]]));
    let phi = gabor(n, 1.6, 0.0, 0.0, 1.0);
    let average = |u: &Torus, r: usize| -> Vec<f64> {
        let s = u.filtered(&phi.coarse(r), 4 / r);
        let inside = 1..s.0 - 1;
        inside
            .clone()
            .flat_map(|y| inside.clone().map(move |x| (y, x)))
            .map(|(y, x)| s.1[y * s.0 + x].re)
            .collect()
    };
    let first = (angles - angles.div_ceil(2)) as f64 - f64::from(u8::from(angles.is_multiple_of(2)));
    let theta = |angle: usize| (first - angle as f64) * PI / angles as f64;
    let psi = |octave: i32, angle: usize| morlet(n, octave, theta(angle), 4.0 / angles as f64);
    let (mut all, mut second) = (average(&u, 1), vec![]);
    for octave in 0..2 {
        for angle in 0..angles {
            let u1 = u.filtered(&psi(octave, angle), 1 << octave).modulus();
            all.extend(average(&u1, 1 << octave));
            if octave == 0 {
                for angle in 0..angles {
                    second.extend(average(&u1.filtered(&psi(1, angle), 2).modulus(), 2));
                }
            }
        }
    }
    all.extend(second);
    all
}

#[test]
fn scattering_of_images_is_the_definition() {
    for (m, angles) in [(8, 2), (9, 4)] {
        let x = formula(&[m, m]);
        let slow = scattering(&x, angles);
        for (convention, within) in [(Convention::KymatioFixed, 1e-12), (Convention::Kymatio030, 1e-4)] {
            let settings = Settings { convention, angles, ..Settings::of(&[m, m], 2) };
            let y = Scattering::<f64>::new(&settings).expect("sound").forward(x.view()).expect("its shape");
            assert_eq!(y.len(), slow.len(), "{settings:?}");
            let far = y.iter().zip(&slow).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            // 3.1415 is not π, and is seen
            assert!(far < within && (far < 1e-12) == (convention == Convention::KymatioFixed), "{far:e}");
        }
    }
}
