//! The text of a stack, read word by word.

use super::{
    Channels, Convolution, Kind, Line, Stack, StackError,
    words::{Word, Words, decimal, each_axis},
};
use crate::layer::{Padding, Sharing, Sliding, Window, pool::Regions};

/// The most lines that say something: receptive fields are walked back through all layers from each.
const MAX_LINES: usize = 2048;
/// The most spatial axes.
const MAX_AXES: usize = 8;
/// How deep blocks may stand in each other.
const MAX_DEPTH: usize = 16;

/// The layers, each with its options.
const LAYERS: [(&str, &[&str]); 25] = [
    ("conv", &["stride", "pad", "dilation", "groups", "bias", "reads"]),
    ("depthwise", &["stride", "pad", "dilation", "bias", "times"]),
    ("local", &["stride", "pad", "dilation", "groups", "bias", "reads"]),
    ("tiled", &["stride", "pad", "dilation", "groups", "bias", "reads", "period"]),
    ("transposed", &["stride", "pad", "dilation", "groups", "bias", "output-padding"]),
    ("maxpool", &["stride", "pad", "dilation", "ceil"]),
    ("avgpool", &["stride", "pad", "dilation", "ceil"]),
    ("lppool", &["stride", "pad", "dilation", "ceil"]),
    ("subsample", &["stride"]),
    ("maxout", &[]),
    ("dense", &["bias"]),
    ("rbf", &[]),
    ("flatten", &[]),
    ("batchnorm", &[]),
    ("upsample", &[]),
    ("relu", &[]),
    ("leaky", &[]),
    ("sigmoid", &[]),
    ("tanh", &[]),
    ("softmax", &[]),
    ("lrn", &[]),
    ("dropout", &[]),
    ("residual", &[]),
    ("skip", &[]),
    ("end", &[]),
];

/// What may stand behind a layer's own words.
#[derive(Default)]
struct Options {
    stride: Option<Vec<usize>>,
    pad: Option<(Padding, Vec<(usize, usize)>)>,
    dilation: Option<Vec<usize>>,
    groups: Option<usize>,
    bias: Option<Bias>,
    reads: Option<Vec<Vec<usize>>>,
    times: Option<usize>,
    period: Option<Vec<usize>>,
    extra: Option<Vec<usize>>,
    ceil: bool,
}

#[derive(Clone, Copy)]
enum Bias {
    No,
    Yes,
    Output,
}

impl Options {
    fn read(words: &mut Words, allowed: &'static [&'static str]) -> Result<Options, StackError> {
        let mut options = Options::default();
        let mut seen = vec![];
        while let Some(word) = words.take() {
            let Some(name) = allowed.iter().find(|name| **name == word.text) else {
                let mut error = words.wrong(
                    match allowed {
                        [] => "the end of the line".to_owned(),
                        _ => format!("an option ({}) or the end of the line", allowed.join(", ")),
                    },
                    "an option is a word and its value, as in `stride 2`; one layer a line",
                );
                if let StackError::Text { names, .. } = &mut error {
                    *names = allowed.to_vec();
                }
                return Err(error);
            };
            if seen.contains(name) {
                return Err(words.wrong("another option", "say every option once"));
            }
            seen.push(*name);
            options.one(name, words)?;
        }
        if options.reads.is_some() && options.groups.is_some() {
            return Err(words.wrong("either groups or reads", "both say which channels are connected"));
        }
        Ok(options)
    }

    fn one(&mut self, name: &str, words: &mut Words) -> Result<(), StackError> {
        match name {
            // a stride of 0 is refused where its formula is
            "stride" => self.stride = Some(words.sizes("a stride", 0)?),
            "dilation" => self.dilation = Some(words.sizes("a dilation", 0)?),
            "groups" => self.groups = Some(words.number("a number of groups", 0)?),
            "times" => self.times = Some(words.number("outputs per channel", 1)?),
            "period" => self.period = Some(words.sizes("a period", 1)?),
            "output-padding" => self.extra = Some(words.sizes("an output padding", 0)?),
            "ceil" => self.ceil = true,
            "pad" => self.pad = Some(padding(words)?),
            "bias" => {
                self.bias = Some(match words.take().map(|word| word.text) {
                    Some("yes") => Bias::Yes,
                    Some("no") => Bias::No,
                    Some("output") => Bias::Output,
                    _ => {
                        return Err(
                            words.wrong("`yes`, `no` or `output`", "`bias output` is one for every output")
                        );
                    }
                });
            }
            _ => {
                let mut rows = vec![];
                while let Some(word) =
                    words.peek().filter(|word| word.text.starts_with(|c: char| c.is_ascii_digit()))
                {
                    words.next += 1;
                    let row: Option<Vec<usize>> = word.text.split(',').map(decimal).collect();
                    let hint = "the input channels of one output, from 0: `reads 0,1 1,2 0,2`";
                    rows.push(row.ok_or_else(|| words.wrong("channels with commas between them", hint))?);
                }
                self.reads = Some(rows);
            }
        }
        Ok(())
    }

    /// Windows of this size.
    fn sliding(&self, taps: &[usize], stride: &[usize]) -> Sliding {
        let (padding, pads) = self.pad.clone().unwrap_or((Padding::Explicit, vec![(0, 0); taps.len()]));
        let window = |axis: usize| Window {
            stride: self.stride.as_deref().unwrap_or(stride)[axis],
            dilation: self.dilation.as_ref().map_or(1, |dilation| dilation[axis]),
            before: pads[axis].0,
            after: pads[axis].1,
            ceil: self.ceil,
            ..Window::of(taps[axis])
        };
        let windows = (0..taps.len()).map(window).collect();
        Sliding { windows, padding, boundary: Default::default() }
    }
}

fn padding(words: &mut Words) -> Result<(Padding, Vec<(usize, usize)>), StackError> {
    let (axes, word) = (words.axes, words.take());
    let text = word.map_or("", |word| word.text);
    if let Some(named) = Padding::ALL[1..].iter().find(|padding| padding.name() == text) {
        return Ok((*named, vec![(0, 0); axes]));
    }
    let one = |text: &str| match text.split_once(':') {
        None => decimal(text).map(|pad| (pad, pad)),
        Some((before, after)) => Some((decimal(before)?, decimal(after)?)),
    };
    let pads = each_axis(text, axes, one).ok_or_else(|| {
        let expected = format!("padding: 1, {axes} such numbers with `x` between them, or a word");
        let mut error = words.wrong(
            expected,
            "0:1 is 0 in front and 1 behind; the words are same-upper, same-lower, valid, full",
        );
        if let StackError::Text { names, .. } = &mut error {
            *names = Padding::ALL[1..].iter().map(|padding| padding.name()).collect();
        }
        error
    })?;
    Ok((Padding::Explicit, pads))
}

/// A convolution, from behind its name.
fn convolution(name: &str, words: &mut Words, allowed: &'static [&'static str]) -> Result<Kind, StackError> {
    let outputs = if name == "depthwise" { 0 } else { words.number("the number of output channels", 1)? };
    let taps = words.sizes("the kernel's size", 0)?;
    let options = Options::read(words, allowed)?;
    let sharing = match (name, &options.period) {
        ("local", _) => Sharing::Unshared,
        ("tiled", Some(period)) => Sharing::Tiled(period.clone()),
        ("tiled", None) => {
            words.next = words.words.len() + 1;
            return Err(
                words.wrong("`period` and the number of sets of weights", "as in `tiled 6 5x5 period 2`")
            );
        }
        _ => Sharing::Shared,
    };
    let channels = match options.reads.clone() {
        _ if name == "depthwise" => Channels::Depthwise(options.times.unwrap_or(1)),
        Some(rows) if rows.len() != outputs => {
            let expected =
                format!("a list of input channels for each of the {outputs} outputs, not {}", rows.len());
            return Err(words.wrong(expected, "`reads 0,1 1,2 0,2` is for three outputs"));
        }
        Some(rows) => Channels::Table(rows),
        None => Channels::Groups(outputs, options.groups.unwrap_or(1)),
    };
    let bias = match options.bias {
        Some(Bias::No) => None,
        Some(Bias::Output) => Some(Sharing::Unshared),
        Some(Bias::Yes) => Some(Sharing::Shared),
        None => Some(sharing.clone()),
    };
    let sliding = options.sliding(&taps, &vec![1; taps.len()]);
    let conv = Convolution { channels, sliding, sharing, bias };
    Ok(match name {
        "transposed" => Kind::Transposed { conv, extra: options.extra.unwrap_or_default() },
        _ => Kind::Conv(conv),
    })
}

fn pool(words: &mut Words, allowed: &'static [&'static str]) -> Result<Regions, StackError> {
    match words.peek().map(|word| word.text) {
        Some("global") => {
            words.next += 1;
            Ok(Regions::Global)
        }
        Some("adaptive") => {
            words.next += 1;
            Ok(Regions::Adaptive(words.sizes("the number of regions", 1)?))
        }
        _ => {
            let taps = words.sizes("the window's size, `global` or `adaptive`", 0)?;
            Ok(Regions::Sliding(Options::read(words, allowed)?.sliding(&taps, &taps)))
        }
    }
}

/// The blocks that are open: the line that opened them, and what they hold so far.
struct Block {
    opened: Line,
    before: Vec<Line>,
    branch: Option<Vec<Line>>,
}

/// The whole text.
pub(super) fn stack(text: &str) -> Result<Stack, StackError> {
    let mut input: Option<Vec<usize>> = None;
    let (mut layers, mut blocks): (Vec<Line>, Vec<Block>) = (vec![], vec![]);
    let mut last = 1;
    let mut lines = 0;
    for (number, line) in (1..).zip(text.lines()) {
        let mut words = Words::of(number, line, input.as_ref().map_or(0, |input| input.len() - 1));
        if words.words.is_empty() {
            continue;
        }
        (last, lines) = (number, lines + 1);
        if lines > MAX_LINES {
            let hint = "a network of this size is rather computed by a program";
            return Err(words.wrong_at(words.peek(), format!("at most {MAX_LINES} layers"), hint));
        }
        let Some(sizes) = &input else {
            input = Some(first(&mut words)?);
            continue;
        };
        let name = words.peek().and_then(|word| word.text.strip_suffix(':')).filter(|name| !name.is_empty());
        if name.is_some() {
            words.next += 1;
        }
        let text: Vec<&str> =
            words.words[words.next.min(words.words.len())..].iter().map(|word| word.text).collect();
        let line = |kind| Line { number, name: name.map(str::to_owned), text: text.join(" "), kind };
        let word = words.take();
        match word.map_or("", |word| word.text) {
            "input" => {
                let expected = format!("a layer: the input is {sizes:?} already");
                return Err(words.wrong(expected, "`input` stands once, in the first line"));
            }
            opening @ ("residual" | "skip") => {
                words.finished()?;
                if blocks.len() == MAX_DEPTH {
                    return Err(words
                        .wrong(format!("at most {MAX_DEPTH} blocks in each other"), "close some by `end`"));
                }
                let kind = match opening {
                    "skip" => Kind::Skip(vec![]),
                    _ => Kind::Residual { branch: vec![], shortcut: vec![] },
                };
                blocks.push(Block { opened: line(kind), before: std::mem::take(&mut layers), branch: None });
            }
            "shortcut" => {
                words.finished()?;
                let open = blocks.last_mut().filter(|block| {
                    block.branch.is_none() && matches!(block.opened.kind, Kind::Residual { .. })
                });
                let Some(open) = open else {
                    return Err(
                        words.wrong("a layer", "`shortcut` stands once, between `residual` and its `end`")
                    );
                };
                open.branch = Some(std::mem::take(&mut layers));
            }
            "end" => {
                words.finished()?;
                let Some(Block { mut opened, before, branch }) = blocks.pop() else {
                    return Err(words.wrong("a layer", "no `residual` or `skip` is open here"));
                };
                let inside = std::mem::replace(&mut layers, before);
                opened.kind = match (opened.kind, branch) {
                    (Kind::Skip(_), _) => Kind::Skip(inside),
                    (_, None) => Kind::Residual { branch: inside, shortcut: vec![] },
                    (_, Some(branch)) => Kind::Residual { branch, shortcut: inside },
                };
                layers.push(opened);
            }
            _ => {
                let kind = layer(word, &mut words)?;
                words.finished()?;
                layers.push(line(kind));
            }
        }
    }
    let end = |line, expected: &str, hint| StackError::Text {
        line,
        column: 1,
        expected: expected.into(),
        got: "the end of the text".into(),
        hint,
        names: vec![],
    };
    let hint = "as in `input 3 32 32`: channels, then rows and columns";
    let input = input.ok_or_else(|| end(last, "`input` and its sizes", hint))?;
    match blocks.last() {
        None => Ok(Stack { input, layers }),
        Some(Block { opened, .. }) => {
            let hint = "every `residual` and every `skip` has one";
            Err(end(opened.number, "`end` for the block that begins here", hint))
        }
    }
}

/// The line that says what goes in.
fn first(words: &mut Words) -> Result<Vec<usize>, StackError> {
    let hint = "begin with what goes in, as in `input 3 32 32`: channels, then rows and columns";
    if words.take().is_none_or(|word| word.text != "input") {
        return Err(words.wrong("`input` and its sizes", hint));
    }
    let mut sizes = vec![words.number("the number of channels", 1)?];
    while words.peek().is_some() {
        sizes.push(words.number("the size of an axis", 1)?);
    }
    if sizes.len() > MAX_AXES + 1 {
        return Err(words.wrong(format!("at most {MAX_AXES} spatial axes"), hint));
    }
    Ok(sizes)
}

/// One layer, whose first word is taken already.
fn layer(word: Option<Word>, words: &mut Words) -> Result<Kind, StackError> {
    let found = word.and_then(|word| LAYERS.iter().find(|(name, _)| *name == word.text));
    let Some((name, allowed)) = found else {
        let mut error = words.wrong(
            "a layer",
            "the layers are conv, maxpool, avgpool, relu, batchnorm, dense, flatten, residual and more",
        );
        if let StackError::Text { names, .. } = &mut error {
            *names = LAYERS.iter().map(|(name, _)| *name).chain(["shortcut"]).collect();
        }
        return Err(error);
    };
    Ok(match *name {
        "conv" | "depthwise" | "local" | "tiled" | "transposed" => convolution(name, words, allowed)?,
        "maxpool" | "avgpool" | "lppool" => Kind::Pool(pool(words, allowed)?),
        "subsample" => {
            let taps = words.sizes("the window's size", 0)?;
            Kind::Subsample(Options::read(words, allowed)?.sliding(&taps, &taps))
        }
        "maxout" => Kind::Maxout(words.number("channels per output", 1)?),
        "dense" => {
            let outputs = words.number("the number of outputs", 1)?;
            let bias = Options::read(words, allowed)?.bias;
            Kind::Dense(outputs, !matches!(bias, Some(Bias::No)))
        }
        "rbf" => Kind::Rbf(words.number("the number of outputs", 1)?),
        "flatten" => Kind::Flatten,
        "batchnorm" => Kind::BatchNorm,
        "upsample" => Kind::Upsample(words.sizes("how often each entry is repeated", 1)?),
        _ => {
            words.ignored_number()?;
            Kind::Entrywise
        }
    })
}
