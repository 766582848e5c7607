//! The arithmetic of windows, held to walking along the axis; and what the notes and tables say of sizes.

use faltung::{
    layer::{Padding, Window},
    signal::Boundary,
};

/// Every window of small sizes.
fn windows() -> impl Iterator<Item = (usize, Window)> {
    let sizes = (1..7).flat_map(|n| (1..5).flat_map(move |taps| (1..5).map(move |stride| (n, taps, stride))));
    let shapes = sizes
        .flat_map(|size| (1..4).flat_map(move |dilation| (1..3).map(move |spread| (size, dilation, spread))));
    let padded = shapes
        .flat_map(|shape| (0..4).flat_map(move |before| (0..4).map(move |after| (shape, before, after))));
    padded.flat_map(|(((n, taps, stride), dilation, spread), before, after)| {
        [false, true].map(|ceil| (n, Window { taps, stride, dilation, before, after, spread, ceil }))
    })
}

/// Walks: one start after the other, for as long as the window fits; with ceiling for as long as the one before did not
/// reach the end and this one starts before the end of the entries.
fn walked(n: usize, window: Window) -> usize {
    let reach = (window.taps - 1) * window.dilation + 1;
    let entries = (n - 1) * window.spread + 1;
    let end = window.before + entries + window.after;
    let (mut outputs, mut start, mut reached) = (0, 0, 0);
    loop {
        let counts = match window.ceil {
            false => start + reach <= end,
            true => {
                start < window.before + entries
                    && (start + reach <= end || reached < end && start + reach < end + window.stride)
            }
        };
        if !counts {
            return outputs;
        }
        (outputs, reached, start) = (outputs + 1, start + reach, start + window.stride);
    }
}

#[test]
fn outputs_are_the_windows_that_fit() {
    let (mut fit, mut none) = (0, 0);
    for (n, window) in windows() {
        match window.outputs(n) {
            Ok(outputs) => assert_eq!((outputs, fit += 1), (walked(n, window), ()), "{n} {window:?}"),
            Err(_) => assert_eq!((walked(n, window), none += 1), (0, ()), "{n} {window:?}"),
        }
    }
    assert!(fit > 10_000 && none > 1_000, "{fit} {none}");
}

#[test]
fn the_tail_is_what_no_window_reads() {
    let mut dropping = 0;
    for (n, window) in windows() {
        let Ok(outputs) = window.outputs(n) else { continue };
        // the last place that any tap touches, whether it reads there or not
        let last = ((outputs - 1) * window.stride + (window.taps - 1) * window.dilation) as isize
            - window.before as isize;
        let tail = (0..n).filter(|i| (i * window.spread) as isize > last).count();
        assert_eq!(window.dropped(n), Ok(tail), "{n} {window:?}");
        dropping += usize::from(tail > 1);
        let reads = |i: usize| {
            (0..outputs).any(|o| (0..window.taps).any(|t| window.source(o, t, n, Boundary::Zero) == Some(i)))
        };
        assert!((n - tail..n).all(|i| !reads(i)), "{n} {window:?}");
    }
    assert!(dropping > 100);
}

#[test]
fn divisors_count_the_taps_that_do_not_lie_beyond_the_padding() {
    for (n, window) in windows() {
        let Ok(outputs) = window.outputs(n) else { continue };
        let end = window.before + (n - 1) * window.spread + 1 + window.after;
        for o in 0..outputs {
            let inside = (0..window.taps).filter(|t| o * window.stride + t * window.dilation < end).count();
            assert_eq!(window.inside(o, n), Ok(inside), "{n} {window:?}");
        }
    }
}

#[test]
fn same_means_a_ceiling_of_outputs_and_the_odd_zero_on_its_side() {
    for (n, window) in windows().filter(|(_, window)| !window.ceil) {
        let places = (n - 1) * window.spread + 1;
        let [upper, lower] =
            [Padding::SameUpper, Padding::SameLower].map(|same| same.resolve(n, window).expect("sizes"));
        for same in [upper, lower] {
            assert_eq!(same.outputs(n), Ok(places.div_ceil(window.stride)), "{n} {same:?}");
            // no more padding than that takes
            if same.before + same.after > 0 {
                let less = Window { after: 0, before: same.before + same.after - 1, ..same };
                assert!(
                    less.outputs(n).is_ok_and(|outputs| outputs < places.div_ceil(window.stride))
                        || less.outputs(n).is_err()
                );
            }
        }
        assert_eq!((upper.before, upper.after), (lower.after, lower.before));
        assert!(upper.after - upper.before <= 1, "{upper:?}");
    }
    let even = Padding::SameUpper.resolve(5, Window::of(2)).expect("sizes");
    assert_eq!((even.before, even.after), (0, 1));
}

#[test]
fn a_transposed_window_makes_what_its_convolution_takes() {
    let mut padded = 0;
    for (n, window) in windows().filter(|(_, window)| window.spread == 1 && !window.ceil) {
        for extra in 0..window.stride {
            let Ok(outputs) = window.transposed(n, extra) else { continue };
            // that convolution has these n outputs again, and drops nothing but what the output padding kept
            assert_eq!(window.outputs(outputs), Ok(n), "{window:?}");
            assert_eq!(
                window.dropped(outputs),
                Ok(extra.saturating_sub(window.after).min(outputs)),
                "{n} {extra} {window:?}"
            );
            for padding in [Padding::Explicit, Padding::SameLower, Padding::SameUpper] {
                let to = window.transposed_to(n, extra, outputs, padding).expect("there is one");
                assert_eq!(to.1, extra);
                let to = to.0;
                assert_eq!(to.transposed(n, extra), Ok(outputs));
                assert_eq!(to.before + to.after, window.before + window.after);
                let (less, more) =
                    if padding == Padding::SameUpper { (to.before, to.after) } else { (to.after, to.before) };
                assert!(more - less <= 1, "{to:?}");
                padded += usize::from(more > less);
            }
        }
    }
    assert!(padded > 1000, "{padded}");
}

/// The fifteen cases that Dumoulin & Visin draw, as sizes: input, kernel, stride, padding, output.
#[test]
fn the_classical_cases_have_their_sizes() {
    let forward = [
        (4, 3, 1, 0, 1, 2),
        (5, 4, 1, 2, 1, 6),
        (5, 3, 1, 1, 1, 5),
        (5, 3, 1, 2, 1, 7),
        (5, 3, 2, 0, 1, 2),
        (5, 3, 2, 1, 1, 3),
        (6, 3, 2, 1, 1, 3),
        (7, 3, 1, 0, 2, 3),
    ];
    for (n, taps, stride, pad, dilation, outputs) in forward {
        let window = Window { stride, dilation, before: pad, after: pad, ..Window::of(taps) };
        assert_eq!(window.outputs(n), Ok(outputs), "{n} {window:?}");
        // and the transposed ones go back, with one entry of output padding where a tail was dropped
        let extra = (n + 2 * pad - (taps - 1) * dilation - 1) % stride;
        assert_eq!(window.transposed(outputs, extra), Ok(n));
    }
}
