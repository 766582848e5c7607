//! Why a transform cannot be planned or done: what was expected, what came, what to do.

/// Why a wavelet, a window, a transform or an inverse is refused.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum WaveletError {
    #[error("{what} is {got}; expected {expected}: {hint}")]
    Value { what: &'static str, got: String, expected: String, hint: &'static str },
    #[error("{what} has the shape {got:?}; expected {expected}: {hint}")]
    Shape { what: &'static str, got: Vec<usize>, expected: String, hint: &'static str },
    #[error("{what} takes {entries} entries, and at most {most} are addressed: {hint}")]
    Size { what: &'static str, entries: u128, most: u128, hint: &'static str },
    #[error(
        "the lower frame bound is {lower:e} and the upper one {upper:e}, so some signals leave no trace in the \
         coefficients, and none is exact: {hint}"
    )]
    NoFrame { lower: f64, upper: f64, hint: &'static str },
    #[error("{wavelet} is not admissible, and the integral over all scales diverges: {hint}")]
    NotAdmissible { wavelet: String, hint: &'static str },
    #[error(
        "{wavelet} has the admissibility constants {positive} and {negative} for positive and negative frequencies, so \
         positive scales alone weigh the two differently: {hint}"
    )]
    OneSided { wavelet: String, positive: f64, negative: f64, hint: &'static str },
}

impl WaveletError {
    /// `got` is not `expected`.
    pub(super) fn value(
        what: &'static str,
        got: impl ToString,
        expected: impl Into<String>,
        hint: &'static str,
    ) -> WaveletError {
        WaveletError::Value { what, got: got.to_string(), expected: expected.into(), hint }
    }

    /// Unless the value lies in the closed interval; NaN lies in none.
    pub(super) fn unless_within(
        what: &'static str,
        got: f64,
        [low, high]: [f64; 2],
        hint: &'static str,
    ) -> Result<(), WaveletError> {
        if (low..=high).contains(&got) {
            return Ok(());
        }
        Err(WaveletError::value(what, got, format!("a number from {low} to {high}"), hint))
    }

    /// Unless the count lies between the two.
    pub(super) fn unless_counted(
        what: &'static str,
        got: usize,
        [low, high]: [usize; 2],
        hint: &'static str,
    ) -> Result<(), WaveletError> {
        if (low..=high).contains(&got) {
            return Ok(());
        }
        Err(WaveletError::value(what, got, format!("a whole number from {low} to {high}"), hint))
    }
}
