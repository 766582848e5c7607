//! Rows of nodes with edges from each row to the one above it.

use super::{Table, number};
use serde::Serialize;

/// Rows of nodes, drawn from below, with edges between neighbouring rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Graph {
    /// The rows, the lowest first.
    pub rows: Vec<Row>,
    /// The edges.
    pub edges: Vec<Edge>,
}

/// A row of nodes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Where each node lies, in steps of the lowest row.
    pub places: Vec<f64>,
    /// Which nodes are marked.
    pub marked: Vec<bool>,
}

/// An edge to the next row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Edge {
    /// The row that it starts from.
    pub row: usize,
    /// The node there.
    pub from: usize,
    /// The node of the row above.
    pub to: usize,
    /// Whether it is marked.
    pub marked: bool,
}

impl Row {
    /// How many nodes are marked.
    pub fn count(&self) -> usize {
        self.marked.iter().filter(|marked| **marked).count()
    }
}

impl Graph {
    /// For each row its nodes, those that are marked, and the edges that lead upwards.
    pub(super) fn table(&self, title: &str) -> Table {
        let row = |(n, row): (usize, &Row)| {
            let marked: Vec<String> =
                row.marked.iter().enumerate().filter(|(_, m)| **m).map(|(j, _)| j.to_string()).collect();
            let edges = self.edges.iter().filter(|edge| edge.row == n).count();
            let nodes = number(row.places.len() as f64);
            vec![row.name.clone(), nodes, marked.join(", "), row.count().to_string(), edges.to_string()]
        };
        Table {
            head: [title, "nodes", "marked", "how many", "edges upwards"].map(str::to_owned).to_vec(),
            rows: self.rows.iter().enumerate().map(row).collect(),
        }
    }
}
