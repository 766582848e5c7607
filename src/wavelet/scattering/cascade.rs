//! The transform itself and its adjoint: down the tree of paths, each modulus computed once.

use super::{
    ScatteringError,
    grid::{Buffers, Sample},
    plan::Scattering,
};
use crate::signal::boundary::source;
use ndarray::{ArrayD, ArrayViewD, IxDyn};
use num_complex::Complex;
use rayon::prelude::*;

impl<T: Sample> Scattering<T> {
    /// The coefficients of signals or images, the last axes of x.
    ///
    /// Shape: the axes before those, the number of paths, and [`output_shape`](Scattering::output_shape). Cost: two
    /// transforms a path. Signals and wavelets of the first order are spread over the processors.
    ///
    /// # Errors
    /// Where the last axes have not the shape of the settings, or an entry is NaN or infinite.
    pub fn forward(&self, x: ArrayViewD<T>) -> Result<ArrayD<T>, ScatteringError> {
        let (batch, signals) = self.signals(x)?;
        let values = self.values();
        let starts: Vec<Start<T>> = signals.into_par_iter().map(|x| self.start(x)).collect();
        let mut y = vec![T::ZERO; starts.len() * self.paths.len() * values];
        let tasks = self.tasks(starts.len());
        let found: Vec<Vec<(usize, Vec<T>)>> = tasks
            .par_iter()
            .with_max_len(1)
            .map_init(Buffers::default, |buffers, (signal, path)| {
                let mut found = vec![];
                let half = &starts[*signal].half;
                if *path == 0 {
                    found.push((0, self.averaged(0, half, buffers)));
                } else {
                    self.descend(*path, half, buffers, &mut found);
                }
                found
            })
            .collect();
        for ((signal, _), found) in tasks.iter().zip(found) {
            let scale = starts[*signal].exponent;
            for (path, average) in found {
                let place = (signal * self.paths.len() + path) * values;
                for (y, value) in y[place..][..values].iter_mut().zip(average) {
                    *y = value.scaled(scale);
                }
            }
        }
        let shape = [&batch[..], &[self.paths.len()], &self.output_shape()].concat();
        Ok(ArrayD::from_shape_vec(IxDyn(&shape), y).expect("as many values as the shape"))
    }

    /// The gradient in x of Σ c·S(x), for one c of the shape of the coefficients: the adjoint of the derivative. Where a
    /// modulus is 0 its derivative is taken for 0. On the line and in the plane; [`solid`](super::solid) scattering has none.
    ///
    /// Shape: that of x. Cost: about three times that of the coefficients.
    ///
    /// ```
    /// use faltung::wavelet::scattering::{Scattering, Settings};
    /// use ndarray::ArrayD;
    /// let plan = Scattering::<f64>::new(&Settings::of(&[32], 3))?;
    /// let x = ArrayD::from_shape_fn(vec![32], |t| (t[0] * t[0] % 7) as f64);
    /// let y = plan.forward(x.view())?;
    /// // coefficients grow in proportion to the signal
    /// let gradient = plan.gradient(x.view(), y.view())?;
    /// assert!(((gradient * &x).sum() - (&y * &y).sum()).abs() < 1e-10);
    /// # Ok::<(), faltung::wavelet::scattering::ScatteringError>(())
    /// ```
    ///
    /// # Errors
    /// As [`forward`](Scattering::forward), and where c has another shape than the coefficients.
    pub fn gradient(&self, x: ArrayViewD<T>, c: ArrayViewD<T>) -> Result<ArrayD<T>, ScatteringError> {
        let shape = x.shape().to_vec();
        let (batch, signals) = self.signals(x)?;
        let expected = [&batch[..], &[self.paths.len()], &self.output_shape()].concat();
        if c.shape() != expected {
            let hint = "one number for each coefficient";
            return Err(ScatteringError::value("the shape of c", c.shape(), format!("{expected:?}"), hint));
        }
        let per_signal = self.paths.len() * self.values();
        let c = c.as_standard_layout();
        let c = c.as_slice().expect("standard layout");
        let starts: Vec<Start<T>> = signals.into_par_iter().map(|x| self.start(x)).collect();
        let tasks = self.tasks(starts.len());
        let parts: Vec<Vec<Complex<T>>> = tasks
            .par_iter()
            .with_max_len(1)
            .map_init(Buffers::default, |buffers, (signal, path)| {
                let half = &starts[*signal].half;
                let c = &c[signal * per_signal..][..per_signal];
                let mut gradient = buffers.complex(self.grid.half());
                if *path == 0 {
                    self.averaged_adjoint(0, c, &mut gradient, buffers);
                } else {
                    self.climb(*path, half, c, &mut gradient, buffers);
                }
                gradient
            })
            .collect();
        let mut sums = vec![vec![Complex::new(T::ZERO, T::ZERO); self.grid.half()]; starts.len()];
        for ((signal, _), part) in tasks.iter().zip(parts) {
            sums[*signal].iter_mut().zip(part).for_each(|(sum, part)| *sum = *sum + part);
        }
        let buffers = &mut Buffers::default();
        let gradient: Vec<T> = sums.into_iter().flat_map(|half| self.unpadded(half, buffers)).collect();
        Ok(ArrayD::from_shape_vec(IxDyn(&shape), gradient).expect("as many as x"))
    }

    /// |…||x * ψ₁| * ψ₂| … * ψ_m| of one signal, before it is averaged, for one of the [paths](Scattering::paths) that is not
    /// empty.
    ///
    /// Shape: that of the circle or torus, padding included, of which this path keeps every 2^k-th sample. Cost: two
    /// transforms for each wavelet of the path.
    ///
    /// ```
    /// use faltung::wavelet::scattering::{Convention, Scattering, Settings};
    /// use ndarray::ArrayD;
    /// let tight = Settings { convention: Convention::Parseval, ..Settings::of(&[32], 3) };
    /// let plan = Scattering::<f64>::new(&tight)?;
    /// let x = ArrayD::from_shape_fn(vec![32], |t| (t[0] * t[0] % 7) as f64);
    /// let u = plan.moduli(x.view(), 1)?;
    /// // what is kept of its averages has its mean
    /// let s = plan.forward(x.view())?;
    /// assert!((u.mean().unwrap() - s.index_axis(ndarray::Axis(0), 1).mean().unwrap()).abs() < 1e-12);
    /// # Ok::<(), faltung::wavelet::scattering::ScatteringError>(())
    /// ```
    ///
    /// # Errors
    /// As [`forward`](Scattering::forward), and where there is no such path, or several signals.
    pub fn moduli(&self, x: ArrayViewD<T>, path: usize) -> Result<ArrayD<T>, ScatteringError> {
        let (_, signals) = self.signals(x)?;
        let [signal] = <[Vec<T>; 1]>::try_from(signals).map_err(|signals| {
            ScatteringError::value("the number of signals", signals.len(), "one", "give them one by one")
        })?;
        let Some(end) = self.paths.get(path).filter(|end| !end.wavelets.is_empty()) else {
            let (expected, hint) = match self.paths.len() - 1 {
                0 => (
                    "a transform of order 1 at least".to_owned(),
                    "of order 0 there are no moduli: set orders to 1",
                ),
                last => {
                    (format!("a number from 1 to {last}"), "take the place of a path in the table of paths")
                }
            };
            return Err(ScatteringError::value("the path", path, expected, hint));
        };
        let Start { mut half, exponent } = self.start(signal);
        let (mut at, mut moduli) = (0, vec![]);
        let buffers = &mut Buffers::default();
        for length in 1..=end.wavelets.len() {
            let same = |child: &usize| self.paths[*child].wavelets[..] == end.wavelets[..length];
            at = self.paths[at].children.clone().find(same).expect("a path begins with paths");
            let z = self.filtered(at, &half, buffers);
            moduli = z.iter().map(|z| modulus(*z).scaled(exponent)).collect();
            half = self.modulus(at, &z, buffers);
        }
        let grid = self.stages[end.stage].grid;
        let shape = [grid.rows, grid.columns][2 - self.settings.shape.len()..].to_vec();
        Ok(ArrayD::from_shape_vec(shape, moduli).expect("as many as the grid has"))
    }

    /// The axes before those of the signals, and the signals.
    pub(super) fn signals(&self, x: ArrayViewD<T>) -> Result<(Vec<usize>, Vec<Vec<T>>), ScatteringError> {
        let shape = &self.settings.shape;
        let before = x.ndim().checked_sub(shape.len()).filter(|before| x.shape()[*before..] == shape[..]);
        let Some(before) = before else {
            let hint = "make the transform for the shape of the signal";
            return Err(ScatteringError::value("the shape of x", x.shape(), format!("[…, {shape:?}]"), hint));
        };
        if let Some(bad) = x.iter().find(|x| !Into::<f64>::into(**x).is_finite()) {
            let hint = "every coefficient would be NaN: replace it first";
            return Err(ScatteringError::value("an entry of x", bad, "a finite number", hint));
        }
        let batch = x.shape()[..before].to_vec();
        let x = x.as_standard_layout();
        let signals = x.as_slice().expect("standard layout").chunks(shape.iter().product());
        Ok((batch, signals.map(<[T]>::to_vec).collect()))
    }

    /// Every signal with every path of order 1, and with that of order 0.
    fn tasks(&self, signals: usize) -> Vec<(usize, usize)> {
        let paths = || std::iter::once(0).chain(self.paths[0].children.clone());
        (0..signals).flat_map(|signal| paths().map(move |path| (signal, path))).collect()
    }

    /// Which entry of the signal stands at a point of the padded grid.
    fn source(&self, row: usize, column: usize) -> Option<usize> {
        let columns = *self.settings.shape.last().expect("an axis");
        let rows = if self.settings.shape.len() == 2 { self.settings.shape[0] } else { 1 };
        let at = |k: usize, axis: usize, n: usize| {
            source(k as isize - self.before[axis] as isize, n, self.boundary)
        };
        Some(at(row, 0, rows)? * columns + at(column, 1, columns)?)
    }

    /// How often the padding repeats an entry, at most.
    pub(super) fn repetitions(&self) -> usize {
        let mut counts = vec![0_usize; self.settings.shape.iter().product()];
        for row in 0..self.grid.rows {
            for column in 0..self.grid.columns {
                if let Some(place) = self.source(row, column) {
                    counts[place] += 1;
                }
            }
        }
        counts.into_iter().max().unwrap_or(0)
    }

    /// The spectrum of a signal, padded and divided by a power of two, so that squares stay in the range of the floats.
    pub(super) fn start(&self, x: Vec<T>) -> Start<T> {
        let exponent = x.iter().filter_map(|x| x.exponent()).max().unwrap_or(0);
        let buffers = &mut Buffers::default();
        let mut padded = buffers.real(self.grid.points());
        for row in 0..self.grid.rows {
            for column in 0..self.grid.columns {
                if let Some(place) = self.source(row, column) {
                    padded[row * self.grid.columns + column] = x[place].scaled(-exponent);
                }
            }
        }
        Start { half: self.grid.forward(&mut padded, buffers), exponent }
    }

    /// The gradient in a signal, of that in the spectrum of the padded one.
    fn unpadded(&self, half: Vec<Complex<T>>, buffers: &mut Buffers<T>) -> Vec<T> {
        let padded = self.grid.forward_adjoint(half, buffers);
        let mut gradient = vec![T::ZERO; self.settings.shape.iter().product()];
        for row in 0..self.grid.rows {
            for column in 0..self.grid.columns {
                if let Some(place) = self.source(row, column) {
                    gradient[place] = gradient[place] + padded[row * self.grid.columns + column];
                }
            }
        }
        gradient
    }

    /// The samples after the last wavelet of a path, of the half spectrum of the modulus before it.
    pub(super) fn filtered(
        &self,
        path: usize,
        half: &[Complex<T>],
        buffers: &mut Buffers<T>,
    ) -> Vec<Complex<T>> {
        let stage = &self.stages[self.paths[path].stage];
        let mut spectrum = buffers.complex(stage.grid.points());
        stage.apply(half, &mut spectrum);
        stage.grid.inverse(spectrum, buffers)
    }

    /// The half spectrum of the moduli of samples.
    pub(super) fn modulus(&self, path: usize, z: &[Complex<T>], buffers: &mut Buffers<T>) -> Vec<Complex<T>> {
        let mut moduli = buffers.real(z.len());
        moduli.iter_mut().zip(z).for_each(|(u, z)| *u = modulus(*z));
        let half = self.stages[self.paths[path].stage].grid.forward(&mut moduli, buffers);
        buffers.keep_real(moduli);
        half
    }

    /// The averages of a path, of the half spectrum of its moduli.
    fn averaged(&self, path: usize, half: &[Complex<T>], buffers: &mut Buffers<T>) -> Vec<T> {
        let stage = &self.stages[self.averages[&self.paths[path].level]];
        let mut spectrum = buffers.complex(stage.grid.points());
        stage.apply(half, &mut spectrum);
        let averages = stage.grid.inverse(spectrum, buffers);
        let [rows, columns] = self.kept.clone();
        let place = |row: usize| columns.clone().map(move |column| row * stage.grid.columns + column);
        let kept = rows.flat_map(place).map(|place| averages[place].re).collect();
        buffers.keep(averages);
        kept
    }

    fn averaged_adjoint(&self, path: usize, c: &[T], half: &mut [Complex<T>], buffers: &mut Buffers<T>) {
        let stage = &self.stages[self.averages[&self.paths[path].level]];
        let mut averages = buffers.complex(stage.grid.points());
        let [rows, columns] = self.kept.clone();
        let place = |row: usize| columns.clone().map(move |column| row * stage.grid.columns + column);
        let values = self.values();
        for (place, c) in rows.flat_map(place).zip(&c[path * values..][..values]) {
            averages[place].re = *c;
        }
        let spectrum = stage.grid.inverse_adjoint(averages, buffers);
        stage.adjoint(&spectrum, half);
        buffers.keep(spectrum);
    }

    /// The averages of a path and of all that continue it, of the half spectrum before its last wavelet.
    fn descend(
        &self,
        path: usize,
        before: &[Complex<T>],
        buffers: &mut Buffers<T>,
        found: &mut Vec<(usize, Vec<T>)>,
    ) {
        let z = self.filtered(path, before, buffers);
        let half = self.modulus(path, &z, buffers);
        buffers.keep(z);
        found.push((path, self.averaged(path, &half, buffers)));
        for child in self.paths[path].children.clone() {
            self.descend(child, &half, buffers, found);
        }
        buffers.keep(half);
    }

    /// Adds to `gradient` what a path and all that continue it contribute, in the half spectrum before its last wavelet.
    fn climb(
        &self,
        path: usize,
        before: &[Complex<T>],
        c: &[T],
        gradient: &mut [Complex<T>],
        buffers: &mut Buffers<T>,
    ) {
        let stage = &self.stages[self.paths[path].stage];
        let mut z = self.filtered(path, before, buffers);
        let half = self.modulus(path, &z, buffers);
        let mut inner = buffers.complex(half.len());
        self.averaged_adjoint(path, c, &mut inner, buffers);
        for child in self.paths[path].children.clone() {
            self.climb(child, &half, c, &mut inner, buffers);
        }
        buffers.keep(half);
        let moduli = stage.grid.forward_adjoint(inner, buffers);
        // d|z| = Re(conj(z) dz)/|z|
        for (z, slope) in z.iter_mut().zip(&moduli) {
            let size = modulus(*z);
            let factor = if size > T::ZERO { *slope / size } else { T::ZERO };
            *z = z.scale(factor);
        }
        buffers.keep_real(moduli);
        let spectrum = stage.grid.inverse_adjoint(z, buffers);
        stage.adjoint(&spectrum, gradient);
        buffers.keep(spectrum);
    }
}

fn modulus<T: Sample>(z: Complex<T>) -> T {
    (z.re * z.re + z.im * z.im).root()
}

/// A signal, ready to be filtered.
pub(super) struct Start<T> {
    pub half: Vec<Complex<T>>,
    /// It was divided by two to this power.
    pub exponent: i32,
}
