//! A transform drawn: sizes over time and frequency, in SVG with axes, or as the pixels of a PNG.
//!
//! There are as many pixels as can be seen; where there are more coefficients, a pixel is the greatest of those in it.

use super::output::Failure;
use faltung::{
    figure::{self, Axis, Content, Figure, Map, Shades, number, svg},
    io::{self, Data, Form, Range, Rendering, Written},
};
use ndarray::Array2;
use serde_json::{Value, json};
use std::path::Path;

/// The most rows and columns of pixels of a panel.
pub const MOST: [usize; 2] = [256, 640];
/// The most panels of a drawing.
const MOST_PANELS: usize = 8;

/// What a panel is of.
pub struct Axes {
    /// Its heading.
    pub title: String,
    /// What lies along it, and upwards.
    pub across: Axis,
    pub up: Axis,
    /// The coordinates of the left and the right edge, and of the lower and the upper one.
    pub ends: [(f64, f64); 2],
    /// Lines over it.
    pub lines: Vec<Vec<(f64, f64)>>,
    pub places: Places,
    /// How high it is drawn, in rows of panels of figures.
    pub height: usize,
}

/// What the place of a coefficient is called.
pub enum Places {
    /// By the values of both axes.
    Values,
    /// By that of the axis across, and by its row, from the uppermost down.
    Rows(Vec<String>),
    /// By its row and column.
    Each(Box<dyn Fn([usize; 2]) -> String>),
}

/// One panel, which coefficients are put into; the row 0 is the uppermost.
pub struct Panel {
    axes: Axes,
    total: [usize; 2],
    pixels: Array2<f64>,
    greatest: (f64, [usize; 2]),
    /// Whether all sizes were finite.
    finite: bool,
}

impl Panel {
    /// For so many rows and columns of coefficients.
    pub fn new(axes: Axes, total: [usize; 2]) -> Self {
        let [rows, columns] = [0, 1].map(|axis| total[axis].min(MOST[axis]));
        Panel { axes, total, pixels: Array2::zeros((rows, columns)), greatest: (0.0, [0, 0]), finite: true }
    }

    /// The pixel that a coefficient is in.
    fn pixel(&self, place: [usize; 2]) -> [usize; 2] {
        let shape = self.pixels.dim();
        let along = |axis: usize, pixels: usize| {
            (place[axis] as u128 * pixels as u128 / self.total[axis] as u128) as usize
        };
        [along(0, shape.0), along(1, shape.1)]
    }

    /// Puts the size of a coefficient in its place.
    pub fn put(&mut self, place: [usize; 2], size: f64) {
        self.finite &= size.is_finite();
        let pixel = self.pixel(place);
        let seen = &mut self.pixels[pixel];
        if size > *seen {
            *seen = size;
            if size > self.greatest.0 {
                self.greatest = (size, place);
            }
        }
    }

    /// The coordinates of the middle of a place.
    fn coordinates(&self, [row, column]: [usize; 2]) -> [f64; 2] {
        let along = |axis: &Axis, (low, high): (f64, f64), share: f64| {
            if axis.logarithmic {
                return low * (high / low).powf(share);
            }
            let place = low + (high - low) * share;
            // what rounding leaves of zero
            if place.abs() < 1e-12 * (high - low) { 0.0 } else { place }
        };
        let [across, up] = self.axes.ends;
        let share = |place: usize, total: usize| (place as f64 + 0.5) / total as f64;
        [
            along(&self.axes.across, across, share(column, self.total[1])),
            along(&self.axes.up, up, 1.0 - share(row, self.total[0])),
        ]
    }

    /// What is to be said of it, from its data.
    fn caption(&self) -> String {
        let Axes { title, across, up, places, .. } = &self.axes;
        let (most, place) = self.greatest;
        if most == 0.0 {
            return format!("{title}: all coefficients are 0.");
        }
        let [x, y] = self.coordinates(place).map(number);
        let found = match places {
            Places::Values => format!("{x} ({}), {y} ({})", across.name, up.name),
            Places::Rows(rows) => format!("{x} ({}), {}", across.name, rows[place[0]]),
            Places::Each(name) => name(place),
        };
        let most = number(most);
        let mut text = format!("{title}: black is 0 and white {most}, found at {found}.");
        let [rows, columns] = self.total;
        if self.pixels.dim() != (rows, columns) {
            let each = [0, 1].map(|axis| self.total[axis].div_ceil(self.pixels.shape()[axis]));
            text += &format!(
                " A pixel is the greatest of up to {} x {} of the {rows} x {columns} coefficients.",
                each[0], each[1]
            );
        }
        text
    }

    /// As data: what a program is told of the drawing.
    pub fn told(&self) -> Value {
        let (most, place) = self.greatest;
        let mut told = json!({
            "greatest": most, "at": self.coordinates(place), "pixels": self.pixels.shape(), "of": self.total,
        });
        match &self.axes.places {
            Places::Values => {}
            Places::Rows(rows) => told["row"] = json!(rows[place[0]]),
            Places::Each(name) => told["at"] = json!(name(place)),
        }
        told
    }
}

/// Whether so many panels can be drawn.
pub fn unless_many(panels: usize) -> Result<(), Failure> {
    if panels <= MOST_PANELS {
        return Ok(());
    }
    let problem = format!("the drawing would have {panels} panels, and at most {MOST_PANELS} are drawn");
    Err(Failure::input(problem, "take fewer signals or channels, or write .npy"))
}

/// Draws panels below each other, by the ending of the path; `what` is said in front of what their data say.
pub fn draw(path: &Path, title: &str, what: &str, panels: &[Panel]) -> Result<Written, Failure> {
    if let Some(panel) = panels.iter().find(|panel| !panel.finite) {
        let problem = format!("{}: coefficients leave the range of the floats", panel.axes.title);
        return Err(Failure::input(problem, "scale the signal down"));
    }
    let captions: Vec<String> =
        std::iter::once(what.to_owned()).chain(panels.iter().map(Panel::caption)).collect();
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("svg")) {
        let text = svg::standalone(&drawing(title, captions.join(" "), panels));
        io::write_bytes(path, text.as_bytes())?;
        let rendering = Rendering { notes: captions, ..Rendering::default() };
        return Ok(Written { name: path.display().to_string(), bytes: text.len(), rendering });
    }
    let columns = panels.iter().map(|panel| panel.pixels.ncols()).max().unwrap_or(0);
    let rows = panels.iter().map(|panel| panel.pixels.nrows()).sum();
    let mut levels = Array2::zeros((rows, columns));
    let mut first = 0;
    for panel in panels {
        let greatest = if panel.greatest.0 > 0.0 { panel.greatest.0 } else { 1.0 };
        for ((row, column), size) in panel.pixels.indexed_iter() {
            // the quotient first: 255 times either may leave the range of the floats
            levels[[first + row, column]] = size / greatest * 255.0;
        }
        first += panel.pixels.nrows();
    }
    let mut written = io::write(path, &Data::F64(levels.into_dyn()), &Form::Plain, Range::Clip)?;
    written.rendering.notes.extend(captions);
    Ok(written)
}

fn drawing(title: &str, caption: String, panels: &[Panel]) -> Figure {
    let mut first = 0;
    let panel = |panel: &Panel| {
        let Axes { title, across, up, ends, lines, height, .. } = &panel.axes;
        first += height;
        let map = Map {
            across: across.clone(),
            up: up.clone(),
            ends: *ends,
            rows: panel.pixels.rows().into_iter().map(|row| row.to_vec()).collect(),
            shades: Shades::Grey { low: 0.0, high: panel.greatest.0 },
            lines: lines.clone(),
            span: (*height, 3),
        };
        figure::Panel { at: (first - height, 0), title: title.clone(), content: Content::Map(map) }
    };
    Figure {
        id: "display".into(),
        title: title.to_owned(),
        alt: caption.clone(),
        caption,
        panels: panels.iter().map(panel).collect(),
        ..Figure::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axes() -> Axes {
        let up = Axis::logarithmic("Hz");
        Axes {
            title: "p".into(),
            across: Axis::linear("s"),
            up,
            ends: [(0.0, 10.0), (1.0, 16.0)],
            lines: vec![],
            places: Places::Values,
            height: 2,
        }
    }

    #[test]
    fn a_pixel_is_the_greatest_of_its_coefficients() {
        let mut panel = Panel::new(axes(), [2, 6400]);
        panel.put([1, 4321], 3.0);
        panel.put([1, 4320], 2.0);
        panel.put([0, 0], 1.0);
        assert_eq!((panel.pixels.dim(), panel.pixels[[1, 432]], panel.pixels.sum()), ((2, 640), 3.0, 4.0));
        // the upper of two rows of a logarithmic axis lies above its geometric mean
        assert_eq!(panel.coordinates([0, 0])[1], 8.0);
        assert_eq!(panel.coordinates([1, 3200])[1], 2.0);
        let caption = panel.caption();
        assert!(
            caption.contains("white 3, found at 6.75 (s), 2 (Hz)") && caption.contains("1 x 10"),
            "{caption}"
        );
        let mut named =
            Panel::new(Axes { places: Places::Rows(vec!["up".into(), "down".into()]), ..axes() }, [2, 6400]);
        named.put([1, 4321], 3.0);
        assert!(named.caption().contains("found at 6.75 (s), down."), "{}", named.caption());
        assert_eq!(named.told()["row"], "down");
        assert!(Panel::new(axes(), [2, 2]).caption().contains("all coefficients are 0"));
    }

    #[test]
    fn panels_become_an_image_of_grey_levels() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("p.png");
        let mut panels = [Panel::new(axes(), [1, 2]), Panel::new(axes(), [1, 3])];
        panels[0].put([0, 1], 4.0);
        panels[1].put([0, 0], 1.0);
        panels[1].put([0, 2], 0.5);
        draw(&path, "t", "w", &panels).expect("drawn");
        let Data::Int(levels, _) = io::read(&path).expect("read").data else { panic!("levels are integers") };
        assert_eq!(levels.iter().copied().collect::<Vec<_>>(), [0, 255, 0, 255, 0, 128]);
        for lost in [f64::INFINITY, f64::NAN] {
            let mut panels = [Panel::new(axes(), [1, 2])];
            panels[0].put([0, 0], lost);
            assert!(draw(&path, "t", "w", &panels).is_err());
        }
        let mut least = Panel::new(axes(), [1, 3]);
        [0.0, 5e-324, 1e-323].into_iter().enumerate().for_each(|(k, size)| least.put([0, k], size));
        draw(&path, "t", "w", &[least]).expect("drawn");
        let Data::Int(levels, _) = io::read(&path).expect("read").data else { panic!("levels are integers") };
        assert_eq!(levels.iter().copied().collect::<Vec<_>>(), [0, 128, 255]);
    }
}
