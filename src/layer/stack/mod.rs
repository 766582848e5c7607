//! A stack of layers, written down one a line: what it holds is counted exactly before any weight exists.
//!
//! ```text
//! # LeNet-5's beginning
//! input 1 32 32
//! C1: conv 6 5x5
//! tanh
//! S2: subsample 2
//! ```
//!
//! The first line is `input` and the sizes C, then the spatial axes. Then comes one layer a line, of which a name may
//! stand in front, with a colon. What follows `#` is a remark. A size such as `5x5` has a number for every spatial axis,
//! and `5` stands for the same along all. An option is a word and its value, in any order.
//!
//! | line | options |
//! |---|---|
//! | `conv O K` | `stride S`, `pad P`, `dilation D`, `groups G`, `bias`, or `reads 0,1,2 1,2,3 …`: the input channels of each output |
//! | `depthwise K` | as `conv` without groups; `times M` outputs per channel |
//! | `local O K`, `tiled O K period T` | as `conv`: weights of its own for every output, or T sets of them that are cycled |
//! | `transposed O K` | `stride S`, `pad P`, `dilation D`, `groups G`, `bias`, `output-padding E` |
//! | `maxpool K`, `avgpool K`, `lppool K` | `stride S` (the window's size if not said), `pad P`, `dilation D`, `ceil` |
//! | `maxpool global`, `avgpool adaptive 7x7` | likewise |
//! | `subsample K` | `stride S`: sums with a coefficient and a bias per channel (LeCun et al. 1998) |
//! | `maxout M` | the largest of every M channels |
//! | `dense O` | `bias`; what comes is one vector |
//! | `rbf O` | distances from O fixed points: LeNet-5's output |
//! | `flatten`, `batchnorm`, `upsample F` | |
//! | `relu`, `sigmoid`, `tanh`, `softmax`, `leaky 0.1`, `lrn 5`, `dropout 0.5` | nothing to be counted |
//! | `residual` … `shortcut` … `end` | two ways that are added; without `shortcut` the second is the input itself |
//! | `skip` … `end` | the input's channels, then those of what stands inside |
//!
//! Padding is `1`, `1x2`, `0:1` (in front, behind), or one of `same-upper`, `same-lower`, `valid`, `full`. A bias is `yes` (one
//! per output channel), `no`, or `output` (one per output); it is per output where the weights are, and per tile where they
//! are tiled, unless said otherwise.
//!
//! ```
//! use faltung::layer::stack::Stack;
//! let account = Stack::read("input 3 32 32\nconv 10 5x5 pad 2")?.account()?;
//! assert_eq!(account.layers[0].output, [10, 32, 32]);
//! assert_eq!(account.layers[0].parameters(), 760);
//! # Ok::<(), faltung::layer::stack::StackError>(())
//! ```

mod account;
mod edges;
mod error;
mod field;
mod fit;
mod paths;
mod read;
mod words;

pub use account::{Account, Counts, LayerAccount, SCALARS};
pub use error::StackError;
pub use field::Field;
pub use fit::Misfit;
pub use paths::{Effective, Spread};

use super::{Sharing, Sliding, pool::Regions};

/// Layers one after the other, and what goes in.
#[derive(Clone, PartialEq, Debug)]
pub struct Stack {
    /// The channels and the spatial axes of the input.
    pub input: Vec<usize>,
    /// The layers, in order.
    pub layers: Vec<Line>,
}

/// A layer, and where it was said.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// The line of the text, from 1.
    pub number: usize,
    /// The name in front of it, if there is one.
    pub name: Option<String>,
    /// As it was written, without name and remark.
    pub text: String,
    /// What it is.
    pub kind: Kind,
}

/// What a layer is, as far as its size goes.
#[derive(Clone, PartialEq, Debug)]
pub enum Kind {
    /// A convolution, shared or not.
    Conv(Convolution),
    /// A transposed convolution.
    Transposed {
        /// Its channels, windows and bias.
        conv: Convolution,
        /// Entries more at the end of each axis.
        extra: Vec<usize>,
    },
    /// Pooling of any kind without parameters.
    Pool(Regions),
    /// Sums over windows with a coefficient and a bias per channel.
    Subsample(Sliding),
    /// The largest of so many channels.
    Maxout(usize),
    /// A dense layer to so many outputs, and whether it has biases.
    Dense(usize, bool),
    /// Distances from so many fixed points.
    Rbf(usize),
    /// All entries as one vector.
    Flatten,
    /// Gain and shift per channel; its means and variances are fixed.
    BatchNorm,
    /// Every entry repeated, so often along each axis.
    Upsample(Vec<usize>),
    /// Whatever keeps the shape and has no parameters.
    Entrywise,
    /// Two ways that are added; a shortcut without layers is the input itself.
    Residual {
        /// What is learned.
        branch: Vec<Line>,
        /// What goes round it.
        shortcut: Vec<Line>,
    },
    /// The input's channels, then those of what is inside.
    Skip(Vec<Line>),
}

/// What a convolution has beside its windows.
#[derive(Clone, PartialEq, Debug)]
pub struct Convolution {
    /// Which channels there are, and which are connected.
    pub channels: Channels,
    /// Along the spatial axes.
    pub sliding: Sliding,
    /// Which outputs share their weights.
    pub sharing: Sharing,
    /// Which outputs share their bias; `None` without one.
    pub bias: Option<Sharing>,
}

/// The output channels of a convolution, and what they read.
#[derive(Clone, PartialEq, Debug)]
pub enum Channels {
    /// So many outputs, in so many groups.
    Groups(usize, usize),
    /// So many outputs for each input channel, which read no other.
    Depthwise(usize),
    /// The input channels that each output reads.
    Table(Vec<Vec<usize>>),
}

/// The stacks that come along, each with its text.
pub const PRESETS: [(&str, &str); 5] = [
    ("cifar", include_str!("presets/cifar.stack")),
    ("lenet", include_str!("presets/lenet.stack")),
    ("alexnet", include_str!("presets/alexnet.stack")),
    ("vgg16", include_str!("presets/vgg16.stack")),
    ("resnet18", include_str!("presets/resnet18.stack")),
];

impl Stack {
    /// A stack that comes along, by its name.
    ///
    /// # Errors
    /// A name that none of them has.
    pub fn preset(name: &str) -> Result<Stack, StackError> {
        match PRESETS.iter().find(|(known, _)| *known == name) {
            Some((_, text)) => Stack::read(text),
            None => Err(StackError::Preset {
                name: name.into(),
                names: PRESETS.iter().map(|(name, _)| *name).collect(),
            }),
        }
    }

    /// The stack that a text describes. Sizes are not yet held against each other: [`Stack::account`] does that.
    ///
    /// # Errors
    /// The first word that is not in its place, with line and column.
    pub fn read(text: &str) -> Result<Stack, StackError> {
        read::stack(text)
    }
}
