//! How many entries all windows of an axis read together, without looking at them one by one.

use crate::layer::Window;

/// The pairs of one of so many outputs and a tap that meet an entry of an axis of `n`: padding is not counted.
///
/// Tap t of output o lies at o · stride + t · dilation − before, so what is counted are the points of a rectangle between
/// two parallel lines; a sum of floors does that in as many steps as Euclid's algorithm takes.
pub(super) fn edges(window: &Window, n: usize, outputs: usize) -> u128 {
    let (before, end) = (window.before as u128, window.before as u128 + n as u128);
    up_to(window, outputs as u128, end) - up_to(window, outputs as u128, before)
}

/// The pairs at a place below `end`, counted from the beginning of the padding.
fn up_to(window: &Window, outputs: u128, end: u128) -> u128 {
    let Some(last) = end.checked_sub(1) else { return 0 };
    let (taps, stride, dilation) = (window.taps as u128, window.stride as u128, window.dilation as u128);
    // the first outputs have all their taps there, the next ones some, the others none
    let span = (taps - 1) * dilation;
    let whole = if last >= span { ((last - span) / stride + 1).min(outputs) } else { 0 };
    let begun = (last / stride + 1).min(outputs);
    let partial = begun - whole;
    if partial == 0 {
        return whole * taps;
    }
    // Σ ⌊(last − o · stride)/dilation⌋ + 1 over these, from the last of them back to the first
    let least = last - (begun - 1) * stride;
    whole * taps + partial + floors(partial, dilation, stride, least)
}

/// Σ ⌊(a·i + b)/m⌋ for i from 0 to n − 1. Every term that is added is part of the sum, so nothing exceeds it.
fn floors(n: u128, m: u128, a: u128, b: u128) -> u128 {
    let (mut n, mut m, mut a, mut b, mut sum) = (n, m, a, b, 0);
    loop {
        let pairs = if n % 2 == 0 { n / 2 * (n - 1) } else { (n - 1) / 2 * n };
        sum += pairs * (a / m) + n * (b / m);
        (a, b) = (a % m, b % m);
        let top = a * n + b;
        if top < m {
            return sum;
        }
        // the same lattice points, with rows and columns exchanged
        (n, b) = (top / m, top % m);
        (m, a) = (a, m);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pairs_are_those_that_one_finds_by_looking() {
        let mut tried = 0;
        for code in 0..4 * 4 * 4 * 4 * 4 * 9_usize {
            let [taps, stride, dilation, before, after] =
                [code % 4 + 1, code / 4 % 4 + 1, code / 16 % 4 + 1, code / 64 % 4, code / 256 % 4];
            let n = code / 1024 + 1;
            for ceil in [false, true] {
                let window = Window { stride, dilation, before, after, ceil, ..Window::of(taps) };
                let Ok(outputs) = window.outputs(n) else { continue };
                let reads = |o: usize| {
                    (0..taps).filter(move |t| window.source(o, *t, n, Default::default()).is_some())
                };
                let found = (0..outputs).flat_map(reads).count() as u128;
                assert_eq!(edges(&window, n, outputs), found, "{window:?} {n}");
                tried += 1;
            }
        }
        assert!(tried > 10_000, "{tried}");
    }
}
