//! `faltung compute shape`: what a stack of layers holds, as a table.

use super::{
    account::exact_count,
    output::{Failure, Voice},
};
use clap::{Args, builder::PossibleValuesParser};
use faltung::{
    expr,
    layer::stack::{Account, Effective, Field, LayerAccount, PRESETS, SCALARS, Spread, Stack, StackError},
};
use serde_json::{Value, json};
use std::{fmt::Write, fs, io::Read};

/// The longest text of a stack that is read, in bytes.
const MAX_TEXT: u64 = 1 << 20;
/// How wide a profile is drawn.
const MAX_DRAWN: usize = 64;
/// How wide the column of layers gets.
const MAX_LAYER: usize = 44;

#[derive(Args)]
pub struct Shape {
    /// A text with one layer a line, such as "input 3 32 32", "conv 6 5x5", "maxpool 2", "dense 10"; - for standard input
    #[arg(required_unless_present = "preset")]
    file: Option<String>,
    /// A stack that comes along
    #[arg(long, conflicts_with = "file", value_parser = PossibleValuesParser::new(PRESETS.map(|(name, _)| name)))]
    preset: Option<String>,
    /// Another input than the one in the text: channels, then the spatial axes
    #[arg(long, value_name = "C,H,W", value_delimiter = ',')]
    input: Vec<usize>,
    /// Measure the effective receptive field too, of the layer of this name, or of the last with windows: how many ways
    /// lead from each entry to one output
    #[arg(long, value_name = "NAME", num_args = 0..=1, require_equals = true)]
    effective: Option<Option<String>>,
    /// Print the text of the stack instead, as a beginning for one of your own
    #[arg(long)]
    text: bool,
}

impl Shape {
    pub fn run(&self, voice: &Voice) -> Result<(), Failure> {
        let (source, text) = self.source()?;
        if self.text && !voice.json {
            return voice.print(text.as_bytes());
        }
        let mut stack = Stack::read(&text).map_err(meant)?;
        self.replace_input(&mut stack)?;
        let account = stack.account().map_err(meant)?;
        let effective = self.effective.as_ref().map(|name| stack.effective(name.as_deref())).transpose();
        let effective = effective.map_err(meant)?;
        if voice.json {
            return voice.document(&document(&source, &account, effective.as_ref()));
        }
        let mut text = table(&account);
        text += &summary(&account);
        if let Some(effective) = &effective {
            text += &measured(&account, effective);
        }
        voice.print(text.as_bytes())
    }

    /// Where the text is from, and the text.
    fn source(&self) -> Result<(String, String), Failure> {
        if let Some(name) = &self.preset {
            let text = PRESETS.iter().find(|(known, _)| known == name).map(|(_, text)| *text);
            return Ok((name.clone(), text.expect("clap lets only these pass").to_owned()));
        }
        let file = self.file.clone().expect("clap wants a file or a preset");
        let wrong = |problem: String| {
            Failure::input(
                format!("{file}: {problem}"),
                "give a text with one layer a line, or one of the presets: --preset lenet",
            )
        };
        let mut bytes = vec![];
        let read = if file == "-" {
            std::io::stdin().lock().take(MAX_TEXT + 1).read_to_end(&mut bytes)
        } else {
            fs::File::open(&file).and_then(|opened| opened.take(MAX_TEXT + 1).read_to_end(&mut bytes))
        };
        read.map_err(|error| wrong(error.to_string()))?;
        if bytes.len() as u64 > MAX_TEXT {
            return Err(wrong(format!("it is longer than {MAX_TEXT} bytes")));
        }
        let text = String::from_utf8(bytes).map_err(|_| wrong("it is no text in UTF-8".into()))?;
        Ok((file, text))
    }

    fn replace_input(&self, stack: &mut Stack) -> Result<(), Failure> {
        if self.input.is_empty() {
            return Ok(());
        }
        if self.input.len() != stack.input.len() || self.input.contains(&0) {
            let problem = format!(
                "--input {:?} is no input for this stack, whose own is {:?}: expected {} sizes of at least 1",
                self.input,
                stack.input,
                stack.input.len()
            );
            return Err(Failure::input(
                problem,
                "give the channels, then every spatial axis: --input 3,64,64",
            ));
        }
        stack.input = self.input.clone();
        Ok(())
    }
}

/// The failure, with the word that was meant where one was mistyped.
fn meant(error: StackError) -> Failure {
    let mut advice = None;
    if let StackError::Text { got, names, .. } = &error {
        let near = expr::nearest(got.trim_matches('`'), names.iter().copied());
        advice = near.map(|near| format!("did you mean `{near}`?"));
    }
    Failure::Stack { error: Box::new(error), advice }
}

/// `6x28x28`.
fn sizes(shape: &[usize]) -> String {
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
}

/// One value for every axis, or one for all where they are equal.
fn along(axes: &[Field], value: impl Fn(&Field) -> String) -> String {
    let each: Vec<String> = axes.iter().map(value).collect();
    match &each[..] {
        [] => "-".into(),
        [first, rest @ ..] if rest.iter().all(|other| other == first) => first.clone(),
        _ => each.join("x"),
    }
}

fn jump(field: &Field) -> String {
    match field.jump {
        None => "-".into(),
        Some((whole, 1)) => whole.to_string(),
        Some((a, b)) => format!("{a}/{b}"),
    }
}

/// 1234567 as 1,234,567.
fn grouped(n: u128) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The layer as it is written, in its block, cut off where it is long.
fn label(layer: &LayerAccount) -> String {
    let name = layer.name.as_ref().map(|name| format!("{name}: ")).unwrap_or_default();
    let text = format!("{}{name}{}", "  ".repeat(layer.depth), layer.text);
    if text.chars().count() <= MAX_LAYER {
        return text;
    }
    text.chars().take(MAX_LAYER - 1).chain(['…']).collect()
}

const HEADS: [&str; 10] =
    ["layer", "output", "neurons", "weights", "biases", "connections", "mult-adds", "field", "jump", "start"];

fn table(account: &Account) -> String {
    let row = |layer: &LayerAccount| {
        let counts = layer.counts;
        vec![
            label(layer),
            sizes(&layer.output),
            grouped(counts.neurons),
            grouped(counts.weights),
            grouped(counts.biases),
            grouped(counts.connections),
            grouped(counts.multiply_adds),
            along(&layer.fields, |field| field.size.to_string()),
            along(&layer.fields, jump),
            along(&layer.fields, |field| field.start.to_string()),
        ]
    };
    let mut rows = vec![HEADS.map(str::to_owned).to_vec()];
    rows.push([vec!["input".to_owned(), sizes(&account.input)], vec![String::new(); 8]].concat());
    rows.extend(account.layers.iter().map(row));
    let total = account.total;
    let numbers = [total.neurons, total.weights, total.biases, total.connections, total.multiply_adds];
    let numbers = numbers.map(grouped).to_vec();
    rows.push([vec!["total".into(), String::new()], numbers, vec![String::new(); 3]].concat());
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..HEADS.len()).map(width).collect();
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            // words to the left, numbers to the right
            let gap = " ".repeat(width - cell.chars().count());
            line += &if column < 2 { format!("{cell}{gap}  ") } else { format!("{gap}{cell}  ") };
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

/// What there is to say of the whole, and where windows do not come out even.
fn summary(account: &Account) -> String {
    let total = account.total;
    let mut text = String::from("\n");
    let mut say = |about: &str, what: String| {
        let _ = writeln!(text, "{about:<12} {what}");
    };
    let fixed =
        if total.fixed > 0 { format!(", and {} fixed numbers", grouped(total.fixed)) } else { String::new() };
    say("parameters", format!("{} learned{fixed}", grouped(total.parameters())));
    say("unshared", format!("{} if every output had weights of its own", grouped(total.unshared)));
    say("dense", format!("{} if every output read every entry", grouped(total.dense)));
    let stored = total.parameters() + total.fixed;
    for (name, bytes) in SCALARS {
        let [activations, parameters] = [account.activations(), stored].map(|n| grouped(bytes * n));
        say(name, format!("{activations} bytes of input and activations, {parameters} of parameters"));
    }
    for layer in &account.layers {
        let mut said: Vec<(String, Vec<String>)> = vec![];
        for misfit in &layer.misfits {
            let (axis, explanation) = (misfit.axis.to_string(), misfit.explanation());
            match said.iter_mut().find(|(known, _)| *known == explanation) {
                Some((_, axes)) => axes.push(axis),
                None => said.push((explanation, vec![axis])),
            }
        }
        for (explanation, axes) in said {
            let axes = format!("{} {}", if axes.len() == 1 { "axis" } else { "axes" }, axes.join(", "));
            say("note", format!("line {}, {}, {axes}: {explanation}", layer.line, layer.text));
        }
    }
    text
}

/// The layer on that line.
fn on<'a>(account: &'a Account, effective: &Effective) -> &'a LayerAccount {
    account.layers.iter().find(|layer| layer.line == effective.line).expect("what was measured is a layer")
}

fn measured(account: &Account, effective: &Effective) -> String {
    let layer = on(account, effective);
    let mut text = format!(
        "\neffective    receptive field of {}, output {:?}: ways from each entry, all weights 1, one channel\n",
        label(layer).trim(),
        effective.output
    );
    for (axis, spread) in effective.axes.iter().enumerate() {
        let Spread { nominal, .. } = spread;
        let _ = writeln!(
            text,
            "axis {axis:<7} deviation {:.3} around {:.1}; half of the ways within {} entries, all within {}",
            spread.deviation(),
            spread.mean.to_f64_fast(),
            spread.half(),
            nominal.size,
        );
        let _ = writeln!(text, "{:13}{}", "", drawn(spread));
    }
    text
}

/// The profile as bars, several entries to one where there are many.
fn drawn(spread: &Spread) -> String {
    let each = spread.profile.len().div_ceil(MAX_DRAWN).max(1);
    let sums: Vec<f64> = spread
        .profile
        .chunks(each)
        .map(|ways| ways.iter().map(|ways| ways.to_f64().value()).sum::<f64>() / ways.len() as f64)
        .collect();
    let most = sums.iter().copied().fold(0.0, f64::max);
    let bar = |ways: f64| match ways {
        0.0 => ' ',
        _ => ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'][((ways / most * 8.0).ceil() as usize).clamp(1, 8) - 1],
    };
    let bars: String = sums.into_iter().map(bar).collect();
    format!("|{bars}| {}", if each == 1 { "one entry a bar".into() } else { format!("{each} entries a bar") })
}

fn document(source: &str, account: &Account, effective: Option<&Effective>) -> Value {
    let counts = |counts: &faltung::layer::stack::Counts| {
        json!({
            "neurons": exact_count(counts.neurons),
            "weights": exact_count(counts.weights),
            "biases": exact_count(counts.biases),
            "parameters": exact_count(counts.parameters()),
            "fixed": exact_count(counts.fixed),
            "unshared": exact_count(counts.unshared),
            "dense": exact_count(counts.dense),
            "connections": exact_count(counts.connections),
            "multiply_adds": exact_count(counts.multiply_adds),
        })
    };
    let bytes = |entries: u128| -> Value {
        SCALARS.iter().map(|(name, bytes)| (name.to_string(), exact_count(bytes * entries))).collect()
    };
    let signed = |n: i128| i64::try_from(n).map_or(json!(n.to_string()), |n| json!(n));
    let field = |field: &Field| {
        json!({
            "size": exact_count(field.size),
            "jump": field.jump.map(|(a, b)| json!([exact_count(a), exact_count(b)])),
            "start": signed(field.start),
        })
    };
    let layers = account.layers.iter().map(|layer| {
        let mut own = counts(&layer.counts);
        own["line"] = json!(layer.line);
        own["depth"] = json!(layer.depth);
        own["name"] = json!(layer.name);
        own["layer"] = json!(layer.text);
        own["output"] = json!(layer.output);
        own["receptive_field"] = layer.fields.iter().map(field).collect();
        own["dropped"] = json!(layer.dropped);
        own["activation_bytes"] = bytes(layer.counts.neurons);
        own["parameter_bytes"] = bytes(layer.parameters() + layer.counts.fixed);
        own["notes"] = layer.misfits.iter().map(|misfit| json!(misfit.to_string())).collect();
        own
    });
    let total = account.total;
    let mut document = json!({
        "schema": 1,
        "command": "compute",
        "operation": "shape",
        "source": source,
        "input": account.input,
        "layers": layers.collect::<Vec<_>>(),
        "total": counts(&total),
        "activation_bytes": bytes(account.activations()),
        "parameter_bytes": bytes(total.parameters() + total.fixed),
    });
    if let Some(effective) = effective {
        let axis = |spread: &Spread| {
            json!({
                "deviation": spread.deviation(),
                "variance": spread.variance.to_string(),
                "mean": spread.mean.to_string(),
                "half": spread.half(),
                "nominal": field(&spread.nominal),
                "profile": spread.profile.iter().map(ToString::to_string).collect::<Vec<_>>(),
            })
        };
        document["effective"] = json!({
            "line": effective.line,
            "layer": on(account, effective).text,
            "output": effective.output,
            "axes": effective.axes.iter().map(axis).collect::<Vec<_>>(),
        });
    }
    document
}
