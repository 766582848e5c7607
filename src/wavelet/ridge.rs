//! Ridges: the frequency that a transform follows through time.

use super::WaveletError;
use crate::scalar::Real;
use ndarray::ArrayView2;
use num_complex::Complex;

/// The path through a transform (scales × samples), a row for each sample, with the greatest sum of ln|y|² − penalty · (step in
/// rows)²; of several the first at each choice.
///
/// Cost: scales² × samples, by dynamic programming (Viterbi's). With penalty 0 it is the greatest entry of each column.
///
/// ```
/// use faltung::wavelet::ridge::ridge;
/// use ndarray::arr2;
/// use num_complex::Complex;
/// // the row 1 is loud but for one sample, where row 3 is
/// let y = arr2(&[[0.1, 0.1, 0.1], [1.0, 0.9, 1.0], [0.1, 0.1, 0.1], [0.1, 1.0, 0.1]]).mapv(Complex::from);
/// assert_eq!(ridge(y.view(), 0.0)?, [1, 3, 1]);
/// assert_eq!(ridge(y.view(), 1.0)?, [1, 1, 1]);
/// # Ok::<(), faltung::wavelet::WaveletError>(())
/// ```
///
/// # Errors
/// No scales, entries that are not finite, a penalty that is negative or not a number.
pub fn ridge<T: Real>(y: ArrayView2<Complex<T>>, penalty: f64) -> Result<Vec<usize>, WaveletError> {
    WaveletError::unless_within("the penalty", penalty, [0.0, 1e12], "0 follows the greatest entries")?;
    let (rows, columns) = y.dim();
    WaveletError::unless_counted("the number of scales", rows, [1, 1 << 20], "give a transform")?;
    let power = |value: &Complex<T>| {
        let [re, im]: [f64; 2] = [value.re.into(), value.im.into()];
        // zeros are no paths to be preferred, and none to be forbidden
        (re * re + im * im).max(1e-300).ln()
    };
    if !y.iter().all(|value| value.re.into().is_finite() && value.im.into().is_finite()) {
        return Err(WaveletError::value(
            "the transform",
            "not finite",
            "finite entries",
            "look for NaN in the signal",
        ));
    }
    // the best sum of a path to each row, and where it came from
    let mut best: Vec<f64> = vec![0.0; rows];
    let mut came = vec![vec![0_u32; rows]; columns];
    for (column, came) in came.iter_mut().enumerate() {
        let before = best.clone();
        for (row, (best, came)) in best.iter_mut().zip(came.iter_mut()).enumerate() {
            let reach = |from: usize| before[from] - penalty * (row as f64 - from as f64).powi(2);
            let from = (0..rows).fold(0, |best, from| if reach(from) > reach(best) { from } else { best });
            *came = from as u32;
            *best = reach(from) + power(&y[[row, column]]);
        }
    }
    let mut row = (0..rows).fold(0, |last, row| if best[row] > best[last] { row } else { last });
    let mut path = vec![0; columns];
    for (place, came) in path.iter_mut().zip(&came).rev() {
        *place = row;
        row = came[row] as usize;
    }
    Ok(path)
}
