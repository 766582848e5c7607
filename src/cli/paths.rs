//! Scattering drawn: the paths of an order below each other, of a signal as rows over time, of an image as small pictures on a
//! board.

use super::{
    blocks::{Places as Sent, Sink},
    display::{Axes, MOST, Panel, Places, unless_many},
    output::Failure,
    signals::time,
};
use faltung::{
    figure::{Axis, number},
    wavelet::scattering::{Path, Settings},
};
use std::{collections::BTreeMap, ops::Range};

/// What is drawn: the paths of a transform, in the order of its table, of so many signals or images.
pub struct Drawn<'a> {
    pub settings: &'a Settings,
    pub paths: &'a [Path],
    pub batch: usize,
}

impl Drawn<'_> {
    /// The orders that are drawn: from 1 on, if there is one.
    fn orders(&self) -> Range<usize> {
        usize::from(self.settings.orders > 0)..self.settings.orders + 1
    }

    fn of_order(&self, order: usize) -> Vec<&Path> {
        self.paths.iter().filter(|path| path.wavelets.len() == order).collect()
    }

    /// A panel for each order of each signal, in this order.
    fn panels(&self, what: &str, panel: impl Fn(usize, String) -> Panel) -> Result<Vec<Panel>, Failure> {
        unless_many(self.batch.saturating_mul(self.orders().len()))?;
        let panels = (0..self.batch).flat_map(|c| self.orders().map(move |order| (c, order)));
        let titled = panels.map(|(c, order)| {
            let mut title = format!("order {order}");
            if self.batch > 1 {
                title += &format!(", {what} {c}");
            }
            panel(order, title)
        });
        Ok(titled.collect())
    }

    /// Of a signal and a path, if it is drawn, the panel and the number of the path in its order.
    fn places(&self) -> impl Fn(usize, usize) -> Option<(usize, usize)> + 'static {
        let counts: Vec<usize> = (0..=self.settings.orders).map(|order| self.of_order(order).len()).collect();
        let orders = self.orders();
        move |signal, path| {
            let mut first = 0;
            let order = counts.iter().position(|count| {
                first += count;
                path < first
            })?;
            let panel = order.checked_sub(orders.start)? + signal * orders.len();
            Some((panel, path + counts[order] - first))
        }
    }

    /// Of signals of so many samples: rows over time.
    pub fn signals(
        &self,
        averages: usize,
        samples: usize,
        rate: Option<f64>,
    ) -> Result<Sink<'static>, Failure> {
        let (step, across) = time(rate);
        let panels = self.panels("signal", |order, title| {
            let paths: Vec<Vec<f64>> =
                self.of_order(order).iter().map(|path| path.frequencies.clone()).collect();
            let (up, rows) = rungs(&paths, rate);
            let ends = [(0.0, samples as f64 * step), (-0.5, paths.len() as f64 - 0.5)];
            let across = across.clone();
            let axes = Axes { title, across, up, ends, lines: vec![], places: Places::Rows(rows), height: 2 };
            Panel::new(axes, [paths.len(), averages])
        })?;
        let place = self.places();
        let places: Sent = Box::new(move |[signal, path, n]| {
            let (panel, row) = place(signal, path)?;
            Some((panel, [row, n]))
        });
        Ok(Sink::Panels(panels, places))
    }

    /// Of images of which every path has rows × columns of averages: boards of small pictures.
    pub fn images(&self, averages: [usize; 2]) -> Result<Sink<'static>, Failure> {
        let board = |order| Board::of(self.settings, &self.of_order(order), averages);
        let panels = self.panels("image", |order, title| board(order).panel(title))?;
        let boards: Vec<Board> = self.orders().map(board).collect();
        let (place, paths) = (self.places(), self.paths.len());
        let places: Sent = Box::new(move |[picture, i, j]| {
            let (panel, path) = place(picture / paths, picture % paths)?;
            Some((panel, boards[panel % boards.len()].pixel(path, [i, j])))
        });
        Ok(Sink::Panels(panels, places))
    }
}

/// The axis of the paths of an order, whose first wavelets have their frequencies written beside them, and what each path is called,
/// from the uppermost down: the highest frequencies come first.
fn rungs(paths: &[Vec<f64>], rate: Option<f64>) -> (Axis, Vec<String>) {
    let unit = if rate.is_some() { "Hz" } else { "cycles per sample" };
    let said = |frequency: &f64| number(frequency * rate.unwrap_or(1.0));
    let rows = paths.iter().map(|path| match &path[..] {
        [] => "the average".to_owned(),
        path => format!("wavelets of {} {unit}", path.iter().map(said).collect::<Vec<_>>().join(", then ")),
    });
    let firsts: Vec<Option<String>> = paths.iter().map(|path| path.first().map(said)).collect();
    let name = match paths.first().map_or(0, Vec::len) {
        0 => "path".to_owned(),
        1 => format!("centre frequency, {unit}"),
        _ => format!("centre frequency of the first wavelet, {unit}; those of the next fall downwards"),
    };
    let marks = in_the_middle(&firsts).into_iter().map(|(at, mark)| (paths.len() as f64 - 1.0 - at, mark));
    (Axis::named(&name, marks.collect()), rows.collect())
}

/// A mark in the middle of all neighbours that have the same.
fn in_the_middle(marks: &[Option<String>]) -> Vec<(f64, String)> {
    let mut first = 0;
    let runs = marks.chunk_by(PartialEq::eq).filter_map(|run| {
        let middle = first as f64 + (run.len() - 1) as f64 / 2.0;
        first += run.len();
        run[0].clone().map(|mark| (middle, mark))
    });
    runs.collect()
}

/// A ring of frequencies from the highest, and a direction in steps.
type Wave = [usize; 2];

/// Where each path of an order has its picture. Of order 1, directions lie across and frequencies downwards; of the others, the last
/// wavelets across and those before them downwards, each by frequency and then by direction.
pub struct Board {
    /// Row and column of each path, and what it is called.
    paths: Vec<([usize; 2], String)>,
    /// How many rows and columns there are.
    count: [usize; 2],
    marks: [Vec<(f64, String)>; 2],
    names: [&'static str; 2],
    /// What a picture has, and how many of them along each axis; of pixels fewer where the board would be too large.
    what: &'static str,
    values: [usize; 2],
    tile: [usize; 2],
}

impl Board {
    /// Pictures with so many values each, by row and column and name; the numbers of rows and columns, marks at their middles from 0 on,
    /// and what lies along them.
    pub fn new(
        paths: Vec<([usize; 2], String)>,
        count: [usize; 2],
        marks: [Vec<(f64, String)>; 2],
        names: [&'static str; 2],
        (what, values): (&'static str, [usize; 2]),
    ) -> Self {
        // by the same factor along both axes, so that what is round stays round
        let room = |axis: usize| (MOST[axis] / count[axis].max(1)).saturating_sub(1) as f64;
        let factor =
            [0, 1].map(|axis| room(axis) / values[axis].max(1) as f64).into_iter().fold(1.0, f64::min);
        let tile = values.map(|values| ((values as f64 * factor).round() as usize).max(1));
        Board { paths, count, marks, names, what, values, tile }
    }

    fn of(settings: &Settings, paths: &[&Path], averages: [usize; 2]) -> Self {
        let angles = settings.angles.max(1);
        let steps = |angle: usize| (settings.direction(angle) * angles as f64 / 180.0).round() as usize;
        let waves = |path: &Path| -> Vec<Wave> {
            path.wavelets.iter().zip(&path.angles).map(|(n, angle)| [n / angles, steps(*angle)]).collect()
        };
        let degrees = |step: usize| format!("{}°", (1800.0 * step as f64 / angles as f64).round() / 10.0);
        let keys = |path: &Path| -> [Vec<Wave>; 2] {
            match &waves(path)[..] {
                [] => [vec![], vec![]],
                // the direction alone across, so that its column is that of all frequencies
                [[ring, step]] => [vec![[*ring, 0]], vec![[0, *step]]],
                [before @ .., last] => [before.to_vec(), vec![*last]],
            }
        };
        let said: BTreeMap<usize, String> = paths
            .iter()
            .flat_map(|path| path.wavelets.iter().zip(&path.frequencies))
            .map(|(n, frequency)| (n / angles, number(*frequency)))
            .collect();
        let order = paths.first().map_or(0, |path| path.wavelets.len());
        let lists = [0, 1].map(|axis| {
            let mut list: Vec<Vec<Wave>> = paths.iter().map(|path| keys(path)[axis].clone()).collect();
            list.sort();
            list.dedup();
            list
        });
        let place = |path: &Path| {
            let keys = keys(path);
            [0, 1].map(|axis| lists[axis].binary_search(&keys[axis]).unwrap_or(0))
        };
        let name = |path: &Path| {
            let wave = |[ring, step]: &Wave| format!("{} at {}", said[ring], degrees(*step));
            match &waves(path)[..] {
                [] => "of the average".to_owned(),
                waves => format!(
                    "of wavelets of {}, in cycles per pixel",
                    waves.iter().map(wave).collect::<Vec<_>>().join(", then ")
                ),
            }
        };
        let marks = [0, 1].map(|axis| {
            let mark = |key: &Vec<Wave>| {
                let [ring, step] = key.first()?;
                Some(if order == 1 && axis == 1 { degrees(*step) } else { said[ring].clone() })
            };
            in_the_middle(&lists[axis].iter().map(mark).collect::<Vec<_>>())
        });
        let names = match order {
            0 => ["path", "path"],
            1 => [
                "centre frequency, cycles per pixel",
                "direction of the waves, from 0° downwards over 90° to the right",
            ],
            _ => [
                "centre frequency of the wavelet before the last, cycles per pixel; directions from 0° up, downwards",
                "centre frequency of the last wavelet; directions from 0° up, to the right",
            ],
        };
        let count = lists.each_ref().map(Vec::len);
        let paths = paths.iter().map(|path| (place(path), name(path))).collect();
        Board::new(paths, count, marks, names, ("averages", averages))
    }

    /// Where a value of a path is seen. Between two pictures there is a line of zeros.
    pub fn pixel(&self, path: usize, at: [usize; 2]) -> [usize; 2] {
        let corner = self.paths[path].0;
        [0, 1]
            .map(|axis| corner[axis] * (self.tile[axis] + 1) + at[axis] * self.tile[axis] / self.values[axis])
    }

    pub fn panel(self, title: String) -> Panel {
        let total = [0, 1].map(|axis| self.count[axis] * (self.tile[axis] + 1));
        let [rows, columns] = self.count.map(|count| count as f64 - 0.5);
        let [up, across] = self.marks;
        let up = up.into_iter().map(|(at, mark)| (rows - 0.5 - at, mark)).collect();
        let names: BTreeMap<[usize; 2], String> = self.paths.into_iter().collect();
        let (tile, [rows_of, columns_of], what) = (self.tile, self.values, self.what);
        let of = match tile == self.values {
            true => format!("{rows_of} x {columns_of} {what}"),
            false => format!("{} x {} pixels for {rows_of} x {columns_of} {what}", tile[0], tile[1]),
        };
        let found = move |place: [usize; 2]| {
            let [corner, within] = [
                [0, 1].map(|axis| place[axis] / (tile[axis] + 1)),
                [0, 1].map(|axis| place[axis] % (tile[axis] + 1)),
            ];
            let name = names.get(&corner).map_or("", String::as_str);
            format!("row {}, column {} of {of} {name}", within[0], within[1])
        };
        // as high as wide pixels are, or nearly so
        let height = (4.0 * total[0] as f64 / total[1] as f64).round().clamp(1.0, 4.0) as usize;
        let axes = Axes {
            title,
            across: Axis::named(self.names[1], across),
            up: Axis::named(self.names[0], up),
            ends: [(-0.5, columns), (-0.5, rows)],
            lines: vec![],
            places: Places::Each(Box::new(found)),
            height,
        };
        Panel::new(axes, total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use faltung::wavelet::scattering::{Convention, Scattering};

    #[test]
    fn every_path_has_a_picture_of_its_own() {
        for (convention, orders) in
            [(Convention::KymatioFixed, 2), (Convention::Parseval, 2), (Convention::Parseval, 3)]
        {
            let settings = Settings { convention, orders, angles: 3, ..Settings::of(&[16, 16], 2) };
            let plan = Scattering::<f64>::new(&settings).expect("sound settings");
            for order in 0..=orders {
                let paths: Vec<&Path> =
                    plan.paths().iter().filter(|path| path.wavelets.len() == order).collect();
                let board = Board::of(&settings, &paths, [4, 4]);
                let mut seen: Vec<[usize; 2]> = (0..paths.len())
                    .flat_map(|path| (0..16).map(move |n| (path, [n / 4, n % 4])))
                    .map(|(path, at)| board.pixel(path, at))
                    .collect();
                seen.sort();
                let all = seen.len();
                seen.dedup();
                assert_eq!(seen.len(), all, "{convention} {order}");
                let most = [0, 1].map(|axis| board.count[axis] * (board.tile[axis] + 1));
                assert!(seen.iter().all(|place| place[0] < most[0] && place[1] < most[1]));
            }
        }
    }

    #[test]
    fn large_boards_show_the_greatest_of_some() {
        let settings = Settings { angles: 8, ..Settings::of(&[64, 64], 3) };
        let plan = Scattering::<f64>::new(&settings).expect("sound settings");
        let paths: Vec<&Path> = plan.paths().iter().filter(|path| path.wavelets.len() == 2).collect();
        let board = Board::of(&settings, &paths, [64, 64]);
        assert_eq!((board.count, board.tile), ([16, 16], [15, 15]));
        assert_eq!(board.marks[0].len(), 2);
        let last = board.pixel(0, [63, 63]);
        assert_eq!([last[0] % 16, last[1] % 16], [14, 14]);
    }
}
