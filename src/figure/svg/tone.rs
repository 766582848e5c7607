//! Colours of drawings: for light and for dark paper, and the rules that say so.

use plotters::style::RGBColor;
use std::fmt::Write;

/// What a stroke or an area is for. Each has a colour for light and for dark paper (Okabe & Ito's palette).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(super) enum Tone {
    Ink,
    Quiet,
    Axis,
    First,
    Second,
    SecondStem,
    Third,
    Fourth,
}

impl Tone {
    pub(super) const ALL: [(Tone, &str, &str, &str); 8] = [
        (Tone::Ink, "ink", "#22262b", "#e7e4dc"),
        (Tone::Quiet, "quiet", "#5a6068", "#a9adb3"),
        (Tone::Axis, "axis", "#8b9097", "#7d828a"),
        (Tone::First, "first", "#0072b2", "#56b4e9"),
        (Tone::Second, "second", "#c24e00", "#f0a04b"),
        (Tone::SecondStem, "second-stem", "#c24e00", "#f0a04b"),
        (Tone::Third, "third", "#007a59", "#2fc79a"),
        (Tone::Fourth, "fourth", "#a3478a", "#d98cc0"),
    ];

    /// The colour that stands for it until the text is rewritten.
    pub(super) fn sentinel(self) -> RGBColor {
        RGBColor(0xF1, 0x7A, self as u8)
    }
}

/// What a file of its own is drawn on, in light and in dark: a page around it need not follow the reader's choice.
pub(super) const PAPER: [&str; 2] = ["#fdfcf9", "#17191c"];

/// A rule for each class, and each way to be coloured.
pub(super) fn rules(colour: impl Fn(&str, &str) -> String) -> String {
    let mut css = String::new();
    for (tone, class, light, dark) in Tone::ALL {
        let colour = colour(light, dark);
        let dash = if tone == Tone::SecondStem { ";stroke-dasharray:40 30" } else { "" };
        let _ = write!(css, ".fill-{class}{{fill:{colour}}}.stroke-{class}{{stroke:{colour}{dash}}}");
    }
    css
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance, and contrast: WCAG 2.2, where words want 4.5 and strokes 3.
    #[test]
    fn every_tone_is_seen_on_its_paper() {
        let part = |part: &str| {
            let value = f64::from(u8::from_str_radix(part, 16).expect("two digits")) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        let light = |colour: &str| {
            let [r, g, b] = [1, 3, 5].map(|at| part(&colour[at..at + 2]));
            0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
        };
        for (tone, _, day, night) in Tone::ALL {
            let least = if matches!(tone, Tone::Ink | Tone::Quiet) { 4.5 } else { 3.0 };
            assert!(light(PAPER[0]) / light(day) >= least, "{tone:?} on light paper");
            assert!(light(night) / light(PAPER[1]) >= least, "{tone:?} on dark paper");
        }
    }
}
