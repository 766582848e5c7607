//! A window on its way over a plane: the plane and the outputs are drawn once, and in each frame a mark lies over them.
//!
//! Written by hand and not by plotters, so that hundreds of squares are a few paths, and marks can be moved.

use super::{
    super::{Content, Figure, Frames, Place},
    Area, CELL, Drawn, FINE, GAP, SMALL, Tone, label, part,
};
use plotters::style::text_anchor::HPos;
use std::fmt::Write;

/// The rows and columns of panels that it covers.
pub(super) const SPAN: (usize, usize) = (1, 2);
/// How many frames stand beside each other, and the room between them.
const SHOWN: i32 = 3;
const BETWEEN: i32 = 14 * FINE;
/// The room above for the title, and below for the number of a frame.
const ABOVE: i32 = 20;
const BELOW: i32 = 18;
/// The greatest side of a square.
const SIDE: i32 = 12 * FINE;
const WIDTH: i32 = (2 * CELL.0 + GAP.0) * FINE;

/// A window on its way, for a drawing whose marks are moved.
pub struct Stepper<'a> {
    /// The title of its panel.
    pub title: &'a str,
    /// The drawing, with its first frame.
    pub drawing: String,
    /// For each frame: where the window lies and where the output does (across and down, in the units of the drawing), and
    /// how many entries and how many zeros are read.
    pub steps: Vec<[i32; 6]>,
    /// The height and the width of the window, and the side of an output, in those units.
    pub sizes: [i32; 3],
}

/// The steppers of a figure, in reading order; their drawings use what [`inline`](super::inline) draws on the same page.
pub fn steppers(figure: &Figure) -> Vec<Stepper<'_>> {
    let mut order: Vec<usize> = (0..figure.panels.len()).collect();
    order.sort_by_key(|n| figure.panels[*n].at);
    let one = |n: usize| {
        let panel = &figure.panels[n];
        let Content::Frames(frames) = &panel.content else { return None };
        if frames.corners.is_empty() || frames.outputs.1 == 0 {
            return None;
        }
        let (board, id) = (Board::of(frames), part(figure, n));
        let [height, width] = board.measure();
        let drawing = format!(
            "<svg viewBox=\"-10 -10 {} {}\" aria-hidden=\"true\"><use href=\"#{id}:plane\"/>{}</svg>",
            width + 20,
            height + 20,
            board.marks(&id, 0)
        );
        let steps = (0..frames.corners.len()).map(|frame| board.step(frame)).collect();
        let reach = frames.reach();
        Some(Stepper {
            title: &panel.title,
            drawing,
            steps,
            sizes: [reach.0 as i32 * board.side, reach.1 as i32 * board.side, board.side],
        })
    };
    order.into_iter().filter_map(one).collect()
}

/// How large the squares are.
struct Board<'a> {
    frames: &'a Frames,
    side: i32,
}

impl Board<'_> {
    fn of(frames: &Frames) -> Board<'_> {
        let ((rows, columns), outputs) = (frames.size(), frames.outputs);
        // in halves of a square, for the gap
        let halves = (2 * (columns + outputs.1) + 3) as i32;
        let each = (WIDTH - (SHOWN - 1) * BETWEEN) / SHOWN;
        let room = (CELL.1 - ABOVE - BELOW) * FINE;
        let side = (2 * each / halves).min(room / rows.max(outputs.0).max(1) as i32).min(SIDE);
        Board { frames, side }
    }

    /// Its height and its width.
    fn measure(&self) -> [i32; 2] {
        let rows = self.frames.size().0.max(self.frames.outputs.0) as i32;
        [rows * self.side, self.outputs_at()[0] + self.frames.outputs.1 as i32 * self.side]
    }

    /// Where the outputs begin: across and down.
    fn outputs_at(&self) -> [i32; 2] {
        let (rows, columns) = self.frames.size();
        let down = (rows.max(self.frames.outputs.0) - self.frames.outputs.0) as i32 * self.side / 2;
        [columns as i32 * self.side + 3 * self.side / 2, down]
    }

    /// Where the plane begins, downwards.
    fn plane_down(&self) -> i32 {
        let rows = self.frames.size().0;
        (rows.max(self.frames.outputs.0) - rows) as i32 * self.side / 2
    }

    /// See [`Stepper::steps`].
    fn step(&self, frame: usize) -> [i32; 6] {
        let (row, column) = self.frames.corners[frame];
        let [across, down] = self.outputs_at();
        let (i, j) = (frame / self.frames.outputs.1, frame % self.frames.outputs.1);
        let (read, zeros) = self.frames.read(frame);
        [
            column as i32 * self.side,
            self.plane_down() + row as i32 * self.side,
            across + j as i32 * self.side,
            down + i as i32 * self.side,
            read as i32,
            zeros as i32,
        ]
    }

    /// Squares as one path.
    fn squares(&self, places: impl Iterator<Item = (usize, usize)>, [x, y]: [i32; 2]) -> String {
        let side = self.side;
        let square = |(i, j): (usize, usize)| {
            format!("M{} {}h{side}v{side}h-{side}z", x + j as i32 * side, y + i as i32 * side)
        };
        places.map(square).collect()
    }

    /// The lines of a grid as one path.
    fn lines(&self, (rows, columns): (usize, usize), [x, y]: [i32; 2]) -> String {
        let (width, height) = (columns as i32 * self.side, rows as i32 * self.side);
        let across = (0..=rows as i32).map(|i| format!("M{x} {}h{width}", y + i * self.side));
        let down = (0..=columns as i32).map(|j| format!("M{} {y}v{height}", x + j * self.side));
        across.chain(down).collect()
    }

    /// What no frame changes: entries, zeros, what is never read, and the outputs.
    fn plane(&self) -> String {
        let (size, outputs) = (self.frames.size(), self.frames.outputs);
        let (own, out) = ([0, self.plane_down()], self.outputs_at());
        let places =
            |rows: usize, columns: usize| (0..rows).flat_map(move |i| (0..columns).map(move |j| (i, j)));
        let entries = places(size.0, size.1).filter(|(i, j)| self.frames.plane[*i][*j] == Place::Entry);
        let side = self.side;
        let cross = |(i, j): (usize, usize)| {
            let (x, y, third) = (own[0] + j as i32 * side, own[1] + i as i32 * side, side / 3);
            format!("M{} {}l{third} {third}m0 -{third}l-{third} {third}", x + third, y + third)
        };
        let crosses: String = self.frames.unread().into_iter().map(cross).collect();
        let mut text = String::new();
        let _ = write!(
            text,
            "<path class=\"fill-first\" opacity=\".4\" d=\"{}\"/><path class=\"fill-third\" opacity=\".3\" d=\"{}\"/>\
             <path class=\"stroke-axis\" fill=\"none\" stroke-width=\"5\" d=\"{}{}\"/>",
            self.squares(entries, own),
            self.squares(places(outputs.0, outputs.1), out),
            self.lines(size, own),
            self.lines(outputs, out)
        );
        if !crosses.is_empty() {
            let _ = write!(
                text,
                "<path class=\"stroke-quiet\" fill=\"none\" stroke-width=\"6\" d=\"{crosses}\"/>"
            );
        }
        text
    }

    /// The window, at the origin: its taps, and all that they reach over.
    fn window(&self) -> String {
        let (height, width) = self.frames.reach();
        let (height, width) = (height as i32 * self.side, width as i32 * self.side);
        format!(
            "<path class=\"fill-second\" opacity=\".55\" d=\"{}\"/><path class=\"stroke-second\" fill=\"none\" \
             stroke-width=\"14\" d=\"M0 0h{width}v{height}h-{width}z\"/>",
            self.squares(self.frames.taps.iter().copied(), [0, 0])
        )
    }

    /// What lies over the plane in that frame: the window, its output, and lines from the one to the other.
    fn marks(&self, id: &str, frame: usize) -> String {
        let [x, y, u, v, ..] = self.step(frame);
        let (reach, side) = (self.frames.reach(), self.side);
        let (right, low) = (x + reach.1 as i32 * side, y + reach.0 as i32 * side);
        format!(
            "<path class=\"stroke-second\" fill=\"none\" stroke-width=\"5\" d=\"M{right} {y}L{u} {v}M{right} {low}L{u} {}\"/>\
             <use href=\"#{id}:window\" x=\"{x}\" y=\"{y}\"/>\
             <rect class=\"fill-second\" x=\"{u}\" y=\"{v}\" width=\"{side}\" height=\"{side}\"/>",
            v + side
        )
    }
}

/// The frames that are shown: the first, the one in the middle, the last.
fn shown(frames: &Frames) -> [usize; SHOWN as usize] {
    let last = frames.corners.len().saturating_sub(1);
    [0, last / 2, last]
}

/// Where the frames begin, and the steps from one to the next, in fine units.
fn places(at: (i32, i32), board: &Board) -> [(i32, i32); SHOWN as usize] {
    let [height, width] = board.measure();
    let all = SHOWN * width + (SHOWN - 1) * BETWEEN;
    let left = at.0 * FINE + (WIDTH - all) / 2;
    let room = (CELL.1 - ABOVE - BELOW) * FINE;
    let top = (at.1 + ABOVE) * FINE + (room - height) / 2;
    std::array::from_fn(|k| (left + k as i32 * (width + BETWEEN), top))
}

/// The frames, as elements. The first defines what the others use.
pub(super) fn elements(id: &str, at: (i32, i32), frames: &Frames) -> String {
    if frames.corners.is_empty() {
        return String::new();
    }
    let board = Board::of(frames);
    let mut text = format!(
        "<defs><g id=\"{id}:plane\">{}</g><g id=\"{id}:window\">{}</g></defs>\n",
        board.plane(),
        board.window()
    );
    for ((x, y), frame) in places(at, &board).into_iter().zip(shown(frames)) {
        let _ = writeln!(
            text,
            "<g transform=\"translate({x} {y})\"><use href=\"#{id}:plane\"/>{}</g>",
            board.marks(id, frame)
        );
    }
    text
}

/// The number of each frame, below it.
pub(super) fn numbers(area: &Area, at: (i32, i32), frames: &Frames) -> Drawn {
    if frames.corners.is_empty() {
        return Ok(());
    }
    let board = Board::of(frames);
    let [height, width] = board.measure();
    for ((x, y), frame) in places(at, &board).into_iter().zip(shown(frames)) {
        let text = format!("{} of {}", frame + 1, frames.corners.len());
        label(area, (x + width / 2, y + height + 9 * FINE), &text, SMALL, Tone::Quiet, false, HPos::Center)?;
    }
    Ok(())
}
