//! Windows that do not come out even: why, and what would.

use crate::layer::{Padding, Sliding, Window, WindowError};
use std::fmt;

/// How far a divisor is looked for.
const NEAR: usize = 1 << 10;

/// An axis along which (n + padding − reach)/stride is no integer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Misfit {
    /// The spatial axis, from 0.
    pub axis: usize,
    /// Its size.
    pub n: usize,
    /// The window, with its padding.
    pub window: Window,
    /// The places behind the last window that fits: less than a stride.
    pub left: usize,
    /// The entries at the end that no window reads; the other places are padding.
    pub dropped: usize,
    /// The nearest strides below and above that divide evenly, where they were found.
    pub strides: Vec<usize>,
    /// The nearest paddings below and above with which the stride does, in front and behind.
    pub paddings: Vec<(usize, usize)>,
}

impl Misfit {
    /// The misfits along all axes.
    pub(super) fn all(sliding: &Sliding, spatial: &[usize]) -> Result<Vec<Misfit>, crate::layer::LayerError> {
        let windows = sliding.resolve(spatial)?;
        let one = |(axis, (window, n)): (usize, (&Window, &usize))| {
            Misfit::of(axis, *n, *window).map_err(|error| crate::layer::LayerError::Window { axis, error })
        };
        let misfits = windows.iter().zip(spatial).enumerate().map(one).collect::<Result<Vec<_>, _>>()?;
        Ok(misfits.into_iter().flatten().filter(|_| sliding.padding == Padding::Explicit).collect())
    }

    /// What is wrong along one axis, if anything.
    ///
    /// # Errors
    /// As [`Window::outputs`].
    pub fn of(axis: usize, n: usize, window: Window) -> Result<Option<Misfit>, WindowError> {
        let (reach, padded) = (window.reach()?, window.padded(n)?);
        window.outputs(n)?;
        // with `ceil` the window may be longer than the axis
        let Some(room) = padded.checked_sub(reach) else { return Ok(None) };
        let left = room % window.stride;
        if left == 0 {
            return Ok(None);
        }
        let below = (1..window.stride).rev().take(NEAR).find(|stride| room % stride == 0);
        let above = (window.stride + 1..=room).take(NEAR).find(|stride| room % stride == 0);
        let split = |total: usize| (total / 2, total - total / 2);
        let total = window.before + window.after;
        let paddings = [total.checked_sub(left), Some(total + (window.stride - left))];
        Ok(Some(Misfit {
            axis,
            n,
            window,
            left,
            dropped: window.dropped(n)?,
            strides: below.into_iter().chain(above).collect(),
            paddings: paddings.into_iter().flatten().map(split).collect(),
        }))
    }
}

impl Misfit {
    /// What is the case, without the axis: axes of one size say the same.
    pub fn explanation(&self) -> String {
        let Window { before, after, stride, .. } = self.window;
        // `of` has seen that these can be
        let reach = self.window.reach().unwrap_or_default();
        let places = self.window.places(self.n).unwrap_or_default();
        let room = (before + places + after).saturating_sub(reach);
        let added = self.window.outputs(self.n).is_ok_and(|outputs| outputs > room / stride + 1);
        let consequence = match (added, self.dropped) {
            (true, _) => "a last window that does not fit is added".to_owned(),
            (_, 0) => "what is left over is padding, which nobody misses".to_owned(),
            (_, 1) => "the last entry is read by nobody".to_owned(),
            (_, n) => format!("the last {n} entries are read by nobody"),
        };
        let strides: Vec<String> = self.strides.iter().map(usize::to_string).collect();
        let pad = |(before, after): &(usize, usize)| {
            if before == after { before.to_string() } else { format!("{before}:{after}") }
        };
        let paddings: Vec<String> = self.paddings.iter().map(pad).collect();
        let strides = if strides.is_empty() {
            String::new()
        } else {
            format!("stride {} fits; ", strides.join(" or "))
        };
        format!(
            "(n + padding − reach)/stride = ({before} + {places} + {after} − {reach})/{stride} = {room}/{stride} is no integer; \
             {consequence}; {strides}pad {} fits",
            paddings.join(" or "),
        )
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "axis {}: {}", self.axis, self.explanation())
    }
}

#[cfg(test)]
mod tests {
    use super::Misfit;
    use crate::layer::Window;

    /// 3 entries with gaps of 3 take 9 places.
    #[test]
    fn gaps_count_as_places() {
        let window = Window { spread: 4, stride: 3, ..Window::of(5) };
        let misfit = Misfit::of(0, 3, window).expect("fits").expect("not evenly");
        assert!(misfit.explanation().contains("(0 + 9 + 0 − 5)/3 = 4/3"), "{misfit}");
    }

    /// A prime has no divisor near 5000.
    #[test]
    fn far_divisors_are_not_looked_for() {
        let window = Window { stride: 5000, ..Window::of(1) };
        let misfit = Misfit::of(0, 104_730, window).expect("fits").expect("not evenly");
        assert!(misfit.strides.is_empty(), "{misfit}");
        assert_eq!(misfit.left, 4729);
    }
}
