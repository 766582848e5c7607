//! Texts that are no stacks, sizes that do not go together, and text of any kind: one message each, never a panic.

use super::counted;
use faltung::layer::stack::{Counts, PRESETS, Stack, StackError};
use proptest::prelude::*;

/// The message for the text, read or counted.
fn refused(text: &str) -> String {
    match Stack::read(text).and_then(|stack| stack.account()) {
        Err(error) => error.to_string(),
        Ok(account) => panic!("{text} was taken: {account:?}"),
    }
}

#[test]
fn words_that_are_not_in_their_place() {
    for (text, words) in [
        ("", &["line 1", "`input`", "end of the text"][..]),
        ("conv 6 5x5", &["line 1, column 1", "`input`", "`conv`"]),
        ("input 3 32 32\nconvolve 6 5x5", &["line 2, column 1", "a layer", "`convolve`"]),
        ("# a remark\ninput 3 32 32\n\nconv 6", &["line 4, column 8", "kernel's size", "end of the line"]),
        ("input 3 32 32\nconv 6 5x5x5", &["column 8", "`5x5x5`", "2 with `x`"]),
        ("input 3 32 32\nconv 6 5x5 strid 2", &["column 12", "`strid`", "stride, pad, dilation"]),
        ("input 3 32 32\nconv 6 5x5 stride", &["column 19", "a stride", "end of the line"]),
        ("input 3 32 32\nconv 6 5x5 stride 2 stride 3", &["column 21", "once"]),
        ("input 3 32 32\nconv -6 5x5", &["column 6", "`-6`", "integer from 1"]),
        ("input 3 32 32\nconv 6 5x5 pad some", &["`some`", "same-upper"]),
        ("input 3 32 32\nconv 6 5x5 bias maybe", &["`maybe`", "`yes`, `no` or `output`"]),
        ("input 3 32 32\nconv 3 5x5 reads 0,1 1,2", &["each of the 3 outputs, not 2"]),
        ("input 3 32 32\nconv 3 5x5 reads 0,1 1,b 2", &["`1,b`", "commas"]),
        ("input 3 32 32\nconv 1 5x5 groups 1 reads 0", &["either groups or reads"]),
        ("input 3 32 32\ntiled 6 5x5", &["`period`", "end of the line"]),
        ("input 3 32 32\nrelu relu", &["`relu`", "a number"]),
        ("input 3 32 32\ninput 3 32 32", &["once", "[3, 32, 32]"]),
        ("input 3 32 32\nend", &["no `residual`"]),
        ("input 3 32 32\nshortcut", &["`shortcut`", "between `residual`"]),
        ("input 3 32 32\nresidual\nrelu", &["line 2", "`end`"]),
        ("input 0 32", &["`0`", "channels"]),
        ("input", &["channels", "end of the line"]),
        ("input 3 99999999999999999999", &["`99999999999999999999`"]),
        ("input 3 32 32\nC1:", &["line 2", "a layer", "end of the line"]),
        ("input 1 1 1 1 1 1 1 1 1 1", &["at most 8 spatial axes"]),
    ] {
        let said = refused(text);
        assert!(words.iter().all(|word| said.contains(word)), "{text:?}: {said}");
        assert!(!said.contains('\n') && said.starts_with("line "), "{said}");
    }
    let near = Stack::read("input 1 8\nmaxpol 2").unwrap_err();
    assert!(matches!(near, StackError::Text { names, .. } if names.contains(&"maxpool")));
}

#[test]
fn sizes_that_do_not_go_together() {
    for (text, words) in [
        ("input 3 32 32\nconv 6 5x5 stride 0", &["line 2", "the stride is 0", "divides by it"][..]),
        ("input 3 32 32\nmaxpool 2 stride 0", &["the stride is 0"]),
        ("input 3 32 32\nconv 6 0", &["the kernel's size is 0"]),
        ("input 3 32 32\nconv 6 5 dilation 0", &["the dilation is 0"]),
        (
            "input 3 32 32\nrelu\nconv 6 35x3 pad 1",
            &["line 3", "axis 0", "(35 − 1) · 1 + 1 = 35", "1 + 32 + 1 = 34"],
        ),
        ("input 3 32 32\nconv 6 5x5 groups 2", &["2 groups do not divide the 3 input channels"]),
        ("input 4 32 32\nconv 6 5x5 groups 4", &["4 groups do not divide the 6 output channels"]),
        ("input 4 32 32\nconv 6 5x5 groups 0", &["0 groups"]),
        ("input 3 32 32\nconv 1 5x5 reads 3", &["input channel 3", "0 … 2"]),
        ("input 3 32 32\nconv 1 5x5 reads 1,1", &["twice"]),
        ("input 3 32 32\nmaxout 2", &["2", "3"]),
        ("input 3 32 32\nflatten\nconv 6 5x5", &["line 3", "2 spatial axes", "[]"]),
        ("input 3 32 32\nresidual\nconv 6 3x3 pad 1\nend", &["[6, 32, 32]", "[3, 32, 32]", "1 × 1"]),
        ("input 3 32 32\nskip\nconv 6 3x3\nend", &["[6, 30, 30]", "[6, 32, 32]"]),
        ("input 3 4 4\ntransposed 1 1 pad 9", &["(4 − 1) · 1", "pad less"]),
        ("input 3 4 4\ntransposed 1 2 output-padding 1", &["output padding is 1"]),
        ("input 3 1000000000 1000000000\nrelu", &["the input"]),
        ("input 3 1000000 1000000\nupsample 1000000000", &["the output"]),
        ("input 1 3 3\nconv 1 1x1 pad 100000000000000000", &["line 2"]),
        ("input 1 300000000\ndense 100000000000000000\nconv 1 1", &["line 3"]),
        ("input 1 100000000000000000\ndense 100000000000000000\ndense 100000000000000000", &["2^112"]),
    ] {
        let said = refused(text);
        assert!(words.iter().all(|word| said.contains(word)), "{text:?}: {said}");
    }
    // sizes that no text has
    for input in [vec![], vec![0, 4], vec![3, 0]] {
        let stack = Stack { input, ..Stack::read("input 1 1\nconv 1 1").unwrap() };
        assert!(stack.account().is_err_and(|error| error.to_string().contains("the input")));
    }
    // a field that no number of 127 bits holds
    let steps = "conv 1 1 stride 100000000000000000\n".repeat(9);
    assert!(refused(&format!("input 1 1\n{steps}")).contains("the receptive field"));
}

#[test]
fn what_does_not_come_out_even_says_what_would() {
    let account = counted("input 1 32\nconv 1 5 stride 2");
    let said = account.layers[0].misfits[0].to_string();
    for words in ["(0 + 32 + 0 − 5)/2 = 27/2", "the last entry is read", "stride 1 or 3 fits", "pad 0:1 fits"]
    {
        assert!(said.contains(words), "{said}");
    }
    for fixed in ["conv 1 5 stride 1", "conv 1 5 stride 3", "conv 1 5 stride 2 pad 0:1"] {
        let account = counted(&format!("input 1 32\n{fixed}"));
        assert!(account.layers[0].misfits.is_empty() && account.layers[0].dropped == [0], "{fixed}");
    }
    let padded = counted("input 1 7\nconv 1 4 stride 2 pad 1");
    assert!(padded.layers[0].misfits[0].to_string().contains("padding, which nobody misses"));
    let ceil = counted("input 1 6\nmaxpool 3 stride 2 ceil");
    assert!(ceil.layers[0].misfits[0].to_string().contains("is added"), "{}", ceil.layers[0].misfits[0]);
    assert_eq!(ceil.layers[0].output, [1, 3]);
}

/// Words that mean something, in any order.
fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "input",
        "conv",
        "depthwise",
        "local",
        "tiled",
        "transposed",
        "maxpool",
        "avgpool",
        "subsample",
        "maxout",
        "dense",
        "rbf",
        "flatten",
        "batchnorm",
        "upsample",
        "relu",
        "residual",
        "shortcut",
        "skip",
        "end",
        "stride",
        "pad",
        "dilation",
        "groups",
        "bias",
        "no",
        "output",
        "reads",
        "0,1",
        "times",
        "period",
        "output-padding",
        "ceil",
        "global",
        "adaptive",
        "same-upper",
        "full",
        "0:1",
        "1",
        "2",
        "3",
        "0",
        "3x3",
        "2x1",
        "5",
        "7",
        "144115188075855871",
        "\n",
        "\n",
        "\n",
        "A:",
        "#",
        "x",
        ":",
        "é",
        "−1",
    ]);
    prop::collection::vec(word, 0..60).prop_map(|words| format!("input 2 9 7\n{}", words.join(" ")))
}

/// Lines that are layers, so that sizes are reached.
fn layers() -> impl Strategy<Value = String> {
    let size = prop::sample::select(vec![0, 1, 2, 3, 5, 1 << 20, (1 << 57) - 1_usize]);
    let layer = prop::sample::select(vec![
        "conv 2 K",
        "depthwise K",
        "local 1 K",
        "tiled 1 K period K",
        "transposed 2 K",
        "maxpool K",
        "avgpool adaptive K",
        "subsample K",
        "dense K",
        "upsample K",
        "conv K 1x2",
        "conv 2 2 stride K",
        "conv 2 2 pad K",
        "conv 2 2 dilation K",
        "transposed 1 2 stride K",
        "residual",
        "shortcut",
        "skip",
        "end",
        "batchnorm",
        "maxpool 3 stride K ceil",
    ]);
    prop::collection::vec((layer, size), 0..12).prop_map(|lines| {
        let lines: Vec<String> =
            lines.into_iter().map(|(layer, size)| layer.replace('K', &size.to_string())).collect();
        format!("input 2 9 7\n{}", lines.join("\n"))
    })
}

/// A preset with one byte replaced.
fn damaged() -> impl Strategy<Value = String> {
    (0..PRESETS.len(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(preset, place, byte)| {
        let mut text = PRESETS[preset].1.as_bytes().to_vec();
        let place = place.index(text.len());
        text[place] = byte;
        String::from_utf8_lossy(&text).into_owned()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(text in prop_oneof![words(), layers(), damaged(), ".{0,200}"]) {
        match Stack::read(&text) {
            Err(error) => prop_assert!(!error.to_string().is_empty()),
            Ok(stack) => {
                if let Ok(account) = stack.account() {
                    prop_assert_eq!(account.total.neurons, account.layers.iter().map(|layer| layer.counts.neurons).sum::<u128>());
                    for layer in &account.layers {
                        // what is read takes a product each, and no more than with padding
                        let Counts { connections, multiply_adds, neurons, .. } = layer.counts;
                        let windows = ["conv", "local", "tiled", "depthwise", "transposed", "dense"];
                        if windows.iter().any(|name| layer.text.starts_with(name)) {
                            prop_assert!(connections <= multiply_adds + neurons, "{:?}", layer);
                        }
                    }
                }
            }
        }
    }
}
