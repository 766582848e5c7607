//! The lines of an axis: sequences of entries that its outputs read, of which several taps may share one.
//!
//! Along an axis the outputs read a sequence of entries through each tap. Where one sequence is another one moved on, both
//! are stretches of one *line*: all taps of a window with stride 1 share a line, which is the padded input; with stride 2
//! there are two, the even and the odd places.

use super::axis::Reads;

/// The lines of an axis.
pub(super) struct Lines {
    pub lines: Vec<Vec<Option<usize>>>,
    /// Where each tap reads: the line, and the place of the first output.
    pub taps: Vec<[usize; 2]>,
}

impl Lines {
    /// Those that taps share, taken in this order. Cost: a look at each tap of each output.
    fn shared(axis: &Reads, order: impl Iterator<Item = usize>) -> Lines {
        let (mut lines, mut taps) = (Vec::<Vec<Option<usize>>>::new(), vec![[0, 0]; axis.taps]);
        // a line and a place of it where an entry is, and a line of nothing
        let (mut found, mut nothing) = (vec![None::<[usize; 2]>; axis.entries], None);
        for tap in order {
            let read = |output: usize| axis.read(tap, output);
            // if an entry is somewhere, it tells how far this sequence would be moved on
            let known = (axis.outputs / 2..axis.outputs).chain(0..axis.outputs / 2);
            let anchor = known.into_iter().find_map(|output| Some((output, read(output)?)));
            let moved = match anchor {
                Some((output, entry)) => found[entry].and_then(|[n, at]| Some([n, at.checked_sub(output)?])),
                None => nothing,
            };
            let goes_on = |[n, from]: &[usize; 2]| {
                lines[*n][*from..].iter().enumerate().take(axis.outputs).all(|(o, here)| *here == read(o))
            };
            let [n, from] = moved.filter(goes_on).unwrap_or([lines.len(), 0]);
            if n == lines.len() {
                lines.push(vec![]);
            }
            if anchor.is_none() {
                nothing = Some([n, from]);
            }
            for output in lines[n].len() - from..axis.outputs {
                let here = read(output);
                if let Some(entry) = here {
                    found[entry] = Some([n, from + output]);
                }
                lines[n].push(here);
            }
            taps[tap] = [n, from];
        }
        Lines { lines, taps }
    }

    /// A line for every tap.
    pub(super) fn apart(axis: &Reads) -> Lines {
        let line = |tap: usize| (0..axis.outputs).map(|output| axis.read(tap, output)).collect();
        Lines {
            lines: (0..axis.taps).map(line).collect(),
            taps: (0..axis.taps).map(|tap| [tap, 0]).collect(),
        }
    }

    /// Those that taps share, the fewest places of the two orders.
    pub(super) fn of(axis: &Reads) -> Lines {
        let [up, down] = [Lines::shared(axis, 0..axis.taps), Lines::shared(axis, (0..axis.taps).rev())];
        let places = |lines: &Lines| lines.size().into_iter().product::<usize>();
        if places(&up) <= places(&down) { up } else { down }
    }

    /// How many there are, and how many places they take each.
    pub(super) fn size(&self) -> [usize; 2] {
        [self.lines.len(), self.lines.iter().map(Vec::len).max().unwrap_or(0)]
    }
}
