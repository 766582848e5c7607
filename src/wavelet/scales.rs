//! Scales, the frequencies they stand for, and where the border reaches them.

use super::{Wavelet, WaveletError, mother::peak};

/// So many scales in equal ratios, from the first to the last, both included.
///
/// ```
/// use faltung::wavelet::scales::geometric;
/// let scales = geometric(2.0, 16.0, 4)?;
/// assert!(scales.iter().zip([2.0, 4.0, 8.0, 16.0]).all(|(s, t)| (s - t).abs() < 1e-12));
/// # Ok::<(), faltung::wavelet::WaveletError>(())
/// ```
///
/// # Errors
/// Ends that are not positive and finite, and fewer than two scales, or more than 10⁶.
pub fn geometric(first: f64, last: f64, count: usize) -> Result<Vec<f64>, WaveletError> {
    for end in [first, last] {
        WaveletError::unless_within(
            "a scale",
            end,
            [1e-300, 1e300],
            "scales are positive here; negate them later",
        )?;
    }
    WaveletError::unless_counted("the number of scales", count, [2, 1_000_000], "two ends, and any between")?;
    let step = (last / first).ln() / (count - 1) as f64;
    Ok((0..count).map(|j| first * (step * j as f64).exp()).collect())
}

/// The scales from the one whose ridge is at the frequency `highest` down to that of `lowest`, with so many voices in an octave;
/// frequencies in cycles per unit of time.
///
/// # Errors
/// Frequencies that are not 0 < lowest < highest, and voices outside 1 … 256.
pub fn voices(
    wavelet: &dyn Wavelet,
    p: f64,
    [lowest, highest]: [f64; 2],
    voices: usize,
) -> Result<Vec<f64>, WaveletError> {
    WaveletError::unless_counted("the number of voices", voices, [1, 256], "8 to 32 are usual")?;
    if !(lowest > 0.0 && lowest < highest && highest.is_finite()) {
        let hint = "give the lowest frequency first";
        let got = format!("{lowest} to {highest}");
        return Err(WaveletError::value("the range of frequencies", got, "0 < lowest < highest", hint));
    }
    let first = peak(wavelet, p) / (std::f64::consts::TAU * highest);
    let count = ((highest / lowest).log2() * voices as f64).floor() as usize + 1;
    Ok((0..count).map(|j| first * (j as f64 / voices as f64).exp2()).collect())
}

/// The frequency, in cycles per unit of time, of the pure tone whose ridge is at this scale: [`peak`] over 2π|s|, so it
/// depends on the normalisation p.
pub fn frequency(wavelet: &dyn Wavelet, p: f64, scale: f64) -> f64 {
    peak(wavelet, p) / (std::f64::consts::TAU * scale.abs())
}

/// The cone of influence: of the coefficients f * ψ_s at the samples 0 … n − 1, those that the signal beyond its ends reaches
/// only through the share of ψ's energy outside its declared support; for each scale a range, which may be empty.
///
/// Of the integral, a coefficient outside the cone changes by at most ‖change‖₂ |s|^(½−p) √(outside · energy), whatever stands
/// beyond the ends; where the wavelet's band is cut off at the last frequency of the samples, what is computed reaches
/// further. The scales are in samples.
pub fn cone(wavelet: &dyn Wavelet, scales: &[f64], n: usize) -> Vec<std::ops::Range<usize>> {
    let [from, to] = wavelet.declared().support;
    let free = |scale: &f64| {
        // (f * ψ_s)(t) reads f at t − s u for the u of the support
        let [mut before, mut after] = [scale * to, -scale * from];
        if *scale < 0.0 {
            [before, after] = [scale * from, -scale * to];
        }
        let first = before.ceil().clamp(0.0, n as f64) as usize;
        let last = ((n as f64 - 1.0 - after).floor() + 1.0).clamp(0.0, n as f64) as usize;
        first..last.max(first)
    };
    scales.iter().map(free).collect()
}
