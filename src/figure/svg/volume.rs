//! Arrays with channels as boxes, seen from the side: channels go to the right, rows down, columns into the depth.

use super::{super::Volume, Area, Drawn, FINE, SMALL, TEXT, Tone, covered, fine, label};
use plotters::{prelude::*, style::text_anchor::HPos};

/// The rows and columns of panels that it covers.
pub(super) const SPAN: (usize, usize) = (2, 4);
/// The room above for the title, and below for two lines of words.
const ABOVE: i32 = 24;
const BELOW: i32 = 44;
/// How far to the right and up a step into the depth goes, in hundredths of a step down.
const DEPTH: (i32, i32) = (50, 34);

/// One volume on paper: where its nearest upper left corner lies, and the lengths of a step along each axis.
struct Frame {
    corner: (i32, i32),
    channel: i32,
    step: i32,
}

impl Frame {
    fn point(&self, [c, h, w]: [usize; 3]) -> (i32, i32) {
        let (c, h, w) = (c as i32, h as i32, w as i32);
        let x = self.corner.0 + c * self.channel + w * self.step * DEPTH.0 / 100;
        (x, self.corner.1 + h * self.step - w * self.step * DEPTH.1 / 100)
    }

    /// The three faces that are seen of a block: in front, on top, at the right.
    fn faces(&self, [c, h, w]: [usize; 3], [channels, rows, columns]: [usize; 3]) -> [Vec<(i32, i32)>; 3] {
        let (right, low, back) = (c + channels, h + rows, w + columns);
        let ring = |corners: [[usize; 3]; 4]| corners.map(|corner| self.point(corner)).to_vec();
        [
            ring([[c, h, w], [right, h, w], [right, low, w], [c, low, w]]),
            ring([[c, h, w], [right, h, w], [right, h, back], [c, h, back]]),
            ring([[right, h, w], [right, low, w], [right, low, back], [right, h, back]]),
        ]
    }
}

pub(super) fn draw(area: &Area, at: (i32, i32), volumes: &[Volume]) -> Drawn {
    let (wide, high) = covered(SPAN);
    let most = |along: fn(&Volume) -> usize| volumes.iter().map(along).max().unwrap_or(1).max(1) as i32;
    let (rows, columns) = (most(|v| v.size[1]), most(|v| v.size[2]));
    let room = (high - ABOVE - BELOW) * FINE;
    let step = (100 * room / (100 * rows + DEPTH.1 * columns)).max(1);
    let channels: i32 = volumes.iter().map(|v| v.size[0] as i32).sum();
    let depth = |v: &Volume| v.size[2] as i32 * step * DEPTH.0 / 100;
    let depths: i32 = volumes.iter().map(depth).sum();
    // a channel is drawn thick enough to be seen, and all of them take a third of the width at most
    let channel = (wide * FINE / 3 / channels.max(1)).clamp(1, 20 * FINE);
    let rest = wide * FINE - depths - channels * channel;
    let between = rest / (volumes.len().max(1) as i32);
    let floor = (at.1 + high - BELOW) * FINE;
    let mut left = at.0 * FINE + between / 2;
    let mut frames = vec![];
    for volume in volumes {
        frames.push(Frame { corner: (left, floor - volume.size[1] as i32 * step), channel, step });
        left += depth(volume) + volume.size[0] as i32 * channel + between;
    }
    for (volume, frame) in volumes.iter().zip(&frames) {
        body(area, volume, frame)?;
    }
    for (pair, frames) in volumes.windows(2).zip(frames.windows(2)) {
        lead(area, pair, frames)?;
    }
    for (volume, frame) in volumes.iter().zip(&frames) {
        block(area, frame, volume.mark.at, volume.mark.size)?;
        let middle = (frame.point([0; 3]).0 + frame.point([volume.size[0], 0, volume.size[2]]).0) / 2;
        for (line, (words, tone)) in (0..).zip(volume.words().iter().zip([Tone::Ink, Tone::Quiet])) {
            let y = floor + (14 + 16 * line) * FINE;
            label(area, (middle, y), words, if line == 0 { TEXT } else { SMALL }, tone, false, HPos::Center)?;
        }
    }
    Ok(())
}

fn ring(area: &Area, corners: &[(i32, i32)], tone: Tone, width: u32) -> Drawn {
    let closed: Vec<_> = corners.iter().chain(corners.first()).copied().collect();
    fine(area, &closed, tone, width)
}

/// The box: its faces, and lines between its channels.
fn body(area: &Area, volume: &Volume, frame: &Frame) -> Drawn {
    let [channels, rows, columns] = volume.size;
    for (face, share) in frame.faces([0; 3], volume.size).iter().zip([0.3, 0.15, 0.22]) {
        area.draw(&Polygon::new(face.clone(), Tone::First.sentinel().mix(share).filled()))?;
        ring(area, face, Tone::Axis, 10)?;
    }
    for c in 1..channels {
        fine(
            area,
            &[[c, rows, 0], [c, 0, 0], [c, 0, columns]].map(|corner| frame.point(corner)),
            Tone::Axis,
            5,
        )?;
    }
    Ok(())
}

/// What is marked, over the box.
fn block(area: &Area, frame: &Frame, at: [usize; 3], size: [usize; 3]) -> Drawn {
    for (face, share) in frame.faces(at, size).iter().zip([0.6, 0.35, 0.45]) {
        area.draw(&Polygon::new(face.clone(), Tone::Second.sentinel().mix(share).filled()))?;
        ring(area, face, Tone::Second, 9)?;
    }
    for c in at[0] + 1..at[0] + size[0] {
        let edge = [[c, at[1] + size[1], at[2]], [c, at[1], at[2]], [c, at[1], at[2] + size[2]]];
        fine(area, &edge.map(|corner| frame.point(corner)), Tone::Second, 5)?;
    }
    Ok(())
}

/// Lines from the right face of what is marked to what is marked in the next volume, and the words on them.
fn lead(area: &Area, pair: &[Volume], frames: &[Frame]) -> Drawn {
    let ([one, other], [from, to]) = (pair, frames) else { return Ok(()) };
    let [_, _, right] = from.faces(one.mark.at, one.mark.size);
    let [c, h, w] = other.mark.at;
    let [_, rows, columns] = other.mark.size;
    let ends = [[c, h, w], [c, h + rows, w], [c, h + rows, w + columns], [c, h, w + columns]];
    for (start, end) in right.iter().zip(ends) {
        fine(area, &[*start, to.point(end)], Tone::Second, 7)?;
    }
    let edge = |volume: &Volume, frame: &Frame| frame.point([volume.size[0], 0, volume.size[2]]).0;
    let middle = (edge(one, from) + to.point([0; 3]).0) / 2;
    let y = from.point([0, 0, 0]).1.min(to.point([0, 0, 0]).1) - 10 * FINE;
    label(area, (middle, y), &one.leads, SMALL, Tone::Ink, false, HPos::Center)
}
