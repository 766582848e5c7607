//! The effective receptive field: how many ways lead from each entry of the input to one output.
//!
//! The gradient of an output in the input, with all weights 1, counts these ways; where windows overlap they pile up in
//! the middle, so that an output depends on far fewer entries than its receptive field has (Luo, Li, Urtasun & Zemel 2016).
//! What is counted are places: every layer is taken with one channel, sums stand for maxima and means, and what works entry
//! by entry is left out. The gradient is that of the layers' own backward passes, over integers of any size.

use super::{Field, Kind, Line, Stack, StackError};
use crate::layer::{
    Conv, Layer, LayerError, Residual, Sequential, Sliding, Transposed, Upsample, network::Part,
    pool::Regions,
};
use dashu_int::IBig;
use dashu_ratio::RBig;
use ndarray::{ArrayD, Axis};

/// The most products of all layers together.
const MOST: u128 = 1 << 24;

/// How the ways to one output are spread.
#[derive(Clone, PartialEq, Debug)]
pub struct Effective {
    /// The line of the layer whose output it is.
    pub line: usize,
    /// The index of the output along the spatial axes: the one in the middle.
    pub output: Vec<usize>,
    /// The ways from each entry of the input.
    pub ways: ArrayD<IBig>,
    /// Along each axis.
    pub axes: Vec<Spread>,
}

/// The ways along one axis, those of the others added up.
#[derive(Clone, PartialEq, Debug)]
pub struct Spread {
    /// From each place.
    pub profile: Vec<IBig>,
    /// Its mean: Σ i·profile\[i\]/Σ profile.
    pub mean: RBig,
    /// Its variance, exactly.
    pub variance: RBig,
    /// The receptive field, which every way is in.
    pub nominal: Field,
}

impl Spread {
    /// The square root of the variance.
    pub fn deviation(&self) -> f64 {
        self.variance.to_f64_fast().sqrt()
    }

    /// How many neighbouring places hold at least half of the ways: the fewest.
    pub fn half(&self) -> usize {
        let all: IBig = self.profile.iter().sum();
        let (mut inside, mut first, mut fewest) = (IBig::ZERO, 0, self.profile.len());
        for (last, ways) in self.profile.iter().enumerate() {
            inside += ways;
            while first <= last && (&inside - &self.profile[first]) * IBig::from(2) >= all {
                inside -= &self.profile[first];
                first += 1;
            }
            if &inside * IBig::from(2) >= all {
                fewest = fewest.min(last + 1 - first);
            }
        }
        fewest
    }
}

impl Stack {
    /// The effective receptive field of the layer of that name, or of the last one in front of what reads everything.
    ///
    /// Cost: a forward and a backward pass with one channel, of at most 2^24 products.
    ///
    /// # Errors
    /// As [`Stack::account`]; a name that no layer outside of blocks has; a layer that reads everything or comes behind one
    /// that does; too many products.
    pub fn effective(&self, name: Option<&str>) -> Result<Effective, StackError> {
        let account = self.account()?;
        let refuse = |problem: String, hint| Err(StackError::Measure { problem, hint });
        let wanted = |line: &Line| name.is_some() && line.name.as_deref() == name;
        if let Some(name) = name.filter(|_| !self.layers.iter().any(wanted)) {
            let hint = "name a layer outside of blocks, as in `C1: conv 6 5x5`";
            return refuse(format!("no layer has the name `{name}`"), hint);
        }
        let mut parts = Parts { shape: [&[1, 1], &self.input[1..]].concat(), products: 0 };
        let (mut layers, mut last): (Vec<Part<IBig>>, Option<&Line>) = (vec![], None);
        for line in &self.layers {
            let Some(part) = parts.of(line)? else { break };
            layers.extend(part);
            last = Some(line);
            if wanted(line) {
                break;
            }
        }
        let Some(last) = last.filter(|last| name.is_none() || wanted(last)) else {
            let what = name.map_or("the first layer".to_owned(), |name| format!("`{name}`"));
            let hint = "name a layer with windows in front of the dense and global ones";
            return refuse(format!("{what} depends on every entry, or comes behind a layer that does"), hint);
        };
        let row = account.layers.iter().find(|row| row.line == last.number).expect("every line has its row");
        let output: Vec<usize> = parts.shape[2..].iter().map(|n| n / 2).collect();
        let mut seed = ArrayD::from_elem(parts.shape.clone(), IBig::ZERO);
        seed[&[&[0, 0], &output[..]].concat()[..]] = IBig::ONE;
        let zero = ArrayD::from_elem([&[1, 1], &self.input[1..]].concat(), IBig::ZERO);
        let gradients = Sequential(layers).backward(zero.view(), seed.view());
        let gradients = gradients.map_err(|error| parts.fault(last, error))?;
        let ways = gradients.input.into_shape_with_order(&self.input[1..]).expect("one channel of one input");
        let axes = (0..ways.ndim()).map(|axis| Spread::of(&ways, axis, &row.fields[axis])).collect();
        Ok(Effective { line: last.number, output, ways, axes })
    }
}

impl Spread {
    fn of(ways: &ArrayD<IBig>, axis: usize, nominal: &Field) -> Spread {
        let sum = |lane: ndarray::ArrayViewD<IBig>| lane.iter().sum::<IBig>();
        let profile: Vec<IBig> = ways.axis_iter(Axis(axis)).map(sum).collect();
        let all: IBig = profile.iter().sum();
        let mut moments = [IBig::ZERO, IBig::ZERO];
        for (place, ways) in profile.iter().enumerate() {
            moments[0] += ways * IBig::from(place);
            moments[1] += ways * IBig::from(place) * IBig::from(place);
        }
        // an output may have no way at all: behind upsampling, or in the padding
        let all = RBig::from(if all == IBig::ZERO { IBig::ONE } else { all });
        let [first, second] = moments.map(|moment| RBig::from(moment) / &all);
        Spread { profile, variance: second - &first * &first, mean: first, nominal: nominal.clone() }
    }
}

/// The layers with one channel, as far as they were built.
struct Parts {
    /// 1, 1, and the spatial axes of what has been built so far.
    shape: Vec<usize>,
    products: u128,
}

impl Parts {
    fn fault(&self, line: &Line, error: LayerError) -> StackError {
        StackError::Layer { line: line.number, layer: line.text.clone(), error: Box::new(error) }
    }

    /// The layer of a line: none where it works entry by entry. `None` if it reads everything.
    fn of(&mut self, line: &Line) -> Result<Option<Vec<Part<IBig>>>, StackError> {
        let before = self.shape.clone();
        let part: Part<IBig> = match &line.kind {
            Kind::Conv(conv) => self.windows(line, &conv.sliding)?,
            Kind::Subsample(sliding) | Kind::Pool(Regions::Sliding(sliding)) => {
                self.windows(line, sliding)?
            }
            Kind::Pool(Regions::Adaptive(outputs)) => {
                let spatial = &before[2..];
                if spatial.iter().zip(outputs).any(|(n, k)| n % k != 0) {
                    return Ok(None); // its regions overlap, which no window does
                }
                let taps: Vec<usize> = spatial.iter().zip(outputs).map(|(n, k)| n / k).collect();
                let mut sliding = Sliding::of(&taps);
                sliding.windows.iter_mut().for_each(|window| window.stride = window.taps);
                self.windows(line, &sliding)?
            }
            Kind::Transposed { conv, extra } => {
                self.spend(line, &before[2..], &conv.sliding.taps())?;
                Box::new(Transposed::new(conv.sliding.clone(), ones(&conv.sliding)).extra(extra))
            }
            Kind::Upsample(factors) => {
                self.spend(line, &before[2..], factors)?;
                Box::new(Upsample { factors: factors.clone() })
            }
            Kind::Maxout(_) | Kind::BatchNorm | Kind::Entrywise => return Ok(Some(vec![])),
            Kind::Dense(..) | Kind::Rbf(_) | Kind::Flatten | Kind::Pool(_) => return Ok(None),
            Kind::Residual { branch, shortcut } => {
                let Some(one) = self.all(branch)? else { return Ok(None) };
                let after = std::mem::replace(&mut self.shape, before);
                let Some(other) = self.all(shortcut)? else { return Ok(None) };
                self.shape = after;
                let way = |layers: Vec<_>| -> Part<IBig> { Box::new(Sequential(layers)) };
                let shortcut = (!other.is_empty()).then(|| way(other));
                return Ok(Some(vec![Box::new(Residual { branch: way(one), shortcut })]));
            }
            // stacked channels are read together: with one for each, what is stacked is added
            Kind::Skip(inside) => {
                let Some(inside) = self.all(inside)? else { return Ok(None) };
                return Ok(Some(vec![Box::new(Residual {
                    branch: Box::new(Sequential(inside)),
                    shortcut: None,
                })]));
            }
        };
        self.shape = part.output_shape(&before).map_err(|error| self.fault(line, error))?;
        // what a transposed layer makes can be far more than its products
        self.spend(line, &[], &[])?;
        Ok(Some(vec![part]))
    }

    /// The layers of a block, or `None` if one of them reads everything.
    fn all(&mut self, lines: &[Line]) -> Result<Option<Vec<Part<IBig>>>, StackError> {
        let mut layers = vec![];
        for line in lines {
            let Some(part) = self.of(line)? else { return Ok(None) };
            layers.extend(part);
        }
        Ok(Some(layers))
    }

    fn windows(&mut self, line: &Line, sliding: &Sliding) -> Result<Part<IBig>, StackError> {
        let outputs = sliding.outputs(&self.shape[2..]).map_err(|error| self.fault(line, error))?;
        self.spend(line, &outputs, &sliding.taps())?;
        Ok(Box::new(Conv::new(sliding.clone(), ones(sliding))))
    }

    /// Whether so many positions, with so many products each, can still be afforded: asked before memory is taken.
    fn spend(&mut self, line: &Line, positions: &[usize], each: &[usize]) -> Result<(), StackError> {
        let factors = positions.iter().chain(each).map(|n| *n as u128);
        let entries = self.shape.iter().map(|n| *n as u128).product::<u128>();
        let products = factors.fold(1, u128::saturating_mul).max(entries);
        self.products = self.products.saturating_add(products);
        if self.products <= MOST {
            return Ok(());
        }
        let problem = format!(
            "line {} ({}) takes more than {MOST} products, with one channel only",
            line.number, line.text
        );
        Err(StackError::Measure { problem, hint: "measure on a smaller input" })
    }
}

/// Weights for windows from one channel to one.
fn ones(sliding: &Sliding) -> ArrayD<IBig> {
    ArrayD::from_elem([&[1, 1], &sliding.taps()[..]].concat(), IBig::ONE)
}
