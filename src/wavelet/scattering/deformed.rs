//! What a given deformation of a signal does to its coefficients at most.
//!
//! (Lx)(n) = x(n − τ(n)) reads the trigonometric interpolation of x on Z/N beside its samples. For all x of no frequency beyond K
//! cycles on the circle, with an orthonormal basis of them and the filters as their tables have them, LΨ − ΨL and its kind are
//! matrices of N rows for each filter, of which [`Gram`] bounds the norms.
//!
//! L and the modulus do not commute, for the interpolation of |z| is not the modulus of that of z. Reading samples does: let
//! (Gx)(n) = x(n − r(n)), r being integers near τ, and E be the factor e^(−2πiξ(τ − r)) on the wavelet about ξ. With Ψ_m the
//! wavelets of order m and U_m = |Ψ_m U_{m−1}|, U₀x = x, two inequalities begin and go on, as ‖a| − |b‖ ≤ |a − e^(iα) b|:
//!
//! ‖U₁Lx − GU₁x‖ ≤ ‖Ψ₁Lx − EGΨ₁x‖ and ‖ |Ψ_{m+1}GU_mx| − GU_{m+1}x ‖ ≤ ‖(Ψ_{m+1}G − GΨ_{m+1})U_mx‖.
//!
//! All coefficients of the orders m to M are a function of U_m that takes no two arguments further apart than √V_m times: V_M is
//! the largest |φ̂|², V_m = B_{m+1} max(1, V_{m+1}), with B_m the upper frame bound of Ψ_m and the average A. So one may go from SLx
//! to Sx in steps: put GU₁x for U₁Lx, GU_{m+1}x for |Ψ_{m+1}GU_mx| one order after the other, and AU_mx for AGU_mx in the end. Of the
//! orders 1 to M together, S changes by at most
//!
//! √V₁ ‖Ψ₁L − EGΨ₁‖ ‖x‖ + Σ_{m<M} √V_{m+1} ‖(Ψ_{m+1}G − GΨ_{m+1})U_mx‖ + ‖AG − A‖ (Σ_{m≤M} ‖U_mx‖²)^½.
//!
//! If r is one number, G is a shift, and the sum in the middle is 0. If it is not, G tears signals where r jumps, and Ψ_{m+1}G −
//! GΨ_{m+1} is large on rough ones; but a modulus is [no rougher](super::roughness) than what it is taken of. With C for that
//! difference, ‖Cu‖² ≤ κ(s)² Σ (1 + s w(ν)) |û(ν)|², κ(s) = ‖C (1 + s∇*∇)^(−½)‖; for u = U_mx this is bounded by a sum over the
//! frequencies of U_{m−1}x, that by one over those of U_{m−2}x, and at last by one over those of x. Both r are taken, the integer
//! in the middle of all τ(n) and τ(n) rounded, and the smaller bound holds.

use super::{
    ScatteringError,
    grid::Sample,
    plan::Scattering,
    roughness::{Roughness, TRIED, Wavelet, against_roughness, before_moduli},
};
use crate::conv::norm::{ENTRY, Gram};
use std::f64::consts::TAU;

/// The most samples: matrices are this wide.
const MOST: usize = 512;

/// Bounds for one deformation and all signals of a band, each in units of ‖x‖.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Deformation {
    /// Of ‖ΨLx − LΨx‖, Ψ being all wavelets of the first order.
    pub commutator: f64,
    /// Of ‖ALx − Ax‖, which are the coefficients of order 0.
    pub average: f64,
    /// Of ‖SLx − Sx‖, all coefficients.
    pub coefficients: f64,
}

/// The terms of the bound for one choice of r, each in units of ‖x‖.
#[derive(Clone, PartialEq, Debug)]
struct Terms {
    /// ‖Ψ₁L − EGΨ₁‖.
    first: f64,
    /// ‖(Ψ_{m+1}G − GΨ_{m+1})U_mx‖ for m = 1, 2, …
    torn: Vec<f64>,
    /// ‖AG − A‖.
    averaged: f64,
}

impl<T: Sample> Scattering<T> {
    /// Bounds on what the deformation L, `(Lx)(n) = x(n − τ(n))` by trigonometric interpolation, does to signals without
    /// frequencies beyond `band` cycles on the circle; `None` of pictures, where signals are padded or moduli subsampled, and
    /// where there are no wavelets.
    ///
    /// τ is any, smooth or not, in samples. Rounding is counted; sines are trusted to 14 digits. Without a band below N/2 the
    /// bound of the commutator would be near that of ‖ΨL‖ + ‖LΨ‖, and not by fault of the bound: near N/2 a deformation turns
    /// positive frequencies into negative ones. Cost: at most (12 wavelets + 40) N³ products,
    /// for narrow bands fewer, and as many again for each bank of further orders, where τ is not nearly constant.
    ///
    /// ```
    /// use faltung::wavelet::scattering::{Convention, Scattering, Settings};
    /// let tight = Settings { convention: Convention::Parseval, ..Settings::of(&[64], 3) };
    /// let plan = Scattering::<f64>::new(&tight)?;
    /// // filters and shifts commute, and an average over 8 samples minds half a sample little
    /// let shift = plan.deformation_bound(&[0.5; 64], 16)?.expect("a circle");
    /// assert!(shift.commutator < 1e-6 && shift.average < 0.2);
    /// # Ok::<(), faltung::wavelet::scattering::ScatteringError>(())
    /// ```
    ///
    /// # Errors
    /// Another number of displacements than of samples, displacements that are no numbers or more than N, a band of N/2 or
    /// more, and more than 512 samples.
    pub fn deformation_bound(
        &self,
        tau: &[f64],
        band: usize,
    ) -> Result<Option<Deformation>, ScatteringError> {
        let n = self.settings.shape[0];
        if self.settings.shape.len() != 1 || !self.whole() || self.settings.orders == 0 {
            return Ok(None);
        }
        if n > MOST {
            let (got, most) = (n as u128, MOST as u128);
            let hint = "take a part of the signal";
            return Err(ScatteringError::Size { what: "samples to deform", got, most, hint });
        }
        if tau.len() != n {
            let expected = format!("{n} of them");
            let hint = "give one for each sample";
            return Err(ScatteringError::value("the number of displacements", tau.len(), expected, hint));
        }
        if let Some(bad) = tau.iter().find(|tau| tau.is_nan() || tau.abs() > n as f64) {
            let expected = format!("a number of samples of at most {n} in size");
            return Err(ScatteringError::value("a displacement", bad, expected, "go round the circle once"));
        }
        if 2 * band >= n {
            let expected = format!("less than half of the {n} samples");
            return Err(ScatteringError::value("the band", band, expected, "oversample the signal"));
        }
        let circle = Circle { n, band };
        let filters: Vec<Vec<f64>> =
            self.wavelets_of(1).into_iter().map(|wavelet| wavelet.response).collect();
        let deformed = circle.deformed(tau);
        let commuted = circle.apart(&filters, &deformed, |_, k| (k as f64 - tau[k], 0.0));
        let smoothed = circle.apart(&[self.filter(0)], &deformed, |_, k| (k as f64, 0.0));
        let (low, high) =
            tau.iter().fold((tau[0], tau[0]), |(low, high), tau| (low.min(*tau), high.max(*tau)));
        let rounded: Vec<f64> = tau.iter().map(|tau| tau.round()).collect();
        let mut choices = vec![vec![f64::midpoint(low, high).round(); n], rounded];
        choices.dedup();
        let least = choices.iter().map(|r| self.bound_of(&self.terms(tau, r, circle, &deformed)));
        let (average, least) = (smoothed.norm(), least.fold(f64::INFINITY, f64::min));
        let coefficients = average.hypot(least) * (1.0 + ENTRY);
        Ok(Some(Deformation { commutator: commuted.norm(), average, coefficients }))
    }

    /// The filter at the end of a path, on all frequencies of the circle.
    fn filter(&self, path: usize) -> Vec<f64> {
        self.response(path).into_iter().flatten().collect()
    }

    /// The wavelets of an order, of a transform that continues every path with all of them.
    fn wavelets_of(&self, order: usize) -> Vec<Wavelet> {
        let n = self.settings.shape[0];
        let wavelet = |path: usize| {
            let centre = (self.paths[path].frequencies[order - 1] * n as f64).round() as usize % n;
            Wavelet { response: self.filter(path), centre }
        };
        let before = self.paths.iter().find(|path| path.wavelets.len() + 1 == order);
        before.map_or(vec![], |path| path.children.clone().map(wavelet).collect())
    }

    /// The terms for one r; `deformed` are the functions of the basis, read at n − τ(n).
    fn terms(&self, tau: &[f64], r: &[f64], circle: Circle, deformed: &[f64]) -> Terms {
        let n = circle.n;
        let orders: Vec<Vec<Wavelet>> = (1..=self.settings.orders).map(|m| self.wavelets_of(m)).collect();
        let filters = |order: usize| -> Vec<Vec<f64>> {
            orders[order].iter().map(|wavelet| wavelet.response.clone()).collect()
        };
        let turns = |l: usize, k: usize| orders[0][l].centre as f64 / n as f64 * (r[k] - tau[k]);
        let first = circle.apart(&filters(0), deformed, |l, k| (k as f64 - r[k], turns(l, k))).norm();
        let averaged = circle.displaced(&self.filter(0), r).norm();
        if r.iter().all(|other| *other == r[0]) {
            return Terms { first, torn: vec![0.0; orders.len() - 1], averaged };
        }
        // moduli have no band
        let (whole, roughness) = (Circle { n, band: n / 2 }, Roughness::new(self.grid));
        let displaced = whole.deformed(r);
        let (mut torn, mut seen) = (vec![], [0.0; TRIED.len()]);
        for next in 1..orders.len() {
            // κ(s)²; of the same wavelets it is the same
            if next == 1 || orders[next] != orders[next - 1] {
                let apart = whole.apart(&filters(next), &displaced, |_, k| (k as f64 - r[k], 0.0));
                seen = TRIED.map(|s| apart.weighted(&whole.smoothing(&roughness, s)).norm().powi(2));
            }
            let mut now = seen;
            let mut table = vec![];
            for order in (0..next).rev() {
                let band = if order == 0 { circle.band } else { whole.band };
                table = before_moduli(&orders[order], now, &roughness, band);
                now = against_roughness(&table, &roughness);
            }
            torn.push(table.into_iter().fold(0.0, f64::max).sqrt() * (1.0 + ENTRY));
        }
        Terms { first, torn, averaged }
    }

    /// What the terms say of all coefficients of the orders from 1 on.
    fn bound_of(&self, terms: &Terms) -> f64 {
        let upper = |order: usize| self.bounds(order, 0).map_or(f64::INFINITY, |bounds| bounds.upper.high());
        let largest = self.filter(0).iter().fold(0.0_f64, |a, b| a.max(b.abs()));
        // V_M, …, V₁, and of ‖U₁x‖², …, ‖U_Mx‖²
        let orders = self.settings.orders;
        let mut stretches = vec![largest * largest];
        for order in (2..=orders).rev() {
            stretches.push(upper(order) * stretches[stretches.len() - 1].max(1.0));
        }
        let energies = (1..=orders).scan(1.0, |energy, order| {
            *energy *= upper(order);
            Some(*energy)
        });
        let stretched = std::iter::once(&terms.first).chain(&terms.torn).zip(stretches.into_iter().rev());
        let moved: f64 = stretched.map(|(term, stretch)| stretch.sqrt() * term).sum();
        (moved + terms.averaged * energies.sum::<f64>().sqrt()) * (1.0 + ENTRY)
    }
}

/// The signals of a band on Z/n, by their coefficients for an orthonormal basis of 1, cosines and sines, to which half the rate, if
/// it is in the band, adds a sine that is 0 on the samples.
#[derive(Clone, Copy)]
struct Circle {
    n: usize,
    band: usize,
}

impl Circle {
    fn width(self) -> usize {
        2 * self.band + 1
    }

    /// What a filter makes of each function of the basis, at a place between the samples: real and imaginary parts.
    fn read(self, filter: &[f64], place: f64) -> [Vec<f64>; 2] {
        let n = self.n as f64;
        let one = n.sqrt().recip();
        let mut parts = [vec![filter[0] * one], vec![0.0]];
        for k in 1..=self.band {
            let size = if 2 * k == self.n { one } else { (2.0 / n).sqrt() };
            let turns = k as f64 * place / n;
            let (sine, cosine) = (TAU * (turns - turns.round())).sin_cos();
            let [there, opposite] = [filter[k], filter[self.n - k]];
            let (sum, difference) = (size * (there + opposite) / 2.0, size * (there - opposite) / 2.0);
            parts[0].extend([sum * cosine, sum * sine]);
            parts[1].extend([difference * sine, -difference * cosine]);
        }
        parts
    }

    /// A filter in time, real and imaginary part.
    fn impulse(self, filter: &[f64]) -> Vec<[f64; 2]> {
        let part = |t: usize| {
            let wave = |k: usize| (TAU * (k * t % self.n) as f64 / self.n as f64).sin_cos();
            let waves = filter.iter().enumerate().filter(|(_, value)| **value != 0.0);
            let sum = waves.fold([0.0, 0.0], |sum, (k, value)| {
                let (sine, cosine) = wave(k);
                [sum[0] + value * cosine, sum[1] + value * sine]
            });
            sum.map(|sum| sum / self.n as f64)
        };
        (0..self.n).map(part).collect()
    }

    /// A filter and columns of samples, convolved: rows of real and of imaginary parts.
    fn filtered(self, filter: &[f64], columns: &[f64]) -> [Vec<f64>; 2] {
        let (impulse, width) = (self.impulse(filter), self.width());
        let mut out = [vec![0.0; self.n * width], vec![0.0; self.n * width]];
        for (part, out) in out.iter_mut().enumerate() {
            for (k, out) in out.chunks_exact_mut(width).enumerate() {
                for (m, row) in columns.chunks_exact(width).enumerate() {
                    let value = impulse[(k + self.n - m) % self.n][part];
                    out.iter_mut().zip(row).for_each(|(out, x)| *out += value * x);
                }
            }
        }
        out
    }

    /// The functions of the basis read at n − τ(n), row by row.
    fn deformed(self, tau: &[f64]) -> Vec<f64> {
        let read = vec![1.0; self.n];
        (0..self.n).flat_map(|k| self.read(&read, k as f64 - tau[k])[0].clone()).collect()
    }

    /// Of x ↦ all filters of x deformed, less those of x themselves at other places: of filter l and sample k, and turned by so much.
    fn apart(
        self,
        filters: &[Vec<f64>],
        deformed: &[f64],
        place: impl Fn(usize, usize) -> (f64, f64),
    ) -> Gram {
        let width = self.width();
        let mut gram = Gram::new(width);
        for (l, filter) in filters.iter().enumerate() {
            let after = self.filtered(filter, deformed);
            for k in 0..self.n {
                let (place, turns) = place(l, k);
                let from = after.each_ref().map(|part| &part[k * width..][..width]);
                gram.add(from, self.read(filter, place), turns);
            }
        }
        gram
    }

    /// Of AG − A, on all signals by their samples.
    fn displaced(self, average: &[f64], r: &[f64]) -> Gram {
        let (n, impulse) = (self.n, self.impulse(average));
        let mut gram = Gram::new(n);
        for k in 0..n {
            let [real, imaginary] = [0, 1].map(|part| {
                let still: Vec<f64> = (0..n).map(|m| impulse[(k + n - m) % n][part]).collect();
                let mut row = vec![0.0; n];
                for (m, (value, r)) in still.iter().zip(r).enumerate() {
                    row[(m as f64 - r).rem_euclid(n as f64) as usize] += value;
                }
                (row, still)
            });
            gram.add([&real.0, &imaginary.0], [real.1, imaginary.1], 0.0);
        }
        gram
    }

    /// (1 + s w)^(−½) of each function of the basis, with a bound of w from below; at most 1.
    fn smoothing(self, roughness: &Roughness, s: f64) -> Vec<f64> {
        let weight = |k: usize| (1.0 + s * roughness.low[k]).sqrt().recip();
        std::iter::once(1.0).chain((1..=self.band).flat_map(|k| [weight(k); 2])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wavelet::scattering::{Convention, Settings};
    use ndarray::ArrayD;

    const N: usize = 64;
    const BAND: usize = 16;

    fn plan(orders: usize, per_octave: &[usize]) -> Scattering<f64> {
        let tight = Settings {
            convention: Convention::Parseval,
            oversampling: 3,
            orders,
            per_octave: per_octave.to_vec(),
            ..Settings::of(&[N], 3)
        };
        Scattering::new(&tight).expect("sound settings")
    }

    fn sine(slope: f64) -> Vec<f64> {
        (0..N).map(|t| slope * N as f64 / TAU * (TAU * t as f64 / N as f64).sin()).collect()
    }

    fn norm(x: &ArrayD<f64>) -> f64 {
        x.iter().map(|x| x * x).sum::<f64>().sqrt()
    }

    fn array(values: Vec<f64>) -> ArrayD<f64> {
        ArrayD::from_shape_vec(vec![N], values).expect("N values")
    }

    /// The samples of functions of the basis in these proportions, from rows as [`Circle::deformed`] has them.
    fn samples(rows: &[f64], c: &[f64]) -> ArrayD<f64> {
        array(rows.chunks(c.len()).map(|row| row.iter().zip(c).map(|(a, b)| a * b).sum()).collect())
    }

    fn noise(seed: u32) -> Vec<f64> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 8) / f64::from(1 << 23) - 1.0
        };
        (0..2 * BAND + 1).map(|_| next()).collect()
    }

    /// The largest ‖SLx − Sx‖/‖x‖ on a walk that follows gradients.
    fn worst(plan: &Scattering<f64>, tau: &[f64]) -> f64 {
        let circle = Circle { n: N, band: BAND };
        let (moved, still) = (circle.deformed(tau), circle.deformed(&[0.0; N]));
        let mut worst = 0.0_f64;
        for seed in 0..2 {
            let mut c = noise(seed);
            for _ in 0..20 {
                let size = c.iter().map(|c| c * c).sum::<f64>().sqrt();
                c.iter_mut().for_each(|c| *c /= size);
                let both = [&moved, &still].map(|rows| samples(rows, &c));
                let [y, x] = both.each_ref().map(|x| plan.forward(x.view()).expect("its shape"));
                let apart = y - x;
                worst = worst.max(norm(&apart));
                c = vec![0.0; c.len()];
                for (sign, (rows, x)) in [1.0, -1.0].into_iter().zip([&moved, &still].iter().zip(&both)) {
                    let slope = plan.gradient(x.view(), apart.view()).expect("its shape");
                    for (row, slope) in rows.chunks(c.len()).zip(&slope) {
                        c.iter_mut().zip(row).for_each(|(c, a)| *c += sign * slope * a);
                    }
                }
            }
        }
        worst
    }

    #[test]
    fn no_deformed_signal_is_further_off_and_every_term_is_needed() {
        let torn: Vec<f64> = (0..N).map(|t| if t < N / 2 { 0.0 } else { 3.0 }).collect();
        for (orders, per_octave) in [(1, vec![1]), (2, vec![2, 1]), (3, vec![1])] {
            let plan = plan(orders, &per_octave);
            for tau in [sine(0.02), sine(0.1), sine(0.3), vec![2.0; N], torn.clone()] {
                let bound = plan.deformation_bound(&tau, BAND).expect("sound").expect("there is one");
                let found = worst(&plan, &tau);
                assert!(found <= bound.coefficients, "{orders}: {found} of {bound:?}");
                assert!(bound.coefficients < 12.0 * found, "{orders}: {found} of {bound:?}");
                assert!(bound.average <= bound.coefficients);
            }
            // wrong twins, which lack a term: of τ below half a sample the rest is 0, and of a shift of this beat, of which the
            // average sees nothing
            let circle = Circle { n: N, band: BAND };
            let without = |tau: &[f64], change: fn(Terms) -> Terms| {
                plan.bound_of(&change(plan.terms(tau, &[tau[0]; N], circle, &circle.deformed(tau))))
            };
            let twin = without(&sine(0.04), |terms| Terms { first: 0.0, ..terms });
            let average = plan.deformation_bound(&sine(0.04), BAND).expect("sound").expect("one").average;
            assert!(average.hypot(twin) < worst(&plan, &sine(0.04)));
            let beat = |start: usize| {
                let wave = |k: usize, t: usize| (TAU * (k * (t + start)) as f64 / N as f64).cos();
                array((0..N).map(|t| wave(14, t) + wave(16, t)).collect())
            };
            let [y, x] = [2, 0].map(|start| plan.forward(beat(start).view()).expect("its shape"));
            let off = norm(&(y - x)) / norm(&beat(0));
            assert!(without(&[-2.0; N], |terms| Terms { averaged: 0.0, ..terms }) < off);
            assert!(off <= without(&[-2.0; N], |terms| terms));
        }
    }

    #[test]
    fn what_jumps_tear_is_bounded_and_not_by_a_hundredth() {
        let one = plan(1, &[1]);
        let tau = sine(0.2);
        let circle = Circle { n: N, band: BAND };
        let r: Vec<f64> = tau.iter().map(|tau| tau.round()).collect();
        let displaced = |u: &ArrayD<f64>| {
            array((0..N).map(|k| u[(k + N - (N as f64 + r[k]) as usize % N) % N]).collect())
        };
        let moduli = |u: &ArrayD<f64>| -> Vec<ArrayD<f64>> {
            (1..one.paths().len()).map(|path| one.moduli(u.view(), path).expect("a path")).collect()
        };
        let bounds = plan(3, &[1]).terms(&tau, &r, circle, &circle.deformed(&tau)).torn;
        let mut found = [0.0_f64; 2];
        for seed in 0..20 {
            // narrow bumps beside noise
            let c: Vec<f64> = match seed {
                0..10 => noise(seed),
                _ => circle.read(&[1.0; N], f64::from(seed) * 6.4)[0].clone(),
            };
            let x = samples(&circle.deformed(&[0.0; N]), &c);
            let mut last = moduli(&x);
            for found in &mut found {
                let torn: f64 = last
                    .iter()
                    .flat_map(|u| moduli(&displaced(u)).into_iter().zip(moduli(u)))
                    .map(|(before, after)| norm(&(before - displaced(&after))).powi(2))
                    .sum();
                *found = found.max(torn.sqrt() / norm(&x));
                last = last.iter().flat_map(moduli).collect();
            }
        }
        assert!(found.iter().zip(&bounds).all(|(found, bound)| found <= bound), "{found:?} of {bounds:?}");
        assert!(
            found.iter().zip(&bounds).all(|(found, bound)| *found > bound / 100.0),
            "{found:?} of {bounds:?}"
        );
    }
}
