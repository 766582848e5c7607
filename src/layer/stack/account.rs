//! What a stack holds: sizes, parameters, connections and products of every layer, counted exactly.

use super::{Channels, Convolution, Field, Kind, Line, Misfit, Stack, StackError, edges::edges, field::Step};
use crate::layer::{
    LayerError, Sharing, Sliding, Upsample, Window, grid::volume, network, pool::Regions, trilinear,
};
use std::ops::AddAssign;

/// Types of entries that memory is told for, and the bytes of one.
pub const SCALARS: [(&str, u128); 4] = [("int8", 1), ("float16", 2), ("float32", 4), ("float64", 8)];

/// The numbers of a layer, or of all of them together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Entries of the output.
    pub neurons: u128,
    /// Numbers to be learned that multiply.
    pub weights: u128,
    /// Numbers to be learned that are added.
    pub biases: u128,
    /// Numbers that are not learned: means and variances of a batch normalisation, points of an RBF layer.
    pub fixed: u128,
    /// What there would be to learn if no two outputs shared anything: the same windows, locally connected.
    pub unshared: u128,
    /// What there would be to learn if every output read every entry: one matrix, and a bias per output. Gains of single
    /// entries stay as if unshared.
    pub dense: u128,
    /// Pairs of an output and an entry that it reads through a window, a matrix or a gain, padding not counted; and one for
    /// every output with a bias, as LeCun et al. 1998 count.
    pub connections: u128,
    /// Products by a weight, those with padding counted, as profilers do. One addition goes with each.
    pub multiply_adds: u128,
}

impl Counts {
    /// What is learned.
    pub fn parameters(&self) -> u128 {
        self.weights + self.biases
    }
}

impl AddAssign for Counts {
    /// Layers have at most 2^113 of anything and a stack at most 2^11 layers, so nothing overflows.
    fn add_assign(&mut self, other: Counts) {
        self.neurons += other.neurons;
        self.weights += other.weights;
        self.biases += other.biases;
        self.fixed += other.fixed;
        self.unshared += other.unshared;
        self.dense += other.dense;
        self.connections += other.connections;
        self.multiply_adds += other.multiply_adds;
    }
}

/// One layer of an [`Account`].
#[derive(Clone, PartialEq, Debug)]
pub struct LayerAccount {
    /// The line of the text.
    pub line: usize,
    /// How many blocks it stands in.
    pub depth: usize,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// As it was written.
    pub text: String,
    /// The channels and spatial axes of its output.
    pub output: Vec<usize>,
    /// Its numbers.
    pub counts: Counts,
    /// Its receptive field, along each spatial axis of the stack's input.
    pub fields: Vec<Field>,
    /// The entries at the end of each axis that no window reads; empty where no windows slide.
    pub dropped: Vec<usize>,
    /// The axes along which its windows do not come out even.
    pub misfits: Vec<Misfit>,
}

impl LayerAccount {
    /// [`Counts::parameters`] of this layer.
    pub fn parameters(&self) -> u128 {
        self.counts.parameters()
    }
}

/// What a stack holds.
#[derive(Clone, PartialEq, Debug)]
pub struct Account {
    /// The channels and spatial axes of the input.
    pub input: Vec<usize>,
    /// The layers, those of blocks in front of the block.
    pub layers: Vec<LayerAccount>,
    /// All of them together.
    pub total: Counts,
}

impl Account {
    /// The layer of that name.
    pub fn layer(&self, name: &str) -> Option<&LayerAccount> {
        self.layers.iter().find(|layer| layer.name.as_deref() == Some(name))
    }

    /// The entries of the input and of all outputs: what is kept in memory for a backward pass over one input.
    pub fn activations(&self) -> u128 {
        self.input.iter().map(|n| *n as u128).product::<u128>() + self.total.neurons
    }
}

impl Stack {
    /// What the stack holds.
    ///
    /// Cost: the square of the number of layers, whatever their sizes; no memory is taken but for the answer.
    ///
    /// # Errors
    /// The first layer that cannot take its input, with its line; numbers beyond 2^112.
    pub fn account(&self) -> Result<Account, StackError> {
        let mut counter = Counter { input: &self.input, steps: vec![], layers: vec![] };
        let whole = Line { number: 1, name: None, text: "input".into(), kind: Kind::Flatten };
        if self.input.is_empty() || self.input.contains(&0) {
            let hint = "an input has channels and spatial axes, and entries along all of them";
            let error = LayerError::shape("the input", &self.input, "sizes of at least 1", hint);
            return Err(Fault::Layer(error).of(&whole));
        }
        volume("the input", &self.input).map_err(|error| Fault::Layer(error).of(&whole))?;
        counter.lines(&self.layers, self.input.clone(), 0)?;
        let layers = counter.layers;
        let mut total = Counts::default();
        layers.iter().for_each(|layer| total += layer.counts);
        Ok(Account { input: self.input.clone(), layers, total })
    }
}

/// What is wrong with a layer, before it is known which.
enum Fault {
    Layer(LayerError),
    Size(&'static str),
}

impl Fault {
    fn of(self, line: &Line) -> StackError {
        let (number, layer) = (line.number, line.text.clone());
        match self {
            Fault::Layer(error) => StackError::Layer { line: number, layer, error: Box::new(error) },
            Fault::Size(what) => StackError::Size { line: number, layer, what },
        }
    }
}

impl From<LayerError> for Fault {
    fn from(error: LayerError) -> Fault {
        Fault::Layer(error)
    }
}

/// The largest count of one layer: 2^11 of them can be added.
const MOST: u128 = 1 << 112;

/// A product that is not too large.
fn product(what: &'static str, factors: impl IntoIterator<Item = u128>) -> Result<u128, Fault> {
    let product = factors.into_iter().try_fold(1_u128, |product, factor| product.checked_mul(factor));
    product.filter(|product| *product < MOST).ok_or(Fault::Size(what))
}

fn entries(shape: &[usize]) -> u128 {
    shape.iter().map(|n| *n as u128).product()
}

fn wide(shape: &[usize]) -> impl Iterator<Item = u128> {
    shape.iter().map(|n| *n as u128)
}

/// What is known of a layer once its input is.
struct Known {
    output: Vec<usize>,
    counts: Counts,
    step: Option<Step>,
    dropped: Vec<usize>,
    misfits: Vec<Misfit>,
}

impl Known {
    fn of(output: Vec<usize>, counts: Counts, step: Option<Step>) -> Result<Known, Fault> {
        let neurons = volume("the output", &output)? as u128;
        Ok(Known { output, counts: Counts { neurons, ..counts }, step, dropped: vec![], misfits: vec![] })
    }

    /// With what windows leave over.
    fn slid(mut self, sliding: &Sliding, spatial: &[usize]) -> Result<Known, Fault> {
        self.misfits = Misfit::all(sliding, spatial)?;
        for (axis, (window, n)) in sliding.resolve(spatial)?.iter().zip(spatial).enumerate() {
            self.dropped.push(window.dropped(*n).map_err(|error| LayerError::Window { axis, error })?);
        }
        Ok(self)
    }
}

struct Counter<'a> {
    input: &'a [usize],
    steps: Vec<Step>,
    layers: Vec<LayerAccount>,
}

impl Counter<'_> {
    fn lines(&mut self, lines: &[Line], input: Vec<usize>, depth: usize) -> Result<Vec<usize>, StackError> {
        lines.iter().try_fold(input, |shape, line| {
            let known = match &line.kind {
                Kind::Residual { branch, shortcut } => self.residual(line, branch, shortcut, shape, depth)?,
                Kind::Skip(inside) => self.skip(line, inside, shape, depth)?,
                kind => layer(kind, &shape).map_err(|fault| fault.of(line))?,
            };
            self.steps.extend(known.step);
            let axes = 1..self.input.len();
            let field = |axis: usize| {
                let outputs = known.output.get(axis).copied().unwrap_or(1);
                Field::behind(&self.steps, axis - 1, outputs)
                    .map_err(|_| Fault::Size("the receptive field").of(line))
            };
            self.layers.push(LayerAccount {
                line: line.number,
                depth,
                name: line.name.clone(),
                text: line.text.clone(),
                fields: axes.map(field).collect::<Result<_, _>>()?,
                output: known.output.clone(),
                counts: known.counts,
                dropped: known.dropped,
                misfits: known.misfits,
            });
            Ok(known.output)
        })
    }

    /// The shape that lines inside a block make, and their steps, which are taken off.
    fn inside(
        &mut self,
        lines: &[Line],
        shape: Vec<usize>,
        depth: usize,
    ) -> Result<(Vec<usize>, Vec<Step>), StackError> {
        let outside = self.steps.len();
        let output = self.lines(lines, shape, depth + 1)?;
        Ok((output, self.steps.split_off(outside)))
    }

    fn residual(
        &mut self,
        line: &Line,
        branch: &[Line],
        shortcut: &[Line],
        shape: Vec<usize>,
        depth: usize,
    ) -> Result<Known, StackError> {
        let (output, one) = self.inside(branch, shape.clone(), depth)?;
        let (around, other) = self.inside(shortcut, shape, depth)?;
        network::added(&output, &around).map_err(|error| Fault::Layer(error).of(line))?;
        Known::of(output, Counts::default(), Some(Step::Either(one, other))).map_err(|fault| fault.of(line))
    }

    fn skip(
        &mut self,
        line: &Line,
        inside: &[Line],
        shape: Vec<usize>,
        depth: usize,
    ) -> Result<Known, StackError> {
        let (mut output, steps) = self.inside(inside, shape.clone(), depth)?;
        network::stacked(&shape, &output, 0).map_err(|error| Fault::Layer(error).of(line))?;
        output[0] = output[0].saturating_add(shape[0]);
        Known::of(output, Counts::default(), Some(Step::Either(steps, vec![])))
            .map_err(|fault| fault.of(line))
    }
}

/// What a layer that is no block makes of an input C, spatial axes.
fn layer(kind: &Kind, input: &[usize]) -> Result<Known, Fault> {
    let (channels, spatial) = (input[0], &input[1..]);
    let inputs = entries(input);
    let counts = Counts::default();
    let over = |outputs: &[usize]| [&[channels], outputs].concat();
    match kind {
        Kind::Conv(conv) => convolution(conv, input),
        Kind::Transposed { conv, extra } => transposed(conv, extra, input),
        Kind::Pool(regions) => pool(regions, input),
        Kind::Subsample(sliding) => {
            let (outputs, windows) = (sliding.outputs(spatial)?, sliding.resolve(spatial)?);
            let neurons = product("the outputs", wide(&over(&outputs)))?;
            let counts = Counts {
                weights: channels as u128,
                biases: channels as u128,
                unshared: 2 * neurons,
                dense: product("the matrix", [inputs, neurons])? + neurons,
                connections: read(channels as u128, &windows, spatial, &outputs)? + neurons,
                multiply_adds: neurons,
                ..counts
            };
            Known::of(over(&outputs), counts, Some(Step::Slide(windows)))?.slid(sliding, spatial)
        }
        Kind::Maxout(pieces) if *pieces == 0 || channels % pieces != 0 => {
            Err(LayerError::Groups { groups: *pieces, channels, which: "input" }.into())
        }
        Kind::Maxout(pieces) => {
            let output = [&[channels / pieces], spatial].concat();
            Known::of(output, Counts { connections: inputs, ..counts }, None)
        }
        Kind::Dense(outputs, bias) => {
            let (neurons, biases) = (*outputs as u128, if *bias { *outputs as u128 } else { 0 });
            let weights = product("the matrix", [inputs, neurons])?;
            let all = weights + biases;
            let counts = Counts {
                weights,
                biases,
                unshared: all,
                dense: all,
                connections: all,
                multiply_adds: weights,
                ..counts
            };
            Known::of(vec![*outputs], counts, Some(Step::Whole(spatial.to_vec())))
        }
        Kind::Rbf(outputs) => {
            let fixed = product("the matrix", [inputs, *outputs as u128])?;
            let counts = Counts { fixed, connections: fixed, multiply_adds: fixed, ..counts };
            Known::of(vec![*outputs], counts, Some(Step::Whole(spatial.to_vec())))
        }
        Kind::Flatten => {
            Known::of(vec![volume("the vector", input)?], counts, Some(Step::Whole(spatial.to_vec())))
        }
        Kind::BatchNorm => {
            let each = channels as u128;
            let all = 2 * inputs;
            let counts = Counts {
                weights: each,
                biases: each,
                fixed: 2 * each,
                unshared: all,
                dense: all,
                connections: all,
                multiply_adds: inputs,
                ..counts
            };
            Known::of(input.to_vec(), counts, None)
        }
        Kind::Upsample(factors) => {
            let larger = Upsample { factors: factors.clone() }.outputs(spatial)?;
            Known::of(over(&larger), counts, Some(Step::Repeat(factors.clone())))
        }
        Kind::Entrywise => Known::of(input.to_vec(), counts, None),
        Kind::Residual { .. } | Kind::Skip(_) => unreachable!("blocks are counted by their lines"),
    }
}

/// So many times the pairs of an output and an entry that windows make.
fn read(times: u128, windows: &[Window], spatial: &[usize], outputs: &[usize]) -> Result<u128, Fault> {
    let each =
        windows.iter().zip(spatial).zip(outputs).map(|((window, n), outputs)| edges(window, *n, *outputs));
    product("the number of connections", each.chain([times]))
}

/// The output channels, and the pairs of an output and an input channel.
fn channels(conv: &Convolution, inputs: usize) -> Result<(usize, u128), Fault> {
    match &conv.channels {
        Channels::Groups(outputs, groups) => {
            trilinear::Channels::check_groups(inputs, *outputs, *groups)?;
            Ok((*outputs, product("the pairs of channels", [*outputs as u128, (inputs / groups) as u128])?))
        }
        Channels::Depthwise(times) => {
            let outputs = inputs.saturating_mul(*times);
            Ok((outputs, outputs as u128))
        }
        Channels::Table(rows) => {
            let table = trilinear::Channels::table(inputs, rows)?;
            Ok((table.outputs(), table.pairs() as u128))
        }
    }
}

/// In how many classes a sharing puts outputs.
fn classes(sharing: &Sharing, outputs: &[usize]) -> Result<u128, Fault> {
    product("the sets of weights", wide(&sharing.lead(outputs)))
}

fn convolution(conv: &Convolution, input: &[usize]) -> Result<Known, Fault> {
    let (spatial, sliding) = (&input[1..], &conv.sliding);
    let (outputs, windows) = (sliding.outputs(spatial)?, sliding.resolve(spatial)?);
    let (o, pairs) = channels(conv, input[0])?;
    let connections = read(pairs, &windows, spatial, &outputs)?;
    let output = [&[o], &outputs[..]].concat();
    let counts = sums(conv, pairs, &output, &outputs, entries(input), connections)?;
    Known::of(output, counts, Some(Step::Slide(windows)))?.slid(sliding, spatial)
}

fn transposed(conv: &Convolution, extra: &[usize], input: &[usize]) -> Result<Known, Fault> {
    let spatial = &input[1..];
    conv.sliding.ranks(spatial)?;
    let (o, pairs) = channels(conv, input[0])?;
    let (mut windows, mut outputs) = (vec![], vec![]);
    for (axis, (window, n)) in conv.sliding.windows.iter().zip(spatial).enumerate() {
        let extra = extra.get(axis).copied().unwrap_or(0);
        let fault = |error| LayerError::Window { axis, error };
        let (window, extra) = conv.sliding.padding.resolve_transposed(*n, extra, *window).map_err(fault)?;
        let size = window.transposed(*n, extra).map_err(fault)?;
        windows.push(window);
        outputs.push(size);
    }
    // the windows slide over the output
    let connections = read(pairs, &windows, &outputs, spatial)?;
    let output = [&[o], &outputs[..]].concat();
    let counts = sums(conv, pairs, &output, spatial, entries(input), connections)?;
    Known::of(output, counts, Some(Step::Transposed(windows)))
}

/// The counts of sums over windows, one kernel per pair of channels, at so many positions.
fn sums(
    conv: &Convolution,
    pairs: u128,
    output: &[usize],
    positions: &[usize],
    inputs: u128,
    connections: u128,
) -> Result<Counts, Fault> {
    let neurons = product("the outputs", wide(output))?;
    let kernels = product("the weights of a set", wide(&conv.sliding.taps()).chain([pairs]))?;
    let all = product("the weights", wide(positions).chain([kernels]))?;
    let own = if conv.bias.is_some() { neurons } else { 0 };
    let biases = match &conv.bias {
        None => 0,
        Some(sharing) => product("the biases", [classes(sharing, &output[1..])?, output[0] as u128])?,
    };
    Ok(Counts {
        neurons,
        weights: product("the weights", [classes(&conv.sharing, positions)?, kernels])?,
        biases,
        fixed: 0,
        unshared: all + own,
        dense: product("the matrix", [inputs, neurons])? + own,
        connections: connections + own,
        multiply_adds: all,
    })
}

fn pool(regions: &Regions, input: &[usize]) -> Result<Known, Fault> {
    let (channels, spatial) = (input[0] as u128, &input[1..]);
    let outputs = regions.outputs(spatial)?;
    let output = [&input[..1], &outputs[..]].concat();
    let reads = |connections| Counts { connections, ..Counts::default() };
    match regions {
        Regions::Sliding(sliding) => {
            let windows = sliding.resolve(spatial)?;
            let counts = reads(read(channels, &windows, spatial, &outputs)?);
            Known::of(output, counts, Some(Step::Slide(windows)))?.slid(sliding, spatial)
        }
        Regions::Adaptive(_) => {
            let axes: Vec<(usize, usize)> = spatial.iter().copied().zip(outputs).collect();
            // every place where regions meet inside an entry is read twice
            let each =
                |(n, k): &(usize, usize)| (*n + *k) as u128 - super::field::common(*n as u128, *k as u128);
            let connections = product("the number of connections", axes.iter().map(each).chain([channels]))?;
            Known::of(output, reads(connections), Some(Step::Adaptive(axes)))
        }
        Regions::Global => Known::of(output, reads(entries(input)), Some(Step::Whole(spatial.to_vec()))),
        Regions::Fixed { regions, .. } => {
            let all = regions.iter().map(|region| region.len() as u128).sum::<u128>();
            Known::of(
                output,
                reads(product("the number of connections", [all, channels])?),
                Some(Step::Whole(spatial.to_vec())),
            )
        }
    }
}
