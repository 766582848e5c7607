//! How windows lie: padding, stride, dilation and transposition, one frame for every output. The cases are those of
//! Dumoulin & Visin 2016, and the frames are read off the layer's own graph.

use super::Unmet;
use crate::{
    figure::{Content, Figure, Frames, Panel, Place},
    layer::{
        Conv, LayerError, Sliding, Transposed, Window,
        grid::{Connections, Edge},
    },
};
use ndarray::ArrayD;

pub(super) const SLIDING: &str = "sliding-windows";
pub(super) const TRANSPOSED: &str = "transposed-windows";

/// One case: a square input and a square kernel.
struct Case {
    name: &'static str,
    /// Entries along each axis of the input.
    entries: usize,
    /// The window of the layer; of the layer that is transposed, where one is.
    window: Window,
    /// The output padding of a transposed layer; `None` for a layer that is not transposed.
    extra: Option<usize>,
}

const fn case(name: &'static str, entries: usize, [taps, stride, dilation, pad]: [usize; 4]) -> Case {
    let window = Window { stride, dilation, before: pad, after: pad, ..Window::of(taps) };
    Case { name, entries, window, extra: None }
}

const fn transposed(name: &'static str, entries: usize, [taps, stride, pad, extra]: [usize; 4]) -> Case {
    Case { extra: Some(extra), ..case(name, entries, [taps, stride, 1, pad]) }
}

const CASES: [Case; 8] = [
    case("no padding, no strides", 4, [3, 1, 1, 0]),
    case("padding, no strides", 5, [4, 1, 1, 2]),
    case("half padding", 5, [3, 1, 1, 1]),
    case("full padding", 5, [3, 1, 1, 2]),
    case("strides, no padding", 5, [3, 2, 1, 0]),
    case("strides and padding", 5, [3, 2, 1, 1]),
    case("strides and padding, a rest", 6, [3, 2, 1, 1]),
    case("dilation", 7, [3, 1, 2, 0]),
];

const BACK: [Case; 7] = [
    transposed("no padding, no strides", 2, [3, 1, 0, 0]),
    transposed("padding, no strides", 6, [4, 1, 2, 0]),
    transposed("half padding", 5, [3, 1, 1, 0]),
    transposed("full padding", 7, [3, 1, 2, 0]),
    transposed("strides, no padding", 2, [3, 2, 0, 0]),
    transposed("strides and padding", 3, [3, 2, 1, 0]),
    transposed("strides and padding, a rest", 3, [3, 2, 1, 1]),
];

/// What each output of a layer on a square input reads, output after output.
type Reads = fn(&Sliding, usize) -> Result<Vec<Vec<Edge>>, LayerError>;

pub(super) fn make_sliding() -> Result<Figure, Unmet> {
    sliding(reads)
}

pub(super) fn make_transposed() -> Result<Figure, Unmet> {
    back(reads)
}

fn reads(sliding: &Sliding, n: usize) -> Result<Vec<Vec<Edge>>, LayerError> {
    let grid = sliding.grid(&[n, n])?;
    let mut walked = vec![];
    Ok((0..grid.outputs()).map(|output| grid.edges(output, &mut walked).to_vec()).collect())
}

impl Case {
    /// The window that slides: over the entries, or over the entries with zeros between and around them.
    fn slides(&self) -> Option<Window> {
        let Some(extra) = self.extra else { return Some(self.window) };
        let Window { taps, stride, before, after, .. } = self.window;
        let (before, after) = ((taps - 1).checked_sub(before)?, (taps - 1).checked_sub(after)? + extra);
        Some(Window { before, after, spread: stride, ..Window::of(taps) })
    }

    fn square(window: Window) -> Sliding {
        Sliding { windows: vec![window; 2], ..Sliding::of(&[window.taps; 2]) }
    }

    /// "half padding: 5 → 5 (k = 3, p = 1)".
    fn title(&self, outputs: usize) -> String {
        let Window { taps, stride, dilation, before, .. } = self.window;
        let own = [("s", stride, 1), ("d", dilation, 1), ("p", before, 0)].into_iter();
        let said = own
            .filter(|(_, value, usual)| value != usual)
            .map(|(name, value, _)| format!(", {name}\u{a0}=\u{a0}{value}"));
        let (name, entries) = (self.name, self.entries);
        format!("{name}: {entries}\u{a0}→\u{a0}{outputs} (k\u{a0}=\u{a0}{taps}{})", said.collect::<String>())
    }

    /// The frames, from what each output reads; `Err` says what is not as it should be.
    fn frames(&self, reads: Reads) -> Result<Frames, String> {
        let window = self.slides().ok_or("more is cut off than the kernel reaches over")?;
        let (n, taps) = (self.entries, window.taps);
        let words = |error: LayerError| error.to_string();
        let padded = window.padded(n).map_err(|error| error.to_string())?;
        let found = reads(&Self::square(window), n).map_err(words)?;
        let outputs = found.len().isqrt();
        // the formulas of the arithmetic of convolution, which the graph knows nothing of
        let Window { stride, dilation, before, .. } = self.window;
        let wanted = match self.extra {
            None => (n + 2 * before - taps - (taps - 1) * (dilation - 1)) / stride + 1,
            Some(extra) => stride * (n - 1) + extra + taps - 2 * before,
        };
        if outputs * outputs != found.len() || outputs != wanted {
            return Err(format!("{}: {} outputs, not {wanted} times {wanted}", self.name, found.len()));
        }
        let place = |entry: usize| window.before + entry * window.spread;
        let entries: Vec<(usize, usize)> =
            (0..n * n).map(|entry| (place(entry / n), place(entry % n))).collect();
        let offset = |tap: usize| (tap / taps * window.dilation, tap % taps * window.dilation);
        let mut corners = vec![];
        for (output, edges) in found.iter().enumerate() {
            let corner = |edge: &Edge| {
                let ((row, column), (down, across)) = (entries.get(edge.entry)?, offset(edge.tap));
                row.checked_sub(down).zip(column.checked_sub(across))
            };
            let mut own = edges.iter().map(corner);
            let (i, j) = (output / outputs, output % outputs);
            let wanted = (i * window.stride, j * window.stride);
            if edges.is_empty() || !own.all(|corner| corner == Some(wanted)) {
                return Err(format!(
                    "{}: the window of output {i}, {j} does not lie at {wanted:?}",
                    self.name
                ));
            }
            corners.push(wanted);
        }
        let mut plane = vec![vec![Place::Zero; padded]; padded];
        for (i, j) in &entries {
            plane[*i][*j] = Place::Entry;
        }
        let taps = (0..taps * taps).map(offset).collect();
        let frames = Frames { plane, outputs: (outputs, outputs), taps, corners };
        // what a window covers is what its output reads, no more and no less
        match (0..found.len()).find(|output| frames.read(*output).0 != found[*output].len()) {
            Some(output) => {
                Err(format!("{}: output {output} does not read all that its window covers", self.name))
            }
            None => Ok(frames),
        }
    }

    /// Whether the transposed layer makes of numbers what the convolution over zeros between them makes with the kernel
    /// turned round.
    fn is_over_zeros(&self) -> Result<bool, LayerError> {
        self.agrees(true)
    }

    /// The same, or with the kernel as it is.
    fn agrees(&self, turned: bool) -> Result<bool, LayerError> {
        let Some((extra, window)) = self.extra.zip(self.slides()) else { return Ok(false) };
        let counted = |shape: [usize; 4]| {
            let mut next = 0_i64;
            ArrayD::from_shape_simple_fn(&shape[..], || {
                next = next * 5 % 997 + 1;
                next
            })
        };
        let (x, w) = (counted([1, 1, self.entries, self.entries]), counted([1, 1, window.taps, window.taps]));
        let over = Conv { flip: turned, ..Conv::new(Self::square(window), w.clone()) }.apply(x.view())?;
        let layer = Transposed::new(Self::square(self.window), w).extra(&[extra, extra]);
        Ok(layer.apply(x.view())? == over)
    }
}

fn panels(cases: &[Case], id: &'static str, reads: Reads) -> Result<Vec<Panel>, Unmet> {
    let panel = |(n, case): (usize, &Case)| {
        let frames = case.frames(reads).map_err(|found| Unmet {
            id,
            shows: "every output reads what lies under a window, one stride after the window before",
            found,
        })?;
        // two panels, each two columns wide, beside each other
        Ok(Panel {
            at: (n / 2, n % 2 * 2),
            title: case.title(frames.outputs.0),
            content: Content::Frames(frames),
        })
    };
    cases.iter().enumerate().map(panel).collect()
}

fn frames(panels: &[Panel]) -> impl Iterator<Item = &Frames> {
    panels
        .iter()
        .filter_map(|panel| if let Content::Frames(frames) = &panel.content { Some(frames) } else { None })
}

fn sliding(reads: Reads) -> Result<Figure, Unmet> {
    let panels = panels(&CASES, SLIDING, reads)?;
    let unread: Vec<String> = (CASES.iter().zip(frames(&panels)))
        .filter(|(_, frames)| !frames.unread().is_empty())
        .map(|(case, frames)| format!("“{}” ({} places)", case.name, frames.unread().len()))
        .collect();
    let shows = "in one case alone something is left over that no window reads";
    Unmet::unless(unread.len() == 1, SLIDING, shows, || format!("it is so for {}", unread.join(", ")))?;
    let outputs: usize = frames(&panels).map(|frames| frames.corners.len()).sum();
    Ok(Figure {
        id: SLIDING.to_owned(),
        title: "Padding, stride and dilation, step by step".to_owned(),
        caption: format!(
            "A window of $k$ by $k$ on its way over $n$ by $n$ entries (blue), with $p$ zeros around them (empty) and \
             stride $s$; with dilation $d$ its taps are $d$ apart. What is under the window (orange) is read by one output. \
             There are {outputs} outputs in the {} cases; each was asked which entries it reads, and they are those under \
             its window. Crosses are read by none: they occur in {} only, where the last window that fits ends before the padding does.",
            CASES.len(),
            unread.join(", ")
        ),
        alt: format!(
            "{} panels: {}. Each shows a padded square of entries with a window on it and the square of outputs beside it, \
             for the first output, the one in the middle and the last.",
            panels.len(),
            panels.iter().map(|panel| panel.title.as_str()).collect::<Vec<_>>().join("; ")
        ),
        panels,
        ..Figure::default()
    })
}

fn back(reads: Reads) -> Result<Figure, Unmet> {
    for (case, forth) in BACK.iter().zip(&CASES) {
        let shows = "a transposed layer is a convolution over zeros";
        let same = case.is_over_zeros();
        Unmet::unless(same == Ok(true), TRANSPOSED, shows, || format!("“{}” is not: {same:?}", case.name))?;
        let shows = "it leads back to the size from which the layer came that is transposed";
        let sizes = (
            forth.window.outputs(forth.entries),
            case.window.transposed(case.entries, case.extra.unwrap_or(0)),
        );
        let leads_back = forth.window == case.window && sizes == (Ok(case.entries), Ok(forth.entries));
        Unmet::unless(leads_back, TRANSPOSED, shows, || format!("“{}” does not: {sizes:?}", case.name))?;
    }
    let panels = panels(&BACK, TRANSPOSED, reads)?;
    let reading = |frames: &Frames| {
        let counts = (0..frames.corners.len()).map(|frame| frames.read(frame).0);
        counts.clone().min().zip(counts.max())
    };
    let uneven: Vec<String> = (BACK.iter().zip(frames(&panels)))
        .filter(|(case, _)| case.window.stride > 1)
        .filter_map(|(case, frames)| {
            let (least, most) = reading(frames)?;
            Some(format!("{least} to {most} in “{}”", case.name))
        })
        .collect();
    Ok(Figure {
        id: TRANSPOSED.to_owned(),
        title: "Transposed layers as convolutions over zeros".to_owned(),
        caption: format!(
            "The first seven cases of [the figure of windows](#fig:{SLIDING}), transposed: each leads from as many entries as \
             the other had outputs back to as many outputs as it had entries. The entries (blue) are laid $s$ apart with zeros \
             between them (empty), $k - 1 - p$ zeros go around them, and where a rest was left over there is one more row and \
             column of zeros at the end. Then a window of $k$ by $k$ goes over all that with stride one, whatever $s$ is, with the kernel \
             turned round. That is the same as the transposed layer: both were computed. How many entries an output reads depends \
             on its place: {}.",
            uneven.join(", ")
        ),
        alt: format!(
            "{} panels: {}. Each shows a square of entries with zeros between and around them, a window on it, and the square \
             of outputs beside it, for the first output, the one in the middle and the last.",
            panels.len(),
            panels.iter().map(|panel| panel.title.as_str()).collect::<Vec<_>>().join("; ")
        ),
        panels,
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cases_have_the_sizes_that_one_counts() {
        let sizes = |cases: &[Case]| {
            cases.iter().map(|case| case.frames(reads).expect("they lie").outputs.0).collect::<Vec<_>>()
        };
        assert_eq!(sizes(&CASES), [2, 6, 5, 7, 2, 3, 3, 3]);
        assert_eq!(sizes(&BACK), [4, 5, 5, 5, 5, 5, 6]);
        let full = CASES[3].frames(reads).expect("it lies");
        assert_eq!((full.read(0), full.read(24)), ((1, 8), (9, 0)));
        assert_eq!(
            CASES[6].title(3),
            "strides and padding, a rest: 6\u{a0}→\u{a0}3 (k\u{a0}=\u{a0}3, s\u{a0}=\u{a0}2, p\u{a0}=\u{a0}1)"
        );
    }

    #[test]
    fn windows_that_lie_elsewhere_are_refused() {
        // another stride, no dilation, a reflecting border, taps numbered from the other end, one edge missing
        let still: Reads = |sliding, n| reads(&sliding.clone().stride(1), n);
        let dense: Reads = |sliding, n| reads(&sliding.clone().dilation(1), n);
        let border: Reads =
            |sliding, n| reads(&sliding.clone().boundary(crate::signal::Boundary::Reflect), n);
        let turned: Reads = |sliding, n| {
            let last = sliding.taps().iter().product::<usize>() - 1;
            let flip = |edge: Edge| Edge { tap: last - edge.tap, ..edge };
            Ok(reads(sliding, n)?.into_iter().map(|edges| edges.into_iter().map(flip).collect()).collect())
        };
        let lost: Reads = |sliding, n| {
            let mut all = reads(sliding, n)?;
            all.iter_mut().take(2).for_each(|edges| edges.truncate(edges.len() - 1));
            Ok(all)
        };
        for (name, wrong) in
            [("still", still), ("dense", dense), ("border", border), ("turned", turned), ("lost", lost)]
        {
            assert!(sliding(wrong).is_err(), "{name}");
        }
        for (name, wrong) in [("border", border), ("turned", turned), ("lost", lost)] {
            assert!(back(wrong).is_err(), "{name}");
        }
        let other = transposed("", 3, [3, 2, 1, 1]);
        assert_eq!((other.is_over_zeros().ok(), other.agrees(false).ok()), (Some(true), Some(false)));
        assert_eq!(Case { window: Window { stride: 1, ..other.window }, ..other }.is_over_zeros().ok(), None);
    }
}
