//! Arrays with channels, as boxes.

use super::Table;
use serde::Serialize;

/// An array of channels, rows and columns, as a box with a part marked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Volume {
    /// What it is.
    pub name: String,
    /// Its channels, rows and columns.
    pub size: [usize; 3],
    /// What is marked in it. The mark of the next one comes from it, and lines are drawn from the one to the other.
    pub mark: Block,
    /// What is written on those lines; of the last one, nothing.
    pub leads: String,
}

/// A part of an array.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Block {
    /// What it is.
    pub name: String,
    /// Its first channel, row and column.
    pub at: [usize; 3],
    /// Its channels, rows and columns.
    pub size: [usize; 3],
}

/// "3 × 32 × 32".
fn sizes(size: [usize; 3]) -> String {
    size.map(|n| n.to_string()).join(" × ")
}

impl Volume {
    /// What is written below it.
    pub(super) fn words(&self) -> [String; 2] {
        [
            format!("{}: {}", self.name, sizes(self.size)),
            format!("{}: {}", self.mark.name, sizes(self.mark.size)),
        ]
    }

    pub(super) fn table(volumes: &[Volume]) -> Table {
        let row = |name: &str, at: [usize; 3], size: [usize; 3]| {
            let numbers = at.iter().chain(&size).map(usize::to_string);
            std::iter::once(name.to_owned()).chain(numbers).collect()
        };
        let head = ["", "first channel", "first row", "first column", "channels", "rows", "columns"];
        Table {
            head: head.map(str::to_owned).to_vec(),
            rows: volumes
                .iter()
                .flat_map(|v| [row(&v.name, [0; 3], v.size), row(&v.mark.name, v.mark.at, v.mark.size)])
                .collect(),
        }
    }
}
