//! Who is connected to whom: one entry seen from below, one output from above, and how far an output sees with depth.

use super::Unmet;
use crate::{
    figure::{Content, Edge, Figure, Graph, Panel, Row},
    layer::{Sliding, grid::Connections, stack::Stack},
};

pub(super) const ID: &str = "sparse-connectivity";

/// Entries of the layers in the first two columns, of which one in the middle is marked.
const ENTRIES: usize = 7;
const TAPS: usize = 3;
const DEPTH: usize = 3;

/// The sliding windows of a layer.
type Windows = fn() -> Sliding;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(|| Sliding::of(&[TAPS]).pad(1, 1), [|| Sliding::of(&[TAPS]), || Sliding::of(&[TAPS]).stride(2)])
}

/// Which nodes below each node reads.
type Reads = Vec<Vec<usize>>;

/// Walks the edges of the layer's graph.
fn walk(sliding: &Sliding, entries: usize) -> Result<Reads, Unmet> {
    let refused = |error: crate::layer::LayerError| Unmet {
        id: ID,
        shows: "the windows fit",
        found: error.to_string(),
    };
    let grid = sliding.grid(&[entries]).map_err(refused)?;
    let mut walked = vec![];
    Ok((0..grid.outputs())
        .map(|o| grid.edges(o, &mut walked).iter().map(|edge| edge.entry).collect())
        .collect())
}

/// Rows of nodes, the lowest with so many entries; `reads` says of each row above which nodes it reads, and nothing is marked.
fn graph(entries: usize, reads: &[Reads]) -> Graph {
    let row = |name: String, places: Vec<f64>| Row { name, marked: vec![false; places.len()], places };
    let mut rows = vec![row("x".to_owned(), (0..entries).map(|k| k as f64).collect())];
    let mut edges = vec![];
    for (n, above) in reads.iter().enumerate() {
        let below = rows[n].places.clone();
        // over the node below it if there are as many, else over the middle of what it reads
        let middle = |read: &Vec<usize>| {
            let ends = read.first().zip(read.last()).map_or((0, 0), |(a, b)| (*a, *b));
            (below[ends.0] + below[ends.1]) / 2.0
        };
        let places =
            if above.len() == below.len() { below.clone() } else { above.iter().map(middle).collect() };
        rows.push(row(if n + 1 == reads.len() { "y".to_owned() } else { format!("h{}", n + 1) }, places));
        let own = above.iter().enumerate();
        edges.extend(own.flat_map(|(to, read)| {
            read.iter().map(move |from| Edge { row: n, from: *from, to, marked: false })
        }));
    }
    Graph { rows, edges }
}

/// Marks what the marked nodes of the highest row depend on, row after row.
fn mark_below(graph: &mut Graph) {
    for n in (0..graph.rows.len() - 1).rev() {
        let above = graph.rows[n + 1].marked.clone();
        for edge in graph.edges.iter_mut().filter(|edge| edge.row == n && above[edge.to]) {
            edge.marked = true;
            graph.rows[n].marked[edge.from] = true;
        }
    }
}

/// Marks what depends on the marked nodes of the lowest row.
fn mark_above(graph: &mut Graph) {
    for n in 0..graph.rows.len() - 1 {
        let below = graph.rows[n].marked.clone();
        for edge in graph.edges.iter_mut().filter(|edge| edge.row == n && below[edge.from]) {
            edge.marked = true;
            graph.rows[n + 1].marked[edge.to] = true;
        }
    }
}

/// One layer, with the node in the middle of row `n` marked, and what it is connected to.
fn one(reads: &Reads, n: usize) -> Graph {
    let mut graph = graph(ENTRIES, std::slice::from_ref(reads));
    let middle = graph.rows[n].marked.len() / 2;
    graph.rows[n].marked[middle] = true;
    if n == 0 {
        mark_above(&mut graph)
    } else {
        mark_below(&mut graph)
    }
    graph
}

/// Layers of the same windows with one output, and what it depends on: held against the receptive fields of the stack.
fn deep(windows: Windows, stride: usize) -> Result<(Graph, Vec<usize>), Unmet> {
    // as many entries as one output of so many layers sees
    let entries = (0..DEPTH).fold(1, |outputs, _| (outputs - 1) * stride + TAPS);
    let lines = format!("conv 1 {TAPS} stride {stride}\n").repeat(DEPTH);
    let account = Stack::read(&format!("input 1 {entries}\n{lines}")).and_then(|stack| stack.account());
    let account =
        account.map_err(|error| Unmet { id: ID, shows: "the layers fit", found: error.to_string() })?;
    let (mut reads, mut size) = (vec![], entries);
    for _ in 0..DEPTH {
        reads.push(walk(&windows(), size)?);
        size = reads.last().map_or(0, Vec::len);
    }
    // what the first output of each layer sees of the entries
    let seen = |layer: usize| {
        let mut graph = graph(entries, &reads[..=layer]);
        if let Some(node) = graph.rows.last_mut().and_then(|row| row.marked.first_mut()) {
            *node = true;
        }
        mark_below(&mut graph);
        graph
    };
    let fields: Vec<usize> = (0..DEPTH).map(|layer| seen(layer).rows[0].count()).collect();
    let wanted: Vec<usize> = account.layers.iter().map(|layer| layer.fields[0].size as usize).collect();
    let shows =
        "walking back along the edges one finds the receptive fields, and the last is the whole input";
    Unmet::unless(fields == wanted && fields.last() == Some(&entries) && size == 1, ID, shows, || {
        format!("{fields:?} is not {wanted:?}, of {entries}, or there are {size} outputs")
    })?;
    Ok((seen(DEPTH - 1), fields))
}

fn draw(sparse: Windows, growing: [Windows; 2]) -> Result<Figure, Unmet> {
    let windows = walk(&sparse(), ENTRIES)?;
    // every output of a dense layer is a window over everything
    let dense: Reads = vec![walk(&Sliding::of(&[ENTRIES]), ENTRIES)?.concat(); ENTRIES];
    let [below, above] = [0, 1].map(|row| one(&windows, row));
    let [all_below, all_above] = [0, 1].map(|row| one(&dense, row));
    let counts =
        [&below, &above, &all_below, &all_above].map(|graph| [graph.rows[1].count(), graph.rows[0].count()]);
    let shows = "an entry reaches as many outputs as the kernel has taps, an output reads as many entries; in a dense layer all";
    let wanted = [[TAPS, 1], [1, TAPS], [ENTRIES, 1], [1, ENTRIES]];
    let neighbours = windows.iter().all(|read| read.windows(2).all(|pair| pair[0] + 1 == pair[1]));
    Unmet::unless(counts == wanted && neighbours, ID, shows, || format!("the counts are {counts:?}"))?;
    let [(slow, fields), (fast, leaps)] = {
        let [one, two] = growing;
        [deep(one, 1)?, deep(two, 2)?]
    };
    let (few, many) = (below.edges.len(), all_below.edges.len());
    let list = |numbers: &[usize]| numbers.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
    let (grown, leapt) = (list(&fields), list(&leaps));
    let panel =
        |at, title: &str, graph| Panel { at, title: title.to_owned(), content: Content::Graph(graph) };
    Ok(Figure {
        id: ID.to_owned(),
        title: "Who is connected to whom".to_owned(),
        caption: format!(
            "Windows of {TAPS} over {ENTRIES} entries have {few} edges, a dense layer has {many}. One entry, seen from below, reaches {TAPS} outputs, \
             or all {ENTRIES}; one output, seen from above, reads {TAPS} entries, or all {ENTRIES}. In depth there are {DEPTH} layers, each with windows \
             of {TAPS}. Walking back along the edges from one output of the first, second and third, one comes to {grown} entries \
             where the stride is 1, and to {leapt} where it is 2: small windows see everything, if there are enough of them, one over the other."
        ),
        alt: format!(
            "Six graphs of nodes in rows, with edges upwards. In the first row: one of {ENTRIES} entries with {TAPS} edges to outputs; \
             one output with {TAPS} edges to entries; {DEPTH} layers, whose one output leads down to {} entries. In the second \
             row: one entry with edges to all outputs; one output with edges to all entries; {DEPTH} layers with stride 2, whose \
             one output leads down to {} entries.",
            fields.last().unwrap_or(&0),
            leaps.last().unwrap_or(&0)
        ),
        panels: vec![
            panel((0, 0), "windows, from below", below),
            panel((0, 1), "windows, from above", above),
            panel((0, 2), "depth, stride 1", slow),
            panel((1, 0), "dense, from below", all_below),
            panel((1, 1), "dense, from above", all_above),
            panel((1, 2), "depth, stride 2", fast),
        ],
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_with_other_edges_are_refused() {
        let right: Windows = || Sliding::of(&[TAPS]).pad(1, 1);
        let (slow, fast): (Windows, Windows) = (|| Sliding::of(&[TAPS]), || Sliding::of(&[TAPS]).stride(2));
        let holes: Windows = || Sliding::of(&[TAPS]).dilation(2).pad(2, 2);
        let wide: Windows = || Sliding::of(&[TAPS + 2]).pad(2, 2);
        for wrong in [holes, wide] {
            assert!(draw(wrong, [slow, fast]).is_err());
        }
        let padded: Windows = || Sliding::of(&[TAPS]).pad(1, 1);
        for wrong in [padded, fast, wide] {
            assert!(draw(right, [wrong, fast]).is_err());
        }
        assert!(draw(right, [slow, slow]).is_err());
        assert!(draw(right, [slow, fast]).expect("it holds").caption.contains("3, 5, 7 entries"));
    }
}
