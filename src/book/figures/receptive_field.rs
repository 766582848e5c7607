//! The receptive fields of a network, layer after layer, and how unevenly the ways through it are spread over them.

use super::Unmet;
use crate::{
    figure::{Content, Figure, Heat, Panel, Pattern, Shades, Table, number},
    layer::stack::{Effective, LayerAccount, Stack, StackError},
};
use dashu_int::IBig;
use dashu_ratio::RBig;

pub(super) const ID: &str = "receptive-field";

const NETWORK: &str = "lenet";
/// The layers with windows, and the taps of each along an axis.
const LAYERS: [(&str, u32); 5] = [("C1", 5), ("S2", 2), ("C3", 5), ("S4", 2), ("C5", 5)];
/// From this one on the ways are shown as pictures.
const PICTURED: usize = 2;

/// The ways that lead to an output of the layer of that name.
type Ways = fn(&Stack, &str) -> Result<Effective, StackError>;

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(|stack, name| stack.effective(Some(name)))
}

/// A layer, and the ways to its middle output.
struct Seen {
    account: LayerAccount,
    ways: Effective,
    /// The first and the last row from which a way leads, and the same of columns.
    extent: [(usize, usize); 2],
}

impl Seen {
    fn holds(&self, i: usize, j: usize) -> bool {
        let [rows, columns] = self.extent;
        (rows.0..=rows.1).contains(&i) && (columns.0..=columns.1).contains(&j)
    }

    /// How many neighbouring places along an axis hold half of the ways.
    fn half(&self) -> usize {
        self.ways.axes.first().map_or(0, |spread| spread.half())
    }
}

fn extent(profile: &[IBig]) -> Option<(usize, usize)> {
    let filled = |ways: &IBig| *ways != IBig::ZERO;
    Some((profile.iter().position(filled)?, profile.iter().rposition(filled)?))
}

fn look(ways: Ways) -> Result<Vec<Seen>, Unmet> {
    let refused =
        |error: StackError| Unmet { id: ID, shows: "the network can be measured", found: error.to_string() };
    let stack = Stack::preset(NETWORK).map_err(refused)?;
    let account = stack.account().map_err(refused)?;
    let mut all: Vec<Seen> = vec![];
    let mut products = IBig::ONE;
    for (name, taps) in LAYERS {
        let ways = ways(&stack, name).map_err(refused)?;
        products *= IBig::from(taps * taps);
        let unmet = |shows: &'static str, found: String| Unmet {
            id: ID,
            shows,
            found: format!("for {name} {found}"),
        };
        let none = || unmet("a layer has ways to its outputs", "there are none".to_owned());
        let row = account.layer(name).ok_or_else(none)?.clone();
        let [Some(rows), Some(columns)] = [0, 1].map(|axis| extent(&ways.axes[axis].profile)) else {
            return Err(none());
        };
        let total: IBig = ways.ways.iter().sum();
        Unmet::unless(total == products, ID, "there is a way for every choice of taps", || {
            format!("{name} has {total}, not {products}")
        })?;
        let seen = Seen { account: row, ways, extent: [rows, columns] };
        // walked back through the windows, and found by the gradient: the same places
        for (axis, (first, last)) in seen.extent.into_iter().enumerate() {
            let field = &seen.account.fields[axis];
            let jump = field.jump.map_or(0, |(up, down)| (up / down.max(1)) as i128);
            let start = field.start + jump * seen.ways.output[axis] as i128;
            let same = start == first as i128 && field.size == (last + 1 - first) as u128;
            let shows = "the ways begin in the whole receptive field and nowhere else";
            Unmet::unless(same, ID, shows, || {
                format!("for {name} they begin in {first} … {last}, not as {field:?}")
            })?;
        }
        let grows =
            all.last().is_none_or(|before| before.account.fields[0].size < seen.account.fields[0].size);
        Unmet::unless(grows, ID, "fields grow from layer to layer", || format!("that of {name} does not"))?;
        all.push(seen);
    }
    Ok(all)
}

fn draw(ways: Ways) -> Result<Figure, Unmet> {
    let all = look(ways)?;
    let (Some(first), Some(last)) = (all.first(), all.last()) else {
        return Err(Unmet { id: ID, shows: "there are layers", found: "there are none".to_owned() });
    };
    let size = |seen: &Seen| seen.account.fields[0].size;
    let (side, half) = (last.ways.axes[0].profile.len(), last.half());
    let shows =
        "the last layer sees the whole input, but half of its ways begin in less than half of its places";
    Unmet::unless(size(last) == side as u128 && 2 * half < side, ID, shows, || {
        format!("it sees {} of {side}, and half of the ways begin in {half}", size(last))
    })?;
    let nested = |i: usize, j: usize| all.iter().position(|seen| seen.holds(i, j));
    let pattern = Pattern {
        classes: LAYERS.map(|(name, _)| name.to_owned()).to_vec(),
        cells: (0..side).map(|i| (0..side).map(|j| nested(i, j)).collect()).collect(),
        block: (side, side),
        ..Pattern::default()
    };
    let heat = |seen: &Seen| {
        let largest =
            seen.ways.ways.iter().max().cloned().filter(|most| *most != IBig::ZERO).unwrap_or(IBig::ONE);
        let share = |ways: &IBig| (RBig::from(ways.clone()) / RBig::from(largest.clone())).to_f64().value();
        let rows = seen.ways.ways.rows().into_iter().map(|row| row.iter().map(share).collect());
        Heat { rows: rows.collect(), shades: Shades::Grey { low: 0.0, high: 1.0 } }
    };
    let shape = |sizes: &[usize]| sizes.iter().map(usize::to_string).collect::<Vec<_>>().join(" × ");
    let row = |(seen, (name, _)): (&Seen, &(&str, u32))| {
        let field = &seen.account.fields[0];
        let jump = field.jump.map_or_else(|| "none".to_owned(), |(up, down)| number(up as f64 / down as f64));
        let total: IBig = seen.ways.ways.iter().sum();
        let text = seen.account.text.split(" reads ").next().unwrap_or_default();
        vec![
            format!("{name}: {text}"),
            shape(&seen.account.output),
            field.size.to_string(),
            jump,
            format!("{} … {}", seen.extent[0].0, seen.extent[0].1),
            total.to_string(),
            seen.half().to_string(),
        ]
    };
    let head = [
        "layer",
        "output",
        "field",
        "jump",
        "places of the middle output",
        "ways to it",
        "places with half of them",
    ];
    let table =
        Table { head: head.map(str::to_owned).to_vec(), rows: all.iter().zip(&LAYERS).map(row).collect() };
    let mut panels =
        vec![Panel { at: (0, 0), title: "fields, nested".to_owned(), content: Content::Pattern(pattern) }];
    panels.extend(all.iter().zip(LAYERS).skip(PICTURED).enumerate().map(|(n, (seen, (name, _)))| Panel {
        at: (0, n + 1),
        title: format!("ways to {name}"),
        content: Content::Heat(heat(seen)),
    }));
    panels.push(Panel { at: (1, 0), title: String::new(), content: Content::Table(table) });
    let fields: Vec<String> = all.iter().map(|seen| size(seen).to_string()).collect();
    Ok(Figure {
        id: ID.to_owned(),
        title: "What an output of LeNet-5 sees".to_owned(),
        caption: format!(
            "Along each axis an output of {} sees {} entries of the picture, one of the next layers {}: a window of $k$ adds $k - 1$ times \
             the jump before it, and a stride multiplies the jump. The last layer sees all {side} by {side}. But what does it mean to see? \
             Count the ways from an entry to the output, a tap in each layer (sums stand for whatever is done between them): those \
             from the middle are many (bright, as a share of the most), those from the border few. Half of the ways to {} begin in \
             {half} of the {side} places along an axis: the *effective* field is much smaller than the field.",
            LAYERS[0].0,
            size(first),
            fields[1..].join(", "),
            LAYERS[LAYERS.len() - 1].0
        ),
        alt: format!(
            "The picture of {side} by {side} entries with the fields of the middle outputs of {} layers, one inside the other, {} \
             entries wide. Three pictures of the numbers of ways, each a bright spot in the middle that fades towards the border of the field. \
             Below, a table of fields, jumps and ways.",
            LAYERS.len(),
            fields.join(", ")
        ),
        panels,
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_ways_are_refused() {
        let other: Ways = |stack, _| stack.effective(Some("C3"));
        // one way too many, far off; and the ways from a single corner lost
        let far: Ways = |stack, name| {
            let mut ways = stack.effective(Some(name))?;
            ways.axes[0].profile[0] += IBig::ONE;
            Ok(ways)
        };
        let fewer: Ways = |stack, name| {
            let mut ways = stack.effective(Some(name))?;
            ways.ways.iter_mut().filter(|ways| **ways == IBig::ONE).for_each(|ways| *ways = IBig::ZERO);
            Ok(ways)
        };
        assert!([other, far, fewer].into_iter().all(|wrong| draw(wrong).is_err()));
    }

    #[test]
    fn the_fields_are_those_that_one_counts() {
        let fields: Vec<u128> = look(|stack, name| stack.effective(Some(name)))
            .expect("it holds")
            .iter()
            .map(|seen| seen.account.fields[0].size)
            .collect();
        assert_eq!(fields, [5, 6, 14, 16, 32]);
    }
}
