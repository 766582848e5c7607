//! What a wavelet declares, measured; wrong declarations are planted and caught.

use super::specimens;
use faltung::wavelet::{Declared, Moments, Normalisation, Wavelet, admissible, peak};
use num_complex::Complex;
use std::f64::consts::{LN_2, TAU};

/// Values at equal steps, of which sums are integrals, up to what aliases.
struct Samples {
    step: f64,
    values: Vec<(f64, Complex<f64>)>,
}

fn samples(wavelet: &dyn Wavelet) -> Samples {
    let Declared { support: [from, to], outside, band, .. } = wavelet.declared();
    let wide = if outside == 0.0 { 0.0 } else { to - from };
    let step = if band[1].is_infinite() { 1.0 / 256.0 } else { 2f64.powf((1.5 / band[1]).log2().floor()) };
    let places = ((from - wide) / step).floor() as i64..=((to + wide) / step).ceil() as i64;
    let values = places.map(|k| k as f64 * step).map(|u| (u, wavelet.time(u)));
    Samples { step, values: values.collect() }
}

/// What of the declaration is not so.
fn complaints(
    wavelet: &dyn Wavelet,
    Samples { step, values: samples }: &Samples,
    tolerance: f64,
) -> Vec<&'static str> {
    let Declared { real, analytic, moments, admissible, normalisation, centre, support, outside, band } =
        wavelet.declared();
    let size = |xi: f64| wavelet.frequency(xi).norm();
    let grid: Vec<f64> = (1..800).map(|k| f64::from(k) * centre / 200.0).collect();
    let greatest = grid.iter().map(|xi| size(*xi)).fold(0.0, f64::max);
    let mut wrong = vec![];
    let mut must = |holds: bool, what| {
        if !holds {
            wrong.push(what);
        }
    };
    // ψ̂ is the transform of ψ, at frequencies of both signs
    let pair = (-12..=12).all(|k| {
        let xi = f64::from(k) * centre / 6.0 + 0.01;
        let sum: Complex<f64> = samples.iter().map(|(u, value)| value * Complex::cis(-xi * u)).sum();
        (sum * *step - wavelet.frequency(xi)).norm() < tolerance * greatest.max(1.0)
    });
    must(pair, "transform");
    must(real == samples.iter().all(|(_, value)| value.im == 0.0), "real");
    must(analytic == grid.iter().all(|xi| size(-xi) == 0.0), "analytic");
    let order = match moments {
        Moments::All => (1..100).all(|k| size(centre * 1e-3 * f64::from(k)) == 0.0),
        Moments::First(n) => {
            let (near, far) = (centre * 1e-4, centre * 2e-4);
            // β of a Morse wavelet need not be whole: the moments below it vanish
            let slope = (size(far) / size(near)).ln() / LN_2;
            slope > n as f64 - 0.99 && slope < n as f64 + 0.01
        }
    };
    must(order, "moments");
    // an integral to 0 exists if its octaves die out
    let octave = |k: i32| size(centre * 2f64.powi(-k)).powi(2);
    must(admissible == (octave(60) == 0.0 || octave(60) < 0.5 * octave(40)), "admissible");
    let energy: f64 = samples.iter().map(|(_, value)| value.norm_sqr() * step).sum();
    must(
        match normalisation {
            Normalisation::Energy => (energy - 1.0).abs() < 2.0 * tolerance.max(1e-9),
            Normalisation::Peak(value) => (greatest - value).abs() < 1e-12,
        },
        "normalisation",
    );
    must((size(centre) - greatest).abs() <= 1e-9 * greatest.max(1.0) && greatest > 0.0, "centre");
    must((peak(wavelet, 1.0) / centre - 1.0).abs() < 1e-6, "centre");
    let beyond = |[from, to]: [f64; 2]| {
        let far = samples.iter().filter(|(u, _)| *u < from || *u > to);
        far.map(|(_, value)| value.norm_sqr() * step).sum::<f64>() / energy
    };
    let [from, to] = support;
    must(if outside == 0.0 { beyond(support) == 0.0 } else { beyond(support) <= outside }, "support");
    // and half of it would not do
    let (middle, quarter) = ((from + to) / 2.0, (to - from) / 4.0);
    must(beyond([middle - quarter, middle + quarter]) > outside.max(1e-7), "support");
    let empty = |xi: f64| size(xi) <= 1.1e-16 * greatest && size(-xi) <= 1.1e-16 * greatest;
    must(band[1].is_infinite() || (1..50).all(|k| empty(band[1] * (1.0 + 0.05 * f64::from(k)))), "band");
    must((1..50).all(|k| empty(band[0] * 0.98 * f64::from(k) / 50.0)) || band[0] == 0.0, "band");
    wrong
}

#[test]
fn declarations_are_measured() {
    let mut wrong = vec![];
    for (wavelet, tolerance) in specimens() {
        let found = complaints(&*wavelet, &samples(&*wavelet), tolerance);
        wrong.extend(found.into_iter().map(|what| format!("{}: {what}", wavelet.name())));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A wavelet with something changed.
#[derive(Debug)]
struct Twin<'w> {
    own: &'w dyn Wavelet,
    change: fn(&mut Declared),
    turn: Complex<f64>,
}

impl Wavelet for Twin<'_> {
    fn name(&self) -> String {
        format!("twin of {}", self.own.name())
    }
    fn time(&self, u: f64) -> Complex<f64> {
        self.own.time(u)
    }
    fn frequency(&self, xi: f64) -> Complex<f64> {
        self.own.frequency(xi) * self.turn
    }
    fn declared(&self) -> Declared {
        let mut declared = self.own.declared();
        (self.change)(&mut declared);
        declared
    }
}

#[test]
fn wrong_declarations_are_caught() {
    type Change = (&'static str, fn(&mut Declared));
    let changes: [Change; 9] = [
        ("real", |d| d.real = !d.real),
        ("analytic", |d| d.analytic = !d.analytic),
        ("moments", |d| {
            d.moments = match d.moments {
                Moments::First(n) => Moments::First(n + 1),
                Moments::All => Moments::First(9),
            }
        }),
        ("admissible", |d| d.admissible = !d.admissible),
        ("normalisation", |d| {
            d.normalisation = match d.normalisation {
                Normalisation::Energy => Normalisation::Peak(1.01),
                Normalisation::Peak(_) => Normalisation::Energy,
            }
        }),
        ("centre", |d| d.centre *= 1.3),
        ("support", |d| d.support = d.support.map(|end| end / 4.0)),
        ("support", |d| {
            d.support = [2.5 * d.support[0] - 1.5 * d.support[1], 2.5 * d.support[1] - 1.5 * d.support[0]]
        }),
        ("band", |d| d.band[1] = d.centre * 1.01),
    ];
    let one = Complex::from(1.0);
    let mut missed = vec![];
    for (own, tolerance) in specimens().iter().map(|(own, tolerance)| (&**own, *tolerance)) {
        // one of a family is enough
        if own.name().starts_with("daubechies") && own.name() != "daubechies(2)" {
            continue;
        }
        let samples = samples(own);
        for (what, change) in changes {
            // a flat spectrum has its greatest value wherever it is
            let flat = own.name().starts_with("shannon") && what == "centre";
            let twin = Twin { own, change, turn: one };
            if !flat && !complaints(&twin, &samples, tolerance).contains(&what) {
                missed.push(format!("{}: {what}", own.name()));
            }
        }
        for turn in [-one, Complex::i(), Complex::from(1.05)] {
            let twin = Twin { own, change: |_| {}, turn };
            if !complaints(&twin, &samples, tolerance).contains(&"transform") {
                missed.push(format!("{}: times {turn}", own.name()));
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn constants_of_admissibility_are_their_closed_forms() {
    let mut closed = 0;
    for (wavelet, _) in specimens() {
        let Some(form) = wavelet.admissibility() else { continue };
        let computed = admissible::constants(&*wavelet).unwrap();
        closed += 1;
        for (form, computed) in form.into_iter().zip(computed) {
            let off = (form - computed.value).abs();
            // kinks leave a tail that is only estimated, and counted
            let tail = if wavelet.declared().band[1].is_infinite() { computed.error } else { 0.0 };
            let most = tail.max(1e-13 * form);
            assert!(off <= most, "{}: {form} {computed:?}", wavelet.name());
            assert!(computed.error < 1e-6 * form.max(1e-300), "{}: {computed:?}", wavelet.name());
        }
    }
    assert!(closed >= 8);
    let gabor = faltung::wavelet::Morlet::uncorrected(6.0).unwrap();
    assert!(admissible::constants(&gabor).is_err() && !gabor.declared().admissible);
}

#[test]
fn constants_that_are_known_from_elsewhere() {
    use faltung::wavelet::{Daubechies, Morlet, Morse, Paul};
    let morse = Morse::new(3.0, 60.0).unwrap();
    // computed by SciPy's adaptive quadrature
    assert!((morse.reconstruction() - 0.375_226_141_042_676).abs() < 1e-13);
    assert!((morse.admissibility().unwrap()[0] - 0.529_545_688_543_384).abs() < 1e-13);
    let morlet = admissible::constants(&Morlet::corrected(6.0).unwrap()).unwrap();
    assert!((morlet[0].value - 1.062_394_762_38).abs() < 1e-9, "{morlet:?}");
    assert_eq!(Paul::new(4).unwrap().admissibility(), Some([TAU / 4.0, 0.0]));
    // orthonormal to its shifts, and of the published coefficients
    for order in 2..=10 {
        let wavelet = Daubechies::new(order).unwrap();
        let h = wavelet.low_pass();
        for shift in 0..order {
            let product: f64 = h.iter().skip(2 * shift).zip(h).map(|(a, b)| a * b).sum();
            assert!((product - f64::from(u8::from(shift == 0))).abs() < 1e-13, "{order} {shift}: {product}");
        }
    }
    assert!(Daubechies::new(1).is_err() && Daubechies::new(11).is_err());
}
